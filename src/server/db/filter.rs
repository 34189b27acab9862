//! Conditions of a list that people choose. A filter is put together from constants; what was typed is always an argument.

use super::{Args, Value};

/// Conditions joined by `and`, with their arguments.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub sql: String,
    pub args: Args,
}

impl Filter {
    /// The place of one argument more, for a condition that is put together by hand.
    pub fn place(&mut self, arg: impl Into<Value>) -> String {
        self.args.push(arg.into());
        format!("${}", self.args.len())
    }

    /// One condition more, each `?` being the place of its argument.
    pub fn and(&mut self, condition: &'static str, arg: impl Into<Value>) {
        let place = self.place(arg);
        self.also(&condition.replace('?', &place));
    }

    /// One condition more, put together from constants and places.
    pub fn also(&mut self, condition: &str) {
        let joint = if self.sql.is_empty() { "where " } else { "\n    and " };
        self.sql.push_str(joint);
        self.sql.push_str(condition);
    }
}
