//! What providers tell, from the moment it arrives: believed, kept, answered, and only then processed.
//!
//! A notification is written to the database before it is answered, so that none that was acknowledged is lost. Many that
//! arrive at once share one transaction. Processing asks the provider how the thing stands now and settles that; what
//! fails is tried again, later each time, and after [`MOST_TRIES`] is left for an admin. Each provider has a queue of its
//! own, so that one that is away holds up nobody else. What is done is noted for many together: should we be broken off
//! before, it is processed once more, which changes nothing.

use super::reach::Reach;
use super::service::settle::{Outcome, settle};
use super::service::{self, connections, telling};
use super::store::notifications::{self, Waiting};
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::OrderId;
use crate::foundation::time::{HOUR, MINUTE, SECOND, Timestamp, doubled};
use crate::providers::facts::Fact;
use crate::providers::{self, Answer, Disbelief, Failure, Notification, Provider};
use crate::server::context::Context;
use crate::server::rush::{First, Rush};
use axum::http::HeaderMap;
use futures::stream::{self, TryStreamExt};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Notify, oneshot};

/// About a day, with the pauses doubling up to an hour.
pub const MOST_TRIES: i64 = 30;

/// How long one that is being processed is left alone by others.
const LEASE: i64 = 2 * MINUTE;

/// How many are taken at a time: no more than are processed within their lease, also by a provider that is slow.
const BATCH: i64 = 64;

/// How many of one provider are processed side by side: most of the time goes into waiting for its answers.
const AT_ONCE: usize = 8;

/// What waits to be written down, and who waits for it.
#[derive(Default)]
pub struct Inbox {
    arriving: Mutex<Vec<Arriving>>,
    /// One writer at a time; the rest wait in `arriving`.
    writing: tokio::sync::Mutex<()>,
    arrived: Mutex<HashMap<Provider, Arc<Notify>>>,
}

impl Inbox {
    /// Wakes whoever processes what a provider tells.
    pub fn arrived(&self, provider: Provider) -> Arc<Notify> {
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner).entry(provider).or_default().clone()
    }
}

struct Arriving {
    provider: Provider,
    notification: Notification,
    kept: oneshot::Sender<bool>,
}

/// Takes in what was posted to us, or hears why it did not come in: the provider's own answer, whatever it is. 404 for one
/// that is not set up.
pub async fn receive(ctx: &Context, provider: Provider, headers: &HeaderMap, body: Result<&[u8], Disbelief>) -> Result<Answer> {
    let taken = match body {
        Ok(body) => take_in(ctx, provider, headers, body).await?,
        Err(disbelief) => Err(disbelief),
    };
    if let Err(disbelief) = &taken {
        tracing::warn!(provider = provider.as_str(), %disbelief, "a notification was not taken in");
    }
    Ok(providers::answer(provider, taken.as_ref().copied()))
}

async fn take_in(ctx: &Context, provider: Provider, headers: &HeaderMap, body: &[u8]) -> Result<Result<(), Disbelief>> {
    let _before_what_can_wait = ctx.keep::<Rush>().busy(First::Arriving);
    let not_kept = |error: AppError| Disbelief::NotKept(error.to_string());
    let connection = match connections::connection(ctx, provider).await {
        Ok(connection) => connection,
        Err(ours @ (AppError::Unavailable | AppError::Internal)) => return Ok(Err(not_kept(ours))),
        Err(_) => return Err(AppError::NotFound),
    };
    Ok(match connection.believe(headers, body).await {
        Ok(notification) => keep(ctx, provider, notification).await.map_err(not_kept),
        Err(disbelief) => Err(disbelief),
    })
}

/// Writes a notification down together with all that arrived meanwhile. Returns once it is safe on disk.
async fn keep(ctx: &Context, provider: Provider, notification: Notification) -> Result<()> {
    let inbox = ctx.keep::<Inbox>();
    let (kept, safe) = oneshot::channel();
    inbox.arriving.lock().unwrap_or_else(PoisonError::into_inner).push(Arriving { provider, notification, kept });
    {
        let _turn = inbox.writing.lock().await;
        let batch = std::mem::take(&mut *inbox.arriving.lock().unwrap_or_else(PoisonError::into_inner));
        if !batch.is_empty() {
            let written = write(ctx, &batch).await;
            if let Err(error) = &written {
                tracing::error!(%error, "notifications could not be kept");
            }
            for arriving in batch {
                // Whoever went away will be told again by the provider.
                let _gone = arriving.kept.send(written.is_ok());
            }
        }
    }
    inbox.arrived(provider).notify_one();
    if safe.await.unwrap_or(false) { Ok(()) } else { Err(AppError::Unavailable) }
}

async fn write(ctx: &Context, batch: &[Arriving]) -> Result<()> {
    let mut tx = ctx.db().begin().await?;
    for arriving in batch {
        notifications::keep(&mut tx, arriving.provider, &arriving.notification, ctx.now()).await?;
    }
    Ok(tx.commit().await?)
}

/// Processes all whose turn it is, of all providers.
pub async fn process(ctx: &Context) -> Result<()> {
    let all = Provider::ALL.into_iter().map(|provider| process_of(ctx, provider));
    futures::future::join_all(all).await.into_iter().collect()
}

/// Processes those of one provider whose turn it is, for as long as it answers.
pub async fn process_of(ctx: &Context, provider: Provider) -> Result<()> {
    let reach = Reach::default();
    while !reach.is_away() {
        let now = ctx.now();
        let taken = notifications::take(ctx.db(), provider, now, now.plus(LEASE), BATCH).await?;
        if taken.is_empty() {
            break;
        }
        let rush = ctx.keep::<Rush>();
        let _before_letters = rush.busy(First::Processing);
        let (left, done) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
        stream::iter(taken.into_iter().map(Ok))
            .try_for_each_concurrent(AT_ONCE, |waiting| {
                let (rush, reach, left, done) = (&rush, &reach, &left, &done);
                async move {
                    rush.give_way(First::Arriving).await;
                    let id = waiting.id;
                    if reach.is_away() {
                        push(left, id);
                        return Ok(());
                    }
                    match process_one(ctx, provider, waiting).await? {
                        Processed::Done(order) => {
                            reach.note(true);
                            push(done, (id, order));
                        }
                        Processed::Noted { answered } => reach.note(answered),
                    }
                    Ok::<(), AppError>(())
                }
            })
            .await?;
        notifications::set_done(ctx.db(), &all(done)).await?;
        notifications::give_back(ctx.db(), &all(left), now).await?;
    }
    Ok(())
}

fn push<T>(list: &Mutex<Vec<T>>, one: T) {
    list.lock().unwrap_or_else(PoisonError::into_inner).push(one);
}

fn all<T>(list: Mutex<Vec<T>>) -> Vec<T> {
    list.into_inner().unwrap_or_else(PoisonError::into_inner)
}

enum Processed {
    /// To be noted: done for this order, or of no interest.
    Done(Option<OrderId>),
    /// What came of it is noted. Whether the provider answered.
    Noted { answered: bool },
}

async fn process_one(ctx: &Context, provider: Provider, waiting: Waiting) -> Result<Processed> {
    let id = waiting.id;
    let tries = waiting.tries;
    let tried = try_one(ctx, provider, waiting).await;
    let answered = !tried.as_ref().is_err_and(Failure::is_away);
    match tried.map_err(|failure| failure.to_string()) {
        Ok(Outcome::Done(order)) => return Ok(Processed::Done(Some(order))),
        Ok(Outcome::Ignored) => return Ok(Processed::Done(None)),
        Ok(Outcome::Quarantined(reason)) => in_trouble(ctx, provider, id, "quarantined", &reason).await?,
        Err(reason) if tries + 1 >= MOST_TRIES => {
            tracing::error!(notification = id, reason, "a notification was tried too often");
            in_trouble(ctx, provider, id, "dead", &reason).await?;
        }
        Err(reason) => notifications::set_later(ctx.db(), id, &reason, ctx.now().plus(pause(tries))).await?,
    }
    Ok(Processed::Noted { answered })
}

/// An admin has to look, and is written to.
async fn in_trouble(ctx: &Context, provider: Provider, id: i64, state: &str, reason: &str) -> Result<()> {
    let mut tx = ctx.db().begin().await?;
    notifications::set_troubled(&mut tx, id, state, reason).await?;
    telling::trouble(ctx, &mut tx, provider, &format!("notification:{id}"), reason).await?;
    Ok(tx.commit().await?)
}

/// Keeps for an admin that a provider, when asked about something, said what does not fit.
pub async fn put_aside(ctx: &Context, provider: Provider, about: (&str, &str), reason: &str, order: Option<OrderId>) -> Result<()> {
    let mut tx = ctx.db().begin().await?;
    notifications::put_aside(&mut tx, provider, about, reason, order, ctx.now()).await?;
    telling::trouble(ctx, &mut tx, provider, &format!("{}:{}:{}", provider.as_str(), about.0, about.1), reason).await?;
    Ok(tx.commit().await?)
}

/// Five seconds, doubling up to an hour.
const fn pause(tries: i64) -> i64 {
    doubled(5 * SECOND, tries, HOUR)
}

async fn try_one(ctx: &Context, provider: Provider, waiting: Waiting) -> std::result::Result<Outcome, Failure> {
    match waiting.kind.as_str() {
        notifications::LOOK => return service::look_again(ctx, &waiting.body).await,
        notifications::LOOK_AGREEMENT => return service::plans::look_at(ctx, provider, &waiting.body).await,
        _ => (),
    }
    let connection = connections::connection(ctx, provider).await?;
    let notification =
        Notification { id: waiting.event_id, kind: waiting.kind, made_at: waiting.made_at.map(Timestamp), body: waiting.body.into_bytes() };
    let facts = connection.facts(&notification).await?;
    let outcome = settle(ctx, provider, &facts).await?;
    // The buyer agreed; the money is taken only after the try was found to be wanted still.
    if let Some(reference) = facts.iter().find_map(Fact::approved) {
        return service::look_again(ctx, reference).await;
    }
    Ok(outcome)
}
