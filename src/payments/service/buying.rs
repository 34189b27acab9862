//! Beginning to buy: an order with what is agreed, of a thing as it is sold to the viewer, perhaps by an offer.

use super::checkout::unpaid;
use super::{plans, promises};
use crate::foundation::cadence::Cadence;
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::{PostId, TierId};
use crate::foundation::money::{Currency, Money};
use crate::foundation::viewer::Viewer;
use crate::membership::model::{Membership, Tier};
use crate::membership::{self, paywall};
use crate::payments::model::{Item, Order, STANDS, STANDS_BY_OFFER};
use crate::payments::offers::model::Deal;
use crate::payments::offers::redeem::{self, Typed};
use crate::payments::offers::{self, Held};
use crate::payments::store::orders::{self, NewOrder};
use crate::posts;
use crate::server::context::Context;
use crate::settings::service::require_site;
use crate::words;

/// What somebody wants to buy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purchase {
    Post(PostId),
    /// A term of a tier, in the site's currency unless another is named; `renewing`: to be charged again each term.
    Tier {
        tier: TierId,
        cadence: Cadence,
        currency: Option<Currency>,
        renewing: bool,
    },
}

impl Purchase {
    /// One term in the site's currency.
    pub const fn term(tier: TierId, cadence: Cadence) -> Purchase {
        Purchase::Tier { tier, cadence, currency: None, renewing: false }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Started {
    /// An order to be paid, by its reference.
    Order(String),
    /// There is nothing to buy: the viewer may open it already. A path to it.
    Owned(String),
    /// It cost nothing by an offer, and is open now. A path to it.
    Given(Item, String),
}

/// A thing as it is sold to the viewer, before an offer.
#[derive(Debug, Clone)]
pub(in crate::payments) struct Sold {
    pub item: Item,
    pub title: String,
    pub price: Money,
    /// What it costs others, where it is sold to them; otherwise as `price`, which the viewer keeps.
    pub list: Money,
    pub is_sold_to_others: bool,
    pub renewing: bool,
    pub trial_days: i64,
    /// The viewer never had it, so that they may try it.
    pub may_try: bool,
    /// Where the buyer finds what was bought.
    pub path: String,
}

/// Makes an order, or finds the one that was begun for the same thing at the same price. `to` is a path on this site to
/// come back to.
pub async fn buy(ctx: &Context, viewer: &Viewer, purchase: Purchase, to: Option<&str>) -> Result<Started> {
    buy_with(ctx, viewer, purchase, None, to).await
}

/// As [`buy`], by an offer. 422 under `code` when that cannot be used; where the price that the viewer keeps is better, the
/// order is without the offer, as was said before.
pub async fn buy_with(ctx: &Context, viewer: &Viewer, purchase: Purchase, code: Option<Typed<'_>>, to: Option<&str>) -> Result<Started> {
    let member = viewer.require_member()?.id;
    let sold = match purchase {
        Purchase::Post(id) => post_sold(ctx, viewer, id).await?,
        Purchase::Tier { tier, cadence, currency, renewing } => tier_sold(ctx, viewer, tier, (cadence, currency), renewing).await?,
    };
    let sold = match sold {
        Ok(sold) => sold,
        Err(path) => return Ok(Started::Owned(path)),
    };
    let by_offer = match code {
        Some(code) => redeem::apply(ctx, viewer, code, &sold).await?,
        None => None,
    };
    let (price, trial_days) = match &by_offer {
        Some((offer, Deal::Free)) => {
            redeem::give(ctx, viewer, &sold, offer).await?;
            return Ok(Started::Given(sold.item, sold.path));
        }
        // The tier's own trial and an offer do not add up either.
        Some((_, Deal::Price(price, _))) => (*price, 0),
        Some((_, Deal::Trial(days))) => (sold.list, sold.trial_days.max(i64::from(*days))),
        None => (sold.price, sold.trial_days),
    };
    let applied = by_offer.as_ref().map(|(offer, deal)| redeem::applied(offer, *deal, sold.list));
    let reference = ctx.token();
    let new = NewOrder {
        reference: &reference,
        member,
        item: sold.item,
        title: &sold.title,
        price,
        renewing: sold.renewing,
        settles: false,
        trial_days,
        offer: applied.as_ref(),
        return_to: to.unwrap_or(&sold.path),
        subscription: None,
    };
    let mut tx = ctx.db().begin().await?;
    let stands = if applied.is_some() { STANDS_BY_OFFER } else { STANDS };
    if let Some(begun) = orders::reopen(&mut tx, &new, ctx.now().plus(-stands)).await? {
        tx.commit().await?;
        return Ok(Started::Order(begun));
    }
    let order = orders::insert(&mut tx, &new, ctx.now()).await?;
    promises::promise(&mut tx, order, sold.item).await?;
    if let Some((offer, _)) = &by_offer {
        let held = Held {
            offer,
            member,
            item: sold.item,
            title: &sold.title,
            list: sold.list,
            off: sold.list.minor - price.minor,
            order: Some(order),
            subscription: None,
            used: false,
            most: redeem::most(offer, sold.renewing),
        };
        if offers::hold(&mut tx, &held, ctx.now()).await?.is_none() {
            drop(tx);
            return Err(redeem::taken(ctx, viewer, offer).await);
        }
    }
    tx.commit().await?;
    Ok(Started::Order(reference))
}

/// The same thing as in an order that is not paid yet, by an offer.
pub async fn rebuy_with(ctx: &Context, viewer: &Viewer, order: &Order, code: Typed<'_>) -> Result<Started> {
    if !viewer.is(order.member) {
        return Err(AppError::NotFound);
    }
    unpaid(order)?;
    let purchase = match order.item {
        Item::Post(post) => Purchase::Post(post),
        Item::Tier(tier, cadence) => Purchase::Tier { tier, cadence, currency: Some(order.price.currency), renewing: order.renewing },
    };
    buy_with(ctx, viewer, purchase, Some(code), Some(&order.return_to)).await
}

/// What is offered, or the path of what the viewer may open already.
async fn post_sold(ctx: &Context, viewer: &Viewer, id: PostId) -> Result<Result<Sold, String>> {
    let post = posts::service::published_ref(ctx, id).await?;
    let path = post.path();
    if paywall::opens(ctx, viewer, &post.gate).await? {
        return Ok(Err(path));
    }
    let price = post.price.ok_or_else(|| {
        AppError::Conflict(words!("这篇文章不单篇出售，请查看会员等级。", "This article is not sold by itself; please see the tiers."))
    })?;
    Ok(Ok(Sold {
        item: Item::Post(id),
        title: post.title,
        price,
        list: price,
        is_sold_to_others: true,
        renewing: false,
        trial_days: 0,
        may_try: false,
        path,
    }))
}

async fn tier_sold(
    ctx: &Context,
    viewer: &Viewer,
    id: TierId,
    (cadence, currency): (Cadence, Option<Currency>),
    renewing: bool,
) -> Result<Result<Sold, String>> {
    let path = "/membership".to_owned();
    let (site, tier) = (require_site(ctx).await?, membership::service::tier(ctx, id).await?);
    let held = membership::service::membership_of(ctx, viewer).await?;
    let held = held.iter().find(|held| held.tier == id);
    if held.is_some_and(|held| held.ends_at.is_none()) || tier.free && held.is_some() {
        return Ok(Err(path));
    }
    let currency = currency.unwrap_or(site.currency);
    let not_sold = || AppError::Conflict(words!("这个会员等级目前不出售。", "This tier is not for sale at present."));
    let to_others = tier.price(cadence, currency).filter(|_| !tier.archived);
    let kept = kept_price(ctx, viewer, &tier, held, (cadence, currency)).await?;
    let price = kept.or(to_others).ok_or_else(not_sold)?;
    if renewing && held.is_some_and(|held| !held.paused) && plans::renews(ctx, viewer, id).await? {
        return Ok(Err("/account/membership".to_owned()));
    }
    let may_try = renewing && held.is_none() && !plans::had(ctx, viewer, id).await?;
    Ok(Ok(Sold {
        item: Item::Tier(id, cadence),
        title: tier.name,
        price,
        list: to_others.unwrap_or(price),
        is_sold_to_others: to_others.is_some(),
        renewing,
        trial_days: if may_try { tier.trial_days } else { 0 },
        may_try,
        path,
    }))
}

/// What a member who has the tier paid for such a term before, where the tier keeps its price for whoever renews, also
/// when it is no longer sold to others.
pub(super) async fn kept_price(
    ctx: &Context,
    viewer: &Viewer,
    tier: &Tier,
    held: Option<&Membership>,
    (cadence, currency): (Cadence, Currency),
) -> Result<Option<Money>> {
    let Some(member) = viewer.id().filter(|_| held.is_some() && tier.keeps_price) else { return Ok(None) };
    orders::last_price(ctx.db(), member, tier.id, cadence, currency).await
}
