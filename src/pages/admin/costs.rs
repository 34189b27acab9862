//! `/admin/costs`: what running the place costs and what advertising brings: two lists, each with its form.

use super::cost_forms::{CostForm, IncomeForm, cost_fields, income_fields};
use super::menu;
use crate::analytics::costs::{self, AdIncome, Cost, Listed};
use crate::analytics::metrics::profit::Heading;
use crate::analytics::service;
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::foundation::money::{Currency, Money};
use crate::pages::Page;
use crate::server::http::{Ask, query_value};
use crate::t;
use crate::ui::{Banner, Column, DataTable, EmptyState, Errors, NextPage, Nothing, Submit, Tone};
use axum::response::Response;
use leptos::prelude::*;

pub async fn show(ask: Ask) -> Result<Response> {
    ask.viewer.require_admin()?;
    let today = service::today(&ask.ctx).await?.to_string();
    let cost = CostForm { day: today.clone(), category: "content".into(), recurrence: "once".into(), ..CostForm::default() };
    draw(&ask, cost, IncomeForm { ad_day: today, ..IncomeForm::default() }, Errors::none()).await
}

/// Both lists and both forms, as they stand or as they came back.
pub async fn draw(ask: &Ask, cost: CostForm, income: IncomeForm, errors: Errors) -> Result<Response> {
    let listed = costs::costs(&ask.ctx, &ask.viewer, ask.query("after").as_deref()).await?;
    let incomes = costs::incomes(&ask.ctx, &ask.viewer, ask.query("ads_after").as_deref()).await?;
    let locale = ask.locale;
    let title = t!(locale, "费用与广告收入", "Costs and advertising");
    Ok(Page::new(title).private().status_of(&errors).draw(ask, || {
        view! {
            {menu(ask)}
            <h1>{title}</h1>
            {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
            <section class="costs">
                <h2>{t!(locale, "费用", "Costs")}</h2>
                <p>{t!(locale, "支付手续费已经自动记在账本里，不必在这里登记。", "Provider fees are entered in the ledger automatically and need not be recorded here.")}</p>
                <form class="form" method="post" action="/admin/costs">
                    {cost_fields(ask, cost, &errors)}
                    <Submit label=t!(locale, "登记费用", "Record the cost")/>
                </form>
                {cost_list(locale, listed)}
            </section>
            <section class="advertising">
                <h2>{t!(locale, "广告收入", "Advertising income")}</h2>
                <form class="form" method="post" action="/admin/advertising">
                    {income_fields(ask, income, &errors)}
                    <Submit label=t!(locale, "登记收入", "Record the income")/>
                </form>
                {income_list(locale, incomes)}
            </section>
        }
    }))
}

fn money(minor: i64, currency: &str, locale: Locale) -> String {
    Currency::parse(currency).map_or_else(|| format!("{minor} {currency}"), |currency| Money::new(minor, currency).format(locale))
}

fn edit(href: String, locale: Locale) -> AnyView {
    view! { <a href=href>{t!(locale, "编辑", "Edit")}</a> }.into_any()
}

fn cost_list(locale: Locale, (costs, next): Listed<Cost>) -> AnyView {
    if costs.is_empty() {
        return view! { <EmptyState text=t!(locale, "还没有登记费用。", "No costs recorded yet.")/> }.into_any();
    }
    let row = |cost: Cost| {
        let category = Heading::parse(&cost.category).map_or_else(|| cost.category.clone(), |h| h.name(locale).to_owned());
        let until = cost.until_day.map(|day| format::stored_day(&day, locale));
        let often = match (cost.recurrence.as_str(), until) {
            ("month", Some(until)) => crate::tf!(locale, "每月，到 {until}", "monthly until {until}"),
            ("month", None) => t!(locale, "每月", "monthly").to_owned(),
            _ => t!(locale, "一次性", "once").to_owned(),
        };
        let article = match cost.slug {
            Some(slug) => view! { <a href=format!("/p/{slug}")>{slug.clone()}</a> }.into_any(),
            None => view! { <Nothing/> }.into_any(),
        };
        let edit = edit(format!("/admin/costs/{}", cost.id), locale);
        let sum = money(cost.minor, &cost.currency, locale);
        vec![
            format::stored_day(&cost.day, locale).into_any(),
            category.into_any(),
            sum.into_any(),
            often.into_any(),
            article,
            cost.note.into_any(),
            edit,
        ]
    };
    let columns = vec![
        Column::text(t!(locale, "日期", "Day")),
        Column::text(t!(locale, "类别", "Category")),
        Column::number(t!(locale, "金额", "Amount")),
        Column::text(t!(locale, "频率", "How often")),
        Column::text(t!(locale, "文章", "Article")),
        Column::text(t!(locale, "备注", "Note")),
        Column::text(t!(locale, "编辑", "Edit")),
    ];
    let rows = costs.into_iter().map(row).collect();
    view! {
        <DataTable label=t!(locale, "费用", "Costs") columns rows/>
        <NextPage locale href=next.map(|next| format!("/admin/costs?after={}", query_value(&next)))/>
    }
    .into_any()
}

fn income_list(locale: Locale, (incomes, next): Listed<AdIncome>) -> AnyView {
    if incomes.is_empty() {
        return view! { <EmptyState text=t!(locale, "还没有登记广告收入。", "No advertising income recorded yet.")/> }.into_any();
    }
    let row = |income: AdIncome| {
        let edit = edit(format!("/admin/advertising/{}", income.id), locale);
        vec![
            format::stored_day(&income.day, locale).into_any(),
            money(income.minor, &income.currency, locale).into_any(),
            income.note.into_any(),
            edit,
        ]
    };
    let columns = vec![
        Column::text(t!(locale, "日期", "Day")),
        Column::number(t!(locale, "金额", "Amount")),
        Column::text(t!(locale, "备注", "Note")),
        Column::text(t!(locale, "编辑", "Edit")),
    ];
    let rows = incomes.into_iter().map(row).collect();
    view! {
        <DataTable label=t!(locale, "广告收入", "Advertising income") columns rows/>
        <NextPage locale href=next.map(|next| format!("/admin/costs?ads_after={}", query_value(&next)))/>
    }
    .into_any()
}
