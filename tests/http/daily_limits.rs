//! How much a way to pay may take in a day: what came counts, and what is being paid for just now.

use crate::money_desk::with_stripe;
use crate::on_both;
use crate::payments::buy_post;
use crate::support::{Answer, Person, TestApp};
use futures::future::join_all;
use std::sync::Arc;
use stoa::foundation::time::{HOUR, SECOND};
use stoa::server::db::Queries;
use stoa::simulators::stripe::Stripe;

/// Stripe beside the test provider, with a limit of a day.
async fn limited(app: &TestApp, daily: &str) -> Arc<Stripe> {
    let owner = app.owner().await;
    let stripe = with_stripe(app, &owner).await;
    let form = [("currency", "CNY"), ("minimum", ""), ("maximum", ""), ("daily", daily)];
    assert_eq!(owner.post("/admin/payments/stripe/limits", &form).await.status, 303);
    stripe
}

/// Whether the order's page offers Stripe; that it offers the other way goes without saying, and is seen to.
async fn offered(buyer: &Person, order: &str) -> bool {
    let ways = buyer.get(order).await.texts(".order-way button");
    assert!(ways.iter().any(|way| way.contains("the test provider")), "{ways:?}");
    ways.iter().any(|way| way.contains("Stripe"))
}

async fn at_stripe(buyer: &Person, order: &str) -> Answer {
    buyer.post(&format!("{order}/pay"), &[("provider", "stripe")]).await
}

/// Stripe's number of the last try of an order.
async fn session(app: &TestApp, order: &str) -> String {
    let sql = "select c.number from checkouts c join orders o on o.id = c.order_id where o.reference = $1 order by c.id desc limit 1";
    let (number,): (String,) = app.ctx.db().one(sql, stoa::args![order.strip_prefix("/orders/").unwrap()]).await.unwrap();
    number
}

on_both!(a_way_takes_nothing_below_its_least_and_nothing_above_its_most, |app| {
    let owner = app.owner().await;
    with_stripe(&app, &owner).await;
    let form = [("currency", "CNY"), ("minimum", "10"), ("maximum", "20"), ("daily", "")];
    assert_eq!(owner.post("/admin/payments/stripe/limits", &form).await.status, 303);
    let ann = app.member("ann").await;
    for (minor, takes) in [(999, false), (1000, true), (2000, true), (2001, false)] {
        let post = app.paid_post(Some(minor), None).await;
        let order = buy_post(&ann, post).await;
        assert_eq!(offered(&ann, &order).await, takes, "{minor}");
        assert_eq!(at_stripe(&ann, &order).await.status, if takes { 303 } else { 409 }, "{minor}");
    }
});

on_both!(what_came_today_counts_up_to_the_limit_and_tomorrow_is_another_day, |app| {
    let stripe = limited(&app, "30").await;
    let (ann, ben) = (app.member("ann").await, app.member("ben").await);
    let (post, small) = (app.paid_post(Some(2000), None).await, app.paid_post(Some(1000), None).await);
    let order = buy_post(&ann, post).await;
    assert!(offered(&ann, &order).await);
    assert_eq!(at_stripe(&ann, &order).await.status, 303);
    stripe.pay(&session(&app, &order).await).unwrap();
    ann.get(&format!("{order}/return")).await;
    assert!(app.may_read(ann.id, post).await);

    let (order, fits) = (buy_post(&ben, post).await, buy_post(&ben, small).await);
    assert!(!offered(&ben, &order).await, "20 and 20 are more than 30");
    assert!(offered(&ben, &fits).await, "20 and 10 are not");
    let refused = at_stripe(&ben, &order).await;
    assert_eq!((refused.status, refused.texts(".order-way button").len()), (409, 1), "who asks all the same is shown the other way");
    assert_eq!(app.count("select count(*) from checkouts").await, 1, "nothing is begun");
    // The site's day ends at midnight, and it is noon.
    app.clock.advance(12 * HOUR - SECOND);
    assert!(!offered(&ben, &order).await);
    app.clock.advance(SECOND);
    assert!(offered(&ben, &order).await);
    assert_eq!(at_stripe(&ben, &order).await.status, 303);
});

on_both!(of_those_who_begin_to_pay_at_once_no_more_do_than_the_limit_lets, |app| {
    limited(&app, "50").await;
    let post = app.paid_post(Some(2000), None).await;
    let mut buyers = Vec::new();
    for n in 0..6 {
        let buyer = app.member(&format!("buyer{n}")).await;
        let order = buy_post(&buyer, post).await;
        assert!(offered(&buyer, &order).await);
        buyers.push((buyer, order));
    }
    let tries = buyers.iter().map(|(buyer, order)| at_stripe(buyer, order));
    let mut statuses: Vec<u16> = join_all(tries).await.into_iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 303, 409, 409, 409, 409], "40 of 50");
    assert_eq!(app.count("select count(*) from checkouts").await, 2);
});

on_both!(what_an_order_is_paying_already_does_not_stand_in_its_own_way_and_counts_once, |app| {
    limited(&app, "30").await;
    let (ann, ben) = (app.member("ann").await, app.member("ben").await);
    let order = buy_post(&ann, app.paid_post(Some(2000), None).await).await;
    assert_eq!(at_stripe(&ann, &order).await.status, 303);
    assert!(offered(&ann, &order).await);
    assert_eq!(at_stripe(&ann, &order).await.status, 303);
    let phone = [("provider", "stripe"), ("device", "phone")];
    assert_eq!(ann.post(&format!("{order}/pay"), &phone).await.status, 303);
    assert_eq!(app.count("select count(*) from checkouts").await, 2, "one at the desk, one on the phone");
    let fits = buy_post(&ben, app.paid_post(Some(1000), None).await).await;
    assert!(offered(&ben, &fits).await, "one of the two will be paid");
    let order = buy_post(&ben, app.paid_post(Some(1001), None).await).await;
    assert!(!offered(&ben, &order).await);
});

on_both!(a_try_that_is_closed_or_over_frees_its_part_and_one_whose_money_is_on_its_way_does_not, |app| {
    let stripe = limited(&app, "30").await;
    let (ann, ben) = (app.member("ann").await, app.member("ben").await);
    let post = app.paid_post(Some(2000), None).await;
    let waiting = buy_post(&ben, post).await;
    let order = buy_post(&ann, post).await;
    assert_eq!(at_stripe(&ann, &order).await.status, 303);
    assert!(!offered(&ben, &waiting).await);
    assert_eq!(ann.post(&format!("{order}/give-up"), &[]).await.status, 303);
    assert!(offered(&ben, &waiting).await, "given up, it is closed at once");

    let order = buy_post(&ann, post).await;
    assert_eq!(at_stripe(&ann, &order).await.status, 303);
    app.clock.advance(2 * HOUR - SECOND);
    assert!(!offered(&ben, &waiting).await);
    app.clock.advance(SECOND);
    assert!(offered(&ben, &waiting).await, "nobody paid in time");

    assert_eq!(at_stripe(&ann, &order).await.status, 303);
    let slow = session(&app, &order).await;
    stripe.pay_slowly(&slow).unwrap();
    ann.get(&format!("{order}/return")).await;
    app.clock.advance(3 * HOUR);
    assert!(!offered(&ben, &waiting).await, "it may still come");
    stripe.settle(&slow, false).unwrap();
    ann.get(&format!("{order}/return")).await;
    assert!(offered(&ben, &waiting).await, "it did not");
});
