//! Tables `circulars` and `circular_readers`; reads who wants such letters from `letter_choices`.

use super::letter::CIRCULARS;
use crate::args;
use crate::foundation::id::MemberId;
use crate::foundation::time::Timestamp;
use crate::members::email::IS_THEIRS;
use crate::segments::model::Filter;
use crate::segments::store::{Now, conditions};
use crate::server::db::{self, Db, Queries, Result, Tx};

/// A letter to many. Its draft has no `sent_at`.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Circular {
    pub id: i64,
    /// The query of a list of members.
    pub filter: String,
    pub subject: String,
    pub body: String,
    /// Who wrote it.
    pub handle: String,
    pub made_at: i64,
    pub sent_at: Option<i64>,
    /// To how many it was sent, and how many of these letters are still to be written.
    pub members: i64,
    pub waiting: i64,
}

const CIRCULAR: &str = "select c.id, c.filter, c.subject, c.body, m.handle, c.made_at, c.sent_at, c.members,
    (select count(*) from circular_readers r where r.circular_id = c.id) as waiting
from circulars c
join members m on m.id = c.made_by";

/// Newest first, those before `before`.
pub async fn list(db: &Db, before: i64, limit: i64) -> Result<Vec<Circular>> {
    db.all(format!("{CIRCULAR}\nwhere c.id < $1\norder by c.id desc\nlimit $2"), args![before, limit]).await
}

pub async fn one(db: &Db, id: i64) -> Result<Option<Circular>> {
    db.optional(format!("{CIRCULAR}\nwhere c.id = $1"), args![id]).await
}

pub async fn insert(tx: &mut Tx, filter: &str, (subject, body): (&str, &str), by: MemberId, now: Timestamp) -> Result<i64> {
    let sql = "insert into circulars (filter, subject, body, made_by, made_at)
values ($1, $2, $3, $4, $5)
returning id";
    let (id,): (i64,) = tx.one(sql, args![filter, subject, body, by, now]).await?;
    Ok(id)
}

/// Whether there was such a draft.
pub async fn change(db: &Db, id: i64, (subject, body): (&str, &str)) -> Result<bool> {
    let sql = "update circulars set subject = $2, body = $3 where id = $1 and sent_at is null";
    Ok(db.run(sql, args![id, subject, body]).await? > 0)
}

/// Whether there was such a draft.
pub async fn forget(db: &Db, id: i64) -> Result<bool> {
    Ok(db.run("delete from circulars where id = $1 and sent_at is null", args![id]).await? > 0)
}

/// Who is meant and can be written to: they have an address that is known to be theirs, and did not say that they want no such
/// letters.
fn readers(filter: &Filter, now: Now<'_>) -> db::Filter {
    let mut found = conditions(filter, now, true);
    found.also(&format!("m.email is not null and {IS_THEIRS}"));
    found.and("not exists (select 1 from letter_choices l where l.member_id = m.id and l.choice = ? and not l.wanted)", CIRCULARS.name);
    found
}

pub async fn count_readers(db: &Db, filter: &Filter, now: Now<'_>) -> Result<i64> {
    let found = readers(filter, now);
    let (n,): (i64,) = db.one(format!("select count(*) from members m\n{}", found.sql), found.args).await?;
    Ok(n)
}

/// No draft any more; whether it was one.
pub async fn begin(tx: &mut Tx, id: i64, now: Timestamp) -> Result<bool> {
    Ok(tx.run("update circulars set sent_at = $2 where id = $1 and sent_at is null", args![id, now]).await? > 0)
}

/// Notes for whom letters are to be written; how many they are.
pub async fn address(tx: &mut Tx, id: i64, filter: &Filter, now: Now<'_>) -> Result<i64> {
    let mut found = readers(filter, now);
    let id = found.place(id);
    let sql = format!(
        "insert into circular_readers (circular_id, reader_id)\nselect c.id, m.id\nfrom circulars c, members m\n{} and c.id = {id}",
        found.sql
    );
    let n = i64::try_from(tx.run(sql, found.args).await?).unwrap_or(i64::MAX);
    Ok(n)
}

pub async fn set_members(tx: &mut Tx, id: i64, members: i64) -> Result<()> {
    tx.run("update circulars set members = $2 where id = $1", args![id, members]).await.map(drop)
}

/// The next few whose letters are to be written; they are not waiting any more.
pub async fn take(tx: &mut Tx, id: i64, limit: i64) -> Result<Vec<MemberId>> {
    let sql = "delete from circular_readers
where circular_id = $1 and reader_id in (
    select reader_id from circular_readers where circular_id = $1 order by reader_id limit $2
)
returning reader_id";
    let rows: Vec<(i64,)> = tx.all(sql, args![id, limit]).await?;
    Ok(rows.into_iter().map(|(id,)| MemberId(id)).collect())
}

/// Those of which letters are still to be written.
pub async fn unfinished(db: &Db) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = db.all("select distinct circular_id from circular_readers order by circular_id", args![]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
