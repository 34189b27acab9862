//! Tables `letters`, `bounces`, `letter_choices`, `mail_account`.

use super::model::State;
use crate::args;
use crate::foundation::id::MemberId;
use crate::foundation::time::Timestamp;
use crate::server::db::{Db, Queries, Result, Tx, Value};

pub struct NewLetter<'a> {
    pub kind: &'a str,
    pub about: &'a str,
    pub member: Option<MemberId>,
    pub address: &'a str,
    pub name: Option<&'a str>,
    pub locale: &'a str,
    pub subject: &'a str,
    pub html: &'a str,
    pub plain: &'a str,
    pub sealed: Option<&'a str>,
    pub unsubscribe: Option<&'a str>,
    pub message_id: &'a str,
    pub state: State,
    pub good_until: Option<Timestamp>,
    pub said: &'a str,
    pub now: Timestamp,
}

const INSERT: &str = "insert into letters
    (kind, about, member_id, address, name, locale, subject, html, plain, sealed, unsubscribe, message_id, state, turn_at, good_until,
    said, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
on conflict (kind, about) do nothing";

/// Nothing, when there is such a letter.
pub async fn insert(tx: &mut Tx, new: &NewLetter<'_>) -> Result<()> {
    let turn_at = (new.state == State::Waiting).then_some(new.now);
    let args = args![
        new.kind,
        new.about,
        new.member,
        new.address,
        new.name,
        new.locale,
        new.subject,
        new.html,
        new.plain,
        new.sealed,
        new.unsubscribe,
        new.message_id,
        new.state.as_str(),
        turn_at,
        new.good_until,
        new.said,
        new.now
    ];
    tx.run(INSERT, args).await.map(drop)
}

/// A letter whose turn it is, and how often it was tried.
pub type Due = (i64, i64);

const DUE: &str = "select id, tries
from letters
where turn_at <= $1
order by turn_at, id
limit $2";

pub async fn due(db: &Db, now: Timestamp, limit: i64) -> Result<Vec<Due>> {
    db.all(DUE, args![now, limit]).await
}

const TAKE: &str = "update letters
set turn_at = $3, tries = tries + 1, said = ''
where id = $1 and tries = $2 and turn_at <= $4";

/// Takes one to be sent, until when somebody else may take it should we not come back. False: somebody else was faster.
pub async fn take(db: &Db, (id, tries): Due, now: Timestamp, until: Timestamp) -> Result<bool> {
    Ok(db.run(TAKE, args![id, tries, until, now]).await? == 1)
}

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct LetterRow {
    pub id: i64,
    pub kind: String,
    pub address: String,
    pub name: Option<String>,
    pub locale: String,
    pub subject: String,
    pub html: String,
    pub plain: String,
    pub sealed: Option<String>,
    pub unsubscribe: Option<String>,
    pub message_id: String,
    pub state: String,
    pub tries: i64,
    pub turn_at: Option<i64>,
    pub good_until: Option<i64>,
    pub said: String,
    pub sent_through: Option<String>,
    pub created_at: i64,
    pub sent_at: Option<i64>,
}

const ONE: &str = "select id, kind, address, name, locale, subject, html, plain, sealed, unsubscribe, message_id, state, tries, turn_at, good_until, said, sent_through, created_at, sent_at
from letters
where id = $1";

pub async fn one(db: &Db, id: i64) -> Result<Option<LetterRow>> {
    db.optional(ONE, args![id]).await
}

const STATE: &str = "select state from letters where kind = $1 and about = $2";

/// How a letter stands, if there is one.
pub async fn state(db: &Db, kind: &str, about: &str) -> Result<Option<State>> {
    let row: Option<(String,)> = db.optional(STATE, args![kind, about]).await?;
    Ok(row.and_then(|(state,)| State::parse(&state)))
}

const SENT: &str = "update letters
set state = 'sent', turn_at = null, sealed = null, said = $3, sent_through = $4, sent_at = $5
where id = $1 and tries = $2 and state = 'waiting'";

/// It is sent; what it could open is forgotten.
pub async fn set_sent(tx: &mut Tx, (id, tries): Due, said: &str, through: &str, now: Timestamp) -> Result<()> {
    tx.run(SENT, args![id, tries, said, through, now]).await.map(drop)
}

/// It waits for another try.
pub async fn set_later(tx: &mut Tx, (id, tries): Due, said: &str, turn_at: Timestamp) -> Result<()> {
    let sql = "update letters set turn_at = $4, said = $3 where id = $1 and tries = $2 and state = 'waiting'";
    tx.run(sql, args![id, tries, said, turn_at]).await.map(drop)
}

/// It is not tried any more.
pub async fn set_over(tx: &mut Tx, (id, tries): Due, state: State, said: &str) -> Result<()> {
    let sql = "update letters set state = $4, turn_at = null, said = $3 where id = $1 and tries = $2 and state = 'waiting'";
    tx.run(sql, args![id, tries, said, state.as_str()]).await.map(drop)
}

const BOUNCED: &str = "insert into bounces (address, times, said, last_at)
values ($1, 1, $2, $3)
on conflict (address) do update set times = bounces.times + 1, said = $2, last_at = $3";

pub async fn count_bounce(tx: &mut Tx, address: &str, said: &str, now: Timestamp) -> Result<()> {
    tx.run(BOUNCED, args![address, said, now]).await.map(drop)
}

pub async fn forget_bounces(tx: &mut Tx, address: &str) -> Result<()> {
    tx.run("delete from bounces where address = $1", args![address]).await.map(drop)
}

/// How often an address refused letters, and what was said the last time.
pub async fn bounces(tx: &mut Tx, address: &str) -> Result<i64> {
    let row: Option<(i64,)> = tx.optional("select times from bounces where address = $1", args![address]).await?;
    Ok(row.map_or(0, |(times,)| times))
}

pub async fn bounces_of(db: &Db, address: &str) -> Result<Option<(i64, String)>> {
    db.optional("select times, said from bounces where address = $1", args![address]).await
}

/// How many addresses are not written to any more.
pub async fn suppressed(db: &Db, most: i64) -> Result<i64> {
    let (n,): (i64,) = db.one("select count(*) from bounces where times >= $1", args![most]).await?;
    Ok(n)
}

pub async fn choice(tx: &mut Tx, member: MemberId, choice: &str) -> Result<Option<bool>> {
    let row: Option<(bool,)> =
        tx.optional("select wanted from letter_choices where member_id = $1 and choice = $2", args![member, choice]).await?;
    Ok(row.map(|(wanted,)| wanted))
}

pub async fn choices_of(db: &Db, member: MemberId) -> Result<Vec<(String, bool)>> {
    db.all("select choice, wanted from letter_choices where member_id = $1 order by choice limit 100", args![member]).await
}

const WANTERS: &str = "select member_id
from letter_choices
where choice = $1 and wanted
order by member_id
limit 100";

/// Who said that they want letters of a sort.
pub async fn wanters(tx: &mut Tx, choice: &str) -> Result<Vec<MemberId>> {
    let rows: Vec<(i64,)> = tx.all(WANTERS, args![choice]).await?;
    Ok(rows.into_iter().map(|(id,)| MemberId(id)).collect())
}

const CHOOSE: &str = "insert into letter_choices (member_id, choice, wanted, chosen_at)
select id, $2, $3, $4 from members where id = $1 and deleted_at is null
on conflict (member_id, choice) do update set wanted = $3, chosen_at = $4";

/// Nothing for somebody who left.
pub async fn choose(tx: &mut Tx, member: MemberId, choice: &str, wanted: bool, now: Timestamp) -> Result<()> {
    tx.run(CHOOSE, args![member, choice, wanted, now]).await.map(drop)
}

/// Everything that was written to a member, and what is known of their address.
pub async fn forget_member(tx: &mut Tx, member: MemberId, address: Option<&str>) -> Result<()> {
    tx.run("delete from letters where member_id = $1", args![member]).await?;
    tx.run("delete from letter_choices where member_id = $1", args![member]).await?;
    tx.run("delete from bounces where address = $1", args![address]).await.map(drop)
}

/// What opens an account is worth nothing any more: those of these letters that were not sent are dropped.
pub async fn drop_waiting(tx: &mut Tx, member: MemberId, kind: &str, said: &str) -> Result<()> {
    let sql = "update letters set state = 'dropped', turn_at = null, sealed = null, said = $3 where member_id = $1 and kind = $2 and state = 'waiting'";
    tx.run(sql, args![member, kind, said]).await.map(drop)
}

/// As the list of admins shows it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Listed {
    pub id: i64,
    pub kind: String,
    pub address: String,
    pub subject: String,
    pub said: String,
    pub tries: i64,
    pub turn_at: Option<i64>,
    pub created_at: i64,
    pub sent_at: Option<i64>,
}

/// Those in a state, newest first, before `before`; of one kind or to one address, if given.
pub async fn list(db: &Db, state: State, kind: &str, address: &str, before: i64, limit: i64) -> Result<Vec<Listed>> {
    let mut sql =
        "select id, kind, address, subject, said, tries, turn_at, created_at, sent_at from letters where state = $1 and id < $2".to_owned();
    let mut args: Vec<Value> = args![state.as_str(), before, limit];
    for (column, value) in [("kind", kind), ("address", address)] {
        if !value.is_empty() {
            args.push(value.into());
            sql.push_str(&format!(" and {column} = ${}", args.len()));
        }
    }
    sql.push_str(" order by id desc limit $3");
    db.all(sql, args).await
}

pub async fn counts(db: &Db) -> Result<Vec<(String, i64)>> {
    db.all("select state, count(*) from letters group by state limit 10", args![]).await
}

const AGAIN: &str = "update letters
set state = 'waiting', tries = 0, turn_at = $2, said = ''
where id = $1 and state in ('failed', 'dropped')";

/// Puts one that is not tried any more back in its turn; false when it is not such a one.
pub async fn again(db: &Db, id: i64, now: Timestamp) -> Result<bool> {
    Ok(db.run(AGAIN, args![id, now]).await? == 1)
}

/// Those that wait for another try have it now. Of what is being sent just now nothing was said yet, and it is left alone.
pub async fn hurry(db: &Db, now: Timestamp) -> Result<()> {
    db.run("update letters set turn_at = $1 where state = 'waiting' and said <> '' and turn_at > $1", args![now]).await.map(drop)
}

pub async fn account(db: &Db) -> Result<Option<(String, i64)>> {
    db.optional("select sealed, updated_at from mail_account where id = 1", args![]).await
}

const SAVE_ACCOUNT: &str = "insert into mail_account (id, sealed, updated_at)
values (1, $1, $2)
on conflict (id) do update set sealed = $1, updated_at = $2";

pub async fn save_account(db: &Db, sealed: &str, now: Timestamp) -> Result<()> {
    db.run(SAVE_ACCOUNT, args![sealed, now]).await.map(drop)
}
