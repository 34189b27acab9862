//! Undo: what a member deleted can be brought back for an hour. The words are gone from the conversation at once and wait in
//! the bin.

use super::rendered;
use crate::discussion::store::{bin, replies, topics};
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::{PostId, ReplyId, TopicId};
use crate::foundation::slug::slugify;
use crate::foundation::target::{Target, TargetKind};
use crate::foundation::time::{HOUR, Timestamp};
use crate::foundation::viewer::Viewer;
use crate::posts::counters;
use crate::server::context::Context;

fn since(ctx: &Context) -> Timestamp {
    ctx.now().plus(-HOUR)
}

/// Brings back the viewer's own topic or reply. 404 when the hour is over, or it was never theirs.
pub async fn restore(ctx: &Context, viewer: &Viewer, target: Target) -> Result<()> {
    let member = viewer.require_member()?.id;
    let (title, source) = bin::find(ctx.db(), target, member, since(ctx)).await?.ok_or(AppError::NotFound)?;
    let passage = rendered(&source).await?;
    let mut tx = ctx.db().begin().await?;
    if !bin::take(&mut tx, target, member, since(ctx)).await? {
        return Err(AppError::NotFound);
    }
    match target.kind {
        TargetKind::Topic => {
            let slug = Some(slugify(&title)).filter(|slug| !slug.is_empty()).unwrap_or_else(|| "topic".to_owned());
            topics::restore(&mut tx, TopicId(target.id), &slug, &title, &source, &passage).await?;
        }
        _ => {
            let (kind, id) = replies::restore(&mut tx, ReplyId(target.id), &source, &passage).await?;
            match TargetKind::parse(&kind) {
                Some(TargetKind::Post) => counters::add_replies(&mut tx, PostId(id), 1).await?,
                _ => topics::add_replies(&mut tx, TopicId(id), 1, None).await?,
            }
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Throws away what cannot be brought back any more; a chore calls it.
pub async fn empty_bin(ctx: &Context) -> Result<u64> {
    Ok(bin::empty(ctx.db(), since(ctx)).await?)
}
