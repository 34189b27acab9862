//! Table `refund_requests`.

use super::orders::{COLUMNS, OrderRow};
use crate::args;
use crate::foundation::error::{self, AppError};
use crate::foundation::id::{MemberId, OrderId, PaymentId};
use crate::foundation::time::Timestamp;
use crate::payments::model::{GivingBack, Order};
use crate::payments::requests::{Kind, Request, State};
use crate::providers::Provider;
use crate::server::db::{Db, Queries, Result, Tx};

pub struct NewRequest<'a> {
    pub reference: &'a str,
    pub order: OrderId,
    pub payment: PaymentId,
    pub kind: Kind,
    pub declarant: &'a str,
    pub reason: &'a str,
    pub minor: i64,
}

const INSERT: &str = "insert into refund_requests (reference, order_id, payment_id, kind, declarant, declared_at, reason, minor, state)
values ($1, $2, $3, $4, $5, $6, $7, $8, 'open')
returning id";

/// Whoever calls it holds the order, and knows that there is none for the payment yet.
pub async fn insert(tx: &mut Tx, new: &NewRequest<'_>, now: Timestamp) -> Result<i64> {
    let NewRequest { reference, order, payment, kind, declarant, reason, minor } = *new;
    let (id,): (i64,) = tx.one(INSERT, args![reference, order, payment, kind.as_str(), declarant, now, reason, minor]).await?;
    Ok(id)
}

const DONE: &str = "update refund_requests
set state = 'done', refund_id = (select id from refunds where reference = $2), ends_access = true, decided_at = $3, decided_by = $4
where id = $1 and state = 'open'";

/// It became the refund of this reference; false when it was decided already. Access ends with it, before the provider has
/// given anything back.
pub async fn done(tx: &mut Tx, id: i64, refund: &str, by: Option<MemberId>, now: Timestamp) -> Result<bool> {
    Ok(tx.run(DONE, args![id, refund, now, by]).await? == 1)
}

const REFUSED: &str = "update refund_requests
set state = 'refused', answer = $2, decided_at = $3, decided_by = $4
where id = $1 and state = 'open'";

/// False when it was decided already.
pub async fn refuse(tx: &mut Tx, id: i64, answer: &str, by: MemberId, now: Timestamp) -> Result<bool> {
    Ok(tx.run(REFUSED, args![id, answer, now, by]).await? == 1)
}

const REOPEN: &str = "update refund_requests
set state = 'open', refund_id = null, ends_access = false, decided_at = null, decided_by = null
where refund_id = $1 and state = 'done'";

/// The refund it became has failed: it waits for an admin again, and took nothing back. False: nobody had asked for that refund.
pub async fn reopen(tx: &mut Tx, refund: i64) -> Result<bool> {
    Ok(tx.run(REOPEN, args![refund]).await? == 1)
}

const ENDED_AT: &str = "select min(q.declared_at)
from refund_requests q
join refunds r on r.id = q.refund_id
where q.payment_id = $1 and q.ends_access and r.state <> 'failed'";

/// When a payment, or a part of it, was taken back, and with it all access that it pays for. A refund that failed took
/// nothing back.
pub async fn ended_at(tx: &mut Tx, payment: PaymentId) -> Result<Option<Timestamp>> {
    let (at,): (Option<i64>,) = tx.one(ENDED_AT, args![payment]).await?;
    Ok(at.map(Timestamp))
}

#[derive(sqlx::FromRow)]
struct RequestRow {
    #[sqlx(flatten)]
    order: OrderRow,
    request_id: i64,
    request_reference: String,
    request_payment: i64,
    request_kind: String,
    declarant: String,
    declared_at: i64,
    request_reason: String,
    request_minor: i64,
    request_state: String,
    answer: String,
    decided_at: Option<i64>,
    handle: String,
    name: String,
    paid_with: String,
    refund_minor: Option<i64>,
    refund_state: Option<String>,
}

const REQUESTS: &str =
    "q.id as request_id, q.reference as request_reference, q.payment_id as request_payment, q.kind as request_kind, q.declarant,
    q.declared_at, q.reason as request_reason, q.minor as request_minor, q.state as request_state, q.answer, q.decided_at,
    m.handle, m.name, p.provider as paid_with, r.minor as refund_minor, r.state as refund_state
from refund_requests q
join orders o on o.id = q.order_id
join members m on m.id = o.member_id
join payments p on p.id = q.payment_id
left join refunds r on r.id = q.refund_id";

fn request(row: RequestRow) -> error::Result<(Request, Order)> {
    let order = row.order.order()?;
    let refund = row.refund_minor.zip(row.refund_state.as_deref().and_then(GivingBack::parse));
    let read = || {
        Some(Request {
            id: row.request_id,
            reference: row.request_reference,
            payment: PaymentId(row.request_payment),
            kind: Kind::parse(&row.request_kind)?,
            declarant: row.declarant,
            declared_at: Timestamp(row.declared_at),
            reason: row.request_reason,
            minor: row.request_minor,
            state: State::parse(&row.request_state)?,
            answer: row.answer,
            decided_at: row.decided_at.map(Timestamp),
            handle: row.handle,
            name: row.name,
            provider: Provider::parse(&row.paid_with)?,
            refund,
        })
    };
    read().map(|request| (request, order)).ok_or(AppError::Internal)
}

pub async fn by_reference(db: &Db, reference: &str) -> error::Result<Option<(Request, Order)>> {
    let row: Option<RequestRow> = db.optional(format!("select {COLUMNS}, {REQUESTS}\nwhere q.reference = $1"), args![reference]).await?;
    row.map(request).transpose()
}

pub async fn by_id(db: &Db, id: i64) -> error::Result<Option<(Request, Order)>> {
    let row: Option<RequestRow> = db.optional(format!("select {COLUMNS}, {REQUESTS}\nwhere q.id = $1"), args![id]).await?;
    row.map(request).transpose()
}

/// The last one about an order.
pub async fn of_order(db: &Db, order: OrderId) -> error::Result<Option<(Request, Order)>> {
    let sql = format!("select {COLUMNS}, {REQUESTS}\nwhere q.order_id = $1\norder by q.id desc\nlimit 1");
    let row: Option<RequestRow> = db.optional(sql, args![order]).await?;
    row.map(request).transpose()
}

/// The reference of the request about a payment.
pub async fn of_payment(tx: &mut Tx, payment: PaymentId) -> Result<Option<String>> {
    let row: Option<(String,)> = tx.optional("select reference from refund_requests where payment_id = $1", args![payment]).await?;
    Ok(row.map(|(reference,)| reference))
}

/// Newest first, those before `before`; of one state, or of any.
pub async fn list(db: &Db, state: Option<State>, before: Option<i64>, limit: i64) -> error::Result<Vec<(Request, Order)>> {
    let state = state.map_or("", State::as_str);
    let sql = format!("select {COLUMNS}, {REQUESTS}\nwhere ($1 = '' or q.state = $1) and q.id < $2\norder by q.id desc\nlimit $3");
    let rows: Vec<RequestRow> = db.all(sql, args![state, before.unwrap_or(i64::MAX), limit]).await?;
    rows.into_iter().map(request).collect()
}

/// How many wait for an admin.
pub async fn waiting(db: &Db) -> Result<i64> {
    let (n,): (i64,) = db.one("select count(*) from refund_requests where state = 'open'", args![]).await?;
    Ok(n)
}

const FORGET: &str = "update refund_requests
set declarant = ''
where declarant <> ''
    and order_id in (select o.id from orders o join members m on m.id = o.member_id where m.deleted_at is not null)";

/// By whose name the purchases of those who have left were taken back.
pub async fn forget_declarants_of_left(db: &Db) -> Result<()> {
    db.run(FORGET, args![]).await.map(drop)
}

const MEANT: &str = "select o.id
from orders o
join members m on m.id = o.member_id
where m.email = $1
    and (o.id = $2 or o.id = (select p.order_id from receipts n join payments p on p.id = n.payment_id where n.year = $3 and n.number = $4))";

/// The order of whoever has this e-mail address, by its number or by that of its receipt.
pub async fn meant(db: &Db, email: &str, order: Option<i64>, receipt: Option<(i64, i64)>) -> Result<Option<OrderId>> {
    let (year, number) = receipt.unzip();
    let row: Option<(i64,)> = db.optional(MEANT, args![email, order, year, number]).await?;
    Ok(row.map(|(id,)| OrderId(id)))
}
