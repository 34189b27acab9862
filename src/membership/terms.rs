//! How terms follow on each other, and how long they are. Pure.

use super::model::Cadence;
use crate::foundation::time::Timestamp;
use jiff::ToSpan;
use jiff::tz::TimeZone;

/// An entitlement to a tier: from, and until (`None`: for good).
pub type Term = (Timestamp, Option<Timestamp>);

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
/// last day of that month when it has no such day (31 January → 28 February).
pub fn term_end(from: Timestamp, cadence: Cadence, zone: &TimeZone) -> Option<Timestamp> {
    let span = match cadence {
        Cadence::Month => 1.month(),
        Cadence::Year => 1.year(),
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
}
