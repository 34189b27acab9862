//! Errors on their way out. A handler returns an [`AppError`]; it leaves as a bare status with the error beside it, and one
//! layer (in `app`) draws it as a page or as JSON, whatever was asked for.

use crate::foundation::error::AppError;
use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Rides on the response from the handler to the layer that draws it.
#[derive(Debug, Clone)]
pub struct Failure(pub AppError);

/// Rides on an answer in the form of whoever is answered: it is not drawn again.
#[derive(Debug, Clone, Copy)]
pub struct AsItIs;

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if let AppError::TooManyRequests { retry_after_seconds } = self {
            response.headers_mut().insert(header::RETRY_AFTER, retry_after_seconds.into());
        }
        response.extensions_mut().insert(Failure(self));
        response
    }
}

/// The error a response stands for: the one it carries, or, for the plain refusals of the framework (no such route, a
/// number that is none), the one of ours with that status.
pub fn as_failure(response: &Response) -> Option<AppError> {
    if let Some(Failure(error)) = response.extensions().get::<Failure>() {
        return Some(error.clone());
    }
    if response.extensions().get::<AsItIs>().is_some() {
        return None;
    }
    let content_type = response.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if !content_type.is_empty() && !content_type.starts_with("text/plain") {
        return None;
    }
    match response.status() {
        // An address that only takes forms is no page.
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Some(AppError::NotFound),
        StatusCode::PAYLOAD_TOO_LARGE => Some(AppError::TooLarge),
        StatusCode::SERVICE_UNAVAILABLE => Some(AppError::Unavailable),
        status if status.is_client_error() => {
            Some(AppError::BadRequest(crate::words!("无法识别这个请求。", "This request cannot be read.")))
        }
        status if status.is_server_error() => Some(AppError::Internal),
        _ => None,
    }
}
