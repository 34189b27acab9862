//! The double-entry ledger: what was received and what it was for. Append-only; a mistake is corrected by another
//! transfer. A debit is positive, a credit negative, and the entries of one transfer sum to zero in each currency: the
//! database refuses anything else (`migrations/*/0010_money.sql`).

use crate::args;
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::id::{MemberId, OrderId, PostId};
use crate::foundation::money::Money;
use crate::foundation::site::Site;
use crate::payments::model::{Item, Order};
use crate::providers::Provider;
use crate::server::context::Context;
use crate::server::db::{Queries, Tx};
use std::collections::HashMap;
use std::fmt;

/// The headings of the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Account {
    /// What a provider holds for us.
    Provider(Provider),
    /// What a provider holds back while a payment is contested.
    Contested(Provider),
    /// What providers keep for their service.
    ProviderFees,
    /// Earned by memberships.
    Fees,
    /// Earned by articles sold one by one.
    Sales,
    /// Earned by advertising.
    Advertising,
    /// Paid once too often, and owed back.
    Surplus,
    /// Included in what was earned, and owed to the tax office.
    Tax,
    /// What reached our bank account.
    Bank,
    /// What creators got of what was earned.
    CreatorShares,
    /// Owed to a creator, who may be paid it.
    Creator(MemberId),
    /// Owed to a creator unless a payment that is contested is lost, or, to who recommended its buyer, for some days more.
    CreatorHeld(MemberId),
    /// Set aside for creators, who have not received it yet.
    Payouts,
    /// What those got of what was earned who recommended its buyers. It is owed to them as to creators.
    Rewards,
}

impl Account {
    /// The creator that an account is of.
    pub fn creator_of(name: &str) -> Option<MemberId> {
        let number = name.strip_prefix("liability:creator:").or_else(|| name.strip_prefix("liability:creator-held:"))?;
        number.parse().ok()
    }
}

/// As stored in the database, where reports read it.
impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Account::Provider(provider) => write!(f, "provider:{}", provider.as_str()),
            Account::Contested(provider) => write!(f, "contested:{}", provider.as_str()),
            Account::ProviderFees => f.write_str("expense:provider-fees"),
            Account::Fees => f.write_str("revenue:fees"),
            Account::Sales => f.write_str("revenue:sales"),
            Account::Advertising => f.write_str("revenue:advertising"),
            Account::Surplus => f.write_str("liability:surplus"),
            Account::Tax => f.write_str("liability:tax"),
            Account::Bank => f.write_str("asset:bank"),
            Account::CreatorShares => f.write_str("expense:creators"),
            Account::Creator(member) => write!(f, "liability:creator:{member}"),
            Account::CreatorHeld(member) => write!(f, "liability:creator-held:{member}"),
            Account::Payouts => f.write_str("liability:payouts"),
            Account::Rewards => f.write_str("expense:affiliates"),
        }
    }
}

#[derive(Debug, Clone)]
pub struct Entry {
    pub account: String,
    pub amount: Money,
    pub member: Option<MemberId>,
    pub post: Option<PostId>,
    pub order: Option<OrderId>,
}

/// Whether the entries sum to zero in each currency, and there is something to book.
fn balanced(entries: &[Entry]) -> bool {
    let mut sums: HashMap<&str, i128> = HashMap::new();
    for entry in entries {
        *sums.entry(entry.amount.currency.code()).or_default() += i128::from(entry.amount.minor);
    }
    !entries.is_empty() && entries.iter().all(|entry| entry.amount.minor != 0) && sums.values().all(|sum| *sum == 0)
}

const TRANSFER: &str = "insert into ledger_transfers (cause, about, booked_at, booked_day)
values ($1, $2, $3, $4)
on conflict (cause) do nothing
returning id";

const ENTRY: &str = "insert into ledger_entries (transfer_id, line, account, currency, minor, member_id, post_id, order_id)
values ($1, $2, $3, $4, $5, $6, $7, $8)";

const SEAL: &str = "insert into ledger_seals (transfer_id) values ($1)";

/// Books one transfer today and seals it. The same `cause` a second time books nothing.
pub async fn book(ctx: &Context, tx: &mut Tx, site: &Site, cause: &str, about: &str, entries: &[Entry]) -> Result<()> {
    let today = format::day(ctx.now(), &site.time_zone).to_string();
    book_on(ctx, tx, &today, (cause, about), entries).await
}

async fn book_on(ctx: &Context, tx: &mut Tx, day: &str, (cause, about): (&str, &str), entries: &[Entry]) -> Result<()> {
    if !balanced(entries) {
        tracing::error!(cause, ?entries, "a transfer that does not balance was refused");
        return Err(AppError::Internal);
    }
    let transfer: Option<(i64,)> = tx.optional(TRANSFER, args![cause, about, ctx.now(), day]).await?;
    let Some((transfer,)) = transfer else { return Ok(()) };
    for (line, entry) in (1i64..).zip(entries) {
        let Entry { account, amount, member, post, order } = entry;
        tx.run(ENTRY, args![transfer, line, account, amount.currency.code(), amount.minor, *member, *post, *order]).await?;
    }
    tx.run(SEAL, args![transfer]).await?;
    Ok(())
}

/// Books on a day, which has come, what reached our bank and was earned for this account. Some parts may take back what was
/// booked before; nothing is booked when they cancel each other.
pub async fn earn(ctx: &Context, tx: &mut Tx, day: &str, (cause, about): (&str, &str), account: Account, parts: &[Money]) -> Result<()> {
    let mut sums: Vec<Money> = Vec::new();
    for part in parts {
        match sums.iter_mut().find(|sum| sum.currency == part.currency) {
            Some(sum) => sum.minor += part.minor,
            None => sums.push(*part),
        }
    }
    let entry = |account: Account, amount: Money| Entry { account: account.to_string(), amount, member: None, post: None, order: None };
    let entries: Vec<Entry> = sums
        .into_iter()
        .filter(|sum| sum.minor != 0)
        .flat_map(|sum| [entry(Account::Bank, sum), entry(account, Money::new(-sum.minor, sum.currency))])
        .collect();
    if entries.is_empty() { Ok(()) } else { book_on(ctx, tx, day, (cause, about), &entries).await }
}

const BALANCES: &str = "select account, case when $2 then post_id end, cast(coalesce(sum(minor), 0) as bigint) as minor
from ledger_entries
where order_id = $1
group by 1, 2";

/// What the book says about an order, by account; of a bundle by article as well.
pub async fn balances(tx: &mut Tx, order: &Order) -> Result<super::books::Balances> {
    let rows: Vec<(String, Option<i64>, i64)> = tx.all(BALANCES, args![order.id, matches!(order.item, Item::Bundle(_))]).await?;
    Ok(rows.into_iter().map(|(account, post, minor)| ((account, post.map(PostId)), minor)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::money::Currency;

    fn entry(account: Account, minor: i64, currency: &str) -> Entry {
        let amount = Money::new(minor, Currency::parse(currency).unwrap());
        Entry { account: account.to_string(), amount, member: None, post: None, order: None }
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
