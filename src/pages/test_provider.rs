//! `/test-provider/{reference}`: the test provider's own page. It belongs to the provider, not to the site: who has the
//! address may decide, and the site learns of it by webhook.

use super::shell::Page;
use crate::foundation::error::{AppError, Result};
use crate::foundation::locale::Locale;
use crate::payments::test_provider::{self as test, Action, Checkout, State};
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Banner, Submit, Tone, fact};
use crate::{t, tf, words};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

pub async fn show(ask: Ask, Path(reference): Path<String>) -> Result<Response> {
    let checkout = test::checkout(&ask.ctx, &reference).await?;
    Ok(draw(&ask, checkout, None))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ActionForm {
    action: String,
}

/// Does what the button says, tells the site, and sends the buyer back; stays here when the site refused.
pub async fn act(ask: Ask, Path(reference): Path<String>, Form(form): Form<ActionForm>) -> Result<Response> {
    let action = Action::parse(&form.action).ok_or_else(|| AppError::BadRequest(words!("没有这个按钮。", "There is no such button.")))?;
    let (checkout, told) = test::act(&ask.ctx, &reference, action).await?;
    match told {
        Ok(()) => Ok(see_other(&checkout.return_url)),
        Err(said) => Ok(draw(&ask, checkout, Some(said))),
    }
}

fn draw(ask: &Ask, checkout: Checkout, refusal: Option<String>) -> Response {
    let locale = ask.locale;
    let title = t!(locale, "测试支付：不涉及真实款项", "Test provider: no real money moves");
    let page = Page::new(title).private();
    let page = if refusal.is_some() { page.status(502) } else { page };
    page.draw(ask, || {
        let refused = refusal.map(|said| {
            let text = tf!(locale, "网站没有接受这条通知：{said}", "The site did not accept what it was told: {said}");
            view! { <Banner tone=Tone::Bad text/> }
        });
        let state = match checkout.state {
            State::Open => t!(locale, "等待付款", "Waiting for you to pay"),
            State::Pending => t!(locale, "等待到账", "The money is on its way"),
            State::Declined => t!(locale, "已拒绝", "Declined"),
            State::Paid => t!(locale, "已付款", "Paid"),
            State::Closed => t!(locale, "已关闭", "Closed"),
        };
        view! {
            <section class="narrow test-provider">
                <h1>{title}</h1>
                <p class="test-provider-what">
                    {t!(
                        locale,
                        "这个页面模拟付款服务，用来试用购买流程。点击按钮即可触发相应的情况，网站会收到与真实付款服务一样的通知。",
                        "This page plays the payment company, so that you can try out buying. Each button makes its case happen, and the site is told as a real company would tell it."
                    )}
                </p>
                {refused}
                <dl class="facts">
                    {fact(t!(locale, "内容", "Item"), checkout.description.clone())}
                    {fact(t!(locale, "金额", "Amount"), checkout.amount.format(locale))}
                    {fact(t!(locale, "状态", "Status"), view! { <span class="test-provider-state">{state}</span> })}
                </dl>
                <form class="form test-provider-buttons" method="post" action=test::path(&checkout.reference)>
                    {buttons(checkout.state, locale)}
                </form>
                <p><a href=checkout.return_url.clone()>{t!(locale, "返回网站", "Back to the site")}</a></p>
            </section>
        }
    })
}

fn buttons(state: State, locale: Locale) -> impl IntoView {
    let pay = ("pay", t!(locale, "付款", "Pay"), false);
    let decline = ("decline", t!(locale, "拒绝付款", "Decline"), true);
    let later = ("later", t!(locale, "付款，稍后到账", "Pay, money arrives later"), true);
    let twice = ("twice", t!(locale, "付款两次", "Pay twice"), true);
    let arrive = ("arrive", t!(locale, "款项到账", "The money arrives"), false);
    let again = ("again", t!(locale, "再通知网站一次", "Tell the site again"), true);
    let offered = match state {
        State::Open => vec![pay, decline, later, twice],
        // Declining again would say nothing new.
        State::Declined => vec![pay, later, twice],
        State::Pending => vec![arrive, decline],
        State::Paid => vec![again],
        State::Closed => vec![],
    };
    offered.into_iter().map(|(value, label, quiet)| view! { <Submit label quiet name="action" value/> }).collect_view()
}
