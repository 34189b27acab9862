//! Tables `tiers`, `tier_prices`, `entitlements`.

use crate::args;
use crate::foundation::id::{MemberId, PostId, TierId};
use crate::foundation::time::Timestamp;
use crate::server::db::{Db, Queries, Result};

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
