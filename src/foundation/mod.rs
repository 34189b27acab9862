//! What everything stands on: small, pure types that know nothing of databases, HTTP or each other's features.
//!
//! Compiled for the server and for the browser; only `format` and `money` need libraries of the server.

pub mod cadence;
pub mod error;
#[cfg(feature = "ssr")]
pub mod format;
pub mod id;
pub mod locale;
#[cfg(feature = "ssr")]
pub mod look;
#[cfg(feature = "ssr")]
pub mod money;
#[cfg(feature = "ssr")]
pub mod site;
#[cfg(feature = "ssr")]
pub mod slug;
pub mod target;
#[cfg(feature = "ssr")]
pub mod text;
#[cfg(feature = "ssr")]
pub mod theme;
pub mod time;
pub mod viewer;
#[cfg(feature = "ssr")]
pub mod wilson;
