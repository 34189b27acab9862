//! How an order stands, worked out from all of its payments: always the same from the same payments, in whichever order
//! they were told of. Its status, the ledger and what is open are then made to say so.

use crate::foundation::error::{AppError, Result};
use crate::foundation::id::{MemberId, OrderId};
use crate::foundation::site::Site;
use crate::foundation::time::Timestamp;
use crate::members::activity::{self, Deed};
use crate::membership;
use crate::membership::service::{Grant, What};
use crate::membership::terms::Length;
use crate::payments::affiliates::model::Reward;
use crate::payments::model::{Item, Order, Payment, Purpose};
use crate::payments::service::{bundles, receipts, refunds, telling, upgrades};
use crate::payments::shares::split::Promised;
use crate::payments::standing::{Standing, standing, status};
use crate::payments::store::{contents, orders, payments, requests, taxes};
use crate::payments::{affiliates, books, gifts, ledger, offers, shares, teams};
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::settings::service::require_site;

/// Why what is paid once more is given back.
const PAID_TWICE: &str = "paid twice";

/// Why a difference is given back whose term was.
const TERM_GONE: &str = "its term went back";

/// As after a fact: an order of which something was taken back. Its buyer is held.
pub async fn work_out_again(ctx: &Context, tx: &mut Tx, order: OrderId) -> Result<()> {
    let site = require_site(ctx).await?;
    work_out(ctx, tx, &site, &[order]).await
}

/// Works orders out, and after each what changes with it: who recommended it, the differences paid between tiers, and the
/// buyer's other orders for the same thing, of which only the first pays for it. Numbers are given last: their counter is held
/// until the end, and who opens a tier may have to wait for somebody who waits for a number.
pub async fn work_out(ctx: &Context, tx: &mut Tx, site: &Site, ids: &[OrderId]) -> Result<()> {
    let mut done = Vec::new();
    for id in ids {
        let one = alone(ctx, tx, site, *id).await?;
        let mut others = Vec::new();
        for other in affiliates::rewards::beside(tx, &one.order).await? {
            others.push(alone(ctx, tx, site, other).await?);
        }
        for other in upgrades::beside(tx, &one.order, &one.came).await? {
            others.push(alone(ctx, tx, site, other).await?);
        }
        if one.order.purpose == Purpose::Own {
            for other in orders::siblings(tx, &one.order).await? {
                others.push(alone(ctx, tx, site, other).await?);
            }
        }
        done.push(one);
        done.extend(others);
    }
    for one in &done {
        receipts::issue(ctx, tx, site, one.order.id).await?;
    }
    for one in done {
        if let Some(payment) = one.newly_paying {
            telling::paid(ctx, tx, site, one.order.id, &payment).await?;
        }
    }
    Ok(())
}

/// An order as it was before it was worked out, its payments, and which of them did not pay it before.
struct Worked {
    order: Order,
    came: Vec<Payment>,
    newly_paying: Option<Payment>,
}

/// Works out from all payments of an order how it stands, and makes its status, the ledger and what is open say so.
async fn alone(ctx: &Context, tx: &mut Tx, site: &Site, id: OrderId) -> Result<Worked> {
    let order = orders::lock(tx, id).await?.ok_or(AppError::Internal)?;
    let came = payments::of_order(tx, id).await?;
    let elsewhere = paid_elsewhere(tx, &order, &came).await?;
    let stands = standing(&came, elsewhere);
    let mut newly_paying = None;
    for (n, payment) in came.iter().enumerate() {
        if payment.surplus == (stands.paying == Some(n)) {
            payments::set_use(tx, payment.id, stands.paying != Some(n)).await?;
            newly_paying = newly_paying.or((stands.paying == Some(n)).then_some(payment));
        }
        if stands.paying != Some(n) || payment.needless {
            refunds::give_back(ctx, tx, site, &order, payment, PAID_TWICE).await?;
        }
    }
    let first = came.iter().map(|payment| payment.paid_at).min();
    if let (Some(status), Some(paid_at)) = (status(&came), first) {
        orders::set_paid(tx, id, status, paid_at).await?;
        offers::use_of(tx, &order, ctx.now()).await?;
    }
    let paying = stands.paying.and_then(|n| came.get(n));
    let reward = affiliates::rewards::earned(tx, &order, &came, paying, ctx.now()).await?;
    book(ctx, tx, site, &order, &came, (elsewhere, reward)).await?;
    open(ctx, tx, site, &order, &came, &stands).await?;
    if stands.covered {
        activity::record_as(ctx, tx, site, order.member, Deed::Purchase, "order", id.0).await?;
    }
    let newly_paying = newly_paying.cloned();
    Ok(Worked { order, came, newly_paying })
}

/// Whether another order of the buyer pays for the same article, or all of the same bundle, already: the one whose money came
/// first.
async fn paid_elsewhere(tx: &mut Tx, order: &Order, came: &[Payment]) -> Result<bool> {
    if order.purpose != Purpose::Own {
        return Ok(false);
    }
    let first_left = |payments: &[Payment]| payments.iter().filter(|payment| !payment.is_gone()).map(|payment| payment.paid_at).min();
    let Some(own) = first_left(came) else { return Ok(false) };
    for other in orders::siblings(tx, order).await? {
        if let Some(theirs) = first_left(&payments::of_order(tx, other).await?)
            && (theirs, other) < (own, order.id)
            && bundles::covers(tx, other, order).await?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// One transfer more, when the ledger does not say what it should.
async fn book(
    ctx: &Context,
    tx: &mut Tx,
    site: &Site,
    order: &Order,
    came: &[Payment],
    (elsewhere, reward): (bool, Option<Reward>),
) -> Result<()> {
    let tax = taxes::held(tx, order.id).await?.map_or(0, |tax| tax.minor);
    let promised = match order.item {
        Item::Bundle(_) => Promised::Parts(contents::parts(tx, order.id).await?),
        _ => Promised::Whole(shares::store::promised(tx, order.id).await?),
    };
    let wanted = books::wanted(order, came, elsewhere, tax, &promised, reward);
    let entries = books::difference(order, &wanted, &ledger::balances(tx, order).await?);
    if entries.is_empty() {
        return Ok(());
    }
    let number = order.booked + 1;
    ledger::book(ctx, tx, site, &format!("order:{}:{number}", order.id), &order.title, &entries).await?;
    Ok(orders::set_booked(tx, order.id, number).await?)
}

/// When all that is left of the money was taken back by its buyer. What is taken back is one payment: who pays the order once
/// more has it again, also while a provider is slow, or refuses for now, to give the first one back.
async fn taken_back(tx: &mut Tx, came: &[Payment]) -> Result<Option<Timestamp>> {
    let mut last = None;
    for payment in came.iter().filter(|payment| !payment.is_gone()) {
        match requests::ended_at(tx, payment.id).await? {
            Some(at) => last = last.max(Some(at)),
            None => return Ok(None),
        }
    }
    Ok(last)
}

/// Access follows the money.
async fn open(ctx: &Context, tx: &mut Tx, site: &Site, order: &Order, came: &[Payment], stands: &Standing) -> Result<()> {
    let paying = stands.paying.and_then(|n| came.get(n));
    let taken_back = taken_back(tx, came).await?;
    if order.team.is_some() {
        let Some(payment) = paying else { return Ok(()) };
        let gone_at = if stands.covered { taken_back } else { stands.gone_at };
        return teams::standing::stand(ctx, tx, order.id, payment.paid_at, gone_at).await;
    }
    // What was bought may have become time of another tier since.
    let cause = membership::switching::goes_on_as(tx, &order.cause()).await?;
    if order.is_gift() {
        let void_at = if stands.covered { taken_back } else { stands.gone_at };
        gifts::stand(ctx, tx, site, order, (stands.covered, void_at)).await?;
    }
    if let Item::Bundle(_) = order.item {
        let opened_to = match paying.filter(|_| stands.covered) {
            Some(payment) => opened_to(tx, order, payment).await?,
            None => None,
        };
        return bundles::open(ctx, tx, order, opened_to, if stands.covered { taken_back } else { stands.gone_at }).await;
    }
    if !stands.covered {
        return match stands.gone_at {
            Some(at) => membership::service::take_back(ctx, tx, &cause, at).await,
            None => Ok(()),
        };
    }
    let bearing = upgrades::bearing(tx, order, paying, taken_back.is_some()).await?;
    if bearing.lacks {
        if let Some(payment) = paying {
            refunds::give_back(ctx, tx, site, order, payment, TERM_GONE).await?;
        }
        return membership::service::take_back(ctx, tx, &cause, ctx.now()).await;
    }
    if cause != order.cause() {
        return match taken_back {
            Some(at) => membership::service::take_back(ctx, tx, &cause, at).await,
            None => membership::switching::give_back(ctx, tx, &cause).await,
        };
    }
    let Some(payment) = paying else { return Ok(()) };
    let Some((member, given_at)) = opened_to(tx, order, payment).await? else { return Ok(()) };
    let (what, length, grace_days) = match order.item {
        Item::Post(post) => (What::Post(post), Length::Fixed(given_at, None), 0),
        Item::Tier(tier, cadence) => {
            let length = payment.term.map_or(Length::Of(cadence), |(from, until)| Length::Fixed(from, Some(until)));
            (What::Tier(tier), length, membership::service::grace_days(tx, tier).await?)
        }
        // A bundle was opened above, and a tip opens nothing.
        Item::Bundle(_) | Item::Author(_) => return Ok(()),
    };
    let grant = Grant { member, what, given_at, length, grace_days, cause: &cause };
    membership::service::give(ctx, tx, &grant).await?;
    match bearing.replaced_at.into_iter().chain(taken_back).min() {
        Some(at) => membership::service::take_back(ctx, tx, &cause, at).await,
        None => Ok(()),
    }
}

/// Whom an order that this payment pays is open to, and from when on.
async fn opened_to(tx: &mut Tx, order: &Order, paying: &Payment) -> Result<Option<(MemberId, Timestamp)>> {
    Ok(match order.purpose {
        Purpose::Own => Some((order.member, paying.paid_at)),
        Purpose::Gift => gifts::opened_to(tx, order.id).await?,
        Purpose::Tip | Purpose::Team => None,
    })
}
