//! `/admin/notifications`: what providers told, by what became of it; one of them as it came, to be replayed or ignored.

use super::super::menu;
use super::wording::{self, badge, notification_state};
use super::{page_of, when};
use crate::foundation::error::Result;
use crate::foundation::id::OrderId;
use crate::foundation::locale::Locale;
use crate::foundation::time::Timestamp;
use crate::pages::Page;
use crate::pages::orders::provider_name;
use crate::payments::model::order_number;
use crate::payments::service::desk::PAGE;
use crate::payments::service::desk::notifications::{self, NotificationRow, STUCK};
use crate::providers::Provider;
use crate::server::http::{Ask, see_other};
use crate::ui::{Banner, Breadcrumb, Column, DataTable, EmptyState, Errors, NextPage, Nothing, Submit, Tabs, Tone, fact};
use crate::{t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;

/// Says that notifications wait for an admin; nothing when none do.
#[component]
pub fn Alarm(locale: Locale, troubled: i64) -> impl IntoView {
    (troubled > 0).then(|| {
        let text = tf!(locale, "有 {troubled} 条付款通知需要处理。", "Payment notifications that need your attention: {troubled}.");
        let tone = Tone::Bad;
        view! {
            <Banner tone text/>
            <p class="actions"><a class="button button-quiet" href="/admin/notifications">{t!(locale, "查看通知", "See the notifications")}</a></p>
        }
    })
}

pub async fn list(ask: Ask) -> Result<Response> {
    let counts = notifications::counts(&ask.ctx, &ask.viewer).await?;
    let asked = ask.query("state");
    let named = counts.iter().find(|(state, _)| asked.as_deref() == Some(*state));
    // What wants attention first; what is done when nothing does.
    let first = || counts.iter().take(2).find(|(_, n)| *n > 0).map_or("done", |(state, _)| *state);
    let state = named.map_or_else(first, |(state, _)| *state);
    let before = ask.query("after").and_then(|text| text.parse().ok());
    let (found, more) = page_of(notifications::list(&ask.ctx, &ask.viewer, state, before, PAGE + 1).await?, PAGE);
    let locale = ask.locale;
    let title = t!(locale, "付款通知", "Notifications");
    Ok(Page::new(title).private().draw(&ask, || {
        let tab = |(of, n): &(&'static str, i64)| {
            let name = format!("{} {n}", notification_state(of, locale).1);
            (format!("/admin/notifications?state={of}"), name, *of == state)
        };
        let tabs = counts.iter().map(tab).collect();
        let next = found.last().filter(|_| more).map(|last| format!("/admin/notifications?state={state}&after={}", last.id));
        let list = if found.is_empty() {
            view! { <EmptyState text=t!(locale, "没有符合条件的通知。", "No notifications of this kind.")/> }.into_any()
        } else {
            table(&ask, title, &found)
        };
        let troubled: i64 = counts.iter().take(2).map(|(_, n)| n).sum();
        let alarm = (troubled > 0).then(|| {
            let text = t!(
                locale,
                "“已隔离”的通知与我们的记录不符，“处理失败”的通知多次重试仍未成功。它们都没有生效，请逐条查看。需要你到付款服务的后台处理的退款，也会列为“已隔离”。",
                "Quarantined: it does not match our records. Given up: many tries, none of which worked. None of these had any effect; please look at each. A refund that you have to see to at the provider is listed as quarantined, too."
            );
            view! { <Banner tone=Tone::Bad text/> }
        });
        view! {
            {menu(&ask)}
            <section class="admin-notifications">
                <h1>{title}</h1>
                {alarm}
                <Tabs label=t!(locale, "状态", "Status") tabs/>
                {list}
                <NextPage locale href=next/>
            </section>
        }
    }))
}

fn provider(name: &str, locale: Locale) -> String {
    Provider::parse(name).map_or_else(|| name.to_owned(), |provider| provider_name(provider, locale).to_owned())
}

fn table(ask: &Ask, label: &'static str, found: &[NotificationRow]) -> AnyView {
    let locale = ask.locale;
    let columns = vec![
        Column::text(t!(locale, "事件", "What")),
        Column::text(t!(locale, "付款方式", "Way to pay")),
        Column::text(t!(locale, "收到", "Received")),
        Column::text(t!(locale, "原因", "Reason")),
    ];
    let row = |row: &NotificationRow| {
        let reason = if row.reason.is_empty() { view! { <Nothing/> }.into_any() } else { row.reason.clone().into_any() };
        vec![
            view! { <a href=format!("/admin/notifications/{}", row.id)>{row.kind.clone()}</a> }.into_any(),
            provider(&row.provider, locale).into_any(),
            when(Timestamp(row.received_at), ask),
            reason,
        ]
    };
    let rows = found.iter().map(row).collect();
    view! { <DataTable label columns rows/> }.into_any()
}

pub async fn show(ask: Ask, Path(id): Path<i64>) -> Result<Response> {
    draw(&ask, id, Errors::none()).await
}

pub async fn replay(ask: Ask, Path(id): Path<i64>) -> Result<Response> {
    match notifications::replay(&ask.ctx, &ask.viewer, id).await {
        Ok(()) => Ok(see_other(&format!("/admin/notifications/{id}?done=replayed"))),
        Err(error) => draw(&ask, id, Errors::from_error(error)?).await,
    }
}

pub async fn ignore(ask: Ask, Path(id): Path<i64>) -> Result<Response> {
    match notifications::ignore(&ask.ctx, &ask.viewer, id).await {
        Ok(()) => Ok(see_other(&format!("/admin/notifications/{id}?done=saved"))),
        Err(error) => draw(&ask, id, Errors::from_error(error)?).await,
    }
}

async fn draw(ask: &Ask, id: i64, errors: Errors) -> Result<Response> {
    let (row, body) = notifications::one(&ask.ctx, &ask.viewer, id).await?;
    let locale = ask.locale;
    let title = tf!(locale, "通知 {id}", "Notification {id}");
    Ok(Page::new(title.clone()).private().status_of(&errors).draw(ask, || {
        let above = vec![("/admin/notifications".to_owned(), t!(locale, "付款通知", "Notifications").to_owned())];
        let waits = matches!(row.state.as_str(), "quarantined" | "dead" | "later" | "ignored");
        let may_ignore = waits && row.state != "ignored";
        let stuck = Provider::parse(&row.provider).filter(|_| row.kind == STUCK && waits).map(|provider| {
            view! { <p>{wording::stuck(provider, None, locale)}</p> }
        });
        let reason = (!row.reason.is_empty()).then(|| view! { <Banner tone=notification_state(&row.state, locale).0 text=row.reason.clone()/> });
        view! {
            {menu(ask)}
            <section class="admin-notification">
                <Breadcrumb locale above/>
                <h1>{title}</h1>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {reason}
                {stuck}
                {facts(ask, &row)}
                {waits.then(|| view! {
                    <form class="form" method="post" action=format!("/admin/notifications/{id}/replay")>
                        <p>{t!(locale, "重新处理会再向付款服务查询一次，并以它现在的回答为准。", "Replaying asks the provider anew; what it says now counts.")}</p>
                        <Submit label=t!(locale, "重新处理", "Replay")/>
                    </form>
                })}
                {may_ignore.then(|| view! {
                    <form class="form" method="post" action=format!("/admin/notifications/{id}/ignore")>
                        <Submit label=t!(locale, "忽略", "Ignore") quiet=true/>
                    </form>
                })}
                <h2>{t!(locale, "原文", "As it came")}</h2>
                <pre class="notification-body" tabindex="0"><code>{readable(&body)}</code></pre>
            </section>
        }
    }))
}

fn facts(ask: &Ask, row: &NotificationRow) -> AnyView {
    let locale = ask.locale;
    let order = row.order_id.map(|id| {
        let link = view! { <a href=format!("/admin/orders/{id}")>{order_number(OrderId(id))}</a> };
        fact(t!(locale, "订单", "Order"), link.into_any())
    });
    let turn = row.turn_at.map(|at| fact(t!(locale, "下次处理", "Next try"), when(Timestamp(at), ask)));
    view! {
        <dl class="facts">
            {fact(t!(locale, "状态", "Status"), badge(notification_state(&row.state, locale)))}
            {fact(t!(locale, "事件", "What"), view! { <code>{row.kind.clone()}</code> })}
            {fact(t!(locale, "付款方式", "Way to pay"), provider(&row.provider, locale))}
            {fact(t!(locale, "对方编号", "Their number"), view! { <code>{row.event_id.clone()}</code> })}
            {fact(t!(locale, "收到", "Received"), when(Timestamp(row.received_at), ask))}
            {fact(t!(locale, "处理次数", "Tries"), row.tries)}
            {turn}
            {order}
        </dl>
    }
    .into_any()
}

/// JSON with its lines broken; anything else as it is.
fn readable(body: &str) -> String {
    let pretty = serde_json::from_str::<serde_json::Value>(body).ok().and_then(|json| serde_json::to_string_pretty(&json).ok());
    pretty.unwrap_or_else(|| body.to_owned())
}
