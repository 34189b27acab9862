//! The admin's pages about money: providers, orders, agreements, notifications, the ledger, reconciliation.

pub(in crate::pages) mod affiliates;
mod creators;
mod fapiao;
mod ledger;
mod netted;
mod notifications;
mod order;
mod orders;
mod payments;
mod payout_run;
pub(in crate::pages) mod payouts;
mod receipts;
mod reconciliation;
mod refunds;
mod subscriptions;
mod tax;
mod tips;
mod waits;
mod wording;

pub use notifications::Alarm;
pub use waits::Waits;

use crate::analytics::tables::{Cell, csv_lines};
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::foundation::money::{Currency, Money};
use crate::foundation::time::Timestamp;
use crate::server::http::{Ask, Routes, query_value};
use crate::ui::Nothing;
use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use futures::stream;
use leptos::prelude::*;
use std::convert::Infallible;
use std::future::Future;

pub fn routes() -> Routes {
    Routes::new()
        .get("/admin/payments", payments::list)
        .post("/admin/tips", tips::save)
        .get("/admin/payments/{provider}", payments::show)
        .post("/admin/payments/{provider}", payments::save)
        .post("/admin/payments/{provider}/test", payments::test)
        .post("/admin/payments/{provider}/simulator", payments::use_simulator)
        .post("/admin/payments/{provider}/limits", payments::save_limits)
        .get("/admin/orders", orders::list)
        .get("/admin/orders.csv", orders::csv)
        .get("/admin/failed-payments", orders::failed)
        .get("/admin/orders/{id}", order::show)
        .post("/admin/orders/{id}/refund", order::refund)
        .post("/admin/orders/{id}/confirm", order::confirm)
        .post("/admin/orders/{id}/look", order::look)
        .get("/admin/refunds", refunds::list)
        .post("/admin/refunds", refunds::save)
        .get("/admin/refunds/{id}", refunds::show)
        .post("/admin/refunds/{id}/execute", refunds::execute)
        .post("/admin/refunds/{id}/refuse", refunds::refuse)
        .get("/admin/receipts", receipts::list)
        .get("/admin/receipts.csv", receipts::csv)
        .get("/admin/seller", receipts::seller)
        .post("/admin/seller", receipts::save_seller)
        .get("/admin/creators", creators::show)
        .post("/admin/creators", creators::save)
        .get("/admin/creators/articles", netted::list)
        .get("/admin/affiliates", affiliates::list)
        .post("/admin/affiliates", affiliates::save)
        .get("/admin/affiliates/{id}", affiliates::show)
        .post("/admin/affiliates/{id}", affiliates::decide)
        .get("/admin/payouts", payouts::list)
        .post("/admin/payouts", payouts::make)
        .get("/admin/payouts/{id}", payout_run::show)
        .post("/admin/payouts/{id}", payout_run::decide)
        .get("/admin/payouts/{id}/file", payout_run::csv)
        .get("/admin/tax", tax::show)
        .post("/admin/tax", tax::save)
        .post("/admin/tax/how", tax::choose)
        .get("/admin/fapiao", fapiao::list)
        .get("/admin/fapiao.csv", fapiao::csv)
        .get("/admin/fapiao/{id}", fapiao::show)
        .post("/admin/fapiao/{id}/issue", fapiao::issue)
        .post("/admin/fapiao/{id}/refuse", fapiao::refuse)
        .get("/admin/subscriptions", subscriptions::list)
        .get("/admin/subscriptions/{id}", subscriptions::show)
        .post("/admin/subscriptions/{id}/look", subscriptions::look)
        .post("/admin/subscriptions/{id}/end", subscriptions::end)
        .get("/admin/notifications", notifications::list)
        .get("/admin/notifications/{id}", notifications::show)
        .post("/admin/notifications/{id}/replay", notifications::replay)
        .post("/admin/notifications/{id}/ignore", notifications::ignore)
        .get("/admin/ledger", ledger::show)
        .get("/admin/ledger.csv", ledger::csv)
        .get("/admin/reconciliation", reconciliation::list)
        .post("/admin/reconciliation", reconciliation::compare)
        .get("/admin/reconciliation/{id}", reconciliation::show)
}

/// An instant, as people read it and as programs do.
pub(super) fn when(at: Timestamp, ask: &Ask) -> AnyView {
    view! { <time datetime=format::machine(at)>{format::date_time(at, &ask.site.time_zone, ask.locale)}</time> }.into_any()
}

pub(in crate::pages) fn money(minor: i64, currency: &str, ask: &Ask) -> String {
    Currency::parse(currency).map_or_else(|| format!("{minor} {currency}"), |currency| Money::new(minor, currency).format(ask.locale))
}

/// An amount in a row of which it need not have any.
pub(super) fn money_if_any(minor: i64, currency: &str, ask: &Ask) -> AnyView {
    if minor > 0 { money(minor, currency, ask).into_any() } else { view! { <Nothing/> }.into_any() }
}

/// Plain digits of an amount, for a file.
pub(in crate::pages) fn plain(minor: i64, currency: &str) -> Cell {
    Cell::Number(Currency::parse(currency).map_or_else(|| minor.to_string(), |currency| Money::new(minor, currency).to_plain()))
}

pub(super) fn person(handle: &str) -> AnyView {
    view! { <a href=format!("/u/{handle}")>{format!("@{handle}")}</a> }.into_any()
}

/// `name=value&…` of what was given, without what is empty.
pub(super) fn query(values: &[(&str, &str)]) -> String {
    let given = values.iter().filter(|(_, value)| !value.is_empty());
    given.map(|(name, value)| format!("{name}={}", query_value(value))).collect::<Vec<_>>().join("&")
}

/// Rows of a file, and where it goes on.
pub(in crate::pages) type Batch<K> = (Vec<Vec<Cell>>, Option<K>);

/// A CSV file, read and sent in batches. The first is read before this returns, so that a refusal is an answer rather than
/// half a file; if the database fails later, the file ends early and the log says why.
pub(in crate::pages) async fn file<K, F>(name: &str, columns: Vec<&str>, read: impl Fn(Option<K>) -> F + Send + 'static) -> Result<Response>
where
    K: Send + 'static,
    F: Future<Output = Result<Batch<K>>> + Send + 'static,
{
    let (rows, next) = read(None).await?;
    // Excel takes a file without this mark for the encoding of its own country.
    let mut begin = "\u{feff}".as_bytes().to_vec();
    begin.extend(csv_lines(&[columns.into_iter().map(|name| Cell::Text(name.to_owned())).collect()]));
    begin.extend(csv_lines(&rows));
    let rest = stream::unfold((next, read), |(next, read)| async move {
        match read(Some(next?)).await {
            Ok((rows, next)) => Some((Ok::<_, Infallible>(csv_lines(&rows)), (next, read))),
            Err(error) => {
                tracing::error!(%error, "a CSV file ended early");
                None
            }
        }
    });
    let lines = stream::iter([Ok(begin)]).chain(rest).fuse();
    let disposition = format!("attachment; filename=\"stoa-{name}.csv\"");
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, Body::from_stream(lines)).into_response())
}

/// The rows of one page, and whether more follow: one more than a page was asked for.
pub(in crate::pages) fn page_of<T>(mut rows: Vec<T>, page: i64) -> (Vec<T>, bool) {
    let more = rows.len() as i64 > page;
    rows.truncate(page as usize);
    (rows, more)
}
