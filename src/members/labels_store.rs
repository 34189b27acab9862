//! Tables `labels` and `member_labels`; of `members` the note.

use crate::args;
use crate::foundation::id::MemberId;
use crate::server::db::{Args, Db, Queries, Result, Tx, places};
use std::collections::{BTreeMap, HashMap};

/// Pairs that one statement writes.
const AT_ONCE: usize = 5_000;

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct LabelRow {
    pub id: i64,
    pub name: String,
    pub members: i64,
}

const ALL: &str = "select l.id, l.name, count(m.member_id) as members
from labels l
left join member_labels m on m.label_id = l.id
group by l.id, l.name, l.folded
order by l.folded
limit 1000";

pub async fn all(db: &Db) -> Result<Vec<LabelRow>> {
    db.all(ALL, args![]).await
}

pub async fn of(db: &Db, members: &[MemberId]) -> Result<Vec<(i64, String)>> {
    if members.is_empty() {
        return Ok(Vec::new());
    }
    let mut args = Args::new();
    let places = places(&mut args, members.iter().copied());
    let sql = format!(
        "select m.member_id, l.name from member_labels m join labels l on l.id = m.label_id
where m.member_id in ({places})
order by l.folded"
    );
    db.all(sql, args).await
}

/// The numbers of labels by how they are compared, made where there is none.
pub async fn ids(tx: &mut Tx, named: &BTreeMap<String, &str>) -> Result<HashMap<String, i64>> {
    let all: Vec<(&String, &&str)> = named.iter().collect();
    let mut ids = HashMap::new();
    for some in all.chunks(AT_ONCE / 2) {
        let mut args = Args::new();
        let values: Vec<String> = some.iter().map(|(folded, name)| format!("({})", places(&mut args, [folded.as_str(), **name]))).collect();
        tx.run(format!("insert into labels (folded, name) values {} on conflict (folded) do nothing", values.join(", ")), args).await?;
        let mut args = Args::new();
        let places = places(&mut args, some.iter().map(|(folded, _)| folded.as_str()));
        let rows: Vec<(String, i64)> = tx.all(format!("select folded, id from labels where folded in ({places})"), args).await?;
        ids.extend(rows);
    }
    Ok(ids)
}

pub async fn put(tx: &mut Tx, pairs: &[(MemberId, i64)]) -> Result<()> {
    for some in pairs.chunks(AT_ONCE / 2) {
        let mut args = Args::new();
        let values: Vec<String> = some.iter().map(|(member, label)| format!("({})", places(&mut args, [member.0, *label]))).collect();
        let sql = format!("insert into member_labels (member_id, label_id) values {} on conflict do nothing", values.join(", "));
        tx.run(sql, args).await?;
    }
    Ok(())
}

pub async fn forget(tx: &mut Tx, member: MemberId) -> Result<()> {
    tx.run("delete from member_labels where member_id = $1", args![member]).await.map(drop)
}

pub async fn take(tx: &mut Tx, members: &[MemberId], folded: &str) -> Result<()> {
    let mut args: Args = args![folded];
    let places = places(&mut args, members.iter().copied());
    let sql = format!("delete from member_labels where label_id in (select id from labels where folded = $1) and member_id in ({places})");
    tx.run(sql, args).await.map(drop)
}

pub async fn set_note(tx: &mut Tx, member: MemberId, note: &str) -> Result<()> {
    tx.run("update members set note = $2 where id = $1 and deleted_at is null", args![member, note]).await.map(drop)
}

/// Forgets labels that nobody has.
pub async fn tidy(tx: &mut Tx) -> Result<()> {
    let sql = "delete from labels where not exists (select 1 from member_labels m where m.label_id = labels.id)";
    tx.run(sql, args![]).await.map(drop)
}
