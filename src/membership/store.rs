//! Tables `tiers`, `tier_prices`, `entitlements`.

use super::model::{Cadence, Tier};
use super::terms::Term;
use crate::args;
use crate::foundation::id::{MemberId, PostId, TierId};
use crate::foundation::money::{Currency, Money};
use crate::foundation::time::Timestamp;
use crate::server::db::{Db, Queries, Result, Tx};

const ENTITLED: &str = "select id
from entitlements
where member_id = $1
    and (tier_id = $2 or post_id = $3)
    and revoked_at is null
    and starts_at <= $4
    and (ends_at is null or ends_at > $4)
limit 1";

pub async fn entitled(db: &Db, member: MemberId, tier: Option<TierId>, post: Option<PostId>, now: Timestamp) -> Result<bool> {
    let row: Option<(i64,)> = db.optional(ENTITLED, args![member, tier, post, now]).await?;
    Ok(row.is_some())
}

const HELD: &str = "select tier_id, post_id
from entitlements
where member_id = $1
    and revoked_at is null
    and starts_at <= $2
    and (ends_at is null or ends_at > $2)
order by id desc
limit 10000";

/// The tiers and articles a member may open now.
pub async fn held(db: &Db, member: MemberId, now: Timestamp) -> Result<Vec<(Option<i64>, Option<i64>)>> {
    db.all(HELD, args![member, now]).await
}

#[derive(sqlx::FromRow)]
struct TierRow {
    id: i64,
    slug: String,
    name: String,
    description: String,
    archived_at: Option<i64>,
    monthly: Option<i64>,
    yearly: Option<i64>,
}

impl TierRow {
    fn tier(self, currency: Currency) -> Tier {
        let money = |minor: Option<i64>| minor.map(|minor| Money::new(minor, currency));
        Tier {
            id: TierId(self.id),
            slug: self.slug,
            name: self.name,
            description: self.description,
            monthly: money(self.monthly),
            yearly: money(self.yearly),
            archived: self.archived_at.is_some(),
        }
    }
}

/// Every tier there is, those no longer sold last: a site has a handful.
const TIERS: &str = "select t.id, t.slug, t.name, t.description, t.archived_at, m.minor as monthly, y.minor as yearly
from tiers t
left join tier_prices m on m.tier_id = t.id and m.cadence = 'month' and m.currency = $1
left join tier_prices y on y.tier_id = t.id and y.cadence = 'year' and y.currency = $1
order by case when t.archived_at is null then 0 else 1 end, t.position, t.id
limit 200";

pub async fn tiers(db: &Db, currency: Currency) -> Result<Vec<Tier>> {
    let rows: Vec<TierRow> = db.all(TIERS, args![currency.code()]).await?;
    Ok(rows.into_iter().map(|row| row.tier(currency)).collect())
}

const TIER: &str = "select t.id, t.slug, t.name, t.description, t.archived_at, m.minor as monthly, y.minor as yearly
from tiers t
left join tier_prices m on m.tier_id = t.id and m.cadence = 'month' and m.currency = $2
left join tier_prices y on y.tier_id = t.id and y.cadence = 'year' and y.currency = $2
where t.id = $1";

pub async fn tier(db: &Db, id: TierId, currency: Currency) -> Result<Option<Tier>> {
    let row: Option<TierRow> = db.optional(TIER, args![id, currency.code()]).await?;
    Ok(row.map(|row| row.tier(currency)))
}

const INSERT_TIER: &str = "insert into tiers (slug, name, description, position, created_at)
values ($1, $2, $3, (select coalesce(max(position), 0) + 1 from tiers), $4)
on conflict (slug) do nothing
returning id";

/// `None` when the slug is taken.
pub async fn insert_tier(tx: &mut Tx, slug: &str, name: &str, description: &str, now: Timestamp) -> Result<Option<TierId>> {
    let row: Option<(i64,)> = tx.optional(INSERT_TIER, args![slug, name, description, now]).await?;
    Ok(row.map(|(id,)| TierId(id)))
}

/// False when there is no such tier.
pub async fn update_tier(tx: &mut Tx, id: TierId, name: &str, description: &str) -> Result<bool> {
    Ok(tx.run("update tiers set name = $2, description = $3 where id = $1", args![id, name, description]).await? == 1)
}

const SET_PRICE: &str = "insert into tier_prices (tier_id, cadence, currency, minor)
values ($1, $2, $3, $4)
on conflict (tier_id, cadence, currency) do update set minor = $4";

const DROP_PRICE: &str = "delete from tier_prices
where tier_id = $1 and cadence = $2 and currency = $3";

/// The price from now on; none stops selling that cadence. Orders have their own copy.
pub async fn set_price(tx: &mut Tx, id: TierId, cadence: Cadence, currency: Currency, price: Option<Money>) -> Result<()> {
    match price {
        Some(price) => tx.run(SET_PRICE, args![id, cadence.as_str(), currency.code(), price.minor]).await.map(drop),
        None => tx.run(DROP_PRICE, args![id, cadence.as_str(), currency.code()]).await.map(drop),
    }
}

pub async fn set_archived(db: &Db, id: TierId, archived_at: Option<Timestamp>) -> Result<bool> {
    Ok(db.run("update tiers set archived_at = $2 where id = $1", args![id, archived_at]).await? == 1)
}

/// Changes nothing, but makes others who sell this tier wait until we are done: PostgreSQL would let two terms begin at
/// the same instant.
pub async fn lock_tier(tx: &mut Tx, id: TierId) -> Result<bool> {
    Ok(tx.run("update tiers set position = position where id = $1", args![id]).await? == 1)
}

const TERMS: &str = "select starts_at, ends_at
from entitlements
where member_id = $1 and tier_id = $2 and revoked_at is null and (ends_at is null or ends_at > $3)
order by starts_at
limit 1000";

/// A member's terms of a tier that have not ended.
pub async fn terms(tx: &mut Tx, member: MemberId, tier: TierId, now: Timestamp) -> Result<Vec<Term>> {
    let rows: Vec<(i64, Option<i64>)> = tx.all(TERMS, args![member, tier, now]).await?;
    Ok(rows.into_iter().map(|(from, until)| (Timestamp(from), until.map(Timestamp))).collect())
}

const TIER_TERMS: &str = "select e.tier_id, t.name, e.starts_at, e.ends_at
from entitlements e
join tiers t on t.id = e.tier_id
where e.member_id = $1 and e.revoked_at is null and (e.ends_at is null or e.ends_at > $2)
order by t.position, t.id, e.starts_at
limit 1000";

/// As [`terms`], of all tiers, with the tier's number and name; terms of one tier stand together.
pub async fn tier_terms(db: &Db, member: MemberId, now: Timestamp) -> Result<Vec<(i64, String, i64, Option<i64>)>> {
    db.all(TIER_TERMS, args![member, now]).await
}

/// An entitlement as it was given.
#[derive(sqlx::FromRow)]
pub struct Granted {
    pub id: i64,
    pub member_id: i64,
    pub tier_id: Option<i64>,
    pub starts_at: i64,
    pub ends_at: Option<i64>,
}

const BY_CAUSE: &str = "select id, member_id, tier_id, starts_at, ends_at
from entitlements
where cause = $1";

pub async fn by_cause(tx: &mut Tx, cause: &str) -> Result<Option<Granted>> {
    tx.optional(BY_CAUSE, args![cause]).await
}

pub enum What {
    Tier(TierId),
    Post(PostId),
}

const GRANT: &str = "insert into entitlements (member_id, tier_id, post_id, starts_at, ends_at, cause, created_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (cause) do nothing";

pub async fn grant(tx: &mut Tx, member: MemberId, what: What, (from, until): Term, cause: &str, now: Timestamp) -> Result<()> {
    let (tier, post) = match what {
        What::Tier(tier) => (Some(tier), None),
        What::Post(post) => (None, Some(post)),
    };
    tx.run(GRANT, args![member, tier, post, from, until, cause, now]).await.map(drop)
}

const HAS_POST: &str = "select count(*)
from entitlements
where member_id = $1 and post_id = $2 and ends_at is null and revoked_at is null";

/// Whether a member has an article for good.
pub async fn has_post(tx: &mut Tx, member: MemberId, post: PostId) -> Result<bool> {
    let (n,): (i64,) = tx.one(HAS_POST, args![member, post]).await?;
    Ok(n > 0)
}

/// False when it was taken back before.
pub async fn revoke(tx: &mut Tx, id: i64, now: Timestamp) -> Result<bool> {
    Ok(tx.run("update entitlements set revoked_at = $2 where id = $1 and revoked_at is null", args![id, now]).await? == 1)
}

const MOVE_UP: &str = "update entitlements
set starts_at = starts_at - $4, ends_at = ends_at - $4
where member_id = $1 and tier_id = $2 and starts_at >= $3 and revoked_at is null";

/// Terms that begin at `after` or later begin so many milliseconds earlier.
pub async fn move_up(tx: &mut Tx, member: i64, tier: i64, after: i64, by: i64) -> Result<()> {
    tx.run(MOVE_UP, args![member, tier, after, by]).await.map(drop)
}
