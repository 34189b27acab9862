//! Whether a site is empty: reads `posts`.

use crate::args;
use crate::server::db::{Db, Queries, Result};

/// Whether there is an article, draft or published.
pub async fn has_posts(db: &Db) -> Result<bool> {
    let row: Option<(i64,)> = db.optional("select id from posts limit 1", args![]).await?;
    Ok(row.is_some())
}
