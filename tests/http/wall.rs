//! The wall. A phrase is planted behind every kind of wall there is; then people who may not read it visit every route the
//! program has, with every value that could lead to it, and the phrase must be in no body and no header.
//!
//! The routes come from the program. A route with a parameter that is not known here fails the test: say below what to put
//! into it.

use crate::on_both;
use crate::support::{Answer, Person, TestApp};
use stoa::foundation::id::MemberId;
use stoa::foundation::time::DAY;
use stoa::foundation::viewer::Role;
use stoa::server::db::Queries;

/// Behind every wall, and nowhere else.
const PHRASE: &str = "quokka-beneath-the-lintel";

struct Planted {
    posts: Vec<(i64, String)>,
    topics: Vec<i64>,
    replies: Vec<i64>,
    tier: i64,
    paid_slug: String,
}

const POST: &str = "insert into posts (slug, author_id, title, summary, source, preview_html, rest_html, excerpt, words, rest_words,
    code_samples, rest_code_samples, reading_minutes, contents, status, access, tier_id, price_minor, published_at, created_at, updated_at)
values ($1, $2, $3, 'A summary.', $4, '<p>The preview.</p>', $5, 'The preview.', 900, 800, 3, 2, 4, $6, $7, $8, $9, $10, $11, $11, $11)
returning id";

async fn plant(app: &TestApp, author: MemberId) -> Planted {
    let now = app.ctx.now().0;
    let tier =
        app.insert("insert into tiers (slug, name, created_at) values ('inner', 'Inner circle', $1) returning id", stoa::args![now]).await;
    let prices = "insert into tier_prices (tier_id, cadence, currency, minor) values ($1, 'month', 'CNY', 3000)";
    app.ctx.db().run(prices, stoa::args![tier]).await.unwrap();

    let rest = format!("<h2 id=\"h-x\">{PHRASE}</h2><p>{PHRASE}</p>");
    let source = format!("The preview.\n\n<!--paywall-->\n\n## {PHRASE}\n\n{PHRASE}");
    let contents = format!(r#"[{{"level":2,"id":"h-x","text":"{PHRASE}","behind_wall":true}}]"#);
    let mut posts = Vec::new();
    for (slug, access, tier_id, price, status) in [
        ("for-members", "members", None, None, "published"),
        ("for-the-tier", "paid", Some(tier), None, "published"),
        ("for-buyers", "paid", None, Some(4900_i64), "published"),
        ("for-both", "paid", Some(tier), Some(4900), "published"),
        ("a-draft", "public", None, None, "draft"),
    ] {
        let title = if status == "draft" { PHRASE.to_owned() } else { format!("About {slug}") };
        let args = stoa::args![slug, author, title, &source, &rest, &contents, status, access, tier_id, price, now];
        let id = app.insert(POST, args).await;
        let tag = "insert into post_tags (post_id, tag, name, published_at) values ($1, 'walls', 'Walls', $2)";
        app.ctx.db().run(tag, stoa::args![id, (status == "published").then_some(now)]).await.unwrap();
        posts.push((id, slug.to_owned()));
    }

    let page =
        "insert into pages (slug, title_zh, title_en, source_zh, source_en, html_zh, html_en, status, in_footer, created_at, updated_at)
values ('a-draft-page', $1, $1, $1, $1, $1, $1, 'draft', $2, $3, $3)
returning id";
    app.insert(page, stoa::args![PHRASE, true, now]).await;
    let draft = "insert into look_drafts (admin_id, name, locale, time_zone, look, updated_at) values ($1, $2, 'en', 'UTC', '{}', $3)";
    app.ctx.db().run(draft, stoa::args![app.owner, PHRASE, now]).await.unwrap();

    let mut topics = Vec::new();
    let mut replies = Vec::new();
    for (slug, access, tier_id) in [("members-room", "members", None), ("inner-room", "paid", Some(tier))] {
        let space = app
            .insert(
                "insert into spaces (slug, name, access, tier_id, created_at) values ($1, 'A room', $2, $3, $4) returning id",
                stoa::args![slug, access, tier_id, now],
            )
            .await;
        let topic = "insert into topics (space_id, author_id, slug, title, source, html, replies, created_at, last_activity_at)
values ($1, $2, 'walled', $3, $3, $3, 1, $4, $4)
returning id";
        let topic = app.insert(topic, stoa::args![space, author, PHRASE, now]).await;
        replies.push(app.insert(REPLY, stoa::args!["topic", topic, author, PHRASE, now]).await);
        topics.push(topic);
    }
    for (post, _) in &posts {
        replies.push(app.insert(REPLY, stoa::args!["post", *post, author, PHRASE, now]).await);
    }
    // As they are counted where they are written: what is not counted is not asked for.
    for sql in ["update posts set replies = 1", "update topics set replies = 1"] {
        app.ctx.db().run(sql, stoa::args![]).await.unwrap();
    }
    Planted { posts, topics, replies, tier, paid_slug: "for-the-tier".to_owned() }
}

const REPLY: &str = "insert into replies (target_kind, target_id, author_id, source, html, created_at)
values ($1, $2, $3, $4, $4, $5)
returning id";

/// What to put into the parameter of a route.
fn values(planted: &Planted, path: &str, parameter: &str) -> Vec<String> {
    let ids = || {
        let mut ids: Vec<i64> =
            planted.posts.iter().map(|(id, _)| *id).chain(planted.topics.clone()).chain(planted.replies.clone()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.into_iter().map(|id| id.to_string()).collect()
    };
    match parameter {
        "slug" if path.starts_with("/t/") => vec!["walled".into()],
        "slug" if path.starts_with("/pages/") => vec!["a-draft-page".into()],
        // Nobody asks for the files of a look by another name than their hash.
        "file" => vec![format!("{}.png", "0".repeat(32)), format!("{}.css", "0".repeat(32))],
        "slug" if path.starts_with("/c/") => vec!["members-room".into(), "inner-room".into()],
        "slug" => planted.posts.iter().map(|(_, slug)| slug.clone()).collect(),
        "space" => vec!["members-room".into(), "inner-room".into()],
        "tag" => vec!["walls".into()],
        "handle" => vec!["writer".into()],
        "id" => ids(),
        "card" => vec!["0.png".into()],
        "code" => vec!["no-such-offer".into(), "NO-SUCH-CODE".into()],
        "icon" => vec!["192.png".into()],
        "n" => vec!["0".into()],
        "provider" => vec!["test".into(), "stripe".into(), "nobody".into()],
        "kind" => vec!["verify".into(), "receipt".into()],
        "reference" => vec!["no-such-order".into()],
        "secret" => vec!["no-such-gift".into()],
        "seat" => vec!["1".into()],
        "metric" | "table" => vec!["interactions".into(), "ratings".into(), "retention".into(), "profit".into(), "costs".into()],
        "*name" => stoa_server_functions(),
        other => panic!("{path}: say in tests/http/wall.rs what to put into {{{other}}}"),
    }
}

fn stoa_server_functions() -> Vec<String> {
    let paths = server_fn::axum::server_fn_paths();
    paths.map(|(path, _)| path.trim_start_matches("/api/fn/").to_owned()).collect()
}

/// Every address that a route stands for.
fn addresses(planted: &Planted, path: &str) -> Vec<String> {
    let Some((before, rest)) = path.split_once('{') else { return vec![path.to_owned()] };
    let (parameter, after) = rest.split_once('}').unwrap();
    let mut all = Vec::new();
    for value in values(planted, path, parameter) {
        // The rest of the path keeps its own shape for the next parameter.
        for tail in addresses(planted, after) {
            all.push(format!("{before}{value}{tail}"));
        }
    }
    all
}

fn check(who: &str, what: &str, answer: &Answer) {
    assert!(!answer.body.contains(PHRASE), "{who} was given the phrase by {what}:\n{}", answer.body);
    for (name, value) in &answer.headers {
        assert!(!value.to_str().unwrap_or_default().contains(PHRASE), "{who} was given the phrase by {what} in {name}");
    }
}

/// Forms with every field that could name something behind the wall.
fn forms(planted: &Planted) -> Vec<Vec<(String, String)>> {
    let mut forms = Vec::new();
    let mut targets: Vec<(&str, i64, String)> = planted.posts.iter().map(|(id, slug)| ("post", *id, format!("/p/{slug}"))).collect();
    targets.extend(planted.topics.iter().map(|id| ("topic", *id, format!("/t/{id}/walled"))));
    targets.extend(planted.replies.iter().map(|id| ("reply", *id, "/".to_owned())));
    for (kind, id, to) in targets {
        for action in ["preview", "save"] {
            let fields = [
                ("kind", "post"),
                ("post", &id.to_string()),
                ("target_kind", kind),
                ("target_id", &id.to_string()),
                ("parent", &planted.replies[0].to_string()),
                ("reply", &id.to_string()),
                ("tier", &planted.tier.to_string()),
                ("cadence", "month"),
                ("source", "Some words."),
                ("title", "A title"),
                ("stars", "5"),
                ("value", "1"),
                ("action", action),
                ("to", &to),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
            forms.push(fields.to_vec());
        }
    }
    forms
}

async fn visit_everything(app: &TestApp, planted: &Planted, who: &str, person: &Person) {
    let routes = stoa::app::routes();
    let mut visited = 0;
    for route in routes.list().iter().filter(|route| route.method == "GET") {
        for address in addresses(planted, route.path) {
            for query in ["", "?sort=best", "?reply=1", "?preview=1", "?edit=1"] {
                let answer = person.get(&format!("{address}{query}")).await;
                check(who, &format!("GET {address}{query}"), &answer);
                visited += 1;
            }
        }
    }
    assert!(visited > 100, "the routes were found");
    let forms = forms(planted);
    for route in routes.list().iter().filter(|route| route.method == "POST") {
        // Signing out would make everybody a visitor.
        if ["/sign-out", "/sign-in", "/join", "/setup"].contains(&route.path) {
            continue;
        }
        for address in addresses(planted, route.path) {
            // Where the address names the thing, the fields need not name every other one as well.
            let named = if route.path.contains('{') { 2 } else { forms.len() };
            for form in &forms[..named] {
                let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                let answer = person.post(&address, &form).await;
                check(who, &format!("POST {address} {form:?}"), &answer);
                if let Some(location) = answer.headers.get("location").map(|l| l.to_str().unwrap()).filter(|l| l.starts_with('/')) {
                    check(who, &format!("POST {address}, then {location}"), &person.get(location).await);
                }
            }
        }
    }
    for path in ["/nowhere", "/write/1?x", "/p/for-the-tier/", "/p/A-DRAFT", "/robots.txt"] {
        check(who, path, &person.get(path).await);
    }
    let still = app.count("select count(*) from posts p join members m on m.id = p.author_id where m.handle = 'writer'").await;
    assert_eq!(still, planted.posts.len() as i64, "{who} took nothing away");
}

async fn hold(app: &TestApp, member: MemberId, tier: i64, ends_at: i64) {
    let sql = "insert into entitlements (member_id, tier_id, starts_at, ends_at, cause, created_at, given_at, open_until) values ($1, $2, $3, $4, $5, $3, $3, $4)";
    let begun = app.ctx.now().0 - 60 * DAY;
    app.ctx.db().run(sql, stoa::args![member, tier, begun, ends_at, format!("test:{member}")]).await.unwrap();
}

on_both!(what_is_behind_the_wall_reaches_nobody_who_may_not_read_it, |app| {
    let writer = app.person("writer", Role::Author).await;
    let planted = plant(&app, writer.id).await;

    // The phrase is there for those who may read it: the test can fail.
    let paying = app.member("paying").await;
    hold(&app, paying.id, planted.tier, app.ctx.now().0 + 30 * DAY).await;
    let page = format!("/p/{}", planted.paid_slug);
    assert!(paying.get(&page).await.body.contains(PHRASE), "a member with the tier reads the article");
    let topic = format!("/t/{}/walled", planted.topics[1]);
    assert!(paying.get(&topic).await.body.contains(PHRASE), "a member with the tier reads the topic");
    assert!(writer.get("/p/a-draft").await.body.contains(PHRASE), "the writer sees the draft");

    visit_everything(&app, &planted, "a visitor", &app.visitor()).await;

    // Members may read what is for members; that is taken away, and what is left is paid for.
    for sql in [
        "delete from replies where target_kind = 'topic' and target_id in (select t.id from topics t join spaces s on s.id = t.space_id where s.access = 'members')",
        "delete from topics where space_id in (select id from spaces where access = 'members')",
        "update posts set access = 'paid', price_minor = 100 where access = 'members'",
    ] {
        app.ctx.db().run(sql, vec![]).await.unwrap();
    }
    let member = app.member("member").await;
    visit_everything(&app, &planted, "a member without rights", &member).await;
    let former = app.member("former").await;
    hold(&app, former.id, planted.tier, app.ctx.now().0 - DAY).await;
    visit_everything(&app, &planted, "a former member", &former).await;
    let other = app.person("other", Role::Author).await;
    visit_everything(&app, &planted, "another creator", &other).await;
});
