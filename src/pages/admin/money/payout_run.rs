//! `/admin/payouts/{id}`: one run: its file for the bank, and what came of each payout.

use super::super::{menu, number};
use super::payouts::{HERE, run_name, shown, state_badge, state_name};
use super::{file, money, page_of, person, plain};
use crate::analytics::tables::Cell;
use crate::creators::model::PayoutState;
use crate::creators::payouts::{self, PAGE, Payable, PayoutRow, RunRow, Said};
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::pages::Page;
use crate::payments::service::desk::BATCH;
use crate::server::http::{Ask, Form, see_other};
use crate::t;
use crate::ui::{Banner, Breadcrumb, Callout, Column, DataTable, Errors, Field, LinkButton, NextPage, Select, Submit, Tone};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

/// What an admin says of payouts, and which button was pressed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SaidForm {
    payout: String,
    paid_on: String,
    reference: String,
    reason: String,
    #[serde(rename = "do")]
    deed: String,
}

pub async fn show(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    // Most often somebody confirms on the day on which the bank paid.
    let today = format::day(ask.ctx.now(), &ask.site.time_zone).to_string();
    draw_one(&ask, number(&ask, &id)?, SaidForm { paid_on: today, ..SaidForm::default() }, Errors::none()).await
}

pub async fn decide(ask: Ask, Path(id): Path<String>, Form(form): Form<SaidForm>) -> Result<Response> {
    let id = number(&ask, &id)?;
    let SaidForm { payout, paid_on, reference, reason, .. } = &form;
    let said = Said { payout: payout.clone(), paid_on: paid_on.clone(), reference: reference.clone(), reason: reason.clone() };
    let (done, what) = match form.deed.as_str() {
        "fail" => (payouts::fail(&ask.ctx, &ask.viewer, id, &said).await, "payout-failed"),
        _ => (payouts::confirm(&ask.ctx, &ask.viewer, id, &said).await, "paid-out"),
    };
    match done {
        Ok(()) => Ok(see_other(&format!("{HERE}/{id}?done={what}"))),
        Err(error) => draw_one(&ask, id, form, Errors::from_error(error)?).await,
    }
}

async fn draw_one(ask: &Ask, id: i64, form: SaidForm, errors: Errors) -> Result<Response> {
    let run = payouts::run(&ask.ctx, &ask.viewer, id).await?;
    let after = ask.query("after").and_then(|text| text.parse().ok()).unwrap_or(0);
    let left_out = payouts::without_account(&ask.ctx, &ask.viewer, &run).await?;
    let (rows, more) = page_of(payouts::of_run(&ask.ctx, &ask.viewer, id, after, PAGE + 1).await?, PAGE);
    let locale = ask.locale;
    let title = run_name(&run, locale);
    Ok(Page::new(title.clone()).private().status_of(&errors).draw(ask, || {
        let above = vec![(HERE.to_owned(), t!(locale, "打款", "Payouts").to_owned())];
        let next = rows.last().filter(|_| more).map(|last| format!("{HERE}/{id}?after={}", last.id));
        let open = rows.iter().any(|row| PayoutState::parse(&row.state) != Some(PayoutState::Failed));
        view! {
            {menu(ask)}
            <section class="admin-payouts">
                <Breadcrumb locale above/>
                <h1>{title}</h1>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                <p class="actions"><LinkButton href=format!("{HERE}/{id}/file") label=t!(locale, "下载打款文件", "Download the file") quiet=true/></p>
                {no_account(ask, &left_out)}
                {payouts_table(ask, &rows)}
                <NextPage locale href=next timeless=true/>
                {open.then(|| decide_forms(ask, &run, &rows, form, &errors))}
            </section>
        }
    }))
}

/// Who waits for having said to which account.
fn no_account(ask: &Ask, left_out: &[Payable]) -> Option<AnyView> {
    let locale = ask.locale;
    let one = |row: &Payable| view! { <li>{person(&row.handle)}" · "{money(row.minor, &row.currency, ask)}</li> };
    let rows = left_out.iter().map(one).collect::<Vec<_>>();
    (!rows.is_empty()).then(|| {
        view! {
            <Callout tone=Tone::Warn title=t!(locale, "还没有收款账户", "No account yet")>
                <p>{t!(
                    locale,
                    "下面的创作者不在这一批里。他们在“我的收益”里填写收款账户之后，就会进入下一批。",
                    "These creators are not part of this run. Once they have given an account at Account → Earnings, they are part of the next."
                )}</p>
                <ul class="no-account">{rows}</ul>
            </Callout>
        }
        .into_any()
    })
}

fn payout_number(row: &PayoutRow) -> String {
    format!("P-{:06}", row.id)
}

fn payouts_table(ask: &Ask, rows: &[PayoutRow]) -> AnyView {
    let locale = ask.locale;
    let columns = vec![
        Column::text(t!(locale, "编号", "Number")),
        Column::text(t!(locale, "创作者", "Creator")),
        Column::number(t!(locale, "金额", "Amount")),
        Column::text(t!(locale, "收款人", "Name on the account")),
        Column::text(t!(locale, "收款账户", "Account")),
        Column::text(t!(locale, "状态", "Status")),
        Column::text(t!(locale, "打款日期", "Paid on")),
        Column::text(t!(locale, "说明", "Note")),
    ];
    let row = |row: &PayoutRow| {
        let state = PayoutState::parse(&row.state);
        vec![
            payout_number(row).into_any(),
            person(&row.handle),
            money(row.minor, &row.currency, ask).into_any(),
            shown(&row.payee_name),
            shown(&row.payee_account),
            state_badge(state, locale),
            shown(&format::stored_day(row.paid_on.as_deref().unwrap_or_default(), locale)),
            shown(if state == Some(PayoutState::Failed) { &row.reason } else { &row.reference }),
        ]
    };
    view! { <DataTable label=t!(locale, "打款", "Payouts") columns rows=rows.iter().map(row).collect()/> }.into_any()
}

fn decide_forms(ask: &Ask, run: &RunRow, rows: &[PayoutRow], form: SaidForm, errors: &Errors) -> AnyView {
    let locale = ask.locale;
    let named = |row: &PayoutRow| {
        let (number, handle, amount) = (payout_number(row), &row.handle, money(row.minor, &row.currency, ask));
        (row.id.to_string(), format!("{number} · @{handle} · {amount}"))
    };
    let under_way = |row: &&PayoutRow| PayoutState::parse(&row.state) == Some(PayoutState::UnderWay);
    let all = (String::new(), t!(locale, "所有打款中的", "All that are under way").to_owned());
    let to_confirm = [all].into_iter().chain(rows.iter().filter(under_way).map(named)).collect();
    let may_fail = rows.iter().filter(|row| PayoutState::parse(&row.state) != Some(PayoutState::Failed));
    let nothing = (String::new(), t!(locale, "请选择", "Please choose").to_owned());
    let to_fail: Vec<(String, String)> = [nothing].into_iter().chain(may_fail.map(named)).collect();
    let action = format!("{HERE}/{}", run.id);
    let failing = form.deed == "fail";
    let (for_paid, for_failed) = if failing { (Errors::none(), errors.clone()) } else { (errors.clone(), Errors::none()) };
    let confirm = (run.under_way > 0).then(|| {
        view! {
            <h2>{t!(locale, "确认打款", "It was paid")}</h2>
            <form class="form" method="post" action=action.clone()>
                <Select label=t!(locale, "打款", "Payout") name="payout" value=form.payout.clone() options=to_confirm error=for_paid.of("payout", locale)/>
                <Field label=t!(locale, "打款日期", "Paid on") name="paid_on" kind="date" required=true value=form.paid_on error=for_paid.of("paid_on", locale)/>
                <Field label=t!(locale, "流水号（选填）", "Reference (optional)") name="reference" maxlength=100 value=form.reference error=for_paid.of("reference", locale)/>
                <Submit name="do" value="paid" label=t!(locale, "确认已打款", "Confirm")/>
            </form>
        }
    });
    // Folded away: the fields of the other form have the same names.
    view! {
        {confirm}
        <details class="payout-failed" open=failing>
            <summary>{t!(locale, "有一笔失败了", "One of them failed")}</summary>
            <p>{t!(locale, "没有到账，或被银行退回：金额退回创作者的余额，下次再打。", "It did not arrive, or came back: it is owed to the creator again, and part of the next run.")}</p>
            <form class="form" method="post" action=action>
                <FailedFields to_fail form_payout=form.payout reason=form.reason errors=for_failed locale/>
                <Submit name="do" value="fail" label=t!(locale, "登记为失败", "Note as failed") quiet=true/>
            </form>
        </details>
    }
    .into_any()
}

/// The choice has an id of its own, since the form above has one of the same name.
#[component]
fn FailedFields(to_fail: Vec<(String, String)>, form_payout: String, reason: String, errors: Errors, locale: Locale) -> impl IntoView {
    let options = to_fail
        .into_iter()
        .map(|(key, label)| {
            let selected = key == form_payout;
            view! { <option value=key selected=selected>{label}</option> }
        })
        .collect_view();
    let wrong = errors.of("payout", locale);
    let described = wrong.as_ref().map(|_| "failed-error");
    view! {
        <div class="field">
            <label class="field-label" for="failed">{t!(locale, "打款", "Payout")}</label>
            <select class="input" id="failed" name="payout" aria-describedby=described aria-invalid=described.map(|_| "true")>{options}</select>
            {wrong.map(|text| view! { <p class="field-error" id="failed-error">{text}</p> })}
        </div>
        <Field label=t!(locale, "原因（创作者会看到）", "Reason (the creator reads it)") name="reason" maxlength=300 value=reason error=errors.of("reason", locale)/>
    }
}

/// The file for the bank.
pub async fn csv(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    let id: i64 = number(&ask, &id)?;
    payouts::run(&ask.ctx, &ask.viewer, id).await?;
    let locale = ask.locale;
    let columns = vec![
        t!(locale, "编号", "Number"),
        t!(locale, "收款人", "Name on the account"),
        t!(locale, "收款账户", "Account"),
        t!(locale, "金额", "Amount"),
        t!(locale, "货币", "Currency"),
        t!(locale, "创作者", "Creator"),
        t!(locale, "状态", "Status"),
    ];
    let (ctx, viewer) = (ask.ctx.clone(), ask.viewer.clone());
    let read = move |after: Option<i64>| {
        let (ctx, viewer) = (ctx.clone(), viewer.clone());
        async move {
            let (rows, more) = page_of(payouts::of_run(&ctx, &viewer, id, after.unwrap_or(0), BATCH + 1).await?, BATCH);
            let next = rows.last().filter(|_| more).map(|last| last.id);
            // What no bank can pay is none of its business.
            let lines = rows.iter().filter(|row| !row.payee_account.is_empty()).map(|row| line(row, locale)).collect();
            Ok((lines, next))
        }
    };
    file("payouts", columns, read).await
}

fn line(row: &PayoutRow, locale: Locale) -> Vec<Cell> {
    vec![
        Cell::Text(payout_number(row)),
        Cell::Text(row.payee_name.clone()),
        Cell::Text(row.payee_account.clone()),
        plain(row.minor, &row.currency),
        Cell::Text(row.currency.clone()),
        Cell::Text(row.handle.clone()),
        Cell::Text(state_name(PayoutState::parse(&row.state), locale).1.to_owned()),
    ]
}
