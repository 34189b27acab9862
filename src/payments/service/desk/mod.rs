//! What admins see of all buying and do about it, one file a page. Every function asks for an admin.

pub mod ledger;
pub mod limits;
pub mod notifications;
pub mod orders;
pub mod reconciling;
pub mod subscriptions;

use crate::foundation::error::AppError;
use crate::providers::Failure;
use crate::words;

/// How many rows stand on a page.
pub const PAGE: i64 = 50;

/// How many are read at a time for a file.
pub const BATCH: i64 = 500;

/// What an admin is told when a provider does not do as asked: its own words.
fn told(failure: &Failure) -> AppError {
    AppError::Conflict(words!("付款服务没有完成这个操作：{failure}", "The provider did not carry this out: {failure}"))
}
