//! What buyers, admins and providers do, one file a verb.

pub mod adopting;
mod agreed;
mod asking;
pub mod bundles;
pub mod buyers;
pub(in crate::payments) mod buying;
pub(in crate::payments) mod checkout;
pub mod clock;
pub mod connections;
pub mod desk;
pub mod fapiao;
mod giving_up;
mod offline;
mod orders;
pub mod own_price;
pub mod plans;
pub mod promises;
pub mod receipts;
pub mod refunds;
pub mod renewals;
pub mod repricing;
pub mod settle;
pub mod shelf;
pub mod switches;
pub mod taking_back;
pub mod taxes;
pub(super) mod telling;
pub mod tips;
mod upgrades;
pub(in crate::payments) mod working_out;

pub use asking::Patience;
pub use buying::{Purchase, Started, buy, buy_with, give, rebuy_with};
pub use checkout::{Paying, choices, has_by_now, look, look_again, needless, pay};
pub use giving_up::give_up;
use orders::email_of;
pub use orders::{ended_at, order, orders_of, owed_for, receipt_of, receipts_of, tries_of};
