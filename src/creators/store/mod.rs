//! The feature's SQL. The ledger is read here and written through `payments::ledger`.

pub mod payouts;
pub mod pool;
pub mod statements;
