//! Affiliates: a link of one's own, who came by it, and what that brings them.

use crate::bundles::buy_bundle;
use crate::on_both;
use crate::payments::{buy_post, buy_tier, press, to_provider};
use crate::support::{Answer, PASSWORD, Person, TestApp};
use stoa::creators::affiliates::{self, State};
use stoa::creators::months::close_due;
use stoa::creators::statements;
use stoa::foundation::id::{MemberId, PostId};
use stoa::foundation::money::{Currency, Money};
use stoa::foundation::time::DAY;
use stoa::foundation::viewer::Role;
use stoa::payments::service::clock;
use stoa::payments::service::settle::settle;
use stoa::providers::Provider;
use stoa::providers::facts::{DisputeFact, DisputeState, Fact};
use stoa::server::db::{Db, Queries};

const HERE: &str = "/account/affiliate";

impl TestApp {
    /// An admin decides what affiliates get; `days` empty: of the first purchase alone.
    async fn affiliates_get(&self, of_sales: &str, of_memberships: &str, days: &str, hold: &str) -> Answer {
        let form = [("running", "on"), ("sale_rate", of_sales), ("tier_rate", of_memberships), ("days", days), ("hold_days", hold)];
        self.owner().await.post("/admin/affiliates", &form).await
    }

    /// A member with a link; and its code.
    async fn affiliate(&self, handle: &str) -> (Person, String) {
        let member = self.member(handle).await;
        assert_eq!(member.post(HERE, &[("deed", "begin")]).await.status, 303);
        let code = code_of(&member).await;
        (member, code)
    }

    /// Somebody who joins by a link, or by none.
    async fn joins(&self, handle: &str, code: &str) -> Person {
        let mut person = self.visitor();
        let email = format!("{handle}@example.org");
        let form = [("email", email.as_str()), ("handle", handle), ("name", ""), ("password", PASSWORD), ("to", "/articles")];
        let answer = person.post(&format!("/join?via={code}"), &form).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        let (id,): (i64,) = self.ctx.db().one("select id from members where handle = $1", stoa::args![handle]).await.unwrap();
        person.id = MemberId(id);
        person
    }

    /// How the rewards of a member stand, the newest first: minor units and state.
    async fn rewards(&self, member: &Person) -> Vec<(i64, State)> {
        let found = affiliates::rewards(&self.ctx, &self.viewer(member.id, Role::Member), None, 100).await.unwrap();
        found.into_iter().map(|(row, state)| (row.minor, state)).collect()
    }

    /// What is payable and what is held, in the only currency.
    async fn owed(&self, member: &Person) -> (i64, i64) {
        let balances = statements::overview(&self.ctx, &self.viewer(member.id, Role::Member)).await.unwrap().balances;
        balances.first().map_or((0, 0), |balance| (balance.payable, balance.held))
    }

    async fn days_go_by(&self, days: i64) {
        self.clock.advance(days * DAY);
        clock::tick(&self.ctx).await.unwrap();
    }

    /// What the provider says about the payment of an order.
    async fn contest_order(&self, order: i64, state: DisputeState) {
        let sql = "select provider_payment, minor from payments where order_id = $1";
        let (payment, minor): (String, i64) = self.ctx.db().one(sql, stoa::args![order]).await.unwrap();
        let amount = Money::new(minor, Currency::parse("CNY").unwrap());
        let fact = DisputeFact { dispute: format!("d{order}"), payment, amount, fee: None, state, at: self.ctx.now() };
        settle(&self.ctx, Provider::Test, &[Fact::Dispute(fact)]).await.unwrap();
    }
}

async fn code_of(member: &Person) -> String {
    let link = member.get(HERE).await.attribute(".share-link input", "value").expect("a link");
    link.split_once("?via=").expect("a code").1.to_owned()
}

/// Goes where a link on a page leads, as a browser does.
async fn follow(person: &Person, from: &str, to: &str) -> Answer {
    let request = person.client.get(format!("{}{to}", person.address)).header("accept", "text/html").header("accept-language", "en");
    person.send(if from.is_empty() { request } else { request.header("referer", format!("{}{from}", person.address)) }).await
}

/// Sends a form that stands on a page.
async fn post_from(person: &Person, page: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
    let request = person.client.post(format!("{}{path}", person.address)).header("referer", format!("{}{page}", person.address));
    person.send(request.header("accept-language", "en").header("sec-fetch-site", "same-origin").form(fields)).await
}

async fn pay(buyer: &Person, order: &str) {
    press(buyer, &to_provider(buyer, order).await, "pay").await;
}

async fn buy(buyer: &Person, post: PostId) -> String {
    let order = buy_post(buyer, post).await;
    pay(buyer, &order).await;
    order
}

on_both!(a_link_is_followed_from_page_to_page_without_a_cookie_and_brings_its_affiliate_a_part_of_the_first_purchase, |app| {
    let post = app.paid_post(Some(1250), None).await;
    let slug = "recommended";
    app.ctx.db().run("update posts set slug = $2 where id = $1", stoa::args![post, slug]).await.unwrap();
    assert_eq!(app.affiliates_get("10", "0", "", "7").await.status, 303);
    let (ann, code) = app.affiliate("ann").await;
    let visitor = app.visitor();
    let landed = follow(&visitor, "", &format!("/?via={code}")).await;
    assert_eq!(landed.status, 200);
    let article = follow(&visitor, &format!("/?via={code}"), &format!("/p/{slug}")).await;
    assert_eq!((article.status, article.location()), (303, &*format!("/p/{slug}?via={code}")));
    let article = format!("/p/{slug}?via={code}");
    assert_eq!(follow(&visitor, &format!("/?via={code}"), &article).await.status, 200);
    // What belongs to a page is not led astray, nor is a page from elsewhere, nor what follows a deed.
    let style = visitor.client.get(format!("{}/pkg/stoa.css", app.address)).header("referer", format!("{}{article}", app.address));
    assert_ne!(visitor.send(style.header("sec-fetch-dest", "style")).await.status, 303);
    assert_eq!(follow(&visitor, "", "/articles").await.status, 200);
    assert_eq!(follow(&visitor, &article, "/articles?done=saved").await.status, 200);
    let bought = post_from(&visitor, &article, "/checkout", &[("kind", "post"), ("post", &post.to_string())]).await;
    let sign_in = follow(&visitor, &article, bought.location()).await.location().to_owned();
    assert_eq!(sign_in, format!("{}&via={code}", bought.location()));
    let join = follow(&visitor, &sign_in, &format!("/join?to=%2Fp%2F{slug}")).await.location().to_owned();
    let page = follow(&visitor, &sign_in, &join).await;
    assert!(page.texts(".recommended")[0].contains("You were recommended by ann"), "{:?}", page.texts(".recommended"));
    for answer in [&landed, &bought, &page] {
        assert!(!answer.headers.contains_key("set-cookie"), "nothing is kept in the browser");
    }
    let without = page.attribute(".recommended a", "href").unwrap();
    assert!(follow(&visitor, &join, &without).await.texts(".recommended").is_empty(), "an empty one takes it out");
    let form = [("email", "ben@example.org"), ("handle", "ben"), ("password", PASSWORD), ("to", "/articles")];
    assert_eq!(post_from(&visitor, &join, &page.attribute("form[action^='/join']", "action").unwrap(), &form).await.status, 303);

    let order = buy_post(&visitor, post).await;
    let told = visitor.get(&order).await;
    assert_eq!(told.texts("form.recommended").len(), 1);
    assert!(told.texts("form.recommended")[0].starts_with("ann recommended this place to you and gets a reward"));
    assert!(visitor.get(&format!("{order}?lang=zh")).await.texts("form.recommended")[0].contains("你付的价格不变"));
    assert_eq!(app.rewards(&ann).await, [], "as long as nothing is paid");
    pay(&visitor, &order).await;
    assert!(visitor.get(&order).await.texts("form.recommended").is_empty());
    assert_eq!((app.rewards(&ann).await, app.owed(&ann).await), (vec![(125, State::Held)], (0, 125)), "10 % of 12.50");
    buy(&visitor, app.paid_post(Some(990), None).await).await;
    app.days_go_by(6).await;
    assert_eq!((app.rewards(&ann).await, app.owed(&ann).await), (vec![(125, State::Held)], (0, 125)), "the first alone");
    app.days_go_by(1).await;
    assert_eq!((app.rewards(&ann).await, app.owed(&ann).await), (vec![(125, State::Payable)], (125, 0)));

    let own = ann.get(HERE).await;
    assert_eq!(own.texts(".facts dd")[..3], ["1", "1", "1"], "opened, joined, orders");
    assert_eq!(own.texts("tbody tr").len(), 1);
    assert!(own.body.contains("A paid article") && !own.body.contains("ben"), "who bought is not said");
    let statement = ann.get("/account/earnings/statement?month=2026-03").await;
    assert!(statement.body.contains("Reward: A paid article") && !statement.body.contains("ben"));
    assert_eq!(app.ledger_sum().await, 0);
});

on_both!(a_buyer_takes_the_recommendation_out_with_one_press_and_nobody_gets_anything_any_more, |app| {
    app.affiliates_get("10", "10", "90", "0").await;
    let (ann, code) = app.affiliate("ann").await;
    let (ben, other) = (app.joins("ben", &code).await, app.member("other").await);
    let first = buy_post(&ben, app.paid_post(Some(1000), None).await).await;
    let second = buy_post(&ben, app.paid_post(Some(2000), None).await).await;
    let way = format!("{first}/recommendation");
    assert_eq!(app.visitor().post(&way, &[]).await.status, 401);
    assert_eq!(other.post(&way, &[]).await.status, 404);
    assert_eq!(app.owner().await.post(&way, &[]).await.status, 403, "an admin sees it, and is not the buyer");
    assert_eq!(ben.post(&way, &[]).await.location(), format!("{first}?done=not-recommended"));
    assert_eq!(ben.post(&way, &[]).await.status, 303, "a second time changes nothing");
    for order in [&first, &second] {
        assert!(ben.get(order).await.texts(".recommended").is_empty());
        pay(&ben, order).await;
    }
    assert_eq!((app.rewards(&ann).await, app.owed(&ann).await), (vec![], (0, 0)));
    assert_eq!(ben.post(&way, &[]).await.status, 409, "it is paid");
    // Nor by the same link once more.
    let third = app.paid_post(Some(3000), None).await;
    let again = post_from(&ben, &format!("/?via={code}"), "/checkout", &[("kind", "post"), ("post", &third.to_string())]).await;
    assert!(ben.get(again.location()).await.texts(".recommended").is_empty());
});

on_both!(within_the_days_everything_counts_memberships_too_and_after_them_nothing, |app| {
    let (tier, post) = (app.tier("Reader").await, app.paid_post(Some(1000), None).await);
    app.affiliates_get("10", "20", "20", "0").await;
    let (ann, code) = app.affiliate("ann").await;
    let ben = app.joins("ben", &code).await;
    buy(&ben, post).await;
    pay(&ben, &buy_tier(&ben, tier, "month").await).await;
    assert_eq!(app.rewards(&ann).await, [(600, State::Payable), (100, State::Payable)], "20 % of 30, 10 % of 10");
    let before = buy_post(&ben, app.paid_post(Some(2000), None).await).await;
    app.days_go_by(20).await;
    // What was promised in time is kept; what is begun after is not promised.
    pay(&ben, &before).await;
    let late = app.paid_post(Some(4000), None).await;
    buy(&ben, late).await;
    assert_eq!(app.rewards(&ann).await.first(), Some(&(200, State::Payable)));
    assert_eq!(app.rewards(&ann).await.len(), 3);
    let names = ann.get(HERE).await.texts("tbody th");
    assert_eq!(names[1], "Membership: Reader");
});

on_both!(nobody_gets_anything_for_themselves_in_a_ring_or_for_what_was_taken_as_a_gift, |app| {
    let post = app.paid_post(Some(1000), None).await;
    app.affiliates_get("50", "50", "90", "0").await;
    let (ann, ann_code) = app.affiliate("ann").await;
    let own = post_from(&ann, &format!("/?via={ann_code}"), "/checkout", &[("kind", "post"), ("post", &post.to_string())]).await;
    pay(&ann, own.location()).await;
    assert_eq!(app.rewards(&ann).await, [], "by one's own link");
    // Ben came by Ann, Cem by Ben; Ann, who bought nothing by a link of theirs, comes by neither.
    let ben = app.joins("ben", &ann_code).await;
    ben.post(HERE, &[("deed", "begin")]).await;
    let ben_code = code_of(&ben).await;
    let cem = app.joins("cem", &ben_code).await;
    cem.post(HERE, &[("deed", "begin")]).await;
    let cem_code = code_of(&cem).await;
    app.ctx.db().run("update orders set paid_at = null, status = 'open' where member_id = $1", stoa::args![ann.id]).await.unwrap();
    for code in [&ben_code, &cem_code] {
        let page = format!("/?via={code}");
        let other = app.paid_post(Some(1000), None).await.to_string();
        let order = post_from(&ann, &page, "/checkout", &[("kind", "post"), ("post", &other)]).await;
        assert!(ann.get(order.location()).await.texts(".recommended").is_empty(), "in a ring");
    }
    assert_eq!(app.count("select count(*) from referrals").await, 2);

    // Ben gives what Ann takes herself: there was a reward, and then there is none.
    let given = app.paid_post(Some(1000), None).await;
    let gift = [("what", &*format!("post {given}")), ("by", "link")];
    let answer = ben.post("/gift", &gift).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let order = answer.location().to_owned();
    pay(&ben, &order).await;
    assert_eq!(app.rewards(&ann).await, [(500, State::Payable)]);
    let viewer = app.viewer(ben.id, Role::Member);
    let link = stoa::payments::gifts::sending::link(&app.ctx, &viewer, order.rsplit('/').next().unwrap()).await.unwrap();
    stoa::payments::gifts::taking::take(&app.ctx, &app.viewer(ann.id, Role::Member), link.rsplit('/').next().unwrap()).await.unwrap();
    assert_eq!((app.rewards(&ann).await, app.owed(&ann).await), (vec![(0, State::TakenBack)], (0, 0)));
    assert_eq!(app.ledger_sum().await, 0);
});

on_both!(a_member_who_never_bought_may_come_by_a_link_and_whoever_bought_before_may_not, |app| {
    let [first, second] = [app.paid_post(Some(1000), None).await, app.paid_post(Some(1000), None).await];
    app.affiliates_get("10", "0", "", "0").await;
    let ((ann, code), (_, other)) = (app.affiliate("ann").await, app.affiliate("other").await);
    let (new, old) = (app.member("new").await, app.member("old").await);
    buy(&old, first).await;
    // An order that was begun before is the same order.
    let begun = buy_post(&new, second).await;
    for (member, code) in [(&new, &code), (&new, &other), (&old, &code)] {
        let form = [("kind", "post"), ("post", &*second.to_string())];
        let order = post_from(member, &format!("/articles?x=1&via={code}"), "/checkout", &form).await.location().to_owned();
        if member.id == new.id {
            assert_eq!(order, begun);
            assert!(new.get(&order).await.texts(".recommended")[0].starts_with("ann"), "the first recommendation stays");
        } else {
            assert!(old.get(&order).await.texts(".recommended").is_empty());
        }
    }
    pay(&new, &begun).await;
    assert_eq!(app.rewards(&ann).await, [(100, State::Payable)]);
    assert_eq!(ann.get(HERE).await.texts(".facts dd")[1], "0", "nobody joined");
    for (n, wrong) in ["", "0000000000", "x", "%27%20or%201%3D1", "00AF12BC9E"].into_iter().enumerate() {
        let person = app.joins(&format!("guess{n}"), wrong).await;
        assert_eq!(person.get(&format!("/?via={wrong}")).await.status, 200);
    }
    assert_eq!(app.count("select count(*) from referrals").await, 1);
});

on_both!(what_goes_back_is_taken_back_and_what_is_contested_waits_whatever_comes_first, |app| {
    let author = app.person("author", Role::Author).await;
    let post = app.paid_post(Some(1250), None).await;
    app.ctx.db().run("update posts set author_id = $2 where id = $1", stoa::args![post, author.id]).await.unwrap();
    let creators = [("sale_rate", "70"), ("pool_rate", "0"), ("pool_by", "opened")];
    app.owner().await.post("/admin/creators", &creators).await;
    app.affiliates_get("30", "0", "90", "7").await;
    let (ann, code) = app.affiliate("ann").await;
    let ben = app.joins("ben", &code).await;
    buy(&ben, post).await;
    assert_eq!((app.owed(&author).await, app.owed(&ann).await), ((875, 0), (0, 375)), "all of the net");
    app.days_go_by(7).await;
    app.contest_order(1, DisputeState::Open).await;
    app.days_go_by(1).await;
    assert_eq!((app.owed(&author).await, app.owed(&ann).await), ((0, 875), (0, 375)));
    assert_eq!(app.rewards(&ann).await, [(375, State::Held)]);
    app.contest_order(1, DisputeState::Won).await;
    assert_eq!((app.owed(&author).await, app.owed(&ann).await), ((875, 0), (375, 0)));
    // A part goes back; then the rest, after it was paid out.
    app.owner().await.post("/admin/orders/1/refund", &[("payment", "1"), ("amount", "6.25"), ("sure", "on")]).await;
    clock::tick(&app.ctx).await.unwrap();
    assert_eq!(app.rewards(&ann).await, [(187, State::Payable)], "30 % of 6.25, rounded down");
    ann.post("/account/earnings", &[("payee_name", "Ann"), ("payee_account", "Bank 17")]).await;
    let run = app.owner().await.post("/admin/payouts", &[("currency", "CNY")]).await.location().to_owned();
    let run = run.split('?').next().unwrap().to_owned();
    assert_eq!(app.rewards(&ann).await, [(187, State::UnderWay)]);
    let paid = app.owner().await.post(&run, &[("do", "paid"), ("payout", ""), ("paid_on", "2026-03-23")]).await;
    assert_eq!(paid.status, 303, "{}", paid.body);
    assert_eq!(app.rewards(&ann).await, [(187, State::Paid)]);
    app.owner().await.post("/admin/orders/1/refund", &[("payment", "1"), ("amount", "6.25"), ("sure", "on")]).await;
    clock::tick(&app.ctx).await.unwrap();
    assert_eq!((app.rewards(&ann).await, app.owed(&ann).await), (vec![(0, State::TakenBack)], (-187, 0)), "taken off what comes next");
    assert!(ann.get(HERE).await.body.contains("Taken back"));
    assert_eq!(app.ledger_sum().await, 0);
});

on_both!(rewards_and_shares_are_never_more_than_the_whole, |app| {
    let creators = |sale: &'static str, pool: &'static str| [("sale_rate", sale), ("pool_rate", pool), ("pool_by", "opened")];
    let owner = app.owner().await;
    assert_eq!(owner.post("/admin/creators", &creators("80", "70")).await.status, 303);
    for (sale, tier, field) in [
        ("20.01", "0", "sale_rate"),
        ("0", "30.5", "tier_rate"),
        ("51", "0", "sale_rate"),
        ("x", "0", "sale_rate"),
        ("0", "0", "sale_rate"),
    ] {
        let answer = app.affiliates_get(sale, tier, "", "7").await;
        assert_eq!((answer.status, answer.texts(&format!("#{field}-error")).len()), (422, 1), "{sale} {tier}");
        assert_eq!(answer.attribute("#sale_rate", "value").as_deref(), Some(sale), "what was typed stays");
        assert!(answer.attribute("#running", "checked").is_some());
    }
    for typed in ["150", "abc", "-1"] {
        let said = app.affiliates_get(typed, "0", "", "7").await.texts("#sale_rate-error");
        assert_eq!(said, ["Please give a percentage from 0 to 50, with at most two decimals."], "as the hint has it");
    }
    for (days, hold, field) in [("0", "7", "days"), ("x", "7", "days"), ("", "-1", "hold_days"), ("", "", "hold_days")] {
        let answer = app.affiliates_get("10", "0", days, hold).await;
        assert_eq!((answer.status, answer.texts(&format!("#{field}-error")).len()), (422, 1), "{days} {hold}");
    }
    assert_eq!(app.affiliates_get("20", "30", "", "7").await.status, 303);
    for form in [creators("80.01", "70"), creators("80", "70.01")] {
        assert_eq!(owner.post("/admin/creators", &form).await.status, 422);
    }
    // An order keeps what creators were promised, and the database refuses more.
    let (ann, code) = app.affiliate("ann").await;
    let ben = app.joins("ben", &code).await;
    buy_post(&ben, app.paid_post(Some(1000), None).await).await;
    app.ctx.db().run("delete from order_rewards", vec![]).await.unwrap();
    let sql = "insert into order_rewards (order_id, affiliate_id, rate, only_first, hold_days) values (1, $1, $2, $3, 0)";
    assert!(app.ctx.db().run(sql, stoa::args![ann.id, 2001, false]).await.is_err());
    assert!(app.ctx.db().run(sql, stoa::args![ann.id, 2000, false]).await.is_ok());
    assert!(app.ctx.db().run("update order_rewards set rate = 1", vec![]).await.is_err(), "what was promised stays");
});

on_both!(the_reward_of_a_bundle_is_parted_among_its_articles_so_that_what_each_left_is_true, |app| {
    app.affiliates_get("25", "0", "", "0").await;
    let (friend, code) = app.affiliate("friend").await;
    let buyer = app.joins("buyer", &code).await;
    let (one, two) = (app.chapter("one", Some(300)).await, app.chapter("two", Some(700)).await);
    let id = app.bundle("Both", "one\ntwo", "10").await;
    let order = buy_bundle(&buyer, &id).await.location().to_owned();
    pay(&buyer, &order).await;
    assert_eq!((app.owed(&friend).await, app.rewards(&friend).await.len()), ((250, 0), 1), "one reward of one order");
    let owner = app.owner().await;
    for (post, left) in [(one, "CN¥2.25"), (two, "CN¥5.25")] {
        let sums = owner.get(&format!("/write/{post}/shares")).await.texts("section:last-of-type tbody td");
        assert_eq!(sums[5], left, "three quarters: {sums:?}");
    }
    app.give_back(&order).await;
    assert_eq!((app.owed(&friend).await, app.ledger_sum().await), ((0, 0), 0));
});

on_both!(creators_get_of_memberships_no_more_than_rewards_leave, |app| {
    let author = app.person("author", Role::Author).await;
    let tier = app.tier("Reader").await;
    let post = app.paid_post(None, Some(tier)).await;
    app.ctx.db().run("update posts set author_id = $2, slug = 'read' where id = $1", stoa::args![post, author.id]).await.unwrap();
    app.affiliates_get("0", "40", "90", "0").await;
    let (ann, code) = app.affiliate("ann").await;
    let ben = app.joins("ben", &code).await;
    let order = buy_tier(&ben, tier, "month").await;
    // What was promised to Ann stays when an admin gives creators all there is.
    app.affiliates_get("1", "0", "90", "0").await;
    let all = [("sale_rate", "0"), ("pool_rate", "100"), ("pool_by", "opened")];
    assert_eq!(app.owner().await.post("/admin/creators", &all).await.status, 303);
    pay(&ben, &order).await;
    assert_eq!(ben.get("/p/read").await.status, 200);
    app.clock.advance(20 * DAY);
    close_due(&app.ctx).await.unwrap();
    assert_eq!((app.owed(&ann).await, app.owed(&author).await), ((1200, 0), (1800, 0)), "30.00 in all");
    assert_eq!(app.ledger_sum().await, 0);
});

on_both!(admins_see_all_and_exclude_an_order_or_a_member, |app| {
    app.affiliates_get("10", "0", "90", "0").await;
    let (ann, code) = app.affiliate("ann").await;
    let ben = app.joins("ben", &code).await;
    buy(&ben, app.paid_post(Some(1000), None).await).await;
    let later = buy_post(&ben, app.paid_post(Some(2000), None).await).await;
    let (owner, page) = (app.owner().await, format!("/admin/affiliates/{}", ann.id));
    for path in ["/admin/affiliates", &page] {
        assert_eq!((app.visitor().get(path).await.status, ann.get(path).await.status), (401, 403), "{path}");
        assert_eq!(ann.post(path, &[("deed", "exclude")]).await.status, 403, "{path}");
    }
    assert_eq!(owner.get("/admin/affiliates").await.texts("tbody td")[1..5], ["0", "1", "1", "Active"]);
    assert_eq!(owner.get(&page).await.texts("tbody tr").len(), 1);
    assert_eq!(owner.get("/admin/affiliates/999").await.status, 404);
    let decide = async |deed: &str, order: &str| owner.post(&page, &[("deed", deed), ("order", order)]).await.status;
    assert_eq!((decide("exclude", "999").await, decide("exclude", "x").await, decide("nothing", "1").await), (404, 404, 400));
    for _ in 0..2 {
        assert_eq!(decide("exclude", "1").await, 303);
        assert_eq!((app.rewards(&ann).await, app.owed(&ann).await), (vec![(0, State::Excluded)], (0, 0)));
    }
    for _ in 0..2 {
        assert_eq!(decide("include", "1").await, 303);
        assert_eq!((app.rewards(&ann).await, app.owed(&ann).await), (vec![(100, State::Payable)], (100, 0)));
    }
    assert_eq!(decide("exclude", "").await, 303);
    pay(&ben, &later).await;
    assert_eq!(app.owed(&ann).await, (100, 0), "what was paid before stays, and nothing new comes");
    assert!(ann.get(HERE).await.body.contains("An admin has ended your link"));
    ann.post(HERE, &[("deed", "begin")]).await;
    assert!(ann.get(HERE).await.body.contains("An admin has ended your link"), "it is not theirs to take back");
    app.joins("cem", &code).await;
    assert_eq!(app.count("select count(*) from referrals").await, 1);
    assert_eq!(decide("include", "").await, 303);
    app.joins("dee", &code).await;
    assert_eq!(app.count("select count(*) from referrals").await, 2);
});

on_both!(what_is_being_paid_while_its_affiliate_is_excluded_stays_theirs, |app| {
    app.affiliates_get("10", "0", "90", "0").await;
    let (ann, code) = app.affiliate("ann").await;
    let ben = app.joins("ben", &code).await;
    buy_post(&ben, app.paid_post(Some(1000), None).await).await;
    let unpaid = buy_post(&ben, app.paid_post(Some(2000), None).await).await;
    let (owner, page) = (app.owner().await, format!("/admin/affiliates/{}", ann.id));
    // As a payment of the first order is applied: its buyer, the order and its reward are held.
    let mut paying = app.ctx.db().begin().await.unwrap();
    paying.run("update members set created_at = created_at where id = $1", stoa::args![ben.id]).await.unwrap();
    paying.run("update orders set status = 'paid', paid_at = $1 where id = 1", stoa::args![app.ctx.now()]).await.unwrap();
    paying.run("update order_rewards set payable_at = $1 where order_id = 1", stoa::args![app.ctx.now()]).await.unwrap();
    let paid = async {
        // PostgreSQL says who waits; of SQLite there is one writer, and the admin is the next.
        if let Db::Postgres(_) = app.ctx.db() {
            let waits = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
            for _ in 0..10_000 {
                if app.count(waits).await > 0 {
                    break;
                }
            }
        }
        paying.commit().await.unwrap();
    };
    let form = [("deed", "exclude"), ("order", "")];
    let (answer, ()) = tokio::join!(owner.post(&page, &form), paid);
    assert_eq!(answer.status, 303);
    let excluded: Vec<(i64,)> = app.ctx.db().all("select order_id from order_rewards where excluded_at is not null", vec![]).await.unwrap();
    assert_eq!(excluded, [(2,)], "the one that nobody paid");
    pay(&ben, &unpaid).await;
    assert_eq!(app.owed(&ann).await, (0, 0));
});

on_both!(a_link_is_a_members_own_and_ends_when_they_say_so_or_leave, |app| {
    let reader = app.member("reader").await;
    assert_eq!((app.visitor().get(HERE).await.status, reader.get(HERE).await.status), (401, 404), "nobody switched it on");
    assert_eq!(reader.post(HERE, &[("deed", "begin")]).await.status, 404);
    assert!(reader.get("/account").await.texts("a[href='/account/affiliate']").is_empty());
    assert_eq!(reader.get("/account/earnings").await.status, 404);
    app.affiliates_get("12.5", "10", "90", "14").await;
    assert_eq!(reader.get("/account").await.texts("a[href='/account/affiliate']").len(), 1);
    let said = reader.get(HERE).await;
    assert!(
        said.body.contains("12.5% of the net of articles and bundles, 10% of the net of memberships")
            && said.body.contains("within 90 days")
    );
    assert!(reader.get(&format!("{HERE}?lang=zh")).await.body.contains("90 天内的全部购买"));
    assert_eq!(reader.post(HERE, &[("deed", "x")]).await.status, 400);
    reader.post(HERE, &[("deed", "begin")]).await;
    reader.post(HERE, &[("deed", "begin")]).await;
    assert_eq!(reader.get("/account/earnings").await.status, 200, "how they are paid is said there");
    let code = code_of(&reader).await;
    let made = reader.get(&format!("{HERE}?article={}/p/some-text%3Fx=1%23h", app.address)).await;
    assert_eq!(made.attribute(".share-link:nth-of-type(2) input", "value").unwrap(), format!("{}/p/some-text?via={code}", app.address));
    for wrong in ["https%3A%2F%2Fevil.example%2F", "//evil.example", "x"] {
        let answer = reader.get(&format!("{HERE}?article={wrong}")).await;
        assert_eq!((answer.status, answer.texts("#article-error").len(), answer.texts(".share-link").len()), (422, 1, 1), "{wrong}");
    }
    let file = reader.get("/account/export").await.body;
    assert!(file.contains(&code));
    reader.post(HERE, &[("deed", "end")]).await;
    app.joins("ben", &code).await;
    assert_eq!(app.count("select count(*) from referrals").await, 0);
    assert!(follow(&app.visitor(), "", &format!("/join?via={code}")).await.texts(".recommended").is_empty());
    reader.post(HERE, &[("deed", "begin")]).await;
    assert_eq!(code_of(&reader).await, code, "the same link as before");
    app.joins("cem", &code).await;
    assert_eq!(app.count("select count(*) from referrals").await, 1);
    let left = reader.post("/account/delete", &[("password", PASSWORD), ("understood", "on")]).await;
    assert_eq!(left.status, 303);
    app.joins("dee", &code).await;
    assert_eq!(app.count("select count(*) from referrals").await, 1);
});
