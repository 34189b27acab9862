//! Gift links: a member lets friends read one article, some of them, for some days, as long as they may read it themselves.

use crate::on_both;
use crate::support::{Answer, PASSWORD, Person, TestApp};
use stoa::foundation::id::PostId;
use stoa::foundation::time::DAY;
use stoa::foundation::viewer::Role;
use stoa::server::db::Queries;

/// Behind the wall of the article that is given.
const REST: &str = "quokka-under-the-stairs";

impl TestApp {
    /// An article for those of a tier, with its path.
    async fn walled(&self, slug: &str, tier: i64) -> (PostId, String) {
        let id = self.post_row(slug, "paid", Some(tier)).await;
        let sql = "update posts set rest_html = $2, rest_words = 9 where id = $1";
        self.ctx.db().run(sql, stoa::args![id, format!("<p>{REST}</p>")]).await.unwrap();
        (PostId(id), format!("/p/{slug}"))
    }
}

/// Makes a link; its path.
async fn made(app: &TestApp, giver: &Person, post: PostId) -> String {
    let answer = giver.post("/gift-links", &[("post", &post.to_string())]).await;
    assert_eq!(answer.location(), "/gift-links?done=link-made");
    let list = giver.get("/gift-links").await;
    list.attribute(".gift-link input", "value").unwrap().strip_prefix(&app.address).unwrap().to_owned()
}

fn open(answer: &Answer) -> bool {
    answer.body.contains(REST)
}

on_both!(a_friend_reads_one_article_and_nothing_else_of_it, |app| {
    let (giver, tier) = (app.member("giver").await, app.tier_row("inner").await);
    app.entitle(&giver, tier, None).await;
    let (post, path) = app.walled("given", tier).await;
    let (_, other) = app.walled("kept", tier).await;
    assert!(giver.get(&path).await.body.contains("Give to a friend · 5 left this month"));
    let link = made(&app, &giver, post).await;
    assert!(giver.get(&path).await.body.contains("Give to a friend · 4 left this month"));

    let friend = app.visitor();
    for _ in 0..3 {
        let page = friend.get(&link).await;
        assert_eq!((page.status, page.texts("h1")), (200, vec!["giver gives you an article to read".to_owned()]));
        assert!(!open(&page) && page.body.contains("noindex"));
        assert_eq!(page.headers["cache-control"], "private, no-store");
        assert_eq!(page.headers["referrer-policy"], "no-referrer");
    }
    assert!(!open(&friend.get(&path).await), "looking at the link opens nothing");
    assert_eq!(app.count("select count(*) from gift_link_readers").await, 0, "and counts nobody");
    assert_eq!(friend.post(&link, &[]).await.location(), path);
    let page = friend.get(&path).await;
    assert!(open(&page));
    assert!(
        page.texts(".banner")[0].starts_with("giver gave you this article. It is open to you until 29 March 2026"),
        "{:?}",
        page.texts(".banner")
    );
    assert!(page.attribute(".given-join a", "href").unwrap().starts_with("/join"));
    assert!(page.body.contains("noindex"));
    assert_eq!(page.headers["cache-control"], "private, no-store");
    assert!(!page.body.contains("rate-form") && !page.body.contains("give-row"), "reading is all that was given");
    assert!(!open(&friend.get(&other).await));
    assert!(!open(&app.visitor().get(&path).await), "by the link alone, not by the address of the article");
    assert!(!app.visitor().get("/sitemap.xml").await.body.contains("gift-link"));
    friend.post(&link, &[]).await;
    assert_eq!(app.count("select count(*) from gift_link_readers").await, 1, "the same browser is counted once");

    // Whoever joins goes on reading, and gains no more than that.
    let join = [("email", "ann@example.org"), ("handle", "ann"), ("password", PASSWORD), ("to", &*path)];
    assert_eq!(friend.post("/join", &join).await.status, 303);
    let page = friend.get(&path).await;
    assert!(open(&page) && !page.headers.contains_key("stoa-keep"), "it is not kept for reading without a network");
    assert!(!page.body.contains("data-reading"));
    let id = post.to_string();
    assert_eq!(friend.post("/ratings", &[("post", &*id), ("stars", "5")]).await.status, 403);
    assert_eq!(friend.post("/gift-links", &[("post", &*id)]).await.status, 403, "what was given is not given on");
    let reply = [("target_kind", "post"), ("target_id", &*id), ("source", "Words.")];
    assert_eq!(friend.post("/replies", &reply).await.status, 403);
    assert_eq!(app.count("select count(*) from entitlements").await, 1);
    assert!(giver.get("/account/export").await.body.contains("\"gift_links\": [\n    {"));
});

on_both!(five_links_a_month_and_five_readers_each, |app| {
    let (giver, tier) = (app.member("giver").await, app.tier_row("inner").await);
    app.entitle(&giver, tier, None).await;
    let (post, path) = app.walled("given", tier).await;
    let id = post.to_string();
    let fields = [("post", &*id)];
    let (a, b, c, d) = tokio::join!(
        giver.post("/gift-links", &fields),
        giver.post("/gift-links", &fields),
        giver.post("/gift-links", &fields),
        giver.post("/gift-links", &fields)
    );
    assert_eq!([a.status, b.status, c.status, d.status], [303; 4]);
    let link = made(&app, &giver, post).await;
    let sixth = giver.post("/gift-links", &fields).await;
    assert_eq!(sixth.status, 422);
    assert!(sixth.texts(".banner")[0].contains("this month’s 5 links"));
    assert!(giver.get(&path).await.body.contains("You have made all of this month’s gift links."));

    for n in 1..=5 {
        let reader = app.visitor();
        assert_eq!(reader.post(&link, &[]).await.status, 303, "reader {n}");
        assert!(open(&reader.get(&path).await));
    }
    let late = app.visitor();
    let refused = late.post(&link, &[]).await;
    assert_eq!(refused.status, 409);
    assert!(refused.texts(".banner")[0].contains("5 people read by this link already"));
    assert!(late.get(&link).await.texts(".banner")[0].contains("As many as it is for"));
    assert!(!open(&late.get(&path).await));
    assert!(giver.get("/gift-links").await.texts(".gift-link-state")[0].contains("5 of 5 have read"));

    app.clock.advance(17 * DAY);
    assert!(giver.get(&path).await.body.contains("5 left this month"), "it is April");
    assert_eq!(giver.get("/gift-links").await.texts(".gift-link-state")[0], "Over");
});

on_both!(a_link_ends_with_its_time_its_giver_and_its_article, |app| {
    let (giver, tier) = (app.member("giver").await, app.tier_row("inner").await);
    app.entitle(&giver, tier, None).await;
    let (post, path) = app.walled("given", tier).await;
    let id = post.0;
    let reader = app.visitor();
    let read = async |link: &str| reader.post(link, &[]).await.status;

    // Its giver ends it.
    let link = made(&app, &giver, post).await;
    assert_eq!(read(&link).await, 303);
    let mallory = app.member("mallory").await;
    assert_eq!(mallory.post("/gift-links/1/end", &[]).await.status, 404);
    assert!(open(&reader.get(&path).await));
    assert_eq!(giver.post("/gift-links/1/end", &[]).await.status, 303);
    assert!(!open(&reader.get(&path).await));
    assert_eq!(read(&link).await, 409);

    // Its giver may not read it any more, and then may again.
    let link = made(&app, &giver, post).await;
    assert_eq!(read(&link).await, 303);
    let sql = "update entitlements set revoked_at = $1";
    app.ctx.db().run(sql, stoa::args![app.ctx.now()]).await.unwrap();
    assert!(!open(&reader.get(&path).await));
    assert!(reader.get(&link).await.texts("h1")[0].contains("opens nothing any more"));
    let mine = giver.get("/gift-links").await;
    assert!(mine.texts(".gift-link-state")[0] == "Over" && mine.texts(".share-link").is_empty(), "as its readers find it");
    app.ctx.db().run("update entitlements set revoked_at = null", vec![]).await.unwrap();
    assert!(open(&reader.get(&path).await));

    // Its article is taken back to a draft, or is for other people now.
    app.ctx.db().run("update posts set status = 'draft' where id = $1", stoa::args![id]).await.unwrap();
    assert_eq!((reader.get(&path).await.status, reader.get(&link).await.status), (404, 404));
    assert_eq!(giver.get("/gift-links").await.texts(".gift-link-state")[0], "Over");
    app.ctx
        .db()
        .run("update posts set status = 'published', access = 'members', tier_id = null where id = $1", stoa::args![id])
        .await
        .unwrap();
    assert!(!open(&reader.get(&path).await), "what is for members is joined for, at no price");
    app.ctx.db().run("update posts set access = 'paid', tier_id = $2 where id = $1", stoa::args![id, tier]).await.unwrap();
    assert!(open(&reader.get(&path).await));

    // Fourteen days are over.
    app.clock.advance(14 * DAY - 1);
    assert!(open(&reader.get(&path).await));
    app.clock.advance(1);
    assert!(!open(&reader.get(&path).await));

    // Whoever leaves gives nothing.
    let link = made(&app, &giver, post).await;
    assert_eq!(read(&link).await, 303);
    assert!(open(&reader.get(&path).await));
    assert_eq!(giver.post("/account/delete", &[("password", PASSWORD), ("understood", "on")]).await.status, 303);
    assert!(!open(&reader.get(&path).await));
});

on_both!(only_what_this_site_wrote_is_a_link_and_only_readers_of_paid_articles_make_one, |app| {
    let (giver, tier) = (app.member("giver").await, app.tier_row("inner").await);
    app.entitle(&giver, tier, None).await;
    let (post, path) = app.walled("given", tier).await;
    let link = made(&app, &giver, post).await;
    let mark = link.split_once('-').unwrap().1.split_once('-').unwrap().1.to_owned();
    for forged in ["1", "1-", "-", "1-AAAA", &format!("2-{mark}"), &format!("01-{mark}"), &format!("+1-{mark}"), &format!("1-{mark}x")] {
        let visitor = app.visitor();
        assert_eq!(visitor.get(&format!("/gift-link/{forged}")).await.status, 404, "{forged}");
        assert_eq!(visitor.post(&format!("/gift-link/{forged}"), &[]).await.status, 404, "{forged}");
    }
    let stranger = app.member("stranger").await;
    let id = post.to_string();
    assert_eq!(stranger.post("/gift-links", &[("post", &*id)]).await.status, 403);
    assert_eq!(app.visitor().post("/gift-links", &[("post", &*id)]).await.status, 401);
    assert_eq!(giver.post("/gift-links", &[("post", "x")]).await.status, 404);
    let free = app.post_row("free", "public", None).await.to_string();
    assert_eq!(giver.post("/gift-links", &[("post", &*free)]).await.status, 403, "everybody can read it");
    assert!(!giver.get("/p/free").await.body.contains("give-row"));
    // Who may read it anyhow needs no link, and takes no place.
    let author = app.person("ada", Role::Admin).await;
    assert_eq!(author.post(&link, &[]).await.location(), path);
    assert_eq!(giver.get(&link).await.location(), path);
    assert_eq!(app.count("select count(*) from gift_link_readers").await, 0);
});

on_both!(two_who_gave_to_each_other_hold_no_door_open_between_them, |app| {
    let (ann, ben, tier) = (app.member("ann").await, app.member("ben").await, app.tier_row("inner").await);
    let (post, path) = app.walled("given", tier).await;
    let revoke = "update entitlements set revoked_at = $1 where member_id = $2";
    app.entitle(&ann, tier, None).await;
    let from_ann = made(&app, &ann, post).await;
    assert_eq!(ben.post(&from_ann, &[]).await.status, 303);
    assert!(open(&ben.get(&path).await));
    // Ben may read it himself, gives it back, and Ann may no longer.
    app.entitle(&ben, tier, None).await;
    let from_ben = made(&app, &ben, post).await;
    app.ctx.db().run(revoke, stoa::args![app.ctx.now(), ann.id]).await.unwrap();
    assert!(!open(&ann.get(&path).await));
    assert_eq!(ann.post(&from_ben, &[]).await.status, 303);
    assert!(open(&ann.get(&path).await));
    // Each holds a link of the other's now, and neither has it of their own.
    app.ctx.db().run(revoke, stoa::args![app.ctx.now(), ben.id]).await.unwrap();
    for (person, link) in [(&ann, &from_ben), (&ben, &from_ann)] {
        assert!(!open(&person.get(&path).await));
        assert!(person.get(link).await.texts("h1")[0].contains("opens nothing any more"));
    }
});
