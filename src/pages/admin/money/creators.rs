//! `/admin/creators`: what creators get of what comes in, and what the pool gave each month.

use super::super::menu;
use super::money;
use crate::creators::model::Month;
use crate::creators::pool::{self, By, PoolRow};
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::pages::Page;
use crate::payments::shares::service::{self, parse_part};
use crate::payments::tax::{rate_name, rate_typed};
use crate::server::http::{Ask, Form, see_other};
use crate::t;
use crate::ui::{Banner, Column, DataTable, Errors, Field, LinkButton, Select, Submit, Tone};
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

/// How many months of the pool are shown.
const MONTHS: i64 = 36;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TermsForm {
    sale_rate: String,
    pool_rate: String,
    pool_by: String,
}

pub async fn show(ask: Ask) -> Result<Response> {
    ask.viewer.require_admin()?;
    let (pool_rate, by) = pool::terms(&ask.ctx).await?;
    let form = TermsForm {
        sale_rate: rate_typed(service::sale_rate(&ask.ctx).await?),
        pool_rate: rate_typed(pool_rate),
        pool_by: by.as_str().to_owned(),
    };
    draw(&ask, form, Errors::none()).await
}

pub async fn save(ask: Ask, Form(form): Form<TermsForm>) -> Result<Response> {
    ask.viewer.require_admin()?;
    match keep(&ask, &form).await {
        Ok(()) => Ok(see_other("/admin/creators?done=saved")),
        Err(error) => draw(&ask, form, Errors::from_error(error)?).await,
    }
}

/// Both or neither.
async fn keep(ask: &Ask, form: &TermsForm) -> Result<()> {
    let mut errors = FieldErrors::new();
    errors.keep("sale_rate", parse_part(&form.sale_rate));
    errors.keep("pool_rate", parse_part(&form.pool_rate));
    errors.check()?;
    if By::parse(&form.pool_by).is_none() {
        return Err(AppError::field("pool_by", crate::words!("请选择分配方式。", "Please choose how it is shared.")));
    }
    service::set_sale_rate(&ask.ctx, &ask.viewer, &form.sale_rate).await?;
    pool::set_terms(&ask.ctx, &ask.viewer, &form.pool_rate, &form.pool_by).await
}

async fn draw(ask: &Ask, form: TermsForm, errors: Errors) -> Result<Response> {
    let months = pool::months(&ask.ctx, &ask.viewer, MONTHS).await?;
    let locale = ask.locale;
    let title = t!(locale, "创作者分成", "Creators");
    Ok(Page::new(title).private().status_of(&errors).draw(ask, || {
        let months = (!months.is_empty()).then(|| months_table(ask, &months));
        view! {
            {menu(ask)}
            <section class="admin-creators">
                <h1>{title}</h1>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                <p>{t!(
                    locale,
                    "分成按净额计算，即扣除税、退款和支付手续费之后的金额，记在账本里每位创作者名下。比例在下单时记入订单，以后更改不影响已经开始的订单。",
                    "Shares are of the net: what is left after tax, refunds and provider fees. The ledger keeps them under each creator. They are kept with an order as it is begun; a later change does not touch it."
                )}</p>
                <p class="actions">
                    <LinkButton href="/admin/payouts" label=t!(locale, "余额与打款", "Balances and payouts") quiet=true/>
                    <LinkButton href="/admin/creators/articles" label=t!(locale, "每篇文章的收支", "What each article netted") quiet=true/>
                </p>
                {terms_form(form, &errors, locale)}
                {months}
            </section>
        }
    }))
}

fn terms_form(form: TermsForm, errors: &Errors, locale: Locale) -> AnyView {
    let options = vec![
        (By::Opened.as_str().to_owned(), by_name(By::Opened, locale).to_owned()),
        (By::Minutes.as_str().to_owned(), by_name(By::Minutes, locale).to_owned()),
    ];
    let sale_hint = t!(
        locale,
        "百分比，0 为不分成。由作者分给共同作者：见每篇文章的“共同作者与收益”。",
        "In percent; 0 for none. Authors split it with co-authors, at “Co-authors and earnings” of each article."
    )
    .to_owned();
    let pool_hint = t!(
        locale,
        "百分比，0 为不分成。每月月初把上个月会员费净额的这一部分，分给会员读过的文章的作者。从本月起算。",
        "In percent; 0 for none. Once a month is over, this part of the net of memberships goes to the authors of what members read. From this month on."
    )
    .to_owned();
    let by_hint = t!(
        locale,
        "付费会员在一个月里打开过全文的文章，每人每篇计一次，时长以打开时为准；不计作者本人，也不计免费、赠送、试用和兑换得来的会员资格。",
        "What counts is that somebody whose membership is paid here opened the whole of an article: once a member, article and month, by how long it was then, its authors not counted. Memberships that are free, given, on trial or redeemed do not count."
    )
    .to_owned();
    view! {
        <form class="form" method="post" action="/admin/creators">
            <Field label=t!(locale, "单篇销售：创作者得到", "Articles sold by themselves: creators get") name="sale_rate" inputmode="decimal" value=form.sale_rate maxlength=10 hint=Some(sale_hint) error=errors.of("sale_rate", locale)/>
            <Field label=t!(locale, "会员费：创作者得到", "Memberships: creators get") name="pool_rate" inputmode="decimal" value=form.pool_rate maxlength=10 hint=Some(pool_hint) error=errors.of("pool_rate", locale)/>
            <Select label=t!(locale, "会员费怎么分", "How memberships are shared") name="pool_by" value=form.pool_by options hint=Some(by_hint) error=errors.of("pool_by", locale)/>
            <Submit label=t!(locale, "保存", "Save")/>
        </form>
    }
    .into_any()
}

fn by_name(by: By, locale: Locale) -> &'static str {
    match by {
        By::Opened => t!(locale, "每篇文章相同", "Every article counts the same"),
        By::Minutes => t!(locale, "按文章的阅读时长", "By how long an article takes to read"),
    }
}

fn months_table(ask: &Ask, months: &[PoolRow]) -> AnyView {
    let locale = ask.locale;
    let columns = vec![
        Column::text(t!(locale, "月份", "Month")),
        Column::number(t!(locale, "会员费净额", "Net of memberships")),
        Column::number(t!(locale, "上月不足", "Lacking before")),
        Column::number(t!(locale, "争议冻结", "Contested")),
        Column::number(t!(locale, "比例", "Part")),
        Column::text(t!(locale, "分配方式", "Shared")),
        Column::number(t!(locale, "已分", "Given")),
    ];
    let row = |row: &PoolRow| {
        let amount = |minor: i64| money(minor, &row.currency, ask).into_any();
        let month = Month::parse(&row.month).map_or_else(|| row.month.clone(), |month| format::month(month.first(), locale));
        let by = By::parse(&row.pool_by).unwrap_or_default();
        vec![
            month.into_any(),
            amount(row.net_minor),
            amount(row.carried_minor),
            amount(row.released_minor.saturating_sub(row.contested_minor)),
            rate_name(row.rate).into_any(),
            by_name(by, locale).into_any(),
            amount(row.minor),
        ]
    };
    view! {
        <h2>{t!(locale, "会员分成记录", "What memberships gave")}</h2>
        <DataTable label=t!(locale, "会员分成记录", "What memberships gave") columns rows=months.iter().map(row).collect()/>
    }
    .into_any()
}
