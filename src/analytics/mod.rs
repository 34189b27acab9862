//! The admin's numbers: four models of how the community is doing, what running it costs, and who looks at which page.
//!
//! A *metric* has a slug, a definition, a unit and one file in `metrics/`. A *period* is a run of calendar days in the
//! site's time zone, both ends included. A *cohort* is everybody who registered in one month. Only admins may ask.
//!
//! `store` reads tables of lower-ranked features: `members`, `interactions`, `member_days`, `ratings`, `posts` and the
//! ledger. It writes `costs`, `advertising_income` and the tables of page views.

pub mod calculator;
#[cfg(feature = "ssr")]
pub mod costs;
#[cfg(feature = "ssr")]
pub mod metrics;
#[cfg(feature = "ssr")]
pub mod period;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
#[cfg(feature = "ssr")]
pub mod tables;
#[cfg(feature = "ssr")]
pub mod views;
