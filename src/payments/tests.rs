//! Whatever a provider tells, in whatever order and however often: the book balances, and what is paid is open.

use super::model::{Item, Order};
use super::providers::{Event, EventKind, Provider};
use super::service::{Outcome, settle};
use super::store::{self, NewOrder};
use crate::args;
use crate::foundation::id::{MemberId, PostId, TierId};
use crate::foundation::money::{Currency, Money};
use crate::foundation::time::Timestamp;
use crate::foundation::viewer::{Role, SignedIn, Viewer};
use crate::membership::model::{Access, Cadence, NewTier};
use crate::membership::paywall::{Gate, opens};
use crate::membership::service::save_tier;
use crate::server::clock::ManualClock;
use crate::server::config::Config;
use crate::server::context::Context;
use crate::server::db::{Db, Queries};
use crate::server::random::SecureRandom;
use crate::settings::service::{NewSite, found_site};
use proptest::prelude::*;
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

const PRICE: i64 = 500;

/// One thing told: of which order, under which event number, which payment, and how.
#[derive(Debug, Clone)]
struct Told {
    order: usize,
    event: u8,
    payment: u8,
    kind: EventKind,
    right_amount: bool,
}

fn told() -> impl Strategy<Value = Told> {
    let kind = prop_oneof![3 => Just(EventKind::Succeeded), 1 => Just(EventKind::Pending), 1 => Just(EventKind::Declined)];
    (0..3usize, 0..12u8, 0..5u8, kind, prop::bool::weighted(0.9)).prop_map(|(order, event, payment, kind, right_amount)| Told {
        order,
        event,
        payment,
        kind,
        right_amount,
    })
}

async fn site() -> (Context, tempfile::TempDir, TierId) {
    let folder = tempfile::TempDir::new().unwrap();
    let db = Db::open(&format!("sqlite://{}", folder.path().join("stoa.db").display())).await.unwrap();
    db.migrate().await.unwrap();
    let config = Config::load(Path::new("no-such-file.toml"), |_| None).unwrap();
    let ctx = Context::with(db, config, Arc::new(ManualClock::at(Timestamp(1_773_576_000_000))), Arc::new(SecureRandom));
    let site = NewSite { name: "S".into(), locale: "en".into(), time_zone: "Asia/Shanghai".into(), currency: "CNY".into() };
    let site = site.parse(&mut Default::default()).unwrap();
    let mut tx = ctx.db().begin().await.unwrap();
    found_site(&ctx, &mut tx, &site).await.unwrap();
    tx.commit().await.unwrap();
    let admin = viewer(member(&ctx).await, Role::Admin);
    let tier = save_tier(&ctx, &admin, NewTier { name: "T".into(), monthly: "5".into(), ..NewTier::default() }).await.unwrap();
    (ctx, folder, tier)
}

fn viewer(id: MemberId, role: Role) -> Viewer {
    Viewer(Some(SignedIn { id, handle: "h".into(), name: "N".into(), role, locale: None }))
}

async fn member(ctx: &Context) -> MemberId {
    let sql = "insert into members (handle, name, created_at, registered_day) values ($1, 'N', 0, '2026-03-15') returning id";
    let mut tx = ctx.db().begin().await.unwrap();
    let (id,): (i64,) = tx.one(sql, args![ctx.token()]).await.unwrap();
    tx.commit().await.unwrap();
    MemberId(id)
}

/// An order that is being paid at the checkout of the same name.
async fn order(ctx: &Context, member: MemberId, item: Item) -> Order {
    let reference = ctx.token();
    let price = Money::new(PRICE, Currency::parse("CNY").unwrap());
    let mut tx = ctx.db().begin().await.unwrap();
    let new = NewOrder { reference: &reference, member, item, title: "T", price, return_to: "/" };
    store::insert(&mut tx, &new, ctx.now()).await.unwrap();
    let order = store::lock(&mut tx, &reference).await.unwrap().unwrap();
    store::start(&mut tx, order.id, Provider::Test, &reference).await.unwrap();
    tx.commit().await.unwrap();
    order
}

fn event(case: &str, told: &Told, order: &Order) -> Event {
    Event {
        provider: Provider::Test,
        id: format!("{case}-{}", told.event),
        kind: told.kind,
        kind_name: format!("{:?}", told.kind),
        order: order.reference.clone(),
        checkout: order.reference.clone(),
        payment: format!("{case}-{}", told.payment),
        minor: if told.right_amount { PRICE } else { PRICE - 1 },
        currency: "CNY".to_owned(),
        body: "{}".to_owned(),
    }
}

/// What should come of it, by the rules: the first event of a number counts, a payment belongs to the first order it was
/// told for, and what does not fit is refused.
#[derive(Default)]
struct Expected {
    events: HashMap<u8, bool>,
    payments: HashMap<u8, usize>,
    paid: HashSet<usize>,
}

impl Expected {
    fn tell(&mut self, told: &Told) -> bool {
        if let Some(before) = self.events.get(&told.event) {
            return *before;
        }
        let mut accepted = told.right_amount;
        if accepted && told.kind == EventKind::Succeeded {
            accepted = *self.payments.entry(told.payment).or_insert(told.order) == told.order;
            if accepted {
                self.paid.insert(told.order);
            }
        }
        self.events.insert(told.event, accepted);
        accepted
    }
}

async fn number(ctx: &Context, sql: &'static str, member: MemberId) -> i64 {
    let (n,): (i64,) = ctx.db().one(sql, args![member]).await.unwrap();
    n
}

async fn check(ctx: &Context, tier: TierId, history: Vec<Told>) {
    let member = member(ctx).await;
    let case = ctx.token();
    let posts = [PostId(member.0 * 10), PostId(member.0 * 10 + 1)];
    let items = [Item::Post(posts[0]), Item::Post(posts[1]), Item::Tier(tier, Cadence::Month)];
    let mut orders = Vec::new();
    for item in items {
        orders.push(order(ctx, member, item).await);
    }
    let mut expected = Expected::default();
    for told in &history {
        let outcome = settle(ctx, &event(&case, told, &orders[told.order])).await.unwrap();
        assert_eq!(outcome == Outcome::Processed, expected.tell(told), "{told:?}");
    }
    for (n, item) in items.into_iter().enumerate() {
        let (post, tier) = match item {
            Item::Post(post) => (Some(post), None),
            Item::Tier(tier, _) => (None, Some(tier)),
        };
        let gate = Gate { access: Access::Paid, post, tier, author: None };
        let open = opens(ctx, &viewer(member, Role::Member), &gate).await.unwrap();
        assert_eq!(open, expected.paid.contains(&n), "order {n} is open exactly when it is paid");
    }
    let paid = expected.paid.len() as i64;
    let received = expected.payments.len() as i64;
    for (sql, right) in [
        ("select count(*) from orders where member_id = $1 and status = 'paid'", paid),
        ("select count(*) from entitlements where member_id = $1", paid),
        ("select count(*) from interactions where member_id = $1", paid),
        ("select count(*) from payments p join orders o on o.id = p.order_id where o.member_id = $1 and p.use = 'order'", paid),
        ("select count(*) from payments p join orders o on o.id = p.order_id where o.member_id = $1", received),
        (
            "select cast(coalesce(sum(minor), 0) as bigint) from ledger_entries where member_id = $1 and account = 'provider:test'",
            received * PRICE,
        ),
        (
            "select cast(coalesce(sum(minor), 0) as bigint) from ledger_entries where member_id = $1 and account = 'liability:surplus'",
            (paid - received) * PRICE,
        ),
        (
            "select count(*) from (select transfer_id from ledger_entries where member_id = $1 group by transfer_id having sum(minor) <> 0) t",
            0,
        ),
    ] {
        assert_eq!(number(ctx, sql, member).await, right, "{sql}");
    }
}

#[test]
fn whatever_is_told_in_whatever_order_the_book_balances_and_what_is_paid_is_open() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (ctx, _folder, tier) = runtime.block_on(site());
    let config = ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(history in prop::collection::vec(told(), 0..25))| {
        runtime.block_on(check(&ctx, tier, history));
    });
}
