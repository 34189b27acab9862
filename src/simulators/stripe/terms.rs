//! What time brings: terms end and others begin, invoices are charged, pages expire.

use super::books::Books;
use super::problem::Problem;
use jiff::{Span, Timestamp, tz::TimeZone};
use serde_json::{Value, json};

/// An invoice for a renewal can still be changed for so long.
const DRAFT: i64 = 3_600;

/// So many intervals after the anchor, on the same day of the month where there is one.
pub(super) fn after(anchor: i64, recurring: &Value, times: i64) -> Option<i64> {
    let count = recurring["interval_count"].as_i64()?.checked_mul(times)?;
    let start = Timestamp::from_second(anchor).ok()?.to_zoned(TimeZone::UTC);
    let span = match recurring["interval"].as_str()? {
        "day" => Span::new().try_days(count),
        "week" => Span::new().try_weeks(count),
        "month" => Span::new().try_months(count),
        _ => Span::new().try_years(count),
    };
    Some(start.checked_add(span.ok()?).ok()?.timestamp().as_second())
}

/// The end of the term that begins at `start`.
pub(super) fn term_end(anchor: i64, recurring: &Value, start: i64) -> i64 {
    (1..).map_while(|times| after(anchor, recurring, times)).find(|end| *end > start).unwrap_or(i64::MAX)
}

impl Books {
    /// Into the next term, with an invoice for it.
    fn roll(&mut self, subscription: &str) {
        let start = self.item(subscription, "current_period_end");
        let begins = start.as_i64().unwrap_or_default();
        let every = self.item(subscription, "price/recurring");
        let end = term_end(self.integer(subscription, "billing_cycle_anchor"), &every, start.as_i64().unwrap_or_default());
        self.set_item(subscription, &[("current_period_start", start), ("current_period_end", json!(end))]);
        if self.text(subscription, "status") == "trialing" {
            self.set(subscription, json!({ "status": "active" }));
        }
        let amount = self.item(subscription, "price/unit_amount").as_i64().unwrap_or_default();
        let amount = self.due_for_term(subscription, amount, begins);
        let invoice = self.invoice(subscription, "subscription_cycle", amount);
        if !self.at(subscription, "pause_collection").is_null() {
            self.set(&invoice, json!({ "status": "void", "auto_advance": false }));
            self.tell("invoice.voided", &invoice);
        }
        self.tell("customer.subscription.updated", subscription);
    }

    /// When time has something to do next, and to which object.
    pub fn next_due(&mut self) -> Option<(i64, String)> {
        self.unfinished(is_over).filter_map(|(number, object)| Some((due(object)?, number.clone()))).min()
    }

    /// What time does to that object.
    pub fn fall_due(&mut self, number: &str) -> Result<(), Problem> {
        match self.text(number, "object").as_str() {
            "checkout.session" => self.expire(number),
            "invoice" => {
                self.charge_invoice(number);
                Ok(())
            }
            _ => {
                let leaves = self.at(number, "cancel_at").as_i64().is_some_and(|at| at <= self.now);
                if leaves || self.at(number, "cancel_at_period_end") == true {
                    self.end(number, "cancellation_requested");
                } else {
                    self.roll(number);
                }
                Ok(())
            }
        }
    }

    /// What the end of the term brings, before its time.
    pub fn end_term(&mut self, subscription: &str) -> Result<(), Problem> {
        self.get("subscription", subscription)?;
        if !matches!(self.text(subscription, "status").as_str(), "active" | "trialing" | "past_due") {
            return Err(Problem::plain("The subscription has ended."));
        }
        if !self.at(subscription, "cancel_at").is_null() {
            self.end(subscription, "cancellation_requested");
            return Ok(());
        }
        self.roll(subscription);
        let invoice = self.text(subscription, "latest_invoice");
        if self.text(&invoice, "status") == "draft" {
            self.charge_invoice(&invoice);
        }
        Ok(())
    }
}

/// Whether time does nothing to it any more.
fn is_over(object: &Value) -> bool {
    match (object["object"].as_str(), object["status"].as_str()) {
        (Some("checkout.session"), status) => status != Some("open"),
        (Some("subscription"), status) => matches!(status, Some("canceled" | "incomplete_expired")),
        (Some("invoice"), status) => matches!(status, Some("paid" | "void" | "uncollectible")),
        _ => true,
    }
}

/// When time does something to it: a page expires, a term or a trial ends, a charge is made.
fn due(object: &Value) -> Option<i64> {
    let status = object["status"].as_str()?;
    match object["object"].as_str()? {
        "checkout.session" => object["expires_at"].as_i64(),
        "subscription" if matches!(status, "active" | "trialing" | "past_due") => {
            let end = object.pointer("/items/data/0/current_period_end")?.as_i64()?;
            Some(object["cancel_at"].as_i64().unwrap_or(end).min(end))
        }
        "invoice" if object["auto_advance"] == true => match status {
            "draft" => Some(object["created"].as_i64()? + DRAFT),
            "open" => object["next_payment_attempt"].as_i64(),
            _ => None,
        },
        _ => None,
    }
}
