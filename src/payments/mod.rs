//! Buying: checkout, orders, what providers tell us, the ledger.
//!
//! An *order* is one attempt to buy one thing: a term of a tier, or an article. A *provider* takes the money on its own
//! pages and tells us in signed *events*. `service::settle` is the only place where an event has any effect, and all of
//! it happens in one transaction: the event is noted, a *payment* recorded, the order paid, a balanced *transfer* booked,
//! and `membership` told to open what was bought. Whatever the order and number of events: one order is paid once, and
//! money beyond that is a *surplus*, which is owed back.
//!
//! Nothing here decides who may open what: that is `membership::paywall`, which knows no orders.

pub mod ledger;
pub mod model;
pub mod providers;
pub mod service;
mod store;
#[cfg(test)]
mod tests;
