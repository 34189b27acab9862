//! The calls about trades and refunds. A trade comes into being when the buyer arrives at Alipay with the address we made;
//! until then it is not known there.

use super::facts::{number, of_refund, of_trade};
use super::gateway::{Gateway, refused};
use super::wire::{Closed, NewRefundRequest, NewTrade, Refund, RefundNumber, Refunded, Trade, TradeNumber};
use crate::providers::facts::{CheckoutFact, CheckoutState, Fact, RefundFact, RefundState};
use crate::providers::mainland::{ours, title, write_local};
use crate::providers::{Device, Failure, Mode, NewCheckout, NewRefund, Opened, Way};

const UNKNOWN: &str = "ACQ.TRADE_NOT_EXIST";

pub fn open(gateway: &Gateway, checkout: &NewCheckout) -> Result<Opened, Failure> {
    if checkout.mode != Mode::Once {
        return Err(refused("NOT_RENEWING", "Alipay does not charge again by itself"));
    }
    if checkout.amount.currency.code() != "CNY" || checkout.amount.minor < 1 {
        return Err(refused("CURRENCY", "Alipay takes yuan only"));
    }
    let (method, product_code, quit_url) = match checkout.device {
        Device::Desktop => ("alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY", None),
        Device::Phone | Device::WechatApp { .. } => ("alipay.trade.wap.pay", "QUICK_WAP_WAY", Some(checkout.cancel_url.as_str())),
    };
    let trade = NewTrade {
        out_trade_no: &checkout.reference,
        product_code,
        total_amount: checkout.amount.to_plain(),
        subject: subject(&checkout.title),
        time_expire: write_local(checkout.expires_at),
        quit_url,
    };
    let more = [("notify_url", checkout.notify_url.as_str()), ("return_url", checkout.return_url.as_str())];
    Ok(Opened { number: None, way: Way::GoTo(gateway.address(method, &trade, &more)?) })
}

/// Alipay forbids these three in it; their wide forms say the same.
fn subject(text: &str) -> String {
    let wide = |c| match c {
        '/' => '／',
        '=' => '＝',
        '&' => '＆',
        other => other,
    };
    title(&text.chars().map(wide).collect::<String>(), 256)
}

/// The trade as it stands; `None` when Alipay does not know it.
pub async fn trade(gateway: &Gateway, out_trade_no: &str) -> Result<Option<Trade>, Failure> {
    match gateway.call::<Trade>("alipay.trade.query", &TradeNumber { out_trade_no }).await {
        Ok(told) if told.out_trade_no != out_trade_no => Err(Failure::Nonsense("another trade than was asked for".to_owned())),
        Ok(told) => Ok(Some(told)),
        Err(Failure::Refused { code, .. }) if code == UNKNOWN => Ok(None),
        Err(other) => Err(other),
    }
}

pub async fn look(gateway: &Gateway, reference: &str) -> Result<Vec<Fact>, Failure> {
    match trade(gateway, reference).await? {
        Some(told) => Ok(vec![of_trade(&told)?]),
        None => Ok(vec![checkout(reference, CheckoutState::Open)]),
    }
}

/// A trade that nobody has begun cannot be closed; its address ends by itself when the checkout expires.
pub async fn close(gateway: &Gateway, reference: &str) -> Result<Vec<Fact>, Failure> {
    let refusal = match gateway.call::<Closed>("alipay.trade.close", &TradeNumber { out_trade_no: reference }).await {
        Ok(Closed {}) => return Ok(vec![checkout(reference, CheckoutState::Closed)]),
        Err(refusal @ Failure::Refused { .. }) => refusal,
        Err(other) => return Err(other),
    };
    match trade(gateway, reference).await? {
        None => Ok(vec![checkout(reference, CheckoutState::Closed)]),
        Some(told) => match of_trade(&told)? {
            Fact::Checkout(CheckoutFact { state: CheckoutState::Open, .. }) => Err(refusal),
            fact => Ok(vec![fact]),
        },
    }
}

fn checkout(reference: &str, state: CheckoutState) -> Fact {
    Fact::Checkout(CheckoutFact { reference: Some(reference.to_owned()), number: None, state })
}

/// Most refunds have gone through by the time they are answered; one that has not is told as pending.
pub async fn give_back(gateway: &Gateway, refund: &NewRefund) -> Result<Vec<Fact>, Failure> {
    let request = NewRefundRequest {
        trade_no: &refund.payment,
        out_request_no: &refund.reference,
        refund_amount: refund.amount.to_plain(),
        refund_reason: (!refund.reason.trim().is_empty()).then(|| title(&refund.reason, 256)),
    };
    let told: Refunded = gateway.call("alipay.trade.refund", &request).await?;
    if told.trade_no != refund.payment {
        return Err(Failure::Nonsense("another trade than was asked for".to_owned()));
    }
    if let Some(fact) = self::refund(gateway, &refund.payment, &refund.reference).await? {
        return Ok(vec![fact]);
    }
    Ok(vec![Fact::Refund(RefundFact {
        refund: number(&refund.payment, &refund.reference),
        reference: ours(&refund.reference),
        payment: refund.payment.clone(),
        amount: refund.amount,
        fee_returned: None,
        state: RefundState::Pending,
        at: gateway.now(),
    })])
}

pub async fn refund(gateway: &Gateway, trade_no: &str, out_request_no: &str) -> Result<Option<Fact>, Failure> {
    let asked = RefundNumber { trade_no, out_request_no, query_options: ["gmt_refund_pay"] };
    match gateway.call::<Refund>("alipay.trade.fastpay.refund.query", &asked).await {
        Ok(told) => of_refund(&told, gateway.now()),
        Err(Failure::Refused { code, .. }) if code == UNKNOWN => Ok(None),
        Err(other) => Err(other),
    }
}
