//! What members and visitors can do with accounts.

use super::model::{MemberSeen, Profile, check_password, parse_handle};
use super::throttle::{self, Subject};
use super::{correspondence, email, email_store, letters, passwords, store};
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::format;
use crate::foundation::id::MemberId;
use crate::foundation::locale::{Locale, Words};
use crate::foundation::site::Site;
use crate::foundation::text;
use crate::foundation::viewer::{Role, SignedIn, Viewer};
use crate::mail;
use crate::markdown::{self, Passage};
use crate::server::away::away;
use crate::server::context::Context;
use crate::server::db::{Tx, violates_unique};
use crate::settings;
use crate::words;
use email_address::EmailAddress;

/// What a person types to join.
#[derive(Debug, Clone, Default)]
pub struct NewAccount {
    pub email: String,
    pub handle: String,
    /// The handle, when left empty.
    pub name: String,
    pub password: String,
}

struct Checked {
    email: String,
    handle: String,
    name: String,
}

/// An address as it is kept and compared: in lower case.
pub fn parse_email(text: &str) -> Result<String, Words> {
    let email = text.trim().to_lowercase();
    let plain = email.len() <= 254 && email.chars().all(|c| !c.is_control() && !c.is_whitespace());
    if plain && EmailAddress::is_valid(&email) && !email.contains('"') {
        Ok(email)
    } else {
        Err(words!("请填写有效的邮箱地址，例如 ann@example.org。", "Please give a valid e-mail address, such as ann@example.org."))
    }
}

impl NewAccount {
    fn check(&self, errors: &mut FieldErrors) -> Option<Checked> {
        let email = errors.keep("email", parse_email(&self.email));
        let handle = errors.keep("handle", parse_handle(&self.handle));
        let name = errors.keep("name", text::optional_line(&self.name, 60));
        let password = errors.keep("password", check_password(&self.password));
        let (email, handle, name) = (email?, handle?, name?);
        password?;
        Some(Checked { name: name.unwrap_or_else(|| handle.clone()), email, handle })
    }
}

pub(super) fn taken(error: sqlx::Error) -> AppError {
    if violates_unique(&error, "members", "handle") {
        AppError::field("handle", words!("这个用户名已有人使用，请换一个。", "This handle is taken; please choose another."))
    } else if violates_unique(&error, "members", "email") {
        AppError::field("email", words!("这个邮箱已有账号，请直接登录。", "This e-mail has an account already; please sign in."))
    } else {
        error.into()
    }
}

async fn insert(ctx: &Context, tx: &mut Tx, site: &Site, account: &Checked, password_hash: &str, role: Role) -> Result<MemberId> {
    let now = ctx.now();
    let new = store::NewMember {
        handle: &account.handle,
        name: &account.name,
        email: Some(&account.email),
        password_hash: Some(password_hash),
        role,
        locale: None,
        claimed: true,
        registered_day: &format::day(now, &site.time_zone).to_string(),
        now,
    };
    store::insert(tx, &new).await.map_err(taken)
}

/// Joins: the new member's id, to be signed in with. They are welcomed, and asked whether the address is theirs, in the
/// language they see the site in. `address` is where the request comes from.
pub async fn join(ctx: &Context, account: NewAccount, seen_in: Locale, address: &str) -> Result<MemberId> {
    throttle::admit(ctx, &[Subject::joining(address)]).await?;
    let site = settings::service::require_site(ctx).await?;
    let (mut tx, id, address) = enter(ctx, &site, account, Role::Member).await?;
    email_store::set_seen_in(&mut tx, id, seen_in).await?;
    email::ask(ctx, &mut tx, &site, id, &address).await?;
    correspondence::write_to(ctx, &mut tx, &site, id, |locale| letters::welcome(&site, id, locale)).await?;
    tx.commit().await?;
    Ok(id)
}

/// An account with a role from the start: for the command line and sample content.
pub async fn create(ctx: &Context, account: NewAccount, role: Role) -> Result<MemberId> {
    let site = settings::service::require_site(ctx).await?;
    let (tx, id, _) = enter(ctx, &site, account, role).await?;
    tx.commit().await?;
    Ok(id)
}

/// The new account, and its address, in a transaction that is still open.
async fn enter(ctx: &Context, site: &Site, account: NewAccount, role: Role) -> Result<(Tx, MemberId, String)> {
    let mut errors = FieldErrors::new();
    let Some(checked) = account.check(&mut errors) else { return Err(errors.into_error()) };
    let hash = passwords::hash(ctx, account.password).await?;
    let mut tx = ctx.db().begin().await?;
    let id = insert(ctx, &mut tx, site, &checked, &hash, role).await?;
    Ok((tx, id, checked.email))
}

/// Setup: the site and its owner, both or neither. A conflict when it was done before.
pub async fn found_site(ctx: &Context, site: settings::service::NewSite, owner: NewAccount) -> Result<MemberId> {
    if settings::service::site(ctx).await?.is_some() {
        return Err(AppError::Conflict(words!("网站已经设置过了。", "The site is set up already.")));
    }
    let mut errors = FieldErrors::new();
    let site = site.parse(&mut errors);
    let checked = owner.check(&mut errors);
    let (Some(site), Some(checked)) = (site, checked) else { return Err(errors.into_error()) };
    let hash = passwords::hash(ctx, owner.password).await?;
    let mut tx = ctx.db().begin().await?;
    settings::service::found_site(ctx, &mut tx, &site).await?;
    let id = insert(ctx, &mut tx, &site, &checked, &hash, Role::Owner).await?;
    tx.commit().await?;
    Ok(id)
}

/// The member with this e-mail and password. The answer, and the time it takes, are the same for a wrong password and for
/// an address nobody has. `address` is where the try comes from.
pub async fn sign_in(ctx: &Context, email: &str, password: String, address: &str) -> Result<MemberId> {
    let email = email.trim().to_lowercase();
    let wrong = || AppError::field("", words!("邮箱或密码不对。", "The e-mail or the password is wrong."));
    if email.is_empty() || password.is_empty() {
        return Err(wrong());
    }
    let subjects = [Subject::address(address), Subject::account(&email), Subject::account_from(&email, address)];
    throttle::admit(ctx, &subjects).await?;
    let found = store::credentials(ctx.db(), &email).await?;
    let (id, hash) = found.map_or((None, None), |(id, hash)| (Some(id), hash));
    let right = passwords::verify(hash, password).await?;
    match id {
        Some(id) if right => {
            let [from, account, account_from] = &subjects;
            throttle::uncount(ctx, from).await?;
            throttle::forgive(ctx, account).await?;
            throttle::forgive(ctx, account_from).await?;
            Ok(id)
        }
        _ => Err(wrong()),
    }
}

/// Whether this is the viewer's password; wrong ones are counted like wrong sign-ins.
pub(super) async fn check_own_password(ctx: &Context, id: MemberId, field: &str, password: String) -> Result<()> {
    let subject = [Subject::own_password(id)];
    throttle::admit(ctx, &subject).await?;
    if !passwords::verify(store::password_hash(ctx.db(), id).await?, password).await? {
        return Err(AppError::field(field, words!("密码不对。", "That is not your password.")));
    }
    throttle::forgive(ctx, &subject[0]).await
}

/// A new password. Every session of the account ends with the old one, this one too: the caller begins a new one.
pub async fn change_password(ctx: &Context, viewer: &Viewer, current: String, new: String) -> Result<()> {
    let member = viewer.require_member()?;
    check_password(&new).map_err(|words| AppError::field("new_password", words))?;
    check_own_password(ctx, member.id, "current_password", current).await?;
    let hash = passwords::hash(ctx, new).await?;
    let mut tx = ctx.db().begin().await?;
    set_password(ctx, &mut tx, member.id, &hash).await?;
    tx.commit().await?;
    Ok(())
}

/// Sets a password, ends every session, and tells the member. Another address that was asked for is not coming any more:
/// whoever had the old password may have asked.
pub(super) async fn set_password(ctx: &Context, tx: &mut Tx, id: MemberId, hash: &str) -> Result<()> {
    let site = settings::service::require_site(ctx).await?;
    store::set_password(tx, id, hash).await?;
    email_store::forget_reset(tx, id).await?;
    mail::service::drop_waiting(tx, id, letters::RESET.name).await?;
    if email_store::forget_coming(tx, id).await? {
        mail::service::drop_waiting(tx, id, letters::VERIFY.name).await?;
    }
    correspondence::write_to(ctx, tx, &site, id, |locale| {
        let at = format::date_time(ctx.now(), &site.time_zone, locale);
        letters::password_changed(&ctx.token(), &at, locale)
    })
    .await
}

/// The viewer's own name and bio (Markdown).
pub async fn change_profile(ctx: &Context, viewer: &Viewer, name: &str, bio: &str) -> Result<()> {
    let member = viewer.require_member()?;
    let mut errors = FieldErrors::new();
    let name = errors.keep("name", text::required_line(name, 60));
    let bio = errors.keep("bio", text::body(bio, 8 * 1024));
    let (Some(name), Some(bio)) = (name, bio) else { return Err(errors.into_error()) };
    let made = rendered(&bio).await?;
    Ok(store::set_profile(ctx.db(), member.id, &name, &bio, &made).await?)
}

/// A biography's Markdown as HTML.
async fn rendered(source: &str) -> Result<Passage> {
    let source = source.to_owned();
    away(move || markdown::passage(&source)).await
}

/// Renders a batch of the biographies again that an older renderer made; says how many, 0 when there are none left.
pub async fn render_again(ctx: &Context) -> Result<usize> {
    let batch = store::OUTDATED.again(ctx, 100, markdown::passage).await?;
    for (id, source, made) in &batch.made {
        store::renew(ctx.db(), *id, source, made).await?;
    }
    Ok(batch.found)
}

/// Whoever presses twice at once takes turns, so that the second finds what the first began.
pub async fn hold(tx: &mut Tx, id: MemberId) -> Result<()> {
    Ok(store::hold(tx, id).await?)
}

/// The language pages are shown in to this member; `None` follows the browser.
pub async fn change_locale(ctx: &Context, viewer: &Viewer, locale: Option<Locale>) -> Result<()> {
    let member = viewer.require_member()?;
    Ok(store::set_locale(ctx.db(), member.id, locale).await?)
}

/// The viewer's e-mail, which nobody else is shown.
pub async fn own_email(ctx: &Context, viewer: &Viewer) -> Result<Option<String>> {
    let member = viewer.require_member()?;
    Ok(store::email(ctx.db(), member.id).await?)
}

/// Deletes the viewer's account after asking for the password. What was written stays under "deleted member"; money rows
/// stay. The last owner cannot leave.
pub async fn delete_account(ctx: &Context, viewer: &Viewer, password: String) -> Result<()> {
    let member = viewer.require_member()?;
    check_own_password(ctx, member.id, "password", password).await?;
    let address = store::email(ctx.db(), member.id).await?;
    let mut tx = ctx.db().begin().await?;
    store::delete(&mut tx, member.id, ctx.now()).await?;
    email_store::forget(&mut tx, member.id).await?;
    mail::service::forget_member(&mut tx, member.id, address.as_deref()).await?;
    if store::owners(&mut tx).await? == 0 {
        return Err(AppError::Conflict(words!(
            "你是唯一的站长，请先让别人也成为站长。",
            "You are the only owner; make somebody else an owner first."
        )));
    }
    tx.commit().await?;
    Ok(())
}

pub async fn profile_by_handle(ctx: &Context, handle: &str) -> Result<Profile> {
    store::profile_by_handle(ctx.db(), &handle.to_ascii_lowercase()).await?.ok_or(AppError::NotFound)
}

/// A member as services see them; a visitor once the account is gone.
pub async fn viewer_of(ctx: &Context, id: MemberId) -> Result<Viewer> {
    Ok(Viewer(store::signed_in(ctx.db(), id).await?))
}

pub async fn profile(ctx: &Context, id: MemberId) -> Result<Profile> {
    store::profile(ctx.db(), id).await?.ok_or(AppError::NotFound)
}

/// Public profiles of people who joined, in the order they came, after `after`; at most `limit`.
pub async fn joined_after(ctx: &Context, after: MemberId, limit: i64) -> Result<Vec<Profile>> {
    Ok(store::joined_after(ctx.db(), after, limit.clamp(1, 101)).await?)
}

/// How many people joined and are still here.
pub async fn count(ctx: &Context) -> Result<i64> {
    Ok(store::count(ctx.db()).await?)
}

/// The public profile of somebody who joined and is still here.
pub async fn joined(ctx: &Context, id: MemberId) -> Result<Option<Profile>> {
    Ok(store::joined(ctx.db(), id).await?)
}

/// Gives a member a role. Only an owner makes or unmakes owners and admins, and the last owner stays one.
pub async fn change_role(ctx: &Context, viewer: &Viewer, id: MemberId, role: Role) -> Result<()> {
    let admin = viewer.require_admin()?;
    let member = profile(ctx, id).await?;
    let high = |role| matches!(role, Role::Admin | Role::Owner);
    if (high(role) || high(member.role)) && admin.role != Role::Owner {
        return Err(AppError::Forbidden(words!("只有站长可以任免管理员和站长。", "Only an owner may add or remove admins and owners.")));
    }
    set_role(ctx, member.id, role).await
}

/// Changes first and counts then: what a role was a moment ago decides nothing.
async fn set_role(ctx: &Context, id: MemberId, role: Role) -> Result<()> {
    let mut tx = ctx.db().begin().await?;
    store::set_role(&mut tx, id, role).await?;
    if store::owners(&mut tx).await? == 0 {
        return Err(AppError::Conflict(words!("至少要有一位站长。", "There has to be at least one owner.")));
    }
    tx.commit().await?;
    Ok(())
}

/// For the command line, where whoever may read the database may do this too.
pub async fn change_role_by_operator(ctx: &Context, handle: &str, role: Role) -> Result<()> {
    set_role(ctx, profile_by_handle(ctx, handle).await?.id, role).await
}

/// A new random password for somebody who lost theirs, told once, to the operator. Ends all their sessions.
pub async fn reset_password_by_operator(ctx: &Context, handle: &str) -> Result<String> {
    let member = profile_by_handle(ctx, handle).await?;
    if store::email(ctx.db(), member.id).await?.is_none() {
        return Err(AppError::Conflict(words!(
            "这个账号还没有人认领，无法登录。",
            "Nobody has claimed this account yet; it cannot sign in."
        )));
    }
    let password = ctx.token();
    let hash = passwords::hash(ctx, password.clone()).await?;
    let mut tx = ctx.db().begin().await?;
    set_password(ctx, &mut tx, member.id, &hash).await?;
    tx.commit().await?;
    Ok(password)
}

/// Members for an admin's list, in the order they came, after `after`: those whose handle, name or e-mail begins with
/// `search`, or everybody.
pub async fn members_after(ctx: &Context, viewer: &Viewer, search: &str, after: MemberId, limit: i64) -> Result<Vec<MemberSeen>> {
    viewer.require_admin()?;
    Ok(store::members_after(ctx.db(), &text::line(search), after, limit.clamp(1, 101)).await?)
}

/// As [`members_after`], for the command line.
pub async fn members_for_operator(ctx: &Context, after: MemberId) -> Result<Vec<MemberSeen>> {
    Ok(store::members_after(ctx.db(), "", after, 100).await?)
}

/// The owner who was there first: what nobody else wrote is theirs.
pub async fn first_owner(ctx: &Context) -> Result<MemberId> {
    store::first_owner(ctx.db()).await?.ok_or(AppError::NotFound)
}

/// Whoever may read the database may do what the first owner may: for the command line.
pub async fn operator(ctx: &Context) -> Result<Viewer> {
    let id = first_owner(ctx).await?;
    let Profile { handle, name, role, .. } = profile(ctx, id).await?;
    Ok(Viewer(Some(SignedIn { id, handle, name, role, locale: None })))
}

/// The unclaimed account of the author with this name, made if there is none, under `handle` or the nearest that is free.
pub async fn unclaimed_author_named(ctx: &Context, tx: &mut Tx, site: &Site, handle: &str, name: &str) -> Result<MemberId> {
    if let Some(id) = store::unclaimed_named(tx, name).await? {
        return Ok(id);
    }
    let short = handle.get(..24).unwrap_or(handle).trim_matches('-');
    let base = if short.len() < 2 { "author" } else { short };
    let mut n = 1;
    loop {
        let tried = if n == 1 { base.to_owned() } else { format!("{base}-{n}") };
        if parse_handle(&tried).is_ok() && !store::handle_taken(tx, &tried).await? {
            return unclaimed_author(ctx, tx, site, &tried, name).await;
        }
        n += 1;
    }
}

/// Makes the unclaimed account of an imported author.
pub async fn unclaimed_author(ctx: &Context, tx: &mut Tx, site: &Site, handle: &str, name: &str) -> Result<MemberId> {
    let now = ctx.now();
    let day = format::day(now, &site.time_zone).to_string();
    let new = store::NewMember {
        handle,
        name,
        email: None,
        password_hash: None,
        role: Role::Author,
        locale: None,
        claimed: false,
        registered_day: &day,
        now,
    };
    store::insert(tx, &new).await.map_err(taken)
}

/// Forgets expired sessions, old failures, what was not proved in time, and devices long unseen; a job calls it.
pub async fn tidy(ctx: &Context) -> Result<()> {
    super::sessions::forget_expired(ctx).await?;
    email_store::tidy(ctx.db(), ctx.now()).await?;
    store::forget_old_attempts(ctx.db(), ctx.now().plus(-crate::foundation::time::DAY)).await?;
    Ok(())
}
