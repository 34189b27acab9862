//! What stands for a page elsewhere: tags for whoever links to it, its card, its QR code, and the row to share it with.

pub mod facts;
mod linked_data;
pub mod pictures;
mod row;
pub mod tags;

pub use facts::Article;
pub use row::ShareRow;
