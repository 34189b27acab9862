//! Accounts: joining, signing in, sessions, profiles, leaving.
//!
//! A *member* is the record of a person who joined. An *unclaimed* account is the name of an author whose articles were
//! imported: it has no e-mail and no password, and does not count in the numbers. A *deleted* member has lost name,
//! e-mail and password; what it wrote and paid stays under its number.

#[cfg(feature = "ssr")]
pub mod activity;
#[cfg(feature = "ssr")]
pub mod bringing;
#[cfg(feature = "ssr")]
mod bringing_store;
#[cfg(feature = "ssr")]
pub mod correspondence;
#[cfg(feature = "ssr")]
pub mod device;
#[cfg(feature = "ssr")]
pub mod email;
#[cfg(feature = "ssr")]
mod email_store;
#[cfg(feature = "ssr")]
pub mod known_devices;
#[cfg(feature = "ssr")]
pub mod labels;
#[cfg(feature = "ssr")]
mod labels_store;
#[cfg(feature = "ssr")]
pub mod letters;
pub mod model;
#[cfg(feature = "ssr")]
pub mod passwords;
#[cfg(feature = "ssr")]
pub mod reset;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod sessions;
#[cfg(feature = "ssr")]
mod store;
#[cfg(feature = "ssr")]
pub mod throttle;
