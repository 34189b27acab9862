//! Tables `posts`, `post_tags`.

use crate::args;
use crate::foundation::id::PostId;
use crate::server::db::{Db, Queries, Result};
use sqlx::FromRow;

#[derive(FromRow)]
pub struct RefRow {
    pub id: i64,
    pub slug: String,
    pub title: String,
    pub author_id: i64,
    pub access: String,
    pub tier_id: Option<i64>,
    pub price_minor: Option<i64>,
}

const PUBLISHED_REF: &str = "select id, slug, title, author_id, access, tier_id, price_minor
from posts
where id = $1 and status = 'published'";

pub async fn published_ref(db: &Db, id: PostId) -> Result<Option<RefRow>> {
    db.optional(PUBLISHED_REF, args![id]).await
}
