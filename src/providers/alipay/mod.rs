//! Alipay, the gateway with RSA2. Yuan only, bought once: memberships are sold as terms. A trade carries our reference as its
//! `out_trade_no`.

mod bill;
mod facts;
mod gateway;
mod notices;
mod settings;
#[cfg(test)]
mod tests;
mod trades;
mod wire;

use super::facts::{Fact, Movement};
use super::keys::{KeyField, Keys};
use super::{Answer, Change, Connection, Disbelief, Failure, Means, NewCheckout, NewRefund, Notification, OpenCheckout, Opened, Provider};
use crate::foundation::error::FieldErrors;
use crate::foundation::time::Timestamp;
use async_trait::async_trait;
use axum::http::{HeaderMap, StatusCode};
use gateway::{Gateway, refused};

pub fn fields() -> Vec<KeyField> {
    settings::fields()
}

pub fn connect(keys: &Keys, means: &Means) -> Result<Box<dyn Connection>, FieldErrors> {
    Ok(Box::new(Alipay(Gateway::new(settings::read(keys)?, means.clone()))))
}

/// Alipay reads the word, and tells again for a day until it is `success`.
pub fn answer(outcome: Result<(), &Disbelief>) -> Answer {
    let (status, body) = match outcome {
        Ok(()) => (StatusCode::OK, "success"),
        Err(disbelief) => (disbelief.status(), "failure"),
    };
    Answer { status, content_type: Some("text/plain; charset=utf-8"), body: body.to_owned() }
}

struct Alipay(Gateway);

#[async_trait]
impl Connection for Alipay {
    fn provider(&self) -> Provider {
        Provider::Alipay
    }

    /// Asks for a trade that does not exist: Alipay says so only to an app whose signature is right.
    async fn test(&self) -> Result<String, Failure> {
        let number = self.0.nonce();
        match self.0.call::<wire::Trade>("alipay.trade.query", &wire::TradeNumber { out_trade_no: &number }).await {
            Err(Failure::Refused { code, message }) if code == "ACQ.TRADE_NOT_EXIST" => Ok(format!("{code}: {message}")),
            Err(other) => Err(other),
            Ok(_) => Err(Failure::Nonsense("a trade that cannot exist".to_owned())),
        }
    }

    async fn open(&self, checkout: &NewCheckout) -> Result<Opened, Failure> {
        trades::open(&self.0, checkout)
    }

    async fn look(&self, checkout: &OpenCheckout) -> Result<Vec<Fact>, Failure> {
        trades::look(&self.0, &checkout.reference).await
    }

    async fn close(&self, checkout: &OpenCheckout) -> Result<Vec<Fact>, Failure> {
        trades::close(&self.0, &checkout.reference).await
    }

    async fn refund(&self, refund: &NewRefund) -> Result<Vec<Fact>, Failure> {
        trades::give_back(&self.0, refund).await
    }

    async fn look_refund(&self, refund: &NewRefund) -> Result<Vec<Fact>, Failure> {
        Ok(trades::refund(&self.0, &refund.payment, &refund.reference).await?.into_iter().collect())
    }

    async fn look_agreement(&self, _agreement: &str) -> Result<Vec<Fact>, Failure> {
        Err(no_agreements())
    }

    async fn change(&self, _agreement: &str, _change: Change, _reference: &str) -> Result<Vec<Fact>, Failure> {
        Err(no_agreements())
    }

    async fn portal(&self, _agreement: &str, _return_url: &str) -> Result<Option<String>, Failure> {
        Ok(None)
    }

    async fn believe(&self, _headers: &HeaderMap, body: &[u8]) -> Result<Notification, Disbelief> {
        notices::believe(&self.0, body)
    }

    async fn facts(&self, notification: &Notification) -> Result<Vec<Fact>, Failure> {
        notices::facts(&self.0, notification).await
    }

    /// Alipay reads the text, whatever the status.
    async fn movements(&self, from: Timestamp, until: Timestamp) -> Result<Vec<Movement>, Failure> {
        bill::movements(&self.0, from, until).await
    }
}

fn no_agreements() -> Failure {
    refused("NOT_RENEWING", "Alipay does not charge again by itself")
}
