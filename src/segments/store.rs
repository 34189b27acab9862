//! Tables `segments`, `segment_deeds` and `segment_deed_members`; reads `members`, `labels`, `entitlements`, `grants` and
//! `member_days` to find who is meant.

use super::model::{Filter, Status};
use crate::args;
use crate::foundation::format;
use crate::foundation::id::{MemberId, TierId};
use crate::foundation::time::Timestamp;
use crate::server::db::{self, Args, Db, Queries, Result, Tx, places};
use jiff::ToSpan;
use jiff::tz::TimeZone;

/// When it is asked, and where days begin.
#[derive(Clone, Copy)]
pub struct Now<'a> {
    pub at: Timestamp,
    pub zone: &'a TimeZone,
}

/// A backslash takes `%` and `_` their meaning.
const SEARCH: &str = "(m.handle like ? escape '\\' or lower(m.name) like ? escape '\\' or m.email like ? escape '\\')";

const LABELLED: &str =
    "exists (select 1 from member_labels x join labels l on l.id = x.label_id where x.member_id = m.id and l.folded = ?)";

/// What a tier is paid for by, or agreed to be. Whoever pays: of a gift that was taken the cause is its order, and whoever sits on a
/// team's seat has one for it, as the name of [`Status::Paying`] says. What costs nothing, and what was paid elsewhere (codes, the
/// shop's orders), is none.
const PAID: &str = "(e.cause like 'order:%' or e.cause like 'switch:%' or e.cause like 'adopted:%' or e.cause like 'trial:%' \
    or e.cause like 'seat:%')";

/// That a member has an open term of a tier which is `such`.
fn has_open(found: &mut db::Filter, now: Timestamp, such: &str) -> String {
    let now = found.place(now);
    format!(
        "exists (select 1 from entitlements e where e.member_id = m.id and e.tier_id is not null and e.revoked_at is null \
         and e.starts_at <= {now} and (e.open_until is null or e.open_until > {now}) and {such})"
    )
}

/// The conditions of a filter, on `members m`. `alive`: who left is not meant.
pub(super) fn conditions(filter: &Filter, now: Now<'_>, alive: bool) -> db::Filter {
    let mut found = db::Filter::default();
    if alive || filter.is_narrow() {
        found.also("m.deleted_at is null");
    }
    if !filter.search.is_empty() {
        let escaped = filter.search.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        found.and(SEARCH, format!("{escaped}%"));
    }
    if let Some(label) = &filter.label {
        found.and(LABELLED, label.as_str());
    }
    if let Some(tier) = filter.tier {
        let tier = found.place(tier);
        let has = has_open(&mut found, now.at, &format!("e.tier_id = {tier}"));
        found.also(&has);
    }
    match filter.status {
        Some(Status::Paying) => {
            let has = has_open(&mut found, now.at, PAID);
            found.also(&has);
        }
        Some(Status::Given) => {
            let (has, paid) = (has_open(&mut found, now.at, "1 = 1"), has_open(&mut found, now.at, PAID));
            found.also(&format!("{has} and not {paid}"));
        }
        Some(Status::Free) => {
            let has = has_open(&mut found, now.at, "1 = 1");
            found.also(&format!("m.claimed and not {has}"));
        }
        Some(Status::Silent) => found.also("m.email is not null and m.password_hash is null"),
        None => (),
    }
    if let Some(day) = filter.joined_from {
        found.and("m.created_at >= ?", format::start_of_day(day, now.zone));
    }
    if let Some(day) = filter.joined_to {
        found.and("m.created_at < ?", format::start_of_day(day.saturating_add(1.day()), now.zone));
    }
    if let Some(day) = filter.seen_since {
        found.and("exists (select 1 from member_days d where d.member_id = m.id and d.day >= ?)", day.to_string());
    }
    if let Some(day) = filter.unseen_since {
        found.and("not exists (select 1 from member_days d where d.member_id = m.id and d.day >= ?)", day.to_string());
    }
    found
}

#[derive(sqlx::FromRow)]
pub struct MemberRow {
    pub id: i64,
    pub handle: String,
    pub name: String,
    pub email: Option<String>,
    pub role: String,
    pub created_at: i64,
    pub claimed: bool,
    pub deleted: bool,
    pub silent: bool,
    pub note: String,
    pub last_day: Option<String>,
}

const MEMBER: &str = "select m.id, m.handle, m.name, m.email, m.role, m.created_at, m.claimed, m.deleted_at is not null as deleted,
    m.email is not null and m.password_hash is null as silent, m.note,
    (select max(d.day) from member_days d where d.member_id = m.id) as last_day
from members m";

/// In the order they came, those after `after`.
pub async fn list(db: &Db, filter: &Filter, now: Now<'_>, alive: bool, after: MemberId, limit: i64) -> Result<Vec<MemberRow>> {
    let mut found = conditions(filter, now, alive);
    found.and("m.id > ?", after);
    let limit = found.place(limit);
    db.all(format!("{MEMBER}\n{}\norder by m.id\nlimit {limit}", found.sql), found.args).await
}

pub async fn one(db: &Db, id: MemberId) -> Result<Option<MemberRow>> {
    db.optional(format!("{MEMBER}\nwhere m.id = $1 and m.deleted_at is null"), args![id]).await
}

pub async fn count(db: &Db, filter: &Filter, now: Now<'_>, alive: bool) -> Result<i64> {
    let found = conditions(filter, now, alive);
    let (n,): (i64,) = db.one(format!("select count(*) from members m\n{}", found.sql), found.args).await?;
    Ok(n)
}

/// The tiers that these members have open now, and until when with what is to follow: member, tier, until.
pub async fn tiers_of(db: &Db, members: &[MemberId], now: Timestamp) -> Result<Vec<(i64, String, Option<i64>)>> {
    if members.is_empty() {
        return Ok(Vec::new());
    }
    let mut args: Args = args![now];
    let places = places(&mut args, members.iter().copied());
    let sql = format!(
        "select e.member_id, t.name, case when count(*) = count(e.ends_at) then max(e.ends_at) end as until_at
from entitlements e
join tiers t on t.id = e.tier_id
where e.member_id in ({places}) and e.revoked_at is null and (e.open_until is null or e.open_until > $1)
group by e.member_id, t.id, t.name, t.position
having min(e.starts_at) <= $1
order by e.member_id, t.position, t.id"
    );
    db.all(sql, args).await
}

/// What was given of a tier to these members by then, and not taken back.
pub async fn grants_of(tx: &mut Tx, members: &[MemberId], tier: TierId, then: Timestamp) -> Result<Vec<i64>> {
    let mut args: Args = args![tier, then];
    let places = places(&mut args, members.iter().copied());
    let sql = format!(
        "select id from grants
where tier_id = $1 and given_at <= $2 and revoked_at is null and member_id in ({places})
order by id"
    );
    let rows: Vec<(i64,)> = tx.all(sql, args).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SegmentRow {
    pub id: i64,
    pub name: String,
    pub filter: String,
}

/// By name: there is a handful.
pub async fn segments(db: &Db) -> Result<Vec<SegmentRow>> {
    db.all("select id, name, filter from segments order by folded limit 200", args![]).await
}

const SAVE: &str = "insert into segments (name, folded, filter, made_by, made_at)
values ($1, $2, $3, $4, $5)
on conflict (folded) do update set name = $1, filter = $3, made_by = $4, made_at = $5";

/// Under this name from now on.
pub async fn save(db: &Db, name: &str, filter: &str, by: MemberId, now: Timestamp) -> Result<()> {
    db.run(SAVE, args![name, name.to_lowercase(), filter, by, now]).await.map(drop)
}

pub async fn forget(db: &Db, id: i64) -> Result<()> {
    db.run("delete from segments where id = $1", args![id]).await.map(drop)
}

pub struct NewDeed<'a> {
    pub filter: &'a str,
    pub deed: &'static str,
    pub what: &'a str,
    pub tier: Option<TierId>,
    pub until: Option<Timestamp>,
    pub reason: &'a str,
    pub key: &'a str,
}

const BEGIN: &str = "insert into segment_deeds (filter, deed, what, tier_id, until_at, reason, form_key, made_by, made_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (form_key) do nothing
returning id";

/// `None` when the form was sent before.
pub async fn begin(tx: &mut Tx, new: &NewDeed<'_>, by: MemberId, now: Timestamp) -> Result<Option<i64>> {
    let args = args![new.filter, new.deed, new.what, new.tier, new.until, new.reason, new.key, by, now];
    let row: Option<(i64,)> = tx.optional(BEGIN, args).await?;
    Ok(row.map(|(id,)| id))
}

/// Notes for whom it is to be done: whoever it changes may not be meant any more while it goes on. Says how many they are.
pub async fn note(tx: &mut Tx, id: i64, filter: &Filter, now: Now<'_>) -> Result<i64> {
    let mut found = conditions(filter, now, true);
    let id = found.place(id);
    let sql = format!(
        "insert into segment_deed_members (deed_id, meant_id)\nselect s.id, m.id\nfrom segment_deeds s, members m\n{} and s.id = {id}",
        found.sql
    );
    let n = i64::try_from(tx.run(sql, found.args).await?).unwrap_or(i64::MAX);
    Ok(n)
}

const OF_FORM: &str = "select d.id,
    d.ended_at is null and not exists (select 1 from segment_deed_members w where w.deed_id = d.id) as lost
from segment_deeds d
where d.form_key = $1";

/// What a form that was sent before began, and whether it was interrupted when nobody had noted for whom it was.
pub async fn of_form(db: &Db, key: &str) -> Result<Option<(i64, bool)>> {
    db.optional(OF_FORM, args![key]).await
}

/// What was begun and is not over: as in `segment_deeds`.
#[derive(sqlx::FromRow)]
pub struct Begun {
    pub deed: String,
    pub what: String,
    pub tier_id: Option<i64>,
    pub until_at: Option<i64>,
    pub reason: String,
    pub made_by: i64,
    pub made_at: i64,
}

const HOLD: &str = "update segment_deeds
set members = members
where id = $1 and ended_at is null
returning deed, what, tier_id, until_at, reason, made_by, made_at";

/// Whoever else is at it waits until the transaction is done. `None`: it is over.
pub async fn hold(tx: &mut Tx, id: i64) -> Result<Option<Begun>> {
    tx.optional(HOLD, args![id]).await
}

const TAKE: &str = "delete from segment_deed_members
where deed_id = $1 and meant_id in (
    select meant_id from segment_deed_members where deed_id = $1 order by meant_id limit $2
)
returning meant_id";

/// The next few for whom it is to be done; it is not to be done for them any more.
pub async fn take(tx: &mut Tx, id: i64, limit: i64) -> Result<Vec<MemberId>> {
    let rows: Vec<(i64,)> = tx.all(TAKE, args![id, limit]).await?;
    Ok(rows.into_iter().map(|(id,)| MemberId(id)).collect())
}

/// It is not to be done for this one any more; false when it was not.
pub async fn pass_over(tx: &mut Tx, id: i64, member: MemberId) -> Result<bool> {
    let sql = "delete from segment_deed_members where deed_id = $1 and meant_id = $2";
    Ok(tx.run(sql, args![id, member]).await? == 1)
}

/// Those of them who have not left, in the order they came.
pub async fn still_here(tx: &mut Tx, members: &[MemberId]) -> Result<Vec<MemberId>> {
    let mut args = Args::new();
    let places = places(&mut args, members.iter().copied());
    let sql = format!("select id from members where deleted_at is null and id in ({places}) order by id");
    let rows: Vec<(i64,)> = tx.all(sql, args).await?;
    Ok(rows.into_iter().map(|(id,)| MemberId(id)).collect())
}

const COUNT_DONE: &str = "update segment_deeds
set members = members + $2,
    ended_at = case when exists (select 1 from segment_deed_members w where w.deed_id = segment_deeds.id) then ended_at else $3 end
where id = $1";

/// It was done for so many more; it is over when there is nobody left.
pub async fn count_done(tx: &mut Tx, id: i64, members: i64, now: Timestamp) -> Result<()> {
    tx.run(COUNT_DONE, args![id, members, now]).await.map(drop)
}

/// What is still to be done for somebody.
pub async fn unfinished(db: &Db) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = db.all("select distinct deed_id from segment_deed_members order by deed_id", args![]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct DeedRow {
    pub id: i64,
    pub filter: String,
    pub deed: String,
    pub what: String,
    pub until_at: Option<i64>,
    pub reason: String,
    /// For how many it was done, and for how many it is still to be.
    pub members: i64,
    pub waiting: i64,
    pub handle: String,
    pub made_at: i64,
    pub ended_at: Option<i64>,
}

/// Newest first, those before `before`.
pub async fn deeds(db: &Db, before: Option<i64>, limit: i64) -> Result<Vec<DeedRow>> {
    let sql = "select d.id, d.filter, d.deed, d.what, d.until_at, d.reason, d.members, m.handle, d.made_at, d.ended_at,
    (select count(*) from segment_deed_members w where w.deed_id = d.id) as waiting
from segment_deeds d
join members m on m.id = d.made_by
where d.id < $1
order by d.id desc
limit $2";
    db.all(sql, args![before.unwrap_or(i64::MAX), limit]).await
}
