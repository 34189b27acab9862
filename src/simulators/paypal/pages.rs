//! What people see: the checkout, the consent to another price, and a console with all the books. Plain HTML, no scripts.

use super::{Charging, Paying, Paypal, Unable};
use crate::foundation::locale::Locale;
use crate::simulators::deliveries::Fate;
use crate::{t, tf};
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use html_escape::{encode_double_quoted_attribute as quoted, encode_text as text};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;

type Simulator = State<Arc<Paypal>>;

fn locale(headers: &HeaderMap) -> Locale {
    let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Locale::negotiate(wanted).unwrap_or(Locale::En)
}

fn page(locale: Locale, title: &str, body: &str) -> Html<String> {
    let lang = locale.tag();
    let mark = t!(locale, "PayPal 模拟器：不会动用真钱。", "PayPal simulator: no real money moves.");
    Html(format!(
        "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{}</title></head><body><p><strong>{mark}</strong></p><main><h1>{}</h1>{body}</main></body></html>",
        text(title),
        text(title)
    ))
}

/// One deed as a form of its own.
fn button(locale: Locale, number: &str, deed: &str, label: &str, more: &str) -> String {
    let fates: String = Fate::ALL
        .into_iter()
        .map(|fate| {
            let name = match fate {
                Fate::AtOnce => t!(locale, "立即送达", "at once"),
                Fate::Late => t!(locale, "晚到", "late"),
                Fate::Twice => t!(locale, "送两次", "twice"),
                Fate::OutOfOrder => t!(locale, "乱序", "out of order"),
                Fate::Lost => t!(locale, "丢失", "lost"),
                Fate::Forged => t!(locale, "伪造签名", "forged"),
            };
            format!("<option value=\"{}\">{name}</option>", fate.as_str())
        })
        .collect();
    let notice = t!(locale, "通知", "Notification");
    format!(
        "<form method=\"post\" action=\"/deeds\"><input type=\"hidden\" name=\"number\" value=\"{}\">{more}\
         <label>{notice} <select name=\"fate\">{fates}</select></label> <button name=\"deed\" value=\"{deed}\">{label}</button></form>",
        quoted(number)
    )
}

pub async fn checkout(State(paypal): Simulator, headers: HeaderMap, Query(query): Query<HashMap<String, String>>) -> Response {
    let locale = locale(&headers);
    let number = query.get("token").or_else(|| query.get("ba_token")).cloned().unwrap_or_default();
    let (what, open, order) = {
        let books = paypal.books();
        if let Some(order) = books.orders.get(&number) {
            let title = order.text("description").unwrap_or_default();
            (format!("{title} · {} {}", order.cash.text(), order.cash.code), order.status != "COMPLETED", true)
        } else if let Some((found, plan)) = books.subscriptions.get(&number).and_then(|found| Some((found, books.plans.get(&found.plan)?)))
        {
            let price = format!("{} {} / {} {}", plan.cash.text(), plan.cash.code, plan.count, plan.unit.to_lowercase());
            let trial =
                plan.trial.as_ref().map(|(unit, count)| tf!(locale, "（先试用 {count} {unit}）", " (after a trial of {count} {unit})"));
            (format!("{price}{}", trial.unwrap_or_default()), found.status.starts_with("APPROV"), false)
        } else {
            return (StatusCode::NOT_FOUND, page(locale, t!(locale, "没有这笔交易", "No such thing"), "")).into_response();
        }
    };
    let mut body = format!("<p>{}</p>", text(&what));
    if open {
        body += &button(locale, &number, "pay", t!(locale, "同意付款", "Agree and pay"), "");
        if order {
            body += &button(
                locale,
                &number,
                "pay-pending",
                t!(locale, "用银行账户付款（几天后到账）", "Pay from a bank account (takes days)"),
                "",
            );
        }
        body += &button(locale, &number, "pay-declined", t!(locale, "用会被拒的卡付款", "Pay with a card that is declined"), "");
        body += &button(locale, &number, "turn-back", t!(locale, "取消，返回商家", "Cancel and go back"), "");
    } else {
        body += &format!("<p>{}</p>", t!(locale, "这笔交易已经完成。", "This is done already."));
    }
    page(locale, t!(locale, "付款", "Pay"), &body).into_response()
}

pub async fn consent(State(paypal): Simulator, headers: HeaderMap, Query(query): Query<HashMap<String, String>>) -> Html<String> {
    let locale = locale(&headers);
    let number = query.get("ba_token").cloned().unwrap_or_default();
    let books = paypal.books();
    let wanted = books.subscriptions.get(&number).and_then(|found| books.plans.get(&found.revising.as_ref()?.plan));
    let body = match wanted {
        Some(plan) => {
            let price = format!("{} {} / {} {}", plan.cash.text(), plan.cash.code, plan.count, plan.unit.to_lowercase());
            format!(
                "<p>{}</p>{}{}",
                text(&price),
                button(locale, &number, "agree", t!(locale, "同意", "Agree"), ""),
                button(locale, &number, "disagree", t!(locale, "不同意，返回商家", "Do not agree, and go back"), "")
            )
        }
        None => format!("<p>{}</p>", t!(locale, "这笔交易已经完成。", "This is done already.")),
    };
    page(locale, t!(locale, "同意新的价格", "Agree to another price"), &body)
}

pub async fn console(State(paypal): Simulator, headers: HeaderMap) -> Html<String> {
    let locale = locale(&headers);
    let books = paypal.books();
    let mut body = format!("<h2>{}</h2>", t!(locale, "订单", "Orders"));
    for order in books.orders.values() {
        body += &format!(
            "<p><a href=\"/checkoutnow?token={0}\">{0}</a> {1} · {2} {3}</p>",
            order.id,
            order.status,
            order.cash.text(),
            order.cash.code
        );
    }
    body += &format!("<h2>{}</h2>", t!(locale, "订阅", "Subscriptions"));
    for found in books.subscriptions.values() {
        body += &format!("<p><a href=\"/webapps/billing/subscriptions?ba_token={0}\">{0}</a> {1}</p>", found.id, found.status);
        body += &button(locale, &found.id, "cancel", t!(locale, "买家取消", "The buyer cancels"), "");
        body += &button(locale, &found.id, "charges-fail", t!(locale, "以后扣款失败", "Charges fail from now on"), "");
        body += &button(locale, &found.id, "charges-succeed", t!(locale, "以后扣款成功", "Charges succeed from now on"), "");
    }
    body += &format!("<h2>{}</h2>", t!(locale, "付款", "Payments"));
    for payment in books.payments.values() {
        body += &format!("<p>{} {} · {} {}</p>", payment.id, payment.status(), payment.cash.text(), payment.cash.code);
        if payment.status == "PENDING" {
            body += &button(locale, &payment.of, "arrive", t!(locale, "到账", "It arrives"), "");
            body += &button(locale, &payment.of, "fail", t!(locale, "未能到账", "It does not arrive"), "");
        }
        if payment.status == "COMPLETED" && payment.refunded < payment.cash.units {
            let part = format!(
                "<label>{} <input name=\"units\" inputmode=\"numeric\"></label> ",
                t!(locale, "最小单位数（留空为全部）", "Smallest units (empty: all)")
            );
            body += &button(locale, &payment.id, "refund", t!(locale, "退款", "Refund"), &part);
            body += &button(locale, &payment.id, "dispute", t!(locale, "买家提出争议", "The buyer disputes it"), "");
        }
    }
    body += &format!("<h2>{}</h2>", t!(locale, "争议", "Disputes"));
    for dispute in books.disputes.values() {
        body += &format!("<p>{} {} {}</p>", dispute.id, dispute.status, dispute.outcome.unwrap_or_default());
        if dispute.outcome.is_none() {
            body += &button(locale, &dispute.id, "won", t!(locale, "商家胜诉", "The seller wins"), "");
            body += &button(locale, &dispute.id, "lost", t!(locale, "商家败诉", "The seller loses"), "");
        }
    }
    page(locale, t!(locale, "PayPal 模拟器", "PayPal simulator"), &body)
}

#[derive(Deserialize)]
pub struct Deed {
    deed: String,
    number: String,
    #[serde(default)]
    fate: String,
    #[serde(default)]
    units: String,
}

pub async fn deed(State(paypal): Simulator, headers: HeaderMap, Form(deed): Form<Deed>) -> Response {
    let locale = locale(&headers);
    paypal.set_fate(Fate::parse(&deed.fate).unwrap_or_default());
    match paypal.done_by_hand(&deed) {
        Ok(Some(address)) => Redirect::to(&address).into_response(),
        Ok(None) => Redirect::to("/").into_response(),
        Err(Unable(reason)) => {
            let title = t!(locale, "做不到", "That cannot be done");
            (StatusCode::UNPROCESSABLE_ENTITY, page(locale, title, &format!("<p>{reason}</p><p><a href=\"/\">←</a></p>"))).into_response()
        }
    }
}

impl Paypal {
    fn done_by_hand(&self, deed: &Deed) -> Result<Option<String>, Unable> {
        let number = deed.number.as_str();
        match deed.deed.as_str() {
            "pay" => self.pay(number, Paying::Succeeds).map(Some),
            "pay-pending" => self.pay(number, Paying::Waits).map(Some),
            "pay-declined" => self.pay(number, Paying::Fails).map(Some),
            "turn-back" => self.turn_back(number).map(Some),
            "agree" => self.agree(number).map(Some),
            "disagree" => self.disagree(number).map(Some),
            "arrive" => self.settle(number, true).map(|()| None),
            "fail" => self.settle(number, false).map(|()| None),
            "refund" => match deed.units.trim() {
                "" => self.refund(number, None).map(|_| None),
                units => self.refund(number, Some(units.parse().map_err(|_| Unable("INVALID_STRING_FORMAT"))?)).map(|_| None),
            },
            "dispute" => self.dispute(number).map(|_| None),
            "won" => self.decide(number, true).map(|()| None),
            "lost" => self.decide(number, false).map(|()| None),
            "cancel" => self.cancel(number).map(|()| None),
            "charges-fail" => self.set_charging(number, Charging::Fails).map(|()| None),
            "charges-succeed" => self.set_charging(number, Charging::Succeeds).map(|()| None),
            _ => Err(Unable("UNKNOWN_DEED")),
        }
    }
}
