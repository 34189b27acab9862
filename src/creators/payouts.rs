//! Paying creators. A *run* sets aside what is owed and makes a file for the bank; then each payout is confirmed, or has
//! failed and is owed again. Each step is a transfer with a cause of its own, and the row that says how a payout stands changes
//! once for each: two admins at once set nothing aside twice and confirm nothing twice.

use super::letters;
use super::model::PayoutState;
use super::statements;
use super::store::payouts as store;
pub use super::store::payouts::{Payable, PayoutRow, RunRow};
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::id::MemberId;
use crate::foundation::money::{Currency, Money};
use crate::foundation::site::Site;
use crate::foundation::text;
use crate::foundation::time::Timestamp;
use crate::foundation::viewer::Viewer;
use crate::foundation::{format, locale::Words};
use crate::members::correspondence;
use crate::payments::ledger::{self, Account, Entry};
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::settings::service::require_site;
use crate::words;
use jiff::civil::Date;

/// How many rows a page has.
pub const PAGE: i64 = 50;
const MAX_REFERENCE: usize = 100;
const MAX_REASON: usize = 300;

/// What is owed to each creator, in the order of their numbers, after `after`.
pub async fn payable(ctx: &Context, viewer: &Viewer, after: MemberId, limit: i64) -> Result<Vec<Payable>> {
    viewer.require_admin()?;
    Ok(store::payable(ctx.db(), after, limit).await?)
}

/// Runs, the newest first.
pub async fn runs(ctx: &Context, viewer: &Viewer, before: Option<i64>, limit: i64) -> Result<Vec<RunRow>> {
    viewer.require_admin()?;
    Ok(store::runs(ctx.db(), before, limit).await?)
}

pub async fn run(ctx: &Context, viewer: &Viewer, id: i64) -> Result<RunRow> {
    viewer.require_admin()?;
    store::run(ctx.db(), id).await?.ok_or(AppError::NotFound)
}

/// The payouts of a run, after `after`.
pub async fn of_run(ctx: &Context, viewer: &Viewer, run: i64, after: i64, limit: i64) -> Result<Vec<PayoutRow>> {
    viewer.require_admin()?;
    Ok(store::of_run(ctx.db(), run, after, limit).await?)
}

/// The viewer's own, the newest first.
pub async fn own(ctx: &Context, viewer: &Viewer) -> Result<Vec<PayoutRow>> {
    match viewer.id() {
        Some(member) if statements::is_creator(ctx, viewer).await? => Ok(store::of_member(ctx.db(), member).await?),
        _ => Err(AppError::NotFound),
    }
}

/// Who would be part of a run, had they said to which account.
pub async fn without_account(ctx: &Context, viewer: &Viewer, run: &RunRow) -> Result<Vec<Payable>> {
    viewer.require_admin()?;
    Ok(store::without_account(ctx.db(), &run.currency, run.minimum).await?)
}

/// Sets aside what is owed in a currency to all to whom at least the minimum is owed, and who said to which account; gives
/// the run's number. Who did not is asked by a letter. Errors stand under `currency` and `minimum`.
pub async fn make(ctx: &Context, viewer: &Viewer, currency: &str, minimum: &str) -> Result<i64> {
    let admin = viewer.require_admin()?.id;
    let site = require_site(ctx).await?;
    let mut errors = FieldErrors::new();
    let unknown = || words!("请填写货币代码，例如 CNY。", "Please give the code of a currency, such as CNY.");
    let currency = errors.keep("currency", Currency::parse(currency.trim()).ok_or_else(unknown));
    let minimum = match minimum.trim() {
        "" => Some(1),
        typed => errors.keep("minimum", Money::parse(typed, currency.unwrap_or(site.currency))).map(|money| money.minor),
    };
    let (Some(currency), Some(minimum)) = (currency, minimum) else { return Err(errors.into_error()) };
    let now = ctx.now();
    let mut tx = ctx.db().begin().await?;
    store::hold(&mut tx, now).await?;
    let (due, unsaid): (Vec<_>, Vec<_>) = store::due(&mut tx, currency.code(), minimum).await?.into_iter().partition(Payable::has_account);
    if due.is_empty() && !unsaid.is_empty() {
        return Err(AppError::Conflict(words!(
            "应付的创作者都还没有填写收款账户，请他们在“我的收益”里填写。",
            "None of those to be paid has given an account yet. They can do so at Account → Earnings."
        )));
    }
    if due.is_empty() {
        return Err(AppError::Conflict(words!(
            "没有达到起付金额的余额，或者都已经在打款中。",
            "Nobody is owed the minimum in this currency, or all of it is under way already."
        )));
    }
    let run = store::add_run(&mut tx, currency.code(), minimum, admin, now).await?;
    for one in &due {
        let payout = store::add(&mut tx, run, one).await?;
        let moved = Moved { id: payout, member: MemberId(one.member_id), amount: Money::new(one.minor, currency) };
        moved.book(ctx, &mut tx, &site, "aside", Account::Payouts, Account::Creator(moved.member)).await?;
    }
    for one in &unsaid {
        let (member, amount) = (MemberId(one.member_id), Money::new(one.minor, currency));
        let about = format!("run:{run}:{member}");
        correspondence::write_to(ctx, &mut tx, &site, member, |locale| letters::no_account(&about, amount, locale)).await?;
    }
    tx.commit().await?;
    Ok(run)
}

/// Money of a payout that goes from one account to another.
struct Moved {
    id: i64,
    member: MemberId,
    amount: Money,
}

impl Moved {
    fn of(row: &PayoutRow) -> Result<Moved> {
        let currency = Currency::parse(&row.currency).ok_or(AppError::Internal)?;
        Ok(Moved { id: row.id, member: MemberId(row.member_id), amount: Money::new(row.minor, currency) })
    }

    async fn book(&self, ctx: &Context, tx: &mut Tx, site: &Site, step: &str, from: Account, to: Account) -> Result<()> {
        let entry = |account: Account, minor: i64| Entry {
            account: account.to_string(),
            amount: Money::new(minor, self.amount.currency),
            member: Some(self.member),
            post: None,
            order: None,
        };
        let entries = [entry(from, -self.amount.minor), entry(to, self.amount.minor)];
        ledger::book(ctx, tx, site, &format!("payout:{}:{step}", self.id), &format!("payout {}", self.id), &entries).await
    }
}

/// What an admin says of payouts, as typed.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// The number of one, or empty for all that are under way.
    pub payout: String,
    pub paid_on: String,
    pub reference: String,
    pub reason: String,
}

impl Said {
    fn one(&self) -> Result<i64> {
        let wrong = || AppError::field("payout", words!("请选择一笔打款。", "Please choose a payout."));
        match self.payout.trim() {
            "" => Ok(0),
            number => number.parse().ok().filter(|id: &i64| *id > 0).ok_or_else(wrong),
        }
    }
}

fn nothing_left() -> AppError {
    AppError::Conflict(words!("没有需要确认的打款，请刷新页面。", "Nothing is under way any more; please reload the page."))
}

fn parse_paid_on(typed: &str, made: Date, today: Date) -> std::result::Result<String, Words> {
    let day: Date = typed.trim().parse().map_err(|_| words!("请填写日期。", "Please give a date."))?;
    if day > today {
        return Err(words!("日期不能晚于今天。", "The date cannot be after today."));
    }
    if day < made {
        return Err(words!("日期不能早于这一批生成的日期 {made}。", "The date cannot be before the day of the run, {made}."));
    }
    Ok(day.to_string())
}

/// The bank has paid: one, or all of a run that are under way. Errors stand under `payout`, `paid_on` and `reference`.
pub async fn confirm(ctx: &Context, viewer: &Viewer, run: i64, said: &Said) -> Result<()> {
    let admin = viewer.require_admin()?.id;
    let made_at = Timestamp(self::run(ctx, viewer, run).await?.made_at);
    let site = require_site(ctx).await?;
    let one = said.one()?;
    let mut errors = FieldErrors::new();
    let day = |at: Timestamp| format::day(at, &site.time_zone);
    let paid_on = errors.keep("paid_on", parse_paid_on(&said.paid_on, day(made_at), day(ctx.now())));
    let reference = errors.keep("reference", text::optional_line(&said.reference, MAX_REFERENCE));
    let (Some(paid_on), Some(reference)) = (paid_on, reference) else { return Err(errors.into_error()) };
    let reference = reference.unwrap_or_default();
    let mut tx = ctx.db().begin().await?;
    store::hold(&mut tx, ctx.now()).await?;
    let mut done = 0;
    for row in store::to_decide(&mut tx, run, one).await? {
        if !store::confirm(&mut tx, row.id, (&paid_on, &reference), admin, ctx.now()).await? {
            continue;
        }
        let moved = Moved::of(&row)?;
        moved.book(ctx, &mut tx, &site, "paid", Account::Bank, Account::Payouts).await?;
        let about = format!("payout:{}", row.id);
        let paid = letters::Paid { amount: moved.amount, day: &paid_on, reference: &reference, account: &row.payee_account };
        correspondence::write_to(ctx, &mut tx, &site, moved.member, |locale| letters::paid_out(&about, &paid, locale)).await?;
        done += 1;
    }
    if done == 0 {
        return Err(nothing_left());
    }
    Ok(tx.commit().await?)
}

/// One did not arrive, or came back: it is owed again. Errors stand under `payout` and `reason`.
pub async fn fail(ctx: &Context, viewer: &Viewer, run: i64, said: &Said) -> Result<()> {
    let admin = viewer.require_admin()?.id;
    self::run(ctx, viewer, run).await?;
    let site = require_site(ctx).await?;
    let one = said.one()?;
    if one == 0 {
        return Err(AppError::field("payout", words!("请选择失败的那一笔。", "Please choose the one that failed.")));
    }
    let reason = text::required_line(&said.reason, MAX_REASON).map_err(|words| AppError::field("reason", words))?;
    let mut tx = ctx.db().begin().await?;
    store::hold(&mut tx, ctx.now()).await?;
    let row = store::to_decide(&mut tx, run, one).await?.into_iter().next().ok_or(AppError::NotFound)?;
    // Where the money is that is owed again.
    let from = match PayoutState::parse(&row.state) {
        Some(PayoutState::UnderWay) => Account::Payouts,
        Some(PayoutState::Paid) => Account::Bank,
        _ => return Err(nothing_left()),
    };
    if !store::fail(&mut tx, row.id, &row.state, &reason, admin, ctx.now()).await? {
        return Err(nothing_left());
    }
    let moved = Moved::of(&row)?;
    moved.book(ctx, &mut tx, &site, "failed", Account::Creator(moved.member), from).await?;
    Ok(tx.commit().await?)
}
