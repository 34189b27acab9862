//! What holds for every response and every request that changes something.

use super::ask::Nonce;
use crate::foundation::error::AppError;
use crate::server::context::Context;
use crate::words;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Refuses a request that would change something and comes from another site's page. Browsers say where a request comes
/// from in `Sec-Fetch-Site` (Fetch Metadata) or, older ones, in `Origin`; a program that sends neither is no browser and
/// carries no cookies that somebody else could borrow.
pub async fn refuse_other_sites(State(ctx): State<Context>, request: Request, next: Next) -> Response {
    if is_safe(request.method()) || comes_from_here(request.headers(), &ctx.config().base_url) {
        return next.run(request).await;
    }
    AppError::Forbidden(words!("这个请求来自别的网站，已被拒绝。", "This request came from another site and was refused.")).into_response()
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn comes_from_here(headers: &HeaderMap, base_url: &str) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|v| v.to_str().unwrap_or("invalid"));
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site")) {
        return matches!(site, "same-origin" | "none");
    }
    match text(header::ORIGIN) {
        None => true,
        Some(origin) => {
            let host = text(header::HOST).unwrap_or_default();
            let origin_host = origin.split_once("://").map(|(_, host)| host);
            origin == base_url || base_url.strip_prefix(origin).is_some_and(|path| path.starts_with('/')) || origin_host == Some(host)
        }
    }
}

/// Nothing lives at an address with a NUL in it, and PostgreSQL cannot even be asked for one: 404 before any handler.
pub async fn refuse_nul_in_paths(request: Request, next: Next) -> Response {
    if request.uri().path().contains("%00") { AppError::NotFound.into_response() } else { next.run(request).await }
}

/// Rides on a response that is no page of ours, such as a letter to be looked at: its policy instead of the usual one.
#[derive(Debug, Clone, Copy)]
pub struct OwnPolicy(pub &'static str);

/// Content-Security-Policy and its kin. Only the script with this page's nonce runs, and what it imports.
pub async fn security_headers(request: Request, next: Next) -> Response {
    let nonce = request.extensions().get::<Nonce>().cloned();
    let secret = is_secret(request.uri());
    let changes = !is_safe(request.method());
    let mut response = next.run(request).await;
    let own = response.extensions().get::<OwnPolicy>().copied();
    let headers = response.headers_mut();
    let nonce = nonce.map(|n| format!("'nonce-{}' ", n.0)).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; script-src {nonce}'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' https:; \
         font-src 'self'; connect-src 'self'; manifest-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, own.map_or(policy, |OwnPolicy(policy)| HeaderValue::from_static(policy)));
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // A page that leads on to a provider has to say whose it is, and says so itself.
    let referrer = if secret { "no-referrer" } else { "strict-origin-when-cross-origin" };
    headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static(referrer));
    headers.insert(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
    // Where a browser knows how, it fetches a page while the finger is still on the link, and so it is counted. After a change
    // nothing fetched before is shown.
    headers.insert(HeaderName::from_static("speculation-rules"), HeaderValue::from_static("\"/speculation-rules.json\""));
    if changes {
        headers.append(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"prefetchCache\", \"prerenderCache\""));
    }
    // Whoever keeps an answer for everybody must not keep somebody's session with it.
    let public = |value: &HeaderValue| value.to_str().is_ok_and(|value| value.contains("public"));
    if headers.contains_key(header::SET_COOKIE) && headers.get(header::CACHE_CONTROL).is_some_and(public) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        // A page is for the person who asked; back and forward may still show it at once.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    }
    response
}

/// Addresses that should not be told to other sites by a link on their page.
fn is_secret(uri: &Uri) -> bool {
    ["/orders/", "/test-provider/", "/setup", "/verify", "/reset", "/redeem/", "/gift/", "/gift-link/", "/unsubscribe"]
        .iter()
        .any(|prefix| uri.path().starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(k, v)| (HeaderName::from_static(k), HeaderValue::from_static(v))).collect()
    }

    #[test]
    fn a_form_on_another_site_is_refused() {
        let base = "https://stoa.example";
        for pairs in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")],
            &[("origin", "https://evil.example"), ("host", "stoa.example")],
            &[("origin", "null")],
            &[("origin", "https://stoa.example.evil.example")],
        ] {
            assert!(!comes_from_here(&headers(pairs), base), "{pairs:?}");
        }
    }

    #[test]
    fn our_own_forms_and_programs_without_a_browser_pass() {
        let base = "https://stoa.example";
        for pairs in [
            &[("sec-fetch-site", "same-origin")][..],
            &[("origin", "https://stoa.example")],
            &[("origin", "http://127.0.0.1:3000"), ("host", "127.0.0.1:3000")],
            &[],
        ] {
            assert!(comes_from_here(&headers(pairs), base), "{pairs:?}");
        }
    }
}
