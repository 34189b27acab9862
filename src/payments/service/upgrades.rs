//! A change within a term, and the term it was made in. What is left of the term is paid by two payments: by the one for
//! the term, as far as it was not used, and by the difference. So what the difference opened is open as long as neither was
//! given back; and as long as it is, the old tier is not: nobody has both. Once the difference is given back, what the term
//! opened is open again.

use crate::foundation::error::Result;
use crate::foundation::id::OrderId;
use crate::foundation::time::Timestamp;
use crate::payments::model::{Order, OrderStatus, Payment};
use crate::payments::store::orders::{self, Beside};
use crate::server::db::Tx;

/// How the other orders of an agreement bear on one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bearing {
    /// When another tier took its place.
    pub replaced_at: Option<Timestamp>,
    /// What it builds on was given back.
    pub lacks: bool,
}

/// Of an order that `payment` pays.
pub async fn bearing(tx: &mut Tx, order: &Order, payment: Option<&Payment>) -> Result<Bearing> {
    let (Some(subscription), Some(term)) = (order.subscription, payment.and_then(|payment| payment.term)) else {
        return Ok(Bearing::default());
    };
    Ok(bears(order.id, order.settles, term, &orders::beside(tx, subscription, order.id, term).await?))
}

fn bears(id: OrderId, settles: bool, (from, until): (Timestamp, Timestamp), others: &[Beside]) -> Bearing {
    let place = (settles, from, id);
    let place_of = |other: &Beside| (other.settles, other.from, other.id);
    let later = others.iter().filter(|other| other.settles && other.status == OrderStatus::Paid && place_of(other) > place);
    let earlier = |other: &&Beside| other.until == until && place_of(other) < place;
    Bearing {
        replaced_at: later.map(|other| other.from.max(from)).min(),
        lacks: settles && others.iter().filter(earlier).any(|other| other.status == OrderStatus::Refunded),
    }
}

/// The orders that have to be worked out anew when the money of this one changed.
pub async fn beside(tx: &mut Tx, order: &Order, came: &[Payment]) -> Result<Vec<OrderId>> {
    let (Some(subscription), Some(term)) = (order.subscription, came.iter().find_map(|payment| payment.term)) else {
        return Ok(Vec::new());
    };
    let others = orders::beside(tx, subscription, order.id, term).await?;
    let some_settle = order.settles || others.iter().any(|other| other.settles);
    Ok(others.into_iter().filter(|_| some_settle).map(|other| other.id).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERM: (Timestamp, Timestamp) = (Timestamp(0), Timestamp(30));

    fn other(id: i64, settles: bool, from: i64, status: OrderStatus) -> Beside {
        Beside { id: OrderId(id), settles, status, from: Timestamp(from), until: TERM.1 }
    }

    fn of_term(others: &[Beside]) -> Bearing {
        bears(OrderId(1), false, TERM, others)
    }

    fn of_change(id: i64, from: i64, others: &[Beside]) -> Bearing {
        bears(OrderId(id), true, (Timestamp(from), TERM.1), others)
    }

    #[test]
    fn a_change_takes_the_place_of_the_term_and_of_the_change_before() {
        use OrderStatus::{Paid, Refunded};
        let replaced = |bearing: Bearing| bearing.replaced_at.map(|at| at.0);
        assert_eq!(replaced(of_term(&[])), None);
        assert_eq!(replaced(of_term(&[other(2, true, 10, Paid), other(3, true, 20, Paid)])), Some(10));
        assert_eq!(replaced(of_term(&[other(2, true, 10, Refunded), other(3, true, 20, Paid)])), Some(20));
        assert_eq!(replaced(of_term(&[other(2, true, 10, Refunded)])), None, "given back: the term goes on");
        assert_eq!(replaced(of_change(2, 10, &[other(1, false, 0, Paid), other(3, true, 20, Paid)])), Some(20));
        assert_eq!(replaced(of_change(3, 20, &[other(1, false, 0, Paid), other(2, true, 10, Paid)])), None);
        assert_eq!(replaced(of_term(&[other(2, true, 0, Paid)])), Some(0), "in the second in which the term began");
    }

    #[test]
    fn a_change_is_not_open_without_what_it_builds_on() {
        use OrderStatus::{Paid, Refunded};
        assert!(of_change(2, 10, &[other(1, false, 0, Refunded)]).lacks);
        assert!(!of_change(2, 10, &[other(1, false, 0, Paid), other(3, true, 20, Refunded)]).lacks);
        assert!(!of_change(2, 10, &[]).lacks, "nobody has told of it yet");
        assert!(!of_term(&[other(2, true, 10, Refunded)]).lacks);
    }
}
