//! What islands ask the server about articles.

use crate::foundation::error::AppError;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// How a text will look once it is saved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// With the wall as a line across the page.
    pub html: String,
    pub words: i64,
    /// Of these, behind the wall.
    pub rest_words: i64,
}

/// Renders Markdown as saving it would. For writers only: it is work.
///
/// `server = …` has to be said by every server function: without it Leptos would take its Axum integration, which we do not
/// use, or a mock that panics. The browser's half ignores it.
#[server(prefix = "/api/fn", endpoint = "preview-markdown", input = Json, server = server_fn::axum::AxumServerFnBackend)]
pub async fn preview_markdown(source: String) -> Result<Preview, AppError> {
    let ask = crate::server::server_fn::ask()?;
    let rendered = super::service::preview(&ask.viewer, source).await?;
    Ok(super::view::live_preview(ask.locale, &rendered))
}
