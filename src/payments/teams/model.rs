//! A team, its seats and how it stands.

use crate::foundation::id::{MemberId, TierId};
use crate::foundation::time::Timestamp;
use crate::payments::model::OfTeam;

/// Characters of a team's name.
pub const NAME: usize = 60;

/// How a team stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nothing was paid for it (yet).
    Unpaid,
    Runs,
    /// Its terms are over, and what they opened is open for some days more.
    Grace(Timestamp),
    Over,
    /// What it cost went back.
    Void,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    pub id: i64,
    pub payer: MemberId,
    /// Empty once they left.
    pub payer_name: String,
    pub handle: String,
    pub tier: TierId,
    pub tier_name: String,
    pub name: String,
    pub seats: i64,
    pub used: i64,
    /// Which of its links opens it.
    pub link: i64,
    /// Money came for it, whether or not it is still there.
    pub paid: bool,
    /// The end of its terms, without and with the days of grace.
    pub until: Option<(Timestamp, Timestamp)>,
}

impl Team {
    pub fn path(&self) -> String {
        OfTeam { id: self.id, seats: self.seats }.path()
    }

    pub fn free(&self) -> i64 {
        (self.seats - self.used).max(0)
    }

    pub fn state(&self, now: Timestamp) -> State {
        match self.until {
            None if self.paid => State::Void,
            None => State::Unpaid,
            Some((until, _)) if now < until => State::Runs,
            Some((_, open)) if now < open => State::Grace(open),
            Some(_) => State::Over,
        }
    }
}

/// Whoever holds a seat, as the payer sees them: by name, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Holder {
    /// The sitting.
    pub id: i64,
    pub n: i64,
    pub member_id: i64,
    /// Empty once they left.
    pub name: String,
    pub taken_at: i64,
}

/// A seat that somebody holds, as they see it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Seated {
    pub team_id: i64,
    pub name: String,
    pub tier: String,
    /// Empty once they left.
    pub payer: String,
    pub taken_at: i64,
    pub until_at: Option<i64>,
    pub open_until: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_team_stands_as_its_money_does() {
        let team = |paid, until: Option<(i64, i64)>| Team {
            id: 1,
            payer: MemberId(1),
            payer_name: String::new(),
            handle: String::new(),
            tier: TierId(1),
            tier_name: String::new(),
            name: String::new(),
            seats: 3,
            used: 1,
            link: 1,
            paid,
            until: until.map(|(until, open)| (Timestamp(until), Timestamp(open))),
        };
        let state = |paid, until| team(paid, until).state(Timestamp(10));
        assert_eq!(state(false, None), State::Unpaid);
        assert_eq!(state(true, None), State::Void);
        assert_eq!(state(true, Some((11, 13))), State::Runs);
        assert_eq!(state(true, Some((10, 13))), State::Grace(Timestamp(13)));
        assert_eq!(state(true, Some((7, 10))), State::Over);
        assert_eq!(team(true, None).free(), 2);
    }
}
