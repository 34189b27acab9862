//! The bridge between an island's server function and the request it stands in: `POST /api/fn/…`.
//!
//! A server function asks for the request with [`ask`]. What fails leaves as JSON with the error's own status, and the
//! island gets the same `AppError` back.

use crate::foundation::error::{AppError, Result};
use crate::server::http::Ask;
use crate::words;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::Response;
use server_fn::axum::{get_server_fn_service, handle_server_fn};
use server_fn::error::{FromServerFnError, SERVER_FN_ERROR_HEADER};

tokio::task_local! {
    static ASK: Ask;
}

/// The request in which a server function runs.
pub fn ask() -> Result<Ask> {
    ASK.try_with(Ask::clone).map_err(|_| {
        tracing::error!("a server function ran outside of a request");
        AppError::Internal
    })
}

/// The handler of every server function.
pub async fn answer(ask: Ask, request: Request) -> Result<Response> {
    if get_server_fn_service(request.uri().path(), request.method().clone()).is_none() {
        return Err(AppError::NotFound);
    }
    let response = ASK.scope(ask, handle_server_fn(read_whole(request).await?)).await;
    if response.headers().contains_key(HeaderName::from_static(SERVER_FN_ERROR_HEADER)) { failed(response).await } else { Ok(response) }
}

/// The request with its body in memory: the limit of bodies holds for those who read them this way.
async fn read_whole(request: Request) -> Result<Request> {
    let (mut parts, body) = request.into_parts();
    let body = Bytes::from_request(Request::from_parts(parts.clone(), body), &()).await.map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            AppError::TooLarge
        } else {
            AppError::BadRequest(words!("请求不完整，请重试。", "The request did not arrive whole; please try again."))
        }
    })?;
    parts.headers.remove(header::TRANSFER_ENCODING);
    Ok(Request::from_parts(parts, Body::from(body)))
}

/// The framework answers every error with 500; ours say what they are.
async fn failed(response: Response) -> Result<Response> {
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.map_err(|_| AppError::Internal)?;
    let error = AppError::de(body.clone());
    parts.status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Ok(Response::from_parts(parts, Body::from(body)))
}
