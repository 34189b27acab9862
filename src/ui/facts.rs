//! What is so, in pairs: a name and its value.

use leptos::prelude::*;

/// One line of a `<dl class="facts">`.
pub fn fact(name: &'static str, value: impl IntoView + 'static) -> AnyView {
    view! { <div><dt>{name}</dt><dd>{value.into_any()}</dd></div> }.into_any()
}
