//! Tiers, their prices, and who a thing is for.

use crate::foundation::cadence::Cadence;
use crate::foundation::id::TierId;
use crate::foundation::money::{Currency, Money};
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

/// A level one can join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    pub id: TierId,
    pub slug: String,
    pub name: String,
    pub description: String,
    /// What it promises, one line each.
    pub benefits: Vec<String>,
    /// All prices, the site's currency first, then by currency; short terms before long ones.
    pub prices: Vec<Price>,
    /// The two prices most tiers have, in the site's currency.
    pub monthly: Option<Money>,
    pub yearly: Option<Money>,
    /// Anybody signed in may join, and pays nothing.
    pub free: bool,
    /// No more members than this at once.
    pub member_limit: Option<i64>,
    /// Days before the first charge of a renewing membership.
    pub trial_days: i64,
    /// Days it stays open after the paid term has ended.
    pub grace_days: i64,
    /// Whoever renews without a gap pays what they paid before.
    pub keeps_price: bool,
    pub archived: bool,
}

/// What one term costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    pub cadence: Cadence,
    pub amount: Money,
}

impl Tier {
    /// What a term costs in this currency; none where it is not sold.
    pub fn price(&self, cadence: Cadence, currency: Currency) -> Option<Money> {
        self.prices.iter().find(|price| price.cadence == cadence && price.amount.currency == currency).map(|price| price.amount)
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
    /// Prices beside those two, one a line: `days:30 12.50 CNY`. Kept as they are when not given.
    pub more_prices: Option<String>,
    /// One a line.
    pub benefits: String,
    pub free: bool,
    /// Numbers as typed; empty for the usual: no limit, no trial, three days of grace.
    pub member_limit: String,
    pub trial_days: String,
    pub grace_days: String,
    /// Whoever renews pays the new price.
    pub raises_price: bool,
}

/// A member's running tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    pub tier: TierId,
    pub tier_name: String,
    /// The end of all terms that follow on each other; `None` for good.
    pub ends_at: Option<Timestamp>,
    /// Until when it opens: the end, and the days of grace.
    pub open_until: Option<Timestamp>,
    /// Its terms stand still, and it does not open.
    pub paused: bool,
}
