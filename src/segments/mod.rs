//! Members of one kind: a filter of the list of members, which can be kept under a name (a *segment*), and what is done for all
//! of them at once: labels, tiers that are given and taken back, letters, a file of who they are. Every function that serves a
//! page asks for an admin.

pub mod circulars;
pub mod deeds;
pub mod model;
pub mod service;
mod store;
