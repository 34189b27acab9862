//! What an event of a provider does. One transaction an event; the same event again does nothing.

use crate::foundation::error::Result;
use crate::foundation::id::PostId;
use crate::foundation::money::Money;
use crate::foundation::site::Site;
use crate::foundation::time::Timestamp;
use crate::members::activity::{self, Deed};
use crate::membership;
use crate::payments::ledger::{self, Account, Entry};
use crate::payments::model::{Item, Order, OrderStatus};
use crate::payments::providers::{Event, EventKind};
use crate::payments::store;
use crate::posts::counters;
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::settings::service::require_site;

/// What came of an event; the same answer however often it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Processed,
    /// It does not fit what we know; nothing was done. The reason is for the provider's log.
    Refused(String),
}

/// How outcomes are written down.
const PROCESSED: &str = "processed";
const REFUSED: &str = "refused: ";

/// Applies a verified event, whole or not at all.
pub async fn settle(ctx: &Context, event: &Event) -> Result<Outcome> {
    let site = require_site(ctx).await?;
    let mut tx = ctx.db().begin().await?;
    if !store::insert_event(&mut tx, event, ctx.now()).await? {
        let before = store::outcome(&mut tx, event).await?;
        return Ok(before.strip_prefix(REFUSED).map_or(Outcome::Processed, |reason| Outcome::Refused(reason.to_owned())));
    }
    let refused = apply(ctx, &mut tx, &site, event).await?.err();
    let written = refused.map_or_else(|| PROCESSED.to_owned(), |reason| format!("{REFUSED}{reason}"));
    store::set_outcome(&mut tx, event, &written).await?;
    tx.commit().await?;
    if let Some(reason) = refused {
        tracing::warn!(event = event.id, kind = event.kind_name, reason, "a provider's event was refused");
    }
    Ok(refused.map_or(Outcome::Processed, |reason| Outcome::Refused(reason.to_owned())))
}

/// Why an event is refused.
type Refusal = &'static str;

/// Refuses before it changes anything.
async fn apply(ctx: &Context, tx: &mut Tx, site: &Site, event: &Event) -> Result<Result<(), Refusal>> {
    if event.kind == EventKind::Other {
        return Ok(Ok(()));
    }
    let Some(order) = store::lock(tx, &event.order).await? else { return Ok(Err("unknown order")) };
    if let Err(refusal) = fits(event, &order) {
        return Ok(Err(refusal));
    }
    match event.kind {
        EventKind::Pending => store::set_status(tx, order.id, true, None).await?,
        EventKind::Declined => store::set_status(tx, order.id, false, Some(ctx.now())).await?,
        EventKind::Succeeded => return receive(ctx, tx, site, event, &order).await,
        EventKind::Other => (),
    }
    Ok(Ok(()))
}

/// Whether the event speaks of the checkout, the amount and the currency that were agreed.
fn fits(event: &Event, order: &Order) -> Result<(), Refusal> {
    match &order.checkout {
        Some((provider, checkout)) if *provider == event.provider && *checkout == event.checkout => (),
        _ => return Err("the checkout is not the order's"),
    }
    if event.currency != order.price.currency.code() {
        return Err("wrong currency");
    }
    if event.minor != order.price.minor {
        return Err("wrong amount");
    }
    Ok(())
}

async fn receive(ctx: &Context, tx: &mut Tx, site: &Site, event: &Event, order: &Order) -> Result<Result<(), Refusal>> {
    let owned = order.status != OrderStatus::Paid && owned(tx, order).await?;
    let surplus = owned || order.status == OrderStatus::Paid;
    let Some(payment) = store::insert_payment(tx, order.id, event, surplus, ctx.now()).await? else {
        // The same payment, told in another event: known, unless it is said to be for another order now.
        let same = store::order_of_payment(tx, event).await? == Some(order.id);
        return Ok(if same { Ok(()) } else { Err("the payment is for another order") });
    };
    let (earned, post) = match order.item {
        _ if surplus => (Account::Surplus, None),
        Item::Tier(..) => (Account::Fees, None),
        Item::Post(post) => (Account::Sales, Some(post)),
    };
    let entries = transfer(event, order, earned, post);
    ledger::book(ctx, tx, site, &format!("payment:{payment}"), &entries).await?;
    if owned {
        // Nobody pays it once more, and nothing is opened by it.
        store::set_paid(tx, order.id, ctx.now(), None).await?;
    } else if !surplus {
        let until = open(ctx, tx, order).await?;
        store::set_paid(tx, order.id, ctx.now(), until).await?;
        activity::record_as(ctx, tx, site, order.member, Deed::Purchase, "order", order.id.0).await?;
    }
    Ok(Ok(()))
}

/// Whether another order opened the article for good meanwhile: then this payment is owed back.
async fn owned(tx: &mut Tx, order: &Order) -> Result<bool> {
    let Item::Post(post) = order.item else { return Ok(false) };
    // Two orders that are paid at once take turns here.
    counters::hold(tx, post).await?;
    membership::service::has_post(tx, order.member, post).await
}

fn transfer(event: &Event, order: &Order, to: Account, post: Option<PostId>) -> [Entry; 2] {
    let Money { minor, currency } = order.price;
    let entry = |account, minor| Entry { account, amount: Money::new(minor, currency), member: Some(order.member), post };
    [entry(Account::Provider(event.provider), minor), entry(to, -minor)]
}

/// Opens what was bought; says until when.
async fn open(ctx: &Context, tx: &mut Tx, order: &Order) -> Result<Option<Timestamp>> {
    match order.item {
        Item::Tier(tier, cadence) => {
            let until = membership::service::grant_term(ctx, tx, order.member, tier, cadence, &order.cause()).await?;
            Ok(Some(until))
        }
        Item::Post(post) => {
            membership::service::grant_post(ctx, tx, order.member, post, &order.cause()).await?;
            Ok(None)
        }
    }
}
