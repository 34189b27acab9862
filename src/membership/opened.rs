//! What members were given, seen from its cause: a redeemed code, a shop's order.

use super::service::What;
use super::store::{self, PartRow};
use crate::foundation::error::Result;
use crate::foundation::id::{MemberId, PostId, TierId};
use crate::foundation::time::Timestamp;
use crate::foundation::viewer::Viewer;
use crate::server::context::Context;
use crate::server::db::Tx;

/// One entitlement, and how it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub what: What,
    pub starts_at: Timestamp,
    /// `None`: for good.
    pub ends_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

/// What the viewer was given for a cause and for the parts of it: `code:17` finds `code:17:1` and `code:17:2`.
pub async fn by_parts_of(ctx: &Context, viewer: &Viewer, cause: &str) -> Result<Vec<Standing>> {
    let member = viewer.require_member()?.id;
    Ok(read(store::parts(ctx.db(), member, &format!("{cause}:%")).await?))
}

/// As [`by_parts_of`], in the transaction that gives them.
pub async fn by_parts_now(tx: &mut Tx, member: MemberId, cause: &str) -> Result<Vec<Standing>> {
    Ok(read(store::parts_now(tx, member, &format!("{cause}:%")).await?))
}

fn read(rows: Vec<PartRow>) -> Vec<Standing> {
    let standing = rows.into_iter().filter_map(|row| {
        let what = row.tier_id.map(|tier| What::Tier(TierId(tier))).or(row.post_id.map(|post| What::Post(PostId(post))))?;
        let (ends_at, revoked_at) = (row.ends_at.map(Timestamp), row.revoked_at.map(Timestamp));
        Some(Standing { what, starts_at: Timestamp(row.starts_at), ends_at, revoked_at })
    });
    standing.collect()
}

/// Whether a member has this without an end, so that more of it would be worth nothing.
pub async fn is_for_good(tx: &mut Tx, member: MemberId, what: What) -> Result<bool> {
    Ok(store::is_for_good(tx, member, what).await?)
}
