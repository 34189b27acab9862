//! `/orders/{reference}/gift`: what became of a gift, for its buyer: whether it waits, went or was taken. The letter can be
//! sent once more, or a link made to hand over, which is shown this once.

use super::{note, standing};
use crate::foundation::error::{AppError, Result};
use crate::pages::Page;
use crate::pages::orders::item_name;
use crate::payments::gifts::model::{Gift, State};
use crate::payments::gifts::{self, sending};
use crate::payments::model::Order;
use crate::payments::service;
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Banner, Callout, Errors, Field, LinkButton, Submit, Tone, fact};
use crate::{t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

pub async fn show(ask: Ask, Path(reference): Path<String>) -> Result<Response> {
    draw(&ask, &reference, None, None, Errors::none()).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SendForm {
    email: String,
}

/// Sends the letter: now, once more, or to another address.
pub async fn send(ask: Ask, Path(reference): Path<String>, Form(form): Form<SendForm>) -> Result<Response> {
    match sending::send(&ask.ctx, &ask.viewer, &reference, &form.email).await {
        Ok(()) => Ok(see_other(&format!("/orders/{reference}/gift?done=gift-sent"))),
        Err(error) => draw(&ask, &reference, Some(form.email), None, Errors::from_error(error)?).await,
    }
}

/// Makes a link and shows it.
pub async fn link(ask: Ask, Path(reference): Path<String>) -> Result<Response> {
    match sending::link(&ask.ctx, &ask.viewer, &reference).await {
        Ok(link) => draw(&ask, &reference, None, Some(link), Errors::none()).await,
        Err(error) => draw(&ask, &reference, None, None, Errors::from_error(error)?).await,
    }
}

/// `typed`: an address that was not accepted.
async fn draw(ask: &Ask, reference: &str, typed: Option<String>, link: Option<String>, errors: Errors) -> Result<Response> {
    let order = service::order(&ask.ctx, &ask.viewer, reference).await?;
    let gift = gifts::of_order(&ask.ctx, &ask.viewer, &order).await?.ok_or(AppError::NotFound)?;
    let locale = ask.locale;
    let lost = (ask.viewer.is(order.member) && sending::is_lost(&ask.ctx, &order, &gift).await?).then(|| {
        let text = t!(
            locale,
            "邮件没有送达对方的邮箱。请检查邮箱地址后再发一次，或者生成链接直接发给对方。",
            "The letter did not reach this address. Check it and send the letter again, or hand over a link."
        );
        view! { <Banner tone=Tone::Warn text=text.to_owned()/> }
    });
    let title = t!(locale, "你送的礼物", "Your gift");
    Ok(Page::new(title).private().shown_once(link.is_some()).status_of(&errors).draw(ask, || {
        let deeds = (ask.viewer.is(order.member) && gift.waits_to_be_taken()).then(|| deeds(ask, &order, &gift, typed, link, &errors));
        let pay = (gift.state == State::Unpaid)
            .then(|| view! { <p><LinkButton href=order.path() label=t!(locale, "去付款", "Go on to pay")/></p> });
        let words = note(&gift.wrapping.note, locale);
        let email = gift.wrapping.email.clone();
        view! {
            <section class="narrow gift">
                <h1>{title}</h1>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {lost}
                <dl class="facts">
                    {fact(t!(locale, "内容", "Item"), item_name(&order, locale))}
                    {email.map(|email| fact(t!(locale, "送给", "For"), view! { <span class="gift-email">{email}</span> }))}
                    {fact(t!(locale, "状态", "Status"), view! { <span class="gift-state">{standing(&gift.state, &ask.site, locale)}</span> })}
                </dl>
                {words}
                {pay}
                {deeds}
                <p><a href=order.path()>{t!(locale, "查看订单", "See the order")}</a></p>
            </section>
        }
    }))
}

fn deeds(ask: &Ask, order: &Order, gift: &Gift, typed: Option<String>, link: Option<String>, errors: &Errors) -> AnyView {
    let (locale, path, by_letter) = (ask.locale, order.gift_path(), gift.wrapping.email.is_some());
    let link = match link {
        Some(link) => view! {
            <Callout tone=Tone::Warn title=t!(locale, "请马上复制", "Copy it now")>
                <p>{t!(
                    locale,
                    "离开这一页之后，谁也无法再看到这个链接；没有保存的话，可以再生成一个。谁先打开并领取，礼物就归谁。",
                    "Once you leave this page nobody can see this link again; you can make another. Whoever takes the gift by it first has it."
                )}</p>
                <label class="share-link">
                    <span>{t!(locale, "礼物链接", "Link of the gift")}</span>
                    <input class="input" type="text" readonly value=link/>
                </label>
            </Callout>
        }
        .into_any(),
        None => view! {
            <form class="form" method="post" action=format!("{path}/link")>
                <p>{t!(locale, "生成一个链接，用自己的方式发给对方。", "Make a link, and send it to them your own way.")}</p>
                <Submit label=t!(locale, "生成链接", "Make a link") quiet=by_letter/>
            </form>
        }
        .into_any(),
    };
    let left = sending::LETTERS - gift.letters;
    let (label, hint) = match (&gift.state, left) {
        (State::Sent(_), _) => (
            t!(locale, "再发一次", "Send it again"),
            tf!(
                locale,
                "还可以发 {left} 次。换一个邮箱的话，之前的邮件和链接都会失效。",
                "{left} more can be sent. With another address, letters and links of before open nothing any more."
            ),
        ),
        _ => (t!(locale, "现在就发送邮件", "Send the letter now"), String::new()),
    };
    let letter = (left > 0).then(|| {
        let email = typed.or_else(|| gift.wrapping.email.clone()).unwrap_or_default();
        let hint = Some(hint).filter(|hint| !hint.is_empty());
        view! {
            <form class="form" method="post" action=format!("{path}/send")>
                <Field label=t!(locale, "对方的邮箱", "Their e-mail address") name="email" kind="email" value=email required=true autocomplete="off" hint error=errors.of("email", locale)/>
                <Submit label quiet=true/>
            </form>
        }
    });
    match by_letter {
        true => view! { {letter} {link} }.into_any(),
        false => view! { {link} {letter} }.into_any(),
    }
}
