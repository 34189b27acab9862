//! Tables `member_imports` and `member_import_rows`.

use super::choices::{Choices, Names};
use crate::args;
use crate::foundation::id::MemberId;
use crate::foundation::time::Timestamp;
use crate::server::db::{Args, Db, Queries, Result, Tx, places};

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ImportRow {
    pub id: i64,
    pub file_name: String,
    pub encoding: String,
    pub kind: String,
    pub began_at: i64,
    pub state: String,
    pub ended_at: Option<i64>,
    names: String,
    choices: String,
    pub fresh: i64,
    pub known: i64,
    pub skipped: i64,
    pub broken: i64,
    pub added: i64,
    pub granted: i64,
    pub adopted: i64,
    pub invited: i64,
}

impl ImportRow {
    pub fn names(&self) -> Names {
        serde_json::from_str(&self.names).unwrap_or_default()
    }

    pub fn choices(&self) -> Choices {
        serde_json::from_str(&self.choices).unwrap_or_default()
    }
}

const IMPORT: &str =
    "select id, file_name, encoding, kind, began_at, state, ended_at, names, choices, fresh, known, skipped, broken, added,
    granted, adopted, invited
from member_imports";

pub async fn begin(tx: &mut Tx, (file_name, encoding, kind): (&str, &str, &str), by: MemberId, now: Timestamp) -> Result<i64> {
    let sql = "insert into member_imports (file_name, encoding, kind, made_by, began_at, state) values ($1, $2, $3, $4, $5, 'reading')
returning id";
    let (id,): (i64,) = tx.one(sql, args![file_name, encoding, kind, by, now]).await?;
    Ok(id)
}

pub async fn one(db: &Db, id: i64) -> Result<Option<ImportRow>> {
    db.optional(format!("{IMPORT} where id = $1"), args![id]).await
}

/// Newest first, those before `before`.
pub async fn all(db: &Db, before: Option<i64>, limit: i64) -> Result<Vec<ImportRow>> {
    db.all(format!("{IMPORT} where id < $1 order by id desc limit $2"), args![before.unwrap_or(i64::MAX), limit]).await
}

/// A line as it is kept.
pub struct Line {
    pub line: i64,
    pub outcome: &'static str,
    pub reason: &'static str,
    pub email: String,
    pub content: String,
}

pub async fn keep(tx: &mut Tx, import: i64, lines: &[Line]) -> Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let mut args = args![import];
    let mut rows = Vec::with_capacity(lines.len());
    for line in lines {
        args.push(line.line.into());
        let at = args.len();
        rows.push(format!("($1, ${at}, {})", places(&mut args, [line.outcome, line.reason, &line.email, &line.content])));
    }
    let sql = format!("insert into member_import_rows (import_id, line, outcome, reason, email, content) values {}", rows.join(", "));
    tx.run(sql, args).await.map(drop)
}

/// Lines of the file: new, known, skipped, broken.
pub async fn count_lines(tx: &mut Tx, id: i64, [fresh, known, skipped, broken]: [i64; 4]) -> Result<()> {
    let sql = "update member_imports
set fresh = fresh + $2, known = known + $3, skipped = skipped + $4, broken = broken + $5
where id = $1";
    tx.run(sql, args![id, fresh, known, skipped, broken]).await.map(drop)
}

pub async fn set_read(tx: &mut Tx, id: i64, names: &str) -> Result<()> {
    tx.run("update member_imports set state = 'read', names = $2 where id = $1", args![id, names]).await.map(drop)
}

/// False when it is not read, or is in already. What was begun is gone on with, as it was chosen then.
pub async fn begin_to_run(tx: &mut Tx, id: i64, choices: &str) -> Result<bool> {
    let sql = "update member_imports
set choices = case when state = 'read' then $2 else choices end, state = 'running'
where id = $1 and state in ('read', 'running')";
    Ok(tx.run(sql, args![id, choices]).await? == 1)
}

/// What is to be brought in after line `after`; also what the dry run had a remark on, for it may be over.
pub async fn to_do(tx: &mut Tx, id: i64, after: i64, limit: i64) -> Result<Vec<(i64, String)>> {
    let sql = "select line, content
from member_import_rows
where import_id = $1 and done_at is null and line > $2 and outcome in ('fresh', 'known', 'noted')
order by line
limit $3";
    tx.all(sql, args![id, after, limit]).await
}

pub async fn done(db: &Db, id: i64) -> Result<i64> {
    let (n,): (i64,) = db.one("select count(*) from member_import_rows where import_id = $1 and done_at is not null", args![id]).await?;
    Ok(n)
}

/// Lines are in; of some there is something to say, whatever the dry run said.
pub async fn set_done(tx: &mut Tx, id: i64, lines: &[i64], said: &[(i64, &'static str)], now: Timestamp) -> Result<()> {
    let mut args: Args = args![id, now];
    let places = places(&mut args, lines.iter().copied());
    let sql = format!(
        "update member_import_rows
set done_at = $2, reason = '', outcome = case outcome when 'noted' then 'known' else outcome end
where import_id = $1 and line in ({places})"
    );
    tx.run(sql, args).await?;
    for (line, reason) in said {
        let sql = "update member_import_rows set outcome = 'noted', reason = $3, content = '[]' where import_id = $1 and line = $2";
        tx.run(sql, args![id, *line, *reason]).await?;
    }
    Ok(())
}

/// What was done: added, granted, adopted, invited.
pub async fn count_done(tx: &mut Tx, id: i64, [added, granted, adopted, invited]: [i64; 4]) -> Result<()> {
    let sql = "update member_imports
set added = added + $2, granted = granted + $3, adopted = adopted + $4, invited = invited + $5
where id = $1";
    tx.run(sql, args![id, added, granted, adopted, invited]).await.map(drop)
}

/// All is in: the lines of which there is nothing to say are forgotten.
pub async fn end(tx: &mut Tx, id: i64, now: Timestamp) -> Result<()> {
    tx.run("delete from member_import_rows where import_id = $1 and reason = ''", args![id]).await?;
    tx.run("update member_imports set state = 'done', ended_at = $2 where id = $1", args![id, now]).await.map(drop)
}

pub async fn discard(db: &Db, id: i64) -> Result<bool> {
    Ok(db.run("delete from member_imports where id = $1 and state in ('reading', 'read')", args![id]).await? == 1)
}

#[derive(sqlx::FromRow)]
pub struct SaidRow {
    pub line: i64,
    pub reason: String,
    pub email: String,
    pub content: String,
}

/// In the order of the file, after line `after`; of one outcome, or of all of which there is something to say.
pub async fn said(db: &Db, id: i64, outcome: Option<&str>, after: i64, limit: i64) -> Result<Vec<SaidRow>> {
    const SAID: &str = "select line, reason, email, content from member_import_rows where import_id = $1 and line > $2";
    match outcome {
        Some(outcome) => db.all(format!("{SAID} and outcome = $3 order by line limit $4"), args![id, after, outcome, limit]).await,
        None => db.all(format!("{SAID} and reason <> '' order by line limit $3"), args![id, after, limit]).await,
    }
}

/// Forgets the lines of files that were sent before then, and files that were never brought in.
pub async fn tidy(db: &Db, before: Timestamp) -> Result<()> {
    db.run("delete from member_imports where began_at < $1 and state in ('reading', 'read')", args![before]).await?;
    let sql = "delete from member_import_rows where import_id in (select id from member_imports where began_at < $1 and state = 'done')";
    db.run(sql, args![before]).await.map(drop)
}
