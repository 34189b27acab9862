//! What Alipay's trades and refunds mean, as facts.

use super::wire::{Refund, Trade};
use crate::foundation::money::{MAX_MINOR, Money};
use crate::foundation::time::Timestamp;
use crate::providers::Failure;
use crate::providers::facts::{CheckoutFact, CheckoutState, Fact, PaymentFact, RefundFact, RefundState};
use crate::providers::mainland::{cny, fen, ours, read_local};

/// How a trade stands. One that was given back wholly is closed, and was paid all the same: it has a date of payment.
pub fn of_trade(told: &Trade) -> Result<Fact, Failure> {
    let reference = ours(&told.out_trade_no);
    let paid_at = told.send_pay_date.as_deref().filter(|date| !date.is_empty());
    let state = match (told.trade_status.as_str(), paid_at) {
        ("TRADE_SUCCESS" | "TRADE_FINISHED" | "TRADE_CLOSED", Some(date)) => return of_payment(told, reference, date),
        ("TRADE_SUCCESS" | "TRADE_FINISHED", None) => return Err(Failure::Nonsense("a paid trade without send_pay_date".to_owned())),
        ("WAIT_BUYER_PAY", _) => CheckoutState::Open,
        ("TRADE_CLOSED", None) => CheckoutState::Closed,
        (other, _) => return Err(Failure::Nonsense(format!("trade_status {other}"))),
    };
    Ok(Fact::Checkout(CheckoutFact { reference, number: None, state }))
}

fn of_payment(told: &Trade, reference: Option<String>, date: &str) -> Result<Fact, Failure> {
    let paid_at = read_local(date).ok_or_else(|| Failure::Nonsense(format!("send_pay_date {date}")))?;
    match yuan(&told.total_amount)? {
        Some(amount) => {
            Ok(Fact::Payment(PaymentFact { payment: told.trade_no.clone(), reference, amount, fee: None, paid_at, term: None }))
        }
        None => Ok(Fact::Mismatch { reference, reason: format!("paid {}", told.total_amount) }),
    }
}

/// How a refund stands; `None` when there is none, or it has not gone through yet. Alipay has no number for refunds of its
/// own: the merchant's, within the trade.
pub fn of_refund(told: &Refund, now: Timestamp) -> Result<Option<Fact>, Failure> {
    let (Some(trade_no), Some(request), Some(amount)) = (&told.trade_no, &told.out_request_no, &told.refund_amount) else {
        return Ok(None);
    };
    if told.refund_status.as_deref() != Some("REFUND_SUCCESS") {
        return Ok(None);
    }
    let amount = yuan(amount)?.ok_or_else(|| Failure::Nonsense(format!("refund_amount {amount}")))?;
    Ok(Some(Fact::Refund(RefundFact {
        refund: number(trade_no, request),
        reference: ours(request),
        payment: trade_no.clone(),
        amount,
        fee_returned: None,
        state: RefundState::Succeeded,
        at: told.gmt_refund_pay.as_deref().and_then(read_local).unwrap_or(now),
    })))
}

pub fn number(trade_no: &str, out_request_no: &str) -> String {
    format!("{trade_no}:{out_request_no}")
}

/// `None` when no such amount can be paid.
pub fn yuan(text: &str) -> Result<Option<Money>, Failure> {
    let exact = text.split_once('.').is_none_or(|(_, decimals)| decimals.len() <= 2);
    let currency = cny()?;
    Ok(fen(text).filter(|minor| exact && (1..=MAX_MINOR).contains(minor)).map(|minor| Money::new(minor, currency)))
}
