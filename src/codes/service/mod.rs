//! What admins and members do with codes and shop orders. One file a kind of deed.

pub mod batches;
pub mod import;
pub mod items;
mod opening;
pub mod orders;
pub mod redeem;
mod telling;
mod typed;
pub mod waiting;

pub use super::shop::columns::heading;
pub use super::shop::reason::{Outcome, Reason};
pub use super::shop::row::Field;
pub use super::store::imports::{Came, ImportRow, SaidRow};
pub use typed::TypedOpens;
