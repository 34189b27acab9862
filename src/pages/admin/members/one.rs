//! `/admin/members/{id}`: one member as those who run the site see them, with labels and a note.

use super::super::menu;
use super::{HERE, held, role_name, state};
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::foundation::id::MemberId;
use crate::members::labels;
use crate::pages::Page;
use crate::pages::admin::number;
use crate::segments::service;
use crate::server::http::{Ask, Form, see_other};
use crate::t;
use crate::ui::{Badge, Banner, Breadcrumb, Errors, Field, LinkButton, Submit, TextArea, Tone, fact};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct MemberForm {
    labels: String,
    note: String,
}

pub async fn show(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    draw(&ask, number(&ask, &id)?, None, Errors::none()).await
}

pub async fn submit(ask: Ask, Path(id): Path<String>, Form(form): Form<MemberForm>) -> Result<Response> {
    let id: MemberId = number(&ask, &id)?;
    match labels::set(&ask.ctx, &ask.viewer, id, &form.labels, &form.note).await {
        Ok(()) => Ok(see_other(&format!("{HERE}/{id}?done=saved"))),
        Err(error) => draw(&ask, id, Some(form), Errors::from_error(error)?).await,
    }
}

async fn draw(ask: &Ask, id: MemberId, form: Option<MemberForm>, errors: Errors) -> Result<Response> {
    let listed = service::one(&ask.ctx, &ask.viewer, id).await?;
    let locale = ask.locale;
    let title = listed.member.name.clone();
    Ok(Page::new(title.clone()).private().status_of(&errors).draw(ask, || {
        let above = vec![(HERE.to_owned(), t!(locale, "会员", "Members").to_owned())];
        let form = form.unwrap_or_else(|| MemberForm { labels: listed.labels.join(", "), note: listed.note.clone() });
        let member = &listed.member;
        let state = state(member, listed.silent, locale).map(|(tone, text)| view! { " " <Badge tone text/> });
        let tiers = held(&listed.tiers, ask);
        let last = listed.last_day.as_ref().and_then(|day| day.parse().ok()).map(|day| format::civil_date(day, locale));
        let facts = [
            (t!(locale, "用户名", "Handle"), format!("@{}", member.handle)),
            (t!(locale, "邮箱", "E-mail"), member.email.clone().unwrap_or_default()),
            (t!(locale, "角色", "Role"), role_name(member.role, locale).to_owned()),
            (t!(locale, "加入日期", "Joined"), format::date(member.created_at, &ask.site.time_zone, locale)),
            (t!(locale, "最近来过", "Here last"), last.unwrap_or_default()),
            (t!(locale, "会员等级", "Tier"), tiers),
        ];
        let facts = facts.into_iter().filter(|(_, value)| !value.is_empty());
        let facts = facts.map(|(name, value)| fact(name, value)).collect_view();
        let hint = t!(locale, "用逗号分开。只有管理员能看到，会员下载自己的数据时也会包含。", "With commas between. Only admins see them, and the member in the data they take away.");
        view! {
            {menu(ask)}
            <section class="admin-members">
                <Breadcrumb locale above/>
                <h1>{title}{state}</h1>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                <dl class="facts">{facts}</dl>
                <p class="actions"><LinkButton href=format!("/u/{}", member.handle) label=t!(locale, "公开的个人页", "Public profile") quiet=true/></p>
                <form class="form" method="post" action=format!("{HERE}/{id}")>
                    <Field label=t!(locale, "标签", "Labels") name="labels" value=form.labels hint=Some(hint.to_owned()) error=errors.of("labels", locale)/>
                    <TextArea label=t!(locale, "备注", "Note") name="note" value=form.note rows=4 error=errors.of("note", locale)/>
                    <Submit label=t!(locale, "保存", "Save")/>
                </form>
            </section>
        }
    }))
}
