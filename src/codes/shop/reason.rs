//! What is said of a line.

use crate::reasons;

/// What came of a line of which there is something to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Refunded,
    Skipped,
    Broken,
    /// Taken like any other, with a remark.
    Noted,
}

impl Outcome {
    pub const ALL: [Outcome; 4] = [Outcome::Refunded, Outcome::Skipped, Outcome::Broken, Outcome::Noted];

    pub const fn as_str(self) -> &'static str {
        match self {
            Outcome::Refunded => "refunded",
            Outcome::Skipped => "skipped",
            Outcome::Broken => "broken",
            Outcome::Noted => "noted",
        }
    }

    pub fn parse(text: &str) -> Option<Outcome> {
        Outcome::ALL.into_iter().find(|outcome| outcome.as_str() == text)
    }
}

reasons! {
    Quote, "quote", Broken, "引号没有成对", "A quotation mark is not closed";
    Cells, "cells", Broken, "列数与表头不符", "It has more or fewer cells than the heading";
    Long, "long", Broken, "这一行太长", "The line is too long";
    Letters, "letters", Broken, "有无法识别的字符", "Some characters cannot be read";
    Number, "number", Broken, "订单编号不是数字", "The order number is not a number";
    Rounded, "rounded", Broken, "订单编号被表格软件改成了科学记数法，请把这一列设为文本后重新导出", "A spreadsheet rounded the order number; export it again with this column as text";
    Status, "status", Broken, "无法识别订单状态", "The order status is not known";
    Quantity, "quantity", Broken, "数量应为 1 到 100 的整数", "The quantity is not a whole number from 1 to 100";
    Phone, "phone", Broken, "缺少手机号后四位", "The last four digits of the telephone are missing";
    NoItem, "no-item", Skipped, "没有对应的商品设置", "No item of yours matches it";
    Redeemed, "redeemed", Skipped, "订单已兑换，新增的商品没有开通，可手动赠送会员", "The order is redeemed already; what is new in it was not opened, and can be given by hand";
    NeverOpen, "never-open", Skipped, "订单已关闭", "The order is closed";
    TakenBack, "taken-back", Refunded, "已收回开通的内容", "What it had opened was taken back";
    Unused, "unused", Refunded, "尚未兑换，此后不能兑换", "Nobody had redeemed it; now nobody can";
    Partly, "partly", Noted, "部分退款：内容照常开通，需要的话请手动作废", "Refunded in part: it stays open; revoke it by hand if it should not";
}
