//! What the site's look puts into the frame of every page: its stylesheet and icons, the mark beside its name, its links, and
//! the bars above the header.

use super::top::Mark;
use crate::foundation::locale::Locale;
use crate::foundation::look::{Link, Picture};
use crate::server::http::Ask;
use crate::share::icons::Size;
use crate::t;
use leptos::prelude::*;

/// Icons and, after our own style, the stylesheet of the look: its layers are to come last.
#[component]
pub fn LookHead(ask: Ask) -> impl IntoView {
    let look = &ask.site.look;
    let icons = match (look.icon_path(32), look.icon_path(180)) {
        (Some(small), Some(home)) => view! {
            <link rel="icon" href=small type="image/png" sizes="32x32"/>
            <link rel="apple-touch-icon" href=home/>
        }
        .into_any(),
        _ => view! {
            <link rel="icon" href="/icon.svg" type="image/svg+xml"/>
            <link rel="apple-touch-icon" href=format!("/icons/{}", Size::Touch.file())/>
        }
        .into_any(),
    };
    view! {
        {icons}
        {look.style_path().map(|href| view! { <link rel="stylesheet" href=href/> })}
    }
}

/// The logo, or three columns under a lintel; and the site's name, unless the logo says it.
#[component]
pub fn SiteMark(ask: Ask) -> impl IntoView {
    let name = ask.site.name.clone();
    match ask.site.look.logo.clone() {
        Some(logo) if ask.site.look.logo_is_name => view! { <Logo logo alt=name/> }.into_any(),
        Some(logo) => view! { <Logo logo alt=String::new()/><bdi class="site-name-text">{name}</bdi> }.into_any(),
        None => view! { <Mark/><bdi class="site-name-text">{name}</bdi> }.into_any(),
    }
}

#[component]
fn Logo(logo: Picture, alt: String) -> impl IntoView {
    view! { <img class="site-logo" src=logo.path() alt=alt width=logo.width height=logo.height/> }
}

/// Links of the admin's, one `<a>` each.
fn links<'a>(locale: Locale, links: impl Iterator<Item = &'a Link>) -> Vec<AnyView> {
    let link = |link: &Link| {
        let shown = link.label.shown(locale)?;
        let (text, lang, href) = (shown.text.to_owned(), shown.lang, link.to.clone());
        Some(view! { <a href=href lang=lang dir="auto">{text}</a> }.into_any())
    };
    links.filter_map(link).collect()
}

/// What an admin put into the header, after our own ways. Under a thumb there is no room for it: on a phone it stands in the
/// footer.
#[component]
pub fn HeaderLinks(ask: Ask) -> impl IntoView {
    let links = links(ask.locale, ask.site.look.header.iter());
    links.into_iter().map(|link| view! { <li class="only-desk">{link}</li> }).collect_view()
}

/// Simple pages, and what an admin put into the footer.
#[component]
pub fn FooterLinks(ask: Ask) -> impl IntoView {
    let above = links(ask.locale, ask.site.look.header.iter());
    let links = links(ask.locale, ask.site.look.footer_links());
    (!links.is_empty() || !above.is_empty()).then(|| {
        let above = above.into_iter().map(|link| view! { <li class="only-phone">{link}</li> }).collect_view();
        let items = (above, links.into_iter().map(|link| view! { <li>{link}</li> }).collect_view());
        view! { <nav class="footer-links" aria-label=t!(ask.locale, "页脚", "Footer")><ul>{items}</ul></nav> }
    })
}

/// What stands above the header: that a look is being tried, and the announcement.
#[component]
pub fn Bars(ask: Ask) -> impl IntoView {
    let trial = ask.site.look.is_draft.then(|| view! { <TrialBar locale=ask.locale/> });
    let put_away = ask.put_away.clone();
    let news = ask.site.look.announced().filter(|news| put_away.as_deref() != Some(news.hash.as_str()));
    let news = news.map(|_| view! { <AnnouncementBar ask=ask.clone()/> });
    (trial.is_some() || news.is_some()).then(|| view! { <div class="site-bars">{trial}{news}</div> })
}

#[component]
fn TrialBar(locale: Locale) -> impl IntoView {
    view! {
        <section class="trial-bar" aria-label=t!(locale, "未发布的外观", "Unpublished look")>
            <p>{t!(locale, "你正在看未发布的外观，别人看不到。", "You are seeing an unpublished look. Nobody else can.")}</p>
            <div class="trial-do">
                <a href="/admin/look">{t!(locale, "继续编辑", "Keep editing")}</a>
                <form method="post" action="/admin/look/publish">
                    <button class="button button-small" type="submit">{t!(locale, "发布", "Publish")}</button>
                </form>
                <form method="post" action="/admin/look/discard">
                    <button class="button button-small button-quiet" type="submit">{t!(locale, "放弃", "Discard")}</button>
                </form>
            </div>
        </section>
    }
}

#[component]
fn AnnouncementBar(ask: Ask) -> impl IntoView {
    let locale = ask.locale;
    let news = &ask.site.look.announcement;
    let (text, lang) = news.text.shown(locale).map(|shown| (shown.text.to_owned(), shown.lang)).unwrap_or_default();
    let said = match news.to.clone() {
        Some(href) => view! { <a href=href lang=lang dir="auto">{text}</a> }.into_any(),
        None => view! { <span lang=lang dir="auto">{text}</span> }.into_any(),
    };
    view! {
        <section class="announcement-bar" aria-label=t!(locale, "公告", "Announcement")>
            <p>{said}</p>
            <form method="post" action="/announcement">
                <input type="hidden" name="to" value=ask.here().to_owned()/>
                <input type="hidden" name="hash" value=news.hash.clone()/>
                <button class="linklike" type="submit">{t!(locale, "关闭", "Close")}</button>
            </form>
        </section>
    }
}
