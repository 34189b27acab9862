//! What the clock and the buyer do with a gift that is paid: its letter goes, once more, to another address, or as a link.

use super::letters::{self, Told};
use super::model::{Gift, State, address};
use super::{hash, store};
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::OrderId;
use crate::foundation::site::Site;
use crate::foundation::viewer::Viewer;
use crate::mail::model::TOKEN;
use crate::mail::{self, To};
use crate::members::correspondence::{reader, write_to};
use crate::payments::model::Order;
use crate::payments::service;
use crate::payments::store::orders;
use crate::payments::wording::item_name;
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::settings::service::require_site;
use crate::words;

/// So many letters a gift can have: the site writes to somebody who did not ask it to.
pub const LETTERS: i64 = 5;
/// So many letters and links at once.
const SECRETS: i64 = 20;
/// How many letters go at a time.
const BATCH: i64 = 100;

/// Sends the letters that are due. Called by the clock.
pub async fn send_due(ctx: &Context) -> Result<()> {
    let due = store::due(ctx.db(), ctx.now(), BATCH).await?;
    if due.is_empty() {
        return Ok(());
    }
    let site = require_site(ctx).await?;
    for id in due {
        let mut tx = ctx.db().begin().await?;
        let Some(order) = orders::lock(&mut tx, id).await? else { continue };
        // Somebody may have sent it meanwhile.
        if let Some(gift) = store::held(&mut tx, id).await?
            && matches!(gift.state, State::Waiting(at) if at <= ctx.now())
        {
            post(ctx, &mut tx, &site, &order, &gift).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// A new secret of a gift.
async fn secret(ctx: &Context, tx: &mut Tx, order: OrderId) -> Result<String> {
    let secret = ctx.token();
    store::add_secret(tx, order, &hash(ctx, &secret)?, ctx.now()).await?;
    Ok(secret)
}

/// The letter to whom it is for; with the first, one to its buyer.
async fn post(ctx: &Context, tx: &mut Tx, site: &Site, order: &Order, gift: &Gift) -> Result<()> {
    let Some(email) = &gift.wrapping.email else { return Ok(()) };
    let secret = secret(ctx, tx, order.id).await?;
    let (number, locale) = (gift.letters + 1, gift.wrapping.locale);
    let to = To { member: None, address: email.clone(), name: None, locale };
    let told = Told { giver: &gift.giver, item: &item_name(order, locale), note: &gift.wrapping.note };
    let letter = letters::gift(&about(order, number), &told, site, locale).secret(TOKEN, secret);
    mail::post(ctx, tx, site, &to, &letter).await?;
    store::set_sent(tx, order.id, ctx.now()).await?;
    if number == 1 {
        let about = format!("gift:{}", order.id);
        write_to(ctx, tx, site, order.member, |locale| letters::sent(&about, &item_name(order, locale), email, &order.gift_path(), locale))
            .await?;
    }
    Ok(())
}

/// Whether the last letter with a gift, which its giver believes to be sent, did not arrive.
pub async fn is_lost(ctx: &Context, order: &Order, gift: &Gift) -> Result<bool> {
    let went = matches!(gift.state, State::Sent(_)) && gift.letters > 0;
    Ok(went && mail::service::is_lost(ctx, &letters::GIFT, &about(order, gift.letters)).await?)
}

/// What makes each of a gift's letters one.
fn about(order: &Order, number: i64) -> String {
    format!("gift:{}:{number}", order.id)
}

/// An order of the viewer's own.
async fn own(ctx: &Context, viewer: &Viewer, reference: &str) -> Result<OrderId> {
    let order = service::order(ctx, viewer, reference).await?;
    if viewer.is(order.member) { Ok(order.id) } else { Err(AppError::NotFound) }
}

/// A gift that can be taken, held until the transaction is done.
async fn held(tx: &mut Tx, id: OrderId) -> Result<(Order, Gift)> {
    let order = orders::lock(tx, id).await?.ok_or(AppError::NotFound)?;
    let gift = store::held(tx, id).await?.ok_or(AppError::NotFound)?;
    if gift.waits_to_be_taken() {
        return Ok((order, gift));
    }
    Err(AppError::Conflict(match gift.state {
        State::Taken(..) => words!("礼物已被领取，不用再送了。", "The gift is taken already; there is nothing more to send."),
        State::Unpaid => words!("付款之后才能送出礼物。", "A gift can be sent once it is paid for."),
        _ => words!("款项已退还，这份礼物已失效。", "The money went back, so there is no gift to send any more."),
    }))
}

/// Sends the letter now: before its time, once more, or to another address, after which the letters and links of before open
/// nothing. A conflict after so many.
pub async fn send(ctx: &Context, viewer: &Viewer, reference: &str, email: &str) -> Result<()> {
    let (site, id) = (require_site(ctx).await?, own(ctx, viewer, reference).await?);
    let mut tx = ctx.db().begin().await?;
    let (order, mut gift) = held(&mut tx, id).await?;
    let own = reader(&mut tx, &site, order.member).await?.map(|to| to.address);
    let email = address(email, own.as_deref()).map_err(|words| AppError::field("email", words))?;
    if gift.letters >= LETTERS {
        return Err(AppError::Conflict(words!(
            "这份礼物的邮件已经发过 {LETTERS} 次。请把链接直接发给对方。",
            "{LETTERS} letters went for this gift already. Please hand over a link instead."
        )));
    }
    if gift.wrapping.email.as_deref() != Some(&email) {
        store::forget_secrets(&mut tx, order.id).await?;
        store::set_email(&mut tx, order.id, &email).await?;
        gift.wrapping.email = Some(email);
    }
    post(ctx, &mut tx, &site, &order, &gift).await?;
    Ok(tx.commit().await?)
}

/// A link to hand over, told this once. A conflict when there are too many.
pub async fn link(ctx: &Context, viewer: &Viewer, reference: &str) -> Result<String> {
    let id = own(ctx, viewer, reference).await?;
    let mut tx = ctx.db().begin().await?;
    let (order, _) = held(&mut tx, id).await?;
    if store::secrets(&mut tx, order.id).await? >= SECRETS {
        return Err(AppError::Conflict(words!(
            "这份礼物的链接已经太多了，请使用已有的链接。",
            "This gift has too many links already; please use one of them."
        )));
    }
    let secret = secret(ctx, &mut tx, order.id).await?;
    tx.commit().await?;
    Ok(format!("{}/gift/{secret}", ctx.config().base_url))
}
