//! Letters to many: a draft that is looked at, sent once to those who are meant, can be reached and want it.

use crate::on_both;
use crate::support::Person;
use stoa::segments::circulars;
use stoa::server::db::Queries;

const LETTERS: &str = "/admin/members/letters";

async fn label(owner: &Person, member: &Person, labels: &str) {
    let answer = owner.post(&format!("/admin/members/{}", member.id), &[("labels", labels), ("note", "")]).await;
    assert_eq!(answer.status, 303);
}

async fn draft(owner: &Person, filter: &str) -> String {
    let form = [("filter", filter), ("subject", "Reading on Wednesday"), ("body", "At eight.\n\nhttps://example.org/<b>")];
    let answer = owner.post(&format!("{LETTERS}/new"), &form).await;
    assert_eq!(answer.status, 303, "{:?}", answer.texts(".field-error"));
    answer.location().to_owned()
}

on_both!(a_letter_to_many_goes_once_to_those_who_are_meant_and_want_it, |app| {
    let owner = app.owner().await;
    let (ann, bob, cleo, dan) = (app.member("ann").await, app.member("bob").await, app.member("cleo").await, app.member("dan").await);
    for member in [&ann, &bob, &cleo, &dan] {
        label(&owner, member, "crew").await;
    }
    app.member("eve").await;
    // Ann showed that her address is hers, Bob was brought along and Cleo does without; of Dan's address nobody knows whose it is.
    app.ctx.db().run("update members set email_verified_at = 1 where handle in ('ann', 'cleo', 'eve')", vec![]).await.unwrap();
    app.ctx.db().run("update members set password_hash = null where handle = 'bob'", vec![]).await.unwrap();
    let without = "insert into letter_choices (member_id, choice, wanted, chosen_at) values ($1, 'circulars', $2, 1)";
    app.ctx.db().run(without, stoa::args![cleo.id, false]).await.unwrap();

    let path = draft(&owner, "label=crew").await;
    let page = owner.get(&path).await;
    assert_eq!(page.attribute("input[name=said]", "value").as_deref(), Some("2"));
    assert!(page.texts("pre")[0].contains("At eight.") && page.texts("pre")[0].contains("https://example.org/<b>"));
    let html = owner.get(&format!("{path}/html")).await;
    assert!(html.body.contains("&lt;b") && !html.body.contains("<b>"), "what was typed is text");
    assert_eq!(owner.post(&format!("{path}/copy"), &[]).await.status, 303);
    assert_eq!(app.letters("circular").await.len(), 1, "the admin's own copy");

    // It is changed, and those who are meant are fewer when the yes comes.
    let blank = owner.post(&format!("{path}/edit"), &[("subject", "A new subject"), ("body", " \n ")]).await;
    assert_eq!((blank.status, blank.attribute("#subject", "value").as_deref()), (422, Some("A new subject")));
    assert_eq!(owner.post(&format!("{path}/edit"), &[("subject", "A new subject"), ("body", "At nine.")]).await.status, 303);
    let refused = owner.post(&format!("{path}/send"), &[("said", "3")]).await;
    assert_eq!((refused.status, refused.attribute("input[name=said]", "value").as_deref()), (422, Some("2")));
    circulars::go_on(&app.ctx).await.unwrap();
    assert_eq!(app.letters("circular").await.len(), 1, "nothing was sent");

    for _ in 0..2 {
        assert_eq!(owner.post(&format!("{path}/send"), &[("said", "2")]).await.status, 303);
        circulars::go_on(&app.ctx).await.unwrap();
    }
    let sent: Vec<(String, String)> = app.letters("circular").await.into_iter().skip(1).map(|(to, subject, _)| (to, subject)).collect();
    let to = |who: &str| (format!("{who}@example.org"), "A new subject".to_owned());
    assert_eq!(sent, [to("ann"), to("bob")]);
    let plain = app.newest_letter("circular").await;
    assert!(plain.contains("At nine.") && plain.contains("/unsubscribe?token="), "{plain}");
    assert_eq!(app.count("select count(*) from circular_readers").await, 0);

    // What was sent stays as it is.
    for (way, form) in [("edit", &[("subject", "x"), ("body", "y")][..]), ("forget", &[])] {
        assert!([409, 422].contains(&owner.post(&format!("{path}/{way}"), form).await.status), "{way}");
    }
    let page = owner.get(&path).await;
    assert!(page.body.contains("Members it was sent to: 2.") && page.texts("pre")[0].contains("At nine."));
    assert_eq!(owner.get(LETTERS).await.texts("tbody th"), ["A new subject"]);
});

on_both!(letters_to_many_that_were_interrupted_are_written_later_and_to_nobody_twice, |app| {
    let owner = app.owner().await;
    for name in ["ann", "bob", "cleo"] {
        app.member(name).await;
    }
    app.ctx.db().run("update members set email_verified_at = 1", vec![]).await.unwrap();
    let path = draft(&owner, "search=").await;
    let id = path.rsplit('/').next().unwrap();
    // As a program leaves it that stopped when one letter was written.
    app.ctx.db().run("update circulars set sent_at = 1, members = 4", vec![]).await.unwrap();
    app.ctx.db().run(format!("insert into circular_readers select {id}, id from members where email is not null"), vec![]).await.unwrap();
    let half = "insert into letters (kind, about, address, locale, subject, html, plain, message_id, state, said, created_at)
select 'circular', 'circular:' || cast($1 as text) || ':member:' || id, email, 'en', 's', 'h', 'p', 'm', 'sent', '', 1 from members where handle = 'ann'";
    app.ctx.db().run(half, stoa::args![id]).await.unwrap();
    let page = owner.get(&path).await;
    assert!(page.body.contains("Letters not queued yet: 4"));
    circulars::go_on(&app.ctx).await.unwrap();
    let mut to: Vec<String> = app.letters("circular").await.into_iter().map(|(to, _, _)| to).collect();
    to.sort();
    assert_eq!(to, ["ann@example.org", "bob@example.org", "cleo@example.org", "olive@example.org"]);
});

on_both!(a_draft_to_many_is_for_admins_and_can_be_thrown_away, |app| {
    let owner = app.owner().await;
    let ann = app.member("ann").await;
    let path = draft(&owner, "").await;
    for person in [app.visitor(), ann] {
        for path in [LETTERS, &format!("{LETTERS}/new"), &path, &format!("{path}/html"), &format!("{path}/edit")] {
            assert!([401, 403].contains(&person.get(path).await.status), "{path}");
        }
        for way in ["edit", "copy", "send", "forget"] {
            assert!([401, 403].contains(&person.post(&format!("{path}/{way}"), &[("subject", "x"), ("body", "y")]).await.status), "{way}");
        }
        let new = person.post(&format!("{LETTERS}/new"), &[("subject", "x"), ("body", "y")]).await;
        assert!([401, 403].contains(&new.status));
    }
    let empty = owner.post(&format!("{LETTERS}/new"), &[("filter", "label=crew"), ("subject", " "), ("body", "kept")]).await;
    assert_eq!(
        (empty.status, empty.texts("#body"), empty.attribute("input[name=filter]", "value")),
        (422, vec!["kept".into()], Some("label=crew".into()))
    );
    let long = "x".repeat(20 * 1024 + 1);
    assert_eq!(owner.post(&format!("{LETTERS}/new"), &[("subject", "s"), ("body", &long)]).await.status, 422);
    assert_eq!(owner.post(&format!("{LETTERS}/new"), &[("filter", "tier=x"), ("subject", "s"), ("body", "b")]).await.status, 404);
    assert_eq!(owner.post(&format!("{path}/send"), &[("said", "0")]).await.status, 422, "nobody would get it");
    assert_eq!(owner.post(&format!("{path}/forget"), &[]).await.status, 303);
    assert_eq!(owner.get(&path).await.status, 404);
    assert!(owner.get(LETTERS).await.body.contains("No letter to many was written yet."));
});
