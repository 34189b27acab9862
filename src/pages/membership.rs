//! `/membership`: the tiers, what they cost, and which of them the viewer has.

use super::shell::Page;
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::foundation::id::TierId;
use crate::foundation::locale::Locale;
use crate::foundation::money::Money;
use crate::membership::model::{Cadence, Membership, Tier};
use crate::membership::service;
use crate::server::http::Ask;
use crate::ui::{Badge, EmptyState, Price, Submit, Tone};
use crate::{t, tf};
use axum::response::Response;
use jiff::tz::TimeZone;
use leptos::prelude::*;

pub async fn show(ask: Ask) -> Result<Response> {
    let tiers = service::tiers(&ask.ctx).await?;
    let held = service::membership_of(&ask.ctx, &ask.viewer).await?;
    let locale = ask.locale;
    let title = t!(locale, "会员", "Membership");
    let empty = tiers.is_empty();
    // What is no longer sold is still shown to whoever has it.
    let kept: Vec<Membership> = held.iter().filter(|held| tiers.iter().all(|tier| tier.id != held.tier)).cloned().collect();
    let site = &ask.site.name;
    let about = tf!(locale, "{site}的会员等级和价格。", "The tiers of {site} and what they cost.");
    let page = Page::new(title).description(about).canonical("/membership");
    Ok(page.draw(&ask, || {
        let zone = &ask.site.time_zone;
        let kept = kept.into_iter().map(|held| {
            let until = until(&held, zone, locale);
            view! { <p class="tier-kept"><strong>{held.tier_name}</strong> " " {until}</p> }
        });
        let cards = tiers.into_iter().map(|tier| {
            let until = held.iter().find(|held| held.tier == tier.id).map(|held| until(held, zone, locale));
            view! { <li><TierCard tier until locale/></li> }
        });
        let none = empty.then(|| {
            let action = ask.viewer.is_admin().then(|| ("/admin/tiers".to_owned(), t!(locale, "添加会员等级", "Add a tier").to_owned()));
            view! { <EmptyState text=t!(locale, "还没有会员等级。文章可以单篇购买。", "There are no tiers yet. Articles can be bought one by one.") action/> }
        });
        view! {
            <section class="membership">
                <h1>{title}</h1>
                {kept.collect_view()}
                {none}
                {(!empty).then(|| view! { <ul class="tier-list">{cards.collect_view()}</ul> })}
            </section>
        }
    }))
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

#[component]
fn TierCard(tier: Tier, until: Option<String>, locale: Locale) -> impl IntoView {
    let current = until.map(|until| {
        view! { <p class="tier-current"><Badge tone=Tone::Good text=t!(locale, "你的会员", "Your membership")/> " " {until}</p> }
    });
    let offers = [(Cadence::Month, tier.monthly), (Cadence::Year, tier.yearly)];
    let forms = offers.into_iter().filter_map(|(cadence, price)| Some(view! { <Offer tier=tier.id cadence price=price? locale/> }));
    view! {
        <article class="tier-card">
            <h2>{tier.name.clone()}</h2>
            {current}
            {(!tier.description.is_empty()).then(|| view! { <p class="tier-description">{tier.description.clone()}</p> })}
            <div class="tier-offers">{forms.collect_view()}</div>
        </article>
    }
}

#[component]
fn Offer(tier: TierId, cadence: Cadence, price: Money, locale: Locale) -> impl IntoView {
    let (per, label) = match cadence {
        Cadence::Month => (t!(locale, "/ 月", "a month"), t!(locale, "购买一个月", "Buy a month")),
        Cadence::Year => (t!(locale, "/ 年", "a year"), t!(locale, "购买一年", "Buy a year")),
    };
    view! {
        <form class="tier-offer" method="post" action="/checkout">
            <input type="hidden" name="kind" value="tier"/>
            <input type="hidden" name="tier" value=tier.to_string()/>
            <input type="hidden" name="cadence" value=cadence.as_str()/>
            <input type="hidden" name="to" value="/membership"/>
            <p class="tier-price"><Price locale money=price per=Some(per.to_owned())/></p>
            <Submit label/>
        </form>
    }
}
