//! The API: who calls is checked first, as the service does it, then what they want; every answer is signed, but the one to
//! somebody whose signature is wrong.

use super::Wechat;
use super::books::MCHID;
use super::crypto::{MERCHANT_SERIAL, PUBLIC_KEY_ID};
use super::{bill, crypto, notices};
use crate::foundation::time::{SECOND, Timestamp};
use axum::body::Bytes;
use axum::extract::{OriginalUri, State as Extract};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::sync::Arc;

/// Status, code, and words.
pub struct Refusal(pub u16, pub &'static str, pub &'static str);

pub type Answer = Result<(u16, Option<Value>), Refusal>;

pub async fn handle(
    Extract(wechat): Extract<Arc<Wechat>>,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let allowed = wechat.check(&method, target, &headers, &body);
    let query: Vec<(String, String)> = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let asked = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).unwrap_or_default();
    if allowed.is_ok() && uri.path() == "/v3/billdownload/file" {
        let file = wechat.books().files.get(asked("token")).cloned();
        return file.map_or_else(|| StatusCode::NOT_FOUND.into_response(), IntoResponse::into_response);
    }
    let by_certificate = header(&headers, "wechatpay-serial") != PUBLIC_KEY_ID;
    let answer = allowed.and_then(|()| {
        let path: Vec<String> = uri.path().trim_start_matches("/v3/").split('/').map(unescape).collect();
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        match (method.as_str(), path.as_slice()) {
            ("GET", ["certificates"]) => wechat.certificates(),
            ("POST", ["pay", "transactions", kind @ ("native" | "jsapi" | "h5")]) => wechat.place(kind, &body, by_certificate),
            ("GET", ["pay", "transactions", "out-trade-no", number]) => wechat.query(number, asked("mchid")),
            ("POST", ["pay", "transactions", "out-trade-no", number, "close"]) => wechat.close(number, &body),
            ("POST", ["refund", "domestic", "refunds"]) => wechat.give_back(&body),
            ("GET", ["refund", "domestic", "refunds", number]) => match wechat.books().refunds.get(*number) {
                Some(refund) => Ok((200, Some(refund.json()))),
                None => Err(Refusal(404, "RESOURCE_NOT_EXISTS", "退款单不存在")),
            },
            ("GET", ["bill", "tradebill"]) => bill::offer(&wechat, asked("bill_date"), asked("bill_type")),
            _ => Err(Refusal(404, "NOT_FOUND", "接口不存在")),
        }
    });
    let (status, body) = match answer {
        Ok((status, value)) => (status, value.map(|value| value.to_string()).unwrap_or_default()),
        Err(Refusal(status, code, message)) => (status, json!({ "code": code, "message": message }).to_string()),
    };
    let mut response = (StatusCode::from_u16(status).unwrap_or_default(), body.clone()).into_response();
    let certificate = by_certificate.then(|| wechat.books().certificate);
    if status != 401 {
        for (name, value) in wechat.stamp(certificate, &body, wechat.clock.now()) {
            if let (Ok(name), Ok(value)) = (name.parse::<axum::http::HeaderName>(), value.parse()) {
                response.headers_mut().insert(name, value);
            }
        }
    }
    if let Ok(value) = "application/json; charset=utf-8".parse() {
        response.headers_mut().insert("content-type", value);
    }
    response
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn unescape(segment: &str) -> String {
    form_urlencoded::parse(format!("={segment}").as_bytes()).map(|(_, value)| value.into_owned()).collect()
}

impl Wechat {
    /// `Authorization`, and the headers that every call needs.
    fn check(&self, method: &Method, target: &str, headers: &HeaderMap, body: &[u8]) -> Result<(), Refusal> {
        let wrong = Err(Refusal(401, "SIGN_ERROR", "签名错误，请检查后再试"));
        if header(headers, "accept").is_empty() || header(headers, "user-agent").is_empty() {
            return Err(Refusal(400, "PARAM_ERROR", "Http头缺少Accept或User-Agent"));
        }
        if method == Method::POST && !header(headers, "content-type").starts_with("application/json") {
            return Err(Refusal(415, "PARAM_ERROR", "Http头Content-Type必须为application/json"));
        }
        let Some(fields) = header(headers, "authorization").strip_prefix("WECHATPAY2-SHA256-RSA2048 ") else { return wrong };
        let field = |name: &str| {
            fields.split(',').find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix("=\"")?.strip_suffix('"')).unwrap_or_default()
        };
        let (seconds, nonce) = (field("timestamp"), field("nonce_str"));
        let Ok(made) = seconds.parse::<i64>() else { return wrong };
        if (self.clock.now().0 / SECOND - made).abs() > 300 {
            return Err(Refusal(401, "SIGN_ERROR", "Http头Authorization值中的timestamp与发起请求的时间不得超过5分钟"));
        }
        if field("mchid") != MCHID || field("serial_no") != MERCHANT_SERIAL {
            return Err(Refusal(401, "SIGN_ERROR", "商户证书序列号有误。请使用签名私钥匹配的证书序列号"));
        }
        let message = [format!("{method}\n{target}\n{seconds}\n{nonce}\n").as_bytes(), body, b"\n"].concat();
        if nonce.is_empty() || !self.keyring.merchant_signed(&message, field("signature")) {
            return wrong;
        }
        Ok(())
    }

    fn certificates(&self) -> Answer {
        let current = self.books().certificate;
        let shown = self.keyring.certificates.iter().take(current + 1).map(|certificate| {
            let nonce: String = self.hex(6);
            json!({
                "serial_no": certificate.serial,
                "effective_time": "2026-11-22T00:00:00+08:00",
                "expire_time": "2126-10-29T00:00:00+08:00",
                "encrypt_certificate": {
                    "algorithm": "AEAD_AES_256_GCM", "nonce": nonce, "associated_data": "certificate",
                    "ciphertext": crypto::encipher(certificate.pem.as_bytes(), &nonce, "certificate"),
                },
            })
        });
        Ok((200, Some(json!({ "data": shown.collect::<Vec<_>>() }))))
    }

    /// The headers of a signature over this body.
    pub(super) fn stamp(&self, certificate: Option<usize>, body: &str, at: Timestamp) -> Vec<(String, String)> {
        notices::stamp(self, certificate, body, at)
    }
}
