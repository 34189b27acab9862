//! What buyers, admins and providers do, one file a verb.

mod agreed;
mod asking;
pub mod buyers;
mod checkout;
pub mod clock;
pub mod connections;
pub mod desk;
pub mod fapiao;
pub mod offers;
mod offline;
mod orders;
pub mod plans;
pub mod promises;
pub mod receipts;
pub mod refunds;
pub mod renewals;
pub mod repricing;
pub mod settle;
pub mod switches;
pub mod taking_back;
pub mod taxes;
mod upgrades;

pub use checkout::{Paying, Purchase, Started, buy, choices, look, look_again, pay};
use orders::email_of;
pub use orders::{order, orders_of, owed_for, receipt_of, receipts_of, tries_of};
