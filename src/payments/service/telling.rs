//! Who is written to about what a provider told. Called in the transaction that takes note of it, where it is new.

use super::plans;
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::foundation::id::{MemberId, OrderId};
use crate::foundation::money::Money;
use crate::foundation::site::Site;
use crate::foundation::time::Timestamp;
use crate::members::correspondence::{write_to, write_to_admins};
use crate::payments::letters::{self, Paid};
use crate::payments::model::{Order, Payment};
use crate::payments::store::subscriptions::{self, SubscriptionRow};
use crate::payments::store::{orders, receipts};
use crate::payments::wording::{item_name, provider_name};
use crate::providers::Provider;
use crate::providers::facts::{AgreementState, RefundFact};
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::settings::service::site;

/// A payment pays an order: its receipt, and a copy for the admins who want one.
pub async fn paid(ctx: &Context, tx: &mut Tx, site: &Site, order: OrderId, payment: &Payment) -> Result<()> {
    let Some(order) = orders::lock(tx, order).await? else { return Ok(()) };
    let about = format!("payment:{}", payment.id);
    let number = receipts::of_payment(tx, payment.id).await?.map(|number| number.to_string()).unwrap_or_default();
    write_to(ctx, tx, site, order.member, |locale| {
        let when = |at: Timestamp| format::date_time(at, &site.time_zone, locale);
        let paid = Paid {
            number: number.clone(),
            item: item_name(&order, locale),
            amount: payment.amount.format(locale),
            at: when(payment.paid_at),
            through: provider_name(payment.provider, locale),
            until: order.opens_until.map(when),
            renews: order.renewing,
            purpose: order.purpose,
            path: match order.team {
                Some(team) => team.path(),
                None if order.is_gift() => order.gift_path(),
                None => order.path(),
            },
        };
        letters::receipt(&about, &paid, locale)
    })
    .await?;
    write_to_admins(ctx, tx, site, &letters::SALES, |locale| {
        let (item, amount) = (item_name(&order, locale), payment.amount.format(locale));
        letters::sale(&about, &item, &amount, provider_name(payment.provider, locale), order.id.0, locale)
    })
    .await
}

/// A refund went through.
pub async fn given_back(ctx: &Context, tx: &mut Tx, site: &Site, order: OrderId, refund: i64, minor: i64) -> Result<()> {
    let Some(order) = orders::lock(tx, order).await? else { return Ok(()) };
    let about = format!("refund:{refund}");
    write_to(ctx, tx, site, order.member, |locale| {
        let amount = Money::new(minor, order.price.currency).format(locale);
        letters::refunded(&about, &item_name(&order, locale), &amount, &order.path(), locale)
    })
    .await
}

/// The buyer's contract is withdrawn from: the proof that this was received. `gives`: what goes back by the rule.
pub async fn withdrawn(ctx: &Context, tx: &mut Tx, site: &Site, order: &Order, reference: &str, gives: Option<Money>) -> Result<()> {
    let about = format!("withdrawal:{reference}");
    write_to(ctx, tx, site, order.member, |locale| {
        let at = format::date_time(ctx.now(), &site.time_zone, locale);
        let amount = gives.map(|gives| gives.format(locale));
        letters::withdrawn(
            &about,
            (&item_name(order, locale), &order.short()),
            (&at, amount.as_deref()),
            &format!("/withdraw/{reference}"),
            locale,
        )
    })
    .await
}

/// An agreement stands otherwise than before.
pub async fn agreement(ctx: &Context, tx: &mut Tx, site: &Site, before: Option<&SubscriptionRow>, now: &SubscriptionRow) -> Result<()> {
    let Some(before) = before else { return Ok(()) };
    let (was, is) = (subscriptions::parse_state(&before.state), subscriptions::parse_state(&now.state));
    let began = !matches!(was, None | Some(AgreementState::Waiting | AgreementState::Ended));
    let ended = is == Some(AgreementState::Ended);
    let failed = is == Some(AgreementState::PastDue) && was != is;
    let will_end = now.ends_with_term && !before.ends_with_term && !ended;
    if !began || !(ended || failed || will_end) || subscriptions::is_surplus(tx, now.id).await? {
        return Ok(());
    }
    let tier = subscriptions::tier_name(tx, now.id).await?;
    let Some(subscription) = plans::read(now.clone()) else { return Ok(()) };
    let about = format!("agreement:{}:{}", now.id, ctx.token());
    write_to(ctx, tx, site, MemberId(now.member_id), |locale| {
        let end = subscription.end();
        let day = end.map(|at| format::date(at, &site.time_zone, locale));
        if failed {
            let price = subscription.price.format(locale);
            return letters::failed(&about, &tier, &price, subscription.method.as_deref(), locale);
        }
        let still_open = end.is_some_and(|end| end > ctx.now());
        letters::cancelled(&about, &tier, day.as_deref(), still_open, locale)
    })
    .await
}

/// A refund waits for an admin at its provider.
pub async fn stuck(ctx: &Context, tx: &mut Tx, site: &Site, provider: Provider, order: OrderId, fact: &RefundFact) -> Result<()> {
    let about = format!("refund-stuck:{}:{}", provider.as_str(), fact.refund);
    write_to_admins(ctx, tx, site, &letters::TROUBLES, |locale| {
        letters::stuck(&about, provider_name(provider, locale), &fact.amount.format(locale), order.0, locale)
    })
    .await
}

/// Something about payments wants an admin.
pub async fn trouble(ctx: &Context, tx: &mut Tx, provider: Provider, about: &str, reason: &str) -> Result<()> {
    let Some(site) = site(ctx).await? else { return Ok(()) };
    write_to_admins(ctx, tx, &site, &letters::TROUBLES, |locale| letters::trouble(about, provider_name(provider, locale), reason, locale))
        .await
}
