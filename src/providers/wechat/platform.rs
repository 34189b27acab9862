//! WeChat's certificates, by their serial numbers: fetched when a new one turns up, so that they can be renewed without a
//! restart here.

use super::settings::Settings;
use super::signature::decipher;
use super::wire::{Certificate, Certificates};
use crate::foundation::time::{MINUTE, Timestamp};
use crate::providers::Failure;
use crate::providers::mainland::read_rfc3339;
use crate::providers::rsa::VerifyingKey;
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use tokio::sync::{Mutex, MutexGuard};

/// Each with the time it expires.
pub type BySerial = HashMap<String, (VerifyingKey, Timestamp)>;

#[derive(Default)]
pub struct Platform {
    known: RwLock<BySerial>,
    /// When they were last asked for; held by whoever asks.
    looked_at: Mutex<Option<Timestamp>>,
}

impl Platform {
    pub fn get(&self, serial: &str, now: Timestamp) -> Option<VerifyingKey> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(serial).filter(|(_, expires)| now < *expires).map(|(key, _)| key.clone())
    }

    pub fn keep(&self, certificates: BySerial) {
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = certificates;
    }

    /// One looks at a time.
    pub async fn turn(&self) -> MutexGuard<'_, Option<Timestamp>> {
        self.looked_at.lock().await
    }

    /// Invented serial numbers must not make us ask WeChat all the time.
    pub fn may_look(looked_at: Option<Timestamp>, now: Timestamp) -> bool {
        looked_at.is_none_or(|before| now.since(before).abs() >= MINUTE)
    }

    /// Those that can be read; why none can, if none can.
    pub fn open(settings: &Settings, certificates: Certificates) -> Result<BySerial, Failure> {
        let opened: Vec<_> = certificates.data.into_iter().take(20).map(|certificate| open(settings, certificate)).collect();
        match opened.iter().find_map(|one| one.as_ref().err()) {
            Some(failure) if opened.iter().all(Result::is_err) => Err(failure.clone()),
            _ => Ok(opened.into_iter().flatten().collect()),
        }
    }
}

fn open(settings: &Settings, certificate: Certificate) -> Result<(String, (VerifyingKey, Timestamp)), Failure> {
    let pem = decipher(settings, &certificate.encrypt_certificate).map_err(|e| Failure::Nonsense(format!("a certificate: {e}")))?;
    match (VerifyingKey::certificate(&pem), read_rfc3339(&certificate.expire_time)) {
        (Some(key), Some(expires)) => Ok((certificate.serial_no, (key, expires))),
        _ => Err(Failure::Nonsense("a certificate that cannot be read".to_owned())),
    }
}
