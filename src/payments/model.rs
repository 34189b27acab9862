//! What is bought, and how far the buying has come.

use super::providers::Provider;
use crate::foundation::id::{MemberId, OrderId, PaymentId, PostId, TierId};
use crate::foundation::money::Money;
use crate::foundation::time::Timestamp;
use crate::membership::model::Cadence;

/// What an order is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    Tier(TierId, Cadence),
    Post(PostId),
}

/// How far an order has come. It only moves to `Paid`, and stays there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderStatus {
    /// Can be paid, or paid again after a try was declined.
    Open,
    /// The provider says that the money is on its way.
    Pending,
    Paid,
}

impl OrderStatus {
    pub fn parse(text: &str) -> Option<OrderStatus> {
        match text {
            "open" => Some(OrderStatus::Open),
            "pending" => Some(OrderStatus::Pending),
            "paid" => Some(OrderStatus::Paid),
            _ => None,
        }
    }
}

/// One attempt to buy one thing. Title and price are copies: they say for ever what was agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub id: OrderId,
    /// Unguessable: `/orders/{reference}`.
    pub reference: String,
    pub member: MemberId,
    pub item: Item,
    pub title: String,
    pub price: Money,
    pub status: OrderStatus,
    /// A path on this site: where the buyer came from.
    pub return_to: String,
    /// Where it is being paid, and that provider's own number for it.
    pub checkout: Option<(Provider, String)>,
    pub created_at: Timestamp,
    /// When the last try was declined, if nothing came after.
    pub declined_at: Option<Timestamp>,
    pub paid_at: Option<Timestamp>,
    /// Until when it opened what was bought; `None` for good.
    pub opens_until: Option<Timestamp>,
}

impl Order {
    pub fn path(&self) -> String {
        format!("/orders/{}", self.reference)
    }

    /// Why something was opened or booked.
    pub fn cause(&self) -> String {
        format!("order:{}", self.id)
    }
}

/// What a paid order's buyer can show: the order, and the payment that paid it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub order: Order,
    pub payment: PaymentId,
    pub provider: Provider,
    pub received_at: Timestamp,
    /// Money received beyond the price, owed back.
    pub surplus: Option<Money>,
}

impl Receipt {
    /// As written on the receipt: `R-000017`.
    pub fn number(&self) -> String {
        format!("R-{:06}", self.payment.0)
    }
}
