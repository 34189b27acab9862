//! What a page says to browsers, search engines and whoever links to it.

use super::look::LookHead;
use super::sheets::sheets;
use super::{Drawn, Page};
use crate::foundation::theme::Theme;
use crate::server::assets::MANIFEST;
use crate::server::http::Ask;
use leptos::prelude::*;

/// `--paper` of `style/tokens.css`, for what does not read style sheets.
pub const PAPER: &str = "#fcfbf8";

/// The colour of what a browser draws around the page. As text: the view macro knows no `media` of a `meta`.
pub const fn theme_color(theme: Theme) -> &'static str {
    match theme {
        Theme::System => {
            "<meta name=\"theme-color\" content=\"#fcfbf8\" media=\"(prefers-color-scheme: light)\">\
             <meta name=\"theme-color\" content=\"#161311\" media=\"(prefers-color-scheme: dark)\">"
        }
        Theme::Light => "<meta name=\"theme-color\" content=\"#fcfbf8\">",
        Theme::Dark => "<meta name=\"theme-color\" content=\"#161311\">",
    }
}

pub fn draw(page: &Page, ask: &Ask, drawn: &Drawn<'_>) -> String {
    let needs = drawn.needs;
    let title = if page.title.is_empty() { ask.site.name.clone() } else { format!("{} · {}", page.title, ask.site.name) };
    // A search engine never signs in: it is asked for nothing where nobody but a member can come.
    let hidden = page.private && ask.viewer.member().is_none();
    let description = page.description.clone().or_else(|| page.private.then(|| title.clone()));
    // For whoever is signed in, `front/offline.js` lets this script keep what was read.
    let keeper = ask.viewer.member().map(|_| view! { <meta name="keeper" content="/sw.js"/> });
    let sheets = sheets(page.kind, ask, drawn.body, drawn.notice.contains("class=\"toast"))
        .map(|href| view! { <link rel="stylesheet" href=href/> })
        .collect_view();
    let scripts = [(needs.script, &MANIFEST.page), (needs.member, &MANIFEST.member)];
    let scripts = scripts.into_iter().filter(|(needed, path)| *needed && !path.is_empty());
    let nonce = &ask.nonce.0;
    let scripts =
        scripts.map(|(_, path)| view! { <script type="module" nonce=nonce.to_string() src=format!("/{path}")></script> }).collect_view();
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
        {description.map(|text| view! { <meta name="description" content=text/> })}
        {hidden.then(|| view! { <meta name="robots" content="noindex"/> })}
        <link rel="manifest" href="/manifest.webmanifest"/>
        {page.again.map(|seconds| view! { <noscript><meta http-equiv="refresh" content=seconds.to_string()/></noscript> })}
        {keeper}
        {sheets}
        <LookHead ask=ask.clone()/>
        {scripts}
        {boot}
    }
    .to_html()
}
