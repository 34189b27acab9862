//! What creators and readers do with articles.

use super::model::PostRef;
use super::store::{self, RefRow};
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::{MemberId, PostId, TierId};
use crate::foundation::money::Money;
use crate::foundation::site::Site;
use crate::membership::model::Access;
use crate::membership::paywall::Gate;
use crate::server::context::Context;
use crate::settings;

fn to_ref(row: RefRow, site: &Site) -> PostRef {
    let (id, author) = (PostId(row.id), MemberId(row.author_id));
    let gate = Gate {
        // What cannot be read is closed.
        access: Access::parse(&row.access).unwrap_or(Access::Paid),
        tier: row.tier_id.map(TierId),
        post: Some(id),
        author: Some(author),
    };
    PostRef { id, slug: row.slug, title: row.title, author, gate, price: row.price_minor.map(|minor| Money::new(minor, site.currency)) }
}

/// A published article by its number, for features that point at it; 404 for drafts and what never was.
pub async fn published_ref(ctx: &Context, id: PostId) -> Result<PostRef> {
    let site = settings::service::require_site(ctx).await?;
    let row = store::published_ref(ctx.db(), id).await?.ok_or(AppError::NotFound)?;
    Ok(to_ref(row, &site))
}
