//! Advertising that the site sells itself: shown on its days, marked as what it is, its income in the ledger.

use crate::on_both;
use crate::support::{Answer, Person, TestApp};
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

/// An advertising of 10.00 on days of March.
async fn sell(admin: &Person, at: &str, name: &str, (from, until): (u8, u8)) -> Answer {
    let (from, until) = (format!("2026-03-{from:02}"), format!("2026-03-{until:02}"));
    let form = [
        ("name", name),
        ("says", "Tea."),
        ("address", "https://tea.example/"),
        ("from_day", &*from),
        ("until_day", &*until),
        ("price", "10"),
    ];
    admin.post(at, &form).await
}

on_both!(a_day_has_three_advertisings_and_a_fourth_is_refused_with_all_that_was_typed, |app| {
    let admin = app.owner().await;
    let at = "/admin/sponsors";
    // One after the other: beside them two more have a place on each day.
    for (name, days) in [("a", (10, 14)), ("b", (15, 19)), ("c", (20, 24)), ("d", (10, 24)), ("e", (12, 22))] {
        assert_eq!(sell(&admin, at, name, days).await.status, 303, "{name}");
    }
    let refused = sell(&admin, at, "f", (8, 12)).await;
    assert_eq!((refused.status, refused.texts(".field-error").len()), (422, 1));
    assert_eq!(
        refused.texts("#from_day-error"),
        ["There are 3 on 12 March 2026 already, and no place for another: please choose other days."]
    );
    for (name, value) in [("name", "f"), ("from_day", "2026-03-08"), ("until_day", "2026-03-12"), ("price", "10")] {
        assert_eq!(refused.attribute(&format!("#{name}"), "value").as_deref(), Some(value), "{name}");
    }
    assert_eq!(app.count("select count(*) from sponsors").await, 5);
    assert_eq!(app.count("select count(*) from advertising_income").await, 5, "nor is its income noted");
    assert_eq!(sell(&admin, at, "f", (8, 11)).await.status, 303);
    // Moving one is as selling one, beside the others; on days that it has it stays.
    let at_f = "/admin/sponsors/6";
    let refused = sell(&admin, at_f, "f", (8, 13)).await;
    assert_eq!((refused.status, refused.texts("#from_day-error").len()), (422, 1));
    assert_eq!(refused.attribute("#until_day", "value").as_deref(), Some("2026-03-13"));
    assert_eq!(sell(&admin, at_f, "renamed", (9, 11)).await.status, 303);
    assert_eq!(sell(&admin, "/admin/sponsors/5", "e", (13, 22)).await.status, 303);
    assert_eq!(sell(&admin, at_f, "f", (9, 12)).await.status, 303, "the day is free");
    assert_eq!(admin.post(&format!("{at_f}/delete"), &[]).await.status, 303);

    // Of several who sell the last place at once one gets it.
    let sold = futures::future::join_all((0..4).map(|_| sell(&admin, at, "g", (24, 24)))).await;
    let mut statuses: Vec<u16> = sold.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422, 422, 422]);
});

on_both!(advertising_that_was_sold_for_a_day_that_was_full_is_said_to_stand_nowhere, |app| {
    app.post_row("an-article", "public", None).await;
    let admin = app.owner().await;
    for name in ["a", "b", "c"] {
        assert_eq!(sell(&admin, "/admin/sponsors", name, (15, 17)).await.status, 303);
    }
    let sql = "insert into sponsors (name, says, address, from_day, until_day, created_at)
values ('late', 'x', '/', '2026-03-15', '2026-03-20', 1)";
    app.ctx.db().run(sql, vec![]).await.unwrap();
    let shown = app.shown("/p/an-article").await;
    assert!(shown.len() == 3 && !shown.iter().any(|text| text.contains("late")), "{shown:?}");
    let said = async || app.owner().await.get("/admin/sponsors").await.texts("tbody .badge");
    assert_eq!(said().await, ["No place, not shown", "Shown now", "Shown now", "Shown now"]);
    // What it says can be changed, and it can end sooner.
    assert_eq!(sell(&admin, "/admin/sponsors/4", "late", (15, 19)).await.status, 303);
    app.clock.advance(3 * DAY);
    assert_eq!(said().await, ["Shown now", "Over", "Over", "Over"]);
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
