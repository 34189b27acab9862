//! What time brings: checkouts that nobody told us about, agreements that are due, refunds that take long, memberships
//! that end. Called every few seconds by `stoa serve`, and by tests after they moved the clock; calling it twice does
//! nothing twice.

use super::checkout::{ask, close, is_needless};
use super::{plans, refunds};
use crate::foundation::error::Result;
use crate::foundation::time::{DAY, HOUR, MINUTE, SECOND, Timestamp, doubled};
use crate::payments::model::{Checkout, TryState};
use crate::payments::reach::Reach;
use crate::payments::store::{checkouts, orders, payments, subscriptions};
use crate::payments::{affiliates, gifts, inbox, notices, offers, teams};
use crate::providers::{Failure, Provider};
use crate::server::context::Context;

/// How much is done at a time of each kind.
const BATCH: i64 = 100;

/// Does all that is due now. What one thing runs into does not hold up the others; an error is the database's.
pub async fn tick(ctx: &Context) -> Result<()> {
    let all = Provider::ALL.into_iter().map(|provider| tick_of(ctx, provider));
    futures::future::join_all(all).await.into_iter().collect::<Result<()>>()?;
    tick_here(ctx).await
}

/// Does all that is due here, whatever provider anything was paid through.
pub async fn tick_here(ctx: &Context) -> Result<()> {
    offers::redeem::give_back(ctx).await?;
    gifts::sending::send_due(ctx).await?;
    affiliates::rewards::release_due(ctx).await?;
    teams::reminding::remind(ctx).await?;
    notices::remind(ctx).await
}

/// Does all that is due at one provider.
pub async fn tick_of(ctx: &Context, provider: Provider) -> Result<()> {
    inbox::process_of(ctx, provider).await?;
    look_at_checkouts(ctx, provider).await?;
    look_at_agreements(ctx, provider).await?;
    ask_for_refunds(ctx, provider).await
}

async fn ask_for_refunds(ctx: &Context, provider: Provider) -> Result<()> {
    let reach = Reach::default();
    for due in payments::due_refunds(ctx.db(), provider, ctx.now(), BATCH).await? {
        match refunds::ask(ctx, &due).await {
            Ok(answered) => reach.note(answered),
            Err(error) => {
                tracing::error!(%error, refund = due.id, "a refund could not be asked for");
                refunds::not_now(ctx, provider, &due, false, &error.to_string()).await?;
            }
        }
        if reach.is_away() {
            break;
        }
    }
    Ok(())
}

/// Heals notifications that never came, and closes what was not paid in time.
async fn look_at_checkouts(ctx: &Context, provider: Provider) -> Result<()> {
    let reach = Reach::default();
    for checkout in checkouts::due(ctx.db(), provider, ctx.now(), BATCH).await? {
        let Some(order) = orders::by_id(ctx.db(), checkout.order).await? else { continue };
        let paid = checkout.state == TryState::Paid;
        let over = !paid && (checkout.expires_at <= ctx.now() || is_needless(ctx, &order, &checkout).await?);
        let looked = if over { close(ctx, &order, &checkout).await } else { ask(ctx, &order, &checkout).await };
        reach.note(!looked.as_ref().is_err_and(Failure::is_away));
        let next = match looked {
            Ok(_) if paid => next_after_paid(ctx, &checkout),
            // Money that is on its way comes or does not, and holds a seat until that is known.
            _ if over && checkout.is_pending() => Some(ctx.now().plus(DAY)),
            // Closed at the provider: nothing can come any more, but one last look a day later costs nothing.
            Ok(_) if over => (checkout.expires_at.plus(2 * DAY) > ctx.now()).then(|| ctx.now().plus(DAY)),
            Ok(_) => Some(ctx.now().plus(pause(checkout.looks))),
            Err(failure) => {
                tracing::warn!(provider = checkout.provider.as_str(), %failure, "a checkout could not be looked at");
                (checkout.expires_at.plus(7 * DAY) > ctx.now()).then(|| ctx.now().plus(pause(checkout.looks + 3)))
            }
        };
        checkouts::set_look(ctx.db(), checkout.id, next).await?;
        if reach.is_away() {
            break;
        }
    }
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
    doubled(30 * SECOND, looks, HOUR)
}

async fn look_at_agreements(ctx: &Context, provider: Provider) -> Result<()> {
    let reach = Reach::default();
    for row in subscriptions::due(ctx.db(), provider, ctx.now(), BATCH).await? {
        // Should we not come back from there, somebody asks again.
        subscriptions::set_look(ctx.db(), row.id, ctx.now().plus(30 * MINUTE)).await?;
        let looked = plans::look_at(ctx, provider, &row.provider_subscription).await;
        reach.note(!looked.as_ref().is_err_and(Failure::is_away));
        if let Err(failure) = looked {
            tracing::warn!(provider = provider.as_str(), %failure, "an agreement could not be looked at");
        }
        if reach.is_away() {
            break;
        }
    }
    Ok(())
}
