//! Writing and reading articles.

use crate::on_both;
use crate::support::{Answer, BEGIN, Person, TestApp};
use stoa::args;
use stoa::foundation::id::{MemberId, PostId};
use stoa::foundation::time::DAY;
use stoa::foundation::viewer::{Role, SignedIn, Viewer};
use stoa::posts::service::{self, ImportedPost, Outcome};
use stoa::server::db::Queries;

const SECRET: &str = "the xylophone is in the attic";

/// The fields of the editor, with others instead or besides.
fn fields<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let plain = [("title", "A first article"), ("source", "Hello *world*."), ("access", "public")];
    let rest = plain.into_iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
    rest.chain(more.iter().copied()).collect()
}

fn walled() -> String {
    format!("Open to all.\n\n<!--paywall-->\n\n## Hidden heading\n\n{SECRET}\n\n```rust\nlet hidden = 1;\n```\n")
}

/// Publishes and answers with the article's path.
async fn publish(author: &Person, more: &[(&str, &str)]) -> String {
    let mut form = fields(more);
    form.push(("do", "publish"));
    let answer = author.post("/write/new", &form).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.location().split('?').next().unwrap().to_owned()
}

/// Saves a draft and answers with the path of its editor.
async fn draft(author: &Person, more: &[(&str, &str)]) -> String {
    let answer = author.post("/write/new", &fields(more)).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.location().split('?').next().unwrap().to_owned()
}

/// A tier that is sold for 30.00 a month.
async fn tier(app: &TestApp) -> i64 {
    let db = app.ctx.db();
    let sql = "insert into tiers (slug, name, description, position, created_at) values ('friends', 'Friends', '', 0, 0) returning id";
    let mut tx = db.begin().await.unwrap();
    let (id,): (i64,) = tx.one(sql, args![]).await.unwrap();
    tx.run("insert into tier_prices (tier_id, cadence, currency, minor) values ($1, 'month', 'CNY', 3000)", args![id]).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn grant(app: &TestApp, member: MemberId, tier: i64, ends_at: i64) {
    let sql = "insert into entitlements (member_id, tier_id, starts_at, ends_at, cause, created_at, given_at, open_until) values ($1, $2, $3, $4, $5, $3, $3, $4)";
    app.ctx.db().run(sql, args![member, tier, BEGIN, ends_at, format!("test:{member}")]).await.unwrap();
}

fn value(answer: &Answer, name: &str) -> String {
    answer.attribute(&format!("[name={name}]"), "value").unwrap_or_default()
}

on_both!(an_article_goes_from_draft_to_the_front_page_and_back, |app| {
    let author = app.person("ann", Role::Author).await;
    let editor = draft(&author, &[("tags", "Rust，异步"), ("summary", "In short.")]).await;
    let visitor = app.visitor();
    assert_eq!(visitor.get("/articles").await.texts(".post-card-title").len(), 0);
    assert_eq!(visitor.get("/p/a-first-article").await.status, 404, "a draft is not there for others");
    let seen = author.get("/p/a-first-article").await;
    assert!(seen.status == 200 && seen.texts(".banner")[0].contains("draft"));
    let open = author.get(&editor).await;
    assert_eq!((value(&open, "tags"), open.texts("textarea#source")), ("Rust, 异步".into(), vec!["Hello *world*.".into()]));
    let form = fields(&[("version", "1"), ("tags", "Rust, 异步"), ("slug", "a-first-article"), ("do", "publish")]);
    let answer = author.post(&editor, &form).await;
    assert_eq!(answer.location(), "/p/a-first-article?done=published");
    let page = visitor.get("/p/a-first-article").await;
    assert_eq!((page.status, page.texts("h1")), (200, vec!["A first article".to_owned()]));
    assert!(page.body.contains("<em>world</em>") && page.body.contains("rel=\"canonical\""));
    for (path, articles) in [("/articles", 1), ("/tags/rust", 1), ("/tags/yi-bu", 1), ("/u/ann", 1)] {
        assert_eq!(visitor.get(path).await.texts(".post-card-title").len(), articles, "{path}");
    }
    assert!(visitor.get("/").await.body.contains("href=\"/p/a-first-article\""));
    assert_eq!(visitor.get("/tags/yi-bu").await.texts("h1"), ["Tag: 异步"]);
    let back = author.post(&editor, &fields(&[("version", "2"), ("tags", "Rust"), ("do", "unpublish")])).await;
    assert!(back.location().ends_with("?done=unpublished"));
    for path in ["/", "/articles"] {
        assert!(!visitor.get(path).await.body.contains("a-first-article"), "{path}");
    }
    for path in ["/p/a-first-article", "/tags/rust"] {
        assert_eq!(visitor.get(path).await.status, 404, "{path}");
    }
});

on_both!(what_is_behind_the_wall_is_only_in_the_pages_of_those_who_may_read_it, |app| {
    let author = app.person("ann", Role::Author).await;
    let tier = tier(&app).await.to_string();
    let source = walled();
    let paid = publish(&author, &[("title", "Paid"), ("source", &source), ("access", "paid"), ("tier", &tier), ("price", "9")]).await;
    let members = publish(&author, &[("title", "Members"), ("source", &source), ("access", "members")]).await;
    let public = publish(&author, &[("title", "Public"), ("source", &source)]).await;
    let (visitor, member, friend, former) = (app.visitor(), app.member("mia").await, app.member("finn").await, app.member("gone").await);
    grant(&app, friend.id, tier.parse().unwrap(), BEGIN.0 + DAY).await;
    grant(&app, former.id, tier.parse().unwrap(), BEGIN.0 + 1).await;
    app.clock.advance(60_000);
    let owner = app.owner().await;
    let expected = [(&visitor, 1), (&former, 2), (&member, 2), (&friend, 3), (&author, 3), (&owner, 3)];
    for (person, open) in expected {
        let mut seen = 0;
        for path in [&paid, &members, &public] {
            let page = person.get(path).await;
            assert_eq!(page.status, 200);
            let shows = page.body.contains(SECRET);
            assert_eq!(page.body.contains("Hidden heading"), shows, "headings are text too");
            assert!(page.attribute("#wall", "id").is_some(), "the wall can be come back to");
            seen += i32::from(shows);
        }
        assert_eq!(seen, open);
        for path in ["/", "/articles", "/u/ann"] {
            assert!(!person.get(path).await.body.contains(SECRET), "{path}");
        }
    }
});

on_both!(the_wall_says_what_is_behind_it_and_how_to_get_there, |app| {
    let author = app.person("ann", Role::Author).await;
    let tier = tier(&app).await.to_string();
    let source = walled();
    let path = publish(&author, &[("title", "Paid"), ("source", &source), ("access", "paid"), ("tier", &tier), ("price", "9.5")]).await;
    let page = app.visitor().get(&path).await;
    assert!(page.texts(".paywall-behind")[0].contains("1 code sample"), "{:?}", page.texts(".paywall-behind"));
    assert_eq!(page.texts(".paywall-buy button"), ["Buy this article for CN¥9.50"]);
    assert_eq!(page.texts(".paywall-join button"), ["Join for a month, CN¥30.00"]);
    assert_eq!(page.attribute(".paywall-buy [name=to]", "value").as_deref(), Some(path.as_str()));
    assert_eq!(page.attribute(".paywall-sign-in a", "href").unwrap(), format!("/sign-in?to={path}%23wall"));
    let signed_in = app.member("mia").await.get(&path).await;
    assert!(signed_in.texts(".paywall-sign-in").is_empty() && !signed_in.texts(".paywall-buy").is_empty());
});

on_both!(everything_wrong_with_a_form_is_said_and_everything_typed_comes_back, |app| {
    let author = app.person("ann", Role::Author).await;
    let long = "x".repeat(201);
    let cases: &[(&str, &[(&str, &str)])] = &[
        ("title", &[("title", "  ")]),
        ("title", &[("title", &long)]),
        ("slug", &[("slug", "…")]),
        ("tags", &[("tags", "1,2,3,4,5,6,7,8,9,10,11")]),
        ("access", &[("access", "nobody")]),
        ("tier", &[("access", "paid")]),
        ("tier", &[("access", "paid"), ("tier", "99")]),
        ("tier", &[("access", "paid"), ("tier", "abc")]),
        ("price", &[("access", "paid"), ("price", "-1")]),
        ("price", &[("access", "paid"), ("price", "0.001")]),
        ("price", &[("access", "paid"), ("price", "99999999999999999999")]),
        ("source", &[("source", "  "), ("do", "publish")]),
        ("source", &[("access", "members"), ("do", "publish")]),
    ];
    for (field, wrong) in cases {
        let answer = author.post("/write/new", &fields(&[*wrong, &[("summary", "<b>kept</b>")][..]].concat())).await;
        assert_eq!(answer.status, 422, "{wrong:?}");
        assert!(!answer.texts(&format!("#{field}-error")).is_empty(), "{wrong:?}");
        assert_eq!(value(&answer, "summary"), "<b>kept</b>");
        assert!(answer.texts("textarea#source")[0].len() >= 2 || wrong[0].0 == "source", "{wrong:?}");
    }
    let huge = "字".repeat(1024 * 1024 / 3 + 1);
    let answer = author.post("/write/new", &fields(&[("source", &huge)])).await;
    assert_eq!((answer.status, answer.texts("textarea#source")[0].len()), (422, huge.len()));
    assert_eq!(author.post("/write/new", &fields(&[("source", &"x".repeat(4 * 1024 * 1024))])).await.status, 413);
    assert_eq!(app.count("select count(*) from posts").await, 0);
});

on_both!(two_who_edit_at_once_do_not_overwrite_each_other_unknowingly, |app| {
    let author = app.person("ann", Role::Author).await;
    let editor = draft(&author, &[]).await;
    assert_eq!(author.post(&editor, &fields(&[("version", "1"), ("source", "first")])).await.status, 303);
    let late = author.post(&editor, &fields(&[("version", "1"), ("source", "second")])).await;
    assert_eq!((late.status, late.texts("textarea#source")), (409, vec!["second".to_owned()]));
    assert_eq!(author.get(&editor).await.texts("textarea#source"), ["first"]);
    assert_eq!(author.post(&editor, &fields(&[("version", &value(&late, "version")), ("source", "second")])).await.status, 303);
    assert_eq!(author.get(&editor).await.texts("textarea#source"), ["second"]);
});

on_both!(a_new_text_is_said_to_readers_and_a_new_price_is_not, |app| {
    let author = app.person("ann", Role::Author).await;
    let text = walled();
    let paid = [("source", &*text), ("access", "paid")];
    let with = |more: &[(&'static str, &'static str)]| fields(&[&paid[..], more].concat());
    let editor = draft(&author, &[("source", &text)]).await;
    assert_eq!(author.post(&editor, &with(&[("price", "9.90"), ("version", "1"), ("do", "publish")])).await.status, 303);
    app.clock.advance(3 * DAY);
    assert_eq!(author.post(&editor, &with(&[("price", "12"), ("version", "2")])).await.status, 303);
    let visitor = app.visitor();
    assert!(!visitor.get("/p/a-first-article").await.body.contains("Updated "));
    assert_eq!(
        author
            .post(&editor, &with(&[("price", "12"), ("title", "A second one"), ("slug", "a-first-article"), ("version", "3")]))
            .await
            .status,
        303
    );
    assert!(visitor.get("/p/a-first-article").await.body.contains("Updated "));
});

on_both!(an_old_address_leads_to_the_new_one, |app| {
    let author = app.person("ann", Role::Author).await;
    publish(&author, &[("title", "Old name")]).await;
    let form = |slug| fields(&[("title", "New name"), ("slug", slug), ("version", "1")]);
    author.post("/write/1", &form("old-name")).await;
    assert_eq!(app.visitor().get("/p/old-name").await.status, 200, "a new title does not move an article");
    let moved = author.post("/write/1", &fields(&[("title", "New name"), ("slug", "New Name"), ("version", "2")])).await;
    assert_eq!(moved.status, 303);
    let answer = app.visitor().get("/p/old-name").await;
    assert_eq!((answer.status, answer.location()), (301, "/p/new-name"));
    assert_eq!(app.visitor().get("/p/new-name").await.status, 200);
    let other = draft(&author, &[("title", "Another")]).await;
    let taken = author.post(&other, &fields(&[("slug", "new-name"), ("version", "1")])).await;
    assert!(taken.status == 422 && taken.texts("#slug-error")[0].contains("new-name"));
});

on_both!(articles_of_one_name_published_at_once_get_addresses_of_their_own, |app| {
    let author = app.person("ann", Role::Author).await;
    let at_once = (0..5).map(|_| publish(&author, &[("title", "学廊")]));
    let mut paths = futures::future::join_all(at_once).await;
    paths.sort_unstable();
    assert_eq!(paths, ["/p/xue-lang", "/p/xue-lang-2", "/p/xue-lang-3", "/p/xue-lang-4", "/p/xue-lang-5"]);
});

on_both!(only_its_author_and_admins_change_an_article, |app| {
    let author = app.person("ann", Role::Author).await;
    let hidden = draft(&author, &[("title", "Draft")]).await;
    publish(&author, &[("title", "Shown")]).await;
    let (other, member, moderator) =
        (app.person("otto", Role::Author).await, app.member("mia").await, app.person("mo", Role::Moderator).await);
    let form = fields(&[("version", "1")]);
    for person in [&other, &member, &moderator] {
        assert_eq!((person.get(&hidden).await.status, person.post(&hidden, &form).await.status), (404, 404));
        assert_eq!((person.get("/write/2").await.status, person.post("/write/2", &form).await.status), (403, 403));
    }
    for path in ["/write", "/write/new"] {
        assert_eq!((member.get(path).await.status, app.visitor().get(path).await.status), (403, 401), "{path}");
    }
    assert_eq!(member.post("/write/new", &form).await.status, 403);
    let admin = app.person("ada", Role::Admin).await;
    assert_eq!(admin.post("/write/2", &fields(&[("version", "1"), ("title", "Corrected")])).await.status, 303);
    assert_eq!(app.count("select author_id from posts where id = 2").await, author.id.0);
});

on_both!(a_writer_whose_session_ended_keeps_the_text, |app| {
    let author = app.person("ann", Role::Author).await;
    let editor = draft(&author, &[]).await;
    for path in ["/write/new", editor.as_str()] {
        let answer = app.visitor().post(path, &fields(&[("source", "an hour of work")])).await;
        assert_eq!((answer.status, answer.texts("textarea#source")), (401, vec!["an hour of work".to_owned()]));
        assert!(!answer.body.contains("Hello"), "what is saved is not shown");
    }
    assert_eq!(author.post(&editor, &fields(&[("do", "delete")])).await.location(), "/write?done=deleted");
    let gone = author.post(&editor, &fields(&[("source", "an hour of work")])).await;
    assert_eq!((gone.status, gone.texts("textarea#source")), (404, vec!["an hour of work".to_owned()]));
    assert_eq!(gone.attribute(".editor-form", "action").as_deref(), Some("/write/new"));
});

on_both!(the_preview_shows_the_text_beside_the_form_and_saves_nothing, |app| {
    let author = app.person("ann", Role::Author).await;
    let source = walled();
    let answer = author.post("/write/new", &fields(&[("source", &source), ("title", "Not yet"), ("do", "preview")])).await;
    assert_eq!((answer.status, value(&answer, "title")), (200, "Not yet".to_owned()));
    assert!(answer.texts(".editor-preview .prose").iter().any(|text| text.contains(SECRET)));
    assert_eq!(answer.texts(".wall-line").len(), 1);
    assert_eq!(app.count("select count(*) from posts").await, 0);
});

on_both!(what_was_published_is_taken_back_but_never_deleted, |app| {
    let author = app.person("ann", Role::Author).await;
    publish(&author, &[]).await;
    for version in ["1", "2"] {
        assert_eq!(author.post("/write/1", &fields(&[("do", "delete")])).await.status, 409);
        author.post("/write/1", &fields(&[("version", version), ("do", "unpublish")])).await;
    }
    assert_eq!(app.count("select count(*) from posts").await, 1);
});

on_both!(lists_go_on_where_the_last_page_ended, |app| {
    let author = app.person("ann", Role::Author).await;
    for n in 1..=21 {
        publish(&author, &[("title", &format!("Number {n}")), ("tags", "all")]).await;
    }
    for path in ["/articles", "/tags/all", "/u/ann", "/write"] {
        let first = author.get(path).await;
        let title = if path == "/write" { ".own-post-title" } else { ".post-card-title" };
        assert_eq!(first.texts(title).len(), 20, "{path}");
        assert_eq!(first.texts(title)[0], "Number 21", "{path}");
        let second = author.get(&first.attribute(".pager a", "href").unwrap()).await;
        assert_eq!(second.texts(title), ["Number 1"], "{path}");
        assert_eq!(second.attribute(".pager a", "href"), None);
        assert_eq!(author.get(&format!("{path}?after=nonsense")).await.texts(title).len(), 20);
    }
});

async fn preview(app: &TestApp, person: &Person, body: String) -> Answer {
    let request = person.client.post(format!("{}/api/fn/preview-markdown", app.address)).header("content-type", "application/json");
    person.send(request.header("accept-language", "en").body(body)).await
}

on_both!(the_live_preview_answers_writers_and_refuses_others_with_the_right_status, |app| {
    let author = app.person("ann", Role::Author).await;
    let body = |source: &str| serde_json::json!({ "source": source }).to_string();
    let answer = preview(&app, &author, body("# Hi\n\n<!--paywall-->\n\ntwo <b onclick='x()'>words</b>")).await;
    assert_eq!(answer.status, 200);
    let seen: stoa::posts::server_fns::Preview = serde_json::from_str(&answer.body).unwrap();
    assert!(seen.html.contains("wall-line") && !seen.html.contains("onclick"), "{}", seen.html);
    assert_eq!((seen.words, seen.rest_words), (3, 2));
    assert_eq!(preview(&app, &app.visitor(), body("x")).await.status, 401);
    assert_eq!(preview(&app, &app.member("mia").await, body("x")).await.status, 403);
    assert_eq!(preview(&app, &author, "{".to_owned()).await.status, 400);
    assert_eq!(preview(&app, &author, body(&"x".repeat(1024 * 1024 + 1))).await.status, 422);
    assert_eq!(preview(&app, &author, body(&"x".repeat(4 * 1024 * 1024))).await.status, 413);
    let nowhere = author.client.post(format!("{}/api/fn/no-such-thing", app.address));
    assert_eq!(author.send(nowhere).await.status, 404);
    let forged = author.client.post(format!("{}/api/fn/preview-markdown", app.address)).header("sec-fetch-site", "cross-site");
    assert_eq!(author.send(forged.body(body("x"))).await.status, 403);
});

fn file(author: MemberId, source: &str, hash: &str) -> ImportedPost {
    ImportedPost {
        slug: "2020/a-file".into(),
        author,
        title: "From a file".into(),
        summary: None,
        source: source.into(),
        tags: vec!["Rust".into(), "rust".into(), "!".into()],
        published_at: BEGIN,
        draft: false,
        lang: Some("en".into()),
        from: "2020/a-file.md".into(),
        hash: hash.into(),
    }
}

async fn import(app: &TestApp, post: ImportedPost) -> (PostId, Outcome) {
    let mut tx = app.ctx.db().begin().await.unwrap();
    let done = service::import(&app.ctx, &mut tx, post).await.unwrap();
    tx.commit().await.unwrap();
    done
}

on_both!(importing_again_changes_only_what_changed_in_the_files, |app| {
    let author = app.person("ann", Role::Author).await;
    let (id, outcome) = import(&app, file(author.id, "one", "h1")).await;
    assert_eq!(outcome, Outcome::Created);
    assert_eq!(import(&app, file(author.id, "one", "h1")).await, (id, Outcome::Unchanged));
    assert_eq!(import(&app, file(author.id, "two", "h2")).await, (id, Outcome::Updated));
    let page = app.visitor().get("/p/2020-a-file").await;
    assert!(page.body.contains("two") && page.attribute("h1", "lang").as_deref() == Some("en"));
    assert_eq!(app.visitor().get("/tags/rust").await.texts(".post-card").len(), 1);
    let edited = author.post(&format!("/write/{id}"), &fields(&[("version", "2"), ("slug", "2020-a-file")])).await;
    assert_eq!(edited.status, 303);
    assert_eq!(import(&app, file(author.id, "three", "h3")).await, (id, Outcome::Unchanged), "what was edited here stays");
    let mut untitled = file(author.id, "x", "h4");
    (untitled.title, untitled.from) = (" ".into(), "other.md".into());
    let mut tx = app.ctx.db().begin().await.unwrap();
    assert_eq!(service::import(&app.ctx, &mut tx, untitled).await.unwrap_err().status(), 422);
});

on_both!(a_paid_article_that_is_taken_back_is_no_longer_pointed_at, |app| {
    let author = app.person("ann", Role::Author).await;
    publish(&author, &[("access", "paid"), ("price", "9"), ("source", &walled())]).await;
    let found = service::published_ref(&app.ctx, PostId(1)).await.unwrap();
    assert_eq!((found.path(), found.price.unwrap().minor), ("/p/a-first-article".to_owned(), 900));
    let viewer = Viewer(Some(SignedIn { id: author.id, handle: "ann".into(), name: "ann".into(), role: Role::Author, locale: None }));
    assert!(service::open(&app.ctx, &viewer, "a-first-article").await.unwrap().may_edit);
    author.post("/write/1", &fields(&[("version", "1"), ("do", "unpublish")])).await;
    assert_eq!(service::published_ref(&app.ctx, PostId(1)).await.unwrap_err().status(), 404);
});

on_both!(addresses_that_cannot_be_are_not_found, |app| {
    for path in ["/p/%00", "/p/..%2F..", "/p/A", "/tags/%00", "/tags/none", "/u/%00", "/u/nobody", "/write/0x"] {
        let status = app.visitor().get(path).await.status;
        assert!([400, 404].contains(&status), "{path}: {status}");
    }
});

on_both!(a_wrong_address_leads_to_the_article_it_may_have_meant_and_to_no_draft, |app| {
    let ann = app.person("ann", Role::Author).await;
    publish(&ann, &[("title", "Reading slowly"), ("slug", "reading-slowly")]).await;
    draft(&ann, &[("title", "Reading in secret"), ("slug", "reading-in-secret")]).await;
    let answer = app.visitor().get("/p/reading-slo").await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.texts(".failure-shelf h3"), ["Reading slowly"], "once, not among the newest again");
    assert!(!answer.body.contains("Reading in secret"));
    for unlike in ["/p/x", "/p/xylophone-slowly", "/p/-", "/p/%E6%96%87"] {
        let answer = app.visitor().get(unlike).await;
        assert_eq!((answer.status, answer.texts(".failure-shelf").len()), (404, 1), "{unlike}: only what is new");
    }
});

on_both!(an_article_is_found_by_words_of_its_title_and_tags, |app| {
    let owner = app.owner().await;
    for (slug, title, tags) in [("a", "Borrowing in Rust, 100%_sure", "rust"), ("b", "所有权与借用", "Rust, 内存"), ("c", "Gardening", "")]
    {
        let form = [
            ("do", "publish"),
            ("slug", slug),
            ("title", title),
            ("source", "borrow the garden"),
            ("tags", tags),
            ("access", "public"),
            ("price", ""),
            ("tier", ""),
        ];
        assert_eq!(owner.post("/write/new", &form).await.status, 303);
    }
    let found = async |find: &str| {
        let query: String = form_urlencoded::byte_serialize(find.as_bytes()).collect();
        app.visitor().get(&format!("/articles?find={query}")).await.texts(".post-list h2")
    };
    assert_eq!(found("RUST").await, ["所有权与借用", "Borrowing in Rust, 100%_sure"], "in a title or a tag, newest first");
    assert_eq!(found("rust  借用").await, ["所有权与借用"], "every word");
    assert_eq!(found("100%_s").await, ["Borrowing in Rust, 100%_sure"], "the signs of a pattern are letters");
    assert!(found("%").await.len() == 1 && found("_").await.len() == 1 && found("\\").await.is_empty());
    assert!(found("borrow the").await.is_empty(), "the text is not looked through");
    assert_eq!(found("a\0b").await, Vec::<String>::new());
    assert_eq!(found("").await.len(), 3);
    let none = app.visitor().get("/articles?find=nothing-like-it").await;
    assert!(none.body.contains("No article has “nothing-like-it” in its title or tags."));
    let lost = app.visitor().get("/p/borrowing-in-rst").await;
    assert_eq!((lost.status, lost.attribute(".find input", "value").as_deref()), (404, Some("borrowing in rst")));
});
