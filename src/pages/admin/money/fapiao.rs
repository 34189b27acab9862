//! `/admin/fapiao`: which 发票 were asked for, and what came of it; `/admin/fapiao/{id}`: the one of an order.

use super::super::{menu, number};
use super::wording::badge;
use super::{file, money_if_any, page_of, person, plain, query, when};
use crate::analytics::tables::Cell;
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::foundation::id::OrderId;
use crate::foundation::locale::Locale;
use crate::foundation::money::Money;
use crate::pages::Page;
use crate::pages::orders::fapiao::kind_name;
use crate::pages::orders::item_name;
use crate::payments::fapiao::State;
use crate::payments::service::desk::{BATCH, PAGE};
use crate::payments::service::fapiao::{self, Listed};
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{
    Banner, Breadcrumb, Column, DataTable, EmptyState, Errors, Field, LinkButton, NextPage, Nothing, Select, Submit, Tone, fact,
};
use crate::{t, tf};
use axum::extract::Path;
use axum::response::Response;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use serde::Deserialize;

fn state_name(state: State, locale: Locale) -> (Tone, &'static str) {
    match state {
        State::Requested => (Tone::Warn, t!(locale, "待开具", "Asked for")),
        State::Issued => (Tone::Good, t!(locale, "已开具", "Issued")),
        State::Refused => (Tone::Plain, t!(locale, "不予开具", "Refused")),
    }
}

/// As [`state_name`]; of one that waits though all of its money went back, that.
fn listed_state(listed: &Listed, locale: Locale) -> (Tone, &'static str) {
    match listed.fapiao.state {
        State::Requested if !listed.waits() => (Tone::Plain, t!(locale, "已全额退款，无需开具", "Refunded, nothing left to invoice")),
        state => state_name(state, locale),
    }
}

/// Where a list goes on: the instant and the order of its last row.
type Key = (i64, i64);

fn key(last: &Listed) -> Key {
    (last.fapiao.requested_at.0, last.order.id.0)
}

pub async fn list(ask: Ask) -> Result<Response> {
    let chosen = ask.query("state").unwrap_or_default();
    let before = ask.query("after").and_then(|text| {
        let (at, id) = text.split_once('~')?;
        Some((at.parse().ok()?, id.parse().ok()?))
    });
    let found = fapiao::list(&ask.ctx, &ask.viewer, State::parse(&chosen), before, PAGE + 1).await?;
    let (found, more) = page_of(found, PAGE);
    let locale = ask.locale;
    let title = t!(locale, "发票", "Fapiao");
    Ok(Page::new(title).private().draw(&ask, || {
        let next = found.last().filter(|_| more).map(key).map(|(at, id)| {
            let query = query(&[("state", &chosen), ("after", &format!("{at}~{id}"))]);
            format!("/admin/fapiao?{query}")
        });
        let csv = format!("/admin/fapiao.csv?{}", query(&[("state", &chosen)]));
        let list = if found.is_empty() {
            view! { <EmptyState text=t!(locale, "没有符合条件的发票申请。", "No fapiao of this kind was asked for.")/> }.into_any()
        } else {
            table(&ask, title, found)
        };
        let any = (String::new(), t!(locale, "全部", "Any").to_owned());
        let states = State::ALL.map(|state| (state.as_str().to_owned(), state_name(state, locale).1.to_owned()));
        view! {
            {menu(&ask)}
            <section class="admin-fapiao">
                <h1>{title}</h1>
                <p>{t!(
                    locale,
                    "发票在税务系统（数电票平台）里开具，这里登记号码和日期，买家就能看到。",
                    "A fapiao is made in the tax authority’s own system; note its number and day here, and the buyer sees them."
                )}</p>
                <form class="form form-columns" method="get" action="/admin/fapiao" role="search">
                    <Select label=t!(locale, "状态", "Status") name="state" value=chosen options=[any].into_iter().chain(states).collect()/>
                    <Submit label=t!(locale, "筛选", "Show") quiet=true/>
                </form>
                <p class="actions"><LinkButton href=csv label=t!(locale, "下载 CSV", "Download CSV") quiet=true/></p>
                {list}
                <NextPage locale href=next/>
            </section>
        }
    }))
}

/// What went back after a fapiao was issued is taken back by another, a red one.
pub fn red(listed: &Listed, locale: Locale) -> Option<String> {
    let back = Money::new(listed.refunded_since, listed.order.price.currency).format(locale);
    let number = &listed.fapiao.number;
    (listed.refunded_since > 0).then(|| {
        tf!(
            locale,
            "发票 {number} 开具后又退款 {back}：需要开具红字发票。",
            "{back} was given back after fapiao {number} was issued: a red one has to be issued as well."
        )
    })
}

fn table(ask: &Ask, label: &'static str, found: Vec<Listed>) -> AnyView {
    let locale = ask.locale;
    let columns = vec![
        Column::text(t!(locale, "抬头", "Name on it")),
        Column::text(t!(locale, "税号", "Tax number")),
        Column::text(t!(locale, "会员", "Member")),
        Column::number(t!(locale, "金额", "Amount")),
        Column::number(t!(locale, "开具后已退", "Given back since")),
        Column::text(t!(locale, "状态", "Status")),
        Column::text(t!(locale, "申请时间", "Asked")),
    ];
    let row = |listed: Listed| {
        let (state, written) = (listed_state(&listed, locale), listed.written());
        let since = money_if_any(listed.refunded_since, written.currency.code(), ask);
        let Listed { fapiao, order, handle, .. } = listed;
        let number = fapiao.wish.tax_number;
        let number = if number.is_empty() { view! { <Nothing/> }.into_any() } else { view! { <code>{number}</code> }.into_any() };
        vec![
            view! { <a href=format!("/admin/fapiao/{}", order.id)><bdi>{fapiao.wish.title}</bdi></a> }.into_any(),
            number,
            person(&handle),
            written.format(locale).into_any(),
            since,
            badge(state),
            when(fapiao.requested_at, ask),
        ]
    };
    let rows = found.into_iter().map(row).collect();
    view! { <DataTable label columns rows/> }.into_any()
}

pub async fn csv(ask: Ask) -> Result<Response> {
    let state = State::parse(&ask.query("state").unwrap_or_default());
    let locale = ask.locale;
    let columns = vec![
        t!(locale, "申请时间", "Asked"),
        t!(locale, "订单号", "Order"),
        t!(locale, "抬头类型", "For"),
        t!(locale, "购买方名称", "Buyer's name"),
        t!(locale, "购买方纳税人识别号", "Buyer's tax number"),
        t!(locale, "项目名称", "Item"),
        t!(locale, "价税合计", "Amount"),
        t!(locale, "已退金额", "Given back"),
        t!(locale, "开票金额", "To be written over"),
        t!(locale, "货币", "Currency"),
        t!(locale, "接收邮箱", "E-mail"),
        t!(locale, "状态", "Status"),
        t!(locale, "发票号码", "Number"),
        t!(locale, "开票日期", "Issued"),
    ];
    let (ctx, viewer, site) = (ask.ctx.clone(), ask.viewer.clone(), ask.site.clone());
    let read = move |before: Option<Key>| {
        let (ctx, viewer, site) = (ctx.clone(), viewer.clone(), site.clone());
        async move {
            let (found, more) = page_of(fapiao::list(&ctx, &viewer, state, before, BATCH + 1).await?, BATCH);
            let next = found.last().filter(|_| more).map(key);
            Ok((found.iter().map(|listed| cells(listed, &site.time_zone, locale)).collect(), next))
        }
    };
    file("fapiao", columns, read).await
}

fn cells(listed: &Listed, zone: &TimeZone, locale: Locale) -> Vec<Cell> {
    let text = |text: &str| Cell::Text(text.to_owned());
    let Listed { fapiao, order, refunded, .. } = listed;
    let code = order.price.currency.code();
    vec![
        Cell::Text(format::stamp(fapiao.requested_at, zone)),
        Cell::Text(order.short()),
        text(kind_name(fapiao.wish.kind, locale)),
        text(&fapiao.wish.title),
        text(&fapiao.wish.tax_number),
        Cell::Text(item_name(order, locale)),
        plain(order.price.minor, code),
        plain(*refunded, code),
        plain(listed.written().minor, code),
        text(code),
        text(&fapiao.wish.email),
        text(listed_state(listed, locale).1),
        text(&fapiao.number),
        text(&fapiao.issued_day),
    ]
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DecideForm {
    number: String,
    day: String,
    answer: String,
}

pub async fn show(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    draw(&ask, number(&ask, &id)?, DecideForm::default(), Errors::none()).await
}

pub async fn issue(ask: Ask, Path(id): Path<String>, Form(form): Form<DecideForm>) -> Result<Response> {
    let id = number(&ask, &id)?;
    match fapiao::issue(&ask.ctx, &ask.viewer, id, &form.number, &form.day).await {
        Ok(()) => Ok(see_other(&format!("/admin/fapiao/{id}?done=issued"))),
        Err(error) => draw(&ask, id, form, Errors::from_error(error)?).await,
    }
}

pub async fn refuse(ask: Ask, Path(id): Path<String>, Form(form): Form<DecideForm>) -> Result<Response> {
    let id = number(&ask, &id)?;
    match fapiao::refuse(&ask.ctx, &ask.viewer, id, &form.answer).await {
        Ok(()) => Ok(see_other(&format!("/admin/fapiao/{id}?done=refused"))),
        Err(error) => draw(&ask, id, form, Errors::from_error(error)?).await,
    }
}

async fn draw(ask: &Ask, id: OrderId, form: DecideForm, errors: Errors) -> Result<Response> {
    let listed = fapiao::one(&ask.ctx, &ask.viewer, id).await?;
    let warning = red(&listed, ask.locale);
    let locale = ask.locale;
    let (state, open, written) = (listed_state(&listed, locale), listed.waits(), listed.written().format(locale));
    let Listed { fapiao, order, refunded, handle, .. } = listed;
    let number = order.short();
    let title = tf!(locale, "订单 {number} 的发票", "Fapiao of order {number}");
    Ok(Page::new(title.clone()).private().status_of(&errors).draw(ask, || {
        let above = vec![("/admin/fapiao".to_owned(), t!(locale, "发票", "Fapiao").to_owned())];
        let given = |name: &'static str, text: &str| (!text.is_empty()).then(|| fact(name, text.to_owned().into_any()));
        let paid = (refunded > 0).then(|| fact(t!(locale, "订单金额", "Paid"), order.price.format(locale)));
        let back =
            (refunded > 0).then(|| fact(t!(locale, "已退金额", "Given back"), Money::new(refunded, order.price.currency).format(locale)));
        view! {
            {menu(ask)}
            <section class="admin-order">
                <Breadcrumb locale above/>
                <h1>{title}</h1>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {warning.map(|text| view! { <Banner tone=Tone::Warn text/> })}
                <dl class="facts order-facts">
                    {fact(t!(locale, "状态", "Status"), badge(state))}
                    {fact(t!(locale, "抬头类型", "For"), kind_name(fapiao.wish.kind, locale))}
                    {given(t!(locale, "抬头", "Name on it"), &fapiao.wish.title)}
                    {given(t!(locale, "税号", "Tax number"), &fapiao.wish.tax_number)}
                    {given(t!(locale, "接收邮箱", "E-mail"), &fapiao.wish.email)}
                    {fact(t!(locale, "内容", "Item"), view! { <a href=format!("/admin/orders/{id}")>{item_name(&order, locale)}</a> })}
                    {paid}
                    {back}
                    {fact(t!(locale, "开票金额", "Amount"), written)}
                    {fact(t!(locale, "会员", "Member"), person(&handle))}
                    {fact(t!(locale, "申请时间", "Asked"), when(fapiao.requested_at, ask))}
                    {given(t!(locale, "发票号码", "Number"), &fapiao.number)}
                    {given(t!(locale, "开票日期", "Issued"), &format::stored_day(&fapiao.issued_day, locale))}
                    {given(t!(locale, "答复", "Answer"), &fapiao.answer)}
                </dl>
                {open.then(|| decide(id, form, &errors, locale))}
            </section>
        }
    }))
}

fn decide(id: OrderId, form: DecideForm, errors: &Errors, locale: Locale) -> AnyView {
    let hint = t!(locale, "留空即今天。", "Left empty: today.").to_owned();
    view! {
        <h2>{t!(locale, "登记为已开具", "It is issued")}</h2>
        <form class="form" method="post" action=format!("/admin/fapiao/{id}/issue")>
            <Field label=t!(locale, "发票号码", "Number") name="number" value=form.number maxlength=40 error=errors.of("number", locale)/>
            <Field label=t!(locale, "开票日期", "Day") name="day" kind="date" value=form.day hint=Some(hint) error=errors.of("day", locale)/>
            <Submit label=t!(locale, "登记", "Note it")/>
        </form>
        <h2>{t!(locale, "不开具", "It is not issued")}</h2>
        <form class="form" method="post" action=format!("/admin/fapiao/{id}/refuse")>
            <Field label=t!(locale, "原因（买家会看到）", "Why (the buyer reads it)") name="answer" value=form.answer maxlength=300 error=errors.of("answer", locale)/>
            <Submit label=t!(locale, "不开具", "Refuse") quiet=true/>
        </form>
    }
    .into_any()
}
