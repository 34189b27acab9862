//! One tier as it is offered.

use super::chosen::Chosen;
use crate::foundation::cadence::Cadence;
use crate::foundation::format;
use crate::foundation::locale::{Locale, plural};
use crate::foundation::money::Money;
use crate::membership::model::Membership;
use crate::membership::wording;
use crate::pages::offers::{TierForm, wording as said};
use crate::payments::offers::model::Deal;
use crate::payments::service::shelf::{OnShelf, SoldTerm};
use crate::server::http::Ask;
use crate::ui::{Badge, LinkButton, Price, Submit, Tone};
use crate::{t, tf};
use jiff::tz::TimeZone;
use leptos::prelude::*;

#[component]
pub fn Card(ask: Ask, on_shelf: OnShelf, chosen: Chosen, loud: bool) -> impl IntoView {
    let locale = ask.locale;
    let zone = &ask.site.time_zone;
    let tier = &on_shelf.tier;
    let current = on_shelf.held.as_ref().map(|held| {
        let (tone, badge) = match held.paused {
            true => (Tone::Warn, t!(locale, "已暂停", "Paused")),
            false => (Tone::Good, t!(locale, "你的会员", "Your membership")),
        };
        view! { <p class="tier-current"><Badge tone text=badge/> " " {until(held, zone, locale)}</p> }
    });
    let description = (!tier.description.is_empty()).then(|| view! { <p class="tier-description">{tier.description.clone()}</p> });
    let benefits = tier.benefits.iter().map(|line| view! { <li>{line.clone()}</li> }).collect_view();
    let benefits = (!tier.benefits.is_empty()).then(|| view! { <ul class="tier-benefits">{benefits}</ul> });
    let archived = tier
        .archived
        .then(|| view! { <p class="tier-note">{t!(locale, "已停售，你的会员不受影响。", "No longer sold; you keep it.")}</p> });
    let seats = seats(&on_shelf, locale).map(|text| view! { <p class="tier-note">{text}</p> });
    let mine = if current.is_some() { "tier-card tier-mine" } else { "tier-card" };
    let name = tier.name.clone();
    view! {
        <article class=mine>
            <h2>{name}</h2>
            {current}
            <div class="tier-what">{description}{benefits}</div>
            <div class="tier-offers">{archived}{seats}{way_in(&on_shelf, &chosen, loud, &ask)}{for_team(&on_shelf, &chosen, locale)}</div>
        </article>
    }
}

fn until(held: &Membership, zone: &TimeZone, locale: Locale) -> String {
    match held.ends_at {
        Some(at) => {
            let date = format::until(at, zone, locale);
            tf!(locale, "有效期至 {date}", "until {date}")
        }
        None => t!(locale, "永久有效", "for good").to_owned(),
    }
}

/// How many seats are left, where they are limited and the viewer has none.
fn seats(on_shelf: &OnShelf, locale: Locale) -> Option<String> {
    let left = on_shelf.seats_left.filter(|_| on_shelf.held.is_none())?;
    Some(match left {
        0 => t!(locale, "名额已满，有人退出后会再开放。", "All seats are taken. One is open again when somebody leaves.").to_owned(),
        _ => {
            let seats = plural(left, "seat", "seats");
            tf!(locale, "还剩 {left} 个名额", "{left} {seats} left")
        }
    })
}

/// What the viewer can do: buy, renew, join, manage, or nothing.
fn way_in(on_shelf: &OnShelf, chosen: &Chosen, loud: bool, ask: &Ask) -> AnyView {
    let locale = ask.locale;
    let manage = || {
        let label = t!(locale, "管理我的会员", "Manage your membership");
        view! { <p><LinkButton href="/account/membership" label quiet=true/></p> }.into_any()
    };
    let term = chosen.of(on_shelf);
    let price = || term.map(|term| view! { <PriceOf on_shelf=on_shelf.clone() term=*term locale/> });
    match &on_shelf.held {
        Some(held) if on_shelf.renews || held.paused => return view! { {price()} {manage()} }.into_any(),
        Some(held) if held.ends_at.is_none() => return ().into_any(),
        _ => (),
    }
    if on_shelf.tier.free {
        let button = (!on_shelf.is_full()).then(|| {
            view! {
                <form method="post" action=format!("/membership/{}/join", on_shelf.tier.id)>
                    <Submit label=t!(locale, "免费加入", "Join for free") quiet={!loud}/>
                </form>
            }
        });
        return view! { <p class="tier-price">{t!(locale, "免费", "Free")}</p> {button} }.into_any();
    }
    let Some(term) = term else {
        return view! { <p class="tier-note">{t!(locale, "目前不出售。", "Not for sale at present.")}</p> }.into_any();
    };
    if on_shelf.goes_over {
        let note = t!(
            locale,
            "你的会员正在自动续费，可以直接切换到这个等级，不必另外购买。",
            "Your membership renews by itself: you can change to this tier instead of buying it."
        );
        let label = t!(locale, "切换等级", "Change tier");
        return view! { {price()} <p class="tier-note">{note}</p> <p><LinkButton href="/account/membership" label quiet={!loud}/></p> }
            .into_any();
    }
    if on_shelf.is_full() {
        return price().into_any();
    }
    if let Some(code) = chosen.offer.as_deref().filter(|_| term.by_offer.once.is_some() || term.by_offer.renewing.is_some()) {
        return by_offer(on_shelf, term, code, &chosen.path(), (ask, loud));
    }
    let form = view! { <Buying on_shelf=on_shelf.clone() term=*term to=chosen.path() loud locale/> };
    view! { {price()} {form} }.into_any()
}

/// The way to buy it for several, where it is sold so.
fn for_team(on_shelf: &OnShelf, chosen: &Chosen, locale: Locale) -> Option<AnyView> {
    let tier = &on_shelf.tier;
    tier.teams.filter(|_| !tier.free && !tier.archived)?;
    let price = chosen.of(on_shelf)?;
    let href = format!("/team?tier={}&term={}&currency={}", tier.id, price.cadence, price.price.currency.code());
    Some(view! { <p class="tier-note"><a href=href>{t!(locale, "为团队购买", "Buy for a team")}</a></p> }.into_any())
}

/// The old price and the new one, what it costs after, and a way to each.
fn by_offer(on_shelf: &OnShelf, term: &SoldTerm, code: &str, to: &str, (ask, loud): (&Ask, bool)) -> AnyView {
    let locale = ask.locale;
    let list = term.to_others.unwrap_or(term.price);
    let per = wording::per(term.cadence, locale);
    let now = |deal: Deal| match deal {
        Deal::Price(price, _) => Some(price),
        Deal::Free => Some(Money::new(0, list.currency)),
        Deal::Trial(_) => None,
    };
    let new = term.by_offer.renewing.and_then(now).or_else(|| term.by_offer.once.and_then(now));
    let price = match new {
        Some(new) => view! {
            <p class="tier-price">
                <s class="price-before"><span class="sr-only">{t!(locale, "原价：", "Price before: ")}</span>{list.format(locale)}</s> " "
                <span class="sr-only">{t!(locale, "优惠价：", "With the offer: ")}</span><Price locale money=new per=Some(per)/>
            </p>
        }
        .into_any(),
        None => view! { <p class="tier-price"><Price locale money=list per=Some(per)/></p> }.into_any(),
    };
    let way = |sentence: String, renewing: bool, label: &'static str, loud: bool| {
        view! {
            <p class="tier-note">{sentence}</p>
            <TierForm tier=on_shelf.tier.id term=*term renewing code=code.to_owned() to=to.to_owned() label loud/>
        }
    };
    let renewing = term.by_offer.renewing.map(|deal| {
        let sentence = said::renewing(deal, list, term.cadence, ask.ctx.now(), &ask.site.time_zone, locale);
        way(sentence, true, t!(locale, "开通自动续费", "Subscribe"), loud)
    });
    let alone = renewing.is_none();
    let once = term.by_offer.once.map(|deal| {
        let label = if deal == Deal::Free { t!(locale, "免费领取", "Get it free") } else { t!(locale, "购买", "Buy") };
        way(said::once(deal, list, term.cadence, locale), false, label, loud && alone)
    });
    view! { {price} {renewing} {once} }.into_any()
}

/// The price with what is to be said of it: what a year saves, what the trial is, that an old price is kept.
#[component]
fn PriceOf(on_shelf: OnShelf, term: SoldTerm, locale: Locale) -> impl IntoView {
    let per = wording::per(term.cadence, locale);
    let kept = (on_shelf.keeps(&term)).then(|| match term.to_others {
        Some(now) => {
            let now = now.format(locale);
            tf!(locale, "为你保留加入时的价格，现价 {now}", "Your old price is kept; it is {now} now")
        }
        None => t!(locale, "为你保留加入时的价格", "Your old price is kept").to_owned(),
    });
    let saving = saving(&on_shelf, &term).map(|saved| {
        let saved = saved.format(locale);
        tf!(locale, "比按月购买省 {saved}", "{saved} less than twelve months")
    });
    let notes = [kept, saving].into_iter().flatten().map(|text| view! { <p class="tier-note">{text}</p> }).collect_view();
    view! { <p class="tier-price"><Price locale money=term.price per=Some(per)/></p> {notes} }
}

/// How much less a year costs than twelve months; nothing where it does not.
fn saving(on_shelf: &OnShelf, term: &SoldTerm) -> Option<Money> {
    let month = on_shelf.term(Cadence::Month, term.price.currency).filter(|_| term.cadence == Cadence::Year)?;
    let saved = month.price.minor.saturating_mul(12).saturating_sub(term.price.minor);
    (saved > 0).then(|| Money::new(saved, term.price.currency))
}

#[component]
fn Buying(on_shelf: OnShelf, term: SoldTerm, to: String, loud: bool, locale: Locale) -> impl IntoView {
    let held = on_shelf.held.is_some();
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
    let trial = on_shelf.trial_days;
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
            <input type="hidden" name="tier" value=on_shelf.tier.id.to_string()/>
            <input type="hidden" name="cadence" value=term.cadence.to_string()/>
            <input type="hidden" name="currency" value=term.price.currency.code()/>
            <input type="hidden" name="to" value=to/>
            {subscribe}
            <Submit label=once quiet={!(loud && alone)}/>
        </form>
    }
}
