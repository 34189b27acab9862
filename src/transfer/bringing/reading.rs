//! The dry run: a file is read, whole, and nothing is done.

use super::choices::{MOST_NAMED, Names};
use super::columns::{Columns, no_heading};
use super::reason::{Outcome, Reason};
use super::row::{self, Brought};
use super::store::{self, Line};
use super::{Turn, tidy};
use crate::foundation::error::{AppError, Result};
use crate::foundation::locale::Locale;
use crate::foundation::text;
use crate::foundation::viewer::Viewer;
use crate::members::bringing::{self, Whose};
use crate::payments::service::adopting;
use crate::server::context::Context;
use crate::server::csv::{self, MAX_FILE, Record};
use crate::settings::service::require_site;
use crate::words;
use jiff::tz::TimeZone;
use std::collections::HashSet;

/// A line, understood or not; of a broken one its cells.
struct Read {
    line: i64,
    one: std::result::Result<Box<Brought>, (Reason, Vec<String>)>,
}

/// Reads a file and keeps what it says; gives the number of the report. Nobody is entered yet.
pub async fn read(ctx: &Context, viewer: &Viewer, file_name: &str, bytes: Vec<u8>) -> Result<i64> {
    let by = viewer.require_admin()?.id;
    if bytes.len() > MAX_FILE {
        return Err(AppError::TooLarge);
    }
    let site = require_site(ctx).await?;
    tidy(ctx).await?;
    let file_name: String = text::line(file_name).chars().take(200).collect();
    let (ctx, viewer) = (ctx.clone(), viewer.clone());
    // Beside the request: a browser that goes away does not leave half a file.
    let work = tokio::spawn(async move {
        let turn = ctx.keep::<Turn>();
        let _mine = turn.0.lock().await;
        let (zone, mut seen) = (site.time_zone.clone(), HashSet::new());
        let made = move |columns: &Columns, record| line(record, columns, &zone, &mut seen);
        // Nothing is begun for a file that is none.
        let mut file = csv::read(bytes, Columns::find, |found| found.ok_or_else(no_heading), made).await?;
        let mut tx = ctx.db().begin().await?;
        let id = store::begin(&mut tx, (&file_name, file.encoding, file.heading.kind()), by, ctx.now()).await?;
        tx.commit().await?;
        let mut dry = Dry { ctx: &ctx, id, names: Names::default(), customers: HashSet::new(), subscriptions: HashSet::new() };
        while let Some(batch) = file.batches.recv().await {
            if let Err(error) = dry.take(batch).await {
                store::discard(ctx.db(), id).await?;
                return Err(error);
            }
        }
        dry.end(&viewer).await?;
        Ok(id)
    });
    work.await.map_err(|error| {
        tracing::error!(%error, "a file of members was not read to its end");
        AppError::Internal
    })?
}

/// A line; who stands in the file a second time is left out.
fn line(record: Record, columns: &Columns, zone: &TimeZone, seen: &mut HashSet<String>) -> Read {
    let one = match record.cells {
        Err(broken) => Err((broken.into(), Vec::new())),
        Ok(cells) => match row::read(&cells, columns, zone) {
            Ok(one) if seen.insert(one.email.clone()) => Ok(Box::new(one)),
            Ok(one) => Err((Reason::Twice, vec![one.email])),
            Err(reason) => Err((reason, row::kept(&cells, columns))),
        },
    };
    Read { line: record.line, one }
}

/// What the file named so far.
struct Dry<'a> {
    ctx: &'a Context,
    id: i64,
    names: Names,
    customers: HashSet<String>,
    subscriptions: HashSet<String>,
}

impl Dry<'_> {
    async fn take(&mut self, batch: Vec<Read>) -> Result<()> {
        let emails: Vec<&str> = batch.iter().filter_map(|read| read.one.as_ref().ok()).map(|one| one.email.as_str()).collect();
        let known = bringing::known(self.ctx, &emails).await?;
        let mut counts = [0; 4];
        let mut kept = Vec::with_capacity(batch.len());
        for Read { line, one } in &batch {
            let (outcome, reason, email, content) = match one {
                Ok(one) => {
                    let (outcome, reason) = match known.get(&one.email) {
                        None => (Outcome::Fresh, ""),
                        Some((_, Whose::Unproven)) => (Reason::Unproven.outcome(), Reason::Unproven.as_str()),
                        Some(_) => (Outcome::Known, ""),
                    };
                    if !self.names.count(one, outcome == Outcome::Fresh) {
                        return Err(AppError::field(
                            "file",
                            words!(
                                "文件里有 {MOST_NAMED} 个以上的会员等级名称。请检查“tiers”这一列。",
                                "The file names more than {MOST_NAMED} tiers. Please look at its column “tiers”."
                            ),
                        ));
                    }
                    self.customers.extend(Some(one.customer.clone()).filter(|number| !number.is_empty()));
                    self.subscriptions.extend(Some(one.subscription.clone()).filter(|number| !number.is_empty()));
                    (outcome, reason, one.email.clone(), serde_json::to_string(one))
                }
                Err((reason, cells)) => {
                    let email = cells.first().cloned().unwrap_or_default();
                    (reason.outcome(), reason.as_str(), email, serde_json::to_string(cells))
                }
            };
            let place = match outcome {
                Outcome::Fresh => 0,
                Outcome::Known | Outcome::Noted => 1,
                Outcome::Skipped => 2,
                Outcome::Broken => 3,
            };
            if let Some(count) = counts.get_mut(place) {
                *count += 1;
            }
            let content = content.map_err(|_| AppError::Internal)?;
            kept.push(Line { line: *line, outcome: outcome.as_str(), reason, email, content });
        }
        let mut tx = self.ctx.db().begin().await?;
        store::keep(&mut tx, self.id, &kept).await?;
        store::count_lines(&mut tx, self.id, counts).await?;
        Ok(tx.commit().await?)
    }

    /// Asks Stripe what the customers of the file have there, if it can be asked.
    async fn end(mut self, viewer: &Viewer) -> Result<()> {
        if self.names.paying > 0 && adopting::possible(self.ctx).await? {
            match adopting::found(self.ctx, viewer).await {
                Ok(all) => {
                    self.names.asked = true;
                    self.names.count_agreements(&all, &self.customers, &self.subscriptions);
                }
                Err(error) => self.names.refused = error.message(Locale::En),
            }
        }
        let names = serde_json::to_string(&self.names).map_err(|_| AppError::Internal)?;
        let mut tx = self.ctx.db().begin().await?;
        store::set_read(&mut tx, self.id, &names).await?;
        Ok(tx.commit().await?)
    }
}
