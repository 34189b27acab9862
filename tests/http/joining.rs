//! Setup, joining, signing in and out.

use crate::on_both;
use crate::support::{Backend, PASSWORD, TestApp};
use stoa::settings;

async fn first_run(backend: Backend) {
    let app = TestApp::start_empty(backend).await;
    let person = app.visitor();
    let token = settings::service::new_setup_token(&app.ctx).await.unwrap().unwrap();
    for path in ["/", "/p/anything", "/sign-in"] {
        let answer = person.get(path).await;
        assert_eq!((answer.status, answer.location()), (303, "/setup"), "{path}");
    }
    let form = [
        ("site_name", "学廊"),
        ("locale", "zh-CN"),
        ("time_zone", "Asia/Shanghai"),
        ("currency", "CNY"),
        ("email", "ann@example.org"),
        ("handle", "ann"),
        ("password", PASSWORD),
    ];
    let wrong = person.post("/setup", &[&form[..], &[("token", "guessed")]].concat()).await;
    assert_eq!(wrong.status, 422);
    assert_eq!(wrong.attribute("#site_name", "value").as_deref(), Some("学廊"));
    let right = [&form[..], &[("token", token.as_str())]].concat();
    assert_eq!(person.post("/setup", &right).await.status, 303);
    assert!(person.get("/account-or-anything").await.body.contains("ann"), "the owner is signed in");
    for answer in [person.get("/setup").await, person.post("/setup", &right).await] {
        assert_eq!(answer.status, 404, "setup is gone for good");
    }
    assert_eq!(app.count("select count(*) from members where role = 'owner'").await, 1);
}

#[tokio::test]
async fn the_first_run_leads_to_setup_once_on_sqlite() {
    first_run(Backend::Sqlite).await;
}

#[tokio::test]
async fn the_first_run_leads_to_setup_once_on_postgres() {
    first_run(Backend::Postgres).await;
}

on_both!(a_new_member_is_signed_in_and_comes_back_to_where_they_were, |app| {
    let person = app.visitor();
    let form = [("email", "bo@example.org"), ("handle", "Bo"), ("password", PASSWORD), ("to", "/tags/rust")];
    let answer = person.post("/join", &form).await;
    assert_eq!((answer.status, answer.location()), (303, "/tags/rust?done=welcome"));
    let cookie = answer.headers.get("set-cookie").unwrap().to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    assert_eq!(person.post("/sign-out", &[]).await.status, 303);
    assert_eq!(
        person.post("/sign-in", &[("email", "BO@example.org"), ("password", PASSWORD), ("to", "//evil.example")]).await.location(),
        "/"
    );
});

on_both!(what_was_typed_comes_back_with_the_error_beside_its_field, |app| {
    app.member("taken").await;
    let answer = app
        .visitor()
        .post("/join", &[("email", "new@example.org"), ("handle", "taken"), ("name", "<b>N</b>"), ("password", PASSWORD)])
        .await;
    assert_eq!(answer.status, 422);
    assert_eq!(answer.attribute("#email", "value").as_deref(), Some("new@example.org"));
    assert_eq!(answer.attribute("#name", "value").as_deref(), Some("<b>N</b>"));
    assert_eq!(answer.attribute("#handle", "aria-describedby").as_deref(), Some("handle-hint handle-error"));
    assert!(answer.texts("#handle-error")[0].contains("taken"));
});

on_both!(of_many_who_want_one_handle_at_once_one_gets_it, |app| {
    let tries =
        (0..6).map(|i| {
            let person = app.visitor();
            async move {
                person.post("/join", &[("email", &format!("r{i}@example.org")), ("handle", "race"), ("password", PASSWORD)]).await.status
            }
        });
    let mut statuses = futures::future::join_all(tries).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422, 422, 422, 422, 422]);
});

on_both!(a_wrong_password_and_an_unknown_address_get_the_same_answer, |app| {
    app.member("known").await;
    let ask = async |email: &str| app.visitor().post("/sign-in", &[("email", email), ("password", "wrong password")]).await;
    let (known, unknown) = (ask("known@example.org").await, ask("unknown@example.org").await);
    assert_eq!((known.status, unknown.status), (422, 422));
    assert_eq!(known.texts(".banner"), unknown.texts(".banner"));
});

on_both!(a_guesser_has_to_wait_and_keeps_what_was_typed, |app| {
    app.member("victim").await;
    let guesser = app.visitor();
    let guess = async || guesser.post("/sign-in", &[("email", "victim@example.org"), ("password", "not the password")]).await;
    for _ in 0..5 {
        assert_eq!(guess().await.status, 422);
    }
    let waiting = guess().await;
    assert_eq!(waiting.status, 429);
    assert_eq!(waiting.attribute("#email", "value").as_deref(), Some("victim@example.org"));
    app.clock.advance(61_000);
    let right = guesser.post("/sign-in", &[("email", "victim@example.org"), ("password", PASSWORD)]).await;
    assert_eq!(right.status, 303, "the owner of the account gets in after the wait");
});

on_both!(a_session_planted_before_sign_in_is_worth_nothing_after_it, |app| {
    let person = app.member("fresh").await;
    let first = person.post("/sign-in", &[("email", "fresh@example.org"), ("password", PASSWORD)]).await;
    let second = person.post("/sign-in", &[("email", "fresh@example.org"), ("password", PASSWORD)]).await;
    let id =
        |answer: &crate::support::Answer| answer.headers.get("set-cookie").unwrap().to_str().unwrap().split(';').next().unwrap().to_owned();
    assert_ne!(id(&first), id(&second));
});

on_both!(a_form_from_another_site_is_refused, |app| {
    let person = app.member("target").await;
    let request = person.client.post(format!("{}/sign-out", app.address)).header("sec-fetch-site", "cross-site");
    assert_eq!(person.send(request).await.status, 403);
    assert!(person.get("/nowhere").await.body.contains("target"), "still signed in");
});

on_both!(the_language_is_the_readers_choice_first, |app| {
    let person = app.visitor();
    assert_eq!(person.get("/sign-in").await.attribute("html", "lang").as_deref(), Some("en"));
    person.post("/language", &[("locale", "zh-CN"), ("to", "/sign-in")]).await;
    assert_eq!(person.get("/sign-in").await.attribute("html", "lang").as_deref(), Some("zh-CN"));
});
