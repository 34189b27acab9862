//! The simulator's own signing and checking, RSA2. The keys stand in `keys/`, open to everybody.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey};
use std::collections::BTreeMap;

pub const APP_KEY: &str = include_str!("keys/app_key.pem");
pub const ALIPAY_PUBLIC_KEY: &str = include_str!("keys/alipay_public_key.pem");

pub struct Keyring {
    app: Option<RsaKeyPair>,
    alipay: Option<RsaKeyPair>,
}

impl Keyring {
    pub fn new() -> Keyring {
        Keyring { app: pair(APP_KEY), alipay: pair(include_str!("keys/alipay_key.pem")) }
    }

    /// Signs as Alipay.
    pub fn sign(&self, message: &str) -> String {
        let Some(key) = &self.alipay else { return String::new() };
        let mut bytes = vec![0; key.public().modulus_len()];
        match key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut bytes) {
            Ok(()) => STANDARD.encode(bytes),
            Err(_) => String::new(),
        }
    }

    /// Whether the app signed this.
    pub fn app_signed(&self, message: &str, signature: &str) -> bool {
        let (Some(key), Ok(signature)) = (&self.app, STANDARD.decode(signature)) else { return false };
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.public().as_ref()).verify(message.as_bytes(), &signature).is_ok()
    }
}

/// The text to sign: sorted by name, without those named here and without what is empty.
pub fn text(fields: &BTreeMap<String, String>, without: &[&str]) -> String {
    let mut text = String::new();
    for (name, value) in fields.iter().filter(|(name, value)| !value.is_empty() && !without.contains(&name.as_str())) {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(name);
        text.push('=');
        text.push_str(value);
    }
    text
}

fn pair(pem: &str) -> Option<RsaKeyPair> {
    let base64: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    RsaKeyPair::from_pkcs8(&STANDARD.decode(base64).ok()?).ok()
}
