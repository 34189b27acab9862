//! Tables `posts`, `post_tags`, as front pages read them.

use super::read::Cursor;
use super::store::{CARD, CardRow, NEWEST, TAGGED};
use crate::args;
use crate::foundation::id::{MemberId, PostId};
use crate::server::db::{Db, Queries, Result};

pub async fn by_ids(db: &Db, ids: &[PostId]) -> Result<Vec<CardRow>> {
    let places: Vec<String> = (1..=ids.len()).map(|n| format!("${n}")).collect();
    let sql = format!("{CARD}\nwhere p.status = 'published' and p.id in ({})", places.join(", "));
    db.all(sql, ids.iter().map(|id| (*id).into()).collect()).await
}

/// Each author and each tag gives its own newest by its index, so that a quiet one costs nothing. Only there is asked what is
/// published: asked once more around it, SQLite would rather walk through all articles.
pub async fn newest_of(db: &Db, authors: &[MemberId], tags: &[String], limit: i64) -> Result<Vec<CardRow>> {
    let mut args = args![limit];
    let mut each = Vec::new();
    for author in authors {
        args.push((*author).into());
        let n = args.len();
        each.push(format!(
            "select id from (select id from posts where author_id = ${n} and status = 'published'
    order by published_at desc, id desc limit $1) a{n}"
        ));
    }
    for tag in tags {
        args.push(tag.into());
        let n = args.len();
        each.push(format!(
            "select id from (select post_id as id from post_tags where tag = ${n} and published_at is not null
    order by published_at desc, post_id desc limit $1) t{n}"
        ));
    }
    let sql = format!("{CARD}\nwhere p.id in ({})\norder by p.published_at desc, p.id desc\nlimit $1", each.join("\nunion all\n"));
    db.all(sql, args).await
}

/// Published articles whose title or tags have each of these lower-case words, newest first. All titles are gone through; on
/// SQLite, capitals outside ASCII are found as they are written only.
pub async fn named(db: &Db, words: &[String], after: Cursor, limit: i64) -> Result<Vec<CardRow>> {
    let mut args = args![after.at, after.id, limit];
    let mut sql = format!("{TAGGED}\nwhere p.status = 'published' and (p.published_at, p.id) < ($1, $2)");
    for word in words {
        // Nobody's text has a NUL, and PostgreSQL takes none.
        let word = word.replace('\0', "").replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        args.push(format!("%{word}%").into());
        let n = args.len();
        sql += &format!(
            "\n    and (lower(p.title) like ${n} escape '\\' or exists (
        select 1 from post_tags t where t.post_id = p.id and lower(t.name) like ${n} escape '\\'))"
        );
    }
    db.all(format!("{sql}\norder by p.published_at desc, p.id desc\nlimit $3"), args).await
}

/// The newest published articles.
pub async fn newest(db: &Db, limit: i64) -> Result<Vec<CardRow>> {
    db.all(format!("{CARD}\n{NEWEST}"), args![Cursor::FIRST.at, Cursor::FIRST.id, limit]).await
}

/// The published articles whose addresses come before and after this one in the alphabet.
pub async fn beside(db: &Db, slug: &str, limit: i64) -> Result<Vec<CardRow>> {
    let before = format!("{CARD}\nwhere p.status = 'published' and p.slug <= $1\norder by p.slug desc\nlimit $2");
    let after = format!("{CARD}\nwhere p.status = 'published' and p.slug > $1\norder by p.slug\nlimit $2");
    let mut rows: Vec<CardRow> = db.all(before, args![slug, limit]).await?;
    rows.extend(db.all::<CardRow>(after, args![slug, limit]).await?);
    Ok(rows)
}

pub async fn count_published(db: &Db) -> Result<i64> {
    let (n,): (i64,) = db.one("select count(*) from posts where status = 'published'", args![]).await?;
    Ok(n)
}

const MOST_RATED: &str = "select id, ratings, positive_ratings
from posts
where access = 'public' and status = 'published' and ratings >= $1
order by ratings desc, positive_ratings desc
limit $2";

/// Public articles with at least so many ratings, the most rated first: number, ratings, positive ratings.
pub async fn most_rated(db: &Db, at_least: i64, limit: i64) -> Result<Vec<(i64, i64, i64)>> {
    db.all(MOST_RATED, args![at_least, limit]).await
}

const NEWEST_PUBLIC: &str = "select id
from posts
where access = 'public' and status = 'published'
order by published_at desc, id desc
limit 1";

pub async fn newest_public(db: &Db) -> Result<Option<i64>> {
    let row: Option<(i64,)> = db.optional(NEWEST_PUBLIC, args![]).await?;
    Ok(row.map(|(id,)| id))
}

const PUBLIC_TEXT: &str = "select source
from posts
where id = $1 and access = 'public' and status = 'published'";

/// The Markdown and the language of an article that everybody may read.
pub async fn public_text(db: &Db, id: PostId) -> Result<Option<String>> {
    let row: Option<(String,)> = db.optional(PUBLIC_TEXT, args![id]).await?;
    Ok(row.map(|(source,)| source))
}

const TAGS: &str = "select t.tag, (
        select n.name
        from post_tags n
        where n.tag = t.tag and n.published_at is not null
        order by n.published_at desc, n.post_id desc
        limit 1
    ), t.articles
from (
    select tag, count(*) as articles
    from post_tags
    where tag > $1 and published_at is not null
    group by tag
    order by tag
    limit $2
) t
order by t.tag";

/// Address, name as the newest article writes it, and how many published articles have it.
pub async fn tags(db: &Db, after: &str, limit: i64) -> Result<Vec<(String, String, i64)>> {
    db.all(TAGS, args![after, limit]).await
}
