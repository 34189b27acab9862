//! One request at a time asks the providers how an order, or an agreement, stands. The others, a page that is reloaded by hand and by itself,
//! or somebody who hammers, wait for it and read what it found. A page waits so long and no longer.

use crate::foundation::id::OrderId;
use crate::providers::Failure;
use crate::server::context::Context;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::OwnedMutexGuard;

/// How many milliseconds a page waits for all that it asks of providers together; whoever pressed a button waits three times
/// as long. The clock, for which nobody waits, has their own limits.
pub struct Patience(AtomicU64);

impl Default for Patience {
    fn default() -> Patience {
        Patience(AtomicU64::new(4_000))
    }
}

impl Patience {
    /// For tests, which wait for nobody.
    pub fn set(&self, milliseconds: u64) {
        self.0.store(milliseconds, Ordering::Relaxed);
    }

    fn of_page(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::Relaxed))
    }

    fn of_deed(&self) -> Duration {
        self.of_page() * 3
    }
}

/// What came of asking; `None` when it took longer than somebody who looks at a page can be asked to wait. It is broken off
/// wherever it was, as if the program had ended there, and whoever asks next goes on from that.
pub async fn in_time<T>(ctx: &Context, asking: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(ctx.keep::<Patience>().of_page(), asking).await.ok()
}

/// As [`in_time`], of what somebody pressed a button for.
pub async fn deed_in_time<T>(ctx: &Context, asking: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(ctx.keep::<Patience>().of_deed(), asking).await.ok()
}

/// As [`deed_in_time`]: a provider that takes longer than a person waits is away. Whether it did what it was asked for is found
/// out when it is looked at.
pub async fn answered<T>(ctx: &Context, asking: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let away = || Err(Failure::Away("no answer within the time that a person waits".to_owned()));
    deed_in_time(ctx, asking).await.unwrap_or_else(away)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum About {
    Order(OrderId),
    Agreement(i64),
}

#[derive(Default)]
struct Asking(Mutex<HashMap<About, Arc<tokio::sync::Mutex<()>>>>);

/// Held while the providers are asked.
pub struct Turn {
    asking: Arc<Asking>,
    about: About,
    held: Option<OwnedMutexGuard<()>>,
}

impl Turn {
    /// Whether it is on the holder to ask; otherwise somebody just did.
    pub const fn is_mine(&self) -> bool {
        self.held.is_some()
    }
}

/// Waits for another request that asks about the same, if there is one.
pub async fn turn(ctx: &Context, about: About) -> Turn {
    // Made first and dropped last: also whoever waits no longer lets it be forgotten.
    let mut turn = Turn { asking: ctx.keep::<Asking>(), about, held: None };
    let lock = turn.asking.0.lock().unwrap_or_else(PoisonError::into_inner).entry(about).or_default().clone();
    match lock.clone().try_lock_owned() {
        Ok(held) => turn.held = Some(held),
        Err(_) => drop(lock.lock().await),
    }
    drop(lock);
    turn
}

impl Drop for Turn {
    /// What nobody waits for any more is forgotten.
    fn drop(&mut self) {
        let mut asked = self.asking.0.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.held.take());
        if asked.get(&self.about).is_some_and(|lock| Arc::strong_count(lock) == 1) {
            asked.remove(&self.about);
        }
    }
}
