//! Redeem codes: made once, redeemed once, by whom and for what.

use crate::on_both;
use crate::support::{Answer, PASSWORD, Person, TestApp};
use crate::taobao::{file, line, send};
use futures::future::join_all;
use stoa::foundation::id::{MemberId, PostId, TierId};
use stoa::foundation::time::{DAY, HOUR, MINUTE};
use stoa::foundation::viewer::Role;
use stoa::membership::service::membership_of;
use stoa::server::db::Queries;

/// The codes that the page shows after they were made.
fn shown(answer: &Answer) -> Vec<String> {
    answer.texts("textarea[name=codes]").first().map(|text| text.lines().map(str::to_owned).collect()).unwrap_or_default()
}

impl TestApp {
    /// Makes codes with these fields beside the usual ones.
    pub async fn codes(&self, fields: &[(&str, &str)]) -> Vec<String> {
        let owner = self.owner().await;
        let mut form = vec![("name", "A batch"), ("size", "1"), ("term", "month")];
        form.retain(|(name, _)| fields.iter().all(|(given, _)| given != name));
        form.extend_from_slice(fields);
        let answer = owner.post("/admin/codes/new", &form).await;
        assert_eq!(answer.status, 200, "{:?}", answer.texts(".field-error"));
        shown(&answer)
    }

    pub async fn code_for(&self, tier: TierId) -> String {
        self.codes(&[("tier", &tier.to_string())]).await.remove(0)
    }

    pub async fn slug_of(&self, post: PostId) -> String {
        let (slug,): (String,) = self.ctx.db().one("select slug from posts where id = $1", stoa::args![post]).await.unwrap();
        slug
    }

    /// Days until the end of a membership; none when there is no such membership.
    pub async fn days_of(&self, member: MemberId, tier: TierId) -> Option<i64> {
        let held = membership_of(&self.ctx, &self.viewer(member, Role::Member)).await.unwrap();
        let held = held.into_iter().find(|held| held.tier == tier)?;
        Some(held.ends_at.unwrap().since(self.ctx.now()) / DAY)
    }
}

pub async fn redeem(person: &Person, code: &str) -> Answer {
    person.post("/redeem", &[("code", code)]).await
}

fn said(answer: &Answer) -> String {
    [answer.texts(".banner"), answer.texts(".field-error")].concat().join(" ")
}

const LIVE: &str = "select count(*) from entitlements where revoked_at is null";

on_both!(codes_are_shown_once_and_downloaded_as_shops_take_them, |app| {
    let (owner, tier) = (app.owner().await, app.tier("Readers").await);
    let tier = tier.to_string();
    let form = [("name", "=November"), ("size", "3"), ("tier", &tier), ("term", "month"), ("key", "one-key-of-a-form-1")];
    let made = owner.post("/admin/codes/new", &form).await;
    assert_eq!(made.status, 200);
    let codes = shown(&made);
    assert_eq!(codes.len(), 3);
    for code in &codes {
        let groups: Vec<&str> = code.split('-').collect();
        assert!(groups.len() == 4 && groups.iter().all(|group| group.len() == 4), "{code}");
        assert!(code.chars().all(|c| c == '-' || (c.is_ascii_digit() || c.is_ascii_uppercase()) && !"ILOU".contains(c)), "{code}");
    }
    assert!(made.body.contains("shown once") || made.body.contains("Save them now"));
    assert!(made.texts(".footer-choices").is_empty(), "another language would be another page, without them");

    // Nobody is told again: not by the same form, not by the batch, not by the database.
    let again = owner.post("/admin/codes/new", &form).await;
    assert_eq!((again.status, again.location()), (303, "/admin/codes/1?again=1"));
    let batch = owner.get("/admin/codes/1?again=1").await;
    assert!(said(&batch).contains("shown once") && !batch.texts(".footer-choices").is_empty());
    for code in &codes {
        let plain = code.replace('-', "");
        assert!(!batch.body.contains(code) && !batch.body.contains(&plain));
        assert!(batch.texts("tbody code").contains(&format!("····{}", &plain[13..])), "its end tells it from others");
        let sql = "select count(*) from codes where hash like '%' || $1 || '%'";
        let (kept,): (i64,) = app.ctx.db().one(sql, stoa::args![plain.as_str()]).await.unwrap();
        assert_eq!(kept, 0);
        let sql = "select count(*) from codes where last = $1";
        let (told,): (i64,) = app.ctx.db().one(sql, stoa::args![&plain[13..]]).await.unwrap();
        assert!(told > 0, "three symbols and no more: 65 bits stay unknown");
    }
    assert_eq!(app.count("select count(*) from codes").await, 3, "the same form makes them once");

    let all = codes.join("\n");
    let text = owner.post("/admin/codes/1/file", &[("codes", &all), ("format", "text")]).await;
    assert_eq!(text.body, codes.iter().map(|code| format!("{code}\r\n")).collect::<String>());
    assert!(text.headers["content-disposition"].to_str().unwrap().contains("stoa-codes-1.txt"));
    let csv = owner.post("/admin/codes/1/file", &[("codes", &all), ("format", "csv")]).await;
    let expected: String = codes.iter().map(|code| format!("{code},{}/redeem/{code}\r\n", app.address)).collect();
    assert_eq!(csv.body, format!("\u{feff}卡号,卡密\r\n{expected}"));
    let foreign = owner.post("/admin/codes/1/file", &[("codes", "=HYPERLINK(1)"), ("format", "csv")]).await;
    assert_eq!(foreign.status, 400, "only codes of the batch go into its file");
});

on_both!(a_code_opens_all_of_its_pack_and_only_once, |app| {
    let (tier, post) = (app.tier("Readers").await, app.paid_post(Some(4900), None).await);
    let slug = app.slug_of(post).await;
    let articles = format!("{}/p/{slug}?lang=en\n\n/p/{slug}", app.address);
    let codes = app.codes(&[("size", "2"), ("tier", &tier.to_string()), ("articles", &articles)]).await;
    let (member, other) = (app.member("reader").await, app.member("other").await);
    // As people type it.
    let typed = format!("  {} ", codes[0].to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l"));
    let answer = redeem(&member, &typed).await;
    assert_eq!((answer.status, answer.location()), (303, "/account/codes/1?done=redeemed"));
    let page = member.get(answer.location()).await;
    assert_eq!(page.texts(".plan-name"), ["Readers · one month", "“A paid article”"]);
    assert_eq!(page.attribute(".plan:last-child a", "href"), Some(format!("/p/{slug}")));
    assert!(page.texts(".plan-end")[0].starts_with("until 15 April 2026") && page.texts(".plan-end")[1] == "for good");
    assert_eq!(app.days_of(member.id, tier).await, Some(31));
    assert_eq!(app.count("select count(*) from entitlements where cause in ('code:1:1', 'code:1:2')").await, 2);
    assert_eq!(app.count("select count(*) from orders").await + app.count("select count(*) from ledger_transfers").await, 0);

    let again = redeem(&member, &codes[0]).await;
    assert_eq!((again.status, said(&again).starts_with("You have redeemed this code already")), (409, true));
    let used = redeem(&other, &codes[0]).await;
    assert_eq!((used.status, said(&used).as_str()), (409, "This code has been redeemed already."));
    assert_eq!(used.attribute("#code", "value").as_deref(), Some(codes[0].as_str()), "what was typed comes back");
    assert_eq!(other.get("/account/codes/1").await.status, 404, "what others redeemed is theirs");
    let second = redeem(&member, &codes[1]).await;
    assert_eq!((second.status, said(&second).starts_with("Everyone may redeem one")), (409, true));
    assert_eq!(app.count(LIVE).await, 2);
    assert_eq!(redeem(&other, &codes[1]).await.status, 303, "it stayed unused");
    let list = member.get("/account/codes").await;
    assert_eq!(list.texts("tbody th"), ["Readers · one month, “A paid article”"]);
    let export = member.get("/account/export").await;
    assert!(export.body.contains("\"ends_in\""));
});

on_both!(what_a_visitor_entered_waits_until_they_have_joined, |app| {
    let tier = app.tier("Readers").await;
    let visitor = app.visitor();
    let code = app.code_for(tier).await;
    let answer = redeem(&visitor, &code).await;
    assert_eq!((answer.status, answer.location()), (303, "/redeem"));
    let page = visitor.get("/redeem").await;
    assert_eq!(page.texts(".redeem-opens li"), ["Readers · one month"]);
    assert_eq!(page.attribute(".redeem-doors a", "href").as_deref(), Some("/join?to=/redeem"));
    assert!(!page.body.contains(&code));
    let plain = code.replace('-', "");
    let sql = "select count(*) from sessions where data like '%' || $1 || '%' or data like '%' || $2 || '%'";
    let (kept,): (i64,) = app.ctx.db().one(sql, stoa::args![code.as_str(), plain]).await.unwrap();
    assert_eq!(kept, 0, "the session keeps a number, not the code");
    assert_eq!(app.count(LIVE).await, 0, "nothing is redeemed yet");
    let form = [("email", "new@example.org"), ("handle", "new"), ("password", PASSWORD), ("to", "/redeem")];
    let joined = visitor.post("/join", &form).await;
    assert_eq!((joined.status, joined.location()), (303, "/account/codes/1?done=redeemed"));
    assert!(visitor.get(joined.location()).await.body.contains("Readers · one month"));
    assert_eq!(app.count(LIVE).await, 1);

    // Signing in does the same, and says why not; an hour later nothing waits.
    let codes = app.codes(&[("tier", &tier.to_string()), ("size", "3"), ("several", "on")]).await;
    let sign_in = [("email", "new@example.org"), ("password", PASSWORD), ("to", "/articles")];
    let browser = app.visitor();
    redeem(&browser, &codes[0]).await;
    assert_eq!(browser.post("/sign-in", &sign_in).await.location(), "/account/codes/2?done=redeemed");
    let (late, slow) = (app.visitor(), app.visitor());
    redeem(&late, &codes[1]).await;
    redeem(&slow, &codes[2]).await;
    assert_eq!(redeem(&app.member("faster").await, &codes[1]).await.status, 303);
    let refused = late.post("/sign-in", &sign_in).await;
    assert_eq!((refused.status, said(&refused).as_str()), (409, "This code has been redeemed already."));
    assert_eq!(late.get("/account").await.status, 200, "they are signed in all the same");
    app.clock.advance(HOUR + MINUTE);
    assert_eq!(slow.post("/sign-in", &sign_in).await.location(), "/articles");
});

on_both!(a_link_shows_what_it_opens_and_redeems_nothing, |app| {
    let tier = app.tier("Readers").await;
    let code = app.codes(&[("tier", &tier.to_string()), ("until", "2026-03-20")]).await.remove(0);
    let member = app.member("reader").await;
    for person in [&member, &app.visitor()] {
        let page = person.get(&format!("/redeem/{code}")).await;
        assert_eq!((page.status, page.texts(".redeem-opens li")), (200, vec!["Readers · one month".to_owned()]));
        assert!(page.body.contains("It can be redeemed until 20 March 2026."));
        assert_eq!(page.attribute("input[name=code]", "value").as_deref(), Some(code.as_str()));
        assert_eq!(page.headers["referrer-policy"], "no-referrer");
        assert_eq!(page.body.contains("noindex"), person.id != member.id);
    }
    assert_eq!(app.count(LIVE).await + app.count("select count(*) from codes where redeemed_at is not null").await, 0);
    assert_eq!(redeem(&member, &code).await.status, 303);
});

on_both!(each_refusal_has_a_sentence_of_its_own, |app| {
    let tier = app.tier("Readers").await;
    let post = app.paid_post(Some(100), None).await;
    let slug = app.slug_of(post).await;
    let member = app.member("reader").await;
    let fields = [("tier", tier.to_string()), ("until", "2026-03-15".to_owned())];
    let expiring = app.codes(&[("tier", &fields[0].1), ("until", &fields[1].1)]).await.remove(0);
    app.clock.advance(DAY);
    let expired = redeem(&member, &expiring).await;
    assert_eq!((expired.status, said(&expired).as_str()), (409, "This code has expired; it was valid until 15 March 2026."));
    let revoked = app.code_for(tier).await;
    assert_eq!(app.owner().await.post("/admin/codes/code/2/revoke", &[]).await.status, 303);
    let refused = redeem(&member, &revoked).await;
    assert_eq!((refused.status, said(&refused).starts_with("This code was revoked")), (409, true));
    // Who has the article for good keeps the code.
    let two = app.codes(&[("articles", &slug), ("size", "2"), ("several", "on")]).await;
    assert_eq!(redeem(&member, &two[0]).await.status, 303);
    let held = redeem(&member, &two[1]).await;
    assert_eq!((held.status, said(&held).starts_with("You have all of this for good already")), (409, true));
    assert_eq!(redeem(&app.member("friend").await, &two[1]).await.status, 303, "and can pass it on");
    // What is unknown and what is no code are told alike.
    let (unknown, none) = (redeem(&member, "0000-0000-0000-0000").await, redeem(&member, "'; drop table codes; --").await);
    assert_eq!((unknown.status, said(&unknown)), (none.status, said(&none)));
    assert_eq!((unknown.status, said(&unknown).as_str()), (422, "This code is not known. Please check it for typing errors."));
    let empty = redeem(&member, " ").await;
    assert_eq!((empty.status, said(&empty).as_str()), (422, "Please enter the code."));
    assert_eq!(member.get("/redeem/0000-0000-0000-0000").await.status, 422);
});

on_both!(redeemed_terms_follow_on_those_that_run, |app| {
    let tier = app.tier("Readers").await;
    let member = app.member("reader").await;
    let codes = app.codes(&[("tier", &tier.to_string()), ("size", "2"), ("term", "days"), ("days", "30"), ("several", "on")]).await;
    redeem(&member, &codes[0]).await;
    app.clock.advance(10 * DAY);
    redeem(&member, &codes[1]).await;
    assert_eq!(app.days_of(member.id, tier).await, Some(50));
    // Taking back the first leaves what was used, and moves the second up.
    let owner = app.owner().await;
    let kept = owner.post("/admin/codes/code/1/revoke", &[]).await;
    assert_eq!(kept.status, 409, "what was redeemed is not taken back by the way");
    assert_eq!(app.days_of(member.id, tier).await, Some(50));
    assert_eq!(owner.post("/admin/codes/code/1/revoke", &[("take_back", "on")]).await.status, 303);
    assert_eq!(app.days_of(member.id, tier).await, Some(30));
    assert_eq!(owner.post("/admin/codes/code/1/revoke", &[("take_back", "on")]).await.status, 303, "twice is once");
    let batch = owner.get("/admin/codes/1").await;
    let facts: Vec<String> = batch.texts(".facts dd");
    assert_eq!(facts[1..6], ["2", "1", "0", "0", "1"], "made, redeemed, left, expired, revoked");
    assert!(member.get("/account/codes/1").await.texts(".plan-end")[0].starts_with("taken back"));
});

on_both!(of_many_who_redeem_at_once_one_does, |app| {
    let tier = app.tier("Readers").await;
    let code = app.code_for(tier).await;
    let mut people = Vec::new();
    for n in 0..6 {
        people.push(app.member(&format!("reader{n}")).await);
    }
    let mut statuses: Vec<u16> = join_all(people.iter().map(|person| redeem(person, &code))).await.iter().map(|a| a.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409, 409, 409, 409, 409]);
    assert_eq!(app.count(LIVE).await, 1);
    // And of a batch that allows one each, one member gets one, however fast they are.
    let codes = app.codes(&[("tier", &tier.to_string()), ("size", "6")]).await;
    let mut statuses: Vec<u16> = join_all(codes.iter().map(|code| redeem(&people[0], code))).await.iter().map(|a| a.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409, 409, 409, 409, 409]);
    assert_eq!(app.count("select count(*) from codes where redeemed_at is not null").await, 2);
});

on_both!(guessing_is_slowed_down_and_told_when_to_try_again, |app| {
    let tier = app.tier("Readers").await;
    let code = app.code_for(tier).await;
    let guesser = app.member("guesser").await;
    let mut last = None;
    for n in 0..12 {
        last = Some(redeem(&guesser, &format!("WR0NG-{n}")).await);
    }
    let last = last.unwrap();
    assert_eq!(last.status, 429);
    assert!(said(&last).contains("try again in"), "{}", said(&last));
    assert!(last.headers["content-type"].to_str().unwrap().starts_with("text/html"));
    assert_eq!(last.attribute("#code", "value").as_deref(), Some("WR0NG-11"), "what was typed comes back");
    assert_eq!(redeem(&guesser, &code).await.status, 429, "also the right one waits");
    assert_eq!(guesser.get(&format!("/redeem/{code}")).await.status, 429, "and a link is no way around");
    app.clock.advance(16 * MINUTE);
    assert_eq!(redeem(&guesser, &code).await.status, 303);
    // Without an account the address is counted.
    let mut statuses = Vec::new();
    for n in 0..40 {
        statuses.push(redeem(&app.visitor(), &format!("wrong {n}")).await.status);
    }
    assert_eq!((statuses[0], statuses[39]), (422, 429));
});

on_both!(what_is_right_is_not_counted_as_a_guess, |app| {
    let tier = app.tier("Readers").await;
    let codes = app.codes(&[("tier", &tier.to_string()), ("size", "40"), ("several", "on")]).await;
    let member = app.member("a-whole-class").await;
    for code in &codes {
        assert_eq!(redeem(&member, code).await.status, 303);
    }
});

on_both!(the_form_says_what_is_wrong_and_keeps_what_was_typed, |app| {
    let owner = app.owner().await;
    let free = app.post_row("free", "public", None).await;
    assert!(free > 0);
    let form = [
        ("name", ""),
        ("size", "10001"),
        ("tier", "99"),
        ("term", "days"),
        ("days", "0"),
        ("articles", "free\nnone"),
        ("until", "2026-03-14"),
    ];
    let answer = owner.post("/admin/codes/new", &form).await;
    assert_eq!(answer.status, 422);
    let errors = answer.texts(".field-error");
    assert_eq!(errors.len(), 6, "{errors:?}");
    assert!(errors[4].contains("Line 1: this article is free"), "{errors:?}");
    assert_eq!(answer.attribute("#size", "value").as_deref(), Some("10001"));
    assert_eq!(answer.texts("#articles"), ["free\nnone"]);
    let nothing = owner.post("/admin/codes/new", &[("name", "x"), ("size", "1"), ("term", "month")]).await;
    assert_eq!(nothing.texts(".field-error"), ["Please choose a tier, or name an article."]);
    assert_eq!(app.count("select count(*) from code_batches").await + app.count("select count(*) from packs").await, 0);
});

on_both!(codes_are_for_admins_and_a_batch_is_revoked_and_told_whole, |app| {
    let tier = app.tier("Readers").await;
    let codes = app.codes(&[("name", "@SUM(A1)"), ("tier", &tier.to_string()), ("size", "60")]).await;
    let member = app.member("reader").await;
    for path in ["/admin/codes", "/admin/codes/new", "/admin/codes/1", "/admin/codes/1/redeemed.csv", "/admin/codes/taobao"] {
        assert_eq!((app.visitor().get(path).await.status, member.get(path).await.status), (401, 403), "{path}");
    }
    for path in ["/admin/codes/new", "/admin/codes/1/revoke", "/admin/codes/code/1/revoke", "/admin/codes/taobao/items"] {
        assert_eq!(member.post(path, &[]).await.status, 403, "{path}");
    }
    redeem(&member, &codes[7]).await;
    let owner = app.owner().await;
    let first = owner.get("/admin/codes/1").await;
    assert_eq!(first.texts("tbody tr").len(), 50);
    let next = first.attribute(".pager a", "href").unwrap();
    assert_eq!(owner.get(&next).await.texts("tbody tr").len(), 10, "a long list has pages");
    assert_eq!(owner.get("/admin/codes/1?show=redeemed").await.texts("tbody tr").len(), 1);
    assert_eq!(owner.post("/admin/codes/1/revoke", &[]).await.location(), "/admin/codes/1?done=codes-revoked");
    assert_eq!(app.count("select count(*) from codes where revoked_at is not null").await, 59, "what was redeemed stays");
    assert_eq!(app.count(LIVE).await, 1);
    let csv = owner.get("/admin/codes/1/redeemed.csv").await;
    let ends = codes[7].replace('-', "")[13..].to_owned();
    assert!(csv.body.contains(&format!("'@SUM(A1),{ends},reader,2026-03-15T12:00:00Z,Redeemed\r\n")), "{}", csv.body);
    assert!(owner.get("/admin/codes").await.texts("tbody tr")[0].contains("1 / 60"));
});

on_both!(codes_and_shop_orders_open_what_was_in_a_bundle_when_they_were_made_and_a_letter_says_so, |app| {
    let (owner, tier) = (app.owner().await, app.tier("Readers").await);
    let posts = [
        app.paid_post(Some(1000), None).await,
        app.paid_post(None, Some(app.tier("Others").await)).await,
        app.paid_post(Some(500), None).await,
    ];
    let [a, b, c] = [app.slug_of(posts[0]).await, app.slug_of(posts[1]).await, app.slug_of(posts[2]).await];
    let bundle = [("title", "From scratch"), ("articles", &*format!("{a}\n{b}")), ("price", "9"), ("published", "on")];
    assert!(owner.get("/admin/codes/new").await.texts("#bundle").is_empty(), "there is none to choose");
    assert_eq!(owner.post("/admin/bundles/new", &bundle).await.status, 303);
    assert_eq!(owner.get("/admin/codes/new").await.texts("#bundle option"), ["No bundle", "From scratch"]);
    for wrong in ["99", "x"] {
        let answer = owner.post("/admin/codes/new", &[("name", "x"), ("size", "1"), ("term", "month"), ("bundle", wrong)]).await;
        assert_eq!((answer.status, answer.texts("#bundle-error").len()), (422, 1), "{wrong}");
    }
    let code = app.codes(&[("tier", &tier.to_string()), ("bundle", "1"), ("articles", &format!("{a}\n{c}"))]).await.remove(0);
    let item = [("field", "title"), ("how", "contains"), ("text", "合集"), ("bundle", "1"), ("term", "month")];
    assert_eq!(owner.post("/admin/codes/taobao/items", &item).await.status, 303);
    // The bundle changes: what the code was made for is what it opens.
    let changed =
        [("title", "From scratch"), ("slug", "from-scratch"), ("articles", &*format!("{a}\n{c}")), ("price", "9"), ("published", "on")];
    assert_eq!(owner.post("/admin/bundles/1", &changed).await.status, 303);

    let reader = app.member("reader").await;
    let waiting = app.visitor().get(&format!("/redeem/{code}")).await;
    assert_eq!(waiting.texts(".redeem-opens li"), ["Readers · one month", "the bundle “From scratch”", "“A paid article”"]);
    assert_eq!(redeem(&reader, &code).await.status, 303);
    for post in posts {
        assert!(app.may_read(reader.id, post).await);
    }
    assert_eq!(app.count(LIVE).await, 4, "what is in the bundle and beside it is given once");
    let shown = reader.get("/account/codes/1").await;
    assert_eq!(shown.texts(".plan-name"), ["Readers · one month", "the bundle “From scratch”", "“A paid article”"]);
    assert_eq!(shown.texts(".plan-end"), ["until 15 April 2026, 12:00", "for good", "for good"]);
    let letters = app.letters("redeemed").await;
    assert_eq!(letters.len(), 1);
    assert_eq!((&*letters[0].0, &*letters[0].1), ("reader@example.org", "Redeemed: Readers · one month and more, 3 in all"));
    let text = app.newest_letter("redeemed").await;
    for said in [
        "Open: until 15 April 2026, 12:00",
        "the bundle “From scratch”",
        "for good",
        &format!("{}/account/codes/1", app.address),
        &code[code.len() - 3..],
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(!text.contains(&code), "the code itself is not in it");
    assert_eq!(redeem(&reader, &code).await.status, 409);
    assert_eq!(app.letters("redeemed").await.len(), 1, "once");
    assert!(owner.get("/admin/codes/1").await.body.contains("the bundle “From scratch”"));

    let line = line("2026031500012345", "交易成功", "13800001234", "从零合集", "1", "");
    assert_eq!(send(&owner, &file(&[line])).await.status, 303);
    let other = app.member("other").await;
    let order = [("number", "2026031500012345"), ("tail", "1234")];
    other.post("/language", &[("locale", "zh"), ("to", "/")]).await;
    assert_eq!(other.post("/redeem/order", &order).await.status, 303);
    assert_eq!(
        [app.may_read(other.id, posts[0]).await, app.may_read(other.id, posts[1]).await, app.may_read(other.id, posts[2]).await],
        [true, true, false]
    );
    let text = app.newest_letter("redeemed").await;
    assert!(
        text.contains("淘宝订单 2026031500012345") && text.contains("合集《From scratch》") && text.contains("有效期：永久有效"),
        "{text}"
    );
    let sample = owner.get("/admin/mail/kinds/redeemed/html?in=zh-CN").await;
    assert!(sample.body.contains(">至 2026年") && !sample.body.contains("有效期至"), "the name of the fact is not said again");
    // A bundle with codes stays; revoking takes all of it back.
    assert_eq!(owner.post("/admin/bundles/1/delete", &[]).await.status, 409);
    assert_eq!(owner.post("/admin/codes/code/1/revoke", &[("take_back", "on")]).await.status, 303);
    assert!(!app.may_read(reader.id, posts[1]).await);
    assert!(reader.get("/account/codes/1").await.texts(".plan-end").iter().all(|end| end == "taken back"));
    let (to, subject, _) = app.letters("taken-back").await.remove(0);
    assert_eq!((to, subject), ("reader@example.org".to_owned(), format!("What you redeemed was taken back: {}", &code[code.len() - 3..])));
    let text = app.newest_letter("taken-back").await;
    for said in ["was revoked", "Readers · one month", "the bundle “From scratch”", &format!("{}/account/codes/1", app.address)] {
        assert!(text.contains(said), "{said}: {text}");
    }
    owner.post("/admin/codes/code/1/revoke", &[("take_back", "on")]).await;
    assert_eq!(app.letters("taken-back").await.len(), 1, "once");
    let sample = owner.get("/admin/mail/kinds/redeemed").await;
    assert!(sample.status == 200 && sample.body.contains("Code redeemed"));
    assert!(owner.get("/admin/mail/kinds/redeemed/html?lang=zh").await.body.contains("兑换成功"));
});
