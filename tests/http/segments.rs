//! Members of one kind: the list and its filters, labels, segments, and what is done for many at once.

use crate::gifts::{made_link, of_tier, pay, wrap};
use crate::on_both;
use crate::support::{Answer, Person, TestApp};
use crate::teams::{link, team};
use futures::future::join_all;
use stoa::foundation::id::TierId;
use stoa::foundation::time::{DAY, Timestamp};
use stoa::foundation::viewer::Role;
use stoa::membership::grants::{NewGrant, give};
use stoa::segments::deeds;
use stoa::server::db::Queries;

const HERE: &str = "/admin/members";

/// The handles that a list shows.
async fn shown(owner: &Person, query: &str) -> Vec<String> {
    let page = owner.get(&format!("{HERE}?{query}")).await;
    assert_eq!(page.status, 200, "{query}");
    page.texts("tbody .handle").into_iter().map(|handle| handle.trim_start_matches('@').to_owned()).collect()
}

async fn label(owner: &Person, member: &Person, labels: &str) {
    let answer = owner.post(&format!("{HERE}/{}", member.id), &[("labels", labels), ("note", "")]).await;
    assert_eq!(answer.status, 303, "{:?}", answer.texts(".field-error"));
}

/// Asks, and says yes to what is asked.
async fn do_it(owner: &Person, fields: &[(&str, &str)]) -> (Answer, Answer) {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let asked = owner.get(&format!("{HERE}/bulk?{query}")).await;
    let value = |name: &str| asked.attribute(&format!("form[method=post] input[name={name}]"), "value").unwrap_or_default();
    let (said, key) = (value("said"), value("key"));
    let mut form = fields.to_vec();
    form.extend([("said", said.as_str()), ("key", key.as_str())]);
    let done = owner.post(&format!("{HERE}/bulk"), &form).await;
    (asked, done)
}

on_both!(members_are_found_by_label_tier_status_and_when_they_were_here, |app| {
    let (owner, gold) = (app.owner().await, app.tier("Gold").await);
    let (ann, bob) = (app.member("ann").await, app.member("bob").await);
    app.clock.advance(10 * DAY);
    let cleo = app.member("cleo").await;
    label(&owner, &ann, "VIP, 老读者").await;
    label(&owner, &cleo, "vip").await;
    app.entitle(&bob, gold.0, None).await;
    app.ctx.db().run("update entitlements set cause = 'order:1'", vec![]).await.unwrap();
    give(
        &app.ctx,
        &app.viewer(app.owner, Role::Owner),
        gold,
        &NewGrant { member: "cleo".into(), reason: "x".into(), ..NewGrant::default() },
    )
    .await
    .unwrap();
    app.ctx.db().run("delete from member_days", vec![]).await.unwrap();
    app.ctx.db().run("insert into member_days (member_id, day) values ($1, '2026-03-20')", stoa::args![ann.id]).await.unwrap();
    app.ctx.db().run("update members set password_hash = null where handle = 'bob'", vec![]).await.unwrap();
    for (query, found) in [
        ("", &["olive", "ann", "bob", "cleo"][..]),
        ("search=a", &["ann"]),
        ("search=%25", &[]),
        ("label=VIP", &["ann", "cleo"]),
        ("label=%E8%80%81%E8%AF%BB%E8%80%85", &["ann"]),
        (&format!("tier={gold}"), &["bob", "cleo"]),
        (&format!("tier={gold}&label=vip"), &["cleo"]),
        ("status=paying", &["bob"]),
        ("status=given", &["cleo"]),
        ("status=free", &["olive", "ann"]),
        ("status=silent", &["bob"]),
        ("joined_from=2026-03-16", &["cleo"]),
        ("joined_to=2026-03-15", &["olive", "ann", "bob"]),
        ("seen_since=2026-03-20", &["ann"]),
        ("unseen_since=2026-03-21", &["olive", "ann", "bob", "cleo"]),
        ("unseen_since=2026-03-20&status=free", &["olive"]),
    ] {
        assert_eq!(shown(&owner, query).await, found, "{query}");
    }
    let page = owner.get(&format!("{HERE}?label=vip")).await;
    assert_eq!(page.texts(".members-found"), ["2 in all"]);
    assert!(page.texts("tbody tr")[1].contains("Gold (for good)"));
    assert!(owner.get(&format!("{HERE}.csv?label=vip")).await.body.contains(",Gold,"), "as an import reads it");
    let tier = format!("/admin/tiers/{gold}");
    assert!(owner.get(&tier).await.texts("tbody td").contains(&"For good".to_owned()));
    let grant = app.count("select id from grants").await;
    assert_eq!(owner.post(&format!("/admin/grants/{grant}/revoke"), &[]).await.status, 303);
    assert!(!owner.get(&tier).await.texts("tbody td").contains(&"For good".to_owned()), "not any more");
    for wrong in ["tier=x", "status=rich", "joined_from=soon"] {
        let page = owner.get(&format!("{HERE}?{wrong}")).await;
        assert_eq!((page.status, page.texts("tbody tr").len(), page.texts(".field-error").len()), (422, 0, 1), "{wrong}: nobody is meant");
    }
    let note = owner.post(&format!("{HERE}/{}", ann.id), &[("labels", "a,b"), ("note", "<b>Likes</b> tea")]).await;
    assert_eq!(note.status, 303);
    let page = owner.get(&format!("{HERE}/{}", ann.id)).await;
    assert_eq!((page.attribute("#labels", "value").as_deref(), page.texts("#note")), (Some("a, b"), vec!["<b>Likes</b> tea".to_owned()]));
    let long = owner.post(&format!("{HERE}/{}", ann.id), &[("labels", &"x".repeat(51)), ("note", "n")]).await;
    assert_eq!((long.status, long.attribute("#labels", "value").map(|value| value.len())), (422, Some(51)));
    let own = ann.get("/account/export").await;
    assert!(own.status == 200 && own.body.contains("Likes"), "what is kept about them is theirs");
});

on_both!(what_is_done_for_many_is_said_first_and_done_once, |app| {
    let (owner, gold) = (app.owner().await, app.tier("Gold").await);
    let (ann, bob, cleo) = (app.member("ann").await, app.member("bob").await, app.member("cleo").await);
    for member in [&ann, &bob] {
        label(&owner, member, "crew").await;
    }
    let (asked, done) = do_it(&owner, &[("filter", "label=crew"), ("deed", "label"), ("label", "2026")]).await;
    assert!(asked.body.contains("Put the label “2026” on 2 members?"));
    assert_eq!(done.location(), "/admin/members/segments?done=done-for-many");
    assert_eq!(shown(&owner, "label=2026").await, ["ann", "bob"]);

    // Who is meant has changed between the question and the yes.
    let tier = gold.to_string();
    let grant = [("filter", "label=crew"), ("deed", "grant"), ("tier", &*tier), ("until", "2026-12-31"), ("reason", "for the fair")];
    let mut stale = grant.to_vec();
    stale.extend([("said", "3"), ("key", "k")]);
    let refused = owner.post(&format!("{HERE}/bulk"), &stale).await;
    assert_eq!((refused.status, refused.texts(".banner.tone-bad").len()), (422, 1));
    assert!(refused.body.contains("Give “Gold” to 2 members until 31 December 2026?"), "it is asked again");
    assert_eq!(app.count("select count(*) from grants").await, 0);

    let (_, done) = do_it(&owner, &grant).await;
    assert_eq!(done.status, 303);
    let mut twice = grant.to_vec();
    let key: (String,) = app.ctx.db().one("select form_key from segment_deeds order by id desc limit 1", vec![]).await.unwrap();
    twice.extend([("said", "2"), ("key", &key.0)]);
    assert_eq!(owner.post(&format!("{HERE}/bulk"), &twice).await.status, 303, "the same form again");
    assert_eq!(app.count("select count(*) from grants where reason = 'for the fair'").await, 2);
    assert_eq!(shown(&owner, &format!("tier={gold}")).await, ["ann", "bob"]);
    app.entitle(&cleo, gold.0, None).await;
    let list = owner.get(&format!("{HERE}?label=crew")).await;
    assert!(list.body.contains("Gold (until 31 December 2026)"), "the last day, not the midnight after it");
    let sql = "insert into entitlements (member_id, tier_id, starts_at, ends_at, cause, created_at, given_at, open_until)
select member_id, tier_id, ends_at, ends_at + 86400000, 'test:next', created_at, given_at, ends_at + 86400000
from entitlements where member_id = $1";
    app.ctx.db().run(sql, stoa::args![ann.id]).await.unwrap();
    let list = owner.get(&format!("{HERE}?label=crew")).await;
    assert!(list.body.contains("Gold (until 1 January 2027)"), "with what follows on it");
    app.ctx.db().run("delete from entitlements where cause = 'test:next'", vec![]).await.unwrap();

    let (asked, _) = do_it(&owner, &[("filter", &*format!("tier={gold}")), ("deed", "revoke"), ("tier", &*tier), ("reason", "over")]).await;
    assert!(asked.body.contains("Take back what was given of “Gold” from 3 members?"));
    assert_eq!(shown(&owner, &format!("tier={gold}")).await, ["cleo"], "what was not given by an admin stays");
    let told: Vec<String> = app.letters("tier-taken-back").await.into_iter().map(|(to, ..)| to).collect();
    assert_eq!(told, ["ann@example.org", "bob@example.org"], "each is told once");
    assert!(app.newest_letter("tier-taken-back").await.contains("An admin took back “Gold”"));
    let (_, _) = do_it(&owner, &[("filter", "label=crew"), ("deed", "unlabel"), ("label", "CREW")]).await;
    assert_eq!(shown(&owner, "label=crew").await, [""; 0]);

    let log = owner.get(&format!("{HERE}/segments")).await;
    let said = log.texts("tbody th");
    assert_eq!(
        said,
        ["Label “CREW” taken off", "What was given of “Gold” taken back", "“Gold” given until 31 December 2026", "Label “2026” put on"]
    );
    assert!(log.body.contains("for the fair") && log.body.contains("@olive"));
    for (fields, field) in [
        (&[("deed", "label"), ("label", "a,b")][..], "label"),
        (&[("deed", "grant"), ("tier", "999"), ("reason", "x")], "tier"),
        (&[("deed", "grant"), ("tier", &*tier), ("until", "2020-01-01"), ("reason", "x")], "until"),
        (&[("deed", "revoke"), ("tier", &*tier), ("reason", " ")], "reason"),
        (&[("deed", "shout")], "deed"),
    ] {
        let (asked, done) = do_it(&owner, fields).await;
        assert_eq!((asked.status, done.status), (422, 422), "{field}");
        assert!(asked.attribute(&format!("#{field}"), "aria-invalid").is_some() || field == "deed" || field == "tier", "{field}");
    }
    let (nobody, _) = do_it(&owner, &[("filter", "label=nobody"), ("deed", "label"), ("label", "x")]).await;
    assert!(nobody.body.contains("Nobody matches just now."));
    for person in [app.visitor(), ann] {
        for path in [HERE, "/admin/members/bulk", "/admin/members/segments", "/admin/members.csv", "/admin/members/1"] {
            assert!([401, 403].contains(&person.get(path).await.status), "{path}");
        }
        for path in ["/admin/members/bulk", "/admin/members/segments", "/admin/members/1", "/admin/members/segments/1/forget"] {
            assert!([401, 403].contains(&person.post(path, &[("deed", "label"), ("label", "x")]).await.status), "{path}");
        }
    }
});

on_both!(whoever_took_a_gift_or_a_seat_of_a_team_is_paid_for_and_whoever_paid_has_no_tier, |app| {
    let (owner, tier) = (app.owner().await, app.sold_to_teams().await);
    let [payer, seated, friend, given] =
        [app.member("payer").await, app.member("seated").await, app.member("friend").await, app.member("given").await];
    let path = link(&app, &payer, &team(&payer, tier, "3").await).await;
    assert_eq!(seated.post(&path, &[]).await.status, 303);
    let order = wrap(&payer, &of_tier(tier, "month")).await;
    pay(&payer, &order).await;
    let path = made_link(&app, &payer, &order).await;
    assert_eq!(friend.post(&path, &[]).await.status, 303);
    let new = NewGrant { member: "given".into(), reason: "x".into(), ..NewGrant::default() };
    give(&app.ctx, &app.viewer(app.owner, Role::Owner), tier, &new).await.unwrap();
    for person in [&seated, &friend, &given] {
        assert!(app.may_enter(person.id, tier).await);
    }
    for (status, found) in [("paying", &["seated", "friend"][..]), ("given", &["given"]), ("free", &["olive", "payer"])] {
        assert_eq!(shown(&owner, &format!("status={status}")).await, found, "{status}");
    }
});

/// A deed for the crew as a program leaves it that stopped half-way: it is still to be done for these.
async fn interrupted(app: &TestApp, deed: &str, tier: TierId, (until, key): (Option<Timestamp>, &str), left: &[&Person]) {
    let sql = "insert into segment_deeds (filter, deed, what, tier_id, until_at, reason, form_key, members, made_by, made_at)
values ('label=crew', $1, 'Gold', $2, $3, 'for the fair', $4, 1, $5, $6)
returning id";
    let args = stoa::args![deed, tier, until, key, app.owner, app.ctx.now()];
    let id = app.insert(sql, args).await;
    for member in left {
        let sql = "insert into segment_deed_members (deed_id, meant_id) values ($1, $2)";
        app.ctx.db().run(sql, stoa::args![id, member.id]).await.unwrap();
    }
}

/// Who was written a letter of this kind, by name.
async fn told(app: &TestApp, kind: &str) -> Vec<String> {
    let mut told: Vec<String> = app.letters(kind).await.into_iter().map(|(to, ..)| to.replace("@example.org", "")).collect();
    told.sort();
    told
}

on_both!(what_was_interrupted_goes_on_when_the_form_is_sent_again_for_those_who_are_left_and_for_nobody_twice, |app| {
    let (owner, gold) = (app.owner().await, app.tier("Gold").await);
    let crew = [app.member("ann").await, app.member("bob").await, app.member("cleo").await];
    for member in &crew {
        label(&owner, member, "crew").await;
    }
    let [ann, bob, cleo] = &crew;
    // Of three, Ann has hers.
    let new = NewGrant { member: "ann".into(), reason: "for the fair".into(), ..NewGrant::default() };
    give(&app.ctx, &app.viewer(app.owner, Role::Owner), gold, &new).await.unwrap();
    interrupted(&app, "grant", gold, (None, "a-form"), &[bob, cleo]).await;
    let log = async || owner.get(&format!("{HERE}/segments")).await.texts("tbody td").remove(0);
    assert!(log().await.contains("(2 to go)"), "{}", log().await);

    // The same form, by somebody who does not wait for the answer.
    let tier = gold.to_string();
    let form =
        [("filter", "label=crew"), ("deed", "grant"), ("tier", &*tier), ("reason", "for the fair"), ("said", "3"), ("key", "a-form")];
    let path = format!("{HERE}/bulk");
    let answers = join_all((0..3).map(|_| owner.post(&path, &form))).await;
    assert!(answers.iter().all(|answer| answer.status == 303), "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
    for member in [ann, bob, cleo] {
        let sql = format!("select count(*) from grants where member_id = {}", member.id);
        let (n,): (i64,) = app.ctx.db().one(sql, vec![]).await.unwrap();
        assert!(n == 1 && app.may_enter(member.id, gold).await, "once each");
    }
    assert_eq!(told(&app, "tier-given").await, ["ann", "bob", "cleo"]);
    assert_eq!((log().await.as_str(), app.count("select count(*) from segment_deed_members").await), ("3", 0));
    assert_eq!(app.count("select count(*) from segment_deeds where ended_at is not null and members = 3").await, 1);
    assert_eq!(owner.post(&path, &form).await.status, 303, "and once more changes nothing");
    deeds::go_on(&app.ctx).await.unwrap();
    assert_eq!(app.count("select count(*) from grants").await, 3);

    // A form that was never sent before begins a deed of its own, however often it is pressed at once.
    let form = [("filter", "label=crew"), ("deed", "label"), ("label", "2026"), ("said", "3"), ("key", "another")];
    let answers = join_all((0..3).map(|_| owner.post(&path, &form))).await;
    assert!(answers.iter().all(|answer| answer.status == 303));
    deeds::go_on(&app.ctx).await.unwrap();
    assert_eq!((shown(&owner, "label=2026").await.len(), app.count("select count(*) from segment_deeds").await), (3, 2));

    // Of what was interrupted before it was noted for whom it was, it is said that it cannot go on.
    interrupted(&app, "grant", gold, (None, "of-old"), &[]).await;
    deeds::go_on(&app.ctx).await.unwrap();
    assert!(log().await.contains("(not finished)"), "{}", log().await);
    let old = [("filter", "label=crew"), ("deed", "grant"), ("tier", &*tier), ("reason", "x"), ("said", "3"), ("key", "of-old")];
    let refused = owner.post(&path, &old).await;
    assert_eq!((refused.status, refused.texts(".banner.tone-bad").len()), (422, 1));
    assert_eq!(app.count("select count(*) from grants").await, 3);
});

on_both!(what_was_interrupted_goes_on_by_itself_and_not_for_who_left_nor_with_what_is_over, |app| {
    let gold = app.tier("Gold").await;
    let (ann, bob) = (app.member("ann").await, app.member("bob").await);
    let admin = app.viewer(app.owner, Role::Owner);
    let to = |member: &str| NewGrant { member: member.into(), reason: "x".into(), ..NewGrant::default() };
    give(&app.ctx, &admin, gold, &to("ann")).await.unwrap();
    app.clock.advance(DAY);
    interrupted(&app, "revoke", gold, (None, "one"), &[&ann]).await;
    let day = app.ctx.now().plus(DAY);
    interrupted(&app, "grant", gold, (Some(day), "two"), &[&bob]).await;
    app.clock.advance(DAY);
    interrupted(&app, "grant", gold, (None, "three"), &[&ann, &bob]).await;
    give(&app.ctx, &admin, gold, &to("ann")).await.unwrap();
    app.back_again(&bob, "bob").await;
    let left = bob.post("/account/delete", &[("password", crate::support::PASSWORD), ("understood", "on")]).await;
    assert_eq!(left.status, 303);
    deeds::go_on(&app.ctx).await.unwrap();
    deeds::go_on(&app.ctx).await.unwrap();
    assert_eq!(app.count("select count(*) from segment_deeds where ended_at is null").await, 0);
    let of = |member: &Person| format!("select count(*) from grants where member_id = {}", member.id);
    let count = async |sql: String| {
        let (n,): (i64,) = app.ctx.db().one(sql, vec![]).await.unwrap();
        n
    };
    assert_eq!(count(of(&ann)).await, 3, "what an admin gave twice, and the third deed");
    assert_eq!(count(format!("{} and revoked_at is not null", of(&ann))).await, 1, "and not what was given since");
    assert_eq!(count(of(&bob)).await, 0);
    assert_eq!(app.count("select cast(sum(members) as bigint) from segment_deeds").await, 3 + 2, "for Ann twice");
});

on_both!(whoever_something_cannot_be_done_for_is_passed_over_and_the_others_have_it, |app| {
    let gold = app.tier("Gold").await;
    let (ann, bob, cleo) = (app.member("ann").await, app.member("bob").await, app.member("cleo").await);
    // A month of Bob's ends beyond the calendar, so that his terms cannot be laid.
    let sql = "insert into entitlements (member_id, tier_id, starts_at, ends_at, cause, created_at, cadence, given_at, open_until)
values ($1, $2, $3, $4, 'test:far', $3, 'month', $5, $4)";
    let now = app.ctx.now();
    app.ctx.db().run(sql, stoa::args![bob.id, gold, now, now.plus(1), Timestamp(300_000_000_000_000)]).await.unwrap();
    interrupted(&app, "grant", gold, (None, "one"), &[&ann, &bob, &cleo]).await;
    interrupted(&app, "grant", gold, (None, "two"), &[&bob]).await;
    deeds::go_on(&app.ctx).await.unwrap();
    assert_eq!(told(&app, "tier-given").await, ["ann", "cleo"]);
    assert!(app.may_enter(ann.id, gold).await && app.may_enter(cleo.id, gold).await);
    assert_eq!(app.count("select count(*) from grants").await, 2, "nothing is left of what failed");
    assert_eq!(app.count("select count(*) from segment_deed_members").await, 0, "it is not tried for ever");
    assert_eq!(app.count("select count(*) from segment_deeds where ended_at is not null").await, 2);
    assert_eq!(app.count("select members from segment_deeds where form_key = 'one'").await, 1 + 2);
});

on_both!(a_filter_is_kept_under_a_name_and_its_members_are_a_file, |app| {
    let owner = app.owner().await;
    let ann = app.member("ann").await;
    app.member("bob").await;
    label(&owner, &ann, "=1+1").await;
    let filter = "label=%3D1%2B1";
    assert_eq!(owner.post(&format!("{HERE}/segments"), &[("name", "Hostile"), ("filter", filter)]).await.status, 303);
    assert_eq!(owner.post(&format!("{HERE}/segments"), &[("name", "hostile"), ("filter", filter)]).await.status, 303);
    assert_eq!(app.count("select count(*) from segments").await, 1, "one of the same name is replaced");
    let nameless = owner.post(&format!("{HERE}/segments"), &[("name", " "), ("filter", filter)]).await;
    assert_eq!((nameless.status, nameless.attribute("input[name=filter]", "value").as_deref()), (422, Some(filter)));
    let page = owner.get(HERE).await;
    let href = page.attribute("nav[aria-label=Segments] a", "href").unwrap();
    assert_eq!(owner.get(&href).await.texts(".members-found"), ["1 in all"]);
    let file = owner.get(&format!("/admin/members.csv?{filter}")).await;
    let lines: Vec<&str> = file.body.lines().collect();
    assert_eq!(lines.len(), 2, "{}", file.body);
    assert!(lines[1].starts_with("ann@example.org,ann,ann,2026-03-15T12:00:00Z,'=1+1"), "no formula: {}", lines[1]);
    let zh = owner.get(&format!("/admin/members.csv?{filter}&lang=zh-CN")).await.body;
    assert!(zh.starts_with("\u{feff}邮箱,名称,用户名,加入日期,标签,会员等级,状态,最近来访,备注"), "{zh}");
    assert_eq!(owner.get("/admin/members.csv?tier=x").await.status, 422);
    let id = app.count("select id from segments").await;
    assert_eq!(owner.post(&format!("{HERE}/segments/{id}/forget"), &[]).await.status, 303);
    assert_eq!(app.count("select count(*) from segments").await, 0);
    // Who leaves is not among them, and their marks are gone.
    let left = ann.post("/account/delete", &[("password", crate::support::PASSWORD), ("understood", "on")]).await;
    assert_eq!(left.status, 303);
    assert_eq!(app.count("select count(*) from member_labels").await, 0);
    assert_eq!(shown(&owner, filter).await, [""; 0]);
});
