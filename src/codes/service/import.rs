//! Bringing in a file of orders. Whatever is brought in twice is brought in once; what can be read is, whatever stands around
//! it; and what came of each line is kept and shown.

use super::items;
use super::orders::follow;
use crate::codes::model::LineState;
use crate::codes::shop::columns::Columns;
use crate::codes::shop::reason::{Outcome, Reason};
use crate::codes::shop::row::{self, Row, Rule};
use crate::codes::store::imports::{self as store, Came, ImportRow, SaidRow};
use crate::codes::store::orders::{self, LineRow, NewLine, OrderRow};
use crate::foundation::error::{AppError, Result};
use crate::foundation::locale::Words;
use crate::foundation::text;
use crate::foundation::viewer::Viewer;
use crate::server::context::Context;
use crate::server::csv::{self, Record};
use crate::server::db::Tx;
use crate::words;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One file at a time: of two, each would wait for orders that the other holds.
#[derive(Default)]
struct Turn(tokio::sync::Mutex<()>);

/// A line, understood or not.
struct Line {
    line: i64,
    row: Result<Row, Reason>,
    kept: Vec<String>,
}

impl Line {
    fn of(record: Record, columns: &Columns, rules: &[Rule]) -> Line {
        let line = record.line;
        match record.cells {
            Ok(cells) => Line { line, row: row::read(&cells, columns, rules), kept: row::kept(&cells, columns) },
            Err(broken) => Line { line, row: Err(broken.into()), kept: Vec::new() },
        }
    }
}

fn usable(found: Option<Columns>) -> Result<Columns, Words> {
    let columns = found.ok_or(words!(
        "没有找到“订单编号”和“订单状态”这两列。请上传从淘宝“已卖出的宝贝”导出的 CSV 文件。",
        "There are no columns “订单编号” and “订单状态”. Please send the CSV file that Taobao exports from “已卖出的宝贝”."
    ))?;
    columns.check()?;
    Ok(columns)
}

/// Brings in a file; gives the number of the report. The file is there whole before anything changes, and is then worked
/// through to its end, also when nobody waits for it any more.
pub async fn import(ctx: &Context, viewer: &Viewer, file_name: &str, bytes: Vec<u8>) -> Result<i64> {
    let by = viewer.require_admin()?.id;
    let rules = items::rules(ctx).await?;
    if rules.is_empty() {
        return Err(AppError::field("", words!("请先设置每种商品开通哪些内容。", "Please say first which item opens what.")));
    }
    let file_name: String = text::line(file_name).chars().take(200).collect();
    // Beside the request: a browser that goes away does not leave half a file.
    let ctx = ctx.clone();
    let work = tokio::spawn(async move {
        let turn = ctx.keep::<Turn>();
        let _mine = turn.0.lock().await;
        // Nothing is begun for a file that is none.
        let mut file = csv::read(bytes, Columns::find, usable, move |columns, record| Line::of(record, columns, &rules)).await?;
        let columns = file.heading.told_apart_by();
        let mut tx = ctx.db().begin().await?;
        let id = store::begin(&mut tx, &file_name, file.encoding, by, ctx.now()).await?;
        tx.commit().await?;
        while let Some(batch) = file.batches.recv().await {
            take_in(&ctx, id, &columns, batch).await?;
        }
        let mut tx = ctx.db().begin().await?;
        store::end(&mut tx, id, ctx.now()).await?;
        tx.commit().await?;
        Ok(id)
    });
    work.await.map_err(|error| {
        tracing::error!(%error, "a file of orders was not finished");
        AppError::Internal
    })?
}

/// A line of an order, as it was and as it comes to be.
struct Known {
    row: LineRow,
    was: LineState,
    now: LineState,
    /// Not in the database yet.
    is_new: bool,
}

/// What is known of the orders that a batch names, what becomes of them, and what is said of it.
struct Desk {
    orders: HashMap<String, OrderRow>,
    lines: HashMap<i64, Vec<Known>>,
    tails: BTreeMap<i64, String>,
    came: Came,
    said: Vec<SaidRow>,
}

impl Desk {
    /// Takes the orders of a batch, so that nobody redeems one meanwhile; makes those that are new.
    async fn open(tx: &mut Tx, import: i64, columns: &str, batch: &[Line]) -> Result<Desk> {
        let mut tails: BTreeMap<&str, &str> = BTreeMap::new();
        for row in batch.iter().filter_map(|line| line.row.as_ref().ok()) {
            let tail = tails.entry(&row.number).or_default();
            if tail.is_empty() {
                *tail = &row.tail;
            }
        }
        let numbers: Vec<&str> = tails.keys().copied().collect();
        let mut found = orders::take(tx, &numbers).await?;
        let known: BTreeSet<String> = found.iter().map(|order| order.number.clone()).collect();
        let new: Vec<(&str, &str)> = tails.into_iter().filter(|(number, _)| !known.contains(*number)).collect();
        orders::insert(tx, import, columns, &new).await?;
        found.extend(orders::take(tx, &new.iter().map(|(number, _)| *number).collect::<Vec<_>>()).await?);
        let mut lines: HashMap<i64, Vec<Known>> = HashMap::new();
        for row in orders::lines_of(tx, &found.iter().map(|order| order.id).collect::<Vec<_>>()).await? {
            let was = row.state();
            lines.entry(row.order_id).or_default().push(Known { row, was, now: was, is_new: false });
        }
        let orders = found.into_iter().map(|order| (order.number.clone(), order)).collect();
        Ok(Desk { orders, lines, tails: BTreeMap::new(), came: Came::default(), said: Vec::new() })
    }

    /// What becomes of a row; `None` when it is new, or known and nothing more is to be said.
    fn put(&mut self, row: &Row, columns: &str) -> Option<Reason> {
        let order = self.orders.get(&row.number)?;
        let free = order.member_id.is_none();
        if free && !row.tail.is_empty() && row.tail != order.phone_tail {
            self.tails.insert(order.id, row.tail.clone());
        }
        let lines = self.lines.entry(order.id).or_default();
        // A file of another kind names the same lines otherwise: what it says is said of all of them.
        let other_kind = order.columns != columns && !lines.is_empty();
        let told = |known: &&mut Known| other_kind || known.row.item == row.item;
        let (mut found, mut closed) = (false, false);
        for known in lines.iter_mut().filter(told) {
            let next = known.now.then(row.state);
            closed |= next == LineState::Closed && known.now != next;
            (found, known.now) = (true, next);
        }
        if found {
            self.came.known += i64::from(!closed);
            return closed.then_some(if free { Reason::Unused } else { Reason::TakenBack });
        }
        if !free {
            return Some(Reason::Redeemed);
        }
        let Row { item, title, pack, quantity, state, .. } = row.clone();
        let new = LineRow { id: 0, order_id: order.id, item, title, pack_id: pack, quantity, state: state.as_str().to_owned() };
        lines.push(Known { row: new, was: state, now: state, is_new: true });
        // What is closed is kept too, so that an older file that comes later does not open it.
        if state == LineState::Closed {
            return Some(Reason::NeverOpen);
        }
        self.came.fresh += 1;
        None
    }

    fn say(&mut self, line: i64, reason: Reason, kept: &[String]) {
        match reason.outcome() {
            Outcome::Refunded => self.came.refunded += 1,
            Outcome::Skipped => self.came.skipped += 1,
            Outcome::Broken => self.came.broken += 1,
            Outcome::Noted => (),
        }
        let cells = serde_json::to_string(kept).unwrap_or_default();
        let (outcome, reason) = (reason.outcome().as_str().to_owned(), reason.as_str().to_owned());
        self.said.push(SaidRow { line, outcome, reason, cells });
    }

    async fn write(self, ctx: &Context, tx: &mut Tx, import: i64) -> Result<()> {
        let all: Vec<Known> = self.lines.into_values().flatten().collect();
        let new = |known: &&Known| known.is_new;
        let new: Vec<NewLine<'_>> = all.iter().filter(new).map(|known| NewLine { row: &known.row, state: known.now }).collect();
        orders::insert_lines(tx, &new).await?;
        let changed: Vec<&Known> = all.iter().filter(|known| !known.is_new && known.now != known.was).collect();
        for state in LineState::ALL {
            let ids: Vec<i64> = changed.iter().filter(|known| known.now == state).map(|known| known.row.id).collect();
            orders::set_state(tx, &ids, state).await?;
        }
        for (order, tail) in &self.tails {
            orders::set_tail(tx, *order, tail).await?;
        }
        let became = |state: LineState| -> Vec<LineRow> {
            changed.iter().filter(|known| known.now == state).map(|known| known.row.clone()).collect()
        };
        let orders: Vec<&OrderRow> = self.orders.values().collect();
        follow(ctx, tx, &orders, (&became(LineState::Paid), &became(LineState::Closed))).await?;
        store::say(tx, import, &self.said).await?;
        Ok(store::count(tx, import, &self.came).await?)
    }
}

/// Takes in one batch: all of it or nothing.
async fn take_in(ctx: &Context, import: i64, columns: &str, batch: Vec<Line>) -> Result<()> {
    let mut tx = ctx.db().begin().await?;
    let mut desk = Desk::open(&mut tx, import, columns, &batch).await?;
    for Line { line, row, kept } in &batch {
        let reason = match row {
            Ok(row) => desk.put(row, columns).or(row.partly.then_some(Reason::Partly)),
            Err(reason) => Some(*reason),
        };
        if let Some(reason) = reason {
            desk.say(*line, reason, kept);
        }
    }
    desk.write(ctx, &mut tx, import).await?;
    Ok(tx.commit().await?)
}

/// What came of a file.
pub async fn one(ctx: &Context, viewer: &Viewer, id: i64) -> Result<ImportRow> {
    viewer.require_admin()?;
    store::one(ctx.db(), id).await?.ok_or(AppError::NotFound)
}

/// Newest first, those before `before`.
pub async fn list(ctx: &Context, viewer: &Viewer, before: Option<i64>, limit: i64) -> Result<Vec<ImportRow>> {
    viewer.require_admin()?;
    Ok(store::all(ctx.db(), before, limit).await?)
}

/// A line of the report: its number, what is said of it, and its cells in the order of [`super::heading`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub line: i64,
    pub reason: Reason,
    pub cells: Vec<String>,
}

/// The lines of which there is something to say, after line `after`; of one outcome, or of all.
pub async fn said(ctx: &Context, viewer: &Viewer, id: i64, only: Option<Outcome>, after: i64, limit: i64) -> Result<Vec<Said>> {
    viewer.require_admin()?;
    let rows = store::said(ctx.db(), id, only.map(Outcome::as_str), after, limit).await?;
    let said = |row: SaidRow| {
        let cells = serde_json::from_str(&row.cells).unwrap_or_default();
        Some(Said { line: row.line, reason: Reason::parse(&row.reason)?, cells })
    };
    Ok(rows.into_iter().filter_map(said).collect())
}
