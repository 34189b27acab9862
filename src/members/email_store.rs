//! Of table `members` what has to do with its addresses; tables `email_proofs`, `password_resets`, `known_devices`.

use crate::args;
use crate::foundation::id::MemberId;
use crate::foundation::locale::Locale;
use crate::foundation::time::{DAY, Timestamp};
use crate::server::db::{Db, Queries, Result, Tx};

#[derive(sqlx::FromRow)]
pub struct ReaderRow {
    pub id: i64,
    pub name: String,
    pub email: String,
    pub role: String,
    pub email_verified_at: Option<i64>,
    pub locale: Option<String>,
    pub seen_in: Option<String>,
}

impl ReaderRow {
    pub fn is_admin(&self) -> bool {
        matches!(self.role.as_str(), "admin" | "owner")
    }
}

const READER: &str = "select id, name, email, role, email_verified_at, locale, seen_in
from members
where id = $1 and deleted_at is null and email is not null";

pub async fn reader(tx: &mut Tx, id: MemberId) -> Result<Option<ReaderRow>> {
    tx.optional(READER, args![id]).await
}

const ADMINS: &str = "select id, name, email, role, email_verified_at, locale, seen_in
from members
where role in ('admin', 'owner') and deleted_at is null and email is not null
order by id
limit 100";

pub async fn admins(tx: &mut Tx) -> Result<Vec<ReaderRow>> {
    tx.all(ADMINS, args![]).await
}

pub async fn set_seen_in(tx: &mut Tx, id: MemberId, locale: Locale) -> Result<()> {
    tx.run("update members set seen_in = $2 where id = $1 and deleted_at is null", args![id, locale.tag()]).await.map(drop)
}

/// A member's address, and whether it is known to be theirs.
pub async fn address(db: &Db, id: MemberId) -> Result<Option<(String, Option<i64>)>> {
    db.optional("select email, email_verified_at from members where id = $1 and email is not null", args![id]).await
}

pub async fn held_address(tx: &mut Tx, id: MemberId) -> Result<Option<(String, Option<i64>)>> {
    tx.optional("select email, email_verified_at from members where id = $1 and email is not null", args![id]).await
}

pub async fn set_verified(tx: &mut Tx, id: MemberId, now: Timestamp) -> Result<()> {
    let sql = "update members set email_verified_at = coalesce(email_verified_at, $2) where id = $1 and email is not null";
    tx.run(sql, args![id, now]).await.map(drop)
}

/// Another address, which was shown to be theirs.
pub async fn set_address(tx: &mut Tx, id: MemberId, address: &str, now: Timestamp) -> Result<()> {
    let sql = "update members set email = $2, email_verified_at = $3 where id = $1 and deleted_at is null";
    tx.run(sql, args![id, address, now]).await.map(drop)
}

const SET_PROOF: &str = "insert into email_proofs (member_id, address, token_hash, code_hash, misses, created_at, expires_at)
values ($1, $2, $3, $4, 0, $5, $6)
on conflict (member_id) do update
set address = $2, token_hash = $3, code_hash = $4, misses = 0, created_at = $5, expires_at = $6";

pub async fn set_proof(
    tx: &mut Tx,
    id: MemberId,
    address: &str,
    (token_hash, code_hash): (&str, &str),
    (now, until): (Timestamp, Timestamp),
) -> Result<()> {
    tx.run(SET_PROOF, args![id, address, token_hash, code_hash, now, until]).await.map(drop)
}

/// What a member was asked to prove: address, keyed hash of the code, wrong codes so far.
pub async fn proof(db: &Db, id: MemberId, now: Timestamp) -> Result<Option<(String, String, i64)>> {
    let sql = "select address, code_hash, misses from email_proofs where member_id = $1 and expires_at > $2";
    db.optional(sql, args![id, now]).await
}

pub async fn proof_by_token(db: &Db, token_hash: &str, now: Timestamp) -> Result<Option<(i64, String)>> {
    db.optional("select member_id, address from email_proofs where token_hash = $1 and expires_at > $2", args![token_hash, now]).await
}

/// Uses a proof up.
pub async fn take_proof(tx: &mut Tx, token_hash: &str, now: Timestamp) -> Result<Option<(i64, String)>> {
    let sql = "delete from email_proofs where token_hash = $1 and expires_at > $2 returning member_id, address";
    tx.optional(sql, args![token_hash, now]).await
}

/// Uses a proof up by its code; nothing for one that was guessed at too often.
pub async fn take_proof_by_code(tx: &mut Tx, id: MemberId, code_hash: &str, most: i64, now: Timestamp) -> Result<Option<(i64, String)>> {
    let sql =
        "delete from email_proofs where member_id = $1 and code_hash = $2 and misses < $3 and expires_at > $4 returning member_id, address";
    tx.optional(sql, args![id, code_hash, most, now]).await
}

pub async fn count_miss(db: &Db, id: MemberId) -> Result<()> {
    db.run("update email_proofs set misses = misses + 1 where member_id = $1", args![id]).await.map(drop)
}

pub async fn forget_proof(tx: &mut Tx, id: MemberId) -> Result<()> {
    tx.run("delete from email_proofs where member_id = $1", args![id]).await.map(drop)
}

const FORGET_COMING: &str = "delete from email_proofs
where member_id = $1 and address <> (select coalesce(email, '') from members where id = $1)";

/// Of another address than the member's own nothing is asked any more; whether one was.
pub async fn forget_coming(tx: &mut Tx, id: MemberId) -> Result<bool> {
    Ok(tx.run(FORGET_COMING, args![id]).await? > 0)
}

const SET_RESET: &str = "insert into password_resets (member_id, token_hash, created_at, expires_at)
values ($1, $2, $3, $4)
on conflict (member_id) do update set token_hash = $2, created_at = $3, expires_at = $4";

pub async fn set_reset(tx: &mut Tx, id: MemberId, token_hash: &str, now: Timestamp, until: Timestamp) -> Result<()> {
    tx.run(SET_RESET, args![id, token_hash, now, until]).await.map(drop)
}

pub async fn reset(db: &Db, token_hash: &str, now: Timestamp) -> Result<Option<MemberId>> {
    let sql = "select member_id from password_resets where token_hash = $1 and expires_at > $2";
    let row: Option<(i64,)> = db.optional(sql, args![token_hash, now]).await?;
    Ok(row.map(|(id,)| MemberId(id)))
}

/// Uses a reset up.
pub async fn take_reset(tx: &mut Tx, token_hash: &str, now: Timestamp) -> Result<Option<MemberId>> {
    let sql = "delete from password_resets where token_hash = $1 and expires_at > $2 returning member_id";
    let row: Option<(i64,)> = tx.optional(sql, args![token_hash, now]).await?;
    Ok(row.map(|(id,)| MemberId(id)))
}

pub async fn forget_reset(tx: &mut Tx, id: MemberId) -> Result<()> {
    tx.run("delete from password_resets where member_id = $1", args![id]).await.map(drop)
}

/// How many devices of a member are known.
pub async fn devices(tx: &mut Tx, id: MemberId) -> Result<i64> {
    let (n,): (i64,) = tx.one("select count(*) from known_devices where member_id = $1", args![id]).await?;
    Ok(n)
}

/// Notes a device; true when it was not known.
pub async fn note_device(tx: &mut Tx, id: MemberId, device: &str, now: Timestamp) -> Result<bool> {
    let known = tx.run("update known_devices set last_at = $3 where member_id = $1 and device_hash = $2", args![id, device, now]).await?;
    let insert =
        "insert into known_devices (member_id, device_hash, last_at) values ($1, $2, $3) on conflict (member_id, device_hash) do nothing";
    Ok(known == 0 && tx.run(insert, args![id, device, now]).await? == 1)
}

/// What an account that ends leaves nothing of.
pub async fn forget(tx: &mut Tx, id: MemberId) -> Result<()> {
    forget_proof(tx, id).await?;
    forget_reset(tx, id).await?;
    tx.run("delete from known_devices where member_id = $1", args![id]).await.map(drop)
}

pub async fn tidy(db: &Db, now: Timestamp) -> Result<()> {
    db.run("delete from email_proofs where expires_at <= $1", args![now]).await?;
    db.run("delete from password_resets where expires_at <= $1", args![now]).await?;
    db.run("delete from known_devices where last_at <= $1", args![now.plus(-400 * DAY)]).await.map(drop)
}
