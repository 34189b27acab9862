//! Tables `reconciliations`, `reconciliation_findings`, and our side of what is compared.

use crate::args;
use crate::foundation::money::{Currency, Money};
use crate::foundation::time::Timestamp;
use crate::payments::reconciliation::{About, Comparison, Finding, Kind, Ours};
use crate::providers::Provider;
use crate::providers::facts::MovementKind;
use crate::server::db::{Db, Queries, Result};

#[derive(sqlx::FromRow)]
struct OursRow {
    kind: String,
    number: Option<String>,
    reference: Option<String>,
    currency: String,
    minor: i64,
    fee: Option<i64>,
}

const PAYMENTS: &str = "select 'payment' as kind, p.provider_payment as number,
    (
        select c.reference
        from checkouts c
        where c.order_id = p.order_id and c.provider = p.provider
        order by case when c.state = 'paid' then 0 else 1 end, c.id desc
        limit 1
    ) as reference,
    p.currency, p.minor, p.fee_minor as fee
from payments p";

const REFUNDS: &str = "select 'refund' as kind, r.provider_refund as number, r.reference, p.currency, r.minor, r.fee_minor as fee
from refunds r
join payments p on p.id = r.payment_id";

fn ours(row: OursRow) -> Option<Ours> {
    let currency = Currency::parse(&row.currency)?;
    let payment = row.kind == "payment";
    Some(Ours {
        kind: if payment { MovementKind::Payment } else { MovementKind::Refund },
        number: row.number,
        reference: row.reference,
        amount: Money::new(if payment { row.minor } else { -row.minor }, currency),
        // A refund of which no fee is known to have come back may be one whose fee was not told.
        fee: if payment { row.fee } else { row.fee.filter(|fee| *fee != 0).map(|fee| -fee) },
    })
}

/// What we know to have moved at a provider between two instants.
pub async fn ours_between(db: &Db, provider: Provider, from: Timestamp, until: Timestamp) -> Result<Vec<Ours>> {
    let payments = format!("{PAYMENTS}\nwhere p.provider = $1 and p.paid_at >= $2 and p.paid_at < $3\norder by p.id\nlimit 100000");
    let refunds =
        format!("{REFUNDS}\nwhere r.provider = $1 and r.state = 'succeeded' and r.at >= $2 and r.at < $3\norder by r.id\nlimit 100000");
    let mut rows: Vec<OursRow> = db.all(payments, args![provider.as_str(), from, until]).await?;
    rows.extend(db.all::<OursRow>(refunds, args![provider.as_str(), from, until]).await?);
    Ok(rows.into_iter().filter_map(ours).collect())
}

/// A payment or refund of any day by the provider's number, or a refund by our reference.
pub async fn ours_named(db: &Db, provider: Provider, kind: MovementKind, number: &str, reference: Option<&str>) -> Result<Option<Ours>> {
    let row: Option<OursRow> = match kind {
        MovementKind::Payment => {
            let sql = format!("{PAYMENTS}\nwhere p.provider = $1 and p.provider_payment = $2");
            db.optional(sql, args![provider.as_str(), number]).await?
        }
        MovementKind::Refund => {
            let sql = format!(
                "{REFUNDS}\nwhere r.provider = $1 and (r.provider_refund = $2 or r.reference = $3) and r.state <> 'failed'\nlimit 1"
            );
            db.optional(sql, args![provider.as_str(), number, reference]).await?
        }
        _ => None,
    };
    Ok(row.and_then(ours))
}

/// Whether a refund of this number, or of this reference of ours, was told of; `Some(false)`: we asked for it, and have no
/// answer.
pub async fn has_refund(db: &Db, provider: Provider, number: &str, reference: Option<&str>) -> Result<Option<bool>> {
    let sql = "select state <> 'asked' from refunds where provider = $1 and (provider_refund = $2 or reference = $3) limit 1";
    let found: Option<(bool,)> = db.optional(sql, args![provider.as_str(), number, reference]).await?;
    Ok(found.map(|(told,)| told))
}

const KNOWN: &str = "select (select count(*) from checkouts where provider = $1 and reference = $2)
    + (select count(*) from refunds where provider = $1 and reference = $2)";

/// Whether a reference is one of ours with this provider.
pub async fn is_ours(db: &Db, provider: Provider, reference: &str) -> Result<bool> {
    let (n,): (i64,) = db.one(KNOWN, args![provider.as_str(), reference]).await?;
    Ok(n > 0)
}

/// The provider's numbers of the buyers whose agreements we know.
pub async fn customers(db: &Db, provider: Provider) -> Result<Vec<String>> {
    let sql = "select distinct customer from subscriptions where provider = $1 and customer is not null";
    let rows: Vec<(String,)> = db.all(sql, args![provider.as_str()]).await?;
    Ok(rows.into_iter().map(|(customer,)| customer).collect())
}

const CHARGED: &str = "select count(*)
from subscriptions
where provider = $1 and provider_subscription = $2 and (adopted_at is null or adopted_at <= $3)";

/// Whether what an agreement was charged at that time is ours: one that was made elsewhere had charges before it was.
pub async fn charges_for_us(db: &Db, provider: Provider, agreement: &str, at: Timestamp) -> Result<bool> {
    let (n,): (i64,) = db.one(CHARGED, args![provider.as_str(), agreement, at]).await?;
    Ok(n > 0)
}

const DONE: &str = "select r.id
from reconciliations r
where r.provider = $1 and r.day = $2 and r.compared_at >= $3
    and (r.compared_at >= $4 or not exists (select 1 from reconciliation_findings f where f.reconciliation_id = r.id))";

/// Whether a day was compared once it was over, and matched, or was compared today: after `midnight`.
pub async fn is_done(db: &Db, provider: Provider, day: &str, (over, midnight): (Timestamp, Timestamp)) -> Result<bool> {
    let found: Option<(i64,)> = db.optional(DONE, args![provider.as_str(), day, over, midnight]).await?;
    Ok(found.is_some())
}

const SAVE: &str = "insert into reconciliations (provider, day, compared_at, matched, foreign_lines)
values ($1, $2, $3, $4, $5)
returning id";

const FINDING: &str =
    "insert into reconciliation_findings (reconciliation_id, line, kind, number, currency, ours_minor, theirs_minor, about)
values ($1, $2, $3, $4, $5, $6, $7, $8)";

/// Keeps a comparison in place of an earlier one of the same day.
pub async fn save(db: &Db, provider: Provider, day: &str, found: &Comparison, now: Timestamp) -> Result<i64> {
    let mut tx = db.begin().await?;
    tx.run("delete from reconciliations where provider = $1 and day = $2", args![provider.as_str(), day]).await?;
    let (id,): (i64,) = tx.one(SAVE, args![provider.as_str(), day, now, found.matched, found.foreign]).await?;
    for (line, finding) in (1i64..).zip(&found.findings) {
        let Finding { kind, about, number, currency, ours, theirs } = finding;
        tx.run(FINDING, args![id, line, kind.as_str(), number, currency.code(), *ours, *theirs, about.as_str()]).await?;
    }
    tx.commit().await?;
    Ok(id)
}

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ReconciliationRow {
    pub id: i64,
    pub provider: String,
    pub day: String,
    pub compared_at: i64,
    pub matched: i64,
    pub foreign_lines: i64,
    pub findings: i64,
}

const COLUMNS: &str = "r.id, r.provider, r.day, r.compared_at, r.matched, r.foreign_lines,
    (select count(*) from reconciliation_findings f where f.reconciliation_id = r.id) as findings
from reconciliations r";

/// The latest day first, those before `before`.
pub async fn list(db: &Db, before: Option<(&str, i64)>, limit: i64) -> Result<Vec<ReconciliationRow>> {
    let (day, id) = before.unwrap_or(("9999-99-99", i64::MAX));
    let sql = format!("select {COLUMNS}\nwhere (r.day, r.id) < ($1, $2)\norder by r.day desc, r.id desc\nlimit $3");
    db.all(sql, args![day, id, limit]).await
}

pub async fn one(db: &Db, id: i64) -> Result<Option<ReconciliationRow>> {
    db.optional(format!("select {COLUMNS}\nwhere r.id = $1"), args![id]).await
}

const FINDINGS: &str = "select kind, about, number, currency, ours_minor, theirs_minor
from reconciliation_findings
where reconciliation_id = $1
order by line
limit 5000";

pub async fn findings(db: &Db, id: i64) -> Result<Vec<Finding>> {
    type Row = (String, String, String, String, Option<i64>, Option<i64>);
    let rows: Vec<Row> = db.all(FINDINGS, args![id]).await?;
    let read = |(kind, about, number, currency, ours, theirs): Row| {
        let (kind, about, currency) = (Kind::parse(&kind)?, About::parse(&about)?, Currency::parse(&currency)?);
        Some(Finding { kind, about, number, currency, ours, theirs })
    };
    Ok(rows.into_iter().filter_map(read).collect())
}
