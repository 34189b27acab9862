//! All renewing agreements.

use super::super::asking;
use super::super::connections;
use super::super::plans::{self, Subscription};
use super::super::settle::settle;
use super::told;
use crate::foundation::error::{AppError, Result};
use crate::foundation::text;
use crate::foundation::viewer::Viewer;
use crate::payments::model::Order;
use crate::payments::store;
use crate::payments::store::desk::subscriptions::{self, ListedRow};
use crate::providers::Change;
use crate::providers::facts::AgreementState;
use crate::server::context::Context;

/// An agreement as an admin sees it.
#[derive(Debug, Clone)]
pub struct Seen {
    pub subscription: Subscription,
    pub handle: String,
    pub tier_name: String,
    /// Why an admin ended it; empty when none did.
    pub end_reason: String,
    /// Its member has another one for the same tier that runs, too.
    pub doubled: bool,
}

fn read(row: ListedRow) -> Option<Seen> {
    let ListedRow { subscription, handle, tier_name, end_reason, doubled } = row;
    Some(Seen { subscription: plans::read(subscription)?, handle, tier_name, end_reason, doubled })
}

/// Newest first, those before `before`; of one state, or of any.
pub async fn list(ctx: &Context, viewer: &Viewer, state: Option<AgreementState>, before: Option<i64>, limit: i64) -> Result<Vec<Seen>> {
    viewer.require_admin()?;
    let state = state.map(store::subscriptions::state_name);
    Ok(subscriptions::list(ctx.db(), state, before, limit).await?.into_iter().filter_map(read).collect())
}

/// As in addresses.
pub fn parse_state(text: &str) -> Option<AgreementState> {
    store::subscriptions::parse_state(text)
}

pub const fn state_name(state: AgreementState) -> &'static str {
    store::subscriptions::state_name(state)
}

/// An agreement with its orders, newest first.
pub async fn one(ctx: &Context, viewer: &Viewer, id: i64) -> Result<(Seen, Vec<Order>)> {
    viewer.require_admin()?;
    let seen = subscriptions::one(ctx.db(), id).await?.and_then(read).ok_or(AppError::NotFound)?;
    let orders = store::orders::of_subscription(ctx.db(), id).await?;
    Ok((seen, orders))
}

/// Asks the provider how an agreement stands, and applies what it says.
pub async fn look_again(ctx: &Context, viewer: &Viewer, id: i64) -> Result<()> {
    let (seen, _) = one(ctx, viewer, id).await?;
    let connection = connections::connection(ctx, seen.subscription.provider).await?;
    let facts = asking::answered(ctx, connection.look_agreement(&seen.subscription.number)).await.map_err(|failure| told(&failure))?;
    settle(ctx, seen.subscription.provider, &facts).await?;
    Ok(())
}

/// Ends a member's agreement, at once or with the term that is paid, for a reason that is kept.
pub async fn end(ctx: &Context, viewer: &Viewer, id: i64, now: bool, reason: &str) -> Result<()> {
    let admin = viewer.require_admin()?.id;
    let reason = text::required_line(reason, 200).map_err(|words| AppError::field("reason", words))?;
    let (seen, _) = one(ctx, viewer, id).await?;
    let connection = connections::connection(ctx, seen.subscription.provider).await?;
    let change = if now { Change::EndNow } else { Change::CancelAtEnd };
    let answer = asking::answered(ctx, connection.change(&seen.subscription.number, change, &ctx.token())).await;
    let facts = answer.map_err(|failure| told(&failure))?;
    subscriptions::set_ended_by(ctx.db(), id, admin, &reason).await?;
    settle(ctx, seen.subscription.provider, &facts).await?;
    Ok(())
}
