//! `/articles`: every article, newest first.

use super::shell::{Kind, Page};
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
    let title = t!(locale, "全部文章", "All articles");
    Ok(Page::new(title).of(Kind::Lists).canonical("/articles").draw(&ask, || {
        let first = ask.viewer.may_write().then(|| ("/write/new".to_owned(), t!(locale, "写第一篇", "Write the first one").to_owned()));
        let empty = listing.items.is_empty().then(|| {
            view! { <EmptyState text=t!(locale, "这里还没有文章。", "There are no articles here yet.") action=first/> }
        });
        view! {
            <header class="page-head">
                <h1>{title}</h1>
                <a class="head-link" href="/tags">{t!(locale, "按标签浏览", "Browse by tag")}</a>
            </header>
            {empty}
            <PostList listing path="/articles".to_owned() locale zone=ask.site.time_zone.clone()/>
        }
    }))
}
