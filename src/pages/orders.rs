//! `/orders/{reference}`: what is to be paid, how far it has come, and the receipt. For the buyer and for admins.

use super::shell::Page;
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::foundation::money::Money;
use crate::foundation::site::Site;
use crate::foundation::time::Timestamp;
use crate::membership::model::Cadence;
use crate::payments::model::{Item, Order, OrderStatus, Receipt};
use crate::payments::providers::Provider;
use crate::payments::service;
use crate::server::http::Ask;
use crate::ui::{Banner, Submit, Tone};
use crate::{t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;

pub async fn show(ask: Ask, Path(reference): Path<String>) -> Result<Response> {
    let order = service::order(&ask.ctx, &ask.viewer, &reference).await?;
    let receipt = service::receipt_of(&ask.ctx, &ask.viewer, &order).await?;
    let owed = service::owed_for(&ask.ctx, &ask.viewer, &order).await?;
    let locale = ask.locale;
    let title = match order.status {
        OrderStatus::Paid => t!(locale, "收据", "Receipt"),
        OrderStatus::Open | OrderStatus::Pending => t!(locale, "结账", "Checkout"),
    };
    let may_pay = ask.viewer.is(order.member) && order.status != OrderStatus::Paid;
    let can_pay = ask.ctx.config().test_payments;
    Ok(Page::new(title).private().draw(&ask, || {
        let back = order.return_to.clone();
        view! {
            <section class="narrow order">
                <h1>{title}</h1>
                <Standing order=order.clone() locale/>
                <Summary order=order.clone() site=ask.site.clone() locale/>
                {owed.map(|owed| view! { <Banner tone=Tone::Warn text=paid_for_nothing(owed, locale)/> })}
                {receipt.map(|receipt| view! { <ReceiptShown receipt site=ask.site.clone() locale/> })}
                {may_pay.then(|| view! { <Pay order=order.clone() can_pay locale/> })}
                <p class="order-back"><a href=back>{t!(locale, "返回", "Back")}</a></p>
            </section>
        }
    }))
}

/// A second order for an article its buyer had already.
fn paid_for_nothing(owed: Money, locale: Locale) -> String {
    let amount = owed.format(locale);
    tf!(
        locale,
        "付款到账时你已经拥有这篇文章，所以这笔 {amount} 会退还给你。",
        "You had this article already when the payment arrived, so these {amount} are owed back to you."
    )
}

/// How far it has come, in a sentence.
#[component]
fn Standing(order: Order, locale: Locale) -> impl IntoView {
    match (order.status, order.declined_at) {
        (OrderStatus::Paid, _) => {
            view! { <Banner tone=Tone::Good text=t!(locale, "已付款，内容已开通。", "Paid. What you bought is open to you.")/> }.into_any()
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
        (OrderStatus::Open, None) => ().into_any(),
    }
}

/// What an order is for: `年度会员 · 一年`.
pub fn item_name(order: &Order, locale: Locale) -> String {
    let title = &order.title;
    match order.item {
        Item::Tier(_, Cadence::Month) => tf!(locale, "{title} · 一个月", "{title}, one month"),
        Item::Tier(_, Cadence::Year) => tf!(locale, "{title} · 一年", "{title}, one year"),
        Item::Post(_) => tf!(locale, "文章《{title}》", "Article “{title}”"),
    }
}

fn when(at: Timestamp, site: &Site, locale: Locale) -> impl IntoView + use<> {
    view! { <time datetime=format::machine(at)>{format::date_time(at, &site.time_zone, locale)}</time> }
}

#[component]
fn Summary(order: Order, site: std::sync::Arc<Site>, locale: Locale) -> impl IntoView {
    let opens = match order.item {
        Item::Post(_) => t!(locale, "整篇文章，永久有效", "The whole article, for good"),
        Item::Tier(_, Cadence::Month) => {
            t!(locale, "一个月；已是该等级会员的，从到期日起顺延", "One month, added to the end of what you have")
        }
        Item::Tier(_, Cadence::Year) => t!(locale, "一年；已是该等级会员的，从到期日起顺延", "One year, added to the end of what you have"),
    };
    view! {
        <dl class="facts order-summary">
            <div><dt>{t!(locale, "内容", "Item")}</dt><dd>{item_name(&order, locale)}</dd></div>
            <div><dt>{t!(locale, "开通", "Opens")}</dt><dd>{opens}</dd></div>
            <div><dt>{t!(locale, "下单时间", "Ordered")}</dt><dd>{when(order.created_at, &site, locale)}</dd></div>
            <div class="order-total"><dt>{t!(locale, "合计", "Total")}</dt><dd>{order.price.format(locale)}</dd></div>
        </dl>
    }
}

/// A provider, as a receipt names it.
pub fn provider_name(provider: Provider, locale: Locale) -> &'static str {
    match provider {
        Provider::Test => t!(locale, "测试支付（不涉及真实款项）", "Test provider (no real money)"),
    }
}

#[component]
fn ReceiptShown(receipt: Receipt, site: std::sync::Arc<Site>, locale: Locale) -> impl IntoView {
    let until = match receipt.order.opens_until {
        Some(until) => when(until, &site, locale).into_any(),
        None => t!(locale, "永久", "For good").into_any(),
    };
    let surplus = receipt.surplus.map(|surplus| {
        let amount = surplus.format(locale);
        let text = tf!(locale, "我们多收了 {amount}，会退还给你。", "We received {amount} more than the price; it is owed back to you.");
        view! { <Banner tone=Tone::Warn text/> }
    });
    view! {
        <dl class="facts receipt">
            <div><dt>{t!(locale, "收据编号", "Receipt number")}</dt><dd>{receipt.number()}</dd></div>
            <div><dt>{t!(locale, "付款时间", "Paid on")}</dt><dd>{when(receipt.received_at, &site, locale)}</dd></div>
            <div><dt>{t!(locale, "金额", "Amount")}</dt><dd>{receipt.order.price.format(locale)}</dd></div>
            <div><dt>{t!(locale, "付款方式", "Paid through")}</dt><dd>{provider_name(receipt.provider, locale)}</dd></div>
            <div><dt>{t!(locale, "有效期至", "Open until")}</dt><dd class="receipt-until">{until}</dd></div>
        </dl>
        {surplus}
    }
}

#[component]
fn Pay(order: Order, can_pay: bool, locale: Locale) -> impl IntoView {
    if !can_pay {
        let text = t!(
            locale,
            "目前没有可用的付款方式，订单会保留，请稍后再来。",
            "There is no way to pay at present. Your order is kept; please come back later."
        );
        return view! { <Banner tone=Tone::Warn text/> }.into_any();
    }
    let label = match (order.status, order.declined_at) {
        (OrderStatus::Pending, _) => t!(locale, "在测试支付中查看", "See it at the test provider"),
        (_, Some(_)) => t!(locale, "再试一次：用测试支付付款（不涉及真实款项）", "Try again with the test provider (no real money)"),
        _ => t!(locale, "用测试支付付款（不涉及真实款项）", "Pay with the test provider (no real money)"),
    };
    let quiet = order.status == OrderStatus::Pending;
    view! {
        <form class="form order-pay" method="post" action=format!("{}/pay", order.path())>
            <Submit label quiet/>
        </form>
    }
    .into_any()
}
