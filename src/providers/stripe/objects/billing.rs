//! Subscriptions and invoices.

use super::{CHECKOUT, Just, Linked, Metadata, Page};
use serde::Deserialize;
use serde::de::IgnoredAny;

#[derive(Debug, Clone, Deserialize)]
pub struct Subscription {
    pub id: String,
    pub livemode: bool,
    pub status: String,
    #[serde(default)]
    pub metadata: Metadata,
    pub customer: Option<Linked<Customer>>,
    pub start_date: i64,
    pub trial_start: Option<i64>,
    pub trial_end: Option<i64>,
    pub ended_at: Option<i64>,
    #[serde(default)]
    pub cancel_at_period_end: bool,
    pub cancel_at: Option<i64>,
    pub pause_collection: Option<IgnoredAny>,
    pub default_payment_method: Option<Linked<PaymentMethod>>,
    pub latest_invoice: Option<Linked<LatestInvoice>>,
    pub items: Page<SubscriptionItem>,
    #[serde(default)]
    pub discounts: Vec<IgnoredAny>,
    /// Before 2025-03-31 the term stood here and not at the items.
    pub current_period_start: Option<i64>,
    pub current_period_end: Option<i64>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct LatestInvoice {
    pub status: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct SubscriptionItem {
    pub id: String,
    pub current_period_start: Option<i64>,
    pub current_period_end: Option<i64>,
    pub price: Price,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Price {
    pub id: Option<String>,
    pub currency: String,
    pub unit_amount: Option<i64>,
    pub product: Linked<Just>,
    pub recurring: Option<Recurring>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Product {
    pub id: String,
    pub name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Recurring {
    pub interval: String,
    pub interval_count: u64,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Customer {
    pub id: String,
    pub invoice_settings: Option<InvoiceSettings>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct InvoiceSettings {
    pub default_payment_method: Option<Linked<PaymentMethod>>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct PaymentMethod {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub card: Option<Card>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Card {
    pub brand: String,
    pub last4: String,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Invoice {
    pub id: String,
    pub livemode: bool,
    pub parent: Option<InvoiceParent>,
    pub lines: Page<InvoiceLine>,
    pub payments: Option<Page<InvoicePayment>>,
    /// Before 2025-03-31 these stood here and not under `parent` and `payments`.
    pub subscription: Option<Linked<Just>>,
    pub subscription_details: Option<SubscriptionDetails>,
    pub payment_intent: Option<Linked<Just>>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct InvoiceParent {
    pub subscription_details: Option<SubscriptionDetails>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct SubscriptionDetails {
    pub subscription: Option<Linked<Just>>,
    #[serde(default)]
    pub metadata: Metadata,
}

#[derive(Debug, Clone, Deserialize)]
pub struct InvoiceLine {
    #[serde(default)]
    pub proration: bool,
    pub parent: Option<InvoiceLineParent>,
    pub period: Period,
}

#[derive(Debug, Clone, Deserialize)]
pub struct InvoiceLineParent {
    pub subscription_item_details: Option<SubscriptionItemDetails>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct SubscriptionItemDetails {
    #[serde(default)]
    pub proration: bool,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Period {
    pub start: i64,
    pub end: i64,
}

#[derive(Debug, Clone, Deserialize)]
pub struct InvoicePayment {
    pub id: String,
    pub invoice: Option<Linked<Invoice>>,
    pub payment: InvoicePaymentBy,
}

#[derive(Debug, Clone, Deserialize)]
pub struct InvoicePaymentBy {
    pub payment_intent: Option<Linked<Just>>,
}

impl InvoiceLine {
    fn settles(&self) -> bool {
        let item = self.parent.as_ref().and_then(|parent| parent.subscription_item_details.as_ref());
        self.proration || item.is_some_and(|item| item.proration)
    }
}

impl Invoice {
    pub fn subscription(&self) -> Option<&str> {
        let details = self.parent.as_ref().and_then(|parent| parent.subscription_details.as_ref());
        details.and_then(|details| details.subscription.as_ref()).or(self.subscription.as_ref()).map(Linked::number)
    }

    /// Our reference, of the metadata of the subscription as they stood when the invoice was made.
    pub fn reference(&self) -> Option<String> {
        let new = self.parent.as_ref().and_then(|parent| parent.subscription_details.as_ref());
        new.or(self.subscription_details.as_ref()).and_then(|details| details.metadata.ours(CHECKOUT))
    }

    /// The term it is for: that of the line which ends last and is no settlement of a change. If there are only
    /// settlements, what is left of the term they are about; then it says so.
    pub fn period(&self) -> Option<(Period, bool)> {
        let last = |settling: bool| {
            let lines = self.lines.data.iter().filter(|line| line.settles() == settling);
            lines.map(|line| line.period).max_by_key(|period| period.end)
        };
        last(false).map(|period| (period, false)).or_else(|| last(true).map(|period| (period, true)))
    }

    /// The numbers of the payments made for it.
    pub fn payment_numbers(&self) -> Vec<&str> {
        let new = self.payments.iter().flat_map(|payments| &payments.data);
        let mut numbers: Vec<&str> = new.filter_map(|made| made.payment.payment_intent.as_ref()).map(Linked::number).collect();
        if let (true, Some(old)) = (numbers.is_empty(), &self.payment_intent) {
            numbers.push(old.number());
        }
        numbers
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const OURS: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn an_invoice_is_read_as_it_is_written_now_and_as_it_was_before() {
        let period = json!({ "start": 1, "end": 2 });
        let now: Invoice = serde_json::from_value(json!({
            "id": "in_1", "livemode": false,
            "parent": { "type": "subscription_details", "subscription_details": { "subscription": "sub_1", "metadata": { "stoa_checkout": OURS } } },
            "lines": { "has_more": false, "data": [
                { "period": { "start": 1, "end": 9 }, "parent": { "subscription_item_details": { "proration": true } } },
                { "period": period, "parent": { "subscription_item_details": { "proration": false } } },
            ] },
            "payments": { "has_more": false, "data": [
                { "id": "inpay_1", "invoice": "in_1", "payment": { "type": "payment_intent", "payment_intent": "pi_1" } },
            ] },
        }))
        .unwrap();
        let before: Invoice = serde_json::from_value(json!({
            "id": "in_1", "livemode": false, "subscription": "sub_1", "payment_intent": "pi_1",
            "subscription_details": { "metadata": { "stoa_checkout": OURS } },
            "lines": { "has_more": false, "data": [{ "period": { "start": 1, "end": 9 }, "proration": true }, { "period": period, "proration": false }] },
        }))
        .unwrap();
        for invoice in [now, before] {
            assert_eq!((invoice.subscription(), invoice.reference().as_deref()), (Some("sub_1"), Some(OURS)));
            assert_eq!(invoice.payment_numbers(), ["pi_1"]);
            assert_eq!(invoice.period().map(|(period, settles)| (period.start, period.end, settles)), Some((1, 2, false)));
        }
    }

    #[test]
    fn an_invoice_of_settlements_alone_is_for_the_rest_of_the_term() {
        let invoice: Invoice = serde_json::from_value(json!({
            "id": "in_1", "livemode": false,
            "lines": { "has_more": false, "data": [
                { "period": { "start": 5, "end": 9 }, "parent": { "subscription_item_details": { "proration": true } } },
                { "period": { "start": 5, "end": 9 }, "parent": { "subscription_item_details": { "proration": true } } },
            ] },
        }))
        .unwrap();
        assert_eq!(invoice.period().map(|(period, settles)| (period.start, period.end, settles)), Some((5, 9, true)));
    }
}
