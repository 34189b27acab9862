//! What time brings: checkouts that nobody told us about, agreements that are due, refunds that take long, memberships
//! that end. Called every few seconds by `stoa serve`, and by tests after they moved the clock; calling it twice does
//! nothing twice.

use super::checkout::look_at;
use super::settle::settle;
use super::{connections, plans, refunds};
use crate::foundation::error::Result;
use crate::foundation::time::{DAY, HOUR, MINUTE, SECOND, Timestamp};
use crate::payments::model::{Checkout, Order, OrderStatus, TryState};
use crate::payments::store::{checkouts, orders, payments, subscriptions};
use crate::payments::{inbox, notices};
use crate::providers::Failure;
use crate::server::context::Context;

/// How much is done at a time of each kind.
const BATCH: i64 = 100;

/// Does all that is due now. What one thing runs into does not hold up the others; an error is the database's.
pub async fn tick(ctx: &Context) -> Result<()> {
    inbox::process(ctx).await?;
    look_at_checkouts(ctx).await?;
    look_at_agreements(ctx).await?;
    for due in payments::due_refunds(ctx.db(), ctx.now(), BATCH).await? {
        if let Err(error) = refunds::ask(ctx, &due).await {
            tracing::error!(%error, refund = due.id, "a refund could not be asked for");
            payments::set_refund_look(ctx.db(), due.id, Some(ctx.now().plus(HOUR)), false).await?;
        }
    }
    notices::remind(ctx).await
}

/// Heals notifications that never came, and closes what was not paid in time.
async fn look_at_checkouts(ctx: &Context) -> Result<()> {
    for checkout in checkouts::due(ctx.db(), ctx.now(), BATCH).await? {
        let Some(order) = orders::by_id(ctx.db(), checkout.order).await? else { continue };
        let expired = checkout.expires_at <= ctx.now();
        let paid = checkout.state == TryState::Paid;
        let needless = !paid && matches!(order.status, OrderStatus::Paid | OrderStatus::Refunded);
        let expired = expired && !paid;
        let looked =
            if expired || needless { close(ctx, &order, &checkout).await } else { look_at(ctx, &order, &checkout).await.map(drop) };
        let next = match looked {
            Ok(()) if paid => next_after_paid(ctx, &checkout),
            // Closed at the provider: nothing can come any more, but one last look a day later costs nothing.
            Ok(()) if expired || needless => (checkout.expires_at.plus(2 * DAY) > ctx.now()).then(|| ctx.now().plus(DAY)),
            Ok(()) => Some(ctx.now().plus(pause(checkout.looks))),
            Err(failure) => {
                tracing::warn!(provider = checkout.provider.as_str(), %failure, "a checkout could not be looked at");
                (checkout.expires_at.plus(7 * DAY) > ctx.now()).then(|| ctx.now().plus(pause(checkout.looks + 3)))
            }
        };
        checkouts::set_look(ctx.db(), checkout.id, next).await?;
    }
    Ok(())
}

async fn close(ctx: &Context, order: &Order, checkout: &Checkout) -> Result<(), Failure> {
    let connection = connections::connection(ctx, checkout.provider).await?;
    let facts = connection.close(&checkout.as_asked(order)).await?;
    settle(ctx, checkout.provider, &facts).await?;
    Ok(())
}

/// What was paid is looked at again a day, a week, a month and four months after, for what may go back of it without a
/// word reaching us: refunds made at the provider, disputes.
fn next_after_paid(ctx: &Context, checkout: &Checkout) -> Option<Timestamp> {
    let now = ctx.now();
    [DAY, 7 * DAY, 30 * DAY, 120 * DAY].into_iter().map(|after| checkout.opened_at.plus(after)).find(|at| *at > now)
}

/// Half a minute, doubling up to an hour.
const fn pause(looks: i64) -> i64 {
    let shift = if looks < 7 { looks } else { 7 };
    let pause = (30 * SECOND) << shift;
    if pause < HOUR { pause } else { HOUR }
}

async fn look_at_agreement(ctx: &Context, subscription: &plans::Subscription) -> Result<(), Failure> {
    let connection = connections::connection(ctx, subscription.provider).await?;
    let facts = connection.look_agreement(&subscription.number).await?;
    settle(ctx, subscription.provider, &facts).await?;
    Ok(())
}

async fn look_at_agreements(ctx: &Context) -> Result<()> {
    for row in subscriptions::due(ctx.db(), ctx.now(), BATCH).await? {
        let id = row.id;
        let Some(subscription) = plans::read(row) else { continue };
        let later = ctx.now().plus(30 * MINUTE);
        // Should we not come back from there, somebody asks again.
        subscriptions::set_look(ctx.db(), id, later).await?;
        if let Err(failure) = look_at_agreement(ctx, &subscription).await {
            tracing::warn!(provider = subscription.provider.as_str(), %failure, "an agreement could not be looked at");
        }
    }
    Ok(())
}
