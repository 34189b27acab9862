//! Tables `bundles` and `bundle_posts`. Reads `posts` for what is published, and for addresses.

use crate::args;
use crate::foundation::id::{BundleId, PostId};
use crate::foundation::time::Timestamp;
use crate::server::db::{Db, Queries, Result, Tx};
use sqlx::FromRow;

#[derive(Debug, FromRow)]
pub struct BundleRow {
    pub id: i64,
    pub slug: String,
    pub title: String,
    pub description: String,
    pub minor: i64,
    pub position: i64,
    pub published: bool,
    pub articles: i64,
}

const BUNDLES: &str = "select b.id, b.slug, b.title, b.description, b.minor, b.position, b.published, (
        select count(*)
        from bundle_posts i
        join posts p on p.id = i.post_id
        where i.bundle_id = b.id and p.status = 'published' and p.access = 'paid'
    ) as articles
from bundles b";

/// Those that are published, in their order, after one of this position and number.
pub async fn published(db: &Db, after: (i64, i64), limit: i64) -> Result<Vec<BundleRow>> {
    let sql = format!("{BUNDLES}\nwhere b.published and (b.position, b.id) > ($1, $2)\norder by b.position, b.id\nlimit $3");
    db.all(sql, args![after.0, after.1, limit]).await
}

/// All of them, as [`published`].
pub async fn all(db: &Db, after: (i64, i64), limit: i64) -> Result<Vec<BundleRow>> {
    let sql = format!("{BUNDLES}\nwhere (b.position, b.id) > ($1, $2)\norder by b.position, b.id\nlimit $3");
    db.all(sql, args![after.0, after.1, limit]).await
}

pub async fn by_slug(db: &Db, slug: &str) -> Result<Option<BundleRow>> {
    db.optional(format!("{BUNDLES}\nwhere b.slug = $1"), args![slug]).await
}

pub async fn by_id(db: &Db, id: BundleId) -> Result<Option<BundleRow>> {
    db.optional(format!("{BUNDLES}\nwhere b.id = $1"), args![id]).await
}

/// The published bundles that an article is in.
pub async fn with_post(db: &Db, post: PostId, limit: i64) -> Result<Vec<BundleRow>> {
    let sql = format!(
        "{BUNDLES}\njoin bundle_posts of on of.bundle_id = b.id\nwhere of.post_id = $1 and b.published\norder by b.position, b.id\nlimit $2"
    );
    db.all(sql, args![post, limit]).await
}

/// What is in it, drafts too.
pub async fn posts(db: &Db, id: BundleId) -> Result<Vec<PostId>> {
    let rows: Vec<(i64,)> = db.all("select post_id from bundle_posts where bundle_id = $1 order by line", args![id]).await?;
    Ok(rows.into_iter().map(|(id,)| PostId(id)).collect())
}

const ADDRESSES: &str = "select p.slug
from bundle_posts i
join posts p on p.id = i.post_id
where i.bundle_id = $1
order by i.line";

/// The ends of their addresses.
pub async fn addresses(db: &Db, id: BundleId) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = db.all(ADDRESSES, args![id]).await?;
    Ok(rows.into_iter().map(|(slug,)| slug).collect())
}

const INSERT: &str = "insert into bundles (slug, title, description, minor, position, published, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $7)
returning id";

pub async fn insert(tx: &mut Tx, row: &BundleRow, now: Timestamp) -> Result<BundleId> {
    let BundleRow { slug, title, description, minor, position, published, .. } = row;
    let (id,): (i64,) = tx.one(INSERT, args![slug, title, description, *minor, *position, *published, now]).await?;
    Ok(BundleId(id))
}

const UPDATE: &str = "update bundles
set slug = $2, title = $3, description = $4, minor = $5, position = $6, published = $7, updated_at = $8
where id = $1";

/// False when there is no such bundle.
pub async fn update(tx: &mut Tx, row: &BundleRow, now: Timestamp) -> Result<bool> {
    let BundleRow { id, slug, title, description, minor, position, published, .. } = row;
    Ok(tx.run(UPDATE, args![*id, slug, title, description, *minor, *position, *published, now]).await? == 1)
}

pub async fn set_posts(tx: &mut Tx, id: BundleId, posts: &[PostId]) -> Result<()> {
    tx.run("delete from bundle_posts where bundle_id = $1", args![id]).await?;
    for (line, post) in (1_i64..).zip(posts) {
        tx.run("insert into bundle_posts (bundle_id, post_id, line) values ($1, $2, $3)", args![id, *post, line]).await?;
    }
    Ok(())
}

/// Refused by the database where it was ordered, or codes open it.
pub async fn delete(tx: &mut Tx, id: BundleId) -> Result<bool> {
    Ok(tx.run("delete from bundles where id = $1", args![id]).await? == 1)
}
