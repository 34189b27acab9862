//! What the gateway does about trades and refunds, once it is certain who asks.

use super::Alipay;
use super::api::{Answer, Refusal};
use super::books::{Books, Status, Trade, beijing, instant, minor, yuan};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub const UNKNOWN: Refusal = Refusal("40004", "ACQ.TRADE_NOT_EXIST", "交易不存在");

impl Alipay {
    /// The buyer arrives with a signed address: the trade comes into being.
    pub(super) fn begin(&self, method: &str, fields: &BTreeMap<String, String>, content: &Value) -> Result<String, Refusal> {
        let text = |name: &str| content[name].as_str().unwrap_or_default();
        let wrong = |words| Err(Refusal("40004", "ACQ.INVALID_PARAMETER", words));
        let product = if method == "alipay.trade.page.pay" { "FAST_INSTANT_TRADE_PAY" } else { "QUICK_WAP_WAY" };
        if text("product_code") != product {
            return wrong("product_code错误");
        }
        let number = text("out_trade_no").to_owned();
        if number.is_empty() || number.len() > 64 || !number.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return wrong("out_trade_no错误");
        }
        if text("subject").is_empty() || text("subject").chars().count() > 256 || text("subject").contains(['/', '=', '&']) {
            return wrong("subject错误");
        }
        let Some(total) = minor(text("total_amount")).filter(|total| *total > 0) else { return wrong("total_amount错误") };
        let now = self.clock.now();
        let expires = match content["time_expire"].as_str() {
            None => None,
            Some(time) => Some(instant(time).ok_or(Refusal("40004", "ACQ.INVALID_PARAMETER", "time_expire错误"))?),
        };
        let mut books = self.books();
        if !books.trades.contains_key(&number) && expires.is_some_and(|expires| expires <= now) {
            return wrong("订单已超时");
        }
        let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
        let trade = books.trades.entry(number.clone()).or_insert_with(|| Trade {
            trade_no: format!("2026112222001{}", self.digits(15)),
            out_trade_no: number.clone(),
            subject: text("subject").to_owned(),
            total,
            status: Status::WaitBuyerPay,
            created: now,
            expires,
            paid_at: None,
            closed_at: None,
            notify_url: field("notify_url"),
            return_url: field("return_url"),
            refunds: Vec::new(),
        });
        match trade.status {
            _ if trade.total != total || trade.subject != text("subject") => {
                Err(Refusal("40004", "ACQ.CONTEXT_INCONSISTENT", "交易信息被篡改"))
            }
            Status::WaitBuyerPay => Ok(number),
            Status::Closed => Err(Refusal("40004", "ACQ.TRADE_HAS_CLOSE", "交易已经关闭")),
            Status::Success | Status::Finished => Err(Refusal("40004", "ACQ.TRADE_HAS_SUCCESS", "交易已被支付")),
        }
    }

    pub(super) fn query(&self, content: &Value) -> Answer {
        let books = self.books();
        let trade = &books.trades[&find(&books, content)?];
        let mut told = json!({
            "trade_no": trade.trade_no, "out_trade_no": trade.out_trade_no, "buyer_logon_id": "159****5620",
            "trade_status": trade.status.as_str(), "total_amount": yuan(trade.total), "point_amount": "0.00",
            "invoice_amount": "0.00", "receipt_amount": "0.00", "buyer_pay_amount": "0.00",
        });
        if let Some(paid_at) = trade.paid_at {
            told["send_pay_date"] = json!(beijing(paid_at));
            told["receipt_amount"] = json!(yuan(trade.total));
            told["buyer_pay_amount"] = json!(yuan(trade.total));
            told["fund_bill_list"] = json!([{ "amount": yuan(trade.total), "fund_channel": "ALIPAYACCOUNT" }]);
        }
        Ok(told)
    }

    pub(super) fn close(&self, content: &Value) -> Answer {
        let mut books = self.books();
        let number = find(&books, content)?;
        let now = self.clock.now();
        let trade = books.trades.get_mut(&number).ok_or(UNKNOWN)?;
        if trade.status != Status::WaitBuyerPay {
            return Err(Refusal("40004", "ACQ.REASON_TRADE_STATUS_INVALID", "交易状态异常"));
        }
        (trade.status, trade.closed_at) = (Status::Closed, Some(now));
        Ok(json!({ "trade_no": trade.trade_no, "out_trade_no": trade.out_trade_no }))
    }

    pub(super) fn give_back(&self, content: &Value) -> Answer {
        let text = |name: &str| content[name].as_str().unwrap_or_default();
        let mut books = self.books();
        let number = find(&books, content)?;
        let amount = minor(text("refund_amount")).filter(|amount| *amount > 0);
        let amount = amount.ok_or(Refusal("40004", "ACQ.INVALID_PARAMETER", "refund_amount错误"))?;
        let trade = books.trades.get(&number).ok_or(UNKNOWN)?;
        let request = if text("out_request_no").is_empty() { number.as_str() } else { text("out_request_no") }.to_owned();
        let before = trade.refunds.iter().find(|refund| refund.out_request_no == request);
        let changed = match before {
            Some(before) if before.amount != amount => return Err(Refusal("40004", "ACQ.DISCORDANT_REPEAT_REQUEST", "请求信息不一致")),
            Some(_) => "N",
            None => {
                self.enter_refund(&mut books, &number, request, amount)?;
                "Y"
            }
        };
        let trade = books.trades.get(&number).ok_or(UNKNOWN)?;
        Ok(json!({
            "trade_no": trade.trade_no, "out_trade_no": number, "buyer_logon_id": "159****5620", "fund_change": changed,
            "refund_fee": yuan(trade.refunded()), "gmt_refund_pay": beijing(self.clock.now()), "send_back_fee": yuan(amount),
        }))
    }

    pub(super) fn query_refund(&self, content: &Value) -> Answer {
        let books = self.books();
        let trade = &books.trades[&find(&books, content)?];
        let request = content["out_request_no"].as_str().unwrap_or_default();
        let Some(refund) = trade.refunds.iter().find(|refund| refund.out_request_no == request) else { return Ok(json!({})) };
        let mut told = json!({
            "trade_no": trade.trade_no, "out_trade_no": trade.out_trade_no, "out_request_no": request,
            "total_amount": yuan(trade.total), "refund_amount": yuan(refund.amount), "refund_status": "REFUND_SUCCESS",
        });
        if content["query_options"].as_array().is_some_and(|options| options.contains(&json!("gmt_refund_pay"))) {
            told["gmt_refund_pay"] = json!(beijing(refund.at));
        }
        Ok(told)
    }
}

/// The merchant's number of the trade that is meant, by either number.
fn find(books: &Books, content: &Value) -> Result<String, Refusal> {
    let (by_ours, by_theirs) = (content["trade_no"].as_str().unwrap_or_default(), content["out_trade_no"].as_str().unwrap_or_default());
    let meant = |trade: &&Trade| if by_ours.is_empty() { trade.out_trade_no == by_theirs } else { trade.trade_no == by_ours };
    books.trades.values().find(meant).map(|trade| trade.out_trade_no.clone()).ok_or(UNKNOWN)
}
