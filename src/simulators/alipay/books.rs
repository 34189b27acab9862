//! What the simulator remembers: trades by the merchant's numbers, refunds, and the lines of the account's book.

use crate::foundation::time::Timestamp;
use crate::simulators::deliveries::Fate;
use std::collections::BTreeMap;

pub const APP_ID: &str = "2021000000000001";
pub const SELLER_ID: &str = "2088000000000001";
pub const BUYER_ID: &str = "2088000000000002";

#[derive(Default)]
pub struct Books {
    pub trades: BTreeMap<String, Trade>,
    pub log: Vec<Line>,
    pub fate: Fate,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    WaitBuyerPay,
    Closed,
    Success,
    Finished,
}

impl Status {
    pub const fn as_str(self) -> &'static str {
        match self {
            Status::WaitBuyerPay => "WAIT_BUYER_PAY",
            Status::Closed => "TRADE_CLOSED",
            Status::Success => "TRADE_SUCCESS",
            Status::Finished => "TRADE_FINISHED",
        }
    }
}

#[derive(Debug, Clone)]
pub struct Trade {
    pub trade_no: String,
    pub out_trade_no: String,
    pub subject: String,
    pub total: i64,
    pub status: Status,
    pub created: Timestamp,
    pub expires: Option<Timestamp>,
    pub paid_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
    pub notify_url: String,
    pub return_url: String,
    pub refunds: Vec<Refund>,
}

#[derive(Debug, Clone)]
pub struct Refund {
    pub out_request_no: String,
    pub amount: i64,
    pub at: Timestamp,
}

impl Trade {
    pub fn refunded(&self) -> i64 {
        self.refunds.iter().map(|refund| refund.amount).sum()
    }
}

/// One line of the account's book.
#[derive(Debug, Clone)]
pub struct Line {
    pub account_log_id: String,
    pub at: Timestamp,
    pub trade_no: String,
    pub out_trade_no: String,
    pub out_request_no: String,
    pub amount: i64,
    pub kind: &'static str,
}

pub fn yuan(minor: i64) -> String {
    format!("{}{}.{:02}", if minor < 0 { "-" } else { "" }, minor.abs() / 100, minor.abs() % 100)
}

/// Strictly: digits, and at most two after the point.
pub fn minor(text: &str) -> Option<i64> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "00"));
    let digits = |part: &str| !part.is_empty() && part.len() <= 11 && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(decimals) || decimals.len() > 2 {
        return None;
    }
    Some(whole.parse::<i64>().ok()? * 100 + format!("{decimals:0<2}").parse::<i64>().ok()?)
}

pub fn beijing(at: Timestamp) -> String {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    jiff::Timestamp::from_millisecond(at.0).unwrap_or_default().to_zoned(zone).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

pub fn instant(text: &str) -> Option<Timestamp> {
    let local: jiff::civil::DateTime = text.parse().ok()?;
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    local.to_zoned(zone).ok().map(|zoned| Timestamp(zoned.timestamp().as_millisecond()))
}

/// Six tenths of a percent, to the nearest fen.
pub fn fee(minor: i64) -> i64 {
    (minor * 6 + 500) / 1000
}
