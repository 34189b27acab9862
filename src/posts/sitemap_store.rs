//! Tables `posts`, `post_tags`, as a map for search engines: what is published, by ranges of ids.

use crate::args;
use crate::server::db::{Db, Queries, Result};

pub async fn last(db: &Db) -> Result<i64> {
    let (id,): (i64,) = db.one("select cast(coalesce(max(id), 0) as bigint) from posts", args![]).await?;
    Ok(id)
}

const ARTICLES: &str = "select slug, updated_at
from posts
where id > $1 and id <= $2 and status = 'published'
order by id";

/// Address and last change.
pub async fn articles(db: &Db, after: i64, to: i64) -> Result<Vec<(String, i64)>> {
    db.all(ARTICLES, args![after, to]).await
}

const TAGS: &str = "select tag, min(post_id)
from post_tags
where published_at is not null
group by tag
order by tag";

/// All tags, each with its first article.
pub async fn tags(db: &Db) -> Result<Vec<(String, i64)>> {
    db.all(TAGS, args![]).await
}

const AUTHORS: &str = "select m.handle, min(p.id)
from posts p
join members m on m.id = p.author_id
where p.status = 'published'
group by m.handle
order by m.handle";

/// All authors, each with their first article.
pub async fn authors(db: &Db) -> Result<Vec<(String, i64)>> {
    db.all(AUTHORS, args![]).await
}
