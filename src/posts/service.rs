//! What writers and readers do with articles. One file a kind of deed; this is the door to all of them.

use super::model::PostRef;
use super::store;
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::{MemberId, PostId};
use crate::foundation::money::{Currency, Money};
use crate::server::context::Context;
use crate::settings;

pub use super::form::{MAX_SOURCE, MAX_SUMMARY, MAX_TITLE, PostForm};
pub use super::import::{ImportedPost, Outcome, import};
pub use super::picks::{Sample, cards, count_published, meant, newest, newest_of, sample, tags};
pub use super::read::{Cursor, PAGE, Shelf, list, open, open_by, page, tag};
pub use super::rendered::{Rendered, render_again};
pub use super::write::{Editing, Then, create, create_in, delete_draft, edit, own, owned, preview, revise};

/// A published article by its number, for features that point at it; 404 for drafts and what never was.
pub async fn published_ref(ctx: &Context, id: PostId) -> Result<PostRef> {
    let site = settings::service::require_site(ctx).await?;
    let row = store::published_ref(ctx.db(), id).await?.ok_or(AppError::NotFound)?;
    Ok(read_ref(row, site.currency))
}

/// Those of these articles that are published, in the order asked for.
pub async fn published_refs(ctx: &Context, ids: &[PostId]) -> Result<Vec<PostRef>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let site = settings::service::require_site(ctx).await?;
    let rows = store::published_refs(ctx.db(), ids).await?;
    let mut refs: Vec<PostRef> = rows.into_iter().map(|row| read_ref(row, site.currency)).collect();
    refs.sort_by_key(|post| ids.iter().position(|id| *id == post.id));
    Ok(refs)
}

/// As [`published_ref`], by its slug.
pub async fn published_by_slug(ctx: &Context, slug: &str) -> Result<Option<PostRef>> {
    let site = settings::service::require_site(ctx).await?;
    Ok(store::published_by_slug(ctx.db(), slug).await?.map(|row| read_ref(row, site.currency)))
}

fn read_ref(row: store::RefRow, currency: Currency) -> PostRef {
    PostRef {
        id: PostId(row.id),
        gate: super::read::gate(row.id, row.author_id, &row.access, row.tier_id),
        author: MemberId(row.author_id),
        price: row.price_minor.map(|minor| Money::new(minor, currency)),
        least: row.least_minor.map(|minor| Money::new(minor, currency)),
        slug: row.slug,
        title: row.title,
    }
}
