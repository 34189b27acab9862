//! `GET /api/users` and `GET /api/users/{id}`: who is here, for programs. Public fields only; people who joined, so no
//! imported names and nobody who left.

use super::limit::Limit;
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::MemberId;
use crate::members::model::Profile;
use crate::members::service;
use crate::server::http::Ask;
use crate::words;
use axum::Json;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

const PAGE: i64 = 30;
const MAX_PAGE: i64 = 100;

/// The calls of each address to this instance.
struct Calls(Limit);

impl Default for Calls {
    fn default() -> Calls {
        Calls(Limit::new(120))
    }
}

fn admit(ask: &Ask) -> Result<()> {
    ask.ctx.keep::<Calls>().0.admit(&ask.address, ask.ctx.now())
}

#[derive(Serialize)]
struct User {
    id: MemberId,
    name: String,
    handle: String,
    /// Their page.
    url: String,
}

impl User {
    fn of(profile: Profile, base_url: &str) -> User {
        User { id: profile.id, url: format!("{base_url}/u/{}", profile.handle), name: profile.name, handle: profile.handle }
    }
}

/// A number in the query; `default` when it is not there.
fn number(ask: &Ask, name: &str, default: i64) -> Result<i64> {
    match ask.query(name) {
        None => Ok(default),
        Some(text) => {
            text.parse().ok().filter(|n| *n >= 0).ok_or_else(|| {
                AppError::BadRequest(words!("参数 {name} 必须是非负整数。", "{name} has to be a whole number, zero or more."))
            })
        }
    }
}

/// In the order people joined, after the id `after`. A `Link` header leads to the next page, if there is one.
pub async fn list(ask: Ask) -> Result<Response> {
    admit(&ask)?;
    let after = number(&ask, "after", 0)?;
    let limit = number(&ask, "limit", PAGE)?.clamp(1, MAX_PAGE);
    let mut profiles = service::joined_after(&ask.ctx, MemberId(after), limit + 1).await?;
    let more = profiles.len() as i64 > limit;
    profiles.truncate(limit as usize);
    let base_url = &ask.ctx.config().base_url;
    let next = profiles.last().filter(|_| more).map(|last| format!("<{base_url}/api/users?after={}&limit={limit}>; rel=\"next\"", last.id));
    let users: Vec<User> = profiles.into_iter().map(|profile| User::of(profile, base_url)).collect();
    let mut response = Json(users).into_response();
    if let Some(link) = next.and_then(|link| HeaderValue::from_str(&link).ok()) {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

/// One of them. What is no number is no user.
pub async fn one(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    admit(&ask)?;
    let found = match id.parse() {
        Ok(id) => service::joined(&ask.ctx, MemberId(id)).await?,
        Err(_) => None,
    };
    Ok(match found {
        Some(profile) => Json(User::of(profile, &ask.ctx.config().base_url)).into_response(),
        None => (StatusCode::NOT_FOUND, Json(serde_json::json!({ "error": "User not found" }))).into_response(),
    })
}
