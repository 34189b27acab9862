//! What creators get of articles that are sold by themselves: a part of the net, split among the author and co-authors.
//!
//! The part is an admin's (`/admin/creators`), the split the author's. Both are copied into an order as it is begun, and what
//! follows for the ledger is worked out with all the rest of it, from the facts ([`super::books`]).

pub mod service;
pub mod split;
pub(in crate::payments) mod store;
