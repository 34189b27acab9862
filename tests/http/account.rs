//! The member area, and the list of members for admins.

use crate::on_both;
use crate::support::{PASSWORD, Person, TestApp};
use serde_json::Value;
use stoa::foundation::viewer::Role;

/// The same person at a second browser.
async fn second_browser(app: &TestApp, handle: &str, password: &str) -> (Person, u16) {
    let person = app.visitor();
    let answer = person.post("/sign-in", &[("email", &format!("{handle}@example.org")), ("password", password)]).await;
    (person, answer.status)
}

on_both!(a_visitor_is_asked_to_sign_in, |app| {
    let visitor = app.visitor();
    for path in ["/account", "/account/profile", "/account/security", "/account/privacy", "/account/export", "/admin/members"] {
        assert_eq!(visitor.get(path).await.status, 401, "{path}");
    }
    for path in [
        "/account/profile",
        "/account/language",
        "/account/password",
        "/account/sessions/1/end",
        "/account/sessions/end-others",
        "/account/delete",
    ] {
        assert_eq!(visitor.post(path, &[("understood", "on")]).await.status, 401, "{path}");
    }
});

on_both!(a_member_finds_every_page_of_the_account, |app| {
    let ann = app.member("ann").await;
    for path in ["/account", "/account/purchases", "/account/activity", "/account/profile", "/account/security", "/account/privacy"] {
        let page = ann.get(path).await;
        assert_eq!((page.status, page.texts("h1").len()), (200, 1), "{path}");
        assert_eq!(page.attribute(".account-menu [aria-current]", "href").as_deref(), Some(path));
    }
});

on_both!(name_and_bio_are_kept_and_made_safe, |app| {
    let ann = app.member("ann").await;
    let form = [("name", "Ann\u{202e} <b>"), ("bio", "I *teach*. <script>alert(1)</script>")];
    assert_eq!(ann.post("/account/profile", &form).await.location(), "/account/profile?done=saved");
    let page = ann.get("/account/profile").await;
    assert_eq!(page.attribute("#name", "value").as_deref(), Some("Ann <b>"));
    assert_eq!(page.texts(".bio-preview em"), ["teach"]);
    assert!(page.texts(".bio-preview script").is_empty());
    let wrong = ann.post("/account/profile", &[("name", " \u{200b}"), ("bio", "kept")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.texts("#bio")[0].contains("kept"), "what was typed comes back");
    let long = "好".repeat(5_000);
    assert_eq!(ann.post("/account/profile", &[("name", "Ann"), ("bio", &long)]).await.status, 422);
});

on_both!(the_language_of_the_account_wins_over_the_browsers, |app| {
    let ann = app.member("ann").await;
    ann.post("/account/language", &[("locale", "zh-CN")]).await;
    assert_eq!(ann.get("/account").await.attribute("html", "lang").as_deref(), Some("zh-CN"));
    ann.post("/account/language", &[("locale", "")]).await;
    assert_eq!(ann.get("/account").await.attribute("html", "lang").as_deref(), Some("en"));
});

on_both!(a_new_password_ends_the_other_sessions_and_renews_this_one, |app| {
    let ann = app.member("ann").await;
    let (other, _) = second_browser(&app, "ann", PASSWORD).await;
    let changed = ann.post("/account/password", &[("current_password", PASSWORD), ("new_password", "a new long password")]).await;
    assert_eq!(changed.location(), "/account/security?done=password");
    assert!(changed.headers.get("set-cookie").unwrap().to_str().unwrap().starts_with("stoa_session="), "a new session id");
    assert_eq!(ann.get("/account").await.status, 200);
    assert_eq!(other.get("/account").await.status, 401);
    assert_eq!(app.count("select count(*) from sessions where member_id = 2").await, 1);
    assert_eq!(second_browser(&app, "ann", PASSWORD).await.1, 422);
    assert_eq!(second_browser(&app, "ann", "a new long password").await.1, 303);
});

on_both!(a_password_is_not_changed_without_the_old_one, |app| {
    let ann = app.member("ann").await;
    let wrong = ann.post("/account/password", &[("current_password", "not my password"), ("new_password", "a new long password")]).await;
    assert_eq!(wrong.status, 422);
    assert_eq!(wrong.texts("#current_password-error").len(), 1);
    let short = ann.post("/account/password", &[("current_password", PASSWORD), ("new_password", "short")]).await;
    assert_eq!(short.texts("#new_password-error").len(), 1);
    for _ in 0..5 {
        ann.post("/account/password", &[("current_password", "guess guess"), ("new_password", "a new long password")]).await;
    }
    let waiting = ann.post("/account/password", &[("current_password", PASSWORD), ("new_password", "a new long password")]).await;
    assert_eq!(waiting.status, 429, "whoever sits at an open browser cannot guess on");
});

on_both!(one_session_or_all_others_can_be_ended_and_nobody_elses, |app| {
    let ann = app.member("ann").await;
    let (second, _) = second_browser(&app, "ann", PASSWORD).await;
    let (third, _) = second_browser(&app, "ann", PASSWORD).await;
    let mallory = app.member("mallory").await;
    let page = ann.get("/account/security").await;
    assert_eq!(page.texts(".session").len(), 3);
    let end = page.attribute(".session form", "action").unwrap();
    mallory.post(&end, &[]).await;
    assert_eq!(ann.get("/account/security").await.texts(".session").len(), 3);
    assert_eq!(ann.post(&end, &[]).await.status, 303);
    assert_eq!(ann.get("/account/security").await.texts(".session").len(), 2);
    assert_eq!(ann.post("/account/sessions/end-others", &[]).await.status, 303);
    for browser in [&second, &third] {
        assert_eq!(browser.get("/account").await.status, 401);
    }
    assert_eq!((ann.get("/account").await.status, mallory.get("/account").await.status), (200, 200));
    assert_eq!(ann.post("/account/sessions/x/end", &[]).await.status, 400);
});

on_both!(a_session_lasts_while_it_is_used_and_ends_when_it_is_not, |app| {
    const DAY: i64 = 86_400_000;
    let ann = app.member("ann").await;
    for _ in 0..3 {
        app.clock.advance(20 * DAY);
        assert_eq!(ann.get("/account").await.status, 200, "used within thirty days");
    }
    app.clock.advance(31 * DAY);
    assert_eq!(ann.get("/account").await.status, 401);
    stoa::members::service::tidy(&app.ctx).await.unwrap();
    assert_eq!(app.count("select count(*) from sessions").await, 0);
});

on_both!(an_account_can_be_deleted_and_takes_its_name_with_it, |app| {
    let ann = app.member("ann").await;
    let (other, _) = second_browser(&app, "ann", PASSWORD).await;
    assert_eq!(ann.post("/account/delete", &[("password", PASSWORD)]).await.status, 422, "the box was not ticked");
    let wrong = ann.post("/account/delete", &[("password", "not my password"), ("understood", "on")]).await;
    assert_eq!(wrong.status, 422);
    let gone = ann.post("/account/delete", &[("password", PASSWORD), ("understood", "on")]).await;
    assert_eq!(gone.location(), "/?done=account-deleted");
    for browser in [&ann, &other] {
        assert_eq!(browser.get("/account").await.status, 401);
    }
    assert_eq!(second_browser(&app, "ann", PASSWORD).await.1, 422);
    assert_eq!(app.count("select count(*) from members where handle = 'deleted-2' and name = '' and email is null").await, 1);
    assert_eq!(app.count("select count(*) from sessions where member_id = 2").await, 0);
    app.member("ann").await;
});

on_both!(nobody_can_take_the_name_that_a_deleted_account_will_have, |app| {
    let form = [("email", "m@example.org"), ("handle", "deleted-2"), ("password", PASSWORD)];
    assert_eq!(app.visitor().post("/join", &form).await.status, 422);
});

on_both!(the_last_owner_stays, |app| {
    let owner = app.owner().await;
    let form = [("password", PASSWORD), ("understood", "on")];
    assert_eq!(owner.post("/account/delete", &form).await.status, 422);
    assert_eq!(owner.post("/admin/members/1/role", &[("role", "member")]).await.status, 422);
    let second = app.person("second", Role::Owner).await;
    let (one, two) = tokio::join!(owner.post("/account/delete", &form), second.post("/account/delete", &form));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422], "of two owners who leave at once one stays");
});

on_both!(own_data_comes_as_a_file_without_secrets, |app| {
    let ann = app.member("ann").await;
    app.member("bo").await;
    let file = ann.get("/account/export").await;
    assert_eq!(file.status, 200);
    assert_eq!(file.headers.get("content-disposition").unwrap(), "attachment; filename=\"stoa-ann.json\"");
    assert_eq!(file.headers.get("cache-control").unwrap(), "private, no-store");
    let data: Value = serde_json::from_str(&file.body).unwrap();
    assert_eq!(data["profile"]["email"], "ann@example.org");
    assert_eq!(data["sessions"].as_array().unwrap().len(), 1);
    for list in [
        "posts",
        "topics",
        "replies",
        "ratings",
        "votes",
        "orders",
        "payments",
        "entitlements",
        "interactions",
        "member_days",
        "ledger_entries",
    ] {
        assert!(data[list].is_array(), "{list}");
    }
    assert!(!file.body.contains("argon2") && !file.body.contains("bo@example.org") && !file.body.contains("hash"));
});

on_both!(guessers_far_away_do_not_keep_the_owner_of_an_account_waiting, |app| {
    app.member("victim").await;
    use stoa::members::service::sign_in;
    let try_from = async |address: &str, password: &str| sign_in(&app.ctx, "victim@example.org", password.to_owned(), address).await;
    for _ in 0..8 {
        assert!(try_from("192.0.2.9", "wrong password").await.is_err());
    }
    assert_eq!(try_from("192.0.2.9", PASSWORD).await.unwrap_err().status(), 429);
    assert!(try_from("198.51.100.1", PASSWORD).await.is_ok());
});

on_both!(of_many_guesses_at_once_no_more_are_looked_at_than_one_after_the_other, |app| {
    app.member("victim").await;
    use stoa::members::service::sign_in;
    let guesses = (0..20).map(|_| sign_in(&app.ctx, "victim@example.org", "wrong password".to_owned(), "192.0.2.9"));
    let answers = futures::future::join_all(guesses).await;
    let looked_at = answers.iter().filter(|answer| answer.as_ref().unwrap_err().status() == 422).count();
    assert_eq!(looked_at, 5);
});

on_both!(many_people_behind_one_address_sign_in_without_waiting, |app| {
    app.member("ann").await;
    for _ in 0..40 {
        assert_eq!(second_browser(&app, "ann", PASSWORD).await.1, 303);
    }
});

on_both!(admins_find_members_and_owners_give_roles, |app| {
    let owner = app.owner().await;
    let ann = app.member("ann").await;
    app.member("under_score").await;
    app.member("underXscore2").await;
    assert_eq!(ann.get("/admin/members").await.status, 403);
    assert_eq!(owner.get("/admin/members").await.texts("tbody tr").len(), 4);
    for (search, found) in [("AN", 1), ("ann@exam", 1), ("under_", 1), ("%", 0), ("nobody", 0), ("\\", 0)] {
        let path = format!("/admin/members?search={}", search.replace('%', "%25").replace('\\', "%5C"));
        assert_eq!(owner.get(&path).await.texts("tbody tr").len(), found, "{search}");
    }
    let path = format!("/admin/members/{}/role", ann.id);
    assert_eq!(ann.post(&path, &[("role", "owner")]).await.status, 403);
    assert_eq!(owner.post(&path, &[("role", "king")]).await.status, 422);
    assert_eq!(owner.post(&path, &[("role", "admin")]).await.status, 303);
    assert_eq!(ann.get("/admin/members").await.status, 200, "a role holds at once");
    assert_eq!(ann.post("/admin/members/1/role", &[("role", "member")]).await.status, 403, "an admin cannot unmake an owner");
    assert_eq!(owner.post("/admin/members/999/role", &[("role", "admin")]).await.status, 404);
});

on_both!(an_operator_gives_roles_and_new_passwords, |app| {
    use stoa::members::service::{change_role_by_operator, reset_password_by_operator};
    let ann = app.member("ann").await;
    change_role_by_operator(&app.ctx, "ann", Role::Moderator).await.unwrap();
    assert_eq!(app.count("select count(*) from members where role = 'moderator'").await, 1);
    let password = reset_password_by_operator(&app.ctx, "ann").await.unwrap();
    assert_eq!(ann.get("/account").await.status, 401, "signed out everywhere");
    assert_eq!(second_browser(&app, "ann", &password).await.1, 303);
    assert_eq!(reset_password_by_operator(&app.ctx, "nobody").await.unwrap_err().status(), 404);
});
