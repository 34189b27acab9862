//! `/cards/…`: the pictures that stand for a link; `/qr/{slug}`: an article's address as a QR code.

use crate::foundation::error::{AppError, Result};
use crate::foundation::viewer::Viewer;
use crate::posts;
use crate::posts::model::Status;
use crate::server::http::{Ask, moved};
use crate::share::qr;
use crate::share::service::{self, Found};
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};

/// The address says what is on it, so it never changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

fn answer(found: Found) -> Response {
    match found {
        Found::Picture(png) => ([(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, FOR_EVER)], png).into_response(),
        Found::Moved(path) => moved(&path),
    }
}

pub async fn article(ask: Ask, Path((slug, card)): Path<(String, String)>) -> Result<Response> {
    service::article(&ask.ctx, &slug, &card).await.map(answer)
}

pub async fn site(ask: Ask, Path(card): Path<String>) -> Result<Response> {
    service::site(&ask.ctx, &card).await.map(answer)
}

/// As much as a visitor may know of it: that it is there.
pub async fn qr(ask: Ask, Path(slug): Path<String>) -> Result<Response> {
    let post = posts::service::open(&ask.ctx, &Viewer::VISITOR, &slug).await?;
    if post.status != Status::Published {
        return Err(AppError::NotFound);
    }
    let svg = qr::svg(&format!("{}{}", ask.ctx.config().base_url, post.path())).ok_or(AppError::NotFound)?;
    Ok(([(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=86400")], svg).into_response())
}
