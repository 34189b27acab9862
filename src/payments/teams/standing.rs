//! What the money of a team's order does: its term is laid behind the team's others, and opened to those who hold a seat.

use super::model::{Holder, State, Team};
use super::store::{self, TermRow};
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::{MemberId, OrderId};
use crate::foundation::time::Timestamp;
use crate::membership::seats::{self, Sitting};
use crate::membership::service::take_back;
use crate::membership::terms::{self, Given, Laid, Length};
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::settings::service::require_site;

/// Why a seat opens something: by this sitting and this order.
fn cause(sitting: i64, order: OrderId) -> String {
    format!("seat:{sitting}:{order}")
}

/// The money of an order came, and since when it is gone again, if it is. Called by `working_out`, which holds the order.
pub async fn stand(ctx: &Context, tx: &mut Tx, order: OrderId, given_at: Timestamp, revoked_at: Option<Timestamp>) -> Result<()> {
    let id = store::of_order(tx, order).await?.ok_or(AppError::Internal)?;
    let team = store::lock(tx, id).await?.ok_or(AppError::Internal)?;
    store::give(tx, order, given_at, revoked_at).await?;
    let changed = lay_again(ctx, tx, &team, order).await?;
    for holder in store::holders(tx, id).await? {
        for term in &changed {
            open(ctx, tx, &team, &holder, term).await?;
        }
    }
    keep_free(ctx, tx, id).await
}

/// Lays the terms of a team end to end; gives those that lie elsewhere now, with the one that was told of.
async fn lay_again(ctx: &Context, tx: &mut Tx, team: &Team, told: OrderId) -> Result<Vec<TermRow>> {
    let site = require_site(ctx).await?;
    let terms = store::terms(tx, team.id).await?;
    let given = |term: &TermRow| Given {
        id: term.order.0,
        given_at: term.given_at,
        length: Length::Of(term.cadence),
        grace_days: term.grace_days,
        revoked_at: term.revoked_at,
        goes_first: false,
    };
    let given: Vec<Given> = terms.iter().map(given).collect();
    let laid = terms::lay(&given, &[], &site.time_zone).ok_or_else(|| {
        tracing::error!(team = team.id, "a term would end beyond the calendar");
        AppError::Internal
    })?;
    let mut changed = Vec::new();
    for (term, laid) in terms.into_iter().zip(laid) {
        let moved = term.laid != laid;
        if moved {
            store::move_to(tx, &laid).await?;
        }
        if moved || term.order == told {
            changed.push(TermRow { laid, ..term });
        }
    }
    Ok(changed)
}

/// Opens a term to whoever holds a seat, or takes it back.
async fn open(ctx: &Context, tx: &mut Tx, team: &Team, holder: &Holder, term: &TermRow) -> Result<()> {
    let cause = cause(holder.id, term.order);
    let Laid { starts_at, ends_at: Some(until), .. } = term.laid else { return Ok(()) };
    let from = starts_at.max(Timestamp(holder.taken_at));
    match term.revoked_at {
        Some(at) => take_back(ctx, tx, &cause, at).await,
        // The seat was taken after it.
        None if from >= until => take_back(ctx, tx, &cause, ctx.now()).await,
        None => {
            let (member, tier) = (MemberId(holder.member_id), team.tier);
            seats::give(ctx, tx, &Sitting { member, tier, span: (from, until), grace_days: term.grace_days, cause: &cause }).await
        }
    }
}

/// Somebody sits down, in a team that is held: what it paid for is open to them from now on.
pub async fn sit(ctx: &Context, tx: &mut Tx, team: &Team, holder: &Holder) -> Result<()> {
    for term in store::terms(tx, team.id).await?.iter().filter(|term| term.revoked_at.is_none()) {
        if term.laid.ends_at.is_some_and(|until| until > ctx.now()) {
            open(ctx, tx, team, holder, term).await?;
        }
    }
    keep_free(ctx, tx, team.id).await
}

/// Somebody gets up, in a team that is held: what they did not use is there for whoever comes next.
pub async fn get_up(ctx: &Context, tx: &mut Tx, team: i64, sitting: i64) -> Result<()> {
    for term in store::terms(tx, team).await? {
        take_back(ctx, tx, &cause(sitting, term.order), ctx.now()).await?;
    }
    keep_free(ctx, tx, team).await
}

/// Seats that are paid for and that nobody sits on are kept from others.
async fn keep_free(ctx: &Context, tx: &mut Tx, id: i64) -> Result<()> {
    let team = store::lock(tx, id).await?.ok_or(AppError::Internal)?;
    let (free, until) = match (team.state(ctx.now()), team.until) {
        (State::Runs | State::Grace(_), Some((_, open))) => (team.free(), open),
        _ => (0, ctx.now()),
    };
    seats::keep(tx, &format!("team:{id}"), team.tier, free, until).await
}
