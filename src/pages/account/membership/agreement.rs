//! A membership that renews by itself.

use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::membership::wording;
use crate::pages::orders::provider_name;
use crate::payments::service::plans::Subscription;
use crate::providers::Provider;
use crate::providers::facts::AgreementState;
use crate::server::http::Ask;
use crate::ui::{Badge, Banner, LinkButton, Submit, Tone};
use crate::{t, tf};
use leptos::prelude::*;

#[component]
pub fn Agreement(ask: Ask, name: String, agreement: Subscription) -> impl IntoView {
    let locale = ask.locale;
    let one = &agreement;
    let date = one.end().map(|at| format::date(at, &ask.site.time_zone, locale));
    let price = one.price.format(locale);
    let per = wording::per(one.every, locale);
    let through = provider_name(one.provider, locale);
    let paid = match &one.method {
        Some(method) => format!("{through} · {method}"),
        None => through.to_owned(),
    };
    let (tone, state) = state(one, locale);
    let when = match (&date, one.ends_with_term, one.state) {
        (Some(date), true, _) => Some((t!(locale, "到期", "Ends"), date.clone())),
        (Some(date), _, AgreementState::Trialing) => {
            Some((t!(locale, "首次扣款", "First charge"), tf!(locale, "{date}，{price}", "{date}, {price}")))
        }
        (Some(date), _, AgreementState::Active) => {
            Some((t!(locale, "下次扣款", "Next charge"), tf!(locale, "{date}，{price}", "{date}, {price}")))
        }
        (Some(date), _, AgreementState::Paused) => Some((t!(locale, "已付到", "Paid until"), date.clone())),
        _ => None,
    };
    let late = (one.state == AgreementState::PastDue).then(|| {
        let text = tf!(
            locale,
            "最近一次扣款失败，{through}会再试。请检查付款方式，以免会员中断。",
            "The last charge failed, and {through} will try again. Please check how you pay, so that your membership goes on."
        );
        view! { <Banner tone=Tone::Warn text/> }
    });
    let portal = (one.provider == Provider::Stripe).then(|| {
        let label = t!(locale, "更改付款方式", "Change how you pay");
        view! { <p><LinkButton href=format!("/account/membership/agreements/{}/portal", one.id) label quiet=true/></p> }
    });
    let changes = changes(one, date.as_deref(), &price, locale).into_iter().map(|(value, label, what)| {
        view! {
            <form class="plan-change" method="post" action=format!("/account/membership/agreements/{}", one.id)>
                <p>{what}</p>
                <Submit label quiet=true name="change" value/>
            </form>
        }
    });
    let changes = changes.collect_view();
    view! {
        <section class="plan-shown">
            <h2>{name} " " <Badge tone text=state/></h2>
            {late}
            <dl class="facts">
                <div><dt>{t!(locale, "价格", "Price")}</dt><dd>{format!("{price} {per}")}</dd></div>
                {when.map(|(label, value)| view! { <div><dt>{label}</dt><dd class="plan-when">{value}</dd></div> })}
                <div><dt>{t!(locale, "付款方式", "Paid through")}</dt><dd>{paid}</dd></div>
            </dl>
            {portal}
            {changes}
        </section>
    }
}

fn state(one: &Subscription, locale: Locale) -> (Tone, &'static str) {
    match (one.state, one.ends_with_term) {
        (AgreementState::Paused, _) => (Tone::Warn, t!(locale, "已暂停", "Paused")),
        (AgreementState::PastDue, _) => (Tone::Bad, t!(locale, "扣款失败", "A charge failed")),
        (_, true) => (Tone::Plain, t!(locale, "已取消续费", "Will not renew")),
        (AgreementState::Trialing, _) => (Tone::Good, t!(locale, "试用中", "Trial")),
        _ => (Tone::Good, t!(locale, "自动续费", "Renews by itself")),
    }
}

/// What can be changed: the value of the button, its label, and what comes of it.
fn changes(one: &Subscription, date: Option<&str>, price: &str, locale: Locale) -> Vec<(&'static str, &'static str, String)> {
    let until = date.unwrap_or(t!(locale, "本期结束", "the end of the paid term"));
    // PayPal knows no way back from a cancelled agreement.
    let comes_back = one.provider != Provider::Paypal;
    let cancel = || {
        let what = match comes_back {
            true => tf!(
                locale,
                "不再扣款；{until}之前仍可使用，也可以随时恢复续费。",
                "No further charge. It stays open until {until}; before then you can resume renewal."
            ),
            false => tf!(
                locale,
                "不再扣款；{until}之前仍可使用。通过 PayPal 的续费取消后不能恢复，到期后可以重新开通。",
                "No further charge. It stays open until {until}. PayPal cannot resume what was cancelled: subscribe again when it has ended."
            ),
        };
        ("cancel", t!(locale, "取消续费", "Cancel renewal"), what)
    };
    if one.ends_with_term && !comes_back {
        return Vec::new();
    }
    if one.ends_with_term {
        let what = tf!(locale, "恢复后照常续费，{until}扣款 {price}。", "It renews as before: {price} is charged on {until}.");
        return vec![("resume", t!(locale, "恢复续费", "Resume renewal"), what)];
    }
    match one.state {
        AgreementState::Paused => {
            let what = tf!(locale, "恢复后照常扣款，每期 {price}。", "Charges go on: {price} each term.");
            vec![("unpause", t!(locale, "恢复扣款", "Resume charges"), what), cancel()]
        }
        AgreementState::Active => {
            let what = tf!(
                locale,
                "在你恢复之前不再扣款；已付款的部分，{until}之前仍可使用。",
                "No charges until you resume. What you paid for stays open until {until}."
            );
            vec![("pause", t!(locale, "暂停扣款", "Pause charges"), what), cancel()]
        }
        _ => vec![cancel()],
    }
}
