//! Subscriptions, from the checkout at which they begin to their end.

use super::books::Books;
use super::terms::term_end;
use serde_json::{Value, json};

const DAY: i64 = 86_400;

pub(super) fn price(books: &mut Books, amount: i64, currency: &str, product: &str, recurring: &Value) -> Value {
    let price = json!({
        "object": "price", "active": false, "billing_scheme": "per_unit", "currency": currency, "metadata": {}, "nickname": null,
        "product": product, "recurring": recurring, "tax_behavior": "unspecified", "type": "recurring", "unit_amount": amount,
        "unit_amount_decimal": amount.to_string(),
    });
    let number = books.make("price", price);
    books.find(&number).cloned().unwrap_or_default()
}

impl Books {
    /// A subscription as a checkout begins it, its first term paid unless there is a trial.
    pub fn subscribe(&mut self, session: &str, plan: &str) -> String {
        let email = self.at(session, "customer_email");
        let subscription = self.begin(&email, plan);
        let (customer, first) = (self.at(&subscription, "customer"), self.at(&subscription, "latest_invoice"));
        self.set(session, json!({ "customer": customer, "subscription": subscription, "invoice": first }));
        subscription
    }

    /// One that another site of the same account made: of what it sells, at so much a month or year. Nothing in it is ours.
    pub fn subscribe_elsewhere(&mut self, email: &str, name: &str, (amount, currency): (i64, &str), interval: &str) -> String {
        let plan = json!({
            "object": "simulator.plan", "name": name, "amount": amount, "currency": currency, "trial_days": null, "coupon": null,
            "recurring": { "interval": interval, "interval_count": 1, "meter": null, "trial_period_days": null, "usage_type": "licensed" },
            "subscription_metadata": {},
        });
        let plan = self.make("plan_elsewhere", plan);
        self.begin(&json!(email), &plan)
    }

    fn begin(&mut self, email: &Value, plan: &str) -> String {
        let method = json!({
            "object": "payment_method", "type": "card",
            "card": { "brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2034, "funding": "credit" },
        });
        let method = self.make("pm", method);
        let customer = json!({
            "object": "customer", "balance": 0, "email": email, "metadata": {},
            "invoice_settings": { "default_payment_method": null, "footer": null },
        });
        let customer = self.make("cus", customer);
        let product = self.make_product(&self.text(plan, "name"));
        let (total, currency, every) = (self.integer(plan, "amount"), self.text(plan, "currency"), self.at(plan, "recurring"));
        let price = price(self, total, &currency, &product, &every);
        let trial_end = self.at(plan, "trial_days").as_i64().map(|days| self.now + days * DAY);
        let anchor = trial_end.unwrap_or(self.now);
        let end = trial_end.unwrap_or_else(|| term_end(anchor, &every, self.now));
        let subscription = self.number("sub");
        let item = json!({
            "id": self.number("si"), "object": "subscription_item", "created": self.now, "current_period_start": self.now,
            "current_period_end": end, "discounts": [], "metadata": {}, "price": price, "quantity": 1, "subscription": subscription,
            "tax_rates": [],
        });
        let object = json!({
            "object": "subscription", "application": null, "automatic_tax": { "enabled": false }, "billing_cycle_anchor": anchor,
            "billing_mode": { "type": "flexible", "flexible": { "proration_discounts": "included" } }, "cancel_at": null,
            "cancel_at_period_end": false, "canceled_at": null, "cancellation_details": { "comment": null, "feedback": null, "reason": null },
            "collection_method": "charge_automatically", "currency": currency, "customer": customer, "default_payment_method": method,
            "discounts": [], "ended_at": null, "items": super::expand::list("/v1/subscription_items", vec![item], false),
            "latest_invoice": null, "metadata": self.at(plan, "subscription_metadata"), "pause_collection": null,
            "schedule": null, "start_date": self.now, "status": if trial_end.is_some() { "trialing" } else { "active" },
            "test_clock": null, "trial_end": trial_end, "trial_start": trial_end.map(|_| self.now),
        });
        self.make_as(&subscription, object);
        self.tell("customer.subscription.created", &subscription);
        if let Some(coupon) = self.at(plan, "coupon").as_str() {
            self.give_coupon(&subscription, coupon);
        }
        let due = if trial_end.is_some() { 0 } else { self.due_for_term(&subscription, total, self.now) };
        let first = self.invoice(&subscription, "subscription_create", due);
        self.charge_invoice(&first);
        subscription
    }

    pub(super) fn make_product(&mut self, name: &str) -> String {
        self.make("prod", json!({ "object": "product", "active": false, "metadata": {}, "name": name, "type": "service" }))
    }

    pub(super) fn item(&self, subscription: &str, field: &str) -> Value {
        self.at(subscription, &format!("/items/data/0/{field}"))
    }

    pub(super) fn set_item(&mut self, subscription: &str, changes: &[(&str, Value)]) {
        let mut items = self.at(subscription, "items");
        for (field, value) in changes {
            items["data"][0][*field] = value.clone();
        }
        self.set(subscription, json!({ "items": items }));
    }

    pub fn end(&mut self, subscription: &str, reason: &str) {
        let details = json!({ "comment": null, "feedback": null, "reason": reason });
        let canceled_at = Some(self.integer(subscription, "canceled_at")).filter(|at| *at > 0).unwrap_or(self.now);
        let ended = json!({ "status": "canceled", "canceled_at": canceled_at, "ended_at": self.now, "cancellation_details": details });
        self.set(subscription, ended);
        for invoice in self.numbers("invoice") {
            if self.subscription_of(&invoice) == subscription && matches!(self.text(&invoice, "status").as_str(), "draft" | "open") {
                self.set(&invoice, json!({ "next_payment_attempt": null, "auto_advance": false }));
            }
        }
        self.tell("customer.subscription.deleted", subscription);
    }
}
