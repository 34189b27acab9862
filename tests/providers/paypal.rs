//! PayPal's whole life, the client against the simulator.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use std::collections::BTreeMap;
use std::sync::Arc;
use stoa::foundation::cadence::Cadence;
use stoa::foundation::money::{Currency, Money};
use stoa::foundation::time::{DAY, HOUR, MINUTE, Timestamp};
use stoa::providers::facts::{AgreementFact, AgreementState, CheckoutState, DisputeState, Fact, MovementKind, PaymentFact, RefundState};
use stoa::providers::http::Client;
use stoa::providers::keys::connect;
use stoa::providers::{
    Change, Connection, Cut, Device, Disbelief, Failure, Means, Mode, NewCheckout, NewPrice, NewRefund, Notification, OpenCheckout, Opened,
    Provider, Repriced, Way,
};
use stoa::server::clock::{Clock, ManualClock};
use stoa::server::random::{Random, SeededRandom};
use stoa::simulators::deliveries::{Delivery, Fate};
use stoa::simulators::paypal::{Charging, Paying, Paypal, Trouble, Unable};

/// 2026-01-31T12:00:00Z: a day not every month has.
const START: Timestamp = Timestamp(1_769_860_800_000);
const REFERENCE: &str = "0123456789abcdef0123456789abcdef";
const OTHER: &str = "fedcba9876543210fedcba9876543210";

struct World {
    clock: Arc<ManualClock>,
    paypal: Arc<Paypal>,
    client: Box<dyn Connection>,
    base: String,
}

fn means(clock: &Arc<ManualClock>) -> Means {
    let random: Arc<dyn Random> = Arc::new(SeededRandom::new(2));
    Means { http: Client::new().unwrap(), clock: clock.clone() as Arc<dyn Clock>, random }
}

fn client(clock: &Arc<ManualClock>, keys: &BTreeMap<String, String>) -> Box<dyn Connection> {
    connect(Provider::Paypal, keys, &means(clock)).unwrap().unwrap()
}

async fn world() -> World {
    let clock = Arc::new(ManualClock::at(START));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let random: Arc<dyn Random> = Arc::new(SeededRandom::new(1));
    let paypal = Arc::new(Paypal::new(clock.clone() as Arc<dyn Clock>, random, base.clone()));
    paypal.set_webhook("https://site.example/webhooks/paypal");
    let router = paypal.clone().router();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let client = client(&clock, &Paypal::keys(&base));
    World { clock, paypal, client, base }
}

fn money(minor: i64, code: &str) -> Money {
    Money::new(minor, Currency::parse(code).unwrap())
}

fn checkout(reference: &str, amount: Money, mode: Mode) -> NewCheckout {
    NewCheckout {
        reference: reference.to_owned(),
        title: "学廊会员 Membership".to_owned(),
        amount,
        mode,
        device: Device::Desktop,
        email: Some("reader@example.com".to_owned()),
        client_ip: "192.0.2.1".to_owned(),
        locale: "zh-CN",
        return_url: "https://site.example/checkouts/1?from=paypal".to_owned(),
        cancel_url: "https://site.example/tiers".to_owned(),
        notify_url: "https://site.example/webhooks/paypal".to_owned(),
        opened_at: START,
        expires_at: START.plus(30 * MINUTE),
    }
}

fn cut_of(mode: Mode) -> Option<Cut> {
    if let Mode::Renewing { cut, .. } = mode { cut } else { None }
}

fn looked(opened: &Opened, new: &NewCheckout) -> OpenCheckout {
    OpenCheckout {
        reference: new.reference.clone(),
        number: opened.number.clone(),
        amount: new.amount,
        renewing: new.mode != Mode::Once,
        cut: cut_of(new.mode),
    }
}

fn refund(reference: &str, payment: &str, amount: Money, paid: Money) -> NewRefund {
    NewRefund {
        reference: reference.to_owned(),
        checkout: REFERENCE.to_owned(),
        payment: payment.to_owned(),
        amount,
        paid,
        reason: "requested".to_owned(),
        notify_url: String::new(),
    }
}

fn payments(facts: &[Fact]) -> Vec<&PaymentFact> {
    facts.iter().filter_map(|fact| if let Fact::Payment(payment) = fact { Some(payment) } else { None }).collect()
}

fn refunds(facts: &[Fact]) -> Vec<(i64, RefundState, Option<String>)> {
    let told = |fact: &Fact| match fact {
        Fact::Refund(refund) => Some((refund.amount.minor, refund.state, refund.reference.clone())),
        _ => None,
    };
    facts.iter().filter_map(told).collect()
}

fn disputes(facts: &[Fact]) -> Vec<(i64, DisputeState)> {
    facts.iter().filter_map(|fact| if let Fact::Dispute(told) = fact { Some((told.amount.minor, told.state)) } else { None }).collect()
}

/// What went back, as the books reckon it.
fn gone(facts: &[Fact]) -> i64 {
    let refunded = refunds(facts).into_iter().filter(|(_, state, _)| *state == RefundState::Succeeded).map(|(minor, ..)| minor);
    let lost = disputes(facts).into_iter().filter(|(_, state)| *state == DisputeState::Lost).map(|(minor, _)| minor);
    refunded.chain(lost).sum()
}

fn agreement(facts: &[Fact]) -> &AgreementFact {
    facts.iter().find_map(|fact| if let Fact::Agreement(told) = fact { Some(told) } else { None }).unwrap()
}

fn state(facts: &[Fact]) -> Option<CheckoutState> {
    facts.iter().find_map(|fact| if let Fact::Checkout(told) = fact { Some(told.state) } else { None })
}

fn headers(delivery: &Delivery) -> HeaderMap {
    let pair = |(name, value): &(String, String)| (name.parse::<HeaderName>().unwrap(), value.parse::<HeaderValue>().unwrap());
    delivery.headers.iter().map(pair).collect()
}

impl World {
    async fn opened(&self, new: &NewCheckout) -> (OpenCheckout, String) {
        let opened = self.client.open(new).await.unwrap();
        let open = looked(&opened, new);
        let number = open.number.clone().unwrap();
        (open, number)
    }

    /// Bought once, and paid.
    async fn bought(&self, amount: Money) -> (OpenCheckout, PaymentFact) {
        let (open, number) = self.opened(&checkout(REFERENCE, amount, Mode::Once)).await;
        self.paypal.pay(&number, Paying::Succeeds).unwrap();
        let facts = self.client.look(&open).await.unwrap();
        (open, payments(&facts)[0].clone())
    }

    /// Renewing, approved and begun.
    async fn subscribed(&self, every: Cadence, trial_days: u16) -> (OpenCheckout, String) {
        let new = checkout(REFERENCE, money(990, "USD"), Mode::Renewing { every, trial_days, cut: None });
        let (open, number) = self.opened(&new).await;
        self.paypal.pay(&number, Paying::Succeeds).unwrap();
        self.client.look(&open).await.unwrap();
        (open, number)
    }

    /// All notifications under way, each of which has to be believed.
    async fn told(&self) -> Vec<Notification> {
        let mut told = Vec::new();
        for delivery in self.paypal.deliveries().take_all() {
            told.push(self.client.believe(&headers(&delivery), &delivery.body).await.unwrap());
        }
        told
    }

    async fn facts_of(&self, kind: &str) -> Vec<Fact> {
        let told = self.told().await;
        let about = told.iter().find(|told| told.kind == kind).unwrap();
        self.client.facts(about).await.unwrap()
    }

    async fn at(&self, days: i64) {
        self.clock.advance(days * DAY);
        self.paypal.tick();
    }
}

#[tokio::test]
async fn the_keys_are_tried_and_wrong_ones_are_told_apart() {
    let world = world().await;
    let answer = world.client.test().await.unwrap();
    assert!(answer.contains("APP-SIMULATOR") && answer.contains("https://site.example/webhooks/paypal"), "{answer}");

    let mut keys = Paypal::keys(&world.base);
    keys.insert("client_secret".to_owned(), "wrong".to_owned());
    let failure = client(&world.clock, &keys).test().await.unwrap_err();
    assert_eq!(failure, Failure::KeysRefused { code: "invalid_client".to_owned(), message: "Client Authentication failed".to_owned() });

    let mut keys = Paypal::keys(&world.base);
    keys.insert("webhook_id".to_owned(), "OTHER".to_owned());
    let failure = client(&world.clock, &keys).test().await.unwrap_err();
    assert!(matches!(failure, Failure::Refused { code, .. } if code == "WEBHOOK_NOT_FOUND"));
}

#[tokio::test]
async fn keys_that_cannot_be_right_are_named_without_reaching_out() {
    let clock = Arc::new(ManualClock::at(START));
    let wrong = |change: &[(&str, &str)]| {
        let mut keys = Paypal::keys("http://127.0.0.1:9");
        keys.extend(change.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let errors = connect(Provider::Paypal, &keys, &means(&clock)).err();
        errors.map(|errors| format!("{errors:?}")).unwrap_or_default()
    };
    assert_eq!(wrong(&[]), "");
    assert_eq!(wrong(&[("base_url", "https://api-m.sandbox.paypal.com"), ("certificate_root", "")]), "");
    assert_eq!(wrong(&[("base_url", ""), ("certificate_root", ""), ("webhook_check", "api")]), "");
    for (name, value) in [
        ("client_id", ""),
        ("client_id", "a b"),
        ("client_secret", " "),
        ("merchant_id", "short"),
        ("webhook_id", "../x"),
        ("webhook_check", "perhaps"),
        ("base_url", "https://example.com"),
        ("base_url", "http://127.0.0.1.example.com"),
        ("certificate_root", "nonsense"),
    ] {
        assert!(wrong(&[(name, value)]).contains(name), "{name}: {value}");
    }
    assert!(wrong(&[("base_url", "")]).contains("certificate_root"), "the real service is checked against the world's roots");
}

#[tokio::test]
async fn buyers_change_how_they_pay_among_their_automatic_payments() {
    let world = world().await;
    let page = async |base: &str| {
        let mut keys = Paypal::keys(base);
        if base != world.base {
            keys.remove("certificate_root");
        }
        client(&world.clock, &keys).portal("I-1", "https://site.example/").await.unwrap().unwrap()
    };
    assert_eq!(page("").await, "https://www.paypal.com/myaccount/autopay/");
    assert_eq!(page("https://api-m.sandbox.paypal.com").await, "https://www.sandbox.paypal.com/myaccount/autopay/");
    assert_eq!(reqwest::get(page(&world.base).await).await.unwrap().status(), 200);
}

#[tokio::test]
async fn something_bought_once_is_captured_once_whoever_looks_first() {
    let world = world().await;
    let new = checkout(REFERENCE, money(9900, "USD"), Mode::Once);
    let opened = world.client.open(&new).await.unwrap();
    assert_eq!(world.client.open(&new).await.unwrap(), opened, "the same checkout opened twice is one");
    let open = looked(&opened, &new);
    let number = open.number.clone().unwrap();
    assert_eq!(opened.way, Way::GoTo(format!("{}/checkoutnow?token={number}", world.base)));
    assert_eq!(state(&world.client.look(&open).await.unwrap()), Some(CheckoutState::Open));

    let back = world.paypal.pay(&number, Paying::Succeeds).unwrap();
    assert!(back.starts_with("https://site.example/checkouts/1?from=paypal&token="), "{back}");
    // The notification moves no money: it says whose checkout is to be looked at, and two who look capture it once.
    let told = world.facts_of("CHECKOUT.ORDER.APPROVED").await;
    assert_eq!(told, [Fact::Approved { reference: REFERENCE.to_owned() }]);
    assert!(world.paypal.payments_of(&number).is_empty());
    let (facts, again) = tokio::join!(world.client.look(&open), world.client.look(&open));
    let facts = facts.unwrap();
    assert_eq!(again.unwrap(), facts);
    let payment = payments(&facts)[0];
    assert_eq!((payment.amount, payment.fee, payment.paid_at), (money(9900, "USD"), Some(money(394, "USD")), START));
    assert_eq!((payment.reference.as_deref(), &payment.term), (Some(REFERENCE), &None));
    assert_eq!(world.paypal.payments_of(&number), std::slice::from_ref(&payment.payment));
    for notification in world.told().await {
        assert_eq!(world.client.facts(&notification).await.unwrap(), facts, "{}", notification.kind);
    }
    assert_eq!(world.client.close(&open).await.unwrap(), facts, "what is paid cannot be closed");
    assert_eq!(world.paypal.tokens_given(), 1);
}

#[tokio::test]
async fn a_token_that_is_not_taken_any_more_is_renewed() {
    let world = world().await;
    world.client.test().await.unwrap();
    world.paypal.forget_tokens();
    world.client.test().await.unwrap();
    world.clock.advance(10 * HOUR);
    world.client.test().await.unwrap();
    assert_eq!(world.paypal.tokens_given(), 3);
    let all = futures::future::join_all((0..8).map(|_| world.client.test())).await;
    assert!(all.iter().all(Result::is_ok));
    assert_eq!(world.paypal.tokens_given(), 3);
}

#[tokio::test]
async fn currencies_without_decimals_are_paid_and_given_back_exactly() {
    for (amount, part) in [(money(1200, "JPY"), 500), (money(990_000, "HUF"), 100_000), (money(35_000, "TWD"), 10_000)] {
        let world = world().await;
        let (open, payment) = world.bought(amount).await;
        assert_eq!(payment.amount, amount);
        assert!(payment.fee.is_some_and(|fee| fee.currency == amount.currency && fee.minor > 0));
        let part = Money::new(part, amount.currency);
        world.client.refund(&refund(OTHER, &payment.payment, part, amount)).await.unwrap();
        assert_eq!(refunds(&world.client.look(&open).await.unwrap()), [(part.minor, RefundState::Succeeded, Some(OTHER.to_owned()))]);
    }
    let world = world().await;
    let failure = world.client.open(&checkout(REFERENCE, money(150, "HUF"), Mode::Once)).await.unwrap_err();
    assert!(matches!(failure, Failure::Refused { .. }), "half a forint");
}

#[tokio::test]
async fn money_on_its_way_is_waited_for_and_may_not_arrive() {
    for arrives in [true, false] {
        let world = world().await;
        let (open, number) = world.opened(&checkout(REFERENCE, money(500, "EUR"), Mode::Once)).await;
        world.paypal.pay(&number, Paying::Waits).unwrap();
        assert_eq!(state(&world.client.look(&open).await.unwrap()), Some(CheckoutState::Pending));
        world.paypal.deliveries().take_all();
        if arrives {
            world.at(3).await;
            assert_eq!(payments(&world.facts_of("PAYMENT.CAPTURE.COMPLETED").await).len(), 1);
        } else {
            world.paypal.settle(&number, false).unwrap();
            assert_eq!(state(&world.facts_of("PAYMENT.CAPTURE.DENIED").await), Some(CheckoutState::Declined));
        }
    }
}

#[tokio::test]
async fn a_declined_card_may_be_followed_by_one_that_pays() {
    let world = world().await;
    let (open, number) = world.opened(&checkout(REFERENCE, money(500, "EUR"), Mode::Once)).await;
    world.paypal.pay(&number, Paying::Fails).unwrap();
    assert_eq!(state(&world.client.look(&open).await.unwrap()), Some(CheckoutState::Declined));
    world.paypal.pay(&number, Paying::Succeeds).unwrap();
    assert_eq!(payments(&world.client.look(&open).await.unwrap()).len(), 1);
}

#[tokio::test]
async fn a_capture_that_is_declined_is_told_as_that_and_ends_its_order() {
    let world = world().await;
    let (open, number) = world.opened(&checkout(REFERENCE, money(500, "EUR"), Mode::Once)).await;
    world.paypal.pay(&number, Paying::Declines).unwrap();
    let facts = world.client.look(&open).await.unwrap();
    let states = |facts: &[Fact]| -> Vec<CheckoutState> {
        facts.iter().map(|fact| if let Fact::Checkout(told) = fact { told.state } else { panic!("{fact:?}") }).collect()
    };
    assert_eq!(states(&facts), [CheckoutState::Declined, CheckoutState::Closed], "nobody can approve it once more");
    assert_eq!(world.facts_of("PAYMENT.CAPTURE.DECLINED").await, facts);
    assert_eq!(world.client.close(&open).await.unwrap(), facts);
    assert!(world.paypal.pay(&number, Paying::Succeeds).is_err());
}

#[tokio::test]
async fn a_closed_checkout_is_never_captured_whoever_approves_it_later() {
    let world = world().await;
    let (open, number) = world.opened(&checkout(REFERENCE, money(500, "EUR"), Mode::Once)).await;
    assert_eq!(state(&world.client.close(&open).await.unwrap()), Some(CheckoutState::Closed));
    world.paypal.pay(&number, Paying::Succeeds).unwrap();
    // It could not be marked while it waited for its buyer: whoever hears of it finds that it is not wanted, and closes it again.
    assert_eq!(world.facts_of("CHECKOUT.ORDER.APPROVED").await, [Fact::Approved { reference: REFERENCE.to_owned() }]);
    assert_eq!(state(&world.client.close(&open).await.unwrap()), Some(CheckoutState::Closed));
    world.paypal.pay(&number, Paying::Succeeds).unwrap();
    assert_eq!(state(&world.facts_of("CHECKOUT.ORDER.APPROVED").await), Some(CheckoutState::Closed), "it bears the mark");
    assert_eq!(state(&world.client.look(&open).await.unwrap()), Some(CheckoutState::Closed));
    assert!(world.paypal.payments_of(&number).is_empty());

    let (open, _) = world.opened(&checkout(OTHER, money(500, "EUR"), Mode::Once)).await;
    world.at(1).await;
    assert_eq!(state(&world.client.look(&open).await.unwrap()), Some(CheckoutState::Closed), "PayPal forgets it");
    assert_eq!(state(&world.client.close(&open).await.unwrap()), Some(CheckoutState::Closed));
}

#[tokio::test]
async fn what_does_not_fit_the_checkout_is_not_captured() {
    let world = world().await;
    let (open, number) = world.opened(&checkout(REFERENCE, money(500, "EUR"), Mode::Once)).await;
    world.paypal.pay(&number, Paying::Succeeds).unwrap();
    for strange in [
        OpenCheckout { amount: money(501, "EUR"), ..open.clone() },
        OpenCheckout { amount: money(500, "USD"), ..open.clone() },
        OpenCheckout { reference: OTHER.to_owned(), ..open.clone() },
    ] {
        assert!(matches!(world.client.look(&strange).await.unwrap()[..], [Fact::Mismatch { .. }]));
    }
    let mut keys = Paypal::keys(&world.base);
    keys.insert("merchant_id".to_owned(), "ANOTHERSELLER".to_owned());
    let facts = client(&world.clock, &keys).look(&open).await.unwrap();
    assert!(matches!(&facts[..], [Fact::Mismatch { reference: Some(ours), .. }] if ours == REFERENCE), "{facts:?}");
    assert!(world.paypal.payments_of(&number).is_empty());
}

#[tokio::test]
async fn refunds_of_either_side_arrive_once_each() {
    let world = world().await;
    let paid = money(1000, "USD");
    let (open, payment) = world.bought(paid).await;
    world.told().await;
    let asked = refund(OTHER, &payment.payment, money(300, "USD"), paid);
    assert_eq!(world.client.look_refund(&asked).await.unwrap(), []);
    let told = world.client.refund(&asked).await.unwrap();
    assert_eq!(refunds(&told), [(300, RefundState::Succeeded, Some(OTHER.to_owned()))]);
    assert_eq!(world.client.refund(&asked).await.unwrap(), told);
    assert_eq!(world.client.look_refund(&asked).await.unwrap(), told);
    assert_eq!(refunds(&world.facts_of("PAYMENT.CAPTURE.REFUNDED").await).len(), 1);

    let too_much = refund(REFERENCE, &payment.payment, money(701, "USD"), paid);
    assert!(matches!(world.client.refund(&too_much).await.unwrap_err(), Failure::Refused { code, .. } if code == "REFUND_AMOUNT_EXCEEDED"));
    world.paypal.refund(&payment.payment, None).unwrap();
    let facts = world.facts_of("PAYMENT.CAPTURE.REFUNDED").await;
    let mut amounts: Vec<i64> = refunds(&facts).iter().map(|(minor, ..)| *minor).collect();
    amounts.sort_unstable();
    assert_eq!((amounts, payments(&facts).len()), (vec![300, 700], 1));
    let mut again = world.client.look(&open).await.unwrap();
    assert_eq!(again.len(), facts.len());
    again.retain(|fact| !facts.contains(fact));
    assert_eq!(again, []);
    let other_amount = refund(OTHER, &payment.payment, money(200, "USD"), paid);
    assert!(
        matches!(world.client.refund(&other_amount).await.unwrap_err(), Failure::Refused { code, .. } if code == "DUPLICATE_REQUEST_ID")
    );
}

#[tokio::test]
async fn disputes_are_told_by_notification_and_by_looking() {
    for (seller_wins, end) in [(true, DisputeState::Won), (false, DisputeState::Lost)] {
        let world = world().await;
        let (open, payment) = world.bought(money(1000, "USD")).await;
        let dispute = world.paypal.dispute(&payment.payment).unwrap();
        assert_eq!(disputes(&world.facts_of("CUSTOMER.DISPUTE.CREATED").await), [(1000, DisputeState::Open)]);
        assert_eq!(disputes(&world.client.look(&open).await.unwrap()), [(1000, DisputeState::Open)]);
        world.clock.advance(DAY);
        world.paypal.decide(&dispute, seller_wins).unwrap();
        assert_eq!(disputes(&world.facts_of("CUSTOMER.DISPUTE.RESOLVED").await), [(1000, end)]);
        assert_eq!(disputes(&world.client.look(&open).await.unwrap()), [(1000, end)]);
    }
}

#[tokio::test]
async fn what_paypal_reverses_has_gone_once_unless_the_dispute_about_it_was_won() {
    // The bank took it back: nobody disputes, and it stands among the refunds.
    let world = world().await;
    let (open, payment) = world.bought(money(1000, "USD")).await;
    world.client.refund(&refund(OTHER, &payment.payment, money(300, "USD"), money(1000, "USD"))).await.unwrap();
    world.told().await;
    world.clock.advance(DAY);
    world.paypal.reverse(&payment.payment).unwrap();
    let facts = world.facts_of("PAYMENT.CAPTURE.REVERSED").await;
    assert_eq!((payments(&facts), disputes(&facts), gone(&facts)), (vec![&payment], vec![], 1000));
    assert!(refunds(&facts).contains(&(700, RefundState::Succeeded, None)), "{facts:?}");
    assert_eq!(world.client.look(&open).await.unwrap(), facts);
    assert_eq!(world.paypal.reverse(&payment.payment), Err(Unable("CAPTURE_STATUS_NOT_VALID")), "once");
    let reversal = facts.iter().find_map(|fact| match fact {
        Fact::Refund(told) if told.amount.minor == 700 => Some(told.refund.clone()),
        _ => None,
    });
    let lines = world.client.movements(START.plus(DAY), START.plus(2 * DAY)).await.unwrap();
    let told: Vec<_> = lines.into_iter().map(|line| (line.kind, line.gross.minor, Some(line.number), line.of)).collect();
    assert_eq!(told, [(MovementKind::Refund, -700, reversal, Some(payment.payment.clone()))], "the account's book says the same");
    // A dispute is about it: the same money, whether it is said before or after the reversal.
    for (seller_wins, end) in [(true, 0), (false, 1000)] {
        let world = self::world().await;
        let (open, payment) = world.bought(money(1000, "USD")).await;
        let dispute = world.paypal.dispute(&payment.payment).unwrap();
        world.told().await;
        world.clock.advance(DAY);
        world.paypal.reverse(&payment.payment).unwrap();
        let facts = world.facts_of("PAYMENT.CAPTURE.REVERSED").await;
        assert_eq!((payments(&facts), gone(&facts)), (vec![&payment], 1000));
        assert!(disputes(&facts).iter().all(|(_, state)| *state == DisputeState::Won), "nothing is held beside what went: {facts:?}");
        world.clock.advance(DAY);
        world.paypal.decide(&dispute, seller_wins).unwrap();
        let facts = world.facts_of("CUSTOMER.DISPUTE.RESOLVED").await;
        assert_eq!(gone(&facts), end);
        assert_eq!(world.client.look(&open).await.unwrap(), facts);
    }
    let world = self::world().await;
    let (open, payment) = world.bought(money(1000, "USD")).await;
    let dispute = world.paypal.dispute(&payment.payment).unwrap();
    world.paypal.decide(&dispute, false).unwrap();
    let lost = world.client.look(&open).await.unwrap();
    world.clock.advance(MINUTE);
    world.paypal.reverse(&payment.payment).unwrap();
    let facts = world.client.look(&open).await.unwrap();
    assert_eq!((gone(&lost), gone(&facts)), (1000, 1000));
    let at = |facts: &[Fact]| facts.iter().find_map(|fact| if let Fact::Dispute(told) = fact { Some(told.at) } else { None }).unwrap();
    assert!(at(&facts) > at(&lost), "what is told later holds");
}

#[tokio::test]
async fn a_dispute_may_be_lost_in_part() {
    let world = world().await;
    let (open, payment) = world.bought(money(1000, "USD")).await;
    let dispute = world.paypal.dispute(&payment.payment).unwrap();
    assert_eq!(world.paypal.decide_in_part(&dispute, 1001), Err(Unable("INVALID_AMOUNT")));
    world.paypal.decide_in_part(&dispute, 400).unwrap();
    assert_eq!(disputes(&world.facts_of("CUSTOMER.DISPUTE.RESOLVED").await), [(400, DisputeState::Lost)]);
    assert_eq!(disputes(&world.client.look(&open).await.unwrap()), [(400, DisputeState::Lost)]);
}

#[tokio::test]
async fn a_charge_of_a_subscription_that_paypal_reverses_has_gone() {
    for may_search in [true, false] {
        let world = world().await;
        let (_, number) = world.subscribed(Cadence::Month, 0).await;
        let sale = world.paypal.payments_of(&number)[0].clone();
        world.told().await;
        world.clock.advance(DAY);
        world.paypal.reverse(&sale).unwrap();
        world.paypal.set_trouble((!may_search).then_some(Trouble::NoRights));
        let facts = world.facts_of("PAYMENT.SALE.REVERSED").await;
        assert_eq!((payments(&facts).len(), disputes(&facts)), (1, vec![(990, DisputeState::Lost)]));
        assert!(facts.iter().any(|fact| matches!(fact, Fact::Dispute(told) if told.dispute == sale && told.at == START.plus(DAY))));
        world.paypal.set_trouble(None);
        assert_eq!(world.client.look_agreement(&number).await.unwrap(), facts, "the report tells the same");
    }
    // Of one that was given back in part, the rest; of one that is contested, what is contested.
    let world = world().await;
    let (_, number) = world.subscribed(Cadence::Month, 0).await;
    let sale = world.paypal.payments_of(&number)[0].clone();
    world.paypal.refund(&sale, Some(400)).unwrap();
    world.paypal.reverse(&sale).unwrap();
    let facts = world.client.look_agreement(&number).await.unwrap();
    assert_eq!((disputes(&facts), gone(&facts)), (vec![(590, DisputeState::Lost)], 990));
    let world = self::world().await;
    let (_, number) = world.subscribed(Cadence::Month, 0).await;
    let sale = world.paypal.payments_of(&number)[0].clone();
    world.paypal.dispute(&sale).unwrap();
    world.paypal.reverse(&sale).unwrap();
    let facts = world.facts_of("PAYMENT.SALE.REVERSED").await;
    assert_eq!((disputes(&facts), gone(&facts)), (vec![(990, DisputeState::Lost)], 990));
}

#[tokio::test]
async fn a_subscription_is_charged_for_each_term_on_its_day() {
    let world = world().await;
    let new = checkout(REFERENCE, money(990, "USD"), Mode::Renewing { every: Cadence::Month, trial_days: 0, cut: None });
    let (open, number) = world.opened(&new).await;
    assert_eq!(state(&world.client.look(&open).await.unwrap()), Some(CheckoutState::Open));
    world.paypal.pay(&number, Paying::Succeeds).unwrap();
    assert!(world.paypal.payments_of(&number).is_empty(), "approved is not begun");
    let first = world.client.look(&open).await.unwrap();
    let term = payments(&first)[0].term.clone().unwrap();
    // To the same day of the next month, or its last.
    assert_eq!((term.agreement.as_str(), term.from, term.until), (number.as_str(), START, START.plus(28 * DAY)));
    assert_eq!(payments(&first)[0].reference.as_deref(), Some(REFERENCE));
    let told = agreement(&first);
    assert_eq!((told.state, told.term_until, told.ends_with_term), (AgreementState::Active, Some(term.until), false));
    assert_eq!(told.method.as_deref(), Some("PayPal · reader@example.com"));
    for notification in world.told().await {
        assert_eq!(world.client.facts(&notification).await.unwrap(), first, "{}", notification.kind);
    }
    world.at(59).await;
    let told = world.told().await;
    assert_eq!(told.iter().map(|told| told.kind.as_str()).collect::<Vec<_>>(), ["PAYMENT.SALE.COMPLETED"; 2]);
    let facts = world.client.facts(&told[0]).await.unwrap();
    let mut terms: Vec<_> = payments(&facts).iter().map(|payment| payment.term.clone().unwrap()).collect();
    terms.sort_by_key(|term| term.from);
    assert_eq!(terms.iter().map(|term| term.from.since(START) / DAY).collect::<Vec<_>>(), [0, 28, 59]);
    assert!(terms.windows(2).all(|pair| pair[0].until == pair[1].from));
    assert_eq!(agreement(&facts).term_until, Some(START.plus(89 * DAY)));
}

#[tokio::test]
async fn a_trial_puts_off_the_first_charge() {
    let world = world().await;
    let (open, number) = world.subscribed(Cadence::Days(30), 7).await;
    let facts = world.client.look(&open).await.unwrap();
    assert_eq!((payments(&facts).len(), agreement(&facts).state), (0, AgreementState::Trialing));
    assert_eq!(agreement(&facts).trial_until, Some(START.plus(7 * DAY)));
    world.at(7).await;
    let facts = world.client.look_agreement(&number).await.unwrap();
    let term = payments(&facts)[0].term.clone().unwrap();
    assert_eq!((term.from, term.until), (START.plus(7 * DAY), START.plus(37 * DAY)));
    assert_eq!(agreement(&facts).state, AgreementState::Active);
}

#[tokio::test]
async fn plans_are_made_once_and_found_again() {
    let world = world().await;
    let every = |days| Mode::Renewing { every: Cadence::Days(days), trial_days: 0, cut: None };
    for days in 1..=45 {
        world.client.open(&checkout(&format!("{days:032x}"), money(990, "USD"), every(days))).await.unwrap();
    }
    // Another process knows none of them, and finds each, on whatever page.
    let fresh = client(&world.clock, &Paypal::keys(&world.base));
    for days in [1, 23, 45] {
        fresh.open(&checkout(&format!("{:032x}", 100 + days), money(990, "USD"), every(days))).await.unwrap();
    }
    let token = reqwest::Client::new()
        .post(format!("{}/v1/oauth2/token", world.base))
        .basic_auth("SIMULATOR-CLIENT-ID", Some("SIMULATOR-SECRET"))
        .form(&[("grant_type", "client_credentials")]);
    let token: serde_json::Value = token.send().await.unwrap().json().await.unwrap();
    let mut found = 0;
    for page in 1..=4 {
        let list = reqwest::Client::new()
            .get(format!("{}/v1/billing/plans?product_id=STOA-MEMBERSHIP&page_size=20&page={page}", world.base))
            .bearer_auth(token["access_token"].as_str().unwrap());
        let list: serde_json::Value = list.send().await.unwrap().json().await.unwrap();
        found += list["plans"].as_array().unwrap().len();
    }
    assert_eq!(found, 45);
}

#[tokio::test]
async fn a_failing_charge_is_tried_again_within_its_term_and_then_suspended() {
    let world = world().await;
    let (_, number) = world.subscribed(Cadence::Month, 0).await;
    world.paypal.set_charging(&number, Charging::Fails).unwrap();
    world.at(28).await;
    let facts = world.client.look_agreement(&number).await.unwrap();
    assert_eq!((payments(&facts).len(), agreement(&facts).state), (1, AgreementState::PastDue));
    world.paypal.set_charging(&number, Charging::Succeeds).unwrap();
    world.at(5).await;
    let facts = world.client.look_agreement(&number).await.unwrap();
    let last = payments(&facts).into_iter().max_by_key(|payment| payment.paid_at).unwrap();
    assert_eq!(last.term.as_ref().map(|term| term.from), Some(START.plus(28 * DAY)), "late, but of the same term");
    assert_eq!(agreement(&facts).state, AgreementState::Active);
    world.paypal.set_charging(&number, Charging::Fails).unwrap();
    world.at(60).await;
    let facts = world.client.look_agreement(&number).await.unwrap();
    assert_eq!((payments(&facts).len(), agreement(&facts).state), (2, AgreementState::PastDue));
}

#[tokio::test]
async fn cancelled_at_the_end_goes_on_until_then_and_cannot_be_resumed() {
    let world = world().await;
    let (_, number) = world.subscribed(Cadence::Month, 0).await;
    assert_eq!(agreement(&world.client.change(&number, Change::Resume, OTHER).await.unwrap()).state, AgreementState::Active);
    for _ in 0..2 {
        let facts = world.client.change(&number, Change::CancelAtEnd, OTHER).await.unwrap();
        let told = agreement(&facts);
        assert_eq!((told.state, told.ends_with_term, told.term_until), (AgreementState::Active, true, Some(START.plus(28 * DAY))));
    }
    let failure = world.client.change(&number, Change::Resume, OTHER).await.unwrap_err();
    assert!(matches!(failure, Failure::Refused { code, message } if code == "CANNOT_RESUME" && message.contains("new subscription")));
    world.at(28).await;
    let facts = world.client.look_agreement(&number).await.unwrap();
    assert_eq!((payments(&facts).len(), agreement(&facts).state), (1, AgreementState::Ended));
}

#[tokio::test]
async fn ended_at_once_is_ended_and_the_buyers_own_cancellation_is_heard() {
    let world = world().await;
    let (_, number) = world.subscribed(Cadence::Year, 0).await;
    assert_eq!(agreement(&world.client.change(&number, Change::EndNow, OTHER).await.unwrap()).state, AgreementState::Ended);

    let world = self::world().await;
    let (_, number) = world.subscribed(Cadence::Year, 14).await;
    world.paypal.cancel(&number).unwrap();
    let facts = world.facts_of("BILLING.SUBSCRIPTION.CANCELLED").await;
    assert_eq!((agreement(&facts).state, agreement(&facts).ends_with_term), (AgreementState::Trialing, true));
    world.at(14).await;
    assert_eq!(agreement(&world.client.look_agreement(&number).await.unwrap()).state, AgreementState::Ended);
}

#[tokio::test]
async fn paused_is_not_charged_and_goes_on_afterwards() {
    let world = world().await;
    let (_, number) = world.subscribed(Cadence::Month, 0).await;
    for _ in 0..2 {
        let facts = world.client.change(&number, Change::Pause, OTHER).await.unwrap();
        assert_eq!(agreement(&facts).state, AgreementState::Paused);
    }
    world.at(40).await;
    assert_eq!(payments(&world.client.look_agreement(&number).await.unwrap()).len(), 1);
    world.client.change(&number, Change::Unpause, REFERENCE).await.unwrap();
    world.at(19).await;
    let facts = world.client.look_agreement(&number).await.unwrap();
    let last = payments(&facts).into_iter().max_by_key(|payment| payment.paid_at).unwrap();
    assert_eq!((payments(&facts).len(), last.term.as_ref().map(|term| term.from)), (2, Some(START.plus(59 * DAY))));
}

#[tokio::test]
async fn another_price_waits_for_the_buyers_consent() {
    let world = world().await;
    let (_, number) = world.subscribed(Cadence::Month, 0).await;
    let return_url = "https://site.example/account/membership?a=1".to_owned();
    let wanted = NewPrice { amount: money(1490, "USD"), every: Cadence::Month, at_once: None, return_url };
    let consent = Repriced::Consent(format!("{}/webapps/billing/subscriptions/update?ba_token={number}", world.base));
    assert_eq!(world.client.reprice(&number, &wanted, OTHER).await, Ok(consent.clone()));
    let charges = async || agreement(&world.client.look_agreement(&number).await.unwrap()).charges;
    assert_eq!(charges().await, Some((money(990, "USD"), Cadence::Month)));
    assert!(world.paypal.disagree(&number).unwrap().starts_with("https://site.example/account/membership?a=1&"));
    assert_eq!(world.paypal.agree(&number), Err(Unable("NOTHING_TO_AGREE_TO")));
    assert_eq!(world.client.reprice(&number, &wanted, REFERENCE).await, Ok(consent));
    assert!(world.paypal.agree(&number).unwrap().starts_with("https://site.example/account/membership?a=1&"));
    assert_eq!(charges().await, Some((money(1490, "USD"), Cadence::Month)));
    assert!(matches!(world.client.reprice(&number, &wanted, OTHER).await, Ok(Repriced::Done(_))));
    world.at(28).await;
    let facts = world.client.look_agreement(&number).await.unwrap();
    let mut amounts: Vec<i64> = payments(&facts).iter().map(|payment| payment.amount.minor).collect();
    amounts.sort_unstable();
    assert_eq!(amounts, [990, 1490]);
    let code = async |number: &str, wanted: &NewPrice| match world.client.reprice(number, wanted, OTHER).await {
        Err(Failure::Refused { code, .. }) => code,
        other => panic!("{other:?}"),
    };
    let yearly = NewPrice { every: Cadence::Year, ..wanted.clone() };
    assert_eq!(code(&number, &yearly).await, "CANNOT_CHANGE_TERM");
    assert_eq!(code(&number, &NewPrice { at_once: Some(START), ..wanted.clone() }).await, "NOT_AT_ONCE");
    let world = self::world().await;
    let (_, tried) = world.subscribed(Cadence::Month, 7).await;
    let refused = world.client.reprice(&tried, &wanted, OTHER).await.unwrap_err();
    assert!(matches!(refused, Failure::Refused { code, .. } if code == "BEGAN_WITH_TRIAL"));
}

#[tokio::test]
async fn a_charge_of_a_subscription_is_given_back_and_contested_like_any_other() {
    let world = world().await;
    let (_, number) = world.subscribed(Cadence::Month, 0).await;
    let sale = world.paypal.payments_of(&number)[0].clone();
    let asked = refund(OTHER, &sale, money(400, "USD"), money(990, "USD"));
    let told = world.client.refund(&asked).await.unwrap();
    assert_eq!(refunds(&told), [(400, RefundState::Succeeded, Some(OTHER.to_owned()))]);
    assert_eq!(world.client.refund(&asked).await.unwrap(), told);
    assert_eq!(world.client.look_refund(&asked).await.unwrap(), told);
    let facts = world.facts_of("PAYMENT.SALE.REFUNDED").await;
    assert_eq!((refunds(&facts).len(), payments(&facts).len()), (1, 1));
    world.clock.advance(40 * DAY);
    world.paypal.refund(&sale, None).unwrap();
    world.paypal.deliveries().take_all();
    // Nobody told us; the report does.
    assert_eq!(refunds(&world.client.look_agreement(&number).await.unwrap()).len(), 2);

    let world = self::world().await;
    let (_, number) = world.subscribed(Cadence::Month, 0).await;
    let dispute = world.paypal.dispute(&world.paypal.payments_of(&number)[0]).unwrap();
    assert_eq!(disputes(&world.client.look_agreement(&number).await.unwrap()), [(990, DisputeState::Open)]);
    world.paypal.decide(&dispute, false).unwrap();
    assert_eq!(disputes(&world.client.look_agreement(&number).await.unwrap()), [(990, DisputeState::Lost)]);
}

#[tokio::test]
async fn a_charge_that_is_known_as_a_capture_is_given_back_as_one() {
    let world = world().await;
    world.paypal.set_sales_are_captures();
    let (_, number) = world.subscribed(Cadence::Month, 0).await;
    let sale = world.paypal.payments_of(&number)[0].clone();
    let asked = refund(OTHER, &sale, money(400, "USD"), money(990, "USD"));
    let told = world.client.refund(&asked).await.unwrap();
    assert_eq!(refunds(&told), [(400, RefundState::Succeeded, Some(OTHER.to_owned()))]);
    assert_eq!(world.client.look_refund(&asked).await.unwrap(), told);
    let facts = world.facts_of("PAYMENT.CAPTURE.REFUNDED").await;
    assert_eq!((refunds(&facts), payments(&facts).len()), (refunds(&told), 1));
    // Also when the report does not tell of it yet.
    world.paypal.refund(&sale, None).unwrap();
    world.paypal.set_trouble(Some(Trouble::NoRights));
    assert_eq!(gone(&world.facts_of("PAYMENT.CAPTURE.REFUNDED").await), 590);
    world.paypal.set_trouble(None);
    assert_eq!(gone(&world.client.look_agreement(&number).await.unwrap()), 990);
}

#[tokio::test]
async fn a_subscription_whose_checkout_was_closed_is_never_begun_by_us() {
    let world = world().await;
    let new = checkout(REFERENCE, money(990, "USD"), Mode::Renewing { every: Cadence::Month, trial_days: 0, cut: None });
    let (open, number) = world.opened(&new).await;
    assert_eq!(state(&world.client.close(&open).await.unwrap()), Some(CheckoutState::Closed));
    world.paypal.pay(&number, Paying::Succeeds).unwrap();
    for notification in world.told().await {
        assert!(payments(&world.client.facts(&notification).await.unwrap()).is_empty());
    }
    let strange = OpenCheckout { amount: money(99, "USD"), ..open.clone() };
    assert!(matches!(world.client.look(&strange).await.unwrap()[..], [Fact::Mismatch { .. }]));
    assert!(world.paypal.payments_of(&number).is_empty());
}

#[tokio::test]
async fn the_account_is_read_to_the_end_whatever_moved() {
    let world = world().await;
    let (_, payment) = world.bought(money(1000, "USD")).await;
    world.client.refund(&refund(OTHER, &payment.payment, money(300, "USD"), money(1000, "USD"))).await.unwrap();
    world.clock.advance(40 * DAY);
    world.paypal.dispute(&payment.payment).unwrap();
    let lines = world.client.movements(START, START.plus(90 * DAY)).await.unwrap();
    let told: Vec<_> = lines.iter().map(|line| (line.kind, line.gross.minor, line.fee.minor)).collect();
    let (payment_line, refund_line) = ((MovementKind::Payment, 1000, 83), (MovementKind::Refund, -300, 0));
    assert!(told[..2].contains(&payment_line) && told[..2].contains(&refund_line), "{told:?}");
    assert_eq!(told[2..], [(MovementKind::Dispute, -700, 0)]);
    assert_eq!(lines[2].number, payment.payment);
    let references: Vec<_> = lines[..2].iter().filter_map(|line| line.reference.as_deref()).collect();
    assert!(references.contains(&REFERENCE) && references.contains(&OTHER));
    assert_eq!(world.client.movements(START.plus(41 * DAY), START.plus(90 * DAY)).await.unwrap(), []);
}

#[tokio::test]
async fn a_long_book_is_read_page_by_page() {
    let world = world().await;
    let (_, number) = world.subscribed(Cadence::Days(1), 0).await;
    world.at(1200).await;
    assert_eq!(world.paypal.payments_of(&number).len(), 1201);
    let lines = world.client.movements(START, START.plus(2000 * DAY)).await.unwrap();
    assert_eq!(lines.len(), 1201);
    let terms: Vec<_> = world.client.look_agreement(&number).await.unwrap();
    assert!((30..40).contains(&payments(&terms).len()), "the last terms only");
}

#[tokio::test]
async fn only_what_paypal_signed_is_believed() {
    for check in ["", "api"] {
        let world = world().await;
        let mut keys = Paypal::keys(&world.base);
        keys.insert("webhook_check".to_owned(), check.to_owned());
        let client = client(&world.clock, &keys);
        world.bought(money(1000, "USD")).await;
        let delivery = world.paypal.deliveries().take_all().remove(0);
        let good = headers(&delivery);
        let notification = client.believe(&good, &delivery.body).await.unwrap();
        assert_eq!((notification.kind.as_str(), notification.made_at), ("CHECKOUT.ORDER.APPROVED", Some(START)));
        assert_eq!(notification.body, delivery.body);

        let changed = |name: &'static str, value: &str| {
            let mut headers = good.clone();
            headers.insert(name, value.parse().unwrap());
            headers
        };
        let mut body = delivery.body.clone();
        let at = body.len() - 3;
        body[at] ^= 1;
        assert_eq!(client.believe(&good, &body).await, Err(Disbelief::Forged));
        assert_eq!(client.believe(&good, b"").await, Err(Disbelief::Forged));
        assert_eq!(client.believe(&changed("paypal-transmission-id", "other"), &delivery.body).await, Err(Disbelief::Forged));
        assert_eq!(client.believe(&changed("paypal-transmission-sig", "AAAA"), &delivery.body).await, Err(Disbelief::Forged));
        assert_eq!(client.believe(&changed("paypal-transmission-sig", "not base64!"), &delivery.body).await, Err(Disbelief::Unsigned));
        assert_eq!(client.believe(&changed("paypal-auth-algo", "none"), &delivery.body).await, Err(Disbelief::Unsigned));
        assert_eq!(client.believe(&HeaderMap::new(), &delivery.body).await, Err(Disbelief::Unsigned));
        let elsewhere = changed("paypal-cert-url", "https://example.com/v1/notifications/certs/CERT-SIMULATOR");
        assert_eq!(client.believe(&elsewhere, &delivery.body).await, Err(Disbelief::Forged));
        let unknown = changed("paypal-cert-url", &format!("{}/v1/notifications/certs/CERT-NOBODY", world.base));
        assert_eq!(client.believe(&unknown, &delivery.body).await, Err(Disbelief::Forged));
        let mut twice = good.clone();
        twice.append("paypal-transmission-id", HeaderValue::from_static("other"));
        assert_eq!(client.believe(&twice, &delivery.body).await, Err(Disbelief::Unsigned));
        world.clock.advance(36 * DAY);
        assert_eq!(client.believe(&good, &delivery.body).await, Err(Disbelief::Stale));
        world.clock.advance(-37 * DAY);
        assert_eq!(client.believe(&good, &delivery.body).await, Err(Disbelief::Stale));

        let mut keys = Paypal::keys(&world.base);
        keys.extend([("webhook_check".to_owned(), check.to_owned()), ("webhook_id".to_owned(), "ANOTHER".to_owned())]);
        let neighbour = self::client(&world.clock, &keys);
        world.clock.advance(DAY);
        assert_eq!(neighbour.believe(&good, &delivery.body).await, Err(Disbelief::Forged), "signed for another webhook");
    }
}

#[tokio::test]
async fn a_forged_delivery_of_the_simulator_is_not_believed_and_a_doubled_one_has_one_number() {
    let world = world().await;
    world.paypal.set_fate(Fate::Forged);
    world.bought(money(1000, "USD")).await;
    for delivery in world.paypal.deliveries().take_all() {
        assert_eq!(world.client.believe(&headers(&delivery), &delivery.body).await, Err(Disbelief::Forged));
    }
    world.paypal.set_fate(Fate::Twice);
    let (_, number) = world.opened(&checkout(OTHER, money(500, "EUR"), Mode::Once)).await;
    world.paypal.pay(&number, Paying::Succeeds).unwrap();
    let told = world.told().await;
    assert_eq!((told.len(), &told[0]), (2, &told[1]));
}

#[tokio::test]
async fn made_up_certificates_are_not_asked_for_without_end() {
    let world = world().await;
    world.bought(money(1000, "USD")).await;
    let delivery = world.paypal.deliveries().take_all().remove(0);
    let mut answers = Vec::new();
    for number in 0..12 {
        let mut headers = headers(&delivery);
        headers.insert("paypal-cert-url", format!("{}/v1/notifications/certs/CERT-{number}", world.base).parse().unwrap());
        answers.push(world.client.believe(&headers, &delivery.body).await.unwrap_err());
    }
    assert!(answers[..10].iter().all(|answer| *answer == Disbelief::Forged));
    assert!(matches!(answers[10..], [Disbelief::Unchecked(_), Disbelief::Unchecked(_)]));
    world.clock.advance(MINUTE);
    assert!(world.client.believe(&headers(&delivery), &delivery.body).await.is_ok());
}

#[tokio::test]
async fn a_service_in_trouble_is_a_failure_and_nothing_more() {
    let world = world().await;
    let (open, payment) = world.bought(money(1000, "USD")).await;
    let delivery = world.paypal.deliveries().take_all().remove(0);
    let asked = refund(OTHER, &payment.payment, money(300, "USD"), money(1000, "USD"));
    for (trouble, away) in [(Trouble::Down, true), (Trouble::Garbage, false)] {
        world.paypal.set_trouble(Some(trouble));
        let failures = [
            world.client.look(&open).await.unwrap_err(),
            world.client.refund(&asked).await.unwrap_err(),
            world.client.look_agreement("I-1").await.unwrap_err(),
            world.client.movements(START, START.plus(DAY)).await.unwrap_err(),
            world.client.test().await.unwrap_err(),
        ];
        for failure in failures {
            assert_eq!(matches!(failure, Failure::Away(_)), away, "{failure:?}");
            assert_eq!(matches!(failure, Failure::Nonsense(_)), !away, "{failure:?}");
        }
        let answer = world.client.believe(&headers(&delivery), &delivery.body).await.unwrap_err();
        assert!(matches!(answer, Disbelief::Unchecked(_)), "{answer:?}");
    }
    world.paypal.set_trouble(None);
    world.client.refund(&asked).await.unwrap();
    let nowhere = client(&world.clock, &Paypal::keys("http://127.0.0.1:1"));
    assert!(matches!(nowhere.test().await.unwrap_err(), Failure::Away(_)));
}

#[tokio::test]
async fn an_app_without_the_right_to_search_still_tells_of_payments() {
    let world = world().await;
    let (_, number) = world.subscribed(Cadence::Month, 0).await;
    let sale = world.paypal.payments_of(&number)[0].clone();
    world.paypal.set_trouble(Some(Trouble::NoRights));
    let told = world.client.refund(&refund(OTHER, &sale, money(990, "USD"), money(990, "USD"))).await.unwrap();
    assert_eq!(refunds(&told).len(), 1);
    let facts = world.client.look_agreement(&number).await.unwrap();
    assert_eq!((payments(&facts).len(), refunds(&facts).len()), (1, 0));
    let facts = world.facts_of("PAYMENT.SALE.REFUNDED").await;
    assert_eq!((payments(&facts).len(), refunds(&facts).len()), (1, 1), "the notification names it");
    let (_, payment) = world.bought(money(1000, "USD")).await;
    world.paypal.dispute(&payment.payment).unwrap();
    let facts = world.facts_of("CUSTOMER.DISPUTE.CREATED").await;
    assert_eq!((payments(&facts).len(), disputes(&facts)), (1, vec![(1000, DisputeState::Open)]), "and a dispute is told whole");
    assert!(
        matches!(world.client.movements(START, START.plus(DAY)).await, Err(Failure::KeysRefused { code, .. }) if code == "NOT_AUTHORIZED")
    );
}

#[tokio::test]
async fn what_is_not_ours_is_told_as_not_ours_and_hostile_hints_reach_nothing() {
    let world = world().await;
    let told = |kind: &str, resource: &str| Notification {
        id: "WH-1".to_owned(),
        kind: kind.to_owned(),
        made_at: None,
        body: format!(r#"{{"id":"WH-1","event_type":"{kind}","resource":{resource}}}"#).into_bytes(),
    };
    for kind in [
        "CHECKOUT.ORDER.APPROVED",
        "PAYMENT.CAPTURE.REFUNDED",
        "PAYMENT.SALE.COMPLETED",
        "BILLING.SUBSCRIPTION.CREATED",
        "CUSTOMER.DISPUTE.CREATED",
    ] {
        assert_eq!(world.client.facts(&told(kind, r#"{"id":"NOBODY"}"#)).await, Ok(Vec::new()), "{kind}");
        assert_eq!(world.client.facts(&told(kind, "null")).await, Ok(Vec::new()), "{kind}");
        let hostile = told(kind, r#"{"id":"../../v1/oauth2/token?x="}"#);
        assert!(matches!(world.client.facts(&hostile).await, Err(Failure::Nonsense(_))), "{kind}");
    }
    assert_eq!(world.client.facts(&told("SOMETHING.NEW", r#"{"id":"1"}"#)).await, Ok(Vec::new()));
    // Another product of the same account: an order of its own reference.
    let (open, number) = world.opened(&checkout("INVOICE-2026-1", money(500, "EUR"), Mode::Once)).await;
    world.paypal.pay(&number, Paying::Succeeds).unwrap();
    let facts = world.facts_of("CHECKOUT.ORDER.APPROVED").await;
    assert!(matches!(&facts[..], [Fact::Checkout(standing)] if standing.reference.is_none()));
    assert!(world.paypal.payments_of(&open.number.unwrap()).is_empty(), "it is not ours to capture");
}

#[tokio::test]
async fn mutated_notifications_never_panic_and_are_never_believed() {
    let world = world().await;
    world.bought(money(1000, "USD")).await;
    let delivery = world.paypal.deliveries().take_all().remove(0);
    let headers = headers(&delivery);
    let random = SeededRandom::new(3);
    let mut dice = [0; 4];
    for _ in 0..300 {
        let mut body = delivery.body.clone();
        random.fill(&mut dice);
        let at = usize::from(u16::from_le_bytes([dice[0], dice[1]])) % body.len();
        match dice[2] % 3 {
            0 => body.truncate(at),
            1 => body[at] ^= dice[3].max(1),
            _ => body.insert(at, dice[3]),
        }
        assert_eq!(world.client.believe(&headers, &body).await, Err(Disbelief::Forged));
        // Even if PayPal had signed it, it would be read or not understood.
        let _ = world.client.facts(&Notification { id: String::new(), kind: String::new(), made_at: None, body }).await;
    }
}

#[tokio::test]
async fn the_simulators_pages_work_by_forms_alone_in_both_languages() {
    let world = world().await;
    let (open, number) = world.opened(&checkout(REFERENCE, money(9900, "USD"), Mode::Once)).await;
    let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let page = |locale: &'static str, path: String| browser.get(format!("{}{path}", world.base)).header("Accept-Language", locale).send();
    let text = page("zh-CN", format!("/checkoutnow?token={number}")).await.unwrap().text().await.unwrap();
    assert!(text.contains("PayPal 模拟器") && text.contains("99.00 USD") && text.contains("学廊会员") && !text.contains("<script"));
    let text = page("en", format!("/checkoutnow?token={number}")).await.unwrap().text().await.unwrap();
    assert!(text.contains("PayPal simulator") && text.contains("Agree and pay"));
    assert_eq!(page("en", "/checkoutnow?token=<script>".to_owned()).await.unwrap().status(), 404);
    let deed = |deed: &str, number: &str| {
        let form = [("deed", deed.to_owned()), ("number", number.to_owned()), ("fate", "lost".to_owned()), ("units", String::new())];
        browser.post(format!("{}/deeds", world.base)).form(&form).send()
    };
    let back = deed("pay", &number).await.unwrap();
    assert_eq!(back.status(), 303);
    assert!(back.headers()["location"].to_str().unwrap().starts_with("https://site.example/checkouts/1"));
    let facts = world.client.look(&open).await.unwrap();
    let payment = payments(&facts)[0].payment.clone();
    assert_eq!(deed("dispute", &payment).await.unwrap().status(), 303);
    assert_eq!(deed("refund", &payment).await.unwrap().status(), 303);
    assert_eq!(deed("refund", &payment).await.unwrap().status(), 422);
    assert!(world.paypal.deliveries().take_all().is_empty(), "all were lost");
    let console = page("en", "/".to_owned()).await.unwrap().text().await.unwrap();
    assert!(console.contains(&payment) && console.contains("REFUNDED"));
    assert_eq!(world.paypal.pay(&number, Paying::Succeeds), Err(Unable("ORDER_ALREADY_CAPTURED")));
}

/// PayPal's SDK for Node asks the simulator and reads its answers; Node checks what the simulator signed, and signs what our
/// client has to believe.
#[tokio::test]
async fn the_official_sdk_understands_the_simulator_and_a_stranger_signs_as_it_does() {
    let package = "@paypal/paypal-server-sdk";
    let installed = std::path::Path::new("node_modules").join(package).exists();
    if !installed && std::env::var_os("NODE_PATH").is_none() {
        assert!(std::env::var_os("CI").is_none(), "{package} is not installed: npm ci");
        return;
    }
    let world = world().await;
    world.subscribed(Cadence::Month, 0).await;
    world.clock.advance(2 * DAY);
    let (_, number) = world.opened(&checkout(OTHER, money(500, "EUR"), Mode::Once)).await;
    world.paypal.deliveries().take_all();
    world.paypal.pay(&number, Paying::Succeeds).unwrap();
    let delivery = world.paypal.deliveries().take_all().remove(0);
    let told = serde_json::json!({
        "headers": delivery.headers.iter().cloned().collect::<BTreeMap<String, String>>(),
        "body": String::from_utf8(delivery.body).unwrap(),
    });
    let base = world.base.clone();
    let run = move || {
        let mut node = std::process::Command::new("node");
        node.args(["tests/sdk/paypal.mjs", &base]).stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
        let mut running = node.spawn().unwrap();
        std::io::Write::write_all(&mut running.stdin.take().unwrap(), told.to_string().as_bytes()).unwrap();
        running.wait_with_output().unwrap()
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    assert!(output.status.success(), "tests/sdk/paypal.mjs");
    let made: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut headers = HeaderMap::new();
    for (name, value) in made["headers"].as_object().unwrap() {
        headers.insert(name.parse::<HeaderName>().unwrap(), value.as_str().unwrap().parse().unwrap());
    }
    let notification = world.client.believe(&headers, made["body"].as_str().unwrap().as_bytes()).await.unwrap();
    assert_eq!((notification.id.as_str(), notification.kind.as_str()), ("WH-OF-NODE", "CHECKOUT.ORDER.COMPLETED"));
    // The SDK's order is of this account, but not of our making.
    let facts = world.client.facts(&notification).await.unwrap();
    assert!(payments(&facts)[0].reference.is_none());
}

#[tokio::test]
async fn the_first_terms_cost_less_and_those_after_them_the_whole_price() {
    let world = world().await;
    let cut = Some(Cut { amount: money(495, "USD"), terms: 2 });
    let new = checkout(REFERENCE, money(990, "USD"), Mode::Renewing { every: Cadence::Month, trial_days: 0, cut });
    let (open, number) = world.opened(&new).await;
    world.paypal.pay(&number, Paying::Succeeds).unwrap();
    let dearer = OpenCheckout { cut: Some(Cut { amount: money(490, "USD"), terms: 2 }), ..open.clone() };
    assert!(matches!(world.client.look(&dearer).await.unwrap()[..], [Fact::Mismatch { .. }]), "it charges another amount first");
    world.client.look(&open).await.unwrap();
    for _ in 0..3 {
        world.clock.advance(31 * DAY);
        world.paypal.tick();
    }
    let facts = world.client.look_agreement(&number).await.unwrap();
    let mut paid = payments(&facts);
    paid.sort_by_key(|payment| payment.paid_at);
    let amounts: Vec<i64> = paid.iter().map(|payment| payment.amount.minor).collect();
    assert_eq!(amounts, [495, 495, 990, 990]);
    let told = agreement(&facts);
    assert_eq!(told.charges, Some((money(990, "USD"), Cadence::Month)), "in the long run");
    assert_eq!(told.trial_until, None, "what is paid for is no trial to us");
    let reprice =
        NewPrice { amount: money(1990, "USD"), every: Cadence::Month, at_once: None, return_url: "https://site.example/".to_owned() };
    assert!(matches!(world.client.reprice(&number, &reprice, OTHER).await, Err(Failure::Refused { .. })));
}
