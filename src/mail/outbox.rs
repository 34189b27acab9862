//! Sending what lies in the outbox. `stoa serve` calls it every few seconds, tests after they posted something. Several
//! programs may do it side by side: a letter is held by one of them for a while, and by number of tries, so that one that
//! comes back late changes nothing.
//!
//! A letter is sent once: it is marked as sent as soon as the server says that it has it. Between these two nothing can
//! be done about a crash; the letter then goes out again under the same Message-ID, by which mail servers and programs
//! know it.

use super::account;
use super::message;
use super::model::State;
use super::reasons;
use super::route::{Route, file_name};
use super::service::PURPOSE;
use super::smtp::Refusal;
use super::store::{self, Due, LetterRow};
use crate::foundation::error::{AppError, Result};
use crate::foundation::time::{HOUR, MINUTE, Timestamp, doubled};
use crate::server::context::Context;
use crate::server::rush::{First, Rush};
use crate::server::seal;
use crate::settings::service::site;
use futures::stream::{self, TryStreamExt};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

pub use super::route::Patience;

/// Five days, with the pauses doubling up to four hours: RFC 5321 (4.5.4.1) wants four or five at least.
pub const MOST_TRIES: i64 = 38;

/// How long one that is being sent is left alone by others.
const LEASE: i64 = 10 * MINUTE;

const BATCH: i64 = 100;

/// How many are sent side by side: one server that hangs over one letter does not hold up the rest.
const AT_ONCE: usize = 4;

/// Sends all whose turn it is, for as long as the server takes any.
pub async fn tick(ctx: &Context) -> Result<()> {
    let away = AtomicBool::new(false);
    while !away.load(Ordering::Relaxed) {
        let due = store::due(ctx.db(), ctx.now(), BATCH).await?;
        let Some(site) = site(ctx).await?.filter(|_| !due.is_empty()) else { break };
        let account = account::in_force(ctx, &site).await?;
        let route = Route::of(ctx, &account);
        stream::iter(due.into_iter().map(Ok))
            .try_for_each_concurrent(AT_ONCE, |due| {
                let (away, account, route) = (&away, &account, &route);
                async move {
                    ctx.keep::<Rush>().give_way(First::Processing).await;
                    let now = ctx.now();
                    if !away.load(Ordering::Relaxed) && store::take(ctx.db(), due, now, now.plus(LEASE)).await? {
                        let held = (due.0, due.1 + 1);
                        let reached = send_one(ctx, route, &account.sender, held).await?;
                        away.fetch_or(!reached, Ordering::Relaxed);
                    }
                    Ok::<(), AppError>(())
                }
            })
            .await?;
    }
    Ok(())
}

/// False: nothing gets through just now.
async fn send_one(ctx: &Context, route: &Route, sender: &account::Sender, held: Due) -> Result<bool> {
    // Somebody may have left meanwhile, and their letters with them.
    let Some(row) = store::one(ctx.db(), held.0).await?.filter(|row| row.state == "waiting") else { return Ok(true) };
    if row.good_until.is_some_and(|until| Timestamp(until) <= ctx.now()) {
        over(ctx, held, State::Dropped, reasons::LATE).await?;
        return Ok(true);
    }
    let built = secrets(ctx, &row).and_then(|secrets| message::build(&row, &secrets, sender, &ctx.config().base_url));
    let message = match built {
        Ok(message) => message,
        Err(reason) => {
            over(ctx, held, State::Failed, &reason).await?;
            return Ok(true);
        }
    };
    let sent = route.send(&file_name(row.created_at, &row.kind, &row.message_id), message).await?;
    note(ctx, route, &row, held, sent).await
}

fn secrets(ctx: &Context, row: &LetterRow) -> std::result::Result<BTreeMap<String, String>, String> {
    let Some(sealed) = &row.sealed else { return Ok(BTreeMap::new()) };
    let opened = seal::open(ctx, PURPOSE, sealed).map_err(|_| reasons::OTHER_KEY.to_owned())?;
    serde_json::from_slice(&opened).map_err(|error| error.to_string())
}

/// As much of what a server says as is kept.
fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(500).collect()
}

async fn over(ctx: &Context, held: Due, state: State, said: &str) -> Result<()> {
    let mut tx = ctx.db().begin().await?;
    store::set_over(&mut tx, held, state, &short(said)).await?;
    Ok(tx.commit().await?)
}

async fn note(ctx: &Context, route: &Route, row: &LetterRow, held: Due, sent: std::result::Result<String, Refusal>) -> Result<bool> {
    let now = ctx.now();
    let mut reached = true;
    let mut tx = ctx.db().begin().await?;
    match sent {
        Ok(said) => {
            store::set_sent(&mut tx, held, &short(&said), route.name(), now).await?;
            store::forget_bounces(&mut tx, &row.address).await?;
        }
        Err(Refusal::Address(said)) => {
            tracing::warn!(letter = row.id, said, "an address refused a letter");
            store::set_over(&mut tx, held, State::Failed, &short(&said)).await?;
            store::count_bounce(&mut tx, &row.address, &short(&said), now).await?;
        }
        Err(Refusal::Letter(said)) => {
            tracing::error!(letter = row.id, said, "a letter was refused");
            store::set_over(&mut tx, held, State::Failed, &short(&said)).await?;
        }
        Err(Refusal::Later(said) | Refusal::Away(said)) if held.1 >= MOST_TRIES => {
            tracing::error!(letter = row.id, said, "a letter was tried too often");
            store::set_over(&mut tx, held, State::Failed, &short(&said)).await?;
        }
        Err(refusal @ (Refusal::Later(_) | Refusal::Away(_))) => {
            reached = !matches!(refusal, Refusal::Away(_));
            let (Refusal::Later(said) | Refusal::Away(said) | Refusal::Address(said) | Refusal::Letter(said)) = refusal;
            tracing::warn!(letter = row.id, said, "a letter could not be sent; it is tried again");
            let said = if said.is_empty() { "no answer".to_owned() } else { short(&said) };
            store::set_later(&mut tx, held, &said, now.plus(pause(held.1))).await?;
        }
    }
    tx.commit().await?;
    Ok(reached)
}

/// A minute after the first try, doubling up to four hours.
const fn pause(tries: i64) -> i64 {
    doubled(MINUTE, tries - 1, 4 * HOUR)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::time::DAY;

    #[test]
    fn the_pauses_double_and_five_days_pass_before_a_letter_is_given_up() {
        let pauses: Vec<i64> = (1..12).map(|tries| pause(tries) / MINUTE).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240]);
        let all: i64 = (1..MOST_TRIES).map(pause).sum();
        assert!((4 * DAY..6 * DAY).contains(&all));
    }
}
