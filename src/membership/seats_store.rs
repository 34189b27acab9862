//! Table `kept_seats`, and entitlements that are seats.

use super::terms::Span;
use crate::args;
use crate::foundation::id::{MemberId, TierId};
use crate::foundation::time::Timestamp;
use crate::server::db::{Db, Queries, Result, Tx};

const KEEP: &str = "insert into kept_seats (cause, tier_id, seats, until_at)
values ($1, $2, $3, $4)
on conflict (cause) do update set seats = $3, until_at = $4";

pub async fn keep(tx: &mut Tx, cause: &str, tier: TierId, seats: i64, until: Timestamp) -> Result<()> {
    tx.run(KEEP, args![cause, tier, seats, until]).await.map(drop)
}

const SPANS: &str = "select starts_at, ends_at
from entitlements
where member_id = $1 and tier_id = $2 and revoked_at is null and ends_at > $3 and cause like 'seat:%'
order by starts_at
limit 200";

fn read(rows: Vec<(i64, i64)>) -> Vec<Span> {
    rows.into_iter().map(|(from, until)| (Timestamp(from), Timestamp(until))).collect()
}

pub async fn spans(db: &Db, member: MemberId, tier: TierId, now: Timestamp) -> Result<Vec<Span>> {
    db.all(SPANS, args![member, tier, now]).await.map(read)
}

pub async fn spans_now(tx: &mut Tx, member: MemberId, tier: TierId, now: Timestamp) -> Result<Vec<Span>> {
    tx.all(SPANS, args![member, tier, now]).await.map(read)
}

/// Whether a member sits on a seat of this tier.
pub async fn sits(tx: &mut Tx, member: MemberId, tier: TierId, now: Timestamp) -> Result<bool> {
    Ok(spans_now(tx, member, tier, now).await?.iter().any(|(from, _)| *from <= now))
}
