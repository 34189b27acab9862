//! Whether PayPal wrote a notification. It signs `{transmission id}|{time}|{webhook id}|{CRC-32 of the body, decimal}` with
//! RSA and SHA-256; or it can be asked.

use super::api::said_yes;
use super::wire::Event;
use super::{Check, Paypal, instant};
use crate::foundation::time::{DAY, HOUR, Timestamp};
use crate::providers::{Answer, Disbelief, Failure, Notification};
use axum::http::{HeaderMap, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// PayPal tries for three days, and lets a merchant send again what is up to a month old. It names no window itself; what
/// protects from repetition is the number of the event.
const MAX_AGE: i64 = 35 * DAY;
const MAX_AHEAD: i64 = HOUR;

/// What PayPal signs beside the body.
struct Transmission<'a> {
    id: &'a str,
    time: &'a str,
    signature: &'a str,
    certificate: &'a str,
    algorithm: &'a str,
}

impl<'a> Transmission<'a> {
    fn read(headers: &'a HeaderMap) -> Option<Transmission<'a>> {
        let one = |name: &str| {
            let mut values = headers.get_all(name).iter();
            let value = values.next()?.to_str().ok()?;
            (values.next().is_none() && !value.is_empty() && value.len() <= 2000).then_some(value)
        };
        Some(Transmission {
            id: one("paypal-transmission-id")?,
            time: one("paypal-transmission-time")?,
            signature: one("paypal-transmission-sig")?,
            certificate: one("paypal-cert-url")?,
            algorithm: one("paypal-auth-algo")?,
        })
    }

    fn message(&self, webhook_id: &str, body: &[u8]) -> String {
        format!("{}|{}|{webhook_id}|{}", self.id, self.time, crc32fast::hash(body))
    }
}

#[derive(Deserialize)]
struct Verdict {
    verification_status: String,
}

impl Paypal {
    pub(super) async fn believed(&self, headers: &HeaderMap, body: &[u8]) -> Result<Notification, Disbelief> {
        let transmission = Transmission::read(headers).ok_or(Disbelief::Unsigned)?;
        if transmission.algorithm != "SHA256withRSA" {
            return Err(Disbelief::Unsigned);
        }
        let signature = STANDARD.decode(transmission.signature).map_err(|_| Disbelief::Unsigned)?;
        let made = instant(transmission.time).ok_or(Disbelief::Unsigned)?;
        let now = self.api.now();
        if now.since(made) > MAX_AGE || made.since(now) > MAX_AHEAD {
            return Err(Disbelief::Stale);
        }
        match self.check {
            Check::Certificate => {
                let message = transmission.message(&self.webhook_id, body);
                let http = &self.api.means.http;
                self.certificates.check(http, transmission.certificate, message.as_bytes(), &signature, now).await?;
            }
            Check::Asking => self.ask(&transmission, body).await?,
        }
        read(body)
    }

    async fn ask(&self, transmission: &Transmission<'_>, body: &[u8]) -> Result<(), Disbelief> {
        // It is put into the question as it came, and so has to be one JSON value and nothing beside.
        let event =
            std::str::from_utf8(body).ok().filter(|text| serde_json::from_str::<IgnoredAny>(text).is_ok()).ok_or(Disbelief::Forged)?;
        let mut question = serde_json::json!({
            "auth_algo": transmission.algorithm,
            "cert_url": transmission.certificate,
            "transmission_id": transmission.id,
            "transmission_sig": transmission.signature,
            "transmission_time": transmission.time,
            "webhook_id": self.webhook_id,
        })
        .to_string();
        question.pop();
        question.push_str(&format!(",\"webhook_event\":{event}}}"));
        let reply = self.api.call(Method::POST, "/v1/notifications/verify-webhook-signature", Some(question), None).await;
        match reply.and_then(said_yes).and_then(|reply| reply.json::<Verdict>()) {
            Ok(verdict) if verdict.verification_status == "SUCCESS" => Ok(()),
            Ok(_) => Err(Disbelief::Forged),
            // A question PayPal finds badly put was not made of PayPal's own words.
            Err(Failure::Refused { code, .. }) if code == "VALIDATION_ERROR" => Err(Disbelief::Forged),
            Err(failure) => Err(Disbelief::Unchecked(failure.to_string())),
        }
    }
}

/// What is kept of a notification that is believed.
fn read(body: &[u8]) -> Result<Notification, Disbelief> {
    let malformed = |reason: &str| Disbelief::Malformed(reason.to_owned());
    let event: Event = serde_json::from_slice(body).map_err(|e| malformed(&e.to_string()))?;
    if !(1..=255).contains(&event.id.len()) || !event.id.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(malformed("an event without a number"));
    }
    if !(1..=100).contains(&event.event_type.len()) || !event.event_type.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(malformed("an event without a name"));
    }
    let made_at: Option<Timestamp> = event.create_time.as_deref().and_then(instant);
    Ok(Notification { id: event.id, kind: event.event_type, made_at, body: body.to_vec() })
}

/// PayPal looks at the status only, and tells again for three days until it is 2xx.
pub fn answer(outcome: Result<(), &Disbelief>) -> Answer {
    let status = outcome.map_or_else(Disbelief::status, |()| StatusCode::OK);
    Answer { status, content_type: None, body: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signed_text_is_built_as_paypal_builds_it() {
        let transmission = Transmission {
            id: "69cd13f0-d67a-11e5-baa3-778b53f4ae55",
            time: "2016-02-18T20:01:35Z",
            signature: "",
            certificate: "",
            algorithm: "",
        };
        // The check value of CRC-32 itself: that of the digits 1 to 9 is CBF43926.
        let message = transmission.message("WH-1", b"123456789");
        assert_eq!(message, "69cd13f0-d67a-11e5-baa3-778b53f4ae55|2016-02-18T20:01:35Z|WH-1|3421780262");
    }

    #[test]
    fn bodies_paypal_does_not_write_are_malformed() {
        let good = br#"{"id":"WH-1","event_type":"CHECKOUT.ORDER.APPROVED","resource":{"id":"5O1"},"anything":[1]}"#;
        assert_eq!(read(good).map(|told| (told.id, told.kind)), Ok(("WH-1".to_owned(), "CHECKOUT.ORDER.APPROVED".to_owned())));
        for body in
            ["", "[]", "{}", "null", r#"{"id":"","event_type":"A"}"#, r#"{"id":"a b","event_type":"A"}"#, r#"{"id":"a","event_type":""}"#]
        {
            assert!(matches!(read(body.as_bytes()), Err(Disbelief::Malformed(_))), "{body}");
        }
    }

    #[test]
    fn only_what_cannot_be_checked_now_is_to_be_told_again_for_our_sake() {
        assert_eq!(answer(Ok(())).status, 200);
        assert_eq!(answer(Err(&Disbelief::Forged)).status, 400);
        assert_eq!(answer(Err(&Disbelief::Unchecked(String::new()))).status, 503);
    }

    proptest::proptest! {
        #[test]
        fn nothing_anybody_sends_makes_the_reader_panic(body in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            let _ = read(&body);
        }
    }
}
