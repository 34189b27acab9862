//! Instants. Calendar days belong to a time zone and are made in `format`.

use serde::{Deserialize, Serialize};

pub const SECOND: i64 = 1_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

/// How long to wait before something is tried again: `first`, doubled so many times, and no more than `most`, in milliseconds.
pub const fn doubled(first: i64, times: i64, most: i64) -> i64 {
    let mut pause = first;
    let mut n = 0;
    while n < times && pause < most {
        pause *= 2;
        n += 1;
    }
    if pause < most { pause } else { most }
}

/// An instant: milliseconds since 1970-01-01T00:00:00 UTC, as stored in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Moves by so many milliseconds, staying within what can be represented.
    pub const fn plus(self, milliseconds: i64) -> Timestamp {
        Timestamp(self.0.saturating_add(milliseconds))
    }

    /// Milliseconds from `earlier` to here; negative if it is later.
    pub const fn since(self, earlier: Timestamp) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_doubles_up_to_the_most_however_often() {
        let pauses: Vec<i64> = [-1, 0, 1, 3, 6, 7, i64::MAX].map(|times| doubled(30 * SECOND, times, HOUR) / SECOND).into();
        assert_eq!(pauses, [30, 30, 60, 240, 1920, 3600, 3600]);
    }
}
