//! `/pages/{slug}`: a simple page, such as About or Terms.

use super::moved_from;
use super::shell::{Kind, Page};
use crate::foundation::error::{AppError, Result};
use crate::server::http::Ask;
use crate::settings::simple;
use crate::t;
use crate::ui::{Banner, Tone};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;

pub async fn show(ask: Ask, Path(slug): Path<String>) -> Result<Response> {
    // PostgreSQL has no NUL in text; no page's address has one either.
    let found = if slug.contains('\0') { Err(AppError::NotFound) } else { simple::open(&ask.ctx, &ask.viewer, &slug).await };
    let page = match found {
        Ok(page) => page,
        Err(AppError::NotFound) => return moved_from(&ask).await,
        Err(error) => return Err(error),
    };
    let locale = ask.locale;
    let mut frame =
        Page::new(page.title.plain(locale)).of(Kind::Text).canonical(page.path()).description(simple::summary(page.source.plain(locale)));
    if !page.published {
        frame = frame.private();
    }
    Ok(frame.draw(&ask, || {
        let draft = (!page.published).then(|| {
            view! { <Banner tone=Tone::Warn text=t!(locale, "这是草稿，只有管理员能看到。", "This is a draft. Only admins can see it.")/> }
        });
        let edit = ask.viewer.is_admin().then(|| {
            view! { <p class="actions"><a href=format!("/admin/pages/{}", page.id)>{t!(locale, "编辑", "Edit")}</a></p> }
        });
        let title = page.title.shown(locale).map(|shown| {
            view! { <h1 lang=shown.lang dir="auto">{shown.text.to_owned()}</h1> }
        });
        let text = page.html.shown(locale).map(|shown| {
            view! { <div class="prose" lang=shown.lang dir="auto" inner_html=shown.text.to_owned()></div> }
        });
        view! { {draft} <article class="simple-page">{title}{text}{edit}</article> }
    }))
}
