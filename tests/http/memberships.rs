//! Memberships as members meet them: the page of tiers, paying, and what can be done about a membership afterwards.

use crate::money_desk::with_stripe;
use crate::on_both;
use crate::payments::{buy_tier, press, to_provider};
use crate::support::{Person, TestApp};
use stoa::foundation::id::{MemberId, TierId};
use stoa::foundation::time::{DAY, HOUR};
use stoa::foundation::viewer::Role;
use stoa::membership::model::NewTier;
use stoa::membership::service::{membership_of, save_tier};
use stoa::payments::notices::remind;
use stoa::payments::service::connections::save;
use stoa::payments::service::refunds::{Wanted, for_admin, refund};
use stoa::payments::service::{clock, order, orders_of, renewals};
use stoa::providers::Provider;
use stoa::providers::keys::Keys;
use stoa::server::db::Queries;
use stoa::simulators::paypal::Paying;
use stoa::simulators::stripe::Stripe;

const HERE: &str = "/account/membership";

impl TestApp {
    async fn new_tier(&self, new: NewTier) -> TierId {
        save_tier(&self.ctx, &self.viewer(self.owner, Role::Owner), new).await.unwrap()
    }

    /// A tier at so much a month, with seats for so many.
    async fn tier_at(&self, name: &str, monthly: &str, seats: &str) -> TierId {
        let new = NewTier { name: name.into(), monthly: monthly.into(), member_limit: seats.into(), ..NewTier::default() };
        self.new_tier(new).await
    }

    async fn reprice(&self, tier: TierId, name: &str, monthly: &str) {
        self.new_tier(NewTier { id: Some(tier), name: name.into(), monthly: monthly.into(), ..NewTier::default() }).await;
    }

    /// Days until the end of a membership; none when there is no such membership.
    async fn days_left(&self, member: MemberId, tier: TierId) -> Option<i64> {
        let held = membership_of(&self.ctx, &self.viewer(member, Role::Member)).await.unwrap();
        let held = held.into_iter().find(|held| held.tier == tier)?;
        Some(held.ends_at.unwrap().since(self.ctx.now()) / DAY)
    }

    async fn switch_on(&self, provider: Provider, keys: &[(&str, &str)]) {
        let keys: Keys = keys.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        save(&self.ctx, &self.viewer(self.owner, Role::Owner), provider, true, &keys).await.unwrap();
    }

    /// An agreement with the test provider, which refuses every change of it.
    async fn agreement(&self, member: MemberId, tier: TierId, state: &str, ends: bool) -> i64 {
        let sql = "insert into subscriptions (member_id, tier_id, provider, provider_subscription, currency, minor, cadence, state, term_until, ends_with_term, method, created_at, as_of)
values ($1, $2, 'test', $3, 'CNY', 3000, 'month', $4, $5, $6, 'Visa ···· 4242', $7, 0)
returning id";
        let (until, now) = (self.ctx.now().plus(20 * DAY), self.ctx.now());
        self.insert(sql, stoa::args![member, tier, format!("sub-{member}"), state, until, ends, now]).await
    }
}

/// Buys a term and pays it; the order's path.
async fn buy(buyer: &Person, tier: TierId, cadence: &str) -> String {
    let path = buy_tier(buyer, tier, cadence).await;
    press(buyer, &to_provider(buyer, &path).await, "pay").await;
    path
}

on_both!(the_page_of_tiers_shows_the_term_and_the_currency_that_the_address_names, |app| {
    let more_prices = Some("month 5 USD\nyear 50 USD\n90 80 CNY".to_owned());
    let (monthly, yearly) = ("30".into(), "300".into());
    app.new_tier(NewTier {
        name: "Readers".into(),
        monthly,
        yearly,
        more_prices,
        benefits: "Every article\nThe room".into(),
        ..NewTier::default()
    })
    .await;
    let visitor = app.visitor();
    let price = async |query: &str| visitor.get(&format!("/membership{query}")).await.texts(".tier-price").remove(0);
    assert_eq!(price("").await, "CN¥30.00 a month");
    assert_eq!(price("?term=year").await, "CN¥300.00 a year");
    assert_eq!(price("?term=year&currency=USD").await, "$50.00 a year");
    assert_eq!(price("?term=days:90").await, "CN¥80.00 for 90 days");
    for nonsense in ["?term=decade", "?currency=XXX", "?term=days:90&currency=EUR", "?term=%00&currency=%F0"] {
        assert!(price(nonsense).await.starts_with("CN¥"), "{nonsense}");
    }
    let page = visitor.get("/membership?term=year&currency=USD").await;
    assert_eq!(page.texts(".tabs [aria-current]"), ["By the year", "USD"]);
    assert_eq!(page.attribute(".tabs a", "href").as_deref(), Some("/membership?term=month&currency=USD"), "the other choice is kept");
    assert_eq!(page.texts(".tier-note"), ["$10.00 less than twelve months"]);
    assert_eq!(page.texts(".tier-benefits li"), ["Every article", "The room"]);
    assert_eq!(page.attribute("input[name=to]", "value").as_deref(), Some("/membership?term=year&currency=USD"));
    assert!(!page.body.contains("Subscribe"), "nobody is there who could charge again");
});

on_both!(a_trial_and_renewing_are_offered_where_a_provider_can_charge_again, |app| {
    app.switch_on(Provider::Stripe, &[("secret_key", "sk_test_x"), ("webhook_secret", "whsec_x"), ("base_url", "http://127.0.0.1:1")])
        .await;
    let tier = app.new_tier(NewTier { name: "Readers".into(), monthly: "30".into(), trial_days: "7".into(), ..NewTier::default() }).await;
    let buyer = app.member("buyer").await;
    let page = buyer.get("/membership").await;
    assert_eq!(page.texts(".tier-offer button"), ["Subscribe", "Buy a month"]);
    assert!(page.body.contains("7 days free, then CN¥30.00 a month"));
    let form = [("kind", "tier"), ("tier", &tier.to_string()), ("cadence", "month"), ("renewing", "on")];
    let path = buyer.post("/checkout", &form).await.location().to_owned();
    let order = buyer.get(&path).await;
    assert_eq!(order.texts(".order-way button"), ["Pay with card (Stripe)"], "the test provider cannot charge again");
    assert!(order.body.contains("nothing if you cancel before"));
    assert_eq!(order.texts(".order-total dt"), ["Due today"]);
    assert_eq!(order.texts(".order-total dd"), ["CN¥0.00"]);
    assert!(order.texts(".order-summary dd").contains(&"22 March 2026, CN¥30.00".to_owned()), "{:?}", order.texts(".order-summary dd"));
    // What stands still meanwhile is said to those who have any.
    assert!(!order.body.contains("stands still"));
    let holder = app.member("holder").await;
    app.entitle(&holder, tier.0, Some(app.ctx.now().plus(DAY))).await;
    let path = holder.post("/checkout", &form).await.location().to_owned();
    assert!(holder.get(&path).await.body.contains("Time of this tier that you have already stands still"));
});

on_both!(a_name_in_latin_letters_stands_apart_in_a_chinese_sentence, |app| {
    app.with_paypal().await;
    let more_prices = Some("month 4.90 USD".into());
    let tier = app.new_tier(NewTier { name: "Readers".into(), monthly: "30".into(), more_prices, ..NewTier::default() }).await;
    let buyer = app.member("buyer").await;
    let form = [("kind", "tier"), ("tier", &tier.to_string()), ("cadence", "month"), ("currency", "USD")];
    let path = buyer.post("/checkout", &form).await.location().to_owned();
    let ways = buyer.get(&format!("{path}?lang=zh-CN")).await.texts(".order-way button");
    assert!(ways.contains(&"用 PayPal 付款".to_owned()), "{ways:?}");
    assert_eq!(buyer.post(&format!("{path}/pay"), &[("provider", "paypal")]).await.status, 303);
    let lead = buyer.get(&format!("{path}/checkout?provider=paypal&lang=zh-CN")).await;
    assert_eq!(lead.texts("h1"), ["前往 PayPal"]);
});

/// Goes to Stripe with an order, the only one so far; the number of the page there.
async fn to_stripe(app: &TestApp, buyer: &Person, path: &str) -> String {
    assert_eq!(buyer.post(&format!("{path}/pay"), &[("provider", "stripe")]).await.status, 303);
    let (session,): (String,) = app.ctx.db().one("select number from checkouts", vec![]).await.unwrap();
    session
}

/// Begins a trial of seven days; the order's path, and the tier.
async fn on_trial(app: &TestApp, buyer: &Person, stripe: &Stripe) -> (String, TierId) {
    let tier = app.new_tier(NewTier { name: "Readers".into(), monthly: "30".into(), trial_days: "7".into(), ..NewTier::default() }).await;
    let form = [("kind", "tier"), ("tier", &*tier.to_string()), ("cadence", "month"), ("renewing", "on")];
    let path = buyer.post("/checkout", &form).await.location().to_owned();
    stripe.pay(&to_stripe(app, buyer, &path).await).unwrap();
    buyer.get(&format!("{path}/return")).await;
    assert!(app.may_enter(buyer.id, tier).await);
    (path, tier)
}

on_both!(an_order_whose_trial_runs_says_so_and_asks_for_no_money, |app| {
    let (owner, buyer) = (app.owner().await, app.member("buyer").await);
    let stripe = with_stripe(&app, &owner).await;
    let (path, _) = on_trial(&app, &buyer, &stripe).await;
    assert_eq!(app.letters("trial").await.len(), 1);
    let told = app.newest_letter("trial").await;
    for said in
        ["Trial until: 22 March 2026", "First charge: 22 March 2026, CN¥30.00", "After that: CN¥30.00 a month", "/account/membership"]
    {
        assert!(told.contains(said), "{said}: {told}");
    }
    let page = buyer.get(&path).await;
    assert_eq!(page.texts(".banner"), ["Trial, first charge on 22 March 2026."]);
    assert!(page.texts(".order-pay, .code-form, .order-give-up").is_empty(), "{}", page.body);
    for list in ["/account/purchases", HERE] {
        let page = buyer.get(list).await;
        assert_eq!(page.texts("td .badge"), ["Trial"], "{list}");
        assert!(page.body.contains("Trial, first charge on 22 March 2026"), "{list}");
        assert_eq!(page.attribute("td a", "href").as_deref(), Some(HERE), "{list}");
    }
    assert_eq!(buyer.get(HERE).await.texts("td.num"), ["CN¥0.00"], "nothing is paid yet");
    assert_eq!(owner.get("/admin/orders").await.texts("td .badge"), ["On trial"]);
    app.clock.advance(8 * DAY);
    stripe.tick();
    clock::tick(&app.ctx).await.unwrap();
    assert_eq!(buyer.get("/account/purchases").await.texts("td .badge"), ["Paid"]);
    assert_eq!(app.letters("trial").await.len(), 1, "once");
    assert_eq!(buyer.get(&path).await.texts("h1"), ["Receipt"]);
});

on_both!(a_trial_that_was_cancelled_says_when_it_ends_and_then_that_it_is_over, |app| {
    let (owner, buyer) = (app.owner().await, app.member("buyer").await);
    let stripe = with_stripe(&app, &owner).await;
    let (path, tier) = on_trial(&app, &buyer, &stripe).await;
    let (order, agreement) = (app.count("select id from orders").await, app.count("select id from subscriptions").await);
    let desk = format!("/admin/orders/{order}");
    let opens = owner.get(&desk).await.texts(".order-facts dd");
    assert!(opens.iter().any(|fact| fact.contains("22 March 2026")), "the tier is open: {opens:?}");
    let cancel = buyer.post(&format!("{HERE}/agreements/{agreement}"), &[("change", "cancel")]).await;
    assert_eq!(cancel.location(), format!("{HERE}?done=cancelled"));
    let page = buyer.get(&path).await;
    assert_eq!(page.texts(".banner"), ["Trial until 22 March 2026, nothing is charged."]);
    let said = page.texts(".order-summary").remove(0);
    assert!(said.contains("The trial, until 22 March 2026; then it ends, and nothing is charged"), "{said}");
    assert!(!said.contains("renews by itself") && !said.contains("30.00"), "{said}");
    let zh = buyer.get(&format!("{path}?lang=zh-CN")).await.texts(".order-summary").remove(0);
    assert!(zh.contains("试用至 2026年3月22日，到期结束，不会扣款"), "{zh}");

    app.clock.advance(8 * DAY);
    stripe.tick();
    clock::tick(&app.ctx).await.unwrap();
    assert!(!app.may_enter(buyer.id, tier).await);
    let told = "select count(*) from subscriptions where state = 'ended' and trial_until is null";
    assert_eq!(app.count(told).await, 1, "Stripe says no more of a trial");
    let page = buyer.get(&path).await;
    assert_eq!(page.texts("h1"), ["Order"]);
    assert_eq!(page.texts(".banner"), ["The trial is over, nothing was charged."]);
    let said = page.texts(".order-summary").remove(0);
    assert!(said.contains("it ended on 22 March 2026") && !said.contains("30.00"), "{said}");
    assert!(page.texts(".order-pay, .code-form, .order-give-up, .order-total").is_empty(), "{}", page.body);
    assert_eq!(buyer.post(&format!("{path}/pay"), &[("provider", "stripe")]).await.status, 409, "once");
    for list in ["/account/purchases", HERE] {
        let page = buyer.get(list).await;
        assert_eq!((page.texts("td .badge"), page.texts("td.num")), (vec!["Trial is over".into()], vec!["CN¥0.00".into()]), "{list}");
        assert_eq!(page.attribute("td a", "href").as_deref(), Some(&*path), "{list}");
    }
    let facts = owner.get(&desk).await.texts(".order-facts dd");
    assert!(facts[0] == "Trial is over" && facts.iter().any(|fact| fact.contains("22 March 2026")), "{facts:?}");
    assert!(facts.contains(&"The trial is over, nothing was charged".to_owned()), "{facts:?}");
    let subjects: Vec<String> = app.letters("cancelled").await.into_iter().map(|(_, subject, _)| subject).collect();
    assert_eq!(subjects, ["“Readers” does not renew any more", "The renewal of “Readers” has ended"]);
});

on_both!(a_trial_that_an_admin_ends_at_once_is_shut_at_once, |app| {
    let (owner, buyer) = (app.owner().await, app.member("buyer").await);
    let stripe = with_stripe(&app, &owner).await;
    let (path, tier) = on_trial(&app, &buyer, &stripe).await;
    let end = format!("/admin/subscriptions/{}/end", app.count("select id from subscriptions").await);
    assert_eq!(owner.post(&end, &[("when", "now"), ("reason", "asked by mail")]).await.status, 303);
    assert!(!app.may_enter(buyer.id, tier).await);
    assert_eq!(buyer.get(&path).await.texts(".banner"), ["The trial is over, nothing was charged."]);
});

on_both!(a_slow_payment_that_failed_is_said_not_to_have_come_through, |app| {
    let (owner, buyer, tier) = (app.owner().await, app.member("buyer").await, app.tier("Readers").await);
    let stripe = with_stripe(&app, &owner).await;
    let path = buy_tier(&buyer, tier, "month").await;
    let said = buyer.get(&path).await.texts(".order-summary").remove(0);
    assert!(said.contains("one month; if you have this tier already, it is added to the end"), "{said}");
    let session = to_stripe(&app, &buyer, &path).await;
    stripe.pay_slowly(&session).unwrap();
    buyer.get(&format!("{path}/return")).await;
    assert_eq!(buyer.get(&path).await.texts(".order-pay button"), ["See how it stands: card (Stripe)"]);
    stripe.settle(&session, false).unwrap();
    buyer.get(&format!("{path}/return")).await;
    let tries = buyer.get(&path).await.texts(".order-tries li");
    assert!(tries.len() == 1 && tries[0].ends_with("It did not come through; nothing was charged"), "{tries:?}");
    // What was not paid stands where it can be paid, and not among what was.
    assert!(buyer.get(HERE).await.texts("tbody tr").is_empty());
    assert_eq!(buyer.get("/account/purchases").await.texts("td .badge"), ["Not paid"]);
    assert_eq!(buyer.post(&format!("{path}/give-up"), &[]).await.status, 303);
    assert_eq!(owner.get("/admin/orders").await.texts("td .badge"), ["Given up"]);
});

on_both!(a_provider_that_does_not_answer_is_named_and_the_others_are_offered, |app| {
    app.switch_on(Provider::Stripe, &[("secret_key", "sk_test_x"), ("webhook_secret", "whsec_x"), ("base_url", "http://127.0.0.1:1")])
        .await;
    let (buyer, tier) = (app.member("buyer").await, app.tier("Readers").await);
    let path = buy_tier(&buyer, tier, "month").await;
    let answer = buyer.post(&format!("{path}/pay"), &[("provider", "stripe")]).await;
    assert_eq!(answer.status, 503);
    assert!(answer.texts(".banner")[0].starts_with("Card (Stripe) does not answer just now. Your order is kept"), "{}", answer.body);
    assert_eq!(answer.texts(".order-way button").len(), 2);
    assert_eq!(buyer.post(&format!("{path}/pay"), &[("provider", "test")]).await.status, 303);
    assert_eq!(buyer.post(&format!("{path}/pay"), &[("provider", "wechat")]).await.status, 409, "it is not switched on");
});

on_both!(whoever_pays_offline_reads_how_on_the_order_with_its_number, |app| {
    app.switch_on(Provider::Offline, &[("instructions", "Bank of Letters\n6222 0000")]).await;
    let (buyer, tier) = (app.member("buyer").await, app.tier("Readers").await);
    let path = buy_tier(&buyer, tier, "month").await;
    assert!(!buyer.get(&path).await.body.contains("Bank of Letters"));
    assert_eq!(buyer.post(&format!("{path}/pay"), &[("provider", "offline")]).await.location(), path);
    let page = buyer.get(&path).await;
    assert_eq!(page.texts(".order-instructions"), ["Bank of Letters\n6222 0000"]);
    let viewer = app.viewer(buyer.id, Role::Member);
    assert_eq!(page.texts(".order-by-hand dd")[1], orders_of(&app.ctx, &viewer, None, 1).await.unwrap()[0].short());
});

on_both!(a_free_tier_is_joined_once_and_for_good_and_others_are_not_free, |app| {
    let free = app.new_tier(NewTier { name: "Friends".into(), free: true, member_limit: "1".into(), ..NewTier::default() }).await;
    let paid = app.tier("Readers").await;
    let (one, other) = (app.member("one").await, app.member("other").await);
    let join = format!("/membership/{free}/join");
    assert_eq!(app.visitor().post(&join, &[]).await.location(), "/sign-in?to=%2Fmembership");
    assert!(one.get("/membership").await.body.contains("1 seat left"));
    for _ in 0..2 {
        assert_eq!(one.post(&join, &[]).await.location(), "/membership?done=joined-free");
    }
    assert!(app.may_enter(one.id, free).await);
    assert_eq!(app.count("select count(*) from entitlements where ends_at is null and cause like 'free:%'").await, 1);
    let full = other.post(&join, &[]).await;
    assert_eq!((full.status, full.texts(".banner").len()), (409, 1));
    assert!(full.body.contains("All seats are taken") && full.attribute(&format!("form[action='{join}']"), "action").is_none());
    assert_eq!(one.post(&format!("/membership/{paid}/join"), &[]).await.status, 409);
    assert_eq!(one.post("/membership/999/join", &[]).await.status, 404);
    assert_eq!(one.post("/membership/x/join", &[]).await.status, 404);
    assert!(one.get(HERE).await.body.contains("For good; nothing is charged."));
});

on_both!(of_two_buyers_at_once_one_gets_the_last_seat, |app| {
    let tier = app.tier_at("Table", "30", "1").await;
    let (one, other) = (app.member("one").await, app.member("other").await);
    let (first, second) = (buy_tier(&one, tier, "month").await, buy_tier(&other, tier, "month").await);
    let (pay_first, pay_second) = (format!("{first}/pay"), format!("{second}/pay"));
    let (a, b) = futures::join!(one.post(&pay_first, &[]), other.post(&pay_second, &[]));
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    let (winner, loser, refused) = if a.status == 303 { (&one, &other, &b) } else { (&other, &one, &a) };
    assert!(refused.texts(".banner")[0].contains("All seats of this tier are taken"));
    press(winner, if a.status == 303 { a.location() } else { b.location() }, "pay").await;
    let page = loser.get("/membership").await;
    assert!(page.body.contains("All seats are taken"));
    assert_eq!(page.attribute("form.tier-offer", "action"), None);
    assert_eq!(winner.get("/membership").await.texts(".tier-offer button"), ["Renew for a month"]);
});

on_both!(money_that_is_on_its_way_holds_the_last_seat_for_as_long_as_it_takes, |app| {
    let tier = app.tier_at("Table", "30", "1").await;
    let (slow, other) = (app.member("slow").await, app.member("other").await);
    to_provider(&slow, &buy_tier(&slow, tier, "month").await).await;
    let on_its_way = async |is: bool| {
        let sql = if is { "update checkouts set state = 'pending'" } else { "update checkouts set state = 'open'" };
        app.ctx.db().run(sql, vec![]).await.unwrap();
    };
    on_its_way(true).await;
    app.clock.advance(5 * DAY);
    let order = buy_tier(&other, tier, "month").await;
    let pay = format!("{order}/pay");
    let refused = other.post(&pay, &[]).await;
    assert_eq!(refused.status, 409, "a transfer from bank to bank takes days");
    assert!(refused.texts(".banner")[0].contains("All seats of this tier are taken"));
    on_its_way(false).await;
    assert_eq!(other.post(&pay, &[]).await.status, 303, "who has not paid holds nothing any more");
});

on_both!(whoever_has_a_tier_renews_at_the_old_price_also_when_it_is_no_longer_sold, |app| {
    let (old, new) = (app.member("old").await, app.member("new").await);
    let tier = app.tier_at("Readers", "30", "").await;
    buy(&old, tier, "month").await;
    app.reprice(tier, "Readers", "45").await;
    assert_eq!(new.get("/membership").await.texts(".tier-price"), ["CN¥45.00 a month"]);
    let page = old.get("/membership").await;
    assert_eq!(
        (page.texts(".tier-price"), page.texts(".tier-offer button")),
        (vec!["CN¥30.00 a month".to_owned()], vec!["Renew for a month".to_owned()])
    );
    assert_eq!(page.texts(".tier-note"), ["Your old price is kept; it is CN¥45.00 now"]);
    app.owner().await.post(&format!("/admin/tiers/{tier}/archive"), &[("archived", "on")]).await;
    assert!(new.get("/membership").await.texts(".tier-card").is_empty());
    assert!(old.get("/membership").await.texts(".tier-card")[0].contains("No longer sold"));
    buy(&old, tier, "month").await;
    assert_eq!(app.days_left(old.id, tier).await, Some(61));
});

on_both!(a_price_is_kept_by_what_one_bought_and_nothing_that_is_given_bridges_a_gap, |app| {
    let (member, tier) = (app.member("member").await, app.tier_at("Readers", "30", "").await);
    let asked = async || {
        app.back_again(&member, "member").await;
        let page = member.get("/membership").await;
        let renewal = renewals::renewal(&app.ctx, &app.viewer(member.id, Role::Member), tier).await.unwrap().unwrap();
        (page.texts(".tier-price"), renewal.price.minor)
    };
    buy(&member, tier, "month").await;
    app.reprice(tier, "Readers", "45").await;
    app.clock.advance(33 * DAY);
    assert_eq!(asked().await, (vec!["CN¥30.00 a month".to_owned()], 3000), "within the days of grace");
    app.clock.advance(400 * DAY);
    app.entitle(&member, tier.0, Some(app.ctx.now().plus(DAY))).await;
    assert!(app.may_enter(member.id, tier).await, "an admin opened it for a day");
    assert_eq!(asked().await, (vec!["CN¥45.00 a month".to_owned()], 4500));
    assert!(member.get("/membership").await.texts(".tier-note").is_empty());
    let order = buy_tier(&member, tier, "month").await;
    assert_eq!(member.get(&order).await.texts(".order-total dd"), ["CN¥45.00"]);
    press(&member, &to_provider(&member, &order).await, "pay").await;
    // From here on it is kept again.
    app.reprice(tier, "Readers", "60").await;
    assert_eq!(asked().await, (vec!["CN¥45.00 a month".to_owned()], 4500));
});

on_both!(a_pause_keeps_the_time_and_gives_it_back, |app| {
    let (member, other) = (app.member("member").await, app.member("other").await);
    let tier = app.tier("Readers").await;
    buy(&member, tier, "month").await;
    let id = tier.to_string();
    let pause = async |person: &Person, paused: &str| person.post("/account/membership/pause", &[("tier", &*id), ("paused", paused)]).await;
    assert_eq!(pause(&other, "on").await.status, 404);
    assert_eq!(app.visitor().post("/account/membership/pause", &[("tier", &*id), ("paused", "on")]).await.status, 401);
    app.clock.advance(10 * DAY);
    assert_eq!(pause(&member, "on").await.location(), "/account/membership?done=paused");
    assert!(!app.may_enter(member.id, tier).await);
    let twice = pause(&member, "on").await;
    assert_eq!((twice.status, twice.texts(".banner.tone-bad").len()), (409, 1), "said on the page");
    app.clock.advance(24 * DAY);
    assert!(member.get(HERE).await.texts(".plan-shown .badge")[0].contains("Paused"));
    assert_eq!(pause(&member, "off").await.location(), "/account/membership?done=resumed");
    assert!(app.may_enter(member.id, tier).await);
    assert_eq!(app.days_left(member.id, tier).await, Some(21));
});

on_both!(what_is_left_of_one_tier_becomes_time_of_another_and_a_refund_takes_it_back, |app| {
    let (member, other) = (app.member("member").await, app.member("other").await);
    let (plain, dear) = (app.tier_at("Plain", "30", "").await, app.tier_at("Dear", "60", "").await);
    let path = buy(&member, plain, "month").await;
    app.clock.advance(11 * DAY);
    assert_eq!(app.days_left(member.id, plain).await, Some(20));
    let page = member.get(HERE).await;
    assert!(
        page.texts(".plan-switch p")[0].ends_with("your 20 days of “Plain” become 10 days of “Dear”."),
        "{:?}",
        page.texts(".plan-switch p")
    );
    let (from, to) = (plain.to_string(), dear.to_string());
    let there = [("from", &*from), ("to", &*to)];
    assert_eq!(other.post("/account/membership/switch", &there).await.status, 404);
    assert_eq!(member.post("/account/membership/switch", &[("from", &*from), ("to", &*from)]).await.status, 409);
    assert_eq!(member.post("/account/membership/switch", &there).await.location(), "/account/membership?done=switched");
    assert_eq!((app.days_left(member.id, plain).await, app.days_left(member.id, dear).await), (None, Some(10)));
    assert!(app.may_enter(member.id, dear).await && !app.may_enter(member.id, plain).await);
    assert_eq!(member.post("/account/membership/switch", &there).await.status, 404, "there is nothing left to change");
    // A provider that tells it again does not bring the old tier back.
    let provider = format!("/test-provider/{}", app.ctx.db().one::<(String,)>("select number from checkouts", vec![]).await.unwrap().0);
    press(&member, &provider, "again").await;
    assert_eq!((app.days_left(member.id, plain).await, app.days_left(member.id, dear).await), (None, Some(10)));
    // Time is changed once: there and back again, rounding and prices would let it grow.
    app.clock.advance(4 * DAY);
    assert_eq!(member.post("/account/membership/switch", &[("from", &*to), ("to", &*from)]).await.status, 409);
    assert_eq!((app.days_left(member.id, plain).await, app.days_left(member.id, dear).await), (None, Some(6)));
    let bought = order(&app.ctx, &app.viewer(member.id, Role::Member), path.strip_prefix("/orders/").unwrap()).await.unwrap();
    let admin = app.viewer(app.owner, Role::Owner);
    let (_, payments) = for_admin(&app.ctx, &admin, bought.id).await.unwrap();
    refund(&app.ctx, &admin, &bought, &Wanted { payment: payments[0].id, amount: "", reason: "", ends_agreement: false }).await.unwrap();
    assert_eq!((app.days_left(member.id, plain).await, app.days_left(member.id, dear).await), (None, None));
    assert_eq!(app.ledger_sum().await, 0);
});

on_both!(nobody_goes_over_to_a_tier_that_is_full_free_or_not_sold, |app| {
    let (member, other) = (app.member("member").await, app.member("other").await);
    let (plain, full) = (app.tier_at("Plain", "30", "").await, app.tier_at("Full", "60", "1").await);
    let free = app.new_tier(NewTier { name: "Friends".into(), free: true, ..NewTier::default() }).await;
    let archived = app.tier_at("Old", "60", "").await;
    app.owner().await.post(&format!("/admin/tiers/{archived}/archive"), &[("archived", "on")]).await;
    buy(&other, full, "month").await;
    buy(&member, plain, "month").await;
    for to in [full, free, archived] {
        let answer = member.post("/account/membership/switch", &[("from", &plain.to_string()), ("to", &to.to_string())]).await;
        assert_eq!((answer.status, answer.texts(".banner.tone-bad").len()), (409, 1), "{to}");
    }
    assert_eq!(app.days_left(member.id, plain).await, Some(31));
});

on_both!(a_reminder_renews_with_one_press_and_can_be_put_away, |app| {
    let (member, other) = (app.member("member").await, app.member("other").await);
    let tier = app.tier("Readers").await;
    app.paid_post(Some(100), None).await;
    buy(&member, tier, "month").await;
    remind(&app.ctx).await.unwrap();
    assert!(member.get("/account").await.texts(".reminder").is_empty(), "a month is long");
    app.clock.advance(25 * DAY);
    remind(&app.ctx).await.unwrap();
    for path in ["/", "/account", HERE, "/account/purchases"] {
        let page = member.get(path).await;
        assert_eq!(page.texts(".reminder > p"), ["Your membership “Readers” ends on 15 April 2026, 12:00."], "{path}");
        assert_eq!(page.texts(".reminder .button"), ["Renew for one month: CN¥30.00"], "{path}");
    }
    let away = member.get("/").await.attribute(".reminder-ways form[action^='/notices']", "action").unwrap();
    assert_eq!(other.post(&away, &[]).await.status, 303);
    assert_eq!(member.get("/").await.texts(".reminder").len(), 1, "somebody else does not put it away");
    assert_eq!(member.post(&away, &[("to", "/account")]).await.location(), "/account");
    assert!(member.get("/").await.texts(".reminder").is_empty());
    app.clock.advance(4 * DAY);
    remind(&app.ctx).await.unwrap();
    let page = member.get("/account").await;
    let field = |name: &str| page.attribute(&format!(".reminder input[name={name}]"), "value").unwrap();
    let form = ["kind", "tier", "cadence", "currency", "provider", "to"].map(|name| (name, field(name)));
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let provider = member.post("/checkout", &form).await.location().to_owned();
    assert!(provider.starts_with("/test-provider/"), "one press leads to the provider: {provider}");
    assert_eq!(press(&member, &provider, "pay").await.location(), "/account?done=joined-tier");
    assert!(member.get("/").await.texts(".reminder").is_empty());
    assert_eq!(app.days_left(member.id, tier).await, Some(32));
});

on_both!(an_agreement_is_its_members_and_a_refused_change_is_said_on_the_page, |app| {
    let (member, other) = (app.member("member").await, app.member("other").await);
    let tier = app.tier("Readers").await;
    let id = app.agreement(member.id, tier, "active", false).await;
    let path = format!("/account/membership/agreements/{id}");
    for change in ["cancel", "pause", "resume", "unpause", "steal", ""] {
        assert_eq!(other.post(&path, &[("change", change)]).await.status, 404, "{change}");
    }
    assert_eq!(other.get(&format!("{path}/portal")).await.status, 404);
    assert_eq!(app.visitor().get(&format!("{path}/portal")).await.status, 401);
    assert_eq!(app.visitor().get(HERE).await.status, 401);
    assert!(other.get(HERE).await.texts(".plan-shown").is_empty());
    let page = member.get(HERE).await;
    assert_eq!(page.texts(".plan-when"), ["4 April 2026, CN¥30.00"]);
    assert!(page.body.contains("Visa ···· 4242"));
    assert!(page.texts(".plan-beyond").is_empty());
    app.entitle(&member, tier.0, Some(app.ctx.now().plus(31 * DAY))).await;
    let longer = member.get(HERE).await;
    assert_eq!(longer.texts(".plan-beyond"), ["15 April 2026, 12:00"], "something else opens it for longer");
    assert_eq!(page.texts(".plan-change button"), ["Pause charges", "Cancel renewal"]);
    assert!(page.texts(".plan-change p")[1].contains("It stays open until 4 April 2026"));
    let refused = member.post(&path, &[("change", "cancel")]).await;
    assert_eq!((refused.status, refused.texts(".banner.tone-bad").len(), refused.texts(".plan-shown").len()), (409, 1, 1));
    assert_eq!(member.post(&path, &[("change", "steal")]).await.status, 404);
    app.ctx.db().run("update subscriptions set ends_with_term = (1 = 1)", vec![]).await.unwrap();
    assert_eq!(member.get(HERE).await.texts(".plan-change button"), ["Resume renewal"]);
    app.ctx.db().run("update subscriptions set ends_with_term = (1 = 0), state = 'paused'", vec![]).await.unwrap();
    assert_eq!(member.get(HERE).await.texts(".plan-change button"), ["Resume charges", "Cancel renewal"]);
});

on_both!(who_is_charged_by_paypal_changes_how_they_pay_on_its_page, |app| {
    let paypal = app.with_paypal().await;
    let more_prices = Some("month 4.90 USD".into());
    let tier = app.new_tier(NewTier { name: "Readers".into(), monthly: "30".into(), more_prices, ..NewTier::default() }).await;
    let (member, other) = (app.member("member").await, app.member("other").await);
    let (path, number) = app.at_provider(&member, tier, ("paypal", "USD")).await;
    paypal.pay(&number, Paying::Succeeds).unwrap();
    member.get(&format!("{path}/return")).await;
    let link = member.get(HERE).await.attribute("a[href$='/portal']", "href").expect("a way to change how it is paid");
    let lead = member.get(&link).await;
    assert_eq!(lead.texts("h1"), ["On to PayPal"]);
    let address = lead.headers["refresh"].to_str().unwrap().strip_prefix("0; url=").unwrap();
    let there = member.client.get(address).header("accept-language", "en").send().await.unwrap().text().await.unwrap();
    assert!(there.contains("Charges succeed from now on"), "{there}");
    assert_eq!(other.get(&link).await.status, 404);
    assert_eq!(app.visitor().get(&link).await.status, 401);
});

on_both!(the_page_of_a_code_waits_until_it_is_paid_or_the_time_is_over, |app| {
    let (buyer, other) = (app.member("buyer").await, app.member("other").await);
    let path = buy_tier(&buyer, app.tier("Readers").await, "month").await;
    let provider = to_provider(&buyer, &path).await;
    app.ctx.db().run("update checkouts set way = 'scan', way_text = 'weixin://wxpay/x'", vec![]).await.unwrap();
    let (code, status) = (format!("{path}/checkout?provider=test"), format!("{path}/status?provider=test"));
    let page = buyer.get(&code).await;
    assert_eq!(
        (page.status, page.texts(".qr svg").len(), page.headers.get("refresh")),
        (200, 1, None),
        "with script nothing is loaded again"
    );
    assert!(page.body.contains(r#"<noscript><meta http-equiv="refresh" content="5""#));
    assert_eq!(page.attribute("[data-live=paying]", "data-status"), Some(status.clone()));
    assert_eq!(buyer.get(&status).await.body, r#"{"to":null}"#);
    assert!(buyer.get(&format!("{code}&asked=1")).await.texts(".banner")[0].contains("does not know of a payment yet"));
    for foreign in [&code, &status] {
        assert_eq!(other.get(foreign).await.status, 404);
        assert_eq!(app.visitor().get(foreign).await.status, 401);
    }
    app.clock.advance(3 * HOUR);
    assert_eq!(buyer.get(&status).await.body, format!(r#"{{"to":"{code}"}}"#));
    let over = buyer.get(&code).await;
    assert_eq!(over.texts("h1"), ["The time to pay is over"]);
    assert_eq!(over.attribute("[data-live=paying]", "data-status"), None);
    press(&buyer, &provider, "pay").await;
    assert_eq!(buyer.get(&status).await.body, format!(r#"{{"to":"{path}/return"}}"#));
    assert_eq!(buyer.get(&code).await.location(), format!("{path}/return"));
});

on_both!(within_wechat_a_button_pays_and_elsewhere_a_sentence_says_so, |app| {
    let buyer = app.member("buyer").await;
    let path = buy_tier(&buyer, app.tier("Readers").await, "month").await;
    to_provider(&buyer, &path).await;
    app.ctx.db().run("update checkouts set way = 'bridge', way_text = '{\"appId\":\"<wx>\"}'", vec![]).await.unwrap();
    let page = buyer.get(&format!("{path}/checkout?provider=test")).await;
    assert_eq!(page.attribute("[data-live=bridge]", "data-parameters").as_deref(), Some(r#"{"appId":"<wx>"}"#));
    assert!(page.attribute("[data-live=bridge] button", "hidden").is_some());
    assert!(page.texts("[data-live=bridge] p")[0].contains("open this page within WeChat"));
});
