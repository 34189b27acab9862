//! One SQL for two databases.
//!
//! A statement is written once, with `$1` placeholders, in the portable dialect of `migrations/README.md`; its arguments
//! are [`args!`]. It runs on the pools ([`Db`], for reading) or inside a transaction ([`Tx`]) through the same four
//! verbs: `all`, `optional`, `one`, `run`. Only this file knows which database is open.

use crate::foundation::error::AppError;
use crate::foundation::id::Id;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgPoolOptions, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous};
use sqlx::{Arguments, AssertSqlSafe, FromRow, PgPool, Postgres, Sqlite, SqlitePool, Transaction};
use std::str::FromStr;
use std::time::Duration;

pub type Result<T> = std::result::Result<T, sqlx::Error>;

/// A row type that both databases can fill: derive `FromRow`, or use a tuple.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// One argument of a statement. `None` keeps its type, which PostgreSQL wants to know.
#[derive(Debug, Clone)]
pub enum Value {
    Int(Option<i64>),
    Real(Option<f64>),
    Text(Option<String>),
    Bool(Option<bool>),
    Bytes(Option<Vec<u8>>),
}

macro_rules! values {
    ($($from:ty => |$v:ident| $to:expr),+ $(,)?) => {$(
        impl From<$from> for Value {
            fn from($v: $from) -> Value { $to }
        }
    )+};
}

values! {
    i64 => |v| Value::Int(Some(v)),
    Option<i64> => |v| Value::Int(v),
    f64 => |v| Value::Real(Some(v)),
    Option<f64> => |v| Value::Real(v),
    bool => |v| Value::Bool(Some(v)),
    &str => |v| Value::Text(Some(v.to_owned())),
    &String => |v| Value::Text(Some(v.clone())),
    String => |v| Value::Text(Some(v)),
    Option<&str> => |v| Value::Text(v.map(str::to_owned)),
    Option<String> => |v| Value::Text(v),
    &Option<String> => |v| Value::Text(v.clone()),
    Vec<u8> => |v| Value::Bytes(Some(v)),
    crate::foundation::time::Timestamp => |v| Value::Int(Some(v.0)),
    Option<crate::foundation::time::Timestamp> => |v| Value::Int(v.map(|t| t.0)),
}

impl<T: Id> From<T> for Value {
    fn from(id: T) -> Value {
        Value::Int(Some(id.number()))
    }
}

impl<T: Id> From<Option<T>> for Value {
    fn from(id: Option<T>) -> Value {
        Value::Int(id.map(Id::number))
    }
}

/// The arguments of a statement, in the order of `$1`, `$2`, …
pub type Args = Vec<Value>;

/// `args![slug, now]`; anything with a conversion into [`Value`].
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::server::db::Value::from($value)),*] };
}

/// SQL text: a constant, or text put together from constants with `String` (never from what a person typed).
pub struct Sql(sqlx::SqlStr);

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Sql {
        Sql(sqlx::SqlSafeStr::into_sql_str(text))
    }
}

impl From<String> for Sql {
    fn from(text: String) -> Sql {
        Sql(sqlx::SqlSafeStr::into_sql_str(AssertSqlSafe(text)))
    }
}

fn sqlite_args(args: Args) -> Result<SqliteArguments> {
    let mut out = SqliteArguments::default();
    for value in args {
        match value {
            Value::Int(v) => out.add(v),
            Value::Real(v) => out.add(v),
            Value::Text(v) => out.add(v),
            Value::Bool(v) => out.add(v),
            Value::Bytes(v) => out.add(v),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(out)
}

fn pg_args(args: Args) -> Result<PgArguments> {
    let mut out = PgArguments::default();
    for value in args {
        match value {
            Value::Int(v) => out.add(v),
            Value::Real(v) => out.add(v),
            Value::Text(v) => out.add(v),
            Value::Bool(v) => out.add(v),
            Value::Bytes(v) => out.add(v),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(out)
}

/// The open database. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Db {
    /// Many readers and one writer, so that writers queue here instead of failing with "database is locked".
    Sqlite {
        read: SqlitePool,
        write: SqlitePool,
    },
    Postgres(PgPool),
}

/// A transaction that may write.
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
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
            Db::Sqlite { read, .. } => sqlx::query_as_with(sql, sqlite_args(args)?).fetch_all(read).await,
            Db::Postgres(pool) => sqlx::query_as_with(sql, pg_args(args)?).fetch_all(pool).await,
        }
    }

    async fn optional<R: Row>(self, sql: impl Into<Sql> + Send, args: Args) -> Result<Option<R>> {
        let sql = sql.into().0;
        match self {
            Db::Sqlite { read, .. } => sqlx::query_as_with(sql, sqlite_args(args)?).fetch_optional(read).await,
            Db::Postgres(pool) => sqlx::query_as_with(sql, pg_args(args)?).fetch_optional(pool).await,
        }
    }

    async fn one<R: Row>(self, sql: impl Into<Sql> + Send, args: Args) -> Result<R> {
        self.optional(sql, args).await?.ok_or(sqlx::Error::RowNotFound)
    }

    async fn run(self, sql: impl Into<Sql> + Send, args: Args) -> Result<u64> {
        let sql = sql.into().0;
        match self {
            Db::Sqlite { write, .. } => Ok(sqlx::query_with(sql, sqlite_args(args)?).execute(write).await?.rows_affected()),
            Db::Postgres(pool) => Ok(sqlx::query_with(sql, pg_args(args)?).execute(pool).await?.rows_affected()),
        }
    }
}

impl Queries for &mut Tx {
    async fn all<R: Row>(self, sql: impl Into<Sql> + Send, args: Args) -> Result<Vec<R>> {
        let sql = sql.into().0;
        match self {
            Tx::Sqlite(tx) => sqlx::query_as_with(sql, sqlite_args(args)?).fetch_all(&mut **tx).await,
            Tx::Postgres(tx) => sqlx::query_as_with(sql, pg_args(args)?).fetch_all(&mut **tx).await,
        }
    }

    async fn optional<R: Row>(self, sql: impl Into<Sql> + Send, args: Args) -> Result<Option<R>> {
        let sql = sql.into().0;
        match self {
            Tx::Sqlite(tx) => sqlx::query_as_with(sql, sqlite_args(args)?).fetch_optional(&mut **tx).await,
            Tx::Postgres(tx) => sqlx::query_as_with(sql, pg_args(args)?).fetch_optional(&mut **tx).await,
        }
    }

    async fn one<R: Row>(self, sql: impl Into<Sql> + Send, args: Args) -> Result<R> {
        self.optional(sql, args).await?.ok_or(sqlx::Error::RowNotFound)
    }

    async fn run(self, sql: impl Into<Sql> + Send, args: Args) -> Result<u64> {
        let sql = sql.into().0;
        match self {
            Tx::Sqlite(tx) => Ok(sqlx::query_with(sql, sqlite_args(args)?).execute(&mut **tx).await?.rows_affected()),
            Tx::Postgres(tx) => Ok(sqlx::query_with(sql, pg_args(args)?).execute(&mut **tx).await?.rows_affected()),
        }
    }
}

impl Tx {
    pub async fn commit(self) -> Result<()> {
        match self {
            Tx::Sqlite(tx) => tx.commit().await,
            Tx::Postgres(tx) => tx.commit().await,
        }
    }

    /// Undoes what the transaction did; the same happens when it is dropped.
    pub async fn rollback(self) -> Result<()> {
        match self {
            Tx::Sqlite(tx) => tx.rollback().await,
            Tx::Postgres(tx) => tx.rollback().await,
        }
    }
}

impl Db {
    /// Opens the database named by a `sqlite://` or `postgres://` address, creating the SQLite file and its folder.
    pub async fn open(url: &str) -> std::result::Result<Db, Box<dyn std::error::Error + Send + Sync>> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let options = PgConnectOptions::from_str(url)?;
            let pool = PgPoolOptions::new().max_connections(16).acquire_timeout(Duration::from_secs(5)).connect_with(options).await?;
            return Ok(Db::Postgres(pool));
        }
        let path = url.strip_prefix("sqlite://").ok_or("the database's address begins with sqlite:// or postgres://")?;
        if let Some(folder) = std::path::Path::new(path.split('?').next().unwrap_or(path)).parent().filter(|f| !f.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)?;
        }
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
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
        let read = SqlitePoolOptions::new()
            .max_connections(4)
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options.read_only(true))
            .await?;
        Ok(Db::Sqlite { read, write })
    }

    /// Brings the schema up to date.
    pub async fn migrate(&self) -> std::result::Result<(), sqlx::migrate::MigrateError> {
        match self {
            Db::Sqlite { write, .. } => sqlx::migrate!("migrations/sqlite").run(write).await,
            Db::Postgres(pool) => sqlx::migrate!("migrations/postgres").run(pool).await,
        }
    }

    /// Begins a transaction that may write. On SQLite it takes the write lock at once, so that it cannot fail half way.
    pub async fn begin(&self) -> Result<Tx> {
        match self {
            Db::Sqlite { write, .. } => Ok(Tx::Sqlite(write.begin_with("begin immediate").await?)),
            Db::Postgres(pool) => Ok(Tx::Postgres(pool.begin().await?)),
        }
    }

    pub async fn close(&self) {
        match self {
            Db::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Db::Postgres(pool) => pool.close().await,
        }
    }
}

/// True when the error is a broken unique constraint on `table (column, …)`; `columns` joined with `_`, as PostgreSQL
/// names it: `violates_unique(&e, "members", "handle")`.
pub fn violates_unique(error: &sqlx::Error, table: &str, columns: &str) -> bool {
    let Some(error) = error.as_database_error().filter(|e| e.is_unique_violation()) else { return false };
    match error.constraint() {
        Some(name) => name == format!("{table}_{columns}_key"),
        None => {
            let message = error.message();
            let named: Vec<String> = message
                .rsplit(": ")
                .next()
                .unwrap_or_default()
                .split(", ")
                .map(|part| part.strip_prefix(&format!("{table}.")).unwrap_or(part).to_owned())
                .collect();
            named.join("_") == columns
        }
    }
}

/// A failing database is our fault: the cause goes to the log, in the span of the request that carries its id.
impl From<sqlx::Error> for AppError {
    fn from(error: sqlx::Error) -> AppError {
        match error {
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => {
                tracing::error!(%error, "the database does not answer");
                AppError::Unavailable
            }
            error => {
                tracing::error!(%error, "a statement failed");
                AppError::Internal
            }
        }
    }
}
