//! How terms follow on each other, and how long they are. Pure: whatever the order in which terms became known, the same
//! terms are laid the same way.

use crate::foundation::cadence::Cadence;
use crate::foundation::time::{DAY, Timestamp};
use jiff::ToSpan;
use jiff::tz::TimeZone;

/// An entitlement to a tier: from, and until (`None`: for good).
pub type Term = (Timestamp, Option<Timestamp>);

/// From, and until.
pub type Span = (Timestamp, Timestamp);

/// How long a term is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// Counted from where the chain ends, or from when it was given.
    Of(Cadence),
    /// Between two instants that somebody else fixed: a provider's term, a grant of the admin.
    Fixed(Timestamp, Option<Timestamp>),
}

impl Length {
    /// Whether somebody else fixed when it ends, and it does not by then.
    pub fn is_fixed_beyond(self, at: Timestamp) -> bool {
        matches!(self, Length::Fixed(_, until) if until.is_none_or(|until| until > at))
    }
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
    /// While it lasts, the terms that are counted stand still, and go on after it ([`goes_first`]).
    pub goes_first: bool,
}

impl Given {
    /// When what goes first lasts, or lasted.
    fn first(&self) -> Option<Span> {
        match self.length {
            Length::Fixed(from, Some(until)) if self.goes_first => Some((from, self.revoked_at.map_or(until, |at| at.min(until)))),
            _ => None,
        }
    }
}

/// Whether what was given for this cause is used first, where somebody else fixed it between two instants: a seat of a team, or
/// a term of an agreement, which is charged on whatever its member has beside it. What was bought or given for a length is laid
/// around it. What an admin gave until a day is nobody's loss, and is used beside it.
pub fn goes_first(cause: &str) -> bool {
    ["seat:", "order:", "trial:", "adopted:"].iter().any(|kind| cause.starts_with(kind))
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
/// given. A pause moves the end of the term it falls into, and so all that follow; what goes first does so as well, and no term
/// begins within either.
pub fn lay(given: &[Given], pauses: &[Span], zone: &TimeZone) -> Option<Vec<Laid>> {
    let mut laid = Vec::with_capacity(given.len());
    let still = standing_still(given, pauses);
    // Where the chain ends, and until when a new term still follows on it.
    let mut chain: Option<(Timestamp, Timestamp)> = None;
    for term in given {
        let grace = term.grace_days.saturating_mul(DAY);
        let (starts_at, ends_at) = match term.length {
            Length::Fixed(from, until) => (from, until),
            Length::Of(cadence) => {
                let from = chain.filter(|(_, open)| *open > term.given_at).map_or(term.given_at, |(end, _)| end);
                let from = still.iter().find(|(begin, end)| *begin <= from && from < *end).map_or(from, |(_, end)| *end);
                (from, Some(stretched(from, term_end(from, cadence, zone)?, &still)))
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

/// When the terms that are counted stand still, in order.
fn standing_still(given: &[Given], pauses: &[Span]) -> Vec<Span> {
    together(pauses.iter().copied().chain(given.iter().filter_map(Given::first)))
}

/// How long a term is, and how much of it is used, in milliseconds; the time in which it stands still is neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    pub from: Timestamp,
    pub until: Timestamp,
    pub whole: i64,
    pub used: i64,
}

impl Counted {
    /// Of a term that stands still in these spans, which do not overlap.
    pub fn of((from, until): Span, still: &[Span], now: Timestamp) -> Counted {
        let own = |until: Timestamp| until.since(from).max(0) - within(still, (from, until));
        Counted { from, until, whole: own(until), used: own(until.min(now)) }
    }

    pub fn left(&self) -> i64 {
        self.whole - self.used
    }
}

/// How the terms of one member and tier count, each as [`lay`] lays it; `None` for one that is for good. What somebody else
/// fixed does not stand still.
pub fn counted(given: &[Given], pauses: &[Span], zone: &TimeZone, now: Timestamp) -> Option<Vec<Option<Counted>>> {
    let still = standing_still(given, pauses);
    let count = |(term, laid): (&Given, Laid)| {
        let still: &[Span] = if matches!(term.length, Length::Of(_)) { &still } else { &[] };
        Some(Counted::of((laid.starts_at, laid.ends_at?), still, now))
    };
    Some(given.iter().zip(lay(given, pauses, zone)?).map(count).collect())
}

/// The same time without anything twice, in order.
fn together(spans: impl IntoIterator<Item = Span>) -> Vec<Span> {
    let mut spans: Vec<Span> = spans.into_iter().filter(|(from, until)| from < until).collect();
    spans.sort_unstable();
    let mut apart: Vec<Span> = Vec::with_capacity(spans.len());
    for (from, until) in spans {
        match apart.last_mut() {
            Some((_, end)) if from <= *end => *end = until.max(*end),
            _ => apart.push((from, until)),
        }
    }
    apart
}

/// How much of the time between two instants these spans are, which do not overlap.
fn within(spans: &[Span], (from, until): Span) -> i64 {
    spans.iter().map(|(begin, end)| (*end).min(until).since((*begin).max(from)).max(0)).fold(0, i64::saturating_add)
}

/// The end of a term, moved by the time within it that stands still.
fn stretched(from: Timestamp, until: Timestamp, still: &[Span]) -> Timestamp {
    still.iter().fold(until, |end, (paused, resumed)| {
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
        Given { id, given_at: at(given_at), length: Length::Of(Cadence::Days(30)), grace_days: 3, revoked_at: None, goes_first: false }
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

    fn seat(id: i64, from: &str, until: &str) -> Given {
        let length = Length::Fixed(at(from), Some(at(until)));
        Given { id, given_at: at(from), length, grace_days: 3, revoked_at: None, goes_first: true }
    }

    #[test]
    fn what_one_has_stands_still_while_one_sits_on_a_seat_and_goes_on_after_it() {
        let own = month(1, "2026-01-01T00:00:00Z");
        let sits = seat(2, "2026-01-11T00:00:00Z", "2026-04-11T00:00:00Z");
        assert_eq!(ends(&[own, sits], &[]), [(0, Some(120)), (10, Some(100))], "ten days used, twenty after the ninety");
        let up = Given { revoked_at: Some(at("2026-01-21T00:00:00Z")), ..sits };
        assert_eq!(ends(&[own, up], &[]), [(0, Some(40)), (10, Some(100))], "after ten days on it");
        let later = month(3, "2026-02-01T00:00:00Z");
        assert_eq!(ends(&[own, sits, later], &[])[2], (120, Some(150)), "what is bought meanwhile comes after all of it");
        assert_eq!(ends(&[sits, later], &[]), [(0, Some(90)), (90, Some(120))]);
        // A second seat beside the first, and a pause within both, count once.
        let beside = seat(4, "2026-01-16T00:00:00Z", "2026-02-11T00:00:00Z");
        let pause = (at("2026-01-12T00:00:00Z"), at("2026-01-15T00:00:00Z"));
        assert_eq!(ends(&[own, sits, beside], &[pause])[0], (0, Some(120)));
        // A seat that goes on with the next term of its team.
        let next = seat(5, "2026-04-11T00:00:00Z", "2026-05-11T00:00:00Z");
        assert_eq!(ends(&[own, sits, next], &[])[0], (0, Some(150)));
    }

    /// What a provider was paid for.
    fn charged(id: i64, from: &str, until: &str) -> Given {
        seat(id, from, until)
    }

    #[test]
    fn what_was_given_is_used_when_no_agreement_is_charged_any_more() {
        let first = charged(1, "2026-01-01T00:00:00Z", "2026-01-31T00:00:00Z");
        let gift = month(2, "2026-01-11T00:00:00Z");
        assert_eq!(ends(&[first, gift], &[]), [(0, Some(30)), (30, Some(60))], "as long as nothing more is charged");
        let second = charged(3, "2026-01-31T00:00:00Z", "2026-03-02T00:00:00Z");
        assert_eq!(ends(&[first, gift, second], &[])[1], (60, Some(90)), "behind the month that was charged after it was given");
        let back = Given { revoked_at: Some(at("2026-02-10T00:00:00Z")), ..second };
        assert_eq!(ends(&[first, gift, back], &[])[1], (40, Some(70)), "what went back goes first no longer");
        // What runs already stands still, and goes on.
        let pass = month(1, "2026-01-01T00:00:00Z");
        let begun = charged(2, "2026-01-11T00:00:00Z", "2026-02-10T00:00:00Z");
        assert_eq!(ends(&[pass, begun], &[])[0], (0, Some(60)));
        // What an admin gave until a day is used beside it.
        let grant = Given { goes_first: false, ..begun };
        assert_eq!(ends(&[pass, grant], &[])[0], (0, Some(30)));
    }

    #[test]
    fn only_what_somebody_else_fixed_and_charges_for_goes_first() {
        for cause in ["seat:1:2", "order:17", "trial:3", "adopted:4"] {
            assert!(goes_first(cause), "{cause}");
        }
        for cause in ["grant:1", "switch:order:17", "code:1:1", "free:1:2", "chosen:1:2"] {
            assert!(!goes_first(cause), "{cause}");
        }
    }

    fn days_used(given: &[Given], pauses: &[Span], day: i64) -> Vec<(i64, i64)> {
        let counted = counted(given, pauses, &TimeZone::UTC, given[0].given_at.plus(day * DAY)).unwrap();
        counted.into_iter().flatten().map(|one| (one.used / DAY, one.whole / DAY)).collect()
    }

    #[test]
    fn a_day_is_used_of_one_term_only_and_of_none_that_stands_still() {
        let pass = month(1, "2026-01-01T00:00:00Z");
        let begun = charged(2, "2026-01-11T00:00:00Z", "2026-02-10T00:00:00Z");
        assert_eq!(days_used(&[pass, begun], &[], 5), [(5, 30), (0, 30)]);
        assert_eq!(days_used(&[pass, begun], &[], 25), [(10, 30), (15, 30)]);
        assert_eq!(days_used(&[pass, begun], &[], 45), [(15, 30), (30, 30)]);
        let behind = month(3, "2026-01-02T00:00:00Z");
        let pause = (at("2026-01-06T00:00:00Z"), at("2026-01-26T00:00:00Z"));
        assert_eq!(days_used(&[pass, behind], &[pause], 25), [(5, 30), (0, 30)]);
        assert_eq!(days_used(&[pass, behind], &[pause], 55), [(30, 30), (5, 30)]);
    }

    #[test]
    fn time_within_a_span_is_counted_once() {
        let t = Timestamp;
        let spans = together([(t(5), t(9)), (t(0), t(6)), (t(20), t(30)), (t(3), t(3)), (t(9), t(10))]);
        assert_eq!(spans, [(t(0), t(10)), (t(20), t(30))]);
        assert_eq!(within(&spans, (t(8), t(25))), 7);
        assert_eq!(within(&spans, (t(12), t(15))), 0);
    }

    proptest::proptest! {
        /// Whatever seats one sits on, whatever is charged, and whenever: the days one bought are all there, and each is used once.
        #[test]
        fn no_day_that_was_bought_is_lost_to_what_goes_first(
            own in proptest::collection::vec((0..200i64, 1..60u16), 1..5),
            seats in proptest::collection::vec((0..300i64, 1..200i64, proptest::option::of(0..200i64)), 0..5),
            pause in (0..200i64, 1..50i64),
            today in 0..900i64,
        ) {
            let day = |n: i64| Timestamp(n * DAY);
            let bought = own.iter().map(|(at, days)| (*at, Length::Of(Cadence::Days(*days)), None, false));
            let pauses = [(day(pause.0), day(pause.0 + pause.1))];
            let first = seats.iter().map(|(from, days, up)| {
                (*from, Length::Fixed(day(*from), Some(day(from + days))), up.map(|up| day(from + up)), true)
            });
            let mut given: Vec<Given> = bought
                .chain(first)
                .enumerate()
                .map(|(id, (at, length, revoked_at, goes_first))| Given { id: id as i64, given_at: day(at), length, grace_days: 0, revoked_at, goes_first })
                .collect();
            given.sort_by_key(|one| (one.given_at, one.id));
            let counted = counted(&given, &pauses, &TimeZone::UTC, day(today)).unwrap();
            let still = standing_still(&given, &pauses);
            let (mut before, mut used) = (Timestamp(i64::MIN), 0);
            for (one, counts) in given.iter().zip(counted) {
                let Length::Of(Cadence::Days(days)) = one.length else { continue };
                let counts = counts.unwrap();
                proptest::prop_assert_eq!(counts.whole, i64::from(days) * DAY);
                proptest::prop_assert!(counts.from >= one.given_at && counts.from >= before);
                proptest::prop_assert!(still.iter().all(|(from, until)| counts.from < *from || counts.from >= *until));
                before = counts.until;
                used += counts.used;
            }
            proptest::prop_assert!(used <= day(today).0 - within(&still, (day(0), day(today))), "a day is used once");
        }
    }
}
