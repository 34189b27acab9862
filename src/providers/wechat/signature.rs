//! How a request to WeChat Pay is signed, and how what comes from there is checked. Signed are lines, each ended by a line
//! feed, also the last.

use super::settings::Settings;
use super::wire::Ciphered;
use crate::foundation::time::{SECOND, Timestamp};
use crate::providers::{Disbelief, Failure};
use axum::http::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

/// How far the clocks may differ.
const TOLERANCE: i64 = 300 * SECOND;
/// WeChat sends wrong signatures on purpose, to see that they are checked.
pub const PROBE: &str = "WECHATPAY/SIGNTEST/";

/// The header `Authorization` of a request. `target` is path and query as they are sent.
pub fn authorization(settings: &Settings, method: &str, target: &str, body: &str, now: Timestamp, nonce: &str) -> Result<String, Failure> {
    let seconds = now.0.div_euclid(SECOND);
    let signature = settings.private_key.sign(format!("{method}\n{target}\n{seconds}\n{nonce}\n{body}\n").as_bytes())?;
    let Settings { mchid, serial_no, .. } = settings;
    Ok(format!(
        r#"WECHATPAY2-SHA256-RSA2048 mchid="{mchid}",nonce_str="{nonce}",signature="{signature}",timestamp="{seconds}",serial_no="{serial_no}""#
    ))
}

/// What WeChat's own browser is called with to pay a prepared order.
pub fn bridge(settings: &Settings, prepay_id: &str, now: Timestamp, nonce: &str) -> Result<String, Failure> {
    let (seconds, package) = (now.0.div_euclid(SECOND).to_string(), format!("prepay_id={prepay_id}"));
    let signature = settings.private_key.sign(format!("{}\n{seconds}\n{nonce}\n{package}\n", settings.appid).as_bytes())?;
    let parameters = serde_json::json!({
        "appId": settings.appid, "timeStamp": seconds, "nonceStr": nonce, "package": package, "signType": "RSA", "paySign": signature,
    });
    Ok(parameters.to_string())
}

/// The signature that stands in the headers of an answer or a notification.
pub struct Stamp<'a> {
    pub serial: &'a str,
    pub signature: &'a str,
    seconds: &'a str,
    nonce: &'a str,
}

impl<'a> Stamp<'a> {
    /// Reads the headers, and checks the time.
    pub fn read(headers: &'a HeaderMap, now: Timestamp) -> Result<Stamp<'a>, Disbelief> {
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).filter(|text| !text.is_empty() && text.len() <= 2048);
        let (Some(serial), Some(signature), Some(seconds), Some(nonce)) =
            (header("wechatpay-serial"), header("wechatpay-signature"), header("wechatpay-timestamp"), header("wechatpay-nonce"))
        else {
            return Err(Disbelief::Unsigned);
        };
        let digits = seconds.len() <= 12 && seconds.bytes().all(|b| b.is_ascii_digit());
        let made: i64 = seconds.parse().ok().filter(|_| digits).ok_or(Disbelief::Unsigned)?;
        match now.since(Timestamp(made * SECOND)).abs() <= TOLERANCE {
            true => Ok(Stamp { serial, signature, seconds, nonce }),
            false => Err(Disbelief::Stale),
        }
    }

    /// What was signed.
    pub fn message(&self, body: &[u8]) -> Vec<u8> {
        [self.seconds.as_bytes(), b"\n", self.nonce.as_bytes(), b"\n", body, b"\n"].concat()
    }
}

/// Opens what is enciphered with the APIv3 key; says what is wrong with it otherwise.
pub fn decipher(settings: &Settings, ciphered: &Ciphered) -> Result<Vec<u8>, &'static str> {
    if ciphered.algorithm != "AEAD_AES_256_GCM" {
        return Err("enciphered with another algorithm");
    }
    let nonce = Nonce::try_assume_unique_for_key(ciphered.nonce.as_bytes()).map_err(|_| "the nonce has not 12 bytes")?;
    let key = UnboundKey::new(&AES_256_GCM, &settings.apiv3_key).map_err(|_| "the APIv3 key is no key")?;
    let mut text = STANDARD.decode(&ciphered.ciphertext).map_err(|_| "the ciphertext is not base64")?;
    let length = LessSafeKey::new(key)
        .open_in_place(nonce, Aad::from(ciphered.associated_data.as_bytes()), &mut text)
        .map_err(|_| "cannot be deciphered with the APIv3 key")?
        .len();
    text.truncate(length);
    Ok(text)
}
