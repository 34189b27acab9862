//! Subscriptions v1: created, approved by the buyer, activated, and charged as time goes by.

use super::answers::{Answer, malformed, missing, unable};
use super::books::{Books, Revising, Subscription};
use super::events::Event;
use super::{Charging, Paypal, time_goes_by, written};
use serde_json::{Value, json};
use std::collections::HashMap;

impl Paypal {
    pub(super) fn create_subscription(&self, body: &Value) -> Answer {
        let now = self.now();
        let id = format!("I-{}", self.number(12));
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut books = self.books();
        let plan = text(&body["plan_id"]);
        if plan.is_empty() {
            return malformed("MISSING_REQUIRED_PARAMETER");
        }
        if !books.plans.contains_key(&plan) {
            return missing();
        }
        if body["custom_id"].as_str().is_some_and(|custom| custom.len() > 127) {
            return malformed("INVALID_STRING_LENGTH");
        }
        let context = &body["application_context"];
        if context["user_action"] != "CONTINUE" {
            return unable("SIMULATOR_KNOWS_CONTINUE_ONLY");
        }
        let email = body["subscriber"]["email_address"].as_str().unwrap_or("buyer@example.com").to_owned();
        let subscription = Subscription {
            id: id.clone(),
            plan,
            status: "APPROVAL_PENDING",
            note: None,
            custom_id: body["custom_id"].as_str().map(str::to_owned),
            email,
            return_url: text(&context["return_url"]),
            cancel_url: text(&context["cancel_url"]),
            created: now,
            changed: now,
            start: now,
            charging: Charging::Succeeds,
            failed: 0,
            term: 0,
            revising: None,
        };
        let shown = self.subscription_json(&books, &subscription);
        books.subscriptions.insert(id, subscription);
        drop(books);
        self.notify(vec![Event::new("BILLING.SUBSCRIPTION.CREATED", "subscription", shown.clone())]);
        (201, shown)
    }

    pub(super) fn show_subscription(&self, id: &str) -> Answer {
        let books = self.books();
        books.subscriptions.get(id).map_or_else(missing, |found| (200, self.subscription_json(&books, found)))
    }

    pub(super) fn subscription_json(&self, books: &Books, subscription: &Subscription) -> Value {
        let base = &self.base_url;
        let id = &subscription.id;
        let mut json = json!({
            "id": id, "plan_id": subscription.plan, "status": subscription.status, "quantity": "1", "plan_overridden": false,
            "status_update_time": written(subscription.changed), "custom_id": subscription.custom_id,
            "start_time": written(subscription.start), "create_time": written(subscription.created), "update_time": written(subscription.changed),
            "subscriber": { "email_address": subscription.email, "payer_id": "SIMULATEDPAYER", "name": { "given_name": "Sim", "surname": "Buyer" } },
            "links": [{ "href": format!("{base}/v1/billing/subscriptions/{id}"), "rel": "self", "method": "GET" }],
        });
        if let Some(note) = &subscription.note {
            json["status_change_note"] = json!(note);
        }
        if subscription.status == "APPROVAL_PENDING"
            && let Some(links) = json["links"].as_array_mut()
        {
            links.insert(
                0,
                json!({ "href": format!("{base}/webapps/billing/subscriptions?ba_token={id}"), "rel": "approve", "method": "GET" }),
            );
        }
        if let Some(plan) = books.plans.get(&subscription.plan)
            && !subscription.status.starts_with("APPROV")
        {
            let due = time_goes_by::due(subscription, plan);
            let none = plan.cash.of(0);
            let mut billing = json!({
                "outstanding_balance": none.json(),
                "cycle_executions": [{ "tenure_type": "REGULAR", "sequence": 1, "cycles_completed": subscription.term, "total_cycles": 0 }],
                "failed_payments_count": subscription.failed,
            });
            if subscription.status == "ACTIVE" {
                billing["next_billing_time"] = json!(written(due));
            }
            json["billing_info"] = billing;
        }
        json
    }

    pub(super) fn list_charges(&self, id: &str, query: &HashMap<String, String>) -> Answer {
        let instant = |name: &str| query.get(name).and_then(|text| text.parse::<jiff::Timestamp>().ok()).map(|at| at.as_millisecond());
        let (Some(from), Some(until)) = (instant("start_time"), instant("end_time")) else {
            return malformed("MISSING_REQUIRED_PARAMETER");
        };
        let books = self.books();
        let Some(subscription) = books.subscriptions.get(id) else { return missing() };
        let mut sales: Vec<_> = books.payments.values().filter(|sale| sale.of == id && (from..=until).contains(&sale.at.0)).collect();
        sales.sort_by_key(|sale| std::cmp::Reverse(sale.at));
        let shown: Vec<Value> = sales
            .iter()
            .map(|sale| {
                let fee = sale.cash.fee();
                json!({
                    "id": sale.id, "status": sale.status(), "time": written(sale.at), "payer_email": subscription.email,
                    "amount_with_breakdown": {
                        "gross_amount": sale.cash.json(), "fee_amount": fee.json(), "net_amount": sale.cash.of(sale.cash.units - fee.units).json(),
                    },
                })
            })
            .collect();
        (200, json!({ "transactions": shown, "links": [] }))
    }

    pub(super) fn change_subscription(&self, id: &str, verb: &str, body: &Value) -> Answer {
        if verb == "revise" {
            return self.revise(id, body);
        }
        let reason = body["reason"].as_str().filter(|reason| (1..=127).contains(&reason.chars().count())).map(str::to_owned);
        let now = self.now();
        let mut books = self.books();
        let Some(mut found) = books.subscriptions.get(id).cloned() else { return missing() };
        if reason.is_none() && verb != "activate" {
            return malformed("MISSING_REQUIRED_PARAMETER");
        }
        let fresh = found.status == "APPROVED";
        let kind = match (verb, found.status) {
            ("activate", "APPROVED" | "SUSPENDED") => {
                found.status = "ACTIVE";
                found.failed = 0;
                "BILLING.SUBSCRIPTION.ACTIVATED"
            }
            ("suspend", "ACTIVE") => {
                found.status = "SUSPENDED";
                "BILLING.SUBSCRIPTION.SUSPENDED"
            }
            ("cancel", "ACTIVE" | "SUSPENDED") => {
                found.status = "CANCELLED";
                "BILLING.SUBSCRIPTION.CANCELLED"
            }
            ("activate" | "suspend" | "cancel", _) => return unable("SUBSCRIPTION_STATUS_INVALID"),
            _ => return missing(),
        };
        found.note = reason;
        found.changed = now;
        if fresh {
            found.start = now;
        } else if verb == "activate"
            && let Some(plan) = books.plans.get(&found.plan)
        {
            // Terms that went by meanwhile are not charged.
            while time_goes_by::due(&found, plan) < now {
                found.term += 1;
            }
        }
        let shown = self.subscription_json(&books, &found);
        books.subscriptions.insert(id.to_owned(), found);
        drop(books);
        let mut events = vec![Event::new(kind, "subscription", shown)];
        if fresh {
            events.extend(self.charge_due(id));
        }
        self.notify(events);
        (204, Value::Null)
    }

    /// Another plan of the same product, once the buyer agrees.
    fn revise(&self, id: &str, body: &Value) -> Answer {
        let mut books = self.books();
        let Some(found) = books.subscriptions.get(id).cloned() else { return missing() };
        if !matches!(found.status, "ACTIVE" | "SUSPENDED") {
            return unable("SUBSCRIPTION_STATUS_INVALID");
        }
        let wanted = body["plan_id"].as_str().unwrap_or_default().to_owned();
        let product = |plan: &str| books.plans.get(plan).map(|plan| plan.body["product_id"].clone());
        match (product(&found.plan), product(&wanted)) {
            (_, None) => return missing(),
            (old, new) if old != new => return unable("PLAN_PRODUCT_NOT_COMPATIBLE"),
            _ => (),
        }
        let context = |name: &str, usual: &str| body["application_context"][name].as_str().unwrap_or(usual).to_owned();
        let (return_url, cancel_url) = (context("return_url", &found.return_url), context("cancel_url", &found.cancel_url));
        if let Some(found) = books.subscriptions.get_mut(id) {
            found.revising = Some(Revising { plan: wanted.clone(), return_url, cancel_url });
        }
        let approve = format!("{}/webapps/billing/subscriptions/update?ba_token={id}", self.base_url);
        (200, json!({ "plan_id": wanted, "plan_overridden": false, "links": [{ "href": approve, "rel": "approve", "method": "GET" }] }))
    }
}
