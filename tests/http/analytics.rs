//! The admin's numbers: the worked example through the page, edges of periods, costs, CSV, page views, permission.

use crate::on_both;
use crate::support::{Answer, Backend, Person, TestApp, account};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::Html;
use axum::routing::get;
use axum::{Extension, Router};
use stoa::analytics::views;
use stoa::args;
use stoa::foundation::locale::Locale;
use stoa::foundation::time::{DAY, HOUR};
use stoa::foundation::viewer::{Role, Viewer};
use stoa::members::service::found_site;
use stoa::server::db::Queries;
use stoa::server::http::{Ask, Nonce, RequestId};
use stoa::settings;
use stoa::settings::service::NewSite;
use tower::ServiceExt;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// A page as a browser asks for it; `Person::get` says nothing of itself and is not counted.
async fn browse(person: &Person, path: &str, agent: &str) -> u16 {
    person.send(person.client.get(format!("{}{path}", person.address)).header("user-agent", agent)).await.status
}

impl TestApp {
    async fn sql(&self, sql: impl Into<String>) {
        self.ctx.db().run(sql.into(), args![]).await.unwrap();
    }

    /// So many members registered on a day, with the ids after `first`.
    async fn members_registered(&self, first: i64, n: i64, day: &str) {
        let insert = "insert into members (id, handle, name, created_at, registered_day)";
        self.many(insert, n, &format!("select {first} + i, 'm' || ({first} + i), 'm', 0, '{day}' from n")).await;
    }

    /// Inserts rows selected from the numbers 1 to n.
    async fn many(&self, insert: &str, n: i64, select: &str) {
        let numbers = format!("with recursive n (i) as (select cast(1 as bigint) union all select i + 1 from n where i < {n})");
        self.sql(format!("{numbers} {insert} {select}")).await;
    }

    async fn interaction(&self, id: i64, day: &str) {
        let sql = "insert into interactions (member_id, kind, target_kind, target_id, day, at) values ($1, 'reply', 'reply', $2, $3, 0)";
        self.ctx.db().run(sql, args![self.owner, id, day]).await.unwrap();
    }

    async fn article(&self, id: i64, title: &str) {
        let sql = "insert into posts (id, slug, author_id, title, source, preview_html, excerpt, words, rest_words, code_samples,
            rest_code_samples, reading_minutes, status, access, published_at, created_at, updated_at)
        values ($1, $2, $3, $4, '', '', '', 0, 0, 0, 0, 1, 'published', 'public', 0, 0, 0)";
        self.ctx.db().run(sql, args![id, format!("a-{id}"), self.owner, title]).await.unwrap();
    }

    async fn booked(&self, id: i64, day: &str, account: &str, currency: &str, minor: i64) {
        let mut tx = self.ctx.db().begin().await.unwrap();
        let transfer = "insert into ledger_transfers (cause, booked_at, booked_day) values ($1, 0, $2) returning id";
        let (id,): (i64,) = tx.one(transfer, args![format!("payment:{id}"), day]).await.unwrap();
        let entry = "insert into ledger_entries (transfer_id, line, account, currency, minor, member_id) values ($1, $2, $3, $4, $5, $6)";
        tx.run(entry, args![id, 1i64, account, currency, -minor, self.owner]).await.unwrap();
        tx.run(entry, args![id, 2i64, "provider:test", currency, minor, self.owner]).await.unwrap();
        tx.run("insert into ledger_seals (transfer_id) values ($1)", args![id]).await.unwrap();
        tx.commit().await.unwrap();
    }
}

fn value(page: &Answer, metric: &str) -> String {
    page.texts(&format!(".metric-{metric} .stat-value")).concat()
}

fn detail(page: &Answer, metric: &str) -> String {
    page.texts(&format!(".metric-{metric} .stat-detail")).concat()
}

async fn add_cost(owner: &Person, category: &str, recurrence: &str, amount: &str, day: &str) -> Answer {
    owner.post("/admin/costs", &[("category", category), ("recurrence", recurrence), ("amount", amount), ("day", day)]).await
}

on_both!(the_worked_example_prints_exactly_what_the_product_promises, |app| {
    // With the owner, 500 members: 200 of January, of whom 150 were here in February, and 299 of before.
    app.members_registered(1000, 299, "2025-12-10").await;
    app.members_registered(2000, 200, "2026-01-20").await;
    app.many("insert into member_days (member_id, day)", 150, "select 2000 + i, '2026-02-28' from n").await;
    app.many("insert into member_days (member_id, day)", 125, "select 1000 + i, '2026-03-02' from n").await;
    let interactions = "insert into interactions (member_id, kind, target_kind, target_id, day, at)";
    app.many(interactions, 1000, "select 1000 + (i % 200) + 1, 'vote', 'reply', i, '2026-03-05', 0 from n").await;
    app.article(1, "One").await;
    let ratings = "insert into ratings (post_id, member_id, stars, created_at, updated_at, day)";
    app.many(ratings, 200, "select 1, 1000 + i, 4 + i % 2, 0, 0, '2026-03-06' from n").await;
    app.many(ratings, 100, "select 1, 2000 + i, 1 + i % 3, 0, 0, '2026-03-07' from n").await;
    let owner = app.owner().await;
    for payer in 1..=50 {
        app.booked(payer, "2026-03-08", "revenue:fees", "CNY", 1000).await;
    }
    let ad = [("ad_amount", "1000"), ("ad_day", "2026-03-09"), ("ad_note", "banner")];
    assert_eq!(owner.post("/admin/advertising", &ad).await.status, 303);
    for (category, amount) in [("content", "2000"), ("marketing", "1,000.00"), ("operations", "500")] {
        assert_eq!(add_cost(&owner, category, "once", amount, "2026-03-10").await.status, 303);
    }
    let page = owner.get("/admin?from=2026-03-01&to=2026-03-15").await;
    assert_eq!(page.status, 200);
    assert_eq!(value(&page, "activity"), "2.00");
    assert!(detail(&page, "activity").contains("25.0% of members active (125)"), "{}", detail(&page, "activity"));
    assert_eq!(value(&page, "quality"), "66.7%");
    assert!(detail(&page, "quality").contains("n = 300"));
    assert_eq!(value(&page, "retention"), "75.0%");
    assert!(detail(&page, "retention").contains("January 2026, n = 200"), "{}", detail(&page, "retention"));
    assert_eq!(value(&page, "profit"), "−2,000 CNY");
    assert!(detail(&page, "profit").contains("revenue 1,500, cost 3,500"), "{}", detail(&page, "profit"));
    // The calculator begins with the same example.
    assert_eq!(page.texts(".whatif-revenue dd"), ["1,500 CNY"]);
    assert_eq!(page.texts(".whatif-profit dd"), ["−2,000 CNY"]);
    // Behind each number are its rows, page by page.
    let mut next = Some("/admin/rows/interactions?from=2026-03-01&to=2026-03-15".to_owned());
    let mut rows = 0;
    while let Some(path) = next {
        let page = owner.get(&path).await;
        rows += page.texts("tbody tr").len();
        next = page.attribute("a[rel=next]", "href");
    }
    assert_eq!(rows, 1000);
    let csv = owner.get("/admin/csv/interactions?from=2026-03-01&to=2026-03-15").await;
    assert_eq!(csv.body.lines().count(), 1001, "the file is read in batches and whole");
});

on_both!(february_stays_incomplete_until_march_is_over, |app| {
    app.members_registered(1000, 4, "2026-02-03").await;
    app.sql("insert into member_days (member_id, day) values (1001, '2026-02-28'), (1001, '2026-03-01'), (1002, '2026-03-31')").await;
    let owner = app.owner().await;
    assert!(
        owner.get("/admin").await.texts(".cohort-grid tr").iter().any(|row| row.contains("February 2026") && row.contains("incomplete"))
    );
    app.clock.advance(16 * DAY);
    let last_day = owner.get("/admin").await;
    assert!(last_day.texts(".cohort-grid tr").iter().any(|row| row.contains("February 2026") && row.contains("incomplete")));
    app.clock.advance(DAY);
    let page = owner.get("/admin").await;
    assert_eq!(value(&page, "retention"), "50.0%");
    let members = owner.get("/admin/rows/members?from=2026-02-01&to=2026-02-28").await;
    let kept = members.texts("tbody tr");
    assert_eq!(kept.iter().filter(|row| row.ends_with("yes")).count(), 2, "{kept:?}");
    assert_eq!(kept.iter().filter(|row| row.ends_with("no")).count(), 2);
});

async fn in_shanghai(backend: Backend) {
    let mut app = TestApp::start_empty(backend).await;
    let site = NewSite { name: "学廊".into(), locale: "zh-CN".into(), time_zone: "Asia/Shanghai".into(), currency: "CNY".into() };
    app.owner = found_site(&app.ctx, site, account("olive")).await.unwrap();
    let owner = app.owner().await;
    // It is 20:00 of the 15th in Shanghai; five hours later the 16th has begun there, though not in UTC.
    let shown = owner.get("/admin").await;
    assert_eq!(shown.attribute("#to", "value").as_deref(), Some("2026-03-15"));
    browse(&owner, "/admin", FIREFOX).await;
    app.clock.advance(5 * HOUR);
    browse(&owner, "/admin", FIREFOX).await;
    let shown = owner.get("/admin").await;
    assert_eq!(shown.attribute("#to", "value").as_deref(), Some("2026-03-16"));
    views::flush(&app.ctx).await.unwrap();
    assert_eq!(app.count("select count(*) from member_days where day = '2026-03-15'").await, 1);
    assert_eq!(app.count("select count(*) from member_days where day = '2026-03-16'").await, 1);
}

#[tokio::test]
async fn a_day_begins_at_midnight_in_shanghai_on_sqlite() {
    in_shanghai(Backend::Sqlite).await;
}

#[tokio::test]
async fn a_day_begins_at_midnight_in_shanghai_on_postgres() {
    in_shanghai(Backend::Postgres).await;
}

on_both!(only_what_happened_within_the_period_counts, |app| {
    for (id, day) in [(1, "2026-02-28"), (2, "2026-03-01"), (3, "2026-03-31"), (4, "2026-04-01")] {
        app.interaction(id, day).await;
        app.booked(id, day, "revenue:sales", "CNY", 100).await;
    }
    app.booked(9, "2026-03-15", "revenue:sales", "USD", 777).await;
    let owner = app.owner().await;
    let page = owner.get("/admin?from=2026-03-01&to=2026-03-31").await;
    assert_eq!(value(&page, "activity"), "2.00");
    assert_eq!(value(&page, "profit"), "2 CNY");
    assert!(page.texts(".books-other").concat().contains("USD: revenue 7.77"), "another currency is told apart");
    assert_eq!(owner.get("/admin/rows/ledger?from=2026-03-01&to=2026-03-31").await.texts("tbody tr").len(), 3);
    // Named periods and a year by month draw too.
    for period in ["this-month", "last-month", "12-months", "30-days"] {
        assert_eq!(owner.get(&format!("/admin?period={period}")).await.status, 200, "{period}");
    }
});

on_both!(a_monthly_cost_counts_once_a_month_until_its_last_day, |app| {
    let owner = app.owner().await;
    let form = [
        ("category", "operations"),
        ("recurrence", "month"),
        ("amount", "100"),
        ("day", "2025-12-31"),
        ("until", "2026-03-30"),
        ("note", "=server"),
    ];
    assert_eq!(owner.post("/admin/costs", &form).await.status, 303);
    let page = owner.get("/admin?from=2026-01-01&to=2026-06-30").await;
    assert_eq!(value(&page, "profit"), "−200 CNY", "31 January and 28 February");
    assert_eq!(value(&owner.get("/admin?from=2026-02-01&to=2026-02-27").await, "profit"), "0 CNY");
    let csv = owner.get("/admin/csv/costs?from=2026-01-01&to=2026-06-30").await;
    assert!(csv.headers["content-type"].to_str().unwrap().starts_with("text/csv"));
    assert!(csv.body.starts_with("\u{feff}Day,Until,Category,"), "{}", csv.body);
    assert!(csv.body.contains("2025-12-31,2026-03-30,Operations,monthly,100.00,CNY,2,200.00,,'=server\r\n"), "{}", csv.body);
});

on_both!(a_cost_is_checked_kept_changed_and_deleted, |app| {
    let owner = app.owner().await;
    app.article(7, "Seven").await;
    let wrong = [
        ("category", "bribes"),
        ("recurrence", "once"),
        ("amount", "-5"),
        ("day", "9999-99-99"),
        ("until", "2026-01-01"),
        ("article", "nowhere"),
        ("note", "kept"),
    ];
    let answer = owner.post("/admin/costs", &wrong).await;
    assert_eq!(answer.status, 422);
    assert_eq!(answer.texts(".field-error").len(), 5, "{:?}", answer.texts(".field-error"));
    assert_eq!(answer.attribute("#note", "value").as_deref(), Some("kept"));
    assert_eq!(answer.attribute("#amount", "value").as_deref(), Some("-5"));
    for amount in ["99999999999999", "1.234", "0", "", "1e9"] {
        assert_eq!(add_cost(&owner, "content", "once", amount, "2026-03-01").await.status, 422, "{amount}");
    }
    let right = [("category", "content"), ("recurrence", "once"), ("amount", "12.5"), ("day", "2026-03-01"), ("article", "/p/a-7")];
    assert_eq!(owner.post("/admin/costs", &right).await.location(), "/admin/costs?done=saved");
    let edit = owner.get("/admin/costs").await.attribute("td a[href^='/admin/costs/']", "href").unwrap();
    let shown = owner.get(&edit).await;
    assert_eq!(shown.attribute("#article", "value").as_deref(), Some("a-7"));
    assert_eq!(shown.attribute("#amount", "value").as_deref(), Some("12.50"));
    let changed = [("category", "marketing"), ("recurrence", "once"), ("amount", "13"), ("day", "2026-03-02")];
    assert_eq!(owner.post(&edit, &changed).await.status, 303);
    assert_eq!(app.count("select minor from costs where category = 'marketing' and post_id is null").await, 1300);
    assert_eq!(owner.post(&format!("{edit}/delete"), &[]).await.location(), "/admin/costs?done=deleted");
    assert_eq!(owner.post(&format!("{edit}/delete"), &[]).await.status, 404);
    for nowhere in ["/admin/costs/x", "/admin/costs/99999999999999999999", "/admin/advertising/1", "/admin/rows/passwords", "/admin/csv/x"]
    {
        assert_eq!(owner.get(nowhere).await.status, 404, "{nowhere}");
    }
});

on_both!(many_costs_are_listed_page_by_page, |app| {
    let owner = app.owner().await;
    let insert = "insert into costs (category, recurrence, minor, currency, day, created_by, created_at)";
    app.many(insert, 70, &format!("select 'content', 'once', 100, 'CNY', '2026-03-01', {}, 0 from n", app.owner)).await;
    let (mut next, mut rows) = (Some("/admin/costs".to_owned()), 0);
    while let Some(path) = next {
        let page = owner.get(&path).await;
        rows += page.texts(".costs tbody tr").len();
        next = page.attribute(".costs a[rel=next]", "href");
    }
    assert_eq!(rows, 70);
});

on_both!(a_period_that_makes_no_sense_is_said_and_comes_back, |app| {
    let owner = app.owner().await;
    let answer = owner.get("/admin?from=9999-99-99&to=2026-03-01").await;
    assert_eq!(answer.status, 422);
    assert_eq!(answer.attribute("#from", "value").as_deref(), Some("9999-99-99"));
    assert_eq!(answer.texts("#from-error").len(), 1);
    for bad in ["from=2026-03-02&to=2026-03-01", "from=%00&to=x", "from=0001-01-01&to=0001-01-02", "to=2026-02-30"] {
        assert_eq!(owner.get(&format!("/admin?{bad}")).await.status, 422, "{bad}");
        assert_eq!(owner.get(&format!("/admin/csv/ledger?{bad}")).await.status, 422, "{bad}");
    }
    let huge = owner.get("/admin?from=1970-01-01&to=2200-12-31").await;
    assert_eq!((huge.status, huge.attribute("#from", "value").as_deref()), (200, Some("2191-01-01")));
    for after in ["x", "~~", "2026-03-01~x~y", "%00~1~1", "~99999999999999999999~1"] {
        for table in ["interactions", "ratings", "articles", "members", "ledger", "advertising", "costs", "views", "summary", "cohorts"] {
            assert_eq!(owner.get(&format!("/admin/rows/{table}?after={after}")).await.status, 200, "{table} {after}");
        }
    }
});

on_both!(the_calculator_counts_what_is_typed_and_refuses_what_is_no_number, |app| {
    let owner = app.owner().await;
    let page = owner.get("/admin?payers=10&fee=9.9&units=2&price=5&ads=0&content=&marketing=0&operations=1").await;
    assert_eq!(page.texts(".whatif-profit dd"), ["108 CNY"]);
    for bad in ["payers=-1", "fee=NaN", "payers=1.5", "payers=1000000000000&fee=10000000000", "ads=%00", "price=1e400"] {
        let page = owner.get(&format!("/admin?{bad}")).await;
        assert_eq!(page.status, 422, "{bad}");
        assert!(page.texts(".whatif-profit dd").is_empty(), "{bad}");
    }
});

on_both!(articles_are_ranked_by_what_can_be_relied_on, |app| {
    app.article(1, "One of one").await;
    app.article(2, "Ninety of a hundred").await;
    app.members_registered(1000, 100, "2026-01-01").await;
    let ratings = "insert into ratings (post_id, member_id, stars, created_at, updated_at, day)";
    app.many(ratings, 1, "select 1, 1000 + i, 5, 0, 0, '2026-03-06' from n").await;
    app.many(ratings, 100, "select 2, 1000 + i, case when i <= 90 then 5 else 1 end, 0, 0, '2026-03-06' from n").await;
    let owner = app.owner().await;
    let page = owner.get("/admin?period=this-month").await;
    assert_eq!(page.texts(".best-articles a"), ["Ninety of a hundred", "One of one"]);
    let csv = owner.get("/admin/csv/articles?period=this-month").await;
    assert!(csv.body.contains("Ninety of a hundred,90,100,90.0%,0.826\r\n"), "{}", csv.body);
});

on_both!(what_providers_and_creators_take_stands_beside_the_model_and_not_in_it, |app| {
    app.booked(1, "2026-03-08", "revenue:fees", "CNY", 6000).await;
    app.booked(2, "2026-03-09", "revenue:sales", "CNY", 4000).await;
    // 290 kept of what came, 90 of it given back with a refund.
    app.booked(3, "2026-03-09", "expense:provider-fees", "CNY", -290).await;
    app.booked(4, "2026-03-10", "expense:provider-fees", "CNY", 90).await;
    app.booked(5, "2026-02-10", "expense:provider-fees", "CNY", -30).await;
    app.booked(6, "2026-03-10", "expense:provider-fees", "USD", -31).await;
    app.booked(7, "2026-03-10", "expense:creators", "CNY", -1000).await;
    let owner = app.owner().await;
    add_cost(&owner, "content", "once", "20", "2026-03-02").await;
    let page = owner.get("/admin?from=2026-03-01&to=2026-03-31").await;
    assert_eq!(value(&page, "profit"), "80 CNY", "the model counts what was paid");
    let said = detail(&page, "profit");
    assert!(
        said.contains("revenue 100, cost 20")
            && said.contains("net of 2 provider fees, 10 creators' shares, 0 affiliates' rewards: profit 68")
            && said.contains("n = 3 entries"),
        "{said}"
    );
    let line = |name: &str| page.texts(".books tr").into_iter().find(|row| row.starts_with(name)).unwrap();
    assert_eq!(
        ["Revenue1", "Profit8", "Provider fees", "Creators' shares", "Affiliates' rewards", "Revenue net", "Profit net"].map(line),
        [
            "Revenue1000",
            "Profit800",
            "Provider fees20.30",
            "Creators' shares100",
            "Affiliates' rewards00",
            "Revenue net of these88−0.30",
            "Profit net of these68−0.30"
        ]
    );
    assert!(page.texts(".books-other").concat().contains("USD: revenue 0, provider fees 0.31, creators' shares 0, affiliates' rewards 0"));
    let rows = owner.get("/admin/rows/ledger?from=2026-03-01&to=2026-03-31").await;
    let shown: Vec<(String, String)> = rows.texts("tbody td:nth-child(2)").into_iter().zip(rows.texts("tbody td:nth-child(5)")).collect();
    let expected = [
        ("Member fees", "60.00"),
        ("Content sales", "40.00"),
        ("Provider fees", "-2.90"),
        ("Provider fees", "0.90"),
        ("Provider fees", "-0.31"),
        ("Creators' shares", "-10.00"),
    ];
    assert_eq!(shown, expected.map(|(heading, amount)| (heading.to_owned(), amount.to_owned())));
    let csv = owner.get("/admin/csv/summary?from=2026-03-01&to=2026-03-31").await.body;
    assert!(
        csv.lines()
            .next()
            .unwrap()
            .contains("Profit,Provider fees,Creators' shares,Affiliates' rewards,\"Profit net of fees, shares and rewards\","),
        "{csv}"
    );
    assert!(csv.lines().any(|line| line.starts_with("2026-03-09,") && line.contains(",40.00,2.90,0.00,0.00,37.10,")), "{csv}");
});

on_both!(the_numbers_are_for_admins, |app| {
    let paths = ["/admin", "/admin/costs", "/admin/costs/1", "/admin/rows/ledger", "/admin/csv/ledger", "/admin/rows/nothing"];
    for path in paths {
        assert_eq!(app.visitor().get(path).await.status, 401, "{path}");
    }
    for (handle, role) in [("mia", Role::Member), ("ann", Role::Author), ("mod", Role::Moderator)] {
        let person = app.person(handle, role).await;
        for path in paths {
            assert_eq!(person.get(path).await.status, 403, "{handle} {path}");
        }
        for path in ["/admin/costs", "/admin/costs/1", "/admin/costs/1/delete", "/admin/advertising", "/admin/advertising/1/delete"] {
            assert_eq!(person.post(path, &[]).await.status, 403, "{handle} {path}");
        }
    }
    let admin = app.person("ada", Role::Admin).await;
    assert_eq!(admin.get("/admin").await.status, 200);
});

/// Looks at a page of a site whose public pages all exist, with the layer that counts around it.
async fn look(app: &TestApp, path: &str, agent: &str, header: Option<&str>) {
    let ask = Ask {
        ctx: app.ctx.clone(),
        viewer: Viewer::VISITOR,
        locale: Locale::En,
        theme: Default::default(),
        site: settings::service::require_site(&app.ctx).await.unwrap(),
        put_away: None,
        request_id: RequestId("test".into()),
        nonce: Nonce("test".into()),
        uri: path.parse().unwrap(),
        stood_at: None,
        address: "192.0.2.7".into(),
        user_agent: agent.into(),
    };
    let missing = || async { (StatusCode::NOT_FOUND, Html("nothing")) };
    let site = Router::new()
        .route("/", get(|| async { Html("front") }))
        .route("/p/{slug}", get(|| async { Html("article") }))
        .route("/admin", get(|| async { Html("numbers") }))
        .fallback(missing)
        .layer(axum::middleware::from_fn(views::count))
        .layer(Extension(ask));
    let mut request = Request::get(path);
    if let Some(purpose) = header {
        request = request.header("sec-purpose", purpose);
    }
    site.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
}

on_both!(page_views_are_counted_without_keeping_who_looked, |app| {
    let other = "Mozilla/5.0 (Windows NT 10.0) Other/1";
    for (path, agent) in [("/p/a", FIREFOX), ("/p/a?utm_source=x", FIREFOX), ("/p/a", other), ("/", other)] {
        look(&app, path, agent, None).await;
    }
    for (path, agent) in
        [("/p/a", "Googlebot/2.1 (+http://example.org/bot.html)"), ("/p/a", "curl/8.0"), ("/no", FIREFOX), ("/admin", FIREFOX)]
    {
        look(&app, path, agent, None).await;
    }
    look(&app, "/p/a", FIREFOX, Some("prefetch")).await;
    views::flush(&app.ctx).await.unwrap();
    views::flush(&app.ctx).await.unwrap();
    assert_eq!(app.count("select views from page_views where path = '/p/a'").await, 3);
    assert_eq!(app.count("select cast(sum(views) as bigint) from page_views").await, 4);
    assert_eq!(app.count("select count(*) from visitor_days").await, 2);
    assert_eq!(app.count("select count(*) from visitor_days where visitor like '%192.0.2.7%'").await, 0);
    let owner = app.owner().await;
    let page = owner.get("/admin").await;
    assert!(page.texts(".page-views p").concat().contains("4 views"));
    assert_eq!(page.texts(".top-pages tbody tr"), ["/p/a3", "/1"]);
    assert!(owner.get("/admin/csv/views").await.body.contains("2026-03-15,/p/a,3\r\n"));
    // Once the day is over its key is gone, and a day later of its visitors only the number is left.
    app.clock.advance(DAY);
    views::flush(&app.ctx).await.unwrap();
    assert_eq!(app.count("select count(*) from visitor_keys").await, 0);
    app.clock.advance(DAY);
    views::flush(&app.ctx).await.unwrap();
    assert_eq!(app.count("select count(*) from visitor_days").await, 0);
    assert_eq!(app.count("select cast(sum(visitors) as bigint) from visitor_counts").await, 2);
    let summary = owner.get("/admin/csv/summary").await.body;
    assert!(summary.lines().any(|line| line.starts_with("2026-03-15,") && line.ends_with(",4,2")), "{summary}");
});

on_both!(whoever_is_signed_in_was_here_that_day_once, |app| {
    let owner = app.owner().await;
    browse(&owner, "/admin", FIREFOX).await;
    browse(&owner, "/admin/costs", FIREFOX).await;
    browse(&owner, "/admin/costs/404", FIREFOX).await;
    views::flush(&app.ctx).await.unwrap();
    assert_eq!(app.count("select count(*) from member_days").await, 1);
    assert_eq!(app.count("select count(*) from page_views").await, 0);
    assert!(detail(&owner.get("/admin").await, "activity").contains("100.0% of members active (1)"));
});

on_both!(income_from_advertising_stands_in_the_ledger_and_changes_are_new_entries, |app| {
    let owner = app.owner().await;
    let earned = async || {
        let sum = "select cast(coalesce(sum(minor), 0) as bigint) from ledger_entries where account = 'revenue:advertising'";
        (
            app.count(sum).await,
            app.count("select count(*) from ledger_transfers").await,
            app.count("select count(*) from ledger_seals").await,
        )
    };
    let ad = |amount: &'static str| [("ad_amount", amount), ("ad_day", "2026-03-09"), ("ad_note", "banner")];
    assert_eq!(owner.post("/admin/advertising", &ad("1000")).await.status, 303);
    assert_eq!(earned().await, (-100_000, 1, 1));
    let id = app.count("select id from advertising_income").await;
    let path = format!("/admin/advertising/{id}");
    assert_eq!(owner.post(&path, &ad("800")).await.status, 303);
    assert_eq!(earned().await, (-80_000, 2, 2));
    assert_eq!(owner.post(&path, &ad("800")).await.status, 303);
    assert_eq!(earned().await, (-80_000, 2, 2), "nothing changed");
    assert_eq!(owner.post(&path, &ad("-1")).await.status, 422);
    assert_eq!(owner.post(&format!("{path}/delete"), &[]).await.status, 303);
    assert_eq!(owner.post(&format!("{path}/delete"), &[]).await.status, 404);
    assert_eq!(earned().await, (0, 3, 3));
    assert_eq!(owner.post("/admin/advertising", &ad("5")).await.status, 303);
    assert_eq!(earned().await, (-500, 4, 4), "a number that is given anew is another income");
    assert_eq!(app.count("select cast(sum(minor) as bigint) from ledger_entries").await, 0);
    assert!(owner.get("/admin/ledger").await.texts("td").contains(&"Earned by advertising".to_owned()));
});
