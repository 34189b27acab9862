//! What a reader chooses for themselves, from any page: the language, and light or dark. It is remembered in a cookie that
//! says nothing else, so that it works without script and a page is drawn right at once.

use super::joining::destination;
use crate::foundation::error::Result;
use crate::foundation::locale::Locale;
use crate::foundation::theme::Theme;
use crate::members::service;
use crate::server::http::{Ask, Form, see_other, without_language};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct LanguageForm {
    locale: String,
    to: String,
}

/// A member's language is kept with the account as well.
pub async fn choose_language(ask: Ask, Form(form): Form<LanguageForm>) -> Result<Response> {
    // A language in the address would stand above the one chosen here.
    let back = see_other(&without_language(&destination(Some(form.to))));
    let Some(locale) = Locale::from_tag(&form.locale) else { return Ok(back) };
    if ask.viewer.member().is_some() {
        service::change_locale(&ask.ctx, &ask.viewer, Some(locale)).await?;
    }
    Ok(remember(&ask, back, "stoa_locale", locale.tag()))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ThemeForm {
    theme: String,
    to: String,
}

pub async fn choose_theme(ask: Ask, Form(form): Form<ThemeForm>) -> Result<Response> {
    let back = see_other(&destination(Some(form.to)));
    let Some(theme) = Theme::parse(&form.theme) else { return Ok(back) };
    Ok(remember(&ask, back, "stoa_theme", theme.as_str()))
}

/// For a year.
fn remember(ask: &Ask, mut response: Response, name: &str, value: &str) -> Response {
    let secure = if ask.ctx.config().secure_cookies() { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
