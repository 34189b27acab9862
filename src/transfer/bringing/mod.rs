//! Members who are brought along from elsewhere, with what they pay there: Ghost's file of members, or any CSV with a column
//! for the e-mail.
//!
//! First the file is read, whole, and nothing is done: what it says is kept with what would come of it. Then an admin
//! chooses which tier is meant by which name and by which price, and says yes. What is brought in twice is brought in once.

mod choices;
mod columns;
mod reading;
mod reason;
mod row;
mod running;
mod store;

pub use choices::{Choices, Names, Price, Typed};
pub use columns::heading;
pub use reading::read;
pub use reason::{Outcome, Reason};
pub use running::run;
pub use store::ImportRow;

use crate::foundation::error::{AppError, Result};
use crate::foundation::time::DAY;
use crate::foundation::viewer::Viewer;
use crate::server::context::Context;
use store::SaidRow;

/// How long the lines of a file are kept: they are about people who may not be here at all.
const KEPT: i64 = 30 * DAY;

/// One file at a time, reading or running.
#[derive(Default)]
struct Turn(tokio::sync::Mutex<()>);

/// A file, and what came of it so far.
pub async fn one(ctx: &Context, viewer: &Viewer, id: i64) -> Result<ImportRow> {
    viewer.require_admin()?;
    store::one(ctx.db(), id).await?.ok_or(AppError::NotFound)
}

/// Newest first, those before `before`.
pub async fn list(ctx: &Context, viewer: &Viewer, before: Option<i64>, limit: i64) -> Result<Vec<ImportRow>> {
    viewer.require_admin()?;
    Ok(store::all(ctx.db(), before, limit).await?)
}

/// How many lines are brought in already.
pub async fn done(ctx: &Context, viewer: &Viewer, id: i64) -> Result<i64> {
    viewer.require_admin()?;
    Ok(store::done(ctx.db(), id).await?)
}

/// Forgets a file of which nothing was brought in.
pub async fn discard(ctx: &Context, viewer: &Viewer, id: i64) -> Result<()> {
    viewer.require_admin()?;
    if store::discard(ctx.db(), id).await? { Ok(()) } else { Err(AppError::NotFound) }
}

/// A line of which there is something to say: its number, what is said, whose it is, and of a broken one its cells in the order
/// of [`heading`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub line: i64,
    pub reason: Reason,
    pub email: String,
    pub cells: Vec<String>,
}

/// The lines of which there is something to say, after line `after`; of one outcome, or of all.
pub async fn said(ctx: &Context, viewer: &Viewer, id: i64, only: Option<Outcome>, after: i64, limit: i64) -> Result<Vec<Said>> {
    viewer.require_admin()?;
    let rows = store::said(ctx.db(), id, only.map(Outcome::as_str), after, limit).await?;
    let said = |row: SaidRow| {
        let cells = serde_json::from_str(&row.content).unwrap_or_default();
        Some(Said { line: row.line, reason: Reason::parse(&row.reason)?, email: row.email, cells })
    };
    Ok(rows.into_iter().filter_map(said).collect())
}

/// Forgets the lines of files that came long ago; a job calls it.
pub async fn tidy(ctx: &Context) -> Result<()> {
    Ok(store::tidy(ctx.db(), ctx.now().plus(-KEPT)).await?)
}
