//! The newest articles, in few words each.

use crate::foundation::locale::Locale;
use crate::foundation::site::Site;
use crate::posts::model::Card;
use crate::posts::view::{AccessBadge, Day};
use crate::t;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn Newest(locale: Locale, site: Arc<Site>, cards: Vec<Card>) -> impl IntoView {
    if cards.is_empty() {
        return ().into_any();
    }
    let cards = cards.into_iter().map(|card| view! { <ShortCard locale zone=site.time_zone.clone() card/> }).collect_view();
    view! {
        <section class="home-section" aria-labelledby="home-newest">
            <h2 id="home-newest">{t!(locale, "最新文章", "Latest articles")}</h2>
            <div>
                <ul class="short-list short-list-wide">{cards}</ul>
                <p class="home-more">
                    <a href="/articles">{t!(locale, "全部文章", "All articles")}</a>
                    <a href="/tags">{t!(locale, "按标签浏览", "Browse by tag")}</a>
                </p>
            </div>
        </section>
    }
    .into_any()
}

/// An article by its title, who wrote it and when, and, unless it shall be brief, how it begins.
#[component]
pub fn ShortCard(locale: Locale, zone: TimeZone, card: Card, #[prop(optional)] brief: bool) -> impl IntoView {
    let excerpt = (!brief && !card.excerpt.is_empty()).then(|| view! { <p class="post-excerpt">{card.excerpt}</p> });
    view! {
        <li class="short-card">
            <h3 class="short-card-title"><a href=format!("/p/{}", card.slug)>{card.title}</a></h3>
            <p class="post-meta">
                <a class="post-author" href=format!("/u/{}", card.author.handle)>{card.author.name}</a>
                <Day at=card.published_at locale zone/>
                <AccessBadge access=card.gate.access locale/>
            </p>
            {excerpt}
        </li>
    }
}
