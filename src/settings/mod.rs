//! What staff decide for the whole site: its name, language, time zone, currency, how it looks, and its simple pages. Until the
//! first of it is decided once, in *setup*, the site does not exist and every page leads there.
//!
//! *Look*: accent, pictures, texts, links, own CSS (`foundation::look`). An admin may *try* one: it is then a draft that only
//! this admin sees, on every page, until it is published or discarded. A *simple page* is one outside the stream of articles,
//! such as About or Terms.

#[cfg(feature = "ssr")]
mod accent;
#[cfg(feature = "ssr")]
pub mod look;
#[cfg(feature = "ssr")]
mod own_css;
#[cfg(feature = "ssr")]
mod pictures;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod simple;
#[cfg(feature = "ssr")]
mod store;
#[cfg(feature = "ssr")]
mod typed;

#[cfg(feature = "ssr")]
pub use accent::{Accent, Rgb, Tones};
#[cfg(feature = "ssr")]
pub use own_css::MAX_CSS;
#[cfg(feature = "ssr")]
pub use pictures::{MAX_BYTES, MAX_SIDE};
#[cfg(feature = "ssr")]
pub use typed::{MAX_LINKS, TypedLink, TypedLook, address};
