//! One article that everybody may read, with the beginning of its text.

use crate::foundation::locale::Locale;
use crate::foundation::site::Site;
use crate::posts::service::Sample;
use crate::posts::view::Day;
use crate::ui::StarsShown;
use crate::{t, tf};
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn OpenSample(locale: Locale, site: Arc<Site>, sample: Sample) -> impl IntoView {
    let Sample { card, text } = sample;
    let lang = card.lang.clone();
    let path = format!("/p/{}", card.slug);
    let n = card.reading_minutes;
    let stars = (card.counts.ratings > 0).then(|| view! { <StarsShown locale sum=card.counts.stars_sum n=card.counts.ratings/> });
    let text = text.into_iter().map(|paragraph| view! { <p>{paragraph}</p> }).collect_view();
    let title = &card.title;
    let label = tf!(locale, "阅读全文：{title}", "Read the article: {title}");
    view! {
        <section class="home-section home-sample" aria-labelledby="home-sample">
            <h2 id="home-sample">{t!(locale, "从这篇读起", "Begin here")}</h2>
            <article>
                <h3 class="home-sample-title" lang=lang.clone()><a href=path.clone()>{card.title}</a></h3>
                <p class="post-meta">
                    <a class="post-author" href=format!("/u/{}", card.author.handle)>{card.author.name}</a>
                    <Day at=card.published_at locale zone=site.time_zone.clone()/>
                    <span>{tf!(locale, "阅读约 {n} 分钟", "{n} min read")}</span>
                    {stars}
                </p>
                <div class="home-sample-text" lang=lang>{text}</div>
                <p><a href=path aria-label=label>{t!(locale, "阅读全文", "Read the article")}</a></p>
            </article>
        </section>
    }
}
