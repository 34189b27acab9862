//! `/admin/mail/kinds`: every kind of letter; one of them in either language, with made-up contents, and sent to whoever
//! looks at it.

use super::super::menu;
use super::{framed, letter_page, tabs};
use crate::foundation::error::{AppError, Result};
use crate::foundation::locale::Locale;
use crate::mail::{Letter, To, desk};
use crate::members::service;
use crate::pages::{Page, letters};
use crate::server::http::{Ask, Form, see_other};
use crate::t;
use crate::ui::{Banner, Breadcrumb, Submit, Tabs, fact};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

pub async fn list(ask: Ask) -> Result<Response> {
    ask.viewer.require_admin()?;
    let locale = ask.locale;
    let title = t!(locale, "邮件样式", "Kinds of letters");
    Ok(Page::new(title).private().draw(&ask, || {
        let rows = letters::samples(&ask.site, ask.ctx.now(), locale)
            .into_iter()
            .map(|letter| {
                let (kind, subject) = (letter.kind, letter.subject);
                let optional = kind.choice.map(|_| t!(locale, "（可退订）", " (optional)"));
                view! {
                    <li class="letter-kind">
                        <a href=format!("/admin/mail/kinds/{}", kind.name)>{(kind.label)(locale)}</a>
                        <span class="letter-kind-subject">{subject}{optional}</span>
                    </li>
                }
            })
            .collect_view();
        view! {
            {menu(&ask)}
            <section class="admin-mail">
                <h1>{title}</h1>
                {tabs(locale, "/admin/mail/kinds")}
                <ul class="letter-kinds">{rows}</ul>
            </section>
        }
    }))
}

/// The sample of a kind in the language asked for, as the admin would get it.
async fn sample(ask: &Ask, name: &str, language: Option<String>) -> Result<(To, Letter)> {
    let admin = ask.viewer.require_admin()?;
    let locale = language.as_deref().and_then(Locale::from_tag).unwrap_or(ask.locale);
    let letters = letters::samples(&ask.site, ask.ctx.now(), locale);
    let letter = letters.into_iter().find(|letter| letter.kind.name == name).ok_or(AppError::NotFound)?;
    let address = service::own_email(&ask.ctx, &ask.viewer).await?.unwrap_or_default();
    Ok((To { member: Some(admin.id), address, name: Some(admin.name.clone()), locale }, letter))
}

pub async fn show(ask: Ask, Path(kind): Path<String>) -> Result<Response> {
    let (to, letter) = sample(&ask, &kind, ask.query("in")).await?;
    let drawn = desk::look(&ask.ctx, &ask.viewer, &to, &letter, true).await?;
    let locale = ask.locale;
    let title = (letter.kind.label)(locale);
    Ok(Page::new(title).private().draw(&ask, || {
        let above = vec![("/admin/mail/kinds".to_owned(), t!(locale, "邮件样式", "Kinds of letters").to_owned())];
        let path = format!("/admin/mail/kinds/{kind}");
        let languages =
            Locale::ALL.map(|one| (format!("{path}?in={}", one.tag()), one.name().to_owned(), one == to.locale)).into_iter().collect();
        view! {
            {menu(&ask)}
            <section class="admin-letter">
                <Breadcrumb locale above/>
                <h1>{title}</h1>
                <Tabs label=t!(locale, "语言", "Language") tabs=languages/>
                <Banner text=t!(locale, "这是示例，内容均为虚构。", "A sample: nothing in it is real.")/>
                <dl class="facts">{fact(t!(locale, "主题", "Subject"), drawn.subject.clone())}</dl>
                <form class="form" method="post" action=format!("{path}/send")>
                    <input type="hidden" name="language" value=to.locale.tag()/>
                    <Submit label=t!(locale, "发给我看看", "Send it to me") quiet=true/>
                </form>
                {framed(format!("{path}/html?in={}", to.locale.tag()), &drawn.subject, &drawn.plain, locale)}
            </section>
        }
    }))
}

pub async fn html(ask: Ask, Path(kind): Path<String>) -> Result<Response> {
    let (to, letter) = sample(&ask, &kind, ask.query("in")).await?;
    Ok(letter_page(desk::look(&ask.ctx, &ask.viewer, &to, &letter, true).await?.html))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SendForm {
    language: String,
}

pub async fn send(ask: Ask, Path(kind): Path<String>, Form(form): Form<SendForm>) -> Result<Response> {
    let (to, letter) = sample(&ask, &kind, Some(form.language)).await?;
    desk::send_to_self(&ask.ctx, &ask.viewer, &to, &letter, true).await?;
    Ok(see_other(&format!("/admin/mail/kinds/{kind}?in={}&done=sample-sent", to.locale.tag())))
}
