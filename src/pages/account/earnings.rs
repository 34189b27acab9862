//! `/account/earnings`: what a creator is owed, what each month brought, and the entries it is made of; as a file too.

use super::frame::AccountFrame;
use crate::analytics::tables::Cell;
use crate::creators::model::{Month, PayoutState};
use crate::creators::payouts::{self, PayoutRow};
use crate::creators::statements::{self, ArticleSum, Balance, EntryRow, MonthSum, Overview, PAGE};
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::pages::Page;
use crate::pages::admin::money::{file, money, page_of, payouts::state_badge, plain};
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Banner, Breadcrumb, Column, DataTable, EmptyState, Errors, Field, LinkButton, NextPage, Nothing, Submit, Tone};
use crate::{t, tf};
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

const HERE: &str = "/account/earnings";
/// How many lines of a file are read at a time.
const BATCH: i64 = 500;

/// How a creator is paid, as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PayeeForm {
    payee_name: String,
    payee_account: String,
}

pub async fn show(ask: Ask) -> Result<Response> {
    draw(&ask, None, Errors::none()).await
}

pub async fn save(ask: Ask, Form(form): Form<PayeeForm>) -> Result<Response> {
    match statements::set_payee(&ask.ctx, &ask.viewer, &form.payee_name, &form.payee_account).await {
        Ok(()) => Ok(see_other("/account/earnings?done=saved")),
        Err(error) => draw(&ask, Some(form), Errors::from_error(error)?).await,
    }
}

async fn draw(ask: &Ask, form: Option<PayeeForm>, errors: Errors) -> Result<Response> {
    let Overview { balances, months, payee } = statements::overview(&ask.ctx, &ask.viewer).await?;
    let paid = payouts::own(&ask.ctx, &ask.viewer).await?;
    let has_no_account = payee.1.is_empty();
    let form = form.unwrap_or(PayeeForm { payee_name: payee.0, payee_account: payee.1 });
    let locale = ask.locale;
    let title = t!(locale, "我的收益", "Earnings");
    Ok(Page::new(title).private().status_of(&errors).draw(ask, || {
        let said = errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> });
        let owed = if balances.is_empty() {
            let text = t!(
                locale,
                "还没有收益。你的文章有人购买、计入会员分成，或你推荐的人付款后，会显示在这里。",
                "Nothing yet. Once an article you have a share of is sold or counts in the pool of memberships, or somebody you recommended pays, it shows here."
            );
            view! { <EmptyState text/> }.into_any()
        } else {
            view! { {balance_table(ask, &balances)} {month_table(ask, &months)} }.into_any()
        };
        let paid = (!paid.is_empty()).then(|| payout_table(ask, &paid));
        let unsaid = (has_no_account && balances.iter().any(|balance| balance.payable > 0)).then(|| {
            let text = t!(
                locale,
                "还没有填写收款账户，暂时无法给你打款。请在下方填写。",
                "Nothing can be paid to you yet: please give an account below."
            );
            view! { <Banner tone=Tone::Warn text/> }
        });
        view! {
            <AccountFrame ask=ask.clone() current=HERE title>
                {said}
                {unsaid}
                {owed}
                {paid}
                {payee_form(form, &errors, locale)}
            </AccountFrame>
        }
    }))
}

fn balance_table(ask: &Ask, balances: &[Balance]) -> AnyView {
    let locale = ask.locale;
    let columns = vec![
        Column::text(t!(locale, "货币", "Currency")),
        Column::number(t!(locale, "可打款", "Payable")),
        Column::number(t!(locale, "冻结", "Held")),
        Column::number(t!(locale, "打款中", "Under way")),
    ];
    let row = |balance: &Balance| {
        let amount = |minor: i64| money(minor, &balance.currency, ask).into_any();
        vec![balance.currency.clone().into_any(), amount(balance.payable), amount(balance.held), amount(balance.under_way)]
    };
    let less = balances.iter().any(|balance| balance.payable < 0).then(|| {
        let text = t!(
            locale,
            "余额为负：打款之后又有退款，会从以后的收益里扣除。",
            "Less than nothing: something went back after it was paid out. It is taken off what you earn next."
        );
        view! { <p>{text}</p> }
    });
    let held = balances.iter().any(|balance| balance.held != 0).then(|| {
        let text = t!(
            locale,
            "冻结：买家的争议处理中，或推广奖励还在等待期内，暂时不能打款。",
            "Held: a buyer’s bank contests it, or a reward is still within its days of waiting."
        );
        view! { <p>{text}</p> }
    });
    view! {
        <h2>{t!(locale, "余额", "Balance")}</h2>
        <DataTable label=t!(locale, "余额", "Balance") columns rows=balances.iter().map(row).collect()/>
        {held}
        {less}
    }
    .into_any()
}

fn month_name(month: &str, locale: Locale) -> String {
    Month::parse(month).map_or_else(|| month.to_owned(), |month| format::month(month.first(), locale))
}

fn month_table(ask: &Ask, months: &[MonthSum]) -> AnyView {
    let locale = ask.locale;
    let columns = vec![
        Column::text(t!(locale, "月份", "Month")),
        Column::number(t!(locale, "收益", "Earned")),
        Column::number(t!(locale, "转入打款", "Set aside for payouts")),
    ];
    let row = |sum: &MonthSum| {
        let amount = |minor: i64| money(minor, &sum.currency, ask).into_any();
        let href = format!("{HERE}/statement?month={}", sum.month);
        vec![view! { <a href=href>{month_name(&sum.month, locale)}</a> }.into_any(), amount(sum.earned), amount(sum.paid_out)]
    };
    view! {
        <h2>{t!(locale, "按月明细", "Month by month")}</h2>
        <DataTable label=t!(locale, "按月明细", "Month by month") columns rows=months.iter().map(row).collect()/>
    }
    .into_any()
}

fn payout_table(ask: &Ask, paid: &[PayoutRow]) -> AnyView {
    let locale = ask.locale;
    let columns = vec![
        Column::text(t!(locale, "打款", "Payout")),
        Column::number(t!(locale, "金额", "Amount")),
        Column::text(t!(locale, "状态", "Status")),
        Column::text(t!(locale, "打款日期", "Paid on")),
        Column::text(t!(locale, "说明", "Note")),
    ];
    let row = |payout: &PayoutRow| {
        let state = PayoutState::parse(&payout.state);
        let text =
            |text: &str| if text.is_empty() { view! { <Nothing/> }.into_any() } else { view! { <bdi>{text.to_owned()}</bdi> }.into_any() };
        let note = if state == Some(PayoutState::Failed) { &payout.reason } else { &payout.reference };
        vec![
            format!("P-{:06}", payout.id).into_any(),
            money(payout.minor, &payout.currency, ask).into_any(),
            state_badge(state, locale),
            text(&format::stored_day(payout.paid_on.as_deref().unwrap_or_default(), locale)),
            text(note),
        ]
    };
    view! {
        <h2>{t!(locale, "打款记录", "Payouts")}</h2>
        <DataTable label=t!(locale, "打款记录", "Payouts") columns rows=paid.iter().map(row).collect()/>
    }
    .into_any()
}

fn payee_form(form: PayeeForm, errors: &Errors, locale: Locale) -> AnyView {
    let hint = t!(
        locale,
        "银行和账号，或支付宝账号等。只有你和管理员能看到，打款时会写进打款文件。",
        "Bank and number, or the address of another service. Only you and admins see it; it goes into the file of payouts."
    )
    .to_owned();
    view! {
        <section>
            <h2>{t!(locale, "收款方式", "How you are paid")}</h2>
            <form class="form" method="post" action=HERE>
                <Field label=t!(locale, "收款人", "Name on the account") name="payee_name" value=form.payee_name maxlength=100 autocomplete="name" error=errors.of("payee_name", locale)/>
                <Field label=t!(locale, "收款账户", "Account") name="payee_account" value=form.payee_account maxlength=200 hint=Some(hint) error=errors.of("payee_account", locale)/>
                <Submit label=t!(locale, "保存", "Save")/>
            </form>
        </section>
    }
    .into_any()
}

fn month_asked(ask: &Ask) -> Result<Month> {
    ask.viewer.require_member()?;
    ask.query("month").as_deref().and_then(Month::parse).ok_or(AppError::NotFound)
}

fn key(text: &str) -> Option<(i64, i64)> {
    let (transfer, line) = text.split_once('.')?;
    Some((transfer.parse().ok()?, line.parse().ok()?))
}

/// One month: what each article brought, and every entry.
pub async fn statement(ask: Ask) -> Result<Response> {
    let month = month_asked(&ask)?;
    let before = ask.query("after").as_deref().and_then(key);
    let articles = statements::articles(&ask.ctx, &ask.viewer, month).await?;
    let (entries, more) = page_of(statements::entries(&ask.ctx, &ask.viewer, month, before, PAGE + 1).await?, PAGE);
    let locale = ask.locale;
    let named = format::month(month.first(), locale);
    let title = tf!(locale, "{named}的收益", "Earnings in {named}");
    Ok(Page::new(title.clone()).private().draw(&ask, || {
        let above = vec![(HERE.to_owned(), t!(locale, "我的收益", "Earnings").to_owned())];
        let next =
            entries.last().filter(|_| more).map(|last| format!("{HERE}/statement?month={month}&after={}.{}", last.transfer_id, last.line));
        let body = if entries.is_empty() {
            view! { <EmptyState text=t!(locale, "这个月没有收益。", "Nothing was booked in this month.")/> }.into_any()
        } else {
            let href = format!("{HERE}/statement.csv?month={month}");
            view! {
                {(!articles.is_empty()).then(|| article_table(&ask, &articles))}
                <h2>{t!(locale, "分录", "Entries")}</h2>
                <p class="actions"><LinkButton href label=t!(locale, "下载 CSV", "Download CSV") quiet=true/></p>
                {entry_table(&ask, &entries)}
                <NextPage locale href=next/>
            }
            .into_any()
        };
        view! { <AccountFrame ask=ask.clone() current=HERE title><Breadcrumb locale above/>{body}</AccountFrame> }
    }))
}

fn article_table(ask: &Ask, articles: &[ArticleSum]) -> AnyView {
    let locale = ask.locale;
    let columns = vec![
        Column::text(t!(locale, "文章", "Article")),
        Column::number(t!(locale, "售出", "Sold")),
        Column::number(t!(locale, "退款", "Given back")),
        Column::number(t!(locale, "支付手续费", "Provider fees")),
        Column::number(t!(locale, "净额", "Net")),
        Column::number(t!(locale, "你的分成", "Your share")),
    ];
    let row = |article: &ArticleSum| {
        let amount = |minor: i64| money(minor, &article.currency, ask).into_any();
        vec![
            match article.post_id {
                Some(_) => view! { <bdi>{article.title.clone()}</bdi> }.into_any(),
                None => t!(locale, "打赏（不限文章）", "Tips, for no article").into_any(),
            },
            amount(article.sold),
            amount(-article.given_back),
            amount(-article.fees),
            amount(article.sold - article.given_back - article.fees),
            amount(article.share),
        ]
    };
    view! {
        <h2>{t!(locale, "文章的销售和打赏", "Articles that were sold, and tips")}</h2>
        <DataTable label=t!(locale, "文章的销售和打赏", "Articles that were sold, and tips") columns rows=articles.iter().map(row).collect()/>
    }
    .into_any()
}

/// What an entry is about: `order:17:1`, `pool:2026-03:CNY`, `payout:3:paid`.
fn about(entry: &EntryRow, locale: Locale) -> String {
    let title = &entry.title;
    let mut parts = entry.cause.split(':');
    match (parts.next(), parts.next()) {
        (Some("order"), _) if entry.rewarded && entry.given_back => tf!(locale, "推广奖励扣回：{title}", "Reward taken back: {title}"),
        (Some("order"), _) if entry.rewarded => tf!(locale, "推广奖励：{title}", "Reward: {title}"),
        (Some("order"), _) if entry.post_id.is_none() && entry.given_back => {
            t!(locale, "打赏退款（不限文章）", "Tip given back, for no article").to_owned()
        }
        (Some("order"), _) if entry.post_id.is_none() => t!(locale, "打赏（不限文章）", "Tip, for no article").to_owned(),
        (Some("order"), _) if entry.given_back => tf!(locale, "退款：{title}", "Refund: {title}"),
        (Some("order"), _) if entry.tipped => tf!(locale, "打赏：{title}", "Tip: {title}"),
        (Some("order"), _) => tf!(locale, "销售：{title}", "Sale: {title}"),
        (Some("pool"), Some(month)) => {
            let month = month_name(month, locale);
            tf!(locale, "{month}会员分成：{title}", "Memberships of {month}: {title}")
        }
        (Some("payout"), Some(number)) => {
            let number = format!("P-{number:0>6}");
            match parts.next() {
                Some("failed") => tf!(locale, "打款失败退回 {number}", "Payout {number} failed"),
                _ => tf!(locale, "转入打款 {number}", "Payout {number}"),
            }
        }
        _ => entry.cause.clone(),
    }
}

fn is_held(entry: &EntryRow) -> bool {
    entry.account.starts_with("liability:creator-held:")
}

fn entry_table(ask: &Ask, entries: &[EntryRow]) -> AnyView {
    let locale = ask.locale;
    let columns = vec![
        Column::text(t!(locale, "内容", "What")),
        Column::text(t!(locale, "日期", "Day")),
        Column::text(t!(locale, "余额类型", "Balance")),
        Column::number(t!(locale, "金额", "Amount")),
    ];
    let row = |entry: &EntryRow| {
        let balance = if is_held(entry) { t!(locale, "冻结", "Held") } else { t!(locale, "可打款", "Payable") };
        vec![
            view! { <bdi>{about(entry, locale)}</bdi> }.into_any(),
            format::stored_day(&entry.booked_day, locale).into_any(),
            balance.into_any(),
            money(-entry.minor, &entry.currency, ask).into_any(),
        ]
    };
    view! { <DataTable label=t!(locale, "分录", "Entries") columns rows=entries.iter().map(row).collect()/> }.into_any()
}

pub async fn csv(ask: Ask) -> Result<Response> {
    let month = month_asked(&ask)?;
    let locale = ask.locale;
    let columns = vec![
        t!(locale, "凭证", "Transfer"),
        t!(locale, "行", "Line"),
        t!(locale, "日期", "Day"),
        t!(locale, "内容", "What"),
        t!(locale, "余额类型", "Balance"),
        t!(locale, "金额", "Amount"),
        t!(locale, "货币", "Currency"),
    ];
    let (ctx, viewer) = (ask.ctx.clone(), ask.viewer.clone());
    let read = move |before: Option<(i64, i64)>| {
        let (ctx, viewer) = (ctx.clone(), viewer.clone());
        async move {
            let (entries, more) = page_of(statements::entries(&ctx, &viewer, month, before, BATCH + 1).await?, BATCH);
            let next = entries.last().filter(|_| more).map(|last| (last.transfer_id, last.line));
            Ok((entries.iter().map(|entry| line(entry, locale)).collect(), next))
        }
    };
    file("earnings", columns, read).await
}

fn line(entry: &EntryRow, locale: Locale) -> Vec<Cell> {
    let held = if is_held(entry) { t!(locale, "冻结", "Held") } else { t!(locale, "可打款", "Payable") };
    vec![
        Cell::Number(entry.transfer_id.to_string()),
        Cell::Number(entry.line.to_string()),
        Cell::Text(entry.booked_day.clone()),
        Cell::Text(about(entry, locale)),
        Cell::Text(held.to_owned()),
        plain(-entry.minor, &entry.currency),
        Cell::Text(entry.currency.clone()),
    ]
}
