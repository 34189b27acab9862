//! Tiers, and what members hold.

use super::model::{Membership, NewTier, Tier};
use super::store::{self, GivenTerm, HeldTerm};
use super::terms::{self, Length};
use super::{tiers_store, typed};
use crate::foundation::cadence::Cadence;
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::id::{MemberId, PostId, TierId};
use crate::foundation::money::Money;
use crate::foundation::slug::slugify;
use crate::foundation::text;
use crate::foundation::time::Timestamp;
use crate::foundation::viewer::Viewer;
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::settings::service::require_site;
use crate::words;

/// Days a membership stays open after its end, unless the admin says otherwise.
const USUAL_GRACE_DAYS: i64 = 3;

/// The tiers that are sold, in their order.
pub async fn tiers(ctx: &Context) -> Result<Vec<Tier>> {
    let site = require_site(ctx).await?;
    let all = tiers_store::all(ctx.db(), site.currency).await?;
    Ok(all.into_iter().filter(|tier| !tier.archived).collect())
}

/// A tier, sold or not; prices are in the site's currency.
pub async fn tier(ctx: &Context, id: TierId) -> Result<Tier> {
    let site = require_site(ctx).await?;
    tiers_store::one(ctx.db(), id, site.currency).await?.ok_or(AppError::NotFound)
}

/// Every tier, those no longer sold last; for admins.
pub async fn all_tiers(ctx: &Context, viewer: &Viewer) -> Result<Vec<Tier>> {
    viewer.require_admin()?;
    let site = require_site(ctx).await?;
    Ok(tiers_store::all(ctx.db(), site.currency).await?)
}

/// The tiers the viewer has now, each with the end of its chain of terms.
pub async fn membership_of(ctx: &Context, viewer: &Viewer) -> Result<Vec<Membership>> {
    let Some(member) = viewer.id() else { return Ok(Vec::new()) };
    let rows = store::tier_terms(ctx.db(), member, ctx.now()).await?;
    let memberships = rows.chunk_by(|a, b| a.tier_id == b.tier_id).filter_map(|of_tier| {
        let first = of_tier.first()?;
        let for_good = of_tier.iter().any(|term| term.ends_at.is_none());
        let end = |ends: fn(&HeldTerm) -> Option<i64>| if for_good { None } else { of_tier.iter().filter_map(ends).max().map(Timestamp) };
        Some(Membership {
            tier: TierId(first.tier_id),
            tier_name: first.name.clone(),
            ends_at: end(|term| term.ends_at),
            open_until: end(|term| term.open_until),
            paused: first.paused,
            by_seat: of_tier.iter().any(HeldTerm::is_seat),
            own: of_tier.iter().any(|term| !term.is_seat()),
            fixed: of_tier.iter().any(|term| term.is_fixed && term.ends_at.is_none_or(|end| end > ctx.now().0)),
            causes: of_tier.iter().map(|term| term.cause.clone()).collect(),
        })
    });
    Ok(memberships.collect())
}

/// Makes a tier or changes one. A new price holds for orders from now on. Errors stand under the names of [`NewTier`].
pub async fn save_tier(ctx: &Context, viewer: &Viewer, new: NewTier) -> Result<TierId> {
    viewer.require_admin()?;
    let site = require_site(ctx).await?;
    let mut errors = FieldErrors::new();
    let name = errors.keep("name", text::required_line(&new.name, 60));
    let description = errors.keep("description", text::body(new.description.trim(), 2 * 1024));
    let price = |typed: &str| if typed.trim().is_empty() { Ok(None) } else { Money::parse_price(typed, site.currency).map(Some) };
    let monthly = errors.keep("monthly", price(&new.monthly));
    let yearly = errors.keep("yearly", price(&new.yearly));
    let more = errors.keep("more_prices", new.more_prices.as_deref().map(|typed| typed::prices(typed, site.currency)).transpose());
    let none_more = matches!(&more, Some(more) if more.as_ref().is_none_or(Vec::is_empty));
    if !new.free && matches!((monthly, yearly), (Some(None), Some(None))) && none_more {
        errors.add("monthly", words!("请至少填写一个价格。", "Please give at least one price."));
    }
    let benefits = errors.keep("benefits", typed::benefits(&new.benefits));
    let member_limit = errors.keep("member_limit", typed::number(&new.member_limit, 1, 10_000_000));
    let trial_days = errors.keep("trial_days", typed::number(&new.trial_days, 0, 730));
    let grace_days = errors.keep("grace_days", typed::number(&new.grace_days, 0, 90));
    let teams = typed::teams(&new, &mut errors);
    let (Some(name), Some(description), Some(monthly), Some(yearly), Some(more)) = (name, description, monthly, yearly, more) else {
        return Err(errors.into_error());
    };
    let (Some(benefits), Some(member_limit), Some(trial_days), Some(grace_days)) = (benefits, member_limit, trial_days, grace_days) else {
        return Err(errors.into_error());
    };
    errors.check()?;
    let terms = tiers_store::Terms {
        benefits: &benefits,
        free: new.free,
        member_limit,
        trial_days: trial_days.unwrap_or(0),
        grace_days: grace_days.unwrap_or(USUAL_GRACE_DAYS),
        keeps_price: !new.raises_price,
        teams,
    };
    let mut tx = ctx.db().begin().await?;
    let id = match new.id {
        Some(id) => id,
        None => insert_tier(ctx, &mut tx, &name, &description).await?,
    };
    if !tiers_store::update(&mut tx, id, &name, &description, &terms).await? {
        return Err(AppError::NotFound);
    }
    if let Some(more) = more {
        tiers_store::drop_other_prices(&mut tx, id, site.currency).await?;
        for price in more {
            tiers_store::set_price(&mut tx, id, price.cadence, price.amount.currency, Some(price.amount)).await?;
        }
    }
    tiers_store::set_price(&mut tx, id, Cadence::Month, site.currency, monthly).await?;
    tiers_store::set_price(&mut tx, id, Cadence::Year, site.currency, yearly).await?;
    tx.commit().await?;
    Ok(id)
}

/// Under a slug from its name; a number is added where the slug is taken.
async fn insert_tier(ctx: &Context, tx: &mut Tx, name: &str, description: &str) -> Result<TierId> {
    let slug = Some(slugify(name)).filter(|slug| !slug.is_empty()).unwrap_or_else(|| "tier".to_owned());
    for n in 1..=100 {
        let tried = if n == 1 { slug.clone() } else { format!("{slug}-{n}") };
        if let Some(id) = tiers_store::insert(tx, &tried, name, description, ctx.now()).await? {
            return Ok(id);
        }
    }
    Err(AppError::field(
        "name",
        words!("同名的会员等级太多了，请换一个名称。", "There are too many tiers of this name; please choose another."),
    ))
}

/// Stops selling a tier, or sells it again. Whoever has it keeps it.
pub async fn set_archived(ctx: &Context, viewer: &Viewer, id: TierId, archived: bool) -> Result<()> {
    viewer.require_admin()?;
    let found = tiers_store::set_archived(ctx.db(), id, archived.then(|| ctx.now())).await?;
    if found { Ok(()) } else { Err(AppError::NotFound) }
}

/// Moves a tier before or after its neighbour in the list; at the end of the list nothing moves.
pub async fn move_tier(ctx: &Context, viewer: &Viewer, id: TierId, up: bool) -> Result<()> {
    let mut tiers: Vec<TierId> = all_tiers(ctx, viewer).await?.into_iter().map(|tier| tier.id).collect();
    let at = tiers.iter().position(|tier| *tier == id).ok_or(AppError::NotFound)?;
    let other = if up { at.checked_sub(1) } else { Some(at + 1).filter(|other| *other < tiers.len()) };
    let Some(other) = other else { return Ok(()) };
    tiers.swap(at, other);
    let mut tx = ctx.db().begin().await?;
    for (position, tier) in (1i64..).zip(tiers) {
        tiers_store::set_position(&mut tx, tier, position).await?;
    }
    Ok(tx.commit().await?)
}

/// What is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Tier(TierId),
    Post(PostId),
}

/// Something given to a member, once for each cause.
#[derive(Debug, Clone, Copy)]
pub struct Grant<'a> {
    pub member: MemberId,
    pub what: What,
    /// The order in which terms follow on each other.
    pub given_at: Timestamp,
    pub length: Length,
    /// Days it stays open after its end.
    pub grace_days: i64,
    /// Why: `order:17`.
    pub cause: &'a str,
}

/// Gives, or gives again what was taken back; the same cause a second time changes nothing. Terms of a tier are laid anew. A
/// pause ends when a term is given that it would not move: nobody pays for what is shut. 404 when there is no such tier.
pub async fn give(ctx: &Context, tx: &mut Tx, grant: &Grant<'_>) -> Result<()> {
    if let What::Tier(tier) = grant.what {
        if !tiers_store::lock(tx, tier).await? {
            return Err(AppError::NotFound);
        }
        if grant.length.is_fixed_beyond(ctx.now()) && store::by_cause(tx, grant.cause).await?.is_none() {
            store::resume(tx, grant.member, tier, ctx.now()).await?;
        }
        store::grant(tx, grant, ctx.now()).await?;
        return lay_again(ctx, tx, grant.member, tier).await;
    }
    Ok(store::grant(tx, grant, ctx.now()).await?)
}

/// Takes back what was given for this cause; nothing, if nothing was. What was used until `at` stays used; later terms of
/// the tier move up, so that a chain keeps its other terms whole and without a gap.
pub async fn take_back(ctx: &Context, tx: &mut Tx, cause: &str, at: Timestamp) -> Result<()> {
    let Some(granted) = store::by_cause(tx, cause).await? else { return Ok(()) };
    let Some(tier) = granted.tier_id.map(TierId) else { return Ok(store::revoke(tx, granted.id, at).await?) };
    tiers_store::lock(tx, tier).await?;
    store::revoke(tx, granted.id, at).await?;
    lay_again(ctx, tx, MemberId(granted.member_id), tier).await
}

/// As [`take_back`], of what would go on beyond the instant.
pub async fn cut_short(ctx: &Context, tx: &mut Tx, cause: &str, at: Timestamp) -> Result<()> {
    let granted = store::by_cause(tx, cause).await?;
    match granted.is_some_and(|granted| granted.ends_at.is_none_or(|end| end > at.0)) {
        true => take_back(ctx, tx, cause, at).await,
        false => Ok(()),
    }
}

/// Puts the terms of a member and tier where they belong. Whoever calls it holds the tier.
pub(super) async fn lay_again(ctx: &Context, tx: &mut Tx, member: MemberId, tier: TierId) -> Result<()> {
    let site = require_site(ctx).await?;
    let (given, lie): (Vec<_>, Vec<_>) = store::given(tx, member, tier).await?.into_iter().map(|term| (term.given, term.laid)).unzip();
    // One that lasts moves what it falls into when it is over.
    let pauses: Vec<_> = store::pauses(tx, member, tier).await?.into_iter().filter_map(|(from, until)| Some((from, until?))).collect();
    let laid = terms::lay(&given, &pauses, &site.time_zone).ok_or_else(|| {
        tracing::error!(%member, %tier, "a term would end beyond the calendar");
        AppError::Internal
    })?;
    for (new, old) in laid.iter().zip(&lie) {
        if new != old {
            store::move_to(tx, new).await?;
        }
    }
    Ok(())
}

/// Gives a member one more term of a tier from now on; gives its end. The same `cause` a second time changes nothing and
/// gives the same answer.
pub async fn grant_term(ctx: &Context, tx: &mut Tx, member: MemberId, tier: TierId, cadence: Cadence, cause: &str) -> Result<Timestamp> {
    if store::by_cause(tx, cause).await?.is_none() {
        let length = Length::Of(cadence);
        give(ctx, tx, &Grant { member, what: What::Tier(tier), given_at: ctx.now(), length, grace_days: 0, cause }).await?;
    }
    end_of(tx, cause).await?.ok_or(AppError::Internal)
}

/// Gives a member an article for good. The same `cause` a second time changes nothing.
pub async fn grant_post(ctx: &Context, tx: &mut Tx, member: MemberId, post: PostId, cause: &str) -> Result<()> {
    let (given_at, what) = (ctx.now(), What::Post(post));
    give(ctx, tx, &Grant { member, what, given_at, length: Length::Fixed(given_at, None), grace_days: 0, cause }).await
}

/// The end of what was given for this cause; `None` when it is for good, or nothing was given.
pub async fn end_of(tx: &mut Tx, cause: &str) -> Result<Option<Timestamp>> {
    Ok(store::by_cause(tx, cause).await?.and_then(|granted| granted.ends_at).map(Timestamp))
}

/// Whether the viewer ever had a tier, however it came to them.
pub async fn ever_had(ctx: &Context, viewer: &Viewer, tier: TierId) -> Result<bool> {
    match viewer.id() {
        Some(member) => Ok(store::ever_had(ctx.db(), member, tier).await?),
        None => Ok(false),
    }
}

/// Lets a member's terms of a tier stand still, or go on. A conflict when they do already, and where a term would not.
pub async fn set_paused(ctx: &Context, tx: &mut Tx, member: MemberId, tier: TierId, paused: bool) -> Result<()> {
    if !tiers_store::lock(tx, tier).await? {
        return Err(AppError::NotFound);
    }
    if paused && super::seats_store::sits(tx, member, tier, ctx.now()).await? {
        return Err(AppError::Conflict(words!(
            "你正在使用团队的席位，自己买的时间现在不会减少，不需要暂停。",
            "You sit on a seat of a team; what you bought yourself stands still already."
        )));
    }
    let is_fixed = |term: &GivenTerm| term.given.revoked_at.is_none() && term.given.length.is_fixed_beyond(ctx.now());
    if paused && store::given(tx, member, tier).await?.iter().any(is_fixed) {
        return Err(AppError::Conflict(words!(
            "这个会员中有一段时间的到期日是固定的（赠送到某一天，或停止续费后剩下的时间），暂停不能让它顺延。等这段时间结束后，就可以暂停。",
            "Part of this membership ends on a fixed day, which a pause would not move: it was given to you until a day, or is what is left after renewal ended. You can pause once that part is over."
        )));
    }
    let changed =
        if paused { store::pause(tx, member, tier, ctx.now()).await? } else { store::resume(tx, member, tier, ctx.now()).await? };
    if !changed {
        return Err(AppError::Conflict(words!("会员状态已经变化，请刷新页面。", "The membership has changed; please reload the page.")));
    }
    lay_again(ctx, tx, member, tier).await
}

/// How many places of a tier are left for this member, `None` when there is no limit; seats of teams that nobody sits on are
/// taken. Others who ask wait until the
/// transaction is done.
pub async fn seats_left(ctx: &Context, tx: &mut Tx, tier: TierId, member: MemberId) -> Result<Option<i64>> {
    let Some(limit) = tiers_store::rules(tx, tier).await?.member_limit else { return Ok(None) };
    tiers_store::lock(tx, tier).await?;
    Ok(Some((limit - store::others_in(tx, tier, member, ctx.now()).await?).max(0)))
}

/// How many days a tier stays open after its end.
pub async fn grace_days(tx: &mut Tx, tier: TierId) -> Result<i64> {
    Ok(tiers_store::rules(tx, tier).await?.grace_days)
}

/// As [`seats_left`], to be shown: by the time it is read it may be one less.
pub async fn seats_shown(ctx: &Context, tier: &Tier, viewer: &Viewer) -> Result<Option<i64>> {
    let Some(limit) = tier.member_limit else { return Ok(None) };
    let member = viewer.id().unwrap_or(MemberId(0));
    Ok(Some((limit - store::others_shown(ctx.db(), tier.id, member, ctx.now()).await?).max(0)))
}
