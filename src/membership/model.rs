//! Tiers, their prices, and who a thing is for.

use crate::foundation::id::TierId;
use crate::foundation::money::Money;
use crate::foundation::time::Timestamp;

/// Who may open something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Access {
    #[default]
    Public,
    /// Everybody who is signed in.
    Members,
    /// Those with the tier, or who bought it.
    Paid,
}

impl Access {
    pub const fn as_str(self) -> &'static str {
        match self {
            Access::Public => "public",
            Access::Members => "members",
            Access::Paid => "paid",
        }
    }

    pub fn parse(text: &str) -> Option<Access> {
        [Access::Public, Access::Members, Access::Paid].into_iter().find(|access| access.as_str() == text)
    }
}

/// How long a term lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cadence {
    Month,
    Year,
}

impl Cadence {
    pub const fn as_str(self) -> &'static str {
        match self {
            Cadence::Month => "month",
            Cadence::Year => "year",
        }
    }

    pub fn parse(text: &str) -> Option<Cadence> {
        [Cadence::Month, Cadence::Year].into_iter().find(|cadence| cadence.as_str() == text)
    }
}

/// A level one can join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    pub id: TierId,
    pub slug: String,
    pub name: String,
    pub description: String,
    /// In the site's currency; none for a cadence that is not sold.
    pub monthly: Option<Money>,
    pub yearly: Option<Money>,
    pub archived: bool,
}

impl Tier {
    pub fn price(&self, cadence: Cadence) -> Option<Money> {
        match cadence {
            Cadence::Month => self.monthly,
            Cadence::Year => self.yearly,
        }
    }
}

/// What an admin types to make a tier, or to change one.
#[derive(Debug, Clone, Default)]
pub struct NewTier {
    /// The tier to change; none makes a new one.
    pub id: Option<TierId>,
    pub name: String,
    pub description: String,
    /// Prices as typed, in the site's currency; empty where that cadence is not sold.
    pub monthly: String,
    pub yearly: String,
}

/// A member's running tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    pub tier: TierId,
    pub tier_name: String,
    /// The end of all terms that follow on each other; `None` for good.
    pub ends_at: Option<Timestamp>,
}
