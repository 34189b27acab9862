//! The pool: a part of what memberships bring in a month, less provider fees, is shared among those who wrote the articles
//! that members opened by their tier in that month; equally for each member and article, or by how long an article takes to
//! read. What is counted is that the server sent the whole text to somebody for whom the tier is paid: it needs no script, and
//! counts once a member, article and month, unless what the member paid was all given back by its end.
//!
//! A month is closed once, by the ledger as it stands then. What goes back later lowers the month in which it is booked; a
//! month in which more went back than came in shares nothing, and what it lacked is taken off the next. What is contested
//! then is held back, and counts in the next month, by whose end it may be won, or lost and booked as such.

use super::model::Month;
pub use super::store::pool::PoolRow;
use super::store::pool::{self as store, Opened};
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::{MemberId, PostId};
use crate::foundation::money::{Currency, Money};
use crate::foundation::site::Site;
use crate::foundation::viewer::Viewer;
use crate::membership::paywall::Gate;
use crate::payments::affiliates;
use crate::payments::ledger::{self, Account, Entry};
use crate::payments::shares::service::{parse_part, split_now};
use crate::payments::shares::split::{apportion, part};
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::settings::service::require_site;
use crate::words;

/// By what the pool is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum By {
    /// Every article that a member opened counts the same.
    #[default]
    Opened,
    /// It counts as many times as it took minutes to read when they opened it.
    Minutes,
}

impl By {
    pub const fn as_str(self) -> &'static str {
        match self {
            By::Opened => "opened",
            By::Minutes => "minutes",
        }
    }

    pub fn parse(text: &str) -> Option<By> {
        [By::Opened, By::Minutes].into_iter().find(|by| by.as_str() == text)
    }

    fn weight(self, opened: &Opened) -> i64 {
        match self {
            By::Opened => opened.readers,
            By::Minutes => opened.minutes,
        }
    }
}

/// How much of the net of memberships, in hundredths of a percent, and by what it is shared.
pub async fn terms(ctx: &Context) -> Result<(i64, By)> {
    let row = store::terms(ctx.db()).await?;
    Ok(row.map_or((0, By::default()), |row| (row.pool_rate, By::parse(&row.pool_by).unwrap_or_default())))
}

/// Decides from this month on. Errors stand under `pool_rate` and `pool_by`.
pub async fn set_terms(ctx: &Context, viewer: &Viewer, rate: &str, by: &str) -> Result<()> {
    viewer.require_admin()?;
    let site = require_site(ctx).await?;
    let terms = affiliates::terms::terms(ctx).await?;
    let rate =
        parse_part(rate).and_then(|rate| terms.leaves(rate, terms.tier_rate)).map_err(|words| AppError::field("pool_rate", words))?;
    let by = By::parse(by).ok_or_else(|| AppError::field("pool_by", words!("请选择分配方式。", "Please choose how it is shared.")))?;
    Ok(store::set_terms(ctx.db(), rate, by.as_str(), Month::of(ctx.now(), &site.time_zone), ctx.now()).await?)
}

/// What closed months gave, the newest first.
pub async fn months(ctx: &Context, viewer: &Viewer, limit: i64) -> Result<Vec<PoolRow>> {
    viewer.require_admin()?;
    Ok(store::months(ctx.db(), limit).await?)
}

/// The whole of an article was sent to the viewer: counted if they have its tier, and somebody pays for it.
pub async fn opened(ctx: &Context, viewer: &Viewer, post: PostId, gate: &Gate) -> Result<()> {
    let (Some(member), Some(tier)) = (viewer.id(), gate.tier) else { return Ok(()) };
    let month = Month::of(ctx.now(), &require_site(ctx).await?.time_zone);
    if let Some(cause) = store::counts(ctx.db(), month, post, (member, tier), ctx.now()).await? {
        store::read(ctx.db(), month, post, member, &cause).await?;
    }
    Ok(())
}

/// Shares the pool of a month that is being closed.
pub(super) async fn close(ctx: &Context, tx: &mut Tx, site: &Site, month: Month) -> Result<()> {
    let terms = store::terms_now(tx).await?;
    let named = month.to_string();
    let begun = terms.filter(|terms| terms.pool_rate > 0 && terms.pool_from.as_ref().is_some_and(|from| *from <= named));
    let (lacked, held) = (store::lacked(tx, month).await?, store::held(tx, month).await?);
    // What one month leaves to the next is kept account of also while nothing is shared.
    if begun.is_some() || !lacked.is_empty() || !held.is_empty() {
        let (rate, by) = begun.map_or((0, By::default()), |terms| (terms.pool_rate, By::parse(&terms.pool_by).unwrap_or_default()));
        forget_given_back(tx, month).await?;
        let opened = store::opened(tx, month).await?;
        let (from, to) = month.days();
        let mut net = store::net(tx, (&from, &to)).await?;
        let rewards = store::rewards(tx, (&from, &to)).await?;
        let contested = store::contested(tx, &to).await?;
        for (currency, _) in lacked.iter().chain(&held).chain(&contested) {
            if !net.iter().any(|(known, _)| known == currency) {
                net.push((currency.clone(), 0));
            }
        }
        for (currency, net_minor) in net {
            let of = |sums: &[(String, i64)]| sums.iter().find(|(known, _)| *known == currency).map_or(0, |(_, minor)| *minor);
            let (carried_minor, released_minor, contested_minor) = (of(&lacked), of(&held), of(&contested));
            // The site pays those who recommend from its own part, and creators no more than is left.
            let rewarded = of(&rewards);
            let all = net_minor.saturating_add(carried_minor).saturating_add(released_minor).saturating_sub(contested_minor);
            let shared = if opened.is_empty() { 0 } else { part(all, rate).min(all.saturating_sub(rewarded.max(0))).max(0) };
            let pool_by = by.as_str().to_owned();
            let row = PoolRow {
                month: named.clone(),
                currency,
                net_minor,
                carried_minor,
                released_minor,
                contested_minor,
                rate,
                pool_by,
                minor: shared,
            };
            share(ctx, tx, site, &row, by, &opened).await?;
        }
    }
    Ok(store::forget_reads(tx, month).await?)
}

/// What was read by something that was paid, and all of which was given back since, weighs nothing: it brought nothing.
async fn forget_given_back(tx: &mut Tx, month: Month) -> Result<()> {
    for cause in store::closed(tx, month).await? {
        // `order:17`, `switch:order:17`, `seat:3:17`; an agreement that was taken over has no order.
        let order = cause.rsplit(':').next().filter(|_| !cause.starts_with("adopted:")).and_then(|order| order.parse().ok());
        if let Some(order) = order
            && store::is_given_back(tx, order).await?
        {
            store::forget_reads_by(tx, month, &cause).await?;
        }
    }
    Ok(())
}

/// Books what each creator gets of each article.
async fn share(ctx: &Context, tx: &mut Tx, site: &Site, row: &PoolRow, by: By, opened: &[Opened]) -> Result<()> {
    store::add(tx, row).await?;
    let currency = Currency::parse(&row.currency).ok_or(AppError::Internal)?;
    let weights: Vec<i64> = opened.iter().map(|one| by.weight(one)).collect();
    let mut entries = Vec::new();
    for ((one, weight), minor) in opened.iter().zip(&weights).zip(apportion(row.minor, &weights)) {
        store::add_article(tx, row, one, *weight, minor).await?;
        if minor == 0 {
            continue;
        }
        let post = PostId(one.post_id);
        let entry = |account: Account, minor: i64, member: Option<MemberId>| Entry {
            account: account.to_string(),
            amount: Money::new(minor, currency),
            member,
            post: Some(post),
            order: None,
        };
        entries.push(entry(Account::CreatorShares, minor, None));
        for (member, minor) in split_now(ctx, tx, post, minor).await? {
            entries.push(entry(Account::Creator(member), -minor, Some(member)));
        }
    }
    if entries.is_empty() {
        return Ok(());
    }
    let (cause, about) = (format!("pool:{}:{}", row.month, row.currency), format!("pool {}", row.month));
    ledger::book(ctx, tx, site, &cause, &about, &entries).await
}
