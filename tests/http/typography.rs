//! What people read: in which language it is said to be, and that old texts get today's form.

use crate::on_both;
use crate::support::{Person, TestApp};
use stoa::foundation::time::DAY;
use stoa::foundation::viewer::Role;
use stoa::server::again::Outdated;
use stoa::server::db::Queries;
use stoa::spaces::model::NewSpace;
use stoa::spaces::service::save_space;
use stoa::{discussion, members, posts};

/// Sends a form that must be taken; answers where it leads, without the notice.
async fn send(person: &Person, path: &str, fields: &[(&str, &str)]) -> String {
    let answer = person.post(path, fields).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.location().split(['?', '#']).next().unwrap().to_owned()
}

async fn article(author: &Person, title: &str, source: &str) -> String {
    send(author, "/write/new", &[("title", title), ("source", source), ("access", "public"), ("do", "publish")]).await
}

async fn topic(app: &TestApp, person: &Person, title: &str, source: &str) -> String {
    let new = NewSpace { name: "Talk".into(), slug: "talk".into(), ..NewSpace::default() };
    save_space(&app.ctx, &app.viewer(app.owner, Role::Owner), new).await.unwrap();
    send(person, "/c/talk/new", &[("title", title), ("source", source), ("action", "send")]).await
}

async fn reply(person: &Person, path: &str, source: &str) {
    let id = path.split('/').nth(2).unwrap();
    let form = [("target_kind", "topic"), ("target_id", id), ("source", source), ("to", path), ("action", "send")];
    send(person, "/replies", &form).await;
}

/// Renders again until nothing is left; answers how many texts that were.
async fn render_again(app: &TestApp) -> usize {
    let mut done = 0;
    loop {
        let talk = discussion::service::render_again(&app.ctx).await.unwrap();
        let batch = posts::service::render_again(&app.ctx).await.unwrap() + talk + members::service::render_again(&app.ctx).await.unwrap();
        if batch == 0 {
            return done;
        }
        done += batch;
    }
}

on_both!(every_passage_says_in_which_language_it_is, |app| {
    let ann = app.person("ann", Role::Author).await;
    send(&ann, "/account/profile", &[("name", "Ann"), ("bio", "我教编程，写文章。")]).await;
    let (chinese, english) = (article(&ann, "所有权", "先读三条规则。").await, article(&ann, "Ownership", "Three rules come first.").await);
    let path = topic(&app, &ann, "怎么读报错", "先看第一行，再看最后一行。").await;
    reply(&ann, &path, "多谢，已经解决了。").await;
    reply(&ann, &path, "Thank you, that was it.").await;
    reply(&ann, &path, "```\nsome code and nothing else\n```").await;
    let visitor = app.visitor();
    for (path, selector, lang) in [
        (chinese.as_str(), ".post > .prose", Some("zh-CN")),
        (chinese.as_str(), ".post h1", Some("zh-CN")),
        (english.as_str(), ".post > .prose", Some("en")),
        (path.as_str(), ".topic-text", Some("zh-CN")),
        (path.as_str(), ".topic h1", Some("zh-CN")),
        ("/u/ann", ".profile-bio", Some("zh-CN")),
        // In lists, only where it is not the page's own.
        ("/articles", ".post-list li:nth-child(1) .post-card-title", None),
        ("/articles", ".post-list li:nth-child(2) .post-card-title", Some("zh-CN")),
        ("/articles", ".post-list li:nth-child(2) .post-excerpt", Some("zh-CN")),
        ("/c/talk", ".topic-line h2", Some("zh-CN")),
    ] {
        let page = visitor.get(path).await;
        assert_eq!(page.texts(selector).len(), 1, "{path} {selector}");
        assert_eq!(page.attribute(selector, "lang").as_deref(), lang, "{path} {selector}");
        assert_eq!(page.attribute(selector, "dir").as_deref(), Some("auto"), "{path} {selector}");
    }
    let page = visitor.get(&path).await;
    let langs: Vec<_> =
        page.html().select(&scraper::Selector::parse(".reply-text").unwrap()).map(|e| e.value().attr("lang").map(str::to_owned)).collect();
    assert_eq!(langs.len(), 3);
    for lang in [None, Some("en".to_owned()), Some("zh-CN".to_owned())] {
        assert!(langs.contains(&lang), "{lang:?} in {langs:?}");
    }
    // An edit may change it; a page in Chinese has no need to say so of a title.
    let id = path.split('/').nth(2).unwrap();
    let moved = send(
        &ann,
        &format!("/topics/{id}/edit"),
        &[("title", "How to read"), ("source", "Begin with the first line."), ("action", "send")],
    )
    .await;
    assert_eq!(visitor.get(&moved).await.attribute(".topic-text", "lang").as_deref(), Some("en"));
    assert_eq!(visitor.get(&moved).await.attribute(".topic h1", "lang"), None);
    // What is taken back from the bin says it again.
    let first = app.count("select min(id) from replies").await;
    for deed in ["delete", "restore"] {
        send(&ann, &format!("/replies/{first}/{deed}"), &[("to", &moved)]).await;
    }
    assert_eq!(visitor.get(&moved).await.attribute(&format!("#r-{first} > .reply-text"), "lang").as_deref(), Some("zh-CN"));
});

on_both!(a_text_that_brings_the_renderer_down_does_not_stop_the_others, |app| {
    let ann = app.person("ann", Role::Author).await;
    article(&ann, "First", "good").await;
    article(&ann, "Second", "bad").await;
    article(&ann, "Third", "good").await;
    const POSTS: Outdated = Outdated {
        name: "posts",
        renderer: 99,
        find: "select id, source from posts where renderer < $1 order by id limit $2",
        tried: "update posts set renderer = $2 where id = $1",
    };
    fn fragile(source: &str) -> usize {
        assert_ne!(source, "bad");
        source.len()
    }
    let batch = POSTS.again(&app.ctx, 10, fragile).await.unwrap();
    assert_eq!((batch.found, batch.made.len()), (3, 2));
    assert_eq!(app.count("select count(*) from posts where renderer = 99 and source = 'bad' and preview_html like '%bad%'").await, 1);
    assert_eq!(POSTS.again(&app.ctx, 10, fragile).await.unwrap().found, 2, "it is not tried again");
});

on_both!(what_an_older_program_rendered_is_rendered_again_and_nothing_else_changes, |app| {
    let ann = app.person("ann", Role::Author).await;
    let code = "```rust title=\"a.rs\"\nlet a;\n```";
    let paid = article(&ann, "Code", &format!("{code}\n\n<!--paywall-->\n\n## Rest\n\n{code}")).await;
    send(&ann, "/account/profile", &[("name", "Ann"), ("bio", code)]).await;
    let path = topic(&app, &ann, "话题", &format!("看代码：\n\n{code}")).await;
    reply(&ann, &path, code).await;
    reply(&ann, &path, "gone by now").await;
    let gone = app.count("select max(id) from replies").await;
    send(&ann, &format!("/replies/{gone}/delete"), &[("to", &path)]).await;
    assert_eq!(render_again(&app).await, 0, "what was saved today is of today");

    let db = app.ctx.db();
    for old in [
        "update posts set preview_html = 'old', rest_html = 'old', contents = '[]', rest_contents = '[]', renderer = 0",
        "update topics set html = 'old', lang = null, renderer = 0",
        "update replies set html = 'old', lang = null, renderer = 0 where deleted_at is null",
        "update replies set renderer = 0 where deleted_at is not null",
        "update members set bio_html = 'old', bio_lang = null, bio_renderer = 0",
    ] {
        assert!(db.run(old, vec![]).await.unwrap() > 0, "{old}");
    }
    app.clock.advance(3 * DAY);
    const DATES: &str =
        "select p.version, p.updated_at, p.published_at, t.last_activity_at, coalesce(t.edited_at, 0), coalesce(max(r.edited_at), 0)
from posts p, topics t, replies r
group by p.id, t.id, p.version, p.updated_at, p.published_at, t.last_activity_at, t.edited_at";
    let before: (i64, i64, i64, i64, i64, i64) = db.one(DATES, vec![]).await.unwrap();
    assert_eq!(render_again(&app).await, 5, "an article, a topic, two replies, a biography");
    assert_eq!(before, db.one(DATES, vec![]).await.unwrap());
    assert_eq!(render_again(&app).await, 0);

    let visitor = app.visitor();
    for (path, samples) in [(paid.as_str(), 2), (&path, 2), ("/u/ann", 1)] {
        let page = visitor.get(path).await;
        assert_eq!(page.texts("figure.code .file"), vec!["a.rs"; samples], "{path}");
        assert!(!page.texts(".prose").contains(&"old".to_owned()), "{path}");
    }
    assert_eq!(visitor.get(&path).await.attribute(".topic-text", "lang").as_deref(), Some("zh-CN"));
    assert_eq!(app.count("select count(*) from replies where deleted_at is not null and html = ''").await, 1, "what is gone stays gone");
});

on_both!(a_page_has_a_script_only_where_there_is_something_to_read_with_its_help, |app| {
    let ann = app.person("ann", Role::Author).await;
    let plain = article(&ann, "Plain", "Only words, and `a little code`.").await;
    let code = article(&ann, "Code", "```rust\nlet a;\n```").await;
    let visitor = app.visitor();
    for (path, lives) in [(plain.as_str(), 0), (code.as_str(), 1), ("/", 0), ("/u/ann", 0)] {
        assert_eq!(visitor.get(path).await.texts("template[data-live=reading]").len(), lives, "{path}");
    }
});
