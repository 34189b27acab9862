//! The calls about orders and refunds. An order is known by our number, so that placing it twice places it once.

use super::facts::{of_refund, of_transaction};
use super::gateway::Gateway;
use super::signature::bridge;
use super::wire::{
    Close, CodeUrl, H5Info, H5Url, NewAmount, NewRefundAmount, NewRefundOrder, NewTransaction, Payer, PrepayId, Refund, SceneInfo,
    Transaction,
};
use crate::providers::facts::{CheckoutFact, CheckoutState, Fact};
use crate::providers::mainland::{title, write_rfc3339};
use crate::providers::{Device, Failure, Mode, NewCheckout, NewRefund, Opened, Way};
use form_urlencoded::byte_serialize;

pub fn refused(code: &str, message: &str) -> Failure {
    Failure::Refused { code: code.to_owned(), message: message.to_owned() }
}

/// For a computer a code to scan, for a phone an address, inside WeChat its own sheet.
pub async fn open(gateway: &Gateway, checkout: &NewCheckout) -> Result<Opened, Failure> {
    if checkout.mode != Mode::Once {
        return Err(refused("NOT_RENEWING", "WeChat Pay does not charge again by itself"));
    }
    if checkout.amount.currency.code() != "CNY" || checkout.amount.minor < 1 {
        return Err(refused("CURRENCY", "WeChat Pay takes yuan only"));
    }
    let mut order = NewTransaction {
        appid: &gateway.settings.appid,
        mchid: &gateway.settings.mchid,
        description: title(&checkout.title, 127),
        out_trade_no: &checkout.reference,
        time_expire: write_rfc3339(checkout.expires_at),
        notify_url: &checkout.notify_url,
        amount: NewAmount { total: checkout.amount.minor, currency: "CNY" },
        payer: None,
        scene_info: None,
    };
    let way = match &checkout.device {
        Device::Phone => {
            order.scene_info = Some(SceneInfo { payer_client_ip: &checkout.client_ip, h5_info: H5Info { kind: "Wap" } });
            let H5Url { h5_url } = gateway.post("/v3/pay/transactions/h5", &order).await?.json()?;
            let back: String = byte_serialize(checkout.return_url.as_bytes()).collect();
            Way::GoTo(format!("{h5_url}{}redirect_url={back}", if h5_url.contains('?') { '&' } else { '?' }))
        }
        Device::WechatApp { openid } => {
            order.payer = Some(Payer { openid });
            let PrepayId { prepay_id } = gateway.post("/v3/pay/transactions/jsapi", &order).await?.json()?;
            Way::Bridge(bridge(&gateway.settings, &prepay_id, gateway.now(), &gateway.nonce())?)
        }
        Device::Desktop => {
            let CodeUrl { code_url } = gateway.post("/v3/pay/transactions/native", &order).await?.json()?;
            Way::Scan(code_url)
        }
    };
    Ok(Opened { number: None, way })
}

/// The order as it stands; `None` when WeChat does not know it.
pub async fn transaction(gateway: &Gateway, out_trade_no: &str) -> Result<Option<Transaction>, Failure> {
    let number: String = byte_serialize(out_trade_no.as_bytes()).collect();
    let target = format!("/v3/pay/transactions/out-trade-no/{number}?mchid={}", gateway.settings.mchid);
    let told: Option<Transaction> = unless_unknown(gateway.get(&target).await)?;
    match told {
        Some(told) if told.out_trade_no != out_trade_no => Err(Failure::Nonsense("another order than was asked for".to_owned())),
        told => Ok(told),
    }
}

pub async fn look(gateway: &Gateway, reference: &str) -> Result<Vec<Fact>, Failure> {
    match transaction(gateway, reference).await? {
        Some(told) => Ok(vec![of_transaction(&gateway.settings, &told)?]),
        None => Ok(vec![checkout(reference, CheckoutState::Open)]),
    }
}

pub async fn close(gateway: &Gateway, reference: &str) -> Result<Vec<Fact>, Failure> {
    let target = format!("/v3/pay/transactions/out-trade-no/{reference}/close");
    let refusal = match gateway.post(&target, &Close { mchid: &gateway.settings.mchid }).await {
        Ok(reply) if reply.status.as_u16() == 204 => return Ok(vec![checkout(reference, CheckoutState::Closed)]),
        // 202: the buyer is just paying.
        Ok(reply) => super::gateway::refusal(&reply),
        Err(refusal @ Failure::Refused { .. }) => refusal,
        Err(other) => return Err(other),
    };
    match transaction(gateway, reference).await? {
        None => Ok(vec![checkout(reference, CheckoutState::Closed)]),
        Some(told) => match of_transaction(&gateway.settings, &told)? {
            Fact::Checkout(CheckoutFact { state: CheckoutState::Open | CheckoutState::Declined, .. }) => Err(refusal),
            fact => Ok(vec![fact]),
        },
    }
}

fn checkout(reference: &str, state: CheckoutState) -> Fact {
    Fact::Checkout(CheckoutFact { reference: Some(reference.to_owned()), number: None, state })
}

pub async fn give_back(gateway: &Gateway, refund: &NewRefund) -> Result<Vec<Fact>, Failure> {
    let order = NewRefundOrder {
        transaction_id: &refund.payment,
        out_refund_no: &refund.reference,
        reason: (!refund.reason.trim().is_empty()).then(|| title(&refund.reason, 80)),
        notify_url: &refund.notify_url,
        amount: NewRefundAmount { refund: refund.amount.minor, total: refund.paid.minor, currency: "CNY" },
    };
    let told: Refund = gateway.post("/v3/refund/domestic/refunds", &order).await?.json()?;
    Ok(vec![of_refund(&told)?])
}

/// The refund as it stands; `None` when WeChat does not know it.
pub async fn refund(gateway: &Gateway, out_refund_no: &str) -> Result<Option<Refund>, Failure> {
    let number: String = byte_serialize(out_refund_no.as_bytes()).collect();
    let told: Option<Refund> = unless_unknown(gateway.get(&format!("/v3/refund/domestic/refunds/{number}")).await)?;
    match told {
        Some(told) if told.out_refund_no != out_refund_no => Err(Failure::Nonsense("another refund than was asked for".to_owned())),
        told => Ok(told),
    }
}

fn unless_unknown<T: serde::de::DeserializeOwned>(reply: Result<crate::providers::http::Reply, Failure>) -> Result<Option<T>, Failure> {
    match reply {
        Ok(reply) => reply.json().map(Some),
        Err(Failure::Refused { code, .. }) if ["ORDER_NOT_EXIST", "RESOURCE_NOT_EXISTS"].contains(&code.as_str()) => Ok(None),
        Err(other) => Err(other),
    }
}
