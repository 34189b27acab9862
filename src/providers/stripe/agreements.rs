//! Subscriptions and their invoices.

use super::call::part;
use super::objects::{self, Invoice, Linked, PaymentMethod, Product, Subscription};
use super::payments::seconds;
use super::{Stripe, amounts};
use crate::foundation::cadence::Cadence;
use crate::foundation::money::Money;
use crate::foundation::time::Timestamp;
use crate::providers::Failure;
use crate::providers::facts::{AgreementFact, AgreementState, Fact, Found};
use std::collections::HashMap;

/// How many invoices back the payments of an agreement are told.
const LAST_TERMS: &str = "6";
/// A trial that begins so long after the agreement is none: it puts off a charge that waits for the end of a paid term.
const TRIAL_BEGINS_WITHIN: i64 = 60;

/// More agreements or products than one account is read with.
const MOST: usize = 500_000;

const ALL_WITH_METHOD: [(&str, &str); 3] = [
    ("expand[]", "data.default_payment_method"),
    ("expand[]", "data.customer.invoice_settings.default_payment_method"),
    ("expand[]", "data.latest_invoice"),
];

const WITH_METHOD: [(&str, &str); 3] = [
    ("expand[]", "default_payment_method"),
    ("expand[]", "customer.invoice_settings.default_payment_method"),
    ("expand[]", "latest_invoice"),
];

impl Stripe {
    pub(super) async fn subscription(&self, number: &str) -> Result<Subscription, Failure> {
        self.api.get(&format!("subscriptions/{}", part(number)?), &WITH_METHOD).await
    }

    pub(super) async fn agreement(&self, number: &str) -> Result<Fact, Failure> {
        let as_of = self.clock.now();
        let subscription = self.subscription(number).await?;
        if subscription.livemode != self.live {
            return Ok(self.other_mode(subscription.metadata.ours(objects::CHECKOUT)));
        }
        Ok(Fact::Agreement(agreement_fact(&subscription, as_of)))
    }

    /// Stripe leaves out those that were cancelled. What products are called is only there to recognise them.
    pub(super) async fn all_agreements(&self) -> Result<Vec<Found>, Failure> {
        let as_of = self.clock.now();
        let all: Vec<Subscription> = self.api.list("subscriptions", &ALL_WITH_METHOD, MOST).await?;
        let named: HashMap<String, String> = match self.api.list::<Product>("products", &[], MOST).await {
            Ok(products) => products.into_iter().filter_map(|product| Some((product.id, product.name?))).collect(),
            Err(Failure::KeysRefused { .. }) => HashMap::new(),
            Err(other) => return Err(other),
        };
        let ours = all.iter().filter(|subscription| subscription.livemode == self.live);
        let found = ours.filter_map(|subscription| {
            let price = &subscription.items.data.first()?.price;
            let product = price.product.number().to_owned();
            let name = named.get(&product).cloned();
            Some(Found { fact: agreement_fact(subscription, as_of), price: price.id.clone()?, product, name })
        });
        Ok(found.filter(|found| found.fact.state != AgreementState::Ended).collect())
    }

    pub(super) async fn agreement_with_payments(&self, number: &str) -> Result<Vec<Fact>, Failure> {
        let agreement = self.agreement(number).await?;
        let last = [("subscription", number), ("limit", LAST_TERMS), ("expand[]", "data.payments")];
        let invoices: objects::Page<Invoice> = self.api.get("invoices", &last).await?;
        let paid = invoices.data.iter().map(|invoice| self.invoice_payments(invoice));
        let paid = futures::future::try_join_all(paid).await?;
        Ok(std::iter::once(agreement).chain(paid.into_iter().flatten()).collect())
    }

    /// The agreement an invoice belongs to, and what was paid for it.
    pub(super) async fn invoice(&self, number: &str) -> Result<Vec<Fact>, Failure> {
        let invoice: Invoice = self.api.get(&format!("invoices/{}", part(number)?), &[("expand[]", "payments")]).await?;
        if invoice.livemode != self.live {
            return Ok(vec![self.other_mode(invoice.reference())]);
        }
        let mut facts = self.invoice_payments(&invoice).await?;
        if let Some(subscription) = invoice.subscription() {
            facts.insert(0, self.agreement(subscription).await?);
        }
        Ok(facts)
    }

    async fn invoice_payments(&self, invoice: &Invoice) -> Result<Vec<Fact>, Failure> {
        let numbers = invoice.payment_numbers();
        if numbers.is_empty() {
            return Ok(Vec::new());
        }
        let cause = self.invoice_cause(invoice).await?;
        let mut facts = Vec::new();
        for number in numbers {
            let intent = self.intent(number).await?;
            facts.extend(self.payment(intent, Some(cause.clone())).await?);
        }
        Ok(facts)
    }
}

pub(super) fn agreement_fact(subscription: &Subscription, as_of: Timestamp) -> AgreementFact {
    let begun_with_trial =
        subscription.trial_start.is_some_and(|start| start.saturating_sub(subscription.start_date) <= TRIAL_BEGINS_WITHIN);
    let state = match subscription.status.as_str() {
        "canceled" | "incomplete_expired" => AgreementState::Ended,
        "incomplete" => AgreementState::Waiting,
        "paused" => AgreementState::Paused,
        _ if subscription.pause_collection.is_some() => AgreementState::Paused,
        "trialing" if begun_with_trial => AgreementState::Trialing,
        // Stripe gave up after its last try and left it open: how long that is borne is the site's to say.
        "past_due" | "unpaid" => AgreementState::PastDue,
        _ => AgreementState::Active,
    };
    let trial_until = (state == AgreementState::Trialing).then_some(subscription.trial_end).flatten();
    let term_until = term_until(subscription, state);
    let ends_at = subscription.cancel_at.is_some_and(|at| subscription.period().is_none_or(|(_, end)| at <= end));
    AgreementFact {
        agreement: subscription.id.clone(),
        reference: subscription.metadata.ours(objects::CHECKOUT),
        customer: subscription.customer.as_ref().map(|customer| customer.number().to_owned()),
        state,
        began: Some(seconds(subscription.start_date)),
        charges: subscription.charges(),
        trial_until: trial_until.map(seconds),
        term_until: term_until.map(seconds),
        // The portal names a day instead.
        ends_with_term: subscription.cancel_at_period_end || ends_at,
        method: subscription.method().map(method_words),
        as_of,
    }
}

/// Stripe moves a subscription into its next term an hour before it charges for it, and leaves it there when the charge
/// fails: an unpaid term is not running yet.
fn term_until(subscription: &Subscription, state: AgreementState) -> Option<i64> {
    let (start, end) = subscription.period()?;
    if state == AgreementState::Waiting {
        return None;
    }
    if let Some(ended) = subscription.ended_at {
        return Some(end.min(ended));
    }
    match subscription.latest_invoice.as_ref().and_then(Linked::whole).and_then(|invoice| invoice.status.as_deref()) {
        Some("draft" | "open" | "uncollectible") => Some(start),
        Some("void") => None,
        _ => Some(end),
    }
}

impl Subscription {
    /// From when to when the current term runs: of its items, or as it was written before.
    pub(super) fn period(&self) -> Option<(i64, i64)> {
        let items = self.items.data.iter().filter_map(|item| Some((item.current_period_start?, item.current_period_end?)));
        items.max_by_key(|(_, end)| *end).or_else(|| Some((self.current_period_start?, self.current_period_end?)))
    }

    /// What it charges; nothing where it has several items, or terms we do not sell.
    fn charges(&self) -> Option<(Money, Cadence)> {
        let [item] = self.items.data.as_slice() else { return None };
        let recurring = item.price.recurring.as_ref()?;
        let every = match (recurring.interval.as_str(), recurring.interval_count) {
            ("month", 1) => Cadence::Month,
            ("year", 1) => Cadence::Year,
            ("day", days) => Cadence::Days(u16::try_from(days).ok()?),
            _ => return None,
        };
        Some((amounts::from_stripe(item.price.unit_amount?, &item.price.currency).ok()?, every))
    }

    fn method(&self) -> Option<&PaymentMethod> {
        let own = self.default_payment_method.as_ref().and_then(Linked::whole);
        let customer = self.customer.as_ref().and_then(Linked::whole).and_then(|customer| customer.invoice_settings.as_ref());
        own.or_else(|| customer?.default_payment_method.as_ref()?.whole())
    }
}

/// `Visa ···· 4242`; another method by its name.
fn method_words(method: &PaymentMethod) -> String {
    let capitalised = |word: &str| {
        let spaced = word.replace('_', " ");
        let mut letters = spaced.chars().take(40);
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    };
    match &method.card {
        Some(card) => {
            let last: String = card.last4.chars().take(4).collect();
            format!("{} ···· {last}", capitalised(&card.brand))
        }
        None => capitalised(&method.kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn fact(changes: Value) -> AgreementFact {
        let mut subscription = json!({
            "id": "sub_1", "livemode": false, "status": "active", "start_date": 100, "customer": "cus_1",
            "items": { "has_more": false, "data": [{ "id": "si_1", "current_period_start": 100, "current_period_end": 200,
                "price": { "currency": "cny", "unit_amount": 1, "product": "prod_1", "recurring": null } }] },
        });
        if let (Some(all), Value::Object(changes)) = (subscription.as_object_mut(), changes) {
            all.extend(changes);
        }
        agreement_fact(&serde_json::from_value(subscription).unwrap(), Timestamp(1))
    }

    #[test]
    fn every_status_has_its_meaning() {
        let expected = [
            ("incomplete", AgreementState::Waiting),
            ("incomplete_expired", AgreementState::Ended),
            ("active", AgreementState::Active),
            ("past_due", AgreementState::PastDue),
            ("unpaid", AgreementState::PastDue),
            ("canceled", AgreementState::Ended),
            ("paused", AgreementState::Paused),
        ];
        for (status, state) in expected {
            assert_eq!(fact(json!({ "status": status })).state, state, "{status}");
        }
        assert_eq!(fact(json!({ "pause_collection": { "behavior": "void" } })).state, AgreementState::Paused);
        let trial = |start: i64| fact(json!({ "status": "trialing", "trial_start": start, "trial_end": 200 }));
        assert_eq!((trial(100).state, trial(100).trial_until), (AgreementState::Trialing, Some(seconds(200))));
        assert_eq!((trial(190).state, trial(190).trial_until), (AgreementState::Active, None));
    }

    #[test]
    fn a_term_that_is_not_paid_does_not_run() {
        for (status, until) in [("paid", Some(200)), ("draft", Some(100)), ("open", Some(100)), ("void", None)] {
            let told = fact(json!({ "latest_invoice": { "id": "in_1", "status": status } }));
            assert_eq!(told.term_until, until.map(seconds), "{status}");
        }
        assert_eq!(fact(json!({ "status": "canceled", "ended_at": 150 })).term_until, Some(seconds(150)));
        let before = json!({ "items": { "has_more": false, "data": [] }, "current_period_start": 100, "current_period_end": 300 });
        assert_eq!(fact(before).term_until, Some(seconds(300)));
    }

    proptest::proptest! {
        #[test]
        fn no_times_panic(start: i64, trial: i64, from: i64, until: i64, ended: Option<i64>) {
            let changes = json!({
                "status": "trialing", "start_date": start, "trial_start": trial, "trial_end": until, "ended_at": ended, "cancel_at": from,
                "items": { "has_more": false, "data": [] }, "current_period_start": from, "current_period_end": until,
            });
            proptest::prop_assert_eq!(fact(changes).as_of, Timestamp(1));
        }
    }

    #[test]
    fn the_end_is_told_however_it_is_written_and_the_method_by_its_name() {
        assert!(!fact(json!({})).ends_with_term);
        assert!(fact(json!({ "cancel_at_period_end": true })).ends_with_term);
        assert!(fact(json!({ "cancel_at": 200 })).ends_with_term && !fact(json!({ "cancel_at": 900 })).ends_with_term);
        let card = json!({ "id": "pm_1", "type": "card", "card": { "brand": "visa", "last4": "4242" } });
        assert_eq!(fact(json!({ "default_payment_method": card })).method.as_deref(), Some("Visa ···· 4242"));
        let customer = json!({ "id": "cus_1", "invoice_settings": { "default_payment_method": { "id": "pm_1", "type": "sepa_debit" } } });
        assert_eq!(fact(json!({ "customer": customer })).method.as_deref(), Some("Sepa debit"));
    }
}
