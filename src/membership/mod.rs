//! Who may open what. *Tiers* are levels one can join; an *entitlement* is what a member may open now, whatever the
//! reason; the *paywall* is the one decision, asked by everything that shows what is for some people only.
//!
//! Nothing here knows of money: `payments` sells, and what was sold arrives here as an entitlement.

pub mod model;
pub mod paywall;
pub mod service;
mod store;
