//! `/tags`: every tag of a published article, and how many have it.

use super::shell::{Kind, Page};
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::foundation::locale::{Locale, plural};
use crate::posts::model::TagCount;
use crate::posts::service;
use crate::server::http::{Ask, query_value};
use crate::ui::{EmptyState, NextPage};
use crate::{t, tf};
use axum::response::Response;
use leptos::prelude::*;

pub async fn show(ask: Ask) -> Result<Response> {
    let locale = ask.locale;
    let listing = service::tags(&ask.ctx, &ask.query("after").unwrap_or_default()).await?;
    let title = t!(locale, "标签", "Tags");
    Ok(Page::new(title).of(Kind::Lists).canonical("/tags").draw(&ask, || {
        let empty = listing.items.is_empty().then(|| {
            let action = Some(("/articles".to_owned(), t!(locale, "查看全部文章", "See all articles").to_owned()));
            view! { <EmptyState text=t!(locale, "还没有标签。", "There are no tags yet.") action/> }
        });
        let tags = listing.items.into_iter().map(|count| view! { <TagLine locale count/> }).collect_view();
        let next = listing.next.map(|after| format!("/tags?after={}", query_value(&after)));
        view! {
            <h1>{title}</h1>
            {empty}
            <ul class="tag-index">{tags}</ul>
            <NextPage locale href=next timeless=true/>
        }
    }))
}

#[component]
fn TagLine(locale: Locale, count: TagCount) -> impl IntoView {
    let n = format::number(count.articles);
    let word = plural(count.articles, "article", "articles");
    let spoken = tf!(locale, "{n} 篇", "{n} {word}");
    view! {
        <li>
            <a class="tag" href=format!("/tags/{}", count.tag.slug)>{count.tag.name}</a> " "
            <span class="tag-count num">{spoken}</span>
        </li>
    }
}
