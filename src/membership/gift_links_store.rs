//! Tables `gift_links` and `gift_link_readers`.

use crate::args;
use crate::foundation::id::{MemberId, PostId};
use crate::foundation::time::Timestamp;
use crate::server::db::{Db, Queries, Result, Tx};

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct LinkRow {
    pub id: i64,
    pub member_id: i64,
    pub post_id: i64,
    pub made_at: i64,
    pub ends_at: i64,
    pub ended_at: Option<i64>,
    pub readers: i64,
}

const LINK: &str = "select l.id, l.member_id, l.post_id, l.made_at, l.ends_at, l.ended_at,
    (select count(*) from gift_link_readers r where r.link_id = l.id) as readers
from gift_links l";

pub async fn one(db: &Db, id: i64) -> Result<Option<LinkRow>> {
    db.optional(format!("{LINK}\nwhere l.id = $1"), args![id]).await
}

/// Newest first, those before `before`.
pub async fn of_member(db: &Db, member: MemberId, before: Option<i64>, limit: i64) -> Result<Vec<LinkRow>> {
    let sql = format!("{LINK}\nwhere l.member_id = $1 and l.id < $2\norder by l.id desc\nlimit $3");
    db.all(sql, args![member, before.unwrap_or(i64::MAX), limit]).await
}

pub async fn made_in(db: &Db, member: MemberId, month: &str) -> Result<i64> {
    let (n,): (i64,) = db.one("select count(*) from gift_links where member_id = $1 and month = $2", args![member, month]).await?;
    Ok(n)
}

const INSERT: &str = "insert into gift_links (member_id, post_id, month, n, made_at, ends_at)
select $1, $2, $3, coalesce(max(n), 0) + 1, $4, $5
from gift_links
where member_id = $1 and month = $3
having count(*) < $6
returning id";

/// `None` when so many were made in that month. Whoever asks holds the member.
pub async fn insert(
    tx: &mut Tx,
    member: MemberId,
    post: PostId,
    month: &str,
    (now, until): (Timestamp, Timestamp),
    most: i64,
) -> Result<Option<i64>> {
    let row: Option<(i64,)> = tx.optional(INSERT, args![member, post, month, now, until, most]).await?;
    Ok(row.map(|(id,)| id))
}

/// False when there is none of this member's that was not ended before.
pub async fn end(db: &Db, id: i64, member: MemberId, now: Timestamp) -> Result<bool> {
    let sql = "update gift_links set ended_at = $3 where id = $1 and member_id = $2 and ended_at is null";
    Ok(db.run(sql, args![id, member, now]).await? == 1)
}

const READ: &str = "insert into gift_link_readers (link_id, reader, n)
select $1, $2, coalesce(max(n), 0) + 1
from gift_link_readers
where link_id = $1
having count(*) < $3";

/// Counts a reader, once each; false when there are so many already. Two at once take turns.
pub async fn read(tx: &mut Tx, id: i64, reader: &str, most: i64) -> Result<bool> {
    tx.run("update gift_links set post_id = post_id where id = $1", args![id]).await?;
    let sql = "select n from gift_link_readers where link_id = $1 and reader = $2";
    let known: Option<(i64,)> = tx.optional(sql, args![id, reader]).await?;
    Ok(known.is_some() || tx.run(READ, args![id, reader, most]).await? == 1)
}
