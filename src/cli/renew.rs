//! Texts whose HTML an older program made, rendered again: after an upgrade, while the site is being read.

use stoa::foundation::error::Result;
use stoa::server::context::Context;
use stoa::{discussion, members, posts};

/// Goes on until nothing is left, and tells after each batch how many there were so far. It may be stopped anywhere and by
/// several instances be done at once: what is done is done.
pub async fn render_again(ctx: &Context, told: impl Fn(usize)) -> Result<usize> {
    let mut done = 0;
    loop {
        let articles = posts::service::render_again(ctx).await?;
        let talk = discussion::service::render_again(ctx).await?;
        let biographies = members::service::render_again(ctx).await?;
        match articles + talk + biographies {
            0 => return Ok(done),
            batch => done += batch,
        }
        told(done);
    }
}
