//! Signed-in browsers. tower-sessions keeps the cookie; this is its store in our database, and the list that members see.
//! A visitor has no session, and no cookie, until something has to be remembered.

use super::model::SessionSeen;
use super::store;
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::{MemberId, SessionId};
use crate::foundation::locale::Locale;
use crate::foundation::time::{DAY, Timestamp};
use crate::foundation::viewer::{Role, SignedIn, Viewer};
use crate::server::context::Context;
use crate::server::db::violates_unique;
use base64::Engine;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt;
use tower_sessions::cookie::SameSite;
use tower_sessions::cookie::time::{Duration, OffsetDateTime};
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{self, SessionStore};
use tower_sessions::{Expiry, Session, SessionManagerLayer};

/// How long a browser that is not used stays signed in.
const LASTS: i64 = 30 * DAY;
const MEMBER: &str = "member";
const BROWSER: &str = "browser";
/// Read together with the session, in one statement, for this request only: never stored.
const WHO: &str = "who";
/// Handle, name, role, language.
type Who = (String, String, String, Option<String>);

/// Our table, as tower-sessions wants it.
#[derive(Clone)]
pub struct Sessions(Context);

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sessions")
    }
}

/// The layer that gives every request its session.
pub fn layer(ctx: &Context) -> SessionManagerLayer<Sessions> {
    SessionManagerLayer::new(Sessions(ctx.clone()))
        .with_name("stoa_session")
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_secure(ctx.config().secure_cookies())
        .with_expiry(Expiry::OnInactivity(Duration::milliseconds(LASTS)))
}

fn hash(id: &Id) -> String {
    base64::engine::general_purpose::STANDARD_NO_PAD.encode(Sha256::digest(id.0.to_be_bytes()))
}

fn backend(error: impl fmt::Display) -> session_store::Error {
    session_store::Error::Backend(error.to_string())
}

impl Sessions {
    fn row(&self, record: &Record) -> session_store::Result<store::SessionRow> {
        let stored: HashMap<_, _> = record.data.iter().filter(|(key, _)| *key != WHO).collect();
        Ok(store::SessionRow {
            id_hash: hash(&record.id),
            member_id: record.data.get(MEMBER).and_then(serde_json::Value::as_i64).map(MemberId),
            user_agent: record.data.get(BROWSER).and_then(|v| v.as_str()).unwrap_or_default().to_owned(),
            data: serde_json::to_string(&stored).map_err(|e| session_store::Error::Encode(e.to_string()))?,
            now: self.0.now(),
            // By our clock, not the library's.
            expires_at: self.0.now().plus(LASTS),
        })
    }
}

#[async_trait::async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        loop {
            match store::insert_session(self.0.db(), &self.row(record)?).await {
                Err(error) if violates_unique(&error, "sessions", "id_hash") => record.id = Id::default(),
                other => return other.map_err(backend),
            }
        }
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        store::save_session(self.0.db(), &self.row(record)?).await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let Some(found) = store::session(self.0.db(), &hash(id), self.0.now()).await.map_err(backend)? else {
            return Ok(None);
        };
        let mut data: HashMap<String, Value> =
            serde_json::from_str(&found.data).map_err(|e| session_store::Error::Decode(e.to_string()))?;
        data.remove(WHO);
        if let (Some(handle), Some(name), Some(role)) = (found.handle, found.name, found.role) {
            data.insert(WHO.to_owned(), json!([handle, name, role, found.locale]));
        }
        let expiry_date = OffsetDateTime::from_unix_timestamp_nanos(i128::from(found.expires_at) * 1_000_000).map_err(backend)?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        store::delete_session_by_hash(self.0.db(), &hash(id)).await.map_err(backend)
    }
}

/// What becomes of a session that cannot be read or written, also where a feature keeps something in it.
pub fn broken(error: tower_sessions::session::Error) -> AppError {
    tracing::error!(%error, "a session could not be read or written");
    AppError::Unavailable
}

/// Makes this browser signed in, under a new session id, so that an id planted before is worth nothing.
pub async fn begin(session: &Session, member: MemberId, user_agent: &str) -> Result<()> {
    session.cycle_id().await.map_err(broken)?;
    session.clear().await;
    session.insert(MEMBER, member.0).await.map_err(broken)?;
    session.insert(BROWSER, user_agent.chars().take(200).collect::<String>()).await.map_err(broken)
}

/// Signs this browser out.
pub async fn end(session: &Session) -> Result<()> {
    session.flush().await.map_err(broken)
}

/// Who this session belongs to; a visitor when nobody, or when the account is gone.
pub async fn viewer(ctx: &Context, session: &Session) -> Result<Viewer> {
    let Some(member) = session.get::<i64>(MEMBER).await.map_err(broken)? else { return Ok(Viewer::VISITOR) };
    let viewer = Viewer(match session.get::<Who>(WHO).await.map_err(broken)? {
        Some((handle, name, role, locale)) => Some(SignedIn {
            id: MemberId(member),
            handle,
            name,
            role: Role::parse(&role).unwrap_or_default(),
            locale: locale.as_deref().and_then(Locale::from_tag),
        }),
        None => store::signed_in(ctx.db(), MemberId(member)).await?,
    });
    if viewer.id().is_some() {
        touch(session, ctx).await?;
    }
    Ok(viewer)
}

/// The viewer's signed-in browsers, last used first.
pub async fn list(ctx: &Context, viewer: &Viewer, session: &Session) -> Result<Vec<SessionSeen>> {
    let member = viewer.require_member()?;
    let current = session.id().map(|id| hash(&id)).unwrap_or_default();
    Ok(store::sessions_of(ctx.db(), member.id, &current, ctx.now()).await?)
}

/// Ends one of the viewer's sessions.
pub async fn end_one(ctx: &Context, viewer: &Viewer, id: SessionId) -> Result<()> {
    let member = viewer.require_member()?;
    Ok(store::delete_session(ctx.db(), member.id, id).await?)
}

/// Ends all of the viewer's sessions but this one.
pub async fn end_others(ctx: &Context, viewer: &Viewer, session: &Session) -> Result<()> {
    let member = viewer.require_member()?;
    let current = session.id().map(|id| hash(&id)).unwrap_or_default();
    Ok(store::delete_other_sessions(ctx.db(), member.id, &current).await?)
}

/// Notes that this session was used, which also makes it last longer; at most once an hour, so that reading pages does
/// not write.
async fn touch(session: &Session, ctx: &Context) -> Result<()> {
    const SEEN: &str = "seen";
    let now = ctx.now();
    let seen = session.get::<i64>(SEEN).await.map_err(broken)?.unwrap_or_default();
    if now.since(Timestamp(seen)) > crate::foundation::time::HOUR {
        session.insert(SEEN, now.0).await.map_err(broken)?;
    }
    Ok(())
}

/// Forgets sessions that have run out; a job calls it.
pub async fn forget_expired(ctx: &Context) -> Result<u64> {
    Ok(store::delete_expired_sessions(ctx.db(), ctx.now()).await?)
}
