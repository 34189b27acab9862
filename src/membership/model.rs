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
    /// As it is sold to teams; `None`: it is not.
    pub teams: Option<ForTeams>,
}

/// The most seats that a team can have.
pub const MOST_SEATS: i64 = 500;

/// How a tier is sold to teams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForTeams {
    pub least: i64,
    pub most: i64,
    /// From so many seats on, a seat costs so many percent less.
    pub off: Option<(i64, i64)>,
}

impl ForTeams {
    /// What one of so many seats costs, rounded to what its currency is charged in; never nothing. All of them cost so many
    /// times that.
    pub fn seat(&self, price: Money, seats: i64) -> Money {
        let off = self.off.filter(|(from, _)| seats >= *from).map_or(0, |(_, off)| off);
        let step = price.currency.step();
        let steps = (i128::from(price.minor) * i128::from(100 - off) + 50 * i128::from(step)) / (100 * i128::from(step));
        let minor = i64::try_from(steps * i128::from(step)).unwrap_or(price.minor);
        Money::new(minor.max(step), price.currency)
    }
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
    /// It is sold to teams: of at least and at most so many seats (empty for the usual: 2 and 50), and from so many on for
    /// so many percent less (empty: never).
    pub teams: bool,
    pub team_least: String,
    pub team_most: String,
    pub team_off_from: String,
    pub team_off: String,
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
    /// Some of it is a seat of a team.
    pub by_seat: bool,
    /// Some of it is their own: bought, or given to them.
    pub own: bool,
    /// Some of it ends on a day that somebody else fixed, which a pause would not move.
    pub fixed: bool,
    /// Why they have it: what each of its terms was given for, as `order:17`.
    pub causes: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seat_costs_less_from_so_many_on_and_never_nothing() {
        let teams = ForTeams { least: 2, most: 50, off: Some((5, 15)) };
        let seat_in = |code: &str, minor: i64, seats: i64| teams.seat(Money::new(minor, Currency::parse(code).unwrap()), seats).minor;
        let seat = |minor: i64, seats: i64| seat_in("CNY", minor, seats);
        assert_eq!(seat(990, 4), 990);
        assert_eq!(seat(990, 5), 842, "841.5");
        assert_eq!(seat(1, 5), 1);
        assert_eq!((seat_in("KWD", 9990, 4), seat_in("KWD", 9990, 5)), (9990, 8490), "8.4915: its last figure cannot be charged");
        assert_eq!((seat_in("KWD", 10, 5), seat_in("HUF", 990_000, 5)), (10, 841_500));
        let all = ForTeams { off: Some((5, 99)), ..teams };
        assert_eq!(all.seat(Money::new(10, Currency::parse("CNY").unwrap()), 5).minor, 1);
    }
}
