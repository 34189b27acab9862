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
    follow(ctx, &mut tx, &[&order], (&[], &lines)).await?;
    Ok(tx.commit().await?)
}

/// Lines of these orders are paid or closed by now. For whoever redeemed an order, what is paid is opened if it never was: when
/// the order was redeemed, it was not paid, or was to go back. What is closed is taken back. They are told of both. Whoever calls
/// it holds the orders.
pub(super) async fn follow(
    ctx: &Context,
    tx: &mut Tx,
    orders: &[&store::OrderRow],
    (paid, closed): (&[store::LineRow], &[store::LineRow]),
) -> Result<()> {
    let items = packs::items(tx, &paid.iter().chain(closed).map(|line| line.pack_id).collect::<Vec<_>>()).await?;
    let of_line = |line: &store::LineRow| {
        opening::of_order(line.order_id, line.id, line.quantity, items.get(&line.pack_id).map_or(&[][..], Vec::as_slice))
    };
    let (mut deeds, mut told) = (Vec::new(), Vec::new());
    for order in orders {
        let Some(member) = order.member_id.map(MemberId) else { continue };
        let (mut late, mut gone) = (Vec::new(), Vec::new());
        for line in paid {
            if line.order_id == order.id && !was_opened(tx, member, line).await? {
                deeds.extend(of_line(line).into_iter().map(|one| (Some(member), one)));
                late.push(line);
            }
        }
        for line in closed {
            if line.order_id == order.id && was_opened(tx, member, line).await? {
                deeds.extend(of_line(line).into_iter().map(|one| (None, one)));
                gone.push(line);
            }
        }
        told.push((member, (Source::Order(order.id), order.number.as_str()), late, gone));
    }
    // All at once, since tiers are locked in one order.
    opening::carry_out(ctx, tx, deeds).await?;
    for (member, named, late, gone) in told {
        let of = |lines: &[&store::LineRow]| lines.iter().map(|line| line.pack_id).collect::<Vec<_>>();
        let about = |what: &str, first: &store::LineRow| format!("{}:{what}:{}", named.0.cause(), first.id);
        if let Some(first) = late.first() {
            telling::redeemed(ctx, tx, member, named, &of(&late), &about("opened", first)).await?;
        }
        if let Some(first) = gone.first() {
            telling::taken_back(ctx, tx, member, named, &of(&gone), &about("closed", first)).await?;
        }
    }
    Ok(())
}

/// Whether a line was ever opened for whoever redeemed its order.
async fn was_opened(tx: &mut Tx, member: MemberId, line: &store::LineRow) -> Result<bool> {
    let cause = format!("{}:{}", Source::Order(line.order_id).cause(), line.id);
    Ok(!opened::by_parts_now(tx, member, &cause).await?.is_empty())
}
