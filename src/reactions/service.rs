//! Rating articles.

pub use super::store::Given;

use super::store;
use crate::discussion::model::{Cursor, Paged};
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::id::PostId;
use crate::foundation::target::{Target, TargetKind};
use crate::foundation::viewer::Viewer;
use crate::members::activity::{self, Deed};
use crate::membership::paywall;
use crate::posts::{self, counters};
use crate::server::context::Context;
use crate::settings;
use crate::words;

/// Gives an article 1 to 5 stars, or changes what was given. For members who can open it and did not write it.
pub async fn rate(ctx: &Context, viewer: &Viewer, id: PostId, stars: i64) -> Result<()> {
    let member = viewer.require_member()?.id;
    let post = posts::service::published_ref(ctx, id).await?;
    if post.author == member {
        return Err(AppError::Forbidden(words!("不能给自己的文章评分。", "You cannot rate your own article.")));
    }
    if !paywall::opens(ctx, viewer, &post.gate).await? {
        return Err(AppError::Forbidden(words!("能阅读全文的读者才能评分。", "Only readers who can open the whole article may rate it.")));
    }
    if !(1..=5).contains(&stars) {
        return Err(AppError::field("stars", words!("请给 1 到 5 星。", "Please give 1 to 5 stars.")));
    }
    let site = settings::service::require_site(ctx).await?;
    let now = ctx.now();
    let mut tx = ctx.db().begin().await?;
    if !counters::hold(&mut tx, id).await? {
        return Err(AppError::NotFound);
    }
    store::set(&mut tx, id, member, stars, now, &format::day(now, &site.time_zone).to_string()).await?;
    let (n, positive, sum) = store::count(&mut tx, id).await?;
    counters::set_ratings(&mut tx, id, n, positive, sum).await?;
    activity::record(ctx, &mut tx, &site, member, Deed::Rating, Target { kind: TargetKind::Post, id: id.0 }).await?;
    tx.commit().await?;
    Ok(())
}

/// The stars the viewer gave, if any.
pub async fn own_rating(ctx: &Context, viewer: &Viewer, id: PostId) -> Result<Option<i64>> {
    match viewer.id() {
        Some(member) => Ok(store::own(ctx.db(), id, member).await?),
        None => Ok(None),
    }
}

/// The viewer's own ratings, the latest first.
pub async fn ratings_of(ctx: &Context, viewer: &Viewer, after: Option<Cursor>, limit: i64) -> Result<Paged<Given>> {
    let member = viewer.require_member()?.id;
    let limit = limit.clamp(1, 500);
    let rows = store::given(ctx.db(), member, after.unwrap_or(Cursor::START), limit + 1).await?;
    Ok(Paged::cut(rows, limit, |given| Cursor { key: given.updated_at, id: given.post_id }))
}
