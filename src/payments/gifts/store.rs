//! Tables `gifts` and `gift_secrets`.

use super::model::{Gift, State, Wrapping};
use crate::args;
use crate::foundation::error::{self, AppError};
use crate::foundation::id::{MemberId, OrderId};
use crate::foundation::locale::Locale;
use crate::foundation::time::Timestamp;
use crate::server::db::{Db, Queries, Result, Tx};

const WRAP: &str = "insert into gifts (order_id, email, note, locale, send_at)
values ($1, $2, $3, $4, $5)";

/// Makes a new order a gift.
pub async fn wrap(tx: &mut Tx, order: OrderId, wrapping: &Wrapping) -> Result<()> {
    let Wrapping { email, note, locale, send_at } = wrapping;
    tx.run(WRAP, args![order, email.as_deref(), note.as_str(), locale.tag(), *send_at]).await.map(drop)
}

#[derive(sqlx::FromRow)]
struct GiftRow {
    email: Option<String>,
    note: String,
    locale: String,
    send_at: i64,
    letters: i64,
    sent_at: Option<i64>,
    void_at: Option<i64>,
    taken_by: Option<i64>,
    taken_at: Option<i64>,
    taker: Option<String>,
    giver: String,
    paid: bool,
}

const GIFT: &str = "select g.email, g.note, g.locale, g.send_at, g.letters, g.sent_at, g.void_at, g.taken_by, g.taken_at,
    t.name as taker, b.name as giver, o.paid_at is not null as paid
from gifts g
join orders o on o.id = g.order_id
join members b on b.id = o.member_id
left join members t on t.id = g.taken_by
where g.order_id = $1";

impl GiftRow {
    fn gift(self) -> error::Result<Gift> {
        let locale = Locale::from_tag(&self.locale).ok_or(AppError::Internal)?;
        let state = match (self.paid, self.void_at, self.taken_at, self.sent_at) {
            (false, ..) => State::Unpaid,
            (_, Some(_), ..) => State::Void,
            (_, _, Some(at), _) => State::Taken(self.taker.unwrap_or_default(), Timestamp(at)),
            (_, _, _, Some(at)) => State::Sent(Timestamp(at)),
            _ if self.email.is_some() => State::Waiting(Timestamp(self.send_at)),
            _ => State::ByHand,
        };
        let wrapping = Wrapping { email: self.email, note: self.note, locale, send_at: Timestamp(self.send_at) };
        Ok(Gift { wrapping, giver: self.giver, letters: self.letters, taken_by: self.taken_by.map(MemberId), state })
    }
}

const TAKEN: &str = "select g.order_id, b.name, g.taken_at, g.void_at is not null as void
from gifts g
join orders o on o.id = g.order_id
join members b on b.id = o.member_id
where g.taken_by = $1
order by g.order_id desc
limit $2";

/// Of the gifts that a member took, newest first: the order, who gave it, when they took it, and whether it is void.
pub async fn taken(db: &Db, member: MemberId, limit: i64) -> Result<Vec<(i64, String, i64, bool)>> {
    db.all(TAKEN, args![member, limit]).await
}

pub async fn of_order(db: &Db, order: OrderId) -> error::Result<Option<Gift>> {
    let row: Option<GiftRow> = db.optional(GIFT, args![order]).await?;
    row.map(GiftRow::gift).transpose()
}

/// As [`of_order`]. Whoever changes something holds the order.
pub async fn held(tx: &mut Tx, order: OrderId) -> error::Result<Option<Gift>> {
    let row: Option<GiftRow> = tx.optional(GIFT, args![order]).await?;
    row.map(GiftRow::gift).transpose()
}

/// What the buyer said of a gift that is not paid yet.
pub async fn wrapping_of(db: &Db, order: OrderId) -> error::Result<Option<Wrapping>> {
    Ok(of_order(db, order).await?.map(|gift| gift.wrapping))
}

const OPENED_TO: &str = "select taken_by, taken_at
from gifts
where order_id = $1 and taken_by is not null";

/// Who took it, and when.
pub async fn opened_to(tx: &mut Tx, order: OrderId) -> Result<Option<(MemberId, Timestamp)>> {
    let row: Option<(i64, i64)> = tx.optional(OPENED_TO, args![order]).await?;
    Ok(row.map(|(member, at)| (MemberId(member), Timestamp(at))))
}

const STAND: &str = "update gifts
set void_at = $2,
    due_at = case when $2 is null and $3 and email is not null and letters = 0 and taken_by is null then send_at else null end
where order_id = $1";

/// What the money says: whether it is covered, or since when it is void. Its letter is due only while it is covered.
pub async fn stand(tx: &mut Tx, order: OrderId, covered: bool, void_at: Option<Timestamp>) -> Result<()> {
    tx.run(STAND, args![order, void_at, covered]).await.map(drop)
}

const DUE: &str = "select order_id
from gifts
where due_at <= $1
order by due_at, order_id
limit $2";

pub async fn due(db: &Db, now: Timestamp, limit: i64) -> Result<Vec<OrderId>> {
    let rows: Vec<(i64,)> = db.all(DUE, args![now, limit]).await?;
    Ok(rows.into_iter().map(|(id,)| OrderId(id)).collect())
}

const SET_SENT: &str = "update gifts
set letters = letters + 1, sent_at = $2, due_at = null
where order_id = $1";

pub async fn set_sent(tx: &mut Tx, order: OrderId, now: Timestamp) -> Result<()> {
    tx.run(SET_SENT, args![order, now]).await.map(drop)
}

pub async fn set_email(tx: &mut Tx, order: OrderId, email: &str) -> Result<()> {
    tx.run("update gifts set email = $2 where order_id = $1", args![order, email]).await.map(drop)
}

pub async fn add_secret(tx: &mut Tx, order: OrderId, hash: &str, now: Timestamp) -> Result<()> {
    tx.run("insert into gift_secrets (hash, order_id, made_at) values ($1, $2, $3)", args![hash, order, now]).await.map(drop)
}

pub async fn secrets(tx: &mut Tx, order: OrderId) -> Result<i64> {
    let (n,): (i64,) = tx.one("select count(*) from gift_secrets where order_id = $1", args![order]).await?;
    Ok(n)
}

/// None of the letters and links that were made before opens it any more.
pub async fn forget_secrets(tx: &mut Tx, order: OrderId) -> Result<()> {
    tx.run("delete from gift_secrets where order_id = $1", args![order]).await.map(drop)
}

pub async fn by_secret(db: &Db, hash: &str) -> Result<Option<OrderId>> {
    let row: Option<(i64,)> = db.optional("select order_id from gift_secrets where hash = $1", args![hash]).await?;
    Ok(row.map(|(id,)| OrderId(id)))
}

/// As [`by_secret`], once the order is held: its buyer may have given the gift to another address meanwhile.
pub async fn still_opens(tx: &mut Tx, hash: &str, order: OrderId) -> Result<bool> {
    let row: Option<(i64,)> =
        tx.optional("select order_id from gift_secrets where hash = $1 and order_id = $2", args![hash, order]).await?;
    Ok(row.is_some())
}

const TAKE: &str = "update gifts
set taken_by = $2, taken_at = $3, due_at = null, email = null
where order_id = $1 and taken_by is null and void_at is null";

/// False when somebody has it, or it opens nothing any more. Whose address it went to need not be known any longer.
pub async fn take(tx: &mut Tx, order: OrderId, member: MemberId, now: Timestamp) -> Result<bool> {
    Ok(tx.run(TAKE, args![order, member, now]).await? == 1)
}
