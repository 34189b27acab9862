//! Events on their way to the site, signed as Stripe signs them.

use super::books::Books;
use super::{Stripe, WEBHOOK_SECRET, open};
use crate::foundation::time::{MINUTE, Timestamp};
use crate::simulators::deliveries::{Delivery, Fate};
use hmac::{Hmac, Mac};
use serde_json::Value;
use sha2::Sha256;

const SIGNATURE: &str = "Stripe-Signature";

fn signature(at: Timestamp, body: &[u8]) -> String {
    let seconds = at.0.div_euclid(1_000);
    let mut hash = match Hmac::<Sha256>::new_from_slice(WEBHOOK_SECRET.as_bytes()) {
        Ok(hash) => hash,
        Err(_) => return String::new(),
    };
    hash.update(format!("{seconds}.").as_bytes());
    hash.update(body);
    let hex: String = hash.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={seconds},v1={hex},v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39")
}

fn headers(at: Timestamp, body: &[u8]) -> Vec<(String, String)> {
    [
        ("Content-Type", "application/json; charset=utf-8".to_owned()),
        ("User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)".to_owned()),
        ("Accept", "*/*; q=0.5, application/xml".to_owned()),
        (SIGNATURE, signature(at, body)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

fn spoil(delivery: &mut Delivery) {
    for (_, value) in delivery.headers.iter_mut().filter(|(name, _)| name == SIGNATURE) {
        *value = value.replacen("v1=", "v1=00", 1);
        let end = value.find(",v0=").unwrap_or(value.len());
        value.replace_range(end - 2..end, "");
    }
}

/// The webhook of the site the newest checkout returns to.
pub fn site_of(books: &Books) -> Option<String> {
    let session = books.all("checkout.session").next()?;
    let url = reqwest::Url::parse(session["success_url"].as_str()?).ok()?;
    Some(format!("{}/webhooks/stripe", url.origin().ascii_serialization()))
}

impl Stripe {
    pub(super) fn notify(&self, told: Vec<Value>, endpoint: Option<String>) {
        let (Some(url), fate, now) = (endpoint, *open(&self.fate), self.clock.now()) else { return };
        // Each try is signed anew, so one that arrives late is signed late.
        let signed_at = if fate == Fate::Late { now.plus(10 * MINUTE) } else { now };
        let made = told.into_iter().map(|event| {
            let body = serde_json::to_vec_pretty(&event).unwrap_or_default();
            Delivery { url: url.clone(), headers: headers(signed_at, &body), body, due: now, forged: false }
        });
        self.deliveries.send(made.collect(), fate, spoil);
    }

    /// The same event for another try, signed at the time of it; a forged one stays forged.
    pub fn signed_anew(&self, delivery: Delivery) -> Delivery {
        if delivery.forged {
            return delivery;
        }
        let now = self.clock.now();
        Delivery { headers: headers(now, &delivery.body), due: now, ..delivery }
    }
}
