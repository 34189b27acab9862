//! Table `subscriptions`, all members'.

use super::super::subscriptions::{COLUMNS, SubscriptionRow};
use super::Filter;
use crate::args;
use crate::foundation::id::MemberId;
use crate::server::db::{Db, Queries, Result};

#[derive(sqlx::FromRow)]
pub struct ListedRow {
    #[sqlx(flatten)]
    pub subscription: SubscriptionRow,
    pub handle: String,
    pub tier_name: String,
    pub end_reason: String,
    pub doubled: bool,
}

const LISTED: &str = "handle, tier_name, end_reason, doubled
from (
    select s.*, m.handle, t.name as tier_name,
        s.state in ('trialing', 'active', 'past_due', 'paused') and exists (
            select 1
            from subscriptions o
            where o.member_id = s.member_id and o.tier_id = s.tier_id and o.id <> s.id and o.state in ('trialing', 'active', 'past_due', 'paused')
        ) as doubled
    from subscriptions s
    join members m on m.id = s.member_id
    join tiers t on t.id = s.tier_id
) s";

/// Newest first, those before `before`, of one state or of any.
pub async fn list(db: &Db, state: Option<&str>, before: Option<i64>, limit: i64) -> Result<Vec<ListedRow>> {
    let mut filter = Filter::default();
    filter.and("id < ?", before.unwrap_or(i64::MAX));
    if let Some(state) = state {
        filter.and("state = ?", state);
    }
    let Filter { sql, mut args } = filter;
    args.push(limit.into());
    db.all(format!("select {COLUMNS}, {LISTED}\n{sql}\norder by id desc\nlimit ${}", args.len()), args).await
}

pub async fn one(db: &Db, id: i64) -> Result<Option<ListedRow>> {
    db.optional(format!("select {COLUMNS}, {LISTED}\nwhere id = $1"), args![id]).await
}

/// Notes who ended an agreement, and why.
pub async fn set_ended_by(db: &Db, id: i64, admin: MemberId, reason: &str) -> Result<()> {
    db.run("update subscriptions set ended_by = $2, end_reason = $3 where id = $1", args![id, admin, reason]).await.map(drop)
}
