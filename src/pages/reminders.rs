//! What a member is reminded of at the top of their pages: a membership that ends soon, with one press to renew it and one
//! to put the reminder away.

use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::membership::wording;
use crate::payments::notices;
use crate::payments::service::renewals::{Reminder, Renewal, reminders};
use crate::payments::wording::price_said;
use crate::server::http::{Ask, Form, local_path, see_other};
use crate::ui::{LinkButton, Submit};
use crate::{t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

/// What is to be said to the viewer. Should it not be known just now, the page is drawn without it.
pub async fn load(ask: &Ask) -> Vec<Reminder> {
    reminders(&ask.ctx, &ask.viewer).await.unwrap_or_else(|error| {
        tracing::error!(%error, "reminders could not be read");
        Vec::new()
    })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AwayForm {
    to: String,
}

pub async fn put_away(ask: Ask, Path(id): Path<String>, Form(form): Form<AwayForm>) -> Result<Response> {
    let id: i64 = id.parse().map_err(|_| AppError::NotFound)?;
    notices::put_away(&ask.ctx, &ask.viewer, id).await?;
    Ok(see_other(local_path(&form.to).unwrap_or("/account/membership")))
}

#[component]
pub fn Reminders(ask: Ask, reminders: Vec<Reminder>) -> impl IntoView {
    let locale = ask.locale;
    let shown = reminders
        .into_iter()
        .map(|reminder| {
            let ending = &reminder.ending;
            let (name, date) = (ending.tier_name.clone(), format::until(ending.ends_at, &ask.site.time_zone, locale));
            let text = tf!(locale, "你的“{name}”会员于 {date} 到期。", "Your membership “{name}” ends on {date}.");
            let renew = match reminder.renewal {
                Some(renewal) => view! { <Renew ask=ask.clone() tier=ending.tier.to_string() renewal loud=true/> }.into_any(),
                None => view! { <LinkButton href="/membership" label=t!(locale, "查看会员等级", "See the tiers")/> }.into_any(),
            };
            view! {
                <section class="reminder" aria-label=t!(locale, "提醒", "Reminder")>
                    <p>{text}</p>
                    <div class="reminder-ways">
                        {renew}
                        <form method="post" action=format!("/notices/{}/away", ending.id)>
                            <input type="hidden" name="to" value=ask.path().to_owned()/>
                            <button class="linklike" type="submit">{t!(locale, "不再提醒", "Put away")}</button>
                        </form>
                    </div>
                </section>
            }
        })
        .collect_view();
    view! { {shown} }
}

/// Another term like the last one, paid the same way: one press, and the provider's page opens.
#[component]
pub fn Renew(ask: Ask, #[prop(into)] tier: String, renewal: Renewal, loud: bool) -> impl IntoView {
    let locale = ask.locale;
    let (term, price) = (wording::term(renewal.cadence, locale), price_said(renewal.price, renewal.is_net, locale));
    view! {
        <form method="post" action="/checkout">
            <input type="hidden" name="kind" value="tier"/>
            <input type="hidden" name="tier" value=tier/>
            <input type="hidden" name="cadence" value=renewal.cadence.to_string()/>
            <input type="hidden" name="currency" value=renewal.price.currency.code()/>
            <input type="hidden" name="provider" value=renewal.provider.as_str()/>
            <input type="hidden" name="to" value=ask.path().to_owned()/>
            <Submit label=tf!(locale, "续费（{term}）：{price}", "Renew for {term}: {price}") quiet={!loud}/>
        </form>
    }
}
