//! Before a renewing membership is cancelled: an offer, once, and the way out beside it, equally plain.

use super::{HERE, refused};
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::id::OfferId;
use crate::membership::wording;
use crate::pages::Page;
use crate::pages::account::frame::AccountFrame;
use crate::payments::offers::stay;
use crate::server::http::{Ask, Form, see_other};
use crate::ui::Submit;
use crate::{t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

pub async fn show(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    ask.viewer.require_member()?;
    let id: i64 = id.parse().map_err(|_| AppError::NotFound)?;
    let offer: OfferId = ask.query("offer").and_then(|text| text.parse().ok()).ok_or(AppError::NotFound)?;
    let stay = stay::shown(&ask.ctx, &ask.viewer, id, offer).await?;
    let (locale, zone) = (ask.locale, &ask.site.time_zone);
    let title = t!(locale, "取消续费", "Cancel renewal");
    let (cut, list, per) = (stay.cut.amount.format(locale), stay.list.format(locale), wording::per(stay.agreement.every, locale));
    let (from, until) = (format::date(stay.from, zone, locale), format::date(stay.until, zone, locale));
    let what = tf!(
        locale,
        "继续续费：下一次扣款在 {from}，只需 {cut}；从 {until}起恢复为 {list} {per}。随时可以取消。",
        "If you stay: the next charge, on {from}, is {cut}; from {until} on it is {list} {per} again. Cancel at any time."
    );
    let leave = tf!(
        locale,
        "取消续费：不再扣款；{from}之前仍可使用，也可以随时恢复续费。",
        "If you cancel: no further charge. It stays open until {from}; before then you can resume renewal."
    );
    Ok(Page::new(title).private().draw(&ask, || {
        view! {
            <AccountFrame ask=ask.clone() current=HERE title>
                <p>{what}</p>
                <form class="plan-change" method="post" action=format!("{HERE}/agreements/{id}/stay")>
                    <input type="hidden" name="offer" value=offer.to_string()/>
                    <Submit label=t!(locale, "继续续费并使用优惠", "Stay with the offer") quiet=true/>
                </form>
                <p>{leave}</p>
                <form class="plan-change" method="post" action=format!("{HERE}/agreements/{id}")>
                    <input type="hidden" name="sure" value="on"/>
                    <Submit label=t!(locale, "取消续费", "Cancel renewal") quiet=true name="change" value="cancel"/>
                </form>
                <p><a href=HERE>{t!(locale, "返回", "Back")}</a></p>
            </AccountFrame>
        }
    }))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct StayForm {
    offer: String,
}

pub async fn stay(ask: Ask, Path(id): Path<String>, Form(form): Form<StayForm>) -> Result<Response> {
    let id: i64 = id.parse().map_err(|_| AppError::NotFound)?;
    let offer: OfferId = form.offer.parse().map_err(|_| AppError::NotFound)?;
    match stay::accept(&ask.ctx, &ask.viewer, id, offer).await {
        Ok(()) => Ok(see_other(&format!("{HERE}?done=stayed"))),
        Err(error) => refused(&ask, error).await,
    }
}
