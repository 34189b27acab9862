//! Table `kept_seats`, and entitlements that are seats.

use crate::args;
use crate::foundation::id::{MemberId, TierId};
use crate::foundation::time::Timestamp;
use crate::server::db::{Queries, Result, Tx};

const KEEP: &str = "insert into kept_seats (cause, tier_id, seats, until_at)
values ($1, $2, $3, $4)
on conflict (cause) do update set seats = $3, until_at = $4";

pub async fn keep(tx: &mut Tx, cause: &str, tier: TierId, seats: i64, until: Timestamp) -> Result<()> {
    tx.run(KEEP, args![cause, tier, seats, until]).await.map(drop)
}

const SITS: &str = "select id
from entitlements
where member_id = $1 and tier_id = $2 and revoked_at is null and starts_at <= $3 and ends_at > $3 and cause like 'seat:%'
limit 1";

/// Whether a member sits on a seat of this tier.
pub async fn sits(tx: &mut Tx, member: MemberId, tier: TierId, now: Timestamp) -> Result<bool> {
    let row: Option<(i64,)> = tx.optional(SITS, args![member, tier, now]).await?;
    Ok(row.is_some())
}
