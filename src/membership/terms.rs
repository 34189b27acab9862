//! How terms follow on each other, and how long they are. Pure: whatever the order in which terms became known, the same
//! terms are laid the same way.

use crate::foundation::cadence::Cadence;
use crate::foundation::time::{DAY, Timestamp};
use jiff::ToSpan;
use jiff::tz::TimeZone;

/// An entitlement to a tier: from, and until (`None`: for good).
pub type Term = (Timestamp, Option<Timestamp>);

/// How long a term is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// Counted from where the chain ends, or from when it was given.
    Of(Cadence),
    /// Between two instants that somebody else fixed: a provider's term, a grant of the admin.
    Fixed(Timestamp, Option<Timestamp>),
}

/// A term as it was given to a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given {
    pub id: i64,
    pub given_at: Timestamp,
    pub length: Length,
    pub grace_days: i64,
    /// Taken back then: what was used stays used, the rest is free for the terms after it.
    pub revoked_at: Option<Timestamp>,
}

/// Where a term came to lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Laid {
    pub id: i64,
    pub starts_at: Timestamp,
    /// What was paid for ends here; `None`: never.
    pub ends_at: Option<Timestamp>,
    /// And with the days of grace, here.
    pub open_until: Option<Timestamp>,
}

/// Lays the terms of one member and tier end to end. `given` is in the order of `given_at`, then `id`; `pauses` are those
/// that are over, in order. `None` when a term would end beyond the calendar.
///
/// A term begins where the chain before it ends, also within that chain's days of grace; after a gap it begins when it was
/// given. A pause moves the end of the term it falls into, and so all that follow.
pub fn lay(given: &[Given], pauses: &[(Timestamp, Timestamp)], zone: &TimeZone) -> Option<Vec<Laid>> {
    let mut laid = Vec::with_capacity(given.len());
    // Where the chain ends, and until when a new term still follows on it.
    let mut chain: Option<(Timestamp, Timestamp)> = None;
    for term in given {
        let grace = term.grace_days.saturating_mul(DAY);
        let (starts_at, ends_at) = match term.length {
            Length::Fixed(from, until) => (from, until),
            Length::Of(cadence) => {
                let from = chain.filter(|(_, open)| *open > term.given_at).map_or(term.given_at, |(end, _)| end);
                (from, Some(stretched(from, term_end(from, cadence, zone)?, pauses)))
            }
        };
        laid.push(Laid { id: term.id, starts_at, ends_at, open_until: ends_at.map(|end| end.plus(grace)) });
        // What is for good never ends a chain: terms given beside it count from when they were given.
        let Some(natural) = ends_at else { continue };
        let (end, open) = match term.revoked_at {
            Some(at) => {
                let used = at.clamp(starts_at.min(natural), natural);
                (used, used)
            }
            None => (natural, natural.plus(grace)),
        };
        if chain.is_none_or(|(before, _)| end > before) {
            chain = Some((end, open));
        }
    }
    Some(laid)
}

/// The end of a term, moved by the pauses that fall into it.
fn stretched(from: Timestamp, until: Timestamp, pauses: &[(Timestamp, Timestamp)]) -> Timestamp {
    pauses.iter().fold(until, |end, (paused, resumed)| {
        let began = (*paused).max(from);
        if began < end && *resumed > began { end.plus(resumed.since(began)) } else { end }
    })
}

/// The end of the chain that runs now: `None` when no term runs, `Some(None)` when it runs for good.
pub fn running_end(terms: impl IntoIterator<Item = Term>, now: Timestamp) -> Option<Option<Timestamp>> {
    let mut terms: Vec<Term> = terms.into_iter().collect();
    terms.sort();
    let mut end = now;
    for (from, until) in terms {
        if from > end {
            break;
        }
        match until {
            None => return Some(None),
            Some(until) => end = end.max(until),
        }
    }
    (end > now).then_some(Some(end))
}

/// The end of a term that begins at `from`: the same day and time of the next month or year where the site is, or the
/// last day of that month when it has no such day (31 January → 28 February). Each term is counted from the one before:
/// the next one ends on 28 March. Days are of 24 hours.
pub fn term_end(from: Timestamp, cadence: Cadence, zone: &TimeZone) -> Option<Timestamp> {
    let span = match cadence {
        Cadence::Month => 1.month(),
        Cadence::Year => 1.year(),
        Cadence::Days(days) => (24 * i64::from(days)).hours(),
    };
    let from = jiff::Timestamp::from_millisecond(from.0).ok()?.to_zoned(zone.clone());
    Some(Timestamp(from.checked_add(span).ok()?.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
    }

    #[test]
    fn a_month_from_the_last_of_january_ends_on_the_last_of_february() {
        let shanghai = TimeZone::get("Asia/Shanghai").unwrap();
        for (from, until) in [
            ("2026-01-31T10:00:00+08:00", "2026-02-28T10:00:00+08:00"),
            ("2028-01-31T10:00:00+08:00", "2028-02-29T10:00:00+08:00"),
            // Still 31 January in UTC, already 1 February in Shanghai: the site's calendar counts.
            ("2026-02-01T01:00:00+08:00", "2026-03-01T01:00:00+08:00"),
        ] {
            assert_eq!(term_end(at(from), Cadence::Month, &shanghai), Some(at(until)), "{from}");
        }
        assert_eq!(term_end(at("2028-02-29T00:00:00Z"), Cadence::Year, &TimeZone::UTC), Some(at("2029-02-28T00:00:00Z")));
    }

    #[test]
    fn a_month_ends_at_the_same_time_of_day_when_the_clocks_change() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        assert_eq!(term_end(at("2026-03-10T12:00:00+01:00"), Cadence::Month, &berlin), Some(at("2026-04-10T12:00:00+02:00")));
    }

    #[test]
    fn an_instant_beyond_the_calendar_has_no_term() {
        assert_eq!(term_end(Timestamp(i64::MAX), Cadence::Month, &TimeZone::UTC), None);
        assert_eq!(term_end(at("9999-12-01T00:00:00Z"), Cadence::Year, &TimeZone::UTC), None);
    }

    #[test]
    fn terms_that_follow_on_each_other_are_one_chain() {
        let (t, until) = (Timestamp, |n| Some(Timestamp(n)));
        assert_eq!(running_end([], t(5)), None);
        assert_eq!(running_end([(t(0), until(5))], t(5)), None, "what ends now has ended");
        assert_eq!(running_end([(t(10), until(20)), (t(0), until(10))], t(5)), Some(until(20)));
        assert_eq!(running_end([(t(0), until(10)), (t(11), until(20))], t(5)), Some(until(10)), "a gap ends the chain");
        assert_eq!(running_end([(t(0), until(10)), (t(2), None)], t(5)), Some(None));
        assert_eq!(running_end([(t(6), until(10))], t(5)), None, "what begins later does not run");
    }

    fn month(id: i64, given_at: &str) -> Given {
        Given { id, given_at: at(given_at), length: Length::Of(Cadence::Days(30)), grace_days: 3, revoked_at: None }
    }

    fn ends(given: &[Given], pauses: &[(Timestamp, Timestamp)]) -> Vec<(i64, Option<i64>)> {
        let first = given[0].given_at;
        let days = |at: Timestamp| at.since(first) / DAY;
        lay(given, pauses, &TimeZone::UTC).unwrap().iter().map(|l| (days(l.starts_at), l.ends_at.map(days))).collect()
    }

    #[test]
    fn terms_follow_on_each_other_also_within_the_days_of_grace_and_not_after_them() {
        let first = month(1, "2026-01-01T00:00:00Z");
        assert_eq!(ends(&[first, month(2, "2026-01-11T00:00:00Z")], &[]), [(0, Some(30)), (30, Some(60))]);
        assert_eq!(ends(&[first, month(2, "2026-02-02T00:00:00Z")], &[]), [(0, Some(30)), (30, Some(60))], "in the grace");
        assert_eq!(ends(&[first, month(2, "2026-02-10T00:00:00Z")], &[]), [(0, Some(30)), (40, Some(70))], "after a gap");
    }

    #[test]
    fn what_is_taken_back_leaves_what_was_used_and_moves_the_rest_up() {
        let first = Given { revoked_at: Some(at("2026-01-11T00:00:00Z")), ..month(1, "2026-01-01T00:00:00Z") };
        let second = month(2, "2026-01-02T00:00:00Z");
        assert_eq!(ends(&[first, second], &[]), [(0, Some(30)), (10, Some(40))]);
        let unused = Given { revoked_at: Some(at("2026-01-11T00:00:00Z")), ..second };
        let third = month(3, "2026-01-03T00:00:00Z");
        assert_eq!(ends(&[month(1, "2026-01-01T00:00:00Z"), unused, third], &[]), [(0, Some(30)), (30, Some(60)), (30, Some(60))]);
    }

    #[test]
    fn a_pause_moves_its_term_and_those_after_it() {
        let given = [month(1, "2026-01-01T00:00:00Z"), month(2, "2026-01-02T00:00:00Z")];
        let pause = (at("2026-01-11T00:00:00Z"), at("2026-01-21T00:00:00Z"));
        assert_eq!(ends(&given, &[pause]), [(0, Some(40)), (40, Some(70))]);
        assert_eq!(ends(&given, &[(at("2025-01-11T00:00:00Z"), at("2025-01-21T00:00:00Z"))]), [(0, Some(30)), (30, Some(60))]);
    }
}
