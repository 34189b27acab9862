//! Orders of the shop, and which of its items opens what.

use super::places;
use crate::args;
use crate::codes::model::LineState;
use crate::foundation::id::MemberId;
use crate::foundation::time::Timestamp;
use crate::server::db::{Db, Queries, Result, Tx};

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ItemRow {
    pub id: i64,
    pub field: String,
    pub how: String,
    pub wanted: String,
    pub pack_id: i64,
}

/// All there are: a shop has a few. The most exact comes first: equal before containing, long before short.
pub async fn items(db: &Db) -> Result<Vec<ItemRow>> {
    let sql = "select id, field, how, wanted, pack_id from taobao_items order by how desc, length(wanted) desc, id limit 1000";
    db.all(sql, args![]).await
}

pub async fn has_items(db: &Db) -> Result<bool> {
    let row: Option<(i64,)> = db.optional("select id from taobao_items limit 1", args![]).await?;
    Ok(row.is_some())
}

const INSERT_ITEM: &str = "insert into taobao_items (field, how, wanted, pack_id, made_by, made_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (field, how, wanted) do nothing";

/// False when there is one for the same already.
pub async fn insert_item(tx: &mut Tx, of: [&str; 3], pack: i64, (by, now): (MemberId, Timestamp)) -> Result<bool> {
    let [field, how, wanted] = of;
    Ok(tx.run(INSERT_ITEM, args![field, how, wanted, pack, by, now]).await? == 1)
}

pub async fn delete_item(tx: &mut Tx, id: i64) -> Result<bool> {
    Ok(tx.run("delete from taobao_items where id = $1", args![id]).await? == 1)
}

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OrderRow {
    pub id: i64,
    pub number: String,
    pub phone_tail: String,
    pub columns: String,
    pub member_id: Option<i64>,
}

const ORDER: &str = "select id, number, phone_tail, columns, member_id from taobao_orders";

/// Number and telephone are asked for in one statement, so that a wrong one of either takes the same way.
pub async fn find(db: &Db, number: &str, tail: &str) -> Result<Option<OrderRow>> {
    db.optional(format!("{ORDER} where number = $1 and phone_tail = $2"), args![number, tail]).await
}

pub async fn by_id(db: &Db, id: i64) -> Result<Option<OrderRow>> {
    db.optional(format!("{ORDER} where id = $1"), args![id]).await
}

/// Takes the orders, so that nobody redeems one meanwhile: whoever does takes it first too, and reads its lines after that.
pub async fn take(tx: &mut Tx, numbers: &[&str]) -> Result<Vec<OrderRow>> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let mut args = args![];
    let places = places(&mut args, numbers.iter().copied());
    let taken = "returning id, number, phone_tail, columns, member_id";
    tx.all(format!("update taobao_orders set columns = columns where number in ({places}) {taken}"), args).await
}

/// As [`take`], by its own number.
pub async fn take_one(tx: &mut Tx, id: i64) -> Result<Option<OrderRow>> {
    let sql = "update taobao_orders set columns = columns where id = $1 returning id, number, phone_tail, columns, member_id";
    tx.optional(sql, args![id]).await
}

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct LineRow {
    pub id: i64,
    pub order_id: i64,
    pub item: String,
    pub title: String,
    pub pack_id: i64,
    pub quantity: i64,
    pub state: String,
}

impl LineRow {
    pub fn state(&self) -> LineState {
        LineState::parse(&self.state)
    }
}

const LINE: &str = "select id, order_id, item, title, pack_id, quantity, state from taobao_lines";

pub async fn lines_of(tx: &mut Tx, orders: &[i64]) -> Result<Vec<LineRow>> {
    if orders.is_empty() {
        return Ok(Vec::new());
    }
    let mut args = args![];
    let places = places(&mut args, orders.iter().copied());
    tx.all(format!("{LINE} where order_id in ({places}) order by order_id, id"), args).await
}

/// As [`lines_of`], to be shown.
pub async fn lines_shown(db: &Db, orders: &[i64]) -> Result<Vec<LineRow>> {
    if orders.is_empty() {
        return Ok(Vec::new());
    }
    let mut args = args![];
    let places = places(&mut args, orders.iter().copied());
    db.all(format!("{LINE} where order_id in ({places}) order by order_id, id"), args).await
}

/// Number and end of the telephone. Those that are there already stay as they are.
pub async fn insert(tx: &mut Tx, import: i64, columns: &str, orders: &[(&str, &str)]) -> Result<()> {
    if orders.is_empty() {
        return Ok(());
    }
    let mut args = args![import, columns];
    let rows: Vec<String> = orders.iter().map(|(number, tail)| format!("($1, $2, {})", places(&mut args, [*number, *tail]))).collect();
    let sql = format!(
        "insert into taobao_orders (import_id, columns, number, phone_tail) values {} on conflict (number) do nothing",
        rows.join(", ")
    );
    tx.run(sql, args).await.map(drop)
}

/// A line that its order did not have, and its state.
pub struct NewLine<'a> {
    pub row: &'a LineRow,
    pub state: LineState,
}

pub async fn insert_lines(tx: &mut Tx, lines: &[NewLine<'_>]) -> Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let mut args = args![];
    let mut rows = Vec::with_capacity(lines.len());
    for line in lines {
        let first = args.len() + 1;
        let LineRow { order_id, item, title, pack_id, quantity, .. } = line.row;
        args.extend(args![*order_id, item, title, *pack_id, *quantity, line.state.as_str()]);
        rows.push(format!("(${}, ${}, ${}, ${}, ${}, ${})", first, first + 1, first + 2, first + 3, first + 4, first + 5));
    }
    let sql = format!(
        "insert into taobao_lines (order_id, item, title, pack_id, quantity, state) values {} on conflict (order_id, item) do nothing",
        rows.join(", ")
    );
    tx.run(sql, args).await.map(drop)
}

/// What is closed stays closed.
pub async fn set_state(tx: &mut Tx, lines: &[i64], state: LineState) -> Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let mut args = args![state.as_str()];
    let places = places(&mut args, lines.iter().copied());
    tx.run(format!("update taobao_lines set state = $1 where id in ({places}) and state <> 'closed'"), args).await.map(drop)
}

/// The telephone of an order that nobody redeemed.
pub async fn set_tail(tx: &mut Tx, order: i64, tail: &str) -> Result<()> {
    tx.run("update taobao_orders set phone_tail = $2 where id = $1 and member_id is null", args![order, tail]).await.map(drop)
}

/// As the shop calls it.
pub async fn number(tx: &mut Tx, order: i64) -> Result<String> {
    let (number,): (String,) = tx.one("select number from taobao_orders where id = $1", args![order]).await?;
    Ok(number)
}

/// False when somebody redeemed it.
pub async fn redeem(tx: &mut Tx, order: i64, member: MemberId, now: Timestamp) -> Result<bool> {
    let sql = "update taobao_orders set member_id = $2, redeemed_at = $3 where id = $1 and member_id is null";
    Ok(tx.run(sql, args![order, member, now]).await? == 1)
}

#[derive(sqlx::FromRow)]
pub struct ListedRow {
    pub id: i64,
    pub number: String,
    pub phone_tail: String,
    pub handle: Option<String>,
    pub redeemed_at: Option<i64>,
}

const LISTED: &str = "select o.id, o.number, o.phone_tail, m.handle, o.redeemed_at
from taobao_orders o
left join members m on m.id = o.member_id";

/// Newest first, those before `before`; or the one with this number.
pub async fn listed(db: &Db, number: Option<&str>, before: Option<i64>, limit: i64) -> Result<Vec<ListedRow>> {
    let before = before.unwrap_or(i64::MAX);
    match number {
        Some(number) => db.all(format!("{LISTED}\nwhere o.number = $1 and o.id < $2\nlimit 1"), args![number, before]).await,
        None => db.all(format!("{LISTED}\nwhere o.id < $1\norder by o.id desc\nlimit $2"), args![before, limit]).await,
    }
}
