//! What writers do: begin, revise, publish, take back, delete. Permission is asked here.

use super::form::{Checked, PostForm, parse_source};
use super::model::{Counts, Listing, OwnCard, Status, may_edit};
use super::read::Cursor;
use super::rendered::Rendered;
use super::store::{self, EditRow, Saved};
use super::{read, slugs};
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::id::{MemberId, PostId, TierId};
use crate::foundation::locale::Words;
use crate::foundation::money::Money;
use crate::foundation::time::Timestamp;
use crate::foundation::viewer::Viewer;
use crate::membership::model::Access;
use crate::server::context::Context;
use crate::server::db::violates_unique;
use crate::settings;
use crate::words;

/// What becomes of the article besides being saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// A draft stays a draft, a published article stays published.
    Stay,
    Publish,
    Unpublish,
}

/// An article open in the editor.
#[derive(Debug, Clone)]
pub struct Editing {
    pub id: PostId,
    pub status: Status,
    /// Where it is now, whatever the form says.
    pub slug: String,
    pub version: i64,
    /// What the writer sees in the fields.
    pub form: PostForm,
    pub preview_html: String,
    pub rest_html: Option<String>,
    /// Only what was never published can be deleted: others may have paid for, rated or answered the rest.
    pub deletable: bool,
}

/// Begins an article.
pub async fn create(ctx: &Context, viewer: &Viewer, form: &PostForm, publish: bool) -> Result<PostId> {
    create_in(ctx, viewer, form, None, publish).await
}

/// Begins an article that is known to be in a language, such as `zh-CN`.
pub async fn create_in(ctx: &Context, viewer: &Viewer, form: &PostForm, lang: Option<&str>, publish: bool) -> Result<PostId> {
    let author = viewer.require_author()?.id;
    let site = settings::service::require_site(ctx).await?;
    let mut checked = form.check(ctx, &site, None).await?;
    let rendered = Rendered::new(std::mem::take(&mut checked.source)).await?;
    let status = if publish { Status::Published } else { Status::Draft };
    check_ready(status, checked.access, &rendered)?;
    let now = ctx.now();
    let published_at = publish.then_some(now);
    let saved = Saved { status, published_at, lang: lang.or(rendered.lang()), ..saved(&checked, &rendered, now) };
    let mut tx = ctx.db().begin().await?;
    let id = match &checked.slug {
        Some(slug) => store::insert(&mut tx, &Saved { slug, ..saved }, author, None).await?.ok_or_else(|| slug_taken(slug))?,
        None => slugs::insert(ctx, &mut tx, &checked.title, saved, author, None).await?,
    };
    store::set_tags(&mut tx, id, &checked.tags, published_at).await?;
    tx.commit().await?;
    Ok(id)
}

/// Saves what was typed and does `then`; answers with the article's slug. A conflict when somebody saved it meanwhile.
pub async fn revise(ctx: &Context, viewer: &Viewer, id: PostId, form: &PostForm, then: Then) -> Result<String> {
    let row = editable(ctx, viewer, id).await?;
    let version = form.version.trim().parse::<i64>().unwrap_or_default();
    if version != row.version {
        return Err(changed_meanwhile());
    }
    let site = settings::service::require_site(ctx).await?;
    let mut checked = form.check(ctx, &site, row.tier_id.map(TierId)).await?;
    let rendered = Rendered::new(std::mem::take(&mut checked.source)).await?;
    let status = match then {
        Then::Stay => Status::parse(&row.status),
        Then::Publish => Status::Published,
        Then::Unpublish => Status::Draft,
    };
    check_ready(status, checked.access, &rendered)?;
    let now = ctx.now();
    let published = status == Status::Published;
    let published_at = row.published_at.map(Timestamp).or(published.then_some(now));
    let mut tx = ctx.db().begin().await?;
    let slug = match &checked.slug {
        Some(slug) if store::slug_taken(&mut tx, slug, Some(id)).await? => return Err(slug_taken(slug)),
        Some(slug) => slug.clone(),
        None => slugs::free(ctx, &mut tx, &checked.title, Some(id)).await?,
    };
    let saved = Saved { slug: &slug, status, published_at, ..saved(&checked, &rendered, now) };
    let in_time = store::update(&mut tx, id, version, &saved, None).await;
    let in_time = in_time.map_err(|error| if violates_unique(&error, "posts", "slug") { slug_taken(&slug) } else { error.into() })?;
    if !in_time {
        return Err(changed_meanwhile());
    }
    store::set_tags(&mut tx, id, &checked.tags, published_at.filter(|_| published)).await?;
    if row.published_at.is_some() && slug != row.slug {
        settings::service::add_redirect(ctx, &mut tx, &format!("p/{}", row.slug), &format!("/p/{slug}")).await?;
    }
    tx.commit().await?;
    Ok(slug)
}

/// Deletes a draft that was never published.
pub async fn delete_draft(ctx: &Context, viewer: &Viewer, id: PostId) -> Result<()> {
    editable(ctx, viewer, id).await?;
    let mut tx = ctx.db().begin().await?;
    if !store::delete_unpublished(&mut tx, id).await? {
        return Err(AppError::Conflict(words!(
            "发布过的文章不能删除，可以撤回为草稿。",
            "An article that was published cannot be deleted; take it back to a draft instead."
        )));
    }
    tx.commit().await?;
    Ok(())
}

/// The article as its editor opens it.
pub async fn edit(ctx: &Context, viewer: &Viewer, id: PostId) -> Result<Editing> {
    let row = editable(ctx, viewer, id).await?;
    let site = settings::service::require_site(ctx).await?;
    let tags = store::tag_names(ctx.db(), id).await?;
    let form = PostForm {
        version: row.version.to_string(),
        title: row.title,
        slug: row.slug.clone(),
        summary: row.summary,
        tags: tags.join(", "),
        source: row.source,
        access: row.access,
        tier: row.tier_id.map(|tier| tier.to_string()).unwrap_or_default(),
        price: row.price_minor.map(|minor| Money::new(minor, site.currency).to_plain()).unwrap_or_default(),
        least: row.least_minor.map(|minor| Money::new(minor, site.currency).to_plain()).unwrap_or_default(),
    };
    let status = Status::parse(&row.status);
    Ok(Editing {
        id,
        status,
        slug: row.slug,
        version: row.version,
        form,
        preview_html: row.preview_html,
        rest_html: row.rest_html,
        deletable: row.published_at.is_none(),
    })
}

/// The viewer's own articles, last changed first.
pub async fn own(ctx: &Context, viewer: &Viewer, after: Option<Cursor>) -> Result<Listing<OwnCard>> {
    let author = viewer.require_author()?.id;
    let rows = store::own(ctx.db(), author, after.unwrap_or(Cursor::FIRST), read::PAGE + 1).await?;
    let cards = rows.into_iter().map(|row| OwnCard {
        gate: read::gate(row.id, author.0, &row.access, row.tier_id),
        id: PostId(row.id),
        slug: row.slug,
        title: row.title,
        status: Status::parse(&row.status),
        updated_at: Timestamp(row.updated_at),
        published_at: row.published_at.map(Timestamp),
        counts: Counts { ratings: row.ratings, stars_sum: row.stars_sum, replies: row.replies },
    });
    Ok(read::page(cards.collect(), |card| (card.updated_at, card.id)))
}

/// An article as those know it who may change it.
#[derive(Debug, Clone)]
pub struct Owned {
    pub author: MemberId,
    pub title: String,
    pub slug: String,
}

pub async fn owned(ctx: &Context, viewer: &Viewer, id: PostId) -> Result<Owned> {
    let row = editable(ctx, viewer, id).await?;
    Ok(Owned { author: MemberId(row.author_id), title: row.title, slug: row.slug })
}

/// The row, for whoever may change it. A draft is not there for others.
async fn editable(ctx: &Context, viewer: &Viewer, id: PostId) -> Result<EditRow> {
    viewer.require_member()?;
    let row = store::for_edit(ctx.db(), id).await?.ok_or(AppError::NotFound)?;
    match Status::parse(&row.status) {
        _ if may_edit(viewer, MemberId(row.author_id)) => Ok(row),
        Status::Draft => Err(AppError::NotFound),
        Status::Published => {
            Err(AppError::Forbidden(words!("只有作者和管理员可以修改这篇文章。", "Only its author and admins may change this article.")))
        }
    }
}

fn saved<'a>(checked: &'a Checked, rendered: &'a Rendered, now: Timestamp) -> Saved<'a> {
    Saved {
        slug: "",
        title: &checked.title,
        summary: &checked.summary,
        rendered,
        lang: rendered.lang(),
        status: Status::Draft,
        access: checked.access,
        tier: checked.tier,
        price_minor: checked.price.map(|price| price.minor),
        least_minor: checked.least.map(|least| least.minor),
        published_at: None,
        now,
    }
}

/// What readers will see has to be there, and has to have a wall where it is not for everybody.
fn check_ready(status: Status, access: Access, rendered: &Rendered) -> Result<()> {
    let mut errors = FieldErrors::new();
    if status == Status::Published && rendered.source.trim().is_empty() {
        errors.add("source", words!("正文还是空的，请先写点内容。", "There is no text yet; please write some."));
    } else if status == Status::Published && access != Access::Public && !rendered.has_wall() {
        errors.add("source", no_wall());
    }
    errors.check()
}

fn no_wall() -> Words {
    words!(
        "请在正文中单独一行写 <!--paywall-->：这一行之前人人可读，之后在付费墙后。",
        "Put <!--paywall--> on a line of its own: what is before it is for everyone, what is after it is behind the paywall."
    )
}

fn slug_taken(slug: &str) -> AppError {
    AppError::field(
        "slug",
        words!("地址 {slug} 已被别的文章使用，请换一个。", "Another article has the address {slug}; please choose another."),
    )
}

fn changed_meanwhile() -> AppError {
    AppError::Conflict(words!(
        "你打开编辑器之后，这篇文章在别处被改过。你写的内容都在下面；再次保存会覆盖那次修改。",
        "This article was changed elsewhere after you opened it. What you wrote is below; saving again replaces that change."
    ))
}

/// A text as saving it would render it; nothing is kept.
pub async fn preview(viewer: &Viewer, source: String) -> Result<Rendered> {
    viewer.require_author()?;
    let source = parse_source(&source).map_err(|words| AppError::field("source", words))?;
    Rendered::new(source).await
}
