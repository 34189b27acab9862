//! How an order stands, worked out from all the money that came for it and went back. Pure.

use super::model::{GivingBack, OrderStatus, Payment, Refund};
use crate::foundation::time::Timestamp;
use crate::providers::facts::{DisputeState, RefundState};

impl Payment {
    /// What went back, in minor units: refunds that went through, and disputes that were lost.
    pub fn gone(&self) -> i64 {
        let refunded = self.refunds.iter().filter(|refund| refund.went_through()).map(|refund| refund.minor);
        let lost = self.disputes.iter().filter(|dispute| dispute.state == DisputeState::Lost).map(|dispute| dispute.minor);
        refunded.chain(lost).fold(0i64, i64::saturating_add)
    }

    /// Whether nothing is left of it.
    pub fn is_gone(&self) -> bool {
        self.gone() >= self.amount.minor
    }

    /// Whether its buyer contests it, and nothing is decided.
    pub fn is_contested(&self) -> bool {
        self.disputes.iter().any(|dispute| dispute.state == DisputeState::Open)
    }

    /// What can still be given back: not gone, not being contested, not asked for already.
    pub fn refundable(&self) -> i64 {
        let under_way = |r: &&Refund| !matches!(r.state, GivingBack::Told(RefundState::Succeeded | RefundState::Failed));
        let asked = self.refunds.iter().filter(under_way);
        let contested = self.disputes.iter().filter(|dispute| dispute.state == DisputeState::Open);
        let held = asked.map(|r| r.minor).chain(contested.map(|d| d.minor)).fold(self.gone(), i64::saturating_add);
        (self.amount.minor - held).max(0)
    }

    /// When the last of it went.
    fn gone_at(&self) -> Option<Timestamp> {
        let refunded = self.refunds.iter().filter(|refund| refund.went_through()).map(|refund| refund.at);
        let lost = self.disputes.iter().filter(|dispute| dispute.state == DisputeState::Lost).map(|dispute| dispute.at);
        refunded.chain(lost).max()
    }
}

impl Refund {
    pub fn went_through(&self) -> bool {
        self.state == GivingBack::Told(RefundState::Succeeded)
    }
}

/// What all payments of one order amount to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Which of the payments pays the order: the earliest that was not given back, or the earliest of all. The rest are
    /// surplus. `None` when nothing came.
    pub paying: Option<usize>,
    /// It is paid: what pays it was not given back.
    pub covered: bool,
    /// When the money of an order that is not covered any more was gone.
    pub gone_at: Option<Timestamp>,
}

/// `elsewhere`: the buyer has the same thing for good by another order, paid earlier, so that nothing of this one pays
/// anything.
pub fn standing(payments: &[Payment], elsewhere: bool) -> Standing {
    let mut by_age: Vec<usize> = (0..payments.len()).collect();
    by_age.sort_by_key(|n| payments.get(*n).map(|payment| (payment.paid_at, payment.provider, payment.number.as_str())));
    let left = |n: &&usize| payments.get(**n).is_some_and(|payment| !payment.is_gone());
    let covering = by_age.iter().find(left).copied();
    if elsewhere {
        let gone_at = payments.iter().map(|payment| payment.paid_at).min();
        return Standing { paying: None, covered: false, gone_at };
    }
    Standing {
        paying: covering.or(by_age.first().copied()),
        covered: covering.is_some(),
        gone_at: if covering.is_some() { None } else { payments.iter().filter_map(Payment::gone_at).max() },
    }
}

/// The status of an order with these payments; `None` while nothing came.
pub fn status(payments: &[Payment]) -> Option<OrderStatus> {
    match payments {
        [] => None,
        some if some.iter().all(Payment::is_gone) => Some(OrderStatus::Refunded),
        _ => Some(OrderStatus::Paid),
    }
}
