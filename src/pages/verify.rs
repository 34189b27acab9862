//! `/verify`: where the link in a letter leads that asks whether an address is right. Following it changes nothing: programs
//! that look through mail follow links too. The button does.

use super::shell::{Kind, Page};
use crate::foundation::error::{AppError, Result};
use crate::members::email;
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Banner, LinkButton, Submit, Tone};
use crate::{t, tf};
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

pub async fn show(ask: Ask) -> Result<Response> {
    let token = ask.query("token").unwrap_or_default();
    let address = email::asked_by(&ask.ctx, &token).await?;
    Ok(draw(&ask, token, address, None))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct VerifyForm {
    token: String,
}

pub async fn submit(ask: Ask, Form(form): Form<VerifyForm>) -> Result<Response> {
    match email::show_by_link(&ask.ctx, &form.token).await {
        // Whoever is signed in here sees it where their address stands.
        Ok(true) if ask.viewer.member().is_some() => Ok(see_other("/account/mail?done=verified")),
        Ok(true) => Ok(see_other("/sign-in?done=verified")),
        Ok(false) => Ok(draw(&ask, String::new(), None, None)),
        // Somebody else has the address by now.
        Err(error @ AppError::Invalid(_)) => Ok(draw(&ask, String::new(), None, Some(error.message(ask.locale)))),
        Err(error) => Err(error),
    }
}

fn draw(ask: &Ask, token: String, address: Option<String>, said: Option<String>) -> Response {
    let locale = ask.locale;
    let title = t!(locale, "确认邮箱", "Confirm your address");
    let status = if address.is_some() { 200 } else { 422 };
    Page::new(title).of(Kind::Forms).private().status(status).draw(ask, || {
        let body = match address {
            Some(address) => view! {
                <p>{tf!(locale, "请确认 {address} 是你的邮箱。", "Please confirm that {address} is your address.")}</p>
                <form class="form" method="post" action="/verify">
                    <input type="hidden" name="token" value=token/>
                    <Submit label=t!(locale, "确认", "Confirm")/>
                </form>
            }
            .into_any(),
            None => {
                let text = said.unwrap_or_else(|| {
                    t!(locale, "这个链接已经用过或失效了。", "This link is used up or too old.").to_owned()
                });
                view! {
                    <Banner tone=Tone::Warn text/>
                    <p>{t!(locale, "可以在会员中心查看邮箱是否已经确认，或者重新发送确认邮件。", "Your account shows whether your address is confirmed, and can send the letter again.")}</p>
                    <p><LinkButton href="/account/mail" label=t!(locale, "邮箱与邮件", "E-mail")/></p>
                }
                .into_any()
            }
        };
        view! { <section class="narrow"><h1>{title}</h1>{body}</section> }
    })
}
