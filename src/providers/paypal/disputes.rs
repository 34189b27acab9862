//! Payments a buyer contests, at PayPal or through their bank, and those that PayPal takes back by itself.
//!
//! What PayPal takes back for a buyer it books as a refund of the payment, beside the dispute that says the same once more:
//! of such a dispute only that is told which the refunds do not cover, so that money goes once.

use super::wire::{Dispute, Disputes};
use super::{Paypal, amounts, instant, number};
use crate::foundation::money::Money;
use crate::foundation::time::Timestamp;
use crate::providers::Failure;
use crate::providers::facts::{DisputeFact, DisputeState, Fact, PaymentFact, RefundFact, RefundState};
use serde::Deserialize;

/// More disputes about one payment are not looked at.
const MOST: usize = 10;

/// A dispute as PayPal tells it, and since when there is one.
pub struct Contested {
    pub fact: DisputeFact,
    since: Timestamp,
}

/// What PayPal took of a payment, without a refund that could be read.
#[derive(Clone, Copy)]
pub struct Reversed {
    pub minor: i64,
    pub at: Timestamp,
}

impl Paypal {
    /// What went of a payment, or may go, beside the `refunds` that are told of it.
    pub(super) async fn taken(
        &self,
        payment: &PaymentFact,
        refunds: &[RefundFact],
        reversed: Option<Reversed>,
    ) -> Result<Vec<Fact>, Failure> {
        let path = format!("/v1/customer/disputes?disputed_transaction_id={}&page_size=50", number(&payment.payment)?);
        let found: Option<Disputes> = match self.api.get(&path).await {
            // An app without the right to read disputes finds none.
            Err(Failure::KeysRefused { .. }) => None,
            other => other?,
        };
        let mut contested = Vec::new();
        for item in found.map(|found| found.items).unwrap_or_default().iter().take(MOST) {
            contested.extend(self.dispute(&item.dispute_id).await?);
        }
        Ok(beside(contested, payment, refunds, reversed))
    }

    pub(super) async fn dispute(&self, id: &str) -> Result<Option<Contested>, Failure> {
        let dispute: Option<Dispute> = self.api.get(&format!("/v1/customer/disputes/{}", number(id)?)).await?;
        Ok(dispute.and_then(|dispute| contested(&dispute)))
    }
}

/// The dispute that a notification holds.
pub fn in_notification(body: &[u8]) -> Option<Contested> {
    #[derive(Deserialize)]
    struct About {
        resource: Dispute,
    }
    serde_json::from_slice::<About>(body).ok().and_then(|about| contested(&about.resource))
}

/// What disputes and a reversal say beyond the refunds that went through. A refund since a dispute began is about the same
/// money, and no more can go than was paid. Of what is reversed, the money went before the dispute about it is decided, and
/// comes back when it is won; where none is told (the bank returned the money, or the app may not read disputes) the reversal
/// is one under the payment's own number.
pub fn beside(contested: Vec<Contested>, payment: &PaymentFact, refunds: &[RefundFact], reversed: Option<Reversed>) -> Vec<Fact> {
    let of_payment = |refund: &&RefundFact| refund.payment == payment.payment && refund.state == RefundState::Succeeded;
    let through: Vec<&RefundFact> = refunds.iter().filter(of_payment).collect();
    let mut left = payment.amount.minor - through.iter().map(|refund| refund.amount.minor).sum::<i64>();
    let mut told = Vec::new();
    let mut counted = 0;
    for Contested { mut fact, since } in contested {
        if fact.state == DisputeState::Won || fact.amount.currency != payment.amount.currency {
            told.push(Fact::Dispute(fact));
            continue;
        }
        if reversed.is_some() {
            fact.state = DisputeState::Lost;
        }
        let covering = through.iter().filter(|refund| refund.at >= since);
        let covered = (covering.clone().map(|refund| refund.amount.minor).sum::<i64>() - counted).max(0);
        let minor = (fact.amount.minor - covered).min(left).max(0);
        counted += fact.amount.minor - minor;
        left -= minor;
        if minor < fact.amount.minor {
            // Later than what was told before these refunds could be read, though they are of the same second, and before
            // whatever PayPal decides next.
            fact.at = covering.clone().map(|refund| refund.at).fold(fact.at, Timestamp::max).plus(1 + covering.map(|_| 1).sum::<i64>());
            // The money went as a refund, or does not go by this dispute: nothing of it is lost, or held, a second time.
            if minor == 0 {
                fact.state = DisputeState::Won;
            } else {
                fact.amount = Money::new(minor, fact.amount.currency);
            }
        }
        told.push(Fact::Dispute(fact));
    }
    if told.is_empty()
        && let Some(reversed) = reversed
        && left.min(reversed.minor) > 0
    {
        told.push(Fact::Dispute(DisputeFact {
            dispute: payment.payment.clone(),
            payment: payment.payment.clone(),
            amount: Money::new(left.min(reversed.minor), payment.amount.currency),
            fee: None,
            state: DisputeState::Lost,
            at: reversed.at,
        }));
    }
    told
}

fn contested(dispute: &Dispute) -> Option<Contested> {
    let payment = dispute.disputed_transactions.iter().find_map(|about| about.seller_transaction_id.as_deref())?;
    let outcome = dispute.dispute_outcome.as_ref();
    let at = dispute.update_time.as_deref().or(dispute.create_time.as_deref()).and_then(instant)?;
    let mut amount = amounts::read(dispute.dispute_amount.as_ref()?).ok()?;
    let mut state = state(&dispute.status, outcome.and_then(|outcome| outcome.outcome_code.as_deref()));
    // It may be lost in part, of which nothing may be left.
    let refunded = outcome.and_then(|outcome| amounts::read(outcome.amount_refunded.as_ref()?).ok());
    if let Some(refunded) = refunded.filter(|refunded| state == DisputeState::Lost && refunded.currency == amount.currency) {
        match refunded.minor {
            1.. => amount = refunded,
            _ => state = DisputeState::Won,
        }
    }
    let fact = DisputeFact {
        dispute: number(&dispute.dispute_id).ok()?.to_owned(),
        payment: number(payment).ok()?.to_owned(),
        amount,
        // What a chargeback costs is not told here; it stands in the report.
        fee: None,
        state,
        at,
    };
    Some(Contested { fact, since: dispute.create_time.as_deref().and_then(instant).unwrap_or(at) })
}

/// Whose the money is in the end. `RESOLVED_WITH_PAYOUT`: PayPal itself pays the buyer, the seller keeps theirs.
fn state(status: &str, outcome: Option<&str>) -> DisputeState {
    match (status, outcome) {
        ("RESOLVED", Some("RESOLVED_BUYER_FAVOUR" | "ACCEPTED")) => DisputeState::Lost,
        ("RESOLVED", _) => DisputeState::Won,
        _ => DisputeState::Open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dispute_is_lost_when_the_buyer_gets_the_money_from_us() {
        assert_eq!(state("RESOLVED", Some("RESOLVED_BUYER_FAVOUR")), DisputeState::Lost);
        assert_eq!(state("RESOLVED", Some("ACCEPTED")), DisputeState::Lost);
        for outcome in ["RESOLVED_SELLER_FAVOUR", "RESOLVED_WITH_PAYOUT", "CANCELED_BY_BUYER", "DENIED", "NONE"] {
            assert_eq!(state("RESOLVED", Some(outcome)), DisputeState::Won, "{outcome}");
        }
        for status in ["OPEN", "WAITING_FOR_BUYER_RESPONSE", "WAITING_FOR_SELLER_RESPONSE", "UNDER_REVIEW", "OTHER"] {
            assert_eq!(state(status, None), DisputeState::Open, "{status}");
        }
    }

    fn paid() -> PaymentFact {
        let amount = Money::new(1000, crate::foundation::money::Currency::parse("USD").unwrap());
        PaymentFact { payment: "CAPTURE".to_owned(), reference: None, amount, fee: None, paid_at: Timestamp(1), term: None }
    }

    fn back(minor: i64, at: i64) -> RefundFact {
        let amount = Money::new(minor, paid().amount.currency);
        let (payment, state) = (paid().payment, RefundState::Succeeded);
        RefundFact { refund: at.to_string(), reference: None, payment, amount, fee_returned: None, state, at: Timestamp(at) }
    }

    fn about(minor: i64, state: DisputeState) -> Contested {
        let (payment, amount) = (paid().payment, Money::new(minor, paid().amount.currency));
        let fact = DisputeFact { dispute: "PP-D-1".to_owned(), payment, amount, fee: None, state, at: Timestamp(60) };
        Contested { fact, since: Timestamp(50) }
    }

    fn told(facts: &[Fact]) -> Vec<(&str, i64, DisputeState, i64)> {
        let told = facts.iter().filter_map(|fact| if let Fact::Dispute(told) = fact { Some(told) } else { None });
        told.map(|told| (told.dispute.as_str(), told.amount.minor, told.state, told.at.0)).collect()
    }

    #[test]
    fn the_same_money_goes_once_as_a_refund_or_by_a_dispute() {
        use DisputeState::{Lost, Open, Won};
        let taken = Some(Reversed { minor: 1000, at: Timestamp(70) });
        for (dispute, refunds, reversed, minor, state, at) in [
            (about(1000, Lost), vec![], None, 1000, Lost, 60),
            // What was given back before is another part of the money.
            (about(700, Lost), vec![back(300, 40)], None, 700, Lost, 60),
            (about(1000, Lost), vec![back(300, 40)], None, 700, Lost, 61),
            (about(400, Lost), vec![back(400, 70)], None, 400, Won, 72),
            (about(400, Lost), vec![back(300, 70)], None, 100, Lost, 72),
            (about(400, Lost), vec![back(300, 70), back(100, 70)], None, 400, Won, 73),
            (about(1000, Open), vec![back(1000, 70)], None, 1000, Won, 72),
            (about(1000, Open), vec![], taken, 1000, Lost, 60),
            (about(1000, Won), vec![], taken, 1000, Won, 60),
        ] {
            let facts = beside(vec![dispute], &paid(), &refunds, reversed);
            assert_eq!(told(&facts), [("PP-D-1", minor, state, at)], "{refunds:?}");
        }
        let facts = beside(Vec::new(), &paid(), &[back(300, 40)], taken);
        assert_eq!(told(&facts), [("CAPTURE", 700, Lost, 70)], "nobody tells a dispute");
        assert_eq!(beside(Vec::new(), &paid(), &[back(1000, 40)], taken), []);
    }
}
