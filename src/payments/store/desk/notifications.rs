//! Table `notifications`, as admins look through it.

use crate::args;
use crate::server::db::{Db, Queries, Result};

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct NotificationRow {
    pub id: i64,
    pub provider: String,
    pub event_id: String,
    pub kind: String,
    pub received_at: i64,
    pub state: String,
    pub reason: String,
    pub tries: i64,
    pub turn_at: Option<i64>,
    pub order_id: Option<i64>,
}

const COLUMNS: &str = "id, provider, event_id, kind, received_at, state, reason, tries, turn_at, order_id";

/// Newest first, those of one state before `before`.
pub async fn list(db: &Db, state: &str, before: Option<i64>, limit: i64) -> Result<Vec<NotificationRow>> {
    let sql = format!("select {COLUMNS}\nfrom notifications\nwhere state = $1 and id < $2\norder by id desc\nlimit $3");
    db.all(sql, args![state, before.unwrap_or(i64::MAX), limit]).await
}

pub async fn one(db: &Db, id: i64) -> Result<Option<NotificationRow>> {
    db.optional(format!("select {COLUMNS}\nfrom notifications\nwhere id = $1"), args![id]).await
}

/// As it came.
pub async fn body(db: &Db, id: i64) -> Result<Option<String>> {
    let row: Option<(String,)> = db.optional("select body from notifications where id = $1", args![id]).await?;
    Ok(row.map(|(body,)| body))
}

/// How many there are in each state.
pub async fn counts(db: &Db) -> Result<Vec<(String, i64)>> {
    db.all("select state, count(*) from notifications group by state limit 20", args![]).await
}

/// How many wait for an admin.
pub async fn troubled(db: &Db) -> Result<i64> {
    let (n,): (i64,) = db.one("select count(*) from notifications where state in ('quarantined', 'dead')", args![]).await?;
    Ok(n)
}

/// Puts one aside for good; false when it is done, or aside already.
pub async fn ignore(db: &Db, id: i64) -> Result<bool> {
    let sql = "update notifications set state = 'ignored', turn_at = null where id = $1 and state in ('quarantined', 'dead', 'later')";
    Ok(db.run(sql, args![id]).await? == 1)
}
