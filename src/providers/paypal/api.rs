//! Calls with a token: fetched once for all, renewed when it runs out or is not taken any more.

use crate::foundation::time::{MINUTE, SECOND, Timestamp};
use crate::providers::Failure;
use crate::providers::Means;
use crate::providers::http::Reply;
use axum::http::StatusCode;
use reqwest::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;

pub struct Api {
    pub means: Means,
    /// Without a slash behind.
    pub base: String,
    pub client_id: String,
    pub client_secret: String,
    /// Held while a token is fetched, so that it is fetched once.
    pub token: Mutex<Option<Token>>,
}

#[derive(Clone)]
pub struct Token {
    value: String,
    app_id: String,
    until: Timestamp,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: i64,
    app_id: Option<String>,
}

/// An error in either of PayPal's forms.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Complaint {
    name: String,
    message: String,
    error: String,
    error_description: String,
    details: Vec<Detail>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Detail {
    issue: String,
    description: String,
}

impl Api {
    /// Where a buyer sees what is charged again and again, and changes how it is paid.
    pub fn automatic_payments(&self) -> String {
        let site = match self.base.as_str() {
            "https://api-m.paypal.com" | "https://api.paypal.com" => "https://www.paypal.com",
            "https://api-m.sandbox.paypal.com" | "https://api.sandbox.paypal.com" => "https://www.sandbox.paypal.com",
            simulator => simulator,
        };
        format!("{site}/myaccount/autopay/")
    }

    /// A key for one attempt at what PayPal does once by itself: captures an order, begins a subscription. It remembers what it
    /// refused under a key, and would refuse it again when the buyer has chosen another card since.
    pub fn attempt(&self) -> String {
        self.means.nonce()
    }

    pub fn now(&self) -> Timestamp {
        self.means.clock.now()
    }

    /// One thing, by its address; `None` when there is no such thing.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, Failure> {
        let reply = self.call(Method::GET, path, None, None).await?;
        if reply.status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        said_yes(reply)?.json().map(Some)
    }

    /// Asks for something to be done; the same `key` does it once.
    pub async fn post(&self, path: &str, body: &serde_json::Value, key: &str) -> Result<Reply, Failure> {
        said_yes(self.call(Method::POST, path, Some(body.to_string()), Some(key)).await?)
    }

    pub async fn patch(&self, path: &str, body: &serde_json::Value) -> Result<Reply, Failure> {
        said_yes(self.call(Method::PATCH, path, Some(body.to_string()), None).await?)
    }

    /// Whatever PayPal answers to `body`, after a second try with a new token if the old one was not taken.
    pub async fn call(&self, method: Method, path: &str, body: Option<String>, key: Option<&str>) -> Result<Reply, Failure> {
        let token = self.token(None).await?;
        let reply = self.once(&token, &method, path, body.as_deref(), key).await?;
        if reply.status != StatusCode::UNAUTHORIZED {
            return Ok(reply);
        }
        let token = self.token(Some(&token.value)).await?;
        self.once(&token, &method, path, body.as_deref(), key).await
    }

    async fn once(&self, token: &Token, method: &Method, path: &str, body: Option<&str>, key: Option<&str>) -> Result<Reply, Failure> {
        let url = format!("{}{path}", self.base);
        self.means
            .http
            .send(|client| {
                let mut request = client.request(method.clone(), &url).bearer_auth(&token.value).header("Accept", "application/json");
                if let Some(key) = key {
                    request = request.header("PayPal-Request-Id", key).header("Prefer", "return=representation");
                }
                Ok(match body {
                    Some(body) => request.header("Content-Type", "application/json").body(body.to_owned()),
                    None => request,
                })
            })
            .await
    }

    /// The token in use, unless it is `spent` or runs out within a minute.
    async fn token(&self, spent: Option<&str>) -> Result<Token, Failure> {
        let mut held = self.token.lock().await;
        if let Some(token) = &*held
            && Some(token.value.as_str()) != spent
            && self.now().plus(MINUTE) < token.until
        {
            return Ok(token.clone());
        }
        let url = format!("{}/v1/oauth2/token", self.base);
        let reply = self
            .means
            .http
            .send(|client| {
                Ok(client
                    .post(&url)
                    .basic_auth(&self.client_id, Some(&self.client_secret))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .body("grant_type=client_credentials"))
            })
            .await?;
        let granted: Granted = said_yes(reply)?.json()?;
        let until = self.now().plus(granted.expires_in.clamp(0, 365 * 24 * 3600) * SECOND);
        let token = Token { value: granted.access_token, app_id: granted.app_id.unwrap_or_default(), until };
        *held = Some(token.clone());
        Ok(token)
    }

    /// The number of the app the keys belong to, as PayPal tells it with the token.
    pub async fn app_id(&self) -> Result<String, Failure> {
        Ok(self.token(None).await?.app_id)
    }
}

/// A call that succeeded, or PayPal's own words why not.
pub fn said_yes(reply: Reply) -> Result<Reply, Failure> {
    if reply.status.is_success() {
        return Ok(reply);
    }
    let status = reply.status.as_u16();
    let complaint: Complaint = match serde_json::from_slice(&reply.body) {
        Ok(complaint) => complaint,
        Err(_) => return Err(Failure::Nonsense(format!("HTTP {status} without a reason"))),
    };
    let first = complaint.details.into_iter().next().unwrap_or_default();
    let pick = |candidates: [String; 3]| candidates.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
    let code = pick([first.issue, complaint.name, complaint.error]);
    let message = pick([first.description, complaint.message, complaint.error_description]);
    // The same request is still being worked on.
    if code == "PREVIOUS_REQUEST_IN_PROGRESS" {
        return Err(Failure::Away(code));
    }
    let (code, message) = (shortened(&code, 80), shortened(&message, 300));
    match status {
        // Not known, or known and without the right to this.
        401 | 403 => Err(Failure::KeysRefused { code, message }),
        _ => Err(Failure::Refused { code, message }),
    }
}

fn shortened(text: &str, most: usize) -> String {
    text.chars().filter(|c| !c.is_control()).take(most).collect()
}

/// Whether PayPal refused with one of these words.
pub fn refused_with(failure: &Failure, codes: &[&str]) -> bool {
    matches!(failure, Failure::Refused { code, .. } if codes.contains(&code.as_str()))
}
