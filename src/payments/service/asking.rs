//! One request at a time asks the providers how an order, or an agreement, stands. The others, a page that is reloaded by hand and by itself,
//! or somebody who hammers, wait for it and read what it found.

use crate::foundation::id::OrderId;
use crate::server::context::Context;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OwnedMutexGuard;

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
    let asking = ctx.keep::<Asking>();
    let lock = asking.0.lock().unwrap_or_else(PoisonError::into_inner).entry(about).or_default().clone();
    let held = match lock.clone().try_lock_owned() {
        Ok(held) => Some(held),
        Err(_) => {
            drop(lock.lock().await);
            None
        }
    };
    Turn { asking, about, held }
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
