//! `/admin/teams`: all teams, or those that a member pays for or sits in. What a team opens ends by giving back the money of
//! its orders.

use super::menu;
use crate::foundation::error::Result;
use crate::pages::account::team_table;
use crate::pages::admin::money::page_of;
use crate::pages::shell::Page;
use crate::payments::teams;
use crate::server::http::{Ask, query_value};
use crate::t;
use crate::ui::{EmptyState, Field, NextPage, Submit};
use axum::response::Response;
use leptos::prelude::*;

const PAGE: i64 = 50;

pub async fn list(ask: Ask) -> Result<Response> {
    let before = ask.query("after").and_then(|text| text.parse().ok());
    let handle = ask.query("member").unwrap_or_default();
    let (found, more) = page_of(teams::list(&ask.ctx, &ask.viewer, &handle, before, PAGE + 1).await?, PAGE);
    let locale = ask.locale;
    let title = t!(locale, "团队", "Teams");
    Ok(Page::new(title).private().draw(&ask, || {
        let next = found.last().filter(|_| more).map(|last| format!("/admin/teams?member={}&after={}", query_value(&handle), last.id));
        let list = match (found.is_empty(), handle.is_empty()) {
            (true, true) => {
                let text = t!(
                    locale,
                    "还没有团队。在会员等级里打开“向团队出售”，就可以按席位购买。",
                    "There are no teams yet. Sell a tier to teams, and seats of it can be bought."
                );
                let action = Some(("/admin/tiers".to_owned(), t!(locale, "会员等级", "Tiers").to_owned()));
                view! { <EmptyState text action/> }.into_any()
            }
            (true, false) => view! { <EmptyState text=t!(locale, "没有符合条件的团队。", "No teams of this kind.")/> }.into_any(),
            (false, _) => team_table(&ask, title, found, true),
        };
        view! {
            {menu(&ask)}
            <section class="admin-teams">
                <h1>{title}</h1>
                <form class="form form-columns" method="get" action="/admin/teams" role="search">
                    <Field label=t!(locale, "付款人或成员的用户名", "Handle of a payer or a member") name="member" value=handle/>
                    <Submit label=t!(locale, "筛选", "Show") quiet=true/>
                </form>
                {list}
                <NextPage locale href=next/>
            </section>
        }
    }))
}
