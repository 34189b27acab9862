//! What letters to creators say.

use super::model::Month;
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::foundation::money::Money;
use crate::mail::{Kind, Letter};
use crate::{t, tf};

pub static STATEMENT: Kind =
    Kind { name: "statement", label: |locale| t!(locale, "月度收益", "Monthly statement"), choice: None, asks: false };
pub static PAID_OUT: Kind = Kind { name: "paid-out", label: |locale| t!(locale, "收益打款", "Paid out"), choice: None, asks: false };

pub static NO_ACCOUNT: Kind =
    Kind { name: "payout-account", label: |locale| t!(locale, "请填写收款账户", "Where to pay you"), choice: None, asks: false };

/// What a month brought a creator, a line a currency: what was earned, and what was set aside to be paid.
pub fn statement(about: &str, month: Month, lines: &[(Money, Money)], locale: Locale) -> Letter {
    let named = format::month(month.first(), locale);
    let mut facts = Vec::new();
    for (earned, paid_out) in lines {
        facts.push((t!(locale, "收益", "Earned"), earned.format(locale)));
        if paid_out.minor != 0 {
            facts.push((t!(locale, "转入打款", "Set aside for payouts"), paid_out.format(locale)));
        }
    }
    Letter::new(&STATEMENT, about, tf!(locale, "{named}的收益", "Your earnings in {named}"))
        .text(tf!(locale, "{named}已经结束，这是你的收益。", "{named} is over. This is what it brought you."))
        .facts(facts)
        .button(t!(locale, "查看明细", "See every entry"), format!("/account/earnings/statement?month={month}"))
}

/// A payout that reached its creator.
pub struct Paid<'a> {
    pub amount: Money,
    /// As it is stored.
    pub day: &'a str,
    pub reference: &'a str,
    pub account: &'a str,
}

pub fn paid_out(about: &str, paid: &Paid<'_>, locale: Locale) -> Letter {
    let amount = paid.amount.format(locale);
    let mut facts =
        vec![(t!(locale, "金额", "Amount"), amount.clone()), (t!(locale, "打款日期", "Paid on"), format::stored_day(paid.day, locale))];
    for (name, value) in [(t!(locale, "收款账户", "To the account"), paid.account), (t!(locale, "流水号", "Reference"), paid.reference)]
    {
        if !value.is_empty() {
            facts.push((name, value.to_owned()));
        }
    }
    Letter::new(&PAID_OUT, about, tf!(locale, "收益已打款：{amount}", "Your earnings were paid out: {amount}"))
        .text(t!(locale, "你的收益已经打款。到账时间取决于银行。", "Your earnings were paid out. When they arrive is up to the bank."))
        .facts(facts)
        .button(t!(locale, "查看我的收益", "See your earnings"), "/account/earnings")
}

/// Others were paid, and this one was left out: nobody knows to which account.
pub fn no_account(about: &str, amount: Money, locale: Locale) -> Letter {
    let amount = amount.format(locale);
    Letter::new(&NO_ACCOUNT, about, t!(locale, "请填写收款账户", "Where shall we pay you?"))
        .text(tf!(
            locale,
            "我们正在打款。你有 {amount} 可以打款，但还没有填写收款账户，所以这一批没有你。填写之后，你会进入下一批。",
            "We are paying out now. You are owed {amount}, but you have not given an account, so this run leaves you out. Once you have, you are part of the next."
        ))
        .button(t!(locale, "填写收款账户", "Give an account"), "/account/earnings")
}

/// One of each kind, with made-up contents.
pub fn samples(price: Money, month: Month, locale: Locale) -> Vec<Letter> {
    let day = month.after().first().to_string();
    vec![
        statement("sample", month, &[(price, Money::new(0, price.currency))], locale),
        no_account("sample", price, locale),
        paid_out("sample", &Paid { amount: price, day: &day, reference: "2026040100017", account: "•••• 4242" }, locale),
    ]
}
