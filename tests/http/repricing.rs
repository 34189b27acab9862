//! Going over to another tier with a renewing membership, as its member does it on the page: what is said is what happens.

use crate::on_both;
use crate::support::{Answer, Person, TestApp};
use axum::Router;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::IntoResponse;
use scraper::Selector;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use stoa::foundation::id::{PaymentId, TierId};
use stoa::foundation::time::{DAY, HOUR, MINUTE};
use stoa::foundation::viewer::Role;
use stoa::membership::model::NewTier;
use stoa::membership::service::{membership_of, save_tier};
use stoa::payments::inbox;
use stoa::payments::service::connections::save;
use stoa::payments::service::refunds::{Wanted, for_admin, refund};
use stoa::payments::service::{Patience, clock, orders_of};
use stoa::providers::Provider;
use stoa::providers::keys::Keys;
use stoa::server::clock::Clock;
use stoa::server::db::Queries;
use stoa::server::random::SeededRandom;
use stoa::simulators::deliveries::Delivery;
use stoa::simulators::paypal::{Paying, Paypal};
use stoa::simulators::stripe::{Charging, Stripe};
use stoa::simulators::{keys, paypal};

const HERE: &str = "/account/membership";

/// What an admin gives back of a payment; nothing typed: all that is left.
fn so_much(payment: PaymentId, amount: &str) -> Wanted<'_> {
    Wanted { payment, amount, reason: "", ends_agreement: false }
}

impl TestApp {
    /// A simulator that listens, and the keys that reach it.
    pub async fn listens<T>(&self, provider: Provider, make: impl FnOnce(Arc<dyn Clock>, String) -> (Router, T)) -> (Keys, T) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (router, made) = make(self.clock.clone(), base.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (keys(provider.as_str(), &base).unwrap(), made)
    }

    /// As `listens`, switched on.
    pub async fn serve<T>(&self, provider: Provider, make: impl FnOnce(Arc<dyn Clock>, String) -> (Router, T)) -> T {
        let (keys, made) = self.listens(provider, make).await;
        save(&self.ctx, &self.viewer(self.owner, Role::Owner), provider, true, &keys).await.unwrap();
        made
    }

    /// Stripe's, not switched on yet.
    pub async fn stripe_listens(&self) -> (Keys, Arc<Stripe>) {
        self.listens(Provider::Stripe, stripe_of).await
    }

    async fn with_stripe(&self) -> Arc<Stripe> {
        self.serve(Provider::Stripe, stripe_of).await
    }

    pub async fn with_paypal(&self) -> Arc<Paypal> {
        let make = |clock, base| {
            let made = Arc::new(paypal::Paypal::new(clock, Arc::new(SeededRandom::new(7)), base));
            (made.clone().router(), made)
        };
        self.serve(Provider::Paypal, make).await
    }

    async fn sold(&self, name: &str, monthly: &str, more: &str) -> TierId {
        let more_prices = Some(more.to_owned());
        let new = NewTier { name: name.into(), monthly: monthly.into(), more_prices, ..NewTier::default() };
        save_tier(&self.ctx, &self.viewer(self.owner, Role::Owner), new).await.unwrap()
    }

    /// An order for a renewing month, at the provider; the order's path and the provider's number.
    pub async fn at_provider(&self, buyer: &Person, tier: TierId, (provider, currency): (&str, &str)) -> (String, String) {
        let tier = tier.to_string();
        let form = [("kind", "tier"), ("tier", &*tier), ("cadence", "month"), ("currency", currency), ("renewing", "on")];
        let path = buyer.post("/checkout", &form).await.location().to_owned();
        assert_eq!(buyer.post(&format!("{path}/pay"), &[("provider", provider)]).await.status, 303);
        let (number,): (String,) = self.ctx.db().one("select number from checkouts order by id desc limit 1", vec![]).await.unwrap();
        (path, number)
    }

    /// What the member has now, and until which day.
    async fn has(&self, member: &Person) -> Vec<(TierId, String)> {
        let held = membership_of(&self.ctx, &self.viewer(member.id, Role::Member)).await.unwrap();
        let day = |at: stoa::foundation::time::Timestamp| jiff::Timestamp::from_millisecond(at.0).unwrap().strftime("%F").to_string();
        held.into_iter().map(|held| (held.tier, day(held.ends_at.unwrap()))).collect()
    }

    async fn agreement_id(&self) -> i64 {
        self.count("select max(id) from subscriptions").await
    }

    /// What a simulator has to say arrives and is processed.
    pub async fn hear(&self, provider: Provider, deliveries: Vec<Delivery>) {
        assert!(!deliveries.is_empty());
        for delivery in deliveries {
            let request = self.visitor().client.post(&delivery.url).body(delivery.body);
            let request = delivery.headers.into_iter().fold(request, |request, (name, value)| request.header(name, value));
            assert_eq!(request.send().await.unwrap().status(), 200);
        }
        inbox::process_of(&self.ctx, provider).await.unwrap();
    }

    async fn fine(&self) {
        assert_eq!(self.ledger_sum().await, 0);
        assert_eq!(self.count("select count(*) from notifications where state = 'quarantined'").await, 0);
    }
}

/// The keys of a provider that takes calls and never says a word.
pub async fn silent(provider: Provider) -> Keys {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok(connection) = listener.accept().await {
            held.push(connection);
        }
    });
    keys(provider.as_str(), &base).unwrap()
}

fn stripe_of(clock: Arc<dyn Clock>, base: String) -> (Router, Arc<Stripe>) {
    let made = Arc::new(Stripe::new(clock, Arc::new(SeededRandom::new(7)), base));
    (made.clone().router(), made)
}

fn pass(app: &TestApp, milliseconds: i64) {
    app.clock.advance(milliseconds);
}

/// The fields of the form that offers a tier or term, by what its button says.
fn form(page: &Answer, button: &str) -> Vec<(String, String)> {
    let html = page.html();
    let (forms, inputs) = (Selector::parse("form.plan-reprice").unwrap(), Selector::parse("input").unwrap());
    let form = html.select(&forms).find(|form| form.text().collect::<String>().contains(button)).expect("an offer");
    let field = |input: scraper::ElementRef<'_>| {
        let value = |name: &str| input.value().attr(name).unwrap_or_default().to_owned();
        (value("name"), value("value"))
    };
    form.select(&inputs).map(field).collect()
}

async fn press(app: &TestApp, member: &Person, button: &str) -> Answer {
    let fields = form(&member.get(HERE).await, button);
    send(app, member, &fields).await
}

async fn send(app: &TestApp, member: &Person, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    member.post(&format!("{HERE}/agreements/{}/tier", app.agreement_id().await), &fields).await
}

on_both!(a_dearer_tier_opens_at_once_for_the_difference_and_its_refund_gives_the_old_one_back, |app| {
    let stripe = app.with_stripe().await;
    let (plain, dear) = (app.sold("Plain", "30", "").await, app.sold("Dear", "60", "days:90 150 CNY").await);
    let member = app.member("member").await;
    let (path, session) = app.at_provider(&member, plain, ("stripe", "CNY")).await;
    stripe.pay(&session).unwrap();
    member.get(&format!("{path}/return")).await;
    assert_eq!(app.has(&member).await, [(plain, "2026-04-15".into())]);
    let cards = member.get("/membership").await;
    assert_eq!(cards.texts(".tier-offers .button"), ["Manage your membership", "Change tier"], "nobody is led to pay for both");
    // Half of the 31 days.
    pass(&app, 15 * DAY + 12 * HOUR);
    let page = member.get(HERE).await;
    assert_eq!(
        page.texts(".plan-reprice p"),
        [
            "You go over to “Dear” now: Card (Stripe) charges the difference for the rest of this term, about CN¥15.00, and CN¥60.00 a month from the next term on.",
            "Until 15 April 2026 everything stays as it is, and nothing is charged or given back; from then on it is “Dear”, at CN¥150.00 for 90 days.",
        ]
    );
    stripe.set_charging(&stripe.agreement_of(&session).unwrap(), Charging::Fails);
    let refused = press(&app, &member, "CN¥60.00").await;
    assert_eq!((refused.status, refused.texts(".banner.tone-bad").len()), (409, 1));
    assert_eq!(app.has(&member).await, [(plain, "2026-04-15".into())], "nothing has changed");
    stripe.set_charging(&stripe.agreement_of(&session).unwrap(), Charging::Succeeds);

    let said = form(&member.get(HERE).await, "CN¥60.00");
    assert_eq!(send(&app, &member, &said).await.location(), "/account/membership?done=repriced");
    assert_eq!(app.has(&member).await, [(dear, "2026-04-15".into())], "one tier, not both");
    let page = member.get(HERE).await;
    assert_eq!((page.texts(".plan-shown h2").len(), page.texts(".plan-when")), (1, vec!["15 April 2026, CN¥60.00".to_owned()]));
    assert_eq!(send(&app, &member, &said).await.status, 409, "a second click changes nothing");
    let paid = app.count("select cast(sum(minor) as bigint) from payments").await;
    assert_eq!((paid, app.count("select count(*) from payments").await), (4500, 2));
    app.fine().await;

    // Somebody refunds the difference: what was paid for the term is open again.
    let admin = app.viewer(app.owner, Role::Owner);
    let orders = orders_of(&app.ctx, &app.viewer(member.id, Role::Member), None, 10).await.unwrap();
    let settled = orders.iter().find(|order| order.settles).unwrap();
    assert_eq!((settled.price.minor, settled.title.as_str()), (1500, "Dear"));
    assert!(page.body.contains("Dear, difference for a running term") && page.body.contains("Plain, one month"));
    let (_, payments) = for_admin(&app.ctx, &admin, settled.id).await.unwrap();
    refund(&app.ctx, &admin, settled, &so_much(payments[0].id, "")).await.unwrap();
    assert_eq!(app.has(&member).await, [(plain, "2026-04-15".into())]);

    // The next term is of the dear tier, at its whole price.
    pass(&app, 16 * DAY);
    stripe.tick();
    pass(&app, 2 * HOUR);
    stripe.tick();
    clock::tick(&app.ctx).await.unwrap();
    assert_eq!(app.has(&member).await, [(dear, "2026-05-15".into())], "and no days of grace of the old one");
    assert_eq!(app.count("select max(minor) from payments").await, 6000);
    app.fine().await;
});

on_both!(a_wish_to_cancel_is_kept_for_a_provider_that_does_not_answer, |app| {
    let (stripe_keys, stripe) = app.stripe_listens().await;
    let admin = app.viewer(app.owner, Role::Owner);
    save(&app.ctx, &admin, Provider::Stripe, true, &stripe_keys).await.unwrap();
    let member = app.member("member").await;
    let tier = app.sold("Plain", "30", "").await;
    let (path, session) = app.at_provider(&member, tier, ("stripe", "CNY")).await;
    stripe.pay(&session).unwrap();
    member.get(&format!("{path}/return")).await;
    let agreement = format!("{HERE}/agreements/{}", app.agreement_id().await);

    app.ctx.keep::<Patience>().set(50);
    save(&app.ctx, &admin, Provider::Stripe, true, &silent(Provider::Stripe).await).await.unwrap();
    let pressed = tokio::time::timeout(Duration::from_secs(9), member.post(&agreement, &[("change", "pause")])).await.expect("an answer");
    assert_eq!((pressed.status, pressed.texts(".banner.tone-bad").len()), (503, 1), "nothing is promised of a pause");
    let pressed = tokio::time::timeout(Duration::from_secs(9), member.post(&agreement, &[("change", "cancel")])).await.expect("an answer");
    assert_eq!(pressed.location(), HERE);
    let page = member.get(HERE).await;
    assert!(page.texts(".banner.tone-warn")[0].starts_with("We have your wish to cancel."), "{:?}", page.texts(".banner"));
    assert_eq!(page.texts(".plan-change button"), ["Keep renewing"], "nothing else can be changed meanwhile");
    // Who thinks better of it is charged as before, also once Stripe answers.
    assert_eq!(member.post(&agreement, &[("change", "resume")]).await.status, 303);
    assert!(member.get(HERE).await.texts(".banner.tone-warn").is_empty());
    member.post(&agreement, &[("change", "cancel")]).await;
    member.post(&agreement, &[("change", "resume")]).await;
    save(&app.ctx, &admin, Provider::Stripe, true, &stripe_keys).await.unwrap();
    app.ctx.keep::<Patience>().set(60_000);
    pass(&app, HOUR);
    clock::tick(&app.ctx).await.unwrap();
    assert_eq!(app.count("select count(*) from subscriptions where ends_with_term").await, 0);

    save(&app.ctx, &admin, Provider::Stripe, true, &silent(Provider::Stripe).await).await.unwrap();
    app.ctx.keep::<Patience>().set(50);
    member.post(&agreement, &[("change", "cancel")]).await;
    save(&app.ctx, &admin, Provider::Stripe, true, &stripe_keys).await.unwrap();
    pass(&app, HOUR);
    clock::tick(&app.ctx).await.unwrap();
    let page = member.get(HERE).await;
    assert_eq!((page.texts(".banner.tone-warn").len(), page.texts(".plan-shown .badge")), (0, vec!["Will not renew".to_owned()]));
    assert_eq!(app.count("select count(*) from subscriptions where cancel_asked_at is not null").await, 0);
    // And nothing is charged with the next term.
    pass(&app, 40 * DAY);
    stripe.tick();
    clock::tick(&app.ctx).await.unwrap();
    assert_eq!(app.count("select count(*) from payments").await, 1);
});

on_both!(what_is_to_be_cancelled_is_cancelled_before_the_next_charge_also_if_its_provider_answers_questions_alone, |app| {
    let deaf = Arc::new(AtomicBool::new(false));
    let hears = deaf.clone();
    let make = move |clock, base| {
        let (router, made) = stripe_of(clock, base);
        let listens = move |request: Request, next: Next| {
            let refuses = hears.load(Ordering::Relaxed) && request.method() != Method::GET;
            async move { if refuses { StatusCode::SERVICE_UNAVAILABLE.into_response() } else { next.run(request).await } }
        };
        (router.layer(from_fn(listens)), made)
    };
    let stripe = app.serve(Provider::Stripe, make).await;
    let (member, tier) = (app.member("member").await, app.sold("Plain", "30", "").await);
    let (path, session) = app.at_provider(&member, tier, ("stripe", "CNY")).await;
    stripe.pay(&session).unwrap();
    member.get(&format!("{path}/return")).await;
    pass(&app, 29 * DAY);
    app.back_again(&member, "member").await;
    deaf.store(true, Ordering::Relaxed);
    let agreement = format!("{HERE}/agreements/{}", app.agreement_id().await);
    assert_eq!(member.post(&agreement, &[("change", "cancel")]).await.location(), HERE);
    pass(&app, 2 * MINUTE);
    clock::tick(&app.ctx).await.unwrap();
    assert_eq!(app.count("select count(*) from subscriptions where ends_with_term").await, 0);
    deaf.store(false, Ordering::Relaxed);
    pass(&app, HOUR);
    clock::tick(&app.ctx).await.unwrap();
    assert_eq!(app.count("select count(*) from subscriptions where ends_with_term").await, 1, "two days before it is charged");
});

on_both!(whoever_pays_is_told_in_time_that_a_provider_says_nothing, |app| {
    save(&app.ctx, &app.viewer(app.owner, Role::Owner), Provider::Stripe, true, &silent(Provider::Stripe).await).await.unwrap();
    app.ctx.keep::<Patience>().set(50);
    let (buyer, tier) = (app.member("buyer").await, app.sold("Plain", "30", "").await);
    let form = [("kind", "tier"), ("tier", &*tier.to_string()), ("cadence", "month"), ("currency", "CNY"), ("renewing", "on")];
    let order = buyer.post("/checkout", &form).await.location().to_owned();
    let pay = [("provider", "stripe")];
    let path = format!("{order}/pay");
    let pressed = tokio::time::timeout(Duration::from_secs(9), buyer.post(&path, &pay)).await.expect("a call alone may last longer");
    assert_eq!(pressed.status, 503);
    assert!(pressed.body.contains("Your order is kept"), "{}", pressed.body);
});

on_both!(when_the_term_is_refunded_after_an_upgrade_neither_tier_is_open, |app| {
    let stripe = app.with_stripe().await;
    let plain = app.sold("Plain", "30", "").await;
    app.sold("Dear", "60", "").await;
    let member = app.member("member").await;
    let (path, session) = app.at_provider(&member, plain, ("stripe", "CNY")).await;
    stripe.pay(&session).unwrap();
    member.get(&format!("{path}/return")).await;
    let first = stripe.payment_of(&stripe.agreement_of(&session).unwrap()).unwrap();
    pass(&app, DAY);
    assert_eq!(press(&app, &member, "CN¥60.00").await.status, 303);
    stripe.refund(&first, None).unwrap();
    pass(&app, 31 * DAY);
    clock::tick(&app.ctx).await.unwrap();
    let open = app.count("select count(*) from entitlements where revoked_at is null").await;
    assert_eq!(open, 0, "the difference alone pays nothing");
    assert_eq!(app.count(DIFFERENCE_BACK).await, 1, "so it goes back");
    app.fine().await;
});

/// How many differences went back.
const DIFFERENCE_BACK: &str = "select count(*) from refunds r
    join payments p on p.id = r.payment_id
    join orders o on o.id = p.order_id
    where o.settles and r.state = 'succeeded' and r.minor = p.minor";

on_both!(whoever_takes_a_term_back_has_the_difference_back_too_and_both_tiers_close_at_once, |app| {
    app.promise("none", "days").await;
    let stripe = app.with_stripe().await;
    let plain = app.sold("Plain", "30", "").await;
    let dear = app.sold("Dear", "60", "").await;
    let member = app.member("member").await;
    let (path, session) = app.at_provider(&member, plain, ("stripe", "CNY")).await;
    stripe.pay(&session).unwrap();
    member.get(&format!("{path}/return")).await;
    pass(&app, DAY);
    assert_eq!(press(&app, &member, "CN¥60.00").await.status, 303);
    assert_eq!(app.has(&member).await, [(dear, "2026-04-15".into())]);
    stripe.hold_refunds(true);
    assert_eq!(member.post(&format!("{path}/take-back"), &[]).await.status, 303);
    assert!(app.has(&member).await.is_empty(), "access ends with the request");
    clock::tick(&app.ctx).await.unwrap();
    let pending: Vec<(String,)> = app.ctx.db().all("select provider_refund from refunds where state = 'pending'", vec![]).await.unwrap();
    assert_eq!(pending.len(), 2);
    for (refund,) in &pending {
        stripe.settle_refund(refund, true).unwrap();
    }
    for _ in 0..2 {
        pass(&app, 2 * HOUR);
        clock::tick(&app.ctx).await.unwrap();
    }
    let sum = "select cast(sum(minor) as bigint) from refunds where state = 'succeeded'";
    assert_eq!(app.count(sum).await, app.count("select cast(sum(minor) as bigint) from payments").await);
    assert_eq!((app.count(DIFFERENCE_BACK).await, app.count("select count(*) from refunds").await), (1, 2), "once");
    assert!(app.has(&member).await.is_empty());
    app.fine().await;
});

on_both!(a_part_of_the_term_that_is_given_back_leaves_the_difference_and_the_rest_takes_it_along, |app| {
    let stripe = app.with_stripe().await;
    let plain = app.sold("Plain", "30", "").await;
    let dear = app.sold("Dear", "60", "").await;
    let member = app.member("member").await;
    let (path, session) = app.at_provider(&member, plain, ("stripe", "CNY")).await;
    stripe.pay(&session).unwrap();
    member.get(&format!("{path}/return")).await;
    pass(&app, DAY);
    assert_eq!(press(&app, &member, "CN¥60.00").await.status, 303);
    let admin = app.viewer(app.owner, Role::Owner);
    let orders = orders_of(&app.ctx, &app.viewer(member.id, Role::Member), None, 10).await.unwrap();
    let term = orders.iter().find(|order| !order.settles).unwrap();
    let (_, payments) = for_admin(&app.ctx, &admin, term.id).await.unwrap();
    refund(&app.ctx, &admin, term, &so_much(payments[0].id, "10")).await.unwrap();
    clock::tick(&app.ctx).await.unwrap();
    assert_eq!(app.has(&member).await, [(dear, "2026-04-15".into())]);
    assert_eq!(app.count("select count(*) from refunds").await, 1);
    refund(&app.ctx, &admin, term, &so_much(payments[0].id, "")).await.unwrap();
    clock::tick(&app.ctx).await.unwrap();
    assert!(app.has(&member).await.is_empty());
    assert_eq!((app.count(DIFFERENCE_BACK).await, app.count("select count(*) from refunds").await), (1, 3));
    app.fine().await;
});

on_both!(the_difference_goes_back_when_the_buyers_bank_took_the_term_back, |app| {
    let stripe = app.with_stripe().await;
    let plain = app.sold("Plain", "30", "").await;
    app.sold("Dear", "60", "").await;
    let member = app.member("member").await;
    stripe.set_endpoint(&format!("{}/webhooks/stripe", member.address));
    let (path, session) = app.at_provider(&member, plain, ("stripe", "CNY")).await;
    stripe.pay(&session).unwrap();
    member.get(&format!("{path}/return")).await;
    let first = stripe.payment_of(&stripe.agreement_of(&session).unwrap()).unwrap();
    pass(&app, DAY);
    assert_eq!(press(&app, &member, "CN¥60.00").await.status, 303);
    stripe.deliveries().take_all();
    let dispute = stripe.dispute(&first).unwrap();
    app.hear(Provider::Stripe, stripe.deliveries().take_all()).await;
    clock::tick(&app.ctx).await.unwrap();
    assert_eq!(app.count("select count(*) from refunds").await, 0, "nothing is decided");
    stripe.settle_dispute(&dispute, false).unwrap();
    app.hear(Provider::Stripe, stripe.deliveries().take_all()).await;
    clock::tick(&app.ctx).await.unwrap();
    assert!(app.has(&member).await.is_empty());
    assert_eq!(app.count(DIFFERENCE_BACK).await, 1);
    app.fine().await;
});

on_both!(an_order_that_began_two_agreements_stays_with_the_one_that_paid_it_when_that_goes_over_to_another_tier, |app| {
    let stripe = app.with_stripe().await;
    let (plain, dear) = (app.sold("Plain", "30", "").await, app.sold("Dear", "60", "").await);
    let member = app.member("member").await;
    let (path, at_desk) = app.at_provider(&member, plain, ("stripe", "CNY")).await;
    // On the telephone as well, and both are paid before anybody tells.
    assert_eq!(member.post(&format!("{path}/pay"), &[("provider", "stripe"), ("device", "phone")]).await.status, 303);
    let (on_telephone,): (String,) = app.ctx.db().one("select number from checkouts order by id desc limit 1", vec![]).await.unwrap();
    assert_ne!(at_desk, on_telephone);
    stripe.set_endpoint(&format!("{}/webhooks/stripe", member.address));
    stripe.pay(&at_desk).unwrap();
    let of_first = stripe.deliveries().take_all();
    stripe.pay(&on_telephone).unwrap();
    let of_second = stripe.deliveries().take_all();
    app.hear(Provider::Stripe, of_first).await;
    assert_eq!(app.has(&member).await, [(plain, "2026-04-15".into())]);
    pass(&app, DAY);
    assert_eq!(press(&app, &member, "CN¥60.00").await.status, 303);
    assert_eq!(app.has(&member).await, [(dear, "2026-04-15".into())]);
    let began = app.agreement_id().await;

    app.hear(Provider::Stripe, of_second.into_iter().map(|late| stripe.signed_anew(late)).collect()).await;
    assert!(app.agreement_id().await > began, "the second agreement is known of");
    assert_eq!(app.count("select subscription_id from orders order by id limit 1").await, began);
    let has = app.has(&member).await;
    assert!(has.contains(&(dear, "2026-04-15".into())), "what was paid is open: {has:?}");
    app.fine().await;
});

on_both!(a_cheaper_tier_waits_for_the_next_term_and_can_be_taken_back_until_then, |app| {
    let stripe = app.with_stripe().await;
    let (plain, dear) = (app.sold("Plain", "30", "").await, app.sold("Dear", "60", "").await);
    let member = app.member("member").await;
    let (path, session) = app.at_provider(&member, dear, ("stripe", "CNY")).await;
    stripe.pay(&session).unwrap();
    member.get(&format!("{path}/return")).await;
    pass(&app, 5 * DAY);
    let page = member.get(HERE).await;
    assert!(page.texts(".plan-reprice p")[0].starts_with("Until 15 April 2026 everything stays as it is"), "{:?}", page.texts("p"));
    assert_eq!(press(&app, &member, "Change to “Plain”").await.status, 303);
    let page = member.get(HERE).await;
    assert_eq!(page.texts(".plan-coming"), ["Agreed: from 15 April 2026 on it is “Plain”, at CN¥30.00 a month."]);
    assert_eq!(page.texts(".plan-when"), ["15 April 2026, CN¥30.00"]);
    let at_the_desk = app.owner().await.get(&format!("/admin/subscriptions/{}", app.agreement_id().await)).await;
    let said = at_the_desk.texts(".facts > div").into_iter().find(|fact| fact.starts_with("Changes to")).unwrap();
    assert!(said.contains("Plain, CN¥30.00 a month") && said.contains("15 April 2026"), "{said}");
    assert_eq!(app.has(&member).await, [(dear, "2026-04-15".into())]);
    // Back, and there again.
    assert_eq!(press(&app, &member, "Change to “Dear”").await.status, 303);
    assert_eq!(member.get(HERE).await.texts(".plan-when"), ["15 April 2026, CN¥60.00"]);
    assert_eq!(press(&app, &member, "Change to “Plain”").await.status, 303);
    pass(&app, 26 * DAY);
    stripe.tick();
    pass(&app, 2 * HOUR);
    stripe.tick();
    clock::tick(&app.ctx).await.unwrap();
    assert_eq!(app.has(&member).await, [(plain, "2026-05-15".into())]);
    assert!(member.get(HERE).await.texts(".plan-coming").is_empty(), "it holds now");
    app.fine().await;
});

on_both!(at_paypal_the_buyer_agrees_first_and_the_change_is_found_when_nobody_comes_back, |app| {
    let paypal = app.with_paypal().await;
    let (plain, dear) = (app.sold("Plain", "30", "month 3 USD\nyear 30 USD").await, app.sold("Dear", "60", "month 6 USD").await);
    let member = app.member("member").await;
    let (path, number) = app.at_provider(&member, plain, ("paypal", "USD")).await;
    paypal.pay(&number, Paying::Succeeds).unwrap();
    member.get(&format!("{path}/return")).await;
    assert_eq!(app.has(&member).await, [(plain, "2026-04-15".into())]);
    let page = member.get(HERE).await;
    assert_eq!(
        page.texts(".plan-reprice p"),
        [
            "PayPal first asks you to agree to the new price. Until 15 April 2026 everything stays as it is, and nothing is charged or given back; from then on it is “Dear”, at $6.00 a month."
        ],
        "PayPal changes no term"
    );
    let on = press(&app, &member, "Change to “Dear”").await;
    assert_eq!((on.status, on.attribute("main a.button", "href").unwrap().contains("/webapps/billing/subscriptions/update")), (200, true));
    let back = format!("{HERE}/agreements/{}/return", app.agreement_id().await);
    assert_eq!(member.get(&back).await.location(), HERE, "the buyer has not agreed");
    let zh = member.get(&format!("{HERE}?lang=zh-CN")).await.texts(".plan-coming p").remove(0);
    assert!(zh.starts_with("PayPal 在等你确认："), "{zh}");
    assert!(member.get(HERE).await.texts(".plan-coming p")[0].starts_with("PayPal waits for you to agree to “Dear” at $6.00 a month."));
    assert_eq!(app.member("other").await.get(&back).await.status, 404);
    // Agreed there, and the browser never comes back.
    assert!(paypal.agree(&number).unwrap().starts_with(&format!("{}{back}?", app.address)));
    pass(&app, 11 * MINUTE);
    clock::tick(&app.ctx).await.unwrap();
    assert_eq!(member.get(HERE).await.texts(".plan-coming"), ["Agreed: from 15 April 2026 on it is “Dear”, at $6.00 a month."]);
    assert_eq!(member.get(&back).await.location(), "/account/membership?done=repriced");
    assert_eq!(app.has(&member).await, [(plain, "2026-04-15".into())]);
    pass(&app, 31 * DAY);
    paypal.tick();
    pass(&app, 2 * HOUR);
    clock::tick(&app.ctx).await.unwrap();
    assert_eq!(app.has(&member).await, [(dear, "2026-05-15".into())]);
    assert_eq!(app.count("select max(minor) from payments").await, 600);
    app.fine().await;
});

on_both!(nothing_is_offered_that_is_full_free_held_already_or_not_what_was_said, |app| {
    let stripe = app.with_stripe().await;
    let plain = app.sold("Plain", "30", "").await;
    let dear = app.sold("Dear", "60", "").await;
    let owner = app.viewer(app.owner, Role::Owner);
    let tier = |name: &str| NewTier { name: name.into(), monthly: "90".into(), ..NewTier::default() };
    let full = save_tier(&app.ctx, &owner, NewTier { member_limit: "1".into(), ..tier("Full") }).await.unwrap();
    save_tier(&app.ctx, &owner, NewTier { free: true, ..NewTier { name: "Friends".into(), ..NewTier::default() } }).await.unwrap();
    let (member, other) = (app.member("member").await, app.member("other").await);
    let (path, session) = app.at_provider(&other, full, ("stripe", "CNY")).await;
    stripe.pay(&session).unwrap();
    other.get(&format!("{path}/return")).await;
    let (path, session) = app.at_provider(&member, plain, ("stripe", "CNY")).await;
    stripe.pay(&session).unwrap();
    member.get(&format!("{path}/return")).await;
    pass(&app, DAY);
    assert_eq!(member.get(HERE).await.texts(".plan-reprice button"), ["Change to “Dear”, CN¥60.00 a month"]);
    let said = form(&member.get(HERE).await, "Dear");
    let changed = |name: &str, value: &str| {
        let swap = |(field, old): &(String, String)| (field.clone(), if field == name { value.to_owned() } else { old.clone() });
        said.iter().map(swap).collect::<Vec<_>>()
    };
    let (full, plain_id) = (full.to_string(), plain.to_string());
    for fields in
        [changed("minor", "1"), changed("when", "next"), changed("tier", &full), changed("tier", &plain_id), changed("cadence", "year")]
    {
        let answer = send(&app, &member, &fields).await;
        assert_eq!((answer.status, answer.texts(".banner.tone-bad").len()), (409, 1), "{fields:?}");
    }
    for fields in [changed("minor", "x"), changed("tier", ""), changed("cadence", "decade"), Vec::new()] {
        assert_eq!(send(&app, &member, &fields).await.status, 404, "{fields:?}");
    }
    assert_eq!(send(&app, &other, &said).await.status, 404, "it is not theirs");
    assert_eq!(send(&app, &app.visitor(), &said).await.status, 401);
    // Whoever cancelled resumes first.
    let agreement = format!("{HERE}/agreements/{}", app.agreement_id().await);
    assert_eq!(member.post(&agreement, &[("change", "cancel")]).await.status, 303);
    assert!(member.get(HERE).await.texts(".plan-reprice").is_empty());
    assert_eq!(send(&app, &member, &said).await.status, 409);
    assert_eq!(app.count("select count(*) from agreement_changes").await, 0);
    assert!(!app.may_enter(member.id, dear).await);
});

on_both!(of_two_wishes_at_once_one_is_done_and_the_other_changes_nothing, |app| {
    let stripe = app.with_stripe().await;
    let (plain, middling, dear) =
        (app.sold("Plain", "30", "").await, app.sold("Middling", "60", "").await, app.sold("Dear", "90", "").await);
    let member = app.member("member").await;
    let (path, session) = app.at_provider(&member, plain, ("stripe", "CNY")).await;
    stripe.pay(&session).unwrap();
    member.get(&format!("{path}/return")).await;
    pass(&app, 15 * DAY + 12 * HOUR);
    let page = member.get(HERE).await;
    let (one, other) = (form(&page, "CN¥60.00"), form(&page, "CN¥90.00"));
    let answers = futures::join!(send(&app, &member, &one), send(&app, &member, &other));
    let mut statuses = [answers.0.status, answers.1.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    let has = app.has(&member).await;
    assert!(has == [(middling, "2026-04-15".into())] || has == [(dear, "2026-04-15".into())], "{has:?}");
    assert_eq!(app.count("select count(*) from payments").await, 2, "the term and one difference");
    for _ in 0..3 {
        pass(&app, 10 * DAY);
        stripe.tick();
        clock::tick(&app.ctx).await.unwrap();
    }
    assert_eq!(app.count("select count(*) from payments").await, 3);
    app.fine().await;
});
