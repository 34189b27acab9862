//! Pages to press buttons on: plain HTML in both languages, without scripts. Each button stands in a form with the fate of
//! the notifications that it will cause.

use super::deliveries::{Deliveries, Fate};
use crate::foundation::locale::Locale;
use crate::t;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use html_escape::{encode_double_quoted_attribute as attribute, encode_text as escape};
use serde::Deserialize;

pub fn locale(headers: &HeaderMap) -> Locale {
    headers.get("accept-language").and_then(|value| value.to_str().ok()).and_then(Locale::negotiate).unwrap_or_default()
}

/// A page of the simulator of this name.
pub fn page(locale: Locale, name: &str, title: &str, body: &str) -> Html<String> {
    let warning = t!(locale, "这是模拟器，不会有真钱往来。", "This is a simulator: no money moves.");
    let (lang, title) = (locale.tag(), escape(title));
    Html(format!(
        "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title} · {name}</title><style>{}</style></head><body><header><a href=\"/\">{name}</a> <span>{warning}</span></header>\
         <main><h1>{title}</h1>{body}</main></body></html>",
        include_str!("pages.css")
    ))
}

/// The choice of what becomes of the notifications.
pub fn fates(locale: Locale, chosen: Fate) -> String {
    let option = |fate: Fate| {
        let words = match fate {
            Fate::AtOnce => t!(locale, "通知立即送达", "Notify at once"),
            Fate::Late => t!(locale, "通知晚十分钟", "Notify ten minutes late"),
            Fate::Twice => t!(locale, "通知送两次", "Notify twice"),
            Fate::OutOfOrder => t!(locale, "通知次序颠倒", "Notify out of order"),
            Fate::Lost => t!(locale, "通知丢失", "Lose the notification"),
            Fate::Forged => t!(locale, "通知签名伪造", "Notify with a forged signature"),
        };
        format!("<option value=\"{}\"{}>{words}</option>", fate.as_str(), if fate == chosen { " selected" } else { "" })
    };
    let (options, name): (String, _) = (Fate::ALL.into_iter().map(option).collect(), t!(locale, "通知", "Notifications"));
    format!("<select name=\"fate\" aria-label=\"{name}\">{options}</select>")
}

/// What was sent to the site, and what it said to that; the newest first.
pub fn told(locale: Locale, deliveries: &Deliveries) -> String {
    let row = |(kind, answer): (String, String)| format!("<tr><td><code>{}</code></td><td>{}</td></tr>", escape(&kind), escape(&answer));
    let rows: String = deliveries.told().into_iter().map(row).collect();
    if rows.is_empty() {
        return String::new();
    }
    let [heading, what, answer] =
        [t!(locale, "已发出的通知", "Notifications sent"), t!(locale, "事件", "Event"), t!(locale, "网站的回答", "What the site answered")];
    format!("<h2>{heading}</h2><table><thead><tr><th>{what}</th><th>{answer}</th></tr></thead><tbody>{rows}</tbody></table>")
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
        let amount = match self.part {
            true => format!(
                "<label>{} <input name=\"amount\" inputmode=\"numeric\" required></label>",
                t!(locale, "金额（分）", "Amount in fen")
            ),
            false => String::new(),
        };
        let (number, back, fates) = (attribute(self.number), attribute(self.back), fates(locale, fate));
        let (deed, label) = (self.deed, self.label);
        format!(
            "<form method=\"post\" action=\"/deeds\"><input type=\"hidden\" name=\"number\" value=\"{number}\">\
             <input type=\"hidden\" name=\"back\" value=\"{back}\">{amount}{fates}\
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
