//! Letters on their way: through a mail server that may be difficult, into files where there is none; what admins see of
//! them, and the way out that stands in them.

use crate::on_both;
use crate::sink::{Mood, Sink, decoded, header};
use crate::support::{Person, TestApp};
use stoa::foundation::id::MemberId;
use stoa::foundation::time::{DAY, HOUR, MINUTE};
use stoa::foundation::viewer::Role;
use stoa::mail::outbox::{self, MOST_TRIES, Patience};
use stoa::mail::{self, Kind, Letter, To};
use stoa::server::db::Queries;

static NOTE: Kind = Kind { name: "note", label: |_| "A note", choice: None, asks: false };

impl TestApp {
    /// Letters go to a mail server of the test's own.
    pub async fn with_sink(&self) -> Sink {
        let sink = Sink::open().await;
        let port = sink.port.to_string();
        let form = [
            ("host", "127.0.0.1"),
            ("port", &*port),
            ("encryption", "none"),
            ("user", "stoa"),
            ("password", "quokka61"),
            ("sender_name", "学廊 \"quoted\""),
            ("sender_address", "hello@stoa.example"),
            ("reply_to", "me@stoa.example"),
        ];
        let saved = self.owner().await.post("/admin/mail/account", &form).await;
        assert_eq!(saved.status, 303, "{:?}", saved.texts(".field-error"));
        sink
    }

    /// Everything that can be sent now is.
    pub async fn send_letters(&self) {
        outbox::tick(&self.ctx).await.unwrap();
    }

    /// Of the letters of a kind: to whom, what about, and how it stands; oldest first.
    pub async fn letters(&self, kind: &str) -> Vec<(String, String, String)> {
        self.ctx.db().all("select address, subject, state from letters where kind = $1 order by id", stoa::args![kind]).await.unwrap()
    }

    /// The plain text of the newest letter of a kind.
    pub async fn newest_letter(&self, kind: &str) -> String {
        let (plain,): (String,) =
            self.ctx.db().one("select plain from letters where kind = $1 order by id desc limit 1", stoa::args![kind]).await.unwrap();
        plain
    }

    async fn post_note(&self, about: &str, address: &str) {
        let site = stoa::settings::service::require_site(&self.ctx).await.unwrap();
        let to = To { member: None, address: address.into(), name: Some("Ann \"A\"\r\nBcc: all@example.org".into()), locale: site.locale };
        let letter = Letter::new(&NOTE, about, "A note\r\nBcc: all@example.org").text("Words. <b>学廊</b>").button("Go", "/x");
        let mut tx = self.ctx.db().begin().await.unwrap();
        mail::post(&self.ctx, &mut tx, &site, &to, &letter).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn note(&self) -> (String, i64, String) {
        self.ctx.db().one("select state, tries, said from letters where kind = 'note' order by id desc limit 1", vec![]).await.unwrap()
    }
}

on_both!(a_letter_is_posted_once_and_sent_once, |app| {
    let sink = app.with_sink().await;
    for _ in 0..3 {
        app.post_note("1", "ann@example.org").await;
    }
    let rounds = (0..6).map(|_| outbox::tick(&app.ctx));
    for round in futures::future::join_all(rounds).await {
        round.unwrap();
    }
    app.send_letters().await;
    let taken = sink.taken();
    assert_eq!((taken.len(), sink.brought()), (1, 1), "however many look into the outbox");
    assert_eq!(taken[0].to, "ann@example.org");
    assert_eq!(sink.logins().len(), 1);
    let message = &taken[0].message;
    assert_eq!(header(message, "Subject").as_deref(), Some("A note Bcc: all@example.org"));
    assert!(header(message, "Bcc").is_none() && !message.to_ascii_lowercase().contains("\nbcc:"), "{message}");
    assert!(header(message, "From").unwrap().ends_with("<hello@stoa.example>"));
    assert_eq!(header(message, "Reply-To").as_deref(), Some("me@stoa.example"));
    assert_eq!(header(message, "Date").as_deref(), Some("Sun, 15 Mar 2026 12:00:00 +0000"));
    assert_eq!(header(message, "Auto-Submitted").as_deref(), Some("auto-generated"));
    assert!(header(message, "List-Unsubscribe").is_none(), "nobody can do without it");
    assert!(header(message, "Content-Type").unwrap().starts_with("multipart/alternative"));
    let text = decoded(message);
    assert!(text.contains("Words. <b>学廊</b>") && text.contains("Words. &lt;b&gt;学廊&lt;/b&gt;"), "{text}");
    assert!(text.contains(&format!("{}/x", app.address)));
    let (state, tries, said) = app.note().await;
    assert_eq!((state.as_str(), tries, said.as_str()), ("sent", 1, "250 2.0.0 queued as 4711"));
});

on_both!(a_letter_whose_transaction_is_undone_was_never_posted, |app| {
    let site = stoa::settings::service::require_site(&app.ctx).await.unwrap();
    let to = To { member: None, address: "ann@example.org".into(), name: None, locale: site.locale };
    let mut tx = app.ctx.db().begin().await.unwrap();
    mail::post(&app.ctx, &mut tx, &site, &to, &Letter::new(&NOTE, "1", "x").text("y")).await.unwrap();
    drop(tx);
    assert_eq!(app.count("select count(*) from letters").await, 0);
});

on_both!(what_is_refused_for_now_is_tried_again_later_each_time_under_the_same_name, |app| {
    let sink = app.with_sink().await;
    sink.will([Mood::RefusesAddress("450 4.2.1 greylisted"), Mood::RefusesLetter("451 4.3.0 busy"), Mood::DropsAfterData]);
    app.post_note("1", "ann@example.org").await;
    for (wait, tries) in [(MINUTE, 1), (2 * MINUTE, 2), (4 * MINUTE, 3)] {
        app.send_letters().await;
        let (state, tried, said) = app.note().await;
        assert_eq!((state.as_str(), tried), ("waiting", tries));
        assert!(!said.is_empty(), "it is known why");
        app.clock.advance(wait - 1);
        app.send_letters().await;
        assert_eq!(app.note().await.1, tries, "not before its time");
        app.clock.advance(1);
    }
    app.send_letters().await;
    assert_eq!(app.note().await.0, "sent");
    assert_eq!((sink.taken().len(), sink.brought()), (1, 3), "accepted once");
    assert_eq!(header(&sink.taken()[0].message, "Date").as_deref(), Some("Sun, 15 Mar 2026 12:00:00 +0000"), "the same letter as before");
});

on_both!(a_letter_that_was_taken_in_silence_comes_again_under_the_id_it_had, |app| {
    let sink = app.with_sink().await;
    sink.will([Mood::AcceptsInSilence]);
    app.post_note("1", "ann@example.org").await;
    app.send_letters().await;
    app.clock.advance(MINUTE);
    app.send_letters().await;
    let ids: Vec<_> = sink.taken().iter().map(|taken| header(&taken.message, "Message-ID").unwrap()).collect();
    assert_eq!(ids.len(), 2, "nobody can know that it was taken");
    assert_eq!(ids[0], ids[1]);
});

on_both!(a_server_that_hangs_or_is_not_there_holds_up_nothing_and_loses_nothing, |app| {
    let sink = app.with_sink().await;
    app.ctx.keep::<Patience>().set(50);
    sink.will([Mood::Hangs]);
    app.post_note("1", "ann@example.org").await;
    app.send_letters().await;
    assert_eq!(app.note().await, ("waiting".into(), 1, "the mail server did not answer in time".into()));
    app.ctx.keep::<Patience>().set(60_000);
    app.clock.advance(MINUTE);
    app.send_letters().await;
    assert_eq!(app.note().await.0, "sent");
    // Nobody listens there: after the first, the others are left alone until the next round.
    let nowhere = [("host", "127.0.0.1"), ("port", "9"), ("encryption", "none")];
    assert_eq!(app.owner().await.post("/admin/mail/account", &nowhere).await.status, 303);
    for n in 0..20 {
        app.post_note(&format!("n{n}"), "ann@example.org").await;
    }
    app.send_letters().await;
    let tried = app.count("select count(*) from letters where tries > 0 and state = 'waiting'").await;
    assert!((1..8).contains(&tried), "{tried}");
    let sink = app.with_sink().await;
    app.send_letters().await;
    assert_eq!(sink.taken().len(), 20, "as soon as the settings are right, all go out");
});

on_both!(a_letter_that_never_gets_through_is_given_up_and_an_admin_can_try_again, |app| {
    let sink = app.with_sink().await;
    let owner = app.owner().await;
    sink.will((0..MOST_TRIES).map(|_| Mood::RefusesLetter("452 4.3.1 disk full")));
    app.post_note("1", "ann@example.org").await;
    for _ in 0..MOST_TRIES {
        app.send_letters().await;
        app.clock.advance(4 * HOUR);
    }
    let (state, tries, said) = app.note().await;
    assert_eq!((state.as_str(), tries), ("failed", MOST_TRIES));
    assert!(said.contains("452") && said.contains("disk full"), "{said}");
    let list = owner.get("/admin/mail").await;
    assert!(list.texts("tbody td").iter().any(|cell| cell.contains("disk full")), "what failed is shown first, with why");
    let path = list.attribute("tbody th a", "href").unwrap();
    assert_eq!(owner.post(&format!("{path}/again"), &[]).await.status, 303);
    app.send_letters().await;
    assert_eq!((app.note().await.0.as_str(), sink.taken().len()), ("sent", 1));
    assert_eq!(owner.post(&format!("{path}/again"), &[]).await.status, 422, "what is sent is not sent again");
});

on_both!(an_address_that_refuses_is_not_written_to_any_more, |app| {
    let sink = app.with_sink().await;
    for n in 0..3 {
        sink.will([Mood::RefusesAddress("550 5.1.1 no such user here")]);
        app.post_note(&n.to_string(), "gone@example.org").await;
        app.send_letters().await;
        let (state, tries, said) = app.note().await;
        assert_eq!((state.as_str(), tries), ("failed", 1), "for good");
        assert!(said.contains("no such user here"));
    }
    app.post_note("3", "gone@example.org").await;
    app.post_note("4", "ann@example.org").await;
    app.send_letters().await;
    assert_eq!(
        app.letters("note").await.iter().map(|(_, _, state)| state.as_str()).collect::<Vec<_>>(),
        ["failed", "failed", "failed", "dropped", "sent"]
    );
    assert!(app.owner().await.get("/admin/mail").await.body.contains("came back: 1"));
});

on_both!(what_is_refused_because_of_us_is_no_bounce_of_theirs, |app| {
    let sink = app.with_sink().await;
    sink.will([Mood::RefusesAddress("554 5.7.1 relaying denied")]);
    app.post_note("1", "ann@example.org").await;
    app.send_letters().await;
    assert_eq!(app.note().await.0, "waiting");
    assert_eq!(app.count("select count(*) from bounces").await, 0);
    sink.will([Mood::RefusesLetter("554 5.6.0 message content rejected")]);
    app.post_note("2", "ann@example.org").await;
    app.send_letters().await;
    assert_eq!(app.note().await.0, "failed");
    assert_eq!(app.count("select count(*) from bounces").await, 0);
});

on_both!(without_a_mail_server_letters_are_files_that_only_the_program_reads, |app| {
    app.post_note("1", "ann@example.org").await;
    app.send_letters().await;
    app.send_letters().await;
    let folder = app.ctx.config().data_dir.join("outbox");
    let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), 1);
    let name = files[0].file_name().unwrap().to_str().unwrap();
    assert!(name.starts_with("20260315T120000Z-note-") && name.ends_with(".eml"), "{name}");
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&files[0]).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    assert!(decoded(&std::fs::read_to_string(&files[0]).unwrap()).contains("Words."));
    assert_eq!(app.note().await.0, "sent");
    assert!(app.owner().await.get("/admin/mail").await.body.contains("reach nobody"));
});

on_both!(only_admins_see_letters_and_how_they_are_sent, |app| {
    app.post_note("1", "ann@example.org").await;
    let (visitor, member, moderator) = (app.visitor(), app.member("ann").await, app.person("mo", Role::Moderator).await);
    let pages = [
        "/admin/mail",
        "/admin/mail/1",
        "/admin/mail/1/html",
        "/admin/mail/account",
        "/admin/mail/kinds",
        "/admin/mail/kinds/receipt",
        "/admin/mail/kinds/receipt/html",
    ];
    for path in pages {
        assert_eq!(visitor.get(path).await.status, 401, "{path}");
        assert_eq!(member.get(path).await.status, 403, "{path}");
        assert_eq!(moderator.get(path).await.status, 403, "{path}");
    }
    for path in ["/admin/mail/account", "/admin/mail/account/test", "/admin/mail/1/again", "/admin/mail/kinds/receipt/send"] {
        assert_eq!(visitor.post(path, &[]).await.status, 401, "{path}");
        assert_eq!(member.post(path, &[("address", "a@example.org")]).await.status, 403, "{path}");
    }
    let admin = app.person("ada", Role::Admin).await;
    for path in pages {
        assert_eq!(admin.get(path).await.status, 200, "{path}");
    }
    for path in ["/admin/mail/99", "/admin/mail/x", "/admin/mail/99/html", "/admin/mail/kinds/nothing", "/admin/mail/kinds/nothing/html"] {
        assert_eq!(admin.get(path).await.status, 404, "{path}");
    }
});

on_both!(a_letter_is_shown_in_a_frame_where_nothing_runs, |app| {
    app.post_note("1", "ann@example.org").await;
    let owner = app.owner().await;
    let page = owner.get("/admin/mail/1").await;
    assert_eq!(page.attribute("iframe", "sandbox").as_deref(), Some(""));
    assert_eq!(page.attribute("iframe", "src").as_deref(), Some("/admin/mail/1/html"));
    assert!(page.texts(".letter-plain")[0].contains("Words. <b>学廊</b>"));
    let framed = owner.get("/admin/mail/1/html").await;
    let policy = framed.headers.get("content-security-policy").unwrap().to_str().unwrap();
    assert!(policy.contains("sandbox") && policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'self'"), "{policy}");
    assert!(framed.body.contains("Words. &lt;b&gt;学廊"));
});

on_both!(the_list_of_letters_is_paged_and_filtered, |app| {
    for n in 0..55 {
        app.post_note(&n.to_string(), if n % 2 == 0 { "even@example.org" } else { "odd@example.org" }).await;
    }
    let owner = app.owner().await;
    let first = owner.get("/admin/mail?state=waiting").await;
    assert_eq!(first.texts("tbody tr").len(), 50);
    let second = owner.get(&first.attribute(".pager a", "href").unwrap()).await;
    assert_eq!(second.texts("tbody tr").len(), 5);
    assert_eq!(owner.get("/admin/mail?state=waiting&address=Odd@example.org").await.texts("tbody tr").len(), 27);
    assert_eq!(owner.get("/admin/mail?state=waiting&kind=receipt").await.texts("tbody tr").len(), 0);
    assert!(owner.get("/admin/mail?state=nonsense&kind=%00&address=%25&after=x").await.texts(".empty p").len() == 1);
});

on_both!(every_kind_is_shown_in_both_languages_and_sent_to_whoever_asks, |app| {
    let sink = app.with_sink().await;
    let owner = app.owner().await;
    let kinds = owner.get("/admin/mail/kinds").await;
    let names = kinds.texts(".letter-kind a");
    assert!(names.len() >= 14, "{names:?}");
    let page = kinds.html();
    let links = scraper::Selector::parse(".letter-kind a").unwrap();
    for link in page.select(&links).map(|link| link.value().attr("href").unwrap().to_owned()) {
        for language in ["zh-CN", "en"] {
            let shown = owner.get(&format!("{link}?in={language}")).await;
            let (subject, plain) = (shown.texts(".facts dd")[0].clone(), shown.texts(".letter-plain")[0].clone());
            let han = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            assert!(subject.starts_with(if language == "en" { "[Sample]" } else { "【示例】" }), "{link}: {subject}");
            let own_words = plain.replace("学廊测试", "");
            assert_eq!(han(&own_words), language != "en", "{link} in {language}: {plain}");
            assert!(subject.chars().count() < 70, "short: {subject}");
            let html = owner.get(&format!("{link}/html?in={language}")).await;
            assert!(html.body.contains(&format!("<html lang=\"{language}\">")), "{link}");
            assert!(html.body.contains("prefers-color-scheme:dark"));
        }
    }
    for _ in 0..2 {
        let sent = owner.post("/admin/mail/kinds/receipt/send", &[("language", "zh-CN")]).await;
        assert_eq!(sent.location(), "/admin/mail/kinds/receipt?in=zh-CN&done=sample-sent");
    }
    app.send_letters().await;
    assert_eq!(sink.taken().len(), 2, "as often as asked for");
    assert_eq!(sink.taken()[0].to, "olive@example.org");
    assert!(decoded(&sink.taken()[0].message).contains("这是一封示例邮件"));
});

on_both!(the_password_of_the_mail_server_is_sealed_and_never_shown_again, |app| {
    let sink = app.with_sink().await;
    let owner = app.owner().await;
    let (sealed,): (String,) = app.ctx.db().one("select sealed from mail_account", vec![]).await.unwrap();
    assert!(!sealed.contains("quokka61") && !sealed.contains("stoa.example"));
    let page = owner.get("/admin/mail/account").await;
    assert!(!page.body.contains("quokka61"));
    assert_eq!(page.attribute("#host", "value").as_deref(), Some("127.0.0.1"));
    // The answer is the server's own.
    let tested = owner.post("/admin/mail/account/test", &[("address", "ann@example.org")]).await;
    assert_eq!(tested.status, 200);
    assert!(tested.texts(".banner")[0].contains("250 2.0.0 queued as 4711"), "{:?}", tested.texts(".banner"));
    assert_eq!(sink.taken().len(), 1);
    sink.will([Mood::RefusesAddress("550 5.1.1 never heard of them")]);
    let refused = owner.post("/admin/mail/account/test", &[("address", "ann@example.org")]).await;
    assert_eq!(refused.status, 502);
    assert!(refused.texts(".banner")[0].contains("never heard of them"));
    assert_eq!(owner.post("/admin/mail/account/test", &[("address", " ")]).await.status, 422);
    assert_eq!(owner.post("/admin/mail/account/test", &[("address", "no address\r\nat all")]).await.status, 502);
    // The password stays when it is left empty, and does not go to another server.
    let port = sink.port.to_string();
    let same = [("host", "127.0.0.1"), ("port", &*port), ("encryption", "none"), ("user", "stoa"), ("sender_name", "New")];
    assert_eq!(owner.post("/admin/mail/account", &same).await.status, 303);
    let tested = owner.post("/admin/mail/account/test", &[("address", "ann@example.org")]).await;
    assert_eq!(tested.status, 200, "the login still works");
    let elsewhere = [("host", "evil.example"), ("encryption", "tls"), ("user", "stoa")];
    let refused = owner.post("/admin/mail/account", &elsewhere).await;
    assert_eq!((refused.status, refused.texts("#password-error").len()), (422, 1));
    assert_eq!(refused.attribute("#host", "value").as_deref(), Some("evil.example"), "nothing typed is lost");
});

on_both!(settings_that_cannot_be_right_are_refused, |app| {
    let owner = app.owner().await;
    let wrong = [
        ("encryption", [("host", "mail.example"), ("encryption", "none"), ("port", "")]),
        ("encryption", [("host", "mail.example"), ("encryption", "ssl"), ("port", "")]),
        ("host", [("host", "mail.example/x"), ("encryption", "tls"), ("port", "")]),
        ("port", [("host", "mail.example"), ("encryption", "tls"), ("port", "70000")]),
        ("sender_address", [("host", "mail.example"), ("encryption", "tls"), ("sender_address", "a b@example.org")]),
        ("reply_to", [("host", "mail.example"), ("encryption", "tls"), ("reply_to", "a@example.org\r\nBcc: x@example.org")]),
    ];
    for (field, form) in wrong {
        let answer = owner.post("/admin/mail/account", &form).await;
        assert_eq!((answer.status, answer.texts(&format!("#{field}-error")).len()), (422, 1), "{field} {form:?}");
    }
    assert_eq!(app.count("select count(*) from mail_account").await, 0);
});

on_both!(one_press_in_a_mail_program_ends_letters_of_a_sort_and_following_the_link_does_not, |app| {
    let sink = app.with_sink().await;
    let ann = app.member("ann").await;
    let tier = app.tier("Readers").await.0;
    app.entitle(&ann, tier, Some(app.ctx.now().plus(6 * DAY))).await;
    app.ctx.db().run("update entitlements set given_at = $1", stoa::args![app.ctx.now().plus(-30 * DAY)]).await.unwrap();
    stoa::payments::notices::remind(&app.ctx).await.unwrap();
    app.send_letters().await;
    let message = sink.taken().pop().unwrap().message;
    assert_eq!(header(&message, "List-Unsubscribe-Post").as_deref(), Some("List-Unsubscribe=One-Click"));
    let address = header(&message, "List-Unsubscribe").unwrap().trim_matches(['<', '>']).to_owned();
    assert!(decoded(&message).contains(&address), "the way out also stands in the letter");
    let path = address.strip_prefix(&app.address).unwrap().to_owned();
    let scanner = app.visitor();
    let page = scanner.get(&path).await;
    assert_eq!(page.status, 200);
    assert_eq!(app.count("select count(*) from letter_choices").await, 0, "whoever looks through mail unsubscribes nobody");
    assert_eq!(page.attribute("form[action^='/unsubscribe']", "method").as_deref(), Some("post"));
    // As a mail program does it: no session, no browser, and no redirect (RFC 8058).
    let program = scanner.client.post(format!("{}{path}", app.address)).form(&[("List-Unsubscribe", "One-Click")]);
    assert_eq!(scanner.send(program).await.status, 200);
    app.clock.advance(4 * DAY);
    stoa::payments::notices::remind(&app.ctx).await.unwrap();
    assert_eq!(app.letters("ending").await.len(), 1, "nothing more of this sort");
    let back = scanner.post(&format!("{path}&again=on"), &[]).await;
    assert!(back.texts(".banner")[0].contains("You get these letters again"));
    for forged in ["", "x", "1.ending.AAAA", &format!("{}x", path.split_once("token=").unwrap().1)] {
        assert_eq!(scanner.get(&format!("/unsubscribe?token={forged}")).await.status, 404, "{forged}");
        assert_eq!(scanner.post(&format!("/unsubscribe?token={forged}"), &[]).await.status, 404, "{forged}");
    }
    let others = path.replacen(&format!("token={}.", ann.id), "token=1.", 1);
    assert_eq!(scanner.post(&others, &[]).await.status, 404, "a token is for one member");
});

on_both!(members_choose_which_letters_they_do_without, |app| {
    let ann = app.member("ann").await;
    let page = ann.get("/account/mail").await;
    assert_eq!(page.texts(".switch").len(), 4, "what is for admins is not offered");
    assert_eq!(app.owner().await.get("/account/mail").await.texts(".switch").len(), 7);
    let form = [("welcome", "on"), ("sale", "on"), ("nonsense", "on")];
    assert_eq!(ann.post("/account/mail", &form).await.location(), "/account/mail?done=saved");
    assert_eq!(app.count("select count(*) from letter_choices where wanted").await, 1);
    let page = ann.get("/account/mail").await;
    assert!(page.attribute("#welcome", "checked").is_some() && page.attribute("#ending", "checked").is_none());
    assert_eq!(app.visitor().post("/account/mail", &form).await.status, 401);
});

/// The address of a link in a letter that was sent, as a path.
pub fn link(app: &TestApp, text: &str, path: &str) -> String {
    let begin = format!("{}{path}", app.address);
    let at = text.find(&begin).unwrap_or_else(|| panic!("{path} in {text}"));
    text[at + app.address.len()..].split(['\n', '\r', '<', '"', ' ']).next().unwrap().to_owned()
}

on_both!(who_leaves_gets_nothing_more_and_leaves_no_letters_behind, |app| {
    let sink = app.with_sink().await;
    let ann: Person = app.member("ann").await;
    let id: MemberId = ann.id;
    ann.post("/account/email/again", &[]).await;
    ann.post("/account/mail", &[("welcome", "on")]).await;
    assert_eq!(app.letters("verify").await.len(), 1);
    let export = ann.get("/account/export").await.body;
    let data: serde_json::Value = serde_json::from_str(&export).unwrap();
    assert_eq!(data["letters"][0]["kind"], "verify");
    assert_eq!(data["letters"][0]["subject"], "Confirm your e-mail address");
    assert!(data["email_proofs"][0]["expires_at"].is_string() && !export.contains("token"));
    let form = [("password", crate::support::PASSWORD), ("understood", "on")];
    assert_eq!(ann.post("/account/delete", &form).await.status, 303);
    app.send_letters().await;
    assert!(sink.taken().is_empty());
    for table in ["letters", "letter_choices", "email_proofs", "password_resets", "known_devices"] {
        let sql = format!("select count(*) from {table} where member_id = $1");
        let (n,): (i64,) = app.ctx.db().one(sql, stoa::args![id]).await.unwrap();
        assert_eq!(n, 0, "{table}");
    }
});
