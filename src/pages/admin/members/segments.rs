//! `/admin/members/segments`: the filters that are kept under a name, and what was done for many at once.

use super::super::menu;
use super::super::money::{page_of, person, when};
use super::{HERE, tabs};
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::foundation::time::Timestamp;
use crate::pages::Page;
use crate::pages::admin::number;
use crate::segments::model::Filter;
use crate::segments::service::{self, DeedRow, SegmentRow};
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Banner, Column, DataTable, EmptyState, Errors, Field, NextPage, Submit, Tone};
use crate::{t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

const PAGE: i64 = 50;

/// Where a filter leads; to nobody when it is empty.
pub fn leads_to(filter: &str) -> String {
    if filter.is_empty() { HERE.to_owned() } else { format!("{HERE}?{filter}") }
}

/// Ways to the lists that are kept.
pub fn ways(kept: &[SegmentRow], locale: Locale) -> AnyView {
    let ways = kept.iter().map(|segment| view! { <li><a href=leads_to(&segment.filter)>{segment.name.clone()}</a></li> });
    view! { <nav class="period-choices" aria-label=t!(locale, "分组", "Segments")><ul>{ways.collect_view()}</ul></nav> }.into_any()
}

pub async fn show(ask: Ask) -> Result<Response> {
    draw(&ask, SegmentForm::default(), Errors::none()).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SegmentForm {
    name: String,
    filter: String,
}

pub async fn save(ask: Ask, Form(form): Form<SegmentForm>) -> Result<Response> {
    ask.viewer.require_admin()?;
    let filter = Filter::written(&form.filter)?;
    match service::save(&ask.ctx, &ask.viewer, &form.name, &filter).await {
        Ok(()) => Ok(see_other(&format!("{HERE}/segments?done=saved"))),
        Err(error) => draw(&ask, form, Errors::from_error(error)?).await,
    }
}

pub async fn forget(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    service::forget(&ask.ctx, &ask.viewer, number(&ask, &id)?).await?;
    Ok(see_other(&format!("{HERE}/segments?done=deleted")))
}

async fn draw(ask: &Ask, form: SegmentForm, errors: Errors) -> Result<Response> {
    let kept = service::segments(&ask.ctx, &ask.viewer).await?;
    let before = ask.query("after").and_then(|text| text.parse().ok());
    let (deeds, more) = page_of(service::deeds(&ask.ctx, &ask.viewer, before, PAGE + 1).await?, PAGE);
    let locale = ask.locale;
    let title = t!(locale, "分组", "Segments");
    Ok(Page::new(title).private().status_of(&errors).draw(ask, || {
        let next = deeds.last().filter(|_| more).map(|last| format!("{HERE}/segments?after={}", last.id));
        let again = (!errors.is_empty()).then(|| save_form(&form.filter, form.name.clone(), &errors, locale));
        view! {
            {menu(ask)}
            <section class="admin-members">
                <h1>{title}</h1>
                {tabs(ask)}
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {again}
                <p>{t!(
                    locale,
                    "分组就是起了名字的筛选条件，打开时按当时的情况计算。在会员列表里筛选后保存。",
                    "A segment is a filter with a name; who is in it is found when it is opened. Filter the list of members, then keep it."
                )}</p>
                {segment_table(kept, locale)}
                <h2>{t!(locale, "批量操作记录", "What was done for many at once")}</h2>
                {deed_table(ask, deeds)}
                <NextPage locale href=next/>
            </section>
        }
    }))
}

/// Keeps a filter under a name.
pub fn save_form(filter: &str, name: String, errors: &Errors, locale: Locale) -> AnyView {
    let hint = t!(locale, "同名的分组会被替换。", "One of the same name is replaced.").to_owned();
    view! {
        <form class="form" method="post" action=format!("{HERE}/segments")>
            <input type="hidden" name="filter" value=filter.to_owned()/>
            <Field label=t!(locale, "分组名称", "Name of the segment") name="name" value=name required=true hint=Some(hint) error=errors.of("name", locale)/>
            <Submit label=t!(locale, "保存为分组", "Keep it") quiet=true/>
        </form>
    }
    .into_any()
}

fn segment_table(kept: Vec<SegmentRow>, locale: Locale) -> AnyView {
    if kept.is_empty() {
        return view! { <EmptyState text=t!(locale, "还没有分组。", "There are no segments yet.")/> }.into_any();
    }
    let columns = vec![Column::text(t!(locale, "分组", "Segment")), Column::text(t!(locale, "操作", "Actions"))];
    let row = |segment: SegmentRow| {
        let forget = view! {
            <form method="post" action=format!("{HERE}/segments/{}/forget", segment.id)>
                <Submit label=t!(locale, "删除", "Delete") quiet=true/>
            </form>
        };
        vec![view! { <a href=leads_to(&segment.filter)>{segment.name}</a> }.into_any(), forget.into_any()]
    };
    let rows = kept.into_iter().map(row).collect();
    view! { <DataTable label=t!(locale, "分组", "Segments") columns rows/> }.into_any()
}

/// What was done, in words.
fn words(deed: &DeedRow, ask: &Ask) -> String {
    let (locale, what) = (ask.locale, &deed.what);
    match (deed.deed.as_str(), deed.until_at) {
        ("label", _) => tf!(locale, "加标签“{what}”", "Label “{what}” put on"),
        ("unlabel", _) => tf!(locale, "去掉标签“{what}”", "Label “{what}” taken off"),
        ("revoke", _) => tf!(locale, "收回赠送的“{what}”", "What was given of “{what}” taken back"),
        (_, Some(until)) => {
            let day = format::last_day(Timestamp(until), &ask.site.time_zone, locale);
            tf!(locale, "赠送“{what}”到 {day}", "“{what}” given until {day}")
        }
        _ => tf!(locale, "赠送“{what}”，永久", "“{what}” given for good"),
    }
}

fn deed_table(ask: &Ask, deeds: Vec<DeedRow>) -> AnyView {
    let locale = ask.locale;
    if deeds.is_empty() {
        return view! { <EmptyState text=t!(locale, "还没有批量操作。", "Nothing was done yet.")/> }.into_any();
    }
    let columns = vec![
        Column::text(t!(locale, "操作", "What")),
        Column::number(t!(locale, "人数", "Members")),
        Column::text(t!(locale, "原因", "Reason")),
        Column::text(t!(locale, "操作人", "By")),
        Column::text(t!(locale, "时间", "When")),
    ];
    let row = |deed: DeedRow| {
        let (what, n) = (words(&deed, ask), format::number(deed.members));
        let href = leads_to(&deed.filter);
        let unfinished = deed.ended_at.is_none().then(|| match deed.waiting {
            // It was interrupted when nobody noted for whom it was.
            0 => t!(locale, "（未完成）", " (not finished)").to_owned(),
            n => {
                let n = format::number(n);
                tf!(locale, "（还剩 {n} 位未处理）", " ({n} to go)")
            }
        });
        vec![
            view! { <a href=href>{what}</a> }.into_any(),
            view! { {n} {unfinished} }.into_any(),
            deed.reason.into_any(),
            person(&deed.handle),
            when(Timestamp(deed.made_at), ask),
        ]
    };
    let rows = deeds.into_iter().map(row).collect();
    view! { <DataTable label=t!(locale, "批量操作记录", "What was done for many at once") columns rows/> }.into_any()
}
