//! Table `spaces`; the names of `tiers` are read with it.

use super::model::Space;
use crate::args;
use crate::foundation::id::{SpaceId, TierId};
use crate::foundation::time::Timestamp;
use crate::membership::model::Access;
use crate::server::db::{Db, Queries, Result};
use sqlx::FromRow;

#[derive(FromRow)]
struct SpaceRow {
    id: i64,
    slug: String,
    name: String,
    description: String,
    access: String,
    tier_id: Option<i64>,
    tier_name: Option<String>,
    position: i64,
}

impl From<SpaceRow> for Space {
    fn from(row: SpaceRow) -> Space {
        Space {
            id: SpaceId(row.id),
            slug: row.slug,
            name: row.name,
            description: row.description,
            // What cannot be read is closed.
            access: Access::parse(&row.access).unwrap_or(Access::Paid),
            tier: row.tier_id.map(TierId),
            tier_name: row.tier_name,
            position: row.position,
        }
    }
}

macro_rules! spaces_where {
    ($rest:literal) => {
        concat!(
            "select s.id, s.slug, s.name, s.description, s.access, s.tier_id, t.name as tier_name, s.position
from spaces s
left join tiers t on t.id = s.tier_id
",
            $rest
        )
    };
}

pub async fn all(db: &Db) -> Result<Vec<Space>> {
    let rows: Vec<SpaceRow> = db.all(spaces_where!("order by s.position, s.id limit 500"), args![]).await?;
    Ok(rows.into_iter().map(Space::from).collect())
}

pub async fn by_id(db: &Db, id: SpaceId) -> Result<Option<Space>> {
    let row: Option<SpaceRow> = db.optional(spaces_where!("where s.id = $1"), args![id]).await?;
    Ok(row.map(Space::from))
}

pub async fn by_ids(db: &Db, ids: &[SpaceId]) -> Result<Vec<Space>> {
    let places: Vec<String> = (1..=ids.len()).map(|n| format!("${n}")).collect();
    let sql = format!("{}where s.id in ({}) order by s.position, s.id", spaces_where!(""), places.join(", "));
    let rows: Vec<SpaceRow> = db.all(sql, ids.iter().map(|id| (*id).into()).collect()).await?;
    Ok(rows.into_iter().map(Space::from).collect())
}

pub async fn by_slug(db: &Db, slug: &str) -> Result<Option<Space>> {
    let row: Option<SpaceRow> = db.optional(spaces_where!("where s.slug = $1"), args![slug]).await?;
    Ok(row.map(Space::from))
}

const INSERT: &str = "insert into spaces (slug, name, description, access, tier_id, position, created_at)
values ($1, $2, $3, $4, $5, $6, $7)
returning id";

/// A space checked and ready to be written down.
pub struct Checked {
    pub slug: String,
    pub name: String,
    pub description: String,
    pub access: Access,
    pub tier: Option<TierId>,
    pub position: i64,
}

pub async fn insert(tx: &mut crate::server::db::Tx, new: &Checked, now: Timestamp) -> Result<SpaceId> {
    let args = args![&new.slug, &new.name, &new.description, new.access.as_str(), new.tier, new.position, now];
    let (id,): (i64,) = tx.one(INSERT, args).await?;
    Ok(SpaceId(id))
}

const UPDATE: &str = "update spaces
set slug = $2, name = $3, description = $4, access = $5, tier_id = $6, position = $7
where id = $1";

pub async fn update(tx: &mut crate::server::db::Tx, id: SpaceId, new: &Checked) -> Result<bool> {
    let args = args![id, &new.slug, &new.name, &new.description, new.access.as_str(), new.tier, new.position];
    Ok(tx.run(UPDATE, args).await? > 0)
}

const TIERS: &str = "select id, name
from tiers
where archived_at is null
order by position, id
limit 100";

pub async fn tiers(db: &Db) -> Result<Vec<(i64, String)>> {
    db.all(TIERS, args![]).await
}
