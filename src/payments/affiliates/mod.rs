//! Affiliates: members who recommend the place by a link of their own, and get a part of the net of what comes of it.
//!
//! An admin says how much and for what (`terms`). Who joins by a link, or buys for the first time by one, was *recommended*
//! by its affiliate (`recommending`): one row, which says for ever who came by whom, until the one who came takes it out. Each
//! order begun after that promises a *reward*, copied as creators' shares are (`rewards`); what follows for the ledger is
//! worked out with all the rest ([`super::books`]).

pub mod model;
pub mod recommending;
pub mod rewards;
pub(in crate::payments) mod store;
pub mod terms;
