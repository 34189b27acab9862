//! Notifications, as the gateway writes them: a form, signed without `sign` and `sign_type`.

use super::books::{APP_ID, BUYER_ID, Refund, SELLER_ID, Trade, beijing, yuan};
use super::{Alipay, crypto};
use crate::simulators::deliveries::{Delivery, Fate};
use form_urlencoded::Serializer;
use std::collections::BTreeMap;

pub fn send(alipay: &Alipay, trade: &Trade, refund: Option<&Refund>, fate: Fate) {
    if trade.notify_url.is_empty() {
        return;
    }
    let now = alipay.clock.now();
    let total = yuan(trade.total);
    let funds = format!("[{{\"amount\":\"{total}\",\"fundChannel\":\"ALIPAYACCOUNT\"}}]");
    let mut fields = vec![
        ("notify_time", beijing(now)),
        ("notify_type", "trade_status_sync".to_owned()),
        ("notify_id", format!("20261122{}", alipay.digits(26))),
        ("app_id", APP_ID.to_owned()),
        ("auth_app_id", APP_ID.to_owned()),
        ("charset", "utf-8".to_owned()),
        ("version", "1.0".to_owned()),
        ("trade_no", trade.trade_no.clone()),
        ("out_trade_no", trade.out_trade_no.clone()),
        ("buyer_id", BUYER_ID.to_owned()),
        ("seller_id", SELLER_ID.to_owned()),
        ("trade_status", trade.status.as_str().to_owned()),
        ("total_amount", total.clone()),
        ("subject", trade.subject.clone()),
        ("gmt_create", beijing(trade.created)),
    ];
    if let Some(paid_at) = trade.paid_at {
        fields.extend([
            ("gmt_payment", beijing(paid_at)),
            ("receipt_amount", total.clone()),
            ("buyer_pay_amount", total.clone()),
            ("invoice_amount", total),
            ("point_amount", "0.00".to_owned()),
            ("fund_bill_list", funds),
        ]);
    }
    if let Some(refund) = refund {
        fields.extend([
            ("gmt_refund", beijing(refund.at)),
            ("refund_fee", yuan(trade.refunded())),
            ("out_biz_no", refund.out_request_no.clone()),
        ]);
    }
    if let Some(closed_at) = trade.closed_at {
        fields.push(("gmt_close", beijing(closed_at)));
    }
    let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let body = signed(alipay, fields);
    let headers = vec![("Content-Type".to_owned(), "application/x-www-form-urlencoded; charset=utf-8".to_owned())];
    let delivery = Delivery { url: trade.notify_url.clone(), headers, body, due: now, forged: false };
    alipay.deliveries.send(vec![delivery], fate, forge);
}

pub fn signed(alipay: &Alipay, mut fields: BTreeMap<String, String>) -> Vec<u8> {
    let sign = alipay.keyring.sign(&crypto::text(&fields, &["sign", "sign_type"]));
    fields.insert("sign".to_owned(), sign);
    fields.insert("sign_type".to_owned(), "RSA2".to_owned());
    Serializer::new(String::new()).extend_pairs(&fields).finish().into_bytes()
}

/// Says a hundredfold amount, under the signature of another.
fn forge(delivery: &mut Delivery) {
    let fields = form_urlencoded::parse(&delivery.body).into_owned();
    let changed = fields.map(|(name, value)| if name == "total_amount" { (name, format!("1{value}")) } else { (name, value) });
    delivery.body = Serializer::new(String::new()).extend_pairs(changed).finish().into_bytes();
}
