//! Articles: draft, published; who may read them; where they come up in lists.
//!
//! An article's Markdown is rendered once, when it is saved: what everybody may read (the *preview*) and what is behind
//! the wall are stored apart. Whoever shows an article asks `membership::paywall` with its [`Gate`].
//!
//! [`Gate`]: crate::membership::paywall::Gate

pub mod counters;
pub mod model;
pub mod service;
mod store;
