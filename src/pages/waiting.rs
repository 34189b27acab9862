//! `/orders/{reference}/checkout`: between an order and its provider. Leads on to the provider's page, shows a code to be
//! scanned, or pays within WeChat. The code's page comes back until it is paid: with script it asks `…/status`
//! (`front/paying.js`), without it is loaded again.

use super::orders::provider_name;
use super::shell::Page;
use crate::foundation::error::Result;
use crate::foundation::text;
use crate::payments::model::{Checkout, Order, OrderStatus, TryState};
use crate::payments::service;
use crate::providers::facts::CheckoutState;
use crate::providers::{Provider, Way};
use crate::server::http::{Ask, see_other};
use crate::share::qr;
use crate::ui::{Banner, Countdown, Submit, Tone};
use crate::{t, tf};
use axum::Json;
use axum::extract::Path;
use axum::http::HeaderValue;
use axum::http::header::{REFERRER_POLICY, REFRESH};
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;
use serde::Serialize;

pub async fn show(ask: Ask, Path(reference): Path<String>) -> Result<Response> {
    let order = service::look(&ask.ctx, &ask.viewer, &reference).await?;
    if matches!(order.status, OrderStatus::Paid | OrderStatus::Refunded) {
        return Ok(see_other(&format!("{}/return", order.path())));
    }
    let Some(checkout) = asked_for(&ask, &order).await? else { return Ok(see_other(&order.path())) };
    // Its page says that it can no longer be paid, and why. What was begun before it lapsed can be finished.
    let is_over = is_over(&checkout, &ask);
    if order.has_lapsed(ask.ctx.now()) && (is_over || order.closed_at.is_some()) && !checkout.is_pending() {
        return Ok(see_other(&order.path()));
    }
    Ok(match (checkout.way.clone(), is_over) {
        (Some(_), true) => draw_over(&ask, &order, &checkout),
        // There is nothing left to do.
        (Some(Way::Scan(_) | Way::Bridge(_)), _) if checkout.is_pending() => see_other(&format!("{}?done=looked", order.path())),
        (Some(Way::GoTo(address)), _) => {
            let name = provider_name(checkout.provider, ask.locale);
            let back = match checkout.is_pending() {
                true => t!(ask.locale, "返回订单", "Back to the order"),
                false => t!(ask.locale, "换一种付款方式", "Pay another way"),
            };
            lead(&ask, name, &address, &order.path(), back)
        }
        (Some(Way::Scan(code)), _) => draw_code(&ask, &order, &checkout, &code),
        (Some(Way::Bridge(parameters)), _) => draw_bridge(&ask, &order, &parameters),
        (None, _) => see_other(&order.path()),
    })
}

/// The last try at the provider that the address names, or the last of all; one by which money may be on its way before others.
async fn asked_for(ask: &Ask, order: &Order) -> Result<Option<Checkout>> {
    let provider = ask.query("provider");
    let mut tries = service::tries_of(&ask.ctx, &ask.viewer, order).await?;
    tries.retain(|checkout| provider.as_deref().is_none_or(|name| name == checkout.provider.as_str()));
    let first = tries.iter().position(Checkout::is_pending).unwrap_or(0);
    Ok(tries.into_iter().nth(first))
}

/// It cannot be paid any more.
fn is_over(checkout: &Checkout, ask: &Ask) -> bool {
    checkout.state == TryState::Told(CheckoutState::Closed) || !checkout.is_pending() && checkout.expires_at <= ask.ctx.now()
}

#[derive(Serialize)]
struct Status {
    /// Where to go, when the page has nothing more to wait for.
    to: Option<String>,
}

/// What a page that waits asks again and again.
pub async fn status(ask: Ask, Path(reference): Path<String>) -> Result<Response> {
    let order = service::look(&ask.ctx, &ask.viewer, &reference).await?;
    let path = order.path();
    let to = match (order.status, asked_for(&ask, &order).await?) {
        (OrderStatus::Paid | OrderStatus::Refunded, _) => Some(format!("{path}/return")),
        (OrderStatus::Pending, _) | (_, None) => Some(path),
        (_, Some(checkout)) if is_over(&checkout, &ask) => Some(format!("{path}/checkout?provider={}", checkout.provider.as_str())),
        _ => None,
    };
    Ok(Json(Status { to }).into_response())
}

/// Leads to a provider's page; the link is for browsers that do not go by themselves. WeChat opens its page only for who comes
/// from a domain that it knows: the provider is told this site's, and nothing of the address.
pub fn lead(ask: &Ask, name: &str, address: &str, back: &str, back_label: &'static str) -> Response {
    let locale = ask.locale;
    let title = text::set(&tf!(locale, "前往{name}", "On to {name}"), locale);
    let opening = text::set(&tf!(locale, "正在打开{name}的页面。", "Opening the page of {name}."), locale);
    let mut response = Page::new(title.clone()).private().draw(ask, || {
        view! {
            <section class="narrow order">
                <h1>{title}</h1>
                <p>{opening}</p>
                <p><a class="button" href=address.to_owned()>{t!(locale, "没有自动打开？点这里继续", "Nothing happens? Go on here")}</a></p>
                <p class="order-back"><a href=back.to_owned()>{back_label}</a></p>
            </section>
        }
    });
    response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("origin"));
    if let Ok(value) = HeaderValue::from_str(&format!("0; url={address}")) {
        response.headers_mut().insert(REFRESH, value);
    }
    response
}

/// How often the page of a code is loaded again where there is no script, in seconds.
const AGAIN: u32 = 5;

/// The code to scan.
fn draw_code(ask: &Ask, order: &Order, checkout: &Checkout, code: &str) -> Response {
    let (locale, path) = (ask.locale, order.path());
    let (name, provider) = (provider_name(checkout.provider, locale), checkout.provider.as_str());
    let title = tf!(locale, "用{name}扫码付款", "Scan with {name}");
    let (until, now) = (checkout.expires_at, ask.ctx.now());
    let image = qr::svg(code).unwrap_or_default();
    let status = format!("{path}/status?provider={provider}");
    // The buyer says that it is paid, and it is not.
    let asked = ask.query("asked").is_some().then(|| {
        let text = tf!(
            locale,
            "还没有收到{name}的付款通知。如果你刚付完，请等几秒再查一次。",
            "{name} does not know of a payment yet. If you have just paid, wait a few seconds and look again."
        );
        view! { <Banner tone=Tone::Warn text/> }
    });
    Page::new(title.clone()).private().again_every(AGAIN).draw(ask, || {
        view! {
            <section class="narrow order order-code" data-live="paying" data-status=status>
                <h1>{title}</h1>
                {asked}
                <p class="order-code-sum">{order.price.format(locale)}</p>
                <div class="qr" role="img" aria-label=tf!(locale, "{name}付款二维码", "QR code to pay with {name}") inner_html=image></div>
                <p><Countdown locale until now/></p>
                <p role="status">{t!(locale, "扫码付款后，本页会自动跳转。", "Once you have paid, this page goes on by itself.")}</p>
                <form method="get" action=format!("{path}/checkout")>
                    <input type="hidden" name="provider" value=provider/>
                    <input type="hidden" name="asked" value="1"/>
                    <Submit label=t!(locale, "我已付款", "I have paid")/>
                </form>
                <p class="order-back"><a href=path.clone()>{t!(locale, "换一种付款方式", "Pay another way")}</a></p>
            </section>
        }
    })
}

/// The time to pay is over; the order stands.
fn draw_over(ask: &Ask, order: &Order, checkout: &Checkout) -> Response {
    let (locale, path) = (ask.locale, order.path());
    let title = t!(locale, "付款时间已过", "The time to pay is over");
    let provider: Provider = checkout.provider;
    Page::new(title).private().draw(ask, || {
        view! {
            <section class="narrow order">
                <h1>{title}</h1>
                <p>{t!(
                    locale,
                    "没有扣款，订单仍然保留。如果你已经付款，到账后会自动开通。",
                    "Nothing was charged, and your order is kept. Should you have paid after all, it opens by itself when the money arrives."
                )}</p>
                <form method="post" action=format!("{path}/pay")>
                    <Submit label=t!(locale, "重新付款", "Begin again") name="provider" value=provider.as_str()/>
                </form>
                <p class="order-back"><a href=path.clone()>{t!(locale, "换一种付款方式", "Pay another way")}</a></p>
            </section>
        }
    })
}

/// Within WeChat: a button that WeChat's own browser answers (`front/paying.js`). Elsewhere, and without script, it stays
/// hidden and the sentence says what to do.
fn draw_bridge(ask: &Ask, order: &Order, parameters: &str) -> Response {
    let (locale, path) = (ask.locale, order.path());
    let title = t!(locale, "微信支付", "WeChat Pay");
    Page::new(title).private().draw(ask, || {
        view! {
            <section class="narrow order">
                <h1>{title}</h1>
                <p class="order-code-sum">{order.price.format(locale)}</p>
                <div data-live="bridge" data-parameters=parameters.to_owned() data-paid=format!("{path}/return")>
                    <p>{t!(
                        locale,
                        "请在微信里打开这个页面付款，或换一种付款方式。",
                        "Please open this page within WeChat to pay, or pay another way."
                    )}</p>
                    <button class="button" type="button" hidden>{t!(locale, "用微信付款", "Pay with WeChat")}</button>
                </div>
                <p class="order-back"><a href=path.clone()>{t!(locale, "换一种付款方式", "Pay another way")}</a></p>
            </section>
        }
    })
}
