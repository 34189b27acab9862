//! Table `checkouts`.

use crate::args;
use crate::foundation::error::{self, AppError};
use crate::foundation::id::{MemberId, OrderId, TierId};
use crate::foundation::money::Currency;
use crate::foundation::time::{DAY, HOUR, Timestamp};
use crate::payments::model::{Checkout, TryState};
use crate::providers::{Device, Opened, Provider, Way};
use crate::server::db::{Args, Db, Queries, Result, Tx};

#[derive(sqlx::FromRow)]
struct CheckoutRow {
    id: i64,
    order_id: i64,
    provider: String,
    reference: String,
    number: Option<String>,
    way: Option<String>,
    way_text: Option<String>,
    state: String,
    opened_at: i64,
    expires_at: i64,
    looks: i64,
}

const COLUMNS: &str = "id, order_id, provider, reference, number, way, way_text, state, opened_at, expires_at, looks";

impl CheckoutRow {
    fn checkout(self) -> error::Result<Checkout> {
        let way = match (self.way.as_deref(), self.way_text) {
            (Some("go"), Some(text)) => Some(Way::GoTo(text)),
            (Some("scan"), Some(text)) => Some(Way::Scan(text)),
            (Some("bridge"), Some(text)) => Some(Way::Bridge(text)),
            _ => None,
        };
        Ok(Checkout {
            id: self.id,
            order: OrderId(self.order_id),
            provider: Provider::parse(&self.provider).ok_or(AppError::Internal)?,
            reference: self.reference,
            number: self.number,
            way,
            state: TryState::parse(&self.state).ok_or(AppError::Internal)?,
            opened_at: Timestamp(self.opened_at),
            expires_at: Timestamp(self.expires_at),
            looks: self.looks,
        })
    }
}

pub const fn device_name(device: &Device) -> &'static str {
    match device {
        Device::Desktop => "desktop",
        Device::Phone => "phone",
        Device::WechatApp { .. } => "wechat",
    }
}

const REUSABLE: &str =
    "order_id = $1 and provider = $2 and device = $3 and state in ('opening', 'open', 'pending', 'declined') and expires_at > $4";

/// A checkout of the order that can still be gone on with, at this provider and on this device.
pub async fn reusable(tx: &mut Tx, order: OrderId, provider: Provider, device: &str, after: Timestamp) -> error::Result<Option<Checkout>> {
    let sql = format!("select {COLUMNS}\nfrom checkouts\nwhere {REUSABLE}\norder by id desc\nlimit 1");
    let row: Option<CheckoutRow> = tx.optional(sql, args![order, provider.as_str(), device, after]).await?;
    row.map(CheckoutRow::checkout).transpose()
}

const INSERT: &str = "insert into checkouts (order_id, provider, reference, device, state, opened_at, expires_at, look_at)
values ($1, $2, $3, $4, 'opening', $5, $6, $7)
returning id";

/// Notes a try before the provider hears of it. `look_at`: when to see what became of it.
pub async fn insert(
    tx: &mut Tx,
    order: OrderId,
    provider: Provider,
    reference: &str,
    device: &str,
    (opened_at, expires_at, look_at): (Timestamp, Timestamp, Timestamp),
) -> Result<i64> {
    let (id,): (i64,) = tx.one(INSERT, args![order, provider.as_str(), reference, device, opened_at, expires_at, look_at]).await?;
    Ok(id)
}

const OPENED: &str = "update checkouts
set number = coalesce($2, number), way = $3, way_text = $4, state = case when state = 'opening' then 'open' else state end
where id = $1";

pub async fn set_opened(tx: &mut Tx, id: i64, opened: &Opened) -> Result<()> {
    let (way, text) = match &opened.way {
        Way::GoTo(text) => ("go", text),
        Way::Scan(text) => ("scan", text),
        Way::Bridge(text) => ("bridge", text),
    };
    tx.run(OPENED, args![id, opened.number.as_deref(), way, text]).await.map(drop)
}

pub async fn of_order(db: &Db, order: OrderId) -> error::Result<Vec<Checkout>> {
    let sql = format!("select {COLUMNS}\nfrom checkouts\nwhere order_id = $1\norder by id desc\nlimit 100");
    let rows: Vec<CheckoutRow> = db.all(sql, args![order]).await?;
    rows.into_iter().map(CheckoutRow::checkout).collect()
}

/// The tries of an order by which money may be on its way, newest first.
pub async fn pending(tx: &mut Tx, order: OrderId) -> error::Result<Vec<Checkout>> {
    let sql = format!("select {COLUMNS}\nfrom checkouts\nwhere order_id = $1 and state = 'pending'\norder by id desc\nlimit 100");
    let rows: Vec<CheckoutRow> = tx.all(sql, args![order]).await?;
    rows.into_iter().map(CheckoutRow::checkout).collect()
}

pub async fn by_reference(db: &Db, reference: &str) -> error::Result<Option<Checkout>> {
    let row: Option<CheckoutRow> = db.optional(format!("select {COLUMNS} from checkouts where reference = $1"), args![reference]).await?;
    row.map(CheckoutRow::checkout).transpose()
}

/// Whose checkout it is, by our reference.
pub async fn order_of(tx: &mut Tx, provider: Provider, reference: &str) -> Result<Option<OrderId>> {
    let sql = "select order_id from checkouts where reference = $2 and provider = $1";
    let row: Option<(i64,)> = tx.optional(sql, args![provider.as_str(), reference]).await?;
    Ok(row.map(|(id,)| OrderId(id)))
}

const SET_STATE: &str = "update checkouts
set state = $3, look_at = case when $3 = 'paid' then $4 else look_at end
where provider = $1 and reference = $2 and state <> 'paid' and not (state = 'closed' and $3 <> 'paid')";

/// What is paid stays paid; what is closed can only turn out to have been paid. `look_at`: when to look at what was paid
/// again, for what may go back of it without a word.
pub async fn set_state(tx: &mut Tx, provider: Provider, reference: &str, state: TryState, look_at: Timestamp) -> Result<()> {
    tx.run(SET_STATE, args![provider.as_str(), reference, state.as_str(), look_at]).await.map(drop)
}

/// Those of a provider to be looked at by now, oldest first.
pub async fn due(db: &Db, provider: Provider, now: Timestamp, limit: i64) -> error::Result<Vec<Checkout>> {
    let sql = format!("select {COLUMNS}\nfrom checkouts\nwhere provider = $1 and look_at <= $2\norder by look_at, id\nlimit $3");
    let rows: Vec<CheckoutRow> = db.all(sql, args![provider.as_str(), now, limit]).await?;
    rows.into_iter().map(CheckoutRow::checkout).collect()
}

const ANOTHER_IS_PAID: &str = "select id
from checkouts
where order_id = $1 and id <> $2 and state = 'paid'
limit 1";

/// Whether another try of the order was paid, or began its agreement: then this one is not wanted any more.
pub async fn another_is_paid(db: &Db, checkout: &Checkout) -> Result<bool> {
    let row: Option<(i64,)> = db.optional(ANOTHER_IS_PAID, args![checkout.order, checkout.id]).await?;
    Ok(row.is_some())
}

const CLOSE_OFFLINE: &str = "update checkouts
set state = 'closed', look_at = null
where order_id = $1 and provider = 'offline' and state in ('opening', 'open', 'pending', 'declined')";

/// No cash and no bank transfer is waited for any more.
pub async fn close_offline(tx: &mut Tx, order: OrderId) -> Result<()> {
    tx.run(CLOSE_OFFLINE, args![order]).await.map(drop)
}

const ALIVE: &str = "select count(*)
from checkouts
where order_id = $1 and state in ('opening', 'open', 'pending', 'declined', 'paid')";

/// Whether a try of an order can still be paid, or was.
pub async fn is_alive(tx: &mut Tx, order: OrderId) -> Result<bool> {
    let (n,): (i64,) = tx.one(ALIVE, args![order]).await?;
    Ok(n > 0)
}

const WAKE_OTHERS: &str = "update checkouts
set look_at = $3
where order_id = $1 and reference <> $2 and state in ('opening', 'open', 'pending', 'declined') and look_at > $3";

/// The other tries of an order that is paid are to be looked at now, and closed.
pub async fn wake_others(tx: &mut Tx, order: OrderId, reference: &str, now: Timestamp) -> Result<()> {
    tx.run(WAKE_OTHERS, args![order, reference, now]).await.map(drop)
}

/// When to look next, one look more having been taken.
pub async fn set_look(db: &Db, id: i64, look_at: Option<Timestamp>) -> Result<()> {
    db.run("update checkouts set look_at = $2, looks = looks + 1 where id = $1", args![id, look_at]).await.map(drop)
}

const TAKEN: &str = "select cast(
    coalesce((select sum(p.minor) from payments p where p.provider = $1 and p.currency = $2 and p.paid_at >= $3), 0)
    + coalesce((
        select sum(o.minor)
        from orders o
        where o.currency = $2 and o.id <> $5 and o.status in ('open', 'pending')
            and o.id in (
                select c.order_id
                from checkouts c
                where c.provider = $1
                    and (
                        c.state = 'pending'
                        or c.expires_at > $4
                            and (c.state in ('opening', 'open', 'declined') or c.provider = 'alipay' and c.state = 'closed')
                    )
            )
    ), 0) as bigint)";

/// A day that has not ended.
#[derive(Debug, Clone, Copy)]
pub struct Today {
    pub since: Timestamp,
    pub now: Timestamp,
}

/// What came through a provider today, and what other orders than `besides` may still pay there by tries that are under
/// way, in minor units. As with seats, one that is closed at Alipay may be paid until its time is over.
pub async fn taken(db: &Db, provider: Provider, currency: Currency, today: Today, besides: Option<OrderId>) -> Result<i64> {
    let (minor,): (i64,) = db.one(TAKEN, taken_args(provider, currency, today, besides)).await?;
    Ok(minor)
}

/// As [`taken`], as it stands in the transaction.
pub async fn taken_now(tx: &mut Tx, provider: Provider, currency: Currency, today: Today, besides: OrderId) -> Result<i64> {
    let (minor,): (i64,) = tx.one(TAKEN, taken_args(provider, currency, today, Some(besides))).await?;
    Ok(minor)
}

fn taken_args(provider: Provider, currency: Currency, today: Today, besides: Option<OrderId>) -> Args {
    args![provider.as_str(), currency.code(), today.since, today.now, besides.map_or(0, |order| order.0)]
}

/// How long a buyer may take to agree to a change at the provider.
pub const WISH_LASTS: i64 = 3 * HOUR;

const SEATS_ON_HOLD: &str = "select count(*)
from (
    select o.member_id
    from checkouts c
    join orders o on o.id = c.order_id
    where o.tier_id = $1 and o.purpose <> 'team'
        and (
            c.state = 'pending'
            or c.expires_at > $3 and o.created_at > $4
                and (c.state in ('opening', 'open', 'declined') or c.provider = 'alipay' and c.state = 'closed')
        )
    union
    select s.member_id
    from agreement_changes a
    join subscriptions s on s.id = a.subscription_id
    where a.tier_id = $1 and s.state <> 'ended' and (a.state = 'agreed' or a.state = 'asked' and a.asked_at > $5)
) t
where t.member_id <> $2
    and not exists (
        select 1
        from entitlements e
        where e.member_id = t.member_id and e.tier_id = $1 and e.revoked_at is null
            and (
                e.open_until is null
                or e.open_until > $3
                or exists (
                    select 1
                    from pauses p
                    where p.member_id = e.member_id and p.tier_id = $1 and p.until_at is null and p.from_at < e.ends_at
                )
            )
    )";

/// How many others are paying for a tier just now, or go over to it with their next term, who do not have it yet. Whoever
/// has not paid within a day of ordering holds no seat any more, however often they try; money that is on its way holds one for as
/// long as it takes.
pub async fn seats_on_hold(tx: &mut Tx, tier: TierId, member: MemberId, now: Timestamp) -> Result<i64> {
    let args = args![tier, member, now, now.plus(-DAY), now.plus(-WISH_LASTS)];
    let (n,): (i64,) = tx.one(SEATS_ON_HOLD, args).await?;
    Ok(n + team_seats_on_hold(tx, tier, None, now).await?)
}

const TEAM_SEATS_ON_HOLD: &str = "select cast(coalesce(sum(w.seats), 0) as bigint)
from team_terms w
join orders o on o.id = w.order_id
where o.tier_id = $1 and w.given_at is null and (o.id = $4 or $4 = 0)
    and exists (
        select 1
        from checkouts c
        where c.order_id = o.id
            and (
                c.state = 'pending'
                or c.expires_at > $2 and o.created_at > $3
                    and (c.state in ('opening', 'open', 'declined') or c.provider = 'alipay' and c.state = 'closed')
            )
    )
    and not exists (
        select 1
        from team_terms r
        where r.team_id = w.team_id and r.given_at is not null and r.revoked_at is null and r.open_until > $2
    )";

/// How many seats are being paid for just now, for teams that do not have them yet: by one order, or by all.
pub async fn team_seats_on_hold(tx: &mut Tx, tier: TierId, order: Option<OrderId>, now: Timestamp) -> Result<i64> {
    let (n,): (i64,) = tx.one(TEAM_SEATS_ON_HOLD, args![tier, now, now.plus(-DAY), order.map_or(0, |order| order.0)]).await?;
    Ok(n)
}

const TEAM_IS_OPEN: &str = "select count(*)
from team_terms
where team_id = $1 and given_at is not null and revoked_at is null and open_until > $2";

/// Whether a team has its seats, so that its next term needs no others.
pub async fn team_is_open(tx: &mut Tx, team: i64, now: Timestamp) -> Result<bool> {
    let (n,): (i64,) = tx.one(TEAM_IS_OPEN, args![team, now]).await?;
    Ok(n > 0)
}
