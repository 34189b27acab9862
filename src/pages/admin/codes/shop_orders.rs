//! The shop's orders that are in: who redeemed which, and closing one by hand.

use super::super::menu;
use super::super::money::{page_of, person, query, when};
use crate::codes::model::{LineState, ShopLine, ShopOrder};
use crate::codes::service::orders;
use crate::foundation::error::{AppError, Result};
use crate::foundation::locale::Locale;
use crate::pages::Page;
use crate::server::http::{Ask, see_other};
use crate::t;
use crate::ui::{Badge, Breadcrumb, Column, DataTable, EmptyState, Field, NextPage, Nothing, Submit, Tone};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;

const PAGE: i64 = 50;
const HERE: &str = "/admin/codes/taobao/orders";

pub async fn list(ask: Ask) -> Result<Response> {
    let number = ask.query("number").unwrap_or_default();
    let before = ask.query("after").and_then(|text| text.parse().ok());
    let (found, more) = page_of(orders::list(&ask.ctx, &ask.viewer, &number, before, PAGE + 1).await?, PAGE);
    let locale = ask.locale;
    let title = t!(locale, "已导入的订单", "Imported orders");
    Ok(Page::new(title).private().draw(&ask, || {
        let above = vec![("/admin/codes/taobao".to_owned(), t!(locale, "淘宝订单", "Taobao orders").to_owned())];
        let next = found.last().filter(|_| more).map(|last| format!("{HERE}?{}&after={}", query(&[("number", &number)]), last.id));
        let list = if found.is_empty() {
            view! { <EmptyState text=t!(locale, "没有符合条件的订单。", "No orders of this kind.")/> }.into_any()
        } else {
            table(&ask, title, found)
        };
        view! {
            {menu(&ask)}
            <section class="admin-codes">
                <Breadcrumb locale above/>
                <h1>{title}</h1>
                <form class="form form-inline" method="get" action=HERE role="search">
                    <Field label=t!(locale, "订单编号", "Order number") name="number" value=number inputmode="numeric"/>
                    <Submit label=t!(locale, "查找", "Find") quiet=true/>
                </form>
                {list}
                <NextPage locale href=next/>
            </section>
        }
    }))
}

fn state(state: LineState, locale: Locale) -> (Tone, &'static str) {
    match state {
        LineState::Unpaid => (Tone::Plain, t!(locale, "未付款", "Not paid")),
        LineState::Paid => (Tone::Good, t!(locale, "已付款", "Paid")),
        LineState::Refunding => (Tone::Warn, t!(locale, "退款中", "Refund asked for")),
        LineState::Closed => (Tone::Bad, t!(locale, "已关闭", "Closed")),
    }
}

fn lines(lines: &[ShopLine], locale: Locale) -> AnyView {
    let line = |line: &ShopLine| {
        let (tone, text) = state(line.state, locale);
        view! { <li>{line.title.clone()} {format!(" × {} ", line.quantity)} <Badge tone text/></li> }
    };
    view! { <ul class="shop-lines">{lines.iter().map(line).collect_view()}</ul> }.into_any()
}

fn table(ask: &Ask, label: &'static str, found: Vec<ShopOrder>) -> AnyView {
    let locale = ask.locale;
    let columns = vec![
        Column::text(t!(locale, "订单编号", "Order number")),
        Column::text(t!(locale, "手机尾号", "Telephone ends in")),
        Column::text(t!(locale, "商品", "Items")),
        Column::text(t!(locale, "会员", "Member")),
        Column::text(t!(locale, "兑换时间", "Redeemed at")),
        Column::text(t!(locale, "操作", "Actions")),
    ];
    let row = |order: ShopOrder| {
        let (who, at) = match &order.redeemed {
            Some((handle, at)) => (person(handle), when(*at, ask)),
            None => (view! { <Nothing/> }.into_any(), view! { <Nothing/> }.into_any()),
        };
        let open = order.lines.iter().any(|line| line.state != LineState::Closed);
        let deed = match open {
            true => view! {
                <details class="codes-revoke">
                    <summary>{t!(locale, "作废", "Revoke")}</summary>
                    <form class="form" method="post" action=format!("{HERE}/{}/revoke", order.id)>
                        <p>{t!(locale, "会收回它开通的内容，不能恢复。", "This takes back what it opened, for good.")}</p>
                        <Submit label=t!(locale, "作废并收回", "Revoke and take back") quiet=true/>
                    </form>
                </details>
            }
            .into_any(),
            false => view! { <Nothing/> }.into_any(),
        };
        vec![order.number.into_any(), order.tail.into_any(), lines(&order.lines, locale), who, at, deed]
    };
    let rows = found.into_iter().map(row).collect();
    view! { <DataTable label columns rows/> }.into_any()
}

pub async fn revoke(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    ask.viewer.require_admin()?;
    orders::revoke(&ask.ctx, &ask.viewer, id.parse().map_err(|_| AppError::NotFound)?).await?;
    Ok(see_other(&format!("{HERE}?done=code-revoked")))
}
