//! What a visitor found and will redeem once they are signed in: kept in their session by its number, for a while.

use crate::codes::model::Source;
use crate::foundation::error::Result;
use crate::foundation::time::{HOUR, Timestamp};
use crate::members::sessions::broken;
use crate::server::context::Context;
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

const WAITING: &str = "redeeming";
/// Long enough to join; short enough that the next person at a shared computer does not get it.
const LASTS: i64 = HOUR;

#[derive(Serialize, Deserialize)]
struct Waiting {
    source: Source,
    at: Timestamp,
}

pub async fn keep(ctx: &Context, session: &Session, source: Source) -> Result<()> {
    session.insert(WAITING, Waiting { source, at: ctx.now() }).await.map_err(broken)
}

/// What waits, if anything does.
pub async fn find(ctx: &Context, session: &Session) -> Result<Option<Source>> {
    let waiting: Option<Waiting> = session.get(WAITING).await.map_err(broken)?;
    Ok(waiting.filter(|waiting| ctx.now().since(waiting.at) < LASTS).map(|waiting| waiting.source))
}

/// As [`find`]; it waits no more.
pub async fn take(ctx: &Context, session: &Session) -> Result<Option<Source>> {
    let found = find(ctx, session).await?;
    if found.is_some() {
        session.remove::<Waiting>(WAITING).await.map_err(broken)?;
    }
    Ok(found)
}
