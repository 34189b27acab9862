//! What admins look through: lists with filters, paged by key. A filter is put together from constants; what was typed is
//! always an argument.

pub mod ledger;
pub mod notifications;
pub mod orders;
pub mod reconciliations;
pub mod subscriptions;

use crate::server::db::Value;

/// Conditions joined by `and`, with their arguments.
#[derive(Default)]
struct Filter {
    sql: String,
    args: Vec<Value>,
}

impl Filter {
    /// One condition more, `?` being the place of its argument.
    fn and(&mut self, condition: &'static str, arg: impl Into<Value>) {
        self.args.push(arg.into());
        let place = format!("${}", self.args.len());
        let joint = if self.sql.is_empty() { "where " } else { "\n    and " };
        self.sql = format!("{}{joint}{}", self.sql, condition.replace('?', &place));
    }
}
