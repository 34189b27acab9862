//! Spaces, topics, replies, votes.

use crate::on_both;
use crate::support::{Person, TestApp};
use stoa::discussion::service;
use stoa::foundation::id::{MemberId, PostId, TierId};
use stoa::foundation::locale::Locale;
use stoa::foundation::time::{HOUR, MINUTE};
use stoa::foundation::viewer::{Role, SignedIn, Viewer};
use stoa::members;
use stoa::membership::model::Access;
use stoa::spaces::model::NewSpace;
use stoa::spaces::service::save_space;

fn viewer(id: MemberId, role: Role) -> Viewer {
    Viewer(Some(SignedIn { id, handle: "x".into(), name: "x".into(), role, locale: Some(Locale::En) }))
}

async fn space(app: &TestApp, slug: &str, access: Access, tier: Option<i64>) {
    let new = NewSpace { name: format!("Space {slug}"), slug: slug.into(), access, tier: tier.map(TierId), ..NewSpace::default() };
    save_space(&app.ctx, &viewer(app.owner, Role::Owner), new).await.unwrap();
}

/// Starts a topic through the form; gives its path and its number.
async fn topic(person: &Person, space: &str, title: &str, text: &str) -> (String, String) {
    let answer = person.post(&format!("/c/{space}/new"), &[("title", title), ("source", text), ("action", "send")]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let path = answer.location().split('?').next().unwrap().to_owned();
    let id = path.split('/').nth(2).unwrap().to_owned();
    (path, id)
}

/// Replies through the form; gives the reply's number.
async fn reply(person: &Person, path: &str, topic: &str, parent: &str, text: &str) -> String {
    let form = [("target_kind", "topic"), ("target_id", topic), ("parent", parent), ("source", text), ("to", path), ("action", "send")];
    let answer = person.post("/replies", &form).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.location().rsplit_once("#r-").unwrap().1.to_owned()
}

on_both!(a_member_starts_a_topic_and_others_reply_in_threads, |app| {
    space(&app, "talk", Access::Public, None).await;
    let (ann, bo) = (app.member("ann").await, app.member("bo").await);
    let (path, id) = topic(&ann, "talk", "Hello 世界", "**bold**").await;
    let first = reply(&bo, &path, &id, "", "first *reply*").await;
    app.clock.advance(MINUTE);
    let second = reply(&ann, &path, &id, "", "second").await;
    let answer = reply(&ann, &path, &id, &first, "an answer").await;
    let page = app.visitor().get(&path).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.texts("h1"), ["Hello 世界"]);
    assert_eq!(page.texts(".topic-text strong"), ["bold"]);
    assert_eq!(page.texts(".reply-text"), ["second", "first reply", "an answer"], "newest thread first, answers under theirs");
    assert_eq!(page.texts(&format!("#r-{first} #r-{answer} .reply-text")), ["an answer"]);
    assert!(page.texts(&format!("#r-{second} #r-{answer}")).is_empty());
    assert!(page.body.contains("Sign in to take part") && !page.body.contains("<textarea"));
    let elsewhere = app.visitor().get(&format!("/t/{id}/wrong?sort=best")).await;
    assert_eq!((elsewhere.status, elsewhere.location()), (301, format!("{path}?sort=best").as_str()));
    assert!(app.visitor().get("/c/talk").await.body.contains("3 replies"));
    let boxed = bo.get(&format!("{path}?reply={answer}")).await;
    assert_eq!(boxed.attribute(&format!("#r-{answer} #reply-form input[name=parent]"), "value"), Some(answer));
    assert_eq!(app.count("select count(*) from interactions where kind = 'reply'").await, 3);
    assert_eq!(app.count("select count(*) from interactions where kind = 'topic'").await, 1);
});

on_both!(threads_are_at_most_four_deep, |app| {
    space(&app, "talk", Access::Public, None).await;
    let ann = app.member("ann").await;
    let (path, id) = topic(&ann, "talk", "Deep", "text").await;
    let mut parent = String::new();
    for n in 0..9 {
        parent = reply(&ann, &path, &id, &parent, &format!("level {n}")).await;
    }
    let page = ann.get(&path).await;
    assert_eq!(page.texts(".reply-text").len(), 9);
    assert_eq!(page.texts("ol.replies ol.replies ol.replies ol.replies ol.replies > li").len(), 5);
    assert!(page.texts("ol.replies ol.replies ol.replies ol.replies ol.replies ol.replies").is_empty());
});

on_both!(nothing_inside_a_closed_space_reaches_those_outside, |app| {
    let tier = app.tier_row("Gold").await;
    space(&app, "vault", Access::Paid, Some(tier)).await;
    space(&app, "lounge", Access::Members, None).await;
    let (ann, out, former) = (app.member("ann").await, app.member("out").await, app.member("former").await);
    let moderator = app.person("mod", Role::Moderator).await;
    app.entitle(&ann, tier, None).await;
    app.entitle(&former, tier, Some(app.ctx.now().plus(MINUTE))).await;
    let (path, id) = topic(&former, "vault", "Plantedtitle", "plantedtext").await;
    let inside = reply(&former, &path, &id, "", "plantedreply").await;
    let (lounge, _) = topic(&ann, "lounge", "Plantedlounge", "plantedtext").await;
    app.clock.advance(2 * MINUTE);

    let planted = |body: &str| body.to_lowercase().contains("planted");
    assert!(planted(&ann.get(&path).await.body), "who has the tier sees it");
    let to = format!("/t/{id}/x");
    let reply_form = [("target_kind", "topic"), ("target_id", id.as_str()), ("source", "mine, not lost"), ("to", to.as_str())];
    let answer_form = [&reply_form[..], &[("parent", inside.as_str())]].concat();
    for (person, status) in [(app.visitor(), 401), (out, 403), (former, 403), (moderator, 403)] {
        let page = person.get("/community").await;
        assert!(page.status == 200 && page.body.contains("Space vault") && page.body.contains("Gold") && !planted(&page.body));
        for closed in ["/c/vault", "/c/vault/new", &format!("/t/{id}/x"), &path] {
            let page = person.get(closed).await;
            assert_eq!(page.status, status, "{closed}");
            assert!(page.body.contains("paywall-card") && page.body.contains("Space vault"), "{closed}");
            // The address that was asked for comes back in links to sign in; nothing else does.
            let inside = page.body.replace(&path, "").replace(&path.replace('/', "%2F"), "");
            assert!(!inside.contains("plantedt") && !inside.contains("Planted"), "{closed}");
        }
        for (address, form) in [
            ("/replies".to_owned(), &reply_form[..]),
            ("/replies".to_owned(), &answer_form[..]),
            ("/votes".to_owned(), &[("target_kind", "topic"), ("target_id", id.as_str()), ("value", "1")]),
            ("/votes".to_owned(), &[("target_kind", "reply"), ("up", inside.as_str())]),
            ("/c/vault/new".to_owned(), &[("title", "Mine"), ("source", "mine, not lost")]),
            (format!("/topics/{id}/edit"), &[("title", "Mine"), ("source", "mine")]),
            (format!("/topics/{id}/hide"), &[]),
            (format!("/replies/{inside}/edit"), &[("source", "mine")]),
            (format!("/replies/{inside}/hide"), &[]),
        ] {
            let answer = person.post(&address, form).await;
            assert_eq!(answer.status, status, "{address}");
            assert!(!planted(&answer.body) && !planted(&format!("{:?}", answer.headers)), "{address}");
            assert!(address != "/replies" || answer.texts("textarea") == ["mine, not lost"], "what was typed is kept");
        }
        assert!(!planted(&person.get(&format!("/replies?target_kind=topic&target_id={id}")).await.body));
        assert!(!planted(&person.get(&format!("/topics/{id}/edit")).await.body));
        assert!(!planted(&person.get(&format!("/replies/{inside}/edit")).await.body));
    }
    assert_eq!(app.visitor().get(&lounge).await.status, 401);
    assert_eq!(app.count("select count(*) from replies").await, 1);
    assert_eq!(app.count("select count(*) from votes").await, 0);
});

on_both!(what_is_deleted_is_gone_and_what_is_hidden_can_be_shown_again, |app| {
    space(&app, "talk", Access::Public, None).await;
    let (ann, bo) = (app.member("ann").await, app.member("bo").await);
    let moderator = app.person("mod", Role::Moderator).await;
    let (path, id) = topic(&ann, "talk", "Things", "text").await;
    let parent = reply(&bo, &path, &id, "", "secretparent").await;
    let child = reply(&ann, &path, &id, &parent, "the child").await;
    let to = [("to", path.as_str())];
    assert_eq!(ann.post(&format!("/replies/{parent}/delete"), &to).await.status, 403, "not one's own");
    assert_eq!(
        bo.post(&format!("/replies/{parent}/delete"), &to).await.location(),
        format!("{path}?done=deleted&undo=replies.{parent}#r-{parent}")
    );
    let page = ann.get(&path).await;
    assert_eq!(page.texts(".reply-gone"), ["deleted by its author"]);
    assert_eq!(page.texts(".reply-text"), ["the child"]);
    assert_eq!(app.count("select count(*) from replies where source like '%secretparent%' or html like '%secretparent%'").await, 0);
    assert_eq!(app.count("select replies from topics").await, 1);

    assert_eq!(bo.post(&format!("/replies/{child}/hide"), &to).await.status, 403);
    assert_eq!(moderator.post(&format!("/replies/{child}/hide"), &to).await.status, 303);
    assert!(!bo.get(&path).await.body.contains("the child"));
    assert_eq!(moderator.get(&path).await.texts("details.reply-hidden .reply-text"), ["the child"]);
    assert_eq!(bo.post("/votes", &[("target_kind", "reply"), ("up", &child)]).await.status, 404);
    moderator.post(&format!("/replies/{child}/show"), &to).await;
    assert!(bo.get(&path).await.body.contains("the child"));

    moderator.post(&format!("/topics/{id}/hide"), &[]).await;
    assert_eq!(bo.get(&path).await.status, 404);
    assert!(!bo.get("/c/talk").await.body.contains("Things"));
    assert_eq!(moderator.get(&path).await.status, 200);
    moderator.post(&format!("/topics/{id}/show"), &[]).await;
    assert_eq!(bo.post(&format!("/topics/{id}/delete"), &[]).await.status, 403);
    assert_eq!(ann.post(&format!("/topics/{id}/delete"), &[]).await.location(), format!("/c/talk?done=deleted&undo=topics.{id}"));
    let page = bo.get(&format!("/t/{id}/deleted")).await;
    assert!(page.status == 200 && !page.body.contains("Things") && page.body.contains("the child"));
    let late = [("target_kind", "topic"), ("target_id", id.as_str()), ("source", "too late")];
    let answer = bo.post("/replies", &late).await;
    assert_eq!((answer.status, answer.texts("textarea")), (409, vec!["too late".to_owned()]));
    ann.post(&format!("/replies/{child}/delete"), &to).await;
    assert_eq!(bo.get(&format!("/t/{id}/deleted")).await.status, 404, "nothing is left");
});

on_both!(replies_and_topics_are_edited_by_those_who_wrote_them, |app| {
    space(&app, "talk", Access::Public, None).await;
    let (ann, bo) = (app.member("ann").await, app.member("bo").await);
    let (path, id) = topic(&ann, "talk", "Before", "old text").await;
    let written = reply(&bo, &path, &id, "", "old reply").await;
    assert_eq!(bo.get(&format!("/replies/{written}/edit")).await.texts("textarea"), ["old reply"]);
    assert_eq!(ann.get(&format!("/replies/{written}/edit")).await.status, 403);
    let edit = [("source", "new *reply*"), ("to", path.as_str())];
    let preview = bo.post(&format!("/replies/{written}/edit"), &[&edit[..], &[("action", "preview")]].concat()).await;
    assert_eq!((preview.status, preview.texts(".preview em")), (200, vec!["reply".to_owned()]));
    assert_eq!(bo.post(&format!("/replies/{written}/edit"), &edit).await.status, 303);
    let answer = ann.post(&format!("/topics/{id}/edit"), &[("title", "After"), ("source", "new text")]).await;
    assert_eq!(answer.location(), format!("/t/{id}/after?done=saved"));
    let page = bo.get(&path).await;
    assert_eq!(page.status, 301, "the old address leads to the new one");
    let page = bo.get(page.location()).await;
    assert_eq!((page.texts("h1"), page.texts(".reply-text")), (vec!["After".to_owned()], vec!["new reply".to_owned()]));
    assert_eq!(page.texts(".reply-edited").len(), 2);
});

on_both!(a_vote_counts_once_a_person_however_many_come_at_once, |app| {
    space(&app, "talk", Access::Public, None).await;
    let ann = app.member("ann").await;
    let (path, id) = topic(&ann, "talk", "Vote", "text").await;
    let good = reply(&ann, &path, &id, "", "good").await;
    app.clock.advance(MINUTE);
    reply(&ann, &path, &id, "", "newer").await;
    let mut people = Vec::new();
    for n in 0..8 {
        people.push(app.member(&format!("voter{n}")).await);
    }
    let up = [("target_kind", "reply"), ("up", good.as_str()), ("to", path.as_str())];
    let again = std::iter::once(&people[0]).cycle().take(4).chain(&people);
    for answer in futures::future::join_all(again.map(|person| person.post("/votes", &up))).await {
        assert_eq!((answer.status, answer.location()), (303, format!("{path}#r-{good}").as_str()));
    }
    assert_eq!(app.count("select up_votes from replies order by id limit 1").await, 8);
    people[1].post("/votes", &[("target_kind", "reply"), ("down", &good), ("to", &path)]).await;
    people[2].post("/votes", &[("target_kind", "reply"), ("none", &good), ("to", &path)]).await;
    assert_eq!(app.count("select up_votes * 10 + down_votes from replies order by id limit 1").await, 61);
    assert!(app.count("select score from replies order by id limit 1").await > 400_000);
    let page = people[0].get(&format!("{path}?sort=best")).await;
    assert_eq!(page.texts(".reply-text"), ["good", "newer"]);
    assert_eq!(page.attribute(&format!("#r-{good} .vote-up"), "name").as_deref(), Some("none"), "pressed again, it is taken back");
    assert_eq!(ann.post("/votes", &up).await.status, 403, "not one's own");
    assert_eq!(app.visitor().post("/votes", &up).await.status, 401);
    people[0].post("/votes", &[("target_kind", "topic"), ("target_id", &id), ("value", "-1"), ("to", &path)]).await;
    assert_eq!(app.count("select down_votes from topics").await, 1);
    for wrong in [("value", "7"), ("value", "x"), ("up", "99999999999999999999"), ("up", "-5")] {
        let status = people[0].post("/votes", &[("target_kind", "topic"), ("target_id", &id), wrong]).await.status;
        assert!(status == 400 || status == 404, "{wrong:?}: {status}");
    }
});

on_both!(a_reply_that_cannot_be_kept_comes_back_with_what_was_typed, |app| {
    space(&app, "talk", Access::Public, None).await;
    let ann = app.member("ann").await;
    let (path, id) = topic(&ann, "talk", "Here", "text").await;
    let to = [("target_kind", "topic"), ("target_id", id.as_str()), ("to", path.as_str())];
    let long = "長".repeat(11_000);
    let answer = ann.post("/replies", &[&to[..], &[("source", &long)]].concat()).await;
    assert_eq!((answer.status, answer.texts("textarea")[0].as_str()), (422, long.as_str()));
    assert!(answer.body.contains("at most 32 KiB"));
    assert_eq!(ann.post("/replies", &[&to[..], &[("source", " \n ")]].concat()).await.status, 422);
    let preview = ann.post("/replies", &[&to[..], &[("source", "<b>x</b> *em*"), ("action", "preview")]].concat()).await;
    assert_eq!((preview.status, preview.texts(".preview em")), (200, vec!["em".to_owned()]));
    assert_eq!(preview.texts("textarea"), ["<b>x</b> *em*"]);
    let visitor = app.visitor().post("/replies", &[&to[..], &[("source", "kept")]].concat()).await;
    assert_eq!((visitor.status, visitor.texts("textarea")), (401, vec!["kept".to_owned()]));
    for wrong in [("target_id", "999"), ("target_id", "x"), ("target_kind", "reply"), ("target_kind", "")] {
        let mut form = vec![("source", "kept")];
        form.extend(to.iter().filter(|(name, _)| *name != wrong.0).copied().chain([wrong]));
        let answer = ann.post("/replies", &form).await;
        assert_eq!((answer.status, answer.texts("textarea")), (404, vec!["kept".to_owned()]), "{wrong:?}");
    }
    let (other, other_id) = topic(&ann, "talk", "There", "text").await;
    let elsewhere = reply(&ann, &other, &other_id, "", "there").await;
    assert_eq!(ann.post("/replies", &[&to[..], &[("source", "x"), ("parent", &elsewhere)]].concat()).await.status, 404);
    let untitled = ann.post("/c/talk/new", &[("title", " \u{200b} "), ("source", "kept")]).await;
    assert_eq!((untitled.status, untitled.texts("textarea")), (422, vec!["kept".to_owned()]));
    let preview = ann.post("/c/talk/new", &[("title", "T"), ("source", "*em*"), ("action", "preview")]).await;
    assert_eq!((preview.status, preview.texts(".preview em")), (200, vec!["em".to_owned()]));
    assert_eq!(preview.attribute("#title", "value").as_deref(), Some("T"));
});

on_both!(hostile_markdown_is_harmless, |app| {
    space(&app, "talk", Access::Public, None).await;
    let ann = app.member("ann").await;
    let hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>[a](javascript:alert(1))</div></li></ol>\n\n[b](javascript:alert(3)) <b onclick=x>c</b>";
    let (path, id) = topic(&ann, "talk", "<script>alert(2)</script>", hostile).await;
    reply(&ann, &path, &id, "", hostile).await;
    reply(&ann, &path, &id, "", &"> ".repeat(10_000)).await;
    let page = ann.get(&path).await;
    for bad in ["main script", "[onerror]", "[onclick]", "[href^=javascript]"] {
        assert!(page.texts(bad).is_empty(), "{bad}");
    }
    assert_eq!(page.texts(".replies-list > ol > li").len(), 2, "the list stays whole");
});

on_both!(long_conversations_are_paged_by_whole_threads, |app| {
    space(&app, "talk", Access::Public, None).await;
    let ann = app.member("ann").await;
    let (path, id) = topic(&ann, "talk", "Long", "text").await;
    let sql = "insert into replies (target_kind, target_id, author_id, source, html, created_at) values ('topic', $1, $2, 'x', $3, $4)";
    use stoa::server::db::Queries;
    for n in 0..120i64 {
        let args = stoa::args![id.parse::<i64>().unwrap(), ann.id, format!("<p>n{n}</p>"), app.ctx.now().plus(n / 7)];
        app.ctx.db().run(sql, args).await.unwrap();
    }
    app.ctx.db().run("update topics set replies = 120 where id = $1", stoa::args![id.parse::<i64>().unwrap()]).await.unwrap();
    for sort in ["new", "best"] {
        let (mut seen, mut at) = (Vec::new(), format!("{path}?sort={sort}"));
        loop {
            let page = ann.get(&at).await;
            seen.extend(page.texts(".reply-text"));
            match page.attribute(".pager a", "href") {
                Some(next) => at = next.split('#').next().unwrap().to_owned(),
                None => break,
            }
        }
        let expected: Vec<String> = (0..120).rev().map(|n| format!("n{n}")).collect();
        assert_eq!(seen, expected, "{sort}");
    }
    assert_eq!(ann.get(&format!("{path}?after=nonsense&reply=x")).await.texts(".reply-text").len(), 50);
});

on_both!(the_same_code_carries_the_discussion_of_an_article, |app| {
    let post = app.post_row("open", "public", None).await.to_string();
    let bo = app.member("bo").await;
    let form = [("target_kind", "post"), ("target_id", post.as_str()), ("source", "well *written*"), ("to", "/p/open")];
    let answer = bo.post("/replies", &form).await;
    assert!(answer.status == 303 && answer.location().starts_with("/p/open?done=replied#r-"));
    assert_eq!(app.count("select replies from posts").await, 1);
    let own = service::replies_of(&app.ctx, &viewer(bo.id, Role::Member), None, 10).await.unwrap();
    assert_eq!((own.items.len(), own.items[0].title.as_deref()), (1, Some("open")));
    let place = stoa::posts::service::published_ref(&app.ctx, PostId(post.parse().unwrap())).await.unwrap();
    assert_eq!(place.path(), "/p/open");
});

on_both!(a_member_finds_what_they_wrote_but_no_titles_from_behind_a_wall, |app| {
    let tier = app.tier_row("Gold").await;
    space(&app, "vault", Access::Paid, Some(tier)).await;
    let (ann, former) = (app.member("ann").await, app.member("former").await);
    app.entitle(&ann, tier, None).await;
    app.entitle(&former, tier, Some(app.ctx.now().plus(MINUTE))).await;
    let (path, id) = topic(&ann, "vault", "Inside", "text").await;
    reply(&former, &path, &id, "", "mine").await;
    topic(&former, "vault", "My own", "text").await;
    let me = viewer(former.id, Role::Member);
    let first = service::replies_of(&app.ctx, &me, None, 1).await.unwrap();
    let rest = service::replies_of(&app.ctx, &me, first.next, 1).await.unwrap();
    let titles = |page: &stoa::discussion::model::Paged<stoa::discussion::model::Written>| page.items[0].title.clone();
    let mut both = [titles(&first), titles(&rest)];
    both.sort();
    assert_eq!((both, rest.next), ([Some("Inside".to_owned()), Some("My own".to_owned())], None));
    app.clock.advance(2 * MINUTE);
    let all = service::replies_of(&app.ctx, &me, None, 10).await.unwrap().items;
    let of_others = all.iter().find(|written| written.source == "mine").unwrap();
    assert_eq!(of_others.title, None);
    assert!(!of_others.path.contains("inside"));
});

on_both!(who_left_is_a_deleted_member, |app| {
    space(&app, "talk", Access::Public, None).await;
    let ann = app.member("ann").await;
    let (path, id) = topic(&ann, "talk", "Stays", "text").await;
    reply(&ann, &path, &id, "", "stays too").await;
    members::service::delete_account(&app.ctx, &viewer(ann.id, Role::Member), crate::support::PASSWORD.into()).await.unwrap();
    let page = app.visitor().get(&path).await;
    assert_eq!(page.texts("span.reply-author"), ["deleted member", "deleted member"]);
    assert!(page.texts("a.reply-author").is_empty());
    assert!(app.visitor().get("/c/talk").await.body.contains("deleted member"));
});

on_both!(admins_make_and_change_spaces, |app| {
    let owner = app.owner().await;
    let tier = app.tier_row("Gold").await.to_string();
    let form = [("name", "学习小组"), ("description", "d"), ("access", "tier"), ("tier", tier.as_str()), ("position", "2")];
    assert_eq!(owner.post("/admin/spaces", &form).await.status, 303);
    assert_eq!(owner.get("/c/xue-xi-xiao-zu").await.status, 200);
    let again = owner.post("/admin/spaces", &form).await;
    assert_eq!((again.status, again.attribute("#name", "value").as_deref()), (422, Some("学习小组")));
    for wrong in
        [("access", "nobody"), ("tier", ""), ("tier", "999"), ("position", "-1"), ("position", "1.5"), ("name", " "), ("slug", "a/b")]
    {
        let mut changed: Vec<_> = form.iter().filter(|(name, _)| *name != wrong.0).copied().collect();
        changed.push(wrong);
        assert_eq!(owner.post("/admin/spaces", &changed).await.status, 422, "{wrong:?}");
    }
    let edit = owner.attribute_of("/admin/spaces", "td a").await;
    assert_eq!(owner.get(&edit).await.attribute("#slug", "value").as_deref(), Some("xue-xi-xiao-zu"));
    assert_eq!(owner.post(&edit, &[("name", "Open"), ("slug", "open"), ("access", "public")]).await.status, 303);
    assert_eq!(app.visitor().get("/c/open").await.status, 200);
    let (ann, moderator) = (app.member("ann").await, app.person("mod", Role::Moderator).await);
    for (person, status) in [(app.visitor(), 401), (ann, 403), (moderator, 403)] {
        assert_eq!(person.get("/admin/spaces").await.status, status);
        assert_eq!(person.get(&edit).await.status, status);
        assert_eq!(person.post("/admin/spaces", &[("name", "Mine")]).await.status, status);
        assert_eq!(person.post(&edit, &[("name", "Mine")]).await.status, status);
    }
    assert_eq!(app.count("select count(*) from spaces").await, 1);
});

impl Person {
    /// Where the first such link on a page leads.
    async fn attribute_of(&self, page: &str, selector: &str) -> String {
        self.get(page).await.attribute(selector, "href").unwrap()
    }
}

on_both!(what_was_deleted_by_mistake_comes_back_within_the_hour_to_its_author_only, |app| {
    space(&app, "talk", Access::Public, None).await;
    let (ann, bo) = (app.member("ann").await, app.member("bo").await);
    let (path, number) = topic(&ann, "talk", "A question", "What is it?").await;
    let id = reply(&bo, &path, &number, "", "My *own* words.").await;
    let (delete, restore, to) = (format!("/replies/{id}/delete"), format!("/replies/{id}/restore"), [("to", path.as_str())]);
    bo.post(&delete, &to).await;
    assert!(!bo.get(&path).await.body.contains("words."), "gone at once");
    assert_eq!(ann.post(&restore, &to).await.status, 404, "not hers");
    assert_eq!(app.visitor().post(&restore, &to).await.status, 401);
    assert_eq!(bo.post(&restore, &to).await.location(), format!("{path}?done=restored#r-{id}"));
    let page = bo.get(&path).await;
    assert!(page.body.contains("My <em>own</em> words."));
    assert_eq!(bo.post(&restore, &to).await.status, 404, "only once");

    ann.post(&format!("/topics/{number}/delete"), &[]).await;
    assert_eq!(ann.post(&format!("/topics/{number}/restore"), &[]).await.location(), format!("{path}?done=restored"));
    assert_eq!(bo.get(&path).await.texts("h1"), ["A question"]);

    bo.post(&delete, &to).await;
    app.clock.advance(HOUR + 1);
    assert_eq!(bo.post(&restore, &to).await.status, 404, "the hour is over");
    assert_eq!(service::empty_bin(&app.ctx).await.unwrap(), 1);
});
