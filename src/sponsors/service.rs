//! What admins do with sponsors, and which are shown now.

use super::model::Days;
pub use super::store::Sponsor;
use super::store::{self, Saved};
use crate::analytics::costs::{self, Income};
use crate::analytics::period::parse_day;
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::format;
use crate::foundation::id::AdIncomeId;
use crate::foundation::locale::Locale;
use crate::foundation::money::Money;
use crate::foundation::text;
use crate::foundation::viewer::Viewer;
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::settings::{self, service::require_site};
use crate::words;

/// How many are shown at once, and sold for one day.
pub const SHOWN: usize = 3;
/// How many a page of the list has.
pub const PAGE: i64 = 30;
const MAX_NAME: usize = 60;
const MAX_SAYS: usize = 160;
/// Sorts after every day.
const LAST_DAY: &str = "9999-12-31";

/// Those of today.
pub async fn running(ctx: &Context) -> Result<Vec<Sponsor>> {
    let today = format::day(ctx.now(), &require_site(ctx).await?.time_zone);
    Ok(store::running(ctx.db(), &today.to_string(), SHOWN as i64).await?)
}

/// Those that end last first; the list goes on after a day and a number.
pub async fn listed(ctx: &Context, viewer: &Viewer, before: Option<(String, i64)>, limit: i64) -> Result<Vec<Sponsor>> {
    viewer.require_admin()?;
    let (day, id) = before.unwrap_or_else(|| (LAST_DAY.to_owned(), i64::MAX));
    Ok(store::listed(ctx.db(), (&day, id), limit).await?)
}

pub async fn one(ctx: &Context, viewer: &Viewer, id: i64) -> Result<Sponsor> {
    viewer.require_admin()?;
    store::one(ctx.db(), id).await?.ok_or(AppError::NotFound)
}

/// The sponsor that an income belongs to. What belongs to one is changed and deleted with it: [`change`], [`delete`].
pub async fn of_income(ctx: &Context, viewer: &Viewer, income: AdIncomeId) -> Result<Option<Sponsor>> {
    viewer.require_admin()?;
    Ok(store::of_income(ctx.db(), income).await?)
}

/// A sponsor as typed.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    pub name: String,
    pub says: String,
    pub address: String,
    pub from_day: String,
    pub until_day: String,
    pub price: String,
}

async fn parse(ctx: &Context, typed: &Typed) -> Result<(Saved, Income)> {
    let site = require_site(ctx).await?;
    let mut errors = FieldErrors::new();
    let name = errors.keep("name", text::required_line(&typed.name, MAX_NAME));
    let says = errors.keep("says", text::required_line(&typed.says, MAX_SAYS));
    let address = errors.keep("address", settings::address(&typed.address));
    let from = errors.keep("from_day", parse_day(&typed.from_day));
    let until = errors.keep("until_day", parse_day(&typed.until_day));
    let price = errors.keep("price", Money::parse(&typed.price, site.currency));
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        errors.add("until_day", words!("结束日期不能早于开始日期。", "The last day cannot be before the first."));
    }
    let (Some(name), Some(says), Some(address), Some(from), Some(until), Some(money)) = (name, says, address, from, until, price) else {
        return Err(errors.into_error());
    };
    errors.check()?;
    let income = Income { money, day: from.to_string(), note: name.clone() };
    Ok((Saved { name, says, address, days: Days { from: from.to_string(), until: until.to_string() } }, income))
}

/// Whether there is a place on each of these days beside all others, `id` being the one that is to have it (0: a new one). No
/// other is sold until the transaction is done.
async fn find_place(tx: &mut Tx, id: i64, days: &Days) -> Result<()> {
    let others = store::others(tx, id, days).await?;
    let Some(full) = days.first_full(&others, SHOWN) else { return Ok(()) };
    let (zh, en) = (format::stored_day(full, Locale::Zh), format::stored_day(full, Locale::En));
    Err(AppError::field(
        "from_day",
        words!(
            "{zh}已有 {SHOWN} 条广告，没有位置了，请换其他日期。",
            "There are {SHOWN} on {en} already, and no place for another: please choose other days."
        ),
    ))
}

/// Shows a sponsor on its days, and books its income. Errors stand under the names of [`Typed`]; one is that a day is full.
pub async fn add(ctx: &Context, viewer: &Viewer, typed: &Typed) -> Result<()> {
    let admin = viewer.require_admin()?.id;
    let (saved, income) = parse(ctx, typed).await?;
    let mut tx = ctx.db().begin().await?;
    find_place(&mut tx, 0, &saved.days).await?;
    let income = costs::note_income(ctx, &mut tx, admin, &income).await?;
    store::insert(&mut tx, &saved, income, ctx.now()).await?;
    Ok(tx.commit().await?)
}

/// Changes what it says, its days or its price; the ledger gets the difference. Days that it has it keeps, also where others
/// stand before it.
pub async fn change(ctx: &Context, viewer: &Viewer, id: i64, typed: &Typed) -> Result<()> {
    let admin = viewer.require_admin()?.id;
    let (saved, income) = parse(ctx, typed).await?;
    let mut tx = ctx.db().begin().await?;
    let held = store::hold(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    if !saved.days.are_in(&held.days) {
        find_place(&mut tx, id, &saved.days).await?;
    }
    let noted = match held.income {
        Some(known) => {
            costs::correct_income(ctx, &mut tx, known, &income).await?;
            known
        }
        None => costs::note_income(ctx, &mut tx, admin, &income).await?,
    };
    store::update(&mut tx, id, &saved, noted).await?;
    Ok(tx.commit().await?)
}

/// As if it had never been agreed: it is not shown any more, and its income is taken back.
pub async fn delete(ctx: &Context, viewer: &Viewer, id: i64) -> Result<()> {
    viewer.require_admin()?;
    let mut tx = ctx.db().begin().await?;
    let held = store::hold(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    store::delete(&mut tx, id).await?;
    if let Some(income) = held.income {
        costs::take_back_income(ctx, &mut tx, income).await?;
    }
    Ok(tx.commit().await?)
}
