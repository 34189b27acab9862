//! Tiers, and what members hold.

use super::model::{Cadence, Membership, NewTier, Tier};
use super::store::{self, What};
use super::terms::{self, Term};
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

/// The tiers that are sold, in their order.
pub async fn tiers(ctx: &Context) -> Result<Vec<Tier>> {
    let site = require_site(ctx).await?;
    let all = store::tiers(ctx.db(), site.currency).await?;
    Ok(all.into_iter().filter(|tier| !tier.archived).collect())
}

/// A tier, sold or not; prices are in the site's currency.
pub async fn tier(ctx: &Context, id: TierId) -> Result<Tier> {
    let site = require_site(ctx).await?;
    store::tier(ctx.db(), id, site.currency).await?.ok_or(AppError::NotFound)
}

/// Every tier, those no longer sold last; for admins.
pub async fn all_tiers(ctx: &Context, viewer: &Viewer) -> Result<Vec<Tier>> {
    viewer.require_admin()?;
    let site = require_site(ctx).await?;
    Ok(store::tiers(ctx.db(), site.currency).await?)
}

/// The tiers the viewer has now, each with the end of its chain of terms.
pub async fn membership_of(ctx: &Context, viewer: &Viewer) -> Result<Vec<Membership>> {
    let Some(member) = viewer.id() else { return Ok(Vec::new()) };
    let rows = store::tier_terms(ctx.db(), member, ctx.now()).await?;
    let memberships = rows.chunk_by(|a, b| a.0 == b.0).filter_map(|of_tier| {
        let (tier, name, ..) = of_tier.first()?;
        let terms = of_tier.iter().map(|(_, _, from, until)| (Timestamp(*from), until.map(Timestamp)));
        let ends_at = terms::running_end(terms, ctx.now())?;
        Some(Membership { tier: TierId(*tier), tier_name: name.clone(), ends_at })
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
    let price = |typed: &str| if typed.trim().is_empty() { Ok(None) } else { Money::parse(typed, site.currency).map(Some) };
    let monthly = errors.keep("monthly", price(&new.monthly));
    let yearly = errors.keep("yearly", price(&new.yearly));
    if matches!((monthly, yearly), (Some(None), Some(None))) {
        errors.add("monthly", words!("请至少填写一个价格。", "Please give at least one price."));
    }
    let (Some(name), Some(description), Some(monthly), Some(yearly)) = (name, description, monthly, yearly) else {
        return Err(errors.into_error());
    };
    errors.check()?;
    let mut tx = ctx.db().begin().await?;
    let id = match new.id {
        Some(id) if store::update_tier(&mut tx, id, &name, &description).await? => id,
        Some(_) => return Err(AppError::NotFound),
        None => insert_tier(ctx, &mut tx, &name, &description).await?,
    };
    store::set_price(&mut tx, id, Cadence::Month, site.currency, monthly).await?;
    store::set_price(&mut tx, id, Cadence::Year, site.currency, yearly).await?;
    tx.commit().await?;
    Ok(id)
}

/// Under a slug from its name; a number is added where the slug is taken.
async fn insert_tier(ctx: &Context, tx: &mut Tx, name: &str, description: &str) -> Result<TierId> {
    let slug = Some(slugify(name)).filter(|slug| !slug.is_empty()).unwrap_or_else(|| "tier".to_owned());
    for n in 1..=100 {
        let tried = if n == 1 { slug.clone() } else { format!("{slug}-{n}") };
        if let Some(id) = store::insert_tier(tx, &tried, name, description, ctx.now()).await? {
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
    let found = store::set_archived(ctx.db(), id, archived.then(|| ctx.now())).await?;
    if found { Ok(()) } else { Err(AppError::NotFound) }
}

/// Gives a member one more term of a tier, from the end of the running chain or from now; gives its end. The same
/// `cause` a second time changes nothing and gives the same answer.
pub async fn grant_term(ctx: &Context, tx: &mut Tx, member: MemberId, tier: TierId, cadence: Cadence, cause: &str) -> Result<Timestamp> {
    let (site, now) = (require_site(ctx).await?, ctx.now());
    if !store::lock_tier(tx, tier).await? {
        return Err(AppError::NotFound);
    }
    if let Some(granted) = store::by_cause(tx, cause).await? {
        return granted.ends_at.map(Timestamp).ok_or(AppError::Internal);
    }
    let running = terms::running_end(store::terms(tx, member, tier, now).await?, now);
    let from = running.flatten().unwrap_or(now);
    let until = terms::term_end(from, cadence, &site.time_zone).ok_or_else(|| {
        tracing::error!(%member, %tier, "a term would end beyond the calendar");
        AppError::Internal
    })?;
    store::grant(tx, member, What::Tier(tier), (from, Some(until)), cause, now).await?;
    Ok(until)
}

/// Gives a member an article for good. The same `cause` a second time changes nothing.
pub async fn grant_post(ctx: &Context, tx: &mut Tx, member: MemberId, post: PostId, cause: &str) -> Result<()> {
    let for_good: Term = (ctx.now(), None);
    Ok(store::grant(tx, member, What::Post(post), for_good, cause, ctx.now()).await?)
}

/// Whether a member has an article for good, so that nothing would be given by giving it again.
pub async fn has_post(tx: &mut Tx, member: MemberId, post: PostId) -> Result<bool> {
    Ok(store::has_post(tx, member, post).await?)
}

/// Takes back what was given for this cause; nothing, if nothing was. Later terms of the tier move up, so that a chain
/// keeps its other terms whole and without a gap.
pub async fn revoke(ctx: &Context, tx: &mut Tx, cause: &str) -> Result<()> {
    let now = ctx.now();
    let Some(granted) = store::by_cause(tx, cause).await? else { return Ok(()) };
    if let Some(tier) = granted.tier_id {
        store::lock_tier(tx, TierId(tier)).await?;
    }
    if !store::revoke(tx, granted.id, now).await? {
        return Ok(());
    }
    if let (Some(tier), Some(until)) = (granted.tier_id, granted.ends_at) {
        let unused = until - granted.starts_at.max(now.0);
        if unused > 0 {
            store::move_up(tx, granted.member_id, tier, until, unused).await?;
        }
    }
    Ok(())
}
