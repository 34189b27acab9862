//! Table `notices`.

use crate::args;
use crate::foundation::id::MemberId;
use crate::foundation::time::Timestamp;
use crate::server::db::{Db, Queries, Result};

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
having max(e.ends_at) <= $3
on conflict (member_id, kind, about) do nothing";

/// Reminds everybody whose chain of terms ends by `until`; each is reminded once of each end.
pub async fn remind(db: &Db, days: i64, now: Timestamp, until: Timestamp) -> Result<()> {
    db.run(REMIND, args![days, now, until]).await.map(drop)
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
