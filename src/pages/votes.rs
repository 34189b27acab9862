//! `POST /votes`: up, down, or neither. A button of a list says all by itself: `up`, `down` or `none` is its name, and
//! what is voted on its value; `target_id` and `value` say the same for programs.

use super::replies::{back, refused};
use crate::discussion::service;
use crate::foundation::error::{AppError, Result};
use crate::foundation::target::{Target, TargetKind};
use crate::server::http::{Ask, Form, see_other};
use crate::words;
use axum::response::Response;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct VoteForm {
    target_kind: String,
    target_id: String,
    value: String,
    up: String,
    down: String,
    none: String,
    to: String,
}

impl VoteForm {
    fn read(&self) -> Result<(Target, i64)> {
        let kind = TargetKind::parse(&self.target_kind).ok_or(AppError::NotFound)?;
        let pressed = [(&self.up, 1), (&self.down, -1), (&self.none, 0)].into_iter().find(|(id, _)| !id.is_empty());
        let (id, value) = match pressed {
            Some((id, value)) => (id, value),
            None => {
                let value = self.value.parse();
                (&self.target_id, value.map_err(|_| AppError::BadRequest(words!("只能赞成或反对。", "A vote is up or down.")))?)
            }
        };
        Ok((Target { kind, id: id.parse().map_err(|_| AppError::NotFound)? }, value))
    }
}

pub async fn submit(ask: Ask, Form(form): Form<VoteForm>) -> Result<Response> {
    let (target, value) = form.read()?;
    let anchor = (target.kind == TargetKind::Reply).then(|| format!("r-{}", target.id));
    match service::vote(&ask.ctx, &ask.viewer, target, value).await {
        Ok(()) => Ok(see_other(&back(&form.to, "/community", "", anchor.as_deref()))),
        Err(error) => refused(&ask, error, &form.to),
    }
}
