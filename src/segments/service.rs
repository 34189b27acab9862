//! The list of members, and the filters that are kept.

use super::model::Filter;
use super::store::{self, MemberRow, Now};
pub use super::store::{DeedRow, SegmentRow};
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::MemberId;
use crate::foundation::text;
use crate::foundation::time::Timestamp;
use crate::foundation::viewer::{Role, Viewer};
use crate::members::labels;
use crate::members::model::MemberSeen;
use crate::server::context::Context;
use crate::settings::service::require_site;
use std::collections::HashMap;

/// A tier that is open, and until when (`None`: for good).
pub type Held = (String, Option<Timestamp>);

/// A member as admins see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub member: MemberSeen,
    /// They have not set a password yet.
    pub silent: bool,
    pub note: String,
    /// The last day they were here.
    pub last_day: Option<String>,
    pub labels: Vec<String>,
    pub tiers: Vec<Held>,
}

/// Who is meant, in the order they came, those after `after`.
pub async fn list(ctx: &Context, viewer: &Viewer, filter: &Filter, after: MemberId, limit: i64) -> Result<Vec<Listed>> {
    viewer.require_admin()?;
    let site = require_site(ctx).await?;
    let rows = store::list(ctx.db(), filter, Now { at: ctx.now(), zone: &site.time_zone }, false, after, limit).await?;
    fill(ctx, viewer, rows).await
}

/// As [`list`], without those who left: for a file.
pub async fn batch(ctx: &Context, viewer: &Viewer, filter: &Filter, after: MemberId, limit: i64) -> Result<Vec<Listed>> {
    viewer.require_admin()?;
    let site = require_site(ctx).await?;
    let rows = store::list(ctx.db(), filter, Now { at: ctx.now(), zone: &site.time_zone }, true, after, limit).await?;
    fill(ctx, viewer, rows).await
}

pub async fn one(ctx: &Context, viewer: &Viewer, id: MemberId) -> Result<Listed> {
    viewer.require_admin()?;
    let row = store::one(ctx.db(), id).await?.ok_or(AppError::NotFound)?;
    fill(ctx, viewer, vec![row]).await?.pop().ok_or(AppError::NotFound)
}

async fn fill(ctx: &Context, viewer: &Viewer, rows: Vec<MemberRow>) -> Result<Vec<Listed>> {
    let ids: Vec<MemberId> = rows.iter().map(|row| MemberId(row.id)).collect();
    let mut labels = labels::of(ctx, viewer, &ids).await?;
    let mut tiers: HashMap<i64, Vec<Held>> = HashMap::new();
    for (member, tier, until) in store::tiers_of(ctx.db(), &ids, ctx.now()).await? {
        tiers.entry(member).or_default().push((tier, until.map(Timestamp)));
    }
    let listed = |row: MemberRow| Listed {
        silent: row.silent,
        note: row.note,
        last_day: row.last_day,
        labels: labels.remove(&MemberId(row.id)).unwrap_or_default(),
        tiers: tiers.remove(&row.id).unwrap_or_default(),
        member: MemberSeen {
            id: MemberId(row.id),
            handle: row.handle,
            name: row.name,
            email: row.email,
            role: Role::parse(&row.role).unwrap_or_default(),
            created_at: Timestamp(row.created_at),
            claimed: row.claimed,
            deleted: row.deleted,
        },
    };
    Ok(rows.into_iter().map(listed).collect())
}

/// How many are listed.
pub async fn count(ctx: &Context, viewer: &Viewer, filter: &Filter) -> Result<i64> {
    viewer.require_admin()?;
    let site = require_site(ctx).await?;
    Ok(store::count(ctx.db(), filter, Now { at: ctx.now(), zone: &site.time_zone }, false).await?)
}

/// The filters that are kept, by name.
pub async fn segments(ctx: &Context, viewer: &Viewer) -> Result<Vec<SegmentRow>> {
    viewer.require_admin()?;
    Ok(store::segments(ctx.db()).await?)
}

/// Keeps a filter under a name; whatever was kept under it before is replaced.
pub async fn save(ctx: &Context, viewer: &Viewer, name: &str, filter: &Filter) -> Result<()> {
    let by = viewer.require_admin()?.id;
    let name = text::required_line(name, 60).map_err(|words| AppError::field("name", words))?;
    Ok(store::save(ctx.db(), &name, &filter.query(), by, ctx.now()).await?)
}

pub async fn forget(ctx: &Context, viewer: &Viewer, id: i64) -> Result<()> {
    viewer.require_admin()?;
    Ok(store::forget(ctx.db(), id).await?)
}

/// What was done for many at once, newest first, those before `before`.
pub async fn deeds(ctx: &Context, viewer: &Viewer, before: Option<i64>, limit: i64) -> Result<Vec<DeedRow>> {
    viewer.require_admin()?;
    Ok(store::deeds(ctx.db(), before, limit).await?)
}
