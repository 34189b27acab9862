//! When what was committed to SQLite is on the disk.
//!
//! Waiting for the disk takes milliseconds, everything else a commit does microseconds. SQLite waits with its one writer in
//! its hand (`synchronous = full`), so that a hundred commits in a row wait a hundred times. Here it writes the log and goes
//! on (`normal`); whoever committed then waits for the log to be on the disk, and all who do so at the same time wait for the
//! same turn of it ([why this is as safe](../../../docs/decisions/0012-one-wait-for-the-disk.md)).

use super::Result;
use std::fs::File;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Cheap to clone; one for a database.
#[derive(Clone)]
pub struct Disk(Arc<Inner>);

struct Inner {
    /// The write-ahead log. It is there as long as a connection is open.
    log: PathBuf,
    open: Mutex<Option<Arc<File>>>,
    /// How many commits there were, and how many of them are on the disk.
    committed: AtomicU64,
    safe: AtomicU64,
    turn: tokio::sync::Mutex<()>,
}

impl std::fmt::Debug for Disk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Disk")
    }
}

impl Disk {
    /// Of the database in this file.
    pub fn new(database: &str) -> Disk {
        let (committed, safe) = Default::default();
        Disk(Arc::new(Inner { log: format!("{database}-wal").into(), open: Mutex::default(), committed, safe, turn: Default::default() }))
    }

    /// Returns when all that was committed before the call is on the disk.
    pub async fn wait(&self) -> Result<()> {
        let inner = &self.0;
        let mine = inner.committed.fetch_add(1, Ordering::SeqCst) + 1;
        let _turn = inner.turn.lock().await;
        if inner.safe.load(Ordering::SeqCst) >= mine {
            return Ok(());
        }
        // Whoever counted by now has committed before.
        let until = inner.committed.load(Ordering::SeqCst);
        let log = self.log()?;
        let synced = tokio::task::spawn_blocking(move || log.sync_data()).await;
        synced.map_err(|gone| sqlx::Error::Io(std::io::Error::other(gone)))??;
        inner.safe.store(until, Ordering::SeqCst);
        Ok(())
    }

    fn log(&self) -> Result<Arc<File>> {
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(log) = &*open {
            return Ok(log.clone());
        }
        let log = Arc::new(File::open(&self.0.log)?);
        *open = Some(log.clone());
        Ok(log)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_commits_at_the_same_time_waits_once() {
        let folder = tempfile::TempDir::new().unwrap();
        let database = folder.path().join("a.db");
        std::fs::write(folder.path().join("a.db-wal"), b"log").unwrap();
        let disk = Disk::new(database.to_str().unwrap());
        futures::future::try_join_all((0..100).map(|_| disk.wait())).await.unwrap();
        assert_eq!(disk.0.safe.load(Ordering::SeqCst), 100);
        disk.wait().await.unwrap();
        assert_eq!(disk.0.safe.load(Ordering::SeqCst), 101, "what came later waited anew");
    }

    #[tokio::test]
    async fn a_log_that_cannot_be_reached_is_an_error_and_nothing_is_called_safe() {
        let disk = Disk::new("/nowhere/at/all.db");
        assert!(disk.wait().await.is_err());
        assert_eq!(disk.0.safe.load(Ordering::SeqCst), 0);
    }
}
