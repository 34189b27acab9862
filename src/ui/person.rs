//! A person, where there is no picture.

use leptos::prelude::*;

/// A person by initials. Decoration: the name stands beside it.
#[component]
pub fn Avatar(#[prop(into)] name: String) -> impl IntoView {
    let mut words = name.split(|c: char| !c.is_alphanumeric()).filter_map(|word| word.chars().next());
    let initials: String = match words.next() {
        Some(first) if first.is_ascii() => [Some(first), words.next()].into_iter().flatten().flat_map(char::to_uppercase).collect(),
        Some(first) => first.to_string(),
        None => "·".to_owned(),
    };
    // One of eight hues, always the same for a name.
    let hue = name.bytes().fold(0u32, |sum, b| sum.wrapping_mul(31).wrapping_add(u32::from(b))) % 8;
    view! { <span class=format!("avatar avatar-{hue}") aria-hidden="true">{initials}</span> }
}
