//! Beginning to buy: an order with what is agreed, of a thing as it is sold to the viewer, perhaps by an offer.

use super::asking::in_time;
use super::checkout::{on_its_way, unpaid};
use super::{bundles, giving_up, keeping, own_price, plans, promises, taxes, tips};
use crate::foundation::cadence::Cadence;
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::id::{BundleId, MemberId, PostId, TierId};
use crate::foundation::locale::Locale;
use crate::foundation::money::{Currency, Money};
use crate::foundation::viewer::Viewer;
use crate::members;
use crate::membership::{self, paywall};
use crate::payments::affiliates;
use crate::payments::gifts::{self, model::Wrapping};
use crate::payments::model::{Checkout, Item, Order, OrderStatus, Purpose, STANDS, STANDS_BY_OFFER};
use crate::payments::offers::model::Deal;
use crate::payments::offers::redeem::{self, Typed};
use crate::payments::offers::{self, Held};
use crate::payments::store::checkouts;
use crate::payments::store::contents::{self, Content};
use crate::payments::store::orders::{self, NewOrder};
use crate::posts;
use crate::server::context::Context;
use crate::settings::service::require_site;
use crate::words;

/// What somebody wants to buy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purchase {
    Post(PostId),
    /// An article of which buyers say how much they pay; of others it is as `Post`.
    PostAt(PostId, Money),
    Bundle(BundleId),
    /// Thanks to the author of an article, of so much.
    Tip(PostId, Money),
    /// Thanks to an author, for no article in particular.
    TipAuthor(MemberId, Money),
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
    /// Its buyers say how much they pay.
    pub is_own_price: bool,
    /// Where the buyer finds what was bought.
    pub path: String,
    /// Of a bundle: what it is for, and what each article weighs.
    pub contents: Vec<Content>,
}

/// Makes an order, or finds the one that was begun for the same thing: nobody pays twice, or more than they have to. `to` is
/// a path on this site to come back to.
pub async fn buy(ctx: &Context, viewer: &Viewer, purchase: Purchase, to: Option<&str>) -> Result<Started> {
    buy_with(ctx, viewer, purchase, None, to).await
}

/// As [`buy`], by an offer. 422 under `code` when that cannot be used; where the price that the viewer keeps is better, the
/// order is without the offer, as was said before.
pub async fn buy_with(ctx: &Context, viewer: &Viewer, purchase: Purchase, code: Option<Typed<'_>>, to: Option<&str>) -> Result<Started> {
    begin(ctx, viewer, purchase, None, code, to, None).await
}

/// As [`buy_with`], for somebody else. What is wrong with the gift stands under the names of its fields, with code and price.
pub async fn give(
    ctx: &Context,
    viewer: &Viewer,
    purchase: Purchase,
    gift: (&gifts::model::Typed, Locale),
    code: Option<Typed<'_>>,
    to: Option<&str>,
) -> Result<Started> {
    let member = viewer.require_member()?.id;
    let (own, site) = (super::email_of(ctx, member).await?, require_site(ctx).await?);
    let mut errors = FieldErrors::new();
    let wrapping = gift.0.read(own.as_deref(), gift.1, ctx.now(), &site.time_zone, &mut errors);
    let Some(wrapping) = wrapping else { return Err(errors.into_error()) };
    begin(ctx, viewer, purchase, Some(&wrapping), code, to, None).await
}

/// `instead`: an order of the viewer that is given up for the one that is begun; failing that, one for the same thing at
/// another price is.
async fn begin(
    ctx: &Context,
    viewer: &Viewer,
    purchase: Purchase,
    gift: Option<&Wrapping>,
    code: Option<Typed<'_>>,
    to: Option<&str>,
    instead: Option<&Order>,
) -> Result<Started> {
    let member = viewer.require_member()?.id;
    let sold = match purchase {
        Purchase::Post(id) => post_sold(ctx, viewer, id, None, gift.is_some()).await?,
        Purchase::PostAt(id, amount) => post_sold(ctx, viewer, id, Some(amount), gift.is_some()).await?,
        Purchase::Bundle(id) => bundles::sold(ctx, viewer, id, gift.is_some()).await?,
        Purchase::Tip(id, amount) => Ok(tips::sold(ctx, viewer, id, amount).await?),
        Purchase::TipAuthor(id, amount) => Ok(tips::sold_for(ctx, viewer, id, amount).await?),
        Purchase::Tier { tier, cadence, currency, .. } if gift.is_some() => Ok(tier_given(ctx, tier, (cadence, currency)).await?),
        Purchase::Tier { tier, cadence, currency, renewing } => tier_sold(ctx, viewer, tier, (cadence, currency), renewing).await?,
    };
    let sold = match sold {
        Ok(sold) => sold,
        Err(path) => return Ok(Started::Owned(path)),
    };
    let purpose = match (purchase, gift) {
        (Purchase::Tip(..) | Purchase::TipAuthor(..), _) => Purpose::Tip,
        (_, Some(_)) => Purpose::Gift,
        (_, None) => Purpose::Own,
    };
    if sold.is_own_price && code.is_some() {
        let words = words!("付多少由你决定，不需要优惠码。", "You decide what you pay, so no code is needed.");
        return Err(AppError::field("code", words));
    }
    if sold.price.minor == 0 {
        return own_price::give(ctx, member, sold).await;
    }
    let by_offer = match code {
        Some(code) => redeem::apply(ctx, viewer, code, &sold).await?,
        None => None,
    };
    let (price, trial_days) = match &by_offer {
        // What costs nothing is no order, and a gift is one.
        Some((_, Deal::Free)) if gift.is_some() => {
            let words = words!(
                "使用这个优惠后不用付款，只能给自己用，不能送人。",
                "With this offer it costs nothing; that is for yourself and cannot be given."
            );
            return Err(AppError::field("code", words));
        }
        Some((offer, Deal::Free)) => {
            redeem::give(ctx, viewer, &sold, offer).await?;
            return Ok(Started::Given(sold.item, sold.path));
        }
        // The tier's own trial and an offer do not add up either.
        Some((_, Deal::Price(price, _))) => (*price, 0),
        Some((_, Deal::Trial(days))) => (sold.list, sold.trial_days.max(i64::from(*days))),
        None => (sold.price, sold.trial_days),
    };
    // Who thanks somebody says what they pay.
    let is_net = purpose != Purpose::Tip && taxes::is_added(ctx).await?;
    let found = match instead {
        None if purpose == Purpose::Own => under_way(ctx, member, &sold, by_offer.is_some(), (price, trial_days, is_net)).await?,
        _ => None,
    };
    let instead = match &found {
        Some(Begun::GoesOn(reference)) => return Ok(Started::Order(reference.clone())),
        Some(Begun::GivesWay(order)) => Some(&**order),
        None => instead,
    };
    let applied = by_offer.as_ref().map(|(offer, deal)| redeem::applied(offer, *deal, sold.list));
    let reference = ctx.token();
    let new = NewOrder {
        reference: &reference,
        member,
        item: sold.item,
        title: &sold.title,
        price,
        is_net,
        renewing: sold.renewing,
        settles: false,
        trial_days,
        offer: applied.as_ref(),
        return_to: to.unwrap_or(&sold.path),
        subscription: None,
        purpose,
    };
    let mut tx = ctx.db().begin().await?;
    // Before any order of theirs is locked.
    members::service::hold(&mut tx, member).await?;
    if let Some(before) = instead {
        giving_up::hold(&mut tx, before.id).await?;
    }
    let stands = if applied.is_some() { STANDS_BY_OFFER } else { STANDS };
    if purpose == Purpose::Own
        && let Some(begun) = orders::reopen(&mut tx, &new, (ctx.now().plus(-stands), ctx.now())).await?
        && contents::posts_of_reference(&mut tx, &begun).await?.iter().eq(sold.contents.iter().map(|(post, _)| post))
    {
        if let Some(before) = instead.filter(|before| before.reference != begun) {
            giving_up::replaced(&mut tx, before.id, ctx.now()).await?;
        }
        tx.commit().await?;
        gave_way(ctx, viewer, instead, &begun).await;
        return Ok(Started::Order(begun));
    }
    let order = orders::insert(&mut tx, &new, ctx.now()).await?;
    if let Item::Bundle(_) = sold.item {
        contents::copy(&mut tx, order, &sold.contents, ctx.now()).await?;
        affiliates::rewards::promise(&mut tx, order, &new, ctx.now()).await?;
    }
    if purpose != Purpose::Tip {
        promises::promise(&mut tx, order, sold.item).await?;
    }
    if let Some(gift) = gift {
        gifts::wrap(&mut tx, order, gift).await?;
    }
    if let Some((offer, deal)) = &by_offer {
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
            most: offer.most(*deal, sold.renewing),
        };
        if offers::hold(&mut tx, &held, ctx.now()).await?.is_none() {
            drop(tx);
            return Err(redeem::taken(ctx, viewer, offer).await);
        }
    }
    if let Some(before) = instead {
        taxes::follow(ctx, &mut tx, before.id, order).await?;
        giving_up::replaced(&mut tx, before.id, ctx.now()).await?;
    }
    tx.commit().await?;
    gave_way(ctx, viewer, instead, &reference).await;
    Ok(Started::Order(reference))
}

/// What becomes of an order for the same thing that is not paid yet.
enum Begun {
    /// There it is paid, or money is on its way already; its reference.
    GoesOn(String),
    /// It is given up for one at another price.
    GivesWay(Box<Order>),
}

/// The buyer's order for the same thing that is not paid yet, if it matters to one that is about to be made: one for which
/// money is on its way is not paid once more, one that costs less is not forgotten, and any other at another price goes, so
/// that it cannot be paid as well. One at the same price is found later.
async fn under_way(
    ctx: &Context,
    member: MemberId,
    sold: &Sold,
    by_offer: bool,
    (price, trial_days, is_net): (Money, i64, bool),
) -> Result<Option<Begun>> {
    let same = (sold.item, price.currency, sold.renewing);
    let Some(order) = orders::under_way(ctx.db(), member, same, ctx.now()).await? else { return Ok(None) };
    if order.status == OrderStatus::Pending {
        return Ok(Some(Begun::GoesOn(order.reference)));
    }
    let (agreed, alike) = (order.stated().price, order.net.is_some() == is_net);
    if alike && agreed == price {
        return Ok(None);
    }
    let is_better = alike && agreed.minor < price.minor && order.trial_days >= trial_days && !by_offer && !sold.is_own_price;
    let is_same = is_better && contents::posts(ctx.db(), order.id).await?.iter().eq(sold.contents.iter().map(|(post, _)| post));
    Ok(Some(if is_same { Begun::GoesOn(order.reference) } else { Begun::GivesWay(Box::new(order)) }))
}

/// After an order was made instead of another: the tries of that one are closed at their providers, as far as they answer
/// while somebody waits for the page.
async fn gave_way(ctx: &Context, viewer: &Viewer, before: Option<&Order>, made: &str) {
    if let Some(before) = before.filter(|before| before.reference != made)
        && in_time(ctx, Box::pin(giving_up::follow(ctx, viewer, before))).await.is_none()
    {
        tracing::warn!(order = %before.id, "an order stays though another was made instead of it: a provider does not answer");
    }
}

/// The same thing as in an order that is not paid yet, by an offer: another order, for which this one is given up. A conflict
/// when money is on its way for it.
pub async fn rebuy_with(ctx: &Context, viewer: &Viewer, order: &Order, code: Typed<'_>) -> Result<Started> {
    if !viewer.is(order.member) {
        return Err(AppError::NotFound);
    }
    unpaid(order)?;
    if checkouts::of_order(ctx.db(), order.id).await?.iter().any(Checkout::is_pending) {
        return Err(on_its_way());
    }
    if order.team.is_some() {
        return Err(AppError::field("code", words!("优惠码不能用于团队。", "Offers are not for teams.")));
    }
    let purchase = match order.item {
        Item::Post(post) if order.is_tip() => Purchase::Tip(post, order.price),
        Item::Post(post) => Purchase::Post(post),
        Item::Bundle(bundle) => Purchase::Bundle(bundle),
        Item::Author(author) => Purchase::TipAuthor(author, order.price),
        Item::Tier(tier, cadence) => Purchase::Tier { tier, cadence, currency: Some(order.price.currency), renewing: order.renewing },
    };
    let gift = if order.is_gift() { gifts::wrapping_of(ctx.db(), order.id).await? } else { None };
    let started = begin(ctx, viewer, purchase, gift.as_ref(), Some(code), Some(&order.return_to), Some(order)).await?;
    if let Started::Given(..) = &started {
        giving_up::follow(ctx, viewer, order).await;
    }
    Ok(started)
}

/// What is offered, or the path of what the viewer may open already.
async fn post_sold(ctx: &Context, viewer: &Viewer, id: PostId, amount: Option<Money>, gift: bool) -> Result<Result<Sold, String>> {
    let post = posts::service::published_ref(ctx, id).await?;
    let path = post.path();
    if !gift && paywall::opens(ctx, viewer, &post.gate).await? {
        return Ok(Err(path));
    }
    let price = post.price.ok_or_else(|| {
        AppError::Conflict(words!("这篇文章不单篇出售，请查看会员等级。", "This article is not sold by itself; please see the tiers."))
    })?;
    let price = match (post.least, amount) {
        (Some(least), Some(amount)) => own_price::accept(ctx, amount, least, price).await?,
        _ => price,
    };
    Ok(Ok(Sold {
        item: Item::Post(id),
        title: post.title,
        price,
        list: price,
        is_sold_to_others: true,
        renewing: false,
        trial_days: 0,
        may_try: false,
        is_own_price: post.least.is_some(),
        path,
        contents: Vec::new(),
    }))
}

/// A term of a tier as it is sold to anybody, to be given away: whatever the buyer has of it, or pays for it.
async fn tier_given(ctx: &Context, id: TierId, (cadence, currency): (Cadence, Option<Currency>)) -> Result<Sold> {
    let (site, tier) = (require_site(ctx).await?, membership::service::tier(ctx, id).await?);
    let price = tier.price(cadence, currency.unwrap_or(site.currency)).filter(|_| !tier.archived && !tier.free).ok_or_else(not_sold)?;
    Ok(Sold {
        item: Item::Tier(id, cadence),
        title: tier.name,
        price,
        list: price,
        is_sold_to_others: true,
        renewing: false,
        trial_days: 0,
        may_try: false,
        is_own_price: false,
        path: "/membership".to_owned(),
        contents: Vec::new(),
    })
}

fn not_sold() -> AppError {
    AppError::Conflict(words!("这个会员等级目前不出售。", "This tier is not for sale at present."))
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
    let to_others = tier.price(cadence, currency).filter(|_| !tier.archived);
    let kept = keeping::prices(ctx, viewer, &tier, held).await?;
    let price = keeping::of(&kept, (cadence, currency)).or(to_others).ok_or_else(not_sold)?;
    if renewing && !held.is_some_and(|held| held.paused) && plans::renews(ctx, viewer, id).await? {
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
        is_own_price: false,
        path,
        contents: Vec::new(),
    }))
}
