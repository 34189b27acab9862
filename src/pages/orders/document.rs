//! `/orders/{reference}/receipt`: the receipt as it is printed, with its credit notes; and whom it names.

use super::{item_name, provider_name, when};
use crate::foundation::error::Result;
use crate::foundation::locale::Locale;
use crate::foundation::money::Money;
use crate::pages::Page;
use crate::payments::model::Order;
use crate::payments::seller::{Buyer, Seller};
use crate::payments::service;
use crate::payments::service::receipts::{self, Document};
use crate::payments::tax::{rate_name, share};
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Banner, Breadcrumb, Column, DataTable, Errors, Field, Submit, TextArea, Tone, fact};
use crate::{t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

pub async fn show(ask: Ask, Path(reference): Path<String>) -> Result<Response> {
    draw(&ask, &reference, None, Errors::none()).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct BuyerForm {
    name: String,
    address: String,
    number: String,
}

pub async fn submit(ask: Ask, Path(reference): Path<String>, Form(form): Form<BuyerForm>) -> Result<Response> {
    let BuyerForm { name, address, number } = form;
    let typed = Buyer { name, address, number };
    match receipts::name_buyer(&ask.ctx, &ask.viewer, &reference, &typed).await {
        Ok(()) => Ok(see_other(&format!("/orders/{reference}/receipt?done=saved"))),
        Err(error) => draw(&ask, &reference, Some(typed), Errors::from_error(error)?).await,
    }
}

async fn draw(ask: &Ask, reference: &str, typed: Option<Buyer>, errors: Errors) -> Result<Response> {
    let order = service::order(&ask.ctx, &ask.viewer, reference).await?;
    let document = receipts::document(&ask.ctx, &ask.viewer, &order).await?;
    let locale = ask.locale;
    let title = match document.receipt.number {
        Some(number) => tf!(locale, "收据 {number}", "Receipt {number}"),
        None => t!(locale, "收据", "Receipt").to_owned(),
    };
    Ok(Page::new(title.clone()).private().status_of(&errors).draw(ask, || {
        let above = vec![(order.path(), t!(locale, "订单", "Order").to_owned())];
        let form = document.open.then(|| buyer_form(ask, reference, typed.or(document.buyer.clone()).unwrap_or_default(), &errors));
        view! {
            <section class="narrow order document">
                <Breadcrumb locale above/>
                <h1>{title}</h1>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {parties(ask, &document)}
                {amounts(ask, &document)}
                {(!document.seller.note.is_empty()).then(|| view! { <p class="document-note">{document.seller.note.clone()}</p> })}
                <p class="actions">{t!(locale, "用浏览器的打印功能打印，或存成 PDF。", "Print it, or keep it as a PDF, with your browser’s print command.")}</p>
                {form}
            </section>
        }
    }))
}

/// Lines of an address, each on its own.
fn address(text: &str) -> AnyView {
    text.lines().map(|line| view! { <br/>{line.to_owned()} }).collect_view().into_any()
}

fn number_of(number: &str, ask: &Ask) -> Option<AnyView> {
    (!number.is_empty()).then(|| {
        let number = number.to_owned();
        view! { <br/>{tf!(ask.locale, "税号：{number}", "Business number: {number}")} }.into_any()
    })
}

/// Who sold and who bought; when; through whom.
fn parties(ask: &Ask, document: &Document) -> AnyView {
    let locale = ask.locale;
    let Seller { name, address: lines, number, .. } = &document.seller;
    let name = if name.is_empty() { ask.site.name.clone() } else { name.clone() };
    let seller = view! { <bdi>{name}</bdi>{address(lines)}{number_of(number, ask)} };
    let buyer = document.buyer.as_ref().map(|buyer| {
        let Buyer { name, address: lines, number } = buyer;
        fact(t!(locale, "买方", "Buyer"), view! { <bdi>{name.clone()}</bdi>{address(lines)}{number_of(number, ask)} })
    });
    let receipt = &document.receipt;
    view! {
        <dl class="facts document-parties">
            {fact(t!(locale, "卖方", "Seller"), seller)}
            {buyer}
            {fact(t!(locale, "订单号", "Order"), receipt.order.short())}
            {fact(t!(locale, "付款时间", "Paid on"), when(receipt.received_at, &ask.site, locale))}
            {fact(t!(locale, "付款方式", "Paid through"), provider_name(receipt.provider, locale))}
        </dl>
    }
    .into_any()
}

/// What was bought; of seats, how many at which price.
fn what(order: &Order, locale: Locale) -> String {
    match (order.seat(), order.team) {
        (Some(price), Some(team)) => format!("{} ({} × {})", item_name(order, locale), price.format(locale), team.seats),
        _ => item_name(order, locale),
    }
}

/// What was paid for, what went back of it, and what is left.
fn amounts(ask: &Ask, document: &Document) -> AnyView {
    let (locale, order) = (ask.locale, &document.receipt.order);
    let money = |minor: i64| Money::new(minor, order.price.currency).format(locale);
    let taxes = document.tax.map(|tax| {
        let rate = rate_name(tax.rate);
        let country = tax.country.map_or("", |country| country.name(locale));
        [Column::number(t!(locale, "净额", "Net")), Column::number(tf!(locale, "税 {rate}（{country}）", "Tax {rate} ({country})"))]
    });
    let taxes: Vec<Column> = taxes.into_iter().flatten().collect();
    let columns = vec![Column::text(t!(locale, "内容", "Item")), Column::number(t!(locale, "编号", "Number"))];
    let columns = columns.into_iter().chain(taxes).chain([Column::number(t!(locale, "金额", "Amount"))]).collect();
    let number = document.receipt.number.map(|number| number.to_string()).unwrap_or_default();
    let gross = order.price.minor;
    // Net and tax of what is left after each line; of a line, what it changed.
    let taxed = |left: i64| document.tax.map_or(0, |tax| share(tax.minor, left, gross));
    let split = |minor: i64, tax: i64| match document.tax {
        Some(_) => vec![money(minor - tax).into_any(), money(tax).into_any()],
        None => Vec::new(),
    };
    let line = |what: AnyView, number: String, minor: i64, tax: i64| {
        let begin = [what, number.into_any()];
        begin.into_iter().chain(split(minor, tax)).chain([money(minor).into_any()]).collect::<Vec<_>>()
    };
    let mut rows = vec![line(what(order, locale).into_any(), number, gross, taxed(gross))];
    let mut left = gross;
    for credit in &document.credits {
        let what = match credit.stands {
            true => t!(locale, "退款（红字收据）", "Given back (credit note)"),
            false => t!(locale, "退款未成功，款项已返回本站", "Given back, but it came back to us"),
        };
        let minor = if credit.stands { credit.minor } else { 0 };
        let tax = taxed(left) - taxed(left - minor);
        left -= minor;
        let what = view! { {what} {t!(locale, "，", ", ")} {when(credit.issued_at, &ask.site, locale)} }.into_any();
        rows.push(line(what, credit.number.to_string(), -minor, -tax));
    }
    if !document.credits.is_empty() {
        rows.push(line(t!(locale, "退款后实付", "Left after refunds").into_any(), String::new(), left, taxed(left)));
    }
    view! { <DataTable label=t!(locale, "金额", "Amounts") columns rows/> }.into_any()
}

fn buyer_form(ask: &Ask, reference: &str, buyer: Buyer, errors: &Errors) -> AnyView {
    let locale = ask.locale;
    let hint = t!(locale, "付款当年可以填写或更改。", "Can be given or changed in the year it was paid.").to_owned();
    view! {
        <form class="form document-buyer" method="post" action=format!("/orders/{reference}/receipt")>
            <h2>{t!(locale, "收据抬头", "Whom it names")}</h2>
            <Field label=t!(locale, "姓名或单位", "Name or company") name="name" value=buyer.name maxlength=100 autocomplete="name" hint=Some(hint) error=errors.of("name", locale)/>
            <TextArea label=t!(locale, "地址（选填）", "Address (optional)") name="address" rows=3 value=buyer.address error=errors.of("address", locale)/>
            <Field label=t!(locale, "税号（选填）", "Business number (optional)") name="number" value=buyer.number maxlength=50 error=errors.of("number", locale)/>
            <Submit label=t!(locale, "保存", "Save") quiet=true/>
        </form>
    }
    .into_any()
}
