//! Of table `members` what has to do with many at a time.

use super::email::IS_THEIRS;
use crate::args;
use crate::foundation::id::MemberId;
use crate::foundation::time::Timestamp;
use crate::server::db::{Args, Db, Queries, Result, Tx, places};
use std::collections::BTreeSet;

/// Somebody who has an address, and whether it is known to be theirs.
#[derive(sqlx::FromRow)]
pub struct HolderRow {
    pub email: String,
    pub id: i64,
    pub is_theirs: bool,
}

fn of_emails(emails: &[&str]) -> (String, Args) {
    let mut args = Args::new();
    let places = places(&mut args, emails.iter().copied());
    (format!("select m.email, m.id, {IS_THEIRS} as is_theirs from members m where m.email in ({places})"), args)
}

/// Who has these addresses.
pub async fn by_email(tx: &mut Tx, emails: &[&str]) -> Result<Vec<HolderRow>> {
    if emails.is_empty() {
        return Ok(Vec::new());
    }
    let (sql, args) = of_emails(emails);
    tx.all(sql, args).await
}

/// As [`by_email`], to be shown.
pub async fn by_email_shown(db: &Db, emails: &[&str]) -> Result<Vec<HolderRow>> {
    if emails.is_empty() {
        return Ok(Vec::new());
    }
    let (sql, args) = of_emails(emails);
    db.all(sql, args).await
}

/// Those of these handles that somebody has.
pub async fn taken(tx: &mut Tx, handles: &[String]) -> Result<BTreeSet<String>> {
    if handles.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut args = Args::new();
    let places = places(&mut args, handles);
    let rows: Vec<(String,)> = tx.all(format!("select handle from members where handle in ({places})"), args).await?;
    Ok(rows.into_iter().map(|(handle,)| handle).collect())
}

pub struct NewRow {
    pub handle: String,
    pub name: String,
    pub email: String,
    pub note: String,
    pub joined_at: Timestamp,
    pub joined_day: String,
}

/// Enters those whose handle and address are free; gives the addresses and numbers of these.
pub async fn insert(tx: &mut Tx, rows: &[NewRow]) -> Result<Vec<(String, MemberId)>> {
    let mut args = Args::new();
    let mut values = Vec::with_capacity(rows.len());
    for row in rows {
        let texts = places(&mut args, [&row.handle, &row.name, &row.email, &row.note, &row.joined_day]);
        args.push(row.joined_at.into());
        values.push(format!("({texts}, ${})", args.len()));
    }
    let sql = format!(
        "insert into members (handle, name, email, note, registered_day, created_at) values {}
on conflict do nothing
returning email, id",
        values.join(", ")
    );
    let rows: Vec<(String, i64)> = tx.all(sql, args).await?;
    Ok(rows.into_iter().map(|(email, id)| (email, MemberId(id))).collect())
}

pub async fn note(tx: &mut Tx, member: MemberId, note: &str) -> Result<()> {
    tx.run("update members set note = $2 where id = $1 and note = ''", args![member, note]).await.map(drop)
}
