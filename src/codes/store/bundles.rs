//! What is opened together.

use super::places;
use crate::args;
use crate::codes::model::{Item, Named};
use crate::foundation::cadence::Cadence;
use crate::foundation::id::{PostId, TierId};
use crate::foundation::time::Timestamp;
use crate::server::db::{Db, Queries, Result, Tx};
use std::collections::HashMap;

const INSERT_ITEM: &str = "insert into bundle_items (bundle_id, line, tier_id, cadence, post_id)
values ($1, $2, $3, $4, $5)";

pub async fn insert(tx: &mut Tx, items: &[Item], now: Timestamp) -> Result<i64> {
    let (bundle,): (i64,) = tx.one("insert into bundles (created_at) values ($1) returning id", args![now]).await?;
    for (line, item) in (1_i64..).zip(items) {
        let (tier, cadence, post) = match *item {
            Item::Term(tier, cadence) => (Some(tier), Some(cadence.to_string()), None),
            Item::Post(post) => (None, None, Some(post)),
        };
        tx.run(INSERT_ITEM, args![bundle, line, tier, cadence, post]).await?;
    }
    Ok(bundle)
}

#[derive(sqlx::FromRow)]
struct ItemRow {
    bundle_id: i64,
    line: i64,
    tier_id: Option<i64>,
    cadence: Option<String>,
    post_id: Option<i64>,
}

fn read(tier: Option<i64>, cadence: Option<&str>, post: Option<i64>) -> Option<Item> {
    match (tier, cadence.and_then(Cadence::parse), post) {
        (Some(tier), Some(cadence), _) => Some(Item::Term(TierId(tier), cadence)),
        (_, _, Some(post)) => Some(Item::Post(PostId(post))),
        _ => None,
    }
}

/// Lines with what they open, by bundle.
pub type Items = HashMap<i64, Vec<(i64, Item)>>;

pub async fn items(tx: &mut Tx, bundles: &[i64]) -> Result<Items> {
    let mut found = Items::new();
    if bundles.is_empty() {
        return Ok(found);
    }
    let mut args = args![];
    let places = places(&mut args, bundles.iter().copied());
    let sql = format!(
        "select bundle_id, line, tier_id, cadence, post_id from bundle_items where bundle_id in ({places}) order by bundle_id, line"
    );
    let rows: Vec<ItemRow> = tx.all(sql, args).await?;
    for row in rows {
        let Some(item) = read(row.tier_id, row.cadence.as_deref(), row.post_id) else { continue };
        found.entry(row.bundle_id).or_default().push((row.line, item));
    }
    Ok(found)
}

#[derive(sqlx::FromRow)]
struct NamedRow {
    bundle_id: i64,
    tier_id: Option<i64>,
    cadence: Option<String>,
    post_id: Option<i64>,
    tier: Option<String>,
    title: Option<String>,
    slug: Option<String>,
}

/// With names, to be shown. A draft's title is nobody's business.
pub async fn named(db: &Db, bundles: &[i64]) -> Result<HashMap<i64, Vec<Named>>> {
    let mut found: HashMap<i64, Vec<Named>> = HashMap::new();
    if bundles.is_empty() {
        return Ok(found);
    }
    let mut args = args![];
    let places = places(&mut args, bundles.iter().copied());
    let sql = format!(
        "select i.bundle_id, i.tier_id, i.cadence, i.post_id, t.name as tier, p.title, p.slug
from bundle_items i
left join tiers t on t.id = i.tier_id
left join posts p on p.id = i.post_id and p.status = 'published'
where i.bundle_id in ({places})
order by i.bundle_id, i.line"
    );
    let rows: Vec<NamedRow> = db.all(sql, args).await?;
    for row in rows {
        let Some(item) = read(row.tier_id, row.cadence.as_deref(), row.post_id) else { continue };
        let path = row.slug.map(|slug| format!("/p/{slug}"));
        found.entry(row.bundle_id).or_default().push(Named { item, name: row.tier.or(row.title), path });
    }
    Ok(found)
}
