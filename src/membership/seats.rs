//! Seats of teams, as far as access goes: whoever holds one may open the tier between two instants that the team's money
//! fixes, and what they have of their own stands still meanwhile ([`super::terms`]). Seats that nobody holds are kept from
//! others, where a tier has a limit of members.

use super::seats_store as store;
use super::service::{self, What};
use super::terms::{Length, Span};
use crate::foundation::error::Result;
use crate::foundation::id::{MemberId, TierId};
use crate::foundation::time::Timestamp;
use crate::server::context::Context;
use crate::server::db::Tx;

/// A term of a team, on one seat.
#[derive(Debug, Clone, Copy)]
pub struct Sitting<'a> {
    pub member: MemberId,
    pub tier: TierId,
    pub span: Span,
    pub grace_days: i64,
    /// `seat:17:4`: the sitting, and the order.
    pub cause: &'a str,
}

/// Opens a tier to whoever holds a seat, or opens it again. What they paused goes on: a seat that is held is open.
pub async fn give(ctx: &Context, tx: &mut Tx, sitting: &Sitting<'_>) -> Result<()> {
    let Sitting { member, tier, span: (from, until), grace_days, cause } = *sitting;
    super::tiers_store::lock(tx, tier).await?;
    super::store::resume(tx, member, tier, ctx.now()).await?;
    let length = Length::Fixed(from, Some(until));
    service::give(ctx, tx, &service::Grant { member, what: What::Tier(tier), given_at: from, length, grace_days, cause }).await
}

/// How many seats of a tier are kept from others, for this cause, until when.
pub async fn keep(tx: &mut Tx, cause: &str, tier: TierId, seats: i64, until: Timestamp) -> Result<()> {
    Ok(store::keep(tx, cause, tier, seats, until).await?)
}
