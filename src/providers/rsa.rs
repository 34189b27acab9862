//! RSA as the providers of mainland China use it: PKCS #1 v1.5 with SHA-256, signatures in base64. Keys come as PEM, or as
//! the bare base64 that Alipay's console gives.

use super::Failure;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivatePkcs1KeyDer, PrivatePkcs8KeyDer, SubjectPublicKeyInfoDer};
use webpki::ring::RSA_PKCS1_2048_8192_SHA256;
use webpki::{EndEntityCert, RawPublicKeyEntity};

/// Our private key.
pub struct SigningKey(RsaKeyPair);

impl SigningKey {
    /// PKCS #8 or PKCS #1, of 2048 to 4096 bits.
    pub fn parse(text: &str) -> Option<SigningKey> {
        let pem = text.trim().as_bytes();
        let key = if let Ok(der) = PrivatePkcs8KeyDer::from_pem_slice(pem) {
            RsaKeyPair::from_pkcs8(der.secret_pkcs8_der())
        } else if let Ok(der) = PrivatePkcs1KeyDer::from_pem_slice(pem) {
            RsaKeyPair::from_der(der.secret_pkcs1_der())
        } else {
            let der = bare(text)?;
            RsaKeyPair::from_pkcs8(&der).or_else(|_| RsaKeyPair::from_der(&der))
        };
        key.ok().map(SigningKey)
    }

    pub fn sign(&self, message: &[u8]) -> Result<String, Failure> {
        let mut signature = vec![0; self.0.public().modulus_len()];
        self.0
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .map_err(|_| Failure::Nonsense("the private key cannot sign".to_owned()))?;
        Ok(STANDARD.encode(signature))
    }
}

/// A key of the provider's.
#[derive(Clone)]
pub enum VerifyingKey {
    Public(SubjectPublicKeyInfoDer<'static>),
    Certificate(CertificateDer<'static>),
}

impl VerifyingKey {
    pub fn public(text: &str) -> Option<VerifyingKey> {
        let der = match SubjectPublicKeyInfoDer::from_pem_slice(text.trim().as_bytes()) {
            Ok(der) => der,
            Err(_) => SubjectPublicKeyInfoDer::from(bare(text)?),
        };
        RawPublicKeyEntity::try_from(&der).ok()?;
        Some(VerifyingKey::Public(der))
    }

    /// Whoever calls knows already that the certificate can be trusted.
    pub fn certificate(pem: &[u8]) -> Option<VerifyingKey> {
        let der = CertificateDer::from_pem_slice(pem).ok()?;
        EndEntityCert::try_from(&der).ok()?;
        Some(VerifyingKey::Certificate(der))
    }

    /// Whether this signature, in base64, was made over these bytes.
    pub fn verifies(&self, message: &[u8], signature: &str) -> bool {
        let Ok(signature) = STANDARD.decode(signature) else { return false };
        let checked = match self {
            VerifyingKey::Public(der) => {
                RawPublicKeyEntity::try_from(der).and_then(|key| key.verify_signature(RSA_PKCS1_2048_8192_SHA256, message, &signature))
            }
            VerifyingKey::Certificate(der) => {
                EndEntityCert::try_from(der).and_then(|key| key.verify_signature(RSA_PKCS1_2048_8192_SHA256, message, &signature))
            }
        };
        checked.is_ok()
    }
}

/// Base64 without its frame, on as many lines as one likes.
fn bare(text: &str) -> Option<Vec<u8>> {
    let digits: String = text.split_whitespace().collect();
    STANDARD.decode(digits).ok().filter(|der| !der.is_empty())
}
