//! Time that stands still: behind the terms of an agreement, and while it is paused. Nothing of it is lost, and nobody else
//! gets its place.

use crate::gifts::{made_link, of_tier, pay, refunded, wrap};
use crate::money_desk::with_stripe;
use crate::on_both;
use crate::payments::{buy_tier, to_provider};
use crate::support::{Answer, Person, TestApp};
use std::sync::Arc;
use stoa::foundation::id::TierId;
use stoa::foundation::time::{DAY, HOUR};
use stoa::foundation::viewer::Role;
use stoa::membership::model::NewTier;
use stoa::membership::service::{membership_of, save_tier};
use stoa::payments::service::clock;
use stoa::simulators::stripe::Stripe;

const HERE: &str = "/account/membership";

impl TestApp {
    /// The day on which somebody's membership ends.
    async fn ends_on(&self, person: &Person, tier: TierId) -> String {
        let held = membership_of(&self.ctx, &self.viewer(person.id, Role::Member)).await.unwrap();
        let end = held.into_iter().find(|held| held.tier == tier).unwrap().ends_at.unwrap();
        jiff::Timestamp::from_millisecond(end.0).unwrap().strftime("%F").to_string()
    }

    async fn went_back(&self) -> i64 {
        self.count("select cast(coalesce(sum(minor), 0) as bigint) from refunds").await
    }
}

/// Begins an agreement for a month at Stripe, and is charged.
async fn subscribe(app: &TestApp, stripe: &Arc<Stripe>, buyer: &Person, tier: TierId) {
    let (path, session) = app.at_provider(buyer, tier, ("stripe", "CNY")).await;
    stripe.pay(&session).unwrap();
    buyer.get(&format!("{path}/return")).await;
}

async fn pause(person: &Person, tier: TierId, paused: &str) -> Answer {
    person.post("/account/membership/pause", &[("tier", &*tier.to_string()), ("paused", paused)]).await
}

/// So many days later a term is over, and the next one is charged.
async fn charged_after(app: &TestApp, stripe: &Arc<Stripe>, days: i64) {
    app.clock.advance(days * DAY);
    stripe.tick();
    app.clock.advance(2 * HOUR);
    stripe.tick();
    clock::tick(&app.ctx).await.unwrap();
}

on_both!(a_gift_to_somebody_who_is_charged_is_used_when_nothing_is_charged_any_more, |app| {
    let (admin, ann, giver) = (app.owner().await, app.member("ann").await, app.member("giver").await);
    app.promise("none", "pro-rata").await;
    let tier = app.tier("Readers").await;
    let gift = wrap(&giver, &of_tier(tier, "month")).await;
    pay(&giver, &gift).await;
    let path = made_link(&app, &giver, &gift).await;
    let stripe = with_stripe(&app, &admin).await;
    subscribe(&app, &stripe, &ann, tier).await;
    app.clock.advance(10 * DAY);
    assert_eq!(ann.post(&path, &[]).await.status, 303);
    assert_eq!(app.ends_on(&ann, tier).await, "2026-05-15");
    charged_after(&app, &stripe, 21).await;
    assert_eq!(app.count("select count(*) from payments").await, 3, "the gift, and two months");
    assert_eq!(app.ends_on(&ann, tier).await, "2026-06-15", "behind the month that was charged");
    app.clock.advance(3 * DAY);
    app.back_again(&ann, "ann").await;
    assert_eq!(ann.get(HERE).await.texts(".plan-beyond").len(), 1, "it is open for longer than is paid");
    // Of the gift no day is used.
    app.back_again(&giver, "giver").await;
    assert_eq!(giver.post(&format!("{gift}/take-back"), &[("reason", "")]).await.status, 303);
    assert_eq!((app.went_back().await, app.ends_on(&ann, tier).await), (3000, "2026-05-15".to_owned()));
    assert!(app.may_enter(ann.id, tier).await, "what she pays herself is open");
});

on_both!(a_pass_stands_still_while_its_member_is_charged_and_only_its_own_days_are_used, |app| {
    let (admin, ann) = (app.owner().await, app.member("ann").await);
    app.promise("none", "pro-rata").await;
    let tier = app.tier("Readers").await;
    let pass = buy_tier(&ann, tier, "month").await;
    pay(&ann, &pass).await;
    let stripe = with_stripe(&app, &admin).await;
    app.clock.advance(10 * DAY);
    subscribe(&app, &stripe, &ann, tier).await;
    assert_eq!(app.ends_on(&ann, tier).await, "2026-05-16", "ten days, a month that is charged, and the twenty-one that were left");
    app.clock.advance(5 * DAY);
    assert!(ann.get(&pass).await.texts(".order-back-form")[0].contains("CN¥20.33"), "21 of 31 days");
    charged_after(&app, &stripe, 26).await;
    assert_eq!(app.ends_on(&ann, tier).await, "2026-06-15");
    app.back_again(&ann, "ann").await;
    assert!(ann.get(&pass).await.texts(".order-back-form")[0].contains("CN¥20.33"), "and as many a month later");
});

on_both!(while_it_is_paused_no_day_is_used_of_a_pass_or_of_what_is_behind_it, |app| {
    let ann = app.member("ann").await;
    app.promise("none", "pro-rata").await;
    let tier = app.tier("Readers").await;
    let first = buy_tier(&ann, tier, "month").await;
    pay(&ann, &first).await;
    let second = buy_tier(&ann, tier, "month").await;
    pay(&ann, &second).await;
    app.clock.advance(5 * DAY);
    assert_eq!(pause(&ann, tier, "on").await.status, 303);
    app.clock.advance(20 * DAY);
    let back = async |order: &str| ann.get(order).await.texts(".order-back-form").remove(0);
    assert!(back(&first).await.contains("CN¥25.17"), "26 of 31 days");
    app.clock.advance(20 * DAY);
    app.back_again(&ann, "ann").await;
    assert!(back(&first).await.contains("CN¥25.17"), "however long it is paused");
    assert!(back(&second).await.contains("CN¥30.00"), "which has not begun");
    assert_eq!(ann.post(&format!("{first}/take-back"), &[("reason", "")]).await.status, 303);
    assert_eq!(app.went_back().await, 2517);
    assert_eq!(pause(&ann, tier, "off").await.status, 303);
    assert!(app.may_enter(ann.id, tier).await);
    app.clock.advance(10 * DAY);
    let left = back(&second).await;
    assert!(left.contains("CN¥20.00"), "20 of 30 days: {left}");
});

on_both!(what_ends_on_a_fixed_day_is_not_paused_as_a_pause_would_not_move_it, |app| {
    let (admin, ann, bob) = (app.owner().await, app.member("ann").await, app.member("bob").await);
    let tier = app.tier("Readers").await;
    let pass = buy_tier(&ann, tier, "month").await;
    pay(&ann, &pass).await;
    let grant = [("member", "ann"), ("until", "2026-03-20"), ("reason", "Thanks")];
    assert_eq!(admin.post(&format!("/admin/tiers/{tier}/grants"), &grant).await.status, 303);
    let stripe = with_stripe(&app, &admin).await;
    subscribe(&app, &stripe, &bob, tier).await;
    let agreement = app.count("select max(id) from subscriptions").await;
    let end = [("when", "now"), ("reason", "asked by mail")];
    assert_eq!(admin.post(&format!("/admin/subscriptions/{agreement}/end"), &end).await.status, 303);
    assert_eq!(app.text("select state from subscriptions").await, "ended");
    for person in [&ann, &bob] {
        let page = person.get(HERE).await;
        assert!(page.body.contains("Open to you") && !page.body.contains("/account/membership/pause"));
        let refused = pause(person, tier, "on").await;
        assert_eq!((refused.status, refused.texts(".banner.tone-bad").len()), (409, 1));
        assert!(refused.body.contains("ends on a fixed day"));
        assert!(app.may_enter(person.id, tier).await);
    }
    app.clock.advance(6 * DAY);
    assert!(ann.get(HERE).await.body.contains("/account/membership/pause"), "the grant is over, and the pass goes on");
    assert_eq!(pause(&ann, tier, "on").await.status, 303);
    // Given something until a day meanwhile: it is open.
    let grant = [("member", "ann"), ("until", "2026-03-30"), ("reason", "Thanks again")];
    assert_eq!(admin.post(&format!("/admin/tiers/{tier}/grants"), &grant).await.status, 303);
    assert!(app.may_enter(ann.id, tier).await);
});

on_both!(whoever_is_charged_while_a_pass_is_paused_may_open_it_and_the_pass_waits, |app| {
    let (admin, ann, bob) = (app.owner().await, app.member("ann").await, app.member("bob").await);
    let tier = app.tier("Readers").await;
    for person in [&ann, &bob] {
        let pass = buy_tier(person, tier, "month").await;
        pay(person, &pass).await;
    }
    let stripe = with_stripe(&app, &admin).await;
    app.clock.advance(5 * DAY);
    // Ann ordered before she paused, Bob orders while he does.
    let (order, session) = app.at_provider(&ann, tier, ("stripe", "CNY")).await;
    assert!(ann.get(&order).await.texts(".order-summary dd").iter().any(|said| said.contains("you have already stands still")));
    for person in [&ann, &bob] {
        assert_eq!(pause(person, tier, "on").await.status, 303);
        assert!(!app.may_enter(person.id, tier).await);
    }
    app.clock.advance(HOUR);
    stripe.pay(&session).unwrap();
    ann.get(&format!("{order}/return")).await;
    subscribe(&app, &stripe, &bob, tier).await;
    for person in [&ann, &bob] {
        assert!(app.may_enter(person.id, tier).await);
        assert_eq!(app.ends_on(person, tier).await, "2026-05-16", "the month that is charged, and the 26 days of the pass");
        assert_eq!(pause(person, tier, "on").await.status, 409);
    }
    assert_eq!(app.count("select count(*) from pauses where until_at is null").await, 0);
});

on_both!(who_paused_keeps_the_place_in_a_tier_with_a_limit_until_the_time_is_gone_that_would_go_on, |app| {
    let (one, other, third) = (app.member("one").await, app.member("other").await, app.member("third").await);
    let new = NewTier { name: "Table".into(), monthly: "30".into(), member_limit: "2".into(), ..NewTier::default() };
    let tier = save_tier(&app.ctx, &app.viewer(app.owner, Role::Owner), new).await.unwrap();
    let pass = buy_tier(&one, tier, "month").await;
    pay(&one, &pass).await;
    app.clock.advance(5 * DAY);
    assert_eq!(pause(&one, tier, "on").await.status, 303);
    // Long after it would have ended.
    app.clock.advance(60 * DAY);
    for (person, handle) in [(&one, "one"), (&other, "other"), (&third, "third")] {
        app.back_again(person, handle).await;
    }
    assert!(other.get("/membership").await.body.contains("1 seat left"));
    // Who paused and buys more takes no second place while they pay.
    let full = buy_tier(&third, tier, "month").await;
    let more = buy_tier(&one, tier, "month").await;
    to_provider(&one, &more).await;
    let last = buy_tier(&other, tier, "month").await;
    pay(&other, &last).await;
    assert!(app.may_enter(other.id, tier).await);
    assert!(third.get("/membership").await.body.contains("All seats are taken"));
    assert_eq!(third.post(&format!("{full}/pay"), &[]).await.status, 409);
    assert_eq!(pause(&one, tier, "off").await.status, 303);
    assert!(app.may_enter(one.id, tier).await && app.may_enter(other.id, tier).await);
    // A pause of nothing keeps no place.
    assert_eq!(pause(&one, tier, "on").await.status, 303);
    refunded(&app, &pass).await;
    app.clock.advance(3 * HOUR);
    assert!(third.get("/membership").await.body.contains("1 seat left"));
    pay(&third, &full).await;
    assert!(app.may_enter(third.id, tier).await);
});
