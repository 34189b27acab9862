//! One tier as it is offered.

use super::chosen::Chosen;
use crate::foundation::cadence::Cadence;
use crate::foundation::format;
use crate::foundation::locale::{Locale, plural};
use crate::foundation::money::Money;
use crate::membership::model::Membership;
use crate::membership::wording;
use crate::payments::service::offers::{Offer, OfferedTerm};
use crate::server::http::Ask;
use crate::ui::{Badge, LinkButton, Price, Submit, Tone};
use crate::{t, tf};
use jiff::tz::TimeZone;
use leptos::prelude::*;

#[component]
pub fn Card(ask: Ask, offer: Offer, chosen: Chosen, loud: bool) -> impl IntoView {
    let locale = ask.locale;
    let zone = &ask.site.time_zone;
    let tier = &offer.tier;
    let current = offer.held.as_ref().map(|held| {
        let (tone, badge) = match held.paused {
            true => (Tone::Warn, t!(locale, "已暂停", "Paused")),
            false => (Tone::Good, t!(locale, "你的会员", "Your membership")),
        };
        view! { <p class="tier-current"><Badge tone text=badge/> " " {until(held, zone, locale)}</p> }
    });
    let description = (!tier.description.is_empty()).then(|| view! { <p class="tier-description">{tier.description.clone()}</p> });
    let benefits = tier.benefits.iter().map(|line| view! { <li>{line.clone()}</li> }).collect_view();
    let benefits = (!tier.benefits.is_empty()).then(|| view! { <ul class="tier-benefits">{benefits}</ul> });
    let archived =
        tier.archived.then(|| view! { <p class="tier-note">{t!(locale, "已停售，你可以保留。", "No longer sold; you keep it.")}</p> });
    let seats = seats(&offer, locale).map(|text| view! { <p class="tier-note">{text}</p> });
    let mine = if current.is_some() { "tier-card tier-mine" } else { "tier-card" };
    let name = tier.name.clone();
    view! {
        <article class=mine>
            <h2>{name}</h2>
            {current}
            <div class="tier-what">{description}{benefits}</div>
            <div class="tier-offers">{archived}{seats}{way_in(&offer, &chosen, loud, locale)}</div>
        </article>
    }
}

fn until(held: &Membership, zone: &TimeZone, locale: Locale) -> String {
    match held.ends_at {
        Some(at) => {
            let date = format::date_time(at, zone, locale);
            tf!(locale, "有效期至 {date}", "until {date}")
        }
        None => t!(locale, "永久有效", "for good").to_owned(),
    }
}

/// How many seats are left, where they are limited and the viewer has none.
fn seats(offer: &Offer, locale: Locale) -> Option<String> {
    let left = offer.seats_left.filter(|_| offer.held.is_none())?;
    Some(match left {
        0 => t!(locale, "名额已满，有人退出后会再开放。", "All seats are taken. One is open again when somebody leaves.").to_owned(),
        _ => {
            let seats = plural(left, "seat", "seats");
            tf!(locale, "还剩 {left} 个名额", "{left} {seats} left")
        }
    })
}

/// What the viewer can do: buy, renew, join, manage, or nothing.
fn way_in(offer: &Offer, chosen: &Chosen, loud: bool, locale: Locale) -> AnyView {
    let manage = || {
        let label = t!(locale, "管理我的会员", "Manage your membership");
        view! { <p><LinkButton href="/account/membership" label quiet=true/></p> }.into_any()
    };
    let term = chosen.of(offer);
    let price = || term.map(|term| view! { <PriceOf offer=offer.clone() term=*term locale/> });
    match &offer.held {
        Some(held) if offer.renews || held.paused => return view! { {price()} {manage()} }.into_any(),
        Some(held) if held.ends_at.is_none() => return ().into_any(),
        _ => (),
    }
    if offer.tier.free {
        let button = (!offer.is_full()).then(|| {
            view! {
                <form method="post" action=format!("/membership/{}/join", offer.tier.id)>
                    <Submit label=t!(locale, "免费加入", "Join for free") quiet={!loud}/>
                </form>
            }
        });
        return view! { <p class="tier-price">{t!(locale, "免费", "Free")}</p> {button} }.into_any();
    }
    let Some(term) = term else {
        return view! { <p class="tier-note">{t!(locale, "目前不出售。", "Not for sale at present.")}</p> }.into_any();
    };
    if offer.goes_over {
        let note = t!(
            locale,
            "你的会员在自动续费，可以切换到这个等级，不必另买。",
            "Your membership renews by itself: you can change to this tier instead of buying it."
        );
        let label = t!(locale, "切换等级", "Change tier");
        return view! { {price()} <p class="tier-note">{note}</p> <p><LinkButton href="/account/membership" label quiet={!loud}/></p> }
            .into_any();
    }
    if offer.is_full() {
        return price().into_any();
    }
    let form = view! { <Buying offer=offer.clone() term=*term to=chosen.path() loud locale/> };
    view! { {price()} {form} }.into_any()
}

/// The price with what is to be said of it: what a year saves, what the trial is, that an old price is kept.
#[component]
fn PriceOf(offer: Offer, term: OfferedTerm, locale: Locale) -> impl IntoView {
    let per = wording::per(term.cadence, locale);
    let kept = (offer.keeps(&term)).then(|| match term.to_others {
        Some(now) => {
            let now = now.format(locale);
            tf!(locale, "为你保留原价，现价 {now}", "Your old price is kept; it is {now} now")
        }
        None => t!(locale, "为你保留原价", "Your old price is kept").to_owned(),
    });
    let saving = saving(&offer, &term).map(|saved| {
        let saved = saved.format(locale);
        tf!(locale, "比按月购买省 {saved}", "{saved} less than twelve months")
    });
    let notes = [kept, saving].into_iter().flatten().map(|text| view! { <p class="tier-note">{text}</p> }).collect_view();
    view! { <p class="tier-price"><Price locale money=term.price per=Some(per)/></p> {notes} }
}

/// How much less a year costs than twelve months; nothing where it does not.
fn saving(offer: &Offer, term: &OfferedTerm) -> Option<Money> {
    let month = offer.term(Cadence::Month, term.price.currency).filter(|_| term.cadence == Cadence::Year)?;
    let saved = month.price.minor.saturating_mul(12).saturating_sub(term.price.minor);
    (saved > 0).then(|| Money::new(saved, term.price.currency))
}

#[component]
fn Buying(offer: Offer, term: OfferedTerm, to: String, loud: bool, locale: Locale) -> impl IntoView {
    let held = offer.held.is_some();
    let once = match (held, term.cadence) {
        (true, Cadence::Month) => t!(locale, "续费一个月", "Renew for a month"),
        (true, Cadence::Year) => t!(locale, "续费一年", "Renew for a year"),
        (true, Cadence::Days(_)) => t!(locale, "续费", "Renew"),
        (false, Cadence::Month) => t!(locale, "购买一个月", "Buy a month"),
        (false, Cadence::Year) => t!(locale, "购买一年", "Buy a year"),
        (false, Cadence::Days(_)) => t!(locale, "购买", "Buy"),
    };
    let price = term.price.format(locale);
    let per = wording::per(term.cadence, locale);
    let trial = offer.trial_days;
    let subscribe = term.can_renew.then(|| {
        let days = plural(trial, "day", "days");
        let how = match trial {
            0 => t!(locale, "自动续费，随时可以取消。", "Renews by itself. Cancel at any time.").to_owned(),
            _ => tf!(
                locale,
                "免费试用 {trial} 天，之后 {price} {per}，自动续费，随时可以取消。",
                "{trial} {days} free, then {price} {per}. Renews by itself; cancel at any time."
            ),
        };
        let label = t!(locale, "开通自动续费", "Subscribe");
        view! {
            <p class="tier-note">{how}</p>
            <Submit label quiet={!loud} name="renewing" value="on"/>
        }
    });
    let alone = subscribe.is_none();
    view! {
        <form class="tier-offer" method="post" action="/checkout">
            <input type="hidden" name="kind" value="tier"/>
            <input type="hidden" name="tier" value=offer.tier.id.to_string()/>
            <input type="hidden" name="cadence" value=term.cadence.to_string()/>
            <input type="hidden" name="currency" value=term.price.currency.code()/>
            <input type="hidden" name="to" value=to/>
            {subscribe}
            <Submit label=once quiet={!(loud && alone)}/>
        </form>
    }
}
