//! An empty site filled with sample content.

use crate::on_both;
use crate::support::{Backend, PASSWORD, Person, TestApp};
use stoa::demo::{Made, fill};
use stoa::foundation::error::AppError;
use stoa::server::db::Queries;
use stoa::settings::service::NewSite;

fn site(currency: &str) -> NewSite {
    NewSite { name: "Demo".into(), locale: "zh-CN".into(), time_zone: "UTC".into(), currency: currency.into() }
}

async fn filled(app: &TestApp) -> Made {
    fill(&app.ctx, site("CNY"), PASSWORD).await.unwrap()
}

async fn sample(app: &TestApp, handle: &str) -> Person {
    let person = app.visitor();
    let email = format!("{handle}@example.org");
    assert_eq!(person.post("/sign-in", &[("email", &email), ("password", PASSWORD)]).await.status, 303, "{handle} could not sign in");
    person
}

/// How many rows every table the demo writes has.
async fn rows(app: &TestApp) -> Vec<i64> {
    let mut rows = Vec::new();
    for sql in [
        "select count(*) from members",
        "select count(*) from tiers",
        "select count(*) from spaces",
        "select count(*) from posts",
        "select count(*) from topics",
        "select count(*) from replies",
        "select count(*) from votes",
        "select count(*) from ratings",
        "select count(*) from orders",
        "select count(*) from entitlements",
        "select count(*) from costs",
        "select count(*) from advertising_income",
        "select count(*) from interactions",
    ] {
        rows.push(app.count(sql).await);
    }
    rows
}

on_both!(an_empty_site_is_filled_and_every_article_and_space_opens_for_the_owner, |app| {
    let made = filled(&app).await;
    assert_eq!((made.articles, made.spaces, made.topics, made.orders, made.owner), (8, 3, 6, Some(4), None));
    let owner = app.owner().await;
    let slugs: Vec<(String,)> = app.ctx.db().all("select slug from posts", vec![]).await.unwrap();
    assert_eq!(slugs.len(), 8);
    for (slug,) in slugs {
        let page = owner.get(&format!("/p/{slug}")).await;
        assert_eq!((page.status, page.texts(".paywall-card").len()), (200, 0), "{slug}");
    }
    for slug in ["agora", "study", "atrium"] {
        assert_eq!(owner.get(&format!("/c/{slug}")).await.status, 200, "{slug}");
    }
    assert_eq!(app.count("select count(*) from posts where lang = 'zh-CN'").await, 4);
    assert_eq!(app.count("select count(*) from replies").await, made.replies as i64);
    assert_eq!(app.count("select count(*) from orders where status = 'paid'").await, 4);
    let sql = "select count(*) from interactions where at > $1";
    let (late,): (i64,) = app.ctx.db().one(sql, stoa::args![app.ctx.now()]).await.unwrap();
    assert_eq!(late, 0, "nothing happens in the future");
});

on_both!(the_site_says_what_it_is_in_both_languages, |app| {
    filled(&app).await;
    app.clock.advance(10_000);
    let visitor = app.visitor();
    for slug in ["about", "terms", "privacy", "refunds"] {
        let path = format!("/pages/{slug}");
        let english = visitor.get(&path).await;
        assert_eq!((english.status, english.attribute(".prose", "lang")), (200, None), "{slug}");
        let request = visitor.client.get(format!("{}{path}", app.address)).header("accept-language", "zh");
        let chinese = visitor.send(request).await;
        assert!(chinese.attribute(".prose", "lang").is_none() && chinese.texts("h1") != english.texts("h1"), "{slug}");
        assert_eq!(english.texts(".footer-links a").len(), 4);
    }
    let look = stoa::settings::service::require_site(&app.ctx).await.unwrap().look.clone();
    assert!(!look.promise.zh.is_empty() && look.questions_html.en.contains("/pages/refunds") && look.announced().is_none());
});

on_both!(walls_stand_for_those_who_did_not_pay_and_open_for_those_who_did, |app| {
    filled(&app).await;
    let walled = async |person: &Person, slug: &str| !person.get(&format!("/p/{slug}")).await.texts(".paywall-card").is_empty();
    let (visitor, mei) = (app.visitor(), sample(&app, "sample-mei").await);
    for (slug, for_visitors, for_members) in [
        ("ownership-in-one-evening", false, false),
        ("xie-hao-cuo-wu-xin-xi", false, false),
        ("pricing-a-course", true, false),
        ("sqlite-in-production", true, true),
        ("du-dai-ma", true, true),
        ("jiao-bian-cheng", true, true),
    ] {
        assert_eq!((walled(&visitor, slug).await, walled(&mei, slug).await), (for_visitors, for_members), "{slug}");
    }
    let (lin, bo) = (sample(&app, "sample-lin").await, sample(&app, "sample-bo").await);
    assert!(!walled(&lin, "jiao-bian-cheng").await, "the tier opens it");
    assert!(!walled(&bo, "sqlite-in-production").await, "it was bought");
    assert_eq!((lin.get("/c/atrium").await.status, bo.get("/c/atrium").await.status), (200, 403));
});

on_both!(a_second_run_is_refused_and_changes_nothing, |app| {
    filled(&app).await;
    let before = rows(&app).await;
    assert!(before.iter().all(|n| *n > 0), "every table has rows: {before:?}");
    assert!(matches!(fill(&app.ctx, site("CNY"), PASSWORD).await, Err(AppError::Conflict(_))));
    assert_eq!(rows(&app).await, before);
});

on_both!(a_site_with_a_sample_member_or_a_password_too_short_is_left_alone, |app| {
    let before = rows(&app).await;
    assert!(matches!(fill(&app.ctx, site("CNY"), "short").await, Err(AppError::Invalid(_))));
    assert_eq!(rows(&app).await, before);
    app.member("sample-lin").await;
    let before = rows(&app).await;
    assert!(matches!(fill(&app.ctx, site("CNY"), PASSWORD).await, Err(AppError::Conflict(_))));
    assert_eq!(rows(&app).await, before);
});

#[tokio::test]
async fn a_site_that_is_not_there_is_founded_also_in_a_currency_without_decimals() {
    let app = TestApp::start_empty(Backend::Sqlite).await;
    let made = fill(&app.ctx, site("JPY"), PASSWORD).await.unwrap();
    assert_eq!((made.owner.as_deref(), made.articles), (Some("keeper@example.org"), 8));
    assert_eq!(app.count("select price_minor from posts where slug = 'sqlite-in-production'").await, 19);
    assert_eq!(sample(&app, "keeper").await.get("/admin").await.status, 200);
}

#[tokio::test]
async fn without_a_provider_there_are_no_orders_and_the_same_doors_are_open() {
    let app = TestApp::start_without_payments(Backend::Sqlite).await;
    let made = filled(&app).await;
    assert_eq!((made.orders, app.count("select count(*) from orders").await), (None, 0));
    assert_eq!(app.count("select count(*) from entitlements").await, 4);
    assert_eq!(sample(&app, "sample-lin").await.get("/c/atrium").await.status, 200);
}
