//! The feature's SQL, a file a table or two.

mod orders;
mod received;

pub use orders::{NewOrder, insert, lock, order, orders_of, reopen, set_paid, set_status, start};
pub use received::{insert_event, insert_payment, order_of_payment, outcome, receipt_of, receipts_of, set_outcome, surplus_of};
