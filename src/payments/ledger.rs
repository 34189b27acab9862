//! The double-entry ledger: what was received and what it was for. Append-only; a mistake is corrected by another
//! transfer. A debit is positive, a credit negative, and the entries of one transfer sum to zero in each currency.

use super::providers::Provider;
use crate::args;
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::id::{MemberId, PostId};
use crate::foundation::money::Money;
use crate::foundation::site::Site;
use crate::server::context::Context;
use crate::server::db::{Queries, Tx};
use std::collections::HashMap;

/// The headings of the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Account {
    /// What a provider holds for us.
    Provider(Provider),
    /// Earned by memberships.
    Fees,
    /// Earned by articles sold one by one.
    Sales,
    /// Paid once too often, and owed back.
    Surplus,
}

impl Account {
    /// As stored in the database, where reports read it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Account::Provider(Provider::Test) => "provider:test",
            Account::Fees => "revenue:fees",
            Account::Sales => "revenue:sales",
            Account::Surplus => "liability:surplus",
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub struct Entry {
    pub account: Account,
    pub amount: Money,
    pub member: Option<MemberId>,
    pub post: Option<PostId>,
}

/// Whether the entries sum to zero in each currency, and there is something to book.
fn balanced(entries: &[Entry]) -> bool {
    let mut sums: HashMap<&str, i128> = HashMap::new();
    for entry in entries {
        *sums.entry(entry.amount.currency.code()).or_default() += i128::from(entry.amount.minor);
    }
    !entries.is_empty() && entries.iter().all(|entry| entry.amount.minor != 0) && sums.values().all(|sum| *sum == 0)
}

const TRANSFER: &str = "insert into ledger_transfers (cause, booked_at, booked_day)
values ($1, $2, $3)
on conflict (cause) do nothing
returning id";

const ENTRY: &str = "insert into ledger_entries (transfer_id, account, currency, minor, member_id, post_id)
values ($1, $2, $3, $4, $5, $6)";

/// Books one transfer, each account at most once. The same `cause` a second time books nothing.
pub async fn book(ctx: &Context, tx: &mut Tx, site: &Site, cause: &str, entries: &[Entry]) -> Result<()> {
    if !balanced(entries) {
        tracing::error!(cause, ?entries, "a transfer that does not balance was refused");
        return Err(AppError::Internal);
    }
    let now = ctx.now();
    let day = format::day(now, &site.time_zone).to_string();
    let transfer: Option<(i64,)> = tx.optional(TRANSFER, args![cause, now, day]).await?;
    let Some((transfer,)) = transfer else { return Ok(()) };
    for Entry { account, amount, member, post } in entries {
        tx.run(ENTRY, args![transfer, account.as_str(), amount.currency.code(), amount.minor, *member, *post]).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::money::Currency;

    fn entry(account: Account, minor: i64, currency: &str) -> Entry {
        Entry { account, amount: Money::new(minor, Currency::parse(currency).unwrap()), member: None, post: None }
    }

    #[test]
    fn entries_have_to_sum_to_zero_in_each_currency() {
        let provider = Account::Provider(Provider::Test);
        assert!(balanced(&[entry(provider, 500, "CNY"), entry(Account::Fees, -500, "CNY")]));
        assert!(!balanced(&[entry(provider, 500, "CNY"), entry(Account::Fees, -499, "CNY")]));
        assert!(!balanced(&[entry(provider, 500, "CNY"), entry(Account::Fees, -500, "USD")]));
        assert!(!balanced(&[entry(provider, i64::MAX, "CNY"), entry(Account::Fees, i64::MAX, "CNY"), entry(Account::Sales, 2, "CNY")]));
        assert!(!balanced(&[entry(provider, 0, "CNY"), entry(Account::Fees, 0, "CNY")]));
        assert!(!balanced(&[]));
    }
}
