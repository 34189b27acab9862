//! Rewards: what an order promises to whoever recommended its buyer, and what follows of the facts. As with creators' shares
//! the promise is a copy, made as the order begins, and what comes of it is worked out anew with each fact.

use super::model::Reward;
use super::store;
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::{MemberId, OrderId};
use crate::foundation::time::{DAY, Timestamp};
use crate::foundation::viewer::Viewer;
use crate::payments::gifts;
use crate::payments::model::{Order, Payment, Purpose};
use crate::payments::service::working_out::work_out_again;
use crate::payments::shares;
use crate::payments::shares::split::WHOLE;
use crate::payments::store::orders::{self, NewOrder};
use crate::server::context::Context;
use crate::server::db;
use crate::server::db::Tx;

/// How many are released at a time.
const BATCH: i64 = 100;

/// Promises a reward for a new order, where its buyer came by somebody and it is one that counts. A tip buys nothing. An order
/// that has a promise keeps it.
pub(in crate::payments) async fn promise(tx: &mut Tx, order: OrderId, new: &NewOrder<'_>, now: Timestamp) -> db::Result<()> {
    let Some(terms) = store::terms_now(tx).await? else { return Ok(()) };
    // Nobody gets more than creators leave.
    let rate = terms.rate(new.item).min(WHOLE - store::promised_to_creators(tx, order).await?);
    if rate <= 0 || new.purpose == Purpose::Tip {
        return Ok(());
    }
    let Some((affiliate, since)) = store::referrer(tx, new.member).await? else { return Ok(()) };
    let counts = match terms.days {
        Some(days) => now < since.plus(days * DAY),
        // A later term of an agreement is no first purchase.
        None => new.subscription.is_none() && !store::has_bought(tx, new.member).await?,
    };
    if !counts {
        return Ok(());
    }
    shares::store::begin(tx, affiliate, now).await?;
    store::promise(tx, order, affiliate, rate, (terms.days.is_none(), terms.hold_days)).await
}

/// What an affiliate gets of an order by what is known of it: nothing as long as nothing came, when an admin excluded it, when
/// they took the gift themselves that it is, or when another order was their first. Notes from when it can be paid out.
pub(in crate::payments) async fn earned(
    tx: &mut Tx,
    order: &Order,
    came: &[Payment],
    paying: Option<&Payment>,
    now: Timestamp,
) -> Result<Option<Reward>> {
    let Some(promise) = store::promised(tx, order.id).await? else { return Ok(None) };
    let affiliate = MemberId(promise.affiliate_id);
    let contested = came.iter().any(Payment::is_contested);
    let payable = paying.filter(|_| !contested).map(|payment| payment.paid_at.plus(promise.hold_days * DAY));
    let released = payable.filter(|at| *at <= now).map(|_| promise.released_at.map_or(now, Timestamp));
    store::set_standing(tx, order.id, payable, released).await?;
    let taken = if order.is_gift() { gifts::opened_to(tx, order.id).await? } else { None };
    let to_themselves = taken.is_some_and(|(taker, _)| taker == affiliate);
    if paying.is_none() || promise.excluded_at.is_some() || to_themselves {
        return Ok(None);
    }
    if promise.only_first && !is_first(tx, order, came).await? {
        return Ok(None);
    }
    Ok(Some(Reward { affiliate, rate: promise.rate, waits: released.is_none() }))
}

/// Whether no other such order of the buyer was paid before, whatever became of it since.
async fn is_first(tx: &mut Tx, order: &Order, came: &[Payment]) -> Result<bool> {
    let Some(own) = came.iter().map(|payment| payment.paid_at).min() else { return Ok(false) };
    let others = store::beside(tx, order.member, order.id).await?;
    Ok(others.into_iter().all(|(other, theirs)| (own, order.id) < (theirs, other)))
}

/// The buyer's other orders of which only the first gives a reward: what was found out about one may change it for them.
pub(in crate::payments) async fn beside(tx: &mut Tx, order: &Order) -> Result<Vec<OrderId>> {
    Ok(store::beside(tx, order.member, order.id).await?.into_iter().map(|(other, _)| other).collect())
}

/// Rewards that waited long enough go where payouts take from.
pub async fn release_due(ctx: &Context) -> Result<()> {
    for order in store::due(ctx.db(), ctx.now(), BATCH).await? {
        if let Err(error) = again(ctx, order).await {
            tracing::error!(%error, %order, "a reward could not be released");
        }
    }
    Ok(())
}

async fn again(ctx: &Context, order: OrderId) -> Result<()> {
    let mut tx = ctx.db().begin().await?;
    orders::hold_buyer(&mut tx, order).await?;
    work_out_again(ctx, &mut tx, order).await?;
    Ok(tx.commit().await?)
}

/// An admin decides whether an order counts for an affiliate. 404 for one that promised them nothing; what stands so already
/// stays.
pub async fn exclude(ctx: &Context, viewer: &Viewer, (affiliate, order): (MemberId, OrderId), excluded: bool) -> Result<()> {
    let admin = viewer.require_admin()?.id;
    let mut tx = ctx.db().begin().await?;
    orders::hold_buyer(&mut tx, order).await?;
    orders::lock(&mut tx, order).await?.ok_or(AppError::NotFound)?;
    store::promised(&mut tx, order).await?.filter(|promise| promise.affiliate_id == affiliate.0).ok_or(AppError::NotFound)?;
    let (by, at) = if excluded { (Some(admin), Some(ctx.now())) } else { (None, None) };
    if store::exclude(&mut tx, order, by, at).await? {
        work_out_again(ctx, &mut tx, order).await?;
    }
    Ok(tx.commit().await?)
}

/// An admin decides whether anything new comes of somebody's link. What is not paid yet counts no more; what is paid stays
/// theirs, unless it is excluded itself. 404 for who has no link.
pub async fn exclude_affiliate(ctx: &Context, viewer: &Viewer, affiliate: MemberId, excluded: bool) -> Result<()> {
    let admin = viewer.require_admin()?.id;
    store::link(ctx.db(), affiliate).await?.ok_or(AppError::NotFound)?;
    let mut tx = ctx.db().begin().await?;
    // Who ended it themselves cannot begin again either.
    store::end_no_more(&mut tx, affiliate).await?;
    if excluded {
        store::end(&mut tx, affiliate, admin, ctx.now()).await?;
        for order in store::unpaid(&mut tx, affiliate).await? {
            // As whoever applies what came for it holds it: paid meanwhile, it is theirs.
            orders::hold_buyer(&mut tx, order).await?;
            if orders::lock(&mut tx, order).await?.is_some_and(|held| held.paid_at.is_none()) {
                store::exclude(&mut tx, order, Some(admin), Some(ctx.now())).await?;
            }
        }
    }
    Ok(tx.commit().await?)
}
