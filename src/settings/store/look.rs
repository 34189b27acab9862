//! Tables `look_drafts` and `look_files`.

use super::site::SiteRow;
use crate::args;
use crate::foundation::id::MemberId;
use crate::foundation::time::Timestamp;
use crate::server::db::{Db, Queries, Result, Tx};

const DRAFT: &str = "select d.name, d.locale, d.time_zone, s.currency, d.look, d.based_on as published_at
from look_drafts d
join site s on s.id = 1
where d.admin_id = $1";

/// The site as this admin tries it.
pub async fn draft(db: &Db, admin: MemberId) -> Result<Option<SiteRow>> {
    db.optional(DRAFT, args![admin]).await
}

const SAVE_DRAFT: &str = "insert into look_drafts (admin_id, name, locale, time_zone, look, updated_at, based_on)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (admin_id) do update set name = $2, locale = $3, time_zone = $4, look = $5, updated_at = $6, based_on = $7";

pub async fn save_draft(db: &Db, admin: MemberId, site: &SiteRow, now: Timestamp) -> Result<()> {
    db.run(SAVE_DRAFT, args![admin, &site.name, &site.locale, &site.time_zone, &site.look, now, site.published_at]).await.map(drop)
}

pub async fn delete_draft(tx: &mut Tx, admin: MemberId) -> Result<()> {
    tx.run("delete from look_drafts where admin_id = $1", args![admin]).await.map(drop)
}

/// The looks of all drafts: one for each admin who tries something.
pub async fn drafts(tx: &mut Tx) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = tx.all("select look from look_drafts limit 1000", args![]).await?;
    Ok(rows.into_iter().map(|(look,)| look).collect())
}

const PUT_FILE: &str = "insert into look_files (hash, content_type, bytes, created_at)
values ($1, $2, $3, $4)
on conflict (hash) do update set created_at = $4";

pub async fn put_file(db: &Db, hash: &str, content_type: &str, bytes: Vec<u8>, now: Timestamp) -> Result<()> {
    db.run(PUT_FILE, args![hash, content_type, bytes, now]).await.map(drop)
}

/// Content type and bytes.
pub async fn file(db: &Db, hash: &str) -> Result<Option<(String, Vec<u8>)>> {
    db.optional("select content_type, bytes from look_files where hash = $1", args![hash]).await
}

const OLD_FILES: &str = "select hash
from look_files
where created_at < $1
order by created_at
limit 500";

pub async fn files_before(tx: &mut Tx, then: Timestamp) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = tx.all(OLD_FILES, args![then]).await?;
    Ok(rows.into_iter().map(|(hash,)| hash).collect())
}

pub async fn delete_file(tx: &mut Tx, hash: &str) -> Result<()> {
    tx.run("delete from look_files where hash = $1", args![hash]).await.map(drop)
}
