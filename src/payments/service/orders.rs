//! Looking at orders and receipts: one's own, or any as an admin.

use crate::foundation::error::{AppError, Result};
use crate::foundation::id::{MemberId, OrderId};
use crate::foundation::money::Money;
use crate::foundation::time::Timestamp;
use crate::foundation::viewer::Viewer;
use crate::payments::model::{Checkout, Order, OrderStatus, Receipt};
use crate::payments::store::{checkouts, orders, payments};
use crate::server::context::Context;

/// An order by its reference; 404 for everybody but its buyer and admins.
pub async fn order(ctx: &Context, viewer: &Viewer, reference: &str) -> Result<Order> {
    viewer.require_member()?;
    let order = orders::order(ctx.db(), reference).await?.ok_or(AppError::NotFound)?;
    if viewer.is(order.member) || viewer.is_admin() { Ok(order) } else { Err(AppError::NotFound) }
}

/// The receipt of an order that is paid.
pub async fn receipt_of(ctx: &Context, viewer: &Viewer, order: &Order) -> Result<Option<Receipt>> {
    if !viewer.is(order.member) && !viewer.is_admin() {
        return Err(AppError::NotFound);
    }
    payments::receipt_of(ctx.db(), order.id).await
}

/// What is owed back for an order that opened nothing, because its buyer had the article already.
pub async fn owed_for(ctx: &Context, viewer: &Viewer, order: &Order) -> Result<Option<Money>> {
    if order.status != OrderStatus::Paid || receipt_of(ctx, viewer, order).await?.is_some() {
        return Ok(None);
    }
    let minor = payments::surplus_of(ctx.db(), order.id).await?;
    Ok((minor > 0).then(|| Money::new(minor, order.price.currency)))
}

/// When all that an order opened was taken back, or went over to something else; `None` while some of it is open, or nothing
/// was opened.
pub async fn ended_at(ctx: &Context, viewer: &Viewer, order: &Order) -> Result<Option<Timestamp>> {
    if !viewer.is(order.member) && !viewer.is_admin() {
        return Err(AppError::NotFound);
    }
    Ok(orders::ended_at(ctx.db(), order.id).await?)
}

/// The viewer's orders, newest first, those before `after`; at most `limit`.
pub async fn orders_of(ctx: &Context, viewer: &Viewer, after: Option<OrderId>, limit: i64) -> Result<Vec<Order>> {
    let member = viewer.require_member()?;
    orders::orders_of(ctx.db(), member.id, after, limit.clamp(1, 1000)).await
}

/// The viewer's receipts, newest order first, those of orders before `after`; at most `limit`.
pub async fn receipts_of(ctx: &Context, viewer: &Viewer, after: Option<OrderId>, limit: i64) -> Result<Vec<Receipt>> {
    let member = viewer.require_member()?;
    payments::receipts_of(ctx.db(), member.id, after, limit.clamp(1, 1000)).await
}

/// The tries to pay an order, newest first.
pub async fn tries_of(ctx: &Context, viewer: &Viewer, order: &Order) -> Result<Vec<Checkout>> {
    if !viewer.is(order.member) && !viewer.is_admin() {
        return Err(AppError::NotFound);
    }
    checkouts::of_order(ctx.db(), order.id).await
}

/// Where a provider may write to a buyer.
pub(super) async fn email_of(ctx: &Context, member: MemberId) -> Result<Option<String>> {
    Ok(orders::email_of(ctx.db(), member).await?)
}
