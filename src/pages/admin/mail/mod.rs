//! `/admin/mail`: the letters that were sent, wait, or could not be sent; one of them as it was written; how they are sent,
//! and what each kind looks like.

mod account;
mod kinds;

use super::menu;
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::foundation::time::Timestamp;
use crate::mail::desk::{self, LetterRow, Listed};
use crate::mail::model::State;
use crate::mail::reasons;
use crate::pages::{Page, letters};
use crate::server::http::{Ask, OwnPolicy, Routes, query_value, see_other};
use crate::ui::{Badge, Banner, Breadcrumb, Column, DataTable, EmptyState, Errors, NextPage, Nothing, Submit, Tabs, Tone, fact};
use crate::{t, tf};
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;

const PAGE: i64 = 50;

pub fn routes() -> Routes {
    Routes::new()
        .get("/admin/mail", list)
        .get("/admin/mail/account", account::show)
        .post("/admin/mail/account", account::save)
        .post("/admin/mail/account/test", account::test)
        .get("/admin/mail/kinds", kinds::list)
        .get("/admin/mail/kinds/{kind}", kinds::show)
        .get("/admin/mail/kinds/{kind}/html", kinds::html)
        .post("/admin/mail/kinds/{kind}/send", kinds::send)
        .get("/admin/mail/{id}", show)
        .get("/admin/mail/{id}/html", html)
        .post("/admin/mail/{id}/again", again)
}

/// The pages about mail: which of them is shown.
fn tabs(locale: Locale, here: &str) -> impl IntoView + use<> {
    let tab = |href: &str, name: &str| (href.to_owned(), name.to_owned(), href == here);
    let tabs = vec![
        tab("/admin/mail", t!(locale, "邮件", "Letters")),
        tab("/admin/mail/kinds", t!(locale, "邮件样式", "Kinds")),
        tab("/admin/mail/account", t!(locale, "发送设置", "How they are sent")),
    ];
    view! { <Tabs label=t!(locale, "邮件管理", "Mail") tabs/> }
}

/// A letter in a frame of its own: nothing in it runs, and it reaches nothing.
pub fn letter_page(html: String) -> Response {
    const POLICY: &str =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox";
    let mut response = ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response();
    response.extensions_mut().insert(OwnPolicy(POLICY));
    response
}

pub fn framed(src: String, subject: &str, plain: &str, locale: Locale) -> impl IntoView + use<> {
    let (subject, plain) = (subject.to_owned(), plain.to_owned());
    view! {
        <h2>{t!(locale, "网页格式", "As HTML")}</h2>
        <iframe class="letter-frame" src=src sandbox="" title=subject></iframe>
        <h2>{t!(locale, "纯文本", "As plain text")}</h2>
        <pre class="letter-plain" tabindex="0">{plain}</pre>
    }
}

fn state_name(state: State, locale: Locale) -> (Tone, &'static str) {
    match state {
        State::Failed => (Tone::Bad, t!(locale, "发送失败", "Not sent")),
        State::Waiting => (Tone::Warn, t!(locale, "等待发送", "Waiting")),
        State::Sent => (Tone::Good, t!(locale, "已发送", "Sent")),
        State::Dropped => (Tone::Plain, t!(locale, "不再发送", "Dropped")),
    }
}

fn kind_name(name: &str, ask: &Ask) -> String {
    let known = letters::samples(&ask.site, ask.ctx.now(), ask.locale).into_iter().find(|letter| letter.kind.name == name);
    known.map_or_else(|| name.to_owned(), |letter| (letter.kind.label)(ask.locale).to_owned())
}

fn when(at: i64, ask: &Ask) -> AnyView {
    let at = Timestamp(at);
    view! { <time datetime=format::machine(at)>{format::date_time(at, &ask.site.time_zone, ask.locale)}</time> }.into_any()
}

pub async fn list(ask: Ask) -> Result<Response> {
    let counts = desk::counts(&ask.ctx, &ask.viewer).await?;
    let suppressed = desk::suppressed(&ask.ctx, &ask.viewer).await?;
    let standing = match desk::standing(&ask.ctx, &ask.viewer).await {
        Err(AppError::Internal) => None,
        standing => Some(standing?.1),
    };
    let (kind, address) = (ask.query("kind").unwrap_or_default(), ask.query("address").unwrap_or_default());
    // What wants attention first; what was sent when nothing does.
    let first = || if counts.first().is_some_and(|(_, n)| *n > 0) { State::Failed } else { State::Sent };
    let state = ask.query("state").as_deref().and_then(State::parse).unwrap_or_else(first);
    let before = ask.query("after").and_then(|text| text.parse().ok());
    let mut found = desk::list(&ask.ctx, &ask.viewer, (state, &kind, &address), before, PAGE + 1).await?;
    let more = found.len() as i64 > PAGE;
    found.truncate(PAGE as usize);
    let locale = ask.locale;
    let title = t!(locale, "邮件", "Mail");
    Ok(Page::new(title).private().draw(&ask, || {
        let of =
            |state: State| format!("/admin/mail?state={}&kind={}&address={}", state.as_str(), query_value(&kind), query_value(&address));
        let states = counts.iter().map(|(one, n)| (of(*one), format!("{} {n}", state_name(*one, locale).1), *one == state)).collect();
        let next = found.last().filter(|_| more).map(|last| format!("{}&after={}", of(state), last.id));
        let list = if found.is_empty() {
            view! { <EmptyState text=t!(locale, "没有符合条件的邮件。", "No letters of this kind.")/> }.into_any()
        } else {
            table(&ask, title, &found)
        };
        let files = match standing {
            Some(true) => None,
            Some(false) => Some(t!(
                locale,
                "还没有设置邮件服务器，邮件只写进数据目录的 outbox 文件夹，会员收不到。",
                "No mail server is set up: letters are written to the folder outbox in the data folder, and reach nobody."
            )),
            None => Some(t!(
                locale,
                "发送设置无法读取，邮件都在等待发送。请到“发送设置”检查。",
                "How letters are sent cannot be read, so they all wait. Please see “How they are sent”."
            )),
        };
        let files = files.map(|text| view! { <Banner tone=Tone::Warn text/> });
        let refused = (suppressed > 0).then(|| {
            let text = tf!(
                locale,
                "有 {suppressed} 个地址多次退信，已暂停发送。",
                "Addresses that are not written to any more, since letters came back: {suppressed}."
            );
            view! { <Banner tone=Tone::Warn text/> }
        });
        view! {
            {menu(&ask)}
            <section class="admin-mail">
                <h1>{title}</h1>
                {tabs(locale, "/admin/mail")}
                {files}
                {refused}
                <Tabs label=t!(locale, "状态", "Status") tabs=states/>
                {filter(&ask, state, &kind, &address)}
                {list}
                <NextPage locale href=next/>
            </section>
        }
    }))
}

fn filter(ask: &Ask, state: State, kind: &str, address: &str) -> AnyView {
    let locale = ask.locale;
    let all = (String::new(), t!(locale, "全部种类", "Every kind").to_owned());
    let known = letters::samples(&ask.site, ask.ctx.now(), locale);
    let known = known.iter().map(|letter| (letter.kind.name.to_owned(), (letter.kind.label)(locale).to_owned()));
    let options = std::iter::once(all)
        .chain(known)
        .map(|(value, name)| {
            let selected = value == kind;
            view! { <option value=value selected=selected inner_html=name></option> }
        })
        .collect_view();
    view! {
        <form class="form form-inline" method="get" action="/admin/mail" role="search">
            <input type="hidden" name="state" value=state.as_str()/>
            <select class="input" name="kind" aria-label=t!(locale, "种类", "Kind")>{options}</select>
            <label for="address">{t!(locale, "收件地址", "Sent to")}</label>
            <input class="input" id="address" type="search" name="address" value=address.to_owned()/>
            <button class="button button-quiet" type="submit">{t!(locale, "筛选", "Filter")}</button>
        </form>
    }
    .into_any()
}

fn table(ask: &Ask, label: &'static str, found: &[Listed]) -> AnyView {
    let locale = ask.locale;
    let columns = vec![
        Column::text(t!(locale, "主题", "Subject")),
        Column::text(t!(locale, "种类", "Kind")),
        Column::text(t!(locale, "收件地址", "Sent to")),
        Column::text(t!(locale, "生成时间", "Written")),
        Column::text(t!(locale, "发送时间", "Sent")),
        Column::text(t!(locale, "说明", "What was said")),
    ];
    let row = |row: &Listed| {
        let said =
            if row.said.is_empty() { view! { <Nothing/> }.into_any() } else { reasons::shown(&row.said, locale).to_owned().into_any() };
        vec![
            view! { <a href=format!("/admin/mail/{}", row.id)>{row.subject.clone()}</a> }.into_any(),
            kind_name(&row.kind, ask).into_any(),
            row.address.clone().into_any(),
            when(row.created_at, ask),
            row.sent_at.map_or_else(|| view! { <Nothing/> }.into_any(), |at| when(at, ask)),
            said,
        ]
    };
    let rows = found.iter().map(row).collect();
    view! { <DataTable label columns rows/> }.into_any()
}

fn number(id: &str) -> Result<i64> {
    id.parse().map_err(|_| AppError::NotFound)
}

pub async fn show(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    ask.viewer.require_admin()?;
    draw(&ask, number(&id)?, Errors::none()).await
}

pub async fn html(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    ask.viewer.require_admin()?;
    Ok(letter_page(desk::one(&ask.ctx, &ask.viewer, number(&id)?).await?.html))
}

pub async fn again(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    ask.viewer.require_admin()?;
    let id = number(&id)?;
    match desk::again(&ask.ctx, &ask.viewer, id).await {
        Ok(()) => Ok(see_other(&format!("/admin/mail/{id}?done=letter-again"))),
        Err(error) => draw(&ask, id, Errors::from_error(error)?).await,
    }
}

async fn draw(ask: &Ask, id: i64, errors: Errors) -> Result<Response> {
    let row = desk::one(&ask.ctx, &ask.viewer, id).await?;
    let locale = ask.locale;
    Ok(Page::new(row.subject.clone()).private().status_of(&errors).draw(ask, || {
        let above = vec![("/admin/mail".to_owned(), t!(locale, "邮件", "Mail").to_owned())];
        let may_again = matches!(State::parse(&row.state), Some(State::Failed | State::Dropped));
        view! {
            {menu(ask)}
            <section class="admin-letter">
                <Breadcrumb locale above/>
                <h1>{row.subject.clone()}</h1>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {facts(ask, &row)}
                {may_again.then(|| view! {
                    <form class="form" method="post" action=format!("/admin/mail/{id}/again")>
                        <Submit label=t!(locale, "重新发送", "Try again") quiet=true/>
                    </form>
                })}
                {framed(format!("/admin/mail/{id}/html"), &row.subject, &row.plain, locale)}
            </section>
        }
    }))
}

fn facts(ask: &Ask, row: &LetterRow) -> AnyView {
    let locale = ask.locale;
    let state = State::parse(&row.state).map(|state| {
        let (tone, text) = state_name(state, locale);
        fact(t!(locale, "状态", "Status"), view! { <Badge tone text/> }.into_any())
    });
    let through = row.sent_through.as_deref().map(|through| {
        let name = if through == "smtp" { t!(locale, "邮件服务器", "Mail server") } else { t!(locale, "写入文件", "A file") };
        fact(t!(locale, "发送方式", "Sent through"), name.into_any())
    });
    let said =
        (!row.said.is_empty()).then(|| fact(t!(locale, "说明", "What was said"), reasons::shown(&row.said, locale).to_owned().into_any()));
    view! {
        <dl class="facts">
            {state}
            {fact(t!(locale, "种类", "Kind"), kind_name(&row.kind, ask))}
            {fact(t!(locale, "收件地址", "Sent to"), row.address.clone())}
            {fact(t!(locale, "生成时间", "Written"), when(row.created_at, ask))}
            {row.sent_at.map(|at| fact(t!(locale, "发送时间", "Sent"), when(at, ask)))}
            {through}
            {fact(t!(locale, "尝试次数", "Tries"), row.tries)}
            {row.turn_at.map(|at| fact(t!(locale, "下次尝试", "Next try"), when(at, ask)))}
            {said}
        </dl>
    }
    .into_any()
}
