//! Gifts: an order that opens what was bought to somebody else.
//!
//! A gift is no second thing beside its order. Who may open what was bought is worked out from the money, as ever
//! (`service::working_out`), only that it is opened to whoever *took* the gift, from that moment on, and to nobody before. So a
//! refund, a lost dispute, a payment that comes late or twice need no rule of their own here: an order that is not covered
//! is a gift that is *void*, taken or not.
//!
//! It is taken by a *secret*: each letter and each link has one of its own, of which a hash is kept. Whichever is used
//! first takes the gift.

pub mod letters;
pub mod model;
pub mod sending;
mod store;
pub mod taking;

use crate::foundation::error::Result;
use crate::foundation::id::{OrderId, PostId};
use crate::foundation::site::Site;
use crate::foundation::time::Timestamp;
use crate::foundation::viewer::Viewer;
use crate::members::correspondence::write_to;
use crate::payments::model::{Item, Order};
use crate::payments::store::{contents, orders};
use crate::payments::wording::item_name;
use crate::posts;
use crate::posts::model::PostRef;
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::server::seal;
use model::{Gift, State};
use std::collections::HashMap;

pub(super) use store::{opened_to, wrap, wrapping_of};

/// What the money says of a gift: whether it is covered, or since when it is void. Whoever took one that is void from now on is
/// told that it is closed.
pub(super) async fn stand(
    ctx: &Context,
    tx: &mut Tx,
    site: &Site,
    order: &Order,
    (covered, void_at): (bool, Option<Timestamp>),
) -> Result<()> {
    let before = store::held(tx, order.id).await?;
    store::stand(tx, order.id, covered, void_at).await?;
    let is_over = order.opens_until.is_some_and(|end| end <= ctx.now());
    let (Some(Gift { taken_by: Some(taker), giver, state: State::Taken(..), .. }), Some(at), false) = (before, void_at, is_over) else {
        return Ok(());
    };
    let about = format!("gift:{}:{}", order.id, at.0);
    write_to(ctx, tx, site, taker, |locale| letters::closed(&about, &giver, &item_name(order, locale), locale)).await
}

/// What is kept of a secret.
fn hash(ctx: &Context, secret: &str) -> Result<String> {
    seal::sign(ctx, "gift", secret)
}

/// A gift that somebody took.
#[derive(Debug, Clone)]
pub struct Received {
    pub order: Order,
    /// Empty when the giver left.
    pub giver: String,
    pub taken_at: Timestamp,
    /// The money went back, and what was given is closed.
    pub void: bool,
    /// What of it can be read: the article, or the published articles of the bundle.
    pub articles: Vec<PostRef>,
}

/// What others gave the viewer, newest first.
pub async fn received(ctx: &Context, viewer: &Viewer, limit: i64) -> Result<Vec<Received>> {
    let member = viewer.require_member()?.id;
    let taken = store::taken(ctx.db(), member, limit).await?;
    if taken.is_empty() {
        return Ok(Vec::new());
    }
    let orders = orders::taken_by(ctx.db(), member, limit).await?;
    let mut posts = contents::given(ctx.db(), member).await?;
    posts.extend(orders.iter().filter_map(|order| match order.item {
        Item::Post(post) => Some((order.id, post)),
        _ => None,
    }));
    let ids: Vec<PostId> = posts.iter().map(|(_, post)| *post).collect();
    let articles = posts::service::published_refs(ctx, &ids).await?;
    let articles: HashMap<PostId, PostRef> = articles.into_iter().map(|article| (article.id, article)).collect();
    let of = |order: OrderId| {
        let of_order = posts.iter().filter(move |(of, _)| *of == order);
        of_order.filter_map(|(_, post)| articles.get(post).cloned()).collect()
    };
    let received = taken.into_iter().filter_map(|(id, giver, taken_at, void)| {
        let order = orders.iter().find(|order| order.id.0 == id)?.clone();
        let articles = of(order.id);
        Some(Received { order, giver, taken_at: Timestamp(taken_at), void, articles })
    });
    Ok(received.collect())
}

/// How the gift of an order stands; for its buyer and admins, whose order it is.
pub async fn of_order(ctx: &Context, viewer: &Viewer, order: &Order) -> Result<Option<Gift>> {
    if !order.is_gift() || !viewer.is(order.member) && !viewer.is_admin() {
        return Ok(None);
    }
    store::of_order(ctx.db(), order.id).await
}
