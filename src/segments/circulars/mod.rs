//! Letters to many (*circulars*): written as a draft, looked at, and sent once to all who are meant by a filter. Who they are
//! is noted in the transaction that sends it, and each of their letters is posted from that note, so that a program that
//! stops half-way goes on later and writes to nobody twice.

pub mod letter;
mod store;

use super::model::Filter;
use super::store::Now;
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::locale::Locale;
use crate::foundation::text;
use crate::foundation::viewer::Viewer;
use crate::mail::{Letter, To};
use crate::members::{correspondence, service};
use crate::server::context::Context;
use crate::settings::service::require_site;
use crate::words;
pub use store::Circular;

/// Bytes.
const LONGEST_BODY: usize = 20 * 1024;

/// How many letters one transaction writes.
const AT_ONCE: i64 = 100;

fn parse(subject: &str, body: &str) -> Result<(String, String)> {
    let mut errors = FieldErrors::new();
    let subject = errors.keep("subject", text::required_line(subject, 150));
    let body = text::body(body, LONGEST_BODY).and_then(|body| match body.trim().is_empty() {
        true => Err(words!("请填写这一项。", "Please fill this in.")),
        false => Ok(body),
    });
    let body = errors.keep("body", body);
    match (subject, body) {
        (Some(subject), Some(body)) => Ok((subject, body)),
        _ => Err(errors.into_error()),
    }
}

/// Keeps a draft, and gives its number.
pub async fn draft(ctx: &Context, viewer: &Viewer, filter: &Filter, subject: &str, body: &str) -> Result<i64> {
    let by = viewer.require_admin()?.id;
    let (subject, body) = parse(subject, body)?;
    let mut tx = ctx.db().begin().await?;
    let id = store::insert(&mut tx, &filter.query(), (&subject, &body), by, ctx.now()).await?;
    tx.commit().await?;
    Ok(id)
}

fn not_a_draft() -> AppError {
    AppError::Conflict(words!("这封邮件已经发出，不能再改了。", "This letter was sent and cannot be changed any more."))
}

pub async fn change(ctx: &Context, viewer: &Viewer, id: i64, subject: &str, body: &str) -> Result<()> {
    viewer.require_admin()?;
    let (subject, body) = parse(subject, body)?;
    if store::change(ctx.db(), id, (&subject, &body)).await? { Ok(()) } else { Err(not_a_draft()) }
}

pub async fn forget(ctx: &Context, viewer: &Viewer, id: i64) -> Result<()> {
    viewer.require_admin()?;
    if store::forget(ctx.db(), id).await? { Ok(()) } else { Err(not_a_draft()) }
}

pub async fn one(ctx: &Context, viewer: &Viewer, id: i64) -> Result<Circular> {
    viewer.require_admin()?;
    store::one(ctx.db(), id).await?.ok_or(AppError::NotFound)
}

/// Drafts and what was sent, newest first, those before `before`.
pub async fn list(ctx: &Context, viewer: &Viewer, before: Option<i64>, limit: i64) -> Result<Vec<Circular>> {
    viewer.require_admin()?;
    Ok(store::list(ctx.db(), before.unwrap_or(i64::MAX), limit).await?)
}

/// To how many it would go now.
pub async fn readers(ctx: &Context, viewer: &Viewer, filter: &Filter) -> Result<i64> {
    viewer.require_admin()?;
    let site = require_site(ctx).await?;
    Ok(store::count_readers(ctx.db(), filter, Now { at: ctx.now(), zone: &site.time_zone }).await?)
}

/// The letter as the admin who looks at it would get it.
pub async fn own_copy(ctx: &Context, viewer: &Viewer, circular: &Circular, locale: Locale) -> Result<(To, Letter)> {
    let admin = viewer.require_admin()?;
    let address = service::own_email(ctx, viewer).await?.unwrap_or_default();
    let to = To { member: Some(admin.id), address, name: Some(admin.name.clone()), locale };
    Ok((to, letter::circular("copy", &circular.subject, &circular.body)))
}

/// Sends a draft to as many as were said; once, however often it is asked for.
pub async fn send(ctx: &Context, viewer: &Viewer, id: i64, said: i64) -> Result<()> {
    let circular = one(ctx, viewer, id).await?;
    let site = require_site(ctx).await?;
    let filter = Filter::written(&circular.filter)?;
    let mut tx = ctx.db().begin().await?;
    if !store::begin(&mut tx, id, ctx.now()).await? {
        return Ok(());
    }
    let members = store::address(&mut tx, id, &filter, Now { at: ctx.now(), zone: &site.time_zone }).await?;
    if members == 0 {
        return Err(AppError::Conflict(words!("现在没有可以收到这封邮件的会员。", "Nobody would get this letter just now.")));
    }
    if members != said {
        return Err(AppError::Conflict(words!(
            "符合条件的会员刚刚有变化，邮件没有发出。请核对现在的人数，再确认一次。",
            "The members who match have just changed, so nothing was sent. Please check how many there are now, and confirm again."
        )));
    }
    store::set_members(&mut tx, id, members).await?;
    tx.commit().await?;
    let ctx = ctx.clone();
    // Beside the request; what is left when this ends early is found by `go_on`.
    tokio::spawn(async move {
        if let Err(error) = write_all(&ctx, id).await {
            tracing::warn!(%error, "letters to many could not all be written; it is tried again");
        }
    });
    Ok(())
}

/// Writes the letters that are still to be written.
pub async fn go_on(ctx: &Context) -> Result<()> {
    for id in store::unfinished(ctx.db()).await? {
        write_all(ctx, id).await?;
    }
    Ok(())
}

async fn write_all(ctx: &Context, id: i64) -> Result<()> {
    let Some(circular) = store::one(ctx.db(), id).await? else { return Ok(()) };
    let site = require_site(ctx).await?;
    loop {
        let mut tx = ctx.db().begin().await?;
        let members = store::take(&mut tx, id, AT_ONCE).await?;
        if members.is_empty() {
            return Ok(());
        }
        for member in members {
            let about = format!("circular:{id}:member:{member}");
            let letter = |_| letter::circular(&about, &circular.subject, &circular.body);
            correspondence::write_to(ctx, &mut tx, &site, member, letter).await?;
        }
        tx.commit().await?;
    }
}
