//! The public JSON API.

use crate::on_both;
use serde_json::{Value, json};

fn parse(body: &str) -> Value {
    serde_json::from_str(body).unwrap()
}

on_both!(users_are_listed_with_public_fields_only_and_paged_by_key, |app| {
    for handle in ["ann", "bo", "cy"] {
        app.member(handle).await;
    }
    let visitor = app.visitor();
    let first = visitor.get("/api/users?limit=2").await;
    assert_eq!(first.status, 200);
    let users = parse(&first.body);
    assert_eq!(users[1], json!({ "id": 2, "name": "ann", "handle": "ann", "url": format!("{}/u/ann", app.address) }));
    let link = first.headers.get("link").unwrap().to_str().unwrap().to_owned();
    let next = link.strip_prefix(&format!("<{}", app.address)).and_then(|rest| rest.strip_suffix(">; rel=\"next\"")).unwrap();
    let second = visitor.get(next).await;
    let names: Vec<Value> = parse(&second.body).as_array().unwrap().iter().map(|user| user["name"].clone()).collect();
    assert_eq!(names, ["bo", "cy"]);
    assert!(second.headers.get("link").is_none(), "the last page leads nowhere");
    assert!(!first.body.contains("example.org") && !first.body.contains("argon2"));
});

on_both!(one_user_is_an_object_and_nobody_is_a_404, |app| {
    let visitor = app.visitor();
    assert_eq!(parse(&visitor.get("/api/users/1").await.body)["name"], "olive");
    for nobody in ["100", "abc", "-1", "0", "99999999999999999999", "1.5", "%20"] {
        let answer = visitor.get(&format!("/api/users/{nobody}")).await;
        assert_eq!((answer.status, answer.body.as_str()), (404, r#"{"error":"User not found"}"#), "{nobody}");
        assert_eq!(answer.headers.get("content-type").unwrap(), "application/json");
    }
});

on_both!(who_left_and_who_never_joined_are_no_users, |app| {
    let gone = app.member("gone").await;
    let form = [("password", crate::support::PASSWORD), ("understood", "on")];
    assert_eq!(gone.post("/account/delete", &form).await.status, 303);
    let site = stoa::settings::service::require_site(&app.ctx).await.unwrap();
    let mut tx = app.ctx.db().begin().await.unwrap();
    let author = stoa::members::service::unclaimed_author_named(&app.ctx, &mut tx, &site, "imported", "Imported").await.unwrap();
    tx.commit().await.unwrap();
    let visitor = app.visitor();
    for id in [gone.id, author] {
        assert_eq!(visitor.get(&format!("/api/users/{id}")).await.status, 404);
    }
    assert_eq!(parse(&visitor.get("/api/users").await.body).as_array().unwrap().len(), 1, "only the owner is left");
});

on_both!(a_wrong_parameter_is_a_400_in_json, |app| {
    for query in ["after=x", "limit=-1", "after=99999999999999999999", "limit="] {
        let answer = app.visitor().get(&format!("/api/users?{query}")).await;
        assert_eq!(answer.status, 400, "{query}");
        assert!(parse(&answer.body)["error"].is_string());
    }
    assert_eq!(app.visitor().get("/api/users?limit=100000").await.status, 200, "a large limit is a hundred");
});
