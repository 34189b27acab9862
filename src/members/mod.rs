//! Accounts: joining, signing in, sessions, profiles, leaving.
//!
//! A *member* is the record of a person who joined. An *unclaimed* account is the name of an author whose articles were
//! imported: it has no e-mail and no password, and does not count in the numbers. A *deleted* member has lost name,
//! e-mail and password; what it wrote and paid stays under its number.

#[cfg(feature = "ssr")]
pub mod activity;
pub mod model;
#[cfg(feature = "ssr")]
pub mod passwords;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod sessions;
#[cfg(feature = "ssr")]
mod store;
#[cfg(feature = "ssr")]
pub mod throttle;
