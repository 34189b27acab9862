//! `stoa serve`: listens, does the small chores, and stops cleanly.

use super::{Outcome, renew};
use futures::FutureExt;
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use stoa::foundation::error::AppError;
use stoa::mail::outbox;
use stoa::payments::inbox::Inbox;
use stoa::payments::service::{clock, desk::reconciling, plans, taking_back};
use stoa::providers::Provider;
use stoa::segments::{circulars, deeds};
use stoa::server::config::Config;
use stoa::server::context::Context;
use stoa::transfer::bringing;
use stoa::{analytics, app, creators, discussion, members, reading, settings};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;
use tracing_subscriber::EnvFilter;

#[derive(clap::Args)]
pub struct Serve {
    /// Only say that the site is being worked on: status 503, the database is not touched
    #[arg(long)]
    pub maintenance: bool,
}

/// One page for everything, while the database is moved, restored or brought up to date.
pub async fn maintenance(config: &Config) -> Outcome {
    start_log();
    let listen = config.listen;
    let listener = TcpListener::bind(listen).await.map_err(|e| format!("{listen} cannot be listened on: {e}"))?;
    println!("Stoa says at {} that it is being worked on.", config.base_url);
    axum::serve(listener, app::maintenance()).with_graceful_shutdown(told_to_stop()).await?;
    Ok(())
}

pub async fn serve(ctx: Context) -> Outcome {
    start_log();
    let listen = ctx.config().listen;
    let listener = TcpListener::bind(listen).await.map_err(|e| format!("{listen} cannot be listened on: {e}"))?;
    let base_url = ctx.config().base_url.clone();
    if let Some(token) = settings::service::new_setup_token(&ctx).await? {
        println!("\nThis site is new. Open {base_url}/setup?token={token}\nSetup token: {token}\n");
    }
    println!("Stoa is at {base_url}");
    let chores = tokio::spawn(do_chores(ctx.clone()));
    let writing = tokio::spawn(keep_writing_down(ctx.clone()));
    let mut money = JoinSet::new();
    for provider in Provider::ALL {
        money.spawn(follow_the_money(ctx.clone(), provider));
    }
    money.spawn(follow_the_days(ctx.clone()));
    money.spawn(send_letters(ctx.clone()));
    money.spawn(compare_books(ctx.clone()));
    let service = app::router(ctx.clone()).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(told_to_stop()).await?;
    chores.abort();
    money.abort_all();
    write_down(&ctx).await;
    writing.abort();
    println!("Stoa has stopped.");
    Ok(())
}

/// Lines for people at a terminal, JSON for everything else.
fn start_log() {
    let filter = EnvFilter::try_from_env("STOA_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second subscriber is no reason not to serve.
    let started =
        if std::io::stderr().is_terminal() { log.try_init() } else { log.json().flatten_event(true).with_span_list(false).try_init() };
    if let Err(error) = started {
        eprintln!("stoa: the log cannot be started: {error}");
    }
}

async fn told_to_stop() {
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => (),
        _ = interrupt.recv() => (),
    }
}

/// How often what requests left in memory is written down.
const WRITE_EVERY: Duration = Duration::from_secs(5);

async fn keep_writing_down(ctx: Context) {
    let mut every = tokio::time::interval(WRITE_EVERY);
    loop {
        every.tick().await;
        write_down(&ctx).await;
    }
}

/// Page views and what members read. What cannot be written waits for the next time.
async fn write_down(ctx: &Context) {
    if let Err(error) = analytics::views::flush(ctx).await {
        tracing::warn!(%error, "page views could not be written");
    }
    if let Err(error) = reading::desk::flush(ctx).await {
        tracing::warn!(%error, "what members read could not be written");
    }
}

/// How often the clock of payments ticks when nothing arrives.
const TICK_EVERY: Duration = Duration::from_secs(5);

/// Processes what a provider tells, as it arrives, and does what time brings there. Each provider has its own, so that one
/// that is away holds up nobody else.
async fn follow_the_money(ctx: Context, provider: Provider) {
    let arrived = ctx.keep::<Inbox>().arrived(provider);
    loop {
        looked_after(clock::tick_of(&ctx, provider)).await;
        // Either way the next round comes.
        let _woken = tokio::time::timeout(TICK_EVERY, arrived.notified()).await;
    }
}

/// Offers that were held in vain, gifts whose day has come, memberships that end.
async fn follow_the_days(ctx: Context) {
    let mut every = tokio::time::interval(TICK_EVERY);
    loop {
        every.tick().await;
        looked_after(clock::tick_here(&ctx)).await;
    }
}

/// How often the outbox is looked into: somebody may be waiting for a code.
const SEND_EVERY: Duration = Duration::from_secs(2);

async fn send_letters(ctx: Context) {
    let mut every = tokio::time::interval(SEND_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        match AssertUnwindSafe(outbox::tick(&ctx)).catch_unwind().await {
            Ok(Ok(())) => (),
            Ok(Err(error)) => tracing::warn!(%error, "letters could not be sent; it is tried again"),
            Err(_) => tracing::error!("sending letters panicked; it is tried again"),
        }
    }
}

/// How often it is looked whether a day is over that was not compared: the book of a day is made some time on the next.
const COMPARE_EVERY: Duration = Duration::from_secs(3600);

/// Compares each day with the providers' books once it is over.
async fn compare_books(ctx: Context) {
    let mut every = tokio::time::interval(COMPARE_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        looked_after(reconciling::compare_due(&ctx)).await;
    }
}

async fn looked_after(work: impl Future<Output = Result<(), AppError>>) {
    match AssertUnwindSafe(work).catch_unwind().await {
        Ok(Ok(())) => (),
        Ok(Err(error)) => tracing::warn!(%error, "payments could not be looked after; it is tried again"),
        // The site goes on selling, so somebody has to go on here.
        Err(_) => tracing::error!("looking after payments panicked; it is tried again"),
    }
}

/// What is done every few minutes, whoever asks for what.
async fn do_chores(ctx: Context) {
    let mut every = tokio::time::interval(Duration::from_secs(300));
    loop {
        every.tick().await;
        if let Err(error) = members::service::tidy(&ctx).await {
            tracing::warn!(%error, "old sessions could not be cleared");
        }
        if let Err(error) = plans::end_of_left(&ctx).await {
            tracing::warn!(%error, "agreements of those who left could not be woken; it is tried again");
        }
        if let Err(error) = taking_back::forget_left(&ctx).await {
            tracing::warn!(%error, "names of those who left could not be forgotten; it is tried again");
        }
        if let Err(error) = creators::months::close_due(&ctx).await {
            tracing::warn!(%error, "a month could not be closed; it is tried again");
        }
        if let Err(error) = analytics::costs::book_due(&ctx).await {
            tracing::warn!(%error, "income from advertising could not be booked; it is tried again");
        }
        if let Err(error) = discussion::service::empty_bin(&ctx).await {
            tracing::warn!(%error, "the bin could not be emptied");
        }
        if let Err(error) = circulars::go_on(&ctx).await {
            tracing::warn!(%error, "letters to many could not all be written; it is tried again");
        }
        if let Err(error) = deeds::go_on(&ctx).await {
            tracing::warn!(%error, "what was to be done for many members is not finished; it is tried again");
        }
        if let Err(error) = bringing::tidy(&ctx).await {
            tracing::warn!(%error, "old files of members could not be forgotten");
        }
        match renew::render_again(&ctx, |done| tracing::info!(done, "texts are being rendered again")).await {
            Ok(0) => {}
            Ok(done) => tracing::info!(done, "texts were rendered again"),
            Err(error) => tracing::warn!(%error, "texts could not be rendered again; their old HTML is shown"),
        }
    }
}
