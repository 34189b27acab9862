//! `Stripe-Signature: t=<unix seconds>,v1=<hex>[,v1=…]`: the HMAC-SHA256 of `t.body` under the signing secret. While a
//! secret is being changed, there is one `v1` for the old and one for the new.

use crate::foundation::time::{SECOND, Timestamp};
use crate::providers::Disbelief;
use axum::http::HeaderMap;
use hmac::{Hmac, Mac};
use sha2::Sha256;

const HEADER: &str = "stripe-signature";
/// How far the time of signing may lie from now.
const TOLERANCE: i64 = 300 * SECOND;
/// More than this is not read: two secrets at most are valid at a time.
const MAX_SIGNATURES: usize = 8;
const MAX_HEADER: usize = 4096;

struct Header {
    /// As written, since it is signed as written.
    time: String,
    signatures: Vec<[u8; 32]>,
}

pub fn check(headers: &HeaderMap, body: &[u8], secret: &str, now: Timestamp) -> Result<(), Disbelief> {
    let value = headers.get(HEADER).and_then(|value| value.to_str().ok()).ok_or(Disbelief::Unsigned)?;
    let header = read(value).ok_or(Disbelief::Unsigned)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(|_| Disbelief::Forged)?;
    mac.update(header.time.as_bytes());
    mac.update(b".");
    mac.update(body);
    // `verify_slice` compares in constant time.
    if !header.signatures.iter().any(|signature| mac.clone().verify_slice(signature).is_ok()) {
        return Err(Disbelief::Forged);
    }
    let signed_at = header.time.parse::<i64>().ok().and_then(|seconds| seconds.checked_mul(SECOND)).ok_or(Disbelief::Stale)?;
    if now.since(Timestamp(signed_at)).saturating_abs() > TOLERANCE { Err(Disbelief::Stale) } else { Ok(()) }
}

fn read(value: &str) -> Option<Header> {
    if value.len() > MAX_HEADER {
        return None;
    }
    let (mut time, mut signatures) = (None, Vec::new());
    for (name, given) in value.split(',').filter_map(|item| item.trim().split_once('=')) {
        match name {
            "t" => time = Some(given).filter(|t| (1..=15).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit())),
            "v1" if signatures.len() < MAX_SIGNATURES => signatures.extend(from_hex(given)),
            _ => (),
        }
    }
    (!signatures.is_empty()).then_some(Header { time: time?.to_owned(), signatures })
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let nibble = |digit: u8| char::from(digit).to_digit(16).and_then(|n| u8::try_from(n).ok());
        *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BODY: &[u8] = br#"{"id":"evt_1"}"#;
    const VECTOR: &str = "c89214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d632925";
    const AT: Timestamp = Timestamp(1_700_000_000 * SECOND);

    fn checked(header: &str, body: &[u8], secret: &str, now: Timestamp) -> Result<(), Disbelief> {
        let mut headers = HeaderMap::new();
        headers.insert(HEADER, header.parse().unwrap());
        check(&headers, body, secret, now)
    }

    #[test]
    fn the_reference_vector_holds() {
        assert_eq!(checked(&format!("t=1700000000,v1={VECTOR}"), BODY, "whsec_test", AT), Ok(()));
        let upper = VECTOR.to_uppercase();
        assert_eq!(checked(&format!("t=1700000000, v1={upper}"), BODY, "whsec_test", AT), Ok(()));
    }

    #[test]
    fn one_of_several_signatures_is_enough() {
        let other = "0".repeat(64);
        assert_eq!(checked(&format!("t=1700000000,v1={other},v0=x,v1={VECTOR}"), BODY, "whsec_test", AT), Ok(()));
        assert_eq!(checked(&format!("t=1700000000,v0={VECTOR},v1={other}"), BODY, "whsec_test", AT), Err(Disbelief::Forged));
    }

    #[test]
    fn another_body_time_or_secret_is_forged() {
        let header = format!("t=1700000000,v1={VECTOR}");
        assert_eq!(checked(&header, br#"{"id":"evt_2"}"#, "whsec_test", AT), Err(Disbelief::Forged));
        assert_eq!(checked(&header, BODY, "test", AT), Err(Disbelief::Forged));
        assert_eq!(checked(&format!("t=1700000001,v1={VECTOR}"), BODY, "whsec_test", AT), Err(Disbelief::Forged));
        // The same number, written otherwise.
        assert_eq!(checked(&format!("t=01700000000,v1={VECTOR}"), BODY, "whsec_test", AT), Err(Disbelief::Forged));
    }

    #[test]
    fn it_is_believed_for_five_minutes_around_its_time() {
        let header = format!("t=1700000000,v1={VECTOR}");
        for (off, expected) in [(300, Ok(())), (-300, Ok(())), (301, Err(Disbelief::Stale)), (-301, Err(Disbelief::Stale))] {
            assert_eq!(checked(&header, BODY, "whsec_test", AT.plus(off * SECOND)), expected, "{off} s");
        }
    }

    #[test]
    fn a_header_that_cannot_be_read_counts_as_none() {
        assert_eq!(check(&HeaderMap::new(), BODY, "whsec_test", AT), Err(Disbelief::Unsigned));
        for header in ["", "t=1", "v1=", "t=,v1=00", "t=1700000000,v1=zz", &format!("v1={VECTOR}"), &format!("t=-1,v1={VECTOR}")] {
            assert_eq!(checked(header, BODY, "whsec_test", AT), Err(Disbelief::Unsigned), "{header}");
        }
        assert_eq!(checked(&format!("t=1,{}", "v1=a,".repeat(5000)), BODY, "whsec_test", AT), Err(Disbelief::Unsigned));
    }

    proptest! {
        #[test]
        fn nothing_in_the_header_panics_or_is_believed(header in "[ -~]{0,200}", body in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(checked(&header, &body, "whsec_test", AT).is_err());
        }

        #[test]
        fn a_signature_with_one_changed_digit_is_forged(at in 0usize..64, digit in "[0-9a-f]") {
            let mut changed = VECTOR.to_owned();
            changed.replace_range(at..=at, &digit);
            prop_assume!(changed != VECTOR);
            prop_assert_eq!(checked(&format!("t=1700000000,v1={changed}"), BODY, "whsec_test", AT), Err(Disbelief::Forged));
        }
    }
}
