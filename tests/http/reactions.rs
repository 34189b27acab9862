//! Stars.

use crate::on_both;
use stoa::foundation::id::PostId;
use stoa::foundation::locale::Locale;
use stoa::foundation::time::MINUTE;
use stoa::foundation::viewer::{Role, SignedIn, Viewer};
use stoa::reactions::service;

on_both!(a_reader_rates_once_and_may_change_it, |app| {
    let post = app.post_row("open", "public", None).await;
    let id = post.to_string();
    let ann = app.member("ann").await;
    let form = |stars| [("post", id.as_str()), ("stars", stars), ("to", "/p/open")];
    let answer = ann.post("/ratings", &form("5")).await;
    assert_eq!((answer.status, answer.location()), (303, "/p/open?done=rated#rate"));
    assert_eq!(app.count("select ratings * 100 + positive_ratings * 10 + stars_sum from posts").await, 115);
    app.clock.advance(MINUTE);
    ann.post("/ratings", &form("3")).await;
    assert_eq!(app.count("select ratings * 100 + positive_ratings * 10 + stars_sum from posts").await, 103);
    assert_eq!(app.count("select count(*) from interactions where kind = 'rating'").await, 1);
    let me = Viewer(Some(SignedIn { id: ann.id, handle: "ann".into(), name: "ann".into(), role: Role::Member, locale: Some(Locale::En) }));
    assert_eq!(service::own_rating(&app.ctx, &me, PostId(post)).await.unwrap(), Some(3));
    let own = service::ratings_of(&app.ctx, &me, None, 10).await.unwrap();
    assert_eq!((own.items.len(), own.items[0].slug.as_str(), own.items[0].stars), (1, "open", 3));
    for wrong in ["0", "6", "-1", "4.5", "", "99999999999999999999"] {
        assert_eq!(ann.post("/ratings", &form(wrong)).await.status, 422, "{wrong}");
    }
    assert_eq!(ann.post("/ratings", &[("post", "999"), ("stars", "5")]).await.status, 404);
    assert_eq!(ann.post("/ratings", &[("post", "x"), ("stars", "5")]).await.status, 404);
});

on_both!(only_who_can_open_an_article_and_did_not_write_it_rates_it, |app| {
    let tier = app.tier_row("Gold").await;
    let paid = app.post_row("paid", "paid", Some(tier)).await.to_string();
    let members = app.post_row("members", "members", None).await.to_string();
    let (with, without, former) = (app.member("with").await, app.member("without").await, app.member("former").await);
    app.entitle(&with, tier, None).await;
    app.entitle(&former, tier, Some(app.ctx.now().plus(MINUTE))).await;
    app.clock.advance(2 * MINUTE);
    let rate = |post: &str| [("post", post.to_owned()), ("stars", "4".to_owned())];
    let status = async |person: &crate::support::Person, post: &str| {
        let form = rate(post);
        let form: Vec<(&str, &str)> = form.iter().map(|(k, v)| (*k, v.as_str())).collect();
        person.post("/ratings", &form).await.status
    };
    assert_eq!(status(&app.visitor(), &paid).await, 401);
    assert_eq!(status(&app.visitor(), &members).await, 401);
    assert_eq!(status(&without, &paid).await, 403);
    assert_eq!(status(&former, &paid).await, 403);
    assert_eq!(status(&app.owner().await, &paid).await, 403, "its author");
    assert_eq!(app.count("select count(*) from ratings").await, 0);
    assert_eq!(status(&with, &paid).await, 303);
    assert_eq!(status(&without, &members).await, 303);
});

on_both!(ratings_given_at_once_are_all_counted, |app| {
    let post = app.post_row("open", "public", None).await.to_string();
    let mut people = Vec::new();
    for n in 0..8 {
        people.push(app.member(&format!("reader{n}")).await);
    }
    let form = [("post", post.as_str()), ("stars", "5"), ("to", "/p/open")];
    let twice = people.iter().chain(&people);
    for answer in futures::future::join_all(twice.map(|person| person.post("/ratings", &form))).await {
        assert_eq!(answer.status, 303);
    }
    assert_eq!(app.count("select ratings * 1000 + positive_ratings * 100 + stars_sum from posts").await, 8840);
});
