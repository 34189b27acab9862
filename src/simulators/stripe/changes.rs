//! Changes to a subscription: by the site, and at the portal.

use super::books::{Books, Charging};
use super::forms::Form;
use super::problem::Problem;
use super::sessions::{amount, recurring};
use super::subscriptions::price;
use super::terms::term_end;
use serde_json::{Value, json};

const FORM: &[&str] = &[
    "cancel_at_period_end",
    "cancel_at",
    "pause_collection",
    "pause_collection[behavior]",
    "proration_behavior",
    "proration_date",
    "payment_behavior",
    "trial_end",
    "metadata[*]",
    "discounts",
    "discounts[][coupon]",
    "items[][id]",
    "items[][price_data][currency]",
    "items[][price_data][product]",
    "items[][price_data][unit_amount]",
    "items[][price_data][recurring][interval]",
    "items[][price_data][recurring][interval_count]",
];

impl Books {
    /// `POST /v1/subscriptions/{id}`.
    pub fn update_subscription(&mut self, number: &str, form: &Form) -> Result<(), Problem> {
        form.only(FORM)?;
        self.get("subscription", number)?;
        if matches!(self.text(number, "status").as_str(), "canceled" | "incomplete_expired") {
            return Err(Problem::plain("A canceled subscription can only update its cancellation_details and metadata."));
        }
        if let Some(behavior) = form.get("pause_collection[behavior]") {
            if !matches!(behavior, "keep_as_draft" | "mark_uncollectible" | "void") {
                return Err(Problem::invalid("pause_collection[behavior]", "Invalid behavior"));
            }
            self.set(number, json!({ "pause_collection": { "behavior": behavior, "resumes_at": null } }));
        }
        match form.get("pause_collection") {
            Some("") => self.set(number, json!({ "pause_collection": null })),
            Some(_) => return Err(Problem::invalid("pause_collection", "Invalid object")),
            None => (),
        }
        if let Some(cancel) = form.flag("cancel_at_period_end")? {
            self.cancel_at_end(number, cancel);
        }
        match form.get("cancel_at") {
            Some("") => self.set(number, json!({ "cancel_at": null, "canceled_at": null })),
            Some(_) => return Err(Problem::invalid("cancel_at", "The simulator only takes it back.")),
            None => (),
        }
        let coupon = self.coupon_of(form, &self.text(number, "currency"))?;
        if form.has("items[0]") {
            self.reprice(number, form)?;
        }
        match form.get("discounts") {
            Some("") => self.set(number, json!({ "discounts": [] })),
            Some(_) => return Err(Problem::invalid("discounts", "Invalid array")),
            None => (),
        }
        if let Some(coupon) = coupon {
            self.give_coupon(number, &coupon);
        }
        self.tell("customer.subscription.updated", number);
        Ok(())
    }

    pub fn cancel_at_end(&mut self, number: &str, cancel: bool) {
        let end = self.item(number, "current_period_end");
        let (at, since) = if cancel { (end, json!(self.now)) } else { (Value::Null, Value::Null) };
        self.set(number, json!({ "cancel_at_period_end": cancel, "cancel_at": at, "canceled_at": since }));
    }

    /// The portal names the day of the end, instead of saying that it is the end of the term.
    pub fn cancel_at_portal(&mut self, number: &str, cancel: bool) {
        self.cancel_at_end(number, cancel);
        self.set(number, json!({ "cancel_at_period_end": false }));
        self.tell("customer.subscription.updated", number);
    }

    fn reprice(&mut self, number: &str, form: &Form) -> Result<(), Problem> {
        if form.required("items[0][id]")? != self.item(number, "id") {
            return Err(Problem::nothing_there("subscription_item", form.required("items[0][id]")?));
        }
        let product = form.required("items[0][price_data][product]")?.to_owned();
        self.get("product", &product)?;
        let (total, currency) = amount(form, "items[0][price_data]")?;
        let every = recurring(form, "items[0][price_data]")?;
        if currency != self.text(number, "currency") {
            return Err(Problem::plain("The currency of a subscription cannot be changed."));
        }
        match form.get("proration_behavior") {
            Some("none") => (),
            Some("always_invoice") => {
                let price = price(self, total, &currency, &product, &every);
                return self.reprice_at_once(number, form, price);
            }
            _ => return Err(Problem::plain("The simulator wants `proration_behavior` as `none` or `always_invoice`.")),
        }
        let trial_end = form.whole_number("trial_end")?;
        if trial_end.is_some_and(|end| end <= self.now) {
            return Err(Problem::invalid("trial_end", "Invalid timestamp: must be an integer Unix timestamp in the future."));
        }
        let same_term =
            ["interval", "interval_count"].iter().all(|field| self.item(number, &format!("price/recurring/{field}")) == every[*field]);
        let price = price(self, total, &currency, &product, &every);
        self.set_item(number, &[("price", price)]);
        if let Some(end) = trial_end {
            let trial = json!({ "status": "trialing", "trial_start": self.now, "trial_end": end, "billing_cycle_anchor": end });
            self.set(number, trial);
            self.set_item(number, &[("current_period_start", json!(self.now)), ("current_period_end", json!(end))]);
            let nothing = self.invoice(number, "subscription_update", 0);
            self.charge_invoice(&nothing);
        } else if !same_term && self.text(number, "status") != "trialing" {
            // Another length begins at once, and is charged at once.
            let end = term_end(self.now, &every, self.now);
            self.set(number, json!({ "billing_cycle_anchor": self.now }));
            self.set_item(number, &[("current_period_start", json!(self.now)), ("current_period_end", json!(end))]);
            let invoice = self.invoice(number, "subscription_update", total);
            self.charge_invoice(&invoice);
        }
        Ok(())
    }

    /// What is left of the term is credited at the old price and charged at the new one, at once.
    fn reprice_at_once(&mut self, number: &str, form: &Form, price: Value) -> Result<(), Problem> {
        if form.get("payment_behavior") != Some("error_if_incomplete") {
            return Err(Problem::plain("The simulator wants `payment_behavior` as `error_if_incomplete`."));
        }
        let same = |field: &str| self.item(number, &format!("price/recurring/{field}")) == price["recurring"][field];
        if !same("interval") || !same("interval_count") || self.text(number, "status") != "active" {
            return Err(Problem::plain("The simulator prorates within a running term only, to one of the same length."));
        }
        let whole = |field: &str| self.item(number, field).as_i64().unwrap_or_default();
        let (start, end) = (whole("current_period_start"), whole("current_period_end"));
        let at = form.whole_number("proration_date")?.unwrap_or(self.now);
        if !(start..end).contains(&at) {
            return Err(Problem::invalid("proration_date", "Cannot specify a proration date outside of the current period."));
        }
        let left = |price: i64| {
            let (part, length) = (i128::from(price) * i128::from(end - at), i128::from(end - start));
            i64::try_from((part + length / 2) / length).unwrap_or(i64::MAX)
        };
        let (credit, charge) = (left(self.paid_for_term(number)), left(price["unit_amount"].as_i64().unwrap_or_default()));
        if credit > charge {
            return Err(Problem::plain("The simulator keeps no balance of customers: it does not prorate downwards."));
        }
        if charge > credit && self.charging.get(number).copied().unwrap_or_default() == Charging::Fails {
            return Err(Problem::declined());
        }
        self.set_item(number, &[("price", price)]);
        let invoice = self.invoice_of(number, "subscription_update", &[-credit, charge], Some(at));
        self.charge_invoice(&invoice);
        Ok(())
    }
}
