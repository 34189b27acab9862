//! `/account/codes`: what a member redeemed, and what each of it opened until when.

use super::frame::AccountFrame;
use crate::codes::model::{Item, Named, Redeemed, Source, Thing, listed};
use crate::codes::service::redeem::{self, Before};
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::time::Timestamp;
use crate::membership::opened::Standing;
use crate::pages::Page;
use crate::server::http::Ask;
use crate::ui::{Badge, Breadcrumb, Column, DataTable, EmptyState, LinkButton, NextPage, Tone};
use crate::{t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;

const HERE: &str = "/account/codes";
const PAGE: i64 = 20;

fn before(ask: &Ask) -> Option<Before> {
    let after = ask.query("after")?;
    let mut parts = after.split('~');
    let (at, kind, id) = (parts.next()?.parse().ok()?, parts.next()?.to_owned(), parts.next()?.parse().ok()?);
    Some((Timestamp(at), kind, id))
}

fn next_of(last: &Redeemed) -> String {
    let (kind, id) = match last.source {
        Source::Code(id) => ("code", id),
        Source::Order(id) => ("order", id),
    };
    format!("{HERE}?after={}~{kind}~{id}", last.at.0)
}

/// `code ····3M9`, `Taobao order 123…`.
fn name(redeemed: &Redeemed, ask: &Ask) -> String {
    let number = &redeemed.number;
    match redeemed.source {
        Source::Code(_) => tf!(ask.locale, "兑换码 ····{number}", "Code ····{number}"),
        Source::Order(_) => tf!(ask.locale, "淘宝订单 {number}", "Taobao order {number}"),
    }
}

pub async fn list(ask: Ask) -> Result<Response> {
    let mut found = redeem::own(&ask.ctx, &ask.viewer, before(&ask), PAGE + 1).await?;
    let more = found.len() as i64 > PAGE;
    found.truncate(PAGE as usize);
    let locale = ask.locale;
    let title = t!(locale, "兑换记录", "Redeemed codes");
    Ok(Page::new(title).private().draw(&ask, || {
        let next = found.last().filter(|_| more).map(next_of);
        let action = Some(("/redeem".to_owned(), t!(locale, "兑换", "Redeem a code").to_owned()));
        let body = if found.is_empty() {
            view! { <EmptyState text=t!(locale, "你还没有兑换过。", "You have not redeemed anything yet.") action/> }.into_any()
        } else {
            view! {
                <p><LinkButton href="/redeem" label=t!(locale, "再兑换一个", "Redeem a code")/></p>
                {table(&ask, title, found)}
            }
            .into_any()
        };
        view! { <AccountFrame ask=ask.clone() current=HERE title>{body}<NextPage locale href=next/></AccountFrame> }
    }))
}

fn table(ask: &Ask, label: &'static str, found: Vec<Redeemed>) -> impl IntoView + use<> {
    let locale = ask.locale;
    let columns = vec![
        Column::text(t!(locale, "内容", "Item")),
        Column::text(t!(locale, "来源", "From")),
        Column::text(t!(locale, "日期", "Date")),
        Column::text(t!(locale, "状态", "Status")),
    ];
    let row = |redeemed: Redeemed| {
        let (tone, state) = match redeemed.revoked {
            true => (Tone::Plain, t!(locale, "已收回", "Taken back")),
            false => (Tone::Good, t!(locale, "已兑换", "Redeemed")),
        };
        let date = format::date(redeemed.at, &ask.site.time_zone, locale);
        vec![
            view! { <a href=redeemed.source.path()>{listed(&redeemed.opens, locale)}</a> }.into_any(),
            name(&redeemed, ask).into_any(),
            view! { <time datetime=format::machine(redeemed.at)>{date}</time> }.into_any(),
            view! { <Badge tone text=state/> }.into_any(),
        ]
    };
    let rows = found.into_iter().map(row).collect();
    view! { <DataTable label columns rows/> }
}

pub async fn code(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    ask.viewer.require_member()?;
    one(ask, Source::Code(id.parse().map_err(|_| AppError::NotFound)?)).await
}

pub async fn order(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    ask.viewer.require_member()?;
    one(ask, Source::Order(id.parse().map_err(|_| AppError::NotFound)?)).await
}

async fn one(ask: Ask, source: Source) -> Result<Response> {
    let (redeemed, standing) = redeem::what_it_opened(&ask.ctx, &ask.viewer, source).await?;
    let locale = ask.locale;
    let title = name(&redeemed, &ask);
    Ok(Page::new(title.clone()).private().draw(&ask, || {
        let mut seen = Vec::new();
        let opened = redeemed.opens.iter().filter(|named| {
            let first = !seen.contains(&&named.thing);
            seen.push(&named.thing);
            first
        });
        let opened = opened.map(|named| thing(&ask, named, &standing)).collect_view();
        let date = format::date_time(redeemed.at, &ask.site.time_zone, locale);
        let above = vec![(HERE.to_owned(), t!(locale, "兑换记录", "Redeemed codes").to_owned())];
        view! {
            <AccountFrame ask=ask.clone() current=HERE title>
                <Breadcrumb locale above/>
                <p>{tf!(locale, "{date} 兑换，开通了：", "Redeemed on {date}. It opened:")}</p>
                <ul class="plans">{opened}</ul>
            </AccountFrame>
        }
    }))
}

/// One thing that was opened: until when, and the way to it.
fn thing(ask: &Ask, named: &Named, standing: &[Standing]) -> impl IntoView + use<> {
    let locale = ask.locale;
    let end = named.thing.end(standing);
    let (href, go) = match (&named.thing, &named.path) {
        (Thing::Bundle(..), path) => (path.clone().unwrap_or_else(|| "/account".to_owned()), t!(locale, "去阅读", "Read it")),
        (Thing::One(Item::Post(_)), Some(path)) => (path.clone(), t!(locale, "去阅读", "Read it")),
        _ => ("/account/membership".to_owned(), t!(locale, "我的会员", "Your membership")),
    };
    let way = end.is_open().then(|| view! { " " <a href=href>{go}</a> });
    let until = end.text(&ask.site.time_zone, locale);
    view! { <li class="plan"><strong class="plan-name">{named.text(locale)}</strong> " " <span class="plan-end">{until}</span>{way}</li> }
}
