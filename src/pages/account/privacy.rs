//! `/account/privacy`: everything kept about a member, to take away, and the end of the account.

use super::frame::AccountFrame;
use crate::foundation::error::{AppError, Result};
use crate::members::{service, sessions};
use crate::pages::Page;
use crate::payments::teams;
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Banner, Errors, Field, Submit, Tone};
use crate::{creators, payments, reading, t, transfer};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;
use serde::Deserialize;
use tower_sessions::Session;

pub async fn show(ask: Ask) -> Result<Response> {
    ask.viewer.require_member()?;
    Ok(draw(&ask, Errors::none(), None, 200))
}

/// A file of everything, for the member alone: no cache may keep it.
pub async fn export(ask: Ask) -> Result<Response> {
    let handle = ask.viewer.require_member()?.handle.clone();
    let json = transfer::export::own_data(&ask.ctx, &ask.viewer).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/json; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"stoa-{handle}.json\"")),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((StatusCode::OK, headers, json).into_response())
}

/// Forgets what the member read.
pub async fn forget(ask: Ask) -> Result<Response> {
    reading::service::forget(&ask.ctx, &ask.viewer).await?;
    Ok(see_other("/account/privacy?done=forgotten"))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DeleteForm {
    password: String,
    understood: String,
}

pub async fn delete(ask: Ask, session: Session, Form(form): Form<DeleteForm>) -> Result<Response> {
    ask.viewer.require_member()?;
    if form.understood != "on" {
        let words = crate::words!("请先勾选确认。", "Please tick the box first.");
        return draw_error(&ask, AppError::field("understood", words));
    }
    match service::delete_account(&ask.ctx, &ask.viewer, form.password).await {
        Ok(()) => {
            payments::service::plans::end_of_left(&ask.ctx).await?;
            payments::service::taking_back::forget_left(&ask.ctx).await?;
            reading::service::leave(&ask.ctx, &ask.viewer).await?;
            creators::statements::leave(&ask.ctx, &ask.viewer).await?;
            payments::affiliates::recommending::end(&ask.ctx, &ask.viewer).await?;
            teams::seats::leave_all(&ask.ctx, &ask.viewer).await?;
            sessions::end(&session).await?;
            Ok(see_other("/?done=account-deleted"))
        }
        Err(error) => draw_error(&ask, error),
    }
}

fn draw_error(ask: &Ask, error: AppError) -> Result<Response> {
    let said = error.message(ask.locale);
    match error {
        AppError::TooManyRequests { .. } => Ok(draw(ask, Errors::none(), Some(said), 429)),
        error => Ok(draw(ask, Errors::from_error(error)?, Some(said), 422)),
    }
}

fn draw(ask: &Ask, errors: Errors, said: Option<String>, status: u16) -> Response {
    let locale = ask.locale;
    let title = t!(locale, "我的数据", "Your data");
    Page::new(title).private().status(status).draw(ask, || {
        view! {
            <AccountFrame ask=ask.clone() current="/account/privacy" title>
                {said.map(|text| view! { <Banner tone=Tone::Bad text/> })}
                <section>
                    <h2>{t!(locale, "导出数据", "Export your data")}</h2>
                    <p>{t!(
                        locale,
                        "一个 JSON 文件，包含本站保存的与你有关的全部数据：个人资料、邮箱、登录设备、你写的内容、评分、投票、阅读记录、关注、订单、付款和会员有效期。",
                        "One JSON file with everything this site keeps about you: profile, e-mail, devices, what you wrote, ratings, votes, what you read and follow, orders, payments and memberships."
                    )}</p>
                    <p><a class="button" href="/account/export" download="">{t!(locale, "下载我的数据", "Download my data")}</a></p>
                </section>
                <section>
                    <h2>{t!(locale, "阅读记录", "What you read")}</h2>
                    <p>{t!(
                        locale,
                        "为了方便你接着读，本站会记住你最近打开的 200 篇文章，以及各读到哪里。这些只有你自己能看到，注销账号时会一并删除。",
                        "So that you can pick up where you left off, the site remembers the last 200 articles you opened and how far you got in each. Only you can see this, and it is deleted with your account."
                    )}</p>
                    <form method="post" action="/account/reading/forget">
                        <Submit label=t!(locale, "清除阅读记录", "Clear what I have read") quiet=true/>
                    </form>
                </section>
                <section class="danger">
                    <h2>{t!(locale, "注销账号", "Delete your account")}</h2>
                    <p>{t!(
                        locale,
                        "注销后无法恢复：你的名称、邮箱、简介和密码会立即清除，买过的内容也不能再打开。自动续费随之终止，不再扣款，已付的款项不退。你写的内容会保留，署名变为“已注销会员”；付款记录也会保留，但不再有你的名称。",
                        "This cannot be undone. Your name, e-mail, bio and password are erased at once, and what you bought cannot be opened any more. Memberships that renew end: nothing more is charged, and nothing goes back. What you wrote stays, under “deleted member”; records of payments stay too, without your name."
                    )}</p>
                    <form class="form" method="post" action="/account/delete">
                        <Field label=t!(locale, "你的密码", "Your password") name="password" kind="password" autocomplete="current-password" required=true error=errors.of("password", locale)/>
                        <div class="field-check">
                            <input type="checkbox" id="understood" name="understood" value="on" required=true/>
                            <label for="understood">{t!(locale, "我明白账号注销后无法恢复。", "I understand that a deleted account cannot be brought back.")}</label>
                        </div>
                        {errors.of("understood", locale).map(|text| view! { <p class="field-error">{text}</p> })}
                        <Submit label=t!(locale, "永久注销账号", "Delete my account for good") quiet=true/>
                    </form>
                </section>
            </AccountFrame>
        }
    })
}
