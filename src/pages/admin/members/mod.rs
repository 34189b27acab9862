//! `/admin/members`: everybody, or those of one kind, and what each may do; under it one member, what is done for many at
//! once, and the kinds that are kept under a name.

mod bulk;
mod filter;
mod letters;
mod one;
mod segments;

use super::menu;
use super::money::page_of;
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::id::MemberId;
use crate::foundation::locale::Locale;
use crate::foundation::viewer::Role;
use crate::members::labels::{self, LabelRow};
use crate::members::model::MemberSeen;
use crate::members::service;
use crate::membership;
use crate::membership::model::Tier;
use crate::pages::shell::Page;
use crate::segments::model::Filter;
use crate::segments::service::{Held, Listed, SegmentRow, count, list as members_of, segments as kept};
use crate::server::http::{Ask, Form, Routes, query_value, see_other};
use crate::ui::{Badge, Banner, Column, DataTable, EmptyState, Errors, NextPage, Nothing, Tabs, Tone};
use crate::{t, tf, words};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

const PAGE: i64 = 50;
const HERE: &str = "/admin/members";

pub fn routes() -> Routes {
    Routes::new()
        .get("/admin/members", show)
        .get("/admin/members.csv", bulk::csv)
        .get("/admin/members/bulk", bulk::show)
        .post("/admin/members/bulk", bulk::act)
        .get("/admin/members/letters", letters::list)
        .get("/admin/members/letters/new", letters::compose)
        .post("/admin/members/letters/new", letters::draft)
        .get("/admin/members/letters/{id}", letters::show)
        .get("/admin/members/letters/{id}/html", letters::html)
        .get("/admin/members/letters/{id}/edit", letters::edit)
        .post("/admin/members/letters/{id}/edit", letters::change)
        .post("/admin/members/letters/{id}/copy", letters::copy)
        .post("/admin/members/letters/{id}/send", letters::send)
        .post("/admin/members/letters/{id}/forget", letters::forget)
        .get("/admin/members/segments", segments::show)
        .post("/admin/members/segments", segments::save)
        .post("/admin/members/segments/{id}/forget", segments::forget)
        .get("/admin/members/{id}", one::show)
        .post("/admin/members/{id}", one::submit)
        .post("/admin/members/{id}/role", submit_role)
}

async fn show(ask: Ask) -> Result<Response> {
    draw(&ask, Errors::none()).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RoleForm {
    role: String,
    /// The list it stands in, and where.
    filter: String,
    after: String,
}

async fn submit_role(ask: Ask, Path(id): Path<i64>, Form(form): Form<RoleForm>) -> Result<Response> {
    let done = match Role::parse(&form.role) {
        Some(role) => service::change_role(&ask.ctx, &ask.viewer, MemberId(id), role).await,
        None => Err(AppError::field("role", words!("没有这个角色。", "There is no such role."))),
    };
    let filter = Filter::of_query(&form.filter).unwrap_or_default();
    match done {
        Ok(()) => Ok(see_other(&format!("{}&done=saved", here(&filter, form.after.parse().unwrap_or_default())))),
        Err(error) => draw(&ask, Errors::from_error(error)?).await,
    }
}

fn here(filter: &Filter, after: i64) -> String {
    match filter.query() {
        query if query.is_empty() => format!("{HERE}?after={after}"),
        query => format!("{HERE}?{query}&after={after}"),
    }
}

/// Everybody; the kinds that are kept; those who are brought along.
pub fn tabs(ask: &Ask) -> impl IntoView + use<> {
    let locale = ask.locale;
    let at = |path: &str| ask.path().starts_with(path);
    let [importing, kept, letters] = ["import", "segments", "letters"].map(|under| at(&format!("{HERE}/{under}")));
    let tabs = vec![
        (HERE.to_owned(), t!(locale, "会员列表", "List").to_owned(), !(importing || kept || letters)),
        (format!("{HERE}/segments"), t!(locale, "分组和批量操作记录", "Segments and what was done").to_owned(), kept),
        (format!("{HERE}/letters"), t!(locale, "群发邮件", "Letters to many").to_owned(), letters),
        (format!("{HERE}/import"), t!(locale, "导入", "Bring along").to_owned(), importing),
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

/// What there is to choose from in a filter.
struct Choices {
    tiers: Vec<Tier>,
    labels: Vec<LabelRow>,
    kept: Vec<SegmentRow>,
}

async fn choices(ask: &Ask) -> Result<Choices> {
    Ok(Choices {
        tiers: membership::service::all_tiers(&ask.ctx, &ask.viewer).await?,
        labels: labels::all(&ask.ctx, &ask.viewer).await?,
        kept: kept(&ask.ctx, &ask.viewer).await?,
    })
}

async fn draw(ask: &Ask, errors: Errors) -> Result<Response> {
    let choices = choices(ask).await?;
    let after = ask.query("after").and_then(|text| text.parse().ok()).unwrap_or_default();
    // With a condition that cannot be read, nobody is meant rather than everybody.
    let (filter, wrong) = match Filter::parse(|name| ask.query(name)) {
        Ok(filter) => (Some(filter), errors),
        Err(unread) => (None, Errors::from_error(unread.into_error())?),
    };
    let (members, more, total) = match &filter {
        Some(filter) => {
            let found = members_of(&ask.ctx, &ask.viewer, filter, MemberId(after), PAGE + 1).await?;
            let (members, more) = page_of(found, PAGE);
            (members, more, count(&ask.ctx, &ask.viewer, filter).await?)
        }
        None => (Vec::new(), false, 0),
    };
    let locale = ask.locale;
    let title = t!(locale, "会员", "Members");
    Ok(Page::new(title).private().status_of(&wrong).draw(ask, || {
        let said = wrong.of("role", locale).or_else(|| wrong.summary(locale));
        let meant = filter.clone().unwrap_or_default();
        let next = members.last().filter(|_| more).map(|last| here(&meant, last.member.id.0));
        let list = if members.is_empty() {
            view! { <EmptyState text=t!(locale, "没有找到会员，换个条件试试。", "No members found; try other conditions.")/> }.into_any()
        } else {
            table(ask, members, &meant, after)
        };
        let n = format::number(total);
        let found = filter.is_some().then(|| view! { <p class="members-found">{tf!(locale, "共 {n} 位", "{n} in all")}</p> });
        let many = filter.filter(|_| total > 0).map(|filter| bulk::ways(&filter, &choices, locale));
        view! {
            {menu(ask)}
            <section class="admin-members">
                <h1>{title}</h1>
                {tabs(ask)}
                {said.map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {filter::form(ask, &choices, &wrong)}
                {found}
                {list}
                <NextPage locale href=next timeless=true/>
                {many}
            </section>
        }
    }))
}

fn table(ask: &Ask, members: Vec<Listed>, filter: &Filter, after: i64) -> AnyView {
    let locale = ask.locale;
    let columns = vec![
        Column::text(t!(locale, "会员", "Member")),
        Column::text(t!(locale, "邮箱", "E-mail")),
        Column::text(t!(locale, "加入日期", "Joined")),
        Column::text(t!(locale, "会员等级", "Tier")),
        Column::text(t!(locale, "标签", "Labels")),
        Column::text(t!(locale, "状态", "Status")),
        Column::text(t!(locale, "角色", "Role")),
    ];
    let rows = members.into_iter().map(|member| row(ask, member, filter, after)).collect();
    view! { <DataTable label=t!(locale, "会员", "Members") columns rows/> }.into_any()
}

/// The word for how an account stands, where it is not as usual.
fn state(member: &MemberSeen, silent: bool, locale: Locale) -> Option<(Tone, &'static str)> {
    if member.deleted {
        Some((Tone::Warn, t!(locale, "已注销", "Deleted")))
    } else if !member.claimed {
        Some((Tone::Plain, t!(locale, "未认领", "Unclaimed")))
    } else if silent {
        Some((Tone::Plain, t!(locale, "未设置密码", "No password yet")))
    } else {
        None
    }
}

/// `Gold (until 1 January 2027)`, `Gold (for good)`, several with a comma between.
fn held(tiers: &[Held], ask: &Ask) -> String {
    let locale = ask.locale;
    let one = |(name, until): &Held| match until {
        Some(until) => {
            let day = format::last_day(*until, &ask.site.time_zone, locale);
            tf!(locale, "{name}（到 {day}）", "{name} (until {day})")
        }
        None => tf!(locale, "{name}（永久）", "{name} (for good)"),
    };
    tiers.iter().map(one).collect::<Vec<_>>().join(t!(locale, "，", ", "))
}

fn row(ask: &Ask, listed: Listed, filter: &Filter, after: i64) -> Vec<AnyView> {
    let locale = ask.locale;
    let Listed { member, silent, labels, tiers, .. } = listed;
    let state = state(&member, silent, locale).map(|(tone, text)| view! { <Badge tone text/> });
    let name = if member.deleted {
        view! { <span>{t!(locale, "已注销会员", "deleted member")}</span> }.into_any()
    } else {
        let href = format!("{HERE}/{}", member.id);
        view! { <a href=href>{member.name.clone()}</a> " " <span class="handle">{format!("@{}", member.handle)}</span> }.into_any()
    };
    let role = if member.deleted {
        view! { <Nothing/> }.into_any()
    } else {
        view! { <ChooseRole locale member=member.clone() filter=filter.query() after/> }.into_any()
    };
    let text = |text: String| if text.is_empty() { view! { <Nothing/> }.into_any() } else { text.into_any() };
    let joined =
        view! { <time datetime=format::machine(member.created_at)>{format::date(member.created_at, &ask.site.time_zone, locale)}</time> };
    let labels = labels.iter().map(|label| {
        view! { <a class="badge" href=format!("{HERE}?label={}", query_value(label))>{label.clone()}</a> " " }
    });
    vec![
        name,
        text(member.email.unwrap_or_default()),
        joined.into_any(),
        text(held(&tiers, ask)),
        labels.collect_view().into_any(),
        state.into_any(),
        role,
    ]
}

#[component]
fn ChooseRole(locale: Locale, member: MemberSeen, filter: String, after: i64) -> impl IntoView {
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
            <input type="hidden" name="filter" value=filter/>
            <input type="hidden" name="after" value=after.to_string()/>
            <select class="input" name="role" aria-label=label>{options}</select>
            <button class="button button-small button-quiet" type="submit">{t!(locale, "更改", "Change")}</button>
        </form>
    }
}
