//! What there is to buy: each tier as the viewer can have it, in terms at prices, as a free place, or not at all because there
//! is no seat left; and what an offer makes of that.

use super::{connections, keeping, plans, repricing};
use crate::foundation::cadence::Cadence;
use crate::foundation::error::Result;
use crate::foundation::money::{Currency, Money};
use crate::foundation::viewer::Viewer;
use crate::membership;
use crate::membership::model::{Membership, Tier};
use crate::payments::model::Item;
use crate::payments::offers::model::{Deal, Offer};
use crate::payments::offers::redeem;
use crate::providers::facts::AgreementState;
use crate::server::context::Context;

/// A tier as it is sold to the viewer. One that is not sold any more still is to whoever has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnShelf {
    pub tier: Tier,
    pub held: Option<Membership>,
    /// A provider charges for it again and again: there is nothing to buy.
    pub renews: bool,
    /// The viewer has another tier that renews, and can go over to this one instead of buying it.
    pub goes_over: bool,
    pub terms: Vec<SoldTerm>,
    /// `None`: no limit.
    pub seats_left: Option<i64>,
    /// Days of trial before the first charge, for this viewer.
    pub trial_days: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SoldTerm {
    pub cadence: Cadence,
    /// What the viewer pays.
    pub price: Money,
    /// What others pay, where that is something else. `None` when it is not sold to others at all.
    pub to_others: Option<Money>,
    /// A provider is there that charges it again each term.
    pub can_renew: bool,
    /// What an offer makes of it, where one was opened that is for it.
    pub by_offer: ByOffer,
}

/// What an offer makes of a term that is bought once, and of a membership that renews; nothing of what it is not for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ByOffer {
    pub once: Option<Deal>,
    pub renewing: Option<Deal>,
    /// The price that the viewer keeps is better.
    pub keeps: bool,
}

impl OnShelf {
    pub fn term(&self, cadence: Cadence, currency: Currency) -> Option<&SoldTerm> {
        self.terms.iter().find(|term| term.cadence == cadence && term.price.currency == currency)
    }

    pub fn is_full(&self) -> bool {
        self.held.is_none() && self.seats_left.is_some_and(|left| left < 1)
    }

    /// The viewer's own price is kept though another is asked of others.
    pub fn keeps(&self, term: &SoldTerm) -> bool {
        self.held.is_some() && term.to_others != Some(term.price)
    }
}

/// The tiers that are sold, in their order, then those the viewer still has.
pub async fn shelf(ctx: &Context, viewer: &Viewer) -> Result<Vec<OnShelf>> {
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
    let mut shelf = Vec::new();
    for tier in tiers {
        let held = held.iter().find(|held| held.tier == tier.id).cloned();
        let of_tier = || agreements.iter().filter(|agreement| agreement.tier == tier.id && agreement.state != AgreementState::Waiting);
        let renews = of_tier().any(|agreement| agreement.state != AgreementState::Ended);
        let tried = tier.trial_days > 0 && viewer.member().is_some() && plans::had(ctx, viewer, tier.id).await?;
        let trial_days = if held.is_none() && !tried { tier.trial_days } else { 0 };
        let terms = terms(ctx, viewer, &tier, held.as_ref()).await?;
        let seats_left = membership::service::seats_shown(ctx, &tier, viewer).await?;
        let goes_over = !renews && reachable.contains(&tier.id);
        shelf.push(OnShelf { held, renews, goes_over, terms, seats_left, trial_days, tier });
    }
    Ok(shelf)
}

/// Writes beside each term what an offer makes of it.
pub async fn apply(ctx: &Context, viewer: &Viewer, shelf: &mut [OnShelf], offer: &Offer) -> Result<()> {
    let Some(on_shelf) = shelf.iter_mut().find(|on_shelf| offer.tier() == Some(on_shelf.tier.id)) else { return Ok(()) };
    let tier = on_shelf.tier.id;
    let may_try = on_shelf.held.is_none() && !(viewer.member().is_some() && plans::had(ctx, viewer, tier).await?);
    let used = redeem::used_by(ctx, viewer, offer).await?;
    for term in &mut on_shelf.terms {
        let Some(list) = term.to_others else { continue };
        let kept = (term.price != list).then_some(term.price);
        let item = Item::Tier(tier, term.cadence);
        for renewing in [false, true] {
            if renewing && !term.can_renew {
                continue;
            }
            let Ok(deal) = offer.deal_for_term(list, term.cadence, renewing, ctx.now()) else { continue };
            if matches!(deal, Deal::Trial(_)) && !may_try || !redeem::is_taken(ctx, deal, list, renewing).await? {
                continue;
            }
            if offer.is_used_up_by(used, deal, renewing) {
                continue;
            }
            // Of two trials the longer one.
            let deal = if let Deal::Trial(days) = deal { longer(days, on_shelf.trial_days) } else { deal };
            let weighed = redeem::weigh(deal, list, kept, item, renewing);
            term.by_offer.keeps |= weighed.is_none();
            match renewing {
                false => term.by_offer.once = weighed,
                true => term.by_offer.renewing = weighed,
            }
        }
    }
    Ok(())
}

fn longer(days: u16, own: i64) -> Deal {
    Deal::Trial(days.max(u16::try_from(own).unwrap_or_default()))
}

async fn terms(ctx: &Context, viewer: &Viewer, tier: &Tier, held: Option<&Membership>) -> Result<Vec<SoldTerm>> {
    let mut sold: Vec<(Cadence, Currency)> = Vec::new();
    if !tier.archived {
        sold.extend(tier.prices.iter().map(|price| (price.cadence, price.amount.currency)));
    }
    let kept = keeping::prices(ctx, viewer, tier, held).await?;
    for (cadence, price) in &kept {
        if !sold.contains(&(*cadence, price.currency)) {
            sold.push((*cadence, price.currency));
        }
    }
    let mut terms = Vec::new();
    for (cadence, currency) in sold {
        let to_others = tier.price(cadence, currency).filter(|_| !tier.archived);
        let Some(price) = keeping::of(&kept, (cadence, currency)).or(to_others) else { continue };
        let can_renew = !connections::that_take(ctx, price, true).await?.is_empty();
        terms.push(SoldTerm { cadence, price, to_others, can_renew, by_offer: ByOffer::default() });
    }
    Ok(terms)
}
