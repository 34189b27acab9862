//! Tax: an admin's rates, and the country a buyer says they live in. As long as there is no rate there is no tax, and no
//! country is asked for.

use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::id::OrderId;
use crate::foundation::locale::Locale;
use crate::foundation::viewer::Viewer;
use crate::payments::model::{Order, OrderStatus};
use crate::payments::store::{orders, taxes};
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

/// Sets the rate of a country; an empty one takes it away. What was ordered before keeps its own.
pub async fn set_rate(ctx: &Context, viewer: &Viewer, country: &str, rate: &str) -> Result<()> {
    viewer.require_admin()?;
    let mut errors = FieldErrors::new();
    let country = errors.keep("country", Country::parse(country).ok_or_else(|| words!("请选择国家或地区。", "Please choose a country.")));
    let rate = match rate.trim() {
        "" => Some(None),
        typed => errors.keep("rate", tax::parse_rate(typed)).map(Some),
    };
    let (Some(country), Some(rate)) = (country, rate) else { return Err(errors.into_error()) };
    match rate {
        Some(rate) => Ok(taxes::set_rate(ctx.db(), country, rate, ctx.now()).await?),
        None => Ok(taxes::forget_rate(ctx.db(), country).await?),
    }
}

/// What an order is taxed with, once its buyer said where they live; its buyer and admins know it.
pub async fn of_order(ctx: &Context, viewer: &Viewer, order: &Order) -> Result<Option<Tax>> {
    if !viewer.is(order.member) && !viewer.is_admin() {
        return Err(AppError::NotFound);
    }
    Ok(taxes::of_order(ctx.db(), order.id).await?)
}

/// The buyer says where they live, before anything is paid; afterwards nothing changes. Without a rate there is no tax.
pub async fn declare(ctx: &Context, viewer: &Viewer, reference: &str, country: &str) -> Result<()> {
    let order = super::order(ctx, viewer, reference).await?;
    if !viewer.is(order.member) {
        return Err(AppError::NotFound);
    }
    let rates = taxes::rates(ctx.db()).await?;
    if rates.is_empty() {
        return Ok(());
    }
    let rate = rates.into_iter().find(|(known, _)| known.code() == country);
    let mut tx = ctx.db().begin().await?;
    let order = orders::lock(&mut tx, order.id).await?.ok_or(AppError::NotFound)?;
    if matches!(order.status, OrderStatus::Open | OrderStatus::Pending) {
        let (country, rate) = rate.unzip();
        let rate = rate.unwrap_or(0);
        let tax = Tax { country, rate, minor: tax::included(order.price.minor, rate) };
        taxes::declare(&mut tx, order.id, &tax, ctx.now()).await?;
    }
    Ok(tx.commit().await?)
}

/// Whether a country was said, where one has to be.
pub(super) async fn declared(ctx: &Context, order: &Order) -> Result<()> {
    if taxes::rates(ctx.db()).await?.is_empty() || taxes::of_order(ctx.db(), order.id).await?.is_some() {
        return Ok(());
    }
    Err(AppError::Conflict(words!(
        "请先选择你所在的国家或地区，用来计算价格中的税。",
        "Please choose the country you live in first: it says which tax the price includes."
    )))
}

/// A later term of an agreement, or what a change of it cost, is taxed with the rate of its first order.
pub(super) async fn carry(ctx: &Context, tx: &mut Tx, first: OrderId, order: OrderId, gross: i64) -> Result<()> {
    match taxes::held(tx, first).await? {
        Some(known) => Ok(taxes::declare(tx, order, &Tax { minor: tax::included(gross, known.rate), ..known }, ctx.now()).await?),
        None => Ok(()),
    }
}
