//! Random lives of orders: for each provider, whatever is bought, paid, told late, twice or never, given back, contested,
//! looked at or interrupted between any two statements, ends in the same state as the provider's own books say: open if
//! and only if paid and not given back, a ledger that balances and agrees with the provider to the cent, one receipt a
//! payment.
//!
//! `year` is the one history that is told day by day: a year with each provider.
//!
//! `STOA_HISTORIES` says how many for each provider and database (`make histories`: 10,000); `STOA_HISTORY_SEED` draws
//! others. A failing history is printed shrunk, as the steps that lead to it, and with its number: `STOA_HISTORY` lives that
//! one alone.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod check;
mod interrupted;
#[path = "../support/postgres.rs"]
mod postgres;
mod rewards;
mod shares;
mod sides;
mod steps;
mod world;
mod year;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use sides::Kind;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use steps::{Step, history};
use stoa::server::db::Queries;
use world::{Backend, World};

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().and_then(|n| n.parse().ok())
}

/// Which histories of each provider and database are lived, by number; and whether they are so many that they reach everything.
fn which() -> (Range<u64>, bool) {
    match number("STOA_HISTORY") {
        Some(n) => (n..n + 1, false),
        None => (0..number("STOA_HISTORIES").unwrap_or(60), true),
    }
}

/// Each history is drawn by itself, so that it can be lived again without those before it.
fn rng(n: u64) -> TestRng {
    let drawn = number("STOA_HISTORY_SEED").unwrap_or(20_261_122);
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&drawn.to_le_bytes());
    seed[8..16].copy_from_slice(&n.to_le_bytes());
    TestRng::from_seed(RngAlgorithm::ChaCha, &seed)
}

const LIVES_OF_A_WORLD: u32 = 50;

/// On a thread with room: what is awaited within each other is large as long as it is not optimized.
fn run(kind: Kind, backend: Backend) {
    let lives = std::thread::Builder::new().stack_size(16 << 20).spawn(move || live_all(kind, backend)).unwrap();
    if let Err(failed) = lives.join() {
        std::panic::resume_unwind(failed);
    }
}

fn live_all(kind: Kind, backend: Backend) {
    // A life is lived step by step: more threads would only wake each other.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    // A world grows old: its books get long, its clock is years ahead.
    let world = RefCell::new((0, runtime.block_on(World::new(kind, backend))));
    let tally = RefCell::default();
    let config = Config { cases: 1, failure_persistence: None, max_shrink_iters: 400, ..Config::default() };
    let (numbers, are_many) = which();
    for n in numbers.clone() {
        let outcome = TestRunner::new_with_rng(config.clone(), rng(n)).run(&history(kind), |history: Vec<Step>| {
            let (lives, world) = &mut *world.borrow_mut();
            if *lives == LIVES_OF_A_WORLD {
                add(&mut tally.borrow_mut(), runtime.block_on(world.tally()));
                (*lives, *world) = (0, runtime.block_on(World::new(kind, backend)));
            }
            *lives += 1;
            let outcome = runtime.block_on(world.live(&history));
            if outcome.is_err() {
                // What went wrong is left in this world, and must not be taken for the fault of a shorter history.
                *lives = LIVES_OF_A_WORLD;
            }
            outcome.map_err(TestCaseError::fail)
        });
        if let Err(failure) = outcome {
            panic!("{kind:?} on {backend:?}, history {n} (STOA_HISTORY={n} lives it again): {failure}");
        }
        if (n + 1) % 1_000 == 0 {
            println!("{kind:?} on {backend:?}: {} histories", n + 1);
        }
    }
    let mut tally = tally.into_inner();
    add(&mut tally, runtime.block_on(world.into_inner().1.tally()));
    println!("{kind:?} on {backend:?}, {} histories: {tally:?}", numbers.count());
    let happened = |what: &str| tally.get(what).is_some_and(|n| *n > 0);
    let reach = ["payments", "refunds succeeded", "notifications done"].into_iter().all(happened);
    assert!(reach || !are_many, "the histories reach nothing: {tally:?}");
}

fn add(sums: &mut BTreeMap<String, i64>, tally: Vec<(String, i64)>) {
    for (what, n) in tally {
        *sums.entry(what).or_default() += n;
    }
}

/// Found by the histories: whoever used such a connection next wrote what nobody ever saw.
#[test]
fn a_transaction_that_is_broken_off_as_it_begins_leaves_no_connection_within_it() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let world = World::new(Kind::Alipay, Backend::Postgres).await;
        let db = world.ctx.db();
        for n in 0..300 {
            drop(interrupted::after(1 + n % 3, db.begin()).await);
        }
        let sql = "select count(*) from pg_stat_activity where datname = current_database() and state = 'idle in transaction'";
        let mut open = i64::MAX;
        // What was dropped is rolled back behind our back; that takes some turns.
        for _ in 0..500 {
            (open,) = db.one(sql, vec![]).await.unwrap();
            if open == 0 {
                return;
            }
        }
        panic!("{open} connections are left in a transaction");
    });
}

macro_rules! histories {
    ($($sqlite:ident, $postgres:ident: $kind:expr;)+) => {$(
        #[test]
        fn $sqlite() {
            run($kind, Backend::Sqlite);
        }
        #[test]
        fn $postgres() {
            run($kind, Backend::Postgres);
        }
    )+};
}

histories! {
    every_life_of_an_order_at_stripe_ends_as_stripe_says, every_life_of_an_order_at_stripe_ends_as_stripe_says_on_postgres: Kind::Stripe;
    every_life_of_an_order_at_paypal_ends_as_paypal_says, every_life_of_an_order_at_paypal_ends_as_paypal_says_on_postgres: Kind::Paypal;
    every_life_of_an_order_at_wechat_pay_ends_as_wechat_pay_says, every_life_of_an_order_at_wechat_pay_ends_as_wechat_pay_says_on_postgres: Kind::Wechat;
    every_life_of_an_order_at_alipay_ends_as_alipay_says, every_life_of_an_order_at_alipay_ends_as_alipay_says_on_postgres: Kind::Alipay;
}
