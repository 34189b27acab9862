//! `/forgot`: a letter to whoever forgot their password; `/reset`: where its link leads.

use super::joining::note_device;
use super::shell::{Kind, Page};
use crate::foundation::error::{AppError, Result};
use crate::members::model::MIN_PASSWORD;
use crate::members::{reset, sessions};
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Banner, Errors, Field, LinkButton, Submit, Tone};
use crate::{t, tf};
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;
use tower_sessions::Session;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ForgotForm {
    email: String,
}

pub async fn show(ask: Ask) -> Result<Response> {
    Ok(draw(&ask, ForgotForm::default(), Errors::none(), None))
}

pub async fn submit(ask: Ask, Form(form): Form<ForgotForm>) -> Result<Response> {
    match reset::ask(&ask.ctx, &form.email, &ask.address).await {
        Ok(()) => Ok(see_other("/forgot?done=reset-asked")),
        Err(error @ AppError::TooManyRequests { .. }) => {
            let said = error.message(ask.locale);
            let mut response = draw(&ask, form, Errors::none(), Some(said));
            *response.status_mut() = axum::http::StatusCode::TOO_MANY_REQUESTS;
            Ok(response)
        }
        Err(error) => {
            let errors = Errors::from_error(error)?;
            Ok(draw(&ask, form, errors, None))
        }
    }
}

fn draw(ask: &Ask, form: ForgotForm, errors: Errors, said: Option<String>) -> Response {
    let locale = ask.locale;
    let title = t!(locale, "忘记密码", "Forgot your password?");
    Page::new(title).of(Kind::Forms).private().status_of(&errors).draw(ask, || {
        view! {
            <section class="narrow">
                <h1>{title}</h1>
                {said.or_else(|| errors.summary(locale)).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                <p>{t!(locale, "填写账号的邮箱，我们会发一封邮件，里面的链接可以设置新密码。", "Give the e-mail of your account, and we send a letter with a link to set a new password.")}</p>
                <form class="form" method="post" action="/forgot">
                    <Field label=t!(locale, "邮箱", "E-mail") name="email" kind="email" value=form.email autocomplete="email" required=true error=errors.of("email", locale)/>
                    <Submit label=t!(locale, "发送邮件", "Send the letter")/>
                </form>
                <p><a href="/sign-in">{t!(locale, "返回登录", "Back to sign in")}</a></p>
            </section>
        }
    })
}

pub async fn show_reset(ask: Ask) -> Result<Response> {
    let token = ask.query("token").unwrap_or_default();
    let good = reset::is_good(&ask.ctx, &token).await?;
    Ok(draw_reset(&ask, token, good, Errors::none()))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ResetForm {
    token: String,
    password: String,
}

pub async fn submit_reset(ask: Ask, session: Session, Form(form): Form<ResetForm>) -> Result<Response> {
    match reset::set(&ask.ctx, &form.token, form.password).await {
        Ok(member) => {
            sessions::begin(&session, member, &ask.user_agent).await?;
            note_device(&ask, member, false).await;
            Ok(see_other("/account/security?done=password"))
        }
        Err(AppError::Conflict(_)) => Ok(draw_reset(&ask, String::new(), false, Errors::none())),
        Err(error) => {
            let errors = Errors::from_error(error)?;
            Ok(draw_reset(&ask, form.token, true, errors))
        }
    }
}

fn draw_reset(ask: &Ask, token: String, good: bool, errors: Errors) -> Response {
    let locale = ask.locale;
    let title = t!(locale, "设置新密码", "Set a new password");
    let status = if good && errors.is_empty() { 200 } else { 422 };
    Page::new(title).of(Kind::Forms).private().status(status).draw(ask, || {
        let hint = tf!(locale, "至少 {MIN_PASSWORD} 个字符。所有设备都会退出登录。", "At least {MIN_PASSWORD} characters. All your devices are signed out.");
        let body = if good {
            view! {
                <form class="form" method="post" action="/reset">
                    <input type="hidden" name="token" value=token/>
                    <Field label=t!(locale, "新密码", "New password") name="password" kind="password" autocomplete="new-password" required=true hint=Some(hint) error=errors.of("password", locale)/>
                    <Submit label=t!(locale, "保存新密码", "Save the password")/>
                </form>
            }
            .into_any()
        } else {
            view! {
                <Banner tone=Tone::Warn text=t!(locale, "这个链接已经用过或失效了。", "This link is used up or too old.")/>
                <p><LinkButton href="/forgot" label=t!(locale, "重新申请", "Ask for another")/></p>
            }
            .into_any()
        };
        view! { <section class="narrow"><h1>{title}</h1>{body}</section> }
    })
}
