//! Advertising that the site sells itself: shown on its days, marked as what it is, its income in the ledger.

use crate::on_both;
use crate::support::{Person, TestApp};
use stoa::analytics::costs::book_due;
use stoa::foundation::time::DAY;
use stoa::foundation::viewer::Role;
use stoa::server::db::Queries;

const EARNED: &str = "select cast(coalesce(-sum(minor), 0) as bigint) from ledger_entries where account = 'revenue:advertising'";

fn form<'a>(price: &'a str, until: &'a str) -> [(&'static str, &'a str); 6] {
    [
        ("name", "Tea & <Sons>"),
        ("says", "Tea for those who read."),
        ("address", "https://tea.example/?a=1"),
        ("from_day", "2026-03-16"),
        ("until_day", until),
        ("price", price),
    ]
}

const BOOKED_ELSEWHERE: &str = "select count(*)
from ledger_transfers t
join ledger_entries e on e.transfer_id = t.id
where e.account = 'revenue:advertising' and t.booked_day <> '2026-03-16'";

impl TestApp {
    /// What the four models count as advertising of March.
    async fn models(&self, admin: &Person) -> i64 {
        let file = admin.get("/admin/csv/advertising?from=2026-03-01&to=2026-03-31").await.body;
        let minor = |line: &str| line.split(',').nth(1).unwrap().replace('.', "").parse::<i64>().unwrap();
        file.lines().skip(1).map(minor).sum()
    }

    async fn shown(&self, path: &str) -> Vec<String> {
        self.visitor().get(path).await.texts("aside.sponsors li")
    }
}

on_both!(a_sponsor_is_shown_on_its_days_and_marked_and_its_income_is_booked, |app| {
    app.post_row("an-article", "public", None).await;
    let admin = app.owner().await;
    assert_eq!(admin.get("/admin/sponsors").await.texts(".empty").len(), 1);
    assert_eq!(admin.post("/admin/sponsors", &form("120", "2026-03-17")).await.status, 303);
    assert_eq!(admin.get("/admin/sponsors").await.texts("tbody td")[..2], ["16 March 2026", "17 March 2026"]);
    book_due(&app.ctx).await.unwrap();
    assert_eq!((app.count(EARNED).await, app.models(&admin).await), (0, 0), "its day has not come");
    assert!(app.shown("/p/an-article").await.is_empty(), "it begins tomorrow");
    app.clock.advance(DAY);
    let (a, b) = tokio::join!(book_due(&app.ctx), book_due(&app.ctx));
    assert!(a.is_ok() && b.is_ok());
    book_due(&app.ctx).await.unwrap();
    assert_eq!((app.count(EARNED).await, app.models(&admin).await), (12_000, 12_000), "booked once");
    let shown = app.shown("/p/an-article").await;
    assert!(shown.len() == 1 && shown[0].starts_with("Advertising") && shown[0].contains("Tea & <Sons>"), "{shown:?}");
    assert!(app.shown("/p/an-article?lang=zh").await[0].starts_with("广告"));
    let page = app.visitor().get("/p/an-article").await;
    assert_eq!(page.attribute(".sponsor a", "rel").as_deref(), Some("sponsored nofollow noopener"));
    app.clock.advance(2 * DAY);
    assert!(app.shown("/p/an-article").await.is_empty(), "it is over");
    // A longer time at another price: the ledger gets the difference.
    let admin = app.owner().await;
    assert_eq!(admin.post("/admin/sponsors/1", &form("150.50", "2026-03-31")).await.status, 303);
    assert_eq!((app.count(EARNED).await, app.shown("/p/an-article").await.len()), (15_050, 1));
    assert_eq!(app.count(BOOKED_ELSEWHERE).await, 0, "all of it on its first day");
    assert_eq!(app.models(&admin).await, 15_050);
    assert_eq!(admin.get("/admin/sponsors/1").await.attribute("#price", "value").as_deref(), Some("150.50"));
    // Its income is not changed behind its back: among the costs it leads here.
    let income = admin.get("/admin/advertising/1").await;
    assert_eq!(income.attribute(".of-sponsor a", "href").as_deref(), Some("/admin/sponsors/1"));
    assert!(income.texts("form[action^='/admin/advertising']").is_empty());
    let other = [("ad_amount", "1"), ("ad_day", "2026-03-16"), ("ad_note", "")];
    assert_eq!(admin.post("/admin/advertising/1", &other).await.status, 409);
    assert_eq!(admin.post("/admin/advertising/1/delete", &[]).await.status, 409);
    assert_eq!((app.count(EARNED).await, app.shown("/p/an-article").await.len()), (15_050, 1));
    assert_eq!(admin.post("/admin/sponsors/1/delete", &[]).await.status, 303);
    assert_eq!((app.count(EARNED).await, app.shown("/p/an-article").await.len()), (0, 0));
    assert_eq!(admin.post("/admin/sponsors/1/delete", &[]).await.status, 404);
    assert_eq!(app.ledger_sum().await, 0);
});

on_both!(only_admins_sell_advertising_and_what_they_typed_comes_back, |app| {
    let author = app.person("author", Role::Author).await;
    for path in ["/admin/sponsors", "/admin/sponsors/1"] {
        assert_eq!((author.get(path).await.status, author.post(path, &form("1", "2026-03-17")).await.status), (403, 403), "{path}");
        assert_eq!(app.visitor().get(path).await.status, 401);
    }
    assert_eq!(author.post("/admin/sponsors/1/delete", &[]).await.status, 403);
    let admin = app.owner().await;
    for (name, value) in [
        ("name", ""),
        ("says", &*"x".repeat(161)),
        ("address", "javascript:alert(1)"),
        ("address", "http://tea.example"),
        ("from_day", "soon"),
        ("until_day", "2026-03-15"),
        ("price", "0"),
        ("price", "1.234"),
    ] {
        let typed: Vec<(&str, &str)> = form("1", "2026-03-17").into_iter().map(|(n, v)| (n, if n == name { value } else { v })).collect();
        let answer = admin.post("/admin/sponsors", &typed).await;
        assert_eq!((answer.status, answer.texts(&format!("#{name}-error")).len()), (422, 1), "{name} {value}");
        assert_eq!(answer.attribute(&format!("#{name}"), "value").as_deref(), Some(value));
    }
    assert_eq!(app.count(EARNED).await, 0);
    assert_eq!(admin.get("/admin/sponsors/x").await.status, 404);
});

on_both!(advertising_that_moves_to_another_day_moves_in_the_ledger, |app| {
    let admin = app.owner().await;
    let on = |day: &'static str| [("ad_amount", "50"), ("ad_day", day), ("ad_note", "")];
    let of_day = async |day: &str| {
        let sql = "select cast(coalesce(-sum(e.minor), 0) as bigint)
from ledger_transfers t
join ledger_entries e on e.transfer_id = t.id
where e.account = 'revenue:advertising' and t.booked_day = $1";
        let (minor,): (i64,) = app.ctx.db().one(sql, stoa::args![day]).await.unwrap();
        minor
    };
    assert_eq!(admin.post("/admin/advertising", &on("2026-03-10")).await.status, 303);
    assert_eq!(of_day("2026-03-10").await, 5000);
    assert_eq!(admin.post("/admin/advertising/1", &on("2026-03-12")).await.status, 303);
    assert_eq!((of_day("2026-03-10").await, of_day("2026-03-12").await), (0, 5000));
    // To a day that has not come: nothing is booked until then.
    assert_eq!(admin.post("/admin/advertising/1", &on("2026-03-16")).await.status, 303);
    book_due(&app.ctx).await.unwrap();
    assert_eq!((of_day("2026-03-12").await, app.count(EARNED).await, app.models(&admin).await), (0, 0, 0));
    app.clock.advance(DAY);
    book_due(&app.ctx).await.unwrap();
    assert_eq!((of_day("2026-03-16").await, app.count(EARNED).await, app.models(&admin).await), (5000, 5000, 5000));
    assert_eq!(admin.post("/admin/advertising/1/delete", &[]).await.status, 303);
    assert_eq!((of_day("2026-03-16").await, app.count(EARNED).await), (0, 0));
    assert_eq!(app.ledger_sum().await, 0);
});
