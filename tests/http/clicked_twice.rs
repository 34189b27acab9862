//! The same person twice at the same moment: Buy is one order, Pay is one try and one charge.

use crate::on_both;
use crate::payments::press;
use crate::support::Person;
use futures::future::join_all;
use std::collections::BTreeSet;
use std::sync::Arc;
use stoa::foundation::id::TierId;
use stoa::foundation::viewer::Role;
use stoa::membership::model::NewTier;
use stoa::membership::service::save_tier;
use stoa::payments::service::clock;
use stoa::providers::Provider;
use stoa::server::db::Queries;
use stoa::server::random::SeededRandom;
use stoa::simulators::{alipay, paypal, stripe, wechat};

/// Presses a button several times at once; where all of them lead.
async fn all_at_once(person: &Person, path: &str, form: &[(&str, &str)]) -> String {
    let answers = join_all((0..4).map(|_| person.post(path, form))).await;
    let led: BTreeSet<String> = answers
        .iter()
        .map(|answer| {
            assert_eq!(answer.status, 303, "{path} {form:?}: {:?}", answer.texts(".banner"));
            answer.location().to_owned()
        })
        .collect();
    assert_eq!(led.len(), 1, "{path} {form:?}: {led:?}");
    led.into_iter().next().unwrap()
}

async fn begin(buyer: &Person, tier: TierId, currency: &str) -> String {
    let tier = tier.to_string();
    let form = [("kind", "tier"), ("tier", &*tier), ("cadence", "month"), ("currency", currency), ("to", "/membership")];
    buyer.post("/checkout", &form).await.location().to_owned()
}

on_both!(buy_pressed_several_times_at_once_is_one_order, |app| {
    let (buyer, tier) = (app.member("buyer").await, app.tier("Readers").await.to_string());
    let post = app.paid_post(Some(1250), None).await.to_string();
    let article = [("kind", "post"), ("post", &*post), ("to", "/p/here")];
    let term = [("kind", "tier"), ("tier", &*tier), ("cadence", "month"), ("to", "/membership")];
    let first = all_at_once(&buyer, "/checkout", &article).await;
    let second = all_at_once(&buyer, "/checkout", &term).await;
    assert_ne!(first, second);
    assert_eq!(app.count("select count(*) from orders").await, 2);
    // Somebody else's order is another one.
    assert_ne!(all_at_once(&app.member("other").await, "/checkout", &article).await, first);
    assert_eq!(app.count("select count(*) from orders").await, 3);
});

on_both!(pay_pressed_several_times_at_once_is_one_try_and_one_charge_whoever_the_provider_is, |app| {
    let random = || Arc::new(SeededRandom::new(7));
    let stripe = app
        .serve(Provider::Stripe, |clock, base| {
            let made = Arc::new(stripe::Stripe::new(clock, random(), base));
            (made.clone().router(), made)
        })
        .await;
    let paypal = app
        .serve(Provider::Paypal, |clock, base| {
            let made = Arc::new(paypal::Paypal::new(clock, random(), base));
            (made.clone().router(), made)
        })
        .await;
    let wechat = app
        .serve(Provider::Wechat, |clock, base| {
            let made = Arc::new(wechat::Wechat::new(clock, random(), base));
            (made.clone().router(), made)
        })
        .await;
    let alipay = app
        .serve(Provider::Alipay, |clock, base| {
            let made = Arc::new(alipay::Alipay::new(clock, random(), base));
            (made.clone().router(), made)
        })
        .await;
    let new = NewTier { name: "Readers".into(), monthly: "30".into(), more_prices: Some("month 4.90 USD".into()), ..NewTier::default() };
    let tier = save_tier(&app.ctx, &app.viewer(app.owner, Role::Owner), new).await.unwrap();
    for provider in [Provider::Test, Provider::Stripe, Provider::Paypal, Provider::Wechat, Provider::Alipay] {
        let name = provider.as_str();
        let buyer = app.member(&format!("by-{name}")).await;
        let order = begin(&buyer, tier, if provider == Provider::Paypal { "USD" } else { "CNY" }).await;
        let led = all_at_once(&buyer, &format!("{order}/pay"), &[("provider", name)]).await;
        let sql = "select c.reference, coalesce(c.number, ''), c.way_text from checkouts c where c.provider = $1";
        let tries: Vec<(String, String, String)> = app.ctx.db().all(sql, stoa::args![name]).await.unwrap();
        let [(reference, number, way)] = &tries[..] else { panic!("{name}: {tries:?}") };
        match provider {
            Provider::Stripe => stripe.pay(number).unwrap(),
            Provider::Paypal => drop(paypal.pay(number, paypal::Paying::Succeeds).unwrap()),
            Provider::Wechat => wechat.pay(reference).unwrap(),
            Provider::Alipay => {
                // A trade begins when the buyer opens the address.
                app.visitor().client.get(way).send().await.unwrap();
                alipay.pay(reference).unwrap();
            }
            _ => drop(press(&buyer, &led, "pay").await),
        }
        // The buyer is back, also more than once; and time goes by.
        let back = format!("{order}/return");
        join_all((0..4).map(|_| buyer.get(&back))).await;
        clock::tick(&app.ctx).await.unwrap();
        let sql = "select p.use from payments p join orders o on o.id = p.order_id where o.reference = $1";
        let payments: Vec<(String,)> = app.ctx.db().all(sql, stoa::args![order.strip_prefix("/orders/").unwrap()]).await.unwrap();
        assert_eq!(payments, [("order".to_owned(),)], "{name}");
        assert!(app.may_enter(buyer.id, tier).await, "{name}");
        assert_eq!(buyer.post(&format!("{order}/pay"), &[("provider", name)]).await.status, 409, "{name}: it is paid");
    }
    assert_eq!(app.count("select count(*) from entitlements").await, 5);
    assert_eq!(app.count("select count(*) from receipts").await, 5);
    assert_eq!(app.ledger_sum().await, 0);
});
