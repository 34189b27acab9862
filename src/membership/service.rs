//! Tiers, and what members hold.

use super::model::Tier;
use crate::args;
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::TierId;
use crate::foundation::money::Money;
use crate::foundation::site::Site;
use crate::server::context::Context;
use crate::server::db::Queries;
use crate::settings;

type Row = (i64, String, String, String, Option<i64>, Option<i64>, Option<i64>);

const TIERS: &str = "select t.id, t.slug, t.name, t.description, t.archived_at, m.minor, y.minor
from tiers t
left join tier_prices m on m.tier_id = t.id and m.cadence = 'month' and m.currency = $1
left join tier_prices y on y.tier_id = t.id and y.cadence = 'year' and y.currency = $1
where t.archived_at is null
order by t.position, t.id
limit 100";

const TIER: &str = "select t.id, t.slug, t.name, t.description, t.archived_at, m.minor, y.minor
from tiers t
left join tier_prices m on m.tier_id = t.id and m.cadence = 'month' and m.currency = $1
left join tier_prices y on y.tier_id = t.id and y.cadence = 'year' and y.currency = $1
where t.id = $2";

fn to_tier((id, slug, name, description, archived_at, monthly, yearly): Row, site: &Site) -> Tier {
    let money = |minor| Money::new(minor, site.currency);
    let archived = archived_at.is_some();
    Tier { id: TierId(id), slug, name, description, monthly: monthly.map(money), yearly: yearly.map(money), archived }
}

/// The tiers that can be joined, in the order staff gave them.
pub async fn tiers(ctx: &Context) -> Result<Vec<Tier>> {
    let site = settings::service::require_site(ctx).await?;
    let rows: Vec<Row> = ctx.db().all(TIERS, args![site.currency.code()]).await?;
    Ok(rows.into_iter().map(|row| to_tier(row, &site)).collect())
}

/// A tier by its number, though it may be joined no more.
pub async fn tier(ctx: &Context, id: TierId) -> Result<Tier> {
    let site = settings::service::require_site(ctx).await?;
    let row: Option<Row> = ctx.db().optional(TIER, args![site.currency.code(), id]).await?;
    row.map(|row| to_tier(row, &site)).ok_or(AppError::NotFound)
}
