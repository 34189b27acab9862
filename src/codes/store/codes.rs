//! Batches, and the codes in them.

use super::places;
use crate::args;
use crate::codes::model::{Code, CodeState, Counts};
use crate::foundation::id::MemberId;
use crate::foundation::time::Timestamp;
use crate::server::db::{Db, Queries, Result, Tx};
use std::collections::HashMap;

pub struct NewBatch<'a> {
    pub name: &'a str,
    pub note: &'a str,
    pub pack: i64,
    pub expires_at: Option<Timestamp>,
    pub several: bool,
    pub size: i64,
    pub form_key: &'a str,
    pub by: MemberId,
    pub now: Timestamp,
}

const INSERT_BATCH: &str = "insert into code_batches (name, note, pack_id, expires_at, several, size, form_key, made_by, made_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (form_key) do nothing
returning id";

/// `None` when this form made its batch already.
pub async fn insert_batch(tx: &mut Tx, new: &NewBatch<'_>) -> Result<Option<i64>> {
    let NewBatch { name, note, pack, expires_at, several, size, form_key, by, now } = *new;
    let args = args![name, note, pack, expires_at, several, size, form_key, by, now];
    let row: Option<(i64,)> = tx.optional(INSERT_BATCH, args).await?;
    Ok(row.map(|(id,)| id))
}

/// How many codes one statement writes.
const AT_ONCE: usize = 500;

/// Hashes with the last symbols.
pub async fn insert_codes(tx: &mut Tx, batch: i64, codes: &[(String, String)]) -> Result<()> {
    for some in codes.chunks(AT_ONCE) {
        let mut args = args![batch];
        let rows: Vec<String> = some.iter().map(|(hash, last)| format!("($1, {})", places(&mut args, [hash, last]))).collect();
        tx.run(format!("insert into codes (batch_id, hash, last) values {}", rows.join(", ")), args).await?;
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
pub struct BatchRow {
    pub id: i64,
    pub name: String,
    pub note: String,
    pub pack_id: i64,
    pub expires_at: Option<i64>,
    pub several: bool,
    pub size: i64,
    pub made_at: i64,
}

const BATCH: &str = "select id, name, note, pack_id, expires_at, several, size, made_at from code_batches";

pub async fn batch(db: &Db, id: i64) -> Result<Option<BatchRow>> {
    db.optional(format!("{BATCH} where id = $1"), args![id]).await
}

pub async fn batch_of_form(db: &Db, form_key: &str) -> Result<Option<BatchRow>> {
    db.optional(format!("{BATCH} where form_key = $1"), args![form_key]).await
}

/// Newest first, those before `before`.
pub async fn batches(db: &Db, before: Option<i64>, limit: i64) -> Result<Vec<BatchRow>> {
    db.all(format!("{BATCH} where id < $1 order by id desc limit $2"), args![before.unwrap_or(i64::MAX), limit]).await
}

#[derive(sqlx::FromRow)]
struct CountRow {
    batch_id: i64,
    made: i64,
    redeemed: i64,
    revoked: i64,
    expired: i64,
}

pub async fn counts(db: &Db, batches: &[i64], now: Timestamp) -> Result<HashMap<i64, Counts>> {
    if batches.is_empty() {
        return Ok(HashMap::new());
    }
    let mut args = args![now];
    let places = places(&mut args, batches.iter().copied());
    let sql = format!(
        "select c.batch_id, count(*) as made,
    sum(case when c.revoked_at is null and c.redeemed_at is not null then cast(1 as bigint) else cast(0 as bigint) end) as redeemed,
    sum(case when c.revoked_at is not null then cast(1 as bigint) else cast(0 as bigint) end) as revoked,
    sum(case when c.revoked_at is null and c.redeemed_at is null and b.expires_at <= $1
        then cast(1 as bigint) else cast(0 as bigint) end) as expired
from codes c
join code_batches b on b.id = c.batch_id
where c.batch_id in ({places})
group by c.batch_id"
    );
    let sql = format!(
        "select batch_id, made, cast(redeemed as bigint) as redeemed, cast(revoked as bigint) as revoked, cast(expired as bigint) as expired
from ({sql}) counted"
    );
    let rows: Vec<CountRow> = db.all(sql, args).await?;
    let counts = |row: &CountRow| Counts { made: row.made, redeemed: row.redeemed, revoked: row.revoked, expired: row.expired };
    Ok(rows.iter().map(|row| (row.batch_id, counts(row))).collect())
}

/// A code with what holds for its batch.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Held {
    pub id: i64,
    pub batch_id: i64,
    pub pack_id: i64,
    pub last: String,
    pub expires_at: Option<i64>,
    pub several: bool,
    pub member_id: Option<i64>,
    pub revoked_at: Option<i64>,
}

const HELD: &str = "select c.id, c.batch_id, b.pack_id, c.last, b.expires_at, b.several, c.member_id, c.revoked_at
from codes c
join code_batches b on b.id = c.batch_id";

pub async fn by_hash(db: &Db, hash: &str) -> Result<Option<Held>> {
    db.optional(format!("{HELD}\nwhere c.hash = $1"), args![hash]).await
}

pub async fn by_id(db: &Db, id: i64) -> Result<Option<Held>> {
    db.optional(format!("{HELD}\nwhere c.id = $1"), args![id]).await
}

pub async fn reread(tx: &mut Tx, id: i64) -> Result<Option<Held>> {
    tx.optional(format!("{HELD}\nwhere c.id = $1"), args![id]).await
}

/// Whether the member redeemed another code of a batch that allows one each.
pub async fn has_one_of(db: &Db, batch: i64, member: MemberId) -> Result<bool> {
    let sql = "select id from codes where batch_id = $1 and member_id = $2 and turn = 0";
    let row: Option<(i64,)> = db.optional(sql, args![batch, member]).await?;
    Ok(row.is_some())
}

const REDEEM: &str = "update codes
set member_id = $2, redeemed_at = $3, turn = case when $4 then id else 0 end
where id = $1 and member_id is null and revoked_at is null
    and not exists (select 1 from code_batches b where b.id = codes.batch_id and b.expires_at <= $3)";

/// False when it is not free any more. Breaks the key `batch_id, member_id, turn` when the member has one of the batch already.
pub async fn redeem(tx: &mut Tx, id: i64, member: MemberId, several: bool, now: Timestamp) -> Result<bool> {
    Ok(tx.run(REDEEM, args![id, member, now, several]).await? == 1)
}

#[derive(sqlx::FromRow)]
struct CodeRow {
    id: i64,
    last: String,
    handle: Option<String>,
    redeemed_at: Option<i64>,
    revoked_at: Option<i64>,
    expires_at: Option<i64>,
}

const CODES: &str = "select c.id, c.last, m.handle, c.redeemed_at, c.revoked_at, b.expires_at
from codes c
join code_batches b on b.id = c.batch_id
left join members m on m.id = c.member_id";

impl CodeRow {
    fn code(self, now: Timestamp) -> Code {
        let state = match (self.revoked_at, self.redeemed_at, self.expires_at) {
            (Some(_), ..) => CodeState::Revoked,
            (_, Some(_), _) => CodeState::Redeemed,
            (_, _, Some(at)) if at <= now.0 => CodeState::Expired,
            _ => CodeState::Left,
        };
        let redeemed = self.handle.zip(self.redeemed_at.map(Timestamp));
        Code { id: self.id, last: self.last, state, redeemed, revoked_at: self.revoked_at.map(Timestamp) }
    }
}

/// The codes of a batch in the order they were made, after `after`.
pub async fn codes(db: &Db, batch: i64, after: i64, limit: i64, now: Timestamp) -> Result<Vec<Code>> {
    let sql = format!("{CODES}\nwhere c.batch_id = $1 and c.id > $2\norder by c.id\nlimit $3");
    let rows: Vec<CodeRow> = db.all(sql, args![batch, after, limit]).await?;
    Ok(rows.into_iter().map(|row| row.code(now)).collect())
}

/// Those that were redeemed, the last first, before an instant and a number.
pub async fn redeemed(db: &Db, batch: i64, before: (Timestamp, i64), limit: i64, now: Timestamp) -> Result<Vec<Code>> {
    let sql =
        format!("{CODES}\nwhere c.batch_id = $1 and (c.redeemed_at, c.id) < ($2, $3)\norder by c.redeemed_at desc, c.id desc\nlimit $4");
    let rows: Vec<CodeRow> = db.all(sql, args![batch, before.0, before.1, limit]).await?;
    Ok(rows.into_iter().map(|row| row.code(now)).collect())
}

/// False when it is revoked already, or redeemed and `also_redeemed` does not allow it.
pub async fn revoke(tx: &mut Tx, id: i64, also_redeemed: bool, now: Timestamp) -> Result<bool> {
    let sql = "update codes set revoked_at = $2, turn = id where id = $1 and revoked_at is null and (member_id is null or $3)";
    Ok(tx.run(sql, args![id, now, also_redeemed]).await? == 1)
}

/// Those that nobody redeemed; says how many.
pub async fn revoke_rest(tx: &mut Tx, batch: i64, now: Timestamp) -> Result<u64> {
    let sql = "update codes set revoked_at = $2, turn = id where batch_id = $1 and revoked_at is null and member_id is null";
    tx.run(sql, args![batch, now]).await
}

/// How many of these hashes are codes of a batch.
pub async fn known(db: &Db, batch: i64, hashes: &[String]) -> Result<i64> {
    let mut n = 0;
    for some in hashes.chunks(AT_ONCE) {
        let mut args = args![batch];
        let places = places(&mut args, some);
        let (found,): (i64,) = db.one(format!("select count(*) from codes where batch_id = $1 and hash in ({places})"), args).await?;
        n += found;
    }
    Ok(n)
}

#[derive(sqlx::FromRow)]
pub struct OwnRow {
    /// `code` or `order`.
    pub kind: String,
    pub id: i64,
    pub number: String,
    pub at: i64,
    pub revoked: bool,
    /// Of a code; an order has one for each of its lines.
    pub pack_id: Option<i64>,
}

/// A code and an order may have been redeemed in the same instant under the same number: the kind decides then.
const OWN: &str = "select kind, id, number, at, revoked, pack_id
from (
    select 'code' as kind, c.id, c.last as number, c.redeemed_at as at, c.revoked_at is not null as revoked, b.pack_id
    from codes c
    join code_batches b on b.id = c.batch_id
    where c.member_id = $1
    union all
    select 'order' as kind, o.id, o.number, o.redeemed_at as at,
        not exists (select 1 from taobao_lines l where l.order_id = o.id and l.state <> 'closed') as revoked,
        null as pack_id
    from taobao_orders o
    where o.member_id = $1
) own";

/// What a member redeemed, the last first, before an instant, a kind and a number.
pub async fn own(db: &Db, member: MemberId, before: (Timestamp, &str, i64), limit: i64) -> Result<Vec<OwnRow>> {
    let sql = format!("{OWN}\nwhere (at, kind, id) < ($2, $3, $4)\norder by at desc, kind desc, id desc\nlimit $5");
    db.all(sql, args![member, before.0, before.1, before.2, limit]).await
}

/// One of them.
pub async fn own_one(db: &Db, member: MemberId, kind: &str, id: i64) -> Result<Option<OwnRow>> {
    db.optional(format!("{OWN}\nwhere kind = $2 and id = $3"), args![member, kind, id]).await
}
