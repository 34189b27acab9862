//! The connections that read from SQLite.
//!
//! Each has a thread of its own, and going there and back costs more than a short statement does. sqlx's pool goes twice:
//! it tests a connection whenever one comes back. A file on this machine needs no such test, so the readers are kept here.

use super::Result;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

const CONNECTIONS: usize = 4;
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub struct Readers(Arc<Inner>);

struct Inner {
    options: SqliteConnectOptions,
    idle: Mutex<Vec<SqliteConnection>>,
    /// One permit for each connection that is not in use.
    free: Arc<Semaphore>,
}

impl std::fmt::Debug for Readers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Readers")
    }
}

/// A connection in use. One that is dropped without being given back, because the request went away in the middle of a
/// statement, is closed: nobody knows what state it is in.
pub struct Reader {
    of: Readers,
    connection: SqliteConnection,
    _permit: OwnedSemaphorePermit,
}

impl Readers {
    /// Opens the first connection; the others are opened when they are needed.
    pub async fn open(options: SqliteConnectOptions) -> Result<Readers> {
        let first = options.connect().await?;
        let free = Arc::new(Semaphore::new(CONNECTIONS));
        Ok(Readers(Arc::new(Inner { options, idle: Mutex::new(vec![first]), free })))
    }

    /// Waits for a connection; the one used last is the warmest.
    pub async fn take(&self) -> Result<Reader> {
        let permit = match tokio::time::timeout(PATIENCE, Arc::clone(&self.0.free).acquire_owned()).await {
            Ok(Ok(permit)) => permit,
            Ok(Err(_)) => return Err(sqlx::Error::PoolClosed),
            Err(_) => return Err(sqlx::Error::PoolTimedOut),
        };
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.0.options.connect().await?,
        };
        Ok(Reader { of: self.clone(), connection, _permit: permit })
    }

    /// Ends the statements that come later at once, and waits for nobody.
    pub async fn close(&self) {
        self.0.free.close();
        let idle = std::mem::take(&mut *self.idle());
        for connection in idle {
            if let Err(error) = connection.close().await {
                tracing::warn!(%error, "a connection did not close well");
            }
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<SqliteConnection>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader {
    pub fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }

    pub fn give_back(self) {
        let Reader { of, connection, _permit } = self;
        if !of.0.free.is_closed() {
            of.idle().push(connection);
        }
    }
}
