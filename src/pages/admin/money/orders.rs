//! `/admin/orders`: all orders, looked through; `/admin/failed-payments`: those that were declined and not paid since.

use super::super::menu;
use super::wording::{badge, order_state, order_status};
use super::{file, money_if_any, page_of, person, plain, query, when};
use crate::analytics::tables::Cell;
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::foundation::id::OrderId;
use crate::foundation::locale::Locale;
use crate::foundation::time::Timestamp;
use crate::pages::Page;
use crate::pages::orders::{item_name, order_kind, provider_name};
use crate::payments::model::{Order, OrderStatus};
use crate::payments::service::desk::orders::{self, FAILED_DAYS, Listed, Search};
use crate::payments::service::desk::{BATCH, PAGE};
use crate::providers::Provider;
use crate::server::http::Ask;
use crate::ui::{Banner, Column, DataTable, EmptyState, Errors, Field, LinkButton, NextPage, Nothing, Select, Submit, Tone};
use crate::{t, tf};
use axum::response::Response;
use leptos::prelude::*;

fn search(ask: &Ask) -> Search {
    let get = |name| ask.query(name).unwrap_or_default();
    Search { status: get("status"), provider: get("provider"), member: get("member"), reference: get("reference") }
}

fn query_of(search: &Search) -> String {
    let Search { status, provider, member, reference } = search;
    query(&[("status", status), ("provider", provider), ("member", member), ("reference", reference)])
}

fn after(ask: &Ask) -> Option<OrderId> {
    ask.query("after").and_then(|text| text.parse().ok())
}

pub async fn list(ask: Ask) -> Result<Response> {
    let search = search(&ask);
    let (found, errors) = match orders::list(&ask.ctx, &ask.viewer, &search, after(&ask), PAGE + 1).await {
        Ok(found) => (found, Errors::none()),
        Err(error) => (Vec::new(), Errors::from_error(error)?),
    };
    let (found, more) = page_of(found, PAGE);
    let locale = ask.locale;
    let title = t!(locale, "订单", "Orders");
    Ok(Page::new(title).private().status_of(&errors).draw(&ask, || {
        let query = query_of(&search);
        let next = found.last().filter(|_| more).map(|last| format!("/admin/orders?{query}&after={}", last.order.id));
        let list = if found.is_empty() {
            view! { <EmptyState text=t!(locale, "没有符合条件的订单。", "No orders of this kind.")/> }.into_any()
        } else {
            table(&ask, title, found, None)
        };
        view! {
            {menu(&ask)}
            <section class="admin-orders">
                <h1>{title}</h1>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {filter(&search, &errors, locale)}
                <p class="actions">
                    <LinkButton href="/admin/failed-payments" label=t!(locale, "未成功的付款", "Failed payments") quiet=true/>
                    <LinkButton href=format!("/admin/orders.csv?{query}") label=t!(locale, "下载 CSV", "Download CSV") quiet=true/>
                </p>
                {list}
                <NextPage locale href=next/>
            </section>
        }
    }))
}

fn filter(search: &Search, errors: &Errors, locale: Locale) -> AnyView {
    let any = || (String::new(), t!(locale, "全部", "Any").to_owned());
    let statuses = OrderStatus::ALL.map(|status| (status.as_str().to_owned(), order_status(status, locale).1.to_owned()));
    let providers = Provider::ALL.map(|provider| (provider.as_str().to_owned(), provider_name(provider, locale).to_owned()));
    let hint = t!(locale, "订单号、收据编号，或付款服务的编号。", "Of the order, of a receipt, or the provider’s.").to_owned();
    view! {
        <form class="form form-columns" method="get" action="/admin/orders" role="search">
            <Select label=t!(locale, "状态", "Status") name="status" value=search.status.clone() options=[any()].into_iter().chain(statuses).collect() error=errors.of("status", locale)/>
            <Select label=t!(locale, "付款方式", "Way to pay") name="provider" value=search.provider.clone() options=[any()].into_iter().chain(providers).collect() error=errors.of("provider", locale)/>
            <Field label=t!(locale, "会员用户名", "Member's handle") name="member" value=search.member.clone()/>
            <Field label=t!(locale, "编号", "Number") name="reference" value=search.reference.clone() hint=Some(hint)/>
            <Submit label=t!(locale, "筛选", "Show") quiet=true/>
        </form>
    }
    .into_any()
}

/// A column: its heading, and what stands in it.
type Drawn = (&'static str, fn(&Order, &Ask) -> AnyView);

/// Orders as rows. `last`: what the last column is, instead of when it was ordered.
fn table(ask: &Ask, label: &'static str, found: Vec<Listed>, last: Option<Drawn>) -> AnyView {
    let locale = ask.locale;
    let columns = vec![
        Column::text(t!(locale, "内容", "Item")),
        Column::text(t!(locale, "会员", "Member")),
        Column::number(t!(locale, "金额", "Amount")),
        Column::number(t!(locale, "已退金额", "Given back")),
        Column::text(t!(locale, "状态", "Status")),
        Column::text(t!(locale, "付款方式", "Way to pay")),
        Column::text(last.map_or(t!(locale, "下单时间", "Ordered"), |(heading, _)| heading)),
    ];
    let row = |Listed { order, handle, provider, refunded }: Listed| {
        let provider = match provider {
            Some(provider) => provider_name(provider, locale).into_any(),
            None => view! { <Nothing/> }.into_any(),
        };
        let back = money_if_any(refunded, order.price.currency.code(), ask);
        let at = last.map_or_else(|| when(order.created_at, ask), |(_, draw)| draw(&order, ask));
        vec![
            view! { <a href=format!("/admin/orders/{}", order.id)>{item_name(&order, locale)}</a><br/><small class="num">{order.short()}</small> }.into_any(),
            person(&handle),
            order.price.format(locale).into_any(),
            back,
            badge(order_state(&order, ask.ctx.now(), locale)),
            provider,
            at,
        ]
    };
    let rows = found.into_iter().map(row).collect();
    view! { <DataTable label columns rows/> }.into_any()
}

pub async fn csv(ask: Ask) -> Result<Response> {
    let search = search(&ask);
    let locale = ask.locale;
    let columns = vec![
        t!(locale, "编号", "Reference"),
        t!(locale, "订单号", "Order"),
        t!(locale, "订单种类", "Kind of order"),
        t!(locale, "下单时间", "Ordered"),
        t!(locale, "付款时间", "Paid"),
        t!(locale, "会员", "Member"),
        t!(locale, "内容", "Item"),
        t!(locale, "金额", "Amount"),
        t!(locale, "已退金额", "Given back"),
        t!(locale, "货币", "Currency"),
        t!(locale, "状态", "Status"),
        t!(locale, "付款方式", "Way to pay"),
    ];
    let (ctx, viewer) = (ask.ctx.clone(), ask.viewer.clone());
    let read = move |before: Option<OrderId>| {
        let (ctx, viewer, search) = (ctx.clone(), viewer.clone(), search.clone());
        async move {
            let (found, more) = page_of(orders::list(&ctx, &viewer, &search, before, BATCH + 1).await?, BATCH);
            let next = found.last().filter(|_| more).map(|last| last.order.id);
            Ok((found.iter().map(|listed| line(listed, ctx.now(), locale)).collect(), next))
        }
    };
    file("orders", columns, read).await
}

fn line(listed: &Listed, now: Timestamp, locale: Locale) -> Vec<Cell> {
    let Listed { order, handle, provider, refunded } = listed;
    let text = |text: &str| Cell::Text(text.to_owned());
    vec![
        text(&order.reference),
        Cell::Text(order.short()),
        text(order_kind(order, locale)),
        text(&format::machine(order.created_at)),
        order.paid_at.map_or(Cell::Nothing, |at| text(&format::machine(at))),
        text(handle),
        text(&order.title),
        plain(order.price.minor, order.price.currency.code()),
        plain(*refunded, order.price.currency.code()),
        text(order.price.currency.code()),
        text(order_state(order, now, locale).1),
        provider.map_or(Cell::Nothing, |provider| text(provider_name(provider, locale))),
    ]
}

pub async fn failed(ask: Ask) -> Result<Response> {
    let before = ask.query("after").and_then(|text| {
        let (at, id) = text.split_once('~')?;
        Some((at.parse().ok()?, id.parse().ok()?))
    });
    let (found, more) = page_of(orders::failed(&ask.ctx, &ask.viewer, before, PAGE + 1).await?, PAGE);
    let locale = ask.locale;
    let title = t!(locale, "未成功的付款", "Failed payments");
    Ok(Page::new(title).private().draw(&ask, || {
        let next = found.last().filter(|_| more).and_then(|last| Some((last.order.declined_at?.0, last.order.id)));
        let next = next.map(|(at, id)| format!("/admin/failed-payments?after={at}~{id}"));
        let declined: fn(&Order, &Ask) -> AnyView =
            |order, ask| order.declined_at.map_or_else(|| view! { <Nothing/> }.into_any(), |at| when(at, ask));
        let list = if found.is_empty() {
            view! { <EmptyState text=t!(locale, "最近没有未成功的付款。", "No payment has failed lately.")/> }.into_any()
        } else {
            table(&ask, title, found, Some((t!(locale, "失败时间", "Declined"), declined)))
        };
        view! {
            {menu(&ask)}
            <section class="admin-orders">
                <h1>{title}</h1>
                <p>{tf!(locale, "最近 {FAILED_DAYS} 天内付款被拒、至今仍未付款的订单。", "Orders that were declined in the last {FAILED_DAYS} days and have not been paid since.")}</p>
                <p><a href="/admin/subscriptions?state=past_due">{t!(locale, "续费扣款失败的会员", "Agreements whose charge failed")}</a></p>
                {list}
                <NextPage locale href=next/>
            </section>
        }
    }))
}
