//! Topics and replies that an older renderer made, rendered again.

use super::rendered;
use crate::discussion::store::{replies, topics};
use crate::foundation::error::Result;
use crate::server::context::Context;

/// So many of each at a time.
const BATCH: i64 = 50;

/// Renders a batch again; says how many there were, 0 when all is as the program of today makes it. What
/// somebody edits or deletes meanwhile stays as they left it.
pub async fn render_again(ctx: &Context) -> Result<usize> {
    let (topics, replies) = (topics::outdated(ctx.db(), BATCH).await?, replies::outdated(ctx.db(), BATCH).await?);
    for (id, source) in &topics {
        topics::renew(ctx.db(), *id, source, &rendered(source).await?).await?;
    }
    for (id, source) in &replies {
        replies::renew(ctx.db(), *id, source, &rendered(source).await?).await?;
    }
    Ok(topics.len() + replies.len())
}
