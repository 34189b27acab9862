//! `/webhooks/test`: what the test provider tells us. The bytes are checked before anything in them is believed.

use crate::foundation::error::{AppError, Result};
use crate::payments::providers::test;
use crate::payments::service::{Outcome, settle};
use crate::server::context::Context;
use crate::words;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use serde_json::json;

/// The largest body: an event is a few hundred bytes.
const MAX_BODY: usize = 64 * 1024;

/// 200 when it is done, now or before; 422 when it does not fit what we know; 400 when it cannot be believed; 404 when
/// the test provider is off.
pub async fn test(State(ctx): State<Context>, headers: HeaderMap, body: Body) -> Result<Response> {
    if !ctx.config().test_payments {
        return Err(AppError::NotFound);
    }
    let body = read(body).await?;
    let signature = headers.get(test::HEADER).and_then(|value| value.to_str().ok());
    test::verify(&test::secret(&ctx).await?, signature, &body, ctx.now())?;
    Ok(match settle(&ctx, &test::read(&body)?).await? {
        Outcome::Processed => Json(json!({ "ok": true })).into_response(),
        Outcome::Refused(reason) => (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "error": reason }))).into_response(),
    })
}

/// The whole body, unless it is too large.
async fn read(body: Body) -> Result<Vec<u8>> {
    let mut whole = Vec::new();
    let mut pieces = body.into_data_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece
            .map_err(|_| AppError::BadRequest(words!("请求不完整，请重试。", "The request did not arrive whole; please try again.")))?;
        if whole.len() + piece.len() > MAX_BODY {
            return Err(AppError::TooLarge);
        }
        whole.extend_from_slice(&piece);
    }
    Ok(whole)
}
