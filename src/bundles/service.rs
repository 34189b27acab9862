//! Looking at bundles, and what admins do with them. Buying one is `payments`.

use super::model::Bundle;
use super::store::{self, BundleRow};
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::id::{BundleId, PostId};
use crate::foundation::money::{Currency, Money};
use crate::foundation::slug;
use crate::foundation::text;
use crate::foundation::viewer::Viewer;
use crate::membership::model::Access;
use crate::posts;
use crate::posts::model::PostRef;
use crate::posts::typed::{Named, paid_articles};
use crate::server::context::Context;
use crate::server::db::violates_unique;
use crate::settings::service::{add_redirect, remove_redirect, require_site};
use crate::words;

/// Fewer are no bundle.
pub const FEWEST: usize = 2;
pub const MOST: usize = 100;
const MAX_TITLE: usize = 120;
const MAX_DESCRIPTION: usize = 4 * 1024;
/// Where a list begins.
pub const FIRST: (i64, i64) = (i64::MIN, i64::MIN);

fn read(row: BundleRow, currency: Currency) -> Bundle {
    Bundle {
        id: BundleId(row.id),
        slug: row.slug,
        title: row.title,
        description: row.description,
        price: Money::new(row.minor, currency),
        position: row.position,
        published: row.published,
        articles: row.articles,
    }
}

/// Those that are published, in their order, after one of this position and number.
pub async fn list(ctx: &Context, after: (i64, i64), limit: i64) -> Result<Vec<Bundle>> {
    let site = require_site(ctx).await?;
    let rows = store::published(ctx.db(), after, limit).await?;
    Ok(rows.into_iter().map(|row| read(row, site.currency)).collect())
}

/// Whether there are any.
pub async fn any(ctx: &Context) -> Result<bool> {
    Ok(!store::published(ctx.db(), FIRST, 1).await?.is_empty())
}

/// A bundle by its address, published or not: who may look at it, `payments` knows.
pub async fn at(ctx: &Context, slug: &str) -> Result<Bundle> {
    let site = require_site(ctx).await?;
    // PostgreSQL has no NUL in text; no address has one either.
    let row = if slug.contains('\0') { None } else { store::by_slug(ctx.db(), slug).await? };
    Ok(read(row.ok_or(AppError::NotFound)?, site.currency))
}

/// A bundle that is published, by its number.
pub async fn published(ctx: &Context, id: BundleId) -> Result<Bundle> {
    let site = require_site(ctx).await?;
    let row = store::by_id(ctx.db(), id).await?.filter(|row| row.published).ok_or(AppError::NotFound)?;
    Ok(read(row, site.currency))
}

/// What is shown of it and sold with it: the published articles that cost something, in their order.
pub async fn articles(ctx: &Context, id: BundleId) -> Result<Vec<PostRef>> {
    let posts = store::posts(ctx.db(), id).await?;
    let mut refs = posts::service::published_refs(ctx, &posts).await?;
    refs.retain(|post| post.gate.access == Access::Paid);
    Ok(refs)
}

/// Whether so many articles are a bundle that can be sold.
pub fn is_sold(bundle: &Bundle) -> bool {
    bundle.published && usize::try_from(bundle.articles).unwrap_or_default() >= FEWEST
}

/// The bundles on sale that an article is in, a few of them.
pub async fn with_post(ctx: &Context, post: PostId) -> Result<Vec<Bundle>> {
    let site = require_site(ctx).await?;
    let rows = store::with_post(ctx.db(), post, 5).await?;
    Ok(rows.into_iter().map(|row| read(row, site.currency)).filter(is_sold).collect())
}

/// All of them, for admins, as [`list`].
pub async fn all(ctx: &Context, viewer: &Viewer, after: (i64, i64), limit: i64) -> Result<Vec<Bundle>> {
    viewer.require_admin()?;
    let site = require_site(ctx).await?;
    let rows = store::all(ctx.db(), after, limit).await?;
    Ok(rows.into_iter().map(|row| read(row, site.currency)).collect())
}

/// As an admin typed it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedBundle {
    pub title: String,
    /// Made from the title when left empty.
    pub slug: String,
    pub description: String,
    /// One a line, by the address or the end of it.
    pub articles: String,
    pub price: String,
    /// Empty: 0.
    pub position: String,
    pub published: bool,
}

/// A bundle as it can be typed again, for admins.
pub async fn edit(ctx: &Context, viewer: &Viewer, id: BundleId) -> Result<(Bundle, TypedBundle)> {
    viewer.require_admin()?;
    let site = require_site(ctx).await?;
    let bundle = read(store::by_id(ctx.db(), id).await?.ok_or(AppError::NotFound)?, site.currency);
    let articles: Vec<String> = store::addresses(ctx.db(), id).await?.into_iter().map(|slug| format!("/p/{slug}")).collect();
    let typed = TypedBundle {
        title: bundle.title.clone(),
        slug: bundle.slug.clone(),
        description: bundle.description.clone(),
        articles: articles.join("\n"),
        price: bundle.price.to_plain(),
        position: bundle.position.to_string(),
        published: bundle.published,
    };
    Ok((bundle, typed))
}

/// Makes a bundle, or changes the one with the id. Errors stand under the names of [`TypedBundle`]. Orders that were begun
/// before are for what it held then. One that moves is still found at its old address.
pub async fn save(ctx: &Context, viewer: &Viewer, id: Option<BundleId>, typed: &TypedBundle) -> Result<BundleId> {
    viewer.require_admin()?;
    let site = require_site(ctx).await?;
    let mut errors = FieldErrors::new();
    let title = errors.keep("title", text::required_line(&typed.title, MAX_TITLE));
    let slug = match &title {
        Some(title) => errors.keep("slug", slug::typed(&typed.slug, title)),
        None => None,
    };
    let description = errors.keep("description", text::body(&typed.description, MAX_DESCRIPTION));
    let price = errors.keep("price", Money::parse_price(&typed.price, site.currency));
    let position = match text::narrow(typed.position.trim()).as_str() {
        "" => Ok(0),
        number => number.parse::<i32>().map(i64::from).map_err(|_| words!("请填写整数。", "Please give a whole number.")),
    };
    let position = errors.keep("position", position);
    let posts = paid_articles(ctx, &typed.articles, MOST, Named::Any).await?;
    let posts = posts.and_then(|posts| {
        let few = words!("请至少填写 {FEWEST} 篇付费文章。", "Please name at least {FEWEST} paid articles.");
        if posts.len() < FEWEST { Err(few) } else { Ok(posts) }
    });
    let posts = errors.keep("articles", posts);
    let (Some(title), Some(slug), Some(description), Some(price), Some(position), Some(posts)) =
        (title, slug, description, price, position, posts)
    else {
        return Err(errors.into_error());
    };
    let before = match id {
        Some(id) => Some(store::by_id(ctx.db(), id).await?.ok_or(AppError::NotFound)?),
        None => None,
    };
    let description = description.trim().to_owned();
    let row = BundleRow {
        id: id.map_or(0, |id| id.0),
        slug,
        title,
        description,
        minor: price.minor,
        position,
        published: typed.published,
        articles: 0,
    };
    let mut tx = ctx.db().begin().await?;
    let id = match id {
        None => store::insert(&mut tx, &row, ctx.now()).await.map_err(taken)?,
        Some(id) => {
            if !store::update(&mut tx, &row, ctx.now()).await.map_err(taken)? {
                return Err(AppError::NotFound);
            }
            id
        }
    };
    store::set_posts(&mut tx, id, &posts).await?;
    if let Some(before) = before.filter(|before| before.published && before.slug != row.slug) {
        add_redirect(ctx, &mut tx, &format!("bundles/{}", before.slug), &format!("/bundles/{}", row.slug)).await?;
    }
    // What lives here again must not be led away from.
    remove_redirect(&mut tx, &format!("bundles/{}", row.slug)).await?;
    tx.commit().await?;
    Ok(id)
}

fn taken(error: sqlx::Error) -> AppError {
    if violates_unique(&error, "bundles", "slug") {
        return AppError::field(
            "slug",
            words!("已有别的合集用了这个地址，请换一个。", "Another bundle already has this address. Please choose a different one."),
        );
    }
    error.into()
}

/// Deletes a bundle that nobody ever ordered. One that somebody did can be taken off sale.
pub async fn delete(ctx: &Context, viewer: &Viewer, id: BundleId) -> Result<()> {
    viewer.require_admin()?;
    let mut tx = ctx.db().begin().await?;
    match store::delete(&mut tx, id).await {
        Ok(true) => Ok(tx.commit().await?),
        Ok(false) => Err(AppError::NotFound),
        Err(error) if error.as_database_error().is_some_and(|error| error.is_foreign_key_violation()) => Err(AppError::Conflict(words!(
            "这个合集已有订单或兑换码，不能删除。可以取消勾选“发布，开始出售”，让它停售。",
            "There are orders or codes for this bundle, so it cannot be deleted. You can take it off sale instead."
        ))),
        Err(error) => Err(error.into()),
    }
}
