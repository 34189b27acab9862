//! Table `fapiao`.

use super::orders::{COLUMNS, OrderRow, REFUNDED};
use crate::args;
use crate::foundation::error::{self, AppError};
use crate::foundation::id::{MemberId, OrderId};
use crate::foundation::money::Money;
use crate::foundation::time::Timestamp;
use crate::payments::fapiao::{Kind, State, Wish};
use crate::payments::model::Order;
use crate::server::db::{Db, Queries, Result, Tx};

/// A 发票 that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fapiao {
    pub order: OrderId,
    pub wish: Wish,
    pub state: State,
    pub requested_at: Timestamp,
    /// Of one that was issued: its number and day.
    pub number: String,
    pub issued_day: String,
    /// Why it was refused.
    pub answer: String,
}

#[derive(sqlx::FromRow)]
struct FapiaoRow {
    fapiao_order: i64,
    fapiao_kind: String,
    fapiao_title: String,
    tax_number: String,
    email: String,
    fapiao_state: String,
    requested_at: i64,
    number: Option<String>,
    issued_day: Option<String>,
    answer: String,
}

const FAPIAO: &str =
    "f.order_id as fapiao_order, f.kind as fapiao_kind, f.title as fapiao_title, f.tax_number, f.email, f.state as fapiao_state,
    f.requested_at, f.number, f.issued_day, f.answer";

fn read(row: FapiaoRow) -> error::Result<Fapiao> {
    let kind = Kind::parse(&row.fapiao_kind).ok_or(AppError::Internal)?;
    Ok(Fapiao {
        order: OrderId(row.fapiao_order),
        wish: Wish { kind, title: row.fapiao_title, tax_number: row.tax_number, email: row.email },
        state: State::parse(&row.fapiao_state).ok_or(AppError::Internal)?,
        requested_at: Timestamp(row.requested_at),
        number: row.number.unwrap_or_default(),
        issued_day: row.issued_day.unwrap_or_default(),
        answer: row.answer,
    })
}

pub async fn of_order(db: &Db, order: OrderId) -> error::Result<Option<Fapiao>> {
    let row: Option<FapiaoRow> = db.optional(format!("select {FAPIAO}\nfrom fapiao f\nwhere f.order_id = $1"), args![order]).await?;
    row.map(read).transpose()
}

const REQUEST: &str = "insert into fapiao (order_id, kind, title, tax_number, email, state, requested_at)
values ($1, $2, $3, $4, $5, 'requested', $6)
on conflict (order_id) do update set kind = $2, title = $3, tax_number = $4, email = $5, state = 'requested',
    requested_at = case when fapiao.state = 'requested' then fapiao.requested_at else $6 end, answer = '', decided_at = null, decided_by = null
where fapiao.state <> 'issued'
returning requested_at";

/// Asks for one, or changes what was asked for: gives when that was. `None` once it is issued.
pub async fn request(tx: &mut Tx, order: OrderId, wish: &Wish, now: Timestamp) -> Result<Option<Timestamp>> {
    let Wish { kind, title, tax_number, email } = wish;
    let row: Option<(i64,)> = tx.optional(REQUEST, args![order, kind.as_str(), title, tax_number, email, now]).await?;
    Ok(row.map(|(requested_at,)| Timestamp(requested_at)))
}

const ISSUE: &str = "update fapiao
set state = 'issued', number = $2, issued_day = $3, decided_at = $4, decided_by = $5
where order_id = $1 and state = 'requested'";

/// False when it was not asked for, or is decided.
pub async fn issue(tx: &mut Tx, order: OrderId, number: &str, day: &str, by: MemberId, now: Timestamp) -> Result<bool> {
    Ok(tx.run(ISSUE, args![order, number, day, now, by]).await? == 1)
}

const REFUSE: &str = "update fapiao
set state = 'refused', answer = $2, decided_at = $3, decided_by = $4
where order_id = $1 and state = 'requested'
returning requested_at";

/// When it had been asked for; `None` when it was not, or is decided.
pub async fn refuse(tx: &mut Tx, order: OrderId, answer: &str, by: MemberId, now: Timestamp) -> Result<Option<Timestamp>> {
    let row: Option<(i64,)> = tx.optional(REFUSE, args![order, answer, now, by]).await?;
    Ok(row.map(|(requested_at,)| Timestamp(requested_at)))
}

/// One of the list: what was asked for, the order, what went back of it in minor units, how much of that since the fapiao was
/// issued, and the buyer's handle.
#[derive(Debug, Clone)]
pub struct Listed {
    pub fapiao: Fapiao,
    pub order: Order,
    pub refunded: i64,
    pub refunded_since: i64,
    pub handle: String,
}

impl Listed {
    /// What was paid and did not go back.
    pub fn left(&self) -> Money {
        self.order.left(self.refunded)
    }

    /// What it is to be written over, or was: what went back since is on another.
    pub fn written(&self) -> Money {
        let left = self.left();
        Money::new(left.minor.saturating_add(self.refunded_since), left.currency)
    }

    /// It was asked for, and there is something left that it could be for.
    pub fn waits(&self) -> bool {
        self.fapiao.state == State::Requested && self.left().minor > 0
    }
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    #[sqlx(flatten)]
    order: OrderRow,
    #[sqlx(flatten)]
    fapiao: FapiaoRow,
    refunded: i64,
    refunded_since: i64,
    handle: String,
}

// What was known to have gone back before is not on it: what counts is the credit note, and not when the money went.
const LISTED: &str = "m.handle,
    (
        select cast(coalesce(sum(r.minor), 0) as bigint)
        from payments p
        join refunds r on r.payment_id = p.id
        join receipts n on n.refund_id = r.id
        where p.order_id = o.id and p.use = 'order' and r.state = 'succeeded' and f.state = 'issued' and n.issued_at > f.decided_at
    ) as refunded_since
from fapiao f
join orders o on o.id = f.order_id
join members m on m.id = o.member_id";

fn listed(row: ListedRow) -> error::Result<Listed> {
    Ok(Listed {
        fapiao: read(row.fapiao)?,
        order: row.order.order()?,
        refunded: row.refunded,
        refunded_since: row.refunded_since,
        handle: row.handle,
    })
}

/// The latest first, those before `before`; of one state, or of any.
pub async fn list(db: &Db, state: Option<State>, before: Option<(i64, i64)>, limit: i64) -> error::Result<Vec<Listed>> {
    let sql = format!(
        "select {COLUMNS}, {FAPIAO}, {REFUNDED}, {LISTED}
where ($1 = '' or f.state = $1) and (f.requested_at, f.order_id) < ($2, $3)\norder by f.requested_at desc, f.order_id desc\nlimit $4"
    );
    let (at, order) = before.unwrap_or((i64::MAX, i64::MAX));
    let rows: Vec<ListedRow> = db.all(sql, args![state.map_or("", State::as_str), at, order, limit]).await?;
    rows.into_iter().map(listed).collect()
}

const WAITING: &str = "select count(*)
from fapiao f
join orders o on o.id = f.order_id
where f.state = 'requested' and o.status = 'paid'";

/// How many were asked for of orders that money is left of.
pub async fn waiting(db: &Db) -> Result<i64> {
    let (n,): (i64,) = db.one(WAITING, args![]).await?;
    Ok(n)
}

pub async fn one(db: &Db, order: OrderId) -> error::Result<Option<Listed>> {
    let row: Option<ListedRow> =
        db.optional(format!("select {COLUMNS}, {FAPIAO}, {REFUNDED}, {LISTED}\nwhere f.order_id = $1"), args![order]).await?;
    row.map(listed).transpose()
}
