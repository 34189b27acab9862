//! Which term a charge pays. PayPal does not say; but it charges on fixed days counted from the beginning, and tries again
//! within the same term when a charge failed.

use crate::foundation::cadence::Cadence;
use crate::foundation::time::{DAY, Timestamp};
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};

/// The beginning of the term with this number, the first being 0.
pub fn beginning(first: Timestamp, every: Cadence, number: i64) -> Option<Timestamp> {
    if let Cadence::Days(days) = every {
        return Some(first.plus(number.checked_mul(i64::from(days))?.checked_mul(DAY)?));
    }
    let number = i32::try_from(number).ok().filter(|number| *number <= 9999 * 12)?;
    let span: Span = if every == Cadence::Year { number.min(9999).years() } else { number.months() };
    let start = jiff::Timestamp::from_millisecond(first.0).ok()?.to_zoned(TimeZone::UTC);
    start.checked_add(span).ok().map(|at| Timestamp(at.timestamp().as_millisecond()))
}

/// The term that a charge of this instant pays: the one it falls into, where up to a day before its beginning counts, since
/// PayPal charges at an hour of its own.
pub fn paid(first: Timestamp, every: Cadence, at: Timestamp) -> Option<(Timestamp, Timestamp)> {
    let (longest, shortest) = match every {
        Cadence::Month => (31, 28),
        Cadence::Year => (366, 365),
        Cadence::Days(days) => (i64::from(days.max(1)), i64::from(days.max(1))),
    };
    let early = DAY.min(shortest * DAY / 2);
    let mut number = at.since(first).max(0) / (longest * DAY);
    while beginning(first, every, number + 1)?.plus(-early) <= at {
        number += 1;
    }
    Some((beginning(first, every, number)?, beginning(first, every, number + 1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        super::super::instant(text).unwrap()
    }

    #[test]
    fn a_charge_pays_the_term_it_falls_into_even_when_it_is_a_little_early_or_late() {
        let first = at("2026-01-31T12:00:00Z");
        let term = |text: &str| paid(first, Cadence::Month, at(text)).unwrap();
        let january = (first, at("2026-02-28T12:00:00Z"));
        let february = (at("2026-02-28T12:00:00Z"), at("2026-03-31T12:00:00Z"));
        assert_eq!(term("2026-01-31T11:00:00Z"), january, "before it began");
        assert_eq!(term("2026-01-31T12:00:00Z"), january);
        assert_eq!(term("2026-02-27T11:00:00Z"), january);
        assert_eq!(term("2026-02-28T10:00:00Z"), february, "at PayPal's own hour");
        assert_eq!(term("2026-03-10T10:00:00Z"), february, "at the third try");
    }

    #[test]
    fn terms_of_a_day_and_of_a_leap_year_have_their_length() {
        let first = at("2024-02-29T00:00:00Z");
        assert_eq!(beginning(first, Cadence::Year, 1), Some(at("2025-02-28T00:00:00Z")));
        assert_eq!(beginning(first, Cadence::Year, 4), Some(at("2028-02-29T00:00:00Z")));
        assert_eq!(paid(first, Cadence::Days(1), first.plus(3 * DAY)), Some((first.plus(3 * DAY), first.plus(4 * DAY))));
    }

    proptest::proptest! {
        #[test]
        fn any_instant_falls_into_some_term_or_none(first in proptest::num::i64::ANY, at in proptest::num::i64::ANY, days in 1..400_u16) {
            for every in [Cadence::Month, Cadence::Year, Cadence::Days(days)] {
                if let Some((from, until)) = paid(Timestamp(first / 1_000_000), every, Timestamp(at / 1_000_000)) {
                    proptest::prop_assert!(from <= until);
                }
            }
        }
    }
}
