//! Finding spaces, and making them.

use super::model::{MAX_DESCRIPTION, MAX_NAME, MAX_POSITION, NewSpace, Space};
use super::store::{self, Checked};
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::id::{SpaceId, TierId};
use crate::foundation::slug;
use crate::foundation::text;
use crate::foundation::viewer::Viewer;
use crate::membership::model::Access;
use crate::membership::paywall;
use crate::server::context::Context;
use crate::server::db::violates_unique;
use crate::words;

/// Every space in its place, and whether the viewer may enter it.
pub async fn listed(ctx: &Context, viewer: &Viewer) -> Result<Vec<(Space, bool)>> {
    let spaces = store::all(ctx.db()).await?;
    let gates: Vec<_> = spaces.iter().map(Space::gate).collect();
    let open = paywall::opens_each(ctx, viewer, &gates).await?;
    Ok(spaces.into_iter().zip(open).collect())
}

pub async fn by_id(ctx: &Context, id: SpaceId) -> Result<Space> {
    store::by_id(ctx.db(), id).await?.ok_or(AppError::NotFound)
}

/// Those of these numbers that are there, in their places.
pub async fn by_ids(ctx: &Context, ids: &[SpaceId]) -> Result<Vec<Space>> {
    if ids.is_empty() { Ok(Vec::new()) } else { Ok(store::by_ids(ctx.db(), ids).await?) }
}

pub async fn by_slug(ctx: &Context, slug: &str) -> Result<Space> {
    store::by_slug(ctx.db(), slug).await?.ok_or(AppError::NotFound)
}

/// Ok when the viewer may enter; else 401 for a visitor and 403, with what opens it, for a member.
pub async fn enter(ctx: &Context, viewer: &Viewer, space: &Space) -> Result<()> {
    if paywall::opens(ctx, viewer, &space.gate()).await? {
        return Ok(());
    }
    viewer.require_member()?;
    Err(AppError::Forbidden(space.opened_by()))
}

/// The tiers a space can be for.
pub async fn tier_choices(ctx: &Context, viewer: &Viewer) -> Result<Vec<(TierId, String)>> {
    viewer.require_admin()?;
    Ok(store::tiers(ctx.db()).await?.into_iter().map(|(id, name)| (TierId(id), name)).collect())
}

fn check(new: &NewSpace) -> Result<Checked> {
    let mut errors = FieldErrors::new();
    let name = errors.keep("name", text::required_line(&new.name, MAX_NAME));
    let slug = errors.keep("slug", slug::typed(&new.slug, &new.name));
    let description = errors.keep("description", text::optional_line(&new.description, MAX_DESCRIPTION));
    if new.access == Access::Paid && new.tier.is_none() {
        errors.add("tier", words!("请选择一个会员等级。", "Please choose a tier."));
    }
    if !(0..=MAX_POSITION).contains(&new.position) {
        errors.add("position", words!("请填写 0 到 {MAX_POSITION} 的整数。", "Please give a whole number from 0 to {MAX_POSITION}."));
    }
    let tier = new.tier.filter(|_| new.access == Access::Paid);
    match (name, slug, description) {
        (Some(name), Some(slug), Some(description)) => {
            errors.check()?;
            Ok(Checked { slug, name, description: description.unwrap_or_default(), access: new.access, tier, position: new.position })
        }
        _ => Err(errors.into_error()),
    }
}

/// Makes a space, or changes the one with the id. For admins.
pub async fn save_space(ctx: &Context, viewer: &Viewer, new: NewSpace) -> Result<SpaceId> {
    viewer.require_admin()?;
    let checked = check(&new)?;
    if let Some(tier) = checked.tier
        && !store::tiers(ctx.db()).await?.iter().any(|(id, _)| *id == tier.0)
    {
        return Err(AppError::field("tier", words!("没有这个会员等级，请重新选择。", "There is no such tier; please choose again.")));
    }
    let mut tx = ctx.db().begin().await?;
    let id = match new.id {
        None => store::insert(&mut tx, &checked, ctx.now()).await.map_err(taken)?,
        Some(id) if store::update(&mut tx, id, &checked).await.map_err(taken)? => id,
        Some(_) => return Err(AppError::NotFound),
    };
    tx.commit().await?;
    Ok(id)
}

fn taken(error: sqlx::Error) -> AppError {
    if violates_unique(&error, "spaces", "slug") {
        return AppError::field(
            "slug",
            words!("这个地址已被别的空间使用，请换一个。", "Another space has this address; please choose another."),
        );
    }
    error.into()
}
