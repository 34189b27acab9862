//! Table `cards`.

use crate::args;
use crate::foundation::id::PostId;
use crate::foundation::time::Timestamp;
use crate::server::db::{Db, Queries, Result, Tx};

pub async fn picture(db: &Db, mark: &str) -> Result<Option<Vec<u8>>> {
    let row: Option<(Vec<u8>,)> = db.optional("select png from cards where mark = $1", args![mark]).await?;
    Ok(row.map(|(png,)| png))
}

const INSERT: &str = "insert into cards (mark, post_id, png, created_at)
values ($1, $2, $3, $4)
on conflict (mark) do nothing";

/// Keeps a picture, and none of those that it takes the place of.
pub async fn keep(tx: &mut Tx, mark: &str, post: Option<PostId>, png: &[u8], now: Timestamp) -> Result<()> {
    match post {
        Some(post) => tx.run("delete from cards where post_id = $1 and mark <> $2", args![post, mark]).await?,
        None => tx.run("delete from cards where post_id is null and mark <> $1", args![mark]).await?,
    };
    tx.run(INSERT, args![mark, post, png.to_vec(), now]).await.map(drop)
}
