//! Chance: whatever happens in whatever order, the same truths lead to the same facts; and whatever Stripe answers,
//! nothing panics. Each history is told by its seed.

use super::*;
use axum::body::Bytes;
use axum::http::{Method, Uri};
use serde_json::{Value, json};
use stoa::server::random::Random;

struct Dice(SeededRandom);

impl Dice {
    fn below(&self, most: usize) -> usize {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        usize::try_from(u32::from_be_bytes(bytes)).unwrap() % most
    }
}

/// One deed at the provider, as far as it is possible just now.
fn deed(world: &World, dice: &Dice, session: &str, number: Option<&str>) {
    let simulator = &world.simulator;
    simulator.set_fate(Fate::ALL[dice.below(5)]);
    let payment = simulator.payment_of(number.unwrap_or(session)).unwrap_or_default();
    let _ = match dice.below(12) {
        0 => simulator.pay(session),
        1 => simulator.pay_slowly(session),
        2 => simulator.settle(session, dice.below(2) == 0),
        3 => simulator.decline(session),
        4 | 5 => simulator.refund(&payment, Some(1 + i64::try_from(dice.below(4000)).unwrap())).map(drop),
        6 => simulator.dispute(&payment).and_then(|dispute| simulator.settle_dispute(&dispute, dice.below(2) == 0)),
        7 => simulator.inquire(&payment).map(drop),
        8 => simulator.cancel_at_end(number.unwrap_or_default(), dice.below(2) == 0),
        9 => {
            let charging = if dice.below(2) == 0 { Charging::Fails } else { Charging::Succeeds };
            simulator.set_charging(number.unwrap_or_default(), charging);
            Ok(())
        }
        _ => {
            world.pass(i64::try_from(dice.below(20)).unwrap() * DAY);
            Ok(())
        }
    };
}

#[tokio::test]
async fn the_same_truths_lead_to_the_same_facts_in_whatever_order_one_asks() {
    for seed in 0..60 {
        let world = World::new().await;
        let dice = Dice(SeededRandom::new(seed));
        let mode = if seed % 2 == 0 { Mode::Once } else { Mode::Renewing { every: Cadence::Month, trial_days: 0, cut: None } };
        let (session, asked) = world.open(cny(9900), mode).await;
        let mut waiting = Vec::new();
        for _ in 0..20 {
            let number = world.simulator.agreement_of(&session);
            deed(&world, &dice, &session, number.as_deref());
            waiting.extend(world.simulator.deliveries().take_all());
        }
        let truth = world.client.look(&asked).await.unwrap_or_else(|e| panic!("seed {seed}: {e}"));
        while !waiting.is_empty() {
            let delivery = world.simulator.signed_anew(waiting.swap_remove(dice.below(waiting.len())));
            let told = world.client.believe(&headers(&delivery), &delivery.body).await.unwrap();
            for fact in world.client.facts(&told).await.unwrap() {
                // An agreement over many terms tells those before the last six one by one only.
                let old = matches!(&fact, Fact::Payment(p) if p.term.is_some()) && payments(&truth).len() == 6;
                let old = old || (mode != Mode::Once && matches!(fact, Fact::Refund(_) | Fact::Dispute(_)));
                assert!(truth.contains(&fact) || old, "seed {seed}, {}: {fact:?}\nis not of\n{truth:#?}", told.kind);
            }
        }
        let given_back: i64 = refund_states(&truth).iter().filter(|(_, state)| *state == RefundState::Succeeded).map(|(n, _)| n).sum();
        let paid: i64 = payments(&truth).iter().map(|payment| payment.amount.minor).sum();
        assert!(given_back <= paid, "seed {seed}");
        if mode == Mode::Once {
            let moved = world.client.movements(START, world.clock.now().plus(DAY)).await.unwrap();
            let of = |kind| moved.iter().filter(|m| m.kind == kind).map(|m| m.gross.minor).sum::<i64>();
            assert_eq!((of(MovementKind::Payment), of(MovementKind::Refund)), (paid, -given_back), "seed {seed}");
        }
    }
}

/// The places of all values within, as pointers.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, inner)| places(inner, &format!("{at}/{name}"), found)),
        Value::Array(items) => items.iter().enumerate().for_each(|(i, inner)| places(inner, &format!("{at}/{i}"), found)),
        _ => (),
    }
}

fn spoilt(mut answer: Value, dice: &Dice) -> Value {
    let mut found = Vec::new();
    places(&answer, "", &mut found);
    let others =
        [json!(null), json!(-1), json!(i64::MIN), json!(i64::MAX), json!(1.5), json!(""), json!("付"), json!([]), json!({}), json!(true)];
    if let Some(place) = answer.pointer_mut(&found[dice.below(found.len())]) {
        *place = others[dice.below(others.len())].clone();
    }
    answer
}

#[tokio::test]
async fn whatever_stripe_answers_nothing_panics() {
    let world = World::new().await;
    let (agreement, renewing) = world.agreement(Cadence::Month, 0).await;
    let once = NewCheckout { reference: "b".repeat(32), ..world.checkout(cny(9900), Mode::Once) };
    let session = world.client.open(&once).await.unwrap().number.unwrap();
    world.simulator.pay(&session).unwrap();
    let payment = world.simulator.payment_of(&session).unwrap();
    world.simulator.refund(&payment, Some(100)).unwrap();
    world.simulator.dispute(&payment).unwrap();
    let asked = OpenCheckout { reference: "b".repeat(32), number: Some(session), amount: cny(9900), renewing: false, cut: None };

    // Between the client and the simulator stands one who changes a value in each answer.
    let (base, dice, http) = (world.base.clone(), Arc::new(Dice(SeededRandom::new(7))), reqwest::Client::new());
    let between = async move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
        let mut passed = headers.clone();
        passed.remove("host");
        let answer = http.request(method, format!("{base}{uri}")).headers(passed).body(body).send().await.unwrap();
        let (status, answer) = (answer.status(), answer.json::<Value>().await.unwrap());
        // Mostly left alone, so that one gets on to the calls after it.
        if dice.below(3) > 0 { (status, answer.to_string()) } else { (status, spoilt(answer, &dice).to_string()) }
    };
    let address = serve(move |_| Router::new().fallback(between)).await;
    let mut keys = world.keys.clone();
    keys.insert("base_url".to_owned(), address);
    let client = connected(&keys, world.clock.clone());
    let (mut good, mut bad) = (0, 0);
    for _ in 0..150 {
        let answers = [
            client.look(&asked).await.map(drop),
            client.look(&renewing).await.map(drop),
            client.look_agreement(&agreement).await.map(drop),
            client.movements(START, START.plus(DAY)).await.map(drop),
            client.refund(&refund_of(&payment, REFUND, 1)).await.map(drop),
            client.change(&agreement, Change::Pause, REFUND).await.map(drop),
        ];
        good += answers.iter().filter(|answer| answer.is_ok()).count();
        bad += answers.iter().filter(|answer| answer.is_err()).count();
    }
    assert!(good > 50 && bad > 50, "{good} understood, {bad} not");
}
