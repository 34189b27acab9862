//! What was read since the last few seconds, in memory: opening an article must not wait for a write. A chore writes it
//! down, and once more when the program stops.

use super::model::{FINISHED, REMEMBERED};
use super::store;
use crate::foundation::error::Result;
use crate::foundation::id::{MemberId, PostId};
use crate::foundation::time::Timestamp;
use crate::server::context::Context;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What memory holds at most; beyond it, what is newly opened in these seconds is not remembered.
const MAX_PENDING: usize = 20_000;

/// An article lying open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Open {
    pub at: Timestamp,
    /// How far the reader came, 0 to 100.
    pub share: i64,
}

impl Open {
    pub fn finished(self) -> bool {
        self.share >= FINISHED
    }
}

/// Sorted, so that two instances never wait for each other's rows in a circle.
type Pending = BTreeMap<(MemberId, PostId), Open>;

/// What a program remembers; lives in its [`Context`].
#[derive(Default)]
pub struct Desk {
    pending: Mutex<Pending>,
    /// Held while writing: whoever flushes last, when the program stops, waits for the one before.
    writing: tokio::sync::Mutex<()>,
}

impl Desk {
    fn lock(&self) -> MutexGuard<'_, Pending> {
        // Each entry stands by itself: there is no invariant that a panic elsewhere could break.
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn put(pending: &mut Pending, key: (MemberId, PostId), open: Open) {
    let room = pending.len() < MAX_PENDING;
    match pending.get_mut(&key) {
        Some(there) => *there = Open { at: there.at.max(open.at), share: there.share.max(open.share) },
        None if room => drop(pending.insert(key, open)),
        None => (),
    }
}

/// Notes that a member has an article open, now, and how far they came.
pub fn note(ctx: &Context, member: MemberId, post: PostId, share: i64) {
    let open = Open { at: ctx.now(), share: share.clamp(0, 100) };
    put(&mut ctx.keep::<Desk>().lock(), (member, post), open);
}

/// What a member read that is not written down yet.
pub fn of(ctx: &Context, member: MemberId) -> Vec<(PostId, Open)> {
    let desk = ctx.keep::<Desk>();
    let pending = desk.lock();
    let all = (member, PostId(i64::MIN))..=(member, PostId(i64::MAX));
    pending.range(all).map(|((_, post), open)| (*post, *open)).collect()
}

/// Forgets it. What is being written at this moment is waited for.
pub async fn clear(ctx: &Context, member: MemberId) {
    let desk = ctx.keep::<Desk>();
    let _writing = desk.writing.lock().await;
    desk.lock().retain(|(of, _), _| *of != member);
}

/// Writes down what was read. When the database does not answer, it waits for the next time.
pub async fn flush(ctx: &Context) -> Result<()> {
    let desk = ctx.keep::<Desk>();
    let _writing = desk.writing.lock().await;
    let pending = std::mem::take(&mut *desk.lock());
    if pending.is_empty() {
        return Ok(());
    }
    if let Err(error) = write(ctx, &pending).await {
        let mut memory = desk.lock();
        for (key, open) in pending {
            put(&mut memory, key, open);
        }
        return Err(error);
    }
    Ok(())
}

async fn write(ctx: &Context, pending: &Pending) -> Result<()> {
    let mut tx = ctx.db().begin().await?;
    for ((member, post), open) in pending {
        store::save(&mut tx, *member, *post, *open).await?;
    }
    for member in pending.keys().map(|(member, _)| *member).collect::<BTreeSet<_>>() {
        store::keep_newest(&mut tx, member, REMEMBERED).await?;
    }
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opening_again_never_takes_back_how_far_one_was_and_memory_is_bounded() {
        let mut pending = Pending::new();
        let key = (MemberId(1), PostId(1));
        put(&mut pending, key, Open { at: Timestamp(1), share: 40 });
        put(&mut pending, key, Open { at: Timestamp(2), share: 0 });
        assert_eq!(pending[&key], Open { at: Timestamp(2), share: 40 });
        for n in 0..(MAX_PENDING as i64 + 9) {
            put(&mut pending, (MemberId(2), PostId(n)), Open { at: Timestamp(3), share: 0 });
        }
        assert_eq!(pending.len(), MAX_PENDING);
        put(&mut pending, key, Open { at: Timestamp(4), share: 90 });
        assert!(pending[&key].finished(), "what is there already goes on");
    }
}
