//! Tables `pool_reads`, `closed_months`, `pool_months`, `pool_articles`, and the pool's part of `creator_terms`.

use crate::args;
use crate::creators::model::Month;
use crate::foundation::id::{MemberId, PostId, TierId};
use crate::foundation::time::Timestamp;
use crate::server::db::{Db, Queries, Result, Tx};
use sqlx::FromRow;

/// What an admin decided: a part of the net of memberships, by what it is shared, and since which month.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct TermsRow {
    pub pool_rate: i64,
    pub pool_by: String,
    pub pool_from: Option<String>,
}

const TERMS: &str = "select pool_rate, pool_by, pool_from from creator_terms where id = 1";

pub async fn terms(db: &Db) -> Result<Option<TermsRow>> {
    db.optional(TERMS, args![]).await
}

pub async fn terms_now(tx: &mut Tx) -> Result<Option<TermsRow>> {
    tx.optional(TERMS, args![]).await
}

const SET_TERMS: &str = "insert into creator_terms (id, pool_rate, pool_by, pool_from, updated_at)
values (1, $1, $2, case when $1 > 0 then $3 end, $4)
on conflict (id) do update
set pool_rate = $1, pool_by = $2, pool_from = case when creator_terms.pool_rate > 0 then creator_terms.pool_from when $1 > 0 then $3 end,
    updated_at = $4";

/// A pool that begins does so with this month.
pub async fn set_terms(db: &Db, rate: i64, by: &str, month: Month, now: Timestamp) -> Result<()> {
    db.run(SET_TERMS, args![rate, by, month.to_string(), now]).await.map(drop)
}

/// What is shared is what memberships brought by the ledger, so only what is paid on this site has a part in it: by an order,
/// as a gift too, by what an order became in another tier, by an agreement that was taken over and is charged here when its term
/// ends, or by a team on one of its seats. A tier that costs nothing, an offer that takes all off, a grant and a trial bring
/// nothing, and anybody could open accounts to be counted by them; what codes and the shop's orders open was paid elsewhere and
/// never comes into the ledger.
const COUNTS: &str = "select e.cause
from creator_terms t
join entitlements e on e.member_id = $3 and e.tier_id = $4 and e.revoked_at is null and e.starts_at <= $5
    and (e.open_until is null or e.open_until > $5)
    and (e.cause like 'order:%' or e.cause like 'switch:%' or e.cause like 'adopted:%' or e.cause like 'seat:%')
where t.id = 1 and t.pool_rate > 0
    and not exists (select 1 from pool_reads r where r.month = $1 and r.post_id = $2 and r.member_id = $3)
    and not exists (select 1 from posts p where p.id = $2 and p.author_id = $3)
    and not exists (select 1 from post_shares s where s.post_id = $2 and s.member_id = $3)
order by e.id
limit 1";

/// Whether it counts for the pool, and was not counted yet, that a member opens an article of this tier: what opened it to them,
/// and was paid.
pub async fn counts(db: &Db, month: Month, post: PostId, (member, tier): (MemberId, TierId), now: Timestamp) -> Result<Option<String>> {
    let row: Option<(String,)> = db.optional(COUNTS, args![month.to_string(), post, member, tier, now]).await?;
    Ok(row.map(|(cause,)| cause))
}

const READ: &str = "insert into pool_reads (month, post_id, member_id, minutes, cause)
select $1, p.id, $3, case when p.reading_minutes > 1 then p.reading_minutes else 1 end, $4
from posts p
where p.id = $2
on conflict (month, post_id, member_id) do nothing";

/// Notes it, with how long the article takes to read as the member has it before them: what becomes of the article later weighs
/// nothing.
pub async fn read(db: &Db, month: Month, post: PostId, member: MemberId, cause: &str) -> Result<()> {
    db.run(READ, args![month.to_string(), post, member, cause]).await.map(drop)
}

const CLOSED: &str = "select distinct r.cause
from pool_reads r
join entitlements e on e.member_id = r.member_id and e.cause = r.cause
where r.month = $1 and e.revoked_at is not null";

/// What opened articles that were read in a month, and was closed since.
pub async fn closed(tx: &mut Tx, month: Month) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = tx.all(CLOSED, args![month.to_string()]).await?;
    Ok(rows.into_iter().map(|(cause,)| cause).collect())
}

/// Whether all that was paid for an order went back.
pub async fn is_given_back(tx: &mut Tx, order: i64) -> Result<bool> {
    let row: Option<(i64,)> = tx.optional("select id from orders where id = $1 and status = 'refunded'", args![order]).await?;
    Ok(row.is_some())
}

/// What was read of it weighs nothing.
pub async fn forget_reads_by(tx: &mut Tx, month: Month, cause: &str) -> Result<()> {
    tx.run("delete from pool_reads where month = $1 and cause = $2", args![month.to_string(), cause]).await.map(drop)
}

/// The last month that was closed.
pub async fn last_closed(db: &Db) -> Result<Option<String>> {
    let row: (Option<String>,) = db.one("select max(month) from closed_months", args![]).await?;
    Ok(row.0)
}

/// False when it is closed already.
pub async fn close(tx: &mut Tx, month: Month, now: Timestamp) -> Result<bool> {
    let sql = "insert into closed_months (month, closed_at) values ($1, $2) on conflict (month) do nothing";
    Ok(tx.run(sql, args![month.to_string(), now]).await? == 1)
}

const NET: &str = "select e.currency, cast(-sum(e.minor) as bigint) as minor
from ledger_transfers t
join ledger_entries e on e.transfer_id = t.id
join orders o on o.id = e.order_id
where t.booked_day between $1 and $2 and o.kind = 'tier' and e.account in ('revenue:fees', 'expense:provider-fees')
group by e.currency
order by e.currency";

/// What memberships brought in a month by the ledger, less what providers kept, by currency.
pub async fn net(tx: &mut Tx, (from, to): (&str, &str)) -> Result<Vec<(String, i64)>> {
    tx.all(NET, args![from, to]).await
}

const REWARDS: &str = "select e.currency, cast(sum(e.minor) as bigint) as minor
from ledger_transfers t
join ledger_entries e on e.transfer_id = t.id
join orders o on o.id = e.order_id
where t.booked_day between $1 and $2 and o.kind = 'tier' and e.account = 'expense:affiliates'
group by e.currency";

/// What those got of the memberships of a month who recommended the members, by currency.
pub async fn rewards(tx: &mut Tx, (from, to): (&str, &str)) -> Result<Vec<(String, i64)>> {
    tx.all(REWARDS, args![from, to]).await
}

const CONTESTED: &str = "select e.currency, cast(sum(e.minor) as bigint) as minor
from ledger_transfers t
join ledger_entries e on e.transfer_id = t.id
join orders o on o.id = e.order_id
where t.booked_day <= $1 and o.kind = 'tier' and e.account like 'contested:%'
group by e.currency
having sum(e.minor) > 0
order by e.currency";

/// What providers hold of memberships at the end of a day because it is contested, by currency.
pub async fn contested(tx: &mut Tx, day: &str) -> Result<Vec<(String, i64)>> {
    tx.all(CONTESTED, args![day]).await
}

const HELD: &str = "select p.currency, p.contested_minor
from pool_months p
where p.month = (select max(q.month) from pool_months q where q.currency = p.currency and q.month < $1)
    and p.contested_minor > 0";

/// What the month before this one held back, by currency.
pub async fn held(tx: &mut Tx, month: Month) -> Result<Vec<(String, i64)>> {
    tx.all(HELD, args![month.to_string()]).await
}

const LACKED: &str = "select p.currency, p.net_minor + p.carried_minor + p.released_minor - p.contested_minor
from pool_months p
where p.month = (select max(q.month) from pool_months q where q.currency = p.currency and q.month < $1)
    and p.net_minor + p.carried_minor + p.released_minor - p.contested_minor < 0";

/// What months before this one lacked, by currency.
pub async fn lacked(tx: &mut Tx, month: Month) -> Result<Vec<(String, i64)>> {
    tx.all(LACKED, args![month.to_string()]).await
}

/// An article that members opened in a month; `minutes`: of all of them together.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Opened {
    pub post_id: i64,
    pub readers: i64,
    pub minutes: i64,
}

const OPENED: &str = "select r.post_id, count(*) as readers, cast(sum(r.minutes) as bigint) as minutes
from pool_reads r
where r.month = $1
group by r.post_id
order by r.post_id";

pub async fn opened(tx: &mut Tx, month: Month) -> Result<Vec<Opened>> {
    tx.all(OPENED, args![month.to_string()]).await
}

/// Who read what is not kept once it was counted.
pub async fn forget_reads(tx: &mut Tx, month: Month) -> Result<()> {
    tx.run("delete from pool_reads where month <= $1", args![month.to_string()]).await.map(drop)
}

#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct PoolRow {
    pub month: String,
    pub currency: String,
    pub net_minor: i64,
    pub carried_minor: i64,
    pub released_minor: i64,
    pub contested_minor: i64,
    pub rate: i64,
    pub pool_by: String,
    pub minor: i64,
}

const ADD: &str =
    "insert into pool_months (month, currency, net_minor, carried_minor, rate, pool_by, minor, released_minor, contested_minor)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

pub async fn add(tx: &mut Tx, row: &PoolRow) -> Result<()> {
    let PoolRow { month, currency, net_minor, carried_minor, released_minor, contested_minor, rate, pool_by, minor } = row;
    let args = args![month, currency, *net_minor, *carried_minor, *rate, pool_by, *minor, *released_minor, *contested_minor];
    tx.run(ADD, args).await.map(drop)
}

const ADD_ARTICLE: &str = "insert into pool_articles (month, currency, post_id, readers, weight, minor)
values ($1, $2, $3, $4, $5, $6)";

pub async fn add_article(tx: &mut Tx, row: &PoolRow, opened: &Opened, weight: i64, minor: i64) -> Result<()> {
    let args = args![&row.month, &row.currency, opened.post_id, opened.readers, weight, minor];
    tx.run(ADD_ARTICLE, args).await.map(drop)
}

const MONTHS: &str = "select month, currency, net_minor, carried_minor, released_minor, contested_minor, rate, pool_by, minor
from pool_months
order by month desc, currency
limit $1";

pub async fn months(db: &Db, limit: i64) -> Result<Vec<PoolRow>> {
    db.all(MONTHS, args![limit]).await
}

const EARNED_IN: &str = "select distinct c.member_id
from creators c
join ledger_entries e on e.account in ('liability:creator:' || c.member_id, 'liability:creator-held:' || c.member_id)
join ledger_transfers t on t.id = e.transfer_id
where t.booked_day between $1 and $2
order by c.member_id";

/// The creators of whom anything was booked in these days.
pub async fn earned_in(tx: &mut Tx, (from, to): (&str, &str)) -> Result<Vec<MemberId>> {
    let rows: Vec<(i64,)> = tx.all(EARNED_IN, args![from, to]).await?;
    Ok(rows.into_iter().map(|(member,)| MemberId(member)).collect())
}
