//! The ledger's tables, to be read through.

use super::Filter;
use crate::args;
use crate::foundation::id::OrderId;
use crate::server::db::{Args, Db, Queries, Result, Value};

/// What is looked for; empty texts for nothing in particular. A day is `YYYY-MM-DD`.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub account: String,
    pub from: String,
    pub to: String,
    pub handle: String,
    pub currency: String,
}

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct EntryRow {
    pub transfer_id: i64,
    pub line: i64,
    pub cause: String,
    pub about: String,
    pub booked_at: i64,
    pub booked_day: String,
    pub account: String,
    pub currency: String,
    pub minor: i64,
    pub handle: Option<String>,
    pub order_id: Option<i64>,
}

const ENTRIES: &str = "select t.id as transfer_id, e.line, t.cause, t.about, t.booked_at, t.booked_day, e.account, e.currency, e.minor,
    m.handle, e.order_id
from ledger_transfers t
join ledger_entries e on e.transfer_id = t.id
left join members m on m.id = e.member_id";

/// What the accounts of creators are looked for by.
const CREATORS: &str = "liability:creator";
const CREATORS_HELD: &str = "liability:creator-held";

pub async fn is_member(db: &Db, handle: &str) -> Result<bool> {
    let row: Option<(i64,)> = db.optional("select id from members where handle = $1", args![handle]).await?;
    Ok(row.is_some())
}

/// Those of `e`, an entry, and `t`, its transfer.
fn conditions(filter: &mut Filter, wanted: &Wanted) {
    let Wanted { account, from, to, handle, currency } = wanted;
    // Those of all creators are found by one name, and that of one of them by the member as well.
    if [CREATORS, CREATORS_HELD].contains(&account.as_str()) {
        filter.and("e.account like ?", format!("{account}:%"));
    } else if !account.is_empty() {
        filter.and("e.account = ?", account);
    }
    let all = [
        ("t.booked_day >= ?", from),
        ("t.booked_day <= ?", to),
        ("e.member_id = (select id from members where handle = ?)", handle),
        ("e.currency = ?", currency),
    ];
    for (condition, value) in all {
        if !value.is_empty() {
            filter.and(condition, value);
        }
    }
}

/// Whole transfers of which an entry is looked for, newest first, those before `before`; at most so many transfers.
pub async fn transfers(db: &Db, wanted: &Wanted, before: Option<i64>, limit: i64) -> Result<Vec<EntryRow>> {
    let mut filter = Filter::default();
    filter.and("t.id < ?", before.unwrap_or(i64::MAX));
    conditions(&mut filter, wanted);
    let Filter { sql, mut args } = filter;
    args.push(limit.into());
    let ids = format!(
        "select distinct t.id\nfrom ledger_transfers t\njoin ledger_entries e on e.transfer_id = t.id\n{sql}\norder by t.id desc\nlimit ${}",
        args.len()
    );
    let ids: Vec<(i64,)> = db.all(ids, args).await?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<String> = (1..=ids.len()).map(|n| format!("${n}")).collect();
    let args: Args = ids.into_iter().map(|(id,)| Value::from(id)).collect();
    db.all(format!("{ENTRIES}\nwhere t.id in ({})\norder by t.id desc, e.line", places.join(", ")), args).await
}

/// All entries about an order, oldest first.
pub async fn of_order(db: &Db, order: OrderId) -> Result<Vec<EntryRow>> {
    db.all(format!("{ENTRIES}\nwhere e.order_id = $1\norder by t.id, e.line\nlimit 1000"), args![order]).await
}

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct TotalRow {
    pub account: String,
    /// Of the creator whose account it is.
    pub handle: Option<String>,
    pub currency: String,
    pub debit: i64,
    pub credit: i64,
}

// All entries of a creator's account name the creator.
const TOTALS: &str = "select e.account, m.handle, e.currency,
    cast(coalesce(sum(case when e.minor > 0 then e.minor else 0 end), 0) as bigint) as debit,
    cast(coalesce(sum(case when e.minor < 0 then -e.minor else 0 end), 0) as bigint) as credit
from ledger_transfers t
join ledger_entries e on e.transfer_id = t.id
left join members m on m.id = e.member_id and e.account like 'liability:creator%'";

/// What was put into and taken from each account, of the entries looked for.
pub async fn totals(db: &Db, wanted: &Wanted) -> Result<Vec<TotalRow>> {
    let mut filter = Filter::default();
    conditions(&mut filter, wanted);
    let Filter { sql, args } = filter;
    db.all(format!("{TOTALS}\n{sql}\ngroup by e.account, m.handle, e.currency\norder by e.account, e.currency\nlimit 500"), args).await
}

const ACCOUNTS: &str = "select distinct case
        when account like 'liability:creator:%' then 'liability:creator'
        when account like 'liability:creator-held:%' then 'liability:creator-held'
        else account
    end as name
from ledger_entries
order by name
limit 200";

/// The accounts that anything was ever booked to; those of creators as one.
pub async fn accounts(db: &Db) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = db.all(ACCOUNTS, args![]).await?;
    Ok(rows.into_iter().map(|(account,)| account).collect())
}
