//! `/admin/payouts`: what is owed to creators, and runs that set it aside.

use super::super::menu;
use super::wording::badge;
use super::{money, page_of, person, when};
use crate::creators::model::PayoutState;
use crate::creators::payouts::{self, PAGE, Payable, RunRow};
use crate::foundation::error::Result;
use crate::foundation::id::MemberId;
use crate::foundation::locale::Locale;
use crate::foundation::time::Timestamp;
use crate::pages::Page;
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Badge, Banner, Column, DataTable, EmptyState, Errors, Field, NextPage, Nothing, Submit, Tone};
use crate::{t, tf};
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

pub const HERE: &str = "/admin/payouts";

pub fn state_name(state: Option<PayoutState>, locale: Locale) -> (Tone, &'static str) {
    match state {
        Some(PayoutState::UnderWay) => (Tone::Warn, t!(locale, "打款中", "Under way")),
        Some(PayoutState::Paid) => (Tone::Good, t!(locale, "已打款", "Paid")),
        Some(PayoutState::Failed) | None => (Tone::Bad, t!(locale, "失败", "Failed")),
    }
}

pub fn state_badge(state: Option<PayoutState>, locale: Locale) -> AnyView {
    badge(state_name(state, locale))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RunForm {
    currency: String,
    minimum: String,
}

pub async fn list(ask: Ask) -> Result<Response> {
    let form = RunForm { currency: ask.site.currency.code().to_owned(), minimum: String::new() };
    draw(&ask, form, Errors::none()).await
}

pub async fn make(ask: Ask, Form(form): Form<RunForm>) -> Result<Response> {
    match payouts::make(&ask.ctx, &ask.viewer, &form.currency, &form.minimum).await {
        Ok(run) => Ok(see_other(&format!("{HERE}/{run}?done=payouts-made"))),
        Err(error) => draw(&ask, form, Errors::from_error(error)?).await,
    }
}

/// A balance is told by its creator and currency; pages go on after a creator.
fn whole(mut rows: Vec<Payable>) -> (Vec<Payable>, Option<i64>) {
    let full = rows.len() as i64 > PAGE;
    let last = rows.last().map(|row| row.member_id);
    if let Some(last) = last.filter(|last| full && rows.iter().any(|row| row.member_id != *last)) {
        rows.retain(|row| row.member_id != last);
    }
    let next = rows.last().map(|row| row.member_id).filter(|_| full);
    (rows, next)
}

async fn draw(ask: &Ask, form: RunForm, errors: Errors) -> Result<Response> {
    let after = ask.query("owed").and_then(|text| text.parse().ok()).unwrap_or(0);
    let before = ask.query("after").and_then(|text| text.parse().ok());
    let (owed, more_owed) = whole(payouts::payable(&ask.ctx, &ask.viewer, MemberId(after), PAGE + 1).await?);
    let (runs, more_runs) = page_of(payouts::runs(&ask.ctx, &ask.viewer, before, PAGE + 1).await?, PAGE);
    let locale = ask.locale;
    let title = t!(locale, "打款", "Payouts");
    Ok(Page::new(title).private().status_of(&errors).draw(ask, || {
        let next_owed = more_owed.map(|last| format!("{HERE}?owed={last}"));
        let next_runs = runs.last().filter(|_| more_runs).map(|last| format!("{HERE}?after={}", last.id));
        let list = if owed.is_empty() {
            let text = t!(locale, "还没有应付的金额。", "Nothing is owed to anybody yet.");
            let action = Some(("/admin/creators".to_owned(), t!(locale, "设置分成", "Say what they get").to_owned()));
            view! { <EmptyState text action/> }.into_any()
        } else {
            view! { {owed_table(ask, &owed)} <NextPage locale href=next_owed timeless=true/> {run_form(form, &errors, locale)} }.into_any()
        };
        let made = (!runs.is_empty()).then(|| view! { {runs_table(ask, &runs)} <NextPage locale href=next_runs/> });
        view! {
            {menu(ask)}
            <section class="admin-payouts">
                <h1>{title}</h1>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {list}
                {made}
            </section>
        }
    }))
}

pub fn shown(text: &str) -> AnyView {
    if text.is_empty() { view! { <Nothing/> }.into_any() } else { view! { <bdi>{text.to_owned()}</bdi> }.into_any() }
}

fn owed_table(ask: &Ask, owed: &[Payable]) -> AnyView {
    let locale = ask.locale;
    let columns = vec![
        Column::text(t!(locale, "会员", "Member")),
        Column::number(t!(locale, "可打款", "Payable")),
        Column::number(t!(locale, "冻结", "Held")),
        Column::text(t!(locale, "收款人", "Name on the account")),
        Column::text(t!(locale, "收款账户", "Account")),
        Column::text(t!(locale, "状态", "Status")),
    ];
    let row = |row: &Payable| {
        let state = match row.under_way {
            true => state_badge(Some(PayoutState::UnderWay), locale),
            false if !row.has_account() => {
                view! { <Badge tone=Tone::Warn text=t!(locale, "没有收款账户", "No account given")/> }.into_any()
            }
            false => view! { <Nothing/> }.into_any(),
        };
        vec![
            person(&row.handle),
            money(row.minor, &row.currency, ask).into_any(),
            money(row.held, &row.currency, ask).into_any(),
            shown(&row.payee_name),
            shown(&row.payee_account),
            state,
        ]
    };
    view! {
        <h2>{t!(locale, "应付余额", "What is owed")}</h2>
        <DataTable label=t!(locale, "应付余额", "What is owed") columns rows=owed.iter().map(row).collect()/>
    }
    .into_any()
}

fn run_form(form: RunForm, errors: &Errors, locale: Locale) -> AnyView {
    let hint =
        t!(locale, "余额不到这个金额的创作者留到下次；留空则全部打款。", "Smaller balances wait for another time. Leave empty to pay all.")
            .to_owned();
    view! {
        <h2>{t!(locale, "新建打款", "Pay creators")}</h2>
        <p>{t!(
            locale,
            "应付余额会转入“待打款”，并生成一个文件供银行批量付款；打款完成后回来确认。已有打款在途的创作者不会重复打款，没有填写收款账户的创作者不在这一批里，会收到邮件提醒。",
            "What is owed is set aside, and there is a file for the bank. Confirm here once it has paid. Creators with a payout under way are left out, and so are those who have given no account: they get a letter that asks for it."
        )}</p>
        <form class="form" method="post" action=HERE>
            <Field label=t!(locale, "货币", "Currency") name="currency" maxlength=3 required=true value=form.currency error=errors.of("currency", locale)/>
            <Field label=t!(locale, "起付金额", "Minimum") name="minimum" inputmode="decimal" value=form.minimum hint=Some(hint) error=errors.of("minimum", locale)/>
            <Submit label=t!(locale, "转入打款并生成文件", "Set aside and make the file")/>
        </form>
    }
    .into_any()
}

fn runs_table(ask: &Ask, runs: &[RunRow]) -> AnyView {
    let locale = ask.locale;
    let columns = vec![
        Column::text(t!(locale, "批次", "Run")),
        Column::text(t!(locale, "时间", "When")),
        Column::number(t!(locale, "笔数", "Payouts")),
        Column::number(t!(locale, "未确认", "Under way")),
        Column::number(t!(locale, "金额", "Amount")),
    ];
    let row = |run: &RunRow| {
        vec![
            view! { <a href=format!("{HERE}/{}", run.id)>{run_name(run, locale)}</a> }.into_any(),
            when(Timestamp(run.made_at), ask),
            run.payouts.to_string().into_any(),
            run.under_way.to_string().into_any(),
            money(run.minor, &run.currency, ask).into_any(),
        ]
    };
    view! {
        <h2>{t!(locale, "打款批次", "Runs")}</h2>
        <DataTable label=t!(locale, "打款批次", "Runs") columns rows=runs.iter().map(row).collect()/>
    }
    .into_any()
}

pub fn run_name(run: &RunRow, locale: Locale) -> String {
    let (id, currency) = (run.id, &run.currency);
    tf!(locale, "第 {id} 批（{currency}）", "Run {id} ({currency})")
}
