//! What an installed site is made of: `/manifest.webmanifest`, `/icons/…`, and `/offline`, the page shown where there is no
//! network. `front/sw.js` keeps that page, and the articles a signed-in member opened, in the browser.

use super::shell::Page;
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::foundation::viewer::Viewer;
use crate::server::away::away;
use crate::server::http::Ask;
use crate::share::icons::{Size, icon};
use crate::{t, tf};
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;
use serde_json::json;

/// Under an icon there is room for about this many letters.
const SHORT: usize = 12;

pub async fn manifest(ask: Ask) -> Response {
    let site = &ask.site;
    let icons: Vec<_> = [Size::Small, Size::Large, Size::Maskable]
        .into_iter()
        .map(|size| {
            let pixels = size.pixels();
            let purpose = if size == Size::Maskable { "maskable" } else { "any" };
            // A mask may cut a logo: only the mark, drawn by us, has the room for that.
            let own = if size == Size::Maskable { None } else { site.look.icon_path(pixels) };
            json!({ "src": own.unwrap_or_else(|| format!("/icons/{}", size.file())), "sizes": format!("{pixels}x{pixels}"), "type": "image/png", "purpose": purpose })
        })
        .collect();
    let manifest = json!({
        "id": "/",
        "name": site.name,
        "short_name": site.name.chars().take(SHORT).collect::<String>().trim_end(),
        "lang": site.locale.tag(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": super::shell::PAPER,
        "theme_color": super::shell::PAPER,
        "icons": icons,
    });
    ([(header::CONTENT_TYPE, "application/manifest+json"), (header::CACHE_CONTROL, "public, max-age=3600")], manifest.to_string())
        .into_response()
}

pub async fn show_icon(Path(name): Path<String>) -> Result<Response> {
    let size = Size::of_file(&name).ok_or(AppError::NotFound)?;
    let png = away(move || icon(size)).await?.ok_or(AppError::Internal)?;
    Ok(([(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "public, max-age=86400")], png).into_response())
}

/// The page is kept in the browser, so it is drawn as for a visitor: nothing on it is anybody's. It is kept in both languages,
/// so `?lang=` decides here, whatever the member chose.
pub async fn show(mut ask: Ask) -> Response {
    ask.viewer = Viewer::VISITOR;
    ask.locale = ask.query("lang").as_deref().and_then(Locale::from_tag).unwrap_or(ask.locale);
    let locale = ask.locale;
    let title = t!(locale, "没有网络", "You are offline");
    Page::new(title).private().draw(&ask, || {
        view! {
            <section class="offline-page" data-live="" data-offline-list="">
                <h1>{title}</h1>
                <p>{t!(locale, "现在连不上网站。网络恢复后，重新打开页面即可。", "The site cannot be reached just now. When the network is back, open the page again.")}</p>
                <section hidden data-offline-some="" aria-labelledby="offline-kept">
                    <h2 id="offline-kept">{t!(locale, "可以离线阅读的文章", "Articles you can read offline")}</h2>
                    <ul class="offline-articles"></ul>
                </section>
                <p hidden data-offline-none="">{t!(locale, "这台设备上还没有离线文章。登录后打开过的文章会自动保存到这里。", "There are no articles on this device yet. Articles you open while signed in are kept here.")}</p>
            </section>
        }
    })
}

/// Stands hidden in an article drawn for a member; the copy that is shown without a network shows it.
#[component]
pub fn OfflineNote(ask: Ask) -> impl IntoView {
    let (locale, zone) = (ask.locale, ask.site.time_zone.clone());
    let at = format::date_time(ask.ctx.now(), &zone, locale);
    let text = tf!(locale, "你正在离线阅读保存于 {at} 的副本。", "You are offline. This copy was kept on {at}.");
    ask.viewer.member().map(|_| view! { <p class="banner tone-warn offline-note" role="status">{text}</p> })
}
