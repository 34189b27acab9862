//! An article, as lists, readers and its writer see it.

use crate::foundation::id::{MemberId, PostId};
use crate::foundation::money::Money;
use crate::foundation::time::Timestamp;
use crate::foundation::viewer::Viewer;
use crate::membership::gift_links::Given;
use crate::membership::model::Tier;
use crate::membership::paywall::Gate;
use serde::{Deserialize, Serialize};

/// As much of a published article as other features need to speak of it. No text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostRef {
    pub id: PostId,
    pub slug: String,
    pub title: String,
    pub author: MemberId,
    pub gate: Gate,
    /// What it costs to buy, in the site's currency; `None` when it is not sold by itself.
    pub price: Option<Money>,
    /// Buyers say how much they pay, from this on, which may be nothing; the price is what is suggested.
    pub least: Option<Money>,
}

impl PostRef {
    pub fn path(&self) -> String {
        format!("/p/{}", self.slug)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Draft,
    Published,
}

impl Status {
    pub const fn as_str(self) -> &'static str {
        match self {
            Status::Draft => "draft",
            Status::Published => "published",
        }
    }

    /// What is not known to be published is not shown.
    pub fn parse(text: &str) -> Status {
        if text == "published" { Status::Published } else { Status::Draft }
    }
}

/// Whoever wrote an article, as far as a byline needs them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    pub id: MemberId,
    pub handle: String,
    pub name: String,
}

/// A tag: in the address, and as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    pub slug: String,
    pub name: String,
}

/// A tag in the list of all tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagCount {
    pub tag: Tag,
    /// Published articles that have it.
    pub articles: i64,
}

/// What readers made of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub ratings: i64,
    pub stars_sum: i64,
    pub replies: i64,
}

/// An article in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    pub id: PostId,
    pub slug: String,
    pub title: String,
    pub author: Author,
    pub published_at: Timestamp,
    /// The author's own summary, else how the preview begins.
    pub excerpt: String,
    /// The language it is written in, when known.
    pub lang: Option<String>,
    pub tags: Vec<Tag>,
    pub gate: Gate,
    pub reading_minutes: i64,
    pub counts: Counts,
}

/// A heading in the list of contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// 2 to 6; the article's title is level 1.
    pub level: i64,
    pub id: String,
    pub text: String,
}

/// An article as its reader sees it: everything they may see, and nothing else.
#[derive(Debug, Clone)]
pub struct OpenedPost {
    pub id: PostId,
    pub slug: String,
    pub title: String,
    pub author: Author,
    pub status: Status,
    pub description: String,
    pub tags: Vec<Tag>,
    /// The language it is written in, when known.
    pub lang: Option<String>,
    pub published_at: Option<Timestamp>,
    /// When it was changed after it was published.
    pub revised_at: Option<Timestamp>,
    pub reading_minutes: i64,
    pub gate: Gate,
    pub counts: Counts,
    /// Of what follows: with the headings of the rest only when that is open.
    pub contents: Vec<Heading>,
    pub preview_html: String,
    pub rest: Rest,
    pub may_edit: bool,
}

impl OpenedPost {
    pub fn path(&self) -> String {
        format!("/p/{}", self.slug)
    }
}

/// What follows the preview.
#[derive(Debug, Clone)]
pub enum Rest {
    /// The preview is the whole article.
    Nothing,
    Open(String),
    /// By a link that a member gave: to be read, and nothing else.
    Given(String, Given),
    Walled(Box<Wall>),
}

/// What can be said of what is behind the wall, and how to get there.
#[derive(Debug, Clone)]
pub struct Wall {
    pub words: i64,
    pub code_samples: i64,
    /// The tier that includes it.
    pub tier: Option<Tier>,
    /// What the article costs by itself.
    pub price: Option<Money>,
    /// Buyers say how much they pay, from this on; the price is what is suggested.
    pub least: Option<Money>,
}

/// An article in its writer's list.
#[derive(Debug, Clone)]
pub struct OwnCard {
    pub id: PostId,
    pub slug: String,
    pub title: String,
    pub status: Status,
    pub gate: Gate,
    pub updated_at: Timestamp,
    pub published_at: Option<Timestamp>,
    pub counts: Counts,
}

/// A page of a list, and the key of the next one.
#[derive(Debug, Clone)]
pub struct Listing<T> {
    pub items: Vec<T>,
    pub next: Option<String>,
}

/// Whether the viewer may change this author's article.
pub fn may_edit(viewer: &Viewer, author: MemberId) -> bool {
    viewer.is_admin() || (viewer.may_write() && viewer.is(author))
}
