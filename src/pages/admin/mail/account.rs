//! `/admin/mail/account`: the mail server, the sender, and a letter to try them with.

use super::super::menu;
use super::tabs;
use crate::foundation::error::{AppError, Result};
use crate::foundation::locale::Locale;
use crate::mail::account::{self, Encryption, Source, Typed};
use crate::mail::{Kind, Letter, To, desk, reasons};
use crate::members::service;
use crate::pages::Page;
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Banner, Errors, Field, Select, Submit, Tone};
use crate::{t, tf, words};
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

static TEST: Kind = Kind { name: "test", label: |locale| t!(locale, "测试邮件", "Test"), choice: None, asks: true };

/// What stands on the page beside what is saved.
#[derive(Default)]
struct Shown {
    typed: Option<Typed>,
    errors: Errors,
    /// Where the test went, and what came of it.
    tested: Option<(String, Result<String, String>)>,
    test_errors: Errors,
}

pub async fn show(ask: Ask) -> Result<Response> {
    draw(&ask, Shown::default()).await
}

pub async fn save(ask: Ask, Form(typed): Form<Typed>) -> Result<Response> {
    match account::save(&ask.ctx, &ask.viewer, &typed).await {
        Ok(()) => Ok(see_other("/admin/mail/account?done=saved")),
        Err(error) => {
            let errors = Errors::from_error(error)?;
            draw(&ask, Shown { typed: Some(typed), errors, ..Shown::default() }).await
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TestForm {
    address: String,
}

/// Sends a letter now, and shows what the server answers.
pub async fn test(ask: Ask, Form(form): Form<TestForm>) -> Result<Response> {
    ask.viewer.require_admin()?;
    let locale = ask.locale;
    let address = form.address.trim().to_owned();
    if address.is_empty() {
        let missing = AppError::field("address", words!("请填写收件地址。", "Please give an address."));
        return draw(&ask, Shown { test_errors: Errors::from_error(missing)?, ..Shown::default() }).await;
    }
    let site = &ask.site.name;
    let letter = Letter::new(&TEST, "test", tf!(locale, "来自{site}的测试邮件", "A test from {site}")).text(t!(
        locale,
        "能读到这封邮件，说明邮件发送正常。",
        "If you can read this, letters are sent as they should be."
    ));
    let to = To { member: None, address: address.clone(), name: None, locale };
    let shown = match desk::test(&ask.ctx, &ask.viewer, &to, &letter).await {
        Ok(answer) => Shown { tested: Some((address, answer)), ..Shown::default() },
        // What is kept cannot be read; the page says so.
        Err(AppError::Internal) => Shown::default(),
        Err(error) => return Err(error),
    };
    draw(&ask, shown).await
}

async fn draw(ask: &Ask, shown: Shown) -> Result<Response> {
    let kept = match account::for_admin(&ask.ctx, &ask.viewer).await {
        Err(AppError::Internal) => None,
        kept => Some(kept?),
    };
    let source = desk::standing(&ask.ctx, &ask.viewer).await.map_or(Source::Admin, |(source, _)| source);
    let own = service::own_email(&ask.ctx, &ask.viewer).await?.unwrap_or_default();
    let locale = ask.locale;
    let title = t!(locale, "发送设置", "How letters are sent");
    let Shown { typed, errors, tested, test_errors } = shown;
    let status = match &tested {
        Some((_, Err(_))) => 502,
        _ if !errors.is_empty() || !test_errors.is_empty() => 422,
        _ => 200,
    };
    let unreadable = kept.is_none();
    let (saved, has_password) = kept.unwrap_or_default();
    let address = tested.as_ref().map_or(own, |(address, _)| address.clone());
    Ok(Page::new(title).private().status(status).draw(ask, || {
        let answer = tested.map(|(_, answer)| match answer {
            Ok(said) => view! { <Banner tone=Tone::Good text=tf!(locale, "已发出。服务器回复：{said}", "Sent. The answer: {said}")/> }.into_any(),
            Err(said) => {
                let said = reasons::shown(&said, locale);
                view! { <Banner tone=Tone::Bad text=tf!(locale, "没有发出。服务器回复：{said}", "Not sent. The answer: {said}")/> }.into_any()
            }
        });
        let form = match source {
            Source::Operator => view! { <Banner text=t!(
                locale,
                "邮件服务器由 stoa.toml 或环境变量设定，不能在这里更改。",
                "The mail server is set in stoa.toml or the environment and cannot be changed here."
            )/> }
            .into_any(),
            Source::Admin => form(typed.unwrap_or(saved), has_password, &errors, ask),
        };
        view! {
            {menu(ask)}
            <section class="admin-mail">
                <h1>{title}</h1>
                {tabs(locale, "/admin/mail/account")}
                {unreadable.then(|| view! { <Banner tone=Tone::Bad text=t!(
                    locale,
                    "保存的设置是用另一把主密钥加密的，现在无法读取，邮件也发不出去。请找回原来的 secret.key（或 STOA_SECRET_KEY），或者重新填写。",
                    "What is kept was encrypted with another secret key and cannot be read, so no letters are sent. Bring back the secret.key (or STOA_SECRET_KEY) it was saved with, or fill this in again."
                )/> })}
                {answer}
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {form}
                <section>
                    <h2>{t!(locale, "测试", "Try it")}</h2>
                    <p>{t!(locale, "用已保存的设置发送一封真实邮件，并显示服务器的回复。", "Sends a real letter with what is saved, and shows what the server answers.")}</p>
                    <form class="form" method="post" action="/admin/mail/account/test">
                        <Field label=t!(locale, "收件地址", "Send to") name="address" kind="email" value=address error=test_errors.of("address", locale)/>
                        <Submit label=t!(locale, "发送测试邮件", "Send a test") quiet=true/>
                    </form>
                </section>
            </section>
        }
    }))
}

fn encryption_name(encryption: Encryption, locale: Locale) -> &'static str {
    match encryption {
        Encryption::StartTls => t!(locale, "STARTTLS（端口 587）", "STARTTLS (port 587)"),
        Encryption::Tls => t!(locale, "TLS（端口 465）", "TLS (port 465)"),
        Encryption::None => t!(locale, "不加密（仅限本机）", "None (this machine only)"),
    }
}

fn form(typed: Typed, has_password: bool, errors: &Errors, ask: &Ask) -> AnyView {
    let locale = ask.locale;
    let text = |text: &'static str| Some(text.to_owned());
    let kept = if has_password { text(t!(locale, "已保存；留空则保持不变。", "Saved; leave empty to keep it.")) } else { None };
    let order = [Encryption::StartTls, Encryption::Tls, Encryption::None];
    let options = order.map(|one| (one.as_str().to_owned(), encryption_name(one, locale).to_owned())).into_iter().collect();
    let encryption = if typed.encryption.is_empty() { "starttls".to_owned() } else { typed.encryption };
    let site = ask.site.name.clone();
    view! {
        <form class="form" method="post" action="/admin/mail/account">
            <Field label=t!(locale, "邮件服务器（SMTP）", "Mail server (SMTP)") name="host" value=typed.host autocomplete="off" hint=text(t!(locale, "例如 smtp.example.org。留空则不发送，邮件写进数据目录的 outbox 文件夹。", "Such as smtp.example.org. Without one, letters are only written to the folder outbox in the data folder.")) error=errors.of("host", locale)/>
            <Select label=t!(locale, "加密", "Encryption") name="encryption" value=encryption options error=errors.of("encryption", locale)/>
            <Field label=t!(locale, "端口（选填）", "Port (optional)") name="port" inputmode="numeric" value=typed.port error=errors.of("port", locale)/>
            <Field label=t!(locale, "用户名（选填）", "User (optional)") name="user" value=typed.user autocomplete="off" error=errors.of("user", locale)/>
            <Field label=t!(locale, "密码（选填）", "Password (optional)") name="password" kind="password" value=typed.password autocomplete="off" hint=kept error=errors.of("password", locale)/>
            <Field label=t!(locale, "发件人名称（选填）", "Sender’s name (optional)") name="sender_name" value=typed.sender_name hint=Some(tf!(locale, "留空则为{site}。", "{site}, when left empty.")) error=errors.of("sender_name", locale)/>
            <Field label=t!(locale, "发件地址", "Sender’s address") name="sender_address" kind="email" value=typed.sender_address hint=text(t!(locale, "一般要与邮件服务器的账号一致。", "Usually the one that belongs to the account at the mail server.")) error=errors.of("sender_address", locale)/>
            <Field label=t!(locale, "回复地址（选填）", "Replies go to (optional)") name="reply_to" kind="email" value=typed.reply_to error=errors.of("reply_to", locale)/>
            <Submit label=t!(locale, "保存", "Save")/>
        </form>
    }
    .into_any()
}
