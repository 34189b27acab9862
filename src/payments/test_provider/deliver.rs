//! Sends webhooks to Stoa, over HTTP like anybody else.

use super::message::Message;
use super::{HEADER, secret, sign};
use crate::foundation::error::{AppError, Result};
use crate::server::config::Config;
use crate::server::context::Context;
use std::time::Duration;

/// How long Stoa may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// The address of Stoa's webhook as seen from this machine. Behind a proxy with `https` we go round the proxy.
fn address(config: &Config) -> String {
    if config.base_url.starts_with("http://") {
        format!("{}/webhooks/test", config.base_url)
    } else {
        format!("http://{}/webhooks/test", config.listen)
    }
}

/// `Err` holds what Stoa, or the network, said against it.
pub async fn deliver(ctx: &Context, message: &Message) -> Result<Result<(), String>> {
    let body = serde_json::to_vec(message).map_err(|_| AppError::Internal)?;
    let signature = sign(&secret(ctx).await?, ctx.now(), &body)?;
    // A proxy named in the environment is for addresses elsewhere.
    let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().map_err(|_| AppError::Internal)?;
    let request = client.post(address(ctx.config())).header("content-type", "application/json").header(HEADER, signature);
    let response = match request.body(body).send().await {
        Ok(response) => response,
        Err(error) => {
            tracing::warn!(%error, "the test provider cannot reach the webhook");
            return Ok(Err(error.without_url().to_string()));
        }
    };
    let status = response.status();
    if status.is_success() {
        return Ok(Ok(()));
    }
    let said: String = response.text().await.unwrap_or_default().chars().take(300).collect();
    Ok(Err(format!("{} {said}", status.as_u16())))
}
