//! `/account`: who you are here, and the way to everything that is yours.

use super::frame::AccountFrame;
use super::purchases::Plan;
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::members::{email, service};
use crate::membership::service::membership_of;
use crate::pages::Page;
use crate::pages::admin::members::role_name;
use crate::pages::reminders::{self, Reminders};
use crate::server::http::Ask;
use crate::ui::{Avatar, fact};
use crate::{creators, payments, t};
use axum::response::Response;
use leptos::prelude::*;

pub async fn show(ask: Ask) -> Result<Response> {
    let me = service::profile(&ask.ctx, ask.viewer.require_member()?.id).await?;
    let email = email::standing(&ask.ctx, &ask.viewer).await?;
    let reminders = reminders::load(&ask).await;
    let memberships = membership_of(&ask.ctx, &ask.viewer).await?;
    let earns = creators::statements::is_creator(&ask.ctx, &ask.viewer).await?;
    let recommends = payments::affiliates::recommending::is_for(&ask.ctx, &ask.viewer).await?;
    let locale = ask.locale;
    let title = t!(locale, "会员中心", "Your account");
    Ok(Page::new(title).private().draw(&ask, || {
        let reminders = view! { <Reminders ask=ask.clone() reminders/> };
        let joined = format::date(me.created_at, &ask.site.time_zone, locale);
        let page = format!("/u/{}", me.handle);
        let unverified = (!email.verified).then(|| view! { <a href="/account/mail">{t!(locale, "未确认", "Not confirmed")}</a> });
        let plan = view! { <Plan ask=ask.clone() memberships/> };
        view! {
            <AccountFrame ask=ask.clone() current="/account" title>
                {reminders}
                <section class="account-identity">
                    <Avatar name=me.name.clone()/>
                    <div>
                        <p class="account-name">{me.name.clone()}</p>
                        <p><a href=page>{format!("@{}", me.handle)}</a></p>
                    </div>
                </section>
                <dl class="facts">
                    {fact(t!(locale, "邮箱", "E-mail"), view! { {email.address} " " {unverified} })}
                    {fact(t!(locale, "角色", "Role"), role_name(me.role, locale))}
                    {fact(t!(locale, "加入日期", "Joined"), view! { <time datetime=format::machine(me.created_at)>{joined}</time> })}
                </dl>
                <section>
                    <h2>{t!(locale, "会员", "Membership")}</h2>
                    {plan}
                </section>
                {earns.then(|| view! { <p><a href="/account/earnings">{t!(locale, "查看我的收益", "See your earnings")}</a></p> })}
                {recommends.then(|| view! { <p><a href="/account/affiliate">{t!(locale, "推广链接与奖励", "Your affiliate link and rewards")}</a></p> })}
            </AccountFrame>
        }
    }))
}
