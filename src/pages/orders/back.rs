//! What can be taken back of an order: the rule in one sentence, the buyer's form, and what became of it.

use super::draw;
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::foundation::money::Money;
use crate::foundation::site::Site;
use crate::foundation::time::Timestamp;
use crate::pages::orders::Trouble;
use crate::payments::model::{GivingBack, Order};
use crate::payments::requests::{Kind, Request, State};
use crate::payments::rules::{Promise, Rule};
use crate::payments::service;
use crate::payments::service::taking_back::{self, Offer};
pub use crate::payments::wording::rule_said as sentence;
use crate::payments::wording::waiver_said;
use crate::providers::Provider;
use crate::providers::facts::RefundState;
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Banner, Field, Submit, Tone};
use crate::{t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;
use std::sync::Arc;

/// What the buyer has to confirm before paying, where the right to withdraw is to end early. What counts as opening it: the
/// whole text of an article was sent to the buyer's account.
pub const fn waiver(locale: Locale) -> &'static str {
    t!(
        locale,
        "我要求付款后立即开通，并且知道：一旦打开所购内容的全文，撤回合同的权利即告终止。",
        "I ask for access at once, and I know that my right to withdraw ends as soon as I open the whole text of what I bought."
    )
}

/// The rule that was promised.
#[component]
pub fn Promised(rule: Rule, locale: Locale) -> impl IntoView {
    view! { <p class="order-promise">{sentence(rule, locale)}</p> }
}

/// After paying: when the buyer asked for access at once, and when the right to withdraw ended by it.
#[component]
pub fn Waived(promise: Promise, site: Arc<Site>, locale: Locale) -> impl IntoView {
    let date = |at: Timestamp| format::date_time(at, &site.time_zone, locale);
    let waived = promise.waived_at.map(|at| waiver_said(&date(at), locale));
    let opened = promise.opened_at.filter(|_| waived.is_some()).map(|at| {
        let at = date(at);
        tf!(locale, "全文在 {at} 打开，撤回的权利已经终止。", "The whole text was opened on {at}, and with that the right has ended.")
    });
    view! { {waived.map(|text| view! { <p class="order-promise">{text} {opened.map(|text| format!(" {text}"))}</p> })} }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct BackForm {
    reason: String,
}

pub async fn submit(ask: Ask, Path(reference): Path<String>, Form(form): Form<BackForm>) -> Result<Response> {
    match taking_back::take_back(&ask.ctx, &ask.viewer, &reference, &form.reason).await {
        Ok(()) => Ok(see_other(&format!("/orders/{reference}?done=taken-back"))),
        Err(error @ (AppError::Conflict(_) | AppError::Invalid(_))) => {
            let order = service::order(&ask.ctx, &ask.viewer, &reference).await?;
            let text = error.message(ask.locale);
            draw(&ask, order, Some(Trouble { status: error.status(), text })).await
        }
        Err(error) => Err(error),
    }
}

pub const fn agreement_ends(locale: Locale) -> &'static str {
    t!(locale, "自动续费会一并取消，不会再扣款。", "The agreement to renew ends as well; nothing more is charged.")
}

pub const fn by_hand(locale: Locale) -> &'static str {
    t!(
        locale,
        "这笔款项是线下支付的，由管理员人工退还；在退还之前，内容仍然可以打开。",
        "It was paid offline, so an admin gives it back by hand; until then what you bought stays open."
    )
}

/// What goes back, until when it can be asked for, and what ends with it.
#[component]
pub fn TakeBack(order: Order, offer: Offer, site: Arc<Site>, locale: Locale) -> impl IntoView {
    let amount = offer.money.format(locale);
    let what = tf!(locale, "可以退回 {amount}，内容会随之关闭。", "{amount} goes back to you, and what this order opened is closed.");
    let agreement = offer.ends_agreement.then(|| view! { <p>{agreement_ends(locale)}</p> });
    let by_hand = offer.by_hand.then(|| view! { <p>{by_hand(locale)}</p> });
    view! {
        <section class="order-back-form" aria-labelledby="take-back">
            <h2 id="take-back">{t!(locale, "退款", "Take it back")}</h2>
            <p>{what}{t!(locale, "截止时间：", " Until ")}<time datetime=format::machine(offer.until)>{format::until(offer.until, &site.time_zone, locale)}</time></p>
            {agreement}
            {by_hand}
            <form class="form" method="post" action=format!("{}/take-back", order.path())>
                <Field label=t!(locale, "原因（选填）", "Reason (optional)") name="reason" maxlength=200/>
                <Submit label=tf!(locale, "退款 {amount}", "Take back {amount}") quiet=true/>
            </form>
        </section>
    }
}

/// How far a request has come, in a sentence.
pub fn standing(request: &Request, order: &Order, locale: Locale) -> (Tone, String) {
    let amount = |minor: i64| Money::new(minor, order.price.currency).format(locale);
    match (request.state, request.refund) {
        (State::Done, Some((minor, GivingBack::Told(RefundState::Succeeded)))) => {
            let amount = amount(minor);
            (Tone::Good, tf!(locale, "{amount} 已经退回。", "{amount} went back to you."))
        }
        // What the rule gives goes back at once, unless an admin does it by hand: it was tried, and failed.
        (State::Open, _) if request.minor > 0 && request.provider != Provider::Offline => {
            let amount = amount(request.minor);
            let text = tf!(
                locale,
                "{amount} 未能原路退回，管理员会处理。",
                "{amount} could not be given back the way it came; an admin sees to it."
            );
            (Tone::Bad, text)
        }
        (State::Done, refund) => {
            let amount = amount(refund.map_or(request.minor, |(minor, _)| minor));
            (Tone::Warn, tf!(locale, "{amount} 正在原路退回。", "{amount} is on its way back to you."))
        }
        (State::Open, _) if request.minor > 0 => {
            let amount = amount(request.minor);
            (Tone::Warn, tf!(locale, "已收到。{amount} 由管理员人工退还。", "Received. An admin gives {amount} back by hand."))
        }
        (State::Open, _) => (Tone::Warn, t!(locale, "已收到，由管理员处理。", "Received. An admin decides about it.").to_owned()),
        (State::Refused, _) => {
            let answer = &request.answer;
            (Tone::Plain, tf!(locale, "未同意：{answer}", "It was refused: {answer}"))
        }
    }
}

/// What became of it, with the proof.
#[component]
pub fn TakenBack(request: Request, order: Order, locale: Locale) -> impl IntoView {
    let (tone, text) = standing(&request, &order, locale);
    let label = match request.kind {
        Kind::Refund => t!(locale, "查看退款申请凭证", "See the proof of your request"),
        Kind::Withdrawal => t!(locale, "查看撤回凭证", "See the proof of your withdrawal"),
    };
    view! { <Banner tone text/> <p><a href=request.path()>{label}</a></p> }
}
