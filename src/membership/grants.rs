//! Tiers that an admin gives away: to one member, until a day or for good, for a reason that is kept.

use super::grants_store as store;
pub use super::grants_store::GrantRow;
use super::letters;
use super::service::{self, Grant, What};
use super::terms::Length;
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::format;
use crate::foundation::id::{MemberId, TierId};
use crate::foundation::site::Site;
use crate::foundation::text;
use crate::foundation::time::Timestamp;
use crate::foundation::viewer::Viewer;
use crate::members::correspondence;
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::settings::service::require_site;
use crate::words;
use jiff::ToSpan;
use jiff::civil::Date;

/// As typed.
#[derive(Debug, Clone, Default)]
pub struct NewGrant {
    /// A handle.
    pub member: String,
    /// The last day; empty for good.
    pub until: String,
    pub reason: String,
}

/// The reason that is kept with what was brought along.
const BROUGHT: &str = "imported";

fn cause(id: i64) -> String {
    format!("grant:{id}")
}

/// Gives a tier away. The limit of its members does not count here. Errors stand under the names of [`NewGrant`].
pub async fn give(ctx: &Context, viewer: &Viewer, tier: TierId, new: &NewGrant) -> Result<()> {
    let admin = viewer.require_admin()?.id;
    let (site, tier) = (require_site(ctx).await?, service::tier(ctx, tier).await?);
    let mut errors = FieldErrors::new();
    let handle = new.member.trim().trim_start_matches('@').to_lowercase();
    let member = store::member(ctx.db(), &handle).await?;
    let member = errors.keep("member", member.ok_or_else(|| words!("没有找到这个用户名的会员。", "No member has this handle.")));
    let until = errors.keep(
        "until",
        match new.until.trim() {
            "" => Ok(None),
            typed => match typed.parse::<Date>() {
                Ok(day) if day >= format::day(ctx.now(), &site.time_zone) => {
                    Ok(Some(format::start_of_day(day.saturating_add(1.day()), &site.time_zone)))
                }
                _ => Err(words!("请填写今天或以后的日期。", "Please give today or a later day.")),
            },
        },
    );
    let reason = errors.keep("reason", text::required_line(&new.reason, 200));
    let (Some(member), Some(until), Some(reason)) = (member, until, reason) else { return Err(errors.into_error()) };
    let now = ctx.now();
    let mut tx = ctx.db().begin().await?;
    let id = store::insert(&mut tx, (tier.id, member), until, &reason, (admin, now)).await?;
    let (length, cause) = (Length::Fixed(now, until), cause(id));
    service::give(ctx, &mut tx, &Grant { member, what: What::Tier(tier.id), given_at: now, length, grace_days: 0, cause: &cause }).await?;
    tell(ctx, &mut tx, &site, member, (id, &tier.name), until).await?;
    Ok(tx.commit().await?)
}

/// Writes to whoever was given a tier.
async fn tell(ctx: &Context, tx: &mut Tx, site: &Site, member: MemberId, (id, tier): (i64, &str), until: Option<Timestamp>) -> Result<()> {
    let about = cause(id);
    let write = |locale| {
        let day = until.map(|until| format::last_day(until, &site.time_zone, locale));
        letters::given(&about, tier, day.as_deref(), locale)
    };
    correspondence::write_to(ctx, tx, site, member, write).await
}

/// Gives what was brought along from elsewhere: the same tier until the same day once, also when it was taken back since.
pub async fn bring(ctx: &Context, tx: &mut Tx, by: MemberId, whom: (TierId, MemberId), until: Option<Timestamp>) -> Result<bool> {
    let source = format!("import:{}", until.map_or_else(|| "for-good".to_owned(), |until| until.0.to_string()));
    Ok(give_from(ctx, tx, by, whom, until, (BROUGHT, &source)).await?.is_some())
}

/// Gives a tier away within the transaction of whoever gives to many, for a reason, and writes to the member. Nothing happens
/// when the member was given it from this source before.
pub async fn give_once(
    ctx: &Context,
    tx: &mut Tx,
    site: &Site,
    by: MemberId,
    ((tier, name), member): ((TierId, &str), MemberId),
    until: Option<Timestamp>,
    why: (&str, &str),
) -> Result<()> {
    match give_from(ctx, tx, by, (tier, member), until, why).await? {
        Some(id) => tell(ctx, tx, site, member, (id, name), until).await,
        None => Ok(()),
    }
}

/// Gives it for a reason, from a source; `None` when the member was given it from there before.
async fn give_from(
    ctx: &Context,
    tx: &mut Tx,
    by: MemberId,
    (tier, member): (TierId, MemberId),
    until: Option<Timestamp>,
    (reason, source): (&str, &str),
) -> Result<Option<i64>> {
    let now = ctx.now();
    let Some(id) = store::insert_from(tx, (tier, member), until, (reason, source), (by, now)).await? else { return Ok(None) };
    let (length, cause) = (Length::Fixed(now, until), cause(id));
    service::give(ctx, tx, &Grant { member, what: What::Tier(tier), given_at: now, length, grace_days: 0, cause: &cause }).await?;
    Ok(Some(id))
}

/// Takes back what was given, within the transaction of whoever takes it from many, and writes to the member, where it was
/// open still. `deed`: what it is a part of; of that, each member is told once of a tier.
pub async fn take_back(ctx: &Context, tx: &mut Tx, site: &Site, id: i64, deed: &str) -> Result<()> {
    let now = ctx.now();
    let Some((member, tier, name, until)) = store::revoke(tx, id, now).await? else { return Ok(()) };
    service::take_back(ctx, tx, &cause(id), now).await?;
    if until.is_some_and(|until| until <= now.0) {
        return Ok(());
    }
    let about = format!("{deed}:tier:{tier}:of:{member}");
    correspondence::write_to(ctx, tx, site, MemberId(member), |locale| letters::taken_back(&about, &name, locale)).await
}

/// Takes back what was given; a second time changes nothing. Gives its tier.
pub async fn revoke(ctx: &Context, viewer: &Viewer, id: i64) -> Result<TierId> {
    viewer.require_admin()?;
    let grant = store::one(ctx.db(), id).await?.ok_or(AppError::NotFound)?;
    let site = require_site(ctx).await?;
    let mut tx = ctx.db().begin().await?;
    take_back(ctx, &mut tx, &site, id, &cause(id)).await?;
    tx.commit().await?;
    Ok(TierId(grant.tier_id))
}

/// What was given of a tier, newest first, those before `before`.
pub async fn of_tier(ctx: &Context, viewer: &Viewer, tier: TierId, before: Option<i64>, limit: i64) -> Result<Vec<GrantRow>> {
    viewer.require_admin()?;
    Ok(store::of_tier(ctx.db(), tier, before, limit).await?)
}

/// What something opened: a purchase, a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opened {
    pub starts_at: Timestamp,
    /// `None`: for good.
    pub ends_at: Option<Timestamp>,
    pub open_until: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

/// What was opened for a cause, as an admin sees it.
pub async fn opened_by(ctx: &Context, viewer: &Viewer, cause: &str) -> Result<Option<Opened>> {
    viewer.require_admin()?;
    Ok(store::opened_by(ctx.db(), cause).await?.map(opened))
}

fn opened((starts_at, ends_at, open_until, revoked_at): store::Opened) -> Opened {
    Opened {
        starts_at: Timestamp(starts_at),
        ends_at: ends_at.map(Timestamp),
        open_until: open_until.map(Timestamp),
        revoked_at: revoked_at.map(Timestamp),
    }
}
