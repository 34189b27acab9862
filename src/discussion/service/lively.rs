//! What is talked about now, and how much was said: for front pages.

use crate::discussion::model::TopicLine;
use crate::discussion::store::{replies, topics};
use crate::foundation::error::Result;
use crate::foundation::id::SpaceId;
use crate::foundation::viewer::Viewer;
use crate::membership::paywall::{self, Gate};
use crate::server::context::Context;
use crate::spaces::model::Space;

/// So many spaces are looked into at once.
const MAX_SPACES: usize = 200;

/// The most lively topics of those of the spaces that the viewer may enter. Hidden ones are left out for everybody.
pub async fn liveliest(ctx: &Context, viewer: &Viewer, spaces: &[Space], limit: i64) -> Result<Vec<TopicLine>> {
    let gates: Vec<Gate> = spaces.iter().map(Space::gate).collect();
    let open = paywall::opens_each(ctx, viewer, &gates).await?;
    let ids: Vec<SpaceId> = spaces.iter().zip(open).filter(|(_, open)| *open).map(|(space, _)| space.id).take(MAX_SPACES).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(topics::liveliest(ctx.db(), &ids, limit.clamp(1, 50)).await?)
}

/// How many replies there are, wherever they stand.
pub async fn count(ctx: &Context) -> Result<i64> {
    Ok(replies::count(ctx.db()).await?)
}
