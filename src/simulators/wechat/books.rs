//! What the simulator remembers: orders and refunds by the merchant's numbers, and the files of bills it has offered.

use crate::foundation::time::Timestamp;
use crate::simulators::deliveries::Fate;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub const MCHID: &str = "1900000109";
pub const APPID: &str = "wx8888888888888888";

#[derive(Default)]
pub struct Books {
    pub orders: BTreeMap<String, Order>,
    pub refunds: BTreeMap<String, Refund>,
    pub files: BTreeMap<String, Vec<u8>>,
    /// Codes that say who a buyer is, and until when.
    pub codes: BTreeMap<String, Timestamp>,
    pub fate: Fate,
    /// Which certificate signs now.
    pub certificate: usize,
    /// A way to pay that the merchant has not switched on.
    pub not_switched_on: Option<&'static str>,
    /// The merchant's account holds nothing that could be given back.
    pub without_money: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    NotPay,
    /// The buyer is at it: they are asked for their password.
    UserPaying,
    /// The last attempt failed; another may follow.
    PayError,
    Success,
    /// Paid, and at least partly given back.
    Refund,
    Closed,
}

impl State {
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            State::NotPay => ("NOTPAY", "订单未支付"),
            State::UserPaying => ("USERPAYING", "用户支付中"),
            State::PayError => ("PAYERROR", "支付失败，请重新下单支付"),
            State::Success => ("SUCCESS", "支付成功"),
            State::Refund => ("REFUND", "订单发生过退款，退款详情请查询退款单"),
            State::Closed => ("CLOSED", "订单已关闭"),
        }
    }
}

#[derive(Debug, Clone)]
pub struct Order {
    pub appid: String,
    pub out_trade_no: String,
    pub description: String,
    pub notify_url: String,
    pub attach: String,
    pub total: i64,
    pub trade_type: &'static str,
    pub openid: String,
    pub expires: Option<Timestamp>,
    pub state: State,
    /// Its handle: in the code, in the H5 address, or the `prepay_id`.
    pub prepay: String,
    pub transaction_id: String,
    pub paid_at: Timestamp,
    /// As it was asked for: asking again has to be the same.
    pub asked: Value,
    /// Placed by a merchant who knows us by certificates.
    pub by_certificate: bool,
}

impl Order {
    /// Whether it closes when its time is over.
    pub fn waits(&self) -> bool {
        matches!(self.state, State::NotPay | State::PayError)
    }

    pub fn is_paid(&self) -> bool {
        matches!(self.state, State::Success | State::Refund)
    }

    pub fn json(&self) -> Value {
        let (state, described) = self.state.words();
        let mut told = json!({
            "appid": self.appid, "mchid": MCHID, "out_trade_no": self.out_trade_no, "trade_state": state,
            "trade_state_desc": described, "attach": self.attach, "promotion_detail": [],
            "amount": { "total": self.total, "currency": "CNY" },
        });
        if self.is_paid() {
            told["transaction_id"] = json!(self.transaction_id);
            told["trade_type"] = json!(self.trade_type);
            told["bank_type"] = json!("OTHERS");
            told["success_time"] = json!(rfc3339(self.paid_at));
            told["payer"] = json!({ "openid": self.openid });
            told["amount"] = json!({ "total": self.total, "payer_total": self.total, "currency": "CNY", "payer_currency": "CNY" });
        }
        told
    }
}

#[derive(Debug, Clone)]
pub struct Refund {
    pub refund_id: String,
    pub out_refund_no: String,
    pub out_trade_no: String,
    pub transaction_id: String,
    pub refund: i64,
    pub total: i64,
    pub status: &'static str,
    pub notify_url: String,
    pub created: Timestamp,
    pub ended: Option<Timestamp>,
}

impl Refund {
    /// Whether it takes from what can still be given back.
    pub fn counts(&self) -> bool {
        self.status != "CLOSED"
    }

    pub fn json(&self) -> Value {
        let mut told = json!({
            "refund_id": self.refund_id, "out_refund_no": self.out_refund_no, "transaction_id": self.transaction_id,
            "out_trade_no": self.out_trade_no, "channel": "ORIGINAL", "user_received_account": "支付用户零钱",
            "create_time": rfc3339(self.created), "status": self.status, "funds_account": "AVAILABLE", "promotion_detail": [],
            "amount": {
                "total": self.total, "refund": self.refund, "payer_total": self.total, "payer_refund": self.refund,
                "settlement_refund": self.refund, "settlement_total": self.total, "discount_refund": 0, "currency": "CNY",
                "from": [],
            },
        });
        if self.status == "SUCCESS" {
            told["success_time"] = json!(rfc3339(self.ended.unwrap_or(self.created)));
        }
        told
    }
}

impl Books {
    pub fn refunded(&self, out_trade_no: &str) -> i64 {
        self.refunds.values().filter(|refund| refund.out_trade_no == out_trade_no && refund.counts()).map(|refund| refund.refund).sum()
    }
}

pub fn rfc3339(at: Timestamp) -> String {
    beijing(at).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

pub fn beijing(at: Timestamp) -> jiff::Zoned {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    jiff::Timestamp::from_millisecond(at.0).unwrap_or_default().to_zoned(zone)
}
