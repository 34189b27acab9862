//! Gifts: paid by one, opened to another, once, and taken back with the money.

use crate::mail::link;
use crate::on_both;
use crate::payments::{press, to_provider};
use crate::sink::{Mood, decoded};
use crate::support::{Answer, Person, TestApp};
use stoa::foundation::id::{PostId, TierId};
use stoa::foundation::time::{DAY, HOUR, MINUTE};
use stoa::foundation::viewer::Role;
use stoa::membership::model::NewTier;
use stoa::membership::service::save_tier;
use stoa::payments::offers::desk::{self, NewOffer};
use stoa::payments::service::clock;
use stoa::server::db::Queries;

fn of_post(post: PostId) -> String {
    format!("post {post}")
}

pub fn of_tier(tier: TierId, cadence: &str) -> String {
    format!("tier {tier} {cadence} CNY")
}

/// Orders a gift that is handed over; the order's path.
pub async fn wrap(buyer: &Person, what: &str) -> String {
    let answer = buyer.post("/gift", &[("what", what), ("by", "link"), ("note", "Enjoy.")]).await;
    assert_eq!(answer.status, 303, "{:?}", answer.texts(".field-error"));
    answer.location().to_owned()
}

pub async fn pay(buyer: &Person, order: &str) -> Answer {
    press(buyer, &to_provider(buyer, order).await, "pay").await
}

/// The link that the gift's page makes, as a path.
pub async fn made_link(app: &TestApp, buyer: &Person, order: &str) -> String {
    let page = buyer.post(&format!("{order}/gift/link"), &[]).await;
    assert_eq!(page.status, 200, "{:?}", page.texts(".banner"));
    assert!(page.texts(".footer-choices").is_empty(), "what is shown once cannot be come back to");
    page.attribute(".callout input", "value").unwrap().strip_prefix(&app.address).unwrap().to_owned()
}

/// All of an order's money goes back.
pub async fn refunded(app: &TestApp, order: &str) {
    let reference = order.strip_prefix("/orders/").unwrap();
    let sql = "select o.id, p.id, p.minor from orders o join payments p on p.order_id = o.id where o.reference = $1";
    let (id, payment, minor): (i64, i64, i64) = app.ctx.db().one(sql, stoa::args![reference]).await.unwrap();
    let amount = format!("{}.{:02}", minor / 100, minor % 100);
    let form = [("payment", &*payment.to_string()), ("amount", &*amount), ("sure", "on")];
    assert_eq!(app.owner().await.post(&format!("/admin/orders/{id}/refund"), &form).await.status, 303);
    for _ in 0..3 {
        app.clock.advance(MINUTE);
        clock::tick(&app.ctx).await.unwrap();
    }
}

on_both!(a_gift_opens_to_whoever_takes_it_and_never_to_its_buyer, |app| {
    let (buyer, friend, other) = (app.member("buyer").await, app.member("friend").await, app.member("other").await);
    let post = app.paid_post(Some(1250), None).await;
    let order = wrap(&buyer, &of_post(post)).await;
    let page = buyer.get(&order).await;
    assert_eq!(page.texts(".order-total dd"), ["CN¥12.50"]);
    assert!(page.body.contains("To whoever takes the gift, and not to you"));
    assert_eq!(buyer.post(&format!("{order}/gift/link"), &[]).await.status, 422, "it is not paid");
    let back = pay(&buyer, &order).await;
    assert_eq!(back.location(), format!("{order}/gift?done=gift-paid"));
    assert!(!app.may_read(buyer.id, post).await, "the buyer bought it for somebody else");

    let path = made_link(&app, &buyer, &order).await;
    let secret = path.strip_prefix("/gift/").unwrap().to_owned();
    assert!(secret.len() >= 22, "128 bits");
    let kept = app.count("select count(*) from gift_secrets").await;
    let (hash,): (String,) = app.ctx.db().one("select hash from gift_secrets", vec![]).await.unwrap();
    assert!(kept == 1 && !hash.contains(&secret), "nothing leads back to it");
    assert!(!buyer.get(&format!("{order}/gift")).await.body.contains(&secret), "it is shown once");

    let seen = app.visitor().get(&path).await;
    assert_eq!((seen.status, seen.texts("h1")), (200, vec!["buyer has a gift for you".to_owned()]));
    assert_eq!(seen.texts(".gift-note"), ["Enjoy."]);
    assert!(seen.body.contains("noindex"));
    assert_eq!(seen.headers["referrer-policy"], "no-referrer");
    let sent = app.visitor().post(&path, &[]).await;
    assert!(sent.location().starts_with("/sign-in?to="), "{}", sent.location());
    let own = buyer.post(&path, &[]).await;
    assert_eq!(own.status, 409);
    assert!(own.texts(".banner")[0].contains("you cannot take it yourself"));

    // Of two who press at once, one has it.
    let (a, b) = tokio::join!(friend.post(&path, &[]), other.post(&path, &[]));
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    let (taker, late) = if a.status == 303 { (&friend, &other) } else { (&other, &friend) };
    assert!(app.may_read(taker.id, post).await && !app.may_read(late.id, post).await && !app.may_read(buyer.id, post).await);
    assert_eq!(taker.post(&path, &[]).await.status, 303, "twice is once");
    assert_eq!(app.count("select count(*) from entitlements").await, 1);
    assert!(late.get(&path).await.texts(".banner")[0].contains("has been taken"));
    let state = &buyer.get(&format!("{order}/gift")).await.texts(".gift-state")[0];
    assert!(state.starts_with("Taken by"), "{state}");
    let said = buyer.get(&order).await.texts(".banner");
    assert!(said[0].starts_with("Paid. Your gift was taken by"), "{said:?}");
    assert_eq!(app.letters("gift-taken").await.len(), 1);
    assert_eq!(buyer.post(&format!("{order}/gift/send"), &[("email", "x@example.org")]).await.status, 422);

    assert_eq!((app.ledger_sum().await, app.count("select count(*) from orders").await), (0, 1));
    assert!(buyer.get("/account/purchases").await.body.contains("Bought as a gift"));
    assert!(buyer.get("/account/export").await.body.contains("\"Enjoy.\""));
    assert!(taker.get("/account/export").await.body.contains("\"gifts_taken\""));
    let (mine, none) = (taker.get("/account/purchases").await, late.get("/account/purchases").await);
    assert!(mine.texts(".gifts-received a").len() == 1 && none.texts(".gifts-received").is_empty());
    // What was given away is not the buyer's: they may buy it for themselves, and give it again.
    let again = wrap(&buyer, &of_post(post)).await;
    assert_ne!(again, order);
    pay(&buyer, &again).await;
    let second = made_link(&app, &buyer, &again).await;
    let held = taker.post(&second, &[]).await;
    assert_eq!(held.status, 409);
    assert!(held.texts(".banner")[0].contains("for good already"));
    assert_eq!(app.count("select count(*) from payments where use = 'surplus'").await, 0, "two gifts of one article are both paid for");
});

on_both!(a_letter_that_does_not_arrive_is_told_to_whoever_gave, |app| {
    let sink = app.with_sink().await;
    let (buyer, tier) = (app.member("buyer").await, app.tier("Readers").await);
    let form = [("what", &*of_tier(tier, "month")), ("by", "letter"), ("email", "an@example.org")];
    let order = buyer.post("/gift", &form).await.location().to_owned();
    pay(&buyer, &order).await;
    clock::tick(&app.ctx).await.unwrap();
    let page = format!("{order}/gift");
    assert!(buyer.get(&page).await.texts(".banner").is_empty());
    sink.will((0..9).map(|_| Mood::RefusesAddress("550 5.1.1 no such user here")));
    app.send_letters().await;
    let lost = app.count("select count(*) from letters where kind = 'gift' and state = 'failed'").await;
    assert_eq!(lost, 1);
    assert!(buyer.get(&page).await.texts(".banner")[0].contains("did not reach"));
    assert_eq!(buyer.post(&format!("{page}/send"), &[("email", "ann@example.org")]).await.status, 303);
    assert!(buyer.get(&page).await.texts(".banner").is_empty(), "the next letter is under way");
});

on_both!(the_letter_goes_in_the_morning_of_its_day_once_and_opens_for_somebody_who_had_no_account, |app| {
    let sink = app.with_sink().await;
    let (buyer, tier) = (app.member("buyer").await, app.tier("Readers").await);
    let form = [
        ("what", &*of_tier(tier, "month")),
        ("by", "letter"),
        ("email", "Ann@Example.org"),
        ("day", "2026-03-17"),
        ("note", "<b>Happy</b> birthday"),
    ];
    let order = buyer.post("/gift", &form).await.location().to_owned();
    clock::tick(&app.ctx).await.unwrap();
    pay(&buyer, &order).await;
    clock::tick(&app.ctx).await.unwrap();
    assert!(app.letters("gift").await.is_empty());
    let page = buyer.get(&format!("{order}/gift")).await;
    assert!(page.texts(".gift-state")[0].starts_with("To be sent 17 March 2026, 08:00"), "{:?}", page.texts(".gift-state"));
    app.clock.advance(DAY + 19 * HOUR + 59 * MINUTE);
    clock::tick(&app.ctx).await.unwrap();
    assert!(app.letters("gift").await.is_empty(), "a minute before eight");
    app.clock.advance(MINUTE);
    for _ in 0..3 {
        clock::tick(&app.ctx).await.unwrap();
        app.clock.advance(MINUTE);
    }
    let letters = app.letters("gift").await;
    assert_eq!(letters.len(), 1, "once");
    assert_eq!((letters[0].0.as_str(), letters[0].1.as_str()), ("ann@example.org", "buyer has a gift for you: Readers, one month"));
    assert_eq!(app.letters("gift-sent").await.len(), 1);
    app.send_letters().await;
    let message = sink.taken().into_iter().find(|taken| taken.to.contains("ann@example.org")).unwrap().message;
    let text = decoded(&message);
    assert!(text.contains("&lt;b&gt;Happy&lt;/b&gt; birthday"), "what is typed is no HTML: {text}");
    let path = link(&app, &text, "/gift/");

    let ann = app.visitor();
    let page = ann.get(&path).await;
    let door = page.attribute(".redeem-doors a", "href").unwrap();
    assert_eq!(door, format!("/join?to={path}"));
    let join = [("email", "ann@example.org"), ("handle", "ann"), ("password", crate::support::PASSWORD), ("to", &*path)];
    let joined = ann.post("/join", &join).await;
    assert_eq!(joined.location(), format!("{path}?done=welcome"));
    assert_eq!(ann.get(joined.location()).await.texts("form.form .button"), ["Take the gift"]);
    assert_eq!(ann.post(&path, &[]).await.location(), "/account/membership?done=gift-taken");
    assert_eq!(app.count("select count(*) from gifts where email is null").await, 1, "whose address it was need not be known any longer");
    let begins = app.ctx.now();
    let (starts, ends): (i64, i64) = app.ctx.db().one("select starts_at, ends_at from entitlements", vec![]).await.unwrap();
    assert_eq!((starts, ends), (begins.0, begins.0 + 31 * DAY), "from when it was taken, not from when it was paid");
});

on_both!(a_term_that_is_given_is_laid_behind_what_there_is, |app| {
    let (buyer, friend, tier) = (app.member("buyer").await, app.member("friend").await, app.tier("Readers").await);
    let own = crate::payments::buy_tier(&friend, tier, "month").await;
    pay(&friend, &own).await;
    let order = wrap(&buyer, &of_tier(tier, "month")).await;
    pay(&buyer, &order).await;
    let path = made_link(&app, &buyer, &order).await;
    app.clock.advance(10 * DAY);
    assert_eq!(friend.post(&path, &[]).await.status, 303);
    let sql = "select starts_at, ends_at from entitlements order by starts_at";
    let terms: Vec<(i64, i64)> = app.ctx.db().all(sql, vec![]).await.unwrap();
    assert_eq!((terms.len(), terms[0].1), (2, terms[1].0), "no day is lost");
    assert!(!app.may_enter(buyer.id, tier).await);
    // A price that was paid for somebody else is not the buyer's own.
    let own = crate::payments::buy_tier(&buyer, tier, "month").await;
    pay(&buyer, &own).await;
    let sql = "update tier_prices set minor = 9900 where cadence = 'month'";
    app.ctx.db().run(sql, vec![]).await.unwrap();
    let dear = wrap(&buyer, &of_tier(tier, "month")).await;
    assert_eq!(buyer.get(&dear).await.texts(".order-total dd"), ["CN¥99.00"], "nor is the buyer's own price for others");
    pay(&buyer, &dear).await;
    let renewed = crate::payments::buy_tier(&buyer, tier, "month").await;
    assert_eq!(buyer.get(&renewed).await.texts(".order-total dd"), ["CN¥30.00"]);
});

on_both!(what_went_back_takes_the_gift_back_taken_or_not, |app| {
    let (buyer, friend) = (app.member("buyer").await, app.member("friend").await);
    let post = app.paid_post(Some(1250), None).await;
    // Taken: it is shut again.
    let taken = wrap(&buyer, &of_post(post)).await;
    pay(&buyer, &taken).await;
    let path = made_link(&app, &buyer, &taken).await;
    assert_eq!(friend.post(&path, &[]).await.status, 303);
    assert!(app.may_read(friend.id, post).await);
    refunded(&app, &taken).await;
    assert!(!app.may_read(friend.id, post).await);
    let told = app.letters("gift-closed").await;
    assert_eq!((told.len(), &*told[0].0), (1, "friend@example.org"), "whoever took it is told once");
    let closed = app.newest_letter("gift-closed").await;
    assert!(closed.contains("buyer gave you is closed: Article “A paid article”"), "{closed}");
    assert_eq!(friend.post(&path, &[]).await.status, 409);
    assert!(!app.may_read(friend.id, post).await, "pressing again brings nothing back");
    assert!(!app.visitor().get(&path).await.body.contains("for good"), "it opens nothing");
    let desk = app.owner().await.get("/admin/orders/1").await;
    assert!(desk.body.contains("Taken back: ") && !desk.body.contains("for good"), "{:?}", desk.texts(".order-facts dd"));

    // Not taken: there is nothing to take, and no letter goes.
    let form = [("what", &*of_post(post)), ("by", "letter"), ("email", "ann@example.org"), ("day", "2026-04-01")];
    let waiting = buyer.post("/gift", &form).await.location().to_owned();
    pay(&buyer, &waiting).await;
    let path = made_link(&app, &buyer, &waiting).await;
    refunded(&app, &waiting).await;
    app.clock.advance(30 * DAY);
    clock::tick(&app.ctx).await.unwrap();
    assert!(app.letters("gift").await.is_empty());
    assert_eq!(app.letters("gift-closed").await.len(), 1, "nobody had it");
    app.back_again(&friend, "friend").await;
    app.back_again(&buyer, "buyer").await;
    assert_eq!(friend.post(&path, &[]).await.status, 409);
    assert!(friend.get(&path).await.texts(".banner")[0].contains("no longer there"));
    assert_eq!(buyer.post(&format!("{waiting}/gift/link"), &[]).await.status, 422);
    assert_eq!((app.count("select count(*) from entitlements where revoked_at is null").await, app.ledger_sum().await), (0, 0));
});

on_both!(a_gift_that_nobody_took_goes_back_whole_and_one_that_was_taken_by_what_is_left, |app| {
    app.promise("none", "pro-rata").await;
    let (buyer, friend, tier) = (app.member("buyer").await, app.member("friend").await, app.tier("Readers").await);
    let back = "select cast(coalesce(sum(minor), 0) as bigint) from refunds";
    for (days, minor) in [(20, 3000), (0, 3000)] {
        let order = wrap(&buyer, &of_tier(tier, "month")).await;
        pay(&buyer, &order).await;
        let before = app.count(back).await;
        let path = made_link(&app, &buyer, &order).await;
        app.clock.advance(days * DAY);
        if days == 0 {
            assert_eq!(friend.post(&path, &[]).await.status, 303);
            app.clock.advance(10 * DAY + HOUR);
        }
        assert_eq!(buyer.post(&format!("{order}/take-back"), &[("reason", "")]).await.status, 303);
        let went = app.count(back).await - before;
        if days == 0 {
            assert!(went > 0 && went < minor, "{went}");
            assert!(!app.may_enter(friend.id, tier).await, "and access ends");
        } else {
            assert_eq!(went, minor);
        }
        for _ in 0..3 {
            app.clock.advance(MINUTE);
            clock::tick(&app.ctx).await.unwrap();
        }
        assert_eq!(friend.post(&path, &[]).await.status, 409);
    }
});

on_both!(a_gift_to_another_address_is_sent_anew_and_the_letters_of_before_open_nothing, |app| {
    let sink = app.with_sink().await;
    let (buyer, friend) = (app.member("buyer").await, app.member("friend").await);
    let post = app.paid_post(Some(1250), None).await;
    let form = [("what", &*of_post(post)), ("by", "letter"), ("email", "wrong@example.org")];
    let order = buyer.post("/gift", &form).await.location().to_owned();
    pay(&buyer, &order).await;
    clock::tick(&app.ctx).await.unwrap();
    let first = made_link(&app, &buyer, &order).await;
    let here = format!("{order}/gift");
    let wrong = buyer.post(&format!("{here}/send"), &[("email", "no address")]).await;
    assert_eq!((wrong.status, wrong.attribute("#email", "value").as_deref()), (422, Some("no address")));
    assert_eq!(buyer.post(&format!("{here}/send"), &[("email", "buyer@example.org")]).await.status, 422, "to oneself");
    assert_eq!(friend.post(&format!("{here}/send"), &[("email", "a@example.org")]).await.status, 404, "somebody else's order");
    assert_eq!(app.owner().await.post(&format!("{here}/link"), &[]).await.status, 404, "an admin gives nothing away");
    assert_eq!(buyer.post(&format!("{here}/send"), &[("email", "right@example.org")]).await.status, 303);
    assert_eq!(friend.get(&first).await.status, 404, "it was for the other address");
    app.send_letters().await;
    let message = sink.taken().into_iter().find(|taken| taken.to.contains("right@example.org")).unwrap().message;
    let path = link(&app, &decoded(&message), "/gift/");
    for _ in 0..3 {
        assert_eq!(buyer.post(&format!("{here}/send"), &[("email", "right@example.org")]).await.status, 303);
    }
    let many = buyer.post(&format!("{here}/send"), &[("email", "right@example.org")]).await;
    assert_eq!(many.status, 422);
    assert!(many.texts(".banner")[0].contains("5 letters went"));
    assert_eq!(app.letters("gift").await.len(), 5);
    assert_eq!(app.letters("gift-sent").await.len(), 1);
    assert_eq!(friend.post(&path, &[]).await.status, 303, "a letter of before to the same address still opens it");
});

on_both!(what_is_wrong_with_a_gift_is_said_and_all_that_was_typed_is_kept, |app| {
    let (buyer, tier) = (app.member("buyer").await, app.tier("Readers").await);
    let post = app.paid_post(Some(1250), None).await;
    let sent = app.visitor().get(&format!("/gift?post={post}")).await;
    assert_eq!(sent.location(), format!("/sign-in?to=%2Fgift%3Fpost%3D{post}"));
    let page = buyer.get(&format!("/gift?post={post}")).await;
    assert_eq!(page.texts("#what option").len(), 3, "the article, a month, a year");
    let long = "x".repeat(501);
    let form = [
        ("what", &*of_tier(tier, "year")),
        ("by", "letter"),
        ("email", "buyer@example.org"),
        ("day", "2020-01-01"),
        ("note", &*long),
        ("post", &*post.to_string()),
        ("code", "kept"),
    ];
    let back = buyer.post("/gift", &form).await;
    assert_eq!((back.status, back.texts(".field-error").len()), (422, 3));
    assert_eq!(back.attribute("#email", "value").as_deref(), Some("buyer@example.org"));
    assert_eq!(back.attribute("#day", "value").as_deref(), Some("2020-01-01"));
    assert_eq!(back.attribute("#code", "value").as_deref(), Some("kept"));
    assert_eq!(back.texts("#note"), [long]);
    assert_eq!(back.attribute("#what option[selected]", "value"), Some(of_tier(tier, "year")));
    for what in ["", "post", "post x", "post 999999", "tier 1 soon CNY", "tier 999999 month CNY", "tier 1 month XXX"] {
        let answer = buyer.post("/gift", &[("what", what), ("by", "link")]).await;
        assert!([404, 422].contains(&answer.status), "{what}: {}", answer.status);
    }
    let unsold = app.paid_post(None, Some(tier)).await;
    assert_eq!(buyer.post("/gift", &[("what", &*of_post(unsold)), ("by", "link")]).await.status, 422);
    assert_eq!(app.count("select count(*) from orders").await, 0);
    assert!(buyer.get("/membership").await.body.contains("href=\"/gift\""));
});

on_both!(an_offer_makes_a_gift_cheaper_and_stays_with_it_but_nothing_is_given_away_for_nothing, |app| {
    let (buyer, friend, tier) = (app.member("buyer").await, app.member("friend").await, app.tier("Readers").await);
    for (code, worth) in [("half", "50"), ("free", "100")] {
        let new = NewOffer {
            name: code.into(),
            code: code.into(),
            kind: "percent".into(),
            worth: worth.into(),
            tier: tier.to_string(),
            lasts: "once".into(),
            audience: "everyone".into(),
            ..NewOffer::default()
        };
        desk::make(&app.ctx, &app.viewer(app.owner, Role::Owner), &new).await.unwrap();
    }
    let what = of_tier(tier, "month");
    let free = buyer.post("/gift", &[("what", &*what), ("by", "link"), ("code", "free")]).await;
    assert_eq!(free.status, 422);
    assert!(free.texts(".field-error")[0].contains("for yourself"));
    // On the page of the order, too: the other order is a gift as well.
    let whole = wrap(&buyer, &what).await;
    let order = buyer.post(&format!("{whole}/offer"), &[("code", "half")]).await.location().to_owned();
    assert_eq!(buyer.get(&order).await.texts(".order-total dd"), ["CN¥15.00"]);
    pay(&buyer, &order).await;
    let path = made_link(&app, &buyer, &order).await;
    assert_eq!(friend.get(&path).await.texts(".gift-note"), ["Enjoy."]);
    assert_eq!(friend.post(&path, &[]).await.status, 303);
    assert!(app.may_enter(friend.id, tier).await && !app.may_enter(buyer.id, tier).await);
});

on_both!(what_is_left_of_a_gift_goes_over_to_another_tier_at_what_was_paid_for_it, |app| {
    let (buyer, friend, silver) = (app.member("buyer").await, app.member("friend").await, app.tier("Silver").await);
    let new = NewTier { name: "Gold".into(), monthly: "60".into(), yearly: "600".into(), ..NewTier::default() };
    let gold = save_tier(&app.ctx, &app.viewer(app.owner, Role::Owner), new).await.unwrap();
    let new = NewOffer {
        name: "Ninety".into(),
        code: "ninety".into(),
        kind: "percent".into(),
        worth: "90".into(),
        tier: silver.to_string(),
        lasts: "once".into(),
        audience: "everyone".into(),
        ..NewOffer::default()
    };
    desk::make(&app.ctx, &app.viewer(app.owner, Role::Owner), &new).await.unwrap();
    let form = [("what", &*of_tier(silver, "year")), ("by", "link"), ("code", "ninety")];
    let order = buyer.post("/gift", &form).await.location().to_owned();
    assert_eq!(buyer.get(&order).await.texts(".order-total dd"), ["CN¥30.00"]);
    pay(&buyer, &order).await;
    let path = made_link(&app, &buyer, &order).await;
    assert_eq!(friend.post(&path, &[]).await.status, 303);
    // 30.00 buy a twentieth of a year at 600.00.
    let said = friend.get("/account/membership").await.texts(".plan-switch p");
    assert!(said[0].ends_with("your 365 days of “Silver” become 18 days of “Gold”."), "{said:?}");
    let there = [("from", &*silver.to_string()), ("to", &*gold.to_string())];
    assert_eq!(friend.post("/account/membership/switch", &there).await.location(), "/account/membership?done=switched");
    let (ends,): (i64,) = app.ctx.db().one("select ends_at from entitlements where revoked_at is null", vec![]).await.unwrap();
    assert_eq!(ends - app.ctx.now().0, 18 * DAY + 6 * HOUR);
    assert!(app.may_enter(friend.id, gold).await && !app.may_enter(friend.id, silver).await);
    refunded(&app, &order).await;
    assert!(!app.may_enter(friend.id, gold).await && !app.may_enter(friend.id, silver).await, "it goes with the money");
});
