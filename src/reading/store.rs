//! Tables `reading`, `follows`; reads `members`, `spaces` and `post_tags` for names.

use super::desk::Open;
use super::model::Subject;
use crate::args;
use crate::foundation::id::{MemberId, PostId, SpaceId};
use crate::foundation::time::Timestamp;
use crate::server::db::{Args, Db, Queries, Result, Tx, Value};
use sqlx::FromRow;

/// Nothing for an article that is published no more, or a member who has left meanwhile.
const SAVE: &str = "insert into reading (member_id, post_id, opened_at, share, finished_at)
select m.id, p.id, cast($3 as bigint), cast($4 as bigint), cast($5 as bigint)
from members m, posts p
where m.id = $1 and m.deleted_at is null and p.id = $2 and p.status = 'published'
on conflict (member_id, post_id) do update set
    opened_at = case when excluded.opened_at > reading.opened_at then excluded.opened_at else reading.opened_at end,
    share = case when excluded.share > reading.share then excluded.share else reading.share end,
    finished_at = coalesce(reading.finished_at, excluded.finished_at)";

pub async fn save(tx: &mut Tx, member: MemberId, post: PostId, open: Open) -> Result<()> {
    let finished_at = open.finished().then_some(open.at);
    tx.run(SAVE, args![member, post, open.at, open.share, finished_at]).await.map(drop)
}

const KEEP_NEWEST: &str = "delete from reading
where member_id = $1 and post_id in (
    select post_id
    from reading
    where member_id = $1
    order by opened_at desc, post_id desc
    limit 100000 offset $2
)";

pub async fn keep_newest(tx: &mut Tx, member: MemberId, many: usize) -> Result<()> {
    tx.run(KEEP_NEWEST, args![member, i64::try_from(many).unwrap_or(i64::MAX)]).await.map(drop)
}

#[derive(FromRow)]
pub struct ReadRow {
    pub post_id: i64,
    pub opened_at: i64,
    pub share: i64,
    pub finished: bool,
}

const READ: &str = "select post_id, opened_at, share, (finished_at is not null) as finished
from reading
where member_id = $1
order by opened_at desc, post_id desc
limit $2";

/// All that is remembered of a member, newest first.
pub async fn read(db: &Db, member: MemberId, limit: usize) -> Result<Vec<ReadRow>> {
    db.all(READ, args![member, i64::try_from(limit).unwrap_or(i64::MAX)]).await
}

pub async fn forget(tx: &mut Tx, member: MemberId) -> Result<()> {
    tx.run("delete from reading where member_id = $1", args![member]).await.map(drop)
}

pub async fn unfollow_all(tx: &mut Tx, member: MemberId) -> Result<()> {
    tx.run("delete from follows where member_id = $1", args![member]).await.map(drop)
}

/// `$2` is what is followed, in its own column.
fn subject_args(member: MemberId, subject: &Subject) -> Args {
    let key = match subject {
        Subject::Author(id) => Value::from(*id),
        Subject::Tag(tag) => Value::from(tag),
        Subject::Space(id) => Value::from(*id),
    };
    vec![Value::from(member), key]
}

const FOLLOW_AUTHOR: &str = "insert into follows (member_id, followed_id, followed_at)
values ($1, $2, $3)
on conflict (member_id, followed_id) do nothing";

const FOLLOW_TAG: &str = "insert into follows (member_id, tag, followed_at)
values ($1, $2, $3)
on conflict (member_id, tag) do nothing";

const FOLLOW_SPACE: &str = "insert into follows (member_id, space_id, followed_at)
values ($1, $2, $3)
on conflict (member_id, space_id) do nothing";

pub async fn follow(tx: &mut Tx, member: MemberId, subject: &Subject, now: Timestamp) -> Result<()> {
    let sql = match subject {
        Subject::Author(_) => FOLLOW_AUTHOR,
        Subject::Tag(_) => FOLLOW_TAG,
        Subject::Space(_) => FOLLOW_SPACE,
    };
    let mut args = subject_args(member, subject);
    args.push(Value::from(now));
    tx.run(sql, args).await.map(drop)
}

pub async fn unfollow(db: &Db, member: MemberId, subject: &Subject) -> Result<()> {
    let sql = match subject {
        Subject::Author(_) => "delete from follows where member_id = $1 and followed_id = $2",
        Subject::Tag(_) => "delete from follows where member_id = $1 and tag = $2",
        Subject::Space(_) => "delete from follows where member_id = $1 and space_id = $2",
    };
    db.run(sql, subject_args(member, subject)).await.map(drop)
}

pub async fn follows(db: &Db, member: MemberId, subject: &Subject) -> Result<bool> {
    let sql = match subject {
        Subject::Author(_) => "select id from follows where member_id = $1 and followed_id = $2",
        Subject::Tag(_) => "select id from follows where member_id = $1 and tag = $2",
        Subject::Space(_) => "select id from follows where member_id = $1 and space_id = $2",
    };
    let row: Option<(i64,)> = db.optional(sql, subject_args(member, subject)).await?;
    Ok(row.is_some())
}

/// How many a member follows.
pub async fn count(tx: &mut Tx, member: MemberId) -> Result<i64> {
    let (n,): (i64,) = tx.one("select count(*) from follows where member_id = $1", args![member]).await?;
    Ok(n)
}

#[derive(FromRow)]
pub struct FollowRow {
    pub followed_id: Option<i64>,
    pub tag: Option<String>,
    pub space_id: Option<i64>,
}

impl FollowRow {
    fn subject(self) -> Option<Subject> {
        let FollowRow { followed_id, tag, space_id } = self;
        let author = followed_id.map(|id| Subject::Author(MemberId(id)));
        author.or(tag.map(Subject::Tag)).or(space_id.map(|id| Subject::Space(SpaceId(id))))
    }
}

const FOLLOWED: &str = "select followed_id, tag, space_id
from follows
where member_id = $1
order by id desc
limit $2";

/// What a member follows, the latest first.
pub async fn followed(db: &Db, member: MemberId, limit: i64) -> Result<Vec<Subject>> {
    let rows: Vec<FollowRow> = db.all(FOLLOWED, args![member, limit]).await?;
    Ok(rows.into_iter().filter_map(FollowRow::subject).collect())
}

#[derive(FromRow)]
struct NamedRow {
    #[sqlx(flatten)]
    follow: FollowRow,
    handle: Option<String>,
    member_name: Option<String>,
    tag_name: Option<String>,
    space_slug: Option<String>,
    space_name: Option<String>,
}

/// What is followed, its name, and its address, if it is there.
pub type Named = (Subject, Option<(String, String)>);

const NAMED: &str = "select f.followed_id, f.tag, f.space_id, m.handle, m.name as member_name, s.slug as space_slug, s.name as space_name,
    (select max(t.name) from post_tags t where t.tag = f.tag and t.published_at is not null) as tag_name
from follows f
left join members m on m.id = f.followed_id and m.deleted_at is null
left join spaces s on s.id = f.space_id
where f.member_id = $1
order by f.id desc
limit $2";

pub async fn named(db: &Db, member: MemberId, limit: i64) -> Result<Vec<Named>> {
    let rows: Vec<NamedRow> = db.all(NAMED, args![member, limit]).await?;
    let named = rows.into_iter().filter_map(|row| {
        let subject = row.follow.subject()?;
        let place = match &subject {
            Subject::Author(_) => row.member_name.zip(row.handle.map(|handle| format!("/u/{handle}"))),
            Subject::Tag(tag) => row.tag_name.map(|name| (name, format!("/tags/{tag}"))),
            Subject::Space(_) => row.space_name.zip(row.space_slug.map(|slug| format!("/c/{slug}"))),
        };
        Some((subject, place))
    });
    Ok(named.collect())
}
