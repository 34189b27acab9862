//! Small pieces that pages are put together from.

use crate::foundation::locale::Locale;
use crate::{t, tf};
use leptos::prelude::*;

/// What a banner or a badge is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    #[default]
    Plain,
    Good,
    Warn,
    Bad,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Tone::Plain => "tone-plain",
            Tone::Good => "tone-good",
            Tone::Warn => "tone-warn",
            Tone::Bad => "tone-bad",
        }
    }
}

/// A notice across the page. Bad news is announced at once, the rest politely.
#[component]
pub fn Banner(#[prop(optional)] tone: Tone, #[prop(into)] text: String) -> impl IntoView {
    let role = if tone == Tone::Bad { "alert" } else { "status" };
    view! { <p class=format!("banner {}", tone.class()) role=role>{text}</p> }
}

/// A word about a thing: its access, its state.
#[component]
pub fn Badge(#[prop(optional)] tone: Tone, #[prop(into)] text: String) -> impl IntoView {
    view! { <span class=format!("badge {}", tone.class())>{text}</span> }
}

/// A person by initials. Decoration: the name stands beside it.
#[component]
pub fn Avatar(#[prop(into)] name: String) -> impl IntoView {
    let initials: String = match name.chars().next() {
        Some(first) if first.is_ascii() => {
            name.split_whitespace().filter_map(|word| word.chars().next()).take(2).flat_map(char::to_uppercase).collect()
        }
        Some(first) => first.to_string(),
        None => "·".to_owned(),
    };
    // One of eight hues, always the same for a name.
    let hue = name.bytes().fold(0u32, |sum, b| sum.wrapping_mul(31).wrapping_add(u32::from(b))) % 8;
    view! { <span class=format!("avatar avatar-{hue}") aria-hidden="true">{initials}</span> }
}

/// Where a list would be, when there is nothing: what it means and what to do first.
#[component]
pub fn EmptyState(#[prop(into)] text: String, #[prop(optional_no_strip)] action: Option<(String, String)>) -> impl IntoView {
    view! {
        <div class="empty">
            <p>{text}</p>
            {action.map(|(href, label)| view! { <a class="button" href=href>{label}</a> })}
        </div>
    }
}

/// A cell of a table that has no value.
#[component]
pub fn Nothing() -> impl IntoView {
    view! { <span class="nothing">"—"</span> }
}

/// The way to the next page of a list that is paged by key.
#[component]
pub fn NextPage(locale: Locale, #[prop(optional_no_strip)] href: Option<String>) -> impl IntoView {
    href.map(|href| view! { <nav class="pager" aria-label=t!(locale, "翻页", "Pages")><a class="button button-quiet" href=href rel="next">{t!(locale, "更早的内容", "Older")}</a></nav> })
}

/// Stars with how many people gave them: the share of full stars is drawn, the figure and n are text.
#[component]
pub fn StarsShown(locale: Locale, sum: i64, n: i64) -> impl IntoView {
    if n <= 0 {
        return view! { <span class="stars stars-none">{t!(locale, "还没有评分", "Not rated yet")}</span> }.into_any();
    }
    let mean = sum as f64 / n as f64;
    let full = (mean.round() as usize).min(5);
    let label = tf!(locale, "平均 {mean:.1} 星，{n} 人评分", "{mean:.1} of 5 stars from {n} ratings");
    view! {
        <span class="stars">
            <span aria-hidden="true" class="stars-drawn">{"★".repeat(full)}<span class="stars-rest">{"★".repeat(5 - full)}</span></span>
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
    #[prop(optional_no_strip)] detail: Option<String>,
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
            {detail.map(|detail| view! { <p class="stat-detail">{detail}</p> })}
            <p class="stat-definition">{definition}</p>
        </section>
    }
}
