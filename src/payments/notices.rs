//! What a member is told about their membership, once each: that it ends in a week, in three days, tomorrow.

use super::store::notices;
use crate::foundation::error::Result;
use crate::foundation::id::TierId;
use crate::foundation::time::{DAY, Timestamp};
use crate::foundation::viewer::Viewer;
use crate::server::context::Context;

/// Days before the end of a term pass at which its member is reminded.
pub const REMIND_DAYS: [i64; 3] = [7, 3, 1];

/// A membership that ends soon, as its member is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    pub id: i64,
    pub tier: TierId,
    pub tier_name: String,
    pub ends_at: Timestamp,
}

/// Notes who is to be reminded now. Whoever is charged again by a provider is not: that is said elsewhere.
pub async fn remind(ctx: &Context) -> Result<()> {
    let now = ctx.now();
    for days in REMIND_DAYS {
        notices::remind(ctx.db(), days, now, now.plus(days * DAY)).await?;
    }
    Ok(())
}

/// The viewer's memberships that end soon, of each the last reminder, unless it was put away.
pub async fn endings(ctx: &Context, viewer: &Viewer) -> Result<Vec<Ending>> {
    let Some(member) = viewer.id() else { return Ok(Vec::new()) };
    let rows = notices::endings(ctx.db(), member, ctx.now()).await?;
    let read =
        |(id, tier, tier_name, ends_at): (i64, i64, String, i64)| Ending { id, tier: TierId(tier), tier_name, ends_at: Timestamp(ends_at) };
    Ok(rows.into_iter().map(read).collect())
}

/// Puts a notice away, and those of the same thing before it.
pub async fn put_away(ctx: &Context, viewer: &Viewer, id: i64) -> Result<()> {
    let member = viewer.require_member()?;
    Ok(notices::put_away(ctx.db(), member.id, id, ctx.now()).await?)
}
