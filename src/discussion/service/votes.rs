//! Up and down: one a person, not on one's own, changeable.

use super::place::place;
use crate::discussion::store::{replies, topics, votes};
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::id::{ReplyId, TopicId};
use crate::foundation::target::{Target, TargetKind};
use crate::foundation::viewer::Viewer;
use crate::foundation::wilson;
use crate::members::activity::{self, Deed};
use crate::server::context::Context;
use crate::settings;
use crate::words;

/// Votes a topic or a reply up (1) or down (−1), or takes the vote back (0).
pub async fn vote(ctx: &Context, viewer: &Viewer, target: Target, value: i64) -> Result<()> {
    let member = viewer.require_member()?.id;
    if !(-1..=1).contains(&value) {
        return Err(AppError::BadRequest(words!("只能赞成或反对。", "A vote is up or down.")));
    }
    if author_inside(ctx, viewer, target).await? == member.0 {
        return Err(AppError::Forbidden(words!("不能给自己的内容投票。", "You cannot vote on what you wrote yourself.")));
    }
    let site = settings::service::require_site(ctx).await?;
    let now = ctx.now();
    let mut tx = ctx.db().begin().await?;
    votes::hold(&mut tx, target).await?;
    if value == 0 {
        votes::remove(&mut tx, target, member).await?;
    } else {
        votes::set(&mut tx, target, member, value, now, &format::day(now, &site.time_zone).to_string()).await?;
        activity::record(ctx, &mut tx, &site, member, Deed::Vote, target).await?;
    }
    let (up, down) = votes::count(&mut tx, target).await?;
    votes::store(&mut tx, target, up, down, wilson::score(up, up + down)).await?;
    tx.commit().await?;
    Ok(())
}

/// Who wrote the target, once it is sure that the viewer may see it.
async fn author_inside(ctx: &Context, viewer: &Viewer, target: Target) -> Result<i64> {
    let (inside, author, gone) = match target.kind {
        TargetKind::Topic => {
            let topic = topics::topic(ctx.db(), TopicId(target.id)).await?.ok_or(AppError::NotFound)?;
            (target, topic.author_id, topic.deleted)
        }
        TargetKind::Reply => {
            let head = replies::head(ctx.db(), ReplyId(target.id)).await?.ok_or(AppError::NotFound)?;
            let kind = TargetKind::parse(&head.target_kind).ok_or(AppError::Internal)?;
            let gone = head.deleted || (head.hidden && !viewer.may_moderate());
            (Target { kind, id: head.target_id }, head.author_id, gone)
        }
        TargetKind::Post => return Err(AppError::NotFound),
    };
    place(ctx, viewer, inside).await?;
    if gone { Err(AppError::NotFound) } else { Ok(author) }
}
