//! What one can follow, and where one is in an article.

use crate::discussion::model::TopicLine;
use crate::foundation::id::{MemberId, SpaceId};
use crate::foundation::slug::MAX_SLUG;
use crate::foundation::time::Timestamp;
use crate::posts::model::Card;

/// Whoever came so far, in hundredths, has read it: what follows is thanks and footnotes.
pub const FINISHED: i64 = 90;
/// So many articles are remembered of a member; older ones make room.
pub const REMEMBERED: usize = 200;
/// So many authors, tags and spaces one may follow.
pub const MAX_FOLLOWS: i64 = 200;

/// Something one can follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    Author(MemberId),
    /// As in its address.
    Tag(String),
    Space(SpaceId),
}

impl Subject {
    /// As a form names it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Subject::Author(_) => "author",
            Subject::Tag(_) => "tag",
            Subject::Space(_) => "space",
        }
    }

    /// Which one of its kind: a number, or the tag.
    pub fn key(&self) -> String {
        match self {
            Subject::Author(id) => id.to_string(),
            Subject::Tag(tag) => tag.clone(),
            Subject::Space(id) => id.to_string(),
        }
    }

    /// What a form names; `None` for what cannot be followed.
    pub fn parse(kind: &str, key: &str) -> Option<Subject> {
        match kind {
            "author" => key.parse().ok().map(Subject::Author),
            "space" => key.parse().ok().map(Subject::Space),
            "tag" => {
                let plain = key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
                (plain && (1..=MAX_SLUG).contains(&key.len())).then(|| Subject::Tag(key.to_owned()))
            }
            _ => None,
        }
    }
}

/// Something a member follows, in their own list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    pub subject: Subject,
    /// `None` when it is there no more: the account was deleted, or no article has the tag.
    pub name: Option<String>,
    /// Where it is, when it is there.
    pub path: Option<String>,
}

/// An article that was begun and not finished.
#[derive(Debug, Clone)]
pub struct Begun {
    pub card: Card,
    /// How far, in hundredths.
    pub share: i64,
}

impl Begun {
    /// The article, at the place where the reader was: a script goes there; without one it opens at its top.
    pub fn path(&self) -> String {
        let path = format!("/p/{}", self.card.slug);
        if self.share == 0 { path } else { format!("{path}#at-{}", self.share) }
    }
}

/// Something new from what a member follows.
#[derive(Debug, Clone)]
pub enum Fresh {
    Article(Card),
    Topic(TopicLine),
}

impl Fresh {
    pub fn at(&self) -> Timestamp {
        match self {
            Fresh::Article(card) => card.published_at,
            Fresh::Topic(topic) => Timestamp(topic.last_activity_at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_names_what_can_be_followed_and_nothing_else() {
        for subject in [Subject::Author(MemberId(7)), Subject::Tag("rust-2024".into()), Subject::Space(SpaceId(3))] {
            assert_eq!(Subject::parse(subject.kind(), &subject.key()), Some(subject));
        }
        let long = "x".repeat(MAX_SLUG + 1);
        for (kind, key) in [("author", "x"), ("space", ""), ("tag", ""), ("tag", "A"), ("tag", "a\u{fffd}"), ("tag", &long), ("post", "1")]
        {
            assert_eq!(Subject::parse(kind, key), None, "{kind} {key}");
        }
    }
}
