//! A payment with all that became of it: fee, refunds, disputes.

use super::call::{Form, part};
use super::objects::{self, BalanceTransaction, Charge, Dispute, Invoice, InvoicePayment, Linked, PaymentIntent, Refund};
use super::{Stripe, amounts};
use crate::foundation::money::Money;
use crate::foundation::time::{SECOND, Timestamp};
use crate::providers::facts::{DisputeFact, DisputeState, Fact, PaidTerm, PaymentFact, RefundFact, RefundState};
use crate::providers::{Failure, NewRefund};

/// What is fetched along with a payment.
const WITH_CHARGE: (&str, &str) = ("expand[]", "latest_charge.balance_transaction");
/// More refunds or disputes than one payment can have.
const MOST: usize = 1_000;

/// What a payment was for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cause {
    pub reference: Option<String>,
    pub term: Option<PaidTerm>,
}

pub(super) fn seconds(at: i64) -> Timestamp {
    Timestamp(at.saturating_mul(SECOND))
}

impl Stripe {
    pub(super) async fn payment_by_number(&self, number: &str) -> Result<Vec<Fact>, Failure> {
        let intent = self.intent(number).await?;
        self.payment(intent, None).await
    }

    pub(super) async fn intent(&self, number: &str) -> Result<PaymentIntent, Failure> {
        self.api.get(&format!("payment_intents/{}", part(number)?), &[WITH_CHARGE]).await
    }

    /// All that is known of a payment; nothing as long as no money came. `cause` where it is known already.
    pub(super) async fn payment(&self, intent: PaymentIntent, cause: Option<Cause>) -> Result<Vec<Fact>, Failure> {
        if intent.status != "succeeded" {
            return Ok(Vec::new());
        }
        let cause = match cause {
            Some(cause) => cause,
            None => self.cause(&intent).await?,
        };
        if intent.livemode != self.live {
            return Ok(vec![self.other_mode(cause.reference)]);
        }
        let Some(charge) = intent.latest_charge.as_ref().and_then(Linked::whole) else {
            return Err(Failure::Nonsense(format!("{} succeeded without a charge", intent.id)));
        };
        if (charge.amount_captured, &charge.currency) != (intent.amount_received, &intent.currency) {
            let reason = format!(
                "{}: received {} {}, captured {} {}",
                intent.id, intent.amount_received, intent.currency, charge.amount_captured, charge.currency
            );
            return Ok(vec![Fact::Mismatch { reference: cause.reference, reason }]);
        }
        let of_this = [("payment_intent", intent.id.as_str())];
        let with_line = [of_this[0], ("expand[]", "data.balance_transaction")];
        let refunds = self.api.list::<Refund>("refunds", &with_line, MOST);
        let disputes = self.api.list::<Dispute>("disputes", &of_this, MOST);
        let (refunds, disputes) = tokio::try_join!(refunds, disputes)?;
        let mut facts = vec![Fact::Payment(payment_fact(&intent, charge, cause)?)];
        for refund in &refunds {
            facts.push(Fact::Refund(refund_fact(refund, &intent.id)?));
        }
        for dispute in &disputes {
            facts.extend(dispute_fact(dispute, &intent.id)?.map(Fact::Dispute));
        }
        Ok(facts)
    }

    /// A payment names its checkout itself, or is for an invoice, which names its subscription.
    async fn cause(&self, intent: &PaymentIntent) -> Result<Cause, Failure> {
        if let Some(reference) = intent.metadata.ours(objects::CHECKOUT) {
            return Ok(Cause { reference: Some(reference), term: None });
        }
        match self.invoice_of(&intent.id).await? {
            Some(invoice) => self.invoice_cause(&invoice).await,
            None => Ok(Cause { reference: None, term: None }),
        }
    }

    /// The invoice that a payment was made for.
    async fn invoice_of(&self, intent: &str) -> Result<Option<Invoice>, Failure> {
        let of_this = [("payment[type]", "payment_intent"), ("payment[payment_intent]", intent), ("expand[]", "data.invoice")];
        let made: Vec<InvoicePayment> = self.api.list("invoice_payments", &of_this, MOST).await?;
        Ok(made.into_iter().find_map(|made| match made.invoice? {
            Linked::Whole(invoice) => Some(*invoice),
            Linked::Number(_) => None,
        }))
    }

    /// The subscription that a payment was a term of. Charges without an intent are of no invoice of ours.
    pub(super) async fn subscription_of(&self, payment: &str) -> Result<Option<String>, Failure> {
        if !payment.starts_with("pi_") {
            return Ok(None);
        }
        Ok(self.invoice_of(payment).await?.and_then(|invoice| invoice.subscription().map(str::to_owned)))
    }

    pub(super) async fn invoice_cause(&self, invoice: &Invoice) -> Result<Cause, Failure> {
        let Some(subscription) = invoice.subscription() else {
            return Ok(Cause { reference: None, term: None });
        };
        let reference = match invoice.reference() {
            Some(reference) => Some(reference),
            None => self.subscription(subscription).await?.metadata.ours(objects::CHECKOUT),
        };
        let term = invoice.period().map(|(period, settles)| PaidTerm {
            agreement: subscription.to_owned(),
            from: seconds(period.start),
            until: seconds(period.end),
            settles,
        });
        Ok(Cause { reference, term })
    }

    pub(super) fn other_mode(&self, reference: Option<String>) -> Fact {
        let reason = if self.live { "of test mode, with a key for real money" } else { "of live mode, with a key for tests" };
        Fact::Mismatch { reference, reason: reason.to_owned() }
    }

    /// Keys are kept for a day only: what was asked for before is found by our reference in it.
    pub(super) async fn make_refund(&self, refund: &NewRefund) -> Result<Vec<Fact>, Failure> {
        let facts = self.payment_by_number(&refund.payment).await?;
        if names_refund(&facts, &refund.reference) {
            return Ok(facts);
        }
        let amount = amounts::to_stripe(refund.amount)?;
        let form: Form = vec![
            ("payment_intent".to_owned(), refund.payment.clone()),
            ("amount".to_owned(), amount.to_string()),
            ("reason".to_owned(), "requested_by_customer".to_owned()),
            (format!("metadata[{}]", objects::REFUND), refund.reference.clone()),
            (format!("metadata[{}]", objects::CHECKOUT), refund.checkout.clone()),
        ];
        self.api.post::<objects::Just>("refunds", &form, &format!("stoa-refund-{}", refund.reference)).await?;
        self.payment_by_number(&refund.payment).await
    }
}

fn names_refund(facts: &[Fact], reference: &str) -> bool {
    facts.iter().any(|fact| matches!(fact, Fact::Refund(refund) if refund.reference.as_deref() == Some(reference)))
}

fn payment_fact(intent: &PaymentIntent, charge: &Charge, cause: Cause) -> Result<PaymentFact, Failure> {
    let amount = amounts::from_stripe(intent.amount_received, &intent.currency)?;
    let line = charge.balance_transaction.as_ref().and_then(Linked::whole);
    Ok(PaymentFact {
        payment: intent.id.clone(),
        reference: cause.reference,
        amount,
        fee: line.and_then(|line| amounts::fee(line, amount)),
        // A charge by a slow method begins days before its money comes.
        paid_at: seconds(line.map_or(charge.created, |line| line.created)),
        term: cause.term,
    })
}

fn refund_fact(refund: &Refund, payment: &str) -> Result<RefundFact, Failure> {
    let amount = amounts::from_stripe(refund.amount, &refund.currency)?;
    let line = refund.balance_transaction.as_ref().and_then(Linked::whole);
    // A fee below zero is one given back.
    let returned = line.and_then(|line| amounts::fee(line, amount)).filter(|fee| fee.minor < 0);
    Ok(RefundFact {
        refund: refund.id.clone(),
        reference: refund.metadata.ours(objects::REFUND),
        payment: payment.to_owned(),
        amount,
        fee_returned: returned.map(|fee| Money::new(fee.minor.saturating_neg(), fee.currency)),
        state: match refund.status.as_deref() {
            Some("succeeded") => RefundState::Succeeded,
            Some("failed" | "canceled") => RefundState::Failed,
            _ => RefundState::Pending,
        },
        at: seconds(refund.created),
    })
}

/// An inquiry (`warning_…`) holds no money and ends without any moving, or becomes a dispute under the same number; one
/// that was `prevented` became a refund. Neither is a dispute to us.
fn dispute_fact(dispute: &Dispute, payment: &str) -> Result<Option<DisputeFact>, Failure> {
    let state = match dispute.status.as_str() {
        status if status.starts_with("warning_") || status == "prevented" => return Ok(None),
        "won" => DisputeState::Won,
        "lost" => DisputeState::Lost,
        // needs_response, under_review, appeal_needs_response, appeal_under_review.
        _ => DisputeState::Open,
    };
    let amount = amounts::from_stripe(dispute.amount, &dispute.currency)?;
    let fees = dispute.balance_transactions.iter().filter_map(|line: &BalanceTransaction| amounts::fee(line, amount));
    Ok(Some(DisputeFact {
        dispute: dispute.id.clone(),
        payment: payment.to_owned(),
        amount,
        fee: fees.reduce(|sum, fee| Money::new(sum.minor.saturating_add(fee.minor), amount.currency)),
        state,
        // Of two decisions the later holds: one that was lost may be won by an appeal, and then moves money once more.
        at: seconds(dispute.balance_transactions.iter().map(|line| line.created).fold(dispute.created, i64::max)),
    }))
}
