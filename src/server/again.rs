//! Stored HTML that an older renderer made, made again: a batch at a time, while the site is being read.

use super::away::away;
use super::context::Context;
use super::db::Queries;
use crate::args;
use crate::foundation::error::Result;

/// Where a feature keeps such texts; the statements are its store's.
pub struct Outdated {
    /// What is logged: `posts`.
    pub name: &'static str,
    /// The number of the renderer of today.
    pub renderer: i64,
    /// Id and source of what an older renderer than `$1` made, `$2` at most.
    pub find: &'static str,
    /// Says that `$2` is the renderer of what has the id `$1`, whatever its HTML is.
    pub tried: &'static str,
}

/// Some of these texts.
pub struct Batch<M> {
    /// How many there were; 0 when nothing is left to do.
    pub found: usize,
    /// Id, source, and what was made of it. To be put in only where the source is still the same.
    pub made: Vec<(i64, String, M)>,
}

impl Outdated {
    /// Makes a batch of at most `most` again, for the caller to put in. A text that brings the renderer down keeps the HTML it
    /// has: it is logged, and not tried again before there is a newer renderer.
    pub async fn again<M: Send + 'static>(&self, ctx: &Context, most: i64, make: fn(&str) -> M) -> Result<Batch<M>> {
        let found: Vec<(i64, String)> = ctx.db().all(self.find, args![self.renderer, most]).await?;
        let mut batch = Batch { found: found.len(), made: Vec::new() };
        for (id, source) in found {
            let text = source.clone();
            match away(move || make(&text)).await {
                Ok(made) => batch.made.push((id, source, made)),
                Err(_) => {
                    tracing::error!(id, table = self.name, "a text cannot be rendered; it stays as it is");
                    ctx.db().run(self.tried, args![id, self.renderer]).await?;
                }
            }
        }
        Ok(batch)
    }
}
