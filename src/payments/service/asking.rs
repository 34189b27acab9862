//! One request at a time asks the providers how an order stands. The others, a page that is reloaded by hand and by itself,
//! or somebody who hammers, wait for it and read what it found.

use crate::foundation::id::OrderId;
use crate::server::context::Context;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OwnedMutexGuard;

#[derive(Default)]
struct Asking(Mutex<HashMap<OrderId, Arc<tokio::sync::Mutex<()>>>>);

/// Held while the providers are asked.
pub struct Turn {
    asking: Arc<Asking>,
    order: OrderId,
    held: Option<OwnedMutexGuard<()>>,
}

impl Turn {
    /// Whether it is on the holder to ask; otherwise somebody just did.
    pub const fn is_mine(&self) -> bool {
        self.held.is_some()
    }
}

/// Waits for another request that asks about the order, if there is one.
pub async fn turn(ctx: &Context, order: OrderId) -> Turn {
    let asking = ctx.keep::<Asking>();
    let lock = asking.0.lock().unwrap_or_else(PoisonError::into_inner).entry(order).or_default().clone();
    let held = match lock.clone().try_lock_owned() {
        Ok(held) => Some(held),
        Err(_) => {
            drop(lock.lock().await);
            None
        }
    };
    Turn { asking, order, held }
}

impl Drop for Turn {
    /// What nobody waits for any more is forgotten.
    fn drop(&mut self) {
        let mut orders = self.asking.0.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.held.take());
        if orders.get(&self.order).is_some_and(|lock| Arc::strong_count(lock) == 1) {
            orders.remove(&self.order);
        }
    }
}
