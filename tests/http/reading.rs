//! What members read and follow, and the home page that is made of it.

use crate::on_both;
use crate::support::{Answer, BEGIN, Backend, Person, TestApp};
use stoa::args;
use stoa::foundation::time::{DAY, HOUR, MINUTE};
use stoa::foundation::viewer::Role;
use stoa::reading::desk;
use stoa::server::db::Queries;

const SECRET: &str = "heron-under-the-roof";

/// A published article with something behind its preview.
async fn post(app: &TestApp, slug: &str, access: &str, tier: Option<i64>, at: i64) -> i64 {
    let sql = "insert into posts (slug, author_id, title, source, preview_html, rest_html, excerpt, words, rest_words, code_samples,
    rest_code_samples, reading_minutes, status, access, tier_id, published_at, created_at, updated_at)
values ($1, $2, $1, $3, '<p>The preview.</p>', $4, 'The preview.', 9, 8, 0, 0, 1, 'published', $5, $6, $7, $7, $7)
returning id";
    let source = format!("The preview.\n\n<!--paywall-->\n\n{SECRET}");
    app.insert(sql, args![slug, app.owner, source, format!("<p>{SECRET}</p>"), access, tier, at]).await
}

async fn tag(app: &TestApp, post: i64, tag: &str, at: i64) {
    let sql = "insert into post_tags (post_id, tag, name, published_at) values ($1, $2, $2, $3)";
    app.ctx.db().run(sql, args![post, tag, at]).await.unwrap();
}

async fn space(app: &TestApp, slug: &str, access: &str, tier: Option<i64>) -> i64 {
    let sql = "insert into spaces (slug, name, access, tier_id, created_at) values ($1, $1, $2, $3, $4) returning id";
    app.insert(sql, args![slug, access, tier, BEGIN]).await
}

async fn topic(app: &TestApp, space: i64, title: &str, at: i64) -> i64 {
    let sql = "insert into topics (space_id, author_id, slug, title, source, html, created_at, last_activity_at)
values ($1, $2, 'topic', $3, $3, $3, $4, $4)
returning id";
    app.insert(sql, args![space, app.owner, title, at]).await
}

async fn reach(person: &Person, post: i64, share: &str) -> u16 {
    person.post("/reading", &[("post", &post.to_string()), ("share", share)]).await.status
}

async fn follow(person: &Person, kind: &str, key: &str, follow: &str) -> Answer {
    person.post("/follows", &[("kind", kind), ("key", key), ("follow", follow), ("to", "/account/following")]).await
}

/// What the home page says to go on with: title and how far.
async fn begun(person: &Person) -> Vec<(String, String)> {
    let home = person.get("/").await;
    home.texts(".continue-line h3").into_iter().zip(home.texts(".continue-share")).collect()
}

fn pair(title: &str, share: &str) -> (String, String) {
    (title.to_owned(), share.to_owned())
}

on_both!(what_was_opened_is_gone_on_with_until_it_is_finished, |app| {
    let (one, two) = (post(&app, "one", "public", None, BEGIN.0).await, post(&app, "two", "members", None, BEGIN.0).await);
    let mia = app.member("mia").await;
    assert_eq!(begun(&mia).await, []);
    mia.get("/p/one").await;
    app.clock.advance(MINUTE);
    mia.get("/p/two").await;
    assert_eq!(begun(&mia).await, [pair("two", "Just started"), pair("one", "Just started")], "before anything is written down");
    assert_eq!(app.count("select count(*) from reading").await, 0, "a page waits for no write");
    desk::flush(&app.ctx).await.unwrap();
    assert_eq!(begun(&mia).await, [pair("two", "Just started"), pair("one", "Just started")]);

    app.clock.advance(MINUTE);
    assert_eq!(reach(&mia, one, "43").await, 204);
    assert_eq!(begun(&mia).await[0], pair("one", "43% read"), "the latest first");
    assert_eq!(mia.get("/").await.attribute(".continue-line a", "href").as_deref(), Some("/p/one#at-43"));
    desk::flush(&app.ctx).await.unwrap();
    assert_eq!(reach(&mia, one, "12").await, 204);
    assert_eq!(begun(&mia).await[0], pair("one", "43% read"), "how far somebody was is not taken back");

    assert_eq!(reach(&mia, one, "90").await, 204);
    assert_eq!(begun(&mia).await, [pair("two", "Just started")], "finished, though not written down");
    desk::flush(&app.ctx).await.unwrap();
    mia.get("/p/one").await;
    assert_eq!(begun(&mia).await, [pair("two", "Just started")], "opening it again does not begin it again");
    assert_eq!(app.count("select count(*) from reading where finished_at is not null and share = 90").await, 1);

    assert_eq!(reach(&mia, two, "50").await, 204);
    app.ctx.db().run("update posts set status = 'draft' where slug = 'two'", args![]).await.unwrap();
    assert_eq!(begun(&mia).await, [], "what was taken back is not gone on with");
    desk::flush(&app.ctx).await.unwrap();
    assert!(app.visitor().get("/p/one").await.attribute("[data-reading]", "data-reading").is_none(), "nobody's reading");
});

on_both!(only_what_one_may_read_is_remembered_and_nonsense_is_refused, |app| {
    let tier = app.tier_row("inner").await;
    let paid = post(&app, "paid", "paid", Some(tier), BEGIN.0).await;
    let draft = post(&app, "draft", "public", None, BEGIN.0).await;
    app.ctx.db().run("update posts set status = 'draft' where slug = 'draft'", args![]).await.unwrap();
    let (mia, friend, owner) = (app.member("mia").await, app.member("friend").await, app.owner().await);
    app.entitle(&friend, tier, Some(BEGIN.plus(HOUR))).await;
    for person in [&mia, &friend, &owner] {
        let page = person.get("/p/paid").await;
        assert_eq!(
            page.attribute("[data-reading]", "data-reading").is_some(),
            person.id == friend.id,
            "one's own and a wall are no reading"
        );
    }
    assert_eq!(begun(&friend).await, [pair("paid", "Just started")]);
    assert!(begun(&mia).await.is_empty() && begun(&owner).await.is_empty());
    assert_eq!(reach(&mia, paid, "50").await, 403);
    assert_eq!(reach(&app.visitor(), paid, "50").await, 401);
    assert_eq!(reach(&friend, draft, "50").await, 404);
    for (post, share, status) in [("x", "5", 404), ("", "", 404), ("99999999999999999999", "5", 404), ("777", "5", 404)] {
        assert_eq!(friend.post("/reading", &[("post", post), ("share", share)]).await.status, status, "{post} {share}");
    }
    for share in ["", "-1", "101", "many", "99999999999999999999"] {
        assert_eq!(reach(&friend, paid, share).await, 400, "{share}");
    }
    app.clock.advance(2 * HOUR);
    assert_eq!(begun(&friend).await, [], "a former member has nothing to go on with behind the wall");
});

on_both!(a_browser_that_fetches_ahead_has_opened_nothing, |app| {
    post(&app, "one", "public", None, BEGIN.0).await;
    let mia = app.member("mia").await;
    let ahead = mia.client.get(format!("{}/p/one", app.address)).header("sec-purpose", "prefetch;prerender");
    assert_eq!(mia.send(ahead).await.status, 200);
    desk::flush(&app.ctx).await.unwrap();
    assert_eq!(begun(&mia).await, []);
    // But on a link that is being pressed: no other request follows.
    let pressed = mia.client.get(format!("{}/p/one", app.address)).header("sec-purpose", "prefetch");
    assert_eq!(mia.send(pressed.header("sec-speculation-tags", "\"pressed\"")).await.status, 200);
    desk::flush(&app.ctx).await.unwrap();
    assert_eq!(begun(&mia).await.len(), 1);
    assert!(mia.get("/speculation-rules.json").await.body.contains("\"tag\": \"pressed\""));
});

on_both!(what_was_paid_for_is_opened_by_whoever_sees_it_and_not_by_a_browser_that_fetches_ahead, |app| {
    let tier = app.tier("Readers").await;
    post(&app, "one", "paid", Some(tier.0), BEGIN.0).await;
    let mia = app.member("mia").await;
    app.entitle(&mia, tier.0, None).await;
    for tag in ["\"pressed\"", "null"] {
        let ahead = mia.client.get(format!("{}/p/one", app.address)).header("sec-purpose", "prefetch");
        let refused = mia.send(ahead.header("sec-speculation-tags", tag)).await;
        assert_eq!((refused.status, refused.body.as_str()), (503, ""));
    }
    assert_eq!(mia.get("/p/one").await.status, 200);
});

on_both!(only_the_newest_are_kept_and_a_member_can_have_all_of_it_forgotten, |app| {
    let mia = app.member("mia").await;
    for n in 0..203 {
        let id = post(&app, &format!("post-{n}"), "public", None, BEGIN.0).await;
        desk::note(&app.ctx, mia.id, stoa::foundation::id::PostId(id), 5);
        app.clock.advance(1);
    }
    desk::flush(&app.ctx).await.unwrap();
    assert_eq!(app.count("select count(*) from reading").await, 200);
    assert_eq!(app.count("select count(*) from reading r join posts p on p.id = r.post_id where p.slug = 'post-2'").await, 0);
    assert_eq!(begun(&mia).await.len(), 4);
    let mine = mia.get("/account/export").await.body;
    assert!(mine.contains("post-202") && mine.contains("\"share\": 5"));

    mia.get("/p/post-0").await;
    assert_eq!(mia.get("/account/privacy").await.attribute("form[action='/account/reading/forget']", "method").as_deref(), Some("post"));
    let answer = mia.post("/account/reading/forget", &[]).await;
    assert_eq!(answer.location(), "/account/privacy?done=forgotten");
    desk::flush(&app.ctx).await.unwrap();
    assert_eq!(app.count("select count(*) from reading").await, 0, "also what was not written down yet");
    assert_eq!(begun(&mia).await, []);
    assert_eq!(app.visitor().post("/account/reading/forget", &[]).await.status, 401);
});

on_both!(whoever_leaves_is_forgotten_with_what_they_read_and_followed, |app| {
    post(&app, "one", "public", None, BEGIN.0).await;
    let mia = app.member("mia").await;
    follow(&mia, "author", &app.owner.to_string(), "on").await;
    mia.get("/p/one").await;
    desk::flush(&app.ctx).await.unwrap();
    mia.get("/p/one").await;
    let gone = mia.post("/account/delete", &[("password", crate::support::PASSWORD), ("understood", "on")]).await;
    assert_eq!(gone.status, 303);
    desk::flush(&app.ctx).await.unwrap();
    assert_eq!(app.count("select (select count(*) from reading) + (select count(*) from follows)").await, 0);
});

on_both!(an_author_a_tag_and_a_space_are_followed_and_unfollowed, |app| {
    let id = post(&app, "one", "public", None, BEGIN.0).await;
    tag(&app, id, "rust", BEGIN.0).await;
    let room = space(&app, "room", "members", None).await;
    topic(&app, room, "A topic", BEGIN.0 + 1).await;
    let mia = app.member("mia").await;
    assert!(mia.get("/").await.texts(".home-side .home-hint")[0].contains("Follow an author"), "how to begin");
    assert_eq!(mia.get("/account/following").await.texts(".empty").len(), 1);
    let (owner, room) = (app.owner.to_string(), room.to_string());
    for (path, kind, key) in [("/u/olive", "author", &owner), ("/tags/rust", "tag", &"rust".to_owned()), ("/c/room", "space", &room)] {
        let button = |answer: &Answer| answer.attribute(".follow-button", "aria-pressed");
        let page = mia.get(path).await;
        assert_eq!(button(&page).as_deref(), Some("false"), "{path}");
        assert_eq!(page.attribute(".follow [name=kind]", "value").as_deref(), Some(kind));
        assert_eq!(page.attribute(".follow [name=key]", "value").as_ref(), Some(key));
        let answer = mia.post("/follows", &[("kind", kind), ("key", key), ("follow", "on"), ("to", path)]).await;
        assert_eq!(answer.location(), format!("{path}?done=followed"));
        assert_eq!(follow(&mia, kind, key, "on").await.status, 303, "a second time changes nothing");
        assert_eq!(button(&mia.get(path).await).as_deref(), Some("true"), "{path}");
    }
    assert_eq!(mia.get("/account/following").await.texts(".following-line a"), ["room", "rust", "olive"]);
    assert_eq!(mia.get("/").await.texts(".home-side h3"), ["A topic", "one"], "the article once, though it is followed twice");
    let visitor = app.visitor().get("/tags/rust").await;
    assert_eq!(visitor.attribute(".page-head .button", "href").as_deref(), Some("/sign-in?to=%2Ftags%2Frust"));
    assert!(app.owner().await.get("/u/olive").await.attribute(".follow-button", "value").is_none(), "nobody follows themselves");

    // What is followed goes away.
    app.ctx.db().run("delete from post_tags", args![]).await.unwrap();
    let leave =
        "update members set deleted_at = 1, name = '', handle = 'deleted-1', email = null, password_hash = null where handle = 'olive'";
    app.ctx.db().run(leave, args![]).await.unwrap();
    let list = mia.get("/account/following").await;
    assert_eq!(list.texts(".following-gone"), ["rust", "deleted member"]);
    for (kind, key) in [("author", owner.as_str()), ("tag", "rust"), ("space", &room), ("space", "4711"), ("tag", "never-was")] {
        assert_eq!(follow(&mia, kind, key, "off").await.location(), "/account/following?done=unfollowed");
    }
    assert_eq!(app.count("select count(*) from follows").await, 0);
});

on_both!(nobody_follows_what_is_not_there_or_not_open_and_nobody_follows_without_end, |app| {
    let tier = app.tier_row("inner").await;
    let closed = space(&app, "inner-room", "paid", Some(tier)).await.to_string();
    let mia = app.member("mia").await;
    let own = mia.id.to_string();
    for (kind, key, status) in [
        ("author", own.as_str(), 409),
        ("author", "4711", 404),
        ("author", "-1", 404),
        ("tag", "never-was", 404),
        ("tag", "A tag", 404),
        ("tag", "a\0b", 404),
        ("space", "4711", 404),
        ("space", closed.as_str(), 403),
        ("post", "1", 404),
        ("", "", 404),
    ] {
        assert_eq!(follow(&mia, kind, key, "on").await.status, status, "{kind} {key}");
    }
    let answer = app.visitor().post("/follows", &[("kind", "tag"), ("key", "rust"), ("follow", "on"), ("to", "/tags/rust")]).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.attribute("main .button", "href").as_deref(), Some("/sign-in?to=%2Ftags%2Frust"));
    let elsewhere = mia.post("/follows", &[("kind", "tag"), ("key", "x"), ("follow", "off"), ("to", "//evil.example")]).await;
    assert_eq!(elsewhere.location(), "/account/following?done=unfollowed");
    for n in 0..200 {
        let sql = "insert into follows (member_id, tag, followed_at) values ($1, $2, 0)";
        app.ctx.db().run(sql, args![mia.id, format!("tag-{n}")]).await.unwrap();
    }
    assert_eq!(follow(&mia, "author", &app.owner.to_string(), "on").await.status, 409);
    assert_eq!(mia.get("/").await.status, 200, "so many are looked through at once");
    assert_eq!(mia.get("/account/following").await.texts(".following-line").len(), 200);
});

on_both!(what_is_new_is_what_came_after_the_last_day_one_was_here, |app| {
    let mia = app.member("mia").await;
    for (slug, days) in [("older", 5), ("yesterday", 1), ("today", 0)] {
        post(&app, slug, "public", None, BEGIN.0 - days * DAY).await;
    }
    let new = async |person: &Person| {
        let home = person.get("/").await;
        let section = "section[aria-labelledby=home-new] h3";
        (home.texts(section), home.texts("section[aria-labelledby=home-all] h3"))
    };
    let all = || ["today", "yesterday", "older"].map(str::to_owned).to_vec();
    assert_eq!(new(&mia).await, (vec![], all()), "for whoever was never here before, everything is just the newest");
    let here = "insert into member_days (member_id, day) values ($1, $2)";
    // BEGIN is noon on 15 March in the site's time zone.
    app.ctx.db().run(here, args![mia.id, "2026-03-15"]).await.unwrap();
    assert_eq!(new(&mia).await, (vec![], all()), "today does not count");
    app.ctx.db().run(here, args![mia.id, "2026-03-13"]).await.unwrap();
    assert_eq!(new(&mia).await, (vec!["today".into(), "yesterday".into()], vec!["older".into()]), "each article once");
    app.ctx.db().run(here, args![mia.id, "2026-03-14"]).await.unwrap();
    assert_eq!(new(&mia).await.0, ["today"]);
    let many: Vec<i64> = (0..30).map(|n| BEGIN.0 + n).collect();
    for at in many {
        post(&app, &format!("many-{at}"), "public", None, at).await;
    }
    let (new, rest) = new(&mia).await;
    assert_eq!((new.len(), rest.len()), (10, 20));
    let next = mia.get("/").await.attribute(".pager a", "href").unwrap();
    let more = mia.get(&next).await.texts(".post-card-title");
    assert_eq!(more, ["today", "yesterday", "older"], "the list goes on where the home page ends");
});

on_both!(the_home_page_gives_nothing_of_what_is_closed_away, |app| {
    let tier = app.tier_row("inner").await;
    post(&app, "open", "public", None, BEGIN.0).await;
    let members = post(&app, "for-members", "members", None, BEGIN.0 + 1).await;
    let paid = post(&app, "for-friends", "paid", Some(tier), BEGIN.0 + 2).await;
    let (talk, inner) = (space(&app, "talk", "public", None).await, space(&app, "inner-room", "paid", Some(tier)).await);
    topic(&app, talk, "An open topic", BEGIN.0).await;
    topic(&app, inner, SECRET, BEGIN.0 + 9).await;
    let hidden = topic(&app, talk, "A hidden topic", BEGIN.0 + 9).await;
    app.ctx.db().run("update topics set hidden_at = 1 where id = $1", args![hidden]).await.unwrap();
    let (member, friend, former) = (app.member("member").await, app.member("friend").await, app.member("former").await);
    app.entitle(&friend, tier, None).await;
    app.entitle(&former, tier, Some(BEGIN.plus(HOUR))).await;
    for person in [&friend, &former] {
        assert_eq!(follow(person, "space", &inner.to_string(), "on").await.status, 303);
        reach(person, paid, "40").await;
        reach(person, members, "40").await;
    }
    assert!(former.get("/").await.body.contains(SECRET), "as long as the term runs");
    app.clock.advance(2 * HOUR);
    for person in [&app.visitor(), &member, &former] {
        let home = person.get("/").await;
        assert!(!home.body.contains(SECRET) && !home.body.contains("A hidden topic"), "{}", home.body);
    }
    assert!(friend.get("/").await.body.contains(SECRET), "the topic is news for those who may enter");
    assert_eq!(begun(&former).await, [pair("for-members", "40% read")]);
    let visitor = app.visitor().get("/").await;
    assert_eq!(visitor.texts("section[aria-labelledby=home-talk] h3"), ["An open topic"]);
    assert_eq!(visitor.texts(".home-sample-title"), ["open"], "the newest that is open to everybody");
    assert_eq!(visitor.texts(".home-sample-text"), ["The preview."]);
    // The sample is kept for a minute, but not when it is closed meanwhile.
    app.ctx.db().run("update posts set access = 'members' where slug = 'open'", args![]).await.unwrap();
    assert_eq!(app.visitor().get("/").await.texts(".home-sample-title").len(), 0);
});

on_both!(the_sample_is_the_one_of_which_one_can_be_surest_that_it_is_good, |app| {
    let rate = async |slug: &str, n: i64, positive: i64| {
        let sql = "update posts set ratings = $2, positive_ratings = $3, stars_sum = $2 * 4 where slug = $1";
        app.ctx.db().run(sql, args![slug, n, positive]).await.unwrap();
    };
    for (slug, access) in [("few", "public"), ("sure", "public"), ("mixed", "public"), ("closed", "members"), ("newest", "public")] {
        post(&app, slug, access, None, BEGIN.0).await;
        app.clock.advance(1);
    }
    rate("few", 4, 4).await;
    rate("sure", 40, 38).await;
    rate("mixed", 90, 45).await;
    rate("closed", 99, 99).await;
    let home = app.visitor().get("/").await;
    assert_eq!(home.texts(".home-sample-title"), ["sure"]);
    assert!(!home.texts(".short-card-title").contains(&"sure".to_owned()), "it is not shown twice");
});

on_both!(a_visitor_sees_counts_only_when_they_say_something, |app| {
    post(&app, "one", "public", None, BEGIN.0).await;
    assert_eq!(app.visitor().get("/").await.texts(".home-proof").len(), 0);
    for n in 0..10 {
        post(&app, &format!("post-{n}"), "public", None, BEGIN.0).await;
    }
    app.clock.advance(2 * MINUTE);
    assert_eq!(app.visitor().get("/").await.texts(".home-proof li"), ["11 articles"]);
});

on_both!(an_empty_site_has_a_first_page_for_everybody, |app| {
    let visitor = app.visitor().get("/").await;
    assert_eq!((visitor.status, visitor.texts("h1")), (200, vec!["学廊测试".to_owned()]));
    assert_eq!(visitor.texts("main section").len(), 1, "a part with nothing to show is not there");
    assert_eq!(visitor.attribute("main .button", "href").as_deref(), Some("/join"));
    let owner = app.owner().await;
    let steps = |page: &Answer| page.texts(".first-step-what");
    assert_eq!(steps(&owner.get("/").await), ["Write the first article", "Set up the tiers", "Open a space"]);
    app.tier("Friends").await;
    assert_eq!(steps(&owner.get("/").await)[1], "Set up the tiers Done");
    assert_eq!(app.member("mia").await.get("/").await.texts(".empty").len(), 1);
    assert_eq!(app.person("ann", Role::Author).await.get("/").await.attribute(".empty .button", "href").as_deref(), Some("/write/new"));
    for path in ["/articles", "/tags"] {
        assert_eq!(app.visitor().get(path).await.texts(".empty").len(), 1, "{path}");
    }
});

on_both!(old_addresses_of_the_list_lead_to_all_articles, |app| {
    for n in 0..21 {
        post(&app, &format!("post-{n}"), "public", None, BEGIN.0 + n).await;
    }
    let visitor = app.visitor();
    assert_eq!(visitor.get("/articles").await.texts(".post-card-title").len(), 20);
    let next = visitor.get("/articles").await.attribute(".pager a", "href").unwrap();
    let old = next.replace("/articles", "/");
    let answer = visitor.get(&old).await;
    assert_eq!((answer.status, answer.location()), (301, next.as_str()));
    assert_eq!(visitor.get(&next).await.texts(".post-card-title"), ["post-0"]);
    for nonsense in ["x", "", "1.2.3", "%00", "%0d%0aSet-Cookie:%20a"] {
        let answer = visitor.get(&format!("/?after={nonsense}")).await;
        assert_eq!((answer.status, answer.location()), (301, "/articles"), "{nonsense}");
    }
});

on_both!(every_tag_is_listed_with_how_many_articles_have_it, |app| {
    for (n, slug) in ["one", "two"].into_iter().enumerate() {
        let id = post(&app, slug, "public", None, BEGIN.0).await;
        tag(&app, id, "rust", BEGIN.0).await;
        tag(&app, id, &format!("only-{n}"), BEGIN.0).await;
    }
    let hidden = post(&app, "draft", "public", None, BEGIN.0).await;
    let sql = "insert into post_tags (post_id, tag, name) values ($1, 'nobody-sees-it', 'x')";
    app.ctx.db().run(sql, args![hidden]).await.unwrap();
    let list = app.visitor().get("/tags").await;
    assert_eq!(
        list.texts(".tag-index li"),
        ["only-0 1 article", "only-1 1 article", "rust 2 articles"].map(|line| line.replacen(' ', "", 0))
    );
    for after in ["%00", "\u{5b66}", "zzzz", &"x".repeat(3000)] {
        assert_eq!(app.visitor().get(&format!("/tags?after={after}")).await.status, 200);
    }
});

#[tokio::test]
async fn ten_thousand_tags_are_a_list_of_pages() {
    let app = TestApp::start(Backend::Sqlite).await;
    let id = post(&app, "one", "public", None, BEGIN.0).await;
    let mut tx = app.ctx.db().begin().await.unwrap();
    for n in 0..10_000 {
        let sql = "insert into post_tags (post_id, tag, name, published_at) values ($1, $2, $2, $3)";
        tx.run(sql, args![id, format!("tag-{n:05}"), BEGIN]).await.unwrap();
    }
    tx.commit().await.unwrap();
    let visitor = app.visitor();
    let (mut path, mut seen) = ("/tags".to_owned(), 0);
    loop {
        let page = visitor.get(&path).await;
        seen += page.texts(".tag-index .tag").len();
        match page.attribute(".pager a", "href") {
            Some(next) => path = next,
            None => break,
        }
    }
    assert_eq!(seen, 10_000);
}
