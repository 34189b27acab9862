//! What is given back, and what is contested.

use super::answers::{Answer, malformed, missing, unable};
use super::books::{Books, Dispute, Line, Payment, Refund};
use super::cash::Cash;
use super::events::Event;
use super::{Paypal, written};
use serde_json::{Value, json};
use std::collections::HashMap;

impl Paypal {
    pub(super) fn show_payment(&self, id: &str, sale: bool) -> Answer {
        let books = self.books();
        match books.payments.get(id).filter(|payment| shows(&books, payment, sale)) {
            None => missing(),
            Some(payment) if sale => (200, self.sale_json(payment)),
            Some(payment) => (200, self.capture_json(payment)),
        }
    }

    /// The charge of a subscription, in the older form.
    pub(super) fn sale_json(&self, sale: &Payment) -> Value {
        let fee = sale.cash.fee();
        json!({
            "id": sale.id, "state": sale.status().to_lowercase(), "amount": sale.cash.old(), "payment_mode": "INSTANT_TRANSFER",
            "protection_eligibility": "ELIGIBLE", "transaction_fee": { "value": fee.text(), "currency": fee.code },
            "billing_agreement_id": sale.of, "custom": sale.custom_id, "create_time": written(sale.at), "update_time": written(sale.at),
            "links": [{ "href": format!("{}/v1/payments/sale/{}", self.base_url, sale.id), "rel": "self", "method": "GET" }],
        })
    }

    pub(super) fn refund_json(&self, refund: &Refund) -> Value {
        let base = &self.base_url;
        let none = refund.cash.of(0);
        json!({
            "id": refund.id, "status": refund.status, "amount": refund.cash.json(), "custom_id": refund.custom_id, "invoice_id": refund.invoice_id,
            "seller_payable_breakdown": {
                "gross_amount": refund.cash.json(), "paypal_fee": none.json(), "net_amount": refund.cash.json(), "total_refunded_amount": refund.cash.json(),
            },
            "create_time": written(refund.at), "update_time": written(refund.at),
            "links": [
                { "href": format!("{base}/v2/payments/refunds/{}", refund.id), "rel": "self", "method": "GET" },
                { "href": format!("{base}/v2/payments/captures/{}", refund.payment), "rel": "up", "method": "GET" },
            ],
        })
    }

    pub(super) fn sale_refund_json(&self, refund: &Refund) -> Value {
        json!({
            "id": refund.id, "state": "completed", "amount": refund.cash.old(), "sale_id": refund.payment, "invoice_number": refund.invoice_id,
            "refund_from_transaction_fee": { "value": refund.cash.of(0).text(), "currency": refund.cash.code },
            "total_refunded_amount": { "value": refund.cash.text(), "currency": refund.cash.code },
            "create_time": written(refund.at), "update_time": written(refund.at),
            "links": [{ "href": format!("{}/v1/payments/sale/{}", self.base_url, refund.payment), "rel": "sale", "method": "GET" }],
        })
    }

    /// Of a sale that PayPal took back, which is told in the older form alone and is no refund.
    pub(super) fn sale_reversal_json(&self, back: &Refund) -> Value {
        json!({
            "id": back.id, "state": "completed", "amount": back.cash.of(-back.cash.units).old(), "sale_id": back.payment,
            "create_time": written(back.at), "update_time": written(back.at),
            "links": [{ "href": format!("{}/v1/payments/sale/{}", self.base_url, back.payment), "rel": "sale", "method": "GET" }],
        })
    }

    pub(super) fn show_refund(&self, id: &str, sale: bool) -> Answer {
        let books = self.books();
        let readable = |refund: &Refund| {
            let Some(payment) = books.payments.get(&refund.payment) else { return false };
            match payment.is_sale {
                true => !refund.reversal && sale != books.sales_are_captures,
                false => !sale,
            }
        };
        match books.refunds.get(id).filter(|refund| readable(refund)) {
            None => missing(),
            Some(refund) if sale => (200, self.sale_refund_json(refund)),
            Some(refund) => (200, self.refund_json(refund)),
        }
    }

    /// The merchant asks for a refund; without an amount, of all that is left.
    pub(super) fn refund_asked(&self, id: &str, sale: bool, body: &Value) -> Answer {
        let (left, code) = {
            let books = self.books();
            match books.payments.get(id).filter(|payment| shows(&books, payment, sale)) {
                None => return missing(),
                Some(payment) => (payment.cash.units - payment.refunded, payment.cash.code.clone()),
            }
        };
        let amount = &body["amount"];
        let cash = match (amount.is_null(), sale) {
            (true, _) => Cash { code: code.clone(), units: left },
            (false, true) => match Cash::read(amount["currency"].as_str(), amount["total"].as_str()) {
                Ok(cash) => cash,
                Err(issue) => return malformed(issue),
            },
            (false, false) => match Cash::read(amount["currency_code"].as_str(), amount["value"].as_str()) {
                Ok(cash) => cash,
                Err(issue) => return unable(issue),
            },
        };
        let text = |name: &str| body[name].as_str().map(str::to_owned);
        match self.give_back(id, cash, text("custom_id"), text("invoice_id").or_else(|| text("invoice_number"))) {
            Err(issue) => unable(issue),
            Ok(refund) if sale => (201, self.sale_refund_json(&refund)),
            Ok(refund) => (201, self.refund_json(&refund)),
        }
    }

    /// Gives back, whoever asked, and tells the merchant.
    pub(super) fn give_back(
        &self,
        id: &str,
        cash: Cash,
        custom_id: Option<String>,
        invoice_id: Option<String>,
    ) -> Result<Refund, &'static str> {
        let (status, reversal) = ("COMPLETED", false);
        let refund = Refund { id: self.number(17), payment: id.to_owned(), cash, custom_id, invoice_id, at: self.now(), status, reversal };
        let mut books = self.books();
        let as_capture = books.sales_are_captures;
        let payment = books.payments.get_mut(id).ok_or("INVALID_RESOURCE_ID")?;
        let left = payment.cash.units - payment.refunded;
        if payment.status != "COMPLETED" {
            return Err("CAPTURE_STATUS_NOT_VALID");
        }
        if payment.cash.code != refund.cash.code {
            return Err("REFUND_CAPTURE_CURRENCY_MISMATCH");
        }
        if left == 0 {
            return Err("CAPTURE_FULLY_REFUNDED");
        }
        if refund.cash.units > left || refund.cash.units <= 0 {
            return Err("REFUND_AMOUNT_EXCEEDED");
        }
        payment.refunded += refund.cash.units;
        let sale = payment.is_sale;
        books.refunds.insert(refund.id.clone(), refund.clone());
        books.lines.push(Line {
            id: refund.id.clone(),
            about: Some((id.to_owned(), "TXN")),
            code: "T1107",
            cash: refund.cash.of(-refund.cash.units),
            fee: 0,
            custom: refund.custom_id.clone(),
            invoice: refund.invoice_id.clone(),
            at: refund.at,
        });
        drop(books);
        self.notify(vec![if sale && !as_capture {
            Event::new("PAYMENT.SALE.REFUNDED", "refund", self.sale_refund_json(&refund))
        } else {
            Event::new("PAYMENT.CAPTURE.REFUNDED", "refund", self.refund_json(&refund))
        }]);
        Ok(refund)
    }

    pub(super) fn dispute_json(books: &Books, dispute: &Dispute) -> Value {
        let payment = books.payments.get(&dispute.payment);
        let mut json = json!({
            "dispute_id": dispute.id, "create_time": written(dispute.created), "update_time": written(dispute.updated),
            "disputed_transactions": [{
                "seller_transaction_id": dispute.payment, "buyer_transaction_id": "SIMULATED", "transaction_status": "COMPLETED",
                "gross_amount": dispute.cash.json(), "custom": payment.and_then(|payment| payment.custom_id.clone()),
            }],
            "reason": "MERCHANDISE_OR_SERVICE_NOT_RECEIVED", "status": dispute.status, "dispute_amount": dispute.cash.json(),
            "dispute_life_cycle_stage": "CHARGEBACK", "dispute_channel": "INTERNAL",
        });
        if let Some(outcome) = dispute.outcome {
            json["dispute_outcome"] = json!({ "outcome_code": outcome });
            if let Some(units) = dispute.refunded {
                json["dispute_outcome"]["amount_refunded"] = dispute.cash.of(units).json();
            }
        }
        json
    }

    pub(super) fn show_dispute(&self, id: &str) -> Answer {
        let books = self.books();
        books.disputes.get(id).map_or_else(missing, |dispute| (200, Paypal::dispute_json(&books, dispute)))
    }

    pub(super) fn list_disputes(&self, query: &HashMap<String, String>) -> Answer {
        let about = query.get("disputed_transaction_id");
        let books = self.books();
        let items: Vec<Value> = books
            .disputes
            .values()
            .filter(|dispute| about.is_none_or(|payment| dispute.payment == *payment))
            .map(|dispute| {
                json!({
                    "dispute_id": dispute.id, "create_time": written(dispute.created), "update_time": written(dispute.updated),
                    "status": dispute.status, "reason": "MERCHANDISE_OR_SERVICE_NOT_RECEIVED", "dispute_amount": dispute.cash.json(),
                })
            })
            .collect();
        (200, json!({ "items": items, "links": [] }))
    }
}

/// Whether a payment is known under the addresses of sales, or of captures; the charges of some subscriptions are under both.
fn shows(books: &Books, payment: &Payment, sale: bool) -> bool {
    payment.is_sale == sale || payment.is_sale && books.sales_are_captures
}
