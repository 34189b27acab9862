//! Answers, and the ways to say no.

use serde_json::{Value, json};

pub type Answer = (u16, Value);

fn complaint(status: u16, name: &str, message: &str, issue: &str) -> Answer {
    let details = json!([{ "issue": issue, "description": issue.replace('_', " ").to_lowercase() }]);
    let links =
        json!([{ "href": format!("https://developer.paypal.com/docs/api/errors/#{issue}"), "rel": "information_link", "method": "GET" }]);
    (status, json!({ "name": name, "message": message, "debug_id": "90957fca61718", "details": details, "links": links }))
}

/// Understood, and not possible as things stand.
pub fn unable(issue: &str) -> Answer {
    let message = "The requested action could not be performed, semantically incorrect, or failed business validation.";
    complaint(422, "UNPROCESSABLE_ENTITY", message, issue)
}

pub fn missing() -> Answer {
    complaint(404, "RESOURCE_NOT_FOUND", "The specified resource does not exist.", "INVALID_RESOURCE_ID")
}

pub fn malformed(issue: &str) -> Answer {
    complaint(400, "INVALID_REQUEST", "Request is not well-formed, syntactically incorrect, or violates schema.", issue)
}

/// Who asks is not known.
pub fn stranger(error: &str, description: &str) -> Answer {
    (401, json!({ "error": error, "error_description": description }))
}

pub fn broken() -> Answer {
    (500, json!({ "name": "INTERNAL_SERVER_ERROR", "message": "An internal server error occurred.", "debug_id": "90957fca61718" }))
}

/// Known, and not allowed.
pub fn without_right() -> Answer {
    let message = "Authorization failed due to insufficient permissions.";
    (403, json!({ "name": "NOT_AUTHORIZED", "message": message, "debug_id": "90957fca61718" }))
}
