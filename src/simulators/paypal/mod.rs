//! PayPal's other side: Orders v2, Payments, Subscriptions v1, disputes, reports and signed notifications, with the pages a
//! buyer would see. It says no where PayPal says no, in PayPal's words.
//!
//! Real PayPal is told in its dashboard where notifications go; here it is [`Paypal::set_webhook`].

mod answers;
mod api;
mod books;
mod cash;
mod deeds;
mod events;
mod money_back;
mod orders;
mod pages;
mod plans;
mod reports;
mod subscriptions;
mod time_goes_by;

use super::deliveries::{Deliveries, Fate};
use crate::foundation::time::Timestamp;
use crate::server::clock::Clock;
use crate::server::random::Random;
use axum::Router;
use axum::routing::{any, get, post};
use books::Books;
use ring::signature::RsaKeyPair;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use deeds::{Paying, Unable};

const CLIENT_ID: &str = "SIMULATOR-CLIENT-ID";
const CLIENT_SECRET: &str = "SIMULATOR-SECRET";
const MERCHANT_ID: &str = "SIMULATED0001";
const WEBHOOK_ID: &str = "SIMULATEDWEBHOOK1";

/// Whether the charges of a subscription go through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charging {
    Succeeds,
    Fails,
}

/// What is wrong with the service itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Every call fails on its side.
    Down,
    /// It answers, but not what one asked.
    Garbage,
    /// The app may neither read disputes nor search the account.
    NoRights,
}

pub struct Paypal {
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    base_url: String,
    deliveries: Deliveries,
    books: Mutex<Books>,
    key: Option<RsaKeyPair>,
}

impl Paypal {
    /// `base_url` is where it is reached, without a slash behind.
    pub fn new(clock: Arc<dyn Clock>, random: Arc<dyn Random>, base_url: String) -> Paypal {
        let base_url = base_url.trim_end_matches('/').to_owned();
        Paypal { clock, random, base_url, deliveries: Deliveries::default(), books: Mutex::default(), key: events::key() }
    }

    pub fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/", get(pages::console))
            .route("/checkoutnow", get(pages::checkout))
            .route("/webapps/billing/subscriptions", get(pages::checkout))
            .route("/webapps/billing/subscriptions/update", get(pages::consent))
            .route("/myaccount/autopay/", get(pages::automatic_payments))
            .route("/deeds", post(pages::deed))
            .route("/v1/{*path}", any(api::call))
            .route("/v2/{*path}", any(api::call))
            .with_state(self)
    }

    pub fn deliveries(&self) -> &Deliveries {
        &self.deliveries
    }

    /// What to give the client so that it reaches this one.
    pub fn keys(base_url: &str) -> BTreeMap<String, String> {
        [
            ("client_id", CLIENT_ID),
            ("client_secret", CLIENT_SECRET),
            ("merchant_id", MERCHANT_ID),
            ("webhook_id", WEBHOOK_ID),
            ("base_url", base_url),
            ("certificate_root", include_str!("keys/root.pem")),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
    }

    /// Where notifications go; until then none are made.
    pub fn set_webhook(&self, url: &str) {
        self.books().webhook = Some(url.to_owned());
    }

    /// What becomes of the notifications from now on.
    pub fn set_fate(&self, fate: Fate) {
        self.books().fate = fate;
    }

    pub fn set_trouble(&self, trouble: Option<Trouble>) {
        self.books().trouble = trouble;
    }

    /// As with newer subscriptions: their charges are known among the captures as well, without an order, and their refunds there
    /// alone.
    pub fn set_sales_are_captures(&self) {
        self.books().sales_are_captures = true;
    }

    /// As when PayPal takes tokens back before their time.
    pub fn forget_tokens(&self) {
        self.books().tokens.clear();
    }

    /// How many tokens were handed out.
    pub fn tokens_given(&self) -> usize {
        self.books().tokens_given
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A number like PayPal's: capital letters and digits.
    fn number(&self, length: usize) -> String {
        let mut bytes = vec![0; length];
        self.random.fill(&mut bytes);
        bytes.iter().map(|byte| char::from(b"0123456789ABCDEFGHJKLMNPRSTUVWXY"[usize::from(byte % 32)])).collect()
    }
}

/// RFC 3339, to the second.
fn written(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.0).map(|at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default()
}
