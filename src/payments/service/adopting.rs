//! Agreements that were made elsewhere and are paid through a provider of ours: they are taken over as they run, with
//! nothing charged and nothing changed at the provider ([how](../../../docs/decisions/0031-bringing-members.md)).
//!
//! What was paid before is not ours: it is in no ledger of this site, and what it opens is given as a term until the running
//! one ends. Each charge from then on becomes an order like a later term of an agreement of ours.

use super::connections;
use crate::foundation::cadence::Cadence;
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::{MemberId, OrderId, TierId};
use crate::foundation::money::{Currency, Money};
use crate::foundation::time::{HOUR, SECOND, Timestamp};
use crate::foundation::viewer::Viewer;
use crate::membership;
use crate::membership::service::{Grant, What};
use crate::membership::terms::Length;
use crate::payments::model::{Item, Order, OrderStatus, Purpose};
use crate::payments::store::orders;
use crate::payments::store::subscriptions::{self, SubscriptionRow};
use crate::providers::Provider;
use crate::providers::facts::{AgreementFact, AgreementState, Found, PaymentFact};
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::words;

/// The order of which a charge is said to be a later term, where there is none yet.
pub const NONE_YET: OrderId = OrderId(0);

/// What became of an agreement that was to be taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adopted {
    /// It is ours now, and open as long as it is paid.
    Taken,
    /// It was before.
    Known,
    /// It has ended, or its first charge has not gone through.
    NotRunning,
    /// It has several items, costs nothing, or has terms that we do not sell.
    Unfit,
}

/// Whether there is a provider whose agreements can be taken over.
pub async fn possible(ctx: &Context) -> Result<bool> {
    Ok(connections::enabled(ctx).await?.contains(&Provider::Stripe))
}

/// Every agreement on the account at Stripe, ours and others', with the provider's own words where it says no.
pub async fn found(ctx: &Context, viewer: &Viewer) -> Result<Vec<Found>> {
    viewer.require_admin()?;
    let connection = connections::connection(ctx, Provider::Stripe).await?;
    connection.agreements().await.map_err(|failure| {
        AppError::Conflict(words!("Stripe 没有给出订阅列表：{failure}", "Stripe did not give its list of subscriptions: {failure}"))
    })
}

/// Takes an agreement over for a member and a tier, within the transaction of whoever brings them. Once.
pub async fn adopt(ctx: &Context, tx: &mut Tx, member: MemberId, tier: TierId, fact: &AgreementFact) -> Result<Adopted> {
    if subscriptions::find(tx, Provider::Stripe, &fact.agreement).await?.is_some() {
        return Ok(Adopted::Known);
    }
    if !fact.state.runs() {
        return Ok(Adopted::NotRunning);
    }
    let Some((price, every)) = fact.charges.filter(|(price, _)| price.minor > 0) else { return Ok(Adopted::Unfit) };
    // The provider counts in seconds.
    let from = Timestamp(fact.as_of.0 - fact.as_of.0.rem_euclid(SECOND));
    let began = fact.began.unwrap_or(from);
    let new = (member, tier);
    if !subscriptions::adopt(tx, new, (Provider::Stripe, fact.agreement.as_str()), (price, every), (began, from)).await? {
        return Ok(Adopted::Known);
    }
    subscriptions::tell(tx, Provider::Stripe, fact, Some(next_look(ctx, fact))).await?;
    let known = subscriptions::find(tx, Provider::Stripe, &fact.agreement).await?.ok_or(AppError::Internal)?;
    let end = fact.trial_until.or(fact.term_until);
    if let Some(end) = end.filter(|end| *end > from) {
        let grace_days = if fact.trial_until.is_some() { 0 } else { membership::service::grace_days(tx, tier).await? };
        let (length, cause) = (Length::Fixed(from, Some(end)), cause(known.id));
        let grant = Grant { member, what: What::Tier(tier), given_at: from, length, grace_days, cause: &cause };
        membership::service::give(ctx, tx, &grant).await?;
    }
    Ok(Adopted::Taken)
}

/// What an agreement opened when it was taken over.
fn cause(subscription: i64) -> String {
    format!("adopted:{subscription}")
}

fn next_look(ctx: &Context, fact: &AgreementFact) -> Timestamp {
    let soon = ctx.now().plus(HOUR);
    fact.term_until.or(fact.trial_until).map_or(soon, |end| end.plus(HOUR).max(soon))
}

/// An agreement that was taken over, with its member held until the transaction is done.
pub async fn held(tx: &mut Tx, provider: Provider, agreement: &str) -> Result<Option<SubscriptionRow>> {
    if !subscriptions::hold_adopter(tx, provider, agreement).await? {
        return Ok(None);
    }
    Ok(subscriptions::find(tx, provider, agreement).await?)
}

/// A trial that was broken off opens nothing any more; a paid term does.
pub async fn ended(ctx: &Context, tx: &mut Tx, before: &SubscriptionRow, fact: &AgreementFact) -> Result<()> {
    let in_trial = before.trial_until.is_some_and(|until| until > ctx.now().0);
    if fact.state == AgreementState::Ended && in_trial {
        membership::service::take_back(ctx, tx, &cause(before.id), ctx.now()).await?;
    }
    Ok(())
}

/// The order that a charge of an adopted agreement is a later term of; one that is nowhere yet ([`NONE_YET`]) for the first of
/// them. Nothing for a charge from before.
pub async fn first_order(tx: &mut Tx, provider: Provider, fact: &PaymentFact) -> Result<Option<Order>> {
    let Some(term) = &fact.term else { return Ok(None) };
    let Some(known) = held(tx, provider, &term.agreement).await? else { return Ok(None) };
    if known.adopted_at.is_none_or(|from| fact.paid_at.0 < from) {
        return Ok(None);
    }
    if let Some(first) = subscriptions::first_order(tx, known.id).await? {
        return orders::lock(tx, first).await;
    }
    let title = subscriptions::tier_name(tx, known.id).await?;
    Ok(unwritten(&known, title))
}

fn unwritten(known: &SubscriptionRow, title: String) -> Option<Order> {
    Some(Order {
        id: NONE_YET,
        reference: String::new(),
        member: MemberId(known.member_id),
        item: Item::Tier(TierId(known.tier_id), Cadence::parse(&known.cadence)?),
        title,
        price: Money::new(known.minor, Currency::parse(&known.currency)?),
        net: None,
        purpose: Purpose::Own,
        team: None,
        renewing: true,
        settles: false,
        trial_days: 0,
        offer: None,
        status: OrderStatus::Open,
        return_to: "/account/membership".to_owned(),
        subscription: Some(known.id),
        created_at: Timestamp(known.created_at),
        closed_at: None,
        declined_at: None,
        paid_at: None,
        booked: 0,
        opens_until: None,
        trial: None,
    })
}
