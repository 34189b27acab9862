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

const TAGS: &str = "select tag
from post_tags
where published_at is not null
group by tag
having min(post_id) > $1 and min(post_id) <= $2
order by tag";

/// The tags whose first article is in the range.
pub async fn tags(db: &Db, after: i64, to: i64) -> Result<Vec<(String,)>> {
    db.all(TAGS, args![after, to]).await
}

const AUTHORS: &str = "select m.handle
from posts p
join members m on m.id = p.author_id
where p.status = 'published'
group by m.handle
having min(p.id) > $1 and min(p.id) <= $2
order by m.handle";

/// The authors whose first article is in the range.
pub async fn authors(db: &Db, after: i64, to: i64) -> Result<Vec<(String,)>> {
    db.all(AUTHORS, args![after, to]).await
}
