//! The feature's SQL, a file a table or two.

pub mod accounts;
pub mod changes;
pub mod checkouts;
pub mod contents;
pub mod desk;
pub mod fapiao;
pub mod notices;
pub mod notifications;
pub mod orders;
pub mod payments;
pub mod promises;
pub mod receipts;
pub mod requests;
pub mod subscriptions;
pub mod taxes;
