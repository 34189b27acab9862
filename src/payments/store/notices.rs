//! Table `notices`.

use crate::args;
use crate::foundation::id::MemberId;
use crate::foundation::time::Timestamp;
use crate::server::db::{Db, Queries, Result, Tx};

const REMIND: &str = "insert into notices (member_id, kind, about, data, created_at)
select e.member_id, 'ending:' || cast($1 as text), 'tier:' || e.tier_id || ':' || max(e.ends_at), '{}', $2
from entitlements e
where e.tier_id is not null and e.revoked_at is null and e.ends_at > $2
    and not exists (
        select 1
        from subscriptions s
        where s.member_id = e.member_id and s.tier_id = e.tier_id and s.state in ('trialing', 'active', 'past_due') and not s.ends_with_term
    )
    and not exists (select 1 from pauses p where p.member_id = e.member_id and p.tier_id = e.tier_id and p.until_at is null)
    and not exists (
        select 1
        from entitlements f
        where f.member_id = e.member_id and f.tier_id = e.tier_id and f.revoked_at is null and f.ends_at is null
    )
group by e.member_id, e.tier_id
having max(e.ends_at) <= $3 and max(e.ends_at) > coalesce(max(case when e.cause like 'seat:%' then e.ends_at end), 0)
on conflict (member_id, kind, about) do nothing
returning member_id, about";

/// Reminds everybody whose chain of terms ends by `until`, unless its end is a seat of a team, for which somebody else pays; each is reminded once of each end. Those who are now, and of
/// what.
pub async fn remind(tx: &mut Tx, days: i64, now: Timestamp, until: Timestamp) -> Result<Vec<(i64, String)>> {
    tx.all(REMIND, args![days, now, until]).await
}

const TERM: &str = "select t.name, max(e.given_at)
from entitlements e
join tiers t on t.id = e.tier_id
where e.member_id = $1 and e.tier_id = $2 and e.revoked_at is null
group by t.name";

/// What a member's tier is called, and when a term of it was last given.
pub async fn term(tx: &mut Tx, member: MemberId, tier: i64) -> Result<Option<(String, Option<i64>)>> {
    tx.optional(TERM, args![member, tier]).await
}

/// An agreement that is charged soon.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ComingCharge {
    pub id: i64,
    pub member_id: i64,
    pub tier: String,
    pub charged_at: i64,
}

const COMING: &str = "select s.id, s.member_id, t.name as tier,
    case when s.state = 'trialing' then s.trial_until else s.term_until end as charged_at
from subscriptions s
join tiers t on t.id = s.tier_id
where (s.state = 'active' and s.term_until > $1 and s.term_until <= $2 or s.state = 'trialing' and s.trial_until > $1 and s.trial_until <= $2)
    and (s.cadence = 'year') = $3 and not s.ends_with_term and s.cancel_asked_at is null and s.surplus_at is null
    and not exists (
        select 1
        from notices n
        where n.member_id = s.member_id and n.kind = 'renewal'
            and n.about = 'agreement:' || s.id || ':' || case when s.state = 'trialing' then s.trial_until else s.term_until end
    )
order by s.id
limit 100";

/// Agreements that are charged by `until`, whose members were not told yet: those that run by the year, or the others.
pub async fn coming_charges(db: &Db, yearly: bool, now: Timestamp, until: Timestamp) -> Result<Vec<ComingCharge>> {
    db.all(COMING, args![now, until, yearly]).await
}

/// Notes that a member is told; false when they were.
pub async fn note(tx: &mut Tx, member: MemberId, kind: &str, about: &str, now: Timestamp) -> Result<bool> {
    let sql =
        "insert into notices (member_id, kind, about, created_at) values ($1, $2, $3, $4) on conflict (member_id, kind, about) do nothing";
    Ok(tx.run(sql, args![member, kind, about, now]).await? == 1)
}

const ENDINGS: &str = "select max(n.id), t.id, t.name, max(e.ends_at)
from entitlements e
join tiers t on t.id = e.tier_id
join notices n on n.member_id = e.member_id and n.kind like 'ending:%' and n.put_away_at is null
where e.member_id = $1 and e.revoked_at is null and e.ends_at > $2
group by t.id, t.name, n.about
having n.about = 'tier:' || t.id || ':' || max(e.ends_at)
order by 4
limit 20";

pub async fn endings(db: &Db, member: MemberId, now: Timestamp) -> Result<Vec<(i64, i64, String, i64)>> {
    db.all(ENDINGS, args![member, now]).await
}

const PUT_AWAY: &str = "update notices
set put_away_at = $3
where member_id = $1 and put_away_at is null and about = (select about from notices where id = $2 and member_id = $1)";

pub async fn put_away(db: &Db, member: MemberId, id: i64, now: Timestamp) -> Result<()> {
    db.run(PUT_AWAY, args![member, id, now]).await.map(drop)
}
