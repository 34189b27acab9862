//! Notifications, as the service writes them.

use super::Wechat;
use super::books::{MCHID, Order, Refund, rfc3339};
use super::crypto::{PUBLIC_KEY_ID, encipher};
use crate::foundation::time::{MINUTE, SECOND, Timestamp};
use crate::simulators::deliveries::{Deliveries, Delivery, Fate};
use serde_json::{Value, json};

pub fn stamp(wechat: &Wechat, certificate: Option<usize>, body: &str, at: Timestamp) -> Vec<(String, String)> {
    let (seconds, nonce) = (at.0.div_euclid(SECOND), wechat.hex(16));
    let signature = wechat.keyring.sign(certificate, format!("{seconds}\n{nonce}\n{body}\n").as_bytes());
    let serial = certificate.and_then(|at| wechat.keyring.certificates.get(at)).map_or(PUBLIC_KEY_ID, |certificate| certificate.serial);
    [
        ("Request-Id", wechat.hex(16)),
        ("Wechatpay-Nonce", nonce),
        ("Wechatpay-Serial", serial.to_owned()),
        ("Wechatpay-Signature", signature),
        ("Wechatpay-Signature-Type", "WECHATPAY2-SHA256-RSA2048".to_owned()),
        ("Wechatpay-Timestamp", seconds.to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}

pub fn of_payment(order: &Order) -> (&'static str, &'static str, &'static str, Value) {
    let mut told = order.json();
    // What the notification tells is the moment of payment, whatever came after.
    told["trade_state"] = json!("SUCCESS");
    told["trade_state_desc"] = json!("支付成功");
    ("TRANSACTION.SUCCESS", "支付成功", "transaction", told)
}

pub fn of_refund(refund: &Refund) -> (&'static str, &'static str, &'static str, Value) {
    let (kind, summary) = match refund.status {
        "ABNORMAL" => ("REFUND.ABNORMAL", "退款异常"),
        "CLOSED" => ("REFUND.CLOSED", "退款关闭"),
        _ => ("REFUND.SUCCESS", "退款成功"),
    };
    let mut told = json!({
        "mchid": MCHID, "transaction_id": refund.transaction_id, "out_trade_no": refund.out_trade_no, "refund_id": refund.refund_id,
        "out_refund_no": refund.out_refund_no, "refund_status": refund.status, "user_received_account": "支付用户零钱",
        "amount": { "total": refund.total, "refund": refund.refund, "payer_total": refund.total, "payer_refund": refund.refund },
    });
    if refund.status == "SUCCESS" {
        told["success_time"] = json!(rfc3339(refund.ended.unwrap_or(refund.created)));
    }
    (kind, summary, "refund", told)
}

pub fn send(wechat: &Wechat, url: &str, certificate: Option<usize>, told: (&str, &str, &str, Value), fate: Fate) {
    send_by(wechat, &wechat.deliveries, url, certificate, told, fate);
}

/// Puts one on its way. Signed is the time at which it will leave.
pub fn send_by(
    wechat: &Wechat,
    deliveries: &Deliveries,
    url: &str,
    certificate: Option<usize>,
    (kind, summary, original, told): (&str, &str, &str, Value),
    fate: Fate,
) {
    let now = wechat.clock.now();
    let nonce = wechat.hex(6);
    let body = json!({
        "id": format!("EV-{}", wechat.digits(22)), "create_time": rfc3339(now), "resource_type": "encrypt-resource",
        "event_type": kind, "summary": summary,
        "resource": {
            "original_type": original, "algorithm": "AEAD_AES_256_GCM", "associated_data": original, "nonce": nonce,
            "ciphertext": encipher(told.to_string().as_bytes(), &nonce, original),
        },
    })
    .to_string();
    let leaves = if fate == Fate::Late { now.plus(10 * MINUTE) } else { now };
    let mut headers = stamp(wechat, certificate, &body, leaves);
    headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
    headers.push(("User-Agent".to_owned(), "Mozilla/4.0".to_owned()));
    let delivery = Delivery { url: url.to_owned(), headers, body: body.into_bytes(), due: now, forged: false };
    deliveries.send(vec![delivery], fate, forge);
}

/// The signature of something else.
fn forge(delivery: &mut Delivery) {
    for (name, value) in &mut delivery.headers {
        if name == "Wechatpay-Signature" {
            *value = value.chars().rev().skip_while(|c| *c == '=').collect::<String>() + "==";
        }
    }
}
