//! Table `orders`, all members'.

use super::super::orders::{COLUMNS, OrderRow, REFUNDED};
use super::Filter;
use crate::foundation::error;
use crate::foundation::id::OrderId;
use crate::foundation::time::Timestamp;
use crate::payments::model::{Order, OrderStatus};
use crate::payments::seller::Number;
use crate::providers::Provider;
use crate::server::db::{Db, Queries};

#[derive(sqlx::FromRow)]
struct ListedRow {
    #[sqlx(flatten)]
    order: OrderRow,
    handle: String,
    tried_with: Option<String>,
    refunded: i64,
}

const LISTED: &str = "m.handle, (
        select c.provider
        from checkouts c
        where c.order_id = o.id
        order by case when c.state = 'paid' then 0 else 1 end, c.id desc
        limit 1
    ) as tried_with
from orders o
join members m on m.id = o.member_id";

/// One of the list: an order, its buyer's handle, the provider it was paid with or last tried at, and what went back of it in
/// minor units.
#[derive(Debug, Clone)]
pub struct Listed {
    pub order: Order,
    pub handle: String,
    pub provider: Option<Provider>,
    pub refunded: i64,
}

fn listed(row: ListedRow) -> error::Result<Listed> {
    let provider = row.tried_with.as_deref().and_then(Provider::parse);
    Ok(Listed { order: row.order.order()?, handle: row.handle, provider, refunded: row.refunded })
}

/// What is looked for; empty texts for nothing in particular.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub status: Option<OrderStatus>,
    pub provider: Option<Provider>,
    pub handle: String,
    /// Ours of the order or of a try, or the provider's number of a try, a payment or a refund.
    pub reference: String,
    /// The order that the same text names as buyers know it, or the receipt of it.
    pub order: Option<OrderId>,
    pub receipt: Option<Number>,
}

const OF_PROVIDER: &str = "exists (select 1 from checkouts c where c.order_id = o.id and c.provider = ?)";

/// Through the unique numbers, whoever the provider.
const NAMED: &str = "select id from orders where reference = ?
        union
        select order_id from checkouts where reference = ?
        union
        select order_id from checkouts where provider in ('stripe', 'paypal', 'wechat', 'alipay', 'offline', 'test') and number = ?
        union
        select order_id from payments where provider in ('stripe', 'paypal', 'wechat', 'alipay', 'offline', 'test') and provider_payment = ?
        union
        select p.order_id
        from refunds r
        join payments p on p.id = r.payment_id
        where r.provider in ('stripe', 'paypal', 'wechat', 'alipay', 'offline', 'test') and r.provider_refund = ?";

/// Whatever the number that was typed may be one of: each is looked for through its own index.
fn named(filter: &mut Filter, wanted: &Wanted) {
    let mut ids = NAMED.replace('?', &filter.place(&wanted.reference));
    if let Some(order) = wanted.order {
        let id = filter.place(order.0);
        ids.push_str(&format!("\n        union\n        select id from orders where id = {id}"));
    }
    if let Some(Number { year, number }) = wanted.receipt {
        let (year, number) = (filter.place(year), filter.place(number));
        ids.push_str(&format!(
            "\n        union
        select p.order_id
        from receipts n
        join payments p on p.id = n.payment_id
        where n.year = {year} and n.number = {number}
        union
        select p.order_id
        from receipts n
        join refunds r on r.id = n.refund_id
        join payments p on p.id = r.payment_id
        where n.year = {year} and n.number = {number}"
        ));
    }
    filter.also(&format!("o.id in (\n        {ids}\n    )"));
}

/// Newest first, those before `before`.
pub async fn list(db: &Db, wanted: &Wanted, before: Option<OrderId>, limit: i64) -> error::Result<Vec<Listed>> {
    let mut filter = Filter::default();
    filter.and("o.id < ?", before.map_or(i64::MAX, |id| id.0));
    if let Some(status) = wanted.status {
        filter.and("o.status = ?", status.as_str());
    }
    if let Some(provider) = wanted.provider {
        filter.and(OF_PROVIDER, provider.as_str());
    }
    if !wanted.handle.is_empty() {
        filter.and("o.member_id = (select id from members where handle = ?)", &wanted.handle);
    }
    if !wanted.reference.is_empty() {
        named(&mut filter, wanted);
    }
    let Filter { sql, mut args } = filter;
    args.push(limit.into());
    let sql = format!("select {COLUMNS}, {REFUNDED}, {LISTED}\n{sql}\norder by o.id desc\nlimit ${}", args.len());
    let rows: Vec<ListedRow> = db.all(sql, args).await?;
    rows.into_iter().map(listed).collect()
}

/// Orders whose last try was declined since an instant and that are not paid, the latest first, those before `before`.
pub async fn declined(db: &Db, since: Timestamp, before: Option<(i64, i64)>, limit: i64) -> error::Result<Vec<Listed>> {
    let sql = format!(
        "select {COLUMNS}, {REFUNDED}, {LISTED}\nwhere o.declined_at >= $1 and o.status in ('open', 'pending') and (o.declined_at, o.id) < ($2, $3)
order by o.declined_at desc, o.id desc\nlimit $4"
    );
    let (at, id) = before.unwrap_or((i64::MAX, i64::MAX));
    let rows: Vec<ListedRow> = db.all(sql, crate::args![since, at, id, limit]).await?;
    rows.into_iter().map(listed).collect()
}

pub async fn handle_of(db: &Db, order: OrderId) -> error::Result<String> {
    let sql = "select m.handle from orders o join members m on m.id = o.member_id where o.id = $1";
    let row: Option<(String,)> = db.optional(sql, crate::args![order]).await?;
    row.map(|(handle,)| handle).ok_or(error::AppError::NotFound)
}
