//! What whoever has a letter or a link does: see what is given, and take it.

use super::model::State;
use super::{hash, letters, store};
use crate::foundation::error::{AppError, Result};
use crate::foundation::viewer::Viewer;
use crate::members::correspondence::write_to;
use crate::membership::opened::is_for_good;
use crate::payments::model::{Item, Order};
use crate::payments::service::bundles;
use crate::payments::service::working_out::work_out_again;
use crate::payments::store::orders;
use crate::payments::wording::item_name;
use crate::posts;
use crate::server::context::Context;
use crate::settings::service::require_site;
use crate::words;

/// What is given, to whoever has its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    pub order: Order,
    /// Empty when the giver left.
    pub giver: String,
    pub note: String,
    pub state: State,
    /// The viewer has it, or gave it.
    pub is_taken_by_viewer: bool,
    pub is_own: bool,
}

/// 404 for what opens nothing, and never did or no longer does.
pub async fn find(ctx: &Context, viewer: &Viewer, secret: &str) -> Result<Offered> {
    let id = store::by_secret(ctx.db(), &hash(ctx, secret)?).await?.ok_or(AppError::NotFound)?;
    let order = orders::by_id(ctx.db(), id).await?.ok_or(AppError::NotFound)?;
    let gift = store::of_order(ctx.db(), id).await?.ok_or(AppError::NotFound)?;
    Ok(Offered {
        is_taken_by_viewer: gift.taken_by.is_some_and(|member| viewer.is(member)),
        is_own: viewer.is(order.member),
        order,
        giver: gift.giver,
        note: gift.wrapping.note,
        state: gift.state,
    })
}

/// Takes a gift for the viewer, once; taking it again is the same. Gives the path of what it opened. Of two people who do it
/// at once, one has it and the other a `Conflict`. Seats are not counted: it is paid for.
pub async fn take(ctx: &Context, viewer: &Viewer, secret: &str) -> Result<String> {
    let member = viewer.require_member()?.id;
    let hash = hash(ctx, secret)?;
    let id = store::by_secret(ctx.db(), &hash).await?.ok_or(AppError::NotFound)?;
    let site = require_site(ctx).await?;
    let mut tx = ctx.db().begin().await?;
    orders::hold_buyer(&mut tx, id).await?;
    let order = orders::lock(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let gift = store::held(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    if gift.taken_by == Some(member) && gift.state != State::Void {
        tx.rollback().await?;
        return path_of(ctx, &order).await;
    }
    if let Some(refused) = refusal(&gift.state) {
        return Err(refused);
    }
    if member == order.member {
        return Err(AppError::Conflict(words!(
            "这是你买来送人的礼物，自己不能领取，请把链接发给对方。",
            "You bought this for somebody else, so you cannot take it yourself. Please pass the link on."
        )));
    }
    let mut has_all = true;
    for (_, what) in bundles::things(&mut tx, &order).await? {
        has_all &= is_for_good(&mut tx, member, what).await?;
    }
    if has_all {
        return Err(AppError::Conflict(words!(
            "你已经永久拥有它，所以没有领取，可以把链接转给别人。",
            "You have this for good already, so nothing was taken; you can pass the link on."
        )));
    }
    let is_free = store::still_opens(&mut tx, &hash, id).await? && store::take(&mut tx, id, member, ctx.now()).await?;
    if !is_free {
        return Err(AppError::NotFound);
    }
    work_out_again(ctx, &mut tx, id).await?;
    let (about, taker) = (format!("gift:{id}"), viewer.member().map(|taker| taker.name.clone()).unwrap_or_default());
    write_to(ctx, &mut tx, &site, order.member, |locale| {
        letters::taken(&about, &item_name(&order, locale), &taker, &order.gift_path(), locale)
    })
    .await?;
    tx.commit().await?;
    path_of(ctx, &order).await
}

/// Why a gift that stands so cannot be taken.
fn refusal(state: &State) -> Option<AppError> {
    match state {
        State::Waiting(_) | State::Sent(_) | State::ByHand => None,
        State::Taken(..) => Some(AppError::Conflict(words!("这份礼物已被领取。", "This gift has been taken."))),
        State::Void => Some(AppError::Conflict(words!(
            "这份礼物已失效，详情请询问送礼的人。",
            "This gift is no longer there. Please ask whoever gave it to you."
        ))),
        State::Unpaid => Some(AppError::NotFound),
    }
}

/// Where the thing is that was taken. An article that was taken back to a draft meanwhile is nowhere yet.
async fn path_of(ctx: &Context, order: &Order) -> Result<String> {
    match order.item {
        Item::Tier(..) => Ok("/account/membership".to_owned()),
        Item::Post(post) => match posts::service::published_ref(ctx, post).await {
            Ok(post) => Ok(post.path()),
            Err(AppError::NotFound) => Ok("/".to_owned()),
            Err(error) => Err(error),
        },
        Item::Bundle(bundle) => match crate::bundles::service::published(ctx, bundle).await {
            Ok(bundle) => Ok(bundle.path()),
            // It is not sold any more; what was in it stands with the order, and in the account.
            Err(AppError::NotFound) => Ok("/account".to_owned()),
            Err(error) => Err(error),
        },
        Item::Author(_) => Ok("/".to_owned()),
    }
}
