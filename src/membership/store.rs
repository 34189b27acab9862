//! Tables `entitlements`, `pauses`: what a member may open, and since when and until when.

use super::service::{Grant, What};
use super::terms::{Given, Laid, Length, goes_first};
use crate::args;
use crate::foundation::cadence::Cadence;
use crate::foundation::id::{MemberId, PostId, TierId};
use crate::foundation::time::{DAY, Timestamp};
use crate::server::db::{Db, Queries, Result, Tx};

const ENTITLED: &str = "select id
from entitlements
where member_id = $1
    and (tier_id = $2 or post_id = $3)
    and revoked_at is null
    and starts_at <= $4
    and (open_until is null or open_until > $4)
    and not exists (select 1 from pauses p where p.member_id = $1 and p.tier_id = entitlements.tier_id and p.until_at is null)
limit 1";

pub async fn entitled(db: &Db, member: MemberId, tier: Option<TierId>, post: Option<PostId>, now: Timestamp) -> Result<bool> {
    let row: Option<(i64,)> = db.optional(ENTITLED, args![member, tier, post, now]).await?;
    Ok(row.is_some())
}

const HELD: &str = "select tier_id, post_id
from entitlements
where member_id = $1
    and revoked_at is null
    and starts_at <= $2
    and (open_until is null or open_until > $2)
    and not exists (select 1 from pauses p where p.member_id = $1 and p.tier_id = entitlements.tier_id and p.until_at is null)
order by id desc
limit 10000";

/// The tiers and articles a member may open now.
pub async fn held(db: &Db, member: MemberId, now: Timestamp) -> Result<Vec<(Option<i64>, Option<i64>)>> {
    db.all(HELD, args![member, now]).await
}

#[derive(sqlx::FromRow)]
pub struct HeldTerm {
    pub tier_id: i64,
    pub name: String,
    pub ends_at: Option<i64>,
    pub open_until: Option<i64>,
    pub paused: bool,
    pub is_fixed: bool,
    pub cause: String,
}

impl HeldTerm {
    pub fn is_seat(&self) -> bool {
        self.cause.starts_with("seat:")
    }
}

const TIER_TERMS: &str =
    "select e.tier_id, t.name, e.ends_at, e.open_until, p.id is not null as paused, e.cadence is null as is_fixed, e.cause
from entitlements e
join tiers t on t.id = e.tier_id
left join pauses p on p.member_id = e.member_id and p.tier_id = e.tier_id and p.until_at is null
where e.member_id = $1 and e.revoked_at is null and (e.open_until is null or e.open_until > $2 or p.from_at < e.ends_at)
order by t.position, t.id, e.starts_at
limit 1000";

/// A member's terms that still open something, or will when their pause is over; those of one tier stand together.
pub async fn tier_terms(db: &Db, member: MemberId, now: Timestamp) -> Result<Vec<HeldTerm>> {
    db.all(TIER_TERMS, args![member, now]).await
}

/// An entitlement as it was given.
#[derive(sqlx::FromRow)]
pub struct Granted {
    pub id: i64,
    pub member_id: i64,
    pub tier_id: Option<i64>,
    pub ends_at: Option<i64>,
}

const BY_CAUSE: &str = "select id, member_id, tier_id, ends_at
from entitlements
where cause = $1";

/// As [`by_cause`], to be shown.
pub async fn by_cause_shown(db: &Db, cause: &str) -> Result<Option<Granted>> {
    db.optional(BY_CAUSE, args![cause]).await
}

pub async fn by_cause(tx: &mut Tx, cause: &str) -> Result<Option<Granted>> {
    tx.optional(BY_CAUSE, args![cause]).await
}

const GRANT: &str = "insert into entitlements
    (member_id, tier_id, post_id, starts_at, ends_at, cause, created_at, cadence, given_at, open_until, grace_days)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (cause) do update
set given_at = $9,
    revoked_at = null,
    starts_at = case when $8 is null then $4 else entitlements.starts_at end,
    ends_at = case when $8 is null then $5 else entitlements.ends_at end,
    open_until = case when $8 is null then $10 else entitlements.open_until end";

/// Gives, or gives again what was taken back. A term that is counted lies provisionally where it was given; [`move_to`]
/// puts it where it belongs.
pub async fn grant(tx: &mut Tx, grant: &Grant<'_>, now: Timestamp) -> Result<()> {
    let (tier, post) = match grant.what {
        What::Tier(tier) => (Some(tier), None),
        What::Post(post) => (None, Some(post)),
    };
    let (from, until, cadence) = match grant.length {
        Length::Fixed(from, until) => (from, until, None),
        Length::Of(cadence) => (grant.given_at, Some(grant.given_at.plus(1)), Some(cadence.to_string())),
    };
    let open_until = until.map(|until| until.plus(grant.grace_days.saturating_mul(DAY)));
    let args = args![grant.member, tier, post, from, until, grant.cause, now, cadence, grant.given_at, open_until, grant.grace_days];
    tx.run(GRANT, args).await.map(drop)
}

const GIVEN: &str = "select id, given_at, cadence, starts_at, ends_at, open_until, grace_days, revoked_at, cause
from entitlements
where member_id = $1 and tier_id = $2
order by given_at, id
limit 2000";

#[derive(sqlx::FromRow)]
struct GivenRow {
    id: i64,
    given_at: i64,
    cadence: Option<String>,
    starts_at: i64,
    ends_at: Option<i64>,
    open_until: Option<i64>,
    grace_days: i64,
    revoked_at: Option<i64>,
    cause: String,
}

/// A term that was given, where it lies, and why it was given.
#[derive(Debug, Clone)]
pub struct GivenTerm {
    pub given: Given,
    pub laid: Laid,
    pub cause: String,
}

impl GivenRow {
    fn term(self) -> GivenTerm {
        let (starts_at, ends_at) = (Timestamp(self.starts_at), self.ends_at.map(Timestamp));
        let laid = Laid { id: self.id, starts_at, ends_at, open_until: self.open_until.map(Timestamp) };
        let length = match self.cadence.as_deref().and_then(Cadence::parse) {
            Some(cadence) => Length::Of(cadence),
            None => Length::Fixed(starts_at, ends_at),
        };
        let (given_at, revoked_at) = (Timestamp(self.given_at), self.revoked_at.map(Timestamp));
        let goes_first = goes_first(&self.cause);
        let given = Given { id: self.id, given_at, length, grace_days: self.grace_days, revoked_at, goes_first };
        GivenTerm { given, laid, cause: self.cause }
    }
}

/// All terms of a member and tier that were ever given, in the order in which they were.
pub async fn given(tx: &mut Tx, member: MemberId, tier: TierId) -> Result<Vec<GivenTerm>> {
    let rows: Vec<GivenRow> = tx.all(GIVEN, args![member, tier]).await?;
    Ok(rows.into_iter().map(GivenRow::term).collect())
}

/// As [`given`], to be shown.
pub async fn given_shown(db: &Db, member: MemberId, tier: TierId) -> Result<Vec<GivenTerm>> {
    let rows: Vec<GivenRow> = db.all(GIVEN, args![member, tier]).await?;
    Ok(rows.into_iter().map(GivenRow::term).collect())
}

const MOVE_TO: &str = "update entitlements set starts_at = $2, ends_at = $3, open_until = $4 where id = $1";

pub async fn move_to(tx: &mut Tx, laid: &Laid) -> Result<()> {
    tx.run(MOVE_TO, args![laid.id, laid.starts_at, laid.ends_at, laid.open_until]).await.map(drop)
}

/// Since when, and until when: `None` while it lasts.
pub type Pause = (Timestamp, Option<Timestamp>);

const PAUSES: &str = "select from_at, until_at
from pauses
where member_id = $1 and tier_id = $2
order by from_at, id
limit 1000";

fn read_pauses(rows: Vec<(i64, Option<i64>)>) -> Vec<Pause> {
    rows.into_iter().map(|(from, until)| (Timestamp(from), until.map(Timestamp))).collect()
}

/// The pauses of a member and tier.
pub async fn pauses(tx: &mut Tx, member: MemberId, tier: TierId) -> Result<Vec<Pause>> {
    tx.all(PAUSES, args![member, tier]).await.map(read_pauses)
}

/// As [`pauses`], to be shown.
pub async fn pauses_shown(db: &Db, member: MemberId, tier: TierId) -> Result<Vec<Pause>> {
    db.all(PAUSES, args![member, tier]).await.map(read_pauses)
}

const PAUSE: &str = "insert into pauses (member_id, tier_id, from_at)
select $1, $2, $3
where not exists (select 1 from pauses where member_id = $1 and tier_id = $2 and until_at is null)";

/// False when it is paused already.
pub async fn pause(tx: &mut Tx, member: MemberId, tier: TierId, now: Timestamp) -> Result<bool> {
    Ok(tx.run(PAUSE, args![member, tier, now]).await? == 1)
}

const RESUME: &str = "update pauses set until_at = $3 where member_id = $1 and tier_id = $2 and until_at is null";

/// False when it is not paused.
pub async fn resume(tx: &mut Tx, member: MemberId, tier: TierId, now: Timestamp) -> Result<bool> {
    Ok(tx.run(RESUME, args![member, tier, now]).await? > 0)
}

/// Taken back then; a second time changes nothing.
pub async fn revoke(tx: &mut Tx, id: i64, at: Timestamp) -> Result<()> {
    tx.run("update entitlements set revoked_at = $2 where id = $1 and revoked_at is null", args![id, at]).await.map(drop)
}

const OTHERS_IN: &str = "select count(*)
    + (select cast(coalesce(sum(k.seats), 0) as bigint) from kept_seats k where k.tier_id = $1 and k.until_at > $2)
from (
    select member_id
    from entitlements
    where tier_id = $1 and open_until > $2 and revoked_at is null
    union
    select member_id
    from entitlements
    where tier_id = $1 and open_until is null and revoked_at is null
    union
    select p.member_id
    from pauses p
    join entitlements e on e.member_id = p.member_id and e.tier_id = p.tier_id
    where p.tier_id = $1 and p.until_at is null and e.revoked_at is null and e.ends_at > p.from_at
) t
where member_id <> $3";

/// How many others have a tier now, with the seats of teams that nobody sits on. Who paused it has it: when they go on, their
/// time is all there.
pub async fn others_in(tx: &mut Tx, tier: TierId, member: MemberId, now: Timestamp) -> Result<i64> {
    let (n,): (i64,) = tx.one(OTHERS_IN, args![tier, now, member]).await?;
    Ok(n)
}

/// As [`others_in`], to be shown.
pub async fn others_shown(db: &Db, tier: TierId, member: MemberId, now: Timestamp) -> Result<i64> {
    let (n,): (i64,) = db.one(OTHERS_IN, args![tier, now, member]).await?;
    Ok(n)
}

const EVER_HAD: &str = "select count(*)
from entitlements
where member_id = $1 and tier_id = $2 and (revoked_at is null or revoked_at > starts_at)";

pub async fn ever_had(db: &Db, member: MemberId, tier: TierId) -> Result<bool> {
    let (n,): (i64,) = db.one(EVER_HAD, args![member, tier]).await?;
    Ok(n > 0)
}

const GIVE_BACK: &str = "update entitlements set revoked_at = null where cause = $1 and revoked_at is not null";

/// What was taken back holds again.
pub async fn give_back(tx: &mut Tx, cause: &str) -> Result<()> {
    tx.run(GIVE_BACK, args![cause]).await.map(drop)
}

/// An entitlement as it stands.
#[derive(sqlx::FromRow)]
pub struct PartRow {
    pub tier_id: Option<i64>,
    pub post_id: Option<i64>,
    pub starts_at: i64,
    pub ends_at: Option<i64>,
    pub revoked_at: Option<i64>,
}

const PARTS: &str = "select tier_id, post_id, starts_at, ends_at, revoked_at
from entitlements
where member_id = $1 and cause like $2
order by id
limit 1000";

/// A member's entitlements whose cause is like this, in the order in which they were given.
pub async fn parts(db: &Db, member: MemberId, like: &str) -> Result<Vec<PartRow>> {
    db.all(PARTS, args![member, like]).await
}

pub async fn parts_now(tx: &mut Tx, member: MemberId, like: &str) -> Result<Vec<PartRow>> {
    tx.all(PARTS, args![member, like]).await
}

const FOR_GOOD: &str = "select id
from entitlements
where member_id = $1 and (tier_id = $2 or post_id = $3) and revoked_at is null and ends_at is null
limit 1";

pub async fn is_for_good(tx: &mut Tx, member: MemberId, what: What) -> Result<bool> {
    let (tier, post) = match what {
        What::Tier(tier) => (Some(tier), None),
        What::Post(post) => (None, Some(post)),
    };
    let row: Option<(i64,)> = tx.optional(FOR_GOOD, args![member, tier, post]).await?;
    Ok(row.is_some())
}
