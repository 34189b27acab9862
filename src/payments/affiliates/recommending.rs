//! Who came by whose link. A visitor who joins by a link was recommended by whom it is of, and so was a member who had bought
//! nothing yet and presses *buy* by one. It is written down then and not before: as long as somebody only looks, the code
//! stands in the address and nowhere else.
//!
//! The first recommendation of a member is the only one. Nobody recommends themselves, or whom they came by, however many
//! lie between: a ring would give each of them a reward for what they buy themselves.

use super::model::{self, CODE_BYTES};
pub use super::store::Link;
use super::{store, terms};
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::MemberId;
use crate::foundation::viewer::Viewer;
use crate::payments::model::{Order, OrderStatus};
use crate::payments::service;
use crate::payments::shares;
use crate::payments::store::orders;
use crate::server::context::Context;
use crate::words;

/// The viewer's own link, if they have one.
pub async fn own(ctx: &Context, viewer: &Viewer) -> Result<Option<Link>> {
    let member = viewer.require_member()?.id;
    Ok(store::link(ctx.db(), member).await?)
}

/// Whether the viewer can have a link, or has one.
pub async fn is_for(ctx: &Context, viewer: &Viewer) -> Result<bool> {
    let Some(member) = viewer.id() else { return Ok(false) };
    Ok(terms::terms(ctx).await?.running || store::link(ctx.db(), member).await?.is_some())
}

/// Gives the viewer a link of their own, or the one back that they had ended. From now on something may be owed to them.
pub async fn begin(ctx: &Context, viewer: &Viewer) -> Result<()> {
    let member = viewer.require_member()?.id;
    if !terms::terms(ctx).await?.running {
        return Err(AppError::NotFound);
    }
    let mut tx = ctx.db().begin().await?;
    store::begin(&mut tx, member, &ctx.random_hex::<CODE_BYTES>(), ctx.now()).await?;
    shares::store::begin(&mut tx, member, ctx.now()).await?;
    Ok(tx.commit().await?)
}

/// Nothing new comes of the viewer's link; what was promised stays theirs. Also when they delete their account.
pub async fn end(ctx: &Context, viewer: &Viewer) -> Result<()> {
    let Some(member) = viewer.id() else { return Ok(()) };
    let mut tx = ctx.db().begin().await?;
    store::end(&mut tx, member, member, ctx.now()).await?;
    Ok(tx.commit().await?)
}

/// What the one is called whose link has this code: everybody's to know, as their profile is. `None` for what counts for nothing.
pub async fn name_of(ctx: &Context, code: &str) -> Result<Option<String>> {
    if !model::is_code(code) {
        return Ok(None);
    }
    Ok(store::by_code(ctx.db(), code).await?.map(|(_, name)| name))
}

/// Somebody came by a link. It is counted, and nothing is kept of who it was; whose link it is does not count.
pub async fn opened(ctx: &Context, viewer: &Viewer, code: &str) -> Result<()> {
    if !model::is_code(code) {
        return Ok(());
    }
    match store::by_code(ctx.db(), code).await? {
        Some((affiliate, _)) if !viewer.is(affiliate) => Ok(store::add_opened(ctx.db(), affiliate).await?),
        _ => Ok(()),
    }
}

/// A new member joined by a link. What is no code, or counts for nothing, changes nothing.
pub async fn joined(ctx: &Context, member: MemberId, code: &str) -> Result<()> {
    recommend(ctx, member, code, true).await
}

/// The viewer begins to buy something by a link: it counts if they never bought anything and came by nobody before.
pub async fn came_to_buy(ctx: &Context, viewer: &Viewer, code: &str) -> Result<()> {
    match viewer.id() {
        Some(member) => recommend(ctx, member, code, false).await,
        None => Ok(()),
    }
}

async fn recommend(ctx: &Context, member: MemberId, code: &str, joined: bool) -> Result<()> {
    if !model::is_code(code) {
        return Ok(());
    }
    let mut tx = ctx.db().begin().await?;
    store::take_turns(&mut tx).await?;
    let Some(affiliate) = store::by_code_now(&mut tx, code).await? else { return Ok(()) };
    if affiliate == member || store::came_after(&mut tx, affiliate, member).await? {
        return Ok(());
    }
    if !joined && store::has_bought(&mut tx, member).await? {
        return Ok(());
    }
    store::refer(&mut tx, (member, affiliate), joined, ctx.now()).await?;
    Ok(tx.commit().await?)
}

/// Who gets a reward for an order, for whoever may see the order: the buyer is told before paying.
pub async fn of_order(ctx: &Context, order: &Order) -> Result<Option<String>> {
    Ok(store::recommended_by(ctx.db(), order.id).await?)
}

/// The buyer takes the recommendation out of an order that is not paid: it counts for no other of theirs either. A second
/// time changes nothing; a conflict when it was paid meanwhile.
pub async fn take_out(ctx: &Context, viewer: &Viewer, reference: &str) -> Result<()> {
    let order = service::order(ctx, viewer, reference).await?;
    if !viewer.is(order.member) {
        return Err(AppError::Forbidden(words!("只有下单的人可以更改订单。", "Only the buyer can change an order.")));
    }
    let mut tx = ctx.db().begin().await?;
    orders::hold_buyer(&mut tx, order.id).await?;
    let order = orders::lock(&mut tx, order.id).await?.ok_or(AppError::NotFound)?;
    if !matches!(order.status, OrderStatus::Open | OrderStatus::Pending) {
        return Err(AppError::Conflict(words!("这笔订单已经付过款了。", "This order is paid already.")));
    }
    store::take_out(&mut tx, order.member, ctx.now()).await?;
    Ok(tx.commit().await?)
}
