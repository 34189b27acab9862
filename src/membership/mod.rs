//! Who may open what. *Tiers* are levels one can join; an *entitlement* is what a member may open now, whatever the
//! reason; the *paywall* is the one decision, asked by everything that shows what is for some people only.
//!
//! A *term* is an entitlement to a tier between two instants. Terms of a tier that follow on each other are a *chain*: a
//! new term begins where the chain ends, so that nobody loses days by paying early.
//!
//! Nothing here knows of payments: `payments` sells, and what was sold arrives here as an entitlement.

pub mod counting;
pub mod free;
pub mod gift_links;
mod gift_links_store;
pub mod grants;
mod grants_store;
pub mod letters;
pub mod model;
pub mod opened;
pub mod paywall;
pub mod seats;
mod seats_store;
pub mod service;
mod store;
pub mod switching;
pub mod terms;
mod tiers_store;
pub mod typed;
pub mod wording;
