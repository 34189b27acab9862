//! `/account/mail`: the member's address, whether it is known to be theirs, and which letters they want.

use super::frame::AccountFrame;
use crate::foundation::error::{AppError, Result};
use crate::foundation::locale::Locale;
use crate::mail::choices;
use crate::members::email::{self, Standing};
use crate::pages::{Page, letters};
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Badge, Banner, Errors, Field, Submit, Switch, Tone};
use crate::{t, tf};
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;
use std::collections::HashMap;

const HERE: &str = "/account/mail";

pub async fn show(ask: Ask) -> Result<Response> {
    draw(&ask, String::new(), None).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct EmailForm {
    email: String,
    password: String,
    code: String,
}

async fn done(ask: &Ask, typed: String, outcome: Result<()>, what: &str) -> Result<Response> {
    match outcome {
        Ok(()) => Ok(see_other(&format!("{HERE}?done={what}"))),
        Err(error) => draw(ask, typed, Some(error)).await,
    }
}

pub async fn change(ask: Ask, Form(form): Form<EmailForm>) -> Result<Response> {
    let outcome = email::change(&ask.ctx, &ask.viewer, &form.email, form.password).await;
    done(&ask, form.email, outcome, "proof-sent").await
}

pub async fn again(ask: Ask) -> Result<Response> {
    let outcome = email::ask_again(&ask.ctx, &ask.viewer).await;
    done(&ask, String::new(), outcome, "proof-sent").await
}

pub async fn code(ask: Ask, Form(form): Form<EmailForm>) -> Result<Response> {
    let outcome = email::show_by_code(&ask.ctx, &ask.viewer, &form.code).await;
    done(&ask, String::new(), outcome, "verified").await
}

pub async fn keep(ask: Ask) -> Result<Response> {
    let outcome = email::keep(&ask.ctx, &ask.viewer).await;
    done(&ask, String::new(), outcome, "saved").await
}

pub async fn choose(ask: Ask, Form(form): Form<HashMap<String, String>>) -> Result<Response> {
    let wanted = |name: &str| form.get(name).is_some_and(|on| on == "on");
    choices::choose(&ask.ctx, &ask.viewer, &letters::choices(), wanted).await?;
    Ok(see_other(&format!("{HERE}?done=saved")))
}

async fn draw(ask: &Ask, typed: String, error: Option<AppError>) -> Result<Response> {
    let standing = email::standing(&ask.ctx, &ask.viewer).await?;
    let chosen = choices::of_viewer(&ask.ctx, &ask.viewer, &letters::choices()).await?;
    let locale = ask.locale;
    let title = t!(locale, "邮箱与邮件", "E-mail");
    let (errors, said, status) = match error {
        None => (Errors::none(), None, 200),
        Some(error @ AppError::TooManyRequests { .. }) => (Errors::none(), Some(error.message(locale)), 429),
        Some(error) => {
            let errors = Errors::from_error(error)?;
            let said = errors.summary(locale);
            (errors, said, 422)
        }
    };
    Ok(Page::new(title).private().status(status).draw(ask, || {
        let switches = chosen
            .into_iter()
            .map(|(choice, wanted)| view! { <Switch label=(choice.label)(locale) name=choice.name checked=wanted/> })
            .collect_view();
        let address = view! { <Address standing errors=errors.clone() locale/> };
        view! {
            <AccountFrame ask=ask.clone() current=HERE title>
                {said.map(|text| view! { <Banner tone=Tone::Bad text/> })}
                <section>
                    <h2>{t!(locale, "邮箱地址", "Your address")}</h2>
                    {address}
                </section>
                <section>
                    <h2>{t!(locale, "更换邮箱", "Change your address")}</h2>
                    <form class="form" method="post" action="/account/email">
                        <Field
                            label=t!(locale, "新邮箱", "New e-mail")
                            name="email"
                            kind="email"
                            value=typed
                            autocomplete="email"
                            required=true
                            hint=Some(t!(locale, "我们会向新邮箱发一封确认邮件；确认之前，仍使用原来的邮箱。", "We send a letter to it. Until you confirm it, the old one stays.").to_owned())
                            error=errors.of("email", locale)
                        />
                        <Field label=t!(locale, "你的密码", "Your password") name="password" kind="password" autocomplete="current-password" required=true error=errors.of("password", locale)/>
                        <Submit label=t!(locale, "更换", "Change it") quiet=true/>
                    </form>
                </section>
                <section>
                    <h2>{t!(locale, "接收哪些邮件", "Letters you get")}</h2>
                    <p>{t!(
                        locale,
                        "收据、续费预告、退款，以及密码和邮箱变更的邮件始终会发送；下面这些可以关闭。",
                        "Receipts, renewals, refunds and changes of your password or address are always written to you. These you can do without."
                    )}</p>
                    <form class="form" method="post" action=HERE>
                        {switches}
                        <Submit label=t!(locale, "保存", "Save") quiet=true/>
                    </form>
                </section>
            </AccountFrame>
        }
    }))
}

#[component]
fn Address(standing: Standing, errors: Errors, locale: Locale) -> impl IntoView {
    let Standing { address, verified, coming, asked, refuses } = standing;
    let badge = if verified {
        view! { <Badge tone=Tone::Good text=t!(locale, "已确认", "Confirmed")/> }
    } else {
        view! { <Badge tone=Tone::Warn text=t!(locale, "未确认", "Not confirmed")/> }
    };
    let refused = refuses.as_ref().map(|said| {
        let text = tf!(
            locale,
            "发往这个地址的邮件多次被退回，已暂停发送。对方服务器回复：{said}。请更换邮箱；如果问题已经解决，请重新确认。",
            "Letters to this address came back, so none are sent any more. Its server said: {said}. Please change it, or confirm it again if it works now."
        );
        view! { <Banner tone=Tone::Bad text/> }
    });
    let open = !verified || coming.is_some() || refuses.is_some();
    let about = coming.clone().unwrap_or_else(|| address.clone());
    let question = asked.then(|| {
        view! {
            <p>{tf!(locale, "我们给 {about} 发了一封邮件。打开里面的链接，或者在这里填写 6 位数字。", "We sent a letter to {about}. Open its link, or type its six digits here.")}</p>
            <form class="form" method="post" action="/account/email/code">
                <Field label=t!(locale, "6 位数字", "Six digits") name="code" inputmode="numeric" autocomplete="one-time-code" required=true maxlength=7 error=errors.of("code", locale)/>
                <Submit label=t!(locale, "确认", "Confirm")/>
            </form>
        }
    });
    let again =
        if asked { t!(locale, "重新发送", "Send it again") } else { t!(locale, "发送确认邮件", "Send a letter to confirm it") };
    let keep = coming.map(|_| {
        view! {
            <form method="post" action="/account/email/keep">
                <Submit label=t!(locale, "保留原来的邮箱", "Keep the old address") quiet=true/>
            </form>
        }
    });
    view! {
        <p class="account-address"><strong>{address}</strong> " " {badge}</p>
        {refused}
        {open.then(|| view! {
            {question}
            <div class="actions">
                <form method="post" action="/account/email/again"><Submit label=again quiet=true/></form>
                {keep}
            </div>
        })}
    }
}
