//! `/setup`: the first page of a new site, for whoever can read the log. Gone once it was done.

use super::shell::Page;
use crate::foundation::error::{AppError, Result};
use crate::foundation::locale::Locale;
use crate::members::{self, sessions};
use crate::server::http::{Ask, Form, see_other};
use crate::settings;
use crate::t;
use crate::ui::{Banner, Errors, Field, Select, Submit, Tone};
use crate::words;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;
use tower_sessions::Session;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SetupForm {
    token: String,
    site_name: String,
    locale: String,
    time_zone: String,
    currency: String,
    email: String,
    handle: String,
    name: String,
    password: String,
}

async fn still_open(ask: &Ask) -> Result<()> {
    if settings::service::site(&ask.ctx).await?.is_some() { Err(AppError::NotFound) } else { Ok(()) }
}

pub async fn show(ask: Ask) -> Result<Response> {
    still_open(&ask).await?;
    let chinese = ask.locale == Locale::Zh;
    let form = SetupForm {
        token: ask.query("token").unwrap_or_default(),
        locale: ask.locale.tag().to_owned(),
        time_zone: if chinese { "Asia/Shanghai" } else { "UTC" }.to_owned(),
        currency: if chinese { "CNY" } else { "USD" }.to_owned(),
        ..SetupForm::default()
    };
    Ok(draw(&ask, form, Errors::none()))
}

pub async fn submit(ask: Ask, session: Session, Form(form): Form<SetupForm>) -> Result<Response> {
    still_open(&ask).await?;
    if !settings::service::is_setup_token(&ask.ctx, &form.token).await? {
        let wrong =
            words!("设置令牌不对，请用程序日志里最新的那一个。", "That is not the setup token. Use the latest one in the program's log.");
        return Ok(draw(&ask, form, Errors::from_error(AppError::field("token", wrong))?));
    }
    let site = settings::service::NewSite {
        name: form.site_name.clone(),
        locale: form.locale.clone(),
        time_zone: form.time_zone.clone(),
        currency: form.currency.clone(),
    };
    let owner = members::service::NewAccount {
        email: form.email.clone(),
        handle: form.handle.clone(),
        name: form.name.clone(),
        password: form.password.clone(),
    };
    match members::service::found_site(&ask.ctx, site, owner).await {
        Ok(owner) => {
            sessions::begin(&session, owner, &ask.user_agent).await?;
            Ok(see_other("/?done=setup"))
        }
        Err(error) => Ok(draw(&ask, form, Errors::from_error(error)?)),
    }
}

fn draw(ask: &Ask, form: SetupForm, errors: Errors) -> Response {
    let locale = ask.locale;
    let title = t!(locale, "设置你的学廊", "Set up your Stoa");
    Page::new(title).private().status_of(&errors).draw(ask, || {
        let languages = Locale::ALL.into_iter().map(|l| (l.tag().to_owned(), l.name().to_owned())).collect();
        let zone_hint = t!(locale, "日期和月份按这个时区计算，例如 Asia/Shanghai。", "Days and months are counted in this zone, for example Asia/Shanghai.").to_owned();
        let token_hint = t!(locale, "可以在程序的日志里找到，用来证明这台服务器是你的。", "Printed in the program's log; it proves that the server is yours.").to_owned();
        view! {
            <section class="narrow">
                <h1>{title}</h1>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                <form class="form" method="post" action="/setup">
                    <Field label=t!(locale, "设置令牌", "Setup token") name="token" value=form.token required=true hint=Some(token_hint) error=errors.of("token", locale)/>
                    <fieldset>
                        <legend>{t!(locale, "网站", "The site")}</legend>
                        <Field label=t!(locale, "网站名称", "Site name") name="site_name" value=form.site_name required=true error=errors.of("site_name", locale)/>
                        <Select label=t!(locale, "默认语言", "Default language") name="locale" value=form.locale options=languages error=errors.of("locale", locale)/>
                        <Field label=t!(locale, "时区", "Time zone") name="time_zone" value=form.time_zone required=true hint=Some(zone_hint) error=errors.of("time_zone", locale)/>
                        <Field label=t!(locale, "货币", "Currency") name="currency" value=form.currency required=true maxlength=3 error=errors.of("currency", locale)/>
                    </fieldset>
                    <fieldset>
                        <legend>{t!(locale, "站长账号", "The owner's account")}</legend>
                        <Field label=t!(locale, "邮箱", "E-mail") name="email" kind="email" value=form.email autocomplete="email" required=true error=errors.of("email", locale)/>
                        <Field label=t!(locale, "用户名", "Handle") name="handle" value=form.handle autocomplete="username" required=true error=errors.of("handle", locale)/>
                        <Field label=t!(locale, "显示名称（选填）", "Name (optional)") name="name" value=form.name autocomplete="name" error=errors.of("name", locale)/>
                        <Field label=t!(locale, "密码", "Password") name="password" kind="password" autocomplete="new-password" required=true error=errors.of("password", locale)/>
                    </fieldset>
                    <Submit label=t!(locale, "开张", "Open the site")/>
                </form>
            </section>
        }
    })
}
