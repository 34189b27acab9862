//! `/admin/receipts`: the receipts and credit notes of a year; `/admin/seller`: who sells, as they say it.

use super::super::menu;
use super::{file, page_of, person, plain, when};
use crate::analytics::tables::Cell;
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::pages::Page;
use crate::pages::orders::{item_name, order_kind};
use crate::payments::seller::Seller;
use crate::payments::service::desk::{BATCH, PAGE};
use crate::payments::service::receipts::{self, Line};
use crate::payments::tax::{Country, rate_name};
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Banner, Column, DataTable, EmptyState, Errors, Field, LinkButton, NextPage, Nothing, Submit, TextArea, Tone};
use crate::{t, tf};
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

/// The year asked for, or the one that is.
fn year(ask: &Ask) -> i64 {
    let now = format::day(ask.ctx.now(), &ask.site.time_zone).year();
    ask.query("year").and_then(|text| text.parse().ok()).unwrap_or(i64::from(now))
}

pub async fn list(ask: Ask) -> Result<Response> {
    let year = year(&ask);
    let before = ask.query("after").and_then(|text| text.parse().ok());
    let (found, more) = page_of(receipts::list(&ask.ctx, &ask.viewer, year, before, PAGE + 1).await?, PAGE);
    let years = receipts::years(&ask.ctx, &ask.viewer).await?;
    let (count, whole) = receipts::whole(&ask.ctx, &ask.viewer, year).await?;
    let locale = ask.locale;
    let title = t!(locale, "收据", "Receipts");
    Ok(Page::new(title).private().draw(&ask, || {
        let next = found.last().filter(|_| more).map(|last| format!("/admin/receipts?year={year}&after={}", last.number.number));
        let years = years.into_iter().map(|other| {
            let current = (other == year).then_some("page");
            view! { <li><a href=format!("/admin/receipts?year={other}") aria-current=current>{other.to_string()}</a></li> }
        });
        let count = format::number(count);
        let checked = match whole {
            true => (Tone::Good, tf!(locale, "{year} 年共 {count} 个编号，连续无缺。", "{count} numbers in {year}, without a gap.")),
            false => (
                Tone::Bad,
                tf!(
                    locale,
                    "{year} 年的 {count} 个编号不连续，请检查数据库。",
                    "The {count} numbers of {year} are not without gaps: please check the database."
                ),
            ),
        };
        let list = if found.is_empty() {
            view! { <EmptyState text=t!(locale, "这一年没有收据。", "There are no receipts in this year.")/> }.into_any()
        } else {
            view! { <Banner tone=checked.0 text=checked.1/> {table(&ask, title, found)} }.into_any()
        };
        view! {
            {menu(&ask)}
            <section class="admin-receipts">
                <h1>{title}</h1>
                <nav class="period-choices" aria-label=t!(locale, "年份", "Year")><ul>{years.collect_view()}</ul></nav>
                <p class="actions">
                    <LinkButton href="/admin/seller" label=t!(locale, "卖方信息", "Seller’s details") quiet=true/>
                    <LinkButton href=format!("/admin/receipts.csv?year={year}") label=t!(locale, "下载 CSV", "Download CSV") quiet=true/>
                </p>
                {list}
                <NextPage locale href=next/>
            </section>
        }
    }))
}

/// What a line is: a receipt, or the credit note of one.
fn what(line: &Line, locale: Locale) -> String {
    match line.credit_of {
        None => t!(locale, "收据", "Receipt").to_owned(),
        Some((number, true)) => tf!(locale, "红字收据，冲 {number}", "Credit note for {number}"),
        Some((number, false)) => tf!(locale, "红字收据，冲 {number}；退款未成功", "Credit note for {number}; the money came back"),
    }
}

fn table(ask: &Ask, label: &'static str, found: Vec<Line>) -> AnyView {
    let locale = ask.locale;
    let columns = vec![
        Column::text(t!(locale, "编号", "Number")),
        Column::text(t!(locale, "种类", "Kind")),
        Column::text(t!(locale, "内容", "Item")),
        Column::text(t!(locale, "会员", "Member")),
        Column::text(t!(locale, "买方", "Buyer")),
        Column::number(t!(locale, "金额", "Amount")),
        Column::text(t!(locale, "时间", "When")),
    ];
    let row = |line: Line| {
        let buyer = line.buyer.name.clone();
        let buyer = if buyer.is_empty() { view! { <Nothing/> }.into_any() } else { view! { <bdi>{buyer}</bdi> }.into_any() };
        vec![
            view! { <a href=format!("{}/receipt", line.order.path())>{line.number.to_string()}</a> }.into_any(),
            what(&line, locale).into_any(),
            item_name(&line.order, locale).into_any(),
            person(&line.handle),
            buyer,
            line.amount.format(locale).into_any(),
            when(line.issued_at, ask),
        ]
    };
    let rows = found.into_iter().map(row).collect();
    view! { <DataTable label columns rows/> }.into_any()
}

pub async fn csv(ask: Ask) -> Result<Response> {
    let (year, locale) = (year(&ask), ask.locale);
    let columns = vec![
        t!(locale, "编号", "Number"),
        t!(locale, "种类", "Kind"),
        t!(locale, "时间", "When"),
        t!(locale, "订单号", "Order"),
        t!(locale, "订单种类", "Kind of order"),
        t!(locale, "内容", "Item"),
        t!(locale, "会员", "Member"),
        t!(locale, "买方", "Buyer"),
        t!(locale, "买方地址", "Buyer's address"),
        t!(locale, "买方税号", "Buyer's number"),
        t!(locale, "计税国家或地区", "Taxed in"),
        t!(locale, "税率", "Tax rate"),
        t!(locale, "净额", "Net"),
        t!(locale, "税额", "Tax"),
        t!(locale, "金额", "Amount"),
        t!(locale, "货币", "Currency"),
    ];
    let (ctx, viewer) = (ask.ctx.clone(), ask.viewer.clone());
    let read = move |before: Option<i64>| {
        let (ctx, viewer) = (ctx.clone(), viewer.clone());
        async move {
            let (found, more) = page_of(receipts::list(&ctx, &viewer, year, before, BATCH + 1).await?, BATCH);
            let next = found.last().filter(|_| more).map(|last| last.number.number);
            Ok((found.iter().map(|line| cells(line, locale)).collect(), next))
        }
    };
    file(&format!("receipts-{year}"), columns, read).await
}

fn cells(line: &Line, locale: Locale) -> Vec<Cell> {
    let text = |text: &str| Cell::Text(text.to_owned());
    vec![
        text(&line.number.to_string()),
        Cell::Text(what(line, locale)),
        text(&format::machine(line.issued_at)),
        Cell::Text(line.order.short()),
        text(order_kind(&line.order, locale)),
        text(&line.order.title),
        text(&line.handle),
        text(&line.buyer.name),
        Cell::Text(line.buyer.address.replace('\n', ", ")),
        text(&line.buyer.number),
        text(line.tax.and_then(|tax| tax.country).map_or("", Country::code)),
        line.tax.map_or(Cell::Nothing, |tax| Cell::Text(rate_name(tax.rate))),
        plain(line.amount.minor - line.tax_minor, line.amount.currency.code()),
        plain(line.tax_minor, line.amount.currency.code()),
        plain(line.amount.minor, line.amount.currency.code()),
        text(line.amount.currency.code()),
    ]
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SellerForm {
    name: String,
    address: String,
    number: String,
    note: String,
}

pub async fn seller(ask: Ask) -> Result<Response> {
    let seller = receipts::seller(&ask.ctx, &ask.viewer).await?;
    draw_seller(&ask, seller, Errors::none())
}

pub async fn save_seller(ask: Ask, Form(form): Form<SellerForm>) -> Result<Response> {
    let SellerForm { name, address, number, note } = form;
    let typed = Seller { name, address, number, note };
    match receipts::save_seller(&ask.ctx, &ask.viewer, &typed).await {
        Ok(()) => Ok(see_other("/admin/seller?done=saved")),
        Err(error) => draw_seller(&ask, typed, Errors::from_error(error)?),
    }
}

fn draw_seller(ask: &Ask, seller: Seller, errors: Errors) -> Result<Response> {
    let locale = ask.locale;
    let title = t!(locale, "卖方信息", "Seller’s details");
    Ok(Page::new(title).private().status_of(&errors).draw(ask, || {
        let hint = t!(locale, "留空则用网站名称。", "Left empty, the site’s name is used.").to_owned();
        view! {
            {menu(ask)}
            <section class="admin-seller">
                <h1>{title}</h1>
                <p>{t!(locale, "只用于以后开具的收据，已开具的不会改变。", "Stands on receipts that are issued from now on. Those that were issued stay as they are.")}</p>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                <form class="form" method="post" action="/admin/seller">
                    <Field label=t!(locale, "名称", "Name") name="name" value=seller.name maxlength=100 hint=Some(hint) error=errors.of("name", locale)/>
                    <TextArea label=t!(locale, "地址", "Address") name="address" rows=4 value=seller.address error=errors.of("address", locale)/>
                    <Field label=t!(locale, "税号或营业执照号", "Tax or business number") name="number" value=seller.number maxlength=50 error=errors.of("number", locale)/>
                    <Field label=t!(locale, "附注（一行）", "A line below") name="note" value=seller.note maxlength=200 error=errors.of("note", locale)/>
                    <Submit label=t!(locale, "保存", "Save")/>
                </form>
            </section>
        }
    }))
}
