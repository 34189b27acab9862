//! `/orders/{reference}/receipt`: the receipt as it is printed, with its credit notes; and whom it names.

use super::{item_name, provider_name, when};
use crate::foundation::error::Result;
use crate::foundation::locale::Locale;
use crate::foundation::money::Money;
use crate::pages::Page;
use crate::payments::model::Order;
use crate::payments::seller::Buyer;
use crate::payments::service;
use crate::payments::service::receipts::{self, Document};
use crate::payments::tax::{share, share_back};
use crate::payments::wording::{buyer_lines, seller_lines, tax_name};
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
        let note = &document.particulars.seller.note;
        let form = document.open.then(|| buyer_form(ask, reference, typed.or(document.particulars.buyer.clone()).unwrap_or_default(), &errors));
        view! {
            <section class="narrow order document">
                <Breadcrumb locale above/>
                <h1>{title}</h1>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {parties(ask, &document)}
                {amounts(ask, &document)}
                {(!note.is_empty()).then(|| view! { <p class="document-note">{note.clone()}</p> })}
                <p class="actions">{t!(locale, "用浏览器的打印功能打印，或存成 PDF。", "Print it, or keep it as a PDF, with your browser’s print command.")}</p>
                {form}
            </section>
        }
    }))
}

/// A name, and below it what else is known, each on a line of its own.
fn party(lines: Vec<String>) -> AnyView {
    let mut lines = lines.into_iter();
    let name = lines.next();
    view! { <bdi>{name}</bdi>{lines.map(|line| view! { <br/>{line} }).collect_view()} }.into_any()
}

/// Who sold and who bought; when; through whom.
fn parties(ask: &Ask, document: &Document) -> AnyView {
    let locale = ask.locale;
    let seller = party(seller_lines(&document.particulars.seller, &ask.site, locale));
    let buyer = document.particulars.buyer.as_ref().map(|buyer| fact(t!(locale, "买方", "Buyer"), party(buyer_lines(buyer, locale))));
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
    let (taxed, included) = (document.particulars.tax, document.particulars.included());
    let taxes = taxed.map(|tax| {
        let tax = tax_name(tax, locale);
        [Column::number(t!(locale, "净额", "Net")), Column::number(tf!(locale, "税 {tax}", "Tax {tax}"))]
    });
    let taxes: Vec<Column> = taxes.into_iter().flatten().collect();
    let columns = vec![Column::text(t!(locale, "内容", "Item")), Column::number(t!(locale, "编号", "Number"))];
    let columns = columns.into_iter().chain(taxes).chain([Column::number(t!(locale, "金额", "Amount"))]).collect();
    let number = document.receipt.number.map(|number| number.to_string()).unwrap_or_default();
    let gross = order.price.minor;
    let split = |minor: i64, tax: i64| match taxed {
        Some(_) => vec![money(minor - tax).into_any(), money(tax).into_any()],
        None => Vec::new(),
    };
    let line = |what: AnyView, number: String, minor: i64, tax: i64| {
        let begin = [what, number.into_any()];
        begin.into_iter().chain(split(minor, tax)).chain([money(minor).into_any()]).collect::<Vec<_>>()
    };
    let mut rows = vec![line(what(order, locale).into_any(), number, gross, share(included, gross, gross))];
    let mut left = gross;
    for credit in &document.credits {
        let what = match credit.stands {
            true => t!(locale, "退款（红字收据）", "Given back (credit note)"),
            false => t!(locale, "退款未成功，款项已返回本站", "Given back, but it came back to us"),
        };
        let minor = credit.gone();
        let tax = share_back(included, (credit.before, minor), gross);
        left -= minor;
        let what = view! { {what} {t!(locale, "，", ", ")} {when(credit.issued_at, &ask.site, locale)} }.into_any();
        rows.push(line(what, credit.number.to_string(), -minor, -tax));
    }
    if !document.credits.is_empty() {
        rows.push(line(t!(locale, "退款后实付", "Left after refunds").into_any(), String::new(), left, share(included, left, gross)));
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
