//! Checkout Sessions: made by the site, completed by the buyer.

use super::books::Books;
use super::forms::Form;
use super::money::{Due, metadata};
use super::problem::Problem;
use serde_json::{Value, json};

const HALF_AN_HOUR: i64 = 30 * 60;
const DAY: i64 = 24 * 3_600;
/// What one charge may be at most, in the smallest unit.
const MOST: i64 = 99_999_999;
const THREE_DECIMAL: [&str; 5] = ["bhd", "jod", "kwd", "omr", "tnd"];

const FORM: &[&str] = &[
    "mode",
    "success_url",
    "cancel_url",
    "client_reference_id",
    "customer_email",
    "expires_at",
    "locale",
    "adaptive_pricing[enabled]",
    "metadata[*]",
    "line_items[][quantity]",
    "line_items[][price_data][currency]",
    "line_items[][price_data][unit_amount]",
    "line_items[][price_data][product_data][name]",
    "line_items[][price_data][recurring][interval]",
    "line_items[][price_data][recurring][interval_count]",
    "payment_intent_data[metadata][*]",
    "payment_intent_data[description]",
    "subscription_data[metadata][*]",
    "subscription_data[trial_period_days]",
    "discounts[][coupon]",
    "allowed_payment_method_types[]",
    "excluded_payment_method_types[]",
];

/// How often a price is charged, checked.
pub fn recurring(form: &Form, under: &str) -> Result<Value, Problem> {
    let name = format!("{under}[recurring][interval]");
    let interval = form.required(&name)?;
    let count = form.whole_number(&format!("{under}[recurring][interval_count]"))?.unwrap_or(1);
    let most = match interval {
        "day" => 3 * 365,
        "week" => 156,
        "month" => 36,
        "year" => 3,
        _ => return Err(Problem::invalid(&name, "Invalid interval: must be one of day, month, week, or year")),
    };
    if !(1..=most).contains(&count) {
        return Err(Problem::invalid(&name, "The maximum interval is 3 years."));
    }
    Ok(json!({ "interval": interval, "interval_count": count, "meter": null, "trial_period_days": null, "usage_type": "licensed" }))
}

/// An amount that can be charged in this currency.
pub fn amount(form: &Form, under: &str) -> Result<(i64, String), Problem> {
    let currency_name = format!("{under}[currency]");
    let currency = form.required(&currency_name)?;
    if iso_currency::Currency::from_code(&currency.to_ascii_uppercase()).is_none() || currency.bytes().any(|b| b.is_ascii_uppercase()) {
        return Err(Problem::invalid(&currency_name, &format!("Invalid currency: {currency}")));
    }
    let name = format!("{under}[unit_amount]");
    let amount = form.whole_number(&name)?.ok_or_else(|| Problem::missing(&name))?;
    if amount < 0 {
        return Err(Problem::invalid(&name, "Invalid non-negative integer"));
    }
    if amount > MOST {
        return Err(Problem::refused("amount_too_large", "Amount must be no more than 99999999"));
    }
    if THREE_DECIMAL.contains(&currency) && amount % 10 != 0 || matches!(currency, "isk" | "ugx") && amount % 100 != 0 {
        return Err(Problem::invalid(&name, &format!("Invalid amount for {currency}: it is finer than what can be charged")));
    }
    Ok((amount, currency.to_owned()))
}

fn absolute(form: &Form, name: &str) -> Result<Value, Problem> {
    match form.get(name) {
        Some(url) if url.starts_with("http://") || url.starts_with("https://") => Ok(json!(url)),
        Some(_) => Err(Problem::refused("url_invalid", &format!("Not a valid URL ({name})"))),
        None => Ok(Value::Null),
    }
}

impl Books {
    /// `POST /v1/checkout/sessions`.
    pub fn open_session(&mut self, form: &Form, base_url: &str) -> Result<String, Problem> {
        form.only(FORM)?;
        let mode = form.required("mode")?.to_owned();
        form.required("success_url")?;
        if form.has("line_items[1]") {
            return Err(Problem::plain("The simulator takes one line item."));
        }
        let (unit_amount, currency) = amount(form, "line_items[0][price_data]")?;
        let quantity = form.whole_number("line_items[0][quantity]")?.unwrap_or(1);
        let name = form.required("line_items[0][price_data][product_data][name]")?.to_owned();
        if quantity < 1 || name.is_empty() || name.chars().count() > 250 {
            return Err(Problem::invalid("line_items[0]", "Invalid quantity or name"));
        }
        let total = unit_amount.saturating_mul(quantity);
        let trial = form.whole_number("subscription_data[trial_period_days]")?;
        let coupon = self.coupon_of(form, &currency)?;
        let left = self.with_coupon(coupon.as_deref(), total);
        let recurring = match mode.as_str() {
            "payment" if form.has("subscription_data") => {
                return Err(Problem::plain("You can not pass `subscription_data` in `payment` mode."));
            }
            "payment" if form.has("line_items[0][price_data][recurring]") => {
                return Err(Problem::plain("You must use `subscription` mode with a recurring price."));
            }
            "payment" if total == 0 => return Err(Problem::refused("amount_too_small", "The total amount due must be more than zero.")),
            "payment" => Value::Null,
            "subscription" if form.has("payment_intent_data") => {
                return Err(Problem::plain("You can not pass `payment_intent_data` in `subscription` mode."));
            }
            "subscription" if trial.is_some_and(|days| !(1..=730).contains(&days)) => {
                let message = "The minimum number of trial period days is 1, the maximum 730.";
                return Err(Problem::invalid("subscription_data[trial_period_days]", message));
            }
            "subscription" => recurring(form, "line_items[0][price_data]")?,
            _ => return Err(Problem::invalid("mode", "Invalid mode: must be one of payment, setup, or subscription")),
        };
        let expires_at = form.whole_number("expires_at")?.unwrap_or(self.now + DAY);
        if !(self.now + HALF_AN_HOUR..=self.now + DAY).contains(&expires_at) {
            let message = "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.";
            return Err(Problem::invalid("expires_at", message));
        }
        if form.get("client_reference_id").is_some_and(|id| id.is_empty() || id.len() > 200) {
            return Err(Problem::invalid("client_reference_id", "Invalid string"));
        }
        if form.get("customer_email").is_some_and(|email| !email.contains('@')) {
            return Err(Problem::refused("email_invalid", "Invalid email address"));
        }
        let (success_url, cancel_url) = (absolute(form, "success_url")?, absolute(form, "cancel_url")?);
        let number = self.number("cs_test");
        let session = json!({
            "object": "checkout.session", "adaptive_pricing": { "enabled": false }, "allow_promotion_codes": null,
            "amount_subtotal": total, "amount_total": if trial.is_some() { 0 } else { left },
            "automatic_tax": { "enabled": false, "liability": null, "provider": null, "status": null }, "cancel_url": cancel_url,
            "client_reference_id": form.get("client_reference_id"), "currency": currency, "custom_fields": [], "customer": null,
            "customer_details": null, "customer_email": form.get("customer_email"), "expires_at": expires_at, "invoice": null,
            "locale": form.get("locale"), "metadata": metadata(form, "metadata"), "mode": mode, "payment_intent": null,
            "payment_method_types": ["card"], "payment_status": "unpaid", "shipping_options": [], "status": "open",
            "subscription": null, "success_url": success_url,
            "total_details": { "amount_discount": total - left, "amount_shipping": 0, "amount_tax": 0 }, "ui_mode": "hosted_page",
            "url": format!("{base_url}/c/pay/{number}"),
        });
        self.make_as(&number, session);
        // What the page sells: kept beside it, as Stripe keeps it.
        let plan = json!({
            "object": "simulator.plan", "name": name, "amount": total, "currency": self.at(&number, "currency"),
            "recurring": recurring, "trial_days": trial, "coupon": coupon, "description": form.get("payment_intent_data[description]"),
            "payment_metadata": metadata(form, "payment_intent_data[metadata]"),
            "subscription_metadata": metadata(form, "subscription_data[metadata]"),
        });
        self.make_as(&plan_of(&number), plan);
        Ok(number)
    }

    /// The page as it is still open.
    fn open(&self, session: &str) -> Result<(), Problem> {
        let status = self.get("checkout.session", session)?["status"].clone();
        if status == "open" { Ok(()) } else { Err(Problem::plain(&format!("The session {session} is {status}."))) }
    }

    pub fn expire(&mut self, session: &str) -> Result<(), Problem> {
        if self.get("checkout.session", session)?["status"] != "open" {
            return Err(Problem::plain("Only Checkout Sessions with a status in [\"open\"] can be expired."));
        }
        self.set(session, json!({ "status": "expired", "url": null }));
        self.tell("checkout.session.expired", session);
        Ok(())
    }

    fn session_intent(&mut self, session: &str, method: &'static str) -> String {
        let plan = plan_of(session);
        match self.text(session, "payment_intent") {
            intent if intent.is_empty() => {
                let coupon = self.at(&plan, "coupon").as_str().map(str::to_owned);
                let due = Due {
                    amount: self.with_coupon(coupon.as_deref(), self.integer(&plan, "amount")),
                    currency: self.text(&plan, "currency"),
                    customer: Value::Null,
                    description: self.at(&plan, "description"),
                    metadata: self.at(&plan, "payment_metadata"),
                    method,
                };
                let intent = self.intent(&due, "requires_payment_method");
                self.set(session, json!({ "payment_intent": intent }));
                intent
            }
            intent => {
                self.set(&intent, json!({ "payment_method_types": [method] }));
                intent
            }
        }
    }

    fn complete(&mut self, session: &str, payment_status: &str) {
        let email = self.at(session, "customer_email").as_str().unwrap_or("buyer@example.com").to_owned();
        let details = json!({ "email": email, "name": "Simulated Buyer", "address": { "country": "US" }, "tax_exempt": "none" });
        self.set(session, json!({ "status": "complete", "payment_status": payment_status, "customer_details": details, "url": null }));
        self.tell("checkout.session.completed", session);
    }

    /// The buyer pays, by card.
    pub fn pay(&mut self, session: &str) -> Result<(), Problem> {
        self.open(session)?;
        if self.text(session, "mode") == "subscription" {
            let trial = self.at(&plan_of(session), "trial_days").as_i64();
            self.subscribe(session, &plan_of(session));
            self.complete(session, if trial.is_some() { "no_payment_required" } else { "paid" });
        } else {
            let intent = self.session_intent(session, "card");
            self.succeed(&intent);
            self.complete(session, "paid");
        }
        Ok(())
    }

    /// The buyer pays by a method that takes days.
    pub fn pay_slowly(&mut self, session: &str) -> Result<(), Problem> {
        self.open(session)?;
        if self.text(session, "mode") != "payment" {
            return Err(Problem::plain("The simulator has slow methods for one payment only."));
        }
        let intent = self.session_intent(session, "sepa_debit");
        self.set(&intent, json!({ "status": "processing" }));
        self.tell("payment_intent.processing", &intent);
        self.complete(session, "unpaid");
        Ok(())
    }

    /// How the slow method ended.
    pub fn settle(&mut self, session: &str, paid: bool) -> Result<(), Problem> {
        self.get("checkout.session", session)?;
        let intent = self.text(session, "payment_intent");
        if self.text(&intent, "status") != "processing" {
            return Err(Problem::plain(&format!("Nothing of the session {session} is under way.")));
        }
        if paid {
            self.succeed(&intent);
            self.set(session, json!({ "payment_status": "paid" }));
            self.tell("checkout.session.async_payment_succeeded", session);
        } else {
            self.fail(&intent);
            self.tell("checkout.session.async_payment_failed", session);
        }
        Ok(())
    }

    /// The buyer's card is declined; they may try another.
    pub fn decline(&mut self, session: &str) -> Result<(), Problem> {
        self.open(session)?;
        if self.text(session, "mode") == "payment" {
            let intent = self.session_intent(session, "card");
            self.fail(&intent);
        }
        Ok(())
    }
}

/// The number under which is kept what a session sells.
fn plan_of(session: &str) -> String {
    format!("plan_of_{session}")
}
