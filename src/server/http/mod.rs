//! The request and the response, as every page and API handler sees them.

mod ask;
mod failure;
mod form;
mod guards;
mod routes;

pub use ask::{Ask, Nonce, RequestId, language_asked, local_path, page_before, query_value, stood_at, without_language};
pub use failure::{AsItIs, Failure, as_failure};
pub use form::Form;
pub use guards::{OwnPolicy, refuse_nul_in_paths, refuse_other_sites, security_headers};
pub use routes::{Addresses, Route, Routes};

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// 303 to a path on this site: after a form was done.
pub fn see_other(path: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, path.to_owned())]).into_response()
}

/// Where to sign in, and then come back to this path.
pub fn sign_in_path(back: &str) -> String {
    format!("/sign-in?to={}", query_value(back))
}

/// 301 to a path on this site: what lived here has moved for good.
pub fn moved(path: &str) -> Response {
    (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, path.to_owned())]).into_response()
}

/// A browser that fetches ahead: it may show the page without asking for it again.
pub fn is_ahead(headers: &HeaderMap) -> bool {
    has(headers, "sec-purpose", "prefetch") || has(headers, "purpose", "prefetch")
}

/// As [`is_ahead`], of what nobody may ever want to see, and of the copy that a service worker makes of what was shown. While the finger is on a link our own rules (`speculation-rules.json`)
/// fetch the page behind it: almost every such page is opened then, and nothing else tells of it.
pub fn is_prefetch(headers: &HeaderMap) -> bool {
    headers.contains_key("stoa-copy") || is_ahead(headers) && !has(headers, "sec-speculation-tags", "\"pressed\"")
}

fn has(headers: &HeaderMap, name: &str, word: &str) -> bool {
    headers.get(name).is_some_and(|value| value.to_str().is_ok_and(|value| value.contains(word)))
}
