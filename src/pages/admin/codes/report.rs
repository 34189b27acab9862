//! What came of a file of orders, line by line.

use super::super::menu;
use super::super::money::{self, page_of, when};
use super::super::upload::broken_line;
use crate::codes::service::import::{self, Said};
use crate::codes::service::{Outcome, heading};
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::foundation::time::Timestamp;
use crate::pages::Page;
use crate::server::http::Ask;
use crate::t;
use crate::ui::{Badge, Banner, Breadcrumb, Column, DataTable, EmptyState, LinkButton, NextPage, Tabs, Tone, fact};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;

const PAGE: i64 = 50;
const AT_ONCE: i64 = 500;

fn outcome_name(outcome: Outcome, locale: Locale) -> (Tone, &'static str) {
    match outcome {
        Outcome::Refunded => (Tone::Warn, t!(locale, "退款", "Refunded")),
        Outcome::Skipped => (Tone::Plain, t!(locale, "跳过", "Skipped")),
        Outcome::Broken => (Tone::Bad, t!(locale, "出错", "Broken")),
        Outcome::Noted => (Tone::Plain, t!(locale, "备注", "Noted")),
    }
}

pub async fn show(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    ask.viewer.require_admin()?;
    let id: i64 = id.parse().map_err(|_| AppError::NotFound)?;
    let file = import::one(&ask.ctx, &ask.viewer, id).await?;
    let only = ask.query("show").and_then(|text| Outcome::parse(&text));
    let after = ask.query("after").and_then(|text| text.parse().ok()).unwrap_or(0);
    let (found, more) = page_of(import::said(&ask.ctx, &ask.viewer, id, only, after, PAGE + 1).await?, PAGE);
    let locale = ask.locale;
    let title = t!(locale, "导入结果", "What came of the file");
    Ok(Page::new(title).private().draw(&ask, || {
        let here = format!("/admin/codes/taobao/files/{id}");
        let above = vec![("/admin/codes/taobao".to_owned(), t!(locale, "淘宝订单", "Taobao orders").to_owned())];
        let query = only.map(|only| format!("show={}&", only.as_str())).unwrap_or_default();
        let next = found.last().filter(|_| more).map(|last| format!("{here}?{query}after={}", last.line));
        let all = (here.clone(), t!(locale, "全部", "All").to_owned(), only.is_none());
        let each = Outcome::ALL.map(|outcome| {
            (format!("{here}?show={}", outcome.as_str()), outcome_name(outcome, locale).1.to_owned(), only == Some(outcome))
        });
        let tabs = [all].into_iter().chain(each).collect();
        let came = file.came();
        let facts = [
            (t!(locale, "文件", "File"), file.file_name.clone()),
            (t!(locale, "编码", "Encoding"), file.encoding.clone()),
            (t!(locale, "新增", "New"), format::number(came.fresh)),
            (t!(locale, "已有", "Known"), format::number(came.known)),
            (t!(locale, "退款", "Refunded"), format::number(came.refunded)),
            (t!(locale, "跳过", "Skipped"), format::number(came.skipped)),
            (t!(locale, "出错", "Broken"), format::number(came.broken)),
        ];
        let facts = facts.into_iter().filter(|(_, value)| !value.is_empty());
        let facts = facts.map(|(name, value)| fact(name, value)).collect_view();
        let unfinished = file.ended_at.is_none().then(|| {
            let text = t!(
                locale,
                "这个文件还在处理，或者中途中断了。如果过一会儿仍是这样，请重新上传，不会重复开通。",
                "This file is being worked through, or was interrupted. If it stays like this, send it again: nothing is done twice."
            );
            view! { <Banner tone=Tone::Warn text/> }
        });
        let download = (came.broken > 0).then(|| {
            let label = t!(locale, "下载出错的行 CSV", "Download the broken lines as CSV");
            view! { <p class="actions"><LinkButton href=format!("{here}/broken.csv") label quiet=true/></p> }
        });
        let list = if found.is_empty() {
            view! { <EmptyState text=t!(locale, "没有需要说明的行。", "No line needs a remark.")/> }.into_any()
        } else {
            table(found, locale)
        };
        view! {
            {menu(&ask)}
            <section class="admin-codes">
                <Breadcrumb locale above/>
                <h1>{title}</h1>
                {unfinished}
                <dl class="facts">{fact(t!(locale, "时间", "Sent"), when(Timestamp(file.began_at), &ask))}{facts}</dl>
                {download}
                <Tabs label=t!(locale, "导入结果", "What came of the file") tabs/>
                {list}
                <NextPage locale href=next timeless=true/>
            </section>
        }
    }))
}

fn table(found: Vec<Said>, locale: Locale) -> AnyView {
    let columns = vec![
        Column::number(t!(locale, "行", "Line")),
        Column::text(t!(locale, "结果", "Outcome")),
        Column::text(t!(locale, "原因", "Reason")),
        Column::text(t!(locale, "订单编号", "Order number")),
        Column::text(t!(locale, "宝贝标题", "Title")),
    ];
    let row = |said: Said| {
        let (tone, text) = outcome_name(said.reason.outcome(), locale);
        let cell = |n: usize| said.cells.get(n).cloned().unwrap_or_default();
        vec![
            said.line.to_string().into_any(),
            view! { <Badge tone text/> }.into_any(),
            said.reason.text(locale).into_any(),
            cell(0).into_any(),
            cell(3).into_any(),
        ]
    };
    let rows = found.into_iter().map(row).collect();
    view! { <DataTable label=t!(locale, "导入结果", "What came of the file") columns rows/> }.into_any()
}

/// The broken lines with the reason, under the names of their columns: mended, the file can be sent as it is. What had no cells
/// that could be told apart has its number only.
pub async fn broken(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    ask.viewer.require_admin()?;
    let id: i64 = id.parse().map_err(|_| AppError::NotFound)?;
    import::one(&ask.ctx, &ask.viewer, id).await?;
    let locale = ask.locale;
    let columns = [t!(locale, "行", "Line"), t!(locale, "原因", "Reason")].into_iter().chain(heading()).collect();
    let (ctx, viewer) = (ask.ctx.clone(), ask.viewer.clone());
    let read = move |after: Option<i64>| {
        let (ctx, viewer) = (ctx.clone(), viewer.clone());
        async move {
            let said = import::said(&ctx, &viewer, id, Some(Outcome::Broken), after.unwrap_or(0), AT_ONCE + 1).await?;
            let (found, more) = page_of(said, AT_ONCE);
            let next = found.last().filter(|_| more).map(|last| last.line);
            Ok((found.into_iter().map(|said| broken_line(said.line, said.reason.text(locale), said.cells)).collect(), next))
        }
    };
    money::file(&format!("orders-{id}-broken"), columns, read).await
}
