//! What admins look through: lists with filters, paged by key.

pub mod ledger;
pub mod notifications;
pub mod orders;
pub mod reconciliations;
pub mod subscriptions;

use crate::server::db::Filter;
