//! What is offered to whoever is about to cancel what renews: once, beside the way out. Where the provider lets the next
//! term of a running agreement cost less without asking the buyer anew.

use super::model::{Audience, Deal, Offer, after_terms};
use super::redeem::is_taken;
use super::store;
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::OfferId;
use crate::foundation::money::Money;
use crate::foundation::time::Timestamp;
use crate::foundation::viewer::Viewer;
use crate::membership;
use crate::payments::model::Item;
use crate::payments::service::plans::{self, Subscription, own, said};
use crate::payments::service::{connections, repricing, settle, taxes};
use crate::payments::store::subscriptions;
use crate::payments::tax;
use crate::providers::facts::AgreementState;
use crate::providers::{Cut, Failure};
use crate::server::context::Context;
use crate::words;

/// The next term of an agreement, and what it would cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stay {
    pub offer: Offer,
    pub agreement: Subscription,
    pub list: Money,
    pub cut: Cut,
    /// From the next charge on, until the charge that is of the whole price again.
    pub from: Timestamp,
    pub until: Timestamp,
}

/// What an offer makes of an agreement that runs, has no offer, and is not about to change.
async fn of(ctx: &Context, one: Subscription, offer: Offer) -> Result<Option<Stay>> {
    let now = ctx.now();
    let runs = one.provider.cuts() && one.state == AgreementState::Active && one.goes_on();
    let has_one = one.by_offer.as_ref().is_some_and(|by_offer| by_offer.terms.until.is_none_or(|until| until > now));
    let Some(from) = one.end().filter(|end| runs && !has_one && *end > now) else { return Ok(None) };
    if repricing::coming(ctx, &one).await?.is_some() {
        return Ok(None);
    }
    // What is charged has its tax, and an offer says what it takes off prices without.
    let rate = taxes::beyond_prices(ctx, one.id).await?;
    let list = tax::without_tax(one.price, rate);
    let Ok(Deal::Price(reduced, Some(terms @ 1))) = offer.deal_for_term(list, one.every, true, now) else { return Ok(None) };
    let amount = tax::with_tax(reduced, rate);
    if reduced == list || !is_taken(ctx, Deal::Price(amount, Some(terms)), one.price, true).await? {
        return Ok(None);
    }
    let until = after_terms(from, one.every, i64::from(terms));
    Ok(until.map(|until| Stay { offer, list: one.price, cut: Cut { amount, terms }, from, until, agreement: one }))
}

/// What the viewer is asked before they cancel an agreement; that they were asked is noted, so that it is only once.
pub async fn ask_once(ctx: &Context, viewer: &Viewer, id: i64) -> Result<Option<OfferId>> {
    let one = own(ctx, viewer, id).await?;
    for offer in store::for_leaving(ctx.db(), one.tier, one.member, ctx.now()).await? {
        let full = match offer.total_limit {
            Some(limit) => store::uses(ctx.db(), offer.id).await? >= limit,
            None => false,
        };
        let used = store::uses_of(ctx.db(), offer.id, one.member).await?.times;
        if full || is_used_up(&offer, used) {
            continue;
        }
        let offer_id = offer.id;
        if of(ctx, one.clone(), offer).await?.is_some() && store::note_shown(ctx.db(), offer_id, one.member, ctx.now()).await? {
            return Ok(Some(offer_id));
        }
    }
    Ok(None)
}

/// Whoever threatens to leave is held back once, or as often as the admin says.
fn most(offer: &Offer) -> i64 {
    offer.person_limit.unwrap_or(1)
}

fn is_used_up(offer: &Offer, used: i64) -> bool {
    used >= most(offer)
}

/// The offer, for a viewer who was asked. 404 for everybody else.
pub async fn shown(ctx: &Context, viewer: &Viewer, id: i64, offer: OfferId) -> Result<Stay> {
    let one = own(ctx, viewer, id).await?;
    let offer = store::by_id(ctx.db(), offer).await?.ok_or(AppError::NotFound)?;
    let fits = offer.audience == Audience::Retention && offer.tier() == Some(one.tier);
    let used = store::uses_of(ctx.db(), offer.id, one.member).await?.times;
    if !fits || is_used_up(&offer, used) || !store::was_shown(ctx.db(), offer.id, one.member).await? {
        return Err(AppError::NotFound);
    }
    of(ctx, one, offer).await?.ok_or(AppError::NotFound)
}

/// Takes the offer: it is written down, then the provider is asked. Asking again after it did not answer asks for the same.
pub async fn accept(ctx: &Context, viewer: &Viewer, id: i64, offer: OfferId) -> Result<()> {
    let one = own(ctx, viewer, id).await?;
    let (redemption, stay) = match store::unanswered(ctx.db(), offer, id).await? {
        Some(redemption) => (redemption, again(ctx, &one, offer).await?),
        None => {
            let stay = shown(ctx, viewer, id, offer).await?;
            (note(ctx, &stay).await?, stay)
        }
    };
    let connection = connections::connection(ctx, one.provider).await?;
    // One for each use, however often it is asked for.
    let reference = format!("{redemption:032x}");
    match connection.cut(&one.number, one.every, one.price, &stay.cut, &reference).await {
        Ok(facts) => {
            let mut tx = ctx.db().begin().await?;
            store::answered(&mut tx, redemption, ctx.now()).await?;
            tx.commit().await?;
            settle::settle(ctx, one.provider, &facts).await?;
            Ok(())
        }
        Err(failure) => {
            if let Failure::Refused { .. } = failure {
                let mut tx = ctx.db().begin().await?;
                subscriptions::drop_cut(&mut tx, one.id).await?;
                store::refused(&mut tx, redemption).await?;
                tx.commit().await?;
            }
            Err(said(&failure))
        }
    }
}

/// As it was written down.
async fn again(ctx: &Context, one: &Subscription, offer: OfferId) -> Result<Stay> {
    let offer = store::by_id(ctx.db(), offer).await?.ok_or(AppError::NotFound)?;
    let terms = one.by_offer.as_ref().map(|by_offer| by_offer.terms).ok_or(AppError::NotFound)?;
    let (Some(from), Some(until)) = (terms.from, terms.until) else { return Err(AppError::NotFound) };
    Ok(Stay { offer, list: one.price, cut: terms.cut, from, until, agreement: one.clone() })
}

fn cannot() -> AppError {
    AppError::Conflict(words!("这个优惠已经不能使用。", "This offer cannot be used any more."))
}

/// Writes the use down; of two presses at once the second finds that of the first.
async fn note(ctx: &Context, stay: &Stay) -> Result<i64> {
    let one = &stay.agreement;
    let title = membership::service::tier(ctx, one.tier).await?.name;
    let held = store::Held {
        offer: &stay.offer,
        member: one.member,
        item: Item::Tier(one.tier, one.every),
        title: &title,
        list: stay.list,
        off: stay.list.minor - stay.cut.amount.minor,
        order: None,
        subscription: Some(one.id),
        used: false,
        most: Some(most(&stay.offer)),
    };
    let mut tx = ctx.db().begin().await?;
    let agreements = subscriptions::hold_all(&mut tx, one.member).await?;
    if let Some(begun) = store::unanswered_now(&mut tx, stay.offer.id, one.id).await? {
        return Ok(begun);
    }
    // The other press has had its answer already.
    let before = agreements.into_iter().find(|held| held.id == one.id).and_then(plans::read).ok_or(AppError::NotFound)?;
    if before.by_offer != one.by_offer {
        return Err(cannot());
    }
    let redemption = store::hold(&mut tx, &held, ctx.now()).await?.ok_or_else(cannot)?;
    subscriptions::set_cut(&mut tx, one.id, &stay.cut, (stay.from, stay.until), &stay.offer.name).await?;
    tx.commit().await?;
    Ok(redemption)
}
