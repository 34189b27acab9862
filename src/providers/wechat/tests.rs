//! What needs no other side.

use super::{bill, facts, fields, settings, wire};
use crate::providers::facts::{CheckoutState, Fact, MovementKind, RefundState};
use crate::providers::keys::Keys;
use jiff::civil::date;
use proptest::prelude::*;
use serde_json::json;

const PRIVATE_KEY: &str = include_str!("../../simulators/wechat/keys/merchant_key.pem");
const PUBLIC_KEY: &str = include_str!("../../simulators/wechat/keys/platform_public_key.pem");

fn keys() -> Keys {
    [
        ("mchid", "1900000109"),
        ("appid", "wx8888888888888888"),
        ("serial_no", "3775b6a45acd588826d15e583a95f5dd00000001"),
        ("private_key", PRIVATE_KEY),
        ("apiv3_key", "0123456789abcdef0123456789abcdef"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

fn settings() -> settings::Settings {
    settings::read(&keys()).ok().unwrap()
}

fn transaction(change: serde_json::Value) -> wire::Transaction {
    let mut told = json!({
        "appid": "wx8888888888888888", "mchid": "1900000109", "out_trade_no": "0123456789abcdef0123456789abcdef",
        "transaction_id": "4200000000000000000000000001", "trade_state": "SUCCESS", "success_time": "2026-11-20T10:00:00+08:00",
        "amount": { "total": 9900, "payer_total": 9900, "currency": "CNY" },
    });
    for (name, value) in change.as_object().unwrap() {
        told[name] = value.clone();
    }
    serde_json::from_value(told).unwrap()
}

#[test]
fn each_field_that_is_wrong_is_named() {
    assert!(settings::read(&keys()).is_ok());
    let both = [("public_key_id", "PUB_KEY_ID_01"), ("public_key", PUBLIC_KEY)].map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert!(settings::read(&keys().into_iter().chain(both).collect()).is_ok_and(|settings| settings.public_key.is_some()));
    for (name, value) in [
        ("mchid", "19000001O9"),
        ("appid", "gh_8888"),
        ("serial_no", "serial"),
        ("private_key", PUBLIC_KEY),
        ("apiv3_key", "too short"),
        ("public_key_id", "0119000001"),
        ("public_key", PRIVATE_KEY),
        ("base_url", "http://example.com"),
    ] {
        let mut wrong = keys();
        if name.starts_with("public_key") {
            wrong.insert("public_key_id".to_owned(), "PUB_KEY_ID_01".to_owned());
            wrong.insert("public_key".to_owned(), PUBLIC_KEY.to_owned());
        }
        wrong.insert(name.to_owned(), value.to_owned());
        let errors = settings::read(&wrong).err().map(crate::foundation::error::FieldErrors::into_error);
        match errors {
            Some(crate::foundation::error::AppError::Invalid(named)) => {
                assert_eq!(named.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), [name]);
            }
            other => panic!("{name}: {other:?}"),
        }
    }
    assert!(fields().iter().filter(|field| field.secret).all(|field| ["private_key", "apiv3_key", "app_secret"].contains(&field.name)));
}

#[test]
fn states_of_an_order_are_told_apart() {
    for (state, expected) in [
        ("NOTPAY", CheckoutState::Open),
        ("USERPAYING", CheckoutState::Pending),
        ("PAYERROR", CheckoutState::Declined),
        ("CLOSED", CheckoutState::Closed),
        ("REVOKED", CheckoutState::Closed),
    ] {
        let told = facts::of_transaction(&settings(), &transaction(json!({ "trade_state": state })));
        assert!(matches!(told, Ok(Fact::Checkout(checkout)) if checkout.state == expected), "{state}");
    }
    assert!(facts::of_transaction(&settings(), &transaction(json!({ "trade_state": "NEW" }))).is_err());
    assert!(facts::of_transaction(&settings(), &transaction(json!({ "success_time": null }))).is_err());
    assert!(facts::of_transaction(&settings(), &transaction(json!({ "amount": null }))).is_err());
}

#[test]
fn another_merchant_app_currency_or_an_absurd_amount_does_not_fit() {
    for change in [
        json!({ "mchid": "1900000110" }),
        json!({ "appid": "wx9999999999999999" }),
        json!({ "amount": { "total": 9900, "currency": "USD" } }),
        json!({ "amount": { "total": 0, "currency": "CNY" } }),
        json!({ "amount": { "total": 9_007_199_254_740_992_i64, "currency": "CNY" } }),
    ] {
        let told = facts::of_transaction(&settings(), &transaction(change.clone())).unwrap();
        assert!(matches!(&told, Fact::Mismatch { reference: Some(_), .. }), "{change}: {told:?}");
    }
    let theirs = json!({ "appid": "wx9999999999999999", "out_trade_no": "SHOP1" });
    let told = facts::of_transaction(&settings(), &transaction(theirs)).unwrap();
    assert!(matches!(told, Fact::Payment(payment) if payment.reference.is_none()), "another app's order is its own business");
}

#[test]
fn both_spellings_of_a_closed_refund_are_read() {
    for (status, expected) in [("CLOSED", RefundState::Failed), ("CLOSE", RefundState::Failed), ("SUCCESS", RefundState::Succeeded)] {
        let refund: wire::Refund = serde_json::from_value(json!({
            "refund_id": "503", "out_refund_no": "x", "transaction_id": "42", "out_trade_no": "y", "status": status,
            "create_time": "2026-11-20T10:00:00+08:00", "success_time": "", "amount": { "refund": 1, "total": 2, "currency": "CNY" },
        }))
        .unwrap();
        assert!(matches!(facts::of_refund(&refund), Ok(Fact::Refund(refund)) if refund.state == expected));
    }
}

#[test]
fn a_bill_as_wechat_prints_it_is_read() {
    let text = "\u{feff}交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注\r\n\
        `2026-11-20 23:59:59,`wx8888888888888888,`1900000109,`0,`,`4200000000000000000000000001,`0123456789abcdef0123456789abcdef,`openid,`NATIVE,`SUCCESS,`OTHERS,`CNY,`98.00,`1.00,`0,`0,`0.00,`0.00,`,`,`a, \"b\",`,`0.59000,`0.60%,`99.00,`0.00,`\r\n\
        `2026-11-19 08:00:00,`wx8888888888888888,`1900000109,`0,`,`4200000000000000000000000001,`SHOP,`openid,`NATIVE,`REFUND,`OTHERS,`CNY,`0.00,`0.00,`5030000001,`fedcba9876543210fedcba9876543210,`9.00,`0.00,`ORIGINAL,`PROCESSING,`a,`,`-0.05000,`0.60%,`0.00,`10.00,`\r\n\
        `2026-11-20 08:00:00,`wx8888888888888888,`1900000109,`0,`,`4200000000000000000000000002,`SHOP,`openid,`NATIVE,`REFUND,`OTHERS,`CNY,`0.00,`0.00,`5030000002,`1,`9.00,`0.00,`ORIGINAL,`FAIL,`a,`,`0.00000,`0.60%,`0.00,`9.00,`\r\n\
        总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\r\n`3,`98.00,`18.00,`0.00,`0.54000,`99.00,`19.00\r\n";
    let movements = bill::read(text.as_bytes(), date(2026, 11, 20)).unwrap();
    let [sold, returned] = movements.as_slice() else { panic!("{movements:?}") };
    assert_eq!((sold.kind, sold.gross.minor, sold.fee.minor), (MovementKind::Payment, 9900, 59));
    assert_eq!(
        (returned.kind, returned.number.as_str(), returned.gross.minor, returned.fee.minor),
        (MovementKind::Refund, "5030000001", -1000, -5)
    );
    assert!(returned.at < sold.at, "kept within the day of the bill");
    let dollars = text.replace("`CNY", "`USD");
    assert!(bill::read(dollars.as_bytes(), date(2026, 11, 20)).is_err());
    assert!(bill::read(text.replace("手续费,", "").as_bytes(), date(2026, 11, 20)).is_err());
}

proptest! {
    #[test]
    fn no_bill_makes_the_reader_stumble(bytes in prop::collection::vec(any::<u8>(), 0..300), text in "(交易状态|货币种类|`|,|CNY|SUCCESS|\r\n|[0-9.-]){0,80}") {
        let _ = bill::read(&bytes, date(2026, 11, 20));
        let _ = bill::read(text.as_bytes(), date(2026, 11, 20));
    }
}
