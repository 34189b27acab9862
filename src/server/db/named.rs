//! A row with its columns as they are called, for whoever reads many tables and computes nothing with them.

use serde_json::{Map, Value};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Column, ColumnIndex, Decode, FromRow, Row, Type, TypeInfo, ValueRef};

/// What a row says, by column: texts, whole numbers, true or false, nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Named(pub Map<String, Value>);

impl FromRow<'_, SqliteRow> for Named {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Named> {
        read(row)
    }
}

impl FromRow<'_, PgRow> for Named {
    fn from_row(row: &PgRow) -> sqlx::Result<Named> {
        read(row)
    }
}

fn read<'r, R: Row>(row: &'r R) -> sqlx::Result<Named>
where
    usize: ColumnIndex<R>,
    bool: Decode<'r, R::Database> + Type<R::Database>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    String: Decode<'r, R::Database> + Type<R::Database>,
{
    let named = row.columns().iter().enumerate().map(|(at, column)| {
        let raw = row.try_get_raw(at)?;
        let is_number = matches!(raw.type_info().name(), "INTEGER" | "INT8");
        let value = match column.type_info().name() {
            _ if raw.is_null() => Value::Null,
            // SQLite keeps them as numbers; how the column was declared tells them apart.
            "BOOLEAN" | "BOOL" => row.try_get::<bool, _>(at)?.into(),
            _ if is_number => row.try_get::<i64, _>(at)?.into(),
            _ => row.try_get::<String, _>(at)?.into(),
        };
        Ok((column.name().to_owned(), value))
    });
    named.collect::<sqlx::Result<_>>().map(Named)
}
