//! Secrets at rest: AES-256-GCM under a key that is not in the database. Who copies the database, or reads a backup of it,
//! has no keys of providers.
//!
//! The key is `STOA_SECRET_KEY` (64 hexadecimal digits), or is made once in the data folder as `secret.key`, readable by
//! the program's user alone.

use super::context::Context;
use crate::foundation::error::{AppError, Result};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD as BASE64, URL_SAFE_NO_PAD};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use std::io::Write;
use std::path::Path;
use std::sync::{PoisonError, RwLock};

const KEY: usize = 32;

/// Read once.
#[derive(Default)]
struct Kept(RwLock<Option<[u8; KEY]>>);

fn key(ctx: &Context) -> Result<LessSafeKey> {
    UnboundKey::new(&AES_256_GCM, &bytes(ctx)?).map(LessSafeKey::new).map_err(|_| AppError::Internal)
}

fn bytes(ctx: &Context) -> Result<[u8; KEY]> {
    let kept = ctx.keep::<Kept>();
    let found = *kept.0.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(bytes) = found {
        return Ok(bytes);
    }
    let bytes = match &ctx.config().secret_key {
        Some(given) => from_hex(given),
        None => from_file(ctx, &ctx.config().data_dir),
    }?;
    *kept.0.write().unwrap_or_else(PoisonError::into_inner) = Some(bytes);
    Ok(bytes)
}

/// A key for signing alone: of the same secret, and nothing else is made with it.
fn signing_key(ctx: &Context) -> Result<hmac::Key> {
    let derived = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &bytes(ctx)?), b"stoa: signing");
    Ok(hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref()))
}

fn said(purpose: &str, text: &str) -> Vec<u8> {
    [purpose.as_bytes(), &[0], text.as_bytes()].concat()
}

/// A mark that only this site can make of a text, fit for an address. What was signed for one purpose is worth nothing for
/// another.
pub fn sign(ctx: &Context, purpose: &str, text: &str) -> Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(hmac::sign(&signing_key(ctx)?, &said(purpose, text))))
}

/// Whether this is the mark that [`sign`] made.
pub fn is_signed(ctx: &Context, purpose: &str, text: &str, mark: &str) -> Result<bool> {
    let Ok(mark) = URL_SAFE_NO_PAD.decode(mark) else { return Ok(false) };
    Ok(hmac::verify(&signing_key(ctx)?, &said(purpose, text), &mark).is_ok())
}

fn from_hex(text: &str) -> Result<[u8; KEY]> {
    let mut bytes = [0; KEY];
    let text = text.trim();
    let unreadable = || {
        tracing::error!("the secret key is not 64 hexadecimal digits");
        AppError::Internal
    };
    if text.len() != 2 * KEY || !text.is_ascii() {
        return Err(unreadable());
    }
    for (n, byte) in bytes.iter_mut().enumerate() {
        *byte = text.get(2 * n..2 * n + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()).ok_or_else(unreadable)?;
    }
    Ok(bytes)
}

/// The key in the data folder; made when there is none. Two programs that make it at once end with the same.
fn from_file(ctx: &Context, folder: &Path) -> Result<[u8; KEY]> {
    let file = folder.join("secret.key");
    let failed = |error: std::io::Error| {
        tracing::error!(%error, "the secret key in the data folder cannot be read or made");
        AppError::Internal
    };
    if !file.exists() {
        std::fs::create_dir_all(folder).map_err(failed)?;
        // Written whole beside it, then given its name: a crash leaves no half a key, and of two programs one wins.
        let draft = folder.join(format!("secret.key.{}", ctx.random_hex::<8>()));
        let named = write_key(&draft, &ctx.random_hex::<KEY>()).and_then(|()| std::fs::hard_link(&draft, &file));
        // One that is left over is no key of anything.
        let _gone = std::fs::remove_file(&draft);
        match named {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(failed(error)),
            _ => (),
        }
    }
    from_hex(&std::fs::read_to_string(&file).map_err(failed)?)
}

/// For the program's user alone, and on the disk when this returns.
fn write_key(file: &Path, hex: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut new = options.open(file)?;
    new.write_all(hex.as_bytes())?;
    new.sync_all()
}

/// Closes a secret. `purpose` is bound to it: what was closed for one cannot be opened as another.
pub fn close(ctx: &Context, purpose: &str, plain: &[u8]) -> Result<String> {
    let nonce = ctx.random_bytes::<NONCE_LEN>();
    let mut sealed = plain.to_vec();
    key(ctx)?
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(purpose.as_bytes()), &mut sealed)
        .map_err(|_| AppError::Internal)?;
    Ok(BASE64.encode([&nonce[..], &sealed].concat()))
}

/// Opens what [`close`] closed. An internal error, and a line in the log, when the key is another one.
pub fn open(ctx: &Context, purpose: &str, sealed: &str) -> Result<Vec<u8>> {
    let wrong = || {
        tracing::error!(purpose, "a secret cannot be opened: it was closed with another key");
        AppError::Internal
    };
    let bytes = BASE64.decode(sealed).map_err(|_| wrong())?;
    let (nonce, rest) = bytes.split_first_chunk::<NONCE_LEN>().ok_or_else(wrong)?;
    let mut rest = rest.to_vec();
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let plain = key(ctx)?.open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut rest).map_err(|_| wrong())?;
    Ok(plain.to_vec())
}
