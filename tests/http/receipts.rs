//! Receipts: numbers without gaps, whom they name, what went back; 发票 that are asked for.

use crate::gifts::refunded;
use crate::on_both;
use crate::payments::{buy_post, press, to_provider};
use crate::support::TestApp;
use crate::taking_back::paid;
use stoa::foundation::time::DAY;
use stoa::server::db::Queries;

const NUMBERS: &str =
    "select year, number, case when refund_id is null then 'receipt' else 'credit' end from receipts order by year, number";

/// The order of the payment that came first.
const FIRST: &str = "select order_id from payments where id = (select min(id) from payments)";

impl TestApp {
    async fn numbers(&self) -> Vec<(i64, i64, String)> {
        self.ctx.db().all(NUMBERS, vec![]).await.unwrap()
    }
}

fn number(year: i64, number: i64, kind: &str) -> (i64, i64, String) {
    (year, number, kind.to_owned())
}

on_both!(numbers_run_without_gaps_also_when_many_pay_at_once_and_begin_anew_with_the_year, |app| {
    let admin = app.owner().await;
    let mut paying = Vec::new();
    for n in 0..6 {
        let buyer = app.member(&format!("buyer{n}")).await;
        let order = buy_post(&buyer, app.paid_post(Some(1000), None).await).await;
        let provider = to_provider(&buyer, &order).await;
        paying.push(async move {
            press(&buyer, &provider, "pay").await;
            // Reloading gives no other number.
            buyer.get(&format!("{order}/return")).await;
            (buyer, order)
        });
    }
    let paid_by = futures::future::join_all(paying).await;
    let all: Vec<_> = (1..=6).map(|n| number(2026, n, "receipt")).collect();
    assert_eq!(app.numbers().await, all);
    let (id, payment) = (app.count(FIRST).await, app.count("select min(id) from payments").await);
    for amount in ["3", ""] {
        let form = [("payment", &*payment.to_string()), ("amount", amount), ("sure", "on")];
        assert_eq!(admin.post(&format!("/admin/orders/{id}/refund"), &form).await.status, 303);
    }
    app.clock.advance(300 * DAY);
    let (late, admin) = (app.member("late").await, app.owner().await);
    paid(&late, app.paid_post(Some(1000), None).await).await;
    let more = [number(2026, 7, "credit"), number(2026, 8, "credit"), number(2027, 1, "receipt")];
    assert_eq!(app.numbers().await, all.into_iter().chain(more).collect::<Vec<_>>());
    // What a buyer and an admin see of it.
    let (buyer, order) = &paid_by[0];
    app.back_again(buyer, "buyer0").await;
    let shown = buyer.get(order).await.texts(".receipt dd").remove(0);
    assert!(shown.starts_with("2026-00000"), "{shown}");
    let page = admin.get("/admin/receipts?year=2026").await;
    assert_eq!(page.texts("tbody th").len(), 8);
    let of_credit = admin.get("/admin/orders?reference=2026-000008").await;
    assert_eq!(of_credit.texts("tbody th small"), [format!("O-{id:06}")]);
    assert!(page.texts(".banner")[0].contains("without a gap"));
    assert_eq!(page.texts("nav.period-choices a"), ["2027", "2026"]);
    assert_eq!(admin.get("/admin/receipts").await.texts("tbody th"), ["2027-000001"]);
    let file = admin.get("/admin/receipts.csv?year=2026").await.body;
    assert_eq!(file.lines().count(), 9);
    assert!(file.lines().any(|line| line.contains("Credit note for 2026-") && line.contains("-7.00")), "{file}");
    // A hole is seen.
    app.ctx.db().run("delete from receipts where year = 2026 and number = 8", vec![]).await.unwrap();
    assert!(admin.get("/admin/receipts?year=2026").await.texts(".banner")[0].contains("not without gaps"));
});

on_both!(a_receipt_names_who_sold_and_who_bought_and_says_what_went_back, |app| {
    let (admin, buyer, other) = (app.owner().await, app.member("buyer").await, app.member("other").await);
    let seller = [("name", "Porch Ltd"), ("address", "Colonnade 1\nAthens"), ("number", "EL123456789"), ("note", "Thank you.")];
    assert_eq!(admin.post("/admin/seller", &seller).await.status, 303);
    assert_eq!(buyer.post("/admin/seller", &seller).await.status, 403);
    assert_eq!(admin.post("/admin/seller", &[("name", &*"x".repeat(101))]).await.status, 422);
    let unpaid = buy_post(&buyer, app.paid_post(Some(500), None).await).await;
    assert_eq!(buyer.get(&format!("{unpaid}/receipt")).await.status, 404, "nothing is paid");
    let order = paid(&buyer, app.paid_post(Some(1250), None).await).await;
    let path = format!("{order}/receipt");
    assert_eq!((other.get(&path).await.status, app.visitor().get(&path).await.status), (404, 401));
    let page = buyer.get(&path).await;
    assert_eq!(page.texts("h1"), ["Receipt 2026-000001"]);
    let parties = page.texts(".document-parties").join(" ");
    assert!(parties.contains("Porch Ltd") && parties.contains("Athens") && parties.contains("EL123456789"), "{parties}");
    assert_eq!(page.texts(".document-note"), ["Thank you."]);
    // The buyer says whom it names.
    assert_eq!(buyer.post(&path, &[("name", " "), ("address", "Street 7")]).await.status, 422);
    let long = "<b>=cmd|x</b> ".repeat(2);
    assert_eq!(buyer.post(&path, &[("name", "=1+1"), ("address", &long), ("number", "DE99")]).await.status, 303);
    assert_eq!(other.post(&path, &[("name", "Mallory")]).await.status, 404);
    assert_eq!(admin.post(&path, &[("name", "Mallory")]).await.status, 404, "an admin does not say it for them");
    let parties = buyer.get(&path).await.texts(".document-parties").join(" ");
    assert!(parties.contains("=1+1") && parties.contains("<b>") && parties.contains("DE99"), "{parties}");
    let file = admin.get("/admin/receipts.csv?year=2026").await.body;
    assert!(file.contains(",'=1+1,"), "a spreadsheet sees no formula: {file}");
    let (id, payment) = (app.count("select order_id from payments").await, app.count("select id from payments").await);
    let form = [("payment", &*payment.to_string()), ("amount", "2.50"), ("sure", "on")];
    assert_eq!(admin.post(&format!("/admin/orders/{id}/refund"), &form).await.status, 303);
    let page = buyer.get(&path).await;
    let cells = page.texts("tbody td").join(" ");
    assert!(cells.contains("2026-000002") && cells.contains("−CN¥2.50") && cells.contains("CN¥10.00"), "{cells}");
    app.clock.advance(300 * DAY);
    app.back_again(&buyer, "buyer").await;
    assert_eq!(buyer.post(&path, &[("name", "Too late")]).await.status, 422, "its year is over");
    assert!(buyer.get(&path).await.attribute("form.document-buyer", "action").is_none());
    let zh = buyer.post("/language", &[("locale", "zh-CN"), ("to", &path)]).await;
    assert_eq!(zh.location(), path, "the other language is the same page");
    assert_eq!(buyer.get(&path).await.texts("h1"), ["收据 2026-000001"]);
});

on_both!(a_receipt_names_whom_it_named_when_it_was_issued, |app| {
    let (admin, buyer) = (app.owner().await, app.member("buyer").await);
    let sells = async |name: &str, number: &str| {
        let seller = [("name", name), ("address", "Colonnade 1\nAthens"), ("number", number), ("note", "")];
        assert_eq!(admin.post("/admin/seller", &seller).await.status, 303);
    };
    let bought = async || paid(&buyer, app.paid_post(Some(1250), None).await).await;
    let seller = async |order: &str| buyer.get(&format!("{order}/receipt")).await.texts(".document-parties dd").remove(0);
    // As long as nothing else is said, the site sells, by the name it has.
    let of_site = bought().await;
    app.ctx.db().run("update site set name = 'Another name'", vec![]).await.unwrap();
    app.ctx.remember_site(None);
    assert_eq!(seller(&of_site).await, "学廊测试");
    sells("Porch Ltd", "EL123456789").await;
    let before = bought().await;
    sells("Stoa GmbH", "DE99").await;
    let after = bought().await;
    assert_eq!(seller(&of_site).await, "学廊测试");
    let (before_it, after_it) = (seller(&before).await, seller(&after).await);
    assert!(before_it.contains("Porch Ltd") && before_it.contains("EL123456789") && !before_it.contains("Stoa GmbH"), "{before_it}");
    assert!(after_it.contains("Stoa GmbH") && after_it.contains("DE99"), "{after_it}");
    // So does what takes it back: the credit note, and the proof.
    refunded(&app, &before).await;
    let letter = app.newest_letter("refunded").await;
    assert!(letter.contains("Seller: Porch Ltd, Colonnade 1, Athens, Business number: EL123456789"), "{letter}");
    let number = format!("O-{:06}", app.count("select min(id) from orders").await);
    let sure = [("name", "Ann Lin"), ("number", &*number), ("email", "buyer@example.org"), ("sure", "on")];
    let proof = app.visitor().post("/withdraw", &sure).await.location().to_owned();
    assert!(app.visitor().get(&proof).await.texts(".document dd").contains(&"学廊测试".to_owned()));
});

/// The link on the page of an order.
const TO_FAPIAO: &str = ".actions a[href$='/fapiao']";

on_both!(what_was_given_back_whole_has_no_fapiao_to_ask_for, |app| {
    let buyer = app.member("buyer").await;
    let order = paid(&buyer, app.paid_post(Some(1250), None).await).await;
    refunded(&app, &order).await;
    assert_eq!(buyer.get(&order).await.texts(TO_FAPIAO).len(), 0);
    assert_eq!(buyer.get(&format!("{order}/fapiao")).await.status, 404);
});

on_both!(a_fapiao_is_asked_for_changed_issued_and_seen, |app| {
    let (admin, buyer, other) = (app.owner().await, app.member("buyer").await, app.member("other").await);
    let order = paid(&buyer, app.paid_post(Some(1250), None).await).await;
    let (path, id) = (format!("{order}/fapiao"), app.count("select id from orders").await);
    assert_eq!((buyer.get(&path).await.status, other.get(&path).await.status), (200, 404));
    assert_eq!(buyer.get(&order).await.texts(TO_FAPIAO), ["Ask for a fapiao"]);
    let zh = buyer.get(&format!("{path}?lang=zh-CN")).await.texts("section.order > p");
    assert_eq!(zh, ["文章《A paid article》，¥12.50"]);
    let form = |number: &'static str| [("kind", "company"), ("title", "学廊科技"), ("tax_number", number), ("email", "a@example.org")];
    let wrong = buyer.post(&path, &form("91110000802100433C")).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("91110000802100433C") && wrong.body.contains("学廊科技"), "what was typed is kept");
    assert_eq!(other.post(&path, &form("91110000802100433B")).await.status, 404);
    for (name, value) in [("title", "x"), ("title", "学廊科技")] {
        let mut form = form("91110000802100433B");
        form[1] = (name, value);
        assert_eq!(buyer.post(&path, &form).await.status, 303);
    }
    assert_eq!(app.count("select count(*) from fapiao").await, 1, "one an order");
    assert_eq!(other.get("/admin/fapiao").await.status, 403);
    let list = admin.get("/admin/fapiao?state=requested").await;
    assert_eq!(list.texts("tbody th"), ["学廊科技"]);
    let desk = format!("/admin/fapiao/{id}");
    assert_eq!(admin.post(&format!("{desk}/refuse"), &[("answer", "税号已注销")]).await.status, 303);
    assert!(buyer.get(&path).await.texts(".banner")[0].contains("税号已注销"));
    assert_eq!(buyer.post(&path, &[("kind", "person"), ("title", "张三"), ("email", "a@example.org")]).await.status, 303, "once more");
    assert_eq!(admin.post(&format!("{desk}/issue"), &[("number", ""), ("day", "2026-03-15")]).await.status, 422);
    assert_eq!(admin.post(&format!("{desk}/issue"), &[("number", "26312000000012345678"), ("day", "2026-03-16")]).await.status, 422);
    assert_eq!(admin.post(&format!("{desk}/issue"), &[("number", "26312000000012345678"), ("day", "")]).await.status, 303);
    assert_eq!(admin.post(&format!("{desk}/issue"), &[("number", "2")]).await.status, 422, "once");
    let page = buyer.get(&path).await;
    assert!(page.texts(".banner")[0].contains("26312000000012345678"));
    assert!(page.texts(".banner")[0].contains("The tax authority’s system sends it to a@example.org"), "nothing is sent from here");
    assert!(buyer.get(&format!("{path}?lang=zh-CN")).await.texts(".banner")[0].contains("将由税务系统发送至 a@example.org"));
    assert_eq!(buyer.get(&order).await.texts(TO_FAPIAO), ["See your request for a fapiao"]);
    assert_eq!(buyer.post(&path, &form("91110000802100433B")).await.status, 422, "what is issued stands");
    assert!(admin.get(&desk).await.texts(".order-facts dd").contains(&"15 March 2026".to_owned()));
    let file = admin.get("/admin/fapiao.csv").await.body;
    assert!(file.contains("张三") && file.contains("12.50") && file.contains("2026-03-15 12:00,"), "{file}");
    let mine = buyer.get("/account/export").await.body;
    assert!(mine.contains("张三") && mine.contains("26312000000012345678"));
    let unpaid = buy_post(&buyer, app.paid_post(Some(100), None).await).await;
    assert_eq!(buyer.get(&format!("{unpaid}/fapiao")).await.status, 404);
    assert_eq!(buyer.post(&format!("{unpaid}/fapiao"), &form("91110000802100433B")).await.status, 404);
});

on_both!(whoever_asked_for_a_fapiao_is_told_by_letter_what_came_of_it, |app| {
    let (admin, ann, bo) = (app.owner().await, app.member("ann").await, app.member("bo").await);
    let (of_ann, of_bo) = (paid(&ann, app.paid_post(Some(1250), None).await).await, paid(&bo, app.paid_post(Some(1250), None).await).await);
    app.ctx.db().run("update members set locale = 'zh-CN' where handle = 'bo'", vec![]).await.unwrap();
    let ask = [("kind", "person"), ("title", "张三"), ("email", "elsewhere@example.net")];
    for (buyer, order) in [(&ann, &of_ann), (&bo, &of_bo)] {
        assert_eq!(buyer.post(&format!("{order}/fapiao"), &ask).await.status, 303);
    }
    let desk_of_ann = format!("/admin/fapiao/{}", app.count("select min(id) from orders").await);
    let desk_of_bo = format!("/admin/fapiao/{}", app.count("select max(id) from orders").await);
    // Refused, by two admins at once.
    let (refuse, answer) = (format!("{desk_of_ann}/refuse"), [("answer", "The name is not complete")]);
    let (one, two) = tokio::join!(admin.post(&refuse, &answer), admin.post(&refuse, &answer));
    assert_eq!(one.status + two.status, 303 + 422, "once");
    let letters = app.letters("fapiao-refused").await;
    assert_eq!(letters.iter().map(|(to, ..)| &**to).collect::<Vec<_>>(), ["ann@example.org"], "where letters to members go");
    let text = app.newest_letter("fapiao-refused").await;
    let way = format!("{}{of_ann}/fapiao", app.address);
    assert!(text.contains("Why: The name is not complete") && text.contains("ask again") && text.contains(&way), "{text}");
    assert!(!text.contains("elsewhere@example.net") && !text.contains("张三"), "nobody knows whose address it is: {text}");
    // Asked for once more, and refused once more: another letter.
    app.clock.advance(DAY);
    assert_eq!(ann.post(&format!("{of_ann}/fapiao"), &ask).await.status, 303);
    assert_eq!(admin.post(&refuse, &[("answer", "Still not")]).await.status, 303);
    assert!(app.newest_letter("fapiao-refused").await.contains("Why: Still not"));
    assert_eq!(admin.post(&format!("{desk_of_bo}/refuse"), &[("answer", "税号不对")]).await.status, 303);
    let text = app.newest_letter("fapiao-refused").await;
    assert!(text.contains("原因：税号不对") && text.contains("可以更改后重新申请"), "{text}");
    assert_eq!(bo.post(&format!("{of_bo}/fapiao"), &ask).await.status, 303);
    // What was given back meanwhile cannot be asked for again.
    app.clock.advance(DAY);
    assert_eq!(ann.post(&format!("{of_ann}/fapiao"), &ask).await.status, 303);
    refunded(&app, &of_ann).await;
    assert_eq!(admin.post(&refuse, &[("answer", "It was given back")]).await.status, 303);
    let text = app.newest_letter("fapiao-refused").await;
    assert!(text.contains("Why: It was given back") && !text.contains("ask again"), "{text}");
    assert_eq!((app.letters("fapiao-refused").await.len(), app.letters("fapiao").await.len()), (4, 0));
    // Issued, by two admins at once.
    let (issue, form) = (format!("{desk_of_bo}/issue"), [("number", "26312000000012345678"), ("day", "2026-03-16")]);
    let (one, two) = tokio::join!(admin.post(&issue, &form), admin.post(&issue, &form));
    assert_eq!(one.status + two.status, 303 + 422, "once");
    let letters = app.letters("fapiao").await;
    assert_eq!(letters.len(), 1);
    assert_eq!((&*letters[0].0, &*letters[0].1), ("bo@example.org", "发票已开具：文章《A paid article》"));
    let text = app.newest_letter("fapiao").await;
    assert!(text.contains("发票号码：26312000000012345678") && text.contains("开票日期：2026年3月16日"), "{text}");
    let cy = app.member("cy").await;
    let of_cy = paid(&cy, app.paid_post(Some(1250), None).await).await;
    assert_eq!(cy.post(&format!("{of_cy}/fapiao"), &ask).await.status, 303);
    let issue = format!("/admin/fapiao/{}/issue", app.count("select max(id) from orders").await);
    assert_eq!(admin.post(&issue, &[("number", "7"), ("day", "2026-03-17")]).await.status, 303);
    let text = app.newest_letter("fapiao").await;
    assert!(text.contains("Number: 7") && text.contains("Issued: 17 March 2026"), "{text}");
    // What goes back of one that is issued has to be followed by a red one.
    let page = format!("/admin/orders/{}", app.count("select max(id) from orders").await);
    assert!(!admin.get(&page).await.body.contains("a red one"));
    app.clock.advance(DAY);
    refunded(&app, &of_cy).await;
    assert!(admin.get(&page).await.body.contains("CN¥12.50 was given back after fapiao 7 was issued"));
    let row = admin.get("/admin/fapiao?state=issued").await.texts("tbody tr:first-child td");
    assert_eq!(row[2..4], ["CN¥12.50", "CN¥12.50"], "as it was issued, and what went back since");
    let orders = admin.get("/admin/orders?status=refunded").await;
    assert_eq!(orders.texts("tbody tr:first-child td")[1..3], ["CN¥12.50", "CN¥12.50"], "its price, and what went back");
    assert!(admin.get("/admin/orders.csv").await.body.contains(",12.50,12.50,CNY,"));
    let junk = admin.get("/admin/orders?status=junk&provider=?").await;
    assert_eq!((junk.status, junk.texts("#status-error").len(), junk.texts("#provider-error").len()), (422, 1, 1));
    assert_eq!(junk.attribute("#status", "aria-invalid").as_deref(), Some("true"));
});

on_both!(admins_are_told_once_that_a_fapiao_is_asked_for_and_see_how_many_wait, |app| {
    let (admin, buyer) = (app.owner().await, app.member("buyer").await);
    let order = paid(&buyer, app.paid_post(Some(1250), None).await).await;
    let (path, id) = (format!("{order}/fapiao"), app.count("select id from orders").await);
    let waiting = async || admin.get("/admin").await.texts(".banner");
    assert!(waiting().await.is_empty());
    for title in ["张三", "张三丰"] {
        let ask = [("kind", "person"), ("title", title), ("email", "a@example.org")];
        assert_eq!(buyer.post(&path, &ask).await.status, 303);
    }
    let letters = app.letters("fapiao-asked").await;
    assert_eq!(letters.len(), 1, "what is changed is the same request");
    assert_eq!((&*letters[0].0, &*letters[0].1), ("olive@example.org", "A fapiao is asked for: Article “A paid article”"));
    let text = app.newest_letter("fapiao-asked").await;
    assert!(text.contains(&format!("{}/admin/fapiao/{id}", app.address)) && text.contains(&format!("O-{id:06}")), "{text}");
    assert!(!text.contains("张三"), "{text}");
    assert_eq!(waiting().await, ["Fapiao to issue: 1."]);
    assert_eq!(admin.post(&format!("/admin/fapiao/{id}/refuse"), &[("answer", "The name is not complete")]).await.status, 303);
    assert!(waiting().await.is_empty());
    // Asked for once more, it is another request; without money it is none.
    app.clock.advance(DAY);
    let ask = [("kind", "person"), ("title", "张三"), ("email", "a@example.org")];
    assert_eq!(buyer.post(&path, &ask).await.status, 303);
    assert_eq!((app.letters("fapiao-asked").await.len(), waiting().await.len()), (2, 1));
    refunded(&app, &order).await;
    assert!(waiting().await.is_empty());
    // An admin may do without these letters.
    assert_eq!(admin.post("/account/mail", &[("trouble", "on")]).await.status, 303);
    let other = paid(&buyer, app.paid_post(Some(1250), None).await).await;
    assert_eq!(buyer.post(&format!("{other}/fapiao"), &ask).await.status, 303);
    assert_eq!((app.letters("fapiao-asked").await.len(), waiting().await.len()), (2, 1));
});

on_both!(a_fapiao_is_for_what_is_left_and_for_nothing_once_all_went_back, |app| {
    let (admin, buyer) = (app.owner().await, app.member("buyer").await);
    let order = paid(&buyer, app.paid_post(Some(1250), None).await).await;
    let (path, id) = (format!("{order}/fapiao"), app.count("select id from orders").await);
    let payment = app.count("select id from payments").await.to_string();
    assert_eq!(buyer.post(&path, &[("kind", "person"), ("title", "张三"), ("email", "a@example.org")]).await.status, 303);
    let refund = async |amount: &str| {
        let form = [("payment", &*payment), ("amount", amount), ("sure", "on")];
        admin.post(&format!("/admin/orders/{id}/refund"), &form).await
    };
    assert_eq!(refund("2.50").await.status, 303);
    assert_eq!(buyer.get(&path).await.texts("section.order > p")[0], "Article “A paid article”, CN¥10.00");
    assert!(admin.get("/admin/fapiao").await.texts("tbody td").contains(&"CN¥10.00".to_owned()));
    let desk = format!("/admin/fapiao/{id}");
    let facts = admin.get(&desk).await.texts(".order-facts dd");
    assert!(["CN¥12.50", "CN¥2.50", "CN¥10.00"].iter().all(|amount| facts.contains(&(*amount).to_owned())), "{facts:?}");
    let list = buyer.get("/account/purchases").await;
    assert!(list.texts("td .badge") == ["Paid"] && list.texts("tbody th")[0].contains("CN¥2.50 of it was given back"), "{}", list.body);

    assert_eq!(refund("").await.status, 303, "the rest");
    let page = buyer.get(&path).await;
    assert_eq!(page.texts(".banner"), ["All of the money went back, so there is nothing left to invoice."]);
    assert!(page.attribute(&format!("form[action='{path}']"), "action").is_none());
    assert_eq!(admin.get("/admin/fapiao").await.texts("tbody .badge"), ["Refunded, nothing left to invoice"]);
    let page = admin.get(&desk).await;
    assert_eq!(page.texts(".order-facts .badge"), ["Refunded, nothing left to invoice"]);
    assert!(page.attribute(&format!("form[action='{desk}/issue']"), "action").is_none());
});

const TAX: &str = "select cast(coalesce(sum(minor), 0) as bigint) from ledger_entries where account = 'liability:tax'";
const SALES: &str = "select cast(coalesce(sum(minor), 0) as bigint) from ledger_entries where account = 'revenue:sales'";

on_both!(a_price_includes_the_tax_of_where_its_buyer_lives_and_refunds_take_their_share_of_it, |app| {
    let (admin, buyer, other) = (app.owner().await, app.member("buyer").await, app.member("other").await);
    assert_eq!((buyer.get("/admin/tax").await.status, buyer.post("/admin/tax", &[]).await.status), (403, 403));
    for wrong in [("DE", "1.234"), ("DE", "0"), ("XX", "19")] {
        assert_eq!(admin.post("/admin/tax", &[("country", wrong.0), ("rate", wrong.1)]).await.status, 422, "{wrong:?}");
    }
    let (post, untaxed) = (app.paid_post(Some(1190), None).await, app.paid_post(Some(1190), None).await);
    paid(&other, post).await;
    assert_eq!(app.count("select count(*) from order_taxes").await, 0, "without rates nobody is asked");
    assert_eq!(admin.post("/admin/tax", &[("country", "DE"), ("rate", "19")]).await.status, 303);
    let order = buy_post(&buyer, post).await;
    let pay = format!("{order}/pay");
    let page = buyer.get(&order).await;
    assert!(page.texts("#country option").contains(&"Germany: includes 19% tax, CN¥1.90".to_owned()), "{:?}", page.texts("option"));
    let refused = buyer.post(&pay, &[("provider", "test")]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.texts("#country-error")[0].contains("country you live in"), "beside the choice of it");
    assert_eq!(other.post(&pay, &[("provider", "test"), ("country", "DE")]).await.status, 404);
    let to = buyer.post(&pay, &[("provider", "test"), ("country", "DE")]).await;
    assert!(buyer.get(&order).await.texts(".order-summary dd").contains(&"CN¥1.90, 19% (Germany)".to_owned()), "and before it is paid");
    press(&buyer, to.location(), "pay").await;
    assert_eq!((app.count(TAX).await, app.count(SALES).await), (-190, -1190 - 1000));
    // What is paid stays as it was said.
    assert_eq!(admin.post("/admin/tax", &[("country", "DE"), ("rate", "7")]).await.status, 303);
    assert_eq!(buyer.post(&pay, &[("provider", "test"), ("country", "-")]).await.status, 409);
    assert_eq!(app.count("select rate from order_taxes").await, 1900);
    let (id, payment) = (app.count("select max(id) from orders").await, app.count("select max(id) from payments").await);
    let refund = async |amount: &str| {
        let form = [("payment", &*payment.to_string()), ("amount", amount), ("sure", "on")];
        assert_eq!(admin.post(&format!("/admin/orders/{id}/refund"), &form).await.status, 303);
    };
    refund("3").await;
    assert_eq!((app.count(TAX).await, app.count(SALES).await), (-142, -1190 - 748));
    refund("").await;
    assert_eq!((app.count(TAX).await, app.count(SALES).await, app.ledger_sum().await), (0, -1190, 0));
    let cells = buyer.get(&format!("{order}/receipt")).await.texts("tbody td");
    let expected = ["CN¥10.00", "CN¥1.90", "CN¥11.90", "−CN¥2.52", "−CN¥0.48", "−CN¥3.00", "−CN¥7.48", "−CN¥1.42", "−CN¥8.90", "CN¥0.00"];
    let amounts: Vec<&str> = cells.iter().map(String::as_str).filter(|cell| cell.contains("CN¥")).take(10).collect();
    assert_eq!(amounts, expected);
    let file = admin.get("/admin/receipts.csv?year=2026").await.body;
    assert!(file.contains(",DE,19%,10.00,1.90,11.90,CNY") && file.contains(",DE,19%,-2.52,-0.48,-3.00,CNY"), "{file}");
    let order = buy_post(&buyer, untaxed).await;
    let to = buyer.post(&format!("{order}/pay"), &[("provider", "test"), ("country", "-")]).await;
    press(&buyer, to.location(), "pay").await;
    assert_eq!((app.count(TAX).await, app.count(SALES).await), (0, -2380));
    let empty = admin.post("/admin/tax", &[("country", "DE"), ("rate", " ")]).await;
    assert_eq!((empty.status, empty.texts("#rate-error").len()), (422, 1), "what is left empty takes nothing away");
    assert_eq!(admin.post("/admin/tax", &[("country", "DE"), ("do", "remove")]).await.status, 303);
    assert_eq!(app.count("select count(*) from tax_rates").await, 0);
});
