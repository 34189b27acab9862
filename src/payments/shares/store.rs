//! Tables `creator_terms`, `creators`, `post_shares` and `order_shares`. Reads `posts`, `orders` and `members` for who wrote an article, and
//! whether the site is theirs.

use super::split::{Split, WHOLE};
use crate::args;
use crate::foundation::id::{MemberId, OrderId, PostId};
use crate::foundation::time::Timestamp;
use crate::server::db::{Db, Queries, Result, Tx};

/// What creators get of an article that is sold by itself.
pub async fn sale_rate(db: &Db) -> Result<i64> {
    let row: Option<(i64,)> = db.optional("select sale_rate from creator_terms where id = 1", args![]).await?;
    Ok(row.map_or(0, |(rate,)| rate))
}

/// What creators get of memberships.
pub async fn pool_rate(db: &Db) -> Result<i64> {
    let row: Option<(i64,)> = db.optional("select pool_rate from creator_terms where id = 1", args![]).await?;
    Ok(row.map_or(0, |(rate,)| rate))
}

const SET_SALE_RATE: &str = "insert into creator_terms (id, sale_rate, updated_at)
values (1, $1, $2)
on conflict (id) do update set sale_rate = $1, updated_at = $2";

pub async fn set_sale_rate(db: &Db, rate: i64, now: Timestamp) -> Result<()> {
    db.run(SET_SALE_RATE, args![rate, now]).await.map(drop)
}

/// A co-author, and their part.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CoAuthor {
    pub member_id: i64,
    pub handle: String,
    pub name: String,
    pub rate: i64,
}

const CO_AUTHORS: &str = "select s.member_id, m.handle, m.name, s.rate
from post_shares s
join members m on m.id = s.member_id
where s.post_id = $1
order by s.rate desc, s.member_id
limit 100";

pub async fn co_authors(db: &Db, post: PostId) -> Result<Vec<CoAuthor>> {
    db.all(CO_AUTHORS, args![post]).await
}

/// Nobody else changes the shares of this article until the transaction is done.
pub async fn hold(tx: &mut Tx, post: PostId) -> Result<()> {
    tx.run("update posts set version = version where id = $1", args![post]).await.map(drop)
}

const OTHERS: &str = "select cast(coalesce(sum(rate), 0) as bigint), count(*) from post_shares where post_id = $1 and member_id <> $2";

/// What others have of it, together, and how many they are.
pub async fn others(tx: &mut Tx, post: PostId, member: MemberId) -> Result<(i64, i64)> {
    tx.one(OTHERS, args![post, member]).await
}

const SET_SHARE: &str = "insert into post_shares (post_id, member_id, rate, changed_at)
values ($1, $2, $3, $4)
on conflict (post_id, member_id) do update set rate = $3, changed_at = $4";

pub async fn set_share(tx: &mut Tx, post: PostId, member: MemberId, rate: i64, now: Timestamp) -> Result<()> {
    tx.run(SET_SHARE, args![post, member, rate, now]).await.map(drop)
}

const FORGET_SHARE: &str = "delete from post_shares
where post_id = $1 and member_id = (select id from members where handle = $2)
returning member_id";

/// By their handle, which is another one once they left; whose it was.
pub async fn forget_share(tx: &mut Tx, post: PostId, handle: &str) -> Result<Option<MemberId>> {
    let row: Option<(i64,)> = tx.optional(FORGET_SHARE, args![post, handle]).await?;
    Ok(row.map(|(member,)| MemberId(member)))
}

/// Everybody with a share of an article, as things stand: co-authors, and its author with the rest.
macro_rules! split_of {
    () => {
        "select s.member_id, cast(sum(s.rate) as bigint) as rate
from (
    select member_id, rate
    from post_shares
    where post_id = $1
    union all
    select p.author_id, 10000 - (select cast(coalesce(sum(rate), 0) as bigint) from post_shares where post_id = $1)
    from posts p
    where p.id = $1
) s
where s.rate > 0
group by s.member_id"
    };
}

pub async fn split_of(tx: &mut Tx, post: PostId) -> Result<Vec<(MemberId, i64)>> {
    let rows: Vec<(i64, i64)> = tx.all(concat!(split_of!(), "\norder by s.member_id"), args![post]).await?;
    Ok(rows.into_iter().map(|(member, rate)| (MemberId(member), rate)).collect())
}

const BEGIN: &str = "insert into creators (member_id, since)
values ($1, $2)
on conflict (member_id) do nothing";

/// From now on something may be owed to them.
pub async fn begin(tx: &mut Tx, member: MemberId, now: Timestamp) -> Result<()> {
    tx.run(BEGIN, args![member, now]).await.map(drop)
}

const COPY: &str = "insert into order_shares (order_id, member_id, sale_rate, rate)
values ($1, $2, $3, $4)";

/// Promises creators their shares of a new order, as they stand now.
pub async fn copy(tx: &mut Tx, order: OrderId, post: PostId, now: Timestamp) -> Result<()> {
    let Some(sale_rate) = sale_rate_now(tx).await? else { return Ok(()) };
    for (member, rate) in split_of(tx, post).await? {
        begin(tx, member, now).await?;
        tx.run(COPY, args![order, member, sale_rate, rate]).await?;
    }
    Ok(())
}

/// As [`copy`], where all of it is one creator's.
pub async fn copy_whole(tx: &mut Tx, order: OrderId, member: MemberId, now: Timestamp) -> Result<()> {
    let Some(sale_rate) = sale_rate_now(tx).await? else { return Ok(()) };
    begin(tx, member, now).await?;
    tx.run(COPY, args![order, member, sale_rate, WHOLE]).await.map(drop)
}

/// What creators get of what is sold now; nothing where nothing is said.
pub async fn sale_rate_now(tx: &mut Tx) -> Result<Option<i64>> {
    let row: Option<(i64,)> = tx.optional("select sale_rate from creator_terms where id = 1 and sale_rate > 0", args![]).await?;
    Ok(row.map(|(rate,)| rate))
}

const TIPPED: &str = "select (
        select count(*)
        from members m
        where m.role = 'owner' and m.deleted_at is null
            and m.id = coalesce(o.author_id, (select p.author_id from posts p where p.id = o.post_id))
    ) as owned,
    coalesce((select max(s.sale_rate) from order_shares s where s.order_id = o.id), 0) as rate
from orders o
where o.id = $1";

/// Of a tip, whether the site is its author's, and what creators get of it, as it was promised with it.
pub async fn tipped(db: &Db, order: OrderId) -> Result<(bool, i64)> {
    let (owned, rate): (i64, i64) = db.one(TIPPED, args![order]).await?;
    Ok((owned > 0, rate))
}

/// As [`tipped`], within what is being written.
pub async fn tipped_now(tx: &mut Tx, order: OrderId) -> Result<(bool, i64)> {
    let (owned, rate): (i64, i64) = tx.one(TIPPED, args![order]).await?;
    Ok((owned > 0, rate))
}

const PROMISED: &str = "select member_id, sale_rate, rate
from order_shares
where order_id = $1
order by member_id";

/// What an order promised; nobody has a share of one that was begun before there were shares.
pub async fn promised(tx: &mut Tx, order: OrderId) -> Result<Split> {
    let rows: Vec<(i64, i64, i64)> = tx.all(PROMISED, args![order]).await?;
    let sale_rate = rows.first().map_or(0, |(_, sale_rate, _)| *sale_rate);
    Ok(Split { sale_rate, shares: rows.into_iter().map(|(member, _, rate)| (MemberId(member), rate)).collect() })
}
