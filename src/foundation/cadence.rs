//! How long one term of a membership lasts, which is also how often a renewing one is charged.

use std::fmt;

/// The longest term that is counted in days: ten years.
pub const MAX_DAYS: u16 = 3660;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cadence {
    /// To the same day of the next month.
    Month,
    Year,
    /// So many days of 24 hours, from 1 to [`MAX_DAYS`].
    Days(u16),
}

impl Cadence {
    /// Reads what [`fmt::Display`] writes: `month`, `year`, `days:30`.
    pub fn parse(text: &str) -> Option<Cadence> {
        match text {
            "month" => Some(Cadence::Month),
            "year" => Some(Cadence::Year),
            _ => {
                let days = text.strip_prefix("days:")?;
                let canonical = !days.starts_with('0') && days.bytes().all(|b| b.is_ascii_digit());
                days.parse().ok().filter(|days| canonical && (1..=MAX_DAYS).contains(days)).map(Cadence::Days)
            }
        }
    }
}

/// As stored, and in addresses.
impl fmt::Display for Cadence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cadence::Month => f.write_str("month"),
            Cadence::Year => f.write_str("year"),
            Cadence::Days(days) => write!(f, "days:{days}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_and_nothing_else() {
        for cadence in [Cadence::Month, Cadence::Year, Cadence::Days(1), Cadence::Days(MAX_DAYS)] {
            assert_eq!(Cadence::parse(&cadence.to_string()), Some(cadence));
        }
        for text in ["", "week", "days:", "days:0", "days:+7", "days:07", "days:3661", "days:99999", "days:-1"] {
            assert_eq!(Cadence::parse(text), None, "{text}");
        }
    }
}
