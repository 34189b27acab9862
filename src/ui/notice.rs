//! What is said about a thing or about what happened: badge, banner, toast, callout, and what stands where nothing is yet.

use super::icon::{Icon, icon};
use crate::foundation::locale::Locale;
use crate::t;
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

    const fn icon(self) -> Icon {
        match self {
            Tone::Plain => Icon::Info,
            Tone::Good => Icon::Done,
            Tone::Warn => Icon::Warning,
            Tone::Bad => Icon::Trouble,
        }
    }
}

/// A notice across the page. Bad news is announced at once, the rest politely.
#[component]
pub fn Banner(#[prop(optional)] tone: Tone, #[prop(into)] text: String) -> impl IntoView {
    let role = if tone == Tone::Bad { "alert" } else { "status" };
    view! { <p class=format!("banner {}", tone.class()) role=role>{icon(tone.icon())}<span>{text}</span></p> }
}

/// A word about a thing: its access, its state.
#[component]
pub fn Badge(#[prop(optional)] tone: Tone, #[prop(into)] text: String) -> impl IntoView {
    view! { <span class=format!("badge {}", tone.class())>{text}</span> }
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

/// What was just done, said once. Without script it stands at the top of the page; with it (`front/toast.js`) it floats, and
/// goes when it is closed. `undo` takes it back.
#[component]
pub fn Toast(locale: Locale, #[prop(into)] text: String, #[prop(optional_no_strip)] undo: Option<AnyView>) -> impl IntoView {
    view! {
        <div class="toast tone-good" role="status" data-live="toast" data-close=t!(locale, "关闭", "Close")>
            {icon(Icon::Done)}<p>{text}</p>{undo}
        </div>
    }
}

/// A passage that stands out of the text: a remark, a warning.
#[component]
pub fn Callout(#[prop(optional)] tone: Tone, #[prop(into)] title: String, children: Children) -> impl IntoView {
    view! {
        <div class=format!("callout {}", tone.class()) role="note">
            <p class="callout-title">{icon(tone.icon())}{title}</p>
            {children()}
        </div>
    }
}

/// Grey lines where a text will be. Whoever cannot see them is told by the live region of what loads.
#[component]
pub fn Skeleton(#[prop(default = 3)] lines: usize) -> impl IntoView {
    let lines = (0..lines).map(|_| view! { <span></span> }).collect_view();
    view! { <div class="skeleton" aria-hidden="true">{lines}</div> }
}

/// How much of something is done.
#[component]
pub fn Progress(#[prop(into)] label: String, value: u32, max: u32) -> impl IntoView {
    let told = format!("{value} / {max}");
    view! { <label class="progress"><span>{label}</span><progress value=value.to_string() max=max.to_string()>{told}</progress></label> }
}
