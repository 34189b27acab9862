//! What is counted and summed, by step of the period: the first characters of the day name the step, and a width of 0
//! makes one step of the whole.

use crate::analytics::period::Period;
use crate::args;
use crate::server::db::{Args, Db, Queries, Result};
use sqlx::FromRow;

fn span(period: Period, width: i64) -> Args {
    args![period.from.to_string(), period.to.to_string(), width]
}

const INTERACTIONS: &str = "select substr(day, 1, cast($3 as integer)), count(*)
from interactions
where day between $1 and $2
group by 1";

pub async fn interactions(db: &Db, period: Period, width: i64) -> Result<Vec<(String, i64)>> {
    db.all(INTERACTIONS, span(period, width)).await
}

const ACTIVE: &str = "select substr(d.day, 1, cast($3 as integer)), count(distinct d.member_id)
from member_days d
join members m on m.id = d.member_id
where d.day between $1 and $2 and m.claimed and m.deleted_at is null
group by 1";

pub async fn active(db: &Db, period: Period, width: i64) -> Result<Vec<(String, i64)>> {
    db.all(ACTIVE, span(period, width)).await
}

const MEMBERS: &str = "select count(*)
from members
where claimed and deleted_at is null and registered_day <= $1";

/// Members by the end of the period.
pub async fn members(db: &Db, period: Period) -> Result<i64> {
    let (n,): (i64,) = db.one(MEMBERS, args![period.to.to_string()]).await?;
    Ok(n)
}

const RATINGS: &str = "select substr(day, 1, cast($3 as integer)), count(*), cast(sum(case when stars >= 4 then 1 else 0 end) as bigint)
from ratings
where day between $1 and $2
group by 1";

/// Ratings and how many of them are positive.
pub async fn ratings(db: &Db, period: Period, width: i64) -> Result<Vec<(String, i64, i64)>> {
    db.all(RATINGS, span(period, width)).await
}

const COHORT_SIZES: &str = "select substr(registered_day, 1, 7), count(*)
from members
where claimed and registered_day between $1 and $2
group by 1";

pub async fn cohort_sizes(db: &Db, months: Period) -> Result<Vec<(String, i64)>> {
    db.all(COHORT_SIZES, args![months.from.to_string(), months.to.to_string()]).await
}

const COHORTS_HERE: &str = "select substr(m.registered_day, 1, 7), substr(d.day, 1, 7), count(distinct d.member_id)
from member_days d
join members m on m.id = d.member_id
where m.claimed and m.registered_day between $1 and $2 and d.day between $1 and $2
group by 1, 2";

/// Month of registration, month of presence, members.
pub async fn cohorts_here(db: &Db, months: Period) -> Result<Vec<(String, String, i64)>> {
    db.all(COHORTS_HERE, args![months.from.to_string(), months.to.to_string()]).await
}

/// A sum of money under a heading, in one step and one currency.
#[derive(FromRow)]
pub struct Sum {
    pub step: String,
    pub heading: String,
    pub currency: String,
    pub minor: i64,
    pub entries: i64,
}

// A credit is negative in the ledger, and revenue is a credit; what is taken of it is a debit, and so comes out below zero.
const REVENUE: &str = "select substr(t.booked_day, 1, cast($3 as integer)) as step, e.account as heading, e.currency,
    cast(coalesce(sum(-e.minor), 0) as bigint) as minor, count(*) as entries
from ledger_transfers t
join ledger_entries e on e.transfer_id = t.id
where t.booked_day between $1 and $2 and e.account in ('revenue:fees', 'revenue:sales', 'expense:provider-fees', 'expense:creators', 'expense:affiliates')
group by 1, 2, 3";

const ADVERTISING: &str = "select substr(day, 1, cast($3 as integer)) as step, 'advertising' as heading, currency,
    cast(coalesce(sum(minor), 0) as bigint) as minor, count(*) as entries
from advertising_income
where booked_day is not null and day between $1 and $2
group by 1, 2, 3";

const COSTS_ONCE: &str = "select substr(day, 1, cast($3 as integer)) as step, category as heading, currency,
    cast(coalesce(sum(minor), 0) as bigint) as minor, count(*) as entries
from costs
where recurrence = 'once' and day between $1 and $2
group by 1, 2, 3";

/// Everything that is booked on a day. Monthly costs are unfolded in Rust.
pub async fn sums(db: &Db, period: Period, width: i64) -> Result<Vec<Sum>> {
    let mut sums = db.all(REVENUE, span(period, width)).await?;
    sums.extend(db.all::<Sum>(ADVERTISING, span(period, width)).await?);
    sums.extend(db.all::<Sum>(COSTS_ONCE, span(period, width)).await?);
    Ok(sums)
}

#[derive(FromRow)]
pub struct Monthly {
    pub id: i64,
    pub category: String,
    pub currency: String,
    pub minor: i64,
    pub day: String,
    pub until_day: Option<String>,
}

const MONTHLY: &str = "select id, category, currency, minor, day, until_day
from costs
where recurrence = 'month' and day <= $2 and (until_day is null or until_day >= $1) and id > $3
order by id
limit $4";

/// Monthly costs that touch the period, after an id.
pub async fn monthly(db: &Db, period: Period, after: i64, limit: i64) -> Result<Vec<Monthly>> {
    db.all(MONTHLY, args![period.from.to_string(), period.to.to_string(), after, limit]).await
}

const RATED_POSTS: &str =
    "select r.post_id, p.slug, p.title, count(*) as n, cast(sum(case when r.stars >= 4 then 1 else 0 end) as bigint) as positive
from ratings r
join posts p on p.id = r.post_id
where r.post_id > $3 and r.day between $1 and $2
group by r.post_id, p.slug, p.title
order by r.post_id
limit $4";

#[derive(FromRow)]
pub struct RatedPost {
    pub post_id: i64,
    pub slug: String,
    pub title: String,
    pub n: i64,
    pub positive: i64,
}

/// Articles rated in the period, after an id.
pub async fn rated_posts(db: &Db, period: Period, after: i64, limit: i64) -> Result<Vec<RatedPost>> {
    db.all(RATED_POSTS, args![period.from.to_string(), period.to.to_string(), after, limit]).await
}

const VIEWS: &str = "select substr(day, 1, cast($3 as integer)), cast(coalesce(sum(views), 0) as bigint)
from page_views
where day between $1 and $2
group by 1";

pub async fn views(db: &Db, period: Period, width: i64) -> Result<Vec<(String, i64)>> {
    db.all(VIEWS, span(period, width)).await
}

const VISITORS: &str = "select substr(day, 1, cast($3 as integer)), cast(coalesce(sum(n), 0) as bigint)
from (
    select day, visitors as n
    from visitor_counts
    where day between $1 and $2
    union all
    select day, count(*) as n
    from visitor_days
    where day between $1 and $2
    group by day
) counted
group by 1";

/// Different visitors of each day, added up over the days of a step.
pub async fn visitors(db: &Db, period: Period, width: i64) -> Result<Vec<(String, i64)>> {
    db.all(VISITORS, span(period, width)).await
}

const TOP_PAGES: &str = "select path, cast(sum(views) as bigint) as n
from page_views
where day between $1 and $2
group by path
order by 2 desc, path
limit $3";

pub async fn top_pages(db: &Db, period: Period, limit: i64) -> Result<Vec<(String, i64)>> {
    db.all(TOP_PAGES, args![period.from.to_string(), period.to.to_string(), limit]).await
}
