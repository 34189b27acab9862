//! What creators are owed and paid: statements, payouts, the pool of memberships.
//!
//! Everything that is shown here is read off the ledger's entries: a *balance* is the sum of an account, a *statement* is a
//! month of its entries. What an article's sale gives its creators is booked with the order itself (`payments::shares`,
//! `payments::books`); this feature books the *pool*, once a month, and *payouts*: what was set aside, and whether it arrived.
//!
//! Reads `posts`, `orders` and the ledger for what its statements name.

pub mod affiliates;
pub mod letters;
pub mod model;
pub mod months;
pub mod payouts;
pub mod pool;
pub mod statements;
mod store;
