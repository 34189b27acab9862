//! Letters about money: each once, in the transaction that takes note of what they tell.

use crate::money_desk::with_stripe;
use crate::on_both;
use crate::payments::{buy_post, buy_tier, press, to_provider};
use crate::support::TestApp;
use stoa::foundation::time::{DAY, HOUR};
use stoa::foundation::viewer::Role;
use stoa::payments::notices::remind;
use stoa::payments::service::clock;
use stoa::server::db::Queries;
use stoa::simulators::stripe::Charging;

impl TestApp {
    /// So many of each kind, in this order.
    async fn written(&self, kinds: &[&str]) -> Vec<usize> {
        let mut counts = Vec::new();
        for kind in kinds {
            counts.push(self.letters(kind).await.len());
        }
        counts
    }

    async fn goes_on(&self) {
        for _ in 0..3 {
            self.clock.advance(60_000);
            clock::tick(&self.ctx).await.unwrap();
        }
    }
}

on_both!(a_payment_has_one_receipt_however_often_it_is_told, |app| {
    let sink = app.with_sink().await;
    let buyer = app.member("buyer").await;
    let order = buy_post(&buyer, app.paid_post(Some(1500), None).await).await;
    let provider = to_provider(&buyer, &order).await;
    press(&buyer, &provider, "pay").await;
    for _ in 0..3 {
        clock::tick(&app.ctx).await.unwrap();
        buyer.get(&format!("{order}/return")).await;
        app.clock.advance(2 * DAY);
    }
    assert_eq!(app.written(&["receipt", "refunded", "sale"]).await, [1, 0, 0]);
    let text = app.newest_letter("receipt").await;
    assert!(text.contains("Article “A paid article”") && text.contains("CN¥15.00") && text.contains("2026-000001"), "{text}");
    assert!(text.contains(&format!("{}{order}", app.address)) && text.contains("For good"));
    assert!(text.contains("Seller: 学廊测试") && !text.contains("Tax") && !text.contains("Buyer"), "{text}");
    app.send_letters().await;
    assert_eq!(sink.taken().len(), 1);
});

on_both!(a_second_payment_has_no_receipt_and_its_refund_a_letter, |app| {
    let buyer = app.member("buyer").await;
    let order = buy_post(&buyer, app.paid_post(Some(1500), None).await).await;
    let provider = to_provider(&buyer, &order).await;
    press(&buyer, &provider, "twice").await;
    app.goes_on().await;
    assert_eq!(app.written(&["receipt"]).await, [1]);
    let admin = app.owner().await;
    let refund = [("payment", "1"), ("amount", "5"), ("reason", "<script>alert(1)</script>"), ("sure", "on")];
    assert_eq!(admin.post("/admin/orders/1/refund", &refund).await.status, 303);
    app.goes_on().await;
    app.goes_on().await;
    let refunds = app.letters("refunded").await;
    assert_eq!(refunds.last().unwrap().1, "CN¥5.00 was given back to you");
    let through = app.count("select count(*) from refunds where state = 'succeeded'").await;
    assert_eq!(refunds.len() as i64, through, "a letter for each that went through");
    let notes = app.count("select count(*) from letters where kind = 'refunded' and plain like '%Credit note number: 2026-000002%'").await;
    assert_eq!((through, notes), (2, 1), "what paid for nothing had no receipt, and its refund is no credit note");
});

on_both!(a_letter_about_a_refund_says_whether_what_was_bought_is_closed, |app| {
    let (admin, buyer) = (app.owner().await, app.member("buyer").await);
    let order = buy_post(&buyer, app.paid_post(Some(1500), None).await).await;
    press(&buyer, &to_provider(&buyer, &order).await, "pay").await;
    for (amount, closed) in [("5", false), ("", true)] {
        assert_eq!(admin.post("/admin/orders/1/refund", &[("payment", "1"), ("amount", amount), ("sure", "on")]).await.status, 303);
        app.goes_on().await;
        let text = app.newest_letter("refunded").await;
        assert_eq!(text.contains("What the order opened is closed."), closed, "{text}");
    }
    assert_eq!(app.letters("refunded").await.len(), 2);
});

on_both!(admins_who_want_it_have_a_copy_of_each_sale, |app| {
    let (owner, ada) = (app.owner().await, app.person("ada", Role::Admin).await);
    owner.post("/account/mail", &[("sale", "on"), ("trouble", "on")]).await;
    ada.post("/account/mail", &[("welcome", "on")]).await;
    let former = app.person("former", Role::Admin).await;
    former.post("/account/mail", &[("sale", "on")]).await;
    owner.post(&format!("/admin/members/{}/role", former.id), &[("role", "member")]).await;
    let buyer = app.member("buyer").await;
    let order = buy_post(&buyer, app.paid_post(Some(1500), None).await).await;
    press(&buyer, &to_provider(&buyer, &order).await, "pay").await;
    assert_eq!(app.letters("sale").await.iter().map(|(to, ..)| to.as_str()).collect::<Vec<_>>(), ["olive@example.org"]);
    assert!(app.newest_letter("sale").await.contains("/admin/orders/1"));
});

on_both!(whose_membership_ends_is_told_a_week_three_days_and_a_day_before, |app| {
    let member = app.member("member").await;
    let tier = app.tier("Readers").await;
    let order = buy_tier(&member, tier, "month").await;
    press(&member, &to_provider(&member, &order).await, "pay").await;
    for _ in 0..62 {
        remind(&app.ctx).await.unwrap();
        app.clock.advance(12 * HOUR);
    }
    let subjects: Vec<String> = app.letters("ending").await.into_iter().map(|(_, subject, _)| subject).collect();
    assert_eq!(subjects, ["“Readers” ends in 7 days", "“Readers” ends in 3 days", "“Readers” ends tomorrow"]);
    assert!(app.newest_letter("ending").await.contains("15 April 2026, 12:00"));
});

on_both!(a_term_shorter_than_a_week_has_one_reminder_at_a_time_and_none_on_the_day_it_is_bought, |app| {
    let member = app.member("member").await;
    let tier = app.tier("Readers").await.0;
    app.entitle(&member, tier, Some(app.ctx.now().plus(2 * DAY))).await;
    for _ in 0..3 {
        remind(&app.ctx).await.unwrap();
    }
    assert_eq!(app.written(&["ending"]).await, [0], "bought just now");
    app.clock.advance(DAY + HOUR);
    remind(&app.ctx).await.unwrap();
    assert_eq!(app.letters("ending").await.into_iter().map(|(_, subject, _)| subject).collect::<Vec<_>>(), ["“Readers” ends tomorrow"]);
});

on_both!(an_agreement_is_announced_charged_and_its_troubles_told, |app| {
    let (admin, ann) = (app.owner().await, app.member("ann").await);
    let stripe = with_stripe(&app, &admin).await;
    let tier = app.tier("Gold").await;
    let (path, session) = app.at_provider(&ann, tier, ("stripe", "CNY")).await;
    stripe.pay(&session).unwrap();
    ann.get(&format!("{path}/return")).await;
    let agreement = stripe.agreement_of(&session).unwrap();
    let kinds = ["receipt", "renewal", "failed", "cancelled", "ending"];
    assert_eq!(app.written(&kinds).await, [1, 0, 0, 0, 0]);
    app.clock.advance(27 * DAY);
    app.goes_on().await;
    assert_eq!(app.written(&kinds).await, [1, 0, 0, 0, 0], "four days before it is too early");
    app.clock.advance(2 * DAY);
    app.goes_on().await;
    app.goes_on().await;
    assert_eq!(app.written(&kinds).await, [1, 1, 0, 0, 0]);
    let notice = app.newest_letter("renewal").await;
    assert!(notice.contains("CN¥30.00") && notice.contains("15 April 2026") && notice.contains("Gold"), "{notice}");
    // It renews: another receipt.
    app.clock.advance(3 * DAY);
    stripe.tick();
    app.goes_on().await;
    app.clock.advance(HOUR);
    app.goes_on().await;
    assert_eq!(app.written(&kinds).await, [2, 1, 0, 0, 0]);
    // The card is refused.
    stripe.set_charging(&agreement, Charging::Fails);
    app.clock.advance(31 * DAY);
    stripe.tick();
    app.goes_on().await;
    app.clock.advance(2 * HOUR);
    app.goes_on().await;
    assert_eq!(app.letters("failed").await.len(), 1, "{:?}", app.written(&kinds).await);
    assert!(app.newest_letter("failed").await.contains("/account/membership"));
    app.clock.advance(7 * HOUR);
    app.goes_on().await;
    assert_eq!(app.letters("failed").await.len(), 1, "told once, however often it is looked at");
});

on_both!(who_cancels_is_told_until_when_and_when_it_has_ended, |app| {
    let (admin, ann) = (app.owner().await, app.member("ann").await);
    let stripe = with_stripe(&app, &admin).await;
    let tier = app.tier("Gold").await;
    let (path, session) = app.at_provider(&ann, tier, ("stripe", "CNY")).await;
    stripe.pay(&session).unwrap();
    ann.get(&format!("{path}/return")).await;
    let id = app.count("select max(id) from subscriptions").await;
    assert_eq!(ann.post(&format!("/account/membership/agreements/{id}"), &[("change", "cancel")]).await.status, 303);
    app.goes_on().await;
    assert_eq!(app.written(&["cancelled"]).await, [1]);
    let text = app.newest_letter("cancelled").await;
    assert!(text.contains("stays open until 15 April 2026") && text.contains("you can resume renewal"), "{text}");
    app.clock.advance(25 * DAY);
    app.goes_on().await;
    assert_eq!(app.written(&["renewal", "ending"]).await, [0, 1], "it ends, so the end is told and no charge");
    app.clock.advance(8 * DAY);
    stripe.tick();
    app.goes_on().await;
    app.clock.advance(2 * HOUR);
    app.goes_on().await;
    assert_eq!(app.written(&["cancelled", "receipt"]).await, [2, 1]);
    assert!(app.newest_letter("cancelled").await.contains("ended"));
});

on_both!(receipts_and_credit_notes_by_letter_say_who_sold_who_bought_and_the_tax, |app| {
    let (admin, buyer) = (app.owner().await, app.member("buyer").await);
    let seller = [("name", "Porch Ltd"), ("address", "Colonnade 1\nAthens"), ("number", "EL123456789"), ("note", "Thank you.")];
    assert_eq!(admin.post("/admin/seller", &seller).await.status, 303);
    assert_eq!(admin.post("/admin/tax", &[("country", "DE"), ("rate", "19")]).await.status, 303);
    let order = buy_post(&buyer, app.paid_post(Some(1190), None).await).await;
    let to = buyer.post(&format!("{order}/pay"), &[("provider", "test"), ("country", "DE")]).await;
    press(&buyer, to.location(), "pay").await;
    let says = |text: &str, words: &[&str]| {
        for words in words {
            assert!(text.contains(words), "{words}: {text}");
        }
    };
    let receipt = [
        "Receipt number: 2026-000001",
        "Amount: CN¥11.90",
        "Tax included: CN¥1.90, 19% (Germany)",
        "Seller: Porch Ltd, Colonnade 1, Athens, Business number: EL123456789",
        "Thank you.",
    ];
    says(&app.newest_letter("receipt").await, &receipt);
    let named = [("name", "Ann Ltd"), ("address", "Street 7"), ("number", "DE99")];
    assert_eq!(buyer.post(&format!("{order}/receipt"), &named).await.status, 303);
    let (id, payment) = (app.count("select id from orders").await, app.count("select id from payments").await);
    let refund = async |amount: &str| {
        let form = [("payment", &*payment.to_string()), ("amount", amount), ("sure", "on")];
        assert_eq!(admin.post(&format!("/admin/orders/{id}/refund"), &form).await.status, 303);
        app.goes_on().await;
        app.newest_letter("refunded").await
    };
    let text = refund("3").await;
    let note = [
        "Credit note number: 2026-000002",
        "For receipt: 2026-000001",
        "Given back: CN¥3.00",
        "Tax included: CN¥0.48, 19% (Germany)",
        "Seller: Porch Ltd, Colonnade 1, Athens, Business number: EL123456789",
        "Thank you.",
    ];
    says(&text, &note);
    assert!(!text.contains("Ann Ltd"), "nobody knows whose address it is: {text}");
    app.ctx.db().run("update members set locale = 'zh-CN', email_verified_at = 1 where handle = 'buyer'", vec![]).await.unwrap();
    let note = [
        "红字收据编号：2026-000003",
        "对应的收据：2026-000001",
        "退款金额：¥8.90",
        "其中税额：¥1.42，税率 19%（德国）",
        "卖方：Porch Ltd，Colonnade 1，Athens，税号：EL123456789",
        "买方：Ann Ltd，Street 7，税号：DE99",
    ];
    says(&refund("").await, &note);
    assert_eq!(app.written(&["receipt", "refunded"]).await, [1, 2]);
    let untaxed = buy_post(&buyer, app.paid_post(Some(500), None).await).await;
    let to = buyer.post(&format!("{untaxed}/pay"), &[("provider", "test"), ("country", "-")]).await;
    press(&buyer, to.location(), "pay").await;
    let text = app.newest_letter("receipt").await;
    says(&text, &["收据编号：2026-000004", "金额：¥5.00", "卖方：Porch Ltd"]);
    assert!(!text.contains("税额") && !text.contains("买方"), "{text}");
});
