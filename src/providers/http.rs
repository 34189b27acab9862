//! Calls to providers: bounded in time and size, tried again when that is of use, never following a redirect.

use super::Failure;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use reqwest::RequestBuilder;
use std::time::Duration;

/// The largest answer that is read: a day's trade bill of a busy shop has a few megabytes.
const MAX_ANSWER: usize = 32 * 1024 * 1024;
/// How often a call is tried that did not get through.
const TRIES: u32 = 3;
/// Waited before the second try; twice that before the third.
const PAUSE: Duration = Duration::from_millis(150);

/// Cheap to clone; one for the whole program keeps its connections open.
#[derive(Clone)]
pub struct Client(reqwest::Client);

/// What came back, whatever its status.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Client {
    pub fn new() -> Result<Client, Failure> {
        reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(3))
            .timeout(Duration::from_secs(10))
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("Stoa/", env!("CARGO_PKG_VERSION")))
            .build()
            .map(Client)
            .map_err(|e| Failure::Away(e.to_string()))
    }

    /// Sends what `make` makes, anew for each try, since a signature may hold the time. Every call has to be safe to
    /// repeat. `Away` when no try gave an answer the provider stands for: 408, 409, 425, 429 and 5xx are tried again.
    pub async fn send(&self, make: impl Fn(&reqwest::Client) -> Result<RequestBuilder, Failure>) -> Result<Reply, Failure> {
        let mut failure = Failure::Away(String::new());
        for tried in 0..TRIES {
            if tried > 0 {
                tokio::time::sleep(PAUSE * 2u32.pow(tried - 1)).await;
            }
            match attempt(make(&self.0)?).await {
                Ok(reply) if worth_again(&reply) => failure = Failure::Away(format!("HTTP {}", reply.status.as_u16())),
                Ok(reply) => return Ok(reply),
                Err(Failure::Away(reason)) => failure = Failure::Away(reason),
                Err(other) => return Err(other),
            }
        }
        Err(failure)
    }
}

/// By its status, unless it says so itself, as Stripe does.
fn worth_again(reply: &Reply) -> bool {
    match reply.headers.get("stripe-should-retry").map(HeaderValue::as_bytes) {
        Some(b"true") => true,
        Some(b"false") => false,
        _ => reply.status.is_server_error() || matches!(reply.status.as_u16(), 408 | 409 | 425 | 429),
    }
}

async fn attempt(request: RequestBuilder) -> Result<Reply, Failure> {
    // An address may hold a key; the log gets what went wrong without it.
    let away = |e: reqwest::Error| Failure::Away(e.without_url().to_string());
    let mut response = request.send().await.map_err(away)?;
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(away)? {
        if body.len() + piece.len() > MAX_ANSWER {
            return Err(Failure::Nonsense("the answer is too large".to_owned()));
        }
        body.extend_from_slice(&piece);
    }
    Ok(Reply { status, headers, body })
}

impl Reply {
    /// The body as JSON of this shape.
    pub fn json<T: serde::de::DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_json::from_slice(&self.body).map_err(|e| Failure::Nonsense(format!("HTTP {}: {e}", self.status.as_u16())))
    }
}
