//! `/admin/rows/{table}` and `/admin/csv/{table}`: the rows behind a number, to look at and to take away.

use super::menu;
use crate::analytics::period::{Period, Typed};
use crate::analytics::service;
use crate::analytics::tables::{Cell, PAGE, Rows, Table};
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::pages::Page;
use crate::server::http::{Ask, query_value};
use crate::t;
use crate::ui::{Breadcrumb, Column, DataTable, EmptyState, NextPage, Nothing};
use axum::body::Body;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;

/// What the address says of the period.
pub fn typed(ask: &Ask) -> Typed {
    let get = |name| ask.query(name).unwrap_or_default();
    Typed { period: get("period"), from: get("from"), to: get("to") }
}

/// `1 March 2026 – 31 March 2026`.
pub fn period_name(period: Period, ask: &Ask) -> String {
    format!("{} – {}", format::civil_date(period.from, ask.locale), format::civil_date(period.to, ask.locale))
}

pub async fn show(ask: Ask, Path(table): Path<String>) -> Result<Response> {
    ask.viewer.require_admin()?;
    let table = Table::parse(&table)?;
    let (_, period) = service::period(&ask.ctx, &typed(&ask)).await?;
    let rows = table.page(&ask.ctx, &ask.viewer, period, ask.query("after").as_deref(), ask.locale, PAGE).await?;
    let locale = ask.locale;
    let title = table.name(locale);
    Ok(Page::new(title).private().draw(&ask, || {
        let (slug, query) = (table.slug(), period.query());
        let next = rows.next.as_ref().map(|next| format!("/admin/rows/{slug}?{query}&after={}", query_value(next)));
        let others = Table::ALL.into_iter().map(|other| {
            let current = (other == table).then_some("page");
            view! { <li><a href=format!("/admin/rows/{}?{query}", other.slug()) aria-current=current>{other.name(locale)}</a></li> }
        });
        view! {
            {menu(&ask)}
            <section class="admin-rows">
                <Breadcrumb locale above=vec![(format!("/admin?{query}"), t!(locale, "分析", "Analytics").to_owned())]/>
                <div class="page-head">
                    <h1>{title}</h1>
                    <a class="button button-quiet" href=format!("/admin/csv/{slug}?{query}")>{t!(locale, "下载 CSV", "Download CSV")}</a>
                </div>
                <p class="rows-about">{table.about(locale)} " " <span class="period-shown">{period_name(period, &ask)}</span></p>
                <nav class="period-choices" aria-label=t!(locale, "其他明细", "Other records")><ul>{others.collect_view()}</ul></nav>
                {draw(table, rows, &ask)}
                <NextPage locale href=next timeless=true/>
            </section>
        }
    }))
}

fn draw(table: Table, rows: Rows, ask: &Ask) -> AnyView {
    let locale = ask.locale;
    if rows.rows.is_empty() {
        return view! { <EmptyState text=t!(locale, "这段时间没有记录。", "Nothing in this period.")/> }.into_any();
    }
    let columns = table
        .columns(locale)
        .into_iter()
        .map(|(name, is_number)| if is_number { Column::number(name) } else { Column::text(name) })
        .collect();
    let cell = |cell: Cell| match cell {
        Cell::Text(text) | Cell::Number(text) => text.into_any(),
        Cell::Day(day) => {
            let shown = format::stored_day(&day, locale);
            view! { <time datetime=day>{shown}</time> }.into_any()
        }
        Cell::At(at) => view! { <time datetime=format::machine(at)>{format::time_of_day(at, &ask.site.time_zone)}</time> }.into_any(),
        Cell::Link { href, text } => view! { <a href=href>{text}</a> }.into_any(),
        Cell::Nothing => view! { <Nothing/> }.into_any(),
    };
    let rows = rows.rows.into_iter().map(|row| row.into_iter().map(cell).collect()).collect();
    view! { <DataTable label=table.name(locale) columns rows/> }.into_any()
}

pub async fn csv(ask: Ask, Path(table): Path<String>) -> Result<Response> {
    ask.viewer.require_admin()?;
    let table = Table::parse(&table)?;
    let (_, period) = service::period(&ask.ctx, &typed(&ask)).await?;
    let lines = table.csv(ask.ctx.clone(), ask.viewer.clone(), period, ask.locale).await?;
    let name = format!("attachment; filename=\"stoa-{}-{}-{}.csv\"", table.slug(), period.from, period.to);
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(lines)).into_response())
}
