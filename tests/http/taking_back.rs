//! Taking back what was bought, by the rule that was promised; withdrawing from a contract, also without signing in.

use crate::money_desk::with_stripe;
use crate::on_both;
use crate::payments::{buy_post, buy_tier, press, to_provider};
use crate::sink::decoded;
use crate::support::{PASSWORD, Person, TestApp};
use stoa::foundation::cadence::Cadence;
use stoa::foundation::id::{PostId, TierId};
use stoa::foundation::locale::Locale;
use stoa::foundation::time::DAY;
use stoa::foundation::viewer::Role;
use stoa::payments::service::{Paying, Purchase, Started, buy, clock, pay, taking_back};
use stoa::providers::{Device, Provider};
use stoa::server::db::Queries;
use stoa::simulators::stripe::Stripe;

impl TestApp {
    /// An admin decides on rules: for articles, for memberships.
    pub async fn promise(&self, post: &str, tier: &str) {
        let form = [("post_rule", post), ("post_days", "3"), ("tier_rule", tier), ("tier_days", "3")];
        assert_eq!(self.owner().await.post("/admin/refunds", &form).await.status, 303);
    }

    /// Signs in once more: sessions end before a year does.
    pub async fn back_again(&self, person: &Person, handle: &str) {
        let email = format!("{handle}@example.org");
        assert_eq!(person.post("/sign-in", &[("email", &email), ("password", PASSWORD)]).await.status, 303);
    }

    async fn slug(&self, post: PostId) -> String {
        // An address as one is given to an article.
        let slug = format!("for-sale-{post}");
        self.ctx.db().run("update posts set slug = $2 where id = $1", stoa::args![post, &slug]).await.unwrap();
        format!("/p/{slug}")
    }
}

const BACK: &str = "select count(*) from refunds where state = 'succeeded'";

/// Buys an article and pays it; the order's path.
pub async fn paid(buyer: &Person, post: PostId) -> String {
    let order = buy_post(buyer, post).await;
    press(buyer, &to_provider(buyer, &order).await, "pay").await;
    order
}

/// The number a buyer reads on the pages of their order.
fn short(id: i64) -> String {
    format!("O-{id:06}")
}

on_both!(within_three_days_all_of_it_goes_back_once_however_often_it_is_asked_for, |app| {
    app.promise("days", "none").await;
    let buyer = app.member("buyer").await;
    let post = app.paid_post(Some(1250), None).await;
    let said = app.visitor().get(&app.slug(post).await).await.texts(".paywall-promise");
    assert_eq!(said, ["You can take this back within 3 days, without a reason: all money goes back the way it came, and access ends."]);
    let order = buy_post(&buyer, post).await;
    assert_eq!(buyer.get(&order).await.texts(".order-promise"), said, "what is promised is said once more before paying");
    assert!(buyer.get(&format!("{order}?lang=zh")).await.texts(".order-promise")[0].starts_with("付款后 3 天内可以无理由退款"));
    assert_eq!(buyer.post(&format!("{order}/take-back"), &[]).await.status, 409, "nothing is paid");
    press(&buyer, &to_provider(&buyer, &order).await, "pay").await;
    app.clock.advance(3 * DAY);
    let page = buyer.get(&order).await;
    assert!(page.texts(".order-back-form")[0].contains("CN¥12.50"), "{:?}", page.texts(".order-back-form"));
    assert_eq!(page.texts(".order-back-form time"), ["18 March 2026"], "the last day, not the midnight after it");
    let other = app.member("other").await;
    assert_eq!(other.post(&format!("{order}/take-back"), &[]).await.status, 404);
    assert_eq!(app.owner().await.post(&format!("{order}/take-back"), &[]).await.status, 404, "an admin refunds elsewhere");
    let (path, long) = (format!("{order}/take-back"), "x".repeat(201));
    assert_eq!(buyer.post(&path, &[("reason", &long)]).await.status, 422);
    let (one, two) = tokio::join!(buyer.post(&path, &[("reason", "not for me")]), buyer.post(&path, &[]));
    assert_eq!((one.status, two.status), (303, 303));
    assert_eq!(buyer.post(&path, &[]).await.status, 303);
    for _ in 0..2 {
        clock::tick(&app.ctx).await.unwrap();
        app.clock.advance(DAY);
    }
    assert_eq!((app.count(BACK).await, app.count("select count(*) from refunds").await), (1, 1));
    assert!(!app.may_read(buyer.id, post).await);
    let page = buyer.get(&order).await;
    assert!(page.texts(".banner").join(" ").contains("CN¥12.50 went back to you"), "{:?}", page.texts(".banner"));
    assert_eq!(page.texts(".receipt-until"), ["Ended on 18 March 2026, 12:00"]);
    assert!(!page.texts(".order-summary")[0].contains("for good"));
    assert_eq!(app.ledger_sum().await, 0);
    assert_eq!(app.count("select cast(coalesce(sum(minor), 0) as bigint) from ledger_entries where account = 'revenue:sales'").await, 0);
});

on_both!(what_was_promised_holds_and_ends_when_it_was_said_to, |app| {
    let buyer = app.member("buyer").await;
    app.promise("days", "none").await;
    let (early, late, after) =
        (app.paid_post(Some(100), None).await, app.paid_post(Some(200), None).await, app.paid_post(Some(300), None).await);
    let (early, late) = (paid(&buyer, early).await, paid(&buyer, late).await);
    app.promise("none", "none").await;
    let after = paid(&buyer, after).await;
    assert_eq!(buyer.post(&format!("{after}/take-back"), &[]).await.status, 409, "it was begun under the rule that gives nothing");
    assert_eq!(buyer.post(&format!("{early}/take-back"), &[]).await.status, 303);
    app.clock.advance(4 * DAY);
    assert!(buyer.get(&late).await.texts(".order-back-form").is_empty());
    assert_eq!(buyer.post(&format!("{late}/take-back"), &[]).await.status, 409);
    assert_eq!(app.count(BACK).await, 1);
});

on_both!(what_an_admin_gave_back_already_is_subtracted, |app| {
    let (admin, buyer) = (app.owner().await, app.member("buyer").await);
    app.promise("days", "none").await;
    let post = app.paid_post(Some(1000), None).await;
    let order = paid(&buyer, post).await;
    let (id, payment) = (app.count("select id from orders").await, app.count("select id from payments").await);
    let form = [("payment", &*payment.to_string()), ("amount", "4"), ("reason", "sorry"), ("sure", "on")];
    assert_eq!(admin.post(&format!("/admin/orders/{id}/refund"), &form).await.status, 303);
    assert!(app.may_read(buyer.id, post).await);
    assert!(buyer.get(&order).await.texts(".order-back-form")[0].contains("CN¥6.00"));
    assert_eq!(buyer.post(&format!("{order}/take-back"), &[]).await.status, 303);
    assert_eq!(app.count("select cast(sum(minor) as bigint) from refunds where state = 'succeeded'").await, 1000);
    assert!(!app.may_read(buyer.id, post).await);
});

on_both!(whoever_waives_the_right_to_withdraw_keeps_it_until_they_open_what_they_bought, |app| {
    let (admin, buyer) = (app.owner().await, app.member("buyer").await);
    app.promise("withdrawal:waiver", "none").await;
    let (read, unread) = (app.paid_post(Some(900), None).await, app.paid_post(Some(800), None).await);
    for post in [read, unread] {
        let order = buy_post(&buyer, post).await;
        let refused = buyer.post(&format!("{order}/pay"), &[("provider", "test")]).await;
        assert_eq!(refused.status, 422, "it has to be confirmed first");
        assert!(refused.texts("#waive-error")[0].contains("tick this box"));
        let to = buyer.post(&format!("{order}/pay"), &[("provider", "test"), ("waive", "on")]).await;
        press(&buyer, to.location(), "pay").await;
    }
    let receipt = app.newest_letter("receipt").await;
    for said in [
        "You can withdraw within 14 days, until you open what you bought",
        "Before paying, on 15 March 2026",
        "you asked for access at once",
    ] {
        assert!(receipt.contains(said), "{said}: {receipt}");
    }
    let orders = app.count("select count(*) from order_promises where waived_at is not null and opened_at is null").await;
    assert_eq!(orders, 2);
    assert!(buyer.get(&app.slug(read).await).await.status == 200);
    assert_eq!(app.count("select count(*) from order_promises where opened_at is not null").await, 1);
    let (first, second) = (app.count("select min(id) from orders").await, app.count("select max(id) from orders").await);
    let declare = async |id: i64| {
        let number = short(id);
        let form = [("name", "Ann Lin"), ("number", &*number), ("email", "buyer@example.org"), ("sure", "on")];
        app.visitor().post("/withdraw", &form).await.location().split('?').next().unwrap().to_owned()
    };
    let (opened, unopened) = (declare(first).await, declare(second).await);
    assert!(app.visitor().get(&unopened).await.texts(".banner")[0].contains("CN¥8.00 went back"));
    assert!(app.visitor().get(&opened).await.texts(".banner")[0].contains("An admin decides"));
    assert_eq!((app.may_read(buyer.id, read).await, app.may_read(buyer.id, unread).await), (true, false));
    // An admin answers what the rule does not give.
    let open = app.count("select id from refund_requests where state = 'open'").await;
    assert_eq!(admin.get("/admin/refunds?state=open").await.texts("tbody th").len(), 1);
    let page = admin.get(&format!("/admin/refunds/{open}")).await;
    assert!(page.texts(".facts").join(" ").contains("Opened it"));
    assert_eq!(admin.post(&format!("/admin/refunds/{open}/refuse"), &[("answer", " ")]).await.status, 422);
    assert_eq!(admin.post(&format!("/admin/refunds/{open}/execute"), &[("amount", "9.01")]).await.status, 422);
    assert_eq!(admin.post(&format!("/admin/refunds/{open}/execute"), &[("amount", "4.50")]).await.status, 303);
    assert_eq!(admin.post(&format!("/admin/refunds/{open}/execute"), &[]).await.status, 422, "once");
    assert_eq!(admin.post(&format!("/admin/refunds/{open}/refuse"), &[("answer", "no")]).await.status, 422);
    assert!(!app.may_read(buyer.id, read).await, "half of the money went back, and what was bought is closed");
    assert_eq!(app.count("select cast(sum(minor) as bigint) from refunds where state = 'succeeded'").await, 1250);
});

on_both!(what_has_to_be_said_before_paying_is_asked_for_at_once_and_stays_said, |app| {
    let (admin, buyer) = (app.owner().await, app.member("buyer").await);
    app.promise("withdrawal:waiver", "none").await;
    let rate = [("country", "DE"), ("rate", "１９％")];
    assert_eq!(admin.post("/admin/tax", &rate).await.status, 303, "as a Chinese keyboard writes it");
    let order = buy_post(&buyer, app.paid_post(Some(1190), None).await).await;
    let pay = format!("{order}/pay");
    let refused = buyer.post(&pay, &[("provider", "test")]).await;
    assert_eq!((refused.status, refused.texts("#country-error").len(), refused.texts("#waive-error").len()), (422, 1, 1));
    assert_eq!(refused.attribute("#waive", "aria-describedby").as_deref(), Some("waive-error"));
    let unticked = buyer.post(&pay, &[("provider", "test"), ("country", "DE")]).await;
    assert_eq!((unticked.status, unticked.texts("#country-error").len(), unticked.texts("#waive-error").len()), (422, 0, 1));
    assert_eq!(unticked.attribute("#country option[selected]", "value").as_deref(), Some("DE"), "what was chosen stays");
    assert_eq!(buyer.post(&pay, &[("provider", "test"), ("waive", "on")]).await.status, 303);
});

on_both!(of_a_year_the_days_that_were_not_begun_go_back_and_the_membership_ends, |app| {
    let buyer = app.member("buyer").await;
    app.promise("none", "pro-rata").await;
    let tier = app.tier("Readers").await;
    app.ctx.db().run("update tier_prices set minor = 36500 where cadence = 'year'", vec![]).await.unwrap();
    assert!(app.visitor().get("/membership?term=year").await.texts(".tier-promise")[0].contains("days not yet begun"));
    let order = buy_tier(&buyer, tier, "year").await;
    press(&buyer, &to_provider(&buyer, &order).await, "pay").await;
    assert!(app.may_enter(buyer.id, tier).await);
    app.clock.advance(65 * DAY);
    app.back_again(&buyer, "buyer").await;
    assert!(buyer.get(&order).await.texts(".order-back-form")[0].contains("CN¥300.00"));
    app.clock.advance(1000);
    assert!(buyer.get(&order).await.texts(".order-back-form")[0].contains("CN¥299.00"), "the day that begins is used");
    assert_eq!(buyer.post(&format!("{order}/take-back"), &[]).await.status, 303);
    assert_eq!(app.count("select cast(sum(minor) as bigint) from refunds where state = 'succeeded'").await, 29900);
    assert!(!app.may_enter(buyer.id, tier).await, "though money of it is left");
    let page = buyer.get(&order).await;
    assert!(page.texts(".banner")[0].contains("taken back on 19 May 2026, 12:00"), "{:?}", page.texts(".banner"));
    assert_eq!(page.texts(".receipt-until"), ["Ended on 19 May 2026, 12:00"]);
    assert!(page.texts(".receipt dd").contains(&"CN¥299.00".to_owned()), "what went back");
    clock::tick(&app.ctx).await.unwrap();
    assert!(!app.may_enter(buyer.id, tier).await);
    assert_eq!(app.count("select cast(sum(minor) as bigint) from ledger_entries where account = 'revenue:fees'").await, -6600);
});

on_both!(a_withdrawal_takes_two_steps_and_no_account_and_leaves_a_proof, |app| {
    let (buyer, visitor) = (app.member("buyer").await, app.visitor());
    app.promise("withdrawal", "none").await;
    let post = app.paid_post(Some(1250), None).await;
    let unpaid = buy_post(&buyer, app.paid_post(Some(100), None).await).await;
    assert_eq!(buyer.get(&unpaid).await.status, 200);
    paid(&buyer, post).await;
    let id = app.count("select max(id) from orders").await;
    let (number, none) = (short(id), short(id + 70));
    assert!(visitor.get("/").await.body.contains("href=\"/withdraw\""), "the way to it is on every page");
    // Who does not know both is told nothing.
    let mut answers = Vec::new();
    for (number, email) in [(&*number, "other@example.org"), (&none, "buyer@example.org"), ("' or 1=1 --", "buyer@example.org")] {
        let answer = visitor.post("/withdraw", &[("name", "Ann Lin"), ("number", number), ("email", email)]).await;
        assert_eq!(answer.status, 422);
        answers.push(answer.texts(".field-error"));
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    let form = [("name", "Ann Lin"), ("number", &*number), ("email", " Buyer@Example.org ")];
    let step = visitor.post("/withdraw", &form).await;
    assert_eq!((step.status, app.count("select count(*) from refund_requests").await), (200, 0));
    assert!(step.texts("form button").contains(&"Withdraw now".to_owned()));
    assert_eq!(step.texts(".proof-by"), ["Ann Lin"], "what is about to be declared is shown");
    assert_eq!(step.attribute("input[name=name]", "value").as_deref(), Some("Ann Lin"), "and kept for the second step");
    let sure = [form[0], form[1], form[2], ("sure", "on")];
    let nameless = visitor.post("/withdraw", &sure[1..]).await;
    assert_eq!((nameless.status, nameless.texts("#name-error").len()), (422, 1));
    let done = visitor.post("/withdraw", &sure).await;
    assert_eq!(done.status, 303);
    assert_eq!(visitor.post("/withdraw", &sure).await.location(), done.location(), "twice is once");
    let other = [("name", "Bo"), form[1], form[2], ("sure", "on")];
    assert_eq!(visitor.post("/withdraw", &other).await.location(), done.location(), "what was declared stands");
    assert_eq!(format!("{}?done=withdrawn", visitor.post("/withdraw", &form).await.location()), done.location(), "it is known");
    let proof = app.visitor().get(done.location()).await;
    assert_eq!(proof.texts(".proof-at"), ["15 March 2026, 12:00"]);
    assert_eq!(proof.texts(".proof-by"), ["Ann Lin"]);
    assert!(proof.body.contains("The buyer declares that they withdraw from this contract."));
    assert!(proof.body.contains(&number) && proof.texts(".banner").join(" ").contains("CN¥12.50 went back"));
    assert!(!app.may_read(buyer.id, post).await);
    assert_eq!(app.count(BACK).await, 1);
    assert_eq!(visitor.get("/withdraw/no-such-proof").await.status, 404);
    // By the number of the receipt as well.
    let receipt =
        visitor.post("/withdraw", &[("name", "Ann Lin"), ("number", "2026-000001"), ("email", "buyer@example.org"), ("sure", "on")]).await;
    assert_eq!(receipt.location(), done.location());
    let nothing = visitor.post("/withdraw", &[("name", "Ann Lin"), ("number", &*short(id - 1)), ("email", "buyer@example.org")]).await;
    assert_eq!(nothing.status, 422, "nothing was paid for it");
});

on_both!(a_declaration_has_a_name_a_number_and_an_address_and_each_says_where_it_lacks, |app| {
    let (visitor, buyer) = (app.visitor(), app.member("buyer").await);
    let empty = visitor.post("/withdraw", &[("name", " \u{200b}"), ("number", ""), ("email", "")]).await;
    assert_eq!((empty.status, empty.texts(".field-error")), (422, vec!["Please fill this in.".to_owned(); 3]));
    for field in ["name", "number", "email"] {
        assert_eq!(empty.texts(&format!("#{field}-error")), ["Please fill this in."], "{field}");
    }
    let long = "林".repeat(101);
    let form = [("name", &*long), ("number", "O-000001"), ("email", "buyer@example.org")];
    let wrong = visitor.post("/withdraw", &form).await;
    assert_eq!((wrong.status, wrong.texts("#name-error").len(), wrong.texts("#number-error").len()), (422, 1, 0));
    assert_eq!(wrong.attribute("#name", "value"), Some(long), "what was typed is kept");
    assert_eq!(app.count("select count(*) from refund_requests").await, 0);
    // Whoever is signed in need not type who they are.
    app.ctx.db().run("update members set name = 'Bo Buyer' where handle = 'buyer'", vec![]).await.unwrap();
    let page = buyer.get("/withdraw?number=O-000001").await;
    assert_eq!(page.attribute("#name", "value").as_deref(), Some("Bo Buyer"));
    assert_eq!(page.attribute("#number", "value").as_deref(), Some("O-000001"));
});

on_both!(a_name_is_in_the_letter_of_a_withdrawal_once_it_is_known_whose_address_it_is, |app| {
    let buyer = app.member("buyer").await;
    app.promise("withdrawal", "none").await;
    let declare = async || {
        paid(&buyer, app.paid_post(Some(1250), None).await).await;
        let number = short(app.count("select max(id) from orders").await);
        let sure = [("name", "Ann Lin"), ("number", &*number), ("email", "buyer@example.org"), ("sure", "on")];
        assert_eq!(app.visitor().post("/withdraw", &sure).await.status, 303);
        app.newest_letter("withdrawn").await
    };
    let text = declare().await;
    assert!(text.contains("Declaration: The buyer declares that they withdraw from this contract."), "{text}");
    assert!(!text.contains("Ann Lin"), "nobody knows whose address it is: {text}");
    app.ctx.db().run("update members set email_verified_at = 1 where handle = 'buyer'", vec![]).await.unwrap();
    let text = declare().await;
    assert!(text.contains("Declared by: Ann Lin"), "{text}");
    app.ctx.db().run("update members set locale = 'zh-CN' where handle = 'buyer'", vec![]).await.unwrap();
    let text = declare().await;
    assert!(text.contains("声明人：Ann Lin") && text.contains("声明：买方声明撤回这份合同。"), "{text}");
});

on_both!(the_name_of_whoever_took_something_back_is_theirs_to_take_along_and_goes_with_their_account, |app| {
    let (admin, buyer) = (app.owner().await, app.member("buyer").await);
    app.promise("days", "none").await;
    app.ctx.db().run("update members set name = 'Bo Buyer' where handle = 'buyer'", vec![]).await.unwrap();
    let order = paid(&buyer, app.paid_post(Some(1250), None).await).await;
    assert_eq!(buyer.post(&format!("{order}/take-back"), &[]).await.status, 303);
    let proof = buyer.get(&order).await.attribute("main a[href^='/withdraw/']", "href").unwrap();
    assert_eq!(app.visitor().get(&proof).await.texts(".proof-by"), ["Bo Buyer"], "as they were called");
    let desk = format!("/admin/refunds/{}", app.count("select id from refund_requests").await);
    assert_eq!(admin.get(&desk).await.texts(".proof-by"), ["Bo Buyer"]);
    let export: serde_json::Value = serde_json::from_str(&buyer.get("/account/export").await.body).unwrap();
    assert_eq!(export["refund_requests"][0]["declarant"], "Bo Buyer");
    let form = [("password", PASSWORD), ("understood", "on")];
    assert_eq!(buyer.post("/account/delete", &form).await.status, 303);
    let page = app.visitor().get(&proof).await;
    assert_eq!((page.status, page.texts(".proof-by").len()), (200, 0));
    assert!(!page.body.contains("Bo Buyer") && !admin.get(&desk).await.body.contains("Bo Buyer"));

    // What a deletion that was interrupted left is forgotten later, and of nobody else.
    let other = app.member("other").await;
    let order = paid(&other, app.paid_post(Some(1250), None).await).await;
    assert_eq!(other.post(&format!("{order}/take-back"), &[]).await.status, 303);
    app.ctx.db().run("update refund_requests set declarant = 'Bo Buyer' where declarant = ''", vec![]).await.unwrap();
    taking_back::forget_left(&app.ctx).await.unwrap();
    assert_eq!(app.count("select count(*) from refund_requests where declarant = ''").await, 1);
    assert_eq!(app.text("select declarant from refund_requests where declarant <> ''").await, "other");
});

on_both!(admins_are_told_once_of_what_does_not_go_back_by_itself_and_see_how_much_waits, |app| {
    let (admin, buyer) = (app.owner().await, app.member("buyer").await);
    paid(&buyer, app.paid_post(Some(1250), None).await).await;
    assert!(admin.get("/admin").await.texts(".banner").is_empty());
    let declare = async || {
        let number = short(app.count("select max(id) from orders").await);
        let sure = [("name", "Ann Lin"), ("number", &*number), ("email", "buyer@example.org"), ("sure", "on")];
        for _ in 0..2 {
            assert_eq!(app.visitor().post("/withdraw", &sure).await.status, 303);
        }
        number
    };
    let number = declare().await;
    let letters = app.letters("request").await;
    assert_eq!(letters.len(), 1, "once");
    assert_eq!((&*letters[0].0, &*letters[0].1), ("olive@example.org", "A withdrawal waits for you: Article “A paid article”"));
    let desk = format!("/admin/refunds/{}", app.count("select id from refund_requests").await);
    let text = app.newest_letter("request").await;
    assert!(
        text.contains("you decide how much does") && text.contains(&number) && text.contains(&format!("{}{desk}", app.address)),
        "{text}"
    );
    assert!(!text.contains("Ann Lin"), "{text}");
    assert_eq!(admin.get("/admin").await.texts(".banner"), ["Refunds and withdrawals that wait for you: 1."]);
    assert_eq!(admin.post(&format!("{desk}/refuse"), &[("answer", "It was opened.")]).await.status, 303);
    assert!(admin.get("/admin").await.texts(".banner").is_empty());
    // What goes back by itself waits for nobody.
    app.promise("withdrawal", "none").await;
    paid(&buyer, app.paid_post(Some(1250), None).await).await;
    declare().await;
    assert_eq!(app.letters("request").await.len(), 1);
    // What came by hand does not go back by itself.
    assert_eq!(admin.post("/admin/payments/offline", &[("enabled", "on")]).await.status, 303);
    let post = app.paid_post(Some(1000), None).await;
    let order = buy_post(&buyer, post).await;
    assert_eq!(buyer.post(&format!("{order}/pay"), &[("provider", "offline")]).await.status, 303);
    let id = app.count("select max(id) from orders").await;
    assert_eq!(admin.post(&format!("/admin/orders/{id}/confirm"), &[]).await.status, 303);
    declare().await;
    assert_eq!(app.letters("request").await.len(), 2);
    let text = app.newest_letter("request").await;
    assert!(text.contains("CN¥10.00 is to go back, and it came offline"), "{text}");
    let text = app.newest_letter("withdrawn").await;
    assert!(text.contains("An admin gives CN¥10.00 back by hand") && app.may_read(buyer.id, post).await, "{text}");
});

on_both!(the_proof_of_a_withdrawal_is_a_letter_too, |app| {
    let (sink, buyer) = (app.with_sink().await, app.member("buyer").await);
    app.promise("withdrawal", "none").await;
    paid(&buyer, app.paid_post(Some(1250), None).await).await;
    let number = short(app.count("select id from orders").await);
    let sure = [("name", "Ann Lin"), ("number", &*number), ("email", "buyer@example.org"), ("sure", "on")];
    let proof = app.visitor().post("/withdraw", &sure).await.location().split('?').next().unwrap().to_owned();
    app.visitor().post("/withdraw", &sure).await;
    app.send_letters().await;
    let texts: Vec<String> = sink
        .taken()
        .into_iter()
        .map(|taken| decoded(&taken.message))
        .filter(|text| text.contains("your withdrawal from this contract"))
        .collect();
    assert_eq!(texts.len(), 1, "once");
    for words in [&*number, "CN¥12.50 goes back", &proof, "15 March 2026, 12:00"] {
        assert!(texts[0].contains(words), "{words}: {}", texts[0]);
    }
});

on_both!(an_admins_answer_reaches_the_buyer_by_letter_once, |app| {
    let admin = app.owner().await;
    let mut requests = Vec::new();
    for handle in ["ann", "bo", "cy"] {
        let order = paid(&app.member(handle).await, app.paid_post(Some(1250), None).await).await;
        let number = short(app.count("select max(id) from orders").await);
        let email = format!("{handle}@example.org");
        let sure = [("name", "Ann Lin"), ("number", &*number), ("email", &*email), ("sure", "on")];
        assert_eq!(app.visitor().post("/withdraw", &sure).await.status, 303);
        requests.push((app.count("select max(id) from refund_requests").await, number, order));
    }
    app.ctx.db().run("update members set locale = 'zh-CN' where handle = 'bo'", vec![]).await.unwrap();
    let [ann, bo, cy] = &requests[..] else { panic!("three") };
    let refuse = format!("/admin/refunds/{}/refuse", ann.0);
    assert_eq!(admin.post(&refuse, &[("answer", " ")]).await.status, 422);
    assert_eq!(app.letters("refund-refused").await.len(), 0, "nothing was decided");
    let answer = [("answer", "You read <b>all</b> of it.")];
    let (one, two) = tokio::join!(admin.post(&refuse, &answer), admin.post(&refuse, &answer));
    assert_eq!(one.status + two.status, 303 + 422, "once");
    let letters = app.letters("refund-refused").await;
    assert_eq!(letters.len(), 1);
    assert_eq!((&*letters[0].0, &*letters[0].1), ("ann@example.org", "Your withdrawal was not accepted: Article “A paid article”"));
    let text = app.newest_letter("refund-refused").await;
    for words in ["Answer: You read <b>all</b> of it.", &*ann.1, &*format!("{}{}", app.address, ann.2)] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert_eq!(admin.post(&format!("/admin/refunds/{}/refuse", bo.0), &[("answer", "全文已经打开")]).await.status, 303);
    assert_eq!(app.letters("refund-refused").await[1].1, "撤回声明未获认可：文章《A paid article》");
    let text = app.newest_letter("refund-refused").await;
    assert!(text.contains("答复：全文已经打开") && text.contains(&format!("订单号：{}", bo.1)), "{text}");
    // What is granted has the letter of its refund, and no other.
    assert_eq!(admin.post(&format!("/admin/refunds/{}/execute", cy.0), &[]).await.status, 303);
    clock::tick(&app.ctx).await.unwrap();
    let refunded = app.letters("refunded").await;
    assert_eq!(
        refunded.iter().map(|(to, subject, _)| (&**to, &**subject)).collect::<Vec<_>>(),
        [("cy@example.org", "CN¥12.50 was given back to you")]
    );
    assert_eq!(app.letters("refund-refused").await.len(), 2);
});

on_both!(the_number_of_an_order_is_guessed_at_no_oftener_when_it_is_written_in_many_ways, |app| {
    let mut statuses = Vec::new();
    for number in ["O-17", "O-017", "o-0017", " O-00017", "O-000017", "O-0000017", "O-00000017"] {
        statuses.push(
            app.visitor()
                .post("/withdraw", &[("name", "Ann Lin"), ("number", number), ("email", &format!("{}@example.org", number.len()))])
                .await
                .status,
        );
    }
    assert_eq!(statuses, [422, 422, 422, 422, 422, 429, 429]);
    assert_eq!(app.visitor().post("/withdraw", &[("name", "Ann Lin"), ("number", "O-+18"), ("email", "a@example.org")]).await.status, 422);
    // Many numbers with one address of somebody.
    let (visitor, mut last) = (app.visitor(), 0);
    for n in 100..107 {
        last = visitor.post("/withdraw", &[("name", "Ann Lin"), ("number", &*short(n)), ("email", "victim@example.org")]).await.status;
    }
    assert_eq!(last, 429);
});

on_both!(time_that_went_over_to_another_tier_ends_with_the_refund_and_was_opened_when_it_was_read_there, |app| {
    let (admin, buyer) = (app.owner().await, app.member("buyer").await);
    app.promise("none", "withdrawal:waiver").await;
    let (plain, other) = (app.tier("Plain").await, app.tier("Other").await);
    let order = buy_tier(&buyer, plain, "month").await;
    let to = buyer.post(&format!("{order}/pay"), &[("provider", "test"), ("waive", "on")]).await;
    press(&buyer, to.location(), "pay").await;
    let form = [("from", &*plain.to_string()), ("to", &*other.to_string())];
    assert_eq!(buyer.post("/account/membership/switch", &form).await.status, 303);
    assert!(app.may_enter(buyer.id, other).await);
    // Read there: what was waived is over.
    let post = app.paid_post(None, Some(other)).await;
    assert_eq!(buyer.get(&app.slug(post).await).await.status, 200);
    assert_eq!(app.count("select count(*) from order_promises where opened_at is not null").await, 1);
    let number = short(app.count("select id from orders").await);
    let sure = [("name", "Ann Lin"), ("number", &*number), ("email", "buyer@example.org"), ("sure", "on")];
    assert_eq!(app.visitor().post("/withdraw", &sure).await.status, 303);
    assert_eq!(app.count("select count(*) from refunds").await, 0);
    // An admin gives a part back all the same: nothing stays open, whatever it is called now.
    let open = app.count("select id from refund_requests where state = 'open'").await;
    assert_eq!(admin.post(&format!("/admin/refunds/{open}/execute"), &[("amount", "1")]).await.status, 303);
    assert_eq!((app.may_enter(buyer.id, plain).await, app.may_enter(buyer.id, other).await), (false, false));
});

on_both!(what_is_read_in_the_running_term_opens_none_that_has_not_begun, |app| {
    let buyer = app.member("buyer").await;
    app.promise("none", "withdrawal:waiver").await;
    let tier = app.tier("Readers").await;
    let post = app.paid_post(None, Some(tier)).await;
    let bought = async || {
        let order = buy_tier(&buyer, tier, "month").await;
        let to = buyer.post(&format!("{order}/pay"), &[("provider", "test"), ("waive", "on")]).await;
        press(&buyer, to.location(), "pay").await;
        app.count("select max(id) from orders").await
    };
    let opened = async || {
        assert_eq!(buyer.get(&app.slug(post).await).await.status, 200);
        let sql = "select order_id from order_promises where opened_at is not null order by order_id";
        let rows: Vec<(i64,)> = app.ctx.db().all(sql, vec![]).await.unwrap();
        rows.into_iter().map(|(order,)| order).collect::<Vec<_>>()
    };
    let first = bought().await;
    app.clock.advance(11 * DAY);
    app.back_again(&buyer, "buyer").await;
    let early = bought().await;
    assert_eq!(opened().await, [first], "the days of the renewal are still to come");
    let sure = [("name", "Ann Lin"), ("number", &*short(early)), ("email", "buyer@example.org"), ("sure", "on")];
    let proof = app.visitor().post("/withdraw", &sure).await.location().to_owned();
    assert!(app.visitor().get(&proof).await.texts(".banner").join(" ").contains("CN¥30.00 went back"));
    assert!(app.may_enter(buyer.id, tier).await, "the running term is theirs");

    // Once its days have come, it is opened.
    let later = bought().await;
    assert_eq!(opened().await, [first]);
    app.clock.advance(20 * DAY);
    app.back_again(&buyer, "buyer").await;
    assert_eq!(opened().await, [first, later]);
});

on_both!(what_is_paid_once_more_after_it_was_taken_back_is_open_again, |app| {
    app.promise("days", "none").await;
    let buyer = app.member("buyer").await;
    let post = app.paid_post(Some(1000), None).await;
    let order = buy_post(&buyer, post).await;
    let on_the_desk = to_provider(&buyer, &order).await;
    app.ctx.db().run("update checkouts set device = 'phone'", vec![]).await.unwrap();
    let on_the_phone = to_provider(&buyer, &order).await;
    press(&buyer, &on_the_desk, "pay").await;
    assert_eq!(buyer.post(&format!("{order}/take-back"), &[]).await.status, 303);
    assert!(!app.may_read(buyer.id, post).await);
    press(&buyer, &on_the_phone, "pay").await;
    clock::tick(&app.ctx).await.unwrap();
    assert!(app.may_read(buyer.id, post).await, "it is paid");
    assert_eq!((app.count(BACK).await, app.ledger_sum().await), (1, 0));
});

on_both!(access_ends_when_it_is_taken_back_and_comes_back_when_the_refund_fails, |app| {
    let (admin, ann) = (app.owner().await, app.member("ann").await);
    app.promise("days", "none").await;
    let stripe = with_stripe(&app, &admin).await;
    let post = app.paid_post(Some(1250), None).await;
    let order = buy_post(&ann, post).await;
    ann.post(&format!("{order}/pay"), &[("provider", "stripe")]).await;
    let (session,): (String,) = app.ctx.db().one("select number from checkouts", vec![]).await.unwrap();
    stripe.pay(&session).unwrap();
    ann.get(&format!("{order}/return")).await;
    assert!(app.may_read(ann.id, post).await);
    stripe.hold_refunds(true);
    assert_eq!(ann.post(&format!("{order}/take-back"), &[]).await.status, 303);
    assert_eq!((app.count(BACK).await, app.may_read(ann.id, post).await), (0, false), "the money is on its way, the text is closed");
    let (refund,): (String,) = app.ctx.db().one("select provider_refund from refunds", vec![]).await.unwrap();
    stripe.settle_refund(&refund, false).unwrap();
    for _ in 0..3 {
        app.clock.advance(DAY);
        clock::tick(&app.ctx).await.unwrap();
    }
    assert_eq!((app.count(BACK).await, app.may_read(ann.id, post).await), (0, true));
});

on_both!(whoever_guesses_at_withdrawals_has_to_wait_and_can_still_sign_in, |app| {
    let visitor = app.visitor();
    let mut last = 0;
    for n in 0..40 {
        let number = short(n + 1);
        last = visitor.post("/withdraw", &[("name", "Ann Lin"), ("number", &*number), ("email", "a@example.org")]).await.status;
    }
    assert_eq!(last, 429);
    app.member("newcomer").await;
});

on_both!(what_was_paid_by_hand_is_noted_for_an_admin_who_gives_it_back_by_hand, |app| {
    let (admin, buyer) = (app.owner().await, app.member("buyer").await);
    app.promise("days", "none").await;
    assert_eq!(admin.post("/admin/payments/offline", &[("enabled", "on")]).await.status, 303);
    let post = app.paid_post(Some(1000), None).await;
    let order = buy_post(&buyer, post).await;
    assert_eq!(buyer.post(&format!("{order}/pay"), &[("provider", "offline")]).await.status, 303);
    let id = app.count("select id from orders").await;
    assert_eq!(admin.post(&format!("/admin/orders/{id}/confirm"), &[]).await.status, 303);
    let stays = "an admin gives it back by hand; until then what you bought stays open.";
    assert!(buyer.get(&order).await.texts(".order-back-form")[0].contains(stays));
    let number = short(id);
    let step = app.visitor().post("/withdraw", &[("name", "Bo Buyer"), ("number", &*number), ("email", "buyer@example.org")]).await;
    assert!(step.status == 200 && step.body.contains(stays), "{}", step.body);
    assert_eq!(buyer.post(&format!("{order}/take-back"), &[]).await.status, 303);
    assert_eq!(app.count("select count(*) from refunds").await, 0, "nobody says that money moved before it did");
    assert!(app.may_read(buyer.id, post).await);
    assert!(buyer.get(&order).await.texts(".banner").join(" ").contains("by hand"));
    let letters = app.letters("request").await;
    assert_eq!((letters.len(), &*letters[0].1), (1, "A refund waits for you: Article “A paid article”"));
    let request = app.count("select id from refund_requests").await;
    assert_eq!(admin.post(&format!("/admin/refunds/{request}/execute"), &[]).await.status, 303);
    assert_eq!((app.count(BACK).await, app.may_read(buyer.id, post).await), (1, false));
});

/// A month of a tier that renews at Stripe, and is paid; the order's path.
async fn subscribed(app: &TestApp, stripe: &Stripe, person: &Person, tier: TierId) -> String {
    let buyer = app.viewer(person.id, Role::Member);
    let purchase = Purchase::Tier { tier, cadence: Cadence::Month, currency: None, renewing: true };
    let Started::Order(reference) = buy(&app.ctx, &buyer, purchase, None).await.unwrap() else { panic!("nothing to buy") };
    let paying = Paying { provider: Provider::Stripe, device: Device::Desktop, client_ip: "127.0.0.1".into(), locale: Locale::En };
    pay(&app.ctx, &buyer, &reference, &paying).await.unwrap();
    stripe.pay(&app.text("select number from checkouts order by id desc limit 1").await).unwrap();
    person.get(&format!("/orders/{reference}/return")).await;
    assert!(app.may_enter(person.id, tier).await);
    format!("/orders/{reference}")
}

on_both!(with_the_running_term_its_agreement_ends, |app| {
    let (admin, ann) = (app.owner().await, app.member("ann").await);
    app.promise("none", "days").await;
    let stripe = with_stripe(&app, &admin).await;
    let tier = app.tier("Gold").await;
    let order = subscribed(&app, &stripe, &ann, tier).await;
    assert!(ann.get(&order).await.texts(".order-back-form")[0].contains("agreement to renew ends"));
    let number = short(app.count("select id from orders").await);
    let step = app.visitor().post("/withdraw", &[("name", "Ann Lin"), ("number", &*number), ("email", "ann@example.org")]).await;
    assert!(step.body.contains("The agreement to renew ends as well"));
    assert_eq!(ann.post(&format!("{order}/take-back"), &[]).await.status, 303);
    for _ in 0..2 {
        clock::tick(&app.ctx).await.unwrap();
        app.clock.advance(DAY / 24);
    }
    assert_eq!(app.count("select count(*) from subscriptions where state = 'ended'").await, 1);
    assert_eq!((app.count(BACK).await, app.may_enter(ann.id, tier).await), (1, false));
});

on_both!(an_admin_who_gives_back_a_running_term_says_whether_its_agreement_ends, |app| {
    let (admin, ann, ben) = (app.owner().await, app.member("ann").await, app.member("ben").await);
    let stripe = with_stripe(&app, &admin).await;
    let tier = app.tier("Gold").await;
    let gives_back = async |person: &Person, ends: &str| {
        subscribed(&app, &stripe, person, tier).await;
        let (id, payment) = (app.count("select max(id) from orders").await, app.text("select cast(max(id) as text) from payments").await);
        let refund = format!("/admin/orders/{id}/refund");
        let step = admin.post(&refund, &[("payment", &*payment)]).await;
        assert!(step.attribute("input[name=ends]", "checked").is_some(), "what is given back whole is not charged again unasked");
        let part = admin.post(&refund, &[("payment", &*payment), ("amount", "1")]).await;
        assert_eq!(part.attribute("input[name=ends]", "checked"), None);
        assert_eq!(admin.post(&refund, &[("payment", &*payment), ("sure", "on"), ("ends", ends)]).await.status, 303);
    };
    gives_back(&ann, "").await;
    assert!(!app.may_enter(ann.id, tier).await);
    assert_eq!(app.text("select state from subscriptions").await, "active");
    let shown = ann.get("/account/membership").await;
    let text = shown.texts(".plan-shown").join(" ");
    assert!(text.contains("was given back, so it is closed. It still renews") && !text.contains("stays open until"), "{text}");
    // To buy it again would be to be charged twice with the next term.
    let buyer = app.viewer(ann.id, Role::Member);
    let purchase = Purchase::Tier { tier, cadence: Cadence::Month, currency: None, renewing: true };
    let again = buy(&app.ctx, &buyer, purchase, None).await.unwrap();
    assert!(matches!(&again, Started::Owned(path) if path == "/account/membership"), "{again:?}");

    gives_back(&ben, "on").await;
    assert_eq!(app.text("select state from subscriptions order by id desc limit 1").await, "ended");
    assert!(!app.may_enter(ben.id, tier).await);
    assert!(ben.get("/account/membership").await.texts(".plan-shown").is_empty());
});

on_both!(rules_are_decided_by_admins_and_an_article_has_no_days_to_give_back, |app| {
    let (admin, member) = (app.owner().await, app.member("member").await);
    assert_eq!(member.get("/admin/refunds").await.status, 403);
    assert_eq!(member.post("/admin/refunds", &[]).await.status, 403);
    for wrong in [
        [("post_rule", "pro-rata"), ("post_days", "")],
        [("post_rule", "days"), ("post_days", "0")],
        [("post_rule", "days"), ("post_days", "ten")],
    ] {
        assert_eq!(admin.post("/admin/refunds", &wrong).await.status, 422, "{wrong:?}");
    }
    assert_eq!(admin.post("/admin/refunds", &[("post_rule", "never")]).await.status, 404);
    let both = [("post_rule", "days"), ("post_days", "0"), ("tier_rule", "days"), ("tier_days", "x")];
    let both = admin.post("/admin/refunds", &both).await;
    assert_eq!((both.texts("#post_days-error").len(), both.texts("#tier_days-error").len()), (1, 1), "all at once");
    assert_eq!(app.count("select count(*) from selling").await, 0);
    for path in ["/admin/refunds/1", "/admin/refunds/x"] {
        assert_eq!(admin.get(path).await.status, 404);
        assert_eq!(member.get(path).await.status, 403);
    }
    let post = app.paid_post(Some(100), None).await;
    assert!(app.visitor().get(&app.slug(post).await).await.texts(".paywall-promise").is_empty(), "nothing is decided, nothing is said");
});
