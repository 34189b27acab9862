//! What people see: the checkout, the consent to another price, and a console with all the books. Plain HTML, no scripts.

use super::books::{Books, Dispute, Order, Payment, Subscription};
use super::cash::Cash;
use super::{Charging, Paying, Paypal, Unable};
use crate::foundation::locale::Locale;
use crate::simulators::deliveries::Fate;
use crate::simulators::pages::{self, locale};
use crate::{t, tf};
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use html_escape::{encode_double_quoted_attribute as quoted, encode_text as text};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;

type Simulator = State<Arc<Paypal>>;

fn page(locale: Locale, title: &str, body: &str) -> Html<String> {
    pages::page(locale, t!(locale, "PayPal 模拟器", "PayPal simulator"), title, body)
}

/// What can be done to one thing: a form with a button for each deed.
fn deeds(locale: Locale, number: &str, deeds: &[(&str, &str)], more: &str) -> String {
    let buttons: String = deeds.iter().map(|(deed, label)| format!("<button name=\"deed\" value=\"{deed}\">{label}</button>")).collect();
    format!(
        "<form method=\"post\" action=\"/deeds\"><input type=\"hidden\" name=\"number\" value=\"{}\">{more}{}{buttons}</form>",
        quoted(number),
        pages::fates(locale, Fate::AtOnce)
    )
}

/// What was sold, of an order's or a subscription's number.
fn name_of(books: &Books, number: &str) -> String {
    let order = books.orders.get(number).and_then(|order| order.text("description")).map(str::to_owned);
    // A plan is the same for all who pay its price.
    let plan = || {
        let found = books.subscriptions.get(number)?;
        Some(format!("{} · {}", books.plans.get(&found.plan)?.body["name"].as_str()?, found.email))
    };
    text(&order.or_else(plan).unwrap_or_default()).into_owned()
}

fn block(name: &str, status: &str, sum: &str, number: &str, forms: &str) -> String {
    format!("<section><h3>{name}</h3><p><span class=\"state\">{status}</span> {sum} <code>{number}</code></p>{forms}</section>")
}

fn sum(cash: &Cash) -> String {
    format!("{} {}", cash.text(), cash.code)
}

pub async fn checkout(State(paypal): Simulator, headers: HeaderMap, Query(query): Query<HashMap<String, String>>) -> Response {
    let locale = locale(&headers);
    let number = query.get("token").or_else(|| query.get("ba_token")).cloned().unwrap_or_default();
    let (name, what, open, order) = {
        let books = paypal.books();
        if let Some(order) = books.orders.get(&number) {
            (name_of(&books, &number), sum(&order.cash), order.status != "COMPLETED", true)
        } else if let Some((found, plan)) = books.subscriptions.get(&number).and_then(|found| Some((found, books.plans.get(&found.plan)?)))
        {
            let price = format!("{} {} / {} {}", plan.cash.text(), plan.cash.code, plan.count, plan.unit.to_lowercase());
            let trial = plan.trial.as_ref().map(|trial| {
                let (cycles, count, unit) = (trial.cycles, trial.count, &trial.unit);
                match &trial.cash {
                    Some(cash) => {
                        let less = sum(cash);
                        tf!(locale, "（前 {cycles} 期 {less}）", " (the first {cycles} terms at {less})")
                    }
                    None => tf!(locale, "（先试用 {count} {unit}）", " (after a trial of {count} {unit})"),
                }
            });
            (name_of(&books, &number), format!("{price}{}", trial.unwrap_or_default()), found.status.starts_with("APPROV"), false)
        } else {
            return (StatusCode::NOT_FOUND, page(locale, t!(locale, "没有这笔交易", "No such thing"), "")).into_response();
        }
    };
    let mut body = format!("<p>{}</p><p class=\"sum\">{}</p>", name, text(&what));
    if open {
        let mut choices = vec![("pay", t!(locale, "同意付款", "Agree and pay"))];
        if order {
            choices.push(("pay-pending", t!(locale, "用银行账户付款（几天后到账）", "Pay from a bank account (takes days)")));
        }
        choices.push(("pay-declined", t!(locale, "用会被拒的卡付款", "Pay with a card that is declined")));
        if order {
            choices.push(("capture-declined", t!(locale, "扣款时被拒，订单作废", "Let the capture be declined, and the order end")));
        }
        choices.push(("turn-back", t!(locale, "取消，返回商家", "Cancel and go back")));
        body += &deeds(locale, &number, &choices, "");
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
            let answers =
                [("agree", t!(locale, "同意", "Agree")), ("disagree", t!(locale, "不同意，返回商家", "Do not agree, and go back"))];
            format!("<p>{}</p>{}", text(&price), deeds(locale, &number, &answers, ""))
        }
        None => format!("<p>{}</p>", t!(locale, "这笔交易已经完成。", "This is done already.")),
    };
    page(locale, t!(locale, "同意新的价格", "Agree to another price"), &body)
}

/// What is charged again and again, of all buyers: nobody signs in here.
pub async fn automatic_payments(State(paypal): Simulator, headers: HeaderMap) -> Html<String> {
    let locale = locale(&headers);
    let found = subscriptions(locale, &paypal.books());
    let none = t!(locale, "没有自动扣款。", "There are no automatic payments.");
    let body = if found.is_empty() { format!("<p>{none}</p>") } else { found };
    page(locale, t!(locale, "自动扣款", "Automatic payments"), &body)
}

pub async fn console(State(paypal): Simulator, headers: HeaderMap) -> Html<String> {
    let locale = locale(&headers);
    let books = paypal.books();
    let parts = [
        (t!(locale, "订阅", "Subscriptions"), subscriptions(locale, &books)),
        (t!(locale, "付款", "Payments"), payments(locale, &books)),
        (t!(locale, "争议", "Disputes"), disputes(locale, &books)),
        (t!(locale, "订单", "Orders"), orders(&books)),
    ];
    let mut body: String =
        parts.into_iter().filter(|(_, blocks)| !blocks.is_empty()).map(|(name, blocks)| format!("<h2>{name}</h2>{blocks}")).collect();
    if body.is_empty() {
        body = format!("<p>{}</p>", t!(locale, "还没有付款。", "No payments yet."));
    }
    body += &pages::told(locale, &paypal.deliveries);
    page(locale, t!(locale, "账户", "The account"), &body)
}

fn orders(books: &Books) -> String {
    let draw = |order: &Order| {
        let link = format!("<a href=\"/checkoutnow?token={0}\">{0}</a>", order.id);
        block(&name_of(books, &order.id), order.status, &sum(&order.cash), &link, "")
    };
    books.orders.values().map(draw).collect()
}

fn subscriptions(locale: Locale, books: &Books) -> String {
    let draw = |found: &Subscription| {
        let link = format!("<a href=\"/webapps/billing/subscriptions?ba_token={0}\">{0}</a>", found.id);
        let choices = match found.status {
            "ACTIVE" => vec![
                ("charge-now", t!(locale, "立即扣下一期", "Charge the next term now")),
                ("charges-fail", t!(locale, "以后扣款失败", "Charges fail from now on")),
                ("charges-succeed", t!(locale, "以后扣款成功", "Charges succeed from now on")),
                ("cancel", t!(locale, "买家取消", "The buyer cancels")),
            ],
            "SUSPENDED" => vec![("cancel", t!(locale, "买家取消", "The buyer cancels"))],
            _ => Vec::new(),
        };
        let forms = if choices.is_empty() { String::new() } else { deeds(locale, &found.id, &choices, "") };
        block(&name_of(books, &found.id), found.status, "", &link, &forms)
    };
    books.subscriptions.values().map(draw).collect()
}

fn payments(locale: Locale, books: &Books) -> String {
    let mut all: Vec<&Payment> = books.payments.values().collect();
    all.sort_by_key(|payment| std::cmp::Reverse(payment.at));
    let draw = |payment: &Payment| {
        let mut forms = String::new();
        if payment.status == "PENDING" {
            let choices = [("arrive", t!(locale, "到账", "It arrives")), ("fail", t!(locale, "未能到账", "It does not arrive"))];
            forms += &deeds(locale, &payment.of, &choices, "");
        }
        if payment.status == "COMPLETED" && payment.refunded < payment.cash.units {
            let label = t!(locale, "部分金额（最小单位，留空为全部）", "Part, in the smallest unit (empty: all)");
            let part = format!("<label>{label} <input name=\"units\" inputmode=\"numeric\"></label>");
            forms += &deeds(locale, &payment.id, &[("refund", t!(locale, "退款", "Refund"))], &part);
            let against = [
                ("dispute", t!(locale, "买家提出争议", "The buyer disputes it")),
                ("reverse", t!(locale, "PayPal 撤销付款", "PayPal reverses it")),
            ];
            forms += &deeds(locale, &payment.id, &against, "");
        }
        block(&name_of(books, &payment.of), payment.status(), &sum(&payment.cash), &payment.id, &forms)
    };
    all.into_iter().map(draw).collect()
}

fn disputes(locale: Locale, books: &Books) -> String {
    let draw = |dispute: &Dispute| {
        let forms = if dispute.outcome.is_none() {
            let choices = [("won", t!(locale, "商家胜诉", "The seller wins")), ("lost", t!(locale, "商家败诉", "The seller loses"))];
            deeds(locale, &dispute.id, &choices, "")
        } else {
            String::new()
        };
        let name = books.payments.get(&dispute.payment).map(|payment| name_of(books, &payment.of)).unwrap_or_default();
        block(&name, dispute.outcome.unwrap_or(dispute.status), &sum(&dispute.cash), &dispute.id, &forms)
    };
    books.disputes.values().map(draw).collect()
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
            "capture-declined" => self.pay(number, Paying::Declines).map(Some),
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
            "reverse" => self.reverse(number).map(|()| None),
            "won" => self.decide(number, true).map(|()| None),
            "lost" => self.decide(number, false).map(|()| None),
            "cancel" => self.cancel(number).map(|()| None),
            "charge-now" => self.charge_now(number).map(|()| None),
            "charges-fail" => self.set_charging(number, Charging::Fails).map(|()| None),
            "charges-succeed" => self.set_charging(number, Charging::Succeeds).map(|()| None),
            _ => Err(Unable("UNKNOWN_DEED")),
        }
    }
}
