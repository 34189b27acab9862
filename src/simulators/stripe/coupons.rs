//! Coupons, and what they take off the invoices of a subscription while they last.

use super::books::Books;
use super::forms::Form;
use super::problem::Problem;
use super::terms::after;
use serde_json::{Value, json};

const FORM: &[&str] = &["id", "name", "amount_off", "currency", "percent_off", "duration", "duration_in_months", "metadata[*]"];

impl Books {
    /// `POST /v1/coupons`.
    pub fn create_coupon(&mut self, form: &Form) -> Result<String, Problem> {
        form.only(FORM)?;
        let number = form.get("id").map_or_else(|| self.number("cpn"), str::to_owned);
        if number.is_empty() || number.len() > 200 || !number.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
            return Err(Problem::invalid("id", "Coupon IDs can only contain letters, digits, hyphens and underscores."));
        }
        if self.find(&number).is_some() {
            return Err(Problem::refused("resource_already_exists", "Coupon already exists."));
        }
        let (amount, percent) = (form.whole_number("amount_off")?, form.whole_number("percent_off")?);
        match (amount, percent) {
            (Some(amount), None) if amount > 0 => drop(form.required("currency")?),
            (None, Some(percent)) if (1..=100).contains(&percent) => (),
            _ => return Err(Problem::plain("You must pass exactly one of `percent_off` and `amount_off`, and it has to be positive.")),
        }
        let duration = form.get("duration").unwrap_or("once").to_owned();
        let months = form.whole_number("duration_in_months")?;
        match (duration.as_str(), months) {
            ("once" | "forever", None) => (),
            ("repeating", Some(months)) if months > 0 => (),
            _ => return Err(Problem::invalid("duration", "`duration_in_months` belongs to a duration of `repeating`, and only to that.")),
        }
        let coupon = json!({
            "object": "coupon", "amount_off": amount, "currency": form.get("currency"), "duration": duration,
            "duration_in_months": months, "max_redemptions": null, "metadata": {}, "name": form.get("name"), "percent_off": percent,
            "redeem_by": null, "times_redeemed": 0, "valid": true,
        });
        self.make_as(&number, coupon);
        Ok(number)
    }

    /// What is left of an amount.
    fn less(&self, coupon: &str, amount: i64) -> i64 {
        match self.at(coupon, "amount_off").as_i64() {
            Some(off) => (amount - off).max(0),
            None => amount - (amount * self.integer(coupon, "percent_off") + 50) / 100,
        }
    }

    /// The coupon a form names, fit for a currency.
    pub(super) fn coupon_of(&self, form: &Form, currency: &str) -> Result<Option<String>, Problem> {
        if form.has("discounts[1]") {
            return Err(Problem::plain("Only one discount can be given."));
        }
        let Some(coupon) = form.get("discounts[0][coupon]") else { return Ok(None) };
        self.get("coupon", coupon)?;
        if !self.at(coupon, "currency").is_null() && self.text(coupon, "currency") != currency {
            return Err(Problem::plain(&format!("The coupon {coupon} is of another currency.")));
        }
        Ok(Some(coupon.to_owned()))
    }

    pub(super) fn with_coupon(&self, coupon: Option<&str>, amount: i64) -> i64 {
        coupon.map_or(amount, |coupon| self.less(coupon, amount))
    }

    /// Gives a coupon to a subscription, in place of what it had.
    pub(super) fn give_coupon(&mut self, subscription: &str, coupon: &str) {
        let months = self.at(coupon, "duration_in_months").as_i64();
        let end = months.and_then(|months| after(self.now, &json!({ "interval": "month", "interval_count": 1 }), months));
        let discount = json!({
            "object": "discount", "checkout_session": null, "customer": self.at(subscription, "customer"), "end": end,
            "source": { "type": "coupon", "coupon": coupon }, "start": self.now, "subscription": subscription,
        });
        let discount = self.make("di", discount);
        self.set(subscription, json!({ "discounts": [discount] }));
    }

    /// What an invoice comes to for a term that begins then. A coupon for one invoice is used up by it.
    pub(super) fn due_for_term(&mut self, subscription: &str, amount: i64, begins: i64) -> i64 {
        let mut left = amount;
        let mut lasting = Vec::new();
        for discount in self.at(subscription, "discounts").as_array().cloned().unwrap_or_default() {
            let number = discount.as_str().unwrap_or_default().to_owned();
            if self.at(&number, "end").as_i64().is_some_and(|end| end <= begins) {
                continue;
            }
            let coupon = self.at(&number, "/source/coupon").as_str().unwrap_or_default().to_owned();
            left = self.less(&coupon, left);
            if self.text(&coupon, "duration") != "once" {
                lasting.push(discount);
            }
        }
        self.set(subscription, json!({ "discounts": lasting }));
        left
    }

    /// What the running term cost, as far as nothing was changed within it.
    pub(super) fn paid_for_term(&self, subscription: &str) -> i64 {
        let of_it = |invoice: &&Value| {
            invoice["status"] == "paid"
                && invoice["amount_paid"] != 0
                && invoice.pointer("/parent/subscription_details/subscription").is_some_and(|of| of == subscription)
        };
        let last = self.all("invoice").find(of_it).filter(|last| last["billing_reason"] != "subscription_update");
        let price = self.item(subscription, "price/unit_amount").as_i64().unwrap_or_default();
        last.and_then(|last| last["amount_paid"].as_i64()).unwrap_or(price)
    }
}
