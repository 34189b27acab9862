//! Table `topics`.

use crate::args;
use crate::discussion::model::{Cursor, Topic, TopicLine};
use crate::foundation::id::{MemberId, SpaceId, TopicId};
use crate::foundation::locale::Locale;
use crate::foundation::time::Timestamp;
use crate::markdown::{self, Passage, RENDERER};
use crate::server::again::Outdated;
use crate::server::db::{Db, Queries, Result, Tx};

pub struct New<'a> {
    pub space: SpaceId,
    pub author: MemberId,
    pub slug: &'a str,
    pub title: &'a str,
    pub source: &'a str,
    pub passage: &'a Passage,
    pub now: Timestamp,
}

/// How a topic begins, for search engines.
fn excerpt(source: &str) -> String {
    markdown::plain(source, 160)
}

const INSERT: &str =
    "insert into topics (space_id, author_id, slug, title, source, html, lang, renderer, created_at, last_activity_at, excerpt)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10)
returning id";

pub async fn insert(tx: &mut Tx, new: &New<'_>) -> Result<TopicId> {
    let Passage { html, lang } = new.passage;
    let lang = lang.map(Locale::tag);
    let args = args![new.space, new.author, new.slug, new.title, new.source, html, lang, RENDERER, new.now, excerpt(new.source)];
    let (id,): (i64,) = tx.one(INSERT, args).await?;
    Ok(TopicId(id))
}

const TOPIC: &str = "select t.id, t.space_id, t.author_id, case when m.deleted_at is null then m.handle end as handle, m.name,
    t.slug, t.title, t.excerpt, t.html, t.lang, t.replies, t.up_votes, t.down_votes, (t.hidden_at is not null) as hidden,
    (t.deleted_at is not null) as deleted, (t.edited_at is not null) as edited, t.created_at
from topics t
join members m on m.id = t.author_id
where t.id = $1";

pub async fn topic(db: &Db, id: TopicId) -> Result<Option<Topic>> {
    db.optional(TOPIC, args![id]).await
}

/// The Markdown of a topic: only who changes it needs it.
pub async fn source(db: &Db, id: TopicId) -> Result<String> {
    let (source,): (String,) = db.one("select source from topics where id = $1", args![id]).await?;
    Ok(source)
}

const LINE: &str = "select t.id, t.slug, t.title, t.lang, case when m.deleted_at is null then m.handle end as handle, m.name,
    t.replies, t.up_votes, t.down_votes, (t.hidden_at is not null) as hidden, t.last_activity_at
from topics t
join members m on m.id = t.author_id";

const IN_SPACE: &str = "where t.space_id = $1
    and (t.last_activity_at, t.id) < ($2, $3)
    and t.deleted_at is null
    and (t.hidden_at is null or $4)
order by t.last_activity_at desc, t.id desc
limit $5";

/// Topics of a space, the most lively first.
pub async fn in_space(db: &Db, space: SpaceId, hidden_too: bool, after: Cursor, limit: i64) -> Result<Vec<TopicLine>> {
    db.all(format!("{LINE}\n{IN_SPACE}"), args![space, after.key, after.id, hidden_too, limit]).await
}

const EDIT: &str = "update topics
set slug = $2, title = $3, source = $4, html = $5, lang = $6, renderer = $7, edited_at = $8, excerpt = $9
where id = $1 and deleted_at is null";

pub async fn edit(tx: &mut Tx, id: TopicId, slug: &str, title: &str, source: &str, made: &Passage, now: Timestamp) -> Result<bool> {
    let args = args![id, slug, title, source, &made.html, made.lang.map(Locale::tag), RENDERER, now, excerpt(source)];
    Ok(tx.run(EDIT, args).await? > 0)
}

const DELETE: &str = "update topics
set slug = 'deleted', title = '', source = '', excerpt = '', html = '', lang = null, deleted_at = $2
where id = $1 and deleted_at is null";

/// Clears the text. False when somebody was faster.
pub async fn delete(tx: &mut Tx, id: TopicId, now: Timestamp) -> Result<bool> {
    Ok(tx.run(DELETE, args![id, now]).await? > 0)
}

const RESTORE: &str = "update topics
set slug = $2, title = $3, source = $4, html = $5, lang = $6, renderer = $7, deleted_at = null, excerpt = $8
where id = $1";

pub async fn restore(tx: &mut Tx, id: TopicId, slug: &str, title: &str, source: &str, made: &Passage) -> Result<()> {
    let args = args![id, slug, title, source, &made.html, made.lang.map(Locale::tag), RENDERER, excerpt(source)];
    tx.run(RESTORE, args).await.map(drop)
}

const HIDE: &str = "update topics
set hidden_at = $2, hidden_by = $3
where id = $1";

/// Hides it (with who did and when) or, with neither, shows it again.
pub async fn hide(tx: &mut Tx, id: TopicId, at: Option<Timestamp>, by: Option<MemberId>) -> Result<()> {
    tx.run(HIDE, args![id, at, by]).await.map(drop)
}

const ADD_REPLIES: &str = "update topics
set replies = replies + $2, last_activity_at = coalesce($3, last_activity_at)
where id = $1";

/// Counts replies up or down; a new one also makes the topic lively.
pub async fn add_replies(tx: &mut Tx, id: TopicId, delta: i64, active_at: Option<Timestamp>) -> Result<()> {
    tx.run(ADD_REPLIES, args![id, delta, active_at]).await.map(drop)
}

/// Topics that an older renderer made, with their Markdown.
pub const OUTDATED: Outdated = Outdated {
    name: "topics",
    renderer: RENDERER,
    find: "select id, source
from topics
where renderer < $1
order by renderer, id
limit $2",
    tried: "update topics set renderer = $2 where id = $1",
};

const RENEW: &str = "update topics
set html = $3, lang = $4, renderer = $5, excerpt = $6
where id = $1 and source = $2";

/// Puts in what the renderer of today made of this source; nothing when the source is another by now.
pub async fn renew(db: &Db, id: i64, source: &str, made: &Passage) -> Result<()> {
    db.run(RENEW, args![id, source, &made.html, made.lang.map(Locale::tag), RENDERER, excerpt(source)]).await.map(drop)
}

/// The most lively topics of some spaces. Each space gives its own `limit` by its index, so that neither many topics nor a
/// quiet space make it slow.
pub async fn liveliest(db: &Db, spaces: &[SpaceId], limit: i64) -> Result<Vec<TopicLine>> {
    let of_space = |n: usize| {
        format!(
            "select id from (select id from topics where space_id = ${n} and deleted_at is null and hidden_at is null
    order by last_activity_at desc, id desc limit $1) s{n}"
        )
    };
    let each: Vec<String> = (2..spaces.len() + 2).map(of_space).collect();
    let sql = format!("{LINE}\nwhere t.id in ({})\norder by t.last_activity_at desc, t.id desc\nlimit $1", each.join("\nunion all\n"));
    let mut args = args![limit];
    args.extend(spaces.iter().map(|id| (*id).into()));
    db.all(sql, args).await
}
