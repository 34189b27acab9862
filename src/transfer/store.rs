//! What an import looks up about articles that are there already: reads `posts`.

use crate::args;
use crate::foundation::id::PostId;
use crate::server::db::{Queries, Result, Tx};

/// The slug of an article.
pub async fn slug_of(tx: &mut Tx, id: PostId) -> Result<String> {
    let (slug,): (String,) = tx.one("select slug from posts where id = $1", args![id]).await?;
    Ok(slug)
}

/// The slug of the article that came from this file.
pub async fn slug_of_file(tx: &mut Tx, from: &str) -> Result<Option<String>> {
    let row: Option<(String,)> = tx.optional("select slug from posts where imported_from = $1", args![from]).await?;
    Ok(row.map(|(slug,)| slug))
}

pub async fn is_taken(tx: &mut Tx, slug: &str) -> Result<bool> {
    let row: Option<(i64,)> = tx.optional("select id from posts where slug = $1", args![slug]).await?;
    Ok(row.is_some())
}
