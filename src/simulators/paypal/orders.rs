//! Orders v2: created, approved by the buyer, captured by the merchant.

use super::answers::{Answer, malformed, missing, unable};
use super::books::{Books, Line, Order, Payment};
use super::cash::Cash;
use super::events::Event;
use super::{MERCHANT_ID, Paying, Paypal, written};
use crate::foundation::time::Timestamp;
use serde_json::{Value, json};

impl Paypal {
    pub(super) fn create_order(&self, body: &Value) -> Answer {
        if body["intent"] != "CAPTURE" {
            return malformed(if body["intent"].is_null() { "MISSING_REQUIRED_PARAMETER" } else { "INVALID_PARAMETER_VALUE" });
        }
        let [unit] = body["purchase_units"].as_array().map(Vec::as_slice).unwrap_or_default() else {
            return malformed("MISSING_REQUIRED_PARAMETER");
        };
        let cash = match Cash::read(unit["amount"]["currency_code"].as_str(), unit["amount"]["value"].as_str()) {
            Ok(cash) => cash,
            Err(issue @ ("MISSING_REQUIRED_PARAMETER" | "INVALID_STRING_FORMAT")) => return malformed(issue),
            Err(issue) => return unable(issue),
        };
        let longest = |name: &str, most: usize| unit[name].as_str().is_none_or(|text| (1..=most).contains(&text.chars().count()));
        if !longest("custom_id", 255) || !longest("invoice_id", 127) || !longest("description", 127) {
            return malformed("INVALID_STRING_LENGTH");
        }
        if unit["payee"]["merchant_id"].as_str().is_some_and(|payee| payee != MERCHANT_ID) {
            return unable("PAYEE_ACCOUNT_INVALID");
        }
        let context = match &body["payment_source"]["paypal"]["experience_context"] {
            Value::Null => &body["application_context"],
            context => context,
        };
        let address = |name: &str| context[name].as_str().unwrap_or_default().to_owned();
        let order = Order {
            id: self.number(17),
            status: if body["payment_source"].is_null() { "CREATED" } else { "PAYER_ACTION_REQUIRED" },
            unit: unit.clone(),
            cash,
            return_url: address("return_url"),
            cancel_url: address("cancel_url"),
            created: self.now(),
            paying: Paying::Succeeds,
            captures: Vec::new(),
        };
        let id = order.id.clone();
        self.books().orders.insert(id.clone(), order);
        let (_, shown) = self.show_order(&id);
        (201, shown)
    }

    pub(super) fn show_order(&self, id: &str) -> Answer {
        let books = self.books();
        books.orders.get(id).map_or_else(missing, |order| (200, self.order_json(&books, order)))
    }

    pub(super) fn order_json(&self, books: &Books, order: &Order) -> Value {
        let base = &self.base_url;
        let captures: Vec<Value> =
            order.captures.iter().filter_map(|id| books.payments.get(id)).map(|capture| self.capture_json(capture)).collect();
        let refunds: Vec<Value> = books
            .refunds
            .values()
            .filter(|refund| order.captures.contains(&refund.payment))
            .map(|refund| self.refund_json(refund))
            .collect();
        let mut unit = order.unit.clone();
        unit["payee"] = json!({ "email_address": "merchant@example.com", "merchant_id": MERCHANT_ID });
        if !captures.is_empty() {
            unit["payments"] = json!({ "captures": captures });
            if !refunds.is_empty() {
                unit["payments"]["refunds"] = json!(refunds);
            }
        }
        let mut links = vec![json!({ "href": format!("{base}/v2/checkout/orders/{}", order.id), "rel": "self", "method": "GET" })];
        let approve = format!("{base}/checkoutnow?token={}", order.id);
        match order.status {
            "CREATED" => links.push(json!({ "href": approve, "rel": "approve", "method": "GET" })),
            "PAYER_ACTION_REQUIRED" => links.push(json!({ "href": approve, "rel": "payer-action", "method": "GET" })),
            "APPROVED" => {
                links.push(json!({ "href": format!("{base}/v2/checkout/orders/{}/capture", order.id), "rel": "capture", "method": "POST" }))
            }
            _ => (),
        }
        json!({
            "id": order.id, "intent": "CAPTURE", "status": order.status, "purchase_units": [unit],
            "payment_source": { "paypal": { "email_address": "buyer@example.com", "account_id": "SIMULATEDPAYER" } },
            "payer": { "payer_id": "SIMULATEDPAYER", "email_address": "buyer@example.com", "address": { "country_code": "US" } },
            "create_time": written(order.created), "links": links,
        })
    }

    pub(super) fn capture_json(&self, capture: &Payment) -> Value {
        let base = &self.base_url;
        let fee = capture.cash.fee();
        let mut json = json!({
            "id": capture.id, "status": capture.status(), "amount": capture.cash.json(), "final_capture": true,
            "seller_protection": { "status": "ELIGIBLE", "dispute_categories": ["ITEM_NOT_RECEIVED", "UNAUTHORIZED_TRANSACTION"] },
            "custom_id": capture.custom_id, "invoice_id": capture.invoice_id,
            "create_time": written(capture.at), "update_time": written(capture.changed),
            "supplementary_data": { "related_ids": { "order_id": capture.of } },
            "payee": { "email_address": "merchant@example.com", "merchant_id": MERCHANT_ID },
            "links": [
                { "href": format!("{base}/v2/payments/captures/{}", capture.id), "rel": "self", "method": "GET" },
                { "href": format!("{base}/v2/payments/captures/{}/refund", capture.id), "rel": "refund", "method": "POST" },
                { "href": format!("{base}/v2/checkout/orders/{}", capture.of), "rel": "up", "method": "GET" },
            ],
        });
        if capture.is_sale {
            json["supplementary_data"] = Value::Null;
            json["links"] = json!([]);
        }
        if capture.status == "COMPLETED" {
            let net = capture.cash.of(capture.cash.units - fee.units);
            json["seller_receivable_breakdown"] =
                json!({ "gross_amount": capture.cash.json(), "paypal_fee": fee.json(), "net_amount": net.json() });
        }
        if capture.status == "PENDING" {
            json["status_details"] = json!({ "reason": "ECHECK" });
        }
        json
    }

    pub(super) fn patch_order(&self, id: &str, body: &Value) -> Answer {
        let mut books = self.books();
        let Some(order) = books.orders.get_mut(id) else { return missing() };
        match order.status {
            "CREATED" | "APPROVED" => (),
            "COMPLETED" => return unable("ORDER_ALREADY_COMPLETED"),
            _ => return unable("NOT_PATCHABLE"),
        }
        let Some(changes) = body.as_array() else { return malformed("INVALID_PARAMETER_SYNTAX") };
        for change in changes {
            let field = match change["path"].as_str().and_then(|path| path.strip_prefix("/purchase_units/@reference_id=='default'/")) {
                Some(field @ ("custom_id" | "invoice_id" | "description")) => field.to_owned(),
                _ => return unable("NOT_PATCHABLE"),
            };
            if !matches!(change["op"].as_str(), Some("add" | "replace")) || !change["value"].is_string() {
                return malformed("INVALID_PARAMETER_VALUE");
            }
            order.unit[field] = change["value"].clone();
        }
        (204, Value::Null)
    }

    pub(super) fn capture_order(&self, id: &str) -> Answer {
        let now = self.now();
        let number = self.number(17);
        let mut books = self.books();
        let Some(order) = books.orders.get(id).cloned() else { return missing() };
        match order.status {
            "APPROVED" => (),
            "COMPLETED" => return unable("ORDER_ALREADY_CAPTURED"),
            _ => return unable("ORDER_NOT_APPROVED"),
        }
        let invoice = order.text("invoice_id").map(str::to_owned);
        let used = |payment: &Payment| payment.invoice_id.is_some() && payment.invoice_id == invoice && payment.status == "COMPLETED";
        if books.payments.values().any(used) {
            return unable("DUPLICATE_INVOICE_ID");
        }
        let status = match order.paying {
            Paying::Succeeds => "COMPLETED",
            Paying::Waits => "PENDING",
            // The buyer may come back and pay with something else.
            Paying::Fails => return unable("INSTRUMENT_DECLINED"),
            Paying::Declines => "DECLINED",
        };
        let custom_id = order.text("custom_id").map(str::to_owned);
        let capture = Payment {
            id: number.clone(),
            of: id.to_owned(),
            is_sale: false,
            status,
            cash: order.cash.clone(),
            refunded: 0,
            at: now,
            changed: now,
            custom_id,
            invoice_id: invoice,
        };
        if let Some(order) = books.orders.get_mut(id) {
            order.status = "COMPLETED";
            order.captures.push(number.clone());
        }
        books.payments.insert(number, capture.clone());
        let kind = match status {
            "PENDING" => "PAYMENT.CAPTURE.PENDING",
            "DECLINED" => "PAYMENT.CAPTURE.DECLINED",
            _ => "PAYMENT.CAPTURE.COMPLETED",
        };
        let mut events = vec![Event::new(kind, "capture", self.capture_json(&capture))];
        if status == "COMPLETED" {
            booked(&mut books, &capture, "T0006", now);
        }
        let shown = books.orders.get(id).map(|order| self.order_json(&books, order)).unwrap_or_default();
        events.push(Event::new("CHECKOUT.ORDER.COMPLETED", "checkout-order", shown.clone()));
        drop(books);
        self.notify(events);
        (201, shown)
    }
}

/// Money came in.
pub fn booked(books: &mut Books, payment: &Payment, code: &'static str, at: Timestamp) {
    let about = if payment.is_sale { Some((payment.of.clone(), "SUB")) } else { Some((payment.of.clone(), "ODR")) };
    books.lines.push(Line {
        id: payment.id.clone(),
        about,
        code,
        cash: payment.cash.clone(),
        fee: -payment.cash.fee().units,
        custom: payment.custom_id.clone(),
        invoice: payment.invoice_id.clone(),
        at,
    });
}
