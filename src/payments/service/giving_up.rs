//! Giving an order up that is not paid: its tries are closed at their providers first, so that nobody pays it after all, and
//! what it held of an offer is free again.

use super::checkout::{close, unpaid};
use crate::foundation::error::{AppError, Result};
use crate::foundation::viewer::Viewer;
use crate::payments::offers;
use crate::payments::store::{checkouts, orders};
use crate::providers::Provider;
use crate::server::context::Context;
use crate::words;

/// A conflict when it was paid, or money is on its way; `Unavailable` when a provider cannot be asked: then nothing changed.
pub async fn give_up(ctx: &Context, viewer: &Viewer, reference: &str) -> Result<()> {
    let order = super::order(ctx, viewer, reference).await?;
    if !viewer.is(order.member) {
        return Err(AppError::Forbidden(words!("只有下单的人可以取消订单。", "Only the buyer can give an order up.")));
    }
    unpaid(&order)?;
    for checkout in checkouts::of_order(ctx.db(), order.id).await? {
        if checkout.state.is_live() && checkout.provider != Provider::Offline {
            close(ctx, &order, &checkout).await.map_err(|failure| {
                tracing::warn!(%failure, provider = checkout.provider.as_str(), "a checkout could not be closed");
                AppError::Unavailable
            })?;
        }
    }
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
