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

use super::shell::Page;
use crate::foundation::error::Result;
use crate::posts::service::Cursor;
use crate::server::http::{Ask, moved};
use axum::response::Response;

/// A part of the visitor's home page. The page shows them in the order of a slice, and leaves out what has nothing to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Promise,
    Sample,
    Newest,
    Tiers,
    Talk,
    Questions,
}

/// What an admin can say about the visitor's home page.
#[derive(Debug, Clone)]
pub struct Front {
    pub sections: &'static [Section],
    /// In place of the sentence that every site has.
    pub promise: Option<String>,
    /// Questions and answers, as HTML that has been through `markdown`.
    pub questions: Option<String>,
}

impl Default for Front {
    fn default() -> Front {
        use Section::{Newest, Promise, Questions, Sample, Talk, Tiers};
        Front { sections: &[Promise, Sample, Newest, Tiers, Talk, Questions], promise: None, questions: None }
    }
}

pub async fn show(ask: Ask) -> Result<Response> {
    // Where the list of all articles was once.
    if let Some(after) = ask.query("after") {
        return Ok(moved(&Cursor::parse(&after).map_or("/articles".to_owned(), |_| format!("/articles?after={after}"))));
    }
    let page = Page::new("").canonical("/");
    match ask.viewer.member() {
        Some(_) => member::show(ask, page).await,
        None => visitor::show(ask, page, Front::default()).await,
    }
}
