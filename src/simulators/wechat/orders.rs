//! What the API does about orders and refunds, once it is certain who asks.

use super::Wechat;
use super::api::{Answer, Refusal};
use super::books::{APPID, MCHID, Order, Refund, State};
use super::buyers::OPENID;
use crate::foundation::time::Timestamp;
use serde_json::{Value, json};

impl Wechat {
    pub(super) fn place(&self, kind: &str, body: &[u8], by_certificate: bool) -> Answer {
        let asked = object(body)?;
        let text = |name: &str| asked[name].as_str().unwrap_or_default().to_owned();
        let wrong = |message| Err(Refusal(400, "PARAM_ERROR", message));
        if text("mchid") != MCHID || text("appid") != APPID {
            return Err(Refusal(400, "APPID_MCHID_NOT_MATCH", "AppID和mch_id不匹配，请检查后再试"));
        }
        if self.books().not_switched_on == Some(kind) {
            return Err(Refusal(403, "NO_AUTH", "商户无权限"));
        }
        let number = text("out_trade_no");
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"_-|*@".contains(&b);
        if !(6..=32).contains(&number.len()) || !number.bytes().all(allowed) {
            return wrong("商户订单号格式错误");
        }
        if !(1..=127).contains(&text("description").len()) {
            return wrong("商品描述长度错误");
        }
        let total = asked["amount"]["total"].as_i64().filter(|total| *total > 0);
        let Some(total) = total.filter(|_| matches!(asked["amount"]["currency"].as_str(), None | Some("CNY"))) else {
            return wrong("订单金额错误");
        };
        let notify_url = text("notify_url");
        if !notify_url.starts_with("http") || notify_url.contains('?') || notify_url.len() > 256 {
            return wrong("通知地址错误");
        }
        let openid = asked["payer"]["openid"].as_str();
        if kind == "jsapi" && openid.is_none_or(str::is_empty) {
            return wrong("缺少payer.openid");
        }
        if kind == "jsapi" && openid != Some(OPENID) {
            return wrong("无效的openid");
        }
        let scene = &asked["scene_info"];
        if kind == "h5" && (!scene["payer_client_ip"].is_string() || !scene["h5_info"]["type"].is_string()) {
            return wrong("缺少scene_info");
        }
        let expires = match asked["time_expire"].as_str() {
            None => None,
            Some(time) => match time.parse::<jiff::Timestamp>() {
                Ok(time) => Some(Timestamp(time.as_millisecond())),
                Err(_) => return wrong("time_expire格式错误"),
            },
        };
        if expires.is_some_and(|expires| expires <= self.clock.now()) {
            return wrong("time_expire时间过短");
        }
        let (trade_type, prepay) = match kind {
            "native" => ("NATIVE", self.hex(8)),
            "h5" => ("MWEB", format!("wx{}", self.hex(17))),
            _ => ("JSAPI", format!("wx{}", self.hex(17))),
        };
        let order = Order {
            appid: text("appid"),
            out_trade_no: number.clone(),
            description: text("description"),
            notify_url,
            attach: text("attach"),
            total,
            trade_type,
            openid: openid.unwrap_or(OPENID).to_owned(),
            expires,
            state: State::NotPay,
            prepay,
            transaction_id: String::new(),
            paid_at: Timestamp(0),
            asked: asked.clone(),
            by_certificate,
        };
        let mut books = self.books();
        let order = books.orders.entry(number).or_insert(order);
        match order.state {
            State::Success | State::Refund => return Err(Refusal(400, "ORDERPAID", "该订单已支付")),
            State::Closed => return Err(Refusal(400, "ORDER_CLOSED", "该订单已关闭")),
            State::NotPay | State::UserPaying | State::PayError if order.asked != asked || order.trade_type != trade_type => {
                return Err(Refusal(400, "INVALID_REQUEST", "请求重入时，参数与首次请求时不一致"));
            }
            State::NotPay | State::UserPaying | State::PayError => (),
        }
        Ok((
            200,
            Some(match kind {
                "native" => json!({ "code_url": format!("weixin://wxpay/bizpayurl?pr={}", order.prepay) }),
                "h5" => {
                    json!({ "h5_url": format!("{}/cgi-bin/mmpayweb-bin/checkmweb?prepay_id={}&package=1234", self.base_url, order.prepay) })
                }
                _ => json!({ "prepay_id": order.prepay }),
            }),
        ))
    }

    pub(super) fn query(&self, number: &str, mchid: &str) -> Answer {
        if mchid != MCHID {
            return Err(Refusal(400, "PARAM_ERROR", "mchid错误"));
        }
        match self.books().orders.get(number) {
            Some(order) => Ok((200, Some(order.json()))),
            None => Err(Refusal(404, "ORDER_NOT_EXIST", "订单不存在")),
        }
    }

    pub(super) fn close(&self, number: &str, body: &[u8]) -> Answer {
        if object(body)?["mchid"] != MCHID {
            return Err(Refusal(400, "PARAM_ERROR", "mchid错误"));
        }
        let mut books = self.books();
        let order = books.orders.get_mut(number).ok_or(Refusal(404, "ORDER_NOT_EXIST", "订单不存在"))?;
        match order.state {
            State::NotPay | State::PayError => {
                order.state = State::Closed;
                Ok((204, None))
            }
            // As the service has it: accepted, and not done.
            State::UserPaying => Err(Refusal(202, "USERPAYING", "用户支付中，需要输入密码")),
            State::Closed => Err(Refusal(400, "ORDER_CLOSED", "订单已关闭，无法重复关闭")),
            State::Success | State::Refund => Err(Refusal(400, "ORDERPAID", "订单已支付，不能关闭")),
        }
    }

    pub(super) fn give_back(&self, body: &[u8]) -> Answer {
        let asked = object(body)?;
        let text = |name: &str| asked[name].as_str().unwrap_or_default();
        let number = text("out_refund_no").to_owned();
        let amount = &asked["amount"];
        let (refund, total) = (amount["refund"].as_i64().unwrap_or(0), amount["total"].as_i64().unwrap_or(0));
        if number.is_empty() || number.len() > 64 || refund < 1 || amount["currency"] != "CNY" || text("reason").len() > 80 {
            return Err(Refusal(400, "PARAM_ERROR", "参数错误"));
        }
        let mut books = self.books();
        let (by_id, by_number) = (text("transaction_id"), text("out_trade_no"));
        let order =
            books.orders.values().find(|order| order.is_paid() && (order.transaction_id == by_id || order.out_trade_no == by_number));
        let order = order.cloned().ok_or(Refusal(404, "RESOURCE_NOT_EXISTS", "订单号不存在"))?;
        if let Some(before) = books.refunds.get(&number) {
            return match before.refund == refund && before.out_trade_no == order.out_trade_no && before.total == total {
                true => Ok((200, Some(before.json()))),
                false => Err(Refusal(400, "INVALID_REQUEST", "订单金额或退款金额与之前请求不一致，请核实后再试")),
            };
        }
        if total != order.total {
            return Err(Refusal(400, "INVALID_REQUEST", "订单金额与实际支付金额不一致"));
        }
        if books.refunded(&order.out_trade_no) + refund > order.total {
            return Err(Refusal(400, "INVALID_REQUEST", "申请退款金额大于订单可退金额"));
        }
        if books.without_money {
            return Err(Refusal(403, "NOT_ENOUGH", "基本账户余额不足，请充值后重新发起"));
        }
        let notify_url = asked["notify_url"].as_str().unwrap_or(&order.notify_url).to_owned();
        let made = self.new_refund(&order, number.clone(), refund, notify_url);
        let told = made.json();
        self.enter_refund(&mut books, made);
        Ok((200, Some(told)))
    }

    pub(super) fn new_refund(&self, order: &Order, out_refund_no: String, refund: i64, notify_url: String) -> Refund {
        Refund {
            refund_id: format!("503{}", self.digits(25)),
            out_refund_no,
            out_trade_no: order.out_trade_no.clone(),
            transaction_id: order.transaction_id.clone(),
            refund,
            total: order.total,
            status: "PROCESSING",
            notify_url,
            created: self.clock.now(),
            ended: None,
        }
    }
}

fn object(body: &[u8]) -> Result<Value, Refusal> {
    let value: Option<Value> = serde_json::from_slice(body).ok();
    value.filter(Value::is_object).ok_or(Refusal(400, "PARAM_ERROR", "请求体不是合法的JSON"))
}
