//! WeChat Pay, APIv3. Yuan only, bought once: memberships are sold as terms. An order carries our reference as its
//! `out_trade_no`; both ways of WeChat to sign are understood, with its public key and with its certificates.

mod bill;
mod buyers;
mod facts;
mod gateway;
mod notices;
mod orders;
mod platform;
mod settings;
mod signature;
#[cfg(test)]
mod tests;
mod wire;

use super::facts::{Fact, Movement};
use super::keys::{KeyField, Keys};
use super::{Answer, Change, Connection, Disbelief, Failure, Means, NewCheckout, NewRefund, Notification, OpenCheckout, Opened, Provider};
use crate::foundation::error::FieldErrors;
use crate::foundation::time::Timestamp;
use async_trait::async_trait;
use axum::http::{HeaderMap, Method, StatusCode};
use gateway::Gateway;

pub fn fields() -> Vec<KeyField> {
    settings::fields()
}

pub fn connect(keys: &Keys, means: &Means) -> Result<Box<dyn Connection>, FieldErrors> {
    Ok(Box::new(Wechat(Gateway::new(settings::read(keys)?, means.clone()))))
}

/// WeChat tells again for a day until the status is 200 or 204. It tries now and then whether a wrong signature is a 401.
pub fn answer(outcome: Result<(), &Disbelief>) -> Answer {
    let status = match outcome {
        Ok(()) => return Answer { status: StatusCode::NO_CONTENT, content_type: None, body: String::new() },
        Err(Disbelief::Unsigned | Disbelief::Forged | Disbelief::Stale) => StatusCode::UNAUTHORIZED,
        Err(disbelief) => disbelief.status(),
    };
    Answer { status, content_type: Some("application/json"), body: r#"{"code":"FAIL","message":"失败"}"#.to_owned() }
}

struct Wechat(Gateway);

#[async_trait]
impl Connection for Wechat {
    fn provider(&self) -> Provider {
        Provider::Wechat
    }

    /// Asks for an order that does not exist: an answer that says so, and is signed, shows that all keys fit but the APIv3
    /// key, which only certificates and notifications need.
    async fn test(&self) -> Result<String, Failure> {
        let target = format!("/v3/pay/transactions/out-trade-no/{}?mchid={}", self.0.nonce(), self.0.settings.mchid);
        let reply = self.0.send(&Method::GET, &target, "").await?;
        match gateway::refusal(&reply) {
            Failure::Refused { code, message } if code == "ORDER_NOT_EXIST" => {
                let signed = match self.0.believe(&reply.headers, &reply.body).await {
                    Ok(()) => "signed",
                    Err(Disbelief::Unsigned) => "not signed",
                    Err(other) => return Err(Failure::Nonsense(other.to_string())),
                };
                Ok(format!("HTTP {} {code}: {message} ({signed})", reply.status.as_u16()))
            }
            other => Err(other),
        }
    }

    fn who_is_asked_at(&self, return_url: &str) -> Option<String> {
        buyers::asked_at(&self.0, return_url)
    }

    async fn who(&self, code: &str) -> Result<String, Failure> {
        buyers::who(&self.0, code).await
    }

    async fn open(&self, checkout: &NewCheckout) -> Result<Opened, Failure> {
        orders::open(&self.0, checkout).await
    }

    async fn look(&self, checkout: &OpenCheckout) -> Result<Vec<Fact>, Failure> {
        orders::look(&self.0, &checkout.reference).await
    }

    async fn close(&self, checkout: &OpenCheckout) -> Result<Vec<Fact>, Failure> {
        orders::close(&self.0, &checkout.reference).await
    }

    async fn refund(&self, refund: &NewRefund) -> Result<Vec<Fact>, Failure> {
        orders::give_back(&self.0, refund).await
    }

    async fn look_refund(&self, refund: &NewRefund) -> Result<Vec<Fact>, Failure> {
        orders::refund(&self.0, &refund.reference).await?.iter().map(facts::of_refund).collect()
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

    async fn believe(&self, headers: &HeaderMap, body: &[u8]) -> Result<Notification, Disbelief> {
        notices::believe(&self.0, headers, body).await
    }

    async fn facts(&self, notification: &Notification) -> Result<Vec<Fact>, Failure> {
        notices::facts(&self.0, notification).await
    }

    async fn movements(&self, from: Timestamp, until: Timestamp) -> Result<Vec<Movement>, Failure> {
        bill::movements(&self.0, from, until).await
    }
}

fn no_agreements() -> Failure {
    orders::refused("NOT_RENEWING", "WeChat Pay does not charge again by itself")
}
