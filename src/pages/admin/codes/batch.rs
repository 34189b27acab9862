//! One batch: how many codes are left, who redeemed which, and revoking them.

use super::super::menu;
use super::super::money::{self, page_of, person, when};
use crate::analytics::tables::Cell;
use crate::codes::model::{Batch, Code, CodeState, listed};
use crate::codes::service::batches;
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::foundation::time::Timestamp;
use crate::pages::Page;
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Badge, Banner, Breadcrumb, Column, DataTable, EmptyState, LinkButton, NextPage, Nothing, Submit, Tabs, Tone, fact};
use crate::{t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

const PAGE: i64 = 50;
/// Lines of a file that are read at once.
const AT_ONCE: i64 = 500;

fn number(id: &str) -> Result<i64> {
    id.parse().map_err(|_| AppError::NotFound)
}

pub async fn show(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    ask.viewer.require_admin()?;
    let again = ask.query("again").is_some().then(|| {
        t!(
            ask.locale,
            "这批兑换码已经生成过，只显示一次。没有保存的话，请作废后重新生成。",
            "This form has made its codes already, and they are shown once. If they were not saved, revoke them and make new ones."
        )
        .to_owned()
    });
    draw(&ask, number(&id)?, again, 200).await
}

/// Where the list of redeemed codes goes on: `1773576000000~17`.
fn before(text: &str) -> Option<(Timestamp, i64)> {
    let (at, id) = text.split_once('~')?;
    Some((Timestamp(at.parse().ok()?), id.parse().ok()?))
}

async fn draw(ask: &Ask, id: i64, said: Option<String>, status: u16) -> Result<Response> {
    let batch = batches::one(&ask.ctx, &ask.viewer, id).await?;
    let redeemed = ask.query("show").as_deref() == Some("redeemed");
    let after = ask.query("after").unwrap_or_default();
    let found = if redeemed {
        batches::redeemed(&ask.ctx, &ask.viewer, id, before(&after), PAGE + 1).await?
    } else {
        batches::codes(&ask.ctx, &ask.viewer, id, after.parse().unwrap_or(0), PAGE + 1).await?
    };
    let (found, more) = page_of(found, PAGE);
    let locale = ask.locale;
    Ok(Page::new(batch.name.clone()).private().status(status).draw(ask, || {
        let above = vec![("/admin/codes".to_owned(), t!(locale, "兑换码", "Codes").to_owned())];
        let next = found.last().filter(|_| more).map(|last| match &last.redeemed {
            Some((_, at)) if redeemed => format!("/admin/codes/{id}?show=redeemed&after={}~{}", at.0, last.id),
            _ => format!("/admin/codes/{id}?after={}", last.id),
        });
        let tabs = vec![
            (format!("/admin/codes/{id}"), t!(locale, "全部", "All").to_owned(), !redeemed),
            (format!("/admin/codes/{id}?show=redeemed"), t!(locale, "已兑换", "Redeemed").to_owned(), redeemed),
        ];
        let list = if found.is_empty() {
            view! { <EmptyState text=t!(locale, "还没有人兑换。", "Nobody has redeemed one yet.")/> }.into_any()
        } else {
            table(ask, found)
        };
        view! {
            {menu(ask)}
            <section class="admin-codes">
                <Breadcrumb locale above/>
                <h1>{batch.name.clone()}</h1>
                {said.map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {facts(ask, &batch)}
                <p class="actions">
                    <LinkButton href=format!("/admin/codes/{id}/redeemed.csv") label=t!(locale, "下载兑换记录 CSV", "Download redemptions as CSV") quiet=true/>
                </p>
                {rest(&batch, locale)}
                <Tabs label=t!(locale, "兑换码", "Codes") tabs/>
                {list}
                <NextPage locale href=next timeless=!redeemed/>
            </section>
        }
    }))
}

fn facts(ask: &Ask, batch: &Batch) -> impl IntoView + use<> {
    let (locale, zone) = (ask.locale, &ask.site.time_zone);
    let counts = batch.counts;
    let until = batch.expires_at.map_or_else(|| t!(locale, "长期", "No end").to_owned(), |at| format::last_day(at, zone, locale));
    let several = if batch.several { t!(locale, "不限", "any number") } else { t!(locale, "一个", "one") };
    let facts = [
        (t!(locale, "开通内容", "Opens"), listed(&batch.opens, locale)),
        (t!(locale, "生成", "Made"), format::number(counts.made)),
        (t!(locale, "已兑换", "Redeemed"), format::number(counts.redeemed)),
        (t!(locale, "剩余", "Left"), format::number(counts.left())),
        (t!(locale, "已过期", "Expired"), format::number(counts.expired)),
        (t!(locale, "已作废", "Revoked"), format::number(counts.revoked)),
        (t!(locale, "有效期至", "Until"), until),
        (t!(locale, "每人可用", "For one member"), several.to_owned()),
        (t!(locale, "生成日期", "Made on"), format::date(batch.made_at, zone, locale)),
        (t!(locale, "备注", "Note"), batch.note.clone()),
    ];
    let facts = facts.into_iter().filter(|(_, value)| !value.is_empty());
    view! { <dl class="facts">{facts.map(|(name, value)| fact(name, value)).collect_view()}</dl> }
}

/// The way to revoke all that nobody redeemed, folded away: it cannot be undone.
fn rest(batch: &Batch, locale: Locale) -> Option<AnyView> {
    let n = batch.counts.left() + batch.counts.expired;
    (n > 0).then(|| {
        view! {
            <details class="codes-revoke">
                <summary>{t!(locale, "作废未兑换的兑换码", "Revoke what nobody redeemed")}</summary>
                <form class="form" method="post" action=format!("/admin/codes/{}/revoke", batch.id)>
                    <p>{tf!(locale, "{n} 个未兑换的兑换码会失效，不能恢复。已兑换的不受影响。", "This makes {n} codes worthless for good. What was redeemed stays open.")}</p>
                    <Submit label=t!(locale, "全部作废", "Revoke them all") quiet=true/>
                </form>
            </details>
        }
        .into_any()
    })
}

fn state(code: &Code, locale: Locale) -> (Tone, &'static str) {
    match (code.state, &code.redeemed) {
        (CodeState::Left, _) => (Tone::Plain, t!(locale, "可兑换", "Left")),
        (CodeState::Redeemed, _) => (Tone::Good, t!(locale, "已兑换", "Redeemed")),
        (CodeState::Expired, _) => (Tone::Warn, t!(locale, "已过期", "Expired")),
        (CodeState::Revoked, None) => (Tone::Bad, t!(locale, "已作废", "Revoked")),
        (CodeState::Revoked, Some(_)) => (Tone::Bad, t!(locale, "已作废并收回", "Revoked and taken back")),
    }
}

fn table(ask: &Ask, found: Vec<Code>) -> AnyView {
    let locale = ask.locale;
    let columns = vec![
        Column::text(t!(locale, "尾号", "Ends in")),
        Column::text(t!(locale, "状态", "Status")),
        Column::text(t!(locale, "会员", "Member")),
        Column::text(t!(locale, "兑换时间", "Redeemed at")),
        Column::text(t!(locale, "操作", "Actions")),
    ];
    let row = |code: Code| {
        let (tone, text) = state(&code, locale);
        let (who, at) = match &code.redeemed {
            Some((handle, at)) => (person(handle), when(*at, ask)),
            None => (view! { <Nothing/> }.into_any(), view! { <Nothing/> }.into_any()),
        };
        let last = code.last.clone();
        vec![
            view! { <code>{format!("····{last}")}</code> }.into_any(),
            view! { <Badge tone text/> }.into_any(),
            who,
            at,
            deed(&code, locale),
        ]
    };
    let rows = found.into_iter().map(row).collect();
    view! { <DataTable label=t!(locale, "兑换码", "Codes") columns rows/> }.into_any()
}

/// Revoking one. Of one that was redeemed it has to be said that what it opened goes back.
fn deed(code: &Code, locale: Locale) -> AnyView {
    let action = format!("/admin/codes/code/{}/revoke", code.id);
    match code.state {
        CodeState::Revoked => view! { <Nothing/> }.into_any(),
        CodeState::Redeemed => view! {
            <details class="codes-revoke">
                <summary>{t!(locale, "作废", "Revoke")}</summary>
                <form class="form" method="post" action=action>
                    <input type="hidden" name="take_back" value="on"/>
                    <p>{t!(locale, "会同时收回它开通的内容。", "This takes back what it opened, too.")}</p>
                    <Submit label=t!(locale, "作废并收回", "Revoke and take back") quiet=true/>
                </form>
            </details>
        }
        .into_any(),
        CodeState::Left | CodeState::Expired => {
            view! { <form method="post" action=action><Submit label=t!(locale, "作废", "Revoke") quiet=true/></form> }.into_any()
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RevokeForm {
    /// `on`: also what it opened.
    take_back: String,
}

pub async fn revoke(ask: Ask, Path(id): Path<String>, Form(form): Form<RevokeForm>) -> Result<Response> {
    ask.viewer.require_admin()?;
    let batch = batches::revoke(&ask.ctx, &ask.viewer, number(&id)?, form.take_back == "on").await?;
    Ok(see_other(&format!("/admin/codes/{batch}?done=code-revoked")))
}

pub async fn revoke_rest(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    ask.viewer.require_admin()?;
    let id = number(&id)?;
    batches::revoke_rest(&ask.ctx, &ask.viewer, id).await?;
    Ok(see_other(&format!("/admin/codes/{id}?done=codes-revoked")))
}

/// Who redeemed which code when.
pub async fn csv(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    ask.viewer.require_admin()?;
    let (id, locale) = (number(&id)?, ask.locale);
    let batch = batches::one(&ask.ctx, &ask.viewer, id).await?;
    let columns = vec![
        t!(locale, "批次", "Batch"),
        t!(locale, "尾号", "Ends in"),
        t!(locale, "会员", "Member"),
        t!(locale, "兑换时间", "Redeemed at"),
        t!(locale, "状态", "Status"),
    ];
    let (ctx, viewer, name) = (ask.ctx.clone(), ask.viewer.clone(), batch.name);
    let read = move |before: Option<(Timestamp, i64)>| {
        let (ctx, viewer, name) = (ctx.clone(), viewer.clone(), name.clone());
        async move {
            let (found, more) = page_of(batches::redeemed(&ctx, &viewer, id, before, AT_ONCE + 1).await?, AT_ONCE);
            let next = found.last().filter(|_| more).and_then(|last| Some((last.redeemed.as_ref()?.1, last.id)));
            Ok((found.iter().map(|code| line(&name, code, locale)).collect(), next))
        }
    };
    money::file(&format!("codes-{id}-redeemed"), columns, read).await
}

fn line(name: &str, code: &Code, locale: Locale) -> Vec<Cell> {
    let text = |text: &str| Cell::Text(text.to_owned());
    let (handle, at) = code.redeemed.as_ref().map_or((String::new(), String::new()), |(handle, at)| (handle.clone(), format::machine(*at)));
    vec![text(name), text(&code.last), text(&handle), text(&at), text(state(code, locale).1)]
}
