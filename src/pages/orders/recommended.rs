//! Who gets a reward for an order, said to its buyer before they pay, with a way to take it out.

use super::{Trouble, draw};
use crate::foundation::error::{AppError, Result};
use crate::foundation::locale::Locale;
use crate::payments::affiliates::recommending;
use crate::payments::service;
use crate::server::http::{Ask, see_other};
use crate::{t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;

#[component]
pub fn Recommended(name: String, path: String, locale: Locale) -> impl IntoView {
    let text = tf!(
        locale,
        "{name}向你推荐了本站：你付款后，{name}会得到一份奖励，你付的价格不变。",
        "{name} recommended this place to you and gets a reward when you pay. Your price is the same."
    );
    view! {
        <form class="recommended" method="post" action=format!("{path}/recommendation")>
            <p>{text} " " <button class="linklike" type="submit">{t!(locale, "去掉推荐", "Take this out")}</button></p>
        </form>
    }
}

pub async fn take_out(ask: Ask, Path(reference): Path<String>) -> Result<Response> {
    match recommending::take_out(&ask.ctx, &ask.viewer, &reference).await {
        Ok(()) => Ok(see_other(&format!("/orders/{reference}?done=not-recommended"))),
        Err(error @ AppError::Conflict(_)) => {
            let order = service::order(&ask.ctx, &ask.viewer, &reference).await?;
            let trouble = Trouble { status: error.status(), text: error.message(ask.locale) };
            draw(&ask, order, Some(trouble)).await
        }
        Err(error) => Err(error),
    }
}
