//! A change within a term, and the term it was made in. What is left of the term is paid by two payments: by the one for
//! the term, as far as it was not used, and by the difference. So what the difference opened is open as long as neither was
//! given back or taken back; and as long as it is, the old tier is not: nobody has both. Once the difference is given back, what
//! the term opened is open again; with the term, the difference goes back as well, as it pays for nothing without it. And a term
//! of another tier that follows on this one leaves it no days of grace.

use crate::foundation::error::Result;
use crate::foundation::id::{OrderId, TierId};
use crate::foundation::time::{DAY, Timestamp};
use crate::payments::model::{Item, Order, OrderStatus, Payment};
use crate::payments::store::orders::{self, Beside};
use crate::server::db::Tx;

/// No tier gives more days of grace.
const LONGEST_GRACE: i64 = 90 * DAY;

/// How the other orders of an agreement bear on one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bearing {
    /// When another tier took its place.
    pub replaced_at: Option<Timestamp>,
    /// What it builds on was given back or taken back.
    pub lacks: bool,
}

fn tier(order: &Order) -> Option<TierId> {
    match order.item {
        Item::Tier(tier, _) => Some(tier),
        Item::Post(_) | Item::Bundle(_) | Item::Author(_) => None,
    }
}

/// The orders of the same agreement about the time of this term, or near enough to it.
async fn near(tx: &mut Tx, order: &Order, term: Option<(Timestamp, Timestamp)>) -> Result<Vec<Beside>> {
    let (Some(subscription), Some((from, until))) = (order.subscription, term) else { return Ok(Vec::new()) };
    let around = (from.plus(-LONGEST_GRACE), until.plus(LONGEST_GRACE));
    Ok(orders::beside(tx, subscription, order.id, around).await?)
}

impl Beside {
    fn is_gone(&self) -> bool {
        self.taken_back || self.status == OrderStatus::Refunded
    }
}

/// Of an order that `payment` pays, and that its buyer may have `taken_back`.
pub async fn bearing(tx: &mut Tx, order: &Order, payment: Option<&Payment>, taken_back: bool) -> Result<Bearing> {
    let term = payment.and_then(|payment| payment.term);
    let others = near(tx, order, term).await?;
    let Some((from, until)) = term else { return Ok(Bearing::default()) };
    let (id, tier, settles, status) = (order.id, tier(order), order.settles, OrderStatus::Paid);
    let own = Beside { id, tier, settles, status, taken_back, from, until };
    Ok(bears(&own, &others))
}

fn bears(own: &Beside, others: &[Beside]) -> Bearing {
    let place = |of: &Beside| (of.settles, of.from, of.id);
    let all = || others.iter().chain(std::iter::once(own));
    let lacks = |of: &Beside| {
        let earlier = |other: &&Beside| other.until == of.until && place(other) < place(of);
        of.settles && all().filter(earlier).any(Beside::is_gone)
    };
    let paid = others.iter().filter(|other| other.status == OrderStatus::Paid && !other.is_gone() && !lacks(other));
    let takes_over = |other: &&Beside| match other.settles {
        true => place(other) > place(own) && other.from < own.until && other.until > own.from,
        false => other.tier != own.tier && other.from >= own.until,
    };
    Bearing { replaced_at: paid.filter(takes_over).map(|other| other.from.max(own.from)).min(), lacks: lacks(own) }
}

/// The orders that have to be worked out anew when the money of this one changed.
pub async fn beside(tx: &mut Tx, order: &Order, came: &[Payment]) -> Result<Vec<OrderId>> {
    let others = near(tx, order, came.iter().find_map(|payment| payment.term)).await?;
    let bears = |other: &&Beside| order.settles || other.settles || other.tier != tier(order);
    Ok(others.iter().filter(bears).map(|other| other.id).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use OrderStatus::{Paid, Refunded};

    const UNTIL: Timestamp = Timestamp(30);

    fn term(id: i64, tier: i64, from: i64, status: OrderStatus) -> Beside {
        let (from, until) = (Timestamp(from), Timestamp(from + 30));
        Beside { id: OrderId(id), tier: Some(TierId(tier)), settles: false, status, taken_back: false, from, until }
    }

    fn change(id: i64, from: i64, status: OrderStatus) -> Beside {
        Beside { settles: true, until: UNTIL, ..term(id, id, from, status) }
    }

    fn replaced(own: Beside, others: &[Beside]) -> Option<i64> {
        bears(&own, others).replaced_at.map(|at| at.0)
    }

    #[test]
    fn a_change_takes_the_place_of_the_term_and_of_the_change_before() {
        let own = term(1, 1, 0, Paid);
        assert_eq!(replaced(own, &[]), None);
        assert_eq!(replaced(own, &[change(2, 10, Paid), change(3, 20, Paid)]), Some(10));
        assert_eq!(replaced(own, &[change(2, 10, Refunded), change(3, 20, Paid)]), None, "what builds on the one given back is shut");
        assert_eq!(replaced(own, &[change(2, 10, Refunded)]), None, "given back: the term goes on");
        assert_eq!(replaced(change(2, 10, Paid), &[own, change(3, 20, Paid)]), Some(20));
        assert_eq!(replaced(change(3, 20, Paid), &[own, change(2, 10, Paid)]), None);
        assert_eq!(replaced(own, &[change(2, 0, Paid)]), Some(0), "in the second in which the term began");
        assert_eq!(replaced(term(9, 1, 30, Paid), &[change(2, 10, Paid)]), None, "of the term before");
    }

    #[test]
    fn a_term_of_another_tier_that_follows_leaves_no_days_of_grace() {
        let own = term(1, 1, 0, Paid);
        assert_eq!(replaced(own, &[term(2, 2, 30, Paid)]), Some(30));
        assert_eq!(replaced(own, &[term(2, 1, 30, Paid)]), None, "of the same tier");
        assert_eq!(replaced(own, &[term(2, 2, 30, Refunded)]), None);
        assert_eq!(replaced(term(2, 2, 30, Paid), &[own]), None, "the earlier one does not");
    }

    #[test]
    fn a_change_is_not_open_without_what_it_builds_on() {
        assert!(bears(&change(2, 10, Paid), &[term(1, 1, 0, Refunded)]).lacks);
        assert!(!bears(&change(2, 10, Paid), &[term(1, 1, 0, Paid), change(3, 20, Refunded)]).lacks);
        assert!(!bears(&change(2, 10, Paid), &[]).lacks, "nobody has told of it yet");
        assert!(!bears(&term(1, 1, 0, Paid), &[change(2, 10, Refunded)]).lacks);
        let taken_back = Beside { taken_back: true, ..term(1, 1, 0, Paid) };
        assert!(bears(&change(2, 10, Paid), &[taken_back]).lacks, "whatever of its money went back");
        assert_eq!(replaced(term(1, 1, 0, Paid), &[Beside { taken_back: true, ..change(2, 10, Paid) }]), None);
    }
}
