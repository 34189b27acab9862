//! What people see while the place is being worked on: `stoa serve --maintenance`. It knows neither the site nor who asks,
//! since the database may be away, and so speaks both languages.

use super::shell::Mark;
use crate::server::assets::MANIFEST;
use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;

/// Seconds after which programs should ask again.
const COME_BACK: &str = "300";

pub async fn show() -> Response {
    let sheets = [&MANIFEST.css, &MANIFEST.lists].into_iter().filter(|path| !path.is_empty());
    let sheets = sheets.map(|path| view! { <link rel="stylesheet" href=format!("/{path}")/> }).collect_view();
    let html = Owner::new_root(None).with(|| {
        view! {
            <head>
                <meta charset="utf-8"/>
                <title>"维护中 · Back soon"</title>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="robots" content="noindex"/>
                {sheets}
            </head>
            <body>
                <main>
                    <section class="failure">
                        <p class="site-name"><Mark/></p>
                        <h1>"网站正在维护"</h1>
                        <p>"我们正在更新，很快恢复。你的账号、买过的内容和写过的文字都还在。"</p>
                        <div lang="en">
                            <h2>"We are doing some maintenance"</h2>
                            <p>"We will be back soon. Your account, what you bought and what you wrote are all safe."</p>
                        </div>
                    </section>
                </main>
            </body>
        }
        .to_html()
    });
    let headers =
        [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::RETRY_AFTER, COME_BACK), (header::CACHE_CONTROL, "no-store")];
    (StatusCode::SERVICE_UNAVAILABLE, headers, Body::from(format!("<!DOCTYPE html><html lang=\"zh-CN\">{html}</html>"))).into_response()
}
