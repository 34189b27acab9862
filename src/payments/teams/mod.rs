//! Teams: one pays for so many seats of a tier, and whoever they invite sits on one.
//!
//! A team is no second thing beside its orders, as a gift is none ([`super::gifts`]): each order pays for a *term* of all
//! its seats, and the terms of a team are laid end to end as those of a member are. What the money says of an order is told
//! here by `service::working_out` ([`standing`]), which opens the term to those who hold a seat, or takes it back from them: so
//! refunds, disputes, payments that come late or twice need no rule of their own.
//!
//! A *seat* has one holder at a time. Who holds it may open the tier from when they took it until the team's terms end;
//! nobody else, and not the payer, unless they take one ([`seats`]).

pub mod buying;
pub mod letters;
pub mod model;
pub mod reminding;
pub mod seats;
pub(in crate::payments) mod standing;
mod store;

use crate::foundation::error::{AppError, Result};
use crate::foundation::id::OrderId;
use crate::foundation::viewer::Viewer;
use crate::membership::grants::Opened;
use crate::payments::model::Order;
use crate::payments::store::orders;
use crate::server::context::Context;
use crate::server::db::{Db, Tx};
use model::{Holder, Seated, Team};

/// Seats of a team that are shown on a page.
pub const PAGE: i64 = 50;

/// A team, for whoever pays for it and for admins.
pub async fn team(ctx: &Context, viewer: &Viewer, id: i64) -> Result<Team> {
    viewer.require_member()?;
    let team = store::team(ctx.db(), id).await?.ok_or(AppError::NotFound)?;
    if viewer.is(team.payer) || viewer.is_admin() { Ok(team) } else { Err(AppError::NotFound) }
}

/// Who sits in a team, in the order of the seats, those after seat `after`; one more than a page.
pub async fn holders(ctx: &Context, viewer: &Viewer, id: i64, after: i64) -> Result<Vec<Holder>> {
    let team = team(ctx, viewer, id).await?;
    Ok(store::holders_shown(ctx.db(), team.id, after, PAGE + 1).await?)
}

/// The orders of a team, newest first.
pub async fn orders_of(ctx: &Context, viewer: &Viewer, id: i64) -> Result<Vec<Order>> {
    let team = team(ctx, viewer, id).await?;
    orders::of_team(ctx.db(), team.id).await
}

/// The teams that the viewer pays for, newest first, those before `before`; those that were never paid for are orders.
pub async fn own(ctx: &Context, viewer: &Viewer, before: Option<i64>, limit: i64) -> Result<Vec<Team>> {
    let member = viewer.require_member()?.id;
    store::of_payer(ctx.db(), member, before, limit).await
}

/// The seats that the viewer holds, newest first.
pub async fn seated(ctx: &Context, viewer: &Viewer) -> Result<Vec<Seated>> {
    let member = viewer.require_member()?.id;
    Ok(store::seated(ctx.db(), member).await?)
}

/// All teams that were paid for, newest first, those before `before`; of one payer or holder, by their handle, or of all.
pub async fn list(ctx: &Context, viewer: &Viewer, handle: &str, before: Option<i64>, limit: i64) -> Result<Vec<Team>> {
    viewer.require_admin()?;
    store::list(ctx.db(), &handle.trim().trim_start_matches('@').to_lowercase(), before, limit).await
}

/// What an order of a team opens.
pub(in crate::payments) async fn opens(db: &Db, order: OrderId) -> Result<Option<Opened>> {
    Ok(store::opens(db, order).await?)
}

/// As [`opens`], for whoever holds the order.
pub(in crate::payments) async fn opens_now(tx: &mut Tx, order: OrderId) -> Result<Option<Opened>> {
    Ok(store::opens_now(tx, order).await?)
}
