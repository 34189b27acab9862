//! What every page of the member area has around it: its heading, and the way to the others.

use crate::foundation::locale::Locale;
use crate::server::http::Ask;
use crate::t;
use crate::ui::SideMenu;
use leptos::prelude::*;

/// For those who write, or have a share of something.
const EARNINGS: &str = "/account/earnings";
/// For those who recommend the place; the overview leads there.
const AFFILIATE: &str = "/account/affiliate";

/// The pages of the member area: address and name.
fn sections(locale: Locale) -> [(&'static str, &'static str); 12] {
    [
        ("/account", t!(locale, "概览", "Overview")),
        ("/account/membership", t!(locale, "我的会员", "Membership")),
        ("/account/purchases", t!(locale, "购买与收据", "Purchases and receipts")),
        ("/account/codes", t!(locale, "兑换记录", "Redeemed codes")),
        (EARNINGS, t!(locale, "我的收益", "Earnings")),
        (AFFILIATE, t!(locale, "推广", "Affiliate link")),
        ("/account/activity", t!(locale, "评分与讨论", "Ratings and discussion")),
        ("/account/following", t!(locale, "关注", "Following")),
        ("/account/profile", t!(locale, "个人资料", "Profile")),
        ("/account/mail", t!(locale, "邮箱与邮件", "E-mail")),
        ("/account/security", t!(locale, "密码与设备", "Password and devices")),
        ("/account/privacy", t!(locale, "我的数据", "Your data")),
    ]
}

/// `current` is the address of the section shown.
#[component]
pub fn AccountFrame(ask: Ask, current: &'static str, #[prop(into)] title: String, children: Children) -> impl IntoView {
    let locale = ask.locale;
    let links = sections(locale)
        .into_iter()
        .filter(|(href, _)| *href != EARNINGS || ask.viewer.may_write() || current == EARNINGS)
        .filter(|(href, _)| *href != AFFILIATE || current == AFFILIATE)
        .map(|(href, name)| (href, name, href == current))
        .collect();
    let label = t!(locale, "会员中心", "Your account");
    view! {
        <div class="account">
            <SideMenu class="account-menu" label folded=label groups=vec![(None, links)]/>
            <div class="account-body">
                <h1>{title}</h1>
                {children()}
            </div>
        </div>
    }
}
