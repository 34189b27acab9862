//! The feature's SQL. The ledger is read here and written through `payments::ledger`.

pub mod affiliates;
pub mod payouts;
pub mod pool;
pub mod statements;
