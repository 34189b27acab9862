//! PayPal: Orders v2 for what is bought once, Subscriptions v1 for what renews.
//!
//! Money moves only when we say so: the buyer approves at PayPal, and `look` captures the order or activates the
//! subscription after comparing amount, payee and reference; a notification alone moves none. A closed checkout is marked at PayPal and never captured.
//! PayPal cannot take back a cancellation: to cancel at the end of the term is to cancel there at once, and the term that is
//! paid goes on here; to resume is refused. Another price holds from the next charge on, once the buyer has agreed to it at
//! PayPal.

mod amounts;
mod api;
mod certificates;
mod changes;
mod disputes;
mod form;
mod hints;
mod notifications;
mod orders;
mod plans;
mod refunds;
mod reports;
mod subscriptions;
mod terms;
mod wire;

use super::facts::{Fact, Movement};
use super::{
    Change, Connection, Disbelief, Failure, NewCheckout, NewPrice, NewRefund, Notification, OpenCheckout, Opened, Provider, Repriced, facts,
};
use crate::foundation::time::Timestamp;
use api::Api;
use async_trait::async_trait;
use axum::http::HeaderMap;
use certificates::Certificates;
use std::collections::HashMap;
use tokio::sync::Mutex;

pub use amounts::takes;
pub use form::{connect, fields};
pub use notifications::answer;

/// PayPal as it is reached with one account's keys.
pub struct Paypal {
    api: Api,
    /// The account that has to be paid.
    merchant_id: String,
    webhook_id: String,
    check: Check,
    certificates: Certificates,
    /// The plans that are known to exist at PayPal, by what they charge.
    plans: Mutex<HashMap<String, String>>,
}

/// How a notification is checked.
enum Check {
    /// With PayPal's certificate, here.
    Certificate,
    /// By asking PayPal.
    Asking,
}

#[async_trait]
impl Connection for Paypal {
    fn provider(&self) -> Provider {
        Provider::Paypal
    }

    async fn test(&self) -> Result<String, Failure> {
        self.tested().await
    }

    async fn open(&self, checkout: &NewCheckout) -> Result<Opened, Failure> {
        match checkout.mode {
            super::Mode::Once => self.open_order(checkout).await,
            super::Mode::Renewing { every, trial_days, cut } => {
                let terms = plans::Terms { price: checkout.amount, every, trial_days, cut };
                self.open_subscription(checkout, &terms).await
            }
        }
    }

    async fn look(&self, checkout: &OpenCheckout) -> Result<Vec<Fact>, Failure> {
        match &checkout.number {
            None => Ok(Vec::new()),
            Some(number) if checkout.renewing => self.look_subscription(number, checkout).await,
            Some(number) => self.look_order(number, checkout).await,
        }
    }

    async fn close(&self, checkout: &OpenCheckout) -> Result<Vec<Fact>, Failure> {
        match &checkout.number {
            // Its address was never handed out.
            None => Ok(vec![orders::standing(Some(&checkout.reference), None, facts::CheckoutState::Closed)]),
            Some(number) if checkout.renewing => self.close_subscription(number, checkout).await,
            Some(number) => self.close_order(number, checkout).await,
        }
    }

    async fn refund(&self, refund: &NewRefund) -> Result<Vec<Fact>, Failure> {
        self.give_back(refund).await
    }

    async fn look_refund(&self, refund: &NewRefund) -> Result<Vec<Fact>, Failure> {
        self.refund_asked_for(refund).await
    }

    async fn look_agreement(&self, agreement: &str) -> Result<Vec<Fact>, Failure> {
        self.agreement_facts(agreement).await
    }

    async fn change(&self, agreement: &str, change: Change, reference: &str) -> Result<Vec<Fact>, Failure> {
        self.change_subscription(agreement, change, reference).await
    }

    async fn reprice(&self, agreement: &str, wanted: &NewPrice, reference: &str) -> Result<Repriced, Failure> {
        self.reprice_subscription(agreement, wanted, reference).await
    }

    async fn portal(&self, _agreement: &str, _return_url: &str) -> Result<Option<String>, Failure> {
        Ok(Some(self.api.automatic_payments()))
    }

    async fn believe(&self, headers: &HeaderMap, body: &[u8]) -> Result<Notification, Disbelief> {
        self.believed(headers, body).await
    }

    async fn facts(&self, notification: &Notification) -> Result<Vec<Fact>, Failure> {
        self.told_about(notification).await
    }

    async fn movements(&self, from: Timestamp, until: Timestamp) -> Result<Vec<Movement>, Failure> {
        self.lines(from, until).await
    }
}

/// A reference of ours: 32 lower-case hexadecimal digits. Other forms belong to others.
fn ours(text: Option<&str>) -> Option<String> {
    text.filter(|text| text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))).map(str::to_owned)
}

/// A number of PayPal's, fit to stand in an address.
fn number(text: &str) -> Result<&str, Failure> {
    let fits = (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if fits { Ok(text) } else { Err(Failure::Nonsense("a number PayPal does not write".to_owned())) }
}

/// An instant as PayPal writes it: RFC 3339, in reports without the colon of the zone.
fn instant(text: &str) -> Option<Timestamp> {
    text.parse::<jiff::Timestamp>().ok().map(|at| Timestamp(at.as_millisecond()))
}

/// An instant as PayPal reads it.
fn written(at: Timestamp) -> Result<String, Failure> {
    let at = jiff::Timestamp::from_millisecond(at.0).map_err(|e| Failure::Nonsense(e.to_string()))?;
    Ok(at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_of_ours_is_32_lower_case_hexadecimal_digits() {
        let good = "0123456789abcdef0123456789abcdef";
        assert_eq!(ours(Some(good)).as_deref(), Some(good));
        for text in ["", "0123456789ABCDEF0123456789ABCDEF", &good[1..], &format!("{good}0"), "closed-0123456789abcdef01234567"] {
            assert_eq!(ours(Some(text)), None, "{text}");
        }
        assert_eq!(ours(None), None);
    }

    #[test]
    fn what_does_not_look_like_a_number_never_reaches_an_address() {
        assert!(number("5O190127TN364715T").is_ok() && number("PP-D-4012").is_ok());
        for text in ["", "../v1", "a/b", "a?b", "a b", "é", &"A".repeat(65)] {
            assert!(number(text).is_err(), "{text}");
        }
    }

    #[test]
    fn instants_are_read_in_both_forms_paypal_writes() {
        assert_eq!(instant("1970-01-01T00:00:01Z"), Some(Timestamp(1000)));
        assert_eq!(instant("1970-01-01T01:00:01+01:00"), Some(Timestamp(1000)));
        assert_eq!(instant("1970-01-01T00:00:01+0000"), Some(Timestamp(1000)));
        assert_eq!(instant("yesterday"), None);
        assert_eq!(written(Timestamp(1000)).as_deref(), Ok("1970-01-01T00:00:01Z"));
    }
}
