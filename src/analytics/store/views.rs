//! Tables `page_views`, `visitor_days`, `visitor_counts`, `visitor_keys`, and the days of members who looked.

use crate::args;
use crate::foundation::id::MemberId;
use crate::server::db::{Db, Queries, Result, Tx};

const ADD_VIEWS: &str = "insert into page_views (day, path, views)
values ($1, $2, $3)
on conflict (day, path) do update set views = page_views.views + excluded.views";

pub async fn add_views(tx: &mut Tx, day: &str, path: &str, n: i64) -> Result<()> {
    tx.run(ADD_VIEWS, args![day, path, n]).await.map(drop)
}

pub async fn add_visitor(tx: &mut Tx, day: &str, visitor: &str) -> Result<()> {
    let sql = "insert into visitor_days (day, visitor) values ($1, $2) on conflict (day, visitor) do nothing";
    tx.run(sql, args![day, visitor]).await.map(drop)
}

pub async fn add_member_day(tx: &mut Tx, day: &str, member: MemberId) -> Result<()> {
    let sql = "insert into member_days (member_id, day) values ($1, $2) on conflict (member_id, day) do nothing";
    tx.run(sql, args![member, day]).await.map(drop)
}

/// The day's key: `new`, unless another instance was faster.
pub async fn key(db: &Db, day: &str, new: &str) -> Result<String> {
    db.run("insert into visitor_keys (day, key) values ($1, $2) on conflict (day) do nothing", args![day, new]).await?;
    let (key,): (String,) = db.one("select key from visitor_keys where day = $1", args![day]).await?;
    Ok(key)
}

const FOLD: &str = "insert into visitor_counts (day, visitors)
select day, count(*)
from visitor_days
where day < $1
group by day
on conflict (day) do update set visitors = visitor_counts.visitors + excluded.visitors";

/// Throws the keys of days before `today` away, and keeps of the visitors before `yesterday` only how many they were.
/// Yesterday's wait, because another instance may still hold some.
pub async fn forget(tx: &mut Tx, today: &str, yesterday: &str) -> Result<()> {
    tx.run("delete from visitor_keys where day < $1", args![today]).await?;
    tx.run(FOLD, args![yesterday]).await?;
    tx.run("delete from visitor_days where day < $1", args![yesterday]).await.map(drop)
}
