//! `/admin/subscriptions`: members' renewing agreements, one of them, and ending it.

use super::super::menu;
use super::wording::{agreement_state, badge, order_state};
use super::{page_of, person, when};
use crate::foundation::error::Result;
use crate::foundation::locale::Locale;
use crate::membership::wording;
use crate::pages::Page;
use crate::pages::orders::provider_name;
use crate::payments::model::Order;
use crate::payments::service::desk::PAGE;
use crate::payments::service::desk::subscriptions::{self, Seen, parse_state, state_name};
use crate::payments::service::plans::Subscription;
use crate::payments::service::repricing::{self, Coming};
use crate::providers::facts::AgreementState;
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Banner, Breadcrumb, Column, DataTable, EmptyState, Errors, Field, NextPage, Nothing, Submit, Tabs, Tone, fact};
use crate::{t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

const STATES: [AgreementState; 6] = [
    AgreementState::Active,
    AgreementState::PastDue,
    AgreementState::Trialing,
    AgreementState::Paused,
    AgreementState::Waiting,
    AgreementState::Ended,
];

pub async fn list(ask: Ask) -> Result<Response> {
    let state = ask.query("state").as_deref().and_then(parse_state);
    let before = ask.query("after").and_then(|text| text.parse().ok());
    let (found, more) = page_of(subscriptions::list(&ask.ctx, &ask.viewer, state, before, PAGE + 1).await?, PAGE);
    let locale = ask.locale;
    let title = t!(locale, "自动续费", "Agreements");
    Ok(Page::new(title).private().draw(&ask, || {
        let tab = |of: Option<AgreementState>| {
            let name = of.map_or(t!(locale, "全部", "All"), |state| agreement_state(state, locale).1);
            let href = of.map_or_else(|| "/admin/subscriptions".to_owned(), |state| format!("/admin/subscriptions?state={}", state_name(state)));
            (href, name.to_owned(), of == state)
        };
        let tabs = [tab(None)].into_iter().chain(STATES.into_iter().map(|state| tab(Some(state)))).collect();
        let next = found.last().filter(|_| more).map(|last| {
            let of = state.map(|state| format!("state={}&", state_name(state))).unwrap_or_default();
            format!("/admin/subscriptions?{of}after={}", last.subscription.id)
        });
        let list = if found.is_empty() {
            view! { <EmptyState text=t!(locale, "没有符合条件的自动续费。", "No agreements of this kind.")/> }.into_any()
        } else {
            table(&ask, title, &found)
        };
        view! {
            {menu(&ask)}
            <section class="admin-subscriptions">
                <h1>{title}</h1>
                <p>{t!(locale, "会员本人同意后，由付款服务按期扣款。", "Memberships that renew by themselves: the member agreed to be charged each term by the provider.")}</p>
                <Tabs label=t!(locale, "状态", "Status") tabs/>
                {list}
                <NextPage locale href=next/>
            </section>
        }
    }))
}

fn price(subscription: &Subscription, ask: &Ask) -> String {
    format!("{} {}", subscription.price.format(ask.locale), wording::per(subscription.every, ask.locale))
}

/// When it is charged next, or when it ends.
fn next_charge(subscription: &Subscription, ask: &Ask) -> AnyView {
    let locale = ask.locale;
    let until = subscription.trial_until.filter(|_| subscription.state == AgreementState::Trialing).or(subscription.term_until);
    match (until, subscription.state, subscription.ends_with_term) {
        (None, ..) | (_, AgreementState::Ended | AgreementState::Waiting, _) => view! { <Nothing/> }.into_any(),
        (Some(at), _, true) => view! { {t!(locale, "到期结束：", "Ends ")} {when(at, ask)} }.into_any(),
        (Some(at), ..) => when(at, ask),
    }
}

/// As [`next_charge`], with how much it comes to, and by which offer that is less.
fn next_charge_in_full(subscription: &Subscription, coming: Option<&Coming>, ask: &Ask) -> AnyView {
    let locale = ask.locale;
    let charged = matches!(subscription.state, AgreementState::Active | AgreementState::Trialing);
    let amount = (charged && !subscription.ends_with_term && subscription.end().is_some()).then(|| {
        let next = repricing::next_charge(subscription, coming);
        let offer = subscription.by_offer.as_ref().filter(|by_offer| next == by_offer.terms.cut.amount);
        let amount = next.format(locale);
        let amount = match offer.map(|by_offer| &by_offer.name) {
            Some(name) => tf!(locale, "{amount}（优惠“{name}”）", "{amount} (offer “{name}”)"),
            None => amount,
        };
        view! { " · " {amount} }
    });
    view! { {next_charge(subscription, ask)} {amount} }.into_any()
}

/// Its state, whether its member is charged twice for the same, and whether they cancelled and its provider was not told yet.
fn standing(seen: &Seen, locale: Locale) -> AnyView {
    let doubled = seen.doubled.then(|| badge((Tone::Bad, t!(locale, "同一等级有两份", "Twice for one tier"))));
    let cancelling = seen.subscription.is_being_cancelled().then(|| badge((Tone::Warn, t!(locale, "正在取消续费", "Being cancelled"))));
    view! { {badge(agreement_state(seen.subscription.state, locale))} " " {doubled} " " {cancelling} }.into_any()
}

fn table(ask: &Ask, label: &'static str, found: &[Seen]) -> AnyView {
    let locale = ask.locale;
    let columns = vec![
        Column::text(t!(locale, "等级", "Tier")),
        Column::text(t!(locale, "会员", "Member")),
        Column::number(t!(locale, "价格", "Price")),
        Column::text(t!(locale, "状态", "Status")),
        Column::text(t!(locale, "下次扣款", "Next charge")),
        Column::text(t!(locale, "付款方式", "Way to pay")),
    ];
    let row = |seen: &Seen| {
        let subscription = &seen.subscription;
        vec![
            view! { <a href=format!("/admin/subscriptions/{}", subscription.id)>{seen.tier_name.clone()}</a> }.into_any(),
            person(&seen.handle),
            price(subscription, ask).into_any(),
            standing(seen, locale),
            next_charge(subscription, ask),
            provider_name(subscription.provider, locale).into_any(),
        ]
    };
    let rows = found.iter().map(row).collect();
    view! { <DataTable label columns rows/> }.into_any()
}

pub async fn show(ask: Ask, Path(id): Path<i64>) -> Result<Response> {
    draw(&ask, id, EndForm::default(), Errors::none()).await
}

pub async fn look(ask: Ask, Path(id): Path<i64>) -> Result<Response> {
    match subscriptions::look_again(&ask.ctx, &ask.viewer, id).await {
        Ok(()) => Ok(see_other(&format!("/admin/subscriptions/{id}?done=looked"))),
        Err(error) => draw(&ask, id, EndForm::default(), Errors::from_error(error)?).await,
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct EndForm {
    when: String,
    reason: String,
}

pub async fn end(ask: Ask, Path(id): Path<i64>, Form(form): Form<EndForm>) -> Result<Response> {
    match subscriptions::end(&ask.ctx, &ask.viewer, id, form.when == "now", &form.reason).await {
        Ok(()) => Ok(see_other(&format!("/admin/subscriptions/{id}?done=saved"))),
        Err(error) => draw(&ask, id, form, Errors::from_error(error)?).await,
    }
}

async fn draw(ask: &Ask, id: i64, form: EndForm, errors: Errors) -> Result<Response> {
    let (seen, orders) = subscriptions::one(&ask.ctx, &ask.viewer, id).await?;
    let coming = repricing::coming(&ask.ctx, &seen.subscription).await?;
    let locale = ask.locale;
    let title = tf!(locale, "自动续费 {id}", "Agreement {id}");
    Ok(Page::new(title.clone()).private().status_of(&errors).draw(ask, || {
        let above = vec![("/admin/subscriptions".to_owned(), t!(locale, "自动续费", "Agreements").to_owned())];
        let live = seen.subscription.state != AgreementState::Ended;
        view! {
            {menu(ask)}
            <section class="admin-subscription">
                <Breadcrumb locale above/>
                <h1>{title}</h1>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {facts(ask, &seen, coming)}
                <form class="form" method="post" action=format!("/admin/subscriptions/{id}/look")>
                    <Submit label=t!(locale, "再查询一次", "Look again") quiet=true/>
                </form>
                {terms(ask, orders)}
                {live.then(|| end_form(ask, id, form, &errors))}
            </section>
        }
    }))
}

/// What was agreed to for the next term, or waits for its member to agree at the provider.
fn change(ask: &Ask, coming: Coming) -> AnyView {
    let locale = ask.locale;
    let waits = coming.consent.is_some().then(|| badge((Tone::Warn, t!(locale, "等会员确认", "Waits for the member"))));
    let text = format!("{}, {} {}", coming.name, coming.price.format(locale), wording::per(coming.every, locale));
    view! { {text} " · " {when(coming.from, ask)} " " {waits} }.into_any()
}

fn facts(ask: &Ask, seen: &Seen, coming: Option<Coming>) -> AnyView {
    let (subscription, locale) = (&seen.subscription, ask.locale);
    let reason = (!seen.end_reason.is_empty())
        .then(|| fact(t!(locale, "管理员结束的原因", "Why an admin ended it"), seen.end_reason.clone().into_any()));
    let next = next_charge_in_full(subscription, coming.as_ref(), ask);
    let coming = coming.map(|coming| fact(t!(locale, "将要更改为", "Changes to"), change(ask, coming)));
    let adopted = subscription.adopted_at.map(|at| fact(t!(locale, "从别处接管", "Taken over from elsewhere"), when(at, ask)));
    let method = subscription.method.clone().map(|method| fact(t!(locale, "扣款方式", "Paid with"), method.into_any()));
    view! {
        <dl class="facts">
            {fact(t!(locale, "状态", "Status"), standing(seen, locale))}
            {fact(t!(locale, "会员", "Member"), person(&seen.handle))}
            {fact(t!(locale, "等级", "Tier"), seen.tier_name.clone())}
            {fact(t!(locale, "价格", "Price"), price(subscription, ask))}
            {fact(t!(locale, "下次扣款", "Next charge"), next)}
            {coming}
            {fact(t!(locale, "付款方式", "Way to pay"), provider_name(subscription.provider, locale))}
            {method}
            {fact(t!(locale, "对方编号", "Their number"), view! { <code>{subscription.number.clone()}</code> })}
            {fact(t!(locale, "开始", "Begun"), when(subscription.created_at, ask))}
            {adopted}
            {reason}
        </dl>
    }
    .into_any()
}

fn terms(ask: &Ask, orders: Vec<Order>) -> Option<AnyView> {
    let locale = ask.locale;
    let columns = vec![
        Column::text(t!(locale, "订单", "Order")),
        Column::number(t!(locale, "金额", "Amount")),
        Column::text(t!(locale, "状态", "Status")),
        Column::text(t!(locale, "下单时间", "Ordered")),
    ];
    let row = |order: Order| {
        let number = order.short();
        vec![
            view! { <a href=format!("/admin/orders/{}", order.id)>{tf!(locale, "订单 {number}", "Order {number}")}</a> }.into_any(),
            order.price.format(locale).into_any(),
            badge(order_state(&order, ask.ctx.now(), locale)),
            when(order.created_at, ask),
        ]
    };
    let rows: Vec<_> = orders.into_iter().map(row).collect();
    let label = t!(locale, "各期订单", "Orders of its terms");
    (!rows.is_empty()).then(|| view! { <h2>{label}</h2><DataTable label columns rows/> }.into_any())
}

fn end_form(ask: &Ask, id: i64, form: EndForm, errors: &Errors) -> AnyView {
    let locale = ask.locale;
    let hint = t!(locale, "只有管理员能看到。", "For admins only.").to_owned();
    view! {
        <h2>{t!(locale, "结束自动续费", "End the agreement")}</h2>
        <p>{t!(
            locale,
            "到期结束：不再扣款，会员可以用到本期结束。立即结束：不再扣款，已付的款项需另行退款。",
            "With the term: no further charge, and the paid term runs to its end. At once: no further charge; what was paid has to be refunded separately."
        )}</p>
        <form class="form" method="post" action=format!("/admin/subscriptions/{id}/end")>
            <Field label=t!(locale, "原因", "Reason") name="reason" maxlength=200 value=form.reason hint=Some(hint) error=errors.of("reason", locale)/>
            <Submit label=t!(locale, "到期结束", "End with the term") quiet=true name="when" value="end"/>
            <Submit label=t!(locale, "立即结束", "End at once") quiet=true name="when" value="now"/>
        </form>
    }
    .into_any()
}
