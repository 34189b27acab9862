//! The frame of every page: head, header, notice, footer, and the script only where there is an island to wake.

use super::notices;
use crate::foundation::locale::Locale;
use crate::server::assets::MANIFEST;
use crate::server::http::{Ask, query_value};
use crate::t;
use crate::ui::{Avatar, Banner, Tone};
use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use hydration_context::SsrSharedContext;
use leptos::prelude::*;
use std::sync::Arc;

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
        let awake = body.contains("<leptos-island");
        let head = view! { <Head page=self.clone() ask=ask.clone() awake/> }.to_html();
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

#[component]
fn Head(page: Page, ask: Ask, awake: bool) -> impl IntoView {
    let title = if page.title.is_empty() { ask.site.name.clone() } else { format!("{} · {}", page.title, ask.site.name) };
    let canonical = page.canonical.map(|path| format!("{}{path}", ask.ctx.config().base_url));
    let style = (!MANIFEST.css.is_empty()).then(|| view! { <link rel="stylesheet" href=format!("/{}", MANIFEST.css)/> });
    let script = (awake && !MANIFEST.boot.is_empty()).then(|| {
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
        <link rel="icon" href="/icon.svg" type="image/svg+xml"/>
        {style}
        {script}
    }
}

#[component]
fn Header(ask: Ask) -> impl IntoView {
    let locale = ask.locale;
    let viewer = &ask.viewer;
    let path = ask.path().to_owned();
    let link = move |href: &'static str, label: &'static str| {
        let current = if href == "/" { path == "/" } else { path.starts_with(href) };
        view! { <a href=href aria-current=current.then_some("page")>{label}</a> }
    };
    let person = match viewer.member() {
        Some(member) => view! {
            <a class="me" href="/account"><Avatar name=member.name.clone()/><span class="me-name">{member.name.clone()}</span></a>
            <form method="post" action="/sign-out"><button class="linklike" type="submit">{t!(locale, "退出登录", "Sign out")}</button></form>
        }
        .into_any(),
        None => {
            let to = match ask.path() {
                "/join" | "/sign-in" => String::new(),
                _ => format!("?to={}", query_value(ask.path_and_query())),
            };
            view! {
                <a href=format!("/sign-in{to}")>{t!(locale, "登录", "Sign in")}</a>
                <a class="button button-small" href=format!("/join{to}")>{t!(locale, "加入", "Join")}</a>
            }
            .into_any()
        }
    };
    view! {
        <a class="skip" href="#main">{t!(locale, "跳到正文", "Skip to content")}</a>
        <header class="site-header">
            <a class="site-name" href="/"><Mark/>{ask.site.name.clone()}</a>
            <nav class="site-nav" aria-label=t!(locale, "主导航", "Main")>
                {link("/", t!(locale, "文章", "Articles"))}
                {link("/community", t!(locale, "社区", "Community"))}
                {link("/membership", t!(locale, "会员", "Membership"))}
                {viewer.may_write().then(|| link("/write", t!(locale, "写作", "Write")))}
                {viewer.is_admin().then(|| link("/admin", t!(locale, "管理", "Admin")))}
            </nav>
            <div class="site-person">{person}</div>
        </header>
    }
}

/// Three columns under a lintel.
#[component]
fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
            <path d="M3 4h18v3H3zM5 9h3v9H5zM10.5 9h3v9h-3zM16 9h3v9h-3zM3 20h18v1.5H3z" fill="currentColor"/>
        </svg>
    }
}

#[component]
fn Footer(ask: Ask) -> impl IntoView {
    let locale = ask.locale;
    let here = ask.path_and_query().to_owned();
    let languages = Locale::ALL
        .into_iter()
        .map(|other| {
            let current = (other == locale).then_some("true");
            view! { <button class="linklike" type="submit" name="locale" value=other.tag() lang=other.tag() aria-current=current>{other.name()}</button> }
        })
        .collect_view();
    view! {
        <footer class="site-footer">
            <p>{ask.site.name.clone()}</p>
            <form method="post" action="/language" aria-label=t!(locale, "语言", "Language")>
                <input type="hidden" name="to" value=here/>
                {languages}
            </form>
        </footer>
    }
}
