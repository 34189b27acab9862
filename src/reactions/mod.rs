//! What readers think of articles: one to five stars, one rating a person, changeable. 4 and 5 are positive.
//! Votes on topics and replies belong to `discussion`, whose order they decide.

pub mod service;
mod store;
pub mod view;
