//! Bad requests to every route the program has: addresses, queries, bodies, methods and headers that no browser sends. The
//! answer is never our fault (5xx), and always ours: with its status, its headers, and a page or JSON that says what is
//! wrong. The routes come from the program, so a new one is attacked without anyone remembering.

use crate::on_both;
use crate::payments::FAILURES;
use crate::support::{Answer, Backend, PASSWORD, Person, TestApp};
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Method, Url};
use stoa::server::http::Route;

/// What to put where a route has a parameter. `1` is there in most tables.
const PARAMETERS: &[&str] = &[
    "1",
    "0",
    "-1",
    "abc",
    "%00",
    "1%00",
    "a%00b",
    "%FF",
    "%C0%80",
    "%ED%A0%80",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "99999999999999999999999999",
    "%E2%80%AEgpj",
    "..%2F..%2Fetc%2Fpasswd",
    "%3Cscript%3E",
    "%27%20or%201=1--",
];

/// Every name a query may have that some page reads.
const QUERIES: &[&str] = &[
    "after",
    "ads_after",
    "ratings",
    "written",
    "search",
    "sort",
    "reply",
    "to",
    "done",
    "token",
    "period",
    "from",
    "fee",
    "payers",
    "limit",
    "delete",
    "target_kind",
    "target_id",
    "parent",
    "by",
    "show",
    "number",
    "post",
    "tier",
    "term",
    "currency",
];

const VALUES: &[&str] = &[
    "%00",
    "a%00b",
    "%FF%FE",
    "-1",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775807.9223372036854775807",
    "-9223372036854775808.-9223372036854775808",
    "9223372036854775807-9223372036854775807",
    "-9223372036854775808--9223372036854775808",
    "9999-12-31~9223372036854775807",
    "-9999-01-01",
    "%25%5C_",
    "NaN",
    "topic",
];

/// Whether an answer is one of ours, whatever was asked.
pub fn check(what: &str, answer: &Answer) {
    assert!(answer.status < 500, "{what}: {} {}", answer.status, answer.body);
    let header = |name| answer.headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    assert!(!header("x-request-id").is_empty(), "{what} has no request id");
    assert_eq!(header("x-content-type-options"), "nosniff", "{what}");
    let policy = header("content-security-policy");
    // A letter that an admin looks at has its styles in it; nothing runs there.
    let letter = what.contains(" /admin/mail/") && policy.ends_with("; sandbox");
    assert!(policy.contains("default-src 'none'") && (letter || !policy.contains("unsafe-inline")), "{what}: {policy}");
    // The same for everybody, and without a cookie.
    let for_all =
        ["cards/", "icons/", "manifest.webmanifest", "qr/", "robots.txt", "sitemap"].iter().any(|file| what.contains(&format!(" /{file}")));
    let public = for_all && !answer.headers.contains_key("set-cookie");
    assert!(header("cache-control").contains("private") || public, "{what}: {}", header("cache-control"));
    if answer.status >= 400 && !answer.body.is_empty() {
        let for_programs = what.contains(" /api/") || what.contains(" /webhooks/");
        let expected = match for_programs {
            // One word is what it reads.
            true if what.ends_with("/webhooks/alipay") => "text/plain",
            true => "application/json",
            false => "text/html",
        };
        assert!(header("content-type").starts_with(expected), "{what}: {} {}", answer.status, header("content-type"));
    }
}

fn addresses(route: &Route, values: &[&str]) -> Vec<String> {
    let Some((before, rest)) = route.path.split_once('{') else { return vec![route.path.to_owned()] };
    let (_, after) = rest.split_once('}').unwrap();
    let mut all = Vec::new();
    for value in values {
        match after.split_once('{') {
            // The second parameter is hostile where the first is well.
            Some((middle, _)) => all.extend([format!("{before}1{middle}{value}"), format!("{before}{value}{middle}x")]),
            None => all.push(format!("{before}{value}{after}")),
        }
    }
    all
}

impl Person {
    async fn raw(&self, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<reqwest::Body>) -> Answer {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(
                reqwest::header::HeaderName::from_bytes(name.as_bytes()).unwrap(),
                HeaderValue::from_bytes(value.as_bytes()).unwrap(),
            );
        }
        let what = format!("{method} {path}");
        let answer = self.send(self.client.request(method, format!("{}{path}", self.address)).headers(map).body(body)).await;
        check(&what, &answer);
        answer
    }
}

/// One of each, so that `1` is somebody and something.
async fn furnish(app: &TestApp) {
    app.post_row("a", "public", None).await;
    let tier = app.tier_row("t").await;
    app.post_row("b", "paid", Some(tier)).await;
    let owner = app.owner().await;
    let space = [("name", "One"), ("slug", "abc"), ("access", "public")];
    assert_eq!(owner.post("/admin/spaces", &space).await.status, 303);
    assert_eq!(owner.post("/c/abc/new", &[("title", "T"), ("source", "s")]).await.status, 303);
    let reply = [("target_kind", "topic"), ("target_id", "1"), ("source", "s")];
    assert_eq!(owner.post("/replies", &reply).await.status, 303);
    let cost = [("category", "content"), ("recurrence", "once"), ("amount", "1"), ("day", "2026-03-01")];
    assert_eq!(owner.post("/admin/costs", &cost).await.status, 303);
}

async fn everybody(app: &TestApp) -> [Person; 3] {
    [app.visitor(), app.member("mallory").await, app.owner().await]
}

const THINGS: &str = "select (select count(*) from posts) + (select count(*) from members) + (select count(*) from orders)
    + (select count(*) from topics) + (select count(*) from replies) + (select count(*) from votes) + (select count(*) from ratings)
    + (select count(*) from spaces) + (select count(*) from tiers) + (select count(*) from costs) + (select count(*) from sessions)";

on_both!(no_address_and_no_query_is_our_fault_or_changes_anything, |app| {
    furnish(&app).await;
    let people = everybody(&app).await;
    let before = app.count(THINGS).await;
    let routes = stoa::app::routes();
    let huge = format!("?after={0}&search={0}&to=/{0}", "a".repeat(16 * 1024 / 3));
    let queries = VALUES.iter().map(|value| {
        let pairs: Vec<String> = QUERIES.iter().map(|name| format!("{name}={value}")).collect();
        format!("?{}", pairs.join("&"))
    });
    let queries: Vec<String> =
        queries.chain([huge, "?%00=%00&&=&%".to_owned(), "?period=custom&from=0000-00-00&to=9999-99-99".to_owned()]).collect();
    for person in &people {
        for route in routes.list().iter().filter(|route| route.method == "GET") {
            for address in addresses(route, PARAMETERS) {
                let answer = person.raw(Method::GET, &address, &[], "").await;
                if address.contains("%00") {
                    assert_eq!(answer.status, 404, "{address}");
                }
            }
            for address in addresses(route, &["1", "abc"]) {
                let (get, head) = (person.raw(Method::GET, &address, &[], "").await, person.raw(Method::HEAD, &address, &[], "").await);
                assert!(get.status == head.status || head.status == 429, "HEAD {address}");
                assert!(head.body.is_empty(), "HEAD {address}");
                // The owner is let in everywhere, and so comes furthest.
                for query in queries.iter().filter(|_| person.id == app.owner) {
                    person.raw(Method::GET, &format!("{address}{query}"), &[], "").await;
                }
            }
        }
        for path in [
            "/nowhere",
            "/%00",
            "/%FF",
            "/pkg/%00",
            "/pkg/../manifest.json",
            "/pkg/none.js",
            "/manifest.json",
            "//evil.example",
            "/%2e%2e/etc",
        ] {
            assert_eq!(person.raw(Method::GET, path, &[], "").await.status, 404, "{path}");
        }
    }
    assert_eq!(app.count(THINGS).await, before, "to look changes nothing");
});

on_both!(other_methods_are_refused_everywhere, |app| {
    furnish(&app).await;
    let owner = app.owner().await;
    for route in stoa::app::routes().list() {
        for address in addresses(route, &["1"]) {
            for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS, Method::TRACE, Method::from_bytes(b"STOA").unwrap()]
            {
                let status = owner.raw(method.clone(), &address, &[], "").await.status;
                assert!([404, 405].contains(&status), "{method} {address}: {status}");
            }
        }
    }
});

/// Every name a form may have that some handler reads.
const FIELDS: &[&str] = &[
    "email",
    "handle",
    "name",
    "password",
    "current_password",
    "new_password",
    "to",
    "locale",
    "token",
    "site_name",
    "time_zone",
    "currency",
    "title",
    "slug",
    "summary",
    "tags",
    "source",
    "access",
    "tier",
    "price",
    "do",
    "version",
    "action",
    "kind",
    "post",
    "cadence",
    "target_kind",
    "target_id",
    "parent",
    "value",
    "up",
    "down",
    "none",
    "stars",
    "bio",
    "role",
    "search",
    "after",
    "description",
    "monthly",
    "yearly",
    "position",
    "category",
    "recurrence",
    "amount",
    "day",
    "until",
    "article",
    "note",
    "ad_amount",
    "ad_day",
    "ad_note",
    "understood",
    "promise_zh",
    "promise_en",
    "accent",
    "accent_picked",
    "logo",
    "favicon",
    "logo_is_name",
    "announced",
    "announcement_zh",
    "announcement_to",
    "header_zh",
    "header_to",
    "footer_en",
    "footer_to",
    "section_tiers",
    "position_tiers",
    "questions_en",
    "css",
    "title_zh",
    "title_en",
    "source_zh",
    "source_en",
    "in_footer",
    "hash",
    "code",
    "number",
    "tail",
    "size",
    "term",
    "days",
    "articles",
    "several",
    "key",
    "codes",
    "format",
    "take_back",
    "field",
    "how",
    "text",
    "what",
    "by",
    "least",
    "until",
    "nameless",
    "tier-0",
    "price-0",
    "invite",
];

fn form(value: &str) -> String {
    let encoded: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
    let pairs: Vec<String> = FIELDS.iter().map(|name| format!("{name}={encoded}")).collect();
    pairs.join("&")
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// Where something ends for whoever posts, so that the rest would be tried by a visitor.
fn ends_something(path: &str) -> bool {
    path == "/sign-out" || path.starts_with("/account/sessions/")
}

on_both!(no_body_is_our_fault, |app| {
    furnish(&app).await;
    let forms: Vec<String> = [
        "\0",
        "\u{202e}\u{200b}\u{feff}",
        "🎉👩‍👩‍👧‍👦",
        "-1",
        "9223372036854775808",
        "9223372036854775807",
        "'; drop table members; --",
        "%s%n{{7*7}}",
    ]
    .into_iter()
    .map(form)
    .collect();
    let long = form(&"a".repeat(2_000)) + "&source=" + &"a".repeat(100_000);
    let routes = stoa::app::routes();
    for (nth, person) in everybody(&app).await.into_iter().enumerate() {
        let mut turn = nth;
        for route in routes.list().iter().filter(|route| route.method == "POST" && !ends_something(route.path)) {
            for address in addresses(route, &["1", "%00", "9223372036854775808"]) {
                let post = async |headers: &[(&str, &str)], body: String| person.raw(Method::POST, &address, headers, body).await.status;
                post(&[], String::new()).await;
                post(&[FORM], String::new()).await;
                post(&[("content-type", "text/plain")], "title=x".into()).await;
                post(&[("content-type", "application/json")], "{\"source\":\"\\u0000\",\"title\":[1]}".into()).await;
                post(&[("content-type", "application/json")], "{".repeat(10_000)).await;
                post(&[("content-type", "multipart/form-data; boundary=x")], "--x\r\n".into()).await;
                post(&[FORM], "%&=&%zz&&&source".into()).await;
                post(&[FORM], "source=a&source=b".into()).await;
                // Of all people and addresses together each route gets every one of them, and often.
                for body in forms.iter().skip(turn % 4).step_by(4) {
                    post(&[FORM], body.clone()).await;
                }
                turn += 1;
                let strange = post(&[FORM, ("sec-fetch-site", "cross-site")], forms[0].clone()).await;
                assert!(strange == 403 || address.contains("%00"), "POST {address} from another site: {strange}");
                let stranger = post(&[FORM, ("origin", "https://evil.example")], forms[0].clone()).await;
                assert!(stranger == 403 || address.contains("%00"), "POST {address} from another origin: {stranger}");
            }
            for address in addresses(route, &["1"]) {
                person.raw(Method::POST, &address, &[FORM], long.clone()).await;
            }
        }
    }
});

on_both!(what_is_too_large_is_413_and_what_is_no_utf8_is_400, |app| {
    furnish(&app).await;
    let owner = app.owner().await;
    let whole = 4 * 1024 * 1024;
    for path in [
        "/join",
        "/sign-in",
        "/language",
        "/write/new",
        "/write/1",
        "/replies",
        "/replies/1/edit",
        "/c/abc/new",
        "/topics/1/edit",
        "/votes",
        "/ratings",
        "/checkout",
        "/account/profile",
        "/admin/tiers",
        "/admin/costs",
        "/admin/spaces",
    ] {
        let large = format!("source={}", "a".repeat(whole));
        assert_eq!(owner.raw(Method::POST, path, &[FORM], large).await.status, 413, "{path}");
        assert_eq!(owner.raw(Method::POST, path, &[FORM], b"title=%FF".to_vec()).await.status, 400, "{path}");
        assert_eq!(owner.raw(Method::POST, path, &[FORM], b"title=\xc3\x28".to_vec()).await.status, 400, "{path}");
        assert_eq!(owner.raw(Method::POST, path, &[], "title=a").await.status, 400, "{path} without a content type");
    }
    let json = ("content-type", "application/json");
    let large = format!("{{\"source\":\"{}\"}}", "a".repeat(whole));
    assert_eq!(owner.raw(Method::POST, "/api/fn/preview-markdown", &[json], large).await.status, 413);
    for (provider, words) in FAILURES {
        let answer = owner.raw(Method::POST, &format!("/webhooks/{provider}"), &[json], "a".repeat(257 * 1024)).await;
        assert_eq!((answer.status, answer.body.as_str()), (413, words), "{provider}");
    }
});

on_both!(server_functions_say_what_is_wrong_with_garbage, |app| {
    let [visitor, member, owner] = everybody(&app).await;
    let json = [("content-type", "application/json")];
    for (path, _) in server_fn::axum::server_fn_paths() {
        for body in ["", "null", "[]", "{}", "{\"source\":1}", "{\"source\":\"\\ud800\"}", "\u{0}", "{\"source\":\"a\",\"source\":\"b\"}"] {
            for headers in [&json[..], &[], &[FORM]] {
                assert_eq!(owner.raw(Method::POST, path, headers, body).await.status, 400, "{path} {body}");
            }
        }
    }
    let body = "{\"source\":\"*a*\"}";
    for (person, status) in [(&visitor, 401), (&member, 403), (&owner, 200)] {
        assert_eq!(person.raw(Method::POST, "/api/fn/preview-markdown", &json, body).await.status, status);
    }
    for path in ["/api/fn/", "/api/fn/none", "/api/fn/preview-markdown/", "/api/fn/%FF", "/api/fn/a%2Fb"] {
        assert_eq!(owner.raw(Method::POST, path, &json, body).await.status, 404, "{path}");
    }
});

on_both!(headers_full_of_garbage_are_read_as_none, |app| {
    let member = app.member("mallory").await;
    let long = "a".repeat(8 * 1024);
    let weights = "zh;q=NaN,en;q=1e999,*;q=-1,;;;,,".repeat(200);
    for person in [&member, &app.visitor()] {
        for (name, value) in [
            ("cookie", "stoa_session=garbage"),
            ("cookie", "stoa_session=; stoa_session=%00; stoa_locale=%00"),
            ("cookie", long.as_str()),
            ("cookie", "stoa_session=\u{ff}\u{fe}"),
            ("cookie", "stoa_locale=../../etc; =; ;;"),
            ("accept-language", long.as_str()),
            ("accept-language", weights.as_str()),
            ("accept-language", "\u{ff}"),
            ("accept-encoding", long.as_str()),
            ("x-forwarded-for", long.as_str()),
            ("x-forwarded-for", "\u{ff},,,:::::%,"),
            ("x-forwarded-host", "evil.example"),
            ("user-agent", long.as_str()),
            ("user-agent", "\u{ff}"),
            ("range", "bytes=0-1,5-,-9999999999999999999"),
            ("if-none-match", "\u{ff}"),
        ] {
            let answer = person.raw(Method::GET, "/", &[(name, value)], "").await;
            assert_eq!(answer.status, 200, "{name}: {value}");
            assert!(!answer.body.contains("evil.example"));
        }
    }
});

#[tokio::test]
async fn behind_a_proxy_garbage_in_its_header_is_only_an_address() {
    let app = TestApp::start_with(Backend::Sqlite, &[("STOA_BEHIND_PROXY", "on")]).await;
    stoa::settings::service::new_setup_token(&app.ctx).await.unwrap();
    for value in ["", ",", "\u{ff}", "unknown", "1.2.3.4, ::::", &"9".repeat(9_000)] {
        let answer = app.visitor().raw(Method::POST, "/setup", &[("x-forwarded-for", value), FORM], "token=x").await;
        assert_eq!(answer.status, 422, "{value}");
    }
}

on_both!(no_form_and_no_link_leads_to_another_site, |app| {
    furnish(&app).await;
    let (member, here) = (app.member("mallory").await, Url::parse(&app.address).unwrap());
    let price = app.paid_post(Some(100), None).await.to_string();
    for to in [
        "https://evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/..//evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "@evil.example",
        ".evil.example",
        "/\r\nSet-Cookie: stoa_session=x",
        "/%0d%0aSet-Cookie:%20x=1",
        "http:/evil.example",
        "",
        "\0",
        "/a\u{202e}b",
    ] {
        let leads_here = |what: &str, answer: &Answer| {
            assert!(!answer.headers.iter().any(|(name, value)| name == "set-cookie" && value.as_bytes().starts_with(b"x=")));
            let Some(location) = answer.headers.get("location") else { return };
            let location = location.to_str().unwrap_or_else(|_| panic!("{what} to {to:?} leads to what is no address"));
            let target = here.join(location).unwrap();
            assert_eq!(target.origin(), here.origin(), "{what} to {to:?} leads to {location}");
        };
        let encoded: String = form_urlencoded::byte_serialize(to.as_bytes()).collect();
        for path in ["/sign-in", "/join"] {
            let answer = member.get(&format!("{path}?to={encoded}")).await;
            assert_eq!(answer.status, 303);
            leads_here(path, &answer);
            let drawn = app.visitor().get(&format!("{path}?to={encoded}")).await;
            let hidden = drawn.attribute("input[name=to]", "value").unwrap();
            assert!(here.join(&hidden).unwrap().origin() == here.origin(), "{path}: {hidden}");
        }
        let sign_in = [("email", "mallory@example.org"), ("password", PASSWORD), ("to", to)];
        for (path, fields) in [
            ("/sign-in", &sign_in[..]),
            ("/language", &[("locale", "en"), ("to", to)]),
            ("/votes", &[("target_kind", "topic"), ("target_id", "1"), ("value", "1"), ("to", to)]),
            ("/ratings", &[("post", "1"), ("stars", "5"), ("to", to)]),
            ("/replies", &[("target_kind", "topic"), ("target_id", "1"), ("source", "s"), ("to", to)]),
        ] {
            let answer = member.post(path, fields).await;
            assert_eq!(answer.status, 303, "{path}: {}", answer.body);
            leads_here(path, &answer);
        }
        let order = member.post("/checkout", &[("kind", "post"), ("post", &price), ("to", to)]).await;
        let back = member.get(order.location()).await.attribute(".order-back a", "href").unwrap();
        assert_eq!(here.join(&back).unwrap().origin(), here.origin(), "an order goes back to {back}");
    }
});

#[tokio::test]
async fn under_https_cookies_are_secure_and_the_name_in_the_request_is_not_believed() {
    let mut app = TestApp::start_with(Backend::Sqlite, &[("STOA_BASE_URL", "https://stoa.example")]).await;
    let token = stoa::settings::service::new_setup_token(&app.ctx).await.unwrap().unwrap();
    let form = [
        ("token", token.as_str()),
        ("site_name", "S"),
        ("locale", "en"),
        ("time_zone", "UTC"),
        ("currency", "CNY"),
        ("email", "o@example.org"),
        ("handle", "olive"),
        ("password", PASSWORD),
    ];
    let answers = [app.visitor().post("/setup", &form).await, app.visitor().post("/language", &[("locale", "en")]).await];
    for answer in answers {
        let cookie = answer.headers.get("set-cookie").unwrap().to_str().unwrap();
        assert!(["Secure", "HttpOnly", "SameSite=Lax", "Path=/"].iter().all(|flag| cookie.contains(flag)), "{cookie}");
    }
    app.owner = stoa::foundation::id::MemberId(app.count("select id from members").await);
    app.post_row("a", "public", None).await;
    let page = app.visitor().raw(Method::GET, "/p/a", &[("host", "evil.example")], "").await;
    assert_eq!(page.attribute("link[rel=canonical]", "href").as_deref(), Some("https://stoa.example/p/a"));
    assert!(!page.body.contains("evil.example"));
}
