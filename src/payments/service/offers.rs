//! What the viewer is offered of each tier: terms at prices, a free place, or nothing because there is no seat left.

use super::{checkout, connections, plans, repricing};
use crate::foundation::cadence::Cadence;
use crate::foundation::error::Result;
use crate::foundation::money::{Currency, Money};
use crate::foundation::viewer::Viewer;
use crate::membership;
use crate::membership::model::{Membership, Tier};
use crate::payments::store::orders;
use crate::providers::facts::AgreementState;
use crate::server::context::Context;

/// A tier as it is offered to the viewer. One that is not sold any more is offered to whoever has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub tier: Tier,
    pub held: Option<Membership>,
    /// A provider charges for it again and again: there is nothing to buy.
    pub renews: bool,
    /// The viewer has another tier that renews, and can go over to this one instead of buying it.
    pub goes_over: bool,
    pub terms: Vec<OfferedTerm>,
    /// `None`: no limit.
    pub seats_left: Option<i64>,
    /// Days of trial before the first charge, for this viewer.
    pub trial_days: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfferedTerm {
    pub cadence: Cadence,
    /// What the viewer pays.
    pub price: Money,
    /// What others pay, where that is something else. `None` when it is not sold to others at all.
    pub to_others: Option<Money>,
    /// A provider is there that charges it again each term.
    pub can_renew: bool,
}

impl Offer {
    pub fn term(&self, cadence: Cadence, currency: Currency) -> Option<&OfferedTerm> {
        self.terms.iter().find(|term| term.cadence == cadence && term.price.currency == currency)
    }

    pub fn is_full(&self) -> bool {
        self.held.is_none() && self.seats_left.is_some_and(|left| left < 1)
    }

    /// The viewer's own price is kept though another is asked of others.
    pub fn keeps(&self, term: &OfferedTerm) -> bool {
        self.held.is_some() && term.to_others != Some(term.price)
    }
}

/// The tiers that are sold, in their order, then those the viewer still has.
pub async fn offers(ctx: &Context, viewer: &Viewer) -> Result<Vec<Offer>> {
    let held = membership::service::membership_of(ctx, viewer).await?;
    let mut tiers = membership::service::tiers(ctx).await?;
    for kept in &held {
        if tiers.iter().all(|tier| tier.id != kept.tier) {
            tiers.push(membership::service::tier(ctx, kept.tier).await?);
        }
    }
    let agreements = if viewer.member().is_some() { plans::subscriptions_of(ctx, viewer).await? } else { Vec::new() };
    let mut reachable = Vec::new();
    for agreement in &agreements {
        reachable.extend(repricing::offered(ctx, viewer, agreement).await?.into_iter().map(|offered| offered.tier));
        reachable.extend(repricing::coming(ctx, agreement).await?.map(|coming| coming.tier));
    }
    let mut offers = Vec::new();
    for tier in tiers {
        let held = held.iter().find(|held| held.tier == tier.id).cloned();
        let of_tier = || agreements.iter().filter(|agreement| agreement.tier == tier.id && agreement.state != AgreementState::Waiting);
        let renews = of_tier().any(|agreement| agreement.state != AgreementState::Ended);
        let tried = tier.trial_days > 0 && viewer.member().is_some() && plans::had(ctx, viewer, tier.id).await?;
        let trial_days = if held.is_none() && !tried { tier.trial_days } else { 0 };
        let terms = terms(ctx, viewer, &tier, held.as_ref()).await?;
        let seats_left = membership::service::seats_shown(ctx, &tier, viewer).await?;
        let goes_over = !renews && reachable.contains(&tier.id);
        offers.push(Offer { held, renews, goes_over, terms, seats_left, trial_days, tier });
    }
    Ok(offers)
}

async fn terms(ctx: &Context, viewer: &Viewer, tier: &Tier, held: Option<&Membership>) -> Result<Vec<OfferedTerm>> {
    let mut sold: Vec<(Cadence, Currency)> = Vec::new();
    if !tier.archived {
        sold.extend(tier.prices.iter().map(|price| (price.cadence, price.amount.currency)));
    }
    if let (Some(member), Some(_), true) = (viewer.id(), held, tier.keeps_price) {
        for (_, cadence, price) in orders::prices_paid(ctx.db(), member, tier.id).await? {
            if !sold.contains(&(cadence, price.currency)) {
                sold.push((cadence, price.currency));
            }
        }
    }
    let mut terms = Vec::new();
    for (cadence, currency) in sold {
        let to_others = tier.price(cadence, currency).filter(|_| !tier.archived);
        let kept = checkout::kept_price(ctx, viewer, tier, held, (cadence, currency)).await?;
        let Some(price) = kept.or(to_others) else { continue };
        let can_renew = !connections::that_take(ctx, price, true).await?.is_empty();
        terms.push(OfferedTerm { cadence, price, to_others, can_renew });
    }
    Ok(terms)
}
