//! Tables `tiers`, `tier_prices`: what is sold, for how much, and by which rules.

use super::model::{ForTeams, Price, Tier};
use crate::args;
use crate::foundation::cadence::Cadence;
use crate::foundation::id::TierId;
use crate::foundation::money::{Currency, Money};
use crate::foundation::time::Timestamp;
use crate::server::db::{Db, Queries, Result, Tx};

#[derive(sqlx::FromRow)]
struct TierRow {
    id: i64,
    slug: String,
    name: String,
    description: String,
    benefits: String,
    free: bool,
    member_limit: Option<i64>,
    trial_days: i64,
    grace_days: i64,
    keeps_price: bool,
    archived_at: Option<i64>,
    team_least: Option<i64>,
    team_most: Option<i64>,
    team_off_from: Option<i64>,
    team_off: Option<i64>,
}

/// Tier, cadence, currency, minor units.
type PriceRow = (i64, String, String, i64);

impl TierRow {
    /// With its prices, of which those in `own` currency come first.
    fn tier(self, prices: &[PriceRow], own: Currency) -> Tier {
        let of_tier = prices.iter().filter(|(tier, ..)| *tier == self.id);
        let mut prices: Vec<Price> = of_tier
            .filter_map(|(_, cadence, currency, minor)| {
                Some(Price { cadence: Cadence::parse(cadence)?, amount: Money::new(*minor, Currency::parse(currency)?) })
            })
            .collect();
        prices.sort_by_key(|price| (price.amount.currency != own, price.amount.currency.code(), length(price.cadence)));
        let find = |cadence| prices.iter().find(|price| price.cadence == cadence && price.amount.currency == own).map(|p| p.amount);
        Tier {
            id: TierId(self.id),
            slug: self.slug,
            name: self.name,
            description: self.description,
            benefits: self.benefits.lines().map(str::to_owned).collect(),
            monthly: find(Cadence::Month),
            yearly: find(Cadence::Year),
            prices,
            free: self.free,
            member_limit: self.member_limit,
            trial_days: self.trial_days,
            grace_days: self.grace_days,
            keeps_price: self.keeps_price,
            archived: self.archived_at.is_some(),
            teams: self.team_least.zip(self.team_most).map(|(least, most)| ForTeams {
                least,
                most,
                off: self.team_off_from.zip(self.team_off),
            }),
        }
    }
}

/// About how many days, to sort by.
fn length(cadence: Cadence) -> u16 {
    match cadence {
        Cadence::Days(days) => days,
        Cadence::Month => 30,
        Cadence::Year => 365,
    }
}

const COLUMNS: &str = "t.id, t.slug, t.name, t.description, t.benefits, t.free, t.member_limit, t.trial_days, t.grace_days, \
    t.keeps_price, t.archived_at, t.team_least, t.team_most, t.team_off_from, t.team_off";

/// Every tier there is, those no longer sold last: a site has a handful.
pub async fn all(db: &Db, own: Currency) -> Result<Vec<Tier>> {
    let order = "case when t.archived_at is null then 0 else 1 end, t.position, t.id";
    let rows: Vec<TierRow> = db.all(format!("select {COLUMNS}\nfrom tiers t\norder by {order}\nlimit 200"), args![]).await?;
    let prices: Vec<PriceRow> = db.all("select tier_id, cadence, currency, minor from tier_prices limit 10000", args![]).await?;
    Ok(rows.into_iter().map(|row| row.tier(&prices, own)).collect())
}

pub async fn one(db: &Db, id: TierId, own: Currency) -> Result<Option<Tier>> {
    let row: Option<TierRow> = db.optional(format!("select {COLUMNS}\nfrom tiers t\nwhere t.id = $1"), args![id]).await?;
    let Some(row) = row else { return Ok(None) };
    let sql = "select tier_id, cadence, currency, minor from tier_prices where tier_id = $1 limit 1000";
    let prices: Vec<PriceRow> = db.all(sql, args![id]).await?;
    Ok(Some(row.tier(&prices, own)))
}

/// What holds for whoever gets a tier.
#[derive(sqlx::FromRow)]
pub struct Rules {
    pub member_limit: Option<i64>,
    pub grace_days: i64,
}

/// As they stand in the transaction: the pool may have no connection left for whoever holds one already.
pub async fn rules(tx: &mut Tx, id: TierId) -> Result<Rules> {
    tx.one("select member_limit, grace_days from tiers where id = $1", args![id]).await
}

const INSERT: &str = "insert into tiers (slug, name, description, position, created_at)
values ($1, $2, $3, (select coalesce(max(position), 0) + 1 from tiers), $4)
on conflict (slug) do nothing
returning id";

/// `None` when the slug is taken.
pub async fn insert(tx: &mut Tx, slug: &str, name: &str, description: &str, now: Timestamp) -> Result<Option<TierId>> {
    let row: Option<(i64,)> = tx.optional(INSERT, args![slug, name, description, now]).await?;
    Ok(row.map(|(id,)| TierId(id)))
}

/// What an admin decides about a tier beside its name and prices.
pub struct Terms<'a> {
    pub benefits: &'a str,
    pub free: bool,
    pub member_limit: Option<i64>,
    pub trial_days: i64,
    pub grace_days: i64,
    pub keeps_price: bool,
    pub teams: Option<ForTeams>,
}

const UPDATE: &str = "update tiers
set name = $2, description = $3, benefits = $4, free = $5, member_limit = $6, trial_days = $7, grace_days = $8, keeps_price = $9,
    team_least = $10, team_most = $11, team_off_from = $12, team_off = $13
where id = $1";

/// False when there is no such tier.
pub async fn update(tx: &mut Tx, id: TierId, name: &str, description: &str, terms: &Terms<'_>) -> Result<bool> {
    let Terms { benefits, free, member_limit, trial_days, grace_days, keeps_price, teams } = *terms;
    let (least, most, off) = (teams.map(|teams| teams.least), teams.map(|teams| teams.most), teams.and_then(|teams| teams.off));
    let (off_from, off) = (off.map(|(from, _)| from), off.map(|(_, off)| off));
    let args = args![id, name, description, benefits, free, member_limit, trial_days, grace_days, keeps_price, least, most, off_from, off];
    Ok(tx.run(UPDATE, args).await? == 1)
}

const DROP_OTHER_PRICES: &str = "delete from tier_prices
where tier_id = $1 and not (currency = $2 and cadence in ('month', 'year'))";

/// Forgets every price but those of a month and a year in the site's currency.
pub async fn drop_other_prices(tx: &mut Tx, id: TierId, own: Currency) -> Result<()> {
    tx.run(DROP_OTHER_PRICES, args![id, own.code()]).await.map(drop)
}

const SET_PRICE: &str = "insert into tier_prices (tier_id, cadence, currency, minor)
values ($1, $2, $3, $4)
on conflict (tier_id, cadence, currency) do update set minor = $4";

const DROP_PRICE: &str = "delete from tier_prices
where tier_id = $1 and cadence = $2 and currency = $3";

/// The price from now on; none stops selling that cadence. Orders have their own copy.
pub async fn set_price(tx: &mut Tx, id: TierId, cadence: Cadence, currency: Currency, price: Option<Money>) -> Result<()> {
    match price {
        Some(price) => tx.run(SET_PRICE, args![id, cadence.to_string(), currency.code(), price.minor]).await.map(drop),
        None => tx.run(DROP_PRICE, args![id, cadence.to_string(), currency.code()]).await.map(drop),
    }
}

pub async fn set_archived(db: &Db, id: TierId, archived_at: Option<Timestamp>) -> Result<bool> {
    Ok(db.run("update tiers set archived_at = $2 where id = $1", args![id, archived_at]).await? == 1)
}

pub async fn set_position(tx: &mut Tx, tier: TierId, position: i64) -> Result<()> {
    tx.run("update tiers set position = $2 where id = $1", args![tier, position]).await.map(drop)
}

/// Changes nothing, but makes others who sell this tier wait until we are done: PostgreSQL would let two terms begin at
/// the same instant.
pub async fn lock(tx: &mut Tx, id: TierId) -> Result<bool> {
    Ok(tx.run("update tiers set position = position where id = $1", args![id]).await? == 1)
}
