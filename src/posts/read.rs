//! What readers do: look through lists, open an article.

use super::model::{Author, Card, Counts, Listing, OpenedPost, Rest, Status, Tag, Wall, may_edit};
use super::picks_store;
use super::rendered;
use super::store::{self, CardRow, OpenRow};
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::id::{MemberId, PostId, TierId};
use crate::foundation::money::Money;
use crate::foundation::slug::MAX_SLUG;
use crate::foundation::time::Timestamp;
use crate::foundation::viewer::Viewer;
use crate::membership;
use crate::membership::gift_links::Kept;
use crate::membership::model::Access;
use crate::membership::paywall::{self, Gate, WayIn};
use crate::server::context::Context;
use crate::settings;

/// Articles on one page of a list.
pub const PAGE: i64 = 20;

/// Where a page of a list begins: after the article with this instant and number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    pub at: Timestamp,
    pub id: PostId,
}

impl Cursor {
    /// Before everything.
    pub const FIRST: Cursor = Cursor { at: Timestamp(i64::MAX), id: PostId(i64::MAX) };

    /// Reads what [`Listing::next`] says; `None` for anything else.
    pub fn parse(text: &str) -> Option<Cursor> {
        let (at, id) = text.split_once('.')?;
        Some(Cursor { at: Timestamp(at.parse().ok()?), id: PostId(id.parse().ok()?) })
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.at.0, self.id)
    }
}

/// A page out of the rows for it and one more, which says that there is a next one.
pub fn page<T>(mut items: Vec<T>, key: impl Fn(&T) -> (Timestamp, PostId)) -> Listing<T> {
    let more = items.len() > PAGE as usize;
    items.truncate(PAGE as usize);
    let next = items.last().filter(|_| more).map(|last| {
        let (at, id) = key(last);
        Cursor { at, id }.to_string()
    });
    Listing { items, next }
}

/// Which articles a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shelf<'a> {
    All,
    /// A tag, as in its address.
    Tag(&'a str),
    Author(MemberId),
    /// Whose title or tags have every one of these words, up to [`MAX_WORDS`].
    Named(&'a str),
}

/// How many words of what is looked for count; whoever types more looks for fewer.
pub const MAX_WORDS: usize = 5;

/// Published articles, newest first. What is said of them is from their previews only, so nobody need be asked.
pub async fn list(ctx: &Context, shelf: Shelf<'_>, after: Option<Cursor>) -> Result<Listing<Card>> {
    let (db, after) = (ctx.db(), after.unwrap_or(Cursor::FIRST));
    let rows = match shelf {
        Shelf::All => store::newest(db, after, PAGE + 1).await?,
        Shelf::Tag(tag) => store::by_tag(db, tag, after, PAGE + 1).await?,
        Shelf::Author(author) => store::by_author(db, author, after, PAGE + 1).await?,
        Shelf::Named(words) => {
            let words: Vec<String> = words.split_whitespace().take(MAX_WORDS).map(str::to_lowercase).collect();
            picks_store::named(db, &words, after, PAGE + 1).await?
        }
    };
    Ok(page(rows.into_iter().map(to_card).collect(), |card: &Card| (card.published_at, card.id)))
}

/// A tag that some published article has.
pub async fn tag(ctx: &Context, slug: &str) -> Result<Tag> {
    check_slug(slug)?;
    let name = store::tag_name(ctx.db(), slug).await?.ok_or(AppError::NotFound)?;
    Ok(Tag { slug: slug.to_owned(), name })
}

/// The article at an address, with as much of it as the viewer may read. A draft is there for those who may edit it.
pub async fn open(ctx: &Context, viewer: &Viewer, slug: &str) -> Result<OpenedPost> {
    open_by(ctx, viewer, slug, &Kept::default()).await
}

/// As [`open`], also by what a member gave the viewer's browser.
pub async fn open_by(ctx: &Context, viewer: &Viewer, slug: &str, kept: &Kept) -> Result<OpenedPost> {
    check_slug(slug)?;
    let row = store::open(ctx.db(), slug).await?.ok_or(AppError::NotFound)?;
    let (id, author, status) = (PostId(row.id), MemberId(row.author_id), Status::parse(&row.status));
    let may_edit = may_edit(viewer, author);
    if status == Status::Draft && !may_edit {
        return Err(AppError::NotFound);
    }
    let gate = gate(row.id, row.author_id, &row.access, row.tier_id);
    let mut contents = rendered::contents(&row.contents);
    let way_in = if row.has_rest == 0 { None } else { paywall::way_in(ctx, viewer, &gate, kept).await? };
    let rest = match way_in {
        _ if row.has_rest == 0 => Rest::Nothing,
        Some(way_in) => {
            let (html, headings) = store::rest(ctx.db(), id).await?.unwrap_or_default();
            contents.extend(rendered::contents(&headings));
            let html = html.unwrap_or_default();
            match way_in {
                WayIn::Own => Rest::Open(html),
                WayIn::Given(given) => Rest::Given(html, given),
            }
        }
        None => Rest::Walled(Box::new(wall(ctx, &row, &gate).await?)),
    };
    let published_at = row.published_at.map(Timestamp);
    let site = settings::service::require_site(ctx).await?;
    let updated_at = Timestamp(row.updated_at);
    let day = |at| format::day(at, &site.time_zone);
    Ok(OpenedPost {
        id,
        description: if row.summary.is_empty() { row.excerpt } else { row.summary },
        author: Author { id: author, handle: row.handle, name: row.name },
        slug: row.slug,
        title: row.title,
        status,
        tags: store::tags(row.tags.as_deref()),
        lang: row.lang,
        published_at,
        revised_at: published_at.filter(|published| day(updated_at) > day(*published)).map(|_| updated_at),
        reading_minutes: row.reading_minutes,
        gate,
        counts: Counts { ratings: row.ratings, stars_sum: row.stars_sum, replies: row.replies },
        contents,
        preview_html: row.preview_html,
        rest,
        may_edit,
    })
}

/// Nothing is called by other letters, and the database need not be asked for them (nor choke on a NUL).
fn check_slug(slug: &str) -> Result<()> {
    let possible = slug.len() <= MAX_SLUG && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if possible { Ok(()) } else { Err(AppError::NotFound) }
}

async fn wall(ctx: &Context, row: &OpenRow, gate: &Gate) -> Result<Wall> {
    let site = settings::service::require_site(ctx).await?;
    let tier = match gate.tier {
        Some(id) => Some(membership::service::tier(ctx, id).await?),
        None => None,
    };
    Ok(Wall {
        words: row.rest_words,
        code_samples: row.rest_code_samples,
        tier,
        price: row.price_minor.map(|minor| Money::new(minor, site.currency)),
        least: row.least_minor.map(|minor| Money::new(minor, site.currency)),
    })
}

/// What guards an article. An access that cannot be read is closed.
pub fn gate(id: i64, author: i64, access: &str, tier: Option<i64>) -> Gate {
    Gate {
        access: Access::parse(access).unwrap_or(Access::Paid),
        tier: tier.map(TierId),
        post: Some(PostId(id)),
        author: Some(MemberId(author)),
    }
}

pub(super) fn to_card(row: CardRow) -> Card {
    Card {
        id: PostId(row.id),
        gate: gate(row.id, row.author_id, &row.access, row.tier_id),
        author: Author { id: MemberId(row.author_id), handle: row.handle, name: row.name },
        slug: row.slug,
        title: row.title,
        published_at: Timestamp(row.published_at),
        excerpt: if row.summary.is_empty() { row.excerpt } else { row.summary },
        lang: row.lang,
        tags: store::tags(row.tags.as_deref()),
        reading_minutes: row.reading_minutes,
        counts: Counts { ratings: row.ratings, stars_sum: row.stars_sum, replies: row.replies },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_where_the_next_one_begins_and_the_last_says_nothing() {
        let key = |n: &i64| (Timestamp(*n * 10), PostId(*n));
        let full = page((0..=PAGE).collect(), key);
        assert_eq!(full.items.len(), PAGE as usize);
        assert_eq!(full.next.as_deref().and_then(Cursor::parse), Some(Cursor { at: Timestamp((PAGE - 1) * 10), id: PostId(PAGE - 1) }));
        assert_eq!(page((0..PAGE).collect(), key).next, None);
        for nonsense in ["", ".", "1", "a.b", "1.2.3", "99999999999999999999.1"] {
            assert_eq!(Cursor::parse(nonsense), None, "{nonsense}");
        }
    }
}
