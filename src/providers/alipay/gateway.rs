//! Calls to Alipay's gateway. Signed are all parameters, sorted, as `name=value` joined by `&`, before they are escaped. In
//! the answer the text of the JSON object is signed, exactly as it stands there; one that says yes has to be.

use super::settings::Settings;
use super::wire::Outcome;
use crate::foundation::time::Timestamp;
use crate::providers::mainland::write_local;
use crate::providers::{Failure, Means};
use form_urlencoded::Serializer;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

pub struct Gateway {
    pub settings: Settings,
    means: Means,
}

pub type Parameters = BTreeMap<String, String>;

/// What Alipay says when it is the keys that are wrong.
const KEYS_REFUSED: [&str; 4] =
    ["isv.invalid-app-id", "isv.invalid-signature", "isv.missing-signature-key", "isv.insufficient-isv-permissions"];

/// What is signed.
pub fn lines(parameters: &Parameters) -> String {
    parameters.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

fn encode(parameters: &Parameters) -> String {
    Serializer::new(String::new()).extend_pairs(parameters).finish()
}

pub fn refused(code: &str, message: &str) -> Failure {
    Failure::Refused { code: code.chars().take(64).collect(), message: message.chars().take(300).collect() }
}

impl Gateway {
    pub fn new(settings: Settings, means: Means) -> Gateway {
        Gateway { settings, means }
    }

    pub fn now(&self) -> Timestamp {
        self.means.clock.now()
    }

    pub fn nonce(&self) -> String {
        self.means.nonce()
    }

    fn signed(&self, method: &str, content: &impl Serialize, more: &[(&str, &str)]) -> Result<Parameters, Failure> {
        let content = serde_json::to_string(content).map_err(|e| Failure::Nonsense(e.to_string()))?;
        let now = write_local(self.now());
        let common = [
            ("app_id", self.settings.app_id.as_str()),
            ("method", method),
            ("format", "JSON"),
            ("charset", "utf-8"),
            ("sign_type", "RSA2"),
            ("timestamp", &now),
            ("version", "1.0"),
            ("biz_content", &content),
        ];
        let mut parameters: Parameters = common.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let sign = self.settings.private_key.sign(lines(&parameters).as_bytes())?;
        parameters.insert("sign".to_owned(), sign);
        Ok(parameters)
    }

    /// An address that the buyer opens.
    pub fn address(&self, method: &str, content: &impl Serialize, more: &[(&str, &str)]) -> Result<String, Failure> {
        Ok(format!("{}?{}", self.settings.gateway, encode(&self.signed(method, content, more)?)))
    }

    pub async fn call<T: DeserializeOwned>(&self, method: &str, content: &impl Serialize) -> Result<T, Failure> {
        let make = |http: &reqwest::Client| {
            let mut common = self.signed(method, content, &[])?;
            let content: Parameters = common.remove_entry("biz_content").into_iter().collect();
            let url = format!("{}?{}", self.settings.gateway, encode(&common));
            let form = "application/x-www-form-urlencoded;charset=utf-8";
            Ok(http.post(url).header("content-type", form).body(encode(&content)))
        };
        let reply = self.means.http.send(make).await?;
        if !reply.status.is_success() {
            return Err(refused(&format!("HTTP {}", reply.status.as_u16()), ""));
        }
        self.read(method, &reply.body)
    }

    /// Checks the signature of an answer, and reads it.
    pub fn read<T: DeserializeOwned>(&self, method: &str, body: &[u8]) -> Result<T, Failure> {
        let nonsense = |e: serde_json::Error| Failure::Nonsense(e.to_string());
        let parts: BTreeMap<String, &RawValue> = serde_json::from_slice(body).map_err(nonsense)?;
        let named = format!("{}_response", method.replace('.', "_"));
        let told = parts.get(&named).or_else(|| parts.get("error_response"));
        let told = told.ok_or_else(|| Failure::Nonsense(format!("an answer without {named}")))?.get();
        let outcome: Outcome = serde_json::from_str(told).map_err(nonsense)?;
        let well = outcome.code == "10000";
        let sign: Option<String> = parts.get("sign").and_then(|sign| serde_json::from_str(sign.get()).ok());
        match sign {
            Some(sign) if self.settings.alipay_public_key.verifies(told.as_bytes(), &sign) => (),
            None if !well => (),
            _ => return Err(Failure::Nonsense("the signature of the answer is wrong".to_owned())),
        }
        if well {
            return serde_json::from_str(told).map_err(nonsense);
        }
        let Outcome { code, msg, sub_code, sub_msg } = outcome;
        if code == "20000" || sub_code.ends_with("SYSTEM_ERROR") {
            return Err(Failure::Away(format!("{code} {sub_code}")));
        }
        let (code, message) = if sub_code.is_empty() { (code, msg) } else { (sub_code, sub_msg) };
        if KEYS_REFUSED.contains(&code.as_str()) {
            return Err(Failure::KeysRefused { code, message });
        }
        Err(refused(&code, &message))
    }
}
