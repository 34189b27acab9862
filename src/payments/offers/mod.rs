//! Offers: a discount or a trial on a tier, or something off an article, for whoever has the code or the link.
//!
//! An *offer* is what an admin made ([`desk`]); a *redemption* is one use of it, a row of a table, and nothing else counts
//! uses. It is held in the transaction that begins the order, used once money came or the agreement began, and given back
//! when the order can no longer be paid ([`redeem`]). What the offer made of the price is copied into the order: an offer
//! that is edited or ends changes nothing that was agreed.
//!
//! What costs nothing at all is no order: nothing is owed, so there is nothing to pay, to book or to give back. It is given
//! at once, for the cause `offer:{redemption}`, and the redemption says so.

pub mod desk;
pub mod model;
pub mod redeem;
pub mod stay;
mod store;

pub(super) use store::{Held, give_back_unpaid, hold, use_of};
