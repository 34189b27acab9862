//! The ledger, read through.

use crate::foundation::error::{FieldErrors, Result};
use crate::foundation::viewer::Viewer;
use crate::payments::store::desk::ledger::{self, Wanted};
pub use crate::payments::store::desk::ledger::{EntryRow, TotalRow};
use crate::server::context::Context;
use crate::words;
use jiff::civil::Date;

/// What an admin looks for, as typed.
#[derive(Debug, Clone, Default)]
pub struct Search {
    pub account: String,
    pub from: String,
    pub to: String,
    pub member: String,
    pub currency: String,
}

impl Search {
    /// Errors stand under `from`, `to` and `member`.
    async fn wanted(&self, ctx: &Context) -> Result<Wanted> {
        let mut errors = FieldErrors::new();
        let day = |typed: &str| match typed.trim() {
            "" => Ok(String::new()),
            typed => typed.parse::<Date>().map(|day| day.to_string()).map_err(|_| words!("请填写日期。", "Please give a date.")),
        };
        let (from, to) = (errors.keep("from", day(&self.from)), errors.keep("to", day(&self.to)));
        if let (Some(from), Some(to)) = (&from, &to)
            && !from.is_empty()
            && !to.is_empty()
            && from > to
        {
            errors.add("to", words!("结束日期不能早于开始日期。", "The end cannot be before the beginning."));
        }
        let handle = self.member.trim().trim_start_matches('@').to_lowercase();
        if !handle.is_empty() && !ledger::is_member(ctx.db(), &handle).await? {
            errors.add("member", words!("没有这个用户名。", "Nobody has this handle."));
        }
        let (Some(from), Some(to)) = (from, to) else { return Err(errors.into_error()) };
        errors.check()?;
        Ok(Wanted { account: self.account.trim().to_owned(), from, to, handle, currency: self.currency.trim().to_uppercase() })
    }
}

/// Whole transfers, newest first, those before `before`; at most `limit`.
pub async fn transfers(ctx: &Context, viewer: &Viewer, search: &Search, before: Option<i64>, limit: i64) -> Result<Vec<EntryRow>> {
    viewer.require_admin()?;
    Ok(ledger::transfers(ctx.db(), &search.wanted(ctx).await?, before, limit).await?)
}

/// What was put into and taken from each account.
pub async fn totals(ctx: &Context, viewer: &Viewer, search: &Search) -> Result<Vec<TotalRow>> {
    viewer.require_admin()?;
    Ok(ledger::totals(ctx.db(), &search.wanted(ctx).await?).await?)
}

/// The accounts there are.
pub async fn accounts(ctx: &Context, viewer: &Viewer) -> Result<Vec<String>> {
    viewer.require_admin()?;
    Ok(ledger::accounts(ctx.db()).await?)
}
