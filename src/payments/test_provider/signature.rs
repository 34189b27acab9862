//! The header that proves where a webhook comes from: `t=<unix seconds>,v1=<hex hmac-sha256(secret, "t.body")>`. The time
//! is signed too, so that an old message cannot be sent again for ever.

use crate::args;
use crate::foundation::error::{AppError, Result};
use crate::foundation::time::{MINUTE, SECOND, Timestamp};
use crate::providers::{Disbelief, Provider};
use crate::server::context::Context;
use crate::server::db::Queries;
use hmac::{Hmac, Mac};
use sha2::Sha256;

pub const HEADER: &str = "stoa-test-signature";
/// How far the time of the signature may be from ours.
const TOLERANCE: i64 = 5 * MINUTE;

const KEEP_SECRET: &str = "insert into provider_secrets (provider, secret, created_at)
values ($1, $2, $3)
on conflict (provider) do nothing";

const SECRET: &str = "select secret from provider_secrets where provider = $1";

/// The secret both sides know. Made when it is first needed, and kept in the database, where all instances find the same.
pub async fn secret(ctx: &Context) -> Result<String> {
    let provider = Provider::Test.as_str();
    let found: Option<(String,)> = ctx.db().optional(SECRET, args![provider]).await?;
    if let Some((secret,)) = found {
        return Ok(secret);
    }
    ctx.db().run(KEEP_SECRET, args![provider, to_hex(&ctx.random_bytes::<32>()), ctx.now()]).await?;
    let (secret,): (String,) = ctx.db().one(SECRET, args![provider]).await?;
    Ok(secret)
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

fn mac(secret: &str, seconds: i64, body: &[u8]) -> Result<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(|_| AppError::Internal)?;
    mac.update(format!("{seconds}.").as_bytes());
    mac.update(body);
    Ok(mac)
}

/// The header's value for a body sent now.
pub fn sign(secret: &str, now: Timestamp, body: &[u8]) -> Result<String> {
    let seconds = now.0.div_euclid(SECOND);
    let tag = mac(secret, seconds, body)?.finalize().into_bytes();
    Ok(format!("t={seconds},v1={}", to_hex(&tag)))
}

/// `Ok` when the body was signed with the secret, and lately.
pub fn verify(secret: &str, header: Option<&str>, body: &[u8], now: Timestamp) -> std::result::Result<(), Disbelief> {
    let (seconds, tag) = header.and_then(parse).ok_or(Disbelief::Unsigned)?;
    let mac = mac(secret, seconds, body).map_err(|error| Disbelief::Unchecked(error.to_string()))?;
    // `verify_slice` takes the same time wherever the first wrong byte is.
    if mac.verify_slice(&tag).is_err() {
        return Err(Disbelief::Forged);
    }
    if now.since(Timestamp(seconds.saturating_mul(SECOND))).saturating_abs() > TOLERANCE {
        return Err(Disbelief::Stale);
    }
    Ok(())
}

fn parse(header: &str) -> Option<(i64, Vec<u8>)> {
    let (seconds, tag) = header.strip_prefix("t=")?.split_once(",v1=")?;
    Some((seconds.parse().ok()?, from_hex(tag)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_773_576_000_000);

    #[test]
    fn what_was_signed_is_believed_for_five_minutes() {
        let header = sign("secret", NOW, b"{}").unwrap();
        for late in [-TOLERANCE, 0, TOLERANCE] {
            assert!(verify("secret", Some(&header), b"{}", NOW.plus(late)).is_ok(), "{late}");
        }
        for late in [-TOLERANCE - SECOND, TOLERANCE + SECOND] {
            assert!(verify("secret", Some(&header), b"{}", NOW.plus(late)).is_err(), "{late}");
        }
    }

    #[test]
    fn anything_else_is_not() {
        let header = sign("secret", NOW, b"{}").unwrap();
        assert!(verify("other", Some(&header), b"{}", NOW).is_err());
        assert!(verify("secret", Some(&header), b"{ }", NOW).is_err());
        assert!(verify("secret", None, b"{}", NOW).is_err());
        let moved = header.replacen("t=1", "t=2", 1);
        for header in
            ["", "t=,v1=", "v1=00", "t=1773576000,v1=zz", "t=1773576000,v1=é0", "t=9223372036854775807,v1=00", &moved, &header[..40]]
        {
            assert!(verify("secret", Some(header), b"{}", NOW).is_err(), "{header}");
        }
    }
}
