//! The test provider: takes no money, and says so. It is there so that the whole way of buying can be walked, in tests
//! and by somebody trying Stoa out; a site with real members leaves it off (`test_payments`).
//!
//! It behaves like a real one. It keeps its own books (`test_provider_checkouts`), has a page of its own where the buyer
//! decides how it goes, and reaches Stoa only through signed webhooks over HTTP, which it may send late, twice, or for
//! two payments where one was meant. Like a real one it believes nothing that the buyer's browser says about amounts.

mod books;
mod connection;
mod deliver;
mod message;
mod signature;

pub use books::{Action, Checkout, State, Told, act, checkout, pay_offline};
pub use connection::TestConnection;
pub use signature::{HEADER, secret, sign};

/// The page where a checkout is decided.
pub fn path(checkout: &str) -> String {
    format!("/test-provider/{checkout}")
}
