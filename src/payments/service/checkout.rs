//! Beginning to buy: an order with what is agreed, then a checkout at a provider.

use crate::foundation::error::{AppError, Result};
use crate::foundation::id::{PostId, TierId};
use crate::foundation::money::Money;
use crate::foundation::viewer::Viewer;
use crate::membership::model::{Cadence, Membership};
use crate::membership::{self, paywall};
use crate::payments::model::{Item, Order, OrderStatus};
use crate::payments::providers::{Provider, test};
use crate::payments::store::{self, NewOrder};
use crate::posts;
use crate::server::context::Context;
use crate::words;

/// What somebody wants to buy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purchase {
    Post(PostId),
    Tier(TierId, Cadence),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Started {
    /// An order to be paid, by its reference.
    Order(String),
    /// There is nothing to buy: the viewer may open it already. A path to it.
    Owned(String),
}

struct Offer {
    item: Item,
    title: String,
    price: Money,
    /// Where the buyer finds what was bought.
    path: String,
}

/// Makes an order, or finds the one that was begun for the same thing at the same price. `to` is a path on this site to
/// come back to.
pub async fn buy(ctx: &Context, viewer: &Viewer, purchase: Purchase, to: Option<&str>) -> Result<Started> {
    let member = viewer.require_member()?;
    let offer = match purchase {
        Purchase::Post(id) => offer_of_post(ctx, viewer, id).await?,
        Purchase::Tier(id, cadence) => offer_of_tier(ctx, viewer, id, cadence).await?,
    };
    let offer = match offer {
        Ok(offer) => offer,
        Err(path) => return Ok(Started::Owned(path)),
    };
    let (reference, return_to) = (ctx.token(), to.unwrap_or(&offer.path));
    let new = NewOrder { reference: &reference, member: member.id, item: offer.item, title: &offer.title, price: offer.price, return_to };
    let mut tx = ctx.db().begin().await?;
    let begun = store::reopen(&mut tx, &new).await?;
    if begun.is_none() {
        store::insert(&mut tx, &new, ctx.now()).await?;
    }
    tx.commit().await?;
    Ok(Started::Order(begun.unwrap_or(reference)))
}

/// What is offered, or the path of what the viewer may open already.
async fn offer_of_post(ctx: &Context, viewer: &Viewer, id: PostId) -> Result<Result<Offer, String>> {
    let post = posts::service::published_ref(ctx, id).await?;
    let path = post.path();
    if paywall::opens(ctx, viewer, &post.gate).await? {
        return Ok(Err(path));
    }
    let price = post.price.ok_or_else(|| {
        AppError::Conflict(words!("这篇文章不单篇出售，请查看会员等级。", "This article is not sold by itself; please see the tiers."))
    })?;
    Ok(Ok(Offer { item: Item::Post(id), title: post.title, price, path }))
}

async fn offer_of_tier(ctx: &Context, viewer: &Viewer, id: TierId, cadence: Cadence) -> Result<Result<Offer, String>> {
    let path = "/membership".to_owned();
    let tier = membership::service::tier(ctx, id).await?;
    let for_good = |held: &Membership| held.tier == id && held.ends_at.is_none();
    if membership::service::membership_of(ctx, viewer).await?.iter().any(for_good) {
        return Ok(Err(path));
    }
    let price = tier
        .price(cadence)
        .filter(|_| !tier.archived)
        .ok_or_else(|| AppError::Conflict(words!("这个会员等级目前不出售。", "This tier is not for sale at present.")))?;
    Ok(Ok(Offer { item: Item::Tier(id, cadence), title: tier.name, price, path }))
}

/// Where the buyer pays: a path to the provider's page. A conflict when there is no provider, or nothing to pay.
pub async fn pay(ctx: &Context, viewer: &Viewer, reference: &str) -> Result<String> {
    let member = viewer.require_member()?.id;
    let order = super::order(ctx, viewer, reference).await?;
    if order.member != member {
        return Err(AppError::Forbidden(words!("只有下单的人可以付款。", "Only the buyer can pay for an order.")));
    }
    if !ctx.config().test_payments {
        return Err(AppError::Conflict(words!("目前没有可用的付款方式。", "There is no way to pay at present.")));
    }
    if order.status == OrderStatus::Paid {
        return Err(AppError::Conflict(words!("这笔订单已经付过款了。", "This order is paid already.")));
    }
    if owned(ctx, viewer, &order).await? {
        return Err(AppError::Conflict(words!(
            "你已经可以阅读这篇文章，不必再付款。",
            "This article is open to you already; there is nothing to pay."
        )));
    }
    let mut tx = ctx.db().begin().await?;
    let checkout = test::begin(ctx, &mut tx, &order).await?;
    store::start(&mut tx, order.id, Provider::Test, &checkout).await?;
    tx.commit().await?;
    Ok(test::path(&checkout))
}

/// Whether an article was opened to the buyer since the order was made; a tier can always be prolonged. An article that
/// was taken back meanwhile cannot be paid for: 404.
async fn owned(ctx: &Context, viewer: &Viewer, order: &Order) -> Result<bool> {
    match order.item {
        Item::Post(id) => paywall::opens(ctx, viewer, &posts::service::published_ref(ctx, id).await?.gate).await,
        Item::Tier(..) => Ok(false),
    }
}
