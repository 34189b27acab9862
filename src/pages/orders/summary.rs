//! What an order is for and what it costs, before it is paid and after it.

use super::{by_offer, item_name, provider_name, unpaid, when};
use crate::foundation::format;
use crate::foundation::locale::{Locale, plural};
use crate::foundation::money::Money;
use crate::foundation::site::Site;
use crate::foundation::time::{DAY, Timestamp};
use crate::membership::wording;
use crate::payments::model::{Goes, Item, Order, OrderStatus, Purpose, Receipt};
use crate::payments::tax::Tax;
use crate::payments::wording::{price_said, tax_name, who_gets};
use crate::posts::model::PostRef;
use crate::ui::{Banner, Tone, fact};
use crate::{t, tf};
use leptos::prelude::*;

/// What was ordered. `goes`: who gets it, of a tip; `before_tax`: tax comes to the price, and how much is not known yet;
/// `ended`: what it opened is closed; `receipt`: the receipt is shown as well, which says what an offer, seats or tax made of the price;
/// `has_time`: its buyer has time of its tier, which stands still meanwhile.
pub fn summary(
    order: &Order,
    goes: Option<Goes>,
    (tax, before_tax): (Option<Tax>, bool),
    (ended, receipt, has_time): (bool, bool, bool),
    now: Timestamp,
    site: &Site,
    locale: Locale,
) -> AnyView {
    let opens = match order.item {
        _ if goes == Some(Goes::ToSite) => t!(locale, "打赏不开通内容", "Nothing: it is a tip").to_owned(),
        _ if order.is_tip() => t!(locale, "这是对作者的感谢，不开通内容", "Nothing: it is thanks to the author").to_owned(),
        _ if order.is_gift() => {
            t!(locale, "谁领取礼物，就为谁开通；你自己不会开通", "To whoever takes the gift, and not to you").to_owned()
        }
        Item::Post(_) => t!(locale, "整篇文章，永久有效", "The whole article, for good").to_owned(),
        Item::Bundle(_) => t!(locale, "下列全部文章，永久有效", "All of the articles below, for good").to_owned(),
        Item::Author(_) => String::new(),
        Item::Tier(_, cadence) if order.team.is_some() => {
            let term = wording::term(cadence, locale);
            tf!(
                locale,
                "{term}，为用链接加入的成员开通；同一个团队续费，从到期日起顺延",
                "{term}, to those who join by your link. A further term of the same team is added to the end"
            )
        }
        Item::Tier(..) if order.settles => t!(locale, "本期剩余的时间", "The rest of the running term").to_owned(),
        Item::Tier(..) if !still_renews(order) => {
            let end = order.trial.map(|trial| format::date(trial.until, &site.time_zone, locale)).unwrap_or_default();
            match order.trial.is_some_and(|trial| trial.runs(now)) {
                true => tf!(locale, "试用至 {end}，到期结束，不会扣款", "The trial, until {end}; then it ends, and nothing is charged"),
                false => tf!(locale, "已于 {end} 结束", "Nothing any more: it ended on {end}"),
            }
        }
        Item::Tier(_, cadence) if order.renewing => {
            let term = wording::term(cadence, locale);
            match has_time {
                true => tf!(
                    locale,
                    "{term}，到期自动续费，随时可以取消；这个等级你已有的时间先不计，停止续费后接着用",
                    "{term}; renews by itself, cancel at any time. Time of this tier that you have already stands still, and goes on afterwards"
                ),
                false => tf!(locale, "{term}，到期自动续费，随时可以取消", "{term}; renews by itself, cancel at any time"),
            }
        }
        Item::Tier(_, cadence) => {
            let term = wording::term(cadence, locale);
            tf!(
                locale,
                "{term}；如果你已是这个等级的会员，则从到期日起顺延",
                "{term}; if you have this tier already, it is added to the end"
            )
        }
    };
    view! {
        <dl class="facts order-summary">
            {fact(t!(locale, "内容", "Item"), item_name(order, locale))}
            {(!ended && order.status != OrderStatus::Refunded).then(|| fact(t!(locale, "开通", "Opens"), opens))}
            {goes.and_then(|goes| who_gets(goes, locale)).map(|text| fact(t!(locale, "打赏归属", "Who gets it"), text))}
            {fact(t!(locale, "订单号", "Order number"), order.short())}
            {fact(t!(locale, "下单时间", "Ordered"), when(order.created_at, site, locale))}
            {(order.trial_days > 0 && still_renews(order)).then(|| fact(t!(locale, "试用", "Trial"), trial(order, before_tax, locale)))}
            {(!receipt).then(|| by_offer::receipt(order, locale))}
            {by_offer::after(order, before_tax, locale)}
            {(!receipt).then(|| seats(order, locale)).flatten()}
            {(!receipt && still_renews(order)).then(|| taxed(order, tax, before_tax, locale)).flatten()}
            {total(order, before_tax, now, site, locale)}
        </dl>
    }
    .into_any()
}

/// Nobody cancelled it during its trial.
fn still_renews(order: &Order) -> bool {
    order.trial.is_none_or(|trial| trial.charged)
}

/// The tax in the price; where it is added to it, what it is without, and what is added.
fn taxed(order: &Order, tax: Option<Tax>, before_tax: bool, locale: Locale) -> Option<AnyView> {
    let said = |tax: Tax| {
        let (amount, name) = (Money::new(tax.minor, order.price.currency).format(locale), tax_name(tax, locale));
        tf!(locale, "{amount}，{name}", "{amount}, {name}")
    };
    let Some(net) = order.net.map(|net| net.price) else {
        let tax = tax.filter(|tax| tax.country.is_some())?;
        return Some(fact(t!(locale, "其中税额", "Tax included"), said(tax)));
    };
    let added = match tax {
        Some(tax) if tax.country.is_some() => said(tax),
        Some(_) => t!(locale, "无", "None").to_owned(),
        None if before_tax => t!(locale, "选择所在的国家或地区后计算", "Known once you say where you live").to_owned(),
        None => return None,
    };
    Some(
        view! {
            {fact(t!(locale, "净额", "Net"), net.format(locale))}
            {fact(t!(locale, "税", "Tax"), added)}
        }
        .into_any(),
    )
}

/// What is due; of a trial nothing today, and the price when it ends.
fn total(order: &Order, before_tax: bool, now: Timestamp, site: &Site, locale: Locale) -> AnyView {
    let line = |label: &'static str, amount: Money| {
        view! { <div class="order-total"><dt>{label}</dt><dd>{amount.format(locale)}</dd></div> }.into_any()
    };
    if order.trial_days == 0 || !unpaid(order) {
        let label = if before_tax { t!(locale, "合计（未含税）", "Total before tax") } else { t!(locale, "合计", "Total") };
        return line(label, order.price);
    }
    let first = match order.trial {
        Some(trial) => trial.charged.then_some(trial.until),
        None => Some(now.plus(order.trial_days.saturating_mul(DAY))),
    };
    let charge = first.map(|at| {
        let (date, price) = (format::date(at, &site.time_zone, locale), price_said(order.price, before_tax, locale));
        fact(t!(locale, "首次扣款", "First charge"), tf!(locale, "{date}，{price}", "{date}, {price}"))
    });
    let due = order.trial.is_none().then(|| line(t!(locale, "今天应付", "Due today"), Money::new(0, order.price.currency)));
    view! { {due} {charge} }.into_any()
}

/// What was in a bundle when the order was begun. The titles of drafts are nobody's business.
pub fn contents_shown((articles, all): (Vec<PostRef>, usize), locale: Locale) -> Option<AnyView> {
    let missing = all.saturating_sub(articles.len());
    let lines = articles.iter().map(|post| view! { <li><a href=post.path() dir="auto">{post.title.clone()}</a></li> }).collect_view();
    let drafts = (missing > 0).then(|| {
        let (word, be) = (plural(missing as i64, "article", "articles"), plural(missing as i64, "is", "are"));
        let text = tf!(locale, "另有 {missing} 篇目前没有发布，发布后即可阅读。", "{missing} {word} more {be} not published at present.");
        view! { <li>{text}</li> }
    });
    (all > 0).then(|| {
        view! {
            <section class="order-contents">
                <h2>{t!(locale, "合集里的文章", "In the bundle")}</h2>
                <ul class="bundle-articles">{lines}{drafts}</ul>
            </section>
        }
        .into_any()
    })
}

/// What a seat costs, and how many there are.
fn seats(order: &Order, locale: Locale) -> Option<AnyView> {
    let (price, seats) = (order.seat()?.format(locale), order.team?.seats);
    Some(fact(t!(locale, "每个席位", "A seat"), format!("{price} × {seats}")))
}

/// When the first charge comes.
fn trial(order: &Order, before_tax: bool, locale: Locale) -> String {
    let (trial, price) = (order.trial_days, price_said(order.price, before_tax, locale));
    let days = plural(trial, "day", "days");
    tf!(
        locale,
        "免费试用 {trial} 天，之后扣款 {price}；试用期内取消不收费",
        "{trial} {days} free, then {price} is charged; nothing if you cancel before"
    )
}

/// `ended`: when all that it opened was closed; `asked`: a fapiao was asked for.
pub fn receipt_shown(receipt: &Receipt, tax: Option<Tax>, ended: Option<Timestamp>, asked: bool, site: &Site, locale: Locale) -> AnyView {
    let order = &receipt.order;
    let until = match (ended, order.opens_until) {
        _ if matches!(order.purpose, Purpose::Gift | Purpose::Tip) => None,
        (Some(at), _) => {
            let date = format::date_time(at, &site.time_zone, locale);
            Some((t!(locale, "有效期", "Open"), tf!(locale, "已于 {date} 结束", "Ended on {date}").into_any()))
        }
        (None, Some(until)) => Some((t!(locale, "有效期至", "Open until"), when(until, site, locale).into_any())),
        (None, None) if order.team.is_some() || order.status == OrderStatus::Refunded => None,
        (None, None) => Some((t!(locale, "有效期", "Open"), t!(locale, "永久", "For good").into_any())),
    };
    let until = until.map(|(label, until)| fact(label, view! { <span class="receipt-until">{until}</span> }));
    let number = receipt.number.map(|number| number.to_string()).unwrap_or_default();
    let (printed, fapiao) = (format!("{}/receipt", order.path()), order.fapiao_path());
    // What is paid in yuan may need one, and whoever reads Chinese knows what it is.
    let may_ask = order.status == OrderStatus::Paid && (locale == Locale::Zh || order.price.currency.code() == "CNY");
    let label = match asked {
        true => t!(locale, "查看发票申请", "See your request for a fapiao"),
        false => t!(locale, "申请发票", "Ask for a fapiao"),
    };
    let fapiao = (asked || may_ask).then(|| view! { " " <a href=fapiao>{label}</a> });
    let refunded = receipt.refunded.map(|refunded| fact(t!(locale, "已退款", "Given back"), refunded.format(locale)));
    let surplus = receipt.surplus.map(|surplus| {
        let amount = surplus.format(locale);
        let text = tf!(locale, "我们多收了 {amount}，会退还给你。", "We received {amount} more than the price; it is owed back to you.");
        view! { <Banner tone=Tone::Warn text/> }
    });
    view! {
        <dl class="facts receipt">
            {fact(t!(locale, "收据编号", "Receipt number"), number)}
            {fact(t!(locale, "付款时间", "Paid on"), when(receipt.received_at, site, locale))}
            {by_offer::receipt(order, locale)}
            {seats(order, locale)}
            {taxed(order, tax, false, locale)}
            {fact(t!(locale, "金额", "Amount"), order.price.format(locale))}
            {refunded}
            {fact(t!(locale, "付款方式", "Paid through"), provider_name(receipt.provider, locale))}
            {until}
        </dl>
        <p class="actions"><a href=printed>{t!(locale, "打印收据", "Print the receipt")}</a>{fapiao}</p>
        {surplus}
    }
    .into_any()
}
