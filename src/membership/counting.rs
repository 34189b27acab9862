//! How the terms of a member and tier count: how long each is, and how much of it is used. What stands still is not used, and
//! is nowhere counted twice ([`super::terms`]). A pause that lasts counts as if it were over now: nothing of it is used, neither
//! of the term it fell into nor of those behind it. Refunds and going over to another tier count with it.

use super::store::{self, GivenTerm, Pause};
use super::terms::{self, Counted, Span};
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::{MemberId, TierId};
use crate::foundation::time::Timestamp;
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::settings::service::require_site;

/// A term as it counts now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// Why it was given: `order:17`.
    pub cause: String,
    /// `None`: it is for good.
    pub counted: Option<Counted>,
    pub revoked_at: Option<Timestamp>,
    id: i64,
}

/// Every term of a member and tier that was ever given, in the order in which they were.
pub async fn shown(ctx: &Context, member: MemberId, tier: TierId) -> Result<Vec<Counts>> {
    let given = store::given_shown(ctx.db(), member, tier).await?;
    let pauses = store::pauses_shown(ctx.db(), member, tier).await?;
    count(ctx, given, &pauses).await
}

/// As [`shown`], for whoever changes something by it.
pub async fn now(ctx: &Context, tx: &mut Tx, member: MemberId, tier: TierId) -> Result<Vec<Counts>> {
    let given = store::given(tx, member, tier).await?;
    let pauses = store::pauses(tx, member, tier).await?;
    count(ctx, given, &pauses).await
}

/// The term that was given for a cause; `None` when none was.
pub async fn of_shown(ctx: &Context, cause: &str) -> Result<Option<Counts>> {
    let Some(granted) = store::by_cause_shown(ctx.db(), cause).await? else { return Ok(None) };
    let Some(tier) = granted.tier_id.map(TierId) else { return Ok(None) };
    Ok(shown(ctx, MemberId(granted.member_id), tier).await?.into_iter().find(|one| one.id == granted.id))
}

/// As [`of_shown`], for whoever changes something by it.
pub async fn of_now(ctx: &Context, tx: &mut Tx, cause: &str) -> Result<Option<Counts>> {
    let Some(granted) = store::by_cause(tx, cause).await? else { return Ok(None) };
    let Some(tier) = granted.tier_id.map(TierId) else { return Ok(None) };
    Ok(now(ctx, tx, MemberId(granted.member_id), tier).await?.into_iter().find(|one| one.id == granted.id))
}

async fn count(ctx: &Context, terms: Vec<GivenTerm>, pauses: &[Pause]) -> Result<Vec<Counts>> {
    let (site, now) = (require_site(ctx).await?, ctx.now());
    let pauses: Vec<Span> = pauses.iter().map(|(from, until)| (*from, until.unwrap_or(now))).collect();
    let given: Vec<_> = terms.iter().map(|term| term.given).collect();
    let counted = terms::counted(&given, &pauses, &site.time_zone, now).ok_or(AppError::Internal)?;
    let read = |(term, counted): (GivenTerm, Option<Counted>)| {
        let GivenTerm { given, cause, .. } = term;
        Counts { cause, counted, revoked_at: given.revoked_at, id: given.id }
    };
    Ok(terms.into_iter().zip(counted).map(read).collect())
}
