//! All orders, and all there is to know of one.

use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::id::OrderId;
use crate::foundation::time::DAY;
use crate::foundation::viewer::Viewer;
use crate::membership::grants::{self, Opened};
use crate::payments::model::{Checkout, Order, OrderStatus, Payment, order_of_number};
use crate::payments::seller::Number;
use crate::payments::store::desk::ledger::{self, EntryRow};
pub use crate::payments::store::desk::orders::Listed;
use crate::payments::store::desk::orders::{self, Wanted};
use crate::payments::store::{self, checkouts, payments};
use crate::payments::teams;
use crate::providers::Provider;
use crate::server::context::Context;
use crate::words;

/// How long ago a payment may have failed to be listed.
pub const FAILED_DAYS: i64 = 30;

/// What an admin looks for, as typed.
#[derive(Debug, Clone, Default)]
pub struct Search {
    pub status: String,
    pub provider: String,
    pub member: String,
    pub reference: String,
}

impl Search {
    /// Errors stand under `status` and `provider`.
    fn wanted(&self) -> Result<Wanted> {
        let reference = self.reference.trim();
        let mut errors = FieldErrors::new();
        let status = match self.status.as_str() {
            "" => Some(None),
            typed => errors
                .keep("status", OrderStatus::parse(typed).ok_or_else(|| words!("没有这种状态。", "There is no such status.")))
                .map(Some),
        };
        let provider = match self.provider.as_str() {
            "" => Some(None),
            typed => errors
                .keep("provider", Provider::parse(typed).ok_or_else(|| words!("没有这种付款方式。", "There is no such way to pay.")))
                .map(Some),
        };
        let (Some(status), Some(provider)) = (status, provider) else { return Err(errors.into_error()) };
        Ok(Wanted {
            status,
            provider,
            handle: self.member.trim().trim_start_matches('@').to_lowercase(),
            order: order_of_number(reference),
            receipt: Number::parse(reference),
            reference: reference.to_owned(),
        })
    }
}

/// Newest first, those before `before`.
pub async fn list(ctx: &Context, viewer: &Viewer, search: &Search, before: Option<OrderId>, limit: i64) -> Result<Vec<Listed>> {
    viewer.require_admin()?;
    orders::list(ctx.db(), &search.wanted()?, before, limit).await
}

/// Orders whose last try was declined in the last days and that nobody paid since, the latest first. `before`: the instant
/// and the number of the one that the list goes on after.
pub async fn failed(ctx: &Context, viewer: &Viewer, before: Option<(i64, i64)>, limit: i64) -> Result<Vec<Listed>> {
    viewer.require_admin()?;
    orders::declined(ctx.db(), ctx.now().plus(-FAILED_DAYS * DAY), before, limit).await
}

/// An order with all that came of it.
#[derive(Debug, Clone)]
pub struct Story {
    pub order: Order,
    pub handle: String,
    pub tries: Vec<Checkout>,
    pub payments: Vec<Payment>,
    pub entries: Vec<EntryRow>,
    /// What it opened, if it did.
    pub opened: Option<Opened>,
}

pub async fn story(ctx: &Context, viewer: &Viewer, id: OrderId) -> Result<Story> {
    viewer.require_admin()?;
    let order = store::orders::by_id(ctx.db(), id).await?.ok_or(AppError::NotFound)?;
    let opened = match order.team {
        Some(_) => teams::opens(ctx.db(), order.id).await?,
        None => {
            // The articles of a bundle are opened and shut together: what holds of one holds of all.
            let first = store::contents::posts(ctx.db(), id).await?.into_iter().next();
            let whole = || order.trial_cause().unwrap_or_else(|| order.cause());
            let cause = first.map_or_else(whole, |post| order.cause_of(post));
            grants::opened_by(ctx, viewer, &cause).await?
        }
    };
    Ok(Story {
        handle: orders::handle_of(ctx.db(), id).await?,
        tries: checkouts::of_order(ctx.db(), id).await?,
        payments: payments::shown(ctx.db(), id).await?,
        entries: ledger::of_order(ctx.db(), id).await?,
        opened,
        order,
    })
}
