//! `/admin/members/import`: bringing members along from elsewhere. A file is sent, what it says is shown, an admin chooses
//! what is meant, and only then anybody is entered.

mod choose;
mod report;

use super::members::tabs;
use super::menu;
use super::money::{page_of, when};
use super::upload::{AROUND, file_field, receive};
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::foundation::time::Timestamp;
use crate::pages::Page;
use crate::server::csv::MAX_FILE;
use crate::server::http::{Ask, Routes, see_other};
use crate::transfer::bringing::{self, ImportRow};
use crate::ui::{Badge, Banner, Column, DataTable, EmptyState, Errors, NextPage, Submit, Tone};
use crate::{t, tf, words};
use axum::extract::{DefaultBodyLimit, Request};
use axum::handler::Handler;
use axum::response::Response;
use leptos::prelude::*;

const PAGE: i64 = 20;
const HERE: &str = "/admin/members/import";

pub fn routes() -> Routes {
    Routes::new()
        .get("/admin/members/import", show)
        .post("/admin/members/import", send.layer(DefaultBodyLimit::max(MAX_FILE + AROUND)))
        .get("/admin/members/import/{id}", report::show)
        .post("/admin/members/import/{id}", report::run)
        .post("/admin/members/import/{id}/discard", report::discard)
        .get("/admin/members/import/{id}/broken.csv", report::broken)
}

async fn show(ask: Ask) -> Result<Response> {
    draw(&ask, Errors::none()).await
}

/// Takes the file, reads it, and leads to what it says.
async fn send(ask: Ask, request: Request) -> Result<Response> {
    // Before a large body is read for somebody who may not send one.
    ask.viewer.require_admin()?;
    let sent = match receive(request).await {
        Ok(Some((name, bytes))) => bringing::read(&ask.ctx, &ask.viewer, &name, bytes).await,
        Ok(None) => Err(AppError::field("file", words!("请选择一个文件。", "Please choose a file."))),
        Err(error) => Err(error),
    };
    match sent {
        Ok(id) => Ok(see_other(&format!("{HERE}/{id}?done=file-read"))),
        Err(error) => draw(&ask, Errors::from_error(error)?).await,
    }
}

async fn draw(ask: &Ask, errors: Errors) -> Result<Response> {
    let before = ask.query("after").and_then(|text| text.parse().ok());
    let (files, more) = page_of(bringing::list(&ask.ctx, &ask.viewer, before, PAGE + 1).await?, PAGE);
    let locale = ask.locale;
    let title = t!(locale, "导入会员", "Bring members along");
    Ok(Page::new(title).private().status_of(&errors).draw(ask, || {
        let next = files.last().filter(|_| more).map(|last| format!("{HERE}?after={}", last.id));
        view! {
            {menu(ask)}
            <section class="admin-members">
                <h1>{title}</h1>
                {tabs(ask)}
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {about(locale)}
                {form(&errors, locale)}
                <h2>{t!(locale, "已上传的文件", "Files that were sent")}</h2>
                {table(ask, files)}
                <NextPage locale href=next/>
            </section>
        }
    }))
}

fn about(locale: Locale) -> AnyView {
    view! {
        <p>{t!(
            locale,
            "上传 Ghost 导出的会员文件（members.csv），或者任何有“email”列的 CSV；可以有的列：name、note、labels、tiers、until（最后一天）、complimentary_plan、stripe_customer_id、stripe_subscription_id、created_at、subscribed_to_emails。",
            "Send the members file that Ghost exports (members.csv), or any CSV with a column “email”. It may also have: name, note, labels, tiers, until (the last day), complimentary_plan, stripe_customer_id, stripe_subscription_id, created_at, subscribed_to_emails."
        )}</p>
        <p>{t!(
            locale,
            "先只读取文件，不会导入任何人，也不会发邮件；核对之后再确认。连接 Stripe 后，会员在 Stripe 的订阅会原样接管：不会再次扣款，不用重新订阅，之后的续费和取消都算在这里。",
            "First the file is only read: nobody is entered and no letter is sent until you say yes. With Stripe connected, what members pay there is taken over as it runs: nothing is charged, nobody subscribes again, and renewals and cancellations count here from then on."
        )}</p>
    }
    .into_any()
}

fn form(errors: &Errors, locale: Locale) -> AnyView {
    let mib = MAX_FILE / 1024 / 1024;
    let hint = tf!(
        locale,
        "CSV 文件，最大 {mib} MiB，UTF-8 或 GBK 编码都可以。同一个文件可以重复上传，不会重复导入。",
        "A CSV file of at most {mib} MiB, in UTF-8 or GBK. Sending the same file again does nothing twice."
    );
    view! {
        <form class="form" method="post" action=HERE enctype="multipart/form-data">
            {file_field(t!(locale, "会员文件", "Members file"), hint, errors.of("file", locale))}
            <Submit label=t!(locale, "读取文件", "Read the file")/>
        </form>
    }
    .into_any()
}

/// How far a file has come.
fn state(file: &ImportRow, locale: Locale) -> (Tone, &'static str) {
    match file.state.as_str() {
        "done" => (Tone::Good, t!(locale, "已导入", "In")),
        "running" => (Tone::Warn, t!(locale, "导入中", "Being brought in")),
        "read" => (Tone::Plain, t!(locale, "待确认", "Waits for your yes")),
        _ => (Tone::Warn, t!(locale, "读取中", "Being read")),
    }
}

fn file_name(file: &ImportRow) -> String {
    if file.file_name.is_empty() { "members.csv".to_owned() } else { file.file_name.clone() }
}

fn table(ask: &Ask, files: Vec<ImportRow>) -> AnyView {
    let locale = ask.locale;
    if files.is_empty() {
        return view! { <EmptyState text=t!(locale, "还没有上传过文件。", "No file was sent yet.")/> }.into_any();
    }
    let columns = vec![
        Column::text(t!(locale, "文件", "File")),
        Column::text(t!(locale, "时间", "Sent")),
        Column::text(t!(locale, "状态", "Status")),
        Column::number(t!(locale, "新增", "New")),
        Column::number(t!(locale, "已有", "Known")),
        Column::number(t!(locale, "跳过", "Skipped")),
        Column::number(t!(locale, "出错", "Broken")),
    ];
    let row = |file: ImportRow| {
        let (tone, text) = state(&file, locale);
        vec![
            view! { <a href=format!("{HERE}/{}", file.id)>{file_name(&file)}</a> }.into_any(),
            when(Timestamp(file.began_at), ask),
            view! { <Badge tone text/> }.into_any(),
            format::number(file.fresh).into_any(),
            format::number(file.known).into_any(),
            format::number(file.skipped).into_any(),
            format::number(file.broken).into_any(),
        ]
    };
    let rows = files.into_iter().map(row).collect();
    view! { <DataTable label=t!(locale, "已上传的文件", "Files that were sent") columns rows/> }.into_any()
}
