//! Tips: thanks in money for the author of an article, which open nothing.

use crate::on_both;
use crate::payments::{press, to_provider};
use crate::support::{Person, TestApp};
use stoa::foundation::id::PostId;
use stoa::foundation::viewer::Role;
use stoa::server::db::Queries;

const TO_SITE: &str = "It goes to this site, and not to the author.";

async fn tip(reader: &Person, post: PostId, amount: &str) -> crate::support::Answer {
    reader.post("/tip", &[("post", &post.to_string()), ("amount", amount)]).await
}

async fn switch(app: &TestApp, tips: &str) {
    assert_eq!(app.owner().await.post("/admin/tips", &[("tips", tips)]).await.status, 303);
}

on_both!(a_reader_thanks_an_author_with_what_they_like_and_it_opens_nothing, |app| {
    let (writer, reader) = (app.person("writer", Role::Author).await, app.member("reader").await);
    let post = app.paid_post(Some(1250), None).await;
    let sql = "update posts set author_id = $2, slug = 'thanks' where id = $1";
    app.ctx.db().run(sql, stoa::args![post, writer.id]).await.unwrap();
    let way = format!("/tip?post={post}");
    assert!(!reader.get("/p/thanks").await.body.contains(&way), "nobody switched it on");
    assert_eq!((reader.get(&way).await.status, tip(&reader, post, "5").await.status), (404, 404));
    assert_eq!(reader.post("/admin/tips", &[("tips", "on")]).await.status, 403);
    switch(&app, "on").await;
    assert!(app.owner().await.get("/admin/payments").await.attribute("#tips", "checked").is_some());
    assert!(reader.get("/p/thanks").await.body.contains(&way) && app.visitor().get("/p/thanks").await.body.contains(&way));
    assert!(!writer.get("/p/thanks").await.body.contains(&way), "nobody thanks themselves");
    assert_eq!(tip(&writer, post, "5").await.status, 422);
    assert_eq!(tip(&app.visitor(), post, "5").await.location(), format!("/sign-in?to=%2Ftip%3Fpost%3D{post}"));

    for wrong in ["", "0", "-1", "x", "1.001", "99999999999999999999", "1000000.01", "99,999,999,999.00"] {
        let back = tip(&reader, post, wrong).await;
        assert_eq!((back.status, back.attribute("#amount", "value").as_deref()), (422, Some(wrong)), "{wrong}");
    }
    let order = tip(&reader, post, "6.60").await.location().to_owned();
    let page = reader.get(&order).await;
    assert_eq!(page.texts(".order-total dd"), ["CN¥6.60"]);
    assert!(page.body.contains("Nothing: it is a tip") && page.body.contains("Tip for “A paid article”"));
    // Creators have no share here, and the writer is not the one whose site it is.
    let said = reader.get(&way).await;
    assert_eq!((said.texts("h1"), said.texts(".tip-goes")), (vec!["Leave a tip".to_owned()], vec![TO_SITE.to_owned()]));
    assert!(!said.body.contains("thank its author") && page.texts(".order-summary dd").contains(&TO_SITE.to_owned()), "{}", page.body);
    let back = press(&reader, &to_provider(&reader, &order).await, "pay").await;
    assert_eq!(back.location(), "/p/thanks?done=tipped");
    assert!(!app.may_read(reader.id, post).await);
    assert_eq!(app.count("select count(*) from entitlements").await, 0);
    let sales = app.count("select cast(-sum(minor) as bigint) from ledger_entries where account = 'revenue:sales'").await;
    assert_eq!((sales, app.ledger_sum().await), (660, 0), "as the sales of the article");
    let letter = app.newest_letter("receipt").await;
    assert!(letter.contains("Your tip has arrived") && letter.contains(TO_SITE), "{letter}");
    assert!(reader.get(&order).await.texts(".receipt dt").iter().all(|name| name != "Open until"));

    // However often: neither is one too many, and the article can be bought all the same.
    let again = tip(&reader, post, "6.60").await.location().to_owned();
    assert_ne!(again, order);
    press(&reader, &to_provider(&reader, &again).await, "pay").await;
    let bought = crate::taking_back::paid(&reader, post).await;
    assert!(app.may_read(reader.id, post).await && bought != order);
    assert_eq!(app.count("select count(*) from payments where use = 'surplus'").await, 0);
    switch(&app, "").await;
    assert_eq!(tip(&reader, post, "5").await.status, 404);
    // Told from a sale in the files.
    let owner = app.owner().await;
    for path in ["/admin/orders.csv", "/admin/receipts.csv?year=2026"] {
        let file = owner.get(path).await.body;
        let of = |kind: &str| file.lines().filter(|line| line.contains(&format!(",{kind},"))).count();
        assert_eq!((of("Tip"), of("Article")), (2, 1), "{file}");
    }
});

on_both!(an_author_is_thanked_on_their_page_for_no_article_in_particular_and_gets_all_of_it, |app| {
    let (writer, reader, silent) = (app.person("writer", Role::Author).await, app.member("reader").await, app.member("silent").await);
    let post = app.paid_post(Some(1250), None).await;
    app.ctx.db().run("update posts set author_id = $2 where id = $1", stoa::args![post, writer.id]).await.unwrap();
    let rates = [("sale_rate", "70"), ("pool_rate", "0"), ("pool_by", "opened")];
    assert_eq!(app.owner().await.post("/admin/creators", &rates).await.status, 303);
    let way = format!("/tip?author={}", writer.id);
    assert!(!reader.get("/u/writer").await.body.contains(&way), "nobody switched it on");
    assert_eq!(reader.get(&way).await.status, 404);
    switch(&app, "on").await;
    assert!(app.visitor().get("/u/writer").await.body.contains(&way));
    assert!(!writer.get("/u/writer").await.body.contains("/tip?") && !reader.get("/u/silent").await.body.contains("/tip?"));
    let id = writer.id.to_string();
    let tip = async |person: &Person, author: &str, amount: &str| person.post("/tip", &[("author", author), ("amount", amount)]).await;
    assert_eq!((tip(&writer, &id, "5").await.status, tip(&reader, &silent.id.to_string(), "5").await.status), (422, 404));
    assert_eq!((tip(&reader, "99999", "5").await.status, tip(&reader, "x", "5").await.status), (404, 404));
    assert_eq!(tip(&app.visitor(), &id, "5").await.location(), format!("/sign-in?to=%2Ftip%3Fauthor%3D{id}"));
    let back = tip(&reader, &id, "-1").await;
    assert_eq!((back.status, back.attribute("#amount", "value").as_deref()), (422, Some("-1")));
    assert_eq!(back.texts("h1"), ["Tip the author"]);

    let order = tip(&reader, &id, "10").await.location().to_owned();
    let page = reader.get(&order).await;
    assert!(page.body.contains("Tip for writer") && page.body.contains("it is thanks to the author"), "{}", page.body);
    let share = "The author gets 70% of what is left after tax and the provider’s fee.".to_owned();
    assert_eq!(reader.get(&way).await.texts(".tip-goes"), std::slice::from_ref(&share));
    assert!(page.texts(".order-summary dd").contains(&share), "{}", page.body);
    let own = app.paid_post(Some(1250), None).await;
    let owners = reader.get(&format!("/tip?post={own}")).await;
    assert_eq!((owners.texts("h1"), owners.texts(".tip-goes").len()), (vec!["Tip the author".to_owned()], 0), "all of it is the owner’s");
    let back = press(&reader, &to_provider(&reader, &order).await, "pay").await;
    assert_eq!(back.location(), "/u/writer?done=tipped");
    assert_eq!(app.count("select count(*) from entitlements").await, 0);
    let booked = async |account: &str| {
        let sql = "select cast(coalesce(-sum(minor), 0) as bigint) from ledger_entries where account = $1";
        app.ctx.db().one::<(i64,)>(sql, stoa::args![account]).await.unwrap().0
    };
    assert_eq!((booked("revenue:sales").await, booked(&format!("liability:creator:{id}")).await, app.ledger_sum().await), (1000, 700, 0));
    let statement = writer.get("/account/earnings/statement?month=2026-03").await;
    assert_eq!(statement.texts("tbody th")[0], "Tips, for no article");
    assert_eq!(statement.texts("tbody tr:first-child td")[..5], ["CN¥10.00", "CN¥0.00", "CN¥0.00", "CN¥10.00", "CN¥7.00"]);
    assert!(writer.get("/account/earnings/statement.csv?month=2026-03").await.body.contains("Tip, for no article"));
    assert!(reader.get("/account/purchases").await.body.contains("Tip for writer"));
    let reader_order = app.owner().await.get("/admin/orders").await;
    assert!(reader_order.status == 200 && reader_order.body.contains("Tip for writer"));
    // Again is another tip.
    let again = tip(&reader, &id, "10").await.location().to_owned();
    assert_ne!(again, order);
    press(&reader, &to_provider(&reader, &again).await, "pay").await;
    assert_eq!(app.count("select count(*) from payments where use = 'surplus'").await, 0);
    // For an article it is no sale of it.
    let thanks = reader.post("/tip", &[("post", &post.to_string()), ("amount", "6")]).await.location().to_owned();
    press(&reader, &to_provider(&reader, &thanks).await, "pay").await;
    let said = writer.get("/account/earnings/statement.csv?month=2026-03").await.body;
    assert!(said.contains("Tip: A paid article") && !said.contains("Sale:"), "{said}");
});

on_both!(a_tip_is_of_an_amount_that_cards_are_charged, |app| {
    app.charges_in("KWD").await;
    let reader = app.member("reader").await;
    let post = app.paid_post(Some(1250), None).await;
    switch(&app, "on").await;
    let between = tip(&reader, post, "1.005").await;
    assert_eq!((between.status, between.attribute("#amount", "value").as_deref()), (422, Some("1.005")));
    assert_eq!(between.texts("#amount-error"), ["The amount has to be in steps of KWD\u{a0}0.010."]);
    let order = tip(&reader, post, "1.01").await.location().to_owned();
    assert_eq!(reader.get(&order).await.texts(".order-total dd"), ["KWD\u{a0}1.010"]);
});
