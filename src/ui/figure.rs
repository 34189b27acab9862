//! Numbers on a page: a tile, stars, a price, a time that runs out.

use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::foundation::money::Money;
use crate::foundation::time::Timestamp;
use crate::{t, tf};
use leptos::prelude::*;

/// Stars with how many people gave them: the share of full stars is drawn, the figure and n are text.
#[component]
pub fn StarsShown(locale: Locale, sum: i64, n: i64) -> impl IntoView {
    if n <= 0 {
        return view! { <span class="stars stars-none">{t!(locale, "还没有评分", "Not rated yet")}</span> }.into_any();
    }
    let mean = sum as f64 / n as f64;
    // In half stars; the style sheet draws as many.
    let halves = ((mean * 2.0).round() as i64).clamp(0, 10);
    let label = tf!(locale, "平均 {mean:.1} 星，{n} 人评分", "{mean:.1} of 5 stars from {n} ratings");
    view! {
        <span class="stars">
            <span aria-hidden="true" class=format!("stars-drawn halves-{halves}")></span>
            <span class="sr-only">{label}</span>
            <span aria-hidden="true" class="stars-figure">{format!("{mean:.1} ({n})")}</span>
        </span>
    }
    .into_any()
}

/// One number with its name, its definition and how many it is made of.
#[component]
pub fn StatTile(
    #[prop(into)] name: String,
    #[prop(into)] value: String,
    #[prop(into)] definition: String,
    /// How it came about, a line each: unit, n, the period.
    #[prop(optional)]
    detail: Vec<String>,
    #[prop(optional_no_strip)] href: Option<String>,
) -> impl IntoView {
    let name = match href {
        Some(href) => view! { <a href=href>{name}</a> }.into_any(),
        None => view! { {name} }.into_any(),
    };
    view! {
        <section class="stat">
            <h3 class="stat-name">{name}</h3>
            <p class="stat-value">{value}</p>
            {detail.into_iter().map(|line| view! { <p class="stat-detail">{line}</p> }).collect_view()}
            <p class="stat-definition">{definition}</p>
        </section>
    }
}

/// What something costs, and for how long: `¥30.00 a month`. Programs read the code of the currency and the exact amount.
#[component]
pub fn Price(locale: Locale, money: Money, #[prop(optional_no_strip)] per: Option<String>) -> impl IntoView {
    view! {
        <span class="price">
            <data class="price-sum" value=money.to_plain()>{money.format(locale)}</data>
            {per.map(|per| view! { " " <span class="price-per">{per}</span> })}
        </span>
    }
}

/// How long something is still open. Minutes are drawn by the server; `front/countdown.js` counts the seconds.
#[component]
pub fn Countdown(locale: Locale, until: Timestamp, now: Timestamp) -> impl IntoView {
    let minutes = (until.since(now).max(0) + 59_999) / 60_000;
    let over = t!(locale, "时间已到", "Time is up");
    let text = match minutes {
        0 => over.to_owned(),
        _ => tf!(locale, "还剩 {minutes} 分钟", "{minutes} min left"),
    };
    view! { <time class="countdown" role="timer" datetime=format::machine(until) data-live="countdown" data-over=over>{text}</time> }
}

/// A cell of a table that has no value.
#[component]
pub fn Nothing() -> impl IntoView {
    view! { <span class="nothing">"—"</span> }
}
