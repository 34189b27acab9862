//! What is opened together.

use super::places;
use crate::args;
use crate::codes::model::{Item, Named, Packed, Thing};
use crate::foundation::cadence::Cadence;
use crate::foundation::id::{BundleId, PostId, TierId};
use crate::foundation::time::Timestamp;
use crate::server::db::{Args, Db, Queries, Result, Tx};
use std::collections::HashMap;

const INSERT_ITEM: &str = "insert into pack_items (pack_id, line, tier_id, cadence, post_id, bundle_id)
values ($1, $2, $3, $4, $5, $6)";

pub async fn insert(tx: &mut Tx, items: &[Packed], now: Timestamp) -> Result<i64> {
    let (pack,): (i64,) = tx.one("insert into packs (created_at) values ($1) returning id", args![now]).await?;
    for (line, item) in (1_i64..).zip(items) {
        let (tier, cadence, post) = match item.item {
            Item::Term(tier, cadence) => (Some(tier), Some(cadence.to_string()), None),
            Item::Post(post) => (None, None, Some(post)),
        };
        tx.run(INSERT_ITEM, args![pack, line, tier, cadence, post, item.bundle]).await?;
    }
    Ok(pack)
}

#[derive(sqlx::FromRow)]
struct ItemRow {
    pack_id: i64,
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

/// Lines with what they open, by pack.
pub type Items = HashMap<i64, Vec<(i64, Item)>>;

pub async fn items(tx: &mut Tx, packs: &[i64]) -> Result<Items> {
    let mut found = Items::new();
    if packs.is_empty() {
        return Ok(found);
    }
    let mut args = args![];
    let places = places(&mut args, packs.iter().copied());
    let sql = format!("select pack_id, line, tier_id, cadence, post_id from pack_items where pack_id in ({places}) order by pack_id, line");
    let rows: Vec<ItemRow> = tx.all(sql, args).await?;
    for row in rows {
        let Some(item) = read(row.tier_id, row.cadence.as_deref(), row.post_id) else { continue };
        found.entry(row.pack_id).or_default().push((row.line, item));
    }
    Ok(found)
}

#[derive(sqlx::FromRow)]
struct NamedRow {
    pack_id: i64,
    tier_id: Option<i64>,
    cadence: Option<String>,
    post_id: Option<i64>,
    bundle_id: Option<i64>,
    tier: Option<String>,
    title: Option<String>,
    slug: Option<String>,
    bundle: Option<String>,
    bundle_slug: Option<String>,
    on_sale: Option<bool>,
}

impl NamedRow {
    fn named(self) -> Option<Named> {
        let item = read(self.tier_id, self.cadence.as_deref(), self.post_id)?;
        Some(match (item, self.bundle_id) {
            (Item::Post(post), Some(bundle)) => {
                let path = self.bundle_slug.filter(|_| self.on_sale == Some(true)).map(|slug| format!("/bundles/{slug}"));
                Named { thing: Thing::Bundle(BundleId(bundle), vec![post]), name: self.bundle, path }
            }
            _ => Named { thing: Thing::One(item), name: self.tier.or(self.title), path: self.slug.map(|slug| format!("/p/{slug}")) },
        })
    }
}

const NAMED: &str = "select i.pack_id, i.tier_id, i.cadence, i.post_id, i.bundle_id, t.name as tier, p.title, p.slug,
    b.title as bundle, b.slug as bundle_slug, b.published as on_sale
from pack_items i
left join tiers t on t.id = i.tier_id
left join posts p on p.id = i.post_id and p.status = 'published'
left join bundles b on b.id = i.bundle_id";

/// What is in packs, by pack.
pub type Names = HashMap<i64, Vec<Named>>;

fn names(rows: Vec<NamedRow>) -> Names {
    let mut found = Names::new();
    for row in rows {
        let all = found.entry(row.pack_id).or_default();
        let Some(named) = row.named() else { continue };
        match (all.last_mut().map(|last| &mut last.thing), &named.thing) {
            // The articles of a bundle stand one after the other.
            (Some(Thing::Bundle(last, posts)), Thing::Bundle(bundle, more)) if last == bundle => posts.extend(more),
            _ => all.push(named),
        }
    }
    found
}

fn named_of(packs: &[i64]) -> (String, Args) {
    let mut args = args![];
    let places = places(&mut args, packs.iter().copied());
    (format!("{NAMED}\nwhere i.pack_id in ({places})\norder by i.pack_id, i.line"), args)
}

/// With names, to be shown. A draft's title is nobody's business.
pub async fn named(db: &Db, packs: &[i64]) -> Result<Names> {
    if packs.is_empty() {
        return Ok(Names::new());
    }
    let (sql, args) = named_of(packs);
    db.all(sql, args).await.map(names)
}

/// As [`named`], in a transaction.
pub async fn named_now(tx: &mut Tx, packs: &[i64]) -> Result<Names> {
    if packs.is_empty() {
        return Ok(Names::new());
    }
    let (sql, args) = named_of(packs);
    tx.all(sql, args).await.map(names)
}
