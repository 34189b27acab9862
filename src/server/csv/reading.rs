//! A file that is read a little ahead of whoever takes its lines in.

use super::{Record, Records, decode};
use crate::foundation::error::{AppError, Result};
use crate::foundation::locale::Words;
use crate::server::away::away;
use tokio::sync::{mpsc, oneshot};

/// The largest file that is taken, in bytes.
pub const MAX_FILE: usize = 32 * 1024 * 1024;
/// How many lines one transaction takes.
const BATCH: usize = 500;
/// How far down the heading may stand.
const MAX_ABOVE: usize = 10;

/// What a file says of itself, and its lines, in batches.
pub struct Reading<H, L> {
    pub encoding: &'static str,
    pub heading: H,
    pub batches: mpsc::Receiver<Vec<L>>,
}

/// Reads a file away from the threads that serve pages. `find` knows the heading when it sees it, `check` says what is wrong with
/// it, or with there being none; `line` makes of a record what is taken in. 422 on `file` for a file that is none.
pub async fn read<H: Clone + Send + 'static, L: Send + 'static>(
    bytes: Vec<u8>,
    find: impl Fn(&[String]) -> Option<H> + Send + 'static,
    check: impl FnOnce(Option<H>) -> Result<H, Words> + Send + 'static,
    mut line: impl FnMut(&H, Record) -> L + Send + 'static,
) -> Result<Reading<H, L>> {
    let (say, said) = oneshot::channel();
    let (to, batches) = mpsc::channel(2);
    tokio::spawn(away(move || {
        let (text, encoding) = match decode(&bytes) {
            Ok(decoded) => decoded,
            Err(words) => return drop(say.send(Err(words))),
        };
        let mut records = Records::new(&text);
        let found = Iterator::take(records.by_ref(), MAX_ABOVE).find_map(|record| {
            let cells = record.cells.ok()?;
            find(&cells).map(|heading| (heading, cells.len()))
        });
        let (found, width) = found.unzip();
        records.width = width;
        let heading = match check(found) {
            Ok(heading) => heading,
            Err(words) => return drop(say.send(Err(words))),
        };
        // Where nobody listens any more, it ended with an error that is told already.
        if say.send(Ok((encoding, heading.clone()))).is_err() {
            return;
        }
        let mut batch = Vec::with_capacity(BATCH);
        for record in records {
            batch.push(line(&heading, record));
            if batch.len() == BATCH && to.blocking_send(std::mem::take(&mut batch)).is_err() {
                return;
            }
        }
        let _told = to.blocking_send(batch);
    }));
    let (encoding, heading) = said.await.map_err(|_| AppError::Internal)?.map_err(|words| AppError::field("file", words))?;
    Ok(Reading { encoding, heading, batches })
}
