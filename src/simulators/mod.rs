//! The other side, for trying and for tests: each simulator speaks its provider's own protocol on a local port, with a
//! checkout page to press buttons on, an API, and signed notifications. It knows nothing of Stoa's code for that
//! provider, shares no line with it, and keeps its books in memory.
//!
//! `stoa simulate` starts them; tests hold them in their hands: clock and randomness are given, and notifications wait in
//! [`Deliveries`] until somebody lets them go.

pub mod alipay;
pub mod deliveries;
mod pages;
pub mod paypal;
pub mod stripe;
pub mod wechat;

use crate::server::clock::Clock;
use crate::server::random::Random;
use axum::Router;
use deliveries::{Deliveries, Delivery, Fate};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The simulators by name, in the order of their ports.
pub const ALL: [&str; 4] = ["stripe", "paypal", "wechat", "alipay"];

/// The port of a simulator, the first one's given; `None` for a provider that has none.
pub fn port(name: &str, first: u16) -> Option<u16> {
    ALL.into_iter().zip(first..).find(|(known, _)| *known == name).map(|(_, port)| port)
}

/// The address of a provider's simulator on this machine.
pub fn address(name: &str, first_port: u16) -> Option<String> {
    Some(format!("http://127.0.0.1:{}", port(name, first_port)?))
}

/// What can be done with any of them.
pub trait Simulator: Send + Sync {
    /// The notifications that wait to be let go.
    fn deliveries(&self) -> &Deliveries;

    /// What becomes of the next ones.
    fn set_fate(&self, fate: Fate);

    /// Does what time brings, up to now.
    fn tick(&self);

    /// As the service signs a repeated attempt: anew, where the time is signed too.
    fn signed_anew(&self, delivery: Delivery) -> Delivery {
        delivery
    }
}

/// What a simulator can do by itself, as one of them; beside it what only some can.
macro_rules! simulator {
    ($kind:ty $(, $more:item)?) => {
        impl Simulator for $kind {
            fn deliveries(&self) -> &Deliveries {
                self.deliveries()
            }

            fn set_fate(&self, fate: Fate) {
                self.set_fate(fate);
            }

            fn tick(&self) {
                self.tick();
            }

            $($more)?
        }
    };
}

simulator!(paypal::Paypal);
simulator!(alipay::Alipay);
simulator!(
    stripe::Stripe,
    fn signed_anew(&self, delivery: Delivery) -> Delivery {
        self.signed_anew(delivery)
    }
);
simulator!(
    wechat::Wechat,
    fn signed_anew(&self, mut delivery: Delivery) -> Delivery {
        if !delivery.forged {
            self.sign_anew(&mut delivery);
        }
        delivery
    }
);

/// Makes a simulator that is reached at `base_url` and tells the site at `site`; `None` for a name there is not.
pub fn make(
    name: &str,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    base_url: &str,
    site: &str,
) -> Option<(Router, Arc<dyn Simulator>)> {
    let base_url = base_url.to_owned();
    let webhook = format!("{site}/webhooks/{name}");
    Some(match name {
        "stripe" => {
            let made = Arc::new(stripe::Stripe::new(clock, random, base_url));
            made.set_endpoint(&webhook);
            (made.clone().router(), made)
        }
        "paypal" => {
            let made = Arc::new(paypal::Paypal::new(clock, random, base_url));
            made.set_webhook(&webhook);
            (made.clone().router(), made)
        }
        "wechat" => {
            let made = Arc::new(wechat::Wechat::new(clock, random, base_url));
            (made.clone().router(), made)
        }
        "alipay" => {
            let made = Arc::new(alipay::Alipay::new(clock, random, base_url));
            (made.clone().router(), made)
        }
        _ => return None,
    })
}

/// The keys with which a site reaches the simulator at `base_url`, by the names of the provider's fields.
pub fn keys(name: &str, base_url: &str) -> Option<BTreeMap<String, String>> {
    match name {
        "stripe" => Some(stripe::keys(base_url)),
        "paypal" => Some(paypal::Paypal::keys(base_url)),
        "wechat" => Some(wechat::keys(base_url)),
        "alipay" => Some(alipay::keys(base_url)),
        _ => None,
    }
}
