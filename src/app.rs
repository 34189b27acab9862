//! The program put together: every route, and the layers around them, outermost first: name the request, log it, protect
//! it, find out who asks, draw what failed.

use crate::foundation::error::AppError;
use crate::foundation::locale::Locale;
use crate::foundation::look::Look;
use crate::foundation::money::Currency;
use crate::foundation::site::Site;
use crate::foundation::theme::Theme;
use crate::foundation::viewer::Viewer;
use crate::members::sessions;
use crate::server::context::Context;
use crate::server::http::{self, Addresses, Ask, Nonce, RequestId, Routes, see_other};
use crate::server::{assets, http::as_failure};
use crate::{analytics, api, pages, settings};
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use std::net::SocketAddr;
use std::sync::Arc;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate, SizeAbove};
use tower_sessions::Session;
use tracing::Instrument;

/// The largest body of a request; what is larger is a 413.
const MAX_BODY: usize = 4 * 1024 * 1024;

/// Every route there is, in one list: the test of the wall walks it.
pub fn routes() -> Routes {
    pages::routes().merge(api::routes())
}

/// The whole program as a service.
pub fn router(ctx: Context) -> Router {
    let routes = routes();
    let addresses = routes.addresses();
    let known = addresses.clone();
    routes
        .into_router()
        .fallback(elsewhere)
        .method_not_allowed_fallback(move |ask: Ask, method: Method| for_forms_alone(known, ask, method))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(middleware::from_fn_with_state(ctx.clone(), http::refuse_other_sites))
        .layer(middleware::from_fn(http::refuse_nul_in_paths))
        .layer(middleware::from_fn(draw_failures))
        .layer(middleware::from_fn(analytics::views::count))
        .layer(middleware::from_fn(pages::carry_recommendation))
        .layer(middleware::from_fn_with_state((ctx.clone(), addresses), who_asks))
        .layer(sessions::layer(&ctx))
        .layer(middleware::from_fn(http::security_headers))
        // A page is compressed for one reader. Level 4 makes it an eighth smaller than the fastest for a seventh of a millisecond;
        // 5 would take six times that for a twentieth more. Assets are compressed once, by the build.
        .layer(
            CompressionLayer::new().quality(CompressionLevel::Precise(4)).compress_when(DefaultPredicate::new().and(SizeAbove::new(1024))),
        )
        .layer(middleware::from_fn(name_and_log))
        .with_state(ctx)
}

/// The program while the place is being worked on: one page, the files it needs, and a sign of life. No database.
pub fn maintenance() -> Router {
    let files = |headers: HeaderMap, uri: axum::http::Uri| async move { assets::serve(uri.path(), &headers) };
    Router::new()
        .route("/healthz", axum::routing::get(api::alive))
        .route("/pkg/{*file}", axum::routing::get(files))
        .fallback(pages::maintenance)
        .layer(middleware::from_fn(http::security_headers))
        .layer(middleware::from_fn(name_and_log))
}

/// Gives the request its id and nonce, and writes one line when it is done. Only the path is logged: queries and bodies
/// may hold what is nobody's business.
async fn name_and_log(mut request: Request, next: Next) -> Response {
    let id = RequestId(short_token(8).into());
    let span = tracing::info_span!("request", id = %id.0, method = %request.method(), path = logged(request.uri().path()));
    request.extensions_mut().insert(Nonce(short_token(16).into()));
    request.extensions_mut().insert(id.clone());
    let began = std::time::Instant::now();
    async move {
        let mut response = next.run(request).await;
        if let Ok(value) = id.0.parse() {
            response.headers_mut().insert("x-request-id", value);
        }
        tracing::info!(status = response.status().as_u16(), micros = began.elapsed().as_micros() as u64, "answered");
        response
    }
    .instrument(span)
    .await
}

/// A path as the log has it: what stands in the address of a redeem code, a gift, a seat or a proof is as good
/// as the thing itself.
fn logged(path: &str) -> &str {
    match path {
        path if path.starts_with("/redeem/") => "/redeem/…",
        path if path.starts_with("/gift/") => "/gift/…",
        path if path.starts_with("/gift-link/") => "/gift-link/…",
        path if path.starts_with("/team/") => "/team/…",
        path if path.starts_with("/withdraw/") => "/withdraw/…",
        path => path,
    }
}

fn short_token(bytes: usize) -> String {
    use base64::Engine;
    use rand::RngCore;
    let mut buffer = [0u8; 16];
    let bytes = bytes.min(buffer.len());
    rand::rng().fill_bytes(&mut buffer[..bytes]);
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&buffer[..bytes])
}

/// Makes the [`Ask`]. Before setup every page leads there; what is not a page is left alone.
async fn who_asks(State((ctx, addresses)): State<(Context, Addresses)>, session: Session, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path();
    if path.starts_with("/pkg/") {
        return assets::serve(path, &parts.headers);
    }
    match make_ask(&ctx, &addresses, &session, &parts).await {
        Ok((ask, set_up)) => {
            let page = parts.method == Method::GET && !is_for_programs(path);
            if !set_up && page && path != "/setup" && !is_file(path) {
                return see_other("/setup");
            }
            parts.extensions.insert(ask);
            next.run(Request::from_parts(parts, body)).await
        }
        // Without the database there is no page to draw in; the words have to do.
        Err(error) => {
            (StatusCode::SERVICE_UNAVAILABLE, format!("{}\n{}\n", error.message(Locale::Zh), error.message(Locale::En))).into_response()
        }
    }
}

/// What is the same for everybody and kept by whoever stands between: who asks is not looked up, and no cookie goes with it.
fn is_file(path: &str) -> bool {
    ["/icon.svg", "/manifest.webmanifest", "/speculation-rules.json", "/robots.txt", "/sitemap.xml", "/sw.js"].contains(&path)
        || ["/cards/", "/icons/", "/look/", "/qr/", "/sitemaps/"].iter().any(|prefix| path.starts_with(prefix))
}

fn is_for_programs(path: &str) -> bool {
    ["/api/", "/webhooks/"].iter().any(|prefix| path.starts_with(prefix)) || path == "/healthz" || path == "/readyz"
}

async fn make_ask(ctx: &Context, addresses: &Addresses, session: &Session, parts: &Parts) -> Result<(Ask, bool), AppError> {
    let path = parts.uri.path();
    let site = match path {
        // Whether the program is alive has nothing to do with the database.
        "/healthz" => None,
        // A provider is answered in its own way, also while the database is away.
        path if path.starts_with("/webhooks/") => settings::service::site(ctx).await.unwrap_or_default(),
        _ => settings::service::site(ctx).await?,
    };
    let set_up = site.is_some();
    let knows_members = set_up && !is_file(path) && (path.starts_with("/api/") || !is_for_programs(path));
    let viewer = if knows_members { sessions::viewer(ctx, session).await? } else { Viewer::VISITOR };
    let headers = &parts.headers;
    // What a member chose stands above what a link asks for; that stands above what the browser remembers or prefers.
    let asked = viewer.member().and_then(|m| m.locale).or_else(|| http::language_asked(&parts.uri));
    let asked = asked.or_else(|| cookie(headers, "stoa_locale").and_then(Locale::from_tag)).or_else(|| accepted_locale(headers));
    let site = match site {
        Some(site) => settings::look::seen(ctx, &viewer, session, site).await?,
        None => Arc::new(unfounded(asked)?),
    };
    let user_agent = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    // Programs are shown no page.
    let form = parts.method == Method::POST && !is_for_programs(path);
    let ask = Ask {
        ctx: ctx.clone(),
        locale: asked.unwrap_or(site.locale),
        theme: cookie(headers, "stoa_theme").and_then(Theme::parse).unwrap_or_default(),
        viewer,
        site,
        put_away: cookie(headers, "stoa_announcement").map(Into::into),
        request_id: parts.extensions.get::<RequestId>().cloned().ok_or(AppError::Internal)?,
        nonce: parts.extensions.get::<Nonce>().cloned().ok_or(AppError::Internal)?,
        uri: parts.uri.clone(),
        stood_at: form.then(|| http::stood_at(headers, &ctx.config().base_url, &parts.uri, addresses)),
        address: address(ctx, parts).into(),
        user_agent: user_agent.into(),
    };
    Ok((ask, set_up))
}

/// The site before there is one, so that the setup page can be drawn.
fn unfounded(asked: Option<Locale>) -> Result<Site, AppError> {
    let currency = Currency::parse("CNY").ok_or(AppError::Internal)?;
    Ok(Site {
        name: "Stoa".to_owned(),
        locale: asked.unwrap_or_default(),
        time_zone: jiff::tz::TimeZone::UTC,
        currency,
        look: Look::default(),
    })
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    lines.flat_map(|line| line.split(';')).find_map(|cookie| cookie.trim().strip_prefix(name)?.strip_prefix('='))
}

fn accepted_locale(headers: &HeaderMap) -> Option<Locale> {
    Locale::negotiate(headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?)
}

fn address(ctx: &Context, parts: &Parts) -> String {
    let forwarded = || {
        // The last entry of the last line is the one our own proxy wrote.
        let line = parts.headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
        line.rsplit(',').next().map(|a| a.trim().to_owned())
    };
    let peer = || parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_string());
    ctx.config().behind_proxy.then(forwarded).flatten().or_else(peer).unwrap_or_default()
}

/// Draws what failed, as a page or as JSON.
async fn draw_failures(request: Request, next: Next) -> Response {
    let ask = request.extensions().get::<Ask>().cloned();
    let response = next.run(request).await;
    let (Some(ask), Some(error)) = (ask, as_failure(&response)) else { return response };
    let mut drawn = pages::draw_failure(&ask, &error).await;
    if let Some(wait) = response.headers().get(header::RETRY_AFTER) {
        drawn.headers_mut().insert(header::RETRY_AFTER, wait.clone());
    }
    drawn
}

fn panicked(cause: Box<dyn std::any::Any + Send + 'static>) -> axum::http::Response<Body> {
    let cause = cause.downcast_ref::<String>().map(String::as_str).or_else(|| cause.downcast_ref::<&str>().copied()).unwrap_or("unknown");
    tracing::error!(cause, "a handler panicked");
    AppError::Internal.into_response()
}

/// What no route knows: a file of the site, or an address that has moved, or nothing.
async fn elsewhere(ask: Ask, method: Method, headers: HeaderMap) -> Result<Response, AppError> {
    if method != Method::GET && method != Method::HEAD {
        return Err(AppError::NotFound);
    }
    let asset = assets::serve(ask.path(), &headers);
    if asset.status().is_success() {
        return Ok(asset);
    }
    pages::moved_from(&ask).await
}

/// An address that takes forms, looked at: whoever loads again what answered one is led to the page above it. Programs and
/// other methods are told what is wrong.
async fn for_forms_alone(addresses: Addresses, ask: Ask, method: Method) -> Result<Response, AppError> {
    let looked_at = method == Method::GET || method == Method::HEAD;
    if !looked_at || is_for_programs(ask.path()) {
        return Ok(StatusCode::METHOD_NOT_ALLOWED.into_response());
    }
    match addresses.above(ask.path()) {
        "/" => Err(AppError::NotFound),
        above => Ok(see_other(above)),
    }
}
