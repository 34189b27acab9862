//! What is talked about now, where everybody may listen.

use crate::discussion::model::TopicLine;
use crate::foundation::format;
use crate::foundation::locale::{Locale, plural};
use crate::foundation::site::Site;
use crate::foundation::time::Timestamp;
use crate::{t, tf};
use jiff::tz::TimeZone;
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn Talk(locale: Locale, site: Arc<Site>, topics: Vec<TopicLine>) -> impl IntoView {
    if topics.is_empty() {
        return ().into_any();
    }
    let topics = topics.into_iter().map(|topic| view! { <ShortTopic locale zone=site.time_zone.clone() topic/> }).collect_view();
    view! {
        <section class="home-section" aria-labelledby="home-talk">
            <h2 id="home-talk">{t!(locale, "正在讨论", "Being discussed")}</h2>
            <div>
                <ul class="short-list">{topics}</ul>
                <p class="home-more"><a href="/community">{t!(locale, "进入社区", "Go to the community")}</a></p>
            </div>
        </section>
    }
    .into_any()
}

/// A topic by its title, who began it, how much was said and when last.
#[component]
pub fn ShortTopic(locale: Locale, zone: TimeZone, topic: TopicLine) -> impl IntoView {
    let (href, n, at) = (topic.path(), topic.replies, Timestamp(topic.last_activity_at));
    let replies = plural(n, "reply", "replies");
    let n = format::number(n);
    let by = if topic.handle.is_some() { topic.name } else { t!(locale, "已注销会员", "deleted member").to_owned() };
    let lang = locale.other(topic.lang.as_deref());
    view! {
        <li class="short-card">
            <h3 class="short-card-title" lang=lang dir="auto"><a href=href>{topic.title}</a></h3>
            <p class="post-meta">
                <span class="topic-author">{by}</span>
                <span>{tf!(locale, "{n} 条回复", "{n} {replies}")}</span>
                <time datetime=format::machine(at)>{format::date(at, &zone, locale)}</time>
            </p>
        </li>
    }
}
