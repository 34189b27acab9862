//! A crash between any two statements: a future that is dropped after so many steps.

use std::future::Future;
use std::pin::pin;
use std::task::Poll;

/// Runs a future for at most so many polls; `None` when it was dropped before it came to its end. Every wait for the
/// database or the network is a poll or more, so that it ends between two statements, whichever.
pub async fn after<T>(polls: u32, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut left = polls;
    std::future::poll_fn(move |context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}
