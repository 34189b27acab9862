//! The rows behind the numbers, a page at a time. Every list takes the key of the last row seen and a limit.

use crate::analytics::period::Period;
use crate::args;
use crate::server::db::{Args, Db, Queries, Result};
use sqlx::FromRow;

fn after(period: Period, key: (&str, i64, i64), limit: i64) -> Args {
    args![period.from.to_string(), period.to.to_string(), key.0, key.1, key.2, limit]
}

#[derive(FromRow)]
pub struct Interaction {
    pub id: i64,
    pub day: String,
    pub at: i64,
    pub handle: String,
    pub kind: String,
    pub target_kind: String,
    pub target_id: i64,
}

// The keys of all lists are a day and up to two numbers; where one is not needed it is bound all the same.
const INTERACTIONS: &str = "select i.id, i.day, i.at, m.handle, i.kind, i.target_kind, i.target_id
from interactions i
join members m on m.id = i.member_id
where i.day between $1 and $2 and (i.day, i.id, cast(0 as bigint)) > ($3, $4, $5)
order by i.day, i.id
limit $6";

pub async fn interactions(db: &Db, period: Period, key: (&str, i64, i64), limit: i64) -> Result<Vec<Interaction>> {
    db.all(INTERACTIONS, after(period, key, limit)).await
}

#[derive(FromRow)]
pub struct Rating {
    pub day: String,
    pub post_id: i64,
    pub member_id: i64,
    pub slug: String,
    pub title: String,
    pub handle: String,
    pub stars: i64,
}

const RATINGS: &str = "select r.day, r.post_id, r.member_id, p.slug, p.title, m.handle, r.stars
from ratings r
join posts p on p.id = r.post_id
join members m on m.id = r.member_id
where r.day between $1 and $2 and (r.day, r.post_id, r.member_id) > ($3, $4, $5)
order by r.day, r.post_id, r.member_id
limit $6";

pub async fn ratings(db: &Db, period: Period, key: (&str, i64, i64), limit: i64) -> Result<Vec<Rating>> {
    db.all(RATINGS, after(period, key, limit)).await
}

#[derive(FromRow)]
pub struct Registered {
    pub id: i64,
    pub registered_day: String,
    pub handle: String,
    pub name: String,
    /// The first day they were here after the month of registration.
    pub returned: Option<String>,
}

// Whoever was here in the month after their own has their first later day in it.
const REGISTERED: &str = "select m.id, m.registered_day, m.handle, m.name,
    (select min(d.day) from member_days d where d.member_id = m.id and substr(d.day, 1, 7) > substr(m.registered_day, 1, 7)) as returned
from members m
where m.claimed and m.registered_day between $1 and $2 and (m.registered_day, m.id, cast(0 as bigint)) > ($3, $4, $5)
order by m.registered_day, m.id
limit $6";

pub async fn registered(db: &Db, period: Period, key: (&str, i64, i64), limit: i64) -> Result<Vec<Registered>> {
    db.all(REGISTERED, after(period, key, limit)).await
}

#[derive(FromRow)]
pub struct Booked {
    pub transfer_id: i64,
    pub line: i64,
    pub booked_day: String,
    pub cause: String,
    pub account: String,
    pub currency: String,
    pub minor: i64,
    pub handle: Option<String>,
    pub slug: Option<String>,
}

const BOOKED: &str = "select t.id as transfer_id, e.line, t.booked_day, t.cause, e.account, e.currency, -e.minor as minor, m.handle, p.slug
from ledger_transfers t
join ledger_entries e on e.transfer_id = t.id
left join members m on m.id = e.member_id
left join posts p on p.id = e.post_id
where t.booked_day between $1 and $2 and e.account in ('revenue:fees', 'revenue:sales', 'expense:provider-fees', 'expense:creators', 'expense:affiliates')
    and (t.booked_day, t.id, e.line) > ($3, $4, $5)
order by t.booked_day, t.id, e.line
limit $6";

pub async fn booked(db: &Db, period: Period, key: (&str, i64, i64), limit: i64) -> Result<Vec<Booked>> {
    db.all(BOOKED, after(period, key, limit)).await
}

#[derive(FromRow)]
pub struct Income {
    pub id: i64,
    pub day: String,
    pub currency: String,
    pub minor: i64,
    pub note: String,
}

const ADVERTISING: &str = "select id, day, currency, minor, note
from advertising_income
where booked_day is not null and day between $1 and $2 and (day, id, cast(0 as bigint)) > ($3, $4, $5)
order by day, id
limit $6";

pub async fn advertising(db: &Db, period: Period, key: (&str, i64, i64), limit: i64) -> Result<Vec<Income>> {
    db.all(ADVERTISING, after(period, key, limit)).await
}

const COSTS: &str = "select c.id, c.category, c.recurrence, c.minor, c.currency, c.day, c.until_day, p.slug, c.note
from costs c
left join posts p on p.id = c.post_id
where c.day <= $2
    and ((c.recurrence = 'once' and c.day >= $1) or (c.recurrence = 'month' and (c.until_day is null or c.until_day >= $1)))
    and (c.day, c.id, cast(0 as bigint)) > ($3, $4, $5)
order by c.day, c.id
limit $6";

/// Costs that may count in the period: one-off ones in it, and monthly ones that have not ended before it.
pub async fn costs(db: &Db, period: Period, key: (&str, i64, i64), limit: i64) -> Result<Vec<super::costs::CostRow>> {
    db.all(COSTS, after(period, key, limit)).await
}

const VIEWS: &str = "select day, path, views
from page_views
where day between $1 and $2 and (day, path) > ($3, $4)
order by day, path
limit $5";

pub async fn views(db: &Db, period: Period, key: (&str, &str), limit: i64) -> Result<Vec<(String, String, i64)>> {
    db.all(VIEWS, args![period.from.to_string(), period.to.to_string(), key.0, key.1, limit]).await
}
