//! Articles: draft, published; who may read them; where they come up in lists.
//!
//! An article's Markdown is rendered once, when it is saved: what everybody may read (the *preview*) and the *rest*, which
//! is behind the wall, are stored apart. What shows an article asks `membership::paywall` with its [`Gate`], and the rest is
//! not even read from the database for whoever may not have it.
//!
//! A *draft* is seen by those who may edit it: its author, admins and owners. A published article keeps the date of its
//! first publication; whatever it was called before leads to where it is now.
//!
//! Reads `members` for the names of authors.
//!
//! [`Gate`]: crate::membership::paywall::Gate

pub mod islands;
pub mod server_fns;

#[cfg(feature = "ssr")]
pub mod counters;
#[cfg(feature = "ssr")]
mod form;
#[cfg(feature = "ssr")]
mod import;
#[cfg(feature = "ssr")]
pub mod model;
#[cfg(feature = "ssr")]
mod picks;
#[cfg(feature = "ssr")]
mod picks_store;
#[cfg(feature = "ssr")]
mod read;
#[cfg(feature = "ssr")]
mod rendered;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod sitemap;
#[cfg(feature = "ssr")]
mod sitemap_store;
#[cfg(feature = "ssr")]
mod slugs;
#[cfg(feature = "ssr")]
mod store;
#[cfg(feature = "ssr")]
pub mod typed;
#[cfg(feature = "ssr")]
pub mod view;
#[cfg(feature = "ssr")]
mod write;
