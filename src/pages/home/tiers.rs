//! The tiers and what they cost.

use crate::foundation::locale::Locale;
use crate::membership::model::Tier;
use crate::pages::plus_tax::paragraph;
use crate::{t, tf};
use leptos::prelude::*;

#[component]
pub fn Tiers(locale: Locale, tiers: Vec<Tier>, #[prop(optional_no_strip)] plus_tax: Option<&'static str>) -> impl IntoView {
    let tiers: Vec<Tier> = tiers.into_iter().filter(|tier| tier.monthly.is_some() || tier.yearly.is_some()).collect();
    if tiers.is_empty() {
        return ().into_any();
    }
    let tiers = tiers.into_iter().map(|tier| view! { <TierLine locale tier/> }).collect_view();
    view! {
        <section class="home-section" aria-labelledby="home-tiers">
            <h2 id="home-tiers">{t!(locale, "会员", "Membership")}</h2>
            <div>
                <ul class="home-tiers">{tiers}</ul>
                {paragraph(plus_tax)}
                <p class="home-more"><a href="/membership">{t!(locale, "查看会员等级", "See the tiers")}</a></p>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn TierLine(locale: Locale, tier: Tier) -> impl IntoView {
    let monthly = tier.monthly.map(|price| {
        let price = price.format(locale);
        tf!(locale, "{price} / 月", "{price} a month")
    });
    let yearly = tier.yearly.map(|price| {
        let price = price.format(locale);
        tf!(locale, "{price} / 年", "{price} a year")
    });
    let prices = [monthly, yearly].into_iter().flatten().map(|price| view! { <li>{price}</li> }).collect_view();
    let description = (!tier.description.is_empty()).then(|| view! { <p class="home-tier-description">{tier.description.clone()}</p> });
    view! {
        <li class="home-tier">
            <h3>{tier.name.clone()}</h3>
            <ul class="home-prices num">{prices}</ul>
            {description}
        </li>
    }
}
