//! The live preview beside the editor.

use super::server_fns::{Preview, preview_markdown};
use crate::foundation::locale::Locale;
use crate::tf;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlTextAreaElement;
use std::cell::RefCell;
use std::time::Duration;

/// The id of the field whose text is shown.
pub const FIELD: &str = "source";

/// How long the writer has to pause before the server is asked.
const PAUSE: Duration = Duration::from_millis(300);

/// Shows how the text in the field will look, drawn by the server while one writes. Its children are the preview that came
/// with the page; they stay until there is a newer one.
#[island]
pub fn LivePreview(locale: Locale, children: Children) -> impl IntoView {
    let drawn = RwSignal::new(None::<Preview>);
    let trouble = RwSignal::new(None::<String>);
    // Answers may overtake each other; only the one to the last question counts.
    let asked = StoredValue::new(0u32);
    let ask = move |source: String| {
        asked.update_value(|n| *n += 1);
        let this = asked.get_value();
        spawn_local(async move {
            let answer = preview_markdown(source).await;
            if this != asked.get_value() {
                return;
            }
            match answer {
                Ok(preview) => {
                    drawn.set(Some(preview));
                    trouble.set(None);
                }
                Err(error) => trouble.set(Some(error.message(locale))),
            }
        });
    };
    Effect::new(move |_| {
        let ask_later = RefCell::new(debounce(PAUSE, ask));
        let field = document().get_element_by_id(FIELD).and_then(|field| field.dyn_into::<HtmlTextAreaElement>().ok());
        // What was typed before this woke.
        if let Some(field) = field.filter(|field| field.default_value().ok() != Some(field.value())) {
            ask(field.value());
        }
        window_event_listener(ev::input, move |event| {
            let field = event.target().and_then(|target| target.dyn_into::<HtmlTextAreaElement>().ok());
            if let Some(field) = field.filter(|field| field.id() == FIELD) {
                (ask_later.borrow_mut())(field.value());
            }
        });
    });
    let counted = move || {
        drawn.get().map(|Preview { words, rest_words, .. }| {
            tf!(locale, "全文 {words} 字，其中付费墙后 {rest_words} 字", "{words} words, {rest_words} of them behind the paywall")
        })
    };
    view! {
        <div class="live-preview">
            <p class="live-preview-trouble" role="status">{move || trouble.get()}</p>
            <p class="live-preview-count">{counted}</p>
            <div hidden=move || drawn.with(Option::is_some)>{children()}</div>
            <div inner_html=move || drawn.get().map(|preview| preview.html).unwrap_or_default()></div>
        </div>
    }
}
