//! Tables `provider_accounts` and `provider_limits`.

use crate::args;
use crate::foundation::money::Currency;
use crate::payments::service::connections::Limit;
use crate::providers::Provider;
use crate::server::db::{Db, Queries, Result, Tx};

/// Provider, switched on, sealed keys, when they were saved.
pub type AccountRow = (String, bool, Option<String>, i64);

pub async fn accounts(db: &Db) -> Result<Vec<AccountRow>> {
    db.all("select provider, enabled, sealed_keys, updated_at from provider_accounts limit 100", args![]).await
}

const SAVE: &str = "insert into provider_accounts (provider, enabled, sealed_keys, updated_at)
values ($1, $2, $3, $4)
on conflict (provider) do update set enabled = $2, sealed_keys = $3, updated_at = $4";

pub async fn save(db: &Db, provider: Provider, enabled: bool, sealed: &str, now: i64) -> Result<()> {
    db.run(SAVE, args![provider.as_str(), enabled, sealed, now]).await.map(drop)
}

type LimitRow = (String, String, Option<i64>, Option<i64>, Option<i64>);

pub async fn limits(db: &Db) -> Result<Vec<(Provider, Limit)>> {
    let sql = "select provider, currency, minimum, maximum, daily from provider_limits order by provider, currency limit 1000";
    let rows: Vec<LimitRow> = db.all(sql, args![]).await?;
    let read = |(provider, currency, minimum, maximum, daily): LimitRow| {
        Some((Provider::parse(&provider)?, Limit { currency: Currency::parse(&currency)?, minimum, maximum, daily }))
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

const SAVE_LIMIT: &str = "insert into provider_limits (provider, currency, minimum, maximum, daily)
values ($1, $2, $3, $4, $5)
on conflict (provider, currency) do update set minimum = $3, maximum = $4, daily = $5";

pub async fn save_limit(db: &Db, provider: Provider, limit: Limit) -> Result<()> {
    let Limit { currency, minimum, maximum, daily } = limit;
    db.run(SAVE_LIMIT, args![provider.as_str(), currency.code(), minimum, maximum, daily]).await.map(drop)
}

const HOLD_DAILY: &str = "update provider_limits
set daily = daily
where provider = $1 and currency = $2 and daily is not null
returning daily";

/// How much may be paid in a day, if there is such a limit. Others who ask for it wait until the transaction is done.
pub async fn hold_daily(tx: &mut Tx, provider: Provider, currency: Currency) -> Result<Option<i64>> {
    let row: Option<(i64,)> = tx.optional(HOLD_DAILY, args![provider.as_str(), currency.code()]).await?;
    Ok(row.map(|(daily,)| daily))
}

pub async fn forget_limit(db: &Db, provider: Provider, currency: Currency) -> Result<()> {
    let sql = "delete from provider_limits where provider = $1 and currency = $2";
    db.run(sql, args![provider.as_str(), currency.code()]).await.map(drop)
}
