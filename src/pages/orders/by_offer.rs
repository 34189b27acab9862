//! What an offer made of an order: what it costs without, what is off, and what it costs after. And the ways to use one, or
//! to give the order up.

use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::foundation::site::Site;
use crate::membership::wording;
use crate::payments::model::{Item, Order};
use crate::payments::wording::{offer_said, price_said};
use crate::ui::{Errors, Field, Submit, fact};
use crate::{t, tf};
use leptos::prelude::*;

/// A code that was typed, and what is wrong with it.
#[derive(Default)]
pub struct Code {
    pub typed: String,
    pub errors: Errors,
}

/// What later terms cost of what renews.
pub fn after(order: &Order, before_tax: bool, locale: Locale) -> Option<AnyView> {
    let offer = order.offer.as_ref().filter(|offer| offer.used.is_some() && order.renewing)?;
    let Item::Tier(_, every) = order.item else { return None };
    let (list, per) = (price_said(offer.list, before_tax, locale), wording::per(every, locale));
    let text = if let Some(cut) = order.cut() {
        let (first, next) = (cut.terms, i64::from(cut.terms) + 1);
        match first {
            1 => tf!(locale, "从第 2 期起 {list} {per}", "{list} {per} from the second term on"),
            _ => tf!(
                locale,
                "前 {first} 期都是这个价格，从第 {next} 期起 {list} {per}",
                "This price for {first} terms; {list} {per} from term {next} on"
            ),
        }
    } else {
        order.off()?;
        t!(locale, "每一期都是这个价格", "This price for every term").to_owned()
    };
    Some(fact(t!(locale, "以后", "After that"), text))
}

/// The price before, and the offer.
pub fn receipt(order: &Order, locale: Locale) -> Vec<AnyView> {
    offer_said(order, locale).into_iter().map(|(name, value)| fact(name, value)).collect()
}

/// A field for a code, where there is no offer yet, and there could be one; until when the price holds, where there is; and giving the order up.
#[component]
pub fn Choices(order: Order, code: Code, site: std::sync::Arc<Site>, locale: Locale) -> impl IntoView {
    let path = order.path();
    let fits = !order.is_tip() && order.team.is_none() && !matches!(order.item, Item::Bundle(_));
    let field = (order.offer.is_none() && fits).then(|| {
        view! {
            <form class="form code-form" method="post" action=format!("{path}/offer")>
                <Field label=t!(locale, "优惠码", "Offer code") name="code" value=code.typed maxlength=60 autocomplete="off" error=code.errors.of("code", locale)/>
                <Submit label=t!(locale, "使用优惠码", "Use the code") quiet=true/>
            </form>
        }
    });
    let until = order.offer.is_some().then(|| {
        let date = format::date_time(order.stands_until(), &site.time_zone, locale);
        view! { <p class="order-stands">{tf!(locale, "请在 {date} 之前付款，之后优惠不再保留。", "Please pay by {date}: the offer is kept for you until then.")}</p> }
    });
    view! {
        {field}
        {until}
        <GiveUp path locale/>
    }
}

#[component]
pub fn GiveUp(path: String, locale: Locale) -> impl IntoView {
    view! {
        <form class="order-give-up" method="post" action=format!("{path}/give-up")>
            <Submit label=t!(locale, "取消订单", "Give this order up") quiet=true/>
        </form>
    }
}
