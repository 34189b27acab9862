//! Table `sponsors`. Reads `advertising_income` for the price; holds the row of `site` where the last place is sold.

use super::model::Days;
use crate::args;
use crate::foundation::id::AdIncomeId;
use crate::foundation::time::Timestamp;
use crate::server::db::{Db, Queries, Result, Tx};
use sqlx::FromRow;

/// A sponsor, and what it brings.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Sponsor {
    pub id: i64,
    pub name: String,
    pub says: String,
    pub address: String,
    pub from_day: String,
    pub until_day: String,
    pub income_id: Option<i64>,
    pub minor: Option<i64>,
    pub currency: Option<String>,
}

macro_rules! sponsors {
    () => {
        "select s.id, s.name, s.says, s.address, s.from_day, s.until_day, s.income_id, i.minor, i.currency
from sponsors s
left join advertising_income i on i.id = s.income_id"
    };
}

const RUNNING: &str = concat!(sponsors!(), "\nwhere s.until_day >= $1 and s.from_day <= $1\norder by s.from_day, s.id\nlimit $2");

pub async fn running(db: &Db, day: &str, limit: i64) -> Result<Vec<Sponsor>> {
    db.all(RUNNING, args![day, limit]).await
}

const LISTED: &str = concat!(sponsors!(), "\nwhere (s.until_day, s.id) < ($1, $2)\norder by s.until_day desc, s.id desc\nlimit $3");

pub async fn listed(db: &Db, before: (&str, i64), limit: i64) -> Result<Vec<Sponsor>> {
    db.all(LISTED, args![before.0, before.1, limit]).await
}

const ONE: &str = concat!(sponsors!(), "\nwhere s.id = $1");

pub async fn one(db: &Db, id: i64) -> Result<Option<Sponsor>> {
    db.optional(ONE, args![id]).await
}

const OF_INCOME: &str = concat!(sponsors!(), "\nwhere s.income_id = $1\norder by s.id\nlimit 1");

pub async fn of_income(db: &Db, income: AdIncomeId) -> Result<Option<Sponsor>> {
    db.optional(OF_INCOME, args![income]).await
}

/// What nobody else can change until the transaction is done.
pub struct Held {
    pub income: Option<AdIncomeId>,
    pub days: Days,
}

const HOLD: &str = "update sponsors
set name = name
where id = $1
returning income_id, from_day, until_day";

pub async fn hold(tx: &mut Tx, id: i64) -> Result<Option<Held>> {
    let row: Option<(Option<i64>, String, String)> = tx.optional(HOLD, args![id]).await?;
    Ok(row.map(|(income, from, until)| Held { income: income.map(AdIncomeId), days: Days { from, until } }))
}

const OTHERS: &str = "select from_day, until_day
from sponsors
where id <> $1 and until_day >= $2 and from_day <= $3
order by from_day, id";

/// The days of all but one, of those that have a day in common with these. Two who sell the last place of a day take turns here, so that the second
/// sees the first.
pub async fn others(tx: &mut Tx, but: i64, days: &Days) -> Result<Vec<Days>> {
    tx.run("update site set updated_at = updated_at where id = 1", args![]).await?;
    let rows: Vec<(String, String)> = tx.all(OTHERS, args![but, &days.from, &days.until]).await?;
    Ok(rows.into_iter().map(|(from, until)| Days { from, until }).collect())
}

/// As it is saved.
pub struct Saved {
    pub name: String,
    pub says: String,
    pub address: String,
    pub days: Days,
}

const INSERT: &str = "insert into sponsors (name, says, address, from_day, until_day, income_id, created_at)
values ($1, $2, $3, $4, $5, $6, $7)";

pub async fn insert(tx: &mut Tx, saved: &Saved, income: AdIncomeId, now: Timestamp) -> Result<()> {
    let Saved { name, says, address, days } = saved;
    tx.run(INSERT, args![name, says, address, &days.from, &days.until, income, now]).await.map(drop)
}

const UPDATE: &str = "update sponsors
set name = $2, says = $3, address = $4, from_day = $5, until_day = $6, income_id = $7
where id = $1";

pub async fn update(tx: &mut Tx, id: i64, saved: &Saved, income: AdIncomeId) -> Result<()> {
    let Saved { name, says, address, days } = saved;
    tx.run(UPDATE, args![id, name, says, address, &days.from, &days.until, income]).await.map(drop)
}

pub async fn delete(tx: &mut Tx, id: i64) -> Result<()> {
    tx.run("delete from sponsors where id = $1", args![id]).await.map(drop)
}
