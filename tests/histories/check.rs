//! How things should stand at the end of a life: as the provider's books say.

use crate::world::{Life, World};
use crate::{rewards, shares};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use stoa::args;
use stoa::foundation::format;
use stoa::foundation::id::PostId;
use stoa::foundation::time::{DAY, HOUR};
use stoa::foundation::viewer::Role;
use stoa::membership::model::Access;
use stoa::membership::paywall::{Gate, opens};
use stoa::payments::books;
use stoa::payments::model::{GivingBack, Item, Order, Payment, Purpose};
use stoa::payments::service::{connections, plans, refunds, repricing};
use stoa::providers::facts::{AgreementState, DisputeState, Fact, MovementKind, RefundState};
use stoa::server::clock::Clock;
use stoa::server::db::Queries;

/// What the provider says of a payment: what came, what is kept of it, what went back, and what is held.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Told {
    amount: i64,
    fee: i64,
    gone: BTreeMap<String, i64>,
    held: BTreeMap<String, i64>,
    dispute_fees: BTreeMap<String, i64>,
    fees_returned: BTreeMap<String, i64>,
}

impl Told {
    fn is_gone(&self) -> bool {
        self.gone.values().sum::<i64>() >= self.amount
    }

    /// What is on the account of it.
    fn balance(&self) -> i64 {
        let sum = |of: &BTreeMap<String, i64>| of.values().sum::<i64>();
        self.amount - self.fee - sum(&self.gone) - sum(&self.held) - sum(&self.dispute_fees) + sum(&self.fees_returned)
    }
}

/// Asks the provider about everything a member ever began.
async fn ask(world: &World, life: &Life) -> Result<BTreeMap<String, Told>, String> {
    let connection = connections::connection(&world.ctx, world.kind.provider()).await.map_err(|e| e.to_string())?;
    let mut facts = Vec::new();
    for (order, checkout) in world.checkouts(life).await {
        // What is closed is not asked about: a renewing one would be begun by that.
        if checkout.state.is_live() || checkout.state == stoa::payments::model::TryState::Paid {
            facts.extend(connection.look(&checkout.as_asked(&order)).await.map_err(|e| e.to_string())?);
        }
    }
    for subscription in plans::subscriptions_of(&world.ctx, &life.viewer).await.unwrap() {
        facts.extend(connection.look_agreement(&subscription.number).await.map_err(|e| e.to_string())?);
    }
    let mut told: BTreeMap<String, Told> = BTreeMap::new();
    for fact in facts {
        match fact {
            Fact::Payment(payment) if payment.reference.is_some() => {
                let known = told.entry(payment.payment).or_default();
                (known.amount, known.fee) = (payment.amount.minor, payment.fee.map_or(0, |fee| fee.minor));
            }
            Fact::Refund(refund) if refund.state == RefundState::Succeeded => {
                let known = told.entry(refund.payment).or_default();
                known.fees_returned.insert(refund.refund.clone(), refund.fee_returned.map_or(0, |fee| fee.minor));
                known.gone.insert(refund.refund, refund.amount.minor);
            }
            Fact::Dispute(dispute) => {
                let known = told.entry(dispute.payment).or_default();
                known.dispute_fees.insert(dispute.dispute.clone(), dispute.fee.map_or(0, |fee| fee.minor));
                match dispute.state {
                    DisputeState::Lost => drop(known.gone.insert(dispute.dispute, dispute.amount.minor)),
                    DisputeState::Open => drop(known.held.insert(dispute.dispute, dispute.amount.minor)),
                    DisputeState::Won => (),
                }
            }
            Fact::Mismatch { reason, .. } => return Err(format!("the provider contradicts itself: {reason}")),
            _ => (),
        }
    }
    if !world.kind.lists() {
        read_book(world, life, &mut told).await?;
    }
    Ok(told)
}

/// What was kept of payments and went back of them, by the provider's book, which is made of a day on the morning after.
async fn read_book(world: &World, life: &Life, told: &mut BTreeMap<String, Told>) -> Result<(), String> {
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let midnight = format::start_of_day(format::day(world.clock.now().plus(-10 * HOUR), &zone), &zone);
    let connection = connections::connection(&world.ctx, world.kind.provider()).await.map_err(|e| e.to_string())?;
    let mut lines = Vec::new();
    let mut from = life.begun;
    // A life may be longer than what a provider tells of at once.
    while from < midnight {
        let until = from.plus(30 * DAY).min(midnight);
        lines.extend(connection.movements(from, until).await.map_err(|e| e.to_string())?);
        from = until;
    }
    for line in lines {
        match line.kind {
            MovementKind::Payment => {
                if let Some(known) = told.get_mut(&line.number) {
                    known.fee = line.fee.minor;
                }
            }
            MovementKind::Refund => {
                if let Some(known) = line.of.and_then(|payment| told.get_mut(&payment)) {
                    known.fees_returned.insert(line.number.clone(), -line.fee.minor);
                    known.gone.insert(line.number, -line.gross.minor);
                }
            }
            _ => (),
        }
    }
    Ok(())
}

pub async fn check(world: &World, life: &Life) -> Result<(), String> {
    let told = ask(world, life).await?;
    let admin = crate::world::viewer(life.member, Role::Admin);
    let mut ours: BTreeMap<String, (Order, Payment)> = BTreeMap::new();
    for order in world.orders(life).await {
        let (order, came) = refunds::for_admin(&world.ctx, &admin, order.id).await.map_err(|e| e.to_string())?;
        receipts(&order, &came)?;
        given_back(&came)?;
        ledger(world, &order, &came).await?;
        opened(world, life, &order, &came).await?;
        ours.extend(came.into_iter().map(|payment| (payment.number.clone(), (order.clone(), payment))));
    }
    // Every payment, and what went back of it.
    for (number, payment) in &told {
        let Some((_, known)) = ours.get(number) else { return Err(format!("payment {number} is not known: {payment:?}")) };
        if known.gone() != payment.gone.values().sum::<i64>() {
            return Err(format!("of payment {number} went {:?}, we say {}: {known:?}", payment.gone, known.gone()));
        }
    }
    let sql = "select cast(coalesce(sum(minor), 0) as bigint) from ledger_entries where member_id = $1 and account like 'provider:%'";
    let (booked,): (i64,) = world.ctx.db().one(sql, args![life.member]).await.unwrap();
    let balance: i64 = told.values().map(Told::balance).sum();
    if booked != balance {
        return Err(format!("the provider holds {balance} for us, the ledger says {booked}: {told:?} {ours:?}"));
    }
    for (number, (_, payment)) in &ours {
        if !told.contains_key(number) {
            let tries = world.checkouts(life).await;
            return Err(format!("payment {number} is nowhere at the provider: {payment:?} {tries:?}"));
        }
        let is_gone = told.get(number).is_some_and(Told::is_gone);
        if is_gone != payment.is_gone() {
            return Err(format!("payment {number} is gone: {is_gone} there, {} here", payment.is_gone()));
        }
    }
    agreements(world, life).await?;
    prices(world, life).await?;
    limits(world).await?;
    numbers(world, life).await?;
    letters(world, life).await?;
    terms(world, life).await?;
    rewards::add_up(world, life).await?;
    quiet(world).await
}

/// An agreement that runs says what the provider charges, now or from the next term on.
async fn agreements(world: &World, life: &Life) -> Result<(), String> {
    let connection = connections::connection(&world.ctx, world.kind.provider()).await.map_err(|e| e.to_string())?;
    for one in plans::subscriptions_of(&world.ctx, &life.viewer).await.unwrap() {
        let next = repricing::coming(&world.ctx, &one).await.unwrap().filter(|next| next.consent.is_none());
        let ours = next.map_or((one.price, one.every), |next| (next.price, next.every));
        for fact in connection.look_agreement(&one.number).await.map_err(|e| e.to_string())? {
            if let Fact::Agreement(fact) = fact
                && fact.state != AgreementState::Ended
                && fact.charges != Some(ours)
            {
                return Err(format!("{} charges {:?}, we say {ours:?}", one.number, fact.charges));
            }
        }
    }
    Ok(())
}

/// What was charged is what was agreed, and never nothing or less: by an offer its price, for as many terms as it says, and
/// the whole price after; once the agreement went over to another tier, no offer counts.
async fn prices(world: &World, life: &Life) -> Result<(), String> {
    let admin = crate::world::viewer(life.member, Role::Admin);
    let mut cheap: BTreeMap<i64, i64> = BTreeMap::new();
    for order in world.orders(life).await {
        let (_, came) = refunds::for_admin(&world.ctx, &admin, order.id).await.map_err(|e| e.to_string())?;
        let list = order.offer.as_ref().map(|offer| offer.list.minor);
        if order.price.minor < 1 || list.is_some_and(|list| list < order.price.minor) {
            return Err(format!("an order costs {:?}, {list:?} before", order.price));
        }
        if let Some(other) = came.iter().find(|payment| payment.amount != order.price) {
            return Err(format!("order {} costs {:?}, paid {:?}", order.id, order.price, other.amount));
        }
        let Some(offer) = order.offer.as_ref().and_then(|offer| world.offers.iter().find(|known| known.code == offer.name)) else {
            continue;
        };
        let stated = order.stated();
        if stated.price.minor != offer.price || stated.list.map(|list| list.minor) != Some(crate::world::PRICE) {
            return Err(format!("order {} costs {stated:?} by the offer {}", order.id, offer.code));
        }
        let (Some(agreement), Some(terms), true) = (order.subscription, offer.terms, !came.is_empty()) else { continue };
        let n = cheap.entry(agreement).or_default();
        *n += 1;
        if *n > terms {
            return Err(format!("{n} terms of agreement {agreement} cost less by the offer {}", offer.code));
        }
    }
    whole_prices(world, life).await
}

/// No term that an offer covers cost the whole price.
async fn whole_prices(world: &World, life: &Life) -> Result<(), String> {
    let sql = "select s.id, s.cut_minor, cast(count(*) as bigint)
        from subscriptions s
        join orders o on o.subscription_id = s.id
        join payments p on p.order_id = o.id
        where s.member_id = $1 and p.term_from < s.cut_until - 43200000 and p.minor <> s.cut_minor and not o.settles
        group by s.id, s.cut_minor";
    let rows: Vec<(i64, i64, i64)> = world.ctx.db().all(sql, args![life.member]).await.unwrap();
    if rows.is_empty() { Ok(()) } else { Err(format!("terms that an offer covers cost more: {rows:?}")) }
}

/// No offer was used more often than it can be, by anybody or by all.
async fn limits(world: &World) -> Result<(), String> {
    let sql =
        "select o.code, r.member_id, count(*) from offer_redemptions r join offers o on o.id = r.offer_id group by o.code, r.member_id";
    let rows: Vec<(String, i64, i64)> = world.ctx.db().all(sql, args![]).await.unwrap();
    if let Some(row) = rows.iter().find(|(_, _, n)| *n > crate::world::EACH) {
        return Err(format!("an offer was used too often by one member: {row:?}"));
    }
    for offer in &world.offers {
        let n: i64 = rows.iter().filter(|(code, ..)| *code == offer.code).map(|(_, _, n)| n).sum();
        if n > offer.total {
            return Err(format!("{} was used {n} times", offer.code));
        }
    }
    Ok(())
}

/// At most one payment pays an order; its receipt is one.
pub fn receipts(order: &Order, came: &[Payment]) -> Result<(), String> {
    let paying = came.iter().filter(|payment| !payment.surplus).count();
    if paying > 1 { Err(format!("order {} has {paying} receipts", order.id)) } else { Ok(()) }
}

/// Whoever asks for it, and however often: never more than was paid. What was asked for at the moment at which the provider's
/// own console gave it back is refused there.
fn given_back(came: &[Payment]) -> Result<(), String> {
    for payment in came {
        let goes = |state| matches!(state, GivingBack::Told(RefundState::Succeeded | RefundState::Pending));
        let gone: i64 = payment.refunds.iter().filter(|refund| goes(refund.state)).map(|refund| refund.minor).sum();
        if gone > payment.amount.minor {
            return Err(format!("{gone} goes back of {payment:?}"));
        }
    }
    Ok(())
}

/// What paid an order has a number, and what went back of it; a year has no gaps.
async fn numbers(world: &World, life: &Life) -> Result<(), String> {
    let lacking = "select count(*)
        from payments p
        join orders o on o.id = p.order_id
        left join refunds r on r.payment_id = p.id and r.state = 'succeeded'
        where o.member_id = $1 and p.use = 'order'
            and (not exists (select 1 from receipts n where n.payment_id = p.id)
                or r.id is not null and not exists (select 1 from receipts n where n.refund_id = r.id))";
    let (lacking,): (i64,) = world.ctx.db().one(lacking, args![life.member]).await.unwrap();
    let gaps = "select count(*)
        from (select y.last as last, count(*) as n, max(r.number) as highest from receipt_years y join receipts r on r.year = y.year group by y.year, y.last) s
        where s.n <> s.last or s.highest <> s.last";
    let (gaps,): (i64,) = world.ctx.db().one(gaps, args![]).await.unwrap();
    match (lacking, gaps) {
        (0, 0) => Ok(()),
        _ => Err(format!("{lacking} payments or refunds have no number, and {gaps} years have gaps")),
    }
}

/// The buyer was written to exactly once about every payment that pays an order, and every refund that went through.
async fn letters(world: &World, life: &Life) -> Result<(), String> {
    let wrong = "select w.about, w.n
        from (
            select 'payment:' || p.id as about, (select count(*) from letters l where l.kind = 'receipt' and l.about = 'payment:' || p.id) as n
            from payments p join orders o on o.id = p.order_id
            where o.member_id = $1 and p.use = 'order'
            union all
            select 'refund:' || r.id, (select count(*) from letters l where l.kind = 'refunded' and l.about = 'refund:' || r.id)
            from refunds r join payments p on p.id = r.payment_id join orders o on o.id = p.order_id
            where o.member_id = $1 and r.state = 'succeeded'
        ) w
        where w.n <> 1";
    let wrong: Vec<(String, i64)> = world.ctx.db().all(wrong, args![life.member]).await.unwrap();
    if wrong.is_empty() { Ok(()) } else { Err(format!("letters were written so often: {wrong:?}")) }
}

/// Terms that were bought or given for a length lie behind each other, so that each of their days counts once.
async fn terms(world: &World, life: &Life) -> Result<(), String> {
    let sql = "select a.cause, b.cause
        from entitlements a
        join entitlements b on b.member_id = a.member_id and b.tier_id = a.tier_id and b.id > a.id
        where a.member_id in ($1, $2, $3) and a.cadence is not null and b.cadence is not null
            and a.revoked_at is null and b.revoked_at is null and a.starts_at < b.ends_at and b.starts_at < a.ends_at
        limit 5";
    let people = [life.viewer.id(), life.friend.id(), life.guest.id()].map(|id| id.map_or(0, |id| id.0));
    let [member, friend, guest] = people;
    let rows: Vec<(String, String)> = world.ctx.db().all(sql, args![member, friend, guest]).await.unwrap();
    if rows.is_empty() { Ok(()) } else { Err(format!("terms lie on each other: {rows:?}")) }
}

/// The book says what follows from the payments, and every transfer sums to zero.
pub async fn ledger(world: &World, order: &Order, came: &[Payment]) -> Result<(), String> {
    let sql = "select account, case when $2 then post_id end, cast(sum(minor) as bigint) from ledger_entries
        where order_id = $1 group by 1, 2 having sum(minor) <> 0";
    let by_post = matches!(order.item, Item::Bundle(_));
    let rows: Vec<(String, Option<i64>, i64)> = world.ctx.db().all(sql, args![order.id, by_post]).await.unwrap();
    let booked: books::Balances = rows.into_iter().map(|(account, post, minor)| ((account, post.map(PostId)), minor)).collect();
    let elsewhere = !came.is_empty() && came.iter().all(|payment| payment.surplus);
    let (tax,): (i64,) = world
        .ctx
        .db()
        .one("select cast(coalesce(sum(minor), 0) as bigint) from order_taxes where order_id = $1", args![order.id])
        .await
        .unwrap();
    let promised = shares::promised(world, order).await;
    let reward = rewards::of_order(world, order, came, &booked).await?;
    let wanted = books::wanted(order, came, elsewhere, tax, &promised, reward);
    // Who recommended the buyer has the same accounts as a creator.
    let affiliate = reward.map_or(0, |reward| reward.affiliate.0);
    let of_affiliate = [format!("liability:creator:{affiliate}"), format!("liability:creator-held:{affiliate}")];
    let others = booked.iter().filter(|((name, _), _)| !of_affiliate.contains(name)).map(|(line, minor)| (line.clone(), *minor)).collect();
    shares::check(order, came, &promised, &others)?;
    if booked != wanted {
        return Err(format!("the ledger says {booked:?} of order {}, and should say {wanted:?}", order.id));
    }
    let unbalanced =
        "select count(*) from (select transfer_id from ledger_entries where order_id = $1 group by transfer_id having sum(minor) <> 0) t";
    let (n,): (i64,) = world.ctx.db().one(unbalanced, args![order.id]).await.unwrap();
    if n == 0 { Ok(()) } else { Err(format!("{n} transfers of order {} do not balance", order.id)) }
}

/// What an order for a bundle is for; one thing of any other.
async fn contents(world: &World, order: &Order) -> Vec<PostId> {
    let sql = "select post_id from order_posts where order_id = $1 order by line";
    let rows: Vec<(i64,)> = world.ctx.db().all(sql, args![order.id]).await.unwrap();
    rows.into_iter().map(|(post,)| PostId(post)).collect()
}

/// An article is open if and only if some order for it, or for a bundle that had it in it, is paid and not given back, or an
/// offer gave it for nothing.
async fn article(world: &World, life: &Life, post: PostId) -> Result<(), String> {
    let admin = crate::world::viewer(life.member, Role::Admin);
    let mut any = false;
    for other in world.orders(life).await.iter().filter(|other| other.purpose == Purpose::Own) {
        let is_for = match other.item {
            Item::Post(of) => of == post,
            Item::Bundle(_) => contents(world, other).await.contains(&post),
            Item::Tier(..) | Item::Author(_) => false,
        };
        let (_, came) = refunds::for_admin(&world.ctx, &admin, other.id).await.map_err(|e| e.to_string())?;
        any |= is_for && paid(world, &came).await;
    }
    let sql = "select count(*) from offer_redemptions where member_id = $1 and post_id = $2 and order_id is null";
    let (given,): (i64,) = world.ctx.db().one(sql, args![life.member, post]).await.unwrap();
    any |= given > 0;
    let gate = Gate { access: Access::Paid, post: Some(post), ..Gate::PUBLIC };
    let open = opens(&world.ctx, &life.viewer, &gate).await.map_err(|e| e.to_string())?;
    if open == any { Ok(()) } else { Err(format!("article {post} is open: {open}, paid: {any}")) }
}

const TAKEN_BACK: &str = "select count(*)
from refund_requests q
join refunds r on r.id = q.refund_id
where q.payment_id = $1 and q.ends_access and r.state <> 'failed'";

/// Whether a payment is there that was neither given back nor taken back by its buyer, which a provider may refuse to do for as
/// long as it is contested as well.
async fn paid(world: &World, came: &[Payment]) -> bool {
    for payment in came.iter().filter(|payment| !payment.is_gone()) {
        let (taken_back,): (i64,) = world.ctx.db().one(TAKEN_BACK, args![payment.id]).await.unwrap();
        if taken_back == 0 {
            return true;
        }
    }
    false
}

/// Open if and only if paid and neither given back nor taken back.
async fn opened(world: &World, life: &Life, order: &Order, came: &[Payment]) -> Result<(), String> {
    let covered = paid(world, came).await;
    match order.purpose {
        Purpose::Gift => return given(world, life, order, covered).await,
        Purpose::Team => return seated(world, order, covered).await,
        Purpose::Tip => {
            let sql = "select count(*) from entitlements where cause = $1";
            let (n,): (i64,) = world.ctx.db().one(sql, args![order.cause()]).await.unwrap();
            return if n == 0 { Ok(()) } else { Err(format!("tip {} opened something", order.id)) };
        }
        Purpose::Own => (),
    }
    match order.item {
        Item::Author(_) => Err(format!("order {} for an author is no tip", order.id)),
        Item::Post(post) => article(world, life, post).await,
        Item::Bundle(_) => {
            for post in contents(world, order).await {
                article(world, life, post).await?;
            }
            Ok(())
        }
        Item::Tier(..) => {
            // What is left of a pass may have become time of another tier.
            let sql = "select count(*)
                from entitlements
                where cause in ($1, 'switch:' || $1, 'switch:switch:' || $1) and revoked_at is null";
            let (n,): (i64,) = world.ctx.db().one(sql, args![order.cause()]).await.unwrap();
            let opens = covered && stands(world, life, order, came).await?;
            if (n == 1) == opens {
                Ok(())
            } else {
                Err(format!("order {} opens {n} terms, paid: {covered}, should open: {opens}", order.id))
            }
        }
    }
}

/// A gift is open to whoever took it, if and only if it is paid and was not given back; and to its buyer never.
async fn given(world: &World, life: &Life, order: &Order, covered: bool) -> Result<(), String> {
    let sql = "select taken_by from gifts where order_id = $1";
    let (taken,): (Option<i64>,) = world.ctx.db().one(sql, args![order.id]).await.unwrap();
    let sql = "select member_id from entitlements where (cause = $1 or cause like $2) and revoked_at is null";
    let open: Vec<(i64,)> = world.ctx.db().all(sql, args![order.cause(), format!("{}:%", order.cause())]).await.unwrap();
    let things = if matches!(order.item, Item::Bundle(_)) { contents(world, order).await.len() } else { 1 };
    let wanted: Vec<(i64,)> = taken
        .filter(|_| covered)
        .map(|member| (member,))
        .into_iter()
        .cycle()
        .take(if taken.is_some() && covered { things } else { 0 })
        .collect();
    if open != wanted || taken.is_some_and(|member| Some(member) != life.friend.id().map(|friend| friend.0)) {
        return Err(format!("gift {} is open to {open:?}, taken by {taken:?}, paid: {covered}", order.id));
    }
    let sql = "select count(*) from gifts where order_id = $1 and (void_at is null) = $2";
    let (fits,): (i64,) = world.ctx.db().one(sql, args![order.id, covered]).await.unwrap();
    let came = order.paid_at.is_some();
    if fits == 1 || !came { Ok(()) } else { Err(format!("gift {} is void although paid: {covered}", order.id)) }
}

/// A term of a team is open to those who hold a seat and to nobody else, if and only if it is paid and was not given back; and
/// never are there more of them than seats.
async fn seated(world: &World, order: &Order, covered: bool) -> Result<(), String> {
    let Some(team) = order.team else { return Err(format!("order {} is of no team", order.id)) };
    let sql = "select id, member_id, taken_at from team_seats where team_id = $1 and left_at is null";
    let sittings: Vec<(i64, i64, i64)> = world.ctx.db().all(sql, args![team.id]).await.unwrap();
    let mut people: Vec<i64> = sittings.iter().map(|(_, member, _)| *member).collect();
    people.sort_unstable();
    people.dedup();
    if people.len() != sittings.len() || people.len() as i64 > team.seats {
        return Err(format!("{} people sit on the {} seats of team {}: {sittings:?}", people.len(), team.seats, team.id));
    }
    let sql = "select until_at from team_terms where order_id = $1";
    let (until,): (Option<i64>,) = world.ctx.db().one(sql, args![order.id]).await.unwrap();
    let sits = |(id, _, taken): &(i64, i64, i64)| until.is_some_and(|until| *taken < until).then(|| format!("seat:{id}:{}", order.id));
    let mut wanted: Vec<String> = sittings.iter().filter(|_| covered).filter_map(sits).collect();
    wanted.sort();
    let sql = "select cause from entitlements where cause like $1 and revoked_at is null";
    let open: Vec<(String,)> = world.ctx.db().all(sql, args![format!("seat:%:{}", order.id)]).await.unwrap();
    let mut open: Vec<String> = open.into_iter().map(|(cause,)| cause).collect();
    open.sort();
    if open == wanted {
        return Ok(());
    }
    Err(format!(
        "the term that order {} paid of team {} is open by {open:?}, and should be by {wanted:?}; paid: {covered}",
        order.id, team.id
    ))
}

/// Whether no paid change within the term took its place, and what it builds on was not given back.
async fn stands(world: &World, life: &Life, order: &Order, came: &[Payment]) -> Result<bool, String> {
    let admin = crate::world::viewer(life.member, Role::Admin);
    let term_of = |came: &[Payment]| came.iter().find(|payment| !payment.surplus).and_then(|payment| payment.term);
    let (Some((from, until)), true) = (term_of(came), order.subscription.is_some()) else { return Ok(true) };
    for other in world.orders(life).await {
        if other.id == order.id || other.subscription != order.subscription {
            continue;
        }
        let (_, came) = refunds::for_admin(&world.ctx, &admin, other.id).await.map_err(|e| e.to_string())?;
        let Some((other_from, other_until)) = term_of(&came) else { continue };
        let gone = !paid(world, &came).await;
        let later = other.settles && (!order.settles || (other_from, other.id) > (from, order.id));
        if later && !gone && other_from < until && other_until > from {
            return Ok(false);
        }
        if !other.settles && !gone && other_from >= until && other_from < until.plus(91 * DAY) && tier_of(&other) != tier_of(order) {
            return Ok(false);
        }
        if order.settles && !later && gone && other_until == until {
            return Ok(false);
        }
    }
    Ok(true)
}

fn tier_of(order: &Order) -> Option<stoa::foundation::id::TierId> {
    if let Item::Tier(tier, _) = order.item { Some(tier) } else { None }
}

/// Nothing was put aside or given up, and nothing waits. Only of a refund that the provider goes on refusing (its console gave the
/// money back, or a dispute took it) is an admin told, for as long as it is asked for.
pub async fn quiet(world: &World) -> Result<(), String> {
    let sql = "select n.state, n.kind, n.reason
        from notifications n
        where n.state in ('quarantined', 'dead', 'new', 'later')
            and not (n.kind = 'refund-waits' and exists (select 1 from refunds r where r.reference = n.body and r.state = 'asked'))
        limit 5";
    let rows: Vec<(String, String, String)> = world.ctx.db().all(sql, args![]).await.unwrap();
    if rows.is_empty() { Ok(()) } else { Err(format!("notifications are left over: {rows:?}")) }
}
