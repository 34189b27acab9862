//! `/admin`: for those who run the place. The first page is the numbers.

pub mod analytics;
pub mod bringing;
pub mod bundles;
pub mod codes;
pub mod cost_forms;
pub mod costs;
pub mod look;
pub mod mail;
pub mod members;
pub mod money;
pub mod offers;
pub mod rows;
pub mod simple;
pub mod spaces;
pub mod sponsors;
pub mod teams;
pub mod tiers;
mod upload;
pub mod whatif;

use crate::foundation::error::{AppError, Result};
use crate::foundation::locale::Locale;
use crate::server::http::{Ask, Routes};
use crate::t;
use crate::ui::{MenuGroup, SideMenu};
use leptos::prelude::*;
use std::str::FromStr;

pub fn routes() -> Routes {
    Routes::new()
        .get("/admin", analytics::show)
        .get("/admin/rows/{table}", rows::show)
        .get("/admin/csv/{table}", rows::csv)
        .get("/admin/costs", costs::show)
        .post("/admin/costs", cost_forms::add_cost)
        .get("/admin/costs/{id}", cost_forms::edit_cost)
        .post("/admin/costs/{id}", cost_forms::change_cost)
        .post("/admin/costs/{id}/delete", cost_forms::delete_cost)
        .post("/admin/advertising", cost_forms::add_income)
        .get("/admin/advertising/{id}", cost_forms::edit_income)
        .post("/admin/advertising/{id}", cost_forms::change_income)
        .post("/admin/advertising/{id}/delete", cost_forms::delete_income)
        .merge(members::routes())
        .merge(bringing::routes())
        .get("/admin/tiers", tiers::list)
        .post("/admin/tiers", tiers::create)
        .get("/admin/tiers/{id}", tiers::edit)
        .post("/admin/tiers/{id}", tiers::update)
        .post("/admin/tiers/{id}/archive", tiers::archive)
        .post("/admin/tiers/{id}/move", tiers::move_one)
        .post("/admin/tiers/{id}/grants", tiers::grants::give)
        .post("/admin/grants/{id}/revoke", tiers::grants::revoke)
        .get("/admin/teams", teams::list)
        .merge(bundles::routes())
        .merge(offers::routes())
        .merge(money::routes())
        .merge(mail::routes())
        .merge(codes::routes())
        .merge(sponsors::routes())
        .get("/admin/spaces", spaces::show)
        .post("/admin/spaces", spaces::submit)
        .get("/admin/spaces/{id}", spaces::edit)
        .post("/admin/spaces/{id}", spaces::submit_edit)
        .get("/admin/look", look::show)
        .post("/admin/look", look::submit)
        .post("/admin/look/publish", look::publish)
        .post("/admin/look/discard", look::discard)
        .get("/admin/pages", simple::list)
        .get("/admin/pages/new", simple::new)
        .post("/admin/pages/new", simple::submit_new)
        .get("/admin/pages/{id}", simple::edit)
        .post("/admin/pages/{id}", simple::submit)
        .post("/admin/pages/{id}/delete", simple::delete)
        .post("/admin/pages/{id}/restore", simple::restore)
}

/// The number in an address, for an admin; 404 for what is none.
fn number<T: FromStr>(ask: &Ask, text: &str) -> Result<T> {
    ask.viewer.require_admin()?;
    text.parse().map_err(|_| AppError::NotFound)
}

type Group = (&'static str, &'static str, Vec<(&'static str, &'static str)>);

/// The admin's pages by what they are about.
fn groups(locale: Locale) -> Vec<Group> {
    vec![
        (
            "menu-site",
            t!(locale, "网站", "Site"),
            vec![
                ("/admin", t!(locale, "分析", "Analytics")),
                ("/admin/costs", t!(locale, "费用", "Costs")),
                ("/admin/members", t!(locale, "会员", "Members")),
                ("/admin/tiers", t!(locale, "会员等级", "Tiers")),
                ("/admin/spaces", t!(locale, "空间", "Spaces")),
                ("/admin/look", t!(locale, "外观", "Look")),
                ("/admin/pages", t!(locale, "页面", "Pages")),
                ("/admin/mail", t!(locale, "邮件", "Mail")),
            ],
        ),
        (
            "menu-selling",
            t!(locale, "销售", "Selling"),
            vec![
                ("/admin/orders", t!(locale, "订单", "Orders")),
                ("/admin/subscriptions", t!(locale, "自动续费", "Agreements")),
                ("/admin/teams", t!(locale, "团队", "Teams")),
                ("/admin/bundles", t!(locale, "合集", "Bundles")),
                ("/admin/offers", t!(locale, "优惠", "Offers")),
                ("/admin/codes", t!(locale, "兑换码", "Codes")),
                ("/admin/refunds", t!(locale, "退款", "Refunds")),
                ("/admin/sponsors", t!(locale, "广告位", "Sponsors")),
            ],
        ),
        (
            "menu-creators",
            t!(locale, "创作者", "Creators"),
            vec![
                ("/admin/creators", t!(locale, "分成", "Shares")),
                ("/admin/affiliates", t!(locale, "推广", "Affiliates")),
                ("/admin/payouts", t!(locale, "打款", "Payouts")),
            ],
        ),
        (
            "menu-paying",
            t!(locale, "收款", "Being paid"),
            vec![
                ("/admin/payments", t!(locale, "付款方式", "Ways to pay")),
                ("/admin/notifications", t!(locale, "付款通知", "Notifications")),
            ],
        ),
        (
            "menu-books",
            t!(locale, "账目", "Books"),
            vec![
                ("/admin/ledger", t!(locale, "账本", "Ledger")),
                ("/admin/reconciliation", t!(locale, "对账", "Reconciliation")),
                ("/admin/receipts", t!(locale, "收据", "Receipts")),
                ("/admin/tax", t!(locale, "税", "Tax")),
                ("/admin/fapiao", t!(locale, "发票", "Fapiao")),
            ],
        ),
    ]
}

/// The way between the pages for admins; stands above each of them.
pub fn menu(ask: &Ask) -> impl IntoView + use<> {
    let locale = ask.locale;
    let here = match ask.path() {
        path if path.starts_with("/admin/advertising") => "/admin/costs".to_owned(),
        path if path.starts_with("/admin/failed-payments") => "/admin/orders".to_owned(),
        path if path.starts_with("/admin/seller") => "/admin/receipts".to_owned(),
        path => path.to_owned(),
    };
    let is_here = |href: &str| if href == "/admin" { here == "/admin" || here.starts_with("/admin/rows/") } else { here.starts_with(href) };
    let group = |(id, heading, links): Group| {
        let links = links.into_iter().map(|(href, name)| (href, name, is_here(href))).collect();
        (Some((id, heading)), links)
    };
    let groups: Vec<MenuGroup> = groups(locale).into_iter().map(group).collect();
    view! { <SideMenu class="admin-menu" label=t!(locale, "管理", "Admin") folded=t!(locale, "管理菜单", "Admin menu") groups/> }
}
