//! Stripe's client against its simulator.

mod account;
mod agreements;
mod chance;
mod checkouts;
mod payments;
mod sdk;

use axum::Router;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use std::sync::Arc;
use stoa::foundation::cadence::Cadence;
use stoa::foundation::money::{Currency, Money};
use stoa::foundation::time::{DAY, HOUR, MINUTE, SECOND, Timestamp};
use stoa::providers::facts::{AgreementFact, AgreementState, CheckoutState, DisputeState, Fact, MovementKind, PaymentFact, RefundState};
use stoa::providers::keys::{Keys, connect};
use stoa::providers::{
    Change, Connection, Cut, Device, Disbelief, Failure, Means, Mode, NewCheckout, NewPrice, NewRefund, OpenCheckout, Provider, Repriced,
    Way, http,
};
use stoa::server::clock::{Clock, ManualClock};
use stoa::server::random::SeededRandom;
use stoa::simulators::deliveries::{Delivery, Fate};
use stoa::simulators::stripe::{self, Charging};

/// 2026-01-31T12:00:00Z: the last day of a month, so that terms meet shorter ones.
const START: Timestamp = Timestamp(1_769_860_800 * SECOND);
const REFERENCE: &str = "0123456789abcdef0123456789abcdef";
const REFUND: &str = "fedcba9876543210fedcba9876543210";

async fn serve(router: impl FnOnce(&str) -> Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let router = router(&address);
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

fn connected(keys: &Keys, clock: Arc<ManualClock>) -> Box<dyn Connection> {
    let means = Means { http: http::Client::new().unwrap(), clock, random: Arc::new(SeededRandom::new(2)) };
    connect(Provider::Stripe, keys, &means).ok().flatten().unwrap()
}

struct World {
    clock: Arc<ManualClock>,
    simulator: Arc<stripe::Stripe>,
    client: Box<dyn Connection>,
    keys: Keys,
    base: String,
}

impl World {
    async fn new() -> World {
        let clock = Arc::new(ManualClock::at(START));
        let mut simulator = None;
        let base = serve(|base| {
            let made = Arc::new(stripe::Stripe::new(clock.clone(), Arc::new(SeededRandom::new(1)), base.to_owned()));
            simulator = Some(made.clone());
            made.router()
        })
        .await;
        let keys = stripe::keys(&base);
        World { client: connected(&keys, clock.clone()), clock, simulator: simulator.unwrap(), keys, base }
    }

    fn checkout(&self, amount: Money, mode: Mode) -> NewCheckout {
        NewCheckout {
            reference: REFERENCE.to_owned(),
            title: "学廊会员 & “friends”".to_owned(),
            amount,
            mode,
            device: Device::Desktop,
            email: Some("reader@example.com".to_owned()),
            client_ip: "192.0.2.1".to_owned(),
            locale: "zh-CN",
            return_url: "https://site.example/back?x=1".to_owned(),
            cancel_url: "https://site.example/no".to_owned(),
            notify_url: "https://site.example/webhooks/stripe".to_owned(),
            opened_at: self.clock.now(),
            expires_at: self.clock.now().plus(HOUR),
        }
    }

    /// Opens a checkout and gives its number and how it is asked about.
    async fn open(&self, amount: Money, mode: Mode) -> (String, OpenCheckout) {
        let opened = self.client.open(&self.checkout(amount, mode)).await.unwrap();
        let number = opened.number.unwrap();
        let asked = OpenCheckout {
            reference: REFERENCE.to_owned(),
            number: Some(number.clone()),
            amount,
            renewing: mode != Mode::Once,
            cut: cut_of(mode),
        };
        (number, asked)
    }

    /// A renewing agreement that has begun.
    async fn agreement(&self, every: Cadence, trial_days: u16) -> (String, OpenCheckout) {
        let (session, asked) = self.open(cny(9900), Mode::Renewing { every, trial_days, cut: None }).await;
        self.simulator.pay(&session).unwrap();
        (self.simulator.agreement_of(&session).unwrap(), asked)
    }

    async fn paid(&self, amount: Money) -> (String, OpenCheckout) {
        let (session, asked) = self.open(amount, Mode::Once).await;
        self.simulator.pay(&session).unwrap();
        (self.simulator.payment_of(&session).unwrap(), asked)
    }

    fn pass(&self, milliseconds: i64) {
        self.clock.advance(milliseconds);
        self.simulator.tick();
    }

    /// All that waits, believed; the kinds and the facts of each.
    async fn believed(&self) -> Vec<(String, Vec<Fact>)> {
        let mut all = Vec::new();
        for delivery in self.simulator.deliveries().take_all() {
            let delivery = self.simulator.signed_anew(delivery);
            let told = self.client.believe(&headers(&delivery), &delivery.body).await.unwrap();
            all.push((told.kind.clone(), self.client.facts(&told).await.unwrap()));
        }
        all
    }
}

fn cut_of(mode: Mode) -> Option<Cut> {
    if let Mode::Renewing { cut, .. } = mode { cut } else { None }
}

fn cny(minor: i64) -> Money {
    Money::new(minor, Currency::parse("CNY").unwrap())
}

fn headers(delivery: &Delivery) -> HeaderMap {
    delivery.headers.iter().map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap())).collect()
}

fn payments(facts: &[Fact]) -> Vec<&PaymentFact> {
    facts.iter().filter_map(|fact| if let Fact::Payment(payment) = fact { Some(payment) } else { None }).collect()
}

fn agreement(facts: &[Fact]) -> &AgreementFact {
    facts.iter().find_map(|fact| if let Fact::Agreement(agreement) = fact { Some(agreement) } else { None }).unwrap()
}

fn checkout_state(facts: &[Fact]) -> CheckoutState {
    facts.iter().find_map(|fact| if let Fact::Checkout(checkout) = fact { Some(checkout.state) } else { None }).unwrap()
}

fn refund_states(facts: &[Fact]) -> Vec<(i64, RefundState)> {
    facts.iter().filter_map(|fact| if let Fact::Refund(refund) = fact { Some((refund.amount.minor, refund.state)) } else { None }).collect()
}

fn dispute_states(facts: &[Fact]) -> Vec<DisputeState> {
    facts.iter().filter_map(|fact| if let Fact::Dispute(dispute) = fact { Some(dispute.state) } else { None }).collect()
}

fn day(text: &str) -> Timestamp {
    Timestamp(format!("{text}T12:00:00Z").parse::<jiff::Timestamp>().unwrap().as_millisecond())
}

fn refund_of(payment: &str, reference: &str, minor: i64) -> NewRefund {
    NewRefund {
        reference: reference.to_owned(),
        checkout: REFERENCE.to_owned(),
        payment: payment.to_owned(),
        amount: cny(minor),
        paid: cny(9900),
        reason: "asked for".to_owned(),
        notify_url: "https://site.example/webhooks/stripe".to_owned(),
    }
}
