//! The interface: who may call, in which version, once for each key; then to whom it goes.

use super::books::{Answered, Books};
use super::expand::{self, KINDS, Kind};
use super::forms::Form;
use super::problem::Problem;
use super::{RESTRICTED_KEY, SECRET_KEY, Stripe, VERSION};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use std::sync::Arc;

/// Answers to keys are kept for a day.
const KEPT: i64 = 24 * 3_600;
const MAX_KEY: usize = 255;
/// What the restricted key may not read.
const FORBIDDEN: [&str; 3] = ["/v1/account", "/v1/products", "/v1/balance_transactions"];

pub async fn answer(State(stripe): State<Arc<Stripe>>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let request = Request { method: &method, path: uri.path(), query: uri.query().unwrap_or_default(), headers: &headers, body: &body };
    let trouble = stripe.trouble_with(uri.path());
    let answered = match trouble {
        Some((status, _)) => Err(Problem::of_status(status)),
        None => stripe.deed(|books| request.answered(books, &stripe.base_url)),
    };
    let (status, body, replayed) = match answered {
        Ok((body, replayed)) => (StatusCode::OK, body, replayed),
        Err(problem) => (problem.status, problem.body(), false),
    };
    let mut response = (status, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response();
    let number = stripe.books().number("req");
    let mut header = |name: &'static str, value: &str| value.parse().map(|value| response.headers_mut().insert(name, value));
    let _ = (header("request-id", &number), header("stripe-version", VERSION));
    if let Some((_, Some(again))) = trouble {
        let _ = header("stripe-should-retry", again);
    }
    if replayed {
        let _ = header("idempotent-replayed", "true");
    }
    response
}

struct Request<'a> {
    method: &'a Method,
    path: &'a str,
    query: &'a str,
    headers: &'a HeaderMap,
    body: &'a [u8],
}

impl Request<'_> {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    fn known(&self) -> Result<(), Problem> {
        let given = self.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let key = match given.split_once(' ') {
            Some(("Bearer", key)) => key.to_owned(),
            Some(("Basic", pair)) => {
                let pair = BASE64_STANDARD.decode(pair).ok().and_then(|pair| String::from_utf8(pair).ok()).unwrap_or_default();
                pair.split(':').next().unwrap_or_default().to_owned()
            }
            _ => return Err(Problem::key("You did not provide an API key.")),
        };
        if key == RESTRICTED_KEY && FORBIDDEN.contains(&self.path) {
            return Err(Problem::not_permitted());
        }
        if key != SECRET_KEY && key != RESTRICTED_KEY {
            let shown: String = key.chars().take(8).collect();
            return Err(Problem::key(&format!("Invalid API Key provided: {shown}***")));
        }
        match self.header("stripe-version") {
            Some(VERSION) => Ok(()),
            other => Err(Problem::plain(&format!("Invalid Stripe API version: {}", other.unwrap_or("none")))),
        }
    }

    /// The answer, and whether it was given before.
    fn answered(&self, books: &mut Books, base_url: &str) -> Result<(Value, bool), Problem> {
        self.known()?;
        let path = self.path.strip_prefix("/v1/").ok_or_else(|| self.unknown())?;
        let key = self.header("idempotency-key").filter(|_| *self.method == Method::POST);
        let Some(key) = key else {
            return Ok((self.dispatch(books, path, base_url)?, false));
        };
        if key.is_empty() || key.len() > MAX_KEY {
            return Err(Problem::plain("Idempotency keys have 1 to 255 characters."));
        }
        let now = books.now;
        books.answered.retain(|_, answered| answered.at + KEPT > now);
        let request = format!("{path}?{}", String::from_utf8_lossy(self.body));
        match books.answered.get(key) {
            Some(answered) if answered.request == request => return Ok((answered.body.clone(), true)),
            Some(_) => return Err(Problem::other_parameters(key)),
            None => (),
        }
        let body = self.dispatch(books, path, base_url)?;
        books.answered.insert(key.to_owned(), Answered { request, body: body.clone(), at: now });
        Ok((body, false))
    }

    fn unknown(&self) -> Problem {
        Problem::no_address(self.method.as_str(), self.path)
    }

    fn dispatch(&self, books: &mut Books, path: &str, base_url: &str) -> Result<Value, Problem> {
        let form = match *self.method {
            Method::POST => Form::read(self.body),
            _ => Form::read(self.query.as_bytes()),
        };
        let whole = |books: &Books, number: &str| books.find(number).cloned().unwrap_or_default();
        let steps: Vec<&str> = path.split('/').collect();
        let mut body = match (self.method.as_str(), steps.as_slice()) {
            ("GET", ["account"]) => account(),
            ("GET", ["balance"]) => json!({ "object": "balance", "available": [], "livemode": false, "pending": [] }),
            ("POST", ["checkout", "sessions"]) => {
                let number = books.open_session(&form, base_url)?;
                whole(books, &number)
            }
            ("POST", ["checkout", "sessions", number, "expire"]) => {
                form.only(&[])?;
                books.expire(number)?;
                whole(books, number)
            }
            ("POST", ["coupons"]) => {
                let number = books.create_coupon(&form)?;
                whole(books, &number)
            }
            ("POST", ["refunds"]) => {
                let number = books.refund_by_form(&form)?;
                whole(books, &number)
            }
            ("POST", ["subscriptions", number]) => {
                books.update_subscription(number, &form)?;
                whole(books, number)
            }
            ("DELETE", ["subscriptions", number]) => {
                if matches!(books.get("subscription", number)?["status"].as_str(), Some("canceled")) {
                    return Err(Problem::nothing_there("subscription", number));
                }
                books.end(number, "cancellation_requested");
                whole(books, number)
            }
            ("POST", ["billing_portal", "sessions"]) => portal(books, &form, base_url)?,
            ("GET", _) => self.read(books, path, &form)?,
            _ => return Err(self.unknown()),
        };
        expand::expand_all(books, &mut body, &form)?;
        Ok(body)
    }

    /// One object, or a page of many.
    fn read(&self, books: &Books, path: &str, form: &Form) -> Result<Value, Problem> {
        if let Some(kind) = KINDS.iter().find(|kind| kind.path == path) {
            return expand::page(books, kind, form);
        }
        let (folder, number) = path.rsplit_once('/').ok_or_else(|| self.unknown())?;
        let kind: &Kind = KINDS.iter().find(|kind| kind.path == folder).ok_or_else(|| self.unknown())?;
        form.only(&[])?;
        books.get(kind.object, number).cloned()
    }
}

fn account() -> Value {
    json!({
        "id": "acct_simulator", "object": "account", "business_profile": { "name": "Simulated shop" }, "charges_enabled": true,
        "country": "US", "default_currency": "usd", "details_submitted": true, "email": "shop@example.com", "payouts_enabled": true,
        "type": "standard",
    })
}

fn portal(books: &mut Books, form: &Form, base_url: &str) -> Result<Value, Problem> {
    form.only(&["customer", "return_url"])?;
    let customer = form.required("customer")?.to_owned();
    books.get("customer", &customer)?;
    let number = books.number("bps");
    let page = json!({
        "object": "billing_portal.session", "configuration": "bpc_simulator", "customer": customer, "flow": null, "locale": null,
        "return_url": form.get("return_url"), "url": format!("{base_url}/p/session/{number}"),
    });
    books.make_as(&number, page);
    Ok(books.find(&number).cloned().unwrap_or_default())
}
