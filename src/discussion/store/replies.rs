//! Table `replies`. A page of a conversation is two statements, however many replies it has: the first replies of its
//! threads, and all that stands under them.

use crate::args;
use crate::discussion::model::{Cursor, Reply, Sort};
use crate::foundation::id::{MemberId, ReplyId};
use crate::foundation::locale::Locale;
use crate::foundation::target::Target;
use crate::foundation::time::Timestamp;
use crate::markdown::{Passage, RENDERER};
use crate::server::again::Outdated;
use crate::server::db::{Db, Queries, Result, Tx};
use sqlx::FromRow;

macro_rules! replies_where {
    ($($rest:expr),+) => {
        concat!(
            "select r.id, r.parent_id, r.depth, r.author_id, case when m.deleted_at is null then m.handle end as handle, m.name,
    r.html, r.lang, r.up_votes, r.down_votes, r.score, r.created_at, (r.edited_at is not null) as edited,
    (r.hidden_at is not null) as hidden, (r.deleted_at is not null) as deleted
from replies r
join members m on m.id = r.author_id
",
            $($rest),+
        )
    };
}

/// The first replies of threads. A deleted one is left out unless something lives under it.
macro_rules! roots_by {
    ($key:literal) => {
        replies_where!(
            "where r.target_kind = $1
    and r.target_id = $2
    and r.depth = 0
    and (r.",
            $key,
            ", r.id) < ($3, $4)
    and (r.deleted_at is null or exists (
        select c.id
        from replies c
        where c.thread_id = r.id and c.deleted_at is null
    ))
order by r.",
            $key,
            " desc, r.id desc
limit $5"
        )
    };
}

/// All that stands under the threads from one root to another.
macro_rules! answers_by {
    ($key:literal) => {
        replies_where!(
            "where r.thread_id in (
        select t.id
        from replies t
        where t.target_kind = $1
            and t.target_id = $2
            and t.depth = 0
            and (t.",
            $key,
            ", t.id) <= ($3, $4)
            and (t.",
            $key,
            ", t.id) >= ($5, $6)
    )
order by r.id
limit $7"
        )
    };
}

pub async fn roots(db: &Db, target: Target, sort: Sort, after: Cursor, limit: usize) -> Result<Vec<Reply>> {
    let sql = match sort {
        Sort::New => roots_by!("created_at"),
        Sort::Best => roots_by!("score"),
    };
    db.all(sql, args![target.kind.as_str(), target.id, after.key, after.id, limit as i64]).await
}

pub async fn answers(db: &Db, target: Target, sort: Sort, first: Cursor, last: Cursor, limit: i64) -> Result<Vec<Reply>> {
    let sql = match sort {
        Sort::New => answers_by!("created_at"),
        Sort::Best => answers_by!("score"),
    };
    db.all(sql, args![target.kind.as_str(), target.id, first.key, first.id, last.key, last.id, limit]).await
}

/// What there is to know of a reply to act on it.
#[derive(Debug, Clone, FromRow)]
pub struct Head {
    pub id: i64,
    pub target_kind: String,
    pub target_id: i64,
    pub parent_id: Option<i64>,
    pub thread_id: Option<i64>,
    pub depth: i64,
    pub author_id: i64,
    pub source: String,
    pub hidden: bool,
    pub deleted: bool,
}

const HEAD: &str = "select id, target_kind, target_id, parent_id, thread_id, depth, author_id, source,
    (hidden_at is not null) as hidden, (deleted_at is not null) as deleted
from replies
where id = $1";

pub async fn head(db: &Db, id: ReplyId) -> Result<Option<Head>> {
    db.optional(HEAD, args![id]).await
}

const THREAD_SIZE: &str = "select count(*)
from replies
where thread_id = $1";

pub async fn thread_size(db: &Db, thread: i64) -> Result<i64> {
    let (n,): (i64,) = db.one(THREAD_SIZE, args![thread]).await?;
    Ok(n)
}

pub struct New<'a> {
    pub target: Target,
    pub parent: Option<i64>,
    pub thread: Option<i64>,
    pub depth: i64,
    pub author: MemberId,
    pub source: &'a str,
    pub passage: &'a Passage,
    pub now: Timestamp,
}

const INSERT: &str = "insert into replies (target_kind, target_id, parent_id, thread_id, depth, author_id, source, created_at,
    html, lang, renderer)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
returning id";

pub async fn insert(tx: &mut Tx, new: &New<'_>) -> Result<ReplyId> {
    let target = new.target;
    let mut args = args![target.kind.as_str(), target.id, new.parent, new.thread, new.depth, new.author, new.source, new.now];
    args.extend(args![&new.passage.html, new.passage.lang.map(Locale::tag), RENDERER]);
    let (id,): (i64,) = tx.one(INSERT, args).await?;
    Ok(ReplyId(id))
}

const EDIT: &str = "update replies
set source = $2, html = $3, lang = $4, renderer = $5, edited_at = $6
where id = $1 and deleted_at is null";

pub async fn edit(tx: &mut Tx, id: ReplyId, source: &str, made: &Passage, now: Timestamp) -> Result<bool> {
    Ok(tx.run(EDIT, args![id, source, &made.html, made.lang.map(Locale::tag), RENDERER, now]).await? > 0)
}

const DELETE: &str = "update replies
set source = '', html = '', lang = null, deleted_at = $2
where id = $1 and deleted_at is null";

/// Clears the text. False when somebody was faster.
pub async fn delete(tx: &mut Tx, id: ReplyId, now: Timestamp) -> Result<bool> {
    Ok(tx.run(DELETE, args![id, now]).await? > 0)
}

const RESTORE: &str = "update replies
set source = $2, html = $3, lang = $4, renderer = $5, deleted_at = null
where id = $1
returning target_kind, target_id";

/// Gives what it stands under: kind and number.
pub async fn restore(tx: &mut Tx, id: ReplyId, source: &str, made: &Passage) -> Result<(String, i64)> {
    tx.one(RESTORE, args![id, source, &made.html, made.lang.map(Locale::tag), RENDERER]).await
}

const HIDE: &str = "update replies
set hidden_at = $2, hidden_by = $3
where id = $1";

/// Hides it (with who did and when) or, with neither, shows it again.
pub async fn hide(tx: &mut Tx, id: ReplyId, at: Option<Timestamp>, by: Option<MemberId>) -> Result<()> {
    tx.run(HIDE, args![id, at, by]).await.map(drop)
}

/// Replies that an older renderer made, with their Markdown.
pub const OUTDATED: Outdated = Outdated {
    name: "replies",
    renderer: RENDERER,
    find: "select id, source
from replies
where renderer < $1
order by renderer, id
limit $2",
    tried: "update replies set renderer = $2 where id = $1",
};

const RENEW: &str = "update replies
set html = $3, lang = $4, renderer = $5
where id = $1 and source = $2";

/// Puts in what the renderer of today made of this source; nothing when the source is another by now.
pub async fn renew(db: &Db, id: i64, source: &str, made: &Passage) -> Result<()> {
    db.run(RENEW, args![id, source, &made.html, made.lang.map(Locale::tag), RENDERER]).await.map(drop)
}

/// Something a member wrote, with what is needed to decide whether they may still see where.
#[derive(FromRow)]
pub struct WrittenRow {
    pub kind: String,
    pub id: i64,
    pub source: String,
    pub created_at: i64,
    pub post_slug: Option<String>,
    pub post_title: Option<String>,
    pub topic_id: Option<i64>,
    pub topic_slug: Option<String>,
    pub topic_title: Option<String>,
    pub access: Option<String>,
    pub tier_id: Option<i64>,
}

// One list out of two tables: each half is cut by its own index before they are put together. Numbers of topics and
// replies overlap, so the kind is part of the order: of the same instant and number, the topic comes first.
const WRITTEN: &str = "select w.kind, w.id, w.source, w.created_at, p.slug as post_slug, p.title as post_title, t.id as topic_id,
    t.slug as topic_slug, t.title as topic_title, s.access, s.tier_id
from (
    select * from (
        select 'topic' as kind, id * 2 + 1 as place, id, source, created_at, cast(null as bigint) as post_id, id as topic_id
        from topics
        where author_id = $1 and deleted_at is null and (created_at, id * 2 + 1) < ($2, $3)
        order by created_at desc, id desc
        limit $4
    ) own_topics
    union all
    select * from (
        select 'reply' as kind, id * 2 as place, id, source, created_at,
            case when target_kind = 'post' then target_id end as post_id,
            case when target_kind = 'topic' then target_id end as topic_id
        from replies
        where author_id = $1 and deleted_at is null and (created_at, id * 2) < ($2, $3)
        order by created_at desc, id desc
        limit $4
    ) own_replies
) w
left join posts p on p.id = w.post_id
left join topics t on t.id = w.topic_id
left join spaces s on s.id = t.space_id
order by w.created_at desc, w.place desc
limit $4";

pub async fn written(db: &Db, author: MemberId, after: Cursor, limit: i64) -> Result<Vec<WrittenRow>> {
    db.all(WRITTEN, args![author, after.key, after.id, limit]).await
}

pub async fn count(db: &Db) -> Result<i64> {
    let (n,): (i64,) = db.one("select count(*) from replies where deleted_at is null and hidden_at is null", args![]).await?;
    Ok(n)
}
