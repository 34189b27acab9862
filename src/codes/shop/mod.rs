//! The file of orders that a seller exports from Taobao, read line by line. Pure: what it says, not what comes of it.

pub mod columns;
pub mod reason;
pub mod row;
