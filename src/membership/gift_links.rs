//! Gift links: a member lets friends read one paid article. A link is no entitlement and gives none: what its readers may open
//! is what its giver may, as long as they may, and only this article. So nobody hands on what was handed to them.
//!
//! The link says its number and a mark that only this site makes; nothing of it is kept, and its giver can see it again.
//! Whoever presses the button on its page is counted once a browser, by a number that their session holds.

use super::gift_links_store as store;
pub use super::gift_links_store::LinkRow;
use super::model::Access;
use super::paywall::{self, Gate};
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::id::{MemberId, PostId};
use crate::foundation::time::{DAY, Timestamp};
use crate::foundation::viewer::Viewer;
use crate::members;
use crate::members::sessions::broken;
use crate::server::context::Context;
use crate::server::seal;
use crate::settings::service::require_site;
use crate::words;
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

/// Links a member can make in a calendar month of the site.
pub const A_MONTH: i64 = 5;
/// Browsers that can read by one link.
pub const READERS: i64 = 5;
pub const DAYS: i64 = 14;

const PURPOSE: &str = "gift link";

/// Who gave it, and until when it is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    pub by: String,
    pub until: Timestamp,
}

impl LinkRow {
    pub const fn post(&self) -> PostId {
        PostId(self.post_id)
    }

    pub const fn until(&self) -> Timestamp {
        Timestamp(self.ends_at)
    }

    /// It was not ended, and is not over.
    pub fn stands(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && now.0 < self.ends_at
    }

    pub const fn is_full(&self) -> bool {
        self.readers >= READERS
    }

    pub fn path(&self, ctx: &Context) -> Result<String> {
        Ok(format!("/gift-link/{}-{}", self.id, seal::sign(ctx, PURPOSE, &self.id.to_string())?))
    }
}

async fn month(ctx: &Context) -> Result<String> {
    let site = require_site(ctx).await?;
    Ok(format::day(ctx.now(), &site.time_zone).strftime("%Y-%m").to_string())
}

/// Whether the viewer may make links to what this gate guards.
async fn may_give(ctx: &Context, viewer: &Viewer, gate: &Gate) -> Result<bool> {
    Ok(viewer.member().is_some() && gate.access == Access::Paid && gate.post.is_some() && paywall::opens(ctx, viewer, gate).await?)
}

/// How many links the viewer can make this month; `None` for those who may make none to this article.
pub async fn left(ctx: &Context, viewer: &Viewer, gate: &Gate) -> Result<Option<i64>> {
    let Some(member) = viewer.id() else { return Ok(None) };
    if !may_give(ctx, viewer, gate).await? {
        return Ok(None);
    }
    Ok(Some((A_MONTH - store::made_in(ctx.db(), member, &month(ctx).await?).await?).max(0)))
}

/// Makes a link. A conflict when the month's links are made.
pub async fn make(ctx: &Context, viewer: &Viewer, gate: &Gate) -> Result<i64> {
    let member = viewer.require_member()?.id;
    let (true, Some(post)) = (may_give(ctx, viewer, gate).await?, gate.post) else {
        return Err(AppError::Forbidden(words!(
            "只有能阅读这篇付费文章的会员，才能请朋友读。",
            "Only members who can read this paid article can give it to a friend."
        )));
    };
    let (now, month) = (ctx.now(), month(ctx).await?);
    let mut tx = ctx.db().begin().await?;
    members::service::hold(&mut tx, member).await?;
    let id = store::insert(&mut tx, member, post, &month, (now, now.plus(DAYS * DAY)), A_MONTH).await?.ok_or_else(|| {
        AppError::Conflict(words!(
            "这个月的 {A_MONTH} 个链接已经用完，下个月再来。",
            "You have made this month’s {A_MONTH} links. There are new ones next month."
        ))
    })?;
    tx.commit().await?;
    Ok(id)
}

/// The viewer's links, newest first, those before `before`.
pub async fn own(ctx: &Context, viewer: &Viewer, before: Option<i64>, limit: i64) -> Result<Vec<LinkRow>> {
    let member = viewer.require_member()?.id;
    Ok(store::of_member(ctx.db(), member, before, limit).await?)
}

/// Ends a link of the viewer's; whoever reads by it reads no more. A second time changes nothing.
pub async fn end(ctx: &Context, viewer: &Viewer, id: i64) -> Result<()> {
    let member = viewer.require_member()?.id;
    let link = store::one(ctx.db(), id).await?.filter(|link| link.member_id == member.0).ok_or(AppError::NotFound)?;
    store::end(ctx.db(), link.id, member, ctx.now()).await?;
    Ok(())
}

/// A link by what stands in its address; 404 for what this site did not write.
pub async fn find(ctx: &Context, secret: &str) -> Result<LinkRow> {
    let (id, mark) = secret.split_once('-').ok_or(AppError::NotFound)?;
    let plain = id.parse::<i64>().ok().filter(|number| number.to_string() == id).ok_or(AppError::NotFound)?;
    if !seal::is_signed(ctx, PURPOSE, id, mark)? {
        return Err(AppError::NotFound);
    }
    store::one(ctx.db(), plain).await?.ok_or(AppError::NotFound)
}

/// Whether a link opens what this gate guards now, and by whom it is given: not once it was ended or is over, its giver left
/// or may not open it any more, or it is of another article.
pub async fn given(ctx: &Context, link: &LinkRow, gate: &Gate) -> Result<Option<Given>> {
    if !link.stands(ctx.now()) || gate.access != Access::Paid || gate.post != Some(link.post()) {
        return Ok(None);
    }
    let giver = members::service::viewer_of(ctx, MemberId(link.member_id)).await?;
    let Some(by) = giver.member().map(|giver| giver.name.clone()) else { return Ok(None) };
    Ok(paywall::opens(ctx, &giver, gate).await?.then(|| Given { by, until: link.until() }))
}

/// The links a browser reads by, in its session: each with its article. What is let go of first is what came first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    reader: String,
    links: Vec<(i64, i64)>,
}

const KEPT: &str = "gift links";
const MOST_KEPT: usize = 20;

impl Kept {
    pub async fn of(session: &Session) -> Result<Kept> {
        Ok(session.get(KEPT).await.map_err(broken)?.unwrap_or_default())
    }

    /// Puts them into the session, also into a new one: whoever joins goes on reading.
    pub async fn keep(&self, session: &Session) -> Result<()> {
        if self.links.is_empty() {
            return Ok(());
        }
        session.insert(KEPT, self).await.map_err(broken)
    }

    /// The links to an article, the last first.
    fn to(&self, post: PostId) -> impl Iterator<Item = i64> {
        self.links.iter().rev().filter(move |(of, _)| *of == post.0).map(|(_, link)| *link)
    }

    /// By which of the links the article is open, if by any.
    pub(super) async fn opens(&self, ctx: &Context, gate: &Gate) -> Result<Option<Given>> {
        let Some(post) = gate.post else { return Ok(None) };
        for id in self.to(post) {
            if let Some(link) = store::one(ctx.db(), id).await?
                && let Some(given) = given(ctx, &link, gate).await?
            {
                return Ok(Some(given));
            }
        }
        Ok(None)
    }
}

/// Somebody pressed the button on the page of a link: from now on this browser reads by it. Twice is once. A conflict when it
/// opens nothing any more, or enough others read by it.
pub async fn read_by(ctx: &Context, session: &Session, link: &LinkRow, gate: &Gate) -> Result<()> {
    if given(ctx, link, gate).await?.is_none() {
        return Err(AppError::Conflict(words!("这个链接已失效。", "This link opens nothing any more.")));
    }
    let mut kept = Kept::of(session).await?;
    if kept.reader.is_empty() {
        kept.reader = ctx.token();
    }
    let mut tx = ctx.db().begin().await?;
    if !store::read(&mut tx, link.id, &kept.reader, READERS).await? {
        return Err(AppError::Conflict(words!(
            "已经有 {READERS} 个人用这个链接读过，名额用完了。",
            "{READERS} people read by this link already, which is as many as it is for."
        )));
    }
    tx.commit().await?;
    kept.links.retain(|(_, id)| *id != link.id);
    kept.links.push((link.post_id, link.id));
    let over = kept.links.len().saturating_sub(MOST_KEPT);
    kept.links.drain(..over);
    kept.keep(session).await
}
