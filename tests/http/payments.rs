//! Buying: an article and terms of a tier through the test provider, and webhooks that should not be believed.

use crate::money_desk::with_stripe;
use crate::on_both;
use crate::support::{Answer, Backend, Person, TestApp};
use serde_json::{Value, json};
use stoa::foundation::cadence::Cadence;
use stoa::foundation::id::{MemberId, PostId, TierId};
use stoa::foundation::money::Money;
use stoa::foundation::time::{DAY, HOUR, MINUTE};
use stoa::foundation::viewer::Role;
use stoa::membership::model::Access;
use stoa::membership::paywall::{Gate, opens};
use stoa::membership::service::{grant_term, membership_of, take_back};
use stoa::payments::inbox;
use stoa::payments::model::Checkout;
use stoa::payments::service::{connections, order, orders_of, receipts_of, tries_of};
use stoa::payments::test_provider::{HEADER, secret, sign};
use stoa::providers::Provider;
use stoa::server::db::Queries;
use stoa::simulators;
use stoa::simulators::paypal::Paying;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

impl TestApp {
    pub async fn may_read(&self, member: MemberId, post: PostId) -> bool {
        self.opens(member, Gate { post: Some(post), ..Gate::PUBLIC }).await
    }

    pub async fn may_enter(&self, member: MemberId, tier: TierId) -> bool {
        self.opens(member, Gate { tier: Some(tier), ..Gate::PUBLIC }).await
    }

    async fn opens(&self, member: MemberId, gate: Gate) -> bool {
        opens(&self.ctx, &self.viewer(member, Role::Member), &Gate { access: Access::Paid, ..gate }).await.unwrap()
    }

    /// The last try to pay an order, and what was agreed.
    async fn tried(&self, buyer: &Person, path: &str) -> (Checkout, Money) {
        let viewer = self.viewer(buyer.id, Role::Member);
        let order = order(&self.ctx, &viewer, path.strip_prefix("/orders/").unwrap()).await.unwrap();
        (tries_of(&self.ctx, &viewer, &order).await.unwrap().remove(0), order.price)
    }

    async fn notifications(&self, state: &str) -> i64 {
        let (n,): (i64,) = self.ctx.db().one("select count(*) from notifications where state = $1", stoa::args![state]).await.unwrap();
        n
    }

    pub async fn ledger_sum(&self) -> i64 {
        self.count("select cast(coalesce(sum(minor), 0) as bigint) from ledger_entries").await
    }

    /// Sends a webhook signed as the test provider signs, and lets it be processed.
    async fn tell(&self, event: &Value) -> Answer {
        let body = event.to_string();
        let signature = sign(&secret(&self.ctx).await.unwrap(), self.ctx.now(), body.as_bytes()).unwrap();
        let answer = self.tell_with(body, Some(&signature)).await;
        inbox::process(&self.ctx).await.unwrap();
        answer
    }

    async fn tell_with(&self, body: String, signature: Option<&str>) -> Answer {
        let visitor = self.visitor();
        let request = visitor.client.post(format!("{}/webhooks/test", self.address)).body(body);
        visitor.send(signature.into_iter().fold(request, |request, signature| request.header(HEADER, signature))).await
    }
}

pub async fn buy_post(buyer: &Person, post: PostId) -> String {
    let answer = buyer.post("/checkout", &[("kind", "post"), ("post", &post.to_string()), ("to", "/p/here#rest")]).await;
    assert_eq!(answer.status, 303);
    answer.location().to_owned()
}

pub async fn buy_tier(buyer: &Person, tier: TierId, cadence: &str) -> String {
    let form = [("kind", "tier"), ("tier", &tier.to_string()), ("cadence", cadence), ("to", "/membership")];
    buyer.post("/checkout", &form).await.location().to_owned()
}

/// From the order's page to the provider's; its path.
pub async fn to_provider(buyer: &Person, order: &str) -> String {
    let page = buyer.get(order).await;
    let action = page.attribute("form.order-pay", "action").expect("a button to pay");
    buyer.post(&action, &[]).await.location().to_owned()
}

/// Presses a button on the provider's page and follows the way back; the last answer.
pub async fn press(buyer: &Person, provider: &str, action: &str) -> Answer {
    let answer = buyer.post(provider, &[("action", action)]).await;
    assert_eq!(answer.status, 303, "{action}: {}", answer.body);
    buyer.get(answer.location()).await
}

/// What the provider would say of a try to pay.
fn event((checkout, price): &(Checkout, Money), id: &str, kind: &str, payment: &str) -> Value {
    json!({
        "id": id, "type": kind, "created": 1_773_576_000,
        "data": {
            "checkout": checkout.number, "order": checkout.reference, "payment": payment,
            "amount_minor": price.minor, "currency": price.currency.code(),
        },
    })
}

on_both!(paying_opens_the_article_at_once_and_says_so, |app| {
    let (buyer, other) = (app.member("buyer").await, app.member("other").await);
    let post = app.paid_post(Some(1250), None).await;
    let order = buy_post(&buyer, post).await;
    let page = buyer.get(&order).await;
    assert_eq!(page.texts(".order-total dd"), ["CN¥12.50"]);
    let provider = to_provider(&buyer, &order).await;
    assert!(buyer.get(&provider).await.texts("h1")[0].contains("no real money"));
    assert!(!app.may_read(buyer.id, post).await);
    let back = press(&buyer, &provider, "pay").await;
    assert_eq!((back.status, back.location()), (303, "/p/here?done=opened#rest"));
    assert!(app.may_read(buyer.id, post).await);
    assert!(!app.may_read(other.id, post).await);
    let receipt = buyer.get(&order).await;
    assert_eq!(receipt.texts("h1"), ["Receipt"]);
    assert_eq!(receipt.texts(".receipt-until"), ["For good"]);
    assert!(receipt.texts(".receipt dd")[0] == "2026-000001");
    assert_eq!(app.count("select minor from ledger_entries where account = 'provider:test'").await, 1250);
    assert_eq!(app.count("select minor from ledger_entries where account = 'revenue:sales' and post_id is not null").await, -1250);
    assert_eq!(app.count("select count(*) from interactions where kind = 'purchase' and target_kind = 'order'").await, 1);
    let receipts = receipts_of(&app.ctx, &app.viewer(buyer.id, Role::Member), None, 10).await.unwrap();
    assert_eq!((receipts.len(), receipts[0].order.price.minor, receipts[0].surplus), (1, 1250, None));
    assert_eq!(receipts_of(&app.ctx, &app.viewer(other.id, Role::Member), None, 10).await.unwrap(), []);
});

on_both!(a_declined_order_stays_open_and_can_be_paid_after_all, |app| {
    let buyer = app.member("buyer").await;
    let post = app.paid_post(Some(100), None).await;
    let order = buy_post(&buyer, post).await;
    let provider = to_provider(&buyer, &order).await;
    assert_eq!(press(&buyer, &provider, "decline").await.location(), order);
    let page = buyer.get(&order).await;
    assert!(page.texts(".banner")[0].contains("declined"));
    assert!(page.texts(".order-pay button")[0].starts_with("Try again"));
    assert!(!app.may_read(buyer.id, post).await);
    assert_eq!(buy_post(&buyer, post).await, order, "buying again goes on with the same order");
    assert_eq!(to_provider(&buyer, &order).await, provider);
    assert_eq!(press(&buyer, &provider, "pay").await.location(), "/p/here?done=opened#rest");
    assert!(app.may_read(buyer.id, post).await);
});

on_both!(money_that_comes_later_opens_the_article_when_it_comes, |app| {
    let buyer = app.member("buyer").await;
    let post = app.paid_post(Some(100), None).await;
    let order = buy_post(&buyer, post).await;
    let provider = to_provider(&buyer, &order).await;
    assert_eq!(press(&buyer, &provider, "later").await.location(), order);
    assert!(buyer.get(&order).await.texts(".banner")[0].contains("on its way"));
    assert!(!app.may_read(buyer.id, post).await);
    app.clock.advance(3 * DAY);
    press(&buyer, &provider, "arrive").await;
    assert!(app.may_read(buyer.id, post).await);
    let twice = buyer.post(&provider, &[("action", "arrive")]).await;
    assert_eq!(twice.status, 409, "it arrives once");
    press(&buyer, &provider, "again").await;
    assert_eq!(app.count("select count(*) from payments").await, 1, "telling it again changes nothing");
});

on_both!(while_money_is_on_its_way_its_order_leads_back_there_and_nowhere_else, |app| {
    let (admin, buyer) = (app.owner().await, app.member("buyer").await);
    with_stripe(&app, &admin).await;
    assert_eq!(admin.post("/admin/tax", &[("country", "DE"), ("rate", "19")]).await.status, 303);
    let order = buy_post(&buyer, app.paid_post(Some(1250), None).await).await;
    let pay = format!("{order}/pay");
    let provider = buyer.post(&pay, &[("provider", "test"), ("country", "DE")]).await.location().to_owned();
    press(&buyer, &provider, "later").await;
    let page = buyer.get(&order).await;
    assert_eq!(page.texts(".order-pay button"), ["See how it stands: the test provider (no real money)"]);
    assert!(page.texts("#country, .code-form, .order-give-up").is_empty(), "{}", page.body);
    let refused = buyer.post(&pay, &[("provider", "stripe")]).await;
    assert_eq!(refused.status, 409);
    assert!(refused.texts(".banner")[0].contains("so that you do not pay twice"), "{:?}", refused.texts(".banner"));
    assert_eq!(buyer.post(&format!("{order}/offer"), &[("code", "any")]).await.status, 409, "nor is there another order");
    // On another device, and after the time to pay, it is the same try.
    app.clock.advance(3 * HOUR);
    assert_eq!(buyer.post(&pay, &[("provider", "test"), ("device", "phone")]).await.location(), provider);
    assert_eq!(app.count("select count(*) from checkouts").await, 1);
    press(&buyer, &provider, "decline").await;
    assert_eq!(buyer.get(&order).await.texts(".order-way button").len(), 2, "it failed: the other ways are there again");
    assert_eq!(buyer.post(&pay, &[("provider", "stripe")]).await.status, 303);
    assert_eq!(app.count("select count(*) from checkouts").await, 2);
});

on_both!(a_try_that_is_declined_does_not_hide_that_money_is_on_its_way_by_another, |app| {
    let buyer = app.member("buyer").await;
    let order = buy_post(&buyer, app.paid_post(Some(100), None).await).await;
    let desk = to_provider(&buyer, &order).await;
    app.ctx.db().run("update checkouts set device = 'phone'", vec![]).await.unwrap();
    let phone = to_provider(&buyer, &order).await;
    assert_ne!(desk, phone);
    press(&buyer, &desk, "later").await;
    press(&buyer, &phone, "decline").await;
    assert!(buyer.get(&order).await.texts(".banner")[0].contains("on its way"));
    press(&buyer, &desk, "decline").await;
    assert!(buyer.get(&order).await.texts(".banner")[0].contains("declined"));
});

on_both!(paying_twice_opens_once_and_the_second_payment_is_owed_back, |app| {
    let buyer = app.member("buyer").await;
    let tier = app.tier("Readers").await;
    let order = buy_tier(&buyer, tier, "month").await;
    let provider = to_provider(&buyer, &order).await;
    press(&buyer, &provider, "twice").await;
    assert_eq!(app.count("select count(*) from entitlements").await, 1);
    assert_eq!(app.count("select count(*) from payments where use = 'surplus'").await, 1);
    assert_eq!(app.count("select minor from ledger_entries where account = 'liability:surplus'").await, -3000);
    assert_eq!(app.count("select cast(sum(minor) as bigint) from ledger_entries where account = 'provider:test'").await, 6000);
    assert_eq!(app.ledger_sum().await, 0);
    assert!(buyer.get(&order).await.body.contains("owed back"));
});

on_both!(a_month_and_a_year_follow_on_each_other, |app| {
    let buyer = app.member("buyer").await;
    let tier = app.tier("Readers").await;
    assert_eq!(buyer.get("/membership").await.texts(".tier-price"), ["CN¥30.00 a month"]);
    let month = buy_tier(&buyer, tier, "month").await;
    let provider = to_provider(&buyer, &month).await;
    assert_eq!(press(&buyer, &provider, "pay").await.location(), "/membership?done=joined-tier");
    assert_eq!(buyer.get(&month).await.texts(".receipt-until"), ["15 April 2026, 12:00"]);
    assert!(app.may_enter(buyer.id, tier).await);
    let year = buy_tier(&buyer, tier, "year").await;
    press(&buyer, &to_provider(&buyer, &year).await, "pay").await;
    assert_eq!(buyer.get(&year).await.texts(".receipt-until"), ["15 April 2027, 12:00"]);
    let held = membership_of(&app.ctx, &app.viewer(buyer.id, Role::Member)).await.unwrap();
    assert_eq!(held.len(), 1);
    assert!(buyer.get("/membership").await.texts(".tier-current")[0].contains("15 April 2027"));
    assert_eq!(app.count("select cast(sum(minor) as bigint) from ledger_entries where account = 'revenue:fees'").await, -33_000);
    app.clock.advance(395 * DAY);
    assert!(app.may_enter(buyer.id, tier).await);
    app.clock.advance(2 * DAY);
    assert!(app.may_enter(buyer.id, tier).await, "both terms are over, but not the days of grace");
    app.clock.advance(3 * DAY);
    assert!(!app.may_enter(buyer.id, tier).await);
    assert_eq!(orders_of(&app.ctx, &app.viewer(buyer.id, Role::Member), None, 1).await.unwrap()[0].path(), year);
});

on_both!(a_webhook_that_is_forged_late_or_garbled_does_nothing, |app| {
    let buyer = app.member("buyer").await;
    let post = app.paid_post(Some(100), None).await;
    let path = buy_post(&buyer, post).await;
    to_provider(&buyer, &path).await;
    let order = app.tried(&buyer, &path).await;
    let body = event(&order, "e1", "payment.succeeded", "p1").to_string();
    let secret = secret(&app.ctx).await.unwrap();
    let forged = sign("guessed", app.ctx.now(), body.as_bytes()).unwrap();
    let late = sign(&secret, app.ctx.now().plus(-6 * MINUTE), body.as_bytes()).unwrap();
    let of_another = sign(&secret, app.ctx.now(), b"{}").unwrap();
    for signature in [None, Some(""), Some("t=1,v1=00"), Some(&*forged), Some(&*late), Some(&*of_another)] {
        let answer = app.tell_with(body.clone(), signature).await;
        assert_eq!(answer.status, 400, "{signature:?}");
        assert!(serde_json::from_str::<Value>(&answer.body).unwrap()["error"].is_string());
    }
    for garbled in ["", "{}", "[1]", "\0", r#"{"id":1}"#] {
        let signature = sign(&secret, app.ctx.now(), garbled.as_bytes()).unwrap();
        assert_eq!(app.tell_with(garbled.to_owned(), Some(&signature)).await.status, 400, "{garbled:?}");
    }
    let huge = "x".repeat(256 * 1024 + 1);
    let signature = sign(&secret, app.ctx.now(), huge.as_bytes()).unwrap();
    assert_eq!(app.tell_with(huge, Some(&signature)).await.status, 413);
    assert_eq!(app.count("select count(*) from notifications").await, 0);
    assert!(!app.may_read(buyer.id, post).await);
});

/// What each provider reads as "not taken in, tell again".
pub const FAILURES: [(&str, &str); 5] = [
    ("stripe", r#"{"received":false}"#),
    ("paypal", ""),
    ("wechat", r#"{"code":"FAIL","message":"失败"}"#),
    ("alipay", "failure"),
    ("test", r#"{"error":"tell again"}"#),
];

impl TestApp {
    async fn post_webhook(&self, provider: &str, body: &str) -> Answer {
        let visitor = self.visitor();
        visitor.send(visitor.client.post(format!("{}/webhooks/{provider}", self.address)).body(body.to_owned())).await
    }

    /// All that is answered to a webhook whose body breaks off after some of it.
    async fn broken_off(&self, provider: &str) -> String {
        let mut stream = tokio::net::TcpStream::connect(self.address.strip_prefix("http://").unwrap()).await.unwrap();
        let head = format!("POST /webhooks/{provider} HTTP/1.1\r\nhost: stoa.example\r\ntransfer-encoding: chunked\r\n\r\n");
        // A piece, and then something that is none.
        stream.write_all(format!("{head}5\r\nhello\r\nnothing\r\n").as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }
}

on_both!(a_provider_whose_notification_does_not_arrive_whole_hears_it_in_its_own_words, |app| {
    for (provider, words) in FAILURES {
        let answer = app.post_webhook(provider, &"x".repeat(256 * 1024 + 1)).await;
        assert_eq!((answer.status, answer.body.as_str()), (413, words), "{provider}");
        let answer = app.broken_off(provider).await;
        assert!(answer.starts_with("HTTP/1.1 400 ") && answer.ends_with(&format!("\r\n\r\n{words}")), "{provider}: {answer}");
    }
    assert_eq!(app.post_webhook("nobody", "x").await.status, 404);
    assert_eq!(app.count("select count(*) from notifications").await, 0);
});

on_both!(a_provider_that_is_not_believed_hears_it_in_its_own_words, |app| {
    let owner = app.viewer(app.owner, Role::Owner);
    for (provider, words) in FAILURES {
        if let Some(keys) = simulators::keys(provider, "http://127.0.0.1:9") {
            assert_eq!(app.post_webhook(provider, "{}").await.status, 404, "{provider} is not set up");
            connections::save(&app.ctx, &owner, Provider::parse(provider).unwrap(), true, &keys).await.unwrap();
        }
        let answer = app.post_webhook(provider, "{}").await;
        let status = if provider == "wechat" { 401 } else { 400 };
        assert_eq!((answer.status, answer.body.as_str()), (status, words), "{provider}");
    }
});

on_both!(a_provider_whose_notification_cannot_be_kept_hears_it_in_its_own_words_and_tells_again, |app| {
    let buyer = app.member("buyer").await;
    let path = buy_tier(&buyer, app.tier("Readers").await, "month").await;
    to_provider(&buyer, &path).await;
    let body = event(&app.tried(&buyer, &path).await, "e1", "payment.succeeded", "p1").to_string();
    let signature = sign(&secret(&app.ctx).await.unwrap(), app.ctx.now(), body.as_bytes()).unwrap();
    let db = app.ctx.db();
    db.run("alter table notifications rename to notifications_away", vec![]).await.unwrap();
    let answer = app.tell_with(body.clone(), Some(&signature)).await;
    assert_eq!((answer.status, answer.body.as_str()), (503, FAILURES[4].1));
    db.run("alter table notifications_away rename to notifications", vec![]).await.unwrap();
    assert_eq!(app.tell_with(body, Some(&signature)).await.status, 200);
    assert_eq!(app.notifications("new").await, 1);
    // Not even the keys to check it with can be read, nor what the site is called.
    db.run("alter table provider_accounts rename to provider_accounts_away", vec![]).await.unwrap();
    db.run("alter table site rename to site_away", vec![]).await.unwrap();
    app.clock.advance(MINUTE);
    for (provider, words) in &FAILURES[..4] {
        let answer = app.post_webhook(provider, "{}").await;
        assert_eq!((answer.status, answer.body.as_str()), (503, *words), "{provider}");
    }
});

on_both!(an_event_that_does_not_fit_is_noted_and_opens_nothing, |app| {
    let (buyer, other) = (app.member("buyer").await, app.member("other").await);
    let post = app.paid_post(Some(100), None).await;
    let (path, others_path) = (buy_post(&buyer, post).await, buy_post(&other, post).await);
    to_provider(&buyer, &path).await;
    let order = app.tried(&buyer, &path).await;
    to_provider(&other, &others_path).await;
    let others = app.tried(&other, &others_path).await;
    let right = |id: &str| event(&order, id, "payment.succeeded", "p1");
    let with = |id: &str, field: &str, value: Value| {
        let mut event = right(id);
        event["data"][field] = value;
        event
    };
    let wrong = [
        with("e1", "amount_minor", json!(99)),
        with("e2", "amount_minor", json!(-100)),
        with("e3", "currency", json!("USD")),
        with("e4", "order", json!("nobody-ordered-this")),
        with("e5", "checkout", json!("tc_another")),
        with("e6", "order", json!(others.0.reference)),
    ];
    for event in &wrong {
        for _ in 0..2 {
            assert_eq!(app.tell(event).await.status, 200, "what is signed is kept: {event}");
        }
    }
    assert_eq!((app.notifications("quarantined").await, app.notifications("ignored").await), (5, 1), "nobody ordered the fourth");
    assert_eq!(app.count("select count(*) from letters where kind = 'trouble'").await, 5, "an admin is told of each, once");
    assert_eq!(app.count("select count(*) from payments").await, 0);
    assert_eq!(app.tell(&right("e7")).await.status, 200);
    assert!(app.may_read(buyer.id, post).await && !app.may_read(other.id, post).await);
    app.tell(&event(&others, "e8", "payment.succeeded", "p1")).await;
    assert_eq!(app.notifications("quarantined").await, 6, "one payment pays one order");
    assert!(!app.may_read(other.id, post).await);
    assert_eq!(app.tell(&event(&others, "e9", "customer.updated", "p9")).await.status, 200, "what does not concern us is taken");
    assert_eq!(app.ledger_sum().await, 0);
});

on_both!(a_replayed_event_changes_nothing_and_a_late_word_does_not_undo_a_payment, |app| {
    let buyer = app.member("buyer").await;
    let tier = app.tier("Readers").await;
    let path = buy_tier(&buyer, tier, "month").await;
    to_provider(&buyer, &path).await;
    let order = app.tried(&buyer, &path).await;
    let told = [
        event(&order, "e1", "payment.succeeded", "p1"),
        event(&order, "e1", "payment.succeeded", "p1"),
        // The same payment in another event.
        event(&order, "e2", "payment.succeeded", "p1"),
        event(&order, "e3", "payment.declined", "p0"),
        event(&order, "e4", "payment.pending", "p1"),
    ];
    for event in &told {
        assert_eq!(app.tell(event).await.status, 200, "{event}");
    }
    assert_eq!(app.count("select count(*) from payments").await, 1);
    assert_eq!(app.count("select count(*) from ledger_transfers").await, 1);
    assert_eq!(app.count("select count(*) from entitlements").await, 1);
    assert_eq!(buyer.get(&path).await.texts("h1"), ["Receipt"]);
});

on_both!(of_eight_identical_events_at_once_one_counts, |app| {
    let buyer = app.member("buyer").await;
    let path = buy_tier(&buyer, app.tier("Readers").await, "month").await;
    to_provider(&buyer, &path).await;
    let event = event(&app.tried(&buyer, &path).await, "e1", "payment.succeeded", "p1");
    let answers = futures::future::join_all((0..8).map(|_| app.tell(&event))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert_eq!(app.count("select count(*) from notifications").await, 1);
    assert_eq!(app.count("select count(*) from payments").await, 1);
    assert_eq!(app.count("select count(*) from entitlements").await, 1);
});

on_both!(terms_paid_at_the_same_moment_do_not_overlap, |app| {
    let buyer = app.member("buyer").await;
    let tier = app.tier("Readers").await;
    let mut events = Vec::new();
    for (n, cadence) in ["month", "year"].into_iter().enumerate() {
        let path = buy_tier(&buyer, tier, cadence).await;
        to_provider(&buyer, &path).await;
        let order = app.tried(&buyer, &path).await;
        events.extend((0..4).map(|m| event(&order, &format!("e{n}{m}"), "payment.succeeded", &format!("p{n}{m}"))));
    }
    let answers = futures::future::join_all(events.iter().map(|event| app.tell(event))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert_eq!(app.count("select count(*) from payments where use = 'order'").await, 2);
    assert_eq!(app.count("select count(*) from payments where use = 'surplus'").await, 6);
    let touching = "select count(*) from entitlements a join entitlements b on a.ends_at = b.starts_at";
    assert_eq!((app.count("select count(*) from entitlements").await, app.count(touching).await), (2, 1));
    assert_eq!(app.ledger_sum().await, 0);
});

on_both!(a_term_taken_back_leaves_the_later_ones_whole_and_without_a_gap, |app| {
    let member = app.member("member").await;
    let tier = app.tier("Readers").await;
    let viewer = app.viewer(member.id, Role::Member);
    let mut tx = app.ctx.db().begin().await.unwrap();
    for cause in ["gift:1", "gift:2", "gift:2"] {
        grant_term(&app.ctx, &mut tx, member.id, tier, Cadence::Month, cause).await.unwrap();
    }
    tx.commit().await.unwrap();
    let end = async || membership_of(&app.ctx, &viewer).await.unwrap().first().map(|held| held.ends_at.unwrap().since(app.ctx.now()));
    assert_eq!(end().await, Some(61 * DAY), "to 15 April, then to 15 May; the same cause gives nothing twice");
    app.clock.advance(10 * DAY);
    // A month from 25 March, now that nothing lies before it.
    for (cause, left) in [("gift:1", Some(31 * DAY)), ("gift:1", Some(31 * DAY)), ("nothing:1", Some(31 * DAY)), ("gift:2", None)] {
        let mut tx = app.ctx.db().begin().await.unwrap();
        take_back(&app.ctx, &mut tx, cause, app.ctx.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(end().await, left, "{cause}");
        assert_eq!(app.may_enter(member.id, tier).await, left.is_some(), "{cause}");
    }
});

on_both!(an_order_is_seen_by_its_buyer_and_by_admins_only, |app| {
    let (buyer, other) = (app.member("buyer").await, app.member("other").await);
    let order = buy_post(&buyer, app.paid_post(Some(100), None).await).await;
    let pay = format!("{order}/pay");
    for path in [order.clone(), format!("{order}/return"), "/orders/none".into()] {
        assert_eq!(other.get(&path).await.status, 404, "{path}");
        assert_eq!(app.visitor().get(&path).await.status, 401, "{path}");
    }
    assert_eq!(other.post(&pay, &[]).await.status, 404);
    let owner = app.owner().await;
    assert_eq!(owner.get(&order).await.status, 200);
    assert_eq!(owner.post(&pay, &[]).await.status, 403);
    assert_eq!(buyer.get("/test-provider/none").await.status, 404);
    let provider = to_provider(&buyer, &order).await;
    assert_eq!(buyer.post(&provider, &[("action", "steal")]).await.status, 400);
});

on_both!(what_cannot_be_bought_is_refused_clearly, |app| {
    let buyer = app.member("buyer").await;
    let tier = app.tier("Readers").await;
    let (for_tier, for_sale) = (app.paid_post(None, Some(tier)).await.to_string(), app.paid_post(Some(100), None).await);
    let sold = for_sale.to_string();
    let tier = tier.to_string();
    let start = async |person: &Person, form: &[(&str, &str)]| person.post("/checkout", form).await;
    for (form, status) in [
        (vec![("kind", "post"), ("post", &*for_tier)], 409),
        (vec![("kind", "post"), ("post", "999999")], 404),
        (vec![("kind", "post"), ("post", "1; drop table orders")], 404),
        (vec![("kind", "tier"), ("tier", "999999"), ("cadence", "month")], 404),
        (vec![("kind", "tier"), ("tier", &*tier), ("cadence", "decade")], 400),
        (vec![("kind", "yacht")], 400),
        (vec![], 400),
    ] {
        assert_eq!(start(&buyer, &form).await.status, status, "{form:?}");
    }
    let visitor = start(&app.visitor(), &[("kind", "post"), ("post", &*sold), ("to", "/p/x?y=1")]).await;
    assert_eq!(visitor.location(), "/sign-in?to=%2Fp%2Fx%3Fy%3D1");
    let strange = start(&app.visitor(), &[("kind", "post"), ("post", &*sold), ("to", "//evil.example")]).await;
    assert!(strange.location().starts_with("/sign-in?to=%2Fp%2Fpaid-"), "{}", strange.location());
    let order = buy_post(&buyer, for_sale).await;
    let provider = to_provider(&buyer, &order).await;
    press(&buyer, &provider, "pay").await;
    assert!(start(&buyer, &[("kind", "post"), ("post", &*sold)]).await.location().starts_with("/p/paid-"), "it is the buyer's already");
    assert_eq!(buyer.post(&format!("{order}/pay"), &[]).await.status, 409);
    let owner = app.owner().await;
    assert!(start(&owner, &[("kind", "post"), ("post", &*sold)]).await.location().starts_with("/p/paid-"), "it is the author's own");
    assert_eq!(owner.post(&format!("/admin/tiers/{tier}/archive"), &[("archived", "on")]).await.status, 303);
    assert_eq!(start(&buyer, &[("kind", "tier"), ("tier", &*tier), ("cadence", "month")]).await.status, 409);
    assert_eq!(app.count("select count(*) from orders").await, 1);
});

on_both!(an_order_keeps_the_price_that_was_agreed, |app| {
    let (buyer, owner) = (app.member("buyer").await, app.owner().await);
    let tier = app.tier("Readers").await;
    let old = buy_tier(&buyer, tier, "month").await;
    let form = [("name", "Readers"), ("monthly", "45"), ("yearly", "")];
    assert_eq!(owner.post(&format!("/admin/tiers/{tier}"), &form).await.status, 303);
    assert_eq!(buy_tier(&buyer, tier, "month").await, old, "it goes on");
    assert_eq!(buyer.get(&old).await.texts(".order-total dd"), ["CN¥30.00"]);
    let other = app.member("other").await;
    let new = buy_tier(&other, tier, "month").await;
    assert_eq!(other.get(&new).await.texts(".order-total dd"), ["CN¥45.00"]);
    assert_eq!(buyer.get("/membership").await.texts(".tier-price"), ["CN¥45.00 a month"]);
    // What costs less by now is ordered anew, and the dearer order is given up.
    let form = [("name", "Readers"), ("monthly", "20"), ("yearly", "")];
    assert_eq!(owner.post(&format!("/admin/tiers/{tier}"), &form).await.status, 303);
    let cheap = buy_tier(&buyer, tier, "month").await;
    assert_eq!(buyer.get(&cheap).await.texts(".order-total dd"), ["CN¥20.00"]);
    assert!(buyer.get(&old).await.body.contains("This order was given up"));
});

/// Two orders of one article at two prices, both at the provider's: their paths, and the provider's. One gives way to the
/// other now, as long as nothing breaks off in between.
pub async fn two_orders(app: &TestApp, buyer: &Person) -> (PostId, [String; 2], [String; 2]) {
    let post = app.paid_post(Some(1000), None).await;
    let first = buy_post(buyer, post).await;
    app.ctx.db().run("update posts set price_minor = 1500 where id = $1", stoa::args![post]).await.unwrap();
    app.ctx.db().run("update orders set closed_at = 1", vec![]).await.unwrap();
    let second = buy_post(buyer, post).await;
    app.ctx.db().run("update orders set closed_at = null", vec![]).await.unwrap();
    assert_ne!(first, second);
    let providers = [to_provider(buyer, &first).await, to_provider(buyer, &second).await];
    (post, [first, second], providers)
}

on_both!(an_article_paid_by_two_orders_is_opened_once_and_the_second_payment_is_owed_back, |app| {
    let buyer = app.member("buyer").await;
    let (post, orders, providers) = two_orders(&app, &buyer).await;
    for provider in &providers {
        press(&buyer, provider, "pay").await;
    }
    assert!(app.may_read(buyer.id, post).await);
    assert_eq!(app.count("select count(*) from entitlements").await, 1);
    assert_eq!(app.count("select cast(sum(minor) as bigint) from ledger_entries where account = 'liability:surplus'").await, -1500);
    assert_eq!(app.count("select cast(sum(minor) as bigint) from ledger_entries where account = 'revenue:sales'").await, -1000);
    assert_eq!(app.ledger_sum().await, 0);
    assert_eq!(app.count("select count(*) from interactions where kind = 'purchase'").await, 1);
    let first = buyer.get(&orders[0]).await;
    assert_eq!((first.texts(".receipt").len(), first.body.contains("owed back")), (1, false));
    let second = buyer.get(&orders[1]).await;
    assert!(second.body.contains("CN¥15.00 is owed back to you"), "{}", second.body);
    assert!(second.texts(".receipt").is_empty() && second.attribute("form.order-pay", "action").is_none());
    assert_eq!(buyer.post(&format!("{}/pay", orders[1]), &[]).await.status, 409);
    // The owner's money page agrees, and telling it again changes nothing.
    press(&buyer, &providers[1], "again").await;
    assert_eq!(app.count("select count(*) from payments where use = 'surplus'").await, 1);
});

on_both!(two_orders_of_one_article_paid_at_once_open_it_once, |app| {
    let buyer = app.member("buyer").await;
    let (_, _, [one, other]) = two_orders(&app, &buyer).await;
    futures::join!(press(&buyer, &one, "pay"), press(&buyer, &other, "twice"));
    assert_eq!(app.count("select count(*) from entitlements where revoked_at is null").await, 1);
    assert_eq!(app.count("select count(*) from payments where use = 'order'").await, 1);
    assert_eq!(app.count("select count(*) from payments where use = 'surplus'").await, 2);
    assert_eq!(app.ledger_sum().await, 0);
});

on_both!(admins_make_tiers_and_what_they_typed_comes_back, |app| {
    let (member, owner) = (app.member("member").await, app.owner().await);
    assert!(member.get("/membership").await.body.contains("no tiers yet"));
    assert_eq!(member.get("/admin/tiers").await.status, 403);
    assert_eq!(member.post("/admin/tiers", &[("name", "Mine"), ("monthly", "1")]).await.status, 403);
    assert_eq!(app.visitor().get("/admin/tiers/1").await.status, 401);
    for (monthly, yearly) in [("", ""), ("-1", ""), ("1.234", ""), ("", "99999999999999999999"), ("0", "")] {
        let answer = owner.post("/admin/tiers", &[("name", "金卡"), ("monthly", monthly), ("yearly", yearly)]).await;
        assert_eq!(answer.status, 422, "{monthly} {yearly}");
        assert_eq!(answer.attribute("#name", "value").as_deref(), Some("金卡"));
        assert_eq!(answer.texts(".field-error").len(), 1);
    }
    for _ in 0..2 {
        assert_eq!(owner.post("/admin/tiers", &[("name", "金卡"), ("monthly", "10")]).await.status, 303);
    }
    assert_eq!(app.count("select count(*) from tiers where slug in ('jin-qia', 'jin-qia-2', 'jin-ka', 'jin-ka-2')").await, 2);
    assert_eq!(owner.get("/admin/tiers").await.texts("tbody th"), ["金卡", "金卡"]);
    assert_eq!(owner.get("/admin/tiers/nonsense").await.status, 404);
    assert_eq!(owner.post("/admin/tiers/999", &[("name", "x"), ("monthly", "1")]).await.status, 404);
    assert_eq!(member.get("/membership").await.texts(".tier-card h2"), ["金卡", "金卡"]);
});

on_both!(what_a_provider_says_when_asked_and_does_not_fit_is_put_aside_once_and_opens_nothing, |app| {
    let buyer = app.member("buyer").await;
    let post = app.paid_post(Some(100), None).await;
    let order = buy_post(&buyer, post).await;
    let provider = to_provider(&buyer, &order).await;
    // The provider took less than was agreed; its notification never comes, the buyer does.
    let sql = "update test_provider_checkouts set minor = 1, status = 'paid', payments = 1";
    app.ctx.db().run(sql, vec![]).await.unwrap();
    for _ in 0..2 {
        assert_eq!(buyer.get(&format!("{order}/return")).await.location(), order);
    }
    assert!(!app.may_read(buyer.id, post).await);
    assert_eq!((app.notifications("quarantined").await, app.count("select count(*) from payments").await), (1, 0));
    // It was a slip of theirs: once it is put right, replaying finds the payment.
    app.ctx.db().run("update test_provider_checkouts set minor = 100", vec![]).await.unwrap();
    app.ctx.db().run("update notifications set state = 'new', turn_at = 0", vec![]).await.unwrap();
    inbox::process(&app.ctx).await.unwrap();
    assert!(app.may_read(buyer.id, post).await && app.notifications("done").await == 1, "{provider}");
});

on_both!(a_payment_that_is_reversed_closes_what_it_opened_until_its_dispute_is_won, |app| {
    let paypal = app.with_paypal().await;
    paypal.set_webhook(&format!("{}/webhooks/paypal", app.address));
    let hear = async || app.hear(Provider::Paypal, paypal.deliveries().take_all()).await;
    let buyer = app.member("buyer").await;
    let post = app.paid_post(Some(1250), None).await;
    let order = buy_post(&buyer, post).await;
    assert_eq!(buyer.post(&format!("{order}/pay"), &[("provider", "paypal")]).await.status, 303);
    let number = app.tried(&buyer, &order).await.0.number.unwrap();
    paypal.pay(&number, Paying::Succeeds).unwrap();
    assert_eq!(buyer.get(&format!("{order}/return")).await.location(), "/p/here?done=opened#rest");
    hear().await;
    let payment = paypal.payments_of(&number).remove(0);
    let dispute = paypal.dispute(&payment).unwrap();
    hear().await;
    assert!(app.may_read(buyer.id, post).await, "contested is not decided");
    paypal.reverse(&payment).unwrap();
    hear().await;
    assert!(!app.may_read(buyer.id, post).await, "the money has gone");
    app.clock.advance(DAY);
    paypal.decide(&dispute, true).unwrap();
    hear().await;
    assert!(app.may_read(buyer.id, post).await, "and came back");
    assert_eq!(app.ledger_sum().await, 0);
    assert_eq!(app.count("select cast(sum(minor) as bigint) from ledger_entries where account = 'revenue:sales'").await, -1250);
});

on_both!(after_a_capture_was_declined_there_is_another_try_at_the_same_provider, |app| {
    let paypal = app.with_paypal().await;
    let buyer = app.member("buyer").await;
    let post = app.paid_post(Some(1250), None).await;
    let order = buy_post(&buyer, post).await;
    let pay = [("provider", "paypal")];
    buyer.post(&format!("{order}/pay"), &pay).await;
    let first = app.tried(&buyer, &order).await.0.number.unwrap();
    paypal.pay(&first, Paying::Declines).unwrap();
    assert_eq!(buyer.get(&format!("{order}/return")).await.location(), order);
    assert!(buyer.get(&order).await.texts(".banner").join(" ").contains("declined"));
    assert_eq!(buyer.post(&format!("{order}/pay"), &pay).await.status, 303);
    let second = app.tried(&buyer, &order).await.0.number.unwrap();
    assert_ne!(second, first, "the first cannot be approved once more");
    paypal.pay(&second, Paying::Succeeds).unwrap();
    assert_eq!(buyer.get(&format!("{order}/return")).await.location(), "/p/here?done=opened#rest");
    assert!(app.may_read(buyer.id, post).await);
});

async fn without_provider(backend: Backend) {
    let app = TestApp::start_without_payments(backend).await;
    let buyer = app.member("buyer").await;
    let order = buy_post(&buyer, app.paid_post(Some(100), None).await).await;
    let page = buyer.get(&order).await;
    assert!(page.texts(".banner")[0].contains("no way to pay"));
    assert_eq!(page.attribute("form.order-pay", "action"), None);
    assert_eq!(buyer.post(&format!("{order}/pay"), &[]).await.status, 409);
    assert_eq!(buyer.get("/test-provider/any").await.status, 404);
    assert_eq!(buyer.post("/test-provider/any", &[("action", "pay")]).await.status, 404);
    let signature = sign(&secret(&app.ctx).await.unwrap(), app.ctx.now(), b"{}").unwrap();
    assert_eq!(app.tell_with("{}".into(), Some(&signature)).await.status, 404);
}

#[tokio::test]
async fn without_the_test_provider_nothing_can_be_paid_on_sqlite() {
    without_provider(Backend::Sqlite).await;
}

#[tokio::test]
async fn without_the_test_provider_nothing_can_be_paid_on_postgres() {
    without_provider(Backend::Postgres).await;
}
