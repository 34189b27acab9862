//! Following authors, tags and spaces, and what is new from them.

use super::model::{Followed, Fresh, MAX_FOLLOWS, Subject};
use super::store;
use crate::discussion;
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::{MemberId, SpaceId};
use crate::foundation::viewer::Viewer;
use crate::server::context::Context;
use crate::{members, posts, spaces, words};

/// Follows something that is there and that the viewer may see. A second time changes nothing.
pub async fn follow(ctx: &Context, viewer: &Viewer, subject: &Subject) -> Result<()> {
    let member = viewer.require_member()?.id;
    match subject {
        Subject::Author(id) if *id == member => {
            return Err(AppError::Conflict(words!("不能关注自己。", "You cannot follow yourself.")));
        }
        Subject::Author(id) => {
            let author = members::service::profile(ctx, *id).await?;
            if author.deleted {
                return Err(AppError::NotFound);
            }
        }
        Subject::Tag(tag) => drop(posts::service::tag(ctx, tag).await?),
        Subject::Space(id) => {
            let space = spaces::service::by_id(ctx, *id).await?;
            spaces::service::enter(ctx, viewer, &space).await?;
        }
    }
    let mut tx = ctx.db().begin().await?;
    if store::count(&mut tx, member).await? >= MAX_FOLLOWS {
        return Err(AppError::Conflict(words!(
            "最多关注 {MAX_FOLLOWS} 项，请先取消一些关注。",
            "You can follow at most {MAX_FOLLOWS}; please unfollow some first."
        )));
    }
    store::follow(&mut tx, member, subject, ctx.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Follows it no more, whether it is still there or not.
pub async fn unfollow(ctx: &Context, viewer: &Viewer, subject: &Subject) -> Result<()> {
    let member = viewer.require_member()?.id;
    Ok(store::unfollow(ctx.db(), member, subject).await?)
}

/// Whether the viewer follows it; never, for a visitor.
pub async fn is_following(ctx: &Context, viewer: &Viewer, subject: &Subject) -> Result<bool> {
    match viewer.id() {
        Some(member) => Ok(store::follows(ctx.db(), member, subject).await?),
        None => Ok(false),
    }
}

/// What the viewer follows, the latest first.
pub async fn following(ctx: &Context, viewer: &Viewer) -> Result<Vec<Followed>> {
    let member = viewer.require_member()?.id;
    let named = store::named(ctx.db(), member, MAX_FOLLOWS).await?;
    let followed = named.into_iter().map(|(subject, place)| {
        let (name, path) = place.unzip();
        Followed { subject, name, path }
    });
    Ok(followed.collect())
}

/// The newest from what the viewer follows: articles, and topics of the spaces they may enter. `None` when they follow
/// nothing.
pub async fn news(ctx: &Context, viewer: &Viewer, limit: i64) -> Result<Option<Vec<Fresh>>> {
    let Some(member) = viewer.id() else { return Ok(None) };
    let followed = store::followed(ctx.db(), member, MAX_FOLLOWS).await?;
    if followed.is_empty() {
        return Ok(None);
    }
    let (mut authors, mut tags, mut space_ids): (Vec<MemberId>, Vec<String>, Vec<SpaceId>) = Default::default();
    for subject in followed {
        match subject {
            Subject::Author(id) => authors.push(id),
            Subject::Tag(tag) => tags.push(tag),
            Subject::Space(id) => space_ids.push(id),
        }
    }
    let mut fresh: Vec<Fresh> = Vec::new();
    if !(authors.is_empty() && tags.is_empty()) {
        let articles = posts::service::newest_of(ctx, &authors, &tags, limit).await?;
        fresh.extend(articles.into_iter().map(Fresh::Article));
    }
    if !space_ids.is_empty() {
        let spaces = spaces::service::by_ids(ctx, &space_ids).await?;
        let topics = discussion::service::liveliest(ctx, viewer, &spaces, limit).await?;
        fresh.extend(topics.into_iter().map(Fresh::Topic));
    }
    fresh.sort_by_key(|fresh| std::cmp::Reverse(fresh.at()));
    fresh.truncate(usize::try_from(limit).unwrap_or_default());
    Ok(Some(fresh))
}
