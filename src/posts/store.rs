//! Tables `posts`, `post_tags`; reads `members` for authors' names.

use super::model::{Status, Tag};
use super::read::Cursor;
use super::rendered::Rendered;
use crate::args;
use crate::foundation::id::{MemberId, PostId, TierId};
use crate::foundation::time::Timestamp;
use crate::markdown::RENDERER;
use crate::membership::model::Access;
use crate::server::again::Outdated;
use crate::server::db::{Args, Db, Queries, Result, Tx, places};
use sqlx::FromRow;

#[derive(FromRow)]
pub struct RefRow {
    pub id: i64,
    pub slug: String,
    pub title: String,
    pub author_id: i64,
    pub access: String,
    pub tier_id: Option<i64>,
    pub price_minor: Option<i64>,
    pub least_minor: Option<i64>,
}

const PUBLISHED_REF: &str = "select id, slug, title, author_id, access, tier_id, price_minor, least_minor
from posts
where id = $1 and status = 'published'";

pub async fn published_ref(db: &Db, id: PostId) -> Result<Option<RefRow>> {
    db.optional(PUBLISHED_REF, args![id]).await
}

const PUBLISHED_BY_SLUG: &str = "select id, slug, title, author_id, access, tier_id, price_minor, least_minor
from posts
where slug = $1 and status = 'published'";

pub async fn published_by_slug(db: &Db, slug: &str) -> Result<Option<RefRow>> {
    db.optional(PUBLISHED_BY_SLUG, args![slug]).await
}

/// Those of these articles that are published.
pub async fn published_refs(db: &Db, ids: &[PostId]) -> Result<Vec<RefRow>> {
    let mut args = args![];
    let places = places(&mut args, ids.iter().copied());
    let of = "select id, slug, title, author_id, access, tier_id, price_minor, least_minor from posts where status = 'published'";
    db.all(format!("{of} and id in ({places})"), args).await
}

/// Number, address, who may read it, and whether it is published, of the articles with these addresses.
pub async fn by_slugs(db: &Db, slugs: &[&str]) -> Result<Vec<(i64, String, String, bool)>> {
    let mut args = args![];
    let places = places(&mut args, slugs.iter().copied());
    db.all(format!("select id, slug, access, status = 'published' from posts where slug in ({places})"), args).await
}

pub async fn slug_taken(tx: &mut Tx, slug: &str, own: Option<PostId>) -> Result<bool> {
    let row: Option<(i64,)> = match own {
        Some(own) => tx.optional("select id from posts where slug = $1 and id <> $2", args![slug, own]).await?,
        None => tx.optional("select id from posts where slug = $1", args![slug]).await?,
    };
    Ok(row.is_some())
}

/// Everything of an article that saving writes.
#[derive(Clone, Copy)]
pub struct Saved<'a> {
    pub slug: &'a str,
    pub title: &'a str,
    pub summary: &'a str,
    pub rendered: &'a Rendered,
    pub lang: Option<&'a str>,
    pub status: Status,
    pub access: Access,
    pub tier: Option<TierId>,
    pub price_minor: Option<i64>,
    pub least_minor: Option<i64>,
    pub published_at: Option<Timestamp>,
    pub now: Timestamp,
}

impl Saved<'_> {
    /// `$1` to `$23`.
    fn args(&self) -> Args {
        let mut args = rendered(self.rendered);
        args.extend(args![
            self.slug,
            self.title,
            self.summary,
            self.lang,
            self.status.as_str(),
            self.access.as_str(),
            self.tier,
            self.price_minor,
            self.published_at,
            self.now,
            self.least_minor,
        ]);
        args
    }
}

/// `$1` to `$12`: a source, and what the renderer of today made of it.
fn rendered(Rendered { source, article, contents, rest_contents }: &Rendered) -> Args {
    args![
        source,
        &article.preview_html,
        &article.rest_html,
        &article.excerpt,
        contents,
        rest_contents,
        article.words,
        article.rest_words,
        article.code_samples,
        article.rest_code_samples,
        article.reading_minutes,
        RENDERER,
    ]
}

const INSERT: &str =
    "insert into posts (source, preview_html, rest_html, excerpt, contents, rest_contents, words, rest_words, code_samples,
    rest_code_samples, reading_minutes, renderer, slug, title, summary, lang,
    status, access, tier_id, price_minor, published_at, updated_at, created_at, least_minor, author_id, imported_from, imported_hash)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $22, $23, $24, $25, $26)
on conflict (slug) do nothing
returning id";

/// The new article's id; `None` when its slug is taken. `imported` is the file's path and hash.
pub async fn insert(tx: &mut Tx, post: &Saved<'_>, author: MemberId, imported: Option<(&str, &str)>) -> Result<Option<PostId>> {
    let mut args = post.args();
    args.extend(args![author, imported.map(|(from, _)| from), imported.map(|(_, hash)| hash)]);
    let row: Option<(i64,)> = tx.optional(INSERT, args).await?;
    Ok(row.map(|(id,)| PostId(id)))
}

const UPDATE: &str = "update posts
set source = $1, preview_html = $2, rest_html = $3, excerpt = $4, contents = $5, rest_contents = $6, words = $7,
    rest_words = $8, code_samples = $9, rest_code_samples = $10, reading_minutes = $11, renderer = $12,
    slug = $13, title = $14, summary = $15, lang = $16, status = $17, access = $18, tier_id = $19, price_minor = $20,
    published_at = $21, least_minor = $23, version = version + 1, imported_hash = $26,
    updated_at = case when source = $1 and title = $14 and status = $17 then updated_at else $22 end
where id = $24 and version = $25";

/// False when somebody saved a later version meanwhile. Readers are told of a new text, not of a new price. `imported_hash` is
/// `None` when a person wrote it: the article is then no longer the file's.
pub async fn update(tx: &mut Tx, id: PostId, version: i64, post: &Saved<'_>, imported_hash: Option<&str>) -> Result<bool> {
    let mut args = post.args();
    args.extend(args![id, version, imported_hash]);
    Ok(tx.run(UPDATE, args).await? == 1)
}

/// Articles that an older renderer made, with their Markdown.
pub const OUTDATED: Outdated = Outdated {
    name: "posts",
    renderer: RENDERER,
    find: "select id, source
from posts
where renderer < $1
order by renderer, id
limit $2",
    tried: "update posts set renderer = $2 where id = $1",
};

const RENEW: &str = "update posts
set preview_html = $2, rest_html = $3, excerpt = $4, contents = $5, rest_contents = $6, words = $7, rest_words = $8,
    code_samples = $9, rest_code_samples = $10, reading_minutes = $11, renderer = $12
where source = $1 and id = $13";

/// Puts in what the renderer of today made of this source; nothing when the source is another by now. Nobody revised the
/// article by that: its version and its dates stay.
pub async fn renew(db: &Db, id: i64, made: &Rendered) -> Result<()> {
    let mut args = rendered(made);
    args.extend(args![id]);
    db.run(RENEW, args).await.map(drop)
}

/// False when it is no draft that was never published.
pub async fn delete_unpublished(tx: &mut Tx, id: PostId) -> Result<bool> {
    tx.run("delete from post_tags where post_id = $1", args![id]).await?;
    let rows = tx.run("delete from posts where id = $1 and status = 'draft' and published_at is null", args![id]).await?;
    Ok(rows == 1)
}

const INSERT_TAG: &str = "insert into post_tags (post_id, tag, name, published_at)
values ($1, $2, $3, $4)";

/// Replaces the tags. `listed_at` is when the article was published, or `None` for a draft, which no list of a tag shows.
pub async fn set_tags(tx: &mut Tx, id: PostId, tags: &[Tag], listed_at: Option<Timestamp>) -> Result<()> {
    tx.run("delete from post_tags where post_id = $1", args![id]).await?;
    for tag in tags {
        tx.run(INSERT_TAG, args![id, &tag.slug, &tag.name, listed_at]).await?;
    }
    Ok(())
}

/// What its writer edits.
#[derive(FromRow)]
pub struct EditRow {
    pub author_id: i64,
    pub slug: String,
    pub title: String,
    pub summary: String,
    pub source: String,
    pub preview_html: String,
    pub rest_html: Option<String>,
    pub status: String,
    pub access: String,
    pub tier_id: Option<i64>,
    pub price_minor: Option<i64>,
    pub least_minor: Option<i64>,
    pub published_at: Option<i64>,
    pub version: i64,
}

const FOR_EDIT: &str = "select author_id, slug, title, summary, source, preview_html, rest_html, status, access, tier_id,
    price_minor, least_minor, published_at, version
from posts
where id = $1";

pub async fn for_edit(db: &Db, id: PostId) -> Result<Option<EditRow>> {
    db.optional(FOR_EDIT, args![id]).await
}

const IMPORTED: &str = "select id, slug, version, imported_hash, published_at
from posts
where imported_from = $1";

#[derive(FromRow)]
pub struct ImportedRow {
    pub id: i64,
    pub slug: String,
    pub version: i64,
    /// `None` once a person has changed it here.
    pub imported_hash: Option<String>,
    pub published_at: Option<i64>,
}

/// The article that came from this file.
pub async fn imported(tx: &mut Tx, from: &str) -> Result<Option<ImportedRow>> {
    tx.optional(IMPORTED, args![from]).await
}

const TAG_NAMES: &str = "select name
from post_tags
where post_id = $1
order by tag";

/// The tags of an article as they are written, in the order of their addresses.
pub async fn tag_names(db: &Db, id: PostId) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = db.all(TAG_NAMES, args![id]).await?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

const TAG_NAME: &str = "select name
from post_tags
where tag = $1 and published_at is not null
order by published_at desc, post_id desc
limit 1";

/// How the newest published article writes a tag.
pub async fn tag_name(db: &Db, tag: &str) -> Result<Option<String>> {
    let row: Option<(String,)> = db.optional(TAG_NAME, args![tag]).await?;
    Ok(row.map(|(name,)| name))
}

#[derive(FromRow)]
pub struct CardRow {
    pub id: i64,
    pub slug: String,
    pub title: String,
    pub author_id: i64,
    pub handle: String,
    pub name: String,
    pub published_at: i64,
    pub summary: String,
    pub excerpt: String,
    pub lang: Option<String>,
    pub access: String,
    pub tier_id: Option<i64>,
    pub reading_minutes: i64,
    pub ratings: i64,
    pub stars_sum: i64,
    pub replies: i64,
    /// For [`tags`], where they were asked for.
    #[sqlx(default)]
    pub tags: Option<String>,
}

/// The tags of article `p`, a line each, in the order of their addresses: with the article, in one statement.
macro_rules! tags_of_p {
    () => {
        ",
    (select string_agg(t.tag || ' ' || t.name, '\n' order by t.tag) from post_tags t where t.post_id = p.id) as tags"
    };
}

/// Reads what `tags_of_p` gives.
pub fn tags(lines: Option<&str>) -> Vec<Tag> {
    let lines = lines.unwrap_or_default().lines();
    lines.filter_map(|line| line.split_once(' ')).map(|(slug, name)| Tag { slug: slug.to_owned(), name: name.to_owned() }).collect()
}

macro_rules! card {
    ($tags:expr) => {
        concat!(
            "select p.id, p.slug, p.title, p.author_id, m.handle, m.name, p.published_at, p.summary, p.excerpt, p.lang,
    p.access, p.tier_id, p.reading_minutes, p.ratings, p.stars_sum, p.replies",
            $tags,
            "
from posts p
join members m on m.id = p.author_id"
        )
    };
}

/// A card without its tags, where few words are said of an article.
pub(super) const CARD: &str = card!("");
pub(super) const TAGGED: &str = card!(tags_of_p!());

pub(super) const NEWEST: &str = "where p.status = 'published' and (p.published_at, p.id) < ($1, $2)
order by p.published_at desc, p.id desc
limit $3";

const BY_AUTHOR: &str = "where p.author_id = $4 and p.status = 'published' and (p.published_at, p.id) < ($1, $2)
order by p.published_at desc, p.id desc
limit $3";

const BY_TAG: &str = "join post_tags t on t.post_id = p.id
where t.tag = $4 and (t.published_at, t.post_id) < ($1, $2)
order by t.published_at desc, t.post_id desc
limit $3";

pub async fn newest(db: &Db, after: Cursor, limit: i64) -> Result<Vec<CardRow>> {
    db.all(format!("{TAGGED}\n{NEWEST}"), args![after.at, after.id, limit]).await
}

pub async fn by_author(db: &Db, author: MemberId, after: Cursor, limit: i64) -> Result<Vec<CardRow>> {
    db.all(format!("{TAGGED}\n{BY_AUTHOR}"), args![after.at, after.id, limit, author]).await
}

pub async fn by_tag(db: &Db, tag: &str, after: Cursor, limit: i64) -> Result<Vec<CardRow>> {
    db.all(format!("{TAGGED}\n{BY_TAG}"), args![after.at, after.id, limit, tag]).await
}

#[derive(FromRow)]
pub struct OwnRow {
    pub id: i64,
    pub slug: String,
    pub title: String,
    pub status: String,
    pub access: String,
    pub tier_id: Option<i64>,
    pub updated_at: i64,
    pub published_at: Option<i64>,
    pub ratings: i64,
    pub stars_sum: i64,
    pub replies: i64,
}

const OWN: &str = "select id, slug, title, status, access, tier_id, updated_at, published_at, ratings, stars_sum, replies
from posts
where author_id = $1 and (updated_at, id) < ($2, $3)
order by updated_at desc, id desc
limit $4";

pub async fn own(db: &Db, author: MemberId, after: Cursor, limit: i64) -> Result<Vec<OwnRow>> {
    db.all(OWN, args![author, after.at, after.id, limit]).await
}

#[derive(FromRow)]
pub struct OpenRow {
    pub id: i64,
    pub slug: String,
    pub title: String,
    pub author_id: i64,
    pub handle: String,
    pub name: String,
    pub status: String,
    pub summary: String,
    pub excerpt: String,
    pub lang: Option<String>,
    pub published_at: Option<i64>,
    pub updated_at: i64,
    pub access: String,
    pub tier_id: Option<i64>,
    pub price_minor: Option<i64>,
    pub least_minor: Option<i64>,
    pub reading_minutes: i64,
    pub rest_words: i64,
    pub rest_code_samples: i64,
    pub ratings: i64,
    pub stars_sum: i64,
    pub replies: i64,
    pub contents: String,
    pub preview_html: String,
    /// 1 when something follows the preview.
    pub has_rest: i64,
    /// For [`tags`].
    pub tags: Option<String>,
}

/// Never the rest: that is [`rest`], asked for once the paywall has opened.
const OPEN: &str = concat!(
    "select p.id, p.slug, p.title, p.author_id, m.handle, m.name, p.status, p.summary, p.excerpt, p.lang,
    p.published_at, p.updated_at, p.access, p.tier_id, p.price_minor, p.least_minor, p.reading_minutes, p.rest_words, p.rest_code_samples,
    p.ratings, p.stars_sum, p.replies, p.contents, p.preview_html,
    cast(case when p.rest_html is null then 0 else 1 end as bigint) as has_rest",
    tags_of_p!(),
    "
from posts p
join members m on m.id = p.author_id
where p.slug = $1"
);

pub async fn open(db: &Db, slug: &str) -> Result<Option<OpenRow>> {
    db.optional(OPEN, args![slug]).await
}

/// What is behind the wall: HTML and headings.
pub async fn rest(db: &Db, id: PostId) -> Result<Option<(Option<String>, String)>> {
    db.optional("select rest_html, rest_contents from posts where id = $1", args![id]).await
}
