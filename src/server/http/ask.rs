//! [`Ask`]: one request, as a handler needs it: who asks, in which language, of which site.

use super::routes::Addresses;
use crate::foundation::error::AppError;
use crate::foundation::locale::Locale;
use crate::foundation::site::Site;
use crate::foundation::theme::Theme;
use crate::foundation::viewer::Viewer;
use crate::server::context::Context;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Uri, header};
use std::sync::Arc;

/// Names a request in the log and on an error page.
#[derive(Debug, Clone)]
pub struct RequestId(pub Arc<str>);

/// Allows this page's own script, and no other, to run (Content-Security-Policy).
#[derive(Debug, Clone)]
pub struct Nonce(pub Arc<str>);

/// Put into the request by a layer; a handler takes it as an argument.
#[derive(Clone)]
pub struct Ask {
    pub ctx: Context,
    pub viewer: Viewer,
    /// The language to answer in.
    pub locale: Locale,
    pub theme: Theme,
    pub site: Arc<Site>,
    /// The hash of the announcement that was put away in this browser.
    pub put_away: Option<Arc<str>>,
    pub request_id: RequestId,
    pub nonce: Nonce,
    pub uri: Uri,
    /// For what answers a form: where the page can be looked at, see [`Ask::here`].
    pub stood_at: Option<Arc<str>>,
    /// Where the request comes from, to slow down guessers and to tell visitors of a day apart. Never stored as it is.
    pub address: Arc<str>,
    pub user_agent: Arc<str>,
}

impl Ask {
    /// The path asked for, with its query: what sign-in comes back to.
    pub fn path_and_query(&self) -> &str {
        self.uri.path_and_query().map_or("/", |p| p.as_str())
    }

    pub fn path(&self) -> &str {
        self.uri.path()
    }

    /// Where this page can be looked at (again): what a choice in the footer comes back to. Many forms are sent to an address
    /// at which there is nothing to see; the page that answers one is looked at where the form stood.
    pub fn here(&self) -> &str {
        self.stood_at.as_deref().unwrap_or_else(|| self.path_and_query())
    }

    /// One parameter of the query, decoded.
    pub fn query(&self, name: &str) -> Option<String> {
        parameter(self.uri.query()?, name)
    }
}

/// The language that an address asks for: `?lang=en`.
pub fn language_asked(uri: &Uri) -> Option<Locale> {
    parameter(uri.query()?, "lang").as_deref().and_then(Locale::from_tag)
}

/// A path without its `?lang=`: for whoever chose a language otherwise.
pub fn without_language(path: &str) -> String {
    let (path, fragment) = path.split_once('#').map_or((path, None), |(path, fragment)| (path, Some(fragment)));
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let rest: Vec<&str> = query.split('&').filter(|part| !part.is_empty() && !part.starts_with("lang=")).collect();
    let query = if rest.is_empty() { String::new() } else { format!("?{}", rest.join("&")) };
    format!("{path}{query}{}", fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default())
}

/// Text as the value of a query parameter.
pub fn query_value(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// NUL, which PostgreSQL cannot hold in a text, becomes the replacement character, as it does in a form.
fn parameter(query: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.replace('\0', "\u{fffd}"))
}

impl<S: Sync> FromRequestParts<S> for Ask {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Ask, AppError> {
        parts.extensions.get::<Ask>().cloned().ok_or_else(|| {
            tracing::error!("a route was reached without the layer that makes the Ask");
            AppError::Internal
        })
    }
}

/// The text, if it is a path on this site: never an address elsewhere that a link could smuggle in.
pub fn local_path(text: &str) -> Option<&str> {
    let safe = text.starts_with('/')
        && !text.starts_with("//")
        && !text.contains('\\')
        && text.len() <= 500
        && text.bytes().all(|b| b.is_ascii_graphic());
    safe.then_some(text)
}

/// The address of the page of this site from which the browser comes.
pub fn page_before(headers: &HeaderMap, base_url: &str) -> Option<Uri> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let before = text(header::REFERER)?;
    let page: Uri = before.parse().ok()?;
    let host = page.authority().map(|authority| authority.as_str());
    let own = before.strip_prefix(base_url).is_some_and(|rest| rest.starts_with('/'));
    (own || host.is_some() && host == text(header::HOST)).then_some(page)
}

/// Where what answers a form can be looked at: on the page on which the form stood; if the browser does not say which that was
/// (pages with secret addresses forbid it), or it took forms alone as well, at the form's own address; if there is nothing to
/// see either, above it.
pub fn stood_at(headers: &HeaderMap, base_url: &str, uri: &Uri, addresses: &Addresses) -> Arc<str> {
    let whole = |uri: &Uri| uri.path_and_query().and_then(|path| local_path(path.as_str())).map(Arc::<str>::from);
    let seen = |uri: &Uri| addresses.can_be_seen(uri.path()).then(|| whole(uri)).flatten();
    let before = page_before(headers, base_url).as_ref().and_then(seen);
    before.or_else(|| seen(uri)).unwrap_or_else(|| local_path(addresses.above(uri.path())).unwrap_or("/").into())
}

#[cfg(test)]
mod tests {
    use super::{language_asked, local_path, parameter, without_language};
    use crate::foundation::locale::Locale;

    #[test]
    fn a_parameter_is_text_that_every_database_can_hold() {
        assert_eq!(parameter("q=a%00b+c&q=d", "q").as_deref(), Some("a\u{fffd}b c"));
        assert_eq!(parameter("q=%FF", "q").as_deref(), Some("\u{fffd}"));
        assert_eq!(parameter("q=a", "other"), None);
    }

    #[test]
    fn an_address_can_ask_for_a_language_and_be_rid_of_it() {
        assert_eq!(language_asked(&"/p/a?x=1&lang=zh-CN".parse().unwrap()), Some(Locale::Zh));
        assert_eq!(language_asked(&"/p/a?lang=fr".parse().unwrap()), None);
        assert_eq!(without_language("/p/a?lang=en"), "/p/a");
        assert_eq!(without_language("/p/a?x=1&lang=en&y=2#wall"), "/p/a?x=1&y=2#wall");
        assert_eq!(without_language("/p/a#wall"), "/p/a#wall");
    }

    #[test]
    fn only_paths_of_this_site_are_come_back_to() {
        assert_eq!(local_path("/p/a?x=1#h-two"), Some("/p/a?x=1#h-two"));
        for elsewhere in
            ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", "/a\r\nSet-Cookie: x", "/a b"]
        {
            assert_eq!(local_path(elsewhere), None, "{elsewhere}");
        }
    }
}
