//! What search engines are told of: published articles, and the tags and authors of these. In parts of a thousand ids, each
//! tag and author standing where its first article does.

use super::sitemap_store as store;
use crate::foundation::error::{AppError, Result};
use crate::foundation::time::Timestamp;
use crate::server::context::Context;

/// Ids in one part; with their tags still far below the 50,000 addresses that a sitemap may have.
const PART: i64 = 1_000;

/// A part of the map.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Path and last change.
    pub articles: Vec<(String, Timestamp)>,
    pub tags: Vec<String>,
    pub authors: Vec<String>,
}

/// How many parts there are: one at least.
pub async fn parts(ctx: &Context) -> Result<i64> {
    Ok(count(store::last(ctx.db()).await?))
}

fn count(last: i64) -> i64 {
    ((last + PART - 1) / PART).max(1)
}

/// One part, counted from 0; 404 beyond the last.
pub async fn part(ctx: &Context, n: i64) -> Result<Part> {
    if !(0..parts(ctx).await?).contains(&n) {
        return Err(AppError::NotFound);
    }
    let (db, after, to) = (ctx.db(), n * PART, (n + 1) * PART);
    let articles = store::articles(db, after, to).await?;
    let (tags, authors) = (store::tags(db, after, to).await?, store::authors(db, after, to).await?);
    Ok(Part {
        articles: articles.into_iter().map(|(slug, at)| (format!("/p/{slug}"), Timestamp(at))).collect(),
        tags: tags.into_iter().map(|(tag,)| format!("/tags/{tag}")).collect(),
        authors: authors.into_iter().map(|(handle,)| format!("/u/{handle}")).collect(),
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_thousand_ids_are_one_part() {
        assert_eq!([0, 1, 1000, 1001, 2000].map(super::count), [1, 1, 1, 2, 2]);
    }
}
