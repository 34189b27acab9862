//! Giving an order up that is not paid: its tries are closed at their providers first, so that nobody pays it after all, and
//! what it held of an offer is free again.

use super::asking;
use super::checkout::{close, on_its_way, unpaid};
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::OrderId;
use crate::foundation::time::Timestamp;
use crate::foundation::viewer::Viewer;
use crate::payments::model::Order;
use crate::payments::offers;
use crate::payments::store::{checkouts, orders};
use crate::providers::Provider;
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::words;

/// A conflict when it was paid, or money is on its way; `Unavailable` when a provider cannot be asked: then nothing changed.
pub async fn give_up(ctx: &Context, viewer: &Viewer, reference: &str) -> Result<()> {
    let order = super::order(ctx, viewer, reference).await?;
    if !viewer.is(order.member) {
        return Err(AppError::Forbidden(words!("只有下单的人可以取消订单。", "Only the buyer can give an order up.")));
    }
    unpaid(&order)?;
    let closed = asking::deed_in_time(ctx, Box::pin(close_all(ctx, &order)));
    closed.await.unwrap_or(Err(AppError::Unavailable))?;
    let now = ctx.now();
    let mut tx = ctx.db().begin().await?;
    let order = orders::lock(&mut tx, order.id).await?.ok_or(AppError::NotFound)?;
    unpaid(&order)?;
    // Nobody is asked about cash and bank transfers: whoever gives the order up says that there is none.
    checkouts::close_offline(&mut tx, order.id).await?;
    if checkouts::is_alive(&mut tx, order.id).await? {
        return Err(AppError::Conflict(words!(
            "款项正在处理，现在不能取消这笔订单。",
            "Money is on its way, so this order cannot be given up now."
        )));
    }
    orders::close(&mut tx, order.id, now).await?;
    offers::give_back_unpaid(&mut tx, order.id, now).await?;
    Ok(tx.commit().await?)
}

async fn close_all(ctx: &Context, order: &Order) -> Result<()> {
    for checkout in checkouts::of_order(ctx.db(), order.id).await? {
        if checkout.state.is_live() && checkout.provider != Provider::Offline {
            close(ctx, order, &checkout).await.map_err(|failure| {
                tracing::warn!(%failure, provider = checkout.provider.as_str(), "a checkout could not be closed");
                AppError::Unavailable
            })?;
        }
    }
    Ok(())
}

/// Another order is about to be made instead of this one, which nobody else changes until the transaction is done. A conflict
/// when it was paid, or money is on its way.
pub(super) async fn hold(tx: &mut Tx, id: OrderId) -> Result<()> {
    orders::hold_buyer(tx, id).await?;
    let order = orders::lock(tx, id).await?.ok_or(AppError::NotFound)?;
    unpaid(&order)?;
    if checkouts::pending(tx, id).await?.is_empty() { Ok(()) } else { Err(on_its_way()) }
}

/// Another order was made instead of this one, which is held. As long as one of its tries can still be paid it stays.
pub(super) async fn replaced(tx: &mut Tx, id: OrderId, now: Timestamp) -> Result<()> {
    if checkouts::is_alive(tx, id).await? {
        return Ok(());
    }
    orders::close(tx, id, now).await?;
    offers::give_back_unpaid(tx, id, now).await?;
    Ok(())
}

/// After it: closes what tries there are at their providers, and with them the order. Where that cannot be done, or cash or
/// a bank transfer may be on its way, it stays, and its buyer can give it up.
pub(super) async fn follow(ctx: &Context, viewer: &Viewer, order: &Order) {
    let given_up = async {
        let tries = checkouts::of_order(ctx.db(), order.id).await?;
        let by_hand = tries.iter().any(|one| one.provider == Provider::Offline && one.state.is_live());
        let closed = super::order(ctx, viewer, &order.reference).await?.closed_at.is_some();
        if by_hand || closed { Ok(()) } else { give_up(ctx, viewer, &order.reference).await }
    };
    if let Err(error) = given_up.await {
        tracing::warn!(%error, order = %order.id, "an order stays though another was made instead of it");
    }
}
