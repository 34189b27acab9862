//! What a page says to browsers, search engines and whoever links to it.

use super::look::LookHead;
use super::{Needs, Page};
use crate::server::assets::MANIFEST;
use crate::server::http::Ask;
use leptos::prelude::*;

#[component]
pub fn Head(page: Page, ask: Ask, needs: Needs) -> impl IntoView {
    let title = if page.title.is_empty() { ask.site.name.clone() } else { format!("{} · {}", page.title, ask.site.name) };
    let canonical = page.canonical.map(|path| format!("{}{path}", ask.ctx.config().base_url));
    let style = (!MANIFEST.css.is_empty()).then(|| view! { <link rel="stylesheet" href=format!("/{}", MANIFEST.css)/> });
    let script = (needs.script && !MANIFEST.page.is_empty())
        .then(|| view! { <script type="module" nonce=ask.nonce.0.to_string() src=format!("/{}", MANIFEST.page)></script> });
    let boot = (needs.islands && !MANIFEST.boot.is_empty()).then(|| {
        view! {
            <script
                type="module"
                nonce=ask.nonce.0.to_string()
                src=format!("/{}", MANIFEST.boot)
                data-js=format!("/{}", MANIFEST.js)
                data-wasm=format!("/{}", MANIFEST.wasm)
            ></script>
        }
    });
    view! {
        <meta charset="utf-8"/>
        <title inner_html=html_escape::encode_text(&title).into_owned()></title>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="color-scheme" content="light dark"/>
        {page.description.map(|text| view! { <meta name="description" content=text/> })}
        {page.private.then(|| view! { <meta name="robots" content="noindex"/> })}
        {canonical.map(|href| view! { <link rel="canonical" href=href/> })}
        {style}
        <LookHead ask=ask.clone()/>
        {script}
        {boot}
    }
}
