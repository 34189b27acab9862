//! The API: who asks, whether it was asked before, and who answers.

use super::answers::{Answer, malformed, missing, stranger, unable};
use super::{CLIENT_ID, CLIENT_SECRET, Paypal, Trouble, answers};
use crate::foundation::time::SECOND;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

/// As PayPal grants it: nine hours.
const TOKEN_SECONDS: i64 = 32_400;

/// One request, taken apart.
pub struct Call<'a> {
    pub method: &'a str,
    pub path: Vec<&'a str>,
    pub query: HashMap<String, String>,
    pub body: Value,
}

pub async fn call(State(paypal): State<Arc<Paypal>>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let trouble = paypal.books().trouble;
    match trouble {
        Some(Trouble::Down) => return sent(answers::broken()),
        Some(Trouble::Garbage) => return (StatusCode::OK, "<html>Sorry</html>").into_response(),
        Some(Trouble::NoRights) if uri.path().starts_with("/v1/reporting/") || uri.path().starts_with("/v1/customer/") => {
            return sent(answers::without_right());
        }
        Some(Trouble::NoRights) | None => (),
    }
    if uri.path().starts_with("/v1/notifications/certs/") {
        return match uri.path().strip_prefix("/v1/notifications/certs/") {
            Some("CERT-SIMULATOR") => (StatusCode::OK, include_str!("keys/chain.pem")).into_response(),
            _ => StatusCode::NOT_FOUND.into_response(),
        };
    }
    sent(paypal.answer(&method, &uri, &headers, &body))
}

fn sent((status, body): Answer) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::HeaderName::from_static("paypal-debug-id"), "90957fca61718")];
    if body.is_null() { (status, headers).into_response() } else { (status, headers, body.to_string()).into_response() }
}

impl Paypal {
    fn answer(&self, method: &Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Answer {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let authorization = text("authorization").unwrap_or_default();
        if uri.path() == "/v1/oauth2/token" {
            return self.grant(method, authorization, body);
        }
        let token = authorization.strip_prefix("Bearer ").unwrap_or_default();
        let known = self.books().tokens.get(token).is_some_and(|until| self.now() < *until);
        if !known {
            return stranger("invalid_token", "Token signature verification failed");
        }
        let json = text("content-type").is_some_and(|kind| kind.starts_with("application/json"));
        if !body.is_empty() && !json {
            return (
                415,
                json!({ "name": "UNSUPPORTED_MEDIA_TYPE", "message": "The server does not support the request payload's media type." }),
            );
        }
        let parsed = if body.is_empty() { json!({}) } else { serde_json::from_slice(body).unwrap_or(Value::Null) };
        if parsed.is_null() {
            return malformed("MALFORMED_REQUEST_JSON");
        }
        let query = uri.query().map(|query| form_urlencoded::parse(query.as_bytes()).into_owned().collect()).unwrap_or_default();
        let path: Vec<&str> = uri.path().trim_matches('/').split('/').collect();
        let call = Call { method: method.as_str(), path, query, body: parsed };
        let key = text("paypal-request-id").filter(|_| method == Method::POST);
        let Some(key) = key else { return self.done(&call) };
        if key.is_empty() || key.len() > 108 {
            return malformed("INVALID_PAYPAL_REQUEST_ID");
        }
        let place = (uri.path().to_owned(), key.to_owned());
        let before = self.books().done.get(&place).cloned();
        match before {
            Some((asked, _)) if asked != body => return unable("DUPLICATE_REQUEST_ID"),
            Some((_, (status, answer))) if status < 300 => return self.again(&call, answer),
            // What was refused stays refused, whatever has changed since.
            Some((_, refusal)) => return refusal,
            None => (),
        }
        let answer = self.done(&call);
        self.books().done.insert(place, (body.to_vec(), answer.clone()));
        answer
    }

    /// What was made before, as it stands now.
    fn again(&self, call: &Call<'_>, answer: Value) -> Answer {
        let id = answer["id"].as_str().unwrap_or_default();
        match call.path.as_slice() {
            ["v2", "checkout", "orders"] => self.show_order(id),
            ["v1", "billing", "subscriptions"] => self.show_subscription(id),
            _ if answer.is_null() => (204, answer),
            _ => (200, answer),
        }
    }

    fn grant(&self, method: &Method, authorization: &str, body: &[u8]) -> Answer {
        let expected = format!("Basic {}", STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}")));
        if method != Method::POST || authorization != expected {
            return stranger("invalid_client", "Client Authentication failed");
        }
        if !form_urlencoded::parse(body).any(|(name, value)| name == "grant_type" && value == "client_credentials") {
            return (400, json!({ "error": "unsupported_grant_type", "error_description": "Grant Type is NULL" }));
        }
        let token = format!("A21AA{}", self.number(40));
        let until = self.now().plus(TOKEN_SECONDS * SECOND);
        let mut books = self.books();
        books.tokens.insert(token.clone(), until);
        books.tokens_given += 1;
        let scope = "https://uri.paypal.com/services/payments/payment https://uri.paypal.com/services/subscriptions";
        (
            200,
            json!({ "scope": scope, "access_token": token, "token_type": "Bearer", "app_id": "APP-SIMULATOR", "expires_in": TOKEN_SECONDS, "nonce": "2026-01-01T00:00:00Z" }),
        )
    }

    fn done(&self, call: &Call<'_>) -> Answer {
        match (call.method, call.path.as_slice()) {
            ("POST", ["v2", "checkout", "orders"]) => self.create_order(&call.body),
            ("GET", ["v2", "checkout", "orders", id]) => self.show_order(id),
            ("PATCH", ["v2", "checkout", "orders", id]) => self.patch_order(id, &call.body),
            ("POST", ["v2", "checkout", "orders", id, "capture"]) => self.capture_order(id),
            ("GET", ["v2", "payments", "captures", id]) => self.show_payment(id, false),
            ("POST", ["v2", "payments", "captures", id, "refund"]) => self.refund_asked(id, false, &call.body),
            ("GET", ["v2", "payments", "refunds", id]) => self.show_refund(id, false),
            ("GET", ["v1", "payments", "sale", id]) => self.show_payment(id, true),
            ("POST", ["v1", "payments", "sale", id, "refund"]) => self.refund_asked(id, true, &call.body),
            ("GET", ["v1", "payments", "refund", id]) => self.show_refund(id, true),
            ("POST", ["v1", "catalogs", "products"]) => self.create_product(&call.body),
            ("GET", ["v1", "catalogs", "products", id]) => {
                self.books().products.get(*id).map_or_else(missing, |product| (200, product.clone()))
            }
            ("POST", ["v1", "billing", "plans"]) => self.create_plan(&call.body),
            ("GET", ["v1", "billing", "plans"]) => self.list_plans(&call.query),
            ("GET", ["v1", "billing", "plans", id]) => self.books().plans.get(*id).map_or_else(missing, |plan| (200, plan.body.clone())),
            ("POST", ["v1", "billing", "subscriptions"]) => self.create_subscription(&call.body),
            ("GET", ["v1", "billing", "subscriptions", id]) => self.show_subscription(id),
            ("GET", ["v1", "billing", "subscriptions", id, "transactions"]) => self.list_charges(id, &call.query),
            ("POST", ["v1", "billing", "subscriptions", id, verb]) => self.change_subscription(id, verb, &call.body),
            ("GET", ["v1", "customer", "disputes"]) => self.list_disputes(&call.query),
            ("GET", ["v1", "customer", "disputes", id]) => self.show_dispute(id),
            ("GET", ["v1", "reporting", "transactions"]) => self.report(&call.query),
            ("GET", ["v1", "notifications", "webhooks", id]) => self.show_webhook(id),
            ("POST", ["v1", "notifications", "verify-webhook-signature"]) => self.verify(&call.body),
            _ => missing(),
        }
    }
}
