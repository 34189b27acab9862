//! The body of a webhook, as JSON.

use crate::foundation::error::{AppError, Result};
use crate::payments::providers::{Event, EventKind, Provider};
use crate::words;
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
pub struct Message {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: String,
    /// Unix seconds.
    pub created: i64,
    pub data: Data,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Data {
    pub checkout: String,
    pub order: String,
    pub payment: String,
    pub amount_minor: i64,
    pub currency: String,
}

pub const SUCCEEDED: &str = "payment.succeeded";
pub const PENDING: &str = "payment.pending";
pub const DECLINED: &str = "payment.declined";

/// Reads a body whose signature was checked.
pub fn read(body: &[u8]) -> Result<Event> {
    let unreadable = || AppError::BadRequest(words!("无法识别正文。", "The body cannot be read."));
    let text = std::str::from_utf8(body).ok().filter(|text| !text.contains('\0')).ok_or_else(unreadable)?;
    let Message { id, kind, data, .. } = serde_json::from_str(text).map_err(|_| unreadable())?;
    let plain = |text: &String| (1..=200).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    if ![&id, &kind, &data.checkout, &data.order, &data.payment, &data.currency].into_iter().all(plain) {
        return Err(unreadable());
    }
    let known = match kind.as_str() {
        SUCCEEDED => EventKind::Succeeded,
        PENDING => EventKind::Pending,
        DECLINED => EventKind::Declined,
        _ => EventKind::Other,
    };
    Ok(Event {
        provider: Provider::Test,
        id,
        kind: known,
        kind_name: kind,
        order: data.order,
        checkout: data.checkout,
        payment: data.payment,
        minor: data.amount_minor,
        currency: data.currency,
        body: text.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn what_is_not_an_event_is_refused() {
        let body = |id: &str, amount: &str| {
            format!(
                r#"{{"id":"{id}","type":"payment.succeeded","created":1,
                "data":{{"checkout":"c","order":"o","payment":"p","amount_minor":{amount},"currency":"CNY"}}}}"#
            )
        };
        assert_eq!(read(body("e", "5").as_bytes()).unwrap().minor, 5);
        for wrong in
            [body("e", "5.5"), body("e", "99999999999999999999"), body("", "5"), body(r"\u0000", "5"), body("事", "5"), "[]".into()]
        {
            assert!(read(wrong.as_bytes()).is_err(), "{wrong}");
        }
        assert!(read(b"\xff").is_err());
    }
}
