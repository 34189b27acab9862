//! `/admin/members/import/{id}`: what a file says, the form that brings it in, and what came of it.

use super::super::menu;
use super::super::money::{self, page_of, when};
use super::super::upload::broken_line;
use super::choose::{self, Chosen};
use super::{HERE, file_name, state};
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::foundation::time::Timestamp;
use crate::membership;
use crate::pages::admin::number;
use crate::pages::{Page, letters};
use crate::server::http::{Ask, Form, see_other};
use crate::t;
use crate::transfer::bringing::{self, ImportRow, Outcome, Said, Typed, heading};
use crate::ui::{Badge, Banner, Breadcrumb, Column, DataTable, EmptyState, Errors, LinkButton, NextPage, Submit, Tabs, Tone, fact};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;

const PAGE: i64 = 50;
const AT_ONCE: i64 = 500;

pub async fn show(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    draw(&ask, number(&ask, &id)?, None, Errors::none()).await
}

pub async fn run(ask: Ask, Path(id): Path<String>, Form(fields): Form<Vec<(String, String)>>) -> Result<Response> {
    let id: i64 = number(&ask, &id)?;
    let file = bringing::one(&ask.ctx, &ask.viewer, id).await?;
    let typed = choose::typed(&fields, &file.names());
    match bringing::run(&ask.ctx, &ask.viewer, id, &typed, &letters::to_all()).await {
        Ok(()) => Ok(see_other(&format!("{HERE}/{id}?done=brought"))),
        Err(error) => draw(&ask, id, Some(typed), Errors::from_error(error)?).await,
    }
}

pub async fn discard(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    bringing::discard(&ask.ctx, &ask.viewer, number(&ask, &id)?).await?;
    Ok(see_other(&format!("{HERE}?done=deleted")))
}

async fn draw(ask: &Ask, id: i64, typed: Option<Typed>, errors: Errors) -> Result<Response> {
    let file = bringing::one(&ask.ctx, &ask.viewer, id).await?;
    let only = ask.query("show").and_then(|text| Outcome::parse(&text));
    let after = ask.query("after").and_then(|text| text.parse().ok()).unwrap_or(0);
    let (found, more) = page_of(bringing::said(&ask.ctx, &ask.viewer, id, only, after, PAGE + 1).await?, PAGE);
    let chosen = match file.state.as_str() {
        "read" => {
            let (names, tiers) = (file.names(), membership::service::all_tiers(&ask.ctx, &ask.viewer).await?);
            let typed = typed.unwrap_or_else(|| Typed::suggested(&names, &tiers));
            Some(Chosen { names, tiers, typed, fresh: file.fresh, known: file.known })
        }
        _ => None,
    };
    let running = if file.state == "running" { Some(bringing::done(&ask.ctx, &ask.viewer, id).await?) } else { None };
    let locale = ask.locale;
    let title = file_name(&file);
    Ok(Page::new(title.clone()).private().status_of(&errors).draw(ask, || {
        let here = format!("{HERE}/{id}");
        let above = vec![
            ("/admin/members".to_owned(), t!(locale, "会员", "Members").to_owned()),
            (HERE.to_owned(), t!(locale, "导入会员", "Bring members along").to_owned()),
        ];
        let query = only.map(|only| format!("show={}&", only.as_str())).unwrap_or_default();
        let next = found.last().filter(|_| more).map(|last| format!("{here}?{query}after={}", last.line));
        let all = (here.clone(), t!(locale, "全部", "All").to_owned(), only.is_none());
        let each = Outcome::SAID.map(|outcome| {
            (format!("{here}?show={}", outcome.as_str()), outcome_name(outcome, locale).1.to_owned(), only == Some(outcome))
        });
        let tabs = [all].into_iter().chain(each).collect();
        let download = (file.broken > 0).then(|| {
            let label = t!(locale, "下载出错的行 CSV", "Download the broken lines as CSV");
            view! { <p class="actions"><LinkButton href=format!("{here}/broken.csv") label quiet=true/></p> }
        });
        let list = if found.is_empty() {
            view! { <EmptyState text=t!(locale, "没有需要说明的行。", "There is nothing to say of any line.")/> }.into_any()
        } else {
            table(found, locale)
        };
        view! {
            {menu(ask)}
            <section class="admin-members">
                <Breadcrumb locale above/>
                <h1>{title}</h1>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {running.map(|done| unfinished(&file, done, &here, locale))}
                {facts(ask, &file)}
                {chosen.map(|chosen| choose::form(chosen, &here, &errors, locale))}
                <h2>{t!(locale, "需要说明的行", "Lines of which there is something to say")}</h2>
                {download}
                <Tabs label=t!(locale, "需要说明的行", "Lines of which there is something to say") tabs/>
                {list}
                <NextPage locale href=next timeless=true/>
            </section>
        }
    }))
}

/// It runs, or broke off: then it is gone on with.
fn unfinished(file: &ImportRow, done: i64, here: &str, locale: Locale) -> AnyView {
    let (done, all) = (format::number(done), format::number(file.fresh + file.known));
    let text = crate::tf!(
        locale,
        "正在导入：{all} 行里已完成 {done} 行。刷新页面查看进度；如果中途中断了，可以继续。",
        "Being brought in: {done} of {all} lines. Reload the page to see how far it is; if it was interrupted, go on with it."
    );
    view! {
        <Banner tone=Tone::Warn text/>
        <form class="form" method="post" action=here.to_owned()>
            <Submit label=t!(locale, "继续导入", "Go on") quiet=true/>
        </form>
    }
    .into_any()
}

fn facts(ask: &Ask, file: &ImportRow) -> AnyView {
    let locale = ask.locale;
    let kind = match file.kind.as_str() {
        "ghost" => t!(locale, "Ghost 的会员文件", "Ghost's members file"),
        _ => t!(locale, "CSV 文件", "A CSV file"),
    };
    let (tone, text) = state(file, locale);
    let counted = [
        (t!(locale, "新增", "New"), file.fresh),
        (t!(locale, "已有", "Known"), file.known),
        (t!(locale, "跳过", "Skipped"), file.skipped),
        (t!(locale, "出错", "Broken"), file.broken),
    ];
    let done = [
        (t!(locale, "已加入会员", "Members added"), file.added),
        (t!(locale, "已开通等级", "Tiers given"), file.granted),
        (t!(locale, "已接管订阅", "Subscriptions taken over"), file.adopted),
        (t!(locale, "已写邮件", "Letters written"), file.invited),
    ];
    let begun = matches!(file.state.as_str(), "running" | "done");
    let done = done.into_iter().filter(|_| begun);
    let counted = counted.into_iter().chain(done);
    let counted = counted.map(|(name, n)| fact(name, format::number(n))).collect_view();
    view! {
        <dl class="facts">
            {fact(t!(locale, "状态", "Status"), view! { <Badge tone text/> })}
            {fact(t!(locale, "时间", "Sent"), when(Timestamp(file.began_at), ask))}
            {fact(t!(locale, "种类", "Kind"), kind)}
            {fact(t!(locale, "编码", "Encoding"), file.encoding.clone())}
            {counted}
        </dl>
    }
    .into_any()
}

fn outcome_name(outcome: Outcome, locale: Locale) -> (Tone, &'static str) {
    match outcome {
        Outcome::Broken => (Tone::Bad, t!(locale, "出错", "Broken")),
        Outcome::Skipped => (Tone::Plain, t!(locale, "跳过", "Skipped")),
        Outcome::Noted | Outcome::Fresh | Outcome::Known => (Tone::Warn, t!(locale, "备注", "Noted")),
    }
}

fn table(found: Vec<Said>, locale: Locale) -> AnyView {
    let label = t!(locale, "需要说明的行", "Lines of which there is something to say");
    let columns = vec![
        Column::number(t!(locale, "行", "Line")),
        Column::text(t!(locale, "结果", "Outcome")),
        Column::text(t!(locale, "原因", "Reason")),
        Column::text(t!(locale, "邮箱", "E-mail")),
    ];
    let row = |said: Said| {
        let (tone, text) = outcome_name(said.reason.outcome(), locale);
        vec![
            said.line.to_string().into_any(),
            view! { <Badge tone text/> }.into_any(),
            said.reason.text(locale).into_any(),
            said.email.into_any(),
        ]
    };
    let rows = found.into_iter().map(row).collect();
    view! { <DataTable label columns rows/> }.into_any()
}

/// The broken lines with the reason, under the names of their columns: mended, the file can be sent as it is. What had no cells
/// that could be told apart has its number only.
pub async fn broken(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    let id: i64 = number(&ask, &id)?;
    bringing::one(&ask.ctx, &ask.viewer, id).await?;
    let locale = ask.locale;
    let columns = [t!(locale, "行", "Line"), t!(locale, "原因", "Reason")].into_iter().chain(heading()).collect();
    let (ctx, viewer) = (ask.ctx.clone(), ask.viewer.clone());
    let read = move |after: Option<i64>| {
        let (ctx, viewer) = (ctx.clone(), viewer.clone());
        async move {
            let said = bringing::said(&ctx, &viewer, id, Some(Outcome::Broken), after.unwrap_or(0), AT_ONCE + 1).await?;
            let (found, more) = page_of(said, AT_ONCE);
            let next = found.last().filter(|_| more).map(|last| last.line);
            Ok((found.into_iter().map(|said| broken_line(said.line, said.reason.text(locale), said.cells)).collect(), next))
        }
    };
    money::file(&format!("members-{id}-broken"), columns, read).await
}
