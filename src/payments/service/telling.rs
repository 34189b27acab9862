//! Who is written to about what a provider told, or an admin decided. Called in the transaction that takes note of it, where
//! it is new.

use super::{plans, tips};
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::foundation::id::{MemberId, OrderId, PaymentId};
use crate::foundation::locale::Locale;
use crate::foundation::money::{Currency, Money};
use crate::foundation::site::Site;
use crate::foundation::time::Timestamp;
use crate::mail::{self, To};
use crate::members::correspondence::{reader, write_to, write_to_admins};
use crate::membership::wording::per;
use crate::payments::letters::{self, Charge, Credited, Paid, Stated, Withdrawn};
use crate::payments::model::{Order, OrderStatus, Payment};
use crate::payments::requests::{Kind, Request};
use crate::payments::rules::Promise;
use crate::payments::seller::Particulars;
use crate::payments::store::payments::DueRefund;
use crate::payments::store::subscriptions::{self, SubscriptionRow};
use crate::payments::store::{orders, promises, receipts};
use crate::payments::tax::share_back;
use crate::payments::wording::{
    buyer_lines, item_name, offer_said, provider_name, rule_said, seller_lines, tax_name, waiver_said, who_gets,
};
use crate::providers::Provider;
use crate::providers::facts::{AgreementState, RefundFact};
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::settings::service::site;
use crate::t;

/// What a receipt or a credit note states to a reader; `tax`: in its amount. Whom it names was typed by a person, so that only
/// a reader who is known hears it by letter.
fn stated(particulars: &Particulars, tax: Money, site: &Site, to: &To) -> Stated {
    let Particulars { seller, buyer, tax: taxed } = particulars;
    let line = |lines: Vec<String>| lines.join(t!(to.locale, "，", ", "));
    Stated {
        tax: taxed.map(|taxed| (tax.format(to.locale), tax_name(taxed, to.locale))),
        seller: line(seller_lines(seller, site, to.locale)),
        buyer: buyer.as_ref().filter(|_| to.name.is_some()).map(|buyer| line(buyer_lines(buyer, to.locale))),
        note: seller.note.clone(),
    }
}

/// A payment pays an order: its receipt, and a copy for the admins who want one.
pub async fn paid(ctx: &Context, tx: &mut Tx, site: &Site, order: OrderId, payment: &Payment) -> Result<()> {
    let Some(order) = orders::lock(tx, order).await? else { return Ok(()) };
    let about = format!("payment:{}", payment.id);
    // Without one it turned out to be one too many before the transaction was done.
    let Some(number) = receipts::of_payment(tx, payment.id).await?.map(|number| number.to_string()) else { return Ok(()) };
    if let Some(to) = reader(tx, site, order.member).await? {
        let particulars = receipts::particulars_now(tx, payment.id).await?;
        let goes = tips::goes_by_letter(tx, &order).await?;
        let next = next_charge(ctx, tx, &order, payment).await?;
        let promised = promises::of_order_now(tx, order.id).await?;
        let locale = to.locale;
        let when = |at: Timestamp| format::date_time(at, &site.time_zone, locale);
        let paid = Paid {
            number,
            item: item_name(&order, locale),
            amount: payment.amount.format(locale),
            stated: stated(&particulars, Money::new(particulars.included(), payment.amount.currency), site, &to),
            at: when(payment.paid_at),
            through: provider_name(payment.provider, locale),
            until: order.opens_until.map(when),
            offer: offer_said(&order, locale),
            next: next.map(|(price, at)| (price.format(locale), format::date(at, &site.time_zone, locale))),
            renews: order.renewing,
            promised: promised.map(|promise| promise_said(promise, when, locale)).unwrap_or_default(),
            purpose: order.purpose,
            goes: goes.and_then(|goes| who_gets(goes, locale)),
            path: match order.team {
                Some(team) => team.path(),
                None if order.is_gift() => order.gift_path(),
                None => order.path(),
            },
        };
        mail::post(ctx, tx, site, &to, &letters::receipt(&about, &paid, locale)).await?;
    }
    write_to_admins(ctx, tx, site, &letters::SALES, |locale| {
        let (item, amount) = (item_name(&order, locale), payment.amount.format(locale));
        letters::sale(&about, &item, &amount, provider_name(payment.provider, locale), order.id.0, locale)
    })
    .await
}

/// What was promised of taking something back, and what its buyer confirmed.
fn promise_said(promise: Promise, when: impl Fn(Timestamp) -> String, locale: Locale) -> Vec<String> {
    let waived = promise.waived_at.map(|at| waiver_said(&when(at), locale));
    [Some(rule_said(promise.rule, locale)), waived].into_iter().flatten().collect()
}

/// What is charged next under the agreement that a payment paid a term of, and when; `None` where it is not known, or nothing is.
async fn next_charge(ctx: &Context, tx: &mut Tx, order: &Order, payment: &Payment) -> Result<Option<(Money, Timestamp)>> {
    let (Some(id), Some((_, at))) = (order.subscription.filter(|_| order.renewing), payment.term) else { return Ok(None) };
    let Some(one) = subscriptions::by_id(tx, id).await?.and_then(plans::read) else { return Ok(None) };
    if !one.goes_on() || one.state == AgreementState::Ended || at <= ctx.now() {
        return Ok(None);
    }
    let (_, price) = plans::charge_at(tx, &one, at).await?;
    Ok(Some((price, at)))
}

/// A refund that went through.
pub struct GoneBack {
    pub order: OrderId,
    pub payment: PaymentId,
    pub refund: i64,
    pub minor: i64,
}

/// It is told with its credit note, where it has one: what never paid for anything has none.
pub async fn given_back(ctx: &Context, tx: &mut Tx, site: &Site, gone_back: GoneBack) -> Result<()> {
    let GoneBack { order, payment, refund, minor } = gone_back;
    let Some(order) = orders::lock(tx, order).await? else { return Ok(()) };
    let Some(to) = reader(tx, site, order.member).await? else { return Ok(()) };
    let money = |minor: i64| Money::new(minor, order.price.currency);
    let note = receipts::credits_now(tx, order.id).await?.into_iter().find(|credit| credit.refund == refund);
    let credited = match note {
        None => None,
        Some(note) => {
            let particulars = receipts::particulars_now(tx, payment).await?;
            let tax = share_back(particulars.included(), (note.before, note.gone()), order.price.minor);
            Some(Credited {
                number: note.number.to_string(),
                receipt: receipts::of_payment(tx, payment).await?.map(|number| number.to_string()).unwrap_or_default(),
                stated: stated(&particulars, money(tax), site, &to),
            })
        }
    };
    let (item, amount) = (item_name(&order, to.locale), money(minor).format(to.locale));
    let closed = orders::ended_at_now(tx, order.id).await?.is_some();
    let letter = letters::refunded(&format!("refund:{refund}"), (&item, &amount), closed, credited.as_ref(), &order.path(), to.locale);
    mail::post(ctx, tx, site, &to, &letter).await
}

/// An admin refused what a buyer wanted to take back.
pub async fn refused(ctx: &Context, tx: &mut Tx, site: &Site, order: &Order, request: &Request, answer: &str) -> Result<()> {
    let about = format!("request:{}", request.id);
    write_to(ctx, tx, site, order.member, |locale| {
        letters::refused(&about, request.kind, (&item_name(order, locale), &order.short()), answer, &order.path(), locale)
    })
    .await
}

/// The 发票 of an order is issued: its number and day. It goes to the address that was given for it; the letter goes to the
/// buyer's own, as all letters do.
pub async fn fapiao_issued(ctx: &Context, tx: &mut Tx, site: &Site, order: &Order, (number, day): (&str, &str)) -> Result<()> {
    let about = format!("fapiao:{}", order.id);
    write_to(ctx, tx, site, order.member, |locale| {
        let day = format::stored_day(day, locale);
        letters::fapiao(&about, (&item_name(order, locale), &order.short()), (number, &day), &order.fapiao_path(), locale)
    })
    .await
}

/// It is refused. Asked for once more, it may be refused once more.
pub async fn fapiao_refused(ctx: &Context, tx: &mut Tx, site: &Site, order: &Order, requested_at: Timestamp, answer: &str) -> Result<()> {
    let about = format!("fapiao:{}:{}", order.id, requested_at.0);
    let again = order.status == OrderStatus::Paid;
    write_to(ctx, tx, site, order.member, |locale| {
        letters::no_fapiao(&about, (&item_name(order, locale), &order.short()), (answer, again), &order.fapiao_path(), locale)
    })
    .await
}

/// Somebody asks for the 发票 of an order, at this time: what is changed while it waits is the same request.
pub async fn fapiao_asked(ctx: &Context, tx: &mut Tx, site: &Site, order: &Order, requested_at: Timestamp) -> Result<()> {
    let about = format!("fapiao:{}:{}", order.id, requested_at.0);
    write_to_admins(ctx, tx, site, &letters::REQUESTS, |locale| {
        letters::fapiao_asked(&about, (&item_name(order, locale), &order.short()), order.id.0, locale)
    })
    .await
}

/// A declaration on the public page.
pub struct Withdrawal<'a> {
    pub reference: &'a str,
    /// As typed.
    pub declarant: &'a str,
    /// What goes back by the rule.
    pub gives: Option<Money>,
    /// It came by hand, so an admin gives it back by hand.
    pub by_hand: bool,
}

/// The buyer's contract is withdrawn from: the proof that this was received. Whoever declared it typed their name, so that only
/// a reader who is known hears it by letter.
pub async fn withdrawn(ctx: &Context, tx: &mut Tx, site: &Site, order: &Order, withdrawal: &Withdrawal<'_>) -> Result<()> {
    let Withdrawal { reference, declarant, gives, by_hand } = *withdrawal;
    let Some(to) = reader(tx, site, order.member).await? else { return Ok(()) };
    let locale = to.locale;
    let amount = gives.map(|gives| gives.format(locale));
    let withdrawn = Withdrawn {
        declarant: to.name.as_ref().map(|_| declarant),
        item: &item_name(order, locale),
        number: &order.short(),
        at: &format::date_time(ctx.now(), &site.time_zone, locale),
        gives: amount.as_deref().map(|amount| (amount, by_hand)),
        path: &format!("/withdraw/{reference}"),
    };
    mail::post(ctx, tx, site, &to, &letters::withdrawn(&format!("withdrawal:{reference}"), &withdrawn, locale)).await
}

/// What a buyer takes back does not go back by itself. `gives`: what the rule gives, which came by hand; `None`: nothing.
pub async fn waits_for_admin(
    ctx: &Context,
    tx: &mut Tx,
    site: &Site,
    order: &Order,
    (request, kind): (i64, Kind),
    gives: Option<Money>,
) -> Result<()> {
    let about = format!("request:{request}");
    write_to_admins(ctx, tx, site, &letters::REQUESTS, |locale| {
        let amount = gives.map(|gives| gives.format(locale));
        letters::request(&about, kind, (&item_name(order, locale), &order.short()), amount.as_deref(), request, locale)
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
        // PayPal knows no way back from a cancelled agreement.
        let comes_back = will_end && subscription.provider != Provider::Paypal;
        letters::cancelled(&about, &tier, day.as_deref(), (still_open, comes_back), locale)
    })
    .await
}

/// A trial begins: until when, and what is charged then. Nothing of an agreement that is one too many, or is not charged.
pub async fn trial(ctx: &Context, tx: &mut Tx, site: &Site, before: Option<&SubscriptionRow>, now: &SubscriptionRow) -> Result<()> {
    let was = before.and_then(|before| subscriptions::parse_state(&before.state));
    let is = subscriptions::parse_state(&now.state);
    let begins =
        matches!(was, None | Some(AgreementState::Waiting)) && matches!(is, Some(AgreementState::Trialing | AgreementState::Active));
    let Some(until) = now.trial_until.map(Timestamp).filter(|until| begins && !now.ends_with_term && *until > ctx.now()) else {
        return Ok(());
    };
    if subscriptions::is_surplus(tx, now.id).await? {
        return Ok(());
    }
    let tier = subscriptions::tier_name(tx, now.id).await?;
    let Some(one) = plans::read(now.clone()) else { return Ok(()) };
    let (_, first) = plans::charge_at(tx, &one, until).await?;
    let about = format!("agreement:{}", one.id);
    write_to(ctx, tx, site, one.member, |locale| {
        let (price, day) = (first.format(locale), format::date(until, &site.time_zone, locale));
        let after = format!("{} {}", one.price.format(locale), per(one.every, locale));
        let charge = Charge { tier: &tier, price: &price, day: &day, method: one.method.as_deref() };
        letters::trial(&about, &charge, (&after, one.by_offer.is_some()), locale)
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

/// What is left of a payment that pays for nothing came by hand, and goes back by hand.
pub async fn owed_by_hand(ctx: &Context, tx: &mut Tx, site: &Site, order: &Order, payment: PaymentId, left: Money) -> Result<()> {
    let about = format!("owed-by-hand:{payment}");
    write_to_admins(ctx, tx, site, &letters::TROUBLES, |locale| {
        letters::owed_by_hand(&about, provider_name(Provider::Offline, locale), &left.format(locale), order.id.0, locale)
    })
    .await
}

/// A refund of ours does not get through.
pub async fn waits(ctx: &Context, tx: &mut Tx, provider: Provider, due: &DueRefund, why: &str) -> Result<()> {
    let (Some(site), Some(currency)) = (site(ctx).await?, Currency::parse(&due.currency)) else { return Ok(()) };
    let amount = Money::new(due.minor, currency);
    write_to_admins(ctx, tx, &site, &letters::TROUBLES, |locale| {
        let about = format!("refund-waits:{}", due.id);
        letters::waits(&about, provider_name(provider, locale), &amount.format(locale), why, due.order_id, locale)
    })
    .await
}

/// A refund has failed; `reopened`: a buyer's request was to become it, and waits again.
pub async fn not_given_back(
    ctx: &Context,
    tx: &mut Tx,
    site: &Site,
    (provider, order): (Provider, OrderId),
    (refund, amount): (i64, Money),
    (reopened, why): (bool, Option<&str>),
) -> Result<()> {
    let about = format!("refund-failed:{refund}");
    write_to_admins(ctx, tx, site, &letters::TROUBLES, |locale| {
        let amount = amount.format(locale);
        letters::not_given_back(&about, (provider_name(provider, locale), &amount), (order.0, reopened), why, locale)
    })
    .await
}

/// Something about payments wants an admin.
pub async fn trouble(ctx: &Context, tx: &mut Tx, provider: Provider, about: &str, reason: &str) -> Result<()> {
    let Some(site) = site(ctx).await? else { return Ok(()) };
    write_to_admins(ctx, tx, &site, &letters::TROUBLES, |locale| letters::trouble(about, provider_name(provider, locale), reason, locale))
        .await
}
