//! What a rating, a reply or a vote points at.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetKind {
    Post,
    Topic,
    Reply,
}

impl TargetKind {
    /// As stored in the database and written into forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            TargetKind::Post => "post",
            TargetKind::Topic => "topic",
            TargetKind::Reply => "reply",
        }
    }

    pub fn parse(text: &str) -> Option<TargetKind> {
        [TargetKind::Post, TargetKind::Topic, TargetKind::Reply].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Anything that can be pointed at: its kind and its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Target {
    pub kind: TargetKind,
    pub id: i64,
}
