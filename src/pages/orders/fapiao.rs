//! `/orders/{reference}/fapiao`: asking for a 发票, and how far it has come.

use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::pages::Page;
use crate::payments::fapiao::{Kind, State, Typed};
use crate::payments::model::OrderStatus;
use crate::payments::service;
use crate::payments::service::fapiao::{self, Fapiao};
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Banner, Breadcrumb, Errors, Field, Select, Submit, Tone};
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
pub struct FapiaoForm {
    kind: String,
    title: String,
    tax_number: String,
    email: String,
}

pub async fn submit(ask: Ask, Path(reference): Path<String>, Form(form): Form<FapiaoForm>) -> Result<Response> {
    let FapiaoForm { kind, title, tax_number, email } = form;
    let typed = Typed { kind, title, tax_number, email };
    match fapiao::request(&ask.ctx, &ask.viewer, &reference, &typed).await {
        Ok(()) => Ok(see_other(&format!("/orders/{reference}/fapiao?done=fapiao-asked"))),
        Err(error) => draw(&ask, &reference, Some(typed), Errors::from_error(error)?).await,
    }
}

/// What the form shows before anything is typed.
fn before(known: Option<&Fapiao>) -> Typed {
    match known {
        Some(Fapiao { wish, .. }) => Typed {
            kind: wish.kind.as_str().to_owned(),
            title: wish.title.clone(),
            tax_number: wish.tax_number.clone(),
            email: wish.email.clone(),
        },
        None => Typed { kind: Kind::Person.as_str().to_owned(), ..Typed::default() },
    }
}

pub fn kind_name(kind: Kind, locale: Locale) -> &'static str {
    match kind {
        Kind::Person => t!(locale, "个人", "Person"),
        Kind::Company => t!(locale, "单位", "Company"),
    }
}

/// How far it has come, in a sentence. `left`: there is money left that it could be for.
fn standing(known: &Fapiao, left: bool, locale: Locale) -> (Tone, String) {
    match known.state {
        State::Requested | State::Refused if !left => (
            Tone::Plain,
            t!(locale, "款项已全部退还，不再开具发票。", "All of the money went back, so there is nothing left to invoice.").to_owned(),
        ),
        State::Requested => {
            (Tone::Warn, t!(locale, "已申请，等待开具。开具之前可以更改。", "Asked for. Until it is issued you can change it.").to_owned())
        }
        State::Issued => {
            let (number, email) = (&known.number, &known.wish.email);
            let day = format::stored_day(&known.issued_day, locale);
            let text = tf!(
                locale,
                "已于 {day}开具，发票号码 {number}，将由税务系统发送至 {email}。",
                "Issued on {day} with the number {number}. The tax authority’s system sends it to {email}."
            );
            (Tone::Good, text)
        }
        State::Refused => {
            let answer = known.answer.trim_end_matches(['.', '。']);
            (
                Tone::Bad,
                tf!(locale, "不予开具：{answer}。可以更改后重新申请。", "It was not issued: {answer}. You can change it and ask again."),
            )
        }
    }
}

async fn draw(ask: &Ask, reference: &str, typed: Option<Typed>, errors: Errors) -> Result<Response> {
    let order = service::order(&ask.ctx, &ask.viewer, reference).await?;
    let known = fapiao::of_order(&ask.ctx, &ask.viewer, &order).await?;
    if known.is_none() && order.status != OrderStatus::Paid {
        return Err(AppError::NotFound);
    }
    let locale = ask.locale;
    let title = match &known {
        Some(known) if known.state == State::Issued => t!(locale, "发票", "Fapiao"),
        _ => t!(locale, "申请发票", "Ask for a fapiao"),
    };
    let refunded = service::receipt_of(&ask.ctx, &ask.viewer, &order).await?.and_then(|receipt| receipt.refunded);
    let left = order.left(refunded.map_or(0, |refunded| refunded.minor));
    // What one that is issued was written over is not what is left by now.
    let issued = known.as_ref().is_some_and(|known| known.state == State::Issued);
    let may_ask = ask.viewer.is(order.member) && order.status == OrderStatus::Paid && left.minor > 0;
    let open = may_ask && !issued;
    let typed = typed.unwrap_or_else(|| before(known.as_ref()));
    let (item, amount) = (super::item_name(&order, locale), left.format(locale));
    let what = if left.minor > 0 && !issued { tf!(locale, "{item}，{amount}", "{item}, {amount}") } else { item };
    Ok(Page::new(title).private().status_of(&errors).draw(ask, || {
        let above = vec![(order.path(), t!(locale, "订单", "Order").to_owned())];
        let told = known.as_ref().map(|known| {
            let (tone, text) = standing(known, left.minor > 0, locale);
            view! { <Banner tone text/> }
        });
        let kinds = [Kind::Person, Kind::Company].map(|kind| (kind.as_str().to_owned(), kind_name(kind, locale).to_owned())).to_vec();
        let number_hint = t!(locale, "仅单位填写，15 到 20 位字母和数字。", "For a company: 15 to 20 letters and digits.").to_owned();
        let label = if known.is_some() { t!(locale, "更改申请", "Change it") } else { t!(locale, "申请发票", "Ask for it") };
        let form = open.then(|| view! {
            <form class="form" method="post" action=format!("/orders/{reference}/fapiao")>
                <Select label=t!(locale, "抬头类型", "For") name="kind" value=typed.kind options=kinds error=errors.of("kind", locale)/>
                <Field label=t!(locale, "发票抬头", "Name on it") name="title" value=typed.title maxlength=100 error=errors.of("title", locale)/>
                <Field label=t!(locale, "税号", "Tax number") name="tax_number" value=typed.tax_number maxlength=40 hint=Some(number_hint) error=errors.of("tax_number", locale)/>
                <Field label=t!(locale, "接收邮箱", "E-mail it is sent to") name="email" kind="email" autocomplete="email" value=typed.email error=errors.of("email", locale)/>
                <Submit label/>
            </form>
        });
        view! {
            <section class="narrow order">
                <Breadcrumb locale above/>
                <h1>{title}</h1>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                <p>{what}</p>
                {told}
                {form}
            </section>
        }
    }))
}
