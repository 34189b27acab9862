//! `POST /ratings`: stars for an article.

use super::replies::{back, refused};
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::PostId;
use crate::reactions::service;
use crate::server::http::{Ask, Form, see_other};
use axum::response::Response;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RatingForm {
    post: String,
    stars: String,
    to: String,
}

pub async fn submit(ask: Ask, Form(form): Form<RatingForm>) -> Result<Response> {
    let post: PostId = form.post.parse().map_err(|_| AppError::NotFound)?;
    // What is no number is no number of stars; the service says so.
    let stars = form.stars.parse().unwrap_or(0);
    match service::rate(&ask.ctx, &ask.viewer, post, stars).await {
        Ok(()) => Ok(see_other(&back(&form.to, "/", "rated", Some("rate")))),
        Err(error) => refused(&ask, error, &form.to),
    }
}
