//! Paying without a provider: a bank transfer, or cash. Nothing is reached; an admin says that the money came.

use crate::foundation::time::Timestamp;
use crate::providers::facts::{Fact, Movement, RefundFact, RefundState};
use crate::providers::{Change, Connection, Disbelief, Failure, NewCheckout, NewRefund, Notification, OpenCheckout, Opened, Provider, Way};
use crate::server::clock::Clock;
use async_trait::async_trait;
use axum::http::HeaderMap;
use std::sync::Arc;

pub struct Offline {
    pub clock: Arc<dyn Clock>,
    pub base_url: String,
}

fn not_offered() -> Failure {
    Failure::Refused { code: "offline".to_owned(), message: "there is nobody to ask".to_owned() }
}

#[async_trait]
impl Connection for Offline {
    fn provider(&self) -> Provider {
        Provider::Offline
    }

    async fn test(&self) -> Result<String, Failure> {
        Ok("there is nothing to reach".to_owned())
    }

    /// The order's own page says how to pay.
    async fn open(&self, checkout: &NewCheckout) -> Result<Opened, Failure> {
        let path = checkout.return_url.strip_prefix(&self.base_url).unwrap_or("/").trim_end_matches("/return");
        Ok(Opened { number: None, way: Way::GoTo(path.to_owned()) })
    }

    async fn look(&self, _checkout: &OpenCheckout) -> Result<Vec<Fact>, Failure> {
        Ok(Vec::new())
    }

    async fn close(&self, _checkout: &OpenCheckout) -> Result<Vec<Fact>, Failure> {
        Ok(Vec::new())
    }

    /// Whoever asks for it has given the money back by hand.
    async fn refund(&self, refund: &NewRefund) -> Result<Vec<Fact>, Failure> {
        Ok(vec![Fact::Refund(RefundFact {
            refund: refund.reference.clone(),
            reference: Some(refund.reference.clone()),
            payment: refund.payment.clone(),
            amount: refund.amount,
            fee_returned: None,
            state: RefundState::Succeeded,
            at: self.clock.now(),
        })])
    }

    async fn look_refund(&self, refund: &NewRefund) -> Result<Vec<Fact>, Failure> {
        self.refund(refund).await
    }

    async fn look_agreement(&self, _agreement: &str) -> Result<Vec<Fact>, Failure> {
        Err(not_offered())
    }

    async fn change(&self, _agreement: &str, _change: Change, _reference: &str) -> Result<Vec<Fact>, Failure> {
        Err(not_offered())
    }

    async fn portal(&self, _agreement: &str, _return_url: &str) -> Result<Option<String>, Failure> {
        Ok(None)
    }

    async fn believe(&self, _headers: &HeaderMap, _body: &[u8]) -> Result<Notification, Disbelief> {
        Err(Disbelief::Unsigned)
    }

    async fn facts(&self, _notification: &Notification) -> Result<Vec<Fact>, Failure> {
        Ok(Vec::new())
    }

    async fn movements(&self, _from: Timestamp, _until: Timestamp) -> Result<Vec<Movement>, Failure> {
        Ok(Vec::new())
    }
}
