//! What the end of a month brings: the pool is shared, and statements are written. One transaction a month, so that it
//! happens whole and once.

use super::model::Month;
use super::store::{pool as store, statements};
use super::{letters, pool};
use crate::foundation::error::Result;
use crate::foundation::money::{Currency, Money};
use crate::foundation::time::HOUR;
use crate::members::correspondence;
use crate::server::context::Context;
use crate::settings;

/// A transaction that began in the old month may still be on its way.
const GRACE: i64 = HOUR;
/// How many months that nobody closed are caught up with at a time.
const AT_A_TIME: usize = 24;

/// Closes the months that are over and not closed; a chore calls it.
pub async fn close_due(ctx: &Context) -> Result<()> {
    let Some(site) = settings::service::site(ctx).await? else { return Ok(()) };
    let last_over = Month::of(ctx.now().plus(-GRACE), &site.time_zone).before();
    let last_closed = store::last_closed(ctx.db()).await?.as_deref().and_then(Month::parse);
    let mut month = last_closed.map_or(last_over, Month::after);
    for _ in 0..AT_A_TIME {
        if month > last_over {
            break;
        }
        close(ctx, month).await?;
        month = month.after();
    }
    Ok(())
}

async fn close(ctx: &Context, month: Month) -> Result<()> {
    let site = settings::service::require_site(ctx).await?;
    let mut tx = ctx.db().begin().await?;
    if !store::close(&mut tx, month, ctx.now()).await? {
        return Ok(());
    }
    pool::close(ctx, &mut tx, &site, month).await?;
    let (from, to) = month.days();
    // The pool of a month is booked after its end, and stands in the statement of the month in which that happens.
    for member in store::earned_in(&mut tx, (&from, &to)).await? {
        let sums = statements::month_of(&mut tx, member, (&from, &to)).await?;
        let lines = sums.iter().filter_map(|sum| {
            let currency = Currency::parse(&sum.currency)?;
            Some((Money::new(sum.earned, currency), Money::new(sum.paid_out, currency)))
        });
        let lines: Vec<_> = lines.collect();
        // Each creator's is a letter of its own.
        let about = format!("{month}:{member}");
        let write = |locale| letters::statement(&about, month, &lines, locale);
        correspondence::write_to(ctx, &mut tx, &site, member, write).await?;
    }
    Ok(tx.commit().await?)
}
