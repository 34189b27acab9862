//! What a member wrote, for their own pages and their export.

use crate::discussion::model::{Cursor, Paged, Written, topic_path};
use crate::discussion::store::replies::{self as store, WrittenRow};
use crate::foundation::error::Result;
use crate::foundation::id::TierId;
use crate::foundation::target::{Target, TargetKind};
use crate::foundation::viewer::Viewer;
use crate::membership::model::Access;
use crate::membership::paywall::{self, Gate};
use crate::server::context::Context;

/// The viewer's own topics and replies, newest first. The title of a topic by somebody else is left out where the viewer
/// may not enter any more.
pub async fn replies_of(ctx: &Context, viewer: &Viewer, after: Option<Cursor>, limit: i64) -> Result<Paged<Written>> {
    let member = viewer.require_member()?.id;
    let limit = limit.clamp(1, 500);
    let rows = store::written(ctx.db(), member, after.unwrap_or(Cursor::START), limit + 1).await?;
    let page = Paged::cut(rows, limit, |row| Cursor { key: row.created_at, id: row.id * 2 + i64::from(row.kind == "topic") });
    let gates: Vec<Gate> = page.items.iter().map(gate).collect();
    let open = paywall::opens_each(ctx, viewer, &gates).await?;
    let items = page.items.into_iter().zip(open).map(|(row, open)| written(row, open)).collect();
    Ok(Paged { items, next: page.next })
}

fn gate(row: &WrittenRow) -> Gate {
    match &row.access {
        None => Gate::PUBLIC,
        Some(access) => {
            Gate { access: Access::parse(access).unwrap_or(Access::Paid), tier: row.tier_id.map(TierId), post: None, author: None }
        }
    }
}

fn written(row: WrittenRow, open: bool) -> Written {
    let own_topic = row.kind == "topic";
    let kind = if own_topic { TargetKind::Topic } else { TargetKind::Reply };
    let anchor = if own_topic { String::new() } else { format!("#r-{}", row.id) };
    let (title, path) = match (row.topic_id, row.topic_slug, row.post_slug) {
        (Some(id), Some(slug), _) if open || own_topic => (row.topic_title, topic_path(id, &slug)),
        // The address would tell the title.
        (Some(id), _, _) => (None, topic_path(id, "topic")),
        (None, _, Some(slug)) => (row.post_title, format!("/p/{slug}")),
        _ => (None, "/community".to_owned()),
    };
    let path = format!("{path}{anchor}");
    Written { target: Target { kind, id: row.id }, title, path, source: row.source, created_at: row.created_at }
}
