//! Taking a seat by the team's link, leaving it, and what the payer does: taking one away, ending a link.
//!
//! The link says the team's number, which of its links it is, and a mark that only this site makes: nothing secret is kept,
//! and the payer can see it again. Each new one ends the one before.

use super::model::{Holder, NAME, State, Team};
use super::{letters, standing, store};
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::MemberId;
use crate::foundation::text;
use crate::foundation::viewer::Viewer;
use crate::members::correspondence::write_to;
use crate::membership::opened::is_for_good;
use crate::membership::service::What;
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::server::seal;
use crate::settings::service::require_site;
use crate::words;

const PURPOSE: &str = "team link";

/// The link by which a team is joined, as a path.
pub fn link(ctx: &Context, team: &Team) -> Result<String> {
    let what = format!("{}-{}", team.id, team.link);
    let mark = seal::sign(ctx, PURPOSE, &what)?;
    Ok(format!("/team/{what}-{mark}"))
}

/// The number of a team and of its link; 404 for what this site did not write.
fn read(ctx: &Context, secret: &str) -> Result<(i64, i64)> {
    let mut parts = secret.splitn(3, '-');
    let (Some(team), Some(link), Some(mark)) = (parts.next(), parts.next(), parts.next()) else { return Err(AppError::NotFound) };
    let plain = |text: &str| text.parse::<i64>().ok().filter(|number| number.to_string() == text).ok_or(AppError::NotFound);
    let read = (plain(team)?, plain(link)?);
    if seal::is_signed(ctx, PURPOSE, &format!("{team}-{link}"), mark)? { Ok(read) } else { Err(AppError::NotFound) }
}

/// A team, to whoever has its link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited {
    pub team: Team,
    pub sits: bool,
    pub is_own: bool,
}

/// 404 for what opens nothing, and never did or no longer does.
pub async fn find(ctx: &Context, viewer: &Viewer, secret: &str) -> Result<Invited> {
    let (id, link) = read(ctx, secret)?;
    let team = store::team(ctx.db(), id).await?.filter(|team| team.link == link && team.paid).ok_or(AppError::NotFound)?;
    let sits = match viewer.id() {
        Some(member) => store::sits(ctx.db(), id, member).await?,
        None => false,
    };
    Ok(Invited { sits, is_own: viewer.is(team.payer), team })
}

/// The viewer takes a free seat by the link; who sits already stays where they are. Of two who want the last one at once, one
/// has it and the other a `Conflict`.
pub async fn take(ctx: &Context, viewer: &Viewer, secret: &str) -> Result<()> {
    let member = viewer.require_member()?.id;
    let (id, link) = read(ctx, secret)?;
    sit(ctx, member, id, |team| team.link == link && team.paid).await
}

/// The payer takes a seat of their own team.
pub async fn take_own(ctx: &Context, viewer: &Viewer, id: i64) -> Result<()> {
    let member = viewer.require_member()?.id;
    sit(ctx, member, id, |team| team.payer == member).await
}

async fn sit(ctx: &Context, member: MemberId, id: i64, may: impl FnOnce(&Team) -> bool + Send) -> Result<()> {
    let mut tx = ctx.db().begin().await?;
    let team = store::lock(&mut tx, id).await?.filter(may).ok_or(AppError::NotFound)?;
    refused(&team.state(ctx.now()))?;
    let holders = store::holders(&mut tx, id).await?;
    if holders.iter().any(|holder| holder.member_id == member.0) {
        return Ok(tx.rollback().await?);
    }
    if is_for_good(&mut tx, member, What::Tier(team.tier)).await? {
        return Err(AppError::Conflict(words!(
            "你已经永久拥有这个等级，不需要席位。",
            "You have this tier for good already; you need no seat."
        )));
    }
    let n = (1..=team.seats).find(|n| holders.iter().all(|holder| holder.n != *n)).ok_or_else(|| {
        AppError::Conflict(words!("席位已满，请联系付款人。", "All seats are taken. Please ask whoever pays for the team."))
    })?;
    let sitting = store::take(&mut tx, id, n, member, ctx.now()).await?;
    let holder = Holder { id: sitting, n, member_id: member.0, name: String::new(), taken_at: ctx.now().0 };
    standing::sit(ctx, &mut tx, &team, &holder).await?;
    Ok(tx.commit().await?)
}

/// Why no seat of a team that stands so can be taken.
fn refused(state: &State) -> Result<()> {
    match state {
        State::Runs => Ok(()),
        State::Unpaid => Err(AppError::NotFound),
        State::Grace(_) | State::Over => Err(AppError::Conflict(words!(
            "这个团队已经到期，续费之后才能加入。",
            "This team has ended. It can be joined once it is renewed."
        ))),
        State::Void => {
            Err(AppError::Conflict(words!("款项已退还，这个团队已失效。", "The money went back, so there is no team to join any more.")))
        }
    }
}

/// Ends what somebody has of a team; false when they have nothing.
async fn get_up(ctx: &Context, tx: &mut Tx, team: i64, sits: impl Fn(&Holder) -> bool) -> Result<Option<Holder>> {
    let Some(holder) = store::holders(tx, team).await?.into_iter().find(sits) else { return Ok(None) };
    if !store::leave(tx, holder.id, ctx.now()).await? {
        return Ok(None);
    }
    standing::get_up(ctx, tx, team, holder.id).await?;
    Ok(Some(holder))
}

/// The viewer leaves a team; a second time changes nothing.
pub async fn leave(ctx: &Context, viewer: &Viewer, id: i64) -> Result<()> {
    let member = viewer.require_member()?.id;
    let mut tx = ctx.db().begin().await?;
    store::lock(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    get_up(ctx, &mut tx, id, |holder| holder.member_id == member.0).await?;
    Ok(tx.commit().await?)
}

/// Whoever deletes their account leaves all their seats.
pub async fn leave_all(ctx: &Context, viewer: &Viewer) -> Result<()> {
    for seated in super::seated(ctx, viewer).await? {
        leave(ctx, viewer, seated.team_id).await?;
    }
    Ok(())
}

/// The payer takes a seat away from whoever holds it, who is told; a second time changes nothing.
pub async fn take_away(ctx: &Context, viewer: &Viewer, id: i64, sitting: i64) -> Result<()> {
    let site = require_site(ctx).await?;
    let payer = viewer.require_member()?.id;
    let mut tx = ctx.db().begin().await?;
    let team = store::lock(&mut tx, id).await?.filter(|team| team.payer == payer).ok_or(AppError::NotFound)?;
    if let Some(holder) = get_up(ctx, &mut tx, id, |holder| holder.id == sitting).await?
        && holder.member_id != payer.0
    {
        let about = format!("seat:{sitting}");
        write_to(ctx, &mut tx, &site, MemberId(holder.member_id), |locale| letters::gone(&about, &team.name, &team.tier_name, locale))
            .await?;
    }
    Ok(tx.commit().await?)
}

/// Makes a new link; the one before opens nothing any more.
pub async fn renew_link(ctx: &Context, viewer: &Viewer, id: i64) -> Result<()> {
    let payer = viewer.require_member()?.id;
    let mut tx = ctx.db().begin().await?;
    store::lock(&mut tx, id).await?.filter(|team| team.payer == payer).ok_or(AppError::NotFound)?;
    store::renew_link(&mut tx, id).await?;
    Ok(tx.commit().await?)
}

pub async fn rename(ctx: &Context, viewer: &Viewer, id: i64, name: &str) -> Result<()> {
    let team = super::team(ctx, viewer, id).await?;
    if !viewer.is(team.payer) {
        return Err(AppError::NotFound);
    }
    let name = text::required_line(name, NAME).map_err(|words| AppError::field("name", words))?;
    Ok(store::rename(ctx.db(), id, &name).await?)
}
