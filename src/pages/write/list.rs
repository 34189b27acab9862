//! `/write`: what the viewer wrote, last changed first.

use crate::foundation::error::Result;
use crate::foundation::locale::Locale;
use crate::pages::shell::Page;
use crate::posts::model::{OwnCard, Status};
use crate::posts::service::{self, Cursor};
use crate::posts::view::{AccessBadge, Day};
use crate::server::http::Ask;
use crate::t;
use crate::ui::{Badge, EmptyState, NextPage, StarsShown, Tone};
use axum::response::Response;
use jiff::tz::TimeZone;
use leptos::prelude::*;

pub async fn list(ask: Ask) -> Result<Response> {
    let locale = ask.locale;
    let after = ask.query("after").as_deref().and_then(Cursor::parse);
    let listing = service::own(&ask.ctx, &ask.viewer, after).await?;
    let title = t!(locale, "我的文章", "Your articles");
    Ok(Page::new(title).private().draw(&ask, || {
        let empty = listing.items.is_empty().then(|| {
            view! { <EmptyState text=t!(locale, "你还没有写过文章。草稿会先存在这里，发布后才会公开。", "You have not written anything yet. Drafts wait here until you publish them.")/> }
        });
        let next = listing.next.map(|after| format!("/write?after={after}"));
        let zone = ask.site.time_zone.clone();
        let cards = listing.items.into_iter().map(|card| view! { <li><OwnPost card locale zone=zone.clone()/></li> }).collect_view();
        view! {
            <div class="page-head">
                <h1>{title}</h1>
                <a class="button" href="/write/new">{t!(locale, "写文章", "New article")}</a>
            </div>
            {empty}
            <ul class="own-posts">{cards}</ul>
            <NextPage locale href=next/>
        }
    }))
}

#[component]
fn OwnPost(card: OwnCard, locale: Locale, zone: TimeZone) -> impl IntoView {
    let state = match card.status {
        Status::Draft => view! { <Badge text=t!(locale, "草稿", "Draft")/> }.into_any(),
        Status::Published => view! { <Badge tone=Tone::Good text=t!(locale, "已发布", "Published")/> }.into_any(),
    };
    let look = match card.status {
        Status::Draft => t!(locale, "预览", "Preview"),
        Status::Published => t!(locale, "查看", "View"),
    };
    view! {
        <article class="own-post">
            <h2 class="own-post-title"><a href=format!("/write/{}", card.id)>{card.title}</a></h2>
            <p class="post-meta">
                {state}
                <AccessBadge access=card.gate.access locale/>
                <span>{t!(locale, "修改于 ", "Changed ")}<Day at=card.updated_at locale zone/></span>
                <StarsShown locale sum=card.counts.stars_sum n=card.counts.ratings/>
                <a href=format!("/p/{}", card.slug)>{look}</a>
            </p>
        </article>
    }
}
