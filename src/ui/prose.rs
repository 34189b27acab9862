//! What a person wrote, as HTML that `markdown` made.

use leptos::prelude::*;

/// A passage in its own language and direction. `class` stands beside `prose`.
#[component]
pub fn Prose(
    html: String,
    #[prop(optional_no_strip)] lang: Option<String>,
    #[prop(optional)] class: &'static str,
    #[prop(optional)] id: Option<&'static str>,
) -> impl IntoView {
    let class = if class.is_empty() { "prose".to_owned() } else { format!("prose {class}") };
    view! { <div class=class id=id lang=lang dir="auto" inner_html=html></div> }
}
