//! Buying: orders, checkouts, what providers tell, refunds, renewing subscriptions, the ledger.
//!
//! An *order* is what was agreed: one thing at one price. A *checkout* is one try to pay it at one *provider*. Providers
//! tell *facts* (`providers::facts`): a payment came, a refund went through. `service::settle` is the only place where a
//! fact has any effect. It writes the fact down under the provider's own number for it; then `service::working_out`
//! works out anew, from all facts there are, how the order stands ([`standing`]), what the ledger should say ([`books`]) and what is open. What is
//! worked out from a set does not depend on the order in which it was told, nor on how often: that is why late, repeated,
//! lost and crossed notifications all end the same way.
//!
//! Nothing here decides who may open what: that is `membership::paywall`, which knows no orders.

pub mod affiliates;
pub mod books;
pub mod fapiao;
pub mod gifts;
pub mod inbox;
pub mod ledger;
pub mod letters;
pub mod model;
pub mod notices;
pub mod offers;
mod reach;
pub mod reconciliation;
pub mod requests;
pub mod rules;
pub mod seller;
pub mod service;
pub mod shares;
pub mod standing;
mod store;
pub mod tax;
pub mod teams;
pub mod test_provider;
#[cfg(test)]
mod tests;
pub mod wording;
