//! Bundles: several articles in one order. What was in the bundle when the order was begun is what it is for.

use super::buying::Sold;
use crate::bundles::model::{Bundle, weights};
use crate::bundles::service as bundles;
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::{BundleId, MemberId, OrderId};
use crate::foundation::time::Timestamp;
use crate::foundation::viewer::Viewer;
use crate::membership::paywall::{self, Gate};
use crate::membership::service::{Grant, What, give, take_back};
use crate::membership::terms::Length;
use crate::payments::model::{Item, Order};
use crate::payments::store::contents;
use crate::posts;
use crate::posts::model::PostRef;
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::words;

/// A bundle by its address. One that is not on sale, or no longer, is there for admins, who bought it and who was given it;
/// 404 for others.
pub async fn seen(ctx: &Context, viewer: &Viewer, slug: &str) -> Result<Bundle> {
    let bundle = bundles::at(ctx, slug).await?;
    let seen = bundle.published
        || viewer.is_admin()
        || match viewer.member() {
            Some(member) => contents::has_bundle(ctx.db(), member.id, bundle.id).await?,
            None => false,
        };
    if seen { Ok(bundle) } else { Err(AppError::NotFound) }
}

/// What is offered, or the path of what the viewer may open already.
pub(super) async fn sold(ctx: &Context, viewer: &Viewer, id: BundleId, gift: bool) -> Result<Result<Sold, String>> {
    let bundle = bundles::published(ctx, id).await?;
    let (path, articles) = (bundle.path(), bundles::articles(ctx, id).await?);
    if articles.len() < bundles::FEWEST {
        return Err(AppError::Conflict(words!("这个合集目前不出售。", "This bundle is not for sale at present.")));
    }
    if !gift && opens_all(ctx, viewer, &articles).await? {
        return Ok(Err(path));
    }
    let prices: Vec<_> = articles.iter().map(|post| post.price).collect();
    Ok(Ok(Sold {
        item: Item::Bundle(id),
        title: bundle.title,
        price: bundle.price,
        list: bundle.price,
        is_sold_to_others: true,
        renewing: false,
        trial_days: 0,
        may_try: false,
        is_own_price: false,
        path,
        contents: articles.iter().map(|post| post.id).zip(weights(&prices)).collect(),
    }))
}

async fn opens_all(ctx: &Context, viewer: &Viewer, articles: &[PostRef]) -> Result<bool> {
    let gates: Vec<Gate> = articles.iter().map(|post| post.gate).collect();
    Ok(paywall::opens_each(ctx, viewer, &gates).await?.into_iter().all(|open| open))
}

/// Whether all that an order is for was opened to the buyer since it was made. `Conflict` when some of it was taken back
/// meanwhile: nobody pays for what is not there.
pub(super) async fn owned(ctx: &Context, viewer: &Viewer, order: &Order) -> Result<bool> {
    let articles = still_there(ctx, order).await?;
    opens_all(ctx, viewer, &articles).await
}

/// The articles of an order that is not paid yet.
pub(super) async fn still_there(ctx: &Context, order: &Order) -> Result<Vec<PostRef>> {
    let ordered = contents::posts(ctx.db(), order.id).await?;
    let articles = posts::service::published_refs(ctx, &ordered).await?;
    if articles.len() < ordered.len() {
        return Err(AppError::Conflict(words!(
            "合集里有文章已经撤回，这笔订单不能再付款，请返回后重新下单。",
            "An article of this bundle was taken back meanwhile, so this order can no longer be paid. Please go back and order again."
        )));
    }
    Ok(articles)
}

/// The articles of an order for a bundle that are published, for its buyer and admins; how many there are in all.
pub async fn contents_of(ctx: &Context, viewer: &Viewer, order: &Order) -> Result<(Vec<PostRef>, usize)> {
    if !viewer.is(order.member) && !viewer.is_admin() {
        return Err(AppError::NotFound);
    }
    if !matches!(order.item, Item::Bundle(_)) {
        return Ok((Vec::new(), 0));
    }
    let ordered = contents::posts(ctx.db(), order.id).await?;
    let count = ordered.len();
    Ok((posts::service::published_refs(ctx, &ordered).await?, count))
}

/// Everything that an order opens, each with its cause: `order:17`, and of a bundle `order:17:5` for each article.
pub(in crate::payments) async fn things(tx: &mut Tx, order: &Order) -> Result<Vec<(String, What)>> {
    let cause = order.cause();
    Ok(match order.item {
        _ if order.is_tip() => Vec::new(),
        // Tips only.
        Item::Author(_) => Vec::new(),
        Item::Post(post) => vec![(cause, What::Post(post))],
        Item::Tier(tier, _) => vec![(cause, What::Tier(tier))],
        Item::Bundle(_) => {
            let posts = contents::posts_now(tx, order.id).await?;
            posts.into_iter().map(|post| (order.cause_of(post), What::Post(post))).collect()
        }
    })
}

/// Opens each article of an order for a bundle, or shuts it.
pub(super) async fn open(
    ctx: &Context,
    tx: &mut Tx,
    order: &Order,
    to: Option<(MemberId, Timestamp)>,
    taken_back: Option<Timestamp>,
) -> Result<()> {
    for (cause, what) in things(tx, order).await? {
        if let Some((member, given_at)) = to {
            let length = Length::Fixed(given_at, None);
            give(ctx, tx, &Grant { member, what, given_at, length, grace_days: 0, cause: &cause }).await?;
        }
        if let Some(at) = taken_back {
            take_back(ctx, tx, &cause, at).await?;
        }
    }
    Ok(())
}

/// Whether another order for the same article or bundle is for all that this one is for: a bundle may have grown since.
pub(super) async fn covers(tx: &mut Tx, other: OrderId, order: &Order) -> Result<bool> {
    if !matches!(order.item, Item::Bundle(_)) {
        return Ok(true);
    }
    let theirs = contents::posts_now(tx, other).await?;
    Ok(contents::posts_now(tx, order.id).await?.iter().all(|post| theirs.contains(post)))
}
