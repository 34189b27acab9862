//! Whether readers can tip authors: a switch below the ways to pay.

use crate::foundation::error::Result;
use crate::foundation::locale::Locale;
use crate::payments::service::tips;
use crate::payments::tax::rate_name;
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Submit, Switch};
use crate::{t, tf};
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

/// `creators`: what creators get of what is sold, in hundredths of a percent.
#[component]
pub fn Tips(tips: bool, creators: i64, locale: Locale) -> impl IntoView {
    let rate = rate_name(creators);
    let share = tf!(
        locale,
        "打赏在扣除税和支付手续费之后，{rate} 归作者，与单篇销售相同。",
        "The author gets {rate} of what is left of a tip after tax and the provider's fee, the same as of an article that is sold."
    );
    view! {
        <h2>{t!(locale, "打赏", "Tips")}</h2>
        <form class="form" method="post" action="/admin/tips">
            <Switch label=t!(locale, "读者可以在文章末尾打赏作者", "Readers can tip the author below an article") name="tips" checked=tips/>
            <p>{share} " " <a href="/admin/creators">{t!(locale, "更改比例", "Change the share")}</a></p>
            <Submit label=t!(locale, "保存", "Save") quiet=true/>
        </form>
    }
}
