//! `/unsubscribe`: the way out that stands in letters one can do without. It needs no session. Opening it changes nothing,
//! since programs that look through mail open links too; the button does, and so does a mail program's own (RFC 8058), which
//! posts here and wants no redirect.

use super::letters;
use super::shell::{Kind, Page};
use crate::foundation::error::Result;
use crate::mail::choices;
use crate::server::http::{Ask, query_value};
use crate::ui::{Banner, Submit, Tone};
use crate::{t, tf};
use axum::response::Response;
use leptos::prelude::*;

pub async fn show(ask: Ask) -> Result<Response> {
    draw(&ask, None)
}

pub async fn submit(ask: Ask) -> Result<Response> {
    let wanted = ask.query("again").is_some();
    choices::set_by_token(&ask.ctx, &ask.query("token").unwrap_or_default(), &letters::choices(), wanted).await?;
    draw(&ask, Some(wanted))
}

/// `wanted`: what was just decided.
fn draw(ask: &Ask, wanted: Option<bool>) -> Result<Response> {
    let locale = ask.locale;
    let token = ask.query("token").unwrap_or_default();
    let (_, choice) = choices::read_token(&ask.ctx, &token, &letters::choices())?;
    let title = t!(locale, "退订邮件", "Unsubscribe");
    let sort = (choice.label)(locale);
    Ok(Page::new(title).of(Kind::Forms).private().draw(ask, || {
        let said = wanted.map(|wanted| match wanted {
            true => tf!(locale, "已恢复：{sort}。", "You get these letters again: {sort}."),
            false => tf!(locale, "已退订：{sort}。", "You get no more of these letters: {sort}."),
        });
        let here = format!("/unsubscribe?token={}", query_value(&token));
        let (action, label) = match wanted {
            Some(false) => (format!("{here}&again=on"), t!(locale, "恢复接收", "Get them again")),
            _ => (here, t!(locale, "不再接收", "Get no more")),
        };
        let question =
            wanted.is_none().then(|| view! { <p>{tf!(locale, "不再接收这类邮件：{sort}？", "No more letters of this sort: {sort}?")}</p> });
        view! {
            <section class="narrow">
                <h1>{title}</h1>
                {said.map(|text| view! { <Banner tone=Tone::Good text/> })}
                {question}
                <form class="form" method="post" action=action>
                    <Submit label quiet=wanted.is_some()/>
                </form>
                <p><a href="/account/mail">{t!(locale, "全部邮件设置", "All your mail settings")}</a></p>
            </section>
        }
    }))
}
