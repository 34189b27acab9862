//! Tables `costs`, `advertising_income`.

use crate::args;
use crate::foundation::id::{AdIncomeId, CostId, MemberId, PostId};
use crate::foundation::time::Timestamp;
use crate::server::db::{Db, Queries, Result, Tx};
use sqlx::FromRow;

#[derive(FromRow)]
pub struct CostRow {
    pub id: i64,
    pub category: String,
    pub recurrence: String,
    pub minor: i64,
    pub currency: String,
    pub day: String,
    pub until_day: Option<String>,
    pub slug: Option<String>,
    pub note: String,
}

const NEWEST: &str = "select c.id, c.category, c.recurrence, c.minor, c.currency, c.day, c.until_day, p.slug, c.note
from costs c
left join posts p on p.id = c.post_id
where (c.day, c.id) < ($1, $2)
order by c.day desc, c.id desc
limit $3";

pub async fn newest(db: &Db, before: (&str, i64), limit: i64) -> Result<Vec<CostRow>> {
    db.all(NEWEST, args![before.0, before.1, limit]).await
}

const BY_ID: &str = "select c.id, c.category, c.recurrence, c.minor, c.currency, c.day, c.until_day, p.slug, c.note
from costs c
left join posts p on p.id = c.post_id
where c.id = $1";

pub async fn by_id(db: &Db, id: CostId) -> Result<Option<CostRow>> {
    db.optional(BY_ID, args![id]).await
}

pub struct Parsed {
    pub category: &'static str,
    pub recurrence: &'static str,
    pub minor: i64,
    pub currency: &'static str,
    pub day: String,
    pub until_day: Option<String>,
    pub post: Option<PostId>,
    pub note: String,
}

const INSERT: &str = "insert into costs (category, recurrence, minor, currency, day, until_day, post_id, note, created_by, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

pub async fn insert(tx: &mut Tx, cost: &Parsed, by: MemberId, now: Timestamp) -> Result<()> {
    let args = args![cost.category, cost.recurrence, cost.minor, cost.currency, &cost.day, &cost.until_day, cost.post, &cost.note, by, now];
    tx.run(INSERT, args).await.map(drop)
}

const UPDATE: &str = "update costs
set category = $2, recurrence = $3, minor = $4, currency = $5, day = $6, until_day = $7, post_id = $8, note = $9
where id = $1";

pub async fn update(tx: &mut Tx, id: CostId, cost: &Parsed) -> Result<u64> {
    let args = args![id, cost.category, cost.recurrence, cost.minor, cost.currency, &cost.day, &cost.until_day, cost.post, &cost.note];
    tx.run(UPDATE, args).await
}

pub async fn delete(db: &Db, id: CostId) -> Result<u64> {
    db.run("delete from costs where id = $1", args![id]).await
}

pub async fn post_by_slug(db: &Db, slug: &str) -> Result<Option<PostId>> {
    let row: Option<(i64,)> = db.optional("select id from posts where slug = $1", args![slug]).await?;
    Ok(row.map(|(id,)| PostId(id)))
}

const NEWEST_INCOME: &str = "select id, day, currency, minor, note
from advertising_income
where (day, id) < ($1, $2)
order by day desc, id desc
limit $3";

pub async fn newest_income(db: &Db, before: (&str, i64), limit: i64) -> Result<Vec<super::rows::Income>> {
    db.all(NEWEST_INCOME, args![before.0, before.1, limit]).await
}

pub async fn income_by_id(db: &Db, id: AdIncomeId) -> Result<Option<super::rows::Income>> {
    db.optional("select id, day, currency, minor, note from advertising_income where id = $1", args![id]).await
}

const INSERT_INCOME: &str = "insert into advertising_income (minor, currency, day, note, created_by, created_at)
values ($1, $2, $3, $4, $5, $6)
returning id";

pub async fn insert_income(tx: &mut Tx, money: (i64, &str), day: &str, note: &str, by: MemberId, now: Timestamp) -> Result<AdIncomeId> {
    let (id,): (i64,) = tx.one(INSERT_INCOME, args![money.0, money.1, day, note, by, now]).await?;
    Ok(AdIncomeId(id))
}

/// An income, and on which day the ledger has it.
#[derive(FromRow)]
pub struct HeldIncome {
    pub day: String,
    pub minor: i64,
    pub currency: String,
    pub booked_day: Option<String>,
}

const HOLD_INCOME: &str = "update advertising_income
set minor = minor
where id = $1
returning day, minor, currency, booked_day";

/// What it is now, which nobody else can change until the transaction is done.
pub async fn hold_income(tx: &mut Tx, id: AdIncomeId) -> Result<Option<HeldIncome>> {
    tx.optional(HOLD_INCOME, args![id]).await
}

pub async fn set_booked(tx: &mut Tx, id: AdIncomeId, day: Option<&str>) -> Result<()> {
    tx.run("update advertising_income set booked_day = $2 where id = $1", args![id, day]).await.map(drop)
}

const DUE_INCOMES: &str = "select id
from advertising_income
where booked_day is null and day <= $1
order by day, id
limit $2";

/// Those whose day has come, and that are not booked.
pub async fn due_incomes(db: &Db, today: &str, limit: i64) -> Result<Vec<AdIncomeId>> {
    let rows: Vec<(i64,)> = db.all(DUE_INCOMES, args![today, limit]).await?;
    Ok(rows.into_iter().map(|(id,)| AdIncomeId(id)).collect())
}

const UPDATE_INCOME: &str = "update advertising_income
set minor = $2, currency = $3, day = $4, note = $5
where id = $1";

pub async fn update_income(tx: &mut Tx, id: AdIncomeId, money: (i64, &str), day: &str, note: &str) -> Result<()> {
    tx.run(UPDATE_INCOME, args![id, money.0, money.1, day, note]).await.map(drop)
}

pub async fn delete_income(tx: &mut Tx, id: AdIncomeId) -> Result<()> {
    tx.run("delete from advertising_income where id = $1", args![id]).await.map(drop)
}
