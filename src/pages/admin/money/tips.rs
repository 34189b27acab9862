//! Whether readers can tip authors: a switch below the ways to pay.

use crate::foundation::error::Result;
use crate::foundation::locale::Locale;
use crate::payments::service::tips;
use crate::server::http::{Ask, Form, see_other};
use crate::t;
use crate::ui::{Submit, Switch};
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TipsForm {
    /// `on` or nothing.
    tips: String,
}

pub async fn save(ask: Ask, Form(form): Form<TipsForm>) -> Result<Response> {
    tips::save(&ask.ctx, &ask.viewer, form.tips == "on").await?;
    Ok(see_other("/admin/payments?done=saved"))
}

#[component]
pub fn Tips(tips: bool, locale: Locale) -> impl IntoView {
    view! {
        <h2>{t!(locale, "打赏", "Tips")}</h2>
        <form class="form" method="post" action="/admin/tips">
            <Switch label=t!(locale, "读者可以在文章末尾打赏作者", "Readers can tip the author below an article") name="tips" checked=tips/>
            <Submit label=t!(locale, "保存", "Save") quiet=true/>
        </form>
    }
}
