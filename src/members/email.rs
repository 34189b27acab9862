//! Whether an address is a member's own: shown by the link in a letter, which works on any device, or by its six digits,
//! typed in where one is signed in. Another address becomes theirs once it was shown to be.

use super::throttle::{self, Subject};
use super::{correspondence, email_store, letters, service, store};
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::id::MemberId;
use crate::foundation::site::Site;
use crate::foundation::time::DAY;
use crate::foundation::viewer::Viewer;
use crate::mail::{self, To};
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::server::seal;
use crate::settings::service::require_site;
use crate::words;

/// That the address of `members m` is known to be theirs: they showed it, or nobody but who brought them along ever had the
/// account. Whoever joins can type anybody's address.
pub const IS_THEIRS: &str = "(m.email_verified_at is not null or m.password_hash is null)";

/// How long a proof can be used.
pub const LASTS: i64 = DAY;
/// So many wrong codes, and only the link is left.
const MOST_MISSES: i64 = 5;

fn hash_token(ctx: &Context, token: &str) -> Result<String> {
    seal::sign(ctx, "e-mail token", token)
}

/// Six digits have few values: without the key a hash of them could be guessed.
fn hash_code(ctx: &Context, member: MemberId, address: &str, code: &str) -> Result<String> {
    seal::sign(ctx, "e-mail code", &format!("{member} {address} {code}"))
}

/// Asks a member to show that an address is theirs, by a letter to it. What was asked before is worth nothing any more.
pub(super) async fn ask(ctx: &Context, tx: &mut Tx, site: &Site, member: MemberId, address: &str) -> Result<()> {
    let token = ctx.token();
    let code = format!("{:06}", u64::from_le_bytes(ctx.random_bytes::<8>()) % 1_000_000);
    let token_hash = hash_token(ctx, &token)?;
    let until = ctx.now().plus(LASTS);
    email_store::set_proof(tx, member, address, (&token_hash, &hash_code(ctx, member, address, &code)?), (ctx.now(), until)).await?;
    mail::service::drop_waiting(tx, member, letters::VERIFY.name).await?;
    let Some(reader) = correspondence::reader(tx, site, member).await? else { return Ok(()) };
    // Nobody is called by a name at an address that may be somebody else's.
    let to = To { address: address.to_owned(), name: None, ..reader };
    let letter = letters::verify(&token_hash, to.locale).secret(mail::model::TOKEN, token).secret(mail::model::CODE, code);
    mail::post(ctx, tx, site, &to, &letter.good_until(until)).await
}

/// How it stands with the viewer's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub address: String,
    pub verified: bool,
    /// Another one, which becomes theirs once it was shown to be.
    pub coming: Option<String>,
    /// There is a code to be typed in.
    pub asked: bool,
    /// What its mail server said when it refused letters so often that none are sent any more.
    pub refuses: Option<String>,
}

pub async fn standing(ctx: &Context, viewer: &Viewer) -> Result<Standing> {
    let member = viewer.require_member()?.id;
    let (address, verified) = email_store::address(ctx.db(), member).await?.ok_or(AppError::NotFound)?;
    let proof = email_store::proof(ctx.db(), member, ctx.now()).await?;
    let refuses = mail::service::refuses(ctx, &address).await?;
    let asked = proof.as_ref().is_some_and(|(_, _, misses)| *misses < MOST_MISSES);
    let coming = proof.map(|(asked, ..)| asked).filter(|asked| *asked != address);
    Ok(Standing { verified: verified.is_some(), coming, asked, refuses, address })
}

/// Sends the letter once more, to the address that is to be shown.
pub async fn ask_again(ctx: &Context, viewer: &Viewer) -> Result<()> {
    let member = viewer.require_member()?.id;
    let standing = standing(ctx, viewer).await?;
    if standing.verified && standing.coming.is_none() && standing.refuses.is_none() {
        return Ok(());
    }
    let address = standing.coming.as_deref().unwrap_or(&standing.address);
    throttle::admit(ctx, &[Subject::letters(member), Subject::letters_to(address)]).await?;
    let site = require_site(ctx).await?;
    let mut tx = ctx.db().begin().await?;
    ask(ctx, &mut tx, &site, member, address).await?;
    Ok(tx.commit().await?)
}

/// Asks for another address: errors stand under `email` and `password`. Until it is shown to be theirs the old one stays.
pub async fn change(ctx: &Context, viewer: &Viewer, typed: &str, password: String) -> Result<()> {
    let member = viewer.require_member()?.id;
    let address = service::parse_email(typed).map_err(|words| AppError::field("email", words))?;
    service::check_own_password(ctx, member, "password", password).await?;
    if email_store::address(ctx.db(), member).await?.is_some_and(|(own, _)| own == address) {
        return Err(AppError::field("email", words!("这已经是你的邮箱。", "This is your address already.")));
    }
    // Before it is looked whether the address is taken: nobody finds out of many who has an account.
    throttle::admit(ctx, &[Subject::letters(member), Subject::letters_to(&address)]).await?;
    if store::credentials(ctx.db(), &address).await?.is_some() {
        return Err(AppError::field("email", words!("这个邮箱已有账号。", "This e-mail has an account already.")));
    }
    let site = require_site(ctx).await?;
    let mut tx = ctx.db().begin().await?;
    ask(ctx, &mut tx, &site, member, &address).await?;
    Ok(tx.commit().await?)
}

/// The viewer keeps the address they have.
pub async fn keep(ctx: &Context, viewer: &Viewer) -> Result<()> {
    let member = viewer.require_member()?.id;
    let mut tx = ctx.db().begin().await?;
    email_store::forget_proof(&mut tx, member).await?;
    mail::service::drop_waiting(&mut tx, member, letters::VERIFY.name).await?;
    Ok(tx.commit().await?)
}

/// The address that a link is about; `None` for one that is used up or too old.
pub async fn asked_by(ctx: &Context, token: &str) -> Result<Option<String>> {
    let found = email_store::proof_by_token(ctx.db(), &hash_token(ctx, token)?, ctx.now()).await?;
    Ok(found.map(|(_, address)| address))
}

/// Shows an address to be a member's by the link. False: it is used up or too old.
pub async fn show_by_link(ctx: &Context, token: &str) -> Result<bool> {
    let mut tx = ctx.db().begin().await?;
    let Some((member, address)) = email_store::take_proof(&mut tx, &hash_token(ctx, token)?, ctx.now()).await? else {
        return Ok(false);
    };
    shown(ctx, &mut tx, MemberId(member), &address).await?;
    tx.commit().await?;
    Ok(true)
}

/// Shows an address to be the viewer's by its digits; the error stands under `code`.
pub async fn show_by_code(ctx: &Context, viewer: &Viewer, typed: &str) -> Result<()> {
    let member = viewer.require_member()?.id;
    let wrong = || {
        AppError::field(
            "code",
            words!("数字不对，或者已经失效。请核对最新的一封邮件。", "Wrong, or too old. Please look at the newest letter."),
        )
    };
    let code: String = typed.chars().filter(|c| !c.is_whitespace()).take(7).collect();
    let (address, ..) = email_store::proof(ctx.db(), member, ctx.now()).await?.ok_or_else(wrong)?;
    let hash = hash_code(ctx, member, &address, &code)?;
    // Counted before it is looked at, so that many guesses at once are all counted.
    email_store::count_miss(ctx.db(), member).await?;
    let mut tx = ctx.db().begin().await?;
    let found = email_store::take_proof_by_code(&mut tx, member, &hash, MOST_MISSES + 1, ctx.now()).await?;
    let (_, address) = found.ok_or_else(wrong)?;
    shown(ctx, &mut tx, member, &address).await?;
    Ok(tx.commit().await?)
}

async fn shown(ctx: &Context, tx: &mut Tx, member: MemberId, address: &str) -> Result<()> {
    let site = require_site(ctx).await?;
    let (before, verified) = email_store::held_address(tx, member).await?.ok_or(AppError::NotFound)?;
    mail::service::trust(tx, address).await?;
    if before == address {
        return Ok(email_store::set_verified(tx, member, ctx.now()).await?);
    }
    let old = correspondence::reader(tx, &site, member).await?;
    email_store::set_address(tx, member, address, ctx.now()).await.map_err(service::taken)?;
    // A link that was sent to the old address opens nothing any more.
    email_store::forget_reset(tx, member).await?;
    mail::service::drop_waiting(tx, member, letters::RESET.name).await?;
    match old {
        // An address that was never theirs learns nothing of them.
        Some(to) if verified.is_some() => {
            let at = format::date_time(ctx.now(), &site.time_zone, to.locale);
            mail::post(ctx, tx, &site, &to, &letters::email_changed(&ctx.token(), &at, to.locale)).await
        }
        _ => Ok(()),
    }
}
