//! 发票: a buyer asks for one of what they paid, of which admins are told; an admin notes that it was issued, or says why not.
//! Either is told by a letter.

use super::telling;
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::format;
use crate::foundation::id::OrderId;
use crate::foundation::text;
use crate::foundation::viewer::Viewer;
use crate::payments::fapiao::{State, Typed};
use crate::payments::model::{Order, OrderStatus};
use crate::payments::store::fapiao;
pub use crate::payments::store::fapiao::{Fapiao, Listed};
use crate::server::context::Context;
use crate::settings::service::require_site;
use crate::words;
use jiff::civil::Date;

/// What was asked for of an order, if it was; its buyer and admins know it.
pub async fn of_order(ctx: &Context, viewer: &Viewer, order: &Order) -> Result<Option<Fapiao>> {
    if !viewer.is(order.member) && !viewer.is_admin() {
        return Err(AppError::NotFound);
    }
    fapiao::of_order(ctx.db(), order.id).await
}

/// The buyer asks for one, or changes what they asked for as long as it is not issued. Errors stand under the names of
/// [`Typed`].
pub async fn request(ctx: &Context, viewer: &Viewer, reference: &str, typed: &Typed) -> Result<()> {
    let order = super::order(ctx, viewer, reference).await?;
    if !viewer.is(order.member) {
        return Err(AppError::NotFound);
    }
    let paid = order.status == OrderStatus::Paid && super::receipt_of(ctx, viewer, &order).await?.is_some();
    if !paid {
        return Err(AppError::Conflict(words!("付款后才能申请发票。", "A fapiao can be asked for once the order is paid.")));
    }
    let wish = typed.parse()?;
    let site = require_site(ctx).await?;
    let mut tx = ctx.db().begin().await?;
    let Some(requested_at) = fapiao::request(&mut tx, order.id, &wish, ctx.now()).await? else {
        return Err(AppError::Conflict(words!("发票已经开具，不能再更改。", "The fapiao is issued and cannot be changed any more.")));
    };
    telling::fapiao_asked(ctx, &mut tx, &site, &order, requested_at).await?;
    Ok(tx.commit().await?)
}

/// How many wait for an admin.
pub async fn waiting(ctx: &Context, viewer: &Viewer) -> Result<i64> {
    viewer.require_admin()?;
    Ok(fapiao::waiting(ctx.db()).await?)
}

/// The latest first, those before `before`; of one state, or of any.
pub async fn list(ctx: &Context, viewer: &Viewer, state: Option<State>, before: Option<(i64, i64)>, limit: i64) -> Result<Vec<Listed>> {
    viewer.require_admin()?;
    fapiao::list(ctx.db(), state, before, limit).await
}

pub async fn one(ctx: &Context, viewer: &Viewer, order: OrderId) -> Result<Listed> {
    viewer.require_admin()?;
    fapiao::one(ctx.db(), order).await?.ok_or(AppError::NotFound)
}

/// The fapiao of an order of which something was given back after it was issued: a red one has to follow it.
pub async fn to_follow(ctx: &Context, viewer: &Viewer, order: OrderId) -> Result<Option<Listed>> {
    viewer.require_admin()?;
    Ok(fapiao::one(ctx.db(), order).await?.filter(|listed| listed.refunded_since > 0))
}

fn decided() -> AppError {
    AppError::Conflict(words!("这个申请已经处理过了。", "This was decided already."))
}

/// An admin notes that it was issued: its number, and the day, today if none is given.
pub async fn issue(ctx: &Context, viewer: &Viewer, order: OrderId, number: &str, day: &str) -> Result<()> {
    let admin = viewer.require_admin()?.id;
    let mut errors = FieldErrors::new();
    let number = errors.keep("number", text::required_line(number, 40));
    let site = require_site(ctx).await?;
    let today = format::day(ctx.now(), &site.time_zone);
    let day = errors.keep(
        "day",
        match day.trim() {
            "" => Ok(today),
            typed => match typed.parse::<Date>() {
                Ok(day) if day <= today => Ok(day),
                _ => Err(words!("请填写今天或以前的日期。", "Please give today or an earlier day.")),
            },
        },
    );
    let (Some(number), Some(day)) = (number, day) else { return Err(errors.into_error()) };
    let Listed { order, .. } = fapiao::one(ctx.db(), order).await?.ok_or(AppError::NotFound)?;
    let day = day.to_string();
    let mut tx = ctx.db().begin().await?;
    if !fapiao::issue(&mut tx, order.id, &number, &day, admin, ctx.now()).await? {
        return Err(decided());
    }
    telling::fapiao_issued(ctx, &mut tx, &site, &order, (&number, &day)).await?;
    Ok(tx.commit().await?)
}

/// An admin says why there will be none; the buyer may ask again.
pub async fn refuse(ctx: &Context, viewer: &Viewer, order: OrderId, answer: &str) -> Result<()> {
    let admin = viewer.require_admin()?.id;
    let answer = text::required_line(answer, 300).map_err(|words| AppError::field("answer", words))?;
    let Listed { order, .. } = fapiao::one(ctx.db(), order).await?.ok_or(AppError::NotFound)?;
    let site = require_site(ctx).await?;
    let mut tx = ctx.db().begin().await?;
    let requested_at = fapiao::refuse(&mut tx, order.id, &answer, admin, ctx.now()).await?.ok_or_else(decided)?;
    telling::fapiao_refused(ctx, &mut tx, &site, &order, requested_at, &answer).await?;
    Ok(tx.commit().await?)
}
