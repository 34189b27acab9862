//! Simple pages: About, Terms, Privacy, Refunds and whatever else stands outside the stream of articles, at `/pages/{slug}`.
//! A page has a title and a text in one language or both. Deleting one can be undone for a month.

use super::service::{add_redirect, remove_redirect};
use super::store::simple::{self as store, ListedRow, PageRow};
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::id::PageId;
use crate::foundation::look::Texts;
use crate::foundation::slug;
use crate::foundation::text;
use crate::foundation::time::DAY;
use crate::foundation::viewer::Viewer;
use crate::markdown::{self, RENDERER};
use crate::server::away::away;
use crate::server::context::Context;
use crate::server::db::violates_unique;
use crate::words;

pub const MAX_TITLE: usize = 120;
pub const MAX_SOURCE: usize = 200 * 1024;
/// How many the admin's list shows at once.
pub const PER_LIST: i64 = 50;
/// How long a deleted page can be brought back.
const KEPT: i64 = 30 * DAY;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimplePage {
    pub id: PageId,
    pub slug: String,
    pub title: Texts,
    pub source: Texts,
    pub html: Texts,
    pub published: bool,
    pub in_footer: bool,
}

impl SimplePage {
    pub fn path(&self) -> String {
        format!("/pages/{}", self.slug)
    }
}

/// One line of the admin's list.
#[derive(Debug, Clone)]
pub struct Listed {
    pub id: PageId,
    pub slug: String,
    pub title: Texts,
    pub published: bool,
    pub in_footer: bool,
    pub deleted: bool,
}

/// A page as an admin typed it.
#[derive(Debug, Clone, Default)]
pub struct TypedPage {
    /// Made from the title when left empty.
    pub slug: String,
    pub title: Texts,
    pub source: Texts,
    pub published: bool,
    pub in_footer: bool,
}

impl From<PageRow> for SimplePage {
    fn from(row: PageRow) -> SimplePage {
        SimplePage {
            id: PageId(row.id),
            slug: row.slug,
            title: Texts::new(row.title_zh, row.title_en),
            source: Texts::new(row.source_zh, row.source_en),
            html: Texts::new(row.html_zh, row.html_en),
            published: row.status == "published",
            in_footer: row.in_footer,
        }
    }
}

impl From<ListedRow> for Listed {
    fn from(row: ListedRow) -> Listed {
        Listed {
            id: PageId(row.id),
            slug: row.slug,
            title: Texts::new(row.title_zh, row.title_en),
            published: row.status == "published",
            in_footer: row.in_footer,
            deleted: row.deleted_at.is_some(),
        }
    }
}

/// A page for whoever reads it: a draft is there for admins only.
pub async fn open(ctx: &Context, viewer: &Viewer, slug: &str) -> Result<SimplePage> {
    let row = store::by_slug(ctx.db(), slug).await?;
    let row = row.filter(|row| row.status == "published" || viewer.is_admin()).ok_or(AppError::NotFound)?;
    Ok(of_today(ctx, row).await?.into())
}

/// The page with the HTML of today's renderer. One that an older renderer made is made again when it is read: there are few. A
/// text that brings the renderer down keeps the HTML it has.
async fn of_today(ctx: &Context, mut row: PageRow) -> Result<PageRow> {
    if row.renderer < RENDERER {
        match rendered(&row).await {
            Ok((zh, en)) => (row.html_zh, row.html_en) = (zh, en),
            Err(_) => tracing::error!(id = row.id, table = "pages", "a text cannot be rendered; it stays as it is"),
        }
        row.renderer = RENDERER;
        store::renew(ctx.db(), &row).await?;
    }
    Ok(row)
}

/// Both texts as HTML.
async fn rendered(row: &PageRow) -> Result<(String, String)> {
    let (zh, en) = (row.source_zh.clone(), row.source_en.clone());
    away(move || (render(&zh), render(&en))).await
}

/// How a page begins, for search engines.
pub fn summary(source: &str) -> String {
    markdown::plain(source, 160)
}

/// All pages by address, a list at a time, and where the next begins.
pub async fn listed(ctx: &Context, viewer: &Viewer, after: &str) -> Result<(Vec<Listed>, Option<String>)> {
    viewer.require_admin()?;
    let mut rows = store::listed(ctx.db(), after, PER_LIST + 1).await?;
    let more = rows.len() > PER_LIST as usize;
    rows.truncate(PER_LIST as usize);
    let next = rows.last().filter(|_| more).map(|row| row.slug.clone());
    Ok((rows.into_iter().map(Listed::from).collect(), next))
}

pub async fn by_id(ctx: &Context, viewer: &Viewer, id: PageId) -> Result<SimplePage> {
    viewer.require_admin()?;
    Ok(store::by_id(ctx.db(), id).await?.ok_or(AppError::NotFound)?.into())
}

impl TypedPage {
    /// Everything but what is made of the Markdown.
    fn check(&self) -> Result<PageRow> {
        let mut errors = FieldErrors::new();
        let zh = errors.keep("title_zh", text::optional_line(&self.title.zh, MAX_TITLE)).flatten().unwrap_or_default();
        let en = errors.keep("title_en", text::optional_line(&self.title.en, MAX_TITLE)).flatten().unwrap_or_default();
        let slug = errors.keep("slug", slug::typed(&self.slug, if self.title.en.is_empty() { &self.title.zh } else { &self.title.en }));
        let source_zh = errors.keep("source_zh", text::body(&self.source.zh, MAX_SOURCE)).unwrap_or_default();
        let source_en = errors.keep("source_en", text::body(&self.source.en, MAX_SOURCE)).unwrap_or_default();
        if text::line(&self.title.zh).is_empty() && text::line(&self.title.en).is_empty() {
            errors.add("title_zh", words!("请至少用一种语言填写标题。", "Please write a title in at least one language."));
        }
        if source_zh.trim().is_empty() && source_en.trim().is_empty() {
            errors.add("source_zh", words!("请至少用一种语言填写正文。", "Please write the text in at least one language."));
        }
        errors.check()?;
        let status = if self.published { "published" } else { "draft" }.to_owned();
        let (html_zh, html_en) = (String::new(), String::new());
        let slug = slug.unwrap_or_default();
        Ok(PageRow {
            id: 0,
            slug,
            title_zh: zh,
            title_en: en,
            source_zh,
            source_en,
            html_zh,
            html_en,
            status,
            in_footer: self.in_footer,
            renderer: RENDERER,
        })
    }
}

/// Markdown to HTML, whole: a wall in it parts nothing. A text of white space is none.
fn render(source: &str) -> String {
    if source.trim().is_empty() {
        return String::new();
    }
    let article = markdown::article(source);
    article.preview_html + article.rest_html.as_deref().unwrap_or_default()
}

/// Makes a page, or changes the one with the id. For admins. A published page that moves is still found at its old address.
pub async fn save(ctx: &Context, viewer: &Viewer, id: Option<PageId>, typed: &TypedPage) -> Result<PageId> {
    viewer.require_admin()?;
    let mut row = typed.check()?;
    (row.html_zh, row.html_en) = rendered(&row).await?;
    let before = match id {
        Some(id) => Some(store::by_id(ctx.db(), id).await?.ok_or(AppError::NotFound)?),
        None => None,
    };
    let mut tx = ctx.db().begin().await?;
    store::purge(&mut tx, &row.slug, ctx.now().plus(-KEPT)).await?;
    let id = match id {
        None => store::insert(&mut tx, &row, ctx.now()).await.map_err(taken)?,
        Some(id) => {
            row.id = id.0;
            if !store::update(&mut tx, &row, ctx.now()).await.map_err(taken)? {
                return Err(AppError::NotFound);
            }
            id
        }
    };
    if let Some(before) = before.filter(|before| before.status == "published" && before.slug != row.slug) {
        add_redirect(ctx, &mut tx, &format!("pages/{}", before.slug), &format!("/pages/{}", row.slug)).await?;
    }
    // A page that lives here again must not be led away from.
    remove_redirect(&mut tx, &format!("pages/{}", row.slug)).await?;
    tx.commit().await?;
    ctx.remember_site(None);
    Ok(id)
}

fn taken(error: sqlx::Error) -> AppError {
    if violates_unique(&error, "pages", "slug") {
        return AppError::field(
            "slug",
            words!("已有别的页面用了这个地址，请换一个。", "Another page already has this address. Please choose a different one."),
        );
    }
    error.into()
}

/// Deletes a page; [`restore`] brings it back.
pub async fn delete(ctx: &Context, viewer: &Viewer, id: PageId) -> Result<()> {
    viewer.require_admin()?;
    let done = store::delete(ctx.db(), id, ctx.now()).await?;
    ctx.remember_site(None);
    if done { Ok(()) } else { Err(AppError::NotFound) }
}

pub async fn restore(ctx: &Context, viewer: &Viewer, id: PageId) -> Result<()> {
    viewer.require_admin()?;
    let done = store::restore(ctx.db(), id).await?;
    ctx.remember_site(None);
    if done { Ok(()) } else { Err(AppError::NotFound) }
}
