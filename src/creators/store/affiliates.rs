//! What the tables of `payments::affiliates` and the ledger say of affiliates, for those who look. Nothing here names a buyer.

use crate::args;
use crate::foundation::id::{MemberId, OrderId};
use crate::server::db::{Db, Queries, Result};
use sqlx::FromRow;

/// How many came, and what it brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromRow)]
pub struct Counts {
    pub joined: i64,
    pub orders: i64,
}

const COUNTS: &str = "select
    (select count(*) from referrals r where r.affiliate_id = $1 and r.joined) as joined,
    (select count(*) from order_rewards r join orders o on o.id = r.order_id where r.affiliate_id = $1 and o.paid_at is not null) as orders";

pub async fn counts(db: &Db, affiliate: MemberId) -> Result<Counts> {
    db.one(COUNTS, args![affiliate]).await
}

/// An order that was paid, and what it gives. By whom it was paid is not read.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct RewardRow {
    pub order_id: i64,
    pub kind: String,
    pub title: String,
    pub paid_at: i64,
    pub currency: String,
    pub rate: i64,
    /// What the ledger says now, and whether it ever said anything.
    pub minor: i64,
    pub booked: bool,
    pub payable_at: Option<i64>,
    pub released_at: Option<i64>,
    pub excluded_at: Option<i64>,
}

const REWARDS: &str = "select r.order_id, o.kind, o.title, o.paid_at, o.currency, r.rate,
    cast(coalesce((
        select sum(e.minor) from ledger_entries e where e.order_id = r.order_id and e.account = 'expense:affiliates'
    ), 0) as bigint) as minor,
    exists (select 1 from ledger_entries e where e.order_id = r.order_id and e.account = 'expense:affiliates') as booked,
    r.payable_at, r.released_at, r.excluded_at
from order_rewards r
join orders o on o.id = r.order_id
where r.affiliate_id = $1 and r.order_id < $2 and o.paid_at is not null
order by r.order_id desc
limit $3";

/// The newest first, those before an order.
pub async fn rewards(db: &Db, affiliate: MemberId, before: Option<OrderId>, limit: i64) -> Result<Vec<RewardRow>> {
    db.all(REWARDS, args![affiliate, before.map_or(i64::MAX, |id| id.0), limit]).await
}

const SET_ASIDE: &str = "select p.currency, p.state, max(r.made_at)
from payouts p
join payout_runs r on r.id = p.run_id
where p.member_id = $1 and p.state in ('under way', 'paid')
group by p.currency, p.state";

/// When a member was last set anything aside in each currency, of payouts under way and of those that arrived.
pub async fn set_aside(db: &Db, member: MemberId) -> Result<Vec<(String, String, i64)>> {
    db.all(SET_ASIDE, args![member]).await
}

/// An affiliate, as an admin sees them.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct AffiliateRow {
    pub member_id: i64,
    pub handle: String,
    pub name: String,
    pub code: String,
    pub opened: i64,
    pub joined: i64,
    pub orders: i64,
    pub ended_at: Option<i64>,
    pub ended_by: Option<i64>,
}

const AFFILIATES: &str = "select a.member_id, m.handle, m.name, a.code, a.opened,
    (select count(*) from referrals r where r.affiliate_id = a.member_id and r.joined) as joined,
    (select count(*) from order_rewards r join orders o on o.id = r.order_id where r.affiliate_id = a.member_id and o.paid_at is not null)
        as orders,
    a.ended_at, a.ended_by
from affiliates a
join members m on m.id = a.member_id";

pub async fn affiliates(db: &Db, after: MemberId, limit: i64) -> Result<Vec<AffiliateRow>> {
    db.all(format!("{AFFILIATES}\nwhere a.member_id > $1\norder by a.member_id\nlimit $2"), args![after, limit]).await
}

pub async fn affiliate(db: &Db, member: MemberId) -> Result<Option<AffiliateRow>> {
    db.optional(format!("{AFFILIATES}\nwhere a.member_id = $1"), args![member]).await
}
