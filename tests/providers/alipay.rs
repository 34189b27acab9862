//! Alipay.

use super::mainland::*;
use axum::Router;
use axum::http::StatusCode;
use std::collections::BTreeMap;
use std::sync::Arc;
use stoa::foundation::time::{DAY, HOUR};
use stoa::providers::facts::{CheckoutState, Fact, MovementKind, PaymentFact, RefundFact, RefundState};
use stoa::providers::keys::connect;
use stoa::providers::{Connection, Device, Disbelief, Failure, Mode, NewCheckout, Provider, Way, answer};
use stoa::server::clock::{Clock, ManualClock, SystemClock};
use stoa::server::random::{Random, SeededRandom};
use stoa::simulators::alipay::{Alipay, keys};
use stoa::simulators::deliveries::{Delivery, Fate};

struct Both {
    clock: Arc<ManualClock>,
    alipay: Arc<Alipay>,
    client: Box<dyn Connection>,
    base_url: String,
}

impl Both {
    async fn new() -> Both {
        Both::at(ManualClock::at(MORNING)).await
    }

    async fn at(clock: ManualClock) -> Both {
        let clock = Arc::new(clock);
        let (listener, base_url) = port().await;
        let alipay = Arc::new(Alipay::new(clock.clone(), Arc::new(SeededRandom::new(1)), base_url.clone()));
        serve(listener, alipay.clone().router());
        let client = connect(Provider::Alipay, &keys(&base_url), &means(&clock)).unwrap().unwrap();
        Both { clock, alipay, client, base_url }
    }

    /// With a buyer who has arrived at Alipay, and sees this page there.
    async fn arrived(device: Device) -> (Both, String) {
        let both = Both::new().await;
        let page = both.arrive(&checkout(&both.clock, REFERENCE, 9900, device)).await;
        (both, page)
    }

    async fn arrive(&self, checkout: &NewCheckout) -> String {
        let Way::GoTo(address) = self.client.open(checkout).await.unwrap().way else { panic!("no address") };
        let browser = reqwest::Client::new();
        browser.get(&address).header("accept-language", "zh-CN").send().await.unwrap().text().await.unwrap()
    }

    async fn look(&self) -> Vec<Fact> {
        self.client.look(&open_checkout(REFERENCE, 9900)).await.unwrap()
    }

    /// The only notification that waits.
    fn delivery(&self) -> Delivery {
        let mut waiting = self.alipay.deliveries().take_due(self.clock.now());
        assert_eq!(waiting.len(), 1);
        waiting.remove(0)
    }

    async fn told(&self, delivery: &Delivery) -> (String, Vec<Fact>) {
        let notification = self.client.believe(&headers(delivery), &delivery.body).await.unwrap();
        (notification.kind.clone(), self.client.facts(&notification).await.unwrap())
    }

    async fn disbelief(&self, body: &[u8]) -> Option<Disbelief> {
        self.client.believe(&Default::default(), body).await.err()
    }
}

fn payment(facts: &[Fact]) -> &PaymentFact {
    match facts {
        [Fact::Payment(payment)] => payment,
        other => panic!("{other:?}"),
    }
}

fn refund(facts: &[Fact]) -> &RefundFact {
    match facts {
        [Fact::Refund(refund)] | [Fact::Payment(_), Fact::Refund(refund)] => refund,
        other => panic!("{other:?}"),
    }
}

fn state(facts: &[Fact]) -> CheckoutState {
    match facts {
        [Fact::Checkout(checkout)] => checkout.state,
        other => panic!("{other:?}"),
    }
}

fn fields(body: &[u8]) -> BTreeMap<String, String> {
    form_urlencoded::parse(body).into_owned().collect()
}

#[tokio::test]
async fn the_keys_are_tried_with_a_trade_that_cannot_exist() {
    let both = Both::new().await;
    assert_eq!(both.client.test().await.unwrap(), "ACQ.TRADE_NOT_EXIST: 交易不存在");
    let other = keys(&both.base_url)["alipay_public_key"].clone();
    let wechat = stoa::simulators::wechat::keys(&both.base_url);
    for (name, value, expected) in [
        ("app_id", "2021000000000002", "isv.invalid-app-id"),
        ("private_key", wechat["private_key"].as_str(), "isv.invalid-signature"),
        ("alipay_public_key", wechat["public_key"].as_str(), ""),
    ] {
        let mut wrong = keys(&both.base_url);
        wrong.insert(name.to_owned(), value.to_owned());
        let failure = connect(Provider::Alipay, &wrong, &means(&both.clock)).unwrap().unwrap().test().await.unwrap_err();
        match failure {
            Failure::KeysRefused { code, .. } => assert_eq!(code, expected),
            other => assert!(expected.is_empty() && matches!(other, Failure::Nonsense(_)), "{other}"),
        }
    }
    // As the console gives it: base64 on one line.
    let bare: String = other.lines().filter(|line| !line.starts_with("-----")).collect();
    let mut keys = keys(&both.base_url);
    keys.insert("alipay_public_key".to_owned(), bare);
    assert!(connect(Provider::Alipay, &keys, &means(&both.clock)).unwrap().unwrap().test().await.is_ok());
}

#[tokio::test]
async fn a_buyer_goes_to_alipay_and_pays_and_the_notification_and_the_query_tell_the_same() {
    let (both, page) = Both::arrived(Device::Desktop).await;
    assert!(page.contains("这是模拟器") && page.contains("¥99.00") && page.contains("返回商户"), "{page}");
    assert_eq!(state(&both.look().await), CheckoutState::Open);
    both.arrive(&checkout(&both.clock, REFERENCE, 9900, Device::Desktop)).await;
    assert_eq!(both.alipay.trades(), [REFERENCE], "the same checkout is one trade");

    both.alipay.pay(REFERENCE).unwrap();
    let delivery = both.delivery();
    let (kind, told) = both.told(&delivery).await;
    assert_eq!(kind, "TRADE_SUCCESS");
    let paid = payment(&told);
    assert_eq!((paid.reference.as_deref(), paid.amount, paid.fee, paid.paid_at), (Some(REFERENCE), cny(9900), None, MORNING));
    assert_eq!(both.look().await, told);
    assert_eq!(both.told(&delivery).await.1, told, "as often as it is told");
    assert_eq!(both.client.close(&open_checkout(REFERENCE, 9900)).await.unwrap(), told, "what is paid is not closed");
    let again = both.arrive(&checkout(&both.clock, REFERENCE, 9900, Device::Desktop)).await;
    assert!(again.contains("ACQ.TRADE_HAS_SUCCESS"), "{again}");
}

#[tokio::test]
async fn what_is_bought_may_be_called_what_alipay_forbids() {
    let both = Both::new().await;
    let titled = NewCheckout { title: "课程 A/B = C & D".to_owned(), ..checkout(&both.clock, REFERENCE, 9900, Device::Desktop) };
    let page = both.arrive(&titled).await;
    assert!(page.contains("课程 A／B ＝ C ＆ D"), "{page}");
}

#[tokio::test]
async fn a_phone_pays_on_the_simulators_page_and_comes_back() {
    let (both, _) = Both::arrived(Device::Phone).await;
    let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let form = [("deed", "pay"), ("number", REFERENCE), ("fate", "lost"), ("back", "https://site.example/orders/1")];
    let pressed = browser.post(format!("{}/deeds", both.base_url)).form(&form).send().await.unwrap();
    assert_eq!((pressed.status().as_u16(), pressed.headers()["location"].to_str().unwrap()), (303, "https://site.example/orders/1"));
    assert_eq!(both.alipay.deliveries().take_all(), []);
    assert_eq!(payment(&both.look().await).amount, cny(9900), "a lost notification is healed by asking");
    let console = reqwest::get(&both.base_url).await.unwrap().text().await.unwrap();
    assert!(console.contains("This is a simulator") && console.contains("Refund all") && console.contains(REFERENCE));
}

#[tokio::test]
async fn an_address_that_was_altered_is_refused_by_alipay() {
    let both = Both::new().await;
    let Way::GoTo(address) = both.client.open(&checkout(&both.clock, REFERENCE, 9900, Device::Desktop)).await.unwrap().way else {
        panic!()
    };
    let cheaper = address.replace("99.00", "0.01");
    assert_ne!(cheaper, address);
    let page = reqwest::get(&cheaper).await.unwrap().text().await.unwrap();
    assert!(page.contains("isv.invalid-signature"), "{page}");
    assert!(both.alipay.trades().is_empty());
}

#[tokio::test]
async fn what_expires_or_is_closed_cannot_be_paid() {
    let (both, _) = Both::arrived(Device::Desktop).await;
    assert_eq!(state(&both.client.close(&open_checkout(REFERENCE, 9900)).await.unwrap()), CheckoutState::Closed);
    assert_eq!(state(&both.client.close(&open_checkout(REFERENCE, 9900)).await.unwrap()), CheckoutState::Closed, "twice");
    assert!(both.alipay.pay(REFERENCE).is_err());
    let (both, _) = Both::arrived(Device::Desktop).await;
    both.clock.advance(2 * HOUR);
    both.alipay.tick();
    assert_eq!(both.told(&both.delivery()).await.0, "TRADE_CLOSED");
    assert_eq!(state(&both.look().await), CheckoutState::Closed);
    let unknown = open_checkout("00000000000000000000000000000000", 9900);
    assert_eq!(state(&both.client.look(&unknown).await.unwrap()), CheckoutState::Open, "the buyer may still arrive");
    assert_eq!(state(&both.client.close(&unknown).await.unwrap()), CheckoutState::Closed);
}

#[tokio::test]
async fn refunds_in_part_and_in_whole_ours_and_theirs() {
    let (both, _) = Both::arrived(Device::Desktop).await;
    both.alipay.pay(REFERENCE).unwrap();
    both.delivery();
    let paid = payment(&both.look().await).clone();
    let part = new_refund(REFUND, &paid.payment, 4000, 9900);
    assert_eq!(both.client.look_refund(&part).await.unwrap(), [], "nobody has asked yet");
    both.clock.advance(HOUR);
    let asked = both.client.refund(&part).await.unwrap();
    let given = refund(&asked);
    assert_eq!((given.state, given.amount, given.reference.as_deref()), (RefundState::Succeeded, cny(4000), Some(REFUND)));
    assert_eq!((given.at, &given.payment), (MORNING.plus(HOUR), &paid.payment));
    let (kind, told) = both.told(&both.delivery()).await;
    assert_eq!((kind.as_str(), refund(&told)), ("TRADE_SUCCESS", given));
    assert_eq!(both.client.refund(&part).await.unwrap(), asked, "asked twice, given once");
    assert_eq!(both.client.look_refund(&part).await.unwrap(), asked);
    let otherwise = new_refund(REFUND, &paid.payment, 4001, 9900);
    assert!(matches!(both.client.refund(&otherwise).await, Err(Failure::Refused { code, .. }) if code == "ACQ.DISCORDANT_REPEAT_REQUEST"));
    let too_much = new_refund("11111111111111111111111111111111", &paid.payment, 6000, 9900);
    assert!(matches!(both.client.refund(&too_much).await, Err(Failure::Refused { .. })));

    both.alipay.refund(REFERENCE, None).unwrap();
    let (kind, told) = both.told(&both.delivery()).await;
    assert_eq!((kind.as_str(), refund(&told).amount, refund(&told).reference.as_deref()), ("TRADE_CLOSED", cny(5900), None));
    assert_eq!(payment(&both.look().await), &paid, "it was paid all the same");
}

#[tokio::test]
async fn notifications_that_are_forged_altered_or_of_another_form_are_not_believed() {
    let (both, _) = Both::arrived(Device::Desktop).await;
    both.alipay.set_fate(Fate::Forged);
    both.alipay.pay(REFERENCE).unwrap();
    assert_eq!(both.disbelief(&both.delivery().body).await, Some(Disbelief::Forged));
    both.alipay.set_fate(Fate::AtOnce);
    both.alipay.refund(REFERENCE, Some(1)).unwrap();
    let good = both.delivery().body;
    assert_eq!(both.disbelief(&good).await, None);
    let text = String::from_utf8(good).unwrap();
    for (from, to, expected) in [
        ("sign=", "sing=", Disbelief::Unsigned),
        ("sign_type=RSA2", "sign_type=RSA", Disbelief::Unsigned),
        ("sign_type=RSA2", "sign_type=MD5", Disbelief::Unsigned),
        ("TRADE_SUCCESS", "TRADE_CLOSED", Disbelief::Forged),
        ("total_amount=99.00", "total_amount=99.0", Disbelief::Forged),
        ("&total_amount", "&more=1&total_amount", Disbelief::Forged),
        ("&total_amount", "&total_amount=99.00&total_amount", Disbelief::Malformed("a field twice".to_owned())),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        assert_eq!(both.disbelief(changed.as_bytes()).await, Some(expected), "{from} -> {to}");
    }
    assert_eq!(both.disbelief(b"").await, Some(Disbelief::Unsigned));
    assert!(matches!(both.disbelief("a=1&".repeat(2).as_bytes()).await, Some(Disbelief::Malformed(_))));
    let many: String = (0..200).map(|n| format!("f{n}=1&")).collect();
    assert!(matches!(both.disbelief(many.as_bytes()).await, Some(Disbelief::Malformed(_))));
    let empty = both.alipay.signed(BTreeMap::from([("app_id".to_owned(), "2021000000000001".to_owned())]));
    assert!(matches!(both.disbelief(&empty).await, Some(Disbelief::Malformed(_))));
}

#[tokio::test]
async fn another_app_payee_or_amount_does_not_fit() {
    let (both, _) = Both::arrived(Device::Desktop).await;
    both.alipay.pay(REFERENCE).unwrap();
    let mut good = fields(&both.delivery().body);
    good.remove("sign");
    good.remove("sign_type");
    for (name, value) in [("app_id", "2021000000000002"), ("seller_id", "2088000000000009"), ("total_amount", "0.01"), ("trade_no", "1")] {
        let mut wrong = good.clone();
        wrong.insert(name.to_owned(), value.to_owned());
        let body = both.alipay.signed(wrong);
        let notification = both.client.believe(&Default::default(), &body).await.unwrap();
        let facts = both.client.facts(&notification).await.unwrap();
        assert!(matches!(&facts[..], [Fact::Mismatch { reference: Some(reference), .. }] if reference == REFERENCE), "{name}: {facts:?}");
    }
    let mut theirs = good.clone();
    theirs.insert("out_trade_no".to_owned(), "SHOP1".to_owned());
    let notification = both.client.believe(&Default::default(), &both.alipay.signed(theirs)).await.unwrap();
    assert_eq!(both.client.facts(&notification).await.unwrap(), [], "a trade nobody knows");
}

#[tokio::test]
async fn trades_that_are_not_ours_are_told_without_a_reference() {
    let both = Both::new().await;
    both.arrive(&checkout(&both.clock, "SHOP_20261120", 500, Device::Desktop)).await;
    both.alipay.pay("SHOP_20261120").unwrap();
    let (_, told) = both.told(&both.delivery()).await;
    assert_eq!((payment(&told).reference.as_deref(), payment(&told).amount), (None, cny(500)));
}

#[tokio::test]
async fn the_book_of_the_account_tells_fees_and_all_that_moved() {
    let (both, _) = Both::arrived(Device::Desktop).await;
    both.alipay.pay(REFERENCE).unwrap();
    let paid = payment(&both.look().await).clone();
    both.clock.advance(HOUR);
    both.client.refund(&new_refund(REFUND, &paid.payment, 5000, 9900)).await.unwrap();
    let movements = both.client.movements(MORNING.plus(-40 * DAY), MORNING.plus(40 * DAY)).await.unwrap();
    let [sold, returned] = movements.as_slice() else { panic!("{movements:?}") };
    assert_eq!((sold.kind, &sold.number, sold.reference.as_deref()), (MovementKind::Payment, &paid.payment, Some(REFERENCE)));
    assert_eq!((sold.gross, sold.fee, sold.at), (cny(9900), cny(59), MORNING));
    assert_eq!((returned.kind, returned.reference.as_deref()), (MovementKind::Refund, Some(REFUND)));
    assert_eq!(returned.number, format!("{}:{REFUND}", paid.payment));
    assert_eq!((returned.gross, returned.fee, returned.at), (cny(-5000), cny(-30), MORNING.plus(HOUR)));
    assert_eq!(both.client.movements(MORNING.plus(-DAY), MORNING).await.unwrap(), [], "the end is not in it");
}

#[tokio::test]
async fn the_order_of_notifications_makes_no_difference() {
    let (both, _) = Both::arrived(Device::Desktop).await;
    both.alipay.pay(REFERENCE).unwrap();
    both.alipay.refund(REFERENCE, Some(100)).unwrap();
    both.alipay.refund(REFERENCE, None).unwrap();
    let deliveries = both.alipay.deliveries().take_all();
    let mut told = Vec::new();
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
        let mut facts = vec![Vec::new(); 3];
        for at in order {
            facts[at] = both.told(&deliveries[at]).await.1;
        }
        told.push(facts);
    }
    assert!(told.iter().all(|facts| *facts == told[0] && facts.concat().len() == 5), "{told:?}");
}

#[tokio::test]
async fn more_lines_than_fit_on_a_page_are_all_read() {
    let both = Both::new().await;
    both.arrive(&checkout(&both.clock, REFERENCE, 500_000, Device::Desktop)).await;
    both.alipay.pay(REFERENCE).unwrap();
    for _ in 0..2100 {
        both.alipay.refund(REFERENCE, Some(1)).unwrap();
    }
    both.alipay.deliveries().take_all();
    let movements = both.client.movements(MORNING.plus(-HOUR), MORNING.plus(HOUR)).await.unwrap();
    assert_eq!((movements.len(), movements[0].fee), (2101, cny(3000)));
    assert_eq!(movements.iter().map(|movement| movement.gross.minor).sum::<i64>(), 500_000 - 2100);
}

#[tokio::test]
async fn nothing_renews_and_only_yuan_are_taken() {
    let both = Both::new().await;
    let mut dollars = checkout(&both.clock, REFERENCE, 9900, Device::Desktop);
    dollars.amount.currency = stoa::foundation::money::Currency::parse("USD").unwrap();
    assert!(matches!(both.client.open(&dollars).await, Err(Failure::Refused { .. })));
    let every = stoa::foundation::cadence::Cadence::Month;
    let renewing =
        NewCheckout { mode: Mode::Renewing { every, trial_days: 0, cut: None }, ..checkout(&both.clock, REFERENCE, 1, Device::Desktop) };
    assert!(matches!(both.client.open(&renewing).await, Err(Failure::Refused { .. })));
    assert!(matches!(both.client.look_agreement("x").await, Err(Failure::Refused { .. })));
    assert_eq!(both.client.portal("x", "https://site.example/").await, Ok(None));
    let accepted = answer(Provider::Alipay, Ok(()));
    assert_eq!((accepted.status, accepted.body.as_str()), (StatusCode::OK, "success"));
    assert_eq!(answer(Provider::Alipay, Err(&Disbelief::Forged)).body, "failure");
}

#[tokio::test]
async fn a_service_that_is_broken_or_somebody_else_is_a_failure_and_no_fact() {
    type Reply = (StatusCode, &'static str);
    type Expected = fn(&Failure) -> bool;
    const PAID: &str = r#"{"alipay_trade_query_response":{"code":"10000","trade_no":"1","out_trade_no":"0123456789abcdef0123456789abcdef","trade_status":"TRADE_SUCCESS","total_amount":"99.00","send_pay_date":"2026-11-20 10:00:00"}"#;
    let forged: &'static str = Box::leak(format!("{PAID},\"sign\":\"AAAA\"}}").into_boxed_str());
    let unsigned: &'static str = Box::leak(format!("{PAID}}}").into_boxed_str());
    let busy = r#"{"alipay_trade_query_response":{"code":"20000","msg":"Service Currently Unavailable","sub_code":"isp.unknow-error"}}"#;
    let clock = Arc::new(ManualClock::at(MORNING));
    let cases: [(Reply, Expected); 6] = [
        ((StatusCode::BAD_GATEWAY, "<html>"), |f| matches!(f, Failure::Away(_))),
        ((StatusCode::OK, busy), |f| matches!(f, Failure::Away(_))),
        ((StatusCode::OK, forged), |f| matches!(f, Failure::Nonsense(_))),
        ((StatusCode::OK, unsigned), |f| matches!(f, Failure::Nonsense(_))),
        ((StatusCode::OK, "\u{0}\u{1}"), |f| matches!(f, Failure::Nonsense(_))),
        ((StatusCode::FORBIDDEN, "<html>"), |f| matches!(f, Failure::Refused { .. })),
    ];
    for (reply, expected) in cases {
        let (listener, base_url) = port().await;
        serve(listener, Router::new().fallback(move || async move { reply }));
        let client = connect(Provider::Alipay, &keys(&base_url), &means(&clock)).unwrap().unwrap();
        let failure = client.look(&open_checkout(REFERENCE, 9900)).await.unwrap_err();
        assert!(expected(&failure), "{reply:?}: {failure}");
    }
}

/// Whatever arrives, nothing but what Alipay signed is believed, and nothing makes the client stumble.
#[tokio::test]
async fn hostile_bodies_are_not_believed() {
    let (both, _) = Both::arrived(Device::Desktop).await;
    both.alipay.pay(REFERENCE).unwrap();
    let good = both.delivery().body;
    let random = SeededRandom::new(11);
    let below = |limit: usize| {
        let mut bytes = [0; 4];
        random.fill(&mut bytes);
        u32::from_le_bytes(bytes) as usize % limit
    };
    for _ in 0..1000 {
        let mut body = good.clone();
        let at = below(body.len());
        match below(4) {
            0 => body[at] ^= 1 << below(7),
            1 => body.truncate(at),
            2 => drop(body.drain(at..(at + 7).min(body.len()))),
            _ => random.fill(&mut body),
        }
        // A change of the escapes only leaves what is signed as it was.
        if fields(&body) != fields(&good) {
            assert!(both.disbelief(&body).await.is_some(), "{}", String::from_utf8_lossy(&body));
        }
    }
}

#[tokio::test]
async fn the_official_sdk_understands_both_sides() {
    // It takes the time from the machine.
    let both = Both::at(ManualClock::at(SystemClock.now())).await;
    both.arrive(&checkout(&both.clock, REFERENCE, 9900, Device::Desktop)).await;
    both.alipay.pay(REFERENCE).unwrap();
    let delivery = both.delivery();
    // What our client sends, overheard on its way.
    let (base_url, mut calls) = overheard().await;
    let client = connect(Provider::Alipay, &keys(&base_url), &means(&both.clock)).unwrap().unwrap();
    client.test().await.unwrap_err();
    let opened = client.open(&checkout(&both.clock, REFERENCE, 9900, Device::Desktop)).await.unwrap();
    let Way::GoTo(address) = opened.way else { panic!("{opened:?}") };
    let told = serde_json::json!({
        "baseUrl": both.base_url, "keys": keys(&both.base_url), "notification": String::from_utf8(delivery.body).unwrap(),
        "paid": REFERENCE, "call": calls.recv().await.unwrap(), "address": address,
    });
    let Some(made) = sdk("tests/sdk/alipay.mjs", "alipay-sdk", told).await else { return };
    // The SDK's page was opened there; its trade is there, with the amount it asked for.
    let ours = open_checkout("abcdefabcdefabcdefabcdefabcdefab", 1234);
    assert_eq!(state(&both.client.look(&ours).await.unwrap()), CheckoutState::Open);
    let body = made["notification"].as_str().unwrap().as_bytes();
    let notification = both.client.believe(&Default::default(), body).await.unwrap();
    assert_eq!(notification.id, "2026112200222000000000000001");
}
