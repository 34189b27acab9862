//! Giving money back: an admin asks, the provider does it, and says so now or later.

use super::asking;
use super::connections;
use super::plans;
use super::settle::{Outcome, settle};
use super::telling;
use super::working_out::work_out;
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::{OrderId, PaymentId};
use crate::foundation::locale::Locale;
use crate::foundation::money::{Currency, Money};
use crate::foundation::site::Site;
use crate::foundation::text;
use crate::foundation::time::{DAY, HOUR, MINUTE, Timestamp, doubled};
use crate::foundation::viewer::Viewer;
use crate::payments::model::{Order, Payment};
use crate::payments::store::notifications::WAITS;
use crate::payments::store::payments::{DueRefund, NewRefund};
use crate::payments::store::{notifications, orders, payments, requests, subscriptions};
use crate::providers::{self, Failure, Provider};
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::settings::service::require_site;
use crate::words;

/// How often a provider may refuse what follows by itself before it is given up: an empty account fills up.
const MOST_REFUSALS: i64 = 20;

/// An admin is told of what did not get through so often in a row, which takes three days and more.
const TOLD_AFTER: i64 = 13;

/// What an admin wants to give back.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    pub payment: PaymentId,
    /// As typed; empty: all that is left.
    pub amount: &'a str,
    pub reason: &'a str,
    /// Where the payment is the running term of an agreement, that ends as well.
    pub ends_agreement: bool,
}

/// What giving money back would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    pub amount: Money,
    pub provider: Provider,
    /// Nothing of the order's payment is left then, so what it opened is closed.
    pub closes: bool,
    /// It is the running term of an agreement that is charged on unless it is ended.
    pub renews: bool,
}

/// What is meant by what an admin typed, with the payment and the reason.
fn read<'a>(came: &'a [Payment], wanted: &Wanted<'_>) -> Result<(&'a Payment, Money, String)> {
    let reason = text::optional_line(wanted.reason, 200).map_err(|words| AppError::field("reason", words))?.unwrap_or_default();
    let payment = came.iter().find(|known| known.id == wanted.payment).ok_or(AppError::NotFound)?;
    let left = Money::new(payment.refundable(), payment.amount.currency);
    let amount = match wanted.amount.trim() {
        "" => left,
        typed => Money::parse(typed, left.currency).map_err(|words| AppError::field("amount", words))?,
    };
    check_part(amount, left)?;
    Ok((payment, amount, reason))
}

/// What a refund would do, for its admin to agree to. 422 for more than is left; admins only.
pub async fn plan(ctx: &Context, viewer: &Viewer, order: &Order, wanted: &Wanted<'_>) -> Result<Planned> {
    viewer.require_admin()?;
    let came = payments::shown(ctx.db(), order.id).await?;
    let (payment, amount, _) = read(&came, wanted)?;
    let stands = match order.subscription.filter(|_| plans::is_running_term(order, payment, ctx.now())) {
        Some(agreement) => subscriptions::standing(ctx.db(), agreement).await?.is_some(),
        None => false,
    };
    let closes = !payment.surplus && amount.minor == payment.refundable();
    Ok(Planned { amount, provider: payment.provider, closes, renews: stands })
}

/// Asks for a refund of a payment, whole or in part. It is written down first, so that a provider that does not answer
/// now is asked again. 422 for more than is left; admins only.
pub async fn refund(ctx: &Context, viewer: &Viewer, order: &Order, wanted: &Wanted<'_>) -> Result<()> {
    let admin = viewer.require_admin()?.id;
    let mut tx = ctx.db().begin().await?;
    orders::lock(&mut tx, order.id).await?.ok_or(AppError::NotFound)?;
    let came = payments::of_order(&mut tx, order.id).await?;
    let (payment, amount, reason) = read(&came, wanted)?;
    let reference = ctx.random_hex::<16>();
    let ends_agreement = wanted.ends_agreement && plans::is_running_term(order, payment, ctx.now());
    // At once, if the provider can be reached; the clock asks again if not.
    let look_at = ctx.now().plus(MINUTE);
    let new = NewRefund { reference: &reference, minor: amount.minor, reason: &reason, by: Some(admin), ends_agreement, look_at };
    payments::ask_refund(&mut tx, payment, &new, ctx.now()).await?;
    tx.commit().await?;
    follow(ctx, order, &reference, ends_agreement).await
}

/// Asks the providers for what is written down: the refund, and the end of the agreement where that ends with it. What they do
/// not do now, or not in time, is asked for again by the clock.
pub(super) async fn follow(ctx: &Context, order: &Order, reference: &str, ends_agreement: bool) -> Result<()> {
    let ends = order.subscription.filter(|_| ends_agreement);
    if let Some(agreement) = ends {
        // Should what follows be broken off before it comes to that.
        subscriptions::set_look(ctx.db(), agreement, ctx.now()).await?;
    }
    let asked = async {
        let asked = match payments::refund_asked(ctx.db(), reference).await? {
            Some(asked) => ask(ctx, &asked).await.map(drop),
            None => Ok(()),
        };
        if let Some(agreement) = ends {
            plans::end(ctx, agreement).await;
        }
        asked
    };
    asking::deed_in_time(ctx, Box::pin(asked)).await.unwrap_or(Ok(()))
}

/// What nobody has to decide: what is left of money that paid for nothing goes back as it came. What is under way is not asked
/// for again, nor is what failed, of which an admin was told. What came by hand, an admin is told to give back by hand.
pub async fn give_back(ctx: &Context, tx: &mut Tx, site: &Site, order: &Order, payment: &Payment, reason: &str) -> Result<()> {
    let left = payment.refundable();
    let tried = payment.refunds.iter().any(|refund| refund.by_itself && !refund.went_through());
    if left == 0 || tried {
        return Ok(());
    }
    if payment.provider == Provider::Offline {
        let left = Money::new(left, payment.amount.currency);
        return telling::owed_by_hand(ctx, tx, site, order, payment.id, left).await;
    }
    let reference = ctx.random_hex::<16>();
    let new = NewRefund { reference: &reference, minor: left, reason, by: None, ends_agreement: false, look_at: ctx.now() };
    Ok(payments::ask_refund(tx, payment, &new, ctx.now()).await?)
}

/// Asks the provider for a refund that is written down, or how it stands. False: it did not answer.
pub async fn ask(ctx: &Context, due: &DueRefund) -> Result<bool> {
    let (Some(provider), Some(currency)) = (Provider::parse(&due.provider), Currency::parse(&due.currency)) else {
        return Err(AppError::Internal);
    };
    let Some(reference) = due.reference.clone() else {
        // Made at the provider: it tells how it ends, or does not.
        payments::set_refund_look(ctx.db(), due.id, None).await?;
        return Ok(true);
    };
    let new = providers::NewRefund {
        reference,
        checkout: due.checkout.clone().unwrap_or_default(),
        payment: due.provider_payment.clone(),
        amount: Money::new(due.minor, currency),
        paid: Money::new(due.paid_minor, currency),
        reason: due.reason.clone(),
        notify_url: format!("{}/webhooks/{}", ctx.config().base_url, provider.as_str()),
    };
    let connection = connections::connection(ctx, provider).await?;
    let answer = if due.state == "asked" { connection.refund(&new).await } else { connection.look_refund(&new).await };
    match answer {
        Ok(facts) => match settle(ctx, provider, &facts).await? {
            Outcome::Quarantined(reason) => not_now(ctx, provider, due, false, &reason).await?,
            // The longer it takes, the seldomer it is asked about.
            Outcome::Done(_) | Outcome::Ignored => {
                let pause = (ctx.now().since(Timestamp(due.at)) / 24).clamp(HOUR, DAY);
                payments::set_refund_look(ctx.db(), due.id, Some(ctx.now().plus(pause))).await?;
            }
        },
        Err(failure) => {
            // Only what was never accepted has failed; one that is under way and cannot be looked at just now goes on.
            let refused = matches!(failure, Failure::Refused { .. }) && due.state == "asked";
            // What follows by itself is tried again: nobody would press the button.
            if refused && (due.asked_by.is_some() || due.refusals + 1 >= MOST_REFUSALS) {
                tracing::error!(order = due.order_id, %failure, "a refund was refused");
                give_up(ctx, provider, due, &failure.to_string()).await?;
            } else {
                tracing::warn!(order = due.order_id, %failure, "a refund could not be asked for; it is tried again");
                not_now(ctx, provider, due, refused, &failure.to_string()).await?;
            }
            return Ok(!failure.is_away());
        }
    }
    Ok(true)
}

/// It did not get through: it is tried again, later each time, for as long as it takes. An admin is told once.
pub(super) async fn not_now(ctx: &Context, provider: Provider, due: &DueRefund, refused: bool, why: &str) -> Result<()> {
    let next = ctx.now().plus(doubled(MINUTE, due.looks, DAY));
    let mut tx = ctx.db().begin().await?;
    let waits = payments::set_refund_later(&mut tx, due.id, next, refused).await?;
    if let Some(reference) = due.reference.as_deref().filter(|_| waits && due.looks >= TOLD_AFTER) {
        let reason = format!("refund {reference} does not get through: {why}");
        if notifications::raise(&mut tx, provider, (WAITS, reference), &reason, OrderId(due.order_id), ctx.now()).await? {
            telling::waits(ctx, &mut tx, provider, due, why).await?;
        }
    }
    Ok(tx.commit().await?)
}

/// It was refused, and is not asked for again.
async fn give_up(ctx: &Context, provider: Provider, due: &DueRefund, why: &str) -> Result<()> {
    let (order, currency) = (OrderId(due.order_id), Currency::parse(&due.currency).ok_or(AppError::Internal)?);
    let site = require_site(ctx).await?;
    let mut tx = ctx.db().begin().await?;
    orders::hold_buyer(&mut tx, order).await?;
    orders::lock(&mut tx, order).await?;
    if payments::set_refund_failed(&mut tx, due.id).await? {
        if let Some(reference) = due.reference.as_deref() {
            notifications::lower(&mut tx, provider, (WAITS, reference)).await?;
        }
        let refund = (due.id, Money::new(due.minor, currency));
        has_failed(ctx, &mut tx, &site, (provider, order), refund, Some(why)).await?;
        work_out(ctx, &mut tx, &site, &[order]).await?;
    }
    Ok(tx.commit().await?)
}

/// A refund has failed: an admin is told, and a request that it was for waits again. Whoever calls it works the order out.
pub(super) async fn has_failed(
    ctx: &Context,
    tx: &mut Tx,
    site: &Site,
    of: (Provider, OrderId),
    refund: (i64, Money),
    why: Option<&str>,
) -> Result<()> {
    let reopened = requests::reopen(tx, refund.0).await?;
    telling::not_given_back(ctx, tx, site, of, refund, (reopened, why)).await
}

/// 422 under `amount` for nothing, and for more than is left.
pub(super) fn check_part(amount: Money, left: Money) -> Result<()> {
    if (1..=left.minor).contains(&amount.minor) {
        return Ok(());
    }
    let (zh, en) = (left.format(Locale::Zh), left.format(Locale::En));
    Err(AppError::field("amount", words!("最多还能退 {zh}。", "At most {en} can still be given back.")))
}

/// Asks how a refund stands, by the provider's number of it. One that was made at the provider cannot be asked about.
pub async fn look_again(ctx: &Context, provider: Provider, number: &str) -> Result<()> {
    ask_now(ctx, payments::refund_numbered(ctx.db(), provider, number).await?).await
}

/// Asks once more for a refund of ours that does not get through.
pub async fn ask_again(ctx: &Context, reference: &str) -> Result<()> {
    ask_now(ctx, payments::refund_asked(ctx.db(), reference).await?).await
}

async fn ask_now(ctx: &Context, due: Option<DueRefund>) -> Result<()> {
    let Some(due) = due else { return Ok(()) };
    if ask(ctx, &due).await? { Ok(()) } else { Err(AppError::Unavailable) }
}

/// Says that the money of an offline order came: what an admin sees on the bank statement. Twice changes nothing.
pub async fn confirm_offline(ctx: &Context, viewer: &Viewer, order: &Order) -> Result<()> {
    use crate::providers::facts::{Fact, PaymentFact};
    viewer.require_admin()?;
    let tries = crate::payments::store::checkouts::of_order(ctx.db(), order.id).await?;
    let Some(checkout) = tries.into_iter().find(|checkout| checkout.provider == Provider::Offline) else {
        return Err(AppError::Conflict(words!("买家没有选择线下付款。", "The buyer did not choose to pay offline.")));
    };
    let fact = PaymentFact {
        payment: checkout.reference.clone(),
        reference: Some(checkout.reference),
        amount: order.price,
        fee: Some(Money::new(0, order.price.currency)),
        paid_at: ctx.now(),
        term: None,
    };
    settle(ctx, Provider::Offline, &[Fact::Payment(fact)]).await?;
    Ok(())
}

/// An order with all that came for it, for an admin.
pub async fn for_admin(ctx: &Context, viewer: &Viewer, id: OrderId) -> Result<(Order, Vec<Payment>)> {
    viewer.require_admin()?;
    let order = orders::by_id(ctx.db(), id).await?.ok_or(AppError::NotFound)?;
    let came = payments::shown(ctx.db(), id).await?;
    Ok((order, came))
}
