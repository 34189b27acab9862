//! Stoa (学廊): a self-hosted home for paid-knowledge communities. `ARCHITECTURE.md` is the map.

pub mod foundation;
#[cfg(feature = "ssr")]
pub mod markdown;
#[cfg(feature = "ssr")]
pub mod server;
