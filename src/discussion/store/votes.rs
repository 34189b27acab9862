//! Table `votes`, and the counts of votes on `topics` and `replies`.

use crate::args;
use crate::foundation::id::MemberId;
use crate::foundation::target::{Target, TargetKind};
use crate::foundation::time::Timestamp;
use crate::server::db::{Db, Queries, Result, Tx};

const HOLD_TOPIC: &str = "update topics
set up_votes = up_votes
where id = $1";

const HOLD_REPLY: &str = "update replies
set up_votes = up_votes
where id = $1";

/// Holds the row voted on until the transaction ends, so that two who vote at once are counted one after the other.
pub async fn hold(tx: &mut Tx, target: Target) -> Result<()> {
    let sql = if target.kind == TargetKind::Topic { HOLD_TOPIC } else { HOLD_REPLY };
    tx.run(sql, args![target.id]).await.map(drop)
}

const SET: &str = "insert into votes (target_kind, target_id, member_id, value, created_at, day)
values ($1, $2, $3, $4, $5, $6)
on conflict (target_kind, target_id, member_id) do update set value = excluded.value";

pub async fn set(tx: &mut Tx, target: Target, member: MemberId, value: i64, now: Timestamp, day: &str) -> Result<()> {
    tx.run(SET, args![target.kind.as_str(), target.id, member, value, now, day]).await.map(drop)
}

const REMOVE: &str = "delete from votes
where target_kind = $1 and target_id = $2 and member_id = $3";

pub async fn remove(tx: &mut Tx, target: Target, member: MemberId) -> Result<()> {
    tx.run(REMOVE, args![target.kind.as_str(), target.id, member]).await.map(drop)
}

const COUNT: &str = "select cast(coalesce(sum(case when value = 1 then 1 else 0 end), 0) as bigint) as up,
    cast(coalesce(sum(case when value = -1 then 1 else 0 end), 0) as bigint) as down
from votes
where target_kind = $1 and target_id = $2";

/// Votes up and down.
pub async fn count(tx: &mut Tx, target: Target) -> Result<(i64, i64)> {
    tx.one(COUNT, args![target.kind.as_str(), target.id]).await
}

const STORE_TOPIC: &str = "update topics
set up_votes = $2, down_votes = $3
where id = $1";

const STORE_REPLY: &str = "update replies
set up_votes = $2, down_votes = $3, score = $4
where id = $1";

pub async fn store(tx: &mut Tx, target: Target, up: i64, down: i64, score: i64) -> Result<()> {
    let done = match target.kind {
        TargetKind::Topic => tx.run(STORE_TOPIC, args![target.id, up, down]).await,
        _ => tx.run(STORE_REPLY, args![target.id, up, down, score]).await,
    };
    done.map(drop)
}

const OWN: &str = "select value
from votes
where target_kind = $1 and target_id = $2 and member_id = $3";

pub async fn own(db: &Db, target: Target, member: MemberId) -> Result<i64> {
    let row: Option<(i64,)> = db.optional(OWN, args![target.kind.as_str(), target.id, member]).await?;
    Ok(row.map_or(0, |(value,)| value))
}

const OWN_IN: &str = "select v.target_id, v.value
from votes v
join replies r on r.id = v.target_id
where v.member_id = $1
    and v.target_kind = 'reply'
    and v.target_id between $2 and $3
    and r.target_kind = $4
    and r.target_id = $5
limit 10000";

/// A member's votes on the replies of a conversation from one number to another.
pub async fn own_in(db: &Db, member: MemberId, conversation: Target, from: i64, to: i64) -> Result<Vec<(i64, i64)>> {
    db.all(OWN_IN, args![member, from, to, conversation.kind.as_str(), conversation.id]).await
}
