//! How orders and providers are called, on a page and in a letter.

use crate::foundation::locale::{Locale, plural};
use crate::foundation::money::Money;
use crate::foundation::site::Site;
use crate::membership::wording;
use crate::payments::model::{Goes, Item, Order, Purpose};
use crate::payments::requests::Kind;
use crate::payments::rules::{Rule, WITHDRAWAL_DAYS};
use crate::payments::seller::{Buyer, Seller};
use crate::payments::tax::{Tax, rate_name};
use crate::providers::Provider;
use crate::{t, tf};

/// What an order is for: `年度会员 · 一年`.
pub fn item_name(order: &Order, locale: Locale) -> String {
    let title = &order.title;
    match order.item {
        Item::Author(_) => tf!(locale, "打赏作者{title}", "Tip for {title}"),
        _ if order.is_tip() => tf!(locale, "打赏《{title}》", "Tip for “{title}”"),
        Item::Tier(..) if order.settles => tf!(locale, "{title} · 本期差价", "{title}, difference for a running term"),
        Item::Tier(_, cadence) => {
            let term = wording::term(cadence, locale);
            match order.team.map(|team| team.seats) {
                Some(seats) => {
                    let unit = plural(seats, "seat", "seats");
                    tf!(locale, "{title} · {term} · {seats} 个席位", "{title}, {term}, {seats} {unit}")
                }
                None => tf!(locale, "{title} · {term}", "{title}, {term}"),
            }
        }
        Item::Bundle(_) => tf!(locale, "合集《{title}》", "Bundle “{title}”"),
        Item::Post(_) => tf!(locale, "文章《{title}》", "Article “{title}”"),
    }
}

/// A price; of one to which tax comes, that it does.
pub fn price_said(price: Money, before_tax: bool, locale: Locale) -> String {
    let price = price.format(locale);
    if before_tax { tf!(locale, "{price}（未含税）", "{price} plus tax") } else { price }
}

/// What a rule promises, in one sentence.
pub fn rule_said(rule: Rule, locale: Locale) -> String {
    match rule {
        Rule::None => t!(locale, "付款后不能退款。", "What is paid cannot be taken back.").to_owned(),
        Rule::Days(days) => {
            let unit = plural(i64::from(days), "day", "days");
            tf!(
                locale,
                "付款后 {days} 天内可以无理由退款：款项全额原路退回，已开通的内容随之关闭。",
                "You can take this back within {days} {unit}, without a reason: all money goes back the way it came, and access ends."
            )
        }
        Rule::Withdrawal { waiver: false } => tf!(
            locale,
            "付款后 {WITHDRAWAL_DAYS} 天内可以撤回合同，不需要理由：款项全额原路退回，已开通的内容随之关闭。",
            "You can withdraw within {WITHDRAWAL_DAYS} days, without a reason: all money goes back the way it came, and access ends."
        ),
        Rule::Withdrawal { waiver: true } => tf!(
            locale,
            "付款后 {WITHDRAWAL_DAYS} 天内、打开全文之前可以撤回合同，不需要理由：款项全额原路退回，已开通的内容随之关闭。",
            "You can withdraw within {WITHDRAWAL_DAYS} days, until you open what you bought, without a reason: all money goes back the way it came, and access ends."
        ),
        Rule::ProRata => t!(
            locale,
            "随时可以退款：款项按尚未开始的天数比例原路退回，会员随之结束。",
            "You can take this back at any time: what the days not yet begun cost goes back the way it came, and the membership ends."
        )
        .to_owned(),
    }
}

/// That a buyer asked for access at once, knowing what that ends; `at`: when.
pub fn waiver_said(at: &str, locale: Locale) -> String {
    tf!(
        locale,
        "付款前，你已于 {at} 要求立即开通，并确认知道：一旦打开所购内容的全文，撤回合同的权利即告终止。",
        "Before paying, on {at}, you asked for access at once and confirmed that you know: your right to withdraw ends as soon as you open the whole text of what you bought."
    )
}

/// What a buyer declares who takes something back: the words of its proof.
pub const fn declared_said(kind: Kind, locale: Locale) -> &'static str {
    match kind {
        Kind::Withdrawal => t!(locale, "买方声明撤回这份合同。", "The buyer declares that they withdraw from this contract."),
        Kind::Refund => t!(locale, "买方按约定对这笔订单申请退款。", "The buyer took back this purchase, as was agreed."),
    }
}

/// What an order costs without the offer it was bought by, and that: names and values.
pub fn offer_said(order: &Order, locale: Locale) -> Vec<(&'static str, String)> {
    let Some(offer) = &order.offer else { return Vec::new() };
    let name = offer.name.clone();
    match order.off().zip(order.stated().list) {
        Some((off, list)) => {
            let off = off.format(locale);
            let taken = tf!(locale, "{name}，减 {off}", "{name}, {off} off");
            vec![(t!(locale, "原价", "Price before"), list.format(locale)), (t!(locale, "优惠", "Offer"), taken)]
        }
        None => vec![(t!(locale, "优惠", "Offer"), name)],
    }
}

/// What sort of an order it is, in a word: what a file is sorted by.
pub fn order_kind(order: &Order, locale: Locale) -> &'static str {
    match (order.purpose, order.item) {
        (Purpose::Tip, _) | (_, Item::Author(_)) => t!(locale, "打赏", "Tip"),
        (Purpose::Gift, _) => t!(locale, "礼物", "Gift"),
        (Purpose::Team, _) => t!(locale, "团队", "Team"),
        (Purpose::Own, Item::Tier(..)) => t!(locale, "会员", "Membership"),
        (Purpose::Own, Item::Bundle(_)) => t!(locale, "合集", "Bundle"),
        (Purpose::Own, Item::Post(_)) => t!(locale, "文章", "Article"),
    }
}

/// Who sold, line by line.
pub fn seller_lines(seller: &Seller, site: &Site, locale: Locale) -> Vec<String> {
    party(seller.called(site), &seller.address, &seller.number, locale)
}

/// Who bought, line by line.
pub fn buyer_lines(buyer: &Buyer, locale: Locale) -> Vec<String> {
    party(&buyer.name, &buyer.address, &buyer.number, locale)
}

fn party(name: &str, address: &str, number: &str, locale: Locale) -> Vec<String> {
    let number = (!number.is_empty()).then(|| tf!(locale, "税号：{number}", "Business number: {number}"));
    [name].into_iter().chain(address.lines()).map(str::to_owned).chain(number).collect()
}

/// A rate, and where it holds: `19% (Germany)`.
pub fn tax_name(tax: Tax, locale: Locale) -> String {
    let rate = rate_name(tax.rate);
    match tax.country.map(|country| country.name(locale)) {
        Some(country) => tf!(locale, "{rate}（{country}）", "{rate} ({country})"),
        None => rate,
    }
}

/// Who gets a tip, in a sentence; nothing where that goes without saying.
pub fn who_gets(goes: Goes, locale: Locale) -> Option<String> {
    match goes {
        Goes::ToOwner => None,
        Goes::Shared(rate) => {
            let rate = rate_name(rate);
            Some(tf!(
                locale,
                "打赏在扣除税和支付手续费之后，{rate} 归作者。",
                "The author gets {rate} of what is left after tax and the provider’s fee."
            ))
        }
        Goes::ToSite => Some(t!(locale, "打赏归本站所有，不会转给作者。", "It goes to this site, and not to the author.").to_owned()),
    }
}

/// A provider, as a receipt names it.
pub fn provider_name(provider: Provider, locale: Locale) -> &'static str {
    match provider {
        Provider::Stripe => t!(locale, "银行卡（Stripe）", "Card (Stripe)"),
        Provider::Paypal => "PayPal",
        Provider::Wechat => t!(locale, "微信支付", "WeChat Pay"),
        Provider::Alipay => t!(locale, "支付宝", "Alipay"),
        Provider::Offline => t!(locale, "线下付款", "Bank transfer or cash"),
        Provider::Test => t!(locale, "测试支付（不涉及真实款项）", "Test provider (no real money)"),
    }
}
