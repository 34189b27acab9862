//! `/withdraw`: withdrawing from a contract, in two steps, also without signing in (Directive (EU) 2023/2673);
//! `/withdraw/{reference}`: the proof of it, to keep and to print.

use super::orders::back::{self, agreement_ends, standing};
use super::orders::{item_name, when};
use super::shell::Page;
use crate::foundation::error::{AppError, Result};
use crate::foundation::locale::Locale;
use crate::foundation::text;
use crate::payments::requests::{Declaration, Kind};
use crate::payments::service::taking_back::{self, Meant};
use crate::payments::wording::{declared_said, seller_lines};
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Banner, Errors, Field, Submit, Tone, fact};
use crate::{t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct WithdrawForm {
    name: String,
    number: String,
    email: String,
    /// `on` in the second step.
    sure: String,
}

pub async fn show(ask: Ask) -> Result<Response> {
    let name = ask.viewer.member().map(|member| member.name.clone()).unwrap_or_default();
    let typed = Declaration { name, number: ask.query("number").unwrap_or_default(), ..Declaration::default() };
    Ok(first(&ask, typed, Errors::none()))
}

pub async fn submit(ask: Ask, Form(form): Form<WithdrawForm>) -> Result<Response> {
    let WithdrawForm { name, number, email, sure } = form;
    let typed = Declaration { name, number, email };
    if sure == "on" {
        return match taking_back::withdraw(&ask.ctx, &ask.viewer, &typed, &ask.address).await {
            Ok(reference) => Ok(see_other(&format!("/withdraw/{reference}?done=withdrawn"))),
            Err(error) => Ok(first(&ask, typed, Errors::from_error(error)?)),
        };
    }
    match taking_back::meant(&ask.ctx, &ask.viewer, &typed, &ask.address).await {
        Ok(Meant { known: Some(reference), .. }) => Ok(see_other(&format!("/withdraw/{reference}"))),
        Ok(meant) => Ok(second(&ask, typed, meant)),
        Err(error) => Ok(first(&ask, typed, Errors::from_error(error)?)),
    }
}

fn title(ask: &Ask) -> &'static str {
    t!(ask.locale, "撤回合同", "Withdraw from contract")
}

fn first(ask: &Ask, typed: Declaration, errors: Errors) -> Response {
    let locale = ask.locale;
    let about = t!(
        locale,
        "在这里可以撤回你的购买，不需要登录，也不需要理由。",
        "Here you can withdraw from what you bought, without signing in and without a reason."
    );
    let hint =
        t!(locale, "订单号（O-000017）或收据编号（2026-000017）。", "The number of the order (O-000017) or of its receipt (2026-000017).");
    Page::new(title(ask)).description(about).canonical("/withdraw").status_of(&errors).draw(ask, || {
        view! {
            <section class="narrow withdraw">
                <h1>{title(ask)}</h1>
                <p>{about}</p>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                <form class="form" method="post" action="/withdraw">
                    <Field label=t!(locale, "姓名", "Your name") name="name" autocomplete="name" value=typed.name maxlength=100 required=true error=errors.of("name", locale)/>
                    <Field label=t!(locale, "编号", "Number") name="number" value=typed.number maxlength=40 required=true hint=Some(hint.to_owned()) error=errors.of("number", locale)/>
                    <Field label=t!(locale, "账号邮箱", "E-mail address of the account") name="email" kind="email" autocomplete="email" value=typed.email required=true error=errors.of("email", locale)/>
                    <Submit label=t!(locale, "继续", "Continue")/>
                </form>
            </section>
        }
    })
}

fn second(ask: &Ask, typed: Declaration, meant: Meant) -> Response {
    let locale = ask.locale;
    let Meant { order, gives, by_hand, ends_agreement, .. } = meant;
    let name = text::line(&typed.name);
    let what = match gives {
        Some(money) => {
            let amount = money.format(locale);
            tf!(
                locale,
                "{amount} 会退还给你，这笔订单开通的内容随之关闭。",
                "{amount} is given back to you, and what this order opened is closed."
            )
        }
        None => t!(
            locale,
            "按照约定，现在已经不能自动退款：期限已过、全文已经打开，或者本来就约定不退款。我们仍会收下你的声明，由管理员处理。",
            "By what was agreed, nothing goes back by itself (any more): the time is over, the whole text was opened, or no refund was agreed. Your declaration is received all the same, and an admin decides about it."
        )
        .to_owned(),
    };
    Page::new(title(ask)).private().draw(ask, || {
        view! {
            <section class="narrow withdraw">
                <h1>{title(ask)}</h1>
                <dl class="facts">
                    {declared_by(Kind::Withdrawal, &name, locale)}
                    {fact(t!(locale, "内容", "Item"), item_name(&order, locale))}
                    {fact(t!(locale, "订单号", "Order"), order.short())}
                    {fact(t!(locale, "下单时间", "Ordered"), when(order.created_at, &ask.site, locale))}
                    {fact(t!(locale, "金额", "Amount"), order.price.format(locale))}
                </dl>
                <p>{what}</p>
                {by_hand.then(|| view! { <p>{back::by_hand(locale)}</p> })}
                {ends_agreement.then(|| view! { <p>{agreement_ends(locale)}</p> })}
                <form class="form" method="post" action="/withdraw">
                    <input type="hidden" name="name" value=typed.name/>
                    <input type="hidden" name="number" value=typed.number/>
                    <input type="hidden" name="email" value=typed.email/>
                    <input type="hidden" name="sure" value="on"/>
                    <Submit label=t!(locale, "现在撤回", "Withdraw now")/>
                </form>
                <p><a href="/withdraw">{t!(locale, "返回", "Back")}</a></p>
            </section>
        }
    })
}

/// Who declared it, where that is known.
pub fn declared_by(kind: Kind, name: &str, locale: Locale) -> Option<AnyView> {
    let label = match kind {
        Kind::Withdrawal => t!(locale, "声明人", "Declared by"),
        Kind::Refund => t!(locale, "申请人", "Asked for by"),
    };
    let name = name.to_owned();
    (!name.is_empty()).then(|| fact(label, view! { <bdi class="proof-by">{name}</bdi> }))
}

/// For whoever has the address.
pub async fn proof(ask: Ask, Path(reference): Path<String>) -> Result<Response> {
    if reference.contains('\0') {
        return Err(AppError::NotFound);
    }
    let (request, order, seller) = taking_back::proof(&ask.ctx, &ask.viewer, &reference).await?;
    let locale = ask.locale;
    let seller = seller_lines(&seller, &ask.site, locale).join(t!(locale, "，", ", "));
    let title = match request.kind {
        Kind::Withdrawal => t!(locale, "撤回凭证", "Proof of withdrawal"),
        Kind::Refund => t!(locale, "退款申请凭证", "Proof of a refund request"),
    };
    Ok(Page::new(title).private().draw(&ask, || {
        let (tone, text) = standing(&request, &order, locale);
        view! {
            <section class="narrow withdraw document">
                <h1>{title}</h1>
                <p>{declared_said(request.kind, locale)}</p>
                <dl class="facts">
                    {declared_by(request.kind, &request.declarant, locale)}
                    {fact(t!(locale, "收到时间", "Received"), view! { <span class="proof-at">{when(request.declared_at, &ask.site, locale)}</span> })}
                    {fact(t!(locale, "卖方", "Seller"), view! { <bdi>{seller}</bdi> })}
                    {fact(t!(locale, "内容", "Item"), item_name(&order, locale))}
                    {fact(t!(locale, "订单号", "Order"), order.short())}
                    {fact(t!(locale, "下单时间", "Ordered"), when(order.created_at, &ask.site, locale))}
                    {fact(t!(locale, "金额", "Amount"), order.price.format(locale))}
                </dl>
                <Banner tone text/>
                <p class="actions">{t!(
                    locale,
                    "请保存这个页面的地址，或用浏览器打印存成 PDF。",
                    "Keep the address of this page, or print it with your browser."
                )}</p>
            </section>
        }
    }))
}
