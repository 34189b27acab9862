//! A space and its form.

use crate::foundation::id::{SpaceId, TierId};
use crate::foundation::locale::Words;
use crate::membership::model::Access;
use crate::membership::paywall::Gate;
use crate::words;

pub const MAX_NAME: usize = 60;
pub const MAX_DESCRIPTION: usize = 300;
pub const MAX_POSITION: i64 = 9_999;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Space {
    pub id: SpaceId,
    pub slug: String,
    pub name: String,
    pub description: String,
    pub access: Access,
    /// The tier that opens it, and its name, when it is for one.
    pub tier: Option<TierId>,
    pub tier_name: Option<String>,
    pub position: i64,
}

impl Space {
    pub fn path(&self) -> String {
        format!("/c/{}", self.slug)
    }

    /// Guards everything inside. It has no author: who loses the tier loses sight of their own topics too.
    pub fn gate(&self) -> Gate {
        Gate { access: self.access, tier: self.tier, post: None, author: None }
    }

    /// What opens it, in one sentence.
    pub fn opened_by(&self) -> Words {
        match (self.access, &self.tier_name) {
            (Access::Public, _) => words!("所有人都可以进入。", "Open to everyone."),
            (Access::Members, _) => words!("登录后可以进入。", "Open to members who are signed in."),
            (Access::Paid, Some(tier)) => words!("“{tier}”会员可以进入。", "Open to members of the tier “{tier}”."),
            (Access::Paid, None) => words!("付费会员可以进入。", "Open to paying members."),
        }
    }
}

/// What an admin says about a space; with an id it changes that one.
#[derive(Debug, Clone, Default)]
pub struct NewSpace {
    pub id: Option<SpaceId>,
    pub name: String,
    /// Made from the name when left empty.
    pub slug: String,
    pub description: String,
    pub access: Access,
    /// Needed when `access` is `Paid`, and only then.
    pub tier: Option<TierId>,
    /// Lower ones come first.
    pub position: i64,
}
