//! Tables `teams`, `team_terms` and `team_seats`.

use super::model::{Holder, Seated, Team};
use crate::args;
use crate::foundation::cadence::Cadence;
use crate::foundation::error;
use crate::foundation::id::{MemberId, OrderId, TierId};
use crate::foundation::money::Money;
use crate::foundation::time::{DAY, Timestamp};
use crate::membership::grants::Opened;
use crate::membership::terms::Laid;
use crate::server::db::{Db, Queries, Result, Tx};

const INSERT: &str = "insert into teams (member_id, tier_id, name, seats, created_at)
values ($1, $2, $3, $4, $5)
returning id";

pub async fn insert(tx: &mut Tx, payer: MemberId, tier: TierId, (name, seats): (&str, i64), now: Timestamp) -> Result<i64> {
    let (id,): (i64,) = tx.one(INSERT, args![payer, tier, name, seats, now]).await?;
    Ok(id)
}

/// An order becomes one of a team.
pub async fn add_term(tx: &mut Tx, order: OrderId, team: i64, seats: i64, grace_days: i64) -> Result<()> {
    let sql = "insert into team_terms (order_id, team_id, seats, grace_days) values ($1, $2, $3, $4)";
    tx.run(sql, args![order, team, seats, grace_days]).await.map(drop)
}

#[derive(sqlx::FromRow)]
struct TeamRow {
    id: i64,
    member_id: i64,
    payer: String,
    handle: String,
    tier_id: i64,
    tier: String,
    name: String,
    seats: i64,
    used: i64,
    link: i64,
    paid: bool,
    until_at: Option<i64>,
    open_until: Option<i64>,
}

impl TeamRow {
    fn team(self) -> Team {
        Team {
            id: self.id,
            payer: MemberId(self.member_id),
            payer_name: self.payer,
            handle: self.handle,
            tier: TierId(self.tier_id),
            tier_name: self.tier,
            name: self.name,
            seats: self.seats,
            used: self.used,
            link: self.link,
            paid: self.paid,
            until: self.until_at.zip(self.open_until).map(|(until, open)| (Timestamp(until), Timestamp(open))),
        }
    }
}

const TEAM: &str = "select t.id, t.member_id, m.name as payer, m.handle, t.tier_id, x.name as tier, t.name, t.seats, t.link,
    (select count(*) from team_seats s where s.team_id = t.id and s.left_at is null) as used,
    exists (select 1 from team_terms w where w.team_id = t.id and w.given_at is not null) as paid,
    (select max(w.until_at) from team_terms w where w.team_id = t.id and w.given_at is not null and w.revoked_at is null) as until_at,
    (select max(w.open_until) from team_terms w where w.team_id = t.id and w.given_at is not null and w.revoked_at is null) as open_until
from teams t
join members m on m.id = t.member_id
join tiers x on x.id = t.tier_id";

pub async fn team(db: &Db, id: i64) -> Result<Option<Team>> {
    let row: Option<TeamRow> = db.optional(format!("{TEAM}\nwhere t.id = $1"), args![id]).await?;
    Ok(row.map(TeamRow::team))
}

/// The team, in which nobody else can take or leave a seat until the transaction is done.
pub async fn lock(tx: &mut Tx, id: i64) -> Result<Option<Team>> {
    if tx.run("update teams set seats = seats where id = $1", args![id]).await? == 0 {
        return Ok(None);
    }
    let row: Option<TeamRow> = tx.optional(format!("{TEAM}\nwhere t.id = $1"), args![id]).await?;
    Ok(row.map(TeamRow::team))
}

pub async fn of_order(tx: &mut Tx, order: OrderId) -> Result<Option<i64>> {
    let row: Option<(i64,)> = tx.optional("select team_id from team_terms where order_id = $1", args![order]).await?;
    Ok(row.map(|(id,)| id))
}

const PAID: &str = "exists (select 1 from team_terms w where w.team_id = t.id and w.given_at is not null)";

pub async fn of_payer(db: &Db, member: MemberId, before: Option<i64>, limit: i64) -> error::Result<Vec<Team>> {
    let sql = format!("{TEAM}\nwhere t.member_id = $1 and t.id < $2 and {PAID}\norder by t.id desc\nlimit $3");
    let rows: Vec<TeamRow> = db.all(sql, args![member, before.unwrap_or(i64::MAX), limit]).await?;
    Ok(rows.into_iter().map(TeamRow::team).collect())
}

const OF_HANDLE: &str = "(t.member_id = (select id from members where handle = $3) or t.id in (
        select s.team_id
        from team_seats s
        where s.left_at is null and s.member_id = (select id from members where handle = $3)
    ))";

/// `handle`: of a payer or a holder; empty for all.
pub async fn list(db: &Db, handle: &str, before: Option<i64>, limit: i64) -> error::Result<Vec<Team>> {
    let of_handle = if handle.is_empty() { "$3 = ''" } else { OF_HANDLE };
    let sql = format!("{TEAM}\nwhere t.id < $1 and {PAID} and {of_handle}\norder by t.id desc\nlimit $2");
    let rows: Vec<TeamRow> = db.all(sql, args![before.unwrap_or(i64::MAX), limit, handle]).await?;
    Ok(rows.into_iter().map(TeamRow::team).collect())
}

/// A term of a team, paid or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermRow {
    pub order: OrderId,
    pub cadence: Cadence,
    pub given_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
    pub grace_days: i64,
    pub laid: Laid,
}

const TERMS: &str = "select w.order_id, o.cadence, w.given_at, w.revoked_at, w.grace_days, w.from_at, w.until_at, w.open_until
from team_terms w
join orders o on o.id = w.order_id
where w.team_id = $1 and w.given_at is not null
order by w.given_at, w.order_id
limit 2000";

type TermColumns = (i64, String, i64, Option<i64>, i64, i64, i64, i64);

/// The terms that were ever paid, in the order in which they were.
pub async fn terms(tx: &mut Tx, team: i64) -> Result<Vec<TermRow>> {
    let rows: Vec<TermColumns> = tx.all(TERMS, args![team]).await?;
    let read = |(order, cadence, given_at, revoked_at, grace_days, from, until, open): TermColumns| {
        let laid = Laid { id: order, starts_at: Timestamp(from), ends_at: Some(Timestamp(until)), open_until: Some(Timestamp(open)) };
        let (given_at, revoked_at) = (Timestamp(given_at), revoked_at.map(Timestamp));
        Some(TermRow { order: OrderId(order), cadence: Cadence::parse(&cadence)?, given_at, revoked_at, grace_days, laid })
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

const GIVE: &str = "update team_terms
set given_at = $2,
    revoked_at = $3,
    from_at = coalesce(from_at, $2),
    until_at = coalesce(until_at, $2),
    open_until = coalesce(open_until, $2)
where order_id = $1";

/// What the money of its order says. Where it comes to lie is worked out next.
pub async fn give(tx: &mut Tx, order: OrderId, given_at: Timestamp, revoked_at: Option<Timestamp>) -> Result<()> {
    tx.run(GIVE, args![order, given_at, revoked_at]).await.map(drop)
}

pub async fn move_to(tx: &mut Tx, laid: &Laid) -> Result<()> {
    let sql = "update team_terms set from_at = $2, until_at = $3, open_until = $4 where order_id = $1";
    tx.run(sql, args![laid.id, laid.starts_at, laid.ends_at, laid.open_until]).await.map(drop)
}

const OPENS: &str = "select from_at, until_at, open_until, revoked_at from team_terms where order_id = $1 and given_at is not null";

type OpensRow = (i64, i64, i64, Option<i64>);

fn opened((from, until, open, revoked): OpensRow) -> Opened {
    Opened {
        starts_at: Timestamp(from),
        ends_at: Some(Timestamp(until)),
        open_until: Some(Timestamp(open)),
        revoked_at: revoked.map(Timestamp),
    }
}

pub async fn opens(db: &Db, order: OrderId) -> Result<Option<Opened>> {
    Ok(db.optional(OPENS, args![order]).await?.map(opened))
}

pub async fn opens_now(tx: &mut Tx, order: OrderId) -> Result<Option<Opened>> {
    Ok(tx.optional(OPENS, args![order]).await?.map(opened))
}

const HOLDERS: &str = "select s.id, s.n, s.member_id, m.name, s.taken_at
from team_seats s
join members m on m.id = s.member_id
where s.team_id = $1 and s.left_at is null and s.n > $2
order by s.n
limit $3";

pub async fn holders(tx: &mut Tx, team: i64) -> Result<Vec<Holder>> {
    tx.all(HOLDERS, args![team, 0i64, crate::membership::model::MOST_SEATS]).await
}

pub async fn holders_shown(db: &Db, team: i64, after: i64, limit: i64) -> Result<Vec<Holder>> {
    db.all(HOLDERS, args![team, after, limit]).await
}

const TAKE: &str = "insert into team_seats (team_id, n, member_id, taken_at)
values ($1, $2, $3, $4)
returning id";

/// The unique keys refuse a seat that somebody holds, and a second one for the same person.
pub async fn take(tx: &mut Tx, team: i64, n: i64, member: MemberId, now: Timestamp) -> Result<i64> {
    let (id,): (i64,) = tx.one(TAKE, args![team, n, member, now]).await?;
    Ok(id)
}

/// False when it was left already.
pub async fn leave(tx: &mut Tx, sitting: i64, now: Timestamp) -> Result<bool> {
    Ok(tx.run("update team_seats set left_at = $2 where id = $1 and left_at is null", args![sitting, now]).await? == 1)
}

pub async fn renew_link(tx: &mut Tx, team: i64) -> Result<()> {
    tx.run("update teams set link = link + 1 where id = $1", args![team]).await.map(drop)
}

pub async fn rename(db: &Db, team: i64, name: &str) -> Result<()> {
    db.run("update teams set name = $2 where id = $1", args![team, name]).await.map(drop)
}

const SEATED: &str = "select s.team_id, t.name, x.name as tier, m.name as payer, s.taken_at,
    (select max(w.until_at) from team_terms w where w.team_id = t.id and w.given_at is not null and w.revoked_at is null) as until_at,
    (select max(w.open_until) from team_terms w where w.team_id = t.id and w.given_at is not null and w.revoked_at is null) as open_until
from team_seats s
join teams t on t.id = s.team_id
join tiers x on x.id = t.tier_id
join members m on m.id = t.member_id
where s.member_id = $1 and s.left_at is null
order by s.id desc
limit 100";

pub async fn seated(db: &Db, member: MemberId) -> Result<Vec<Seated>> {
    db.all(SEATED, args![member]).await
}

/// Whether a member holds a seat of a team.
pub async fn sits(db: &Db, team: i64, member: MemberId) -> Result<bool> {
    let sql = "select id from team_seats where team_id = $1 and member_id = $2 and left_at is null";
    let row: Option<(i64,)> = db.optional(sql, args![team, member]).await?;
    Ok(row.is_some())
}

const WAITS: &str = "select o.reference
from team_terms w
join orders o on o.id = w.order_id
where w.team_id = $1 and w.given_at is null and o.status in ('open', 'pending') and o.closed_at is null and o.created_at > $2
    and o.currency = $3 and coalesce(o.net_minor, o.minor) = $4 and (o.net_minor is not null) = $5
order by o.id desc
limit 1";

/// An order for the team's next term at this price, taxed in the same way, that is not paid yet.
pub async fn waits(tx: &mut Tx, team: i64, made_after: Timestamp, price: Money, is_net: bool) -> Result<Option<String>> {
    let row: Option<(String,)> = tx.optional(WAITS, args![team, made_after, price.currency.code(), price.minor, is_net]).await?;
    Ok(row.map(|(reference,)| reference))
}

const REMIND: &str = "insert into notices (member_id, kind, about, data, created_at)
select t.member_id, 'team:' || cast($1 as text), 'team:' || t.id || ':' || max(w.until_at), '{}', $2
from teams t
join team_terms w on w.team_id = t.id
where w.revoked_at is null and w.until_at > $2
group by t.member_id, t.id
having max(w.until_at) <= $3 and max(w.given_at) <= $4
on conflict (member_id, kind, about) do nothing
returning member_id, about";

/// Notes that the payers of teams that end by `until` are reminded, of what was not bought today; each is reminded once of
/// each end. Who, and of what.
pub async fn remind(tx: &mut Tx, days: i64, now: Timestamp, until: Timestamp) -> Result<Vec<(i64, String)>> {
    tx.all(REMIND, args![days, now, until, now.plus(-DAY)]).await
}
