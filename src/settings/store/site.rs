//! Tables `site`, `setup_token`, `redirects`.

use crate::args;
use crate::foundation::time::Timestamp;
use crate::server::db::{Db, Queries, Result, Tx};

#[derive(sqlx::FromRow)]
pub struct SiteRow {
    pub name: String,
    pub locale: String,
    pub time_zone: String,
    pub currency: String,
    /// JSON.
    pub look: String,
    /// When this look was published; of a draft, when the one was that it was begun from.
    pub published_at: i64,
}

const SITE: &str = "select name, locale, time_zone, currency, look, updated_at as published_at from site where id = 1";

pub async fn site(db: &Db) -> Result<Option<SiteRow>> {
    db.optional(SITE, args![]).await
}

const INSERT_SITE: &str = "insert into site (id, name, locale, time_zone, currency, look, updated_at)
values (1, $1, $2, $3, $4, $5, $6)
on conflict (id) do nothing";

/// False when there is a site already.
pub async fn insert_site(tx: &mut Tx, site: &SiteRow, now: Timestamp) -> Result<bool> {
    let rows = tx.run(INSERT_SITE, args![&site.name, &site.locale, &site.time_zone, &site.currency, &site.look, now]).await?;
    Ok(rows == 1)
}

const UPDATE_SITE: &str = "update site
set name = $1, locale = $2, time_zone = $3, look = $4, updated_at = $5
where id = 1 and updated_at = $6";

/// Its currency stays: every price is in it. False when another look than the one this was begun from is published by now.
pub async fn update_site(tx: &mut Tx, site: &SiteRow, now: Timestamp) -> Result<bool> {
    Ok(tx.run(UPDATE_SITE, args![&site.name, &site.locale, &site.time_zone, &site.look, now, site.published_at]).await? == 1)
}

const SET_TOKEN: &str = "insert into setup_token (id, token_hash, created_at)
values (1, $1, $2)
on conflict (id) do update set token_hash = $1, created_at = $2";

pub async fn set_token(db: &Db, hash: &str, now: Timestamp) -> Result<()> {
    db.run(SET_TOKEN, args![hash, now]).await.map(drop)
}

pub async fn token(db: &Db) -> Result<Option<String>> {
    let row: Option<(String,)> = db.optional("select token_hash from setup_token where id = 1", args![]).await?;
    Ok(row.map(|(hash,)| hash))
}

pub async fn delete_token(tx: &mut Tx) -> Result<()> {
    tx.run("delete from setup_token", args![]).await.map(drop)
}

pub async fn redirect(db: &Db, path: &str) -> Result<Option<String>> {
    let row: Option<(String,)> = db.optional("select target from redirects where path = $1", args![path]).await?;
    Ok(row.map(|(target,)| target))
}

const INSERT_REDIRECT: &str = "insert into redirects (path, target, created_at)
values ($1, $2, $3)
on conflict (path) do update set target = $2";

pub async fn insert_redirect(tx: &mut Tx, path: &str, target: &str, now: Timestamp) -> Result<()> {
    tx.run(INSERT_REDIRECT, args![path, target, now]).await.map(drop)
}

pub async fn delete_redirect(tx: &mut Tx, path: &str) -> Result<()> {
    tx.run("delete from redirects where path = $1", args![path]).await.map(drop)
}
