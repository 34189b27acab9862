//! The shop's orders as an admin looks at them.

use super::{opening, telling};
use crate::codes::model::{LineState, ShopLine, ShopOrder, Source};
use crate::codes::shop::row;
use crate::codes::store::{orders as store, packs};
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::MemberId;
use crate::foundation::time::Timestamp;
use crate::foundation::viewer::Viewer;
use crate::membership::opened;
use crate::server::context::Context;
use crate::server::db::Tx;

/// Newest first, those before `before`; or the one with this number, if one is given.
pub async fn list(ctx: &Context, viewer: &Viewer, number: &str, before: Option<i64>, limit: i64) -> Result<Vec<ShopOrder>> {
    viewer.require_admin()?;
    let number = match number.trim() {
        "" => None,
        typed => Some(row::number(typed).unwrap_or_else(|_| "none".to_owned())),
    };
    let rows = store::listed(ctx.db(), number.as_deref(), before, limit).await?;
    let lines = store::lines_shown(ctx.db(), &rows.iter().map(|row| row.id).collect::<Vec<_>>()).await?;
    let order = |row: store::ListedRow| {
        let lines = lines.iter().filter(|line| line.order_id == row.id);
        let lines = lines.map(|line| ShopLine { title: line.title.clone(), quantity: line.quantity, state: line.state() }).collect();
        let redeemed = row.handle.zip(row.redeemed_at.map(Timestamp));
        ShopOrder { id: row.id, number: row.number, tail: row.phone_tail, redeemed, lines }
    };
    Ok(rows.into_iter().map(order).collect())
}

/// Closes an order by hand, and takes back what it opened. A second time changes nothing.
pub async fn revoke(ctx: &Context, viewer: &Viewer, id: i64) -> Result<()> {
    viewer.require_admin()?;
    let mut tx = ctx.db().begin().await?;
    let order = store::take_one(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let lines = store::lines_of(&mut tx, &[id]).await?;
    let lines: Vec<_> = lines.into_iter().filter(|line| line.state() != LineState::Closed).collect();
    store::set_state(&mut tx, &lines.iter().map(|line| line.id).collect::<Vec<_>>(), LineState::Closed).await?;
    if order.member_id.is_some() {
        take_back(ctx, &mut tx, &lines).await?;
        tell(ctx, &mut tx, &order, &lines).await?;
    }
    Ok(tx.commit().await?)
}

/// Whoever redeemed an order is told which of its lines were closed.
pub(super) async fn tell(ctx: &Context, tx: &mut Tx, order: &store::OrderRow, closed: &[store::LineRow]) -> Result<()> {
    let (Some(member), Some(first)) = (order.member_id.map(MemberId), closed.first()) else { return Ok(()) };
    let source = Source::Order(order.id);
    // What was not paid when the order was redeemed was never opened.
    let mut packs = Vec::new();
    for line in closed {
        if !opened::by_parts_now(tx, member, &format!("{}:{}", source.cause(), line.id)).await?.is_empty() {
            packs.push(line.pack_id);
        }
    }
    if packs.is_empty() {
        return Ok(());
    }
    let about = format!("{}:closed:{}", source.cause(), first.id);
    telling::taken_back(ctx, tx, member, (source, &order.number), &packs, &about).await
}

/// Takes back what these lines opened. Whoever calls it holds their orders.
pub(super) async fn take_back(ctx: &Context, tx: &mut Tx, lines: &[store::LineRow]) -> Result<()> {
    let items = packs::items(tx, &lines.iter().map(|line| line.pack_id).collect::<Vec<_>>()).await?;
    let of_line = |line: &store::LineRow| {
        opening::of_order(line.order_id, line.id, line.quantity, items.get(&line.pack_id).map_or(&[][..], Vec::as_slice))
    };
    opening::close(ctx, tx, lines.iter().flat_map(of_line).collect()).await
}
