//! `/webhooks/{provider}`: what payment providers tell us. The bytes are checked before anything in them is believed, and
//! kept before they are answered; what they mean is found out afterwards. A provider is answered in its own way, also when
//! it was not its fault.

use crate::foundation::error::{AppError, Result};
use crate::payments::inbox;
use crate::providers::{Disbelief, Provider};
use crate::server::context::Context;
use crate::server::http::AsItIs;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;

/// The largest body: notifications are a few kilobytes.
const MAX_BODY: usize = 256 * 1024;

/// The provider's own kind of answer; 404 for one that is not set up.
pub async fn receive(State(ctx): State<Context>, Path(provider): Path<String>, headers: HeaderMap, body: Body) -> Result<Response> {
    let provider = Provider::parse(&provider).ok_or(AppError::NotFound)?;
    if provider == Provider::Offline || provider == Provider::Test && !ctx.config().test_payments {
        return Err(AppError::NotFound);
    }
    let body = read(body).await;
    let answer = inbox::receive(&ctx, provider, &headers, body.as_deref().map_err(Clone::clone)).await?;
    let mut response = (answer.status, answer.body).into_response();
    response.extensions_mut().insert(AsItIs);
    response.headers_mut().remove(header::CONTENT_TYPE);
    if let Some(kind) = answer.content_type {
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    Ok(response)
}

/// The whole body, unless it is too large.
async fn read(body: Body) -> Result<Vec<u8>, Disbelief> {
    let mut whole = Vec::new();
    let mut pieces = body.into_data_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| Disbelief::BrokenOff)?;
        if whole.len() + piece.len() > MAX_BODY {
            return Err(Disbelief::TooLarge);
        }
        whole.extend_from_slice(&piece);
    }
    Ok(whole)
}
