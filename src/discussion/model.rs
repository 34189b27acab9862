//! Topics, replies, and pages of them.

use crate::foundation::id::{ReplyId, SpaceId};
use crate::foundation::target::Target;
use sqlx::FromRow;

pub const MAX_TITLE: usize = 200;
/// In bytes of Markdown.
pub const MAX_TOPIC: usize = 64 * 1024;
pub const MAX_REPLY: usize = 32 * 1024;
/// A reply to one this deep stands beside it.
pub const MAX_DEPTH: i64 = 4;
/// Replies in one thread; afterwards a new one begins.
pub const MAX_THREAD: i64 = 500;
pub const THREADS_A_PAGE: usize = 50;
pub const TOPICS_A_PAGE: i64 = 30;

/// Where a page of a list begins: after the entry with this sort key and id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    pub key: i64,
    pub id: i64,
}

impl Cursor {
    pub const START: Cursor = Cursor { key: i64::MAX, id: i64::MAX };

    /// From an address; what cannot be read is the start.
    pub fn parse(text: Option<&str>) -> Option<Cursor> {
        let (key, id) = text?.split_once('-')?;
        Some(Cursor { key: key.parse().ok()?, id: id.parse().ok()? })
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.key, self.id)
    }
}

/// One page of a list, and where the next begins, if there is one.
#[derive(Debug, Clone)]
pub struct Paged<T> {
    pub items: Vec<T>,
    pub next: Option<Cursor>,
}

impl<T> Paged<T> {
    /// Of rows read with one more than `limit`.
    pub fn cut(mut items: Vec<T>, limit: i64, cursor: impl Fn(&T) -> Cursor) -> Paged<T> {
        let limit = usize::try_from(limit).unwrap_or_default();
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(cursor);
        Paged { items, next }
    }
}

/// The order of threads; within a thread `New` reads from the oldest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    #[default]
    New,
    Best,
}

impl Sort {
    pub fn parse(text: Option<&str>) -> Sort {
        if text == Some("best") { Sort::Best } else { Sort::New }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Sort::New => "new",
            Sort::Best => "best",
        }
    }
}

/// A topic in a list.
#[derive(Debug, Clone, FromRow)]
pub struct TopicLine {
    pub id: i64,
    pub slug: String,
    pub title: String,
    /// The language it is written in, when known; so everywhere below.
    pub lang: Option<String>,
    /// `None` when the author's account is deleted; so everywhere below.
    pub handle: Option<String>,
    pub name: String,
    pub replies: i64,
    pub up_votes: i64,
    pub down_votes: i64,
    pub hidden: bool,
    pub last_activity_at: i64,
}

impl TopicLine {
    pub fn path(&self) -> String {
        topic_path(self.id, &self.slug)
    }
}

pub fn topic_path(id: i64, slug: &str) -> String {
    format!("/t/{id}/{slug}")
}

/// A topic with its text.
#[derive(Debug, Clone, FromRow)]
pub struct Topic {
    pub id: i64,
    pub space_id: i64,
    pub author_id: i64,
    pub handle: Option<String>,
    pub name: String,
    pub slug: String,
    pub title: String,
    pub excerpt: String,
    pub html: String,
    pub lang: Option<String>,
    pub replies: i64,
    pub up_votes: i64,
    pub down_votes: i64,
    pub hidden: bool,
    pub deleted: bool,
    pub edited: bool,
    pub created_at: i64,
    /// The viewer's own: −1, 0 or 1.
    #[sqlx(skip)]
    pub own_vote: i64,
}

impl Topic {
    pub fn path(&self) -> String {
        topic_path(self.id, &self.slug)
    }
}

/// A reply as a conversation shows it.
#[derive(Debug, Clone, FromRow)]
pub struct Reply {
    pub id: i64,
    pub parent_id: Option<i64>,
    pub depth: i64,
    pub author_id: i64,
    pub handle: Option<String>,
    pub name: String,
    pub html: String,
    pub lang: Option<String>,
    pub up_votes: i64,
    pub down_votes: i64,
    pub score: i64,
    pub created_at: i64,
    pub edited: bool,
    pub hidden: bool,
    pub deleted: bool,
    /// The viewer's own: −1, 0 or 1.
    #[sqlx(skip)]
    pub own_vote: i64,
}

/// One page of the replies under a target, in reading order, each with its depth.
#[derive(Debug, Clone)]
pub struct Conversation {
    pub target: Target,
    /// Whether the viewer may take part; when not, there is nothing in it.
    pub open: bool,
    /// Whether a new reply can be written; a page may close what is over.
    pub accepts: bool,
    pub replies: Vec<Reply>,
    pub sort: Sort,
    /// Where this page began.
    pub after: Option<Cursor>,
    pub next: Option<Cursor>,
}

#[derive(Debug, Clone)]
pub struct NewTopic {
    pub space: SpaceId,
    pub title: String,
    /// Markdown.
    pub source: String,
}

#[derive(Debug, Clone)]
pub struct NewReply {
    /// An article or a topic.
    pub target: Target,
    /// The reply it answers, if any.
    pub parent: Option<ReplyId>,
    /// Markdown.
    pub source: String,
}

/// Something a member wrote: a topic or a reply, for their own list and export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub target: Target,
    /// The title of the topic or article it belongs to; `None` when the member may not see it any more.
    pub title: Option<String>,
    pub path: String,
    pub source: String,
    pub created_at: i64,
}
