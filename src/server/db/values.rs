//! What goes into a statement: its text and its arguments.

use super::Result;
use crate::foundation::id::Id;
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, AssertSqlSafe};

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

/// `$3, $4, $5`: places for so many arguments after those there are.
pub fn places(args: &mut Args, values: impl IntoIterator<Item = impl Into<Value>>) -> String {
    let first = args.len() + 1;
    args.extend(values.into_iter().map(Into::into));
    (first..=args.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}

/// The arguments of a statement, in the order of `$1`, `$2`, …
pub type Args = Vec<Value>;

/// `args![slug, now]`; anything with a conversion into [`Value`].
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::server::db::Value::from($value)),*] };
}

/// SQL text: a constant, or text put together from constants with `String` (never from what a person typed).
pub struct Sql(pub(super) sqlx::SqlStr);

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

pub(super) fn sqlite(args: Args) -> Result<SqliteArguments> {
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

pub(super) fn postgres(args: Args) -> Result<PgArguments> {
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
