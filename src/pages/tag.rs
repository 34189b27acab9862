//! `/tags/{tag}`: the articles with a tag, newest first.

use super::shell::{Kind, Page};
use crate::foundation::error::Result;
use crate::posts::service::{self, Cursor, Shelf};
use crate::posts::view::PostList;
use crate::reading::follows;
use crate::reading::model::Subject;
use crate::reading::view::FollowButton;
use crate::server::http::Ask;
use crate::ui::Breadcrumb;
use crate::{t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;

pub async fn show(ask: Ask, Path(slug): Path<String>) -> Result<Response> {
    let locale = ask.locale;
    let tag = service::tag(&ask.ctx, &slug).await?;
    let after = ask.query("after").as_deref().and_then(Cursor::parse);
    let listing = service::list(&ask.ctx, Shelf::Tag(&slug), after).await?;
    let (name, path) = (tag.name, format!("/tags/{}", tag.slug));
    let subject = Subject::Tag(tag.slug);
    let following = follows::is_following(&ask.ctx, &ask.viewer, &subject).await?;
    let title = tf!(locale, "标签：{name}", "Tag: {name}");
    let site = &ask.site.name;
    let about = tf!(locale, "{site}上关于“{name}”的文章。", "Articles about {name} at {site}.");
    Ok(Page::new(title.clone()).of(Kind::Lists).description(about).canonical(path.clone()).draw(&ask, || {
        view! {
            <Breadcrumb locale above=vec![("/tags".to_owned(), t!(locale, "标签", "Tags").to_owned())]/>
            <header class="page-head">
                <h1>{title}</h1>
                <FollowButton locale subject following=ask.viewer.member().map(|_| following) here=path.clone()/>
            </header>
            <PostList listing path locale zone=ask.site.time_zone.clone()/>
        }
    }))
}
