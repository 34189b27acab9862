//! Tables `tax_rates` and `order_taxes`; and whether tax is added to prices, in `selling`.

use crate::args;
use crate::foundation::id::OrderId;
use crate::foundation::time::Timestamp;
use crate::payments::tax::{Country, Tax};
use crate::server::db::{Db, Queries, Result, Tx};

/// Every rate, by country.
pub async fn rates(db: &Db) -> Result<Vec<(Country, i64)>> {
    let rows: Vec<(String, i64)> = db.all("select country, rate from tax_rates order by country limit 300", args![]).await?;
    Ok(rows.into_iter().filter_map(|(country, rate)| Some((Country::parse(&country)?, rate))).collect())
}

const SET_RATE: &str = "insert into tax_rates (country, rate, changed_at)
values ($1, $2, $3)
on conflict (country) do update set rate = $2, changed_at = $3";

pub async fn set_rate(db: &Db, country: Country, rate: i64, now: Timestamp) -> Result<()> {
    db.run(SET_RATE, args![country.code(), rate, now]).await.map(drop)
}

pub async fn forget_rate(db: &Db, country: Country) -> Result<()> {
    db.run("delete from tax_rates where country = $1", args![country.code()]).await.map(drop)
}

pub async fn rate_of(tx: &mut Tx, country: Country) -> Result<Option<i64>> {
    let row: Option<(i64,)> = tx.optional("select rate from tax_rates where country = $1", args![country.code()]).await?;
    Ok(row.map(|(rate,)| rate))
}

const ADDED: &str = "select tax_added, exists (select country from tax_rates) as rated from selling where id = 1";

/// Whether an admin chose that tax is added to prices, and whether there is a rate.
pub async fn added(db: &Db) -> Result<(bool, bool)> {
    let row: Option<(bool, bool)> = db.optional(ADDED, args![]).await?;
    Ok(row.unwrap_or_default())
}

const SAVE_ADDED: &str = "insert into selling (id, tax_added, updated_at)
values (1, $1, $2)
on conflict (id) do update set tax_added = $1, updated_at = $2";

pub async fn save_added(db: &Db, added: bool, now: Timestamp) -> Result<()> {
    db.run(SAVE_ADDED, args![added, now]).await.map(drop)
}

const RATE_OF_AGREEMENT: &str = "select t.rate
from orders o
join order_taxes t on t.order_id = o.id
where o.subscription_id = $1
order by o.id
limit 1";

/// The rate that the terms of an agreement carry.
pub async fn rate_of_agreement(db: &Db, agreement: i64) -> Result<i64> {
    let row: Option<(i64,)> = db.optional(RATE_OF_AGREEMENT, args![agreement]).await?;
    Ok(row.map_or(0, |(rate,)| rate))
}

type TaxRow = (Option<String>, i64, i64);

fn read((country, rate, minor): TaxRow) -> Tax {
    Tax { country: country.as_deref().and_then(Country::parse), rate, minor }
}

const OF_ORDER: &str = "select country, rate, minor from order_taxes where order_id = $1";

pub async fn of_order(db: &Db, order: OrderId) -> Result<Option<Tax>> {
    let row: Option<TaxRow> = db.optional(OF_ORDER, args![order]).await?;
    Ok(row.map(read))
}

pub async fn held(tx: &mut Tx, order: OrderId) -> Result<Option<Tax>> {
    let row: Option<TaxRow> = tx.optional(OF_ORDER, args![order]).await?;
    Ok(row.map(read))
}

const DECLARE: &str = "insert into order_taxes (order_id, country, rate, minor, declared_at)
values ($1, $2, $3, $4, $5)
on conflict (order_id) do update set country = $2, rate = $3, minor = $4, declared_at = $5";

/// Whoever calls it holds the order, for which nothing was paid yet.
pub async fn declare(tx: &mut Tx, order: OrderId, tax: &Tax, now: Timestamp) -> Result<()> {
    let country = tax.country.map(Country::code);
    tx.run(DECLARE, args![order, country, tax.rate, tax.minor, now]).await.map(drop)
}
