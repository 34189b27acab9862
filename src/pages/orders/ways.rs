//! The ways to pay an order, the likeliest first, each with a line of what happens.

use super::back;
use super::by_offer::GiveUp;
use super::country::Countries;
use crate::foundation::locale::Locale;
use crate::foundation::text;
use crate::pages::checkout::in_wechat;
use crate::pages::orders::provider_name;
use crate::payments::model::Order;
use crate::payments::tax::{Country, Tax};
use crate::providers::Provider;
use crate::server::http::Ask;
use crate::ui::{Banner, Check, Errors, Submit, Tone, fact};
use crate::{t, tf};
use leptos::prelude::*;

/// The ways to pay that open where the buyer is.
#[derive(Debug, Clone, Default)]
pub struct Ways {
    open: Vec<Provider>,
    /// Alipay would take it, and nobody else does without an admin; but WeChat's browser blocks it.
    blocked: bool,
}

/// Chinese readers have WeChat and Alipay on their phones; within WeChat no other provider opens as well, and Alipay's pages are
/// blocked.
pub fn ordered(mut choices: Vec<Provider>, ask: &Ask) -> Ways {
    let within = in_wechat(ask);
    let mainland = ask.locale == Locale::Zh || within;
    let blocked = within && choices.contains(&Provider::Alipay);
    choices.retain(|provider| !(within && *provider == Provider::Alipay));
    choices.sort_by_key(|provider| match provider {
        Provider::Wechat if mainland => 0,
        Provider::Alipay if mainland => 1,
        Provider::Stripe => 2,
        Provider::Paypal => 3,
        Provider::Wechat | Provider::Alipay => 4,
        Provider::Offline => 5,
        Provider::Test => 6,
    });
    let blocked = blocked && choices.iter().all(|provider| *provider == Provider::Offline);
    Ways { open: choices, blocked }
}

/// What happens when this one is pressed.
fn what_happens(provider: Provider, renewing: bool, locale: Locale) -> &'static str {
    match (provider, renewing) {
        (Provider::Stripe, false) => t!(locale, "在 Stripe 的页面用银行卡付款。", "By card, on a page of Stripe."),
        (Provider::Stripe, true) => {
            t!(locale, "在 Stripe 的页面用银行卡付款，到期自动扣款。", "By card, on a page of Stripe, which then charges it each term.")
        }
        (Provider::Paypal, false) => t!(locale, "登录 PayPal 付款，然后回到这里。", "Sign in to PayPal, pay there, and come back here."),
        (Provider::Paypal, true) => {
            t!(locale, "登录 PayPal 同意自动扣款，然后回到这里。", "Sign in to PayPal and agree to be charged each term.")
        }
        (Provider::Wechat, _) => {
            t!(locale, "电脑上用微信扫码；手机上会打开微信。", "On a computer, scan a code with WeChat; on a phone, WeChat opens.")
        }
        (Provider::Alipay, _) => {
            t!(locale, "打开支付宝的付款页面，付完回到这里。", "Alipay’s payment page opens; then you come back here.")
        }
        (Provider::Offline, _) => {
            t!(
                locale,
                "我们会告诉你怎么付款；管理员确认收款后，内容即会开通。",
                "We tell you how to pay; what you buy opens once an admin confirms that the money came."
            )
        }
        (Provider::Test, _) => t!(locale, "用来试用购买流程，不涉及真实款项。", "For trying out how buying works; no real money moves."),
    }
}

/// A way to pay within a sentence.
fn way_name(provider: Provider, locale: Locale) -> &'static str {
    match provider {
        Provider::Test => t!(locale, "测试支付（不涉及真实款项）", "the test provider (no real money)"),
        Provider::Stripe => t!(locale, "银行卡（Stripe）", "card (Stripe)"),
        Provider::Offline => t!(locale, "转账或现金", "bank transfer or cash"),
        other => provider_name(other, locale),
    }
}

/// Money may be on its way from a provider: back there to see how it stands, and nowhere else.
#[component]
pub fn Pending(path: String, provider: Provider, locale: Locale) -> impl IntoView {
    let name = way_name(provider, locale);
    view! {
        <form class="order-pay" method="post" action=format!("{path}/pay")>
            <p>{t!(
                locale,
                "有结果之前不能换一种方式付款，以免重复付款。如果这次没有成功，其他付款方式会重新出现在这里。",
                "Until it is known how it ends you cannot pay another way, so that you do not pay twice. Should it fail, the other ways to pay are here again."
            )}</p>
            <Submit label=tf!(locale, "查看付款进度：{name}", "See how it stands: {name}") quiet=true name="provider" value=provider.as_str()/>
        </form>
    }
}

/// Nothing is left to pay for: the buyer has it, or it runs, by another order. `renews`: an agreement is charged for it already.
#[component]
pub fn Needless(path: String, renews: bool, locale: Locale) -> impl IntoView {
    let text = match renews {
        true => t!(
            locale,
            "这个会员等级你已有一份自动续费，不用再买。在“我的会员”里可以查看下次扣款，也可以取消。",
            "An agreement of yours renews this tier already. See what is charged next, or cancel it, under your membership."
        ),
        false => t!(locale, "这笔订单的内容已经为你开通，不用再付款。", "You have this already, so this order need not be paid."),
    };
    view! {
        <Banner tone=Tone::Good text/>
        {renews.then(|| view! { <p><a href="/account/membership">{t!(locale, "我的会员", "Your membership")}</a></p> })}
        <GiveUp path locale/>
    }
}

/// A row for each way to pay. `rates`: the tax a price includes, by where its buyer lives; `waiver`: something has to be confirmed
/// first; `errors`: what is wrong with either.
#[component]
pub fn Pay(
    order: Order,
    ways: Ways,
    rates: Vec<(Country, i64)>,
    #[prop(optional_no_strip)] tax: Option<Tax>,
    errors: Errors,
    waiver: bool,
    locale: Locale,
) -> impl IntoView {
    let Ways { open, blocked } = ways;
    let elsewhere = t!(
        locale,
        "微信里打不开支付宝：请点右上角菜单，选择“在浏览器打开”，再付款。",
        "Alipay does not open inside WeChat: choose “Open in browser” from the menu at the top right, and pay there."
    );
    if open.is_empty() {
        let text = match blocked {
            true => elsewhere,
            false => t!(
                locale,
                "目前没有可用的付款方式，订单会保留，请稍后再来。",
                "There is no way to pay at present. Your order is kept; please come back later."
            ),
        };
        return view! { <Banner tone=Tone::Warn text/> }.into_any();
    }
    let rows = open.into_iter().enumerate().map(|(n, provider)| {
        let name = way_name(provider, locale);
        let label = match order.declined_at {
            Some(_) => tf!(locale, "再试一次：{name}", "Try again with {name}"),
            None => text::set(&tf!(locale, "用{name}付款", "Pay with {name}"), locale),
        };
        let what = what_happens(provider, order.renewing, locale);
        view! {
            <li class="order-way">
                <Submit label quiet={n > 0} name="provider" value=provider.as_str()/>
                <p>{what}</p>
            </li>
        }
    });
    let rows = rows.collect_view();
    view! {
        <form class="order-pay" method="post" action=format!("{}/pay", order.path())>
            <h2>{t!(locale, "付款方式", "Ways to pay")}</h2>
            {(!rates.is_empty()).then(|| view! { <Countries order=order.clone() rates tax error=errors.of("country", locale) locale/> })}
            {waiver.then(|| view! { <Check label=back::waiver(locale) name="waive" error=errors.of("waive", locale)/> })}
            <ul class="order-ways">{rows}</ul>
            {blocked.then(|| view! { <p>{elsewhere}</p> })}
        </form>
    }
    .into_any()
}

/// How to pay without a provider, in the admin's words, and what to write on it.
#[component]
pub fn ByHand(order: Order, text: String, locale: Locale) -> impl IntoView {
    let number = order.short();
    let text = if text.is_empty() {
        t!(locale, "请联系站长，了解怎么付款。", "Please ask whoever runs this site how to pay.").to_owned()
    } else {
        text
    };
    view! {
        <section class="order-by-hand" aria-labelledby="by-hand">
            <h2 id="by-hand">{t!(locale, "怎么付款", "How to pay")}</h2>
            <p class="order-instructions">{text}</p>
            <dl class="facts">
                {fact(t!(locale, "金额", "Amount"), view! { <span class="num">{order.price.format(locale)}</span> })}
                {fact(t!(locale, "请备注订单号", "Write this number on it"), view! { <span class="num">{number}</span> })}
            </dl>
            <p>{t!(locale, "管理员确认收款后，内容会自动开通，这个页面也会显示已付款。", "When an admin has confirmed that the money came, what you bought opens, and this page says so.")}</p>
        </section>
    }
}
