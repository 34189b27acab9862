//! Who goes first when all comes at once: what somebody waits for before what can wait a little.
//!
//! A provider gives up on what is not acknowledged within seconds, and tells it again later, when there is as much to do. So
//! what arrives is written down first, processed after that, and letters about it go out last. Nobody waits for ever:
//! whoever was patient for a while goes on, however much is coming.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Notify;

/// As many may be arriving without anybody giving way: they share one turn of the database.
const FEW: usize = 8;

const PATIENCE: Duration = Duration::from_millis(500);

/// One for a program: `ctx.keep::<Rush>()`.
#[derive(Default)]
pub struct Rush {
    arriving: AtomicUsize,
    processing: AtomicUsize,
    /// Something is done.
    done: Notify,
}

/// What goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    Arriving,
    Processing,
}

/// Counts until it is dropped.
pub struct Busy {
    rush: Arc<Rush>,
    with: First,
}

impl Rush {
    pub fn busy(self: &Arc<Rush>, with: First) -> Busy {
        self.count(with).fetch_add(1, Ordering::Relaxed);
        Busy { rush: self.clone(), with }
    }

    fn count(&self, of: First) -> &AtomicUsize {
        match of {
            First::Arriving => &self.arriving,
            First::Processing => &self.processing,
        }
    }

    /// Lets what goes first pass, and what goes before that; for half a second at most.
    pub async fn give_way(&self, to: First) {
        let many = || {
            let count = |of| self.count(of).load(Ordering::Relaxed);
            count(First::Arriving) > FEW || to == First::Processing && count(First::Processing) > 0
        };
        let passed = async {
            loop {
                let done = self.done.notified();
                if !many() {
                    return;
                }
                done.await;
            }
        };
        // Too late is good enough.
        let _late = tokio::time::timeout(PATIENCE, passed).await;
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.rush.count(self.with).fetch_sub(1, Ordering::Relaxed);
        self.rush.done.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[tokio::test]
    async fn who_comes_after_waits_for_those_before() {
        let rush = Arc::new(Rush::default());
        assert!(rush.give_way(First::Processing).now_or_never().is_some(), "nothing to wait for");
        let mut arriving: Vec<Busy> = (0..=FEW).map(|_| rush.busy(First::Arriving)).collect();
        for to in [First::Arriving, First::Processing] {
            let mut waiting = std::pin::pin!(rush.give_way(to));
            assert!(waiting.as_mut().now_or_never().is_none());
            drop(arriving.pop());
            assert!(waiting.now_or_never().is_some(), "as soon as few are left");
            arriving.push(rush.busy(First::Arriving));
        }
        drop(arriving);
        let processing = rush.busy(First::Processing);
        assert!(rush.give_way(First::Arriving).now_or_never().is_some());
        assert!(rush.give_way(First::Processing).now_or_never().is_none());
        drop(processing);
        assert!(rush.give_way(First::Processing).now_or_never().is_some());
    }

    #[tokio::test]
    async fn nobody_waits_for_ever() {
        let rush = Arc::new(Rush::default());
        let _always = rush.busy(First::Processing);
        rush.give_way(First::Processing).await;
    }
}
