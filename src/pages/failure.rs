//! Every error, as a page for people or as JSON for programs.

use super::articles::Find;
use super::home::ShortCard;
use super::shell::{Kind, Page};
use crate::foundation::error::AppError;
use crate::foundation::locale::Locale;
use crate::posts::model::Card;
use crate::posts::service;
use crate::server::http::{Ask, sign_in_path};
use crate::{t, tf};
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;

/// Programs get `{"error": …}`, and for a form `{"error": …, "fields": {name: …}}`.
pub async fn draw(ask: &Ask, error: &AppError) -> Response {
    if ask.path().starts_with("/api/") || ask.path().starts_with("/webhooks/") {
        return as_json(ask.locale, error);
    }
    let found = if matches!(error, AppError::NotFound) { suggest(ask).await } else { Suggested::default() };
    as_page(ask, error, found)
}

/// What one may have looked for, where there is nothing.
#[derive(Default)]
struct Suggested {
    meant: Vec<Card>,
    newest: Vec<Card>,
}

/// Nothing, should it not be known just now: the page is drawn without it.
async fn suggest(ask: &Ask) -> Suggested {
    let typed = ask.path().strip_prefix("/p/").unwrap_or_default();
    let meant = if typed.is_empty() { Vec::new() } else { service::meant(&ask.ctx, typed, 3).await.unwrap_or_default() };
    let newest = service::newest(&ask.ctx, 4).await.unwrap_or_default();
    Suggested { newest: newest.into_iter().filter(|card| meant.iter().all(|known| known.id != card.id)).collect(), meant }
}

/// The words in the last part of an address, to begin looking with.
fn typed(path: &str) -> String {
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let readable = last.len() <= 60 && last.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if readable { last.replace(['-', '_'], " ") } else { String::new() }
}

#[component]
fn Shelf(ask: Ask, title: &'static str, cards: Vec<Card>) -> impl IntoView {
    (!cards.is_empty()).then(|| {
        let cards = cards.into_iter().map(|card| view! { <ShortCard locale=ask.locale zone=ask.site.time_zone.clone() card brief=true/> });
        view! { <section class="failure-shelf"><h2>{title}</h2><ul class="short-list">{cards.collect_view()}</ul></section> }
    })
}

fn as_json(locale: Locale, error: &AppError) -> Response {
    let mut body = serde_json::json!({ "error": error.message(locale) });
    if let AppError::Invalid(fields) = error {
        body["fields"] = fields.iter().map(|f| (f.field.clone(), f.words.get(locale).into())).collect::<serde_json::Map<_, _>>().into();
    }
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(body)).into_response()
}

fn as_page(ask: &Ask, error: &AppError, found: Suggested) -> Response {
    let locale = ask.locale;
    let title = match error {
        AppError::NotFound => t!(locale, "没有找到", "Not found"),
        AppError::SignInRequired => t!(locale, "请先登录", "Please sign in"),
        AppError::Forbidden(_) => t!(locale, "没有权限", "Not allowed"),
        AppError::Internal | AppError::Unavailable => t!(locale, "出错了", "Something went wrong"),
        _ => t!(locale, "未能完成", "That did not work"),
    };
    let message = error.message(locale);
    let request = (error.status() >= 500).then(|| {
        let id = &ask.request_id.0;
        tf!(
            locale,
            "请求编号：{id}。把它告诉管理员，就能在日志里找到原因。",
            "Request {id}. Tell an admin this number to find the cause in the log."
        )
    });
    let sign_in = matches!(error, AppError::SignInRequired).then(|| {
        let href = sign_in_path(ask.here());
        view! { <a class="button" href=href>{t!(locale, "登录", "Sign in")}</a> }
    });
    // Where to go on from here: to somewhere that has what one may have looked for, or to what opens the door.
    let ways = match error {
        AppError::NotFound => vec![
            ("/articles", t!(locale, "全部文章", "All articles")),
            ("/tags", t!(locale, "标签", "Tags")),
            ("/community", t!(locale, "社区", "Community")),
            ("/membership", t!(locale, "会员", "Membership")),
        ],
        AppError::Forbidden(_) => {
            vec![("/membership", t!(locale, "看看会员等级", "See the tiers")), ("/community", t!(locale, "社区", "Community"))]
        }
        _ => Vec::new(),
    };
    let ways = ways.into_iter().map(|(href, name)| view! { <li><a href=href>{name}</a></li> }).collect_view();
    let find = matches!(error, AppError::NotFound).then(|| view! { <Find locale words=typed(ask.path())/> });
    Page::new(title).of(Kind::Lists).private().status(error.status()).draw(ask, || {
        view! {
            <section class="failure">
                <p class="failure-status">{error.status()}</p>
                <h1>{title}</h1>
                <p>{message}</p>
                {request.map(|text| view! { <p class="failure-request">{text}</p> })}
                <p class="actions">{sign_in}<a class="button button-quiet" href="/">{t!(locale, "返回首页", "Back to the home page")}</a></p>
                <ul class="failure-ways">{ways}</ul>
            </section>
            {find}
            <Shelf ask=ask.clone() title=t!(locale, "也许你要找的是", "You may have meant") cards=found.meant/>
            <Shelf ask=ask.clone() title=t!(locale, "最新文章", "New articles") cards=found.newest/>
        }
    })
}
