//! The site's look: who may choose it, what is refused, and who sees it when. Simple pages.

use crate::on_both;
use crate::support::{Answer, Person, TestApp};
use stoa::foundation::time::DAY;
use stoa::foundation::viewer::Role;
use stoa::server::db::Queries;

/// The form of `/admin/look` as a browser sends it, with some fields changed.
fn form<'a>(changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("site_name", "学廊测试"), ("locale", "en"), ("time_zone", "UTC")];
    for name in ["promise", "sample", "newest", "tiers", "talk", "questions"] {
        fields.push((section(name), "on"));
    }
    fields.retain(|(name, _)| !changed.iter().any(|(other, _)| other == name));
    fields.extend(changed.iter().filter(|(name, value)| !(name.starts_with("section_") && *value == "off")));
    fields
}

fn section(name: &str) -> &'static str {
    match name {
        "promise" => "section_promise",
        "sample" => "section_sample",
        "newest" => "section_newest",
        "tiers" => "section_tiers",
        "talk" => "section_talk",
        _ => "section_questions",
    }
}

async fn publish(person: &Person, changed: &[(&str, &str)]) -> Answer {
    let mut fields = form(changed);
    fields.push(("do", "publish"));
    person.post("/admin/look", &fields).await
}

async fn try_out(person: &Person, changed: &[(&str, &str)]) -> Answer {
    let mut fields = form(changed);
    fields.push(("do", "try"));
    person.post("/admin/look", &fields).await
}

/// Sends the form with files, as a browser does.
async fn send_files(person: &Person, fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Answer {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(format!("--edge\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes());
    }
    for (name, file_name, bytes) in files {
        let head = format!(
            "--edge\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\ncontent-type: image/png\r\n\r\n"
        );
        body.extend(head.into_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--edge--\r\n");
    let request = person.client.post(format!("{}/admin/look", person.address)).header("content-type", "multipart/form-data; boundary=edge");
    person.send(request.header("accept-language", "en").header("sec-fetch-site", "same-origin").body(body)).await
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let picture = image::DynamicImage::ImageRgba8(image::RgbaImage::from_pixel(width, height, image::Rgba([200, 30, 30, 255])));
    picture.write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Png).unwrap();
    bytes
}

async fn bytes(person: &Person, path: &str) -> (u16, reqwest::header::HeaderMap, Vec<u8>) {
    let response = person.client.get(format!("{}{path}", person.address)).send().await.unwrap();
    (response.status().as_u16(), response.headers().clone(), response.bytes().await.unwrap().to_vec())
}

fn sheet(page: &Answer) -> Option<String> {
    page.attribute("link[rel=stylesheet][href^='/look/']", "href")
}

on_both!(only_admins_choose_the_look_and_write_pages, |app| {
    let (member, moderator) = (app.member("member").await, app.person("mo", Role::Moderator).await);
    for path in ["/admin/look", "/admin/pages", "/admin/pages/new", "/admin/pages/1"] {
        assert_eq!(app.visitor().get(path).await.status, 401, "{path}");
        assert_eq!(member.get(path).await.status, 403, "{path}");
        assert_eq!(moderator.get(path).await.status, 403, "{path}");
    }
    let page = [("title_en", "Mine"), ("source_en", "mine"), ("do", "publish")];
    for path in [
        "/admin/look/publish",
        "/admin/look/discard",
        "/admin/pages/new",
        "/admin/pages/1",
        "/admin/pages/1/delete",
        "/admin/pages/1/restore",
    ] {
        assert_eq!(member.post(path, &page).await.status, 403, "{path}");
    }
    assert_eq!(publish(&member, &[("site_name", "Mine")]).await.status, 403);
    assert_eq!(send_files(&member, &form(&[]), &[("logo_file", "x.png", &png(9, 9))]).await.status, 403);
    assert_eq!(app.count("select count(*) from look_files").await, 0);
    assert!(app.visitor().get("/").await.body.contains("学廊测试"));
    let admin = app.person("ada", Role::Admin).await;
    assert_eq!(publish(&admin, &[("site_name", "Colonnade")]).await.status, 303);
    assert_eq!(app.visitor().get("/").await.texts(".site-name"), ["Colonnade"]);
});

on_both!(a_look_published_meanwhile_is_not_taken_back_unknowingly, |app| {
    let (ada, bob) = (app.person("ada", Role::Admin).await, app.person("bob", Role::Admin).await);
    let seen = |page: &Answer| page.attribute("input[name=based_on]", "value").unwrap();
    let before = seen(&ada.get("/admin/look").await);
    assert_eq!(try_out(&ada, &[("site_name", "Ada's"), ("based_on", &before)]).await.status, 303);
    app.clock.advance(DAY);
    assert_eq!(publish(&bob, &[("site_name", "Bob's"), ("based_on", &before)]).await.status, 303);

    let refused = ada.post("/admin/look/publish", &[]).await;
    assert_eq!(refused.status, 409);
    assert!(refused.body.contains("Another admin has just published"), "{}", refused.body);
    assert_eq!(app.visitor().get("/").await.texts(".site-name"), ["Bob's"]);
    // The form has what she tried, says what happened, and then she decides.
    let form = ada.get("/admin/look").await;
    assert_eq!(form.attribute("input[name=site_name]", "value").as_deref(), Some("Ada's"));
    assert!(form.texts(".banner")[0].contains("another admin published"), "{:?}", form.texts(".banner"));
    assert_ne!(seen(&form), before);

    // A form that was open all the while comes back with all that was typed; sent once more, it is published.
    let refused = publish(&ada, &[("site_name", "Ada's own"), ("based_on", &before)]).await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.attribute("input[name=site_name]", "value").as_deref(), Some("Ada's own"));
    assert_eq!(publish(&ada, &[("site_name", "Ada's own"), ("based_on", &seen(&refused))]).await.status, 303);
    assert_eq!(app.visitor().get("/").await.texts(".site-name"), ["Ada's own"]);
});

on_both!(pages_and_questions_of_an_older_renderer_are_rendered_again, |app| {
    let owner = app.owner().await;
    let page = [("title_en", "Code"), ("slug", "code"), ("source_en", "some *words*"), ("do", "publish")];
    assert_eq!(owner.post("/admin/pages/new", &page).await.status, 303);
    assert_eq!(publish(&owner, &[("questions_en", "# Why?\n\nBecause *so*.")]).await.status, 303);
    let db = app.ctx.db();
    db.run("update pages set html_en = 'old', renderer = 0", vec![]).await.unwrap();
    let stored: (String,) = db.one("select look from site", vec![]).await.unwrap();
    let mut look: serde_json::Value = serde_json::from_str(&stored.0).unwrap();
    look["questions_html"]["en"] = "old".into();
    look["questions_renderer"] = 0.into();
    db.run("update site set look = $1", vec![look.to_string().into()]).await.unwrap();
    app.clock.advance(DAY);
    let visitor = app.visitor();
    assert_eq!(visitor.get("/pages/code").await.texts(".prose em"), ["words"]);
    assert_eq!(app.count("select count(*) from pages where html_en like '%<em>words</em>%' and renderer > 0").await, 1);
    assert!(visitor.get("/").await.texts("main em").contains(&"so".to_owned()));
});

on_both!(an_accent_that_cannot_be_read_is_corrected_and_the_page_says_so, |app| {
    let owner = app.owner().await;
    assert_eq!(sheet(&app.visitor().get("/").await), None, "without a look there is nothing to load");
    assert_eq!(publish(&owner, &[("accent", "FFEB3B")]).await.location(), "/admin/look?done=look-published");
    let said = owner.get("/admin/look").await.texts(".accent-used li");
    assert!(said[0].contains("Light theme: #ffeb3b has a contrast of only 1.") && said[0].contains("is used instead"), "{said:?}");
    assert!(said[1].contains("Dark theme: #ffeb3b") && said[1].contains("used as it is"), "{said:?}");
    let href = sheet(&app.visitor().get("/").await).unwrap();
    let (status, headers, css) = bytes(&app.visitor(), &href).await;
    let css = String::from_utf8(css).unwrap();
    assert_eq!((status, headers["content-type"].to_str().unwrap()), (200, "text/css; charset=utf-8"));
    assert_eq!(headers["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert!(headers.get("set-cookie").is_none());
    let (day, night) = css.split_once("@media (prefers-color-scheme:dark)").unwrap();
    assert!(day.contains("--clay:#") && !day.contains("#ffeb3b") && night.contains("--clay:#ffeb3b"), "{css}");
    // A picked colour counts when it was changed and the typed one was not.
    let picked = [("accent", "#ffeb3b"), ("accent_was", "#ffeb3b"), ("picked_was", "#ffeb3b"), ("accent_picked", "#123456")];
    assert_eq!(publish(&owner, &picked).await.status, 303);
    assert_eq!(owner.get("/admin/look").await.attribute("#accent", "value").as_deref(), Some("#123456"));
    let wrong = publish(&owner, &[("accent", "url(x)"), ("promise_en", "Read slowly")]).await;
    assert_eq!((wrong.status, wrong.texts("#accent-error").len()), (422, 1));
    assert_eq!(wrong.attribute("#promise_en", "value").as_deref(), Some("Read slowly"), "nothing typed is lost");
    assert_eq!(wrong.attribute("#accent", "value").as_deref(), Some("url(x)"));
});

on_both!(own_css_that_leads_away_or_breaks_out_is_refused_with_its_line, |app| {
    let owner = app.owner().await;
    for (css, line) in [
        ("a { color: red }\n@import 'https://evil.example/x.css';", "Line 2"),
        ("a {\n  background: url(//evil.example/x)\n}", "Line 2"),
        ("a { background: image-set(\"https://evil.example/x\" 1x) }", "Line 1"),
        ("a { color: red }\n}\nbody { display: none }", "Line 2"),
        ("a { color: red", "Line 1"),
    ] {
        let answer = publish(&owner, &[("css", css)]).await;
        assert_eq!(answer.status, 422, "{css}");
        assert!(answer.texts("#css-error")[0].starts_with(line), "{css}: {:?}", answer.texts("#css-error"));
        assert_eq!(answer.texts("#css"), [css], "nothing typed is lost");
    }
    let long = "a{}\n".repeat(6_000);
    assert!(publish(&owner, &[("css", &long)]).await.texts("#css-error")[0].contains("20 KiB"));
    assert_eq!(sheet(&app.visitor().get("/").await), None);
    let before = app.visitor().get("/").await.headers["content-security-policy"].to_str().unwrap().to_owned();
    assert_eq!(publish(&owner, &[("css", ".site-name { color: red }"), ("accent", "#9a3f2b")]).await.status, 303);
    let page = app.visitor().get("/").await;
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    let shape = |policy: &str| policy.split("nonce-").next().unwrap().to_owned() + policy.split_once("' ").map_or("", |(_, rest)| rest);
    assert_eq!(shape(policy).len(), shape(&before).len(), "the policy is what it was");
    assert!(policy.contains("style-src 'self';"));
    let (_, _, css) = bytes(&app.visitor(), &sheet(&page).unwrap()).await;
    let css = String::from_utf8(css).unwrap();
    assert!(css.starts_with("@layer tokens{") && css.ends_with("@layer look{\n.site-name { color: red }\n}\n"), "one sheet: {css}");
});

on_both!(a_logo_is_known_by_what_it_holds_and_drawn_anew, |app| {
    let owner = app.owner().await;
    let typed = form(&[("promise_zh", "慢慢读"), ("do", "publish")]);
    for (what, file) in [
        ("no picture", &b"<?php echo 1; ?>"[..]),
        ("a page", b"<html><script>alert(1)</script></html>"),
        ("a head without a body", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        ("a picture that claims to be enormous", &png(5_000, 2)),
    ] {
        let answer = send_files(&owner, &typed, &[("logo_file", "logo.png", file)]).await;
        assert_eq!((answer.status, answer.texts("#logo-error").len()), (422, 1), "{what}");
        assert_eq!(answer.attribute("#promise_zh", "value").as_deref(), Some("慢慢读"), "nothing typed is lost");
    }
    let heavy = vec![7; 2 * 1024 * 1024 + 1];
    assert!(send_files(&owner, &typed, &[("favicon_file", "x.png", &heavy)]).await.texts("#favicon-error")[0].contains("2 MiB"));
    assert_eq!(app.count("select count(*) from look_files").await, 0);

    let endless = "<g opacity='0.9'>".repeat(40) + "<rect width='40' height='10'/>" + &"</g>".repeat(40);
    for drawn in
        ["<filter id='f'><feTurbulence numOctaves='4000000000'/></filter><rect width='40' height='10' filter='url(#f)'/>", &endless]
    {
        let svg = format!("<svg xmlns='http://www.w3.org/2000/svg' width='40' height='10'>{drawn}</svg>");
        let answer = send_files(&owner, &typed, &[("logo_file", "logo.svg", svg.as_bytes())]).await;
        assert_eq!((answer.status, answer.texts("#logo-error").len()), (422, 1), "{drawn}");
    }

    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' width='40' height='10'><script>alert(1)</script><rect width='40' height='10' fill='#00f'/></svg>";
    let answer = send_files(&owner, &typed, &[("logo_file", "logo.png", svg), ("favicon_file", "", b"")]).await;
    assert_eq!(answer.status, 303);
    let page = app.visitor().get("/").await;
    let src = page.attribute(".site-logo", "src").unwrap();
    let (status, headers, logo) = bytes(&app.visitor(), &src).await;
    assert_eq!(
        (status, headers["content-type"].to_str().unwrap(), headers["x-content-type-options"].to_str().unwrap()),
        (200, "image/png", "nosniff")
    );
    assert!(headers["cache-control"].to_str().unwrap().contains("immutable"));
    assert!(logo.starts_with(b"\x89PNG") && !logo.windows(5).any(|w| w == b"alert"), "the script is gone");
    assert_eq!(page.attribute(".site-logo", "width").as_deref(), Some("1024"));
    for (selector, side) in [("link[rel=icon]", 32), ("link[rel=apple-touch-icon]", 180)] {
        let (status, _, icon) = bytes(&app.visitor(), &page.attribute(selector, "href").unwrap()).await;
        let icon = image::load_from_memory(&icon).unwrap();
        assert_eq!((status, icon.width(), icon.height()), (200, side, side));
    }
    let look = stoa::settings::service::require_site(&app.ctx).await.unwrap().look.clone();
    assert!(look.icon_path(192).is_some() && look.icon_path(512).is_some());

    // The logo stays when the form comes back without a file, and goes when that is asked for.
    let hash = owner.get("/admin/look").await.attribute("input[name=logo]", "value").unwrap();
    assert_eq!(publish(&owner, &[("logo", &hash)]).await.status, 303);
    assert_eq!(app.visitor().get("/").await.attribute(".site-logo", "src"), Some(src));
    assert_eq!(publish(&owner, &[("logo", &hash), ("logo_remove", "on")]).await.status, 303);
    assert_eq!(app.visitor().get("/").await.attribute(".site-logo", "src"), None);
    for wrong in ["no-such-hash", "../../etc/passwd"] {
        assert_eq!(publish(&owner, &[("logo", wrong)]).await.texts("#logo-error").len(), 1);
    }
});

on_both!(a_picture_that_was_uploaded_stays_when_something_else_is_wrong, |app| {
    let owner = app.owner().await;
    let fields = form(&[("accent", "no colour"), ("do", "publish")]);
    let answer = send_files(&owner, &fields, &[("logo_file", "a.png", &png(64, 64))]).await;
    assert_eq!((answer.status, answer.texts("#accent-error").len(), answer.texts("#logo-error").len()), (422, 1, 0));
    let hash = answer.attribute("input[name=logo]", "value").unwrap();
    assert_eq!(publish(&owner, &[("logo", &hash)]).await.status, 303);
    assert!(app.visitor().get("/").await.attribute(".site-logo", "src").unwrap().contains(&hash));
    // Both are told at once.
    let answer = send_files(&owner, &fields, &[("logo_file", "a.png", b"junk")]).await;
    assert_eq!((answer.texts("#accent-error").len(), answer.texts("#logo-error").len()), (1, 1));
    let halved = png(64, 64);
    let answer = send_files(&owner, &form(&[("do", "publish")]), &[("logo_file", "a.png", &halved[..halved.len() / 2])]).await;
    assert_eq!(answer.texts("#logo-error").len(), 1, "half a picture is none");
});

on_both!(a_look_that_is_tried_is_seen_by_that_admin_in_that_browser_only, |app| {
    let (owner, admin, member) = (app.owner().await, app.person("ada", Role::Admin).await, app.member("member").await);
    let draft = [("site_name", "On trial"), ("accent", "#123456"), ("announced", "on"), ("announcement_en", "Soon")];
    assert_eq!(try_out(&owner, &draft).await.location(), "/admin/look?done=look-tried");
    let page = owner.get("/membership").await;
    assert_eq!((page.texts(".site-name"), page.texts(".trial-bar p").len()), (vec!["On trial".to_owned()], 1));
    assert!(sheet(&page).is_some() && page.texts(".announcement-bar p") == ["Soon"]);
    let elsewhere = app.owner().await;
    for (who, person) in [("another admin", &admin), ("a member", &member), ("a visitor", &app.visitor()), ("another browser", &elsewhere)]
    {
        for path in ["/", "/membership", "/nowhere"] {
            let page = person.get(path).await;
            assert!(!page.body.contains("On trial") && !page.body.contains("Soon") && page.texts(".trial-bar").is_empty(), "{who}");
            assert_eq!(sheet(&page), None, "{who}");
        }
    }
    assert_eq!(elsewhere.get("/admin/look").await.attribute("#site_name", "value").as_deref(), Some("On trial"), "it is edited on");
    assert_eq!(admin.get("/admin/look").await.attribute("#site_name", "value").as_deref(), Some("学廊测试"));
    assert_eq!(admin.post("/admin/look/publish", &[]).await.status, 409, "nobody publishes another's draft");

    assert_eq!(owner.post("/admin/look/discard", &[]).await.location(), "/admin/look?done=look-discarded");
    assert_eq!(owner.get("/").await.texts(".site-name"), ["学廊测试"]);
    assert_eq!(try_out(&owner, &draft).await.status, 303);
    assert_eq!(owner.post("/admin/look/publish", &[]).await.location(), "/admin/look?done=look-published");
    let page = app.visitor().get("/").await;
    assert_eq!((page.texts(".site-name"), page.texts(".trial-bar").len()), (vec!["On trial".to_owned()], 0));
    assert!(owner.get("/").await.texts(".trial-bar").is_empty());
    assert_eq!(app.count("select count(*) from look_drafts").await, 0);
});

on_both!(who_is_no_admin_any_more_sees_no_draft, |app| {
    let admin = app.person("ada", Role::Admin).await;
    assert_eq!(try_out(&admin, &[("site_name", "On trial")]).await.status, 303);
    let sql = "update members set role = 'member' where handle = 'ada'";
    app.ctx.db().run(sql, vec![]).await.unwrap();
    let page = admin.get("/").await;
    assert_eq!((page.texts(".site-name"), page.texts(".trial-bar").len()), (vec!["学廊测试".to_owned()], 0));
});

on_both!(texts_are_shown_in_the_readers_language_or_marked_with_their_own, |app| {
    let owner = app.owner().await;
    let answer = publish(
        &owner,
        &[
            ("header_zh", "只有中文"),
            ("header_en", ""),
            ("header_to", "/pages/about"),
            ("footer_zh", "源码"),
            ("footer_en", "Source"),
            ("footer_to", "https://example.org/source"),
            ("announced", "on"),
            ("announcement_zh", "新书上架"),
            ("announcement_to", "/p/new"),
        ],
    )
    .await;
    assert_eq!(answer.status, 303);
    let english = app.visitor().get("/").await;
    assert_eq!(english.texts(".site-nav a[lang='zh-CN']"), ["只有中文"]);
    assert_eq!(english.texts(".footer-links li:not(.only-phone) a"), ["Source"]);
    assert_eq!(english.attribute(".announcement-bar a", "lang").as_deref(), Some("zh-CN"));
    let request = app.visitor().client.get(format!("{}/", app.address)).header("accept-language", "zh");
    let chinese = app.visitor().send(request).await;
    assert_eq!(
        (chinese.texts(".footer-links li:not(.only-phone) a"), chinese.attribute(".announcement-bar a", "lang")),
        (vec!["源码".to_owned()], None)
    );
    let request = owner.client.get(format!("{}/admin/look", app.address)).header("accept-language", "zh");
    let form = owner.send(request).await;
    assert_eq!(form.texts("h1"), ["外观"]);
    assert!(form.texts(".look-do button").contains(&"试看".to_owned()));
});

on_both!(links_that_run_script_or_leave_by_the_back_door_are_refused, |app| {
    let owner = app.owner().await;
    for to in
        ["javascript:alert(1)", " JaVaScRiPt:alert(1)", "data:text/html,x", "//evil.example", "/\\evil.example", "http://example.org", ""]
    {
        let answer = publish(&owner, &[("header_zh", "走"), ("header_en", "Go"), ("header_to", to)]).await;
        assert_eq!((answer.status, answer.texts("#header-1-error").len()), (422, 1), "{to}");
        assert_eq!(answer.attribute("#header-1-to", "value").as_deref(), Some(to), "nothing typed is lost");
        let answer = publish(&owner, &[("announced", "on"), ("announcement_en", "x"), ("announcement_to", to)]).await;
        assert_eq!(answer.status, if to.is_empty() { 303 } else { 422 }, "{to}");
    }
    let nameless = publish(&owner, &[("footer_zh", ""), ("footer_en", ""), ("footer_to", "/x")]).await;
    assert_eq!(nameless.texts("#footer-1-error").len(), 1);
    let many: Vec<(&str, &str)> = (0..9).flat_map(|_| [("footer_zh", "链"), ("footer_en", ""), ("footer_to", "/x")]).collect();
    let many = publish(&owner, &many).await;
    assert_eq!((many.status, many.texts(".link-row").len()), (422, 9 + 2));
});

on_both!(long_names_are_told_and_names_from_right_to_left_hold, |app| {
    let owner = app.owner().await;
    let long = "学".repeat(200);
    let answer = publish(&owner, &[("site_name", &long)]).await;
    assert_eq!((answer.status, answer.texts("#site_name-error").len()), (422, 1));
    assert_eq!(answer.attribute("#site_name", "value"), Some(long));
    for (field, error) in [("promise_en", "#promise_en-error"), ("announcement_zh", "#announcement_zh-error")] {
        let answer = publish(&owner, &[(field, &"w".repeat(300))]).await;
        assert_eq!(answer.texts(error).len(), 1, "{field}");
    }
    let arabic = [("site_name", "رواق المعرفة"), ("header_zh", "من نحن"), ("header_en", ""), ("header_to", "/pages/about")];
    assert_eq!(publish(&owner, &arabic).await.status, 303);
    let page = app.visitor().get("/").await;
    assert_eq!(page.texts(".site-name bdi"), ["رواق المعرفة"]);
    assert_eq!(page.attribute(".site-nav a[href='/pages/about']", "dir").as_deref(), Some("auto"));
    // Marks that turn the direction around are taken out.
    assert_eq!(publish(&owner, &[("site_name", "a\u{202e}b"), ("promise_en", "<script>")]).await.status, 303);
    let page = app.visitor().get("/").await;
    assert_eq!(page.texts(".site-name"), ["ab"]);
    assert!(!page.body.contains("<script>"));
});

on_both!(an_announcement_put_away_stays_away_until_it_says_something_new, |app| {
    let owner = app.owner().await;
    assert_eq!(publish(&owner, &[("announced", "on")]).await.texts("#announcement_zh-error").len(), 1);
    let news = [("announced", "on"), ("announcement_en", "The library is open")];
    assert_eq!(publish(&owner, &news).await.status, 303);
    let reader = app.visitor();
    let page = reader.get("/membership?x=1").await;
    assert_eq!(page.texts(".announcement-bar p"), ["The library is open"]);
    let hash = page.attribute(".announcement-bar input[name=hash]", "value").unwrap();
    let answer = reader.post("/announcement", &[("hash", &hash), ("to", "/membership?x=1")]).await;
    assert_eq!((answer.status, answer.location()), (303, "/membership?x=1"));
    assert!(reader.get("/").await.texts(".announcement-bar").is_empty());
    assert_eq!(app.visitor().get("/").await.texts(".announcement-bar").len(), 1);
    assert_eq!(publish(&owner, &[("announced", "on"), ("announcement_en", "It is closed again")]).await.status, 303);
    assert_eq!(reader.get("/").await.texts(".announcement-bar p"), ["It is closed again"]);
    assert_eq!(publish(&owner, &[("announcement_en", "It is closed again")]).await.status, 303);
    assert!(app.visitor().get("/").await.texts(".announcement-bar").is_empty(), "it is off");
    for hash in ["", "x; Domain=evil", "a\r\nset-cookie: b=c"] {
        let answer = reader.post("/announcement", &[("hash", hash), ("to", "//evil.example")]).await;
        assert_eq!((answer.status, answer.location(), answer.headers.get("set-cookie")), (303, "/", None));
    }
});

on_both!(the_home_page_has_the_sections_that_are_on_in_their_order, |app| {
    use stoa::foundation::look::Section;
    let owner = app.owner().await;
    let fields = [
        ("section_talk", "off"),
        ("position_tiers", "1"),
        ("position_promise", "2"),
        ("position_questions", "nonsense"),
        ("questions_en", "## Why?\n\nBecause. <script>alert(1)</script>"),
    ];
    assert_eq!(publish(&owner, &fields).await.status, 303);
    let look = stoa::settings::service::require_site(&app.ctx).await.unwrap().look.clone();
    assert_eq!(look.sections, [Section::Tiers, Section::Promise, Section::Sample, Section::Newest, Section::Questions]);
    assert!(look.questions_html.en.contains("Why?</h") && !look.questions_html.en.contains("<script") && look.questions_html.zh.is_empty());
    let page = owner.get("/admin/look").await;
    assert_eq!((page.attribute("#section_talk", "checked"), page.attribute("#section_tiers", "checked").is_some()), (None, true));
});

on_both!(files_that_no_look_refers_to_go_after_a_while, |app| {
    let owner = app.owner().await;
    assert_eq!(publish(&owner, &[("accent", "#123456")]).await.status, 303);
    let old = sheet(&app.visitor().get("/").await).unwrap();
    assert_eq!(publish(&owner, &[("accent", "#654321")]).await.status, 303);
    assert_eq!(bytes(&app.visitor(), &old).await.0, 200, "an open page may still ask for it");
    app.clock.advance(31 * DAY);
    let owner = app.owner().await;
    assert_eq!(publish(&owner, &[("accent", "#654321"), ("promise_en", "New")]).await.status, 303);
    assert_eq!(bytes(&app.visitor(), &old).await.0, 404);
    assert_eq!(bytes(&app.visitor(), &sheet(&app.visitor().get("/").await).unwrap()).await.0, 200);
});

const ABOUT: [(&str, &str); 5] = [
    ("title_zh", "关于"),
    ("title_en", "About"),
    ("source_zh", "# 你好\n\n这里。"),
    ("source_en", "Hello, *reader*. <script>alert(1)</script>"),
    ("in_footer", "on"),
];

async fn write_page(app: &TestApp, changed: &[(&str, &str)]) -> Answer {
    let mut fields: Vec<(&str, &str)> = ABOUT.into_iter().filter(|(name, _)| !changed.iter().any(|(other, _)| other == name)).collect();
    fields.extend(changed);
    app.owner().await.post("/admin/pages/new", &fields).await
}

on_both!(a_simple_page_is_drawn_in_both_languages_and_stands_in_the_footer, |app| {
    assert_eq!(write_page(&app, &[("do", "draft")]).await.location(), "/admin/pages/1?done=saved");
    assert_eq!(app.visitor().get("/pages/about").await.status, 404, "a draft is nobody's");
    assert_eq!(app.member("member").await.get("/pages/about").await.status, 404);
    let owner = app.owner().await;
    assert_eq!(owner.get("/pages/about").await.texts(".banner").len(), 1);
    assert!(app.visitor().get("/").await.texts(".footer-links a").is_empty());
    assert_eq!(owner.post("/admin/pages/1", &[&ABOUT[..], &[("slug", "about"), ("do", "publish")]].concat()).await.status, 303);
    let page = app.visitor().get("/pages/about").await;
    assert_eq!((page.status, page.texts("h1"), page.texts(".prose em")), (200, vec!["About".to_owned()], vec!["reader".to_owned()]));
    assert!(!page.body.contains("alert(1)</script>") && page.attribute("meta[name=description]", "content").unwrap().starts_with("Hello"));
    assert_eq!(page.texts(".footer-links a"), ["About"]);
    let request = app.visitor().client.get(format!("{}/pages/about", app.address)).header("accept-language", "zh");
    assert_eq!(app.visitor().send(request).await.texts("article > h1"), ["关于"]);

    // In one language only, it is shown to all and says which language it is.
    let chinese =
        [("title_zh", "退款"), ("title_en", ""), ("slug", "refunds"), ("source_zh", "七天内。"), ("source_en", ""), ("do", "publish")];
    assert_eq!(write_page(&app, &chinese).await.status, 303);
    let page = app.visitor().get("/pages/refunds").await;
    assert_eq!((page.attribute("h1", "lang").as_deref(), page.attribute(".prose", "lang").as_deref()), (Some("zh-CN"), Some("zh-CN")));
});

on_both!(what_is_wrong_with_a_page_is_said_and_its_old_address_leads_to_the_new_one, |app| {
    let empty =
        write_page(&app, &[("title_zh", ""), ("title_en", " "), ("source_zh", ""), ("source_en", "\n"), ("slug", "Not good!")]).await;
    assert_eq!(empty.status, 422);
    for field in ["#title_zh-error", "#slug-error", "#source_zh-error"] {
        assert_eq!(empty.texts(field).len(), 1, "{field}");
    }
    let long = "题".repeat(121);
    let answer = write_page(&app, &[("title_zh", &long)]).await;
    assert_eq!((answer.texts("#title_zh-error").len(), answer.attribute("#title_zh", "value")), (1, Some(long)));
    assert_eq!(write_page(&app, &[("do", "publish")]).await.status, 303);
    assert_eq!(write_page(&app, &[("do", "publish")]).await.texts("#slug-error").len(), 1, "the address is taken");
    let owner = app.owner().await;
    assert_eq!(owner.post("/admin/pages/1", &[&ABOUT[..], &[("slug", "who-we-are"), ("do", "publish")]].concat()).await.status, 303);
    let moved = app.visitor().get("/pages/about").await;
    assert_eq!((moved.status, moved.location()), (301, "/pages/who-we-are"));
    assert_eq!(owner.post("/admin/pages/99", &[&ABOUT[..], &[("slug", "x")]].concat()).await.status, 404);
});

on_both!(a_deleted_page_can_be_brought_back_and_leaves_room_for_another, |app| {
    assert_eq!(write_page(&app, &[("do", "publish")]).await.status, 303);
    let owner = app.owner().await;
    assert_eq!(owner.post("/admin/pages/1/delete", &[]).await.location(), "/admin/pages?done=page-deleted");
    assert_eq!((app.visitor().get("/pages/about").await.status, owner.get("/admin/pages/1").await.status), (404, 404));
    assert!(app.visitor().get("/").await.texts(".footer-links a").is_empty());
    assert_eq!(owner.get("/admin/pages").await.attribute("td form", "action").as_deref(), Some("/admin/pages/1/restore"));
    assert_eq!(owner.post("/admin/pages/1/restore", &[]).await.status, 303);
    assert_eq!(app.visitor().get("/pages/about").await.status, 200);
    assert_eq!(owner.post("/admin/pages/1/restore", &[]).await.status, 404, "it is there");
    assert_eq!(owner.post("/admin/pages/1/delete", &[]).await.status, 303);
    assert_eq!(write_page(&app, &[("do", "publish"), ("title_en", "Another")]).await.status, 303);
    assert_eq!(write_page(&app, &[("do", "publish"), ("slug", "about")]).await.status, 303);
    assert_eq!(app.count("select count(*) from pages").await, 2, "the deleted one made room");
});

on_both!(many_pages_are_listed_one_sheet_after_the_other, |app| {
    let sql =
        "insert into pages (slug, title_zh, title_en, source_zh, source_en, html_zh, html_en, status, in_footer, created_at, updated_at)
values ($1, '', $1, '', $1, '', $1, 'published', $2, $3, $3)
returning id";
    for n in 0..53 {
        app.insert(sql, stoa::args![format!("page-{n:02}"), true, app.ctx.now()]).await;
    }
    let owner = app.owner().await;
    let first = owner.get("/admin/pages").await;
    assert_eq!(first.texts("tbody tr").len(), 50);
    let rest = owner.get(&first.attribute(".pager a", "href").unwrap()).await;
    assert_eq!((rest.texts("tbody tr").len(), rest.attribute(".pager a", "href")), (3, None));
    assert_eq!(app.visitor().get("/").await.texts(".footer-links a").len(), 20, "a footer has an end");
});
