//! A membership that renews by itself.

use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::foundation::text;
use crate::membership::model::Membership;
use crate::membership::wording;
use crate::pages::orders::provider_name;
use crate::payments::service::plans::Subscription;
use crate::payments::service::repricing::{Coming, Offered, When, next_charge};
use crate::providers::Provider;
use crate::providers::facts::AgreementState;
use crate::server::http::Ask;
use crate::ui::{Badge, Banner, LinkButton, Submit, Tone, fact};
use crate::{t, tf};
use leptos::prelude::*;

/// An agreement with what it will be for, and what it could be for.
#[derive(Debug, Clone)]
pub struct Renewing {
    pub name: String,
    pub one: Subscription,
    pub coming: Option<Coming>,
    pub offered: Vec<Offered>,
    /// What the member has of the tier in all: something else may open it for longer than what is paid.
    pub held: Option<Membership>,
    /// The running term was given back, so nothing is open until the next one is charged.
    pub is_given_back: bool,
}

#[component]
pub fn Agreement(ask: Ask, agreement: Renewing) -> impl IntoView {
    let locale = ask.locale;
    let Renewing { name, one, coming, offered, held, is_given_back } = agreement;
    let one = &one;
    let date = one.end().map(|at| format::date(at, &ask.site.time_zone, locale));
    let charge = next_charge(one, coming.as_ref()).format(locale);
    let price = one.price.format(locale);
    let per = wording::per(one.every, locale);
    let through = provider_name(one.provider, locale);
    let paid = match &one.method {
        Some(method) => format!("{through} · {method}"),
        None => through.to_owned(),
    };
    let (tone, state) = state(one, locale);
    let when = match (&date, one.ends_with_term, one.state) {
        _ if one.is_being_cancelled() => None,
        (Some(_), true, _) if is_given_back => None,
        (Some(date), true, _) => Some((t!(locale, "到期", "Ends"), date.clone())),
        (Some(date), _, AgreementState::Trialing) => {
            Some((t!(locale, "首次扣款", "First charge"), tf!(locale, "{date}，{charge}", "{date}, {charge}")))
        }
        (Some(date), _, AgreementState::Active) => {
            Some((t!(locale, "下次扣款", "Next charge"), tf!(locale, "{date}，{charge}", "{date}, {charge}")))
        }
        (Some(date), _, AgreementState::Paused) => Some((t!(locale, "已付款至", "Paid until"), date.clone())),
        _ => None,
    };
    let beyond = held.and_then(|held| match held.ends_at {
        None => Some(t!(locale, "永久有效", "For good").to_owned()),
        Some(end) if one.end().is_some_and(|own| own < end) => Some(format::until(end, &ask.site.time_zone, locale)),
        Some(_) => None,
    });
    let late = (one.state == AgreementState::PastDue).then(|| {
        let text = tf!(
            locale,
            "最近一次扣款失败，付款服务会再次尝试。请检查付款方式，以免会员中断。",
            "The last charge failed, and the payment service will try again. Please check how you pay, so that your membership goes on."
        );
        view! { <Banner tone=Tone::Warn text/> }
    });
    let cancelling = one.is_being_cancelled().then(|| {
        let text = tf!(
            locale,
            "已收到你的取消请求。{through}暂时没有响应，我们会继续尝试，直到取消成功。",
            "We have your wish to cancel. {through} does not answer just now; we go on trying until the renewal is cancelled."
        );
        view! { <Banner tone=Tone::Warn text=text::set(&text, locale)/> }
    });
    let given_back = is_given_back.then(|| {
        let text = match one.ends_with_term {
            true => t!(locale, "本期的款项已经退还，内容已关闭。", "What you paid for this term was given back, so it is closed."),
            false => t!(
                locale,
                "本期的款项已经退还，内容已关闭；自动续费还在，下次扣款后重新开通。不想再续，请取消续费。",
                "What you paid for this term was given back, so it is closed. It still renews: the next charge opens it again, unless you cancel."
            ),
        };
        view! { <Banner tone=Tone::Warn text/> }
    });
    // Who charges again by itself has a page for it; the test provider does not.
    let portal = one.provider.renews().then(|| {
        let label = t!(locale, "更改付款方式", "Change how you pay");
        view! { <p><LinkButton href=format!("/account/membership/agreements/{}/portal", one.id) label quiet=true/></p> }
    });
    let changes = changes(one, is_given_back, date.as_deref(), &charge, locale).into_iter().map(|(value, label, what)| {
        view! {
            <form class="plan-change" method="post" action=format!("/account/membership/agreements/{}", one.id)>
                <p>{what}</p>
                <Submit label quiet=true name="change" value/>
            </form>
        }
    });
    let changes = changes.collect_view();
    let coming = coming.map(|coming| view! { <ComingShown ask=ask.clone() coming through/> });
    let offered = offered.into_iter().map(|offer| view! { <OfferShown ask=ask.clone() id=one.id provider=one.provider offer/> });
    let offered: Vec<_> = offered.collect();
    let offered = (!offered.is_empty()).then(|| {
        view! {
            <h3>{t!(locale, "切换等级或期限", "Change tier or term")}</h3>
            {offered}
        }
    });
    view! {
        <section class="plan-shown">
            <h2>{name} " " <Badge tone text=state/></h2>
            {late}
            {cancelling}
            {given_back}
            <dl class="facts">
                {fact(t!(locale, "价格", "Price"), format!("{price} {per}"))}
                {by_offer(one, &ask, &price).map(|text| fact(t!(locale, "优惠", "Offer"), text))}
                {when.map(|(label, value)| fact(label, view! { <span class="plan-when">{value}</span> }))}
                {fact(t!(locale, "付款方式", "Paid through"), paid)}
                {beyond.map(|end| fact(t!(locale, "连同赠送、兑换等，有效期至", "With gifts, codes and the like, open until"), view! { <span class="plan-beyond">{end}</span> }))}
            </dl>
            {coming}
            {portal}
            {changes}
            {offered}
        </section>
    }
}

/// What was agreed to for the next term, or waits for consent.
#[component]
fn ComingShown(ask: Ask, coming: Coming, through: &'static str) -> impl IntoView {
    let locale = ask.locale;
    let Coming { name, every, price, from, consent, .. } = coming;
    let (price, per, date) = (price.format(locale), wording::per(every, locale), format::date(from, &ask.site.time_zone, locale));
    match consent {
        Some(address) => {
            let waits = tf!(
                locale,
                "{through}在等你确认：“{name}”，{price} {per}。确认之前一切照旧。",
                "{through} waits for you to agree to “{name}” at {price} {per}. Until you do, everything stays as it is."
            );
            let label = text::set(&tf!(locale, "前往{through}确认", "Agree at {through}"), locale);
            view! {
                <div class="plan-change plan-coming">
                    <p>{text::set(&waits, locale)}</p>
                    <LinkButton href=address label quiet=true/>
                </div>
            }
            .into_any()
        }
        None => view! {
            <p class="plan-coming">
                {tf!(
                    locale,
                    "已约定：从 {date}起切换到“{name}”，扣款变为 {price} {per}。",
                    "Agreed: from {date} on it is “{name}”, at {price} {per}."
                )}
            </p>
        }
        .into_any(),
    }
}

/// Another tier or term, and what exactly happens when the button is pressed.
#[component]
fn OfferShown(ask: Ask, id: i64, provider: Provider, offer: Offered) -> impl IntoView {
    let locale = ask.locale;
    let Offered { tier, name, every, price, when } = offer;
    let (minor, price, per) = (price.minor, price.format(locale), wording::per(every, locale));
    let through = provider_name(provider, locale);
    let date = |at| format::date(at, &ask.site.time_zone, locale);
    let what = match when {
        When::AtOnce(about) => {
            let about = about.format(locale);
            tf!(
                locale,
                "立即切换到“{name}”，并从{through}扣除本期剩余时间的差价，约 {about}；以后每期扣款 {price}。",
                "You go over to “{name}” now: {through} charges the difference for the rest of this term, about {about}, and {price} {per} from the next term on."
            )
        }
        When::NextTerm(at) => {
            let date = date(at);
            let stays = tf!(
                locale,
                "{date}之前一切照旧，不补差价也不退款；从那天起切换到“{name}”，扣款变为 {price} {per}。",
                "Until {date} everything stays as it is, and nothing is charged or given back; from then on it is “{name}”, at {price} {per}."
            );
            match provider.settles_changes() {
                true => stays,
                false => tf!(locale, "{through}会先请你确认新价格。{stays}", "{through} first asks you to agree to the new price. {stays}"),
            }
        }
    };
    let when = if matches!(when, When::AtOnce(_)) { "now" } else { "next" };
    let label = tf!(locale, "切换到“{name}”，{price} {per}", "Change to “{name}”, {price} {per}");
    view! {
        <form class="plan-change plan-reprice" method="post" action=format!("/account/membership/agreements/{id}/tier")>
            <p>{text::set(&what, locale)}</p>
            <input type="hidden" name="tier" value=tier.to_string()/>
            <input type="hidden" name="cadence" value=every.to_string()/>
            <input type="hidden" name="minor" value=minor.to_string()/>
            <input type="hidden" name="when" value=when/>
            <Submit label quiet=true/>
        </form>
    }
}

/// What an offer makes of the price, and until when.
fn by_offer(one: &Subscription, ask: &Ask, price: &str) -> Option<String> {
    let locale = ask.locale;
    let by_offer = one.by_offer.as_ref()?;
    let until = by_offer.terms.until.filter(|until| *until > ask.ctx.now())?;
    // Once the term that comes next is none of them, it is over.
    if one.end().is_some_and(|next| by_offer.terms.covers(next) == Some(false)) {
        return None;
    }
    let (name, cut) = (&by_offer.name, by_offer.terms.cut.amount.format(locale));
    let date = format::date(until, &ask.site.time_zone, locale);
    Some(tf!(
        locale,
        "“{name}”：{date}之前开始的每一期 {cut}，之后 {price}。切换等级或期限后按原价。",
        "“{name}”: {cut} for each term that begins before {date}, {price} after that. If you change tier or term, you pay the full price."
    ))
}

fn state(one: &Subscription, locale: Locale) -> (Tone, &'static str) {
    match (one.state, one.ends_with_term) {
        (AgreementState::Paused, _) => (Tone::Warn, t!(locale, "已暂停", "Paused")),
        (AgreementState::PastDue, _) => (Tone::Bad, t!(locale, "扣款失败", "A charge failed")),
        (_, true) => (Tone::Plain, t!(locale, "已取消续费", "Will not renew")),
        _ if one.is_being_cancelled() => (Tone::Warn, t!(locale, "正在取消续费", "Being cancelled")),
        (AgreementState::Trialing, _) => (Tone::Good, t!(locale, "试用中", "Trial")),
        _ => (Tone::Good, t!(locale, "自动续费", "Renews by itself")),
    }
}

/// What can be changed: the value of the button, its label, and what comes of it.
fn changes(
    one: &Subscription,
    is_given_back: bool,
    date: Option<&str>,
    price: &str,
    locale: Locale,
) -> Vec<(&'static str, &'static str, String)> {
    let until = date.unwrap_or(t!(locale, "本期结束", "the end of the paid term"));
    // PayPal knows no way back from a cancelled agreement.
    let comes_back = one.provider != Provider::Paypal;
    let cancel = || {
        let what = match (is_given_back, comes_back) {
            // There is no day until which it stays open.
            (true, _) => t!(locale, "不再扣款。", "No further charge.").to_owned(),
            (false, true) => tf!(
                locale,
                "不再扣款；{until}之前仍可使用，也可以随时恢复续费。",
                "No further charge. It stays open until {until}; before then you can resume renewal."
            ),
            (false, false) => tf!(
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
    if one.is_being_cancelled() {
        let what = match one.state {
            AgreementState::Active | AgreementState::Trialing => {
                tf!(locale, "保留续费，{until}照常扣款 {price}。", "It renews as before: {price} is charged on {until}.")
            }
            _ => t!(locale, "不取消，一切照旧。", "Nothing is cancelled; everything stays as it is.").to_owned(),
        };
        return vec![("resume", t!(locale, "保留续费", "Keep renewing"), what)];
    }
    match one.state {
        AgreementState::Paused => {
            let what = tf!(locale, "恢复后照常扣款，每期 {price}。", "Charges go on: {price} each term.");
            vec![("unpause", t!(locale, "恢复扣款", "Resume charges"), what), cancel()]
        }
        AgreementState::Active => {
            let what = match is_given_back {
                true => t!(locale, "恢复之前不再扣款。", "No charges until you resume.").to_owned(),
                false => tf!(
                    locale,
                    "恢复之前不再扣款；已付款的部分，{until}之前仍可使用。",
                    "No charges until you resume. What you paid for stays open until {until}."
                ),
            };
            vec![("pause", t!(locale, "暂停扣款", "Pause charges"), what), cancel()]
        }
        _ => vec![cancel()],
    }
}
