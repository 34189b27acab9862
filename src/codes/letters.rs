//! What the letter about something that was redeemed says.

use super::model::Source;
use crate::foundation::locale::Locale;
use crate::mail::{Kind, Letter};
use crate::{t, tf};

pub static REDEEMED: Kind =
    Kind { name: "redeemed", label: |locale| t!(locale, "兑换成功", "Code redeemed"), choice: None, asks: false };

pub static TAKEN_BACK: Kind =
    Kind {
        name: "taken-back", label: |locale| t!(locale, "兑换的内容已收回", "Redeemed, and taken back"), choice: None, asks: false
    };

/// A code or an order of the shop, by the end of the one or the number of the other.
fn named(source: Source, number: &str, locale: Locale) -> String {
    match source {
        Source::Code(_) => tf!(locale, "兑换码 ····{number}", "The code ····{number}"),
        Source::Order(_) => tf!(locale, "淘宝订单 {number}", "The Taobao order {number}"),
    }
}

/// To whoever redeemed it: `opened` is each thing, and until when it is open; `number` the end of the code, or the number of
/// the shop's order.
pub fn redeemed(about: &str, source: Source, number: &str, opened: &[(String, String)], locale: Locale) -> Letter {
    let what = named(source, number, locale);
    let first = opened.first().map(|(name, _)| name.as_str()).unwrap_or_default();
    let subject = match opened.len() {
        0 | 1 => tf!(locale, "兑换成功：{first}", "Redeemed: {first}"),
        n => tf!(locale, "兑换成功：{first}等 {n} 项", "Redeemed: {first} and more, {n} in all"),
    };
    let facts =
        opened.iter().flat_map(|(name, until)| [(t!(locale, "内容", "Item"), name.clone()), (t!(locale, "有效期", "Open"), until.clone())]);
    Letter::new(&REDEEMED, about, subject)
        .text(tf!(locale, "{what} 已经兑换，下面的内容已为你开通。", "{what} is redeemed, and this is open to you:"))
        .facts(facts.collect())
        .button(t!(locale, "查看开通的内容", "See what it opened"), source.path())
        .small(t!(
            locale,
            "如果不是你本人兑换的，请更改密码，并联系我们。",
            "If it was not you who redeemed it, please change your password and write to us."
        ))
}

/// To whoever redeemed it: what it opened is closed.
pub fn taken_back(about: &str, source: Source, number: &str, closed: &[String], locale: Locale) -> Letter {
    let what = named(source, number, locale);
    let text = match source {
        Source::Code(_) => tf!(
            locale,
            "{what} 已经作废，兑换时开通的下列内容随之关闭。",
            "{what} was revoked, and what you had redeemed with it is closed:"
        ),
        Source::Order(_) => tf!(
            locale,
            "{what} 已经关闭或退款，兑换时开通的下列内容随之关闭。",
            "{what} was closed or refunded, and what you had redeemed with it is closed:"
        ),
    };
    Letter::new(&TAKEN_BACK, about, tf!(locale, "兑换的内容已收回：{number}", "What you redeemed was taken back: {number}"))
        .text(text)
        .facts(closed.iter().map(|name| (t!(locale, "内容", "Item"), name.clone())).collect())
        .button(t!(locale, "查看兑换记录", "See what you redeemed"), source.path())
        .small(t!(locale, "如有疑问，请联系给你兑换码的人，或者卖家。", "Should this be a mistake, please ask whoever you have it from."))
}

/// One of each kind, with made-up contents; `day`: until when.
pub fn samples(day: &str, locale: Locale) -> Vec<Letter> {
    let until = tf!(locale, "至 {day}", "until {day}");
    let opened = [
        (t!(locale, "年度会员 · 一年", "Readers · one year").to_owned(), until),
        (
            t!(locale, "合集《从零开始写数据库》", "the bundle “A database from scratch”").to_owned(),
            t!(locale, "永久有效", "for good").to_owned(),
        ),
    ];
    let closed: Vec<String> = opened.iter().map(|(name, _)| name.clone()).collect();
    vec![redeemed("sample", Source::Code(0), "3M9", &opened, locale), taken_back("sample", Source::Code(0), "3M9", &closed, locale)]
}
