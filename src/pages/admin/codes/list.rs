//! The batches there are.

use super::super::menu;
use super::super::money::page_of;
use super::tabs;
use crate::codes::model::{Batch, listed};
use crate::codes::service::batches;
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::pages::Page;
use crate::server::http::Ask;
use crate::t;
use crate::ui::{Column, DataTable, EmptyState, LinkButton, NextPage};
use axum::response::Response;
use leptos::prelude::*;

const PAGE: i64 = 20;

pub async fn show(ask: Ask) -> Result<Response> {
    let before = ask.query("after").and_then(|text| text.parse().ok());
    let (found, more) = page_of(batches::list(&ask.ctx, &ask.viewer, before, PAGE + 1).await?, PAGE);
    let locale = ask.locale;
    let title = t!(locale, "兑换码", "Codes");
    Ok(Page::new(title).private().draw(&ask, || {
        let next = found.last().filter(|_| more).map(|last| format!("/admin/codes?after={}", last.id));
        let new = ("/admin/codes/new".to_owned(), t!(locale, "生成兑换码", "Make codes").to_owned());
        let body = if found.is_empty() {
            let text = t!(
                locale,
                "还没有兑换码。生成一批，交给店铺自动发货，或印在卡片上。",
                "There are no codes yet. Make some for your shop to deliver, or to print on cards."
            );
            view! { <EmptyState text action=Some(new)/> }.into_any()
        } else {
            view! { <p><LinkButton href=new.0 label=new.1/></p>{table(&ask, title, found)} }.into_any()
        };
        view! {
            {menu(&ask)}
            <section class="admin-codes">
                <h1>{title}</h1>
                {tabs(&ask)}
                {body}
                <NextPage locale href=next/>
            </section>
        }
    }))
}

fn table(ask: &Ask, label: &'static str, found: Vec<Batch>) -> impl IntoView + use<> {
    let (locale, zone) = (ask.locale, &ask.site.time_zone);
    let columns = vec![
        Column::text(t!(locale, "名称", "Name")),
        Column::text(t!(locale, "开通内容", "Opens")),
        Column::number(t!(locale, "已兑换", "Redeemed")),
        Column::number(t!(locale, "剩余", "Left")),
        Column::text(t!(locale, "有效期至", "Until")),
        Column::text(t!(locale, "生成日期", "Made on")),
    ];
    let row = |batch: Batch| {
        let until = batch.expires_at.map_or_else(|| t!(locale, "长期", "No end").to_owned(), |at| format::last_day(at, zone, locale));
        vec![
            view! { <a href=format!("/admin/codes/{}", batch.id)>{batch.name.clone()}</a> }.into_any(),
            listed(&batch.opens, locale).into_any(),
            format!("{} / {}", format::number(batch.counts.redeemed), format::number(batch.size)).into_any(),
            format::number(batch.counts.left()).into_any(),
            until.into_any(),
            format::date(batch.made_at, zone, locale).into_any(),
        ]
    };
    let rows = found.into_iter().map(row).collect();
    view! { <DataTable label columns rows/> }
}
