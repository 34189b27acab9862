//! What a database that refuses means.

use crate::foundation::error::AppError;

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
