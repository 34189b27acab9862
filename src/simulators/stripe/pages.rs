//! Pages to press buttons on: the checkout, the portal, and the books with all deeds. Plain HTML, no scripts.

use super::books::{Books, Charging};
use super::problem::Problem;
use super::{Stripe, open};
use crate::foundation::locale::Locale;
use crate::simulators::deliveries::Fate;
use crate::simulators::pages::{self, locale};
use crate::{t, tf};
use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use html_escape::encode_quoted_attribute as escaped;
use serde::Deserialize;
use serde_json::Value;
use std::fmt::Write;
use std::sync::Arc;

fn page(locale: Locale, title: &str, body: &str) -> Html<String> {
    pages::page(locale, t!(locale, "Stripe 模拟器", "Stripe simulator"), title, body)
}

/// One form: a fate to choose and a button a deed.
fn deeds(locale: Locale, number: &str, back: &str, chosen: Fate, buttons: &[(&str, &str)]) -> String {
    if buttons.is_empty() {
        return String::new();
    }
    let number = escaped(number);
    let mut form = format!(
        "<form method=\"post\" action=\"/deeds\"><input type=\"hidden\" name=\"number\" value=\"{number}\">\
         <input type=\"hidden\" name=\"back\" value=\"{}\">{}",
        escaped(back),
        pages::fates(locale, chosen)
    );
    for (deed, words) in buttons {
        let amount = if *deed == "refund-part" {
            let label = t!(locale, "部分金额（最小单位）", "Part, in the smallest unit");
            format!("<label>{label} <input name=\"amount\" inputmode=\"numeric\"></label>")
        } else {
            String::new()
        };
        let _ = write!(form, "{amount}<button name=\"deed\" value=\"{deed}\">{words}</button>");
    }
    form + "</form>"
}

fn buttons(locale: Locale, books: &Books, object: &Value) -> Vec<(&'static str, &'static str)> {
    let status = object["status"].as_str().unwrap_or_default();
    match (object["object"].as_str().unwrap_or_default(), status) {
        ("checkout.session", "open") => vec![
            ("pay", t!(locale, "支付成功", "Pay")),
            ("decline", t!(locale, "银行卡被拒", "Card declined")),
            ("pay-slowly", t!(locale, "慢速支付（稍后到账）", "Pay by a slow method")),
            ("expire", t!(locale, "使其过期", "Let it expire")),
        ],
        ("checkout.session", "complete") if books.text(object["payment_intent"].as_str().unwrap_or_default(), "status") == "processing" => {
            vec![("settle", t!(locale, "慢速支付到账", "The slow payment comes")), ("fail", t!(locale, "慢速支付失败", "It fails"))]
        }
        ("payment_intent", "succeeded") => vec![
            ("refund", t!(locale, "全额退款", "Refund what is left")),
            ("refund-part", t!(locale, "部分退款", "Refund a part")),
            ("refund-slowly", t!(locale, "全额退款（稍后到账）", "Refund what is left, slowly")),
            ("dispute", t!(locale, "发起争议", "Dispute")),
            ("inquire", t!(locale, "银行询问", "Inquiry")),
        ],
        ("refund", "pending") => {
            vec![("refund-done", t!(locale, "退款成功", "It goes through")), ("refund-fail", t!(locale, "退款失败", "It fails"))]
        }
        ("refund", "succeeded") => vec![("refund-fail", t!(locale, "退款事后失败", "It fails after all"))],
        ("dispute", "needs_response" | "under_review" | "warning_needs_response") => {
            vec![("win", t!(locale, "商家胜诉", "Won")), ("lose", t!(locale, "商家败诉", "Lost"))]
        }
        ("subscription", "active" | "trialing" | "past_due") => {
            let leave = if object["cancel_at"].is_null() {
                ("cancel", t!(locale, "到期后取消", "Cancel at the end of the term"))
            } else {
                ("resume", t!(locale, "恢复订阅", "Resume"))
            };
            vec![
                leave,
                ("term-ends", t!(locale, "本期立即结束", "Let the term end now")),
                ("charging-fails", t!(locale, "今后扣款失败", "Let charges fail")),
                ("charging-succeeds", t!(locale, "今后扣款成功", "Let charges succeed")),
            ]
        }
        ("invoice", "open") => vec![("try-again", t!(locale, "再次扣款", "Try the charge again"))],
        _ => Vec::new(),
    }
}

/// `990 cny`: in the smallest unit, as Stripe writes it.
fn amount_of(object: &Value) -> String {
    let amount = ["amount_total", "amount", "amount_due"].into_iter().find_map(|field| object[field].as_i64());
    amount.map(|amount| format!("{amount} {}", object["currency"].as_str().unwrap_or_default())).unwrap_or_default()
}

/// What was sold, whichever object it is asked of.
fn name_of(books: &Books, number: &str) -> String {
    let of = |field: &str| books.text(number, field);
    match of("object").as_str() {
        "checkout.session" => books.text(&format!("plan_of_{number}"), "name"),
        "subscription" => books.text(books.at(number, "/items/data/0/price/product").as_str().unwrap_or_default(), "name"),
        "invoice" => name_of(books, &books.subscription_of(number)),
        "payment_intent" => {
            let session = books.all("checkout.session").find(|session| session["payment_intent"] == number);
            let made = || books.all("invoice_payment").find(|made| made.pointer("/payment/payment_intent").is_some_and(|of| of == number));
            let of = session.and_then(|session| session["id"].as_str()).or_else(|| made().and_then(|made| made["invoice"].as_str()));
            of.map(|of| name_of(books, of)).unwrap_or_default()
        }
        _ => Some(of("payment_intent")).filter(|intent| !intent.is_empty()).map(|intent| name_of(books, &intent)).unwrap_or_default(),
    }
}

pub async fn console(State(stripe): State<Arc<Stripe>>, headers: HeaderMap) -> Html<String> {
    let locale = locale(&headers);
    let fate = *open(&stripe.fate);
    let books = stripe.books();
    let mut body = String::new();
    let kinds = [
        ("subscription", t!(locale, "订阅", "Subscriptions")),
        ("invoice", t!(locale, "账单", "Invoices")),
        ("payment_intent", t!(locale, "付款", "Payments")),
        ("refund", t!(locale, "退款", "Refunds")),
        ("dispute", t!(locale, "争议", "Disputes")),
        ("checkout.session", t!(locale, "结账页面", "Checkout pages")),
    ];
    for (kind, heading) in kinds {
        let mut blocks = String::new();
        for object in books.all(kind).take(50) {
            let number = object["id"].as_str().unwrap_or_default();
            let (status, amount) = (object["status"].as_str().unwrap_or_default(), amount_of(object));
            let form = deeds(locale, number, "/", fate, &buttons(locale, &books, object));
            let name = name_of(&books, number);
            let (name, number, status, amount) = (escaped(&name), escaped(number), escaped(status), escaped(&amount));
            let _ = write!(
                blocks,
                "<section><h3>{name}</h3><p><span class=\"state\">{status}</span> {amount} <code>{number}</code></p>{form}</section>"
            );
        }
        if !blocks.is_empty() {
            let _ = write!(body, "<h2>{heading}</h2>{blocks}");
        }
    }
    if body.is_empty() {
        body = format!("<p>{}</p>", t!(locale, "还没有付款。", "No payments yet."));
    }
    body += &elsewhere(locale);
    body += &pages::told(locale, &stripe.deliveries);
    page(locale, t!(locale, "账户", "The account"), &body)
}

/// A form that plays another site of the same account: what members bring along is tried with it.
fn elsewhere(locale: Locale) -> String {
    let heading = t!(locale, "别处售出的订阅", "A subscription that was sold elsewhere");
    let (email, amount) = (t!(locale, "邮箱", "E-mail"), t!(locale, "每月金额（美分）", "US cents a month"));
    let button = t!(locale, "添加", "Add it");
    format!(
        "<h2>{heading}</h2><form method=\"post\" action=\"/deeds\"><input type=\"hidden\" name=\"deed\" value=\"elsewhere\">\
         <label>{email} <input name=\"number\" type=\"email\"></label><label>{amount} <input name=\"amount\" inputmode=\"numeric\"></label>\
         <button>{button}</button></form>"
    )
}

pub async fn checkout(State(stripe): State<Arc<Stripe>>, headers: HeaderMap, Path(number): Path<String>) -> Response {
    let locale = locale(&headers);
    let books = stripe.books();
    let Ok(session) = books.get("checkout.session", &number) else { return StatusCode::NOT_FOUND.into_response() };
    let name = books.text(&format!("plan_of_{number}"), "name");
    let amount = amount_of(session);
    let mut body = format!("<p>{}</p><p class=\"sum\">{}</p>", escaped(&name), escaped(&amount));
    let back = format!("/c/pay/{number}");
    body += &deeds(locale, &number, &back, *open(&stripe.fate), &buttons(locale, &books, session));
    let link =
        |to: &Value, words: &str| to.as_str().map(|to| format!("<p><a href=\"{}\">{words}</a></p>", escaped(to))).unwrap_or_default();
    match session["status"].as_str() {
        Some("open") => body += &link(&session["cancel_url"], t!(locale, "返回商家", "Back to the shop")),
        _ => {
            let done = session["success_url"].as_str().map(|url| Value::from(url.replace("{CHECKOUT_SESSION_ID}", &number)));
            let status = session["status"].as_str().unwrap_or_default();
            body += &format!("<p>{}</p>", tf!(locale, "状态：{status}", "Status: {status}"));
            body += &link(&done.unwrap_or_default(), t!(locale, "完成，返回商家", "Done, back to the shop"));
        }
    }
    page(locale, t!(locale, "付款", "Pay"), &body).into_response()
}

pub async fn portal(State(stripe): State<Arc<Stripe>>, headers: HeaderMap, Path(number): Path<String>) -> Response {
    let locale = locale(&headers);
    let books = stripe.books();
    let Ok(session) = books.get("billing_portal.session", &number) else { return StatusCode::NOT_FOUND.into_response() };
    let (back, mut body) = (format!("/p/session/{number}"), String::new());
    for subscription in books.all("subscription").filter(|subscription| subscription["customer"] == session["customer"]) {
        let (id, status) = (subscription["id"].as_str().unwrap_or_default(), subscription["status"].as_str().unwrap_or_default());
        let name = name_of(&books, id);
        let _ = write!(body, "<h2>{}</h2><p><span class=\"state\">{}</span></p>", escaped(&name), escaped(status));
        body += &deeds(locale, id, &back, *open(&stripe.fate), &buttons(locale, &books, subscription));
    }
    if let Some(url) = session["return_url"].as_str() {
        let _ = write!(body, "<p><a href=\"{}\">{}</a></p>", escaped(url), t!(locale, "返回商家", "Back to the shop"));
    }
    page(locale, t!(locale, "管理订阅", "Manage your subscription"), &body).into_response()
}

#[derive(Deserialize)]
pub struct Deed {
    deed: String,
    number: String,
    #[serde(default)]
    fate: String,
    #[serde(default)]
    amount: String,
    #[serde(default)]
    back: String,
}

pub async fn deed(State(stripe): State<Arc<Stripe>>, Form(deed): Form<Deed>) -> Response {
    if let Some(fate) = Fate::parse(&deed.fate) {
        stripe.set_fate(fate);
    }
    let number = deed.number.as_str();
    let done = match deed.deed.as_str() {
        "pay" => stripe.pay(number),
        "pay-slowly" => stripe.pay_slowly(number),
        "decline" => stripe.decline(number),
        "expire" => stripe.expire(number),
        "settle" => stripe.settle(number, true),
        "fail" => stripe.settle(number, false),
        "refund" => stripe.refund(number, None).map(drop),
        "refund-part" => match deed.amount.trim().parse() {
            Ok(amount) => stripe.refund(number, Some(amount)).map(drop),
            Err(_) => Err(Problem::missing("amount").message().to_owned()),
        },
        "refund-slowly" => {
            stripe.hold_refunds(true);
            let made = stripe.refund(number, None).map(drop);
            stripe.hold_refunds(false);
            made
        }
        "refund-done" => stripe.settle_refund(number, true),
        "refund-fail" => stripe.settle_refund(number, false),
        "dispute" => stripe.dispute(number).map(drop),
        "inquire" => stripe.inquire(number).map(drop),
        "win" => stripe.settle_dispute(number, true),
        "lose" => stripe.settle_dispute(number, false),
        "cancel" => stripe.cancel_at_end(number, true),
        "resume" => stripe.cancel_at_end(number, false),
        "elsewhere" => match deed.amount.trim().parse() {
            Ok(amount) if amount > 0 && number.contains('@') => {
                stripe.subscribe_elsewhere(number, "Membership of another site", (amount, "usd"), "month");
                Ok(())
            }
            _ => Err(Problem::missing("amount").message().to_owned()),
        },
        "term-ends" => stripe.end_term(number),
        "try-again" => stripe.try_again(number),
        "charging-fails" => {
            stripe.set_charging(number, Charging::Fails);
            Ok(())
        }
        "charging-succeeds" => {
            stripe.set_charging(number, Charging::Succeeds);
            Ok(())
        }
        _ => Err("no such deed".to_owned()),
    };
    // Like the real one, the page sends the buyer back to the shop once they paid.
    let paid = matches!(deed.deed.as_str(), "pay" | "pay-slowly") && deed.back.starts_with("/c/pay/");
    match done {
        Ok(()) if paid => Redirect::to(&stripe.success_url(number)).into_response(),
        // Only back to a page of this simulator.
        Ok(()) if deed.back.starts_with('/') && !deed.back.starts_with("//") => Redirect::to(&deed.back).into_response(),
        Ok(()) => Redirect::to("/").into_response(),
        Err(reason) => (StatusCode::UNPROCESSABLE_ENTITY, reason).into_response(),
    }
}
