//! The certificate a notification is signed with: fetched from PayPal alone, believed if a root the world trusts vouches for
//! it and it speaks for paypal.com, and remembered.

use crate::foundation::time::{MINUTE, Timestamp};
use crate::providers::http::Client;
use crate::providers::{Disbelief, Failure};
use axum::http::Uri;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::Mutex;
use webpki::ring::{ECDSA_P256_SHA256, ECDSA_P384_SHA384, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384};
use webpki::{EndEntityCert, KeyUsage};

/// More are not remembered: PayPal has one at a time.
const MAX_KEPT: usize = 8;
/// More are not asked for within a minute, whatever addresses somebody makes up.
const MAX_FETCHES: usize = 10;
const MAX_CHAIN: usize = 6;

type Chain = Vec<CertificateDer<'static>>;

pub struct Certificates {
    hosts: Vec<String>,
    scheme: &'static str,
    /// In place of the roots the world trusts: that of a simulator.
    root: Option<TrustAnchor<'static>>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    chains: HashMap<String, Chain>,
    fetched: Vec<Timestamp>,
}

impl Certificates {
    /// Those of the service at `base`; `None` if `root` is no certificate.
    pub fn of(base: &str, root: Option<&str>) -> Option<Certificates> {
        let root = match root {
            None => None,
            Some(pem) => {
                let der = CertificateDer::from_pem_slice(pem.as_bytes()).ok()?;
                Some(webpki::anchor_from_trusted_cert(&der).ok()?.to_owned())
            }
        };
        let hosts = match base {
            "https://api-m.paypal.com" | "https://api.paypal.com" => ["api.paypal.com", "api-m.paypal.com"].map(str::to_owned).to_vec(),
            "https://api-m.sandbox.paypal.com" | "https://api.sandbox.paypal.com" => {
                ["api.sandbox.paypal.com", "api-m.sandbox.paypal.com"].map(str::to_owned).to_vec()
            }
            other => other.split_once("://").map(|(_, authority)| authority.to_owned()).into_iter().collect(),
        };
        let scheme = if base.starts_with("http://") { "http" } else { "https" };
        Some(Certificates { hosts, scheme, root, kept: Mutex::default() })
    }

    /// Whether an address may be asked for a certificate: PayPal's own, to the letter.
    fn allowed(&self, address: &str) -> bool {
        let Ok(uri) = address.parse::<Uri>() else { return false };
        let authority = uri.authority().map(|authority| authority.as_str());
        let named = uri.path().strip_prefix("/v1/notifications/certs/").is_some_and(|name| {
            (1..=100).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        });
        uri.scheme_str() == Some(self.scheme)
            && self.hosts.iter().any(|host| authority == Some(host.as_str()))
            && named
            && uri.query().is_none()
            && !address.contains('#')
    }

    /// Whether `signature` over `message` was made with the certificate at `address`.
    pub async fn check(&self, http: &Client, address: &str, message: &[u8], signature: &[u8], now: Timestamp) -> Result<(), Disbelief> {
        if !self.allowed(address) {
            return Err(Disbelief::Forged);
        }
        let chain = self.chain(http, address, now).await?;
        self.speaks(&chain, message, signature, now)
    }

    async fn chain(&self, http: &Client, address: &str, now: Timestamp) -> Result<Chain, Disbelief> {
        let mut kept = self.kept.lock().await;
        if let Some(chain) = kept.chains.get(address) {
            return Ok(chain.clone());
        }
        kept.fetched.retain(|at| now.since(*at) < MINUTE);
        if kept.fetched.len() >= MAX_FETCHES {
            return Err(Disbelief::Unchecked("too many certificates were asked for".to_owned()));
        }
        kept.fetched.push(now);
        let unchecked = |failure: Failure| Disbelief::Unchecked(failure.to_string());
        let reply = http.send(|client| Ok(client.get(address))).await.map_err(unchecked)?;
        // There is no such certificate at PayPal: somebody made the address up.
        if reply.status.is_client_error() {
            return Err(Disbelief::Forged);
        }
        let chain: Result<Chain, _> = CertificateDer::pem_slice_iter(&reply.body).take(MAX_CHAIN).collect();
        let chain = chain.ok().filter(|chain| !chain.is_empty());
        let chain = chain.ok_or_else(|| Disbelief::Unchecked("what came is no certificate".to_owned()))?;
        // Only what is believed is remembered.
        self.vouched(&chain, now)?;
        if kept.chains.len() >= MAX_KEPT {
            kept.chains.clear();
        }
        kept.chains.insert(address.to_owned(), chain.clone());
        Ok(chain)
    }

    /// A root vouches for it, it is valid now, and it speaks for paypal.com. It came from PayPal's own address; so if not,
    /// something is amiss there rather than forged, and the log should say what.
    fn vouched<'a>(&self, chain: &'a Chain, now: Timestamp) -> Result<EndEntityCert<'a>, Disbelief> {
        let amiss = |reason: String| Disbelief::Unchecked(format!("the certificate is not vouched for: {reason}"));
        let (first, between) = chain.split_first().ok_or_else(|| amiss("there is none".to_owned()))?;
        let leaf = EndEntityCert::try_from(first).map_err(|e| amiss(e.to_string()))?;
        let now = UnixTime::since_unix_epoch(Duration::from_millis(u64::try_from(now.0).unwrap_or_default()));
        let roots: &[TrustAnchor<'static>] = match &self.root {
            Some(root) => std::slice::from_ref(root),
            None => webpki_roots::TLS_SERVER_ROOTS,
        };
        let algorithms = &[RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, ECDSA_P256_SHA256, ECDSA_P384_SHA384];
        let usage = KeyUsage::server_auth();
        leaf.verify_for_usage(algorithms, roots, between, now, usage, None, None).map_err(|e| amiss(e.to_string()))?;
        let paypals = leaf.valid_dns_names().any(|name| name.to_ascii_lowercase().ends_with(".paypal.com"));
        if paypals { Ok(leaf) } else { Err(amiss("it does not speak for paypal.com".to_owned())) }
    }

    fn speaks(&self, chain: &Chain, message: &[u8], signature: &[u8], now: Timestamp) -> Result<(), Disbelief> {
        let leaf = self.vouched(chain, now)?;
        leaf.verify_signature(RSA_PKCS1_2048_8192_SHA256, message, signature).map_err(|_| Disbelief::Forged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = include_str!("../../simulators/paypal/keys/root.pem");
    const CHAIN: &str = include_str!("../../simulators/paypal/keys/chain.pem");
    const NOW: Timestamp = Timestamp(1_763_800_000_000);

    fn chain(pem: &str) -> Chain {
        CertificateDer::pem_slice_iter(pem.as_bytes()).map(Result::unwrap).collect()
    }

    fn simulated() -> Certificates {
        Certificates::of("http://127.0.0.1:4000", Some(ROOT)).unwrap()
    }

    #[test]
    fn a_certificate_is_fetched_from_paypal_alone() {
        let live = Certificates::of("https://api-m.paypal.com", None).unwrap();
        assert!(live.allowed("https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-1d93a270"));
        assert!(live.allowed("https://api-m.paypal.com/v1/notifications/certs/CERT-1"));
        for address in [
            "http://api.paypal.com/v1/notifications/certs/CERT-1",
            "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1",
            "https://api.paypal.com.example.com/v1/notifications/certs/CERT-1",
            "https://example.com/v1/notifications/certs/CERT-1",
            "https://api.paypal.com@example.com/v1/notifications/certs/CERT-1",
            "https://x@api.paypal.com/v1/notifications/certs/CERT-1",
            "https://api.paypal.com:8443/v1/notifications/certs/CERT-1",
            "https://api.paypal.com/v1/notifications/certs/../../x",
            "https://api.paypal.com/v1/notifications/certs/",
            "https://api.paypal.com/v1/notifications/certs/CERT-1?x=1",
            "https://api.paypal.com/other",
            "file:///etc/passwd",
            "",
        ] {
            assert!(!live.allowed(address), "{address}");
        }
    }

    #[test]
    fn a_chain_is_believed_up_to_its_root_and_no_other() {
        assert!(simulated().vouched(&chain(CHAIN), NOW).is_ok());
        let live = Certificates::of("https://api-m.paypal.com", None).unwrap();
        assert!(live.vouched(&chain(CHAIN), NOW).is_err(), "the world does not trust the simulator");
        assert!(simulated().vouched(&chain(CHAIN)[..1].to_vec(), NOW).is_err(), "a link is missing");
        assert!(simulated().vouched(&Vec::new(), NOW).is_err());
    }

    #[test]
    fn expired_strange_and_self_made_certificates_are_not_believed() {
        for (pem, why) in [
            (include_str!("test_certificates/expired.pem"), "Expired"),
            (include_str!("test_certificates/other_name.pem"), "does not speak for paypal.com"),
            (include_str!("test_certificates/own_word.pem"), "UnknownIssuer"),
        ] {
            let disbelief = simulated().vouched(&chain(pem), NOW).err();
            assert!(matches!(&disbelief, Some(Disbelief::Unchecked(reason)) if reason.contains(why)), "{why}: {disbelief:?}");
        }
        assert!(simulated().vouched(&chain(CHAIN), Timestamp(4_200_000_000_000)).is_err(), "in 2103");
        assert!(Certificates::of("http://127.0.0.1:4000", Some("no certificate")).is_none());
    }
}
