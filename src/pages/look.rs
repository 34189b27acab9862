//! `/look/HASH.png`, `/look/HASH.css`: the files of the site's look; and putting the announcement away.

use super::joining::destination;
use crate::foundation::error::{AppError, Result};
use crate::server::http::{Ask, Form, see_other};
use crate::settings::look;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

/// A name is the hash of what it holds, so that browsers and proxies may keep it for ever.
pub async fn file(ask: Ask, Path(name): Path<String>) -> Result<Response> {
    let (hash, ending) = name.split_once('.').ok_or(AppError::NotFound)?;
    if hash.len() != 32 || !hash.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(AppError::NotFound);
    }
    let (content_type, bytes) = look::file(&ask.ctx, hash).await?;
    let known = matches!((ending, content_type.as_str()), ("png", "image/png") | ("css", "text/css; charset=utf-8"));
    let content_type = HeaderValue::from_str(&content_type).ok().filter(|_| known).ok_or(AppError::NotFound)?;
    let keep = HeaderValue::from_static("public, max-age=31536000, immutable");
    Ok(([(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, keep)], bytes).into_response())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PutAway {
    hash: String,
    to: String,
}

/// The announcement is not shown in this browser again; the next one is.
pub async fn put_away(ask: Ask, Form(form): Form<PutAway>) -> Result<Response> {
    let mut response = see_other(&destination(Some(form.to)));
    let plain = form.hash.len() == 32 && form.hash.bytes().all(|b| b.is_ascii_hexdigit());
    let secure = if ask.ctx.config().secure_cookies() { "; Secure" } else { "" };
    let cookie = format!("stoa_announcement={}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax{secure}", form.hash);
    if let Some(cookie) = HeaderValue::from_str(&cookie).ok().filter(|_| plain) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
