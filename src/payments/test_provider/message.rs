//! The body of a webhook, as JSON.

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

/// Reads a body whose signature was checked; `None` when the provider does not write such.
pub fn read(body: &[u8]) -> Option<Message> {
    let text = std::str::from_utf8(body).ok().filter(|text| !text.contains('\0'))?;
    let message: Message = serde_json::from_str(text).ok()?;
    let Message { id, kind, data, .. } = &message;
    let plain = |text: &String| (1..=200).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    let all_plain = [id, kind, &data.checkout, &data.order, &data.payment, &data.currency].into_iter().all(plain);
    all_plain.then_some(message)
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
        assert_eq!(read(body("e", "5").as_bytes()).unwrap().data.amount_minor, 5);
        for wrong in
            [body("e", "5.5"), body("e", "99999999999999999999"), body("", "5"), body(r"\u0000", "5"), body("事", "5"), "[]".into()]
        {
            assert!(read(wrong.as_bytes()).is_none(), "{wrong}");
        }
        assert!(read(b"\xff").is_none());
    }
}
