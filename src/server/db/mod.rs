//! One SQL for two databases.
//!
//! A statement is written once, with `$1` placeholders, in the portable dialect of `migrations/README.md`; its arguments
//! are [`args!`]. It runs on the pools ([`Db`], for reading) or inside a transaction ([`Tx`]) through the same four
//! verbs: `all`, `optional`, `one`, `run`. Only this file knows which database is open.

mod disk;
mod errors;
mod filter;
mod named;
mod readers;
mod values;

pub use errors::violates_unique;
pub use filter::Filter;
pub use named::Named;
pub use values::{Args, Sql, Value, places};

use disk::Disk;
use readers::Readers;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgRow};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous};
use sqlx::{Connection, FromRow, PgPool, Postgres, Sqlite, SqlitePool, Transaction};
use std::str::FromStr;
use std::time::Duration;

pub type Result<T> = std::result::Result<T, sqlx::Error>;

/// A row type that both databases can fill: derive `FromRow`, or use a tuple.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// The open database. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Db {
    /// Many readers and one writer, so that writers queue here instead of failing with "database is locked".
    Sqlite {
        read: Readers,
        write: SqlitePool,
        disk: Disk,
    },
    Postgres(PgPool),
}

/// A transaction that may write.
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>, Disk),
    Postgres(Transaction<'static, Postgres>),
}

/// The four verbs, for `&Db` and `&mut Tx`.
pub trait Queries: Sized {
    /// All rows; the statement has a `limit`, or its result is small by nature.
    fn all<R: Row>(self, sql: impl Into<Sql> + Send, args: Args) -> impl Future<Output = Result<Vec<R>>> + Send;
    /// The row, if there is one.
    fn optional<R: Row>(self, sql: impl Into<Sql> + Send, args: Args) -> impl Future<Output = Result<Option<R>>> + Send;
    /// The row that must be there: an aggregate, or `returning`.
    fn one<R: Row>(self, sql: impl Into<Sql> + Send, args: Args) -> impl Future<Output = Result<R>> + Send;
    /// Changes rows; says how many.
    fn run(self, sql: impl Into<Sql> + Send, args: Args) -> impl Future<Output = Result<u64>> + Send;
}

impl Queries for &Db {
    async fn all<R: Row>(self, sql: impl Into<Sql> + Send, args: Args) -> Result<Vec<R>> {
        let sql = sql.into().0;
        match self {
            Db::Sqlite { read, .. } => {
                let mut reader = read.take().await?;
                let rows = sqlx::query_as_with(sql, values::sqlite(args)?).fetch_all(reader.connection()).await;
                reader.give_back();
                rows
            }
            Db::Postgres(pool) => sqlx::query_as_with(sql, values::postgres(args)?).fetch_all(pool).await,
        }
    }

    async fn optional<R: Row>(self, sql: impl Into<Sql> + Send, args: Args) -> Result<Option<R>> {
        let sql = sql.into().0;
        match self {
            Db::Sqlite { read, .. } => {
                let mut reader = read.take().await?;
                let row = sqlx::query_as_with(sql, values::sqlite(args)?).fetch_optional(reader.connection()).await;
                reader.give_back();
                row
            }
            Db::Postgres(pool) => sqlx::query_as_with(sql, values::postgres(args)?).fetch_optional(pool).await,
        }
    }

    async fn one<R: Row>(self, sql: impl Into<Sql> + Send, args: Args) -> Result<R> {
        self.optional(sql, args).await?.ok_or(sqlx::Error::RowNotFound)
    }

    async fn run(self, sql: impl Into<Sql> + Send, args: Args) -> Result<u64> {
        let sql = sql.into().0;
        match self {
            Db::Sqlite { write, disk, .. } => {
                let rows = sqlx::query_with(sql, values::sqlite(args)?).execute(write).await?.rows_affected();
                disk.wait().await?;
                Ok(rows)
            }
            Db::Postgres(pool) => Ok(sqlx::query_with(sql, values::postgres(args)?).execute(pool).await?.rows_affected()),
        }
    }
}

impl Queries for &mut Tx {
    async fn all<R: Row>(self, sql: impl Into<Sql> + Send, args: Args) -> Result<Vec<R>> {
        let sql = sql.into().0;
        match self {
            Tx::Sqlite(tx, _) => sqlx::query_as_with(sql, values::sqlite(args)?).fetch_all(&mut **tx).await,
            Tx::Postgres(tx) => sqlx::query_as_with(sql, values::postgres(args)?).fetch_all(&mut **tx).await,
        }
    }

    async fn optional<R: Row>(self, sql: impl Into<Sql> + Send, args: Args) -> Result<Option<R>> {
        let sql = sql.into().0;
        match self {
            Tx::Sqlite(tx, _) => sqlx::query_as_with(sql, values::sqlite(args)?).fetch_optional(&mut **tx).await,
            Tx::Postgres(tx) => sqlx::query_as_with(sql, values::postgres(args)?).fetch_optional(&mut **tx).await,
        }
    }

    async fn one<R: Row>(self, sql: impl Into<Sql> + Send, args: Args) -> Result<R> {
        self.optional(sql, args).await?.ok_or(sqlx::Error::RowNotFound)
    }

    async fn run(self, sql: impl Into<Sql> + Send, args: Args) -> Result<u64> {
        let sql = sql.into().0;
        match self {
            Tx::Sqlite(tx, _) => Ok(sqlx::query_with(sql, values::sqlite(args)?).execute(&mut **tx).await?.rows_affected()),
            Tx::Postgres(tx) => Ok(sqlx::query_with(sql, values::postgres(args)?).execute(&mut **tx).await?.rows_affected()),
        }
    }
}

impl Tx {
    /// Returns once it is on the disk.
    pub async fn commit(self) -> Result<()> {
        match self {
            Tx::Sqlite(tx, disk) => {
                tx.commit().await?;
                disk.wait().await
            }
            Tx::Postgres(tx) => tx.commit().await,
        }
    }

    /// Undoes what the transaction did; the same happens when it is dropped.
    pub async fn rollback(self) -> Result<()> {
        match self {
            Tx::Sqlite(tx, _) => tx.rollback().await,
            Tx::Postgres(tx) => tx.rollback().await,
        }
    }
}

/// More than the statements that a busy site repeats: with fewer they push each other out and are parsed anew each time.
const PREPARED_STATEMENTS: usize = 500;
/// A connection that was used just now is not asked whether it still answers.
const FRESH: Duration = Duration::from_secs(1);

async fn open_postgres(options: PgConnectOptions) -> Result<PgPool> {
    let pool = PgPoolOptions::new().max_connections(16).acquire_timeout(Duration::from_secs(5)).test_before_acquire(false);
    let pool = pool.before_acquire(|connection, used| {
        Box::pin(async move {
            if used.idle_for > FRESH {
                connection.ping().await?;
            }
            Ok(true)
        })
    });
    pool.connect_with(options.statement_cache_capacity(PREPARED_STATEMENTS)).await
}

impl Db {
    /// Opens the database named by a `sqlite://` or `postgres://` address, creating the SQLite file and its folder.
    pub async fn open(url: &str) -> std::result::Result<Db, Box<dyn std::error::Error + Send + Sync>> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Db::Postgres(open_postgres(PgConnectOptions::from_str(url)?).await?));
        }
        let path = url.strip_prefix("sqlite://").ok_or("the database's address begins with sqlite:// or postgres://")?;
        let path = path.split('?').next().unwrap_or(path);
        if let Some(folder) = std::path::Path::new(path).parent().filter(|f| !f.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)?;
        }
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            // The log is waited for by whoever committed, and not by the writer.
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(Duration::from_secs(5))
            .pragma("cache_size", "-8000")
            .pragma("mmap_size", "134217728")
            .pragma("temp_store", "memory");
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options.clone())
            .await?;
        let file = options.get_filename().to_string_lossy().into_owned();
        let read = Readers::open(options.read_only(true)).await?;
        Ok(Db::Sqlite { read, write, disk: Disk::new(&file) })
    }

    /// Brings the schema up to date.
    pub async fn migrate(&self) -> std::result::Result<(), sqlx::migrate::MigrateError> {
        match self {
            Db::Sqlite { write, disk, .. } => {
                sqlx::migrate!("migrations/sqlite").run(write).await?;
                Ok(disk.wait().await?)
            }
            Db::Postgres(pool) => sqlx::migrate!("migrations/postgres").run(pool).await,
        }
    }

    /// Begins a transaction that may write. On SQLite it takes the write lock at once, so that it cannot fail half way.
    pub async fn begin(&self) -> Result<Tx> {
        match self {
            Db::Sqlite { write, disk, .. } => Ok(Tx::Sqlite(write.begin_with("begin immediate").await?, disk.clone())),
            // Carried through, whoever waits for it or no longer does: a beginning that is dropped half way leaves its
            // connection inside a transaction that sqlx does not count, and the next to use it would never be committed.
            Db::Postgres(pool) => {
                let pool = pool.clone();
                let begun = tokio::spawn(async move { pool.begin().await }).await;
                begun.unwrap_or_else(|gone| Err(sqlx::Error::Io(std::io::Error::other(gone)))).map(Tx::Postgres)
            }
        }
    }

    pub async fn close(&self) {
        match self {
            Db::Sqlite { read, write, .. } => {
                read.close().await;
                write.close().await;
            }
            Db::Postgres(pool) => pool.close().await,
        }
    }
}
