//! Work that takes a while, away from the threads that serve pages.

use crate::foundation::error::{AppError, Result};

/// Does the work on a thread that may be kept busy. A panic in it is logged and becomes [`AppError::Internal`].
pub async fn away<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "work away from the page was not finished");
        AppError::Internal
    })
}
