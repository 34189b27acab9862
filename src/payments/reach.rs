//! Whether a provider can be reached: after so many in a row that did not get through it is away, and the rest of what is due
//! there waits for the next round.

use std::sync::atomic::{AtomicUsize, Ordering};

const AWAY: usize = 4;

/// How a round at one provider goes. Several may ask it side by side.
#[derive(Default)]
pub struct Reach(AtomicUsize);

impl Reach {
    pub fn note(&self, answered: bool) {
        if answered {
            self.0.store(0, Ordering::Relaxed);
        } else {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub fn is_away(&self) -> bool {
        self.0.load(Ordering::Relaxed) >= AWAY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_away_after_four_in_a_row_and_back_with_the_first_answer() {
        let reach = Reach::default();
        for answered in [false, false, false, true, false, false, false] {
            reach.note(answered);
            assert!(!reach.is_away());
        }
        reach.note(false);
        assert!(reach.is_away());
        reach.note(true);
        assert!(!reach.is_away());
    }
}
