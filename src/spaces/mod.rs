//! Spaces: where topics live, and who may enter. A space's name and description are for everybody; what is inside it is
//! behind its [`Gate`], like the rest of an article.
//!
//! [`Gate`]: crate::membership::paywall::Gate

pub mod model;
pub mod service;
mod store;
pub mod view;
