//! Comparing a day with the provider's own book, and learning from it what it kept, and what was paid and given back without
//! our hearing of it. Every day is compared once it is over; an admin may do so at any time.

use super::super::checkout::look_again;
use super::super::connections;
use super::super::plans;
use super::super::settle::{note_fee, settle};
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::money::Money;
use crate::foundation::site::Site;
use crate::foundation::viewer::Viewer;
use crate::payments::reconciliation::{Finding, Ours, compare};
use crate::payments::store::desk::reconciliations;
pub use crate::payments::store::desk::reconciliations::ReconciliationRow;
use crate::providers::facts::{Fact, Movement, MovementKind, RefundFact, RefundState};
use crate::providers::{Connection, Failure, Provider};
use crate::server::context::Context;
use crate::settings::service::{require_site, site};
use crate::words;
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::{HashMap, HashSet};

/// Yesterday where the site is: the last day whose book can be whole.
pub async fn yesterday(ctx: &Context) -> Result<Date> {
    let site = require_site(ctx).await?;
    Ok(format::day(ctx.now(), &site.time_zone).saturating_sub(1.day()))
}

/// Compares a day and keeps what was found; gives its number. The inner error is the provider's: its book is not made yet,
/// or it cannot be reached.
pub async fn reconcile(ctx: &Context, viewer: &Viewer, provider: Provider, day: &str) -> Result<Result<i64, Failure>> {
    viewer.require_admin()?;
    let site = require_site(ctx).await?;
    let day: Date = day.trim().parse().map_err(|_| AppError::field("day", words!("请填写日期。", "Please give a date.")))?;
    if day > format::day(ctx.now(), &site.time_zone) {
        return Err(AppError::field("day", words!("这一天还没有到。", "This day has not come yet.")));
    }
    compare_day(ctx, &site, provider, day).await
}

/// How many days are looked back on, for those that were not compared: a site that stood still catches up. Providers keep the
/// books of some three months.
const BACK: i64 = 62;

/// Compares each of the last days that is over and was not compared since, as far as the provider's book is made: that of a
/// day is often there only on the next morning. One that does not match is compared anew each day: what is late is found.
pub async fn compare_due(ctx: &Context) -> Result<()> {
    let Some(site) = site(ctx).await? else { return Ok(()) };
    for provider in connections::enabled(ctx).await? {
        // Nobody keeps a book of cash, and the test provider takes no money.
        if matches!(provider, Provider::Offline | Provider::Test) {
            continue;
        }
        if let Err(error) = compare_days(ctx, &site, provider).await {
            tracing::warn!(provider = provider.as_str(), %error, "days could not be compared with its book; it is tried again");
        }
    }
    Ok(())
}

async fn compare_days(ctx: &Context, site: &Site, provider: Provider) -> Result<()> {
    let today = format::day(ctx.now(), &site.time_zone);
    let midnight = format::start_of_day(today, &site.time_zone);
    for day in (1..=BACK).rev().map(|back| today.saturating_sub(back.days())) {
        let over = format::start_of_day(day.saturating_add(1.day()), &site.time_zone);
        if reconciliations::is_done(ctx.db(), provider, &day.to_string(), (over, midnight)).await? {
            continue;
        }
        match compare_day(ctx, site, provider, day).await? {
            Ok(_) => (),
            // One day whose book cannot be read does not stand in the way of the others.
            Err(failure @ Failure::Nonsense(_)) => tracing::warn!(provider = provider.as_str(), %day, %failure, "a book cannot be read"),
            Err(failure) => {
                tracing::info!(provider = provider.as_str(), %day, %failure, "a day could not be compared yet");
                break;
            }
        }
    }
    Ok(())
}

async fn compare_day(ctx: &Context, site: &Site, provider: Provider, day: Date) -> Result<Result<i64, Failure>> {
    let from = format::start_of_day(day, &site.time_zone);
    let until = format::start_of_day(day.saturating_add(1.day()), &site.time_zone);
    let connection = connections::connection(ctx, provider).await?;
    let lines = match connection.movements(from, until).await {
        Ok(lines) => lines,
        Err(failure) => return Ok(Err(failure)),
    };
    let mut today = reconciliations::ours_between(ctx.db(), provider, from, until).await?;
    let terms = match unknown_terms(ctx, &*connection, &today, &lines).await? {
        Ok(terms) => terms,
        Err(failure) => return Ok(Err(failure)),
    };
    if learn(ctx, provider, &today, &lines, &terms).await? {
        today = reconciliations::ours_between(ctx.db(), provider, from, until).await?;
    }
    let known: HashSet<&str> = today.iter().filter_map(|row| row.number.as_deref()).collect();
    let (mut other_days, mut named) = (Vec::new(), HashSet::new());
    for line in lines.iter().filter(|line| matches!(line.kind, MovementKind::Payment | MovementKind::Refund)) {
        if !known.contains(line.number.as_str()) {
            let found = reconciliations::ours_named(ctx.db(), provider, line.kind, &line.number, line.reference.as_deref()).await?;
            other_days.extend(found.filter(|found| !today.contains(found) && !other_days.contains(found)));
        }
        if terms.contains_key(line.number.as_str()) || names_ours(ctx, provider, line).await? {
            named.insert(line.number.as_str());
        }
    }
    let found = compare(&today, &other_days, &lines, |line| named.contains(line.number.as_str()));
    for fee in &found.fees {
        note_fee(ctx, provider, fee).await?;
    }
    if !found.findings.is_empty() {
        let n = found.findings.len();
        tracing::error!(provider = provider.as_str(), %day, n, "a provider's book does not say what ours says; an admin has to look");
    }
    Ok(Ok(reconciliations::save(ctx.db(), provider, &day.to_string(), &found, ctx.now()).await?))
}

/// Payments by the provider's number, each with the agreement of ours that it was a term of; `None`: the provider would not
/// say what it was for.
type Terms<'a> = HashMap<&'a str, Option<String>>;

/// The payments we do not know of that were terms of agreements of ours, where the book names their buyer alone (Stripe's). A
/// buyer may pay for other products as well, so the provider is asked what each was for; what it would not say counts as ours, so
/// that an admin looks. The inner error is the provider's.
async fn unknown_terms<'a>(
    ctx: &Context,
    connection: &dyn Connection,
    ours: &[Ours],
    lines: &'a [Movement],
) -> Result<Result<Terms<'a>, Failure>> {
    let provider = connection.provider();
    let mut terms = Terms::new();
    let known: HashSet<&str> = ours.iter().filter_map(|row| row.number.as_deref()).collect();
    let unnamed =
        |line: &&Movement| line.kind == MovementKind::Payment && line.reference.is_none() && !known.contains(line.number.as_str());
    let by_buyer = |line: &'a Movement| Some((line, line.customer.as_deref()?));
    let unnamed: Vec<(&Movement, &str)> = lines.iter().filter(unnamed).filter_map(by_buyer).collect();
    if unnamed.is_empty() {
        return Ok(Ok(terms));
    }
    let customers: HashSet<String> = reconciliations::customers(ctx.db(), provider).await?.into_iter().collect();
    for (line, customer) in unnamed {
        if !customers.contains(customer) || reconciliations::ours_named(ctx.db(), provider, line.kind, &line.number, None).await?.is_some()
        {
            continue;
        }
        match connection.agreement_of(&line.number).await {
            Ok(Some(agreement)) => {
                if reconciliations::charges_for_us(ctx.db(), provider, &agreement, line.at).await? {
                    terms.insert(&line.number, Some(agreement));
                }
            }
            Ok(None) => (),
            // Without an answer nobody can say whose it is.
            Err(failure) if failure.is_away() => return Ok(Err(failure)),
            Err(failure) => {
                tracing::warn!(provider = provider.as_str(), %failure, "what a payment was for could not be asked");
                terms.insert(&line.number, None);
            }
        }
    }
    Ok(Ok(terms))
}

/// Learns of what we do not know yet: most of a day's lines we do. `ours`: what we know of the day; says whether there may be
/// more of it now.
async fn learn(ctx: &Context, provider: Provider, ours: &[Ours], lines: &[Movement], terms: &Terms<'_>) -> Result<bool> {
    let known: HashSet<&str> = ours.iter().filter_map(|row| row.number.as_deref()).collect();
    let (refunds, others): (Vec<&Movement>, Vec<&Movement>) = lines.iter().partition(|line| line.kind == MovementKind::Refund);
    let unknown = |line: &&Movement| !known.contains(line.number.as_str());
    let paid: Vec<&Movement> = others.into_iter().filter(|line| line.kind == MovementKind::Payment).filter(unknown).collect();
    let (taken, returned): (Vec<&Movement>, Vec<&Movement>) = refunds.into_iter().partition(|line| line.gross.minor < 0);
    // One that came back failed; one without a number of its own (Alipay's console) could be any.
    let is_one = |line: &&Movement| !line.number.ends_with(':') && returned.iter().all(|back| back.number != line.number);
    let gone: Vec<&Movement> = taken.into_iter().filter(unknown).filter(is_one).collect();
    learn_payments(ctx, provider, &paid).await?;
    learn_terms(ctx, provider, terms).await;
    learn_refunds(ctx, provider, &gone).await?;
    Ok(!paid.is_empty() || !gone.is_empty())
}

/// Asks about tries of ours that were paid by the book, and nobody told us: it may be too late for the clock to ask.
async fn learn_payments(ctx: &Context, provider: Provider, lines: &[&Movement]) -> Result<()> {
    for line in lines {
        let Some(reference) = line.reference.as_deref() else { continue };
        if reconciliations::ours_named(ctx.db(), provider, line.kind, &line.number, None).await?.is_some()
            || !reconciliations::is_ours(ctx.db(), provider, reference).await?
        {
            continue;
        }
        if let Err(failure) = look_again(ctx, reference).await {
            tracing::warn!(provider = provider.as_str(), %failure, "a payment that the provider's book names could not be asked about");
        }
    }
    Ok(())
}

/// Asks about the agreements of which terms were paid by the book, and nobody told us.
async fn learn_terms(ctx: &Context, provider: Provider, terms: &Terms<'_>) {
    let agreements: HashSet<&String> = terms.values().flatten().collect();
    for agreement in agreements {
        if let Err(failure) = plans::look_at(ctx, provider, agreement).await {
            tracing::warn!(provider = provider.as_str(), %failure, "an agreement that the provider charged could not be asked about");
        }
    }
}

/// Takes over what the provider gave back of our payments and nobody told of, because the notification was lost or there is
/// none for what is done at the provider itself: access follows the money, however one learns of it.
async fn learn_refunds(ctx: &Context, provider: Provider, lines: &[&Movement]) -> Result<()> {
    for line in lines {
        let Some(payment) = line.of.as_deref() else { continue };
        // One that we asked for was accepted, if it is in the book. That it went through a book does not say: WeChat's names
        // what may yet fail. The looks at it go on.
        let state = match reconciliations::has_refund(ctx.db(), provider, &line.number, line.reference.as_deref()).await? {
            Some(true) => continue,
            Some(false) => RefundState::Pending,
            None => RefundState::Succeeded,
        };
        let paid = reconciliations::ours_named(ctx.db(), provider, MovementKind::Payment, payment, None).await?;
        if paid.is_none_or(|paid| paid.amount.currency != line.gross.currency) {
            continue;
        }
        let refund = RefundFact {
            refund: line.number.clone(),
            reference: line.reference.clone(),
            payment: payment.to_owned(),
            amount: Money::new(line.gross.minor.saturating_neg(), line.gross.currency),
            // The comparison learns it.
            fee_returned: None,
            state,
            at: line.at,
        };
        settle(ctx, provider, &[Fact::Refund(refund)]).await?;
    }
    Ok(())
}

/// Whether a line names a reference of ours, or gives back a payment of ours: a refund made at the provider itself has no
/// reference.
async fn names_ours(ctx: &Context, provider: Provider, line: &Movement) -> Result<bool> {
    if let Some(reference) = line.reference.as_deref()
        && reconciliations::is_ours(ctx.db(), provider, reference).await?
    {
        return Ok(true);
    }
    let Some(payment) = line.of.as_deref() else { return Ok(false) };
    Ok(reconciliations::ours_named(ctx.db(), provider, MovementKind::Payment, payment, None).await?.is_some())
}

/// Comparisons, the latest day first, those before `before`.
pub async fn list(ctx: &Context, viewer: &Viewer, before: Option<(&str, i64)>, limit: i64) -> Result<Vec<ReconciliationRow>> {
    viewer.require_admin()?;
    Ok(reconciliations::list(ctx.db(), before, limit).await?)
}

/// One comparison with what it found.
pub async fn one(ctx: &Context, viewer: &Viewer, id: i64) -> Result<(ReconciliationRow, Vec<Finding>)> {
    viewer.require_admin()?;
    let row = reconciliations::one(ctx.db(), id).await?.ok_or(AppError::NotFound)?;
    Ok((row, reconciliations::findings(ctx.db(), id).await?))
}
