//! Reading a conversation, and writing in it.

use super::place::place;
use super::rendered;
use crate::discussion::arrange::arrange;
use crate::discussion::model::{Conversation, Cursor, MAX_DEPTH, MAX_REPLY, MAX_THREAD, NewReply, Reply, Sort, THREADS_A_PAGE};
use crate::discussion::store::replies::{self as store, Head};
use crate::discussion::store::{bin, topics, votes};
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::{MemberId, PostId, ReplyId, TopicId};
use crate::foundation::target::{Target, TargetKind};
use crate::foundation::text;
use crate::foundation::time::Timestamp;
use crate::foundation::viewer::Viewer;
use crate::markdown::Passage;
use crate::members::activity::{self, Deed};
use crate::membership::paywall::{self, Gate};
use crate::posts::counters;
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::settings;
use crate::words;

/// A page of the replies under a target whose gate this is: whole threads, in three statements at most. `count` is how many
/// there are, as the target has counted them: where there are none, none are asked for.
pub async fn conversation(
    ctx: &Context,
    viewer: &Viewer,
    target: Target,
    gate: &Gate,
    count: i64,
    sort: Sort,
    after: Option<Cursor>,
) -> Result<Conversation> {
    let mut found = Conversation { target, open: false, accepts: true, replies: Vec::new(), sort, after, next: None };
    if !paywall::opens(ctx, viewer, gate).await? {
        return Ok(found);
    }
    found.open = true;
    if count == 0 {
        return Ok(found);
    }
    let db = ctx.db();
    let mut roots = store::roots(db, target, sort, after.unwrap_or(Cursor::START), THREADS_A_PAGE + 1).await?;
    let mut more = roots.len() > THREADS_A_PAGE;
    roots.truncate(THREADS_A_PAGE);
    let key = |reply: &Reply| Cursor { key: if sort == Sort::Best { reply.score } else { reply.created_at }, id: reply.id };
    while let (Some(first), Some(last)) = (roots.first().map(key), roots.last().map(key)) {
        let answers = store::answers(db, target, sort, first, last, MAX_THREAD + 1).await?;
        // A page of very long threads has fewer of them. A single thread always fits.
        if answers.len() as i64 > MAX_THREAD && roots.len() > 1 {
            roots.truncate(roots.len() / 2);
            more = true;
            continue;
        }
        found.next = more.then_some(last);
        found.replies = arrange(roots, answers, sort);
        break;
    }
    if let Some(member) = viewer.id() {
        mark_own_votes(ctx, member, &mut found).await?;
    }
    Ok(found)
}

async fn mark_own_votes(ctx: &Context, member: MemberId, found: &mut Conversation) -> Result<()> {
    let ids = found.replies.iter().map(|reply| reply.id);
    let (Some(lowest), Some(highest)) = (ids.clone().min(), ids.max()) else { return Ok(()) };
    let mut own = votes::own_in(ctx.db(), member, found.target, lowest, highest).await?;
    own.sort_unstable();
    for reply in &mut found.replies {
        if let Ok(at) = own.binary_search_by_key(&reply.id, |(id, _)| *id) {
            reply.own_vote = own[at].1;
        }
    }
    Ok(())
}

fn check(source: &str) -> Result<String> {
    let source = text::body(source, MAX_REPLY).map_err(|words| AppError::field("source", words))?;
    if source.trim().is_empty() {
        return Err(AppError::field("source", words!("请先写点内容。", "Please write something.")));
    }
    Ok(source)
}

/// The reply as it would look. For members: it is work.
pub async fn preview_reply(viewer: &Viewer, source: &str) -> Result<Passage> {
    viewer.require_member()?;
    rendered(&check(source)?).await
}

fn target_of(head: &Head) -> Result<Target> {
    let kind = TargetKind::parse(&head.target_kind).ok_or(AppError::Internal)?;
    Ok(Target { kind, id: head.target_id })
}

async fn find(ctx: &Context, id: ReplyId) -> Result<Head> {
    store::head(ctx.db(), id).await?.ok_or(AppError::NotFound)
}

/// What a new reply hangs under: parent, thread and depth.
type Stand = (Option<i64>, Option<i64>, i64);

async fn stand(ctx: &Context, viewer: &Viewer, new: &NewReply) -> Result<Stand> {
    let Some(parent) = new.parent else { return Ok((None, None, 0)) };
    let head = find(ctx, parent).await?;
    if target_of(&head)? != new.target {
        return Err(AppError::NotFound);
    }
    if head.deleted || (head.hidden && !viewer.may_moderate()) {
        return Err(AppError::Conflict(words!("你要回复的内容已经不在了。", "What you are replying to is no longer there.")));
    }
    let thread = head.thread_id.unwrap_or(head.id);
    if store::thread_size(ctx.db(), thread).await? >= MAX_THREAD {
        return Err(AppError::Conflict(words!(
            "这里的回复已经太多，请另写一条。",
            "There are too many replies here; please start a new one."
        )));
    }
    if head.depth >= MAX_DEPTH {
        return Ok((head.parent_id, Some(thread), MAX_DEPTH));
    }
    Ok((Some(head.id), Some(thread), head.depth + 1))
}

/// Counts replies under a target up or down; a new one makes a topic lively.
async fn count(tx: &mut Tx, target: Target, delta: i64, now: Option<Timestamp>) -> Result<()> {
    match target.kind {
        TargetKind::Post => counters::add_replies(tx, PostId(target.id), delta).await?,
        _ => topics::add_replies(tx, TopicId(target.id), delta, now).await?,
    }
    Ok(())
}

/// Writes a reply under an article or a topic the viewer may enter.
pub async fn reply(ctx: &Context, viewer: &Viewer, new: NewReply) -> Result<ReplyId> {
    let author = viewer.require_member()?.id;
    if !place(ctx, viewer, new.target).await?.accepts {
        return Err(AppError::Conflict(words!("这个话题已被删除，不能再回复。", "This topic was deleted and takes no more replies.")));
    }
    let source = check(&new.source)?;
    let (parent, thread, depth) = stand(ctx, viewer, &new).await?;
    let passage = rendered(&source).await?;
    let site = settings::service::require_site(ctx).await?;
    let now = ctx.now();
    let mut tx = ctx.db().begin().await?;
    let new = store::New { target: new.target, parent, thread, depth, author, source: &source, passage: &passage, now };
    let id = store::insert(&mut tx, &new).await?;
    count(&mut tx, new.target, 1, Some(now)).await?;
    activity::record(ctx, &mut tx, &site, author, Deed::Reply, Target { kind: TargetKind::Reply, id: id.0 }).await?;
    tx.commit().await?;
    Ok(id)
}

/// The viewer's own reply, or why not: 401, 403, 404.
async fn own(ctx: &Context, viewer: &Viewer, id: ReplyId) -> Result<Head> {
    let member = viewer.require_member()?.id;
    let head = find(ctx, id).await?;
    if head.deleted {
        return Err(AppError::NotFound);
    }
    if head.author_id != member.0 {
        return Err(AppError::Forbidden(words!("只能修改自己的回复。", "You can change only your own replies.")));
    }
    Ok(head)
}

/// The Markdown of the viewer's own reply, to be edited, and where it stands.
pub async fn reply_to_edit(ctx: &Context, viewer: &Viewer, id: ReplyId) -> Result<(String, super::Place)> {
    let head = own(ctx, viewer, id).await?;
    let place = place(ctx, viewer, target_of(&head)?).await?;
    if head.hidden {
        return Err(AppError::Forbidden(words!("这条回复已被版主隐藏。", "A moderator has hidden this reply.")));
    }
    Ok((head.source, place))
}

pub async fn edit_reply(ctx: &Context, viewer: &Viewer, id: ReplyId, source: &str) -> Result<()> {
    reply_to_edit(ctx, viewer, id).await?;
    let source = check(source)?;
    let passage = rendered(&source).await?;
    let mut tx = ctx.db().begin().await?;
    let there = store::edit(&mut tx, id, &source, &passage, ctx.now()).await?;
    tx.commit().await?;
    if there { Ok(()) } else { Err(AppError::NotFound) }
}

/// Deletes the viewer's own reply (for an hour [`super::restore`] brings it back), also where they may not enter any more: it is theirs.
pub async fn delete_reply(ctx: &Context, viewer: &Viewer, id: ReplyId) -> Result<()> {
    let head = own(ctx, viewer, id).await?;
    let mut tx = ctx.db().begin().await?;
    if store::delete(&mut tx, id, ctx.now()).await? {
        let reply = Target { kind: TargetKind::Reply, id: id.0 };
        bin::put(&mut tx, reply, MemberId(head.author_id), "", &head.source, ctx.now()).await?;
        count(&mut tx, target_of(&head)?, -1, None).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Hides a reply, or shows it again. For moderators who may enter.
pub async fn hide_reply(ctx: &Context, viewer: &Viewer, id: ReplyId, hide: bool) -> Result<()> {
    let moderator = viewer.require_moderator()?.id;
    let head = find(ctx, id).await?;
    place(ctx, viewer, target_of(&head)?).await?;
    let mut tx = ctx.db().begin().await?;
    store::hide(&mut tx, id, hide.then(|| ctx.now()), hide.then_some(moderator)).await?;
    tx.commit().await?;
    Ok(())
}
