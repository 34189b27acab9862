//! How an order stands, in a sentence: how far its payment has come, and what became of what it opened.

use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::foundation::site::Site;
use crate::foundation::time::Timestamp;
use crate::members::model::name_shown;
use crate::payments::gifts::model as gifts;
use crate::payments::model::{Order, OrderStatus, Trial};
use crate::ui::{Banner, LinkButton, Tone};
use crate::{t, tf};
use leptos::prelude::*;

/// `ended`: when all that it opened was closed, and whether because its buyer took it back; `gift`: how that stands, of a gift.
pub fn sentence(
    order: &Order,
    ended: Option<(Timestamp, bool)>,
    gift: Option<&gifts::State>,
    now: Timestamp,
    site: &Site,
    locale: Locale,
) -> AnyView {
    match (ended.filter(|_| order.status == OrderStatus::Paid), order.trial) {
        (Some((at, taken_back)), _) => closed(order, at, taken_back, site, locale),
        (None, Some(trial)) => on_trial(trial, now, site, locale),
        (None, None) => paying(order, gift, site, locale),
    }
}

/// Why it can no longer be paid.
pub fn no_longer(order: &Order, locale: Locale) -> &'static str {
    match (order.closed_at, &order.offer) {
        (Some(_), _) => t!(
            locale,
            "这笔订单已经取消，不能再付款。如需购买，请返回后重新下单。",
            "This order was given up and can no longer be paid. To buy it after all, go back and order again."
        ),
        (None, Some(_)) => t!(
            locale,
            "这笔使用优惠的订单已经超过 3 天，不能再付款。如需购买，请返回后重新下单。",
            "This order with an offer is more than 3 days old and can no longer be paid. To buy it after all, go back and order again."
        ),
        (None, None) => t!(
            locale,
            "这笔订单已经超过 30 天，不能再付款。如需购买，请返回后重新下单。",
            "This order is more than 30 days old and can no longer be paid. To buy it after all, go back and order again."
        ),
    }
}

/// What an order opened is closed, though not all of its money went back.
fn closed(order: &Order, at: Timestamp, taken_back: bool, site: &Site, locale: Locale) -> AnyView {
    let date = format::date_time(at, &site.time_zone, locale);
    let text = match (order.is_gift(), taken_back) {
        (true, _) => tf!(locale, "礼物已于 {date} 失效。", "The gift became void on {date}."),
        (false, true) => tf!(
            locale,
            "这笔订单已于 {date} 申请退款，开通的内容随之关闭。",
            "This order was taken back on {date}, and what it opened was closed."
        ),
        (false, false) => tf!(locale, "已付款。开通的内容已于 {date} 结束。", "Paid. What it opened ended on {date}."),
    };
    view! { <Banner text/> }.into_any()
}

/// How a trial stands, in a few words.
pub fn trial_standing(trial: Trial, now: Timestamp, site: &Site, locale: Locale) -> String {
    let date = format::date(trial.until, &site.time_zone, locale);
    match (trial.runs(now), trial.charged) {
        (true, true) => tf!(locale, "试用中，{date}首次扣款", "Trial, first charge on {date}"),
        (true, false) => tf!(locale, "试用至 {date}，不会扣款", "Trial until {date}, nothing is charged"),
        (false, true) => t!(locale, "试用已结束，等待首次扣款", "The trial is over, the first charge is awaited").to_owned(),
        (false, false) => t!(locale, "试用已结束，没有扣款", "The trial is over, nothing was charged").to_owned(),
    }
}

/// Nothing is due yet: what is to be done about it is done with the agreement. Once it is over there is none any more.
fn on_trial(trial: Trial, now: Timestamp, site: &Site, locale: Locale) -> AnyView {
    let said = trial_standing(trial, now, site, locale);
    let text = tf!(locale, "{said}。", "{said}.");
    let (tone, href, label) = match trial.charged || trial.runs(now) {
        true => (Tone::Good, "/account/membership", t!(locale, "查看我的会员", "See your membership")),
        false => (Tone::Plain, "/membership", t!(locale, "查看会员等级", "See the tiers")),
    };
    view! {
        <Banner tone text/>
        <p><LinkButton href label quiet={tone == Tone::Plain}/></p>
    }
    .into_any()
}

/// How far its payment has come.
fn paying(order: &Order, gift: Option<&gifts::State>, site: &Site, locale: Locale) -> AnyView {
    match (order.status, order.declined_at) {
        (OrderStatus::Paid, _) if order.is_tip() => {
            view! { <Banner tone=Tone::Good text=t!(locale, "已付款，谢谢你的支持。", "Paid. Thank you.")/> }.into_any()
        }
        (OrderStatus::Pending, _) if order.is_tip() => {
            let text = t!(locale, "款项正在处理，你无需操作。", "The payment is on its way; you need to do nothing.");
            view! { <Banner tone=Tone::Warn text/> }.into_any()
        }
        (OrderStatus::Paid, _) if order.is_gift() => {
            let text = match gift {
                Some(gifts::State::Taken(who, at)) => {
                    let (who, date) = (name_shown(who, locale), format::date_time(*at, &site.time_zone, locale));
                    tf!(locale, "已付款，礼物已由{who}于 {date} 领取。", "Paid. Your gift was taken by {who} on {date}.")
                }
                _ => t!(locale, "已付款，礼物可以送出了。", "Paid. Your gift is ready.").to_owned(),
            };
            view! {
                <Banner tone=Tone::Good text/>
                <p><LinkButton href=order.gift_path() label=t!(locale, "查看礼物", "See your gift")/></p>
            }
            .into_any()
        }
        (OrderStatus::Paid, _) if order.team.is_some() => {
            let href = order.team.map(|team| team.path()).unwrap_or_default();
            // The first term and those after it alike.
            let text = match order.opens_until.map(|until| format::date_time(until, &site.time_zone, locale)) {
                Some(date) => tf!(locale, "已付款，团队有效期至 {date}。", "Paid. The team is open until {date}."),
                None => t!(locale, "已付款。", "Paid.").to_owned(),
            };
            view! {
                <Banner tone=Tone::Good text/>
                <p><LinkButton href label=t!(locale, "查看团队", "See your team")/></p>
            }
            .into_any()
        }
        (OrderStatus::Paid, _) => {
            view! { <Banner tone=Tone::Good text=t!(locale, "已付款，内容已开通。", "Paid. What you bought is open to you.")/> }.into_any()
        }
        (OrderStatus::Pending, _) if order.is_gift() => {
            let text =
                t!(locale, "款项正在处理，到账后就可以送出礼物。", "The payment is on its way. Your gift is ready when the money arrives.");
            view! { <Banner tone=Tone::Warn text/> }.into_any()
        }
        (OrderStatus::Pending, _) => {
            let text = t!(
                locale,
                "款项正在处理，到账后会自动开通，你无需操作。",
                "The payment is on its way. What you bought opens by itself when the money arrives; you need to do nothing."
            );
            view! { <Banner tone=Tone::Warn text/> }.into_any()
        }
        (OrderStatus::Open, Some(_)) => {
            let text = t!(
                locale,
                "付款未成功，也没有扣款。订单仍然保留，你可以再试一次。",
                "The payment was declined and nothing was charged. Your order is kept; you can try again."
            );
            view! { <Banner tone=Tone::Bad text/> }.into_any()
        }
        (OrderStatus::Refunded, _) => view! { <Banner text=t!(locale, "款项已经退还。", "The money was given back.")/> }.into_any(),
        (OrderStatus::Open, None) => ().into_any(),
    }
}
