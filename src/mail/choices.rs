//! Which letters a member can do without, and the way out that stands in each of them. The way out needs no session: the
//! address is signed, so that it works in a mail program and for nobody else's letters.

use super::model::{Choice, Kind};
use super::store;
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::MemberId;
use crate::foundation::viewer::Viewer;
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::server::seal;

const PURPOSE: &str = "unsubscribe";

/// Whether a letter of this kind is to be written to somebody.
pub(super) async fn wants(tx: &mut Tx, member: Option<MemberId>, kind: &Kind) -> Result<bool> {
    let (Some(member), Some(choice)) = (member, kind.choice) else { return Ok(true) };
    Ok(store::choice(tx, member, choice.name).await?.unwrap_or(choice.usual))
}

/// Those who said that they want letters of a sort.
pub async fn wanters(tx: &mut Tx, choice: &Choice) -> Result<Vec<MemberId>> {
    Ok(store::wanters(tx, choice.name).await?)
}

/// Of these sorts, which the viewer gets, in the same order.
pub async fn of_viewer(ctx: &Context, viewer: &Viewer, choices: &[&'static Choice]) -> Result<Vec<(&'static Choice, bool)>> {
    let member = viewer.require_member()?.id;
    let said = store::choices_of(ctx.db(), member).await?;
    let wanted = |choice: &Choice| said.iter().find(|(name, _)| name == choice.name).map_or(choice.usual, |(_, wanted)| *wanted);
    let offered = choices.iter().filter(|choice| !choice.for_admins || viewer.is_admin());
    Ok(offered.map(|choice| (*choice, wanted(choice))).collect())
}

/// The viewer gets these sorts from now on, and not the others.
pub async fn choose(ctx: &Context, viewer: &Viewer, choices: &[&'static Choice], wanted: impl Fn(&str) -> bool) -> Result<()> {
    let member = viewer.require_member()?.id;
    let mut tx = ctx.db().begin().await?;
    for choice in choices.iter().filter(|choice| !choice.for_admins || viewer.is_admin()) {
        store::choose(&mut tx, member, choice.name, wanted(choice.name), ctx.now()).await?;
    }
    Ok(tx.commit().await?)
}

/// Somebody who wanted no mail where they come from gets none of these sorts, until they say so.
pub async fn want_none(ctx: &Context, tx: &mut Tx, member: MemberId, choices: &[&'static Choice]) -> Result<()> {
    for choice in choices {
        store::choose(tx, member, choice.name, false, ctx.now()).await?;
    }
    Ok(())
}

fn signed(member: MemberId, choice: &str) -> String {
    format!("{member}.{choice}")
}

/// The path of the page that ends letters of a sort for a member.
pub fn unsubscribe_path(ctx: &Context, member: MemberId, choice: &str) -> Result<String> {
    let text = signed(member, choice);
    Ok(format!("/unsubscribe?token={text}.{}", seal::sign(ctx, PURPOSE, &text)?))
}

/// Whose letters, and of which sort, the token of such an address is about; 404 for one that we did not make.
pub fn read_token(ctx: &Context, token: &str, choices: &[&'static Choice]) -> Result<(MemberId, &'static Choice)> {
    let (text, mark) = token.rsplit_once('.').ok_or(AppError::NotFound)?;
    if !seal::is_signed(ctx, PURPOSE, text, mark)? {
        return Err(AppError::NotFound);
    }
    let (member, name) = text.split_once('.').ok_or(AppError::NotFound)?;
    let choice = choices.iter().find(|choice| choice.name == name).ok_or(AppError::NotFound)?;
    Ok((member.parse().map_err(|_| AppError::NotFound)?, choice))
}

/// Ends letters of a sort, or begins them again, for whoever has the token.
pub async fn set_by_token(ctx: &Context, token: &str, choices: &[&'static Choice], wanted: bool) -> Result<()> {
    let (member, choice) = read_token(ctx, token, choices)?;
    let mut tx = ctx.db().begin().await?;
    store::choose(&mut tx, member, choice.name, wanted, ctx.now()).await?;
    Ok(tx.commit().await?)
}
