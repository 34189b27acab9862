//! Table `agreement_changes`.

use crate::args;
use crate::foundation::cadence::Cadence;
use crate::foundation::id::{MemberId, TierId};
use crate::foundation::money::Money;
use crate::foundation::time::Timestamp;
use crate::server::db::{Db, Queries, Result, Tx};

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ChangeRow {
    pub id: i64,
    pub tier_id: i64,
    pub cadence: String,
    pub minor: i64,
    pub title: String,
    pub at_once: bool,
    pub from_at: i64,
    pub state: String,
    pub consent: Option<String>,
    pub asked_at: i64,
    pub agreed_at: Option<i64>,
}

const OF_AGREEMENT: &str = "select id, tier_id, cadence, minor, title, at_once, from_at, state, consent, asked_at, agreed_at
from agreement_changes
where subscription_id = $1 and state <> 'refused'
order by id desc
limit 200";

/// What was ever asked of an agreement and not refused, the last first.
pub async fn of_agreement(tx: &mut Tx, subscription: i64) -> Result<Vec<ChangeRow>> {
    tx.all(OF_AGREEMENT, args![subscription]).await
}

/// As [`of_agreement`], outside a transaction.
pub async fn shown(db: &Db, subscription: i64) -> Result<Vec<ChangeRow>> {
    db.all(OF_AGREEMENT, args![subscription]).await
}

const COMES: &str = "select count(*)
from agreement_changes a
join subscriptions s on s.id = a.subscription_id
where s.member_id = $1 and a.tier_id = $2 and a.state = 'agreed' and s.state not in ('waiting', 'ended')";

/// Whether one of a member's agreements goes over to a tier.
pub async fn comes(db: &Db, member: MemberId, tier: TierId) -> Result<bool> {
    let (n,): (i64,) = db.one(COMES, args![member, tier]).await?;
    Ok(n > 0)
}

pub struct NewChange<'a> {
    pub subscription: i64,
    pub tier: TierId,
    pub every: Cadence,
    pub price: Money,
    pub title: &'a str,
    pub at_once: bool,
    pub from: Timestamp,
    pub reference: &'a str,
    /// The provider need not be asked: it charges the same.
    pub agreed: bool,
}

const INSERT: &str = "insert into agreement_changes
    (subscription_id, tier_id, cadence, minor, title, at_once, from_at, state, reference, asked_at, agreed_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
returning id";

/// Notes a wish before the provider hears of it.
pub async fn insert(tx: &mut Tx, new: &NewChange<'_>, now: Timestamp) -> Result<()> {
    let NewChange { subscription, tier, every, price, title, at_once, from, reference, agreed } = *new;
    let (state, agreed_at) = if agreed { ("agreed", Some(now)) } else { ("asked", None) };
    let args = args![subscription, tier, every.to_string(), price.minor, title, at_once, from, state, reference, now, agreed_at];
    let (id,): (i64,) = tx.one(INSERT, args).await?;
    if agreed {
        tx.run(REPLACE, args![subscription, id]).await?;
    }
    Ok(())
}

const AGREE: &str = "update agreement_changes
set state = 'agreed', from_at = $2, agreed_at = $3, consent = null
where id = $1 and state = 'asked'";

const REPLACE: &str = "update agreement_changes
set state = 'replaced'
where subscription_id = $1 and id <> $2 and state = 'agreed'";

/// The provider says that it charges this now; what was agreed before and does not hold yet never will.
pub async fn agree(tx: &mut Tx, subscription: i64, id: i64, from: Timestamp, now: Timestamp) -> Result<()> {
    if tx.run(AGREE, args![id, from, now]).await? == 1 {
        tx.run(REPLACE, args![subscription, id]).await?;
    }
    Ok(())
}

const HOLD: &str = "update agreement_changes set state = 'holds' where id = $1 and state = 'agreed'";

const TAKE_UP: &str = "update subscriptions
set tier_id = (select tier_id from agreement_changes where id = $2),
    cadence = (select cadence from agreement_changes where id = $2),
    minor = (select minor from agreement_changes where id = $2)
where id = $1";

/// What was agreed holds from now on: the agreement's own row says so.
pub async fn hold(tx: &mut Tx, subscription: i64, id: i64) -> Result<()> {
    if tx.run(HOLD, args![id]).await? == 1 {
        tx.run(TAKE_UP, args![subscription, id]).await?;
    }
    Ok(())
}

/// The provider said no.
pub async fn refuse(db: &Db, reference: &str) -> Result<()> {
    db.run("update agreement_changes set state = 'refused' where reference = $1 and state = 'asked'", args![reference]).await.map(drop)
}

/// Where the buyer agrees to it.
pub async fn set_consent(db: &Db, reference: &str, address: &str) -> Result<()> {
    let sql = "update agreement_changes set consent = $2 where reference = $1 and state = 'asked'";
    db.run(sql, args![reference, address]).await.map(drop)
}
