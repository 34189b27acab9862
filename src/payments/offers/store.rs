//! Tables `offers`, `offer_redemptions`, `offers_shown`.

use super::model::{Audience, Kind, Of, Offer, Phase};
use crate::args;
use crate::foundation::cadence::Cadence;
use crate::foundation::error::{self, AppError};
use crate::foundation::id::{MemberId, OfferId, OrderId, PostId, TierId};
use crate::foundation::money::{Currency, Money};
use crate::foundation::time::{DAY, Timestamp};
use crate::payments::model::{Item, Order, STANDS, STANDS_BY_OFFER};
use crate::server::db::{Db, Queries, Result, Tx};

#[derive(sqlx::FromRow)]
struct OfferRow {
    id: i64,
    name: String,
    code: String,
    kind: String,
    worth: i64,
    currency: Option<String>,
    tier_id: Option<i64>,
    post_id: Option<i64>,
    terms: String,
    periods: Option<i64>,
    audience: String,
    from_at: Option<i64>,
    until_at: Option<i64>,
    total_limit: Option<i64>,
    person_limit: Option<i64>,
    archived_at: Option<i64>,
}

const COLUMNS: &str = "o.id, o.name, o.code, o.kind, o.worth, o.currency, o.tier_id, o.post_id, o.terms, o.periods, o.audience, o.from_at, \
    o.until_at, o.total_limit, o.person_limit, o.archived_at";

impl OfferRow {
    fn offer(self) -> error::Result<Offer> {
        let id = self.id;
        self.read().ok_or_else(|| {
            tracing::error!(offer = id, "an offer's row cannot be read");
            AppError::Internal
        })
    }

    fn read(self) -> Option<Offer> {
        let kind = match self.kind.as_str() {
            "percent" => Kind::Percent(self.worth),
            "amount" => Kind::Amount(Money::new(self.worth, Currency::parse(self.currency.as_deref()?)?)),
            "trial" => Kind::Trial(u16::try_from(self.worth).ok()?),
            _ => return None,
        };
        let of = match (self.tier_id, self.post_id) {
            (Some(tier), None) => Of::Tier(TierId(tier), self.terms.lines().map(Cadence::parse).collect::<Option<_>>()?),
            (None, Some(post)) => Of::Post(PostId(post)),
            _ => return None,
        };
        Some(Offer {
            id: OfferId(self.id),
            name: self.name,
            code: self.code,
            kind,
            of,
            periods: self.periods.map(u16::try_from).transpose().ok()?,
            audience: Audience::parse(&self.audience)?,
            from: self.from_at.map(Timestamp),
            until: self.until_at.map(Timestamp),
            total_limit: self.total_limit,
            person_limit: self.person_limit,
            archived: self.archived_at.is_some(),
        })
    }
}

pub async fn by_code(db: &Db, code: &str) -> error::Result<Option<Offer>> {
    let row: Option<OfferRow> = db.optional(format!("select {COLUMNS} from offers o where o.code = $1"), args![code]).await?;
    row.map(OfferRow::offer).transpose()
}

pub async fn by_id(db: &Db, id: OfferId) -> error::Result<Option<Offer>> {
    let row: Option<OfferRow> = db.optional(format!("select {COLUMNS} from offers o where o.id = $1"), args![id]).await?;
    row.map(OfferRow::offer).transpose()
}

/// What can be said of an offer, as columns; see `0020_offers.sql`.
fn columns(offer: &Offer) -> (i64, Option<&'static str>, Option<TierId>, Option<PostId>, String) {
    let (worth, currency) = match offer.kind {
        Kind::Percent(hundredths) => (hundredths, None),
        Kind::Amount(off) => (off.minor, Some(off.currency.code())),
        Kind::Trial(days) => (i64::from(days), None),
    };
    match &offer.of {
        Of::Tier(tier, terms) => {
            let terms: Vec<String> = terms.iter().map(Cadence::to_string).collect();
            (worth, currency, Some(*tier), None, terms.join("\n"))
        }
        Of::Post(post) => (worth, currency, None, Some(*post), String::new()),
    }
}

const INSERT: &str = "insert into offers
    (name, code, kind, worth, currency, tier_id, post_id, terms, periods, audience, from_at, until_at, total_limit, person_limit,
    created_by, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
on conflict (code) do nothing
returning id";

/// `None` when the code is taken.
pub async fn insert(tx: &mut Tx, offer: &Offer, (by, now): (MemberId, Timestamp)) -> Result<Option<OfferId>> {
    let (worth, currency, tier, post, terms) = columns(offer);
    let args = args![
        &offer.name,
        &offer.code,
        offer.kind.as_str(),
        worth,
        currency,
        tier,
        post,
        terms,
        offer.periods.map(i64::from),
        offer.audience.as_str(),
        offer.from,
        offer.until,
        offer.total_limit,
        offer.person_limit,
        by,
        now
    ];
    let row: Option<(i64,)> = tx.optional(INSERT, args).await?;
    Ok(row.map(|(id,)| OfferId(id)))
}

const SET_FRAME: &str = "update offers
set name = $2, from_at = $3, until_at = $4, total_limit = $5
where id = $1";

/// What may be changed of one that was used.
pub async fn set_frame(tx: &mut Tx, offer: &Offer) -> Result<()> {
    tx.run(SET_FRAME, args![offer.id, &offer.name, offer.from, offer.until, offer.total_limit]).await.map(drop)
}

const SET_TERMS: &str = "update offers
set code = $2, kind = $3, worth = $4, currency = $5, tier_id = $6, post_id = $7, terms = $8, periods = $9, audience = $10,
    person_limit = $11
where id = $1
    and not exists (select 1 from offer_redemptions r where r.offer_id = offers.id)
    and not exists (select 1 from offers other where other.code = $2 and other.id <> $1)";

/// What it is worth and for whom; false when somebody used it, or the code is taken.
pub async fn set_terms(tx: &mut Tx, offer: &Offer) -> Result<bool> {
    let (worth, currency, tier, post, terms) = columns(offer);
    let args = args![
        offer.id,
        &offer.code,
        offer.kind.as_str(),
        worth,
        currency,
        tier,
        post,
        terms,
        offer.periods.map(i64::from),
        offer.audience.as_str(),
        offer.person_limit
    ];
    Ok(tx.run(SET_TERMS, args).await? == 1)
}

pub async fn set_archived(db: &Db, id: OfferId, at: Option<Timestamp>) -> Result<bool> {
    Ok(db.run("update offers set archived_at = $2 where id = $1", args![id, at]).await? == 1)
}

const fn of_phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Archived => "o.archived_at is not null",
        Phase::Over => "o.archived_at is null and o.until_at <= $2",
        Phase::ToCome => "o.archived_at is null and (o.until_at is null or o.until_at > $2) and o.from_at > $2",
        Phase::Running => "o.archived_at is null and (o.until_at is null or o.until_at > $2) and (o.from_at is null or o.from_at <= $2)",
    }
}

#[derive(sqlx::FromRow)]
struct CountedRow {
    #[sqlx(flatten)]
    offer: OfferRow,
    used: i64,
    held: i64,
}

/// An offer, how often it was used, and for how many orders it is held that are not paid yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    pub offer: Offer,
    pub used: i64,
    pub held: i64,
}

const COUNTS: &str = "(select count(*) from offer_redemptions r where r.offer_id = o.id and r.used_at is not null) as used,
    (select count(*) from offer_redemptions r where r.offer_id = o.id and r.used_at is null) as held";

impl Counted {
    /// Somebody used it, or is about to.
    pub const fn is_used(&self) -> bool {
        self.used + self.held > 0
    }
}

impl CountedRow {
    fn counted(self) -> error::Result<Counted> {
        Ok(Counted { offer: self.offer.offer()?, used: self.used, held: self.held })
    }
}

/// Newest first, those before `before`.
pub async fn list(db: &Db, phase: Phase, now: Timestamp, before: Option<OfferId>, limit: i64) -> error::Result<Vec<Counted>> {
    let of_phase = of_phase(phase);
    // Each of the phases names the instant, or has to: a value that nothing names is refused by PostgreSQL.
    let sql =
        format!("select {COLUMNS}, {COUNTS}\nfrom offers o\nwhere o.id < $1 and $2 >= 0 and {of_phase}\norder by o.id desc\nlimit $3",);
    let rows: Vec<CountedRow> = db.all(sql, args![before.map_or(i64::MAX, |id| id.0), now, limit]).await?;
    rows.into_iter().map(CountedRow::counted).collect()
}

pub async fn counted(db: &Db, id: OfferId) -> error::Result<Option<Counted>> {
    let row: Option<CountedRow> = db.optional(format!("select {COLUMNS}, {COUNTS}\nfrom offers o\nwhere o.id = $1"), args![id]).await?;
    row.map(CountedRow::counted).transpose()
}

/// What one use of an offer is of: copies, for ever.
pub struct Held<'a> {
    pub offer: &'a Offer,
    pub member: MemberId,
    pub item: Item,
    pub title: &'a str,
    pub list: Money,
    /// What it takes off of one term, or of the whole.
    pub off: i64,
    pub order: Option<OrderId>,
    pub subscription: Option<i64>,
    /// It needs no payment: it is used at once.
    pub used: bool,
    /// How often the member may use it; `None`: no limit.
    pub most: Option<i64>,
}

const LOCK: &str = "update offers
set name = name
where id = $1";

const HOLD: &str = "insert into offer_redemptions
    (offer_id, member_id, nth, order_id, subscription_id, tier_id, cadence, post_id, title, currency, list_minor, off_minor, held_at,
    used_at)
select o.id, m.id, (select coalesce(max(r.nth), 0) + 1 from offer_redemptions r where r.offer_id = o.id and r.member_id = m.id),
    $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
from offers o
join members m on m.id = $2
where o.id = $1
    and o.archived_at is null
    and (o.from_at is null or o.from_at <= $12)
    and (o.until_at is null or o.until_at > $12)
    and (o.total_limit is null or (select count(*) from offer_redemptions r where r.offer_id = o.id) < o.total_limit)
    and (select count(*) from offer_redemptions r where r.offer_id = o.id and r.member_id = m.id) < $14
returning id";

/// Takes one use of an offer, if there is one: others who want one wait until the transaction is done, and then see it.
pub async fn hold(tx: &mut Tx, held: &Held<'_>, now: Timestamp) -> Result<Option<i64>> {
    tx.run(LOCK, args![held.offer.id]).await?;
    let (tier, cadence, post) = match held.item {
        Item::Tier(tier, cadence) => (Some(tier), Some(cadence.to_string()), None),
        Item::Post(post) => (None, None, Some(post)),
    };
    let args = args![
        held.offer.id,
        held.member,
        held.order,
        held.subscription,
        tier,
        cadence,
        post,
        held.title,
        held.list.currency.code(),
        held.list.minor,
        held.off,
        now,
        held.used.then_some(now),
        held.most.unwrap_or(i64::MAX)
    ];
    let row: Option<(i64,)> = tx.optional(HOLD, args).await?;
    Ok(row.map(|(id,)| id))
}

const USE: &str = "update offer_redemptions
set used_at = $2
where order_id = $1 and used_at is null";

/// Money came late for an order whose use of the offer had been given back: it counts all the same, also beyond the limits.
const USE_AFTER_ALL: &str = "insert into offer_redemptions
    (offer_id, member_id, nth, order_id, tier_id, cadence, post_id, title, currency, list_minor, off_minor, held_at, used_at)
select o.offer_id, o.member_id,
    (select coalesce(max(r.nth), 0) + 1 from offer_redemptions r where r.offer_id = o.offer_id and r.member_id = o.member_id),
    o.id, o.tier_id, o.cadence, o.post_id, o.title, o.currency, o.list_minor, o.list_minor - o.minor, $2, $2
from orders o
where o.id = $1 and o.offer_id is not null and o.list_minor >= o.minor
on conflict (order_id) do nothing";

/// The order is paid, or began its agreement: it used its offer. A second time changes nothing.
pub async fn use_of(tx: &mut Tx, order: &Order, now: Timestamp) -> Result<()> {
    let Some(offer) = order.offer.as_ref().and_then(|applied| applied.used) else { return Ok(()) };
    if tx.run(USE, args![order.id, now]).await? == 0 {
        tx.run(LOCK, args![offer]).await?;
        tx.run(USE_AFTER_ALL, args![order.id, now]).await?;
    }
    Ok(())
}

const UNPAID: &str = "select r.order_id
from offer_redemptions r
join orders o on o.id = r.order_id
where r.used_at is null
    and o.status = 'open'
    and (o.closed_at is not null or o.created_at < $1)
    and not exists (
        select 1
        from checkouts c
        where c.order_id = o.id and c.state in ('opening', 'open', 'pending', 'declined')
            and (c.provider <> 'offline' and c.expires_at > $2 or c.provider = 'offline' and c.opened_at > $3)
    )
order by r.id
limit $4";

const GIVE_BACK: &str = "delete from offer_redemptions
where order_id = $1
    and used_at is null
    and not exists (
        select 1
        from checkouts c
        where c.order_id = $1 and c.state in ('opening', 'open', 'pending', 'declined')
            and (c.provider <> 'offline' and c.expires_at > $2 or c.provider = 'offline' and c.opened_at > $3)
    )";

/// Held for orders that lapsed or were given up.
pub async fn held_in_vain(db: &Db, now: Timestamp, limit: i64) -> Result<Vec<OrderId>> {
    let rows: Vec<(i64,)> = db.all(UNPAID, args![now.plus(-STANDS_BY_OFFER), now.plus(-7 * DAY), now.plus(-STANDS), limit]).await?;
    Ok(rows.into_iter().map(|(id,)| OrderId(id)).collect())
}

/// Gives back what is held for an order that is locked, unless one of its tries may still be paid: one that its provider has
/// not closed yet, or a bank transfer that may be on its way.
pub async fn give_back_unpaid(tx: &mut Tx, order: OrderId, now: Timestamp) -> Result<bool> {
    Ok(tx.run(GIVE_BACK, args![order, now.plus(-7 * DAY), now.plus(-STANDS)]).await? == 1)
}

pub async fn uses_of(db: &Db, offer: OfferId, member: MemberId) -> Result<i64> {
    let sql = "select count(*) from offer_redemptions where offer_id = $1 and member_id = $2";
    let (n,): (i64,) = db.one(sql, args![offer, member]).await?;
    Ok(n)
}

pub async fn uses(db: &Db, offer: OfferId) -> Result<i64> {
    let (n,): (i64,) = db.one("select count(*) from offer_redemptions where offer_id = $1", args![offer]).await?;
    Ok(n)
}

const OPEN_ORDER: &str = "select o.reference
from offer_redemptions r
join orders o on o.id = r.order_id
where r.offer_id = $1 and r.member_id = $2 and r.used_at is null and o.status in ('open', 'pending') and o.closed_at is null
    and o.created_at > $3
order by o.id desc
limit 1";

/// An order of the member that holds the offer and can be paid.
pub async fn open_order(db: &Db, offer: OfferId, member: MemberId, now: Timestamp) -> Result<Option<String>> {
    let row: Option<(String,)> = db.optional(OPEN_ORDER, args![offer, member, now.plus(-STANDS_BY_OFFER)]).await?;
    Ok(row.map(|(reference,)| reference))
}

/// One use, with whose it was.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct RedemptionRow {
    pub id: i64,
    pub handle: String,
    pub order_id: Option<i64>,
    pub subscription_id: Option<i64>,
    pub title: String,
    pub currency: String,
    pub list_minor: i64,
    pub off_minor: i64,
    pub held_at: i64,
    pub used_at: Option<i64>,
}

const REDEMPTIONS: &str =
    "select r.id, m.handle, r.order_id, r.subscription_id, r.title, r.currency, r.list_minor, r.off_minor, r.held_at, r.used_at
from offer_redemptions r
join members m on m.id = r.member_id";

/// Newest first, those before `before`.
pub async fn redemptions(db: &Db, offer: OfferId, before: Option<i64>, limit: i64) -> Result<Vec<RedemptionRow>> {
    let sql = format!("{REDEMPTIONS}\nwhere r.offer_id = $1 and r.id < $2\norder by r.id desc\nlimit $3");
    db.all(sql, args![offer, before.unwrap_or(i64::MAX), limit]).await
}

/// What was given to a member for nothing, newest first, those before `before`.
pub async fn given_to(db: &Db, member: MemberId, before: Option<i64>, limit: i64) -> Result<Vec<GivenRow>> {
    db.all(GIVEN, args![member, before.unwrap_or(i64::MAX), limit]).await
}

/// What an offer gave for nothing.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct GivenRow {
    pub id: i64,
    pub offer: String,
    pub title: String,
    pub cadence: Option<String>,
    pub post_id: Option<i64>,
    pub currency: String,
    pub list_minor: i64,
    pub used_at: i64,
    pub opens_until: Option<i64>,
}

const GIVEN: &str = "select r.id, o.name as offer, r.title, r.cadence, r.post_id, r.currency, r.list_minor, r.used_at,
    (select max(e.ends_at) from entitlements e where e.cause = 'offer:' || r.id) as opens_until
from offer_redemptions r
join offers o on o.id = r.offer_id
where r.member_id = $1 and r.id < $2 and r.order_id is null and r.subscription_id is null and r.used_at is not null
order by r.id desc
limit $3";

const REVENUE: &str = "select p.currency, cast(coalesce(sum(p.minor), 0) as bigint) as minor
from payments p
join orders o on o.id = p.order_id
where p.use = 'order'
    and (
        o.offer_id = $1
        or o.list_minor is not null and o.subscription_id in (
            select s.subscription_id from orders s where s.offer_id = $1
            union
            select r.subscription_id from offer_redemptions r where r.offer_id = $1
        )
    )
group by p.currency
order by p.currency";

/// What was paid at the offer's price, by currency; refunds are not taken off.
pub async fn revenue(db: &Db, offer: OfferId) -> Result<Vec<(String, i64)>> {
    db.all(REVENUE, args![offer]).await
}

const FOR_LEAVING: &str = "o.audience = 'retention' and o.tier_id = $1 and o.archived_at is null
    and (o.from_at is null or o.from_at <= $2) and (o.until_at is null or o.until_at > $2)
    and not exists (select 1 from offers_shown s where s.offer_id = o.id and s.member_id = $3)";

/// The offers for whoever is about to leave a tier that the member was not shown yet, newest first.
pub async fn for_leaving(db: &Db, tier: TierId, member: MemberId, now: Timestamp) -> error::Result<Vec<Offer>> {
    let sql = format!("select {COLUMNS}\nfrom offers o\nwhere {FOR_LEAVING}\norder by o.id desc\nlimit 20");
    let rows: Vec<OfferRow> = db.all(sql, args![tier, now, member]).await?;
    rows.into_iter().map(OfferRow::offer).collect()
}

const SHOWN: &str = "insert into offers_shown (offer_id, member_id, shown_at)
values ($1, $2, $3)
on conflict (offer_id, member_id) do nothing";

/// False when the member was shown it before.
pub async fn note_shown(db: &Db, offer: OfferId, member: MemberId, now: Timestamp) -> Result<bool> {
    Ok(db.run(SHOWN, args![offer, member, now]).await? == 1)
}

pub async fn was_shown(db: &Db, offer: OfferId, member: MemberId) -> Result<bool> {
    let sql = "select count(*) from offers_shown where offer_id = $1 and member_id = $2";
    let (n,): (i64,) = db.one(sql, args![offer, member]).await?;
    Ok(n > 0)
}

const UNANSWERED: &str = "select id
from offer_redemptions
where offer_id = $1 and subscription_id = $2 and order_id is null and used_at is null";

/// A use for a running agreement of which the provider has not said yet that it holds.
pub async fn unanswered(db: &Db, offer: OfferId, subscription: i64) -> Result<Option<i64>> {
    let row: Option<(i64,)> = db.optional(UNANSWERED, args![offer, subscription]).await?;
    Ok(row.map(|(id,)| id))
}

/// The provider says that it holds.
pub async fn answered(tx: &mut Tx, redemption: i64, now: Timestamp) -> Result<()> {
    tx.run("update offer_redemptions set used_at = $2 where id = $1 and used_at is null", args![redemption, now]).await.map(drop)
}

/// The provider said no.
pub async fn refused(tx: &mut Tx, redemption: i64) -> Result<()> {
    tx.run("delete from offer_redemptions where id = $1 and used_at is null", args![redemption]).await.map(drop)
}
