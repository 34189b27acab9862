//! Counts kept on an article's row, so that lists need no join. Written in the transaction of what is counted.

use crate::args;
use crate::foundation::id::PostId;
use crate::server::db::{Queries, Result, Tx};

const HOLD: &str = "update posts
set ratings = ratings
where id = $1 and status = 'published'";

/// Holds a published article's row until the transaction ends, so that two who count at once count one after the other.
/// False when there is no such article.
pub async fn hold(tx: &mut Tx, id: PostId) -> Result<bool> {
    Ok(tx.run(HOLD, args![id]).await? > 0)
}

const SET_RATINGS: &str = "update posts
set ratings = $2, positive_ratings = $3, stars_sum = $4
where id = $1";

/// How many ratings there are, how many of them are 4 or 5, and the sum of all stars.
pub async fn set_ratings(tx: &mut Tx, id: PostId, n: i64, positive: i64, sum: i64) -> Result<()> {
    tx.run(SET_RATINGS, args![id, n, positive, sum]).await.map(drop)
}

const ADD_REPLIES: &str = "update posts
set replies = replies + $2
where id = $1";

pub async fn add_replies(tx: &mut Tx, id: PostId, delta: i64) -> Result<()> {
    tx.run(ADD_REPLIES, args![id, delta]).await.map(drop)
}
