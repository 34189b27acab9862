//! `/admin/reconciliation`: a day of ours beside the provider's own book, and what was found.

use super::super::menu;
use super::payments::failed;
use super::wording::badge;
use super::{page_of, when};
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::foundation::money::Money;
use crate::foundation::time::Timestamp;
use crate::pages::Page;
use crate::pages::orders::provider_name;
use crate::payments::reconciliation::{About, Finding, Kind};
use crate::payments::service::connections;
use crate::payments::service::desk::PAGE;
use crate::payments::service::desk::reconciling::{self, ReconciliationRow};
use crate::providers::Provider;
use crate::server::http::{Ask, Form, query_value, see_other};
use crate::ui::{Badge, Banner, Breadcrumb, Column, DataTable, EmptyState, Errors, Field, NextPage, Nothing, Select, Submit, Tone, fact};
use crate::{t, tf, words};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DayForm {
    provider: String,
    day: String,
}

pub async fn list(ask: Ask) -> Result<Response> {
    ask.viewer.require_admin()?;
    let day = reconciling::yesterday(&ask.ctx).await?.to_string();
    draw(&ask, DayForm { day, ..DayForm::default() }, Errors::none(), None).await
}

pub async fn compare(ask: Ask, Form(form): Form<DayForm>) -> Result<Response> {
    ask.viewer.require_admin()?;
    let Some(provider) = Provider::parse(&form.provider) else {
        let error = AppError::field("provider", words!("请选择付款方式。", "Please choose a way to pay."));
        return draw(&ask, form, Errors::from_error(error)?, None).await;
    };
    match reconciling::reconcile(&ask.ctx, &ask.viewer, provider, &form.day).await {
        Ok(Ok(id)) => Ok(see_other(&format!("/admin/reconciliation/{id}?done=reconciled"))),
        Ok(Err(failure)) => {
            let said = failed(&failure, ask.locale);
            draw(&ask, form, Errors::none(), Some(said)).await
        }
        Err(error) => draw(&ask, form, Errors::from_error(error)?, None).await,
    }
}

async fn draw(ask: &Ask, form: DayForm, errors: Errors, failure: Option<String>) -> Result<Response> {
    let accounts = connections::accounts(&ask.ctx, &ask.viewer).await?;
    let after = ask.query("after").unwrap_or_default();
    let before = after.split_once('~').and_then(|(day, id)| Some((day, id.parse().ok()?)));
    let (found, more) = page_of(reconciling::list(&ask.ctx, &ask.viewer, before, PAGE + 1).await?, PAGE);
    let locale = ask.locale;
    let title = t!(locale, "对账", "Reconciliation");
    let status = if failure.is_some() {
        502
    } else if errors.is_empty() {
        200
    } else {
        422
    };
    Ok(Page::new(title).private().status(status).draw(ask, || {
        let asked = accounts.iter().filter(|account| account.provider != Provider::Offline && (account.enabled || !account.keys.is_empty()));
        let options: Vec<_> =
            asked.map(|account| (account.provider.as_str().to_owned(), provider_name(account.provider, locale).to_owned())).collect();
        let next = found.last().filter(|_| more).map(|last| format!("/admin/reconciliation?after={}", query_value(&format!("{}~{}", last.day, last.id))));
        let list = if found.is_empty() {
            view! { <EmptyState text=t!(locale, "还没有对过账。", "No day has been compared yet.")/> }.into_any()
        } else {
            table(ask, &found)
        };
        view! {
            {menu(ask)}
            <section class="admin-reconciliation">
                <h1>{title}</h1>
                <p>{t!(
                    locale,
                    "把某一天的付款和退款与付款服务的账单逐笔核对。同一账户里其他产品的流水只计数，不列出。账单里的手续费会记入账本。",
                    "Compares the payments and refunds of a day with the provider's own statement. Lines of other products on the same account are only counted. Fees that only the statement tells are entered in the ledger."
                )}</p>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {failure.map(|text| view! { <Banner tone=Tone::Bad text/> })}
                <form class="form form-columns" method="post" action="/admin/reconciliation">
                    <Select label=t!(locale, "付款方式", "Way to pay") name="provider" value=form.provider options error=errors.of("provider", locale)/>
                    <Field label=t!(locale, "日期", "Day") name="day" kind="date" value=form.day error=errors.of("day", locale)/>
                    <Submit label=t!(locale, "对账", "Compare")/>
                </form>
                {list}
                <NextPage locale href=next/>
            </section>
        }
    }))
}

fn named(provider: &str, locale: Locale) -> String {
    Provider::parse(provider).map_or_else(|| provider.to_owned(), |provider| provider_name(provider, locale).to_owned())
}

fn table(ask: &Ask, found: &[ReconciliationRow]) -> AnyView {
    let locale = ask.locale;
    let columns = vec![
        Column::text(t!(locale, "日期", "Day")),
        Column::text(t!(locale, "付款方式", "Way to pay")),
        Column::number(t!(locale, "相符", "Matched")),
        Column::text(t!(locale, "不符", "Not matched")),
        Column::number(t!(locale, "其他产品", "Other products")),
        Column::text(t!(locale, "核对时间", "Compared")),
    ];
    let row = |row: &ReconciliationRow| {
        let findings = match row.findings {
            0 => badge((Tone::Good, t!(locale, "全部相符", "None"))),
            n => view! { <Badge tone=Tone::Bad text=n.to_string()/> }.into_any(),
        };
        vec![
            view! { <a href=format!("/admin/reconciliation/{}", row.id)>{format::stored_day(&row.day, locale)}</a> }.into_any(),
            named(&row.provider, locale).into_any(),
            row.matched.into_any(),
            findings,
            row.foreign_lines.into_any(),
            when(Timestamp(row.compared_at), ask),
        ]
    };
    let rows = found.iter().map(row).collect();
    view! { <DataTable label=t!(locale, "对账记录", "Days compared") columns rows/> }.into_any()
}

pub async fn show(ask: Ask, Path(id): Path<i64>) -> Result<Response> {
    let (row, findings) = reconciling::one(&ask.ctx, &ask.viewer, id).await?;
    let locale = ask.locale;
    let (provider, day) = (named(&row.provider, locale), format::stored_day(&row.day, locale));
    let title = tf!(locale, "{provider}，{day}", "{provider}, {day}");
    Ok(Page::new(title.clone()).private().draw(&ask, || {
        let above = vec![("/admin/reconciliation".to_owned(), t!(locale, "对账", "Reconciliation").to_owned())];
        let (matched, foreign) = (row.matched, row.foreign_lines);
        let found = if findings.is_empty() {
            view! { <Banner tone=Tone::Good text=t!(locale, "没有不符之处。", "Everything matches.")/> }.into_any()
        } else {
            findings_table(&findings, locale)
        };
        view! {
            {menu(&ask)}
            <section class="admin-reconciliation">
                <Breadcrumb locale above/>
                <h1>{title}</h1>
                <dl class="facts reconciled">
                    {fact(t!(locale, "相符", "Matched"), matched)}
                    {fact(t!(locale, "不符", "Not matched"), row.findings)}
                    {fact(t!(locale, "其他产品的流水", "Lines of other products"), foreign)}
                    {fact(t!(locale, "核对时间", "Compared"), when(Timestamp(row.compared_at), &ask))}
                </dl>
                {found}
            </section>
        }
    }))
}

fn findings_table(findings: &[Finding], locale: Locale) -> AnyView {
    let columns = vec![
        Column::text(t!(locale, "编号", "Number")),
        Column::text(t!(locale, "情况", "What")),
        Column::number(t!(locale, "我们的记录", "Ours")),
        Column::number(t!(locale, "对方的账单", "Theirs")),
    ];
    let row = |finding: &Finding| {
        let what = match (finding.kind, finding.about) {
            (Kind::MissingHere, _) => t!(locale, "我们没有记录", "Missing here"),
            (Kind::MissingThere, _) => t!(locale, "对方账单里没有", "Missing there"),
            (Kind::Differs, About::Amount) => t!(locale, "金额不同", "Another amount"),
            (Kind::Differs, About::Fee) => t!(locale, "手续费不同", "Another fee"),
        };
        let amount = |minor: Option<i64>| match minor {
            Some(minor) => Money::new(minor, finding.currency).format(locale).into_any(),
            None => view! { <Nothing/> }.into_any(),
        };
        let search = format!("/admin/orders?reference={}", query_value(&finding.number));
        let number = view! { <a href=search><code>{finding.number.clone()}</code></a> }.into_any();
        vec![number, badge((Tone::Bad, what)), amount(finding.ours), amount(finding.theirs)]
    };
    let rows = findings.iter().map(row).collect();
    view! { <DataTable label=t!(locale, "不符之处", "What does not match") columns rows/> }.into_any()
}
