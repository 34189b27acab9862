//! Topics: listing, reading, starting, changing.

use super::rendered;
use crate::discussion::model::{Cursor, MAX_TITLE, MAX_TOPIC, NewTopic, Paged, TOPICS_A_PAGE, Topic, TopicLine};
use crate::discussion::store::{bin, topics as store, votes};
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::id::{MemberId, SpaceId, TopicId};
use crate::foundation::slug::slugify;
use crate::foundation::target::{Target, TargetKind};
use crate::foundation::text;
use crate::foundation::viewer::Viewer;
use crate::markdown::Passage;
use crate::members::activity::{self, Deed};
use crate::membership::paywall;
use crate::server::context::Context;
use crate::settings;
use crate::spaces::model::Space;
use crate::{spaces, words};

/// Topics of a space the viewer may enter, the most lively first.
pub async fn topics_in(ctx: &Context, viewer: &Viewer, space: &Space, after: Option<Cursor>) -> Result<Paged<TopicLine>> {
    spaces::service::enter(ctx, viewer, space).await?;
    let after = after.unwrap_or(Cursor::START);
    let lines = store::in_space(ctx.db(), space.id, viewer.may_moderate(), after, TOPICS_A_PAGE + 1).await?;
    Ok(Paged::cut(lines, TOPICS_A_PAGE, |line| Cursor { key: line.last_activity_at, id: line.id }))
}

/// A topic and its space; the space alone when the viewer may not enter it. A hidden topic is there for moderators only,
/// a deleted one as long as it has replies.
pub async fn topic(ctx: &Context, viewer: &Viewer, id: TopicId) -> Result<(Space, Option<Topic>)> {
    let mut topic = store::topic(ctx.db(), id).await?.ok_or(AppError::NotFound)?;
    let space = spaces::service::by_id(ctx, SpaceId(topic.space_id)).await?;
    if !paywall::opens(ctx, viewer, &space.gate()).await? {
        return Ok((space, None));
    }
    if (topic.hidden && !viewer.may_moderate()) || (topic.deleted && topic.replies == 0) {
        return Err(AppError::NotFound);
    }
    if let Some(member) = viewer.id() {
        topic.own_vote = votes::own(ctx.db(), Target { kind: TargetKind::Topic, id: id.0 }, member).await?;
    }
    Ok((space, Some(topic)))
}

struct Checked {
    title: String,
    slug: String,
    source: String,
}

fn check(title: &str, source: &str) -> Result<Checked> {
    let mut errors = FieldErrors::new();
    let title = errors.keep("title", text::required_line(title, MAX_TITLE));
    let source = errors.keep("source", text::body(source, MAX_TOPIC));
    if source.as_ref().is_some_and(|source| source.trim().is_empty()) {
        errors.add("source", words!("请先写点内容。", "Please write something."));
    }
    match (title, source) {
        (Some(title), Some(source)) => {
            errors.check()?;
            let slug = slugify(&title);
            let slug = if slug.is_empty() { "topic".to_owned() } else { slug };
            Ok(Checked { title, slug, source })
        }
        _ => Err(errors.into_error()),
    }
}

/// The text of a topic as it would look. For members: it is work.
pub async fn preview_topic(viewer: &Viewer, title: &str, source: &str) -> Result<Passage> {
    viewer.require_member()?;
    rendered(&check(title, source)?.source).await
}

/// Starts a topic in a space the viewer may enter.
pub async fn start_topic(ctx: &Context, viewer: &Viewer, new: NewTopic) -> Result<TopicId> {
    let author = viewer.require_member()?.id;
    let space = spaces::service::by_id(ctx, new.space).await?;
    spaces::service::enter(ctx, viewer, &space).await?;
    let Checked { title, slug, source } = check(&new.title, &new.source)?;
    let passage = rendered(&source).await?;
    let site = settings::service::require_site(ctx).await?;
    let mut tx = ctx.db().begin().await?;
    let row = store::New { space: space.id, author, slug: &slug, title: &title, source: &source, passage: &passage, now: ctx.now() };
    let id = store::insert(&mut tx, &row).await?;
    activity::record(ctx, &mut tx, &site, author, Deed::Topic, Target { kind: TargetKind::Topic, id: id.0 }).await?;
    tx.commit().await?;
    Ok(id)
}

async fn own(ctx: &Context, viewer: &Viewer, id: TopicId) -> Result<Topic> {
    let member = viewer.require_member()?.id;
    let topic = store::topic(ctx.db(), id).await?.filter(|topic| !topic.deleted).ok_or(AppError::NotFound)?;
    if topic.author_id != member.0 {
        return Err(AppError::Forbidden(words!("只能修改自己的话题。", "You can change only your own topics.")));
    }
    Ok(topic)
}

/// The viewer's own topic and its Markdown, to be edited.
pub async fn topic_to_edit(ctx: &Context, viewer: &Viewer, id: TopicId) -> Result<(Topic, String)> {
    let topic = own(ctx, viewer, id).await?;
    let space = spaces::service::by_id(ctx, SpaceId(topic.space_id)).await?;
    spaces::service::enter(ctx, viewer, &space).await?;
    if topic.hidden {
        return Err(AppError::Forbidden(words!("这个话题已被版主隐藏。", "A moderator has hidden this topic.")));
    }
    let source = store::source(ctx.db(), id).await?;
    Ok((topic, source))
}

pub async fn edit_topic(ctx: &Context, viewer: &Viewer, id: TopicId, title: &str, source: &str) -> Result<()> {
    topic_to_edit(ctx, viewer, id).await?;
    let new = check(title, source)?;
    let passage = rendered(&new.source).await?;
    let mut tx = ctx.db().begin().await?;
    let there = store::edit(&mut tx, id, &new.slug, &new.title, &new.source, &passage, ctx.now()).await?;
    tx.commit().await?;
    if there { Ok(()) } else { Err(AppError::NotFound) }
}

/// Deletes the viewer's own topic; its replies stay, and for an hour [`super::restore`] brings it back. Gives the path of its space.
pub async fn delete_topic(ctx: &Context, viewer: &Viewer, id: TopicId) -> Result<String> {
    let topic = own(ctx, viewer, id).await?;
    let space = spaces::service::by_id(ctx, SpaceId(topic.space_id)).await?;
    let source = store::source(ctx.db(), id).await?;
    let mut tx = ctx.db().begin().await?;
    if store::delete(&mut tx, id, ctx.now()).await? {
        let target = Target { kind: TargetKind::Topic, id: id.0 };
        bin::put(&mut tx, target, MemberId(topic.author_id), &topic.title, &source, ctx.now()).await?;
    }
    tx.commit().await?;
    Ok(space.path())
}

/// Hides a topic, or shows it again. For moderators who may enter. Gives the topic's path.
pub async fn hide_topic(ctx: &Context, viewer: &Viewer, id: TopicId, hide: bool) -> Result<String> {
    let moderator = viewer.require_moderator()?.id;
    let place = super::place(ctx, viewer, Target { kind: TargetKind::Topic, id: id.0 }).await?;
    let mut tx = ctx.db().begin().await?;
    store::hide(&mut tx, id, hide.then(|| ctx.now()), hide.then_some(moderator)).await?;
    tx.commit().await?;
    Ok(place.path)
}
