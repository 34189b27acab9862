//! Notifications: a form, whose signature covers all fields but `sign` and `sign_type`. They say which trade to ask about.

use super::facts::{of_trade, yuan};
use super::gateway::{Gateway, Parameters, lines};
use super::trades;
use crate::providers::facts::Fact;
use crate::providers::mainland::{ours, read_local};
use crate::providers::{Disbelief, Failure, Notification};

/// Alipay sends some thirty.
const MAX_FIELDS: usize = 100;

fn fields(body: &[u8]) -> Result<Parameters, Disbelief> {
    let malformed = |reason: &str| Disbelief::Malformed(reason.to_owned());
    let mut fields = Parameters::new();
    for (name, value) in form_urlencoded::parse(body) {
        if fields.len() >= MAX_FIELDS {
            return Err(malformed("too many fields"));
        }
        if fields.insert(name.into_owned(), value.into_owned()).is_some() {
            return Err(malformed("a field twice"));
        }
    }
    Ok(fields)
}

pub fn believe(gateway: &Gateway, body: &[u8]) -> Result<Notification, Disbelief> {
    let mut fields = fields(body)?;
    let sign = fields.remove("sign").filter(|sign| !sign.is_empty()).ok_or(Disbelief::Unsigned)?;
    if fields.remove("sign_type").as_deref() != Some("RSA2") {
        return Err(Disbelief::Unsigned);
    }
    if !gateway.settings.alipay_public_key.verifies(lines(&fields).as_bytes(), &sign) {
        return Err(Disbelief::Forged);
    }
    let text = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let printable = |text: &str| (1..=255).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    let kind = if text("trade_status").is_empty() { text("notify_type") } else { text("trade_status") };
    if !printable(text("notify_id")) || !printable(kind) {
        return Err(Disbelief::Malformed("no notify_id, or no trade_status".to_owned()));
    }
    if !text("charset").is_empty() && !text("charset").eq_ignore_ascii_case("utf-8") {
        return Err(Disbelief::Malformed("not in UTF-8".to_owned()));
    }
    let made_at = read_local(text("notify_time"));
    Ok(Notification { id: text("notify_id").to_owned(), kind: kind.to_owned(), made_at, body: body.to_vec() })
}

pub async fn facts(gateway: &Gateway, notification: &Notification) -> Result<Vec<Fact>, Failure> {
    let fields = fields(&notification.body).map_err(|e| Failure::Nonsense(e.to_string()))?;
    let text = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let out_trade_no = text("out_trade_no");
    if out_trade_no.is_empty() {
        return Ok(Vec::new());
    }
    let mismatch = |reason: String| Ok(vec![Fact::Mismatch { reference: ours(out_trade_no), reason }]);
    if text("app_id") != gateway.settings.app_id {
        return mismatch(format!("app_id {}", text("app_id")));
    }
    if gateway.settings.seller_id.as_deref().is_some_and(|seller| seller != text("seller_id")) {
        return mismatch(format!("seller_id {}", text("seller_id")));
    }
    let Some(told) = trades::trade(gateway, out_trade_no).await? else { return Ok(Vec::new()) };
    if told.trade_no != text("trade_no") || yuan(&told.total_amount)? != yuan(text("total_amount"))? {
        return mismatch("notified otherwise than queried".to_owned());
    }
    let mut facts = vec![of_trade(&told)?];
    if !text("out_biz_no").is_empty() {
        facts.extend(trades::refund(gateway, &told.trade_no, text("out_biz_no")).await?);
    }
    Ok(facts)
}
