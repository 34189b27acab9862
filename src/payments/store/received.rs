//! Tables `payments` and `provider_events`, and receipts, which are payments with their order.

use super::orders::{COLUMNS, OrderRow};
use crate::args;
use crate::foundation::error::{self, AppError};
use crate::foundation::id::{MemberId, OrderId, PaymentId};
use crate::foundation::money::Money;
use crate::foundation::time::Timestamp;
use crate::payments::model::Receipt;
use crate::payments::providers::{Event, Provider};
use crate::server::db::{Db, Queries, Result, Tx};

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

const SURPLUS_OF: &str = "select cast(coalesce(sum(minor), 0) as bigint) from payments where order_id = $1 and use = 'surplus'";

pub async fn surplus_of(db: &Db, order: OrderId) -> error::Result<i64> {
    let (minor,): (i64,) = db.one(SURPLUS_OF, args![order]).await?;
    Ok(minor)
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
