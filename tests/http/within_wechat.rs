//! Paying in the browser inside WeChat.

use crate::on_both;
use crate::payments::buy_tier;
use crate::repricing::silent;
use crate::support::{Answer, Person, TestApp};
use axum::Router;
use std::sync::Arc;
use std::time::Duration;
use stoa::foundation::money::Currency;
use stoa::foundation::time::HOUR;
use stoa::foundation::viewer::Role;
use stoa::payments::service::connections::{Limit, save, save_limit};
use stoa::payments::service::{Patience, clock};
use stoa::providers::Provider;
use stoa::providers::keys::Keys;
use stoa::server::clock::Clock;
use stoa::server::db::Queries;
use stoa::server::random::SeededRandom;
use stoa::simulators::alipay::Alipay;
use stoa::simulators::wechat::{RefundEnd, Wechat};

fn make(clock: Arc<dyn Clock>, base: String) -> (Router, Arc<Wechat>) {
    let made = Arc::new(Wechat::new(clock, Arc::new(SeededRandom::new(7)), base));
    (made.clone().router(), made)
}

/// The same member, in WeChat's own browser.
async fn within(person: &Person, path: &str, form: Option<&[(&str, &str)]>) -> Answer {
    let address = format!("{}{path}", person.address);
    let request = match form {
        Some(form) => person.client.post(address).header("sec-fetch-site", "same-origin").form(form),
        None => person.client.get(address),
    };
    let agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 MicroMessenger/8.0.50";
    person.send(request.header("accept-language", "en").header("user-agent", agent)).await
}

/// Where a page leads on by itself.
fn leads_to(page: &Answer) -> String {
    page.headers["refresh"].to_str().unwrap().strip_prefix("0; url=").unwrap().to_owned()
}

async fn asked(app: &TestApp) -> (Person, String, String) {
    let buyer = app.member("buyer").await;
    let order = buy_tier(&buyer, app.tier("Readers").await, "month").await;
    let begun = within(&buyer, &format!("{order}/pay"), Some(&[("provider", "wechat")])).await;
    assert_eq!((begun.status, begun.location()), (303, &*format!("{order}/wechat")));
    let address = leads_to(&within(&buyer, &format!("{order}/wechat"), None).await);
    let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let back = browser.get(address.split('#').next().unwrap()).send().await.unwrap().headers()["location"].to_str().unwrap().to_owned();
    let back = back.strip_prefix(&app.address).unwrap().to_owned();
    assert!(back.starts_with(&format!("{order}/wechat?code=")), "{back}");
    (buyer, order, back)
}

on_both!(within_wechat_the_buyer_is_known_and_pays_in_its_own_sheet, |app| {
    let wechat = app.serve(Provider::Wechat, make).await;
    let (buyer, order, back) = asked(&app).await;
    let checkout = format!("{order}/checkout?provider=wechat");
    assert_eq!(within(&buyer, &back, None).await.location(), checkout);
    let page = within(&buyer, &checkout, None).await;
    let parameters: serde_json::Value = serde_json::from_str(&page.attribute("[data-live=bridge]", "data-parameters").unwrap()).unwrap();
    assert!(parameters["package"].as_str().unwrap().starts_with("prepay_id=wx"), "{parameters}");
    wechat.pay(&wechat.orders()[0]).unwrap();
    let paid = within(&buyer, &format!("{order}/return"), None).await;
    assert!(paid.location().contains("done=joined-tier"), "{}", paid.location());
    assert_eq!(app.count("select count(*) from checkouts where state = 'paid'").await, 1);
});

on_both!(a_phone_comes_to_wechat_from_this_site_which_is_not_told_from_which_order, |app| {
    app.serve(Provider::Wechat, make).await;
    let buyer = app.member("buyer").await;
    let order = buy_tier(&buyer, app.tier("Readers").await, "month").await;
    assert_eq!(buyer.get(&order).await.headers["referrer-policy"], "no-referrer");
    let lead = buyer.post(&format!("{order}/pay"), &[("provider", "wechat"), ("device", "phone")]).await.location().to_owned();
    let page = buyer.get(&lead).await;
    assert_eq!(page.headers["referrer-policy"], "origin");
    // As a browser goes on from there: with the domain alone.
    let asked = reqwest::Client::new().get(leads_to(&page)).header("referer", format!("{}/", app.address));
    let there = asked.send().await.unwrap().text().await.unwrap();
    assert!(there.contains("WeChat Pay simulator") && there.contains("<button"), "{there}");
});

on_both!(a_code_whose_payment_fails_can_be_scanned_again, |app| {
    let wechat = app.serve(Provider::Wechat, make).await;
    let buyer = app.member("buyer").await;
    let order = buy_tier(&buyer, app.tier("Readers").await, "month").await;
    let code = buyer.post(&format!("{order}/pay"), &[("provider", "wechat")]).await.location().to_owned();
    let number = wechat.orders().remove(0);
    wechat.fail(&number).unwrap();
    assert_eq!(buyer.get(&code).await.texts("h1"), ["Scan with WeChat Pay"]);
    assert!(buyer.get(&order).await.texts(".banner").join(" ").contains("declined"));
    wechat.begin(&number).unwrap();
    assert_eq!(buyer.get(&code).await.location(), format!("{order}?done=looked"));
    assert!(buyer.get(&order).await.texts(".banner").join(" ").contains("on its way"));
    wechat.turn_back(&number).unwrap();
    buyer.get(&format!("{order}/return")).await;
    assert_eq!(buyer.get(&code).await.texts("h1"), ["Scan with WeChat Pay"]);
    wechat.pay(&number).unwrap();
    assert!(buyer.get(&format!("{order}/return")).await.location().contains("done=joined-tier"));
});

on_both!(a_provider_that_never_answers_holds_up_no_page, |app| {
    let (keys, wechat) = app.listens(Provider::Wechat, make).await;
    let use_keys = async |keys: &Keys| save(&app.ctx, &app.viewer(app.owner, Role::Owner), Provider::Wechat, true, keys).await.unwrap();
    use_keys(&keys).await;
    let buyer = app.member("buyer").await;
    let order = buy_tier(&buyer, app.tier("Readers").await, "month").await;
    let code = buyer.post(&format!("{order}/pay"), &[("provider", "wechat")]).await.location().to_owned();
    use_keys(&silent(Provider::Wechat).await).await;
    app.ctx.keep::<Patience>().set(50);
    let pages = async {
        let asked = buyer.get(&format!("{code}&asked=1")).await;
        assert_eq!(asked.texts("h1"), ["Scan with WeChat Pay"]);
        assert!(asked.texts(".banner")[0].contains("does not know of a payment yet"), "{:?}", asked.texts(".banner"));
        assert_eq!(buyer.get(&format!("{order}/status?provider=wechat")).await.body, r#"{"to":null}"#);
        // Of those who come at once one asks, and the others wait no longer than it does.
        let back = format!("{order}/return");
        for answer in futures::future::join_all((0..4).map(|_| buyer.get(&back))).await {
            assert_eq!(answer.location(), order);
        }
    };
    tokio::time::timeout(Duration::from_secs(9), pages).await.expect("a call to the provider alone may last longer");
    // It holds nothing up that was broken off: as soon as WeChat answers, it is known.
    wechat.pay(&wechat.orders()[0]).unwrap();
    use_keys(&keys).await;
    app.ctx.keep::<Patience>().set(60_000);
    assert!(buyer.get(&format!("{order}/return")).await.location().contains("done=joined-tier"));
});

on_both!(a_refund_that_cannot_reach_its_buyer_is_an_alarm_until_an_admin_has_seen_to_it, |app| {
    let wechat = app.serve(Provider::Wechat, make).await;
    let (admin, buyer) = (app.owner().await, app.member("buyer").await);
    let order = buy_tier(&buyer, app.tier("Readers").await, "month").await;
    buyer.post(&format!("{order}/pay"), &[("provider", "wechat")]).await;
    wechat.pay(&wechat.orders()[0]).unwrap();
    buyer.get(&format!("{order}/return")).await;
    let page = format!("/admin/orders/{}", app.count("select max(id) from orders").await);
    let payment = app.count("select id from payments").await.to_string();
    assert_eq!(admin.post(&format!("{page}/refund"), &[("payment", &*payment), ("sure", "on")]).await.status, 303);
    assert!(!admin.get(&page).await.body.contains("merchant platform"), "most need nothing");
    let (number,): (String,) = app.ctx.db().one("select reference from refunds", vec![]).await.unwrap();
    wechat.settle_refund(&number, RefundEnd::Abnormal).unwrap();
    for _ in 0..2 {
        app.clock.advance(2 * HOUR);
        clock::tick(&app.ctx).await.unwrap();
    }
    let said = admin.get(&page).await.texts(".banner").join(" ");
    assert!(said.contains("Go to WeChat Pay's merchant platform") && said.contains(&number), "{said}");
    assert_eq!(app.count("select count(*) from letters where kind = 'trouble'").await, 1, "once");
    assert!(admin.get("/admin").await.texts(".banner").join(" ").contains("need your attention: 1"));
    let list = admin.get("/admin/notifications").await;
    assert_eq!(list.texts("tbody a"), ["refund-stuck"]);
    let one = list.attribute("tbody a", "href").unwrap();
    assert!(admin.get(&one).await.body.contains("merchant platform"));
    assert_eq!(admin.post(&format!("{one}/replay"), &[]).await.status, 303);
    assert!(admin.get(&page).await.body.contains("merchant platform"), "nobody has seen to it yet");
    wechat.settle_refund(&number, RefundEnd::Success).unwrap();
    assert_eq!(admin.post(&format!("{one}/replay"), &[]).await.status, 303);
    assert!(!admin.get(&page).await.body.contains("merchant platform"));
    assert_eq!(app.count("select count(*) from notifications where state = 'quarantined'").await, 0);
    assert_eq!(app.count("select count(*) from refunds where state = 'succeeded'").await, 1);
});

on_both!(a_code_that_says_nothing_leaves_a_code_to_scan, |app| {
    app.serve(Provider::Wechat, make).await;
    let (buyer, order, back) = asked(&app).await;
    let stranger = app.member("stranger").await;
    assert_eq!(within(&stranger, &back, None).await.status, 404, "an order is its buyer's");
    let made_up = within(&buyer, &format!("{order}/wechat?code=%00%26secret=x"), None).await;
    assert_eq!(made_up.location(), format!("{order}/checkout?provider=wechat"));
    let page = within(&buyer, made_up.location(), None).await;
    assert_eq!(page.texts("h1"), ["Scan with WeChat Pay"]);
    // What was asked before still says who it is: the sheet is another try.
    let known = within(&buyer, &back, None).await;
    let page = within(&buyer, known.location(), None).await;
    assert!(page.attribute("[data-live=bridge]", "data-parameters").is_some());
});

on_both!(within_wechat_alipay_is_not_offered_and_when_nothing_else_is_a_browser_is_named, |app| {
    let alipay = |clock, base| {
        let made = Arc::new(Alipay::new(clock, Arc::new(SeededRandom::new(7)), base));
        (made.clone().router(), made)
    };
    app.serve(Provider::Alipay, alipay).await;
    let buyer = app.member("buyer").await;
    let order = buy_tier(&buyer, app.tier("Readers").await, "month").await;
    let ways = |page: &Answer| page.texts(".order-way button");
    assert_eq!(ways(&buyer.get(&order).await).len(), 2, "Alipay and the test provider");
    let page = within(&buyer, &order, None).await;
    assert!(ways(&page).len() == 1 && ways(&page)[0].contains("test provider"), "{:?}", ways(&page));
    assert!(!page.body.contains("inside WeChat"), "there is another way");

    let owner = app.viewer(app.owner, Role::Owner);
    let limit = Limit { currency: Currency::parse("CNY").unwrap(), minimum: None, maximum: Some(1), daily: None };
    save_limit(&app.ctx, &owner, Provider::Test, limit).await.unwrap();
    let page = within(&buyer, &order, None).await;
    assert!(ways(&page).is_empty(), "{:?}", ways(&page));
    assert!(page.texts(".banner").join(" ").contains("Open in browser"), "{:?}", page.texts(".banner"));
    // Who asks all the same is not led to what WeChat blocks.
    let asked = within(&buyer, &format!("{order}/pay"), Some(&[("provider", "alipay")])).await;
    assert_eq!((asked.status, asked.location()), (303, &*format!("{order}/return")));
    assert_eq!(within(&buyer, asked.location(), None).await.location(), order);
    assert_eq!(app.count("select count(*) from checkouts").await, 0);
    assert!(ways(&buyer.get(&order).await)[0].contains("Alipay"), "in a browser it goes on");

    save(&app.ctx, &owner, Provider::Offline, true, &Keys::new()).await.unwrap();
    let page = within(&buyer, &order, None).await;
    assert!(ways(&page)[0].contains("bank transfer") && page.body.contains("Open in browser"), "by hand, or by Alipay elsewhere");
});

on_both!(without_the_official_accounts_secret_a_code_is_scanned_within_wechat_too, |app| {
    let (mut keys, _wechat) = app.listens(Provider::Wechat, make).await;
    keys.remove("app_secret");
    save(&app.ctx, &app.viewer(app.owner, Role::Owner), Provider::Wechat, true, &keys).await.unwrap();
    let buyer = app.member("buyer").await;
    let order = buy_tier(&buyer, app.tier("Readers").await, "month").await;
    within(&buyer, &format!("{order}/pay"), Some(&[("provider", "wechat")])).await;
    let answer = within(&buyer, &format!("{order}/wechat"), None).await;
    assert_eq!(answer.location(), format!("{order}/checkout?provider=wechat"));
    assert_eq!(within(&buyer, answer.location(), None).await.texts("h1"), ["Scan with WeChat Pay"]);
});
