//! Styles, scripts, WebAssembly, icons: built into the program (a debug build reads them from the folder instead). Names
//! under `/pkg/` carry a hash of what they hold, so browsers may keep them for ever.

use crate::foundation::error::AppError;
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};
use serde::Deserialize;
use std::borrow::Cow;
use std::sync::LazyLock;

#[derive(RustEmbed)]
#[folder = "target/site"]
#[allow_missing = true]
struct Site;

/// The names that the build gave to what every page refers to.
#[derive(Debug, Default, Deserialize)]
pub struct Manifest {
    pub css: String,
    pub text: String,
    pub talk: String,
    pub lists: String,
    pub forms: String,
    pub desk: String,
    pub js: String,
    pub wasm: String,
    pub boot: String,
    pub page: String,
    pub member: String,
}

/// Read once. Empty names when the front end has not been built: pages then work without style, as tests of the server do.
pub static MANIFEST: LazyLock<Manifest> = LazyLock::new(|| match Site::get("manifest.json") {
    Some(file) => serde_json::from_slice(&file.data).unwrap_or_else(|error| {
        tracing::error!(%error, "manifest.json is not right");
        Manifest::default()
    }),
    None => Manifest::default(),
});

/// The asset at `path`, in the smallest form the browser accepts.
pub fn serve(path: &str, headers: &HeaderMap) -> Response {
    let path = path.trim_start_matches('/');
    if path.is_empty() || path == "manifest.json" || path.ends_with(".br") || path.ends_with(".gz") {
        return AppError::NotFound.into_response();
    }
    let accepts = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let found = [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(coding, _)| accepts.contains(coding))
        .find_map(|(coding, ending)| Site::get(&format!("{path}{ending}")).map(|file| (file, Some(coding))))
        .or_else(|| Site::get(path).map(|file| (file, None)));
    let Some((EmbeddedFile { data, .. }, coding)) = found else { return AppError::NotFound.into_response() };
    let content_type = content_type(path);
    let keep = match path {
        // The browser asks each time whether there is a new one.
        "sw.js" => "no-cache",
        path if path.starts_with("pkg/") => "public, max-age=31536000, immutable",
        _ => "public, max-age=86400",
    };
    let mut response = (
        StatusCode::OK,
        [(header::CONTENT_TYPE, content_type.as_str()), (header::CACHE_CONTROL, keep), (header::VARY, "accept-encoding")],
        match data {
            Cow::Borrowed(embedded) => Body::from(embedded),
            Cow::Owned(read) => Body::from(read),
        },
    )
        .into_response();
    if let Some(coding) = coding {
        response.headers_mut().insert(header::CONTENT_ENCODING, header::HeaderValue::from_static(coding));
    }
    response
}

fn content_type(path: &str) -> String {
    match path {
        // By its own specification; the file's ending does not tell.
        "speculation-rules.json" => "application/speculationrules+json".to_owned(),
        _ => mime_guess::from_path(path).first_or_octet_stream().to_string(),
    }
}
