//! What providers told, and what is to be done about what did not fit.

use crate::foundation::error::{AppError, Result};
use crate::foundation::viewer::Viewer;
use crate::payments::inbox;
use crate::payments::service::refunds;
use crate::payments::store;
use crate::payments::store::desk::notifications;
pub use crate::payments::store::desk::notifications::NotificationRow;
pub use crate::payments::store::notifications::{STUCK, WAITS};
use crate::providers::Provider;
use crate::server::context::Context;
use crate::words;

/// The states, those that want an admin first.
pub const STATES: [&str; 6] = ["quarantined", "dead", "later", "new", "done", "ignored"];

/// How many there are in each of [`STATES`].
pub async fn counts(ctx: &Context, viewer: &Viewer) -> Result<Vec<(&'static str, i64)>> {
    viewer.require_admin()?;
    let found = notifications::counts(ctx.db()).await?;
    let count = |state: &str| found.iter().find(|(known, _)| known == state).map_or(0, |(_, n)| *n);
    Ok(STATES.into_iter().map(|state| (state, count(state))).collect())
}

/// How many do not fit or were tried too often.
pub async fn troubled(ctx: &Context, viewer: &Viewer) -> Result<i64> {
    viewer.require_admin()?;
    Ok(notifications::troubled(ctx.db()).await?)
}

/// Newest first, those of one state before `before`.
pub async fn list(ctx: &Context, viewer: &Viewer, state: &str, before: Option<i64>, limit: i64) -> Result<Vec<NotificationRow>> {
    viewer.require_admin()?;
    Ok(notifications::list(ctx.db(), state, before, limit).await?)
}

/// One, with its body as it came.
pub async fn one(ctx: &Context, viewer: &Viewer, id: i64) -> Result<(NotificationRow, String)> {
    viewer.require_admin()?;
    let row = notifications::one(ctx.db(), id).await?.ok_or(AppError::NotFound)?;
    let body = notifications::body(ctx.db(), id).await?.unwrap_or_default();
    Ok((row, body))
}

fn changed() -> AppError {
    AppError::Conflict(words!("这条通知已经处理过了，请刷新页面。", "This notification has been dealt with; please reload the page."))
}

/// Processes one once more, at once; about a refund that is stuck, or waits, the provider is asked, and the alarm ends with it.
pub async fn replay(ctx: &Context, viewer: &Viewer, id: i64) -> Result<()> {
    let (row, body) = one(ctx, viewer, id).await?;
    if row.kind == STUCK {
        return refunds::look_again(ctx, Provider::parse(&row.provider).ok_or(AppError::NotFound)?, &body).await;
    }
    if row.kind == WAITS {
        return refunds::ask_again(ctx, &body).await;
    }
    if !store::notifications::replay(ctx.db(), id, ctx.now()).await? {
        return Err(changed());
    }
    match Provider::parse(&row.provider) {
        Some(provider) => inbox::process_of(ctx, provider).await,
        None => Ok(()),
    }
}

/// Puts one aside for good; why it was in trouble stays written.
pub async fn ignore(ctx: &Context, viewer: &Viewer, id: i64) -> Result<()> {
    one(ctx, viewer, id).await?;
    if notifications::ignore(ctx.db(), id).await? { Ok(()) } else { Err(changed()) }
}
