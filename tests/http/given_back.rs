//! Refunds that do not go through at once, or at all: nothing is given up in silence, and whoever waits for money has it, or
//! what was paid with it.

use crate::on_both;
use crate::payments::{buy_post, press, to_provider};
use crate::support::{Person, TestApp};
use std::sync::Arc;
use stoa::foundation::id::PostId;
use stoa::foundation::money::{Currency, Money};
use stoa::foundation::time::{DAY, HOUR};
use stoa::foundation::viewer::Role;
use stoa::payments::service::clock;
use stoa::payments::service::connections::{connection, save};
use stoa::payments::service::settle::settle;
use stoa::providers::facts::{Fact, PaymentFact};
use stoa::providers::keys::Keys;
use stoa::providers::{NewRefund, Provider};
use stoa::server::db::Queries;
use stoa::simulators;
use stoa::simulators::stripe::Stripe;

const TROUBLES: &str = "select count(*) from letters where kind = 'trouble'";
const ALARMS: &str = "select count(*) from notifications where state = 'quarantined'";

impl TestApp {
    /// Stripe's simulator, the keys that reach it, and an article of 12.50 that was paid there; the order's path.
    async fn sold_at_stripe(&self, buyer: &Person) -> (Keys, Arc<Stripe>, PostId, String) {
        let (keys, stripe) = self.stripe_listens().await;
        self.reach_stripe(&keys).await;
        let post = self.paid_post(Some(1250), None).await;
        let order = buy_post(buyer, post).await;
        assert_eq!(buyer.post(&format!("{order}/pay"), &[("provider", "stripe")]).await.status, 303);
        stripe.pay(&self.text("select number from checkouts").await).unwrap();
        buyer.get(&format!("{order}/return")).await;
        assert!(self.may_read(buyer.id, post).await);
        (keys, stripe, post, order)
    }

    async fn reach_stripe(&self, keys: &Keys) {
        save(&self.ctx, &self.viewer(self.owner, Role::Owner), Provider::Stripe, true, keys).await.unwrap();
    }

    /// Nobody listens there.
    async fn lose_stripe(&self) {
        self.reach_stripe(&simulators::keys("stripe", "http://127.0.0.1:9").unwrap()).await;
    }

    /// An admin gives back so much of the first payment; nothing typed: all that is left.
    async fn gives_back(&self, amount: &str) {
        let (order, payment) = (self.count("select max(id) from orders").await, self.count("select min(id) from payments").await);
        let form = [("payment", &*payment.to_string()), ("amount", amount), ("sure", "on")];
        assert_eq!(self.owner().await.post(&format!("/admin/orders/{order}/refund"), &form).await.status, 303);
    }

    async fn days_pass(&self, days: i64) {
        for _ in 0..days {
            self.clock.advance(DAY + HOUR);
            clock::tick(&self.ctx).await.unwrap();
        }
    }
}

on_both!(a_refund_is_asked_for_as_long_as_its_provider_is_away_and_an_admin_is_told_once, |app| {
    let ann = app.member("ann").await;
    let (keys, _stripe, post, _) = app.sold_at_stripe(&ann).await;
    app.lose_stripe().await;
    app.gives_back("").await;
    app.days_pass(3).await;
    assert_eq!(app.count(TROUBLES).await, 0, "it may be back tomorrow");
    app.days_pass(57).await;
    assert_eq!(app.text("select state from refunds").await, "asked");
    assert_eq!((app.count(TROUBLES).await, app.count(ALARMS).await), (1, 1));
    let letter = app.newest_letter("trouble").await;
    assert!(letter.contains("CN¥12.50 was to go back days ago") && letter.contains("not reached"), "{letter}");
    let admin = app.owner().await;
    let alarm = admin.get("/admin/notifications").await.attribute("tbody a", "href").unwrap();
    assert_eq!(admin.get(&alarm).await.status, 200);
    assert_eq!(admin.post(&format!("{alarm}/replay"), &[]).await.status, 503, "it is still away");
    app.reach_stripe(&keys).await;
    assert_eq!(admin.post(&format!("{alarm}/replay"), &[]).await.status, 303);
    assert_eq!((app.text("select state from refunds").await, app.count(ALARMS).await), ("succeeded".to_owned(), 0));
    assert!(!app.may_read(ann.id, post).await);
    assert_eq!(app.count(TROUBLES).await, 1);
});

on_both!(a_refund_that_is_under_way_for_long_is_not_forgotten_when_one_look_at_it_fails, |app| {
    let ann = app.member("ann").await;
    let (keys, stripe, ..) = app.sold_at_stripe(&ann).await;
    stripe.hold_refunds(true);
    app.gives_back("").await;
    app.days_pass(45).await;
    app.lose_stripe().await;
    app.days_pass(2).await;
    app.reach_stripe(&keys).await;
    stripe.settle_refund(&app.text("select provider_refund from refunds").await, true).unwrap();
    app.days_pass(2).await;
    assert_eq!(app.text("select state from refunds").await, "succeeded");
    assert_eq!((app.count(TROUBLES).await, app.count(ALARMS).await), (0, 0), "all is as it should be");
});

on_both!(a_refund_that_was_asked_for_without_an_answer_is_known_to_be_under_way_once_it_is_in_the_book, |app| {
    let ann = app.member("ann").await;
    let (_keys, stripe, ..) = app.sold_at_stripe(&ann).await;
    stripe.hold_refunds(true);
    let reference = "0123456789abcdef0123456789abcdef";
    let asked = "insert into refunds (payment_id, reference, provider, minor, state, at, look_at)
        select id, $1, 'stripe', 100, 'asked', $2, $2 from payments";
    app.ctx.db().run(asked, stoa::args![reference, app.ctx.now()]).await.unwrap();
    let cny = |minor| Money::new(minor, Currency::parse("CNY").unwrap());
    let refund = NewRefund {
        reference: reference.into(),
        checkout: app.text("select reference from checkouts").await,
        payment: app.text("select provider_payment from payments").await,
        amount: cny(100),
        paid: cny(1250),
        reason: String::new(),
        notify_url: String::new(),
    };
    // Its answer is lost.
    connection(&app.ctx, Provider::Stripe).await.unwrap().refund(&refund).await.unwrap();
    let form = [("provider", "stripe"), ("day", "2026-03-15")];
    assert_eq!(app.owner().await.post("/admin/reconciliation", &form).await.status, 303);
    assert_eq!(app.text("select state from refunds").await, "pending", "a book does not say that it went through");
    assert_eq!(app.count("select count(*) from reconciliation_findings").await, 0);
    stripe.settle_refund(&app.text("select provider_refund from refunds").await, true).unwrap();
    app.days_pass(1).await;
    assert_eq!(app.text("select state from refunds").await, "succeeded");
    assert_eq!(app.ledger_sum().await, 0);
});

on_both!(what_a_provider_refuses_to_give_back_is_open_again_and_its_request_waits_for_an_admin, |app| {
    let (admin, ann) = (app.owner().await, app.member("ann").await);
    let (_keys, stripe, post, order) = app.sold_at_stripe(&ann).await;
    // Contested, and nobody has told us.
    let payment = app.text("select provider_payment from payments").await;
    let dispute = stripe.dispute(&payment).unwrap();
    let number = format!("O-{:06}", app.count("select id from orders").await);
    let sure = [("name", "Ann Lin"), ("number", &*number), ("email", "ann@example.org"), ("sure", "on")];
    assert_eq!(app.visitor().post("/withdraw", &sure).await.status, 303);
    let request = format!("/admin/refunds/{}", app.count("select id from refund_requests").await);
    assert_eq!(admin.post(&format!("{request}/execute"), &[("amount", "10")]).await.status, 303);
    assert_eq!(app.text("select state from refunds").await, "failed");
    assert!(app.may_read(ann.id, post).await, "neither the money nor what was bought would be too little");
    assert_eq!(app.text("select state from refund_requests").await, "open");
    assert!(ann.get(&order).await.texts(".banner").join(" ").contains("An admin decides"));
    let letters = app.letters("trouble").await;
    assert_eq!((letters.len(), &*letters[0].1), (1, "A refund failed (Card (Stripe))"));
    let letter = app.newest_letter("trouble").await;
    assert!(letter.contains("CN¥10.00 was not given back") && letter.contains("their request waits for you"), "{letter}");
    // Once the bank has decided, it is done after all.
    stripe.settle_dispute(&dispute, true).unwrap();
    assert_eq!(admin.post(&format!("{request}/execute"), &[("amount", "10")]).await.status, 303);
    assert_eq!(app.text("select state from refund_requests").await, "done");
    assert_eq!(app.count("select minor from refunds where state = 'succeeded'").await, 1000);
    assert!(!app.may_read(ann.id, post).await);
    assert_eq!((app.count(TROUBLES).await, app.ledger_sum().await), (1, 0));
});

on_both!(what_the_buyers_bank_sends_back_waits_for_an_admin, |app| {
    let (admin, ann) = (app.owner().await, app.member("ann").await);
    app.promise("days", "none").await;
    let (_keys, stripe, post, order) = app.sold_at_stripe(&ann).await;
    assert_eq!(ann.post(&format!("{order}/take-back"), &[]).await.status, 303);
    assert!(!app.may_read(ann.id, post).await);
    stripe.settle_refund(&app.text("select provider_refund from refunds").await, false).unwrap();
    app.days_pass(1).await;
    assert!(app.may_read(ann.id, post).await);
    let page = ann.get(&order).await;
    assert!(page.texts(".banner").join(" ").contains("CN¥12.50 could not be given back the way it came"), "{:?}", page.texts(".banner"));
    assert!(page.texts(".order-back-form").is_empty(), "it was asked for, and is not forgotten");
    assert_eq!(app.count(TROUBLES).await, 1);
    let open = admin.get("/admin/refunds?state=open").await.attribute("tbody a", "href").unwrap();
    assert_eq!(admin.post(&format!("{open}/execute"), &[]).await.status, 303);
    assert!(!app.may_read(ann.id, post).await);
    assert_eq!(app.count("select count(*) from refunds where state = 'succeeded'").await, 1);
});

on_both!(what_came_offline_and_pays_for_nothing_is_told_to_an_admin_once, |app| {
    let (admin, ann) = (app.owner().await, app.member("ann").await);
    assert_eq!(admin.post("/admin/payments/offline", &[("enabled", "on")]).await.status, 303);
    let order = buy_post(&ann, app.paid_post(Some(1250), None).await).await;
    let pay = format!("{order}/pay");
    assert_eq!(ann.post(&pay, &[("provider", "offline")]).await.status, 303);
    let test = ann.post(&pay, &[("provider", "test")]).await;
    press(&ann, test.location(), "pay").await;
    app.clock.advance(HOUR);
    let id = app.count("select id from orders").await;
    for _ in 0..2 {
        assert_eq!(admin.post(&format!("/admin/orders/{id}/confirm"), &[]).await.status, 303);
    }
    assert_eq!(app.text("select provider from payments where use = 'surplus'").await, "offline");
    let letters = app.letters("trouble").await;
    assert_eq!((letters.len(), &*letters[0].1), (1, "A refund waits for you (Bank transfer or cash)"));
    let letter = app.newest_letter("trouble").await;
    assert!(letter.contains("CN¥12.50 came offline and pays for nothing") && letter.contains(&format!("/admin/orders/{id}")), "{letter}");
    assert_eq!(app.count("select count(*) from refunds").await, 0, "nobody says that money moved before it did");
});

/// The balance of what is owed back for having been paid too much.
const SURPLUS: &str = "select cast(coalesce(sum(minor), 0) as bigint) from ledger_entries where account = 'liability:surplus'";

on_both!(what_is_left_of_a_surplus_goes_back_also_after_a_part_of_it_was_given_back_before, |app| {
    let buyer = app.member("buyer").await;
    let post = app.paid_post(Some(10_000), None).await;
    let order = buy_post(&buyer, post).await;
    to_provider(&buyer, &order).await;
    app.ctx.db().run("update checkouts set device = 'phone'", vec![]).await.unwrap();
    to_provider(&buyer, &order).await;
    let tell = async |payment: &str, reference: String, ago: i64| {
        let amount = Money::new(10_000, Currency::parse("CNY").unwrap());
        let paid_at = app.ctx.now().plus(-ago);
        let fact = PaymentFact { payment: payment.into(), reference: Some(reference), amount, fee: None, paid_at, term: None };
        settle(&app.ctx, Provider::Test, &[Fact::Payment(fact)]).await.unwrap();
    };
    app.clock.advance(HOUR);
    tell("late", app.text("select reference from checkouts order by id desc limit 1").await, 0).await;
    app.gives_back("10").await;
    assert_eq!(app.count("select count(*) from refunds").await, 1);
    // The one that came first is told of last, and pays the order.
    tell("early", app.text("select reference from checkouts order by id limit 1").await, HOUR / 2).await;
    assert_eq!(app.text("select provider_payment from payments where use = 'surplus'").await, "late");
    app.days_pass(2).await;
    let back = "select cast(sum(r.minor) as bigint) from refunds r join payments p on p.id = r.payment_id
        where p.use = 'surplus' and r.state = 'succeeded'";
    assert_eq!((app.count(back).await, app.count("select count(*) from refunds").await), (10_000, 2));
    assert_eq!((app.count(SURPLUS).await, app.ledger_sum().await), (0, 0));
    assert!(app.may_read(buyer.id, post).await);
});

on_both!(a_surplus_is_given_back_although_an_admin_tried_in_vain_and_once_although_it_fails, |app| {
    let ann = app.member("ann").await;
    let (_keys, stripe, ..) = app.sold_at_stripe(&ann).await;
    stripe.hold_refunds(true);
    let fail = async || {
        stripe.settle_refund(&app.text("select provider_refund from refunds order by id desc limit 1").await, false).unwrap();
        app.days_pass(1).await;
        assert_eq!(app.text("select state from refunds order by id desc limit 1").await, "failed");
    };
    app.gives_back("2.50").await;
    fail().await;
    assert_eq!(app.count(TROUBLES).await, 1);
    // The same order is paid once more, and that was first.
    let early = PaymentFact {
        payment: "early".into(),
        reference: Some(app.text("select reference from checkouts").await),
        amount: Money::new(1250, Currency::parse("CNY").unwrap()),
        fee: None,
        paid_at: app.ctx.now().plus(-60 * DAY),
        term: None,
    };
    settle(&app.ctx, Provider::Stripe, &[Fact::Payment(early.clone())]).await.unwrap();
    assert_eq!(app.count("select minor from refunds where asked_by is null").await, 1250, "all of it, whatever an admin tried");
    app.days_pass(1).await;
    fail().await;
    for _ in 0..2 {
        settle(&app.ctx, Provider::Stripe, &[Fact::Payment(early.clone())]).await.unwrap();
        app.days_pass(1).await;
    }
    assert_eq!((app.count("select count(*) from refunds").await, app.count(TROUBLES).await), (2, 2), "an admin has to see to it");
});
