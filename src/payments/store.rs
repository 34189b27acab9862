//! Tables `orders`, `payments`, `provider_events`.

use super::model::{Item, Order, OrderStatus, Receipt};
use super::providers::{Event, Provider};
use crate::args;
use crate::foundation::error::{self, AppError};
use crate::foundation::id::{MemberId, OrderId, PaymentId, PostId, TierId};
use crate::foundation::money::{Currency, Money};
use crate::foundation::time::Timestamp;
use crate::membership::model::Cadence;
use crate::server::db::{Db, Queries, Result, Tx};

#[derive(sqlx::FromRow)]
struct OrderRow {
    id: i64,
    reference: String,
    member_id: i64,
    tier_id: Option<i64>,
    cadence: Option<String>,
    post_id: Option<i64>,
    title: String,
    currency: String,
    minor: i64,
    status: String,
    return_to: String,
    provider: Option<String>,
    provider_checkout: Option<String>,
    created_at: i64,
    declined_at: Option<i64>,
    paid_at: Option<i64>,
    opens_until: Option<i64>,
}

const COLUMNS: &str = "o.id, o.reference, o.member_id, o.tier_id, o.cadence, o.post_id, o.title, o.currency, o.minor, o.status, \
    o.return_to, o.provider, o.provider_checkout, o.created_at, o.declined_at, o.paid_at, o.opens_until";

impl OrderRow {
    /// The constraints of the table keep such rows out; if one is there, it is not guessed at.
    fn order(self) -> error::Result<Order> {
        let id = self.id;
        self.read().ok_or_else(|| {
            tracing::error!(order = id, "an order's row cannot be read");
            AppError::Internal
        })
    }

    fn read(self) -> Option<Order> {
        let item = match (self.tier_id, self.post_id) {
            (Some(tier), None) => Item::Tier(TierId(tier), Cadence::parse(self.cadence.as_deref()?)?),
            (None, Some(post)) => Item::Post(PostId(post)),
            _ => return None,
        };
        let checkout = match self.provider.zip(self.provider_checkout) {
            Some((provider, checkout)) => Some((Provider::parse(&provider)?, checkout)),
            None => None,
        };
        Some(Order {
            id: OrderId(self.id),
            reference: self.reference,
            member: MemberId(self.member_id),
            item,
            title: self.title,
            price: Money::new(self.minor, Currency::parse(&self.currency)?),
            status: OrderStatus::parse(&self.status)?,
            return_to: self.return_to,
            checkout,
            created_at: Timestamp(self.created_at),
            declined_at: self.declined_at.map(Timestamp),
            paid_at: self.paid_at.map(Timestamp),
            opens_until: self.opens_until.map(Timestamp),
        })
    }
}

pub struct NewOrder<'a> {
    pub reference: &'a str,
    pub member: MemberId,
    pub item: Item,
    pub title: &'a str,
    pub price: Money,
    pub return_to: &'a str,
}

/// An item as columns: kind, tier, cadence, post.
fn columns(item: Item) -> (&'static str, Option<TierId>, Option<&'static str>, Option<PostId>) {
    match item {
        Item::Tier(tier, cadence) => ("tier", Some(tier), Some(cadence.as_str()), None),
        Item::Post(post) => ("post", None, None, Some(post)),
    }
}

const INSERT: &str =
    "insert into orders (reference, member_id, kind, tier_id, cadence, post_id, title, currency, minor, return_to, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

pub async fn insert(tx: &mut Tx, new: &NewOrder<'_>, now: Timestamp) -> Result<()> {
    let (kind, tier, cadence, post) = columns(new.item);
    let (currency, minor) = (new.price.currency.code(), new.price.minor);
    let args = args![new.reference, new.member, kind, tier, cadence, post, new.title, currency, minor, new.return_to, now];
    tx.run(INSERT, args).await.map(drop)
}

const REOPEN: &str = "update orders
set return_to = $7
where id = (
    select max(id)
    from orders
    where member_id = $1
        and status <> 'paid'
        and (tier_id = $2 and cadence = $3 or post_id = $4)
        and currency = $5
        and minor = $6
)
returning reference";

/// An order for the same thing at the same price that is not paid yet; it now leads back to `return_to`.
pub async fn reopen(tx: &mut Tx, new: &NewOrder<'_>) -> Result<Option<String>> {
    let (_, tier, cadence, post) = columns(new.item);
    let args = args![new.member, tier, cadence, post, new.price.currency.code(), new.price.minor, new.return_to];
    let row: Option<(String,)> = tx.optional(REOPEN, args).await?;
    Ok(row.map(|(reference,)| reference))
}

pub async fn order(db: &Db, reference: &str) -> error::Result<Option<Order>> {
    let row: Option<OrderRow> = db.optional(format!("select {COLUMNS} from orders o where o.reference = $1"), args![reference]).await?;
    row.map(OrderRow::order).transpose()
}

/// The order, which nobody else can change until the transaction is done.
pub async fn lock(tx: &mut Tx, reference: &str) -> error::Result<Option<Order>> {
    let sql = format!("update orders as o set status = status where o.reference = $1 returning {}", COLUMNS.replace("o.", ""));
    let row: Option<OrderRow> = tx.optional(sql, args![reference]).await?;
    row.map(OrderRow::order).transpose()
}

pub async fn orders_of(db: &Db, member: MemberId, before: Option<OrderId>, limit: i64) -> error::Result<Vec<Order>> {
    let sql = format!("select {COLUMNS}\nfrom orders o\nwhere o.member_id = $1 and o.id < $2\norder by o.id desc\nlimit $3");
    let rows: Vec<OrderRow> = db.all(sql, args![member, before.map_or(i64::MAX, |id| id.0), limit]).await?;
    rows.into_iter().map(OrderRow::order).collect()
}

const START: &str = "update orders
set provider = $2, provider_checkout = $3
where id = $1 and provider is null";

/// Notes where the order is being paid; nothing, when that is noted already.
pub async fn start(tx: &mut Tx, id: OrderId, provider: Provider, checkout: &str) -> Result<()> {
    tx.run(START, args![id, provider.as_str(), checkout]).await.map(drop)
}

const SET_STATUS: &str = "update orders
set status = $2, declined_at = $3
where id = $1 and status <> 'paid'";

/// Between open and pending; what is paid stays paid.
pub async fn set_status(tx: &mut Tx, id: OrderId, pending: bool, declined_at: Option<Timestamp>) -> Result<()> {
    tx.run(SET_STATUS, args![id, if pending { "pending" } else { "open" }, declined_at]).await.map(drop)
}

const SET_PAID: &str = "update orders
set status = 'paid', declined_at = null, paid_at = $2, opens_until = $3
where id = $1";

pub async fn set_paid(tx: &mut Tx, id: OrderId, now: Timestamp, opens_until: Option<Timestamp>) -> Result<()> {
    tx.run(SET_PAID, args![id, now, opens_until]).await.map(drop)
}

const INSERT_PAYMENT: &str = "insert into payments (order_id, provider, provider_payment, currency, minor, use, received_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (provider, provider_payment) do nothing
returning id";

/// `None` when this payment is known already.
pub async fn insert_payment(tx: &mut Tx, order: OrderId, event: &Event, surplus: bool, now: Timestamp) -> Result<Option<PaymentId>> {
    let used_for = if surplus { "surplus" } else { "order" };
    let args = args![order, event.provider.as_str(), &event.payment, &event.currency, event.minor, used_for, now];
    let row: Option<(i64,)> = tx.optional(INSERT_PAYMENT, args).await?;
    Ok(row.map(|(id,)| PaymentId(id)))
}

const ORDER_OF_PAYMENT: &str = "select order_id from payments where provider = $1 and provider_payment = $2";

pub async fn order_of_payment(tx: &mut Tx, event: &Event) -> Result<Option<OrderId>> {
    let row: Option<(i64,)> = tx.optional(ORDER_OF_PAYMENT, args![event.provider.as_str(), &event.payment]).await?;
    Ok(row.map(|(id,)| OrderId(id)))
}

#[derive(sqlx::FromRow)]
struct ReceiptRow {
    #[sqlx(flatten)]
    order: OrderRow,
    payment_id: i64,
    payment_provider: String,
    received_at: i64,
    surplus: i64,
}

const RECEIPTS: &str = "p.id as payment_id, p.provider as payment_provider, p.received_at,
    (select cast(coalesce(sum(s.minor), 0) as bigint) from payments s where s.order_id = o.id and s.use = 'surplus') as surplus
from orders o
join payments p on p.order_id = o.id and p.use = 'order'";

fn receipt(row: ReceiptRow) -> error::Result<Receipt> {
    let order = row.order.order()?;
    Ok(Receipt {
        payment: PaymentId(row.payment_id),
        provider: Provider::parse(&row.payment_provider).ok_or(AppError::Internal)?,
        received_at: Timestamp(row.received_at),
        surplus: (row.surplus > 0).then(|| Money::new(row.surplus, order.price.currency)),
        order,
    })
}

pub async fn receipts_of(db: &Db, member: MemberId, before: Option<OrderId>, limit: i64) -> error::Result<Vec<Receipt>> {
    let sql = format!("select {COLUMNS}, {RECEIPTS}\nwhere o.member_id = $1 and o.id < $2\norder by o.id desc\nlimit $3");
    let rows: Vec<ReceiptRow> = db.all(sql, args![member, before.map_or(i64::MAX, |id| id.0), limit]).await?;
    rows.into_iter().map(receipt).collect()
}

pub async fn receipt_of(db: &Db, order: OrderId) -> error::Result<Option<Receipt>> {
    let row: Option<ReceiptRow> = db.optional(format!("select {COLUMNS}, {RECEIPTS}\nwhere o.id = $1"), args![order]).await?;
    row.map(receipt).transpose()
}

const INSERT_EVENT: &str = "insert into provider_events (provider, event_id, kind, body, received_at, outcome)
values ($1, $2, $3, $4, $5, '')
on conflict (provider, event_id) do nothing";

/// False when it was told before. Of two that come at once, the second waits here until the first is done.
pub async fn insert_event(tx: &mut Tx, event: &Event, now: Timestamp) -> Result<bool> {
    let args = args![event.provider.as_str(), &event.id, &event.kind_name, &event.body, now];
    Ok(tx.run(INSERT_EVENT, args).await? == 1)
}

const SET_OUTCOME: &str = "update provider_events set outcome = $3 where provider = $1 and event_id = $2";

pub async fn set_outcome(tx: &mut Tx, event: &Event, outcome: &str) -> Result<()> {
    tx.run(SET_OUTCOME, args![event.provider.as_str(), &event.id, outcome]).await.map(drop)
}

const OUTCOME: &str = "select outcome from provider_events where provider = $1 and event_id = $2";

pub async fn outcome(tx: &mut Tx, event: &Event) -> Result<String> {
    let (outcome,): (String,) = tx.one(OUTCOME, args![event.provider.as_str(), &event.id]).await?;
    Ok(outcome)
}
