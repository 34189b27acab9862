//! Memberships that renew.

use super::*;

#[tokio::test]
async fn an_agreement_renews_on_the_same_day_of_each_month() {
    let world = World::new().await;
    let (number, asked) = world.agreement(Cadence::Month, 0).await;
    let facts = world.client.look(&asked).await.unwrap();
    let first = agreement(&facts).clone();
    assert_eq!(
        (first.agreement.as_str(), first.reference.as_deref(), first.state),
        (number.as_str(), Some(REFERENCE), AgreementState::Active)
    );
    assert_eq!((first.term_until, first.trial_until, first.ends_with_term), (Some(day("2026-02-28")), None, false));
    assert_eq!((first.method.as_deref(), first.as_of), (Some("Visa ···· 4242"), START));
    let term = payments(&facts)[0].term.clone().unwrap();
    assert_eq!((term.agreement.as_str(), term.from, term.until), (number.as_str(), START, day("2026-02-28")));

    // At the end of the term there is an hour in which it is not charged yet: the new term is not paid.
    world.pass(28 * DAY);
    let facts = world.client.look_agreement(&number).await.unwrap();
    assert_eq!((agreement(&facts).term_until, payments(&facts).len()), (Some(day("2026-02-28")), 1));
    world.pass(HOUR);
    let facts = world.client.look_agreement(&number).await.unwrap();
    assert_eq!((agreement(&facts).term_until, payments(&facts).len()), (Some(day("2026-03-31")), 2));
    world.pass(61 * DAY);
    let facts = world.client.look_agreement(&number).await.unwrap();
    let until: Vec<Timestamp> = payments(&facts).iter().map(|payment| payment.term.clone().unwrap().until).collect();
    assert_eq!(until, [day("2026-05-31"), day("2026-04-30"), day("2026-03-31"), day("2026-02-28")]);
    assert!(payments(&facts).iter().all(|payment| payment.reference.as_deref() == Some(REFERENCE) && payment.fee == Some(cny(317))));
    world.simulator.deliveries().take_all();
    // A refund of a renewal names its term as well.
    let payment = world.simulator.payment_of(&number).unwrap();
    world.simulator.refund(&payment, None).unwrap();
    let told = world.believed().await;
    assert_eq!(payments(&told[0].1)[0].term.as_ref().map(|term| term.until), Some(day("2026-05-31")));
    assert_eq!(payments(&told[0].1)[0].reference.as_deref(), Some(REFERENCE));
}

#[tokio::test]
async fn a_trial_puts_off_the_first_charge() {
    let world = World::new().await;
    let (number, asked) = world.agreement(Cadence::Year, 7).await;
    let facts = world.client.look(&asked).await.unwrap();
    assert!(payments(&facts).is_empty());
    let fact = agreement(&facts);
    assert_eq!(
        (fact.state, fact.trial_until, fact.term_until),
        (AgreementState::Trialing, Some(day("2026-02-07")), Some(day("2026-02-07")))
    );
    for (kind, told) in world.believed().await {
        assert!(payments(&told).is_empty(), "{kind}");
    }
    world.pass(7 * DAY + HOUR);
    let facts = world.client.look_agreement(&number).await.unwrap();
    assert_eq!((agreement(&facts).state, agreement(&facts).term_until), (AgreementState::Active, Some(day("2027-02-07"))));
    assert_eq!(payments(&facts)[0].term.as_ref().map(|term| term.from), Some(day("2026-02-07")));
    let told = world.believed().await;
    let paid = told.iter().find(|(kind, _)| kind == "invoice.paid").unwrap();
    assert_eq!(payments(&paid.1), payments(&facts));
}

#[tokio::test]
async fn a_failing_charge_is_past_due_and_is_caught_up_or_ends() {
    for recovers in [true, false] {
        let world = World::new().await;
        let (number, _) = world.agreement(Cadence::Days(30), 0).await;
        world.simulator.set_charging(&number, Charging::Fails);
        world.believed().await;
        world.pass(30 * DAY + HOUR);
        let facts = world.client.look_agreement(&number).await.unwrap();
        let end = START.plus(30 * DAY);
        assert_eq!((agreement(&facts).state, agreement(&facts).term_until), (AgreementState::PastDue, Some(end)));
        assert_eq!(payments(&facts).len(), 1);
        let told = world.believed().await;
        let failed = told.iter().find(|(kind, _)| kind == "invoice.payment_failed").unwrap();
        assert_eq!((agreement(&failed.1).state, payments(&failed.1).len()), (AgreementState::PastDue, 0));
        if recovers {
            world.simulator.set_charging(&number, Charging::Succeeds);
            world.pass(3 * DAY);
            let facts = world.client.look_agreement(&number).await.unwrap();
            assert_eq!((agreement(&facts).state, agreement(&facts).term_until), (AgreementState::Active, Some(end.plus(30 * DAY))));
            assert_eq!(payments(&facts).len(), 2);
        } else {
            world.pass(15 * DAY);
            let facts = world.client.look_agreement(&number).await.unwrap();
            assert_eq!((agreement(&facts).state, payments(&facts).len()), (AgreementState::Ended, 1));
            assert_eq!(world.believed().await.last().unwrap().0, "customer.subscription.deleted");
        }
    }
}

#[tokio::test]
async fn an_agreement_is_cancelled_taken_up_and_ended() {
    let world = World::new().await;
    let (number, _) = world.agreement(Cadence::Month, 0).await;
    let change = async |change, n: u8| world.client.change(&number, change, &format!("{n:032x}")).await;
    let cancelled = change(Change::CancelAtEnd, 1).await.unwrap();
    assert_eq!((agreement(&cancelled).state, agreement(&cancelled).ends_with_term), (AgreementState::Active, true));
    assert_eq!(change(Change::CancelAtEnd, 1).await.unwrap(), cancelled, "twice is as once");
    assert!(!agreement(&change(Change::Resume, 2).await.unwrap()).ends_with_term);
    // At the portal, which writes it otherwise.
    world.simulator.cancel_at_end(&number, true).unwrap();
    assert!(agreement(&world.client.look_agreement(&number).await.unwrap()).ends_with_term);
    assert!(!agreement(&change(Change::Resume, 3).await.unwrap()).ends_with_term);
    change(Change::CancelAtEnd, 4).await.unwrap();
    world.pass(28 * DAY);
    let ended = world.client.look_agreement(&number).await.unwrap();
    assert_eq!((agreement(&ended).state, agreement(&ended).term_until), (AgreementState::Ended, Some(day("2026-02-28"))));
    assert!(matches!(change(Change::Resume, 5).await, Err(Failure::Refused { .. })));
    assert_eq!(agreement(&change(Change::EndNow, 6).await.unwrap()).state, AgreementState::Ended);

    let world = World::new().await;
    let (number, _) = world.agreement(Cadence::Month, 0).await;
    world.pass(DAY);
    let ended = world.client.change(&number, Change::EndNow, REFUND).await.unwrap();
    assert_eq!((agreement(&ended).state, agreement(&ended).term_until), (AgreementState::Ended, Some(START.plus(DAY))));
}

#[tokio::test]
async fn a_paused_agreement_is_not_charged() {
    let world = World::new().await;
    let (number, _) = world.agreement(Cadence::Month, 0).await;
    let paused = world.client.change(&number, Change::Pause, &"1".repeat(32)).await.unwrap();
    assert_eq!(agreement(&paused).state, AgreementState::Paused);
    assert_eq!(world.client.change(&number, Change::Pause, &"1".repeat(32)).await.unwrap(), paused);
    world.pass(40 * DAY);
    let facts = world.client.look_agreement(&number).await.unwrap();
    assert_eq!((agreement(&facts).state, payments(&facts).len()), (AgreementState::Paused, 1));
    let taken_up = world.client.change(&number, Change::Unpause, &"2".repeat(32)).await.unwrap();
    assert_eq!(agreement(&taken_up).state, AgreementState::Active);
    world.pass(30 * DAY);
    assert_eq!(payments(&world.client.look_agreement(&number).await.unwrap()).len(), 2);
}

#[tokio::test]
async fn another_price_waits_for_the_end_of_the_paid_term() {
    for every in [Cadence::Month, Cadence::Year] {
        let world = World::new().await;
        let (number, _) = world.agreement(Cadence::Month, 0).await;
        world.pass(DAY);
        let reprice = new_price(cny(50_000), every, None);
        let facts = repriced(&world, &number, &reprice, REFUND).await;
        assert_eq!(agreement(&facts).charges, Some((cny(50_000), every)));
        let fact = agreement(&facts).clone();
        assert_eq!((fact.state, fact.trial_until, fact.term_until), (AgreementState::Active, None, Some(day("2026-02-28"))));
        assert_eq!(repriced(&world, &number, &reprice, REFUND).await, facts, "twice is as once");
        world.pass(27 * DAY + HOUR);
        let facts = world.client.look_agreement(&number).await.unwrap();
        let paid = payments(&facts);
        assert_eq!((paid.len(), paid[0].amount, agreement(&facts).state), (2, cny(50_000), AgreementState::Active));
        let until = if every == Cadence::Month { "2026-03-31" } else { "2027-02-28" };
        assert_eq!(paid[0].term.as_ref().map(|term| (term.from, term.until)), Some((day("2026-02-28"), day(until))));
    }
}

#[tokio::test]
async fn another_price_at_once_is_charged_as_the_difference_for_the_rest_of_the_term() {
    let world = World::new().await;
    let (number, _) = world.agreement(Cadence::Month, 0).await;
    let first = payments(&world.client.look_agreement(&number).await.unwrap())[0].clone();
    let old = first.amount;
    // Half of the 28 days from 31 January on.
    world.pass(14 * DAY);
    let at = START.plus(14 * DAY);
    let dear = Money::new(old.minor * 3, old.currency);
    let wanted = new_price(dear, Cadence::Month, Some(at));
    world.simulator.set_charging(&number, Charging::Fails);
    let refused = world.client.reprice(&number, &wanted, REFUND).await.unwrap_err();
    assert!(matches!(refused, Failure::Refused { code, .. } if code == "card_declined"));
    assert_eq!(agreement(&world.client.look_agreement(&number).await.unwrap()).charges, Some((old, Cadence::Month)), "nothing changed");
    world.simulator.set_charging(&number, Charging::Succeeds);
    let facts = repriced(&world, &number, &wanted, &"4".repeat(32)).await;
    assert_eq!(agreement(&facts).charges, Some((dear, Cadence::Month)));
    assert_eq!(agreement(&facts).term_until, Some(day("2026-02-28")), "the term stays as it is");
    let settled = payments(&facts).into_iter().find(|payment| payment.payment != first.payment).unwrap();
    assert_eq!(settled.amount.minor, old.minor, "half of twice as much more");
    assert_eq!(settled.term.as_ref().map(|term| (term.from, term.until, term.settles)), Some((at, day("2026-02-28"), true)));
    assert_eq!(repriced(&world, &number, &wanted, &"5".repeat(32)).await, facts, "twice is as once");
    world.pass(15 * DAY);
    let facts = world.client.look_agreement(&number).await.unwrap();
    let next = payments(&facts).into_iter().max_by_key(|payment| payment.paid_at).unwrap();
    assert_eq!((next.amount, next.term.as_ref().map(|term| (term.from, term.settles))), (dear, Some((day("2026-02-28"), false))));
    let year = new_price(dear, Cadence::Year, Some(START.plus(29 * DAY)));
    assert!(matches!(world.client.reprice(&number, &year, REFUND).await, Err(Failure::Refused { code, .. }) if code == "not_at_once"));
}

fn new_price(amount: Money, every: Cadence, at_once: Option<Timestamp>) -> NewPrice {
    NewPrice { amount, every, at_once, return_url: "https://site.example/account".to_owned() }
}

async fn repriced(world: &World, number: &str, wanted: &NewPrice, reference: &str) -> Vec<Fact> {
    match world.client.reprice(number, wanted, reference).await.unwrap() {
        Repriced::Done(facts) => facts,
        Repriced::Consent(address) => panic!("nobody has to agree: {address}"),
    }
}

#[tokio::test]
async fn the_portal_has_an_address() {
    let world = World::new().await;
    let (number, _) = world.agreement(Cadence::Month, 0).await;
    let url = world.client.portal(&number, "https://site.example/account").await.unwrap().unwrap();
    let page = reqwest::Client::new().get(&url).header("Accept-Language", "zh-CN").send().await.unwrap().text().await.unwrap();
    assert!(page.contains("管理订阅") && page.contains("https://site.example/account") && !page.contains("<script"), "{page}");
}

async fn charged(world: &World, number: &str) -> Vec<i64> {
    let facts = world.client.look_agreement(number).await.unwrap();
    let mut paid = payments(&facts);
    paid.sort_by_key(|payment| payment.term.as_ref().map(|term| term.from));
    paid.iter().map(|payment| payment.amount.minor).collect()
}

#[tokio::test]
async fn the_first_terms_cost_less_by_a_coupon_and_those_after_them_the_whole_price() {
    let world = World::new().await;
    let cut = Some(Cut { amount: cny(4950), terms: 2 });
    let (session, _) = world.open(cny(9900), Mode::Renewing { every: Cadence::Month, trial_days: 0, cut }).await;
    world.simulator.pay(&session).unwrap();
    let number = world.simulator.agreement_of(&session).unwrap();
    for _ in 0..3 {
        world.pass(31 * DAY);
    }
    assert_eq!(charged(&world, &number).await, [4950, 4950, 9900, 9900]);
    let facts = world.client.look_agreement(&number).await.unwrap();
    assert_eq!(agreement(&facts).charges, Some((cny(9900), Cadence::Month)), "in the long run");
    assert!(agreement(&facts).began.is_some());
}

#[tokio::test]
async fn a_coupon_is_made_once_and_a_running_agreement_can_have_one() {
    let world = World::new().await;
    let (number, _) = world.agreement(Cadence::Month, 0).await;
    let cut = Cut { amount: cny(4900), terms: 1 };
    for _ in 0..2 {
        world.client.cut(&number, Cadence::Month, cny(9900), &cut, REFUND).await.unwrap();
    }
    for _ in 0..2 {
        world.pass(31 * DAY);
    }
    assert_eq!(charged(&world, &number).await, [9900, 4900, 9900]);
}

#[tokio::test]
async fn another_price_ends_what_an_offer_took_off() {
    let world = World::new().await;
    let cut = Some(Cut { amount: cny(4950), terms: 6 });
    let (session, _) = world.open(cny(9900), Mode::Renewing { every: Cadence::Month, trial_days: 0, cut }).await;
    world.simulator.pay(&session).unwrap();
    let number = world.simulator.agreement_of(&session).unwrap();
    world.pass(10 * DAY);
    let dearer = NewPrice { amount: cny(19_900), every: Cadence::Month, at_once: Some(world.clock.now()), return_url: String::new() };
    world.client.reprice(&number, &dearer, REFUND).await.unwrap();
    world.pass(31 * DAY);
    // Of 18 of 28 days: what was paid for them is what is taken off.
    assert_eq!(charged(&world, &number).await, [4950, 9611, 19_900]);
}
