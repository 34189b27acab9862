//! One line of the file, understood.

use super::columns::{COLUMNS, Column, Columns};
use super::reason::Reason;
use crate::codes::model::LineState;
use crate::foundation::text::narrow;
use crate::providers::mainland::fen;

/// Cells are kept no longer than this.
const MAX_KEPT: usize = 300;
/// What tells lines apart is compared whole, and no longer than this.
const MAX_ITEM: usize = 1000;
const MAX_QUANTITY: i64 = 100;

/// Which of the shop's items opens which pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub field: Field,
    pub equals: bool,
    /// In lower case.
    pub wanted: String,
    pub pack: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Title,
    Code,
    Sku,
}

impl Field {
    pub const ALL: [Field; 3] = [Field::Title, Field::Code, Field::Sku];

    pub const fn as_str(self) -> &'static str {
        match self {
            Field::Title => "title",
            Field::Code => "code",
            Field::Sku => "sku",
        }
    }

    pub fn parse(text: &str) -> Option<Field> {
        Field::ALL.into_iter().find(|field| field.as_str() == text)
    }

    const fn column(self) -> Column {
        match self {
            Field::Title => Column::Title,
            Field::Code => Column::Code,
            Field::Sku => Column::Sku,
        }
    }
}

/// A line that opens something, or did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub number: String,
    /// What tells it from the order's other lines.
    pub item: String,
    pub title: String,
    pub pack: i64,
    pub quantity: i64,
    pub state: LineState,
    /// The last four digits; empty where the money went back and none were given.
    pub tail: String,
    /// Some of the money went back, not all.
    pub partly: bool,
}

/// What is kept of a line to say something about it: the cells that we read, of the telephone its end.
pub fn kept(cells: &[String], columns: &Columns) -> Vec<String> {
    let all: [Column; COLUMNS] = [
        Column::Number,
        Column::Sub,
        Column::Status,
        Column::Title,
        Column::Code,
        Column::Sku,
        Column::Quantity,
        Column::Phone,
        Column::Refund,
        Column::RefundAmount,
        Column::Paid,
    ];
    let cell = |column| {
        let cell = columns.cell(cells, column);
        match column {
            Column::Phone => tail(&cell).map(|tail| format!("****{tail}")).unwrap_or_default(),
            _ => cell.chars().take(MAX_KEPT).collect(),
        }
    };
    all.into_iter().map(cell).collect()
}

pub fn read(cells: &[String], columns: &Columns, rules: &[Rule]) -> Result<Row, Reason> {
    let cell = |column| columns.cell(cells, column);
    let number = number(&cell(Column::Number))?;
    let rule = rules.iter().find(|rule| {
        let text = cell(rule.field.column()).to_lowercase();
        if rule.equals { text == rule.wanted } else { text.contains(&rule.wanted) }
    });
    let pack = rule.ok_or(Reason::NoItem)?.pack;
    let [title, code, sku] = [Column::Title, Column::Code, Column::Sku].map(cell);
    let item = match cell(Column::Sub) {
        sub if sub.is_empty() => format!("{title}|{code}|{sku}"),
        sub => sub,
    };
    if item.chars().count() > MAX_ITEM {
        return Err(Reason::Long);
    }
    let (refund, amount) = (cell(Column::Refund), cell(Column::RefundAmount));
    if [&item, &refund].iter().any(|text| text.contains('\u{fffd}')) {
        return Err(Reason::Letters);
    }
    let mut state = state(&cell(Column::Status), &refund).ok_or(Reason::Status)?;
    let back = sum(&amount).unwrap_or(0);
    let all = sum(&cell(Column::Paid)).is_none_or(|paid| back >= paid);
    if back > 0 && all {
        state = LineState::Closed;
    }
    let tail = tail(&cell(Column::Phone));
    if tail.is_none() && state != LineState::Closed {
        return Err(Reason::Phone);
    }
    let quantity = quantity(&cell(Column::Quantity))?;
    let shown = [title, code, sku].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
    let title = shown.chars().take(MAX_KEPT).collect();
    Ok(Row { number, item, title, pack, quantity, state, tail: tail.unwrap_or_default(), partly: back > 0 && !all })
}

/// An order's number as it is typed or stands in a file: digits alone.
pub fn number(text: &str) -> Result<String, Reason> {
    let text = plain(text);
    let rounded = text.contains(['E', 'e']) && text.chars().all(|c| c.is_ascii_digit() || matches!(c, 'E' | 'e' | '+' | '.'));
    match (6..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()) {
        true => Ok(text),
        false if rounded => Err(Reason::Rounded),
        false => Err(Reason::Number),
    }
}

/// The last four digits of a telephone, of which the rest may be hidden: `138****1234`.
pub fn tail(text: &str) -> Option<String> {
    let text = plain(text);
    let tail: String = text.chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
    (tail.len() == 4 && tail.bytes().all(|b| b.is_ascii_digit())).then_some(tail)
}

/// Without spaces and hyphens, and digits of full width as plain ones.
fn plain(text: &str) -> String {
    narrow(text).chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{200b}')).collect()
}

fn quantity(text: &str) -> Result<i64, Reason> {
    if text.is_empty() {
        return Ok(1);
    }
    let whole = text.split_once('.').filter(|(_, rest)| rest.bytes().all(|b| b == b'0')).map_or(text, |(whole, _)| whole);
    whole.parse().ok().filter(|n| (1..=MAX_QUANTITY).contains(n)).ok_or(Reason::Quantity)
}

/// An amount in fen; none where there is none.
fn sum(text: &str) -> Option<i64> {
    let digits: String = text.chars().filter(|c| !matches!(c, '¥' | '￥' | ',' | '元' | ' ')).collect();
    if digits.is_empty() { None } else { fen(&digits) }
}

/// `None` for a status nobody knows: better no order than a wrong one.
fn state(status: &str, refund: &str) -> Option<LineState> {
    let has = |text: &str, words: &[&str]| words.iter().any(|word| text.contains(word));
    // "付款以后用户退款成功，交易自动关闭", "付款以前，卖家或买家主动关闭交易"
    if has(status, &["关闭", "退款成功", "已退款", "已取消"]) || has(refund, &["退款成功", "已退款", "全额退款"]) {
        return Some(LineState::Closed);
    }
    if has(status, &["等待买家付款", "待付款", "未付款", "没有创建", "未创建"]) {
        return Some(LineState::Unpaid);
    }
    // "没有申请退款", "退款关闭" are none.
    let asked = has(refund, &["退款", "退货"]) && !has(refund, &["没有", "无", "未", "关闭", "撤销", "取消"]);
    if asked || has(status, &["退款中", "申请退款"]) {
        return Some(LineState::Refunding);
    }
    let paid = ["已付款", "已发货", "部分发货", "交易成功", "待发货", "待收货", "等待卖家发货", "等待买家确认", "已签收", "已完成"];
    has(status, &paid).then_some(LineState::Paid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_taobao_calls_the_state_of_an_order() {
        for (status, refund, expected) in [
            ("等待买家付款", "", Some(LineState::Unpaid)),
            ("买家已付款，等待卖家发货", "没有申请退款", Some(LineState::Paid)),
            ("卖家已发货，等待买家确认", "", Some(LineState::Paid)),
            ("交易成功", "退款关闭", Some(LineState::Paid)),
            ("交易成功", "退款成功", Some(LineState::Closed)),
            ("买家已付款，等待卖家发货", "买家已经申请退款，等待卖家同意", Some(LineState::Refunding)),
            ("交易关闭", "", Some(LineState::Closed)),
            ("付款以后用户退款成功，交易自动关闭", "", Some(LineState::Closed)),
            ("付款以前，卖家或买家主动关闭交易", "", Some(LineState::Closed)),
            ("定金已付", "", None),
            ("", "", None),
        ] {
            assert_eq!(state(status, refund), expected, "{status} / {refund}");
        }
    }

    #[test]
    fn numbers_and_telephones_are_read_as_files_and_people_write_them() {
        assert_eq!(number(" 1234567890123456789 "), Ok("1234567890123456789".into()));
        assert_eq!(number("１２３４５６７８９"), Ok("123456789".into()));
        assert_eq!(number("1.23457E+18"), Err(Reason::Rounded));
        assert_eq!(number("12'3456"), Err(Reason::Number));
        assert_eq!(number(&"1".repeat(33)), Err(Reason::Number));
        assert_eq!(tail("138****1234").as_deref(), Some("1234"));
        assert_eq!(tail("+86 138 0000 12 34").as_deref(), Some("1234"));
        for none in ["", "123", "*******", "138****12*4", "一二三四"] {
            assert_eq!(tail(none), None, "{none}");
        }
        assert_eq!(
            [quantity(""), quantity("2.00"), quantity("0"), quantity("101"), quantity("1.5")].map(|q| q.ok()),
            [Some(1), Some(2), None, None, None]
        );
    }

    #[test]
    fn money_that_went_back_closes_a_line_if_it_was_all() {
        let heading = ["订单编号", "订单状态", "宝贝标题", "联系手机", "退款金额", "买家实际支付金额"].map(str::to_owned);
        let columns = Columns::find(&heading).unwrap();
        let rules = [Rule { field: Field::Title, equals: false, wanted: "月卡".into(), pack: 7 }];
        let row = |back: &str, paid: &str| {
            let cells = ["123456789", "交易成功", "会员月卡", "13800001234", back, paid].map(str::to_owned);
            let row = read(&cells, &columns, &rules).unwrap();
            (row.state, row.partly)
        };
        assert_eq!(row("0.00", "30.00"), (LineState::Paid, false));
        assert_eq!(row("30.00", "30.00"), (LineState::Closed, false));
        assert_eq!(row("10.00", "¥30.00"), (LineState::Paid, true));
        assert_eq!(row("10.00", ""), (LineState::Closed, false), "nobody says that it was less than all");
    }
}
