//! The admin's pages about money: who may see them, keys, orders, refunds, notifications, the ledger, reconciliation, tiers.

use crate::on_both;
use crate::support::{Answer, PASSWORD, Person, TestApp};
use std::sync::Arc;
use stoa::foundation::cadence::Cadence;
use stoa::foundation::id::{PostId, TierId};
use stoa::foundation::locale::Locale;
use stoa::foundation::money::{Currency, Money};
use stoa::foundation::time::{DAY, HOUR, MINUTE};
use stoa::foundation::viewer::Role;
use stoa::membership::model::Access;
use stoa::membership::paywall::{Gate, opens};
use stoa::payments::reconciliation::Fee;
use stoa::payments::service::desk::reconciling;
use stoa::payments::service::settle::{note_fee, settle};
use stoa::payments::service::{Paying, Purchase, Started, buy as buy_as, pay};
use stoa::providers::facts::{Fact, MovementKind, PaymentFact, RefundFact, RefundState};
use stoa::providers::{Device, Provider};
use stoa::server::db::Queries;
use stoa::simulators;

const PAGES: [&str; 12] = [
    "/admin/payments",
    "/admin/payments/stripe",
    "/admin/orders",
    "/admin/orders.csv",
    "/admin/orders/1",
    "/admin/failed-payments",
    "/admin/subscriptions",
    "/admin/subscriptions/1",
    "/admin/notifications",
    "/admin/notifications/1",
    "/admin/ledger",
    "/admin/ledger.csv",
];

const FORMS: [&str; 15] = [
    "/admin/payments/stripe",
    "/admin/payments/stripe/test",
    "/admin/payments/stripe/simulator",
    "/admin/payments/stripe/limits",
    "/admin/orders/1/refund",
    "/admin/orders/1/confirm",
    "/admin/orders/1/look",
    "/admin/subscriptions/1/look",
    "/admin/subscriptions/1/end",
    "/admin/notifications/1/replay",
    "/admin/notifications/1/ignore",
    "/admin/reconciliation",
    "/admin/tiers/1/move",
    "/admin/tiers/1/grants",
    "/admin/grants/1/revoke",
];

impl TestApp {
    async fn reads(&self, person: &Person, post: PostId) -> bool {
        let gate = Gate { post: Some(post), access: Access::Paid, ..Gate::PUBLIC };
        opens(&self.ctx, &self.viewer(person.id, Role::Member), &gate).await.unwrap()
    }

    async fn is_in(&self, person: &Person, tier: TierId) -> bool {
        let gate = Gate { tier: Some(tier), access: Access::Paid, ..Gate::PUBLIC };
        opens(&self.ctx, &self.viewer(person.id, Role::Member), &gate).await.unwrap()
    }

    /// The number of the newest order.
    async fn newest_order(&self) -> i64 {
        self.count("select max(id) from orders").await
    }

    pub async fn text(&self, sql: &'static str) -> String {
        let (text,): (String,) = self.ctx.db().one(sql, vec![]).await.unwrap();
        text
    }
}

/// An order for an article, paid at the test provider; the order's path.
async fn buy(buyer: &Person, post: PostId, action: &str) -> String {
    let order = begin(buyer, post).await;
    let provider = buyer.post(&format!("{order}/pay"), &[("provider", "test")]).await.location().to_owned();
    assert_eq!(buyer.post(&provider, &[("action", action)]).await.status, 303);
    buyer.get(&format!("{order}/return")).await;
    order
}

async fn begin(buyer: &Person, post: PostId) -> String {
    let form = [("kind", "post"), ("post", &*post.to_string()), ("to", "/")];
    buyer.post("/checkout", &form).await.location().to_owned()
}

fn field_error(answer: &Answer, name: &str) -> String {
    answer.texts(&format!("#{name}-error")).into_iter().next().unwrap_or_default()
}

on_both!(only_admins_reach_the_pages_about_money, |app| {
    let (visitor, member) = (app.visitor(), app.member("ann").await);
    let moderator = app.person("mo", Role::Moderator).await;
    for path in PAGES.into_iter().chain(["/admin/reconciliation", "/admin/reconciliation/1"]) {
        assert_eq!(visitor.get(path).await.status, 401, "{path}");
        assert_eq!(member.get(path).await.status, 403, "{path}");
        assert_eq!(moderator.get(path).await.status, 403, "{path}");
    }
    for path in FORMS {
        assert_eq!(visitor.post(path, &[]).await.status, 401, "{path}");
        assert_eq!(member.post(path, &[]).await.status, 403, "{path}");
    }
    let admin = app.person("ada", Role::Admin).await;
    for path in
        ["/admin", "/admin/payments", "/admin/payments/wechat", "/admin/payments/offline", "/admin/orders", "/admin/failed-payments"]
    {
        assert_eq!(admin.get(path).await.status, 200, "{path}");
    }
    for path in ["/admin/subscriptions", "/admin/notifications", "/admin/ledger", "/admin/reconciliation"] {
        assert_eq!(admin.get(path).await.status, 200, "{path}");
    }
    for path in ["/admin/orders/99", "/admin/orders/x", "/admin/subscriptions/99", "/admin/notifications/99", "/admin/reconciliation/99"] {
        assert_eq!(admin.get(path).await.status, 404, "{path}");
    }
    assert_eq!(admin.get("/admin/payments/test").await.status, 404, "the test provider is not an admin's to set up");
});

on_both!(a_key_is_sealed_in_the_database_and_never_shown_again, |app| {
    let admin = app.owner().await;
    let (secret, signing) = ("sk_test_quokka51", "whsec_quokka52");
    let wrong = admin.post("/admin/payments/stripe", &[("enabled", "on"), ("secret_key", secret), ("webhook_secret", "no")]).await;
    assert_eq!(wrong.status, 422);
    assert!(field_error(&wrong, "webhook_secret").contains("whsec_"));
    assert_eq!(wrong.attribute("#secret_key", "value").as_deref(), Some(secret), "nothing typed is lost");
    assert_eq!(app.count("select count(*) from provider_accounts").await, 0);
    let typed = [("enabled", "on"), ("secret_key", secret), ("webhook_secret", signing)];
    assert_eq!(admin.post("/admin/payments/stripe", &typed).await.location(), "/admin/payments/stripe?done=saved");
    let sealed = app.text("select sealed_keys from provider_accounts where provider = 'stripe'").await;
    assert!(!sealed.contains("quokka") && !sealed.is_empty());
    let page = admin.get("/admin/payments/stripe").await;
    assert!(!page.body.contains("quokka"));
    assert!(page.texts("#secret_key-hint")[0].starts_with("Saved"));
    assert!(page.texts(".badges").join(" ").contains("Test: no real money"));
    assert!(page.texts(".webhook-address")[0].ends_with("/webhooks/stripe"));
    // Left empty, a secret stays what it was; switched off, the provider takes nothing more.
    assert_eq!(admin.post("/admin/payments/stripe", &[("secret_key", ""), ("webhook_secret", "")]).await.status, 303);
    assert_eq!(app.count("select count(*) from provider_accounts where enabled").await, 0);
    assert_eq!(admin.post("/admin/payments/stripe", &[("enabled", "on")]).await.status, 303, "the secrets are still there");
    let live = [("enabled", "on"), ("secret_key", "sk_live_quokka53")];
    admin.post("/admin/payments/stripe", &live).await;
    assert!(admin.get("/admin/payments").await.texts("td").iter().any(|cell| cell == "Live: real money"));
});

on_both!(the_test_button_prints_what_the_provider_says_or_why_it_does_not, |app| {
    let admin = app.owner().await;
    let not_yet = admin.post("/admin/payments/stripe/test", &[]).await;
    assert_eq!(not_yet.status, 422);
    // Nobody listens there.
    let typed = [("enabled", "on"), ("secret_key", "sk_test_a"), ("webhook_secret", "whsec_a"), ("base_url", "http://127.0.0.1:9")];
    assert_eq!(admin.post("/admin/payments/stripe", &typed).await.status, 303);
    let answer = admin.post("/admin/payments/stripe/test", &[]).await;
    assert_eq!(answer.status, 502);
    assert!(answer.texts(".banner").join(" ").contains("No answer for now"), "{:?}", answer.texts(".banner"));
});

on_both!(the_simulator_is_filled_in_by_a_button_in_test_mode, |app| {
    let admin = app.owner().await;
    for (provider, port) in simulators::ALL.into_iter().zip(4901..) {
        let path = format!("/admin/payments/{provider}");
        assert_eq!(admin.post(&format!("{path}/simulator"), &[]).await.location(), format!("{path}?done=simulator"));
        let page = admin.get(&path).await;
        assert!(page.attribute("#base_url", "value").unwrap().starts_with(&format!("http://127.0.0.1:{port}")), "{provider}");
        assert!(page.texts(".badges").join(" ").contains("Test"), "{provider}");
    }
    assert_eq!(app.count("select count(*) from provider_accounts where enabled").await, 4);
    assert_eq!(admin.post("/admin/payments/offline/simulator", &[]).await.status, 404);
});

#[tokio::test]
async fn there_is_no_simulator_where_real_payments_are_taken() {
    let app = TestApp::start_without_payments(crate::support::Backend::Sqlite).await;
    let admin = app.owner().await;
    assert_eq!(admin.post("/admin/payments/stripe/simulator", &[]).await.status, 404);
    assert!(admin.get("/admin/payments/stripe").await.texts(".simulator").is_empty());
}

on_both!(limits_are_typed_in_the_form_of_their_currency, |app| {
    let admin = app.owner().await;
    let path = "/admin/payments/stripe/limits";
    let wrong = admin.post(path, &[("currency", "JPY"), ("minimum", "1.5"), ("maximum", "x"), ("daily", "")]).await;
    assert_eq!(wrong.status, 422);
    assert!(!field_error(&wrong, "minimum").is_empty() && !field_error(&wrong, "maximum").is_empty());
    assert_eq!(wrong.attribute("#minimum", "value").as_deref(), Some("1.5"));
    assert!(!field_error(&admin.post(path, &[("currency", "XXX")]).await, "currency").is_empty());
    assert!(
        !field_error(&admin.post("/admin/payments/wechat/limits", &[("currency", "USD"), ("minimum", "1")]).await, "currency").is_empty()
    );
    let upside_down = [("currency", "CNY"), ("minimum", "10"), ("maximum", "9")];
    assert!(!field_error(&admin.post(path, &upside_down).await, "minimum").is_empty());
    let typed = [("currency", "cny"), ("minimum", "1"), ("maximum", "5,000"), ("daily", "")];
    assert_eq!(admin.post(path, &typed).await.status, 303);
    assert_eq!(app.count("select maximum from provider_limits where provider = 'stripe' and currency = 'CNY'").await, 500_000);
    assert!(admin.get("/admin/payments/stripe").await.texts("td").contains(&"CN¥5,000.00".to_owned()));
    assert_eq!(admin.post(path, &[("currency", "CNY")]).await.status, 303);
    assert_eq!(app.count("select count(*) from provider_limits").await, 0);
});

on_both!(orders_are_found_by_status_provider_member_and_number, |app| {
    let (admin, ann, bob) = (app.owner().await, app.member("ann").await, app.member("bob").await);
    let post = app.paid_post(Some(1250), None).await;
    let paid = buy(&ann, post, "pay").await;
    begin(&bob, post).await;
    let found = |query: &'static str| {
        let admin = &admin;
        async move { admin.get(&format!("/admin/orders{query}")).await.texts("tbody th").len() }
    };
    assert_eq!(found("").await, 2);
    assert_eq!(found("?status=paid").await, 1);
    assert_eq!(found("?status=refunded").await, 0);
    assert_eq!(found("?provider=test").await, 1);
    assert_eq!(found("?provider=stripe").await, 0);
    assert_eq!(found("?member=%40Bob").await, 1);
    assert_eq!(found("?member=nobody").await, 0);
    for sql in ["select provider_payment from payments", "select number from checkouts", "select reference from checkouts"] {
        let page = admin.get(&format!("/admin/orders?reference={}", app.text(sql).await)).await;
        assert_eq!(page.texts("tbody th").len(), 1, "{sql}");
    }
    let page = admin.get(&format!("/admin/orders?reference={}", paid.trim_start_matches("/orders/"))).await;
    assert_eq!(page.texts("tbody td")[..2], ["@ann".to_owned(), "CN¥12.50".to_owned()]);
    // As buyers know it, and as its receipt is numbered.
    let order = app.count("select min(id) from orders").await;
    let number = format!("O-{order:06}");
    for named in [number.clone(), format!("o-{order}"), order.to_string(), format!("%20{number}%20"), "2026-000001".to_owned()] {
        let page = admin.get(&format!("/admin/orders?reference={named}")).await;
        assert_eq!((page.texts("tbody th small"), page.texts("tbody td").remove(0)), (vec![number.clone()], "@ann".to_owned()), "{named}");
    }
    for nothing in ["O-", "O-999999", "O-1x", "2026-000002", "99999999999999999999"] {
        let page = admin.get(&format!("/admin/orders?reference={nothing}")).await;
        assert!(page.texts("tbody th").is_empty(), "{nothing}");
    }
    assert_eq!(admin.get(&format!("/admin/orders/{order}")).await.texts("h1"), [format!("Order {number}")]);
    assert!(admin.get("/admin/orders.csv").await.body.contains(&format!(",{number},Article,")));
});

on_both!(a_long_list_of_orders_goes_on_where_the_page_ended, |app| {
    let (admin, ann) = (app.owner().await, app.member("ann").await);
    let sql = "insert into orders (reference, member_id, kind, post_id, title, currency, minor, return_to, created_at)
values ($1, $2, 'post', 1, 'An article', 'CNY', 100, '/', $3)";
    for n in 0..120 {
        app.ctx.db().run(sql, stoa::args![format!("order-{n}"), ann.id, app.ctx.now()]).await.unwrap();
    }
    let (mut path, mut seen) = ("/admin/orders?member=ann".to_owned(), Vec::new());
    loop {
        let page = admin.get(&path).await;
        let html = page.html();
        let links = scraper::Selector::parse("tbody th a").unwrap();
        seen.extend(html.select(&links).map(|link| link.attr("href").unwrap().to_owned()));
        match page.attribute(".pager a", "href") {
            Some(next) => path = next,
            None => break,
        }
    }
    assert_eq!(seen.len(), 120);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 120);
    assert_eq!(admin.get("/admin/orders.csv").await.body.lines().count(), 121);
});

on_both!(money_is_given_back_in_part_and_whole_but_never_more_than_came, |app| {
    let (admin, ann) = (app.owner().await, app.member("ann").await);
    let post = app.paid_post(Some(1000), None).await;
    buy(&ann, post, "pay").await;
    let order = app.newest_order().await;
    let (page, refund) = (format!("/admin/orders/{order}"), format!("/admin/orders/{order}/refund"));
    let payment = admin.get(&page).await.attribute("input[name=payment]", "value").unwrap();
    for typed in ["10.01", "-1", "0", "many"] {
        let wrong = admin.post(&refund, &[("payment", &*payment), ("amount", typed), ("reason", "kept")]).await;
        assert_eq!(wrong.status, 422, "{typed}");
        assert!(!field_error(&wrong, "amount").is_empty(), "{typed}");
        assert_eq!(wrong.attribute("#reason", "value").as_deref(), Some("kept"));
    }
    assert_eq!(admin.post(&refund, &[("payment", "999")]).await.status, 404);
    assert_eq!(app.count("select count(*) from refunds").await, 0);
    let part = admin.post(&refund, &[("payment", &*payment), ("amount", "4"), ("reason", "a chapter was missing"), ("sure", "on")]).await;
    assert_eq!(part.location(), format!("/admin/orders/{order}?done=refund-asked"));
    assert!(app.reads(&ann, post).await, "a part takes nothing back");
    assert!(admin.get(&page).await.texts("td").contains(&"a chapter was missing".to_owned()));
    let too_much = admin.post(&refund, &[("payment", &*payment), ("amount", "6.01")]).await;
    assert!(field_error(&too_much, "amount").contains("6.00"));
    // Nothing goes back before it is said what does, and agreed to.
    let sure = admin.post(&refund, &[("payment", &*payment), ("amount", ""), ("reason", "the rest")]).await;
    assert_eq!((sure.status, sure.texts("h1")), (200, vec!["Give back CN¥6.00?".to_owned()]));
    assert!(sure.body.contains("What this order opened is closed."));
    assert_eq!(app.count("select count(*) from refunds").await, 1);
    let kept = |name: &str| sure.attribute(&format!("input[name={name}]"), "value").unwrap();
    let again = [("payment", &*kept("payment")), ("amount", &*kept("amount")), ("reason", &*kept("reason")), ("sure", "on")];
    assert_eq!(admin.post(&refund, &again).await.status, 303);
    assert!(admin.get(&page).await.texts("td").contains(&"the rest".to_owned()));
    assert!(!app.reads(&ann, post).await, "all is given back, and the article is closed");
    assert_eq!(app.count("select cast(sum(minor) as bigint) from refunds where state = 'succeeded'").await, 1000);
    let after = admin.get(&page).await;
    assert!(after.texts(".refund-form").is_empty(), "nothing is left to give back");
    assert!(after.texts(".order-facts").join(" ").contains("Taken back"));
    assert_eq!(admin.post(&refund, &[("payment", &*payment), ("amount", "1")]).await.status, 422);
});

on_both!(an_offline_payment_is_confirmed_once_however_often_the_button_is_pressed, |app| {
    let (admin, ann) = (app.owner().await, app.member("ann").await);
    assert_eq!(admin.post("/admin/payments/offline", &[("enabled", "on")]).await.status, 303);
    let post = app.paid_post(Some(1000), None).await;
    let path = begin(&ann, post).await;
    let order = app.newest_order().await;
    let confirm = format!("/admin/orders/{order}/confirm");
    let early = admin.post(&confirm, &[]).await;
    assert_eq!((early.status, app.reads(&ann, post).await), (422, false), "the buyer has not chosen to pay offline");
    assert_eq!(ann.post(&format!("{path}/pay"), &[("provider", "offline")]).await.status, 303);
    assert!(admin.get(&format!("/admin/orders/{order}")).await.body.contains("Confirm payment"));
    for _ in 0..2 {
        assert_eq!(admin.post(&confirm, &[]).await.location(), format!("/admin/orders/{order}?done=confirmed"));
    }
    assert!(app.reads(&ann, post).await);
    assert_eq!(app.count("select count(*) from payments").await, 1);
    assert_eq!(app.count("select count(*) from ledger_transfers").await, 1);
    assert!(!admin.get(&format!("/admin/orders/{order}")).await.body.contains("Confirm payment"));
});

on_both!(a_declined_order_is_listed_until_it_is_paid_or_long_ago, |app| {
    let ann = app.member("ann").await;
    let post = app.paid_post(Some(1000), None).await;
    buy(&ann, post, "decline").await;
    let listed = |admin: Person| async move { admin.get("/admin/failed-payments").await.texts("tbody th").len() };
    assert_eq!(listed(app.owner().await).await, 1);
    app.clock.advance(31 * DAY);
    assert_eq!(listed(app.owner().await).await, 0);
    ann.post("/sign-in", &[("email", "ann@example.org"), ("password", PASSWORD)]).await;
    buy(&ann, post, "decline").await;
    assert_eq!(listed(app.owner().await).await, 1);
    buy(&ann, post, "pay").await;
    assert_eq!(listed(app.owner().await).await, 0);
});

const KEPT: &str = "insert into notifications (provider, event_id, kind, body, received_at, state, reason, tries)
values ($1, $2, 'payment.succeeded', $3, $4, $5, 'it does not fit', 1)
returning id";

on_both!(what_does_not_fit_raises_an_alarm_and_is_replayed_or_ignored, |app| {
    let (admin, ann) = (app.owner().await, app.member("ann").await);
    assert!(admin.get("/admin").await.texts(".banner").is_empty());
    let post = app.paid_post(Some(1000), None).await;
    buy(&ann, post, "pay").await;
    // As the provider told it, put aside for a reason that is gone.
    let sql = "update notifications set state = 'quarantined', reason = 'it does not fit'";
    app.ctx.db().run(sql, vec![]).await.unwrap();
    let body = r#"{"a":"<script>alert(1)</script>"}"#;
    let dead = app.insert(KEPT, stoa::args!["test", "evt_dead", body, app.ctx.now(), "dead"]).await;
    assert!(admin.get("/admin").await.texts(".banner")[0].contains("attention: 2"));
    let list = admin.get("/admin/notifications").await;
    assert_eq!(list.texts("tbody th").len(), 1, "what is quarantined comes first");
    assert_eq!(list.texts(".tabs a")[..3], ["Quarantined 1", "Given up 1", "Tried again later 0"]);
    let quarantined = list.attribute("tbody th a", "href").unwrap();
    assert_eq!(admin.get(&quarantined).await.texts(".banner"), ["it does not fit"]);
    assert_eq!(admin.post(&format!("{quarantined}/replay"), &[]).await.location(), format!("{quarantined}?done=replayed"));
    let after = admin.get(&quarantined).await;
    assert!(after.texts(".facts").join(" ").contains("Done"), "{:?}", after.texts(".facts"));
    assert_eq!(app.count("select count(*) from payments").await, 1, "the same payment again is one payment");
    assert_eq!(admin.post(&format!("{quarantined}/replay"), &[]).await.status, 422, "what is done is not done again");
    let page = admin.get(&format!("/admin/notifications/{dead}")).await;
    assert!(!page.body.contains("<script>alert"), "the body is escaped");
    assert!(page.texts(".notification-body")[0].contains("<script>alert(1)</script>"));
    // It still makes no sense: then it is tried again later, by itself.
    assert_eq!(admin.post(&format!("/admin/notifications/{dead}/replay"), &[]).await.status, 303);
    assert_eq!(app.count("select count(*) from notifications where state = 'dead'").await, 0);
    app.ctx.db().run("update notifications set state = 'dead' where event_id = 'evt_dead'", vec![]).await.unwrap();
    assert_eq!(admin.post(&format!("/admin/notifications/{dead}/ignore"), &[]).await.status, 303);
    assert_eq!(admin.post(&format!("/admin/notifications/{dead}/ignore"), &[]).await.status, 422);
    assert!(admin.get("/admin").await.texts(".banner").is_empty());
});

on_both!(the_database_itself_refuses_a_transfer_that_does_not_sum_to_zero_or_is_touched_again, |app| {
    let db = app.ctx.db();
    let entry = |line: i64, minor: i64| {
        let sql = "insert into ledger_entries (transfer_id, line, account, currency, minor) values (1, $1, 'a', 'CNY', $2)";
        (sql, stoa::args![line, minor])
    };
    let transfer = "insert into ledger_transfers (id, cause, booked_at, booked_day) values (1, 'c', 0, '2026-01-01')";
    let seal = "insert into ledger_seals (transfer_id) values (1)";
    for (second, sealed) in [(-4, true), (-5, false)] {
        let mut tx = db.begin().await.unwrap();
        tx.run(transfer, vec![]).await.unwrap();
        for (sql, args) in [entry(1, 5), entry(2, second)] {
            tx.run(sql, args).await.unwrap();
        }
        let refused = if sealed { tx.run(seal, vec![]).await.is_err() } else { tx.commit().await.is_err() };
        assert!(refused, "{second} {sealed}");
    }
    let mut tx = db.begin().await.unwrap();
    tx.run(transfer, vec![]).await.unwrap();
    for (sql, args) in [entry(1, 5), entry(2, -5)] {
        tx.run(sql, args).await.unwrap();
    }
    tx.run(seal, vec![]).await.unwrap();
    tx.commit().await.unwrap();
    let (sql, args) = entry(3, 1);
    assert!(db.run(sql, args).await.is_err(), "nothing is added");
    for sql in ["update ledger_entries set minor = 6 where line = 1", "delete from ledger_entries", "delete from ledger_transfers"] {
        assert!(db.run(sql, vec![]).await.is_err(), "{sql}");
    }
});

on_both!(the_ledger_is_looked_through_by_account_day_member_and_currency, |app| {
    let (ann, bob) = (app.member("ann").await, app.member("bob").await);
    let post = app.paid_post(Some(1000), None).await;
    buy(&ann, post, "pay").await;
    app.clock.advance(DAY);
    buy(&bob, post, "pay").await;
    let owner = app.owner().await;
    let page = owner.get("/admin/ledger").await;
    assert_eq!(page.texts("[aria-label='Totals by account'] tbody tr:first-child td"), ["CN¥20.00", "CN¥0.00", "CN¥20.00"]);
    let entries = |query: &'static str| {
        let owner = &owner;
        async move { owner.get(&format!("/admin/ledger{query}")).await.texts("[aria-label='Entries'] tbody th").len() }
    };
    assert_eq!(entries("").await, 4);
    assert_eq!(entries("?account=revenue%3Asales").await, 4, "transfers are shown whole");
    assert_eq!(entries("?account=revenue%3Afees").await, 0);
    assert_eq!(entries("?from=2026-03-16").await, 2);
    assert_eq!(entries("?to=2026-03-15").await, 2);
    assert_eq!(entries("?member=bob").await, 2);
    assert_eq!(entries("?currency=usd").await, 0);
    let nobody = owner.get("/admin/ledger?member=nobody").await;
    assert_eq!((nobody.status, field_error(&nobody, "member")), (422, "Nobody has this handle.".to_owned()));
    let wrong = owner.get("/admin/ledger?from=2026-03-16&to=2026-03-15").await;
    assert_eq!(wrong.status, 422);
    assert!(!field_error(&wrong, "to").is_empty());
    assert_eq!(owner.get("/admin/ledger?from=yesterday").await.status, 422);
    assert_eq!(owner.get("/admin/ledger.csv?from=yesterday").await.status, 422);
});

on_both!(no_file_gives_a_spreadsheet_a_formula, |app| {
    let (admin, ann) = (app.owner().await, app.member("ann").await);
    for (n, title) in ["=1+1", "+1", "-2", "@SUM(A1)", "\t=1", "a,\"b\""].into_iter().enumerate() {
        let post = app.paid_post(Some(1000 + n as i64), None).await;
        app.ctx.db().run("update posts set title = $2 where id = $1", stoa::args![post, title]).await.unwrap();
        buy(&ann, post, "pay").await;
    }
    for path in ["/admin/orders.csv", "/admin/ledger.csv"] {
        let file = admin.get(path).await;
        assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
        assert!(file.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
        for kept in [",'=1+1,", ",'+1,", ",'-2,", ",'@SUM(A1),", ",'\t=1,", ",\"a,\"\"b\"\"\","] {
            assert!(file.body.contains(kept), "{path}: {kept:?} in {}", file.body);
        }
    }
    assert!(admin.get("/admin/ledger.csv").await.body.contains(",-10.00,CNY,"), "a figure is no formula");
});

on_both!(a_day_is_compared_with_the_providers_book, |app| {
    let (admin, ann, bob, cleo) = (app.owner().await, app.member("ann").await, app.member("bob").await, app.member("cleo").await);
    let post = app.paid_post(Some(1000), None).await;
    for buyer in [&ann, &bob, &cleo] {
        buy(buyer, post, "pay").await;
    }
    let db = app.ctx.db();
    // Of Ann's the fee is not known; Bob's the provider has forgotten, but it has one that nobody here knows.
    db.run("update payments set fee_minor = null where id = (select min(id) from payments)", vec![]).await.unwrap();
    let foreign = "update test_provider_checkouts set reference = 'tc_other', order_reference = 'another-shop'
where 'pay_' || reference || '_1' = (select provider_payment from payments where id = (select min(id) + 1 from payments))";
    db.run(foreign, vec![]).await.unwrap();
    // Of Cleo's it tells another amount, and a second one.
    let another = "update test_provider_checkouts set minor = 999, payments = 2
where 'pay_' || reference || '_1' = (select provider_payment from payments where id = (select max(id) from payments))";
    db.run(another, vec![]).await.unwrap();
    assert_eq!(admin.get("/admin/reconciliation").await.attribute("#day", "value").as_deref(), Some("2026-03-14"));
    let wrong = admin.post("/admin/reconciliation", &[("provider", "test"), ("day", "2026-03-16")]).await;
    assert!(!field_error(&wrong, "day").is_empty());
    assert!(!field_error(&admin.post("/admin/reconciliation", &[("provider", "?"), ("day", "2026-03-15")]).await, "provider").is_empty());
    let day = [("provider", "test"), ("day", "2026-03-15")];
    let answer = admin.post("/admin/reconciliation", &day).await;
    assert_eq!(answer.status, 303);
    let page = admin.get(answer.location()).await;
    assert_eq!(page.texts(".reconciled dd")[..3], ["1", "3", "1"]);
    let mut found = page.texts("tbody td:nth-child(2)");
    found.sort();
    assert_eq!(found, ["Another amount", "Missing here", "Missing there"]);
    assert_eq!(app.count("select fee_minor from payments where id = (select min(id) from payments)").await, 0, "the fee was learnt");
    // The same day again takes the place of the first.
    assert_eq!(admin.post("/admin/reconciliation", &day).await.status, 303);
    assert_eq!(app.count("select count(*) from reconciliations").await, 1);
    assert_eq!(app.count("select count(*) from reconciliation_findings").await, 3);
    assert_eq!(admin.get("/admin/reconciliation").await.texts("tbody th"), ["15 March 2026"]);
});

on_both!(a_provider_whose_book_cannot_be_read_is_said_so, |app| {
    let admin = app.owner().await;
    assert_eq!(admin.post("/admin/payments/wechat/simulator", &[]).await.status, 303);
    let today = admin.post("/admin/reconciliation", &[("provider", "wechat"), ("day", "2026-03-15")]).await;
    assert_eq!(today.status, 502);
    assert!(today.texts(".banner")[0].contains("not made before the next morning"), "{:?}", today.texts(".banner"));
    assert_eq!(app.count("select count(*) from reconciliations").await, 0);
    let unset = admin.post("/admin/reconciliation", &[("provider", "alipay"), ("day", "2026-03-14")]).await;
    assert_eq!(unset.status, 422);
});

on_both!(a_tier_is_saved_with_all_it_promises_and_read_back_the_same, |app| {
    let admin = app.owner().await;
    let form = [
        ("name", "Gold"),
        ("description", "For the keen."),
        ("benefits", "Every article\r\nA monthly call"),
        ("monthly", "30"),
        ("yearly", "300"),
        ("more_prices", "month 4.90 USD\r\n30 28 CNY"),
        ("member_limit", "50"),
        ("trial_days", "7"),
        ("grace_days", "5"),
        ("keeps_price", "on"),
    ];
    assert_eq!(admin.post("/admin/tiers", &form).await.location(), "/admin/tiers?done=saved");
    let tier = app.count("select max(id) from tiers").await;
    let path = format!("/admin/tiers/{tier}");
    let page = admin.get(&path).await;
    let value = |name: &str| page.attribute(&format!("#{name}"), "value").unwrap_or_default();
    for (name, shown) in
        [("name", "Gold"), ("monthly", "30.00"), ("yearly", "300.00"), ("member_limit", "50"), ("trial_days", "7"), ("grace_days", "5")]
    {
        assert_eq!(value(name), shown);
    }
    assert_eq!(page.texts("#benefits"), ["Every article\nA monthly call"]);
    assert_eq!(page.texts("#more_prices"), ["30 28.00 CNY\nmonth 4.90 USD"]);
    assert!(page.attribute("#keeps_price", "checked").is_some() && page.attribute("#free", "checked").is_none());
    // Sent back as it is drawn, nothing changes; then everything does.
    let again = [("name", "Gold"), ("monthly", "30.00"), ("yearly", "300.00"), ("more_prices", "30 28.00 CNY\r\nmonth 4.90 USD")];
    assert_eq!(admin.post(&path, &again).await.status, 303);
    assert_eq!(app.count("select count(*) from tier_prices").await, 4);
    assert_eq!(app.count("select count(*) from tiers where not keeps_price and member_limit is null and benefits = ''").await, 1);
    let wrong = [
        ("name", "Gold"),
        ("monthly", "1"),
        ("more_prices", "fortnight 1 CNY"),
        ("member_limit", "none"),
        ("grace_days", "91"),
        ("trial_days", "-1"),
        ("teams", "on"),
        ("team_least", "x"),
        ("team_most", "501"),
        ("team_off", "95%"),
    ];
    let wrong = admin.post(&path, &wrong).await;
    assert_eq!(wrong.status, 422);
    for name in ["more_prices", "member_limit", "grace_days", "trial_days", "team_least", "team_most", "team_off"] {
        assert!(!field_error(&wrong, name).is_empty(), "{name}");
    }
    assert_eq!(wrong.texts("#more_prices"), ["fortnight 1 CNY"], "nothing typed is lost");
    assert_eq!(admin.post(&path, &[("name", "Gold"), ("free", "on"), ("more_prices", "")]).await.status, 303);
    assert!(admin.get("/admin/tiers").await.texts("td").contains(&"Free".to_owned()));
});

on_both!(tiers_are_put_in_another_order, |app| {
    let admin = app.owner().await;
    for name in ["One", "Two", "Three"] {
        app.tier(name).await;
    }
    let three = app.count("select max(id) from tiers").await;
    let order = || async { admin.get("/admin/tiers").await.texts("tbody th") };
    assert_eq!(order().await, ["One", "Two", "Three"]);
    assert_eq!(admin.post(&format!("/admin/tiers/{three}/move"), &[("to", "up")]).await.status, 303);
    assert_eq!(order().await, ["One", "Three", "Two"]);
    for _ in 0..3 {
        admin.post(&format!("/admin/tiers/{three}/move"), &[("to", "up")]).await;
    }
    assert_eq!(order().await, ["Three", "One", "Two"]);
    admin.post(&format!("/admin/tiers/{three}/move"), &[("to", "down")]).await;
    assert_eq!(order().await, ["One", "Three", "Two"]);
});

on_both!(a_tier_is_given_away_until_a_day_or_for_good_and_taken_back, |app| {
    let (admin, ann, bob) = (app.owner().await, app.member("ann").await, app.member("bob").await);
    let tier = app.tier("Gold").await;
    let (page, give) = (format!("/admin/tiers/{tier}"), format!("/admin/tiers/{tier}/grants"));
    let wrong = admin.post(&give, &[("member", "nobody"), ("until", "2026-03-14"), ("reason", " ")]).await;
    assert_eq!(wrong.status, 422);
    for name in ["member", "until", "reason"] {
        assert!(!field_error(&wrong, name).is_empty(), "{name}");
    }
    assert_eq!(wrong.attribute("#name", "value").as_deref(), Some("Gold"), "the tier's own form stands as it was");
    assert_eq!(admin.post(&give, &[("member", "@Ann"), ("until", "2026-03-16"), ("reason", "won a prize")]).await.status, 303);
    assert_eq!(admin.post(&give, &[("member", "bob"), ("until", ""), ("reason", "wrote much")]).await.status, 303);
    assert!(app.is_in(&ann, tier).await && app.is_in(&bob, tier).await);
    assert_eq!(app.count("select count(*) from entitlements where cause like 'grant:%'").await, 2);
    let told = app.newest_letter("tier-given").await;
    assert_eq!(app.letters("tier-given").await.len(), 2, "each is told");
    assert!(told.contains("Gold") && told.contains("for good") && !told.contains("wrote much"), "the reason is the admins': {told}");
    let shown = admin.get(&page).await;
    assert_eq!(shown.texts("tbody th"), ["@bob", "@ann"]);
    assert!(shown.texts("td").contains(&"won a prize".to_owned()));
    assert!(shown.texts("td").contains(&"16 March 2026".to_owned()), "the last day, which is open to its end");
    app.clock.advance(DAY);
    assert!(app.is_in(&ann, tier).await);
    app.clock.advance(DAY);
    assert!(!app.is_in(&ann, tier).await);
    let admin = app.owner().await;
    let revoke = admin.get(&page).await.attribute("form[action$=revoke]", "action").unwrap();
    for _ in 0..2 {
        assert_eq!(admin.post(&revoke, &[]).await.location(), format!("{page}?done=revoked#grants"));
    }
    assert_eq!(app.letters("tier-taken-back").await.len(), 1, "told once");
    assert!(!app.is_in(&bob, tier).await);
    assert_eq!(admin.post("/admin/grants/999/revoke", &[]).await.status, 404);
});

const AGREEMENT: &str = "insert into subscriptions
    (member_id, tier_id, provider, provider_subscription, currency, minor, cadence, state, term_until, created_at, as_of)
values ($1, $2, 'stripe', $3, 'CNY', 3000, 'month', $4, $5, $5, 0)
returning id";

on_both!(agreements_are_listed_by_state_and_a_provider_that_is_away_is_named, |app| {
    let (admin, ann) = (app.owner().await, app.member("ann").await);
    let tier = app.tier("Gold").await;
    let now = app.ctx.now();
    let active = app.insert(AGREEMENT, stoa::args![ann.id, tier, "sub_1", "active", now.plus(DAY)]).await;
    app.insert(AGREEMENT, stoa::args![ann.id, tier, "sub_2", "past_due", now]).await;
    assert_eq!(admin.get("/admin/subscriptions").await.texts("tbody th"), ["Gold", "Gold"]);
    let due = admin.get("/admin/subscriptions?state=past_due").await;
    assert_eq!(due.texts("tbody td:nth-child(4)"), ["Charge failed Twice for one tier"]);
    app.ctx.db().run("update subscriptions set state = 'ended' where provider_subscription = 'sub_1'", vec![]).await.unwrap();
    assert_eq!(admin.get("/admin/subscriptions?state=past_due").await.texts("tbody td:nth-child(4)"), ["Charge failed"]);
    app.ctx.db().run("update subscriptions set state = 'active' where provider_subscription = 'sub_1'", vec![]).await.unwrap();
    assert_eq!(admin.get("/admin/subscriptions?state=ended").await.texts("tbody th").len(), 0);
    let path = format!("/admin/subscriptions/{active}");
    assert!(admin.get(&path).await.texts(".facts").join(" ").contains("CN¥30.00 a month"));
    let nameless = admin.post(&format!("{path}/end"), &[("when", "now"), ("reason", "")]).await;
    assert_eq!(nameless.status, 422);
    assert!(!field_error(&nameless, "reason").is_empty());
    let unset = admin.post(&format!("{path}/look"), &[]).await;
    assert_eq!(unset.status, 422, "Stripe is not set up here");
    // Nobody listens there: what went wrong is said, and nothing is noted.
    let keys = [("enabled", "on"), ("secret_key", "sk_test_a"), ("webhook_secret", "whsec_a"), ("base_url", "http://127.0.0.1:9")];
    admin.post("/admin/payments/stripe", &keys).await;
    let away = admin.post(&format!("{path}/end"), &[("when", "end"), ("reason", "asked by mail")]).await;
    assert_eq!(away.status, 422);
    assert!(away.texts(".banner")[0].contains("did not carry this out"));
    assert_eq!(away.attribute("#reason", "value").as_deref(), Some("asked by mail"));
    assert_eq!(app.count("select count(*) from subscriptions where ended_by is not null").await, 0);
});

on_both!(a_fee_that_only_the_book_tells_is_booked_once, |app| {
    let (admin, ann) = (app.owner().await, app.member("ann").await);
    let post = app.paid_post(Some(1000), None).await;
    buy(&ann, post, "pay").await;
    app.ctx.db().run("update payments set fee_minor = null", vec![]).await.unwrap();
    let order = app.newest_order().await;
    assert!(admin.get(&format!("/admin/orders/{order}")).await.texts("td").contains(&"not known yet".to_owned()));
    let number = app.text("select provider_payment from payments").await;
    let told = |kind, number: &str, minor| Fee { kind, number: number.to_owned(), reference: None, minor };
    for fee in
        [told(MovementKind::Payment, &number, 18), told(MovementKind::Payment, &number, 19), told(MovementKind::Payment, "nobody's", 1)]
    {
        note_fee(&app.ctx, Provider::Test, &fee).await.unwrap();
    }
    const FEES: &str = "select cast(coalesce(sum(minor), 0) as bigint) from ledger_entries where account = 'expense:provider-fees'";
    assert_eq!(app.count(FEES).await, 18, "what is known stays");
    assert!(admin.get(&format!("/admin/orders/{order}")).await.texts("td").contains(&"CN¥9.82".to_owned()), "the net amount");
    let payment = app.count("select id from payments").await.to_string();
    admin.post(&format!("/admin/orders/{order}/refund"), &[("payment", &*payment), ("amount", "5"), ("sure", "on")]).await;
    let refund = app.text("select provider_refund from refunds").await;
    for _ in 0..2 {
        note_fee(&app.ctx, Provider::Test, &told(MovementKind::Refund, &refund, -9)).await.unwrap();
    }
    assert_eq!(app.count(FEES).await, 9, "half of it came back with the refund");
    // The book may be read before the provider's answer about a refund came, and its number with it.
    let asked = "insert into refunds (payment_id, reference, provider, minor, state, at) values ($1, 'ours', 'test', 100, 'asked', 0)";
    app.ctx.db().run(asked, stoa::args![app.count("select id from payments").await]).await.unwrap();
    let early = Fee { reference: Some("ours".to_owned()), ..told(MovementKind::Refund, "theirs", -2) };
    note_fee(&app.ctx, Provider::Test, &early).await.unwrap();
    assert_eq!(app.count(FEES).await, 9, "nothing went back yet");
    let answer = RefundFact {
        refund: "theirs".into(),
        reference: early.reference,
        payment: number,
        amount: Money::new(100, Currency::parse("CNY").unwrap()),
        fee_returned: None,
        state: RefundState::Succeeded,
        at: app.ctx.now(),
    };
    settle(&app.ctx, Provider::Test, &[Fact::Refund(answer)]).await.unwrap();
    assert_eq!(app.count(FEES).await, 7);
    assert_eq!(app.count("select cast(sum(minor) as bigint) from ledger_entries").await, 0);
});

/// Stripe's simulator, listening, and the site set up to reach it.
pub async fn with_stripe(app: &TestApp, admin: &Person) -> Arc<simulators::stripe::Stripe> {
    let (keys, stripe) = app.stripe_listens().await;
    let mut form: Vec<(&str, &str)> = keys.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    form.push(("enabled", "on"));
    assert_eq!(admin.post("/admin/payments/stripe", &form).await.status, 303);
    stripe
}

on_both!(what_was_paid_by_a_clock_that_is_ahead_is_open_at_once, |app| {
    let ann = app.member("ann").await;
    let post = app.paid_post(Some(1000), None).await;
    let order = begin(&ann, post).await;
    assert_eq!(ann.post(&format!("{order}/pay"), &[("provider", "test")]).await.status, 303);
    let payment = PaymentFact {
        payment: "p1".into(),
        reference: Some(app.text("select reference from checkouts").await),
        amount: Money::new(1000, Currency::parse("CNY").unwrap()),
        fee: None,
        paid_at: app.ctx.now().plus(3 * MINUTE),
        term: None,
    };
    settle(&app.ctx, Provider::Test, &[Fact::Payment(payment)]).await.unwrap();
    assert!(app.reads(&ann, post).await);
    assert_eq!(app.count("select count(*) from payments where paid_at > received_at").await, 0);
});

on_both!(a_refund_made_at_the_provider_that_nobody_told_of_is_learnt_from_its_book_of_the_day, |app| {
    let (admin, ann) = (app.owner().await, app.member("ann").await);
    let stripe = with_stripe(&app, &admin).await;
    let buyer = app.viewer(ann.id, Role::Member);
    let purchase = Purchase::term(app.tier("Gold").await, Cadence::Month);
    let Started::Order(reference) = buy_as(&app.ctx, &buyer, purchase, None).await.unwrap() else { panic!("nothing to buy") };
    let paying = Paying { provider: Provider::Stripe, device: Device::Desktop, client_ip: "127.0.0.1".into(), locale: Locale::En };
    pay(&app.ctx, &buyer, &reference, &paying).await.unwrap();
    let session = app.text("select number from checkouts").await;
    stripe.pay(&session).unwrap();
    let order = app.newest_order().await;
    assert_eq!(admin.post(&format!("/admin/orders/{order}/look"), &[]).await.status, 303);
    let tier = app.count("select tier_id from orders").await;
    let payment = stripe.payment_of(&session).unwrap();
    stripe.refund(&payment, Some(100)).unwrap();
    assert_eq!(admin.post("/admin/reconciliation", &[("provider", "stripe"), ("day", "2026-03-15")]).await.status, 303);
    assert_eq!(app.count("select count(*) from reconciliation_findings").await, 0, "it is known now");
    assert!(app.is_in(&ann, TierId(tier)).await, "a part went back");
    assert!(admin.get(&format!("/admin/orders/{order}")).await.texts("td").contains(&"CN¥1.00".to_owned()));
    // What is left goes back later on that day. The day is compared once it is over, and once.
    stripe.refund(&payment, None).unwrap();
    reconciling::compare_due(&app.ctx).await.unwrap();
    assert!(app.is_in(&ann, TierId(tier)).await, "the day is not over");
    app.clock.advance(DAY);
    for _ in 0..2 {
        reconciling::compare_due(&app.ctx).await.unwrap();
    }
    assert!(!app.is_in(&ann, TierId(tier)).await, "access follows the money");
    assert_eq!(app.text("select status from orders").await, "refunded");
    assert_eq!(app.count("select count(*) from refunds where state = 'succeeded'").await, 2);
    assert_eq!(app.count("select count(*) from reconciliations where day = '2026-03-15'").await, 1);
    assert_eq!(app.count("select count(*) from reconciliation_findings").await, 0);
    assert_eq!(app.count("select cast(sum(minor) as bigint) from ledger_entries").await, 0);
});

/// What a comparison with Stripe's book of a day finds: how many lines match, do not match, and are of other products.
async fn compared(app: &TestApp, day: &str) -> (i64, i64, i64) {
    let owner = app.viewer(app.owner, Role::Owner);
    let id = reconciling::reconcile(&app.ctx, &owner, Provider::Stripe, day).await.unwrap().unwrap();
    let (row, _) = reconciling::one(&app.ctx, &owner, id).await.unwrap();
    (row.matched, row.findings, row.foreign_lines)
}

on_both!(a_renewal_that_nobody_told_of_is_learnt_from_the_book_and_what_else_its_buyer_pays_for_is_not_ours, |app| {
    let (admin, ann) = (app.owner().await, app.member("ann").await);
    let stripe = with_stripe(&app, &admin).await;
    let (path, session) = app.at_provider(&ann, app.tier("Gold").await, ("stripe", "CNY")).await;
    stripe.pay(&session).unwrap();
    ann.get(&format!("{path}/return")).await;
    let db = app.ctx.db();
    // The same buyer subscribes to something else on the same account.
    let own = app.text("select customer from subscriptions").await;
    let (other, _) = stripe.subscribe_elsewhere("ann@example.org", "Elsewhere", (500, "cny"), "year");
    db.run("update subscriptions set customer = $1", stoa::args![&*other]).await.unwrap();
    assert_eq!(compared(&app, "2026-03-15").await, (1, 0, 1));
    db.run("update subscriptions set customer = $1", stoa::args![&*own]).await.unwrap();

    app.clock.advance(31 * DAY + 2 * HOUR);
    stripe.tick();
    assert_eq!(app.count("select count(*) from payments").await, 1, "nobody told");
    assert_eq!(compared(&app, "2026-04-15").await, (1, 0, 0));
    assert_eq!(app.count("select count(*) from payments").await, 2);
    assert_eq!(app.count("select cast(sum(minor) as bigint) from ledger_entries").await, 0);

    // What is not what was agreed is put aside, and missed here.
    db.run("update orders set minor = 4000", vec![]).await.unwrap();
    app.clock.advance(30 * DAY);
    stripe.tick();
    assert_eq!(compared(&app, "2026-05-15").await, (0, 1, 0));
    assert_eq!(app.text("select kind from reconciliation_findings").await, "here");
    assert_eq!(app.count("select count(*) from notifications where state = 'quarantined'").await, 1);
});

on_both!(what_a_buyer_of_ours_paid_for_and_the_provider_will_not_say_is_missed_here_until_it_does, |app| {
    let (admin, ann) = (app.owner().await, app.member("ann").await);
    let stripe = with_stripe(&app, &admin).await;
    let (path, session) = app.at_provider(&ann, app.tier("Gold").await, ("stripe", "CNY")).await;
    stripe.pay(&session).unwrap();
    ann.get(&format!("{path}/return")).await;
    app.clock.advance(31 * DAY + 2 * HOUR);
    stripe.tick();
    stripe.refuse(Some("/v1/invoice_payments"));
    assert_eq!(compared(&app, "2026-04-15").await, (0, 1, 0));
    assert_eq!(app.text("select kind from reconciliation_findings").await, "here");
    stripe.refuse(None);
    assert_eq!(compared(&app, "2026-04-15").await, (1, 0, 0));
});

on_both!(an_account_in_another_currency_is_compared_in_what_was_paid, |app| {
    let (admin, ann) = (app.owner().await, app.member("ann").await);
    let stripe = with_stripe(&app, &admin).await;
    stripe.hold_in("usd", 140);
    let (path, session) = app.at_provider(&ann, app.tier("Gold").await, ("stripe", "CNY")).await;
    stripe.pay(&session).unwrap();
    ann.get(&format!("{path}/return")).await;
    assert_eq!(compared(&app, "2026-03-15").await, (1, 0, 0));
    app.ctx.db().run("update payments set fee_minor = fee_minor + 1", vec![]).await.unwrap();
    assert_eq!(compared(&app, "2026-03-15").await, (0, 1, 0));
    assert_eq!(app.text("select about from reconciliation_findings").await, "fee");
});

on_both!(an_agreement_is_looked_at_and_ended_by_an_admin_for_a_reason, |app| {
    let (admin, ann) = (app.owner().await, app.member("ann").await);
    let stripe = with_stripe(&app, &admin).await;
    let answer = admin.post("/admin/payments/stripe/test", &[]).await;
    assert_eq!(answer.status, 200);
    assert!(answer.texts(".banner")[0].contains("acct_"), "the real answer: {:?}", answer.texts(".banner"));
    let tier = app.tier("Gold").await;
    let buyer = app.viewer(ann.id, Role::Member);
    let purchase = Purchase::Tier { tier, cadence: Cadence::Month, currency: None, renewing: true };
    let Started::Order(reference) = buy_as(&app.ctx, &buyer, purchase, None).await.unwrap() else { panic!("nothing to buy") };
    let paying = Paying { provider: Provider::Stripe, device: Device::Desktop, client_ip: "127.0.0.1".into(), locale: Locale::En };
    pay(&app.ctx, &buyer, &reference, &paying).await.unwrap();
    let session = app.text("select number from checkouts").await;
    stripe.pay(&session).unwrap();
    let order = app.newest_order().await;
    // Nobody told: an admin asks.
    assert_eq!(admin.post(&format!("/admin/orders/{order}/look"), &[]).await.location(), format!("/admin/orders/{order}?done=looked"));
    assert!(app.is_in(&ann, tier).await);
    let id = app.count("select id from subscriptions").await;
    let path = format!("/admin/subscriptions/{id}");
    let page = admin.get(&path).await;
    assert!(page.texts(".facts").join(" ").contains("Active"));
    assert_eq!(page.texts("tbody th"), [format!("Order O-{order:06}")]);
    let end = format!("{path}/end");
    assert_eq!(admin.post(&end, &[("when", "end"), ("reason", "asked by mail")]).await.location(), format!("{path}?done=saved"));
    let page = admin.get(&path).await;
    assert!(page.texts(".facts").join(" ").contains("Ends") && page.texts(".facts").join(" ").contains("asked by mail"));
    assert!(app.is_in(&ann, tier).await, "the paid term is used up");
    assert_eq!(admin.post(&format!("{path}/look"), &[]).await.location(), format!("{path}?done=looked"));
    assert_eq!(admin.post(&end, &[("when", "now"), ("reason", "abuse")]).await.status, 303);
    assert_eq!(admin.get("/admin/subscriptions?state=ended").await.texts("tbody th"), ["Gold"]);
    assert!(!admin.get(&path).await.body.contains("End at once"));
});
