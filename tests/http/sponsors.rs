//! Advertising that the site sells itself: shown on its days, marked as what it is, its income in the ledger.

use crate::on_both;
use crate::support::TestApp;
use stoa::foundation::time::DAY;
use stoa::foundation::viewer::Role;

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

impl TestApp {
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
    assert_eq!(app.count(EARNED).await, 12_000);
    assert_eq!(app.count("select minor from advertising_income where day = '2026-03-16'").await, 12_000, "as the four models count it");
    assert!(app.shown("/p/an-article").await.is_empty(), "it begins tomorrow");
    app.clock.advance(DAY);
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
    assert_eq!(admin.get("/admin/sponsors/1").await.attribute("#price", "value").as_deref(), Some("150.50"));
    // Its income is deleted among the costs: it is shown on, and saving it books it anew.
    assert_eq!(admin.post("/admin/advertising/1/delete", &[]).await.status, 303);
    assert_eq!((app.count(EARNED).await, app.shown("/p/an-article").await.len()), (0, 1));
    assert_eq!(admin.post("/admin/sponsors/1", &form("10", "2026-03-31")).await.status, 303);
    assert_eq!(app.count(EARNED).await, 1000);
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
