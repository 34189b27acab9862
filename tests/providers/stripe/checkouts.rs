//! Checkouts: opened, paid, declined, expired, closed.

use super::*;

#[tokio::test]
async fn one_payment_is_opened_paid_told_and_found_again() {
    let world = World::new().await;
    let checkout = world.checkout(cny(9900), Mode::Once);
    let opened = world.client.open(&checkout).await.unwrap();
    assert_eq!(world.client.open(&checkout).await.unwrap(), opened, "the same reference opens it once");
    let number = opened.number.unwrap();
    assert_eq!(opened.way, Way::GoTo(format!("{}/c/pay/{number}", world.base)));
    let asked =
        OpenCheckout { reference: REFERENCE.to_owned(), number: Some(number.clone()), amount: cny(9900), renewing: false, cut: None };
    assert_eq!(checkout_state(&world.client.look(&asked).await.unwrap()), CheckoutState::Open);

    world.simulator.decline(&number).unwrap();
    assert_eq!(checkout_state(&world.client.look(&asked).await.unwrap()), CheckoutState::Declined);

    world.simulator.pay(&number).unwrap();
    let facts = world.client.look(&asked).await.unwrap();
    let paid = payments(&facts)[0];
    assert_eq!((paid.reference.as_deref(), paid.amount, paid.fee), (Some(REFERENCE), cny(9900), Some(cny(317))));
    assert_eq!((paid.paid_at, &paid.term), (START, &None));
    assert_eq!(world.client.close(&asked).await.unwrap(), facts, "closing what was paid tells the payment");

    let told = world.believed().await;
    let kinds: Vec<&str> = told.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["payment_intent.payment_failed", "payment_intent.succeeded", "charge.succeeded", "checkout.session.completed"]);
    assert_eq!(told.last().unwrap().1, facts, "what is told is what is found");
    assert!(told.iter().take(3).all(|(_, facts)| facts.is_empty()), "events that were not asked for tell nothing");
}

#[tokio::test]
async fn currencies_without_and_with_three_decimals_keep_their_amounts() {
    for (minor, code) in [(500, "JPY"), (5120, "KWD"), (7, "ISK"), (12_300, "MGA")] {
        let world = World::new().await;
        let money = Money::new(minor, Currency::parse(code).unwrap());
        let (_, asked) = world.paid(money).await;
        assert_eq!(payments(&world.client.look(&asked).await.unwrap())[0].amount, money);
    }
    let world = World::new().await;
    let too_much = world.checkout(cny((1 << 53) - 1), Mode::Once);
    assert!(matches!(world.client.open(&too_much).await, Err(Failure::Refused { code, .. }) if code == "amount_too_large"));
}

#[tokio::test]
async fn a_slow_method_pays_only_when_its_money_has_come() {
    for paid in [true, false] {
        let world = World::new().await;
        let (session, asked) = world.open(cny(9900), Mode::Once).await;
        world.simulator.pay_slowly(&session).unwrap();
        assert_eq!(checkout_state(&world.client.look(&asked).await.unwrap()), CheckoutState::Pending);
        world.pass(3 * DAY);
        world.simulator.settle(&session, paid).unwrap();
        let facts = world.client.look(&asked).await.unwrap();
        let last = world.simulator.deliveries().take_all().pop().unwrap();
        let told = world.client.believe(&headers(&last), &last.body).await.unwrap();
        assert_eq!(world.client.facts(&told).await.unwrap(), facts);
        if paid {
            assert_eq!(
                (told.kind.as_str(), payments(&facts)[0].paid_at),
                ("checkout.session.async_payment_succeeded", START.plus(3 * DAY))
            );
        } else {
            assert_eq!((told.kind.as_str(), checkout_state(&facts)), ("checkout.session.async_payment_failed", CheckoutState::Closed));
        }
    }
}

#[tokio::test]
async fn a_checkout_ends_by_time_or_by_being_closed() {
    let world = World::new().await;
    let (session, asked) = world.open(cny(9900), Mode::Once).await;
    assert_eq!(checkout_state(&world.client.close(&asked).await.unwrap()), CheckoutState::Closed);
    assert_eq!(checkout_state(&world.client.close(&asked).await.unwrap()), CheckoutState::Closed, "twice is as once");
    assert!(world.simulator.pay(&session).is_err());
    assert_eq!(world.believed().await.len(), 1);

    // Asked for a minute, it lives for the shortest span there is; asked for a week, for the longest.
    for (wanted, alive, dead) in [(MINUTE, 30 * MINUTE, 36 * MINUTE), (7 * DAY, 23 * HOUR, 25 * HOUR)] {
        let world = World::new().await;
        let checkout = NewCheckout { expires_at: START.plus(wanted), ..world.checkout(cny(100), Mode::Once) };
        let number = world.client.open(&checkout).await.unwrap().number;
        let asked = OpenCheckout { reference: REFERENCE.to_owned(), number, amount: cny(100), renewing: false, cut: None };
        world.pass(alive);
        assert_eq!(checkout_state(&world.client.look(&asked).await.unwrap()), CheckoutState::Open);
        world.pass(dead - alive);
        assert_eq!(checkout_state(&world.client.look(&asked).await.unwrap()), CheckoutState::Closed);
    }
    let unknown = OpenCheckout { number: None, ..asked };
    assert_eq!(world.client.look(&unknown).await, Ok(Vec::new()));
    assert_eq!(checkout_state(&world.client.close(&unknown).await.unwrap()), CheckoutState::Closed);
}

#[tokio::test]
async fn what_belongs_to_another_checkout_or_mode_is_put_aside() {
    let world = World::new().await;
    let (_, asked) = world.paid(cny(9900)).await;
    let other = OpenCheckout { reference: REFUND.to_owned(), ..asked.clone() };
    let renewing = OpenCheckout { renewing: true, ..asked.clone() };
    for asked in [&other, &renewing] {
        let facts = world.client.look(asked).await.unwrap();
        assert!(matches!(facts.as_slice(), [Fact::Mismatch { reference: Some(r), .. }] if *r == asked.reference), "{facts:?}");
    }
    // The same events, had the keys been for real money.
    let mut keys = world.keys.clone();
    keys.insert("secret_key".to_owned(), "sk_live_1".to_owned());
    let live = connected(&keys, world.clock.clone());
    let delivery = world.simulator.deliveries().take_all().pop().unwrap();
    let told = live.believe(&headers(&delivery), &delivery.body).await.unwrap();
    assert!(matches!(live.facts(&told).await.unwrap().as_slice(), [Fact::Mismatch { reference: Some(_), .. }]));
}

#[tokio::test]
async fn two_who_ask_at_the_same_time_ask_once() {
    let world = World::new().await;
    let checkout = world.checkout(cny(9900), Mode::Once);
    let (one, other) = tokio::join!(world.client.open(&checkout), world.client.open(&checkout));
    assert_eq!(one.unwrap(), other.unwrap());
    let (payment, asked) = world.paid(cny(9900)).await;
    let part = refund_of(&payment, REFUND, 1000);
    let (one, other) = tokio::join!(world.client.refund(&part), world.client.refund(&part));
    assert_eq!(one.unwrap(), other.unwrap());
    assert_eq!(refund_states(&world.client.look(&asked).await.unwrap()).len(), 1);
}

#[tokio::test]
async fn a_browser_without_scripts_pays_at_the_page() {
    let world = World::new().await;
    let (session, asked) = world.open(cny(9900), Mode::Once).await;
    let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let page = async |path: String, language: &'static str| {
        let page = browser.get(format!("{}{path}", world.base)).header("Accept-Language", language).send().await.unwrap();
        assert_eq!(page.status(), StatusCode::OK);
        page.text().await.unwrap()
    };
    let pay = format!("/c/pay/{session}");
    let (zh, en) = (page(pay.clone(), "zh-CN,zh;q=0.9").await, page(pay.clone(), "en").await);
    assert!(zh.contains("这是模拟器") && zh.contains("支付成功") && zh.contains("学廊会员 &amp; "), "{zh}");
    assert!(en.contains("This is a simulator") && en.contains(">Pay</button>") && !en.contains("<script"), "{en}");
    let press = async |deed: &'static str, number: &str, more: &'static str| {
        let form = format!("deed={deed}&number={number}&fate=twice&back={pay}{more}");
        let request = browser.post(format!("{}/deeds", world.base)).header("Content-Type", "application/x-www-form-urlencoded");
        request.body(form).send().await.unwrap()
    };
    let done = press("pay", &session, "").await;
    assert_eq!((done.status(), &done.headers()["location"]), (StatusCode::SEE_OTHER, &"https://site.example/back?x=1".parse().unwrap()));
    assert_eq!(world.simulator.deliveries().take_all().len(), 6, "the fate that was chosen holds");
    assert_eq!(press("pay", &session, "").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let payment = world.simulator.payment_of(&session).unwrap();
    for (deed, more, status) in
        [("refund-part", "&amount=100", 303), ("refund-part", "&amount=x", 422), ("dispute", "", 303), ("dance", "", 422)]
    {
        assert_eq!(press(deed, &payment, more).await.status().as_u16(), status, "{deed}{more}");
    }
    let facts = world.client.look(&asked).await.unwrap();
    assert_eq!((refund_states(&facts).len(), dispute_states(&facts).len()), (1, 1));
    let console = page("/".to_owned(), "en").await;
    assert!(console.contains(&payment) && console.contains("Won"), "{console}");
    assert_eq!(reqwest::get(format!("{}/c/pay/cs_none", world.base)).await.unwrap().status(), StatusCode::NOT_FOUND);
}
