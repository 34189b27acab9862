//! Notifications: signature, form, cipher, in this order; then what they are about is asked for.

use super::facts::{of_refund, of_transaction};
use super::gateway::Gateway;
use super::orders;
use super::signature::decipher;
use super::wire::{NotedRefund, Notice, Transaction};
use crate::providers::facts::Fact;
use crate::providers::mainland::{ours, read_rfc3339};
use crate::providers::{Disbelief, Failure, Notification};
use axum::http::HeaderMap;

pub async fn believe(gateway: &Gateway, headers: &HeaderMap, body: &[u8]) -> Result<Notification, Disbelief> {
    gateway.believe(headers, body).await?;
    let malformed = |reason: &str| Disbelief::Malformed(reason.to_owned());
    let notice: Notice = serde_json::from_slice(body).map_err(|e| malformed(&e.to_string()))?;
    decipher(&gateway.settings, &notice.resource).map_err(malformed)?;
    let printable = |text: &str| (1..=255).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    if !printable(&notice.id) || !printable(&notice.event_type) {
        return Err(malformed("no id, or no event_type"));
    }
    let made_at = notice.create_time.as_deref().and_then(read_rfc3339);
    Ok(Notification { id: notice.id, kind: notice.event_type, made_at, body: body.to_vec() })
}

pub async fn facts(gateway: &Gateway, notification: &Notification) -> Result<Vec<Fact>, Failure> {
    let nonsense = |reason: String| Failure::Nonsense(reason);
    let notice: Notice = serde_json::from_slice(&notification.body).map_err(|e| nonsense(e.to_string()))?;
    let resource = decipher(&gateway.settings, &notice.resource).map_err(|e| nonsense(e.to_owned()))?;
    if notice.event_type.starts_with("TRANSACTION.") {
        let noted: Transaction = serde_json::from_slice(&resource).map_err(|e| nonsense(e.to_string()))?;
        return of_noted_transaction(gateway, &noted).await;
    }
    if notice.event_type.starts_with("REFUND.") {
        let noted: NotedRefund = serde_json::from_slice(&resource).map_err(|e| nonsense(e.to_string()))?;
        if noted.mchid != gateway.settings.mchid {
            return Ok(vec![Fact::Mismatch { reference: ours(&noted.out_trade_no), reason: format!("mchid {}", noted.mchid) }]);
        }
        let refund = orders::refund(gateway, &noted.out_refund_no).await?;
        return refund.iter().map(of_refund).collect();
    }
    Ok(Vec::new())
}

/// What was noted only says which order to ask for; that it says something else than the answer must not happen.
async fn of_noted_transaction(gateway: &Gateway, noted: &Transaction) -> Result<Vec<Fact>, Failure> {
    if noted.mchid != gateway.settings.mchid {
        return Ok(vec![of_transaction(&gateway.settings, noted)?]);
    }
    let Some(told) = orders::transaction(gateway, &noted.out_trade_no).await? else { return Ok(Vec::new()) };
    let total = |transaction: &Transaction| transaction.amount.as_ref().and_then(|amount| amount.total);
    let paid = |transaction: &Transaction| matches!(transaction.trade_state.as_str(), "SUCCESS" | "REFUND");
    let differs = told.transaction_id != noted.transaction_id || total(&told) != total(noted) || told.appid != noted.appid;
    if paid(&told) && paid(noted) && differs {
        return Ok(vec![Fact::Mismatch { reference: ours(&told.out_trade_no), reason: "notified otherwise than queried".to_owned() }]);
    }
    Ok(vec![of_transaction(&gateway.settings, &told)?])
}
