//! WeChat Pay.

use super::mainland::*;
use axum::Router;
use axum::http::StatusCode;
use std::sync::Arc;
use stoa::foundation::time::{DAY, HOUR, MINUTE, SECOND};
use stoa::providers::facts::{CheckoutState, Fact, MovementKind, PaymentFact, RefundFact, RefundState};
use stoa::providers::keys::connect;
use stoa::providers::{Change, Connection, Device, Disbelief, Failure, Mode, Provider, Way, answer};
use stoa::server::clock::{Clock, ManualClock, SystemClock};
use stoa::server::random::{Random, SeededRandom};
use stoa::simulators::deliveries::{Delivery, Fate};
use stoa::simulators::wechat::{RefundEnd, Wechat, certificate_keys, keys};

struct Both {
    clock: Arc<ManualClock>,
    wechat: Arc<Wechat>,
    client: Box<dyn Connection>,
    base_url: String,
}

impl Both {
    async fn new() -> Both {
        Both::with(keys).await
    }

    async fn with(keys: fn(&str) -> std::collections::BTreeMap<String, String>) -> Both {
        let clock = Arc::new(ManualClock::at(MORNING));
        let (listener, base_url) = port().await;
        let wechat = Arc::new(Wechat::new(clock.clone(), Arc::new(SeededRandom::new(1)), base_url.clone()));
        serve(listener, wechat.clone().router());
        let client = connect(Provider::Wechat, &keys(&base_url), &means(&clock)).unwrap().unwrap();
        Both { clock, wechat, client, base_url }
    }

    async fn opened(device: Device) -> (Both, Way) {
        let both = Both::new().await;
        let opened = both.client.open(&checkout(&both.clock, REFERENCE, 9900, device)).await.unwrap();
        (both, opened.way)
    }

    async fn look(&self) -> Vec<Fact> {
        self.client.look(&open_checkout(REFERENCE, 9900)).await.unwrap()
    }

    /// The only notification that waits.
    fn delivery(&self) -> Delivery {
        let mut waiting = self.wechat.deliveries().take_due(self.clock.now());
        assert_eq!(waiting.len(), 1);
        waiting.remove(0)
    }

    async fn told(&self, delivery: &Delivery) -> (String, Vec<Fact>) {
        let notification = self.client.believe(&headers(delivery), &delivery.body).await.unwrap();
        assert_eq!(notification.body, delivery.body);
        (notification.kind.clone(), self.client.facts(&notification).await.unwrap())
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
        [Fact::Refund(refund)] => refund,
        other => panic!("{other:?}"),
    }
}

fn state(facts: &[Fact]) -> CheckoutState {
    match facts {
        [Fact::Checkout(checkout)] => checkout.state,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_keys_are_tried_with_an_order_that_cannot_exist() {
    let both = Both::new().await;
    assert_eq!(both.client.test().await.unwrap(), "HTTP 404 ORDER_NOT_EXIST: 订单不存在 (signed)");
    for (wrong, value) in [("serial_no", "3775B6A45ACD588826D15E583A95F5DD00000002"), ("mchid", "1900000110")] {
        let mut keys = keys(&both.base_url);
        keys.insert(wrong.to_owned(), value.to_owned());
        let client = connect(Provider::Wechat, &keys, &means(&both.clock)).unwrap().unwrap();
        assert!(matches!(client.test().await, Err(Failure::KeysRefused { code, .. }) if code == "SIGN_ERROR"), "{wrong}");
    }
    let mut another_key = keys(&both.base_url);
    another_key.insert("public_key".to_owned(), stoa::simulators::alipay::keys("")["alipay_public_key"].clone());
    let mut another_cipher = certificate_keys(&both.base_url);
    another_cipher.insert("apiv3_key".to_owned(), "0123456789abcdef0123456789abcdef".to_owned());
    for (wrong, reason) in [(another_key, "the signature is wrong"), (another_cipher, "cannot be deciphered with the APIv3 key")] {
        let client = connect(Provider::Wechat, &wrong, &means(&both.clock)).unwrap().unwrap();
        let failure = client.test().await.unwrap_err();
        assert!(matches!(&failure, Failure::Nonsense(why) if why.contains(reason)), "{failure}");
    }
}

#[tokio::test]
async fn a_code_is_scanned_and_paid_and_the_notification_and_the_query_tell_the_same() {
    let (both, way) = Both::opened(Device::Desktop).await;
    assert!(matches!(&way, Way::Scan(code) if code.starts_with("weixin://wxpay/bizpayurl?pr=")), "{way:?}");
    let again = both.client.open(&checkout(&both.clock, REFERENCE, 9900, Device::Desktop)).await.unwrap();
    assert_eq!(again.way, way, "the same order is placed once");
    assert_eq!(state(&both.look().await), CheckoutState::Open);

    both.wechat.pay(REFERENCE).unwrap();
    let delivery = both.delivery();
    let (kind, told) = both.told(&delivery).await;
    assert_eq!(kind, "TRANSACTION.SUCCESS");
    let paid = payment(&told);
    assert_eq!((paid.reference.as_deref(), paid.amount, paid.fee, paid.paid_at), (Some(REFERENCE), cny(9900), None, MORNING));
    assert_eq!(both.look().await, told);
    assert_eq!(both.told(&delivery).await.1, told, "as often as it is told");
    assert_eq!(both.client.close(&open_checkout(REFERENCE, 9900)).await.unwrap(), told, "what is paid is not closed");
}

#[tokio::test]
async fn a_phone_is_sent_to_wechat_and_back() {
    let (both, way) = Both::opened(Device::Phone).await;
    let Way::GoTo(address) = way else { panic!("{way:?}") };
    assert!(address.contains("&redirect_url=https%3A%2F%2Fsite.example%2Forders%2F1%3Fa%3Db%26c%3D%E5%AD%A6"), "{address}");
    let asked = reqwest::Client::new().get(&address).header("accept-language", "zh-CN");
    let nowhere = asked.try_clone().unwrap().send().await.unwrap().text().await.unwrap();
    assert!(nowhere.contains("商家参数格式有误") && !nowhere.contains("¥99.00"), "from no page of the merchant's");
    let text = asked.header("referer", "https://site.example/").send().await.unwrap().text().await.unwrap();
    assert!(text.contains("这是模拟器") && text.contains("¥99.00"), "{text}");
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let form = [("deed", "pay"), ("number", REFERENCE), ("fate", "twice"), ("back", "https://site.example/back")];
    let pressed = client.post(format!("{}/deeds", both.base_url)).form(&form).send().await.unwrap();
    assert_eq!((pressed.status().as_u16(), pressed.headers()["location"].to_str().unwrap()), (303, "https://site.example/back"));
    assert_eq!(both.wechat.deliveries().take_all().len(), 2);
    payment(&both.look().await);
    let console = reqwest::get(&both.base_url).await.unwrap().text().await.unwrap();
    assert!(console.contains("This is a simulator") && console.contains("Refund all") && console.contains(REFERENCE));
}

#[tokio::test]
async fn what_is_not_switched_on_yet_may_succeed_later_and_a_refund_without_money_is_refused() {
    let both = Both::new().await;
    both.wechat.set_not_switched_on(Some("h5"));
    let phone = checkout(&both.clock, REFERENCE, 9900, Device::Phone);
    assert!(matches!(both.client.open(&phone).await, Err(Failure::KeysRefused { code, .. }) if code == "NO_AUTH"));
    both.wechat.set_not_switched_on(None);
    assert!(both.client.open(&phone).await.is_ok());
    both.wechat.pay(REFERENCE).unwrap();
    let paid = payment(&both.look().await).payment.clone();
    both.wechat.set_without_money(true);
    let asked = both.client.refund(&new_refund(REFUND, &paid, 9900, 9900)).await;
    assert!(matches!(&asked, Err(Failure::Refused { code, .. }) if code == "NOT_ENOUGH"), "{asked:?}");
}

#[tokio::test]
async fn inside_wechat_the_sheet_opens_for_whom_wechat_says_it_is() {
    let both = Both::new().await;
    let asked = both.client.who_is_asked_at("https://site.example/orders/1?a=b").unwrap();
    let (address, fragment) = asked.split_once('#').unwrap();
    assert_eq!(fragment, "wechat_redirect");
    let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let back = browser.get(address).send().await.unwrap().headers()["location"].to_str().unwrap().to_owned();
    let code = back.strip_prefix("https://site.example/orders/1?a=b&code=").unwrap().strip_suffix("&state=stoa").unwrap().to_owned();
    let openid = both.client.who(&code).await.unwrap();
    let refused = |outcome: Result<String, Failure>| matches!(outcome, Err(Failure::Refused { code, .. }) if code == "40029");
    assert!(refused(both.client.who(&code).await), "a code is good once");
    let late = browser.get(address).send().await.unwrap().headers()["location"].to_str().unwrap().to_owned();
    both.clock.advance(6 * MINUTE);
    assert!(refused(both.client.who(late.split("code=").nth(1).unwrap().split('&').next().unwrap()).await), "and for minutes");
    assert!(refused(both.client.who("x&secret=y").await));
    let way = both.client.open(&checkout(&both.clock, REFERENCE, 9900, Device::WechatApp { openid })).await.unwrap().way;
    let Way::Bridge(parameters) = way else { panic!("{way:?}") };
    let parameters: serde_json::Value = serde_json::from_str(&parameters).unwrap();
    assert_eq!((&parameters["signType"], &parameters["appId"]), (&"RSA".into(), &"wx8888888888888888".into()));
    assert!(parameters["package"].as_str().unwrap().starts_with("prepay_id=wx"));
    assert_eq!(parameters["timeStamp"], (both.clock.now().0 / SECOND).to_string(), "a text, as the bridge wants it");
    let sheet = async |parameters: &serde_json::Value| {
        let answer = browser.post(format!("{}/sheet", both.base_url)).json(parameters).send().await.unwrap();
        answer.json::<serde_json::Value>().await.unwrap()["err_msg"].as_str().unwrap().to_owned()
    };
    let mut forged = parameters.clone();
    forged["timeStamp"] = "1".into();
    assert_eq!(sheet(&forged).await, "get_brand_wcpay_request:fail");
    assert_eq!(sheet(&parameters).await, "get_brand_wcpay_request:ok");
    payment(&both.look().await);
}

#[tokio::test]
async fn without_the_secret_of_the_official_account_nobody_is_asked_who_they_are() {
    let without = |base: &str| {
        let mut keys = keys(base);
        keys.remove("app_secret");
        keys
    };
    let both = Both::with(without).await;
    assert_eq!(both.client.who_is_asked_at("https://site.example/orders/1"), None);
    assert!(both.client.who("code").await.is_err());
}

#[tokio::test]
async fn what_expires_or_is_closed_cannot_be_paid() {
    let (both, _) = Both::opened(Device::Desktop).await;
    assert_eq!(state(&both.client.close(&open_checkout(REFERENCE, 9900)).await.unwrap()), CheckoutState::Closed);
    assert_eq!(state(&both.client.close(&open_checkout(REFERENCE, 9900)).await.unwrap()), CheckoutState::Closed, "twice");
    assert_eq!(both.wechat.pay(REFERENCE), Err("the order is closed"));
    let (both, _) = Both::opened(Device::Desktop).await;
    both.clock.advance(2 * HOUR);
    both.wechat.tick();
    assert_eq!(state(&both.look().await), CheckoutState::Closed);
    let unknown = open_checkout("00000000000000000000000000000000", 9900);
    assert_eq!(state(&both.client.look(&unknown).await.unwrap()), CheckoutState::Open, "it may still be placed");
    assert_eq!(state(&both.client.close(&unknown).await.unwrap()), CheckoutState::Closed);
}

#[tokio::test]
async fn an_attempt_that_fails_may_be_followed_by_another_and_one_under_way_is_not_closed() {
    let (both, way) = Both::opened(Device::Desktop).await;
    let press = async |deed: &str| {
        let form = [("deed", deed), ("number", REFERENCE), ("fate", "at-once"), ("back", &*format!("/orders/{REFERENCE}"))];
        let page = reqwest::Client::new().post(format!("{}/deeds", both.base_url)).form(&form).send().await.unwrap();
        page.text().await.unwrap()
    };
    assert!(press("fail").await.contains("PAYERROR"));
    assert_eq!(state(&both.look().await), CheckoutState::Declined);
    let again = both.client.open(&checkout(&both.clock, REFERENCE, 9900, Device::Desktop)).await.unwrap();
    assert_eq!(again.way, way, "the code is still good");
    assert!(press("begin").await.contains("Go away without paying"));
    assert_eq!(state(&both.look().await), CheckoutState::Pending);
    assert_eq!(state(&both.client.close(&open_checkout(REFERENCE, 9900)).await.unwrap()), CheckoutState::Pending);
    assert!(press("turn-back").await.contains("NOTPAY"));
    assert_eq!(state(&both.look().await), CheckoutState::Open);
    press("begin").await;
    press("pay").await;
    payment(&both.look().await);
    assert_eq!(both.wechat.fail(REFERENCE), Err("the order is paid"));
    let (both, _) = Both::opened(Device::Desktop).await;
    both.wechat.fail(REFERENCE).unwrap();
    assert_eq!(state(&both.client.close(&open_checkout(REFERENCE, 9900)).await.unwrap()), CheckoutState::Closed);
}

#[tokio::test]
async fn refunds_in_part_and_in_whole_ours_and_theirs() {
    let (both, _) = Both::opened(Device::Desktop).await;
    both.wechat.pay(REFERENCE).unwrap();
    both.delivery();
    let paid = payment(&both.look().await).clone();
    let part = new_refund(REFUND, &paid.payment, 4000, 9900);
    assert_eq!(both.client.look_refund(&part).await.unwrap(), [], "nobody has asked yet");
    let asked = both.client.refund(&part).await.unwrap();
    assert_eq!((refund(&asked).state, refund(&asked).amount), (RefundState::Pending, cny(4000)));
    assert_eq!(both.client.refund(&part).await.unwrap(), asked, "asked twice, given once");
    let otherwise = new_refund(REFUND, &paid.payment, 4001, 9900);
    assert!(matches!(both.client.refund(&otherwise).await, Err(Failure::Refused { code, .. }) if code == "INVALID_REQUEST"));

    both.wechat.tick();
    let (kind, told) = both.told(&both.delivery()).await;
    assert_eq!(
        (kind.as_str(), refund(&told).state, refund(&told).reference.as_deref()),
        ("REFUND.SUCCESS", RefundState::Succeeded, Some(REFUND))
    );
    assert_eq!(refund(&told).payment, paid.payment);
    assert_eq!(both.client.look_refund(&part).await.unwrap(), told);
    assert_eq!(payment(&both.look().await), &paid, "it was paid all the same");

    let too_much = new_refund("11111111111111111111111111111111", &paid.payment, 6000, 9900);
    assert!(matches!(both.client.refund(&too_much).await, Err(Failure::Refused { .. })));
    both.wechat.refund(REFERENCE, None).unwrap();
    let (_, told) = both.told(&both.delivery()).await;
    assert_eq!((refund(&told).amount, refund(&told).reference.as_deref()), (cny(5900), None), "made on the merchant platform");
}

#[tokio::test]
async fn a_refund_that_meets_a_dead_card_is_stuck_and_one_that_is_closed_has_failed() {
    let (both, _) = Both::opened(Device::Desktop).await;
    both.wechat.pay(REFERENCE).unwrap();
    both.delivery();
    let paid = payment(&both.look().await).payment.clone();
    let wanted = new_refund(REFUND, &paid, 9900, 9900);
    both.client.refund(&wanted).await.unwrap();
    for (end, kind, expected) in
        [(RefundEnd::Abnormal, "REFUND.ABNORMAL", RefundState::Stuck), (RefundEnd::Closed, "REFUND.CLOSED", RefundState::Failed)]
    {
        both.wechat.settle_refund(REFUND, end).unwrap();
        let (told_kind, told) = both.told(&both.delivery()).await;
        assert_eq!((told_kind.as_str(), refund(&told).state), (kind, expected));
    }
    assert!(both.wechat.settle_refund(REFUND, RefundEnd::Success).is_err());
}

#[tokio::test]
async fn notifications_that_are_forged_stale_altered_or_a_probe_are_not_believed() {
    let (both, _) = Both::opened(Device::Desktop).await;
    both.wechat.set_fate(Fate::Forged);
    both.wechat.pay(REFERENCE).unwrap();
    let forged = both.delivery();
    let believe = async |delivery: &Delivery| both.client.believe(&headers(delivery), &delivery.body).await.err();
    assert_eq!(believe(&forged).await, Some(Disbelief::Forged));
    let mut good = forged.clone();
    both.wechat.sign_anew(&mut good);
    assert_eq!(believe(&good).await, None);
    assert_eq!(believe(&both.wechat.probe(REFERENCE).unwrap()).await, Some(Disbelief::Forged));

    let altered = Delivery { body: [&good.body[..good.body.len() - 1], b" }"].concat(), ..good.clone() };
    assert_eq!(believe(&altered).await, Some(Disbelief::Forged));
    for name in ["Wechatpay-Signature", "Wechatpay-Serial", "Wechatpay-Nonce", "Wechatpay-Timestamp"] {
        let mut without = good.clone();
        without.headers.retain(|(header, _)| header != name);
        assert_eq!(believe(&without).await, Some(Disbelief::Unsigned), "{name}");
    }
    for (name, value, expected) in [
        ("Wechatpay-Serial", "PUB_KEY_ID_0000000000000000000000000000000002", Disbelief::Forged),
        ("Wechatpay-Timestamp", "yesterday", Disbelief::Unsigned),
        ("Wechatpay-Timestamp", "99999999999999999999", Disbelief::Unsigned),
        ("Wechatpay-Signature", "no base64 at all", Disbelief::Forged),
        ("Wechatpay-Nonce", "another", Disbelief::Forged),
    ] {
        let mut changed = good.clone();
        changed.headers.iter_mut().filter(|(header, _)| header == name).for_each(|(_, old)| *old = value.to_owned());
        assert_eq!(believe(&changed).await, Some(expected), "{name}: {value}");
    }
    for (moved, expected) in
        [(5 * MINUTE, None), (SECOND, Some(Disbelief::Stale)), (-10 * MINUTE - SECOND, None), (-SECOND, Some(Disbelief::Stale))]
    {
        both.clock.advance(moved);
        assert_eq!(believe(&good).await, expected, "{moved}");
    }
    let mut malformed = Delivery { body: b"{}".to_vec(), ..good.clone() };
    both.wechat.sign_anew(&mut malformed);
    assert!(matches!(believe(&malformed).await, Some(Disbelief::Malformed(_))));
    let other_cipher = String::from_utf8(good.body.clone()).unwrap().replace("AEAD_AES_256_GCM", "AEAD_AES_128_GCM");
    let mut other_cipher = Delivery { body: other_cipher.into_bytes(), ..good };
    both.wechat.sign_anew(&mut other_cipher);
    assert_eq!(believe(&other_cipher).await, Some(Disbelief::Malformed("enciphered with another algorithm".to_owned())));
}

#[tokio::test]
async fn certificates_are_fetched_and_a_new_one_is_found_without_a_restart() {
    let both = Both::with(certificate_keys).await;
    both.client.open(&checkout(&both.clock, REFERENCE, 9900, Device::Desktop)).await.unwrap();
    both.clock.advance(2 * MINUTE);
    both.wechat.rotate();
    both.wechat.pay(REFERENCE).unwrap();
    let delivery = both.delivery();
    assert!(delivery.headers.iter().any(|(_, value)| value.ends_with("0C02")));
    payment(&both.told(&delivery).await.1);
    // An invented number makes us look once a minute at most.
    let mut invented = delivery;
    invented
        .headers
        .iter_mut()
        .filter(|(name, _)| name == "Wechatpay-Serial")
        .for_each(|(_, value)| *value = "0123456789ABCDEF".to_owned());
    assert_eq!(both.client.believe(&headers(&invented), &invented.body).await, Err(Disbelief::Forged));
}

#[tokio::test]
async fn without_the_certificates_a_notification_is_told_again_later() {
    let both = Both::with(certificate_keys).await;
    both.client.open(&checkout(&both.clock, REFERENCE, 9900, Device::Desktop)).await.unwrap();
    both.wechat.pay(REFERENCE).unwrap();
    let delivery = both.delivery();
    let (listener, nobody) = port().await;
    drop(listener);
    let client = connect(Provider::Wechat, &certificate_keys(&nobody), &means(&both.clock)).unwrap().unwrap();
    let disbelief = client.believe(&headers(&delivery), &delivery.body).await.unwrap_err();
    assert!(matches!(disbelief, Disbelief::Unchecked(_)));
    assert_eq!(answer(Provider::Wechat, Err(&disbelief)).status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn the_bill_of_the_day_tells_fees_and_all_that_moved() {
    let (both, _) = Both::opened(Device::Desktop).await;
    both.wechat.pay(REFERENCE).unwrap();
    let paid = payment(&both.look().await).clone();
    both.clock.advance(HOUR);
    both.client.refund(&new_refund(REFUND, &paid.payment, 5000, 9900)).await.unwrap();
    let (from, until) = (MORNING.plus(-10 * HOUR), MORNING.plus(14 * HOUR));
    assert!(matches!(both.client.movements(from, until).await, Err(Failure::Away(_))), "the day is not over");
    both.clock.advance(15 * HOUR);
    assert!(matches!(both.client.movements(from, until).await, Err(Failure::Away(_))), "the bill is being made");
    both.clock.advance(8 * HOUR);
    let movements = both.client.movements(from.plus(-2 * DAY), until).await.unwrap();
    let [sold, returned] = movements.as_slice() else { panic!("{movements:?}") };
    assert_eq!((sold.kind, &sold.number, sold.reference.as_deref()), (MovementKind::Payment, &paid.payment, Some(REFERENCE)));
    assert_eq!((sold.gross, sold.fee, sold.at), (cny(9900), cny(59), MORNING));
    assert_eq!((returned.kind, returned.reference.as_deref()), (MovementKind::Refund, Some(REFUND)));
    assert_eq!((returned.gross, returned.fee, returned.at), (cny(-5000), cny(-30), MORNING.plus(HOUR)));
    assert_eq!(both.client.movements(from, MORNING).await.unwrap(), []);
}

#[tokio::test]
async fn orders_that_are_not_ours_are_told_without_a_reference() {
    let (both, _) = Both::opened(Device::Desktop).await;
    let mut theirs = checkout(&both.clock, "SHOP-2026_1120@7", 500, Device::Desktop);
    theirs.notify_url = "https://site.example/webhooks/it".to_owned();
    both.client.open(&theirs).await.unwrap();
    both.wechat.pay("SHOP-2026_1120@7").unwrap();
    let (_, told) = both.told(&both.delivery()).await;
    assert_eq!((payment(&told).reference.as_deref(), payment(&told).amount), (None, cny(500)));
}

#[tokio::test]
async fn nothing_renews_and_only_yuan_are_taken() {
    let (both, _) = Both::opened(Device::Desktop).await;
    let mut dollars = checkout(&both.clock, REFERENCE, 9900, Device::Desktop);
    dollars.amount.currency = stoa::foundation::money::Currency::parse("USD").unwrap();
    assert!(matches!(both.client.open(&dollars).await, Err(Failure::Refused { .. })));
    let every = stoa::foundation::cadence::Cadence::Month;
    let renewing = stoa::providers::NewCheckout {
        mode: Mode::Renewing { every, trial_days: 0, cut: None },
        ..checkout(&both.clock, REFERENCE, 1, Device::Desktop)
    };
    assert!(matches!(both.client.open(&renewing).await, Err(Failure::Refused { .. })));
    assert!(matches!(both.client.change("x", Change::EndNow, REFERENCE).await, Err(Failure::Refused { .. })));
    assert!(matches!(both.client.look_agreement("x").await, Err(Failure::Refused { .. })));
    assert_eq!(both.client.portal("x", "https://site.example/").await, Ok(None));
    let accepted = answer(Provider::Wechat, Ok(()));
    assert_eq!((accepted.status, accepted.body.as_str()), (StatusCode::NO_CONTENT, ""));
    let refused = answer(Provider::Wechat, Err(&Disbelief::Forged));
    assert_eq!((refused.status, refused.body.as_str()), (StatusCode::UNAUTHORIZED, r#"{"code":"FAIL","message":"失败"}"#));
}

#[tokio::test]
async fn a_service_that_is_broken_or_somebody_else_is_a_failure_and_no_fact() {
    type Reply = (StatusCode, &'static str);
    type Expected = fn(&Failure) -> bool;
    let clock = Arc::new(ManualClock::at(MORNING));
    let cases: [(Reply, Expected); 4] = [
        ((StatusCode::BAD_GATEWAY, "<html>"), |f| matches!(f, Failure::Away(_))),
        ((StatusCode::OK, r#"{"trade_state":"SUCCESS"}"#), |f| matches!(f, Failure::Nonsense(_))),
        ((StatusCode::OK, "\u{0}\u{1}"), |f| matches!(f, Failure::Nonsense(_))),
        ((StatusCode::FORBIDDEN, "<html>"), |f| matches!(f, Failure::Refused { .. })),
    ];
    for (reply, expected) in cases {
        let (listener, base_url) = port().await;
        serve(listener, Router::new().fallback(move || async move { reply }));
        let client = connect(Provider::Wechat, &keys(&base_url), &means(&clock)).unwrap().unwrap();
        let failure = client.look(&open_checkout(REFERENCE, 9900)).await.unwrap_err();
        assert!(expected(&failure), "{reply:?}: {failure}");
    }
}

#[tokio::test]
async fn an_sdk_that_was_not_written_here_understands_both_sides() {
    // It takes the time from the machine.
    let clock = Arc::new(ManualClock::at(SystemClock.now()));
    let (listener, base_url) = port().await;
    let wechat = Arc::new(Wechat::new(clock.clone(), Arc::new(SeededRandom::new(1)), base_url.clone()));
    serve(listener, wechat.clone().router());
    let client = connect(Provider::Wechat, &keys(&base_url), &means(&clock)).unwrap().unwrap();
    let openid = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o".to_owned();
    let opened = client.open(&checkout(&clock, REFERENCE, 9900, Device::WechatApp { openid })).await.unwrap();
    let Way::Bridge(bridge) = opened.way else { panic!("{opened:?}") };
    wechat.pay(REFERENCE).unwrap();
    let delivery = wechat.deliveries().take_all().remove(0);
    // What our client sends, overheard on its way: with a body and with a query.
    let (elsewhere, mut calls) = overheard().await;
    let sending = connect(Provider::Wechat, &keys(&elsewhere), &means(&clock)).unwrap().unwrap();
    sending.open(&checkout(&clock, REFERENCE, 9900, Device::Desktop)).await.unwrap_err();
    sending.look(&open_checkout(REFERENCE, 9900)).await.unwrap_err();
    let told = serde_json::json!({
        "calls": [calls.recv().await.unwrap(), calls.recv().await.unwrap()],
        "baseUrl": base_url, "keys": keys(&base_url), "bridge": serde_json::from_str::<serde_json::Value>(&bridge).unwrap(),
        "notification": { "headers": delivery.headers, "body": String::from_utf8(delivery.body).unwrap() },
    });
    let Some(made) = sdk("tests/sdk/wechat.mjs", "wechatpay-axios-plugin", told).await else { return };
    let body = made["body"].as_str().unwrap().as_bytes().to_vec();
    let made = Delivery {
        url: String::new(),
        headers: serde_json::from_value(made["headers"].clone()).unwrap(),
        body,
        due: clock.now(),
        forged: false,
    };
    let notification = client.believe(&headers(&made), &made.body).await.unwrap();
    assert_eq!(notification.id, "EV-2026112212345678901234");
    assert_eq!(payment(&client.facts(&notification).await.unwrap()).amount, cny(1234));
}

#[tokio::test]
async fn the_order_of_notifications_makes_no_difference() {
    let (both, _) = Both::opened(Device::Desktop).await;
    both.wechat.pay(REFERENCE).unwrap();
    both.wechat.refund(REFERENCE, Some(100)).unwrap();
    both.wechat.refund(REFERENCE, None).unwrap();
    let deliveries = both.wechat.deliveries().take_all();
    let mut told = Vec::new();
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
        let mut facts = vec![Vec::new(); 3];
        for at in order {
            facts[at] = both.told(&deliveries[at]).await.1;
        }
        told.push(facts);
    }
    assert!(told.iter().all(|facts| *facts == told[0] && facts.concat().len() == 3), "{told:?}");
}

#[tokio::test]
async fn the_largest_amount_goes_there_and_back() {
    use stoa::foundation::money::MAX_MINOR;
    let both = Both::new().await;
    both.client.open(&checkout(&both.clock, REFERENCE, MAX_MINOR, Device::Desktop)).await.unwrap();
    both.wechat.pay(REFERENCE).unwrap();
    assert_eq!(payment(&both.told(&both.delivery()).await.1).amount, cny(MAX_MINOR));
    both.clock.advance(2 * DAY);
    let billed = both.client.movements(MORNING, MORNING.plus(HOUR)).await.unwrap();
    assert_eq!(billed[0].gross, cny(MAX_MINOR));
}

/// Whatever is signed, nothing but a notification is believed, and nothing makes the client stumble.
#[tokio::test]
async fn signed_nonsense_is_malformed() {
    let (both, _) = Both::opened(Device::Desktop).await;
    both.wechat.pay(REFERENCE).unwrap();
    let good = both.delivery();
    let random = SeededRandom::new(11);
    let below = |limit: usize| {
        let mut bytes = [0; 4];
        random.fill(&mut bytes);
        u32::from_le_bytes(bytes) as usize % limit
    };
    for _ in 0..300 {
        let mut body = good.body.clone();
        let at = below(body.len());
        match below(4) {
            0 => body[at] ^= 1 << below(7),
            1 => body.truncate(at),
            2 => drop(body.drain(at..(at + 7).min(body.len()))),
            _ => random.fill(&mut body),
        }
        // The simulator signs text; what is not text is replaced, and signed as that.
        let mut made = Delivery { body: String::from_utf8_lossy(&body).into_owned().into_bytes(), ..good.clone() };
        both.wechat.sign_anew(&mut made);
        match both.client.believe(&headers(&made), &made.body).await {
            // A change in a field that is not read, or in the number: what is told stays true.
            Ok(notification) => assert!(both.client.facts(&notification).await.unwrap().len() <= 1),
            Err(disbelief) => assert!(matches!(disbelief, Disbelief::Malformed(_)), "{disbelief:?}"),
        }
    }
}
