//! Whoever is asking. Every service takes a [`Viewer`] and decides with it; a layer builds it from the session.

use super::error::{AppError, Result};
use super::id::MemberId;
use super::locale::Locale;
use serde::{Deserialize, Serialize};

/// What a member may do. Each role is one a person holds alone; `Owner` and `Admin` may do everything the others may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    #[default]
    Member,
    /// Writes articles: a creator.
    Author,
    Moderator,
    Admin,
    Owner,
}

impl Role {
    pub const ALL: [Role; 5] = [Role::Member, Role::Author, Role::Moderator, Role::Admin, Role::Owner];

    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Member => "member",
            Role::Author => "author",
            Role::Moderator => "moderator",
            Role::Admin => "admin",
            Role::Owner => "owner",
        }
    }

    pub fn parse(text: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

/// The member who is signed in, as far as permission and the page's frame need to know them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    pub id: MemberId,
    pub handle: String,
    pub name: String,
    pub role: Role,
    /// The language the member chose, if any.
    pub locale: Option<Locale>,
}

/// A visitor or a member.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Viewer(pub Option<SignedIn>);

impl Viewer {
    pub const VISITOR: Viewer = Viewer(None);

    pub fn member(&self) -> Option<&SignedIn> {
        self.0.as_ref()
    }

    pub fn id(&self) -> Option<MemberId> {
        self.0.as_ref().map(|m| m.id)
    }

    pub fn is(&self, member: MemberId) -> bool {
        self.id() == Some(member)
    }

    fn role(&self) -> Option<Role> {
        self.0.as_ref().map(|m| m.role)
    }

    /// May write and publish articles.
    pub fn may_write(&self) -> bool {
        matches!(self.role(), Some(Role::Author | Role::Admin | Role::Owner))
    }

    /// May hide what others wrote.
    pub fn may_moderate(&self) -> bool {
        matches!(self.role(), Some(Role::Moderator | Role::Admin | Role::Owner))
    }

    /// May run the place: money, members, numbers, settings.
    pub fn is_admin(&self) -> bool {
        matches!(self.role(), Some(Role::Admin | Role::Owner))
    }

    /// The member, or 401.
    pub fn require_member(&self) -> Result<&SignedIn> {
        self.0.as_ref().ok_or(AppError::SignInRequired)
    }

    /// The member when `allowed`, else 401 for a visitor and 403 for a member.
    fn require(&self, allowed: bool, zh: &str, en: &str) -> Result<&SignedIn> {
        let member = self.require_member()?;
        if allowed {
            Ok(member)
        } else {
            Err(AppError::Forbidden(crate::foundation::locale::Words { zh: zh.to_owned(), en: en.to_owned() }))
        }
    }

    pub fn require_author(&self) -> Result<&SignedIn> {
        self.require(
            self.may_write(),
            "只有创作者可以写文章。需要这个角色，请联系管理员。",
            "Only creators may write articles. Ask an admin for the role.",
        )
    }

    pub fn require_moderator(&self) -> Result<&SignedIn> {
        self.require(self.may_moderate(), "只有版主可以进行这项操作。", "Only moderators may do this.")
    }

    pub fn require_admin(&self) -> Result<&SignedIn> {
        self.require(self.is_admin(), "这里仅限管理员。", "This is for admins only.")
    }
}
