//! What nobody wanted to pay, or what takes too long: surplus goes back by itself, tries that are not wanted are closed, a
//! second agreement ends, and a provider that is away holds up nobody else.

use crate::money_desk::with_stripe;
use crate::on_both;
use crate::payments::{buy_post, press, to_provider, two_orders};
use crate::support::PASSWORD;
use serde_json::json;
use stoa::foundation::cadence::Cadence;
use stoa::foundation::locale::Locale;
use stoa::foundation::time::{DAY, HOUR};
use stoa::foundation::viewer::Role;
use stoa::payments::service::settle::settle;
use stoa::payments::service::{self, Paying, Purchase, Started, buy, clock, connections, pay};
use stoa::providers::facts::Fact;
use stoa::providers::{Device, Provider};
use stoa::server::db::Queries;

on_both!(a_surplus_goes_back_by_itself_once, |app| {
    let buyer = app.member("buyer").await;
    let (post, orders, providers) = two_orders(&app, &buyer).await;
    for provider in &providers {
        press(&buyer, provider, "pay").await;
    }
    for _ in 0..2 {
        clock::tick(&app.ctx).await.unwrap();
        app.clock.advance(2 * HOUR);
    }
    assert_eq!(app.count("select count(*) from refunds where state = 'succeeded' and minor = 1500 and asked_by is null").await, 1);
    assert_eq!(app.count("select count(*) from refunds").await, 1);
    assert_eq!(app.count("select cast(sum(minor) as bigint) from ledger_entries where account = 'liability:surplus'").await, 0);
    assert!(app.may_read(buyer.id, post).await);
    assert!(!buyer.get(&orders[1]).await.body.contains("owed back"));
});

on_both!(once_one_try_is_paid_the_others_are_closed, |app| {
    let buyer = app.member("buyer").await;
    let order = buy_post(&buyer, app.paid_post(Some(1000), None).await).await;
    let on_the_desk = to_provider(&buyer, &order).await;
    app.ctx.db().run("update checkouts set device = 'phone'", vec![]).await.unwrap();
    let on_the_phone = to_provider(&buyer, &order).await;
    assert_ne!(on_the_desk, on_the_phone);
    press(&buyer, &on_the_phone, "pay").await;
    clock::tick(&app.ctx).await.unwrap();
    assert_eq!(app.count("select count(*) from checkouts where state = 'closed'").await, 1);
    assert_eq!(buyer.post(&on_the_desk, &[("action", "pay")]).await.status, 409);
    assert_eq!(app.count("select count(*) from payments").await, 1);
});

on_both!(an_order_can_be_paid_for_thirty_days_and_then_is_made_anew, |app| {
    let buyer = app.member("buyer").await;
    let post = app.paid_post(Some(1000), None).await;
    let old = buy_post(&buyer, post).await;
    app.clock.advance(29 * DAY);
    assert_eq!(buy_post(&buyer, post).await, old);
    assert!(buyer.get(&old).await.attribute("form.order-pay", "action").is_some());
    app.clock.advance(2 * DAY);
    let page = buyer.get(&old).await;
    assert!(page.texts(".banner")[0].contains("more than 30 days old"));
    assert_eq!(page.attribute("form.order-pay", "action"), None);
    assert_eq!(buyer.post(&format!("{old}/pay"), &[]).await.status, 409);
    assert_ne!(buy_post(&buyer, post).await, old);
});

on_both!(of_two_agreements_for_one_tier_the_second_is_ended_and_its_charge_goes_back, |app| {
    let (admin, ann) = (app.owner().await, app.member("ann").await);
    let stripe = with_stripe(&app, &admin).await;
    let (tier, buyer) = (app.tier("Gold").await, app.viewer(ann.id, Role::Member));
    let purchase = Purchase::Tier { tier, cadence: Cadence::Month, currency: None, renewing: true };
    let Started::Order(reference) = buy(&app.ctx, &buyer, purchase, None).await.unwrap() else { panic!("nothing to buy") };
    for device in [Device::Desktop, Device::Phone] {
        let paying = Paying { provider: Provider::Stripe, device, client_ip: "127.0.0.1".into(), locale: Locale::En };
        pay(&app.ctx, &buyer, &reference, &paying).await.unwrap();
    }
    for session in ["min", "max"] {
        let (number,): (String,) = app.ctx.db().one(format!("select {session}(number) from checkouts"), vec![]).await.unwrap();
        stripe.pay(&number).unwrap();
    }
    for _ in 0..3 {
        app.clock.advance(60_000);
        clock::tick(&app.ctx).await.unwrap();
    }
    assert_eq!(app.count("select count(*) from subscriptions where state = 'active'").await, 1);
    assert_eq!(app.count("select count(*) from subscriptions where state = 'ended'").await, 1);
    assert_eq!(app.count("select count(*) from refunds where state = 'succeeded' and asked_by is null").await, 1);
    assert_eq!(app.count("select count(*) from payments").await, 2);
    assert_eq!(app.count("select cast(sum(minor) as bigint) from ledger_entries").await, 0);
    assert!(app.may_enter(ann.id, tier).await);
    app.clock.advance(40 * DAY);
    stripe.tick();
    for _ in 0..3 {
        app.clock.advance(60_000);
        clock::tick(&app.ctx).await.unwrap();
    }
    assert_eq!(app.count("select count(*) from payments").await, 3, "one is charged again, the other never");
});

on_both!(what_a_second_agreement_took_is_its_own_and_goes_back_also_when_that_is_told_first, |app| {
    let (admin, ann) = (app.owner().await, app.member("ann").await);
    let stripe = with_stripe(&app, &admin).await;
    let (tier, buyer) = (app.tier("Gold").await, app.viewer(ann.id, Role::Member));
    let purchase = Purchase::Tier { tier, cadence: Cadence::Month, currency: None, renewing: true };
    let Started::Order(reference) = buy(&app.ctx, &buyer, purchase, None).await.unwrap() else { panic!("nothing to buy") };
    for device in [Device::Desktop, Device::Phone] {
        let paying = Paying { provider: Provider::Stripe, device, client_ip: "127.0.0.1".into(), locale: Locale::En };
        pay(&app.ctx, &buyer, &reference, &paying).await.unwrap();
    }
    let order = service::order(&app.ctx, &buyer, &reference).await.unwrap();
    let tries = service::tries_of(&app.ctx, &buyer, &order).await.unwrap();
    let connection = connections::connection(&app.ctx, Provider::Stripe).await.unwrap();
    let mut told = Vec::new();
    for one in tries.iter().rev() {
        stripe.pay(one.number.as_deref().unwrap()).unwrap();
        told.push(connection.look(&one.as_asked(&order)).await.unwrap());
    }
    let [first, second] = &told[..] else { panic!("two tries") };
    settle(&app.ctx, Provider::Stripe, first).await.unwrap();
    let paid: Vec<Fact> = second.iter().filter(|fact| matches!(fact, Fact::Payment(_))).cloned().collect();
    settle(&app.ctx, Provider::Stripe, &paid).await.unwrap();
    assert_eq!(app.count("select count(distinct subscription_id) from orders").await, 2);
    for _ in 0..4 {
        app.clock.advance(60_000);
        clock::tick(&app.ctx).await.unwrap();
    }
    assert_eq!(app.count("select count(*) from subscriptions where state = 'active'").await, 1);
    assert_eq!(app.count("select count(*) from subscriptions where state = 'ended' and surplus_at is not null").await, 1);
    assert_eq!(app.count("select count(*) from refunds where state = 'succeeded' and asked_by is null").await, 1);
});

on_both!(whoever_deletes_their_account_is_charged_no_more, |app| {
    let (admin, ann) = (app.owner().await, app.member("ann").await);
    let stripe = with_stripe(&app, &admin).await;
    let (tier, buyer) = (app.tier("Gold").await, app.viewer(ann.id, Role::Member));
    let purchase = Purchase::Tier { tier, cadence: Cadence::Month, currency: None, renewing: true };
    let Started::Order(reference) = buy(&app.ctx, &buyer, purchase, None).await.unwrap() else { panic!("nothing to buy") };
    let paying = Paying { provider: Provider::Stripe, device: Device::Desktop, client_ip: "127.0.0.1".into(), locale: Locale::En };
    pay(&app.ctx, &buyer, &reference, &paying).await.unwrap();
    stripe.pay(&app.text("select number from checkouts").await).unwrap();
    assert_eq!(ann.get(&format!("/orders/{reference}/return")).await.status, 303);
    assert_eq!(app.text("select state from subscriptions").await, "active");
    assert_eq!(ann.post("/account/delete", &[("password", PASSWORD), ("understood", "on")]).await.status, 303);
    app.clock.advance(60_000);
    clock::tick(&app.ctx).await.unwrap();
    assert_eq!(app.text("select state from subscriptions").await, "ended");
    app.clock.advance(40 * DAY);
    stripe.tick();
    clock::tick(&app.ctx).await.unwrap();
    let counts = "select count(*) * 10 + (select count(*) from refunds) from payments";
    assert_eq!(app.count(counts).await, 10, "one term was paid, and stays paid");
});

on_both!(a_provider_that_is_away_holds_up_nobody_else, |app| {
    let (admin, ann) = (app.owner().await, app.member("ann").await);
    let keys = [("enabled", "on"), ("secret_key", "sk_test_a"), ("webhook_secret", "whsec_a"), ("base_url", "http://127.0.0.1:9")];
    assert_eq!(admin.post("/admin/payments/stripe", &keys).await.status, 303);
    let body = json!({
        "id": "evt_1", "object": "event", "type": "checkout.session.completed", "created": 0, "livemode": false, "account": null,
        "data": { "object": { "id": "cs_test_a", "payment_intent": null } },
    });
    let insert = "insert into notifications (provider, event_id, kind, body, received_at, state, turn_at)
        values ('stripe', $1, 'checkout.session.completed', $2, 0, 'new', 0)";
    for n in 0..20 {
        app.ctx.db().run(insert, stoa::args![format!("evt_{n}"), body.to_string()]).await.unwrap();
    }
    let order = buy_post(&ann, app.paid_post(Some(1000), None).await).await;
    let provider = ann.post(&format!("{order}/pay"), &[("provider", "test")]).await.location().to_owned();
    assert_eq!(ann.post(&provider, &[("action", "pay")]).await.status, 303);
    clock::tick(&app.ctx).await.unwrap();
    assert_eq!(app.count("select count(*) from notifications where provider = 'test' and state = 'done'").await, 1);
    let tried = app.count("select count(*) from notifications where provider = 'stripe' and state = 'later'").await;
    assert!((4..20).contains(&tried), "after a few, the rest waits: {tried}");
});

on_both!(another_address_does_not_get_the_secrets_that_are_kept, |app| {
    let admin = app.owner().await;
    let keys = [("enabled", "on"), ("secret_key", "sk_test_a"), ("webhook_secret", "whsec_a"), ("base_url", "http://127.0.0.1:9")];
    assert_eq!(admin.post("/admin/payments/stripe", &keys).await.status, 303);
    let elsewhere = [("enabled", "on"), ("base_url", "http://127.0.0.1:10")];
    let refused = admin.post("/admin/payments/stripe", &elsewhere).await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.texts(".field-error"), ["When the address changes, please give the secrets again."]);
    assert_eq!(refused.attribute("[name=base_url]", "value").as_deref(), Some("http://127.0.0.1:10"));
    let with_some = [("enabled", "on"), ("secret_key", "sk_test_b"), ("base_url", "http://127.0.0.1:10")];
    assert_eq!(admin.post("/admin/payments/stripe", &with_some).await.status, 422);
    let same = [("enabled", "on"), ("base_url", "http://127.0.0.1:9")];
    assert_eq!(admin.post("/admin/payments/stripe", &same).await.status, 303);
});
