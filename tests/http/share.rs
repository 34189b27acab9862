//! What a page says to whoever links to it, what is kept for reading without a network, and what search engines are told.

use crate::on_both;
use crate::payments::buy_tier;
use crate::support::{Answer, Person, TestApp};
use serde_json::Value;
use stoa::foundation::time::{HOUR, MINUTE};
use stoa::foundation::viewer::Role;
use stoa::server::db::Queries;

/// Behind the wall of every article here.
const SECRET: &str = "narwhal-under-the-lintel";

async fn publish(owner: &Person, slug: &str, title: &str, more: &[(&str, &str)]) {
    let source = format!("The preview of {slug}.\n\n<!--paywall-->\n\n## {SECRET}\n\n{SECRET}");
    let mut form = vec![("do", "publish"), ("slug", slug), ("title", title), ("source", &source), ("tags", "Rust & Co")];
    form.extend(more);
    let answer = owner.post("/write/new", &form).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
}

/// One article of each access: `open`, `joined`, `sold`; and a draft.
async fn publish_all(owner: &Person) {
    publish(owner, "open", "An open one", &[("access", "public")]).await;
    publish(owner, "joined", "One for members", &[("access", "members")]).await;
    publish(owner, "sold", "One that is sold", &[("access", "paid"), ("price", "49")]).await;
    let draft = [("do", "save"), ("slug", "draft"), ("title", SECRET), ("source", SECRET), ("access", "public")];
    assert_eq!(owner.post("/write/new", &draft).await.status, 303);
}

fn property(page: &Answer, name: &str) -> Option<String> {
    page.attribute(&format!(r#"meta[property="{name}"]"#), "content")
}

fn linked_data(page: &Answer) -> Value {
    let scripts = page.texts(r#"script[type="application/ld+json"]"#);
    assert_eq!(scripts.len(), 1);
    serde_json::from_str(&scripts[0]).unwrap()
}

/// The path of the page's picture.
fn card(app: &TestApp, page: &Answer) -> String {
    property(page, "og:image").unwrap().strip_prefix(&app.address).unwrap().to_owned()
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

on_both!(an_article_says_what_it_is_to_whoever_links_to_it, |app| {
    let owner = app.owner().await;
    publish(&owner, "a", "Tea & \"honesty\"", &[("access", "public"), ("summary", "A <b>short</b> one.")]).await;
    let page = app.visitor().get("/p/a").await;
    let address = format!("{}/p/a", app.address);
    assert_eq!(property(&page, "og:title").as_deref(), Some("Tea & \"honesty\""));
    assert_eq!(property(&page, "og:description").as_deref(), Some("A <b>short</b> one."));
    assert_eq!(property(&page, "og:type").as_deref(), Some("article"));
    assert_eq!(property(&page, "og:url").as_deref(), Some(address.as_str()));
    assert_eq!(property(&page, "og:site_name").as_deref(), Some("学廊测试"));
    assert_eq!(property(&page, "article:tag").as_deref(), Some("Rust & Co"));
    assert_eq!(property(&page, "og:image:alt").as_deref(), Some("“Tea & \"honesty\"” by olive, 学廊测试"));
    assert_eq!(page.attribute(r#"meta[name="twitter:card"]"#, "content").as_deref(), Some("summary_large_image"));
    for path in ["/p/a", "/p/a?lang=zh-CN", "/p/a?sort=best"] {
        let page = app.visitor().get(path).await;
        assert_eq!(page.body.matches("rel=\"canonical\"").count(), 1, "{path}");
        assert_eq!(page.attribute(r#"link[rel="canonical"]"#, "href").as_deref(), Some(address.as_str()), "{path}");
        for (lang, href) in [("zh-CN", "?lang=zh-CN"), ("en", "?lang=en"), ("x-default", "")] {
            let link = page.attribute(&format!(r#"link[rel="alternate"][hreflang="{lang}"]"#), "href");
            assert_eq!(link, Some(format!("{address}{href}")), "{path}");
        }
    }
});

on_both!(a_title_cannot_end_the_data_it_stands_in, |app| {
    let title = "</script><script>alert(1)</script> \"<!--";
    publish(&app.owner().await, "a", title, &[("access", "public")]).await;
    let page = app.visitor().get("/p/a").await;
    assert_eq!(linked_data(&page)["headline"], title);
    assert!(!page.body.contains("<script>alert(1)"));
    assert_eq!(property(&page, "og:title").as_deref(), Some(title));
});

on_both!(what_is_behind_a_wall_is_named_and_not_told, |app| {
    publish_all(&app.owner().await).await;
    for (slug, walled) in [("open", false), ("joined", true), ("sold", true)] {
        let page = app.visitor().get(&format!("/p/{slug}")).await;
        let data = linked_data(&page);
        assert_eq!(data["@type"], "Article");
        assert_eq!(data["isAccessibleForFree"], !walled, "{slug}");
        assert_eq!(data["author"]["name"], "olive");
        assert_eq!(data["publisher"]["name"], "学廊测试");
        assert!(data["datePublished"].as_str().unwrap().starts_with("2026-03-15T"));
        if walled {
            assert_eq!(data["hasPart"]["isAccessibleForFree"], false);
            let part = data["hasPart"]["cssSelector"].as_str().unwrap();
            assert_eq!(page.texts(part).len(), 1, "{slug}: what is named is there");
            assert!(!page.body.contains(SECRET), "{slug}");
        } else {
            assert_eq!(data.get("hasPart"), None);
        }
        let picture = app.visitor().get(&card(&app, &page)).await;
        assert_eq!((picture.status, header(&picture, "content-type")), (200, "image/png"), "{slug}");
        assert!(picture.body.contains("IHDR") && !picture.body.contains(SECRET));
        assert_eq!(header(&picture, "cache-control"), "public, max-age=31536000, immutable");
    }
});

on_both!(a_card_lives_at_the_address_of_what_is_on_it, |app| {
    let owner = app.owner().await;
    publish(&owner, "a", "First title", &[("access", "public")]).await;
    let visitor = app.visitor();
    let old = card(&app, &visitor.get("/p/a").await);
    assert_eq!(visitor.get(&old).await.status, 200);
    assert_eq!(visitor.get(&old).await.status, 200, "as it was kept");
    app.ctx.db().run("update posts set title = 'Second title' where slug = 'a'", vec![]).await.unwrap();
    let new = card(&app, &visitor.get("/p/a").await);
    assert_ne!(old, new);
    let answer = visitor.get(&old).await;
    assert_eq!((answer.status, answer.location()), (301, new.as_str()));
    assert_eq!(visitor.get(&new).await.status, 200);
    assert_eq!(app.count("select count(*) from cards").await, 1, "the picture it took the place of is gone");

    let home = card(&app, &visitor.get("/").await);
    assert_eq!(visitor.get(&home).await.status, 200);
    assert_eq!(visitor.get("/cards/0.png").await.location(), home);
    for nowhere in ["/cards/nothing/0.png", "/cards/A/0.png", "/cards/a/b/c.png"] {
        assert_eq!(visitor.get(nowhere).await.status, 404, "{nowhere}");
    }
});

on_both!(a_draft_has_no_card_no_code_and_no_tags, |app| {
    let owner = app.owner().await;
    publish_all(&owner).await;
    for person in [&owner, &app.visitor()] {
        for path in ["/cards/draft/0.png", "/qr/draft"] {
            assert_eq!(person.get(path).await.status, 404, "{path}");
        }
    }
    let page = owner.get("/p/draft").await;
    assert_eq!((page.status, property(&page, "og:title")), (200, None));
    assert!(!page.body.contains("ld+json") && !page.body.contains("rel=\"canonical\"") && page.texts(".share-row").is_empty());
    assert_eq!(header(&page, "stoa-keep"), "");
});

on_both!(an_article_has_a_row_to_share_it_with, |app| {
    publish_all(&app.owner().await).await;
    let page = app.visitor().get("/p/sold").await;
    let address = format!("{}/p/sold", app.address);
    assert_eq!(page.attribute(".share-row input[readonly]", "value").as_deref(), Some(address.as_str()));
    assert_eq!(page.texts(".share-qr figcaption"), [address]);
    let image = page.attribute(".share-qr img", "src").unwrap();
    assert_eq!(page.attribute(".share-qr img", "loading").as_deref(), Some("lazy"));
    let code = app.visitor().get(&image).await;
    assert_eq!((code.status, header(&code, "content-type")), (200, "image/svg+xml"));
    assert!(code.body.contains("<svg"));
});

on_both!(what_is_for_some_has_no_tags_even_for_them, |app| {
    let owner = app.owner().await;
    for (slug, access) in [("agora", "public"), ("cellar", "members")] {
        let form = [("name", slug), ("slug", slug), ("description", "A place."), ("access", access), ("tier", ""), ("position", "1")];
        assert_eq!(owner.post("/admin/spaces", &form).await.status, 303);
        let topic = [("title", "A question"), ("source", "Is it *open*?"), ("action", "send")];
        let answer = owner.post(&format!("/c/{slug}/new"), &topic).await;
        let topic = answer.location().split('?').next().unwrap().to_owned();
        let open = access == "public";
        for path in [format!("/c/{slug}"), topic] {
            let page = owner.get(&path).await;
            assert_eq!(page.status, 200, "{path}");
            assert_eq!(property(&page, "og:title").is_some(), open, "{path}");
            assert_eq!(property(&app.visitor().get(&path).await, "og:title").is_some(), open, "{path}");
        }
    }
    assert_eq!(property(&owner.get("/account").await, "og:title"), None);
    for path in ["/", "/membership", "/u/olive"] {
        let page = app.visitor().get(path).await;
        for name in ["og:title", "og:description", "og:url", "og:image", "og:locale"] {
            assert!(property(&page, name).is_some(), "{path}: {name}");
        }
    }
});

on_both!(a_link_can_ask_for_a_language, |app| {
    let visitor = app.visitor();
    let lang = |page: &Answer| page.attribute("html", "lang").unwrap();
    assert_eq!(lang(&visitor.get("/?lang=zh-CN").await), "zh-CN");
    assert_eq!(lang(&visitor.get("/").await), "en", "for that request only");
    assert_eq!(lang(&visitor.get("/?lang=tlh").await), "en");
    // Above what the browser remembers; a choice made on the page leaves the address.
    let answer = visitor.post("/language", &[("locale", "zh-CN"), ("to", "/membership?lang=en&x=1")]).await;
    assert_eq!(answer.location(), "/membership?x=1");
    assert_eq!(lang(&visitor.get("/").await), "zh-CN");
    assert_eq!(lang(&visitor.get("/?lang=en").await), "en");
    // Below what a member chose.
    let member = app.member("mei").await;
    member.post("/language", &[("locale", "zh-CN"), ("to", "/")]).await;
    assert_eq!(lang(&member.get("/?lang=en").await), "zh-CN");
});

/// Sends a form that is refused, from a page that the browser names or does not; where the footer comes back to.
async fn refused_at(person: &Person, path: &str, fields: &[(&str, &str)], stood: Option<&str>) -> String {
    let request = person.client.post(format!("{}{path}", person.address)).header("sec-fetch-site", "same-origin").form(fields);
    let answer = person.send(stood.into_iter().fold(request, |request, page| request.header("referer", page))).await;
    assert!((400..500).contains(&answer.status), "{path}: {}", answer.status);
    let to = |action: &str| answer.attribute(&format!(".footer-choices form[action=\"{action}\"] [name=to]"), "value").unwrap();
    assert_eq!(to("/language"), to("/theme"), "{path}");
    to("/language")
}

on_both!(a_choice_in_the_footer_of_what_answers_a_form_leads_to_a_page, |app| {
    let (owner, buyer, tier) = (app.owner().await, app.member("buyer").await, app.tier("Readers").await);
    let order = buy_tier(&buyer, tier, "month").await;
    let (offer, link) = (format!("{order}/offer"), format!("{order}/gift/link"));
    let code = [("code", "nothing")];
    let page = |path: &str| format!("{}{path}", app.address);
    for (person, path, fields, stood, back) in [
        // Its address is secret: the browser does not say where the form stood.
        (&buyer, &*offer, &code[..], None, &*order),
        (&buyer, "/redeem/order", &[("number", "1"), ("tail", "1")], None, "/redeem"),
        (&buyer, "/account/email", &[("email", "x")], None, "/account"),
        (&buyer, "/account/email", &[("email", "x")], Some(page("/account/mail")), "/account/mail"),
        (&buyer, "/offers", &code, Some(page("/membership?lang=en")), "/membership?lang=en"),
        // The form of a page that answered a form.
        (&buyer, &*offer, &code[..], Some(page(&offer)), &*order),
        (&buyer, "/offers", &code, Some(page("/offers")), "/"),
        (&buyer, "/offers", &code, Some("https://evil.example/articles".to_owned()), "/"),
        (&owner, "/admin/orders/1/refund", &[("payment", "9")], None, "/admin/orders/1"),
        (&owner, "/admin/codes/taobao/files", &[], None, "/admin/codes/taobao"),
        (&app.visitor(), "/sign-in", &[("email", "x")], None, "/sign-in"),
    ] {
        assert_eq!(refused_at(person, path, fields, stood.as_deref()).await, back, "{path} from {stood:?}");
        assert_eq!(person.get(back).await.status, 200, "{back}");
    }
    // What takes forms alone, looked at, leads to what is above it, if there is anything.
    assert_eq!(buyer.get(&offer).await.location(), order);
    assert_eq!((buyer.get(&link).await.status, buyer.get("/votes").await.status), (303, 404));
});

on_both!(search_engines_are_told_of_what_everybody_may_see, |app| {
    let owner = app.owner().await;
    publish_all(&owner).await;
    app.person("idle", Role::Author).await;
    for (slug, access) in [("agora", "public"), ("cellar", "members")] {
        let form = [("name", slug), ("slug", slug), ("description", ""), ("access", access), ("tier", ""), ("position", "1")];
        assert_eq!(owner.post("/admin/spaces", &form).await.status, 303);
    }
    let visitor = app.visitor();
    let robots = visitor.get("/robots.txt").await.body;
    assert!(robots.contains(&format!("Sitemap: {}/sitemap.xml", app.address)) && robots.contains("Disallow: /orders/\n"), "{robots}");
    let within = visitor.get("/admin").await;
    assert!(within.status == 401 && within.body.contains("content=\"noindex\""), "a robot may look, and lists nothing");
    let index = visitor.get("/sitemap.xml").await;
    assert_eq!(header(&index, "content-type"), "application/xml; charset=utf-8");
    assert_eq!(index.texts("sitemap loc"), [format!("{}/sitemaps/0", app.address)]);
    // As the owner asks: it is the same for everybody.
    let mut listed: Vec<String> = owner.get("/sitemaps/0").await.texts("url loc");
    listed.sort();
    let paths = ["/", "/c/agora", "/community", "/membership", "/p/joined", "/p/open", "/p/sold", "/tags/rust-co", "/u/olive"];
    assert_eq!(listed, paths.map(|path| format!("{}{path}", app.address)));
    assert_eq!(visitor.get("/sitemaps/1").await.status, 404);
    for nowhere in ["/sitemaps/-1", "/sitemaps/9223372036854775807", "/sitemaps/x"] {
        assert!([400, 404].contains(&visitor.get(nowhere).await.status), "{nowhere}");
    }
    // Tags and authors are looked up once for all parts, and again after a while.
    app.ctx.db().run("update post_tags set tag = 'renamed' where tag = 'rust-co'", vec![]).await.unwrap();
    let renamed = format!("{}/tags/renamed", app.address);
    assert!(!visitor.get("/sitemaps/0").await.texts("url loc").contains(&renamed));
    app.clock.advance(11 * MINUTE);
    assert!(visitor.get("/sitemaps/0").await.texts("url loc").contains(&renamed));
    // The thousandth and first id is in the second part, with its tag.
    app.ctx.db().run("update posts set slug = 'far', id = 1001 where slug = 'draft'", vec![]).await.unwrap();
    assert_eq!(visitor.get("/sitemap.xml").await.texts("sitemap loc").len(), 2);
    assert_eq!(visitor.get("/sitemaps/1").await.texts("url loc").len(), 0);
    app.ctx.db().run("update posts set status = 'published', published_at = updated_at where slug = 'far'", vec![]).await.unwrap();
    assert_eq!(visitor.get("/sitemaps/1").await.texts("url loc"), [format!("{}/p/far", app.address)]);
});

on_both!(the_site_can_be_installed, |app| {
    let visitor = app.visitor();
    let page = visitor.get("/").await;
    let manifest = visitor.get(&page.attribute(r#"link[rel="manifest"]"#, "href").unwrap()).await;
    assert_eq!(header(&manifest, "content-type"), "application/manifest+json");
    let manifest: Value = serde_json::from_str(&manifest.body).unwrap();
    assert_eq!((&manifest["name"], &manifest["display"], &manifest["lang"]), (&"学廊测试".into(), &"standalone".into(), &"en".into()));
    let icons = manifest["icons"].as_array().unwrap();
    assert!(icons.iter().any(|icon| icon["purpose"] == "maskable" && icon["sizes"] == "512x512"));
    let touch = page.attribute(r#"link[rel="apple-touch-icon"]"#, "href").unwrap();
    for path in icons.iter().map(|icon| icon["src"].as_str().unwrap()).chain([touch.as_str()]) {
        let icon = visitor.get(path).await;
        assert_eq!((icon.status, header(&icon, "content-type")), (200, "image/png"), "{path}");
    }
    assert_eq!(visitor.get("/icons/1.png").await.status, 404);
    assert_eq!(page.texts(r#"meta[name="theme-color"]"#).len(), 2);
});

on_both!(only_articles_of_members_may_be_kept_and_signing_out_forgets_them, |app| {
    let owner = app.owner().await;
    publish_all(&owner).await;
    let member = app.member("mei").await;
    for path in ["/p/open", "/p/sold"] {
        let page = member.get(path).await;
        assert_eq!((header(&page, "stoa-keep"), header(&page, "stoa-reader")), ("article", member.id.0.to_string().as_str()));
        assert_eq!(page.texts(".offline-note").len(), 1);
        let page = app.visitor().get(path).await;
        assert_eq!((header(&page, "stoa-keep"), header(&page, "stoa-reader"), page.texts(".offline-note").len()), ("", "", 0));
    }
    for path in ["/", "/account", "/p/draft", "/nowhere"] {
        assert_eq!(header(&member.get(path).await, "stoa-keep"), "", "{path}");
    }
    for (lang, title) in [("en", "You are offline"), ("zh-CN", "没有网络")] {
        let page = member.get(&format!("/offline?lang={lang}")).await;
        assert_eq!((page.status, page.texts("h1")), (200, vec![title.to_owned()]));
        assert!(!page.body.contains("mei") && header(&page, "stoa-reader").is_empty(), "it is nobody's");
    }
    let answer = member.post("/sign-out", &[]).await;
    assert_eq!(header(&answer, "clear-site-data"), "\"cache\", \"storage\"");
});

on_both!(what_is_the_same_for_everybody_carries_no_cookie, |app| {
    publish_all(&app.owner().await).await;
    let member = app.member("mei").await;
    let card = card(&app, &member.get("/p/open").await);
    for path in [card.as_str(), "/qr/open", "/icons/192.png", "/manifest.webmanifest", "/robots.txt", "/sitemap.xml", "/sitemaps/0"] {
        // So long after the last page that the next one would make the session last longer.
        app.clock.advance(3 * HOUR);
        let answer = member.get(path).await;
        assert!(answer.status == 200 && header(&answer, "cache-control").starts_with("public"), "{path}");
        assert_eq!(header(&answer, "set-cookie"), "", "{path}");
    }
    assert!(header(&member.get("/").await, "set-cookie").starts_with("stoa_session="));
    // Whatever else is for everybody: the answer that takes back a cookie nobody knows is for one browser alone.
    for path in ["/speculation-rules.json", "//icon.svg"] {
        let request = app.visitor().client.get(format!("{}{path}", app.address)).header("cookie", "stoa_session=AAAAAAAAAAAAAAAAAAAAAQ");
        let answer = app.visitor().send(request).await;
        let kept = header(&answer, "cache-control").contains("public");
        assert!(!kept || header(&answer, "set-cookie").is_empty(), "{path}");
    }
});
