//! The frame of every page: head, header, notice, footer, and the script only where there is an island to wake.

mod bottom;
mod head;
mod look;
mod top;

use super::notices;
use crate::server::http::Ask;
use crate::ui::{Banner, Tone};
use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bottom::Footer;
use head::Head;
use hydration_context::SsrSharedContext;
use leptos::prelude::*;
use std::sync::Arc;
use top::Header;

/// Which scripts a page has a use for. A page that only wants to be read loads none.
#[derive(Debug, Clone, Copy)]
struct Needs {
    /// Something on it is an island: `front/boot.js`.
    islands: bool,
    /// Something on it says `data-live`, or a member reads it: `front/page.js`.
    script: bool,
}

/// What a page says about itself. `Page::new(title)` and the rest by need.
#[derive(Debug, Clone, Default)]
pub struct Page {
    title: String,
    description: Option<String>,
    /// The page's own address, when others lead to it too.
    canonical: Option<String>,
    status: StatusCode,
    /// Not for search engines.
    private: bool,
}

impl Page {
    pub fn new(title: impl Into<String>) -> Page {
        Page { title: title.into(), ..Page::default() }
    }

    pub fn description(mut self, text: impl Into<String>) -> Page {
        self.description = Some(text.into());
        self
    }

    pub fn canonical(mut self, path: impl Into<String>) -> Page {
        self.canonical = Some(path.into());
        self
    }

    pub fn private(mut self) -> Page {
        self.private = true;
        self
    }

    pub fn status(mut self, status: u16) -> Page {
        self.status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        self
    }

    /// 422 when a form comes back with errors.
    pub fn status_of(self, errors: &crate::ui::Errors) -> Page {
        if errors.is_empty() { self } else { self.status(422) }
    }

    /// Draws the page. `body` is called where islands may be drawn.
    pub fn draw<V: IntoView>(self, ask: &Ask, body: impl FnOnce() -> V) -> Response {
        let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
        let html = owner.with(|| {
            let body = body().into_view().to_html();
            self.frame(ask, body)
        });
        owner.cleanup();
        (self.status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], Body::from(html)).into_response()
    }

    fn frame(&self, ask: &Ask, body: String) -> String {
        let needs = Needs { islands: body.contains("<leptos-island"), script: body.contains("data-live") || ask.viewer.member().is_some() };
        let head = view! { <Head page=self.clone() ask=ask.clone() needs/> }.to_html();
        let top = view! { <Header ask=ask.clone()/> }.to_html();
        let notice = notices::find(ask).map(|text| view! { <Banner tone=Tone::Good text/> }.to_html()).unwrap_or_default();
        let bottom = view! { <Footer ask=ask.clone()/> }.to_html();
        let lang = ask.locale.tag();
        let mut html = String::with_capacity(body.len() + 4096);
        for part in [
            "<!DOCTYPE html><html lang=\"",
            lang,
            "\"><head>",
            &head,
            "</head><body>",
            &top,
            "<main id=\"main\" tabindex=\"-1\">",
            &notice,
            &body,
            "</main>",
            &bottom,
            "</body></html>",
        ] {
            html.push_str(part);
        }
        html
    }
}
