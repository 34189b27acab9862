//! How often one address may call: so many times a minute. Kept in memory, so each instance counts by itself; it is there
//! to keep a runaway script from being a burden, not to keep a secret.

use crate::foundation::error::{AppError, Result};
use crate::foundation::time::{MINUTE, SECOND, Timestamp};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// So many addresses are remembered at most: a flood of them may not fill the memory.
const MAX_ADDRESSES: usize = 10_000;

pub struct Limit {
    a_minute: u32,
    seen: Mutex<Seen>,
}

/// The calls of the minute that began at `since`, by address.
#[derive(Default)]
struct Seen {
    since: Timestamp,
    calls: HashMap<String, u32>,
}

impl Limit {
    pub fn new(a_minute: u32) -> Limit {
        Limit { a_minute, seen: Mutex::default() }
    }

    /// Counts a call; 429 when there were too many in this minute.
    pub fn admit(&self, address: &str, now: Timestamp) -> Result<()> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let age = now.since(seen.since);
        if !(0..MINUTE).contains(&age) || seen.calls.len() >= MAX_ADDRESSES {
            *seen = Seen { since: now, calls: HashMap::new() };
        }
        let wait = MINUTE - now.since(seen.since);
        let calls = seen.calls.entry(address.to_owned()).or_default();
        *calls = calls.saturating_add(1);
        if *calls > self.a_minute {
            return Err(AppError::TooManyRequests { retry_after_seconds: (wait + SECOND - 1) / SECOND });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_its_own_calls_and_a_new_minute_begins_anew() {
        let limit = Limit::new(2);
        let begin = Timestamp(1_000_000);
        assert!(limit.admit("a", begin).is_ok() && limit.admit("a", begin).is_ok());
        assert_eq!(limit.admit("a", begin.plus(1_500)), Err(AppError::TooManyRequests { retry_after_seconds: 59 }));
        assert!(limit.admit("b", begin).is_ok());
        assert!(limit.admit("a", begin.plus(MINUTE)).is_ok());
    }

    #[test]
    fn a_flood_of_addresses_is_forgotten_rather_than_kept() {
        let limit = Limit::new(1);
        for n in 0..=MAX_ADDRESSES {
            let _ = limit.admit(&n.to_string(), Timestamp(5));
        }
        assert!(limit.seen.lock().unwrap().calls.len() < MAX_ADDRESSES);
    }
}
