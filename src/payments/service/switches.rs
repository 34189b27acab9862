//! Going over to another tier with a term pass: what is left of it becomes time of the other tier, by what the two cost a
//! day. Each order's time is counted at the price that order paid, by whomever it was paid, so that its refund takes back its
//! own share.

use super::{plans, taxes};
use crate::foundation::cadence::Cadence;
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::{OrderId, TierId};
use crate::foundation::money::Currency;
use crate::foundation::time::DAY;
use crate::foundation::viewer::Viewer;
use crate::membership;
use crate::membership::model::{Membership, Price, Tier};
use crate::membership::switching::{self, Left, Rate};
use crate::payments::store::{checkouts, orders};
use crate::server::context::Context;
use crate::words;

/// One tier the viewer could go over to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switch {
    pub from: TierId,
    pub from_name: String,
    pub to: TierId,
    pub to_name: String,
    /// Days that are left of the one, and that they become of the other.
    pub days: i64,
    pub become_days: i64,
}

/// What the viewer could go over to, stated before they do.
pub async fn switches_of(ctx: &Context, viewer: &Viewer) -> Result<Vec<Switch>> {
    let Some(member) = viewer.id() else { return Ok(Vec::new()) };
    let held = membership::service::membership_of(ctx, viewer).await?;
    let tiers = membership::service::tiers(ctx).await?;
    let mut switches = Vec::new();
    for from in held.iter().filter(|held| held.ends_at.is_some() && !held.paused) {
        let left = switching::left_shown(ctx, member, from.tier).await?;
        if left.is_empty() || plans::renews(ctx, viewer, from.tier).await? {
            continue;
        }
        let Some(paid) = paid_for(ctx, from.tier, left).await? else { continue };
        for to in tiers.iter().filter(|to| to.id != from.tier) {
            if !open(ctx, viewer, &held, to).await? {
                continue;
            }
            let Some(terms) = counted(&paid, to) else { continue };
            let days = in_days(terms.iter().map(|(left, _)| left.time));
            let become_days = in_days(terms.iter().map(|(_, time)| *time));
            let (from_name, to_name) = (from.tier_name.clone(), to.name.clone());
            switches.push(Switch { from: from.tier, from_name, to: to.id, to_name, days, become_days });
        }
    }
    Ok(switches)
}

/// As people count: to the nearest day.
fn in_days(times: impl Iterator<Item = i64>) -> i64 {
    times.fold(0, i64::saturating_add).saturating_add(DAY / 2) / DAY
}

/// Whether the viewer can go over to a tier: one that is sold, and that they do not have for good, paused or renewing.
async fn open(ctx: &Context, viewer: &Viewer, held: &[Membership], to: &Tier) -> Result<bool> {
    let there = held.iter().find(|held| held.tier == to.id);
    let stands = to.archived || to.free || there.is_some_and(|there| there.ends_at.is_none() || there.paused);
    Ok(!stands && !plans::renews(ctx, viewer, to.id).await?)
}

/// What is left of each term of a tier, and what was paid for it, without tax where that is added to prices; `None` when that is
/// not known of one.
async fn paid_for(ctx: &Context, from: TierId, left: Vec<Left>) -> Result<Option<Vec<(Left, Price)>>> {
    let (own, is_added) = (membership::service::tier(ctx, from).await?, taxes::is_added(ctx).await?);
    let mut terms = Vec::with_capacity(left.len());
    for left in left {
        let Some(paid) = price_paid(ctx, &own, &left, is_added).await? else { return Ok(None) };
        terms.push((left, paid));
    }
    Ok(Some(terms))
}

/// How long each term is at the other tier's price; `None` when that has none in a currency that was paid.
fn counted(terms: &[(Left, Price)], to: &Tier) -> Option<Vec<(Left, i64)>> {
    let count = |(left, paid): &(Left, Price)| {
        let asked = like(to, paid.cadence, paid.amount.currency)?;
        Some((left.clone(), switching::worth(left.time, rate(*paid), rate(asked))))
    };
    terms.iter().map(count).collect()
}

fn rate(price: Price) -> Rate {
    Rate::new(price.amount.minor, price.cadence)
}

/// What was paid for a term of which this is left, whoever paid it. A change within a term cost the difference alone: its time
/// is worth what such a term costs.
async fn price_paid(ctx: &Context, own: &Tier, left: &Left, is_added: bool) -> Result<Option<Price>> {
    let Some(order) = left.order() else { return Ok(None) };
    let Some((cadence, amount, settles)) = orders::price_paid(ctx.db(), order, is_added).await? else { return Ok(None) };
    Ok(match settles {
        true => like(own, cadence, amount.currency).or_else(|| own.prices.first().copied()),
        false => Some(Price { cadence, amount }),
    })
}

/// What the same term costs there, or, where that is not sold, another one in the same currency.
fn like(tier: &Tier, cadence: Cadence, currency: Currency) -> Option<Price> {
    let in_currency = || tier.prices.iter().filter(|price| price.amount.currency == currency);
    in_currency().find(|price| price.cadence == cadence).or_else(|| in_currency().next()).copied()
}

/// Goes over to another tier. A conflict when that is not possible, or no seat is left there.
pub async fn switch(ctx: &Context, viewer: &Viewer, from: TierId, to: TierId) -> Result<()> {
    let member = viewer.require_member()?.id;
    let tier = membership::service::tier(ctx, to).await?;
    let held = membership::service::membership_of(ctx, viewer).await?;
    let own = held.iter().find(|held| held.tier == from).ok_or(AppError::NotFound)?;
    if from == to
        || own.ends_at.is_none()
        || own.paused
        || plans::renews(ctx, viewer, from).await?
        || !open(ctx, viewer, &held, &tier).await?
    {
        return Err(cannot());
    }
    let mut paying: Vec<OrderId> = switching::left_shown(ctx, member, from).await?.iter().filter_map(Left::order).collect();
    paying.sort_unstable();
    let mut tx = ctx.db().begin().await?;
    // In the order in which `settle` holds them: what a provider tells meanwhile finds the switch whole or not begun.
    for order in paying {
        orders::lock(&mut tx, order).await?;
    }
    switching::hold(&mut tx, from, to).await?;
    let free = membership::service::seats_left(ctx, &mut tx, to, member).await?;
    if let Some(free) = free
        && free <= checkouts::seats_on_hold(&mut tx, to, member, ctx.now()).await?
    {
        return Err(AppError::Conflict(words!("这个会员等级的名额已满。", "All seats of this tier are taken.")));
    }
    let left = switching::left(ctx, &mut tx, member, from).await?;
    let paid = paid_for(ctx, from, left).await?.filter(|terms| !terms.is_empty()).ok_or_else(cannot)?;
    let terms = counted(&paid, &tier).ok_or_else(cannot)?;
    switching::switch(ctx, &mut tx, member, (to, tier.grace_days), &terms).await?;
    Ok(tx.commit().await?)
}

fn cannot() -> AppError {
    AppError::Conflict(words!("现在不能切换到这个会员等级。", "It is not possible to change to this tier now."))
}
