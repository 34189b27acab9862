//! Payments a buyer contests, at PayPal or through their bank.

use super::wire::{Capture, Dispute, Disputes};
use super::{Paypal, amounts, instant, number};
use crate::foundation::money::Money;
use crate::providers::Failure;
use crate::providers::facts::{DisputeFact, DisputeState, Fact, RefundFact, RefundState};

/// More disputes about one payment are not looked at.
const MOST: usize = 10;

impl Paypal {
    /// All disputes about a payment. An app without the right to read them hears of none.
    pub(super) async fn disputes_of(&self, payment: &str) -> Result<Vec<Fact>, Failure> {
        let path = format!("/v1/customer/disputes?disputed_transaction_id={}&page_size=50", number(payment)?);
        let found: Option<Disputes> = match self.api.get(&path).await {
            Err(Failure::Refused { .. }) => None,
            other => other?,
        };
        let mut facts = Vec::new();
        for item in found.map(|found| found.items).unwrap_or_default().iter().take(MOST) {
            facts.extend(self.dispute(&item.dispute_id).await?.map(Fact::Dispute));
        }
        Ok(facts)
    }

    /// What took a reversed payment. The disputes about it: of one that is open, the money went before it is decided, and
    /// comes back when it is won. Where none is told (the bank returned the money, or the app may not read disputes) it is one
    /// under the payment's own number, about what was not given back otherwise.
    pub(super) async fn reversal_of(&self, capture: &Capture, refunds: &[RefundFact]) -> Result<Vec<Fact>, Failure> {
        let mut told = self.disputes_of(&capture.id).await?;
        for fact in &mut told {
            if let Fact::Dispute(dispute) = fact
                && dispute.state == DisputeState::Open
            {
                dispute.state = DisputeState::Lost;
            }
        }
        let paid = amounts::read(&capture.amount)?;
        let given = refunds.iter().filter(|refund| refund.payment == capture.id && refund.state == RefundState::Succeeded);
        let left = paid.minor - given.map(|refund| refund.amount.minor).sum::<i64>();
        if told.is_empty() && left > 0 {
            let at = capture.update_time.as_deref().unwrap_or(&capture.create_time);
            let id = number(&capture.id)?;
            told.push(Fact::Dispute(DisputeFact {
                dispute: id.to_owned(),
                payment: id.to_owned(),
                amount: Money::new(left, paid.currency),
                fee: None,
                state: DisputeState::Lost,
                at: instant(at).ok_or_else(|| Failure::Nonsense("a reversal without a time".to_owned()))?,
            }));
        }
        Ok(told)
    }

    pub(super) async fn dispute(&self, id: &str) -> Result<Option<DisputeFact>, Failure> {
        let dispute: Option<Dispute> = self.api.get(&format!("/v1/customer/disputes/{}", number(id)?)).await?;
        Ok(dispute.and_then(|dispute| fact(&dispute)))
    }
}

fn fact(dispute: &Dispute) -> Option<DisputeFact> {
    let payment = dispute.disputed_transactions.iter().find_map(|about| about.seller_transaction_id.as_deref())?;
    Some(DisputeFact {
        dispute: number(&dispute.dispute_id).ok()?.to_owned(),
        payment: number(payment).ok()?.to_owned(),
        amount: amounts::read(dispute.dispute_amount.as_ref()?).ok()?,
        // What a chargeback costs is not told here; it stands in the report.
        fee: None,
        state: state(&dispute.status, dispute.dispute_outcome.as_ref().and_then(|outcome| outcome.outcome_code.as_deref())),
        at: dispute.update_time.as_deref().or(dispute.create_time.as_deref()).and_then(instant)?,
    })
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
}
