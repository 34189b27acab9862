//! The columns of a seller's export, found by their names in any order. Exports of different pages of the seller's desk name
//! them differently.

use crate::foundation::locale::Words;
use crate::server::csv::clean;
use crate::words;

/// The columns that are read; all others, names and addresses of buyers among them, are passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    Number,
    /// The number of one line of the order.
    Sub,
    Status,
    Title,
    Code,
    Sku,
    Quantity,
    Phone,
    Refund,
    RefundAmount,
    Paid,
}

pub const COLUMNS: usize = 11;

/// Each with the names it has; the first is what we call it. An earlier name wins where a file has several.
const NAMES: [(Column, &[&str]); COLUMNS] = [
    (Column::Number, &["主订单编号", "主订单号", "订单编号", "订单号", "交易编号"]),
    (Column::Sub, &["子订单编号", "子订单号"]),
    (Column::Status, &["订单状态", "交易状态"]),
    (Column::Title, &["宝贝标题", "商品标题", "宝贝名称", "商品名称", "标题"]),
    (Column::Code, &["商家编码", "外部系统编号", "外部编码", "商品编码"]),
    (Column::Sku, &["商品属性", "宝贝属性", "销售属性", "sku", "sku名称", "规格", "商品规格"]),
    (Column::Quantity, &["宝贝数量", "购买数量", "商品数量", "宝贝总数量", "数量"]),
    (Column::Phone, &["收货人手机", "收货人手机号", "联系手机", "联系电话", "手机号", "手机", "买家手机"]),
    (Column::Refund, &["退款状态", "售后状态", "退款/售后状态"]),
    (Column::RefundAmount, &["退款金额", "退款总金额", "已退款金额"]),
    (Column::Paid, &["买家实际支付金额", "买家实付金额", "实付金额", "实际支付金额"]),
];

/// Where each stands in a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns([Option<usize>; COLUMNS]);

impl Columns {
    /// `None` when this is no heading: it has neither number nor status.
    pub fn find(heading: &[String]) -> Option<Columns> {
        let plain = |cell: &String| {
            let name: String = clean(cell).to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
            name.trim_end_matches("(元)").trim_end_matches("（元）").to_owned()
        };
        let heading: Vec<String> = heading.iter().map(plain).collect();
        let place = |names: &[&str]| names.iter().find_map(|name| heading.iter().position(|cell| cell == name));
        let columns = Columns(NAMES.map(|(_, names)| place(names)));
        (columns.has(Column::Number) && columns.has(Column::Status)).then_some(columns)
    }

    fn has(&self, column: Column) -> bool {
        self.0[column as usize].is_some()
    }

    /// What has to be there besides.
    pub fn check(&self) -> Result<(), Words> {
        if !self.has(Column::Phone) {
            return Err(words!("没有找到“收货人手机”或“联系手机”这一列。", "There is no column “收货人手机” or “联系手机”."));
        }
        if ![Column::Title, Column::Code, Column::Sku].into_iter().any(|column| self.has(column)) {
            return Err(words!(
                "没有找到“宝贝标题”“商家编码”或“商品属性”这些列，无法判断买的是什么。",
                "There is no column “宝贝标题”, “商家编码” or “商品属性” that says what was bought."
            ));
        }
        Ok(())
    }

    pub fn cell(&self, cells: &[String], column: Column) -> String {
        self.0[column as usize].and_then(|at| cells.get(at)).map(|cell| clean(cell)).unwrap_or_default()
    }

    /// What lines of an order are told apart by.
    pub fn told_apart_by(&self) -> String {
        let by: &[(Column, &str)] = if self.has(Column::Sub) {
            &[(Column::Sub, "sub")]
        } else {
            &[(Column::Title, "title"), (Column::Code, "code"), (Column::Sku, "sku")]
        };
        by.iter().filter(|(column, _)| self.has(*column)).map(|(_, name)| *name).collect::<Vec<_>>().join(" ")
    }
}

/// The names of the columns that are read, for a file of ours that can be read again.
pub fn heading() -> [&'static str; COLUMNS] {
    NAMES.map(|(_, names)| names.first().copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_name_and_what_is_no_heading_is_none() {
        let heading = |names: &[&str]| Columns::find(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        let columns = heading(&["买家会员名", "\"联系手机 \"", "订单状态", "宝贝标题 ", "订单编号"]).unwrap();
        assert!(columns.check().is_ok());
        assert_eq!(columns.cell(&["x", "1", "2", "3", "=\"4\""].map(str::to_owned), Column::Number), "4");
        assert_eq!(columns.told_apart_by(), "title");
        assert!(heading(&["订单编号", "订单状态"]).unwrap().check().is_err());
        assert_eq!(heading(&["导出时间", "2026-03-15"]), None);
        let own: Vec<&str> = super::heading().to_vec();
        assert_eq!(heading(&own).unwrap().told_apart_by(), "sub");
    }
}
