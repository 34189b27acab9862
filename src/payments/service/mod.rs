//! What buyers and providers do, one file a verb.

mod checkout;
mod orders;
mod settle;

pub use checkout::{Purchase, Started, buy, pay};
pub use orders::{order, orders_of, owed_for, receipt_of, receipts_of};
pub use settle::{Outcome, settle};
