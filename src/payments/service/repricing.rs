//! Going over to another tier or another term with a renewing membership. Within a running term, where the provider settles
//! the difference and the new tier costs more; from the next term on everywhere else. What will happen is said before, and
//! what is done is what was said, or nothing.

use super::plans::{self, Subscription, own, said};
use super::settle::settle;
use super::{asking, connections, taxes};
use crate::foundation::cadence::Cadence;
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::TierId;
use crate::foundation::money::Money;
use crate::foundation::time::{MINUTE, SECOND, Timestamp};
use crate::foundation::viewer::Viewer;
use crate::membership::{self, model::Membership, model::Tier};
use crate::payments::store::changes::{self, ChangeRow, NewChange};
use crate::payments::store::checkouts::{self, WISH_LASTS};
use crate::payments::store::subscriptions;
use crate::payments::tax;
use crate::providers::facts::AgreementState;
use crate::providers::{Failure, NewPrice, Provider, Repriced};
use crate::server::context::Context;
use crate::words;

/// A tier and a term that an agreement could be for instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    pub tier: TierId,
    pub name: String,
    pub every: Cadence,
    /// What is charged for a term, with all tax.
    pub price: Money,
    pub when: When,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Now: the difference for what is left of the term is charged, which is about so much.
    AtOnce(Money),
    /// When the running term or trial ends.
    NextTerm(Timestamp),
}

/// What an agreement will be for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coming {
    pub tier: TierId,
    pub name: String,
    pub every: Cadence,
    pub price: Money,
    pub from: Timestamp,
    /// Where the buyer has yet to agree to it.
    pub consent: Option<String>,
}

/// What was asked for, as it was said: nothing else is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    pub tier: TierId,
    pub every: Cadence,
    pub minor: i64,
    pub at_once: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It holds, now or from the next term on.
    Agreed,
    /// The buyer has to agree to it at this address.
    Consent(String),
}

/// What an agreement is charged next: as was agreed to for then, or what the term costs that begins then, by its offer.
pub fn next_charge(one: &Subscription, coming: Option<&Coming>) -> Money {
    let agreed = coming.filter(|coming| coming.consent.is_none()).map(|coming| coming.price);
    agreed.unwrap_or_else(|| one.end().map_or(one.price, |end| one.costs(end)))
}

/// What was agreed to and does not hold yet, or waits for its buyer's consent.
pub async fn coming(ctx: &Context, one: &Subscription) -> Result<Option<Coming>> {
    let all = changes::shown(ctx.db(), one.id).await?;
    let lives = |change: &&ChangeRow| change.consent.is_some() && change.asked_at > ctx.now().plus(-WISH_LASTS).0;
    // The last wish, as long as nothing was agreed to after it.
    let waits = all.first().filter(|change| change.state == "asked").filter(lives);
    Ok(waits.or_else(|| agreed_last(&all)).and_then(|row| read(row, one)))
}

/// What was agreed to and does not hold yet.
async fn agreed_next(ctx: &Context, one: &Subscription) -> Result<Option<Coming>> {
    Ok(agreed_last(&changes::shown(ctx.db(), one.id).await?).and_then(|row| read(row, one)))
}

fn agreed_last(all: &[ChangeRow]) -> Option<&ChangeRow> {
    let agreed = all.iter().filter(|change| change.agreed_at.is_some());
    agreed.max_by_key(|change| (change.agreed_at, change.id)).filter(|change| change.state == "agreed")
}

fn read(row: &ChangeRow, one: &Subscription) -> Option<Coming> {
    let every = Cadence::parse(&row.cadence)?;
    Some(Coming {
        tier: TierId(row.tier_id),
        name: row.title.clone(),
        every,
        price: Money::new(row.minor, one.price.currency),
        from: Timestamp(row.from_at),
        consent: row.consent.clone(),
    })
}

/// What the viewer's agreement could be for instead; nothing while it is not running, or about to end.
pub async fn offered(ctx: &Context, viewer: &Viewer, one: &Subscription) -> Result<Vec<Offered>> {
    let runs = matches!(one.state, AgreementState::Active | AgreementState::Trialing) && one.goes_on();
    let Some(end) = one.end().filter(|end| runs && one.provider.renews() && *end > ctx.now()) else { return Ok(Vec::new()) };
    // PayPal counts the terms of such a one from the end of a trial that another plan does not know, and the cheaper terms of
    // an offer are a trial there as well.
    if one.provider == Provider::Paypal && (one.trial_until.is_some() || one.by_offer.is_some()) {
        return Ok(Vec::new());
    }
    let next = agreed_next(ctx, one).await?;
    let charged = next.as_ref().map_or((one.tier, one.every), |next| (next.tier, next.every));
    let held = membership::service::membership_of(ctx, viewer).await?;
    let others = plans::subscriptions_of(ctx, viewer).await?;
    let rate = taxes::beyond_prices(ctx, one.id).await?;
    let mut offered = Vec::new();
    for tier in membership::service::tiers(ctx).await? {
        if !open(ctx, viewer, one, (&held, &others), &tier).await? {
            continue;
        }
        for price in tier.prices.iter().filter(|price| price.amount.currency == one.price.currency) {
            let amount = tax::with_tax(price.amount, rate);
            let own = (tier.id, price.cadence) == (one.tier, one.every);
            let known_term = price.cadence == one.every || one.provider.settles_changes();
            if own || (tier.id, price.cadence) == charged || !known_term {
                continue;
            }
            let has_it = held.iter().any(|held| held.tier == one.tier && !held.paused);
            let dearer = tier.id != one.tier && price.cadence == one.every && amount.minor > one.price.minor;
            let now = dearer && has_it && next.is_none() && one.state == AgreementState::Active && one.provider.settles_changes();
            let difference = if now { difference(ctx, one, end, amount).await? } else { None };
            let when = difference.map_or(When::NextTerm(end), When::AtOnce);
            offered.push(Offered { tier: tier.id, name: tier.name.clone(), every: price.cadence, price: amount, when });
        }
    }
    // What was agreed for the next term can be taken back.
    if next.is_some() {
        let name = membership::service::tier(ctx, one.tier).await?.name;
        offered.push(Offered { tier: one.tier, name, every: one.every, price: one.price, when: When::NextTerm(end) });
    }
    let mut taken = Vec::new();
    for offer in offered {
        if connections::that_take(ctx, offer.price, true).await?.contains(&one.provider) {
            taken.push(offer);
        }
    }
    Ok(taken)
}

/// Whether the agreement can go over to a tier: one that is sold, has a seat, and that its member has in no other way.
async fn open(
    ctx: &Context,
    viewer: &Viewer,
    one: &Subscription,
    (held, others): (&[Membership], &[Subscription]),
    tier: &Tier,
) -> Result<bool> {
    if tier.id == one.tier {
        return Ok(true);
    }
    let has = held.iter().any(|held| held.tier == tier.id)
        || others.iter().any(|other| other.tier == tier.id && other.state.runs())
        || changes::comes(ctx.db(), one.member, tier.id).await?;
    Ok(!tier.free && !has && membership::service::seats_shown(ctx, tier, viewer).await?.is_none_or(|left| left > 0))
}

/// What the rest of the running term costs more at another price; `None` when we do not know when it began.
async fn difference(ctx: &Context, one: &Subscription, end: Timestamp, price: Money) -> Result<Option<Money>> {
    let Some(began) = subscriptions::term_began(ctx.db(), one.id, end).await? else { return Ok(None) };
    let (left, whole) = (i128::from(end.since(ctx.now())), i128::from(end.since(began)));
    let more = i128::from(price.minor) - i128::from(one.costs(began).minor);
    if whole <= 0 || !(0..=whole).contains(&left) {
        return Ok(None);
    }
    let minor = i64::try_from((more * left + whole / 2) / whole).ok().filter(|minor| *minor > 0);
    Ok(minor.map(|minor| Money::new(minor, price.currency)))
}

/// Asks the provider to charge another price for another tier or term, as it was offered. A conflict when the offer is not
/// what it was, no seat is left, or the provider says no; then nothing has changed.
pub async fn reprice(ctx: &Context, viewer: &Viewer, id: i64, wanted: Wanted) -> Result<Answer> {
    look(ctx, viewer, id).await?;
    let one = own(ctx, viewer, id).await?;
    let as_said = |offer: &Offered| {
        let at_once = matches!(offer.when, When::AtOnce(_));
        (offer.tier, offer.every, offer.price.minor, at_once) == (wanted.tier, wanted.every, wanted.minor, wanted.at_once)
    };
    let Some(offer) = offered(ctx, viewer, &one).await?.into_iter().find(as_said) else {
        return Err(changed());
    };
    // The provider counts in seconds.
    let from = match offer.when {
        When::AtOnce(_) => Timestamp(ctx.now().0 - ctx.now().0.rem_euclid(SECOND)),
        When::NextTerm(end) => end,
    };
    let reference = ctx.random_hex::<16>();
    let charged = agreed_next(ctx, &one).await?.map_or((one.price, one.every), |next| (next.price, next.every));
    let same = charged == (offer.price, offer.every);
    note(ctx, &one, &offer, (from, &reference, same)).await?;
    if same {
        return Ok(Answer::Agreed);
    }
    ask(ctx, &one, &offer, (from, &reference)).await
}

fn changed() -> AppError {
    AppError::Conflict(words!(
        "等级、价格或扣款状态刚刚有变化，这次操作没有生效。请看过最新的说明再决定。",
        "The tier, its price or your charges have just changed, so nothing was done. Please read what holds now and decide again."
    ))
}

/// Writes the wish down before the provider hears of it, if there is a seat.
async fn note(ctx: &Context, one: &Subscription, offer: &Offered, (from, reference, agreed): (Timestamp, &str, bool)) -> Result<()> {
    let mut tx = ctx.db().begin().await?;
    // Two wishes at once take turns here, and the second was made for what no longer holds.
    let all: Vec<Subscription> = subscriptions::hold_all(&mut tx, one.member).await?.into_iter().filter_map(plans::read).collect();
    let is_as_it_was = |now: &Subscription| (now.id, now.tier, now.price, now.every) == (one.id, one.tier, one.price, one.every);
    let taken = |other: &Subscription| other.id != one.id && other.tier == offer.tier && other.state.runs();
    let asked = changes::of_agreement(&mut tx, one.id).await?;
    let unanswered = |last: &ChangeRow| last.state == "asked" && last.consent.is_none() && last.asked_at > ctx.now().plus(-2 * MINUTE).0;
    if !all.iter().any(is_as_it_was) || asked.first().is_some_and(unanswered) || all.iter().any(taken) {
        return Err(changed());
    }
    if offer.tier != one.tier {
        let free = membership::service::seats_left(ctx, &mut tx, offer.tier, one.member).await?;
        let held = checkouts::seats_on_hold(&mut tx, offer.tier, one.member, ctx.now()).await?;
        if free.is_some_and(|free| free <= held) {
            return Err(AppError::Conflict(words!("这个会员等级的名额已满。", "All seats of this tier are taken.")));
        }
    }
    let at_once = matches!(offer.when, When::AtOnce(_));
    let Offered { tier, every, price, .. } = *offer;
    let new = NewChange { subscription: one.id, tier, every, price, title: &offer.name, at_once, from, reference, agreed };
    changes::insert(&mut tx, &new, ctx.now()).await?;
    tx.commit().await?;
    // Should we not come back from there, somebody asks how it stands.
    Ok(subscriptions::set_look(ctx.db(), one.id, ctx.now().plus(if agreed { 0 } else { MINUTE })).await?)
}

async fn ask(ctx: &Context, one: &Subscription, offer: &Offered, (from, reference): (Timestamp, &str)) -> Result<Answer> {
    let new = NewPrice {
        amount: offer.price,
        every: offer.every,
        at_once: matches!(offer.when, When::AtOnce(_)).then_some(from),
        return_url: format!("{}/account/membership/agreements/{}/return", ctx.config().base_url, one.id),
    };
    let connection = connections::connection(ctx, one.provider).await?;
    match asking::answered(ctx, connection.reprice(&one.number, &new, reference)).await {
        Ok(Repriced::Done(facts)) => {
            settle(ctx, one.provider, &facts).await?;
            Ok(Answer::Agreed)
        }
        Ok(Repriced::Consent(address)) => {
            changes::set_consent(ctx.db(), reference, &address).await?;
            subscriptions::set_look(ctx.db(), one.id, ctx.now().plus(10 * MINUTE)).await?;
            Ok(Answer::Consent(address))
        }
        Err(failure) => {
            if let Failure::Refused { .. } = failure {
                changes::refuse(ctx.db(), reference).await?;
            }
            Err(said(&failure))
        }
    }
}

/// Asks the provider how an agreement stands: the buyer is back from there. Whether what was asked for last is agreed.
pub async fn look(ctx: &Context, viewer: &Viewer, id: i64) -> Result<bool> {
    let one = own(ctx, viewer, id).await?;
    let asked = asking::in_time(ctx, async {
        let turn = asking::turn(ctx, asking::About::Agreement(id)).await;
        if turn.is_mine() {
            plans::look_at(ctx, one.provider, &one.number).await.map_err(|failure| said(&failure))?;
        }
        Ok::<_, AppError>(())
    });
    asked.await.unwrap_or(Err(AppError::Unavailable))?;
    Ok(changes::shown(ctx.db(), id).await?.first().is_some_and(|last| last.agreed_at.is_some()))
}
