//! Pages to press buttons on, for simulators whose provider moves in yuan: plain HTML in both languages, without scripts.
//! Each button is a form of its own, with the fate of the notifications that it will cause.

use super::deliveries::Fate;
use crate::foundation::locale::Locale;
use crate::t;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use html_escape::encode_double_quoted_attribute as attribute;
use serde::Deserialize;

pub fn locale(headers: &HeaderMap) -> Locale {
    headers.get("accept-language").and_then(|value| value.to_str().ok()).and_then(Locale::negotiate).unwrap_or_default()
}

pub fn page(locale: Locale, title: &str, body: &str) -> Html<String> {
    let warning = t!(locale, "这是模拟器，不会有真钱往来。", "This is a simulator: no money moves.");
    Html(format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title></head><body><header><strong>{warning}</strong></header><main><h1>{title}</h1>{body}</main></body></html>",
        locale.tag()
    ))
}

/// One deed to be done.
pub struct Button<'a> {
    pub deed: &'a str,
    pub number: &'a str,
    pub label: &'a str,
    /// Asks for an amount.
    pub part: bool,
    /// Where the browser goes then.
    pub back: &'a str,
}

impl Button<'_> {
    pub fn draw(&self, locale: Locale, fate: Fate) -> String {
        let option = |choice: Fate| {
            let words = match choice {
                Fate::AtOnce => t!(locale, "通知立即送达", "Notify at once"),
                Fate::Late => t!(locale, "通知晚十分钟", "Notify ten minutes late"),
                Fate::Twice => t!(locale, "通知送两次", "Notify twice"),
                Fate::OutOfOrder => t!(locale, "通知乱序", "Notify out of order"),
                Fate::Lost => t!(locale, "通知丢失", "Lose the notification"),
                Fate::Forged => t!(locale, "通知签名错误", "Notify with a wrong signature"),
            };
            format!("<option value=\"{}\"{}>{words}</option>", choice.as_str(), if choice == fate { " selected" } else { "" })
        };
        let fates: String = Fate::ALL.into_iter().map(option).collect();
        let amount = match self.part {
            true => format!(
                "<label>{} <input name=\"amount\" inputmode=\"numeric\" required></label> ",
                t!(locale, "金额（分）", "Amount in fen")
            ),
            false => String::new(),
        };
        let (number, back, name) = (attribute(self.number), attribute(self.back), t!(locale, "通知", "Notification"));
        let (deed, label) = (self.deed, self.label);
        format!(
            "<form method=\"post\" action=\"/deeds\"><input type=\"hidden\" name=\"number\" value=\"{number}\">\
             <input type=\"hidden\" name=\"back\" value=\"{back}\">{amount}<label>{name} <select name=\"fate\">{fates}</select></label> \
             <button name=\"deed\" value=\"{deed}\">{label}</button></form>"
        )
    }
}

/// What a pressed button sends.
#[derive(Deserialize)]
pub struct Deed {
    pub deed: String,
    pub number: String,
    fate: Option<String>,
    pub amount: Option<i64>,
    #[serde(default)]
    back: String,
}

impl Deed {
    pub fn fate(&self) -> Option<Fate> {
        self.fate.as_deref().and_then(Fate::parse)
    }

    /// Back to where the button was, or why it cannot be done.
    pub fn answer(&self, done: Result<(), &'static str>) -> Response {
        match done {
            Ok(()) => Redirect::to(if self.back.is_empty() { "/" } else { &self.back }).into_response(),
            Err(reason) => (StatusCode::UNPROCESSABLE_ENTITY, reason).into_response(),
        }
    }
}
