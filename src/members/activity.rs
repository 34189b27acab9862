//! What members did that counts: the ground of the activity and retention numbers. Written in the transaction of the deed
//! itself, by whichever feature it belongs to.

use crate::args;
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::foundation::id::MemberId;
use crate::foundation::site::Site;
use crate::foundation::target::Target;
use crate::server::context::Context;
use crate::server::db::{Queries, Tx};
use jiff::civil::Date;

/// A deed that counts as an interaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    Topic,
    Reply,
    Rating,
    Vote,
    Purchase,
}

impl Deed {
    pub const fn as_str(self) -> &'static str {
        match self {
            Deed::Topic => "topic",
            Deed::Reply => "reply",
            Deed::Rating => "rating",
            Deed::Vote => "vote",
            Deed::Purchase => "purchase",
        }
    }
}

const RECORD: &str = "insert into interactions (member_id, kind, target_kind, target_id, day, at)
values ($1, $2, $3, $4, $5, $6)
on conflict (member_id, kind, target_kind, target_id) do nothing";

const HERE: &str = "insert into member_days (member_id, day)
values ($1, $2)
on conflict (member_id, day) do nothing";

const LAST_DAY_BEFORE: &str = "select day
from member_days
where member_id = $1 and day < $2
order by day desc
limit 1";

/// The last day before this one on which a member was here.
pub async fn last_day_before(ctx: &Context, member: MemberId, day: Date) -> Result<Option<Date>> {
    let row: Option<(String,)> = ctx.db().optional(LAST_DAY_BEFORE, args![member, day.to_string()]).await?;
    Ok(row.and_then(|(day,)| day.parse().ok()))
}

/// Notes a deed on a target: a new reply names itself, a rating its article, a purchase its order (under the kind
/// `order`). Doing the same again (another rating of the same article) adds nothing.
pub async fn record(ctx: &Context, tx: &mut Tx, site: &Site, member: MemberId, deed: Deed, target: Target) -> Result<()> {
    record_as(ctx, tx, site, member, deed, target.kind.as_str(), target.id).await
}

/// As [`record`], for things that are no [`Target`].
pub async fn record_as(ctx: &Context, tx: &mut Tx, site: &Site, member: MemberId, deed: Deed, kind: &str, id: i64) -> Result<()> {
    let now = ctx.now();
    let day = format::day(now, &site.time_zone).to_string();
    tx.run(RECORD, args![member, deed.as_str(), kind, id, &day, now]).await?;
    tx.run(HERE, args![member, &day]).await?;
    Ok(())
}
