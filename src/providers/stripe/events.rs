//! Events: what one is about. How that stands is asked of Stripe, since an event shows it as it was, in the version of
//! the interface that the endpoint was made with.

use super::Stripe;
use super::objects::{CHECKOUT, Just, Linked, Metadata};
use super::payments::seconds;
use crate::providers::facts::Fact;
use crate::providers::{Disbelief, Failure, Notification};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Event {
    id: String,
    object: String,
    #[serde(rename = "type")]
    kind: String,
    created: i64,
    livemode: bool,
    /// Of an account that is connected to this one: not ours.
    account: Option<String>,
    data: EventData,
}

#[derive(Debug, Deserialize)]
struct EventData {
    object: EventObject,
}

#[derive(Debug, Deserialize)]
struct EventObject {
    /// Some, such as a balance, have none.
    id: Option<String>,
    payment_intent: Option<Linked<Just>>,
    #[serde(default)]
    metadata: Metadata,
}

pub fn read(body: &[u8]) -> Result<Notification, Disbelief> {
    let event = parse(body).map_err(|e| Disbelief::Malformed(e.to_string()))?;
    let graphic = |text: &str| (1..=255).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    if event.object != "event" || !graphic(&event.id) || !graphic(&event.kind) {
        return Err(Disbelief::Malformed("not an event".to_owned()));
    }
    Ok(Notification { id: event.id, kind: event.kind, made_at: Some(seconds(event.created)), body: body.to_vec() })
}

fn parse(body: &[u8]) -> Result<Event, serde_json::Error> {
    serde_json::from_slice(body)
}

/// What has to be asked for.
#[derive(Debug, PartialEq, Eq)]
enum About {
    Session(String),
    Payment(String),
    Invoice(String),
    Agreement(String),
}

fn about(kind: &str, object: &EventObject) -> Option<About> {
    let own = || object.id.clone();
    match kind {
        "checkout.session.completed"
        | "checkout.session.expired"
        | "checkout.session.async_payment_succeeded"
        | "checkout.session.async_payment_failed" => own().map(About::Session),
        "invoice.paid" | "invoice.payment_failed" => own().map(About::Invoice),
        "customer.subscription.created"
        | "customer.subscription.updated"
        | "customer.subscription.deleted"
        | "customer.subscription.paused"
        | "customer.subscription.resumed" => own().map(About::Agreement),
        // `charge.updated` tells the fee, when it was not known at once.
        "charge.refunded" | "charge.updated" | "charge.refund.updated" | "refund.created" | "refund.updated" | "refund.failed" => {
            object.payment_intent.as_ref().map(|intent| About::Payment(intent.number().to_owned()))
        }
        _ if kind.starts_with("charge.dispute.") => object.payment_intent.as_ref().map(|intent| About::Payment(intent.number().to_owned())),
        _ => None,
    }
}

impl Stripe {
    pub(super) async fn event_facts(&self, notification: &Notification) -> Result<Vec<Fact>, Failure> {
        let event = parse(&notification.body).map_err(|e| Failure::Nonsense(e.to_string()))?;
        let Some(about) = about(&event.kind, &event.data.object).filter(|_| event.account.is_none()) else {
            return Ok(Vec::new());
        };
        if event.livemode != self.live {
            return Ok(vec![self.other_mode(event.data.object.metadata.ours(CHECKOUT))]);
        }
        match about {
            About::Session(number) => self.session_by_number(&number).await,
            About::Payment(number) => self.payment_by_number(&number).await,
            About::Invoice(number) => self.invoice(&number).await,
            About::Agreement(number) => self.agreement_with_payments(&number).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn event(kind: &str, object: Value) -> Value {
        json!({ "id": "evt_1", "object": "event", "type": kind, "created": 1_700_000_000, "livemode": false, "data": { "object": object } })
    }

    fn about_of(kind: &str, object: Value) -> Option<About> {
        let event = parse(event(kind, object).to_string().as_bytes()).unwrap();
        about(&event.kind, &event.data.object)
    }

    #[test]
    fn each_event_leads_to_the_object_it_is_about() {
        let own = json!({ "id": "x_1", "payment_intent": "pi_1" });
        assert_eq!(about_of("checkout.session.completed", own.clone()), Some(About::Session("x_1".into())));
        assert_eq!(about_of("invoice.paid", own.clone()), Some(About::Invoice("x_1".into())));
        assert_eq!(about_of("customer.subscription.deleted", own.clone()), Some(About::Agreement("x_1".into())));
        for kind in ["charge.refunded", "refund.failed", "charge.dispute.created", "charge.dispute.funds_reinstated"] {
            assert_eq!(about_of(kind, own.clone()), Some(About::Payment("pi_1".into())), "{kind}");
        }
        // Expanded, or of a charge that has no intent.
        assert_eq!(
            about_of("charge.refunded", json!({ "id": "ch_1", "payment_intent": { "id": "pi_2" } })),
            Some(About::Payment("pi_2".into()))
        );
        assert_eq!(about_of("charge.refunded", json!({ "id": "ch_1", "payment_intent": null })), None);
        for kind in ["balance.available", "price.updated", "customer.subscription.trial_will_end", "invoice.upcoming"] {
            assert_eq!(about_of(kind, json!({ "object": "balance" })), None, "{kind}");
        }
    }

    #[test]
    fn what_stripe_does_not_write_is_malformed() {
        let good = event("invoice.paid", json!({ "id": "in_1" }));
        assert_eq!(read(good.to_string().as_bytes()).map(|told| told.made_at), Ok(Some(seconds(1_700_000_000))));
        let changed = |field: &str, value: Value| {
            let mut event = good.clone();
            event[field] = value;
            read(event.to_string().as_bytes())
        };
        let wrong = [
            ("id", json!("")),
            ("id", json!("evt 1")),
            ("id", json!("e".repeat(256))),
            ("id", json!(7)),
            ("object", json!("v2.core.event")),
            ("type", json!("付款")),
            ("created", json!("now")),
            ("data", Value::Null),
        ];
        for (field, value) in wrong {
            assert!(matches!(changed(field, value.clone()), Err(Disbelief::Malformed(_))), "{field} {value}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(body in prop::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(read(&body).is_err());
        }

        #[test]
        fn no_changed_event_panics(at in 0usize..150, byte: u8, cut in 0usize..200) {
            let mut body = event("charge.refunded", json!({ "id": "ch_1", "payment_intent": "pi_1", "metadata": null })).to_string().into_bytes();
            if let Some(changed) = body.get_mut(at) {
                *changed = byte;
            }
            body.truncate(cut);
            if let Ok(told) = read(&body) {
                prop_assert!(told.id.len() <= 255 && told.id.is_ascii());
            }
        }
    }
}
