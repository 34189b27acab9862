//! Sponsors: a line of advertising that is shown under articles on some days, for a price. Its income is advertising income
//! like any other (`analytics::costs`), in the four models and in the ledger. Nothing is fetched from anywhere, and nobody is
//! counted: a link that says that it is advertising.

mod model;
pub mod service;
mod store;
pub mod view;
