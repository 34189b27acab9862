//! What goes over the wire, in Alipay's own words; only the fields that are read. Amounts are yuan as decimal texts, times
//! are Beijing's.

use serde::{Deserialize, Serialize};

#[derive(Serialize)]
pub struct NewTrade<'a> {
    pub out_trade_no: &'a str,
    pub product_code: &'static str,
    pub total_amount: String,
    pub subject: String,
    pub time_expire: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quit_url: Option<&'a str>,
}

#[derive(Serialize)]
pub struct TradeNumber<'a> {
    pub out_trade_no: &'a str,
}

#[derive(Debug, Deserialize)]
pub struct Trade {
    pub trade_no: String,
    pub out_trade_no: String,
    pub trade_status: String,
    pub total_amount: String,
    pub send_pay_date: Option<String>,
}

#[derive(Deserialize)]
pub struct Closed {}

#[derive(Serialize)]
pub struct NewRefundRequest<'a> {
    pub trade_no: &'a str,
    pub out_request_no: &'a str,
    pub refund_amount: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund_reason: Option<String>,
}

#[derive(Deserialize)]
pub struct Refunded {
    pub trade_no: String,
}

#[derive(Serialize)]
pub struct RefundNumber<'a> {
    pub trade_no: &'a str,
    pub out_request_no: &'a str,
    pub query_options: [&'static str; 1],
}

/// Empty when there is no such refund.
#[derive(Debug, Deserialize)]
pub struct Refund {
    pub trade_no: Option<String>,
    pub out_request_no: Option<String>,
    pub refund_amount: Option<String>,
    pub refund_status: Option<String>,
    pub gmt_refund_pay: Option<String>,
}

#[derive(Serialize)]
pub struct AccountLog<'a> {
    pub start_time: &'a str,
    pub end_time: &'a str,
    pub page_no: String,
    pub page_size: String,
}

#[derive(Deserialize)]
pub struct AccountLogPage {
    #[serde(default)]
    pub detail_list: Vec<AccountLogItem>,
    pub total_size: Option<Number>,
}

/// Alipay writes some numbers as texts.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Number {
    Plain(u64),
    Text(String),
}

impl Number {
    pub fn value(&self) -> Option<u64> {
        match self {
            Number::Plain(value) => Some(*value),
            Number::Text(text) => text.parse().ok(),
        }
    }
}

#[derive(Deserialize)]
pub struct AccountLogItem {
    pub trans_dt: String,
    pub account_log_id: String,
    #[serde(default)]
    pub alipay_order_no: String,
    #[serde(default)]
    pub merchant_order_no: String,
    #[serde(default)]
    pub merchant_out_refund_no: String,
    pub trans_amount: String,
    #[serde(default, rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub direction: String,
}

/// How a call went: `10000` is well.
#[derive(Deserialize, Default)]
pub struct Outcome {
    #[serde(default)]
    pub code: String,
    #[serde(default)]
    pub msg: String,
    #[serde(default)]
    pub sub_code: String,
    #[serde(default)]
    pub sub_msg: String,
}
