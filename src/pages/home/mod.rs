//! `/`: for a visitor, what this place is; for a member, what there is to read now. One file a section.

mod first_steps;
mod member;
mod newest;
mod promise;
mod questions;
mod sample;
mod talk;
mod tiers;
mod visitor;

pub use newest::ShortCard;

use super::shell::{Kind, Page};
use crate::foundation::error::Result;
use crate::posts::service::Cursor;
use crate::server::http::{Ask, moved};
use axum::response::Response;

pub async fn show(ask: Ask) -> Result<Response> {
    // Where the list of all articles was once.
    if let Some(after) = ask.query("after") {
        return Ok(moved(&Cursor::parse(&after).map_or("/articles".to_owned(), |_| format!("/articles?after={after}"))));
    }
    let page = Page::new("").of(Kind::Lists).description(promise::sentence(&ask.site, ask.locale).0).canonical("/");
    match ask.viewer.member() {
        Some(_) => member::show(ask, page).await,
        None => visitor::show(ask, page).await,
    }
}
