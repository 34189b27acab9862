//! Money that moves: charges, refunds, disputes, and the lines they leave in the account's book.

use super::books::Books;
use super::forms::Form;
use super::problem::Problem;
use serde_json::{Map, Value, json};

/// What Stripe keeps for a dispute.
const DISPUTE_FEE: i64 = 1_500;
pub const REFUND_FORM: &[&str] = &["payment_intent", "charge", "amount", "reason", "metadata[*]"];

pub fn fee(amount: i64) -> i64 {
    amount * 29 / 1_000 + 30
}

pub fn metadata(form: &Form, name: &str) -> Value {
    Value::Object(form.under(name).into_iter().map(|(key, value)| (key.to_owned(), json!(value))).collect::<Map<_, _>>())
}

/// What is to be charged.
pub struct Due {
    pub amount: i64,
    pub currency: String,
    pub customer: Value,
    pub description: Value,
    pub metadata: Value,
    pub method: &'static str,
}

impl Books {
    fn line(&mut self, kind: &str, category: &str, amount: i64, fee: i64, currency: &str, source: &str) -> String {
        let (currency, rate) = match &self.held_in {
            Some((held, rate)) if held != currency => (held.clone(), Some(*rate)),
            _ => (currency.to_owned(), None),
        };
        let exchanged = |amount: i64| rate.map_or(amount, |rate| amount * i64::from(rate) / 1_000);
        let (amount, fee) = (exchanged(amount), exchanged(fee));
        let details = match fee {
            0 => json!([]),
            _ => {
                json!([{ "amount": fee, "application": null, "currency": currency, "description": "Stripe processing fees", "type": "stripe_fee" }])
            }
        };
        let line = json!({
            "object": "balance_transaction", "amount": amount, "available_on": self.now + 2 * 86_400, "balance_type": "payments",
            "currency": currency, "description": null, "exchange_rate": rate.map(|rate| f64::from(rate) / 1_000.0), "fee": fee,
            "fee_details": details,
            "net": amount - fee, "reporting_category": category, "source": source, "status": "pending", "type": kind,
        });
        self.make("txn", line)
    }

    pub fn intent(&mut self, due: &Due, status: &str) -> String {
        let intent = json!({
            "object": "payment_intent", "amount": due.amount, "amount_capturable": 0, "amount_details": { "tip": {} },
            "amount_received": 0, "application": null, "capture_method": "automatic_async", "client_secret": self.number("secret"),
            "confirmation_method": "automatic", "currency": due.currency, "customer": due.customer, "description": due.description,
            "last_payment_error": null, "latest_charge": null, "metadata": due.metadata, "next_action": null,
            "payment_method": null, "payment_method_types": [due.method], "processing": null, "receipt_email": null,
            "setup_future_usage": null, "statement_descriptor": null, "status": status,
        });
        self.make("pi", intent)
    }

    /// The intent's money comes.
    pub fn succeed(&mut self, intent: &str) {
        let (amount, currency) = (self.integer(intent, "amount"), self.text(intent, "currency"));
        let method = self.at(intent, "/payment_method_types/0");
        let details = match method.as_str() {
            Some("card") => json!({ "type": "card", "card": { "brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2034 } }),
            other => json!({ "type": other }),
        };
        let charge = json!({
            "object": "charge", "amount": amount, "amount_captured": amount, "amount_refunded": 0, "application": null,
            "balance_transaction": null, "billing_details": { "email": null, "name": null, "phone": null }, "captured": true,
            "currency": currency, "customer": self.at(intent, "customer"), "description": self.at(intent, "description"),
            "disputed": false, "failure_code": null, "failure_message": null, "metadata": self.at(intent, "metadata"),
            "outcome": { "network_status": "approved_by_network", "risk_level": "normal", "type": "authorized" }, "paid": true,
            "payment_intent": intent, "payment_method_details": details, "refunded": false, "status": "succeeded",
        });
        let charge = self.make("ch", charge);
        let line = self.line("charge", "charge", amount, fee(amount), &currency, &charge);
        self.set(&charge, json!({ "balance_transaction": line }));
        let paid = json!({ "status": "succeeded", "amount_received": amount, "latest_charge": charge, "last_payment_error": null });
        self.set(intent, paid);
        self.tell("payment_intent.succeeded", intent);
        self.tell("charge.succeeded", &charge);
    }

    /// The intent's money is refused.
    pub fn fail(&mut self, intent: &str) {
        let error = json!({
            "code": "card_declined", "decline_code": "generic_decline", "message": "Your card was declined.", "type": "card_error"
        });
        self.set(intent, json!({ "status": "requires_payment_method", "last_payment_error": error }));
        self.tell("payment_intent.payment_failed", intent);
    }

    fn charge_of(&self, intent: &str) -> Result<String, Problem> {
        self.get("payment_intent", intent)?;
        match self.text(intent, "latest_charge") {
            charge if charge.is_empty() => {
                Err(Problem::plain(&format!("This PaymentIntent ({intent}) does not have a successful charge to refund.")))
            }
            charge => Ok(charge),
        }
    }

    /// `POST /v1/refunds`.
    pub fn refund_by_form(&mut self, form: &Form) -> Result<String, Problem> {
        form.only(REFUND_FORM)?;
        let intent = match (form.get("payment_intent"), form.get("charge")) {
            (Some(intent), _) => intent.to_owned(),
            (None, Some(charge)) => {
                self.get("charge", charge)?;
                self.text(charge, "payment_intent")
            }
            (None, None) => return Err(Problem::missing("payment_intent")),
        };
        let reason = form.get("reason");
        if reason.is_some_and(|reason| !matches!(reason, "duplicate" | "fraudulent" | "requested_by_customer")) {
            return Err(Problem::invalid("reason", "Invalid reason: must be one of duplicate, fraudulent, or requested_by_customer"));
        }
        self.refund(&intent, form.whole_number("amount")?, json!(reason), metadata(form, "metadata"))
    }

    pub fn refund(&mut self, intent: &str, amount: Option<i64>, reason: Value, metadata: Value) -> Result<String, Problem> {
        let charge = self.charge_of(intent)?;
        let left = self.integer(&charge, "amount") - self.integer(&charge, "amount_refunded");
        if left == 0 {
            return Err(Problem::refused("charge_already_refunded", &format!("Charge {charge} has already been refunded.")));
        }
        let against = |dispute: &Value| dispute["charge"] == charge.as_str() && dispute["is_charge_refundable"] == false;
        if self.all("dispute").any(|dispute| against(dispute) && dispute["status"] != "won") {
            let message = format!("Charge {charge} has been charged back; cannot issue a refund.");
            return Err(Problem::refused("charge_disputed", &message));
        }
        let amount = amount.unwrap_or(left);
        if amount <= 0 {
            return Err(Problem::invalid("amount", "Invalid positive integer"));
        }
        if amount > left {
            let message = format!("Refund amount ({amount}) is greater than unrefunded amount on charge ({left})");
            return Err(Problem::plain(&message));
        }
        let currency = self.text(&charge, "currency");
        let status = if self.refunds_wait { "pending" } else { "succeeded" };
        let refund = json!({
            "object": "refund", "amount": amount, "balance_transaction": null, "charge": charge, "currency": currency,
            "destination_details": { "card": { "reference_status": "pending", "type": "refund" }, "type": "card" },
            "metadata": metadata, "payment_intent": intent, "reason": reason, "receipt_number": null,
            "source_transfer_reversal": null, "status": status, "transfer_reversal": null,
        });
        let refund = self.make("re", refund);
        let line = self.line("refund", "refund", -amount, 0, &currency, &refund);
        self.set(&refund, json!({ "balance_transaction": line }));
        let refunded = self.integer(&charge, "amount_refunded") + amount;
        self.set(&charge, json!({ "amount_refunded": refunded, "refunded": left == amount }));
        self.tell("refund.created", &refund);
        self.tell("charge.refunded", &charge);
        Ok(refund)
    }

    /// A refund that waits goes through or fails; one that went through may still fail.
    pub fn settle_refund(&mut self, refund: &str, goes_through: bool) -> Result<(), Problem> {
        self.get("refund", refund)?;
        let (status, charge) = (self.text(refund, "status"), self.text(refund, "charge"));
        match (status.as_str(), goes_through) {
            ("pending", true) => self.set(refund, json!({ "status": "succeeded" })),
            ("pending" | "succeeded", false) => {
                let (amount, currency) = (self.integer(refund, "amount"), self.text(refund, "currency"));
                let line = self.line("refund_failure", "refund_failure", amount, 0, &currency, refund);
                let failed =
                    json!({ "status": "failed", "failure_reason": "expired_or_canceled_card", "failure_balance_transaction": line });
                self.set(refund, failed);
                let refunded = self.integer(&charge, "amount_refunded") - amount;
                self.set(&charge, json!({ "amount_refunded": refunded, "refunded": false }));
                self.tell("refund.failed", refund);
            }
            _ => return Err(Problem::plain(&format!("The refund {refund} is {status}."))),
        }
        self.tell_all(&["refund.updated", "charge.refund.updated"], refund);
        Ok(())
    }

    /// The buyer contests the payment at their bank; an inquiry only asks about it.
    pub fn dispute(&mut self, intent: &str, inquiry: bool) -> Result<String, Problem> {
        let charge = self.charge_of(intent)?;
        if self.at(&charge, "disputed") == true {
            return Err(Problem::plain(&format!("The charge {charge} is disputed already.")));
        }
        let amount = self.integer(&charge, "amount") - self.integer(&charge, "amount_refunded");
        if amount == 0 {
            return Err(Problem::plain(&format!("The charge {charge} has been refunded.")));
        }
        let status = if inquiry { "warning_needs_response" } else { "needs_response" };
        let dispute = json!({
            "object": "dispute", "amount": amount, "balance_transactions": [], "charge": charge,
            "currency": self.at(&charge, "currency"), "enhanced_eligibility_types": [], "evidence": {},
            "evidence_details": { "due_by": self.now + 7 * 86_400, "has_evidence": false, "past_due": false, "submission_count": 0 },
            "is_charge_refundable": inquiry, "metadata": {}, "payment_intent": intent, "reason": "fraudulent", "status": status,
        });
        let dispute = self.make("dp", dispute);
        self.set(&charge, json!({ "disputed": true }));
        self.tell("charge.dispute.created", &dispute);
        if !inquiry {
            self.move_disputed(&dispute, -amount, DISPUTE_FEE, "dispute");
            self.tell("charge.dispute.funds_withdrawn", &dispute);
        }
        Ok(dispute)
    }

    fn move_disputed(&mut self, dispute: &str, amount: i64, fee: i64, category: &str) {
        let currency = self.text(dispute, "currency");
        let line = self.line("adjustment", category, amount, fee, &currency, dispute);
        let mut lines = self.at(dispute, "balance_transactions");
        if let (Some(lines), Some(line)) = (lines.as_array_mut(), self.find(&line)) {
            lines.push(line.clone());
        }
        self.set(dispute, json!({ "balance_transactions": lines }));
    }

    /// Ends a dispute, won or lost; an inquiry ends without either.
    pub fn settle_dispute(&mut self, dispute: &str, won: bool) -> Result<(), Problem> {
        self.get("dispute", dispute)?;
        let status = self.text(dispute, "status");
        let ended = match (status.as_str(), won) {
            ("warning_needs_response" | "warning_under_review", _) => "warning_closed",
            ("needs_response" | "under_review", true) => "won",
            ("needs_response" | "under_review", false) => "lost",
            _ => return Err(Problem::plain(&format!("The dispute {dispute} is {status}."))),
        };
        self.set(dispute, json!({ "status": ended }));
        if ended == "won" {
            let amount = self.integer(dispute, "amount");
            self.move_disputed(dispute, amount, 0, "dispute_reversal");
            self.tell("charge.dispute.funds_reinstated", dispute);
        }
        self.tell("charge.dispute.closed", dispute);
        Ok(())
    }
}
