//! Months, and how a payout stands.

use crate::foundation::format;
use crate::foundation::time::Timestamp;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::fmt;

/// A calendar month where the site is: `2026-03`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(Date);

impl Month {
    pub fn of(at: Timestamp, zone: &TimeZone) -> Month {
        Month(format::day(at, zone).first_of_month())
    }

    pub fn parse(text: &str) -> Option<Month> {
        let whole = text.len() == 7 && text.is_ascii();
        let first: Date = format!("{text}-01").parse().ok().filter(|_| whole)?;
        Some(Month(first))
    }

    pub fn first(self) -> Date {
        self.0
    }

    pub fn last(self) -> Date {
        self.0.last_of_month()
    }

    pub fn before(self) -> Month {
        Month(self.0.saturating_sub(1.month()))
    }

    pub fn after(self) -> Month {
        Month(self.0.saturating_add(1.month()))
    }

    /// Its first and its last day, as days are stored.
    pub fn days(self) -> (String, String) {
        (self.first().to_string(), self.last().to_string())
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

/// How a payout stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayoutState {
    /// Set aside, and given to the bank.
    UnderWay,
    Paid,
    /// It did not arrive, and is owed again.
    Failed,
}

impl PayoutState {
    pub const fn as_str(self) -> &'static str {
        match self {
            PayoutState::UnderWay => "under way",
            PayoutState::Paid => "paid",
            PayoutState::Failed => "failed",
        }
    }

    pub fn parse(text: &str) -> Option<PayoutState> {
        [PayoutState::UnderWay, PayoutState::Paid, PayoutState::Failed].into_iter().find(|state| state.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_read_as_it_is_written_and_nothing_else_is() {
        for text in ["2026-03", "2026-12", "0001-01"] {
            assert_eq!(Month::parse(text).map(|month| month.to_string()).as_deref(), Some(text));
        }
        for wrong in ["", "2026", "2026-13", "2026-3", "2026-03-01", "二〇二六", "2026-0a", "-026-03"] {
            assert_eq!(Month::parse(wrong), None, "{wrong}");
        }
        let march = Month::parse("2026-03").unwrap();
        assert_eq!(march.days(), ("2026-03-01".to_owned(), "2026-03-31".to_owned()));
        assert_eq!((march.before().to_string(), march.after().to_string()), ("2026-02".to_owned(), "2026-04".to_owned()));
    }

    proptest::proptest! {
        #[test]
        fn nothing_typed_makes_the_parser_panic(typed in ".{0,12}") {
            let _ = Month::parse(&typed);
        }
    }
}
