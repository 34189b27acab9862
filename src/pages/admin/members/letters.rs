//! `/admin/members/letters`: letters to many. One is written as a draft, looked at as its readers will see it, and sent.

use super::super::mail::{framed, letter_page};
use super::super::menu;
use super::super::money::{page_of, person, when};
use super::segments::leads_to;
use super::{HERE, tabs};
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::foundation::time::Timestamp;
use crate::mail::desk;
use crate::mail::drawing::Drawn;
use crate::pages::Page;
use crate::pages::admin::number;
use crate::segments::circulars::{self, Circular};
use crate::segments::model::Filter;
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Banner, Breadcrumb, Column, DataTable, EmptyState, Errors, Field, LinkButton, NextPage, Submit, TextArea, Tone};
use crate::{t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

const PAGE: i64 = 50;

fn path_of(id: i64) -> String {
    format!("{HERE}/letters/{id}")
}

pub async fn list(ask: Ask) -> Result<Response> {
    let before = ask.query("after").and_then(|text| text.parse().ok());
    let (found, more) = page_of(circulars::list(&ask.ctx, &ask.viewer, before, PAGE + 1).await?, PAGE);
    let locale = ask.locale;
    let title = t!(locale, "群发邮件", "Letters to many");
    Ok(Page::new(title).private().draw(&ask, || {
        let next = found.last().filter(|_| more).map(|last| format!("{HERE}/letters?after={}", last.id));
        let table = if found.is_empty() {
            view! { <EmptyState text=t!(locale, "还没有群发过邮件。", "No letter to many was written yet.")/> }.into_any()
        } else {
            table(&ask, title, found)
        };
        view! {
            {menu(&ask)}
            <section class="admin-members">
                <h1>{title}</h1>
                {tabs(&ask)}
                <p>{t!(
                    locale,
                    "在会员列表里筛选出要发送的会员，再点“写邮件”。收件人可以退订这类邮件。",
                    "Filter the list of members, then write to all of them from there. Readers can unsubscribe from such letters."
                )}</p>
                <p class="actions"><LinkButton href=format!("{HERE}/letters/new") label=t!(locale, "写给全部会员", "Write to everyone") quiet=true/></p>
                {table}
                <NextPage locale href=next/>
            </section>
        }
    }))
}

fn table(ask: &Ask, label: &'static str, found: Vec<Circular>) -> AnyView {
    let locale = ask.locale;
    let columns = vec![
        Column::text(t!(locale, "主题", "Subject")),
        Column::text(t!(locale, "状态", "Status")),
        Column::number(t!(locale, "人数", "Members")),
        Column::text(t!(locale, "撰写人", "By")),
        Column::text(t!(locale, "时间", "When")),
    ];
    let row = |one: Circular| {
        vec![
            view! { <a href=path_of(one.id)>{one.subject.clone()}</a> }.into_any(),
            state(&one, locale).into_any(),
            one.sent_at.map(|_| format::number(one.members)).into_any(),
            person(&one.handle),
            when(Timestamp(one.sent_at.unwrap_or(one.made_at)), ask),
        ]
    };
    let rows = found.into_iter().map(row).collect();
    view! { <DataTable label columns rows/> }.into_any()
}

fn state(one: &Circular, locale: Locale) -> &'static str {
    match (one.sent_at, one.waiting) {
        (None, _) => t!(locale, "草稿", "Draft"),
        (Some(_), 0) => t!(locale, "已全部进入发送队列", "All queued"),
        (Some(_), _) => t!(locale, "正在进入发送队列", "Being queued"),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CircularForm {
    filter: String,
    subject: String,
    body: String,
}

pub async fn compose(ask: Ask) -> Result<Response> {
    ask.viewer.require_admin()?;
    let form = CircularForm { filter: ask.query("filter").unwrap_or_default(), ..CircularForm::default() };
    draw_form(&ask, None, form, Errors::none()).await
}

pub async fn draft(ask: Ask, Form(form): Form<CircularForm>) -> Result<Response> {
    ask.viewer.require_admin()?;
    let filter = Filter::written(&form.filter)?;
    match circulars::draft(&ask.ctx, &ask.viewer, &filter, &form.subject, &form.body).await {
        Ok(id) => Ok(see_other(&path_of(id))),
        Err(error) => draw_form(&ask, None, form, Errors::from_error(error)?).await,
    }
}

pub async fn edit(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    let one = circulars::one(&ask.ctx, &ask.viewer, number(&ask, &id)?).await?;
    if one.sent_at.is_some() {
        return Ok(see_other(&path_of(one.id)));
    }
    let form = CircularForm { filter: one.filter, subject: one.subject, body: one.body };
    draw_form(&ask, Some(one.id), form, Errors::none()).await
}

pub async fn change(ask: Ask, Path(id): Path<String>, Form(form): Form<CircularForm>) -> Result<Response> {
    let one = circulars::one(&ask.ctx, &ask.viewer, number(&ask, &id)?).await?;
    match circulars::change(&ask.ctx, &ask.viewer, one.id, &form.subject, &form.body).await {
        Ok(()) => Ok(see_other(&path_of(one.id))),
        Err(error) => draw_form(&ask, Some(one.id), CircularForm { filter: one.filter, ..form }, Errors::from_error(error)?).await,
    }
}

async fn draw_form(ask: &Ask, id: Option<i64>, form: CircularForm, errors: Errors) -> Result<Response> {
    let filter = Filter::written(&form.filter)?;
    let readers = circulars::readers(&ask.ctx, &ask.viewer, &filter).await?;
    let locale = ask.locale;
    let title = t!(locale, "写群发邮件", "Write to many");
    Ok(Page::new(title).private().status_of(&errors).draw(ask, || {
        let action = id.map_or_else(|| format!("{HERE}/letters/new"), |id| format!("{}/edit", path_of(id)));
        let hint = t!(
            locale,
            "纯文本，空一行另起一段。网址可以直接写，邮件软件会自动变成链接。称呼和退订链接会自动加上。",
            "Plain text; an empty line begins a paragraph, and addresses can be written out. The greeting and the way to unsubscribe are added."
        );
        view! {
            {menu(ask)}
            <section class="admin-members">
                <Breadcrumb locale above=above(locale)/>
                <h1>{title}</h1>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                <p>{reach(readers, &form.filter, locale)}</p>
                <form class="form" method="post" action=action>
                    <input type="hidden" name="filter" value=filter.query()/>
                    <Field label=t!(locale, "主题", "Subject") name="subject" value=form.subject maxlength=150 required=true error=errors.of("subject", locale)/>
                    <TextArea label=t!(locale, "正文", "Text") name="body" value=form.body rows=14 hint=Some(hint.to_owned()) error=errors.of("body", locale)/>
                    <Submit label=t!(locale, "下一步：预览", "Next: look at it")/>
                </form>
            </section>
        }
    }))
}

fn above(locale: Locale) -> Vec<(String, String)> {
    vec![
        (HERE.to_owned(), t!(locale, "会员", "Members").to_owned()),
        (format!("{HERE}/letters"), t!(locale, "群发邮件", "Letters to many").to_owned()),
    ]
}

/// For how many it is, with the way to their list.
fn reach(readers: i64, filter: &str, locale: Locale) -> impl IntoView + use<> {
    let n = format::number(readers);
    let text = tf!(
        locale,
        "现在有 {n} 位会员会收到：符合条件、确认过邮箱、没有退订这类邮件。",
        "Members who would get it now: {n}. They match, have confirmed their address, and did not unsubscribe."
    );
    view! { {text} " " <a href=leads_to(filter)>{t!(locale, "查看符合条件的会员", "See who matches")}</a> }
}

pub async fn show(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    let id = number(&ask, &id)?;
    draw(&ask, id, Errors::none()).await
}

async fn look(ask: &Ask, one: &Circular) -> Result<Drawn> {
    let (to, letter) = circulars::own_copy(&ask.ctx, &ask.viewer, one, ask.locale).await?;
    desk::look(&ask.ctx, &ask.viewer, &to, &letter, false).await
}

async fn draw(ask: &Ask, id: i64, errors: Errors) -> Result<Response> {
    let one = circulars::one(&ask.ctx, &ask.viewer, id).await?;
    let drawn = look(ask, &one).await?;
    let filter = Filter::written(&one.filter)?;
    let readers = match one.sent_at {
        None => circulars::readers(&ask.ctx, &ask.viewer, &filter).await?,
        Some(_) => one.members,
    };
    let locale = ask.locale;
    let title = one.subject.clone();
    Ok(Page::new(title.clone()).private().status_of(&errors).draw(ask, || {
        let way = match one.sent_at {
            None => to_send(&one, readers, locale).into_any(),
            Some(at) => sent(ask, &one, Timestamp(at)).into_any(),
        };
        view! {
            {menu(ask)}
            <section class="admin-letter">
                <Breadcrumb locale above=above(locale)/>
                <h1>{title}</h1>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {way}
                {framed(format!("{}/html", path_of(id)), &drawn.subject, &drawn.plain, locale)}
            </section>
        }
    }))
}

fn to_send(one: &Circular, readers: i64, locale: Locale) -> impl IntoView + use<> {
    let path = path_of(one.id);
    let n = format::number(readers);
    let send = (readers > 0).then(|| {
        view! {
            <form method="post" action=format!("{path}/send")>
                <input type="hidden" name="said" value=readers.to_string()/>
                <Submit label=tf!(locale, "发送（{n} 人）", "Send it ({n})")/>
            </form>
        }
    });
    view! {
        <p>{reach(readers, &one.filter, locale)}</p>
        <div class="actions">
            {send}
            <form method="post" action=format!("{path}/copy")>
                <Submit label=t!(locale, "先发给我自己", "Send it to me first") quiet=true/>
            </form>
            <LinkButton href=format!("{path}/edit") label=t!(locale, "编辑", "Edit") quiet=true/>
            <form method="post" action=format!("{path}/forget")>
                <Submit label=t!(locale, "删除草稿", "Delete the draft") quiet=true/>
            </form>
        </div>
    }
}

fn sent(ask: &Ask, one: &Circular, at: Timestamp) -> impl IntoView + use<> {
    let locale = ask.locale;
    let (n, left) = (format::number(one.members), format::number(one.waiting));
    let text = match one.waiting {
        0 => tf!(locale, "已发给 {n} 位会员。", "Members it was sent to: {n}."),
        _ => tf!(
            locale,
            "正在发给 {n} 位会员，还有 {left} 封正在进入发送队列。",
            "Members it is being sent to: {n}. Letters not queued yet: {left}."
        ),
    };
    view! {
        <p>{text} " " {when(at, ask)}</p>
        <p class="actions">
            <LinkButton href="/admin/mail?kind=circular&state=sent" label=t!(locale, "查看各封邮件的发送情况", "See how each letter fared") quiet=true/>
        </p>
    }
}

pub async fn html(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    let one = circulars::one(&ask.ctx, &ask.viewer, number(&ask, &id)?).await?;
    Ok(letter_page(look(&ask, &one).await?.html))
}

pub async fn copy(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    let one = circulars::one(&ask.ctx, &ask.viewer, number(&ask, &id)?).await?;
    let (to, letter) = circulars::own_copy(&ask.ctx, &ask.viewer, &one, ask.locale).await?;
    desk::send_to_self(&ask.ctx, &ask.viewer, &to, &letter, false).await?;
    Ok(see_other(&format!("{}?done=copy-sent", path_of(one.id))))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SendForm {
    /// To how many it goes, as the page said.
    said: String,
}

pub async fn send(ask: Ask, Path(id): Path<String>, Form(form): Form<SendForm>) -> Result<Response> {
    let id = number(&ask, &id)?;
    match circulars::send(&ask.ctx, &ask.viewer, id, form.said.parse().unwrap_or(-1)).await {
        Ok(()) => Ok(see_other(&path_of(id))),
        Err(error) => draw(&ask, id, Errors::from_error(error)?).await,
    }
}

pub async fn forget(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    circulars::forget(&ask.ctx, &ask.viewer, number(&ask, &id)?).await?;
    Ok(see_other(&format!("{HERE}/letters?done=deleted")))
}
