//! `/admin/payments`: the providers; `/admin/payments/{provider}`: one of them switched on, with its keys and limits. A
//! secret that is saved is never shown again.

use super::super::menu;
use super::money;
use super::tips::Tips;
use super::wording::badge;
use crate::foundation::error::{AppError, Result};
use crate::foundation::locale::Locale;
use crate::pages::Page;
use crate::pages::orders::provider_name;
use crate::payments::service::connections::{self, Account};
use crate::payments::service::desk::limits::{self, Typed};
use crate::payments::service::tips;
use crate::payments::shares::service::sale_rate;
use crate::providers::keys::{self, KeyField, Keys};
use crate::providers::{Failure, Provider};
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Banner, Breadcrumb, Column, DataTable, Errors, Field, Nothing, Submit, Switch, TextArea, Tone};
use crate::{simulators, t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

pub async fn list(ask: Ask) -> Result<Response> {
    let accounts = connections::accounts(&ask.ctx, &ask.viewer).await?;
    let tips = tips::are_taken(&ask.ctx).await?;
    let creators = sale_rate(&ask.ctx).await?;
    let locale = ask.locale;
    let title = t!(locale, "付款方式", "Ways to pay");
    Ok(Page::new(title).private().draw(&ask, || {
        let columns = vec![
            Column::text(t!(locale, "付款方式", "Way to pay")),
            Column::text(t!(locale, "状态", "Status")),
            Column::text(t!(locale, "款项", "Money")),
            Column::text(t!(locale, "自动续费", "Renews by itself")),
        ];
        let row = |account: Account| {
            let provider = account.provider;
            let name = provider_name(provider, locale);
            let name = match provider {
                Provider::Test => name.into_any(),
                _ => view! { <a href=path(provider)>{name}</a> }.into_any(),
            };
            let renews = if provider.renews() { t!(locale, "支持", "Yes").into_any() } else { view! { <Nothing/> }.into_any() };
            vec![name, state(&account, locale), mode(&account, locale), renews]
        };
        let rows = accounts.into_iter().map(row).collect();
        view! {
            {menu(&ask)}
            <section class="admin-payments">
                <h1>{title}</h1>
                <p>{t!(
                    locale,
                    "可以同时开启多种，由买家选择。密钥加密保存，保存后不再显示。",
                    "Several can be on at once; the buyer chooses. Keys are kept encrypted and never shown again."
                )}</p>
                <DataTable label=title columns rows/>
                <Tips tips creators locale/>
            </section>
        }
    }))
}

fn path(provider: Provider) -> String {
    format!("/admin/payments/{}", provider.as_str())
}

fn state(account: &Account, locale: Locale) -> AnyView {
    if account.unreadable {
        return badge((Tone::Bad, t!(locale, "密钥无法读取", "Keys unreadable")));
    }
    match (account.enabled, account.keys.is_empty() && account.provider != Provider::Offline) {
        (true, _) => badge((Tone::Good, t!(locale, "已开启", "On"))),
        (false, true) => badge((Tone::Plain, t!(locale, "未配置", "Not set up"))),
        (false, false) => badge((Tone::Plain, t!(locale, "已关闭", "Off"))),
    }
}

/// Whether money moves.
fn mode(account: &Account, locale: Locale) -> AnyView {
    let needs_keys = !matches!(account.provider, Provider::Offline | Provider::Test);
    match (account.keys.is_empty() && needs_keys, account.real) {
        (true, _) => view! { <Nothing/> }.into_any(),
        (_, true) => badge((Tone::Good, t!(locale, "真实收款", "Live: real money"))),
        (_, false) => badge((Tone::Warn, t!(locale, "测试：不涉及真实款项", "Test: no real money"))),
    }
}

/// What stands on the page of a provider beside what is saved.
#[derive(Default)]
struct Shown {
    /// The keys as typed, when they came back.
    typed: Option<(bool, Keys)>,
    errors: Errors,
    answer: Option<Result<String, Failure>>,
    limit: Typed,
    limit_errors: Errors,
}

/// Which provider an address is about. The test provider is no admin's to set up.
fn parse(ask: &Ask, name: &str) -> Result<Provider> {
    ask.viewer.require_admin()?;
    Provider::parse(name).filter(|provider| *provider != Provider::Test).ok_or(AppError::NotFound)
}

pub async fn show(ask: Ask, Path(name): Path<String>) -> Result<Response> {
    draw(&ask, parse(&ask, &name)?, Shown::default()).await
}

pub async fn save(ask: Ask, Path(name): Path<String>, Form(mut typed): Form<Keys>) -> Result<Response> {
    let provider = parse(&ask, &name)?;
    let enabled = typed.remove("enabled").is_some_and(|on| on == "on");
    match connections::save(&ask.ctx, &ask.viewer, provider, enabled, &typed).await {
        Ok(()) => Ok(see_other(&format!("{}?done=saved", path(provider)))),
        Err(error) => {
            let errors = Errors::from_error(error)?;
            draw(&ask, provider, Shown { typed: Some((enabled, typed)), errors, ..Shown::default() }).await
        }
    }
}

/// Asks the provider with the saved keys, and shows its answer.
pub async fn test(ask: Ask, Path(name): Path<String>) -> Result<Response> {
    let provider = parse(&ask, &name)?;
    let shown = match connections::test(&ask.ctx, &ask.viewer, provider).await {
        Ok(answer) => Shown { answer: Some(answer), ..Shown::default() },
        Err(error) => Shown { errors: Errors::from_error(error)?, ..Shown::default() },
    };
    draw(&ask, provider, shown).await
}

/// Fills in what reaches the simulator on this machine; only where no real payments are meant to be taken.
pub async fn use_simulator(ask: Ask, Path(name): Path<String>) -> Result<Response> {
    let provider = parse(&ask, &name)?;
    let address = simulator_of(&ask, provider).ok_or(AppError::NotFound)?;
    let keys = simulators::keys(provider.as_str(), &address).ok_or(AppError::NotFound)?;
    connections::save(&ask.ctx, &ask.viewer, provider, true, &keys).await?;
    Ok(see_other(&format!("{}?done=simulator", path(provider))))
}

/// Where the simulator is, on a site that takes test payments.
fn simulator_of(ask: &Ask, provider: Provider) -> Option<String> {
    let config = ask.ctx.config();
    simulators::address(provider.as_str(), config.simulators_port).filter(|_| config.test_payments)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct LimitForm {
    currency: String,
    minimum: String,
    maximum: String,
    daily: String,
}

pub async fn save_limits(ask: Ask, Path(name): Path<String>, Form(form): Form<LimitForm>) -> Result<Response> {
    let provider = parse(&ask, &name)?;
    let LimitForm { currency, minimum, maximum, daily } = form;
    let limit = Typed { currency, minimum, maximum, daily };
    match limits::save(&ask.ctx, &ask.viewer, provider, &limit).await {
        Ok(()) => Ok(see_other(&format!("{}?done=saved", path(provider)))),
        Err(error) => {
            let limit_errors = Errors::from_error(error)?;
            draw(&ask, provider, Shown { limit, limit_errors, ..Shown::default() }).await
        }
    }
}

async fn draw(ask: &Ask, provider: Provider, shown: Shown) -> Result<Response> {
    let accounts = connections::accounts(&ask.ctx, &ask.viewer).await?;
    let account = accounts.into_iter().find(|account| account.provider == provider).ok_or(AppError::NotFound)?;
    let locale = ask.locale;
    let title = provider_name(provider, locale);
    let Shown { typed, errors, answer, limit, limit_errors } = shown;
    let status = match &answer {
        Some(Err(_)) => 502,
        _ if !errors.is_empty() || !limit_errors.is_empty() => 422,
        _ => 200,
    };
    Ok(Page::new(title).private().status(status).draw(ask, || {
        let above = vec![("/admin/payments".to_owned(), t!(locale, "付款方式", "Ways to pay").to_owned())];
        let answered = answer.map(|answer| match answer {
            Ok(said) => view! { <Banner tone=Tone::Good text=tf!(locale, "连接正常。对方回答：{said}", "The connection works. It answers: {said}")/> }.into_any(),
            Err(failure) => view! { <Banner tone=Tone::Bad text=failed(&failure, locale)/> }.into_any(),
        });
        let unreadable = account.unreadable;
        let (enabled, values) = typed.unwrap_or_else(|| (account.enabled, account.keys.clone()));
        view! {
            {menu(ask)}
            <section class="admin-provider">
                <Breadcrumb locale above/>
                <h1>{title}</h1>
                <p class="badges">{state(&account, locale)} " " {mode(&account, locale)}</p>
                {unreadable.then(|| view! { <Banner tone=Tone::Bad text=t!(
                    locale,
                    "保存的密钥是用另一把主密钥加密的，现在无法读取。请找回原来的 secret.key（或 STOA_SECRET_KEY），或者把各项密钥重新填写一遍。",
                    "What is kept was encrypted with another secret key and cannot be read. Bring back the secret.key (or STOA_SECRET_KEY) it was saved with, or give all keys again."
                )/> })}
                {answered}
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {simulator(ask, provider)}
                <form class="form" method="post" action=path(provider)>
                    <Switch label=t!(locale, "开启，买家可以选择", "On: buyers can choose it") name="enabled" checked=enabled/>
                    {keys::fields(provider).into_iter().map(|field| key_field(field, &values, &account.kept, &errors, locale)).collect_view()}
                    <Submit label=t!(locale, "保存", "Save")/>
                </form>
                {webhook(ask, provider)}
                {test_button(provider, locale)}
                {limits_of(ask, &account, limit, &limit_errors)}
            </section>
        }
    }))
}

/// What went wrong with a call, with the provider's own words.
pub fn failed(failure: &Failure, locale: Locale) -> String {
    match failure {
        Failure::Away(said) => tf!(locale, "暂时没有得到答复：{said}", "No answer for now: {said}"),
        Failure::Refused { code, message } | Failure::KeysRefused { code, message } => {
            tf!(locale, "对方拒绝了请求：{message}（{code}）", "It refused: {message} ({code})")
        }
        Failure::Nonsense(said) => tf!(locale, "无法理解对方的回答：{said}", "Its answer cannot be understood: {said}"),
    }
}

fn key_field(field: KeyField, values: &Keys, kept: &[&str], errors: &Errors, locale: Locale) -> AnyView {
    let KeyField { name, label, hint, secret, lines, required } = field;
    let label = label.get(locale).to_owned();
    let label = if required { label } else { tf!(locale, "{label}（选填）", "{label} (optional)") };
    let saved = kept.contains(&name).then(|| t!(locale, "已保存；留空则保持不变。", "Saved; leave empty to keep it.").to_owned());
    let hint: Vec<String> = saved.into_iter().chain(hint.map(|hint| hint.get(locale).to_owned())).collect();
    let hint = (!hint.is_empty()).then(|| hint.join(t!(locale, "", " ")));
    let value = values.get(name).cloned().unwrap_or_default();
    let error = errors.of(name, locale);
    match (lines, secret) {
        (true, _) => view! { <TextArea label name rows=5 value hint error/> }.into_any(),
        (false, true) => view! { <Field label name kind="password" autocomplete="off" value hint error/> }.into_any(),
        (false, false) => view! { <Field label name autocomplete="off" value hint error/> }.into_any(),
    }
}

fn simulator(ask: &Ask, provider: Provider) -> Option<AnyView> {
    let address = simulator_of(ask, provider)?;
    let (locale, name) = (ask.locale, provider.as_str());
    let text = tf!(
        locale,
        "测试模式：运行 stoa simulate {name}，模拟器就在 {address}。",
        "Test mode: run stoa simulate {name}, and its simulator is at {address}."
    );
    Some(
        view! {
            <form class="form simulator" method="post" action=format!("{}/simulator", path(provider))>
                <p>{text}</p>
                <Submit label=t!(locale, "使用模拟器", "Use the simulator") quiet=true/>
            </form>
        }
        .into_any(),
    )
}

/// Where the provider has to tell.
fn webhook(ask: &Ask, provider: Provider) -> Option<AnyView> {
    let locale = ask.locale;
    let what = match provider {
        Provider::Stripe | Provider::Paypal => {
            t!(locale, "把这个地址添加到对方后台的 Webhook 设置里。", "Add this address to the webhooks in the provider's own settings.")
        }
        Provider::Wechat | Provider::Alipay => t!(
            locale,
            "每笔订单都会附上这个地址，对方后台不用设置。",
            "Sent along with every order; nothing has to be set at the provider."
        ),
        Provider::Offline | Provider::Test => return None,
    };
    let address = format!("{}/webhooks/{}", ask.ctx.config().base_url, provider.as_str());
    Some(
        view! {
            <section>
                <h2>{t!(locale, "通知地址", "Address for notifications")}</h2>
                <p>{what}</p>
                <p><code class="webhook-address">{address}</code></p>
            </section>
        }
        .into_any(),
    )
}

fn test_button(provider: Provider, locale: Locale) -> Option<AnyView> {
    let text =
        t!(locale, "用已保存的密钥向对方发一次请求，不涉及任何款项。", "Calls the provider once with the saved keys; no money moves.");
    (provider != Provider::Offline).then(|| {
        view! {
            <section>
                <h2>{t!(locale, "测试连接", "Test the connection")}</h2>
                <form class="form" method="post" action=format!("{}/test", path(provider))>
                    <p>{text}</p>
                    <Submit label=t!(locale, "测试", "Test") quiet=true/>
                </form>
            </section>
        }
        .into_any()
    })
}

fn limits_of(ask: &Ask, account: &Account, typed: Typed, errors: &Errors) -> AnyView {
    let locale = ask.locale;
    let action = format!("{}/limits", path(account.provider));
    let row = |limit: &connections::Limit| {
        let code = limit.currency.code();
        let amount = |minor: Option<i64>| match minor {
            Some(minor) => money(minor, code, ask).into_any(),
            None => view! { <Nothing/> }.into_any(),
        };
        let remove = view! {
            <form method="post" action=action.clone()>
                <input type="hidden" name="currency" value=code/>
                <Submit label=t!(locale, "取消限额", "Remove") quiet=true/>
            </form>
        };
        vec![code.into_any(), amount(limit.minimum), amount(limit.maximum), amount(limit.daily), remove.into_any()]
    };
    let columns = vec![
        Column::text(t!(locale, "货币", "Currency")),
        Column::number(t!(locale, "单笔最低", "At least")),
        Column::number(t!(locale, "单笔最高", "At most")),
        Column::number(t!(locale, "每日上限", "In a day")),
        Column::text(t!(locale, "操作", "Actions")),
    ];
    let rows: Vec<_> = account.limits.iter().map(row).collect();
    let label = t!(locale, "限额", "Limits");
    let table = (!rows.is_empty()).then(|| view! { <DataTable label columns rows/> });
    let currency = if typed.currency.is_empty() { ask.site.currency.code().to_owned() } else { typed.currency };
    let hint = t!(locale, "留空即不限。", "Empty: no limit.").to_owned();
    view! {
        <section>
            <h2>{label}</h2>
            <p>{t!(
                locale,
                "订单超出限额时，买家看不到这种付款方式。正在付款的订单也计入每日上限。再次保存同一货币，即可更改限额。",
                "Beyond these limits, buyers are not offered this way to pay. Orders that are being paid just now count towards a day’s limit as well. Save a currency again to change its limits."
            )}</p>
            {table}
            {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
            <form class="form form-columns" method="post" action=action.clone()>
                <Field label=t!(locale, "货币", "Currency") name="currency" value=currency maxlength=3 error=errors.of("currency", locale)/>
                <Field label=t!(locale, "单笔最低", "At least") name="minimum" inputmode="decimal" value=typed.minimum hint=Some(hint.clone()) error=errors.of("minimum", locale)/>
                <Field label=t!(locale, "单笔最高", "At most") name="maximum" inputmode="decimal" value=typed.maximum hint=Some(hint.clone()) error=errors.of("maximum", locale)/>
                <Field label=t!(locale, "每日上限", "In a day") name="daily" inputmode="decimal" value=typed.daily hint=Some(hint) error=errors.of("daily", locale)/>
                <Submit label=t!(locale, "保存限额", "Save the limits") quiet=true/>
            </form>
        </section>
    }
    .into_any()
}
