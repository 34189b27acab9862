//! Letters: what the site writes to people by mail.
//!
//! A *letter* has a *kind* and something it is *about*; the two make it one letter, however often it is asked for. It is
//! *posted* in the transaction of what it tells, drawn then and there in its reader's language, and lies in the *outbox*
//! (table `letters`) until a mail server has taken it, or, where none is set up, until it is a file in `data/outbox/`.
//! So no letter is lost with a crash, and none is written twice.
//!
//! This feature knows the form only. What letters say stands with the features that write them (`members::letters`,
//! `payments::letters`); readers are found by `members::correspondence`. A kind with a *choice* is one that its readers
//! can do without.

pub mod account;
pub mod choices;
pub mod desk;
pub mod drawing;
mod message;
pub mod model;
pub mod outbox;
pub mod reasons;
mod route;
pub mod service;
mod smtp;
mod store;

pub use model::{Block, Choice, Kind, Letter, To};
pub use service::post;
