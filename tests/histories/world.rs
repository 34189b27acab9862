//! A site, a provider's simulator, one clock for both, and members who live their histories there one after the other.

use crate::check;
use crate::interrupted;
use crate::postgres::new_postgres_database;
use crate::sides::{Deed, Kind, Side};
use crate::steps::{InTeam, Step, Thing, Who, Wish};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use stoa::args;
use stoa::bundles::service::{self as bundles, TypedBundle};
use stoa::foundation::cadence::Cadence;
use stoa::foundation::error::AppError;
use stoa::foundation::id::{BundleId, MemberId, PostId, TierId};
use stoa::foundation::locale::Locale;
use stoa::foundation::money::{Currency, Money};
use stoa::foundation::time::{DAY, HOUR, MINUTE, SECOND, Timestamp};
use stoa::foundation::viewer::{Role, SignedIn, Viewer};
use stoa::membership::model::NewTier;
use stoa::membership::service::membership_of;
use stoa::payments::affiliates::model::Typed as Terms;
use stoa::payments::affiliates::{recommending, rewards};
use stoa::payments::gifts::model::Typed;
use stoa::payments::gifts::{sending, taking};
use stoa::payments::model::{Checkout, Order};
use stoa::payments::offers::desk::{self, NewOffer};
use stoa::payments::offers::redeem::Typed as Code;
use stoa::payments::rules::Rule;
use stoa::payments::service::{
    self, Paying, Purchase, Started, clock, connections, desk::reconciling, plans, promises, refunds, repricing, switches, taking_back,
    taxes, tips,
};
use stoa::payments::shares::service as shares;
use stoa::payments::teams::{self, buying, seats};
use stoa::payments::{affiliates, inbox, notices};
use stoa::providers::{Change, Device};
use stoa::server::clock::{Clock, ManualClock};
use stoa::server::config::Config;
use stoa::server::context::Context;
use stoa::server::db::{Db, Queries};
use stoa::server::random::SecureRandom;
use stoa::settings::service::{NewSite, found_site};
use stoa::simulators;
use stoa::simulators::deliveries::Delivery;
use tempfile::TempDir;

pub const PRICE: i64 = 990;
/// Hundredths of a percent of the net of the article that its creators get.
pub const SALE_RATE: i64 = 6667;
/// Of the net of everything that whoever recommended its buyer gets, and how long it waits.
pub const REWARD_RATE: i64 = 2525;
pub const HOLD_DAYS: i64 = 2;

#[derive(Debug, Clone, Copy)]
pub enum Backend {
    Sqlite,
    Postgres,
}

pub struct World {
    pub ctx: Context,
    pub kind: Kind,
    pub side: Side,
    pub clock: Arc<ManualClock>,
    pub admin: Viewer,
    post: PostId,
    author: MemberId,
    bundle: BundleId,
    currency: Currency,
    pub tier: TierId,
    pub offers: Vec<Offered>,
    _folder: TempDir,
}

/// An offer, and how it is used.
pub struct Offered {
    pub code: String,
    /// Of the article, a term, or a renewing membership.
    pub of: Thing,
    /// What it costs by the offer: nothing where it is given.
    pub price: i64,
    /// So many terms of what renews.
    pub terms: Option<i64>,
    pub total: i64,
}

/// How often a member may use an offer.
pub const EACH: i64 = 2;

/// One member, and what is under way for them.
pub struct Life {
    pub member: MemberId,
    pub viewer: Viewer,
    /// By whose link the member joined, and who takes what the member gives away.
    pub friend: Viewer,
    /// Who wants a seat as well.
    pub guest: Viewer,
    /// References of orders.
    pub orders: Vec<String>,
    pub waiting: Vec<Delivery>,
    pub begun: Timestamp,
}

impl World {
    pub async fn new(kind: Kind, backend: Backend) -> World {
        let folder = TempDir::new_in(memory()).unwrap();
        let url = match backend {
            Backend::Sqlite => format!("sqlite://{}", folder.path().join("stoa.db").display()),
            Backend::Postgres => new_postgres_database().await,
        };
        let db = Db::open(&url).await.unwrap();
        db.migrate().await.unwrap();
        let secret = "5a".repeat(32);
        let env = |name: &str| (name == "STOA_SECRET_KEY").then(|| secret.clone());
        let config = Config::load(Path::new("no-such-file.toml"), env).unwrap();
        let clock = Arc::new(ManualClock::at(Timestamp(1_773_576_000_000)));
        let site = config.base_url.clone();
        let ctx = Context::with(db, config, clock.clone(), Arc::new(SecureRandom));
        let currency = if matches!(kind, Kind::Wechat | Kind::Alipay) { "CNY" } else { "USD" };
        let new = NewSite { name: "S".into(), locale: "en".into(), time_zone: "Asia/Shanghai".into(), currency: currency.into() };
        let new = new.parse(&mut Default::default()).unwrap();
        let mut tx = ctx.db().begin().await.unwrap();
        found_site(&ctx, &mut tx, &new).await.unwrap();
        tx.commit().await.unwrap();
        let author = member(&ctx).await;
        let admin = viewer(author, Role::Admin);
        let tier = NewTier { name: "T".into(), monthly: "9.90".into(), yearly: "99".into(), grace_days: "7".into(), ..NewTier::default() };
        // Two seats together cost what one costs.
        let tier = NewTier { teams: true, team_off_from: "2".into(), team_off: "50".into(), ..tier };
        let tier = stoa::membership::service::save_tier(&ctx, &admin, tier).await.unwrap();
        for (name, monthly) in [("Dear", "19.90"), ("Dearest", "49.90")] {
            let dear = NewTier { name: name.into(), monthly: monthly.into(), ..NewTier::default() };
            stoa::membership::service::save_tier(&ctx, &admin, dear).await.unwrap();
        }
        let rule = Some(Rule::Days(90));
        promises::save_rules(&ctx, &admin, (rule, rule)).await.unwrap();
        tips::save(&ctx, &admin, true).await.unwrap();
        // Of the first purchase alone, or of all within some weeks.
        let days = if matches!(kind, Kind::Stripe | Kind::Wechat) { "" } else { "45" }.to_owned();
        let rate = "25.25".to_owned();
        let terms = Terms { running: true, sale_rate: rate.clone(), tier_rate: rate, days, hold_days: HOLD_DAYS.to_string() };
        affiliates::terms::set(&ctx, &admin, &terms).await.unwrap();
        let post = article(&ctx, author, "a", (Some(PRICE), None)).await;
        share(&ctx, &admin, post).await;
        let second = article(&ctx, author, "b", (Some(301), None)).await;
        shares::share_with(&ctx, &admin, second, "third", "100").await.unwrap();
        article(&ctx, author, "c", (None, Some(tier))).await;
        let bundle = bundles::save(&ctx, &admin, None, &bundle()).await.unwrap();
        let (side, base) = Side::start(kind, clock.clone(), &site).await;
        let keys = simulators::keys(kind.provider().as_str(), &base).unwrap();
        connections::save(&ctx, &admin, kind.provider(), true, &keys).await.unwrap();
        let offers = offers(&ctx, &admin, tier, kind).await;
        // Taxed by some, within the price or beyond it.
        if matches!(kind, Kind::Stripe | Kind::Alipay) {
            taxes::set_rate(&ctx, &admin, "DE", "19").await.unwrap();
            taxes::set_rate(&ctx, &admin, "FR", "5.5").await.unwrap();
            taxes::choose(&ctx, &admin, if kind == Kind::Alipay { "added" } else { "included" }).await.unwrap();
        }
        let currency = Currency::parse(currency).unwrap();
        World { ctx, kind, side, clock, admin, post, author, bundle, currency, tier, offers, _folder: folder }
    }

    pub async fn begin(&self) -> Life {
        let member = member(&self.ctx).await;
        let viewer = viewer(member, Role::Member);
        let friend = self::viewer(self::member(&self.ctx).await, Role::Member);
        recommending::begin(&self.ctx, &friend).await.unwrap();
        let link = recommending::own(&self.ctx, &friend).await.unwrap().unwrap();
        recommending::joined(&self.ctx, member, &link.code).await.unwrap();
        let guest = self::viewer(self::member(&self.ctx).await, Role::Member);
        Life { member, viewer, friend, guest, orders: Vec::new(), waiting: Vec::new(), begun: self.clock.now() }
    }

    /// Lives a history to its end; an error says what is not as it should be.
    pub async fn live(&self, history: &[Step]) -> Result<(), String> {
        let mut life = self.begin().await;
        for step in history {
            self.take(&mut life, step, u32::MAX).await;
            life.waiting.extend(self.side.take());
        }
        self.heal(&mut life).await;
        let outcome = check::check(self, &life).await;
        self.bury(&life).await;
        outcome
    }

    pub async fn take(&self, life: &mut Life, step: &Step, polls: u32) {
        match step {
            Step::Crash(polls, inner) => Box::pin(self.take(life, inner, *polls)).await,
            Step::Buy(thing) => {
                let offer = if let Thing::ByOffer(n) = thing { pick(&self.offers, *n) } else { None };
                let purchase = match offer.map_or(*thing, |offer| offer.of) {
                    Thing::Article => Purchase::Post(self.post),
                    Thing::Renewing => Purchase::Tier { tier: self.tier, cadence: Cadence::Month, currency: None, renewing: true },
                    Thing::Gift(true) => Purchase::Post(self.post),
                    Thing::Bundle | Thing::GiftBundle => Purchase::Bundle(self.bundle),
                    Thing::Tip => Purchase::Tip(self.post, Money::new(PRICE, self.currency)),
                    Thing::TipAuthor => Purchase::TipAuthor(self.author, Money::new(PRICE, self.currency)),
                    Thing::Term | Thing::Gift(false) | Thing::Team | Thing::ByOffer(_) => Purchase::term(self.tier, Cadence::Month),
                };
                let code = offer.map(|offer| Code { code: &offer.code, address: "192.0.2.7" });
                if let Thing::Team = thing {
                    let typed = buying::Typed { seats: "2".into(), name: "Team".into() };
                    let term = (self.tier, Cadence::Month, self.currency);
                    let begun = interrupted::after(polls, buying::start(&self.ctx, &life.viewer, term, &typed)).await;
                    life.orders.extend(begun.and_then(Result::ok));
                    return;
                }
                let begun = if let Thing::Gift(_) | Thing::GiftBundle = thing {
                    let typed = Typed { by: "link".into(), ..Typed::default() };
                    interrupted::after(polls, service::give(&self.ctx, &life.viewer, purchase, (&typed, Locale::En), None, None)).await
                } else {
                    interrupted::after(polls, service::buy_with(&self.ctx, &life.viewer, purchase, code, None)).await
                };
                if let Some(Ok(Started::Order(reference))) = begun
                    && !life.orders.contains(&reference)
                {
                    life.orders.push(reference);
                }
            }
            Step::Alter(whole) => {
                let typed = TypedBundle { articles: if *whole { "a\nb\nc" } else { "a\nb" }.into(), ..bundle() };
                drop(interrupted::after(polls, bundles::save(&self.ctx, &self.admin, Some(self.bundle), &typed)).await);
            }
            Step::Take(n) => {
                let gifts: Vec<Order> = self.orders(life).await.into_iter().filter(|order| order.is_gift()).collect();
                let Some(order) = pick(&gifts, *n) else { return };
                let Ok(link) = sending::link(&self.ctx, &life.viewer, &order.reference).await else { return };
                let secret = link.rsplit('/').next().unwrap();
                drop(interrupted::after(polls, taking::take(&self.ctx, &life.friend, secret)).await);
            }
            Step::Team(n, deed) => self.in_team(life, *n, *deed, polls).await,
            Step::GiveUp(n) => {
                let Some(reference) = pick(&life.orders, *n) else { return };
                drop(interrupted::after(polls, service::give_up(&self.ctx, &life.viewer, reference)).await);
            }
            Step::Open(n) => {
                let Some(reference) = pick(&life.orders, *n) else { return };
                let client_ip = "192.0.2.7".to_owned();
                // Two devices are two tries at the same time.
                let device = if n % 2 == 0 { Device::Desktop } else { Device::Phone };
                let paying = Paying { provider: self.kind.provider(), device, client_ip, locale: Locale::En };
                let lives = ["-", "DE", "FR"][n % 3];
                drop(interrupted::after(polls, taxes::declare(&self.ctx, &life.viewer, reference, lives)).await);
                drop(interrupted::after(polls, service::pay(&self.ctx, &life.viewer, reference, &paying)).await);
            }
            Step::There(n, deed) => {
                let checkouts = self.checkouts(life).await;
                let Some((_, checkout)) = pick(&checkouts, *n) else { return };
                self.side.act(*deed, checkout, PRICE).await;
            }
            Step::Deliver(n, times) => {
                if life.waiting.is_empty() {
                    return;
                }
                let delivery = self.side.signed_anew(life.waiting.remove(n % life.waiting.len()));
                for _ in 0..*times {
                    self.arrive(&delivery, polls).await;
                }
            }
            Step::DeliverTwo(a, b) => {
                let (Some(a), Some(b)) = (pick(&life.waiting, *a).cloned(), pick(&life.waiting, *b).cloned()) else { return };
                let (a, b) = (self.side.signed_anew(a), self.side.signed_anew(b));
                tokio::join!(self.arrive(&a, polls), self.arrive(&b, polls));
                tokio::join!(self.process(polls), self.process(u32::MAX));
            }
            Step::Lose(n) => {
                if !life.waiting.is_empty() {
                    drop(life.waiting.remove(n % life.waiting.len()));
                }
            }
            Step::Process => self.process(polls).await,
            Step::Return(n) => {
                let Some(reference) = pick(&life.orders, *n) else { return };
                drop(interrupted::after(polls, service::look(&self.ctx, &life.viewer, reference)).await);
            }
            Step::Refund(n, part) => self.refund(life, *n, *part, polls).await,
            Step::TakeBack(n) => {
                let orders = self.orders(life).await;
                let Some(order) = pick(&orders, *n) else { return };
                drop(interrupted::after(polls, taking_back::take_back(&self.ctx, &life.viewer, &order.reference, "")).await);
            }
            Step::Change(n, wish) => {
                let own = plans::subscriptions_of(&self.ctx, &life.viewer).await.unwrap();
                let Some(subscription) = pick(&own, *n) else { return };
                let change = match wish {
                    Wish::Cancel => Change::CancelAtEnd,
                    Wish::Resume => Change::Resume,
                    Wish::Pause => Change::Pause,
                    Wish::Unpause => Change::Unpause,
                };
                drop(interrupted::after(polls, plans::change(&self.ctx, &life.viewer, subscription.id, change)).await);
            }
            Step::Reprice(n, m, agrees) => {
                let own = plans::subscriptions_of(&self.ctx, &life.viewer).await.unwrap();
                let Some(subscription) = pick(&own, *n) else { return };
                let offered = repricing::offered(&self.ctx, &life.viewer, subscription).await.unwrap();
                let Some(offer) = pick(&offered, *m) else { return };
                let at_once = matches!(offer.when, repricing::When::AtOnce(_));
                let wanted = repricing::Wanted { tier: offer.tier, every: offer.every, minor: offer.price.minor, at_once };
                drop(interrupted::after(polls, repricing::reprice(&self.ctx, &life.viewer, subscription.id, wanted)).await);
                if *agrees {
                    for (_, checkout) in self.checkouts(life).await {
                        self.side.act(Deed::Consent(true), &checkout, PRICE).await;
                    }
                }
            }
            Step::Wait(minutes) => {
                self.pass(i64::from(*minutes) * MINUTE);
                drop(interrupted::after(polls, self.compare()).await);
                // Books are kept for some months: a site that stands still for longer never learns what is in them.
                if polls != u32::MAX {
                    self.compare().await.unwrap();
                }
            }
            Step::Tick => {
                drop(interrupted::after(polls, clock::tick_of(&self.ctx, self.kind.provider())).await);
                drop(interrupted::after(polls, rewards::release_due(&self.ctx)).await);
                drop(interrupted::after(polls, self.compare()).await);
            }
            Step::Rest(rests) => {
                for held in membership_of(&self.ctx, &life.viewer).await.unwrap() {
                    drop(interrupted::after(polls, plans::set_paused(&self.ctx, &life.viewer, held.tier, *rests)).await);
                }
            }
            Step::GoOver(n) => {
                let offered = switches::switches_of(&self.ctx, &life.viewer).await.unwrap();
                let Some(over) = pick(&offered, *n) else { return };
                drop(interrupted::after(polls, switches::switch(&self.ctx, &life.viewer, over.from, over.to)).await);
            }
            Step::TakeOut(n) => {
                let Some(reference) = pick(&life.orders, *n) else { return };
                drop(interrupted::after(polls, recommending::take_out(&self.ctx, &life.viewer, reference)).await);
            }
            Step::Exclude(n, excluded) => {
                let orders = self.orders(life).await;
                let (Some(order), Some(friend)) = (pick(&orders, *n), life.friend.id()) else { return };
                drop(interrupted::after(polls, rewards::exclude(&self.ctx, &self.admin, (friend, order.id), *excluded)).await);
            }
        }
    }

    async fn in_team(&self, life: &mut Life, n: usize, deed: InTeam, polls: u32) {
        let own = teams::own(&self.ctx, &life.viewer, None, 100).await.unwrap();
        let Some(team) = pick(&own, n) else { return };
        let ctx = &self.ctx;
        let who = |who| match who {
            Who::Member => &life.viewer,
            Who::Friend => &life.friend,
            Who::Guest => &life.guest,
        };
        match deed {
            InTeam::Sit(Who::Member) => drop(interrupted::after(polls, seats::take_own(ctx, &life.viewer, team.id)).await),
            InTeam::Sit(one) => {
                let link = seats::link(ctx, team).unwrap();
                let secret = link.strip_prefix("/team/").unwrap();
                drop(interrupted::after(polls, seats::take(ctx, who(one), secret)).await);
            }
            InTeam::Leave(one) => drop(interrupted::after(polls, seats::leave(ctx, who(one), team.id)).await),
            InTeam::Free(n) => {
                let holders = teams::holders(ctx, &life.viewer, team.id, 0).await.unwrap();
                let Some(holder) = pick(&holders, n) else { return };
                drop(interrupted::after(polls, seats::take_away(ctx, &life.viewer, team.id, holder.id)).await);
            }
            InTeam::NewLink => drop(interrupted::after(polls, seats::renew_link(ctx, &life.viewer, team.id)).await),
            InTeam::Renew => {
                if let Some(Ok(reference)) = interrupted::after(polls, buying::renew(ctx, &life.viewer, team.id)).await
                    && !life.orders.contains(&reference)
                {
                    life.orders.push(reference);
                }
            }
        }
    }

    pub fn pass(&self, milliseconds: i64) {
        self.clock.advance(milliseconds);
        self.side.tick();
    }

    async fn process(&self, polls: u32) {
        drop(interrupted::after(polls, inbox::process_of(&self.ctx, self.kind.provider())).await);
    }

    async fn arrive(&self, delivery: &Delivery, polls: u32) {
        let headers: HeaderMap = delivery
            .headers
            .iter()
            .map(|(name, value)| (HeaderName::try_from(name).unwrap(), HeaderValue::try_from(value).unwrap()))
            .collect();
        drop(interrupted::after(polls, inbox::receive(&self.ctx, self.kind.provider(), &headers, Ok(delivery.body.as_slice()))).await);
    }

    async fn refund(&self, life: &Life, n: usize, part: u8, polls: u32) {
        let orders = self.orders(life).await;
        let Some(order) = pick(&orders, n) else { return };
        let (_, came) = refunds::for_admin(&self.ctx, &self.admin, order.id).await.unwrap();
        let Some(payment) = came.first() else { return };
        let minor = (PRICE * i64::from(part) / 100).max(1);
        let amount = format!("{}.{:02}", minor / 100, minor % 100);
        // Of what goes back whole, every second time the agreement ends as well.
        let ends_agreement = part == 100 && n.is_multiple_of(2);
        let wanted = refunds::Wanted { payment: payment.id, amount: &amount, reason: "", ends_agreement };
        drop(interrupted::after(polls, refunds::refund(&self.ctx, &self.admin, order, &wanted)).await);
    }

    /// All orders of a life, also those that later terms made.
    pub async fn orders(&self, life: &Life) -> Vec<Order> {
        service::orders_of(&self.ctx, &life.viewer, None, 1000).await.unwrap().into_iter().rev().collect()
    }

    pub async fn checkouts(&self, life: &Life) -> Vec<(Order, Checkout)> {
        let mut found = Vec::new();
        for order in self.orders(life).await {
            let tries = service::tries_of(&self.ctx, &life.viewer, &order).await.unwrap();
            found.extend(tries.into_iter().rev().map(|checkout| (order.clone(), checkout)));
        }
        found
    }

    /// What waits arrives at last, and time goes on until everything was asked about that nobody told.
    async fn heal(&self, life: &mut Life) {
        for wait in [0, 3 * MINUTE, 20 * MINUTE, 3 * HOUR, DAY, DAY + 31 * SECOND, 2 * DAY, 4 * DAY, 25 * HOUR, 25 * HOUR] {
            self.pass(wait);
            self.catch_up(life).await;
            self.compare().await.unwrap();
        }
        self.catch_up(life).await;
    }

    /// Where notifications and the book of the day alone tell of what the provider kept, and gave back by itself, the book is
    /// read.
    async fn compare(&self) -> Result<(), AppError> {
        if self.kind.lists() { Ok(()) } else { reconciling::compare_due(&self.ctx).await }
    }

    /// What waits arrives, and the program does what time brings.
    pub async fn catch_up(&self, life: &mut Life) {
        life.waiting.extend(self.side.take());
        for delivery in std::mem::take(&mut life.waiting) {
            self.arrive(&self.side.signed_anew(delivery), u32::MAX).await;
        }
        clock::tick_of(&self.ctx, self.kind.provider()).await.unwrap();
        rewards::release_due(&self.ctx).await.unwrap();
        notices::remind(&self.ctx).await.unwrap();
    }

    /// What happened in all lives here, so that one sees that the histories reach far: payments, renewals, refunds and
    /// disputes by how they ended, terms opened, transfers.
    pub async fn tally(&self) -> Vec<(String, i64)> {
        let sql = "select 'payments' as what, count(*) as n from payments
            union all select 'surplus', count(*) from payments where use = 'surplus'
            union all select 'renewals', count(*) from orders where renewing and not exists (select 1 from checkouts c where c.order_id = orders.id)
            union all select 'refunds ' || state, count(*) from refunds group by state
            union all select 'disputes ' || state, count(*) from disputes group by state
            union all select 'subscriptions ' || state, count(*) from subscriptions group by state
            union all select 'notifications ' || state, count(*) from notifications group by state
            union all select 'changes ' || state, count(*) from agreement_changes group by state
            union all select 'settlements', count(*) from orders where settles
            union all select 'uses of offers', count(*) from offer_redemptions where used_at is not null
            union all select 'given for nothing', count(*) from offer_redemptions where order_id is null
            union all select 'terms by offers', count(*) from orders where list_minor is not null and offer_id is null and status in ('paid', 'refunded')
            union all select 'bundles ' || status, count(*) from orders where kind = 'bundle' group by status
            union all select 'pauses', count(*) from pauses
            union all select 'gone over', count(*) from entitlements where cause like 'switch:%'
            union all select 'tips', count(*) from orders where purpose = 'tip' and status = 'paid'
            union all select 'gifts taken', count(*) from gifts where taken_at is not null
            union all select 'rewards', count(*) from order_rewards r where exists (select 1 from ledger_entries e where e.order_id = r.order_id and e.account = 'expense:affiliates')
            union all select 'rewards released', count(*) from order_rewards where released_at is not null
            union all select 'rewards excluded', count(*) from order_rewards where excluded_at is not null
            union all select 'recommendations taken out', count(*) from referrals where ended_at is not null
            union all select 'terms of teams', count(*) from team_terms where given_at is not null
            union all select 'seats taken', count(*) from team_seats
            union all select 'seats left', count(*) from team_seats where left_at is not null
            union all select 'given up', count(*) from orders where closed_at is not null
            union all select 'taken back ' || state, count(*) from refund_requests group by state
            union all select 'receipts', count(*) from receipts where payment_id is not null
            union all select 'credit notes', count(*) from receipts where refund_id is not null
            union all select 'transfers', count(*) from ledger_transfers";
        self.ctx.db().all(sql, args![]).await.unwrap()
    }

    /// Ends what would go on for ever, so that the next life begins in quiet.
    async fn bury(&self, life: &Life) {
        for subscription in plans::subscriptions_of(&self.ctx, &life.viewer).await.unwrap() {
            drop(plans::change(&self.ctx, &life.viewer, subscription.id, Change::EndNow).await);
        }
        for sql in [
            "update checkouts set look_at = null where order_id in (select id from orders where member_id = $1)",
            "update subscriptions set look_at = null where member_id = $1",
        ] {
            self.ctx.db().run(sql, args![life.member]).await.unwrap();
        }
        self.side.take();
    }
}

/// Where files stay in memory, if there is such a place: a commit need not wait for the disk, since what is interrupted here
/// is the program and never the machine.
fn memory() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    if memory.is_dir() { memory } else { std::env::temp_dir() }
}

/// Something off of each thing there is: once, for two terms, for good, and the whole.
async fn offers(ctx: &Context, admin: &Viewer, tier: TierId, kind: Kind) -> Vec<Offered> {
    let one = |code: &str, of: Thing, kind: &str, worth: &str, lasts: &str, price: i64, terms: Option<i64>, total: i64| {
        let (tier, post) = if matches!(of, Thing::Article) { (String::new(), "a".to_owned()) } else { (tier.to_string(), String::new()) };
        let new = NewOffer {
            name: code.into(),
            code: code.into(),
            kind: kind.into(),
            worth: worth.into(),
            tier,
            post,
            month: true,
            lasts: lasts.into(),
            periods: "2".into(),
            audience: "everyone".into(),
            total_limit: total.to_string(),
            person_limit: EACH.to_string(),
            ..NewOffer::default()
        };
        (new, Offered { code: code.into(), of, price, terms, total })
    };
    let renews = matches!(kind, Kind::Stripe | Kind::Paypal);
    let mut all = vec![
        one("article", Thing::Article, "percent", "50", "once", 495, None, 20),
        one("article-free", Thing::Article, "percent", "100", "once", 0, None, 3),
        one("term", Thing::Term, "amount", "4", "once", 590, None, 20),
        one("term-free", Thing::Term, "percent", "100", "once", 0, None, 3),
    ];
    if renews {
        all.extend([
            one("first", Thing::Renewing, "percent", "50", "once", 495, Some(1), 20),
            one("two", Thing::Renewing, "amount", "3", "periods", 690, Some(2), 40),
            one("always", Thing::Renewing, "percent", "10", "forever", 891, None, 20),
            one("month-free", Thing::Renewing, "percent", "100", "once", PRICE, None, 20),
            one("trial", Thing::Renewing, "trial", "14", "once", PRICE, None, 20),
        ]);
    }
    let mut offers = Vec::new();
    for (new, offered) in all {
        desk::make(ctx, admin, &new).await.unwrap();
        offers.push(offered);
    }
    offers
}

fn pick<T>(from: &[T], n: usize) -> Option<&T> {
    if from.is_empty() { None } else { from.get(n % from.len()) }
}

pub fn viewer(id: MemberId, role: Role) -> Viewer {
    Viewer(Some(SignedIn { id, handle: "h".into(), name: "N".into(), role, locale: None }))
}

async fn member(ctx: &Context) -> MemberId {
    let sql = "insert into members (handle, name, email, created_at, registered_day) values ($1, 'N', $2, 0, '2026-03-15') returning id";
    let token = ctx.token();
    let mut tx = ctx.db().begin().await.unwrap();
    let (id,): (i64,) = tx.one(sql, args![&token, format!("{token}@example.org")]).await.unwrap();
    tx.commit().await.unwrap();
    MemberId(id)
}

/// Creators get a part of what is sold, and the author of the article shares that with two others.
async fn share(ctx: &Context, admin: &Viewer, post: PostId) {
    shares::set_sale_rate(ctx, admin, "66.67").await.unwrap();
    for (handle, rate) in [("second", "33.33"), ("third", "12.5")] {
        let sql = "insert into members (handle, name, created_at, registered_day) values ($1, 'N', 0, '2026-03-15')";
        ctx.db().run(sql, args![handle]).await.unwrap();
        shares::share_with(ctx, admin, post, handle, rate).await.unwrap();
    }
}

/// Two articles; a third comes and goes.
fn bundle() -> TypedBundle {
    TypedBundle { title: "B".into(), articles: "a\nb".into(), price: "9.90".into(), published: true, ..TypedBundle::default() }
}

async fn article(ctx: &Context, author: MemberId, slug: &str, (price, tier): (Option<i64>, Option<TierId>)) -> PostId {
    let sql = "insert into posts (slug, author_id, title, source, preview_html, excerpt, words, rest_words, code_samples,
        rest_code_samples, reading_minutes, status, access, price_minor, tier_id, published_at, created_at, updated_at)
    values ($3, $1, 'An article', '', '', '', 0, 0, 0, 0, 1, 'published', 'paid', $2, $4, 0, 0, 0) returning id";
    let mut tx = ctx.db().begin().await.unwrap();
    let (id,): (i64,) = tx.one(sql, args![author, price, slug, tier]).await.unwrap();
    tx.commit().await.unwrap();
    PostId(id)
}
