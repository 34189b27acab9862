//! What whoever recommended a member should get, counted from the entries and the payments, and not as the program does.

use crate::world::{HOLD_DAYS, Life, REWARD_RATE, World};
use stoa::args;
use stoa::creators::{affiliates, statements};
use stoa::foundation::id::{MemberId, OrderId};
use stoa::foundation::time::{DAY, Timestamp};
use stoa::payments::affiliates::model::Reward;
use stoa::payments::books;
use stoa::payments::model::{Order, Payment, Purpose};
use stoa::providers::facts::DisputeState;
use stoa::server::db::Queries;

/// What an order gives, to be counted into its book; an error when the book says something else.
pub async fn of_order(world: &World, order: &Order, came: &[Payment], booked: &books::Balances) -> Result<Option<Reward>, String> {
    let of = |account: &str| booked.iter().filter(|((name, _), _)| name == account).map(|(_, minor)| *minor).sum::<i64>();
    let given = of("expense:affiliates");
    let sql = "select affiliate_id, rate, only_first, excluded_at from order_rewards where order_id = $1";
    let row: Option<(i64, i64, bool, Option<i64>)> = world.ctx.db().optional(sql, args![order.id]).await.unwrap();
    let Some((affiliate, rate, only_first, excluded)) = row else {
        return if given == 0 { Ok(None) } else { Err(format!("order {} gives {given} to nobody", order.id)) };
    };
    if rate != REWARD_RATE || order.purpose == Purpose::Tip || MemberId(affiliate) == order.member {
        return Err(format!("order {} promised {rate} to {affiliate}", order.id));
    }
    let contested = came.iter().any(|payment| payment.disputes.iter().any(|dispute| dispute.state == DisputeState::Open));
    let paying = came.iter().find(|payment| !payment.surplus);
    let sql = "select count(*) from gifts where order_id = $1 and taken_by = $2";
    let (taken,): (i64,) = world.ctx.db().one(sql, args![order.id, affiliate]).await.unwrap();
    let counts = paying.is_some() && excluded.is_none() && taken == 0 && (!only_first || is_first(world, order).await);
    let net: i64 =
        booked.iter().filter(|((name, _), _)| name.starts_with("revenue:") || name == "expense:provider-fees").map(|(_, n)| -n).sum();
    let due = if counts { net.max(0) * rate / 10_000 } else { 0 };
    let waits = contested || paying.is_none_or(|payment| payment.paid_at.plus(HOLD_DAYS * DAY) > world.ctx.now());
    let (payable, held) = (-of(&format!("liability:creator:{affiliate}")), -of(&format!("liability:creator-held:{affiliate}")));
    if given != due || given + of("expense:creators") > net.max(0) || (payable, held) != if waits { (0, due) } else { (due, 0) } {
        return Err(format!("order {} gives {given}, and should {due} of {net}; it waits: {waits}: {booked:?}", order.id));
    }
    Ok(counts.then_some(Reward { affiliate: MemberId(affiliate), rate, waits }))
}

/// Whether the first money of it came before that of all other orders of the buyer that promised something.
async fn is_first(world: &World, order: &Order) -> bool {
    let sql = "select r.order_id, min(p.paid_at)
        from order_rewards r
        join orders o on o.id = r.order_id
        join payments p on p.order_id = r.order_id
        where o.member_id = $1
        group by r.order_id
        order by 2, 1";
    let rows: Vec<(i64, i64)> = world.ctx.db().all(sql, args![order.member]).await.unwrap();
    rows.first().is_some_and(|(first, at)| OrderId(*first) == order.id && Timestamp(*at) <= world.ctx.now())
}

/// What is said of each order adds up to what is owed.
pub async fn add_up(world: &World, life: &Life) -> Result<(), String> {
    let rewards = affiliates::rewards(&world.ctx, &life.friend, None, 1000).await.map_err(|e| e.to_string())?;
    let said: i64 = rewards.iter().map(|(row, _)| row.minor).sum();
    let balances = statements::overview(&world.ctx, &life.friend).await.map_err(|e| e.to_string())?.balances;
    let owed: i64 = balances.iter().map(|balance| balance.payable + balance.held).sum();
    if said == owed { Ok(()) } else { Err(format!("the friend is owed {owed}, and is told {said}: {rewards:?}")) }
}
