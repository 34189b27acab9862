//! Tables `members`, `sessions`, `attempts`.

use super::model::{MemberSeen, Profile, SessionSeen};
use crate::args;
use crate::foundation::id::{MemberId, SessionId};
use crate::foundation::locale::Locale;
use crate::foundation::time::Timestamp;
use crate::foundation::viewer::{Role, SignedIn};
use crate::markdown::{Passage, RENDERER};
use crate::server::again::Outdated;
use crate::server::db::{Db, Queries, Result, Tx};
use sqlx::FromRow;

const SIGNED_IN: &str = "select id, handle, name, role, locale
from members
where id = $1 and deleted_at is null";

#[derive(FromRow)]
struct SignedInRow {
    id: i64,
    handle: String,
    name: String,
    role: String,
    locale: Option<String>,
}

pub async fn signed_in(db: &Db, id: MemberId) -> Result<Option<SignedIn>> {
    let row: Option<SignedInRow> = db.optional(SIGNED_IN, args![id]).await?;
    Ok(row.map(|row| SignedIn {
        id: MemberId(row.id),
        handle: row.handle,
        name: row.name,
        role: Role::parse(&row.role).unwrap_or_default(),
        locale: row.locale.as_deref().and_then(Locale::from_tag),
    }))
}

pub struct NewMember<'a> {
    pub handle: &'a str,
    pub name: &'a str,
    pub email: Option<&'a str>,
    pub password_hash: Option<&'a str>,
    pub role: Role,
    pub locale: Option<Locale>,
    pub claimed: bool,
    pub registered_day: &'a str,
    pub now: Timestamp,
}

const INSERT: &str = "insert into members (handle, name, email, password_hash, role, locale, claimed, registered_day, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
returning id";

pub async fn insert(tx: &mut Tx, new: &NewMember<'_>) -> Result<MemberId> {
    let args = args![
        new.handle,
        new.name,
        new.email,
        new.password_hash,
        new.role.as_str(),
        new.locale.map(Locale::tag),
        new.claimed,
        new.registered_day,
        new.now
    ];
    let (id,): (i64,) = tx.one(INSERT, args).await?;
    Ok(MemberId(id))
}

/// The member with this e-mail and its password hash.
pub async fn credentials(db: &Db, email: &str) -> Result<Option<(MemberId, Option<String>)>> {
    let row: Option<(i64, Option<String>)> =
        db.optional("select id, password_hash from members where email = $1 and deleted_at is null", args![email]).await?;
    Ok(row.map(|(id, hash)| (MemberId(id), hash)))
}

pub async fn password_hash(db: &Db, id: MemberId) -> Result<Option<String>> {
    let row: Option<(Option<String>,)> = db.optional("select password_hash from members where id = $1", args![id]).await?;
    Ok(row.and_then(|(hash,)| hash))
}

pub async fn email(db: &Db, id: MemberId) -> Result<Option<String>> {
    let row: Option<(Option<String>,)> = db.optional("select email from members where id = $1", args![id]).await?;
    Ok(row.and_then(|(email,)| email))
}

/// A new password ends every session that was opened with the old one.
pub async fn set_password(tx: &mut Tx, id: MemberId, hash: &str) -> Result<()> {
    tx.run("delete from sessions where member_id = $1", args![id]).await?;
    tx.run("update members set password_hash = $2 where id = $1 and deleted_at is null", args![id, hash]).await.map(drop)
}

#[derive(FromRow)]
struct ProfileRow {
    id: i64,
    handle: String,
    name: String,
    role: String,
    bio_html: String,
    bio_lang: Option<String>,
    bio_source: String,
    created_at: i64,
    deleted: bool,
}

impl From<ProfileRow> for Profile {
    fn from(row: ProfileRow) -> Profile {
        Profile {
            id: MemberId(row.id),
            handle: row.handle,
            name: row.name,
            role: Role::parse(&row.role).unwrap_or_default(),
            bio_html: row.bio_html,
            bio_lang: row.bio_lang,
            bio_source: row.bio_source,
            created_at: Timestamp(row.created_at),
            deleted: row.deleted,
        }
    }
}

macro_rules! profile_columns {
    () => {
        "select id, handle, name, role, bio_html, bio_lang, bio_source, created_at, (deleted_at is not null) as deleted from members "
    };
}

pub async fn profile_by_handle(db: &Db, handle: &str) -> Result<Option<Profile>> {
    let row: Option<ProfileRow> =
        db.optional(concat!(profile_columns!(), "where handle = $1 and deleted_at is null"), args![handle]).await?;
    Ok(row.map(Profile::from))
}

pub async fn profile(db: &Db, id: MemberId) -> Result<Option<Profile>> {
    let row: Option<ProfileRow> = db.optional(concat!(profile_columns!(), "where id = $1 and deleted_at is null"), args![id]).await?;
    Ok(row.map(Profile::from))
}

pub async fn joined(db: &Db, id: MemberId) -> Result<Option<Profile>> {
    let sql = concat!(profile_columns!(), "where id = $1 and claimed and deleted_at is null");
    let row: Option<ProfileRow> = db.optional(sql, args![id]).await?;
    Ok(row.map(Profile::from))
}

/// People who joined, in the order they came, after `after`.
pub async fn joined_after(db: &Db, after: MemberId, limit: i64) -> Result<Vec<Profile>> {
    let rows: Vec<ProfileRow> = db
        .all(concat!(profile_columns!(), "where id > $1 and claimed and deleted_at is null order by id limit $2"), args![after, limit])
        .await?;
    Ok(rows.into_iter().map(Profile::from).collect())
}

pub async fn count(db: &Db) -> Result<i64> {
    let (n,): (i64,) = db.one("select count(*) from members where claimed and deleted_at is null", args![]).await?;
    Ok(n)
}

const SET_PROFILE: &str = "update members set name = $2, bio_source = $3, bio_html = $4, bio_lang = $5, bio_renderer = $6 where id = $1";

pub async fn set_profile(db: &Db, id: MemberId, name: &str, source: &str, bio: &Passage) -> Result<()> {
    db.run(SET_PROFILE, args![id, name, source, &bio.html, bio.lang.map(Locale::tag), RENDERER]).await.map(drop)
}

/// Members whose biography an older renderer made, with its Markdown.
pub const OUTDATED: Outdated = Outdated {
    name: "members",
    renderer: RENDERER,
    find: "select id, bio_source
from members
where bio_renderer < $1 and bio_source <> ''
order by bio_renderer, id
limit $2",
    tried: "update members set bio_renderer = $2 where id = $1",
};

const RENEW: &str = "update members
set bio_html = $3, bio_lang = $4, bio_renderer = $5
where id = $1 and bio_source = $2";

/// Puts in what the renderer of today made of this source; nothing when the source is another by now.
pub async fn renew(db: &Db, id: i64, source: &str, bio: &Passage) -> Result<()> {
    db.run(RENEW, args![id, source, &bio.html, bio.lang.map(Locale::tag), RENDERER]).await.map(drop)
}

/// Others who do so wait until the transaction is done.
pub async fn hold(tx: &mut Tx, id: MemberId) -> Result<()> {
    tx.run("update members set created_at = created_at where id = $1", args![id]).await.map(drop)
}

pub async fn set_locale(db: &Db, id: MemberId, locale: Option<Locale>) -> Result<()> {
    db.run("update members set locale = $2 where id = $1", args![id, locale.map(Locale::tag)]).await.map(drop)
}

pub async fn set_role(tx: &mut Tx, id: MemberId, role: Role) -> Result<()> {
    tx.run("update members set role = $2 where id = $1 and deleted_at is null", args![id, role.as_str()]).await.map(drop)
}

const DELETE: &str = "update members
set handle = $2, name = '', email = null, password_hash = null, bio_source = '', bio_html = '', bio_lang = null, note = '', locale = null, seen_in = null, email_verified_at = null, role = 'member', deleted_at = $3
where id = $1 and deleted_at is null";

/// Takes away everything that says who it was; the row stays for what points at it.
pub async fn delete(tx: &mut Tx, id: MemberId, now: Timestamp) -> Result<()> {
    tx.run("delete from sessions where member_id = $1", args![id]).await?;
    tx.run("delete from member_labels where member_id = $1", args![id]).await?;
    tx.run(DELETE, args![id, format!("deleted-{id}"), now]).await.map(drop)
}

/// How many owners there are: the last one may not leave.
pub async fn owners(tx: &mut Tx) -> Result<i64> {
    // Two owners who leave at once take turns here, so that the second sees that the first is gone.
    tx.run("update site set updated_at = updated_at where id = 1", args![]).await?;
    let (n,): (i64,) = tx.one("select count(*) from members where role = 'owner' and deleted_at is null", args![]).await?;
    Ok(n)
}

pub async fn first_owner(db: &Db) -> Result<Option<MemberId>> {
    let sql = "select id from members where role = 'owner' and deleted_at is null order by id limit 1";
    let row: Option<(i64,)> = db.optional(sql, args![]).await?;
    Ok(row.map(|(id,)| MemberId(id)))
}

const UNCLAIMED_NAMED: &str = "select id
from members
where name = $1 and not claimed and deleted_at is null
order by id
limit 1";

pub async fn unclaimed_named(tx: &mut Tx, name: &str) -> Result<Option<MemberId>> {
    let row: Option<(i64,)> = tx.optional(UNCLAIMED_NAMED, args![name]).await?;
    Ok(row.map(|(id,)| MemberId(id)))
}

pub async fn handle_taken(tx: &mut Tx, handle: &str) -> Result<bool> {
    let row: Option<(i64,)> = tx.optional("select id from members where handle = $1", args![handle]).await?;
    Ok(row.is_some())
}

#[derive(FromRow)]
struct MemberRow {
    id: i64,
    handle: String,
    name: String,
    email: Option<String>,
    role: String,
    created_at: i64,
    claimed: bool,
    deleted: bool,
}

/// `$1` begins the handle, the name or the e-mail; a backslash takes `%` and `_` their meaning.
const SEARCH: &str = "select id, handle, name, email, role, created_at, claimed, deleted_at is not null as deleted
from members
where id > $2
    and (handle like $1 escape '\\' or lower(name) like $1 escape '\\' or email like $1 escape '\\')
order by id
limit $3";

const EVERYBODY: &str = "select id, handle, name, email, role, created_at, claimed, deleted_at is not null as deleted
from members
where id > $1
order by id
limit $2";

/// Members in the order they came, after `after`; those whose handle, name or e-mail begins with `search`, if given.
pub async fn members_after(db: &Db, search: &str, after: MemberId, limit: i64) -> Result<Vec<MemberSeen>> {
    let rows: Vec<MemberRow> = if search.is_empty() {
        db.all(EVERYBODY, args![after, limit]).await?
    } else {
        let escaped = search.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        db.all(SEARCH, args![format!("{escaped}%"), after, limit]).await?
    };
    let seen = rows.into_iter().map(|row| MemberSeen {
        id: MemberId(row.id),
        handle: row.handle,
        name: row.name,
        email: row.email,
        role: Role::parse(&row.role).unwrap_or_default(),
        created_at: Timestamp(row.created_at),
        claimed: row.claimed,
        deleted: row.deleted,
    });
    Ok(seen.collect())
}

pub struct SessionRow {
    pub id_hash: String,
    pub member_id: Option<MemberId>,
    pub user_agent: String,
    pub data: String,
    pub now: Timestamp,
    pub expires_at: Timestamp,
}

const INSERT_SESSION: &str = "insert into sessions (id_hash, member_id, data, user_agent, created_at, last_seen_at, expires_at)
values ($1, $2, $3, $4, $5, $5, $6)";

pub async fn insert_session(db: &Db, row: &SessionRow) -> Result<()> {
    let args = args![&row.id_hash, row.member_id, &row.data, &row.user_agent, row.now, row.expires_at];
    db.run(INSERT_SESSION, args).await.map(drop)
}

/// A session that was ended elsewhere stays ended: this changes a row and never makes one.
const SAVE_SESSION: &str = "update sessions
set member_id = $2, data = $3, user_agent = $4, last_seen_at = $5, expires_at = $6
where id_hash = $1";

pub async fn save_session(db: &Db, row: &SessionRow) -> Result<()> {
    let args = args![&row.id_hash, row.member_id, &row.data, &row.user_agent, row.now, row.expires_at];
    db.run(SAVE_SESSION, args).await.map(drop)
}

/// A session, and of its member what every page has to know; nothing of one who left.
#[derive(FromRow)]
pub struct SessionFound {
    pub data: String,
    pub expires_at: i64,
    pub handle: Option<String>,
    pub name: Option<String>,
    pub role: Option<String>,
    pub locale: Option<String>,
}

const SESSION: &str = "select s.data, s.expires_at, m.handle, m.name, m.role, m.locale
from sessions s
left join members m on m.id = s.member_id and m.deleted_at is null
where s.id_hash = $1 and s.expires_at > $2";

pub async fn session(db: &Db, id_hash: &str, now: Timestamp) -> Result<Option<SessionFound>> {
    db.optional(SESSION, args![id_hash, now]).await
}

pub async fn delete_session_by_hash(db: &Db, id_hash: &str) -> Result<()> {
    db.run("delete from sessions where id_hash = $1", args![id_hash]).await.map(drop)
}

const SESSIONS_OF: &str = "select id, id_hash, user_agent, created_at, last_seen_at
from sessions
where member_id = $1 and expires_at > $2
order by last_seen_at desc, id desc
limit 100";

pub async fn sessions_of(db: &Db, member: MemberId, current: &str, now: Timestamp) -> Result<Vec<SessionSeen>> {
    let rows: Vec<(i64, String, String, i64, i64)> = db.all(SESSIONS_OF, args![member, now]).await?;
    let seen = rows.into_iter().map(|(id, id_hash, user_agent, created_at, last_seen_at)| SessionSeen {
        id: SessionId(id),
        user_agent,
        created_at: Timestamp(created_at),
        last_seen_at: Timestamp(last_seen_at),
        current: id_hash == current,
    });
    Ok(seen.collect())
}

pub async fn delete_session(db: &Db, member: MemberId, id: SessionId) -> Result<()> {
    db.run("delete from sessions where id = $1 and member_id = $2", args![id, member]).await.map(drop)
}

pub async fn delete_other_sessions(db: &Db, member: MemberId, current: &str) -> Result<()> {
    db.run("delete from sessions where member_id = $1 and id_hash <> $2", args![member, current]).await.map(drop)
}

pub async fn delete_expired_sessions(db: &Db, now: Timestamp) -> Result<u64> {
    db.run("delete from sessions where expires_at <= $1", args![now]).await
}

/// Until when nothing is tried for this subject.
pub async fn blocked_until(db: &Db, subject: &str) -> Result<Option<Timestamp>> {
    let row: Option<(i64,)> = db.optional("select blocked_until from attempts where subject = $1", args![subject]).await?;
    Ok(row.map(|(until,)| Timestamp(until)))
}

const COUNT_ATTEMPT: &str = "insert into attempts (subject, failures, blocked_until, last_at)
values ($1, 1, 0, $2)
on conflict (subject) do update set
    failures = case when attempts.last_at < $3 then 1 else attempts.failures + 1 end,
    last_at = $2
returning failures, blocked_until";

/// Counts a try before it is made, so that many at once are all counted; gives how many there were, and until when none
/// is allowed. What was counted before `forgotten` and not added to since is forgotten.
pub async fn count_attempt(tx: &mut Tx, subject: &str, now: Timestamp, forgotten: Timestamp) -> Result<(i64, Timestamp)> {
    let (failures, until): (i64, i64) = tx.one(COUNT_ATTEMPT, args![subject, now, forgotten]).await?;
    Ok((failures, Timestamp(until)))
}

pub async fn uncount_attempt(db: &Db, subject: &str) -> Result<()> {
    db.run("update attempts set failures = failures - 1 where subject = $1 and failures > 0", args![subject]).await.map(drop)
}

pub async fn block(tx: &mut Tx, subject: &str, until: Timestamp) -> Result<()> {
    tx.run("update attempts set blocked_until = $2 where subject = $1", args![subject, until]).await.map(drop)
}

pub async fn forget_attempts(db: &Db, subject: &str) -> Result<()> {
    db.run("delete from attempts where subject = $1", args![subject]).await.map(drop)
}

pub async fn forget_old_attempts(db: &Db, before: Timestamp) -> Result<u64> {
    db.run("delete from attempts where last_at < $1", args![before]).await
}
