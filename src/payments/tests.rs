//! Whatever a provider tells, in whatever order and however often: the book balances, what is paid is open, and what was
//! given back is not.

use super::affiliates::model::Terms;
use super::affiliates::recommending;
use super::model::{Item, Order, Purpose};
use super::service::settle::{Outcome, settle};
use super::store::contents::Content;
use super::store::{checkouts, contents, orders};
use crate::args;
use crate::foundation::cadence::Cadence;
use crate::foundation::id::{BundleId, MemberId, PostId, TierId};
use crate::foundation::money::{Currency, Money};
use crate::foundation::time::{DAY, Timestamp};
use crate::foundation::viewer::{Role, SignedIn, Viewer};
use crate::membership::model::{Access, NewTier};
use crate::membership::paywall::{Gate, opens};
use crate::membership::service::save_tier;
use crate::providers::Provider;
use crate::providers::facts::{CheckoutFact, CheckoutState, DisputeFact, DisputeState, Fact, PaymentFact, RefundFact, RefundState};
use crate::server::clock::ManualClock;
use crate::server::config::Config;
use crate::server::context::Context;
use crate::server::db::{Db, Queries};
use crate::server::random::SecureRandom;
use crate::settings::service::{NewSite, found_site};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

const PRICE: i64 = 500;
const NOW: Timestamp = Timestamp(1_773_576_000_000);

/// What happened at the provider: payments of orders, each with what became of it. Every fact in it is final, so that the
/// same history can be told in any order.
#[derive(Debug, Clone)]
struct Payment {
    order: usize,
    number: u8,
    /// Minutes after the beginning, which is the order in which payments were made.
    minute: i64,
    fee: Option<i64>,
    refunds: Vec<(u8, i64, RefundState)>,
    dispute: Option<DisputeState>,
}

fn payment() -> impl Strategy<Value = Payment> {
    let refund =
        (0..3u8, prop_oneof![Just(PRICE), 1..PRICE], prop_oneof![3 => Just(RefundState::Succeeded), 1 => Just(RefundState::Failed)]);
    let dispute = prop::option::weighted(0.2, prop_oneof![Just(DisputeState::Open), Just(DisputeState::Won), Just(DisputeState::Lost)]);
    (0..5usize, 0..5u8, 0..1000i64, prop::option::of(0..20i64), prop::collection::vec(refund, 0..3), dispute).prop_map(
        |(order, number, minute, fee, refunds, dispute)| {
            // A provider gives back no more than came, and knows a refund once.
            let mut left = PRICE;
            let mut known = Vec::new();
            let refunds = refunds.into_iter().filter(|(number, minor, state)| {
                let fits = !known.contains(number) && (*state == RefundState::Failed || *minor <= left);
                if fits {
                    known.push(*number);
                    left -= if *state == RefundState::Succeeded { *minor } else { 0 };
                }
                fits
            });
            let refunds: Vec<_> = refunds.collect();
            let dispute = dispute.filter(|_| refunds.is_empty());
            Payment { order, number, minute, fee, refunds, dispute }
        },
    )
}

/// A history, and in which order and how often its facts are told: numbers into the list of them.
fn history() -> impl Strategy<Value = (Vec<Payment>, Vec<usize>)> {
    let payments = prop::collection::vec(payment(), 0..6).prop_map(|payments| {
        // One payment pays one order, and was made at one time.
        let by_number: BTreeMap<u8, Payment> = payments.into_iter().map(|payment| (payment.number, payment)).collect();
        by_number.into_values().collect::<Vec<_>>()
    });
    (payments, prop::collection::vec(0..200usize, 0..40))
}

pub async fn site() -> (Context, tempfile::TempDir, TierId) {
    let folder = tempfile::TempDir::new().unwrap();
    let db = Db::open(&format!("sqlite://{}", folder.path().join("stoa.db").display())).await.unwrap();
    db.migrate().await.unwrap();
    let config = Config::load(Path::new("no-such-file.toml"), |_| None).unwrap();
    let ctx = Context::with(db, config, Arc::new(ManualClock::at(NOW)), Arc::new(SecureRandom));
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

async fn bundle(ctx: &Context) -> BundleId {
    let sql = "insert into bundles (slug, title, minor, position, published, created_at, updated_at)
        values ($1, 'B', $2, 0, true, 0, 0) returning id";
    let mut tx = ctx.db().begin().await.unwrap();
    let (id,): (i64,) = tx.one(sql, args![ctx.token(), PRICE]).await.unwrap();
    tx.commit().await.unwrap();
    BundleId(id)
}

/// An order that is being paid at a checkout, whose reference is the second.
async fn order(ctx: &Context, member: MemberId, item: Item, contents: Vec<Content>) -> (Order, String) {
    let (order_reference, checkout) = (ctx.token(), ctx.token());
    let price = Money::new(PRICE, Currency::parse("CNY").unwrap());
    let mut tx = ctx.db().begin().await.unwrap();
    let new = orders::NewOrder {
        reference: &order_reference,
        member,
        item,
        title: "T",
        price,
        is_net: false,
        renewing: false,
        settles: false,
        trial_days: 0,
        offer: None,
        return_to: "/",
        subscription: None,
        purpose: Purpose::Own,
    };
    let id = orders::insert(&mut tx, &new, ctx.now()).await.unwrap();
    contents::copy(&mut tx, id, &contents, ctx.now()).await.unwrap();
    checkouts::insert(&mut tx, id, Provider::Test, &checkout, "desktop", (ctx.now(), ctx.now().plus(DAY), ctx.now())).await.unwrap();
    let order = orders::lock(&mut tx, id).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    (order, checkout)
}

/// Everything there is to tell of a history, each with the payment before what became of it, as a provider that is asked
/// tells it.
fn facts(case: &str, payments: &[Payment], checkouts: &[String]) -> Vec<Vec<Fact>> {
    let cny = |minor| Money::new(minor, Currency::parse("CNY").unwrap());
    let mut told = Vec::new();
    for payment in payments {
        let number = format!("{case}-{}", payment.number);
        let came = Fact::Payment(PaymentFact {
            payment: number.clone(),
            reference: Some(checkouts[payment.order].clone()),
            amount: cny(PRICE),
            fee: payment.fee.map(cny),
            paid_at: NOW.plus((payment.minute - 2000) * 60_000),
            term: None,
        });
        told.push(vec![came.clone()]);
        for (n, minor, state) in &payment.refunds {
            let refund = |state| {
                Fact::Refund(RefundFact {
                    refund: format!("{number}-r{n}"),
                    reference: None,
                    payment: number.clone(),
                    amount: cny(*minor),
                    fee_returned: None,
                    state,
                    at: NOW.plus((payment.minute - 2000) * 60_000 + 1000),
                })
            };
            told.push(vec![came.clone(), refund(RefundState::Pending)]);
            told.push(vec![came.clone(), refund(*state)]);
        }
        if let Some(state) = payment.dispute {
            let dispute = |state| {
                Fact::Dispute(DisputeFact {
                    dispute: format!("{number}-d"),
                    payment: number.clone(),
                    amount: cny(PRICE),
                    fee: None,
                    state,
                    at: NOW.plus((payment.minute - 2000) * 60_000 + 2000),
                })
            };
            told.push(vec![came.clone(), dispute(DisputeState::Open)]);
            told.push(vec![came, dispute(state)]);
        }
    }
    for checkout in checkouts {
        for state in [CheckoutState::Pending, CheckoutState::Declined, CheckoutState::Closed] {
            told.push(vec![Fact::Checkout(CheckoutFact { reference: Some(checkout.clone()), number: None, state })]);
        }
    }
    told
}

/// The book by account, the uses of payments, what is open, and the statuses of the orders.
#[derive(Debug, PartialEq, Eq)]
struct Stands {
    books: [Vec<(String, i64)>; 2],
    open: Vec<bool>,
    statuses: Vec<String>,
}

/// An article of somebody who shares it with somebody else.
async fn article(ctx: &Context, author: MemberId, other: MemberId) -> PostId {
    let sql = "insert into posts (slug, author_id, title, source, preview_html, excerpt, words, rest_words, code_samples,
        rest_code_samples, reading_minutes, status, access, price_minor, published_at, created_at, updated_at)
    values ($1, $2, 'An article', '', '', '', 0, 0, 0, 0, 1, 'published', 'paid', $3, 0, 0, 0) returning id";
    let mut tx = ctx.db().begin().await.unwrap();
    let (id,): (i64,) = tx.one(sql, args![ctx.token(), author, PRICE]).await.unwrap();
    super::shares::store::set_share(&mut tx, PostId(id), other, 3333, NOW).await.unwrap();
    tx.commit().await.unwrap();
    PostId(id)
}

/// Tells a history to a fresh member in this order, all of it at the end once more, and says how things stand. Two creators,
/// and who recommended the member.
async fn tell(ctx: &Context, tier: TierId, creators: [MemberId; 3], payments: &[Payment], told: &[usize]) -> Stands {
    let member = member(ctx).await;
    recommending::joined(ctx, member, &recommending::own(ctx, &viewer(creators[2], Role::Member)).await.unwrap().unwrap().code)
        .await
        .unwrap();
    let case = ctx.token();
    let (post, other) = (article(ctx, creators[0], creators[1]).await, article(ctx, creators[1], creators[0]).await);
    let bundle = Item::Bundle(bundle(ctx).await);
    let mut placed = Vec::new();
    // Two orders for the same article, one for a tier, and two for a bundle that the article is in.
    for item in [Item::Post(post), Item::Post(post), Item::Tier(tier, Cadence::Month), bundle, bundle] {
        let contents = if item == bundle { vec![(post, 700), (other, 299)] } else { Vec::new() };
        placed.push(order(ctx, member, item, contents).await);
    }
    let (orders, checkouts): (Vec<Order>, Vec<String>) = placed.into_iter().unzip();
    let all = facts(&case, payments, &checkouts);
    let order = told.iter().filter_map(|n| all.get(n % all.len().max(1))).chain(&all);
    for facts in order {
        let outcome = settle(ctx, Provider::Test, facts).await.unwrap();
        assert!(!matches!(outcome, Outcome::Quarantined(_)), "{outcome:?}");
        let unbalanced = "select count(*) from (select e.transfer_id from ledger_entries e join orders o on o.id = e.order_id where o.member_id = $1 group by e.transfer_id having sum(e.minor) <> 0) t";
        let (n,): (i64,) = ctx.db().one(unbalanced, args![member]).await.unwrap();
        assert_eq!(n, 0, "every transfer sums to zero");
        let beyond = "select count(*) from (
            select sum(case when e.account in ('revenue:sales', 'expense:provider-fees') then -e.minor else 0 end) as net,
                sum(case when e.account = 'expense:creators' then e.minor else 0 end) as shared
            from ledger_entries e
            join orders o on o.id = e.order_id
            where o.member_id = $1 and o.kind = 'bundle'
            group by e.order_id, e.post_id
        ) parts where shared * 10000 > max(net, 0) * 7000";
        let (n,): (i64,) = ctx.db().one(beyond, args![member]).await.unwrap();
        assert_eq!(n, 0, "of no article do creators get more than their part");
    }
    stands(ctx, member, &orders).await
}

/// How everything stands for a member in the end: what is open, the book by account, payments and their use.
async fn stands(ctx: &Context, member: MemberId, orders: &[Order]) -> Stands {
    let mut open = Vec::new();
    let mut statuses = Vec::new();
    for order in orders {
        let (post, tier) = match order.item {
            Item::Post(post) => (Some(post), None),
            Item::Tier(tier, _) => (None, Some(tier)),
            Item::Bundle(_) => (contents::posts(ctx.db(), order.id).await.unwrap().pop(), None),
            Item::Author(_) => unreachable!("none is ordered here"),
        };
        let gate = Gate { access: Access::Paid, post, tier, author: None };
        open.push(opens(ctx, &viewer(member, Role::Member), &gate).await.unwrap());
        statuses.push(super::store::orders::by_id(ctx.db(), order.id).await.unwrap().unwrap().status.as_str().to_owned());
    }
    let book = "select e.account, cast(sum(e.minor) as bigint) from ledger_entries e join orders o on o.id = e.order_id where o.member_id = $1 group by e.account having sum(e.minor) <> 0 order by e.account";
    let uses =
        "select p.use, count(*) from payments p join orders o on o.id = p.order_id where o.member_id = $1 group by p.use order by p.use";
    let book = ctx.db().all(book, args![member]).await.unwrap();
    let uses = ctx.db().all(uses, args![member]).await.unwrap();
    Stands { books: [book, uses], open, statuses }
}

/// What should be, by the rules: an order is open when some payment of it is not all gone; of two orders for one article
/// only the one paid first counts. The article, the term, and the other article of the bundle.
fn expected_open(payments: &[Payment]) -> [bool; 3] {
    let left = |payment: &&Payment| {
        let gone: i64 = payment.refunds.iter().filter(|(_, _, state)| *state == RefundState::Succeeded).map(|(_, minor, _)| minor).sum();
        gone < PRICE && payment.dispute != Some(DisputeState::Lost)
    };
    let of = |orders: &[usize]| payments.iter().filter(|payment| orders.contains(&payment.order)).any(|payment| left(&payment));
    [of(&[0, 1, 3, 4]), of(&[2]), of(&[3, 4])]
}

async fn check(ctx: &Context, tier: TierId, creators: [MemberId; 3], payments: Vec<Payment>, told: Vec<usize>) {
    let shuffled = tell(ctx, tier, creators, &payments, &told).await;
    let [article, term, other] = expected_open(&payments);
    assert_eq!(shuffled.open, [article, article, term, other, other], "open exactly when paid and not given back");
    let of = |prefix: &str| shuffled.books[0].iter().filter(|(name, _)| name.starts_with(prefix)).map(|(_, minor)| *minor).sum::<i64>();
    let (sold, shared, rewarded) = (-of("revenue:sales"), of("expense:creators"), of("expense:affiliates"));
    assert!(shared >= 0 && shared * 100 <= sold * 70, "creators are owed {shared} of {sold}");
    let came_in = sold - of("revenue:fees");
    assert!(rewarded >= 0 && rewarded * 100 <= came_in * 30, "who recommended is owed {rewarded} of {came_in}");
    assert_eq!(-of("liability:creator"), shared + rewarded);
    assert_eq!(shuffled, tell(ctx, tier, creators, &payments, &[]).await, "in whatever order it was told");
}

#[test]
fn whatever_is_told_in_whatever_order_the_book_balances_and_what_is_paid_and_not_given_back_is_open() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (ctx, _folder, tier) = runtime.block_on(site());
    let creators = runtime.block_on(async {
        super::shares::store::set_sale_rate(ctx.db(), 7000, NOW).await.unwrap();
        let creators = [member(&ctx).await, member(&ctx).await, member(&ctx).await];
        // Of the first purchase alone; what was paid within the last day waits.
        let terms = Terms { running: true, sale_rate: 3000, tier_rate: 3000, days: None, hold_days: 1 };
        super::affiliates::store::set_terms(ctx.db(), &terms, NOW).await.unwrap();
        recommending::begin(&ctx, &viewer(creators[2], Role::Member)).await.unwrap();
        creators
    });
    let config = ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |((payments, told) in history())| {
        runtime.block_on(check(&ctx, tier, creators, payments, told));
    });
}
