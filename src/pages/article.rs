//! `/p/{slug}`: an article, with as much of it as the viewer may read.

use super::shell::Page;
use crate::foundation::error::{AppError, Result};
use crate::posts::model::{OpenedPost, Status};
use crate::posts::service;
use crate::posts::view::{Contents, PostBody, PostHeader, Tags};
use crate::server::http::{Ask, moved};
use crate::settings;
use crate::t;
use crate::ui::{Banner, Tone};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;

pub async fn show(ask: Ask, Path(slug): Path<String>) -> Result<Response> {
    let post = match service::open(&ask.ctx, &ask.viewer, &slug).await {
        Ok(post) => post,
        Err(AppError::NotFound) => return elsewhere(&ask).await,
        Err(error) => return Err(error),
    };
    let mut page = Page::new(post.title.clone()).description(post.description.clone()).canonical(post.path());
    if post.status == Status::Draft {
        page = page.private();
    }
    Ok(page.draw(&ask, || {
        // What other features put below an article: the reader's stars, and the talk about it.
        let rating: Option<AnyView> = None;
        let discussion: Option<AnyView> = None;
        view! {
            <Post post ask=ask.clone()/>
            {rating}
            {discussion}
        }
    }))
}

/// The article may have moved.
async fn elsewhere(ask: &Ask) -> Result<Response> {
    let target = settings::service::redirect(&ask.ctx, ask.path()).await?;
    target.map(|path| moved(&path)).ok_or(AppError::NotFound)
}

#[component]
fn Post(post: OpenedPost, ask: Ask) -> impl IntoView {
    let locale = ask.locale;
    let draft = (post.status == Status::Draft).then(|| {
        view! { <Banner tone=Tone::Warn text=t!(locale, "这是草稿，只有作者和管理员看得到。", "This is a draft. Only its author and admins can see it.")/> }
    });
    view! {
        <article class="post">
            {draft}
            <PostHeader post=post.clone() locale zone=ask.site.time_zone.clone()/>
            <Contents post=post.clone() locale/>
            <PostBody post=post.clone() locale signed_in=ask.viewer.member().is_some()/>
            <Tags tags=post.tags locale/>
        </article>
    }
}
