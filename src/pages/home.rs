//! `/`: the newest articles.

use super::shell::Page;
use crate::foundation::error::Result;
use crate::posts::service::{self, Cursor, Shelf};
use crate::posts::view::PostList;
use crate::server::http::Ask;
use crate::t;
use crate::ui::EmptyState;
use axum::response::Response;
use leptos::prelude::*;

pub async fn show(ask: Ask) -> Result<Response> {
    let locale = ask.locale;
    let after = ask.query("after").as_deref().and_then(Cursor::parse);
    let listing = service::list(&ask.ctx, Shelf::All, after).await?;
    let page = Page::new("").canonical("/");
    Ok(page.draw(&ask, || {
        let first = ask.viewer.may_write().then(|| ("/write/new".to_owned(), t!(locale, "写第一篇", "Write the first one").to_owned()));
        let empty = listing.items.is_empty().then(|| {
            view! { <EmptyState text=t!(locale, "这里还没有文章。", "There are no articles here yet.") action=first/> }
        });
        view! {
            <h1>{t!(locale, "最新文章", "Latest articles")}</h1>
            {empty}
            <PostList listing path="/".to_owned() locale zone=ask.site.time_zone.clone()/>
        }
    }))
}
