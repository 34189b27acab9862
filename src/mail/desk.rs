//! What admins see of letters, and what they can do about them.

use super::account::{self, Source};
use super::message;
use super::model::{Letter, State, To};
use super::route::Route;
use super::service::{MOST_BOUNCES, post_asked, shown};
use super::smtp::Refusal;
pub use super::store::{LetterRow, Listed};
use super::{drawing, store};
use crate::foundation::error::{AppError, Result};
use crate::foundation::viewer::Viewer;
use crate::server::context::Context;
use crate::settings::service::require_site;
use crate::words;
use std::collections::BTreeMap;

/// How many there are in each state, those that want an admin first.
pub async fn counts(ctx: &Context, viewer: &Viewer) -> Result<Vec<(State, i64)>> {
    viewer.require_admin()?;
    let found = store::counts(ctx.db()).await?;
    let count = |state: State| found.iter().find(|(known, _)| known == state.as_str()).map_or(0, |(_, n)| *n);
    Ok(State::ALL.into_iter().map(|state| (state, count(state))).collect())
}

/// How many addresses are not written to any more, since they refused letters.
pub async fn suppressed(ctx: &Context, viewer: &Viewer) -> Result<i64> {
    viewer.require_admin()?;
    Ok(store::suppressed(ctx.db(), MOST_BOUNCES).await?)
}

/// Those in a state, newest first, before `before`; of one kind or to one address, where these are not empty.
pub async fn list(
    ctx: &Context,
    viewer: &Viewer,
    (state, kind, address): (State, &str, &str),
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Listed>> {
    viewer.require_admin()?;
    let address = address.trim().to_lowercase();
    Ok(store::list(ctx.db(), state, kind, &address, before.unwrap_or(i64::MAX), limit).await?)
}

/// One, as it was written: what it could open is not in it.
pub async fn one(ctx: &Context, viewer: &Viewer, id: i64) -> Result<LetterRow> {
    viewer.require_admin()?;
    let row = store::one(ctx.db(), id).await?.ok_or(AppError::NotFound)?;
    Ok(LetterRow { sealed: None, ..row })
}

/// Tries one again that was given up.
pub async fn again(ctx: &Context, viewer: &Viewer, id: i64) -> Result<()> {
    one(ctx, viewer, id).await?;
    match store::again(ctx.db(), id, ctx.now()).await? {
        true => Ok(()),
        false => Err(AppError::Conflict(words!(
            "这封邮件正在等待发送或已经发出，请刷新页面。",
            "This letter has been sent or is waiting to be sent; please reload the page."
        ))),
    }
}

/// What a letter looks like; a `sample` of its kind says that it is one.
pub async fn look(ctx: &Context, viewer: &Viewer, to: &To, letter: &Letter, sample: bool) -> Result<drawing::Drawn> {
    viewer.require_admin()?;
    let site = require_site(ctx).await?;
    Ok(shown(ctx, &site, to, letter, sample)?.0)
}

/// Sends it to the admin who looks at it.
pub async fn send_to_self(ctx: &Context, viewer: &Viewer, to: &To, letter: &Letter, sample: bool) -> Result<()> {
    viewer.require_admin()?;
    let site = require_site(ctx).await?;
    // It opens nothing, and it is a letter of its own each time.
    let letter = Letter { about: format!("sample:{}", ctx.token()), secrets: Vec::new(), good_until: None, ..letter.clone() };
    let mut tx = ctx.db().begin().await?;
    post_asked(ctx, &mut tx, &site, to, &letter, sample).await?;
    Ok(tx.commit().await?)
}

/// Whether an admin can change how letters are sent, and whether they go to a mail server at all.
pub async fn standing(ctx: &Context, viewer: &Viewer) -> Result<(Source, bool)> {
    viewer.require_admin()?;
    let site = require_site(ctx).await?;
    let account = account::in_force(ctx, &site).await?;
    Ok((account.source, account.server.is_some()))
}

/// Gives a letter to the mail server now, and says what it answered; `Err` is its refusal.
pub async fn test(ctx: &Context, viewer: &Viewer, to: &To, letter: &Letter) -> Result<std::result::Result<String, String>> {
    viewer.require_admin()?;
    let site = require_site(ctx).await?;
    let account = account::in_force(ctx, &site).await?;
    let (drawn, _) = shown(ctx, &site, to, letter, false)?;
    let (message_id, created_at) = (ctx.random_hex::<16>(), ctx.now().0);
    let row = LetterRow {
        id: 0,
        kind: letter.kind.name.to_owned(),
        address: to.address.clone(),
        name: to.name.clone(),
        locale: to.locale.tag().to_owned(),
        subject: drawn.subject,
        html: drawn.html,
        plain: drawn.plain,
        sealed: None,
        unsubscribe: None,
        message_id,
        state: State::Waiting.as_str().to_owned(),
        tries: 0,
        turn_at: None,
        good_until: None,
        said: String::new(),
        sent_through: None,
        created_at,
        sent_at: None,
    };
    let message = match message::build(&row, &BTreeMap::new(), &account.sender, &ctx.config().base_url) {
        Ok(message) => message,
        Err(reason) => return Ok(Err(reason)),
    };
    let name = super::route::file_name(created_at, &row.kind, &row.message_id);
    let sent = Route::of(ctx, &account).send(&name, message).await?;
    Ok(sent.map_err(|refusal| match refusal {
        Refusal::Address(said) | Refusal::Letter(said) | Refusal::Later(said) | Refusal::Away(said) => said,
    }))
}
