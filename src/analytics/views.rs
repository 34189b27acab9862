//! Page views and who was here, counted by ourselves: no cookie, no address kept. A request only touches memory; a chore
//! writes every few seconds, and once more when the program stops.
//!
//! A *visitor* is a hash of address and browser with a key that lives one day: nobody can tell who it was, or follow
//! anyone into the next day. Programs that say they are programs are not counted.

use super::store::views as store;
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::foundation::id::MemberId;
use crate::server::context::Context;
use crate::server::http::{Ask, is_prefetch};
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use jiff::ToSpan;
use jiff::civil::Date;
use sha2::Sha256;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What memory holds at most; beyond it, new pages and visitors of these seconds go uncounted.
const MAX_PENDING: usize = 10_000;
/// How many visitors and members of the day are remembered as written already.
const MAX_KNOWN: usize = 50_000;
const MAX_PATH: usize = 200;

type Visitor = [u8; 16];

/// What is to be written. Sorted, so that two instances never wait for each other's rows in a circle.
#[derive(Default)]
struct Pending {
    views: BTreeMap<(Date, String), i64>,
    visitors: BTreeSet<(Date, Visitor)>,
    members: BTreeSet<(Date, MemberId)>,
}

/// What a program remembers of the day; lives in its [`Context`].
#[derive(Default)]
pub struct Counter {
    memory: Mutex<Memory>,
    /// Held while writing: whoever flushes last, when the program stops, waits for the one before.
    writing: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Memory {
    key: Option<(Date, [u8; 32])>,
    known_day: Date,
    known_visitors: HashSet<Visitor>,
    known_members: HashSet<MemberId>,
    /// The day for which old keys were last thrown away.
    forgotten: Date,
    pending: Pending,
}

impl Counter {
    fn lock(&self) -> MutexGuard<'_, Memory> {
        // Counts have no invariant that a panic elsewhere could break.
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    fn begin(&mut self, day: Date) {
        if self.known_day != day {
            self.known_day = day;
            self.known_visitors.clear();
            self.known_members.clear();
        }
    }

    fn saw_page(&mut self, day: Date, path: &str) {
        let room = self.pending.views.len() < MAX_PENDING;
        match self.pending.views.get_mut(&(day, path.to_owned())) {
            Some(n) => *n = n.saturating_add(1),
            None if room => drop(self.pending.views.insert((day, path.to_owned()), 1)),
            None => (),
        }
    }

    fn saw_visitor(&mut self, day: Date, visitor: Visitor) {
        if self.known_visitors.len() < MAX_KNOWN && !self.known_visitors.insert(visitor) {
            return;
        }
        if self.pending.visitors.len() < MAX_PENDING {
            self.pending.visitors.insert((day, visitor));
        }
    }

    fn saw_member(&mut self, day: Date, member: MemberId) {
        if self.known_members.len() < MAX_KNOWN && !self.known_members.insert(member) {
            return;
        }
        self.pending.members.insert((day, member));
    }
}

/// Pages anybody may come to, under their own address; the rest is nobody's reading. The same page can be asked for in many
/// spellings (`/u/ANN`, `/u/%61nn`): counting those would let anybody fill the table with rows.
fn is_counted(path: &str) -> bool {
    let public = ["/p/", "/tags/", "/u/", "/c/", "/t/"].iter().any(|prefix| path.starts_with(prefix));
    let plain = || path.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'/' | b'-' | b'_'));
    ["/", "/articles", "/tags"].contains(&path) || public && path.len() <= MAX_PATH && plain()
}

fn is_program(user_agent: &str) -> bool {
    const PROGRAMS: [&str; 12] =
        ["bot", "crawl", "spider", "slurp", "curl", "wget", "python", "httpclient", "headless", "preview", "monitor", "scan"];
    let lower = user_agent.to_ascii_lowercase();
    lower.is_empty() || PROGRAMS.iter().any(|word| lower.contains(word))
}

/// The layer: counts a page that was shown.
pub async fn count(request: Request, next: Next) -> Response {
    let asked = (request.method() == Method::GET && !is_prefetch(request.headers())).then(|| request.extensions().get::<Ask>().cloned());
    let response = next.run(request).await;
    if let Some(ask) = asked.flatten()
        && is_page(&response)
        && !is_program(&ask.user_agent)
        && let Err(error) = seen(&ask).await
    {
        tracing::warn!(%error, "a page view was not counted");
    }
    response
}

fn is_page(response: &Response) -> bool {
    let html = || response.headers().get(header::CONTENT_TYPE).is_some_and(|v| v.as_bytes().starts_with(b"text/html"));
    response.status() == StatusCode::OK && html()
}

async fn seen(ask: &Ask) -> Result<()> {
    let day = format::day(ask.ctx.now(), &ask.site.time_zone);
    let path = ask.path();
    let visitor = if is_counted(path) { Some(visitor(&ask.ctx, day, &ask.address, &ask.user_agent).await?) } else { None };
    let counter = ask.ctx.keep::<Counter>();
    let mut memory = counter.lock();
    memory.begin(day);
    if let Some(member) = ask.viewer.id() {
        memory.saw_member(day, member);
    }
    if let Some(visitor) = visitor {
        memory.saw_page(day, path);
        memory.saw_visitor(day, visitor);
    }
    Ok(())
}

async fn visitor(ctx: &Context, day: Date, address: &str, user_agent: &str) -> Result<Visitor> {
    let key = key(ctx, day).await?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|_| crate::foundation::error::AppError::Internal)?;
    mac.update(address.as_bytes());
    mac.update(b"\0");
    mac.update(user_agent.as_bytes());
    let mut visitor = Visitor::default();
    visitor.copy_from_slice(&mac.finalize().into_bytes()[..16]);
    Ok(visitor)
}

/// The key of the day: from memory, and once a day from the database, where all instances share it.
async fn key(ctx: &Context, day: Date) -> Result<[u8; 32]> {
    let counter = ctx.keep::<Counter>();
    if let Some((_, key)) = counter.lock().key.filter(|(of, _)| *of == day) {
        return Ok(key);
    }
    let stored = store::key(ctx.db(), &day.to_string(), &URL_SAFE_NO_PAD.encode(ctx.random_bytes::<32>())).await?;
    let mut key = [0u8; 32];
    let decoded = URL_SAFE_NO_PAD.decode(stored).unwrap_or_default();
    if decoded.len() != key.len() {
        tracing::error!("the visitors' key of the day cannot be read");
        return Err(crate::foundation::error::AppError::Internal);
    }
    key.copy_from_slice(&decoded);
    counter.lock().key = Some((day, key));
    Ok(key)
}

/// Writes down what was counted, and once a day forgets what must not be kept. When the database does not answer, the
/// counts wait for the next time.
pub async fn flush(ctx: &Context) -> Result<()> {
    let Some(site) = crate::settings::service::site(ctx).await? else { return Ok(()) };
    let today = format::day(ctx.now(), &site.time_zone);
    let counter = ctx.keep::<Counter>();
    let _writing = counter.writing.lock().await;
    let (pending, forget) = {
        let mut memory = counter.lock();
        if memory.key.is_some_and(|(of, _)| of < today) {
            memory.key = None;
        }
        (std::mem::take(&mut memory.pending), memory.forgotten != today)
    };
    let nothing = pending.views.is_empty() && pending.visitors.is_empty() && pending.members.is_empty();
    if nothing && !forget {
        return Ok(());
    }
    if let Err(error) = write(ctx, &pending, forget.then_some(today)).await {
        let mut memory = counter.lock();
        for (page, n) in pending.views {
            *memory.pending.views.entry(page).or_default() += n;
        }
        memory.pending.visitors.extend(pending.visitors);
        memory.pending.members.extend(pending.members);
        return Err(error);
    }
    if forget {
        counter.lock().forgotten = today;
    }
    Ok(())
}

async fn write(ctx: &Context, pending: &Pending, forget: Option<Date>) -> Result<()> {
    let mut tx = ctx.db().begin().await?;
    for ((day, path), n) in &pending.views {
        store::add_views(&mut tx, &day.to_string(), path, *n).await?;
    }
    for (day, visitor) in &pending.visitors {
        store::add_visitor(&mut tx, &day.to_string(), &URL_SAFE_NO_PAD.encode(visitor)).await?;
    }
    for (day, member) in &pending.members {
        store::add_member_day(&mut tx, &day.to_string(), *member).await?;
    }
    if let Some(today) = forget {
        store::forget(&mut tx, &today.to_string(), &today.saturating_sub(1.day()).to_string()).await?;
    }
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_that_say_so_and_private_pages_are_not_counted() {
        for agent in ["", "Googlebot/2.1", "curl/8.0", "Mozilla/5.0 (compatible; YandexCrawler)"] {
            assert!(is_program(agent), "{agent}");
        }
        assert!(!is_program("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"));
        for (path, counted) in [("/", true), ("/p/a", true), ("/t/3/x", true), ("/account", false), ("/admin", false), ("/pkg/x", false)] {
            assert_eq!(is_counted(path), counted, "{path}");
        }
        assert!(!is_counted(&format!("/t/1/{}", "x".repeat(MAX_PATH))));
        assert!(!is_counted("/u/ANN") && !is_counted("/u/%61nn"), "another spelling of a page that is counted");
    }

    #[test]
    fn memory_is_bounded_however_many_come() {
        let mut memory = Memory::default();
        let day = jiff::civil::date(2026, 3, 15);
        for i in 0..(MAX_PENDING as u128 + 50) {
            memory.saw_page(day, &format!("/p/{i}"));
            memory.saw_visitor(day, i.to_be_bytes());
        }
        assert_eq!((memory.pending.views.len(), memory.pending.visitors.len()), (MAX_PENDING, MAX_PENDING));
    }
}
