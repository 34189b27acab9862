//! Table `grants`, and entitlements by their cause.

use crate::args;
use crate::foundation::id::{MemberId, TierId};
use crate::foundation::time::Timestamp;
use crate::server::db::{Db, Queries, Result, Tx};

/// The member with a handle, unless the account is deleted.
pub async fn member(db: &Db, handle: &str) -> Result<Option<MemberId>> {
    let row: Option<(i64,)> = db.optional("select id from members where handle = $1 and deleted_at is null", args![handle]).await?;
    Ok(row.map(|(id,)| MemberId(id)))
}

const INSERT: &str = "insert into grants (tier_id, member_id, until_at, reason, given_by, given_at)
values ($1, $2, $3, $4, $5, $6)
returning id";

pub async fn insert(
    tx: &mut Tx,
    (tier, member): (TierId, MemberId),
    until: Option<Timestamp>,
    reason: &str,
    (by, now): (MemberId, Timestamp),
) -> Result<i64> {
    let (id,): (i64,) = tx.one(INSERT, args![tier, member, until, reason, by, now]).await?;
    Ok(id)
}

const INSERT_FROM: &str = "insert into grants (tier_id, member_id, until_at, reason, source, given_by, given_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (member_id, tier_id, source) do nothing
returning id";

/// `None` when the same was given from this source before.
pub async fn insert_from(
    tx: &mut Tx,
    (tier, member): (TierId, MemberId),
    until: Option<Timestamp>,
    (reason, source): (&str, &str),
    (by, now): (MemberId, Timestamp),
) -> Result<Option<i64>> {
    let row: Option<(i64,)> = tx.optional(INSERT_FROM, args![tier, member, until, reason, source, by, now]).await?;
    Ok(row.map(|(id,)| id))
}

const REVOKED: &str = "select g.member_id, g.tier_id, t.name, g.until_at
from grants g
join tiers t on t.id = g.tier_id
where g.id = $1";

/// Whose it was, of which tier, its name, and until when; `None` when it was revoked already.
pub async fn revoke(tx: &mut Tx, id: i64, now: Timestamp) -> Result<Option<(i64, i64, String, Option<i64>)>> {
    match tx.run("update grants set revoked_at = $2 where id = $1 and revoked_at is null", args![id, now]).await? {
        1 => tx.optional(REVOKED, args![id]).await,
        _ => Ok(None),
    }
}

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct GrantRow {
    pub id: i64,
    pub tier_id: i64,
    pub handle: String,
    pub until_at: Option<i64>,
    pub reason: String,
    pub given_at: i64,
    pub revoked_at: Option<i64>,
}

const COLUMNS: &str = "g.id, g.tier_id, m.handle, g.until_at, g.reason, g.given_at, g.revoked_at
from grants g
join members m on m.id = g.member_id";

/// Newest first, those before `before`.
pub async fn of_tier(db: &Db, tier: TierId, before: Option<i64>, limit: i64) -> Result<Vec<GrantRow>> {
    let sql = format!("select {COLUMNS}\nwhere g.tier_id = $1 and g.id < $2\norder by g.id desc\nlimit $3");
    db.all(sql, args![tier, before.unwrap_or(i64::MAX), limit]).await
}

pub async fn one(db: &Db, id: i64) -> Result<Option<GrantRow>> {
    db.optional(format!("select {COLUMNS}\nwhere g.id = $1"), args![id]).await
}

/// From, until, open until, taken back.
/// When it starts, when it ends without and with grace, when it was taken back.
pub type Opened = (i64, Option<i64>, Option<i64>, Option<i64>);

const OPENED_BY: &str = "select starts_at, ends_at, open_until, revoked_at from entitlements where cause = $1";

pub async fn opened_by(db: &Db, cause: &str) -> Result<Option<Opened>> {
    db.optional(OPENED_BY, args![cause]).await
}
