//! Files of orders that were brought in, and what came of their lines.

use super::places;
use crate::args;
use crate::foundation::id::MemberId;
use crate::foundation::time::Timestamp;
use crate::server::db::{Db, Queries, Result, Tx};

/// How many lines came to what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Came {
    pub fresh: i64,
    pub known: i64,
    pub refunded: i64,
    pub skipped: i64,
    pub broken: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ImportRow {
    pub id: i64,
    pub file_name: String,
    pub encoding: String,
    pub began_at: i64,
    pub ended_at: Option<i64>,
    pub fresh: i64,
    pub known: i64,
    pub refunded: i64,
    pub skipped: i64,
    pub broken: i64,
}

impl ImportRow {
    pub const fn came(&self) -> Came {
        Came { fresh: self.fresh, known: self.known, refunded: self.refunded, skipped: self.skipped, broken: self.broken }
    }
}

const IMPORT: &str = "select id, file_name, encoding, began_at, ended_at, fresh, known, refunded, skipped, broken from taobao_imports";

pub async fn begin(tx: &mut Tx, file_name: &str, encoding: &str, by: MemberId, now: Timestamp) -> Result<i64> {
    let sql = "insert into taobao_imports (file_name, encoding, made_by, began_at) values ($1, $2, $3, $4) returning id";
    let (id,): (i64,) = tx.one(sql, args![file_name, encoding, by, now]).await?;
    Ok(id)
}

const COUNT: &str = "update taobao_imports
set fresh = fresh + $2, known = known + $3, refunded = refunded + $4, skipped = skipped + $5, broken = broken + $6
where id = $1";

pub async fn count(tx: &mut Tx, id: i64, came: &Came) -> Result<()> {
    tx.run(COUNT, args![id, came.fresh, came.known, came.refunded, came.skipped, came.broken]).await.map(drop)
}

pub async fn end(tx: &mut Tx, id: i64, now: Timestamp) -> Result<()> {
    tx.run("update taobao_imports set ended_at = $2 where id = $1", args![id, now]).await.map(drop)
}

pub async fn one(db: &Db, id: i64) -> Result<Option<ImportRow>> {
    db.optional(format!("{IMPORT} where id = $1"), args![id]).await
}

/// Newest first, those before `before`.
pub async fn all(db: &Db, before: Option<i64>, limit: i64) -> Result<Vec<ImportRow>> {
    db.all(format!("{IMPORT} where id < $1 order by id desc limit $2"), args![before.unwrap_or(i64::MAX), limit]).await
}

/// A line of which there is something to say.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SaidRow {
    pub line: i64,
    pub outcome: String,
    pub reason: String,
    /// JSON: what we read of it.
    pub cells: String,
}

pub async fn say(tx: &mut Tx, import: i64, lines: &[SaidRow]) -> Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let mut args = args![import];
    let mut rows = Vec::with_capacity(lines.len());
    for said in lines {
        args.push(said.line.into());
        rows.push(format!("($1, ${}, {})", args.len(), places(&mut args, [&said.outcome, &said.reason, &said.cells])));
    }
    let sql = format!("insert into taobao_import_lines (import_id, line, outcome, reason, cells) values {}", rows.join(", "));
    tx.run(sql, args).await.map(drop)
}

/// In the order of the file, after line `after`; of one outcome, or of all.
pub async fn said(db: &Db, import: i64, outcome: Option<&str>, after: i64, limit: i64) -> Result<Vec<SaidRow>> {
    const SAID: &str = "select line, outcome, reason, cells from taobao_import_lines where import_id = $1 and line > $2";
    match outcome {
        Some(outcome) => db.all(format!("{SAID} and outcome = $3 order by line limit $4"), args![import, after, outcome, limit]).await,
        None => db.all(format!("{SAID} order by line limit $3"), args![import, after, limit]).await,
    }
}
