//! The paywall: the one function that decides whether a viewer may open something. Page, list, count, API, export and
//! server function all ask it, with the [`Gate`] of the thing. It reads entitlements and nothing else; a link that a member
//! gave to a friend opens what the entitlements of that member open ([`way_in`]).

use super::gift_links::{Given, Kept};
use super::model::Access;
use super::store;
use crate::foundation::error::Result;
use crate::foundation::id::{MemberId, PostId, TierId};
use crate::foundation::viewer::Viewer;
use crate::server::context::Context;

/// What guards a thing: who it is for, and who always may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gate {
    pub access: Access,
    /// The tier that includes it, if it is paid for by a tier.
    pub tier: Option<TierId>,
    /// The article that can be bought, if it is one.
    pub post: Option<PostId>,
    /// Who made it.
    pub author: Option<MemberId>,
}

impl Gate {
    pub const PUBLIC: Gate = Gate { access: Access::Public, tier: None, post: None, author: None };

    /// The answer where it needs no look into entitlements.
    fn at_once(&self, viewer: &Viewer) -> Option<bool> {
        match (self.access, viewer.member()) {
            (Access::Public, _) => Some(true),
            (_, None) => Some(false),
            (Access::Members, Some(_)) => Some(true),
            // Whoever wrote it, and whoever runs the place.
            (Access::Paid, Some(member)) if self.author == Some(member.id) || viewer.is_admin() => Some(true),
            (Access::Paid, Some(_)) => None,
        }
    }
}

/// Whether the viewer may open what this gate guards, now.
pub async fn opens(ctx: &Context, viewer: &Viewer, gate: &Gate) -> Result<bool> {
    match (gate.at_once(viewer), viewer.id()) {
        (Some(answer), _) => Ok(answer),
        (None, Some(member)) => Ok(store::entitled(ctx.db(), member, gate.tier, gate.post, ctx.now()).await?),
        (None, None) => Ok(false),
    }
}

/// Why something is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WayIn {
    Own,
    /// A member gave it, by a link.
    Given(Given),
}

/// As [`opens`], also by the links that the viewer's browser reads by: for the text of one article, and nothing about it.
pub async fn way_in(ctx: &Context, viewer: &Viewer, gate: &Gate, kept: &Kept) -> Result<Option<WayIn>> {
    if opens(ctx, viewer, gate).await? {
        return Ok(Some(WayIn::Own));
    }
    Ok(kept.opens(ctx, gate).await?.map(WayIn::Given))
}

/// As [`opens`], for the gates of a whole list, with one look into entitlements at most.
pub async fn opens_each(ctx: &Context, viewer: &Viewer, gates: &[Gate]) -> Result<Vec<bool>> {
    let undecided = gates.iter().any(|gate| gate.at_once(viewer).is_none());
    let held = match viewer.id() {
        Some(member) if undecided => store::held(ctx.db(), member, ctx.now()).await?,
        _ => Vec::new(),
    };
    let by_entitlement = |gate: &Gate| {
        held.iter()
            .any(|(tier, post)| (tier.is_some() && *tier == gate.tier.map(|t| t.0)) || (post.is_some() && *post == gate.post.map(|p| p.0)))
    };
    Ok(gates.iter().map(|gate| gate.at_once(viewer).unwrap_or_else(|| by_entitlement(gate))).collect())
}
