//! Notifications: built as PayPal builds them, and signed with the simulator's own key.

use super::answers::{Answer, malformed, missing};
use super::{Paypal, WEBHOOK_ID, written};
use crate::simulators::deliveries::Delivery;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};

pub struct Event {
    kind: &'static str,
    about: &'static str,
    resource: Value,
}

impl Event {
    pub fn new(kind: &'static str, about: &'static str, resource: Value) -> Event {
        Event { kind, about, resource }
    }
}

/// The simulator's key, which is in the tree.
pub fn key() -> Option<RsaKeyPair> {
    let pem = include_str!("keys/signing.key.pem");
    let text: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    RsaKeyPair::from_pkcs8(&STANDARD.decode(text).ok()?).ok()
}

impl Paypal {
    /// Tells the merchant what one deed did.
    pub(super) fn notify(&self, events: Vec<Event>) {
        let now = self.now();
        let (url, fate) = {
            let books = self.books();
            (books.webhook.clone(), books.fate)
        };
        let Some(url) = url else { return };
        let made = events.into_iter().map(|event| self.signed(&url, event)).map(|(headers, body)| Delivery {
            url: url.clone(),
            headers,
            body,
            due: now,
            forged: false,
        });
        self.deliveries.send(made.collect(), fate, |delivery| {
            for (name, value) in &mut delivery.headers {
                if name == "PayPal-Transmission-Sig" {
                    *value = STANDARD.encode([7; 256]);
                }
            }
        });
    }

    fn signed(&self, _url: &str, event: Event) -> (Vec<(String, String)>, Vec<u8>) {
        let now = self.now();
        let body = json!({
            "id": format!("WH-{}-{}", self.number(17), self.number(17)),
            "event_version": "1.0", "resource_version": "2.0", "create_time": written(now),
            "resource_type": event.about, "event_type": event.kind,
            "summary": format!("{} happened", event.kind.to_lowercase()),
            "resource": event.resource,
            "links": [{ "href": format!("{}/v1/notifications/webhooks-events/x", self.base_url), "rel": "self", "method": "GET" }],
        });
        let bytes = body.to_string().into_bytes();
        let transmission = self.number(32).to_lowercase();
        let time = written(now);
        let signature = self.sign(format!("{transmission}|{time}|{WEBHOOK_ID}|{}", crc32(&bytes)).as_bytes());
        let certificate = format!("{}/v1/notifications/certs/CERT-SIMULATOR", self.base_url);
        let seen = json!({
            "auth_algo": "SHA256withRSA", "cert_url": certificate, "transmission_id": transmission, "transmission_sig": signature,
            "transmission_time": time, "webhook_id": WEBHOOK_ID,
        });
        self.books().signed.insert(transmission.clone(), (seen, body));
        let headers = [
            ("Content-Type", "application/json"),
            ("User-Agent", "PayPal/AUHR-214.0-58843520"),
            ("PayPal-Transmission-Id", &transmission),
            ("PayPal-Transmission-Time", &time),
            ("PayPal-Transmission-Sig", &signature),
            ("PayPal-Cert-Url", &certificate),
            ("PayPal-Auth-Algo", "SHA256withRSA"),
            ("PayPal-Auth-Version", "v2"),
        ];
        (headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(), bytes)
    }

    fn sign(&self, message: &[u8]) -> String {
        let Some(key) = &self.key else { return String::new() };
        let mut signature = vec![0; key.public().modulus_len()];
        match key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature) {
            Ok(()) => STANDARD.encode(signature),
            Err(_) => String::new(),
        }
    }

    /// For merchants who ask instead of checking.
    pub(super) fn verify(&self, body: &Value) -> Answer {
        let names = ["auth_algo", "cert_url", "transmission_id", "transmission_sig", "transmission_time", "webhook_id"];
        if names.iter().any(|name| !body[name].is_string()) || !body["webhook_event"].is_object() {
            return malformed("MISSING_REQUIRED_PARAMETER");
        }
        let books = self.books();
        let id = body["transmission_id"].as_str().unwrap_or_default();
        let same = books
            .signed
            .get(id)
            .is_some_and(|(seen, event)| names.iter().all(|name| seen[name] == body[name]) && *event == body["webhook_event"]);
        (200, json!({ "verification_status": if same { "SUCCESS" } else { "FAILURE" } }))
    }

    pub(super) fn show_webhook(&self, id: &str) -> Answer {
        if id != WEBHOOK_ID {
            return missing();
        }
        let url = self.books().webhook.clone().unwrap_or_default();
        let names = ["CHECKOUT.ORDER.APPROVED", "PAYMENT.CAPTURE.COMPLETED", "BILLING.SUBSCRIPTION.ACTIVATED", "CUSTOMER.DISPUTE.CREATED"];
        let kinds: Vec<Value> = names.iter().map(|name| json!({ "name": name, "description": name, "status": "ENABLED" })).collect();
        (200, json!({ "id": id, "url": url, "event_types": kinds }))
    }
}

/// CRC-32 as everybody reckons it, one bit at a time.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 })
    })
}
