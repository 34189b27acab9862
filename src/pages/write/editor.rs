//! `/write/new`, `/write/{id}`: the deeds of the editor. Whatever goes wrong, what was typed comes back.

use super::desk::Desk;
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::PostId;
use crate::posts::service::{self, PostForm, Then};
use crate::server::http::{Ask, Form, see_other};
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;

/// The form, and which of its buttons was pressed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    /// `save`, `publish`, `unpublish`, `preview` or `delete`; saving when none was.
    #[serde(rename = "do")]
    deed: String,
    #[serde(flatten)]
    form: PostForm,
}

pub async fn begin(ask: Ask) -> Result<Response> {
    ask.viewer.require_author()?;
    Ok(Desk::fresh(PostForm::default()).draw(&ask).await)
}

pub async fn edit(ask: Ask, Path(id): Path<i64>) -> Result<Response> {
    let editing = service::edit(&ask.ctx, &ask.viewer, PostId(id)).await?;
    Ok(Desk::open(editing).draw(&ask).await)
}

pub async fn submit_new(ask: Ask, Form(sent): Form<Sent>) -> Result<Response> {
    let Sent { deed, form } = sent;
    let done = match deed.as_str() {
        "preview" => return Ok(draw_preview(&ask, Desk::fresh(form)).await),
        "publish" => service::create(&ask.ctx, &ask.viewer, &form, true).await,
        _ => service::create(&ask.ctx, &ask.viewer, &form, false).await,
    };
    match done {
        Ok(id) if deed == "publish" => {
            let path = service::published_ref(&ask.ctx, id).await?.path();
            Ok(see_other(&format!("{path}?done=published")))
        }
        Ok(id) => Ok(see_other(&format!("/write/{id}?done=saved"))),
        Err(error) => Ok(Desk::fresh(form).wrong(error).draw(&ask).await),
    }
}

pub async fn submit(ask: Ask, Path(id): Path<i64>, Form(sent): Form<Sent>) -> Result<Response> {
    let (id, Sent { deed, form }) = (PostId(id), sent);
    let then = match deed.as_str() {
        "preview" => {
            let desk = desk_with(&ask, id, form).await;
            return Ok(draw_preview(&ask, desk).await);
        }
        "delete" => {
            return match service::delete_draft(&ask.ctx, &ask.viewer, id).await {
                Ok(()) => Ok(see_other("/write?done=deleted")),
                Err(error) => Ok(desk_with(&ask, id, form).await.wrong(error).draw(&ask).await),
            };
        }
        "publish" => Then::Publish,
        "unpublish" => Then::Unpublish,
        _ => Then::Stay,
    };
    match service::revise(&ask.ctx, &ask.viewer, id, &form, then).await {
        Ok(slug) => Ok(see_other(&match then {
            Then::Publish => format!("/p/{slug}?done=published"),
            Then::Unpublish => format!("/write/{id}?done=unpublished"),
            Then::Stay => format!("/write/{id}?done=saved"),
        })),
        Err(error) => {
            let stale = matches!(error, AppError::Conflict(_));
            let mut desk = desk_with(&ask, id, form).await;
            // They have been told; saving again is then meant.
            if stale {
                desk.take_newest_version();
            }
            Ok(desk.wrong(error).draw(&ask).await)
        }
    }
}

/// The article's desk with what was typed on it. One who may not see the article, or lost their session meanwhile, gets
/// their own text back and no more; when the article is gone, saving begins a new one.
async fn desk_with(ask: &Ask, id: PostId, form: PostForm) -> Desk {
    match service::edit(&ask.ctx, &ask.viewer, id).await {
        Ok(editing) => Desk::open(editing).with(form),
        Err(AppError::NotFound) => Desk::fresh(form),
        Err(_) => Desk::unseen(id, form),
    }
}

async fn draw_preview(ask: &Ask, mut desk: Desk) -> Response {
    match service::preview(&ask.viewer, desk.form.source.clone()).await {
        Ok(rendered) => desk = desk.showing(rendered),
        Err(error) => desk = desk.wrong(error),
    }
    desk.draw(ask).await
}
