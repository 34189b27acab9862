//! What WeChat's orders and refunds mean, as facts. Ours are known by their number; whatever else the merchant sells on
//! the same account is told without a reference, and its app is its own business.

use super::settings::Settings;
use super::wire::{Refund, Transaction};
use crate::foundation::money::{Currency, MAX_MINOR, Money};
use crate::providers::Failure;
use crate::providers::facts::{CheckoutFact, CheckoutState, Fact, PaymentFact, RefundFact, RefundState};
use crate::providers::mainland::{ours, read_rfc3339};

/// How an order stands. WeChat's fee is told by the bill of the day, not here.
pub fn of_transaction(settings: &Settings, told: &Transaction) -> Result<Fact, Failure> {
    let reference = ours(&told.out_trade_no);
    let mismatch = |reason: String| Ok(Fact::Mismatch { reference: ours(&told.out_trade_no), reason });
    if told.mchid != settings.mchid {
        return mismatch(format!("mchid {}", told.mchid));
    }
    // A closed order that nobody tried to pay names no app.
    if reference.is_some() && !told.appid.is_empty() && told.appid != settings.appid {
        return mismatch(format!("appid {}", told.appid));
    }
    let state = match told.trade_state.as_str() {
        "SUCCESS" | "REFUND" => return of_payment(told, reference),
        "NOTPAY" => CheckoutState::Open,
        "USERPAYING" | "ACCEPT" => CheckoutState::Pending,
        "PAYERROR" => CheckoutState::Declined,
        "CLOSED" | "REVOKED" => CheckoutState::Closed,
        other => return Err(Failure::Nonsense(format!("trade_state {other}"))),
    };
    Ok(Fact::Checkout(CheckoutFact { reference, number: None, state }))
}

fn of_payment(told: &Transaction, reference: Option<String>) -> Result<Fact, Failure> {
    let missing = |what: &str| Failure::Nonsense(format!("a paid order without {what}"));
    let amount = told.amount.as_ref().ok_or_else(|| missing("amount"))?;
    let total = amount.total.ok_or_else(|| missing("amount.total"))?;
    let code = amount.currency.as_deref().unwrap_or("CNY");
    let paid_at = told.success_time.as_deref().and_then(read_rfc3339).ok_or_else(|| missing("success_time"))?;
    if told.transaction_id.is_empty() {
        return Err(missing("transaction_id"));
    }
    match yuan(total, code) {
        Some(amount) => {
            Ok(Fact::Payment(PaymentFact { payment: told.transaction_id.clone(), reference, amount, fee: None, paid_at, term: None }))
        }
        None => Ok(Fact::Mismatch { reference, reason: format!("paid {total} {code}") }),
    }
}

/// How a refund stands.
pub fn of_refund(told: &Refund) -> Result<Fact, Failure> {
    let state = match told.status.as_str() {
        "SUCCESS" => RefundState::Succeeded,
        "PROCESSING" => RefundState::Pending,
        "ABNORMAL" => RefundState::Stuck,
        // The documents say CLOSED, some answers CLOSE.
        "CLOSED" | "CLOSE" => RefundState::Failed,
        other => return Err(Failure::Nonsense(format!("refund status {other}"))),
    };
    let time = told.success_time.as_deref().filter(|time| !time.is_empty()).unwrap_or(&told.create_time);
    let at = read_rfc3339(time).ok_or_else(|| Failure::Nonsense("a refund without a time".to_owned()))?;
    let code = told.amount.currency.as_deref().unwrap_or("CNY");
    let Some(amount) = yuan(told.amount.refund, code) else {
        return Ok(Fact::Mismatch { reference: ours(&told.out_trade_no), reason: format!("refunded {} {code}", told.amount.refund) });
    };
    Ok(Fact::Refund(RefundFact {
        refund: told.refund_id.clone(),
        reference: ours(&told.out_refund_no),
        payment: told.transaction_id.clone(),
        amount,
        fee_returned: None,
        state,
        at,
    }))
}

fn yuan(minor: i64, code: &str) -> Option<Money> {
    let currency = Currency::parse(code).filter(|currency| currency.code() == "CNY")?;
    (1..=MAX_MINOR).contains(&minor).then_some(Money::new(minor, currency))
}
