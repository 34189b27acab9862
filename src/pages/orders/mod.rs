//! `/orders/{reference}`: what is to be paid, how far it has come, and the receipt. For the buyer and for admins.

pub mod back;
mod by_offer;
mod country;
pub mod document;
pub mod fapiao;
pub mod recommended;
mod standing;
mod summary;
mod tries;
mod ways;

use self::by_offer::Code;
pub use self::standing::trial_standing;
use super::shell::Page;
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::foundation::money::Money;
use crate::foundation::site::Site;
use crate::foundation::time::Timestamp;
use crate::membership;
use crate::payments::affiliates::recommending;
use crate::payments::gifts;
use crate::payments::model::{Item, Order, OrderStatus, TryState};
use crate::payments::requests::State;
use crate::payments::service;
use crate::payments::service::{bundles, plans, promises, taking_back, taxes, tips};
pub use crate::payments::wording::{item_name, order_kind, provider_name};
use crate::providers::Provider;
use crate::providers::facts::CheckoutState;
use crate::server::http::Ask;
use crate::ui::{Banner, Errors, Tone};
use crate::{t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;

pub async fn show(ask: Ask, Path(reference): Path<String>) -> Result<Response> {
    let order = service::order(&ask.ctx, &ask.viewer, &reference).await?;
    draw(&ask, order, None).await
}

/// What went wrong when the buyer wanted to pay: the status of the answer, and a sentence.
pub struct Trouble {
    pub status: u16,
    pub text: String,
}

/// The order as it stands; after a try that could not be begun, with what went wrong.
pub async fn draw(ask: &Ask, order: Order, trouble: Option<Trouble>) -> Result<Response> {
    draw_with(ask, order, trouble, Code::default()).await
}

/// The order with a code that was typed and cannot be used.
pub async fn draw_code(ask: &Ask, order: Order, typed: String, errors: Errors) -> Result<Response> {
    draw_with(ask, order, None, Code { typed, errors }).await
}

/// The order with what is wrong with what has to be said before paying: the country, the box to tick.
pub async fn draw_wrong(ask: &Ask, order: Order, errors: Errors) -> Result<Response> {
    draw_with(ask, order, None, Code { errors, ..Code::default() }).await
}

async fn draw_with(ask: &Ask, order: Order, trouble: Option<Trouble>, code: Code) -> Result<Response> {
    let receipt = service::receipt_of(&ask.ctx, &ask.viewer, &order).await?;
    let owed = service::owed_for(&ask.ctx, &ask.viewer, &order).await?;
    let tries = service::tries_of(&ask.ctx, &ask.viewer, &order).await?;
    let promise = promises::of_order(&ask.ctx, &ask.viewer, &order).await?;
    let offer = taking_back::offer(&ask.ctx, &ask.viewer, &order).await?;
    let request = taking_back::taken_back(&ask.ctx, &ask.viewer, &order).await?;
    let tax = taxes::of_order(&ask.ctx, &ask.viewer, &order).await?;
    let contents = bundles::contents_of(&ask.ctx, &ask.viewer, &order).await?;
    let goes = tips::goes_of(&ask.ctx, &ask.viewer, &order).await?;
    let gift = gifts::of_order(&ask.ctx, &ask.viewer, &order).await?;
    let locale = ask.locale;
    let title = match order.status {
        OrderStatus::Paid | OrderStatus::Refunded => t!(locale, "收据", "Receipt"),
        OrderStatus::Open if order.trial.is_some() => t!(locale, "订单", "Order"),
        OrderStatus::Open | OrderStatus::Pending => t!(locale, "结账", "Checkout"),
    };
    let fapiao = match receipt {
        Some(_) => service::fapiao::of_order(&ask.ctx, &ask.viewer, &order).await?.is_some(),
        None => false,
    };
    let unpaid = unpaid(&order);
    // What was paid for a second time opened nothing, so nothing of it ended; nor of what is not paid.
    let ended = if unpaid || owed.is_some() { None } else { service::ended_at(&ask.ctx, &ask.viewer, &order).await? };
    let taken_back = request.as_ref().is_some_and(|request| request.state == State::Done);
    let now = ask.ctx.now();
    let lapsed = order.trial.is_none() && order.has_lapsed(now);
    let waits = tries.iter().find(|one| one.is_pending()).map(|one| one.provider);
    let stands = ask.viewer.is(order.member) && unpaid && !lapsed && order.trial.is_none();
    let has_time = stands && has_time(ask, &order).await?;
    let needless = stands && waits.is_none() && service::has_by_now(&ask.ctx, &ask.viewer, &order).await?;
    let renews = match order.item {
        Item::Tier(tier, _) if needless => plans::renews(&ask.ctx, &ask.viewer, tier).await?,
        _ => false,
    };
    let recommender = if stands { recommending::of_order(&ask.ctx, &order).await? } else { None };
    let may_pay = stands && waits.is_none() && !needless;
    let is_net = order.net.is_some();
    let rates = if may_pay || is_net && unpaid { taxes::rates(&ask.ctx, locale).await? } else { Vec::new() };
    // Tax comes to the price, and nobody knows how much yet.
    let before_tax = is_net && unpaid && tax.is_none() && !rates.is_empty();
    let never_tried = order.subscription.is_none() && tries.iter().all(|one| one.state == TryState::Told(CheckoutState::Closed));
    let may_say = is_net && may_pay && !rates.is_empty() && (before_tax || never_tried);
    let (added, rates) = if is_net { (rates, Vec::new()) } else { (Vec::new(), rates) };
    let choices = if may_pay { ways::ordered(service::choices(&ask.ctx, &order).await?, ask) } else { ways::Ways::default() };
    let by_hand = unpaid && tries.iter().any(|one| one.provider == Provider::Offline && one.state.is_live());
    let instructions = if by_hand { Some(service::connections::instructions(&ask.ctx).await?.unwrap_or_default()) } else { None };
    let page = Page::new(title).private();
    let page = match &trouble {
        Some(trouble) => page.status(trouble.status),
        None if !code.errors.is_empty() => page.status(422),
        None => page,
    };
    Ok(page.draw(ask, || {
        let back = order.return_to.clone();
        view! {
            <section class="narrow order">
                <h1>{title}</h1>
                {trouble.map(|trouble| view! { <Banner tone=Tone::Bad text=trouble.text/> })}
                {standing::sentence(&order, ended.map(|at| (at, taken_back)), gift.as_ref().map(|gift| &gift.state), now, &ask.site, locale)}
                {lapsed.then(|| view! { <Banner tone=Tone::Warn text=standing::no_longer(&order, locale)/> })}
                {summary::summary(&order, goes, (tax, before_tax), (ended.is_some(), receipt.is_some(), has_time), now, &ask.site, locale)}
                {summary::contents_shown(contents, locale)}
                {promise.filter(|_| unpaid).map(|promise| view! { <back::Promised rule=promise.rule locale/> })}
                {owed.map(|owed| view! { <Banner tone=Tone::Warn text=paid_for_nothing(owed, locale)/> })}
                {receipt.map(|receipt| summary::receipt_shown(&receipt, tax, ended, fapiao, &ask.site, locale))}
                {request.map(|request| view! { <back::TakenBack request order=order.clone() locale/> })}
                {promise.filter(|_| order.status == OrderStatus::Paid).map(|promise| view! { <back::Waived promise site=ask.site.clone() locale/> })}
                {offer.map(|offer| view! { <back::TakeBack order=order.clone() offer site=ask.site.clone() locale/> })}
                {instructions.map(|text| view! { <ways::ByHand order=order.clone() text locale/> })}
                {recommender.map(|name| view! { <recommended::Recommended name path=order.path() locale/> })}
                {waits.filter(|_| stands).map(|provider| view! { <ways::Pending path=order.path() provider locale/> })}
                {needless.then(|| view! { <ways::Needless path=order.path() renews locale/> })}
                {may_say.then(|| view! { <country::SayCountry order=order.clone() rates=added tax error=code.errors.of("country", locale) locale/> })}
                {(may_pay && !before_tax).then(|| view! { <ways::Pay order=order.clone() ways=choices rates tax errors=code.errors.clone() waiver=promise.is_some_and(|promise| promise.wants_waiver()) locale/> })}
                {may_pay.then(|| view! { <by_offer::Choices order=order.clone() code site=ask.site.clone() locale/> })}
                {unpaid.then(|| view! { <tries::Tries tries site=ask.site.clone() locale/> })}
                <p class="order-back"><a href=back>{t!(locale, "返回", "Back")}</a></p>
            </section>
        }
    }))
}

/// Whether its buyer has time of its tier that stands still as long as the tier renews.
async fn has_time(ask: &Ask, order: &Order) -> Result<bool> {
    let Item::Tier(tier, _) = order.item else { return Ok(false) };
    if !order.renewing {
        return Ok(false);
    }
    let held = membership::service::membership_of(&ask.ctx, &ask.viewer).await?;
    let lasts = |end: Option<Timestamp>| end.is_none_or(|end| end > ask.ctx.now());
    Ok(held.iter().any(|held| held.tier == tier && held.own && lasts(held.ends_at)))
}

fn unpaid(order: &Order) -> bool {
    matches!(order.status, OrderStatus::Open | OrderStatus::Pending)
}

/// A second order for what its buyer had already.
fn paid_for_nothing(owed: Money, locale: Locale) -> String {
    let amount = owed.format(locale);
    tf!(
        locale,
        "付款到账时你已经拥有这些内容，所以这笔 {amount} 会退还给你。",
        "You had this already when the payment arrived, so this {amount} is owed back to you."
    )
}

pub fn when(at: Timestamp, site: &Site, locale: Locale) -> impl IntoView + use<> {
    view! { <time datetime=format::machine(at)>{format::date_time(at, &site.time_zone, locale)}</time> }
}
