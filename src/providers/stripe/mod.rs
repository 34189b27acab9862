//! Stripe: Checkout for one payment or a subscription, refunds, disputes, the customer portal, signed events.
//!
//! Every call names the version of the interface it was written for ([`call::VERSION`]); events are only hints, since
//! what they are about is fetched by its number. What is ours carries our reference in its metadata, under
//! [`objects::CHECKOUT`]: the address of a payment link can name a `client_reference_id`, but nobody without the key can
//! write metadata.

mod agreements;
mod amounts;
mod call;
mod change;
mod checkouts;
mod coupons;
mod events;
mod keys;
mod movements;
mod objects;
mod payments;
mod signature;

pub use amounts::takes;
pub use keys::{connect, fields};

use super::facts::{Fact, Found, Movement};
use super::{
    Answer, Change, Connection, Cut, Disbelief, Failure, NewCheckout, NewPrice, NewRefund, Notification, OpenCheckout, Opened, Provider,
    Repriced,
};
use crate::foundation::cadence::Cadence;
use crate::foundation::money::Money;
use crate::foundation::time::Timestamp;
use crate::server::clock::Clock;
use async_trait::async_trait;
use axum::http::{HeaderMap, StatusCode};
use std::sync::Arc;

/// One account, reached with one key.
struct Stripe {
    api: call::Api,
    /// The whole of it is the key of the signature, `whsec_` and all.
    webhook_secret: String,
    /// Whether the key is for real money; what is of the other mode is not ours.
    live: bool,
    clock: Arc<dyn Clock>,
}

/// Stripe looks at the status only, and tells again for three days until it is 2xx.
pub fn answer(outcome: Result<(), &Disbelief>) -> Answer {
    let status = outcome.map_or_else(Disbelief::status, |()| StatusCode::OK);
    let received = outcome.is_ok();
    Answer { status, content_type: Some("application/json"), body: format!("{{\"received\":{received}}}") }
}

#[async_trait]
impl Connection for Stripe {
    fn provider(&self) -> Provider {
        Provider::Stripe
    }

    async fn test(&self) -> Result<String, Failure> {
        self.account().await
    }

    async fn open(&self, checkout: &NewCheckout) -> Result<Opened, Failure> {
        self.open_session(checkout).await
    }

    async fn look(&self, checkout: &OpenCheckout) -> Result<Vec<Fact>, Failure> {
        self.look_session(checkout).await
    }

    async fn close(&self, checkout: &OpenCheckout) -> Result<Vec<Fact>, Failure> {
        self.close_session(checkout).await
    }

    async fn refund(&self, refund: &NewRefund) -> Result<Vec<Fact>, Failure> {
        self.make_refund(refund).await
    }

    async fn look_refund(&self, refund: &NewRefund) -> Result<Vec<Fact>, Failure> {
        self.payment_by_number(&refund.payment).await
    }

    async fn look_agreement(&self, agreement: &str) -> Result<Vec<Fact>, Failure> {
        self.agreement_with_payments(agreement).await
    }

    async fn agreement_of(&self, payment: &str) -> Result<Option<String>, Failure> {
        self.subscription_of(payment).await
    }

    async fn agreements(&self) -> Result<Vec<Found>, Failure> {
        self.all_agreements().await
    }

    async fn change(&self, agreement: &str, change: Change, reference: &str) -> Result<Vec<Fact>, Failure> {
        self.change_agreement(agreement, change, reference).await
    }

    async fn reprice(&self, agreement: &str, wanted: &NewPrice, reference: &str) -> Result<Repriced, Failure> {
        self.reprice_agreement(agreement, wanted, reference).await
    }

    async fn cut(&self, agreement: &str, every: Cadence, price: Money, cut: &Cut, reference: &str) -> Result<Vec<Fact>, Failure> {
        self.cut_agreement(agreement, every, price, cut, reference).await
    }

    async fn portal(&self, agreement: &str, return_url: &str) -> Result<Option<String>, Failure> {
        self.open_portal(agreement, return_url).await.map(Some)
    }

    async fn believe(&self, headers: &HeaderMap, body: &[u8]) -> Result<Notification, Disbelief> {
        signature::check(headers, body, &self.webhook_secret, self.clock.now())?;
        events::read(body)
    }

    async fn facts(&self, notification: &Notification) -> Result<Vec<Fact>, Failure> {
        self.event_facts(notification).await
    }

    /// Stripe reads the status only.
    async fn movements(&self, from: Timestamp, until: Timestamp) -> Result<Vec<Movement>, Failure> {
        self.balance_transactions(from, until).await
    }
}
