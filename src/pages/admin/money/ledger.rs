//! `/admin/ledger`: the book, looked through by account, day, member and currency; as a file too.

use super::super::menu;
use super::{file, money, money_if_any, person, plain, query, wording};
use crate::analytics::tables::Cell;
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::foundation::time::Timestamp;
use crate::pages::Page;
use crate::payments::service::desk::ledger::{self, EntryRow, Search, TotalRow};
use crate::payments::service::desk::{BATCH, PAGE};
use crate::server::http::Ask;
use crate::t;
use crate::ui::{Banner, Column, DataTable, EmptyState, Errors, Field, LinkButton, NextPage, Nothing, Select, Submit, Tone};
use axum::response::Response;
use leptos::prelude::*;

fn search(ask: &Ask) -> Search {
    let get = |name| ask.query(name).unwrap_or_default();
    Search { account: get("account"), from: get("from"), to: get("to"), member: get("member"), currency: get("currency") }
}

fn query_of(search: &Search) -> String {
    let Search { account, from, to, member, currency } = search;
    query(&[("account", account), ("from", from), ("to", to), ("member", member), ("currency", currency)])
}

/// The transfers of a page, whole, and the last one's number when more follow.
fn whole(mut entries: Vec<EntryRow>, limit: usize) -> (Vec<EntryRow>, Option<i64>) {
    let mut numbers: Vec<i64> = entries.iter().map(|entry| entry.transfer_id).collect();
    numbers.dedup();
    let next = (numbers.len() > limit).then(|| limit.checked_sub(1).and_then(|last| numbers.get(last).copied())).flatten();
    if let Some(last) = next {
        entries.retain(|entry| entry.transfer_id >= last);
    }
    (entries, next)
}

pub async fn show(ask: Ask) -> Result<Response> {
    let search = search(&ask);
    let before = ask.query("after").and_then(|text| text.parse().ok());
    let (entries, totals, errors) = match ledger::transfers(&ask.ctx, &ask.viewer, &search, before, PAGE + 1).await {
        Ok(entries) => (entries, ledger::totals(&ask.ctx, &ask.viewer, &search).await?, Errors::none()),
        Err(error) => (Vec::new(), Vec::new(), Errors::from_error(error)?),
    };
    let accounts = ledger::accounts(&ask.ctx, &ask.viewer).await?;
    let (entries, next) = whole(entries, PAGE as usize);
    let locale = ask.locale;
    let title = t!(locale, "账本", "Ledger");
    Ok(Page::new(title).private().status_of(&errors).draw(&ask, || {
        let query = query_of(&search);
        let next = next.map(|next| format!("/admin/ledger?{query}&after={next}"));
        let list = if entries.is_empty() {
            view! { <EmptyState text=t!(locale, "没有符合条件的分录。", "No entries of this kind.")/> }.into_any()
        } else {
            view! {
                <h2>{t!(locale, "各科目合计", "Totals by account")}</h2>
                {totals_table(&ask, &totals)}
                <h2>{t!(locale, "分录", "Entries")}</h2>
                {table(&ask, &entries)}
            }
            .into_any()
        };
        view! {
            {menu(&ask)}
            <section class="admin-ledger">
                <h1>{title}</h1>
                <p>{t!(
                    locale,
                    "复式记账，只增不改：每张凭证的借方与贷方相等，更正时另记一张新凭证。",
                    "Double entry, append-only: the debits and credits of a transfer are equal, and a correction is a new transfer."
                )}</p>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {filter(&ask, &search, accounts, &errors)}
                <p class="actions"><LinkButton href=format!("/admin/ledger.csv?{query}") label=t!(locale, "下载 CSV", "Download CSV") quiet=true/></p>
                {list}
                <NextPage locale href=next/>
            </section>
        }
    }))
}

fn filter(ask: &Ask, search: &Search, accounts: Vec<String>, errors: &Errors) -> AnyView {
    let locale = ask.locale;
    let any = (String::new(), t!(locale, "全部", "Any").to_owned());
    let named = accounts.into_iter().map(|name| {
        let shown = wording::account(&name, None, locale);
        (name, shown)
    });
    let options = [any].into_iter().chain(named).collect();
    view! {
        <form class="form form-columns" method="get" action="/admin/ledger" role="search">
            <Select label=t!(locale, "科目", "Account") name="account" value=search.account.clone() options/>
            <Field label=t!(locale, "开始日期", "From") name="from" kind="date" value=search.from.clone() error=errors.of("from", locale)/>
            <Field label=t!(locale, "结束日期", "To") name="to" kind="date" value=search.to.clone() error=errors.of("to", locale)/>
            <Field label=t!(locale, "会员用户名", "Member's handle") name="member" value=search.member.clone() error=errors.of("member", locale)/>
            <Field label=t!(locale, "货币", "Currency") name="currency" maxlength=3 value=search.currency.clone()/>
            <Submit label=t!(locale, "筛选", "Show") quiet=true/>
        </form>
    }
    .into_any()
}

fn totals_table(ask: &Ask, totals: &[TotalRow]) -> AnyView {
    let locale = ask.locale;
    let columns = vec![
        Column::text(t!(locale, "科目", "Account")),
        Column::number(t!(locale, "借方", "Debit")),
        Column::number(t!(locale, "贷方", "Credit")),
        Column::number(t!(locale, "余额", "Balance")),
    ];
    let row = |total: &TotalRow| {
        let shown = |minor: i64| money(minor, &total.currency, ask).into_any();
        let name = wording::account(&total.account, total.handle.as_deref(), locale).into_any();
        vec![name, shown(total.debit), shown(total.credit), shown(total.debit.saturating_sub(total.credit))]
    };
    let rows = totals.iter().map(row).collect();
    view! { <DataTable label=t!(locale, "各科目合计", "Totals by account") columns rows/> }.into_any()
}

fn table(ask: &Ask, entries: &[EntryRow]) -> AnyView {
    let locale = ask.locale;
    let columns = vec![
        Column::text(t!(locale, "凭证", "Transfer")),
        Column::text(t!(locale, "日期", "Day")),
        Column::text(t!(locale, "科目", "Account")),
        Column::number(t!(locale, "借方", "Debit")),
        Column::number(t!(locale, "贷方", "Credit")),
        Column::text(t!(locale, "会员", "Member")),
    ];
    let row = |entry: &EntryRow| {
        let number = format!("{}.{} {}", entry.transfer_id, entry.line, wording::about(&entry.cause, &entry.about, locale));
        let number = match entry.order_id {
            Some(order) => view! { <a href=format!("/admin/orders/{order}")>{number}</a> }.into_any(),
            None => number.into_any(),
        };
        let side = |minor: i64| money_if_any(minor, &entry.currency, ask);
        let member = entry.handle.as_deref().map_or_else(|| view! { <Nothing/> }.into_any(), person);
        let account = wording::account(&entry.account, entry.handle.as_deref(), locale).into_any();
        let day = format::stored_day(&entry.booked_day, locale).into_any();
        vec![number, day, account, side(entry.minor), side(entry.minor.saturating_neg()), member]
    };
    let rows = entries.iter().map(row).collect();
    view! { <DataTable label=t!(locale, "分录", "Entries") columns rows/> }.into_any()
}

pub async fn csv(ask: Ask) -> Result<Response> {
    let search = search(&ask);
    let locale = ask.locale;
    let columns = vec![
        t!(locale, "凭证", "Transfer"),
        t!(locale, "行", "Line"),
        t!(locale, "原因", "Cause"),
        t!(locale, "说明", "About"),
        t!(locale, "时间", "Booked"),
        t!(locale, "日期", "Day"),
        t!(locale, "科目", "Account"),
        t!(locale, "金额", "Amount"),
        t!(locale, "货币", "Currency"),
        t!(locale, "会员", "Member"),
    ];
    let (ctx, viewer) = (ask.ctx.clone(), ask.viewer.clone());
    let read = move |before: Option<i64>| {
        let (ctx, viewer, search) = (ctx.clone(), viewer.clone(), search.clone());
        async move {
            let (entries, next) = whole(ledger::transfers(&ctx, &viewer, &search, before, BATCH + 1).await?, BATCH as usize);
            Ok((entries.iter().map(|entry| line(entry, locale)).collect(), next))
        }
    };
    file("ledger", columns, read).await
}

fn line(entry: &EntryRow, locale: Locale) -> Vec<Cell> {
    let text = |text: &str| Cell::Text(text.to_owned());
    vec![
        Cell::Number(entry.transfer_id.to_string()),
        Cell::Number(entry.line.to_string()),
        text(&entry.cause),
        Cell::Text(wording::about(&entry.cause, &entry.about, locale)),
        text(&format::machine(Timestamp(entry.booked_at))),
        text(&entry.booked_day),
        text(&entry.account),
        plain(entry.minor, &entry.currency),
        text(&entry.currency),
        entry.handle.as_deref().map_or(Cell::Nothing, text),
    ]
}
