//! `/articles`: every article, newest first, or those with certain words in their titles and tags.

use super::shell::{Kind, Page};
use crate::foundation::error::Result;
use crate::foundation::locale::Locale;
use crate::posts::service::{self, Cursor, Shelf};
use crate::posts::view::PostList;
use crate::server::http::Ask;
use crate::ui::EmptyState;
use crate::{bundles, t, tf};
use axum::response::Response;
use leptos::prelude::*;

/// What is looked for may be so long, in characters.
const MAX_FIND: usize = 100;

pub async fn show(ask: Ask) -> Result<Response> {
    let locale = ask.locale;
    let after = ask.query("after").as_deref().and_then(Cursor::parse);
    let find: String = ask.query("find").unwrap_or_default().trim().chars().take(MAX_FIND).collect();
    let shelf = if find.is_empty() { Shelf::All } else { Shelf::Named(&find) };
    let listing = service::list(&ask.ctx, shelf, after).await?;
    let bundled = find.is_empty() && bundles::service::any(&ask.ctx).await?;
    let title = t!(locale, "全部文章", "All articles");
    let page = Page::new(title).of(Kind::Lists).canonical("/articles");
    let page = if find.is_empty() { page } else { page.private() };
    Ok(page.draw(&ask, || {
        let may_write = ask.viewer.may_write();
        let empty = listing.items.is_empty().then(|| {
            let (text, action) = match find.is_empty() {
                true => {
                    let first = may_write.then(|| ("/write/new".to_owned(), t!(locale, "写第一篇", "Write the first one").to_owned()));
                    (t!(locale, "这里还没有文章。", "There are no articles here yet.").to_owned(), first)
                }
                false => {
                    let all = Some(("/articles".to_owned(), t!(locale, "看全部文章", "See all articles").to_owned()));
                    (tf!(locale, "没有标题或标签里有“{find}”的文章。", "No article has “{find}” in its title or tags."), all)
                }
            };
            view! { <EmptyState text action/> }
        });
        let query: String = form_urlencoded::byte_serialize(find.as_bytes()).collect();
        let path = if find.is_empty() { "/articles".to_owned() } else { format!("/articles?find={query}") };
        view! {
            <header class="page-head">
                <h1>{title}</h1>
                <p>
                    {bundled.then(|| view! { <a class="head-link" href="/bundles">{t!(locale, "合集", "Bundles")}</a> " · " })}
                    <a class="head-link" href="/tags">{t!(locale, "按标签浏览", "Browse by tag")}</a>
                </p>
            </header>
            <Find locale words=find/>
            {empty}
            <PostList listing path locale zone=ask.site.time_zone.clone()/>
        }
    }))
}

/// Looks for articles by words of their titles and tags.
#[component]
pub fn Find(locale: Locale, #[prop(into)] words: String) -> impl IntoView {
    let label = t!(locale, "查找文章", "Find an article");
    view! {
        <form class="find" method="get" action="/articles" role="search">
            <label for="find">{label}</label>
            <input class="input" id="find" type="search" name="find" value=words maxlength=MAX_FIND.to_string()
                placeholder=t!(locale, "标题或标签里的词", "Words of its title or tags")/>
            <button class="button button-quiet" type="submit">{t!(locale, "查找", "Find")}</button>
        </form>
    }
}
