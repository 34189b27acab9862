//! What staff decide for the whole site: its name, language, time zone, currency. Until that is decided once, in
//! *setup*, the site does not exist and every page leads there.

#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
