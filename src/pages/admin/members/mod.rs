//! `/admin/members`: everybody, found by the beginning of a handle, name or e-mail, and what each may do.

use super::menu;
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::id::MemberId;
use crate::foundation::locale::Locale;
use crate::foundation::viewer::Role;
use crate::members::model::MemberSeen;
use crate::members::service;
use crate::pages::shell::Page;
use crate::server::http::{Ask, Form, query_value, see_other};
use crate::ui::{Badge, Banner, Column, DataTable, EmptyState, Errors, NextPage, Nothing, Tabs, Tone};
use crate::{t, words};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

const PAGE: i64 = 50;

pub async fn show(ask: Ask) -> Result<Response> {
    draw(&ask, Errors::none()).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RoleForm {
    role: String,
    search: String,
    after: String,
}

pub async fn submit_role(ask: Ask, Path(id): Path<i64>, Form(form): Form<RoleForm>) -> Result<Response> {
    let done = match Role::parse(&form.role) {
        Some(role) => service::change_role(&ask.ctx, &ask.viewer, MemberId(id), role).await,
        None => Err(AppError::field("role", words!("没有这个角色。", "There is no such role."))),
    };
    match done {
        Ok(()) => Ok(see_other(&format!("{}&done=saved", here(&form.search, form.after.parse().unwrap_or_default())))),
        Err(error) => draw(&ask, Errors::from_error(error)?).await,
    }
}

fn here(search: &str, after: i64) -> String {
    format!("/admin/members?search={}&after={after}", query_value(search))
}

/// Everybody, and those who are brought along.
pub fn tabs(ask: &Ask) -> impl IntoView + use<> {
    let locale = ask.locale;
    let importing = ask.path().starts_with("/admin/members/import");
    let tabs = vec![
        ("/admin/members".to_owned(), t!(locale, "全部会员", "Everybody").to_owned(), !importing),
        ("/admin/members/import".to_owned(), t!(locale, "导入", "Bring along").to_owned(), importing),
    ];
    view! { <Tabs label=t!(locale, "会员", "Members") tabs/> }
}

pub fn role_name(role: Role, locale: Locale) -> &'static str {
    match role {
        Role::Member => t!(locale, "会员", "Member"),
        Role::Author => t!(locale, "创作者", "Creator"),
        Role::Moderator => t!(locale, "版主", "Moderator"),
        Role::Admin => t!(locale, "管理员", "Admin"),
        Role::Owner => t!(locale, "站长", "Owner"),
    }
}

async fn draw(ask: &Ask, errors: Errors) -> Result<Response> {
    let search = ask.query("search").unwrap_or_default();
    let after = ask.query("after").and_then(|text| text.parse().ok()).unwrap_or_default();
    let mut members = service::members_after(&ask.ctx, &ask.viewer, &search, MemberId(after), PAGE + 1).await?;
    let more = members.len() as i64 > PAGE;
    members.truncate(PAGE as usize);
    let next = members.last().filter(|_| more).map(|last| here(&search, last.id.0));
    let locale = ask.locale;
    let title = t!(locale, "会员", "Members");
    Ok(Page::new(title).private().status_of(&errors).draw(ask, || {
        let none = members.is_empty();
        let wrong = errors.of("role", locale).or_else(|| errors.summary(locale));
        let list = if none {
            view! { <EmptyState text=t!(locale, "没有找到会员，换个关键词试试。", "No members found; try another search.")/> }.into_any()
        } else {
            let columns = vec![
                Column::text(t!(locale, "会员", "Member")),
                Column::text(t!(locale, "邮箱", "E-mail")),
                Column::text(t!(locale, "加入日期", "Joined")),
                Column::text(t!(locale, "状态", "Status")),
                Column::text(t!(locale, "角色", "Role")),
            ];
            let rows = members.into_iter().map(|member| row(ask, member, &search, after)).collect();
            view! { <DataTable label=title columns rows/> }.into_any()
        };
        view! {
            {menu(ask)}
            <section class="admin-members">
                <h1>{title}</h1>
                {tabs(ask)}
                {wrong.map(|text| view! { <Banner tone=Tone::Bad text/> })}
                <form class="form form-inline" method="get" action="/admin/members" role="search">
                    <label for="search">{t!(locale, "用户名、名称或邮箱的开头", "Handle, name or e-mail begins with")}</label>
                    <input class="input" id="search" type="search" name="search" value=search.clone()/>
                    <button class="button button-quiet" type="submit">{t!(locale, "搜索", "Search")}</button>
                </form>
                {list}
                <NextPage locale href=next timeless=true/>
            </section>
        }
    }))
}

fn row(ask: &Ask, member: MemberSeen, search: &str, after: i64) -> Vec<AnyView> {
    let locale = ask.locale;
    let state = if member.deleted {
        Some((Tone::Warn, t!(locale, "已注销", "Deleted")))
    } else if !member.claimed {
        Some((Tone::Plain, t!(locale, "未认领", "Unclaimed")))
    } else {
        None
    };
    let name = if member.deleted {
        view! { <span>{t!(locale, "已注销会员", "deleted member")}</span> }.into_any()
    } else {
        view! { <a href=format!("/u/{}", member.handle)>{member.name.clone()}</a> " " <span class="handle">{format!("@{}", member.handle)}</span> }.into_any()
    };
    let role = if member.deleted {
        view! { <Nothing/> }.into_any()
    } else {
        view! { <ChooseRole locale member=member.clone() search=search.to_owned() after/> }.into_any()
    };
    let email = member.email.map_or_else(|| view! { <Nothing/> }.into_any(), |email| email.into_any());
    let joined =
        view! { <time datetime=format::machine(member.created_at)>{format::date(member.created_at, &ask.site.time_zone, locale)}</time> };
    let state = state.map(|(tone, text)| view! { <Badge tone text/> });
    vec![name, email, joined.into_any(), state.into_any(), role]
}

#[component]
fn ChooseRole(locale: Locale, member: MemberSeen, search: String, after: i64) -> impl IntoView {
    let label = format!("{} @{}", t!(locale, "角色", "Role of"), member.handle);
    let options = Role::ALL
        .into_iter()
        .map(|role| {
            let selected = role == member.role;
            view! { <option value=role.as_str() selected=selected inner_html=role_name(role, locale)></option> }
        })
        .collect_view();
    view! {
        <form class="form-inline" method="post" action=format!("/admin/members/{}/role", member.id)>
            <input type="hidden" name="search" value=search/>
            <input type="hidden" name="after" value=after.to_string()/>
            <select class="input" name="role" aria-label=label>{options}</select>
            <button class="button button-small button-quiet" type="submit">{t!(locale, "更改", "Change")}</button>
        </form>
    }
}
