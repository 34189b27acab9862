//! Table `ratings`.

use crate::args;
use crate::discussion::model::Cursor;
use crate::foundation::id::{MemberId, PostId};
use crate::foundation::time::Timestamp;
use crate::server::db::{Db, Queries, Result, Tx};
use sqlx::FromRow;

// A rating that is changed stays on the day it was first given.
const SET: &str = "insert into ratings (post_id, member_id, stars, created_at, updated_at, day)
values ($1, $2, $3, $4, $4, $5)
on conflict (post_id, member_id) do update set stars = excluded.stars, updated_at = excluded.updated_at";

pub async fn set(tx: &mut Tx, post: PostId, member: MemberId, stars: i64, now: Timestamp, day: &str) -> Result<()> {
    tx.run(SET, args![post, member, stars, now, day]).await.map(drop)
}

const COUNT: &str = "select count(*) as n,
    cast(coalesce(sum(case when stars >= 4 then 1 else 0 end), 0) as bigint) as positive,
    cast(coalesce(sum(stars), 0) as bigint) as stars
from ratings
where post_id = $1";

/// How many ratings, how many of 4 and 5, and the sum of all stars.
pub async fn count(tx: &mut Tx, post: PostId) -> Result<(i64, i64, i64)> {
    tx.one(COUNT, args![post]).await
}

const OWN: &str = "select stars
from ratings
where post_id = $1 and member_id = $2";

pub async fn own(db: &Db, post: PostId, member: MemberId) -> Result<Option<i64>> {
    let row: Option<(i64,)> = db.optional(OWN, args![post, member]).await?;
    Ok(row.map(|(stars,)| stars))
}

/// A rating as its giver sees it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Given {
    pub post_id: i64,
    pub slug: String,
    pub title: String,
    pub stars: i64,
    pub updated_at: i64,
}

const GIVEN: &str = "select r.post_id, p.slug, p.title, r.stars, r.updated_at
from ratings r
join posts p on p.id = r.post_id
where r.member_id = $1 and (r.updated_at, r.post_id) < ($2, $3)
order by r.updated_at desc, r.post_id desc
limit $4";

pub async fn given(db: &Db, member: MemberId, after: Cursor, limit: i64) -> Result<Vec<Given>> {
    db.all(GIVEN, args![member, after.key, after.id, limit]).await
}
