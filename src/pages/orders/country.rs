//! Where a buyer lives: said beside the ways to pay where the price includes tax; where tax is added, before them, since they
//! are for the whole amount.

use crate::foundation::locale::Locale;
use crate::foundation::money::Money;
use crate::payments::model::Order;
use crate::payments::tax::{Country, Tax, included, rate_name, with_tax};
use crate::ui::{Select, Submit};
use crate::{t, tf};
use leptos::prelude::*;

/// A choice for each country that has a rate, with what the tax comes to there, and one for all others.
fn options(order: &Order, rates: Vec<(Country, i64)>, locale: Locale) -> Vec<(String, String)> {
    let name = |(country, rate): (Country, i64)| {
        let (name, percent) = (country.name(locale), rate_name(rate));
        let amount = |minor: i64| Money::new(minor, order.price.currency).format(locale);
        let label = match order.net {
            Some(net) => {
                let amount = amount(with_tax(net.price, rate).minor - net.price.minor);
                tf!(locale, "{name}，加税 {percent}，即 {amount}", "{name}: plus {percent} tax, {amount}")
            }
            None => {
                let amount = amount(included(order.price.minor, rate));
                tf!(locale, "{name}，含税 {percent}，即 {amount}", "{name}: includes {percent} tax, {amount}")
            }
        };
        (country.code().to_owned(), label)
    };
    let choose = (String::new(), t!(locale, "请选择", "Please choose").to_owned());
    let other = match order.net {
        Some(_) => t!(locale, "其他国家或地区，不加税", "Another country: no tax"),
        None => t!(locale, "其他国家或地区，不计税", "Another country: no tax"),
    };
    [choose].into_iter().chain(rates.into_iter().map(name)).chain([("-".to_owned(), other.to_owned())]).collect()
}

/// Where the buyer lives.
#[component]
pub fn Countries(
    order: Order,
    rates: Vec<(Country, i64)>,
    #[prop(optional_no_strip)] tax: Option<Tax>,
    #[prop(optional_no_strip)] error: Option<String>,
    locale: Locale,
) -> impl IntoView {
    let value = tax.map_or("", |tax| tax.country.map_or("-", Country::code));
    let options = options(&order, rates, locale);
    view! { <Select label=t!(locale, "你所在的国家或地区", "Where you live") name="country" value options error/> }
}

/// A form of its own, after which the page shows the whole amount.
#[component]
pub fn SayCountry(
    order: Order,
    rates: Vec<(Country, i64)>,
    #[prop(optional_no_strip)] tax: Option<Tax>,
    #[prop(optional_no_strip)] error: Option<String>,
    locale: Locale,
) -> impl IntoView {
    let said = tax.is_some();
    let action = format!("{}/country", order.path());
    let label =
        if said { t!(locale, "更改国家或地区", "Change the country") } else { t!(locale, "计算总价", "Work out the total") };
    let why = (!said).then(|| {
        view! { <p>{t!(
            locale,
            "价格未含税。选择你所在的国家或地区后，这里会显示总价和付款方式。",
            "The price is without tax. Once you say where you live, the total and the ways to pay are shown here."
        )}</p> }
    });
    view! {
        <form class="form order-country" method="post" action=action>
            {why}
            <Countries order rates tax error locale/>
            <Submit label quiet=said/>
        </form>
    }
}
