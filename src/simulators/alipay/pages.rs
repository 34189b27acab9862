//! Pages to press buttons on: the cashier where a buyer arrives, and a console with all trades. Plain HTML in both languages.

use super::Alipay;
use super::books::{Books, Status, Trade, yuan};
use crate::foundation::locale::Locale;
use crate::simulators::pages::{self, Button, Deed, locale};
use crate::{t, tf};
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use html_escape::{encode_double_quoted_attribute as attribute, encode_text as escape};
use std::sync::Arc;

fn page(locale: Locale, title: &str, body: &str) -> Html<String> {
    pages::page(locale, t!(locale, "支付宝模拟器", "Alipay simulator"), title, body)
}

fn pay(locale: Locale, body: &str) -> Html<String> {
    page(locale, t!(locale, "付款", "Pay"), body)
}

/// An address that was not accepted.
pub fn refused(headers: &HeaderMap, code: &str, words: &str) -> Response {
    let locale = locale(headers);
    let said = t!(locale, "无法付款：", "This cannot be paid:");
    pay(locale, &format!("<p>{said} {words} ({code})</p>")).into_response()
}

pub async fn console(State(alipay): State<Arc<Alipay>>, headers: HeaderMap) -> Html<String> {
    let locale = locale(&headers);
    let books = alipay.books();
    let trades: String = books.trades.values().rev().map(|trade| block(locale, &books, trade, "/")).collect();
    let none = || format!("<p>{}</p>", t!(locale, "还没有交易。", "No trades yet."));
    let body = if trades.is_empty() { none() } else { trades };
    page(locale, t!(locale, "商户", "The merchant"), &(body + &pages::told(locale, &alipay.deliveries)))
}

pub async fn cashier(State(alipay): State<Arc<Alipay>>, Path(number): Path<String>, headers: HeaderMap) -> Response {
    let locale = locale(&headers);
    let books = alipay.books();
    let Some(trade) = books.trades.get(&number) else {
        let words = format!("<p>{}</p>", t!(locale, "没有这个交易。", "There is no such trade."));
        return (StatusCode::NOT_FOUND, pay(locale, &words)).into_response();
    };
    let mut body = block(locale, &books, trade, &format!("/cashier/{number}"));
    if trade.return_url.starts_with("https://") || trade.return_url.starts_with("http://") {
        body += &format!("<p><a href=\"{}\">{}</a></p>", attribute(&trade.return_url), t!(locale, "返回商户", "Back to the merchant"));
    }
    pay(locale, &body).into_response()
}

fn block(locale: Locale, books: &Books, trade: &Trade, back: &str) -> String {
    let (number, subject) = (escape(&trade.out_trade_no), escape(&trade.subject));
    let (amount, status, refunded) = (yuan(trade.total), trade.status.as_str(), yuan(trade.refunded()));
    let given = if trade.refunded() > 0 { tf!(locale, "，已退 CN¥{refunded}", ", CN¥{refunded} given back") } else { String::new() };
    let mut body =
        format!("<section><h3>{subject}</h3><p><span class=\"state\">{status}</span> CN¥{amount}{given} <code>{number}</code></p>");
    let button = |deed, label, part, back| Button { deed, number: &trade.out_trade_no, label, part, back }.draw(locale, books.fate);
    match trade.status {
        Status::WaitBuyerPay => {
            // A buyer who pays goes back to the merchant at once.
            let then = if back == "/" || trade.return_url.is_empty() { back } else { &trade.return_url };
            body += &button("pay", t!(locale, "支付成功", "Pay"), false, then);
            let no_failure = t!(
                locale,
                "支付宝没有“支付失败”的状态：没付成的交易仍是 WAIT_BUYER_PAY，可以再付，也可以就此离开。",
                "Alipay knows no failed payment: what was not paid stays WAIT_BUYER_PAY. Pay it after all, or just go away."
            );
            body += &format!("<p>{no_failure}</p>");
        }
        Status::Success => {
            body += &button("refund", t!(locale, "全额退款", "Refund all"), false, back);
            body += &button("refund", t!(locale, "部分退款", "Refund a part"), true, back);
        }
        Status::Closed | Status::Finished => (),
    }
    body + "</section>"
}

pub async fn deed(State(alipay): State<Arc<Alipay>>, Form(deed): Form<Deed>) -> Response {
    if let Some(fate) = deed.fate() {
        alipay.set_fate(fate);
    }
    deed.answer(match deed.deed.as_str() {
        "pay" => alipay.pay(&deed.number),
        "refund" => alipay.refund(&deed.number, deed.amount).map(|_| ()),
        _ => Err("no such deed"),
    })
}
