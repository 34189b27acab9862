//! The trade bill of a day, made on the next morning at nine.

use super::Wechat;
use super::api::Refusal;
use super::books::{APPID, Books, MCHID, Order, beijing};
use crate::foundation::time::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

const HEADING: &str = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注";
const TOTALS: &str = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额";

pub fn offer(wechat: &Wechat, date: &str, kind: &str) -> Result<(u16, Option<Value>), Refusal> {
    let date: Date = date.parse().map_err(|_| Refusal(400, "PARAM_ERROR", "bill_date格式错误"))?;
    let now = beijing(wechat.clock.now());
    if !["", "ALL"].contains(&kind) || date >= now.date() {
        return Err(Refusal(400, "INVALID_REQUEST", "账单日期错误"));
    }
    if date.tomorrow().is_ok_and(|next| next == now.date()) && now.hour() < 9 {
        return Err(Refusal(400, "STATEMENT_CREATING", "账单生成中，请稍后再试"));
    }
    let mut books = wechat.books();
    let Some(csv) = write(&books, date) else { return Err(Refusal(400, "NO_STATEMENT_EXIST", "账单文件不存在")) };
    let hash = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, csv.as_bytes());
    let hash: String = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let token = wechat.hex(16);
    books.files.insert(token.clone(), csv.into_bytes());
    let download_url = format!("{}/v3/billdownload/file?token={token}", wechat.base_url);
    Ok((200, Some(json!({ "hash_type": "SHA1", "hash_value": hash, "download_url": download_url }))))
}

/// `None` when nothing happened on that day.
fn write(books: &Books, date: Date) -> Option<String> {
    let on = |at: Timestamp| beijing(at).date() == date;
    let mut lines = Vec::new();
    let (mut sold, mut refunded, mut fees) = (0, 0, 0);
    for order in books.orders.values().filter(|order| order.is_paid() && on(order.paid_at)) {
        lines.push(row(order, order.paid_at, "SUCCESS", order.total, fee(order.total), ["0", "0", "", ""], 0));
        (sold, fees) = (sold + order.total, fees + fee(order.total));
    }
    for refund in books.refunds.values().filter(|refund| on(refund.created)) {
        let Some(order) = books.orders.get(&refund.out_trade_no) else { continue };
        let status = if refund.status == "CLOSED" { "FAIL" } else { refund.status };
        let numbers = [refund.refund_id.as_str(), &refund.out_refund_no, "ORIGINAL", status];
        lines.push(row(order, refund.created, "REFUND", 0, -fee(refund.refund), numbers, refund.refund));
        (refunded, fees) = (refunded + refund.refund, fees - fee(refund.refund));
    }
    if lines.is_empty() {
        return None;
    }
    let totals = [lines.len().to_string(), yuan(sold), yuan(refunded), yuan(0), thousandths(fees), yuan(sold), yuan(refunded)];
    let totals = totals.map(|field| format!("`{field}")).join(",");
    Some(format!("\u{feff}{HEADING}\r\n{}\r\n{TOTALS}\r\n{totals}\r\n", lines.join("\r\n")))
}

fn row(order: &Order, at: Timestamp, state: &str, total: i64, fee: i64, refund: [&str; 4], refunded: i64) -> String {
    let time = beijing(at).strftime("%Y-%m-%d %H:%M:%S").to_string();
    let [refund_id, out_refund_no, channel, status] = refund;
    let (total, refunded, fee) = (yuan(total), yuan(refunded), thousandths(fee));
    let fields: [&str; 27] = [
        &time,
        APPID,
        MCHID,
        "0",
        "",
        &order.transaction_id,
        &order.out_trade_no,
        &order.openid,
        order.trade_type,
        state,
        "OTHERS",
        "CNY",
        &total,
        "0.00",
        refund_id,
        out_refund_no,
        &refunded,
        "0.00",
        channel,
        status,
        &order.description,
        &order.attach,
        &fee,
        "0.60%",
        &total,
        &refunded,
        "",
    ];
    fields.map(|field| format!("`{field}")).join(",")
}

/// Six tenths of a percent, to the nearest fen.
pub fn fee(minor: i64) -> i64 {
    (minor * 6 + 500) / 1000
}

fn yuan(minor: i64) -> String {
    format!("{}{}.{:02}", if minor < 0 { "-" } else { "" }, minor.abs() / 100, minor.abs() % 100)
}

fn thousandths(minor: i64) -> String {
    format!("{}000", yuan(minor))
}
