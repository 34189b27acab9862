//! Table `offer_redemptions`.

use crate::args;
use crate::foundation::id::{MemberId, OfferId, OrderId};
use crate::foundation::money::Money;
use crate::foundation::time::{DAY, Timestamp};
use crate::payments::model::{Item, Order, STANDS, STANDS_BY_OFFER};
use crate::payments::offers::model::{Offer, Used};
use crate::server::db::{Db, Queries, Result, Tx};

/// What one use of an offer is of: copies, for ever.
pub struct Held<'a> {
    pub offer: &'a Offer,
    pub member: MemberId,
    pub item: Item,
    pub title: &'a str,
    pub list: Money,
    /// What it takes off of one term, or of the whole.
    pub off: i64,
    pub order: Option<OrderId>,
    pub subscription: Option<i64>,
    /// It needs no payment: it is used at once.
    pub used: bool,
    /// How often the member may use it; `None`: no limit.
    pub most: Option<i64>,
}

const LOCK: &str = "update offers
set name = name
where id = $1";

const HOLD: &str = "insert into offer_redemptions
    (offer_id, member_id, nth, order_id, subscription_id, tier_id, cadence, post_id, title, currency, list_minor, off_minor, held_at,
    used_at)
select o.id, m.id, (select coalesce(max(r.nth), 0) + 1 from offer_redemptions r where r.offer_id = o.id and r.member_id = m.id),
    $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
from offers o
join members m on m.id = $2
where o.id = $1
    and o.archived_at is null
    and (o.from_at is null or o.from_at <= $12)
    and (o.until_at is null or o.until_at > $12)
    and (o.total_limit is null or (select count(*) from offer_redemptions r where r.offer_id = o.id) < o.total_limit)
    and (
        select count(*)
        from offer_redemptions r
        where r.offer_id = o.id and r.member_id = m.id and (not $15 or r.off_minor = r.list_minor)
    ) < $14
returning id";

/// Takes one use of an offer, if there is one: others who want one wait until the transaction is done, and then see it.
pub async fn hold(tx: &mut Tx, held: &Held<'_>, now: Timestamp) -> Result<Option<i64>> {
    tx.run(LOCK, args![held.offer.id]).await?;
    let (tier, cadence, post) = match held.item {
        Item::Tier(tier, cadence) => (Some(tier), Some(cadence.to_string()), None),
        Item::Post(post) => (None, None, Some(post)),
        // Offers are for articles and tiers.
        Item::Bundle(_) | Item::Author(_) => return Ok(None),
    };
    let args = args![
        held.offer.id,
        held.member,
        held.order,
        held.subscription,
        tier,
        cadence,
        post,
        held.title,
        held.list.currency.code(),
        held.list.minor,
        held.off,
        now,
        held.used.then_some(now),
        held.most.unwrap_or(i64::MAX),
        held.offer.counts_free_alone(held.off == held.list.minor)
    ];
    let row: Option<(i64,)> = tx.optional(HOLD, args).await?;
    Ok(row.map(|(id,)| id))
}

const USE: &str = "update offer_redemptions
set used_at = $2
where order_id = $1 and used_at is null";

/// Money came late for an order whose use of the offer had been given back: it counts all the same, also beyond the limits.
const USE_AFTER_ALL: &str = "insert into offer_redemptions
    (offer_id, member_id, nth, order_id, tier_id, cadence, post_id, title, currency, list_minor, off_minor, held_at, used_at)
select o.offer_id, o.member_id,
    (select coalesce(max(r.nth), 0) + 1 from offer_redemptions r where r.offer_id = o.offer_id and r.member_id = o.member_id),
    o.id, o.tier_id, o.cadence, o.post_id, o.title, o.currency, coalesce(o.net_list_minor, o.list_minor),
    coalesce(o.net_list_minor, o.list_minor) - coalesce(o.net_minor, o.minor), $2, $2
from orders o
where o.id = $1 and o.offer_id is not null and o.list_minor >= o.minor
on conflict (order_id) do nothing";

/// The order is paid, or began its agreement: it used its offer. A second time changes nothing.
pub async fn use_of(tx: &mut Tx, order: &Order, now: Timestamp) -> Result<()> {
    let Some(offer) = order.offer.as_ref().and_then(|applied| applied.used) else { return Ok(()) };
    if tx.run(USE, args![order.id, now]).await? == 0 {
        tx.run(LOCK, args![offer]).await?;
        tx.run(USE_AFTER_ALL, args![order.id, now]).await?;
    }
    Ok(())
}

const UNPAID: &str = "select r.order_id
from offer_redemptions r
join orders o on o.id = r.order_id
where r.used_at is null
    and o.status = 'open'
    and (o.closed_at is not null or o.created_at < $1)
    and not exists (
        select 1
        from checkouts c
        where c.order_id = o.id and c.state in ('opening', 'open', 'pending', 'declined')
            and (c.provider <> 'offline' and c.expires_at > $2 or c.provider = 'offline' and c.opened_at > $3)
            or c.order_id = o.id and c.provider = 'alipay' and c.state = 'closed' and c.expires_at > $5
    )
order by r.id
limit $4";

const GIVE_BACK: &str = "delete from offer_redemptions
where order_id = $1
    and used_at is null
    and not exists (
        select 1
        from checkouts c
        where c.order_id = $1 and c.state in ('opening', 'open', 'pending', 'declined')
            and (c.provider <> 'offline' and c.expires_at > $2 or c.provider = 'offline' and c.opened_at > $3)
            or c.order_id = $1 and c.provider = 'alipay' and c.state = 'closed' and c.expires_at > $4
    )";

/// Held for orders that lapsed or were given up.
pub async fn held_in_vain(db: &Db, now: Timestamp, limit: i64) -> Result<Vec<OrderId>> {
    let rows: Vec<(i64,)> = db.all(UNPAID, args![now.plus(-STANDS_BY_OFFER), now.plus(-7 * DAY), now.plus(-STANDS), limit, now]).await?;
    Ok(rows.into_iter().map(|(id,)| OrderId(id)).collect())
}

/// Gives back what is held for an order that is locked, unless one of its tries may still be paid: one that its provider has
/// not closed yet, a bank transfer that may be on its way, or an address at Alipay, which works until it expires though
/// Alipay knew nothing that it could close.
pub async fn give_back_unpaid(tx: &mut Tx, order: OrderId, now: Timestamp) -> Result<bool> {
    Ok(tx.run(GIVE_BACK, args![order, now.plus(-7 * DAY), now.plus(-STANDS), now]).await? == 1)
}

const USES_OF: &str = "select count(*), count(case when off_minor = list_minor then 1 end)
from offer_redemptions
where offer_id = $1 and member_id = $2";

/// How often a member has used an offer, or holds it for an order.
pub async fn uses_of(db: &Db, offer: OfferId, member: MemberId) -> Result<Used> {
    let (times, free): (i64, i64) = db.one(USES_OF, args![offer, member]).await?;
    Ok(Used { times, free })
}

pub async fn uses(db: &Db, offer: OfferId) -> Result<i64> {
    let (n,): (i64,) = db.one("select count(*) from offer_redemptions where offer_id = $1", args![offer]).await?;
    Ok(n)
}

const OPEN_ORDER: &str = "select o.reference
from offer_redemptions r
join orders o on o.id = r.order_id
where r.offer_id = $1 and r.member_id = $2 and r.used_at is null and o.status in ('open', 'pending') and o.closed_at is null
    and o.created_at > $3
order by o.id desc
limit 1";

/// An order of the member that holds the offer and can be paid.
pub async fn open_order(db: &Db, offer: OfferId, member: MemberId, now: Timestamp) -> Result<Option<String>> {
    let row: Option<(String,)> = db.optional(OPEN_ORDER, args![offer, member, now.plus(-STANDS_BY_OFFER)]).await?;
    Ok(row.map(|(reference,)| reference))
}

/// One use, with whose it was.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct RedemptionRow {
    pub id: i64,
    pub handle: String,
    pub order_id: Option<i64>,
    pub subscription_id: Option<i64>,
    pub title: String,
    pub currency: String,
    pub list_minor: i64,
    pub off_minor: i64,
    pub held_at: i64,
    pub used_at: Option<i64>,
}

const REDEMPTIONS: &str =
    "select r.id, m.handle, r.order_id, r.subscription_id, r.title, r.currency, r.list_minor, r.off_minor, r.held_at, r.used_at
from offer_redemptions r
join members m on m.id = r.member_id";

/// Newest first, those before `before`.
pub async fn redemptions(db: &Db, offer: OfferId, before: Option<i64>, limit: i64) -> Result<Vec<RedemptionRow>> {
    let sql = format!("{REDEMPTIONS}\nwhere r.offer_id = $1 and r.id < $2\norder by r.id desc\nlimit $3");
    db.all(sql, args![offer, before.unwrap_or(i64::MAX), limit]).await
}

/// What was given to a member for nothing, newest first, those before `before`.
pub async fn given_to(db: &Db, member: MemberId, before: Option<i64>, limit: i64) -> Result<Vec<GivenRow>> {
    db.all(GIVEN, args![member, before.unwrap_or(i64::MAX), limit]).await
}

/// What an offer gave for nothing.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct GivenRow {
    pub id: i64,
    pub offer: String,
    pub title: String,
    pub cadence: Option<String>,
    pub post_id: Option<i64>,
    pub currency: String,
    pub list_minor: i64,
    pub used_at: i64,
    pub opens_until: Option<i64>,
}

const GIVEN: &str = "select r.id, o.name as offer, r.title, r.cadence, r.post_id, r.currency, r.list_minor, r.used_at,
    (select max(e.ends_at) from entitlements e where e.cause = 'offer:' || r.id) as opens_until
from offer_redemptions r
join offers o on o.id = r.offer_id
where r.member_id = $1 and r.id < $2 and r.order_id is null and r.subscription_id is null and r.used_at is not null
order by r.id desc
limit $3";

const REVENUE: &str = "select p.currency, cast(coalesce(sum(p.minor), 0) as bigint) as minor
from payments p
join orders o on o.id = p.order_id
where p.use = 'order'
    and (
        o.offer_id = $1
        or o.list_minor is not null and o.subscription_id in (
            select s.subscription_id from orders s where s.offer_id = $1
            union
            select r.subscription_id from offer_redemptions r where r.offer_id = $1
        )
    )
group by p.currency
order by p.currency";

/// What was paid at the offer's price, by currency; refunds are not taken off.
pub async fn revenue(db: &Db, offer: OfferId) -> Result<Vec<(String, i64)>> {
    db.all(REVENUE, args![offer]).await
}

const UNANSWERED: &str = "select id
from offer_redemptions
where offer_id = $1 and subscription_id = $2 and order_id is null and used_at is null";

/// A use for a running agreement of which the provider has not said yet that it holds.
pub async fn unanswered(db: &Db, offer: OfferId, subscription: i64) -> Result<Option<i64>> {
    let row: Option<(i64,)> = db.optional(UNANSWERED, args![offer, subscription]).await?;
    Ok(row.map(|(id,)| id))
}

/// As [`unanswered`], for whoever holds the agreement.
pub async fn unanswered_now(tx: &mut Tx, offer: OfferId, subscription: i64) -> Result<Option<i64>> {
    let row: Option<(i64,)> = tx.optional(UNANSWERED, args![offer, subscription]).await?;
    Ok(row.map(|(id,)| id))
}

/// The provider says that it holds.
pub async fn answered(tx: &mut Tx, redemption: i64, now: Timestamp) -> Result<()> {
    tx.run("update offer_redemptions set used_at = $2 where id = $1 and used_at is null", args![redemption, now]).await.map(drop)
}

/// The provider said no.
pub async fn refused(tx: &mut Tx, redemption: i64) -> Result<()> {
    tx.run("delete from offer_redemptions where id = $1 and used_at is null", args![redemption]).await.map(drop)
}
