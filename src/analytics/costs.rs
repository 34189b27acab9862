//! What running the place costs, and what advertising brings: written down by admins.

use super::calculator::MAX_INPUT;
use super::metrics::profit::Heading;
use super::period::parse_day;
use super::service::today;
use super::store::costs as store;
use super::store::rows::Income as IncomeRow;
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::id::{AdIncomeId, CostId, MemberId};
use crate::foundation::locale::Words;
use crate::foundation::money::{Currency, Money};
use crate::foundation::text;
use crate::foundation::viewer::Viewer;
use crate::payments::ledger::{self, Account};
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::settings;
use crate::words;
use std::collections::BTreeMap;

pub use super::store::costs::CostRow as Cost;
pub use super::store::rows::Income as AdIncome;

/// How many a page of the list has.
pub const PAGE: i64 = 30;
const MAX_NOTE: usize = 200;
/// How many incomes are booked at a time.
const AT_A_TIME: i64 = 100;
/// Sorts after every day: where a list that goes back in time begins.
const LAST_DAY: &str = "9999-12-31";

/// A cost as typed.
#[derive(Debug, Clone, Default)]
pub struct TypedCost {
    pub category: String,
    /// `once` or `month`.
    pub recurrence: String,
    pub amount: String,
    pub day: String,
    /// The last day of a monthly cost; empty while it goes on.
    pub until: String,
    /// The slug of an article, if the cost is for one.
    pub article: String,
    pub note: String,
}

/// Income from advertising as typed.
#[derive(Debug, Clone, Default)]
pub struct TypedIncome {
    pub amount: String,
    pub day: String,
    pub note: String,
}

fn parse_amount(text: &str, currency: Currency) -> Result<Money, Words> {
    let money = Money::parse(text, currency)?;
    // Sums of very many of these still fit into the database's numbers.
    if money.minor > MAX_INPUT { Err(words!("金额太大了。", "That amount is too large.")) } else { Ok(money) }
}

fn parse_note(text: &str) -> Result<String, Words> {
    text::optional_line(text, MAX_NOTE).map(Option::unwrap_or_default)
}

async fn parse_cost(ctx: &Context, typed: &TypedCost) -> Result<store::Parsed> {
    let site = settings::service::require_site(ctx).await?;
    let mut errors = FieldErrors::new();
    let category = Heading::COSTS.into_iter().find(|h| h.as_str() == typed.category);
    let category = errors.keep("category", category.ok_or_else(|| words!("请选择类别。", "Please choose a category.")));
    let recurrence = ["once", "month"].into_iter().find(|r| *r == typed.recurrence);
    let recurrence = errors.keep("recurrence", recurrence.ok_or_else(|| words!("请选择一次性或每月。", "Please choose once or monthly.")));
    let money = errors.keep("amount", parse_amount(&typed.amount, site.currency));
    let day = errors.keep("day", parse_day(&typed.day));
    let until = match typed.until.trim() {
        "" => Some(None),
        until => errors.keep("until", parse_day(until)).map(Some),
    };
    if typed.recurrence == "once" && matches!(until, Some(Some(_))) {
        errors.add("until", words!("一次性费用没有结束日期，请留空。", "A one-off cost has no last day; please leave it empty."));
    }
    if let (Some(day), Some(Some(until))) = (day, until)
        && until < day
    {
        errors.add("until", words!("结束日期不能早于开始日期。", "The last day cannot be before the first."));
    }
    let post = match text::line(&typed.article).as_str() {
        "" => None,
        slug => {
            let slug = slug.rsplit('/').next().unwrap_or_default();
            let post = store::post_by_slug(ctx.db(), slug).await?;
            errors.keep(
                "article",
                post.ok_or_else(|| words!("没有这篇文章，请检查地址。", "There is no such article; please check its address.")),
            )
        }
    };
    let note = errors.keep("note", parse_note(&typed.note));
    match (category, recurrence, money, day, until, note) {
        (Some(category), Some(recurrence), Some(money), Some(day), Some(until), Some(note)) => {
            errors.check()?;
            Ok(store::Parsed {
                category: category.as_str(),
                recurrence,
                minor: money.minor,
                currency: money.currency.code(),
                day: day.to_string(),
                until_day: until.map(|day| day.to_string()),
                post,
                note,
            })
        }
        _ => Err(errors.into_error()),
    }
}

pub async fn add_cost(ctx: &Context, viewer: &Viewer, typed: &TypedCost) -> Result<()> {
    let admin = viewer.require_admin()?;
    let cost = parse_cost(ctx, typed).await?;
    let mut tx = ctx.db().begin().await?;
    store::insert(&mut tx, &cost, admin.id, ctx.now()).await?;
    Ok(tx.commit().await?)
}

pub async fn change_cost(ctx: &Context, viewer: &Viewer, id: CostId, typed: &TypedCost) -> Result<()> {
    viewer.require_admin()?;
    let cost = parse_cost(ctx, typed).await?;
    let mut tx = ctx.db().begin().await?;
    found(store::update(&mut tx, id, &cost).await?)?;
    Ok(tx.commit().await?)
}

pub async fn delete_cost(ctx: &Context, viewer: &Viewer, id: CostId) -> Result<()> {
    viewer.require_admin()?;
    found(store::delete(ctx.db(), id).await?)
}

pub async fn cost(ctx: &Context, viewer: &Viewer, id: CostId) -> Result<Cost> {
    viewer.require_admin()?;
    store::by_id(ctx.db(), id).await?.ok_or(AppError::NotFound)
}

fn found(rows: u64) -> Result<()> {
    if rows == 0 { Err(AppError::NotFound) } else { Ok(()) }
}

/// The key after which a list goes on: `2026-03-15~17`; from the newest when it is none of ours.
fn before(key: Option<&str>) -> (String, i64) {
    let parsed = key.and_then(|key| key.split_once('~')).and_then(|(day, id)| Some((parse_day(day).ok()?.to_string(), id.parse().ok()?)));
    parsed.unwrap_or_else(|| (LAST_DAY.to_owned(), i64::MAX))
}

/// A page of the list and the key of the next.
pub type Listed<T> = (Vec<T>, Option<String>);

fn listed<T>(rows: Vec<T>, key: impl Fn(&T) -> String) -> Listed<T> {
    let next = (rows.len() as i64 == PAGE).then(|| rows.last().map(&key)).flatten();
    (rows, next)
}

/// Costs, the latest day first.
pub async fn costs(ctx: &Context, viewer: &Viewer, after: Option<&str>) -> Result<Listed<Cost>> {
    viewer.require_admin()?;
    let (day, id) = before(after);
    Ok(listed(store::newest(ctx.db(), (&day, id), PAGE).await?, |cost| format!("{}~{}", cost.day, cost.id)))
}

/// Advertising income, the latest day first.
pub async fn incomes(ctx: &Context, viewer: &Viewer, after: Option<&str>) -> Result<Listed<AdIncome>> {
    viewer.require_admin()?;
    let (day, id) = before(after);
    Ok(listed(store::newest_income(ctx.db(), (&day, id), PAGE).await?, |income| format!("{}~{}", income.day, income.id)))
}

/// Its fields are called `ad_…`, because its form stands on the page of the costs.
async fn parse_income(ctx: &Context, typed: &TypedIncome) -> Result<Income> {
    let site = settings::service::require_site(ctx).await?;
    let mut errors = FieldErrors::new();
    let money = errors.keep("ad_amount", parse_amount(&typed.amount, site.currency));
    let day = errors.keep("ad_day", parse_day(&typed.day));
    let note = errors.keep("ad_note", parse_note(&typed.note));
    match (money, day, note) {
        (Some(money), Some(day), Some(note)) => Ok(Income { money, day: day.to_string(), note }),
        _ => Err(errors.into_error()),
    }
}

/// Income from advertising, as it is kept.
#[derive(Debug, Clone)]
pub struct Income {
    pub money: Money,
    pub day: String,
    pub note: String,
}

pub async fn add_income(ctx: &Context, viewer: &Viewer, typed: &TypedIncome) -> Result<()> {
    let admin = viewer.require_admin()?;
    let income = parse_income(ctx, typed).await?;
    let mut tx = ctx.db().begin().await?;
    note_income(ctx, &mut tx, admin.id, &income).await?;
    Ok(tx.commit().await?)
}

/// Writes income down, and books it if its day has come.
pub async fn note_income(ctx: &Context, tx: &mut Tx, by: MemberId, income: &Income) -> Result<AdIncomeId> {
    let Income { money, day, note } = income;
    let id = store::insert_income(tx, (money.minor, money.currency.code()), day, note, by, ctx.now()).await?;
    book_income(ctx, tx, id, None, Some((day.as_str(), *money))).await?;
    Ok(id)
}

/// Writes down what it is instead, and books the difference.
pub async fn correct_income(ctx: &Context, tx: &mut Tx, id: AdIncomeId, income: &Income) -> Result<()> {
    let Income { money, day, note } = income;
    let before = booked_income(tx, id).await?;
    store::update_income(tx, id, (money.minor, money.currency.code()), day, note).await?;
    book_income(ctx, tx, id, before, Some((day.as_str(), *money))).await
}

/// Deletes it, and takes back what was booked.
pub async fn take_back_income(ctx: &Context, tx: &mut Tx, id: AdIncomeId) -> Result<()> {
    let before = booked_income(tx, id).await?;
    store::delete_income(tx, id).await?;
    book_income(ctx, tx, id, before, None).await
}

pub async fn change_income(ctx: &Context, viewer: &Viewer, id: AdIncomeId, typed: &TypedIncome) -> Result<()> {
    viewer.require_admin()?;
    let income = parse_income(ctx, typed).await?;
    let mut tx = ctx.db().begin().await?;
    correct_income(ctx, &mut tx, id, &income).await?;
    Ok(tx.commit().await?)
}

pub async fn delete_income(ctx: &Context, viewer: &Viewer, id: AdIncomeId) -> Result<()> {
    viewer.require_admin()?;
    let mut tx = ctx.db().begin().await?;
    take_back_income(ctx, &mut tx, id).await?;
    Ok(tx.commit().await?)
}

/// Books the incomes whose day has come; a chore calls it.
pub async fn book_due(ctx: &Context) -> Result<()> {
    if settings::service::site(ctx).await?.is_none() {
        return Ok(());
    }
    let today = today(ctx).await?.to_string();
    for id in store::due_incomes(ctx.db(), &today, AT_A_TIME).await? {
        let mut tx = ctx.db().begin().await?;
        // Somebody may have changed, deleted or booked it meanwhile.
        if let Some(held) = store::hold_income(&mut tx, id).await?.filter(|held| held.booked_day.is_none()) {
            book_income(ctx, &mut tx, id, None, Some((held.day.as_str(), money_of(&held)?))).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

fn money_of(held: &store::HeldIncome) -> Result<Money> {
    Ok(Money::new(held.minor, Currency::parse(&held.currency).ok_or(AppError::Internal)?))
}

/// What the ledger has of it, and on which day.
async fn booked_income(tx: &mut Tx, id: AdIncomeId) -> Result<Option<(String, Money)>> {
    let held = store::hold_income(tx, id).await?.ok_or(AppError::NotFound)?;
    let money = money_of(&held)?;
    Ok(held.booked_day.map(|day| (day, money)))
}

/// Makes the ledger say what the income is now: on its own day, once that has come. What it had before is taken back on the
/// day on which it stands there, so that the ledger and the four models agree about every day. Nothing is altered: the
/// difference is added.
async fn book_income(
    ctx: &Context,
    tx: &mut Tx,
    id: AdIncomeId,
    before: Option<(String, Money)>,
    now: Option<(&str, Money)>,
) -> Result<()> {
    let today = today(ctx).await?.to_string();
    let due = now.filter(|(day, _)| *day <= today.as_str());
    store::set_booked(tx, id, due.map(|(day, _)| day)).await?;
    let mut days: BTreeMap<String, Vec<Money>> = BTreeMap::new();
    if let Some((day, money)) = due {
        days.entry(day.to_owned()).or_default().push(money);
    }
    if let Some((day, money)) = before {
        days.entry(day).or_default().push(Money::new(-money.minor, money.currency));
    }
    let about = format!("advertising {id}");
    for (day, parts) in &days {
        // A number may be given anew once its row is deleted, so the cause has something of its own.
        let cause = format!("advertising:{id}:{}", ctx.token());
        ledger::earn(ctx, tx, day, (&cause, &about), Account::Advertising, parts).await?;
    }
    Ok(())
}

pub async fn income(ctx: &Context, viewer: &Viewer, id: AdIncomeId) -> Result<IncomeRow> {
    viewer.require_admin()?;
    store::income_by_id(ctx.db(), id).await?.ok_or(AppError::NotFound)
}
