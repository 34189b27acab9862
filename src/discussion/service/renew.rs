//! Topics and replies that an older renderer made, rendered again.

use crate::discussion::store::{replies, topics};
use crate::foundation::error::Result;
use crate::markdown;
use crate::server::context::Context;

/// So many of each at a time.
const BATCH: i64 = 50;

/// Renders a batch again; says how many there were, 0 when all is as the program of today makes it. What
/// somebody edits or deletes meanwhile stays as they left it.
pub async fn render_again(ctx: &Context) -> Result<usize> {
    let topics = topics::OUTDATED.again(ctx, BATCH, markdown::passage).await?;
    for (id, source, made) in &topics.made {
        topics::renew(ctx.db(), *id, source, made).await?;
    }
    let replies = replies::OUTDATED.again(ctx, BATCH, markdown::passage).await?;
    for (id, source, made) in &replies.made {
        replies::renew(ctx.db(), *id, source, made).await?;
    }
    Ok(topics.found + replies.found)
}
