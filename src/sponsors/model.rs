//! The days of an advertising, and which of them are taken. Pure.

/// From a day to a day, both included: `YYYY-MM-DD`, in the site's time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Days {
    pub from: String,
    pub until: String,
}

impl Days {
    pub fn has(&self, day: &str) -> bool {
        self.from.as_str() <= day && day <= self.until.as_str()
    }

    /// Whether all of them are among others.
    pub fn are_in(&self, others: &Days) -> bool {
        others.has(&self.from) && others.has(&self.until)
    }

    /// The first of them on which so many `others`, or more, are shown already. On the days of one after the other there is a
    /// place, however many they are.
    pub fn first_full<'a>(&'a self, others: &'a [Days], places: usize) -> Option<&'a str> {
        // It becomes full where one of the others begins, or was so before.
        let begins = others.iter().map(|other| other.from.as_str()).filter(|day| self.has(day));
        let mut days: Vec<&str> = begins.chain([self.from.as_str()]).collect();
        days.sort_unstable();
        days.into_iter().find(|day| others.iter().filter(|other| other.has(day)).count() >= places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn days(from: u8, until: u8) -> Days {
        Days { from: format!("2026-03-{from:02}"), until: format!("2026-03-{until:02}") }
    }

    #[test]
    fn three_that_follow_each_other_leave_a_place_and_three_at_once_do_not() {
        let wanted = days(1, 30);
        assert_eq!(wanted.first_full(&[days(1, 10), days(11, 20), days(21, 30)], 3), None);
        assert_eq!(wanted.first_full(&[days(1, 10), days(10, 20), days(10, 30)], 3), Some("2026-03-10"), "on one day alone");
        assert_eq!(wanted.first_full(&[days(1, 10), days(11, 20)], 3), None);
        assert_eq!(days(5, 6).first_full(&[days(1, 30), days(2, 29), days(3, 5)], 3), Some("2026-03-05"), "from the first day on");
        assert_eq!(days(6, 7).first_full(&[days(1, 30), days(2, 29), days(3, 5)], 3), None);
        assert!(days(5, 6).are_in(&days(5, 6)) && days(5, 6).are_in(&days(1, 30)) && !days(5, 7).are_in(&days(5, 6)));
    }

    proptest! {
        #[test]
        fn a_day_is_found_where_counting_each_day_finds_it(
            own in (1..=31u8, 0..=30u8), others in proptest::collection::vec((1..=31u8, 0..=30u8), 0..8)
        ) {
            let span = |(from, more): (u8, u8)| days(from, (from + more).min(31));
            let (own, others): (Days, Vec<Days>) = (span(own), others.into_iter().map(span).collect());
            let all: Vec<String> = (1..=31).map(|day| format!("2026-03-{day:02}")).collect();
            let counted = all.iter().find(|day| own.has(day) && others.iter().filter(|other| other.has(day)).count() >= 3);
            prop_assert_eq!(own.first_full(&others, 3), counted.map(String::as_str));
        }
    }
}
