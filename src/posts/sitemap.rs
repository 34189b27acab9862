//! What search engines are told of: published articles, and the tags and authors of these. In parts of a thousand ids, each
//! tag and author standing where its first article does.

use super::sitemap_store as store;
use crate::foundation::error::{AppError, Result};
use crate::foundation::time::{MINUTE, Timestamp};
use crate::server::context::Context;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Ids in one part; with their tags still far below the 50,000 addresses that a sitemap may have.
const PART: i64 = 1_000;

/// How long tags and authors are remembered.
const LASTS: i64 = 10 * MINUTE;

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
    let firsts = firsts(ctx).await?;
    let here = |all: &[(String, i64)], under: &str| -> Vec<String> {
        all.iter().filter(|(_, first)| *first > after && *first <= to).map(|(name, _)| format!("{under}{name}")).collect()
    };
    Ok(Part {
        articles: articles.into_iter().map(|(slug, at)| (format!("/p/{slug}"), Timestamp(at))).collect(),
        tags: here(&firsts.tags, "/tags/"),
        authors: here(&firsts.authors, "/u/"),
    })
}

/// All tags and authors, each with the article they came with: to find out, all of them have to be looked at.
struct Firsts {
    tags: Vec<(String, i64)>,
    authors: Vec<(String, i64)>,
}

/// They are looked at once for all parts. Whoever holds this looks; the others wait for what is found.
#[derive(Default)]
struct Memory(Mutex<Option<(Timestamp, Arc<Firsts>)>>);

async fn firsts(ctx: &Context) -> Result<Arc<Firsts>> {
    let memory = ctx.keep::<Memory>();
    let mut kept = memory.0.lock().await;
    if let Some((_, firsts)) = kept.as_ref().filter(|(at, _)| ctx.now().since(*at).abs() < LASTS) {
        return Ok(firsts.clone());
    }
    let firsts = Arc::new(Firsts { tags: store::tags(ctx.db()).await?, authors: store::authors(ctx.db()).await? });
    *kept = Some((ctx.now(), firsts.clone()));
    Ok(firsts)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_thousand_ids_are_one_part() {
        assert_eq!([0, 1, 1000, 1001, 2000].map(super::count), [1, 1, 1, 2, 2]);
    }
}
