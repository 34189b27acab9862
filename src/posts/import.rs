//! Articles that come from files. A file is known by its path and by a hash of what it says: a second run changes nothing,
//! a changed file changes its article, and an article that somebody edited here is left as it is.

use super::form::{self, MAX_TAGS};
use super::model::{Status, Tag};
use super::rendered::Rendered;
use super::{slugs, store};
use crate::foundation::error::{FieldErrors, Result};
use crate::foundation::id::{MemberId, PostId};
use crate::foundation::text;
use crate::foundation::time::Timestamp;
use crate::membership::model::Access;
use crate::server::context::Context;
use crate::server::db::Tx;

/// An article as an importer found it. Everybody may read it.
#[derive(Debug, Clone)]
pub struct ImportedPost {
    /// What it should be called in its address; its title when empty. A number is added when another has that name.
    pub slug: String,
    pub author: MemberId,
    pub title: String,
    pub summary: Option<String>,
    pub source: String,
    /// The first ten count.
    pub tags: Vec<String>,
    pub published_at: Timestamp,
    pub draft: bool,
    pub lang: Option<String>,
    /// The file's path: one article a path.
    pub from: String,
    pub hash: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Created,
    /// The file is as it was, or the article was edited here since.
    Unchanged,
    Updated,
}

/// Brings an article in. `Invalid` when its title or text cannot be an article's; nothing was written then.
pub async fn import(ctx: &Context, tx: &mut Tx, post: ImportedPost) -> Result<(PostId, Outcome)> {
    let known = store::imported(tx, &post.from).await?;
    if let Some(row) = &known
        && row.imported_hash.as_deref().is_none_or(|hash| hash == post.hash)
    {
        return Ok((PostId(row.id), Outcome::Unchanged));
    }
    let mut errors = FieldErrors::new();
    let title = errors.keep("title", form::parse_title(&post.title));
    let source = errors.keep("source", form::parse_source(&post.source));
    let (Some(title), Some(source)) = (title, source) else { return Err(errors.into_error()) };
    let summary: String = text::line(post.summary.as_deref().unwrap_or_default()).chars().take(form::MAX_SUMMARY).collect();
    let rendered = Rendered::new(source).await?;
    let published_at = (!post.draft).then_some(post.published_at);
    let saved = store::Saved {
        slug: "",
        title: &title,
        summary: &summary,
        rendered: &rendered,
        lang: post.lang.as_deref().or(rendered.lang()),
        status: if post.draft { Status::Draft } else { Status::Published },
        access: Access::Public,
        tier: None,
        price_minor: None,
        least_minor: None,
        published_at,
        // So that nothing imported looks as if it had been revised on the day of the import.
        now: published_at.unwrap_or_else(|| ctx.now()),
    };
    let (id, outcome) = match known {
        None => {
            let name = if post.slug.trim().is_empty() { &title } else { &post.slug };
            (slugs::insert(ctx, tx, name, saved, post.author, Some((&post.from, &post.hash))).await?, Outcome::Created)
        }
        // Its address stays, and so does the day on which it was first published.
        Some(row) => {
            let published_at = published_at.or(row.published_at.map(Timestamp));
            let saved = store::Saved { slug: &row.slug, published_at, now: ctx.now(), ..saved };
            if !store::update(tx, PostId(row.id), row.version, &saved, Some(&post.hash)).await? {
                return Ok((PostId(row.id), Outcome::Unchanged));
            }
            (PostId(row.id), Outcome::Updated)
        }
    };
    store::set_tags(tx, id, &tags(&post.tags), published_at).await?;
    Ok((id, outcome))
}

fn tags(names: &[String]) -> Vec<Tag> {
    let mut tags: Vec<Tag> = Vec::new();
    for tag in names.iter().filter_map(|name| form::parse_tag(name).ok()) {
        if tags.len() < MAX_TAGS && !tags.iter().any(|known| known.slug == tag.slug) {
            tags.push(tag);
        }
    }
    tags
}
