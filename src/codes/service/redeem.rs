//! Redeeming a code or a shop's order. It works in two halves: what was entered is found by a visitor already, and redeemed
//! once somebody is signed in.
//!
//! What is kept in between is the number of what was found, never the code.

use super::{opening, telling};
use crate::codes::model::{LineState, Named, Redeemed, Refusal, Source};
use crate::codes::secret;
use crate::codes::shop::row;
use crate::codes::store::codes::{self as store, Held, OwnRow};
use crate::codes::store::{orders, packs};
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::id::MemberId;
use crate::foundation::locale::Words;
use crate::foundation::text;
use crate::foundation::time::Timestamp;
use crate::foundation::viewer::Viewer;
use crate::members::throttle::{self, Subject};
use crate::membership::opened::{self, Standing};
use crate::server::context::Context;
use crate::server::db::violates_unique;
use crate::settings::service::require_site;
use crate::words;
use std::collections::HashMap;

/// Who tries, so that guessing is slowed down: an address, and the member or the visitor's session.
#[derive(Debug, Clone, Default)]
pub struct Tries {
    pub address: String,
    pub session: Option<String>,
}

impl Tries {
    fn subjects(&self, viewer: &Viewer) -> Vec<Subject> {
        let who = match (viewer.id(), &self.session) {
            (Some(member), _) => Some(format!("member {member}")),
            (None, Some(session)) => Some(format!("session {session}")),
            (None, None) => None,
        };
        who.iter().map(|who| Subject::redeeming_by(who)).chain([Subject::redeeming(&self.address)]).collect()
    }
}

/// What somebody may redeem, and what it would open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub source: Source,
    pub opens: Vec<Named>,
    pub expires_at: Option<Timestamp>,
}

async fn refused<T>(ctx: &Context, refusal: Refusal) -> Result<T> {
    Err(refusal.error(&require_site(ctx).await?.time_zone))
}

/// What is right is not counted as a try; the number of tries that were wrong stays, so that a guesser gains nothing by
/// entering a code of their own in between.
async fn uncount(ctx: &Context, subjects: &[Subject]) -> Result<()> {
    for subject in subjects {
        throttle::uncount(ctx, subject).await?;
    }
    Ok(())
}

/// Finds what was entered as a code. What is unknown, what is no code, and how long it takes to say so, are the same: each is
/// counted, hashed and looked up.
pub async fn find_code(ctx: &Context, viewer: &Viewer, typed: &str, tries: &Tries) -> Result<Found> {
    if text::line(typed).is_empty() {
        return Err(AppError::field("code", words!("请填写兑换码。", "Please enter the code.")));
    }
    let subjects = tries.subjects(viewer);
    throttle::admit(ctx, &subjects).await?;
    let Some(code) = store::by_hash(ctx.db(), &secret::hash(&secret::read(typed))).await? else {
        return refused(ctx, Refusal::UnknownCode).await;
    };
    uncount(ctx, &subjects).await?;
    found_code(ctx, viewer, code).await
}

async fn found_code(ctx: &Context, viewer: &Viewer, code: Held) -> Result<Found> {
    if let Some(refusal) = stands_in_the_way(ctx, viewer, &code).await? {
        return refused(ctx, refusal).await;
    }
    let opens = packs::named(ctx.db(), &[code.pack_id]).await?.remove(&code.pack_id).unwrap_or_default();
    Ok(Found { source: Source::Code(code.id), opens, expires_at: code.expires_at.map(Timestamp) })
}

fn how_it_stands(viewer: Option<MemberId>, code: &Held, now: Timestamp) -> Option<Refusal> {
    match (code.revoked_at, code.member_id, code.expires_at) {
        (Some(_), ..) => Some(Refusal::Revoked),
        (_, Some(by), _) if viewer == Some(MemberId(by)) => Some(Refusal::Yours),
        (_, Some(_), _) => Some(Refusal::Used),
        (_, _, Some(at)) if at <= now.0 => Some(Refusal::Expired(Timestamp(at))),
        _ => None,
    }
}

async fn stands_in_the_way(ctx: &Context, viewer: &Viewer, code: &Held) -> Result<Option<Refusal>> {
    if let Some(refusal) = how_it_stands(viewer.id(), code, ctx.now()) {
        return Ok(Some(refusal));
    }
    let Some(member) = viewer.id().filter(|_| !code.several) else { return Ok(None) };
    Ok(store::has_one_of(ctx.db(), code.batch_id, member).await?.then_some(Refusal::OneEach))
}

/// Finds a shop's order by its number and the last four digits of the telephone. A wrong one of either is the same to
/// whoever asks; what is no number or no end of one is said at its field, as everybody sees that it is none.
pub async fn find_order(ctx: &Context, viewer: &Viewer, number: &str, tail: &str, tries: &Tries) -> Result<Found> {
    let mut errors = FieldErrors::new();
    let number = errors.keep("number", order_number(number));
    let tail = errors.keep("tail", phone_tail(tail));
    let (Some(number), Some(tail)) = (number, tail) else { return Err(errors.into_error()) };
    let mut subjects = tries.subjects(viewer);
    subjects.push(Subject::redeeming_order(&number));
    throttle::admit(ctx, &subjects).await?;
    // Orders without a telephone are found by nobody.
    let order = orders::find(ctx.db(), &number, &tail).await?;
    let Some(order) = order else { return refused(ctx, Refusal::UnknownOrder).await };
    uncount(ctx, &subjects).await?;
    found_order(ctx, viewer, order.id).await
}

fn order_number(typed: &str) -> Result<String, Words> {
    match row::number(typed) {
        Ok(number) => Ok(number),
        Err(_) if text::line(typed).is_empty() => Err(words!("请填写订单编号。", "Please give the number of the order.")),
        Err(_) => Err(words!("订单编号是 6 到 32 位数字。", "The number of an order has 6 to 32 digits.")),
    }
}

/// Whoever types the whole telephone number is understood as well.
fn phone_tail(typed: &str) -> Result<String, Words> {
    row::tail(typed).ok_or_else(|| match text::line(typed).is_empty() {
        true => words!("请填写手机尾号。", "Please give the end of the telephone number."),
        false => words!("请填写手机号的最后四位数字。", "Please give the last four digits of the telephone number."),
    })
}

async fn found_order(ctx: &Context, viewer: &Viewer, id: i64) -> Result<Found> {
    let Some(order) = orders::by_id(ctx.db(), id).await? else { return Err(AppError::NotFound) };
    match order.member_id {
        Some(by) if viewer.is(MemberId(by)) => return refused(ctx, Refusal::OrderYours).await,
        Some(_) => return refused(ctx, Refusal::OrderUsed).await,
        None => (),
    }
    let lines = orders::lines_shown(ctx.db(), &[id]).await?;
    if let Some(refusal) = nothing_to_open(&lines) {
        return refused(ctx, refusal).await;
    }
    let paid: Vec<i64> = lines.iter().filter(|line| opens(line)).map(|line| line.pack_id).collect();
    let named = packs::named(ctx.db(), &paid).await?;
    let opens = paid.iter().filter_map(|pack| named.get(pack)).flatten().cloned().collect();
    Ok(Found { source: Source::Order(id), opens, expires_at: None })
}

fn opens(line: &orders::LineRow) -> bool {
    line.state() == LineState::Paid
}

/// Why an order opens nothing, if no line of it does.
fn nothing_to_open(lines: &[orders::LineRow]) -> Option<Refusal> {
    if lines.iter().any(opens) {
        return None;
    }
    let any = |state| lines.iter().any(|line| line.state() == state);
    Some(if any(LineState::Refunding) {
        Refusal::Refunding
    } else if any(LineState::Unpaid) {
        Refusal::Unpaid
    } else {
        Refusal::Refunded
    })
}

/// What was found before, as it stands now.
pub async fn again(ctx: &Context, viewer: &Viewer, source: Source) -> Result<Found> {
    match source {
        Source::Code(id) => found_code(ctx, viewer, store::by_id(ctx.db(), id).await?.ok_or(AppError::NotFound)?).await,
        Source::Order(id) => found_order(ctx, viewer, id).await,
    }
}

/// Redeems what was found, for the viewer: all of it or nothing, once. Of two people who do it at once, one has it and the
/// other a `Conflict`. A letter says what it opened.
pub async fn redeem(ctx: &Context, viewer: &Viewer, source: Source) -> Result<()> {
    match source {
        Source::Code(id) => redeem_code(ctx, viewer, id).await,
        Source::Order(id) => redeem_order(ctx, viewer, id).await,
    }
}

async fn redeem_code(ctx: &Context, viewer: &Viewer, id: i64) -> Result<()> {
    let member = viewer.require_member()?.id;
    let code = store::by_id(ctx.db(), id).await?.ok_or(AppError::NotFound)?;
    if let Some(refusal) = stands_in_the_way(ctx, viewer, &code).await? {
        return refused(ctx, refusal).await;
    }
    let mut tx = ctx.db().begin().await?;
    match store::redeem(&mut tx, id, member, code.several, ctx.now()).await {
        Ok(true) => (),
        Ok(false) => {
            // Somebody was faster.
            let code = store::reread(&mut tx, id).await?.ok_or(AppError::NotFound)?;
            tx.rollback().await?;
            return refused(ctx, how_it_stands(Some(member), &code, ctx.now()).unwrap_or(Refusal::Used)).await;
        }
        Err(error) if violates_unique(&error, "codes", "batch_id_member_id_turn") => {
            tx.rollback().await?;
            return refused(ctx, Refusal::OneEach).await;
        }
        Err(error) => return Err(error.into()),
    }
    let items = packs::items(&mut tx, &[code.pack_id]).await?;
    let caused = opening::of_code(id, items.get(&code.pack_id).map_or(&[][..], Vec::as_slice));
    if opening::has_all(&mut tx, member, &caused).await? {
        tx.rollback().await?;
        return refused(ctx, Refusal::Held).await;
    }
    opening::open(ctx, &mut tx, member, caused).await?;
    let source = Source::Code(id);
    telling::redeemed(ctx, &mut tx, member, (source, &code.last), &[code.pack_id], &source.cause()).await?;
    Ok(tx.commit().await?)
}

async fn redeem_order(ctx: &Context, viewer: &Viewer, id: i64) -> Result<()> {
    let member = viewer.require_member()?.id;
    let mut tx = ctx.db().begin().await?;
    if !orders::redeem(&mut tx, id, member, ctx.now()).await? {
        tx.rollback().await?;
        let by = orders::by_id(ctx.db(), id).await?.and_then(|order| order.member_id);
        let refusal = if by == Some(member.0) { Refusal::OrderYours } else { Refusal::OrderUsed };
        return refused(ctx, refusal).await;
    }
    // Read after the order was taken: an import that closes a line takes it first too.
    let lines = orders::lines_of(&mut tx, &[id]).await?;
    if let Some(refusal) = nothing_to_open(&lines) {
        tx.rollback().await?;
        return refused(ctx, refusal).await;
    }
    let items = packs::items(&mut tx, &lines.iter().map(|line| line.pack_id).collect::<Vec<_>>()).await?;
    let of_line =
        |line: &orders::LineRow| opening::of_order(id, line.id, line.quantity, items.get(&line.pack_id).map_or(&[][..], Vec::as_slice));
    let caused: Vec<_> = lines.iter().filter(|line| opens(line)).flat_map(of_line).collect();
    if opening::has_all(&mut tx, member, &caused).await? {
        tx.rollback().await?;
        return refused(ctx, Refusal::Held).await;
    }
    opening::open(ctx, &mut tx, member, caused).await?;
    let packs: Vec<i64> = lines.iter().filter(|line| opens(line)).map(|line| line.pack_id).collect();
    let number = orders::number(&mut tx, id).await?;
    let source = Source::Order(id);
    telling::redeemed(ctx, &mut tx, member, (source, &number), &packs, &source.cause()).await?;
    Ok(tx.commit().await?)
}

/// Where a member's list goes on.
pub type Before = (Timestamp, String, i64);

/// What the viewer redeemed, the last first.
pub async fn own(ctx: &Context, viewer: &Viewer, before: Option<Before>, limit: i64) -> Result<Vec<Redeemed>> {
    let member = viewer.require_member()?.id;
    let (at, kind, id) = before.unwrap_or((Timestamp(i64::MAX), "order".to_owned(), i64::MAX));
    let rows = store::own(ctx.db(), member, (at, &kind, id), limit).await?;
    complete(ctx, rows).await
}

/// One of them, and how what it opened stands now.
pub async fn what_it_opened(ctx: &Context, viewer: &Viewer, source: Source) -> Result<(Redeemed, Vec<Standing>)> {
    let member = viewer.require_member()?.id;
    let (kind, id) = match source {
        Source::Code(id) => ("code", id),
        Source::Order(id) => ("order", id),
    };
    let row = store::own_one(ctx.db(), member, kind, id).await?.ok_or(AppError::NotFound)?;
    let redeemed = complete(ctx, vec![row]).await?.pop().ok_or(AppError::NotFound)?;
    let standing = opened::by_parts_of(ctx, viewer, &source.cause()).await?;
    Ok((redeemed, standing))
}

async fn complete(ctx: &Context, rows: Vec<OwnRow>) -> Result<Vec<Redeemed>> {
    let ids: Vec<i64> = rows.iter().filter(|row| row.pack_id.is_none()).map(|row| row.id).collect();
    let mut of_orders: HashMap<i64, Vec<i64>> = HashMap::new();
    for line in orders::lines_shown(ctx.db(), &ids).await? {
        of_orders.entry(line.order_id).or_default().push(line.pack_id);
    }
    let packs_of = |row: &OwnRow| row.pack_id.map(|pack| vec![pack]).or_else(|| of_orders.get(&row.id).cloned()).unwrap_or_default();
    let all: Vec<i64> = rows.iter().flat_map(packs_of).collect();
    let named = packs::named(ctx.db(), &all).await?;
    let redeemed = |row: OwnRow| Redeemed {
        opens: packs_of(&row).iter().filter_map(|pack| named.get(pack)).flatten().cloned().collect(),
        source: if row.kind == "code" { Source::Code(row.id) } else { Source::Order(row.id) },
        number: row.number,
        at: Timestamp(row.at),
        revoked: row.revoked,
    };
    Ok(rows.into_iter().map(redeemed).collect())
}
