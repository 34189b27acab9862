//! Bundles: several paid articles that are sold together, at one price.
//!
//! Here stands what is offered, and nothing of what was bought: an order copies what the bundle holds as it is begun
//! (`payments::store::contents`), and what it opens follows from that copy. So a bundle can be changed at any time.
//!
//! An article that is a draft is neither shown nor sold with it; a bundle with fewer than two articles left is not sold.

pub mod model;
pub mod service;
mod store;
pub mod view;
