//! Invoices: one for each term, charged to the method of the subscription, and again after a failure.

use super::books::{Books, Charging};
use super::money::Due;
use serde_json::{Value, json};

const DAY: i64 = 86_400;
/// After a failed try the next one follows after so many days; then it is over.
const RETRIES: [i64; 3] = [3, 5, 7];

impl Books {
    /// A draft of the invoice for the term the subscription is in.
    pub(super) fn invoice(&mut self, subscription: &str, reason: &str, amount: i64) -> String {
        self.invoice_of(subscription, reason, &[amount], None)
    }

    /// As [`Books::invoice`], of several amounts; `settling`: of what is left of the term from then on.
    pub(super) fn invoice_of(&mut self, subscription: &str, reason: &str, amounts: &[i64], settling: Option<i64>) -> String {
        let (start, end) = (self.item(subscription, "current_period_start"), self.item(subscription, "current_period_end"));
        let number = self.number("in");
        let line = |amount: i64| {
            json!({
                "id": self.number("il"), "object": "line_item", "amount": amount, "currency": self.at(subscription, "currency"),
                "description": "1 × membership", "discounts": [], "invoice": number, "livemode": false, "metadata": {},
                "parent": { "type": "subscription_item_details", "invoice_item_details": null, "subscription_item_details": {
                    "invoice_item": null, "proration": settling.is_some(), "subscription": subscription,
                    "subscription_item": self.item(subscription, "id"),
                } },
                "period": { "start": settling.map_or_else(|| start.clone(), |at| json!(at)), "end": end },
                "quantity": 1, "subtotal": amount, "taxes": [],
            })
        };
        let lines: Vec<Value> = amounts.iter().map(|amount| line(*amount)).collect();
        let amount: i64 = amounts.iter().sum();
        let invoice = json!({
            "object": "invoice", "amount_due": amount, "amount_paid": 0, "amount_remaining": amount, "attempt_count": 0,
            "attempted": false, "auto_advance": true, "billing_reason": reason, "collection_method": "charge_automatically",
            "currency": self.at(subscription, "currency"), "customer": self.at(subscription, "customer"),
            "lines": super::expand::list("/v1/invoices/lines", lines, false), "metadata": {}, "next_payment_attempt": null,
            "parent": { "type": "subscription_details", "quote_details": null, "subscription_details": {
                "metadata": self.at(subscription, "metadata"), "subscription": subscription,
            } },
            "period_start": start, "period_end": end, "status": "draft",
            "status_transitions": { "finalized_at": null, "paid_at": null, "voided_at": null }, "subtotal": amount, "total": amount,
        });
        self.make_as(&number, invoice);
        self.set(subscription, json!({ "latest_invoice": number }));
        self.tell("invoice.created", &number);
        number
    }

    pub(super) fn subscription_of(&self, invoice: &str) -> String {
        self.at(invoice, "/parent/subscription_details/subscription").as_str().unwrap_or_default().to_owned()
    }

    /// Tries to be paid for an invoice.
    pub(super) fn charge_invoice(&mut self, invoice: &str) {
        if self.text(invoice, "status") == "draft" {
            self.set(invoice, json!({ "status": "open" }));
            self.tell("invoice.finalized", invoice);
        }
        let subscription = self.subscription_of(invoice);
        let amount = self.integer(invoice, "amount_due");
        let attempts = self.integer(invoice, "attempt_count") + 1;
        if amount > 0 {
            let intent = self.invoice_intent(invoice, amount);
            if self.charging.get(&subscription).copied().unwrap_or_default() == Charging::Fails {
                self.fail(&intent);
                return self.charge_failed(invoice, &subscription, attempts);
            }
            self.succeed(&intent);
            let made = self.invoice_payment(invoice);
            self.set(
                &made,
                json!({ "status": "paid", "amount_paid": amount, "status_transitions": { "canceled_at": null, "paid_at": self.now } }),
            );
        }
        let paid = json!({
            "status": "paid", "amount_paid": amount, "amount_remaining": 0, "attempted": true, "attempt_count": attempts,
            "next_payment_attempt": null, "status_transitions": { "finalized_at": self.now, "paid_at": self.now, "voided_at": null },
        });
        self.set(invoice, paid);
        self.tell_all(&["invoice.paid", "invoice.payment_succeeded"], invoice);
        if self.text(&subscription, "status") == "past_due" {
            self.set(&subscription, json!({ "status": "active" }));
            self.tell("customer.subscription.updated", &subscription);
        }
    }

    pub(super) fn invoice_payment(&self, invoice: &str) -> String {
        let made = self.all("invoice_payment").find(|made| made["invoice"] == invoice);
        made.and_then(|made| made["id"].as_str()).unwrap_or_default().to_owned()
    }

    pub(super) fn invoice_intent(&mut self, invoice: &str, amount: i64) -> String {
        let made = self.invoice_payment(invoice);
        if let Some(intent) = self.at(&made, "/payment/payment_intent").as_str() {
            return intent.to_owned();
        }
        let due = Due {
            amount,
            currency: self.text(invoice, "currency"),
            customer: self.at(invoice, "customer"),
            description: json!("Subscription creation or update"),
            metadata: json!({}),
            method: "card",
        };
        let intent = self.intent(&due, "requires_payment_method");
        let made = json!({
            "object": "invoice_payment", "amount_paid": null, "amount_requested": amount, "currency": due.currency, "invoice": invoice,
            "is_default": true, "payment": { "type": "payment_intent", "payment_intent": intent }, "status": "open",
            "status_transitions": { "canceled_at": null, "paid_at": null },
        });
        self.make("inpay", made);
        intent
    }

    pub(super) fn charge_failed(&mut self, invoice: &str, subscription: &str, attempts: i64) {
        let wait = usize::try_from(attempts - 1).ok().and_then(|tried| RETRIES.get(tried));
        let next = wait.map(|days| self.now + days * DAY);
        self.set(invoice, json!({ "attempted": true, "attempt_count": attempts, "next_payment_attempt": next }));
        self.tell("invoice.payment_failed", invoice);
        if next.is_some() {
            self.set(subscription, json!({ "status": "past_due" }));
            self.tell("customer.subscription.updated", subscription);
        } else {
            self.end(subscription, "payment_failed");
        }
    }
}
