//! Table `creators`, and what the ledger says of them.

use crate::args;
use crate::foundation::id::{MemberId, PostId};
use crate::foundation::time::Timestamp;
use crate::payments::ledger::Account;
use crate::server::db::{Db, Queries, Result, Tx};
use sqlx::FromRow;

/// A creator's accounts: what may be paid, and what waits.
fn accounts(member: MemberId) -> (String, String) {
    (Account::Creator(member).to_string(), Account::CreatorHeld(member).to_string())
}

/// How a creator is paid: the name on the account, and which it is.
pub type Payee = (String, String);

pub async fn payee(db: &Db, member: MemberId) -> Result<Option<Payee>> {
    db.optional("select payee_name, payee_account from creators where member_id = $1", args![member]).await
}

const SET_PAYEE: &str = "insert into creators (member_id, payee_name, payee_account, since)
values ($1, $2, $3, $4)
on conflict (member_id) do update set payee_name = $2, payee_account = $3";

pub async fn set_payee(db: &Db, member: MemberId, (name, account): (&str, &str), now: Timestamp) -> Result<()> {
    db.run(SET_PAYEE, args![member, name, account, now]).await.map(drop)
}

pub async fn forget_payee(db: &Db, member: MemberId) -> Result<()> {
    db.run("update creators set payee_name = '', payee_account = '' where member_id = $1", args![member]).await.map(drop)
}

const HAS_SHARE: &str = "select cast(1 as bigint)
from members
where id = $1
    and (exists (select 1 from creators c where c.member_id = $1) or exists (select 1 from post_shares s where s.member_id = $1))";

/// Whether somebody has a share of anything, or had.
pub async fn has_share(db: &Db, member: MemberId) -> Result<bool> {
    let row: Option<(i64,)> = db.optional(HAS_SHARE, args![member]).await?;
    Ok(row.is_some())
}

/// What is owed in a currency, what of it waits for a dispute, and what is on its way.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Balance {
    pub currency: String,
    pub payable: i64,
    pub held: i64,
    pub under_way: i64,
}

const BALANCES: &str = "select currency,
    cast(coalesce(sum(payable), 0) as bigint) as payable,
    cast(coalesce(sum(held), 0) as bigint) as held,
    cast(coalesce(sum(under_way), 0) as bigint) as under_way
from (
    select currency, -minor as payable, 0 as held, 0 as under_way
    from ledger_entries
    where account = $2
    union all
    select currency, 0, -minor, 0
    from ledger_entries
    where account = $3
    union all
    select currency, 0, 0, minor
    from payouts
    where member_id = $1 and state = 'under way'
) sums
group by currency
order by currency";

pub async fn balances(db: &Db, member: MemberId) -> Result<Vec<Balance>> {
    let (own, held) = accounts(member);
    db.all(BALANCES, args![member, own, held]).await
}

/// A month of a creator in a currency: what was earned, and what of it was set aside for payouts.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct MonthSum {
    pub month: String,
    pub currency: String,
    pub earned: i64,
    pub paid_out: i64,
}

const MONTHS: &str = "select substr(t.booked_day, 1, 7) as month, e.currency,
    cast(coalesce(sum(case when t.cause like 'payout:%' then 0 else -e.minor end), 0) as bigint) as earned,
    cast(coalesce(sum(case when t.cause like 'payout:%' then e.minor else 0 end), 0) as bigint) as paid_out
from ledger_entries e
join ledger_transfers t on t.id = e.transfer_id
where e.account in ($1, $2)
group by 1, 2
order by 1 desc, 2
limit 600";

/// Every month in which anything was booked, the newest first.
pub async fn months(db: &Db, member: MemberId) -> Result<Vec<MonthSum>> {
    let (own, held) = accounts(member);
    db.all(MONTHS, args![own, held]).await
}

const MONTH: &str = "select substr(t.booked_day, 1, 7) as month, e.currency,
    cast(coalesce(sum(case when t.cause like 'payout:%' then 0 else -e.minor end), 0) as bigint) as earned,
    cast(coalesce(sum(case when t.cause like 'payout:%' then e.minor else 0 end), 0) as bigint) as paid_out
from ledger_entries e
join ledger_transfers t on t.id = e.transfer_id
where e.account in ($1, $2) and t.booked_day between $3 and $4
group by 1, 2
order by 2";

/// One month, in the transaction that closes it.
pub async fn month_of(tx: &mut Tx, member: MemberId, (from, to): (&str, &str)) -> Result<Vec<MonthSum>> {
    let (own, held) = accounts(member);
    tx.all(MONTH, args![own, held, from, to]).await
}

/// What an article did in a month: what it brought, net of tax, what of that went back, what providers kept, and what of the
/// net is this creator's; of a bundle, its part of it. Without an article: tips for the author.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct ArticleSum {
    pub post_id: Option<i64>,
    pub title: String,
    pub currency: String,
    pub sold: i64,
    pub given_back: i64,
    pub fees: i64,
    pub share: i64,
}

const ARTICLES: &str = "select s.post_id, coalesce(p.title, '') as title, s.currency,
    cast(coalesce(sum(case when s.account = 'revenue:sales' and s.minor < 0 then -s.minor else 0 end), 0) as bigint) as sold,
    cast(coalesce(sum(case when s.account = 'revenue:sales' and s.minor > 0 then s.minor else 0 end), 0) as bigint) as given_back,
    cast(coalesce(sum(case when s.account = 'expense:provider-fees' then s.minor else 0 end), 0) as bigint) as fees,
    cast(coalesce(sum(case when s.account in ($2, $3) then -s.minor else 0 end), 0) as bigint) as share
from (
    select o.post_id, e.currency, e.account, e.minor
    from order_shares s
    join orders o on o.id = s.order_id
    join ledger_entries e on e.order_id = s.order_id
    join ledger_transfers t on t.id = e.transfer_id
    where s.member_id = $1 and t.booked_day between $4 and $5
    union all
    select s.post_id, e.currency, e.account, e.minor
    from order_post_shares s
    join ledger_entries e on e.order_id = s.order_id and e.post_id = s.post_id
    join ledger_transfers t on t.id = e.transfer_id
    where s.member_id = $1 and t.booked_day between $4 and $5
) s
left join posts p on p.id = s.post_id
group by s.post_id, p.title, s.currency
order by share desc, s.post_id
limit 1000";

pub async fn articles(db: &Db, member: MemberId, (from, to): (&str, &str)) -> Result<Vec<ArticleSum>> {
    let (own, held) = accounts(member);
    db.all(ARTICLES, args![member, own, held, from, to]).await
}

/// An entry of a creator's accounts.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct EntryRow {
    pub transfer_id: i64,
    pub line: i64,
    pub booked_day: String,
    pub cause: String,
    /// None of a tip for no article, and of what is paid out.
    pub post_id: Option<i64>,
    pub title: String,
    pub account: String,
    pub currency: String,
    pub minor: i64,
    /// It is for having recommended the buyer.
    pub rewarded: bool,
    /// Of a tip, for an article or for none.
    pub tipped: bool,
    /// It takes back what an order had brought, since money went back: not what only waits, or a fee that was told later.
    pub given_back: bool,
}

const ENTRIES: &str = "select e.transfer_id, e.line, t.booked_day, t.cause, e.post_id, coalesce(p.title, o.title, '') as title, e.account,
    e.currency, e.minor,
    exists (select 1 from order_rewards r where r.order_id = e.order_id and e.account like 'liability:creator%:' || r.affiliate_id)
        and not exists (select 1 from order_shares s where s.order_id = e.order_id and e.account like 'liability:creator%:' || s.member_id)
        and not exists (
            select 1 from order_post_shares s
            where s.order_id = e.order_id and s.post_id = e.post_id and e.account like 'liability:creator%:' || s.member_id
        ) as rewarded,
    (o.id is not null and o.purpose = 'tip') as tipped,
    (e.minor > 0
        and exists (
            select 1
            from ledger_entries h
            where h.transfer_id = e.transfer_id and h.order_id = e.order_id and h.account like 'revenue:%' and h.minor > 0
        )) as given_back
from ledger_entries e
join ledger_transfers t on t.id = e.transfer_id
left join posts p on p.id = e.post_id
left join orders o on o.id = e.order_id
where e.account in ($1, $2) and t.booked_day between $3 and $4 and (e.transfer_id, e.line) < ($5, $6)
order by e.transfer_id desc, e.line desc
limit $7";

/// Of a month, the newest first.
pub async fn entries(db: &Db, member: MemberId, (from, to): (&str, &str), before: (i64, i64), limit: i64) -> Result<Vec<EntryRow>> {
    let (own, held) = accounts(member);
    db.all(ENTRIES, args![own, held, from, to, before.0, before.1, limit]).await
}

/// What an article did since it was there: what it brought, net of tax and of what went back; what providers kept; what
/// creators got of sales and of the pool; what those got who recommended its buyers; what was written down as spent on it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct PostSum {
    pub post_id: i64,
    pub currency: String,
    pub sold: i64,
    pub fees: i64,
    pub creators: i64,
    pub rewards: i64,
    pub pool: i64,
    pub costs: i64,
}

impl PostSum {
    /// What sales left for the site. The pool is a part of what memberships bring, and no cost of an article.
    pub const fn left(&self) -> i64 {
        self.sold - self.fees - self.creators - self.rewards - self.costs
    }
}

const OF_POSTS: &str = "select post_id, currency,
    cast(coalesce(sum(sold), 0) as bigint) as sold,
    cast(coalesce(sum(fees), 0) as bigint) as fees,
    cast(coalesce(sum(creators), 0) as bigint) as creators,
    cast(coalesce(sum(rewards), 0) as bigint) as rewards,
    cast(coalesce(sum(pool), 0) as bigint) as pool,
    cast(coalesce(sum(costs), 0) as bigint) as costs
from (
    select o.post_id, e.currency,
        case when e.account = 'revenue:sales' then -e.minor else 0 end as sold,
        case when e.account = 'expense:provider-fees' then e.minor else 0 end as fees,
        case when e.account = 'expense:creators' then e.minor else 0 end as creators,
        case when e.account = 'expense:affiliates' then e.minor else 0 end as rewards,
        0 as pool, 0 as costs
    from orders o
    join ledger_entries e on e.order_id = o.id
    where o.post_id between $1 and $2
    union all
    select i.post_id, e.currency,
        case when e.account = 'revenue:sales' then -e.minor else 0 end,
        case when e.account = 'expense:provider-fees' then e.minor else 0 end,
        case when e.account = 'expense:creators' then e.minor else 0 end,
        case when e.account = 'expense:affiliates' then e.minor else 0 end,
        0, 0
    from order_posts i
    join ledger_entries e on e.order_id = i.order_id and e.post_id = i.post_id
    where i.post_id between $1 and $2
    union all
    select post_id, currency, 0, 0, 0, 0, minor, 0
    from pool_articles
    where post_id between $1 and $2
    union all
    select post_id, currency, 0, 0, 0, 0, 0, minor
    from costs
    where post_id between $1 and $2 and recurrence = 'once'
) sums
group by post_id, currency
order by post_id desc, currency";

/// Of the articles whose numbers are from the first to the second.
pub async fn of_posts(db: &Db, from: PostId, to: PostId) -> Result<Vec<PostSum>> {
    db.all(OF_POSTS, args![from, to]).await
}

const POSTS: &str = "select id, title
from posts
where published_at is not null and id < $1
order by id desc
limit $2";

/// Articles that were published, the newest number first.
pub async fn posts(db: &Db, before: PostId, limit: i64) -> Result<Vec<(i64, String)>> {
    db.all(POSTS, args![before, limit]).await
}
