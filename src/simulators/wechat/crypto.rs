//! The simulator's own signing, checking and enciphering. The keys stand in `keys/`, open to everybody.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey};

pub const MERCHANT_KEY: &str = include_str!("keys/merchant_key.pem");
pub const PLATFORM_PUBLIC_KEY: &str = include_str!("keys/platform_public_key.pem");
pub const PUBLIC_KEY_ID: &str = "PUB_KEY_ID_0119000001092026112200000001";
pub const MERCHANT_SERIAL: &str = "3775B6A45ACD588826D15E583A95F5DD00000001";
pub const APIV3_KEY: &str = "the-simulators-key-is-no-secret!";

/// One of the two certificates; the second comes with the first renewal.
pub struct Certificate {
    pub serial: &'static str,
    pub pem: &'static str,
    key: Option<RsaKeyPair>,
}

pub struct Keyring {
    merchant: Option<RsaKeyPair>,
    platform: Option<RsaKeyPair>,
    pub certificates: [Certificate; 2],
}

impl Keyring {
    pub fn new() -> Keyring {
        Keyring {
            merchant: pair(MERCHANT_KEY),
            platform: pair(include_str!("keys/platform_key.pem")),
            certificates: [
                Certificate {
                    serial: "5F0A1C3E7B9D24688642ACE01357BDF90A0B0C01",
                    pem: include_str!("keys/certificate1.pem"),
                    key: pair(include_str!("keys/certificate1_key.pem")),
                },
                Certificate {
                    serial: "5F0A1C3E7B9D24688642ACE01357BDF90A0B0C02",
                    pem: include_str!("keys/certificate2.pem"),
                    key: pair(include_str!("keys/certificate2_key.pem")),
                },
            ],
        }
    }

    /// Signs as the platform: with its public key's other half, or with a certificate's.
    pub fn sign(&self, certificate: Option<usize>, message: &[u8]) -> String {
        let key = match certificate {
            Some(at) => self.certificates.get(at).and_then(|certificate| certificate.key.as_ref()),
            None => self.platform.as_ref(),
        };
        key.map(|key| signature(key, message)).unwrap_or_default()
    }

    /// Whether the merchant signed this.
    pub fn merchant_signed(&self, message: &[u8], signature: &str) -> bool {
        let (Some(key), Ok(signature)) = (&self.merchant, STANDARD.decode(signature)) else { return false };
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.public().as_ref()).verify(message, &signature).is_ok()
    }
}

fn pair(pem: &str) -> Option<RsaKeyPair> {
    let base64: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    RsaKeyPair::from_pkcs8(&STANDARD.decode(base64).ok()?).ok()
}

fn signature(key: &RsaKeyPair, message: &[u8]) -> String {
    let mut bytes = vec![0; key.public().modulus_len()];
    match key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut bytes) {
        Ok(()) => STANDARD.encode(bytes),
        Err(_) => String::new(),
    }
}

/// AEAD_AES_256_GCM with the APIv3 key; the nonce is twelve characters.
pub fn encipher(text: &[u8], nonce: &str, associated: &str) -> String {
    let key = UnboundKey::new(&AES_256_GCM, APIV3_KEY.as_bytes());
    let (Ok(key), Ok(nonce)) = (key, Nonce::try_assume_unique_for_key(nonce.as_bytes())) else { return String::new() };
    let mut sealed = text.to_vec();
    match LessSafeKey::new(key).seal_in_place_append_tag(nonce, Aad::from(associated.as_bytes()), &mut sealed) {
        Ok(()) => STANDARD.encode(sealed),
        Err(_) => String::new(),
    }
}
