//! Letters about accounts: whose address it is, a new password, what happened to the account.

use crate::mail::link;
use crate::on_both;
use crate::sink::{Mood, Sink, decoded};
use crate::support::{PASSWORD, Person, TestApp};
use stoa::foundation::time::{DAY, HOUR, MINUTE};
use stoa::server::db::Queries;

/// Joins through the form; the browser is signed in.
pub async fn join(app: &TestApp, handle: &str, language: &str) -> Person {
    let person = app.visitor();
    let form =
        [("email", &*format!("{handle}@example.org")), ("handle", handle), ("password", PASSWORD), ("name", "Buy http://evil.example")];
    let request = person.client.post(format!("{}/join", app.address)).header("accept-language", language).form(&form);
    assert_eq!(person.send(request).await.status, 303);
    person
}

/// Sends what waits; the text of the newest letter that has these words in it.
pub async fn text_of(app: &TestApp, sink: &Sink, words: &str) -> String {
    app.send_letters().await;
    let mut texts = sink.taken().into_iter().map(|taken| decoded(&taken.message));
    texts.rfind(|text| text.contains(words)).unwrap_or_else(|| panic!("no letter with {words}"))
}

fn code_in(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit()));
    line.expect("six digits").to_owned()
}

on_both!(who_joins_is_welcomed_and_shows_by_the_link_that_the_address_is_theirs, |app| {
    let sink = app.with_sink().await;
    let ann = join(&app, "ann", "zh-CN").await;
    assert_eq!(app.letters("welcome").await, [("ann@example.org".into(), "欢迎加入学廊测试".into(), "waiting".into())]);
    let text = text_of(&app, &sink, "/verify?token=").await;
    assert!(text.contains("确认") && !text.contains("evil.example"), "nobody's words go to an address that may be somebody else's: {text}");
    assert_eq!(sink.taken().len(), 2);
    assert!(ann.get("/account").await.body.contains("Not confirmed"));
    let path = link(&app, &text, "/verify?token=");
    let elsewhere = app.visitor();
    let page = elsewhere.get(&path).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("ann@example.org"));
    assert_eq!(app.count("select count(*) from members where email_verified_at is not null").await, 0, "following a link is not enough");
    let token = path.split_once("token=").unwrap().1.to_owned();
    assert_eq!(elsewhere.post("/verify", &[("token", &token)]).await.location(), "/sign-in?done=verified");
    assert_eq!(app.count("select count(*) from members where email_verified_at is not null").await, 1);
    assert!(!ann.get("/account").await.body.contains("Not confirmed"));
    assert_eq!(elsewhere.post("/verify", &[("token", &token)]).await.status, 422, "once");
    assert_eq!(elsewhere.get(&path).await.status, 422);
    assert_eq!(elsewhere.get("/verify").await.status, 422);
});

on_both!(what_opens_an_account_is_not_kept_where_it_can_be_read, |app| {
    let sink = app.with_sink().await;
    join(&app, "ann", "en").await;
    let row: (String, String, Option<String>) =
        app.ctx.db().one("select html, plain, sealed from letters where kind = 'verify'", vec![]).await.unwrap();
    assert!(row.0.contains("token=●●●●●●●●") && row.1.contains("••••••"));
    let text = text_of(&app, &sink, "/verify?token=").await;
    let token = link(&app, &text, "/verify?token=").split_once('=').unwrap().1.to_owned();
    let code = code_in(&text);
    assert!(!row.2.unwrap().contains(&token), "encrypted until it is sent");
    let after: (String, String, Option<String>, i64) =
        app.ctx.db().one("select html, plain, sealed, id from letters where kind = 'verify'", vec![]).await.unwrap();
    assert_eq!(after.2, None, "and forgotten then");
    for kept in [&after.0, &after.1] {
        assert!(!kept.contains(&token) && !kept.contains(&code));
    }
    let shown = app.owner().await.get(&format!("/admin/mail/{}", after.3)).await.body;
    assert!(!shown.contains(&token) && !shown.contains(&code), "an admin does not see it either");
    let proof: (String, String) = app.ctx.db().one("select token_hash, code_hash from email_proofs", vec![]).await.unwrap();
    assert!(!proof.0.contains(&token) && !proof.1.contains(&code));
});

on_both!(six_digits_do_as_well_and_cannot_be_guessed, |app| {
    let sink = app.with_sink().await;
    let ann = join(&app, "ann", "en").await;
    let code = code_in(&text_of(&app, &sink, "/verify?token=").await);
    let wrong = if code == "123456" { "654321" } else { "123456" };
    let refused = ann.post("/account/email/code", &[("code", wrong)]).await;
    assert_eq!((refused.status, refused.texts("#code-error").len()), (422, 1));
    let mallory = join(&app, "mallory", "en").await;
    assert_eq!(mallory.post("/account/email/code", &[("code", &code)]).await.status, 422, "they are for one member");
    let spaced = format!(" {} {}", &code[..3], &code[3..]);
    assert_eq!(ann.post("/account/email/code", &[("code", &spaced)]).await.location(), "/account/mail?done=verified");
    assert_eq!(app.count("select count(*) from members where email_verified_at is not null").await, 1);
    // Whoever guesses has five tries, however many at once.
    let guesses = (0..12).map(|n| {
        let mallory = &mallory;
        async move { mallory.post("/account/email/code", &[("code", &format!("{:06}", 111_110 + n))]).await.status }
    });
    assert!(futures::future::join_all(guesses).await.into_iter().all(|status| status == 422));
    app.send_letters().await;
    let right = code_in(&decoded(
        &sink
            .taken()
            .into_iter()
            .filter(|taken| taken.to == "mallory@example.org")
            .map(|taken| taken.message)
            .find(|m| decoded(m).contains("/verify"))
            .unwrap(),
    ));
    assert_eq!(mallory.post("/account/email/code", &[("code", &right)]).await.status, 422, "too late for the right one");
    assert_eq!(mallory.post("/account/email/again", &[]).await.status, 303, "a new letter has new digits");
});

on_both!(a_proof_lasts_a_day_and_the_last_one_counts, |app| {
    let sink = app.with_sink().await;
    let ann = join(&app, "ann", "en").await;
    let old = link(&app, &text_of(&app, &sink, "/verify?token=").await, "/verify?token=");
    assert_eq!(ann.post("/account/email/again", &[]).await.location(), "/account/mail?done=proof-sent");
    let new = link(&app, &text_of(&app, &sink, "/verify?token=").await, "/verify?token=");
    assert_ne!(old, new);
    assert_eq!(ann.get(&old).await.status, 422);
    assert_eq!(ann.get(&new).await.status, 200);
    app.clock.advance(DAY);
    assert_eq!(ann.get(&new).await.status, 422);
    for _ in 0..6 {
        ann.post("/account/email/again", &[]).await;
    }
    assert_eq!(ann.post("/account/email/again", &[]).await.status, 429, "nobody's mailbox is filled by pressing a button");
});

on_both!(a_letter_that_comes_too_late_is_not_sent, |app| {
    join(&app, "ann", "en").await;
    app.clock.advance(DAY);
    let sink = app.with_sink().await;
    app.send_letters().await;
    assert_eq!(app.letters("verify").await[0].2, "dropped");
    assert_eq!(sink.taken().len(), 1, "the welcome is still one");
});

on_both!(another_address_holds_once_it_was_shown_and_the_old_one_is_told, |app| {
    let sink = app.with_sink().await;
    let ann = join(&app, "ann", "en").await;
    ann.post("/account/email/code", &[("code", &code_in(&text_of(&app, &sink, "/verify?token=").await))]).await;
    app.member("bo").await;
    let change = |email: &'static str, password: &'static str| [("email", email), ("password", password)];
    let wrong = ann.post("/account/email", &change("new@example.org", "not my password")).await;
    assert_eq!((wrong.status, wrong.texts("#password-error").len()), (422, 1));
    assert_eq!(wrong.attribute("#email", "value").as_deref(), Some("new@example.org"), "what was typed comes back");
    for refused in ["ann@example.org", "bo@example.org", "no address"] {
        assert_eq!(ann.post("/account/email", &change(refused, PASSWORD)).await.texts("#email-error").len(), 1, "{refused}");
    }
    assert_eq!(ann.post("/account/email", &change("New@Example.org", PASSWORD)).await.status, 303);
    assert!(ann.get("/account/mail").await.body.contains("We sent a letter to new@example.org"));
    app.send_letters().await;
    let asked = sink.taken().pop().unwrap();
    assert_eq!(asked.to, "new@example.org");
    assert_eq!(app.count("select count(*) from members where email = 'ann@example.org'").await, 1, "not yet");
    let token = link(&app, &decoded(&asked.message), "/verify?token=").split_once('=').unwrap().1.to_owned();
    assert_eq!(ann.post("/verify", &[("token", &token)]).await.location(), "/account/mail?done=verified");
    assert_eq!(app.count("select count(*) from members where email = 'new@example.org' and email_verified_at is not null").await, 1);
    app.send_letters().await;
    let told = sink.taken().pop().unwrap();
    assert_eq!(told.to, "ann@example.org");
    let text = decoded(&told.message);
    assert!(text.contains("was changed to another one") && !text.contains("new@example.org"), "{text}");
    let signed_in = app.visitor().post("/sign-in", &[("email", "new@example.org"), ("password", PASSWORD)]).await;
    assert_eq!(signed_in.status, 303);
});

on_both!(an_address_somebody_else_took_meanwhile_is_said_and_not_given_twice, |app| {
    let sink = app.with_sink().await;
    let ann = join(&app, "ann", "en").await;
    ann.post("/account/email", &[("email", "new@example.org"), ("password", PASSWORD)]).await;
    let token = link(&app, &text_of(&app, &sink, "/verify?token=").await, "/verify?token=").split_once('=').unwrap().1.to_owned();
    app.member("new").await;
    let refused = ann.post("/verify", &[("token", &token)]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.texts(".banner")[0].contains("has an account already"));
    assert_eq!(ann.post("/account/email/keep", &[]).await.status, 303);
    assert!(!ann.get("/account/mail").await.body.contains("new@example.org"));
});

on_both!(a_forgotten_password_is_set_anew_by_a_letter_once, |app| {
    let sink = app.with_sink().await;
    let ann = app.member("ann").await;
    let stranger = app.visitor();
    let known = stranger.post("/forgot", &[("email", "Ann@example.org")]).await;
    let unknown = stranger.post("/forgot", &[("email", "nobody@example.org")]).await;
    assert_eq!((known.status, known.location()), (unknown.status, unknown.location()), "nobody learns who has an account");
    assert_eq!(stranger.post("/forgot", &[("email", "no address")]).await.status, 422);
    let path = link(&app, &text_of(&app, &sink, "/reset?token=").await, "/reset?token=");
    assert_eq!(sink.taken().len(), 1);
    assert_eq!(stranger.get(&path).await.status, 200);
    let token = path.split_once('=').unwrap().1.to_owned();
    let short = stranger.post("/reset", &[("token", &token), ("password", "short")]).await;
    assert_eq!((short.status, short.texts("#password-error").len()), (422, 1));
    let set = stranger.post("/reset", &[("token", &token), ("password", "a new long password")]).await;
    assert_eq!(set.location(), "/account/security?done=password");
    assert_eq!(stranger.get("/account").await.status, 200, "signed in here");
    assert_eq!(ann.get("/account").await.status, 401, "and nowhere else");
    assert_eq!(app.count("select count(*) from members where handle = 'ann' and email_verified_at is not null").await, 1);
    assert!(text_of(&app, &sink, "Your password was changed").await.contains("Hello ann,"));
    let again = app.visitor().post("/reset", &[("token", &token), ("password", "yet another password")]).await;
    assert_eq!(again.status, 422, "once");
    assert_eq!(app.visitor().get(&path).await.status, 422);
    let old = app.visitor().post("/sign-in", &[("email", "ann@example.org"), ("password", PASSWORD)]).await;
    assert_eq!(old.status, 422);
});

on_both!(a_new_password_ends_the_wish_for_another_address_too, |app| {
    let sink = app.with_sink().await;
    let ann = app.member("ann").await;
    // Somebody who knows the old password has asked for an address of their own.
    ann.post("/account/email", &[("email", "evil@example.org"), ("password", PASSWORD)]).await;
    let theirs = link(&app, &text_of(&app, &sink, "/verify?token=").await, "/verify?token=").split_once('=').unwrap().1.to_owned();
    app.visitor().post("/forgot", &[("email", "ann@example.org")]).await;
    let token = link(&app, &text_of(&app, &sink, "/reset?token=").await, "/reset?token=").split_once('=').unwrap().1.to_owned();
    assert_eq!(app.visitor().post("/reset", &[("token", &token), ("password", "a new long password")]).await.status, 303);
    assert_eq!(app.visitor().post("/verify", &[("token", &theirs)]).await.status, 422);
    assert_eq!(app.count("select count(*) from members where email = 'evil@example.org'").await, 0);
});

on_both!(many_accounts_together_do_not_fill_one_mailbox, |app| {
    app.with_sink().await;
    let mut statuses = Vec::new();
    for handle in ["ann", "bo", "cy", "di", "ed", "flo", "gus"] {
        let wish = [("email", "victim@example.org"), ("password", PASSWORD)];
        statuses.push(app.member(handle).await.post("/account/email", &wish).await.status);
    }
    assert_eq!(statuses, [303, 303, 303, 303, 303, 429, 429]);
});

on_both!(a_link_to_a_new_password_lasts_an_hour_and_the_last_one_counts, |app| {
    let sink = app.with_sink().await;
    app.member("ann").await;
    let ask = async || app.visitor().post("/forgot", &[("email", "ann@example.org")]).await;
    ask().await;
    let first = link(&app, &text_of(&app, &sink, "/reset?token=").await, "/reset?token=");
    ask().await;
    let second = link(&app, &text_of(&app, &sink, "/reset?token=").await, "/reset?token=");
    assert_eq!(app.visitor().get(&first).await.status, 422);
    assert_eq!(app.visitor().get(&second).await.status, 200);
    app.clock.advance(HOUR);
    let token = second.split_once('=').unwrap().1;
    let late = app.visitor().post("/reset", &[("token", token), ("password", "a new long password")]).await;
    assert_eq!(late.status, 422);
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(ask().await.status);
    }
    assert_eq!(statuses.pop(), Some(429), "nobody's mailbox is filled by others");
    assert_eq!(app.visitor().get("/reset").await.status, 422);
});

on_both!(of_two_who_use_a_link_at_once_one_sets_the_password, |app| {
    let sink = app.with_sink().await;
    app.member("ann").await;
    app.visitor().post("/forgot", &[("email", "ann@example.org")]).await;
    let path = link(&app, &text_of(&app, &sink, "/reset?token=").await, "/reset?token=");
    let token = path.split_once('=').unwrap().1;
    let (one, two) = (app.visitor(), app.visitor());
    let set = async |person: &Person| person.post("/reset", &[("token", token), ("password", "a new long password")]).await.status;
    let (a, b) = tokio::join!(set(&one), set(&two));
    let mut statuses = [a, b];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);
    assert_eq!(app.letters("password").await.len(), 1);
});

on_both!(a_changed_password_and_a_new_device_are_told_and_an_update_of_the_browser_is_not, |app| {
    let sink = app.with_sink().await;
    let ann = join(&app, "ann", "en").await;
    ann.post("/account/password", &[("current_password", PASSWORD), ("new_password", "a new long password")]).await;
    assert_eq!(app.letters("password").await.len(), 1);
    let sign_in = async |browser: &str| {
        let person = app.visitor();
        let form = [("email", "ann@example.org"), ("password", "a new long password")];
        let request = person.client.post(format!("{}/sign-in", app.address)).header("user-agent", browser).form(&form);
        assert_eq!(person.send(request).await.status, 303);
    };
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0";
    sign_in(firefox).await;
    assert_eq!(app.letters("device").await.len(), 1);
    assert!(text_of(&app, &sink, "Firefox on Linux").await.contains("/account/security"));
    sign_in(firefox).await;
    sign_in("Mozilla/5.0 (X11; Linux x86_64; rv:140.2) Gecko/20100101 Firefox/140.2").await;
    assert_eq!(app.letters("device").await.len(), 1);
    ann.post("/account/mail", &[("welcome", "on"), ("ending", "on")]).await;
    sign_in("curl/8").await;
    assert_eq!(app.letters("device").await.len(), 1, "who does not want it is not told");
});

on_both!(an_address_that_came_back_is_written_to_again_once_it_is_confirmed, |app| {
    let sink = app.with_sink().await;
    let ann = app.member("ann").await;
    for n in 0..3 {
        sink.will([Mood::RefusesAddress("550 5.1.1 no such user")]);
        let password = format!("a new long password {n}");
        let current = if n == 0 { PASSWORD.to_owned() } else { format!("a new long password {}", n - 1) };
        assert_eq!(ann.post("/account/password", &[("current_password", &current), ("new_password", &password)]).await.status, 303);
        app.send_letters().await;
        app.clock.advance(MINUTE);
    }
    let page = ann.get("/account/mail").await;
    assert!(page.texts(".banner")[0].contains("no such user"), "the member learns of it");
    assert_eq!(ann.post("/account/email/again", &[]).await.status, 303);
    let code = code_in(&text_of(&app, &sink, "/verify?token=").await);
    assert_eq!(ann.post("/account/email/code", &[("code", &code)]).await.status, 303);
    assert!(ann.get("/account/mail").await.texts(".banner").is_empty());
    assert_eq!(app.count("select count(*) from bounces").await, 0);
});
