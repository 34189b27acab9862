//! Gifts: an order that opens what was bought to somebody else.
//!
//! A gift is no second thing beside its order. Who may open what was bought is worked out from the money, as ever
//! (`service::settle`), only that it is opened to whoever *took* the gift, from that moment on, and to nobody before. So a
//! refund, a lost dispute, a payment that comes late or twice need no rule of their own here: an order that is not covered
//! is a gift that is *void*, taken or not.
//!
//! It is taken by a *secret*: each letter and each link has one of its own, of which a hash is kept. Whichever is used
//! first takes the gift.

pub mod letters;
pub mod model;
pub mod sending;
mod store;
pub mod taking;

use crate::foundation::error::Result;
use crate::foundation::viewer::Viewer;
use crate::payments::model::Order;
use crate::server::context::Context;
use crate::server::seal;
use model::Gift;

pub(super) use store::{opened_to, stand, wrap, wrapping_of};

/// What is kept of a secret.
fn hash(ctx: &Context, secret: &str) -> Result<String> {
    seal::sign(ctx, "gift", secret)
}

/// How the gift of an order stands; for its buyer and admins, whose order it is.
pub async fn of_order(ctx: &Context, viewer: &Viewer, order: &Order) -> Result<Option<Gift>> {
    if !order.is_gift() || !viewer.is(order.member) && !viewer.is_admin() {
        return Ok(None);
    }
    store::of_order(ctx.db(), order.id).await
}
