//! The certificate a notification is signed with: fetched from PayPal alone, believed if a root the world trusts vouches for
//! it and it speaks for paypal.com, and remembered.

use crate::foundation::time::{MINUTE, Timestamp};
use crate::providers::http::Client;
use crate::providers::{Disbelief, Failure};
use axum::http::Uri;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::OnceCell;
use webpki::ring::{ECDSA_P256_SHA256, ECDSA_P384_SHA384, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384};
use webpki::{EndEntityCert, KeyUsage};

/// More are not remembered: PayPal has one at a time.
const MAX_KEPT: usize = 8;
/// More are not asked for within a minute, whatever addresses somebody makes up. What is known needs no asking; so made-up ones
/// can put off a new certificate alone, and PayPal tells again for three days what was signed with it.
const MAX_FETCHES: usize = 10;
const MAX_CHAIN: usize = 6;

type Chain = Vec<CertificateDer<'static>>;

pub struct Certificates {
    hosts: Vec<String>,
    scheme: &'static str,
    /// In place of the roots the world trusts: that of a simulator.
    root: Option<TrustAnchor<'static>>,
    /// By address; empty while it is fetched, by one and once.
    kept: Mutex<HashMap<String, Arc<OnceCell<Chain>>>>,
    /// When those of the last minute were asked for.
    fetched: Mutex<Vec<Timestamp>>,
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
        Some(Certificates { hosts, scheme, root, kept: Mutex::default(), fetched: Mutex::default() })
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

    /// Whether `signature` over `message` was made with the certificate at `address`. One that is known is not waited for,
    /// whatever else is being fetched.
    pub async fn check(&self, http: &Client, address: &str, message: &[u8], signature: &[u8], now: Timestamp) -> Result<(), Disbelief> {
        if !self.allowed(address) {
            return Err(Disbelief::Forged);
        }
        let place = self.place(address);
        let chain = place.get_or_try_init(|| self.fetch(http, address, now)).await?;
        self.speaks(chain, message, signature, now)
    }

    /// Where the certificate of an address is, or will be.
    fn place(&self, address: &str) -> Arc<OnceCell<Chain>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = kept.get(address) {
            return place.clone();
        }
        // What was asked for in vain, and nobody waits for any more, is forgotten.
        kept.retain(|_, place| place.initialized() || Arc::strong_count(place) > 1);
        kept.entry(address.to_owned()).or_default().clone()
    }

    async fn fetch(&self, http: &Client, address: &str, now: Timestamp) -> Result<Chain, Disbelief> {
        self.count(now)?;
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
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.values().filter(|place| place.initialized()).count() >= MAX_KEPT {
            kept.retain(|_, place| !place.initialized());
        }
        Ok(chain)
    }

    /// Counts one that is asked for now, unless there were too many.
    fn count(&self, now: Timestamp) -> Result<(), Disbelief> {
        let mut fetched = self.fetched.lock().unwrap_or_else(PoisonError::into_inner);
        fetched.retain(|at| now.since(*at) < MINUTE);
        if fetched.len() >= MAX_FETCHES {
            return Err(Disbelief::Unchecked("too many certificates were asked for".to_owned()));
        }
        fetched.push(now);
        Ok(())
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
    use crate::providers::rsa::SigningKey;
    use axum::Router;
    use axum::extract::Path;
    use axum::http::StatusCode;
    use axum::routing::get;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use futures::FutureExt;
    use futures::future::join_all;
    use tokio::net::TcpListener;
    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

    const ROOT: &str = include_str!("../../simulators/paypal/keys/root.pem");
    const CHAIN: &str = include_str!("../../simulators/paypal/keys/chain.pem");
    const KEY: &str = include_str!("../../simulators/paypal/keys/signing.key.pem");
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

    struct Service {
        base: String,
        certificates: Certificates,
        http: Client,
        signature: Vec<u8>,
    }

    impl Service {
        async fn check(&self, name: &str) -> Result<(), Disbelief> {
            let address = format!("{}/v1/notifications/certs/{name}", self.base);
            self.certificates.check(&self.http, &address, b"told", &self.signature, NOW).await
        }
    }

    /// One that has `CERT-1`, never answers about `CERT-SLOW`, and has no other; with the names it is asked for.
    async fn service() -> (Service, UnboundedReceiver<String>) {
        let (tell, asked) = unbounded_channel();
        let answer = move |Path(name): Path<String>| {
            tell.send(name.clone()).unwrap();
            async move {
                match name.as_str() {
                    "CERT-1" => Ok(CHAIN),
                    "CERT-SLOW" => std::future::pending().await,
                    _ => Err(StatusCode::NOT_FOUND),
                }
            }
        };
        let router = Router::new().route("/v1/notifications/certs/{name}", get(answer));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let certificates = Certificates::of(&base, Some(ROOT)).unwrap();
        let signature = STANDARD.decode(SigningKey::parse(KEY).unwrap().sign(b"told").unwrap()).unwrap();
        (Service { base, certificates, http: Client::new().unwrap(), signature }, asked)
    }

    #[tokio::test]
    async fn a_known_certificate_waits_for_no_other() {
        let (service, mut asked) = service().await;
        assert_eq!(service.check("CERT-1").await, Ok(()));
        assert_eq!(asked.recv().await.as_deref(), Some("CERT-1"));
        let mut slow = std::pin::pin!(service.check("CERT-SLOW"));
        tokio::select! {
            answer = &mut slow => panic!("{answer:?}"),
            name = asked.recv() => assert_eq!(name.as_deref(), Some("CERT-SLOW")),
        }
        assert_eq!(service.check("CERT-1").now_or_never(), Some(Ok(())), "at once");
        assert!(slow.now_or_never().is_none());
    }

    #[tokio::test]
    async fn those_who_need_a_certificate_at_once_ask_for_it_once() {
        let (service, mut asked) = service().await;
        let answers = join_all((0..4).map(|_| service.check("CERT-1"))).await;
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        assert_eq!(asked.recv().await.as_deref(), Some("CERT-1"));
        assert!(asked.try_recv().is_err(), "once");
    }

    #[tokio::test]
    async fn made_up_addresses_put_off_no_known_certificate_and_are_not_remembered() {
        let (service, _asked) = service().await;
        assert_eq!(service.check("CERT-1").await, Ok(()));
        for n in 2..=MAX_FETCHES {
            assert_eq!(service.check(&format!("CERT-{n}")).await, Err(Disbelief::Forged));
        }
        assert!(matches!(service.check("CERT-0").await, Err(Disbelief::Unchecked(_))), "no more this minute");
        assert_eq!(service.check("CERT-1").await, Ok(()));
        assert!(service.certificates.kept.lock().unwrap().len() <= 2, "the known one and the last");
    }
}
