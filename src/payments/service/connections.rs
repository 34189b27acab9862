//! Providers as the admin switched them on: their keys, encrypted at rest, and the connections made of them.

use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::format;
use crate::foundation::id::OrderId;
use crate::foundation::money::{Currency, Money};
use crate::foundation::viewer::Viewer;
use crate::payments::model::Order;
use crate::payments::store::accounts;
use crate::payments::store::checkouts::{self, Today};
use crate::payments::test_provider::TestConnection;
use crate::providers::http::Client;
use crate::providers::keys::{self, Keys};
use crate::providers::{Connection, Failure, Means, Provider};
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::server::seal;
use crate::settings::service::require_site;
use crate::words;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// A provider as an admin sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub provider: Provider,
    pub enabled: bool,
    /// The keys that are not secret, and an empty text for each secret that is there.
    pub keys: Keys,
    /// Whether real money moves under these keys.
    pub real: bool,
    /// The names of the secrets that are kept.
    pub kept: Vec<&'static str>,
    /// What is kept was closed with another secret key than the one at hand, and has to be given again.
    pub unreadable: bool,
    pub limits: Vec<Limit>,
}

/// How much may be paid at once and in a day; `None`: no limit of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    pub currency: Currency,
    pub minimum: Option<i64>,
    pub maximum: Option<i64>,
    pub daily: Option<i64>,
}

/// Connections that were made, each with the keys' date.
#[derive(Default)]
struct Made(RwLock<HashMap<Provider, Dated>>);

/// A connection, and when its keys were saved.
type Dated = (i64, Arc<dyn Connection>);

async fn rows(ctx: &Context) -> Result<HashMap<Provider, (bool, Option<String>, i64)>> {
    let rows = accounts::accounts(ctx.db()).await?;
    let mut found: HashMap<_, _> =
        rows.into_iter().filter_map(|(provider, enabled, sealed, at)| Some((Provider::parse(&provider)?, (enabled, sealed, at)))).collect();
    // The test provider is switched on by whoever runs the program, not by an admin.
    found.insert(Provider::Test, (ctx.config().test_payments, None, 0));
    Ok(found)
}

/// The providers that take payments now, in their usual order.
pub async fn enabled(ctx: &Context) -> Result<Vec<Provider>> {
    let rows = rows(ctx).await?;
    Ok(Provider::ALL.into_iter().filter(|provider| rows.get(provider).is_some_and(|(enabled, ..)| *enabled)).collect())
}

/// Those of the enabled providers that take this amount, each limit of the admin counted. `renewing`: that can charge again.
pub async fn that_take(ctx: &Context, amount: Money, renewing: bool) -> Result<Vec<Provider>> {
    that_take_for(ctx, amount, renewing, None).await
}

/// As [`that_take`], for an order: what is under way for itself does not stand in its own way.
pub(super) async fn that_take_order(ctx: &Context, order: &Order) -> Result<Vec<Provider>> {
    that_take_for(ctx, order.price, order.renewing, Some(order.id)).await
}

async fn that_take_for(ctx: &Context, amount: Money, renewing: bool, order: Option<OrderId>) -> Result<Vec<Provider>> {
    let limits = accounts::limits(ctx.db()).await?;
    let mut taking = Vec::new();
    for provider in enabled(ctx).await? {
        if !provider.takes(amount.currency) || renewing && !provider.renews() {
            continue;
        }
        let limit = limits.iter().find(|(of, limit)| *of == provider && limit.currency == amount.currency).map(|(_, limit)| limit);
        if let Some(limit) = limit {
            let within = limit.minimum.is_none_or(|least| amount.minor >= least) && limit.maximum.is_none_or(|most| amount.minor <= most);
            if !within {
                continue;
            }
            if let Some(daily) = limit.daily {
                let taken = checkouts::taken(ctx.db(), provider, amount.currency, today(ctx).await?, order).await?;
                if taken.saturating_add(amount.minor) > daily {
                    continue;
                }
            }
        }
        taking.push(provider);
    }
    Ok(taking)
}

/// Whether a provider can still take an order's price today. Others who begin to pay there wait until the transaction is
/// done, and count what it began. `today`: what [`today`] says, asked before it.
pub(super) async fn holds_today(tx: &mut Tx, provider: Provider, order: &Order, today: Today) -> Result<bool> {
    let Some(daily) = accounts::hold_daily(tx, provider, order.price.currency).await? else { return Ok(true) };
    let taken = checkouts::taken_now(tx, provider, order.price.currency, today, order.id).await?;
    Ok(taken.saturating_add(order.price.minor) <= daily)
}

/// The day as limits count it.
pub(super) async fn today(ctx: &Context) -> Result<Today> {
    let (site, now) = (require_site(ctx).await?, ctx.now());
    Ok(Today { since: format::start_of_day(format::day(now, &site.time_zone), &site.time_zone), now })
}

/// The connection to a provider, enabled or not: what was bought through it still has a life.
pub async fn connection(ctx: &Context, provider: Provider) -> Result<Arc<dyn Connection>> {
    if provider == Provider::Test {
        return Ok(Arc::new(TestConnection::new(ctx)));
    }
    if provider == Provider::Offline {
        return Ok(Arc::new(super::offline::Offline { clock: ctx.clock(), base_url: ctx.config().base_url.clone() }));
    }
    let not_there = || AppError::Conflict(words!("这种付款方式还没有配置好。", "This way of paying is not set up yet."));
    let (_, sealed, at) = rows(ctx).await?.remove(&provider).ok_or_else(not_there)?;
    let made = ctx.keep::<Made>();
    let kept = made.0.read().unwrap_or_else(PoisonError::into_inner).get(&provider).filter(|(of, _)| *of == at).map(|(_, c)| c.clone());
    if let Some(connection) = kept {
        return Ok(connection);
    }
    let keys = unseal(ctx, provider, sealed.as_deref())?;
    let connection = keys::connect(provider, &keys, &means(ctx)?).map_err(FieldErrors::into_error)?.ok_or_else(not_there)?;
    let connection: Arc<dyn Connection> = Arc::from(connection);
    made.0.write().unwrap_or_else(PoisonError::into_inner).insert(provider, (at, connection.clone()));
    Ok(connection)
}

/// The HTTP client is made once.
#[derive(Default)]
struct Http(RwLock<Option<Client>>);

fn means(ctx: &Context) -> Result<Means> {
    let kept = ctx.keep::<Http>();
    let found = kept.0.read().unwrap_or_else(PoisonError::into_inner).clone();
    let http = match found {
        Some(http) => http,
        None => {
            let new = Client::new().map_err(|_| AppError::Internal)?;
            *kept.0.write().unwrap_or_else(PoisonError::into_inner) = Some(new.clone());
            new
        }
    };
    Ok(Means { http, clock: ctx.clock(), random: ctx.random() })
}

fn unseal(ctx: &Context, provider: Provider, sealed: Option<&str>) -> Result<Keys> {
    let Some(sealed) = sealed else { return Ok(Keys::new()) };
    let plain = seal::open(ctx, &format!("provider:{}", provider.as_str()), sealed)?;
    serde_json::from_slice(&plain).map_err(|_| AppError::Internal)
}

/// What the admin wrote for those who pay without a provider.
pub async fn instructions(ctx: &Context) -> Result<Option<String>> {
    let (_, sealed, _) = rows(ctx).await?.remove(&Provider::Offline).unwrap_or_default();
    Ok(unseal(ctx, Provider::Offline, sealed.as_deref())?.remove(keys::INSTRUCTIONS))
}

/// All providers as an admin sees them; secrets are not among them.
pub async fn accounts(ctx: &Context, viewer: &Viewer) -> Result<Vec<Account>> {
    viewer.require_admin()?;
    let (rows, limits) = (rows(ctx).await?, accounts::limits(ctx.db()).await?);
    let mut accounts = Vec::new();
    for provider in Provider::ALL {
        let (enabled, sealed, _) = rows.get(&provider).cloned().unwrap_or_default();
        let unsealed = unseal(ctx, provider, sealed.as_deref());
        let unreadable = unsealed.is_err();
        let mut keys = unsealed.unwrap_or_default();
        let real = keys::is_real(provider, &keys);
        let mut kept = Vec::new();
        for field in keys::fields(provider).iter().filter(|field| field.secret) {
            if let Some(secret) = keys.get_mut(field.name) {
                secret.clear();
                kept.push(field.name);
            }
        }
        let limits = limits.iter().filter(|(of, _)| *of == provider).map(|(_, limit)| *limit).collect();
        accounts.push(Account { provider, enabled, keys, real, kept, unreadable, limits });
    }
    Ok(accounts)
}

/// Saves the keys of a provider, switched on or off. A secret that is left empty stays what it was. Errors stand under the
/// names of the fields; a provider that is off may be half filled in.
pub async fn save(ctx: &Context, viewer: &Viewer, provider: Provider, enabled: bool, typed: &Keys) -> Result<()> {
    viewer.require_admin()?;
    if provider == Provider::Test {
        return Err(AppError::NotFound);
    }
    let before = rows(ctx).await?.remove(&provider).unwrap_or_default();
    let mut keys = unseal(ctx, provider, before.1.as_deref()).unwrap_or_default();
    let addresses = keys::ADDRESSES.map(|name| (name, keys.get(name).cloned()));
    let again = |field: &keys::KeyField| field.secret && typed.get(field.name).is_none_or(|value| value.trim().is_empty());
    let unsaid = keys::fields(provider).iter().any(|field| again(field) && keys.contains_key(field.name));
    for field in keys::fields(provider) {
        let value = typed.get(field.name).map(|value| value.trim().replace("\r\n", "\n")).unwrap_or_default();
        if value.len() > 16 * 1024 {
            return Err(AppError::field(field.name, words!("内容太长了。", "This is too long.")));
        }
        match (value.is_empty(), field.secret) {
            (true, true) => (),
            (true, false) => drop(keys.remove(field.name)),
            (false, _) => drop(keys.insert(field.name.to_owned(), value)),
        }
    }
    // Whoever can change the address must not learn the secrets by having them sent there.
    if let Some((changed, _)) = addresses.iter().find(|(name, before)| unsaid && keys.get(*name) != before.as_ref()) {
        return Err(AppError::field(
            changed,
            words!("更改接口地址时，请把各项密钥重新填写一遍。", "When the address changes, please give the secrets again."),
        ));
    }
    if enabled {
        keys::connect(provider, &keys, &means(ctx)?).map_err(FieldErrors::into_error)?;
    }
    let plain = serde_json::to_vec(&keys).map_err(|_| AppError::Internal)?;
    let sealed = seal::close(ctx, &format!("provider:{}", provider.as_str()), &plain)?;
    // The date tells others that their connection is old, so it has to change.
    let now = ctx.now().0.max(before.2 + 1);
    accounts::save(ctx.db(), provider, enabled, &sealed, now).await?;
    Ok(())
}

/// Sets the limits of a provider in one currency; none at all forgets them.
pub async fn save_limit(ctx: &Context, viewer: &Viewer, provider: Provider, limit: Limit) -> Result<()> {
    viewer.require_admin()?;
    if limit.minimum.is_none() && limit.maximum.is_none() && limit.daily.is_none() {
        accounts::forget_limit(ctx.db(), provider, limit.currency).await?;
        return Ok(());
    }
    if limit.minimum.zip(limit.maximum).is_some_and(|(least, most)| least > most) {
        return Err(AppError::field("minimum", words!("最低金额不能高于最高金额。", "The lowest amount cannot be above the highest.")));
    }
    accounts::save_limit(ctx.db(), provider, limit).await?;
    Ok(())
}

/// What a provider answers to a harmless call with its keys.
pub async fn test(ctx: &Context, viewer: &Viewer, provider: Provider) -> Result<Result<String, Failure>> {
    viewer.require_admin()?;
    Ok(connection(ctx, provider).await?.test().await)
}
