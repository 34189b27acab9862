//! Where one is, and what is new since one was here.

use super::desk::{self, Open};
use super::model::{Begun, REMEMBERED};
use super::store;
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::id::PostId;
use crate::foundation::time::Timestamp;
use crate::foundation::viewer::Viewer;
use crate::members::activity;
use crate::membership::paywall::{self, Gate};
use crate::posts;
use crate::posts::model::{OpenedPost, Rest, Status};
use crate::server::context::Context;
use crate::{settings, words};
use jiff::ToSpan;
use std::collections::BTreeMap;

/// So many begun articles are looked up: some may be published no more, or closed to the member by now.
const TRIED: usize = 12;

/// Remembers that the viewer opened an article: one that is published, open to them and not their own. Touches memory only.
pub fn opened(ctx: &Context, viewer: &Viewer, post: &OpenedPost) {
    if let Some(member) = viewer.id().filter(|_| remembers(viewer, post)) {
        desk::note(ctx, member, post.id, 0);
    }
}

/// Whether it is remembered when the viewer reads this.
pub fn remembers(viewer: &Viewer, post: &OpenedPost) -> bool {
    let open = post.status == Status::Published && matches!(post.rest, Rest::Nothing | Rest::Open(_));
    open && viewer.id().is_some_and(|member| member != post.author.id)
}

/// Remembers how far the viewer came, 0 to 100.
pub async fn reached(ctx: &Context, viewer: &Viewer, post: PostId, share: i64) -> Result<()> {
    let member = viewer.require_member()?.id;
    if !(0..=100).contains(&share) {
        return Err(AppError::BadRequest(words!("进度是 0 到 100 的整数。", "Progress is a whole number from 0 to 100.")));
    }
    let post = posts::service::published_ref(ctx, post).await?;
    if !paywall::opens(ctx, viewer, &post.gate).await? {
        return Err(AppError::Forbidden(words!("这篇文章还没有对你解锁。", "This article is not open to you.")));
    }
    if member != post.author {
        desk::note(ctx, member, post.id, share);
    }
    Ok(())
}

/// What the viewer began and did not finish, the latest first: what is published still, and open to them.
pub async fn begun(ctx: &Context, viewer: &Viewer, limit: usize) -> Result<Vec<Begun>> {
    let Some(member) = viewer.id() else { return Ok(Vec::new()) };
    let mut known: BTreeMap<PostId, (Open, bool)> = BTreeMap::new();
    for row in store::read(ctx.db(), member, REMEMBERED).await? {
        known.insert(PostId(row.post_id), (Open { at: Timestamp(row.opened_at), share: row.share }, row.finished));
    }
    for (post, now) in desk::of(ctx, member) {
        let (open, finished) = known.entry(post).or_insert((now, false));
        *open = Open { at: now.at.max(open.at), share: now.share.max(open.share) };
        *finished |= open.finished();
    }
    let mut unfinished: Vec<(PostId, Open)> =
        known.into_iter().filter(|(_, (_, finished))| !finished).map(|(id, (open, _))| (id, open)).collect();
    unfinished.sort_by_key(|(id, open)| std::cmp::Reverse((open.at, *id)));
    unfinished.truncate(TRIED);
    let ids: Vec<PostId> = unfinished.iter().map(|(id, _)| *id).collect();
    let cards = posts::service::cards(ctx, &ids).await?;
    let gates: Vec<Gate> = cards.iter().map(|card| card.gate).collect();
    let open = paywall::opens_each(ctx, viewer, &gates).await?;
    let cards = cards.into_iter().zip(open).filter(|(_, open)| *open);
    let share = |id| unfinished.iter().find(|(of, _)| *of == id).map_or(0, |(_, open)| open.share);
    Ok(cards.map(|(card, _)| Begun { share: share(card.id), card }).take(limit).collect())
}

/// Forgets all that the viewer read.
pub async fn forget(ctx: &Context, viewer: &Viewer) -> Result<()> {
    let member = viewer.require_member()?.id;
    desk::clear(ctx, member).await;
    let mut tx = ctx.db().begin().await?;
    store::forget(&mut tx, member).await?;
    tx.commit().await?;
    Ok(())
}

/// Forgets what the viewer read and follows: they have left.
pub async fn leave(ctx: &Context, viewer: &Viewer) -> Result<()> {
    let member = viewer.require_member()?.id;
    desk::clear(ctx, member).await;
    let mut tx = ctx.db().begin().await?;
    store::forget(&mut tx, member).await?;
    store::unfollow_all(&mut tx, member).await?;
    tx.commit().await?;
    Ok(())
}

/// From when on things are new to the viewer: the end of the last day, before today, on which they were here. `None` for
/// whoever is here for the first time.
pub async fn new_since(ctx: &Context, viewer: &Viewer) -> Result<Option<Timestamp>> {
    let Some(member) = viewer.id() else { return Ok(None) };
    let site = settings::service::require_site(ctx).await?;
    let today = format::day(ctx.now(), &site.time_zone);
    let last = activity::last_day_before(ctx, member, today).await?;
    Ok(last.map(|day| format::start_of_day(day.saturating_add(1.day()), &site.time_zone)))
}
