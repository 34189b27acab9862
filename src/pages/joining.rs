//! `/join`, `/sign-in`, `/sign-out`.

use super::redeem;
use super::shell::{Kind, Page};
use super::via;
use crate::codes::service::waiting;
use crate::foundation::error::Result;
use crate::foundation::id::MemberId;
use crate::foundation::locale::Locale;
use crate::members::{known_devices, model, service, sessions};
use crate::membership::gift_links::Kept;
use crate::payments::affiliates::recommending;
use crate::server::http::{Ask, Form, local_path, query_value, see_other, sign_in_path};
use crate::ui::{Banner, Errors, Field, LinkButton, Submit, Tone};
use crate::{t, tf};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;
use tower_sessions::Session;

/// Where to go afterwards: what the form or the query says, if it is a path here.
pub fn destination(asked: Option<String>) -> String {
    asked.as_deref().and_then(local_path).unwrap_or("/").to_owned()
}

/// The ways in, for whoever has to be signed in first; each leads back to `to`, a path on this site.
pub fn doors(to: &str, locale: Locale) -> impl IntoView + use<> {
    view! {
        <p class="redeem-doors">
            <LinkButton href=format!("/join?to={to}") label=t!(locale, "加入", "Join")/>
            <LinkButton href=format!("/sign-in?to={to}") label=t!(locale, "登录", "Sign in") quiet=true/>
        </p>
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct JoinForm {
    email: String,
    handle: String,
    name: String,
    password: String,
    to: String,
}

pub async fn join(ask: Ask, headers: HeaderMap) -> Result<Response> {
    let to = destination(ask.query("to"));
    if ask.viewer.member().is_some() {
        return Ok(see_other(&to));
    }
    draw_join(&ask, JoinForm { to, ..JoinForm::default() }, Errors::none(), via::of_form(&ask, &headers)).await
}

pub async fn submit_join(ask: Ask, session: Session, headers: HeaderMap, Form(form): Form<JoinForm>) -> Result<Response> {
    let account = service::NewAccount {
        email: form.email.clone(),
        handle: form.handle.clone(),
        name: form.name.clone(),
        password: form.password.clone(),
    };
    match service::join(&ask.ctx, account, ask.locale, &ask.address).await {
        Ok(member) => {
            let (waiting, given) = (waiting::take(&ask.ctx, &session).await?, Kept::of(&session).await?);
            sessions::begin(&session, member, &ask.user_agent).await?;
            given.keep(&session).await?;
            note_device(&ask, member, false).await;
            if let Some(code) = via::of_form(&ask, &headers)
                && let Err(error) = recommending::joined(&ask.ctx, member, &code).await
            {
                tracing::error!(%error, "by whom a member came could not be noted");
            }
            if let Some(source) = waiting {
                return redeem::at_last(ask, &session, source).await;
            }
            let to = destination(Some(form.to));
            let mark = if to.contains('?') { '&' } else { '?' };
            Ok(see_other(&format!("{to}{mark}done=welcome")))
        }
        Err(error) => draw_join(&ask, form, Errors::from_error(error)?, via::of_form(&ask, &headers)).await,
    }
}

async fn draw_join(ask: &Ask, form: JoinForm, errors: Errors, code: Option<String>) -> Result<Response> {
    let recommended = match &code {
        Some(code) => recommending::name_of(&ask.ctx, code).await?,
        None => None,
    };
    let action = match &code {
        Some(code) => format!("/join?via={code}"),
        None => "/join".to_owned(),
    };
    let locale = ask.locale;
    let site = &ask.site.name;
    let title = tf!(locale, "加入{site}", "Join {site}");
    Ok(Page::new(title.clone()).of(Kind::Forms).status_of(&errors).draw(ask, || {
        let min = model::MIN_PASSWORD;
        let sign_in = sign_in_path(&form.to);
        let recommended = recommended.map(|name| {
            let text = tf!(
                locale,
                "你是由{name}推荐来的。以后你付款时，{name}可能得到奖励；你付的价格不变。",
                "You were recommended by {name}, who may get a reward when you pay for something. Your price is the same."
            );
            let without = format!("/join?to={}&via=", query_value(&form.to));
            view! { <p class="recommended">{text} " " <a href=without>{t!(locale, "去掉推荐", "Take this out")}</a></p> }
        });
        view! {
            <section class="narrow">
                <h1>{title}</h1>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {recommended}
                <form class="form" method="post" action=action>
                    <input type="hidden" name="to" value=form.to/>
                    <Field label=t!(locale, "邮箱", "E-mail") name="email" kind="email" value=form.email autocomplete="email" required=true error=errors.of("email", locale)/>
                    <Field
                        label=t!(locale, "用户名", "Handle")
                        name="handle"
                        value=form.handle
                        autocomplete="username"
                        required=true
                        maxlength=31
                        hint=Some(t!(locale, "会出现在你的主页地址里，只能用小写字母、数字、- 和 _。", "Part of your page's address: letters a to z, digits, - and _.").to_owned())
                        error=errors.of("handle", locale)
                    />
                    <Field label=t!(locale, "显示名称（选填）", "Name (optional)") name="name" value=form.name autocomplete="name" error=errors.of("name", locale)/>
                    <Field
                        label=t!(locale, "密码", "Password")
                        name="password"
                        kind="password"
                        autocomplete="new-password"
                        required=true
                        hint=Some(tf!(locale, "至少 {min} 个字符。", "At least {min} characters."))
                        error=errors.of("password", locale)
                    />
                    <Submit label=t!(locale, "加入", "Join")/>
                </form>
                <p>{t!(locale, "已经是会员？", "Already a member?")} " " <a href=sign_in>{t!(locale, "登录", "Sign in")}</a></p>
            </section>
        }
    }))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SignInForm {
    email: String,
    password: String,
    to: String,
}

pub async fn sign_in(ask: Ask) -> Result<Response> {
    let to = destination(ask.query("to"));
    if ask.viewer.member().is_some() {
        return Ok(see_other(&to));
    }
    Ok(draw_sign_in(&ask, SignInForm { to, ..SignInForm::default() }, Errors::none()))
}

pub async fn submit_sign_in(ask: Ask, session: Session, Form(form): Form<SignInForm>) -> Result<Response> {
    match service::sign_in(&ask.ctx, &form.email, form.password.clone(), &ask.address).await {
        Ok(member) => {
            let (waiting, given) = (waiting::take(&ask.ctx, &session).await?, Kept::of(&session).await?);
            sessions::begin(&session, member, &ask.user_agent).await?;
            given.keep(&session).await?;
            note_device(&ask, member, true).await;
            if let Some(source) = waiting {
                return redeem::at_last(ask, &session, source).await;
            }
            Ok(see_other(&destination(Some(form.to))))
        }
        Err(error) => {
            // Too many tries is said in the form, so that the address typed is not lost.
            if matches!(error, crate::foundation::error::AppError::TooManyRequests { .. }) {
                let mut response = draw_sign_in_with(&ask, form, Errors::none(), Some(error.message(ask.locale)));
                *response.status_mut() = axum::http::StatusCode::TOO_MANY_REQUESTS;
                return Ok(response);
            }
            Ok(draw_sign_in(&ask, form, Errors::from_error(error)?))
        }
    }
}

/// Notes with what somebody signed in. If that cannot be, they are signed in all the same.
pub async fn note_device(ask: &Ask, member: MemberId, tell: bool) {
    if let Err(error) = known_devices::note(&ask.ctx, member, &ask.user_agent, &ask.address, ask.locale, tell).await {
        tracing::error!(%error, "a device could not be noted");
    }
}

fn draw_sign_in(ask: &Ask, form: SignInForm, errors: Errors) -> Response {
    let said = errors.summary(ask.locale);
    draw_sign_in_with(ask, form, errors, said)
}

fn draw_sign_in_with(ask: &Ask, form: SignInForm, errors: Errors, said: Option<String>) -> Response {
    let locale = ask.locale;
    let title = t!(locale, "登录", "Sign in");
    Page::new(title).of(Kind::Forms).status_of(&errors).draw(ask, || {
        let join = format!("/join?to={}", query_value(&form.to));
        view! {
            <section class="narrow">
                <h1>{title}</h1>
                {said.map(|text| view! { <Banner tone=Tone::Bad text/> })}
                <form class="form" method="post" action="/sign-in">
                    <input type="hidden" name="to" value=form.to/>
                    <Field label=t!(locale, "邮箱", "E-mail") name="email" kind="email" value=form.email autocomplete="email" required=true/>
                    <Field label=t!(locale, "密码", "Password") name="password" kind="password" autocomplete="current-password" required=true/>
                    <Submit label=t!(locale, "登录", "Sign in")/>
                </form>
                <p><a href="/forgot">{t!(locale, "忘记密码？", "Forgot your password?")}</a></p>
                <p>{t!(locale, "还不是会员？", "Not a member yet?")} " " <a href=join>{t!(locale, "加入", "Join")}</a></p>
            </section>
        }
    })
}

pub async fn sign_out(session: Session) -> Result<Response> {
    sessions::end(&session).await?;
    let mut response = see_other("/");
    // What `front/sw.js` kept for reading without a network was for this member.
    let forget = (HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\", \"storage\""));
    response.headers_mut().insert(forget.0, forget.1);
    Ok(response)
}
