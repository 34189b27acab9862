//! Joining a tier that costs nothing.

use super::service::{self, Grant, What};
use super::terms::Length;
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::TierId;
use crate::foundation::viewer::Viewer;
use crate::server::context::Context;
use crate::words;

/// Gives the viewer a free tier for good; joining twice is joining once. A conflict when the tier is not free, is not
/// offered any more, or has no seat left.
pub async fn join(ctx: &Context, viewer: &Viewer, id: TierId) -> Result<()> {
    let member = viewer.require_member()?.id;
    let tier = service::tier(ctx, id).await?;
    let held = service::membership_of(ctx, viewer).await?.into_iter().any(|held| held.tier == id && held.ends_at.is_none());
    if held {
        return Ok(());
    }
    if !tier.free || tier.archived {
        return Err(AppError::Conflict(words!("这个会员等级不能免费加入。", "This tier cannot be joined for free.")));
    }
    let mut tx = ctx.db().begin().await?;
    if service::seats_left(ctx, &mut tx, tier.id, member).await?.is_some_and(|left| left < 1) {
        return Err(AppError::Conflict(words!("这个会员等级的名额已满。", "All seats of this tier are taken.")));
    }
    let (given_at, cause) = (ctx.now(), format!("free:{id}:{member}"));
    let length = Length::Fixed(given_at, None);
    service::give(ctx, &mut tx, &Grant { member, what: What::Tier(id), given_at, length, grace_days: 0, cause: &cause }).await?;
    Ok(tx.commit().await?)
}
