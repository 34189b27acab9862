//! What needs no other side.

use super::{bill, facts, fields, settings, wire};
use crate::foundation::money::{MAX_MINOR, Money};
use crate::providers::facts::{CheckoutState, Fact, MovementKind};
use crate::providers::keys::Keys;
use crate::providers::mainland::cny;
use proptest::prelude::*;
use serde_json::json;

const PRIVATE_KEY: &str = include_str!("../../simulators/alipay/keys/app_key.pem");
const PUBLIC_KEY: &str = include_str!("../../simulators/alipay/keys/alipay_public_key.pem");

fn keys() -> Keys {
    [("app_id", "2021000000000001"), ("private_key", PRIVATE_KEY), ("alipay_public_key", PUBLIC_KEY)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

fn trade(status: &str, paid: Option<&str>, total: &str) -> wire::Trade {
    wire::Trade {
        trade_no: "2026112222001400000000000001".to_owned(),
        out_trade_no: "0123456789abcdef0123456789abcdef".to_owned(),
        trade_status: status.to_owned(),
        total_amount: total.to_owned(),
        send_pay_date: paid.map(str::to_owned),
    }
}

#[test]
fn each_field_that_is_wrong_is_named() {
    assert!(settings::read(&keys()).is_ok_and(|settings| settings.seller_id.is_none()));
    for (name, value) in [
        ("app_id", "wx8888888888888888"),
        ("seller_id", "someone@example.com"),
        ("private_key", PUBLIC_KEY),
        ("alipay_public_key", "MIIB"),
        ("base_url", "ftp://openapi.alipay.com/gateway.do"),
    ] {
        let mut wrong = keys();
        wrong.insert(name.to_owned(), value.to_owned());
        match settings::read(&wrong).err().map(crate::foundation::error::FieldErrors::into_error) {
            Some(crate::foundation::error::AppError::Invalid(named)) => {
                assert_eq!(named.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), [name]);
            }
            other => panic!("{name}: {other:?}"),
        }
    }
    assert_eq!(fields().iter().filter(|field| field.secret).map(|field| field.name).collect::<Vec<_>>(), ["private_key"]);
}

#[test]
fn states_of_a_trade_are_told_apart() {
    let date = Some("2026-11-20 10:00:00");
    for status in ["TRADE_SUCCESS", "TRADE_FINISHED", "TRADE_CLOSED"] {
        assert!(matches!(facts::of_trade(&trade(status, date, "99.00")), Ok(Fact::Payment(paid)) if paid.amount.minor == 9900), "{status}");
    }
    for (status, expected) in [("WAIT_BUYER_PAY", CheckoutState::Open), ("TRADE_CLOSED", CheckoutState::Closed)] {
        assert!(matches!(facts::of_trade(&trade(status, None, "99.00")), Ok(Fact::Checkout(told)) if told.state == expected), "{status}");
    }
    for wrong in [trade("TRADE_SUCCESS", None, "99.00"), trade("NEW", date, "99.00"), trade("TRADE_SUCCESS", Some("yesterday"), "99.00")] {
        assert!(facts::of_trade(&wrong).is_err());
    }
    for total in ["0.00", "-1.00", "99.001", "90071992547409.92", "1e3", ""] {
        assert!(matches!(facts::of_trade(&trade("TRADE_SUCCESS", date, total)), Ok(Fact::Mismatch { .. })), "{total}");
    }
}

#[test]
fn fees_stand_with_what_they_were_taken_for_and_each_line_counts_once() {
    let line = |id: &str, order: &str, amount: &str, kind: &str, direction: &str| {
        json!({
            "account_log_id": id, "alipay_order_no": order, "merchant_order_no": "0123456789abcdef0123456789abcdef",
            "trans_amount": amount, "type": kind, "direction": direction, "trans_dt": "2026-11-20 10:00:00",
        })
    };
    let lines = json!([
        line("2", "T1", "-0.59", "收费", "支出"),
        line("1", "T1", "99.00", "交易", "收入"),
        line("1", "T1", "99.00", "交易", "收入"),
        line("3", "", "500.00", "提现", "支出"),
        line("4", "T9", "-0.10", "收费", "支出"),
    ]);
    let movements = bill::read(serde_json::from_value(lines).unwrap()).unwrap();
    let told: Vec<_> = movements.iter().map(|m| (m.kind, m.number.as_str(), m.gross.minor, m.fee.minor)).collect();
    assert_eq!(told, [(MovementKind::Payment, "T1", 9900, 59), (MovementKind::Payout, "3", -50_000, 0), (MovementKind::Other, "4", 0, 10)]);
}

proptest! {
    #[test]
    fn an_amount_survives_the_way_to_alipay_and_back(minor in 1..=MAX_MINOR) {
        let money = Money::new(minor, cny().unwrap());
        prop_assert_eq!(facts::yuan(&money.to_plain()), Ok(Some(money)));
    }

    #[test]
    fn no_amount_makes_the_reader_stumble(text in "[-+0-9.e ]{0,20}|.{0,20}") {
        let _ = facts::yuan(&text);
    }
}
