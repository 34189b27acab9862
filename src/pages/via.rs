//! `?via=CODE`: by whose link somebody came. It is kept without a cookie and without a session: the browser says which page of
//! ours a link was pressed on (`Referer`), and if that page's address has a code, the next one's gets it as well. What somebody
//! does then (join, buy) is told by the address of the page with the form. After something was done (`?done=`) it goes no
//! further, and an empty `?via=` takes it out.

use crate::payments::affiliates::model::is_code;
use crate::payments::affiliates::recommending;
use crate::server::http::{Ask, is_prefetch, local_path, page_before, see_other};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, Method, Uri, header};
use axum::middleware::Next;
use axum::response::Response;

const NAME: &str = "via";

/// The layer: carries a code from page to page, and counts who came from elsewhere by one.
pub async fn carry(request: Request, next: Next) -> Response {
    if request.method() != Method::GET || !is_for_a_window(request.headers()) {
        return next.run(request).await;
    }
    let Some(ask) = request.extensions().get::<Ask>().cloned() else { return next.run(request).await };
    let from = page_before(request.headers(), &ask.ctx.config().base_url);
    let Some(named) = ask.query(NAME) else {
        return match from.as_ref().and_then(code_in).and_then(|code| with_code(&ask, &code)) {
            Some(path) => see_other(&path),
            None => next.run(request).await,
        };
    };
    let came = from.is_none() && !is_prefetch(request.headers());
    let response = next.run(request).await;
    if came
        && response.status().is_success()
        && let Err(error) = recommending::opened(&ask.ctx, &ask.viewer, &named).await
    {
        tracing::warn!(%error, "who came by a link was not counted");
    }
    response
}

/// The code of the page on which a form was, or of the form's own address.
pub fn of_form(ask: &Ask, headers: &HeaderMap) -> Option<String> {
    match ask.query(NAME) {
        Some(named) => is_code(&named).then_some(named),
        None => page_before(headers, &ask.ctx.config().base_url).as_ref().and_then(code_in),
    }
}

/// The same page with the code, unless something was just done there.
fn with_code(ask: &Ask, code: &str) -> Option<String> {
    if ask.query("done").is_some() {
        return None;
    }
    let here = local_path(ask.path_and_query())?;
    let mark = if here.contains('?') { '&' } else { '?' };
    Some(format!("{here}{mark}{NAME}={code}"))
}

/// A page that somebody looks at, and not what belongs to one.
fn is_for_a_window(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    match text(HeaderName::from_static("sec-fetch-dest")) {
        Some(destination) => destination == "document",
        None => text(header::ACCEPT).is_some_and(|accepted| accepted.contains("text/html")),
    }
}

fn code_in(page: &Uri) -> Option<String> {
    let code = page.query()?.split('&').find_map(|part| part.strip_prefix("via="))?;
    is_code(code).then(|| code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_code_is_carried_on_from_pages_of_this_site_alone() {
        let of = |referer: &'static str| {
            let headers = headers(&[("referer", referer), ("host", "127.0.0.1:3000")]);
            page_before(&headers, "https://stoa.example").as_ref().and_then(code_in)
        };
        let code = Some("00af12bc9e".to_owned());
        assert_eq!(of("https://stoa.example/p/a?x=1&via=00af12bc9e"), code);
        assert_eq!(of("http://127.0.0.1:3000/?via=00af12bc9e"), code);
        for none in [
            "https://stoa.example/p/a",
            "https://stoa.example/p/a?via=",
            "https://stoa.example/p/a?via=&via=00af12bc9e",
            "https://stoa.example/p/a?via=00AF12BC9E",
            "https://stoa.example.evil.example/?via=00af12bc9e",
            "https://evil.example/?via=00af12bc9e",
            "https://evil.example/https://stoa.example/?via=00af12bc9e",
            "not an address",
        ] {
            assert_eq!(of(none), None, "{none}");
        }
    }

    #[test]
    fn what_belongs_to_a_page_is_left_alone() {
        assert!(is_for_a_window(&headers(&[("sec-fetch-dest", "document"), ("accept", "*/*")])));
        assert!(is_for_a_window(&headers(&[("accept", "text/html,application/xhtml+xml")])));
        for other in [
            &[("sec-fetch-dest", "style"), ("accept", "text/css")][..],
            &[("accept", "*/*")],
            &[],
            &[("sec-fetch-dest", "image"), ("accept", "text/html")],
        ] {
            assert!(!is_for_a_window(&headers(other)), "{other:?}");
        }
    }
}
