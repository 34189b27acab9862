//! A tier given away: to whom, until when, why; and taken back.

use super::{draw_edit, parse};
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::foundation::time::Timestamp;
use crate::membership::grants::{self, GrantRow, NewGrant};
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Badge, Banner, Column, DataTable, Errors, Field, Nothing, Submit, Tone};
use crate::{t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct GrantForm {
    member: String,
    until: String,
    reason: String,
}

pub async fn give(ask: Ask, Path(id): Path<String>, Form(form): Form<GrantForm>) -> Result<Response> {
    ask.viewer.require_admin()?;
    let id = parse(&id)?;
    let new = NewGrant { member: form.member.clone(), until: form.until.clone(), reason: form.reason.clone() };
    match grants::give(&ask.ctx, &ask.viewer, id, &new).await {
        Ok(()) => Ok(see_other(&format!("/admin/tiers/{id}?done=granted#grants"))),
        Err(error) => draw_edit(&ask, id, None, Errors::none(), form, Errors::from_error(error)?).await,
    }
}

pub async fn revoke(ask: Ask, Path(id): Path<i64>) -> Result<Response> {
    let tier = grants::revoke(&ask.ctx, &ask.viewer, id).await?;
    Ok(see_other(&format!("/admin/tiers/{tier}?done=revoked#grants")))
}

#[component]
pub fn GrantFields(action: String, form: GrantForm, errors: Errors, locale: Locale) -> impl IntoView {
    let until = t!(locale, "有效期的最后一天；留空即永久有效。", "The last day; leave empty to give it for good.").to_owned();
    let reason = t!(locale, "只有管理员能看到。", "For admins only.").to_owned();
    view! {
        <p>{t!(locale, "赠送不用付款，也不受人数上限限制。", "A gift needs no payment, and can be given even when all seats are taken.")}</p>
        {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
        <form class="form form-columns" method="post" action=action>
            <Field label=t!(locale, "会员用户名", "Member's handle") name="member" value=form.member error=errors.of("member", locale)/>
            <Field label=t!(locale, "有效期至", "Until") name="until" kind="date" value=form.until hint=Some(until) error=errors.of("until", locale)/>
            <Field label=t!(locale, "原因", "Reason") name="reason" maxlength=200 value=form.reason hint=Some(reason) error=errors.of("reason", locale)/>
            <Submit label=t!(locale, "赠送", "Give") quiet=true/>
        </form>
    }
}

pub fn table(ask: &Ask, given: Vec<GrantRow>) -> Option<AnyView> {
    let locale = ask.locale;
    let date = |at: i64| format::date(Timestamp(at), &ask.site.time_zone, locale);
    let row = |grant: GrantRow| {
        let last_day = |at: i64| format::last_day(Timestamp(at), &ask.site.time_zone, locale);
        let until = match (grant.until_at, grant.revoked_at) {
            (Some(at), _) => last_day(at).into_any(),
            (None, None) => t!(locale, "永久", "For good").into_any(),
            // What was given for good is not there any more.
            (None, Some(_)) => view! { <Nothing/> }.into_any(),
        };
        let state = match grant.revoked_at {
            Some(at) => {
                let at = date(at);
                view! { <Badge text=tf!(locale, "{at}收回", "Taken back on {at}")/> }.into_any()
            }
            None => view! {
                <form method="post" action=format!("/admin/grants/{}/revoke", grant.id)>
                    <Submit label=t!(locale, "收回", "Take back") quiet=true/>
                </form>
            }
            .into_any(),
        };
        let handle = view! { <a href=format!("/u/{}", grant.handle)>{format!("@{}", grant.handle)}</a> };
        vec![handle.into_any(), date(grant.given_at).into_any(), until, grant.reason.into_any(), state]
    };
    let columns = vec![
        Column::text(t!(locale, "会员", "Member")),
        Column::text(t!(locale, "赠送日期", "Given on")),
        Column::text(t!(locale, "有效期至", "Until")),
        Column::text(t!(locale, "原因", "Reason")),
        Column::text(t!(locale, "操作", "Actions")),
    ];
    let rows: Vec<_> = given.into_iter().map(row).collect();
    (!rows.is_empty()).then(|| view! { <DataTable label=t!(locale, "赠送", "Given away") columns rows/> }.into_any())
}
