//! Tables `receipts`, `receipt_years` and `order_buyers`.

use super::orders::{COLUMNS, OrderRow};
use crate::args;
use crate::foundation::error::{self, AppError};
use crate::foundation::id::{OrderId, PaymentId};
use crate::foundation::money::Money;
use crate::foundation::time::Timestamp;
use crate::payments::model::{GivingBack, Order};
use crate::payments::seller::{Buyer, Number, Particulars, Seller};
use crate::payments::tax::{Country, Tax, share, share_back};
use crate::providers::facts::RefundState;
use crate::server::db::{Db, Queries, Result, Tx};

const UNNUMBERED: &str = "select p.id, cast(null as bigint), p.paid_at, cast(0 as bigint)
from payments p
where p.order_id = $1 and p.use = 'order' and not exists (select 1 from receipts n where n.payment_id = p.id)
union all
select p.id, r.id, r.at, cast(1 as bigint)
from refunds r
join payments p on p.id = r.payment_id
where p.order_id = $1 and r.state = 'succeeded'
    and (p.use = 'order' or exists (select 1 from receipts n where n.payment_id = p.id))
    and not exists (select 1 from receipts n where n.refund_id = r.id)
order by 4, 3, 2
limit 1000";

/// What is without a number though it should have one, in the order of numbers: payments, or refunds of them.
pub async fn unnumbered(tx: &mut Tx, order: OrderId) -> Result<Vec<(i64, Option<i64>)>> {
    let rows: Vec<(i64, Option<i64>, i64, i64)> = tx.all(UNNUMBERED, args![order]).await?;
    Ok(rows.into_iter().map(|(payment, refund, ..)| (payment, refund)).collect())
}

const NEXT: &str = "insert into receipt_years (year, last)
values ($1, 1)
on conflict (year) do update set last = receipt_years.last + 1
returning last";

const INSERT: &str = "insert into receipts
    (year, number, payment_id, refund_id, issued_at, seller_name, seller_address, seller_number, seller_note)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

/// What has a number.
#[derive(Debug, Clone, Copy)]
pub enum Numbered<'a> {
    /// A payment; its receipt names the seller.
    Payment(i64, &'a Seller),
    /// A refund; its credit note names whom the receipt names.
    Refund(i64),
}

/// Gives the next number of a year, which others wait for until the transaction is done: what is not committed leaves no
/// gap.
pub async fn number(tx: &mut Tx, year: i64, numbered: Numbered<'_>, now: Timestamp) -> Result<()> {
    let (payment, refund, seller) = match numbered {
        Numbered::Payment(payment, seller) => (Some(payment), None, Some(seller)),
        Numbered::Refund(refund) => (None, Some(refund), None),
    };
    let (number,): (i64,) = tx.one(NEXT, args![year]).await?;
    let args = args![
        year,
        number,
        payment,
        refund,
        now,
        seller.map(|seller| seller.name.as_str()),
        seller.map(|seller| seller.address.as_str()),
        seller.map(|seller| seller.number.as_str()),
        seller.map(|seller| seller.note.as_str())
    ];
    tx.run(INSERT, args).await.map(drop)
}

const OF_PAYMENT: &str = "select year, number from receipts where payment_id = $1 and refund_id is null";

/// The number of a payment's receipt, once it has one.
pub async fn of_payment(tx: &mut Tx, payment: PaymentId) -> Result<Option<Number>> {
    let row: Option<(i64, i64)> = tx.optional(OF_PAYMENT, args![payment]).await?;
    Ok(row.map(|(year, number)| Number { year, number }))
}

/// The credit note of a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credit {
    /// The refund's number with us.
    pub refund: i64,
    pub number: Number,
    pub minor: i64,
    /// What had gone back of the order before.
    pub before: i64,
    pub issued_at: Timestamp,
    /// False: the buyer's bank sent the money back afterwards.
    pub stands: bool,
}

impl Credit {
    /// What went back with it.
    pub const fn gone(&self) -> i64 {
        if self.stands { self.minor } else { 0 }
    }
}

const CREDITS: &str = "select r.id, n.year, n.number, r.minor, n.issued_at, r.state = 'succeeded'
from receipts n
join refunds r on r.id = n.refund_id
join payments p on p.id = r.payment_id
where p.order_id = $1
order by n.year, n.number
limit 1000";

type CreditRow = (i64, i64, i64, i64, i64, bool);

fn credits_of(rows: Vec<CreditRow>) -> Vec<Credit> {
    let mut before = 0;
    let read = |(refund, year, number, minor, issued_at, stands): CreditRow| {
        let credit = Credit { refund, number: Number { year, number }, minor, before, issued_at: Timestamp(issued_at), stands };
        before += credit.gone();
        credit
    };
    rows.into_iter().map(read).collect()
}

/// All of an order, in the order of their numbers.
pub async fn credits(db: &Db, order: OrderId) -> Result<Vec<Credit>> {
    db.all(CREDITS, args![order]).await.map(credits_of)
}

pub async fn credits_now(tx: &mut Tx, order: OrderId) -> Result<Vec<Credit>> {
    tx.all(CREDITS, args![order]).await.map(credits_of)
}

#[derive(sqlx::FromRow)]
struct ParticularsRow {
    seller_name: Option<String>,
    seller_address: Option<String>,
    seller_number: Option<String>,
    seller_note: Option<String>,
    buyer_name: Option<String>,
    buyer_address: Option<String>,
    buyer_number: Option<String>,
    tax_country: Option<String>,
    tax_rate: Option<i64>,
    tax_minor: Option<i64>,
}

const PARTICULARS: &str = "select n.seller_name, n.seller_address, n.seller_number, n.seller_note, b.name as buyer_name,
    b.address as buyer_address, b.number as buyer_number, x.country as tax_country, x.rate as tax_rate, x.minor as tax_minor
from payments p
left join receipts n on n.payment_id = p.id
left join order_buyers b on b.order_id = p.order_id
left join order_taxes x on x.order_id = p.order_id
where p.id = $1";

fn particulars_of(row: ParticularsRow) -> Particulars {
    Particulars {
        seller: Seller {
            name: row.seller_name.unwrap_or_default(),
            address: row.seller_address.unwrap_or_default(),
            number: row.seller_number.unwrap_or_default(),
            note: row.seller_note.unwrap_or_default(),
        },
        buyer: row.buyer_name.map(|name| Buyer {
            name,
            address: row.buyer_address.unwrap_or_default(),
            number: row.buyer_number.unwrap_or_default(),
        }),
        tax: tax_of(row.tax_country.as_deref(), row.tax_rate.zip(row.tax_minor)),
    }
}

/// A rate of nothing is no tax.
fn tax_of(country: Option<&str>, rate: Option<(i64, i64)>) -> Option<Tax> {
    let country = country.and_then(Country::parse);
    rate.map(|(rate, minor)| Tax { country, rate, minor }).filter(|tax| tax.rate > 0)
}

/// What stands on the receipt of a payment.
pub async fn particulars(db: &Db, payment: PaymentId) -> Result<Particulars> {
    db.one(PARTICULARS, args![payment]).await.map(particulars_of)
}

pub async fn particulars_now(tx: &mut Tx, payment: PaymentId) -> Result<Particulars> {
    tx.one(PARTICULARS, args![payment]).await.map(particulars_of)
}

const SET_BUYER: &str = "insert into order_buyers (order_id, name, address, number, changed_at)
values ($1, $2, $3, $4, $5)
on conflict (order_id) do update set name = $2, address = $3, number = $4, changed_at = $5";

pub async fn set_buyer(db: &Db, order: OrderId, buyer: &Buyer, now: Timestamp) -> Result<()> {
    let Buyer { name, address, number } = buyer;
    db.run(SET_BUYER, args![order, name, address, number, now]).await.map(drop)
}

/// A line of the list of a year: a receipt, or the credit note of a refund.
#[derive(Debug, Clone)]
pub struct Line {
    pub number: Number,
    pub issued_at: Timestamp,
    pub order: Order,
    pub handle: String,
    pub buyer: Buyer,
    /// Negative for a credit note.
    pub amount: Money,
    /// What the order is taxed with, if it is.
    pub tax: Option<Tax>,
    /// Of the amount, and with its sign.
    pub tax_minor: i64,
    /// Of a credit note: the receipt it is about, and whether the money did go back.
    pub credit_of: Option<(Number, bool)>,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    #[sqlx(flatten)]
    order: OrderRow,
    year: i64,
    number: i64,
    issued_at: i64,
    handle: String,
    buyer_name: Option<String>,
    buyer_address: Option<String>,
    buyer_number: Option<String>,
    paid_minor: i64,
    refund_minor: Option<i64>,
    refund_state: Option<String>,
    of_year: Option<i64>,
    of_number: Option<i64>,
    tax_country: Option<String>,
    tax_rate: Option<i64>,
    tax_of_order: Option<i64>,
    before_minor: i64,
}

const LINES: &str = "n.year, n.number, n.issued_at, m.handle, b.name as buyer_name, b.address as buyer_address, b.number as buyer_number,
    p.minor as paid_minor, r.minor as refund_minor, r.state as refund_state, f.year as of_year, f.number as of_number,
    x.country as tax_country, x.rate as tax_rate, x.minor as tax_of_order,
    (
        select cast(coalesce(sum(e.minor), 0) as bigint)
        from receipts c
        join refunds e on e.id = c.refund_id
        where e.payment_id = p.id and e.state = 'succeeded' and (c.year, c.number) < (n.year, n.number)
    ) as before_minor
from receipts n
left join refunds r on r.id = n.refund_id
join payments p on p.id = coalesce(n.payment_id, r.payment_id)
join orders o on o.id = p.order_id
join members m on m.id = o.member_id
left join order_buyers b on b.order_id = o.id
left join order_taxes x on x.order_id = o.id
left join receipts f on f.payment_id = p.id and n.refund_id is not null";

fn line(row: LineRow) -> error::Result<Line> {
    let order = row.order.order()?;
    let stands = row.refund_state.as_deref().is_some_and(|state| state == GivingBack::Told(RefundState::Succeeded).as_str());
    let of = || row.of_year.zip(row.of_number).map(|(year, number)| (Number { year, number }, stands)).ok_or(AppError::Internal);
    let tax = tax_of(row.tax_country.as_deref(), row.tax_rate.zip(row.tax_of_order));
    let included = tax.map_or(0, |tax| tax.minor);
    let (minor, tax_minor) = match row.refund_minor {
        None => (row.paid_minor, share(included, row.paid_minor, row.paid_minor)),
        Some(minor) if stands => (-minor, -share_back(included, (row.before_minor, minor), row.paid_minor)),
        Some(_) => (0, 0),
    };
    Ok(Line {
        number: Number { year: row.year, number: row.number },
        issued_at: Timestamp(row.issued_at),
        handle: row.handle,
        buyer: Buyer {
            name: row.buyer_name.unwrap_or_default(),
            address: row.buyer_address.unwrap_or_default(),
            number: row.buyer_number.unwrap_or_default(),
        },
        amount: Money::new(minor, order.price.currency),
        tax,
        tax_minor,
        credit_of: if row.refund_minor.is_some() { Some(of()?) } else { None },
        order,
    })
}

/// Those of a year, the highest number first, those below `before`.
pub async fn lines(db: &Db, year: i64, before: Option<i64>, limit: i64) -> error::Result<Vec<Line>> {
    let sql = format!("select {COLUMNS}, {LINES}\nwhere n.year = $1 and n.number < $2\norder by n.number desc\nlimit $3");
    let rows: Vec<LineRow> = db.all(sql, args![year, before.unwrap_or(i64::MAX), limit]).await?;
    rows.into_iter().map(line).collect()
}

/// The years that have numbers, the last first.
pub async fn years(db: &Db) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = db.all("select year from receipt_years order by year desc limit 200", args![]).await?;
    Ok(rows.into_iter().map(|(year,)| year).collect())
}

const COUNTED: &str = "select count(*), cast(coalesce(max(number), 0) as bigint), cast(coalesce((select last from receipt_years where year = $1), 0) as bigint)
from receipts
where year = $1";

/// How many numbers a year has, its highest, and the last that was given.
pub async fn counted(db: &Db, year: i64) -> Result<(i64, i64, i64)> {
    db.one(COUNTED, args![year]).await
}
