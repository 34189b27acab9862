//! What creators get of what comes in: shares of articles, statements, payouts, the pool of memberships.

use crate::on_both;
use crate::payments::{buy_post, buy_tier, press, to_provider};
use crate::support::{BEGIN, Person, TestApp};
use crate::taking_back::paid;
use stoa::creators::months::close_due;
use stoa::creators::statements::{self, Balance};
use stoa::foundation::id::{MemberId, PostId};
use stoa::foundation::money::{Currency, Money};
use stoa::foundation::time::{DAY, HOUR};
use stoa::foundation::viewer::Role;
use stoa::membership::model::NewTier;
use stoa::membership::service::save_tier;
use stoa::payments::reconciliation::Fee;
use stoa::payments::service::clock;
use stoa::payments::service::settle::{note_fee, settle};
use stoa::providers::Provider;
use stoa::providers::facts::{DisputeFact, DisputeState, Fact, MovementKind};
use stoa::server::db::Queries;

pub const OWED: &str = "select cast(coalesce(-sum(minor), 0) as bigint) from ledger_entries where account like 'liability:creator%'";

impl TestApp {
    /// An admin decides what creators get.
    async fn creators_get(&self, of_sales: &str, of_memberships: &str) {
        let form = [("sale_rate", of_sales), ("pool_rate", of_memberships), ("pool_by", "opened")];
        assert_eq!(self.owner().await.post("/admin/creators", &form).await.status, 303);
    }

    async fn balance(&self, member: MemberId) -> Vec<(i64, i64, i64)> {
        let balances = statements::overview(&self.ctx, &self.viewer(member, Role::Author)).await.unwrap().balances;
        balances.iter().map(|Balance { payable, held, under_way, .. }| (*payable, *held, *under_way)).collect()
    }

    async fn slug_of_post(&self, post: PostId) -> String {
        let (slug,): (String,) = self.ctx.db().one("select slug from posts where id = $1", stoa::args![post]).await.unwrap();
        slug
    }

    /// An article of somebody else than the owner.
    async fn paid_post_of(&self, author: &Person, price: Option<i64>, tier: Option<stoa::foundation::id::TierId>) -> PostId {
        let post = self.paid_post(price, tier).await;
        let sql = "update posts set author_id = $2, slug = $3 where id = $1";
        self.ctx.db().run(sql, stoa::args![post, author.id, format!("of-somebody-{post}")]).await.unwrap();
        post
    }

    /// What the provider says about the only payment.
    async fn contest(&self, state: DisputeState) {
        self.contest_of(state, 1250).await;
    }

    /// What the provider says about the first payment, of so much.
    async fn contest_of(&self, state: DisputeState, minor: i64) {
        let sql = "select provider_payment from payments where id = (select min(id) from payments)";
        let (payment,): (String,) = self.ctx.db().one(sql, vec![]).await.unwrap();
        let amount = Money::new(minor, Currency::parse("CNY").unwrap());
        let fact = DisputeFact { dispute: "d1".into(), payment, amount, fee: None, state, at: self.ctx.now() };
        settle(&self.ctx, Provider::Test, &[Fact::Dispute(fact)]).await.unwrap();
    }
}

on_both!(a_sale_gives_its_creators_their_shares_of_the_net_to_the_cent, |app| {
    let (author, second) = (app.person("author", Role::Author).await, app.member("second").await);
    let post = app.paid_post_of(&author, Some(1250), None).await;
    app.creators_get("70", "0").await;
    let page = format!("/write/{post}/shares");
    assert_eq!(author.post(&page, &[("handle", "@Second"), ("rate", "33.33")]).await.status, 303);
    assert_eq!(author.get(&page).await.texts("tbody th"), ["@author", "@second"]);
    let buyer = app.member("buyer").await;
    let order = buy_post(&buyer, post).await;
    // Whoever begins to buy knows what holds: later changes do not touch it.
    author.post(&page, &[("handle", "second"), ("rate", "90")]).await;
    app.creators_get("10", "0").await;
    press(&buyer, &to_provider(&buyer, &order).await, "pay").await;
    assert_eq!(app.balance(author.id).await, [(583, 0, 0)], "66.67 % of 8.75");
    assert_eq!(app.balance(second.id).await, [(292, 0, 0)]);
    let (number,): (String,) = app.ctx.db().one("select provider_payment from payments", vec![]).await.unwrap();
    // As with a provider that tells its fees a day later, when all else was told.
    clock::tick(&app.ctx).await.unwrap();
    app.ctx.db().run("update payments set fee_minor = null", vec![]).await.unwrap();
    note_fee(&app.ctx, Provider::Test, &Fee { kind: MovementKind::Payment, number, reference: None, minor: 50 }).await.unwrap();
    assert_eq!((app.balance(author.id).await, app.balance(second.id).await), (vec![(560, 0, 0)], vec![(280, 0, 0)]), "of 12.00");
    // What the buyer contests waits, and is theirs again once it is won.
    app.contest(DisputeState::Open).await;
    assert_eq!((app.balance(author.id).await, app.balance(second.id).await), (vec![(0, 560, 0)], vec![(0, 280, 0)]));
    app.contest(DisputeState::Won).await;
    app.contest(DisputeState::Won).await;
    assert_eq!(app.balance(author.id).await, [(560, 0, 0)]);
    let refund = [("payment", "1"), ("amount", "6"), ("sure", "on")];
    assert_eq!(app.owner().await.post("/admin/orders/1/refund", &refund).await.status, 303);
    clock::tick(&app.ctx).await.unwrap();
    assert_eq!((app.balance(author.id).await, app.balance(second.id).await), (vec![(280, 0, 0)], vec![(140, 0, 0)]), "of 6.00");
    let shown = author.get("/account/earnings").await;
    assert_eq!(shown.texts("tbody td")[..3], ["CN¥2.80", "CN¥0.00", "CN¥0.00"]);
    let statement = author.get("/account/earnings/statement?month=2026-03").await;
    assert_eq!(statement.texts("tbody tr:first-child td")[..5], ["CN¥12.50", "−CN¥6.00", "−CN¥0.50", "CN¥6.00", "CN¥2.80"]);
    let csv = author.get("/account/earnings/statement.csv?month=2026-03").await.body;
    assert!(csv.contains("Sale: A paid article") && csv.contains("5.83"), "{csv}");
    assert_eq!(csv.matches("Refund: A paid article").count(), 1, "what was contested and won is no refund: {csv}");
    let sums = author.get(&page).await.texts("section:last-of-type tbody td");
    assert_eq!(sums, ["CN¥6.50", "−CN¥0.50", "−CN¥4.20", "CN¥0.00", "CN¥0.00", "CN¥1.80", "CN¥0.00"]);
    let cost = [
        ("category", "content"),
        ("recurrence", "once"),
        ("amount", "1"),
        ("day", "2026-03-01"),
        ("article", &*app.slug_of_post(post).await),
    ];
    assert_eq!(app.owner().await.post("/admin/costs", &cost).await.status, 303);
    let netted = app.owner().await.get("/admin/creators/articles").await;
    assert_eq!(netted.texts("thead th")[1], "Sales and tips", "tips and parts of bundles are in it, too");
    let netted = netted.texts("tbody td");
    assert_eq!(netted, ["CN¥6.50", "−CN¥0.50", "−CN¥4.20", "CN¥0.00", "−CN¥1.00", "CN¥0.80", "CN¥0.00"]);
    assert_eq!(app.ledger_sum().await, 0);
});

on_both!(a_lost_dispute_takes_the_share_back_and_a_site_that_gives_nothing_owes_nothing, |app| {
    let author = app.person("author", Role::Author).await;
    let (gives, gave_not) = (app.paid_post_of(&author, Some(1250), None).await, app.paid_post_of(&author, Some(900), None).await);
    let buyer = app.member("buyer").await;
    let before = buy_post(&buyer, gave_not).await;
    app.creators_get("100", "0").await;
    let order = buy_post(&buyer, gives).await;
    press(&buyer, &to_provider(&buyer, &order).await, "pay").await;
    assert_eq!(app.balance(author.id).await, [(1250, 0, 0)], "never more than came in");
    app.contest(DisputeState::Open).await;
    app.contest(DisputeState::Lost).await;
    assert_eq!(app.balance(author.id).await, [(0, 0, 0)]);
    press(&buyer, &to_provider(&buyer, &before).await, "pay").await;
    assert_eq!(app.count(OWED).await, 0, "it was begun before there were shares");
    assert_eq!(app.ledger_sum().await, 0);
});

on_both!(shares_are_the_authors_to_give_and_never_more_than_the_whole, |app| {
    let (author, other) = (app.person("author", Role::Author).await, app.person("other", Role::Author).await);
    for handle in ["a1", "a2", "a3"] {
        app.member(handle).await;
    }
    let post = app.paid_post_of(&author, Some(1250), None).await;
    let page = format!("/write/{post}/shares");
    for path in
        [page.as_str(), "/admin/creators", "/admin/creators/articles", "/admin/payouts", "/admin/payouts/1", "/admin/payouts/1/file"]
    {
        assert_eq!(app.visitor().get(path).await.status, 401, "{path}");
        assert_eq!(other.get(path).await.status, 403, "{path}");
    }
    assert_eq!(other.post(&page, &[("handle", "other"), ("rate", "100")]).await.status, 403);
    assert_eq!(author.get("/write/999/shares").await.status, 404);
    for (handle, rate, field) in [
        ("nobody", "10", "handle"),
        ("author", "10", "handle"),
        ("", "10", "handle"),
        ("a1", "", "rate"),
        ("a1", "0", "rate"),
        ("a1", "100.01", "rate"),
        ("a1", "-5", "rate"),
        ("a1", "1e1", "rate"),
    ] {
        let answer = author.post(&page, &[("handle", handle), ("rate", rate)]).await;
        assert_eq!((answer.status, answer.texts(&format!("#{field}-error")).len()), (422, 1), "{handle} {rate}");
        assert_eq!(answer.attribute("#handle", "value").as_deref(), Some(handle), "what was typed stays");
    }
    let forms = [[("handle", "a1"), ("rate", "60")], [("handle", "a2"), ("rate", "60")], [("handle", "a3"), ("rate", "60")]];
    let (a, b, c) = tokio::join!(author.post(&page, &forms[0]), author.post(&page, &forms[1]), author.post(&page, &forms[2]));
    let mut statuses = [a.status, b.status, c.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422, 422], "one at a time");
    let sql = "insert into post_shares (post_id, member_id, rate, changed_at) values ($1, $2, 6000, 0)";
    assert!(app.ctx.db().run(sql, stoa::args![post, other.id]).await.is_err(), "the database refuses it as well");
    let (taken, id): (String, i64) =
        app.ctx.db().one("select m.handle, m.id from post_shares s join members m on m.id = s.member_id", vec![]).await.unwrap();
    assert!(app.may_read(MemberId(id), post).await, "whoever wrote it with them can read it");
    assert_eq!(author.post(&page, &[("remove", &taken)]).await.status, 303);
    assert!(!app.may_read(MemberId(id), post).await);
    assert_eq!(app.count("select count(*) from post_shares").await, 0);
    for rate in ["", "101", "-1", "x"] {
        let form = [("sale_rate", rate), ("pool_rate", "0"), ("pool_by", "opened")];
        assert_eq!(app.owner().await.post("/admin/creators", &form).await.status, 422, "{rate}");
    }
});

on_both!(earnings_are_shown_to_who_writes_or_has_a_share_and_to_nobody_else, |app| {
    let (author, second, reader) = (app.person("author", Role::Author).await, app.member("second").await, app.member("reader").await);
    let empty = author.get("/account/earnings").await;
    assert_eq!((empty.status, empty.texts(".empty").len()), (200, 1));
    for path in ["/account/earnings", "/account/earnings/statement?month=2026-03", "/account/earnings/statement.csv?month=2026-03"] {
        assert_eq!(reader.get(path).await.status, 404, "{path}");
        assert_eq!(app.visitor().get(path).await.status, 401, "{path}");
    }
    assert_eq!(reader.post("/account/earnings", &[("payee_name", "R")]).await.status, 404);
    assert!(reader.get("/account").await.texts("a[href='/account/earnings']").is_empty());
    let post = app.paid_post_of(&author, Some(1250), None).await;
    author.post(&format!("/write/{post}/shares"), &[("handle", "second"), ("rate", "50")]).await;
    assert_eq!(second.get("/account").await.texts("a[href='/account/earnings']").len(), 1);
    assert_eq!(second.get("/account/earnings").await.status, 200);
    for wrong in ["", "?month=", "?month=2026-13", "?month=x"] {
        assert_eq!(author.get(&format!("/account/earnings/statement{wrong}")).await.status, 404, "{wrong}");
    }
    assert!(author.get("/account/earnings?lang=zh").await.texts("h1")[0].contains("我的收益"));
    let long = "x".repeat(201);
    let answer = author.post("/account/earnings", &[("payee_name", "A. U. Thor"), ("payee_account", &long)]).await;
    assert_eq!((answer.status, answer.attribute("#payee_name", "value").as_deref()), (422, Some("A. U. Thor")));
});

on_both!(what_is_owed_is_set_aside_once_paid_once_and_owed_again_when_it_fails, |app| {
    let (author, second) = (app.person("author", Role::Author).await, app.member("second").await);
    let post = app.paid_post_of(&author, Some(1000), None).await;
    app.creators_get("100", "0").await;
    author.post(&format!("/write/{post}/shares"), &[("handle", "second"), ("rate", "10")]).await;
    author.post("/account/earnings", &[("payee_name", "=cmd|' /C calc'!A0"), ("payee_account", "@SUM(A1) 6222")]).await;
    assert_eq!(app.owner().await.post("/admin/payouts", &[("currency", "CNY")]).await.status, 422, "nothing is owed");
    paid(&app.member("buyer").await, post).await;
    let (one, two) = (app.owner().await, app.owner().await);
    let owed = one.get("/admin/payouts").await;
    assert_eq!(owed.texts("tbody th"), ["@author", "@second"]);
    for (currency, minimum, status) in
        [("XXX", "", 422), ("", "", 422), ("CNY", "-1", 422), ("CNY", "x", 422), ("USD", "", 422), ("CNY", "9.01", 422)]
    {
        assert_eq!(
            one.post("/admin/payouts", &[("currency", currency), ("minimum", minimum)]).await.status,
            status,
            "{currency} {minimum}"
        );
    }
    let form = [("currency", "CNY"), ("minimum", "9")];
    let (a, b) = tokio::join!(one.post("/admin/payouts", &form), two.post("/admin/payouts", &form));
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422], "two admins at once");
    assert_eq!((app.balance(author.id).await, app.balance(second.id).await), (vec![(0, 0, 900)], vec![(100, 0, 0)]));
    let file = one.get("/admin/payouts/1/file").await.body;
    assert!(file.contains("'=cmd") && file.contains("'@SUM(A1) 6222,9.00,CNY,author,Under way"), "{file}");
    for person in [&author, &one] {
        assert_eq!(person.post("/language", &[("locale", "zh-CN"), ("to", "/")]).await.status, 303);
    }
    assert!(one.get("/admin/payouts/1/file").await.body.contains(",author,打款中"), "in the language of the file");
    assert!(!file.contains("second"), "less than the minimum");
    // It is confirmed once, whoever presses.
    let future = [("paid_on", "2026-03-16"), ("do", "paid")];
    assert_eq!(one.post("/admin/payouts/1", &future).await.status, 422);
    let form = [("paid_on", "2026-03-15"), ("reference", "B-17"), ("do", "paid")];
    let (a, b) = tokio::join!(one.post("/admin/payouts/1", &form), two.post("/admin/payouts/1", &form));
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);
    assert_eq!(app.count("select minor from ledger_entries where account = 'asset:bank'").await, -900);
    assert_eq!(app.balance(author.id).await, [(0, 0, 0)]);
    assert_eq!(app.letters("paid-out").await.len(), 1);
    assert!(author.get("/account/earnings").await.body.contains("B-17"));
    let day = "2026年3月15日";
    assert!(app.newest_letter("paid-out").await.contains(day), "as the reader writes it");
    for (person, path) in [
        (&author, "/account/earnings"),
        (&author, "/account/earnings/statement?month=2026-03"),
        (&one, "/admin/payouts/1"),
        (&one, "/admin/ledger"),
    ] {
        let cells = person.get(path).await.texts("tbody td");
        assert!(cells.iter().any(|cell| cell == day) && cells.iter().all(|cell| cell != "2026-03-15"), "{path}: {cells:?}");
    }
    assert!(one.get("/admin/ledger").await.body.contains("打款 P-000001"), "what a transfer is about, in the reader's language");
    // The bank sends it back.
    assert_eq!(one.post("/admin/payouts/1", &[("do", "fail"), ("payout", "1"), ("reason", "")]).await.status, 422);
    assert_eq!(one.post("/admin/payouts/1", &[("do", "fail"), ("payout", ""), ("reason", "x")]).await.status, 422);
    let failed = [("do", "fail"), ("payout", "1"), ("reason", "Account closed")];
    assert_eq!(one.post("/admin/payouts/1", &failed).await.status, 303);
    assert_eq!(one.post("/admin/payouts/1", &failed).await.status, 422);
    assert_eq!(app.balance(author.id).await, [(900, 0, 0)]);
    assert!(author.get("/account/earnings").await.body.contains("Account closed"));
    assert_eq!(
        app.count("select cast(sum(minor) as bigint) from ledger_entries where account in ('asset:bank', 'liability:payouts')").await,
        0
    );
    let (paid_on,): (Option<String>,) = app.ctx.db().one("select paid_on from payouts where id = 1", vec![]).await.unwrap();
    assert_eq!(paid_on, None, "it was not paid");
    // Another run has both, and one of them fails before it is confirmed.
    second.post("/account/earnings", &[("payee_name", "Second"), ("payee_account", "6222 2")]).await;
    let again = one.post("/admin/payouts", &[("currency", "cny")]).await;
    assert_eq!(again.location(), "/admin/payouts/2?done=payouts-made");
    assert_eq!(one.post("/admin/payouts/2", &[("do", "fail"), ("payout", "1"), ("reason", "x")]).await.status, 404, "of another run");
    assert_eq!(one.post("/admin/payouts/2", &[("do", "fail"), ("payout", "2"), ("reason", "x")]).await.status, 303);
    assert_eq!(one.post("/admin/payouts/2", &form).await.status, 303);
    assert_eq!((app.balance(author.id).await, app.balance(second.id).await), (vec![(900, 0, 0)], vec![(0, 0, 0)]));
    assert_eq!(one.get("/admin/payouts/3").await.status, 404);
    assert_eq!(app.ledger_sum().await, 0);
});

on_both!(who_has_not_said_to_which_account_is_left_out_of_payouts_named_and_asked, |app| {
    let (author, second) = (app.person("author", Role::Author).await, app.member("second").await);
    let post = app.paid_post_of(&author, Some(1000), None).await;
    app.creators_get("100", "0").await;
    author.post(&format!("/write/{post}/shares"), &[("handle", "second"), ("rate", "10")]).await;
    // A name without an account is nothing that a bank can pay, and the other way round.
    for (name, account, field) in [("Second", "", "payee_account"), ("", "6222 2", "payee_name")] {
        let answer = second.post("/account/earnings", &[("payee_name", name), ("payee_account", account)]).await;
        assert_eq!((answer.status, answer.texts(&format!("#{field}-error")).len()), (422, 1), "{field}");
    }
    paid(&app.member("buyer").await, post).await;
    let admin = app.owner().await;
    let nobody = admin.post("/admin/payouts", &[("currency", "CNY")]).await;
    assert_eq!((nobody.status, app.count("select count(*) from payouts").await), (422, 0), "nobody can be paid");
    author.post("/account/earnings", &[("payee_name", "Author"), ("payee_account", "6222 1")]).await;
    // What is wrong is said at once.
    let wrong = admin.post("/admin/payouts", &[("currency", "?"), ("minimum", "x")]).await;
    assert_eq!((wrong.texts("#currency-error").len(), wrong.texts("#minimum-error").len()), (1, 1));
    assert_eq!(admin.post("/admin/payouts", &[("currency", "CNY")]).await.status, 303);
    assert_eq!((app.balance(author.id).await, app.balance(second.id).await), (vec![(0, 0, 900)], vec![(100, 0, 0)]));
    let run = admin.get("/admin/payouts/1").await;
    assert_eq!(run.texts(".no-account li"), ["@second · CN¥1.00"]);
    assert!(!admin.get("/admin/payouts/1/file").await.body.contains("second"));
    assert_eq!(app.letters("payout-account").await.len(), 1);
    assert!(second.get("/account/earnings").await.body.contains("Nothing can be paid to you yet"));
    assert!(!author.get("/account/earnings").await.body.contains("Nothing can be paid to you yet"));
    // The ledger finds what creators are owed, and what one of them is.
    let found = async |query: &str| {
        admin.get(&format!("/admin/ledger?account=liability%3Acreator{query}")).await.texts("[aria-label='Entries'] tbody th").len()
    };
    let (all, of_second) = (found("").await, found("&member=second").await);
    assert!(of_second > 0 && of_second < all, "{of_second} of {all}");
    assert!(admin.get("/admin/ledger").await.texts("#account option").contains(&"Owed to creators".to_owned()));
    // It was not paid before there was anything to pay.
    let answer = admin.post("/admin/payouts/1", &[("paid_on", "2026-03-14"), ("do", "paid")]).await;
    assert_eq!((answer.status, answer.texts("#paid_on-error").len()), (422, 1));
    assert_eq!(admin.post("/admin/payouts/1", &[("paid_on", "2026-03-15"), ("do", "paid")]).await.status, 303);
    second.post("/account/earnings", &[("payee_name", "Second"), ("payee_account", "6222 2")]).await;
    assert!(admin.get("/admin/payouts/1").await.texts(".no-account").is_empty());
    assert_eq!(admin.post("/admin/payouts", &[("currency", "CNY")]).await.status, 303);
    assert_eq!(app.balance(second.id).await, [(0, 0, 100)]);
    assert_eq!(app.ledger_sum().await, 0);
});

on_both!(what_goes_back_after_it_was_paid_out_is_owed_by_the_creator_and_taken_off_the_next, |app| {
    let author = app.person("author", Role::Author).await;
    let post = app.paid_post_of(&author, Some(1000), None).await;
    app.creators_get("50", "0").await;
    let (admin, buyer) = (app.owner().await, app.member("buyer").await);
    author.post("/account/earnings", &[("payee_name", "Author"), ("payee_account", "6222 1")]).await;
    paid(&buyer, post).await;
    assert_eq!(admin.post("/admin/payouts", &[("currency", "CNY")]).await.status, 303);
    assert_eq!(admin.post("/admin/payouts/1", &[("paid_on", "2026-03-15"), ("do", "paid")]).await.status, 303);
    assert_eq!(admin.post("/admin/orders/1/refund", &[("payment", "1"), ("amount", ""), ("sure", "on")]).await.status, 303);
    clock::tick(&app.ctx).await.unwrap();
    assert_eq!(app.balance(author.id).await, [(-500, 0, 0)]);
    assert!(author.get("/account/earnings").await.body.contains("−CN¥5.00"));
    assert_eq!(admin.post("/admin/payouts", &[("currency", "CNY")]).await.status, 422);
    for handle in ["more", "another"] {
        paid(&app.member(handle).await, post).await;
    }
    assert_eq!(app.balance(author.id).await, [(500, 0, 0)]);
});

on_both!(the_pool_of_a_month_is_shared_once_among_those_who_were_read, |app| {
    let (author, other) = (app.person("author", Role::Author).await, app.person("other", Role::Author).await);
    let tier = app.tier("Readers").await;
    let (first, second) = (app.paid_post_of(&author, None, Some(tier)).await, app.paid_post_of(&other, None, Some(tier)).await);
    app.member("third").await;
    author.post(&format!("/write/{first}/shares"), &[("handle", "third"), ("rate", "50")]).await;
    app.creators_get("0", "60").await;
    let (one, two) = (app.member("one").await, app.member("two").await);
    let visitor = app.visitor();
    for buyer in [&one, &two] {
        let order = buy_tier(buyer, tier, "month").await;
        press(buyer, &to_provider(buyer, &order).await, "pay").await;
    }
    let (a, b) = (format!("/p/{}", app.slug_of_post(first).await), format!("/p/{}", app.slug_of_post(second).await));
    // Twice by one is once; those who wrote it, who have no tier, or only look ahead do not count.
    for (reader, path) in [(&one, &a), (&one, &a), (&two, &a), (&one, &b), (&author, &a), (&other, &b), (&visitor, &a)] {
        assert_eq!(reader.get(path).await.status, 200);
    }
    assert_eq!(app.count("select count(*) from pool_reads").await, 3);
    assert_eq!(app.count(OWED).await, 0, "nothing before the month is over");
    app.clock.advance(17 * DAY);
    let (x, y) = tokio::join!(close_due(&app.ctx), close_due(&app.ctx));
    assert!(x.is_ok() && y.is_ok());
    close_due(&app.ctx).await.unwrap();
    // 60 % of 60.00 is 36.00: two of three readers opened the first article.
    assert_eq!(app.balance(author.id).await, [(1200, 0, 0)]);
    assert_eq!(app.balance(other.id).await, [(1200, 0, 0)]);
    assert_eq!(app.count(OWED).await, 3600);
    assert_eq!(app.count("select count(*) from pool_reads").await, 0, "who read what is forgotten");
    assert_eq!(app.count("select count(*) from ledger_transfers where cause = 'pool:2026-03:CNY'").await, 1);
    app.back_again(&author, "author").await;
    let statement = author.get("/account/earnings/statement?month=2026-04").await;
    assert!(statement.body.contains("Memberships of March 2026: A paid article"), "{:?}", statement.texts("tbody"));
    let admin = app.owner().await;
    assert!(admin.get("/admin/creators").await.texts("tbody td").contains(&"CN¥36.00".to_owned()));
    // One of the two is given back in April: nobody read then, and what April lacks is taken off May.
    assert_eq!(admin.post("/admin/orders/1/refund", &[("payment", "1"), ("amount", ""), ("sure", "on")]).await.status, 303);
    clock::tick(&app.ctx).await.unwrap();
    app.clock.advance(30 * DAY);
    close_due(&app.ctx).await.unwrap();
    assert_eq!(app.count(OWED).await, 3600, "a closed month stays as it is");
    let three = app.member("three").await;
    let order = buy_tier(&three, tier, "year").await;
    press(&three, &to_provider(&three, &order).await, "pay").await;
    three.get(&b).await;
    app.clock.advance(31 * DAY);
    close_due(&app.ctx).await.unwrap();
    assert_eq!(app.count("select carried_minor from pool_months where month = '2026-05'").await, -3000);
    assert_eq!(app.count(OWED).await, 3600 + 16_200, "60 % of 300.00 less 30.00");
    assert_eq!(app.ledger_sum().await, 0);
});

on_both!(only_those_whose_membership_is_paid_here_share_the_pool, |app| {
    let (author, other) = (app.person("author", Role::Author).await, app.person("other", Role::Author).await);
    let paid = app.tier("Readers").await;
    let friends = NewTier { name: "Friends".into(), free: true, ..NewTier::default() };
    let free = save_tier(&app.ctx, &app.viewer(app.owner, Role::Owner), friends).await.unwrap();
    let (bait, real) = (app.paid_post_of(&author, None, Some(free)).await, app.paid_post_of(&other, None, Some(paid)).await);
    let (to_bait, to_real) = (format!("/p/{}", app.slug_of_post(bait).await), format!("/p/{}", app.slug_of_post(real).await));
    app.creators_get("0", "60").await;
    // Accounts cost nothing, and neither does the tier: they read, and weigh nothing.
    for n in 0..3 {
        let nobody = app.member(&format!("nobody{n}")).await;
        assert_eq!(nobody.post(&format!("/membership/{free}/join"), &[]).await.status, 303);
        assert!(app.may_enter(nobody.id, free).await);
        assert_eq!(nobody.get(&to_bait).await.status, 200);
    }
    let by_cause = async |n: usize, cause: &str| {
        let reader = app.member(&format!("reader{n}")).await;
        let sql = "insert into entitlements (member_id, tier_id, starts_at, cause, created_at, given_at) values ($1, $2, $3, $4, $3, $3)";
        app.ctx.db().run(sql, stoa::args![reader.id, paid, BEGIN, cause]).await.unwrap();
        assert!(app.may_enter(reader.id, paid).await, "{cause}");
        assert_eq!(reader.get(&to_real).await.status, 200);
    };
    for (n, cause) in ["trial:3", "grant:5", "code:1:1", "taobao:1:1:1:1", "offer:2"].into_iter().enumerate() {
        by_cause(n, cause).await;
    }
    assert_eq!(app.count("select count(*) from pool_reads").await, 0);
    for (n, cause) in ["switch:order:99", "adopted:3", "seat:1:2"].into_iter().enumerate() {
        by_cause(10 + n, cause).await;
    }
    let buyer = app.member("buyer").await;
    let order = buy_tier(&buyer, paid, "month").await;
    press(&buyer, &to_provider(&buyer, &order).await, "pay").await;
    buyer.get(&to_real).await;
    assert_eq!(app.count("select count(*) from pool_reads").await, 4);
    app.clock.advance(17 * DAY);
    close_due(&app.ctx).await.unwrap();
    assert_eq!(app.balance(other.id).await, [(1800, 0, 0)], "60 % of 30.00");
    assert_eq!(app.count(OWED).await, 1800);
});

on_both!(what_was_read_by_those_who_took_their_money_back_weighs_nothing, |app| {
    let (author, other) = (app.person("author", Role::Author).await, app.person("other", Role::Author).await);
    let tier = app.tier("Readers").await;
    let (bait, real) = (app.paid_post_of(&author, None, Some(tier)).await, app.paid_post_of(&other, None, Some(tier)).await);
    app.creators_get("0", "60").await;
    for (name, post) in [("friend", bait), ("reader", real)] {
        let buyer = app.member(name).await;
        let order = buy_tier(&buyer, tier, "month").await;
        press(&buyer, &to_provider(&buyer, &order).await, "pay").await;
        assert_eq!(buyer.get(&format!("/p/{}", app.slug_of_post(post).await)).await.status, 200);
    }
    assert_eq!(app.count("select count(*) from pool_reads").await, 2);
    let admin = app.owner().await;
    let order = app.count("select min(id) from orders").await;
    let payment = app.count("select min(id) from payments").await.to_string();
    let back = [("payment", &*payment), ("sure", "on")];
    assert_eq!(admin.post(&format!("/admin/orders/{order}/refund"), &back).await.status, 303);
    app.clock.advance(17 * DAY);
    close_due(&app.ctx).await.unwrap();
    assert_eq!((app.balance(author.id).await, app.balance(other.id).await), (vec![], vec![(1800, 0, 0)]), "60 % of 30.00");
});

on_both!(by_minutes_an_article_weighs_what_it_took_to_read_when_each_member_opened_it, |app| {
    let (author, other) = (app.person("author", Role::Author).await, app.person("other", Role::Author).await);
    let tier = app.tier("Readers").await;
    let tier_id = tier.to_string();
    let terms = [("sale_rate", "0"), ("pool_rate", "50"), ("pool_by", "minutes")];
    assert_eq!(app.owner().await.post("/admin/creators", &terms).await.status, 303);
    let text = |words: usize| format!("Open to all.\n\n<!--paywall-->\n\n{}", "word ".repeat(words));
    let (short, long) = (text(10), text(4_600));
    let form = [("title", "Short"), ("source", &*short), ("access", "paid"), ("tier", &*tier_id), ("do", "publish")];
    let published = author.post("/write/new", &form).await;
    assert_eq!(published.status, 303, "{:?}", published.texts(".field-error"));
    let path = published.location().split('?').next().unwrap().to_owned();
    let second = app.paid_post_of(&other, None, Some(tier)).await;
    let to_second = format!("/p/{}", app.slug_of_post(second).await);
    let (one, two) = (app.member("one").await, app.member("two").await);
    for buyer in [&one, &two] {
        let order = buy_tier(buyer, tier, "month").await;
        press(buyer, &to_provider(buyer, &order).await, "pay").await;
        buyer.get(&to_second).await;
    }
    one.get(&path).await;
    // Towards the end of the month its author pastes a long text into it.
    let desk = format!("/write/{}", app.count("select id from posts where title = 'Short'").await);
    let version = author.get(&desk).await.attribute("[name=version]", "value").unwrap();
    let form = [("title", "Short"), ("source", &*long), ("access", "paid"), ("tier", &*tier_id), ("version", &*version)];
    let saved = author.post(&desk, &form).await;
    assert_eq!(saved.status, 303, "{:?}", saved.texts(".field-error"));
    assert!(app.count("select reading_minutes from posts where title = 'Short'").await >= 20);
    for reader in [&one, &two] {
        assert_eq!(reader.get(&path).await.status, 200);
    }
    app.clock.advance(17 * DAY);
    close_due(&app.ctx).await.unwrap();
    let weighs = "select a.weight - p.reading_minutes from pool_articles a join posts p on p.id = a.post_id where p.title = 'Short'";
    assert_eq!(app.count(weighs).await, 1, "one minute to who had the short one, the long one to the other");
    assert_eq!(app.count("select weight from pool_articles where readers = 2 order by weight limit 1").await, 2);
    assert_eq!(app.count(OWED).await, 3000);
});

on_both!(what_is_contested_of_memberships_waits_in_the_pool_until_it_is_won, |app| {
    let author = app.person("author", Role::Author).await;
    let tier = app.tier("Readers").await;
    let post = app.paid_post_of(&author, None, Some(tier)).await;
    app.creators_get("0", "50").await;
    let path = format!("/p/{}", app.slug_of_post(post).await);
    for (n, name) in ["one", "two"].into_iter().enumerate() {
        let buyer = app.member(name).await;
        let order = buy_tier(&buyer, tier, "month").await;
        press(&buyer, &to_provider(&buyer, &order).await, "pay").await;
        if n == 0 {
            app.contest_of(DisputeState::Open, 3000).await;
        }
        buyer.get(&path).await;
    }
    app.clock.advance(17 * DAY);
    close_due(&app.ctx).await.unwrap();
    assert_eq!(app.count(OWED).await, 1500, "half of the one 30.00 that nobody contests");
    app.contest_of(DisputeState::Won, 3000).await;
    let three = app.member("three").await;
    let order = buy_tier(&three, tier, "month").await;
    press(&three, &to_provider(&three, &order).await, "pay").await;
    three.get(&path).await;
    app.clock.advance(30 * DAY);
    close_due(&app.ctx).await.unwrap();
    assert_eq!(app.count(OWED).await, 1500 + 3000, "half of the new 30.00, and of those that were won");
    assert_eq!(app.ledger_sum().await, 0);
});

on_both!(what_is_contested_of_memberships_and_lost_was_never_shared, |app| {
    let author = app.person("author", Role::Author).await;
    let tier = app.tier("Readers").await;
    let post = app.paid_post_of(&author, None, Some(tier)).await;
    app.creators_get("0", "50").await;
    let buyer = app.member("buyer").await;
    let order = buy_tier(&buyer, tier, "month").await;
    press(&buyer, &to_provider(&buyer, &order).await, "pay").await;
    buyer.get(&format!("/p/{}", app.slug_of_post(post).await)).await;
    app.contest_of(DisputeState::Open, 3000).await;
    app.clock.advance(17 * DAY);
    close_due(&app.ctx).await.unwrap();
    app.contest_of(DisputeState::Lost, 3000).await;
    app.clock.advance(30 * DAY);
    close_due(&app.ctx).await.unwrap();
    assert_eq!(app.count(OWED).await, 0);
    assert_eq!(app.count("select count(*) from pool_months where net_minor + released_minor - contested_minor = 0").await, 2);
});

on_both!(each_creator_has_one_statement_a_month_by_letter, |app| {
    let author = app.person("author", Role::Author).await;
    let post = app.paid_post_of(&author, Some(1000), None).await;
    app.creators_get("70", "0").await;
    paid(&app.member("buyer").await, post).await;
    close_due(&app.ctx).await.unwrap();
    assert_eq!(app.letters("statement").await.len(), 0, "the month is not over");
    app.clock.advance(16 * DAY + 12 * HOUR);
    close_due(&app.ctx).await.unwrap();
    assert_eq!(app.letters("statement").await.len(), 0, "an hour of grace");
    app.clock.advance(HOUR);
    for _ in 0..2 {
        close_due(&app.ctx).await.unwrap();
    }
    assert_eq!(app.letters("statement").await.len(), 1);
    let text = app.newest_letter("statement").await;
    assert!(
        text.contains("March 2026") && text.contains("CN¥7.00") && text.contains("/account/earnings/statement?month=2026-03"),
        "{text}"
    );
    // Months in which the program stood still are caught up with; nothing happened in them.
    app.clock.advance(95 * DAY);
    close_due(&app.ctx).await.unwrap();
    assert_eq!(app.count("select count(*) from closed_months").await, 5);
    assert_eq!(app.letters("statement").await.len(), 1);
});
