//! Calls to WeChat Pay: signed, and the answers checked like notifications are. An answer that says yes has to be signed;
//! one that says no may come without, as it does when the request could not be attributed.

use super::platform::Platform;
use super::settings::Settings;
use super::signature::{self, PROBE, Stamp};
use super::wire::{Certificates, Refusal};
use crate::foundation::time::Timestamp;
use crate::providers::http::Reply;
use crate::providers::rsa::VerifyingKey;
use crate::providers::{Disbelief, Failure, Means};
use axum::http::{HeaderMap, Method, StatusCode};
use serde::Serialize;

pub struct Gateway {
    pub settings: Settings,
    means: Means,
    platform: Platform,
}

impl Gateway {
    pub fn new(settings: Settings, means: Means) -> Gateway {
        Gateway { settings, means, platform: Platform::default() }
    }

    pub fn now(&self) -> Timestamp {
        self.means.clock.now()
    }

    pub fn nonce(&self) -> String {
        self.means.nonce()
    }

    pub async fn get(&self, target: &str) -> Result<Reply, Failure> {
        self.call(Method::GET, target, String::new()).await
    }

    pub async fn post(&self, target: &str, body: &impl Serialize) -> Result<Reply, Failure> {
        let body = serde_json::to_string(body).map_err(|e| Failure::Nonsense(e.to_string()))?;
        self.call(Method::POST, target, body).await
    }

    /// The answer, believed; a refusal is a `Failure`.
    async fn call(&self, method: Method, target: &str, body: String) -> Result<Reply, Failure> {
        let mut reply = self.send(&method, target, &body).await?;
        if is_probe(&reply.headers) {
            reply = self.send(&method, target, &body).await?;
        }
        if reply.status.is_success() || reply.headers.contains_key("wechatpay-signature") {
            self.believe(&reply.headers, &reply.body).await.map_err(|disbelief| match disbelief {
                Disbelief::Unchecked(reason) => Failure::Away(reason),
                other => Failure::Nonsense(format!("HTTP {}: {other}", reply.status.as_u16())),
            })?;
        }
        if reply.status.is_success() { Ok(reply) } else { Err(refusal(&reply)) }
    }

    /// The answer as it came, which nobody has checked. `target` begins with a slash.
    pub async fn send(&self, method: &Method, target: &str, body: &str) -> Result<Reply, Failure> {
        let url = format!("{}{target}", self.settings.base_url);
        self.means
            .http
            .send(|http| {
                let authorization = signature::authorization(&self.settings, method.as_str(), target, body, self.now(), &self.nonce())?;
                let mut request =
                    http.request(method.clone(), &url).header("accept", "application/json").header("authorization", authorization);
                if let Some((id, _)) = &self.settings.public_key {
                    request = request.header("wechatpay-serial", id);
                }
                Ok(if body.is_empty() { request } else { request.header("content-type", "application/json").body(body.to_owned()) })
            })
            .await
    }

    /// What another service of WeChat answers, which does not sign.
    pub async fn ask(&self, url: &str) -> Result<Reply, Failure> {
        self.means.http.send(|http| Ok(http.get(url))).await
    }

    /// Whether WeChat signed this, within the last five minutes.
    pub async fn believe(&self, headers: &HeaderMap, body: &[u8]) -> Result<(), Disbelief> {
        let stamp = Stamp::read(headers, self.now())?;
        if stamp.signature.starts_with(PROBE) {
            return Err(Disbelief::Forged);
        }
        let key = self.key(stamp.serial).await?;
        if key.verifies(&stamp.message(body), stamp.signature) { Ok(()) } else { Err(Disbelief::Forged) }
    }

    /// The key of this serial number. One that is not known is looked for once.
    async fn key(&self, serial: &str) -> Result<VerifyingKey, Disbelief> {
        if let Some((id, key)) = &self.settings.public_key
            && id == serial
        {
            return Ok(key.clone());
        }
        if !(8..=64).contains(&serial.len()) || !serial.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(Disbelief::Forged);
        }
        if let Some(key) = self.platform.get(serial, self.now()) {
            return Ok(key);
        }
        let mut looked_at = self.platform.turn().await;
        // Somebody else may have looked meanwhile.
        if let Some(key) = self.platform.get(serial, self.now()) {
            return Ok(key);
        }
        if !Platform::may_look(*looked_at, self.now()) {
            return Err(Disbelief::Forged);
        }
        *looked_at = Some(self.now());
        self.fetch_certificates().await.map_err(|failure| Disbelief::Unchecked(failure.to_string()))?;
        self.platform.get(serial, self.now()).ok_or(Disbelief::Forged)
    }

    /// WeChat's certificates, which only our APIv3 key opens, and one of which signed the very answer.
    async fn fetch_certificates(&self) -> Result<(), Failure> {
        let reply = self.send(&Method::GET, "/v3/certificates", "").await?;
        if !reply.status.is_success() {
            return Err(refusal(&reply));
        }
        let certificates = Platform::open(&self.settings, reply.json::<Certificates>()?)?;
        let stamp = Stamp::read(&reply.headers, self.now()).map_err(|e| Failure::Nonsense(e.to_string()))?;
        let signed = certificates.get(stamp.serial).is_some_and(|(key, _)| key.verifies(&stamp.message(&reply.body), stamp.signature));
        if !signed {
            return Err(Failure::Nonsense("the certificates are not signed by one of them".to_owned()));
        }
        self.platform.keep(certificates);
        Ok(())
    }
}

fn is_probe(headers: &HeaderMap) -> bool {
    headers.get("wechatpay-signature").is_some_and(|signature| signature.as_bytes().starts_with(PROBE.as_bytes()))
}

/// WeChat's own words for no.
pub fn refusal(reply: &Reply) -> Failure {
    let Refusal { code, message } = serde_json::from_slice(&reply.body).unwrap_or_default();
    let code = if code.is_empty() { format!("HTTP {}", reply.status.as_u16()) } else { code };
    let (code, message): (String, String) = (code.chars().take(64).collect(), message.chars().take(300).collect());
    match reply.status {
        // Also a product that is not switched on yet. Other things are forbidden too: refunds without the money for them.
        StatusCode::UNAUTHORIZED => Failure::KeysRefused { code, message },
        StatusCode::FORBIDDEN if code == "NO_AUTH" => Failure::KeysRefused { code, message },
        _ => Failure::Refused { code, message },
    }
}
