//! Random lives of codes and shop orders. Whatever is made, redeemed by several (also two at once), revoked, expired, imported,
//! refunded and imported again: a code or an order opens at most once, what is revoked opens nothing, and the counts agree
//! with the entitlements.
//!
//! `STOA_HISTORIES` and `STOA_HISTORY_SEED` count as for the lives of orders in `tests/histories`, and `make histories` runs
//! these too. They stand here because they live in a whole site with its shop.

use crate::support::{Backend, TestApp};
use crate::taobao::line;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use stoa::codes::model::Source;
use stoa::codes::service::batches::{self, NewCodes};
use stoa::codes::service::items::{self, NewItem};
use stoa::codes::service::{TypedOpens, import, orders, redeem};
use stoa::foundation::id::MemberId;
use stoa::foundation::time::DAY;
use stoa::foundation::viewer::{Role, Viewer};
use stoa::members::service::create;
use stoa::server::db::Queries;

/// Order, line, quantity, state, whose it is, and since when.
type Line = (i64, i64, i64, String, Option<i64>, Option<i64>);

const CODES: usize = 4;
const ORDERS: usize = 4;
const PEOPLE: usize = 3;

#[derive(Debug, Clone)]
enum Step {
    /// One or two people at once.
    Redeem {
        order: bool,
        nth: usize,
        people: Vec<usize>,
    },
    Revoke {
        order: bool,
        nth: usize,
        take_back: bool,
    },
    RevokeRest,
    Days(i64),
    /// The state of each order in the file; none is left out.
    Import(Vec<Option<usize>>),
    /// The last file once more.
    Again,
    /// Redeemed while the file that refunds it comes in.
    Cross {
        nth: usize,
        person: usize,
    },
}

const STATES: [&str; 4] = ["等待买家付款", "交易成功", "退款中的订单，买家申请退款", "交易关闭"];

fn step() -> impl Strategy<Value = Step> {
    let redeem = (any::<bool>(), 0..CODES, vec(0..PEOPLE, 1..=2));
    prop_oneof![
        6 => redeem.prop_map(|(order, nth, people)| Step::Redeem { order, nth, people }),
        2 => (any::<bool>(), 0..CODES, any::<bool>()).prop_map(|(order, nth, take_back)| Step::Revoke { order, nth, take_back }),
        1 => Just(Step::RevokeRest),
        2 => (1..40_i64).prop_map(Step::Days),
        5 => vec(proptest::option::weighted(0.8, 0..STATES.len()), ORDERS).prop_map(Step::Import),
        2 => Just(Step::Again),
        1 => (0..ORDERS, 0..PEOPLE).prop_map(|(nth, person)| Step::Cross { nth, person }),
    ]
}

struct World {
    app: TestApp,
    people: Vec<MemberId>,
    tier: String,
    article: String,
    life: usize,
}

impl World {
    async fn new(backend: Backend) -> World {
        let app = TestApp::start(backend).await;
        let tier = app.tier("Readers").await.to_string();
        let post = app.paid_post(Some(100), None).await;
        let article = app.slug_of(post).await;
        let admin = app.viewer(app.owner, Role::Owner);
        let opens = TypedOpens { tier: tier.clone(), term: "days".into(), days: "30".into(), ..TypedOpens::default() };
        let item = NewItem { field: "title".into(), how: "contains".into(), text: "卡".into(), opens };
        items::add(&app.ctx, &admin, &item).await.unwrap();
        World { app, people: Vec::new(), tier, article, life: 0 }
    }

    fn admin(&self) -> Viewer {
        self.app.viewer(self.app.owner, Role::Owner)
    }

    fn viewer(&self, nth: usize) -> Viewer {
        self.app.viewer(self.people[nth], Role::Member)
    }

    fn number(&self, nth: usize) -> String {
        format!("{:015}{nth}", self.life)
    }

    fn file(&self, states: &[Option<usize>]) -> Vec<u8> {
        let lines = states.iter().enumerate().filter_map(|(nth, state)| {
            let quantity = if nth == 0 { "2" } else { "1" };
            Some(line(&self.number(nth), STATES[(*state)?], "13800001234", "月卡", quantity, ""))
        });
        crate::taobao::file(&lines.collect::<Vec<_>>())
    }

    async fn import(&self, bytes: Vec<u8>) -> Result<(), String> {
        import::import(&self.app.ctx, &self.admin(), "file.csv", bytes).await.map(drop).map_err(|e| e.to_string())
    }

    /// All that is known of codes, orders and what they opened.
    async fn snapshot(&self) -> Vec<(String, i64, i64)> {
        let sql = "select cause, starts_at, coalesce(revoked_at, 0) from entitlements
union all select number, coalesce(member_id, 0), 0 from taobao_orders
union all select item || state, quantity, order_id from taobao_lines
union all select hash, coalesce(member_id, 0), coalesce(revoked_at, 0) from codes
order by 1, 2, 3";
        self.app.ctx.db().all(sql, vec![]).await.unwrap()
    }

    async fn live(&mut self, history: &[Step]) -> Result<(), String> {
        self.life += 1;
        let ctx = self.app.ctx.clone();
        self.people.clear();
        for nth in 0..PEOPLE {
            let account = crate::support::account(&format!("p{}-{nth}", self.life));
            self.people.push(create(&ctx, account, Role::Member).await.unwrap());
        }
        let opens = TypedOpens { tier: self.tier.clone(), term: "month".into(), articles: self.article.clone(), ..TypedOpens::default() };
        let until = stoa::foundation::format::day(ctx.now().plus(60 * DAY), &jiff::tz::TimeZone::UTC).to_string();
        let new = NewCodes {
            name: "Life".into(),
            size: CODES.to_string(),
            opens,
            until,
            several: self.life.is_multiple_of(2),
            ..NewCodes::default()
        };
        let (batch, _) = batches::make(&ctx, &self.admin(), &new).await.unwrap();
        let codes: Vec<(i64,)> = ctx.db().all("select id from codes where batch_id = $1 order by id", stoa::args![batch]).await.unwrap();
        let mut last_file = self.file(&[]);
        let mut won: BTreeMap<String, usize> = BTreeMap::new();
        for step in history {
            match step {
                Step::Redeem { order, nth, people } => {
                    let Some(source) = self.source(&codes, *order, *nth).await else { continue };
                    let viewers: Vec<Viewer> = people.iter().map(|person| self.viewer(*person)).collect();
                    let tries = viewers.iter().map(|viewer| redeem::redeem(&ctx, viewer, source));
                    for outcome in futures::future::join_all(tries).await {
                        match outcome {
                            Ok(()) => *won.entry(source.cause()).or_default() += 1,
                            Err(error) if error.status() == 409 => (),
                            Err(error) => return Err(format!("{step:?}: {error}")),
                        }
                    }
                }
                Step::Revoke { order, nth, take_back } => {
                    let done = match self.source(&codes, *order, *nth).await {
                        Some(Source::Code(id)) => batches::revoke(&ctx, &self.admin(), id, *take_back).await.map(drop),
                        Some(Source::Order(id)) => orders::revoke(&ctx, &self.admin(), id).await,
                        None => Ok(()),
                    };
                    if let Err(error) = done
                        && error.status() != 409
                    {
                        return Err(format!("{step:?}: {error}"));
                    }
                }
                Step::RevokeRest => drop(batches::revoke_rest(&ctx, &self.admin(), batch).await.map_err(|e| e.to_string())?),
                Step::Days(days) => self.app.clock.advance(days * DAY),
                Step::Import(states) => {
                    last_file = self.file(states);
                    self.import(last_file.clone()).await?;
                }
                Step::Again => {
                    self.import(last_file.clone()).await?;
                    let before = self.snapshot().await;
                    self.import(last_file.clone()).await?;
                    if self.snapshot().await != before {
                        return Err("the same file again changed something".into());
                    }
                }
                Step::Cross { nth, person } => {
                    let mut states = [None; ORDERS];
                    states[*nth] = Some(3);
                    let (file, viewer) = (self.file(&states), self.viewer(*person));
                    let Some(source) = self.source(&codes, true, *nth).await else { continue };
                    let (imported, redeemed) = futures::join!(self.import(file), redeem::redeem(&ctx, &viewer, source));
                    imported?;
                    match redeemed {
                        Ok(()) => *won.entry(source.cause()).or_default() += 1,
                        Err(error) if error.status() == 409 => (),
                        Err(error) => return Err(format!("{step:?}: {error}")),
                    }
                }
            }
            self.check(batch, &won).await.map_err(|wrong| format!("after {step:?}: {wrong}"))?;
        }
        Ok(())
    }

    async fn source(&self, codes: &[(i64,)], order: bool, nth: usize) -> Option<Source> {
        if !order {
            return Some(Source::Code(codes[nth].0));
        }
        let sql = "select id from taobao_orders where number = $1";
        let row: Option<(i64,)> = self.app.ctx.db().optional(sql, stoa::args![self.number(nth)]).await.unwrap();
        row.map(|(id,)| Source::Order(id))
    }

    async fn check(&self, batch: i64, won: &BTreeMap<String, usize>) -> Result<(), String> {
        let db = self.app.ctx.db();
        if let Some((source, times)) = won.iter().find(|(_, times)| **times > 1) {
            return Err(format!("{source} was redeemed {times} times"));
        }
        let given: Vec<(String, i64, Option<i64>)> = db.all("select cause, member_id, revoked_at from entitlements", vec![]).await.unwrap();
        let of = |cause: String| given.iter().filter(move |(given, ..)| given.starts_with(&cause)).collect::<Vec<_>>();
        let codes: Vec<(i64, Option<i64>, Option<i64>)> =
            db.all("select id, member_id, revoked_at from codes where batch_id = $1", stoa::args![batch]).await.unwrap();
        let mut open = BTreeSet::new();
        for (id, member, revoked) in codes {
            let parts = of(format!("code:{id}:"));
            let expected = if member.is_some() { 2 } else { 0 };
            if parts.len() != expected || parts.iter().any(|(_, by, _)| Some(*by) != member) {
                return Err(format!("code {id} of {member:?} opened {parts:?}"));
            }
            if parts.iter().any(|(.., taken)| taken.is_some() != revoked.is_some()) {
                return Err(format!("code {id}, revoked {revoked:?}, stands as {parts:?}"));
            }
            if won.contains_key(&format!("code:{id}")) != member.is_some() {
                return Err(format!("code {id} was told to be redeemed by {member:?}"));
            }
            if member.is_some() && revoked.is_none() {
                open.insert(id);
            }
        }
        let counts = batches::one(&self.app.ctx, &self.admin(), batch).await.map_err(|e| e.to_string())?.counts;
        if counts.redeemed != open.len() as i64 || counts.made != CODES as i64 || counts.left() < 0 {
            return Err(format!("{counts:?}, but open are {open:?}"));
        }
        let lines: Vec<Line> = db
            .all(
                "select o.id, l.id, l.quantity, l.state, o.member_id, o.redeemed_at
from taobao_lines l join taobao_orders o on o.id = l.order_id where o.number like $1",
                stoa::args![format!("{:015}%", self.life)],
            )
            .await
            .unwrap();
        for (order, line, quantity, state, member, _) in lines {
            let parts = of(format!("taobao:{order}:{line}:"));
            let expected = if member.is_some() { quantity } else { 0 };
            if parts.len() as i64 != expected || parts.iter().any(|(_, by, _)| Some(*by) != member) {
                return Err(format!("order {order} of {member:?} opened {parts:?}"));
            }
            if parts.iter().any(|(.., taken)| taken.is_some() != (state == "closed")) {
                return Err(format!("order {order}, {state}, stands as {parts:?}"));
            }
        }
        Ok(())
    }
}

/// A world grows old: whatever is checked looks through all that it has.
const LIVES_OF_A_WORLD: usize = 50;

fn from_environment<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

fn run(backend: Backend) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let world = RefCell::new(runtime.block_on(World::new(backend)));
    let cases = from_environment("STOA_HISTORIES").unwrap_or(30);
    let mut seed = [18; 32];
    if let Some(given) = from_environment::<u64>("STOA_HISTORY_SEED") {
        seed[..8].copy_from_slice(&given.to_le_bytes());
    }
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 100, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let outcome = runner.run(&vec(step(), 1..25), |history| {
        let world = &mut *world.borrow_mut();
        if world.life == LIVES_OF_A_WORLD {
            runtime.block_on(async {
                // Its server goes on to listen; its connections are not left with it.
                world.app.ctx.db().close().await;
                *world = World::new(backend).await;
            });
        }
        runtime.block_on(world.live(&history)).map_err(TestCaseError::fail)
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    println!("codes on {backend:?}: {cases} histories");
}

#[test]
fn no_history_opens_anything_twice_on_sqlite() {
    run(Backend::Sqlite);
}

#[test]
fn no_history_opens_anything_twice_on_postgres() {
    run(Backend::Postgres);
}
