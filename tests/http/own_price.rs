//! Pay what you want: the buyer types the amount, from the least on, which may be nothing.

use crate::on_both;
use crate::payments::{press, to_provider};
use crate::support::{Person, TestApp};
use stoa::foundation::id::PostId;
use stoa::foundation::money::Currency;
use stoa::foundation::viewer::Role;
use stoa::payments::service::connections::{Limit, save_limit};
use stoa::providers::Provider;
use stoa::server::db::Queries;

impl TestApp {
    /// An article for which 10.00 is suggested; its path.
    async fn own_price(&self, least: i64) -> (PostId, String) {
        let post = self.paid_post(Some(1000), None).await;
        let slug = format!("choose-{post}");
        let sql = "update posts set least_minor = $2, slug = $3 where id = $1";
        self.ctx.db().run(sql, stoa::args![post, least, &slug]).await.unwrap();
        (post, format!("/p/{slug}"))
    }
}

async fn typed(buyer: &Person, post: PostId, amount: &str) -> crate::support::Answer {
    buyer.post("/checkout", &[("kind", "post"), ("post", &post.to_string()), ("amount", amount), ("to", "/p/here")]).await
}

on_both!(the_buyer_pays_what_they_typed_and_no_less_than_the_least, |app| {
    let buyer = app.member("buyer").await;
    let (post, path) = app.own_price(300).await;
    let page = app.visitor().get(&path).await;
    assert_eq!(page.attribute("#amount", "value").as_deref(), Some("10.00"), "what is suggested");
    assert!(page.body.contains("from CN¥3.00 on"));
    for wrong in ["2.99", "0", "", "-5", "3.001", "1e9", "99999999999999999999", "1000000.01", "99,999,999,999.00", "🐘"] {
        let back = typed(&buyer, post, wrong).await;
        assert_eq!((back.status, back.texts(".field-error").len()), (422, 1), "{wrong}");
        assert_eq!(back.attribute("#amount", "value").as_deref(), Some(wrong), "what was typed is kept");
        assert_eq!(back.attribute("form[action='/checkout'] input[name=to]", "value").as_deref(), Some("/p/here"));
        assert_eq!(back.attribute("main section.narrow > p a", "href"), Some(path.clone()), "the way back to the article");
        let language = ".footer-choices form[action='/language'] [name=to]";
        assert_eq!(back.attribute(language, "value"), Some(path.clone()), "there is nothing to see at the form's own address");
    }
    assert_eq!(app.count("select count(*) from orders").await, 0);
    let order = typed(&buyer, post, "3").await.location().to_owned();
    assert_eq!(buyer.get(&order).await.texts(".order-total dd"), ["CN¥3.00"]);
    assert_eq!(typed(&buyer, post, "3.00").await.location(), order, "the same order");
    let dear = typed(&buyer, post, "70").await.location().to_owned();
    assert_ne!(dear, order);
    press(&buyer, &to_provider(&buyer, &dear).await, "pay").await;
    assert!(app.may_read(buyer.id, post).await);
    let sales = app.count("select cast(-sum(minor) as bigint) from ledger_entries where account = 'revenue:sales'").await;
    assert_eq!((sales, app.ledger_sum().await), (7000, 0));
    assert_eq!(typed(&buyer, post, "3").await.location(), path, "it is open already");
    let code = [("kind", "post"), ("post", &*post.to_string()), ("amount", "5"), ("offer", "any")];
    assert_eq!(app.member("other").await.post("/checkout", &code).await.status, 422, "no offer beside that");
});

on_both!(who_chooses_to_pay_nothing_has_it_at_once_and_once, |app| {
    let buyer = app.member("buyer").await;
    let (post, path) = app.own_price(0).await;
    assert!(app.visitor().get(&path).await.body.contains("it may be 0"));
    let sent = typed(&app.visitor(), post, "0").await;
    assert!(sent.location().starts_with("/sign-in?"), "{}", sent.location());
    let (a, b) = tokio::join!(typed(&buyer, post, "0"), typed(&buyer, post, "0.00"));
    assert_eq!((a.status, b.status), (303, 303));
    assert!(app.may_read(buyer.id, post).await);
    assert_eq!(app.count("select count(*) from entitlements").await, 1);
    assert_eq!(app.count("select count(*) from orders").await, 0, "nothing is owed");
    let list = buyer.get("/account/purchases").await.texts(".given li");
    assert_eq!(list.len(), 1);
    assert!(list[0].contains("you decided what to pay"), "{list:?}");
    assert_eq!(buyer.get("/account/purchases").await.attribute(".given a", "href"), Some(path));
    // Of an article with one price nobody pays less.
    let fixed = app.paid_post(Some(1000), None).await;
    let order = typed(&buyer, fixed, "0").await.location().to_owned();
    assert_eq!(buyer.get(&order).await.texts(".order-total dd"), ["CN¥10.00"]);
});

on_both!(an_amount_that_no_way_to_pay_takes_is_refused, |app| {
    let buyer = app.member("buyer").await;
    let (post, _) = app.own_price(0).await;
    let owner = app.viewer(app.owner, Role::Owner);
    let limit = Limit { currency: Currency::parse("CNY").unwrap(), minimum: Some(200), maximum: Some(5000), daily: None };
    save_limit(&app.ctx, &owner, Provider::Test, limit).await.unwrap();
    for wrong in ["1.99", "50.01"] {
        let back = typed(&buyer, post, wrong).await;
        assert_eq!(back.status, 422);
        assert!(back.texts(".field-error")[0].starts_with("No way to pay takes"), "{:?}", back.texts(".field-error"));
    }
    for right in ["2", "50"] {
        assert_eq!(typed(&buyer, post, right).await.status, 303);
    }
});

on_both!(a_writer_sets_the_least_and_what_is_suggested, |app| {
    let owner = app.owner().await;
    let form = |least: &'static str, price: &'static str| {
        [
            ("do", "publish"),
            ("title", "A choice"),
            ("slug", "a-choice"),
            ("source", "Before.\n\n<!--paywall-->\n\nBehind."),
            ("access", "paid"),
            ("price", price),
            ("least", least),
        ]
    };
    let wrong = owner.post("/write/new", &form("12.01", "12")).await;
    assert_eq!((wrong.status, wrong.attribute("#least", "value").as_deref()), (422, Some("12.01")));
    assert_eq!(owner.post("/write/new", &form("0", "")).await.status, 422, "something has to be suggested");
    assert_eq!(owner.post("/write/new", &form("0", "12")).await.status, 303);
    assert!(app.visitor().get("/p/a-choice").await.body.contains("You decide how much; it may be 0."));
    let id = app.count("select id from posts").await;
    let editor = owner.get(&format!("/write/{id}")).await;
    assert_eq!(editor.attribute("#least", "value").as_deref(), Some("0.00"));
    let version = editor.attribute("input[name=version]", "value").unwrap();
    let fixed = [("version", &*version), ("do", "save"), ("title", "A choice"), ("slug", "a-choice"), ("access", "paid"), ("price", "12")];
    let fixed = [&fixed[..], &[("source", "Before.\n\n<!--paywall-->\n\nBehind.")]].concat();
    assert_eq!(owner.post(&format!("/write/{id}"), &fixed).await.status, 303);
    assert!(app.visitor().get("/p/a-choice").await.body.contains("Buy this article for CN¥12.00"));
});

/// What is said of an amount in dinars that no card is charged.
const STEPS: &str = "The amount has to be in steps of KWD\u{a0}0.010.";

on_both!(what_no_card_is_charged_is_neither_paid_nor_asked_for, |app| {
    app.charges_in("KWD").await;
    let (buyer, owner) = (app.member("buyer").await, app.owner().await);
    let (post, _) = app.own_price(300).await;
    let between = typed(&buyer, post, "0.305").await;
    assert_eq!((between.status, between.texts(".field-error")), (422, vec![STEPS.to_owned()]));
    assert_eq!(between.attribute("#amount", "value").as_deref(), Some("0.305"), "what was typed is kept");
    let order = typed(&buyer, post, "0.31").await.location().to_owned();
    assert_eq!(buyer.get(&order).await.texts(".order-total dd"), ["KWD\u{a0}0.310"]);

    let refused = async |path: &str, form: &[(&str, &str)], field: &str| {
        let answer = owner.post(path, form).await;
        assert_eq!(answer.status, 422, "{path} {form:?}");
        answer.texts(&format!("#{field}-error"))
    };
    assert_eq!(refused("/admin/tiers", &[("name", "Readers"), ("monthly", "9.995")], "monthly").await, [STEPS]);
    let beside = [("name", "Readers"), ("monthly", "9.99"), ("more_prices", "30 9.995 KWD")];
    assert_eq!(refused("/admin/tiers", &beside, "more_prices").await, [STEPS]);
    assert_eq!(refused("/admin/bundles/new", &[("title", "All"), ("price", "9.995")], "price").await, [STEPS]);
    let article = |price: &'static str, least: &'static str| {
        let text = [("do", "publish"), ("title", "A choice"), ("slug", "a-choice"), ("source", "Before.\n\n<!--paywall-->\n\nBehind.")];
        [&text[..], &[("access", "paid"), ("price", price), ("least", least)]].concat()
    };
    assert_eq!(refused("/write/new", &article("9.995", ""), "price").await, [STEPS]);
    assert_eq!(refused("/write/new", &article("9.99", "0.005"), "least").await, [STEPS]);
    assert_eq!(owner.post("/write/new", &article("9.99", "0.01")).await.status, 303);
});
