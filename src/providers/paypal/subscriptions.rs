//! What renews: a subscription the buyer approves at PayPal and we activate, after which PayPal charges by itself.

use super::api::refused_with;
use super::changes::{ENDED_NOW, PAUSED};
use super::disputes::Reversed;
use super::orders::{fee_of, standing};
use super::plans::Terms;
use super::wire::{self, Subscription, Transaction, Transactions};
use super::{Paypal, amounts, instant, number, ours, terms, written};
use crate::foundation::cadence::Cadence;
use crate::foundation::time::{DAY, MINUTE, Timestamp};
use crate::providers::facts::{AgreementFact, AgreementState, CheckoutState, Fact, PaidTerm, PaymentFact};
use crate::providers::{Failure, NewCheckout, OpenCheckout, Opened, Way};
use serde_json::json;

impl Paypal {
    pub(super) async fn open_subscription(&self, checkout: &NewCheckout, terms: &Terms) -> Result<Opened, Failure> {
        let plan = self.plan_for(terms).await?;
        let mut body = json!({
            "plan_id": plan,
            "custom_id": checkout.reference,
            "application_context": {
                "locale": if checkout.locale.starts_with("zh") { "zh-CN" } else { "en-US" },
                "shipping_preference": "NO_SHIPPING",
                // Approved is not begun: we begin it, after a look.
                "user_action": "CONTINUE",
                "payment_method": { "payer_selected": "PAYPAL", "payee_preferred": "IMMEDIATE_PAYMENT_REQUIRED" },
                "return_url": checkout.return_url,
                "cancel_url": checkout.cancel_url,
            },
        });
        if let Some(email) = &checkout.email {
            body["subscriber"] = json!({ "email_address": email });
        }
        let made: Subscription = self.api.post("/v1/billing/subscriptions", &body, &checkout.reference).await?.json()?;
        let go = wire::link(&made.links, "approve").map_or_else(|| checkout.return_url.clone(), str::to_owned);
        Ok(Opened { number: Some(number(&made.id)?.to_owned()), way: Way::GoTo(go) })
    }

    pub(super) async fn look_subscription(&self, id: &str, checkout: &OpenCheckout) -> Result<Vec<Fact>, Failure> {
        let reference = Some(checkout.reference.as_str());
        let Some(found) = self.subscription(id).await? else {
            return Ok(vec![standing(reference, Some(id), CheckoutState::Closed)]);
        };
        let mismatch = |reason: String| Ok(vec![Fact::Mismatch { reference: Some(checkout.reference.clone()), reason }]);
        if found.custom_id.as_deref() != reference {
            return mismatch("the subscription belongs to another checkout".to_owned());
        }
        if found.status == "APPROVED" {
            match self.terms_of(&found.plan_id).await? {
                Some(terms) if terms.price == checkout.amount && terms.cut == checkout.cut => (),
                _ => return mismatch("the subscription charges another amount".to_owned()),
            }
            let activated = self.act(id, "activate", "Approved.", &self.api.attempt()).await;
            match activated {
                Ok(()) => (),
                Err(failure) if refused_with(&failure, &["SUBSCRIPTION_STATUS_INVALID"]) => (),
                Err(failure) if refused_with(&failure, &["INSTRUMENT_DECLINED", "PAYMENT_DENIED", "TRANSACTION_REFUSED"]) => {
                    return Ok(vec![standing(reference, Some(id), CheckoutState::Declined)]);
                }
                Err(failure) => return Err(failure),
            }
        }
        self.agreement_facts(id).await
    }

    /// PayPal knows no way to take back what is not approved yet; what is not activated is never charged.
    pub(super) async fn close_subscription(&self, id: &str, checkout: &OpenCheckout) -> Result<Vec<Fact>, Failure> {
        let closed = || Ok(vec![standing(Some(&checkout.reference), Some(id), CheckoutState::Closed)]);
        match self.subscription(id).await? {
            None => closed(),
            Some(found) if matches!(found.status.as_str(), "APPROVAL_PENDING" | "APPROVED") => {
                match self.act(id, "cancel", "The checkout was closed.", &format!("{}-close", checkout.reference)).await {
                    Ok(()) | Err(Failure::Refused { .. }) => closed(),
                    Err(failure) => Err(failure),
                }
            }
            Some(_) => self.agreement_facts(id).await,
        }
    }

    pub(super) async fn subscription(&self, id: &str) -> Result<Option<Subscription>, Failure> {
        self.api.get(&format!("/v1/billing/subscriptions/{}", number(id)?)).await
    }

    pub(super) async fn act(&self, id: &str, verb: &str, reason: &str, key: &str) -> Result<(), Failure> {
        let path = format!("/v1/billing/subscriptions/{}/{verb}", number(id)?);
        self.api.post(&path, &json!({ "reason": reason }), key).await.map(|_| ())
    }

    /// How it stands, with the charges of the last terms, what was given back of them, and what is contested.
    pub(super) async fn agreement_facts(&self, id: &str) -> Result<Vec<Fact>, Failure> {
        self.agreement_told(id, None).await
    }

    /// The same, when it was just told that one of its charges was reversed.
    pub(super) async fn agreement_told(&self, id: &str, reversed: Option<(&str, Reversed)>) -> Result<Vec<Fact>, Failure> {
        let Some(found) = self.subscription(id).await? else { return Ok(Vec::new()) };
        let reference = ours(found.custom_id.as_deref());
        // Of somebody else's plan nothing can be said, and need not.
        let Some(terms) = self.terms_of(&found.plan_id).await? else { return Ok(Vec::new()) };
        let Some(start) = found.start_time.as_deref().or(found.create_time.as_deref()).and_then(instant) else {
            return Err(Failure::Nonsense("a subscription without a beginning".to_owned()));
        };
        let begun = !matches!(found.status.as_str(), "APPROVAL_PENDING" | "APPROVED");
        let charges = if begun { self.charges(&found.id, start, terms.every).await? } else { Vec::new() };
        let first = terms.first_charge(start);
        let mut facts = Vec::new();
        let mut paid_until = (terms.trial_days > 0 && begun).then_some(first);
        for charge in &charges {
            let Some(payment) = payment(charge, &found.id, reference.clone(), first, terms.every)? else { continue };
            paid_until = paid_until.max(payment.term.as_ref().map(|term| term.until));
            let (refunds, booked) = match charge.status.as_str() {
                "COMPLETED" => (Vec::new(), None),
                _ => self.sale_refunds(&payment.payment, Some(payment.paid_at)).await?,
            };
            let told = reversed.filter(|(sale, _)| *sale == payment.payment).map(|(_, reversed)| reversed);
            let taken = self.taken(&payment, &refunds, booked.or(told)).await?;
            facts.push(Fact::Payment(payment));
            facts.extend(refunds.into_iter().map(Fact::Refund));
            facts.extend(taken);
        }
        let charged = !facts.is_empty();
        let state = match found.status.as_str() {
            "APPROVAL_PENDING" | "APPROVED" => Some(CheckoutState::Open),
            "ACTIVE" if !charged && terms.trial_days == 0 => {
                let failed = found.billing_info.as_ref().and_then(|info| info.failed_payments_count).unwrap_or_default() > 0;
                Some(if failed { CheckoutState::Declined } else { CheckoutState::Pending })
            }
            "CANCELLED" | "EXPIRED" if paid_until.is_none() => Some(CheckoutState::Closed),
            _ => None,
        };
        facts.extend(state.map(|state| standing(reference.as_deref(), Some(&found.id), state)));
        let mut agreement = self.agreement(found, reference, (terms.trial_days > 0).then_some(first), paid_until);
        agreement.charges = Some((terms.price, terms.every));
        agreement.began = Some(start);
        facts.push(Fact::Agreement(agreement));
        Ok(facts)
    }

    fn agreement(
        &self,
        found: Subscription,
        reference: Option<String>,
        trial_until: Option<Timestamp>,
        paid_until: Option<Timestamp>,
    ) -> AgreementFact {
        let now = self.api.now();
        let failed = found.billing_info.as_ref().and_then(|info| info.failed_payments_count).unwrap_or_default() > 0;
        let paid = paid_until.is_some_and(|until| now < until);
        let running = if trial_until.is_some_and(|until| now < until) { AgreementState::Trialing } else { AgreementState::Active };
        let note = found.status_change_note.as_deref();
        let (state, ends_with_term) = match found.status.as_str() {
            "APPROVAL_PENDING" | "APPROVED" => (AgreementState::Waiting, false),
            "ACTIVE" if failed && paid_until.is_some() => (AgreementState::PastDue, false),
            "ACTIVE" if paid_until.is_none() => (AgreementState::Waiting, false),
            "ACTIVE" => (running, false),
            // PayPal suspends by itself what could not be charged three times.
            "SUSPENDED" if failed && note != Some(PAUSED) => (AgreementState::PastDue, false),
            "SUSPENDED" => (AgreementState::Paused, false),
            "CANCELLED" if paid && note != Some(ENDED_NOW) => (running, true),
            _ => (AgreementState::Ended, false),
        };
        let subscriber = found.subscriber.as_ref();
        AgreementFact {
            agreement: found.id,
            reference,
            customer: subscriber.and_then(|subscriber| subscriber.payer_id.clone()),
            state,
            began: None,
            charges: None,
            trial_until,
            term_until: paid_until,
            ends_with_term,
            method: subscriber.and_then(|subscriber| subscriber.email_address.as_ref()).map(|email| format!("PayPal · {email}")),
            as_of: now,
        }
    }

    /// The charges of about the last three terms.
    async fn charges(&self, id: &str, start: Timestamp, every: Cadence) -> Result<Vec<Transaction>, Failure> {
        let term = match every {
            Cadence::Month => 31,
            Cadence::Year => 366,
            Cadence::Days(days) => i64::from(days),
        };
        let until = self.api.now().plus(MINUTE);
        let from = start.plus(-DAY).max(until.plus(-(3 * term + 30) * DAY));
        let path =
            format!("/v1/billing/subscriptions/{}/transactions?start_time={}&end_time={}", number(id)?, written(from)?, written(until)?);
        Ok(self.api.get::<Transactions>(&path).await?.map(|found| found.transactions).unwrap_or_default())
    }
}

/// A charge that went through; those that did not, and those of nothing, are no payments.
fn payment(
    charge: &Transaction,
    agreement: &str,
    reference: Option<String>,
    first: Timestamp,
    every: Cadence,
) -> Result<Option<PaymentFact>, Failure> {
    if !matches!(charge.status.as_str(), "COMPLETED" | "PARTIALLY_REFUNDED" | "REFUNDED" | "REVERSED") {
        return Ok(None);
    }
    let amount = amounts::read(&charge.amount_with_breakdown.gross_amount)?;
    if amount.minor <= 0 {
        return Ok(None);
    }
    let nonsense = || Failure::Nonsense("a charge without a time".to_owned());
    let paid_at = instant(&charge.time).ok_or_else(nonsense)?;
    let (from, until) = terms::paid(first, every, paid_at).ok_or_else(nonsense)?;
    Ok(Some(PaymentFact {
        payment: number(&charge.id)?.to_owned(),
        reference,
        amount,
        fee: fee_of(charge.amount_with_breakdown.fee_amount.as_ref(), amount),
        paid_at,
        term: Some(PaidTerm { agreement: agreement.to_owned(), from, until, settles: false }),
    }))
}
