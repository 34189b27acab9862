//! Tables `affiliate_terms`, `affiliates`, `referrals` and `order_rewards`. Reads `orders` and `payments` for what was paid
//! first, and `members` for whom a link is of.

use super::model::Terms;
use crate::args;
use crate::foundation::id::{MemberId, OrderId};
use crate::foundation::time::Timestamp;
use crate::server::db::{Db, Queries, Result, Tx};
use sqlx::FromRow;

#[derive(FromRow)]
struct TermsRow {
    running: bool,
    sale_rate: i64,
    tier_rate: i64,
    days: Option<i64>,
    hold_days: i64,
}

impl From<TermsRow> for Terms {
    fn from(row: TermsRow) -> Terms {
        let TermsRow { running, sale_rate, tier_rate, days, hold_days } = row;
        Terms { running, sale_rate, tier_rate, days, hold_days }
    }
}

const TERMS: &str = "select running, sale_rate, tier_rate, days, hold_days from affiliate_terms where id = 1";

pub async fn terms(db: &Db) -> Result<Option<Terms>> {
    let row: Option<TermsRow> = db.optional(TERMS, args![]).await?;
    Ok(row.map(Terms::from))
}

pub async fn terms_now(tx: &mut Tx) -> Result<Option<Terms>> {
    let row: Option<TermsRow> = tx.optional(TERMS, args![]).await?;
    Ok(row.map(Terms::from))
}

const SET_TERMS: &str = "insert into affiliate_terms (id, running, sale_rate, tier_rate, days, hold_days, updated_at)
values (1, $1, $2, $3, $4, $5, $6)
on conflict (id) do update set running = $1, sale_rate = $2, tier_rate = $3, days = $4, hold_days = $5, updated_at = $6";

pub async fn set_terms(db: &Db, terms: &Terms, now: Timestamp) -> Result<()> {
    let Terms { running, sale_rate, tier_rate, days, hold_days } = *terms;
    db.run(SET_TERMS, args![running, sale_rate, tier_rate, days, hold_days, now]).await.map(drop)
}

/// Two recommendations at once take turns, so that no loop is closed between them.
pub async fn take_turns(tx: &mut Tx) -> Result<()> {
    tx.run("update affiliate_terms set running = running where id = 1", args![]).await.map(drop)
}

/// A member's link, and since when nothing new comes of it: by whom.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Link {
    pub code: String,
    pub opened: i64,
    pub ended_at: Option<i64>,
    pub ended_by: Option<i64>,
}

pub async fn link(db: &Db, member: MemberId) -> Result<Option<Link>> {
    db.optional("select code, opened, ended_at, ended_by from affiliates where member_id = $1", args![member]).await
}

const BEGIN: &str = "insert into affiliates (member_id, code, since)
values ($1, $2, $3)
on conflict (member_id) do update set ended_at = null, ended_by = null
where affiliates.ended_by = affiliates.member_id";

/// Gives a member a link, or the one back that they had ended themselves.
pub async fn begin(tx: &mut Tx, member: MemberId, code: &str, now: Timestamp) -> Result<()> {
    tx.run(BEGIN, args![member, code, now]).await.map(drop)
}

/// Nothing new comes of somebody's link from now on.
pub async fn end(tx: &mut Tx, member: MemberId, by: MemberId, now: Timestamp) -> Result<()> {
    let sql = "update affiliates set ended_at = $3, ended_by = $2 where member_id = $1 and ended_at is null";
    tx.run(sql, args![member, by, now]).await.map(drop)
}

/// Something may come of it again.
pub async fn end_no_more(tx: &mut Tx, member: MemberId) -> Result<()> {
    tx.run("update affiliates set ended_at = null, ended_by = null where member_id = $1", args![member]).await.map(drop)
}

const BY_CODE: &str = "select a.member_id, m.name
from affiliates a
join members m on m.id = a.member_id
where a.code = $1 and a.ended_at is null and m.deleted_at is null
    and exists (select 1 from affiliate_terms t where t.id = 1 and t.running)";

/// Whose link this is, and what they are called: of one that still counts for something.
pub async fn by_code(db: &Db, code: &str) -> Result<Option<(MemberId, String)>> {
    let row: Option<(i64, String)> = db.optional(BY_CODE, args![code]).await?;
    Ok(row.map(|(member, name)| (MemberId(member), name)))
}

/// As [`by_code`], in a transaction.
pub async fn by_code_now(tx: &mut Tx, code: &str) -> Result<Option<MemberId>> {
    let row: Option<(i64, String)> = tx.optional(BY_CODE, args![code]).await?;
    Ok(row.map(|(member, _)| MemberId(member)))
}

pub async fn add_opened(db: &Db, member: MemberId) -> Result<()> {
    db.run("update affiliates set opened = opened + 1 where member_id = $1", args![member]).await.map(drop)
}

const ABOVE: &str = "with recursive above (member_id) as (
    select affiliate_id from referrals where member_id = $1
    union
    select r.affiliate_id from referrals r join above a on a.member_id = r.member_id
)
select count(*) from above where member_id = $2";

/// Whether a member came by the second, or by somebody who did, and so on.
pub async fn came_after(tx: &mut Tx, member: MemberId, other: MemberId) -> Result<bool> {
    let (n,): (i64,) = tx.one(ABOVE, args![member, other]).await?;
    Ok(n > 0)
}

const REFER: &str = "insert into referrals (member_id, affiliate_id, made_at, joined)
values ($1, $2, $3, $4)
on conflict (member_id) do nothing";

/// Nothing when they came by somebody already.
pub async fn refer(tx: &mut Tx, (member, affiliate): (MemberId, MemberId), joined: bool, now: Timestamp) -> Result<()> {
    tx.run(REFER, args![member, affiliate, now, joined]).await.map(drop)
}

const REFERRER: &str = "select r.affiliate_id, r.made_at
from referrals r
join affiliates a on a.member_id = r.affiliate_id
where r.member_id = $1 and r.ended_at is null and a.ended_at is null";

/// By whom a member came, and when, where that counts for something.
pub async fn referrer(tx: &mut Tx, member: MemberId) -> Result<Option<(MemberId, Timestamp)>> {
    let row: Option<(i64, i64)> = tx.optional(REFERRER, args![member]).await?;
    Ok(row.map(|(affiliate, at)| (MemberId(affiliate), Timestamp(at))))
}

/// Whether money of a member ever came; a tip buys nothing.
pub async fn has_bought(tx: &mut Tx, member: MemberId) -> Result<bool> {
    let sql = "select count(*) from orders where member_id = $1 and paid_at is not null and purpose <> 'tip'";
    let (n,): (i64,) = tx.one(sql, args![member]).await?;
    Ok(n > 0)
}

/// Who came takes it out: it counts for no order any more that is not paid.
pub async fn take_out(tx: &mut Tx, member: MemberId, now: Timestamp) -> Result<()> {
    tx.run("update referrals set ended_at = $2 where member_id = $1 and ended_at is null", args![member, now]).await?;
    let sql = "delete from order_rewards
        where order_id in (select o.id from orders o where o.member_id = $1 and o.paid_at is null and o.status in ('open', 'pending'))";
    tx.run(sql, args![member]).await.map(drop)
}

/// What creators were promised of an order, in hundredths of a percent of its net.
pub async fn promised_to_creators(tx: &mut Tx, order: OrderId) -> Result<i64> {
    let sql = "select cast(coalesce(max(sale_rate), 0) as bigint) from (
    select sale_rate from order_shares where order_id = $1
    union all
    select sale_rate from order_post_shares where order_id = $1
) promised";
    let (rate,): (i64,) = tx.one(sql, args![order]).await?;
    Ok(rate)
}

/// What an order promised to an affiliate, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Promise {
    pub affiliate_id: i64,
    pub rate: i64,
    pub only_first: bool,
    pub hold_days: i64,
    pub released_at: Option<i64>,
    pub excluded_at: Option<i64>,
}

const PROMISE: &str = "insert into order_rewards (order_id, affiliate_id, rate, only_first, hold_days)
values ($1, $2, $3, $4, $5)
on conflict (order_id) do nothing";

pub async fn promise(tx: &mut Tx, order: OrderId, affiliate: MemberId, rate: i64, (only_first, hold_days): (bool, i64)) -> Result<()> {
    tx.run(PROMISE, args![order, affiliate, rate, only_first, hold_days]).await.map(drop)
}

const PROMISED: &str = "select affiliate_id, rate, only_first, hold_days, released_at, excluded_at from order_rewards where order_id = $1";

pub async fn promised(tx: &mut Tx, order: OrderId) -> Result<Option<Promise>> {
    tx.optional(PROMISED, args![order]).await
}

const SET_STANDING: &str = "update order_rewards
set payable_at = $2, released_at = $3
where order_id = $1";

/// From when it can be paid out, and since when it stands there.
pub async fn set_standing(tx: &mut Tx, order: OrderId, payable: Option<Timestamp>, released: Option<Timestamp>) -> Result<()> {
    tx.run(SET_STANDING, args![order, payable, released]).await.map(drop)
}

const BESIDE: &str = "select r.order_id, min(p.paid_at)
from order_rewards own
join order_rewards r on r.order_id <> own.order_id and r.only_first
join orders o on o.id = r.order_id
join payments p on p.order_id = o.id
where own.order_id = $2 and own.only_first and o.member_id = $1
group by r.order_id
order by r.order_id
limit 400";

/// Where an order promised a reward for the first purchase: the other orders of its buyer that did, with when the first money for
/// each came.
pub async fn beside(tx: &mut Tx, member: MemberId, order: OrderId) -> Result<Vec<(OrderId, Timestamp)>> {
    let rows: Vec<(i64, i64)> = tx.all(BESIDE, args![member, order]).await?;
    Ok(rows.into_iter().map(|(order, at)| (OrderId(order), Timestamp(at))).collect())
}

const DUE: &str = "select order_id
from order_rewards
where payable_at <= $1 and released_at is null
order by payable_at
limit $2";

/// What waited long enough.
pub async fn due(db: &Db, now: Timestamp, limit: i64) -> Result<Vec<OrderId>> {
    let rows: Vec<(i64,)> = db.all(DUE, args![now, limit]).await?;
    Ok(rows.into_iter().map(|(id,)| OrderId(id)).collect())
}

const RECOMMENDED_BY: &str = "select m.name
from order_rewards r
join members m on m.id = r.affiliate_id
where r.order_id = $1 and r.excluded_at is null";

/// Who gets a reward for an order.
pub async fn recommended_by(db: &Db, order: OrderId) -> Result<Option<String>> {
    let row: Option<(String,)> = db.optional(RECOMMENDED_BY, args![order]).await?;
    Ok(row.map(|(name,)| name))
}

const EXCLUDE: &str = "update order_rewards
set excluded_at = $3, excluded_by = $2
where order_id = $1 and (excluded_at is null) = ($3 is not null)";

/// Whether an order counts; false when it stood so already, or promised nothing.
pub async fn exclude(tx: &mut Tx, order: OrderId, by: Option<MemberId>, at: Option<Timestamp>) -> Result<bool> {
    Ok(tx.run(EXCLUDE, args![order, by, at]).await? == 1)
}

const UNPAID: &str = "select r.order_id
from order_rewards r
join orders o on o.id = r.order_id
where r.affiliate_id = $1 and r.excluded_at is null and o.paid_at is null
order by o.member_id, r.order_id";

/// The orders that promised something to an affiliate, and are not paid yet, those of one buyer after each other.
pub async fn unpaid(tx: &mut Tx, affiliate: MemberId) -> Result<Vec<OrderId>> {
    let rows: Vec<(i64,)> = tx.all(UNPAID, args![affiliate]).await?;
    Ok(rows.into_iter().map(|(id,)| OrderId(id)).collect())
}
