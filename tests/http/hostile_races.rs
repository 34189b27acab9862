//! Many at once: of those who want the same thing one gets it, and what has to remain remains.

use crate::on_both;
use crate::support::{Backend, PASSWORD, Person, TestApp};
use futures::future::join_all;
use stoa::foundation::viewer::Role;

fn sorted(mut statuses: Vec<u16>) -> Vec<u16> {
    statuses.sort_unstable();
    statuses
}

on_both!(of_many_articles_for_one_address_one_gets_it_and_the_others_lose_no_text, |app| {
    let owner = app.owner().await;
    let tries = (0..6).map(|i| {
        let (owner, source) = (&owner, format!("text {i}"));
        async move {
            let form = [("title", "One"), ("slug", "one"), ("source", source.as_str()), ("access", "public"), ("do", "publish")];
            let answer = owner.post("/write/new", &form).await;
            assert!(answer.status == 303 || answer.texts("textarea") == [source], "what was typed comes back");
            answer.status
        }
    });
    assert_eq!(sorted(join_all(tries).await), [303, 422, 422, 422, 422, 422]);
    assert_eq!(app.count("select count(*) from posts").await, 1);
});

on_both!(articles_of_one_title_each_get_an_address, |app| {
    let owner = app.owner().await;
    let form = [("title", "One"), ("source", "text"), ("access", "public"), ("do", "publish")];
    let tries = (0..6).map(|_| owner.post("/write/new", &form));
    let statuses = join_all(tries).await.into_iter().map(|answer| answer.status).collect();
    assert_eq!(sorted(statuses), [303; 6]);
});

on_both!(of_many_who_join_with_one_address_one_does, |app| {
    let tries = (0..6).map(|i| {
        let person = app.visitor();
        async move {
            let handle = format!("race{i}");
            person.post("/join", &[("email", "Race@example.org"), ("handle", &handle), ("password", PASSWORD)]).await.status
        }
    });
    assert_eq!(sorted(join_all(tries).await), [303, 422, 422, 422, 422, 422]);
});

on_both!(an_account_deleted_twice_at_once_is_deleted_once, |app| {
    let member = app.member("leaver").await;
    let form = [("password", PASSWORD), ("understood", "on")];
    let tries = (0..2).map(|_| member.post("/account/delete", &form));
    for answer in join_all(tries).await {
        assert!([303, 401, 422, 429].contains(&answer.status), "{} {}", answer.status, answer.body);
    }
    assert_eq!(app.count("select count(*) from members where deleted_at is not null").await, 1);
    assert_eq!(app.count("select count(*) from sessions s join members m on m.id = s.member_id where m.deleted_at is not null").await, 0);
    assert_eq!(member.get("/account").await.status, 401);
});

on_both!(whoever_demotes_whom_at_once_an_owner_remains, |app| {
    let mut owners = vec![app.owner().await];
    for n in 0..3 {
        owners.push(app.person(&format!("owner{n}"), Role::Owner).await);
    }
    let pairs: Vec<(&Person, &Person)> = owners.iter().zip(owners.iter().cycle().skip(1)).collect();
    let demote = pairs.iter().map(|(owner, other)| {
        let path = format!("/admin/members/{}/role", other.id);
        async move { owner.post(&path, &[("role", "member")]).await.status }
    });
    let leave =
        owners.iter().map(|owner| async { owner.post("/account/delete", &[("password", PASSWORD), ("understood", "on")]).await.status });
    let (demoted, left) = futures::join!(join_all(demote), join_all(leave));
    for status in demoted.into_iter().chain(left) {
        assert!([303, 401, 403, 404, 409, 422, 429].contains(&status), "{status}");
    }
    assert!(app.count("select count(*) from members where role = 'owner' and deleted_at is null").await >= 1);
});

on_both!(the_only_owner_neither_leaves_nor_steps_down, |app| {
    let owner = app.owner().await;
    let left = owner.post("/account/delete", &[("password", PASSWORD), ("understood", "on")]).await;
    let down = owner.post(&format!("/admin/members/{}/role", app.owner), &[("role", "member")]).await;
    assert!(left.status >= 400 && down.status >= 400, "{} {}", left.status, down.status);
    assert_eq!(owner.get("/admin").await.status, 200, "still signed in, still the owner");
});

async fn set_up_at_once(backend: Backend) {
    let app = TestApp::start_empty(backend).await;
    let token = stoa::settings::service::new_setup_token(&app.ctx).await.unwrap().unwrap();
    let tries = (0..4).map(|i| {
        let (person, token, handle, email) = (app.visitor(), token.clone(), format!("owner{i}"), format!("o{i}@example.org"));
        async move {
            let form = [
                ("token", token.as_str()),
                ("site_name", "S"),
                ("locale", "en"),
                ("time_zone", "UTC"),
                ("currency", "CNY"),
                ("email", &email),
                ("handle", &handle),
                ("password", PASSWORD),
            ];
            person.post("/setup", &form).await.status
        }
    });
    let statuses = sorted(join_all(tries).await);
    assert_eq!(statuses[0], 303, "{statuses:?}");
    assert!(statuses[1..].iter().all(|status| [404, 409, 422].contains(status)), "{statuses:?}");
    assert_eq!(app.count("select count(*) from members").await, 1);
}

#[tokio::test]
async fn of_many_who_set_the_site_up_at_once_one_owns_it_on_sqlite() {
    set_up_at_once(Backend::Sqlite).await;
}

#[tokio::test]
async fn of_many_who_set_the_site_up_at_once_one_owns_it_on_postgres() {
    set_up_at_once(Backend::Postgres).await;
}
