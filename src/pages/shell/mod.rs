//! The frame of every page: head, header, toast, footer, and scripts only where something on the page has a use for them.

mod bottom;
mod head;
mod look;
mod plain;
mod reading;
mod sheets;
mod top;

use super::notices::Notice;
use super::share::Article;
use super::share::tags::{self, Said};
use crate::foundation::theme::Theme;
use crate::server::http::Ask;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bottom::Footer;
pub use head::PAPER;
use head::theme_color;
use hydration_context::SsrSharedContext;
use leptos::prelude::*;
pub use sheets::Kind;
use std::sync::Arc;
use top::Header;
pub use top::Mark;

/// Which scripts a page has a use for. A page that only wants to be read loads none.
#[derive(Debug, Clone, Copy)]
struct Needs {
    /// Something on it is an island: `front/boot.js`.
    islands: bool,
    /// Something on it says `data-live`, or a member reads it: `front/page.js`.
    script: bool,
    /// A member reads it, or it lists what a member kept: `front/member.js`.
    member: bool,
}

/// What is drawn already when the head is.
struct Drawn<'a> {
    body: &'a str,
    /// What is said at the top after a form was done.
    notice: &'a str,
    needs: Needs,
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
    /// What an article says of itself to others.
    article: Option<Article>,
    /// About a person.
    profile: bool,
    /// A member's browser may keep it for reading without a network.
    kept: bool,
    kind: Kind,
    /// Where there is no script it is loaded again after so many seconds.
    again: Option<u32>,
    /// It shows what cannot be seen again.
    shown_once: bool,
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

    /// The page of an article that others may link to.
    pub fn article(mut self, article: Option<Article>) -> Page {
        self.article = article;
        self
    }

    /// A page about a person.
    pub fn profile(mut self) -> Page {
        self.profile = true;
        self
    }

    /// May be kept by the browser of a member, to be read without a network.
    pub fn kept(mut self, kept: bool) -> Page {
        self.kept = kept;
        self
    }

    /// What is on it when a visitor sees it: which style it needs.
    pub fn of(mut self, kind: Kind) -> Page {
        self.kind = kind;
        self
    }

    /// A page that waits: without script it is loaded again every so many seconds; with it, the page looks for itself.
    pub fn again_every(mut self, seconds: u32) -> Page {
        self.again = Some(seconds);
        self
    }

    /// What it shows cannot be seen again: nothing on its frame leads away and back to it.
    pub fn shown_once(mut self, shown_once: bool) -> Page {
        self.shown_once = shown_once;
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
        let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_LANGUAGE, ask.locale.tag())];
        let mut response = (self.status, headers, Body::from(html)).into_response();
        self.mark(ask, &mut response);
        response
    }

    /// Says to `front/sw.js` whose page it is, and whether it may be kept.
    fn mark(&self, ask: &Ask, response: &mut Response) {
        let Some(member) = ask.viewer.id() else { return };
        response.headers_mut().insert(HeaderName::from_static("stoa-reader"), member.0.into());
        if self.kept && self.status == StatusCode::OK {
            response.headers_mut().insert(HeaderName::from_static("stoa-keep"), HeaderValue::from_static("article"));
        }
    }

    /// What it says to whoever links to it: only with an address of its own that everybody may see.
    fn tags(&self, ask: &Ask) -> String {
        let Some(path) = self.canonical.as_deref().filter(|_| !self.private) else { return String::new() };
        let kind = if self.profile { "profile" } else { "website" };
        tags::draw(&Said { title: &self.title, description: self.description.as_deref(), path, kind, article: self.article.as_ref() }, ask)
    }

    fn frame(&self, ask: &Ask, body: String) -> String {
        let body = reading::with_words(body, ask.locale);
        let member = ask.viewer.member().is_some();
        let needs = Needs {
            islands: body.contains("<leptos-island"),
            script: member || body.contains("data-live"),
            member: member || body.contains("data-offline-list"),
        };
        let notice = view! { <Notice ask=ask.clone()/> }.to_html();
        let head = head::draw(self, ask, &Drawn { body: &body, notice: &notice, needs });
        let tags = self.tags(ask);
        let top = view! { <Header ask=ask.clone()/> }.to_html();
        let bottom = view! { <Footer ask=ask.clone() choices={!self.shown_once}/> }.to_html();
        let lang = ask.locale.tag();
        let theme = match ask.theme {
            Theme::System => "",
            Theme::Light => "\" data-theme=\"light",
            Theme::Dark => "\" data-theme=\"dark",
        };
        let mut html = String::with_capacity(body.len() + 4096);
        for part in [
            "<!DOCTYPE html><html lang=\"",
            lang,
            theme,
            "\"><head>",
            &head,
            theme_color(ask.theme),
            &tags,
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
        if needs.islands { html } else { plain::without_marks(&html) }
    }
}
