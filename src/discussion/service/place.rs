//! Where a conversation is held: its article or topic, found and entered in one step.

use crate::discussion::store;
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::{PostId, SpaceId, TopicId};
use crate::foundation::target::{Target, TargetKind};
use crate::foundation::viewer::Viewer;
use crate::membership::paywall::{self, Gate};
use crate::server::context::Context;
use crate::{posts, spaces, words};

/// An article or a topic the viewer has entered.
#[derive(Debug, Clone)]
pub struct Place {
    pub target: Target,
    pub gate: Gate,
    pub title: String,
    pub path: String,
    /// False when its author has deleted it: what was said stays, nothing is added.
    pub accepts: bool,
}

/// Finds what a reply or a vote points at. 404 when there is no such thing for this viewer; 401 or 403 when it is behind a
/// wall they cannot pass, with no word of what is inside.
pub async fn place(ctx: &Context, viewer: &Viewer, target: Target) -> Result<Place> {
    match target.kind {
        TargetKind::Post => {
            let post = posts::service::published_ref(ctx, PostId(target.id)).await?;
            if !paywall::opens(ctx, viewer, &post.gate).await? {
                viewer.require_member()?;
                return Err(AppError::Forbidden(words!(
                    "能阅读全文的读者才能参与讨论。",
                    "Only readers who can open the whole article may discuss it."
                )));
            }
            let path = post.path();
            Ok(Place { target, gate: post.gate, title: post.title, path, accepts: true })
        }
        TargetKind::Topic => {
            let topic = store::topics::topic(ctx.db(), TopicId(target.id)).await?.ok_or(AppError::NotFound)?;
            let space = spaces::service::by_id(ctx, SpaceId(topic.space_id)).await?;
            spaces::service::enter(ctx, viewer, &space).await?;
            if topic.hidden && !viewer.may_moderate() {
                return Err(AppError::NotFound);
            }
            let path = topic.path();
            Ok(Place { target, gate: space.gate(), title: topic.title, path, accepts: !topic.deleted })
        }
        TargetKind::Reply => Err(AppError::NotFound),
    }
}
