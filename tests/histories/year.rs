//! A year of a membership, lived day by day with each provider: what is open each day, who is reminded when, what was paid
//! in the end. Deeds are done at 11:00 UTC; at 14:00 the program has done what time brought, and one looks.
//!
//! Days are written as they stand in the calendar, and the tests say what should be, day by day, without asking the program.

use crate::check;
use crate::sides::{Deed, Kind};
use crate::steps::{Step, Thing, Wish};
use crate::world::{Backend, Life, World};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use stoa::args;
use stoa::foundation::cadence::Cadence;
use stoa::foundation::locale::Locale;
use stoa::foundation::time::{HOUR, Timestamp};
use stoa::membership::model::Access;
use stoa::membership::paywall::{Gate, opens};
use stoa::payments::service::{self, Paying, Purchase, Started, connections, plans, refunds, taxes};
use stoa::providers::facts::AgreementState;
use stoa::providers::{Device, Provider};
use stoa::server::clock::Clock;
use stoa::server::db::Queries;

/// What somebody does on a day.
#[derive(Debug, Clone, Copy)]
enum Act {
    /// Begins a membership that renews.
    Subscribe,
    /// Buys so many terms of a month, one after the other.
    Buy(usize),
    /// Stops the time of a term pass, or lets it go on.
    Still(bool),
    /// Changes a renewing one.
    Wish(Wish),
    /// The provider's charges fail from now on, or succeed.
    Failing(bool),
    /// Nobody does anything: the agreement stands like this in the afternoon.
    Stands(AgreementState),
}

/// A year as it should be.
struct Plan {
    acts: Vec<(Date, Act)>,
    /// From this day, until before that day.
    open: Vec<(Date, Date)>,
    /// The day and for how many days before the end.
    reminded: Vec<(Date, i64)>,
    payments: i64,
    last: Date,
}

struct Year {
    world: World,
    life: Life,
    provider: Provider,
}

fn day_of(at: Timestamp) -> Date {
    jiff::Timestamp::from_millisecond(at.0).unwrap().to_zoned(jiff::tz::TimeZone::UTC).date()
}

impl Year {
    async fn live(&mut self, plan: &Plan) {
        let mut today = date(2026, 3, 15);
        assert_eq!(day_of(self.world.clock.now()), today);
        // The world begins at noon.
        self.day(today, plan, 2 * HOUR).await;
        while today < plan.last {
            today = today.tomorrow().unwrap();
            self.world.pass(21 * HOUR);
            self.day(today, plan, 3 * HOUR).await;
        }
        self.settled(plan).await;
    }

    async fn day(&mut self, today: Date, plan: &Plan, until_two: i64) {
        let acts: Vec<Act> = plan.acts.iter().filter(|(day, _)| *day == today).map(|(_, act)| *act).collect();
        for act in &acts {
            self.act(*act).await;
            self.world.catch_up(&mut self.life).await;
        }
        self.world.pass(until_two);
        self.world.catch_up(&mut self.life).await;
        let gate = Gate { access: Access::Paid, tier: Some(self.world.tier), ..Gate::PUBLIC };
        let open = opens(&self.world.ctx, &self.life.viewer, &gate).await.unwrap();
        assert_eq!(open, plan.open.iter().any(|(from, until)| (*from..*until).contains(&today)), "open on {today}");
        assert_eq!(self.sum("select cast(coalesce(sum(minor), 0) as bigint) from ledger_entries").await, 0, "the ledger on {today}");
        for act in acts {
            if let Act::Stands(state) = act {
                let all = plans::subscriptions_of(&self.world.ctx, &self.life.viewer).await.unwrap();
                assert_eq!(all.first().map(|one| one.state), Some(state), "on {today}");
            }
        }
    }

    async fn act(&mut self, act: Act) {
        let (world, life) = (&self.world, &mut self.life);
        let last = |life: &Life| life.orders.len().saturating_sub(1);
        match act {
            Act::Subscribe => {
                for step in [Step::Buy(Thing::Renewing), Step::Open(0), Step::There(0, Deed::Pay), Step::Return(0)] {
                    world.take(life, &step, u32::MAX).await;
                }
            }
            Act::Buy(terms) if self.provider == Provider::Offline => {
                for _ in 0..terms {
                    bring_cash(world, life).await;
                }
            }
            Act::Buy(terms) => {
                for _ in 0..terms {
                    world.take(life, &Step::Buy(Thing::Term), u32::MAX).await;
                    let n = last(life);
                    for step in [Step::Open(n), Step::There(n, Deed::Pay), Step::Return(n)] {
                        world.take(life, &step, u32::MAX).await;
                    }
                }
            }
            Act::Still(paused) => plans::set_paused(&world.ctx, &life.viewer, world.tier, paused).await.unwrap(),
            Act::Wish(wish) => world.take(life, &Step::Change(0, wish), u32::MAX).await,
            Act::Failing(fails) => world.take(life, &Step::There(0, Deed::Failing(fails)), u32::MAX).await,
            Act::Stands(_) => (),
        }
    }

    async fn sum(&self, sql: &'static str) -> i64 {
        let (n,): (i64,) = self.world.ctx.db().one(sql, args![]).await.unwrap();
        n
    }

    /// At the end of the year: what was paid, booked and said.
    async fn settled(&self, plan: &Plan) {
        let sql = "select kind, created_at from notices where member_id = $1 order by created_at, id";
        let rows: Vec<(String, i64)> = self.world.ctx.db().all(sql, args![self.life.member]).await.unwrap();
        // What renews is announced before it is charged, which is another kind.
        let days = |kind: &str| kind.strip_prefix("ending:")?.parse::<i64>().ok();
        let reminded: Vec<(Date, i64)> = rows.iter().filter_map(|(kind, at)| Some((day_of(Timestamp(*at)), days(kind)?))).collect();
        assert_eq!(reminded, plan.reminded);
        assert_eq!(self.sum("select count(*) from payments where use = 'order'").await, plan.payments);
        assert_eq!(self.sum("select count(*) from payments where use = 'surplus'").await, 0);
        let orders = self.world.orders(&self.life).await;
        assert_eq!(orders.len() as i64, plan.payments, "an order for each term");
        for order in &orders {
            let (order, came) = refunds::for_admin(&self.world.ctx, &self.world.admin, order.id).await.unwrap();
            check::receipts(&order, &came).unwrap();
            check::ledger(&self.world, &order, &came).await.unwrap();
        }
        let earned = "select cast(coalesce(sum(-minor), 0) as bigint) from ledger_entries where account = 'revenue:fees'";
        assert_eq!(self.sum(earned).await, plan.payments * crate::world::PRICE);
        check::quiet(&self.world).await.unwrap();
    }
}

/// The buyer brings it, and an admin says so.
async fn bring_cash(world: &World, life: &mut Life) {
    let ctx = &world.ctx;
    let Ok(Started::Order(reference)) = service::buy(ctx, &life.viewer, Purchase::term(world.tier, Cadence::Month), None).await else {
        panic!("a term is for sale");
    };
    let client_ip = "192.0.2.7".to_owned();
    let paying = Paying { provider: Provider::Offline, device: Device::Desktop, client_ip, locale: Locale::En };
    taxes::declare(ctx, &life.viewer, &reference, "-").await.unwrap();
    service::pay(ctx, &life.viewer, &reference, &paying).await.unwrap();
    let order = service::order(ctx, &world.admin, &reference).await.unwrap();
    refunds::confirm_offline(ctx, &world.admin, &order).await.unwrap();
    life.orders.push(reference);
}

/// Twelve terms that are charged by the provider: one charge fails and recovers, one term is left out, and in the end it is
/// cancelled.
fn renewing() -> Plan {
    let day = date;
    Plan {
        acts: vec![
            (day(2026, 3, 15), Act::Subscribe),
            (day(2026, 3, 16), Act::Stands(AgreementState::Active)),
            (day(2026, 7, 10), Act::Failing(true)),
            (day(2026, 7, 15), Act::Stands(AgreementState::PastDue)),
            (day(2026, 7, 16), Act::Failing(false)),
            (day(2026, 7, 21), Act::Stands(AgreementState::Active)),
            (day(2026, 9, 20), Act::Wish(Wish::Pause)),
            (day(2026, 10, 20), Act::Stands(AgreementState::Paused)),
            (day(2026, 10, 30), Act::Wish(Wish::Unpause)),
            (day(2026, 11, 15), Act::Stands(AgreementState::Active)),
            (day(2027, 3, 20), Act::Wish(Wish::Cancel)),
            (day(2027, 3, 21), Act::Stands(AgreementState::Active)),
            (day(2027, 4, 16), Act::Stands(AgreementState::Ended)),
        ],
        // Seven days of grace after what is paid.
        open: vec![(day(2026, 3, 15), day(2026, 10, 22)), (day(2026, 11, 15), day(2027, 4, 22))],
        // Only while nothing will be charged.
        reminded: vec![
            (day(2026, 10, 8), 7),
            (day(2026, 10, 12), 3),
            (day(2026, 10, 14), 1),
            (day(2027, 4, 8), 7),
            (day(2027, 4, 12), 3),
            (day(2027, 4, 14), 1),
        ],
        payments: 12,
        last: day(2027, 4, 30),
    }
}

/// Terms that end by themselves: renewed early, on the last day, within the days of grace and after them; once the time
/// stands still.
fn passes() -> Plan {
    let day = date;
    let ending = |end: Date| [7i64, 3, 1].map(|days| (end.saturating_sub(days.days()), days));
    // Bought early: of the first end nobody hears. The second moved by no pause, the third by ten days.
    let ends = [day(2026, 5, 15), day(2026, 6, 25), day(2026, 7, 25), day(2026, 12, 20)];
    Plan {
        acts: vec![
            (day(2026, 3, 15), Act::Buy(1)),
            (day(2026, 4, 4), Act::Buy(1)),
            (day(2026, 5, 15), Act::Buy(1)),
            (day(2026, 5, 25), Act::Still(true)),
            (day(2026, 6, 4), Act::Still(false)),
            (day(2026, 6, 28), Act::Buy(1)),
            (day(2026, 8, 20), Act::Buy(4)),
        ],
        open: vec![(day(2026, 3, 15), day(2026, 5, 25)), (day(2026, 6, 4), day(2026, 8, 1)), (day(2026, 8, 20), day(2026, 12, 27))],
        reminded: ends.into_iter().flat_map(ending).collect(),
        payments: 8,
        last: day(2027, 3, 15),
    }
}

async fn live(kind: Kind, provider: Provider, backend: Backend) {
    let world = World::new(kind, backend).await;
    if provider == Provider::Offline {
        let keys = [("instructions".to_owned(), "In cash".to_owned())].into();
        connections::save(&world.ctx, &world.admin, provider, true, &keys).await.unwrap();
    }
    let life = world.begin().await;
    let plan = if provider.renews() { renewing() } else { passes() };
    Year { world, life, provider }.live(&plan).await;
}

macro_rules! years {
    ($($sqlite:ident, $postgres:ident: $kind:expr, $provider:expr;)+) => {$(
        #[tokio::test]
        async fn $sqlite() {
            live($kind, $provider, Backend::Sqlite).await;
        }
        #[tokio::test]
        async fn $postgres() {
            live($kind, $provider, Backend::Postgres).await;
        }
    )+};
}

years! {
    a_year_with_stripe, a_year_with_stripe_on_postgres: Kind::Stripe, Provider::Stripe;
    a_year_with_paypal, a_year_with_paypal_on_postgres: Kind::Paypal, Provider::Paypal;
    a_year_with_wechat_pay, a_year_with_wechat_pay_on_postgres: Kind::Wechat, Provider::Wechat;
    a_year_with_alipay, a_year_with_alipay_on_postgres: Kind::Alipay, Provider::Alipay;
    a_year_of_cash, a_year_of_cash_on_postgres: Kind::Alipay, Provider::Offline;
}
