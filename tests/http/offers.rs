//! Offers: made by an admin, used by a code or a link, held while an order can be paid, counted once it is.

use crate::on_both;
use crate::payments::{buy_tier, press, to_provider};
use crate::support::{Answer, Person, TestApp};
use std::sync::Arc;
use stoa::foundation::id::TierId;
use stoa::foundation::time::{DAY, HOUR, MINUTE};
use stoa::foundation::viewer::Role;
use stoa::payments::offers::desk::{self, NewOffer};
use stoa::payments::offers::stay;
use stoa::payments::service::connections::{Limit, save, save_limit};
use stoa::payments::service::{self, clock, order};
use stoa::providers::Provider;
use stoa::server::db::Queries;
use stoa::simulators::stripe::Stripe;

impl TestApp {
    async fn offer(&self, new: NewOffer) -> i64 {
        desk::make(&self.ctx, &self.viewer(self.owner, Role::Owner), &new).await.unwrap().0
    }

    async fn uses(&self) -> (i64, i64) {
        let all = self.count("select count(*) from offer_redemptions").await;
        (all, self.count("select count(*) from offer_redemptions where used_at is not null").await)
    }

    async fn with_stripe_there(&self) -> Arc<Stripe> {
        let (keys, made) = self.stripe_listens().await;
        save(&self.ctx, &self.viewer(self.owner, Role::Owner), Provider::Stripe, true, &keys).await.unwrap();
        made
    }

    async fn price_of(&self, buyer: &Person, path: &str) -> i64 {
        let viewer = self.viewer(buyer.id, Role::Member);
        order(&self.ctx, &viewer, path.strip_prefix("/orders/").unwrap()).await.unwrap().price.minor
    }
}

fn percent(tier: TierId, code: &str, worth: &str) -> NewOffer {
    NewOffer {
        name: "Spring".into(),
        code: code.into(),
        kind: "percent".into(),
        worth: worth.into(),
        tier: tier.to_string(),
        lasts: "once".into(),
        audience: "everyone".into(),
        person_limit: "1".into(),
        ..NewOffer::default()
    }
}

async fn take(buyer: &Person, tier: TierId, code: &str, renewing: bool) -> Answer {
    let tier = tier.to_string();
    let mut form = vec![("kind", "tier"), ("tier", &*tier), ("cadence", "month"), ("offer", code)];
    if renewing {
        form.push(("renewing", "on"));
    }
    buyer.post("/checkout", &form).await
}

async fn pay(buyer: &Person, path: &str) {
    press(buyer, &to_provider(buyer, path).await, "pay").await;
}

on_both!(an_offer_is_shown_honestly_and_the_order_says_for_ever_what_was_agreed, |app| {
    let (owner, buyer, tier) = (app.owner().await, app.member("buyer").await, app.tier("Readers").await);
    let form = [
        ("name", "Spring"),
        ("code", "Spring-50"),
        ("kind", "percent"),
        ("worth", "50"),
        ("tier", &tier.to_string()),
        ("person_limit", "1"),
    ];
    let made = owner.post("/admin/offers", &form).await;
    assert_eq!(made.status, 303);
    let at = made.location().split('?').next().unwrap().to_owned();

    let page = app.visitor().get("/offers/SPRING-50").await;
    assert_eq!(page.status, 200);
    let ways = page.texts(".offer-way p");
    assert_eq!(
        ways[0],
        "one month for CN¥15.00 now, instead of CN¥30.00; it ends by itself, and nothing more is charged. Without the offer another one costs CN¥30.00."
    );
    assert_eq!(app.uses().await, (0, 0), "looking changes nothing");
    let sent = take(&app.visitor(), tier, "spring-50", false).await;
    assert!(sent.location().contains("/sign-in?") && sent.location().contains("spring-50"), "{}", sent.location());

    let tiers = buyer.get("/membership?offer=spring-50").await;
    assert_eq!(tiers.texts(".price-before"), ["Price before: CN¥30.00"]);
    assert!(tiers.texts(".tier-price")[0].contains("With the offer: CN¥15.00"), "{:?}", tiers.texts(".tier-price"));
    assert_eq!(
        tiers.attribute(".tabs a:not([aria-current])", "href").as_deref(),
        Some("/membership?term=year&currency=CNY&offer=spring-50")
    );

    let path = take(&buyer, tier, "spring-50", false).await.location().to_owned();
    assert_eq!((app.price_of(&buyer, &path).await, app.uses().await), (1500, (1, 0)));
    assert_eq!(take(&buyer, tier, "spring-50", false).await.location(), path, "the same order");
    assert!(buyer.get(&path).await.body.contains("the offer is kept for you until then"));

    // What was agreed stays, whatever becomes of the offer.
    let renamed = [("name", "Autumn"), ("until", "2026-03-16"), ("worth", "99")];
    assert_eq!(owner.post(&at, &renamed).await.status, 303);
    assert_eq!(owner.post(&format!("{at}/archive"), &[("archived", "on")]).await.status, 303);
    pay(&buyer, &path).await;
    let receipt = buyer.get(&path).await;
    let facts = receipt.texts(".receipt dd").join(" | ");
    assert!(facts.contains("CN¥30.00 | Spring, CN¥15.00 off | CN¥15.00"), "{facts}");
    assert_eq!(receipt.body.matches("Spring, CN¥15.00 off").count(), 1, "once on the page");
    assert!(buyer.get("/account/purchases").await.body.contains("Offer “Spring”, CN¥30.00 before"));
    assert!(app.may_enter(buyer.id, tier).await);
    assert_eq!((app.uses().await, app.ledger_sum().await), ((1, 1), 0));
    let other = app.member("other").await;
    assert_eq!(take(&other, tier, "spring-50", false).await.status, 422, "it was archived");
    let story = owner.get(&at).await;
    assert!(story.body.contains("@buyer") && story.body.contains("CN¥15.00"), "who used it, and what came by it");
    assert!(owner.get(&format!("{at}/qr.svg")).await.body.contains("<svg"));
    assert_eq!(buyer.get(&at).await.status, 403);
    assert!(buyer.get("/account/export").await.body.contains("\"offer_redemptions\""));
});

on_both!(of_two_who_want_the_last_use_at_once_one_gets_it_and_it_is_given_back_when_it_is_not_paid, |app| {
    let tier = app.tier("Readers").await;
    app.offer(NewOffer { total_limit: "1".into(), ..percent(tier, "last", "50") }).await;
    let (a, b) = (app.member("first").await, app.member("second").await);
    let (first, second) = tokio::join!(take(&a, tier, "last", false), take(&b, tier, "last", false));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!((statuses, app.uses().await), ([303, 422], (1, 0)));
    let (winner, path, loser) = if first.status == 303 { (&a, first.location(), &b) } else { (&b, second.location(), &a) };
    assert_eq!(app.count("select count(*) from orders").await, 1, "nothing is left of the other");

    assert_eq!(winner.post(&format!("{path}/give-up"), &[]).await.status, 303);
    assert_eq!(winner.post(&format!("{path}/pay"), &[("provider", "test")]).await.status, 409);
    assert_eq!(winner.post(&format!("{path}/give-up"), &[]).await.status, 303, "twice does nothing more");
    let path = take(loser, tier, "last", false).await.location().to_owned();

    // Nobody pays it within three days.
    app.clock.advance(3 * DAY - MINUTE);
    clock::tick(&app.ctx).await.unwrap();
    assert_eq!(app.uses().await, (1, 0));
    app.clock.advance(HOUR);
    clock::tick(&app.ctx).await.unwrap();
    assert_eq!(app.uses().await, (0, 0));
    let lapsed = loser.get(&path).await;
    assert!(lapsed.body.contains("more than 3 days old"));
    assert_eq!(loser.post(&format!("{path}/pay"), &[("provider", "test")]).await.status, 409);
    assert_eq!(take(winner, tier, "last", false).await.status, 303);
});

on_both!(an_offer_that_ended_is_kept_for_an_order_that_was_begun_and_not_begun_anew, |app| {
    let (buyer, tier) = (app.member("buyer").await, app.tier("Readers").await);
    app.offer(NewOffer { until: "2026-03-15".into(), ..percent(tier, "today", "50") }).await;
    let post = app.paid_post(Some(4900), None).await;
    let (slug,): (String,) = app.ctx.db().one("select slug from posts where id = $1", stoa::args![post]).await.unwrap();
    let of_post = NewOffer { tier: String::new(), post: slug.clone(), ..percent(tier, "read", "50") };
    app.offer(NewOffer { until: "2026-03-15".into(), ..of_post }).await;
    let path = take(&buyer, tier, "today", false).await.location().to_owned();
    app.clock.advance(DAY);
    let again = take(&buyer, tier, "today", false).await;
    assert_eq!(again.status, 422);
    assert!(again.body.contains("This offer has ended."), "{}", again.body);
    let way = async |code: &str| buyer.get(&format!("/offers/{code}")).await.attribute(".offer a.button", "href").unwrap();
    assert_eq!(
        (way("read").await, way("today").await, way("none").await),
        (format!("/p/{slug}"), "/membership".into(), "/membership".into())
    );
    pay(&buyer, &path).await;
    assert_eq!((app.uses().await, app.ledger_sum().await), ((1, 1), 0));
});

on_both!(what_costs_nothing_is_given_at_once_and_is_no_order, |app| {
    let (buyer, tier) = (app.member("buyer").await, app.tier("Readers").await);
    app.offer(percent(tier, "gift", "100")).await;
    let post = app.paid_post(Some(4900), None).await;
    let (slug,): (String,) = app.ctx.db().one("select slug from posts where id = $1", stoa::args![post]).await.unwrap();
    app.offer(NewOffer { tier: String::new(), post: slug.clone(), ..percent(tier, "read", "100") }).await;
    let (article, by_offer) = (format!("/p/{slug}"), format!("/p/{slug}?offer=read"));
    assert!(buyer.get("/offers/read").await.attribute(&format!("a[href='{by_offer}']"), "href").is_some());
    let looking = app.visitor().get(&by_offer).await;
    assert!(looking.texts(".banner")[0].contains("for nothing now, instead of CN¥49.00"), "{:?}", looking.texts(".banner"));
    assert!(looking.attribute("a[href='/offers/read']", "href").is_some(), "and back to take it");
    for other in [&*article, &format!("{article}?offer=gift"), &format!("{article}?offer=none")] {
        assert_eq!(buyer.get(other).await.attribute("main a[href^='/offers/']", "href"), None, "{other}");
    }
    let page = buyer.get("/offers/gift").await;
    assert!(page.body.contains("for nothing now, instead of CN¥30.00"), "{}", page.body);
    let given = take(&buyer, tier, "gift", false).await;
    assert_eq!((given.status, given.location()), (303, "/membership?done=joined-free"));
    assert_eq!(buyer.post("/checkout", &[("kind", "post"), ("post", &post.to_string()), ("offer", "read")]).await.status, 303);
    assert!(app.may_enter(buyer.id, tier).await && app.may_read(buyer.id, post).await);
    assert_eq!(app.count("select count(*) from orders").await, 0);
    assert_eq!(app.count("select count(*) from ledger_entries").await, 0);
    assert_eq!(app.uses().await, (2, 2));
    assert_eq!(buyer.get(&by_offer).await.attribute("main a[href^='/offers/']", "href"), None, "it is open");
    let purchases = buyer.get("/account/purchases").await;
    assert_eq!(purchases.texts(".given a, .given strong"), ["A paid article", "Readers · one month"]);
    assert_eq!(take(&buyer, tier, "gift", false).await.status, 422, "once");
});

on_both!(a_term_for_nothing_is_given_no_oftener_than_one_member_may_use_the_offer_though_it_is_for_every_term, |app| {
    let (buyer, other, tier) = (app.member("buyer").await, app.member("other").await, app.tier("Readers").await);
    app.offer(NewOffer { lasts: "forever".into(), month: true, ..percent(tier, "gift", "100") }).await;
    app.offer(NewOffer { lasts: "forever".into(), person_limit: String::new(), ..percent(tier, "open", "100") }).await;
    app.offer(NewOffer { lasts: "forever".into(), person_limit: "2".into(), ..percent(tier, "twice", "100") }).await;
    let said = async |code: &str| buyer.get(&format!("/offers/{code}")).await.texts(".offer-worth");
    assert_eq!((said("gift").await, said("open").await), (vec!["Free · once".to_owned()], vec!["Free · once".to_owned()]));
    assert_eq!(said("twice").await, ["Free · 2 times at most"]);
    let desk = app.owner().await.get("/admin/offers").await;
    assert!(desk.texts("tbody td").contains(&"Free · 2 times at most".to_owned()), "{:?}", desk.texts("tbody td"));

    // However fast it is pressed, and whatever the button promises.
    let pressed = futures::future::join_all((0..4).map(|_| take(&buyer, tier, "gift", false))).await;
    let mut statuses: Vec<u16> = pressed.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!((statuses, app.uses().await), (vec![303, 422, 422, 422], (1, 1)));
    let again = take(&buyer, tier, "gift", false).await;
    assert_eq!(again.status, 422);
    assert!(again.body.contains("You have used this offer already."), "{}", again.body);
    assert_eq!(app.days_of(buyer.id, tier).await, Some(31));

    for (code, wanted) in [("open", &[303, 422, 422][..]), ("twice", &[303, 303, 422, 422])] {
        for status in wanted {
            assert_eq!(take(&other, tier, code, false).await.status, *status, "{code}");
        }
    }
    assert_eq!((app.uses().await, app.count("select count(*) from orders").await), ((4, 4), 0));
});

on_both!(by_an_offer_for_every_term_what_costs_something_is_cheaper_each_time_and_what_it_makes_free_is_had_once, |app| {
    let (buyer, tier) = (app.member("buyer").await, app.tier("Readers").await);
    app.offer(NewOffer { lasts: "forever".into(), ..percent(tier, "half", "50") }).await;
    for n in 1..=3 {
        let path = take(&buyer, tier, "half", false).await.location().to_owned();
        assert_eq!(app.price_of(&buyer, &path).await, 1500);
        pay(&buyer, &path).await;
        assert_eq!(app.uses().await, (n, n), "each is a use");
    }
    // It leaves nothing of a month, and something of a year.
    let off = NewOffer { kind: "amount".into(), free: true, lasts: "forever".into(), ..percent(tier, "thirty", "30") };
    app.offer(off).await;
    let other = app.member("other").await;
    let ways = async || other.get("/offers/thirty").await.texts(".offer-way button");
    assert_eq!(ways().await, ["Get it free", "Buy"]);
    assert_eq!(take(&other, tier, "thirty", false).await.status, 303);
    assert_eq!(ways().await, ["Buy"], "the year alone");
    let again = take(&other, tier, "thirty", false).await;
    assert_eq!(again.status, 422);
    assert!(again.body.contains("You have used this offer already."), "{}", again.body);
    let tier = tier.to_string();
    let year = [("kind", "tier"), ("tier", &*tier), ("cadence", "year"), ("offer", "thirty")];
    for _ in 0..2 {
        let path = other.post("/checkout", &year).await.location().to_owned();
        assert_eq!(app.price_of(&other, &path).await, 27_000);
        pay(&other, &path).await;
    }
    // What was bought by it takes nothing from what it makes free, which is had once all the same.
    let third = app.member("third").await;
    let path = third.post("/checkout", &year).await.location().to_owned();
    pay(&third, &path).await;
    assert_eq!(third.get("/offers/thirty").await.texts(".offer-way button"), ["Get it free", "Buy"]);
    let month = [("kind", "tier"), ("tier", &*tier), ("cadence", "month"), ("offer", "thirty")];
    for status in [303, 422] {
        assert_eq!(third.post("/checkout", &month).await.status, status);
    }
    let path = third.post("/checkout", &year).await.location().to_owned();
    assert_eq!(third.post("/checkout", &month).await.status, 422, "nor once more while an order is begun");
    pay(&third, &path).await;
    assert_eq!((app.count("select count(*) from orders where status = 'paid'").await, app.ledger_sum().await), (7, 0));
});

on_both!(unknown_codes_and_those_for_others_are_answered_alike_and_guessing_is_slowed, |app| {
    let (member, tier) = (app.member("member").await, app.tier("Readers").await);
    app.offer(NewOffer { audience: "signup".into(), ..percent(tier, "welcome", "50") }).await;
    app.offer(NewOffer { audience: "retention".into(), ..percent(tier, "please-stay", "50") }).await;
    app.entitle(&member, tier.0, Some(app.ctx.now().plus(DAY))).await;
    let words = async |code: &str| {
        let page = member.post("/offers", &[("code", code)]).await;
        assert_eq!((page.status, page.attribute("input[name=code]", "value").as_deref()), (422, Some(code)), "what was typed is kept");
        page.texts(".field-error")
    };
    let unknown = words("no-such-code").await;
    assert_eq!(unknown, ["This code is not valid, or it is not for you."]);
    assert_eq!(words("").await, ["Please enter the code."]);
    for code in ["welcome", "please-stay", "…", "a b", "../../x"] {
        assert_eq!(words(code).await, unknown, "{code}");
    }
    assert_eq!(app.member("new").await.post("/offers", &[("code", " WELCOME ")]).await.location(), "/offers/welcome");
    let mut last = member.post("/offers", &[("code", "guess")]).await;
    for n in 0..20 {
        last = member.get(&format!("/offers/guess-{n}")).await;
    }
    assert_eq!(last.status, 429);
    assert!(last.headers.contains_key("retry-after") || last.body.contains("seconds"), "it says when");
    assert_eq!(
        member.post("/checkout", &[("kind", "tier"), ("tier", &tier.to_string()), ("cadence", "month"), ("offer", "x-1")]).await.status,
        429
    );
    app.clock.advance(2 * HOUR);
    assert_eq!(member.post("/offers", &[("code", "guess")]).await.status, 422);
});

on_both!(offers_do_not_add_up_with_each_other_nor_with_a_kept_price, |app| {
    let (buyer, tier) = (app.member("buyer").await, app.tier("Readers").await);
    app.offer(NewOffer { person_limit: "9".into(), ..percent(tier, "ten", "10") }).await;
    app.offer(percent(tier, "half", "50")).await;
    let path = take(&buyer, tier, "ten", false).await.location().to_owned();
    // Another code on an order that has one: an order by the other one alone.
    let other = buyer.post(&format!("{path}/offer"), &[("code", "half")]).await.location().to_owned();
    assert_eq!((app.price_of(&buyer, &path).await, app.price_of(&buyer, &other).await), (2700, 1500));
    let wrong = buyer.post(&format!("{other}/offer"), &[("code", "nothing")]).await;
    assert_eq!((wrong.status, wrong.texts(".field-error").len()), (422, 0), "an order with an offer takes no other");
    pay(&buyer, &other).await;

    // The price rises; what the buyer kept is what the term costs without an offer.
    let owner = app.viewer(app.owner, Role::Owner);
    let new = stoa::membership::model::NewTier { id: Some(tier), name: "Readers".into(), monthly: "50".into(), ..Default::default() };
    stoa::membership::service::save_tier(&app.ctx, &owner, new).await.unwrap();
    let page = buyer.get("/offers/ten").await;
    assert!(page.body.contains("They do not add up: you pay the kept price."), "{}", page.body);
    let kept = take(&buyer, tier, "ten", false).await.location().to_owned();
    assert_eq!(app.price_of(&buyer, &kept).await, 3000, "not 45, and not 27");
    let used = "select count(*) from offer_redemptions where title = 'Readers'";
    assert_eq!(app.count(used).await, 1, "and no use of the offer; what the order held that was given up is free");
});

on_both!(for_an_order_that_is_made_by_a_code_the_one_before_is_given_up, |app| {
    let (buyer, tier) = (app.member("buyer").await, app.tier("Readers").await);
    app.offer(percent(tier, "half", "50")).await;
    let open = "select count(*) from orders where closed_at is null";
    let whole = buy_tier(&buyer, tier, "month").await;
    let cheap = buyer.post(&format!("{whole}/offer"), &[("code", "half")]).await.location().to_owned();
    assert_ne!(cheap, whole);
    assert_eq!(app.count(open).await, 1);
    assert!(buyer.get(&whole).await.body.contains("This order was given up"));
    assert_eq!(buy_tier(&buyer, tier, "month").await, cheap, "nobody pays more than they have to");
    // One that waits at its provider is closed there; so it is where somebody comes by the offer's own link.
    let other = app.member("other").await;
    let whole = buy_tier(&other, tier, "month").await;
    to_provider(&other, &whole).await;
    let cheap = take(&other, tier, "half", false).await.location().to_owned();
    assert_ne!(cheap, whole);
    assert_eq!((app.count(open).await, app.uses().await), (2, (2, 0)));
    assert_eq!(app.count("select count(*) from test_provider_checkouts where status = 'closed'").await, 1);
    assert!(other.get(&whole).await.body.contains("This order was given up"));
    // What cannot be used gives nothing up.
    let third = app.member("third").await;
    let whole = buy_tier(&third, tier, "month").await;
    assert_eq!(third.post(&format!("{whole}/offer"), &[("code", "nothing")]).await.status, 422);
    assert_eq!(app.count(open).await, 3);
});

on_both!(while_money_is_on_its_way_the_same_thing_is_not_ordered_once_more, |app| {
    let (buyer, tier) = (app.member("buyer").await, app.tier("Readers").await);
    app.offer(percent(tier, "half", "50")).await;
    let order = buy_tier(&buyer, tier, "month").await;
    let provider = to_provider(&buyer, &order).await;
    press(&buyer, &provider, "later").await;
    assert_eq!(buy_tier(&buyer, tier, "month").await, order);
    assert_eq!(take(&buyer, tier, "half", false).await.location(), order, "nor by an offer");
    assert_eq!(app.count("select count(*) from orders").await, 1);
    assert!(buyer.get(&order).await.texts(".order-way").is_empty(), "and is paid nowhere else");
    press(&buyer, &provider, "arrive").await;
    assert_ne!(buy_tier(&buyer, tier, "month").await, order, "a term more is another order");
});

on_both!(an_order_for_what_its_buyer_has_by_now_has_no_button_to_pay, |app| {
    let buyer = app.member("buyer").await;
    let post = app.paid_post(Some(1000), None).await;
    let form = [("kind", "post"), ("post", &*post.to_string()), ("to", "/")];
    let order = buyer.post("/checkout", &form).await.location().to_owned();
    assert!(!buyer.get(&order).await.texts(".order-way").is_empty());
    let given =
        "insert into entitlements (member_id, post_id, starts_at, cause, created_at, given_at) values ($1, $2, $3, 'given', $3, $3)";
    app.ctx.db().run(given, stoa::args![buyer.id, post, app.ctx.now()]).await.unwrap();
    let page = buyer.get(&order).await;
    assert!(page.texts(".order-way").is_empty() && page.body.contains("You have this already"));
    let row = async |text: &str| {
        let page = buyer.get("/account/purchases").await;
        (page.texts("td .badge") == [text], page.texts("td a") == ["View"])
    };
    assert_eq!(row("Nothing to pay").await, (true, true));
    assert_eq!(buyer.post(&format!("{order}/give-up"), &[]).await.status, 303);
    assert_eq!(row("Given up").await, (true, true));
});

on_both!(an_offer_for_what_is_open_already_sells_nothing, |app| {
    let (owner, buyer) = (app.owner().await, app.member("buyer").await);
    let post = app.paid_post(Some(4900), None).await;
    let slug = app.slug_of(post).await;
    app.offer(NewOffer { tier: String::new(), post: slug.clone(), person_limit: String::new(), ..percent(TierId(0), "half", "50") }).await;
    assert_eq!(buyer.get("/offers/half").await.texts(".tier-offer button"), ["Buy"]);
    let page = owner.get("/offers/half").await;
    assert_eq!((page.texts(".tier-offer button").len(), page.texts(".banner").len()), (0, 1));
    assert!(page.attribute(&format!("main a[href='/p/{slug}']"), "href").is_some() && page.body.contains("open to you already"));
});

on_both!(what_was_given_up_or_lapsed_is_sent_back_from_a_page_to_pay_to_its_own, |app| {
    let buyer = app.member("buyer").await;
    let (one, two) = (app.paid_post(Some(1000), None).await, app.paid_post(Some(1200), None).await);
    let (given_up, lapsed) = (crate::payments::buy_post(&buyer, one).await, crate::payments::buy_post(&buyer, two).await);
    for order in [&given_up, &lapsed] {
        to_provider(&buyer, order).await;
    }
    let at_provider = |order: &str| format!("{order}/checkout?provider=test");
    assert_eq!(buyer.post(&format!("{given_up}/give-up"), &[]).await.status, 303);
    assert_eq!(buyer.get(&at_provider(&given_up)).await.location(), given_up);
    app.clock.advance(31 * DAY);
    app.back_again(&buyer, "buyer").await;
    assert_eq!(buyer.get(&at_provider(&lapsed)).await.location(), lapsed);
    assert_eq!(buyer.get("/account/purchases").await.texts("td .badge"), ["Lapsed", "Given up"]);
});

on_both!(from_code_to_code_and_round_again_one_order_stands_and_one_use_is_held, |app| {
    let (buyer, tier) = (app.member("buyer").await, app.tier("Readers").await);
    app.offer(percent(tier, "ten", "10")).await;
    app.offer(NewOffer { total_limit: "1".into(), ..percent(tier, "half", "50") }).await;
    let mut path = take(&buyer, tier, "ten", false).await.location().to_owned();
    for _ in 0..3 {
        for (code, price) in [("half", 1500), ("ten", 2700)] {
            path = buyer.post(&format!("{path}/offer"), &[("code", code)]).await.location().to_owned();
            assert_eq!(app.price_of(&buyer, &path).await, price);
            assert_eq!(app.count("select count(*) from orders where closed_at is null").await, 1);
            assert_eq!(app.uses().await, (1, 0));
        }
    }
    pay(&buyer, &path).await;
    assert_eq!(app.uses().await, (1, 1));
    assert_eq!(take(&buyer, tier, "ten", false).await.status, 422, "once a person");
});

on_both!(an_offer_that_one_person_takes_several_times_at_once_is_held_once, |app| {
    let (buyer, tier) = (app.member("buyer").await, app.tier("Readers").await);
    app.offer(NewOffer { total_limit: "1".into(), ..percent(tier, "last", "50") }).await;
    let answers = futures::future::join_all((0..4).map(|_| take(&buyer, tier, "last", false))).await;
    for answer in &answers {
        assert_eq!((answer.status, answer.location()), (303, answers[0].location()));
    }
    assert_eq!((app.count("select count(*) from orders").await, app.uses().await), (1, (1, 0)));
});

on_both!(offers_that_nobody_could_use_are_refused_with_all_that_was_typed, |app| {
    let (owner, tier) = (app.owner().await, app.tier("Readers").await);
    let limit = |minimum| Limit { currency: stoa::foundation::money::Currency::parse("CNY").unwrap(), minimum, maximum: None, daily: None };
    save_limit(&app.ctx, &app.viewer(app.owner, Role::Owner), Provider::Test, limit(Some(500))).await.unwrap();
    let tier = tier.to_string();
    let usual = |changes: &[(&'static str, &'static str)]| {
        let mut form = vec![("name", "Mine"), ("kind", "percent"), ("worth", "50"), ("tier", &*tier)];
        form.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        form.extend(changes);
        form.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<Vec<_>>()
    };
    for (changes, field) in [
        (&[("worth", "0")][..], "worth"),
        (&[("worth", "101")], "worth"),
        (&[("worth", "-5")], "worth"),
        (&[("worth", "1e2")], "worth"),
        (&[("worth", "99")], "worth"),
        (&[("kind", "amount"), ("worth", "1.005")], "worth"),
        (&[("kind", "amount"), ("worth", "5"), ("currency", "USD")], "currency"),
        (&[("kind", "amount"), ("worth", "5"), ("currency", "???")], "currency"),
        (&[("kind", "amount"), ("worth", "5"), ("currency", "USD"), ("month", "on")], "currency"),
        (&[("name", "")], "name"),
        (&[("code", "a b")], "code"),
        (&[("code", "优惠")], "code"),
        (&[("tier", "999")], "tier"),
        (&[("tier", ""), ("post", "no-such-article")], "post"),
        (&[("days", "45")], "days"),
        (&[("days", "0")], "days"),
        (&[("lasts", "periods"), ("periods", "0")], "periods"),
        (&[("from", "2026-05-02"), ("until", "2026-05-01")], "until"),
        (&[("until", "tomorrow")], "until"),
        (&[("until", "2026-03-14")], "until"),
        (&[("post", "an-article")], "post"),
        (&[("kind", "amount"), ("worth", "30")], "worth"),
        (&[("person_limit", "0")], "person_limit"),
        (&[("audience", "retention"), ("lasts", "forever")], "audience"),
    ] {
        let form = usual(changes);
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer = owner.post("/admin/offers", &form).await;
        assert_eq!(answer.status, 422, "{changes:?}");
        let at = format!("#{field}-error");
        assert_eq!(answer.texts(&at).len(), 1, "{changes:?}: {:?}", answer.texts(".field-error"));
        if let Some((_, typed)) = form.iter().find(|(name, _)| *name == "worth") {
            assert_eq!(answer.attribute("input[name=worth]", "value").as_deref(), Some(*typed), "what was typed is kept");
        }
    }
    assert_eq!(app.count("select count(*) from offers").await, 0);
    // An amount may leave nothing to pay, once somebody said so.
    let form = usual(&[("kind", "amount"), ("worth", "30"), ("month", "on")]);
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let asked = owner.post("/admin/offers", &form).await;
    assert_eq!((asked.status, asked.texts("input[name=free]").len()), (422, 1));
    let free: Vec<(&str, &str)> = form.iter().copied().chain([("free", "on")]).collect();
    let made = owner.post("/admin/offers", &free).await;
    assert_eq!(made.status, 303);
    assert!(owner.get("/admin/offers").await.texts("tbody td").contains(&"Readers (one month)".to_owned()));
    assert!(owner.get(made.location()).await.texts("dd").contains(&"Readers (one month)".to_owned()));
    let said = owner.get("/admin/offers").await.texts("#person_limit-hint");
    assert!(said[0].contains("a membership that renews counts once, for however many terms the offer is"), "{said:?}");
    let form = usual(&[("code", "MINE"), ("worth", "５０％"), ("person_limit", "１")]);
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(owner.post("/admin/offers", &form).await.status, 303);
    let twice = owner.post("/admin/offers", &form).await;
    assert_eq!((twice.status, twice.texts("#code-error").len()), (422, 1), "in any case");
    assert_eq!(app.member("member").await.post("/admin/offers", &form).await.status, 403);

    // The limit may have changed since.
    save_limit(&app.ctx, &app.viewer(app.owner, Role::Owner), Provider::Test, limit(Some(2000))).await.unwrap();
    let tier: TierId = tier.parse().unwrap();
    let refused = take(&app.member("buyer").await, tier, "mine", false).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("less than any way to pay takes"), "{}", refused.body);
});

on_both!(the_first_terms_of_a_renewing_membership_cost_less_and_the_page_says_until_when, |app| {
    let (buyer, tier) = (app.member("buyer").await, app.tier("Readers").await);
    let stripe = app.with_stripe_there().await;
    app.offer(NewOffer { lasts: "periods".into(), periods: "2".into(), month: true, ..percent(tier, "two", "50") }).await;
    let page = buyer.get("/offers/two").await;
    let said = "CN¥15.00 a month for the first 2 terms, then CN¥30.00 a month from 15 May 2026 on. Renews by itself; cancel at any time.";
    assert_eq!(page.texts(".offer-way p")[0], said);
    let path = take(&buyer, tier, "two", true).await.location().to_owned();
    assert!(buyer.get(&path).await.body.contains("This price for 2 terms; CN¥30.00 a month from term 3 on"));
    assert_eq!(buyer.post(&format!("{path}/pay"), &[("provider", "stripe")]).await.status, 303);
    let (number,): (String,) = app.ctx.db().one("select number from checkouts order by id desc limit 1", vec![]).await.unwrap();
    stripe.pay(&number).unwrap();
    buyer.get(&format!("{path}/return")).await;
    let receipt = app.newest_letter("receipt").await;
    for said in ["Price before: CN¥30.00", "CN¥15.00 off", "Next charge: 15 April 2026, CN¥15.00"] {
        assert!(receipt.contains(said), "{said}: {receipt}");
    }
    let account = buyer.get("/account/membership").await;
    assert_eq!(account.texts(".plan-when"), ["15 April 2026, CN¥15.00"]);
    assert!(account.body.contains("CN¥15.00 for each term that begins before 15 May 2026, CN¥30.00 after that"), "{}", account.body);
    for term in 2..=4 {
        app.clock.advance(29 * DAY);
        clock::tick(&app.ctx).await.unwrap();
        if term == 2 {
            let notice = app.newest_letter("renewal").await;
            assert!(notice.contains("Amount: CN¥15.00"), "what the next term costs by the offer: {notice}");
        }
        app.clock.advance(2 * DAY);
        stripe.tick();
        clock::tick(&app.ctx).await.unwrap();
        if term == 2 {
            // Nobody told; it is asked about an hour after the term was to end.
            app.clock.advance(2 * HOUR);
            stripe.tick();
            clock::tick(&app.ctx).await.unwrap();
            app.back_again(&buyer, "buyer").await;
            let account = buyer.get("/account/membership").await;
            assert_eq!(account.texts(".plan-when").len(), 1);
            let receipt = app.newest_letter("receipt").await;
            assert!(receipt.contains("Next charge: 15 May 2026, CN¥30.00") && receipt.contains("CN¥15.00 off"), "{receipt}");
            assert!(!account.body.contains("for each term that begins before"), "the last of them runs, and no other begins");
        }
    }
    let paid = "select minor from payments order by term_from";
    let paid: Vec<(i64,)> = app.ctx.db().all(paid, vec![]).await.unwrap();
    assert_eq!(paid, [(1500,), (1500,), (3000,), (3000,)]);
    assert_eq!(app.count("select count(*) from orders where list_minor = 3000 and minor = 1500 and status = 'paid'").await, 2);
    assert_eq!(app.count("select count(*) from orders where list_minor is null and minor = 3000 and status = 'paid'").await, 2);
    assert_eq!((app.uses().await, app.ledger_sum().await), ((1, 1), 0));
    assert_eq!(app.count("select count(*) from notifications where state = 'quarantined'").await, 0);
    // The offer took nothing off the price that is kept.
    let renewal = service::renewals::renewal(&app.ctx, &app.viewer(buyer.id, Role::Member), tier).await.unwrap().unwrap();
    assert_eq!(renewal.price.minor, 3000);
});

/// A month that Stripe renews, bought and paid.
async fn renewing(app: &TestApp, buyer: &Person, tier: TierId) -> Arc<Stripe> {
    let stripe = app.with_stripe_there().await;
    let tier = tier.to_string();
    let form = [("kind", "tier"), ("tier", &*tier), ("cadence", "month"), ("renewing", "on")];
    let path = buyer.post("/checkout", &form).await.location().to_owned();
    buyer.post(&format!("{path}/pay"), &[("provider", "stripe")]).await;
    let (number,): (String,) = app.ctx.db().one("select number from checkouts order by id desc limit 1", vec![]).await.unwrap();
    stripe.pay(&number).unwrap();
    buyer.get(&format!("{path}/return")).await;
    stripe
}

on_both!(whoever_is_about_to_cancel_is_asked_to_stay_once_with_the_way_out_beside_it, |app| {
    let (buyer, tier) = (app.member("buyer").await, app.tier("Readers").await);
    let stripe = renewing(&app, &buyer, tier).await;
    app.offer(NewOffer { audience: "retention".into(), ..percent(tier, "stay", "50") }).await;
    let id = app.count("select max(id) from subscriptions").await;
    let at = format!("/account/membership/agreements/{id}");
    assert_eq!(buyer.get(&format!("{at}/cancel?offer=1")).await.status, 404, "nobody was asked yet");
    let asked = buyer.post(&at, &[("change", "cancel")]).await;
    let page = buyer.get(asked.location()).await;
    assert_eq!(page.texts("form.plan-change button"), ["Stay with the offer", "Cancel renewal"], "{}", page.body);
    assert!(page.body.contains("on 15 April 2026, is CN¥15.00; from 15 May 2026 on it is CN¥30.00 a month again"), "{}", page.body);
    let other = app.member("other").await;
    assert_eq!(other.get(asked.location()).await.status, 404);

    let offer = page.attribute("input[name=offer]", "value").unwrap();
    assert_eq!(buyer.post(&format!("{at}/stay"), &[("offer", &offer)]).await.location(), "/account/membership?done=stayed");
    assert_eq!(buyer.post(&format!("{at}/stay"), &[("offer", &offer)]).await.status, 404, "once");
    let desk = app.owner().await.get(&format!("/admin/subscriptions/{id}")).await.texts(".facts dd").join(" ");
    assert!(desk.contains("CN¥15.00 (offer “Spring”)") && desk.contains("CN¥30.00 a month"), "what is charged next, and the price: {desk}");
    for _ in 0..3 {
        app.clock.advance(31 * DAY);
        stripe.tick();
        clock::tick(&app.ctx).await.unwrap();
    }
    let paid: Vec<(i64,)> = app.ctx.db().all("select minor from payments order by term_from", vec![]).await.unwrap();
    assert_eq!(paid, [(3000,), (1500,), (3000,), (3000,)]);
    assert_eq!((app.uses().await, app.ledger_sum().await), ((1, 1), 0));
    assert_eq!(app.count("select count(*) from notifications where state = 'quarantined'").await, 0);
    // The second time nobody is asked.
    assert_eq!(stay::ask_once(&app.ctx, &app.viewer(buyer.id, Role::Member), id).await, Ok(None));
});

on_both!(whoever_presses_several_times_at_once_to_stay_uses_the_offer_once, |app| {
    let (buyer, tier) = (app.member("buyer").await, app.tier("Readers").await);
    let stripe = renewing(&app, &buyer, tier).await;
    // Nothing said of how often is once.
    app.offer(NewOffer { audience: "retention".into(), person_limit: String::new(), ..percent(tier, "stay", "50") }).await;
    let at = format!("/account/membership/agreements/{}", app.count("select max(id) from subscriptions").await);
    let asked = buyer.post(&at, &[("change", "cancel")]).await;
    let offer = buyer.get(asked.location()).await.attribute("input[name=offer]", "value").unwrap();
    let (path, form) = (format!("{at}/stay"), [("offer", &*offer)]);
    let answers = futures::future::join_all((0..6).map(|_| buyer.post(&path, &form))).await;
    assert!(answers.iter().any(|answer| answer.status == 303), "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
    assert_eq!(app.uses().await, (1, 1));
    for _ in 0..2 {
        app.clock.advance(31 * DAY);
        stripe.tick();
        clock::tick(&app.ctx).await.unwrap();
    }
    let paid: Vec<(i64,)> = app.ctx.db().all("select minor from payments order by term_from", vec![]).await.unwrap();
    assert_eq!(paid, [(3000,), (1500,), (3000,)]);
});
