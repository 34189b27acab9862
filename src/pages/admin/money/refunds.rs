//! `/admin/refunds`: what is promised of taking things back, and who took what back; `/admin/refunds/{id}`: one of them.

use super::super::{menu, number};
use super::wording::{self, badge, refund_state};
use super::{money, money_if_any, page_of, person, query, when};
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::locale::Locale;
use crate::foundation::text;
use crate::pages::Page;
use crate::pages::orders::back::sentence;
use crate::pages::orders::item_name;
use crate::pages::withdraw::declared_by;
use crate::payments::model::Order;
use crate::payments::requests::{Kind, Request, State};
use crate::payments::rules::Rule;
use crate::payments::service::desk::PAGE;
use crate::payments::service::{promises, taking_back};
use crate::providers::Provider;
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Banner, Breadcrumb, Column, DataTable, EmptyState, Errors, Field, NextPage, Nothing, Select, Submit, Tone, fact};
use crate::{t, tf, words};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

/// A rule as it is chosen: its kind, and its days.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct RulesForm {
    post_rule: String,
    post_days: String,
    tier_rule: String,
    tier_days: String,
}

impl RulesForm {
    fn of((post, tier): promises::Rules) -> RulesForm {
        let kind = |rule: Option<Rule>| match rule {
            Some(Rule::Days(_)) => "days".to_owned(),
            rule => rule.map(|rule| rule.to_string()).unwrap_or_default(),
        };
        let days = |rule: Option<Rule>| match rule {
            Some(Rule::Days(days)) => days.to_string(),
            _ => "3".to_owned(),
        };
        RulesForm { post_rule: kind(post), post_days: days(post), tier_rule: kind(tier), tier_days: days(tier) }
    }

    fn rules(&self) -> Result<promises::Rules> {
        let mut errors = FieldErrors::new();
        let mut parse = |kind: &str, days: &str, field: &str| match kind {
            "" => Ok(None),
            "days" => {
                let rule = Rule::parse(&format!("days:{}", text::narrow(days.trim())));
                Ok(errors.keep(field, rule.ok_or_else(|| words!("请填写 1 到 365 天。", "Please give 1 to 365 days."))))
            }
            other => Rule::parse(other).map(Some).ok_or(AppError::NotFound),
        };
        let rules = (parse(&self.post_rule, &self.post_days, "post_days")?, parse(&self.tier_rule, &self.tier_days, "tier_days")?);
        errors.check()?;
        Ok(rules)
    }
}

pub async fn list(ask: Ask) -> Result<Response> {
    let form = RulesForm::of(promises::rules(&ask.ctx).await?);
    draw(&ask, form, Errors::none()).await
}

pub async fn save(ask: Ask, Form(form): Form<RulesForm>) -> Result<Response> {
    ask.viewer.require_admin()?;
    let saved = match form.rules() {
        Ok(rules) => promises::save_rules(&ask.ctx, &ask.viewer, rules).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(()) => Ok(see_other("/admin/refunds?done=saved")),
        Err(error) => draw(&ask, form, Errors::from_error(error)?).await,
    }
}

pub fn state_name(state: State, locale: Locale) -> (Tone, &'static str) {
    match state {
        State::Open => (Tone::Warn, t!(locale, "待处理", "Open")),
        State::Done => (Tone::Good, t!(locale, "已处理", "Done")),
        State::Refused => (Tone::Plain, t!(locale, "未同意", "Refused")),
    }
}

fn kind_name(kind: Kind, locale: Locale) -> &'static str {
    match kind {
        Kind::Refund => t!(locale, "按约定退款", "By the rule"),
        Kind::Withdrawal => t!(locale, "撤回合同", "Withdrawal"),
    }
}

async fn draw(ask: &Ask, form: RulesForm, errors: Errors) -> Result<Response> {
    let chosen = ask.query("state").unwrap_or_default();
    let before = ask.query("after").and_then(|text| text.parse().ok());
    let found = taking_back::list(&ask.ctx, &ask.viewer, State::parse(&chosen), before, PAGE + 1).await?;
    let (found, more) = page_of(found, PAGE);
    let locale = ask.locale;
    let title = t!(locale, "退款", "Refunds");
    Ok(Page::new(title).private().status_of(&errors).draw(ask, || {
        let next = found.last().filter(|_| more).map(|(last, _)| {
            let query = query(&[("state", &chosen), ("after", &last.id.to_string())]);
            format!("/admin/refunds?{query}")
        });
        let list = if found.is_empty() {
            view! { <EmptyState text=t!(locale, "还没有买家要求退款。", "Nobody has taken anything back.")/> }.into_any()
        } else {
            table(ask, found)
        };
        let any = (String::new(), t!(locale, "全部", "Any").to_owned());
        let states = State::ALL.map(|state| (state.as_str().to_owned(), state_name(state, locale).1.to_owned()));
        view! {
            {menu(ask)}
            <section class="admin-refunds">
                <h1>{title}</h1>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {rules_form(form, &errors, locale)}
                <h2>{t!(locale, "买家的退款", "What buyers took back")}</h2>
                <form class="form form-columns" method="get" action="/admin/refunds" role="search">
                    <Select label=t!(locale, "状态", "Status") name="state" value=chosen options=[any].into_iter().chain(states).collect()/>
                    <Submit label=t!(locale, "筛选", "Show") quiet=true/>
                </form>
                {list}
                <NextPage locale href=next/>
            </section>
        }
    }))
}

fn rules_form(form: RulesForm, errors: &Errors, locale: Locale) -> AnyView {
    let options = |article: bool| {
        let mut options = vec![
            (String::new(), t!(locale, "未设置：不作说明，也不能自助退款", "Not decided: nothing is said or promised").to_owned()),
            ("none".to_owned(), t!(locale, "不退款", "None").to_owned()),
            ("days".to_owned(), t!(locale, "若干天内无理由退款", "Some days, without a reason").to_owned()),
            ("withdrawal".to_owned(), t!(locale, "欧盟 14 天撤回权", "EU withdrawal, 14 days").to_owned()),
            (
                "withdrawal:waiver".to_owned(),
                t!(
                    locale,
                    "欧盟 14 天撤回权，打开内容后即告终止（付款前由买家确认）",
                    "EU withdrawal, 14 days, ending when what was bought is opened (confirmed before paying)"
                )
                .to_owned(),
            ),
        ];
        if !article {
            options.push(("pro-rata".to_owned(), t!(locale, "按剩余天数退款", "Pro rata: the days that are left").to_owned()));
        }
        options
    };
    let days = t!(locale, "选择“若干天”时有效；从付款次日算起。", "For “some days”; counted from the day after it was paid.").to_owned();
    view! {
        <form class="form" method="post" action="/admin/refunds">
            <p>{t!(
                locale,
                "付款前会用一句话告诉买家，并记在订单里；以后更改规则，不影响已下的订单。",
                "The buyer is told in one sentence before paying, and it is kept with the order: a later change does not touch orders that were begun."
            )}</p>
            <Select label=t!(locale, "文章和合集", "Articles and bundles") name="post_rule" value=form.post_rule options=options(true) error=errors.of("post_rule", locale)/>
            <Field label=t!(locale, "文章：天数", "Articles: days") name="post_days" inputmode="numeric" value=form.post_days hint=Some(days.clone()) error=errors.of("post_days", locale)/>
            <Select label=t!(locale, "会员", "Memberships") name="tier_rule" value=form.tier_rule options=options(false) error=errors.of("tier_rule", locale)/>
            <Field label=t!(locale, "会员：天数", "Memberships: days") name="tier_days" inputmode="numeric" value=form.tier_days hint=Some(days) error=errors.of("tier_days", locale)/>
            <Submit label=t!(locale, "保存", "Save")/>
        </form>
    }
    .into_any()
}

fn table(ask: &Ask, found: Vec<(Request, Order)>) -> AnyView {
    let locale = ask.locale;
    let columns = vec![
        Column::text(t!(locale, "内容", "Item")),
        Column::text(t!(locale, "会员", "Member")),
        Column::text(t!(locale, "方式", "How")),
        Column::number(t!(locale, "金额", "Amount")),
        Column::text(t!(locale, "状态", "Status")),
        Column::text(t!(locale, "退款", "Refund")),
        Column::text(t!(locale, "时间", "When")),
    ];
    let row = |(request, order): (Request, Order)| {
        let currency = order.price.currency.code();
        let minor = request.refund.map_or(request.minor, |(minor, _)| minor);
        let refund = request.refund.map_or_else(|| view! { <Nothing/> }.into_any(), |(_, state)| badge(refund_state(state, locale)));
        vec![
            view! { <a href=format!("/admin/refunds/{}", request.id)>{item_name(&order, locale)}</a> }.into_any(),
            person(&request.handle),
            kind_name(request.kind, locale).into_any(),
            // How much a request is about that waits is not decided yet.
            money_if_any(minor, currency, ask),
            badge(state_name(request.state, locale)),
            refund,
            when(request.declared_at, ask),
        ]
    };
    let rows = found.into_iter().map(row).collect();
    view! { <DataTable label=t!(locale, "买家的退款", "What buyers took back") columns rows/> }.into_any()
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DecideForm {
    amount: String,
    answer: String,
}

pub async fn show(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    draw_one(&ask, number(&ask, &id)?, DecideForm::default(), Errors::none()).await
}

pub async fn execute(ask: Ask, Path(id): Path<String>, Form(form): Form<DecideForm>) -> Result<Response> {
    let id = number(&ask, &id)?;
    match taking_back::execute(&ask.ctx, &ask.viewer, id, &form.amount).await {
        Ok(()) => Ok(see_other(&format!("/admin/refunds/{id}?done=refund-asked"))),
        Err(error) => draw_one(&ask, id, form, Errors::from_error(error)?).await,
    }
}

pub async fn refuse(ask: Ask, Path(id): Path<String>, Form(form): Form<DecideForm>) -> Result<Response> {
    let id = number(&ask, &id)?;
    match taking_back::refuse(&ask.ctx, &ask.viewer, id, &form.answer).await {
        Ok(()) => Ok(see_other(&format!("/admin/refunds/{id}?done=refused"))),
        Err(error) => draw_one(&ask, id, form, Errors::from_error(error)?).await,
    }
}

async fn draw_one(ask: &Ask, id: i64, form: DecideForm, errors: Errors) -> Result<Response> {
    let (request, order) = taking_back::one(&ask.ctx, &ask.viewer, id).await?;
    let promise = promises::of_order(&ask.ctx, &ask.viewer, &order).await?;
    let locale = ask.locale;
    let title = tf!(locale, "退款申请 {id}", "Request {id}");
    Ok(Page::new(title.clone()).private().status_of(&errors).draw(ask, || {
        let above = vec![("/admin/refunds".to_owned(), t!(locale, "退款", "Refunds").to_owned())];
        let currency = order.price.currency.code();
        let promised = match promise {
            Some(promise) => sentence(promise.rule, locale).into_any(),
            None => t!(locale, "没有约定", "Nothing").into_any(),
        };
        let promised_more = promise.map(|promise| {
            let waived = promise.waived_at.map(|at| fact(t!(locale, "要求立即开通", "Asked for access at once"), when(at, ask)));
            let opened = promise.opened_at.map(|at| fact(t!(locale, "打开全文的时间", "Opened it"), when(at, ask)));
            view! { {waived} {opened} }
        });
        let refund = request.refund.map(|(minor, state)| {
            let shown = view! { {money(minor, currency, ask)} " " {badge(refund_state(state, locale))} };
            fact(t!(locale, "退款", "Refund"), shown.into_any())
        });
        let gives = money_if_any(request.minor, currency, ask);
        let open = request.state == State::Open;
        view! {
            {menu(ask)}
            <section class="admin-order">
                <Breadcrumb locale above/>
                <h1>{title}</h1>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                <dl class="facts order-facts">
                    {fact(t!(locale, "状态", "Status"), badge(state_name(request.state, locale)))}
                    {fact(t!(locale, "方式", "How"), kind_name(request.kind, locale))}
                    {fact(t!(locale, "内容", "Item"), view! { <a href=format!("/admin/orders/{}", order.id)>{item_name(&order, locale)}</a> })}
                    {fact(t!(locale, "金额", "Amount"), order.price.format(locale))}
                    {fact(t!(locale, "会员", "Member"), person(&request.handle))}
                    {declared_by(request.kind, &request.declarant, locale)}
                    {fact(t!(locale, "时间", "When"), when(request.declared_at, ask))}
                    {fact(t!(locale, "约定", "Promised"), promised)}
                    {promised_more}
                    {fact(t!(locale, "按约定应退", "The rule gave"), gives)}
                    {(!request.reason.is_empty()).then(|| fact(t!(locale, "原因", "Reason"), request.reason.clone().into_any()))}
                    {refund}
                    {request.decided_at.map(|at| fact(t!(locale, "处理时间", "Decided"), when(at, ask)))}
                    {(!request.answer.is_empty()).then(|| fact(t!(locale, "答复", "Answer"), request.answer.clone().into_any()))}
                </dl>
                <p><a href=request.path()>{t!(locale, "买家看到的凭证", "The proof that the buyer has")}</a></p>
                {open.then(|| decide(&request, form, &errors, locale))}
            </section>
        }
    }))
}

fn decide(request: &Request, form: DecideForm, errors: &Errors, locale: Locale) -> AnyView {
    let (id, by_hand) = (request.id, request.provider == Provider::Offline);
    let hint = match request.minor {
        0 => t!(locale, "留空即全部退还。", "Leave empty to give back all that is left."),
        _ => t!(locale, "留空即按约定退还。", "Leave empty to give back what was promised."),
    };
    let by_hand = by_hand.then(|| {
        view! { <p>{wording::by_hand(locale)}</p> }
    });
    view! {
        <h2>{t!(locale, "退款", "Give it back")}</h2>
        <p>{t!(
            locale,
            "不论退多少，这笔订单开通的内容都会收回，自动续费也会取消。",
            "Whatever the amount, what the order opened is taken back, and its agreement ends."
        )}</p>
        {by_hand}
        <form class="form" method="post" action=format!("/admin/refunds/{id}/execute")>
            <Field label=t!(locale, "金额", "Amount") name="amount" inputmode="decimal" value=form.amount hint=Some(hint.to_owned()) error=errors.of("amount", locale)/>
            <Submit label=t!(locale, "退款", "Refund")/>
        </form>
        <h2>{t!(locale, "不同意", "Refuse it")}</h2>
        <form class="form" method="post" action=format!("/admin/refunds/{id}/refuse")>
            <Field label=t!(locale, "答复（买家会看到）", "Answer (the buyer reads it)") name="answer" maxlength=300 value=form.answer error=errors.of("answer", locale)/>
            <Submit label=t!(locale, "不同意", "Refuse") quiet=true/>
        </form>
    }
    .into_any()
}
