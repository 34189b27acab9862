//! Table `orders`.

use crate::args;
use crate::foundation::cadence::Cadence;
use crate::foundation::error::{self, AppError};
use crate::foundation::id::{BundleId, MemberId, OfferId, OrderId, PostId, TierId};
use crate::foundation::money::{Currency, Money};
use crate::foundation::time::Timestamp;
use crate::payments::model::{Applied, Item, OfTeam, Order, OrderStatus, Prices, Purpose, STANDS, STANDS_BY_OFFER, Trial};
use crate::payments::{affiliates, shares, tax};
use crate::providers::Provider;
use crate::server::db::{Db, Queries, Result, Tx};

#[derive(sqlx::FromRow)]
pub struct OrderRow {
    id: i64,
    reference: String,
    member_id: i64,
    tier_id: Option<i64>,
    cadence: Option<String>,
    post_id: Option<i64>,
    bundle_id: Option<i64>,
    author_id: Option<i64>,
    title: String,
    currency: String,
    minor: i64,
    renewing: bool,
    settles: bool,
    trial_days: i64,
    status: String,
    return_to: String,
    subscription_id: Option<i64>,
    created_at: i64,
    declined_at: Option<i64>,
    paid_at: Option<i64>,
    booked: i64,
    list_minor: Option<i64>,
    net_minor: Option<i64>,
    net_list_minor: Option<i64>,
    offer_name: Option<String>,
    offer_id: Option<i64>,
    offer_terms: Option<i64>,
    closed_at: Option<i64>,
    opens_until: Option<i64>,
    purpose: String,
    team_id: Option<i64>,
    team_seats: Option<i64>,
    trial_until: Option<i64>,
    trial_charged: i64,
}

/// Of `orders o`: what went back of it in minor units, without what was paid too much.
pub const REFUNDED: &str = "(
        select cast(coalesce(sum(r.minor), 0) as bigint)
        from payments p
        join refunds r on r.payment_id = p.id
        where p.order_id = o.id and p.use = 'order' and r.state = 'succeeded'
    ) as refunded";

/// Of `orders o`, the causes of what one opens, also after it was taken over to another tier.
macro_rules! causes {
    () => {
        "('order:' || o.id, 'switch:order:' || o.id, 'switch:switch:order:' || o.id)"
    };
}
pub(super) use causes;

/// Of `orders o`, with the end of what it opens, also after it was taken over to another tier, with its team, and with the
/// trial that ran instead of being paid. Until when that is read off what it opened: a provider says no more of a trial
/// once its agreement has ended.
pub const COLUMNS: &str = concat!(
    "o.id, o.reference, o.member_id, o.tier_id, o.cadence, o.post_id, o.bundle_id, o.author_id, o.title, o.currency, o.minor, o.renewing, \
    o.settles, o.trial_days, o.status, o.return_to, o.subscription_id, o.created_at, o.declined_at, o.paid_at, o.booked, \
    o.list_minor, o.net_minor, o.net_list_minor, o.offer_name, o.offer_id, o.offer_terms, o.closed_at, o.purpose, \
    coalesce((select max(e.ends_at) from entitlements e where e.revoked_at is null \
    and e.cause in ",
    causes!(),
    "), \
    (select w.until_at from team_terms w where w.order_id = o.id and w.revoked_at is null)) as opens_until, \
    (select w.team_id from team_terms w where w.order_id = o.id) as team_id, \
    (select w.seats from team_terms w where w.order_id = o.id) as team_seats, \
    (select coalesce(e.revoked_at, e.ends_at) from entitlements e \
    where e.cause = 'trial:' || o.subscription_id and o.status = 'open' and o.trial_days > 0) as trial_until, \
    (select count(*) from subscriptions s \
    where s.id = o.subscription_id and s.state not in ('waiting', 'ended') and not s.ends_with_term) as trial_charged"
);

impl OrderRow {
    /// The constraints of the table keep other rows out; if one is there, it is not guessed at.
    pub fn order(self) -> error::Result<Order> {
        let id = self.id;
        self.read().ok_or_else(|| {
            tracing::error!(order = id, "an order's row cannot be read");
            AppError::Internal
        })
    }

    fn read(self) -> Option<Order> {
        let item = match (self.tier_id, self.post_id, self.bundle_id, self.author_id) {
            (Some(tier), None, None, None) => Item::Tier(TierId(tier), Cadence::parse(self.cadence.as_deref()?)?),
            (None, Some(post), None, None) => Item::Post(PostId(post)),
            (None, None, Some(bundle), None) => Item::Bundle(BundleId(bundle)),
            (None, None, None, Some(author)) => Item::Author(MemberId(author)),
            _ => return None,
        };
        let currency = Currency::parse(&self.currency)?;
        let offer = match (self.list_minor, self.offer_name) {
            (Some(list), Some(name)) => Some(Applied {
                used: self.offer_id.map(OfferId),
                name,
                list: Money::new(list, currency),
                terms: self.offer_terms.map(u16::try_from).transpose().ok()?,
            }),
            _ => None,
        };
        Some(Order {
            id: OrderId(self.id),
            reference: self.reference,
            member: MemberId(self.member_id),
            item,
            title: self.title,
            purpose: Purpose::parse(&self.purpose)?,
            team: self.team_id.zip(self.team_seats).map(|(id, seats)| OfTeam { id, seats }),
            price: Money::new(self.minor, currency),
            net: self
                .net_minor
                .map(|net| Prices { price: Money::new(net, currency), list: self.net_list_minor.map(|list| Money::new(list, currency)) }),
            renewing: self.renewing,
            settles: self.settles,
            trial_days: self.trial_days,
            offer,
            status: OrderStatus::parse(&self.status)?,
            return_to: self.return_to,
            subscription: self.subscription_id,
            created_at: Timestamp(self.created_at),
            closed_at: self.closed_at.map(Timestamp),
            declined_at: self.declined_at.map(Timestamp),
            paid_at: self.paid_at.map(Timestamp),
            booked: self.booked,
            opens_until: self.opens_until.map(Timestamp),
            trial: self.trial_until.map(|until| Trial { until: Timestamp(until), charged: self.trial_charged > 0 }),
        })
    }
}

pub struct NewOrder<'a> {
    pub reference: &'a str,
    pub member: MemberId,
    pub item: Item,
    pub title: &'a str,
    pub price: Money,
    /// Tax is added to the price once the buyer says where they live.
    pub is_net: bool,
    pub renewing: bool,
    pub settles: bool,
    pub trial_days: i64,
    pub offer: Option<&'a Applied>,
    pub return_to: &'a str,
    pub subscription: Option<i64>,
    pub purpose: Purpose,
}

/// An item as columns.
#[derive(Default)]
struct Columns {
    kind: &'static str,
    tier: Option<TierId>,
    cadence: Option<String>,
    post: Option<PostId>,
    bundle: Option<BundleId>,
    author: Option<MemberId>,
}

impl Columns {
    fn of(item: Item) -> Columns {
        match item {
            Item::Tier(tier, cadence) => {
                Columns { kind: "tier", tier: Some(tier), cadence: Some(cadence.to_string()), ..Columns::default() }
            }
            Item::Post(post) => Columns { kind: "post", post: Some(post), ..Columns::default() },
            Item::Bundle(bundle) => Columns { kind: "bundle", bundle: Some(bundle), ..Columns::default() },
            Item::Author(author) => Columns { kind: "author", author: Some(author), ..Columns::default() },
        }
    }
}

const INSERT: &str = "insert into orders
    (reference, member_id, kind, tier_id, cadence, post_id, title, currency, minor, renewing, trial_days, return_to, subscription_id,
    created_at, settles, list_minor, offer_name, offer_id, offer_terms, purpose, bundle_id, author_id, net_minor, net_list_minor)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
returning id";

pub async fn insert(tx: &mut Tx, new: &NewOrder<'_>, now: Timestamp) -> Result<OrderId> {
    let Columns { kind, tier, cadence, post, bundle, author } = Columns::of(new.item);
    let (currency, minor) = (new.price.currency.code(), new.price.minor);
    let NewOrder { reference, member, title, is_net, renewing, settles, trial_days, return_to, subscription, purpose, .. } = *new;
    let list = new.offer.map(|offer| offer.list.minor);
    let args = args![
        reference,
        member,
        kind,
        tier,
        cadence,
        post,
        title,
        currency,
        minor,
        renewing,
        trial_days,
        return_to,
        subscription,
        now,
        settles,
        list,
        new.offer.map(|offer| offer.name.as_str()),
        new.offer.and_then(|offer| offer.used),
        new.offer.and_then(|offer| offer.terms).map(i64::from),
        purpose.as_str(),
        bundle,
        author,
        is_net.then_some(minor),
        list.filter(|_| is_net)
    ];
    let (id,): (i64,) = tx.one(INSERT, args).await?;
    match new.item {
        Item::Post(post) => shares::store::copy(tx, OrderId(id), post, now).await?,
        Item::Author(author) => shares::store::copy_whole(tx, OrderId(id), author, now).await?,
        // Of a bundle each article has shares of its own (`contents::copy`), and a reward is promised once they are known.
        Item::Tier(..) | Item::Bundle(_) => (),
    }
    if !matches!(new.item, Item::Bundle(_)) {
        affiliates::rewards::promise(tx, OrderId(id), new, now).await?;
    }
    Ok(OrderId(id))
}

const REOPEN: &str = "update orders
set return_to = $7
where id = (
    select max(id)
    from orders
    where member_id = $1
        and status in ('open', 'pending')
        and subscription_id is null
        and (tier_id = $2 and cadence = $3 or post_id = $4 or bundle_id = $14)
        and currency = $5
        and coalesce(net_minor, minor) = $6
        and (net_minor is not null) = $15
        and renewing = $8
        and trial_days = $9
        and created_at > $10
        and closed_at is null
        and purpose = 'own'
        and coalesce(offer_id, 0) = $11
        and coalesce(net_list_minor, list_minor, 0) = $12
        and coalesce(offer_terms, 0) = $13
)
returning id, reference";

/// An order for the same thing at the same price, taxed in the same way, that is not paid yet; it now leads back to `return_to`,
/// and whoever recommended its buyer since gets a reward for it.
pub async fn reopen(tx: &mut Tx, new: &NewOrder<'_>, (made_after, now): (Timestamp, Timestamp)) -> Result<Option<String>> {
    let Columns { tier, cadence, post, bundle, .. } = Columns::of(new.item);
    let NewOrder { member, return_to, is_net, renewing, trial_days, .. } = *new;
    let (currency, minor) = (new.price.currency.code(), new.price.minor);
    let offer = new.offer.and_then(|offer| offer.used).map_or(0, |offer| offer.0);
    let (list, terms) = new.offer.map_or((0, 0), |offer| (offer.list.minor, offer.terms.map_or(0, i64::from)));
    let args = args![
        member, tier, cadence, post, currency, minor, return_to, renewing, trial_days, made_after, offer, list, terms, bundle, is_net
    ];
    let row: Option<(i64, String)> = tx.optional(REOPEN, args).await?;
    let Some((id, reference)) = row else { return Ok(None) };
    affiliates::rewards::promise(tx, OrderId(id), new, now).await?;
    Ok(Some(reference))
}

/// The buyer's newest order for the same thing that is not paid yet and can be: one for which money is on its way before all
/// others.
pub async fn under_way(
    db: &Db,
    member: MemberId,
    (item, currency, renewing): (Item, Currency, bool),
    now: Timestamp,
) -> error::Result<Option<Order>> {
    let Columns { tier, cadence, post, bundle, .. } = Columns::of(item);
    let sql = format!(
        "select {COLUMNS}
from orders o
where o.member_id = $1
    and o.purpose = 'own'
    and o.status in ('open', 'pending')
    and o.subscription_id is null
    and o.closed_at is null
    and (o.tier_id = $2 and o.cadence = $3 and o.renewing = $4 or o.post_id = $5 or o.bundle_id = $6)
    and o.currency = $7
    and (o.status = 'pending' or o.created_at >= case when o.offer_id is null then $8 else $9 end)
order by case when o.status = 'pending' then 0 else 1 end, o.id desc
limit 1"
    );
    let args = args![member, tier, cadence, renewing, post, bundle, currency.code(), now.plus(-STANDS), now.plus(-STANDS_BY_OFFER)];
    let row: Option<OrderRow> = db.optional(sql, args).await?;
    row.map(OrderRow::order).transpose()
}

pub async fn order(db: &Db, reference: &str) -> error::Result<Option<Order>> {
    let row: Option<OrderRow> = db.optional(format!("select {COLUMNS} from orders o where o.reference = $1"), args![reference]).await?;
    row.map(OrderRow::order).transpose()
}

const HOLD_BUYER: &str = "update members
set created_at = created_at
where id = (select member_id from orders where id = $1)";

/// Others who would apply what came for an order of the same buyer wait until the transaction is done. Called before any of
/// their orders is locked, so that two orders of one article that are paid at once do not wait for each other.
pub async fn hold_buyer(tx: &mut Tx, id: OrderId) -> Result<()> {
    tx.run(HOLD_BUYER, args![id]).await.map(drop)
}

/// The order, which nobody else can change until the transaction is done.
pub async fn lock(tx: &mut Tx, id: OrderId) -> error::Result<Option<Order>> {
    if tx.run("update orders set status = status where id = $1", args![id]).await? == 0 {
        return Ok(None);
    }
    let row: Option<OrderRow> = tx.optional(format!("select {COLUMNS} from orders o where o.id = $1"), args![id]).await?;
    row.map(OrderRow::order).transpose()
}

/// The orders of an agreement, newest first.
pub async fn of_subscription(db: &Db, subscription: i64) -> error::Result<Vec<Order>> {
    let sql = format!("select {COLUMNS}\nfrom orders o\nwhere o.subscription_id = $1\norder by o.id desc\nlimit 100");
    let rows: Vec<OrderRow> = db.all(sql, args![subscription]).await?;
    rows.into_iter().map(OrderRow::order).collect()
}

/// The orders of the terms of a team, newest first.
pub async fn of_team(db: &Db, team: i64) -> error::Result<Vec<Order>> {
    let ids = "select order_id from team_terms where team_id = $1";
    let sql = format!("select {COLUMNS}\nfrom orders o\nwhere o.id in ({ids})\norder by o.id desc\nlimit 50");
    let rows: Vec<OrderRow> = db.all(sql, args![team]).await?;
    rows.into_iter().map(OrderRow::order).collect()
}

/// The orders of the gifts that a member took, newest first.
pub async fn taken_by(db: &Db, member: MemberId, limit: i64) -> error::Result<Vec<Order>> {
    let ids = "select order_id from gifts where taken_by = $1";
    let sql = format!("select {COLUMNS}\nfrom orders o\nwhere o.id in ({ids})\norder by o.id desc\nlimit $2");
    let rows: Vec<OrderRow> = db.all(sql, args![member, limit]).await?;
    rows.into_iter().map(OrderRow::order).collect()
}

/// A member's orders, newest first, those before `before`.
pub async fn orders_of(db: &Db, member: MemberId, before: Option<OrderId>, limit: i64) -> error::Result<Vec<Order>> {
    let sql = format!("select {COLUMNS}\nfrom orders o\nwhere o.member_id = $1 and o.id < $2\norder by o.id desc\nlimit $3");
    let rows: Vec<OrderRow> = db.all(sql, args![member, before.map_or(i64::MAX, |id| id.0), limit]).await?;
    rows.into_iter().map(OrderRow::order).collect()
}

const SIBLINGS: &str = "select distinct o.id
from orders o
join payments p on p.order_id = o.id
where o.member_id = $1 and (o.post_id = $2 or o.bundle_id = $3) and o.purpose = 'own' and o.id <> $4
order by o.id
limit 100";

/// The buyer's other orders for the same article or bundle for which money came; what they gave away is not theirs.
pub async fn siblings(tx: &mut Tx, order: &Order) -> Result<Vec<OrderId>> {
    if !order.item.is_reading() {
        return Ok(Vec::new());
    }
    let Columns { post, bundle, .. } = Columns::of(order.item);
    let rows: Vec<(i64,)> = tx.all(SIBLINGS, args![order.member, post, bundle, order.id]).await?;
    Ok(rows.into_iter().map(|(id,)| OrderId(id)).collect())
}

const SET_TRIED: &str = "update orders
set status = $2, declined_at = $3
where id = $1 and status in ('open', 'pending')";

/// Between open and pending, while no money came.
pub async fn set_tried(tx: &mut Tx, id: OrderId, status: OrderStatus, declined_at: Option<Timestamp>) -> Result<()> {
    tx.run(SET_TRIED, args![id, status.as_str(), declined_at]).await.map(drop)
}

const SET_PAID: &str = "update orders
set status = $2, declined_at = null, paid_at = $3
where id = $1";

/// Paid or refunded; `paid_at` is when the first money came.
pub async fn set_paid(tx: &mut Tx, id: OrderId, status: OrderStatus, paid_at: Timestamp) -> Result<()> {
    tx.run(SET_PAID, args![id, status.as_str(), paid_at]).await.map(drop)
}

pub async fn set_booked(tx: &mut Tx, id: OrderId, booked: i64) -> Result<()> {
    tx.run("update orders set booked = $2 where id = $1", args![id, booked]).await.map(drop)
}

pub async fn set_subscription(tx: &mut Tx, id: OrderId, subscription: i64) -> Result<()> {
    tx.run("update orders set subscription_id = $2 where id = $1", args![id, subscription]).await.map(drop)
}

const SET_PRICE: &str = "update orders
set minor = $2, list_minor = $3
where id = $1";

/// What it costs with the tax that is added to what was agreed. Nobody is paying it.
pub async fn set_price(tx: &mut Tx, id: OrderId, whole: Prices) -> Result<()> {
    tx.run(SET_PRICE, args![id, whole.price.minor, whole.list.map(|list| list.minor)]).await.map(drop)
}

const SET_NET: &str = "update orders
set net_minor = $2, net_list_minor = $3
where id = $1";

/// What of its price tax was added to.
pub async fn set_net(tx: &mut Tx, id: OrderId, net: Prices) -> Result<()> {
    tx.run(SET_NET, args![id, net.price.minor, net.list.map(|list| list.minor)]).await.map(drop)
}

const CLOSE: &str = "update orders
set closed_at = $2, status = 'open'
where id = $1 and status in ('open', 'pending') and closed_at is null";

/// Its buyer gave it up.
pub async fn close(tx: &mut Tx, id: OrderId, now: Timestamp) -> Result<()> {
    tx.run(CLOSE, args![id, now]).await.map(drop)
}

/// What was paid, what of it tax was added to, and at which rate.
type PaidRow = (i64, Option<i64>, i64);

/// As a price that is kept, or counted beside those that are asked now.
fn kept((minor, net, rate): PaidRow, currency: Currency, is_added: bool) -> Money {
    tax::kept(Money::new(minor, currency), net.map(|net| Money::new(net, currency)), rate, is_added)
}

const PRICES_KEPT: &str = "select o.cadence, o.currency, coalesce(o.list_minor, o.minor) as minor,
    coalesce(o.net_list_minor, o.net_minor) as net, coalesce(t.rate, 0) as rate
from orders o
left join order_taxes t on t.order_id = o.id
where o.member_id = $1 and o.tier_id = $2 and o.status = 'paid' and not o.settles and o.purpose = 'own'
order by o.paid_at desc, o.id desc
limit 1000";

/// What each kind of term of a tier cost a member last, offers not counted: what an offer took off is not kept. Where tax
/// `is_added` to prices now, without it.
pub async fn prices_kept(db: &Db, member: MemberId, tier: TierId, is_added: bool) -> error::Result<Vec<(Cadence, Money)>> {
    let rows: Vec<(String, String, i64, Option<i64>, i64)> = db.all(PRICES_KEPT, args![member, tier]).await?;
    let mut prices: Vec<(Cadence, Money)> = Vec::new();
    for (cadence, currency, minor, net, rate) in rows {
        let (Some(cadence), Some(currency)) = (Cadence::parse(&cadence), Currency::parse(&currency)) else { continue };
        if !prices.iter().any(|(known, price)| *known == cadence && price.currency == currency) {
            prices.push((cadence, kept((minor, net, rate), currency, is_added)));
        }
    }
    Ok(prices)
}

/// Whether a member bought this for themselves.
pub async fn is_own(db: &Db, order: OrderId, member: MemberId) -> Result<bool> {
    let sql = "select id from orders where id = $1 and member_id = $2 and purpose = 'own'";
    let row: Option<(i64,)> = db.optional(sql, args![order, member]).await?;
    Ok(row.is_some())
}

/// An order by its number, outside a transaction.
pub async fn by_id(db: &Db, id: OrderId) -> error::Result<Option<Order>> {
    let row: Option<OrderRow> = db.optional(format!("select {COLUMNS} from orders o where o.id = $1"), args![id]).await?;
    row.map(OrderRow::order).transpose()
}

const ENDED_AT: &str = concat!(
    "select count(*) - count(t.revoked_at) as still_open, max(t.revoked_at) as ended_at
from (
    select e.revoked_at
    from orders o
    join entitlements e on e.cause in ",
    causes!(),
    "
    where o.id = $1
    union all
    select e.revoked_at
    from order_posts i
    join entitlements e on e.cause = 'order:' || i.order_id || ':' || i.post_id
    where i.order_id = $1
    union all
    select w.revoked_at
    from team_terms w
    where w.order_id = $1 and w.given_at is not null
    union all
    select g.void_at
    from gifts g
    where g.order_id = $1
) t"
);

/// When all that an order opened was taken back; `None` while some of it is open, or nothing was opened.
pub async fn ended_at(db: &Db, id: OrderId) -> Result<Option<Timestamp>> {
    let (still_open, ended_at): (i64, Option<i64>) = db.one(ENDED_AT, args![id]).await?;
    Ok(ended_at.filter(|_| still_open == 0).map(Timestamp))
}

/// As [`ended_at`], within what is being written.
pub async fn ended_at_now(tx: &mut Tx, id: OrderId) -> Result<Option<Timestamp>> {
    let (still_open, ended_at): (i64, Option<i64>) = tx.one(ENDED_AT, args![id]).await?;
    Ok(ended_at.filter(|_| still_open == 0).map(Timestamp))
}

/// Where a provider may write to the buyer.
pub async fn email_of(db: &Db, member: MemberId) -> Result<Option<String>> {
    let row: Option<(Option<String>,)> = db.optional("select email from members where id = $1", args![member]).await?;
    Ok(row.and_then(|(email,)| email))
}

const LAST_OF_TIER: &str = "select o.cadence, o.currency, p.provider
from orders o
join payments p on p.order_id = o.id and p.use = 'order'
where o.member_id = $1 and o.tier_id = $2 and o.status = 'paid' and not o.settles and o.purpose = 'own'
order by o.paid_at desc, o.id desc
limit 1";

/// How long the last term of a tier was that a member bought, in which currency, and through whom they paid.
pub async fn last_of_tier(db: &Db, member: MemberId, tier: TierId) -> Result<Option<(Cadence, Currency, Provider)>> {
    let row: Option<(String, String, String)> = db.optional(LAST_OF_TIER, args![member, tier]).await?;
    Ok(row.and_then(|(cadence, currency, provider)| {
        Some((Cadence::parse(&cadence)?, Currency::parse(&currency)?, Provider::parse(&provider)?))
    }))
}

const PRICE_PAID: &str = "select o.cadence, o.currency, o.minor, o.net_minor, coalesce(t.rate, 0) as rate, o.settles
from orders o
left join order_taxes t on t.order_id = o.id
where o.id = $1 and o.tier_id is not null";

/// What an order paid for a term, or, where it settles a change within one, for the difference. Where tax `is_added` to prices
/// now, without it.
pub async fn price_paid(db: &Db, order: OrderId, is_added: bool) -> error::Result<Option<(Cadence, Money, bool)>> {
    let row: Option<(String, String, i64, Option<i64>, i64, bool)> = db.optional(PRICE_PAID, args![order]).await?;
    Ok(row.and_then(|(cadence, currency, minor, net, rate, settles)| {
        Some((Cadence::parse(&cadence)?, kept((minor, net, rate), Currency::parse(&currency)?, is_added), settles))
    }))
}

/// Another order of the same agreement, with the term its payment paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beside {
    pub id: OrderId,
    pub tier: Option<TierId>,
    pub settles: bool,
    pub status: OrderStatus,
    /// Its buyer took it back, whatever went back of its money so far.
    pub taken_back: bool,
    pub from: Timestamp,
    pub until: Timestamp,
}

const BESIDE: &str = "select o.id, o.tier_id, o.settles, o.status, p.term_from, p.term_until,
    exists (
        select 1
        from refund_requests q
        join refunds r on r.id = q.refund_id
        where q.payment_id = p.id and q.ends_access and r.state <> 'failed'
    ) as taken_back
from orders o
join payments p on p.order_id = o.id and p.use = 'order'
where o.subscription_id = $1 and o.id <> $2 and p.term_from < $4 and p.term_until > $3
order by o.id
limit 400";

/// The other orders of an agreement whose terms overlap with this time.
pub async fn beside(tx: &mut Tx, subscription: i64, id: OrderId, (from, until): (Timestamp, Timestamp)) -> Result<Vec<Beside>> {
    type Row = (i64, Option<i64>, bool, String, i64, i64, bool);
    let rows: Vec<Row> = tx.all(BESIDE, args![subscription, id, from, until]).await?;
    let read = |(id, tier, settles, status, from, until, taken_back): Row| {
        let (status, tier) = (OrderStatus::parse(&status)?, tier.map(TierId));
        Some(Beside { id: OrderId(id), tier, settles, status, taken_back, from: Timestamp(from), until: Timestamp(until) })
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

const AGREED_BEFORE: &str = "select count(*)
from orders o
join subscriptions s on s.id = o.subscription_id
where o.member_id = $1 and o.tier_id = $2 and s.state <> 'waiting'";

/// Whether a member ever had an agreement for a tier, also one that went over to another since.
pub async fn agreed_before(db: &Db, member: MemberId, tier: TierId) -> Result<bool> {
    let (n,): (i64,) = db.one(AGREED_BEFORE, args![member, tier]).await?;
    Ok(n > 0)
}
