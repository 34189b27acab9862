//! `/orders/{reference}`: what is to be paid, how far it has come, and the receipt. For the buyer and for admins.

pub mod back;
mod by_offer;
pub mod document;
pub mod fapiao;
pub mod recommended;
mod tries;
mod ways;

use self::by_offer::Code;
use super::shell::Page;
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::foundation::locale::{Locale, plural};
use crate::foundation::money::Money;
use crate::foundation::site::Site;
use crate::foundation::time::{DAY, Timestamp};
use crate::membership::wording;
use crate::payments::affiliates::recommending;
use crate::payments::model::{Item, Order, OrderStatus, Purpose, Receipt, Trial};
use crate::payments::requests::State;
use crate::payments::service;
use crate::payments::service::{bundles, promises, taking_back, taxes};
pub use crate::payments::wording::{item_name, order_kind, provider_name};
use crate::posts::model::PostRef;
use crate::providers::Provider;
use crate::server::http::Ask;
use crate::ui::{Banner, Errors, LinkButton, Tone, fact};
use crate::{t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use std::sync::Arc;

pub async fn show(ask: Ask, Path(reference): Path<String>) -> Result<Response> {
    let order = service::order(&ask.ctx, &ask.viewer, &reference).await?;
    draw(&ask, order, None).await
}

/// What went wrong when the buyer wanted to pay: the status of the answer, and a sentence.
pub struct Trouble {
    pub status: u16,
    pub text: String,
}

/// The order as it stands; after a try that could not be begun, with what went wrong.
pub async fn draw(ask: &Ask, order: Order, trouble: Option<Trouble>) -> Result<Response> {
    draw_with(ask, order, trouble, Code::default()).await
}

/// The order with a code that was typed and cannot be used.
pub async fn draw_code(ask: &Ask, order: Order, typed: String, errors: Errors) -> Result<Response> {
    draw_with(ask, order, None, Code { typed, errors }).await
}

async fn draw_with(ask: &Ask, order: Order, trouble: Option<Trouble>, code: Code) -> Result<Response> {
    let receipt = service::receipt_of(&ask.ctx, &ask.viewer, &order).await?;
    let owed = service::owed_for(&ask.ctx, &ask.viewer, &order).await?;
    let tries = service::tries_of(&ask.ctx, &ask.viewer, &order).await?;
    let promise = promises::of_order(&ask.ctx, &ask.viewer, &order).await?;
    let offer = taking_back::offer(&ask.ctx, &ask.viewer, &order).await?;
    let request = taking_back::taken_back(&ask.ctx, &ask.viewer, &order).await?;
    let tax = taxes::of_order(&ask.ctx, &ask.viewer, &order).await?;
    let mut rates = if unpaid(&order) { taxes::rates(&ask.ctx).await? } else { Vec::new() };
    rates.sort_by_cached_key(|(country, _)| country.order(ask.locale));
    let contents = bundles::contents_of(&ask.ctx, &ask.viewer, &order).await?;
    let locale = ask.locale;
    let title = match order.status {
        OrderStatus::Paid | OrderStatus::Refunded => t!(locale, "收据", "Receipt"),
        OrderStatus::Open if order.trial.is_some() => t!(locale, "订单", "Order"),
        OrderStatus::Open | OrderStatus::Pending => t!(locale, "结账", "Checkout"),
    };
    let fapiao = match receipt {
        Some(_) => service::fapiao::of_order(&ask.ctx, &ask.viewer, &order).await?.is_some(),
        None => false,
    };
    // What was paid for a second time opened nothing, so nothing of it ended.
    let ended = if owed.is_some() { None } else { service::ended_at(&ask.ctx, &ask.viewer, &order).await? };
    let taken_back = request.as_ref().is_some_and(|request| request.state == State::Done);
    let recommender = if unpaid(&order) { recommending::of_order(&ask.ctx, &order).await? } else { None };
    let unpaid = unpaid(&order);
    let now = ask.ctx.now();
    let lapsed = order.trial.is_none() && order.has_lapsed(now);
    let waits = tries.iter().find(|one| one.is_pending()).map(|one| one.provider);
    let stands = ask.viewer.is(order.member) && unpaid && !lapsed && order.trial.is_none();
    let may_pay = stands && waits.is_none();
    let choices = if may_pay { ways::ordered(service::choices(&ask.ctx, &order).await?, ask) } else { Vec::new() };
    let by_hand = unpaid && tries.iter().any(|one| one.provider == Provider::Offline && one.state.is_live());
    let instructions = if by_hand { Some(service::connections::instructions(&ask.ctx).await?.unwrap_or_default()) } else { None };
    let page = Page::new(title).private();
    let page = match &trouble {
        Some(trouble) => page.status(trouble.status),
        None if !code.errors.is_empty() => page.status(422),
        None => page,
    };
    Ok(page.draw(ask, || {
        let back = order.return_to.clone();
        let standing = match (ended.filter(|_| order.status == OrderStatus::Paid), order.trial) {
            (Some(at), _) => closed(&order, at, taken_back, &ask.site, locale),
            (None, Some(trial)) => on_trial(trial, now, &ask.site, locale),
            (None, None) => view! { <Standing order=order.clone() site=ask.site.clone() locale/> }.into_any(),
        };
        view! {
            <section class="narrow order">
                <h1>{title}</h1>
                {trouble.map(|trouble| view! { <Banner tone=Tone::Bad text=trouble.text/> })}
                {standing}
                {lapsed.then(|| view! { <Banner tone=Tone::Warn text=no_longer(&order, locale)/> })}
                {summary(&order, (ended.is_some(), receipt.is_some()), now, &ask.site, locale)}
                {contents_shown(contents, locale)}
                {promise.filter(|_| unpaid).map(|promise| view! { <back::Promised rule=promise.rule locale/> })}
                {owed.map(|owed| view! { <Banner tone=Tone::Warn text=paid_for_nothing(owed, locale)/> })}
                {receipt.map(|receipt| receipt_shown(&receipt, ended, fapiao, &ask.site, locale))}
                {request.map(|request| view! { <back::TakenBack request order=order.clone() locale/> })}
                {offer.map(|offer| view! { <back::TakeBack order=order.clone() offer site=ask.site.clone() locale/> })}
                {instructions.map(|text| view! { <ways::ByHand order=order.clone() text locale/> })}
                {recommender.filter(|_| stands).map(|name| view! { <recommended::Recommended name path=order.path() locale/> })}
                {waits.filter(|_| stands).map(|provider| view! { <ways::Pending path=order.path() provider locale/> })}
                {may_pay.then(|| view! { <ways::Pay order=order.clone() choices rates tax waiver=promise.is_some_and(|promise| promise.wants_waiver()) locale/> })}
                {may_pay.then(|| view! { <by_offer::Choices order=order.clone() code site=ask.site.clone() locale/> })}
                {unpaid.then(|| view! { <tries::Tries tries site=ask.site.clone() locale/> })}
                <p class="order-back"><a href=back>{t!(locale, "返回", "Back")}</a></p>
            </section>
        }
    }))
}

fn no_longer(order: &Order, locale: Locale) -> &'static str {
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

fn unpaid(order: &Order) -> bool {
    matches!(order.status, OrderStatus::Open | OrderStatus::Pending)
}

/// A second order for what its buyer had already.
fn paid_for_nothing(owed: Money, locale: Locale) -> String {
    let amount = owed.format(locale);
    tf!(
        locale,
        "付款到账时你已经拥有这些内容，所以这笔 {amount} 会退还给你。",
        "You had this already when the payment arrived, so this {amount} is owed back to you."
    )
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
    match (trial.until > now, trial.charged) {
        (true, true) => tf!(locale, "试用中，{date}首次扣款", "Trial, first charge on {date}"),
        (true, false) => tf!(locale, "试用至 {date}，不会扣款", "Trial until {date}, nothing is charged"),
        (false, true) => t!(locale, "试用已结束，等待首次扣款", "The trial is over, the first charge is awaited").to_owned(),
        (false, false) => t!(locale, "试用已结束，没有扣款", "The trial is over, nothing was charged").to_owned(),
    }
}

/// Nothing is due yet: what is to be done about it is done with the agreement.
fn on_trial(trial: Trial, now: Timestamp, site: &Site, locale: Locale) -> AnyView {
    let said = trial_standing(trial, now, site, locale);
    let text = tf!(locale, "{said}。", "{said}.");
    let label = t!(locale, "查看我的会员", "See your membership");
    view! {
        <Banner tone=Tone::Good text/>
        <p><LinkButton href="/account/membership" label/></p>
    }
    .into_any()
}

/// How far it has come, in a sentence.
#[component]
fn Standing(order: Order, site: Arc<Site>, locale: Locale) -> impl IntoView {
    match (order.status, order.declined_at) {
        (OrderStatus::Paid, _) if order.is_tip() => {
            view! { <Banner tone=Tone::Good text=t!(locale, "已付款，谢谢你的支持。", "Paid. Thank you.")/> }.into_any()
        }
        (OrderStatus::Pending, _) if order.is_tip() => {
            let text = t!(locale, "款项正在处理，你无需操作。", "The payment is on its way; you need to do nothing.");
            view! { <Banner tone=Tone::Warn text/> }.into_any()
        }
        (OrderStatus::Paid, _) if order.is_gift() => {
            let text = t!(locale, "已付款，礼物可以送出了。", "Paid. Your gift is ready.");
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

pub fn when(at: Timestamp, site: &Site, locale: Locale) -> impl IntoView + use<> {
    view! { <time datetime=format::machine(at)>{format::date_time(at, &site.time_zone, locale)}</time> }
}

/// What was ordered. `ended`: what it opened is closed; `receipt`: the receipt is shown as well, which says what an offer or
/// seats made of the price.
fn summary(order: &Order, (ended, receipt): (bool, bool), now: Timestamp, site: &Site, locale: Locale) -> AnyView {
    let opens = match order.item {
        _ if order.is_tip() => t!(locale, "这是对作者的感谢，不开通内容", "Nothing: it is thanks to the author").to_owned(),
        _ if order.is_gift() => t!(locale, "为领取礼物的人开通，不为你自己", "To whoever takes the gift, and not to you").to_owned(),
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
        Item::Tier(_, cadence) if order.renewing => {
            let term = wording::term(cadence, locale);
            tf!(locale, "{term}，到期自动续费，随时可以取消", "{term}; renews by itself, cancel at any time")
        }
        Item::Tier(_, cadence) => {
            let term = wording::term(cadence, locale);
            tf!(locale, "{term}；如果你已是这个等级的会员，则从到期日起顺延", "{term}, added to the end of what you have")
        }
    };
    view! {
        <dl class="facts order-summary">
            {fact(t!(locale, "内容", "Item"), item_name(order, locale))}
            {(!ended && order.status != OrderStatus::Refunded).then(|| fact(t!(locale, "开通", "Opens"), opens))}
            {fact(t!(locale, "订单号", "Order number"), order.short())}
            {fact(t!(locale, "下单时间", "Ordered"), when(order.created_at, site, locale))}
            {(order.trial_days > 0).then(|| fact(t!(locale, "试用", "Trial"), trial(order, locale)))}
            {(!receipt).then(|| by_offer::receipt(order, locale))}
            {by_offer::after(order, locale)}
            {(!receipt).then(|| seats(order, locale)).flatten()}
            {total(order, now, site, locale)}
        </dl>
    }
    .into_any()
}

/// What is due; of a trial nothing today, and the price when it ends.
fn total(order: &Order, now: Timestamp, site: &Site, locale: Locale) -> AnyView {
    let line = |label: &'static str, amount: Money| {
        view! { <div class="order-total"><dt>{label}</dt><dd>{amount.format(locale)}</dd></div> }.into_any()
    };
    if order.trial_days == 0 || !unpaid(order) {
        return line(t!(locale, "合计", "Total"), order.price);
    }
    let first = match order.trial {
        Some(trial) => trial.charged.then_some(trial.until),
        None => Some(now.plus(order.trial_days.saturating_mul(DAY))),
    };
    let charge = first.map(|at| {
        let (date, price) = (format::date(at, &site.time_zone, locale), order.price.format(locale));
        fact(t!(locale, "首次扣款", "First charge"), tf!(locale, "{date}，{price}", "{date}, {price}"))
    });
    let due = order.trial.is_none().then(|| line(t!(locale, "今天应付", "Due today"), Money::new(0, order.price.currency)));
    view! { {due} {charge} }.into_any()
}

/// What was in a bundle when the order was begun. The titles of drafts are nobody's business.
fn contents_shown((articles, all): (Vec<PostRef>, usize), locale: Locale) -> Option<AnyView> {
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
fn trial(order: &Order, locale: Locale) -> String {
    let (trial, price) = (order.trial_days, order.price.format(locale));
    let days = plural(trial, "day", "days");
    tf!(
        locale,
        "免费试用 {trial} 天，之后扣款 {price}；试用期内取消不收费",
        "{trial} {days} free, then {price} is charged; nothing if you cancel before"
    )
}

/// `ended`: when all that it opened was closed; `asked`: a fapiao was asked for.
fn receipt_shown(receipt: &Receipt, ended: Option<Timestamp>, asked: bool, site: &Site, locale: Locale) -> AnyView {
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
    let (printed, fapiao) = (format!("{}/receipt", order.path()), format!("{}/fapiao", order.path()));
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
