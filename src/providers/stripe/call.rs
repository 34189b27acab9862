//! How Stripe is called: forms with brackets in, JSON out, one version of the interface, a key on every change so that it
//! is made once.

use super::objects::{Listed, Page, Problem};
use crate::providers::http::{Client, Reply};
use crate::providers::{Failure, Means};
use crate::server::random::Random;
use axum::http::StatusCode;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Method, RequestBuilder};
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// The version of the interface that [`super::objects`] was written for.
pub const VERSION: &str = "2026-10-28.endive";
/// What a page of a list holds at most, at Stripe.
const PAGE: usize = 100;
/// Longer messages are cut: they are for an admin to read.
const MAX_MESSAGE: usize = 300;

/// Names with brackets and their values, in order.
pub type Form = Vec<(String, String)>;

pub struct Api {
    http: Client,
    base: String,
    secret: String,
    random: Arc<dyn Random>,
}

impl Api {
    pub fn new(means: &Means, base: String, secret: String) -> Api {
        Api { http: means.http.clone(), base, secret, random: means.random.clone() }
    }

    pub async fn get<T: DeserializeOwned>(&self, path: &str, query: &[(&str, &str)]) -> Result<T, Failure> {
        let mut address = format!("{}/v1/{path}", self.base);
        if !query.is_empty() {
            address = format!("{address}?{}", encoded(query.iter().copied()));
        }
        read(&self.send(|http| http.request(Method::GET, &address)).await?)
    }

    /// `key` makes that it happens once, for a day at least.
    pub async fn post<T: DeserializeOwned>(&self, path: &str, form: &Form, key: &str) -> Result<T, Failure> {
        let address = format!("{}/v1/{path}", self.base);
        let body = encoded(form.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let reply = self
            .send(|http| {
                http.request(Method::POST, &address)
                    .header("Idempotency-Key", key)
                    .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .body(body.clone())
            })
            .await?;
        read(&reply)
    }

    pub async fn delete<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        let address = format!("{}/v1/{path}", self.base);
        read(&self.send(|http| http.request(Method::DELETE, &address)).await?)
    }

    /// All of a list, newest first. More than `most` cannot be believed.
    pub async fn list<T: DeserializeOwned + Listed>(&self, path: &str, query: &[(&str, &str)], most: usize) -> Result<Vec<T>, Failure> {
        let mut all: Vec<T> = Vec::new();
        let limit = PAGE.to_string();
        loop {
            let mut query = query.to_vec();
            query.push(("limit", &limit));
            let last = all.last().map(|item| item.id().to_owned());
            query.extend(last.as_deref().map(|last| ("starting_after", last)));
            let page: Page<T> = self.get(path, &query).await?;
            let empty = page.data.is_empty();
            all.extend(page.data);
            match page.has_more {
                false => return Ok(all),
                true if empty || all.len() >= most => return Err(Failure::Nonsense(format!("the list {path} does not end"))),
                true => (),
            }
        }
    }

    /// A key for something that may as well be made again another time, but not by a repeated try of this one.
    pub fn passing_key(&self) -> String {
        let mut bytes = [0; 16];
        self.random.fill(&mut bytes);
        format!("stoa-{:032x}", u128::from_be_bytes(bytes))
    }

    async fn send(&self, make: impl Fn(&reqwest::Client) -> RequestBuilder) -> Result<Reply, Failure> {
        let bearer = format!("Bearer {}", self.secret);
        self.http.send(|http| Ok(make(http).header(AUTHORIZATION, &bearer).header("Stripe-Version", VERSION))).await
    }
}

/// A number of Stripe's as a part of an address; anything else would name another address.
pub fn part(number: &str) -> Result<&str, Failure> {
    let fits = (1..=255).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if fits { Ok(number) } else { Err(Failure::Nonsense("a number that is none of Stripe's".to_owned())) }
}

fn encoded<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn read<T: DeserializeOwned>(reply: &Reply) -> Result<T, Failure> {
    if reply.status.is_success() {
        return reply.json();
    }
    let error = reply.json::<Problem>()?.error;
    let code = error.code.unwrap_or(error.kind);
    let message: String = error.message.unwrap_or_default().chars().take(MAX_MESSAGE).collect();
    match code.as_str() {
        // The same call is still under way, or somebody else changes the same thing.
        "idempotency_key_in_use" | "lock_timeout" => Err(Failure::Away(code)),
        // Not known, or a restricted key without the right to this.
        _ if matches!(reply.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => Err(Failure::KeysRefused { code, message }),
        _ => Err(Failure::Refused { code, message }),
    }
}
