//! Bundles: several articles in one order, which opens what was in the bundle when it was begun.

use crate::creators::OWED;
use crate::on_both;
use crate::payments::{buy_post, press, to_provider};
use crate::support::{Answer, Person, TestApp};
use stoa::creators::statements;
use stoa::foundation::id::PostId;
use stoa::foundation::time::{DAY, MINUTE};
use stoa::foundation::viewer::Role;
use stoa::payments::service::clock;
use stoa::server::db::Queries;

impl TestApp {
    /// A published paid article with an address and a title of its own.
    pub async fn chapter(&self, name: &str, price: Option<i64>) -> PostId {
        // What costs nothing by itself is there for a tier.
        let tier = if price.is_none() { Some(self.tier(&format!("Readers of {name}")).await) } else { None };
        let post = self.paid_post(price, tier).await;
        let sql = "update posts set slug = $2, title = $3 where id = $1";
        self.ctx.db().run(sql, stoa::args![post, name, format!("On {name}")]).await.unwrap();
        post
    }

    /// Makes a bundle of these chapters; its number.
    pub async fn bundle(&self, title: &str, articles: &str, price: &str) -> String {
        let form = [("title", title), ("articles", articles), ("price", price), ("published", "on")];
        let made = self.owner().await.post("/admin/bundles/new", &form).await;
        assert_eq!(made.status, 303, "{:?}", made.texts(".field-error"));
        made.location().strip_prefix("/admin/bundles/").unwrap().split('?').next().unwrap().to_owned()
    }

    async fn alter(&self, id: &str, fields: &[(&str, &str)]) {
        let owner = self.owner().await;
        let page = owner.get(&format!("/admin/bundles/{id}")).await;
        let now = |name: &str| page.attribute(&format!("#{name}"), "value").unwrap_or_default();
        let (title, slug, price) = (now("title"), now("slug"), now("price"));
        let articles = page.texts("#articles").remove(0);
        let mut form = vec![("title", &*title), ("slug", &*slug), ("price", &*price), ("articles", &*articles), ("published", "on")];
        form.retain(|(name, _)| fields.iter().all(|(given, _)| given != name));
        form.extend_from_slice(fields);
        let answer = owner.post(&format!("/admin/bundles/{id}"), &form).await;
        assert_eq!(answer.status, 303, "{:?}", answer.texts(".field-error"));
    }

    /// All of an order's money goes back.
    pub async fn give_back(&self, order: &str) {
        let reference = order.strip_prefix("/orders/").unwrap();
        let sql = "select o.id, p.id, p.minor from orders o join payments p on p.order_id = o.id where o.reference = $1";
        let (id, payment, minor): (i64, i64, i64) = self.ctx.db().one(sql, stoa::args![reference]).await.unwrap();
        let form = [("payment", &*payment.to_string()), ("amount", &*format!("{}.{:02}", minor / 100, minor % 100)), ("sure", "on")];
        assert_eq!(self.owner().await.post(&format!("/admin/orders/{id}/refund"), &form).await.status, 303);
        self.wait().await;
    }

    /// The clock does what is due.
    async fn wait(&self) {
        for _ in 0..3 {
            self.clock.advance(MINUTE);
            clock::tick(&self.ctx).await.unwrap();
        }
    }

    async fn which_open(&self, person: &Person, posts: &[PostId]) -> Vec<bool> {
        let mut open = Vec::new();
        for post in posts {
            open.push(self.may_read(person.id, *post).await);
        }
        open
    }
}

pub async fn buy_bundle(buyer: &Person, id: &str) -> Answer {
    buyer.post("/checkout", &[("kind", "bundle"), ("bundle", id)]).await
}

async fn pay(buyer: &Person, order: &str) -> Answer {
    press(buyer, &to_provider(buyer, order).await, "pay").await
}

on_both!(a_bundle_opens_each_of_its_articles_and_is_what_it_was_when_it_was_bought, |app| {
    let [a, b, c] = [app.chapter("one", Some(1000)).await, app.chapter("two", Some(800)).await, app.chapter("three", None).await];
    let id = app.bundle("From scratch", "/p/one\n/p/two", "12.50").await;
    let buyer = app.member("buyer").await;
    // Two orders begun at once with the same contents are one.
    let order = buy_bundle(&buyer, &id).await.location().to_owned();
    assert_eq!(buy_bundle(&buyer, &id).await.location(), order);
    // The bundle changes before and after it is paid: what was ordered stays what it was, and others order what it is now.
    app.alter(&id, &[("articles", "/p/two\n/p/three")]).await;
    let other = buy_bundle(&buyer, &id).await.location().to_owned();
    assert_ne!(other, order, "what is in it now is another thing");
    let page = buyer.get(&order).await;
    assert_eq!(page.texts(".order-total dd"), ["CN¥12.50"]);
    assert_eq!(page.texts(".order-summary dd")[0], "Bundle “From scratch”");
    assert_eq!(page.texts(".order-contents li"), ["On one", "On two"]);
    assert!(page.texts(".code-form").is_empty(), "there are no offers for bundles");
    let back = pay(&buyer, &order).await;
    assert_eq!(back.location(), "/bundles/from-scratch?done=opened-bundle");
    assert_eq!(app.which_open(&buyer, &[a, b, c]).await, [true, true, false]);
    app.alter(&id, &[("articles", "/p/one\n/p/three"), ("published", "")]).await;
    app.wait().await;
    assert_eq!(app.which_open(&buyer, &[a, b, c]).await, [true, true, false], "a change neither takes nor gives");
    assert_eq!(app.visitor().get("/bundles/from-scratch").await.status, 404, "it is not published any more");
    let kept = buyer.get("/bundles/from-scratch").await;
    assert!(kept.status == 200 && kept.texts(".banner")[0].contains("no longer sold"), "whoever bought it finds it");
    assert_eq!(buyer.get(&order).await.texts(".order-contents li"), ["On one", "On two"]);
    assert!(buyer.get("/account/purchases").await.body.contains("Bundle “From scratch”"));
    let receipt = buyer.get(&format!("{order}/receipt")).await;
    assert!(receipt.status == 200 && receipt.body.contains("Bundle “From scratch”"));
    assert!(app.newest_letter("receipt").await.contains("Bundle “From scratch”"));
    assert_eq!(buyer.post(&format!("{order}/fapiao"), &[("kind", "person"), ("title", "B"), ("email", "b@example.org")]).await.status, 303);
    assert!(buyer.get("/account/export").await.body.contains("From scratch"));
    let sales = "select cast(-sum(minor) as bigint) from ledger_entries where account = 'revenue:sales'";
    assert_eq!((app.count(sales).await, app.ledger_sum().await), (1250, 0));
    let owner = app.owner().await;
    for path in ["/admin/orders", "/admin/orders/1", "/admin/ledger", "/admin/rows/revenue"] {
        assert!(owner.get(path).await.status != 500, "{path}");
    }
    app.give_back(&order).await;
    assert_eq!(app.which_open(&buyer, &[a, b, c]).await, [false, false, false]);
    assert_eq!(buyer.get("/bundles/from-scratch").await.status, 404, "and no longer once it went back");
    let page = buyer.get(&order).await;
    assert!(page.texts(".receipt-until")[0].starts_with("Ended on"), "{:?}", page.texts(".receipt-until"));
    assert!(!page.texts(".order-summary")[0].contains("for good"));
    assert_eq!((app.count(sales).await, app.ledger_sum().await), (0, 0));
});

on_both!(its_page_says_what_is_in_it_what_one_has_and_what_it_costs_otherwise, |app| {
    app.chapter("one", Some(1000)).await;
    app.chapter("two", Some(800)).await;
    let third = app.chapter("three", Some(300)).await;
    let id = app.bundle("From scratch", "one\ntwo\nthree\n/p/one?x", "15").await;
    let tier = app.tier("Readers").await;
    let (visitor, buyer) = (app.visitor(), app.member("buyer").await);
    let page = visitor.get("/bundles/from-scratch").await;
    assert_eq!(page.texts(".bundle-articles li"), ["On one CN¥10.00", "On two CN¥8.00", "On three CN¥3.00"], "each once");
    assert_eq!(page.texts(".bundle-compared"), ["CN¥15.00 for all. One by one they cost CN¥21.00: you save CN¥6.00."]);
    assert_eq!(page.texts(".bundle-buy .button"), ["Buy the bundle for CN¥15.00"]);
    assert!(visitor.get("/bundles/from-scratch?lang=zh").await.texts(".bundle-compared")[0].contains("单篇购买合计"));
    assert_eq!(buy_bundle(&visitor, &id).await.location(), "/sign-in?to=%2Fbundles%2Ffrom-scratch");
    for path in ["/bundles", "/articles", "/membership"] {
        assert!(visitor.get(path).await.body.contains("/bundles"), "{path}");
    }
    assert_eq!(visitor.get("/bundles").await.texts(".bundle-facts span"), ["3 articles", "CN¥15.00"]);
    assert!(visitor.get("/sitemaps/0").await.body.contains("/bundles/from-scratch"));
    let wall = visitor.get("/p/one").await;
    assert_eq!(wall.texts(".paywall-bundle"), ["In the bundle “From scratch”, 3 articles for CN¥15.00."]);

    // Some of it is there already: the page says so, and what the rest costs.
    let own = buy_post(&buyer, third).await;
    pay(&buyer, &own).await;
    let page = buyer.get("/bundles/from-scratch").await;
    assert!(page.texts(".bundle-articles li")[2].contains("Open to you"));
    assert!(page.body.contains("You can read 1 article of it already. One by one the rest costs CN¥18.00."), "{}", page.body);
    app.alter(&id, &[("price", "20")]).await;
    assert!(buyer.get("/bundles/from-scratch").await.body.contains("which is less than the bundle"));
    // What is not sold by itself has no price to be compared with.
    let sql = "update posts set price_minor = null, tier_id = $2 where id = $1";
    app.ctx.db().run(sql, stoa::args![third, tier]).await.unwrap();
    let compared = visitor.get("/bundles/from-scratch").await.texts(".bundle-compared").remove(0);
    assert!(compared.contains("2 can also be bought one by one, for CN¥18.00 together; the others cannot"), "{compared}");
    let order = buy_bundle(&buyer, &id).await.location().to_owned();
    pay(&buyer, &order).await;
    let page = buyer.get("/bundles/from-scratch").await;
    assert_eq!(
        (page.texts(".banner"), page.texts(".bundle-buy").len()),
        (vec!["All articles of this bundle are open to you.".to_owned()], 0)
    );
    assert_eq!(buy_bundle(&buyer, &id).await.location(), "/bundles/from-scratch", "there is nothing to buy");
    assert!(buyer.get("/p/one").await.texts(".paywall-bundle").is_empty());
});

on_both!(an_article_that_is_taken_back_is_neither_shown_nor_sold_and_is_there_again_with_it, |app| {
    let (a, b) = (app.chapter("one", Some(1000)).await, app.chapter("two", Some(800)).await);
    app.chapter("three", Some(300)).await;
    let id = app.bundle("From scratch", "one\ntwo\nthree", "15").await;
    let (early, late) = (app.member("early").await, app.member("late").await);
    let bought = buy_bundle(&early, &id).await.location().to_owned();
    pay(&early, &bought).await;
    let begun = buy_bundle(&late, &id).await.location().to_owned();
    let status = |post: PostId, status: &'static str| {
        let sql = "update posts set status = $2, title = case when $2 = 'draft' then 'A secret' else 'On one' end where id = $1";
        app.ctx.db().run(sql, stoa::args![post, status])
    };
    status(a, "draft").await.unwrap();
    for page in [late.get("/bundles/from-scratch").await, early.get(&bought).await, late.get(&begun).await] {
        assert!(page.status == 200 && !page.body.contains("A secret"), "{}", page.body);
    }
    assert!(early.get(&bought).await.texts(".order-contents li")[2].contains("1 article more is not published"));
    let refused = late.post(&format!("{begun}/pay"), &[("provider", "test")]).await;
    assert_eq!(refused.status, 409);
    assert!(refused.texts(".banner")[0].contains("was taken back meanwhile"), "{:?}", refused.texts(".banner"));
    let anew = buy_bundle(&late, &id).await.location().to_owned();
    assert_ne!(anew, begun);
    assert_eq!(late.get(&anew).await.texts(".order-contents li"), ["On two", "On three"]);
    // The admin's form still names it.
    assert_eq!(app.owner().await.get(&format!("/admin/bundles/{id}")).await.texts("#articles"), ["/p/one\n/p/two\n/p/three"]);
    status(b, "draft").await.unwrap();
    assert_eq!(buy_bundle(&late, &id).await.status, 409, "one article is no bundle");
    assert!(late.get("/bundles/from-scratch").await.texts(".banner")[0].contains("not for sale"));
    assert!(late.get("/bundles").await.texts(".bundle-card").is_empty() && late.get("/p/three").await.texts(".paywall-bundle").is_empty());
    status(a, "published").await.unwrap();
    status(b, "published").await.unwrap();
    assert_eq!(app.which_open(&early, &[a, b]).await, [true, true]);
    assert_eq!(late.get("/bundles/from-scratch").await.texts(".bundle-articles li").len(), 3);
});

on_both!(the_net_is_parted_by_single_prices_and_each_part_by_the_shares_of_its_article, |app| {
    let (author, other, second) =
        (app.person("author", Role::Author).await, app.person("other", Role::Author).await, app.member("second").await);
    let (a, b) = (app.chapter("one", Some(2000)).await, app.chapter("two", Some(1000)).await);
    for (post, who) in [(a, &author), (b, &other)] {
        app.ctx.db().run("update posts set author_id = $2 where id = $1", stoa::args![post, who.id]).await.unwrap();
    }
    let rates = [("sale_rate", "70"), ("pool_rate", "0"), ("pool_by", "opened")];
    assert_eq!(app.owner().await.post("/admin/creators", &rates).await.status, 303);
    assert_eq!(author.post(&format!("/write/{a}/shares"), &[("handle", "second"), ("rate", "50")]).await.status, 303);
    let id = app.bundle("From scratch", "one\ntwo", "10").await;
    let buyer = app.member("buyer").await;
    let order = buy_bundle(&buyer, &id).await.location().to_owned();
    // What was promised with the order stays.
    author.post(&format!("/write/{a}/shares"), &[("handle", "second"), ("rate", "99")]).await;
    app.ctx.db().run("update posts set price_minor = 1 where id = $1", stoa::args![a]).await.unwrap();
    let sql = "update order_post_shares set rate = 1";
    assert!(app.ctx.db().run(sql, vec![]).await.is_err() && app.ctx.db().run("update order_posts set weight = 1", vec![]).await.is_err());
    pay(&buyer, &order).await;
    // 10.00 is 6.67 and 3.33; 70 % of these 4.66 and 2.33.
    for (who, payable) in [(&author, 233), (&second, 233), (&other, 233)] {
        let balances = statements::overview(&app.ctx, &app.viewer(who.id, Role::Author)).await.unwrap().balances;
        assert_eq!(balances.iter().map(|balance| balance.payable).collect::<Vec<_>>(), [payable]);
    }
    assert_eq!(app.count(OWED).await, 699);
    let statement = author.get("/account/earnings/statement?month=2026-03").await;
    assert_eq!(statement.texts("tbody tr:first-child td")[..5], ["CN¥6.67", "CN¥0.00", "CN¥0.00", "CN¥6.67", "CN¥2.33"]);
    assert!(!statement.body.contains("On two"), "the other article is somebody else's");
    let sums = author.get(&format!("/write/{a}/shares")).await.texts("section:last-of-type tbody td");
    assert_eq!(sums, ["CN¥6.67", "CN¥0.00", "−CN¥4.66", "CN¥0.00", "CN¥0.00", "CN¥2.01", "CN¥0.00"]);
    let netted = app.owner().await.get("/admin/creators/articles").await;
    assert!(netted.body.contains("CN¥3.33") && netted.body.contains("CN¥6.67"));
    let sales = "select count(*) from ledger_entries where account = 'revenue:sales' and post_id is not null";
    assert_eq!(app.count(sales).await, 2);
    assert!(author.get("/account/export").await.body.contains(&format!("\"post_id\": {a}")));
    app.give_back(&order).await;
    assert_eq!((app.count(OWED).await, app.ledger_sum().await), (0, 0));
});

on_both!(a_bundle_paid_twice_is_opened_once_and_one_that_grew_is_another_thing, |app| {
    let posts = [app.chapter("one", Some(1000)).await, app.chapter("two", Some(800)).await, app.chapter("three", Some(300)).await];
    let id = app.bundle("From scratch", "one\ntwo", "15").await;
    let buyer = app.member("buyer").await;
    let first = buy_bundle(&buyer, &id).await.location().to_owned();
    app.alter(&id, &[("price", "16")]).await;
    assert_eq!(buy_bundle(&buyer, &id).await.location(), first, "nobody pays more than they have to");
    // It grows for a while.
    app.alter(&id, &[("articles", "one\ntwo\nthree"), ("price", "15")]).await;
    buy_bundle(&buyer, &id).await;
    app.alter(&id, &[("articles", "one\ntwo"), ("price", "15")]).await;
    let again = buy_bundle(&buyer, &id).await.location().to_owned();
    assert_ne!(again, first);
    let providers = [to_provider(&buyer, &first).await, to_provider(&buyer, &again).await];
    press(&buyer, &providers[0], "pay").await;
    app.clock.advance(MINUTE);
    press(&buyer, &providers[1], "pay").await;
    let surplus = "select count(*) from payments where use = 'surplus'";
    assert_eq!(app.count(surplus).await, 1, "both are for the same articles");
    app.wait().await;
    assert_eq!(app.count("select minor from refunds where state = 'succeeded'").await, 1500);
    // What was paid first goes back: nothing is open.
    app.give_back(&first).await;
    assert_eq!(app.which_open(&buyer, &posts).await, [false, false, false]);

    let small = buy_bundle(&buyer, &id).await.location().to_owned();
    pay(&buyer, &small).await;
    app.clock.advance(MINUTE);
    app.alter(&id, &[("articles", "one\ntwo\nthree")]).await;
    let grown = buy_bundle(&buyer, &id).await.location().to_owned();
    pay(&buyer, &grown).await;
    assert_eq!(app.count(surplus).await, 0, "it opens one article more");
    app.give_back(&small).await;
    assert_eq!(app.which_open(&buyer, &posts).await, [true, true, true], "the other order opens it all");
    app.give_back(&grown).await;
    assert_eq!(app.which_open(&buyer, &posts).await, [false, false, false]);
    // What one has by itself stays, whatever becomes of the bundle.
    let own = buy_post(&buyer, posts[0]).await;
    pay(&buyer, &own).await;
    let again = buy_bundle(&buyer, &id).await.location().to_owned();
    pay(&buyer, &again).await;
    app.give_back(&again).await;
    assert_eq!(app.which_open(&buyer, &posts).await, [true, false, false]);
    assert_eq!(app.ledger_sum().await, 0);
});

on_both!(a_bundle_is_given_like_everything_else, |app| {
    let posts = [app.chapter("one", Some(1000)).await, app.chapter("two", Some(800)).await];
    let id = app.bundle("From scratch", "one\ntwo", "15").await;
    let (buyer, friend) = (app.member("buyer").await, app.member("friend").await);
    let way = buyer.get("/bundles/from-scratch").await.attribute(".bundle-buy a", "href").unwrap();
    assert!(buyer.get(&way).await.texts("#what option")[0].contains("Bundle “From scratch”, CN¥15.00"));
    let order = buyer.post("/gift", &[("what", &*format!("bundle {id}")), ("by", "link")]).await.location().to_owned();
    pay(&buyer, &order).await;
    let page = buyer.post(&format!("{order}/gift/link"), &[]).await;
    let link = page.attribute(".callout input", "value").unwrap().strip_prefix(&app.address).unwrap().to_owned();
    assert!(friend.get(&link).await.body.contains("All articles of the bundle, for good"));
    assert_eq!(friend.post(&link, &[]).await.location(), "/bundles/from-scratch?done=gift-taken");
    assert_eq!((app.which_open(&friend, &posts).await, app.which_open(&buyer, &posts).await), (vec![true; 2], vec![false; 2]));
    app.give_back(&order).await;
    assert_eq!(app.which_open(&friend, &posts).await, [false, false]);
});

on_both!(opening_one_article_of_a_bundle_ends_a_right_that_was_waived, |app| {
    app.promise("withdrawal:waiver", "none").await;
    app.chapter("one", Some(1000)).await;
    app.chapter("two", Some(800)).await;
    let id = app.bundle("From scratch", "one\ntwo", "15").await;
    let buyer = app.member("buyer").await;
    assert_eq!(buyer.get("/bundles/from-scratch").await.texts(".bundle-promise").len(), 1);
    let order = buy_bundle(&buyer, &id).await.location().to_owned();
    assert_eq!(buyer.get(&order).await.texts(".order-promise").len(), 1);
    let provider = buyer.post(&format!("{order}/pay"), &[("provider", "test"), ("waive", "on")]).await.location().to_owned();
    press(&buyer, &provider, "pay").await;
    assert_eq!(buyer.get(&order).await.texts("#take-back").len(), 1);
    assert_eq!(buyer.get("/p/two").await.status, 200);
    assert!(buyer.get(&order).await.texts("#take-back").is_empty());
    app.clock.advance(DAY);
    assert_eq!(buyer.post(&format!("{order}/take-back"), &[("reason", "")]).await.status, 409);
});

on_both!(bundles_are_an_admins_to_make_and_what_is_wrong_is_said, |app| {
    let free = app.post_row("free", "public", None).await;
    assert!(free > 0);
    app.chapter("one", Some(1000)).await;
    app.chapter("two", None).await;
    let (owner, member, writer) = (app.owner().await, app.member("member").await, app.person("writer", Role::Author).await);
    assert!(owner.get("/admin/bundles").await.texts(".empty").len() == 1 && app.visitor().get("/bundles").await.texts(".empty").len() == 1);
    assert!(!app.visitor().get("/articles").await.body.contains("\"/bundles\""), "nothing leads to what is not there");
    for path in ["/admin/bundles", "/admin/bundles/new", "/admin/bundles/1"] {
        assert_eq!((app.visitor().get(path).await.status, member.get(path).await.status, writer.get(path).await.status), (401, 403, 403));
    }
    for path in ["/admin/bundles/new", "/admin/bundles/1", "/admin/bundles/1/delete"] {
        assert_eq!(writer.post(path, &[("title", "x")]).await.status, 403, "{path}");
    }
    let form = [("title", ""), ("slug", "Not good!"), ("articles", "one\nnone"), ("price", "0"), ("position", "x"), ("published", "on")];
    let answer = owner.post("/admin/bundles/new", &form).await;
    assert_eq!((answer.status, answer.texts(".field-error").len()), (422, 4), "{:?}", answer.texts(".field-error"));
    assert_eq!(
        (answer.texts("#articles"), answer.attribute("#slug", "value").as_deref()),
        (vec!["one\nnone".to_owned()], Some("Not good!"))
    );
    for (articles, said) in
        [("", "at least 2"), ("one\n/p/one/", "at least 2"), ("one\nfree", "Line 2: this article is free"), ("one\n\n\0", "Line 3")]
    {
        let answer = owner.post("/admin/bundles/new", &[("title", "T"), ("articles", articles), ("price", "5")]).await;
        assert!(
            answer.status == 422 && answer.texts("#articles-error")[0].contains(said),
            "{articles:?} {:?}",
            answer.texts(".field-error")
        );
    }
    let many = "one\n".repeat(101);
    assert_eq!(owner.post("/admin/bundles/new", &[("title", "T"), ("articles", &many), ("price", "5")]).await.status, 422);

    let draft = owner.post("/admin/bundles/new", &[("title", "<b>T</b>"), ("articles", "one\ntwo"), ("price", "5")]).await;
    let path = draft.location().split('?').next().unwrap().to_owned();
    let address = owner.get(&path).await.attribute(".admin-bundles a[href^='/bundles/']", "href").unwrap();
    let page = owner.get(&address).await;
    assert!(page.status == 200 && page.texts(".banner")[0].contains("not published") && !page.body.contains("<b>T"));
    assert_eq!((member.get(&address).await.status, buy_bundle(&member, path.rsplit('/').next().unwrap()).await.status), (404, 404));
    app.alter(path.rsplit('/').next().unwrap(), &[("slug", "first"), ("position", "5")]).await;
    let second = app.bundle("Second", "one\ntwo", "6").await;
    let taken = [("title", "Second"), ("slug", "first"), ("articles", "one\ntwo"), ("price", "6")];
    assert_eq!(owner.post(&format!("/admin/bundles/{second}"), &taken).await.texts("#slug-error").len(), 1);
    assert_eq!(app.visitor().get("/bundles").await.texts(".bundle-card h2"), ["Second", "<b>T</b>"], "small numbers first");
    // Its old address leads to it.
    app.alter(&second, &[("slug", "other")]).await;
    let moved = app.visitor().get("/bundles/second").await;
    assert_eq!((moved.status, moved.location()), (301, "/bundles/other"));
    assert_eq!(app.visitor().get("/bundles/%00").await.status, 404);
    for wrong in ["", "x", "999", "9999999999999999999999"] {
        assert_eq!(buy_bundle(&member, wrong).await.status, 404, "{wrong}");
    }
    // One that was ordered stays; one that was not goes.
    buy_bundle(&member, &second).await;
    let kept = owner.post(&format!("/admin/bundles/{second}/delete"), &[]).await;
    assert!(kept.status == 409 && kept.texts(".banner")[0].contains("cannot be deleted"));
    assert_eq!(owner.post(&format!("{path}/delete"), &[]).await.location(), "/admin/bundles?done=deleted");
    assert_eq!((owner.post(&format!("{path}/delete"), &[]).await.status, app.count("select count(*) from bundles").await), (404, 1));
});

on_both!(a_long_list_of_bundles_has_pages, |app| {
    app.chapter("one", Some(1000)).await;
    app.chapter("two", Some(800)).await;
    for n in 0..31 {
        app.bundle(&format!("Bundle {n}"), "one\ntwo", "5").await;
    }
    let first = app.visitor().get("/bundles").await;
    let next = first.attribute(".pager a", "href").unwrap();
    assert_eq!((first.texts(".bundle-card").len(), app.visitor().get(&next).await.texts(".bundle-card").len()), (30, 1));
    assert_eq!(app.visitor().get("/bundles?after=x~y").await.texts(".bundle-card").len(), 30);
    assert_eq!(app.visitor().get("/p/one").await.texts(".paywall-bundle").len(), 5, "a few");
});
