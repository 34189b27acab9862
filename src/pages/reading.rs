//! `POST /reading`: how far a member came in an article, told by a script when the page is put away. `POST /follows`:
//! follows or unfollows.

use super::replies::{back, refused};
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::PostId;
use crate::reading::model::Subject;
use crate::reading::{follows, service};
use crate::server::http::{Ask, Form, see_other};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ReachedForm {
    post: String,
    share: String,
}

pub async fn reached(ask: Ask, Form(form): Form<ReachedForm>) -> Result<Response> {
    let post: PostId = form.post.parse().map_err(|_| AppError::NotFound)?;
    // What is no number is no share; the service says so.
    let share = form.share.parse().unwrap_or(-1);
    service::reached(&ask.ctx, &ask.viewer, post, share).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct FollowForm {
    kind: String,
    key: String,
    /// `on` or `off`.
    follow: String,
    to: String,
}

pub async fn follow(ask: Ask, Form(form): Form<FollowForm>) -> Result<Response> {
    let subject = Subject::parse(&form.kind, &form.key).ok_or(AppError::NotFound)?;
    let (done, otherwise) = if form.follow == "off" { ("unfollowed", "/account/following") } else { ("followed", "/") };
    let result = match form.follow.as_str() {
        "off" => follows::unfollow(&ask.ctx, &ask.viewer, &subject).await,
        _ => follows::follow(&ask.ctx, &ask.viewer, &subject).await,
    };
    match result {
        Ok(()) => Ok(see_other(&back(&form.to, otherwise, done, None))),
        Err(error) => refused(&ask, error, &form.to),
    }
}
