//! Table `pages`.

use crate::args;
use crate::foundation::id::PageId;
use crate::foundation::time::Timestamp;
use crate::server::db::{Db, Queries, Result, Tx};

#[derive(sqlx::FromRow)]
pub struct PageRow {
    pub id: i64,
    pub slug: String,
    pub title_zh: String,
    pub title_en: String,
    pub source_zh: String,
    pub source_en: String,
    pub html_zh: String,
    pub html_en: String,
    pub status: String,
    pub in_footer: bool,
    /// Which renderer made the HTML.
    pub renderer: i64,
}

macro_rules! pages_where {
    ($rest:literal) => {
        concat!(
            "select id, slug, title_zh, title_en, source_zh, source_en, html_zh, html_en, status, in_footer, renderer\nfrom pages\n",
            $rest
        )
    };
}

pub async fn by_slug(db: &Db, slug: &str) -> Result<Option<PageRow>> {
    db.optional(pages_where!("where slug = $1 and deleted_at is null"), args![slug]).await
}

pub async fn by_id(db: &Db, id: PageId) -> Result<Option<PageRow>> {
    db.optional(pages_where!("where id = $1 and deleted_at is null"), args![id]).await
}

/// One line of the admin's list.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ListedRow {
    pub id: i64,
    pub slug: String,
    pub title_zh: String,
    pub title_en: String,
    pub status: String,
    pub in_footer: bool,
    pub deleted_at: Option<i64>,
}

const LISTED: &str = "select id, slug, title_zh, title_en, status, in_footer, deleted_at
from pages
where slug > $1
order by slug
limit $2";

pub async fn listed(db: &Db, after: &str, limit: i64) -> Result<Vec<ListedRow>> {
    db.all(LISTED, args![after, limit]).await
}

const IN_FOOTER: &str = "select slug, title_zh, title_en
from pages
where in_footer = $1 and status = 'published' and deleted_at is null
order by id
limit 20";

/// Slug and titles, oldest first.
pub async fn in_footer(db: &Db) -> Result<Vec<(String, String, String)>> {
    db.all(IN_FOOTER, args![true]).await
}

const INSERT: &str =
    "insert into pages (slug, title_zh, title_en, source_zh, source_en, html_zh, html_en, status, in_footer, renderer, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
returning id";

pub async fn insert(tx: &mut Tx, page: &PageRow, now: Timestamp) -> Result<PageId> {
    let (id,): (i64,) = tx.one(INSERT, values(page, now)).await?;
    Ok(PageId(id))
}

const UPDATE: &str = "update pages
set slug = $1, title_zh = $2, title_en = $3, source_zh = $4, source_en = $5, html_zh = $6, html_en = $7, status = $8, in_footer = $9,
    renderer = $10, updated_at = $11
where id = $12 and deleted_at is null";

pub async fn update(tx: &mut Tx, page: &PageRow, now: Timestamp) -> Result<bool> {
    let mut args = values(page, now);
    args.extend(args![page.id]);
    Ok(tx.run(UPDATE, args).await? > 0)
}

fn values(page: &PageRow, now: Timestamp) -> crate::server::db::Args {
    args![
        &page.slug,
        &page.title_zh,
        &page.title_en,
        &page.source_zh,
        &page.source_en,
        &page.html_zh,
        &page.html_en,
        &page.status,
        page.in_footer,
        page.renderer,
        now
    ]
}

const RENEW: &str = "update pages
set html_zh = $2, html_en = $3, renderer = $4
where id = $1 and source_zh = $5 and source_en = $6";

/// Puts in what the renderer of today made; nothing when the page was changed meanwhile.
pub async fn renew(db: &Db, page: &PageRow) -> Result<()> {
    let args = args![page.id, &page.html_zh, &page.html_en, page.renderer, &page.source_zh, &page.source_en];
    db.run(RENEW, args).await.map(drop)
}

pub async fn delete(db: &Db, id: PageId, now: Timestamp) -> Result<bool> {
    Ok(db.run("update pages set deleted_at = $2 where id = $1 and deleted_at is null", args![id, now]).await? > 0)
}

pub async fn restore(db: &Db, id: PageId) -> Result<bool> {
    Ok(db.run("update pages set deleted_at = null where id = $1 and deleted_at is not null", args![id]).await? > 0)
}

/// Makes room at an address where only a deleted page is left, and lets go of those deleted long ago.
pub async fn purge(tx: &mut Tx, slug: &str, before: Timestamp) -> Result<()> {
    tx.run("delete from pages where deleted_at is not null and (slug = $1 or deleted_at < $2)", args![slug, before]).await.map(drop)
}
