//! SQL of the numbers. Days are compared as text: `YYYY-MM-DD` sorts as time does.

pub mod costs;
pub mod counts;
pub mod rows;
pub mod views;
