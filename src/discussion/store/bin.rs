//! Table `bin`: the words of what was deleted a moment ago.

use crate::args;
use crate::foundation::id::MemberId;
use crate::foundation::target::Target;
use crate::foundation::time::Timestamp;
use crate::server::db::{Db, Queries, Result, Tx};

const PUT: &str = "insert into bin (target_kind, target_id, member_id, title, source, deleted_at)
values ($1, $2, $3, $4, $5, $6)";

pub async fn put(tx: &mut Tx, target: Target, member: MemberId, title: &str, source: &str, now: Timestamp) -> Result<()> {
    tx.run(PUT, args![target.kind.as_str(), target.id, member, title, source, now]).await.map(drop)
}

const FIND: &str = "select title, source
from bin
where target_kind = $1 and target_id = $2 and member_id = $3 and deleted_at > $4";

/// Title and source of what the member deleted after `since`.
pub async fn find(db: &Db, target: Target, member: MemberId, since: Timestamp) -> Result<Option<(String, String)>> {
    db.optional(FIND, args![target.kind.as_str(), target.id, member, since]).await
}

const TAKE: &str = "delete from bin
where target_kind = $1 and target_id = $2 and member_id = $3 and deleted_at > $4";

/// False when it is not there any more.
pub async fn take(tx: &mut Tx, target: Target, member: MemberId, since: Timestamp) -> Result<bool> {
    Ok(tx.run(TAKE, args![target.kind.as_str(), target.id, member, since]).await? > 0)
}

pub async fn empty(db: &Db, before: Timestamp) -> Result<u64> {
    db.run("delete from bin where deleted_at <= $1", args![before]).await
}
