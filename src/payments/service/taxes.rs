//! Tax: an admin's rates, whether prices include it or it is added to them, and the country a buyer says they live in. As long
//! as there is no rate there is no tax, and no country is asked for.
//!
//! Where it is added, what an order costs is worked out once, from the price that was agreed, when its buyer says where they
//! live: the providers, the ledger and the receipt then have one amount, and it holds the same tax as if it had been included.

use super::checkout::{on_its_way, stands, unpaid};
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::id::OrderId;
use crate::foundation::locale::{Locale, Words};
use crate::foundation::money::{MAX_MINOR, Money};
use crate::foundation::viewer::Viewer;
use crate::payments::model::{Order, OrderStatus, Prices};
use crate::payments::store::{checkouts, orders, taxes};
use crate::payments::tax::{self, Country, Tax};
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::words;

/// Every rate, in the order in which a reader looks for a country.
pub async fn rates(ctx: &Context, locale: Locale) -> Result<Vec<(Country, i64)>> {
    let mut rates = taxes::rates(ctx.db()).await?;
    rates.sort_by_cached_key(|(country, _)| country.order(locale));
    Ok(rates)
}

fn no_country() -> Words {
    words!("请选择国家或地区。", "Please choose a country.")
}

/// Sets the rate of a country. What was ordered before keeps its own. Errors stand under `country` and `rate`.
pub async fn set_rate(ctx: &Context, viewer: &Viewer, country: &str, rate: &str) -> Result<()> {
    viewer.require_admin()?;
    let mut errors = FieldErrors::new();
    let country = errors.keep("country", Country::parse(country).ok_or_else(no_country));
    let rate = match rate.trim() {
        "" => errors.keep("rate", Err(words!("请填写税率。", "Please give a rate."))),
        typed => errors.keep("rate", tax::parse_rate(typed)),
    };
    let (Some(country), Some(rate)) = (country, rate) else { return Err(errors.into_error()) };
    Ok(taxes::set_rate(ctx.db(), country, rate, ctx.now()).await?)
}

/// Takes the rate of a country away.
pub async fn remove_rate(ctx: &Context, viewer: &Viewer, country: &str) -> Result<()> {
    viewer.require_admin()?;
    let country = Country::parse(country).ok_or_else(|| AppError::field("country", no_country()))?;
    Ok(taxes::forget_rate(ctx.db(), country).await?)
}

/// Whether an admin chose that tax is added to prices.
pub async fn added_as_chosen(ctx: &Context) -> Result<bool> {
    Ok(taxes::added(ctx.db()).await?.0)
}

/// Whether tax is added to what is ordered now: as an admin chose, and as long as there is any.
pub async fn is_added(ctx: &Context) -> Result<bool> {
    let (chosen, rated) = taxes::added(ctx.db()).await?;
    Ok(chosen && rated)
}

/// An admin chooses for what is ordered from now on: `included` or `added`. 422 under `how` for anything else.
pub async fn choose(ctx: &Context, viewer: &Viewer, how: &str) -> Result<()> {
    viewer.require_admin()?;
    let added = match how {
        "included" => false,
        "added" => true,
        _ => return Err(AppError::field("how", words!("请选择价格是否含税。", "Please choose whether prices include tax."))),
    };
    Ok(taxes::save_added(ctx.db(), added, ctx.now()).await?)
}

/// What an order is taxed with, once its buyer said where they live; its buyer and admins know it.
pub async fn of_order(ctx: &Context, viewer: &Viewer, order: &Order) -> Result<Option<Tax>> {
    if !viewer.is(order.member) && !viewer.is_admin() {
        return Err(AppError::NotFound);
    }
    Ok(taxes::of_order(ctx.db(), order.id).await?)
}

/// The buyer says where they live, before anything is paid; afterwards nothing changes. Without a rate there is no tax. Says
/// whether the order costs something else now, which is to be seen before it is paid. Where tax is added, a conflict once
/// it can no longer be paid, or somebody may be paying it.
pub async fn declare(ctx: &Context, viewer: &Viewer, reference: &str, country: &str) -> Result<bool> {
    let order = super::order(ctx, viewer, reference).await?;
    if !viewer.is(order.member) {
        return Err(AppError::NotFound);
    }
    if country.is_empty() {
        return Err(AppError::field("country", no_country()));
    }
    let rates = taxes::rates(ctx.db()).await?;
    if rates.is_empty() {
        return Ok(false);
    }
    let said = rates.into_iter().find(|(known, _)| known.code() == country);
    let mut tx = ctx.db().begin().await?;
    let order = orders::lock(&mut tx, order.id).await?.ok_or(AppError::NotFound)?;
    let changed = tax_with(ctx, &mut tx, &order, said).await?;
    tx.commit().await?;
    Ok(changed)
}

/// Taxes an order that is held with a country's rate, or with nothing; whether it costs something else now.
async fn tax_with(ctx: &Context, tx: &mut Tx, order: &Order, said: Option<(Country, i64)>) -> Result<bool> {
    let (country, rate) = said.unzip();
    let rate = rate.unwrap_or(0);
    if let Some(net) = order.net {
        return add(ctx, tx, order, net, (country, rate)).await;
    }
    if matches!(order.status, OrderStatus::Open | OrderStatus::Pending) {
        let tax = Tax { country, rate, minor: tax::included(order.price.minor, rate) };
        taxes::declare(tx, order.id, &tax, ctx.now()).await?;
    }
    Ok(false)
}

/// Adds the tax to what was agreed, whatever was added before.
async fn add(ctx: &Context, tx: &mut Tx, order: &Order, net: Prices, (country, rate): (Option<Country>, i64)) -> Result<bool> {
    let whole = Prices { price: tax::with_tax(net.price, rate), list: net.list.map(|list| tax::with_tax(list, rate)) };
    let tax = Tax { country, rate, minor: whole.price.minor - net.price.minor };
    if taxes::held(tx, order.id).await? == Some(tax) {
        return Ok(false);
    }
    unpaid(order)?;
    stands(ctx, order)?;
    if !checkouts::pending(tx, order.id).await?.is_empty() {
        return Err(on_its_way());
    }
    // What a provider was asked for is what comes, so that the amount must not change behind it.
    if order.subscription.is_some() || checkouts::is_alive(tx, order.id).await? {
        return Err(AppError::Conflict(words!(
            "这笔订单已经按现在的金额开始付款，不能再更改国家或地区。如需更改，请取消订单，重新下单。",
            "Paying has begun at this amount, so the country can no longer be changed. To change it, give this order up and order again."
        )));
    }
    if [Some(whole.price), whole.list].into_iter().flatten().any(|price| price.minor > MAX_MINOR) {
        return Err(AppError::Conflict(words!("加上税后金额太大了。", "With tax that amount is too large.")));
    }
    taxes::declare(tx, order.id, &tax, ctx.now()).await?;
    orders::set_price(tx, order.id, whole).await?;
    Ok(whole.price != order.price)
}

/// An order that is made instead of another: its buyer has said where they live. Where that has no rate any more they are
/// asked once more.
pub(super) async fn follow(ctx: &Context, tx: &mut Tx, before: OrderId, order: OrderId) -> Result<()> {
    let Some(known) = taxes::held(tx, before).await? else { return Ok(()) };
    let said = match known.country {
        Some(country) => match taxes::rate_of(tx, country).await? {
            Some(rate) => Some((country, rate)),
            None => return Ok(()),
        },
        None => None,
    };
    let order = orders::lock(tx, order).await?.ok_or(AppError::Internal)?;
    tax_with(ctx, tx, &order, said).await.map(drop)
}

/// Whether a country was said, where one has to be; an error under `country` otherwise.
pub(super) async fn declared(ctx: &Context, order: &Order, errors: &mut FieldErrors) -> Result<()> {
    if taxes::rates(ctx.db()).await?.is_empty() || taxes::of_order(ctx.db(), order.id).await?.is_some() {
        return Ok(());
    }
    let words = match order.net {
        Some(_) => words!(
            "请先选择你所在的国家或地区，用来计算要加的税。",
            "Please choose the country you live in first: it says which tax is added to the price."
        ),
        None => words!(
            "请先选择你所在的国家或地区，用来计算价格中的税。",
            "Please choose the country you live in first: it says which tax the price includes."
        ),
    };
    errors.add("country", words);
    Ok(())
}

/// A later term of an agreement, or what a change of it cost, is taxed as its first order was, with the same rate; what came is
/// the whole. `list`: what it costs without an offer.
pub(super) async fn carry(ctx: &Context, tx: &mut Tx, first: &Order, order: OrderId, (whole, list): (Money, Option<Money>)) -> Result<()> {
    let Some(known) = taxes::held(tx, first.id).await? else { return Ok(()) };
    let without = |price: Money| tax::without_tax(price, known.rate);
    let net = first.net.map(|_| Prices { price: without(whole), list: list.map(without) });
    let minor = net.map_or_else(|| tax::included(whole.minor, known.rate), |net| whole.minor - net.price.minor);
    taxes::declare(tx, order, &Tax { minor, ..known }, ctx.now()).await?;
    match net {
        Some(net) => Ok(orders::set_net(tx, order, net).await?),
        None => Ok(()),
    }
}

/// The rate by which the terms of an agreement cost more than the prices that are asked now: none where those include tax.
pub(in crate::payments) async fn beyond_prices(ctx: &Context, agreement: i64) -> Result<i64> {
    if is_added(ctx).await? { Ok(taxes::rate_of_agreement(ctx.db(), agreement).await?) } else { Ok(0) }
}

/// What a paid order cost, as a price that is kept for its buyer.
pub(in crate::payments) async fn kept(ctx: &Context, order: &Order) -> Result<Money> {
    let rate = taxes::of_order(ctx.db(), order.id).await?.map_or(0, |tax| tax.rate);
    Ok(tax::kept(order.price, order.net.map(|net| net.price), rate, is_added(ctx).await?))
}
