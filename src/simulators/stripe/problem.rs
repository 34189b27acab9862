//! Refusals, in Stripe's form.

use axum::http::StatusCode;
use serde_json::{Value, json};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub status: StatusCode,
    kind: &'static str,
    code: Option<&'static str>,
    message: String,
    param: Option<String>,
}

impl Problem {
    fn of(status: StatusCode, kind: &'static str, code: Option<&'static str>, message: String, param: Option<&str>) -> Problem {
        Problem { status, kind, code, message, param: param.map(str::to_owned) }
    }

    /// A 400 with a code of Stripe's.
    pub fn refused(code: &'static str, message: &str) -> Problem {
        Problem::of(StatusCode::BAD_REQUEST, "invalid_request_error", Some(code), message.to_owned(), None)
    }

    /// A 400 without a code.
    pub fn plain(message: &str) -> Problem {
        Problem::of(StatusCode::BAD_REQUEST, "invalid_request_error", None, message.to_owned(), None)
    }

    pub fn invalid(param: &str, message: &str) -> Problem {
        Problem::of(StatusCode::BAD_REQUEST, "invalid_request_error", Some("parameter_invalid"), message.to_owned(), Some(param))
    }

    pub fn missing(param: &str) -> Problem {
        let message = format!("Missing required param: {param}.");
        Problem::of(StatusCode::BAD_REQUEST, "invalid_request_error", Some("parameter_missing"), message, Some(param))
    }

    pub fn unknown(param: &str) -> Problem {
        let message = format!("Received unknown parameter: {param}");
        Problem::of(StatusCode::BAD_REQUEST, "invalid_request_error", Some("parameter_unknown"), message, Some(param))
    }

    pub fn nothing_there(what: &str, number: &str) -> Problem {
        let message = format!("No such {what}: '{number}'");
        Problem::of(StatusCode::NOT_FOUND, "invalid_request_error", Some("resource_missing"), message, Some("id"))
    }

    pub fn no_address(method: &str, path: &str) -> Problem {
        let message = format!("Unrecognized request URL ({method}: {path}).");
        Problem::of(StatusCode::NOT_FOUND, "invalid_request_error", None, message, None)
    }

    /// A 402: the card was refused, and nothing was changed.
    pub fn declined() -> Problem {
        let message = "Your card was declined.".to_owned();
        Problem::of(StatusCode::PAYMENT_REQUIRED, "card_error", Some("card_declined"), message, None)
    }

    pub fn key(message: &str) -> Problem {
        Problem::of(StatusCode::UNAUTHORIZED, "invalid_request_error", None, message.to_owned(), None)
    }

    pub fn not_permitted() -> Problem {
        let message = "The provided key 'rk_test_***' does not have the required permissions for this endpoint.".to_owned();
        Problem::of(StatusCode::FORBIDDEN, "invalid_request_error", None, message, None)
    }

    /// Somebody else is at the same thing, or whatever this status means.
    pub fn of_status(status: StatusCode) -> Problem {
        Problem::of(status, "api_error", None, "This object cannot be accessed right now.".to_owned(), None)
    }

    pub fn other_parameters(key: &str) -> Problem {
        let message = format!(
            "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '{key}' if you meant to execute a different request."
        );
        Problem::of(StatusCode::BAD_REQUEST, "idempotency_error", None, message, None)
    }

    pub fn message(&self) -> &str {
        &self.message
    }

    pub fn body(&self) -> Value {
        let mut error = json!({ "type": self.kind, "message": self.message, "request_log_url": "https://dashboard.stripe.com/test/logs" });
        if let Some(code) = self.code {
            error["code"] = json!(code);
            error["doc_url"] = json!(format!("https://stripe.com/docs/error-codes/{}", code.replace('_', "-")));
        }
        if let Some(param) = &self.param {
            error["param"] = json!(param);
        }
        json!({ "error": error })
    }
}
