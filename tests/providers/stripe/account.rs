//! The account, its keys, its book, and what arrives from it.

use super::*;

#[tokio::test]
async fn the_test_button_names_the_account() {
    let world = World::new().await;
    let said = world.client.test().await.unwrap();
    assert!(said.contains("acct_simulator") && said.contains("test") && !said.contains("sk_"), "{said}");
    let restricted = connected(&stripe::restricted_keys(&world.base), world.clock.clone());
    let said = restricted.test().await.unwrap();
    assert!(said.contains("restricted key") && said.contains("test"), "{said}");
    let month = world.checkout(cny(990), Mode::Renewing { every: Cadence::Month, trial_days: 0, cut: None });
    let session = world.client.open(&month).await.unwrap().number.unwrap();
    world.simulator.pay(&session).unwrap();
    let names = |found: Vec<stoa::providers::facts::Found>| found.into_iter().map(|found| found.name.is_some()).collect::<Vec<_>>();
    assert_eq!(names(world.client.agreements().await.unwrap()), [true]);
    assert_eq!(names(restricted.agreements().await.unwrap()), [false], "it may not read what products are called");
    let forbidden = restricted.movements(START, START.plus(DAY)).await;
    assert!(matches!(forbidden, Err(Failure::KeysRefused { .. })), "once it may, the same succeeds: {forbidden:?}");
}

#[tokio::test]
async fn the_account_s_book_shows_every_movement_once() {
    let world = World::new().await;
    let (payment, _) = world.paid(cny(9900)).await;
    let refund = world.simulator.refund(&payment, Some(900)).unwrap();
    let dispute = world.simulator.dispute(&payment).unwrap();
    world.pass(DAY);
    world.client.open(&NewCheckout { reference: "a".repeat(32), ..world.checkout(cny(500), Mode::Once) }).await.unwrap();
    let found = world.client.movements(START, START.plus(DAY)).await.unwrap();
    let lines: Vec<_> = found.iter().map(|m| (m.number.as_str(), m.kind, m.gross.minor, m.fee.minor, m.reference.as_deref())).collect();
    assert_eq!(
        lines,
        [
            (dispute.as_str(), MovementKind::Dispute, -9000, 1500, None),
            (refund.as_str(), MovementKind::Refund, -900, 0, None),
            (payment.as_str(), MovementKind::Payment, 9900, 317, Some(REFERENCE)),
        ]
    );
    assert_eq!(world.client.movements(START.plus(1), START.plus(DAY)).await, Ok(Vec::new()));
    for _ in 0..250 {
        world.simulator.settle_dispute(&dispute, true).ok();
        world.simulator.refund(&payment, Some(1)).unwrap();
    }
    assert_eq!(world.client.movements(START, START.plus(2 * DAY)).await.unwrap().len(), 3 + 1 + 250);
}

#[tokio::test]
async fn the_book_of_an_account_in_another_currency_says_what_was_paid() {
    let world = World::new().await;
    world.simulator.hold_in("usd", 140);
    let (payment, asked) = world.paid(cny(9900)).await;
    let refund = world.simulator.refund(&payment, Some(900)).unwrap();
    let found = world.client.movements(START, START.plus(DAY)).await.unwrap();
    let lines: Vec<_> = found.iter().map(|m| (m.number.as_str(), m.gross, m.fee)).collect();
    let told = world.client.look(&asked).await.unwrap();
    let fee = payments(&told)[0].fee.unwrap();
    assert_eq!(fee, cny(314), "44 of 1386 cents");
    assert_eq!(lines, [(refund.as_str(), cny(-900), cny(0)), (payment.as_str(), cny(9900), fee)], "the same figures in both");
}

#[tokio::test]
async fn a_term_is_known_by_its_buyer_and_by_what_stripe_says_it_was_for() {
    let world = World::new().await;
    let (agreement, _) = world.agreement(Cadence::Month, 0).await;
    let (customer, other) = world.simulator.subscribe_elsewhere("reader@example.com", "Another", (500, "cny"), "year");
    let new = NewCheckout { reference: REFUND.to_owned(), ..world.checkout(cny(100), Mode::Once) };
    let session = world.client.open(&new).await.unwrap().number.unwrap();
    world.simulator.pay(&session).unwrap();
    let once = world.simulator.payment_of(&session).unwrap();
    let found = world.client.movements(START, START.plus(DAY)).await.unwrap();
    let lines: Vec<_> = found.iter().map(|m| (m.gross.minor, m.reference.as_deref(), m.customer.is_some())).collect();
    assert_eq!(lines, [(100, Some(REFUND), false), (500, None, true), (9900, None, true)]);
    assert_eq!(found[1].customer.as_deref(), Some(customer.as_str()));
    for (line, of) in found.iter().zip([None, Some(other), Some(agreement)]) {
        assert_eq!(world.client.agreement_of(&line.number).await, Ok(of));
    }
    assert_eq!(found[0].number, once);
    assert_eq!(world.client.agreement_of("ch_1").await, Ok(None));
}

#[tokio::test]
async fn deliveries_come_as_fate_wills_and_forged_ones_are_not_believed() {
    let world = World::new().await;
    world.simulator.set_endpoint("https://elsewhere.example/hook");
    let told = async |fate| {
        world.simulator.set_fate(fate);
        let checkout = NewCheckout { reference: format!("{:032x}", fate as u8), ..world.checkout(cny(100), Mode::Once) };
        let session = world.client.open(&checkout).await.unwrap().number.unwrap();
        world.simulator.pay(&session).unwrap();
        world.simulator.deliveries().take_all()
    };
    assert_eq!(told(Fate::AtOnce).await.len(), 3);
    assert_eq!(told(Fate::Twice).await.len(), 6);
    assert_eq!(told(Fate::Lost).await.len(), 0);
    let first = told(Fate::OutOfOrder).await.remove(0);
    assert_eq!(first.url, "https://elsewhere.example/hook");
    assert_eq!(world.client.believe(&headers(&first), &first.body).await.unwrap().kind, "checkout.session.completed");
    for delivery in told(Fate::Forged).await {
        assert_eq!(world.client.believe(&headers(&delivery), &delivery.body).await, Err(Disbelief::Forged));
        let again = world.simulator.signed_anew(delivery);
        assert_eq!(world.client.believe(&headers(&again), &again.body).await, Err(Disbelief::Forged), "forged it stays");
    }
    let late = told(Fate::Late).await.remove(0);
    assert_eq!(late.due, START.plus(10 * MINUTE));
    world.clock.advance(10 * MINUTE);
    assert!(world.client.believe(&headers(&late), &late.body).await.is_ok());
    world.clock.advance(DAY);
    assert_eq!(world.client.believe(&headers(&late), &late.body).await, Err(Disbelief::Stale));
    let again = world.simulator.signed_anew(late);
    assert!(world.client.believe(&headers(&again), &again.body).await.is_ok(), "another try is signed anew");

    let status = |outcome: Result<(), &Disbelief>| stoa::providers::answer(Provider::Stripe, outcome).status;
    assert_eq!(status(Ok(())), StatusCode::OK);
    assert_eq!(status(Err(&Disbelief::Forged)), StatusCode::BAD_REQUEST);
    assert_eq!(status(Err(&Disbelief::Unchecked(String::new()))), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn wrong_keys_are_refused_without_being_shown() {
    let world = World::new().await;
    let mut keys = world.keys.clone();
    keys.insert("secret_key".to_owned(), "sk_test_somebody_elses_secret".to_owned());
    let refused = connected(&keys, world.clock.clone()).test().await.unwrap_err();
    assert!(matches!(&refused, Failure::KeysRefused { .. }) && !refused.to_string().contains("secret"), "{refused}");
    keys.insert("webhook_secret".to_owned(), "whsec_other".to_owned());
    world.paid(cny(100)).await;
    let delivery = world.simulator.deliveries().take_all().remove(0);
    let believed = connected(&keys, world.clock.clone()).believe(&headers(&delivery), &delivery.body).await;
    assert_eq!(believed, Err(Disbelief::Forged));
}

#[tokio::test]
async fn a_number_that_is_none_of_theirs_reaches_nothing() {
    let world = World::new().await;
    for number in ["", "../account", "sub_1?expand[]=x", "sub 1", "é", &"a".repeat(300)] {
        assert!(matches!(world.client.look_agreement(number).await, Err(Failure::Nonsense(_))), "{number}");
    }
    assert!(matches!(world.client.look_agreement("sub_none").await, Err(Failure::Refused { code, .. }) if code == "resource_missing"));
}

#[tokio::test]
async fn answers_that_are_broken_or_nonsense_are_failures() {
    let answers: [(u16, &'static str); 8] = [
        (500, "{}"),
        (429, r#"{"error":{"type":"rate_limit_error","message":"slow down"}}"#),
        (200, "<html>"),
        (200, "{}"),
        (200, r#"{"id":7,"object":"checkout.session"}"#),
        (302, ""),
        (400, "nonsense"),
        (409, r#"{"error":{"type":"idempotency_error","code":"idempotency_key_in_use","message":"in use"}}"#),
    ];
    for (status, body) in answers {
        let base = serve(move |_| Router::new().fallback(async move || (StatusCode::from_u16(status).unwrap(), body))).await;
        let mut keys = stripe::keys(&base);
        keys.insert("base_url".to_owned(), base);
        let clock = Arc::new(ManualClock::at(START));
        let client = connected(&keys, clock.clone());
        let asked =
            OpenCheckout { reference: REFERENCE.to_owned(), number: Some("cs_1".to_owned()), amount: cny(1), renewing: false, cut: None };
        let failed = client.look(&asked).await.unwrap_err();
        let away = matches!(status, 409 | 429 | 500);
        assert_eq!(matches!(failed, Failure::Away(_)), away, "{status} {body}: {failed}");
    }
    let nobody = stripe::keys("http://127.0.0.1:1");
    let failed = connected(&nobody, Arc::new(ManualClock::at(START))).test().await;
    assert!(matches!(failed, Err(Failure::Away(_))));
}

#[tokio::test]
async fn whether_another_try_is_worth_it_is_for_stripe_to_say() {
    let world = World::new().await;
    let (busy, wrong, broken) = (StatusCode::CONFLICT, StatusCode::BAD_REQUEST, StatusCode::INTERNAL_SERVER_ERROR);
    world.simulator.set_troubles(&[(busy, None), (wrong, Some("true"))]);
    assert!(world.client.open(&world.checkout(cny(100), Mode::Once)).await.is_ok(), "the third try");
    for away in [(busy, None), (wrong, Some("true"))] {
        world.simulator.set_troubles(&[away; 3]);
        assert!(matches!(world.client.test().await, Err(Failure::Away(_))), "{away:?}");
        assert!(world.client.test().await.is_ok());
    }
    for never in [(busy, Some("false")), (broken, Some("false")), (wrong, None)] {
        world.simulator.set_troubles(&[never]);
        assert!(matches!(world.client.test().await, Err(Failure::Refused { .. })), "{never:?}: once");
        assert!(world.client.test().await.is_ok());
    }
}

/// A call as another shop's program on the same account would make it.
async fn call(world: &World, version: &str, key: &str, form: &[(&str, &str)]) -> (u16, serde_json::Value) {
    let encoded = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let request = reqwest::Client::new()
        .post(format!("{}/v1/checkout/sessions", world.base))
        .header("Authorization", format!("Bearer {}", world.keys["secret_key"]))
        .header("Stripe-Version", version)
        .header("Idempotency-Key", key)
        .header("Content-Type", "application/x-www-form-urlencoded");
    let answer = request.body(encoded).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

const OTHERS: [(&str, &str); 5] = [
    ("mode", "payment"),
    ("success_url", "https://other.example/"),
    ("line_items[0][price_data][currency]", "usd"),
    ("line_items[0][price_data][unit_amount]", "100"),
    ("line_items[0][price_data][product_data][name]", "Something else"),
];

#[tokio::test]
async fn what_others_sell_on_the_same_account_is_told_without_a_reference_of_ours() {
    // A payment link lets the buyer choose the first of these; the second is in another form than ours.
    let marks: [&[(&str, &str)]; 3] =
        [&[], &[("client_reference_id", REFERENCE)], &[("payment_intent_data[metadata][stoa_checkout]", "order-7")]];
    for mark in marks {
        let world = World::new().await;
        let form: Vec<_> = OTHERS.iter().chain(mark).copied().collect();
        let (_, session) = call(&world, stripe::VERSION, "1", &form).await;
        world.simulator.pay(session["id"].as_str().unwrap()).unwrap();
        let told = world.believed().await;
        let facts = &told.last().unwrap().1;
        assert_eq!((payments(facts).len(), &payments(facts)[0].reference), (1, &None), "{mark:?}");
        let moved = world.client.movements(START, START.plus(DAY)).await.unwrap();
        assert_eq!((moved.len(), &moved[0].reference), (1, &None));
    }
    // Two references of ours in one thing fit nothing.
    let world = World::new().await;
    let mut form = OTHERS.to_vec();
    form.extend([("client_reference_id", REFUND), ("metadata[stoa_checkout]", REFERENCE)]);
    let (_, session) = call(&world, stripe::VERSION, "1", &form).await;
    world.simulator.pay(session["id"].as_str().unwrap()).unwrap();
    let told = world.believed().await;
    assert!(matches!(told.last().unwrap().1.as_slice(), [Fact::Mismatch { reference: Some(r), .. }] if r == REFERENCE));
}

#[tokio::test]
async fn the_simulator_insists_on_what_stripe_insists_on() {
    let world = World::new().await;
    let refused = async |more: &[(&str, &str)], key: &str| {
        let form: Vec<_> = OTHERS.iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name)).chain(more).copied().collect();
        let (status, body) = call(&world, stripe::VERSION, key, &form).await;
        (
            status,
            body["error"]["code"].as_str().unwrap_or_default().to_owned(),
            body["error"]["type"].as_str().unwrap_or_default().to_owned(),
        )
    };
    let code = |code: &str| (400, code.to_owned(), "invalid_request_error".to_owned());
    assert_eq!(call(&world, "2020-08-27", "1", &OTHERS).await.0, 400, "another version");
    assert_eq!(refused(&[("payment_method_types[0]", "card")], "1").await, code("parameter_unknown"));
    assert_eq!(refused(&[("line_items[0][price_data][unit_amount]", "0")], "1").await, code("amount_too_small"));
    assert_eq!(refused(&[("line_items[0][price_data][unit_amount]", "1.5")], "1").await, code("parameter_invalid"));
    assert_eq!(refused(&[("line_items[0][price_data][currency]", "USD")], "1").await, code("parameter_invalid"));
    assert_eq!(refused(&[("expires_at", "1769860801")], "1").await, code("parameter_invalid"));
    assert_eq!(refused(&[("success_url", "javascript:alert(1)")], "1").await, code("url_invalid"));
    assert_eq!(refused(&[("mode", "gift")], "1").await, code("parameter_invalid"));
    // A key is taken up by the first call that was good.
    assert_eq!(refused(&[], "1").await.0, 200);
    assert_eq!(refused(&[], "1").await.0, 200);
    assert_eq!(refused(&[("locale", "zh")], "1").await, (400, String::new(), "idempotency_error".to_owned()));
    let kwd = [("line_items[0][price_data][currency]", "kwd"), ("line_items[0][price_data][unit_amount]", "5124")];
    assert_eq!(refused(&kwd, "2").await, code("parameter_invalid"));
}
