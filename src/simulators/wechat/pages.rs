//! Pages to press buttons on: plain HTML in both languages. A code that is scanned cannot be opened in a browser, so the
//! console lists what waits to be paid.

use super::books::{self, Books, Order};
use super::{RefundEnd, Wechat};
use crate::foundation::locale::Locale;
use crate::simulators::pages::{self, Button, Deed, locale};
use crate::{t, tf};
use axum::extract::{Form, Path, Query, State};
use axum::http::header::REFERER;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use html_escape::{encode_double_quoted_attribute as attribute, encode_text as escape};
use serde::Deserialize;
use std::sync::Arc;

fn page(locale: Locale, title: &str, body: &str) -> Html<String> {
    pages::page(locale, t!(locale, "微信支付模拟器", "WeChat Pay simulator"), title, body)
}

pub async fn console(State(wechat): State<Arc<Wechat>>, headers: HeaderMap) -> Html<String> {
    let locale = locale(&headers);
    let books = wechat.books();
    let orders: String = books.orders.values().rev().map(|order| block(locale, &books, order, "/")).collect();
    let body = if orders.is_empty() { format!("<p>{}</p>", t!(locale, "还没有订单。", "No orders yet.")) } else { orders };
    page(locale, t!(locale, "商户", "The merchant"), &(body + &pages::told(locale, &wechat.deliveries)))
}

pub async fn order(State(wechat): State<Arc<Wechat>>, Path(number): Path<String>, headers: HeaderMap) -> Response {
    let books = wechat.books();
    show(locale(&headers), &books, books.orders.get(&number), None)
}

#[derive(Deserialize)]
pub struct Cashier {
    #[serde(default)]
    prepay_id: String,
    redirect_url: Option<String>,
}

/// Where a phone is sent, and from where it comes back. Whoever does not come from a page of the merchant's is sent away.
pub async fn cashier(State(wechat): State<Arc<Wechat>>, Query(asked): Query<Cashier>, headers: HeaderMap) -> Response {
    if !headers.get(REFERER).is_some_and(|from| from.as_bytes().starts_with(b"http")) {
        let words = "商家参数格式有误，请联系商家解决";
        return page(locale(&headers), words, &format!("<p>{words}</p>")).into_response();
    }
    let books = wechat.books();
    let order = books.orders.values().find(|order| order.trade_type == "MWEB" && order.prepay == asked.prepay_id);
    show(locale(&headers), &books, order, asked.redirect_url.as_deref())
}

fn show(locale: Locale, books: &Books, order: Option<&Order>, back: Option<&str>) -> Response {
    let title = t!(locale, "付款", "Pay");
    let Some(order) = order else {
        let words = t!(locale, "没有这个订单。", "There is no such order.");
        return (StatusCode::NOT_FOUND, page(locale, title, &format!("<p>{words}</p>"))).into_response();
    };
    let here = format!("/orders/{}", order.out_trade_no);
    let web = back.filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    let mut body = block(locale, books, order, web.unwrap_or(&here));
    if let Some(url) = web {
        body += &format!("<p><a href=\"{}\">{}</a></p>", attribute(url), t!(locale, "返回商户", "Back to the merchant"));
    }
    page(locale, title, &body).into_response()
}

fn block(locale: Locale, books: &Books, order: &Order, back: &str) -> String {
    let (number, description) = (escape(&order.out_trade_no), escape(&order.description));
    let (amount, state) = (format!("{}.{:02}", order.total / 100, order.total % 100), order.state.words().0);
    let mut body = format!("<section><h3>{description}</h3><p><span class=\"state\">{state}</span> CN¥{amount} <code>{number}</code></p>");
    let mut forms = Vec::new();
    if order.is_paid() {
        forms.push(("refund", t!(locale, "全额退款", "Refund all"), false));
        forms.push(("refund", t!(locale, "部分退款", "Refund a part"), true));
    } else if order.state != books::State::Closed {
        forms.push(("pay", t!(locale, "支付成功", "Pay"), false));
        forms.push(("fail", t!(locale, "支付失败", "Fail to pay"), false));
        match order.state {
            books::State::UserPaying => forms.push(("turn-back", t!(locale, "放弃支付", "Go away without paying"), false)),
            _ => forms.push(("begin", t!(locale, "正在输入密码", "Be asked for the password"), false)),
        }
    }
    for (deed, label, part) in forms {
        body += &Button { deed, number: &order.out_trade_no, label, part, back }.draw(locale, books.fate);
    }
    for refund in books.refunds.values().filter(|refund| refund.out_trade_no == order.out_trade_no) {
        let (number, status) = (escape(&refund.out_refund_no), refund.status);
        let amount = format!("{}.{:02}", refund.refund / 100, refund.refund % 100);
        body += &format!("<p>{}</p>", tf!(locale, "退款 {number}，¥{amount}，{status}", "Refund {number}, CN¥{amount}, {status}"));
        if matches!(status, "PROCESSING" | "ABNORMAL") {
            for (deed, label) in [
                ("refund-success", t!(locale, "退款成功", "Refund succeeds")),
                ("refund-abnormal", t!(locale, "退款异常", "Refund is abnormal")),
                ("refund-closed", t!(locale, "退款关闭", "Refund is closed")),
            ] {
                body += &Button { deed, number: &refund.out_refund_no, label, part: false, back }.draw(locale, books.fate);
            }
        }
    }
    body + "</section>"
}

pub async fn deed(State(wechat): State<Arc<Wechat>>, Form(deed): Form<Deed>) -> Response {
    if let Some(fate) = deed.fate() {
        wechat.set_fate(fate);
    }
    deed.answer(match deed.deed.as_str() {
        "pay" => wechat.pay(&deed.number),
        "fail" => wechat.fail(&deed.number),
        "begin" => wechat.begin(&deed.number),
        "turn-back" => wechat.turn_back(&deed.number),
        "refund" => wechat.refund(&deed.number, deed.amount).map(|_| ()),
        "refund-success" => wechat.settle_refund(&deed.number, RefundEnd::Success),
        "refund-abnormal" => wechat.settle_refund(&deed.number, RefundEnd::Abnormal),
        "refund-closed" => wechat.settle_refund(&deed.number, RefundEnd::Closed),
        _ => Err("no such deed"),
    })
}
