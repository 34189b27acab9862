//! A new password for somebody who forgot theirs, by a letter to their address.

use super::model::check_password;
use super::throttle::{self, Subject};
use super::{correspondence, email_store, letters, passwords, service, store};
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::MemberId;
use crate::foundation::time::{HOUR, Timestamp};
use crate::mail;
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::server::seal;
use crate::settings::service::require_site;
use crate::words;

const LASTS: i64 = HOUR;

fn hash(ctx: &Context, token: &str) -> Result<String> {
    seal::sign(ctx, "password reset", token)
}

/// A link to set a password with, as it is written down, and its token.
pub(super) async fn open(ctx: &Context, tx: &mut Tx, member: MemberId, lasts: i64) -> Result<(String, String, Timestamp)> {
    let (token, until) = (ctx.token(), ctx.now().plus(lasts));
    let token_hash = hash(ctx, &token)?;
    email_store::set_reset(tx, member, &token_hash, ctx.now(), until).await?;
    Ok((token_hash, token, until))
}

/// Sends a link to the account with this address, if there is one. Whether there is, the answer does not say.
/// `address` is where the request comes from.
pub async fn ask(ctx: &Context, email: &str, address: &str) -> Result<()> {
    let email = service::parse_email(email).map_err(|words| AppError::field("email", words))?;
    throttle::admit(ctx, &[Subject::forgetting(address), Subject::forgotten(&email)]).await?;
    let Some((member, _)) = store::credentials(ctx.db(), &email).await? else { return Ok(()) };
    let site = require_site(ctx).await?;
    let mut tx = ctx.db().begin().await?;
    let (token_hash, token, until) = open(ctx, &mut tx, member, LASTS).await?;
    mail::service::drop_waiting(&mut tx, member, letters::RESET.name).await?;
    correspondence::write_to(ctx, &mut tx, &site, member, |locale| {
        letters::reset(&token_hash, locale).secret(mail::model::TOKEN, token).good_until(until)
    })
    .await?;
    Ok(tx.commit().await?)
}

/// Whether a link can still be used.
pub async fn is_good(ctx: &Context, token: &str) -> Result<bool> {
    Ok(email_store::reset(ctx.db(), &hash(ctx, token)?, ctx.now()).await?.is_some())
}

fn used_up() -> AppError {
    AppError::Conflict(words!("这个链接已经用过或失效了，请重新申请。", "This link is used up or too old; please ask for another."))
}

/// Sets the password by the link, once, and ends every session. Who reads their letters is known to: the address is theirs.
pub async fn set(ctx: &Context, token: &str, password: String) -> Result<MemberId> {
    check_password(&password).map_err(|words| AppError::field("password", words))?;
    if !is_good(ctx, token).await? {
        return Err(used_up());
    }
    let password_hash = passwords::hash(ctx, password).await?;
    let mut tx = ctx.db().begin().await?;
    let member = email_store::take_reset(&mut tx, &hash(ctx, token)?, ctx.now()).await?.ok_or_else(used_up)?;
    email_store::set_verified(&mut tx, member, ctx.now()).await?;
    service::set_password(ctx, &mut tx, member, &password_hash).await?;
    tx.commit().await?;
    Ok(member)
}
