//! Table `notifications`: what providers told us, kept as it came.

use crate::args;
use crate::foundation::id::OrderId;
use crate::foundation::time::Timestamp;
use crate::providers::{Notification, Provider};
use crate::server::db::{Db, Queries, Result, Tx};

const KEEP: &str = "insert into notifications (provider, event_id, kind, body, made_at, received_at, state, turn_at)
values ($1, $2, $3, $4, $5, $6, 'new', $6)
on conflict (provider, event_id) do nothing";

/// Keeps a notification; nothing, when its number is known.
pub async fn keep(tx: &mut Tx, provider: Provider, notification: &Notification, now: Timestamp) -> Result<()> {
    let body = String::from_utf8_lossy(&notification.body);
    let args = args![provider.as_str(), &notification.id, &notification.kind, body.as_ref(), notification.made_at, now];
    tx.run(KEEP, args).await.map(drop)
}

/// What something is called that we found out by asking about a checkout; its body is our reference of it.
pub const LOOK: &str = "look";

/// The same, of an agreement; its body is the provider's number of it.
pub const LOOK_AGREEMENT: &str = "look-agreement";

const PUT_ASIDE: &str = "insert into notifications (provider, event_id, kind, body, received_at, state, reason, order_id)
values ($1, $2, $3, $4, $5, 'quarantined', $6, $7)
on conflict (provider, event_id) do update set state = 'quarantined', reason = $6, received_at = $5";

/// Keeps for an admin that a provider, when asked about something, said what does not fit. `kind` and `about`: [`LOOK`] and
/// our reference of a checkout, or [`LOOK_AGREEMENT`] and the provider's number.
pub async fn put_aside(
    tx: &mut Tx,
    provider: Provider,
    (kind, about): (&str, &str),
    reason: &str,
    order: Option<OrderId>,
    now: Timestamp,
) -> Result<()> {
    let args = args![provider.as_str(), format!("{kind}:{about}"), kind, about, now, reason, order];
    tx.run(PUT_ASIDE, args).await.map(drop)
}

/// What a refund is called that waits for the merchant at the provider; its body is the provider's number of it.
pub const STUCK: &str = "refund-stuck";

/// What a refund is called that does not get through to the provider; its body is our reference of it.
pub const WAITS: &str = "refund-waits";

const RAISE: &str = "insert into notifications (provider, event_id, kind, body, received_at, state, reason, order_id)
values ($1, $2, $3, $4, $5, 'quarantined', $6, $7)
on conflict (provider, event_id) do update set state = 'quarantined', reason = $6, received_at = $5
where notifications.state = 'done'";

/// Keeps for an admin that a refund is [`STUCK`], or [`WAITS`], for as long as it does; false when that is known, or was put
/// aside.
pub async fn raise(
    tx: &mut Tx,
    provider: Provider,
    (kind, refund): (&str, &str),
    reason: &str,
    order: OrderId,
    now: Timestamp,
) -> Result<bool> {
    let args = args![provider.as_str(), format!("{kind}:{refund}"), kind, refund, now, reason, order];
    Ok(tx.run(RAISE, args).await? == 1)
}

/// It goes on, or has ended.
pub async fn lower(tx: &mut Tx, provider: Provider, (kind, refund): (&str, &str)) -> Result<()> {
    let sql = "update notifications set state = 'done' where provider = $1 and event_id = $2 and state = 'quarantined'";
    tx.run(sql, args![provider.as_str(), format!("{kind}:{refund}")]).await.map(drop)
}

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Waiting {
    pub id: i64,
    pub event_id: String,
    pub kind: String,
    pub body: String,
    pub made_at: Option<i64>,
    pub tries: i64,
}

// Who comes second at the same moment finds that their turn is later by now.
const TAKE: &str = "update notifications
set turn_at = $3
where turn_at <= $2 and id in (
    select id
    from notifications
    where provider = $1 and turn_at <= $2
    order by turn_at, id
    limit $4
)
returning id, event_id, kind, body, made_at, tries";

/// Takes those of a provider whose turn it is, the oldest first, to be processed; until when somebody else may take them
/// should we not come back.
pub async fn take(db: &Db, provider: Provider, now: Timestamp, until: Timestamp, limit: i64) -> Result<Vec<Waiting>> {
    let mut tx = db.begin().await?;
    let mut taken: Vec<Waiting> = tx.all(TAKE, args![provider.as_str(), now, until, limit]).await?;
    tx.commit().await?;
    taken.sort_by_key(|waiting| waiting.id);
    Ok(taken)
}

/// Gives back what was taken and not looked at.
pub async fn give_back(db: &Db, ids: &[i64], now: Timestamp) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    for id in ids {
        tx.run("update notifications set turn_at = $2 where id = $1 and turn_at > $2", args![*id, now]).await?;
    }
    tx.commit().await
}

const SET: &str = "update notifications
set state = $2, reason = $3, turn_at = $4, tries = tries + 1, order_id = coalesce($5, order_id)
where id = $1";

/// These are done, each for its order; those without one were of no interest.
pub async fn set_done(db: &Db, done: &[(i64, Option<OrderId>)]) -> Result<()> {
    if done.is_empty() {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    for (id, order) in done {
        let state = if order.is_some() { "done" } else { "ignored" };
        tx.run(SET, args![*id, state, "", None::<i64>, *order]).await?;
    }
    tx.commit().await
}

/// It did not work, and is tried again.
pub async fn set_later(db: &Db, id: i64, reason: &str, turn_at: Timestamp) -> Result<()> {
    db.run(SET, args![id, "later", reason, turn_at, None::<OrderId>]).await.map(drop)
}

/// An admin has to look at it.
pub async fn set_troubled(tx: &mut Tx, id: i64, state: &str, reason: &str) -> Result<()> {
    tx.run(SET, args![id, state, reason, None::<i64>, None::<OrderId>]).await.map(drop)
}

/// Puts one that is not done back in its turn; false when there is no such one.
pub async fn replay(db: &Db, id: i64, now: Timestamp) -> Result<bool> {
    let sql = "update notifications set state = 'new', reason = '', tries = 0, turn_at = $2 where id = $1 and state in ('quarantined', 'dead', 'ignored', 'later')";
    Ok(db.run(sql, args![id, now]).await? == 1)
}
