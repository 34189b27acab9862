//! `/admin/orders/{id}`: one order with all that came of it, giving money back, and confirming that it came.

use super::super::{menu, number};
use super::fapiao::red;
use super::wording::{self, badge, dispute_state, order_state, refund_state, try_state};
use super::{money_if_any, person, when};
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::{OrderId, PaymentId};
use crate::foundation::money::Money;
use crate::pages::Page;
use crate::pages::orders::{item_name, provider_name, trial_standing};
use crate::payments::model::{GivingBack, OrderStatus, Payment};
use crate::payments::service;
use crate::payments::service::desk::orders::{self, Story};
use crate::payments::service::fapiao;
use crate::payments::service::refunds::{self, Planned, Wanted};
use crate::providers::Provider;
use crate::providers::facts::RefundState;
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Banner, Breadcrumb, Check, Column, DataTable, Errors, Field, Nothing, Select, Submit, Tone, fact};
use crate::{t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

pub async fn show(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    draw(&ask, number(&ask, &id)?, RefundForm::default(), Errors::none()).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RefundForm {
    payment: String,
    amount: String,
    reason: String,
    /// `on` in the second step.
    sure: String,
    /// `on`: the agreement ends as well.
    ends: String,
}

pub async fn refund(ask: Ask, Path(id): Path<String>, Form(form): Form<RefundForm>) -> Result<Response> {
    let id = number(&ask, &id)?;
    let story = orders::story(&ask.ctx, &ask.viewer, id).await?;
    let payment: PaymentId = form.payment.parse().map_err(|_| AppError::NotFound)?;
    let wanted = Wanted { payment, amount: &form.amount, reason: &form.reason, ends_agreement: form.ends == "on" };
    let answer = match form.sure.as_str() {
        "on" => refunds::refund(&ask.ctx, &ask.viewer, &story.order, &wanted).await.map(|()| None),
        _ => refunds::plan(&ask.ctx, &ask.viewer, &story.order, &wanted).await.map(Some),
    };
    match answer {
        Ok(Some(planned)) => Ok(ask_if_sure(&ask, &story, planned, form)),
        Ok(None) => Ok(see_other(&format!("/admin/orders/{id}?done=refund-asked"))),
        Err(error) => draw(&ask, id, form, Errors::from_error(error)?).await,
    }
}

/// The second step of giving money back: what exactly comes of it.
fn ask_if_sure(ask: &Ask, story: &Story, planned: Planned, form: RefundForm) -> Response {
    let (order, locale) = (&story.order, ask.locale);
    let path = format!("/admin/orders/{}", order.id);
    let (amount, through) = (planned.amount.format(locale), provider_name(planned.provider, locale));
    let title = tf!(locale, "退还 {amount}？", "Give back {amount}?");
    let goes = match planned.provider {
        Provider::Offline => wording::by_hand(locale).to_owned(),
        _ => tf!(
            locale,
            "款项通过{through}原路退回，之后不能撤销。",
            "It goes back the way it came, through {through}, and cannot be called back."
        ),
    };
    let closes = match planned.closes {
        true => t!(locale, "这笔订单开通的内容随之关闭。", "What this order opened is closed."),
        false => t!(locale, "这笔订单开通的内容不受影响。", "What this order opened stays open."),
    };
    let agreement = planned.renews.then(|| {
        let label = t!(
            locale,
            "同时终止自动续费，以后不再扣款（不勾选则到期照常扣款）",
            "End the agreement as well, so that nothing more is charged (left out, the next term is charged as usual)"
        );
        view! { <Check label name="ends" checked=planned.closes/> }
    });
    let label = tf!(locale, "退款 {amount}", "Give back {amount}");
    Page::new(title.clone()).private().draw(ask, || {
        let above = vec![("/admin/orders".to_owned(), t!(locale, "订单", "Orders").to_owned()), (path.clone(), order.short())];
        view! {
            {menu(ask)}
            <section class="admin-order">
                <Breadcrumb locale above/>
                <h1>{title}</h1>
                <dl class="facts">
                    {fact(t!(locale, "内容", "Item"), item_name(order, locale))}
                    {fact(t!(locale, "会员", "Member"), person(&story.handle))}
                    {(!form.reason.is_empty()).then(|| fact(t!(locale, "原因", "Reason"), form.reason.clone()))}
                </dl>
                <p>{goes}</p>
                <p>{closes}</p>
                <form class="form" method="post" action=format!("{path}/refund")>
                    <input type="hidden" name="payment" value=form.payment/>
                    <input type="hidden" name="amount" value=planned.amount.to_plain()/>
                    <input type="hidden" name="reason" value=form.reason.clone()/>
                    <input type="hidden" name="sure" value="on"/>
                    {agreement}
                    <Submit label/>
                </form>
                <p><a href=path.clone()>{t!(locale, "返回", "Back")}</a></p>
            </section>
        }
    })
}

pub async fn confirm(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    let id = number(&ask, &id)?;
    let story = orders::story(&ask.ctx, &ask.viewer, id).await?;
    match refunds::confirm_offline(&ask.ctx, &ask.viewer, &story.order).await {
        Ok(()) => Ok(see_other(&format!("/admin/orders/{id}?done=confirmed"))),
        Err(error) => draw(&ask, id, RefundForm::default(), Errors::from_error(error)?).await,
    }
}

/// Asks the providers how its tries stand.
pub async fn look(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    let id = number(&ask, &id)?;
    let story = orders::story(&ask.ctx, &ask.viewer, id).await?;
    service::look(&ask.ctx, &ask.viewer, &story.order.reference).await?;
    Ok(see_other(&format!("/admin/orders/{id}?done=looked")))
}

async fn draw(ask: &Ask, id: OrderId, form: RefundForm, errors: Errors) -> Result<Response> {
    let story = orders::story(&ask.ctx, &ask.viewer, id).await?;
    let follow = fapiao::to_follow(&ask.ctx, &ask.viewer, id).await?;
    let locale = ask.locale;
    let number = story.order.short();
    let title = tf!(locale, "订单 {number}", "Order {number}");
    Ok(Page::new(title.clone()).private().status_of(&errors).draw(ask, || {
        let above = vec![("/admin/orders".to_owned(), t!(locale, "订单", "Orders").to_owned())];
        view! {
            {menu(ask)}
            <section class="admin-order">
                <Breadcrumb locale above/>
                <h1>{title}</h1>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {follow.and_then(|listed| red(&listed, locale)).map(|text| view! {
                    <Banner tone=Tone::Warn text/>
                    <p><a href=format!("/admin/fapiao/{id}")>{t!(locale, "查看发票", "See the fapiao")}</a></p>
                })}
                {agreed(ask, &story)}
                {deeds(ask, &story)}
                {payments(ask, &story)}
                {refund_form(ask, &story, form, &errors)}
                {tries(ask, &story)}
                {entries(ask, &story)}
            </section>
        }
    }))
}

fn agreed(ask: &Ask, story: &Story) -> AnyView {
    let (order, locale) = (&story.order, ask.locale);
    let reference = view! { <a href=order.path()><code>{order.reference.clone()}</code></a> }.into_any();
    let opened = match &story.opened {
        None => t!(locale, "没有开通", "Nothing").into_any(),
        Some(opened) => {
            let begins = when(opened.starts_at, ask);
            let ends = match (opened.ends_at, opened.revoked_at) {
                (Some(at), _) => Some(when(at, ask)),
                (None, None) => Some(t!(locale, "永久", "for good").into_any()),
                // What was to be open for good is not.
                (None, Some(_)) => None,
            };
            let ends = ends.map(|ends| view! { " – " {ends} });
            let revoked = opened.revoked_at.map(|at| view! { <br/>{t!(locale, "已收回：", "Taken back: ")}{when(at, ask)} });
            view! { {begins} {ends} {revoked} }.into_any()
        }
    };
    let by_offer = order.offer.as_ref().map(|offer| {
        let list = offer.list.format(locale);
        let name = match offer.used {
            Some(id) => view! { <a href=format!("/admin/offers/{id}")>{offer.name.clone()}</a> }.into_any(),
            None => offer.name.clone().into_any(),
        };
        let before = tf!(locale, "，原价 {list}", ", {list} before");
        fact(t!(locale, "优惠", "Offer"), view! { {name} {before} }.into_any())
    });
    let gift = order.is_gift().then(|| {
        let link = view! { <a href=order.gift_path()>{t!(locale, "查看礼物", "See the gift")}</a> };
        fact(t!(locale, "礼物", "Gift"), link.into_any())
    });
    let team = order.team.map(|team| {
        let link = view! { <a href=team.path()>{t!(locale, "查看团队", "See the team")}</a> };
        fact(t!(locale, "团队", "Team"), link.into_any())
    });
    let subscription = order.subscription.map(|id| {
        let link = view! { <a href=format!("/admin/subscriptions/{id}")>{tf!(locale, "第 {id} 号", "Agreement {id}")}</a> };
        fact(t!(locale, "自动续费", "Renewing"), link.into_any())
    });
    view! {
        <dl class="facts order-facts">
            {fact(t!(locale, "状态", "Status"), badge(order_state(order, ask.ctx.now(), locale)))}
            {fact(t!(locale, "内容", "Item"), item_name(order, locale))}
            {fact(t!(locale, "金额", "Amount"), order.price.format(locale))}
            {order.trial.map(|trial| fact(t!(locale, "试用", "Trial"), trial_standing(trial, ask.ctx.now(), &ask.site, locale)))}
            {fact(t!(locale, "会员", "Member"), person(&story.handle))}
            {fact(t!(locale, "编号", "Number"), reference)}
            {fact(t!(locale, "下单时间", "Ordered"), when(order.created_at, ask))}
            {order.declined_at.map(|at| fact(t!(locale, "上次失败", "Last declined"), when(at, ask)))}
            {order.paid_at.map(|at| fact(t!(locale, "付款时间", "Paid"), when(at, ask)))}
            {fact(t!(locale, "开通内容", "Opens"), opened)}
            {by_offer}
            {gift}
            {team}
            {subscription}
        </dl>
    }
    .into_any()
}

/// What can be done about an order that is not paid.
fn deeds(ask: &Ask, story: &Story) -> Option<AnyView> {
    let (id, locale) = (story.order.id, ask.locale);
    if !matches!(story.order.status, OrderStatus::Open | OrderStatus::Pending) {
        return None;
    }
    let offline = story.tries.iter().any(|tried| tried.provider == Provider::Offline).then(|| {
        let price = story.order.price.format(locale);
        let text = tf!(
            locale,
            "买家选择了线下付款。请在 {price} 到账后再确认；确认后，内容会立即开通。",
            "The buyer chose to pay offline. Confirm only once {price} has arrived; what was bought then opens at once."
        );
        view! {
            <form class="form" method="post" action=format!("/admin/orders/{id}/confirm")>
                <p>{text}</p>
                <Submit label=t!(locale, "确认已收款", "Confirm payment")/>
            </form>
        }
    });
    let asked = story.tries.iter().any(|tried| tried.provider != Provider::Offline).then(|| {
        view! {
            <form class="form" method="post" action=format!("/admin/orders/{id}/look")>
                <Submit label=t!(locale, "再查询一次", "Look again") quiet=true/>
            </form>
        }
    });
    Some(view! { {offline} {asked} }.into_any())
}

fn payments(ask: &Ask, story: &Story) -> AnyView {
    let locale = ask.locale;
    let title = t!(locale, "付款", "Payments");
    if story.payments.is_empty() {
        return view! { <h2>{title}</h2><p>{t!(locale, "还没有收到款项。", "No money has come.")}</p> }.into_any();
    }
    let columns = vec![
        Column::text(t!(locale, "编号", "Number")),
        Column::text(t!(locale, "付款方式", "Way to pay")),
        Column::number(t!(locale, "金额", "Amount")),
        Column::number(t!(locale, "手续费", "Fee")),
        Column::number(t!(locale, "净额", "Net")),
        Column::text(t!(locale, "时间", "When")),
        Column::text(t!(locale, "用途", "Use")),
    ];
    let row = |payment: &Payment| {
        let (amount, currency) = (payment.amount, payment.amount.currency);
        let shown = |minor: Option<i64>| match minor {
            Some(minor) => Money::new(minor, currency).format(locale).into_any(),
            None => t!(locale, "未知", "not known yet").into_any(),
        };
        let used = match payment.surplus {
            true => (Tone::Warn, t!(locale, "多收待退", "Paid too much, owed back")),
            false => (Tone::Plain, t!(locale, "用于本订单", "Pays the order")),
        };
        vec![
            view! { <code>{payment.number.clone()}</code> }.into_any(),
            provider_name(payment.provider, locale).into_any(),
            amount.format(locale).into_any(),
            shown(payment.fee),
            shown(payment.fee.map(|fee| amount.minor - fee)),
            when(payment.paid_at, ask),
            badge(used),
        ]
    };
    let rows = story.payments.iter().map(row).collect();
    let back = went_back(ask, story);
    view! { <h2>{title}</h2><DataTable label=title columns rows/>{back} }.into_any()
}

/// Refunds and disputes.
fn went_back(ask: &Ask, story: &Story) -> Option<AnyView> {
    let locale = ask.locale;
    let mut rows = Vec::new();
    for payment in &story.payments {
        let amount = |minor: i64| Money::new(minor, payment.amount.currency).format(locale).into_any();
        for refund in &payment.refunds {
            let what = view! { {t!(locale, "退款", "Refund")} };
            let reason = if refund.reason.is_empty() { view! { <Nothing/> }.into_any() } else { refund.reason.clone().into_any() };
            rows.push(vec![what.into_any(), amount(refund.minor), badge(refund_state(refund.state, locale)), when(refund.at, ask), reason]);
        }
        for dispute in &payment.disputes {
            let what = t!(locale, "争议", "Dispute").into_any();
            let cell = vec![what, amount(dispute.minor), badge(dispute_state(dispute.state, locale)), when(dispute.at, ask)];
            rows.push(cell.into_iter().chain([view! { <Nothing/> }.into_any()]).collect());
        }
    }
    let columns = vec![
        Column::text(t!(locale, "事项", "What")),
        Column::number(t!(locale, "金额", "Amount")),
        Column::text(t!(locale, "状态", "Status")),
        Column::text(t!(locale, "时间", "When")),
        Column::text(t!(locale, "原因", "Reason")),
    ];
    let label = t!(locale, "退款与争议", "Refunds and disputes");
    let stuck = story.payments.iter().flat_map(|payment| payment.refunds.iter().map(move |refund| (payment.provider, refund)));
    let stuck = stuck.filter(|(_, refund)| refund.state == GivingBack::Told(RefundState::Stuck));
    let alarms: Vec<_> = stuck
        .map(|(provider, refund)| {
            let text = wording::stuck(provider, refund.reference.as_deref(), locale);
            view! { <Banner tone=Tone::Bad text/> }
        })
        .collect();
    (!rows.is_empty()).then(|| view! { <h2>{label}</h2>{alarms}<DataTable label columns rows/> }.into_any())
}

fn refund_form(ask: &Ask, story: &Story, form: RefundForm, errors: &Errors) -> Option<AnyView> {
    let locale = ask.locale;
    let left: Vec<&Payment> = story.payments.iter().filter(|payment| payment.refundable() > 0).collect();
    let first = left.first()?;
    let most = |payment: &Payment| Money::new(payment.refundable(), payment.amount.currency);
    let which = match left[..] {
        [only] => view! { <input type="hidden" name="payment" value=only.id.to_string()/> }.into_any(),
        _ => {
            let name = |payment: &&Payment| (payment.id.to_string(), format!("{} · {}", payment.number, most(payment).format(locale)));
            let options = left.iter().map(name).collect();
            view! { <Select label=t!(locale, "退哪一笔", "Which payment") name="payment" value=form.payment options/> }.into_any()
        }
    };
    let whole = most(first).format(locale);
    let hint = tf!(locale, "留空即全部退还，最多 {whole}。", "Leave empty to refund all that is left; at most {whole}.");
    let by_hand = (first.provider == Provider::Offline).then(|| {
        view! { <p>{wording::by_hand(locale)}</p> }
    });
    let reason_hint =
        t!(locale, "只有管理员能看到；部分付款服务会转告买家。", "For admins; some providers pass it on to the buyer.").to_owned();
    Some(
        view! {
            <h2>{t!(locale, "退款", "Refund")}</h2>
            <p>{t!(
                locale,
                "全额退款后，这笔订单开通的内容会收回；部分退款没有影响。",
                "When all of it is refunded, what it opened is taken back; a partial refund changes nothing."
            )}</p>
            {by_hand}
            <form class="form refund-form" method="post" action=format!("/admin/orders/{}/refund", story.order.id)>
                {which}
                <Field label=t!(locale, "金额", "Amount") name="amount" inputmode="decimal" value=form.amount hint=Some(hint) error=errors.of("amount", locale)/>
                <Field label=t!(locale, "原因", "Reason") name="reason" maxlength=200 value=form.reason hint=Some(reason_hint) error=errors.of("reason", locale)/>
                <Submit label=t!(locale, "继续", "Continue") quiet=true/>
            </form>
        }
        .into_any(),
    )
}

fn tries(ask: &Ask, story: &Story) -> Option<AnyView> {
    let locale = ask.locale;
    let columns = vec![
        Column::text(t!(locale, "我方编号", "Our number")),
        Column::text(t!(locale, "付款方式", "Way to pay")),
        Column::text(t!(locale, "对方编号", "Their number")),
        Column::text(t!(locale, "状态", "Status")),
        Column::text(t!(locale, "开始", "Begun")),
    ];
    let row = |tried: &crate::payments::model::Checkout| {
        let number = tried.number.clone();
        vec![
            view! { <code>{tried.reference.clone()}</code> }.into_any(),
            provider_name(tried.provider, locale).into_any(),
            number.map_or_else(|| view! { <Nothing/> }.into_any(), |number| view! { <code>{number}</code> }.into_any()),
            badge(try_state(tried.state, story.order.trial.is_some(), locale)),
            when(tried.opened_at, ask),
        ]
    };
    let rows: Vec<_> = story.tries.iter().map(row).collect();
    let label = t!(locale, "付款尝试", "Tries to pay");
    (!rows.is_empty()).then(|| view! { <h2>{label}</h2><DataTable label columns rows/> }.into_any())
}

fn entries(ask: &Ask, story: &Story) -> Option<AnyView> {
    let locale = ask.locale;
    let columns = vec![
        Column::text(t!(locale, "科目", "Account")),
        Column::number(t!(locale, "借方", "Debit")),
        Column::number(t!(locale, "贷方", "Credit")),
        Column::text(t!(locale, "入账时间", "Booked")),
    ];
    let rows: Vec<_> = story
        .entries
        .iter()
        .map(|entry| {
            let side = |minor: i64| money_if_any(minor, &entry.currency, ask);
            let at = when(crate::foundation::time::Timestamp(entry.booked_at), ask);
            let account = wording::account(&entry.account, entry.handle.as_deref(), locale);
            vec![account.into_any(), side(entry.minor), side(-entry.minor), at]
        })
        .collect();
    let label = t!(locale, "账本", "Ledger");
    (!rows.is_empty()).then(|| view! { <h2>{label}</h2><DataTable label columns rows/> }.into_any())
}
