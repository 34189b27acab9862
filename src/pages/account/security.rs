//! `/account/security`: the password, and the browsers that are signed in.

use super::frame::AccountFrame;
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::id::SessionId;
use crate::members::device;
use crate::members::model::{MIN_PASSWORD, SessionSeen};
use crate::members::{service, sessions};
use crate::pages::Page;
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Badge, Banner, Errors, Field, Submit, Tone};
use crate::{t, tf};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;
use tower_sessions::Session;

/// What is wrong with the form, and, apart from its fields, what is said above it.
struct Trouble {
    errors: Errors,
    said: Option<String>,
    status: u16,
}

pub async fn show(ask: Ask, session: Session) -> Result<Response> {
    draw(&ask, &session, Trouble { errors: Errors::none(), said: None, status: 200 }).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PasswordForm {
    current_password: String,
    new_password: String,
}

pub async fn change_password(ask: Ask, session: Session, Form(form): Form<PasswordForm>) -> Result<Response> {
    let member = ask.viewer.require_member()?.id;
    match service::change_password(&ask.ctx, &ask.viewer, form.current_password, form.new_password).await {
        Ok(()) => {
            sessions::begin(&session, member, &ask.user_agent).await?;
            Ok(see_other("/account/security?done=password"))
        }
        Err(error @ AppError::TooManyRequests { .. }) => {
            let said = Some(error.message(ask.locale));
            draw(&ask, &session, Trouble { errors: Errors::none(), said, status: StatusCode::TOO_MANY_REQUESTS.as_u16() }).await
        }
        Err(error) => {
            let errors = Errors::from_error(error)?;
            let said = errors.summary(ask.locale);
            draw(&ask, &session, Trouble { errors, said, status: 422 }).await
        }
    }
}

pub async fn end_session(ask: Ask, Path(id): Path<i64>) -> Result<Response> {
    sessions::end_one(&ask.ctx, &ask.viewer, SessionId(id)).await?;
    Ok(see_other("/account/security?done=session-ended"))
}

pub async fn end_others(ask: Ask, session: Session) -> Result<Response> {
    sessions::end_others(&ask.ctx, &ask.viewer, &session).await?;
    Ok(see_other("/account/security?done=sessions-ended"))
}

async fn draw(ask: &Ask, session: &Session, trouble: Trouble) -> Result<Response> {
    let list = sessions::list(&ask.ctx, &ask.viewer, session).await?;
    let email = service::own_email(&ask.ctx, &ask.viewer).await?.unwrap_or_default();
    let locale = ask.locale;
    let title = t!(locale, "密码与设备", "Password and devices");
    let Trouble { errors, said, status } = trouble;
    Ok(Page::new(title).private().status(status).draw(ask, || {
        let hint = tf!(locale, "至少 {MIN_PASSWORD} 个字符。其他设备会退出登录。", "At least {MIN_PASSWORD} characters. Your other devices are signed out.");
        let others = list.iter().any(|seen| !seen.current).then(|| {
            view! {
                <form method="post" action="/account/sessions/end-others">
                    <Submit label=t!(locale, "退出其他所有设备", "Sign out all other devices") quiet=true/>
                </form>
            }
        });
        let rows = list.into_iter().map(|seen| view! { <Device ask=ask.clone() seen/> }).collect_view();
        view! {
            <AccountFrame ask=ask.clone() current="/account/security" title>
                {said.map(|text| view! { <Banner tone=Tone::Bad text/> })}
                <section>
                    <h2>{t!(locale, "更改密码", "Change your password")}</h2>
                    <form class="form" method="post" action="/account/password">
                        // For password managers: which account this is.
                        <input type="hidden" name="username" value=email autocomplete="username"/>
                        <Field label=t!(locale, "当前密码", "Current password") name="current_password" kind="password" autocomplete="current-password" required=true error=errors.of("current_password", locale)/>
                        <Field label=t!(locale, "新密码", "New password") name="new_password" kind="password" autocomplete="new-password" required=true hint=Some(hint) error=errors.of("new_password", locale)/>
                        <Submit label=t!(locale, "更改密码", "Change password")/>
                    </form>
                </section>
                <section>
                    <h2>{t!(locale, "已登录的设备", "Signed-in devices")}</h2>
                    <ul class="sessions">{rows}</ul>
                    {others}
                </section>
            </AccountFrame>
        }
    }))
}

#[component]
fn Device(ask: Ask, seen: SessionSeen) -> impl IntoView {
    let locale = ask.locale;
    let used = format::date_time(seen.last_seen_at, &ask.site.time_zone, locale);
    let began = format::date(seen.created_at, &ask.site.time_zone, locale);
    let name = device::name(&seen.user_agent, locale);
    let action = if seen.current {
        view! { <Badge tone=Tone::Good text=t!(locale, "这台设备", "This device")/> }.into_any()
    } else {
        view! {
            <form method="post" action=format!("/account/sessions/{}/end", seen.id)>
                <Submit label=t!(locale, "退出登录", "Sign out") quiet=true/>
            </form>
        }
        .into_any()
    };
    view! {
        <li class="session">
            <p class="session-name">{name}</p>
            <p class="session-times">
                {t!(locale, "最近使用：", "Last used ")}
                <time datetime=format::machine(seen.last_seen_at)>{used}</time>
                {t!(locale, "；登录于 ", "; signed in ")}
                <time datetime=format::machine(seen.created_at)>{began}</time>
            </p>
            {action}
        </li>
    }
}
