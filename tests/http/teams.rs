//! Teams: one pays for seats, others sit on them, and what goes back closes them all.

use crate::gifts::{pay, refunded};
use crate::on_both;
use crate::payments::buy_tier;
use crate::support::{PASSWORD, Person, TestApp};
use futures::future::join_all;
use stoa::foundation::id::TierId;
use stoa::foundation::time::{DAY, HOUR};
use stoa::foundation::viewer::Role;
use stoa::membership::model::NewTier;
use stoa::membership::service::{membership_of, save_tier};
use stoa::payments::service::clock;
use stoa::server::db::Queries;

impl TestApp {
    /// A tier at 30.00 a month for one, and 27.00 a seat from three on.
    async fn team_tier(&self, changed: NewTier) -> TierId {
        let new = NewTier {
            name: "Readers".into(),
            monthly: "30".into(),
            yearly: "300".into(),
            teams: true,
            team_off_from: "3".into(),
            team_off: "10".into(),
            ..changed
        };
        save_tier(&self.ctx, &self.viewer(self.owner, Role::Owner), new).await.unwrap()
    }

    pub async fn sold_to_teams(&self) -> TierId {
        self.team_tier(NewTier::default()).await
    }

    /// In how many days and hours somebody's membership ends.
    async fn ends_in(&self, person: &Person, tier: TierId) -> Option<(i64, i64)> {
        let held = membership_of(&self.ctx, &self.viewer(person.id, Role::Member)).await.unwrap();
        let left = held.into_iter().find(|held| held.tier == tier)?.ends_at?.since(self.ctx.now());
        Some((left / DAY, left % DAY / HOUR))
    }
}

/// Orders so many seats for a month; the order's path.
async fn order(buyer: &Person, tier: TierId, seats: &str) -> String {
    let answer = buyer.post("/team", &[("what", &*format!("{tier} month CNY")), ("seats", seats), ("name", "The desk")]).await;
    assert_eq!(answer.status, 303, "{:?}", answer.texts(".field-error"));
    answer.location().to_owned()
}

/// Orders and pays; the team's page.
pub async fn team(buyer: &Person, tier: TierId, seats: &str) -> String {
    let order = order(buyer, tier, seats).await;
    let back = pay(buyer, &order).await;
    back.location().strip_suffix("?done=team-paid").unwrap_or_else(|| panic!("{}", back.location())).to_owned()
}

/// The team's link, as a path.
pub async fn link(app: &TestApp, buyer: &Person, team: &str) -> String {
    let page = buyer.get(team).await;
    page.attribute(".team-invitation input", "value").unwrap().strip_prefix(&app.address).unwrap().to_owned()
}

on_both!(a_team_opens_to_those_on_its_seats_and_to_its_payer_only_on_one_of_them, |app| {
    let tier = app.sold_to_teams().await;
    let (buyer, ann, ben, cem) = (app.member("buyer").await, app.member("ann").await, app.member("ben").await, app.member("cem").await);
    assert!(buyer.get("/membership").await.body.contains(&format!("/team?tier={tier}&amp;term=month&amp;currency=CNY")));
    let ordered = order(&buyer, tier, "3").await;
    let page = buyer.get(&ordered).await;
    assert_eq!(page.texts(".order-total dd"), ["CN¥81.00"]);
    assert!(page.body.contains("CN¥27.00 × 3") && page.body.contains("Readers, one month, 3 seats"));
    assert_eq!(buyer.get("/account/teams").await.texts(".data-table").len(), 0, "it is not paid");
    let back = pay(&buyer, &ordered).await;
    let here = back.location().strip_suffix("?done=team-paid").unwrap().to_owned();
    assert!(!app.may_enter(buyer.id, tier).await, "the payer sits nowhere yet");
    assert_eq!(buyer.get(&here).await.texts(".team-seats"), ["0 of 3 used, 3 free"]);

    let path = link(&app, &buyer, &here).await;
    let seen = app.visitor().get(&path).await;
    assert_eq!((seen.status, seen.texts("h1")), (200, vec!["Join the team “The desk”".to_owned()]));
    assert!(seen.body.contains("not your e-mail address") && seen.body.contains("noindex"), "what the payer sees is said before");
    let door = app.visitor().post(&path, &[]).await;
    assert!(door.location().starts_with("/sign-in?to="), "{}", door.location());
    for person in [&ann, &ben] {
        assert_eq!(person.post(&path, &[]).await.location(), "/account/membership?done=seat-taken");
        assert!(app.may_enter(person.id, tier).await);
        let shown = person.get("/account/membership").await.body;
        assert!(shown.contains("You sit on a seat of a team.") && !shown.contains("stands still"), "they bought nothing themselves");
    }
    assert_eq!(ann.post(&path, &[]).await.status, 303, "twice is once");
    assert_eq!(buyer.post(&format!("{here}/take"), &[]).await.status, 303);
    assert!(app.may_enter(buyer.id, tier).await);
    let full = cem.post(&path, &[]).await;
    assert_eq!(full.status, 409);
    assert!(full.texts(".banner")[0].contains("All seats are taken"));
    assert!(!app.may_enter(cem.id, tier).await);

    let page = buyer.get(&here).await;
    assert_eq!(page.texts("tbody bdi"), ["ann", "ben", "buyer"]);
    assert!(!page.body.contains("ann@example.org"), "names and nothing else");
    let free = page.attribute("tbody form", "action").unwrap();
    let label = page.attribute("tbody button", "aria-label").unwrap();
    assert!(label.starts_with(&page.texts("tbody button")[0]), "whoever says what they see is understood: {label}");
    assert_eq!(ben.post(&free, &[]).await.status, 404, "not theirs to take away");
    assert_eq!(buyer.post(&free, &[]).await.status, 303);
    assert!(!app.may_enter(ann.id, tier).await, "while she reads");
    assert_eq!(app.letters("team-seat-gone").await.len(), 1);
    assert_eq!(buyer.post(&free, &[]).await.status, 303, "twice is once");
    assert_eq!(app.letters("team-seat-gone").await.len(), 1);
    assert_eq!(cem.post(&path, &[]).await.status, 303, "the seat is free");
    assert!(app.may_enter(cem.id, tier).await);

    // By themselves.
    assert!(ben.get("/account/teams").await.body.contains("paid for by buyer"));
    assert_eq!(ben.post(&format!("{here}/leave"), &[]).await.status, 303);
    assert!(!app.may_enter(ben.id, tier).await && app.may_enter(cem.id, tier).await);
    assert_eq!(ann.post(&path, &[]).await.status, 303, "who was taken out may be let in again");
    assert!(app.may_enter(ann.id, tier).await);
    assert_eq!((app.ledger_sum().await, app.count("select count(*) from orders").await), (0, 1));

    let receipt = buyer.get(&format!("{ordered}/receipt")).await;
    assert!(receipt.body.contains("(CN¥27.00 × 3)"), "how many, at which price");
    assert!(app.newest_letter("receipt").await.contains("Readers, one month, 3 seats"));
    assert!(buyer.get("/account/purchases").await.body.contains("Bought for a team"));
    assert!(buyer.get("/account/export").await.body.contains("\"The desk\""));
    assert!(ann.get("/account/export").await.body.contains("\"team_seats\""));
});

on_both!(of_two_who_want_the_last_seat_at_once_one_has_it_and_one_person_has_one, |app| {
    let tier = app.sold_to_teams().await;
    let (buyer, ann, ben) = (app.member("buyer").await, app.member("ann").await, app.member("ben").await);
    let here = team(&buyer, tier, "2").await;
    let path = link(&app, &buyer, &here).await;
    let twice = join_all((0..3).map(|_| ann.post(&path, &[]))).await;
    assert!(twice.iter().all(|answer| answer.status == 303));
    assert_eq!(app.count("select count(*) from team_seats").await, 1);
    let cem = app.member("cem").await;
    let both = join_all([&ben, &cem].map(|person| person.post(&path, &[]))).await;
    let mut statuses = both.iter().map(|answer| answer.status).collect::<Vec<_>>();
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    assert_eq!(app.count("select count(*) from team_seats where left_at is null").await, 2);
    assert_ne!(app.may_enter(ben.id, tier).await, app.may_enter(cem.id, tier).await);
    // Leaving and taking at once: whatever comes first, nobody sits on two and no seat has two.
    let away = format!("{here}/leave");
    let deeds = join_all((0..4).flat_map(|_| [ann.post(&away, &[]), ann.post(&path, &[])])).await;
    assert!(deeds.iter().all(|answer| [303, 409].contains(&answer.status)));
    let sits = app
        .count("select count(*) from team_seats s join members m on m.id = s.member_id where m.handle = 'ann' and s.left_at is null")
        .await;
    assert!(sits <= 1);
    assert_eq!(app.may_enter(ann.id, tier).await, sits == 1);
});

on_both!(what_a_member_bought_stands_still_while_they_sit_and_goes_on_after_it, |app| {
    app.promise("none", "pro-rata").await;
    let tier = app.sold_to_teams().await;
    let dear = NewTier { name: "Dear".into(), monthly: "60".into(), ..NewTier::default() };
    save_tier(&app.ctx, &app.viewer(app.owner, Role::Owner), dear).await.unwrap();
    let (buyer, ann) = (app.member("buyer").await, app.member("ann").await);
    let own = buy_tier(&ann, tier, "month").await;
    pay(&ann, &own).await;
    assert_eq!(app.ends_in(&ann, tier).await, Some((31, 0)));
    app.clock.advance(10 * DAY);
    let here = team(&buyer, tier, "2").await;
    let path = link(&app, &buyer, &here).await;
    assert_eq!(ann.post(&path, &[]).await.status, 303);
    // 31 days of the seat's month, and the 21 that were left.
    assert_eq!(app.ends_in(&ann, tier).await, Some((52, 0)));
    let page = ann.get("/account/membership").await;
    assert!(page.body.contains("stands still meanwhile") && !page.body.contains("/account/membership/pause"));
    let pause = [("tier", &*tier.to_string()), ("paused", "on")];
    assert_eq!(ann.post("/account/membership/pause", &pause).await.status, 409, "it stands still by itself");
    assert!(page.body.contains("your 21 days of “Readers”"), "the time on the seat is not theirs to change");
    let back = ann.get(&own).await;
    assert!(back.body.contains("CN¥20.33"), "21 of 31 days, and not more: {}", back.body);

    app.clock.advance(5 * DAY);
    assert_eq!(ann.post(&format!("{here}/leave"), &[]).await.status, 303);
    assert_eq!(app.ends_in(&ann, tier).await, Some((21, 0)), "no day is lost, and none is gained");
    assert!(app.may_enter(ann.id, tier).await);
    // Another team, beside the first one.
    let other = app.member("other").await;
    let second = team(&other, tier, "2").await;
    let there = link(&app, &other, &second).await;
    for door in [&path, &there] {
        assert_eq!(ann.post(door, &[]).await.status, 303);
    }
    assert_eq!(app.ends_in(&ann, tier).await, Some((52, 0)), "two seats at once cost nothing twice");
    assert_eq!(ann.post(&format!("{second}/leave"), &[]).await.status, 303);
    assert_eq!(app.ends_in(&ann, tier).await, Some((47, 0)), "26 days of the first, and the 21");
    assert!(app.may_enter(ann.id, tier).await);
});

on_both!(whoever_paused_what_they_have_and_takes_a_seat_may_open_it, |app| {
    let tier = app.sold_to_teams().await;
    let (buyer, ann) = (app.member("buyer").await, app.member("ann").await);
    let own = buy_tier(&ann, tier, "month").await;
    pay(&ann, &own).await;
    let pause = [("tier", &*tier.to_string()), ("paused", "on")];
    assert_eq!(ann.post("/account/membership/pause", &pause).await.status, 303);
    app.clock.advance(3 * DAY);
    assert!(!app.may_enter(ann.id, tier).await);
    let here = team(&buyer, tier, "2").await;
    assert_eq!(ann.post(&link(&app, &buyer, &here).await, &[]).await.status, 303);
    assert!(app.may_enter(ann.id, tier).await);
    // Nothing of her month was used, so it begins when the seat ends, in April: 31 days and 30.
    assert_eq!(app.ends_in(&ann, tier).await, Some((61, 0)), "three days of the pause are not lost either");
});

on_both!(what_went_back_closes_every_seat_and_nobody_can_take_one, |app| {
    let tier = app.sold_to_teams().await;
    let (buyer, ann, ben) = (app.member("buyer").await, app.member("ann").await, app.member("ben").await);
    let ordered = order(&buyer, tier, "3").await;
    let back = pay(&buyer, &ordered).await;
    let here = back.location().strip_suffix("?done=team-paid").unwrap().to_owned();
    let path = link(&app, &buyer, &here).await;
    assert_eq!(ann.post(&path, &[]).await.status, 303);
    // A part takes no seat away.
    let (id, payment): (i64, i64) =
        app.ctx.db().one("select o.id, p.id from orders o join payments p on p.order_id = o.id", vec![]).await.unwrap();
    let part = [("payment", &*payment.to_string()), ("amount", "27"), ("sure", "on")];
    assert_eq!(app.owner().await.post(&format!("/admin/orders/{id}/refund"), &part).await.status, 303);
    clock::tick(&app.ctx).await.unwrap();
    assert!(app.may_enter(ann.id, tier).await);
    let rest = [("payment", &*payment.to_string()), ("amount", "54"), ("sure", "on")];
    assert_eq!(app.owner().await.post(&format!("/admin/orders/{id}/refund"), &rest).await.status, 303);
    for _ in 0..3 {
        app.clock.advance(HOUR);
        clock::tick(&app.ctx).await.unwrap();
    }
    assert!(!app.may_enter(ann.id, tier).await);
    let gone = ben.post(&path, &[]).await;
    assert_eq!(gone.status, 409);
    assert!(gone.texts(".banner")[0].contains("The money went back"));
    assert!(buyer.get(&here).await.texts(".banner")[0].contains("all seats are closed"));
    assert_eq!(buyer.post(&format!("{here}/take"), &[]).await.status, 422);
    assert_eq!(app.count("select count(*) from entitlements where revoked_at is null").await, 0);
    assert_eq!(app.count("select seats from kept_seats").await, 0);
    assert_eq!(app.ledger_sum().await, 0);
});

on_both!(a_payer_takes_the_days_that_are_left_back_and_the_seats_close, |app| {
    app.promise("none", "pro-rata").await;
    let tier = app.sold_to_teams().await;
    let (buyer, ann) = (app.member("buyer").await, app.member("ann").await);
    let ordered = order(&buyer, tier, "2").await;
    let back = pay(&buyer, &ordered).await;
    let here = back.location().strip_suffix("?done=team-paid").unwrap().to_owned();
    assert_eq!(ann.post(&link(&app, &buyer, &here).await, &[]).await.status, 303);
    app.clock.advance(10 * DAY);
    assert_eq!(buyer.post(&format!("{ordered}/take-back"), &[("reason", "")]).await.status, 303);
    assert_eq!(app.count("select minor from refunds").await, 4065, "21 of 31 days of 60.00, rounded up");
    assert!(!app.may_enter(ann.id, tier).await);
    assert!(app.owner().await.get("/admin/teams").await.body.contains("Refunded"));
});

on_both!(a_team_is_renewed_with_one_press_and_its_payer_alone_is_reminded, |app| {
    let tier = app.sold_to_teams().await;
    let (buyer, ann) = (app.member("buyer").await, app.member("ann").await);
    let here = team(&buyer, tier, "3").await;
    assert_eq!(ann.post(&link(&app, &buyer, &here).await, &[]).await.status, 303);
    // The tier costs more now, and is no longer sold to teams: those who renew without a gap keep what they paid.
    let dear = NewTier { id: Some(tier), name: "Readers".into(), monthly: "90".into(), ..NewTier::default() };
    save_tier(&app.ctx, &app.viewer(app.owner, Role::Owner), dear).await.unwrap();
    app.clock.advance(25 * DAY);
    for _ in 0..3 {
        clock::tick(&app.ctx).await.unwrap();
    }
    let letters = app.letters("team-ending").await;
    assert_eq!(letters.len(), 1);
    assert_eq!((letters[0].0.as_str(), letters[0].1.as_str()), ("buyer@example.org", "Your team “The desk” ends in 7 days"));
    assert_eq!(app.letters("ending").await.len(), 0, "somebody else pays for the seat");
    app.back_again(&buyer, "buyer").await;
    let page = buyer.get(&here).await;
    assert!(page.texts(".banner")[0].contains("Nothing is charged by itself"));
    assert!(page.body.contains("Renew 3 seats for one month: CN¥81.00"));
    let again = buyer.post(&format!("{here}/renew"), &[]).await.location().to_owned();
    assert_eq!(buyer.post(&format!("{here}/renew"), &[]).await.location(), again, "one press and two are one order");
    let back = pay(&buyer, &again).await;
    assert!(buyer.get(back.location()).await.body.contains("See below until when the team is open"));
    assert_eq!(buyer.get(&again).await.texts(".banner"), ["Paid. The team is open until 15 May 2026, 12:00."]);
    assert_eq!(app.ends_in(&ann, tier).await, Some((36, 0)), "six days, and the thirty of the next month");
    assert_eq!(app.count("select count(*) from teams").await, 1);
    app.clock.advance(20 * DAY);
    assert!(app.may_enter(ann.id, tier).await, "nobody has to join again");
    // The first term went back after the second was paid: it moves up, and nothing of it is lost.
    app.clock.advance(30 * DAY);
    assert!(!app.may_enter(ann.id, tier).await);
    app.back_again(&buyer, "buyer").await;
    assert!(buyer.get(&here).await.texts(".banner")[0].contains("The team has ended"));
    let late = buyer.post(&format!("{here}/renew"), &[]).await;
    assert_eq!(late.status, 422, "after a gap it costs what it costs others, and it is not sold to teams");
});

on_both!(a_term_that_went_back_lets_the_next_one_move_up, |app| {
    let tier = app.sold_to_teams().await;
    let (buyer, ann) = (app.member("buyer").await, app.member("ann").await);
    let first = order(&buyer, tier, "2").await;
    let back = pay(&buyer, &first).await;
    let here = back.location().strip_suffix("?done=team-paid").unwrap().to_owned();
    assert_eq!(ann.post(&link(&app, &buyer, &here).await, &[]).await.status, 303);
    let again = buyer.post(&format!("{here}/renew"), &[]).await.location().to_owned();
    pay(&buyer, &again).await;
    assert_eq!(app.ends_in(&ann, tier).await, Some((61, 0)));
    app.clock.advance(5 * DAY);
    refunded(&app, &first).await;
    assert!(app.may_enter(ann.id, tier).await, "by the second term, which begins now");
    let (days, _) = app.ends_in(&ann, tier).await.unwrap();
    assert!((30..=31).contains(&days), "{days}");
    assert!(buyer.get(&here).await.body.contains("They could join again by the link"));
    refunded(&app, &again).await;
    assert!(!app.may_enter(ann.id, tier).await);
    assert_eq!(app.ends_in(&ann, tier).await, None);
    assert!(!buyer.get(&here).await.body.contains("They could join again"), "there is nothing to join");
});

on_both!(seats_that_are_sold_are_counted_taken_or_not, |app| {
    let tier = app.team_tier(NewTier { member_limit: "4".into(), ..NewTier::default() }).await;
    let (buyer, ann, ben, cem) = (app.member("buyer").await, app.member("ann").await, app.member("ben").await, app.member("cem").await);
    let many = order(&cem, tier, "5").await;
    assert_eq!(cem.post(&format!("{many}/pay"), &[]).await.status, 409, "there are only four");
    let here = team(&buyer, tier, "3").await;
    let own = buy_tier(&ann, tier, "month").await;
    pay(&ann, &own).await;
    assert!(app.may_enter(ann.id, tier).await, "the fourth");
    let none = buy_tier(&ben, tier, "month").await;
    assert_eq!(ben.post(&format!("{none}/pay"), &[]).await.status, 409);
    assert!(ben.get("/membership").await.body.contains("All seats are taken"));
    let path = link(&app, &buyer, &here).await;
    assert_eq!(ben.post(&path, &[]).await.status, 303, "what is paid for can be taken");
    assert_eq!(ann.post(&path, &[]).await.status, 303);
    // Ann has one place by two ways, so that one is left.
    let last = buy_tier(&cem, tier, "month").await;
    pay(&cem, &last).await;
    assert!(app.may_enter(cem.id, tier).await);
    let again = buyer.post(&format!("{here}/renew"), &[]).await.location().to_owned();
    pay(&buyer, &again).await;
    assert_eq!(app.count("select count(*) from team_terms where given_at is not null").await, 2, "it has its seats already");
});

on_both!(a_new_link_ends_the_one_before_and_a_forged_one_opens_nothing, |app| {
    let tier = app.sold_to_teams().await;
    let (buyer, ann) = (app.member("buyer").await, app.member("ann").await);
    let here = team(&buyer, tier, "2").await;
    let old = link(&app, &buyer, &here).await;
    assert_eq!(ann.post(&format!("{here}/link"), &[]).await.status, 404, "not theirs");
    assert_eq!(app.owner().await.post(&format!("{here}/link"), &[]).await.status, 404, "an admin lets nobody in");
    assert_eq!(buyer.post(&format!("{here}/link"), &[]).await.status, 303);
    let new = link(&app, &buyer, &here).await;
    assert_ne!(old, new);
    assert_eq!((ann.get(&old).await.status, ann.post(&old, &[]).await.status), (404, 404));
    assert!(ann.get(&old).await.body.contains("Please ask whoever pays for the team for a new one."));
    let forged = [
        new.replace("-2-", "-3-"),
        new.replace("/team/", "/team/0"),
        format!("{new}x"),
        "/team/1-2-".into(),
        "/team/%00".into(),
        "/team/1".into(),
    ];
    for path in forged {
        let answer = ann.post(&path, &[]).await;
        assert!([400, 404].contains(&answer.status), "{path}: {}", answer.status);
    }
    assert_eq!(ann.post(&new, &[]).await.status, 303);
    assert_eq!(ann.get(&here).await.status, 404, "who sits in it does not look after it");
    let seen = app.owner().await.get(&here).await;
    assert_eq!(seen.status, 200);
    assert!(!seen.body.contains("/free\"") && !seen.body.contains("Invitation link") && seen.body.contains("/admin/orders/"));
    assert!(app.owner().await.get("/admin/teams?member=ann").await.body.contains("The desk"), "of a member");
    assert!(!app.owner().await.get("/admin/teams?member=nobody").await.body.contains("The desk"));
    assert_eq!(ann.get("/admin/teams").await.status, 403);
    for deed in ["take", "renew", "link", "leave", "name", "seats/1/free"] {
        assert_eq!(ann.post(&format!("/account/teams/9999/{deed}"), &[]).await.status, 404, "{deed}");
        assert_eq!(ann.post(&format!("/account/teams/x/{deed}"), &[]).await.status, 404, "{deed}");
    }
});

on_both!(what_is_wrong_is_said_and_all_that_was_typed_is_kept, |app| {
    let buyer = app.member("buyer").await;
    assert!(buyer.get("/team").await.body.contains("No tier is sold to teams"));
    let tier = app.sold_to_teams().await;
    let sent = app.visitor().get(&format!("/team?tier={tier}&term=year&currency=CNY")).await;
    assert!(sent.location().starts_with("/sign-in?to=%2Fteam"));
    let page = buyer.get(&format!("/team?tier={tier}&term=year&currency=CNY")).await;
    assert_eq!(page.attribute("#what option[selected]", "value"), Some(format!("{tier} year CNY")));
    assert!(page.body.contains("2 to 50 seats; with 3 or more, every seat costs 10% less."));
    let what = format!("{tier} month CNY");
    for seats in ["", "1", "51", "-3", "9999999999999999999", "three"] {
        let back = buyer.post("/team", &[("what", &*what), ("seats", seats), ("name", "Kept")]).await;
        assert_eq!((back.status, back.attribute("#name", "value").as_deref()), (422, Some("Kept")), "{seats}");
        assert_eq!(back.attribute("#seats", "value").as_deref(), Some(seats));
        assert!(back.texts("#seats-error")[0].contains("from 2 to 50"));
    }
    for (what, name) in [("", "N"), ("9999 month CNY", "N"), ("1 fortnight CNY", "N"), ("x", "N"), (&*what, " \u{202e} ")] {
        let back = buyer.post("/team", &[("what", what), ("seats", "3"), ("name", name)]).await;
        assert!([404, 422].contains(&back.status), "{what} {name}: {}", back.status);
    }
    assert_eq!(app.count("select count(*) from teams").await, 0);
    let ordered = order(&buyer, tier, "2").await;
    let code = buyer.post(&format!("{ordered}/offer"), &[("code", "ANY")]).await;
    assert_eq!(code.status, 422, "offers are not for teams");
    assert!(!buyer.get(&ordered).await.body.contains("Offer code"));
    pay(&buyer, &ordered).await;
    let back = buyer.post("/account/teams/1/name", &[("name", &*"x".repeat(61))]).await;
    assert_eq!((back.status, back.attribute("#name", "value")), (422, Some("x".repeat(61))));
    assert_eq!(buyer.post("/account/teams/1/name", &[("name", "<b>New</b>")]).await.status, 303);
    assert_eq!(buyer.get("/account/teams/1").await.texts("h1"), ["<b>New</b>"]);

    let owner = app.owner().await;
    let form = [("name", "R"), ("monthly", "30"), ("teams", "on"), ("team_least", "9"), ("team_most", "3"), ("team_off", "5")];
    let wrong = owner.post(&format!("/admin/tiers/{tier}"), &form).await;
    assert_eq!((wrong.status, wrong.attribute("#team_least", "value").as_deref()), (422, Some("9")));
    let marked = ["#team_most-error", "#team_off_from-error"].map(|error| wrong.texts(error).len());
    assert_eq!(marked, [1, 1], "all that is wrong is said at once");
    let form = [("name", "R"), ("monthly", "30"), ("teams", "on"), ("team_off", "5")];
    assert_eq!(owner.post(&format!("/admin/tiers/{tier}"), &form).await.texts("#team_off_from-error").len(), 1);
    assert_eq!(owner.post(&format!("/admin/tiers/{tier}"), &form[..2]).await.status, 303, "no longer sold to teams");
    assert_eq!(buyer.post("/team", &[("what", &*what), ("seats", "3"), ("name", "N")]).await.status, 422);
});

on_both!(whoever_leaves_the_site_leaves_their_seat_and_a_team_outlives_its_payer, |app| {
    let tier = app.sold_to_teams().await;
    let (buyer, ann, ben) = (app.member("buyer").await, app.member("ann").await, app.member("ben").await);
    let here = team(&buyer, tier, "2").await;
    let path = link(&app, &buyer, &here).await;
    assert_eq!((ann.post(&path, &[]).await.status, ben.post(&path, &[]).await.status), (303, 303));
    let leave = [("password", PASSWORD), ("understood", "on")];
    assert_eq!(ann.post("/account/delete", &leave).await.status, 303);
    assert_eq!(buyer.get(&here).await.texts(".team-seats"), ["1 of 2 used, 1 free"]);
    assert_eq!(buyer.post("/account/delete", &leave).await.status, 303);
    assert!(app.may_enter(ben.id, tier).await, "it is paid for");
    assert!(ben.get("/account/teams").await.body.contains("paid for by a deleted member"));
    let cem = app.member("cem").await;
    assert!(cem.get(&path).await.body.contains("a deleted member"));
    assert_eq!(cem.post(&path, &[]).await.status, 303);
    app.clock.advance(31 * DAY);
    clock::tick(&app.ctx).await.unwrap();
    assert_eq!(app.letters("team-ending").await.len(), 0);
});

on_both!(who_has_it_for_good_needs_no_seat_and_who_opens_an_article_ends_the_right_that_was_waived, |app| {
    let tier = app.sold_to_teams().await;
    let (buyer, ann, ben) = (app.member("buyer").await, app.member("ann").await, app.member("ben").await);
    app.entitle(&ann, tier.0, None).await;
    app.promise("none", "withdrawal:waiver").await;
    let ordered = order(&buyer, tier, "2").await;
    let page = buyer.get(&ordered).await;
    let action = page.attribute("form.order-pay", "action").unwrap();
    assert_eq!(buyer.post(&action, &[]).await.status, 422, "the box first");
    let to = buyer.post(&action, &[("waive", "on")]).await.location().to_owned();
    let back = crate::payments::press(&buyer, &to, "pay").await;
    let here = back.location().strip_suffix("?done=team-paid").unwrap().to_owned();
    let path = link(&app, &buyer, &here).await;
    let refused = ann.post(&path, &[]).await;
    assert_eq!(refused.status, 409);
    assert!(refused.texts(".banner")[0].contains("for good already"));
    assert_eq!(ben.post(&path, &[]).await.status, 303);
    let opened = "select count(*) from order_promises where opened_at is not null";
    assert_eq!(app.count(opened).await, 0);
    let post = app.paid_post(None, Some(tier)).await;
    let (slug,): (String,) = app.ctx.db().one("select slug from posts where id = $1", stoa::args![post]).await.unwrap();
    assert_eq!(ben.get(&format!("/p/{slug}")).await.status, 200);
    assert_eq!(app.count(opened).await, 1);
});

on_both!(a_seat_that_costs_less_costs_what_cards_are_charged, |app| {
    app.charges_in("KWD").await;
    let (monthly, team_off_from, team_off) = ("9.99".into(), "5".into(), "15".into());
    let new = NewTier { name: "Readers".into(), monthly, teams: true, team_off_from, team_off, ..NewTier::default() };
    let tier = save_tier(&app.ctx, &app.viewer(app.owner, Role::Owner), new).await.unwrap();
    let buyer = app.member("buyer").await;
    let form = [("what", &*format!("{tier} month KWD")), ("seats", "5"), ("name", "The desk")];
    let ordered = buyer.post("/team", &form).await.location().to_owned();
    let page = buyer.get(&ordered).await;
    assert_eq!(page.texts(".order-total dd"), ["KWD\u{a0}42.450"], "8.49 each, not 8.4915");
});

on_both!(what_is_read_in_the_running_term_of_a_team_opens_none_that_has_not_begun, |app| {
    app.promise("none", "withdrawal:waiver").await;
    let tier = app.sold_to_teams().await;
    let (buyer, ann) = (app.member("buyer").await, app.member("ann").await);
    let post = app.paid_post(None, Some(tier)).await;
    let (slug,): (String,) = app.ctx.db().one("select slug from posts where id = $1", stoa::args![post]).await.unwrap();
    let paid = async |order: &str| {
        let action = buyer.get(order).await.attribute("form.order-pay", "action").unwrap();
        let to = buyer.post(&action, &[("waive", "on")]).await.location().to_owned();
        let back = crate::payments::press(&buyer, &to, "pay").await;
        back.location().split('?').next().unwrap().to_owned()
    };
    let here = paid(&order(&buyer, tier, "2").await).await;
    assert_eq!(ann.post(&link(&app, &buyer, &here).await, &[]).await.status, 303);
    let again = buyer.post(&format!("{here}/renew"), &[]).await.location().to_owned();
    paid(&again).await;
    let opened = "select count(*) from order_promises where opened_at is not null";
    for (days, n) in [(0, 1), (31, 2)] {
        app.clock.advance(days * DAY);
        app.back_again(&ann, "ann").await;
        assert_eq!(ann.get(&format!("/p/{slug}")).await.status, 200);
        assert_eq!(app.count(opened).await, n, "after {days} days");
    }
});
